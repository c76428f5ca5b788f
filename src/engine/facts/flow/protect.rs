//! Which `try` and `with` statements see an exception that a statement raises.

use super::{exceptions, swallow};
use crate::facts::{Binding, Resolution, Symbols};
use crate::syntax::ast::{self, Expr};
use crate::syntax::{AnyNodeRef, Module, NodeId, Ranged};

/// A statement of the same function around a node that sees exceptions raised there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Protection {
    /// The `try` or `with` statement.
    pub stmt: NodeId,
    pub part: Part,
}

/// Where in the protecting statement the node lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// In the body of a `try`: handlers and `finally`, where there are any, see the exception.
    TryBody,
    /// In a handler or `else` of a `try` with a `finally`: only that sees it.
    BeforeFinally,
    /// In the body of a `with`, or in an item behind the first: `__exit__` of the items before it sees it.
    WithBody,
}

/// Whether an exception could be caught.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Catch {
    No,
    /// The handler names a class or value that is not known.
    Maybe,
    Yes,
}

/// The statements around the node that see exceptions raised there, innermost first, up to the function, class
/// or module whose code the node is.
pub(super) fn protections(module: &Module<'_>, owner: NodeId, node: NodeId) -> Vec<Protection> {
    let mut found = Vec::new();
    let mut below = node;
    for ancestor in module.ancestors(node).take_while(|a| *a != owner) {
        let inside = |stmts: &[crate::syntax::Stmt]| stmts.iter().any(|s| module.id(s) == below);
        let part = match module.node(ancestor) {
            AnyNodeRef::StmtTry(stmt) if inside(&stmt.body) => Some(Part::TryBody),
            AnyNodeRef::StmtTry(stmt) if !stmt.finalbody.is_empty() && !inside(&stmt.finalbody) => {
                Some(Part::BeforeFinally)
            }
            AnyNodeRef::StmtWith(stmt)
                if stmt.items.first().is_some_and(|first| module.id(first) != below) =>
            {
                Some(Part::WithBody)
            }
            _ => None,
        };
        found.extend(part.map(|part| Protection { stmt: ancestor, part }));
        below = ancestor;
    }
    found
}

/// Whether the statement could catch an exception of the builtin class `raised` itself. `Exception` and
/// `BaseException` stand for any exception of theirs.
pub(super) fn catches<'a>(
    module: &Module<'a>,
    symbols: &Symbols<'a>,
    protection: Protection,
    raised: &str,
) -> Catch {
    match (protection.part, module.node(protection.stmt)) {
        (Part::TryBody, AnyNodeRef::StmtTry(stmt)) => stmt
            .handlers
            .iter()
            .map(|ast::ExceptHandler::ExceptHandler(handler)| match &handler.type_ {
                None => Catch::Yes,
                Some(type_) => class_catches(module, symbols, type_, raised),
            })
            .max()
            .unwrap_or(Catch::No),
        (Part::WithBody, AnyNodeRef::StmtWith(stmt)) => stmt
            .items
            .iter()
            .map(|item| match swallow::suppressed(module, symbols, &item.context_expr) {
                Some(arguments) => arguments
                    .args
                    .iter()
                    .map(|a| class_catches(module, symbols, a, raised))
                    .max()
                    .unwrap_or(Catch::No),
                None if swallow::may_swallow(module, symbols, &item.context_expr) => Catch::Maybe,
                None => Catch::No,
            })
            .max()
            .unwrap_or(Catch::No),
        _ => Catch::No,
    }
}

/// Whether the `with` swallows exceptions of some class: for certain, perhaps, or never.
pub(super) fn manager_catches<'a>(
    module: &Module<'a>,
    symbols: &Symbols<'a>,
    protection: Protection,
) -> Catch {
    let (Part::WithBody, AnyNodeRef::StmtWith(stmt)) = (protection.part, module.node(protection.stmt)) else {
        return Catch::No;
    };
    let item = |item: &ast::WithItem| {
        let context = &item.context_expr;
        let known = match context {
            Expr::Call(call) => swallow::generator_based(module, symbols, call) == Some(true),
            _ => false,
        };
        match swallow::suppressed(module, symbols, context) {
            Some(arguments) if arguments.is_empty() => Catch::No,
            Some(_) => Catch::Yes,
            None if known => Catch::Yes,
            None if swallow::may_swallow(module, symbols, context) => Catch::Maybe,
            None => Catch::No,
        }
    };
    stmt.items.iter().map(item).max().unwrap_or(Catch::No)
}

fn class_catches<'a>(module: &Module<'a>, symbols: &Symbols<'a>, class: &Expr, raised: &str) -> Catch {
    let any = matches!(raised, "Exception" | "BaseException");
    match class {
        Expr::Tuple(classes) => {
            classes.elts.iter().map(|c| class_catches(module, symbols, c, raised)).max().unwrap_or(Catch::No)
        }
        Expr::Name(name) => {
            let handled = name.id.as_str();
            if exceptions::is_builtin_exception(handled) && symbols.is_builtin(module, class, handled) {
                return if exceptions::derives(raised, handled) {
                    Catch::Yes
                } else if any && exceptions::derives(handled, raised) {
                    Catch::Maybe
                } else {
                    Catch::No
                };
            }
            let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return Catch::Maybe };
            // `ERRORS = (OSError, ValueError)`; what is assigned in front of where it stands is no name for itself.
            if let Some(value) = symbols.single_assignment(module, symbol)
                && value.end() < class.start()
            {
                return class_catches(module, symbols, value, raised);
            }
            // A class statement makes a new class, of which no builtin exception is an instance.
            let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.binds());
            if !any && bindings.all(|o| o.binding == Some(Binding::Class)) { Catch::No } else { Catch::Maybe }
        }
        _ => Catch::Maybe,
    }
}
