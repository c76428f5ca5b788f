//! Who sees that a function comes out of a factory: by its name, its parameters, the place where it is defined.

use std::path::Path;

use unspool_engine::facts::{Facts, Resolution};
use unspool_engine::repo::{Base, How, Local};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, import_source};
use unspool_engine::transform::{FileContext, Finding};

use super::copy::Copy;
use crate::generated::contract::exported;
use crate::generated::shown::shown;

/// Names by which a file gets at a function's name or at where it was defined.
const LOOKS: &[&str] = &["__name__", "__qualname__", "__code__", "__wrapped__"];

/// Modules that find functions by where they are defined.
const FINDERS: &[&str] = &["pickle", "multiprocessing", "concurrent", "joblib", "dill", "doctest", "inspect"];

/// Functions that only call or keep what they are given.
const CALLERS: &[&str] = &[
    "map",
    "filter",
    "sorted",
    "min",
    "max",
    "any",
    "all",
    "list",
    "tuple",
    "callable",
    "assertRaises",
    "assertRaisesRegex",
    "raises",
];

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
    if let Some((line, what)) = reads_tracebacks(module) {
        return Finding::refuted(format!(
            "line {line} reads the names of functions from a traceback (`{what}`)"
        ));
    }
    let here = Reader { module, facts: cx.facts, path: None };
    let reads = symbols.occurrences_of(own).filter(|o| o.access.reads()).map(|o| o.node);
    let (mut finding, handed_on) = here.reads(name, reads);
    if finding.state.is_refuted() {
        return finding;
    }
    if let Some(read) = symbols.namespace_reads.first() {
        let line = module.line(read.start());
        finding = finding
            .and(Finding::assumed(format!("line {line} takes functions of this module by their names")));
    }
    finding = finding.and(unseen_elsewhere(cx, name));
    if let Some(line) = handed_on
        && let Some(place) = looked_at_by_importers(cx)
    {
        return Finding::refuted(format!("line {line} hands it on, and {place} of something"));
    }
    let local = cx.local();
    match exported(cx, &local, name) {
        None => finding,
        Some(why) => finding.and(Finding::assumed(format!("{why}: there its `__name__` may be read"))),
    }
}

/// Other files that have the function from this one do not see its name either.
fn unseen_elsewhere(cx: &FileContext, name: &str) -> Finding {
    let finding = Finding::proved("other files only call and keep it");
    let Some(mentions) = cx.repo.mentions(&cx.local(), name) else {
        return Finding::assumed(format!("too many files name something `{name}` to look at them all"));
    };
    let is_ours = |file: &Path, dotted: &str| cx.repo.means(file, dotted, cx.path) != Some(false);
    mentions.iter().filter(|m| *m.file != *cx.path).fold(finding, |finding, mention| {
        let by_import = match &mention.how {
            How::Import { from, .. } if is_ours(&mention.file, from) => true,
            How::Attribute { base: Base::Imported(path), .. } if is_ours(&mention.file, path) => false,
            _ => return finding,
        };
        let seen = cx.repo.with_file(&mention.file, |other| {
            let Local { module, facts, .. } = *other;
            let reader = Reader { module, facts, path: Some(&*mention.path) };
            let is_it = |node: &AnyNodeRef| match node {
                AnyNodeRef::Alias(_) => by_import,
                AnyNodeRef::ExprAttribute(_) => !by_import,
                _ => false,
            };
            let (id, _) = module.nodes().find(|(_, n)| n.range() == mention.range && is_it(n))?;
            let nodes = match facts.symbols().resolve(id) {
                Resolution::Symbol(symbol) if by_import => {
                    let reads = facts.symbols().occurrences_of(symbol).filter(|o| o.access.reads());
                    reads.map(|o| o.node).collect()
                }
                _ => vec![id],
            };
            Some(reader.reads(name, nodes.into_iter()).0)
        });
        match seen.flatten() {
            Some(seen) => finding.and(seen),
            None => finding,
        }
    })
}

