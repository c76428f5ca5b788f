//! Elements that are finished when they are added: a caller of the list sees what becomes of them until the function
//! ends, a caller of the generator sees them as they are at the `yield`.

use unspool_engine::facts::effects::{Kind, is_fresh_name};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Resolution, SymbolId, tables};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, ast};
use unspool_engine::transform::{Convention, Finding};

use super::builder::{Added, Known};

impl Known<'_, '_, '_> {
    /// No element changes after it was added.
    pub fn finished_elements(&self) -> Finding {
        let types = Types::new(self.cx.module, self.cx.facts);
        let mut carried: Vec<SymbolId> = Vec::new();
        let mut all_immutable = true;
        for addition in &self.shape.additions {
            let statement = self.cx.module.id(addition.statement);
            let (expr, ty) = match addition.added {
                Added::One(expr) => (expr, types.of(expr)),
                Added::All(expr) => (expr, types.of(expr).element()),
            };
            // What is delegated to is done before the variables have other values.
            let element = match expr {
                Expr::Generator(g) if matches!(addition.added, Added::All(_)) => &g.elt,
                other => other,
            };
            if let Some(why) = self.reads_later(element) {
                return Finding::refuted(why);
            }
            if ty.is_immutable() {
                continue;
            }
            all_immutable = false;
            let mut names = Vec::new();
            self.carries(&types, expr, &mut names);
            for symbol in names {
                if let Some(why) = self.changed_after(statement, symbol) {
                    return Finding::refuted(why);
                }
                carried.push(symbol);
            }
        }
        if all_immutable {
            return Finding::proved("the elements are of types that nothing changes")
                .relying_on([Convention::Annotations]);
        }
        if let Some(note) = self.resolved().notes.iter().find(|n| n.kind == Kind::Effect && n.place.is_some())
        {
            return Finding::assumed(format!("{}, perhaps elements that were added before", note.describe()));
        }
        if let Some(other) = self.changes_another(&carried) {
            return Finding::assumed(other);
        }
        Finding::proved("no element is changed after it was added").relying_on([Convention::Operators])
    }

    /// A lambda or generator in the element that reads a variable of the function which later has another value.
    fn reads_later(&self, expr: &Expr) -> Option<String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let flow = self.cx.facts.flow(self.node);
        module.subtree(module.id(expr)).find_map(|(id, node)| {
            if !matches!(node, AnyNodeRef::ExprLambda(_) | AnyNodeRef::ExprGenerator(_)) {
                return None;
            }
            module.subtree(id).find_map(|(id, node)| {
                let AnyNodeRef::ExprName(name) = node else { return None };
                let Resolution::Symbol(symbol) = symbols.resolve(id) else { return None };
                let bound = symbols.occurrences_of(symbol).filter(|o| o.binds());
                let variable = bound
                    .filter(|o| {
                        let around = module.ancestors(o.node).take_while(|a| *a != self.node);
                        let loops = |a: &NodeId| {
                            matches!(module.node(*a), AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_))
                        };
                        around.into_iter().any(|a| loops(&a)) || o.access == Access::ReadWrite
                    })
                    .count();
                (flow.owns(symbol) && variable > 0).then(|| {
                    format!(
                        "what line {} adds reads `{}` when it is used, which has another value by then",
                        self.line(expr),
                        name.id
                    )
                })
            })
        })
    }

    /// The variables whose objects are, or are held by, the value of the expression.
    fn carries(&self, types: &Types, expr: &Expr, names: &mut Vec<SymbolId>) {
        let mut go = |e: &Expr| self.carries(types, e, names);
        match expr {
            Expr::Name(n) => {
                if !types.of(expr).is_immutable()
                    && let Resolution::Symbol(symbol) = self.cx.facts.symbols().resolve(self.cx.module.id(n))
                    && !names.contains(&symbol)
                {
                    names.push(symbol);
                }
            }
            _ if types.of(expr).is_immutable() => {}
            Expr::Attribute(a) => go(&a.value),
            Expr::Subscript(s) => go(&s.value),
            Expr::Starred(s) => go(&s.value),
            Expr::Named(n) => go(&n.value),
            Expr::If(i) => {
                go(&i.body);
                go(&i.orelse);
            }
            Expr::BoolOp(b) => b.values.iter().for_each(go),
            Expr::BinOp(b) => {
                go(&b.left);
                go(&b.right);
            }
            Expr::List(l) => l.elts.iter().for_each(go),
            Expr::Tuple(t) => t.elts.iter().for_each(go),
            Expr::Set(s) => s.elts.iter().for_each(go),
            Expr::Dict(d) => d.items.iter().for_each(|i| go(&i.value)),
            Expr::Call(c) if !self.copies(types, c) => {
                if let Expr::Attribute(a) = &*c.func
                    && !matches!(types.of(&a.value), Ty::Module(_))
                {
                    go(&a.value);
                }
                c.arguments.args.iter().for_each(&mut go);
                c.arguments.keywords.iter().for_each(|k| go(&k.value));
            }
            _ => {}
        }
    }

    /// A builtin that makes a new object of what its argument holds: `tuple(chunk)`.
    fn copies(&self, types: &Types, call: &ast::ExprCall) -> bool {
        match types.of(&call.func) {
            Ty::Member(path) => tables::callable(&path).is_some(),
            _ => matches!(&*call.func, Expr::Attribute(a)
                if a.attr.as_str() == "copy" && types.of(&a.value).is_container()),
        }
    }

    /// A change of the variable's object that may follow the statement, before the variable holds another one.
    fn changed_after(&self, statement: NodeId, symbol: SymbolId) -> Option<String> {
        let module = self.cx.module;
        let name = self.cx.facts.symbols().symbol(symbol).name;
        let flow = self.cx.facts.flow(self.node);
        let added = module.line(module.node(statement).start());
        let change = flow.reads_after(statement, symbol).into_iter().find(|read| self.changes(*read))?;
        let line = module.line(module.node(change).start());
        Some(format!("line {line} changes `{name}` after line {added} has added it"))
    }

    /// Whether what stands at this read of a variable changes the variable's object, or what it holds.
    fn changes(&self, read: NodeId) -> bool {
        let module = self.cx.module;
        let mut id = read;
        loop {
            let Some(parent) = module.parent(id) else { return false };
            match module.node(parent) {
                AnyNodeRef::ExprAttribute(a) => {
                    if !a.ctx.is_load() {
                        return true;
                    }
                    let called = matches!(module.parent_node(parent),
                        Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == parent);
                    if called {
                        return tables::is_mutator(a.attr.as_str())
                            || tables::is_effect_method_name(a.attr.as_str());
                    }
                }
                AnyNodeRef::ExprSubscript(s) if module.id(&*s.value) == id => {
                    if !s.ctx.is_load() {
                        return true;
                    }
                }
                AnyNodeRef::StmtAugAssign(a) if module.id(&*a.target) == id => {
                    let types = Types::new(module, self.cx.facts);
                    // What nothing changes is bound anew (`text += char`).
                    return !types.of(&a.target).is_immutable()
                        && !types.of(&a.value).is(&["int", "float", "bool", "str", "complex"]);
                }
                _ => return false,
            }
            id = parent;
        }
    }

    /// Another object that the function changes, and that may be one of the elements under another name.
    fn changes_another(&self, carried: &[SymbolId]) -> Option<String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let receiver = self.class().and(self.parameters().first().copied());
        module.subtree(self.node).find_map(|(id, node)| {
            let AnyNodeRef::ExprName(name) = node else { return None };
            if module.enclosing_function(id) != Some(self.node) || !self.changes(id) {
                return None;
            }
            let symbol = symbols.resolve(id);
            if let Resolution::Symbol(symbol) = symbol {
                if symbol == self.symbol || (carried.contains(&symbol) && Some(symbol) != receiver) {
                    return None;
                }
                let direct = matches!(module.parent_node(id),
                    Some(AnyNodeRef::ExprAttribute(a)) if !a.ctx.is_load());
                if Some(symbol) == receiver && direct && !carried.contains(&symbol) {
                    return None;
                }
                if is_fresh_name(module, self.cx.facts, name) && self.keeps_to_itself(symbol) {
                    return None;
                }
            }
            let line = module.line(name.start());
            Some(format!("line {line} changes `{}`, which may be an element that was added before", name.id))
        })
    }

    /// The object of a local variable is stored nowhere: it is asked, changed and copied only.
    fn keeps_to_itself(&self, symbol: SymbolId) -> bool {
        let (module, types) = (self.cx.module, Types::new(self.cx.module, self.cx.facts));
        self.cx.facts.symbols().occurrences_of(symbol).filter(|o| o.access.reads()).all(|o| {
            match module.parent_node(o.node) {
                Some(
                    AnyNodeRef::ExprAttribute(_)
                    | AnyNodeRef::ExprSubscript(_)
                    | AnyNodeRef::ExprCompare(_)
                    | AnyNodeRef::ExprUnaryOp(_)
                    | AnyNodeRef::StmtFor(_)
                    | AnyNodeRef::StmtIf(_)
                    | AnyNodeRef::StmtWhile(_)
                    | AnyNodeRef::StmtAugAssign(_)
                    | AnyNodeRef::ElifElseClause(_)
                    | AnyNodeRef::Comprehension(_)
                    | AnyNodeRef::InterpolatedElement(_),
                ) => true,
                Some(AnyNodeRef::Arguments(_)) => {
                    let call = module.parent(o.node).and_then(|p| module.parent_node(p));
                    matches!(call, Some(AnyNodeRef::ExprCall(c)) if self.copies(&types, c))
                }
                _ => false,
            }
        })
    }
}
