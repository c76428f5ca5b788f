//! A function that makes a list, adds to it and returns it.

use std::cell::OnceCell;

use unspool_engine::facts::effects::{Collector, Effects, Kind, Object, Resolved};
use unspool_engine::facts::types::Types;
use unspool_engine::facts::{Access, SymbolId};
use unspool_engine::repo::yields;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Operator, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::{FileContext, Finding};

/// What a statement adds to the list.
#[derive(Clone, Copy)]
pub enum Added<'a> {
    /// `out.append(x)`
    One(&'a Expr),
    /// `out.extend(xs)`, `out += xs`
    All(&'a Expr),
}

/// A statement that adds to the list.
#[derive(Clone, Copy)]
pub struct Addition<'a> {
    pub statement: &'a Stmt,
    pub added: Added<'a>,
}

/// The shape, by syntax alone.
pub struct Builder<'a> {
    pub function: &'a ast::StmtFunctionDef,
    /// The name of the list.
    pub list: &'a str,
    /// `out = []`, `out = [header]`: what it begins with are additions, too.
    pub start: &'a Stmt,
    pub additions: Vec<Addition<'a>>,
    /// All `return` statements of the function.
    pub returns: Vec<&'a ast::StmtReturn>,
}

impl<'a> Builder<'a> {
    pub fn of(function: &'a ast::StmtFunctionDef) -> Option<Self> {
        let mut own = Own::default();
        own.statements(&function.body);
        let candidates = own.starts.iter().filter(|(name, _)| own.returned.contains(name));
        for (name, start) in candidates {
            let later: Vec<_> = own.additions.iter().filter(|(to, _)| to == name).map(|(_, a)| *a).collect();
            // A few elements one after the other are no list to go through.
            let grows = started_with(start).is_empty() || own.looped.contains(name);
            if grows && (!later.is_empty() || own.bound.contains(name)) {
                let first = started_with(start).iter();
                let first = first.map(|e| Addition { statement: start, added: Added::One(e) });
                let additions = first.chain(later).collect();
                return Some(Builder { function, list: name, start, additions, returns: own.returns });
            }
        }
        None
    }

    /// The head, for reports: `def rows(self)`.
    pub fn head(&self) -> TextRange {
        TextRange::new(self.function.name.start(), self.function.parameters.end())
    }
}

/// Statements of the function itself, those of functions and classes in it apart.
#[derive(Default)]
struct Own<'a> {
    starts: Vec<(&'a str, &'a Stmt)>,
    additions: Vec<(&'a str, Addition<'a>)>,
    returns: Vec<&'a ast::StmtReturn>,
    returned: Vec<&'a str>,
    /// Lists of which `append` or `extend` was given a name: `add = out.append`.
    bound: Vec<&'a str>,
    /// Lists that a loop adds to.
    looped: Vec<&'a str>,
    /// How many loops are around.
    loops: usize,
}

impl<'a> Own<'a> {
    fn statements(&mut self, body: &'a [Stmt]) {
        body.iter().for_each(|s| self.statement(s));
    }

