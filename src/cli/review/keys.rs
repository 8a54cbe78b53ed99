//! Keys: from a terminal, or from a file with one a line.

use std::fs;
use std::io;
use std::path::Path;
use std::vec::IntoIter;

use anyhow::{Context as _, anyhow};
use console::{Key, Term};

use crate::corpus::walk::shown;

/// Where keys come from.
pub(super) enum Keys {
    Terminal(Term),
    Lines(IntoIter<String>),
}

/// A key, and the text that belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    Key(char, Option<String>),
    /// There are no more.
    End,
}

impl Keys {
    /// Reads the keys in a file.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read the keys in `{}`", shown(path)))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let line = error.as_bytes()[..error.utf8_error().valid_up_to()].split(|&byte| byte == b'\n').count();
            anyhow!("`{}` holds no keys: line {line} is not UTF-8", shown(path))
        })?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        Ok(Keys::Lines(text.lines().map(str::to_owned).collect::<Vec<_>>().into_iter()))
    }

    /// No keys at all.
    pub(super) fn none() -> Self {
        Keys::Lines(Vec::new().into_iter())
    }

    pub(super) fn next(&mut self) -> io::Result<Pressed> {
        match self {
            Keys::Terminal(term) => loop {
                // Left to itself, Ctrl-C would end the program, or be an error once `w` has run.
                match term.read_key_raw()? {
                    Key::Char(key) if key != '\u{4}' => return Ok(Pressed::Key(key, None)),
                    Key::ArrowDown | Key::ArrowRight => return Ok(Pressed::Key('j', None)),
                    Key::ArrowUp | Key::ArrowLeft => return Ok(Pressed::Key('k', None)),
                    // The end of a transmission, as a terminal has it.
                    Key::CtrlC | Key::Char('\u{4}') => return Ok(Pressed::Key('q', None)),
                    // The terminal is gone.
                    Key::Unknown if !io::IsTerminal::is_terminal(&io::stdin()) => return Ok(Pressed::End),
                    _ => {}
                }
            },
            Keys::Lines(lines) => loop {
                let Some(line) = lines.next() else { return Ok(Pressed::End) };
                let mut chars = line.chars();
                let Some(key) = chars.next() else { continue };
                let rest = chars.as_str();
                return Ok(Pressed::Key(key, Some(rest.strip_prefix(' ').unwrap_or(rest).to_owned())));
            },
        }
    }

    /// Returns the text for a key: what came with it, or what is typed behind `prompt`; none if somebody breaks off.
    pub(super) fn text(&mut self, given: Option<String>, prompt: &str, initial: &str) -> io::Result<Option<String>> {
        match (self, given) {
            (_, Some(given)) => Ok(Some(given)),
            (Keys::Terminal(term), None) => {
                term.write_str(prompt)?;
                match term.read_line_initial_text(initial) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
                    read => read.map(Some),
                }
            }
            (Keys::Lines(_), None) => Ok(Some(String::new())),
        }
    }

    /// Returns the key behind another.
    pub(super) fn text_key(&mut self, given: Option<String>) -> io::Result<Option<char>> {
        match given {
            Some(given) => Ok(given.trim().chars().next()),
            None => Ok(match self.next()? {
                Pressed::Key(key, _) => Some(key),
                Pressed::End => None,
            }),
        }
    }
}
