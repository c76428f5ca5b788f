//! `f = None`, `try: f = open(p); ... finally: if f: f.close()`: opened within the `try`, so that the `finally` has
//! to ask whether it was.

use unspool_engine::facts::effects::Kind;
use unspool_engine::facts::{Resolution, ScopeKind, SymbolId};
use unspool_engine::repo::{ENDINGS, Manager};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::shape::awaited_ending;
use crate::resources::awaited::Way;
use crate::resources::{method_call, only_defaults, only_reads, reads_contents, stays_bound};

/// `if f is not None: f.close()` as a statement of a `finally`, or with what ends it awaited.
pub struct Guard<'a> {
    pub statement: &'a Stmt,
    pub name: &'a ast::ExprName,
    pub method: &'a str,
    pub way: Way,
    /// Asked by `if f:`, to which an object may answer no.
    pub by_truth: bool,
}

/// The life of an object from its `None` to the guard.
pub struct Guarded<'a> {
    pub guard: Guard<'a>,
    /// `f = None`, perhaps among other targets.
    pub nothing: &'a ast::StmtAssign,
    /// The target of it.
    pub none: &'a ast::ExprName,
    pub opening: &'a ast::StmtAssign,
    pub target: &'a ast::ExprName,
    pub value: &'a Expr,
    /// Statements of the `try` in front of the opening, and behind it.
    pub before: &'a [Stmt],
    pub body: &'a [Stmt],
    /// The other statements of the `finally`.
    pub front: &'a [Stmt],
    pub rest: &'a [Stmt],
}

fn guard<'a>(module: &Module<'a>, statement: &'a Stmt) -> Option<Guard<'a>> {
    let Stmt::If(i) = statement else { return None };
    if !i.elif_else_clauses.is_empty() {
        return None;
    }
    let (receiver, method, way) = match (awaited_ending(module, &i.body), &*i.body) {
        (Some(ending), _) if ending.rest.is_empty() => (ending.receiver, ending.method, ending.way),
        (_, [only]) => {
            let (call, receiver, method) = method_call(only)?;
            let ends = ENDINGS.contains(&method) && only_defaults(method, &call.arguments);
            ends.then_some((receiver, method, Way::Calls))?
        }
        _ => return None,
    };
    let Expr::Name(name) = receiver else { return None };
    let same = |e: &Expr| matches!(e, Expr::Name(n) if n.id == name.id);
    let by_truth = match &*i.test {
        test @ Expr::Name(_) if same(test) => true,
        Expr::Compare(c) => {
            let ([op], [none]) = (&*c.ops, &*c.comparators) else { return None };
            let asks = matches!(op, ast::CmpOp::IsNot | ast::CmpOp::NotEq);
            if !(same(&c.left) && asks && none.is_none_literal_expr()) {
                return None;
            }
            false
        }
        _ => return None,
    };
    Some(Guard { statement, name, method, way, by_truth })
}

fn binds_name<'a>(statement: &'a Stmt, name: &str) -> Option<(&'a ast::StmtAssign, &'a ast::ExprName)> {
    let Stmt::Assign(a) = statement else { return None };
    let target = a.targets.iter().filter_map(Expr::as_name_expr).find(|n| n.id.as_str() == name)?;
    Some((a, target))
}

/// The object that is opened last of those that the `finally` ends under a guard, or why none is; `None` where no
/// statement of the `finally` is such a guard.
pub fn guarded<'a>(module: &Module<'a>, t: &'a ast::StmtTry) -> Option<Result<Guarded<'a>, String>> {
    let guards = || t.finalbody.iter().enumerate().filter_map(|(at, s)| Some((at, guard(module, s)?)));
    let opened = |guard: &Guard| t.body.iter().rposition(|s| binds_name(s, &guard.name.id).is_some());
    let (_, first) = guards().next()?;
    let found = guards().filter_map(|(at, guard)| Some((opened(&guard)?, at, guard)));
    Some(match found.max_by_key(|(place, ..)| *place) {
        Some((place, at, guard)) => life(module, t, place, at, guard),
        None => Err(not_opened(module, t, &first)),
    })
}

fn life<'a>(
    module: &Module<'a>,
    t: &'a ast::StmtTry,
    place: usize,
    at: usize,
    guard: Guard<'a>,
) -> Result<Guarded<'a>, String> {
    let name = guard.name.id.as_str();
    let (opening, target) = binds_name(&t.body[place], name).ok_or("the opening is not understood")?;
    let line = module.line(opening.start());
    if opening.targets.len() > 1 {
        return Err(format!(
            "the opening binds several names at once, of which a `with` would keep `{name}` alone"
        ));
    }
    if opening.value.is_none_literal_expr() {
        return Err(format!(
            "line {line} makes `{name}` `None` within the `try`, and nothing opens it behind that"
        ));
    }
    let (suite, index) = module.suite_of(module.id(t)).ok_or("the block of the `try` is not understood")?;
    let earlier = suite[..index].iter().rev().find_map(|s| binds_name(s, name));
    let Some((nothing, none)) = earlier.filter(|(a, _)| a.value.is_none_literal_expr()) else {
        return Err(match earlier {
            Some((a, _)) => format!(
                "line {} gives `{name}` a value, which the finally closes where the opening on line {line} fails",
                module.line(a.start())
            ),
            None => format!(
                "no statement of the block in front of the `try` makes `{name}` `None`: what it stands for where the opening on line {line} fails is not seen"
            ),
        });
    };
    Ok(Guarded {
        guard,
        nothing,
        none,
        opening,
        target,
        value: &opening.value,
        before: &t.body[..place],
        body: &t.body[place + 1..],
        front: &t.finalbody[..at],
        rest: &t.finalbody[at + 1..],
    })
}

