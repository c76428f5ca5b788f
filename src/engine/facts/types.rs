//! Small type knowledge: what an expression certainly is, from literals, constructors, annotations and single
//! assignments. Everything else is [`Ty::Unknown`], and nothing is guessed.

use std::sync::Arc;

use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Operator, Ranged, Stmt, ast, import_member};
use crate::transform::Convention;

use super::{Access, Binding, Facts, Resolution, ScopeKind, SymbolId};
use super::{resources, results, tables};

/// What an object is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ty {
    Unknown,
    /// A builtin or standard-library type by its usual name (`int`, `list`, `dict_items`, `deque`, `file`), with
    /// the types of what iterating gives where they are known (for `dict`: keys and values).
    Known(&'static str, Vec<Ty>),
    /// An instance of a class that this file defines.
    Instance(NodeId),
    /// An instance of a class imported from another module: its dotted name.
    Imported(String),
    /// A class of this file itself.
    Class(NodeId),
    /// A function of this file.
    Function(NodeId),
    /// An imported module: its dotted name.
    Module(String),
    /// A member of an imported module: `os.path.join`, `collections.deque`.
    Member(String),
    /// One of several.
    Union(Vec<Ty>),
}

impl Ty {
    pub fn known(name: &'static str) -> Ty {
        Ty::Known(name, Vec::new())
    }

    pub fn of(name: &'static str, elem: Ty) -> Ty {
        if elem == Ty::Unknown { Ty::known(name) } else { Ty::Known(name, vec![elem]) }
    }

    pub fn name(&self) -> Option<&'static str> {
        match self {
            Ty::Known(name, _) => Some(name),
            _ => None,
        }
    }

    /// Whether `test` holds for every possibility.
    pub fn all(&self, test: &dyn Fn(&Ty) -> bool) -> bool {
        match self {
            Ty::Union(types) => types.iter().all(|t| t.all(test)),
            other => test(other),
        }
    }

    /// Whether `test` holds for some possibility.
    pub fn any(&self, test: &dyn Fn(&Ty) -> bool) -> bool {
        match self {
            Ty::Union(types) => types.iter().any(|t| t.any(test)),
            other => test(other),
        }
    }

    pub fn is(&self, names: &[&str]) -> bool {
        self.all(&|t| t.name().is_some_and(|n| names.contains(&n)))
    }

    /// Nothing can change it, and neither what it holds as far as is known.
    pub fn is_immutable(&self) -> bool {
        self.all(&|t| match t {
            Ty::Known("int" | "float" | "complex" | "bool" | "str" | "bytes" | "None" | "range", _) => true,
            Ty::Known("tuple" | "frozenset", of) => !of.is_empty() && of.iter().all(Ty::is_immutable),
            Ty::Class(_) | Ty::Function(_) | Ty::Module(_) => true,
            _ => false,
        })
    }

    pub fn is_number(&self) -> bool {
        self.is(&["int", "float", "bool"])
    }

    /// A container that holds its elements: iterating it runs no code, gives it again each time, and it has
    /// neither `close` nor `send` nor `throw`.
    pub fn is_container(&self) -> bool {
        self.is(tables::CONTAINERS)
    }

    /// An iterator or file, which gives its elements once, may be meant.
    pub fn may_be_iterator(&self) -> bool {
        self.any(&|t| {
            t.name()
                .is_some_and(|n| tables::WRAPPERS.contains(&n) || matches!(n, "generator" | "file" | "stdio"))
        })
    }

    /// What iterating it gives.
    pub fn element(&self) -> Ty {
        match self {
            Ty::Known("str", _) => Ty::known("str"),
            Ty::Known("bytes" | "bytearray" | "range", _) => Ty::known("int"),
            Ty::Known("dict" | "Counter" | "OrderedDict" | "defaultdict" | "dict_keys", of) => {
                of.first().cloned().unwrap_or(Ty::Unknown)
            }
            Ty::Known("tuple", of) if of.len() > 1 => join(of.iter().cloned()),
            // Keys of an object, elements of an array, characters of a string.
            Ty::Known("json", _) => Ty::known("json"),
            Ty::Known(_, of) => of.first().cloned().unwrap_or(Ty::Unknown),
            Ty::Union(types) => join(types.iter().map(Ty::element)),
            _ => Ty::Unknown,
        }
    }

    /// How many elements it certainly has.
    pub fn arity(&self) -> Option<usize> {
        match self {
            Ty::Known("tuple", of) if of.len() != 1 => Some(of.len()),
            _ => None,
        }
    }

    /// The value type of a mapping.
    fn value(&self) -> Ty {
        match self {
            Ty::Known("dict" | "OrderedDict" | "defaultdict", of) if of.len() == 2 => of[1].clone(),
            Ty::Known("Counter", _) => Ty::known("int"),
            Ty::Known("json", _) => Ty::known("json"),
            _ => Ty::Unknown,
        }
    }
}

/// The type that all have, or their union if it is small; unknown if one is.
pub fn join(types: impl IntoIterator<Item = Ty>) -> Ty {
    let mut all: Vec<Ty> = Vec::new();
    for ty in types {
        match ty {
            // A file of text or of bytes is a file.
            Ty::Known("file", of)
                if all.iter().any(|t| matches!(t, Ty::Known("file", other) if *other != of)) =>
            {
                all.retain(|t| t.name() != Some("file"));
                all.push(Ty::known("file"));
            }
            Ty::Unknown => return Ty::Unknown,
            Ty::Union(several) => {
                for t in several {
                    if !all.contains(&t) {
                        all.push(t);
                    }
                }
            }
            one if !all.contains(&one) => all.push(one),
            _ => {}
        }
    }
    match all.len() {
        0 => Ty::Unknown,
        1 => all.remove(0),
        2..=4 => Ty::Union(all),
        _ => Ty::Unknown,
    }
}

