//! Control flow within a function, class body or module.
//!
//! A body is a graph of *steps*: a simple statement is one; a compound statement has one for its test, its
//! iterable, each element, each `with` item, handler or pattern. Edges say how a step is left, also by an
//! exception: nearly every step can raise (a name can be unbound, an attribute missing), and a `yield` can, when
//! the generator is closed. `finally` bodies and the exits of `with` statements lie on the way of every
//! `return`, `break`, `continue` and exception that leaves through them; a `with` statement may swallow the
//! exception unless its context manager is known not to.
//!
//! Loops may run any number of times and tests may come out either way, except those that are literals
//! (`while True`). Endless loops count as ending.
//!
//! What the queries see of a symbol are its reads and writes in this body, in comprehensions and class bodies
//! within it (they run where they stand). They do not see what happens through
//! * functions, lambdas and generator expressions that use the symbol: [`Flow::captured`],
//! * `locals()`, `eval` and the like: [`Flow::dynamic`],
//! * other functions, where the symbol belongs to the module, a class or an outer function: check
//!   [`Flow::owns`].

mod build;
mod exceptions;
mod graph;
mod protect;
mod swallow;
#[cfg(test)]
mod tests;

pub use exceptions::is_builtin_exception;
pub use protect::{Catch, Part, Protection};

use super::{Access, Occurrence, ScopeId, ScopeKind, SymbolId, Symbols};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, NodeKind, TextRange};
pub(super) use graph::Graph;
use graph::{Kind, StepId};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Control flow of one body. Statements are named by their [`NodeId`]s.
pub struct Flow<'a, 'f> {
    module: &'f Module<'a>,
    symbols: &'f Symbols<'a>,
    /// The function, class or module.
    owner: NodeId,
    scope: ScopeId,
    graph: Arc<Graph>,
}

/// What a step does with a symbol.
#[derive(Clone, Copy, Default)]
struct Effect {
    /// The first read or `del`, and the last.
    read: Option<NodeId>,
    last_read: Option<NodeId>,
    /// A place that may bind or delete it.
    changed: Option<NodeId>,
    /// Bound whenever the step is done.
    bound: bool,
    deleted: bool,
}

pub(super) fn graph<'a>(module: &Module<'a>, symbols: &Symbols<'a>, owner: NodeId) -> Graph {
    let body = match module.node(owner) {
        AnyNodeRef::StmtFunctionDef(def) => &def.body[..],
        AnyNodeRef::StmtClassDef(def) => &def.body[..],
        AnyNodeRef::ModModule(module) => &module.body[..],
        _ => &[],
    };
    build::build(module, symbols, owner, body)
}

impl<'a, 'f> Flow<'a, 'f> {
    pub(super) fn new(
        module: &'f Module<'a>,
        symbols: &'f Symbols<'a>,
        owner: NodeId,
        graph: Arc<Graph>,
    ) -> Self {
        let scope = symbols.scope_opened_by(owner).expect("functions, classes and modules open scopes");
        Flow { module, symbols, owner, scope, graph }
    }

    /// The function, class or module whose body this is.
    pub fn owner(&self) -> NodeId {
        self.owner
    }

    pub fn scope(&self) -> ScopeId {
        self.scope
    }

    /// Whether the symbol belongs to this very body: neither `global` nor `nonlocal` nor from outside.
    pub fn owns(&self, symbol: SymbolId) -> bool {
        self.symbols.symbol(symbol).scope == self.scope
    }

    /// Whether control can get to the statement.
    pub fn reachable(&self, stmt: NodeId) -> bool {
        self.graph.opaque || self.graph.starts_of(stmt).any(|s| self.graph.reachable[s.index()])
    }

    /// Whether control can get behind the end of the body without `return`.
    pub fn falls_off_the_end(&self) -> bool {
        self.graph.opaque
            || self.graph.ids().any(|id| {
                self.graph.reachable[id.index()]
                    && self.graph.step(id).edges.iter().any(|(to, kind)| {
                        *to == Graph::RETURNED && matches!(kind, Kind::Normal | Kind::Skipped)
                    })
            })
    }

    /// A read or `del` of the symbol that can follow the statement before the symbol is bound anew.
    ///
    /// Every way to leave the statement counts: its end, `return`, `break` and `continue` in it, exceptions
    /// that it raises, and the closing of the generator at a `yield` in it. A loop around the statement leads
    /// back to it.
    pub fn read_after(&self, stmt: NodeId, symbol: SymbolId) -> Option<NodeId> {
        let steps = self.steps_of(stmt);
        let leaving = steps.iter().flat_map(|id| self.graph.step(*id).edges.iter().map(|(to, _)| *to));
        let leaving = leaving.filter(|to| !self.module.contains(stmt, self.graph.step(*to).node)).collect();
        self.read_from(leaving, symbol)
    }

