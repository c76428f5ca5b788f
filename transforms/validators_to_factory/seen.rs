//! Who sees that a function comes out of a factory: by its name, its parameters, the place where it is defined.

use unspool_engine::facts::Resolution;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged};
use unspool_engine::transform::{FileContext, Finding};

use super::copy::Copy;
use crate::generated::contract::exported;
use crate::generated::shown::shown;

/// Names by which a file gets at a function's name or at where it was defined.
const LOOKS: &[&str] = &["__name__", "__qualname__", "__code__", "__wrapped__"];

/// Modules that find functions by where they are defined.
const FINDERS: &[&str] = &["pickle", "multiprocessing", "concurrent", "joblib", "dill", "doctest", "inspect"];

/// Builtins that only call what they are given.
const CALLERS: &[&str] =
    &["map", "filter", "sorted", "min", "max", "any", "all", "list", "tuple", "callable"];

/// The name of the function is seen by nobody: it is called, kept and handed on.
pub fn name_unseen<'a>(cx: &FileContext<'a, '_>, copy: &Copy<'a>) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let Resolution::Symbol(own) = symbols.resolve(module.id(copy.def)) else {
        return Finding::refuted("its name is not understood");
    };
    let name = copy.name();
    if name.starts_with("test") || name.starts_with("pytest_") {
        return Finding::refuted(
            "a test runner finds it by its name, and passes fixtures by the names of its parameters",
        );
    }
    let mut handed_on = None;
    let mut finding = Finding::proved("its name is only called and kept");
    for occurrence in symbols.occurrences_of(own).filter(|o| o.access.reads()) {
        let line = module.line(occurrence.range.start());
        if let Some(line) = shown(module, cx.facts, occurrence.node) {
            return Finding::refuted(format!(
                "line {line} turns the function into text, which shows its name"
            ));
        }
        match use_of(module, occurrence.node) {
            Use::Called => {}
            Use::Kept => handed_on = Some(line),
            // It is handed to the factory.
            Use::Attribute(attr) if attr == "__doc__" => {}
            Use::Attribute(attr) => {
                return Finding::refuted(format!("line {line} takes `{name}.{attr}`"));
            }
            Use::Type => {
                return Finding::refuted(format!(
                    "line {line} makes it a type of arguments: their error messages show its `__name__`"
                ));
            }
            Use::Argument(function) => {
                handed_on = Some(line);
                if !CALLERS.contains(&function.as_str()) {
                    finding = finding.and(Finding::assumed(format!(
                        "line {line} passes it to `{function}`, which may show its name"
                    )));
                }
            }
        }
    }
    if let Some((line, what)) = reads_tracebacks(module) {
        return Finding::refuted(format!(
            "line {line} reads the names of functions from a traceback (`{what}`)"
        ));
    }
    if let Some(line) = handed_on {
        if let Some((at, attr)) = reads_names(module) {
            return Finding::refuted(format!(
                "line {line} hands it on, and line {at} takes the `{attr}` of something"
            ));
        }
        if let Some(finder) = imports(module, FINDERS) {
            return Finding::refuted(format!(
                "line {line} hands it on, and the file uses `{finder}`, which finds functions by their names"
            ));
        }
    }
    if let Some(read) = symbols.namespace_reads.first() {
        let line = module.line(read.start());
        finding = finding
            .and(Finding::assumed(format!("line {line} takes functions of this module by their names")));
    }
    let local = cx.local();
    match exported(cx, &local, name) {
        None => finding,
        Some(why) => finding.and(Finding::assumed(format!("{why}: there its `__name__` may be read"))),
    }
}

enum Use {
    Called,
    Kept,
    Attribute(String),
    /// `type=` of argparse, click and the like.
    Type,
    Argument(String),
}

fn use_of(module: &Module, id: NodeId) -> Use {
    match module.parent_node(id) {
        Some(AnyNodeRef::ExprCall(call)) if module.id(&*call.func) == id => Use::Called,
        Some(AnyNodeRef::ExprAttribute(a)) => Use::Attribute(a.attr.to_string()),
        Some(AnyNodeRef::Keyword(k)) => {
            if k.arg.as_deref() == Some("type") {
                return Use::Type;
            }
            Use::Argument(callee(module, id))
        }
        Some(AnyNodeRef::Arguments(_)) => Use::Argument(callee(module, id)),
        _ => Use::Kept,
    }
}

