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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// The first program, and the cases, that behave as before and say what is not so ([`crate::told`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told_cases: Vec<String>,
}

impl Found {
    /// Whether a program noticed.
    pub fn by_program(&self) -> bool {
        self.program.is_some() || self.told.is_some()
    }

    /// Whether a case noticed.
    pub fn by_case(&self) -> bool {
        !self.cases.is_empty() || !self.told_cases.is_empty()
    }
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
            no_edit: row.noticed.says_what_to_edit(),
            alone: Some(row.noticed.alone),
            cases: row.noticed.cases.clone(),
            told: row.noticed.told,
            told_cases: row.noticed.told_cases.clone(),
        };
        SwitchedOff { seed, programs, rows: rows.iter().map(|r| (r.kind.to_owned(), found(r))).collect() }
    }

    /// This run in the place of an earlier one. Where that one looked at more programs, it stays as it is but for the obligations that a program of this
    /// run noticed and none of its own; what cases notice is taken from this run.
    pub fn after(self, earlier: Option<SwitchedOff>) -> SwitchedOff {
        let Some(mut all) = earlier.filter(|earlier| earlier.programs > self.programs) else { return self };
        all.rows.retain(|kind, _| self.rows.contains_key(kind));
        for (kind, found) in self.rows {
            match all.rows.get_mut(&kind) {
                Some(old) if old.by_program() || !found.by_program() => {
                    // That nothing can be written is seen by either.
                    old.no_edit = (old.no_edit || found.no_edit) && !old.by_program();
                    old.cases = found.cases;
                    old.told_cases = found.told_cases;
                }
                _ => {
                    all.rows.insert(kind, found);
                }
            }
        }
        all
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

#[cfg(test)]
mod tests {
    use super::*;

    fn run(programs: u64, rows: &[(&str, Option<u64>, &[&str])]) -> SwitchedOff {
        let row = |(kind, program, cases): &(&str, Option<u64>, &[&str])| {
            let cases = cases.iter().map(|c| (*c).to_owned()).collect();
            let found = Found { program: *program, cases, alone: Some(programs), ..Found::default() };
            ((*kind).to_owned(), found)
        };
        SwitchedOff { seed: 1, programs, rows: rows.iter().map(row).collect() }
    }

    #[test]
    fn a_short_run_does_not_replace_a_long_one() {
        let long = run(100, &[("a", Some(7), &["old"]), ("b", None, &[]), ("gone", None, &[])]);
        let short = run(10, &[("a", None, &["new"]), ("b", Some(3), &[]), ("c", None, &[])]);
        let all = short.clone().after(Some(long.clone()));
        assert_eq!(all.programs, 100);
        let seen = |kind: &str| (all.rows[kind].program, all.rows[kind].alone, all.rows[kind].cases.len());
        assert_eq!(seen("a"), (Some(7), Some(100), 1));
        assert_eq!(all.rows["a"].cases, ["new"]);
        assert_eq!(seen("b"), (Some(3), Some(10), 0));
        assert_eq!(seen("c"), (None, Some(10), 0));
        assert!(!all.rows.contains_key("gone"));
        assert_eq!(long.clone().after(Some(short)), long);
    }
}
