//! The code that runs after a list was made and before it is read.

use unspool_engine::facts::effects::{Collector, Effects};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt};
use unspool_engine::transform::FileContext;

use super::consumer::{Consumer, of_generator};
use super::lifetime::Lifetime;

/// What runs in between, and why the read may then not happen.
#[derive(Default)]
pub struct Between {
    pub effects: Effects,
    pub skipped: Option<String>,
}

/// The code between the definition of `first` and the read of `last`, which consumes the elements.
///
/// `lazy` gives what is left to do of a statement whose list goes, too.
pub fn between<'a>(
    cx: &FileContext<'a, '_>,
    first: &Lifetime<'a>,
    last: &Lifetime<'a>,
    consumer: &Consumer<'a>,
    lazy: &dyn Fn(NodeId) -> Option<Effects>,
) -> Between {
    let module = cx.module;
    let mut walk = Walk { cx, lazy, found: Between::default() };
    let definition = first.definition.statement;
    let around = |id: NodeId| std::iter::once(id).chain(module.ancestors(id));
    let Some(shared) = module.ancestors(definition).find(|a| module.contains(*a, last.read)) else {
        return walk.found;
    };
    let out: Vec<NodeId> = around(definition).take_while(|a| *a != shared).collect();
    let mut inward: Vec<NodeId> = around(last.reader).take_while(|a| *a != shared).collect();
    inward.retain(|a| module.node(*a).is_statement() || is_clause(module.node(*a)));
    inward.reverse();
    for pair in out.windows(2) {
        walk.behind(pair[0], None);
        if let AnyNodeRef::StmtTry(t) = module.node(pair[1]) {
            walk.statements(&t.orelse);
            walk.statements(&t.finalbody);
        }
    }
    let top = out.last().copied().unwrap_or(definition);
    walk.behind(top, inward.first().copied());
    for (i, outer) in inward.iter().enumerate() {
        let inner = inward.get(i + 1).copied();
        walk.enter(*outer, inner, last.read);
    }
    walk.left_of(last.read, consumer);
    let flow = cx.facts.flow_at(last.reader);
    if walk.found.skipped.is_none() && !flow.always_reaches_unless_raising(definition, last.reader) {
        let line = module.line(module.node(last.read).start());
        walk.found.skipped = Some(format!("line {line} may not be reached"));
    }
    walk.found
}

fn is_clause(node: AnyNodeRef) -> bool {
    matches!(
        node,
        AnyNodeRef::ElifElseClause(_) | AnyNodeRef::ExceptHandlerExceptHandler(_) | AnyNodeRef::MatchCase(_)
    )
}

struct Walk<'w, 'a, 'r> {
    cx: &'w FileContext<'a, 'r>,
    lazy: &'w dyn Fn(NodeId) -> Option<Effects>,
    found: Between,
}