    /// A read or `del` of the symbol that can come before it is bound anew when control leaves the statements,
    /// consecutive ones of a block, by an exception, `return`, `break`, `continue` or the closing of a generator.
    pub fn read_after_leaving(&self, stmts: &[NodeId], symbol: SymbolId) -> Option<NodeId> {
        let leaving = self.leaving(stmts).map(|(_, to, _)| to).collect();
        self.read_from(leaving, symbol)
    }

    /// As [`Flow::read_after_leaving`], all of them, in source order. Of several within one expression or simple
    /// statement, the first and the last.
    pub fn reads_after_leaving(&self, stmts: &[NodeId], symbol: SymbolId) -> Vec<NodeId> {
        self.reads_from(self.leaving(stmts).map(|(_, to, _)| to).collect(), symbol)
    }

    /// The code that can run when control has left the statements as in [`Flow::read_after_leaving`], up to the code
    /// that binds the symbol anew, which is part of it. Ranges of nodes, in source order.
    pub fn code_after_leaving(&self, stmts: &[NodeId], symbol: SymbolId) -> Vec<Range<NodeId>> {
        let effects = self.effects(symbol);
        let mut ran = vec![self.graph.opaque; self.graph.steps.len()];
        self.graph.search(
            self.leaving(stmts).map(|(_, to, _)| to),
            |id| {
                ran[id.index()] = true;
                false
            },
            |id, kind| !(kind.binds() && effects.get(&id).is_some_and(|e| e.bound || e.deleted)),
        );
        let spans = self.graph.spans.iter().filter(|span| ran[span.step.index()]);
        let mut code: Vec<_> = spans.map(|span| span.start..span.end).collect();
        code.dedup();
        code
    }

    /// A `return`, `break` or `continue` by which control leaves the statements, consecutive ones of a block.
    pub fn jump_out_of(&self, stmts: &[NodeId]) -> Option<NodeId> {
        self.jumps_out_of(stmts).next()
    }

    /// All of them, in source order.
    pub fn jumps_out_of(&self, stmts: &[NodeId]) -> impl Iterator<Item = NodeId> {
        let jumps = self.leaving(stmts).filter(|(_, _, kind)| *kind == Kind::Jump).map(|(from, ..)| from);
        jumps.collect::<BTreeSet<_>>().into_iter()
    }

    /// The edges by which control leaves the statements other than at their end.
    fn leaving(&self, stmts: &[NodeId]) -> impl Iterator<Item = (NodeId, StepId, Kind)> {
        let inside = |id: StepId| {
            let node = self.graph.step(id).node;
            stmts.iter().any(|s| self.module.contains(*s, node))
        };
        let from = self.graph.ids().filter(|id| self.graph.reachable[id.index()] && inside(*id));
        let edges = from.flat_map(|id| {
            let step = self.graph.step(id);
            step.edges.iter().map(move |(to, kind)| (step.node, *to, *kind))
        });
        let leaving = edges.filter(|(_, to, kind)| matches!(kind, Kind::Raise | Kind::Jump) && !inside(*to));
        leaving.collect::<Vec<_>>().into_iter()
    }

    /// A read or `del` of the symbol that can come before it is bound anew when control is at the start of the
    /// statement: whether its value matters there.
    pub fn read_from_start(&self, stmt: NodeId, symbol: SymbolId) -> Option<NodeId> {
        self.read_from(self.graph.starts_of(stmt).collect(), symbol)
    }

    /// All reads and `del`s of the symbol that can follow the statement before the symbol is bound anew, in source
    /// order. Of several within one expression or simple statement, the first and the last.
    pub fn reads_after(&self, stmt: NodeId, symbol: SymbolId) -> Vec<NodeId> {
        let steps = self.steps_of(stmt);
        let leaving = steps.iter().flat_map(|id| self.graph.step(*id).edges.iter().map(|(to, _)| *to));
        let leaving = leaving.filter(|to| !self.module.contains(stmt, self.graph.step(*to).node)).collect();
        self.reads_from(leaving, symbol)
    }