/// Why no statement of the `try` opens what a guard asks for.
fn not_opened(module: &Module, t: &ast::StmtTry, guard: &Guard) -> String {
    let name = guard.name.id.as_str();
    let inner = module.subtree(module.id(t)).find(
        |(_, node)| matches!(node, AnyNodeRef::ExprName(n) if n.id == guard.name.id && n.ctx.is_store()),
    );
    let of_tuple = |node: AnyNodeRef| {
        t.body.iter().any(|s| matches!(s, Stmt::Assign(a) if a.targets.iter().any(|target| {
            matches!(target, Expr::Tuple(_) | Expr::List(_)) && target.range().contains_range(node.range())
        })))
    };
    match inner {
        Some((_, node)) if of_tuple(node) => {
            format!("`{name}` comes out of a tuple: a `with` cannot bind the rest")
        }
        Some((_, node)) => format!(
            "`{name}` is opened within another statement of the `try` (line {}), perhaps not at all",
            module.line(node.start())
        ),
        None => {
            format!("the finally acts only under the condition `{name}`, which nothing in the `try` opens")
        }
    }
}

impl<'a> Guarded<'a> {
    fn symbol(&self, cx: &FileContext) -> Option<SymbolId> {
        match cx.facts.symbols().resolve(cx.module.id(self.target)) {
            Resolution::Symbol(symbol) => Some(symbol),
            Resolution::Free => None,
        }
    }

    /// Nothing but the guard looks at the name while it stands for `None`.
    pub fn none_unread(&self, cx: &FileContext, t: &ast::StmtTry) -> Finding {
        let module = cx.module;
        let name = self.target.id.as_str();
        let Some(symbol) = self.symbol(cx) else {
            return Finding::refuted(format!("`{name}` is not understood"));
        };
        let flow = cx.facts.flow_at(module.id(self.opening));
        if !flow.owns(symbol) {
            return Finding::refuted(format!("`{name}` belongs to other code, which may look at it"));
        }
        let guard = module.id(self.guard.statement);
        let reads = flow.reads_of(module.id(self.none));
        if let Some(read) = reads.into_iter().find(|r| !module.contains(guard, *r)) {
            return Finding::refuted(format!(
                "line {} looks at `{name}` where it may be `None`, because nothing was opened",
                module.line(module.node(read).start())
            ));
        }
        if let Some(captured) = flow.captured(symbol) {
            return Finding::refuted(format!(
                "line {}, in a function of its own, may look at `{name}` while it is `None`",
                module.line(module.node(captured).start())
            ));
        }
        if let Some(dynamic) = flow.dynamic() {
            return Finding::refuted(format!("line {} may look at any name", module.line(dynamic.start())));
        }
        let kind = cx.facts.symbols().scope(flow.scope()).kind;
        let goes_on = !t.handlers.is_empty() || !flow.protections(module.id(t)).is_empty();
        if kind != ScopeKind::Function && goes_on {
            return Finding::assumed(format!(
                "`{name}` is a name that other modules may look at, and where the opening fails, it is no longer bound"
            ));
        }
        Finding::proved(format!("only the finally looks at `{name}` before it is opened"))
    }

