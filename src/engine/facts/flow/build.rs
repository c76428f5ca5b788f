//! From statements to steps.
//!
//! What stands between a step and the place to which it leaves (by an exception, `return`, `break` or
//! `continue`) is a stack of frames: a loop, handlers, a `finally` body, the exit of a `with` item, the deletion
//! of a handler's name. Leaving goes through them from the inside out. As the compiler does, each way of
//! leaving gets a copy of the `finally` body of its own, so that "what follows" is exact in each.

use super::graph::{Graph, Kind, Span, Step, StepId};
use super::swallow;
use crate::facts::Symbols;
use crate::syntax::ast::{self, Expr, Stmt};
use crate::syntax::{AnyNodeRef, HasNodeIndex, Module, NodeId, NodeKind};

/// How many `finally` bodies may nest in each other.
const MAX_FINALLY_DEPTH: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Leave {
    Raise,
    Return,
    Break,
    Continue,
}

impl Leave {
    fn kind(self) -> Kind {
        if self == Leave::Raise { Kind::Raise } else { Kind::Jump }
    }
}

struct Frame<'a> {
    what: What<'a>,
    /// Per way of leaving: the step that it enters here, once built.
    built: [Option<StepId>; 4],
}

#[derive(Clone, Copy)]
enum What<'a> {
    Loop {
        head: StepId,
        after: StepId,
    },
    Handlers {
        first: StepId,
    },
    Finally(&'a ast::StmtTry),
    /// `swallowed`: where an exception that `__exit__` swallows leads to.
    With {
        item: NodeId,
        swallowed: Option<StepId>,
    },
    Handler {
        node: NodeId,
    },
}

/// Edges whose target is not built yet.
type Loose = Vec<(StepId, Kind)>;

pub(super) fn build<'a>(
    module: &Module<'a>,
    symbols: &Symbols<'a>,
    owner: NodeId,
    body: &'a [Stmt],
) -> Graph {
    let mut builder =
        Builder { module, symbols, graph: Graph::default(), frames: Vec::new(), finally_depth: 0 };
    for expected in [Graph::ENTRY, Graph::RETURNED, Graph::RAISED] {
        let step = builder.step(owner);
        debug_assert_eq!(step, expected);
    }
    if let AnyNodeRef::StmtFunctionDef(def) = module.node(owner) {
        builder.span(Graph::ENTRY, module.id(&*def.parameters));
    }
    let loose = builder.block(body, vec![(Graph::ENTRY, Kind::Normal)]);
    builder.connect(loose, Graph::RETURNED);
    let mut graph = builder.graph;
    graph.spans.sort_by_key(|s| s.start);
    graph.starts.sort_unstable();
    graph.ends.sort_unstable();
    let mut reachable = vec![false; graph.steps.len()];
    graph.search(
        [Graph::ENTRY],
        |step| {
            reachable[step.index()] = true;
            false
        },
        |_, _| true,
    );
    graph.reachable = reachable;
    graph
}

struct Builder<'a, 'm> {
    module: &'m Module<'a>,
    symbols: &'m Symbols<'a>,
    graph: Graph,
    frames: Vec<Frame<'a>>,
    finally_depth: usize,
}