    fn add(&mut self, list: &'a str, addition: Addition<'a>) {
        self.additions.push((list, addition));
        if self.loops > 0 {
            self.looped.push(list);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(a) => {
                if let [Expr::Name(n)] = &a.targets[..]
                    && is_new_list(&a.value)
                {
                    self.starts.push((n.id.as_str(), statement));
                }
                if let Expr::Attribute(method) = &*a.value
                    && let Expr::Name(list) = &*method.value
                    && matches!(method.attr.as_str(), "append" | "extend")
                {
                    self.bound.push(list.id.as_str());
                }
            }
            Stmt::AnnAssign(a) => {
                if let (Expr::Name(n), Some(value)) = (&*a.target, a.value.as_deref())
                    && is_new_list(value)
                {
                    self.starts.push((n.id.as_str(), statement));
                }
            }
            Stmt::AugAssign(a) => {
                if let (Expr::Name(n), Operator::Add) = (&*a.target, a.op) {
                    let added = Added::All(&a.value);
                    self.add(n.id.as_str(), Addition { statement, added });
                }
            }
            Stmt::Expr(e) => {
                if let Expr::Call(call) = &*e.value
                    && let Expr::Attribute(method) = &*call.func
                    && let Expr::Name(n) = &*method.value
                    && let [argument] = &*call.arguments.args
                    && call.arguments.keywords.is_empty()
                    && !argument.is_starred_expr()
                {
                    let added = match method.attr.as_str() {
                        "append" => Added::One(argument),
                        "extend" => Added::All(argument),
                        _ => return,
                    };
                    self.add(n.id.as_str(), Addition { statement, added });
                }
            }
            Stmt::Return(r) => {
                self.returns.push(r);
                if let Some(Expr::Name(n)) = r.value.as_deref() {
                    self.returned.push(n.id.as_str());
                }
            }
            Stmt::If(s) => {
                self.statements(&s.body);
                s.elif_else_clauses.iter().for_each(|c| self.statements(&c.body));
            }
            Stmt::For(s) => {
                self.loops += 1;
                self.statements(&s.body);
                self.loops -= 1;
                self.statements(&s.orelse);
            }
            Stmt::While(s) => {
                self.loops += 1;
                self.statements(&s.body);
                self.loops -= 1;
                self.statements(&s.orelse);
            }
            Stmt::With(s) => self.statements(&s.body),
            Stmt::Try(s) => {
                self.statements(&s.body);
                for ast::ExceptHandler::ExceptHandler(h) in &s.handlers {
                    self.statements(&h.body);
                }
                self.statements(&s.orelse);
                self.statements(&s.finalbody);
            }
            Stmt::Match(s) => s.cases.iter().for_each(|c| self.statements(&c.body)),
            _ => {}
        }
    }
}

/// A list that is empty, or has elements of which each is written there.
fn is_new_list(expr: &Expr) -> bool {
    match expr {
        Expr::List(l) => !l.elts.iter().any(Expr::is_starred_expr),
        other => is_empty_list(other),
    }
}

/// The elements with which the statement makes the list.
pub fn started_with(start: &Stmt) -> &[Expr] {
    let value = match start {
        Stmt::Assign(a) => Some(&*a.value),
        Stmt::AnnAssign(a) => a.value.as_deref(),
        _ => None,
    };
    value.and_then(Expr::as_list_expr).map_or(&[], |l| &l.elts)
}

/// `[]` or `list()`.
pub fn is_empty_list(expr: &Expr) -> bool {
    match expr {
        Expr::List(l) => l.elts.is_empty(),
        Expr::Call(c) => {
            matches!(&*c.func, Expr::Name(n) if n.id.as_str() == "list") && c.arguments.is_empty()
        }
        _ => false,
    }
}

/// A builder with the facts about it.
pub struct Known<'a, 's, 'r> {
    pub cx: &'s FileContext<'a, 'r>,
    pub shape: Builder<'a>,
    pub node: NodeId,
    /// The variable of the list.
    pub symbol: SymbolId,
    /// What the function does but for making, filling and returning the list.
    pub effects: Effects,
    resolved: OnceCell<Resolved>,
}

impl<'a, 's, 'r> Known<'a, 's, 'r> {
    pub fn new(cx: &'s FileContext<'a, 'r>, shape: Builder<'a>) -> Option<Self> {
        let module = cx.module;
        let node = module.id(shape.function);
        let target = match shape.start {
            Stmt::Assign(a) => &a.targets[0],
            Stmt::AnnAssign(a) => &*a.target,
            _ => return None,
        };
        let symbol = cx.facts.symbols().occurrence(module.id(target))?.symbol?;
        let effects = effects(cx, &shape, node, symbol);
        Some(Known { cx, shape, node, symbol, effects, resolved: OnceCell::new() })
    }

    /// The same effects with calls followed: asked for when nothing that is cheaper stands against the rewrite.
    pub fn resolved(&self) -> &Resolved {
        self.resolved.get_or_init(|| self.cx.repo.resolve(&self.cx.local(), &self.effects))
    }

