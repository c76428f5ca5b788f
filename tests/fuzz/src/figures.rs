//! What long runs found, kept as data in `snapshots/fuzz/`, one file per family.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::campaign::Campaign;
use crate::generate::Family;
use crate::switch::Row;
use crate::tally::Tally;

/// The figures of one family: the latest run of each kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// By version of Python (`3.13`).
    pub hunts: BTreeMap<String, Hunt>,
    pub switched_off: Option<SwitchedOff>,
}

/// A run of programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hunt {
    pub seed: u64,
    pub first: u64,
    pub programs: u64,
    pub rewritten: u64,
    /// Of the programs, those that are changed cases, and of the rewritten ones.
    #[serde(default)]
    pub mutants: u64,
    #[serde(default)]
    pub rewritten_mutants: u64,
    pub divergences: u64,
    /// Programs that a check at run time, or the parser, rejected.
    pub broken: u64,
    pub unfinished: u64,
    pub excused: BTreeMap<String, u64>,
    /// Proved, assumed, refuted.
    pub obligations: BTreeMap<String, [u64; 3]>,
    pub programs_per_second: u64,
}

/// The score of the obligations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SwitchedOff {
    pub seed: u64,
    pub programs: u64,
    pub rows: BTreeMap<String, Found>,
}

/// What noticed that an obligation was off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The first program that noticed.
    pub program: Option<u64>,
    /// It was a check at run time that noticed, not a run.
    pub by_check: bool,
    /// There was nothing to write without it.
    pub no_edit: bool,
    /// Programs in which the obligation alone stands against a rewrite; older runs did not count them.
    #[serde(default)]
    pub alone: Option<u64>,
    pub cases: Vec<String>,
}

impl Hunt {
    pub fn of(campaign: &Campaign, tally: &Tally, seconds: f64) -> Hunt {
        let own = tally.obligations.iter().filter(|((id, _), _)| *id == campaign.family.transform);
        Hunt {
            seed: campaign.seed,
            first: campaign.first,
            programs: tally.programs,
            rewritten: tally.rewritten,
            mutants: tally.mutants,
            rewritten_mutants: tally.rewritten_mutants,
            divergences: tally.divergences.len() as u64,
            broken: tally.broken.len() as u64,
            unfinished: tally.unfinished,
            excused: tally.excused.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect(),
            obligations: own.map(|((_, kind), counts)| ((*kind).to_owned(), *counts)).collect(),
            programs_per_second: (tally.programs as f64 / seconds.max(0.001)) as u64,
        }
    }

    /// Whether this run goes on where that one ended.
    pub fn continues(&self, earlier: &Hunt) -> bool {
        self.seed == earlier.seed && self.first == earlier.first + earlier.programs
    }

    /// Both runs as one: long runs are done in parts, so that a stop loses little.
    pub fn and(self, earlier: Hunt) -> Hunt {
        let seconds = |h: &Hunt| h.programs as f64 / h.programs_per_second.max(1) as f64;
        let rate =
            (self.programs + earlier.programs) as f64 / (seconds(&self) + seconds(&earlier)).max(0.001);
        let mut all = earlier;
        all.programs += self.programs;
        all.rewritten += self.rewritten;
        all.mutants += self.mutants;
        all.rewritten_mutants += self.rewritten_mutants;
        all.divergences += self.divergences;
        all.broken += self.broken;
        all.unfinished += self.unfinished;
        for (name, n) in self.excused {
            *all.excused.entry(name).or_default() += n;
        }
        for (kind, counts) in self.obligations {
            let sum = all.obligations.entry(kind).or_default();
            sum.iter_mut().zip(counts).for_each(|(s, c)| *s += c);
        }
        all.programs_per_second = rate as u64;
        all
    }
}

impl SwitchedOff {
    pub fn of(seed: u64, programs: u64, rows: &[Row]) -> SwitchedOff {
        let found = |row: &Row| Found {
            program: row.noticed.program,
            by_check: row.noticed.check.is_some(),
            no_edit: row.noticed.program.is_none() && row.noticed.unwritten > 0,
            alone: Some(row.noticed.alone),
            cases: row.noticed.cases.clone(),
        };
        SwitchedOff { seed, programs, rows: rows.iter().map(|r| (r.kind.to_owned(), found(r))).collect() }
    }
}

/// The top of this repository.
pub fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where this repository keeps its figures.
pub fn folder() -> PathBuf {
    top().join("snapshots/fuzz")
}

fn file(folder: &Path, family: &Family) -> PathBuf {
    folder.join(format!("{}.json", family.transform))
}

/// The figures recorded in a folder; none if nothing was recorded yet.
///
/// # Errors
/// When the file is no record.
pub fn load(folder: &Path, family: &Family) -> std::io::Result<Figures> {
    match std::fs::read(file(folder, family)) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Figures::default()),
        Err(error) => Err(error),
    }
}

/// # Errors
/// When the file cannot be written.
pub fn store(folder: &Path, family: &Family, figures: &Figures) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(file(folder, family), serde_json::to_string_pretty(figures)? + "\n")
}

/// `3.13`
///
/// # Errors
/// When the interpreter cannot be started.
pub fn version(python: &Path) -> std::io::Result<String> {
    let out =
        Command::new(python).args(["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).output()?;
    Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}
