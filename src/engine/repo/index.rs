//! The shared part: which files there are, where names are defined, summaries once made.

use rustc_hash::FxHashMap;
use std::ffi::OsString;
use std::fs;
use std::hash::Hash;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use super::definitions::Definitions;
use super::documents::{LONGEST, is_document};
use super::helpers::Imports;
use super::outline::Outline;
use super::trees::{Tree, Trees};
use super::words::{Word, WordIndex, Words};
use super::{ByName, Delegations, Importer, Local, Manager, Mention, ModuleSummary, ObjectUses, Uses};
use crate::facts::Facts;
use crate::facts::effects::{Collector, Effects};
use crate::syntax::{Module, NodeId, ParseFailure, PythonVersion};
use crate::text::{ContentHash, SourceFile};

/// A file of one repository, or a path that somebody asked it about: answers rest on many files, and numbers are short.
pub type FileNumber = u32;

/// Everything that is shared by the files of one repository.
pub struct RepoIndex {
    root: Option<PathBuf>,
    /// The Python for which most of its files are decided.
    version: PythonVersion,
    files: OnceLock<Vec<PathBuf>>,
    /// Their numbers, as they are spelt.
    known: OnceLock<FxHashMap<OsString, FileNumber>>,
    /// Numbers of paths that are not among them.
    strangers: Mutex<FxHashMap<PathBuf, FileNumber>>,
    /// Numbers of the files that an import of a dotted name with this last part may mean.
    modules: OnceLock<FxHashMap<String, Vec<usize>>>,
    /// What the questions so far have brought to light.
    found: RwLock<Arc<Found>>,
    /// Files that are not there yet, for which nobody knows a text: taken for empty ones.
    new: Vec<PathBuf>,
    /// Texts that earlier rounds have changed.
    changed: RwLock<FxHashMap<PathBuf, Arc<str>>>,
}

/// Answers that cost a look into files, each made when first asked for.
#[derive(Default)]
struct Found {
    /// Configuration and documentation, with the words of each.
    documents: OnceLock<Vec<(PathBuf, Words)>>,
    /// What configuration says of a name.
    configured: Mutex<FxHashMap<String, Arc<Vec<Mention>>>>,
    definitions: OnceLock<RwLock<Definitions>>,
    /// By the folder of the importing file and the dotted name.
    module_files: Mutex<FxHashMap<PathBuf, FxHashMap<String, Option<PathBuf>>>>,
    words: OnceLock<RwLock<WordIndex>>,
    summaries: Mutex<FxHashMap<PathBuf, Option<Arc<ModuleSummary>>>>,
    uses: Mutex<FxHashMap<String, Vec<UsesOfFiles>>>,
    mentions: Mutex<FxHashMap<NameInFile, Arc<Vec<Mention>>>>,
    /// By the file that is imported.
    importers: Mutex<FxHashMap<PathBuf, Noted<Arc<Vec<Importer>>>>>,
    takers: Mutex<FxHashMap<PathBuf, Noted<Arc<Vec<Importer>>>>>,
    first_importers: Mutex<FxHashMap<PathBuf, Noted<Option<PathAndLine>>>>,
    by_name: Mutex<Option<Noted<Arc<Vec<ByName>>>>>,
    objects: Mutex<FxHashMap<PathBuf, Arc<ObjectUses>>>,
    trees: Mutex<Trees>,
    delegations: Mutex<FxHashMap<PathBuf, Option<Arc<Delegations>>>>,
    imports: Mutex<FxHashMap<PathBuf, Option<Arc<Imports>>>>,
    outlines: Mutex<FxHashMap<PathBuf, Option<Arc<Outline>>>>,
    /// By file and class.
    managers: Mutex<FxHashMap<(PathBuf, NodeId), ManagerAndFiles>>,
}

type NameInFile = (String, PathBuf);
type PathAndLine = (Arc<Path>, usize);
/// An answer with the files that it is known from.
pub(super) type Noted<T> = (T, Arc<[FileNumber]>);
type ManagerAndFiles = Noted<Manager>;
type UsesOfFiles = (Vec<PathBuf>, Arc<Uses>);

/// A poisoned lock only means that a transform panicked in between; the maps stay whole.
pub(super) fn unpoison<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}