    pub fn name(&self) -> &'a str {
        self.shape.function.name.as_str()
    }

    pub fn line(&self, node: impl Ranged) -> usize {
        self.cx.module.line(node.start())
    }

    /// The class in whose body the function stands.
    pub fn class(&self) -> Option<&'a ast::StmtClassDef> {
        match self.cx.module.parent_node(self.node)? {
            AnyNodeRef::StmtClassDef(class) => Some(class),
            _ => None,
        }
    }

    /// Whether it stands in another function, whose callers cannot name it.
    pub fn is_local(&self) -> bool {
        self.cx.module.enclosing_function(self.node).is_some()
    }

    /// Nothing but code that names it calls the function, and the interpreter runs it as it stands.
    pub fn plain_function(&self) -> Finding {
        let module = self.cx.module;
        let def = self.shape.function;
        let name = self.name();
        if def.is_async {
            return Finding::refuted("it would become an asynchronous generator, which `for` cannot iterate");
        }
        if yields(module, self.node) {
            return Finding::refuted("it yields already: callers drive it as a generator");
        }
        for decorator in &def.decorator_list {
            let text = module.source(&decorator.expression);
            if !matches!(text, "staticmethod" | "classmethod") {
                return Finding::refuted(format!("`@{text}` may keep, count or change the list"));
            }
        }
        if name.starts_with("__") && name.ends_with("__") {
            return Finding::refuted(format!("the interpreter calls `{name}` and wants a list of it"));
        }
        if name.starts_with("test") || name.starts_with("setUp") || name.starts_with("tearDown") {
            return Finding::refuted(
                "test frameworks call it by its name, and do not iterate what it returns",
            );
        }
        Finding::proved("it has no decorator that changes it, and no name that others call by convention")
    }

    /// The list is made once, only grown, and returned.
    pub fn only_grown(&self) -> Finding {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let flow = self.cx.facts.flow(self.node);
        let list = self.shape.list;
        if let Stmt::Assign(a) = self.shape.start
            && let Expr::Call(call) = &*a.value
            && !symbols.is_builtin(module, &call.func, "list")
        {
            return Finding::refuted("`list` may not be the builtin");
        }
        if !flow.owns(self.symbol) {
            return Finding::refuted(format!("`{list}` belongs to an outer scope"));
        }
        if let Some(place) = flow.captured(self.symbol) {
            let line = self.line(module.node(place));
            return Finding::refuted(format!("code that runs at another time uses `{list}` on line {line}"));
        }
        if let Some(range) = flow.dynamic() {
            let line = self.line(range);
            return Finding::refuted(format!(
                "`{}` on line {line} shows all variables",
                module.source(range)
            ));
        }
        let start = module.id(self.shape.start);
        for occurrence in symbols.occurrences_of(self.symbol) {
            let line = module.line(occurrence.range.start());
            let statement = module.statement_of(occurrence.node);
            let addition = statement.is_some_and(|s| {
                self.shape
                    .additions
                    .iter()
                    .any(|a| module.id(a.statement) == s && grows(module, a, occurrence.node))
            });
            let returned = || {
                let value = self.shape.returns.iter().filter_map(|r| r.value.as_deref());
                value.into_iter().any(|v| module.id(v) == occurrence.node)
            };
            let known = match occurrence.access {
                Access::Read => addition || returned(),
                Access::Write | Access::ReadWrite => {
                    addition || statement == Some(start) && module.parent(occurrence.node) == Some(start)
                }
                Access::Delete => false,
            };
            if !known {
                return Finding::refuted(match occurrence.access {
                    Access::Read | Access::ReadWrite => {
                        format!("line {line} looks back at `{list}`: a generator has nothing to look at")
                    }
                    _ => format!("line {line} gives `{list}` another value"),
                });
            }
        }
        for addition in &self.shape.additions {
            let at = module.id(addition.statement);
            if at != start && !flow.dominates(start, at) {
                let line = self.line(addition.statement);
                return Finding::refuted(format!("on line {line} `{list}` may not have been made"));
            }
        }
        let again = module
            .ancestors(start)
            .take_while(|a| *a != self.node)
            .find(|a| matches!(module.node(*a), AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)));
        if let Some(around) = again {
            let line = self.line(module.node(around));
            return Finding::refuted(format!("the loop on line {line} starts `{list}` anew"));
        }
        Finding::proved(format!(
            "`{list}` is made once, and nothing but `append` and `extend` is done with it"
        ))
    }

    /// Whatever the function returns is the list.
    pub fn returns_it(&self) -> Finding {
        let module = self.cx.module;
        let flow = self.cx.facts.flow(self.node);
        for r in &self.shape.returns {
            let line = self.line(*r);
            match r.value.as_deref() {
                Some(Expr::Name(n)) if n.id.as_str() == self.shape.list => {
                    if !flow.dominates(module.id(self.shape.start), module.id(*r)) {
                        return Finding::refuted(format!("line {line} may return before the list is made"));
                    }
                }
                Some(value) if is_empty_list(value) => {
                    let after = self.shape.additions.iter().any(|a| {
                        flow.reachable(module.id(*r)) && flow.leads_to(module.id(a.statement), module.id(*r))
                    });
                    if after {
                        return Finding::refuted(format!(
                            "line {line} returns an empty list, although elements may have been added before"
                        ));
                    }
                }
                None | Some(Expr::NoneLiteral(_)) => {
                    return Finding::refuted(format!("line {line} returns None, which no generator is"));
                }
                Some(value) => {
                    let text = module.source(value);
                    return Finding::refuted(format!("line {line} returns something else: `{text}`"));
                }
            }
            let in_finally = module.ancestors(module.id(*r)).take_while(|a| *a != self.node).any(|a| {
                matches!(module.node(a), AnyNodeRef::StmtTry(t)
                    if t.finalbody.iter().any(|s| s.range().contains_range(r.range())))
            });
            if in_finally {
                return Finding::refuted(format!("line {line} returns out of a `finally`"));
            }
        }
        if flow.falls_off_the_end() {
            return Finding::refuted("the function may end without `return`: then its callers get None");
        }
        Finding::proved("it returns the list, or an empty one")
    }

    /// No `yield` would come to stand where a consumer that waits, or stops, would be felt.
    pub fn outside_of_blocks(&self) -> Finding {
        let module = self.cx.module;
        for addition in &self.shape.additions {
            let mut below = module.id(addition.statement);
            let line = self.line(addition.statement);
            for ancestor in module.ancestors(below) {
                if ancestor == self.node {
                    break;
                }
                let around = module.line(module.node(ancestor).start());
                match module.node(ancestor) {
                    AnyNodeRef::StmtWith(_) => {
                        return Finding::refuted(format!(
                            "the `with` of line {around} would be held while callers use what line {line} adds"
                        ));
                    }
                    AnyNodeRef::StmtTry(t) => {
                        if !t.finalbody.is_empty() {
                            return Finding::refuted(format!(
                                "the `finally` of line {around} would wait for callers, and come late if they stop early"
                            ));
                        }
                        let in_body = t.body.iter().any(|s| module.id(s) == below);
                        if in_body && !t.handlers.is_empty() {
                            return Finding::refuted(format!(
                                "the handlers of line {around} would see what is raised while line {line} waits for callers"
                            ));
                        }
                    }
                    _ => {}
                }
                below = ancestor;
            }
        }
        Finding::proved("no `with`, no `try` stands around what adds to the list")
    }

    /// The function calls itself: a generator resumes every level for each element.
    pub fn no_recursion(&self) -> Finding {
        if self.resolved().visited.contains(&self.node) {
            return Finding::assumed(
                "it calls itself: each element goes through all levels, each of which needs its frames at once",
            );
        }
        Finding::proved("no call in it leads back to it")
    }

    /// Whoever looks at the function's own frame finds the same; below it there is another one.
    pub fn own_frame(&self) -> Finding {
        // `super()`, loggers and warnings look at the frame that calls them, or name a place.
        let harmless = |what: &str| {
            ["`super`", "of a logger", "records the function", "`warnings."]
                .iter()
                .any(|word| what.contains(word))
        };
        let frame = self.resolved().notes.iter().find(|n| n.kind == Kind::Frame && !harmless(&n.what));
        match frame {
            Some(note) => {
                Finding::refuted(format!("it would run below another frame, and {}", note.describe()))
            }
            None => Finding::proved("no call in it is known to look at frames below"),
        }
    }

    /// Whether the function may raise for a reason that programs know of: it checks, looks something up, computes.
    /// What is left are names, attributes and comparisons, which raise where the program itself is wrong.
    pub fn may_fail(&self) -> bool {
        let module = self.cx.module;
        let known = |range: TextRange| {
            module.subtree(self.node).any(|(_, node)| {
                node.range() == range
                    && matches!(
                        node,
                        AnyNodeRef::ExprSubscript(_)
                            | AnyNodeRef::ExprBinOp(_)
                            | AnyNodeRef::StmtAugAssign(_)
                    )
            })
        };
        self.resolved().has(Kind::Validates)
            || self.resolved().notes.iter().any(|n| n.kind == Kind::MayRaise && n.place.is_some())
            || self.effects.notes.iter().any(|n| n.kind == Kind::MayRaise && known(n.at))
    }

    /// Whether code of the function's own runs before it adds its first element, and once: a caller that asks for the
    /// first element at once sees an error of it where it saw it before.
    pub fn runs_first(&self, at: TextRange) -> bool {
        let body = &self.shape.function.body;
        let adds =
            |s: &&Stmt| self.shape.additions.iter().any(|a| s.range().contains_range(a.statement.range()));
        let Some(first) = body.iter().find(adds) else { return false };
        if at.end() <= first.start() {
            return at.start() >= body[0].start();
        }
        match first {
            // A container is there before the loop begins, and iterating it does not raise.
            Stmt::For(f) => {
                f.iter.range().contains_range(at)
                    && Types::new(self.cx.module, self.cx.facts).of(&f.iter).is_container()
            }
            _ => false,
        }
    }

    /// Local variables of the function that hold what its caller has passed.
    pub fn parameters(&self) -> Vec<SymbolId> {
        let symbols = self.cx.facts.symbols();
        let Some(scope) = symbols.scope_opened_by(self.node) else { return Vec::new() };
        let names = self.shape.function.parameters.iter().map(|p| p.name().as_str());
        names.filter_map(|name| symbols.own(scope, name)).collect()
    }
}

