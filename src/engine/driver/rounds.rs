//! Rounds over the files of a job until nothing changes any more.
//!
//! Round 1 looks at every file. A later round looks at the files that the round before changed, and at those
//! whose decisions had read a changed file. Repositories are rewritten one after the other: files of different ones do
//! not depend on each other. All decisions of a round see the repository as it was when the
//! round began, so their order does not matter. When nothing changes any more, rewrites that had to wait have
//! their turn ([`super::reach`]); those that change several files are put together when all files have been decided
//! ([`super::shared`]). A file that more than [`MAX_ROUNDS`] rounds change, or whose text comes back, is
//! an internal error: it keeps its old bytes.

use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::changes::Composed;
use super::decide::{Decided, Partner, Round, decide};
use super::discover::{Found, LeftAlone, discover, generated_marker};
use super::identity::Identities;
use super::made::Made;
use super::needles::Needles;
use super::parallel::{parallel, thread_count};
use super::plan::{Plan, line_ranges, rules_of, touches};
use super::policy::{FileRules, Held};
use super::reach::{Gate, Reach, Turns};
use super::shared::{self, Groups};
use super::suppress::may_suppress;
use super::{Change, Counts, FileReport, Job, Outcome, Problem, Progress, Severity, SiteReport};
use crate::repo::{FileNumber, RepoIndex, Repository};
use crate::syntax::{ParseFailure, PythonVersion, TextRange};
use crate::text::{ContentHash, SourceFile};
use crate::transform::{Proposal, Settings, Target, Transform, Verdict};

pub(super) const MAX_ROUNDS: usize = 10;

/// What to do about a file that is no Python 3.
const UNREADABLE: &str = "mend the file, or leave it out with `--exclude` or `exclude` in the configuration";
/// What to do about a new text that the file's encoding cannot express.
const ENCODING: &str = "make the file UTF-8, or keep the rewrite away with `# unspool: ignore[ID] reason`";
/// What to do about a fault of ours.
const INTERNAL: &str = "an internal error is a fault of unspool: please report it with the code; `--ignore ID` goes on without the transform";

/// A file while its rounds run.
pub(super) struct Work<'j> {
    pub found: &'j Found,
    rules: Arc<FileRules>,
    pub settings: Settings,
    pub repo: Arc<RepoIndex>,
    /// What was read (its text apart from the rest), kept once a rewrite has been applied.
    original: Option<(Arc<str>, SourceFile)>,
    identities: Identities,
    /// Texts of earlier rounds, to notice oscillation.
    seen: Vec<ContentHash>,
    text: Option<Arc<str>>,
    applied: Vec<SiteReport>,
    /// Sites of the latest round that were not applied.
    open: Vec<SiteReport>,
    /// Rewrites of the latest round that change other files, too, until they are put together.
    pub shared: Vec<SiteReport>,
    first_text: Option<Arc<str>>,
    /// See [`FileReport::texts`].
    texts: Vec<(usize, Arc<str>)>,
    /// Where rewrites may be, in the text that was read; `None` for everywhere.
    changed: Option<Vec<TextRange>>,
    counts: Vec<Counts>,
    problems: Vec<Problem>,
    /// Lines and messages of suppressions that hold nothing back in this file.
    idle_suppressions: Vec<(usize, String)>,
    /// Suppressions of other files, by path and line, that held something back in this one.
    used_elsewhere: Vec<(PathBuf, usize)>,
    /// Files of the repository that the latest decisions read.
    read: FxHashSet<FileNumber>,
    /// Transforms with rewrites that wait for a round of their own.
    waiting: Vec<&'static str>,
    /// Rounds that changed it.
    changes: usize,
    /// The latest of them.
    changed_at: usize,
    given_up: bool,
    left_alone: Option<LeftAlone>,
    /// The result, at the end.
    change: Option<Change>,
}