    /// Handlers, the `else` and what else the `finally` does come behind the closing now.
    pub fn closed_before(&self, cx: &FileContext, t: &ast::StmtTry, manager: &Manager) -> Finding {
        let module = cx.module;
        let name = self.target.id.as_str();
        let handlers = t.handlers.iter().map(Ranged::range);
        let later: Vec<TextRange> = handlers.chain(t.orelse.iter().map(Ranged::range)).collect();
        let others = || self.front.iter().chain(self.rest).map(Ranged::range);
        if later.is_empty() && others().next().is_none() {
            return Finding::proved(
                "nothing comes between the end of the block and the closing, or behind it",
            );
        }
        let all: Vec<TextRange> = later.iter().copied().chain(others()).collect();
        let looks = module.subtree(module.id(t)).find(|(_, node)| {
            matches!(node, AnyNodeRef::ExprName(n) if n.id == self.target.id)
                && all.iter().any(|r| r.contains_range(node.range()))
        });
        if let Some((_, node)) = looks {
            return Finding::refuted(format!(
                "line {} looks at `{name}`, which would be closed by then",
                module.line(node.start())
            ));
        }
        if only_reads(cx, self.value) {
            return Finding::proved(
                "closing a file that is only read does not fail, and nobody sees when it happens",
            )
            .relying_on([Convention::KnownCallables]);
        }
        let line = module.line(all.iter().map(|r| r.start()).min().unwrap_or(t.start()));
        if let Some((Kind::Validates, how)) = &manager.fails {
            return Finding::refuted(format!(
                "an error of the closing came last, and would now come before line {line}: {how}"
            ));
        }
        // The path of a file that is written: what is in it depends on the closing.
        let arguments = module.subtree(module.id(self.value)).filter_map(|(_, node)| match node {
            AnyNodeRef::ExprName(n) => Some(n.id.as_str()),
            _ => None,
        });
        let arguments: Vec<&str> = arguments.collect();
        let ran_before = |at: TextRange| {
            let mut ranges = later.iter().copied().chain(self.front.iter().map(Ranged::range));
            ranges.any(|r| r.contains_range(at))
        };
        let looks = module.subtree(module.id(t)).find(|(id, node)| {
            matches!(node, AnyNodeRef::ExprName(n) if arguments.contains(&n.id.as_str()))
                && ran_before(node.range())
                && reads_contents(module, *id)
        });
        if let Some((_, node)) = looks {
            return Finding::refuted(format!(
                "line {} looks at `{}`, of which `{name}` is made, before the closing; it would be closed by then",
                module.line(node.start()),
                module.source(node)
            ));
        }
        let shows = match self.guard.way {
            Way::Calls => manager.shows.clone(),
            _ => cx.repo.telling_namesake(&cx.local(), self.guard.method),
        };
        if let Some(shows) = shows
            && (!later.is_empty() || !self.front.is_empty())
        {
            return Finding::refuted(format!(
                "what begins on line {line} ran before the closing, and would run behind it: {shows}"
            ));
        }
        match (later.first(), self.front.first()) {
            (Some(_), _) => Finding::assumed(format!(
                "what begins on line {line} would run behind the closing instead of before it, and would see its errors"
            )),
            (_, Some(_)) => Finding::assumed(format!(
                "what begins on line {line} ran before the closing, and would run behind it"
            )),
            _ => Finding::assumed(format!(
                "should the closing fail, what begins on line {line} would run all the same"
            )),
        }
    }

    /// An object that counts as false was left open, as `None` is. `falsy`: why it may.
    pub fn counts_as_opened(&self, falsy: Option<&str>, is_unknown: bool) -> Finding {
        match (falsy, self.guard.by_truth) {
            (Some(why), true) => Finding::refuted(format!("`if {}` leaves it open: {why}", self.target.id)),
            (Some(why), false) if is_unknown => {
                Finding::assumed(format!("{why}: it may be `None`, which the guard passes over"))
            }
            _ => Finding::proved("what is opened does not count as nothing"),
        }
    }

    /// The name means what was opened until the guard ends it.
    pub fn stays_bound(&self, cx: &FileContext, t: &ast::StmtTry) -> Finding {
        let module = cx.module;
        let name = self.target.id.as_str();
        let early = self.before.iter().flat_map(|s| module.subtree(module.id(s))).find(
            |(_, node)| matches!(node, AnyNodeRef::ExprName(n) if n.id == self.target.id && !n.ctx.is_load()),
        );
        match early {
            Some((_, node)) => Finding::refuted(format!(
                "line {} binds `{name}` before the opening: the finally would close that",
                module.line(node.start())
            )),
            None => stays_bound(cx, self.target, t.end(), self.guard.method),
        }
    }

    /// What entering and leaving it does.
    pub fn manager(&self, cx: &FileContext) -> Manager {
        cx.repo.manager(&cx.local(), self.value)
    }

    /// Whether the `try` stays around the `with`.
    pub fn keeps_try(&self, t: &ast::StmtTry) -> bool {
        !t.handlers.is_empty() || !self.front.is_empty() || !self.rest.is_empty()
    }

    pub fn at(&self, module: &Module) -> NodeId {
        module.id(self.opening)
    }
}

/// What nobody would thank us for.
pub fn noise(module: &Module, t: &ast::StmtTry, found: &Guarded) -> Option<String> {
    let removed = match found.keeps_try(t) {
        true => found.guard.statement.range(),
        false => TextRange::new(found.guard.statement.start(), module.line_end(t.end())),
    };
    if let Some(comment) = module.comments_in(removed).next() {
        let line = module.line(comment.start());
        return Some(format!("the comment on line {line} is about the closing, which goes"));
    }
    if !found.keeps_try(t) {
        return None;
    }
    let (first, last) = (found.body.first()?, found.body.last()?);
    let lines = module.line(last.end()) - module.line(first.start()) + 1;
    (lines > super::edits::MOST_MOVED).then(|| format!("{lines} lines would move to the right"))
}
