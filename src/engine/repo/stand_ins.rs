//! What stands in for a function or class while tests run: `mock.patch("net.socket.socket")`,
//! `monkeypatch.setattr(conf, "open", fake)`, `conf.open = Mock()`. Entering what a mock gives, gives something else.

use memchr::memmem;
use std::path::Path;
use std::sync::Arc;

use super::importers::{last_name, module_name};
use super::{Local, Repository};
use crate::facts::types::{Ty, Types};
use crate::repo::Base;
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};

/// Words of code that puts something in the place of something.
const REPLACING: &[&str] = &["patch", "setattr", "mock", "Mock", "MagicMock", "monkeypatch"];

/// Classes of mocks, which give a mock that is another one when it is entered (Lib/unittest/mock.py: `_calculate_return_value`).
const MOCKS: &[&str] = &["Mock", "MagicMock", "NonCallableMagicMock", "create_autospec", "DEFAULT"];

/// What is called in the place of a function or class.
pub enum StandIn {
    /// What it gives is no context manager, or is another object once it is entered: where and why.
    Unlike(String),
    /// Something of which nothing is known: where.
    Unknown(String),
}

impl Repository {
    /// What stands in for what the expression names, in some file of the repository.
    pub(super) fn replacement_of(&self, local: &Local, called: &Expr, path: Option<&str>) -> Option<StandIn> {
        let spelled = local.module.source(called);
        if !self.is_answered() || spelled.contains(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
        {
            return None;
        }
        let last = path.unwrap_or(spelled).rsplit('.').next()?;
        // Whoever replaces it for this code names the module or imports it.
        let files = self.index().files_mentioning_both(&module_name(local.path)?, REPLACING);
        let mut unknown = None;
        let names: Vec<&str> = spelled.split('.').chain([last]).collect();
        for file in files.iter().filter(|file| file.as_path() != local.path) {
            let may = |text: Arc<str>| names.iter().any(|name| may_replace(text.as_bytes(), name));
            if !self.text(file).is_some_and(may) {
                continue;
            }
            self.note_read(file);
            let wanted = |dotted: &str| self.is_wanted(file, dotted, local.path, spelled, path);
            let found = self.with_file(file, |other| {
                let found = other.module.nodes().filter_map(|(_, node)| replaced(other, node, &wanted));
                found.min_by_key(|(line, is_unlike)| (!is_unlike, *line))
            });
            let Some((line, is_unlike)) = found.flatten() else { continue };
            let place = format!("{}:{line}", self.index().shown(file).display());
            if is_unlike {
                return Some(StandIn::Unlike(format!(
                    "{place} puts something in the place of `{spelled}` that gives another object when it is entered"
                )));
            }
            unknown = unknown.or_else(|| {
                Some(StandIn::Unknown(format!("{place} puts something else in the place of `{spelled}`")))
            });
        }
        unknown
    }

    /// Whether a dotted path in a file means what the target calls by `spelled`: of the module where it is defined, if the
    /// file imports the target and so may run it meanwhile, or of the target itself, which may be an object on the way there.
    fn is_wanted(&self, file: &Path, dotted: &str, target: &Path, spelled: &str, path: Option<&str>) -> bool {
        if path.is_some_and(|path| plain(dotted) == plain(path)) {
            return self.importer_in(file, target).is_some();
        }
        let ends = spelled.match_indices('.').map(|(at, _)| at).chain([spelled.len()]);
        ends.map(|end| &spelled[..end]).any(|part| {
            let module = dotted.strip_suffix(part).and_then(|rest| rest.strip_suffix('.'));
            module.is_some_and(|module| self.means(file, module, target) != Some(false))
        })
    }
}

/// A builtin by its bare name.
fn plain(dotted: &str) -> &str {
    dotted.strip_prefix("builtins.").unwrap_or(dotted)
}

/// Whether [`replaced`] may find something of that name, by the bytes alone: the end of a string, an attribute that is set.
fn may_replace(bytes: &[u8], name: &str) -> bool {
    memmem::find_iter(bytes, name.as_bytes()).any(|at| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let behind = &bytes[at + name.len()..];
        let is_text = matches!(behind.first(), Some(b'"' | b'\''));
        let is_set = || {
            let behind = behind.trim_ascii_start();
            before == Some(b'.') && behind.starts_with(b"=") && !behind.starts_with(b"==")
        };
        is_text && matches!(before, Some(b'"' | b'\'' | b'.')) || is_set()
    })
}

