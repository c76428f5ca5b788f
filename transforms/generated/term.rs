//! Code as terms in which copies of one shape are equal: local names are numbered, constants and the texts of messages
//! are left open.

use unspool_engine::facts::effects::Collector;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Resolution, ScopeKind, SymbolId, is_builtin_exception};
use unspool_engine::syntax::ast::{self, CmpOp, StringFlags};
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, TextSize, TokenKind,
};
use unspool_engine::transform::FileContext;

use super::style;

/// A piece of code in which copies are compared.
pub enum Term<'a> {
    Node {
        label: String,
        children: Vec<Term<'a>>,
    },
    /// A local name, numbered by first occurrence; those that were given come first.
    Local {
        index: usize,
        range: TextRange,
    },
    /// The attribute in which the value is stored is read.
    Stored {
        range: TextRange,
    },
    /// An expression without local names.
    Constant(Constant<'a>),
    /// What stands between the quotes of a string, or between the replacements of an f-string.
    Text(Text<'a>),
    /// `self.<storage> = value`
    Store {
        range: TextRange,
        value: TextRange,
        term: Box<Term<'a>>,
    },
}

#[derive(Clone)]
pub struct Constant<'a> {
    pub expr: &'a Expr,
    pub role: Role,
    /// For a bound: whether it is itself allowed.
    pub inclusive: bool,
    /// Why its value may change after the helper is made; `None` if it cannot.
    pub changes: Option<String>,
}

/// What a constant is there for, as far as its place tells: what a parameter for it is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Kind,
    Lower,
    Upper,
    /// Of a length.
    Shortest,
    Longest,
    Length,
    Choices,
    /// What is looked for in a mapping, or taken from it.
    Key,
    Divisor,
    Pattern,
    /// The class of what is raised.
    Error,
    Other,
}

#[derive(Clone)]
pub struct Text<'a> {
    /// Without quotes.
    pub range: TextRange,
    pub source: &'a str,
    /// The whole literal, prefix and quotes included.
    pub literal: TextRange,
    pub flavour: Flavour<'a>,
}

/// What gives a text its values.
#[derive(Clone, Copy)]
pub enum Flavour<'a> {
    /// Nothing does.
    Plain,
    /// One with a prefix or escapes: nothing can be put into it.
    Fixed,
    FString,
    /// The left operand of `%`. Whether the right one, if it is no tuple display, certainly is no tuple.
    Percent {
        right: &'a Expr,
        single: bool,
    },
    /// The receiver of `.format(...)`.
    Format {
        call: &'a ast::ExprCall,
    },
}

impl Flavour<'_> {
    fn takes_values(&self) -> bool {
        matches!(self, Flavour::Percent { .. } | Flavour::Format { .. })
    }
}

/// What is at hand where an expression is lowered.
#[derive(Clone, Copy)]
struct At<'a> {
    /// Strings are texts of a message.
    message: Option<Flavour<'a>>,
    /// Under an odd number of `not`s.
    negated: bool,
    role: Role,
    /// For a bound: whether it is itself allowed.
    inclusive: bool,
}

impl At<'_> {
    const PLAIN: Self = At { message: None, negated: false, role: Role::Other, inclusive: false };
}

pub struct Lowering<'c, 'a, 'r> {
    cx: &'c FileContext<'a, 'r>,
    locals: Vec<SymbolId>,
    /// The parameter that names the object, and the attribute in which it stores the value.
    receiver: Option<SymbolId>,
    storage: Option<&'c str>,
    /// The function whose body is lowered.
    function: NodeId,
    /// Locals that a check before here shows to be no tuple.
    no_tuples: Vec<SymbolId>,
    /// Where the constants would be evaluated: the class or function that uses the helper.
    used_at: NodeId,
    /// The class of what is raised is a constant like others.
    open_errors: bool,
}

/// Why code is not understood: what, and where.
pub struct Beyond {
    pub what: String,
    pub at: TextRange,
}

type Lowered<T> = Result<T, Beyond>;

impl<'c, 'a, 'r> Lowering<'c, 'a, 'r> {
    /// `locals` are numbered first. `used_at` is the definition that would name the helper and its arguments.
    pub fn new(cx: &'c FileContext<'a, 'r>, function: NodeId, locals: &[SymbolId], used_at: NodeId) -> Self {
        Lowering {
            cx,
            locals: locals.to_vec(),
            receiver: None,
            storage: None,
            function,
            no_tuples: Vec::new(),
            used_at,
            open_errors: false,
        }
    }

    /// Copies may raise exceptions of different classes.
    pub fn opening_errors(mut self) -> Self {
        self.open_errors = true;
        self
    }

