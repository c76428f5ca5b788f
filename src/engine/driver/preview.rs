//! What a single rewrite would do, for those who show it.

use crate::rewrite::import_edits;
use crate::syntax::{Module, PythonVersion, parse};
use crate::text::Edit;
use crate::transform::Proposal;

/// The edits of each rewrite by itself, those of its imports included, in the text on which it was decided.
pub fn whole_edits(text: &str, proposals: &[&Proposal]) -> Vec<Vec<Edit>> {
    let alone = |proposal: &&Proposal| proposal.edits.clone();
    if proposals.iter().all(|proposal| proposal.imports.is_empty()) {
        return proposals.iter().map(alone).collect();
    }
    // It was parsed when the proposals were made.
    let Ok(parsed) = parse(text, PythonVersion::latest()) else {
        return proposals.iter().map(alone).collect();
    };
    let module = Module::new(text, &parsed);
    let whole = |proposal: &&Proposal| {
        let mut edits = proposal.edits.clone();
        if !edits.is_empty() {
            edits.extend(import_edits(&module, &proposal.imports));
        }
        edits
    };
    proposals.iter().map(whole).collect()
}
