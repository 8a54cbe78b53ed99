//! The `unscrape` command.

fn main() -> std::process::ExitCode {
    unscrape::cli::main()
}