    /// The first of the locals is the object, which stores the value in this attribute.
    pub fn storing(mut self, storage: &'c str) -> Self {
        self.receiver = self.locals.first().copied();
        self.storage = Some(storage);
        self
    }

    fn module(&self) -> &'r Module<'a> {
        self.cx.module
    }

    pub fn statements(&mut self, statements: &'a [Stmt]) -> Lowered<Vec<Term<'a>>> {
        statements.iter().map(|s| self.statement(s)).collect()
    }

    fn block(&mut self, label: &str, statements: &'a [Stmt]) -> Lowered<Term<'a>> {
        let known = self.no_tuples.len();
        let children = self.statements(statements)?;
        // What a branch has looked at, code behind it has perhaps not.
        self.no_tuples.truncate(known);
        Ok(Term::Node { label: label.into(), children })
    }

    fn statement(&mut self, statement: &'a Stmt) -> Lowered<Term<'a>> {
        let plain = At::PLAIN;
        match statement {
            Stmt::If(i) => {
                let test = self.expr(&i.test, plain)?;
                self.no_tuples.extend(self.compared(&i.test));
                let mut children = vec![test, self.block("then", &i.body)?];
                for clause in &i.elif_else_clauses {
                    if let Some(test) = &clause.test {
                        children.push(self.expr(test, plain)?);
                    }
                    let label = if clause.test.is_some() { "elif" } else { "else" };
                    children.push(self.block(label, &clause.body)?);
                }
                if i.elif_else_clauses.is_empty()
                    && i.body.last().is_some_and(Stmt::is_raise_stmt)
                    && let Some(symbol) = self.checked_no_tuple(&i.test)
                {
                    self.no_tuples.push(symbol);
                }
                Ok(Term::Node { label: "if".into(), children })
            }
            Stmt::Raise(r) => {
                let mut children = Vec::new();
                if let Some(exc) = &r.exc {
                    children.push(self.exception(exc)?);
                }
                if let Some(cause) = &r.cause {
                    children.push(self.expr(cause, plain)?);
                }
                Ok(Term::Node { label: "raise".into(), children })
            }
            Stmt::Assert(a) => {
                let negated = At { negated: true, ..plain };
                let mut children = vec![self.expr(&a.test, negated)?];
                self.no_tuples.extend(self.compared(&a.test));
                if let Some(msg) = &a.msg {
                    children.push(self.expr(msg, At { message: Some(Flavour::Plain), ..plain })?);
                }
                Ok(Term::Node { label: "assert".into(), children })
            }
            Stmt::Assign(a) => match &a.targets[..] {
                [Expr::Name(_)] => {
                    let children = vec![self.expr(&a.targets[0], plain)?, self.expr(&a.value, plain)?];
                    Ok(Term::Node { label: "assign".into(), children })
                }
                [Expr::Attribute(target)] if self.is_storage(target) => Ok(Term::Store {
                    range: a.range(),
                    value: self.module().parenthesized_range(&a.value),
                    term: Box::new(self.expr(&a.value, plain)?),
                }),
                _ => Err(self.beyond(statement)),
            },
            Stmt::Return(r) => {
                // A comparison that is given back says what is allowed, as in an `assert`.
                let message = r.value.as_deref().is_some_and(is_text).then_some(Flavour::Plain);
                let at = At { negated: true, message, ..plain };
                let children = r.value.iter().map(|v| self.expr(v, at)).collect::<Lowered<_>>()?;
                Ok(Term::Node { label: "return".into(), children })
            }
            Stmt::Try(t) if !t.is_star => {
                let mut children = vec![self.block("try", &t.body)?];
                for handler in &t.handlers {
                    let ast::ExceptHandler::ExceptHandler(h) = handler;
                    let caught = h.type_.as_deref().map_or(String::new(), |e| tokens(self.module(), e));
                    let label = format!("except {caught}{}", if h.name.is_some() { " as" } else { "" });
                    if h.name.is_some()
                        && let Resolution::Symbol(symbol) =
                            self.cx.facts.symbols().resolve(self.module().id(h))
                    {
                        self.index(symbol);
                    }
                    children.push(self.block(&label, &h.body)?);
                }
                children.push(self.block("else", &t.orelse)?);
                children.push(self.block("finally", &t.finalbody)?);
                Ok(Term::Node { label: "try".into(), children })
            }
            Stmt::Expr(e) if self.only_checks(&e.value) => {
                let call = self.expr(&e.value, At { message: Some(Flavour::Plain), ..plain })?;
                Ok(Term::Node { label: "do".into(), children: vec![call] })
            }
            Stmt::Pass(_) => Ok(Term::Node { label: "pass".into(), children: Vec::new() }),
            _ => Err(self.beyond(statement)),
        }
    }

    fn beyond(&self, node: impl Ranged) -> Beyond {
        let line = self.module().line(node.start());
        Beyond { what: format!("line {line} does more than check and convert"), at: node.range() }
    }

    /// What `raise` raises: its arguments are a message, and the class is the same in all copies unless that is left open.
    fn exception(&mut self, exc: &'a Expr) -> Lowered<Term<'a>> {
        let at = At { message: Some(Flavour::Plain), ..At::PLAIN };
        match exc {
            Expr::Call(call) if self.open_errors && self.is_error_class(&call.func) => {
                let class = self.expr(&call.func, At { role: Role::Error, ..At::PLAIN })?;
                self.arguments("call".into(), vec![class], call, at)
            }
            Expr::Call(call) => self.call(call, at),
            other if self.open_errors && self.is_error_class(other) => {
                self.expr(other, At { role: Role::Error, ..At::PLAIN })
            }
            other => self.same(other),
        }
    }

    /// Whether it certainly names a class of exceptions: one of the builtins, or a class of this module.
    fn is_error_class(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        match self.cx.facts.symbols().resolve(self.module().id(name)) {
            Resolution::Free => is_builtin_exception(&name.id),
            Resolution::Symbol(_) => {
                matches!(Types::new(self.module(), self.cx.facts).of(expr), Ty::Class(_))
            }
        }
    }

    /// An expression that must be the same in all copies.
    fn same(&mut self, expr: &'a Expr) -> Lowered<Term<'a>> {
        match expr {
            Expr::Name(n) => {
                if self.local(n)?.is_some() {
                    return self.expr(expr, At::PLAIN);
                }
                Ok(Term::Node { label: n.id.to_string(), children: Vec::new() })
            }
            Expr::Attribute(a) => {
                let children = vec![self.same(&a.value)?];
                self.attribute(a)?;
                Ok(Term::Node { label: format!(".{}", a.attr), children })
            }
            other => self.expr(other, At::PLAIN),
        }
    }

    /// Whether it calls a function of the repository, or a method of the object, that does nothing but to raise, perhaps.
    fn only_checks(&self, expr: &Expr) -> bool {
        let Expr::Call(call) = expr else { return false };
        let (module, facts) = (self.module(), self.cx.facts);
        let types = Types::new(module, facts);
        let is_function = matches!(types.of(&call.func), Ty::Function(_) | Ty::Member(_));
        let is_known = match &*call.func {
            Expr::Name(_) => is_function,
            Expr::Attribute(a) if self.is_receiver(&a.value) => true,
            Expr::Attribute(a) => is_function && matches!(types.of(&a.value), Ty::Module(_) | Ty::Member(_)),
            _ => false,
        };
        is_known && self.cx.repo.resolve(&self.cx.local(), &Collector::of_call(module, facts, call)).is_pure()
    }

    /// Whether it names the object that stores the value.
    fn is_receiver(&self, expr: &Expr) -> bool {
        let Expr::Name(n) = expr else { return false };
        self.receiver.is_some()
            && self.cx.facts.symbols().resolve(self.module().id(n)).symbol() == self.receiver
    }

    /// Whether it names a variable of the module: neither a module nor a function nor a class.
    fn is_variable(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        let symbols = self.cx.facts.symbols();
        let Resolution::Symbol(symbol) = symbols.resolve(self.module().id(name)) else { return false };
        symbols.scope(symbols.symbol(symbol).scope).kind == ScopeKind::Module
            && symbols.single_assignment(self.module(), symbol).is_some()
    }

    fn attribute(&self, a: &ast::ExprAttribute) -> Lowered<()> {
        if is_private(&a.attr) {
            let what = format!("`{}` is a private name of the class", a.attr);
            return Err(Beyond { what, at: a.range() });
        }
        Ok(())
    }

    fn is_storage(&self, a: &ast::ExprAttribute) -> bool {
        Some(a.attr.as_str()) == self.storage && self.is_receiver(&a.value)
    }

    /// The number of a local name; `None` for names of the module and builtins.
    fn local(&mut self, n: &ast::ExprName) -> Lowered<Option<usize>> {
        let symbols = self.cx.facts.symbols();
        if is_private(&n.id) {
            let what = format!("`{}` is a private name of the class", n.id);
            return Err(Beyond { what, at: n.range() });
        }
        let Resolution::Symbol(symbol) = symbols.resolve(self.module().id(n)) else { return Ok(None) };
        let scope = symbols.scope(symbols.symbol(symbol).scope);
        if scope.kind == ScopeKind::Module {
            return Ok(None);
        }
        if !self.module().contains(self.function, scope.node) {
            let what = format!("`{}` is a name of the function around", n.id);
            return Err(Beyond { what, at: n.range() });
        }
        Ok(Some(self.index(symbol)))
    }

    fn index(&mut self, symbol: SymbolId) -> usize {
        self.locals.iter().position(|s| *s == symbol).unwrap_or_else(|| {
            self.locals.push(symbol);
            self.locals.len() - 1
        })
    }

    fn has_locals(&self, expr: &Expr) -> bool {
        let symbols = self.cx.facts.symbols();
        self.module().subtree(self.module().id(expr)).any(|(id, node)| match node {
            AnyNodeRef::ExprName(n) => match symbols.resolve(id) {
                Resolution::Symbol(s) => symbols.scope(symbols.symbol(s).scope).kind != ScopeKind::Module,
                Resolution::Free => is_private(&n.id),
            },
            _ => false,
        })
    }

    fn expr(&mut self, expr: &'a Expr, at: At<'a>) -> Lowered<Term<'a>> {
        let node = |label: String, children: Vec<Term<'a>>| Ok(Term::Node { label, children });
        let inner = At { role: Role::Other, ..at };
        match expr {
            Expr::StringLiteral(s) if at.message.is_some() => {
                let flavour = at.message.expect("just seen");
                let many = s.value.iter().len() > 1;
                let children = s.value.iter().map(|part| self.literal(part, flavour, many)).collect();
                return node("str".into(), children);
            }
            Expr::FString(f) => return self.f_string(f, inner),
            _ => {}
        }
        if is_simple(expr) && !self.has_locals(expr) {
            return Ok(Term::Constant(Constant {
                expr,
                role: at.role,
                inclusive: at.inclusive,
                changes: self.changes(expr),
            }));
        }
        match expr {
            Expr::Name(n) => match self.local(n)? {
                Some(index) => Ok(Term::Local { index, range: n.range() }),
                None => node(n.id.to_string(), Vec::new()),
            },
            Expr::Attribute(a) if self.is_storage(a) => Ok(Term::Stored { range: a.range() }),
            Expr::Attribute(a) => {
                self.attribute(a)?;
                let children = vec![self.expr(&a.value, inner)?];
                node(format!(".{}", a.attr), children)
            }
            Expr::BoolOp(b) => {
                let children = b.values.iter().map(|v| self.expr(v, inner)).collect::<Lowered<_>>()?;
                node(format!("{:?}", b.op), children)
            }
            Expr::UnaryOp(u) => {
                let negated = if u.op == ast::UnaryOp::Not { !at.negated } else { at.negated };
                let child = self.expr(&u.operand, At { negated, ..inner })?;
                node(format!("{:?}", u.op), vec![child])
            }
            Expr::BinOp(b) => self.binary(b, inner),
            Expr::Compare(c) => self.compare(c, inner),
            Expr::Call(c) if is_format(c) || statement_of_its_own(self.module(), c) => self.call(c, inner),
            Expr::Call(c) => self.call(c, At { message: None, ..inner }),
            Expr::If(i) => {
                let test = self.expr(&i.test, At { message: None, ..inner })?;
                let children = vec![test, self.expr(&i.body, inner)?, self.expr(&i.orelse, inner)?];
                node("ifexp".into(), children)
            }
            Expr::Subscript(s) => {
                let role = if s.slice.is_string_literal_expr() { Role::Key } else { inner.role };
                let children = vec![self.expr(&s.value, inner)?, self.expr(&s.slice, At { role, ..inner })?];
                node("[]".into(), children)
            }
            Expr::Slice(s) => {
                let parts = [&s.lower, &s.upper, &s.step];
                let label = parts.map(|p| if p.is_some() { "x" } else { "" }).join(":");
                let children =
                    parts.into_iter().flatten().map(|p| self.expr(p, inner)).collect::<Lowered<_>>()?;
                node(label, children)
            }
            Expr::Tuple(t) => {
                let children = t.elts.iter().map(|e| self.expr(e, inner)).collect::<Lowered<_>>()?;
                node("tuple".into(), children)
            }
            Expr::List(l) => {
                let children = l.elts.iter().map(|e| self.expr(e, inner)).collect::<Lowered<_>>()?;
                node("list".into(), children)
            }
            Expr::Set(s) => {
                let children = s.elts.iter().map(|e| self.expr(e, inner)).collect::<Lowered<_>>()?;
                node("set".into(), children)
            }
            Expr::Starred(s) => {
                let child = self.expr(&s.value, inner)?;
                node("*".into(), vec![child])
            }
            Expr::Await(a) => {
                let child = self.expr(&a.value, inner)?;
                node("await".into(), vec![child])
            }
            Expr::Generator(g) => self.comprehension("genexpr", &g.elt, &g.generators, expr),
            Expr::ListComp(g) => self.comprehension("listcomp", &g.elt, &g.generators, expr),
            Expr::SetComp(g) => self.comprehension("setcomp", &g.elt, &g.generators, expr),
            _ => Err(self.beyond(expr)),
        }
    }

    fn comprehension(
        &mut self,
        label: &str,
        elt: &'a Expr,
        generators: &'a [ast::Comprehension],
        whole: &Expr,
    ) -> Lowered<Term<'a>> {
        let at = At::PLAIN;
        let mut children = Vec::new();
        for generator in generators {
            if generator.is_async {
                return Err(self.beyond(whole));
            }
            children.push(self.expr(&generator.iter, at)?);
            children.push(self.expr(&generator.target, at)?);
            let ifs = generator.ifs.iter().map(|i| self.expr(i, at)).collect::<Lowered<_>>()?;
            children.push(Term::Node { label: "ifs".into(), children: ifs });
        }
        children.push(self.expr(elt, at)?);
        Ok(Term::Node { label: label.into(), children })
    }

    fn binary(&mut self, b: &'a ast::ExprBinOp, at: At<'a>) -> Lowered<Term<'a>> {
        let message = match (b.op, at.message) {
            (ast::Operator::Mod, Some(_)) if b.left.is_string_literal_expr() => {
                let single = b.right.is_tuple_expr() || self.is_no_tuple(&b.right);
                Some(Flavour::Percent { right: &b.right, single })
            }
            (_, message) => message,
        };
        let left = self.expr(&b.left, At { message, ..at })?;
        let role = if b.op == ast::Operator::Mod && message.is_none() { Role::Divisor } else { Role::Other };
        let message = if b.op == ast::Operator::Mod { None } else { at.message };
        let right = self.expr(&b.right, At { message, role, ..at })?;
        Ok(Term::Node { label: format!("{:?}", b.op), children: vec![left, right] })
    }

    fn compare(&mut self, c: &'a ast::ExprCompare, at: At<'a>) -> Lowered<Term<'a>> {
        let operands: Vec<&'a Expr> = std::iter::once(&*c.left).chain(c.comparators.iter()).collect();
        let is_length =
            |e: &Expr| matches!(e, Expr::Call(call) if matches!(&*call.func, Expr::Name(n) if n.id == "len"));
        let length = operands.iter().any(|e| is_length(e));
        let mut children = Vec::new();
        for (i, operand) in operands.iter().enumerate() {
            // The comparison with the neighbour on the left, else on the right.
            let (op, on_right) = if i > 0 { (c.ops[i - 1], true) } else { (c.ops[0], false) };
            let below = match op {
                CmpOp::Lt | CmpOp::LtE => Some(!on_right),
                CmpOp::Gt | CmpOp::GtE => Some(on_right),
                _ => None,
            };
            let role = match (below, op) {
                (Some(below), _) => match (below == at.negated, length) {
                    (true, false) => Role::Lower,
                    (true, true) => Role::Shortest,
                    (false, false) => Role::Upper,
                    (false, true) => Role::Longest,
                },
                (None, CmpOp::In | CmpOp::NotIn) if on_right => Role::Choices,
                (None, CmpOp::In | CmpOp::NotIn) => Role::Key,
                (None, _) if length => Role::Length,
                (None, CmpOp::Is | CmpOp::IsNot) if is_type_call(&operands) => Role::Kind,
                _ => Role::Other,
            };
            let inclusive = matches!(op, CmpOp::LtE | CmpOp::GtE) == at.negated;
            children.push(self.expr(operand, At { role, inclusive, message: None, ..at })?);
        }
        let ops: Vec<String> = c.ops.iter().map(|op| format!("{op:?}")).collect();
        Ok(Term::Node { label: ops.join(" "), children })
    }

    fn call(&mut self, c: &'a ast::ExprCall, at: At<'a>) -> Lowered<Term<'a>> {
        if let Expr::Attribute(a) = &*c.func
            && a.attr.as_str() == "format"
            && let (Some(_), Expr::StringLiteral(_)) = (at.message, &*a.value)
        {
            let text = self.expr(&a.value, At { message: Some(Flavour::Format { call: c }), ..at })?;
            return self.arguments("format".into(), vec![text], c, At { message: None, ..at });
        }
        let name = match &*c.func {
            Expr::Name(n) => n.id.as_str(),
            Expr::Attribute(a) => a.attr.as_str(),
            _ => "",
        };
        if matches!(name, "super" | "locals" | "vars" | "eval" | "exec" | "globals" | "_getframe") {
            let what = format!("`{name}()` looks at the function that it stands in");
            return Err(Beyond { what, at: c.range() });
        }
        let function = match &*c.func {
            Expr::Attribute(a) if self.is_variable(&a.value) => {
                self.attribute(a)?;
                let matches = matches!(name, "match" | "fullmatch" | "search" | "findall");
                let role = if matches { Role::Pattern } else { Role::Other };
                let receiver = self.expr(&a.value, At { role, ..At::PLAIN })?;
                Term::Node { label: format!(".{}", a.attr), children: vec![receiver] }
            }
            other => self.same(other)?,
        };
        self.arguments("call".into(), vec![function], c, at)
    }

