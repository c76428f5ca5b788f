//! Every obligation earns its place: switched off, something must notice.
//!
//! The switch is an environment variable that the engine reads once, so each obligation has a process of its own.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::Command;

use unspool_engine::driver::STACK_SIZE;

use crate::campaign::{Campaign, transform};
use crate::generate::Family;
use crate::judge::Rewriter;
use crate::minimise::minimise;
use crate::python::{Pair, Python};

/// What noticed that an obligation was off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noticed {
    /// The index of the first program that diverged.
    pub program: Option<u64>,
    /// That program, made smaller.
    pub text: String,
    /// Keep cases that were rewritten and then behaved differently.
    pub cases: Vec<String>,
}

/// Looks, in a process in which the obligation is off. `cases` is the transform's folder of cases.
///
/// # Errors
/// When an interpreter cannot be started or the cases cannot be read.
pub fn look(campaign: &Campaign, cases: &Path) -> std::io::Result<Noticed> {
    let tally = Campaign { enough: 1, ..*campaign }.run(&|_| {})?;
    let mut noticed = Noticed::default();
    let mut python = Python::start(campaign.python)?;
    if let Some(found) = tally.divergences.first() {
        let rewriter = crate::campaign::rewriter(campaign.family, found.index);
        noticed.program = Some(found.index);
        noticed.text = deep(|| minimise(&mut python, rewriter, found))?.before;
    }
    for (name, text) in keep_cases(cases)? {
        let rewriter = Rewriter { transforms: transform(campaign.family), in_repository: true };
        let Ok(fixed) = deep(|| rewriter.rewrite(&text)) else { continue };
        if fixed.text != text && python.run(&[Pair::new(&text, &fixed.text)])?.pop().flatten().is_some() {
            noticed.cases.push(name);
        }
    }
    Ok(noticed)
}

/// Calls on a thread with the stack that the engine's visitors need.
fn deep<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, work);
        let joined = thread.expect("one more thread can be started").join();
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Name and text of the keep cases that are one file.
fn keep_cases(folder: &Path) -> std::io::Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let expectation = std::fs::read_to_string(path.join("case.toml")).unwrap_or_default();
        let keep = expectation.lines().any(|l| l.replace(' ', "").starts_with("expect=\"keep\""));
        if let (true, Ok(text)) = (keep, std::fs::read_to_string(path.join("before.py"))) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            all.push((name, text));
        }
    }
    all.sort();
    Ok(all)
}

/// A row of the score.
pub struct Row {
    pub kind: &'static str,
    pub noticed: Noticed,
}

/// Switches each obligation of a family's transform off in turn; `program` and `arguments` start this program so
/// that it calls [`look`] and prints what it found as JSON.
///
/// # Errors
/// When a process cannot be started or fails.
pub fn score(family: Family, program: &Path, arguments: &[String]) -> std::io::Result<Vec<Row>> {
    let meta = transform(family)[0].meta();
    let mut rows = Vec::new();
    for kind in meta.obligations {
        let out = Command::new(program)
            .args(arguments)
            .args(["--family", meta.id, "--look"])
            .env("UNSPOOL_TEST_SWITCH_OFF", format!("{}/{}", meta.id, kind.id))
            .output()?;
        let noticed = serde_json::from_slice(&out.stdout).map_err(|error| {
            let text = String::from_utf8_lossy(&out.stderr);
            std::io::Error::other(format!("{}: {error}: {text}", kind.id))
        })?;
        rows.push(Row { kind: kind.id, noticed });
    }
    Ok(rows)
}

/// The score as a table.
pub fn table(rows: &[Row]) -> String {
    let mut out = format!("{:<24}{:>14}  {}\n", "switched off", "first program", "keep cases that notice");
    for row in rows {
        let program = row.noticed.program.map_or("none".to_owned(), |i| i.to_string());
        let cases = match &row.noticed.cases[..] {
            [] => "none".to_owned(),
            [one] => one.clone(),
            [first, more @ ..] => format!("{first} and {} more", more.len()),
        };
        out.push_str(&format!("{:<24}{program:>14}  {cases}\n", row.kind));
    }
    let by = |test: fn(&Row) -> bool| rows.iter().filter(|r| test(r)).count();
    out.push_str(&format!(
        "{} of {} by programs, {} by cases\n",
        by(|r| r.noticed.program.is_some()),
        rows.len(),
        by(|r| !r.noticed.cases.is_empty())
    ));
    out
}

/// The folder of a family's cases in this repository.
pub fn cases(family: Family) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../transforms");
    root.join(family.transform().replace('-', "_")).join("cases")
}
