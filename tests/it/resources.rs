//! The table of context managers against every interpreter at hand: does `__exit__` do what the row says?

use std::process::Command;

use unspool_engine::facts::resources::{Enter, Exit, rows};

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
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/resources_run.py");
    for python in pythons() {
        let mut command = Command::new(&python.path);
        plain_environment(command.arg(script));
        let run = Run::with_input(&mut command, lines.as_bytes());
        run.exits(0);
        let [summary] = run.text().lines().collect::<Vec<_>>()[..] else {
            panic!("rows that do not hold on {:?}:\n{}", python.version, run.text());
        };
        let checked: Option<usize> =
            summary.strip_prefix("checked ").and_then(|s| s.split(',').next()).and_then(|n| n.parse().ok());
        assert!(checked.is_some_and(|n| n >= 40), "{:?}: {summary}", python.version);
    }
}
