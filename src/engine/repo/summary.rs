//! What a file defines and does, owned: the tree can go.

use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::facts::effects::Effects;
use crate::facts::{Access, Binding, Facts, ScopeKind, SymbolId};
use crate::syntax::{
    AnyNodeRef, Expr, LineIndex, Module, NodeId, Ranged, Stmt, TextRange, ast, import_member, import_source,
};
use crate::text::ContentHash;

/// A function, method or lambda: its head. What it does is asked apart, since few are ever asked.
#[derive(Debug)]
pub struct FunctionSummary {
    pub name: String,
    pub node: NodeId,
    /// The class in whose body it stands.
    pub class: Option<NodeId>,
    pub range: TextRange,
    /// From 1.
    pub line: usize,
    pub is_generator: bool,
    pub is_async: bool,
    /// Decorators as written, without the `@`.
    pub decorators: Vec<String>,
}

impl FunctionSummary {
    pub fn of(module: &Module, node: NodeId) -> Self {
        let parent = module.parent(node);
        let class = parent.filter(|p| matches!(module.node(*p), AnyNodeRef::StmtClassDef(_)));
        let (name, is_async, decorators) = match module.node(node) {
            AnyNodeRef::StmtFunctionDef(f) => (
                f.name.to_string(),
                f.is_async,
                f.decorator_list.iter().map(|d| module.source(&d.expression).to_string()).collect(),
            ),
            _ => ("<lambda>".to_string(), false, Vec::new()),
        };
        let range = module.node(node).range();
        let is_generator = yields(module, node);
        let line = module.line(range.start());
        FunctionSummary { name, node, class, range, line, is_generator, is_async, decorators }
    }

    pub fn is_property(&self) -> bool {
        self.decorators.iter().any(|d| {
            let head = d.split('(').next().unwrap_or(d);
            head.ends_with("property") || head.ends_with(".getter") || head.ends_with(".setter")
        })
    }

    /// Decorators that leave open what a call of the name runs.
    pub fn unknown_decorator(&self) -> Option<&str> {
        self.decorators.iter().map(String::as_str).find(|d| {
            let head = d.split('(').next().unwrap_or(d);
            let tail = head.rsplit('.').next().unwrap_or(head);
            !matches!(
                tail,
                "property"
                    | "cached_property"
                    | "staticmethod"
                    | "classmethod"
                    | "abstractmethod"
                    | "setter"
                    | "getter"
                    | "deleter"
                    | "override"
                    | "final"
                    | "lru_cache"
                    | "cache"
                    | "wraps"
                    | "overload"
                    | "abstractproperty"
                    | "contextmanager"
                    | "asynccontextmanager"
            )
        })
    }
}

/// Whether the function's own body (not a nested one) yields.
pub fn yields(module: &Module, function: NodeId) -> bool {
    module.subtree(function).skip(1).any(|(id, node)| {
        matches!(node, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_))
            && module.enclosing_function(id) == Some(function)
            && !module
                .ancestors(id)
                .take_while(|a| *a != function)
                .any(|a| matches!(module.node(a), AnyNodeRef::StmtClassDef(_)))
    })
}

#[derive(Debug)]
pub struct ClassSummary {
    pub name: String,
    pub node: NodeId,
    pub line: usize,
    /// As written; keywords such as `metaclass=` apart.
    pub bases: Vec<String>,
    pub has_metaclass: bool,
    pub decorators: Vec<String>,
    pub methods: FxHashMap<String, NodeId>,
}

impl ClassSummary {
    pub fn of(module: &Module, node: NodeId) -> Option<Self> {
        let AnyNodeRef::StmtClassDef(class) = module.node(node) else { return None };
        let mut methods = FxHashMap::default();
        collect_methods(module, &class.body, &mut methods);
        let keywords = class.arguments.as_deref().map_or(&[][..], |a| &a.keywords);
        Some(ClassSummary {
            name: class.name.to_string(),
            node,
            line: module.line(class.start()),
            bases: class.bases().iter().map(|b| base_name(module, b)).collect(),
            has_metaclass: keywords.iter().any(|k| k.arg.as_deref() == Some("metaclass")),
            decorators: class
                .decorator_list
                .iter()
                .map(|d| module.source(&d.expression).to_string())
                .collect(),
            methods,
        })
    }
}

fn base_name(module: &Module, base: &Expr) -> String {
    match base {
        // `Generic[T]`, `List[int]`.
        Expr::Subscript(s) => module.source(&*s.value).to_string(),
        other => module.source(other).to_string(),
    }
}

/// Methods of the class body, also those in blocks of it; the last definition counts.
fn collect_methods(module: &Module, body: &[Stmt], methods: &mut FxHashMap<String, NodeId>) {
    for statement in body {
        if let Stmt::FunctionDef(f) = statement {
            // A property's setter and deleter do not replace its getter.
            let accessor = f.decorator_list.iter().any(|d| {
                matches!(&d.expression, Expr::Attribute(a) if matches!(a.attr.as_str(), "setter" | "deleter"))
            });
            if !accessor {
                methods.insert(f.name.to_string(), module.id(statement));
            }
        }
        for block in blocks(statement) {
            collect_methods(module, block, methods);
        }
    }
}