    fn reads_from(&self, steps: Vec<StepId>, symbol: SymbolId) -> Vec<NodeId> {
        let effects = self.effects(symbol);
        let mut reads: Vec<NodeId> = Vec::new();
        let of =
            |id: StepId| effects.get(&id).into_iter().flat_map(|e| e.read.into_iter().chain(e.last_read));
        if self.graph.opaque {
            reads.extend(effects.values().flat_map(|e| e.read.into_iter().chain(e.last_read)));
        }
        self.graph.search(
            steps,
            |id| {
                reads.extend(of(id));
                false
            },
            |id, kind| !(kind.binds() && effects.get(&id).is_some_and(|e| e.bound || e.deleted)),
        );
        reads.sort_unstable();
        reads.dedup();
        reads
    }

    fn read_from(&self, steps: Vec<StepId>, symbol: SymbolId) -> Option<NodeId> {
        let effects = self.effects(symbol);
        if self.graph.opaque {
            return effects.values().filter_map(|e| e.read).min();
        }
        let mut read = None;
        self.graph.search(
            steps,
            |id| {
                read = effects.get(&id).and_then(|e| e.read);
                read.is_some()
            },
            |id, kind| !(kind.binds() && effects.get(&id).is_some_and(|e| e.bound || e.deleted)),
        );
        read
    }

    /// The reads (and `del`s) in this body that may see the value which the symbol gets at this occurrence, in
    /// source order. Of several within one expression or simple statement, the first and the last.
    pub fn reads_of(&self, binding: NodeId) -> Vec<NodeId> {
        let Some(symbol) = self.symbols.occurrence(binding).and_then(|o| o.symbol) else { return Vec::new() };
        let effects = self.effects(symbol);
        let mut reads: Vec<NodeId> = Vec::new();
        if self.graph.opaque {
            reads.extend(effects.values().filter_map(|e| e.read));
        }
        for step in self.graph.steps_at(binding) {
            // In the same step, a walrus is followed by what stands behind it.
            if self.module.parent_node(binding).is_some_and(|p| p.kind() == NodeKind::ExprNamed) {
                reads.extend(effects.get(&step).and_then(|e| e.last_read).filter(|read| *read > binding));
            }
            let next = self.graph.step(step).edges.iter().filter(|(_, kind)| kind.binds());
            self.graph.search(
                next.map(|(to, _)| *to),
                |id| {
                    reads.extend(effects.get(&id).and_then(|e| e.read));
                    reads.extend(effects.get(&id).and_then(|e| e.last_read));
                    false
                },
                |id, kind| !(kind.binds() && effects.get(&id).is_some_and(|e| e.bound || e.deleted)),
            );
        }
        reads.sort_unstable();
        reads.dedup();
        reads
    }

    /// A place that may bind or delete the symbol on a way from the end of `a` to a start of `b`, as long as `a`
    /// is not started again. Where `b` lies in a loop, the way may go through `b` itself.
    pub fn written_between(&self, a: NodeId, b: NodeId, symbol: SymbolId) -> Option<NodeId> {
        let effects = self.effects(symbol);
        if self.graph.opaque {
            return effects.values().filter_map(|e| e.changed).min();
        }
        let stops: Vec<StepId> = self.graph.starts_of(a).collect();
        let mut behind = vec![false; self.graph.steps.len()];
        self.graph.search(
            self.after(a),
            |id| {
                behind[id.index()] = true;
                false
            },
            |id, _| !stops.contains(&id),
        );
        let mut places: Vec<(NodeId, StepId)> = effects
            .iter()
            .filter(|(id, _)| behind[id.index()] && !stops.contains(id))
            .filter_map(|(id, effect)| Some((effect.changed?, *id)))
            .collect();
        places.sort_unstable();
        let goals: Vec<StepId> = self.graph.starts_of(b).collect();
        let leads_to_b = |from: StepId| {
            // What the step itself binds comes before the edges that leave it.
            let next = self.graph.step(from).edges.iter().map(|(to, _)| *to);
            self.graph.search(next, |id| goals.contains(&id), |id, _| !stops.contains(&id))
        };
        places.into_iter().find(|(_, step)| leads_to_b(*step)).map(|(place, _)| place)
    }

