//! How far a run is: a bar on a terminal, a line now and then elsewhere.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressStyle};

use super::{Voice, count};
use crate::corpus::walk::Input;
use crate::report::stats::Stats;

/// Elsewhere than on a terminal, so much time lies between two lines.
const PAUSE: Duration = Duration::from_secs(10);

/// So many rules are named, the busiest first.
const RULES: usize = 3;

/// The bar of this process, if it shows one: whoever writes to standard error must ask it to step aside.
static BAR: OnceLock<ProgressBar> = OnceLock::new();

/// Runs `write` while no bar is on the terminal.
pub(super) fn aside<T>(write: impl FnOnce() -> T) -> T {
    match BAR.get() {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Tells how far a run is.
pub(super) struct Progress {
    how: How,
    /// Bytes of each input on disk.
    sizes: Vec<u64>,
    total: u64,
    done: u64,
    /// Of the input of records at its turn, how much of it is counted in `done`.
    part: u64,
    inputs: usize,
    began: Instant,
    last: Instant,
}

enum How {
    Bar(&'static ProgressBar),
    Lines(Voice),
    Silent,
}

impl Progress {
    /// Prepares to tell of `inputs`; nothing is told of a run that is over at once.
    pub(super) fn new(inputs: &[Input], voice: Voice) -> Self {
        let size =
            |input: &Input| input.path.as_ref().and_then(|path| fs::metadata(path).ok()).map_or(0, |meta| meta.len());
        let sizes: Vec<_> = inputs.iter().map(size).collect();
        let total = sizes.iter().sum();
        let how = match (voice.quiet, io::stderr().is_terminal()) {
            (true, _) => How::Silent,
            (false, true) => How::Bar(BAR.get_or_init(|| bar(total))),
            (false, false) => How::Lines(voice),
        };
        let now = Instant::now();
        Self { how, sizes, total, done: 0, part: 0, inputs: 0, began: now, last: now }
    }

    /// So many bytes of the input at its turn were read, unpacked.
    pub(super) fn part(&mut self, read: u64, stats: &Stats) {
        // What is compressed is larger than its file: it stands still until it is through.
        let new = read.min(self.sizes[self.inputs] - self.part);
        self.part += new;
        self.done += new;
        self.tell(stats);
    }

    /// The input at its turn is through.
    pub(super) fn input(&mut self, stats: &Stats) {
        self.done += self.sizes[self.inputs] - self.part;
        self.part = 0;
        self.inputs += 1;
        self.tell(stats);
    }

    fn tell(&mut self, stats: &Stats) {
        match &self.how {
            How::Silent => {}
            How::Bar(bar) => {
                bar.set_position(self.done);
                bar.set_message(self.message(stats));
            }
            How::Lines(voice) if self.last.elapsed() >= PAUSE => {
                let seconds = self.began.elapsed().as_secs_f64();
                let rate = self.done as f64 / seconds;
                let left = Duration::from_secs_f64(((self.total - self.done) as f64 / rate.max(1.0)).min(1e9));
                voice.say(format_args!(
                    "{} of {}, {}/s, about {} left; {}",
                    HumanBytes(self.done),
                    HumanBytes(self.total),
                    HumanBytes(rate as u64),
                    HumanDuration(left),
                    self.message(stats)
                ));
                self.last = Instant::now();
            }
            How::Lines(_) => {}
        }
    }

    fn message(&self, stats: &Stats) -> String {
        let mut message = format!("{} of {}, ", self.inputs, count(self.sizes.len() as u64, "input"));
        message += &stats.busiest(RULES);
        message
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let How::Bar(bar) = self.how {
            bar.finish_and_clear();
        }
    }
}

fn bar(total: u64) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let style = "{wide_bar} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta} left\n{msg}";
    bar.set_style(ProgressStyle::with_template(style).expect("the template is good"));
    bar
}

/// Writes a line to standard error. A closed one must not stop the work, so nothing here fails.
pub(super) fn line(text: std::fmt::Arguments<'_>) {
    aside(|| {
        let _ = writeln!(io::stderr(), "{text}");
    });
}
