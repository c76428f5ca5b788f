//! Awaits that are repeated for each item: what a turn needs of others, and who sees what the turns give.

use super::independence::{is_seen_elsewhere, names_in};
use super::shape::Into;
use unspool_engine::facts::Resolution;
use unspool_engine::syntax::{AnyNodeRef, Expr, Ranged, ast};
use unspool_engine::transform::{FileContext, Finding};

pub fn items(cx: &FileContext, generators: &[ast::Comprehension]) -> Finding {
    let module = cx.module;
    let waits = |g| module.subtree(module.id(g)).any(|(_, n)| matches!(n, AnyNodeRef::ExprAwait(_)));
    if generators.iter().any(waits) {
        return Finding::refuted("what it iterates or filters by is awaited, too");
    }
    Finding::proved("each turn uses its own item alone")
}

/// A loop that fills a container.
pub fn filled(
    cx: &FileContext,
    statement: &ast::StmtFor,
    into: Into,
    call: &ast::ExprCall,
    is_fresh: bool,
    through: Option<&Expr>,
) -> Finding {
    let module = cx.module;
    let Expr::Name(container) = into.container() else {
        return Finding::refuted(format!(
            "`{}` is no variable: whoever has its object sees it filled one by one",
            module.source(into.container())
        ));
    };
    let name = container.id.as_str();
    let mut read = names_in(cx, module.id(call));
    read.extend(names_in(cx, module.id(&*statement.iter)));
    if let Some(key) = into.key() {
        read.extend(names_in(cx, module.id(key)));
    }
    if read.contains(&name) {
        return Finding::refuted(format!("the loop reads `{name}` while it fills it"));
    }
    if is_seen_elsewhere(cx, into.container()) {
        return Finding::refuted(format!("`{name}` is global or nonlocal: the calls may read it"));
    }
    if !is_fresh && let Some(why) = is_shared(cx, container, into, statement) {
        return Finding::refuted(why);
    }
    if let Some(through) = through.filter(|t| is_seen_elsewhere(cx, t)) {
        return Finding::refuted(format!(
            "`{}` is global or nonlocal: the calls may read it",
            module.source(through)
        ));
    }
    turns(cx, statement, through)
}

/// A loop that keeps nothing of what it waits for.
pub fn each(cx: &FileContext, statement: &ast::StmtFor, call: &ast::ExprCall) -> Finding {
    let used = names_in(cx, cx.module.id(call));
    if !names_in(cx, cx.module.id(&*statement.target)).iter().any(|n| used.contains(n)) {
        return Finding::refuted("each turn does the same again, for which it waits until the last is done");
    }
    if let Some(shared) = given_to_each(cx, statement, call) {
        return Finding::refuted(format!(
            "each turn calls another function with `{shared}`: each may need it as the one before has left it"
        ));
    }
    turns(cx, statement, None)
}

/// What all of the functions get that are the items of the loop: middleware, hooks.
fn given_to_each<'a>(
    cx: &FileContext<'a, '_>,
    statement: &ast::StmtFor,
    call: &ast::ExprCall,
) -> Option<&'a str> {
    let targets = names_in(cx, cx.module.id(&*statement.target));
    if !matches!(&*call.func, Expr::Name(n) if targets.contains(&n.id.as_str())) {
        return None;
    }
    let keywords = call.arguments.keywords.iter().map(|k| &k.value);
    let mut names = call.arguments.args.iter().chain(keywords).flat_map(|a| names_in(cx, cx.module.id(a)));
    names.find(|name| !targets.contains(name))
}

/// Whether nothing behind the loop reads its variables, which a comprehension does not leave behind.
fn turns(cx: &FileContext, statement: &ast::StmtFor, through: Option<&Expr>) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let mut targets = vec![&*statement.target];
    if let Expr::Tuple(t) = &*statement.target {
        targets = t.elts.iter().collect();
    }
    targets.extend(through);
    for target in targets {
        let Expr::Name(variable) = target else {
            return Finding::refuted("the loop has several variables, which may be used behind it");
        };
        let id = module.id(statement);
        if let Resolution::Symbol(symbol) = symbols.resolve(module.id(variable)) {
            let flow = cx.facts.flow_at(id);
            if flow.read_after(id, symbol).is_some() || flow.captured(symbol).is_some() {
                return Finding::refuted(format!("`{}` is used behind the loop", variable.id));
            }
        }
    }
    Finding::proved("each turn uses its own item alone")
}

/// Why others may see the container while the loop fills it.
fn is_shared(
    cx: &FileContext,
    container: &ast::ExprName,
    into: Into,
    statement: &ast::StmtFor,
) -> Option<String> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let name = container.id.as_str();
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(container)) else {
        return Some(format!("what `{name}` is is not known"));
    };
    // A name for something that is there already would be no container of its own.
    let made = symbols.single_assignment(module, symbol);
    let is_own = match into {
        Into::List(_) | Into::Pairs(..) => matches!(made, Some(Expr::List(_) | Expr::ListComp(_))),
        Into::Dict(..) => matches!(made, Some(Expr::Dict(_) | Expr::DictComp(_))),
    };
    if !is_own {
        return Some(format!("`{name}` is not made here: whoever has it sees it filled one by one"));
    }
    let in_a_loop = module
        .ancestors(module.id(statement))
        .take_while(|a| !matches!(module.node(*a), AnyNodeRef::StmtFunctionDef(_)))
        .any(|a| matches!(module.node(a), AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)));
    let hands_on = symbols.occurrences_of(symbol).filter(|o| o.access.reads()).find(|o| {
        let before = o.range.start() < statement.start();
        let inside = statement.range().contains_range(o.range);
        let part = matches!(
            module.parent_node(o.node),
            Some(AnyNodeRef::ExprAttribute(_) | AnyNodeRef::ExprSubscript(_))
        );
        !inside && (before || in_a_loop) && !part
    });
    hands_on.map(|o| {
        format!(
            "line {} hands `{name}` on: whoever has it sees it filled one by one",
            module.line(o.range.start())
        )
    })
}
