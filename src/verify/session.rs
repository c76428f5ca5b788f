//! Baseline, all rewrites, search, and the end: see the crate's page.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use crate::VerifyError;
use crate::guard::{Guard, GuardProgram, Request};
use crate::observe::{self, Observation};
use crate::results::{Breakage, Check, Flaky, RunResult, broken, from_original, still_broken};
use crate::rewrites::{Applied, Choice, FileChange, Rewrite, Rewrites};
use crate::scratch::Scratch;
use crate::search::minimal_rewrites;
use crate::suspects::{Distance, ordered};

/// The time that the baseline may take where nobody says.
const BASELINE_LIMIT: Duration = Duration::from_secs(3600);
/// With rewrites a run may take this many times as long as without, and [`LEEWAY`] more.
const SLOWER: u32 = 3;
const LEEWAY: Duration = Duration::from_secs(30);
/// How often what broke is run again, with and without the rewrites, before a search begins: a test that passes every
/// other time is taken for a victim once in 64 times, and once in 128 after the search's own confirmation. Where it takes
/// whole runs, once has to do.
const CONFIRMATIONS: usize = 2;
/// How much of the output is kept for messages, in bytes.
const OUTPUT_KEPT: usize = 6000;

/// What is run, on what, and how.
#[derive(Clone, Debug)]
pub struct Command {
    /// For `sh -c`.
    pub line: String,
    /// Put in front of `sh`: a sandbox. It has to leave the scratch folder visible and writable.
    pub wrapper: Vec<OsString>,
    /// The whole environment, to which only the variables of the observer are added.
    pub environment: Vec<(OsString, OsString)>,
    /// The root of the tree that is copied; absolute, without links.
    pub root: PathBuf,
    /// The folder in which the command runs, from the root.
    pub folder: PathBuf,
    /// Per run. Without it an hour for the baseline, and for the others three times what that took and half a minute.
    pub limit: Option<Duration>,
    /// Where the scratch folder is made; without it where temporary files go.
    pub scratch: Option<PathBuf>,
    pub guard: GuardProgram,
}

/// What is being done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    Copying,
    Baseline,
    /// The whole command with this many rewrites.
    All {
        rewrites: usize,
    },
    /// What broke, once more; with the rewrites or without.
    Again {
        checks: usize,
        with: bool,
    },
    /// What broke, with some of the rewrites that are still suspected.
    Search {
        suspected: usize,
    },
}

/// Somebody who looks on.
pub trait Watch {
    /// A step begins; it will probably take so long.
    fn begin(&self, step: &Step, expected: Option<Duration>);
    /// The run of the step has ended.
    fn end(&self, took: Duration);
    /// Whether to stop.
    fn interrupted(&self) -> bool;
}

/// The command without rewrites.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Tests that reported a result; none where only the exit status is known.
    pub tests: usize,
    /// Those that failed: they do not count.
    pub failing: usize,
    pub status: String,
    pub took: Duration,
}

/// A rewrite that is dropped, and why.
#[derive(Clone, Debug)]
pub struct Guilty {
    pub rewrite: Rewrite,
    pub broke: Vec<Breakage>,
    /// Kept ones without which it breaks nothing.
    pub together_with: Vec<Rewrite>,
}

/// The end. The last choice that was asked for by [`Choice::AllBut`] is the one that holds: the whole command ran on it.
#[derive(Clone, Debug)]
pub struct Verified {
    pub baseline: Baseline,
    pub guilty: Vec<Guilty>,
    /// Checks that come out by chance.
    pub flaky: Vec<Check>,
    /// Rewrites that are left.
    pub kept: usize,
    pub files: BTreeSet<PathBuf>,
    /// Those of the files that some Python of the command imported in the last whole run.
    pub imported: BTreeSet<PathBuf>,
    /// Whether any Python told us what it imported.
    pub observed: bool,
    pub runs: usize,
}

