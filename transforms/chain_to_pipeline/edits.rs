//! Brackets become parentheses; the call of `list` around a lazy builtin goes.

use unspool_engine::syntax::{Expr, Ranged, TextRange, TextSize};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding, Proposal};

use crate::laziness::Elements;
use crate::laziness::lifetime::Definition;

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
            Elements::Listed { lazy, .. } => {
                proposal.edits.push(Edit::delete(TextRange::new(range.start(), lazy.start())));
                proposal.edits.push(Edit::delete(TextRange::new(lazy.end(), range.end())));
            }
        }
        if let Some((edit, spelling)) = annotation::respelled(chain.cx, definition) {
            proposal.edits.push(edit);
            proposal.imports.extend(spelling.request);
            proposal.unimports.push("List".into());
        }
    }
}

/// Whether `list` and the builtin in it are what they seem to be, and the call can go.
pub fn known(cx: &FileContext, definition: &Definition) -> Finding {
    let Elements::Listed { list, lazy } = definition.elements else {
        return Finding::proved("it is syntax");
    };
    let symbols = cx.facts.symbols();
    for func in [&*list.func, &*lazy.func] {
        let Expr::Name(name) = func else { return Finding::refuted("it is no builtin") };
        if !symbols.is_builtin(cx.module, func, name.id.as_str()) {
            return Finding::refuted(format!("`{}` may not be the builtin", name.id));
        }
    }
    let around = [TextRange::new(list.start(), lazy.start()), TextRange::new(lazy.end(), list.end())];
    if around.into_iter().any(|range| cx.module.has_comment(range)) {
        return Finding::refuted("a comment stands in the call of `list`");
    }
    Finding::proved("`list` and the iterator in it are builtins")
}