    fn arguments(
        &mut self,
        label: String,
        mut children: Vec<Term<'a>>,
        c: &'a ast::ExprCall,
        at: At<'a>,
    ) -> Lowered<Term<'a>> {
        let name = match &*c.func {
            Expr::Name(n) => n.id.as_str(),
            Expr::Attribute(a) => a.attr.as_str(),
            _ => "",
        };
        for (i, argument) in c.arguments.args.iter().enumerate() {
            let role = match (name, i) {
                ("isinstance" | "issubclass", 1) => Role::Kind,
                ("match" | "fullmatch" | "search", 0) => Role::Pattern,
                _ => Role::Other,
            };
            // A message inside of another call (`_("...")`) is that call's business.
            let message = match argument {
                Expr::Call(inner) if !is_format(inner) => None,
                _ => at.message,
            };
            children.push(self.expr(argument, At { role, message, ..At::PLAIN })?);
        }
        for keyword in &c.arguments.keywords {
            let child = self.expr(&keyword.value, At { role: Role::Other, ..at })?;
            let label = keyword.arg.as_ref().map_or("**".to_string(), |a| format!("{a}="));
            children.push(Term::Node { label, children: vec![child] });
        }
        Ok(Term::Node { label, children })
    }

    fn literal(&self, part: &'a ast::StringLiteral, flavour: Flavour<'a>, many: bool) -> Term<'a> {
        let quote = part.flags.quote_len();
        let whole = part.range();
        let prefix = self.module().text()[whole].find(['"', '\'']).unwrap_or(0);
        let start = whole.start() + TextSize::new(prefix as u32) + quote;
        let range = TextRange::new(start, whole.end() - quote);
        let source = &self.module().text()[range];
        let fixed = prefix > 0 || source.contains(['\\', '\n']) || (many && flavour.takes_values());
        let flavour = if fixed { Flavour::Fixed } else { flavour };
        Term::Text(Text { range, source, literal: whole, flavour })
    }

    fn f_string(&mut self, f: &'a ast::ExprFString, at: At<'a>) -> Lowered<Term<'a>> {
        let mut children = Vec::new();
        for part in f.value.iter() {
            match part {
                ast::FStringPart::Literal(s) => children.push(self.literal(s, Flavour::Plain, false)),
                ast::FStringPart::FString(f) => self.elements(f, at, &mut children)?,
            }
        }
        Ok(Term::Node { label: "fstring".into(), children })
    }

    /// Texts and replacements take turns, a text first and last: it is empty where none stands.
    fn elements(&mut self, f: &'a ast::FString, at: At<'a>, children: &mut Vec<Term<'a>>) -> Lowered<()> {
        let module = self.module();
        let whole = f.range();
        let opening = module.text()[whole].find(['"', '\'']).unwrap_or(0);
        let quote = f.flags.quote_len();
        let mut from = whole.start() + TextSize::new(opening as u32) + quote;
        let end = whole.end() - quote;
        let raw = !module.text()[whole][..opening].eq_ignore_ascii_case("f");
        let mut text = |range: TextRange| {
            let source = &module.text()[range];
            let fixed = raw || source.contains(['\\', '\n']);
            let flavour = if fixed { Flavour::Fixed } else { Flavour::FString };
            children.push(Term::Text(Text { range, source, literal: whole, flavour }));
        };
        let mut replacements = Vec::new();
        for element in f.elements.iter() {
            if let ast::InterpolatedStringElement::Interpolation(i) = element {
                text(TextRange::new(from, i.start()));
                from = i.end();
                replacements.push(i);
            }
        }
        text(TextRange::new(from, end));
        let first = children.len() - replacements.len() - 1;
        for (n, i) in replacements.into_iter().enumerate() {
            if i.debug_text.is_some() {
                return Err(self.beyond(i));
            }
            let value = self.expr(&i.expression, At { role: at.role, ..At::PLAIN })?;
            let spec = i.format_spec.as_ref().map_or("", |spec| module.source(&**spec));
            let label = format!("{{!{:?}:{spec}}}", i.conversion);
            if spec.contains('{') {
                return Err(self.beyond(i));
            }
            children.insert(first + 2 * n + 1, Term::Node { label, children: vec![value] });
        }
        Ok(())
    }

    /// `not isinstance(x, T)`: past the `raise` below it `x` is a `T`, and that is no tuple.
    fn checked_no_tuple(&self, test: &Expr) -> Option<SymbolId> {
        let Expr::UnaryOp(not) = test else { return None };
        let Expr::Call(call) = &*not.operand else { return None };
        let (Expr::Name(function), [Expr::Name(value), kind]) = (&*call.func, &call.arguments.args[..])
        else {
            return None;
        };
        let plain = |e: &Expr| {
            matches!(e, Expr::Name(n) if ["int", "float", "str", "bool", "bytes", "complex", "dict", "list", "set"]
                .contains(&n.id.as_str()) && self.is_free(n))
        };
        let kinds = match kind {
            Expr::Tuple(t) => t.elts.iter().all(plain),
            other => plain(other),
        };
        let checks = not.op == ast::UnaryOp::Not && function.id == "isinstance" && kinds;
        checks.then(|| self.cx.facts.symbols().resolve(self.module().id(value)).symbol()).flatten()
    }

    /// The local that a test compares with a number, or looks for a pattern in, before it does anything else: a tuple
    /// would have raised TypeError there.
    fn compared(&self, test: &Expr) -> Option<SymbolId> {
        let types = Types::new(self.module(), self.cx.facts);
        let local = |e: &Expr| match e {
            Expr::Name(n) => self.cx.facts.symbols().resolve(self.module().id(n)).symbol(),
            _ => None,
        };
        match test {
            Expr::UnaryOp(u) => self.compared(&u.operand),
            Expr::BoolOp(b) => self.compared(&b.values[0]),
            Expr::Compare(c) => {
                let ordered = matches!(c.ops[0], CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE);
                let number = |e: &Expr| match types.of(e) {
                    ty @ (Ty::Known(..) | Ty::Union(_)) => {
                        ty.all(&|t| matches!(t.name(), Some("int" | "float" | "bool")))
                    }
                    _ => false,
                };
                let (left, right) = (&*c.left, &c.comparators[0]);
                match ordered {
                    true if number(right) => local(left).or_else(|| self.compared(left)),
                    true if number(left) => local(right),
                    // `re.match(pattern, value) is None`
                    _ => self.compared(left),
                }
            }
            Expr::Call(call) => {
                let looks = matches!(types.of(&call.func), Ty::Member(path)
                    if matches!(path.as_str(), "re.match" | "re.fullmatch" | "re.search"));
                let [_, value] = &call.arguments.args[..] else { return None };
                looks.then(|| local(value)).flatten()
            }
            _ => None,
        }
    }

    fn is_free(&self, name: &ast::ExprName) -> bool {
        self.cx.facts.symbols().resolve(self.module().id(name)) == Resolution::Free
    }

    fn is_no_tuple(&self, expr: &Expr) -> bool {
        if let Expr::Name(n) = expr
            && let Resolution::Symbol(symbol) = self.cx.facts.symbols().resolve(self.module().id(n))
        {
            let symbols = self.cx.facts.symbols();
            let bound = symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read).count();
            if bound == 1 && self.no_tuples.contains(&symbol) {
                return true;
            }
        }
        // `type(x).__name__`, `x.__class__.__name__`
        if let Expr::Attribute(name) = expr
            && matches!(name.attr.as_str(), "__name__" | "__qualname__")
        {
            match &*name.value {
                Expr::Call(c) => {
                    return matches!(&*c.func, Expr::Name(n) if n.id == "type" && self.is_free(n));
                }
                Expr::Attribute(a) => return a.attr.as_str() == "__class__",
                _ => {}
            }
        }
        match Types::new(self.module(), self.cx.facts).of(expr) {
            ty @ (Ty::Known(..) | Ty::Union(_)) => ty.all(&|t| t.name().is_some_and(|n| n != "tuple")),
            _ => false,
        }
    }

    /// Why the value of an expression without local names may become another after the module has been read.
    fn changes(&self, expr: &Expr) -> Option<String> {
        let (module, symbols) = (self.module(), self.cx.facts.symbols());
        module.subtree(module.id(expr)).find_map(|(id, node)| match node {
            AnyNodeRef::ExprName(n) => {
                let name = n.id.as_str();
                let class = symbols
                    .scope_opened_by(self.used_at)
                    .filter(|s| symbols.scope(*s).kind == ScopeKind::Class);
                if class.is_some_and(|class| symbols.own(class, name).is_some()) {
                    return Some(format!("the class has a `{name}` of its own"));
                }
                let Resolution::Symbol(symbol) = symbols.resolve(id) else {
                    return (!symbols.star_imports.is_empty())
                        .then(|| format!("a star import may bring another `{name}`"));
                };
                let mut bound = symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read);
                let (Some(only), None) = (bound.next(), bound.next()) else {
                    return Some(format!("`{name}` is bound more than once"));
                };
                let line = module.line(only.range.start());
                let statement = module.statement_of(only.node)?;
                if module.parent(statement) != Some(NodeId::ROOT) {
                    return Some(format!("line {line} binds `{name}` under a condition or in a function"));
                }
                let user = module.node(style::top_level(module, self.used_at));
                if module.node(statement).end() > user.start() {
                    return Some(format!(
                        "`{name}` does not exist yet where the argument would be evaluated"
                    ));
                }
                let write = symbols.namespace_writes.iter().find(|w| w.name.is_none_or(|n| n == name));
                write.map(|w| {
                    let line = module.line(w.range.start());
                    format!("line {line} may bind `{name}` anew")
                })
            }
            AnyNodeRef::ExprAttribute(a) => {
                let owner = Types::new(module, self.cx.facts).of(&a.value);
                (!matches!(owner, Ty::Module(_) | Ty::Member(_)))
                    .then(|| format!("`{}` may be assigned anew", module.source(a)))
            }
            _ => None,
        })
    }
}