    /// Whether the symbol has a value whenever control is at the start of the statement. False for symbols of
    /// other scopes, about which this body cannot tell.
    pub fn definitely_assigned_before(&self, stmt: NodeId, symbol: SymbolId) -> bool {
        if self.graph.opaque || !self.owns(symbol) {
            return false;
        }
        let effects = self.effects(symbol);
        let unbound = self
            .graph
            .ids()
            .filter(|id| self.graph.reachable[id.index()] && effects.get(id).is_some_and(|e| e.deleted))
            .flat_map(|id| self.graph.step(id).edges.iter().map(|(to, _)| *to))
            .chain([Graph::ENTRY]);
        let goals: Vec<StepId> = self.graph.starts_of(stmt).collect();
        !self.graph.search(
            unbound.collect::<Vec<_>>(),
            |id| goals.contains(&id),
            |id, kind| !(kind.binds() && effects.get(&id).is_some_and(|e| e.bound)),
        )
    }

    /// Whether `b` gets started whenever `a` has ended normally: no exception, `return`, `break` or test in
    /// between leads around it. True if `a` never ends normally.
    pub fn always_reaches(&self, a: NodeId, b: NodeId) -> bool {
        self.reaches(a, b, |_| true)
    }

    /// As [`Flow::always_reaches`], as long as nothing in between raises.
    pub fn always_reaches_unless_raising(&self, a: NodeId, b: NodeId) -> bool {
        self.reaches(a, b, |kind| kind != Kind::Raise)
    }

    fn reaches(&self, a: NodeId, b: NodeId, follow: impl Fn(Kind) -> bool) -> bool {
        let goals: Vec<StepId> = self.graph.starts_of(b).collect();
        !self.graph.opaque
            && !goals.is_empty()
            && !self.graph.search(
                self.after(a),
                |id| matches!(id, Graph::RETURNED | Graph::RAISED),
                |id, kind| !goals.contains(&id) && follow(kind),
            )
    }

    /// Whether control can get from the end of `a` to the start of `b`.
    pub fn leads_to(&self, a: NodeId, b: NodeId) -> bool {
        let goals: Vec<StepId> = self.graph.starts_of(b).collect();
        self.graph.opaque || self.graph.search(self.after(a), |id| goals.contains(&id), |_, _| true)
    }

    /// Whether `a` has ended normally at least once whenever control is at the start of `b`.
    pub fn dominates(&self, a: NodeId, b: NodeId) -> bool {
        let ends: Vec<StepId> = self.graph.ends_of(a).collect();
        let goals: Vec<StepId> = self.graph.starts_of(b).collect();
        !self.graph.opaque
            && !ends.is_empty()
            && !goals.is_empty()
            && !self.graph.search(
                [Graph::ENTRY],
                |id| goals.contains(&id),
                |id, kind| !(ends.contains(&id) && kind != Kind::Raise),
            )
    }

    /// The `try` and `with` statements of this body that see an exception raised at the node, innermost first.
    pub fn protections(&self, node: NodeId) -> Vec<Protection> {
        protect::protections(self.module, self.owner, node)
    }

    /// Whether the statement could catch an exception whose class is the builtin `raised` itself. `Exception`
    /// and `BaseException` stand for all of theirs.
    pub fn catches(&self, protection: Protection, raised: &str) -> Catch {
        protect::catches(self.module, self.symbols, protection, raised)
    }

    /// Whether a `with` among the protections swallows exceptions of some class: for certain, perhaps, or never.
    /// `No` for a `try`.
    pub fn manager_catches(&self, protection: Protection) -> Catch {
        protect::manager_catches(self.module, self.symbols, protection)
    }

    /// The surest answer of all statements around the node. Whether the caller of this body catches it, too,
    /// is not asked.
    pub fn caught_at(&self, node: NodeId, raised: &str) -> Catch {
        let all = self.protections(node);
        all.into_iter().map(|p| self.catches(p, raised)).max().unwrap_or(Catch::No)
    }

    /// A place in code that may run later or elsewhere (function, lambda, generator expression) where the
    /// symbol is read or bound.
    pub fn captured(&self, symbol: SymbolId) -> Option<NodeId> {
        self.symbols.occurrences_of(symbol).find(|o| !self.runs_in_place(o, false)).map(|o| o.node)
    }

    /// A call in this body by which any of its names may be read: `locals()`, `eval`, ...
    pub fn dynamic(&self) -> Option<TextRange> {
        self.symbols
            .scopes
            .iter()
            .enumerate()
            .filter(|(_, scope)| !scope.dynamic.is_empty())
            .filter(|(i, _)| {
                // From 3.12 on a comprehension's `locals()` has the names of the function around it, too.
                self.symbols
                    .scope_chain(ScopeId(*i as u32))
                    .find(|s| self.symbols.scope(*s).kind != ScopeKind::Comprehension)
                    == Some(self.scope)
            })
            .map(|(_, scope)| scope.dynamic[0])
            .next()
    }

