//! What entering and leaving an `async with` over an expression's value does: by the table
//! ([`crate::facts::async_resources`]), or by reading the class or function of the repository.

use super::managers::{Method, first_parameter, only_statement};
use super::{Local, Repository, yields};
use crate::facts::async_resources::{self, AsyncExit};
use crate::facts::resources::Enter;
use crate::facts::types::{Ty, Types};
use crate::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, ast};

/// How deep imports are followed.
const DEPTH: usize = 4;

/// A value as an asynchronous context manager.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AsyncManager {
    /// For people: "a server".
    pub name: String,
    pub enter: Enter,
    pub exit: AsyncExit,
    /// How it is known.
    pub how: String,
}

impl AsyncManager {
    fn unknown(why: String) -> Self {
        let name = "an object of unknown type".to_string();
        AsyncManager { name, enter: Enter::Itself, exit: AsyncExit::Unknown(why.clone()), how: why }
    }
}

impl Repository {
    /// What `value`, a call or an awaited one, is as an asynchronous context manager.
    pub fn async_manager(&self, local: &Local, value: &Expr) -> AsyncManager {
        let text: String = local.module.source(value).chars().take(60).collect();
        let (call, awaited) = match value {
            Expr::Await(a) => (&*a.value, true),
            other => (other, false),
        };
        let found = match call {
            Expr::Call(call) => match Types::new(local.module, local.facts).of(&call.func) {
                Ty::Member(path) => self.async_of_path(local, &path, awaited, 0),
                ty => self.async_of(local, &ty, awaited),
            },
            _ => None,
        };
        found.unwrap_or_else(|| AsyncManager::unknown(format!("the type of `{text}` is not known")))
    }

    fn async_of(&self, local: &Local, ty: &Ty, awaited: bool) -> Option<AsyncManager> {
        match ty {
            Ty::Class(class) if !awaited => Some(self.async_of_class(local, *class)),
            Ty::Function(function) if !awaited => {
                let AnyNodeRef::StmtFunctionDef(def) = local.module.node(*function) else { return None };
                let plain = def.decorator_list.is_empty() && def.is_async && yields(local.module, *function);
                let line = local.module.line(def.start());
                plain.then(|| AsyncManager {
                    name: "an asynchronous generator".into(),
                    enter: Enter::Itself,
                    exit: AsyncExit::Missing,
                    how: format!("{}:{line}", self.index().shown(local.path).display()),
                })
            }
            _ => None,
        }
    }

    /// What calling (and awaiting) a name of another module gives.
    fn async_of_path(&self, local: &Local, path: &str, awaited: bool, depth: usize) -> Option<AsyncManager> {
        if let Some(row) = async_resources::made_by(path, awaited) {
            return Some(AsyncManager {
                name: row.name.into(),
                enter: row.enter,
                exit: row.exit,
                how: row.source.into(),
            });
        }
        if depth > DEPTH {
            return None;
        }
        self.member(local, path, |unit, ty| match ty {
            Ty::Member(path) => self.async_of_path(unit, &path, awaited, depth + 1),
            ty => self.async_of(unit, &ty, awaited),
        })
    }

    fn async_of_class(&self, local: &Local, class: NodeId) -> AsyncManager {
        let AnyNodeRef::StmtClassDef(def) = local.module.node(class) else {
            return AsyncManager::unknown("it is no class".into());
        };
        let place = |line: usize| format!("{}:{line}", self.index().shown(local.path).display());
        let manager = |enter, exit, how| AsyncManager { name: format!("a `{}`", def.name), enter, exit, how };
        if let Some(how) = self.replaced(local, class, &["__aenter__", "__aexit__"]) {
            return manager(Enter::Itself, AsyncExit::Unknown(how.clone()), how);
        }
        let [enter, exit] = ["__aenter__", "__aexit__"].map(|m| self.method_of(local, class, m, true, 0));
        match (enter, exit) {
            (Method::Found(enter), Method::Found(exit)) => {
                let how = place(local.module.line(exit.start()));
                let entering = self.entering(local, enter);
                let leaving = match only_awaits(exit) {
                    Some(method) => AsyncExit::Awaits(method.to_string()),
                    None => AsyncExit::Differs(format!(
                        "its `__aexit__` ({how}) is more than one awaited call of a method"
                    )),
                };
                manager(entering, leaving, how)
            }
            (Method::Absent, _) | (_, Method::Absent) => {
                manager(Enter::Itself, AsyncExit::Missing, place(local.module.line(def.start())))
            }
            _ => manager(
                Enter::Itself,
                AsyncExit::Unknown("some of its bases are not known".into()),
                "its bases are not known".into(),
            ),
        }
    }
}

/// `async def __aexit__(self, *exc): await self.close()`: the method that it awaits.
fn only_awaits(def: &ast::StmtFunctionDef) -> Option<&str> {
    let Stmt::Expr(statement) = only_statement(def)? else { return None };
    let Expr::Await(awaited) = &*statement.value else { return None };
    let Expr::Call(call) = &*awaited.value else { return None };
    let Expr::Attribute(method) = &*call.func else { return None };
    let on_self = matches!(&*method.value, Expr::Name(n) if Some(n.id.as_str()) == first_parameter(def));
    (on_self && call.arguments.is_empty()).then_some(method.attr.as_str())
}
