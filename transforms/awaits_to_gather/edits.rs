//! The text of the `gather`.

use super::shape::{Shape, Step};
use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, Ranged, TextRange, TextSize, ast};
use unspool_engine::text::{Edit, realign};
use unspool_engine::transform::FileContext;

/// Longer lines are broken.
const WIDTH: usize = 79;

pub fn edits(cx: &FileContext, shape: &Shape, gather: &str) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    match shape {
        Shape::Run(steps) => run(cx, steps, gather),
        Shape::Comprehension { comprehension, call } => {
            let await_ = TextRange::new(comprehension.start(), call.start());
            if module.has_comment(await_) {
                return Err("a comment stands in front of the call".into());
            }
            let (open, close) = if binds_tighter(cx, comprehension) { ("(", ")") } else { ("", "") };
            Ok(vec![
                Edit::replace(await_, format!("{open}await {gather}(*[")),
                Edit::replace(
                    TextRange::new(comprehension.end() - TextSize::new(1), comprehension.end()),
                    format!("]){close}"),
                ),
            ])
        }
        Shape::Elements { tuple, calls } => elements(cx, tuple, calls, gather),
        Shape::Loop { empty, statement, call } => {
            let lines = TextRange::new(empty.start(), module.line_end(statement.end()));
            if module.has_comment(lines) {
                return Err("the comments of the loop have no place in a call".into());
            }
            let target = module.source(&empty.targets[0]);
            let text = format!(
                "{target} = await {gather}(*[{} for {} in {}])",
                module.source(*call),
                module.source(&*statement.target),
                &module.text()[module.parenthesized_range(&statement.iter)]
            );
            if text.contains(['\n', '\r'])
                || module.indentation(empty.start()).len() + text.len() > WIDTH + 21
            {
                return Err("the call would not fit into a line".into());
            }
            Ok(vec![Edit::replace(TextRange::new(empty.start(), statement.end()), text)])
        }
    }
}

/// Whether what stands around the expression takes hold of it before an `await` does: `[...][0]`, `[...].sort()`.
fn binds_tighter(cx: &FileContext, comprehension: &ast::ExprListComp) -> bool {
    let module = cx.module;
    let id = module.id(comprehension);
    let part = match module.parent_node(id) {
        Some(AnyNodeRef::ExprAttribute(_)) => true,
        Some(AnyNodeRef::ExprSubscript(s)) => module.id(&*s.value) == id,
        _ => false,
    };
    part && module.parenthesized_range(&Expr::ListComp(comprehension.clone())) == comprehension.range()
}

/// `(await f(), await g())`: a tuple, unless it is only unpacked.
fn elements(
    cx: &FileContext,
    tuple: &ast::ExprTuple,
    calls: &[&ast::ExprCall],
    gather: &str,
) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let id = module.id(tuple);
    let is_unpacked = match module.parent_node(id) {
        Some(AnyNodeRef::StmtAssign(a)) => a.targets.iter().all(|t| t.is_tuple_expr() || t.is_list_expr()),
        _ => false,
    };
    let symbols = cx.facts.symbols();
    let is_taken = symbols.lookup(symbols.scope_of(module, id), "tuple").is_some();
    if !is_unpacked && (is_taken || !symbols.star_imports.is_empty()) {
        return Err("`tuple` means something else here".into());
    }
    let (open, close) = if is_unpacked { ("", ")") } else { ("tuple(", "))") };
    let open = format!("{open}await {gather}(");
    let one = TextSize::new(u32::from(tuple.parenthesized));
    let mut made = vec![Edit::replace(TextRange::at(tuple.start(), one), open)];
    for (element, call) in tuple.elts.iter().zip(calls) {
        let keyword = TextRange::new(element.start(), call.start());
        if module.text()[keyword].trim_end() != "await" {
            return Err("something stands between `await` and its call".into());
        }
        made.push(Edit::delete(keyword));
    }
    made.push(Edit::replace(TextRange::new(tuple.end() - one, tuple.end()), close));
    Ok(made)
}

