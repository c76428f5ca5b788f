//! The shared part: which files there are, where names are defined, summaries once made.

use memchr::memmem;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use super::ModuleSummary;
use crate::facts::Facts;
use crate::facts::effects::Resolved;
use crate::syntax::{Module, NodeId, PythonVersion, parse};
use crate::text::SourceFile;

/// Everything that is shared by the files of one repository.
pub struct RepoIndex {
    root: Option<PathBuf>,
    files: OnceLock<Vec<PathBuf>>,
    definitions: OnceLock<Mutex<FxHashMap<String, Vec<PathBuf>>>>,
    mentions: Mutex<FxHashMap<String, Arc<[PathBuf]>>>,
    summaries: Mutex<FxHashMap<PathBuf, Option<Arc<ModuleSummary>>>>,
    pub(super) resolved: Mutex<FxHashMap<(PathBuf, NodeId), Arc<Resolved>>>,
    /// Texts that earlier rounds have changed.
    changed: RwLock<FxHashMap<PathBuf, Arc<str>>>,
}

/// A poisoned lock only means that a transform panicked in between; the maps stay whole.
fn unpoison<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}

impl RepoIndex {
    /// The repository below `root`.
    pub fn new(root: PathBuf) -> Self {
        RepoIndex { root: Some(root), ..RepoIndex::without_files() }
    }

    /// For text that belongs to no repository: no question is answered.
    pub fn without_files() -> Self {
        RepoIndex {
            root: None,
            files: OnceLock::new(),
            definitions: OnceLock::new(),
            mentions: Mutex::default(),
            summaries: Mutex::default(),
            resolved: Mutex::default(),
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
        unpoison(self.resolved.lock()).clear();
        unpoison(self.mentions.lock()).clear();
        if let Some(definitions) = self.definitions.get() {
            let mut definitions = unpoison(definitions.lock());
            for name in defined_names(text.as_bytes()) {
                let files = definitions.entry(name).or_default();
                if !files.iter().any(|f| f == path) {
                    files.push(path.to_path_buf());
                    files.sort();
                }
            }
        }
    }

    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        if let Some(text) = unpoison(self.changed.read()).get(path) {
            return Some(text.clone());
        }
        let bytes = fs::read(path).ok()?;
        SourceFile::decode(bytes).ok().map(|s| s.text.into())
    }

    fn bytes(&self, path: &Path) -> Vec<u8> {
        if let Some(text) = unpoison(self.changed.read()).get(path) {
            return text.as_bytes().to_vec();
        }
        fs::read(path).unwrap_or_default()
    }

    /// Files with a `def` or `class` of this name.
    pub fn files_defining(&self, name: &str) -> Vec<PathBuf> {
        let definitions = self.definitions.get_or_init(|| {
            let mut all: FxHashMap<String, Vec<PathBuf>> = FxHashMap::default();
            for path in self.files() {
                for name in defined_names(&self.bytes(path)) {
                    all.entry(name).or_default().push(path.clone());
                }
            }
            Mutex::new(all)
        });
        unpoison(definitions.lock()).get(name).cloned().unwrap_or_default()
    }

    /// Files in which the word stands between characters that no identifier has.
    pub fn files_mentioning(&self, word: &str) -> Arc<[PathBuf]> {
        if let Some(known) = unpoison(self.mentions.lock()).get(word) {
            return known.clone();
        }
        let finder = memmem::Finder::new(word.as_bytes());
        let found: Arc<[PathBuf]> = self
            .files()
            .iter()
            .filter(|path| {
                let bytes = self.bytes(path);
                finder.find_iter(&bytes).any(|at| is_word(&bytes, at, at + word.len()))
            })
            .cloned()
            .collect();
        unpoison(self.mentions.lock()).insert(word.to_string(), found.clone());
        found
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

fn is_word(bytes: &[u8], start: usize, end: usize) -> bool {
    let part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80;
    !bytes[..start].last().is_some_and(part) && !bytes[end..].first().is_some_and(part)
}

/// The names behind `def` and `class`, once each.
fn defined_names(bytes: &[u8]) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for keyword in ["def ", "class "] {
        for at in memmem::find_iter(bytes, keyword.as_bytes()) {
            if bytes[..at]
                .last()
                .is_some_and(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b';' | b':'))
            {
                continue;
            }
            let rest = &bytes[at + keyword.len()..];
            let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            let rest = &rest[blanks..];
            let length =
                rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b >= 0x80).count();
            if let Ok(name) = std::str::from_utf8(&rest[..length])
                && !name.is_empty()
            {
                names.insert(name.to_string());
            }
        }
    }
    names
}
