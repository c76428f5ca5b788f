//! `lines = f.readlines()`, and the one place that iterates `lines`.

use unspool_engine::syntax::{AnyNodeRef, Module, NodeId, Ranged, TextRange, TextSize, ast, is_path};
use unspool_engine::text::{BLANKS, Edit, next_line};
use unspool_engine::transform::{FileContext, Finding};

use crate::laziness::lifetime::{Definition, Lifetime, lifetime};
use crate::laziness::{Elements, unknown_reader};

/// The assignment of the lines to a variable, by syntax alone.
///
/// `lines`: the call of `readlines`, or the slice of what it gives.
pub fn definition<'a>(module: &Module<'a>, lines: NodeId, call: &'a ast::ExprCall) -> Option<Definition<'a>> {
    let file = &call.func.as_attribute_expr()?.value;
    Definition::with(module, lines, |_| Some(Elements::Lines { call, file }))
}

/// From the assignment to the only read, or why the variable is needed.
///
/// # Errors
/// A refutation.
pub fn life<'a>(cx: &FileContext<'a, '_>, definition: Definition<'a>) -> Result<Lifetime<'a>, Finding> {
    let module = cx.module;
    let life = lifetime(cx, definition).map_err(|(_, finding)| finding)?;
    let name = definition.name();
    if crate::laziness::consumer::of(module, life.read).is_none() {
        return Err(Finding::refuted(unknown_reader(module, life.read, name)));
    }
    // What was opened by a `with` is closed behind it; what was read under a lock is no longer under it.
    let ended = module
        .ancestors(definition.statement)
        .find(|a| matches!(module.node(*a), AnyNodeRef::StmtWith(_)) && !module.contains(*a, life.read));
    if let Some(with) = ended {
        let line = |id: NodeId| module.line(module.node(id).start());
        return Err(Finding::refuted(format!(
            "line {} reads `{name}` behind the `with` of line {}: the file is closed by then",
            line(life.read),
            line(with)
        )));
    }
    Ok(life)
}

/// The variable goes, and its read becomes `iterated`, which names the file. Where the file has no name, the variable
/// gets it by the edits `in_place`.
///
/// # Errors
/// Why the statement cannot go.
pub fn edits(
    cx: &FileContext,
    life: &Lifetime,
    iterated: &str,
    in_place: Vec<Edit>,
) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let definition = &life.definition;
    let file = definition.elements.source();
    // What is no variable may come to something else further down.
    let named = file.is_name_expr() || (is_path(file) && follows(module, definition.statement, life.reader));
    if !named {
        return match definition.annotation {
            Some(_) => Err(format!("the annotation of `{}` says that it is a list", definition.name())),
            None => Ok(in_place),
        };
    }
    let statement = module.node(definition.statement).range();
    let line = TextRange::new(module.line_start(statement.start()), module.line_end(statement.end()));
    let number = module.line(statement.start());
    if module.has_comment(line) {
        return Err(format!("the comment on line {number} belongs to a statement that would go"));
    }
    if module.text()[line].trim() != &module.text()[statement] {
        return Err(format!("line {number} holds several statements"));
    }
    let text = module.text();
    let below = next_line(text, line.end());
    let blank = |range: TextRange| text[range].trim().is_empty();
    let above = TextSize::of(text[..line.start().to_usize()].trim_end_matches(BLANKS));
    let blank_above = above < line.start() && module.line(above) + 1 < number;
    let first = module.suite_of(definition.statement).is_some_and(|(_, at)| at == 0);
    let mut end = below;
    while (first || blank_above) && end < TextSize::of(text) {
        let next = TextRange::new(end, module.line_end(end));
        if !blank(next) {
            break;
        }
        end = next_line(text, next.end());
    }
    let read = module.node(life.read).range();
    Ok(vec![Edit::delete(TextRange::new(line.start(), end)), Edit::replace(read, iterated)])
}

/// Whether the second statement comes right behind the first.
fn follows(module: &Module, first: NodeId, second: NodeId) -> bool {
    module
        .suite_of(first)
        .is_some_and(|(suite, at)| suite.get(at + 1).is_some_and(|s| module.id(s) == second))
}
