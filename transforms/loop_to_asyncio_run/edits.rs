//! The text with `asyncio.run`.

use super::shape::{Shape, closing_try};
use crate::generated::style::blank_above;
use unspool_engine::syntax::{Module, NodeId, Ranged, TextRange, TextSize, ast};
use unspool_engine::text::{Edit, Indent, block_range, next_line, realign, reindent};
use unspool_engine::transform::FileContext;

/// The edits, `run` being how `asyncio.run` is written.
pub fn edits(cx: &FileContext, shape: &Shape, run: &str) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let mut edits = vec![Edit::replace(shape.run.func.range(), run)];
    let moved = run.len() as isize - shape.run.func.range().len().to_usize() as isize;
    let arguments = shape.run.arguments.range();
    edits.extend(realign(module, arguments.start() + TextSize::new(1), moved, arguments));
    let mut made = Vec::new();
    for statement in [shape.assignment, shape.set].into_iter().flatten() {
        made.push(line(cx, statement)?);
    }
    edits.extend(without_gap(module, made));
    let closing = closing_try(cx, shape);
    // `asyncio.run` shuts the generators down itself.
    let mut gone = None;
    if let Some(shutdown) = shape.shutdown
        && !closing.is_some_and(|t| t.finalbody.iter().any(|s| module.id(s) == shutdown))
    {
        // Two lines that go, the second of them the last of the file: both would take the line ending between them.
        if closing.is_none() && shape.close.is_some() && !module.text().ends_with(['\n', '\r']) {
            return Err("the last line has no line ending".into());
        }
        let edit = line(cx, shutdown)?;
        gone = Some(edit.range);
        // The last line of a `try` goes with the `finally` behind it.
        if !closing.is_some_and(|t| ends_with(cx, t, shutdown)) {
            edits.push(edit);
        }
    }
    let Some(t) = closing else {
        if let Some(close) = shape.close {
            edits.push(line(cx, close)?);
        }
        return Ok(edits);
    };
    // The `finally` goes, and the `try` with it unless it has handlers.
    let last = t.finalbody.last().expect("a `finally` has statements");
    let before = t.orelse.last().or(t.handlers.last().map(|_| &t.body[0])).or(t.body.last());
    let before = match &*t.body {
        [.., kept, last] if shape.shutdown == Some(module.id(last)) && ends_with(cx, t, module.id(last)) => {
            Some(kept)
        }
        _ => before,
    };
    let end_of_rest = match (t.orelse.last(), t.handlers.last()) {
        (Some(s), _) => s.end(),
        (None, Some(h)) => h.end(),
        (None, None) => before.map_or(t.start(), Ranged::end),
    };
    let clause = TextRange::new(module.line_end(end_of_rest), module.line_end(last.end()));
    if module.has_comment(clause) {
        return Err("a comment speaks of how the loop ends".into());
    }
    edits.push(Edit::delete(clause));
    if t.handlers.is_empty() {
        let head = TextRange::new(module.line_start(t.start()), module.line_end(t.start()));
        if module.has_comment(head) || t.body[0].start() < head.end() {
            return Err("the line of the `try` says more".into());
        }
        // Comments above the first statement stay above it.
        let first_line = next_line(module.text(), head.end());
        let body = TextRange::new(first_line, block_range(module, &t.body).end());
        edits.push(Edit::delete(TextRange::new(module.line_start(t.start()), first_line)));
        let unit =
            module.indentation(t.body[0].start()).len().saturating_sub(module.indentation(t.start()).len());
        let unit = &module.indentation(t.body[0].start())[..unit];
        let made = reindent(module, body, &Indent::Dedent(unit.to_string())).map_err(|e| e.to_string())?;
        edits.extend(made.into_iter().filter(|e| !gone.is_some_and(|g| g.contains_range(e.range))));
    }
    Ok(edits)
}

/// Where a paragraph of its own goes, the blank lines above it go along.
fn without_gap<'a>(module: &Module<'a>, mut gone: Vec<Edit>) -> Vec<Edit> {
    gone.sort_by_key(|e| e.range.start());
    for i in 0..gone.len() {
        let range = gone[i].range;
        let above = blank_above(module, range.start());
        let behind = gone[i..]
            .iter()
            .fold(range.end(), |end, e| if e.range.start() == end { e.range.end() } else { end });
        let is_blank = module.text()[TextRange::new(behind, module.line_end(behind))].trim().is_empty();
        if above < range.start() && is_blank && behind < TextSize::of(module.text()) {
            gone[i] = Edit::delete(TextRange::new(above, range.end()));
        }
    }
    gone
}

/// Whether the statement is the last one in front of the `finally`.
fn ends_with(cx: &FileContext, t: &ast::StmtTry, statement: NodeId) -> bool {
    t.handlers.is_empty()
        && t.orelse.is_empty()
        && t.body.last().is_some_and(|s| cx.module.id(s) == statement)
}

/// A statement that has its lines for itself goes with them.
fn line(cx: &FileContext, statement: NodeId) -> Result<Edit, String> {
    let module = cx.module;
    let range = module.node(statement).range();
    let lines = TextRange::new(module.line_start(range.start()), module.line_end(range.end()));
    if module.has_comment(lines) {
        return Err("a comment speaks of a line that would go".into());
    }
    if module.text()[lines].trim().len() != range.len().to_usize() {
        return Err("a line that would go holds something else, too".into());
    }
    if let Some((suite, _)) = module.suite_of(statement)
        && suite.len() == 1
    {
        return Err("a block would be left empty".into());
    }
    let next = next_line(module.text(), lines.end());
    if next == lines.end() {
        // The last line of a file without a final line ending takes the one in front of it along.
        let before = module.text()[..lines.start().to_usize()].trim_end_matches(['\r', '\n']);
        return Ok(Edit::delete(TextRange::new(TextSize::of(before), lines.end())));
    }
    Ok(Edit::delete(TextRange::new(lines.start(), next)))
}
