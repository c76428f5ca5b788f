//! The text of the native coroutine.

use super::results::{Results, Returns};
use crate::asynchrony::framework::{Framework, Legacy};
use crate::asynchrony::operands::awaited_by_hand;
use unspool_engine::facts::effects;
use unspool_engine::repo::{Local, Repository, own_yields};
use unspool_engine::rewrite::{is_pragma, spell, spell_in};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, TextRange, TextSize, TokenKind, ast};
use unspool_engine::text::{Edit, realign};
use unspool_engine::transform::{FileContext, ImportRequest};

/// Edits with the imports that they need.
#[derive(Default, Clone)]
pub struct Made {
    pub edits: Vec<Edit>,
    pub imports: Vec<ImportRequest>,
}

/// `with (yield from lock):`, by the item that waits.
pub fn lock_items<'a>(
    cx: &FileContext<'a, '_>,
    function: NodeId,
) -> Vec<(&'a ast::StmtWith, &'a ast::WithItem)> {
    let own = |id: NodeId| cx.module.enclosing_function(id) == Some(function);
    let withs = cx.module.subtree(function).filter_map(|(id, node)| match node {
        AnyNodeRef::StmtWith(w) if own(id) && !w.is_async => Some(w),
        _ => None,
    });
    let waits = |w: &'a ast::StmtWith| {
        let items = w.items.iter().filter(|i| match &i.context_expr {
            // A call gives the context manager itself: a response, a connection.
            Expr::YieldFrom(y) => !y.value.is_call_expr(),
            _ => false,
        });
        items.map(move |i| (w, i)).collect::<Vec<_>>()
    };
    withs.flat_map(waits).collect()
}

/// All of the function.
pub fn native(cx: &FileContext, legacy: &Legacy, results: &Results) -> Result<Made, String> {
    let module = cx.module;
    let id = module.id(legacy.def);
    let mut made = Made::default();
    let text = module.text();
    made.edits.push(decorator(cx, legacy)?);
    let behind = legacy.def.decorator_list.last().map_or(legacy.def.start(), Ranged::end);
    let head = TextRange::new(behind, legacy.def.name.start());
    let def = module.tokens().in_range(head).iter().find(|t| t.kind() == TokenKind::Def);
    let def = def.expect("a function definition has its keyword behind the decorators").start();
    made.edits.push(Edit::insert(def, "async "));
    let open = legacy.def.parameters.start();
    let signature =
        TextRange::new(open, legacy.def.returns.as_ref().map_or(legacy.def.parameters.end(), |r| r.end()));
    made.edits.extend(realign(module, open + TextSize::new(1), 6, signature));
    if let Some(returns) = &legacy.def.returns {
        made.edits.extend(annotation(cx, returns)?);
    }

    let locks = lock_items(cx, id);
    for (with, item) in &locks {
        let Expr::YieldFrom(y) = &item.context_expr else {
            unreachable!("lock items wait with `yield from`")
        };
        if with.items.iter().any(|i| !locks.iter().any(|(_, lock)| lock.range() == i.range())) {
            return Err("a `with` of locks and other things would have to be split".into());
        }
        if with.items[0].range() == item.range() {
            made.edits.push(Edit::insert(with.start(), "async "));
        }
        let outer = module.parenthesized_range(&item.context_expr);
        if text[outer].contains(['\n', '\r']) {
            // The parentheses that keep the lines together go.
            return Err("a lock in a `with` is spread over several lines".into());
        }
        made.edits.push(Edit::delete(TextRange::new(outer.start(), y.value.start())));
        made.edits.push(Edit::delete(TextRange::new(y.value.end(), outer.end())));
    }
    for y in own_yields(module, id) {
        let (whole, value) = match module.node(y) {
            AnyNodeRef::ExprYieldFrom(e) => (e.range(), &*e.value),
            AnyNodeRef::ExprYield(e) => match &e.value {
                Some(value) => (e.range(), &**value),
                None => continue,
            },
            _ => continue,
        };
        if locks.iter().any(|(_, item)| item.context_expr.range() == whole) {
            continue;
        }
        waiting(cx, legacy, y, whole, value, &mut made)?;
    }
    for value in &results.awaited {
        let (open, close) = if is_primary(value) { ("await ", "") } else { ("await (", ")") };
        let range = module.parenthesized_range(value);
        let own = range != value.range();
        made.edits.push(Edit::insert(range.start(), if own { "await " } else { open }));
        if !own && !close.is_empty() {
            made.edits.push(Edit::insert(range.end(), close));
        }
    }
    let valued = results.returns.iter().any(|r| r.value.is_some());
    for one in &results.returns {
        made.edits.extend(returning(text, module.text(), one, valued, cx)?);
    }
    Ok(made)
}

