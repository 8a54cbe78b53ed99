//! Runs killed at any moment: every file is whole, old or new, and what was begun can be finished and undone.
//!
//! The moments are random. `UNSCRAPE_KILLS=100` kills so many runs of each kind (default 20), and
//! `UNSCRAPE_KILLS_SEED` repeats the moments of a run that failed, which names its seed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::cli::{Run, Sandbox};

type Files = BTreeMap<String, Vec<u8>>;

/// Random numbers (splitmix64). Tells the seed where a test fails.
struct Random {
    seed: u64,
    state: u64,
}

impl Random {
    fn new() -> Self {
        let seed = match std::env::var("UNSCRAPE_KILLS_SEED") {
            Ok(seed) => seed.parse().expect("UNSCRAPE_KILLS_SEED is a number"),
            Err(_) => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64),
        };
        Self { seed, state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl Drop for Random {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the moments of this run come back with UNSCRAPE_KILLS_SEED={}", self.seed);
        }
    }
}

fn kills() -> usize {
    std::env::var("UNSCRAPE_KILLS").map_or(20, |number| number.parse().expect("UNSCRAPE_KILLS is a number"))
}

/// 330 files of all kinds, nearly each with something to clean.
fn corpus() -> Files {
    const LINES: [&str; 4] = [
        "The committee |. Met again on Monday , and adjourned.",
        "A caf&eacute; opened in the old station on Tuesday.",
        "Nothing is wrong with this sentence, which says so.",
        "The har\u{AD}bour was quiet , and the ferry late.",
    ];
    let mut files = Files::new();
    for number in 0..330_usize {
        let text = |part: usize| {
            let lines = (0..3 + (number + part) % 20).map(|line| LINES[(number + part + line) % 4]);
            format!("Report {number}-{part}\n\n{}\n", lines.collect::<Vec<_>>().join("\n\n"))
        };
        let escaped = |part| text(part).replace('\n', "\\n");
        let record = |part| format!("{{\"id\":{part},\"text\":\"{}\"}}", escaped(part));
        let records = |between: &str| (0..9).map(record).collect::<Vec<_>>().join(between);
        let (name, bytes) = match number % 11 {
            0 => ("jsonl", records("\n").into_bytes()),
            1 => (
                "csv",
                (0..9).fold("id,text\n".to_owned(), |all, n| format!("{all}{n},\"{}\"\n", text(n))).into_bytes(),
            ),
            2 => ("json", format!("[{}]\n", records(",\n ")).into_bytes()),
            3 => ("txt.gz", gzip(&text(0))),
            4 => ("jsonl.zst", zstd::encode_all(records("\n").as_bytes(), 1).expect("memory")),
            _ => ("txt", text(0).into_bytes()),
        };
        files.insert(format!("x/{}/{number:03}.{name}", number % 3), bytes);
    }
    files
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

/// A run that is killed again and again.
struct Victim {
    sandbox: Sandbox,
    args: &'static [&'static str],
    old: Files,
    /// What the run makes of it, undisturbed, below the folder `written`.
    new: Files,
    written: &'static str,
    random: Random,
    /// How long a run takes before it does anything, and until it is through.
    length: (Duration, Duration),
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    kills: usize,
    /// Some files were new when the run was killed, and others not.
    amid: usize,
    /// Before the first was.
    before: usize,
    /// The run was through.
    after: usize,
    old_files: usize,
    new_files: usize,
    leftovers: usize,
}

