//! Whether a method of a class is put in place of the one that its body defines while the program runs:
//! `Door.close = ...`, `setattr(Door, "close", ...)`, `mock.patch.object(Door, "close")`.

use memchr::memmem;
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::path::PathBuf;

use super::importers::last_name;
use super::{Local, Repository};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use crate::text::glance;

/// Functions that put something under a name that is given as a string.
const BY_STRING: &[&str] = &["setattr", "delattr", "object", "patch"];

impl Repository {
    /// Where the first of these attributes of a class, or of a class that it derives from, is bound anew: in words.
    pub fn replaced(&self, local: &Local, class: NodeId, names: &[&str]) -> Option<String> {
        let family = family(local.module, class);
        let others: OnceCell<FxHashSet<PathBuf>> = OnceCell::new();
        names.iter().find_map(|name| {
            if let Some((line, how)) = replaces(local.module, &family, name) {
                return Some(format!("line {line} replaces `{how}`"));
            }
            if !self.is_answered() {
                return None;
            }
            let others = others.get_or_init(|| {
                let mut files: FxHashSet<PathBuf> = family.iter().flat_map(|n| self.mentioning(n)).collect();
                files.remove(local.path);
                files
            });
            if others.is_empty() {
                return None;
            }
            self.mentioning(name).iter().filter(|path| others.contains(*path)).find_map(|path| {
                if !may_replace(self.text(path)?.as_bytes(), &family, name) {
                    return None;
                }
                let (line, how) = self.with_file(path, |unit| replaces(unit.module, &family, name))??;
                Some(format!("{}:{line} replaces `{how}`", self.index().shown(path).display()))
            })
        })
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

/// Whether [`replaces`] may find something, by the bytes alone.
fn may_replace(bytes: &[u8], classes: &[&str], name: &str) -> bool {
    let is_class = |word: &[u8]| {
        matches!(word, b"cls" | b"__class__") || classes.iter().any(|class| class.as_bytes() == word)
    };
    let by_string = || BY_STRING.iter().any(|function| memmem::find(bytes, function.as_bytes()).is_some());
    memmem::find_iter(bytes, name.as_bytes()).any(|at| {
        let behind = &bytes[at + name.len()..];
        // A longer word; a call, or something of the attribute: it is only read.
        if behind.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80) {
            return false;
        }
        if matches!(behind.trim_ascii_start().first(), Some(b'(' | b'[' | b'.')) {
            return false;
        }
        // The end of a string: the name alone, or behind a dotted path. An escape may stand for any of it.
        if matches!(behind.first(), Some(b'"' | b'\'')) && by_string() {
            return true;
        }
        // A comment in between: who knows.
        let Some(dot) = glance::code_before(bytes, at) else { return true };
        if bytes[..dot].last() != Some(&b'.') {
            return false;
        }
        let Some(end) = glance::code_before(bytes, dot - 1) else { return true };
        bytes[..end].last() == Some(&b')') || is_class(glance::word_before(bytes, end))
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    #[test]
    fn replacing_a_method() {
        #[track_caller]
        fn check(text: &str, may: bool, does: bool) {
            let parsed = parse(text, crate::syntax::PythonVersion::latest()).expect("it parses");
            let module = Module::new(text, &parsed);
            assert_eq!(may_replace(text.as_bytes(), &["Door"], "close"), may, "{text:?}");
            assert_eq!(replaces(&module, &["Door"], "close").is_some(), does, "{text:?}");
        }
        for text in [
            "Door.close = f",
            "doors.Door . close = f",
            "Door.\\\n  close = f",
            "(Door\n  # why\n  .close) = f",
            "Door.close, x = f, 1",
            "del Door.close",
            "for Door.close in fs: pass",
            "with f() as Door.close: pass",
            "Door.close += f",
            "type(door).close = f",
            "door.__class__.close = f",
            "cls.close = f",
            "setattr(Door, 'close', f)",
            "mock.patch.object(Door, \"close\")",
            "patch('pkg.doors.Door.close')",
        ] {
            check(text, true, true);
        }
        for text in
            ["Door.close(door)", "f(self.close)", "door.close = f", "Door.closed = f", "x = {'close': f}"]
        {
            check(text, false, false);
        }
        check("atexit.register(Door.close)", true, false);
    }
}