/// Verifies and finds the guilty. The original tree is read, never written.
///
/// # Errors
/// Where nothing can be said: see [`VerifyError`].
pub fn verify(
    command: &Command,
    rewrites: &mut dyn Rewrites,
    watch: &dyn Watch,
) -> Result<Verified, VerifyError> {
    watch.begin(&Step::Copying, None);
    let mut scratch = Scratch::new(&command.root, command.scratch.as_deref())?;
    let guard = match Guard::start(&command.guard, scratch.folder()) {
        Ok(guard) => guard,
        Err(error) => {
            // Nobody else will; it is empty.
            let _ = std::fs::remove_dir(scratch.folder());
            return Err(error);
        }
    };
    scratch.fill(&|| watch.interrupted())?;
    observe::install(&scratch)
        .map_err(|error| VerifyError::Scratch { path: scratch.folder().to_path_buf(), error })?;
    Session {
        command,
        rewrites,
        watch,
        runner: Runner { command, scratch, guard, watch, runs: 0, touched: BTreeSet::new(), whole: None },
        flaky: Flaky::new(),
        sociable: BTreeSet::new(),
        guilty: Vec::new(),
    }
    .verify()
}

/// Runs the command in the scratch copy.
struct Runner<'a> {
    command: &'a Command,
    scratch: Scratch,
    guard: Guard,
    watch: &'a dyn Watch,
    runs: usize,
    /// Every file that any rewrite touched.
    touched: BTreeSet<PathBuf>,
    /// The latest run of the whole command, with its changes.
    whole: Option<(Vec<FileChange>, Rc<RunResult>)>,
}

impl Runner<'_> {
    fn run(
        &mut self,
        changes: &[FileChange],
        only: Option<&BTreeSet<String>>,
        limit: Duration,
    ) -> Result<Rc<RunResult>, VerifyError> {
        self.scratch.set(changes)?;
        self.touched.extend(changes.iter().map(|change| change.path.clone()));
        self.runs += 1;
        let scratch_error = |path: &Path| {
            let path = path.to_path_buf();
            move |error| VerifyError::Scratch { path, error }
        };
        let observation = Observation::new(&self.scratch, self.runs, only, &self.touched)
            .map_err(scratch_error(self.scratch.folder()))?;
        // Joining nothing would leave a slash at the end, which PWD does not have.
        let mut folder = self.scratch.tree().to_path_buf();
        folder.extend(&self.command.folder);
        let mut environment: BTreeMap<OsString, OsString> =
            self.command.environment.iter().cloned().collect();
        environment.insert("PWD".into(), folder.clone().into());
        observation.extend(&self.scratch, &mut environment);
        let shell = ["sh".into(), "-c".into(), OsString::from(&self.command.line)];
        let output = self.scratch.folder().join(format!("output-{}", self.runs));
        let request = Request {
            argv: self.command.wrapper.iter().cloned().chain(shell).collect(),
            folder,
            environment: environment.into_iter().collect(),
            output: output.clone(),
            limit: Some(limit),
        };
        let ended = self.guard.run(&request, &|| self.watch.interrupted())?;
        self.watch.end(ended.took);
        let run = RunResult { ended, limit: Some(limit), noted: observation.read(), output: end_of(&output) };
        // A suite may print a lot, and there may be many runs.
        let _ = std::fs::remove_file(output);
        if let Some(path) = self.scratch.overwritten() {
            return Err(VerifyError::Overwritten { path });
        }
        let files = from_original(&run);
        if !files.is_empty() {
            return Err(VerifyError::ImportsOriginal { files });
        }
        let run = Rc::new(run);
        if only.is_none() {
            self.whole = Some((changes.to_vec(), Rc::clone(&run)));
        }
        Ok(run)
    }

    /// The latest run of the whole command, if it was on these changes.
    fn latest(&self, changes: &[FileChange]) -> Option<Rc<RunResult>> {
        self.whole.as_ref().filter(|(of, _)| of == changes).map(|(_, run)| Rc::clone(run))
    }
}

/// The end of a file, as text.
fn end_of(path: &Path) -> String {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(OUTPUT_KEPT as u64)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
}

struct Session<'a> {
    command: &'a Command,
    rewrites: &'a mut dyn Rewrites,
    watch: &'a dyn Watch,
    runner: Runner<'a>,
    flaky: Flaky,
    /// Tests that fail alone: they need what other tests leave.
    sociable: BTreeSet<Check>,
    guilty: Vec<Guilty>,
}

/// What broke reproducibly, and how long it takes to see that.
struct Reproduced {
    checks: BTreeMap<Check, Breakage>,
    /// Whether the tests fail when they run alone.
    alone: bool,
    /// How long they take without rewrites.
    took: Duration,
}

