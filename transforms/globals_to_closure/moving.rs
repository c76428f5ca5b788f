//! First values and defaults are evaluated at another place: whether that changes them.

use unspool_engine::facts::effects::Collector;
use unspool_engine::facts::{ScopeId, tables};
use unspool_engine::syntax::{Expr, Ranged, Stmt, ast};
use unspool_engine::transform::{FileContext, Finding};

use super::group::Group;

/// The factory is defined and called where the first function stands: the first values are evaluated there, and so are
/// the defaults of functions that move up to it.
pub fn evaluates_the_same(cx: &FileContext, group: &Group, definitions: &[(usize, &Expr)]) -> Finding {
    let module = cx.module;
    let Some(&place) = group.functions.first() else { return Finding::refuted("no function uses them") };
    let mut finding = Finding::proved("nothing is evaluated at another place that could tell");
    for (index, value) in definitions {
        finding = finding.and(moves(cx, group, value, *index, place, definitions));
        if *index > place
            && let Some(busy) = not_inert(cx, place + 1..*index, group, definitions)
        {
            let line = module.line(busy.start());
            let own = module.line(module.body()[*index].start());
            finding = finding.and(Finding::refuted(format!(
                "line {line} may call the functions before line {own} sets the variable"
            )));
        }
    }
    for &index in &group.functions[1..] {
        let Stmt::FunctionDef(def) = &module.body()[index] else { continue };
        for part in evaluated(cx, def) {
            finding = finding.and(moves(cx, group, part, index, place, definitions));
        }
        finding = finding.and(means_another(cx, group, def, place..index, definitions));
    }
    finding.and(in_turn(cx, group, definitions))
}

/// A function that moves up has its name earlier: whether code in between means another thing by it, a builtin or
/// nothing at all.
fn means_another(
    cx: &FileContext,
    group: &Group,
    def: &ast::StmtFunctionDef,
    between: std::ops::Range<usize>,
    definitions: &[(usize, &Expr)],
) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let (name, own) = (def.name.as_str(), module.line(def.start()));
    let earlier = tables::builtin_name(name).is_some() || !symbols.star_imports.is_empty();
    let busy = not_inert(cx, between.clone(), group, definitions);
    let reads = symbols.own(ScopeId::MODULE, name).into_iter().flat_map(|s| symbols.occurrences_of(s));
    for read in reads.filter(|o| o.access.reads()) {
        let at = module.body().partition_point(|s| s.end() <= read.range.start());
        // Functions of any place run when they are called.
        let is_late = module.enclosing_function(read.node).is_some();
        if (is_late && earlier && busy.is_some()) || (!is_late && between.contains(&at)) {
            let line = module.line(read.range.start());
            return Finding::refuted(format!(
                "line {line} may look `{name}` up before line {own} defines it, and would find the function"
            ));
        }
    }
    Finding::proved("nothing in between looks up what is defined earlier now")
}

/// Values stand in front of all functions now: what both do when they are evaluated would change places.
fn in_turn(cx: &FileContext, group: &Group, definitions: &[(usize, &Expr)]) -> Finding {
    let module = cx.module;
    let late = definitions.iter().filter(|(_, value)| telling(cx, value).is_some());
    let Some((last, value)) = late.max_by_key(|(index, _)| *index) else {
        return Finding::proved("computing the values does nothing that could change places");
    };
    for &index in group.functions.iter().filter(|i| *i < last) {
        let Stmt::FunctionDef(def) = &module.body()[index] else { continue };
        if let Some((part, what)) = evaluated(cx, def).into_iter().find_map(|p| Some((p, telling(cx, p)?))) {
            return Finding::refuted(format!(
                "line {} {what}, and so far did so before line {}",
                module.line(part.start()),
                module.line(value.start())
            ));
        }
    }
    Finding::proved("what the functions evaluate does nothing that could change places")
}

/// What evaluating does besides giving a value or raising.
fn telling(cx: &FileContext, expr: &Expr) -> Option<String> {
    let local = cx.local();
    let effects = cx.repo.resolve(&local, &Collector::of_expr(cx.module, cx.facts, expr));
    effects.notes.iter().find(|n| !n.kind.is_error()).map(|n| n.describe())
}

/// What a definition evaluates when it is executed.
fn evaluated<'a>(cx: &FileContext, def: &'a ast::StmtFunctionDef) -> Vec<&'a Expr> {
    let mut parts: Vec<&Expr> = def.decorator_list.iter().map(|d| &d.expression).collect();
    let lazy = cx.module.postpones_annotations();
    parts.extend(def.parameters.iter_non_variadic_params().filter_map(|p| p.default.as_deref()));
    if !lazy {
        parts.extend(def.parameters.iter().filter_map(|p| p.annotation()));
        parts.extend(def.returns.as_deref());
    }
    parts
}