fn is_type_call(operands: &[&Expr]) -> bool {
    operands.iter().any(|e| matches!(e, Expr::Call(c) if matches!(&*c.func, Expr::Name(n) if n.id == "type")))
}

fn is_format(call: &ast::ExprCall) -> bool {
    matches!(&*call.func, Expr::Attribute(a) if a.attr.as_str() == "format" && a.value.is_string_literal_expr())
}

/// A call that is all of a statement: its texts are a message, as those of an exception are.
fn statement_of_its_own(module: &Module, call: &ast::ExprCall) -> bool {
    matches!(module.parent_node(module.id(call)), Some(AnyNodeRef::StmtExpr(_)))
}

/// Literals, names and what is put together of them: nothing that runs code.
fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) => true,
        Expr::Attribute(a) => is_simple(&a.value),
        Expr::UnaryOp(u) => u.op != ast::UnaryOp::Not && is_simple(&u.operand),
        Expr::BinOp(b) => is_simple(&b.left) && is_simple(&b.right),
        Expr::Tuple(t) => t.elts.iter().all(is_simple),
        Expr::List(l) => l.elts.iter().all(is_simple),
        Expr::Set(s) => s.elts.iter().all(is_simple),
        other => other.is_literal_expr(),
    }
}

/// `__x`, which means another name in another class.
/// Whether it is a text that is written out, with values put into it or not.
pub fn is_text(expr: &Expr) -> bool {
    match expr {
        Expr::StringLiteral(_) | Expr::FString(_) => true,
        Expr::BinOp(b) => b.op == ast::Operator::Mod && b.left.is_string_literal_expr(),
        Expr::Call(c) => match &*c.func {
            Expr::Attribute(a) => a.attr.as_str() == "format" && a.value.is_string_literal_expr(),
            _ => false,
        },
        _ => false,
    }
}

