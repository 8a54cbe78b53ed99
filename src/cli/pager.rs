//! Standard output, through a pager where a person would have to scroll back.

use std::env;
use std::io::{self, IsTerminal as _, Stdout, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

/// Where results go.
pub(super) enum Out {
    Stdout(Stdout),
    Pager { child: Child, stdin: Option<ChildStdin> },
}

impl Out {
    /// Starts the pager that the user has chosen, as git does: `UNSCRAPE_PAGER`, `PAGER`, else `less`. None where standard
    /// output is no terminal, and where no pager is wanted or none starts.
    pub(super) fn pager() -> Option<Self> {
        let chosen = ["UNSCRAPE_PAGER", "PAGER"].iter().find_map(|name| env::var(name).ok());
        let pager = chosen.unwrap_or_else(|| "less".to_owned());
        if !io::stdout().is_terminal() || pager.trim().is_empty() || pager.trim() == "cat" {
            return None;
        }
        let mut command = if cfg!(windows) {
            Command::new(&pager)
        } else {
            let mut shell = Command::new("sh");
            shell.args(["-c", &pager]);
            shell
        };
        // A short output is just printed, colours are taken as they are, and the screen is left with what was read.
        if env::var_os("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        if env::var_os("LV").is_none() {
            command.env("LV", "-c");
        }
        let mut child = command.stdin(Stdio::piped()).spawn().ok()?;
        let stdin = child.stdin.take();
        Some(Out::Pager { child, stdin })
    }

    /// Waits until the reader has seen enough.
    pub(super) fn close(&mut self) {
        if let Out::Pager { child, stdin } = self {
            drop(stdin.take());
            // Nothing is left to do if it cannot be waited for.
            let _ = child.wait();
        }
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        self.close();
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::Stdout(stdout) => stdout.write(bytes),
            Out::Pager { stdin: Some(stdin), .. } => stdin.write(bytes),
            Out::Pager { stdin: None, .. } => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Stdout(stdout) => stdout.flush(),
            Out::Pager { stdin: Some(stdin), .. } => stdin.flush(),
            Out::Pager { stdin: None, .. } => Ok(()),
        }
    }
}
