//! Collects the local effects of expressions and statements.

mod calls;
mod expressions;
mod operators;
mod statements;

use super::{Call, Callee, Effects, Kind, Mode, Note, Object, UNREADABLE};
use crate::facts::types::{Ty, Types};
use crate::facts::{Facts, Resolution, ScopeKind, SymbolId};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};

/// Gathers what a piece of code does.
pub struct Collector<'a, 'r> {
    module: &'r Module<'a>,
    facts: &'r Facts<'a, 'r>,
    types: Types<'a, 'r>,
    effects: Effects,
    /// Handlers around the code being looked at that stop `StopIteration`, those that stop `ValueError`, and those
    /// that stop every error.
    stopped: usize,
    values: usize,
    errors: usize,
    /// The first parameter of the function whose body is collected.
    receiver: Option<SymbolId>,
    /// The function whose body is collected: writes to variables of other functions are seen outside.
    owner: Option<NodeId>,
    /// Only a part of a function is collected: what the function made outside of it is not new to the part.
    is_part: bool,
}

impl<'a, 'r> Collector<'a, 'r> {
    pub fn new(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>) -> Self {
        Collector {
            module,
            facts,
            types: Types::new(module, facts),
            effects: Effects::default(),
            stopped: 0,
            values: 0,
            errors: 0,
            receiver: None,
            owner: None,
            is_part: false,
        }
    }

    /// The effects of evaluating an expression.
    pub fn of_expr(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, expr: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.expr(expr);
        collector.effects
    }

    /// The effects of a call, its arguments included.
    pub fn of_call(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, call: &ast::ExprCall) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.call(call);
        collector.effects
    }

    /// The effects of running statements in place: what they do to local variables is recorded as bindings.
    pub fn of_body(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, body: &[Stmt]) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = body.first().and_then(|s| module.enclosing_function(module.id(s)));
        collector.body(body);
        collector.effects
    }

    /// The effects of entering a `with` statement, its body and its end apart.
    pub fn of_entering(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, with: &ast::StmtWith) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = module.enclosing_function(module.id(with));
        collector.with_items(with);
        collector.effects
    }

    /// The effects of evaluating an expression for its truth value.
    pub fn of_test(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, test: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.truth(test);
        collector.effects
    }

    /// The effects of a comprehension's parts: `element` and conditions, once per element, and its iterations.
    pub fn of_comprehension(
        module: &'r Module<'a>,
        facts: &'r Facts<'a, 'r>,
        elements: &[&Expr],
        generators: &[ast::Comprehension],
    ) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.comprehension(elements, generators);
        collector.effects
    }

    /// What a comprehension does that a generator expression would do later: everything but evaluating the
    /// outermost iterable.
    pub fn of_lazy_part(
        module: &'r Module<'a>,
        facts: &'r Facts<'a, 'r>,
        element: &Expr,
        generators: &[ast::Comprehension],
    ) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.is_part = true;
        collector.generators(generators, true);
        collector.expr(element);
        collector.effects
    }

    /// What iterating the value of an expression does, the evaluation of the expression apart.
    pub fn of_iteration(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, expr: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.iterate(expr);
        collector.effects
    }

    /// What calling the value of an expression does.
    pub fn of_application(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, function: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        if !function.is_none_literal_expr() {
            collector.applied(function, function.range());
        }
        collector.effects
    }

    /// What operators on instances of a class of the file do.
    pub fn of_operators(
        module: &'r Module<'a>,
        facts: &'r Facts<'a, 'r>,
        class: NodeId,
        at: TextRange,
    ) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.special(class, OPERATORS, at);
        collector.special(class, CONVERSIONS, at);
        collector.effects
    }

    /// Whether a method of this name runs without being called: an operator, a conversion, the read of an attribute.
    pub fn is_operator(name: &str) -> bool {
        OPERATORS.contains(&name) || CONVERSIONS.contains(&name) || READS.contains(&name)
    }

    /// What assigning to a target does.
    pub fn of_target(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, target: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = module.enclosing_function(module.id(target));
        collector.target(target, "assigns");
        collector.effects
    }

    /// What assigning the elements of an iterable to a target does, one after the other.
    pub fn of_loop_target(
        module: &'r Module<'a>,
        facts: &'r Facts<'a, 'r>,
        iterable: &Expr,
        target: &Expr,
    ) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = module.enclosing_function(module.id(target));
        if matches!(target, Expr::Tuple(_) | Expr::List(_)) {
            collector.unpack_element(iterable, target);
        }
        collector.target(target, "assigns");
        collector.effects
    }

    /// The effects that a caller of the function sees.
    pub fn of_function(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, function: NodeId) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = Some(function);
        match module.node(function) {
            AnyNodeRef::StmtFunctionDef(f) => {
                let in_class = matches!(module.parent_node(function), Some(AnyNodeRef::StmtClassDef(_)));
                if in_class && let Some(first) = f.parameters.iter_non_variadic_params().next() {
                    let scope = facts.symbols().scope_opened_by(function);
                    collector.receiver =
                        scope.and_then(|s| facts.symbols().lookup(s, first.parameter.name.as_str()));
                }
                collector.body(&f.body);
            }
            AnyNodeRef::ExprLambda(l) => collector.expr(&l.body),
            _ => {}
        }
        collector.effects
    }

    fn note(&mut self, kind: Kind, at: TextRange, what: impl Into<String>) {
        if kind == Kind::StopIteration && self.stopped > 0 {
            return;
        }
        if kind.is_error() && self.errors > 0 {
            return;
        }
        self.effects.notes.push(Note { kind, at, what: what.into(), raises: None, on_self: false });
    }

    /// Code that may reject what it is given, and the exception that then comes.
    fn rejects(&mut self, at: TextRange, what: impl Into<String>, raises: &str) {
        let before = self.effects.notes.len();
        self.note(Kind::Validates, at, what);
        if let Some(note) = self.effects.notes.get_mut(before) {
            note.raises = Some(raises.into());
        }
    }

    /// Reading that may fail.
    fn unreadable(&mut self, at: TextRange, what: String) {
        let before = self.effects.notes.len();
        self.note(Kind::MayRaise, at, what);
        if let Some(note) = self.effects.notes.get_mut(before) {
            note.raises = Some(UNREADABLE.into());
        }
    }

    /// Whether what is raised is a group of exceptions, of PEP 654 or of a class of this file.
    fn is_group(&self, raised: &Expr) -> bool {
        let class = match raised {
            Expr::Call(c) => &*c.func,
            other => other,
        };
        let named = |e: &Expr| self.module.source(e).ends_with("ExceptionGroup");
        let derives = |ty: &Ty| match ty {
            Ty::Class(id) => match self.module.node(*id) {
                AnyNodeRef::StmtClassDef(def) => def.bases().iter().any(named),
                _ => false,
            },
            _ => false,
        };
        named(class)
            || match self.types.of(class) {
                Ty::Union(several) => several.iter().any(derives),
                one => derives(&one),
            }
    }

    fn source(&self, node: impl Ranged) -> String {
        shorten(self.module.source(node))
    }

    fn call_site(&mut self, callee: Callee, at: TextRange, mode: Mode) {
        self.effects.calls.push(Call { callee, at, mode, fresh_receiver: false });
    }

    /// The first parameter of the method that is collected.
    fn is_receiver(&self, expr: &Expr) -> bool {
        let Expr::Name(n) = expr else { return false };
        match self.facts.symbols().resolve(self.module.id(n)) {
            Resolution::Symbol(s) => Some(s) == self.receiver,
            Resolution::Free => false,
        }
    }

    /// Whether other functions see the variable.
    fn is_shared(&self, symbol: SymbolId) -> bool {
        let symbols = self.facts.symbols();
        let symbol = symbols.symbol(symbol);
        symbol.captured || symbols.scope(symbol.scope).kind == ScopeKind::Module
    }

    fn is_parameter(&self, symbol: SymbolId) -> bool {
        let mut occurrences = self.facts.symbols().occurrences_of(symbol);
        occurrences.any(|o| matches!(self.module.node(o.node), AnyNodeRef::Parameter(_)))
    }

    /// The object that the expression names, if it is a path of names and attributes.
    fn object(&self, expr: &Expr) -> Option<Object> {
        let (name, is_attribute) = match expr {
            Expr::Name(n) => (n.id.to_string(), false),
            Expr::Attribute(a) => (a.attr.to_string(), true),
            _ => return None,
        };
        let mut root = expr;
        while let Expr::Attribute(a) = root {
            root = &a.value;
        }
        let root = match root {
            Expr::Name(n) => match self.facts.symbols().resolve(self.module.id(n)) {
                Resolution::Symbol(symbol) => Some(symbol),
                Resolution::Free => None,
            },
            _ => None,
        };
        let is_shared = is_attribute || root.is_some_and(|symbol| self.is_shared(symbol));
        let is_given = !is_attribute && root.is_some_and(|symbol| self.is_parameter(symbol));
        let of_receiver = matches!(expr, Expr::Attribute(a) if self.is_receiver(&a.value));
        let text = self.module.source(expr).to_string();
        Some(Object { root, text, name, is_attribute, is_shared, is_given, of_receiver })
    }
}

