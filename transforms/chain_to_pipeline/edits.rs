//! Brackets become parentheses; the call of `list` around a lazy builtin goes.

use unspool_engine::syntax::{TextRange, TextSize};
use unspool_engine::text::Edit;
use unspool_engine::transform::Proposal;

use crate::laziness::Elements;

use super::annotation;
use super::chain::Chain;

/// Adds the edits of all lists of the chain.
pub fn edits(chain: &Chain, proposal: &mut Proposal) {
    for stage in &chain.stages {
        let definition = &stage.definition;
        let range = definition.elements.range();
        match definition.elements {
            Elements::Comprehension(_) => {
                let one = TextSize::new(1);
                proposal.edits.push(Edit::replace(TextRange::at(range.start(), one), "("));
                proposal.edits.push(Edit::replace(TextRange::new(range.end() - one, range.end()), ")"));
            }
            // Definitions are comprehensions and calls of `list`.
            Elements::Lines { .. } | Elements::Built { .. } => {}
            Elements::Listed { list, lazy } => {
                proposal.edits.extend(Elements::around(list, lazy).map(Edit::delete));
            }
        }
        if let Some((edit, spelling)) = annotation::respelled(chain.cx, definition) {
            proposal.edits.push(edit);
            proposal.imports.extend(spelling.request);
            proposal.unimports.push("List".into());
        }
    }
}