/// What is known of the key, found by `make` when first asked for. The lock is free in the meantime: `make` may ask, too.
fn memo<Q, V>(known: &Mutex<FxHashMap<Q::Owned, V>>, key: &Q, make: impl FnOnce() -> V) -> V
where
    Q: ToOwned + Hash + Eq + ?Sized,
    Q::Owned: Hash + Eq,
    V: Clone,
{
    if let Some(value) = unpoison(known.lock()).get(key) {
        return value.clone();
    }
    let value = make();
    unpoison(known.lock()).insert(key.to_owned(), value.clone());
    value
}

impl RepoIndex {
    /// The repository below `root`.
    pub fn new(root: PathBuf) -> Self {
        RepoIndex { root: Some(root), ..RepoIndex::without_files() }
    }

    /// The same repository, its files parsed for this Python when a question leads to them: as they are when they are
    /// decided, one tree then does for both.
    #[must_use]
    pub fn parsed_for(self, version: PythonVersion) -> Self {
        RepoIndex { version, ..self }
    }

    /// The same repository with files that are still to be made, and are empty until then.
    #[must_use]
    pub fn with_new(&self, mut new: Vec<PathBuf>) -> Self {
        new.sort();
        let mut files = self.files().to_vec();
        files.extend(new.iter().cloned());
        files.sort();
        RepoIndex { root: self.root.clone(), files: OnceLock::from(files), new, ..RepoIndex::without_files() }
    }

    /// Whether a file is still to be made, and nothing has been put into it yet.
    pub fn is_to_be_made(&self, path: &Path) -> bool {
        self.is_new(path) && !unpoison(self.changed.read()).contains_key(path)
    }

    /// Whether a file was not there when the job began.
    pub fn is_new(&self, path: &Path) -> bool {
        self.new.iter().any(|new| new == path)
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
            version: PythonVersion::latest(),
            files: OnceLock::new(),
            known: OnceLock::new(),
            strangers: Mutex::default(),
            modules: OnceLock::new(),
            found: RwLock::default(),
            new: Vec::new(),
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

    /// Whether a file is among [`RepoIndex::files`].
    pub fn has_file(&self, path: &Path) -> bool {
        self.place(path).is_some()
    }

    /// Where among [`RepoIndex::files`] the path stands.
    fn place(&self, path: &Path) -> Option<FileNumber> {
        let spelt = || self.files().iter().map(|f| f.as_os_str().into());
        let known = self.known.get_or_init(|| spelt().zip(0..).collect());
        if let Some(place) = known.get(path.as_os_str()) {
            return Some(*place);
        }
        // Spelt in another way, it may still be one. Comparing paths part by part takes long.
        let text = path.as_os_str().as_encoded_bytes();
        let odd = |part: &[u8]| memchr::memmem::find(text, part).is_some();
        if !(odd(b"//") || odd(b"/./") || text.starts_with(b"./") || text.ends_with(b"/") || cfg!(windows)) {
            return None;
        }
        let place = self.files().binary_search_by(|file| file.as_path().cmp(path)).ok()?;
        FileNumber::try_from(place).ok()
    }

    /// What the path is called for short, as long as this index lives.
    pub(super) fn number(&self, path: &Path) -> FileNumber {
        self.numbered(path).unwrap_or_else(|| {
            let mut strangers = unpoison(self.strangers.lock());
            let next = self.files().len() + strangers.len();
            let next = FileNumber::try_from(next).expect("nobody has as many files");
            *strangers.entry(path.to_path_buf()).or_insert(next)
        })
    }

    /// The number of a path that has one.
    pub fn numbered(&self, path: &Path) -> Option<FileNumber> {
        self.place(path).or_else(|| unpoison(self.strangers.lock()).get(path).copied())
    }

    fn found(&self) -> Arc<Found> {
        unpoison(self.found.read()).clone()
    }

    /// Frees what was learnt about the files; a later question looks again.
    pub fn forget(&self) {
        *unpoison(self.found.write()) = Arc::default();
    }

    /// Frees what was learnt and the texts that were set: nobody asks any more.
    pub fn close(&self) {
        self.forget();
        unpoison(self.changed.write()).clear();
    }

    /// From now on the file has this text: what was learnt from the old one is forgotten.
    pub fn set_text(&self, path: &Path, text: impl Into<Arc<str>>) {
        let text = text.into();
        unpoison(self.changed.write()).insert(path.to_path_buf(), text.clone());
        let found = self.found();
        unpoison(found.summaries.lock()).remove(path);
        drop(unpoison(found.trees.lock()).take(self.number(path)));
        unpoison(found.uses.lock()).clear();
        unpoison(found.mentions.lock()).retain(|(_, file), _| file != path);
        unpoison(found.importers.lock()).clear();
        unpoison(found.takers.lock()).clear();
        unpoison(found.first_importers.lock()).clear();
        *unpoison(found.by_name.lock()) = None;
        unpoison(found.delegations.lock()).remove(path);
        unpoison(found.imports.lock()).remove(path);
        unpoison(found.objects.lock()).remove(path);
        unpoison(found.outlines.lock()).remove(path);
        unpoison(found.managers.lock()).clear();
        let Ok(file) = self.files().binary_search_by(|f| f.as_path().cmp(path)) else { return };
        if let Some(definitions) = found.definitions.get() {
            unpoison(definitions.write()).replace(file, text.as_bytes());
        }
        if let Some(words) = found.words.get() {
            unpoison(words.write()).replace(file as u32, Words::of(text.as_bytes()));
        }
    }

    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        if let Some(text) = unpoison(self.changed.read()).get(path) {
            return Some(text.clone());
        }
        if self.is_new(path) {
            return Some("".into());
        }
        let bytes = fs::read(path).ok()?;
        SourceFile::decode(bytes).ok().map(|s| s.text.into())
    }