/// Comments between two statements, and on the line of the first.
fn comments<'a>(module: &Module<'a>, between: TextRange) -> Result<(Option<&'a str>, Vec<&'a str>), String> {
    let end = module.line_end(between.start());
    let (mut beside, mut below) = (None, Vec::new());
    for comment in module.comments_in(between) {
        let text = &module.text()[comment.range()];
        if is_pragma(text) {
            return Err(format!("`{text}` speaks of one of the statements"));
        }
        if comment.start() < end {
            beside = Some(text);
        } else {
            below.push(text);
        }
    }
    Ok((beside, below))
}

fn run(cx: &FileContext, steps: &[Step], gather: &str) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let (first, last) = (steps[0], steps[steps.len() - 1]);
    let whole = TextRange::new(first.statement.start(), module.line_end(last.statement.end()));
    if let Some(annotated) = steps.iter().find(|s| s.statement.is_ann_assign_stmt()) {
        let line = module.line(annotated.statement.start());
        return Err(format!("line {line} annotates its target, which one of several cannot be"));
    }
    if steps.iter().any(|s| {
        let range = s.statement.range();
        let outside =
            [TextRange::new(range.start(), s.call.start()), TextRange::new(s.call.end(), range.end())];
        outside.into_iter().any(|r| module.has_comment(r))
    }) {
        return Err("a comment stands between `await` and what it waits for".into());
    }
    let indent = module.indentation(first.statement.start());
    if TextSize::of(indent) + module.line_start(first.statement.start()) != first.statement.start()
        || steps.iter().any(|s| {
            module.text()[s.statement.range()].contains('\\')
                || module.text()[..s.statement.start().to_usize()]
                    .trim_end_matches([' ', '\t'])
                    .ends_with(';')
        })
    {
        return Err("several statements share a line".into());
    }
    let of = |target: &Expr| match target {
        Expr::Tuple(t) if !t.parenthesized => format!("({})", module.source(t)),
        other => module.source(other).to_string(),
    };
    let targets: Vec<String> = steps.iter().filter_map(|s| s.target.map(of)).collect();
    let targets = if targets.is_empty() { String::new() } else { format!("{} = ", targets.join(", ")) };
    let calls: Vec<&str> = steps.iter().map(|s| module.source(s.call)).collect();
    let line = format!("{indent}{targets}await {gather}({})", calls.join(", "));
    let commented = module.has_comment(whole);
    if !line.contains(['\n', '\r']) && line.len() <= WIDTH && !commented {
        return Ok(vec![Edit::replace(
            TextRange::new(first.statement.start(), last.statement.end()),
            line.trim_start().to_string(),
        )]);
    }
    let unit = format!("{indent}{}", module.indent_unit(first.statement.start()));
    let mut made = Vec::new();
    let mut at = first.statement.start();
    let mut before = format!("{targets}await {gather}(\n{unit}");
    for (i, step) in steps.iter().enumerate() {
        made.push(Edit::replace(TextRange::new(at, step.call.start()), before));
        let line_start = module.line_start(step.call.start());
        let column = module.text()[TextRange::new(line_start, step.call.start())].chars().count() as isize;
        made.extend(realign(
            module,
            step.call.start(),
            unit.chars().count() as isize - column,
            step.call.range(),
        ));
        at = step.call.end();
        let next = steps.get(i + 1).map_or(whole.end(), |next| next.statement.start());
        let (beside, below) = comments(module, TextRange::new(step.statement.end(), next))?;
        before = beside.map_or(",".to_string(), |text| format!(",  {text}"));
        for text in below {
            before.push_str(&format!("\n{unit}{text}"));
        }
        if i + 1 < steps.len() {
            before.push_str(&format!("\n{unit}"));
        }
    }
    let end = if module.has_comment(TextRange::new(last.statement.end(), whole.end())) {
        whole.end()
    } else {
        last.statement.end()
    };
    made.push(Edit::replace(TextRange::new(at, end), format!("{before}\n{indent})")));
    Ok(made)
}