impl Collector<'_, '_> {
    /// The object that is changed: by a path, or an item that a container holds (`groups[key]`), known by its text.
    fn changed_object(&self, expr: &Expr) -> Option<Object> {
        let Expr::Subscript(item) = expr else { return self.object(expr) };
        let holder = self.object(&item.value)?;
        let text = self.module.source(expr).to_string();
        Some(Object { name: text.clone(), text, is_attribute: false, ..holder })
    }
}

const OPERATORS: &[&str] = &[
    "__add__",
    "__radd__",
    "__sub__",
    "__rsub__",
    "__mul__",
    "__rmul__",
    "__truediv__",
    "__rtruediv__",
    "__floordiv__",
    "__mod__",
    "__rmod__",
    "__pow__",
    "__and__",
    "__or__",
    "__xor__",
    "__lshift__",
    "__rshift__",
    "__matmul__",
    "__neg__",
    "__pos__",
    "__invert__",
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__contains__",
    "__hash__",
];

const CONVERSIONS: &[&str] = &[
    "__len__",
    "__repr__",
    "__str__",
    "__bool__",
    "__int__",
    "__index__",
    "__float__",
    "__abs__",
    "__round__",
    "__hash__",
    "__format__",
    "__bytes__",
];

/// What reading an attribute may run.
const READS: &[&str] = &["__getattr__", "__getattribute__", "__get__"];

/// A piece of source for a message: one line, not too long.
fn shorten(text: &str) -> String {
    let one_line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() > 40 {
        let head: String = one_line.chars().take(37).collect();
        format!("{head}...")
    } else {
        one_line
    }
}
