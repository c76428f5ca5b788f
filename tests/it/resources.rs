//! The table of context managers against every interpreter at hand: does `__exit__` do what the row says?

use std::process::Command;

use unspool_engine::facts::async_resources::{self, AsyncExit};
use unspool_engine::facts::resources::{Enter, Exit, locks, rows};

use crate::support::{Run, note_skip, plain_environment, pythons};

#[test]
fn rows_hold_on_every_interpreter() {
    if pythons().is_empty() {
        return note_skip("rows_hold_on_every_interpreter", "there is no python3");
    }
    let lines: String = rows()
        .map(|(path, row)| {
            let methods = match &row.exit {
                Exit::Calls(methods) => methods.join(","),
                Exit::Missing => "missing".to_string(),
                Exit::Differs(_) | Exit::Unknown(_) => String::new(),
            };
            format!(
                "{path}\t{methods}\t{}\t{}\t{}\n",
                u8::from(row.enter == Enter::Itself),
                u8::from(row.has_close),
                u8::from(row.has_length)
            )
        })
        .collect();
    hold("resources_run.py", &lines, 40);
}

#[test]
fn rows_of_locks_and_of_async_with_hold_on_every_interpreter() {
    if pythons().is_empty() {
        return note_skip("rows_of_locks_and_of_async_with_hold_on_every_interpreter", "there is no python3");
    }
    let locks = locks().map(|(path, is_async)| format!("lock\t{path}\t{}\t\n", u8::from(is_async)));
    let rows = async_resources::rows().map(|(path, awaited, row)| {
        let exit = match &row.exit {
            AsyncExit::Awaits(method) => method.as_str(),
            AsyncExit::ClosesAndWaits => "close,wait_closed",
            AsyncExit::Missing => "missing",
            AsyncExit::Differs(_) | AsyncExit::Unknown(_) => "",
        };
        format!("async\t{path}\t{}\t{exit}\n", u8::from(awaited))
    });
    let lines: String = locks.chain(rows).collect();
    // Three kinds of locks with two modules each at least, asyncio's, servers, processes.
    hold("async_run.py", &lines, 15);
}

/// Runs the script with the rows on every interpreter: so many at least must be checked, and hold.
fn hold(script: &str, lines: &str, least: usize) {
    let script = format!("{}/tests/it/{script}", env!("CARGO_MANIFEST_DIR"));
    for python in pythons() {
        let mut command = Command::new(&python.path);
        plain_environment(command.arg(&script));
        let run = Run::with_input(&mut command, lines.as_bytes());
        run.exits(0);
        let [summary] = run.text().lines().collect::<Vec<_>>()[..] else {
            panic!("rows that do not hold on {:?}:\n{}", python.version, run.text());
        };
        let checked: Option<usize> =
            summary.strip_prefix("checked ").and_then(|s| s.split(',').next()).and_then(|n| n.parse().ok());
        assert!(checked.is_some_and(|n| n >= least), "{:?}: {summary}", python.version);
    }
}