impl<'a> Walk<'_, 'a, '_> {
    fn statements(&mut self, statements: &'a [Stmt]) {
        for statement in statements {
            let id = self.cx.module.id(statement);
            let effects = (self.lazy)(id).unwrap_or_else(|| {
                Collector::of_body(self.cx.module, self.cx.facts, std::slice::from_ref(statement))
            });
            self.found.effects.merge(effects);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        self.found.effects.merge(Collector::of_expr(self.cx.module, self.cx.facts, expr));
    }

    fn test(&mut self, expr: &Expr) {
        self.found.effects.merge(Collector::of_test(self.cx.module, self.cx.facts, expr));
    }

    /// The statements behind `id` in its block, up to `end`.
    fn behind(&mut self, id: NodeId, end: Option<NodeId>) {
        let module = self.cx.module;
        let Some((suite, at)) = module.suite_of(id) else { return };
        let stop = end.and_then(|end| suite.iter().position(|s| module.id(s) == end));
        match (end, stop) {
            // In the `else` of a `try` whose body has the definition.
            (Some(_), None) | (None, None) => self.statements(&suite[at + 1..]),
            (_, Some(stop)) => self.statements(&suite[at + 1..stop.max(at + 1)]),
        }
    }

    /// What a compound statement does before control comes to `inner` in it, or to its own expression `read`.
    fn enter(&mut self, outer: NodeId, inner: Option<NodeId>, read: NodeId) {
        let module = self.cx.module;
        let holds = |e: &Expr| module.contains(module.id(e), read);
        match module.node(outer) {
            AnyNodeRef::StmtIf(s) if !holds(&s.test) => {
                self.test(&s.test);
                for clause in &s.elif_else_clauses {
                    if module.id(clause).0 > read.0 {
                        break;
                    }
                    if let Some(test) = clause.test.as_ref().filter(|t| !holds(t)) {
                        self.test(test);
                    }
                }
                self.skips(read);
            }
            AnyNodeRef::StmtWith(s) if inner.is_some() => {
                let effects = Collector::of_entering(module, self.cx.facts, s);
                self.found.effects.merge(effects);
            }
            AnyNodeRef::StmtWith(s) => {
                // Items before the one that reads the list.
                let before = s.items.iter().take_while(|i| !holds(&i.context_expr));
                before.for_each(|i| self.expr(&i.context_expr));
            }
            AnyNodeRef::StmtTry(s) => {
                let in_body = inner.is_some_and(|inner| s.body.iter().any(|b| module.id(b) == inner));
                if !in_body {
                    self.statements(&s.body);
                    self.skips(read);
                }
            }
            AnyNodeRef::StmtMatch(s) if !holds(&s.subject) => {
                self.expr(&s.subject);
                self.skips(read);
            }
            _ => {}
        }
        // The statements before `inner` in its block.
        if let Some(inner) = inner
            && let Some((suite, at)) = module.suite_of(inner)
        {
            self.statements(&suite[..at]);
        }
    }

    fn skips(&mut self, read: NodeId) {
        let line = self.cx.module.line(self.cx.module.node(read).range().start());
        self.found.skipped.get_or_insert_with(|| format!("line {line} may not be reached"));
    }

    /// What the statement of the read evaluates before the elements.
    fn left_of(&mut self, read: NodeId, consumer: &Consumer<'a>) {
        let module = self.cx.module;
        let mut late: Vec<&'a Expr> = consumer.other_arguments();
        if let Consumer::Comprehension { node, .. } = consumer.last()
            && let Some(call) = of_generator(module, *node)
        {
            late.extend(call.arguments.keywords.iter().map(|k| &k.value));
            late.extend(call.arguments.args.iter().skip(1));
        }
        late.into_iter().filter(|e| module.id(*e) != read).for_each(|e| self.expr(e));
        let mut below = read;
        for ancestor in module.ancestors(read) {
            let before = |e: &Expr| module.id(e).0 < below.0 && !module.contains(module.id(e), below);
            let node = module.node(ancestor);
            match node {
                AnyNodeRef::ExprBoolOp(b) if module.id(&b.values[0]) != below => self.skips(read),
                AnyNodeRef::ExprIf(i) if module.id(&*i.test) != below => {
                    self.test(&i.test);
                    self.skips(read);
                }
                AnyNodeRef::ExprCompare(c) if c.comparators.iter().skip(1).any(|e| module.id(e) == below) => {
                    self.skips(read);
                }
                AnyNodeRef::StmtAssert(s) if module.id(&*s.test) != below => self.skips(read),
                _ => {}
            }
            match node {
                AnyNodeRef::ExprCall(c) if before(&c.func) => self.callee(&c.func),
                AnyNodeRef::Arguments(a) => {
                    a.args
                        .iter()
                        .chain(a.keywords.iter().map(|k| &k.value))
                        .filter(|e| before(e))
                        .for_each(|e| self.expr(e));
                }
                AnyNodeRef::ExprBinOp(b) if before(&b.left) => self.expr(&b.left),
                AnyNodeRef::ExprCompare(c) => {
                    std::iter::once(&*c.left)
                        .chain(&c.comparators)
                        .filter(|e| before(e))
                        .for_each(|e| self.expr(e));
                }
                AnyNodeRef::ExprBoolOp(b) => b.values.iter().filter(|e| before(e)).for_each(|e| self.test(e)),
                AnyNodeRef::ExprTuple(t) => t.elts.iter().filter(|e| before(e)).for_each(|e| self.expr(e)),
                AnyNodeRef::ExprList(t) => t.elts.iter().filter(|e| before(e)).for_each(|e| self.expr(e)),
                AnyNodeRef::ExprSet(t) => t.elts.iter().filter(|e| before(e)).for_each(|e| self.expr(e)),
                AnyNodeRef::ExprDict(d) => {
                    for item in &d.items {
                        item.key.iter().chain([&item.value]).filter(|e| before(e)).for_each(|e| self.expr(e));
                    }
                }
                AnyNodeRef::ExprSubscript(s) if before(&s.value) => self.expr(&s.value),
                AnyNodeRef::StmtAugAssign(s) => self.expr(&s.target),
                AnyNodeRef::ExprFString(f) => {
                    for element in f.value.elements().filter_map(|e| e.as_interpolation()) {
                        if before(&element.expression) {
                            self.expr(&element.expression);
                        }
                    }
                }
                _ => {}
            }
            if node.is_statement() {
                break;
            }
            below = ancestor;
        }
    }

    /// The expression before the parentheses of a call: the method itself is looked up, not called.
    fn callee(&mut self, func: &Expr) {
        match func {
            Expr::Attribute(a) => self.expr(&a.value),
            other => self.expr(other),
        }
    }
}
