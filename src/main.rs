//! The `unspool` command.

mod cli;

use std::process::ExitCode;

/// Parsing allocates many small nodes that live and die together: 7 to 10 % less CPU time than the system's
/// allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