/// Where a file that imports this one takes the name of something: of what it got from here, perhaps.
fn looked_at_by_importers(cx: &FileContext) -> Option<String> {
    let mut files: Vec<_> = LOOKS.iter().flat_map(|word| cx.repo.may_have_from(word, cx.path)).collect();
    files.sort();
    files.dedup();
    files.iter().filter(|file| **file != *cx.path).find_map(|file| {
        let is_ours = |dotted: &str| cx.repo.means(file, dotted, cx.path) != Some(false);
        let look = |Local { module, .. }: &Local| {
            let imports = module.nodes().any(|(_, node)| match node {
                AnyNodeRef::StmtImport(i) => i.names.iter().any(|a| is_ours(a.name.as_str())),
                AnyNodeRef::StmtImportFrom(f) => {
                    let from = import_source(f);
                    let dot = if from.ends_with('.') { "" } else { "." };
                    is_ours(&from) || f.names.iter().any(|a| is_ours(&format!("{from}{dot}{}", a.name)))
                }
                _ => false,
            });
            reads_names(module).filter(|_| imports)
        };
        let (line, attr) = cx.repo.with_file(file, look)??;
        Some(format!("{}:{line} takes the `{attr}`", cx.repo.index().shown(file).display()))
    })
}

/// What a file does with the function.
struct Reader<'m, 'a> {
    module: &'m Module<'a>,
    facts: &'m Facts<'a, 'm>,
    /// As people know it; none for the file that defines the function.
    path: Option<&'m Path>,
}

impl<'a> Reader<'_, 'a> {
    fn at(&self, line: usize) -> String {
        match self.path {
            Some(path) => format!("{}:{line}", path.display()),
            None => format!("line {line}"),
        }
    }

    /// Whether its name is seen where these nodes read it, and the line on which it is handed on.
    fn reads(&self, name: &str, nodes: impl Iterator<Item = NodeId>) -> (Finding, Option<usize>) {
        let module = self.module;
        let mut handed_on = None;
        let mut finding = Finding::proved("its name is only called and kept");
        let refuted = |why: String| (Finding::refuted(why), None);
        for node in nodes {
            let line = module.line(module.node(node).start());
            let place = self.at(line);
            if let Some(line) = shown(module, self.facts, node) {
                return refuted(format!(
                    "{} turns the function into text, which shows its name",
                    self.at(line)
                ));
            }
            match use_of(module, node) {
                Use::Called => {}
                Use::Kept => handed_on = Some(line),
                // It is handed to the factory.
                Use::Attribute(attr) if attr == "__doc__" => {}
                Use::Attribute(attr) => return refuted(format!("{place} takes `{name}.{attr}`")),
                Use::Type => {
                    return refuted(format!(
                        "{place} makes it a type of arguments: their error messages show its `__name__`"
                    ));
                }
                Use::Argument(function) => {
                    handed_on = Some(line);
                    if !CALLERS.contains(&function.as_str()) {
                        finding = finding.and(Finding::assumed(format!(
                            "{place} passes it to `{function}`, which may show its name"
                        )));
                    }
                }
            }
        }
        if let Some(line) = handed_on {
            let place = self.at(line);
            if let Some((at, attr)) = reads_names(module) {
                return refuted(format!(
                    "{place} hands it on, and line {at} takes the `{attr}` of something"
                ));
            }
            if let Some(finder) = imports(module, FINDERS) {
                return refuted(format!(
                    "{place} hands it on, and the file uses `{finder}`, which finds functions by their names"
                ));
            }
        }
        (finding, handed_on)
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
        // `getattr(check, "__name__", "?")`
        AnyNodeRef::ExprCall(call) if matches!(&*call.func, Expr::Name(n) if n.id == "getattr") => {
            let [object, name, ..] = &*call.arguments.args else { return None };
            let name = name.as_string_literal_expr()?.value.to_str();
            (LOOKS.contains(&name) && !is_class(object))
                .then(|| (module.line(call.start()), name.to_string()))
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
