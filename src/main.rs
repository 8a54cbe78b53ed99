//! The `unscrape` command.

/// The allocator of glibc keeps what other threads freed: of a big Parquet file, many times what is in use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    unscrape::cli::main()
}
