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

/// Blocks of the tutorial are run in one folder, one behind the other, with `pages` in it. `UPDATE_DOCS=1` writes down
/// what the commands print.
#[test]
#[cfg_attr(not(feature = "lexicon"), ignore = "needs the embedded lexicons")]
fn commands_of_the_tutorial_print_what_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sandbox = super::cli::Sandbox::with(&[]);
    for page in std::fs::read_dir(root.join("samples/site-tutorial")).expect("pages") {
        let page = page.expect("a page").path();
        let name = Path::new("pages").join(page.file_name().expect("a name"));
        sandbox.write(name, &std::fs::read(page).expect("read"));
    }
    let file = root.join("docs/first-site-pack.md");
    let tutorial = std::fs::read_to_string(&file).expect("the tutorial");
    let mut written = String::new();
    let mut in_block = false;
    let mut shown = 0;
    for line in tutorial.split_inclusive('\n') {
        match line.trim_end() {
            "```console" => in_block = true,
            "```" => in_block = false,
            _ => {}
        }
        let command = line.strip_prefix("$ unscrape ").filter(|_| in_block);
        if !in_block || command.is_some() || line.trim_end() == "```console" {
            written.push_str(line);
        }
        if let Some(command) = command {
            let run = sandbox.run(&command.split_whitespace().collect::<Vec<_>>());
            assert_eq!(run.code, Some(0), "unscrape {command}{}", run.err);
            for line in [run.out(), run.err.as_str()].into_iter().flat_map(str::lines) {
                written.push_str(line);
                written.push('\n');
            }
            shown += 1;
        }
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &written).expect("written");
    }
    assert!(shown >= 6, "{shown} examples");
    assert!(
        written == tutorial,
        "docs/first-site-pack.md is not what the commands print; UPDATE_DOCS=1 writes it:\n{written}"
    );
}