/// The decorator's line goes; a comment on it stays.
fn decorator(cx: &FileContext, legacy: &Legacy) -> Result<Edit, String> {
    let module = cx.module;
    let start = legacy.decorator.start();
    let line_end = module.line_end(legacy.decorator.end());
    if let Some(comment) = module.comments_in(TextRange::new(start, line_end)).next() {
        if is_pragma(&module.text()[comment.range()]) || comment.start() < legacy.decorator.end() {
            return Err("a comment speaks of the decorator".into());
        }
        // With the line's end, which no longer ends a statement.
        let rest = &module.text()[line_end.to_usize()..];
        let ending = if rest.starts_with("\r\n") { 2 } else { 1 };
        let line = TextRange::new(start, line_end + TextSize::new(ending));
        return Ok(Edit::replace(line, format!("{}\n", &module.text()[comment.range()])));
    }
    // Up to the next line that is not blank.
    let text = module.text();
    let mut end = line_end;
    loop {
        let rest = &text[end.to_usize()..];
        let ending = if rest.starts_with("\r\n") { 2 } else { u32::from(!rest.is_empty()) };
        end += TextSize::new(ending);
        let line = &text[TextRange::new(end, module.line_end(end))];
        if ending == 0 || !line.trim().is_empty() {
            break;
        }
    }
    Ok(Edit::delete(TextRange::new(module.line_start(start), end)))
}

/// One place where it waits.
fn waiting(
    cx: &FileContext,
    legacy: &Legacy,
    id: NodeId,
    whole: TextRange,
    value: &Expr,
    made: &mut Made,
) -> Result<(), String> {
    let module = cx.module;
    let operand = module.parenthesized_range(value);
    let keyword = TextRange::new(whole.start(), operand.start());
    if module.has_comment(keyword) {
        return Err("a comment stands between `yield` and what it waits for".into());
    }
    let own_parentheses = operand != value.range();
    let several = legacy.framework == Framework::Tornado
        && matches!(
            crate::asynchrony::operands::gives(cx, legacy.framework, value, 0),
            crate::asynchrony::operands::Gives::Several
        );
    let mut head = "await ".to_string();
    let mut tail = "";
    if several {
        let spelling = spell(cx, id, "tornado.gen", "multi")?;
        let text = imported_gen(cx).map_or(spelling.text, |gen_| format!("{gen_}.multi"));
        if imported_gen(cx).is_none() {
            made.imports.extend(spelling.request);
        }
        head.push_str(&text);
        if !own_parentheses {
            head.push('(');
            tail = ")";
        }
    } else if !own_parentheses && !is_primary(value) {
        head.push('(');
        tail = ")";
    }
    let expr = match module.node(id) {
        AnyNodeRef::ExprYieldFrom(e) => Expr::YieldFrom(e.clone()),
        AnyNodeRef::ExprYield(e) => Expr::Yield(e.clone()),
        _ => unreachable!("a yield is waited for"),
    };
    let outer = module.parenthesized_range(&expr);
    let (mut open, mut close) = (TextRange::empty(whole.start()), TextRange::empty(whole.end()));
    if outer != whole && is_free_of_parentheses(cx, id, outer) {
        open = TextRange::new(outer.start(), whole.start());
        close = TextRange::new(whole.end(), outer.end());
        let before = module.text()[..outer.start().to_usize()].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            head.insert(0, ' ');
        }
        let after = module.text()[outer.end().to_usize()..].chars().next();
        if tail.is_empty() && after.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return Err("the parentheses stand against the next word".into());
        }
    }
    let mut start = TextRange::new(open.start(), operand.start());
    let gap = &module.text()[keyword];
    let blanks = gap.len() - gap.trim_end_matches(['\\', ' ', '\t', '\r', '\n']).len();
    if gap.contains(['\n', '\r']) && tail.is_empty() && !several {
        // The operand stays on its line.
        start = TextRange::new(start.start(), keyword.end() - TextSize::new(blanks as u32));
        head.truncate(head.trim_end().len());
    }
    if let Some(awaited) = awaited_by_hand(value).filter(|_| legacy.framework.is_lazy()) {
        let behind = TextRange::new(module.parenthesized_range(awaited).end(), value.end());
        if module.has_comment(behind) {
            return Err("a comment stands in front of `__await__`".into());
        }
        made.edits.push(Edit::delete(behind));
    }
    made.edits.push(Edit::replace(start, head.clone()));
    if !tail.is_empty() || !close.is_empty() {
        made.edits.push(Edit::replace(close.cover_offset(operand.end()), tail));
    }
    let moved = head.len() as isize - start.len().to_usize() as isize;
    made.edits.extend(realign(module, operand.start() + TextSize::new(1), moved, operand));
    Ok(())
}

