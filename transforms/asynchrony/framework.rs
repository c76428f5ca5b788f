//! Which framework drives a generator as a coroutine, and what that means.

use unspool_engine::syntax::{AnyNodeRef, Expr, Module, ast};
use unspool_engine::transform::FileContext;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framework {
    /// `asyncio.coroutine`, up to Python 3.10.
    Asyncio,
    /// `types.coroutine`.
    Types,
    /// `tornado.gen.coroutine`.
    Tornado,
    /// `twisted.internet.defer.inlineCallbacks`.
    Twisted,
}

impl Framework {
    fn of_decorator(path: &str) -> Option<Self> {
        match path {
            "asyncio.coroutine" | "asyncio.coroutines.coroutine" => Some(Framework::Asyncio),
            "types.coroutine" => Some(Framework::Types),
            "tornado.gen.coroutine" => Some(Framework::Tornado),
            "twisted.internet.defer.inlineCallbacks" => Some(Framework::Twisted),
            _ => None,
        }
    }

    /// Whether the body waits with `yield from`, and does nothing before it is awaited.
    pub fn is_lazy(self) -> bool {
        matches!(self, Framework::Asyncio | Framework::Types)
    }

    /// How the function says what it returns, apart from `return`.
    pub fn returner(self) -> Option<&'static str> {
        match self {
            Framework::Tornado => Some("tornado.gen.Return"),
            Framework::Twisted => Some("twisted.internet.defer.returnValue"),
            Framework::Asyncio | Framework::Types => None,
        }
    }
}

/// A function that a framework drives.
#[derive(Clone, Copy)]
pub struct Legacy<'a> {
    pub framework: Framework,
    pub decorator: &'a ast::Decorator,
    pub def: &'a ast::StmtFunctionDef,
}

impl<'a> Legacy<'a> {
    /// The framework by the binding of the decorator; why not, otherwise.
    pub fn of(cx: &FileContext<'a, '_>, def: &'a ast::StmtFunctionDef) -> Result<Self, String> {
        let module = cx.module;
        let framework = |d: &ast::Decorator| {
            let path = cx.facts.symbols().qualified_name(module, &d.expression)?;
            Framework::of_decorator(&path)
        };
        let named = def.decorator_list.iter().filter(|d| last_name(&d.expression).is_some_and(is_known_name));
        let Some((at, decorator)) =
            def.decorator_list.iter().enumerate().find(|(_, d)| framework(d).is_some())
        else {
            let what = named.map(|d| module.source(&d.expression)).next().unwrap_or("the decorator");
            return Err(format!("`{what}` is not the decorator of asyncio, types, tornado or twisted"));
        };
        if named.count() > 1 {
            return Err("two coroutine decorators stand on one function".into());
        }
        if let Some(below) = def.decorator_list[at + 1..].iter().find(|d| !keeps_function(cx, d)) {
            let what = module.source(&below.expression);
            return Err(format!(
                "`@{what}` stands below the coroutine decorator, which drives what it returns and not the function"
            ));
        }
        let framework = framework(decorator).expect("the decorator was found by its framework");
        Ok(Legacy { framework, decorator, def })
    }
}

/// `functools.wraps(f)` gives the very function that it decorates.
fn keeps_function(cx: &FileContext, decorator: &ast::Decorator) -> bool {
    let source = cx.module.source(&decorator.expression);
    source.starts_with("functools.wraps(")
        || source.starts_with("wraps(")
        || gives_back(cx, &decorator.expression)
}

/// Whether a decorator of the repository only notes the function that it decorates.
pub fn gives_back(cx: &FileContext, decorator: &Expr) -> bool {
    let local = cx.local();
    cx.repo.is_answered() && cx.repo.gives_back(&local, decorator)
}

pub fn is_known_name(name: &str) -> bool {
    matches!(name, "coroutine" | "inlineCallbacks")
}

/// Whether the decorator has a name of its own for one of these: `from asyncio import coroutine as co`.
pub fn is_alias(module: &Module, decorator: &Expr) -> bool {
    let Expr::Name(name) = decorator else { return false };
    module.nodes().any(|(_, node)| match node {
        AnyNodeRef::Alias(alias) => {
            alias.asname.as_ref().is_some_and(|a| a.as_str() == name.id.as_str())
                && is_known_name(alias.name.as_str())
        }
        _ => false,
    })
}

/// `c` of `a.b.c`, `f` of `f`.
pub fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(n) => Some(n.id.as_str()),
        Expr::Attribute(a) => Some(a.attr.as_str()),
        _ => None,
    }
}
