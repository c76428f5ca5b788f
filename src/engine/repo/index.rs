//! The shared part: which files there are, where names are defined, summaries once made.

use rustc_hash::FxHashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use super::words::Words;
use super::{ModuleSummary, Uses};
use crate::facts::Facts;
use crate::syntax::{Module, PythonVersion, parse};
use crate::text::SourceFile;

/// Everything that is shared by the files of one repository.
pub struct RepoIndex {
    root: Option<PathBuf>,
    files: OnceLock<Vec<PathBuf>>,
    words: OnceLock<RwLock<Vec<Words>>>,
    summaries: Mutex<FxHashMap<PathBuf, Option<Arc<ModuleSummary>>>>,
    pub(super) uses: Mutex<FxHashMap<String, Arc<Uses>>>,
    /// Texts that earlier rounds have changed.
    changed: RwLock<FxHashMap<PathBuf, Arc<str>>>,
}

/// A poisoned lock only means that a transform panicked in between; the maps stay whole.
pub(super) fn unpoison<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}

impl RepoIndex {
    /// The repository below `root`.
    pub fn new(root: PathBuf) -> Self {
        RepoIndex { root: Some(root), ..RepoIndex::without_files() }
    }

    /// A repository with this file alone, which need not exist.
    pub fn of_text(path: &Path, text: &str) -> Self {
        let index = RepoIndex {
            root: Some(PathBuf::new()),
            files: OnceLock::from(vec![path.to_path_buf()]),
            ..RepoIndex::without_files()
        };
        index.set_text(path, text);
        index
    }

    /// For text that belongs to no repository: no question is answered.
    pub fn without_files() -> Self {
        RepoIndex {
            root: None,
            files: OnceLock::new(),
            words: OnceLock::new(),
            summaries: Mutex::default(),
            uses: Mutex::default(),
            changed: RwLock::default(),
        }
    }

    pub fn has_files(&self) -> bool {
        self.root.is_some()
    }

    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// All Python files and stubs, sorted.
    pub fn files(&self) -> &[PathBuf] {
        self.files.get_or_init(|| match &self.root {
            Some(root) => crate::driver::repository_files(root),
            None => Vec::new(),
        })
    }

    /// From now on the file has this text: what was learnt from the old one is forgotten.
    pub fn set_text(&self, path: &Path, text: &str) {
        unpoison(self.changed.write()).insert(path.to_path_buf(), text.into());
        unpoison(self.summaries.lock()).remove(path);
        unpoison(self.uses.lock()).clear();
        if let Some(words) = self.words.get()
            && let Ok(file) = self.files().binary_search_by(|f| f.as_path().cmp(path))
        {
            unpoison(words.write())[file] = Words::of(text.as_bytes());
        }
    }

    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        if let Some(text) = unpoison(self.changed.read()).get(path) {
            return Some(text.clone());
        }
        let bytes = fs::read(path).ok()?;
        SourceFile::decode(bytes).ok().map(|s| s.text.into())
    }

    /// The words of all files, collected when the first question comes: one pass over the bytes, then each
    /// question is a look-up.
    fn words(&self) -> &RwLock<Vec<Words>> {
        self.words.get_or_init(|| {
            let changed = unpoison(self.changed.read());
            let of = |path: &PathBuf| match changed.get(path) {
                Some(text) => Words::of(text.as_bytes()),
                None => Words::of(&fs::read(path).unwrap_or_default()),
            };
            RwLock::new(self.files().iter().map(of).collect())
        })
    }

    /// Files with a `def` or `class` of this name.
    pub fn files_defining(&self, name: &str) -> Vec<PathBuf> {
        self.files_where(|words| words.defines(name))
    }

    /// Whether any file has a `def` or `class` of this name.
    pub fn is_defined(&self, name: &str) -> bool {
        unpoison(self.words().read()).iter().any(|words| words.defines(name))
    }

    /// Files in which the word stands between characters that no identifier has, perhaps in a string or comment.
    pub fn files_mentioning(&self, word: &str) -> Vec<PathBuf> {
        self.files_where(|words| words.mentions(word))
    }

    fn files_where(&self, test: impl Fn(&Words) -> bool) -> Vec<PathBuf> {
        let words = unpoison(self.words().read());
        self.files()
            .iter()
            .zip(&*words)
            .filter(|(_, words)| test(words))
            .map(|(path, _)| path.clone())
            .collect()
    }

    pub fn summary(&self, path: &Path) -> Option<Arc<ModuleSummary>> {
        if let Some(known) = unpoison(self.summaries.lock()).get(path) {
            return known.clone();
        }
        let summary = self.text(path).and_then(|text| {
            // Any version that CPython accepts will do: only the tree matters here.
            let parsed = parse(&text, PythonVersion::latest()).ok()?;
            let module = Module::new(&text, &parsed);
            let facts = Facts::new(&module);
            Some(Arc::new(ModuleSummary::of(&module, &facts, path)))
        });
        unpoison(self.summaries.lock()).insert(path.to_path_buf(), summary.clone());
        summary
    }

    /// The file of a module named in an import of `from`. Leading dots are relative to it.
    ///
    /// `None` when no file of the repository, or more than one, could be meant.
    pub fn module_file(&self, from: &Path, dotted: &str) -> Option<PathBuf> {
        let level = dotted.bytes().take_while(|b| *b == b'.').count();
        let parts: Vec<&str> = dotted[level..].split('.').filter(|p| !p.is_empty()).collect();
        let files = self.files();
        let has = |path: &PathBuf| files.binary_search(path).is_ok();
        let candidates = |base: &Path| -> Option<PathBuf> {
            let stem = parts.iter().fold(base.to_path_buf(), |p, part| p.join(part));
            let package = stem.join("__init__.py");
            if has(&package) {
                return Some(package);
            }
            let module = stem.with_file_name(format!("{}.py", stem.file_name()?.to_str()?));
            (!parts.is_empty() && has(&module)).then_some(module)
        };
        if level > 0 {
            let base = from.ancestors().nth(level)?;
            return candidates(base);
        }
        if parts.is_empty() {
            return None;
        }
        // Next to the importing file (a script's folder is on the path), then by a unique suffix.
        if let Some(near) = from.parent().and_then(candidates) {
            return Some(near);
        }
        let suffix_module: PathBuf = parts.iter().collect::<PathBuf>().with_extension("py");
        let suffix_package: PathBuf = parts.iter().collect::<PathBuf>().join("__init__.py");
        let mut found = files.iter().filter(|f| f.ends_with(&suffix_module) || f.ends_with(&suffix_package));
        let first = found.next()?;
        found.next().is_none().then(|| first.clone())
    }

    /// The path as people know it: below the root.
    pub fn shown(&self, path: &Path) -> PathBuf {
        let below = self.root.as_deref().and_then(|root| path.strip_prefix(root).ok());
        below.unwrap_or(path).components().filter(|c| *c != Component::CurDir).collect()
    }
}
