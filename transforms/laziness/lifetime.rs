//! A local list from its definition to its only use.

use unspool_engine::facts::{Access, Flow, Occurrence, ScopeKind, SymbolId};
use unspool_engine::repo::Exports;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::text::glance;
use unspool_engine::transform::{FileContext, Finding};

use super::Elements;

/// `name = [..]`, by syntax alone.
#[derive(Clone, Copy)]
pub struct Definition<'a> {
    pub elements: Elements<'a>,
    pub statement: NodeId,
    pub target: &'a ast::ExprName,
    pub annotation: Option<&'a Expr>,
    /// `name = [..] if test else other`
    pub other: Option<&'a Expr>,
}

impl<'a> Definition<'a> {
    /// The definition whose value is the node, a list that is built element by element, or one of two values.
    pub fn of(module: &Module<'a>, value: NodeId) -> Option<Self> {
        let parent = module.parent(value)?;
        let AnyNodeRef::ExprIf(either) = module.node(parent) else {
            return Self::with(module, value, Elements::of);
        };
        let (list, other) = match () {
            () if module.id(&*either.body) == value => (&*either.body, &*either.orelse),
            () if module.id(&*either.orelse) == value => (&*either.orelse, &*either.body),
            () => return None,
        };
        let found = Self::with(module, parent, |_| Elements::of(list))?;
        Some(Definition { other: Some(other), ..found })
    }

    /// The definition whose value is the node, if that has elements.
    pub fn with(
        module: &Module<'a>,
        value: NodeId,
        elements: impl FnOnce(&'a Expr) -> Option<Elements<'a>>,
    ) -> Option<Self> {
        let statement = module.parent(value)?;
        let (target, value, annotation) = match module.node(statement) {
            AnyNodeRef::StmtAssign(assign) => match &assign.targets[..] {
                [Expr::Name(target)] => (target, &*assign.value, None),
                _ => return None,
            },
            AnyNodeRef::StmtAnnAssign(assign) => match (&*assign.target, assign.value.as_deref()) {
                (Expr::Name(target), Some(value)) => (target, value, Some(&*assign.annotation)),
                _ => return None,
            },
            _ => return None,
        };
        let elements = elements(value)?;
        Some(Definition { elements, statement, target, annotation, other: None })
    }

    pub fn name(&self) -> &'a str {
        self.target.id.as_str()
    }
}

/// Whether a definition may stand in a file, by the bytes alone.
pub fn may_stand_in(bytes: &[u8]) -> bool {
    let assigned = |at: usize| match glance::code_before(bytes, at) {
        // A comment in between: who knows. Parentheses of its own may stand behind the sign.
        None => true,
        Some(end) => {
            matches!(bytes[..end].last(), Some(b'=' | b'(')) || glance::word_before(bytes, end) == b"else"
        }
    };
    let comprehension = |open: usize| assigned(open) && glance::may_be_comprehension(bytes, open);
    memchr::memchr_iter(b'[', bytes).any(comprehension)
        || memchr::memmem::find_iter(bytes, b"list")
            .any(|at| assigned(at) && super::elements::calls_lazy(&bytes[at + 4..]))
}

/// A definition with the place that reads it.
pub struct Lifetime<'a> {
    pub definition: Definition<'a>,
    pub symbol: SymbolId,
    /// The name that reads it.
    pub read: NodeId,
    /// The statement of that name.
    pub reader: NodeId,
}

/// Whether the variable is the function's own, and the list is read once for each time that it is made.
///
/// The errors are refutations: of which obligation (`local` or `single-use`), and why.
pub fn lifetime<'a>(
    cx: &FileContext<'a, '_>,
    definition: Definition<'a>,
) -> Result<Lifetime<'a>, (&'static str, Finding)> {
    let lives = lifetimes(cx, definition)?;
    match <[Lifetime; 1]>::try_from(lives) {
        Ok([life]) => Ok(life),
        Err(lives) => {
            let places = places(cx, lives[0].read, lives[1].read);
            let name = definition.name();
            Err((
                "single-use",
                Finding::refuted(format!("`{name}` is read {places}, in one of two branches")),
            ))
        }
    }
}

/// The same where branches may read it that exclude each other: one life for each.
pub fn lifetimes<'a>(
    cx: &FileContext<'a, '_>,
    definition: Definition<'a>,
) -> Result<Vec<Lifetime<'a>>, (&'static str, Finding)> {
    let module = cx.module;
    let target = module.id(definition.target);
    let name = definition.name();
    let symbols = cx.facts.symbols();
    let flow = cx.facts.flow_at(definition.statement);
    let Some(symbol) = symbols.occurrence(target).and_then(|o| o.symbol) else {
        return Err(("local", Finding::refuted(format!("what `{name}` is cannot be told"))));
    };
    own(cx, &flow, symbol, name).map_err(|why| ("local", Finding::refuted(why)))?;
    let line = |id: NodeId| module.line(module.node(id).start());
    let refute = |why: String| Err(("single-use", Finding::refuted(why)));
    if !flow.reachable(definition.statement) {
        return refute(format!("line {} is never reached", line(definition.statement)));
    }
    let mut reads = flow.reads_of(target);
    reads.retain(|r| symbols.occurrence(*r).is_some_and(|o| o.access != Access::Delete));
    let reader =
        |read: NodeId| module.statement_of(read).expect("a name of a function stands in a statement");
    match reads[..] {
        [] => return refute(format!("nothing reads `{name}`")),
        [_] => {}
        [first, second, ..] => {
            let is_last = |read: &NodeId| flow.read_after(reader(*read), symbol).is_none();
            let apart =
                reads.iter().all(|r| reads.iter().all(|o| r == o || !module.contains(reader(*r), *o)));
            if !apart || !reads.iter().all(is_last) {
                let places = places(cx, first, second);
                return refute(format!("`{name}` is read {places}: an iterator is empty the second time"));
            }
        }
    }
    let mut lives = Vec::new();
    for read in reads {
        let others = symbols.occurrences_of(symbol).filter(|o| o.binds() && o.node != target);
        for other in others {
            if flow.reads_of(other.node).contains(&read) {
                return refute(format!(
                    "on line {} `{name}` may be what line {} gives it",
                    line(read),
                    line(other.node)
                ));
            }
        }
        let reader = reader(read);
        if let Err(why) = once(cx, definition.statement, read, reader) {
            return refute(why);
        }
        if !flow.dominates(definition.statement, reader) {
            return refute(format!("line {} may be reached without the list", line(read)));
        }
        lives.push(Lifetime { definition, symbol, read, reader });
    }
    Ok(lives)
}

