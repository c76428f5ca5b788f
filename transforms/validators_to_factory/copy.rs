//! Functions that check one value, as copies of one shape.

use unspool_engine::facts::{Access, Resolution, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeKind, Ranged, Stmt, TextRange, TokenKind, ast};
use unspool_engine::transform::FileContext;

use crate::generated::message::placeholders;
use crate::generated::style::docstring;
use crate::generated::term::{Lowering, Term, is_text, key};

/// A function that is longer is no check of a value.
const STATEMENTS: usize = 10;

/// One function.
pub struct Copy<'a> {
    pub def: &'a ast::StmtFunctionDef,
    pub terms: Vec<Term<'a>>,
    pub key: String,
    /// In order.
    pub parameters: Vec<&'a str>,
    pub doc: Option<&'a Expr>,
}

impl<'a> Copy<'a> {
    pub fn name(&self) -> &'a str {
        self.def.name.as_str()
    }

    /// Without the docstring.
    pub fn body(&self) -> &'a [Stmt] {
        &self.def.body[usize::from(self.doc.is_some())..]
    }

    /// Whether it returns the value that it gets, or nothing.
    pub fn gives_its_parameter(&self) -> bool {
        match self.body().last() {
            Some(Stmt::Return(r)) => match r.value.as_deref() {
                Some(Expr::Name(n)) => self.parameters.contains(&n.id.as_str()),
                Some(_) => false,
                None => true,
            },
            _ => true,
        }
    }

    pub fn line(&self, module: &Module) -> usize {
        module.line(self.def.name.start())
    }
}

/// A function that cannot be a copy: why.
pub struct Refused {
    pub why: String,
    pub at: TextRange,
}

/// The statements of a function by their kinds, if it checks something: what copies certainly have in common.
fn outline(module: &Module, def: &ast::StmtFunctionDef) -> Option<Vec<NodeKind>> {
    if def.body.len() > STATEMENTS {
        return None;
    }
    let mut kinds = vec![];
    // Whether all that it gives back is a verdict: `True` or `False`, or what is wrong, in words, or `None`.
    let (mut raises, mut decides, mut tells) = (false, true, says_check(def));
    for (_, node) in module.subtree(module.id(def)).skip(1) {
        if !node.is_statement() {
            continue;
        }
        let kind = node.kind();
        match node {
            AnyNodeRef::StmtRaise(_) | AnyNodeRef::StmtAssert(_) => raises = true,
            AnyNodeRef::StmtReturn(r) => {
                decides &= r.value.as_deref().is_some_and(is_verdict);
                tells &= r.value.as_deref().is_none_or(|v| v.is_none_literal_expr() || is_text(v));
            }
            // A helper that raises stands for `raise`. Docstrings are no part of the shape.
            AnyNodeRef::StmtExpr(e) => match &*e.value {
                Expr::Call(call) if raises_for(module, &call.func) => raises = true,
                _ => continue,
            },
            AnyNodeRef::StmtIf(_)
            | AnyNodeRef::StmtAssign(_)
            | AnyNodeRef::StmtTry(_)
            | AnyNodeRef::StmtPass(_) => {}
            _ => return None,
        }
        kinds.push(kind);
    }
    let returns = kinds.iter().filter(|k| **k == NodeKind::StmtReturn).count();
    let asks = kinds.contains(&NodeKind::StmtIf);
    let is_one = match kinds.len() {
        1 => decides && returns == 1 && says_check(def),
        _ => raises || decides && returns > 1 || tells && asks && returns > 0,
    };
    is_one.then_some(kinds)
}

/// Whether the name says that it checks something.
fn says_check(def: &ast::StmtFunctionDef) -> bool {
    const WORDS: [&str; 7] = ["check", "validate", "valid", "verify", "ensure", "require", "validator"];
    def.name.split('_').any(|part| WORDS.contains(&part))
}

