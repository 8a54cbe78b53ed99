//! What the README shows is what the program prints.

use std::path::Path;
use std::process::Command;

#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn commands_of_the_readme_print_what_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("the README");
    let mut shown = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().expect("a split has a first part");
        for example in block.split("$ unscrape ").skip(1) {
            let (command, expected) = example.split_once('\n').expect("a command ends in a line end");
            let run = Command::new(env!("CARGO_BIN_EXE_unscrape"))
                .current_dir(root)
                .args(command.split(' '))
                .output()
                .expect("the program runs");
            let printed = String::from_utf8(run.stdout).expect("UTF-8");
            assert_eq!(printed.trim_end(), expected.trim_end(), "unscrape {command}");
            shown += 1;
        }
    }
    assert!(shown >= 2, "{shown} examples");
}