/// The expression of statement `from` is evaluated at statement `to` instead.
fn moves(
    cx: &FileContext,
    group: &Group,
    expr: &Expr,
    from: usize,
    to: usize,
    definitions: &[(usize, &Expr)],
) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let line = module.line(expr.start());
    let between = if from < to { from + 1..to } else { to..from };
    // What it reads must be there, and the same.
    for (id, _) in module.subtree(module.id(expr)) {
        let Some(occurrence) = symbols.occurrence(id).filter(|o| o.access.reads()) else { continue };
        let Some(symbol) = occurrence.symbol.filter(|s| symbols.symbol(*s).scope == ScopeId::MODULE) else {
            continue;
        };
        if group.defs(module).iter().any(|d| d.name.as_str() == occurrence.name) {
            return Finding::refuted(format!("line {line} uses the function `{}` itself", occurrence.name));
        }
        for binding in symbols.occurrences_of(symbol).filter(|o| o.binds()) {
            let at = module.body().partition_point(|s| s.end() <= binding.range.start());
            if binding.scope != ScopeId::MODULE {
                let other = module.line(binding.range.start());
                return Finding::refuted(format!(
                    "line {line} reads `{}`, which line {other} assigns",
                    occurrence.name
                ));
            }
            if between.contains(&at) {
                let other = module.line(binding.range.start());
                return Finding::refuted(format!(
                    "line {line} reads `{}`, which line {other}, in between, binds",
                    occurrence.name
                ));
            }
        }
    }
    let local = cx.local();
    let effects = cx.repo.resolve(&local, &Collector::of_expr(module, cx.facts, expr));
    let conventions = effects.conventions();
    if effects.notes.iter().all(|n| n.kind.is_error()) {
        return Finding::proved("first values and defaults have no effect, and read nothing that changes")
            .relying_on(conventions);
    }
    let what = effects.notes.iter().find(|n| !n.kind.is_error()).map(|n| n.describe()).unwrap_or_default();
    match not_inert(cx, between, group, definitions) {
        None => Finding::proved("only definitions stand in between").relying_on(conventions),
        Some(busy) => {
            let other = module.line(busy.start());
            Finding::assumed(format!("line {line} {what}, now at another time than before line {other}"))
        }
    }
}

/// The first of the statements that does more than define something, those apart that move.
fn not_inert<'a>(
    cx: &FileContext<'a, '_>,
    statements: std::ops::Range<usize>,
    group: &Group,
    definitions: &[(usize, &Expr)],
) -> Option<&'a Stmt> {
    let goes = |i: &usize| group.functions.contains(i) || definitions.iter().any(|(d, _)| d == i);
    let mut others = statements.filter(|i| !goes(i)).map(|i| &cx.module.body()[i]);
    others.find(|s| !is_inert(s))
}

fn is_inert(statement: &Stmt) -> bool {
    let plain = |e: &Expr| is_plain(e);
    match statement {
        Stmt::FunctionDef(f) => {
            f.decorator_list.is_empty()
                && f.parameters.iter_non_variadic_params().all(|p| p.default.as_deref().is_none_or(plain))
        }
        Stmt::ClassDef(c) => {
            c.decorator_list.is_empty()
                && c.arguments.as_deref().is_none_or(|a| a.keywords.is_empty() && a.args.iter().all(plain))
                && c.body.iter().all(is_inert)
        }
        Stmt::Assign(a) => plain(&a.value) && a.targets.iter().all(|t| t.is_name_expr()),
        Stmt::AnnAssign(a) => a.value.as_deref().is_none_or(plain) && a.target.is_name_expr(),
        Stmt::Expr(e) => e.value.is_literal_expr(),
        Stmt::Pass(_) => true,
        _ => false,
    }
}

/// Literals and names, and displays of them.
fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) => true,
        Expr::Attribute(a) => is_plain(&a.value),
        Expr::UnaryOp(u) => is_plain(&u.operand),
        Expr::Tuple(t) => t.elts.iter().all(is_plain),
        Expr::List(l) => l.elts.iter().all(is_plain),
        Expr::Set(s) => s.elts.iter().all(is_plain),
        Expr::Dict(d) => d.items.iter().all(|i| i.key.as_ref().is_none_or(is_plain) && is_plain(&i.value)),
        other => other.is_literal_expr(),
    }
}
