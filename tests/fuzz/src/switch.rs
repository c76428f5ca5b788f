//! Every obligation earns its place: switched off, something must notice.
//!
//! The switch is an environment variable that the engine reads once, so each obligation has a process of its own.

use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Command;

use crate::campaign::{Campaign, transform};
use crate::cases;
use crate::generate::Family;
use crate::minimise::minimise;
use crate::python::Python;

/// What noticed that an obligation was off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noticed {
    /// The index of the first program that diverged, or whose rewrite the checks at run time dropped.
    pub program: Option<u64>,
    /// What such a check said.
    pub check: Option<String>,
    /// That program, made smaller if it diverged.
    pub text: String,
    /// Keep cases that were rewritten and then behaved differently, or were dropped by the checks.
    pub cases: Vec<String>,
    /// Sites at which nothing stood against a rewrite and yet there was none to write.
    pub unwritten: u64,
    /// Programs that were run.
    pub programs: u64,
}

/// Looks, in a process in which the obligation is off. `folder` has the transform's cases.
///
/// # Errors
/// When an interpreter cannot be started or the cases cannot be read.
pub fn look(campaign: &Campaign, folder: &Path) -> std::io::Result<Noticed> {
    let tally = Campaign { enough: 1, ..*campaign }.run(&|_| {})?;
    let mut noticed = Noticed { unwritten: tally.unwritten, programs: tally.programs, ..Noticed::default() };
    let mut python = Python::start(campaign.python)?;
    if let Some(found) = tally.divergences.first() {
        let rewriter = crate::campaign::rewriter(campaign.family, found.index);
        noticed.program = Some(found.index);
        noticed.text = cases::deep(|| minimise(&mut python, rewriter, found))?.before;
    } else if let Some((index, message)) = tally.broken.first() {
        noticed.program = Some(*index);
        noticed.check = Some(message.clone());
    }
    for case in cases::keeps(folder)? {
        if cases::differs(&case, transform(campaign.family), campaign.python)? {
            noticed.cases.push(case.name);
        }
    }
    Ok(noticed)
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
pub fn score(family: &Family, program: &Path, arguments: &[String]) -> std::io::Result<Vec<Row>> {
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
    for Row { kind, noticed } in rows {
        let program = match (noticed.program, noticed.unwritten) {
            (Some(index), _) if noticed.check.is_some() => format!("{index} (check)"),
            (Some(index), _) => index.to_string(),
            (None, 0) => "none".to_owned(),
            (None, _) => "no edit".to_owned(),
        };
        let cases = match &noticed.cases[..] {
            [] => "none".to_owned(),
            [one] => one.clone(),
            [first, more @ ..] => format!("{first} and {} more", more.len()),
        };
        out.push_str(&format!("{kind:<24}{program:>14}  {cases}\n"));
    }
    let by = |test: fn(&Noticed) -> bool| rows.iter().filter(|r| test(&r.noticed)).count();
    out.push_str(&format!(
        "{} of {} by programs, {} by cases; {} say what there is to edit: without them nothing can be written\n",
        by(|n| n.program.is_some()),
        rows.len(),
        by(|n| !n.cases.is_empty()),
        by(|n| n.program.is_none() && n.unwritten > 0),
    ));
    out
}
