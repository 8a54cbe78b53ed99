//! Standard output, through a pager where a person would have to scroll back.

use std::env;
use std::io::{self, IsTerminal as _, Stdout, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use super::progress;

/// Where results go.
pub(super) enum Out {
    Stdout(Stdout),
    Pager(Pager),
}

/// A program that shows what it gets.
pub(super) struct Pager {
    /// As the user wrote it.
    name: String,
    child: Child,
    stdin: Option<ChildStdin>,
    /// What it was given, as long as it may not have started.
    given: Option<Vec<u8>>,
}

/// With which codes a shell says that it could not start a program.
const NOT_STARTED: [i32; 2] = [126, 127];

/// A pipe holds at most so many bytes: if more went through it, somebody reads them.
const PIPE: usize = 1 << 20;

impl Out {
    /// Starts the pager that the user has chosen, as git does: `UNSCRAPE_PAGER`, `PAGER`, else `less`. None where standard
    /// output is no terminal, and where no pager is wanted or none starts.
    pub(super) fn pager() -> Option<Self> {
        let chosen = ["UNSCRAPE_PAGER", "PAGER"].iter().find_map(|name| env::var(name).ok());
        let name = chosen.unwrap_or_else(|| "less".to_owned());
        if !io::stdout().is_terminal() || name.trim().is_empty() || name.trim() == "cat" {
            return None;
        }
        match Pager::start(name) {
            Ok(pager) => Some(Out::Pager(pager)),
            Err(name) => {
                say_not_started(&name);
                None
            }
        }
    }

    /// Waits until the reader has seen enough.
    pub(super) fn close(&mut self) -> io::Result<()> {
        let Out::Pager(pager) = self else { return Ok(()) };
        let unseen = pager.end();
        *self = Out::Stdout(io::stdout());
        match unseen {
            Some(bytes) => self.write_all(&bytes).and_then(|()| self.flush()),
            None => Ok(()),
        }
    }
}

impl Pager {
    /// Starts the pager `name`; gives the name back if that cannot be done.
    fn start(name: String) -> Result<Self, String> {
        let mut command = if cfg!(windows) {
            Command::new(&name)
        } else {
            let mut shell = Command::new("sh");
            shell.args(["-c", &name]);
            shell
        };
        // A short output is just printed, colours are taken as they are, and the screen is left with what was read.
        if env::var_os("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        if env::var_os("LV").is_none() {
            command.env("LV", "-c");
        }
        match command.stdin(Stdio::piped()).spawn() {
            Ok(mut child) => Ok(Self { stdin: child.stdin.take(), name, child, given: Some(Vec::new()) }),
            Err(_) => Err(name),
        }
    }

    /// Waits for its end; returns what nobody saw if it never began, and says so.
    fn end(&mut self) -> Option<Vec<u8>> {
        drop(self.stdin.take());
        // Nothing is left to do if it cannot be waited for.
        let code = self.child.wait().ok().and_then(|status| status.code());
        let unseen = self.given.take().filter(|_| code.is_some_and(|code| NOT_STARTED.contains(&code)));
        if unseen.is_some() {
            say_not_started(&self.name);
        }
        unseen
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(stdin) = &mut self.stdin else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let written = stdin.write(bytes)?;
        if let Some(given) = &mut self.given {
            given.extend(&bytes[..written]);
        }
        self.given.take_if(|given| given.len() > PIPE);
        Ok(written)
    }
}

fn say_not_started(name: &str) {
    progress::line(format_args!("the pager `{name}` does not start, so there is none; UNSCRAPE_PAGER names another"));
}

impl Drop for Pager {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // Nothing is left to do if it cannot be waited for.
        let _ = self.child.wait();
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let pager = match self {
            Out::Stdout(stdout) => return stdout.write(bytes),
            Out::Pager(pager) => pager,
        };
        match pager.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => match pager.end() {
                // It never was there.
                Some(unseen) => {
                    *self = Out::Stdout(io::stdout());
                    self.write_all(&unseen)?;
                    self.write(bytes)
                }
                None => Err(error),
            },
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Stdout(stdout) => stdout.flush(),
            Out::Pager(Pager { stdin: Some(stdin), .. }) => stdin.flush(),
            Out::Pager(_) => Ok(()),
        }
    }
}
