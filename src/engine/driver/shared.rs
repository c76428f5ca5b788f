//! Rewrites that change several files: all of it or nothing.
//!
//! They are decided file by file as all others are, and put together here, when every file of a round has been
//! decided. All of them were decided on the same texts. Where two meet in a file, or one meets something that was
//! applied in this round, it is found and decided again later, as within a file. What is put together fails together:
//! a file that does not pass a check, or whose new text cannot be encoded, takes those with it that belong to it.

use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::changes::{Changes, Composed};
use super::parallel::{parallel, thread_count};
use super::rounds::{Context, Work};
use super::{Severity, SiteReport};
use crate::facts::Facts;
use crate::repo::{RepoIndex, Repository};
use crate::rewrite::overlap;
use crate::syntax::{Module, TextRange, parse};
use crate::text::Edit;
use crate::transform::{FileContext, Settings};

/// Files that rewrites have tied together.
#[derive(Default)]
pub struct Groups {
    sets: Vec<BTreeSet<PathBuf>>,
    /// Rewrites, by identity, that did not pass a check: once is enough.
    failed: FxHashSet<String>,
}

impl Groups {
    fn join<'p>(&mut self, paths: impl IntoIterator<Item = &'p Path>) {
        let mut joined: BTreeSet<PathBuf> = paths.into_iter().map(Path::to_path_buf).collect();
        self.sets.retain(|set| {
            let apart = set.is_disjoint(&joined);
            if !apart {
                joined.extend(set.iter().cloned());
            }
            apart
        });
        self.sets.push(joined);
    }

    /// Ties files to what they use of another file that has changed, or would have.
    pub fn join_users(&mut self, works: &[Work]) {
        let changed = |path: &PathBuf| {
            let work = works.iter().find(|work| work.found.path == *path);
            work.is_some_and(|work| work.is_given_up() || work.is_changed())
        };
        for work in works {
            for path in work.uses().filter(|path| changed(path)) {
                self.join([&*work.found.path, path]);
            }
        }
    }

    /// The number of the group of a file.
    pub fn of(&self, path: &Path) -> Option<usize> {
        self.sets.iter().position(|set| set.contains(path))
    }

    /// Where a file of a group was given up, so are the others.
    pub fn keep_whole(&self, works: &mut [Work]) {
        for set in &self.sets {
            let lost = works.iter().find(|work| work.is_given_up() && set.contains(&work.found.path));
            let Some(lost) = lost.map(|work| work.found.display.clone()) else { continue };
            let others = works.iter_mut().filter(|work| set.contains(&work.found.path));
            for work in others.filter(|work| !work.is_given_up()) {
                let message = format!(
                    "not rewritten, because it belongs together with {}, which could not be; the file keeps its bytes",
                    lost.display()
                );
                work.problem(None, Severity::Error, message);
                work.abandon();
            }
        }
    }
}

/// A rewrite whose turn it is.
struct Candidate {
    /// Index of the file in which it was found.
    work: usize,
    path: PathBuf,
    site: SiteReport,
}

impl Candidate {
    /// Its files, each with the hull of what changes there.
    fn extents(&self) -> Vec<(&Path, TextRange)> {
        let hull = |start: Option<TextRange>, edits: &[Edit]| {
            edits.iter().map(|edit| edit.range).chain(start).reduce(TextRange::cover).unwrap_or_default()
        };
        let proposal = &self.site.proposal;
        let mut extents = vec![(&*self.path, hull(Some(proposal.anchor), &proposal.edits))];
        extents.extend(proposal.foreign.iter().map(|other| (&*other.path, hull(None, &other.edits))));
        extents
    }

    /// The names that it puts into another file, if that is all that it does there.
    fn defines(&self, path: &Path) -> &[String] {
        let other = self.site.proposal.foreign.iter().find(|other| other.path == path);
        other.map_or(&[], |other| &other.defines)
    }