impl<'a> Builder<'a, '_> {
    fn step(&mut self, node: NodeId) -> StepId {
        let id = StepId(self.graph.steps.len() as u32);
        self.graph.steps.push(Step { node, edges: Vec::new(), unbinds: false });
        id
    }

    /// A step that runs the code of a node.
    fn code(&mut self, node: impl HasNodeIndex) -> StepId {
        let id = self.module.id(node);
        let step = self.step(id);
        self.span(step, id);
        if (id.0..self.module.end(id).0).any(|i| may_raise(self.module.node(NodeId(i)))) {
            self.raises(step);
        }
        step
    }

    fn span(&mut self, step: StepId, node: NodeId) {
        self.graph.spans.push(Span { start: node, end: self.module.end(node), step });
    }

    fn edge(&mut self, from: StepId, to: StepId, kind: Kind) {
        self.graph.steps[from.index()].edges.push((to, kind));
    }

    fn connect(&mut self, loose: Loose, to: StepId) {
        for (from, kind) in loose {
            self.edge(from, to, kind);
        }
    }

    fn raises(&mut self, step: StepId) {
        let to = self.leave(self.frames.len(), Leave::Raise);
        self.edge(step, to, Kind::Raise);
    }

    fn push(&mut self, what: What<'a>) {
        self.frames.push(Frame { what, built: [None; 4] });
    }

    /// The step to which control goes when code below `depth` frames leaves in that way.
    fn leave(&mut self, depth: usize, how: Leave) -> StepId {
        let Some(outside) = depth.checked_sub(1) else {
            return if how == Leave::Raise { Graph::RAISED } else { Graph::RETURNED };
        };
        let Frame { what, built } = &self.frames[outside];
        if let Some(step) = built[how as usize] {
            return step;
        }
        let what = *what;
        let step = match (what, how) {
            (What::Loop { after, .. }, Leave::Break) => after,
            (What::Loop { head, .. }, Leave::Continue) => head,
            (What::Handlers { first }, Leave::Raise) => first,
            (What::Loop { .. } | What::Handlers { .. }, _) => self.leave(outside, how),
            (What::Handler { node }, _) => {
                let step = self.step(node);
                self.graph.steps[step.index()].unbinds = true;
                let to = self.leave(outside, how);
                self.edge(step, to, how.kind());
                step
            }
            (What::With { item, swallowed }, _) => {
                let step = self.step(item);
                let to = self.leave(outside, how);
                self.edge(step, to, how.kind());
                if how == Leave::Raise {
                    if let Some(after) = swallowed {
                        self.edge(step, after, Kind::Normal);
                    }
                } else {
                    let raised = self.leave(outside, Leave::Raise);
                    self.edge(step, raised, Kind::Raise);
                }
                step
            }
            (What::Finally(stmt), _) => {
                let step = self.step(self.module.id(stmt));
                if self.finally_depth == MAX_FINALLY_DEPTH {
                    self.graph.opaque = true;
                    return step;
                }
                let inner = self.frames.split_off(outside);
                self.finally_depth += 1;
                let loose = self.block(&stmt.finalbody, vec![(step, Kind::Normal)]);
                self.finally_depth -= 1;
                let done = self.step(self.module.id(stmt));
                self.connect(loose, done);
                let to = self.leave(outside, how);
                self.edge(done, to, how.kind());
                self.frames.extend(inner);
                step
            }
        };
        self.frames[outside].built[how as usize] = Some(step);
        step
    }

    fn block(&mut self, body: &'a [Stmt], mut loose: Loose) -> Loose {
        for stmt in body {
            loose = self.stmt(stmt, loose);
        }
        loose
    }

    fn starts(&mut self, stmt: NodeId, step: StepId, loose: Loose) {
        self.graph.starts.push((stmt, step));
        self.connect(loose, step);
    }

    fn end(&mut self, stmt: NodeId) -> StepId {
        let step = self.step(stmt);
        self.graph.ends.push((stmt, step));
        step
    }

    fn stmt(&mut self, stmt: &'a Stmt, before: Loose) -> Loose {
        let id = self.module.id(stmt);
        let end = match stmt {
            Stmt::If(stmt) => self.if_(id, stmt, before),
            Stmt::While(stmt) => self.while_(id, stmt, before),
            Stmt::For(stmt) => self.for_(id, stmt, before),
            Stmt::With(stmt) => self.with(id, stmt, before),
            Stmt::Try(stmt) => self.try_(id, stmt, before),
            Stmt::Match(stmt) => self.match_(id, stmt, before),
            _ => {
                let step = self.code(stmt);
                self.starts(id, step, before);
                let how = match stmt {
                    Stmt::Return(_) => Leave::Return,
                    Stmt::Break(_) => Leave::Break,
                    Stmt::Continue(_) => Leave::Continue,
                    Stmt::Raise(_) => return Vec::new(),
                    _ => return vec![(step, Kind::Normal)],
                };
                let to = self.leave(self.frames.len(), how);
                self.edge(step, to, Kind::Jump);
                return Vec::new();
            }
        };
        // An end that nothing leads to is there all the same, and so is what stands behind it.
        vec![(end, Kind::Normal)]
    }

    fn if_(&mut self, id: NodeId, stmt: &'a ast::StmtIf, before: Loose) -> StepId {
        let end = self.end(id);
        let test = self.code(&*stmt.test);
        self.starts(id, test, before);
        let mut otherwise = self.branch(test, &stmt.test, &stmt.body, end);
        for clause in &stmt.elif_else_clauses {
            match &clause.test {
                Some(test) => {
                    let step = self.code(test);
                    self.connect(otherwise, step);
                    otherwise = self.branch(step, test, &clause.body, end);
                }
                None => {
                    let loose = self.block(&clause.body, otherwise);
                    self.connect(loose, end);
                    otherwise = Vec::new();
                }
            }
        }
        self.connect(otherwise, end);
        end
    }

    /// The body that runs if the test holds; gives the edge for the case that it does not.
    fn branch(&mut self, step: StepId, test: &Expr, body: &'a [Stmt], end: StepId) -> Loose {
        let (yes, no) = outcomes(step, test);
        let loose = self.block(body, yes);
        self.connect(loose, end);
        no
    }

    fn while_(&mut self, id: NodeId, stmt: &'a ast::StmtWhile, before: Loose) -> StepId {
        let end = self.end(id);
        let test = self.code(&*stmt.test);
        self.starts(id, test, before);
        let (yes, no) = outcomes(test, &stmt.test);
        self.push(What::Loop { head: test, after: end });
        let loose = self.block(&stmt.body, yes);
        self.frames.pop();
        self.connect(loose, test);
        let loose = self.block(&stmt.orelse, no);
        self.connect(loose, end);
        end
    }

    fn for_(&mut self, id: NodeId, stmt: &'a ast::StmtFor, before: Loose) -> StepId {
        let end = self.end(id);
        let iter = self.code(&*stmt.iter);
        self.starts(id, iter, before);
        let head = self.step(id);
        self.span(head, self.module.id(&*stmt.target));
        // Asking for the next element runs unknown code.
        self.raises(head);
        self.edge(iter, head, Kind::Normal);
        self.push(What::Loop { head, after: end });
        let loose = self.block(&stmt.body, vec![(head, Kind::Normal)]);
        self.frames.pop();
        self.connect(loose, head);
        let loose = self.block(&stmt.orelse, vec![(head, Kind::Skipped)]);
        self.connect(loose, end);
        end
    }

    fn with(&mut self, id: NodeId, stmt: &'a ast::StmtWith, before: Loose) -> StepId {
        let end = self.end(id);
        let mut loose = before;
        // Behind the exit of an item comes that of the item before it.
        let mut exits = Vec::new();
        let mut after = end;
        for (i, item) in stmt.items.iter().enumerate() {
            let enter = self.code(item);
            if i == 0 {
                self.starts(id, enter, loose);
            } else {
                self.connect(loose, enter);
            }
            self.raises(enter);
            let node = self.module.id(item);
            let exit = self.step(node);
            self.edge(exit, after, Kind::Normal);
            self.raises(exit);
            let may_swallow = swallow::may_swallow(self.module, self.symbols, &item.context_expr);
            self.push(What::With { item: node, swallowed: may_swallow.then_some(after) });
            exits.push(exit);
            after = exit;
            loose = vec![(enter, Kind::Normal)];
        }
        let loose = self.block(&stmt.body, loose);
        self.connect(loose, after);
        self.frames.truncate(self.frames.len() - exits.len());
        end
    }

    fn try_(&mut self, id: NodeId, stmt: &'a ast::StmtTry, before: Loose) -> StepId {
        let end = self.end(id);
        let start = self.step(id);
        self.starts(id, start, before);
        if !stmt.finalbody.is_empty() {
            self.push(What::Finally(stmt));
        }
        let handlers: Vec<(StepId, &'a ast::ExceptHandlerExceptHandler)> = stmt
            .handlers
            .iter()
            .map(|ast::ExceptHandler::ExceptHandler(handler)| {
                let node = self.module.id(handler);
                let step = self.step(node);
                let first = handler.body.first().map_or(self.module.end(node), |s| self.module.id(s));
                self.graph.spans.push(Span { start: node, end: first, step });
                (step, handler)
            })
            .collect();
        if let Some((first, _)) = handlers.first() {
            self.push(What::Handlers { first: *first });
        }
        let loose = self.block(&stmt.body, vec![(start, Kind::Normal)]);
        if !handlers.is_empty() {
            self.frames.pop();
        }
        let mut loose = self.block(&stmt.orelse, loose);
        for (i, (step, handler)) in handlers.iter().enumerate() {
            let node = self.module.id(*handler);
            let next = handlers.get(i + 1).map(|(step, _)| *step);
            let mut done = if handler.name.is_some() {
                self.push(What::Handler { node });
                let done = self.block(&handler.body, vec![(*step, Kind::Normal)]);
                self.frames.pop();
                let unbind = self.step(node);
                self.graph.steps[unbind.index()].unbinds = true;
                self.connect(done, unbind);
                vec![(unbind, Kind::Normal)]
            } else {
                self.block(&handler.body, vec![(*step, Kind::Normal)])
            };
            if stmt.is_star {
                // The rest of the group goes on to the next handler, and in the end to the outside.
                match next {
                    Some(next) => self.connect(done.clone(), next),
                    None => {
                        for (from, _) in done.clone() {
                            self.raises(from);
                        }
                    }
                }
            }
            loose.append(&mut done);
            // Whatever comes, a bare `except` and `BaseException` match.
            let matches_all = handler
                .type_
                .as_deref()
                .is_none_or(|type_| self.symbols.is_builtin(self.module, type_, "BaseException"));
            if !matches_all {
                // The expression behind `except` may raise, or no handler matches.
                self.raises(*step);
                if let Some(next) = next {
                    self.edge(*step, next, Kind::Skipped);
                }
            }
        }
        if !stmt.finalbody.is_empty() {
            self.frames.pop();
            let join = self.step(id);
            self.connect(loose, join);
            loose = self.block(&stmt.finalbody, vec![(join, Kind::Normal)]);
        }
        self.connect(loose, end);
        end
    }

    fn match_(&mut self, id: NodeId, stmt: &'a ast::StmtMatch, before: Loose) -> StepId {
        let end = self.end(id);
        let subject = self.code(&*stmt.subject);
        self.starts(id, subject, before);
        let mut otherwise = vec![(subject, Kind::Normal)];
        for case in &stmt.cases {
            let node = self.module.id(case);
            let step = self.step(node);
            let first = case.body.first().map_or(self.module.end(node), |s| self.module.id(s));
            self.graph.spans.push(Span { start: node, end: first, step });
            self.connect(otherwise, step);
            let irrefutable = case.pattern.is_irrefutable();
            if !irrefutable || case.guard.is_some() {
                self.raises(step);
                otherwise = vec![(step, Kind::Skipped)];
            } else {
                otherwise = Vec::new();
            }
            let loose = self.block(&case.body, vec![(step, Kind::Normal)]);
            self.connect(loose, end);
        }
        self.connect(otherwise, end);
        end
    }
}

