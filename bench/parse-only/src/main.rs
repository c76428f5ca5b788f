//! Reads and parses every Python file below the given paths, and does nothing with the trees: the floor of
//! every tool that looks at every file. Discovery, reading, threads, allocator and parser are those of unspool.

use std::path::PathBuf;

use ruff_python_ast::PySourceType;
use ruff_python_parser::{ParseOptions, parse_unchecked};
use unspool_engine::driver::{discover, parallel, thread_count};
use unspool_engine::text::SourceFile;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let parsed = parallel(&discover(&paths, &[]).files, thread_count(0), |file| {
        let source = SourceFile::decode(std::fs::read(&file.path).ok()?).ok()?;
        let parsed = parse_unchecked(&source.text, ParseOptions::from(PySourceType::Python));
        let size = source.text.len();
        let errors = parsed.errors().len();
        Some((size, errors))
    });
    let files: Vec<(usize, usize)> = parsed.into_iter().flatten().collect();
    let size: usize = files.iter().map(|(size, _)| size).sum();
    let bad = files.iter().filter(|(_, errors)| *errors > 0).count();
    println!("{} files, {size} bytes, {bad} with syntax errors", files.len());
}
