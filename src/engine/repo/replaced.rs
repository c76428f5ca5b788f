//! Whether a method of a class is put in place of the one that its body defines while the program runs:
//! `Door.close = ...`, `setattr(Door, "close", ...)`, `mock.patch.object(Door, "close")`.

use super::importers::last_name;
use super::{Local, Repository};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};

/// Functions that put something under a name that is given as a string.
const BY_STRING: &[&str] = &["setattr", "delattr", "object", "patch"];

impl Repository {
    /// Where the attribute `name` of a class, or of a class that it derives from, is bound anew: in words.
    pub fn replaced(&self, local: &Local, class: NodeId, name: &str) -> Option<String> {
        let family = family(local.module, class);
        if let Some((line, how)) = replaces(local.module, &family, name) {
            return Some(format!("line {line} replaces `{how}`"));
        }
        if !self.is_answered() {
            return None;
        }
        let knowing: Vec<_> = family.iter().flat_map(|n| self.mentioning(n)).collect();
        if knowing.iter().all(|p| p.as_path() == local.path) {
            return None;
        }
        let files = self.mentioning(name);
        let others = files.iter().filter(|p| p.as_path() != local.path && knowing.contains(p));
        for path in others {
            let found = self.with_file(path, |unit| replaces(unit.module, &family, name)).flatten();
            if let Some((line, how)) = found {
                return Some(format!("{}:{line} replaces `{how}`", self.index().shown(path).display()));
            }
        }
        None
    }
}

/// The names of a class and of its bases, as far as this file defines them.
fn family<'a>(module: &Module<'a>, class: NodeId) -> Vec<&'a str> {
    let mut names = Vec::new();
    let AnyNodeRef::StmtClassDef(def) = module.node(class) else { return names };
    names.push(def.name.as_str());
    let mut next = 0;
    while let Some(name) = names.get(next).copied() {
        next += 1;
        let classes = module.nodes().filter_map(|(_, node)| match node {
            AnyNodeRef::StmtClassDef(c) if c.name.as_str() == name => Some(c),
            _ => None,
        });
        for base in classes.flat_map(ast::StmtClassDef::bases) {
            let base = last_name(base);
            if !matches!(base, "" | "object") && !names.contains(&base) {
                names.push(base);
            }
        }
    }
    names
}

/// Where a file puts something in place of the attribute of one of the classes.
fn replaces(module: &Module, classes: &[&str], name: &str) -> Option<(usize, String)> {
    memchr::memmem::find(module.text().as_bytes(), name.as_bytes())?;
    let is_class = |receiver: &Expr| match receiver {
        Expr::Call(call) => last_name(&call.func) == "type",
        _ => matches!(last_name(receiver), "cls" | "__class__") || classes.contains(&last_name(receiver)),
    };
    module.nodes().find_map(|(_, node)| {
        let (receiver, at) = match node {
            AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == name && !a.ctx.is_load() => {
                (&*a.value, a.start())
            }
            AnyNodeRef::ExprCall(call) if BY_STRING.contains(&last_name(&call.func)) => {
                match &*call.arguments.args {
                    [receiver, Expr::StringLiteral(said), ..] if said.value.to_str() == name => {
                        (receiver, call.start())
                    }
                    // `patch("pkg.doors.Door.close")`
                    [Expr::StringLiteral(path), ..] => {
                        let path = path.value.to_str();
                        let (class, method) = path.rsplit_once('.')?;
                        let class = class.rsplit('.').next()?;
                        let same = method == name && classes.contains(&class);
                        return same.then(|| (module.line(call.start()), path.to_string()));
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        is_class(receiver).then(|| (module.line(at), format!("{}.{name}", module.source(receiver))))
    })
}
