//! The text of the `gather`.

use super::keyed::Keyed;
use super::shape::{Comprehension, Into, Shape, Step, Whole};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, Ranged, Stmt, TextRange, TextSize, ast};
use unspool_engine::text::{Edit, lines_outside_strings, realign};
use unspool_engine::transform::FileContext;

/// Longer lines are broken.
pub const WIDTH: usize = 79;

pub fn edits(cx: &FileContext, shape: &Shape, gather: &str) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    match shape {
        Shape::Run(steps) => run(cx, steps, gather),
        Shape::Comprehension { comprehension, call } => {
            let await_ = TextRange::new(comprehension.range().start(), call.start());
            if module.has_comment(await_) {
                return Err("a comment stands in front of the call".into());
            }
            if module.text()[await_][1..].trim() != "await" {
                return Err("something stands between `await` and its call".into());
            }
            let (open, close) = match comprehension {
                Comprehension::Set(_) => {
                    means_itself(cx, shape, "set")?;
                    ("set(", ")")
                }
                Comprehension::List(c) if binds_tighter(cx, &Expr::ListComp((*c).clone())) => ("(", ")"),
                Comprehension::List(_) => ("", ""),
            };
            Ok(vec![
                Edit::replace(await_, format!("{open}await {gather}(*[")),
                Edit::replace(TextRange::at(comprehension.range().end() - ONE, ONE), format!("]){close}")),
            ])
        }
        Shape::Keyed { comprehension, .. } => {
            if module.has_comment(comprehension.range()) {
                return Err("the comments of the comprehension have no place in a call".into());
            }
            means_itself(cx, shape, "dict")?;
            means_itself(cx, shape, "zip")?;
            let keyed = Keyed::of(shape).expect("the shape has keys");
            let text = format!("dict({})", keyed.zipped(cx, gather)?);
            fits(module, comprehension.range(), &text)?;
            Ok(vec![Edit::replace(comprehension.range(), text)])
        }
        Shape::Pairs { comprehension, .. } => {
            if module.has_comment(comprehension.range()) {
                return Err("the comments of the comprehension have no place in a call".into());
            }
            means_itself(cx, shape, "list")?;
            means_itself(cx, shape, "zip")?;
            let keyed = Keyed::of(shape).expect("the shape has keys");
            let text = format!("list({})", keyed.zipped(cx, gather)?);
            fits(module, comprehension.range(), &text)?;
            Ok(vec![Edit::replace(comprehension.range(), text)])
        }
        Shape::Elements { whole, first, calls } => elements(cx, shape, *whole, *first, calls, gather),
        Shape::Parts { parts, .. } => super::parts::edits(cx, parts, gather),
        Shape::Mixed { .. } => {
            Err("more is done with what is awaited: it would have to be gathered first, and gone over again"
                .into())
        }
        Shape::Each { statement, call } => {
            let whole = shape.anchor();
            if module.has_comment(TextRange::new(whole.start(), module.line_end(whole.end()))) {
                return Err("the comments of the loop have no place in a call".into());
            }
            let text = over_items(module, statement, call, gather);
            fits(module, whole, &text)?;
            Ok(vec![Edit::replace(whole, text)])
        }
        Shape::Loop { empty, statement, into, call, .. } => {
            let whole = shape.anchor();
            if module.has_comment(TextRange::new(whole.start(), module.line_end(whole.end()))) {
                return Err("the comments of the loop have no place in a call".into());
            }
            let filled = match (into, Keyed::of(shape)) {
                (Into::Dict(..) | Into::Pairs(..), Some(keyed)) => {
                    means_itself(cx, shape, "zip")?;
                    keyed.zipped(cx, gather)?
                }
                _ => over_items(module, statement, call, gather),
            };
            let container = module.source(into.container());
            let text = match (empty, into) {
                (None, Into::List(_) | Into::Pairs(..)) => format!("{container}.extend({filled})"),
                (None, Into::Dict(..)) => format!("{container}.update({filled})"),
                (Some(empty), into) => {
                    let target = &module.text()[TextRange::new(empty.range.start(), empty.value.start())];
                    match into {
                        Into::List(_) => format!("{target}{filled}"),
                        Into::Pairs(..) => {
                            means_itself(cx, shape, "list")?;
                            format!("{target}list({filled})")
                        }
                        Into::Dict(..) => {
                            means_itself(cx, shape, "dict")?;
                            format!("{target}dict({filled})")
                        }
                    }
                }
            };
            fits(module, whole, &text)?;
            Ok(vec![Edit::replace(whole, text)])
        }
    }
}