/// Where code replaces what is wanted, and whether by something unlike it: else nothing is known of what it is.
fn replaced(other: &Local, node: AnyNodeRef, wanted: &dyn Fn(&str) -> bool) -> Option<(usize, bool)> {
    let Local { module, facts, .. } = *other;
    let of = |object: &Expr, name: &str| match Base::of(module, facts, object) {
        Base::Imported(path) => wanted(&format!("{path}.{name}")),
        _ => false,
    };
    let line = module.line(node.start());
    let found = |judged: Judged| match judged {
        Judged::Alike => None,
        Judged::Unlike => Some((line, true)),
        Judged::Unknown => Some((line, false)),
    };
    match node {
        AnyNodeRef::ExprAttribute(a) if a.ctx.is_store() && of(&a.value, a.attr.as_str()) => {
            let value = match module.parent_node(module.id(a)) {
                Some(AnyNodeRef::StmtAssign(assign)) => Some(&*assign.value),
                _ => None,
            };
            found(value.map_or(Judged::Unknown, |value| judge(other, value)))
        }
        AnyNodeRef::ExprCall(call) => {
            let args = &*call.arguments.args;
            let text = |e: Option<&Expr>| {
                e.and_then(Expr::as_string_literal_expr).map(|s| s.value.to_str().to_string())
            };
            let (rest, is_patch) = match last_name(&call.func) {
                "patch" if text(args.first()).is_some_and(|path| wanted(&path)) => (&args[1..], true),
                "setattr" if text(args.first()).is_some_and(|path| wanted(&path)) => (&args[1..], false),
                word @ ("object" | "setattr") => {
                    let name = text(args.get(1))?;
                    if !of(args.first()?, &name) {
                        return None;
                    }
                    (&args[2..], word == "object")
                }
                _ => return None,
            };
            let keyword = |name: &str| {
                call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some(name)).map(|k| &k.value)
            };
            found(match rest.first().or(keyword("new")).or(keyword("value")) {
                Some(value) => judge(other, value),
                None if is_patch => match keyword("new_callable") {
                    Some(made) if last_name(made) == "mock_open" => Judged::Alike,
                    Some(made) if MOCKS.contains(&last_name(made)) => mocked(call),
                    Some(_) => Judged::Unknown,
                    None => mocked(call),
                },
                None => Judged::Unknown,
            })
        }
        _ => None,
    }
}

enum Judged {
    Alike,
    Unlike,
    Unknown,
}

/// What a mock with these arguments gives.
fn mocked(call: &ast::ExprCall) -> Judged {
    let keyword = |name: &str| call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some(name));
    if keyword("wraps").is_some() {
        return Judged::Alike;
    }
    match keyword("side_effect") {
        Some(effect) => {
            let raised = match &effect.value {
                Expr::Call(call) => last_name(&call.func),
                other => last_name(other),
            };
            if raised.ends_with("Error") || raised.ends_with("Exception") {
                Judged::Alike
            } else {
                Judged::Unknown
            }
        }
        None => Judged::Unlike,
    }
}

/// What calling a replacement gives.
fn judge(other: &Local, value: &Expr) -> Judged {
    let Local { module, facts, .. } = *other;
    match value {
        Expr::Call(call) if last_name(&call.func) == "mock_open" => Judged::Alike,
        Expr::Call(call) if MOCKS.contains(&last_name(&call.func)) => mocked(call),
        Expr::Lambda(lambda) => given(other, &lambda.body),
        _ => match Types::new(module, facts).of(value) {
            Ty::Class(class) if lacks_enter(module, class) => Judged::Unlike,
            Ty::Function(function) => {
                let returns = module.subtree(function).filter_map(|(_, node)| match node {
                    AnyNodeRef::StmtReturn(r) => r.value.as_deref(),
                    _ => None,
                });
                let unlike = returns.map(|value| given(other, value)).find(|j| matches!(j, Judged::Unlike));
                unlike.unwrap_or(Judged::Unknown)
            }
            _ => Judged::Unknown,
        },
    }
}

/// What a value is once it is entered.
fn given(other: &Local, value: &Expr) -> Judged {
    let Local { module, facts, .. } = *other;
    match Types::new(module, facts).of(value) {
        Ty::Instance(class) if lacks_enter(module, class) => Judged::Unlike,
        _ => match value {
            Expr::Call(call) if MOCKS.contains(&last_name(&call.func)) => Judged::Unlike,
            _ => Judged::Unknown,
        },
    }
}

fn lacks_enter(module: &Module, class: NodeId) -> bool {
    let AnyNodeRef::StmtClassDef(def) = module.node(class) else { return false };
    let has = |name: &str| {
        def.body.iter().any(|s| s.as_function_def_stmt().is_some_and(|f| f.name.as_str() == name))
    };
    def.bases().iter().all(|b| last_name(b) == "object") && !has("__enter__") && !has("__getattr__")
}