/// The blocks of a statement that run in its scope.
fn blocks(statement: &Stmt) -> Vec<&[Stmt]> {
    match statement {
        Stmt::If(i) => {
            let clauses = i.elif_else_clauses.iter().map(|clause| &clause.body[..]);
            std::iter::once(&i.body[..]).chain(clauses).collect()
        }
        Stmt::Try(t) => {
            // What is there for an error comes first, so that it does not count where there is a definition for the usual way.
            let handlers = t.handlers.iter().map(|ast::ExceptHandler::ExceptHandler(h)| &h.body[..]);
            handlers.chain([&t.body[..], &t.orelse, &t.finalbody]).collect()
        }
        Stmt::For(s) => vec![&s.body, &s.orelse],
        Stmt::While(s) => vec![&s.body, &s.orelse],
        Stmt::With(s) => vec![&s.body],
        Stmt::Match(s) => s.cases.iter().map(|case| &case.body[..]).collect(),
        _ => Vec::new(),
    }
}

/// What a module-level name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Global {
    Function(NodeId),
    Class(NodeId),
    /// Imported: the dotted path, leading dots relative to the file.
    Member(String),
    Module(String),
    Other,
}

/// A file, summarised.
#[derive(Debug)]
pub struct ModuleSummary {
    pub path: Arc<Path>,
    pub functions: FxHashMap<NodeId, Arc<FunctionSummary>>,
    pub classes: FxHashMap<NodeId, Arc<ClassSummary>>,
    pub globals: FxHashMap<String, Global>,
    /// Modules all of whose public names are imported, as dotted paths.
    pub stars: Vec<String>,
    pub lines: LineIndex,
    /// Functions and methods by name.
    pub by_name: FxHashMap<String, Vec<NodeId>>,
    /// Of the text that the numbers of nodes belong to.
    pub hash: ContentHash,
    /// What functions do by themselves, as far as it has been asked.
    pub(super) effects: Mutex<FxHashMap<NodeId, Arc<Effects>>>,
}

impl ModuleSummary {
    pub fn of<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, path: &Path) -> Self {
        let mut functions = FxHashMap::default();
        let mut classes = FxHashMap::default();
        let mut by_name: FxHashMap<String, Vec<NodeId>> = FxHashMap::default();
        for (id, node) in module.nodes() {
            match node {
                AnyNodeRef::StmtFunctionDef(f) => {
                    functions.insert(id, Arc::new(FunctionSummary::of(module, id)));
                    by_name.entry(f.name.to_string()).or_default().push(id);
                }
                AnyNodeRef::ExprLambda(_) => {
                    functions.insert(id, Arc::new(FunctionSummary::of(module, id)));
                }
                AnyNodeRef::StmtClassDef(_) => {
                    if let Some(class) = ClassSummary::of(module, id) {
                        classes.insert(id, Arc::new(class));
                    }
                }
                _ => {}
            }
        }
        ModuleSummary {
            path: path.into(),
            functions,
            classes,
            globals: globals(module, facts),
            stars: stars(module, facts),
            lines: module.line_index().clone(),
            by_name,
            hash: ContentHash::of(module.text().as_bytes()),
            effects: Mutex::default(),
        }
    }
}

/// Where the star imports of the module itself lead.
fn stars<'a>(module: &Module<'a>, facts: &Facts<'a, '_>) -> Vec<String> {
    let imports = facts.symbols().star_imports.iter();
    imports
        .filter_map(|id| match module.node(*id) {
            AnyNodeRef::StmtImportFrom(f) => Some(import_source(f)),
            _ => None,
        })
        .collect()
}

/// Module-level names with a single binding, and what that is.
pub fn globals<'a>(module: &Module<'a>, facts: &Facts<'a, '_>) -> FxHashMap<String, Global> {
    let symbols = facts.symbols();
    let mut globals = FxHashMap::default();
    for (i, symbol) in symbols.symbols.iter().enumerate() {
        if symbols.scope(symbol.scope).kind != ScopeKind::Module {
            continue;
        }
        let mut bound = Vec::new();
        for occurrence in symbols.occurrences_of(SymbolId(i as u32)) {
            if occurrence.access == Access::Read || occurrence.binding == Some(Binding::Declaration) {
                continue;
            }
            bound.push((occurrence.node, occurrence.binding));
        }
        let [(node, binding)] = bound[..] else {
            globals.insert(symbol.name.to_string(), Global::Other);
            continue;
        };
        let global = match (binding, module.node(node)) {
            (Some(Binding::Function), _) => Global::Function(node),
            (Some(Binding::Class), _) => Global::Class(node),
            (Some(Binding::Import), AnyNodeRef::Alias(a)) => match &a.asname {
                Some(_) => Global::Module(a.name.to_string()),
                None => Global::Module(a.name.split('.').next().unwrap_or_default().to_string()),
            },
            (Some(Binding::FromImport), AnyNodeRef::Alias(a)) => match module.parent_node(node) {
                Some(AnyNodeRef::StmtImportFrom(f)) => Global::Member(import_member(f, a.name.as_str())),
                _ => Global::Other,
            },
            _ => Global::Other,
        };
        globals.insert(symbol.name.to_string(), global);
    }
    globals
}
