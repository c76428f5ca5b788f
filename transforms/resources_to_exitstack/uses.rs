//! What else is done with the collection: whatever puts in or takes out changes what the loop closes.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Occurrence, Resolution, SymbolId, is_stdlib_module};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::{FileContext, Finding};

use super::shape::{Addition, Closing, Collected, Ends, element_of};

/// How far calls of functions of the file are followed.
const DEPTH: usize = 4;

/// Methods of lists and dicts that change what they hold, or in which order.
const CHANGES: &[&str] = &[
    "append",
    "insert",
    "extend",
    "remove",
    "pop",
    "clear",
    "sort",
    "reverse",
    "popitem",
    "update",
    "setdefault",
    "popleft",
    "appendleft",
    "add",
    "discard",
    "__setitem__",
    "__delitem__",
];

/// Functions of the standard library that change the list they are given.
const CHANGERS: &[&str] = &[
    "random.shuffle",
    "heapq.heapify",
    "heapq.heappush",
    "heapq.heappop",
    "heapq.heapreplace",
    "heapq.heappushpop",
    "bisect.insort",
    "bisect.insort_left",
    "bisect.insort_right",
    "builtins.setattr",
    "operator.setitem",
    "operator.delitem",
    "operator.iadd",
    "operator.iconcat",
];

/// The additions besides those at its making, in source order, and whether anything else changes the collection.
pub fn uses<'a>(
    cx: &FileContext<'a, '_>,
    closing: &Closing<'a>,
    collected: &mut Collected<'a>,
    managed: TextRange,
) -> Finding {
    let name = collected.name.id.to_string();
    let own_loop = closing.statement.range();
    let mut walk = Walk {
        cx,
        closing,
        own_loop: Some(own_loop),
        managed: Some(managed),
        is_dict: collected.is_dict,
        additions: Vec::new(),
        finding: Finding::proved(format!(
            "nothing but the openings puts anything into `{name}`, or takes it out"
        )),
        seen: vec![collected.symbol],
        depth: 0,
    };
    let mut next = 0;
    while let Some(symbol) = walk.seen.get(next).copied() {
        walk.symbol(symbol);
        next += 1;
    }
    if closing.variable.is_none() {
        walk.emptied(collected);
    }
    if closing.ends == Ends::Call {
        walk.looked_at(collected.symbol);
    }
    collected.additions.append(&mut walk.additions);
    walk.finding
}

struct Walk<'c, 'a, 'r> {
    cx: &'c FileContext<'a, 'r>,
    closing: &'c Closing<'a>,
    /// The loop that closes; `None` in a function to which the collection is handed.
    own_loop: Option<TextRange>,
    /// Where openings may be managed.
    managed: Option<TextRange>,
    is_dict: bool,
    additions: Vec<Addition<'a>>,
    finding: Finding,
    seen: Vec<SymbolId>,
    depth: usize,
}

impl<'a> Walk<'_, 'a, '_> {
    fn note(&mut self, finding: Finding) {
        let so_far = std::mem::replace(&mut self.finding, Finding::proved(""));
        self.finding = so_far.and(finding);
    }

    fn line(&self, node: NodeId) -> usize {
        self.cx.module.line(self.cx.module.node(node).start())
    }

    fn symbol(&mut self, symbol: SymbolId) {
        let symbols = self.cx.facts.symbols();
        let name = symbols.symbol(symbol).name;
        let home = symbols.symbol(symbol).scope;
        for occurrence in symbols.occurrences_of(symbol) {
            if self.own_loop.is_some_and(|own| own.contains_range(occurrence.range)) {
                continue;
            }
            match occurrence.access {
                Access::Read => self.read(occurrence.node, occurrence.scope == home),
                Access::Write => {}
                Access::ReadWrite | Access::Delete => {
                    let line = self.line(occurrence.node);
                    self.note(Finding::refuted(format!("line {line} changes `{name}`")));
                }
            }
        }
        if let Some(dynamic) = self.cx.facts.flow_at(self.cx.module.id(self.closing.statement)).dynamic() {
            let line = self.cx.module.line(dynamic.start());
            self.note(Finding::assumed(format!("line {line} can reach every name of the function")));
        }
    }

    /// The list of callbacks goes: nothing but its additions may name it.
    fn looked_at(&mut self, symbol: SymbolId) {
        let symbols = self.cx.facts.symbols();
        let name = symbols.symbol(symbol).name;
        let own = self.own_loop.unwrap_or_default();
        let adds = |o: &Occurrence| {
            self.additions
                .iter()
                .filter_map(|a| a.append)
                .any(|call| call.func.range().contains_range(o.range))
        };
        let read = symbols
            .occurrences_of(symbol)
            .find(|o| o.access.reads() && !own.contains_range(o.range) && !adds(o))
            .map(|o| o.node);
        if let Some(read) = read {
            let line = self.line(read);
            self.note(Finding::refuted(format!(
                "line {line} looks at `{name}`, which a stack does not show"
            )));
        }
    }

