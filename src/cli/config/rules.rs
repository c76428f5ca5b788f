//! What holds for each file and each rewrite of a job: configuration files, what was typed, decisions, the baseline,
//! changed lines.

use std::collections::hash_map::Entry;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustc_hash::{FxHashMap, FxHashSet};
use unspool_engine::driver::{FileRules, Found, Held, Policy};
use unspool_engine::transform::{Profile, Target};

use super::nearest::Sources;
use super::said::{Origin, Said};
use super::settings::Settings;
use crate::cli::Error;
use crate::cli::decisions::Decisions;
use crate::cli::git::{Changed, changed_since};
use crate::cli::selection::{Selection, Selector, Typed};

/// What was typed, and is the same for all files.
#[derive(Clone, Default, Debug)]
pub struct Overrides {
    pub selection: Typed,
    pub unsafe_fixes: Option<bool>,
    pub profile: Option<Profile>,
    pub target: Option<Target>,
    pub helpers_module: Option<Arc<str>>,
    pub task_groups: Option<bool>,
    /// Excludes and ignores of the configuration do not hold, nor do decisions: somebody asks about a line.
    pub everything: bool,
    /// Whether what is off is counted.
    pub counts: bool,
    pub diff_base: Option<String>,
    /// Of what runs only this transform.
    pub only: Option<&'static str>,
}

/// The [`Policy`] of a job.
pub struct Rules {
    overrides: Overrides,
    baseline: Option<FxHashSet<String>>,
    state: Mutex<State>,
}

struct State {
    sources: Sources,
    /// By repository.
    decisions: FxHashMap<PathBuf, Arc<Decisions>>,
    changed: FxHashMap<PathBuf, Arc<Changed>>,
    /// What stopped the job, for whoever started it.
    error: Option<Error>,
}

impl Rules {
    pub fn new(sources: Sources, overrides: Overrides, baseline: Option<FxHashSet<String>>) -> Self {
        let state =
            State { sources, decisions: FxHashMap::default(), changed: FxHashMap::default(), error: None };
        Rules { overrides, baseline, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What stopped the job: its outcome means nothing then.
    pub fn take_error(&self) -> Option<Error> {
        self.state().error.take()
    }

    fn all_rules(&self, files: &[Found]) -> Result<Vec<Option<Arc<FileRules>>>, Error> {
        let state = &mut *self.state();
        let mut configurations = Configurations::default();
        let mut rules = Vec::with_capacity(files.len());
        for file in files {
            let folder = file.path.parent().unwrap_or(&file.path);
            let settings = state.sources.of_folder(folder)?;
            if !state.decisions.contains_key(&file.root) && file.root.is_absolute() {
                let decisions = Arc::new(Decisions::load(&file.root)?);
                state.decisions.insert(file.root.clone(), decisions);
            }
            if let Some(revision) = &self.overrides.diff_base {
                if let Entry::Vacant(slot) = state.changed.entry(file.root.clone()) {
                    slot.insert(Arc::new(changed_since(&file.root, revision)?));
                }
                if lines_of(&state.changed, file).is_none() {
                    rules.push(None);
                    continue;
                }
            }
            let configuration = configurations.of(&settings)?;
            if !self.overrides.everything && !file.named && configuration.excludes(&file.path) {
                rules.push(None);
                continue;
            }
            rules.push(Some(configuration.rules(&file.path, &self.overrides)));
        }
        Ok(rules)
    }
}

fn lines_of<'c>(
    changed: &'c FxHashMap<PathBuf, Arc<Changed>>,
    file: &Found,
) -> Option<&'c Vec<RangeInclusive<usize>>> {
    changed.get(&file.root)?.get(file.path.strip_prefix(&file.root).ok()?)
}

impl Policy for Rules {
    fn rules(&self, files: &[Found]) -> Vec<Option<Arc<FileRules>>> {
        self.all_rules(files).unwrap_or_else(|error| {
            self.state().error = Some(error);
            vec![None; files.len()]
        })
    }

    fn held(&self, file: &Found, identity: &str) -> Option<Held> {
        if self.overrides.everything {
            return None;
        }
        // Only asked for sites, of which there are few.
        let decisions = self.state().decisions.get(&file.root).cloned();
        if let Some(decision) = decisions.as_ref().and_then(|decisions| decisions.find(identity)) {
            return Some(Held::Rejected { reason: decision.reason.clone() });
        }
        self.baseline.as_ref()?.contains(identity).then_some(Held::Baseline)
    }

    fn changed_lines(&self, file: &Found) -> Option<Vec<RangeInclusive<usize>>> {
        lines_of(&self.state().changed, file).cloned()
    }
}