/// `gen`, where the file imports the module of tornado under that name.
fn imported_gen(cx: &FileContext) -> Option<String> {
    use unspool_engine::facts::ScopeId;
    let symbols = cx.facts.symbols();
    ["gen", "tornado.gen"].into_iter().find_map(|name| {
        let first = name.split('.').next()?;
        let symbol = symbols.own(ScopeId::MODULE, first)?;
        let bound = symbols.occurrences_of(symbol).any(|o| match cx.module.node(o.node) {
            AnyNodeRef::Alias(a) => match cx.module.parent_node(o.node) {
                Some(AnyNodeRef::StmtImportFrom(f)) => {
                    name == "gen"
                        && f.module.as_deref() == Some("tornado")
                        && a.name.as_str() == "gen"
                        && a.asname.is_none()
                }
                _ => a.name.as_str() == "tornado.gen" && a.asname.is_none() && name == "tornado.gen",
            },
            _ => false,
        });
        bound.then(|| name.to_string())
    })
}

/// Whether the parentheses around the whole `yield` can go: `await` binds tighter than all operators.
fn is_free_of_parentheses(cx: &FileContext, id: NodeId, outer: TextRange) -> bool {
    let module = cx.module;
    let one_line = !module.text()[outer].contains(['\n', '\r']);
    let needed = match module.parent_node(id) {
        Some(AnyNodeRef::ExprAttribute(_) | AnyNodeRef::ExprAwait(_)) => true,
        Some(AnyNodeRef::ExprSubscript(s)) => module.id(&*s.value) == id,
        Some(AnyNodeRef::ExprCall(c)) => module.id(&*c.func) == id,
        _ => false,
    };
    one_line && !needed
}

/// What can stand behind `await` without parentheses.
fn is_primary(value: &Expr) -> bool {
    value.is_literal_expr()
        || matches!(
            value,
            Expr::Name(_)
                | Expr::Attribute(_)
                | Expr::Subscript(_)
                | Expr::Call(_)
                | Expr::List(_)
                | Expr::Dict(_)
                | Expr::ListComp(_)
                | Expr::DictComp(_)
        )
}

/// `raise gen.Return(x)` or `returnValue(x)` becomes `return x`.
fn returning(
    text: &str,
    _source: &str,
    one: &Returns,
    valued: bool,
    cx: &FileContext,
) -> Result<Vec<Edit>, String> {
    let bare = if valued { "return None" } else { "return" };
    let Some(arguments) = one.arguments else { return Ok(vec![Edit::replace(one.statement, bare)]) };
    let Some(value) = one.value else {
        if cx.module.has_comment(one.statement) {
            return Err("a comment stands in the call that gives the result".into());
        }
        return Ok(vec![Edit::replace(one.statement, bare)]);
    };
    let inner = TextRange::new(arguments.start() + TextSize::new(1), arguments.end() - TextSize::new(1));
    let range = match value {
        Expr::Generator(_) => value.range(),
        _ => cx.module.parenthesized_range(value),
    };
    let unparenthesised_generator = matches!(value, Expr::Generator(g) if !g.parenthesized);
    let layout = [
        TextRange::new(inner.start(), range.start().max(inner.start())),
        TextRange::new(range.end().min(inner.end()), inner.end()),
    ];
    let spread = layout.iter().any(|r| text[*r].contains(['\n', '\r', '#']))
        || (text[range].contains(['\n', '\r']) && range == value.range() && !is_bracketed(value));
    if spread || unparenthesised_generator {
        let mut edits =
            vec![Edit::replace(TextRange::new(one.statement.start(), arguments.start()), "return ")];
        // A trailing comma would make a tuple.
        let tail = TextRange::new(range.end().min(inner.end()), inner.end());
        let comma = cx.module.tokens().in_range(tail).iter().find(|t| t.kind() == TokenKind::Comma);
        edits.extend(comma.map(|c| Edit::delete(c.range())));
        return Ok(edits);
    }
    let mut edits = vec![
        Edit::replace(TextRange::new(one.statement.start(), range.start()), "return "),
        Edit::delete(TextRange::new(range.end(), one.statement.end())),
    ];
    let head = TextRange::new(one.statement.start(), range.start()).len().to_usize();
    edits.extend(realign(cx.module, range.start() + TextSize::new(1), 7 - head as isize, range));
    Ok(edits)
}

