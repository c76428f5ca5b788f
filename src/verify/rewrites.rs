//! What is verified: rewrites by name, and the tree with some of them.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// One rewrite: the unit that is kept or dropped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rewrite {
    /// The same in every run that applies it.
    pub id: String,
    /// What made it: the first thing that the search divides by.
    pub transform: String,
    /// The file, from the root of the tree; the second thing.
    pub path: PathBuf,
    /// Its line in that file when it was found, from 1: earlier rewrites may have moved it a little.
    pub line: usize,
    /// Places of the same kind in other files that it changes.
    pub also: Vec<(PathBuf, usize)>,
    /// Those with more doubt are suspected, and dropped, before those with less.
    pub doubt: u8,
    /// The round in which it was found. Among rewrites that break something only together the latest is dropped: it
    /// may build on the others.
    pub round: usize,
}

/// The content of a file with rewrites.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileChange {
    /// From the root of the tree.
    pub path: PathBuf,
    /// None where there is no file before.
    pub before: Option<Vec<u8>>,
    pub after: Vec<u8>,
}

/// Some of the rewrites, by [`Rewrite::id`].
#[derive(Clone, Copy, Debug)]
pub enum Choice<'a> {
    /// All that are found when these are never applied. There may be some that were not found before.
    AllBut(&'a BTreeSet<String>),
    /// No others than these. Some may be missing: those that build on one that is not chosen.
    Only(&'a BTreeSet<String>),
}

/// The tree with a choice of rewrites.
#[derive(Clone, Default, Debug)]
pub struct Applied {
    /// In the order of their places.
    pub rewrites: Vec<Rewrite>,
    pub files: Vec<FileChange>,
}

/// Whoever knows the rewrites. Files are changed in memory only.
pub trait Rewrites {
    /// # Errors
    /// In words, where that is not possible (any more).
    fn apply(&mut self, choice: Choice) -> Result<Applied, String>;
}
