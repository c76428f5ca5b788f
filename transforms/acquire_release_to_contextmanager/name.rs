//! What to call the context manager: after what it manages.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Stmt};
use unspool_engine::transform::FileContext;

use super::copies::Group;
use super::hands::Hands;
use crate::resources::method_call;

/// Names for what the standard library swaps.
const KNOWN: &[(&str, &str)] = &[
    ("os.chdir", "working_directory"),
    ("chdir", "working_directory"),
    ("sys.stdout", "redirected_stdout"),
    ("sys.stderr", "redirected_stderr"),
    ("sys.stdin", "replaced_stdin"),
    ("sys.argv", "replaced_argv"),
    ("sys.path", "import_path"),
    ("os.environ", "environment"),
    ("os.umask", "file_mode_mask"),
    ("signal.signal", "signal_handler"),
    ("socket.setdefaulttimeout", "default_timeout"),
    ("locale.setlocale", "locale_setting"),
    ("gc.disable", "garbage_collection_paused"),
    ("logging.disable", "logging_disabled"),
    ("random.setstate", "random_state"),
    ("sys.setrecursionlimit", "recursion_limit"),
];

/// Verbs of clean-ups: what follows is their object.
const VERBS: &[&str] = &[
    "end_",
    "leave_",
    "exit_",
    "stop_",
    "close_",
    "release_",
    "unlock_",
    "finish_",
    "teardown_",
    "tear_down_",
    "cleanup_",
    "clean_up_",
    "pop_",
    "restore_",
    "reset_",
    "disable_",
    "uninstall_",
    "remove_",
    "delete_",
    "drop_",
    "unregister_",
    "detach_",
    "disconnect_",
    "unset_",
    "give_back_",
    "return_",
    "free_",
    "undo_",
    "rollback_",
];

/// Beginnings of functions of modules that put something in its place.
const SETTERS: &[&str] = &["set_", "set", "reset_", "restore_", "disable_", "enable_"];

/// Names for the manager, the best one first, and whether they say what it manages.
pub fn names(cx: &FileContext, group: &Group, hands: &Hands) -> (Vec<String>, bool) {
    let module = cx.module;
    let first = &group.copies[0];
    let pieces = || first.setup(group.setup).iter().chain(&first.try_.finalbody);
    let said = |path: &str| {
        pieces().any(|s| {
            module.subtree(module.id(s)).any(|(_, node)| match node {
                AnyNodeRef::ExprAttribute(_) | AnyNodeRef::ExprName(_) => module.source(node) == path,
                _ => false,
            })
        })
    };
    let mut names: Vec<String> = Vec::new();
    if let Some((_, name)) = KNOWN.iter().find(|(path, _)| said(path)) {
        if let (Some(stream), false) = (name.strip_prefix("redirected_"), hands.yielded.is_empty()) {
            names.push(format!("captured_{stream}"));
        }
        names.push((*name).to_string());
    }
    let noun = noun(cx, &first.try_.finalbody, hands)
        .or_else(|| hands.yielded.first().map(ToString::to_string))
        .map(|noun| snake(&noun))
        .filter(|noun| !noun.is_empty());
    if noun.is_none() && names.is_empty() {
        names.extend(both_calls(first.setup(group.setup), &first.try_.finalbody));
    }
    let telling = noun.is_some() || !names.is_empty();
    let noun = noun.unwrap_or_else(|| "resource".to_string());
    names.push(format!("managed_{noun}"));
    names.push(format!("{noun}_context"));
    names.push(format!("{noun}_managed"));
    if hands.receiver.is_some() {
        names.iter_mut().for_each(|n| n.insert(0, '_'));
    }
    (names, telling)
}

/// Where nothing says what is managed, what is done to it does: `begin_and_end`.
fn both_calls(setup: &[Stmt], cleanup: &[Stmt]) -> Option<String> {
    let called = |statement: &Stmt| {
        let Stmt::Expr(e) = statement else { return None };
        let call = match &*e.value {
            Expr::Await(a) => a.value.as_call_expr()?,
            other => other.as_call_expr()?,
        };
        let name = match &*call.func {
            Expr::Name(n) => n.id.as_str(),
            Expr::Attribute(a) => a.attr.as_str(),
            _ => return None,
        };
        Some(snake(name)).filter(|n| !n.is_empty())
    };
    let (first, last) = (setup.iter().rev().find_map(called)?, cleanup.iter().find_map(called)?);
    (first != last).then(|| format!("{first}_and_{last}"))
}

/// What the clean-up is about.
fn noun(cx: &FileContext, finalbody: &[Stmt], hands: &Hands) -> Option<String> {
    let module = cx.module;
    // What each copy hands in says nothing of all of them: `times["parse"]`, `times["render"]`.
    let differs = |id: NodeId| hands.parameters.iter().any(|p| p.places.contains(&id));
    let target = |e: &Expr| match e {
        Expr::Name(n) => Some(n.id.to_string()),
        Expr::Attribute(a) => Some(a.attr.to_string()),
        Expr::Subscript(s) => match &*s.slice {
            Expr::StringLiteral(key) if is_word(key.value.to_str()) && !differs(module.id(key)) => {
                Some(key.value.to_str().to_string())
            }
            _ => last_name(module, module.id(&*s.value)),
        },
        _ => None,
    };
    finalbody.iter().find_map(|statement| match statement {
        Stmt::Assign(a) => a.targets.first().and_then(target),
        Stmt::AugAssign(a) => target(&a.target),
        Stmt::Delete(d) => d.targets.first().and_then(target),
        Stmt::Expr(e) => match (method_call(statement), &*e.value) {
            // `os.remove(path)`, `sys.setprofile(None)`: not the module is what is managed.
            (Some((call, receiver, method)), _)
                if matches!(Types::new(module, cx.facts).of(receiver), Ty::Module(_)) =>
            {
                let given = call.arguments.args.first().and_then(|a| last_name(module, module.id(a)));
                let object = SETTERS.iter().find_map(|verb| method.strip_prefix(verb));
                given.or(object.filter(|o| !o.is_empty()).map(str::to_string))
            }
            (Some((_, receiver, _)), _) => last_name(module, module.id(receiver)),
            (None, Expr::Call(call)) => {
                let name = call.func.as_name_expr()?.id.as_str();
                let object = VERBS.iter().find_map(|verb| name.strip_prefix(verb));
                object.filter(|o| !o.is_empty()).map(str::to_string)
            }
            _ => None,
        },
        _ => None,
    })
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The last name in a dotted path.
fn last_name(module: &Module, id: NodeId) -> Option<String> {
    match module.node(id) {
        AnyNodeRef::ExprName(n) if !matches!(n.id.as_str(), "self" | "cls") => Some(n.id.to_string()),
        AnyNodeRef::ExprAttribute(a) => Some(a.attr.to_string()),
        _ => None,
    }
}

/// `DEBUG`, `maxDepth`, `_seen` as parts of a name.
fn snake(name: &str) -> String {
    let mut text = String::new();
    let mut before = None;
    for c in name.trim_matches('_').chars() {
        if c.is_uppercase() && before.is_some_and(char::is_lowercase) {
            text.push('_');
        }
        text.extend(c.to_lowercase());
        before = Some(c);
    }
    text
}