    /// `while xs: xs.pop().close()` leaves the list empty, which nobody may look at.
    fn emptied(&mut self, collected: &Collected) {
        let module = self.cx.module;
        let flow = self.cx.facts.flow_at(module.id(collected.making));
        let name = collected.name.id.as_str();
        if let Some(AnyNodeRef::StmtTry(_)) = module.parent_node(module.id(self.closing.statement))
            && let Some(id) = module.parent(module.id(self.closing.statement))
            && let Some(read) = flow.read_after(id, collected.symbol)
        {
            let line = self.line(read);
            self.note(Finding::refuted(format!("line {line} looks at `{name}`, which the loop has emptied")));
        }
        if self.seen.len() > 1 || flow.captured(collected.symbol).is_some() || !flow.owns(collected.symbol) {
            self.note(Finding::refuted(format!(
                "`{name}` has another name, under which the emptied list may be seen"
            )));
        }
    }

    /// One read of the collection. `here`: in its own function.
    fn read(&mut self, from: NodeId, here: bool) {
        let module = self.cx.module;
        let text = module.source(module.node(from));
        let line = self.line(from);
        let mut child = from;
        while let Some(parent) = module.parent(child) {
            let is = |e: &Expr| module.id(e) == child;
            match module.node(parent) {
                AnyNodeRef::ExprAttribute(a) => {
                    if CHANGES.contains(&a.attr.as_str()) && !self.adds(parent, a, here) {
                        let how =
                            format!("line {line}: `{text}.{}` changes what is closed in the end", a.attr);
                        self.note(Finding::refuted(how));
                    }
                    return;
                }
                AnyNodeRef::ExprSubscript(s) => {
                    if is(&s.value) && !s.ctx.is_load() && !self.sets(parent, s, here) {
                        self.note(Finding::refuted(format!(
                            "line {line} replaces or removes an element of `{text}`"
                        )));
                    }
                    return;
                }
                AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => {}
                AnyNodeRef::ExprCall(call) => {
                    if !is(&call.func) {
                        let finding = self.passed(call, from, text);
                        self.note(finding);
                    }
                    return;
                }
                AnyNodeRef::StmtAssign(a) => {
                    for target in &a.targets {
                        self.bound(target, text, line);
                    }
                    return;
                }
                AnyNodeRef::StmtAnnAssign(ast::StmtAnnAssign { target, .. })
                | AnyNodeRef::ExprNamed(ast::ExprNamed { target, .. }) => {
                    self.bound(target, text, line);
                    return;
                }
                AnyNodeRef::StmtReturn(_) if self.closing.variable.is_none() => {
                    let how = format!("line {line} returns `{text}`, which the loop then empties");
                    self.note(Finding::refuted(how));
                    return;
                }
                AnyNodeRef::ExprYield(_) => {
                    let how = format!("line {line} yields `{text}`: whoever gets it may change it");
                    self.note(Finding::assumed(how));
                    return;
                }
                AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprList(_) | AnyNodeRef::ExprDict(_) => {
                    let returned = module
                        .statement_of(parent)
                        .is_some_and(|s| matches!(module.node(s), AnyNodeRef::StmtReturn(_)));
                    if !returned || self.closing.variable.is_none() {
                        let how = format!(
                            "line {line} puts `{text}` into something else, through which it may be changed"
                        );
                        self.note(Finding::assumed(how));
                    }
                    return;
                }
                AnyNodeRef::ExprIf(e) if !is(&e.test) => {}
                AnyNodeRef::ExprBoolOp(_) => {}
                _ => return,
            }
            child = parent;
        }
    }

    /// Whether it is an addition of what is opened: `xs.append(open(p))`.
    fn adds(&mut self, attribute: NodeId, a: &ast::ExprAttribute, here: bool) -> bool {
        let module = self.cx.module;
        if a.attr.as_str() != "append" || self.is_dict || !here || self.seen.len() > 1 {
            return false;
        }
        let Some(AnyNodeRef::ExprCall(call)) = module.parent_node(attribute) else { return false };
        let statement = module.parent_node(module.id(call));
        let ([element], true) = (&*call.arguments.args, call.arguments.keywords.is_empty()) else {
            return false;
        };
        let Ok(value) = element_of(module, element, self.closing) else { return false };
        let inside = self.managed.is_some_and(|m| m.contains_range(call.range()));
        if !inside || !matches!(statement, Some(AnyNodeRef::StmtExpr(_))) {
            return false;
        }
        let Some(value) = self.opened(value, module.id(call)) else { return false };
        self.additions.push(Addition { value, append: Some(call) });
        true
    }

    /// Whether it is an addition of what is opened: `xs[key] = open(p)`.
    fn sets(&mut self, target: NodeId, s: &'a ast::ExprSubscript, here: bool) -> bool {
        let module = self.cx.module;
        let Some(AnyNodeRef::StmtAssign(assign)) = module.parent_node(target) else { return false };
        let alone = assign.targets.len() == 1 && s.ctx.is_store();
        let inside = self.managed.is_some_and(|m| m.contains_range(assign.range()));
        if !self.is_dict || !alone || !inside || !here || self.seen.len() > 1 {
            return false;
        }
        let Some(value) = self.opened(&assign.value, module.id(assign)) else { return false };
        self.additions.push(Addition { value, append: None });
        true
    }

