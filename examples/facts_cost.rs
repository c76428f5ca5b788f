//! What scopes and control flow cost next to parsing: `cargo run --release --example facts_cost -- FOLDER...`
//!
//! Prints, per stage, the sum over all files of the fastest of some rounds, so that noise falls out.

// As in the binary: a good part of the cost is memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use unspool_engine::driver::STACK_SIZE;
use unspool_engine::facts::Facts;
use unspool_engine::syntax::{Module, NodeKind, PythonVersion, parse};

const ROUNDS: usize = 7;
const STAGES: [&str; 5] = ["parse", "number the nodes", "scopes", "flow of every function", "drop"];

fn main() {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let work = move || folders.iter().for_each(|folder| measure(folder));
    let worker = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(work);
    worker.expect("threads can be started").join().expect("the measurement does not panic");
}

fn measure(folder: &Path) {
    let mut files = Vec::new();
    texts(folder, &mut files);
    let mut total = [Duration::ZERO; STAGES.len()];
    let mut unreadable = 0;
    for text in &files {
        let mut best = [Duration::MAX; STAGES.len()];
        for _ in 0..ROUNDS {
            let Some(times) = once(text) else {
                unreadable += 1;
                best = [Duration::ZERO; STAGES.len()];
                break;
            };
            for (best, time) in best.iter_mut().zip(times) {
                *best = time.min(*best);
            }
        }
        for (total, best) in total.iter_mut().zip(best) {
            *total += best;
        }
    }
    let bytes: usize = files.iter().map(String::len).sum();
    println!("{}: {} files, {bytes} bytes, {unreadable} not parsed", folder.display(), files.len());
    for (stage, time) in STAGES.iter().zip(total) {
        let share = time.as_secs_f64() / total[0].as_secs_f64();
        println!("  {stage:<24} {:>8.1} ms {:>6.1} %", time.as_secs_f64() * 1e3, share * 100.0);
    }
}

fn once(text: &str) -> Option<[Duration; STAGES.len()]> {
    let start = Instant::now();
    let parsed = parse(text, PythonVersion::latest()).ok()?;
    let parse_time = start.elapsed();

    let start = Instant::now();
    let module = Module::new(text, &parsed);
    let number = start.elapsed();

    let facts = Facts::new(&module);
    let start = Instant::now();
    facts.symbols();
    let scopes = start.elapsed();

    let start = Instant::now();
    for (id, node) in module.nodes() {
        if node.kind() == NodeKind::StmtFunctionDef {
            facts.flow(id);
        }
    }
    let flow = start.elapsed();

    let start = Instant::now();
    drop(facts);
    Some([parse_time, number, scopes, flow, start.elapsed()])
}

fn texts(folder: &Path, files: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            texts(&path, files);
        } else if path.extension().is_some_and(|e| e == "py") {
            files.extend(std::fs::read_to_string(&path));
        }
    }
}
