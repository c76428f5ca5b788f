//! What a file says of others: the classes that it derives, what it imports, and what it does with modules as objects.
//! Found once per file, for all questions about it.

use super::importers::{ModuleUse, last_name, module_use, namespace_use};
use crate::facts::types::{Ty, Types};
use crate::facts::{Binding, Facts, SymbolId};
use crate::syntax::{AnyNodeRef, Expr, Module, Ranged, import_member, import_source};

#[derive(Debug)]
pub(super) struct Outline {
    pub classes: Vec<DerivedClass>,
    pub imports: Vec<ImportLine>,
    pub reads: Vec<ModuleRead>,
}

/// A class that has bases.
#[derive(Debug)]
pub(crate) struct DerivedClass {
    /// From 1.
    pub line: usize,
    pub name: String,
    /// Their last names.
    pub bases: Vec<String>,
    /// Names that its body binds.
    pub binds: Vec<String>,
}

/// An import statement.
#[derive(Debug)]
pub(super) struct ImportLine {
    /// From 1.
    pub line: usize,
    /// The modules of a plain import; the one that a from-import names, leading dots included.
    pub modules: Vec<String>,
    /// What a from-import takes of it: a submodule, it may be.
    pub members: Vec<String>,
    pub star: bool,
}

/// A place that reads what an import binds, with the attributes that it takes of it: `pkg`, `pkg.sub`,
/// `pkg.sub.module`.
#[derive(Debug)]
pub(super) struct ModuleRead {
    /// From 1.
    pub line: usize,
    /// Each dotted name, and what is done with the object, otherwise than taking an attribute of it.
    pub levels: Vec<(String, Option<ModuleUse>)>,
}

impl Outline {
    /// `is_module` says whether some module of the repository has a name, the last part of a dotted one: reads of
    /// others are left out.
    pub fn of<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, is_module: &dyn Fn(&str) -> bool) -> Self {
        Outline {
            classes: derived_classes(module),
            imports: imports(module),
            reads: module_reads(module, facts, is_module),
        }
    }
}

/// The classes of a file that have bases, in source order.
pub(crate) fn derived_classes(module: &Module) -> Vec<DerivedClass> {
    let name_of = |e: &Expr| match e {
        // `Generic[T]`
        Expr::Subscript(s) => last_name(&s.value).to_string(),
        other => last_name(other).to_string(),
    };
    let mut found = Vec::new();
    for (id, node) in module.nodes() {
        let AnyNodeRef::StmtClassDef(class) = node else { continue };
        let bases: Vec<String> = class.bases().iter().map(name_of).collect();
        if bases.is_empty() {
            continue;
        }
        let mut binds = Vec::new();
        for (inner, node) in module.subtree(id) {
            let name = match node {
                AnyNodeRef::StmtFunctionDef(f) => f.name.as_str(),
                AnyNodeRef::ExprName(n) if !n.ctx.is_load() => n.id.as_str(),
                _ => continue,
            };
            if module.enclosing_definition(inner) == Some(id) {
                binds.push(name.to_string());
            }
        }
        let line = module.line(class.start());
        found.push(DerivedClass { line, name: class.name.to_string(), bases, binds });
    }
    found
}

fn imports(module: &Module) -> Vec<ImportLine> {
    let statements = module.nodes().filter_map(|(_, node)| match node {
        AnyNodeRef::StmtImport(i) => {
            let modules = i.names.iter().map(|a| a.name.to_string()).collect();
            Some(ImportLine { line: module.line(i.start()), modules, members: Vec::new(), star: false })
        }
        AnyNodeRef::StmtImportFrom(f) => {
            let from = import_source(f);
            let members = f.names.iter().map(|a| import_member(f, a.name.as_str())).collect();
            let star = f.names.iter().any(|a| a.name.as_str() == "*");
            Some(ImportLine { line: module.line(f.start()), modules: vec![from], members, star })
        }
        _ => None,
    });
    statements.collect()
}

fn module_reads<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    is_module: &dyn Fn(&str) -> bool,
) -> Vec<ModuleRead> {
    let symbols = facts.symbols();
    let types = Types::new(module, facts);
    let mut reads = Vec::new();
    for number in 0..symbols.symbols.len() {
        let symbol = SymbolId(number as u32);
        let by_import = |b: Option<Binding>| matches!(b, Some(Binding::Import | Binding::FromImport));
        if !symbols.occurrences_of(symbol).any(|o| by_import(o.binding)) {
            continue;
        }
        let (Ty::Module(imported) | Ty::Member(imported)) = types.of_symbol(symbol) else { continue };
        for read in symbols.occurrences_of(symbol).filter(|o| o.access.reads()) {
            // From `pkg` up to `pkg.sub.module`.
            let (mut id, mut path) = (read.node, imported.clone());
            let mut levels = Vec::new();
            loop {
                let attribute = module.parent(id).and_then(|up| match module.node(up) {
                    AnyNodeRef::ExprAttribute(a) => Some((up, a.attr.as_str())),
                    _ => None,
                });
                let Some((up, name)) = attribute else {
                    levels.push((path, Some(module_use(module, id))));
                    break;
                };
                let how = (name == "__dict__").then(|| namespace_use(module, up));
                let longer = format!("{path}.{name}");
                levels.push((path, how));
                (id, path) = (up, longer);
            }
            let may_be_module = |path: &str| {
                let last = path.rsplit('.').next().unwrap_or(path);
                last.is_empty() || is_module(last)
            };
            if levels.iter().any(|(path, how)| how.is_some() && may_be_module(path)) {
                reads.push(ModuleRead { line: module.line(module.node(read.node).start()), levels });
            }
        }
    }
    reads
}