/// The configurations of a job, each prepared once.
#[derive(Default)]
struct Configurations {
    all: Vec<Configuration>,
}

impl Configurations {
    fn of(&mut self, settings: &Arc<Settings>) -> Result<&mut Configuration, Error> {
        let known = self.all.iter().position(|known| Arc::ptr_eq(&known.settings, settings));
        let index = match known {
            Some(index) => index,
            None => {
                self.all.push(Configuration::new(settings.clone())?);
                self.all.len() - 1
            }
        };
        Ok(&mut self.all[index])
    }
}

/// Settings with their globs compiled.
pub struct Configuration {
    settings: Arc<Settings>,
    excludes: Vec<Gitignore>,
    /// For each of the per-file ignores.
    ignores: Vec<Gitignore>,
    /// By the per-file ignores that hold.
    rules: FxHashMap<Vec<usize>, Arc<FileRules>>,
}

impl Configuration {
    pub fn new(settings: Arc<Settings>) -> Result<Self, Error> {
        let excludes =
            settings.exclude.iter().flat_map(|said| said.value.iter().map(|glob| (glob, &said.origin)));
        let more = settings.extend_exclude.iter().map(|said| (&said.value, &said.origin));
        let excludes =
            excludes.chain(more).map(|(glob, origin)| matcher(glob, origin)).collect::<Result<_, _>>()?;
        let ignores = settings.per_file_ignores.iter().map(|said| matcher(&said.value.glob, &said.origin));
        let ignores = ignores.collect::<Result<_, _>>()?;
        Ok(Configuration { settings, excludes, ignores, rules: FxHashMap::default() })
    }

    fn excludes(&self, path: &Path) -> bool {
        self.excludes.iter().any(|glob| matches(glob, path))
    }

    /// Transforms that do not run on a file, each list with where it was said.
    pub fn ignored_in(&self, path: &Path) -> Vec<&Said<super::settings::PerFile>> {
        let all = self.settings.per_file_ignores.iter().zip(&self.ignores);
        all.filter(|(_, glob)| matches(glob, path)).map(|(said, _)| said).collect()
    }

    fn rules(&mut self, path: &Path, overrides: &Overrides) -> Arc<FileRules> {
        let hold: Vec<usize> = match overrides.everything {
            true => Vec::new(),
            false => (0..self.ignores.len()).filter(|&i| matches(&self.ignores[i], path)).collect(),
        };
        if let Some(rules) = self.rules.get(&hold) {
            return rules.clone();
        }
        let settings = &*self.settings;
        let ignored: Vec<Selector> =
            hold.iter().flat_map(|&i| settings.per_file_ignores[i].value.ignored.iter().copied()).collect();
        let Selection { mut on, off } =
            Selection::new(settings, &ignored, &overrides.selection, unspool_transforms::registry());
        on.retain(|transform| overrides.only.is_none_or(|id| transform.meta().id == id));
        let ids = |transforms: &[&'static dyn unspool_engine::transform::Transform]| {
            transforms.iter().map(|transform| transform.meta().id).collect()
        };
        let stated = |version| Target { version, stated: true };
        let rules = Arc::new(FileRules {
            on: ids(&on),
            counted: if overrides.counts { ids(&off) } else { FxHashSet::default() },
            unsafe_fixes: overrides
                .unsafe_fixes
                .or(settings.unsafe_fixes.as_ref().map(|said| said.value))
                .unwrap_or_default(),
            profile: overrides
                .profile
                .or(settings.profile.as_ref().map(|said| said.value))
                .unwrap_or_default(),
            target: overrides.target.or(settings.target_version.as_ref().map(|said| stated(said.value))),
            helpers_module: overrides
                .helpers_module
                .clone()
                .or(settings.helpers_module.as_ref().map(|said| said.value.clone())),
            task_groups: overrides
                .task_groups
                .or(settings.task_groups.as_ref().map(|said| said.value))
                .unwrap_or_default(),
        });
        self.rules.insert(hold, rules.clone());
        rules
    }
}

/// A glob in the folder of the file that says it.
fn matcher(glob: &str, origin: &Origin) -> Result<Gitignore, Error> {
    let base = origin.path.parent().map(Path::to_owned).unwrap_or_default();
    let base = std::fs::canonicalize(&base).unwrap_or(base);
    let mut builder = GitignoreBuilder::new(base);
    let built = builder.add_line(None, glob).and_then(|builder| builder.build());
    built.map_err(|error| Error::Exclude(format!("the glob `{glob}` ({origin}) is not valid: {error}")))
}

fn matches(glob: &Gitignore, path: &Path) -> bool {
    path.starts_with(glob.path()) && glob.matched_path_or_any_parents(path, false).is_ignore()
}