/// Runs a job. Writes nothing: the caller does, with [`super::write`].
pub fn run(job: &Job, progress: &dyn Progress) -> Outcome {
    let mut discovery = discover(&job.paths, &job.exclude);
    let rules = rules_of(job, &mut discovery.files);
    let mut made = Made::of(job, &discovery.files, &rules);
    progress.total(discovery.files.len());
    let plan = Plan::of(job, &rules);
    let needles = Needles::of(&plan.transforms);
    let threads = thread_count(job.threads);
    let problems = discovery.problems;
    // By root, the Python that its first file has to run on: that of all of them, as a rule.
    let mut roots: BTreeMap<PathBuf, PythonVersion> = BTreeMap::new();
    for (found, rules) in discovery.files.iter().zip(&rules) {
        roots.entry(found.root.clone()).or_insert_with(|| target_of(found, rules).version);
    }
    let indexes: BTreeMap<PathBuf, Arc<RepoIndex>> = roots
        .into_iter()
        .map(|(root, version)| (root.clone(), Arc::new(made.index(root).parsed_for(version))))
        .collect();

    let files: Vec<(&Found, Arc<FileRules>)> = discovery.files.iter().zip(rules).collect();
    let new: Vec<(&Found, Arc<FileRules>)> = made.files.iter().zip(made.rules).collect();
    let cx = Context { files: &files, new: &new, ..Context::new(job, &plan, &needles) };
    let mut groups = Groups::default();
    let mut works: Vec<Work> = Vec::new();
    if job.apply {
        // One repository after the other: what is known of one is of no use to the next, and takes room.
        let mut by_root: BTreeMap<&Path, Vec<(&Found, Arc<FileRules>)>> = BTreeMap::new();
        for (found, rules) in &files {
            by_root.entry(&found.root).or_default().push((found, rules.clone()));
        }
        for (root, own) in by_root {
            let begun =
                parallel(&own, threads, |(found, rules)| begin(&cx, found, rules, &indexes, progress));
            let begun = begun.into_iter().flatten().map(|work| *work).collect();
            let mut done = to_the_end(&cx, begun, &mut groups, &indexes, threads);
            done.iter_mut().for_each(|work| work.rest(job.shows_changes));
            works.append(&mut done);
            indexes[root].close();
        }
    } else {
        let mut left: BTreeMap<&Path, AtomicUsize> = BTreeMap::new();
        for found in &discovery.files {
            *left.entry(&found.root).or_default().get_mut() += 1;
        }
        let decided = parallel(&files, threads, |(found, rules)| {
            let mut work = begin(&cx, found, rules, &indexes, progress);
            // What was learnt about a repository goes with its last file: over many repositories it would add up.
            if left[found.root.as_path()].fetch_sub(1, Ordering::Relaxed) == 1 {
                indexes[&found.root].forget();
            }
            if let Some(work) = &mut work {
                work.rest(job.shows_changes);
            }
            work
        });
        works.extend(decided.into_iter().flatten().map(|work| *work));
    }
    let mut outcome = finish(&cx, works, &mut groups, problems, discovery.files.len());
    outcome.left_alone.extend(discovery.left_alone);
    outcome.left_alone.sort_by(|a, b| a.path.cmp(&b.path));
    outcome
}

/// The first round of a file, if there is something to tell of it. Most have nothing: what is kept of those is a pointer.
fn begin<'j>(
    cx: &Context<'_, 'j>,
    found: &'j Found,
    rules: &Arc<FileRules>,
    indexes: &BTreeMap<PathBuf, Arc<RepoIndex>>,
    progress: &dyn Progress,
) -> Option<Box<Work<'j>>> {
    let mut work = Work::new(found, rules.clone(), indexes[&found.root].clone(), cx.transforms.len());
    work.round(cx, 1, Reach::Near);
    progress.file_done();
    work.is_of_interest().then(|| Box::new(work))
}