impl Victim {
    fn new(args: &'static [&'static str], written: &'static str) -> Self {
        let sandbox = Sandbox::with(&[]);
        let old = corpus();
        old.iter().for_each(|(name, bytes)| sandbox.write(name, bytes));
        let began = Instant::now();
        sandbox.run(&["clean", "-q", "x/0/003.txt.gz", "--no-journal", "--out-dir", "one"]).ends(0, "");
        let start = began.elapsed();
        fs::remove_dir_all(sandbox.path("one")).expect("written");
        let began = Instant::now();
        sandbox.run(args).ends(0, "");
        let length = (start, began.elapsed());
        let mut victim = Self {
            sandbox,
            args,
            old,
            new: Files::new(),
            written,
            random: Random::new(),
            length,
            counts: Counts::default(),
        };
        victim.new = victim.below(written);
        assert_eq!(victim.new.len(), victim.old.len());
        victim.undo();
        victim
    }

    fn below(&self, folder: &str) -> Files {
        let inside = |name: &String| name.starts_with(&format!("{folder}/"));
        let read = |name: String| (name.clone(), fs::read(self.sandbox.path(&name)).expect("a file"));
        self.sandbox.files().into_iter().filter(inside).map(read).collect()
    }

    /// Starts the command, kills it at a random moment, and returns whether that came before its end.
    fn kill(&mut self, args: &[&str]) -> bool {
        let (start, end) = self.length;
        let from = start.mul_f64(0.8);
        let moment = from + end.saturating_sub(from).mul_f64(self.random.share());
        let mut command = self.sandbox.command(args);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        std::thread::sleep(moment);
        child.kill().expect("SIGKILL");
        let killed = child.wait().expect("it ends").code().is_none();
        if !killed {
            // The machine is faster than it was.
            self.length.1 = self.length.1.mul_f64(0.9).max(self.length.0);
        }
        killed
    }

    /// Checks that every file is whole, and counts the old and the new ones.
    fn look(&mut self, killed: bool) {
        let now = self.below(self.written);
        let (mut old, mut new) = (0, 0);
        for (name, bytes) in &now {
            let before = self.before(name);
            if Path::new(name).extension().is_some_and(|extension| extension == "tmp") {
                self.counts.leftovers += 1;
            } else if self.new.get(name) == Some(bytes) {
                new += 1;
            } else if self.written == "x" && before == Some(bytes) {
                old += 1;
            } else {
                panic!("`{name}` is neither as it was nor as it becomes");
            }
        }
        if self.written == "x" {
            assert_eq!(old + new, self.old.len(), "a file is gone");
        } else {
            assert_eq!(self.below("x"), self.old, "an input was changed");
            old = self.old.len() - new;
        }
        let counts = &mut self.counts;
        counts.kills += 1;
        counts.old_files += old;
        counts.new_files += new;
        *(if !killed {
            &mut counts.after
        } else if new > 0 && old > 0 {
            &mut counts.amid
        } else {
            &mut counts.before
        }) += 1;
    }

    /// Returns what was there before under the name of the input for which `name` is written.
    fn before(&self, name: &str) -> Option<&Vec<u8>> {
        self.old.get(&format!("x{}", name.strip_prefix(self.written)?))
    }

    fn resume(&self) {
        self.sandbox.run(&[self.args, &["--resume"]].concat()).ends(0, "");
        assert_eq!(self.below(self.written), self.new);
        let stray = self.sandbox.files().into_iter().find(|name| name.contains(".unscrape-"));
        assert_eq!(stray, None, "left behind");
    }

    /// Undoes the run, if it got so far that there is one.
    fn undo(&self) {
        let run: Run = self.sandbox.run(&["undo"]);
        if run.code != Some(2) || !run.err.contains("there is no run to undo") {
            run.ends(0, "");
        }
        assert_eq!(self.below("x"), self.old);
        // What lies beside the folder, such as the patch, is a report of the run and no text.
        let is_text = |name: &String| !name.ends_with(".tmp");
        assert!(self.written == "x" || !self.below(self.written).keys().any(is_text), "something is left");
    }

    /// Makes all as it was before the first run.
    fn forget(&self) {
        for name in [".unscrape", "out"] {
            let path = self.sandbox.path(name);
            if path.exists() {
                fs::remove_dir_all(path).expect("ours");
            }
        }
        let _ = fs::remove_file(self.sandbox.path("out.patch"));
        for name in self.sandbox.files() {
            if name.contains(".unscrape-") {
                fs::remove_file(self.sandbox.path(name)).expect("ours");
            }
        }
        assert_eq!(self.below("x"), self.old);
    }

    /// Kills the run at many moments. Some are then finished, some undone, some killed once more.
    fn run(mut self) {
        let args = self.args;
        let resumed = [args, &["--resume"]].concat();
        for number in 0..kills() {
            self.forget();
            let killed = self.kill(args);
            self.look(killed);
            match number % 3 {
                0 => {}
                1 => self.undo(),
                _ => {
                    let killed = self.kill(&resumed);
                    self.look(killed);
                }
            }
            self.resume();
            self.undo();
        }
        eprintln!("{args:?}: {:?}", self.counts);
        assert!(self.counts.amid > 0, "no kill came while files were written: {:?}", self.counts);
    }
}

#[test]
fn in_place() {
    Victim::new(&["clean", "-w", "x"], "x").run();
}

#[test]
fn to_a_folder() {
    Victim::new(&["clean", "x", "--out-dir", "out"], "out").run();
}

#[test]
fn an_undo_that_is_killed_is_finished_by_the_next() {
    let mut victim = Victim::new(&["clean", "-w", "x"], "x");
    let rule = ["undo", "--rule", "core/punctuation/*"];
    for number in 0..kills().div_ceil(2) {
        victim.forget();
        let began = Instant::now();
        victim.sandbox.run(victim.args).ends(0, "");
        let length = victim.length;
        // An undo starts at once and takes about as long as a run writes.
        victim.length = (Duration::ZERO, began.elapsed().saturating_sub(length.0));
        if number % 2 == 0 {
            let killed = victim.kill(&["undo"]);
            victim.look(killed);
        } else {
            victim.kill(&rule);
            // Compressed files have no single edits.
            victim.sandbox.run(&rule).ends(3, "holds no single edits");
        }
        victim.length = length;
        victim.undo();
    }
    eprintln!("undo: {:?}", victim.counts);
}
