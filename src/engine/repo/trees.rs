//! Trees of files, those that were decided and those that questions led to, kept as long as there is room.

use rustc_hash::FxHashMap;
use std::sync::Arc;

use super::FileNumber;
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
    /// The Python for which it was parsed.
    version: PythonVersion,
    cell: Cell,
}

impl Tree {
    pub fn parse(text: Arc<str>, version: PythonVersion) -> Result<Self, ParseFailure> {
        let (hash, size) = (ContentHash::of(text.as_bytes()), text.len());
        let owner = OwnedModule::parse(text, version)?;
        Ok(Tree { hash, size, version, cell: Cell::new(owner, |module| Facts::new(module.module())) })
    }

    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    /// Whether parsing this text for this Python would give the same.
    pub fn is_of(&self, text: &str, version: PythonVersion) -> bool {
        self.version == version && self.look(|module, _| module.text() == text)
    }

    /// The tree alone: what a decision finds out about a file takes more room than a question about it needs.
    #[must_use]
    pub fn without_facts(self) -> Self {
        Tree { cell: Cell::new(self.cell.into_owner(), |module| Facts::new(module.module())), ..self }
    }

    pub fn look<T>(&self, look: impl for<'a, 'r> FnOnce(&'r Module<'a>, &'r Facts<'a, 'r>) -> T) -> T {
        self.cell.with_dependent(|module, facts| look(module.module(), facts))
    }
}

/// How many bytes of source text the kept trees may have. A tree with what questions have found out about it takes some
/// twenty times its text. Over the corpus, a third of this takes a quarter more time; ten times of this saves a quarter,
/// and takes 160 MB more.
const ROOM: usize = 768 << 10;

/// The kept trees.
///
/// A tree is taken out while it is looked at, and given back: whoever asks for the same file in between (a question
/// that the look leads to, another thread) reads it anew rather than wait.
#[derive(Default)]
pub(super) struct Trees {
    kept: FxHashMap<FileNumber, Kept>,
    /// Bytes of source text of all of them.
    size: usize,
    /// How often one was given.
    given: u64,
}

struct Kept {
    tree: Tree,
    /// When it was given, by [`Trees::given`].
    since: u64,
}

impl Trees {
    pub fn take(&mut self, file: FileNumber) -> Option<Tree> {
        let tree = self.kept.remove(&file)?.tree;
        self.size -= tree.size;
        Some(tree)
    }

    /// Gives back; what no longer has room is returned, to be dropped without holding up others: the trees that nobody
    /// has looked at for longest. One that would take the room of many is not kept.
    #[must_use]
    pub fn give(&mut self, file: FileNumber, tree: Tree) -> Vec<Tree> {
        let mut gone = Vec::from_iter(self.take(file));
        if tree.size > ROOM / 2 {
            gone.push(tree);
            return gone;
        }
        while self.size + tree.size > ROOM {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.since).map(|(file, _)| *file);
            let Some(tree) = oldest.and_then(|oldest| self.take(oldest)) else { break };
            gone.push(tree);
        }
        self.size += tree.size;
        self.given += 1;
        self.kept.insert(file, Kept { tree, since: self.given });
        gone
    }
}
