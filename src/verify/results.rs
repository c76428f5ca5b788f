//! What a run says, and what another says differently.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::guard::Ended;
use crate::observe::Noted;

/// How a test came out, from best to worst: of several results of one test the worst counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Passed,
    Xpassed,
    Skipped,
    Xfailed,
    Failed,
    Error,
}

impl Outcome {
    pub fn is_bad(self) -> bool {
        matches!(self, Outcome::Failed | Outcome::Error)
    }

    fn is_pass(self) -> bool {
        matches!(self, Outcome::Passed | Outcome::Xpassed)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestResult {
    pub outcome: Outcome,
    /// The error, for people; may be empty.
    pub message: String,
    /// The end of its traceback, for guesses about where it came from.
    pub trace: String,
}

/// Everything that one run of the command says.
#[derive(Debug)]
pub struct RunResult {
    pub ended: Ended,
    pub limit: Option<Duration>,
    pub noted: Noted,
    /// The end of what was printed.
    pub output: String,
}

/// Something that holds or does not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Check {
    /// A test, by its id, or a file that cannot be collected.
    Test(String),
    /// The exit status of the command, where no test says more.
    Command,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Check::Test(id) => f.write_str(id),
            Check::Command => f.write_str("the command"),
        }
    }
}

/// A check that held in the baseline and does not hold now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Breakage {
    pub check: Check,
    /// `failed`, `is skipped now`, `exit status 1`.
    pub how: String,
    /// Its error, where it has one.
    pub message: String,
    pub trace: String,
    /// Rather a consequence of something else: a test that is not run any more.
    pub is_secondary: bool,
}

/// What is not to be counted as broken: tests that come out by chance.
pub type Flaky = BTreeSet<Check>;

/// What a run of the whole command breaks, compared with the baseline. What failed there cannot be broken.
pub fn broken(baseline: &RunResult, run: &RunResult, flaky: &Flaky) -> Vec<Breakage> {
    let mut ids: BTreeSet<&String> = baseline.noted.tests.keys().chain(run.noted.tests.keys()).collect();
    ids.extend(&run.noted.unfinished);
    let mut broken: Vec<Breakage> = ids.into_iter().filter_map(|id| test_broken(baseline, run, id)).collect();
    broken.retain(|breakage| !flaky.contains(&breakage.check));
    if broken.is_empty() && baseline.ended.is_success() && !run.ended.is_success() {
        // Flaky tests may be all that the status is about: then it says nothing.
        let flaky_failed = run
            .noted
            .tests
            .iter()
            .any(|(id, result)| result.outcome.is_bad() && flaky.contains(&Check::Test(id.clone())));
        if !flaky_failed && !flaky.contains(&Check::Command) {
            broken.push(command_broken(run));
        }
    }
    if broken.iter().any(|breakage| !breakage.is_secondary) {
        broken.retain(|breakage| !breakage.is_secondary);
    }
    broken
}

/// Which of the given checks a run breaks.
pub fn still_broken(
    baseline: &RunResult,
    run: &RunResult,
    checks: &BTreeSet<Check>,
) -> BTreeMap<Check, Breakage> {
    let of = |check: &Check| match check {
        Check::Test(id) => test_broken(baseline, run, id),
        Check::Command => (!run.ended.is_success()).then(|| command_broken(run)),
    };
    checks.iter().filter_map(|check| Some((check.clone(), of(check)?))).collect()
}

fn command_broken(run: &RunResult) -> Breakage {
    Breakage {
        check: Check::Command,
        how: run.ended.describe(run.limit),
        message: run.output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned(),
        trace: run.output.clone(),
        is_secondary: false,
    }
}

fn test_broken(baseline: &RunResult, run: &RunResult, id: &str) -> Option<Breakage> {
    let before = baseline.noted.tests.get(id).map(|result| result.outcome);
    if before.is_some_and(Outcome::is_bad) {
        return None;
    }
    let breakage = |how: String, result: Option<&TestResult>, is_secondary| Breakage {
        check: Check::Test(id.to_owned()),
        how,
        message: result.map(|result| result.message.clone()).unwrap_or_default(),
        trace: result.map(|result| result.trace.clone()).unwrap_or_default(),
        is_secondary,
    };
    match (before, run.noted.tests.get(id)) {
        (_, Some(result)) if result.outcome == Outcome::Failed => {
            Some(breakage("failed".into(), Some(result), false))
        }
        (None, Some(result)) if result.outcome == Outcome::Error => {
            Some(breakage("could not be loaded or run".into(), Some(result), false))
        }
        (_, Some(result)) if result.outcome == Outcome::Error => {
            Some(breakage("ended with an error".into(), Some(result), false))
        }
        (_, None) if run.noted.unfinished.as_deref() == Some(id) => {
            let how = if run.ended.timed_out { run.ended.describe(run.limit) } else { "never ended".into() };
            Some(breakage(how, None, false))
        }
        (Some(_), None) => Some(breakage("was not run any more".into(), None, true)),
        (Some(before), Some(result)) if before.is_pass() && !result.outcome.is_pass() => {
            Some(breakage("is skipped now".into(), Some(result), true))
        }
        _ => None,
    }
}

/// Rewritten files that the run took from the original tree.
pub fn from_original(run: &RunResult) -> Vec<PathBuf> {
    run.noted.original.iter().cloned().collect()
}