/// The rounds after the first, of the files of one repository, until nothing changes any more.
fn to_the_end<'j>(
    cx: &Context<'_, 'j>,
    mut works: Vec<Work<'j>>,
    groups: &mut Groups,
    indexes: &BTreeMap<PathBuf, Arc<RepoIndex>>,
    threads: usize,
) -> Vec<Work<'j>> {
    let mut turns = Turns::default();
    for round in 2.. {
        let changed: FxHashSet<PathBuf> =
            works.iter().filter(|w| w.changed_in(round - 1)).map(|w| w.found.path.clone()).collect();
        let waiting = works.iter().flat_map(|w| w.waiting.iter().copied());
        let Some(reach) = turns.next(!changed.is_empty(), waiting) else { break };
        for work in works.iter().filter(|w| changed.contains(&w.found.path)) {
            if let Some(text) = &work.text {
                work.repo.set_text(&work.found.path, text.clone());
            }
        }
        let again: Vec<Mutex<Option<Work>>> = works.into_iter().map(|w| Mutex::new(Some(w))).collect();
        works = parallel(&again, threads, |slot| {
            let mut work =
                slot.lock().expect("each slot is locked once").take().expect("each slot is taken once");
            let affected = match reach {
                Reach::Near => changed.contains(&work.found.path) || work.has_read(&changed),
                Reach::Far(id) => work.waiting.contains(&id),
            };
            if affected && !work.given_up {
                work.round(cx, round, reach);
            }
            work
        });
        shared::apply(cx, &mut works, groups, indexes, round);
    }
    works
}

/// Runs a job on one source that is no file (standard input). `job.paths` is not looked at, `name` stands for
/// the source in reports, and questions to the repository stay unanswered.
pub fn run_source(job: &Job, name: &Path, bytes: Vec<u8>) -> Outcome {
    let mut found = vec![Found {
        path: std::path::absolute(name).unwrap_or_else(|_| name.to_path_buf()),
        display: name.to_path_buf(),
        named: true,
        root: PathBuf::new(),
        target: None,
        is_new: false,
    }];
    let rules = rules_of(job, &mut found);
    let plan = Plan::of(job, &rules);
    let needles = Needles::of(&plan.transforms);
    let cx = Context::new(job, &plan, &needles);
    let mut groups = Groups::default();
    let (Some(found), Some(rules)) = (found.first(), rules.first()) else {
        return finish(&cx, Vec::new(), &mut groups, Vec::new(), 0);
    };
    let source = [Mutex::new(Some(bytes))];
    let works = parallel(&source, 1, |bytes| {
        let bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        let mut work =
            Work::new(found, rules.clone(), Arc::new(RepoIndex::without_files()), plan.transforms.len());
        work.first(&cx, bytes, 1, Reach::Near);
        let mut turns = Turns::default();
        for round in 2.. {
            if !job.apply || work.given_up {
                break;
            }
            let Some(reach) = turns.next(work.changed_in(round - 1), work.waiting.clone()) else { break };
            work.round(&cx, round, reach);
        }
        work.rest(job.shows_changes);
        work
    });
    finish(&cx, works, &mut groups, Vec::new(), 1)
}

/// What a file has to run on.
fn target_of(found: &Found, rules: &FileRules) -> Target {
    rules.target.unwrap_or_else(|| found.target.unwrap_or_default())
}

/// What is the same for all files of a job.
pub(super) struct Context<'c, 'j> {
    pub job: &'j Job,
    /// Those that run and those that are only counted.
    pub transforms: &'c [&'static dyn Transform],
    /// How many of them run.
    running: usize,
    needles: &'c Needles,
    /// All files of the job, in the order of their paths. None for a source that is no file.
    pub files: &'c [(&'j Found, Arc<FileRules>)],
    /// Those that rewrites may make.
    new: &'c [(&'j Found, Arc<FileRules>)],
}

impl<'c, 'j> Context<'c, 'j> {
    fn new(job: &'j Job, plan: &'c Plan, needles: &'c Needles) -> Self {
        Context { job, transforms: &plan.transforms, running: plan.running, needles, files: &[], new: &[] }
    }

