//! Questions about the other files of the repository, answered on demand.
//!
//! An index of everything would cost a parse of everything, and few proposals need one. So a question is first a
//! text search, which gives a superset of the files that matter; only those are parsed, once, and kept as an
//! owned [`ModuleSummary`]. What text search cannot see is part of the answers.
//!
//! ```text
//! RepoIndex   shared by all files of a repository: file list, definitions by name, summaries, memo
//! Repository  one file's view of it, which notes which files its answers came from
//! ```

mod async_managers;
mod decorators;
mod definitions;
mod delegations;
mod documents;
mod helpers;
mod importers;
mod index;
mod inherited;
mod managers;
mod member;
mod mentions;
mod objects;
mod origins;
mod outline;
mod replaced;
mod resolve;
mod stand_ins;
mod summary;
mod touches;
mod trees;
mod uses;
mod words;

pub use async_managers::AsyncManager;
pub use delegations::{Delegations, Plain, PlainUse, only_delegates, own_yields};
pub use helpers::{HelpersModule, ImportRuns};
pub use importers::{ByName, Exports, Importer, ModuleUse, ModuleValue};
pub use index::{FileNumber, RepoIndex};
pub use managers::{ENDINGS, Manager};
pub use mentions::{ArgumentOf, Base, How, Mention};
pub use objects::{Handling, ObjectUse, ObjectUses, Subclass, is_empty_base};
pub(crate) use outline::{DerivedClass, derived_classes};
pub use resolve::Local;
pub use summary::{ClassSummary, FunctionSummary, Global, ModuleSummary, globals, yields};
pub use touches::{Touch, Touches, Way};
pub use uses::{Argument, CallSite, ENDS, Passed, PassedArgument, Uses, passed, uses_in};

use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One file's view of its repository.
pub struct Repository {
    index: Arc<RepoIndex>,
    read: RefCell<FxHashSet<FileNumber>>,
    /// By file, an operator of a class of it that does something others see, and what.
    telling_operators: RefCell<FxHashMap<FileNumber, Option<Arc<str>>>>,
}

impl Repository {
    pub fn new(index: Arc<RepoIndex>) -> Self {
        Repository { index, read: RefCell::default(), telling_operators: RefCell::default() }
    }

    /// Whether there is a repository to ask: not for text from stdin.
    pub fn is_answered(&self) -> bool {
        self.index.has_files()
    }

    /// The files whose text the answers so far rest on, as [`RepoIndex::numbered`] calls them.
    pub fn read_files(&self) -> FxHashSet<FileNumber> {
        self.read.borrow().clone()
    }

    fn note_read(&self, path: &Path) {
        self.read.borrow_mut().insert(self.index.number(path));
    }

    /// What `make` gives, with the files that it read.
    fn noting<T>(&self, make: impl FnOnce() -> T) -> (T, Arc<[FileNumber]>) {
        let before = self.read.take();
        let made = make();
        let files: Arc<[FileNumber]> = self.read.replace(before).into_iter().collect();
        self.read.borrow_mut().extend(&*files);
        (made, files)
    }

    /// An answer that is known already: what reads it reads the files that it is known from.
    fn known_from<T>(&self, (answer, files): (T, Arc<[FileNumber]>)) -> T {
        self.read.borrow_mut().extend(&*files);
        answer
    }

    /// Summaries of the files that define a function, method or class called `name`, made one by one.
    pub fn defining(&self, name: &str) -> impl Iterator<Item = Arc<ModuleSummary>> + '_ {
        self.summaries(self.index.files_defining(name))
    }

    /// Summaries of the files in which a property has this name.
    pub fn with_property(&self, name: &str) -> impl Iterator<Item = Arc<ModuleSummary>> + '_ {
        self.summaries(self.index.files_with_property(name))
    }

    /// Summaries of the files in which a subclass of `base` may define `name`.
    pub fn overriding(&self, base: &str, name: &str) -> impl Iterator<Item = Arc<ModuleSummary>> + '_ {
        self.summaries(self.index.files_overriding(base, name))
    }

    fn summaries(&self, files: Vec<PathBuf>) -> impl Iterator<Item = Arc<ModuleSummary>> + '_ {
        files.into_iter().filter_map(|path| self.summary(&path))
    }

    /// Files in which the word stands, as an identifier, in a string or in a comment.
    pub fn mentioning(&self, word: &str) -> Vec<PathBuf> {
        self.index.files_mentioning(word)
    }

    /// In how many files the word stands.
    pub fn count_mentioning(&self, word: &str) -> usize {
        self.index.count_mentioning(word)
    }

    /// What a file defines and does; `None` if it cannot be read or parsed.
    pub fn summary(&self, path: &Path) -> Option<Arc<ModuleSummary>> {
        self.note_read(path);
        self.index.summary(path)
    }

    /// Looks into a file: its tree and its facts. `None` if it cannot be read or parsed.
    pub fn with_file<T>(&self, path: &Path, look: impl FnOnce(&Local) -> T) -> Option<T> {
        self.note_read(path);
        self.index.with_file(path, look)
    }

    /// The text of a file of the repository as this round sees it.
    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        self.note_read(path);
        self.index.text(path)
    }

    pub fn index(&self) -> &RepoIndex {
        &self.index
    }
}