/// How deep assignments and element types are followed.
const LIMIT: usize = 12;

/// Variables that are bound more often are not followed binding by binding.
const MANY: usize = 8;

/// Types of one file's expressions.
pub struct Types<'a, 'r> {
    module: &'r Module<'a>,
    facts: &'r Facts<'a, 'r>,
}

impl<'a, 'r> Types<'a, 'r> {
    pub fn new(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>) -> Self {
        Types { module, facts }
    }

    pub fn of(&self, expr: &Expr) -> Ty {
        self.expr(expr, 0)
    }

    /// The conventions that the type of an expression may rest on.
    pub const CONVENTIONS: [Convention; 1] = [Convention::Annotations];

    fn expr(&self, expr: &Expr, depth: usize) -> Ty {
        if depth > LIMIT {
            return Ty::Unknown;
        }
        let go = |e: &Expr| self.expr(e, depth + 1);
        match expr {
            Expr::NumberLiteral(n) => Ty::known(match n.value {
                ast::Number::Int(_) => "int",
                ast::Number::Float(_) => "float",
                ast::Number::Complex { .. } => "complex",
            }),
            Expr::StringLiteral(_) | Expr::FString(_) => Ty::known("str"),
            Expr::BytesLiteral(_) => Ty::known("bytes"),
            Expr::BooleanLiteral(_) => Ty::known("bool"),
            Expr::NoneLiteral(_) => Ty::known("None"),
            Expr::EllipsisLiteral(_) => Ty::known("ellipsis"),
            Expr::List(l) => Ty::of("list", self.display(&l.elts, depth)),
            Expr::Set(s) => Ty::of("set", self.display(&s.elts, depth)),
            Expr::Tuple(t) if t.elts.iter().any(Expr::is_starred_expr) => {
                Ty::of("tuple", self.display(&t.elts, depth))
            }
            Expr::Tuple(t) if t.elts.len() == 1 => Ty::Known("tuple", vec![go(&t.elts[0])]),
            Expr::Tuple(t) if t.elts.len() > 16 => Ty::of("tuple", self.display(&t.elts, depth)),
            Expr::Tuple(t) => Ty::Known("tuple", t.elts.iter().map(go).collect()),
            Expr::Dict(d) => {
                let keys = d.items.iter().map(|i| i.key.as_ref().map_or(Ty::Unknown, go));
                let values = d.items.iter().map(|i| if i.key.is_some() { go(&i.value) } else { Ty::Unknown });
                let (key, value) = (join(keys), join(values));
                if key == Ty::Unknown && value == Ty::Unknown {
                    Ty::known("dict")
                } else {
                    Ty::Known("dict", vec![key, value])
                }
            }
            Expr::ListComp(c) => Ty::of("list", go(&c.elt)),
            Expr::SetComp(c) => Ty::of("set", go(&c.elt)),
            Expr::DictComp(c) => {
                let key = c.key.as_deref().map_or(Ty::Unknown, go);
                Ty::Known("dict", vec![key, go(&c.value)])
            }
            Expr::Generator(g) => Ty::of("generator", go(&g.elt)),
            Expr::Compare(c) => {
                let plain = c.ops.iter().all(|op| {
                    matches!(op, ast::CmpOp::Is | ast::CmpOp::IsNot | ast::CmpOp::In | ast::CmpOp::NotIn)
                });
                let builtin = |t: Ty| t.all(&|t| matches!(t, Ty::Known(..)));
                if plain || (builtin(go(&c.left)) && c.comparators.iter().all(|e| builtin(go(e)))) {
                    Ty::known("bool")
                } else {
                    Ty::Unknown
                }
            }
            Expr::UnaryOp(u) => match u.op {
                ast::UnaryOp::Not => Ty::known("bool"),
                _ => match go(&u.operand) {
                    Ty::Known(n @ ("int" | "float" | "complex"), _) => Ty::known(n),
                    Ty::Known("bool", _) => Ty::known("int"),
                    _ => Ty::Unknown,
                },
            },
            Expr::BoolOp(b) => join(b.values.iter().map(go)),
            Expr::If(i) => join([go(&i.body), go(&i.orelse)]),
            Expr::BinOp(b) => self.binary(b, depth),
            Expr::Named(n) => go(&n.value),
            Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) => Ty::Unknown,
            Expr::Lambda(_) => Ty::known("function"),
            Expr::Starred(_) | Expr::Slice(_) | Expr::IpyEscapeCommand(_) | Expr::TString(_) => Ty::Unknown,
            Expr::Name(n) => self.name(n, depth),
            Expr::Attribute(a) => self.attribute(a, depth),
            Expr::Subscript(s) => self.subscript(s, depth),
            Expr::Call(c) => self.call(c, depth),
        }
    }

    fn display(&self, elts: &[Expr], depth: usize) -> Ty {
        join(elts.iter().map(|e| match e {
            Expr::Starred(s) => self.expr(&s.value, depth + 1).element(),
            e => self.expr(e, depth + 1),
        }))
    }

    fn binary(&self, b: &ast::ExprBinOp, depth: usize) -> Ty {
        let (left, right) = (self.expr(&b.left, depth + 1), self.expr(&b.right, depth + 1));
        let (Some(l), Some(r)) = (left.name(), right.name()) else {
            // A known left string decides what `%` gives.
            if b.op == Operator::Mod && left.is(&["str"]) {
                return Ty::known("str");
            }
            return Ty::Unknown;
        };
        let number = |n: &str| matches!(n, "int" | "bool" | "float");
        match b.op {
            Operator::Mod if l == "str" => Ty::known("str"),
            Operator::Add | Operator::Sub | Operator::Mult | Operator::Mod | Operator::FloorDiv
                if number(l) && number(r) =>
            {
                Ty::known(if l == "float" || r == "float" { "float" } else { "int" })
            }
            Operator::Div if number(l) && number(r) => Ty::known("float"),
            Operator::BitAnd | Operator::BitOr | Operator::BitXor if l == "bool" && r == "bool" => {
                Ty::known("bool")
            }
            Operator::BitAnd | Operator::BitOr | Operator::BitXor | Operator::LShift | Operator::RShift
                if matches!(l, "int" | "bool") && matches!(r, "int" | "bool") =>
            {
                Ty::known("int")
            }
            Operator::BitAnd | Operator::BitOr | Operator::BitXor | Operator::Sub if l == "set" => {
                Ty::known("set")
            }
            Operator::Add if l == r && matches!(l, "str" | "bytes") => left,
            Operator::Add if l == r && matches!(l, "list" | "tuple") => {
                if left == right && l == "list" {
                    left
                } else {
                    Ty::known(l)
                }
            }
            Operator::Mult if matches!(l, "str" | "list" | "tuple" | "bytes") && r == "int" => {
                if l == "tuple" { Ty::known(l) } else { left }
            }
            Operator::Mult if matches!(r, "str" | "list" | "bytes") && l == "int" => right,
            _ => Ty::Unknown,
        }
    }

    fn name(&self, name: &ast::ExprName, depth: usize) -> Ty {
        let symbols = self.facts.symbols();
        match symbols.resolve(self.module.id(name)) {
            Resolution::Symbol(symbol) => match self.sole_binding(symbol, self.module.id(name)) {
                Some(value) => self.expr(value, depth + 1),
                None => self.symbol(symbol, depth + 1),
            },
            Resolution::Free => tables::builtin_name(name.id.as_str())
                .map_or(Ty::Unknown, |n| Ty::Member(format!("builtins.{n}"))),
        }
    }

    /// Where a local variable is bound several times (`lines = text.split(); lines = [.. for line in lines]`), the
    /// value of the one assignment that control may come from to this read.
    fn sole_binding(&self, symbol: SymbolId, read: NodeId) -> Option<&'a Expr> {
        let symbols = self.facts.symbols();
        let owner = symbols.scope(symbols.symbol(symbol).scope);
        if owner.kind != ScopeKind::Function {
            return None;
        }
        let bindings = || symbols.occurrences_of(symbol).filter(|o| o.binds());
        if !(2..=MANY).contains(&bindings().count())
            || symbols.occurrences_of(symbol).any(|o| o.scope != symbols.symbol(symbol).scope && o.binds())
            || symbols.occurrences_of(symbol).any(|o| o.binding == Some(Binding::Declaration))
        {
            return None;
        }
        let flow = self.facts.flow(owner.node);
        if flow.captured(symbol).is_some() {
            return None;
        }
        let mut reaching = bindings().filter(|o| flow.reads_of(o.node).contains(&read));
        let (only, None) = (reaching.next()?, reaching.next()) else { return None };
        match self.module.parent_node(only.node)? {
            AnyNodeRef::StmtAssign(a) if a.targets.len() == 1 => Some(&*a.value),
            _ => None,
        }
    }

    /// The type of everything that is ever bound to the symbol.
    pub fn of_symbol(&self, symbol: SymbolId) -> Ty {
        self.symbol(symbol, 0)
    }

    fn symbol(&self, id: SymbolId, depth: usize) -> Ty {
        if depth > LIMIT {
            return Ty::Unknown;
        }
        let memo = &self.facts.types;
        memo.symbol(id).unwrap_or_else(|| memo.work_out(id, || self.symbol_uncached(id, depth)))
    }

    fn symbol_uncached(&self, id: SymbolId, depth: usize) -> Ty {
        let symbols = self.facts.symbols();
        let symbol = symbols.symbol(id);
        if symbols.scope(symbol.scope).kind == ScopeKind::Module && !symbols.star_imports.is_empty() {
            return Ty::Unknown;
        }
        let mut found: Vec<Ty> = Vec::new();
        let mut declared: Option<Ty> = None;
        for occurrence in symbols.occurrences_of(id) {
            match occurrence.access {
                Access::Read => continue,
                Access::Delete => continue,
                Access::Write | Access::ReadWrite => {}
            }
            let Some(binding) = occurrence.binding else { return Ty::Unknown };
            let node = self.module.node(occurrence.node);
            let ty = match binding {
                Binding::Declaration => continue,
                Binding::Annotation | Binding::AnnotatedAssignment => {
                    match self.module.parent_node(occurrence.node) {
                        Some(AnyNodeRef::StmtAnnAssign(a)) => {
                            let ty = self.annotation(&a.annotation, depth + 1);
                            if ty != Ty::Unknown {
                                declared = Some(ty.clone());
                            }
                            if binding == Binding::Annotation {
                                continue;
                            }
                            match (&ty, &a.value) {
                                (Ty::Unknown, Some(value)) => self.expr(value, depth + 1),
                                _ => ty,
                            }
                        }
                        _ => Ty::Unknown,
                    }
                }
                Binding::Assignment => self.assigned(occurrence.node, depth + 1),
                Binding::AugmentedAssignment => {
                    // `n += 1` keeps a number a number, a string a string, a list a list.
                    continue;
                }
                Binding::Walrus => match self.module.parent_node(occurrence.node) {
                    Some(AnyNodeRef::ExprNamed(n)) => self.expr(&n.value, depth + 1),
                    _ => Ty::Unknown,
                },
                Binding::For => self.target_of_for(occurrence.node, depth + 1),
                Binding::ComprehensionTarget => self.target_of_comprehension(occurrence.node, depth + 1),
                Binding::With => self.with_target(occurrence.node, depth + 1),
                Binding::Parameter => match node {
                    AnyNodeRef::Parameter(p) => self.parameter(p, occurrence.node, depth + 1),
                    _ => Ty::Unknown,
                },
                Binding::Function => Ty::Function(occurrence.node),
                Binding::Class => Ty::Class(occurrence.node),
                Binding::Import => match node {
                    AnyNodeRef::Alias(a) => match &a.asname {
                        Some(_) => Ty::Module(a.name.to_string()),
                        None => Ty::Module(a.name.split('.').next().unwrap_or_default().to_string()),
                    },
                    _ => Ty::Unknown,
                },
                Binding::FromImport => match (node, self.module.parent_node(occurrence.node)) {
                    (AnyNodeRef::Alias(a), Some(AnyNodeRef::StmtImportFrom(f))) => {
                        let module = f.module.as_ref().map_or("", |m| m.as_str());
                        if f.level == 0 && tables::is_module(module, a.name.as_str()) {
                            Ty::Module(format!("{module}.{}", a.name))
                        } else {
                            Ty::Member(import_member(f, a.name.as_str()))
                        }
                    }
                    _ => Ty::Unknown,
                },
                // `case [first, *rest]`: the rest is a list.
                Binding::MatchCapture
                    if matches!(node, AnyNodeRef::PatternMatchStar(_))
                        || matches!(
                            self.module.parent_node(occurrence.node),
                            Some(AnyNodeRef::PatternMatchStar(_))
                        ) =>
                {
                    Ty::known("list")
                }
                // `case {"name": name, **rest}`: a new dictionary.
                Binding::MatchCapture if matches!(node, AnyNodeRef::PatternMatchMapping(_)) => {
                    Ty::known("dict")
                }
                Binding::Except | Binding::MatchCapture | Binding::TypeParameter | Binding::TypeAlias => {
                    Ty::Unknown
                }
            };
            found.push(ty);
        }
        let augmented = symbols.occurrences_of(id).any(|o| o.binding == Some(Binding::AugmentedAssignment));
        let is_declared = declared.is_some();
        let joined = match declared {
            Some(ty) => ty,
            None => join(found),
        };
        // What is declared to be a container stays one (`table |= other`).
        if augmented && joined.is(&["dict", "list", "set", "deque", "Counter"]) && is_declared {
            return joined;
        }
        // `x += y` may turn an int into a float or anything; it keeps strings and lists what they are.
        if augmented && !joined.is(&["str", "list", "set", "bytes"]) {
            return if joined.is(&["int"]) && self.augmented_by_int(id, depth) {
                joined
            } else {
                Ty::Unknown
            };
        }
        if augmented && joined.is(&["list", "set"]) {
            return Ty::known(joined.name().unwrap_or("list"));
        }
        joined
    }

    fn augmented_by_int(&self, id: SymbolId, depth: usize) -> bool {
        let symbols = self.facts.symbols();
        symbols.occurrences_of(id).filter(|o| o.binding == Some(Binding::AugmentedAssignment)).all(|o| {
            match self.module.parent_node(o.node) {
                Some(AnyNodeRef::StmtAugAssign(a)) => {
                    !matches!(a.op, Operator::Div | Operator::Pow)
                        && self.expr(&a.value, depth + 1).is(&["int", "bool"])
                }
                _ => false,
            }
        })
    }

    /// The value that a plain assignment gives to the name at `node`, through tuple targets.
    fn assigned(&self, node: NodeId, depth: usize) -> Ty {
        let Some(statement) = self.module.statement_of(node) else { return Ty::Unknown };
        let AnyNodeRef::StmtAssign(assign) = self.module.node(statement) else { return Ty::Unknown };
        let at = self.module.node(node).range();
        for target in &assign.targets {
            if target.range().contains_range(at) {
                let value = self.expr(&assign.value, depth);
                return self.part(target, value, at, Some(&assign.value), depth);
            }
        }
        Ty::Unknown
    }

    /// The type of the part of `value` that the name at `at`, somewhere in `target`, gets.
    fn part(
        &self,
        target: &Expr,
        value: Ty,
        at: crate::syntax::TextRange,
        source: Option<&Expr>,
        depth: usize,
    ) -> Ty {
        let elts = match target {
            Expr::Tuple(t) => &t.elts,
            Expr::List(l) => &l.elts,
            _ => return value,
        };
        let starred = elts.iter().any(Expr::is_starred_expr);
        for (i, elt) in elts.iter().enumerate() {
            if !elt.range().contains_range(at) {
                continue;
            }
            if elt.is_starred_expr() {
                return Ty::known("list");
            }
            if !starred
                && let Some(Expr::Tuple(values)) = source
                && values.elts.len() == elts.len()
                && !values.elts.iter().any(Expr::is_starred_expr)
            {
                return self.part(
                    elt,
                    self.expr(&values.elts[i], depth + 1),
                    at,
                    Some(&values.elts[i]),
                    depth,
                );
            }
            let piece = match &value {
                Ty::Known("tuple", of) if !starred && of.len() == elts.len() => of[i].clone(),
                other => other.element(),
            };
            return self.part(elt, piece, at, None, depth);
        }
        Ty::Unknown
    }

    fn target_of_for(&self, node: NodeId, depth: usize) -> Ty {
        for ancestor in self.module.ancestors(node) {
            if let AnyNodeRef::StmtFor(f) = self.module.node(ancestor) {
                if f.is_async || !f.target.range().contains_range(self.module.node(node).range()) {
                    return Ty::Unknown;
                }
                let element = self.expr(&f.iter, depth).element();
                return self.part(&f.target, element, self.module.node(node).range(), None, depth);
            }
        }
        Ty::Unknown
    }

    fn target_of_comprehension(&self, node: NodeId, depth: usize) -> Ty {
        for ancestor in self.module.ancestors(node) {
            if let AnyNodeRef::Comprehension(c) = self.module.node(ancestor) {
                if c.is_async || !c.target.range().contains_range(self.module.node(node).range()) {
                    return Ty::Unknown;
                }
                let element = self.expr(&c.iter, depth).element();
                return self.part(&c.target, element, self.module.node(node).range(), None, depth);
            }
        }
        Ty::Unknown
    }

    fn with_target(&self, node: NodeId, depth: usize) -> Ty {
        match self.module.parent_node(node) {
            Some(AnyNodeRef::WithItem(item)) => {
                let ty = self.expr(&item.context_expr, depth);
                // A file's `__enter__` gives the file itself.
                if ty.is(&["file"]) { ty } else { Ty::Unknown }
            }
            _ => Ty::Unknown,
        }
    }

    fn parameter(&self, p: &ast::Parameter, node: NodeId, depth: usize) -> Ty {
        let annotated = match &p.annotation {
            Some(annotation) => self.annotation(annotation, depth),
            None => Ty::Unknown,
        };
        // `*args` and `**kwargs` are always a tuple and a dict.
        match self.module.parent_node(node) {
            Some(AnyNodeRef::Parameters(ps)) => {
                if ps.vararg.as_deref().is_some_and(|v| v.range() == p.range()) {
                    return Ty::of("tuple", if annotated == Ty::Unknown { Ty::Unknown } else { annotated });
                }
                if ps.kwarg.as_deref().is_some_and(|v| v.range() == p.range()) {
                    return Ty::Known("dict", vec![Ty::known("str"), annotated]);
                }
                annotated
            }
            Some(AnyNodeRef::ParameterWithDefault(d)) => match (&d.default, &annotated) {
                (_, Ty::Unknown) => self.self_parameter(node).unwrap_or(Ty::Unknown),
                (Some(default), known) if default.is_none_literal_expr() => {
                    join([known.clone(), Ty::known("None")])
                }
                _ => annotated,
            },
            _ => annotated,
        }
    }

    /// The first parameter of a method is an instance of its class (or a subclass).
    fn self_parameter(&self, parameter: NodeId) -> Option<Ty> {
        let function = self.module.enclosing_function(parameter)?;
        let AnyNodeRef::StmtFunctionDef(f) = self.module.node(function) else { return None };
        let class = self.module.parent(function)?;
        let AnyNodeRef::StmtClassDef(_) = self.module.node(class) else { return None };
        let first = f.parameters.iter_non_variadic_params().next()?;
        if self.module.id(&first.parameter) != parameter {
            return None;
        }
        for decorator in &f.decorator_list {
            if let Expr::Name(n) = &decorator.expression
                && matches!(n.id.as_str(), "staticmethod" | "classmethod")
            {
                return (n.id.as_str() == "classmethod").then_some(Ty::Class(class));
            }
        }
        if f.name.as_str() == "__new__" {
            return Some(Ty::Class(class));
        }
        Some(Ty::Instance(class))
    }

    /// The path of what a call calls: a member of a module, or a method that makes a resource (`pathlib.Path.open`).
    pub fn callee(&self, call: &ast::ExprCall) -> Option<String> {
        if let Expr::Attribute(a) = &*call.func
            && let Ty::Imported(class) = self.of(&a.value)
            && let Some(path) = resources::maker_method(&class, a.attr.as_str())
        {
            return Some(path.to_owned());
        }
        match self.of(&call.func) {
            Ty::Member(path) => Some(path),
            _ => None,
        }
    }

    /// The class of this file that is named as the metaclass of a class.
    pub fn own_metaclass(&self, class: NodeId) -> Option<NodeId> {
        let AnyNodeRef::StmtClassDef(def) = self.module.node(class) else { return None };
        let named = def.arguments.as_deref()?.find_keyword("metaclass")?;
        match self.of(&named.value) {
            Ty::Class(metaclass) => Some(metaclass),
            _ => None,
        }
    }

    /// Whether iterating a class of this file gives its members, by the metaclass of `enum` alone.
    pub fn is_enumeration(&self, class: NodeId) -> bool {
        let AnyNodeRef::StmtClassDef(def) = self.module.node(class) else { return false };
        let Some(arguments) = def.arguments.as_deref() else { return false };
        if !arguments.keywords.iter().all(|k| k.arg.as_deref().is_some_and(|name| name != "metaclass")) {
            return false;
        }
        // The class that brings the metaclass comes last (`class Color(str, Enum)`).
        match arguments.args.last().map(|base| self.of(base)) {
            Some(Ty::Member(path)) => {
                matches!(&*path, "enum.Enum" | "enum.IntEnum" | "enum.StrEnum" | "enum.Flag" | "enum.IntFlag")
            }
            Some(Ty::Class(base)) => base < class && self.is_enumeration(base),
            _ => false,
        }
    }

    /// What an annotation promises.
    pub fn annotation(&self, annotation: &Expr, depth: usize) -> Ty {
        if depth > LIMIT {
            return Ty::Unknown;
        }
        let go = |e: &Expr| self.annotation(e, depth + 1);
        match annotation {
            Expr::NoneLiteral(_) => Ty::known("None"),
            Expr::Name(_) | Expr::Attribute(_) => match self.expr(annotation, depth + 1) {
                Ty::Class(class) => Ty::Instance(class),
                Ty::Member(path) => tables::annotated(&path, Vec::new()),
                _ => Ty::Unknown,
            },
            Expr::BinOp(b) if b.op == Operator::BitOr => join([go(&b.left), go(&b.right)]),
            Expr::Subscript(s) => {
                let Ty::Member(path) = self.expr(&s.value, depth + 1) else { return Ty::Unknown };
                let arguments: Vec<Ty> = match &*s.slice {
                    Expr::Tuple(t) => {
                        t.elts.iter().filter(|e| !e.is_ellipsis_literal_expr()).map(go).collect()
                    }
                    one => vec![go(one)],
                };
                tables::annotated(&path, arguments)
            }
            _ => Ty::Unknown,
        }
    }

    fn attribute(&self, a: &ast::ExprAttribute, depth: usize) -> Ty {
        match self.expr(&a.value, depth + 1) {
            Ty::Module(module) => {
                let path = format!("{module}.{}", a.attr);
                if tables::is_module(&module, a.attr.as_str()) {
                    Ty::Module(path)
                } else {
                    tables::constant(&path)
                }
            }
            Ty::Member(path) => tables::constant(&format!("{path}.{}", a.attr)),
            Ty::Instance(class) => match self.promised(class, a.attr.as_str(), true, depth) {
                Some(ty) => ty,
                None => self.instance_attribute(class, a.attr.as_str(), depth + 1),
            },
            Ty::Imported(class) => {
                results::attribute_of_imported(&class, a.attr.as_str()).unwrap_or(Ty::Unknown)
            }
            _ => Ty::Unknown,
        }
    }

    /// The type of `self.name`, where the class assigns it in `__init__` and nothing of another type elsewhere
    /// in the file.
    pub fn instance_attribute(&self, class: NodeId, name: &str, depth: usize) -> Ty {
        if depth > LIMIT {
            return Ty::Unknown;
        }
        let Some(attributes) = self.facts.attribute_values(class, name) else { return Ty::Unknown };
        join(attributes.iter().map(|statement| match self.module.node(*statement) {
            AnyNodeRef::StmtAnnAssign(a) => match (self.annotation(&a.annotation, depth + 1), &a.value) {
                (Ty::Unknown, Some(value)) => self.expr(value, depth + 1),
                (promised, _) => promised,
            },
            AnyNodeRef::StmtAssign(a) => self.expr(&a.value, depth + 1),
            _ => Ty::Unknown,
        }))
    }

    fn subscript(&self, s: &ast::ExprSubscript, depth: usize) -> Ty {
        let value = self.expr(&s.value, depth + 1);
        if s.slice.is_slice_expr() {
            return match value {
                Ty::Known(n @ ("list" | "str" | "bytes"), of) => Ty::Known(n, of),
                Ty::Known("tuple", of) => Ty::of("tuple", join(of)),
                _ => Ty::Unknown,
            };
        }
        match &value {
            Ty::Known("str", _) => Ty::known("str"),
            Ty::Known("list", _) => value.element(),
            Ty::Known("tuple", of) if of.len() > 1 => match &*s.slice {
                Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(i), .. }) => {
                    i.as_usize().and_then(|i| of.get(i).cloned()).unwrap_or(Ty::Unknown)
                }
                _ => value.element(),
            },
            Ty::Known("dict" | "defaultdict" | "OrderedDict" | "Counter" | "json", _) => value.value(),
            _ => Ty::Unknown,
        }
    }

    fn call(&self, c: &ast::ExprCall, depth: usize) -> Ty {
        let first = c.arguments.args.first();
        let argument = |i: usize| c.arguments.args.get(i).map_or(Ty::Unknown, |a| self.expr(a, depth + 1));
        if let Expr::Attribute(a) = &*c.func {
            let receiver = self.expr(&a.value, depth + 1);
            match &receiver {
                Ty::Module(_) | Ty::Member(_) | Ty::Class(_) => {}
                _ => return self.method(&receiver, a.attr.as_str(), c, depth),
            }
        }
        match self.expr(&c.func, depth + 1) {
            Ty::Class(class) => Ty::Instance(class),
            Ty::Member(path) => {
                let element = first.map_or(Ty::Unknown, |_| argument(0).element());
                match path.as_str() {
                    "builtins.list" => Ty::of("list", element),
                    "builtins.sorted" => Ty::of("list", element),
                    "builtins.set" => Ty::of("set", element),
                    "builtins.frozenset" => Ty::of("frozenset", element),
                    "builtins.tuple" => Ty::of("tuple", element),
                    "builtins.reversed" => Ty::of("reversed", element),
                    "builtins.iter" if c.arguments.len() == 1 => Ty::of("iterator", element),
                    "builtins.filter" => Ty::of("filter", argument(1).element()),
                    "builtins.enumerate" => {
                        Ty::Known("enumerate", vec![Ty::Known("tuple", vec![Ty::known("int"), element])])
                    }
                    // Of starred arguments it is not known how many there are.
                    "builtins.zip" if c.arguments.args.iter().any(Expr::is_starred_expr) => Ty::known("zip"),
                    "builtins.zip"
                        if c.arguments.args.len() > 1
                            && c.arguments.keywords.iter().all(|k| k.arg.as_deref() == Some("strict")) =>
                    {
                        let of = (0..c.arguments.args.len()).map(|i| argument(i).element()).collect();
                        Ty::Known("zip", vec![Ty::Known("tuple", of)])
                    }
                    "builtins.dict" if c.arguments.is_empty() => Ty::known("dict"),
                    "builtins.sum" => Ty::Unknown,
                    // What a file gives, its mode says.
                    "builtins.open" | "io.open" | "os.fdopen" => {
                        Ty::of("file", results::lines(&c.arguments, 1, true))
                    }
                    "gzip.open" | "bz2.open" | "lzma.open" => {
                        Ty::of("file", results::lines(&c.arguments, 1, false))
                    }
                    "builtins.min" | "builtins.max" if c.arguments.args.len() == 1 => element,
                    "builtins.abs" => argument(0),
                    "collections.defaultdict" => match first.map(|f| self.called(f, depth + 1)) {
                        None | Some(Ty::Unknown) => Ty::known("defaultdict"),
                        Some(value) => Ty::Known("defaultdict", vec![Ty::Unknown, value]),
                    },
                    _ => results::call(&path, &c.arguments, &argument),
                }
            }
            Ty::Function(function) => self.returned(function, depth + 1),
            _ => Ty::Unknown,
        }
    }

    /// What calling the value of an expression without arguments gives: `list`, `lambda: [0, 0]`.
    fn called(&self, function: &Expr, depth: usize) -> Ty {
        match function {
            Expr::Lambda(l) => self.expr(&l.body, depth + 1),
            other => match self.expr(other, depth + 1) {
                Ty::Member(path) if path == "builtins.dict" => Ty::known("dict"),
                Ty::Member(path) => tables::result(&path),
                Ty::Class(class) => Ty::Instance(class),
                _ => Ty::Unknown,
            },
        }
    }

    /// What a call of a function of this file gives, as its annotation says or its `return` statements do.
    ///
    /// A method may be overridden: of one only the annotation counts, which holds for those, too.
    fn returned(&self, function: NodeId, depth: usize) -> Ty {
        let AnyNodeRef::StmtFunctionDef(f) = self.module.node(function) else { return Ty::Unknown };
        if depth > LIMIT || f.is_async || !f.decorator_list.iter().all(|d| keeps_result(&d.expression)) {
            return Ty::Unknown;
        }
        let in_class = matches!(self.module.parent_node(function), Some(AnyNodeRef::StmtClassDef(_)));
        if !in_class && let Some(shape) = self.generated_at(function, depth) {
            return Ty::of("generator", shape);
        }
        if let Some(annotation) = &f.returns {
            return self.annotation(annotation, depth + 1);
        }
        if in_class {
            return Ty::Unknown;
        }
        self.facts.types.result(function, depth, || self.returned_values(function, f, depth))
    }

    fn returned_values(&self, function: NodeId, f: &ast::StmtFunctionDef, depth: usize) -> Ty {
        let Some(returns) = self.facts.types.returns(function, || self.own_returns(function)) else {
            return Ty::Unknown;
        };
        let value = |id: &NodeId| match self.module.node(*id) {
            AnyNodeRef::StmtReturn(r) => r.value.as_deref().map(|v| self.expr(v, depth + 1)),
            _ => None,
        };
        let mut values: Vec<Ty> =
            returns.iter().map(|id| value(id).unwrap_or_else(|| Ty::known("None"))).collect();
        // Control may come to the end.
        if !matches!(f.body.last(), Some(Stmt::Return(_) | Stmt::Raise(_))) {
            values.push(Ty::known("None"));
        }
        join(values)
    }

    /// What a generator function yields: tuples of one length are known, and nothing more. `None`: it yields nothing.
    pub fn generated(&self, function: NodeId) -> Option<Ty> {
        self.generated_at(function, 0)
    }

    fn generated_at(&self, function: NodeId, depth: usize) -> Option<Ty> {
        if self.facts.types.returns(function, || self.own_returns(function)).is_some() {
            return None;
        }
        let mut length = None;
        for (id, node) in self.module.subtree(function).skip(1) {
            let yielded = match node {
                AnyNodeRef::ExprYield(y) => y.value.as_deref(),
                AnyNodeRef::ExprYieldFrom(y) => match &*y.value {
                    // As many as it yields itself.
                    Expr::Call(c) if self.expr(&c.func, depth + 1) == Ty::Function(function) => continue,
                    _ => None,
                },
                _ => continue,
            };
            if self.module.enclosing_function(id) != Some(function) {
                continue;
            }
            let Some(Expr::Tuple(tuple)) = yielded else { return Some(Ty::Unknown) };
            let plain = !tuple.elts.iter().any(Expr::is_starred_expr) && tuple.elts.len() > 1;
            if !plain || length.is_some_and(|n| n != tuple.elts.len()) {
                return Some(Ty::Unknown);
            }
            length = Some(tuple.elts.len());
        }
        Some(length.map_or(Ty::Unknown, |n| Ty::Known("tuple", vec![Ty::Unknown; n])))
    }

    fn own_returns(&self, function: NodeId) -> Option<Arc<[NodeId]>> {
        let mut returns = Vec::new();
        for (id, node) in self.module.subtree(function).skip(1) {
            let own = || self.module.enclosing_function(id) == Some(function);
            match node {
                AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) if own() => return None,
                AnyNodeRef::StmtReturn(_) if own() => returns.push(id),
                _ => {}
            }
        }
        Some(returns.into())
    }

    /// What a method or property that the class itself defines gives, by its annotation.
    fn promised(&self, class: NodeId, name: &str, is_property: bool, depth: usize) -> Option<Ty> {
        let AnyNodeRef::StmtClassDef(c) = self.module.node(class) else { return None };
        let mut found = c.body.iter().filter_map(|s| match s {
            Stmt::FunctionDef(f) if f.name.as_str() == name => Some(f),
            _ => None,
        });
        let (only, None) = (found.next()?, found.next()) else { return Some(Ty::Unknown) };
        let property = only.decorator_list.iter().any(|d| is_property_decorator(&d.expression));
        let kept = only
            .decorator_list
            .iter()
            .all(|d| keeps_result(&d.expression) || (is_property && is_property_decorator(&d.expression)));
        if property != is_property || !kept || only.is_async {
            return Some(Ty::Unknown);
        }
        Some(only.returns.as_deref().map_or(Ty::Unknown, |a| self.annotation(a, depth + 1)))
    }

    fn method(&self, receiver: &Ty, name: &str, c: &ast::ExprCall, depth: usize) -> Ty {
        let argument = |i: usize| c.arguments.args.get(i).map_or(Ty::Unknown, |a| self.expr(a, depth + 1));
        if let Ty::Instance(class) = receiver
            && let Some(ty) = self.promised(*class, name, false, depth)
        {
            return ty;
        }
        if let Ty::Imported(class) = receiver
            && name == "open"
            && results::is_path(class)
        {
            return Ty::of("file", results::lines(&c.arguments, 0, true));
        }
        if let Ty::Imported(class) = receiver
            && let Some(ty) = results::method_of_imported(class, name)
        {
            return ty;
        }
        match receiver {
            Ty::Known("dict" | "OrderedDict" | "defaultdict" | "Counter", of) => match name {
                "keys" => Ty::Known("dict_keys", of.first().cloned().into_iter().collect()),
                "values" => Ty::of("dict_values", receiver.value()),
                "items" => Ty::Known(
                    "dict_items",
                    vec![Ty::Known("tuple", vec![receiver.element(), receiver.value()])],
                ),
                "copy" => receiver.clone(),
                _ => Ty::Unknown,
            },
            Ty::Known("list" | "set" | "deque", _) if name == "copy" => receiver.clone(),
            Ty::Known(of @ ("str" | "bytes"), _) => tables::string_method(of, name),
            Ty::Known("file", _) if name == "readlines" => Ty::of("list", receiver.element()),
            // Of a stream of bytes `None` may come, too.
            Ty::Known("file", _)
                if matches!(name, "read" | "readline") && receiver.element().is(&["str"]) =>
            {
                Ty::known("str")
            }
            Ty::Known(of @ ("json" | "Pattern" | "Match"), _) => {
                results::method(of, name, &c.arguments, &argument)
            }
            Ty::Union(types) if receiver.is(&["str", "bytes"]) => {
                join(types.iter().map(|t| self.method(t, name, c, depth)))
            }
            Ty::Unknown | Ty::Instance(_) | Ty::Imported(_) => match name {
                // Names that mean the same on every common type (convention 2).
                "keys" if c.arguments.is_empty() => Ty::known("dict_keys"),
                "values" if c.arguments.is_empty() => Ty::known("dict_values"),
                "items" if c.arguments.is_empty() => {
                    Ty::Known("dict_items", vec![Ty::Known("tuple", vec![Ty::Unknown, Ty::Unknown])])
                }
                "splitlines" | "rsplit" | "split" => results::split(name, &c.arguments),
                "strip" | "lstrip" | "rstrip" | "lower" | "upper" | "title" | "capitalize" | "casefold"
                | "expandtabs" | "removeprefix" | "removesuffix" => {
                    join([Ty::known("str"), Ty::known("bytes")])
                }
                "startswith" | "endswith" | "isdigit" | "isalpha" | "isidentifier" => Ty::known("bool"),
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }
}

/// A decorator that leaves the result of a call what the function returns.
fn keeps_result(decorator: &Expr) -> bool {
    let head = match decorator {
        Expr::Call(c) => &c.func,
        other => other,
    };
    let name = match head {
        Expr::Name(n) => n.id.as_str(),
        Expr::Attribute(a) => a.attr.as_str(),
        _ => return false,
    };
    matches!(
        name,
        "staticmethod" | "classmethod" | "abstractmethod" | "override" | "final" | "lru_cache" | "cache"
    )
}

fn is_property_decorator(decorator: &Expr) -> bool {
    match decorator {
        Expr::Name(n) => matches!(n.id.as_str(), "property" | "cached_property"),
        Expr::Attribute(a) => a.attr.as_str() == "cached_property",
        _ => false,
    }
}

/// The assignments of a class's code to `self.NAME` (statements), by class and name.
pub type AttributeValues = rustc_hash::FxHashMap<(NodeId, String), Option<Vec<NodeId>>>;

/// Collects, for each class of the file, what is assigned to the attributes of its first method parameters, and
/// the annotated names of its body.
///
/// `None` marks an attribute of which some assignment is not understood: a tuple target, `setattr`, a loop
/// target, `del`, an augmented assignment, or an assignment through any other object of the file.
pub fn attribute_values(module: &Module) -> AttributeValues {
    let mut values = AttributeValues::default();
    let mut foreign: Vec<String> = Vec::new();
    for (id, node) in module.nodes() {
        if let AnyNodeRef::StmtAnnAssign(a) = node
            && let (Expr::Name(name), Some(class)) = (&*a.target, module.parent(id))
            && matches!(module.node(class), AnyNodeRef::StmtClassDef(_))
        {
            // A field of a dataclass and the like.
            let entry = values.entry((class, name.id.to_string())).or_insert_with(|| Some(Vec::new()));
            entry.iter_mut().for_each(|list| list.push(id));
            continue;
        }
        let AnyNodeRef::ExprAttribute(a) = node else { continue };
        if a.ctx.is_load() {
            continue;
        }
        let name = a.attr.as_str();
        let owner = method_receiver(module, id, &a.value);
        let Some(class) = owner else {
            foreign.push(name.to_string());
            continue;
        };
        let entry = values.entry((class, name.to_string())).or_insert_with(|| Some(Vec::new()));
        let value = match module.parent_node(id) {
            Some(AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_)) => module.parent(id),
            _ => None,
        };
        match (entry.as_mut(), value) {
            (Some(list), Some(value)) => list.push(value),
            _ => *entry = None,
        }
    }
    for ((_, name), entry) in &mut values {
        if foreign.contains(name) {
            *entry = None;
        }
    }
    values
}

/// The class whose instance the receiver is: `self` in a method of it.
fn method_receiver(module: &Module, at: NodeId, receiver: &Expr) -> Option<NodeId> {
    let Expr::Name(name) = receiver else { return None };
    let function = module.enclosing_function(at)?;
    let AnyNodeRef::StmtFunctionDef(f) = module.node(function) else { return None };
    let class = module.parent(function)?;
    let AnyNodeRef::StmtClassDef(_) = module.node(class) else { return None };
    let first = f.parameters.iter_non_variadic_params().next()?;
    (first.parameter.name.as_str() == name.id.as_str()).then_some(class)
}