/// Whether it is `True` or `False`, as far as its form tells.
fn is_verdict(value: &Expr) -> bool {
    match value {
        Expr::BooleanLiteral(_) | Expr::Compare(_) => true,
        Expr::UnaryOp(u) => u.op == ast::UnaryOp::Not,
        Expr::BoolOp(b) => b.values.iter().all(is_verdict),
        Expr::Call(c) => {
            matches!(&*c.func, Expr::Name(n) if matches!(n.id.as_str(), "isinstance" | "bool" | "any" | "all" | "callable"))
        }
        _ => false,
    }
}

/// Whether it names a function of the module that raises something.
fn raises_for(module: &Module, function: &Expr) -> bool {
    let Expr::Name(name) = function else { return false };
    let mut defs = module.body().iter().filter_map(Stmt::as_function_def_stmt);
    defs.any(|def| {
        def.name.as_str() == name.id.as_str()
            && module.subtree(module.id(def)).any(|(_, n)| matches!(n, AnyNodeRef::StmtRaise(_)))
    })
}

/// Whether the function is one of at least two that look alike and stand side by side, in the module, a class or a
/// function.
pub fn has_twin(module: &Module, def: &ast::StmtFunctionDef) -> bool {
    if def.parameters.is_empty() {
        return false;
    }
    let Some(mine) = outline(module, def) else { return false };
    let of_class = |d: &ast::Decorator| module.source(&d.expression) == "staticmethod";
    let beside = match module.parent_node(module.id(def)) {
        // Of a method, something but the object must be checked. A setter is what it is for.
        Some(AnyNodeRef::StmtClassDef(class)) => {
            let is_static = def.decorator_list.iter().any(of_class);
            let is_setter = |d: &ast::Decorator| module.source(&d.expression).ends_with(".setter");
            if def.parameters.len() == 1 && !is_static || def.decorator_list.iter().any(is_setter) {
                return false;
            }
            &class.body[..]
        }
        Some(AnyNodeRef::StmtFunctionDef(function)) => &function.body[..],
        Some(AnyNodeRef::ModModule(_)) => module.body(),
        _ => return false,
    };
    let others = beside.iter().filter_map(Stmt::as_function_def_stmt);
    // The parts of a property share its name.
    others
        .filter(|f| f.name.as_str() != def.name.as_str() && f.parameters.len() == def.parameters.len())
        .any(|f| f.is_async == def.is_async && outline(module, f).as_ref() == Some(&mine))
}

/// Why a function that is none of the module's own stays.
fn stands_elsewhere(module: &Module, def: &ast::StmtFunctionDef) -> Option<String> {
    match module.parent_node(module.id(def))? {
        AnyNodeRef::StmtClassDef(class) => Some(format!(
            "it is a method: readers and derived classes look for it in the body of `{}`",
            class.name
        )),
        AnyNodeRef::StmtFunctionDef(function) => {
            Some(format!("it is defined inside of `{}`, anew with each call", function.name))
        }
        _ => None,
    }
}

/// The function as a copy.
pub fn copy<'a>(cx: &FileContext<'a, '_>, def: &'a ast::StmtFunctionDef) -> Result<Copy<'a>, Refused> {
    let module = cx.module;
    let id = module.id(def);
    let refused = |why: String, at: TextRange| Refused { why, at };
    if let Some(why) = stands_elsewhere(module, def) {
        return Err(refused(why, def.name.range()));
    }
    if let Some(decorator) = def.decorator_list.first() {
        let why = format!("it is decorated by `{}`", module.source(&decorator.expression));
        return Err(refused(why, decorator.range()));
    }
    if def.type_params.is_some() {
        return Err(refused("it has type parameters".into(), def.range()));
    }
    let symbols = cx.facts.symbols();
    let Resolution::Symbol(own) = symbols.resolve(id) else {
        return Err(refused("its name is not understood".into(), def.range()));
    };
    let changes = |o: &&unspool_engine::facts::Occurrence| o.access != Access::Read && o.node != id;
    if let Some(other) = symbols.occurrences_of(own).find(changes) {
        let line = module.line(other.range.start());
        return Err(refused(format!("line {line} binds `{}`, too", def.name), other.range));
    }
    let scope = symbols.scope_opened_by(id).expect("a function opens a scope");
    let names: Vec<&'a str> = def.parameters.iter().map(|p| p.name().as_str()).collect();
    let own: Vec<SymbolId> = names.iter().filter_map(|n| symbols.own(scope, n)).collect();
    if own.len() != names.len() {
        return Err(refused("its parameters are not understood".into(), def.range()));
    }
    let doc = docstring(&def.body);
    let body = &def.body[usize::from(doc.is_some())..];
    let mut lowering = Lowering::new(cx, id, &own, id).opening_errors();
    let terms = lowering.statements(body).map_err(|beyond| refused(beyond.what, beyond.at))?;
    let mut shape = signature(module, def);
    key(module, &terms, &mut shape);
    Ok(Copy { def, terms, key: shape, parameters: names, doc })
}