/// "on line 3 and on line 5", "twice on line 3".
fn places(cx: &FileContext, first: NodeId, second: NodeId) -> String {
    let line = |id: NodeId| cx.module.line(cx.module.node(id).start());
    match (line(first), line(second)) {
        (one, other) if one == other => format!("twice on line {one}"),
        (one, other) => format!("on line {one} and on line {other}"),
    }
}

/// The definition with its first read, whatever stands against it.
pub fn unproved<'a>(cx: &FileContext<'a, '_>, definition: Definition<'a>) -> Option<Lifetime<'a>> {
    let module = cx.module;
    let target = module.id(definition.target);
    let symbol = cx.facts.symbols().occurrence(target)?.symbol?;
    let read =
        cx.facts.symbols().occurrences_of(symbol).find(|o| o.access == Access::Read && o.node > target)?.node;
    Some(Lifetime { definition, symbol, read, reader: module.statement_of(read)? })
}

/// Nothing but the code of this very function reads the variable.
fn own(cx: &FileContext, flow: &Flow, symbol: SymbolId, name: &str) -> Result<(), String> {
    let module = cx.module;
    let symbols = cx.facts.symbols();
    let scope = symbols.scope(symbols.symbol(symbol).scope);
    match scope.kind {
        ScopeKind::Module => {
            // A program exports nothing, and what runs only in a program nobody can import. Other variables of a module are
            // private, or may be read by anybody.
            let is_private = name.starts_with('_') && !name.starts_with("__");
            let guards = module.body().iter().filter(|s| module.is_main_guard(s));
            let bound = |o: &Occurrence| guards.clone().any(|guard| guard.range().contains_range(o.range));
            let is_own = is_private || symbols.occurrences_of(symbol).filter(|o| o.binds()).all(bound);
            if !is_own || !matches!(cx.repo.exports(&cx.local()), Exports::Nothing(_)) {
                return Err(format!("`{name}` belongs to the module: other files may read it"));
            }
            if let Some(range) = symbols.namespace_reads.first() {
                let line = module.line(range.start());
                return Err(format!("line {line} may read all variables of the module, `{name}` among them"));
            }
        }
        ScopeKind::Class => return Err(format!("`{name}` becomes an attribute of the class")),
        _ if !flow.owns(symbol) => return Err(format!("`{name}` belongs to an outer function")),
        _ => {}
    }
    if let Some(place) = flow.captured(symbol) {
        let line = module.line(module.node(place).start());
        return Err(format!("code that may run later, or again, uses `{name}` on line {line}"));
    }
    if let Some(range) = flow.dynamic() {
        let line = module.line(range.start());
        return Err(format!("`{}` on line {line} shows all variables", module.source(range)));
    }
    Ok(())
}

/// The read happens at most once for each time that the definition does.
fn once(cx: &FileContext, definition: NodeId, read: NodeId, reader: NodeId) -> Result<(), String> {
    let module = cx.module;
    let line = |id: NodeId| module.line(module.node(id).start());
    let mut below = read;
    for ancestor in module.ancestors(read) {
        if module.contains(ancestor, definition) {
            break;
        }
        let inside = |e: &Expr| module.contains(module.id(e), read);
        let again = match module.node(ancestor) {
            AnyNodeRef::StmtFor(s) => !inside(&s.iter) && !s.orelse.iter().any(|o| module.id(o) == below),
            AnyNodeRef::StmtWhile(s) => !s.orelse.iter().any(|o| module.id(o) == below),
            AnyNodeRef::ExprListComp(ast::ExprListComp { generators, .. })
            | AnyNodeRef::ExprSetComp(ast::ExprSetComp { generators, .. })
            | AnyNodeRef::ExprDictComp(ast::ExprDictComp { generators, .. })
            | AnyNodeRef::ExprGenerator(ast::ExprGenerator { generators, .. }) => {
                !inside(&generators[0].iter)
            }
            _ => false,
        };
        if again {
            return Err(format!(
                "the loop on line {} comes to the read on line {} again: from the second time on an iterator is empty",
                line(ancestor),
                line(read)
            ));
        }
        below = ancestor;
    }
    // What makes the list must run whenever control comes this way, or an older generator would be met again.
    let reader_in = |block: NodeId| module.contains(block, reader);
    let mut below = definition;
    for ancestor in module.ancestors(definition) {
        if reader_in(ancestor) {
            return Ok(());
        }
        let straight = match module.node(ancestor) {
            AnyNodeRef::StmtWith(_) => true,
            AnyNodeRef::StmtTry(t) => t.body.iter().any(|s| module.id(s) == below),
            _ => false,
        };
        if !straight {
            return Err(format!(
                "the list is made in the block of line {}, and read on line {} outside of it",
                line(ancestor),
                line(read)
            ));
        }
        below = ancestor;
    }
    Ok(())
}
