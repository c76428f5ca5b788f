//! Awaits in several places of one expression: they are gathered in a line in front of it, and named.

use super::edits::WIDTH;
use super::independence::is_seen_elsewhere;
use super::shape::Part;
use crate::asynchrony::framework::last_name;
use crate::generated::naming::is_keyword;
use unspool_engine::facts::tables::builtin_name;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, TextRange, TextSize, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::FileContext;

pub fn edits(cx: &FileContext, parts: &[Part], gather: &str) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let first = module.id(parts[0].call);
    let statement = module.statement_of(first).ok_or("it stands in no statement")?;
    let range = module.node(statement).range();
    let value = match module.node(statement) {
        AnyNodeRef::StmtAugAssign(a) if !a.target.is_name_expr() || is_seen_elsewhere(cx, &a.target) => {
            let target = module.source(&*a.target);
            return Err(format!("`{target}` is read in front of the awaits, and would be behind them"));
        }
        // No operand changes a variable of this function alone.
        AnyNodeRef::StmtAugAssign(a) => Some(&*a.value),
        AnyNodeRef::StmtAssign(a) => Some(&*a.value),
        AnyNodeRef::StmtAnnAssign(a) => a.value.as_deref(),
        AnyNodeRef::StmtReturn(r) => r.value.as_deref(),
        AnyNodeRef::StmtExpr(e) => Some(&*e.value),
        AnyNodeRef::StmtIf(i) => Some(&*i.test),
        _ => None,
    };
    let value = value.filter(|v| v.range().contains_range(parts[0].awaited.range()));
    let value = value.ok_or("the awaits are in the head of a statement, with no place in front of it")?;
    let last = parts.iter().map(|p| p.awaited.end()).max().expect("there are parts");
    in_order(cx, parts, value, last)?;
    let line = module.line_start(range.start());
    let indent = module.indentation(range.start());
    if line + TextSize::of(indent) != range.start() {
        return Err("several statements share a line".into());
    }
    let function = module.enclosing_function(first).ok_or("it stands in no function")?;
    let names = names(cx, function, parts)?;
    let calls: Vec<&str> = parts.iter().map(|p| module.source(p.call)).collect();
    if parts.iter().any(|p| module.has_comment(p.awaited.range())) {
        return Err("a comment speaks of one of the awaits".into());
    }
    if calls.iter().any(|c| c.contains(['\n', '\r'])) {
        return Err("what is awaited is spread over several lines".into());
    }
    let head = format!("{} = await {gather}(", names.join(", "));
    let mut text = format!("{head}{})\n{indent}", calls.join(", "));
    if indent.len() + text.trim_end().len() > WIDTH {
        let deeper = format!("\n{indent}{}", module.indent_unit(range.start()));
        let lines: String = calls.iter().map(|call| format!("{deeper}{call},")).collect();
        text = format!("{head}{lines}\n{indent})\n{indent}");
    }
    let mut made = vec![Edit::insert(range.start(), text)];
    made.extend(parts.iter().zip(names).map(|(part, name)| Edit::replace(part.awaited.range(), name)));
    Ok(made)
}

