//! The `unspool` command.

mod cli;

use std::process::ExitCode;

/// Parsing allocates many small nodes that live and die together: 7 to 10 % less CPU time than the system's
/// allocator. Its second version holds on to a third less memory than the third, for the same time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