/// The loop as one call.
fn over_items(module: &Module, statement: &ast::StmtFor, call: &ast::ExprCall, gather: &str) -> String {
    format!(
        "await {gather}(*[{} for {} in {}])",
        module.source(call),
        module.source(&*statement.target),
        &module.text()[module.parenthesized_range(&statement.iter)]
    )
}

const ONE: TextSize = TextSize::new(1);

/// Whether the text can take the place of the range in its line.
fn fits(module: &Module, range: TextRange, text: &str) -> Result<(), String> {
    let front = module.text()[TextRange::new(module.line_start(range.start()), range.start())].len();
    let behind = module.text()[TextRange::new(range.end(), module.line_end(range.end()))].len();
    if text.contains(['\n', '\r']) || front + text.len() + behind > WIDTH + 21 {
        return Err("the call would not fit into a line".into());
    }
    Ok(())
}

/// Whether a builtin can be called by its name.
fn means_itself(cx: &FileContext, shape: &Shape, name: &str) -> Result<(), String> {
    let symbols = cx.facts.symbols();
    let scope = symbols.scope_of(cx.module, cx.module.id(shape.operands()[0]));
    if symbols.lookup(scope, name).is_some() || !symbols.star_imports.is_empty() {
        return Err(format!("`{name}` means something else here"));
    }
    Ok(())
}

/// Whether what stands around the expression takes hold of it before an `await` does: `[...][0]`, `[...].sort()`.
fn binds_tighter(cx: &FileContext, expr: &Expr) -> bool {
    let module = cx.module;
    let id = module.id(expr);
    let part = match module.parent_node(id) {
        Some(AnyNodeRef::ExprAttribute(_)) => true,
        Some(AnyNodeRef::ExprSubscript(s)) => module.id(&*s.value) == id,
        _ => false,
    };
    part && module.parenthesized_range(expr) == expr.range()
}

/// Awaits side by side: in place of all of a tuple or list, or as a part of it.
fn elements(
    cx: &FileContext,
    shape: &Shape,
    whole: Whole,
    first: usize,
    calls: &[&ast::ExprCall],
    gather: &str,
) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let elements = &whole.elements()[first..first + calls.len()];
    let is_all = calls.len() == whole.elements().len();
    let mut made = Vec::new();
    for (element, call) in elements.iter().zip(calls) {
        let keyword = TextRange::new(element.start(), call.start());
        if module.text()[keyword].trim_end() != "await" {
            return Err("something stands between `await` and its call".into());
        }
        made.push(Edit::delete(keyword));
    }
    let (open, close, from, to) = match whole {
        Whole::Tuple(t) if is_all => {
            let is_unpacked = match module.parent_node(module.id(t)) {
                Some(AnyNodeRef::StmtAssign(a)) => {
                    a.targets.iter().all(|t| t.is_tuple_expr() || t.is_list_expr())
                }
                _ => false,
            };
            if !is_unpacked {
                means_itself(cx, shape, "tuple")?;
            }
            let (open, close) = if is_unpacked { ("", ")") } else { ("tuple(", "))") };
            let one = TextSize::new(u32::from(t.parenthesized));
            (open, close, TextRange::at(t.start(), one), TextRange::new(t.end() - one, t.end()))
        }
        Whole::List(l) if is_all => {
            let (open, close) =
                if binds_tighter(cx, &Expr::List(l.clone())) { ("(", "))") } else { ("", ")") };
            (open, close, TextRange::at(l.start(), ONE), TextRange::at(l.end() - ONE, ONE))
        }
        _ => {
            if elements.iter().any(|e| module.parenthesized_range(e) != e.range()) {
                return Err("an `await` stands in parentheses".into());
            }
            if let Whole::Tuple(t) = whole
                && matches!(module.parent_node(module.id(t)), Some(AnyNodeRef::ExprSubscript(_)))
            {
                return Err("a part of an index cannot be unpacked before Python 3.11".into());
            }
            let last = elements[elements.len() - 1].end();
            ("*", ")", TextRange::empty(elements[0].start()), TextRange::empty(last))
        }
    };
    made.push(Edit::replace(from, format!("{open}await {gather}(")));
    made.push(Edit::replace(to, close));
    Ok(made)
}