    /// Whether both could not be applied together.
    fn meets(&self, other: &Candidate) -> bool {
        let rests = |one: &Candidate, on: &[(&Path, TextRange)]| {
            let ranges = &one.site.proposal.rests_on;
            on.iter().any(|(path, range)| *path == one.path && ranges.iter().any(|r| overlap(*r, *range)))
        };
        let (ours, theirs) = (self.extents(), other.extents());
        // Definitions that do not know of each other can go to one place.
        let apart = |path: &Path| {
            let (ours, theirs) = (self.defines(path), other.defines(path));
            !ours.is_empty() && !theirs.is_empty() && ours.iter().all(|name| !theirs.contains(name))
        };
        ours.iter()
            .any(|(path, range)| theirs.iter().any(|(p, r)| p == path && overlap(*range, *r) && !apart(path)))
            || rests(self, &theirs)
            || rests(other, &ours)
    }
}

/// Applies what the files of a round have left for this, as far as it goes together.
pub fn apply<'j>(
    cx: &Context<'_, 'j>,
    works: &mut Vec<Work<'j>>,
    groups: &mut Groups,
    indexes: &BTreeMap<PathBuf, Arc<RepoIndex>>,
    round: usize,
) {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (number, work) in works.iter_mut().enumerate() {
        for site in std::mem::take(&mut work.shared) {
            candidates.push(Candidate { work: number, path: work.found.path.clone(), site });
        }
    }
    if candidates.is_empty() {
        return;
    }
    let rank = |id: &str| cx.transforms.iter().position(|t| t.meta().id == id);
    candidates.sort_by_cached_key(|candidate| {
        let length: u32 = candidate.extents().iter().map(|(_, range)| range.len().to_u32()).sum();
        let proposal = &candidate.site.proposal;
        (length, rank(proposal.transform), candidate.path.clone(), proposal.anchor.start())
    });
    let mut together = Together { cx, round, places: places(works) };
    let mut chosen: Vec<usize> = Vec::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let is_free = !groups.failed.contains(&candidate.site.identity)
            && candidate.extents().iter().all(|(path, _)| !together.changed(works, path))
            && chosen.iter().all(|other| !candidate.meets(&candidates[*other]));
        if !is_free {
            continue;
        }
        match together.load(works, indexes, candidate) {
            Ok(()) => chosen.push(number),
            Err(why) => refuse(&mut works[candidate.work], groups, candidate, &why),
        }
    }
    let mut results = together.compose(works, &candidates, &chosen);
    if results.is_err() {
        // Something broke a rule: find out which, drop it, keep the rest.
        chosen.retain(|&number| match together.compose(works, &candidates, &[number]) {
            Ok(_) => true,
            Err(why) => {
                let candidate = &candidates[number];
                refuse(&mut works[candidate.work], groups, candidate, &format!("internal error: {why}"));
                false
            }
        });
        results = together.compose(works, &candidates, &chosen);
    }
    let results = match results {
        Ok(results) => results,
        Err(why) => {
            for number in chosen.drain(..) {
                let candidate = &candidates[number];
                let why = format!("internal error: rewrites do not fit together: {why}");
                refuse(&mut works[candidate.work], groups, candidate, &why);
            }
            BTreeMap::new()
        }
    };
    for &number in &chosen {
        groups.join(candidates[number].extents().into_iter().map(|(path, _)| path));
    }
    for (path, composed) in results {
        let of_file = |number: &&usize| candidates[**number].path == path;
        let own: Vec<String> =
            chosen.iter().filter(of_file).map(|&number| candidates[number].site.identity.clone()).collect();
        works[together.places[&path]].accept(composed, &own, round);
    }
    for (number, candidate) in candidates.into_iter().enumerate() {
        works[candidate.work].settle(cx, candidate.site, chosen.contains(&number));
    }
}

fn refuse(work: &mut Work, groups: &mut Groups, candidate: &Candidate, why: &str) {
    let SiteReport { proposal, line, identity, .. } = &candidate.site;
    work.problem(Some(*line), Severity::Error, format!("{}: {why}; not applied", proposal.transform));
    groups.failed.insert(identity.clone());
}