impl Session<'_> {
    fn verify(mut self) -> Result<Verified, VerifyError> {
        let mut dropped: BTreeSet<String> = BTreeSet::new();
        let mut applied = self.apply(Choice::AllBut(&dropped))?;
        // Before anything runs: which imports from the original tree would matter.
        self.runner.touched.extend(applied.files.iter().map(|change| change.path.clone()));
        // And before anything runs we want to know that they can be applied to the copy at all.
        self.runner.scratch.set(&applied.files)?;
        let baseline = self.baseline()?;
        let limit = self.limit(baseline.ended.took);
        let (mut imported, mut observed) = (BTreeSet::new(), baseline.noted.observed);
        // Without rewrites the tree is the one of the baseline.
        'whole: while !applied.rewrites.is_empty() {
            self.watch.begin(&Step::All { rewrites: applied.rewrites.len() }, Some(baseline.ended.took));
            // Where tests fail only together with all others, the search has already ended with the whole command.
            let run = match self.runner.latest(&applied.files) {
                Some(run) => run,
                None => self.runner.run(&applied.files, None, limit)?,
            };
            imported.clone_from(&run.noted.imported);
            observed |= run.noted.observed;
            // Where nothing was dropped there are more flaky tests than before.
            let mut has_dropped = false;
            while !has_dropped {
                let broken = broken(&baseline, &run, &self.flaky);
                if broken.is_empty() {
                    break 'whole;
                }
                has_dropped = self.drop_guilty(&baseline, &applied, broken, &mut dropped)?;
            }
            applied = self.apply(Choice::AllBut(&dropped))?;
        }
        let files: BTreeSet<PathBuf> = applied.files.iter().map(|change| change.path.clone()).collect();
        imported.retain(|path| files.contains(path));
        if nothing_holds(&baseline, &self.flaky) {
            return Err(VerifyError::AllFlaky { tests: baseline.noted.tests.len() });
        }
        let failing = baseline.noted.tests.values().filter(|result| result.outcome.is_bad()).count();
        Ok(Verified {
            baseline: Baseline {
                tests: baseline.noted.tests.len(),
                failing,
                status: baseline.ended.describe(baseline.limit),
                took: baseline.ended.took,
            },
            guilty: self.guilty,
            flaky: self.flaky.into_iter().collect(),
            kept: applied.rewrites.len(),
            files,
            imported,
            observed,
            runs: self.runner.runs,
        })
    }

    fn apply(&mut self, choice: Choice) -> Result<Applied, VerifyError> {
        self.rewrites.apply(choice).map_err(VerifyError::Rewrites)
    }

    /// The limit of a run that takes this long without rewrites.
    fn limit(&self, took: Duration) -> Duration {
        self.command.limit.unwrap_or(took * SLOWER + LEEWAY)
    }

    fn baseline(&mut self) -> Result<Rc<RunResult>, VerifyError> {
        self.watch.begin(&Step::Baseline, None);
        let limit = self.command.limit.unwrap_or(BASELINE_LIMIT);
        let run = self.runner.run(&[], None, limit)?;
        let tests = run.noted.tests.len();
        if run.ended.timed_out {
            return Err(VerifyError::BaselineTimeout { limit, unfinished: run.noted.unfinished.clone() });
        }
        // POSIX, "Exit Status for Commands": 127 not found, 126 found but not to be executed.
        if tests == 0 && matches!(run.ended.code, Some(126 | 127)) {
            return Err(VerifyError::NotFound { output: run.output.clone() });
        }
        let holds = match tests {
            0 => run.ended.is_success(),
            _ => run.noted.tests.values().any(|result| !result.outcome.is_bad()),
        };
        if !holds {
            let status = run.ended.describe(run.limit);
            return Err(VerifyError::BaselineFails { tests, status, output: run.output.clone() });
        }
        Ok(run)
    }

    /// Finds what is guilty of the breakages and whether there is any: they may all come by chance.
    fn drop_guilty(
        &mut self,
        baseline: &RunResult,
        applied: &Applied,
        broken: Vec<Breakage>,
        dropped: &mut BTreeSet<String>,
    ) -> Result<bool, VerifyError> {
        let Some(reproduced) = self.reproduce(baseline, applied, broken)? else { return Ok(false) };
        let mut left = reproduced.checks.clone();
        let mut applied = applied.clone();
        let known = dropped.len();
        while let Some(target) = target(&left, &applied.rewrites) {
            let only = BTreeSet::from([target.check.clone()]);
            let minimal = self.search(baseline, &applied, &reproduced, &target)?;
            // The search may have been led by chance: these have to break it once more. Whole runs are too dear for that.
            let with = self.chosen(&minimal)?;
            let breaks = !reproduced.alone || !self.again(baseline, &with, &only, &reproduced)?.is_empty();
            let Some(guilty) = most_doubtful(&minimal).filter(|_| breaks) else {
                left.remove(&target.check);
                self.flaky.insert(target.check);
                continue;
            };
            dropped.insert(guilty.id.clone());
            let rest: Vec<Rewrite> =
                applied.rewrites.iter().filter(|rewrite| rewrite.id != guilty.id).cloned().collect();
            let rest = self.chosen(&rest)?;
            let checks: BTreeSet<Check> = left.keys().cloned().collect();
            let still = self.again(baseline, &rest, &checks, &reproduced)?;
            let healed = left.values().filter(|breakage| !still.contains_key(&breakage.check));
            let mut broke: Vec<Breakage> = healed.cloned().collect();
            // Another one may break it as well.
            if broke.iter().all(|breakage| breakage.check != target.check) {
                broke.insert(0, target);
            }
            let together_with = minimal.iter().filter(|rewrite| rewrite.id != guilty.id).cloned().collect();
            self.guilty.push(Guilty { rewrite: guilty, broke, together_with });
            left = still;
            applied = rest;
        }
        Ok(dropped.len() > known)
    }

    /// Runs what broke again, with the rewrites and without. None if it was all by chance.
    fn reproduce(
        &mut self,
        baseline: &RunResult,
        applied: &Applied,
        broken: Vec<Breakage>,
    ) -> Result<Option<Reproduced>, VerifyError> {
        let first: BTreeMap<Check, Breakage> =
            broken.into_iter().map(|breakage| (breakage.check.clone(), breakage)).collect();
        // Alone is quicker; tests that need their predecessors, to pass or to fail, are run with them.
        for alone in [true, false] {
            let mut checks = first.clone();
            if alone {
                checks.retain(|check, _| matches!(check, Check::Test(_)) && !self.sociable.contains(check));
            }
            if checks.is_empty() {
                continue;
            }
            let mut reproduced = Reproduced { checks, alone, took: baseline.ended.took };
            for _ in 0..if alone { CONFIRMATIONS } else { 1 } {
                let checks: BTreeSet<Check> = reproduced.checks.keys().cloned().collect();
                let mut again = self.again(baseline, applied, &checks, &reproduced)?;
                if again.is_empty() {
                    reproduced.checks.clear();
                    break;
                }
                let again_checks = again.keys().cloned().collect();
                let without = self.again_without(baseline, &again_checks, &mut reproduced)?;
                for check in without {
                    again.remove(&check);
                    // What fails alone even without rewrites says something only in company.
                    if alone { &mut self.sociable } else { &mut self.flaky }.insert(check);
                }
                // The first run says best what broke; this one says what still does.
                reproduced.checks.retain(|check, _| again.contains_key(check));
                if reproduced.checks.is_empty() {
                    break;
                }
            }
            if !reproduced.checks.is_empty() {
                return Ok(Some(reproduced));
            }
        }
        self.flaky.extend(first.into_keys());
        Ok(None)
    }

    /// Those of the checks that do not even hold without rewrites.
    fn again_without(
        &mut self,
        baseline: &RunResult,
        checks: &BTreeSet<Check>,
        reproduced: &mut Reproduced,
    ) -> Result<BTreeSet<Check>, VerifyError> {
        let step = Step::Again { checks: checks.len(), with: false };
        self.watch.begin(&step, Some(reproduced.took));
        let only = reproduced.alone.then(|| ids(checks));
        let run = self.runner.run(&[], only.as_ref(), self.limit(baseline.ended.took))?;
        reproduced.took = run.ended.took;
        Ok(still_broken(baseline, &run, checks).into_keys().collect())
    }

    /// Those of the checks that do not hold with the rewrites.
    fn again(
        &mut self,
        baseline: &RunResult,
        applied: &Applied,
        checks: &BTreeSet<Check>,
        reproduced: &Reproduced,
    ) -> Result<BTreeMap<Check, Breakage>, VerifyError> {
        self.watch.begin(&Step::Again { checks: checks.len(), with: true }, Some(reproduced.took));
        self.check(baseline, applied, checks, reproduced)
    }

    fn check(
        &mut self,
        baseline: &RunResult,
        applied: &Applied,
        checks: &BTreeSet<Check>,
        reproduced: &Reproduced,
    ) -> Result<BTreeMap<Check, Breakage>, VerifyError> {
        let only = reproduced.alone.then(|| ids(checks));
        let limit = self.limit(reproduced.took);
        let run = self.runner.run(&applied.files, only.as_ref(), limit)?;
        Ok(still_broken(baseline, &run, checks))
    }

    fn chosen(&mut self, rewrites: &[Rewrite]) -> Result<Applied, VerifyError> {
        let ids = rewrites.iter().map(|rewrite| rewrite.id.clone()).collect();
        self.apply(Choice::Only(&ids))
    }

    /// The rewrites of a smallest choice with which the target breaks.
    fn search(
        &mut self,
        baseline: &RunResult,
        applied: &Applied,
        reproduced: &Reproduced,
        target: &Breakage,
    ) -> Result<Vec<Rewrite>, VerifyError> {
        let only = BTreeSet::from([target.check.clone()]);
        // Different choices may give the same tree: some rewrites are there only with others.
        let mut known: HashMap<Vec<(PathBuf, Vec<u8>)>, bool> = HashMap::new();
        let mut fails = |some: &[Rewrite]| -> Result<bool, VerifyError> {
            let applied = self.chosen(some)?;
            let tree = |change: &FileChange| (change.path.clone(), change.after.clone());
            let tree: Vec<_> = applied.files.iter().map(tree).collect();
            if tree.is_empty() {
                return Ok(false);
            }
            if let Some(fails) = known.get(&tree) {
                return Ok(*fails);
            }
            self.watch.begin(&Step::Search { suspected: some.len() }, Some(reproduced.took));
            let fails = !self.check(baseline, &applied, &only, reproduced)?.is_empty();
            known.insert(tree, fails);
            Ok(fails)
        };
        let ordered = ordered(applied.rewrites.clone(), &target.trace);
        let mut suspects: Vec<Rewrite> = ordered.iter().map(|(_, rewrite)| rewrite.clone()).collect();
        // Guesses cost a run each, and a good one saves many.
        for limit in [Distance::Near, Distance::SameFile] {
            let near = ordered.iter().filter(|(distance, _)| *distance <= limit).count();
            if near > 0 && near * 2 <= suspects.len() && fails(&suspects[..near])? {
                suspects.truncate(near);
                break;
            }
        }
        minimal_rewrites(suspects, &mut fails)
    }
}