fn is_bracketed(value: &Expr) -> bool {
    matches!(
        value,
        Expr::List(_)
            | Expr::Dict(_)
            | Expr::Set(_)
            | Expr::ListComp(_)
            | Expr::DictComp(_)
            | Expr::SetComp(_)
            | Expr::Call(_)
    ) || matches!(value, Expr::Tuple(t) if t.parenthesized)
}

/// What the function returned to its caller was a generator or future of the type that a coroutine's `->` says alone.
fn annotation(cx: &FileContext, returns: &Expr) -> Result<Option<Edit>, String> {
    let Some(inner) = inner_annotation(cx, returns) else { return Ok(None) };
    let inner = inner?;
    if let Some(name) = name_without_value(cx, returns) {
        return Err(format!("the annotation has a name, `{name}`, that nothing has bound by then"));
    }
    let quoted = returns.is_string_literal_expr();
    let text = if quoted { format!("\"{inner}\"") } else { inner };
    Ok(Some(Edit::replace(returns.range(), text)))
}

/// A name in an expression that is neither bound by then nor a builtin: where it is evaluated, it fails.
fn name_without_value<'a>(cx: &FileContext<'a, '_>, expr: &Expr) -> Option<&'a str> {
    let symbols = cx.facts.symbols();
    let evaluated = !cx.module.postpones_annotations();
    cx.module.subtree(cx.module.id(expr)).find_map(|(id, node)| {
        let AnyNodeRef::ExprName(name) = node else { return None };
        let name = name.id.as_str();
        let fails = symbols.is_bound_nowhere(id, name)
            || evaluated && effects::unbound(cx.module, cx.facts, id).is_some();
        fails.then_some(name)
    })
}

/// `R` of `Generator[Y, S, R]`, `Deferred[R]`, `Future[R]`; an error where it is not said.
fn inner_annotation(cx: &FileContext, returns: &Expr) -> Option<Result<String, String>> {
    let source = match returns {
        Expr::StringLiteral(s) => s.value.to_str(),
        other => cx.module.source(other),
    };
    let (head, arguments) = match source.split_once('[') {
        Some((head, rest)) => (head, rest.strip_suffix(']')),
        None => (source, None),
    };
    let last = head.trim().rsplit('.').next().unwrap_or(head).trim();
    let place = match last {
        "Generator" | "Coroutine" => 2,
        "Deferred" | "Future" | "Awaitable" => 0,
        "Iterator" | "Iterable" => {
            return Some(Err(format!("the annotation `{source}` does not say what is returned")));
        }
        _ => return None,
    };
    let parts = arguments.map(split_arguments).unwrap_or_default();
    Some(match parts.get(place) {
        Some(part) => Ok(part.trim().to_string()),
        None => Err(format!("the annotation `{source}` does not say what is returned")),
    })
}

fn split_arguments(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0usize, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

/// Wraps a call of twisted whose Deferred somebody uses.
pub fn wrapped(file: &Local, repo: &Repository, call: NodeId, made: &mut Made) -> Result<(), String> {
    let module = file.module;
    let range = module.node(call).range();
    let spelling = spell_in(file, repo, call, "twisted.internet.defer", "ensureDeferred")?;
    let defer = imported_defer(module);
    let text = defer.map_or(spelling.text, |defer| format!("{defer}.ensureDeferred"));
    if defer.is_none() {
        made.imports.extend(spelling.request);
    }
    made.edits.push(Edit::insert(range.start(), format!("{text}(")));
    made.edits.push(Edit::insert(range.end(), ")"));
    let moved = TextSize::of(text.as_str()) + TextSize::new(1);
    // Lines behind the one on which the call begins.
    let behind = TextRange::new(range.start() + TextSize::new(1), range.end());
    made.edits.extend(realign(module, range.start(), moved.to_usize() as isize, behind));
    Ok(())
}

/// `defer`, where the file imports the module of twisted under that name.
fn imported_defer(module: &Module) -> Option<&'static str> {
    module.nodes().find_map(|(id, node)| match (node, module.parent_node(id)) {
        (AnyNodeRef::Alias(a), Some(AnyNodeRef::StmtImportFrom(f)))
            if a.name.as_str() == "defer"
                && a.asname.is_none()
                && f.module.as_deref() == Some("twisted.internet")
                && module.enclosing_function(id).is_none() =>
        {
            Some("defer")
        }
        _ => None,
    })
}