    /// The steps that are part of the statement and can be reached from its start without leaving it.
    fn steps_of(&self, stmt: NodeId) -> Vec<StepId> {
        let inside = |id: StepId| self.module.contains(stmt, self.graph.step(id).node);
        let mut steps = Vec::new();
        self.graph.search(
            self.graph.starts_of(stmt),
            |id| {
                steps.extend(Some(id).filter(|id| inside(*id)));
                false
            },
            |id, _| inside(id),
        );
        steps
    }

    /// The steps that can follow when the statement has ended normally.
    fn after(&self, stmt: NodeId) -> Vec<StepId> {
        let steps = self.steps_of(stmt);
        self.graph
            .ends_of(stmt)
            .filter(|end| steps.contains(end))
            .flat_map(|end| self.graph.step(end).edges.iter())
            .filter(|(_, kind)| *kind == Kind::Normal)
            .map(|(to, _)| *to)
            .collect()
    }

    /// Whether the occurrence is run by this body's own steps. `lazily`: generator expressions and lazy
    /// annotations count as run where they stand.
    fn runs_in_place(&self, occurrence: &Occurrence<'a>, lazily: bool) -> bool {
        let inline = |id: ScopeId| {
            let scope = self.symbols.scope(id);
            match scope.kind {
                ScopeKind::Class => true,
                ScopeKind::Annotation | ScopeKind::Comprehension => {
                    // Bounds, defaults and aliases of types are evaluated when somebody asks (PEP 695).
                    let kind = self.module.node(scope.node).kind();
                    lazily
                        || !matches!(
                            kind,
                            NodeKind::ExprGenerator
                                | NodeKind::StmtTypeAlias
                                | NodeKind::TypeParamTypeVar
                                | NodeKind::TypeParamTypeVarTuple
                                | NodeKind::TypeParamParamSpec
                        )
                }
                ScopeKind::Module | ScopeKind::Function | ScopeKind::Lambda => false,
            }
        };
        self.symbols.scope_chain(occurrence.scope).find(|s| *s == self.scope || !inline(*s))
            == Some(self.scope)
    }

    fn effects(&self, symbol: SymbolId) -> FxHashMap<StepId, Effect> {
        let mut effects: FxHashMap<StepId, Effect> = FxHashMap::default();
        for occurrence in self.symbols.occurrences_of(symbol) {
            if !self.runs_in_place(occurrence, true) {
                continue;
            }
            let Occurrence { node, access, .. } = *occurrence;
            let sure = occurrence.scope == self.scope && self.always_evaluated(node);
            for step in self.graph.steps_at(node) {
                let effect = effects.entry(step).or_default();
                if access.reads() || access == Access::Delete {
                    effect.read = effect.read.or(Some(node));
                    effect.last_read = Some(node);
                }
                if occurrence.binds() || access == Access::Delete {
                    effect.changed = effect.changed.or(Some(node));
                }
                effect.bound |= sure && occurrence.binds();
                effect.deleted |= access == Access::Delete;
            }
            if occurrence.binding == Some(super::Binding::Except) {
                for id in self.graph.ids() {
                    let step = self.graph.step(id);
                    if step.unbinds && step.node == node {
                        let effect = effects.entry(id).or_default();
                        effect.changed = Some(node);
                        effect.deleted = true;
                    }
                }
            }
        }
        effects
    }

    /// Whether the expression is evaluated whenever its step is done: not behind an `and`, in a branch of a
    /// conditional expression, in the message of an `assert`.
    fn always_evaluated(&self, node: NodeId) -> bool {
        let mut below = node;
        for ancestor in self.module.ancestors(node) {
            let is = |e: &Expr| self.module.id(e) == below;
            let always = match self.module.node(ancestor) {
                AnyNodeRef::ExprBoolOp(op) => op.values.first().is_some_and(is),
                AnyNodeRef::ExprIf(conditional) => is(&conditional.test),
                AnyNodeRef::ExprCompare(compare) => {
                    is(&compare.left) || compare.comparators.first().is_some_and(is)
                }
                AnyNodeRef::StmtAssert(assert) => is(&assert.test),
                _ => true,
            };
            if !always {
                return false;
            }
            if self.module.node(ancestor).is_statement() {
                return true;
            }
            below = ancestor;
        }
        true
    }
}