    /// The opening itself: what a statement in front, in the same block, binds to the name that is added. Those in
    /// between only ask the object for something, and do not leave without adding it.
    fn opened(&self, value: &'a Expr, at: NodeId) -> Option<&'a Expr> {
        let module = self.cx.module;
        let Expr::Name(name) = value else { return Some(value) };
        let (suite, index) = module.suite_of(module.statement_of(at)?)?;
        let opens = |s: &'a Stmt| match s {
            Stmt::Assign(a) if a.value.is_call_expr() => {
                matches!(&*a.targets, [Expr::Name(n)] if n.id == name.id).then_some(&*a.value)
            }
            _ => None,
        };
        let opening = suite[..index].iter().rposition(|s| opens(s).is_some())?;
        let between = &suite[opening + 1..index];
        if between.is_empty() {
            return opens(&suite[opening]);
        }
        let Resolution::Symbol(symbol) = self.cx.facts.symbols().resolve(module.id(name)) else {
            return None;
        };
        let flow = self.cx.facts.flow_at(at);
        let ids: Vec<NodeId> = between.iter().map(|s| module.id(s)).collect();
        // More than one object: the order in which they come in could change.
        let alone = self.additions.is_empty() && flow.owns(symbol) && flow.captured(symbol).is_none();
        let stays = flow.jump_out_of(&ids).is_none() && flow.read_after_leaving(&ids, symbol).is_none();
        let asks = between.iter().flat_map(|s| module.subtree(module.id(s))).all(|(id, node)| match node {
            AnyNodeRef::ExprName(n) if n.id == name.id => {
                n.ctx.is_load() && matches!(module.parent_node(id), Some(AnyNodeRef::ExprAttribute(_)))
            }
            AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) | AnyNodeRef::ExprAwait(_) => false,
            _ => true,
        });
        (alone && stays && asks).then(|| opens(&suite[opening])).flatten()
    }

    /// Another name for the collection.
    fn bound(&mut self, target: &Expr, text: &str, line: usize) {
        let symbols = self.cx.facts.symbols();
        match target {
            Expr::Name(name) => {
                if let Resolution::Symbol(symbol) = symbols.resolve(self.cx.module.id(name))
                    && !self.seen.contains(&symbol)
                {
                    self.seen.push(symbol);
                }
            }
            // What is unpacked are the elements.
            Expr::Tuple(_) | Expr::List(_) => {}
            _ => {
                self.note(Finding::refuted(format!("line {line} stores `{text}` where others can change it")))
            }
        }
    }

    /// What a call does with the collection as an argument.
    fn passed(&self, call: &ast::ExprCall, from: NodeId, text: &str) -> Finding {
        let module = self.cx.module;
        let line = module.line(call.start());
        let harmless = || Finding::proved("");
        let starred =
            call.arguments.args.iter().any(|a| a.is_starred_expr() && module.contains(module.id(a), from));
        if starred {
            return harmless();
        }
        let name: String = module.source(&*call.func).chars().take(40).collect();
        let unknown =
            || Finding::assumed(format!("line {line} hands `{text}` to `{name}`, which may change it"));
        match Types::new(module, self.cx.facts).of(&call.func) {
            Ty::Member(path) => {
                let own = is_stdlib_module(path.split('.').next().unwrap_or_default())
                    || path.starts_with("builtins.");
                if CHANGERS.contains(&path.as_str()) {
                    Finding::refuted(format!("line {line}: `{name}` changes `{text}`"))
                } else if own {
                    harmless()
                } else {
                    unknown()
                }
            }
            Ty::Function(function) => self.parameter(call, from, function).unwrap_or_else(unknown),
            _ => unknown(),
        }
    }

    /// What a function of the file does with its parameter.
    fn parameter(&self, call: &ast::ExprCall, from: NodeId, function: NodeId) -> Option<Finding> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else { return None };
        if !def.decorator_list.is_empty() || self.depth >= DEPTH {
            return None;
        }
        let position = call.arguments.args.iter().position(|a| module.id(a) == from);
        let name = match position {
            Some(at) if call.arguments.args[..at].iter().any(Expr::is_starred_expr) => return None,
            Some(at) => def.parameters.iter_non_variadic_params().nth(at)?.name().as_str(),
            None => {
                call.arguments.keywords.iter().find(|k| module.id(&k.value) == from)?.arg.as_ref()?.as_str()
            }
        };
        let symbol = symbols.own(symbols.scope_opened_by(function)?, name)?;
        let mut inner = Walk {
            cx: self.cx,
            closing: self.closing,
            own_loop: None,
            managed: None,
            is_dict: self.is_dict,
            additions: Vec::new(),
            finding: Finding::proved(""),
            seen: vec![symbol],
            depth: self.depth + 1,
        };
        let mut next = 0;
        while let Some(symbol) = inner.seen.get(next).copied() {
            inner.symbol(symbol);
            next += 1;
        }
        Some(inner.finding)
    }
}