/// The edges for a test that holds and for one that does not. Literals decide.
fn outcomes(step: StepId, test: &Expr) -> (Loose, Loose) {
    let edge = || vec![(step, Kind::Normal)];
    let constant = match test {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::NumberLiteral(literal) => match &literal.value {
            ast::Number::Int(value) => Some(*value != ast::Int::ZERO),
            _ => None,
        },
        _ => None,
    };
    match constant {
        Some(true) => (edge(), Vec::new()),
        Some(false) => (Vec::new(), edge()),
        None => (edge(), edge()),
    }
}

/// Whether running the node itself, not what is below it, may raise. Reading a name may (it can be unbound).
fn may_raise(node: AnyNodeRef<'_>) -> bool {
    match node {
        AnyNodeRef::ExprName(name) => name.ctx != ast::ExprContext::Store,
        AnyNodeRef::ExprTuple(tuple) => tuple.ctx == ast::ExprContext::Store,
        AnyNodeRef::ExprList(list) => list.ctx == ast::ExprContext::Store,
        // Other keys may not be hashable.
        AnyNodeRef::ExprDict(dict) => !dict.iter_keys().flatten().all(Expr::is_literal_expr),
        _ => !matches!(
            node.kind(),
            NodeKind::StmtPass
                | NodeKind::StmtBreak
                | NodeKind::StmtContinue
                | NodeKind::StmtReturn
                | NodeKind::StmtGlobal
                | NodeKind::StmtNonlocal
                | NodeKind::StmtExpr
                | NodeKind::StmtAssign
                | NodeKind::StmtAnnAssign
                | NodeKind::ExprStringLiteral
                | NodeKind::ExprBytesLiteral
                | NodeKind::ExprNumberLiteral
                | NodeKind::ExprBooleanLiteral
                | NodeKind::ExprNoneLiteral
                | NodeKind::ExprEllipsisLiteral
                | NodeKind::ExprNamed
                | NodeKind::ExprIf
                | NodeKind::StringLiteral
                | NodeKind::BytesLiteral
                | NodeKind::Identifier
        ),
    }
}