/// The further lines of a call that comes to stand behind `unit`: those below its bracket move along with it, others are as
/// much deeper as the call itself is.
fn moved(module: &Module, step: &Step, unit: &str) -> Vec<Edit> {
    let call = step.call.range();
    let ahead = TextRange::new(module.line_start(call.start()), call.start());
    let columns = unit.chars().count() as isize - module.text()[ahead].chars().count() as isize;
    let aligned = realign(module, call.start(), columns, call);
    if !aligned.is_empty() {
        return aligned;
    }
    let indent = module.indentation(step.statement.start());
    let Some(deeper) = unit.strip_prefix(indent) else { return Vec::new() };
    let lines = lines_outside_strings(module, call);
    lines.into_iter().map(|line| Edit::insert(line.start(), deeper)).collect()
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

/// The annotation of a target as a statement of its own: one of several targets has none. Where the function that is called
/// says the same, nothing is lost.
fn annotation(cx: &FileContext, step: &Step) -> Result<Option<String>, String> {
    let module = cx.module;
    let Stmt::AnnAssign(assign) = step.statement else { return Ok(None) };
    let line = module.line(assign.start());
    let annotation = module.source(&*assign.annotation);
    if !assign.target.is_name_expr() || annotation.contains(['\n', '\r']) {
        return Err(format!("line {line} annotates its target, which one of several cannot be"));
    }
    let said = match Types::new(module, cx.facts).of(&step.call.func) {
        Ty::Function(function) => match module.node(function) {
            AnyNodeRef::StmtFunctionDef(def) if def.is_async => def.returns.as_deref(),
            _ => None,
        },
        _ => None,
    };
    if said.is_some_and(|said| module.source(said) == annotation) {
        return Ok(None);
    }
    Ok(Some(format!("{}: {annotation}", module.source(&*assign.target))))
}

fn run(cx: &FileContext, steps: &[Step], gather: &str) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let (first, last) = (steps[0], steps[steps.len() - 1]);
    let whole = TextRange::new(first.statement.start(), module.line_end(last.statement.end()));
    let indent = module.indentation(first.statement.start());
    let mut declared = String::new();
    for step in steps {
        if let Some(annotation) = annotation(cx, step)? {
            declared.push_str(&format!("{annotation}\n{indent}"));
        }
    }
    if steps.iter().any(|s| {
        let range = s.statement.range();
        let outside =
            [TextRange::new(range.start(), s.call.start()), TextRange::new(s.call.end(), range.end())];
        outside.into_iter().any(|r| module.has_comment(r))
    }) {
        return Err("a comment stands between `await` and what it waits for".into());
    }
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
            format!("{declared}{}", line.trim_start()),
        )]);
    }
    let unit = format!("{indent}{}", module.indent_unit(first.statement.start()));
    let mut made = Vec::new();
    let mut at = first.statement.start();
    let mut before = format!("{declared}{targets}await {gather}(\n{unit}");
    for (i, step) in steps.iter().enumerate() {
        made.push(Edit::replace(TextRange::new(at, step.call.start()), before));
        made.extend(moved(module, step, &unit));
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