    pub fn file(&self, path: &Path) -> Option<&'c (&'j Found, Arc<FileRules>)> {
        self.files.iter().chain(self.new).find(|(found, _)| found.path == path)
    }

    /// What another file is called that a rewrite of a file with these rules changes, and whether it may.
    fn partner(&self, repo: &RepoIndex, rules: &FileRules, path: &Path, proposal: &Proposal) -> Partner {
        let Some((found, theirs)) = self.file(path) else {
            return Partner { name: repo.shown(path), against: Some("is not part of this run".into()) };
        };
        let verdict = proposal.verdict();
        let is_generated = || repo.text(path).is_some_and(|text| generated_marker(text.as_bytes()).is_some());
        let against = if Some(&*found.root) != repo.root() {
            Some("belongs to another repository")
        } else if !theirs.on.contains(proposal.transform) {
            Some("has this transform switched off")
        } else if rules.applies(verdict) && !theirs.applies(verdict) {
            Some("takes no unsafe rewrites")
        } else if !found.named && is_generated() {
            Some("is generated")
        } else {
            None
        };
        Partner { name: found.display.clone(), against: against.map(str::to_owned) }
    }

    fn is_counted_only(&self, id: &str) -> bool {
        !self.transforms[..self.running].iter().any(|t| t.meta().id == id)
    }

    /// Whether a transform is asked about a file at all.
    fn looks(&self, rules: &FileRules, id: &str) -> bool {
        rules.on.contains(id) || (rules.counted.contains(id) && self.is_counted_only(id))
    }
}