    /// The bytes of all files in order, as earlier rounds have left them.
    fn all_bytes<T>(&self, collect: impl FnOnce(&mut dyn Iterator<Item = Vec<u8>>) -> T) -> T {
        let changed = unpoison(self.changed.read());
        let mut bytes = self.files().iter().map(|path| match changed.get(path) {
            Some(text) => text.as_bytes().to_vec(),
            // An unreadable file has been reported by discovery; it answers nothing.
            None => fs::read(path).unwrap_or_default(),
        });
        collect(&mut bytes)
    }

    /// The files that `choose` picks from the definitions, in order.
    fn files_by_definition(&self, choose: impl FnOnce(&Definitions) -> Vec<usize>) -> Vec<PathBuf> {
        let found = self.found();
        let definitions =
            found.definitions.get_or_init(|| RwLock::new(self.all_bytes(|bytes| Definitions::of(bytes))));
        let definitions = unpoison(definitions.read());
        let chosen = choose(&definitions);
        chosen.into_iter().map(|file| self.files()[file].clone()).collect()
    }

    /// Files with a `def` or `class` of this name.
    pub fn files_defining(&self, name: &str) -> Vec<PathBuf> {
        self.files_by_definition(|d| d.of_name(name).collect())
    }

    /// Files in which a function of this name may be a property.
    pub fn files_with_property(&self, name: &str) -> Vec<PathBuf> {
        self.files_by_definition(|d| d.of_property(name).collect())
    }

    /// Files with a class that may derive from one called `base`.
    pub fn files_deriving(&self, base: &str) -> Vec<PathBuf> {
        self.files_by_definition(|d| d.of_subclass(base).collect())
    }

    /// Files that define `name` and a class that may derive from one called `base`.
    pub fn files_overriding(&self, base: &str, name: &str) -> Vec<PathBuf> {
        self.files_by_definition(|d| {
            let deriving: Vec<usize> = d.of_subclass(base).collect();
            d.of_name(name).filter(|file| deriving.binary_search(file).is_ok()).collect()
        })
    }

    /// Files in which the word stands between characters that no identifier has, perhaps in a string or comment.
    pub fn files_mentioning(&self, word: &str) -> Vec<PathBuf> {
        self.files_at(self.with_words(|words| words.mentioning(Word::of(word))))
    }

    /// In how many files the word stands.
    pub fn count_mentioning(&self, word: &str) -> usize {
        self.with_words(|words| words.mentioning(Word::of(word)).len())
    }

