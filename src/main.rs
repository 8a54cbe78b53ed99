fn main() -> std::process::ExitCode {
    unscrape::cli::main()
}
