//! A `__repr__` that several classes have word for word.

use unspool_engine::facts::{Resolution, ScopeId};
use unspool_engine::syntax::ast::comparable::ComparableStmt;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, Ranged, TextRange, ast};
use unspool_engine::transform::FileContext;

use crate::generated::style::{has_long_string, reindented};
use crate::generated::term::is_private;

/// The lines of the method as a decorator has them; `None` where they might mean something else there.
pub fn lines(cx: &FileContext, def: &ast::StmtFunctionDef) -> Option<String> {
    let module = cx.module;
    let own = module.id(def);
    let [only] = &def.parameters.args[..] else { return None };
    let plain = def.parameters.len() == 1 && only.default.is_none() && only.parameter.annotation.is_none();
    // The annotation is evaluated where the method is defined.
    let returns = match def.returns.as_deref() {
        None | Some(Expr::StringLiteral(_)) => true,
        Some(other) => cx.facts.symbols().is_builtin(module, other, "str"),
    };
    let at_top = module.ancestors(own).nth(1).is_some_and(|a| a == unspool_engine::syntax::NodeId::ROOT);
    if !plain
        || !returns
        || !at_top
        || module.has_comment(def.range())
        || has_long_string(module, def.range())
    {
        return None;
    }
    // What only hands on a text of the object is no form of its own.
    let shows_class = module.subtree(own).any(|(_, node)| match node {
        AnyNodeRef::ExprAttribute(a) => matches!(a.attr.as_str(), "__name__" | "__qualname__" | "__dict__"),
        AnyNodeRef::ExprName(n) => n.id.as_str() == "vars",
        _ => false,
    });
    if !shows_class || !module.subtree(own).all(|(_, node)| means_the_same(cx, def, node)) {
        return None;
    }
    let range = TextRange::new(module.line_start(def.start()), def.end());
    let unit = module.indent_unit(unspool_engine::syntax::TextSize::new(0));
    let text = reindented(&module.text()[range], module.indentation(def.start()), unit)?;
    Some(text.replace("\r\n", "\n"))
}

/// Whether both are the same but for quotes, blanks and the way lines are broken.
pub fn code(a: &ast::StmtFunctionDef, b: &ast::StmtFunctionDef) -> bool {
    let plain = |def: &ast::StmtFunctionDef| def.returns.is_none();
    let first = |def: &ast::StmtFunctionDef| def.parameters.args.first().map(|p| p.parameter.name.id.clone());
    let bodies = a.body.iter().map(ComparableStmt::from).eq(b.body.iter().map(ComparableStmt::from));
    plain(a) && plain(b) && first(a) == first(b) && bodies
}

/// Names of the module and builtins are the same in a function; those of the class are not.
fn means_the_same<'a>(cx: &FileContext<'a, '_>, def: &ast::StmtFunctionDef, node: AnyNodeRef<'a>) -> bool {
    let module: &Module = cx.module;
    let symbols = cx.facts.symbols();
    match node {
        AnyNodeRef::ExprName(n) => {
            let name = n.id.as_str();
            let own =
                matches!(name, "super" | "__class__" | "cls" | "auto_repr" | "locals") || is_private(name);
            let seen = match symbols.resolve(module.id(n)) {
                Resolution::Free => true,
                Resolution::Symbol(symbol) => {
                    let scope = symbols.symbol(symbol).scope;
                    let inside = symbols.scope_opened_by(module.id(def));
                    // A module for helpers has other names.
                    scope == ScopeId::MODULE && cx.settings.helpers_module.is_none()
                        || symbols.scope_chain(scope).any(|s| Some(s) == inside)
                }
            };
            !own && seen
        }
        AnyNodeRef::ExprAttribute(a) => !is_private(&a.attr),
        AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) | AnyNodeRef::ExprAwait(_) => false,
        AnyNodeRef::StmtGlobal(_) | AnyNodeRef::StmtNonlocal(_) => false,
        AnyNodeRef::StmtImport(_) | AnyNodeRef::StmtImportFrom(_) => false,
        AnyNodeRef::StmtFunctionDef(f) => f.range() == def.range(),
        AnyNodeRef::StmtClassDef(_) => false,
        _ => true,
    }
}