/// Whether every check that held in the baseline came out by chance.
fn nothing_holds(baseline: &RunResult, flaky: &Flaky) -> bool {
    let mut good = baseline.noted.tests.iter().filter(|(_, result)| !result.outcome.is_bad());
    match baseline.noted.tests.is_empty() {
        true => flaky.contains(&Check::Command),
        false => good.all(|(id, _)| flaky.contains(&Check::Test(id.clone()))),
    }
}

/// The breakage with which to search: one whose traceback leads to a rewrite, if there is one.
fn target(left: &BTreeMap<Check, Breakage>, rewrites: &[Rewrite]) -> Option<Breakage> {
    let nearest = |breakage: &&Breakage| {
        ordered(rewrites.to_vec(), &breakage.trace).first().map(|(distance, _)| *distance)
    };
    left.values().min_by_key(nearest).cloned()
}

/// Of rewrites that break something together, the one that goes.
fn most_doubtful(rewrites: &[Rewrite]) -> Option<Rewrite> {
    rewrites.iter().max_by_key(|rewrite| (rewrite.round, rewrite.doubt)).cloned()
}

fn ids(checks: &BTreeSet<Check>) -> BTreeSet<String> {
    let id = |check: &Check| match check {
        Check::Test(id) => Some(id.clone()),
        Check::Command => None,
    };
    checks.iter().filter_map(id).collect()
}
