//! Trees of files that questions led to, kept for the next question as long as there is room.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::facts::Facts;
use crate::syntax::{Module, OwnedModule, ParseFailure, PythonVersion};
use crate::text::ContentHash;

type OwnFacts<'a> = Facts<'a, 'a>;

self_cell::self_cell!(
    struct Cell {
        owner: OwnedModule,
        #[not_covariant]
        dependent: OwnFacts,
    }
);

/// A file with its tree and what has been found out about it.
pub(super) struct Tree {
    hash: ContentHash,
    size: usize,
    cell: Cell,
}

impl Tree {
    pub fn parse(text: Arc<str>) -> Result<Self, ParseFailure> {
        let (hash, size) = (ContentHash::of(text.as_bytes()), text.len());
        // Any version that CPython accepts will do: only the tree matters here.
        let owner = OwnedModule::parse(text, PythonVersion::latest())?;
        Ok(Tree { hash, size, cell: Cell::new(owner, |module| Facts::new(module.module())) })
    }

    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    pub fn look<T>(&self, look: impl for<'a, 'r> FnOnce(&'r Module<'a>, &'r Facts<'a, 'r>) -> T) -> T {
        self.cell.with_dependent(|module, facts| look(module.module(), facts))
    }
}

/// How many bytes of source text the kept trees may have. A tree takes some ten times its text.
const ROOM: usize = 2 << 20;

/// The kept trees, the one used last at the end.
///
/// A tree is taken out while it is looked at, and given back: whoever asks for the same file in between (a question
/// that the look leads to, another thread) reads it anew rather than wait.
#[derive(Default)]
pub(super) struct Trees {
    kept: Vec<(PathBuf, Tree)>,
}

impl Trees {
    pub fn take(&mut self, path: &Path) -> Option<Tree> {
        let at = self.kept.iter().position(|(of, _)| of == path)?;
        Some(self.kept.remove(at).1)
    }

    /// Gives back; what no longer has room is returned, to be dropped without holding up others.
    #[must_use]
    pub fn give(&mut self, path: PathBuf, tree: Tree) -> Vec<(PathBuf, Tree)> {
        self.kept.retain(|(of, _)| *of != path);
        self.kept.push((path, tree));
        let mut room = ROOM;
        let fitting = self.kept.iter().rev().take_while(|(_, tree)| {
            let fits = tree.size <= room;
            room = room.saturating_sub(tree.size);
            fits
        });
        let gone = self.kept.len() - fitting.count();
        self.kept.drain(..gone).collect()
    }
}