/// Parameters without their names: kinds, defaults and annotations.
fn signature(module: &Module, def: &ast::StmtFunctionDef) -> String {
    let p = &*def.parameters;
    let one = |p: &ast::ParameterWithDefault| {
        let annotation = p.parameter.annotation.as_ref().map_or("", |a| module.source(&**a));
        let default = p.default.as_ref().map_or("", |d| module.source(&**d));
        format!(":{annotation}={default}")
    };
    let list = |ps: &[ast::ParameterWithDefault]| ps.iter().map(one).collect::<Vec<_>>().join(",");
    let returns = def.returns.as_ref().map_or("", |r| module.source(&**r));
    format!(
        "{}({}/{}*{}{}{}) -> {returns} ",
        if def.is_async { "async " } else { "" },
        list(&p.posonlyargs),
        list(&p.args),
        list(&p.kwonlyargs),
        p.vararg.is_some(),
        p.kwarg.is_some()
    )
}

/// All functions of the module that could be copies, in order.
pub fn copies<'a>(cx: &FileContext<'a, '_>) -> Vec<Copy<'a>> {
    let defs = cx.module.body().iter().filter_map(Stmt::as_function_def_stmt);
    defs.filter(|def| has_twin(cx.module, def)).filter_map(|def| copy(cx, def).ok()).collect()
}

/// Where another function differs from this one first: how many words in, its line, what it has, what this has.
pub fn difference(module: &Module, mine: &Copy, other: &Copy) -> Option<(usize, usize, String, String)> {
    let words = |c: &Copy| -> Vec<(usize, String)> {
        let tokens = c.body().iter().flat_map(|s| module.tokens().in_range(s.range()).iter());
        let layout = |k| {
            use TokenKind::{Comment, Dedent, Indent, Newline, NonLogicalNewline};
            matches!(k, Comment | NonLogicalNewline | Newline | Indent | Dedent)
        };
        tokens
            .filter(|t| !layout(t.kind()))
            .map(|t| {
                let text = &module.text()[t.range()];
                let open = match t.kind() {
                    TokenKind::Int | TokenKind::Float => "1".to_string(),
                    TokenKind::FStringMiddle => "f".to_string(),
                    TokenKind::String => format!("\"...{}\"", placeholders(text).join(" ")),
                    _ if c.parameters.contains(&text) => "the parameter".to_string(),
                    _ => text.to_string(),
                };
                (module.line(t.start()), open)
            })
            .collect()
    };
    let (a, b) = (words(mine), words(other));
    let differs = |((_, x), (line, y)): (&(usize, String), &(usize, String))| {
        (x != y).then(|| (*line, y.clone(), x.clone()))
    };
    a.iter().zip(&b).enumerate().find_map(|(i, pair)| differs(pair).map(|(line, y, x)| (i, line, y, x)))
}

/// The names that code reads, whatever they mean.
pub fn names_in(module: &Module, statements: &[Stmt]) -> Vec<String> {
    let nodes = statements.iter().flat_map(|s| module.subtree(module.id(s)).collect::<Vec<_>>());
    nodes
        .filter_map(|(_, node)| match node {
            AnyNodeRef::ExprName(n) => Some(n.id.to_string()),
            _ => None,
        })
        .collect()
}