    /// Files that mention the word, and one of the others, too.
    pub(super) fn files_mentioning_both(&self, word: &str, others: &[&str]) -> Vec<PathBuf> {
        let word = Word::of(word);
        let mut both: Vec<u32> = self.with_words(|words| {
            others.iter().flat_map(|other| words.mentioning_both(word, Word::of(other))).collect()
        });
        both.sort_unstable();
        both.dedup();
        self.files_at(both)
    }

    fn with_words<T>(&self, ask: impl FnOnce(&WordIndex) -> T) -> T {
        let found = self.found();
        let words = found.words.get_or_init(|| {
            let index =
                |bytes: &mut dyn Iterator<Item = Vec<u8>>| WordIndex::of(bytes.map(|b| Words::of(&b)));
            RwLock::new(self.all_bytes(index))
        });
        let words = unpoison(words.read());
        ask(&words)
    }

    fn files_at(&self, places: impl IntoIterator<Item = u32>) -> Vec<PathBuf> {
        places.into_iter().map(|place| self.files()[place as usize].clone()).collect()
    }

    /// Configuration and documentation with the word, in path order.
    pub(super) fn documents_mentioning(&self, word: &str) -> Vec<PathBuf> {
        let found = self.found();
        let documents = found.documents.get_or_init(|| {
            // Without a folder (a text for itself) there is nothing beside it.
            let root = self.root.as_deref().filter(|root| root.is_dir());
            let Some(root) = root else { return Vec::new() };
            let short = |path: &Path| fs::metadata(path).is_ok_and(|m| m.len() <= LONGEST);
            let files = crate::driver::repository_walk(root, |path| is_document(path) && short(path));
            // An unreadable file has been reported by discovery; it answers nothing.
            let words = |path: &PathBuf| Words::of(&fs::read(path).unwrap_or_default());
            files
                .into_iter()
                .map(|path| {
                    let words = words(&path);
                    (path, words)
                })
                .collect()
        });
        let asked = Word::of(word);
        documents.iter().filter(|(_, words)| words.mentions(asked)).map(|(path, _)| path.clone()).collect()
    }

    /// What configuration says of a name, found by `make` when first asked for: it stays as it is.
    pub(super) fn configured(&self, name: &str, make: impl FnOnce() -> Vec<Mention>) -> Arc<Vec<Mention>> {
        memo(&self.found().configured, name, || Arc::new(make()))
    }

    /// The uses of a name in these files, made by `make` when first asked for.
    pub(super) fn uses(&self, name: &str, files: &[PathBuf], make: impl FnOnce() -> Uses) -> Arc<Uses> {
        let found = self.found();
        let answered = unpoison(found.uses.lock())
            .get(name)
            .and_then(|known| known.iter().find(|(of, _)| of == files))
            .map(|(_, uses)| uses.clone());
        if let Some(known) = answered {
            return known;
        }
        let uses = Arc::new(make());
        unpoison(found.uses.lock()).entry(name.to_string()).or_default().push((files.into(), uses.clone()));
        uses
    }

    /// The mentions of a name in a file, made by `make` when first asked for.
    pub(super) fn mentions(
        &self,
        name: &str,
        file: &Path,
        make: impl FnOnce() -> Vec<Mention>,
    ) -> Arc<Vec<Mention>> {
        let key = (name.to_string(), file.to_path_buf());
        memo(&self.found().mentions, &key, || Arc::new(make()))
    }

    /// The first importer of a file, found by `make` when first asked for.
    pub(super) fn first_importer(
        &self,
        file: &Path,
        make: impl FnOnce() -> Noted<Option<PathAndLine>>,
    ) -> Noted<Option<PathAndLine>> {
        memo(&self.found().first_importers, file, make)
    }

    /// The importers of a file, found by `make` when first asked for.
    pub(super) fn importers(
        &self,
        file: &Path,
        make: impl FnOnce() -> Noted<Arc<Vec<Importer>>>,
    ) -> Noted<Arc<Vec<Importer>>> {
        memo(&self.found().importers, file, make)
    }