/// The last name of what is called with the node as an argument.
fn callee(module: &Module, id: NodeId) -> String {
    module
        .ancestors(id)
        .find_map(|a| match module.node(a) {
            AnyNodeRef::ExprCall(call) => Some(match &*call.func {
                Expr::Name(n) => n.id.to_string(),
                Expr::Attribute(a) => a.attr.to_string(),
                other => module.source(other).to_string(),
            }),
            _ => None,
        })
        .unwrap_or_default()
}

/// Where the file takes names of functions from tracebacks and frames.
fn reads_tracebacks(module: &Module) -> Option<(usize, String)> {
    const READS: &[&str] = &[
        "extract_tb",
        "extract_stack",
        "walk_tb",
        "walk_stack",
        "tb_frame",
        "f_code",
        "co_name",
        "co_qualname",
    ];
    module.nodes().find_map(|(_, node)| {
        let name = match node {
            AnyNodeRef::ExprAttribute(a) => a.attr.as_str(),
            AnyNodeRef::ExprName(n) => n.id.as_str(),
            _ => return None,
        };
        READS.contains(&name).then(|| (module.line(node.start()), name.to_string()))
    })
}

fn reads_names(module: &Module) -> Option<(usize, String)> {
    module.nodes().find_map(|(_, node)| match node {
        AnyNodeRef::ExprAttribute(a) if LOOKS.contains(&a.attr.as_str()) && !is_class(&a.value) => {
            Some((module.line(a.start()), a.attr.to_string()))
        }
        _ => None,
    })
}

/// `type(x)`, `x.__class__`: not a function.
fn is_class(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) => matches!(&*call.func, Expr::Name(n) if n.id == "type"),
        Expr::Attribute(a) => a.attr.as_str() == "__class__",
        _ => false,
    }
}

/// The first of the modules that the file imports.
fn imports(module: &Module, wanted: &[&str]) -> Option<String> {
    let root = |dotted: &str| dotted.split('.').next().unwrap_or_default().to_string();
    module.nodes().find_map(|(_, node)| {
        let named: Vec<String> = match node {
            AnyNodeRef::StmtImport(i) => i.names.iter().map(|a| root(a.name.as_str())).collect(),
            AnyNodeRef::StmtImportFrom(f) => f.module.iter().map(|m| root(m.as_str())).collect(),
            _ => return None,
        };
        named.into_iter().find(|n| wanted.contains(&n.as_str()))
    })
}

/// Nobody passes a parameter by the name that it would lose.
pub fn keywords_kept<'a>(cx: &FileContext<'a, '_>, copies: &[&Copy<'a>]) -> Finding {
    let first = &copies[0].parameters;
    let changes = copies.iter().any(|c| c.parameters != *first);
    if !changes {
        return Finding::proved("all have the same parameters");
    }
    let module = cx.module;
    let mut finding = Finding::proved("the calls in the repository pass everything by position");
    for copy in copies {
        let name = copy.name();
        let Some(uses) = cx.repo.uses(name) else {
            return Finding::assumed(format!("too many files call something `{name}` to look at them all"));
        };
        for call in &uses.calls {
            let by_name = call.arguments.iter().find(|a| match &a.keyword {
                Some(keyword) => copy.parameters.contains(&keyword.as_str()),
                None => false,
            });
            let place = format!("{}:{}", call.path.display(), call.line);
            if let Some(keyword) = by_name.and_then(|a| a.keyword.as_deref()) {
                return Finding::refuted(format!(
                    "{place} passes `{keyword}=`, and the copies call it differently"
                ));
            }
        }
        if let Some(line) = unpacked(module, name) {
            return Finding::refuted(format!("line {line} passes a dictionary, which names the parameters"));
        }
        if uses.calls.is_empty() && uses.references.is_empty() {
            return Finding::refuted(format!(
                "nobody in the repository calls `{name}`: whoever does may pass parameters by their names"
            ));
        }
        if let Some((path, line)) = uses.references.first() {
            finding = finding.and(Finding::assumed(format!(
                "{}:{line} hands `{name}` on: who calls it by a parameter's name is not seen",
                path.display()
            )));
        }
        let local = cx.local();
        if let Some(why) = exported(cx, &local, name) {
            finding =
                finding.and(Finding::assumed(format!("{why}: its parameters may be passed by their names")));
        }
    }
    finding
}

/// The line of a call of the function with `**`.
fn unpacked(module: &Module, name: &str) -> Option<usize> {
    module.nodes().find_map(|(_, node)| match node {
        AnyNodeRef::ExprCall(call)
            if matches!(&*call.func, Expr::Name(n) if n.id == name)
                && call.arguments.keywords.iter().any(|k| k.arg.is_none()) =>
        {
            Some(module.line(call.start()))
        }
        _ => None,
    })
}