/// Whether the occurrence is the list that the statement adds to, and no other mention of it.
fn grows(module: &Module, addition: &Addition, occurrence: NodeId) -> bool {
    match addition.statement {
        Stmt::AugAssign(a) => module.id(&*a.target) == occurrence,
        Stmt::Expr(e) => match &*e.value {
            Expr::Call(c) => matches!(&*c.func, Expr::Attribute(m) if module.id(&*m.value) == occurrence),
            _ => false,
        },
        _ => false,
    }
}

/// What the function does apart from the list.
fn effects(cx: &FileContext, shape: &Builder, node: NodeId, list: SymbolId) -> Effects {
    let (module, facts) = (cx.module, cx.facts);
    let mut effects = Collector::of_function(module, facts, node);
    for addition in &shape.additions {
        if let (Stmt::AugAssign(_), Added::All(value)) = (addition.statement, addition.added) {
            effects.merge(Collector::of_iteration(module, facts, value));
        }
    }
    let is_list = |o: &Object| !o.is_attribute && o.root == Some(list);
    effects.objects_changed.retain(|o| !is_list(o));
    effects.objects_read.retain(|o| !is_list(o));
    effects.binds.retain(|s| *s != list);
    effects.reads.retain(|s| *s != list);
    // Adding to a list that was made here does not raise.
    let adding: Vec<TextRange> = shape
        .additions
        .iter()
        .map(|a| match a.statement {
            Stmt::Expr(e) => e.value.range(),
            other => other.range(),
        })
        .collect();
    // Neither does making it.
    let start = shape.start.range();
    let is_empty = started_with(shape.start).is_empty();
    effects.notes.retain(|n| {
        n.kind != Kind::MayRaise || !(adding.contains(&n.at) || is_empty && start.contains_range(n.at))
    });
    effects
}