    /// The files that take all names of a file, found by `make` when first asked for.
    pub(super) fn takers(
        &self,
        file: &Path,
        make: impl FnOnce() -> Noted<Arc<Vec<Importer>>>,
    ) -> Noted<Arc<Vec<Importer>>> {
        memo(&self.found().takers, file, make)
    }

    /// What a file does to objects, found by `make` when first asked for.
    pub(super) fn object_uses(&self, file: &Path, make: impl FnOnce() -> ObjectUses) -> Arc<ObjectUses> {
        memo(&self.found().objects, file, || Arc::new(make()))
    }

    /// The places that get modules by name, found by `make` when first asked for.
    pub(super) fn by_name(&self, make: impl FnOnce() -> Noted<Arc<Vec<ByName>>>) -> Noted<Arc<Vec<ByName>>> {
        let found = self.found();
        if let Some(known) = &*unpoison(found.by_name.lock()) {
            return known.clone();
        }
        let places = make();
        *unpoison(found.by_name.lock()) = Some(places.clone());
        places
    }

    /// What a file imports, and does, when it is imported itself. `None` if it cannot be read or parsed.
    pub(super) fn imports(&self, path: &Path) -> Option<Arc<Imports>> {
        memo(&self.found().imports, path, || {
            self.with_file(path, |file| Arc::new(self.imports_of(path, file.module)))
        })
    }

    /// What instances of a class are to a `with`, as far as it has been asked.
    pub(super) fn manager(&self, file: &Path, class: NodeId) -> Option<ManagerAndFiles> {
        unpoison(self.found().managers.lock()).get(&(file.to_path_buf(), class)).cloned()
    }

    pub(super) fn keep_manager(&self, file: &Path, class: NodeId, manager: ManagerAndFiles) {
        unpoison(self.found().managers.lock()).insert((file.to_path_buf(), class), manager);
    }

    pub fn summary(&self, path: &Path) -> Option<Arc<ModuleSummary>> {
        memo(&self.found().summaries, path, || {
            self.with_file(path, |file| Arc::new(ModuleSummary::of(file.module, file.facts, path)))
        })
    }

    /// What a file says of others. `None` if it cannot be read or parsed.
    pub(super) fn outline(&self, path: &Path) -> Option<Arc<Outline>> {
        let is_module = |name: &str| self.modules().contains_key(name);
        memo(&self.found().outlines, path, || {
            self.with_file(path, |file| Arc::new(Outline::of(file.module, file.facts, &is_module)))
        })
    }

    /// Looks into a file as earlier rounds have left it. `None` if it cannot be read or parsed.
    pub fn with_file<T>(&self, path: &Path, look: impl FnOnce(&Local) -> T) -> Option<T> {
        self.with_tree(path, |file, _| look(file))
    }

    fn with_tree<T>(&self, path: &Path, look: impl FnOnce(&Local, ContentHash) -> T) -> Option<T> {
        let found = self.found();
        let file = self.number(path);
        let kept = unpoison(found.trees.lock()).take(file);
        let tree = match kept {
            Some(tree) => tree,
            None => {
                let text = self.text(path)?;
                // Any version that CPython accepts will do: only the tree matters here.
                Tree::parse(text.clone(), self.version)
                    .or_else(|_| Tree::parse(text, PythonVersion::latest()))
                    .ok()?
            }
        };
        let seen = tree.look(|module, facts| look(&Local { module, facts, path }, tree.hash()));
        let gone = unpoison(found.trees.lock()).give(file, tree);
        drop(gone);
        Some(seen)
    }

