//! What rewrites do to one text, put together.

use crate::rewrite::{import_edits, unimports, verify};
use crate::syntax::PythonVersion;
use crate::text::{ChangedRange, Edit, Patch};
use crate::transform::{CommentChange, FileContext, ForeignEdits, ImportRequest, Proposal};

/// A new text, and what was changed where.
pub type Composed = (String, Vec<ChangedRange>);

/// The parts of one text's rewrites.
#[derive(Clone, Default)]
pub struct Changes {
    edits: Vec<Edit>,
    imports: Vec<ImportRequest>,
    unimports: Vec<String>,
    comments: Vec<CommentChange>,
}

impl Changes {
    /// Adds what a proposal does in its own file.
    pub fn add(&mut self, proposal: &Proposal) {
        self.edits.extend(proposal.edits.iter().cloned());
        self.imports.extend(proposal.imports.iter().cloned());
        self.unimports.extend(proposal.unimports.iter().cloned());
        self.comments.extend(proposal.comments.iter().cloned());
    }

    /// Adds what a proposal of another file does in this one.
    pub fn add_foreign(&mut self, foreign: &ForeignEdits) {
        self.edits.extend(foreign.edits.iter().cloned());
        self.imports.extend(foreign.imports.iter().cloned());
    }

    /// All edits of the text, those of imports included.
    pub fn edits(mut self, cx: &FileContext) -> Vec<Edit> {
        let unused = match self.unimports.is_empty() {
            true => Vec::new(),
            false => unimports(cx.module, cx.facts.symbols(), &self.unimports, &self.edits, cx.repo, cx.path),
        };
        // At one place, imports come first.
        let mut edits = import_edits(cx.module, &self.imports, unused);
        edits.append(&mut self.edits);
        edits
    }

    /// The new text, if it passes every check.
    pub fn apply(self, cx: &FileContext, target: PythonVersion) -> Result<Composed, String> {
        let module = cx.module;
        let comments = self.comments.clone();
        let patch = Patch::new(self.edits(cx), module.text()).map_err(|error| error.to_string())?;
        let text = patch.apply(module.text());
        verify(module, &patch, &text, target, &comments).map_err(|violation| violation.to_string())?;
        Ok((text, patch.changed_ranges().collect()))
    }
}