pub fn is_private(name: &str) -> bool {
    name.starts_with("__") && !name.ends_with("__")
}

/// The tokens of a node, one blank between them, whatever the file's line endings and indentation are.
pub fn tokens(module: &Module, node: impl Ranged) -> String {
    let tokens = module.tokens().in_range(node.range()).iter();
    let code = tokens.filter(|t| !matches!(t.kind(), TokenKind::Comment | TokenKind::NonLogicalNewline));
    let text = |kind: TokenKind, range: TextRange| match kind {
        TokenKind::Newline => "\n",
        TokenKind::Indent => "\t",
        _ => &module.text()[range],
    };
    code.map(|t| text(t.kind(), t.range())).collect::<Vec<_>>().join(" ")
}

/// The shape: equal for copies. A constant that may change is part of it.
pub fn key(module: &Module, terms: &[Term], out: &mut String) {
    for term in terms {
        match term {
            Term::Node { label, children } => {
                out.push_str(label);
                out.push('(');
                key(module, children, out);
                out.push(')');
            }
            Term::Local { index, .. } => out.push_str(&format!("@{index}")),
            Term::Stored { .. } => out.push_str("@stored"),
            Term::Constant(c) => match c.changes {
                None => out.push('#'),
                Some(_) => out.push_str(&tokens(module, c.expr)),
            },
            Term::Text(text) => {
                out.push('"');
                if text.flavour.takes_values() {
                    out.push_str(&super::message::placeholders(text.source).join(""));
                }
                out.push('"');
            }
            Term::Store { term, .. } => {
                out.push_str("store(");
                key(module, std::slice::from_ref(&**term), out);
                out.push(')');
            }
        }
        out.push(' ');
    }
}

/// An extension that reads better at the call.
trait ResolvedSymbol {
    fn symbol(self) -> Option<SymbolId>;
}

impl ResolvedSymbol for Resolution {
    fn symbol(self) -> Option<SymbolId> {
        match self {
            Resolution::Symbol(symbol) => Some(symbol),
            Resolution::Free => None,
        }
    }
}