fn places(works: &[Work]) -> FxHashMap<PathBuf, usize> {
    works.iter().enumerate().map(|(number, work)| (work.found.path.clone(), number)).collect()
}

/// The files of a round.
struct Together<'c, 'j> {
    cx: &'c Context<'c, 'j>,
    round: usize,
    places: FxHashMap<PathBuf, usize>,
}

/// What is to be done to a file.
struct Task {
    path: PathBuf,
    text: Arc<str>,
    repo: Arc<RepoIndex>,
    settings: Settings,
    changes: Changes,
}

impl<'j> Together<'_, 'j> {
    /// Whether something was applied to the file in this round already, or it was given up.
    fn changed(&self, works: &[Work<'j>], path: &Path) -> bool {
        let work = self.places.get(path).map(|&number| &works[number]);
        work.is_some_and(|work| work.is_given_up() || work.changed_in(self.round))
    }

    /// Sees to it that all files of a rewrite are there, as it knows them.
    fn load(
        &mut self,
        works: &mut Vec<Work<'j>>,
        indexes: &BTreeMap<PathBuf, Arc<RepoIndex>>,
        candidate: &Candidate,
    ) -> Result<(), String> {
        let repo = Arc::clone(&works[candidate.work].repo);
        for (path, _) in candidate.extents() {
            let number = match self.places.get(path) {
                Some(number) => *number,
                None => {
                    let (found, rules) = self
                        .cx
                        .file(path)
                        .expect("a rewrite that changes a file outside of the job is held back");
                    let index = Arc::clone(&indexes[&found.root]);
                    works.push(Work::new(found, Arc::clone(rules), index, self.cx.transforms.len()));
                    self.places.insert(path.to_path_buf(), works.len() - 1);
                    works.len() - 1
                }
            };
            let name = works[number].found.display.clone();
            let expected = repo.text(path).ok_or_else(|| format!("{} cannot be read", name.display()))?;
            works[number].load(&expected).map_err(|why| format!("{} {why}", name.display()))?;
        }
        Ok(())
    }

    /// The new texts of all files, if every one passes every check.
    fn compose(
        &self,
        works: &[Work<'j>],
        candidates: &[Candidate],
        chosen: &[usize],
    ) -> Result<BTreeMap<PathBuf, Composed>, String> {
        let mut changes: BTreeMap<&Path, Changes> = BTreeMap::new();
        for &number in chosen {
            let Candidate { path, site, .. } = &candidates[number];
            changes.entry(path).or_default().add(&site.proposal);
            for other in &site.proposal.foreign {
                changes.entry(&other.path).or_default().add_foreign(other);
            }
        }
        let tasks = changes.into_iter().map(|(path, changes)| {
            let work = &works[self.places[path]];
            let (repo, settings) = (Arc::clone(&work.repo), work.settings.clone());
            let text = repo.text(path).ok_or_else(|| "a file cannot be read".to_owned())?;
            Ok(Task { path: path.to_path_buf(), text, repo, settings, changes })
        });
        let tasks: Vec<Task> = tasks.collect::<Result<_, String>>()?;
        let results = parallel(&tasks, thread_count(self.cx.job.threads), |task| {
            task.run().map(|composed| (task.path.clone(), composed))
        });
        results.into_iter().collect()
    }
}

impl Task {
    fn run(&self) -> Result<Composed, String> {
        let Task { path, text, repo, settings, changes } = self;
        let parsed = parse(text, settings.target.version).map_err(|error| error.to_string())?;
        let module = Module::new(text, &parsed);
        let facts = Facts::new(&module);
        let repo = Repository::new(Arc::clone(repo));
        let cx = FileContext { module: &module, facts: &facts, repo: &repo, settings, path };
        changes.clone().apply(&cx, settings.target.version)
    }
}