    /// Looks at the text of a file that is being decided: the tree is that of questions about the file, and theirs.
    ///
    /// # Errors
    /// When the text does not parse for this Python.
    pub(crate) fn with_text<T>(
        &self,
        path: &Path,
        text: &str,
        version: PythonVersion,
        look: impl for<'a, 'r> FnOnce(&'r Module<'a>, &'r Facts<'a, 'r>) -> T,
    ) -> Result<T, ParseFailure> {
        let found = self.found();
        let file = self.number(path);
        let kept = unpoison(found.trees.lock()).take(file);
        let tree = match kept.filter(|tree| tree.is_of(text, version)) {
            Some(tree) => tree,
            None => Tree::parse(text.into(), version)?,
        };
        let seen = tree.look(look);
        let gone = unpoison(found.trees.lock()).give(file, tree.without_facts());
        drop(gone);
        Ok(seen)
    }

    /// What a function of a summarised file does by itself. `None` if the file has changed since.
    pub(super) fn effects(&self, summary: &ModuleSummary, function: NodeId) -> Option<Arc<Effects>> {
        if let Some(known) = unpoison(summary.effects.lock()).get(&function) {
            return Some(known.clone());
        }
        let effects = self.with_tree(&summary.path, |file, hash| {
            (hash == summary.hash)
                .then(|| Arc::new(Collector::of_function(file.module, file.facts, function)))
        })??;
        unpoison(summary.effects.lock()).insert(function, effects.clone());
        Some(effects)
    }

    /// How a file treats coroutines as generators, if its text passes the test.
    pub(super) fn delegations(
        &self,
        path: &Path,
        test: impl FnOnce(&str) -> bool,
    ) -> Option<Arc<Delegations>> {
        let found = self.found();
        if let Some(known) = unpoison(found.delegations.lock()).get(path) {
            return known.clone();
        }
        let text = self.text(path)?;
        if !test(&text) {
            return None;
        }
        let shown = self.shown(path).into();
        let delegations =
            self.with_file(path, |file| Arc::new(Delegations::of(file.module, file.facts, &shown)));
        unpoison(found.delegations.lock()).insert(path.to_path_buf(), delegations.clone());
        delegations
    }

    /// Whether what the file defines is part of a package that others install: a project file stands at the root,
    /// and the file is in a package.
    pub fn is_published(&self, path: &Path) -> bool {
        let Some(root) = self.root() else { return false };
        let in_package = path.with_file_name("__init__.py").is_file();
        in_package && ["pyproject.toml", "setup.py", "setup.cfg"].iter().any(|name| root.join(name).is_file())
    }

    /// The file of a module named in an import of `from`. Leading dots are relative to it.
    ///
    /// `None` when no file of the repository, or more than one, could be meant.
    pub fn module_file(&self, from: &Path, dotted: &str) -> Option<PathBuf> {
        // Nothing of the importing file counts but its folder.
        let folder = from.parent()?;
        let found = self.found();
        let known = unpoison(found.module_files.lock()).get(folder).and_then(|of| of.get(dotted)).cloned();
        if let Some(known) = known {
            return known;
        }
        let file = self.find_module_file(from, dotted);
        let mut known = unpoison(found.module_files.lock());
        known.entry(folder.to_path_buf()).or_default().insert(dotted.to_owned(), file.clone());
        file
    }

    fn find_module_file(&self, from: &Path, dotted: &str) -> Option<PathBuf> {
        let level = dotted.bytes().take_while(|b| *b == b'.').count();
        let parts: Vec<&str> = dotted[level..].split('.').filter(|p| !p.is_empty()).collect();
        let files = self.files();
        let has = |path: &PathBuf| self.has_file(path);
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
        let named = self.modules().get(*parts.last()?)?;
        let mut found = named
            .iter()
            .map(|file| &files[*file])
            .filter(|f| f.ends_with(&suffix_module) || f.ends_with(&suffix_package));
        let first = found.next()?;
        found.next().is_none().then(|| first.clone())
    }

    /// By the last part of the dotted name: the stem of a module, the folder of a package.
    fn modules(&self) -> &FxHashMap<String, Vec<usize>> {
        self.modules.get_or_init(|| {
            let mut modules: FxHashMap<String, Vec<usize>> = FxHashMap::default();
            for (number, file) in self.files().iter().enumerate() {
                let package = file.file_name().is_some_and(|name| name == "__init__.py");
                let named = if package { file.parent().and_then(Path::file_name) } else { file.file_stem() };
                if let Some(name) = named.and_then(|name| name.to_str()) {
                    modules.entry(name.to_string()).or_default().push(number);
                }
            }
            modules
        })
    }

    /// The path as people know it: below the root.
    pub fn shown(&self, path: &Path) -> PathBuf {
        let below = self.root.as_deref().and_then(|root| path.strip_prefix(root).ok());
        below.unwrap_or(path).components().filter(|c| *c != Component::CurDir).collect()
    }
}