fn finish(
    cx: &Context,
    mut works: Vec<Work>,
    groups: &mut Groups,
    mut problems: Vec<Problem>,
    files_seen: usize,
) -> Outcome {
    let job = cx.job;
    groups.join_users(&works);
    groups.keep_whole(&mut works);
    let used: FxHashSet<(PathBuf, usize)> =
        works.iter_mut().flat_map(|work| std::mem::take(&mut work.used_elsewhere)).collect();
    let mut left_alone = Vec::new();
    let mut counts: Vec<(&'static str, Counts)> =
        cx.transforms.iter().map(|t| (t.meta().id, Counts::default())).collect();
    let mut files = Vec::new();
    for mut work in works {
        for (line, message) in std::mem::take(&mut work.idle_suppressions) {
            if !used.contains(&(work.found.path.clone(), line)) {
                work.problem(Some(line), Severity::Warning, message);
            }
        }
        for (total, (_, sum)) in work.counts.iter().zip(counts.iter_mut()) {
            sum.add(total);
        }
        problems.append(&mut work.problems);
        left_alone.extend(work.left_alone.take());
        let mut sites: Vec<SiteReport> = work.applied;
        sites.append(&mut work.open);
        sites.retain(|s| reported(job, s) || s.applied);
        sites.sort_by(|a, b| {
            (a.round, a.proposal.anchor.start(), a.proposal.transform).cmp(&(
                b.round,
                b.proposal.anchor.start(),
                b.proposal.transform,
            ))
        });
        let change = work.change.map(|change| Change { group: groups.of(&work.found.path), ..change });
        if change.is_some() || !sites.is_empty() {
            let text = work.first_text.unwrap_or_default();
            let mut texts = work.texts;
            texts.retain(|(round, _)| sites.iter().any(|site| site.round == *round));
            files.push(FileReport { path: work.found.display.clone(), text, texts, sites, change });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    problems.sort_by(|a, b| (&a.path, a.line, &a.message).cmp(&(&b.path, b.line, &b.message)));
    Outcome { files, problems, counts, running: cx.running, files_seen, left_alone }
}

fn reported(job: &Job, site: &SiteReport) -> bool {
    (job.report)(if site.held.is_some() { Verdict::Refused } else { site.verdict })
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.safe += other.safe;
        self.unsafe_ += other.unsafe_;
        self.refused += other.refused;
        self.withheld += other.withheld;
        self.held += other.held;
        self.offered += other.offered;
        self.applied += other.applied;
    }

    fn count(&mut self, site: &SiteReport, rules: &FileRules) {
        if rules.applies(site.verdict) && site.held.is_none() {
            self.offered += 1;
        }
        match site.verdict {
            Verdict::Safe | Verdict::Unsafe if site.held.is_some() => self.held += 1,
            Verdict::Safe => self.safe += 1,
            Verdict::Unsafe => self.unsafe_ += 1,
            Verdict::Refused => self.refused += 1,
            Verdict::Withheld => self.withheld += 1,
        }
        self.applied += usize::from(site.applied);
    }
}

impl<'j> Work<'j> {
    pub fn new(found: &'j Found, rules: Arc<FileRules>, repo: Arc<RepoIndex>, transforms: usize) -> Self {
        let settings = Settings {
            profile: rules.profile,
            target: target_of(found, &rules),
            helpers_module: rules.helpers_module.clone(),
            task_groups: rules.task_groups,
        };
        Work {
            found,
            rules,
            settings,
            repo,
            original: None,
            identities: Identities::default(),
            seen: Vec::new(),
            text: None,
            applied: Vec::new(),
            open: Vec::new(),
            shared: Vec::new(),
            first_text: None,
            texts: Vec::new(),
            changed: None,
            counts: vec![Counts::default(); transforms],
            problems: Vec::new(),
            idle_suppressions: Vec::new(),
            used_elsewhere: Vec::new(),
            read: FxHashSet::default(),
            waiting: Vec::new(),
            changes: 0,
            changed_at: 0,
            given_up: false,
            left_alone: None,
            change: None,
        }
    }

    fn is_of_interest(&self) -> bool {
        !self.problems.is_empty()
            || !self.idle_suppressions.is_empty()
            || self.left_alone.is_some()
            || self.counts.iter().any(|c| *c != Counts::default())
    }

    pub fn changed_in(&self, round: usize) -> bool {
        !self.given_up && self.changed_at == round
    }

    /// Whether there is a result, at the end.
    pub fn is_changed(&self) -> bool {
        self.change.is_some()
    }

    /// Other files whose definitions its rewrites use.
    pub fn uses(&self) -> impl Iterator<Item = &PathBuf> {
        self.applied.iter().flat_map(|site| &site.proposal.uses)
    }

    pub fn is_given_up(&self) -> bool {
        self.given_up
    }

    pub fn problem(&mut self, line: Option<usize>, severity: Severity, message: impl Into<String>) {
        self.problem_with_help(line, severity, message.into(), None);
    }

    fn problem_with_help(
        &mut self,
        line: Option<usize>,
        severity: Severity,
        message: String,
        help: Option<&'static str>,
    ) {
        // A fault of ours is reported in the same way wherever it shows.
        let help = if message.contains("internal error") { Some(INTERNAL) } else { help };
        let path = self.found.display.clone();
        self.problems.push(Problem { path, line, severity, message, help });
    }

    /// The file is no Python 3 that can be read.
    fn unreadable(&mut self, line: Option<usize>, severity: Severity, why: impl std::fmt::Display) {
        self.problem_with_help(line, severity, format!("{why}; left as it is"), Some(UNREADABLE));
    }

    fn give_up(&mut self, why: &str) {
        self.problem(None, Severity::Error, format!("internal error: {why}; the file keeps its bytes"));
        self.abandon();
    }

    /// Nothing of the file changes.
    pub fn abandon(&mut self) {
        self.given_up = true;
        self.text = None;
        self.change = None;
        self.applied.clear();
        self.open.clear();
        self.shared.clear();
        self.counts.fill(Counts::default());
    }

    /// The rounds are over: makes bytes of the result, and lets go of what only another round needs.
    fn rest(&mut self, shows_changes: bool) {
        self.encode();
        if !shows_changes {
            for site in self.applied.iter_mut().chain(&mut self.open) {
                (site.proposal.edits, site.proposal.foreign) = (Vec::new(), Vec::new());
            }
        }
        self.original = None;
        self.text = None;
        self.identities = Identities::default();
        self.seen = Vec::new();
        self.read = FxHashSet::default();
    }

    /// Makes bytes of the result.
    fn encode(&mut self) {
        let (Some((original, source)), Some(text)) = (&self.original, &self.text) else { return };
        match source.encode(original).and_then(|before| Ok((before, source.encode(text)?))) {
            Ok((before, after)) if after != before => {
                let is_new = self.found.is_new;
                let same = self.first_text.as_ref().filter(|text| text.as_bytes() == before);
                let before = same.map_or_else(|| before.into(), |text| Arc::from(Arc::clone(text)));
                self.change = Some(Change { before, after, group: None, is_new });
            }
            Ok(_) => {}
            Err(error) => {
                let message = format!("{error}; the file keeps its bytes");
                self.problem_with_help(None, Severity::Error, message, Some(ENCODING));
                self.abandon();
            }
        }
    }

    /// Reads the file if it was not kept, for rewrites of several files. `expected` is its text as they know it.
    pub fn load(&mut self, expected: &str) -> Result<(), String> {
        if self.text.is_none() {
            let bytes = match self.found.is_new {
                true => Vec::new(),
                false => fs::read(&self.found.path).map_err(|error| format!("cannot be read: {error}"))?,
            };
            let mut source = SourceFile::decode(bytes).map_err(|error| error.to_string())?;
            let text: Arc<str> = std::mem::take(&mut source.text).into();
            self.first_text.get_or_insert_with(|| text.clone());
            self.original = Some((text.clone(), source));
            self.text = Some(text);
        }
        match self.text.as_deref() == Some(expected) {
            true => Ok(()),
            false => Err("changed while it was worked on".into()),
        }
    }

    /// Takes the text that rewrites of several files give it, of which these, by identity, are its own.
    pub fn accept(&mut self, (new, changes): Composed, own: &[String], round: usize) {
        self.identities.end_round(own, changes);
        if let Some(old) = self.text.take() {
            self.replace_text(&old, new, round);
            if own.is_empty() {
                // It counts for the files whose rewrites changed this one: they have changed, too.
                self.changes = self.changes.saturating_sub(1);
            }
        }
    }

    /// A rewrite of several files was applied, or has to wait for another turn.
    pub fn settle(&mut self, cx: &Context, mut site: SiteReport, applied: bool) {
        if self.given_up {
            return;
        }
        let id = site.proposal.transform;
        site.applied = applied;
        if applied {
            if let Some(i) = cx.transforms.iter().position(|t| t.meta().id == id) {
                self.counts[i].applied += 1;
            }
            return self.applied.push(site);
        }
        self.waiting.push(id);
        if reported(cx.job, &site) {
            self.open.push(site);
        }
    }

    fn replace_text(&mut self, old: &str, new: String, round: usize) {
        self.seen.push(ContentHash::of(old.as_bytes()));
        if self.seen.contains(&ContentHash::of(new.as_bytes())) {
            return self.give_up("rewrites undo each other");
        }
        self.changes += 1;
        if self.changes > MAX_ROUNDS {
            return self.give_up("does not settle");
        }
        self.changed_at = round;
        self.text = Some(new.into());
    }

    /// Reads (the first time), decides and applies.
    fn round(&mut self, cx: &Context, round: usize, reach: Reach) {
        match self.text.take() {
            Some(text) => self.decide(cx, text, None, round, reach),
            None => match fs::read(&self.found.path) {
                Ok(bytes) => self.first(cx, bytes, round, reach),
                Err(error) => self.unreadable(None, Severity::Error, format!("cannot be read: {error}")),
            },
        }
    }

    /// The first time that the file is looked at, or again without ever having changed.
    fn first(&mut self, cx: &Context, bytes: Vec<u8>, round: usize, reach: Reach) {
        // Whoever names a file wants to hear that it cannot be read, sites or not.
        if !self.found.named && self.active(cx, &bytes).is_empty() && !may_suppress(&bytes) {
            return;
        }
        if !self.found.named
            && let Some(reason) = generated_marker(&bytes)
        {
            self.left_alone = Some(LeftAlone { path: self.found.display.clone(), reason });
            return;
        }
        match SourceFile::decode(bytes) {
            Ok(mut source) => {
                let text = std::mem::take(&mut source.text);
                self.decide(cx, text.into(), Some(source), round, reach);
            }
            Err(error) => self.unreadable(error.line(), self.severity(), error),
        }
    }

    /// The transforms that may have a site in a text of this file.
    fn active(&self, cx: &Context, bytes: &[u8]) -> Vec<usize> {
        cx.needles.matching(bytes, |t| cx.looks(&self.rules, cx.transforms[t].meta().id))
    }

    fn decide(&mut self, cx: &Context, text: Arc<str>, read: Option<SourceFile>, round: usize, reach: Reach) {
        let active = self.active(cx, text.as_bytes());
        if round == 1 {
            let lines = cx.job.policy.as_ref().and_then(|policy| policy.changed_lines(self.found));
            self.changed = lines.map(|lines| line_ranges(&text, &lines));
        }
        let held = |identity: &str, origins: &[TextRange]| {
            if let Some(changed) = &self.changed
                && !origins.iter().any(|origin| touches(changed, *origin))
            {
                return Some(Held::Unchanged);
            }
            cx.job.policy.as_ref().and_then(|policy| policy.held(self.found, identity))
        };
        let repo = Repository::new(self.repo.clone());
        let gate = Gate::new(cx.transforms, reach);
        let may_apply = |p: &Proposal, v: Verdict, identity: &str| {
            cx.job.apply
                && !cx.is_counted_only(p.transform)
                && self.rules.applies(v)
                && cx.job.choice.includes(identity)
                && gate.lets_through(p)
        };
        let partner = |path: &Path, proposal: &Proposal| cx.partner(&self.repo, &self.rules, path, proposal);
        let decided = decide(
            &text,
            &Round {
                transforms: cx.transforms,
                known: if cx.job.policy.is_some() { &cx.job.transforms } else { cx.transforms },
                active: &active,
                may_apply: &may_apply,
                held: &held,
                runs: &|id| self.rules.on.contains(id),
                partner: &partner,
                shows_changes: cx.job.shows_changes,
                settings: &self.settings,
                repo: &repo,
                path: &self.found.path,
                name: self.found.path.strip_prefix(&self.found.root).unwrap_or(&self.found.path),
            },
            &mut self.identities,
        );
        let Decided { sites, text: result, problems, idle_suppressions, used_elsewhere, shared } =
            match decided {
                Ok(decided) => decided,
                Err(failure) => {
                    let line = match &failure {
                        ParseFailure::Syntax { at, .. } | ParseFailure::OddIndentation { at } => Some(
                            1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..at.start().to_usize()]).count(),
                        ),
                        _ => None,
                    };
                    return self.unreadable(line, self.severity(), failure);
                }
            };
        for (line, severity, message) in problems {
            self.problem(line, severity, message);
        }
        self.used_elsewhere.extend(used_elsewhere);
        if round == 1 {
            self.idle_suppressions = idle_suppressions;
        } else if cx.job.shows_changes {
            self.texts.push((round, text.clone()));
        }
        // Nothing changes where nothing is applied.
        if cx.job.apply {
            self.read = repo.read_files();
        }
        self.waiting = gate.waiting();
        self.shared = shared.into_iter().map(|site| SiteReport { round, ..site }).collect();
        self.absorb(cx, sites, round);
        let kept = !self.applied.is_empty() || !self.open.is_empty() || !self.shared.is_empty();
        if self.first_text.is_none() && kept {
            self.first_text = Some(text.clone());
        }
        match result {
            Some(new) => {
                self.replace_text(&text, new, round);
                if let Some(source) = read {
                    self.original = Some((text, source));
                }
            }
            None if self.original.is_some() => self.text = Some(text),
            None => {}
        }
    }

    /// Whether the latest decisions rest on one of these files.
    fn has_read(&self, files: &FxHashSet<PathBuf>) -> bool {
        !self.read.is_empty()
            && files.iter().any(|file| self.repo.numbered(file).is_some_and(|n| self.read.contains(&n)))
    }

    /// A file that is no Python 3 is worth a warning, unless the user named it.
    fn severity(&self) -> Severity {
        if self.found.named { Severity::Error } else { Severity::Warning }
    }

    fn absorb(&mut self, cx: &Context, sites: Vec<SiteReport>, round: usize) {
        self.open.clear();
        for mut site in sites {
            site.round = round;
            if site.applied { self.applied.push(site) } else { self.open.push(site) }
        }
        let index = |id: &str| cx.transforms.iter().position(|t| t.meta().id == id);
        self.counts.fill(Counts::default());
        for site in self.applied.iter().chain(&self.open).chain(&self.shared) {
            if let Some(i) = index(site.proposal.transform) {
                self.counts[i].count(site, &self.rules);
            }
        }
        self.open.retain(|s| reported(cx.job, s) && !cx.is_counted_only(s.proposal.transform));
        // Most sites are refused, and few are asked for: over thousands of files their room adds up.
        self.open.shrink_to_fit();
    }
}