/// Whether nothing of the expression happens in front of the last await but what may as well happen behind it.
fn in_order(cx: &FileContext, parts: &[Part], expr: &Expr, last: TextSize) -> Result<(), String> {
    if expr.start() >= last || parts.iter().any(|p| p.awaited.range() == expr.range()) {
        return Ok(());
    }
    let is_around = parts.iter().any(|p| expr.range().contains_range(p.awaited.range()));
    let each = |all: &mut dyn Iterator<Item = &Expr>| {
        for inner in all {
            in_order(cx, parts, inner, last)?;
        }
        Ok(())
    };
    match expr {
        Expr::Name(_) => Ok(()),
        e if e.is_literal_expr() => Ok(()),
        Expr::Call(c) if is_around => {
            let keywords = c.arguments.keywords.iter().map(|k| &k.value);
            each(&mut std::iter::once(&*c.func).chain(&c.arguments.args).chain(keywords))
        }
        Expr::Await(a) if is_around => each(&mut std::iter::once(&*a.value)),
        // Operators on what is awaited have no effects.
        Expr::BinOp(b) if is_around => each(&mut [&*b.left, &*b.right].into_iter()),
        Expr::UnaryOp(u) if is_around => each(&mut std::iter::once(&*u.operand)),
        Expr::Compare(c) if is_around && c.comparators.len() == 1 => {
            each(&mut [&*c.left, &c.comparators[0]].into_iter())
        }
        Expr::Attribute(a) => each(&mut std::iter::once(&*a.value)),
        Expr::Subscript(s) if is_around => each(&mut [&*s.value, &*s.slice].into_iter()),
        Expr::FString(f) if is_around => each(&mut formatted(f).into_iter()),
        Expr::Named(n) if is_around => Err(format!(
            "`{}` is bound in front of an await, and would be behind it",
            cx.module.source(&*n.target)
        )),
        Expr::Starred(s) if is_around => each(&mut std::iter::once(&*s.value)),
        Expr::Tuple(t) => each(&mut t.elts.iter()),
        Expr::List(l) => each(&mut l.elts.iter()),
        Expr::Set(s) if is_around => each(&mut s.elts.iter()),
        Expr::Dict(d) => each(&mut d.items.iter().flat_map(|i| i.key.iter().chain([&i.value]))),
        other => {
            let text: String = cx.module.source(other).chars().take(50).collect();
            Err(match is_around {
                true => format!("the awaits are parts of `{text}`, which may not reach all of them"),
                false => format!("`{text}` is evaluated in front of an await, and would be behind it"),
            })
        }
    }
}

/// What an f-string shows, and how.
fn formatted(string: &ast::ExprFString) -> Vec<&Expr> {
    fn of(element: &ast::InterpolatedStringElement) -> Vec<&Expr> {
        let Some(shown) = element.as_interpolation() else { return Vec::new() };
        let how = shown.format_spec.iter().flat_map(|spec| spec.elements.iter().flat_map(of));
        std::iter::once(&*shown.expression).chain(how).collect()
    }
    string.value.elements().flat_map(of).collect()
}

/// What the results are called: as the code around calls them, or by what gives them.
fn names(cx: &FileContext, function: NodeId, parts: &[Part]) -> Result<Vec<String>, String> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let mut given: Vec<String> = Vec::new();
    let stems: Vec<Option<String>> = parts.iter().map(|p| stem(p.call)).collect();
    for (i, (part, stem)) in parts.iter().zip(&stems).enumerate() {
        let wanted = part.name.map(ToString::to_string).into_iter().chain(stem.clone());
        let mut wanted: Vec<String> = wanted.filter(|n| is_identifier(n)).collect();
        let several = part.name.is_none() && stems.iter().filter(|s| *s == stem).count() > 1;
        let which = stems[..i].iter().filter(|s| *s == stem).count() + 1;
        let others: Vec<String> = wanted.iter().map(|n| format!("{n}_result")).collect();
        if several {
            // One of several that are alike is called the first, the second, ...
            wanted = wanted.iter().map(|n| format!("{n}_{which}")).collect();
        }
        let is_free = |name: &&String| {
            !given.contains(*name)
                && !symbols
                    .occurrences
                    .iter()
                    .any(|o| o.name == name.as_str() && module.contains(function, o.node))
                && builtin_name(name).is_none()
        };
        let name = wanted.iter().chain(&others).find(is_free).cloned();
        let text = || module.source(TextRange::new(part.call.start(), part.call.func.end()));
        given.push(name.ok_or_else(|| format!("no name is free for what `{}` gives", text()))?);
    }
    Ok(given)
}

/// What a function says that it gives.
fn stem(call: &ast::ExprCall) -> Option<String> {
    last_name(&call.func).map(|name| {
        let stripped = PREFIXES.iter().find_map(|p| name.strip_prefix(p));
        stripped.unwrap_or(name).trim_start_matches('_').to_string()
    })
}

/// Words of functions that say nothing about what they give.
const PREFIXES: &[&str] = &[
    "async_get_",
    "async_",
    "get_",
    "fetch_",
    "load_",
    "read_",
    "find_",
    "make_",
    "query_",
    "compute_",
    "calculate_",
    "request_",
    "download_",
];

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !is_keyword(name)
}
