//! Whether a name means the builtin, and the ways to bind names that no scope shows.

use super::build::Builder;
use super::names::NameId;
use super::{Binding, NamespaceWrite, Resolution, ScopeKind, Symbols};
use crate::facts::tables;
use crate::syntax::ast::{self, Expr, ExprContext};
use crate::syntax::{AnyNodeRef, Module, NodeId, NodeKind, Ranged, TextRange};

impl<'a> Symbols<'a> {
    /// Whether the expression means the builtin `name`: a name that no scope of the file binds and that
    /// nothing else in the file could bind, `builtins.name` where `builtins` is the imported module, or what
    /// `from builtins import name` binds.
    ///
    /// Whether *another* file assigns to `builtins` or to this module is not asked here.
    pub fn is_builtin(&self, module: &Module<'a>, expr: &Expr, name: &str) -> bool {
        let found = match expr {
            Expr::Name(found) => match self.resolve(module.id(found)) {
                Resolution::Free => found.id.as_str() == name && self.star_imports.is_empty(),
                Resolution::Symbol(symbol) => {
                    matches!(self.only_import(module, symbol),
                        Some((Some("builtins"), alias)) if alias.name.as_str() == name)
                }
            },
            Expr::Attribute(attribute) if attribute.attr.as_str() == name => match &*attribute.value {
                Expr::Name(base) => match self.resolve(module.id(base)) {
                    Resolution::Free => false,
                    Resolution::Symbol(symbol) => matches!(self.only_import(module, symbol),
                            Some((None, alias)) if alias.name.as_str() == "builtins"),
                },
                _ => false,
            },
            _ => false,
        };
        found && self.hidden_write(name).is_none()
    }

    /// Whether reading the name at `node` fails, for all that the file shows: no scope binds it, no star import may bring
    /// it, and it is neither a builtin nor one of the names that every module has (`__file__`).
    pub fn is_bound_nowhere(&self, node: NodeId, name: &str) -> bool {
        self.resolve(node) == Resolution::Free
            && self.star_imports.is_empty()
            && self.hidden_write(name).is_none()
            && tables::builtin_name(name).is_none()
            && !name.starts_with("__")
    }

    /// A place that writes `name` into the namespace of the module or of `builtins` where no scope shows it.
    pub fn hidden_write(&self, name: &str) -> Option<TextRange> {
        self.namespace_writes.iter().find(|w| w.name.is_none_or(|n| n == name)).map(|w| w.range)
    }

    /// The import that is the only way in which the symbol gets a value: the module of a `from` import, and
    /// the alias. Relative imports do not count.
    fn only_import(
        &self,
        module: &Module<'a>,
        symbol: super::SymbolId,
    ) -> Option<(Option<&'a str>, &'a ast::Alias)> {
        let mut changes = self.occurrences_of(symbol).filter(|o| o.access != super::Access::Read);
        let (only, None) = (changes.next()?, changes.next()) else { return None };
        let AnyNodeRef::Alias(alias) = module.node(only.node) else { return None };
        match (only.binding?, module.parent_node(only.node)?) {
            (Binding::Import, _) => Some((None, alias)),
            (Binding::FromImport, AnyNodeRef::StmtImportFrom(import)) if import.level == 0 => {
                Some((Some(import.module.as_ref()?.as_str()), alias))
            }
            _ => None,
        }
    }
}

/// Names that have to do with namespaces. Few names do, so each read costs one comparison.
#[derive(Default)]
pub(super) struct Roles {
    /// By name, as far as there are roles.
    known: Vec<Role>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Nothing,
    /// `super`, `__class__`
    ClassCell,
    /// `globals`, `locals`, `eval`, ...
    Namespace,
    /// `sys`
    Sys,
    /// May be the module `builtins` or this module.
    ModuleObject,
}

const ROLES: &[(&str, Role)] = &[
    ("super", Role::ClassCell),
    ("__class__", Role::ClassCell),
    ("globals", Role::Namespace),
    ("locals", Role::Namespace),
    ("vars", Role::Namespace),
    ("dir", Role::Namespace),
    ("eval", Role::Namespace),
    ("exec", Role::Namespace),
    ("sys", Role::Sys),
    ("builtins", Role::ModuleObject),
    ("__builtins__", Role::ModuleObject),
];

fn literal(expr: Option<&Expr>) -> Option<&str> {
    match expr {
        Some(Expr::StringLiteral(text)) => Some(text.value.to_str()),
        _ => None,
    }
}

impl<'a> Builder<'a, '_> {
    pub(super) fn note_roles(&mut self) {
        for (name, role) in ROLES {
            let id = self.intern(name);
            self.set_role(id, *role);
        }
    }

    fn set_role(&mut self, name: NameId, role: Role) {
        let known = &mut self.roles.known;
        if known.len() <= name.index() {
            known.resize(name.index() + 1, Role::Nothing);
        }
        known[name.index()] = role;
    }

    /// `import builtins as b`
    pub(super) fn note_import(&mut self, alias: &'a ast::Alias, name: NameId) {
        if alias.name.as_str() == "builtins" {
            self.set_role(name, Role::ModuleObject);
        }
    }

    /// A name that is read.
    #[inline]
    pub(super) fn note_read(&mut self, name: NameId, node: NodeId) {
        match self.roles.known.get(name.index()) {
            None | Some(Role::Nothing) => {}
            Some(Role::ClassCell) => self.read_class_cell(),
            Some(Role::Namespace) => {
                if let Some(AnyNodeRef::ExprCall(call)) = self.module.parent_node(node)
                    && let Expr::Name(func) = &*call.func
                    && self.module.id(func) == node
                {
                    self.note_call(self.module.id(call), call, func.id.as_str());
                }
            }
            Some(Role::Sys) => self.note_sys(node),
            Some(Role::ModuleObject) => self.note_module_object(node),
        }
    }

    /// `sys.modules[...]`: this module, or `builtins`, or one that the scopes of this file do not concern, which
    /// cannot be told apart.
    fn note_sys(&mut self, sys: NodeId) {
        let Some(modules) = self.module.parent(sys) else { return };
        let AnyNodeRef::ExprAttribute(attribute) = self.module.node(modules) else { return };
        if attribute.attr.as_str() != "modules" {
            return;
        }
        if let Some(AnyNodeRef::ExprSubscript(item)) = self.module.parent_node(modules)
            && self.module.id(&*item.value) == modules
        {
            self.note_module_object(self.module.id(item));
        }
    }

    /// An expression that is a module whose names matter: what is done with it?
    fn note_module_object(&mut self, id: NodeId) {
        let Some(parent) = self.module.parent(id) else { return };
        match self.module.node(parent) {
            // `builtins.any = ...`
            AnyNodeRef::ExprAttribute(attribute) if attribute.ctx != ExprContext::Load => {
                self.write(attribute.range, Some(attribute.attr.as_str()));
            }
            AnyNodeRef::ExprAttribute(attribute) if attribute.attr.as_str() == "__dict__" => {
                self.note_namespace(parent, attribute.range);
            }
            // `__builtins__["any"] = ...`: outside of `__main__` it is a dictionary.
            AnyNodeRef::ExprSubscript(item)
                if item.ctx != ExprContext::Load && self.module.id(&*item.value) == id =>
            {
                self.write(item.range, literal(Some(&*item.slice)));
            }
            // `this = sys.modules[__name__]`
            AnyNodeRef::StmtAssign(assign) => {
                for target in &assign.targets {
                    if let Expr::Name(name) = target {
                        let name = self.intern(name.id.as_str());
                        self.set_role(name, Role::ModuleObject);
                    }
                }
            }
            // `setattr(builtins, "any", ...)`
            AnyNodeRef::Arguments(arguments) => {
                let Some(call) = self.module.parent(parent) else { return };
                let AnyNodeRef::ExprCall(ast::ExprCall { func, .. }) = self.module.node(call) else { return };
                let Expr::Name(func) = &**func else { return };
                let range = self.module.node(call).range();
                match func.id.as_str() {
                    "setattr" | "delattr" => self.write(range, literal(arguments.args.get(1))),
                    "vars" => self.note_namespace(call, range),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// A call of something by a plain name.
    fn note_call(&mut self, id: NodeId, call: &'a ast::ExprCall, name: &str) {
        let arguments = &call.arguments;
        let range = call.range();
        match name {
            "globals" => {
                self.built.namespace_reads.push(range);
                self.note_namespace(id, range);
            }
            "locals" | "vars" | "dir" if arguments.is_empty() => {
                self.dynamic(range);
                if matches!(self.kind(self.scope), ScopeKind::Module | ScopeKind::Class) && name != "dir" {
                    self.note_namespace(id, range);
                }
            }
            "eval" | "exec" => {
                // With a namespace of its own the code sees nothing of this scope.
                let own_namespace = arguments.args.len() > 1
                    || arguments.keywords.iter().any(|k| k.arg.as_ref().is_some_and(|n| n == "globals"));
                let unclear = arguments.args.iter().any(Expr::is_starred_expr)
                    || arguments.keywords.iter().any(|k| k.arg.is_none());
                if !own_namespace || unclear {
                    self.dynamic(range);
                    if name == "exec" && !self.in_function() {
                        self.write(range, None);
                    }
                }
            }
            _ => {}
        }
    }

    fn in_function(&self) -> bool {
        let mut scope = Some(self.scope);
        while let Some(id) = scope {
            if matches!(self.kind(id), ScopeKind::Function | ScopeKind::Lambda) {
                return true;
            }
            scope = self.built.scopes[id.index()].parent;
        }
        false
    }

    fn dynamic(&mut self, range: TextRange) {
        self.built.scopes[self.scope.index()].dynamic.push(range);
        if self.kind(self.scope) == ScopeKind::Module {
            self.built.namespace_reads.push(range);
        }
    }

    fn write(&mut self, range: TextRange, name: Option<&'a str>) {
        self.built.namespace_writes.push(NamespaceWrite { range, name });
    }

    /// An expression that is a namespace as a dictionary: does its surrounding write to it?
    fn note_namespace(&mut self, id: NodeId, range: TextRange) {
        match self.namespace_use(id) {
            NamespaceUse::Read => {}
            NamespaceUse::Write(name) => self.write(range, name),
        }
    }

    fn namespace_use(&self, id: NodeId) -> NamespaceUse<'a> {
        let Some(parent) = self.module.parent(id) else { return NamespaceUse::Read };
        match self.module.node(parent) {
            AnyNodeRef::ExprSubscript(item) if self.module.id(&*item.value) == id => match item.ctx {
                ExprContext::Load => NamespaceUse::Read,
                _ => NamespaceUse::Write(literal(Some(&*item.slice))),
            },
            AnyNodeRef::ExprAttribute(attribute) => {
                match attribute.attr.as_str() {
                    "get" | "keys" | "values" | "items" | "copy" | "__getitem__" | "__contains__" => {
                        NamespaceUse::Read
                    }
                    // `globals().setdefault("x", ...)`
                    "setdefault" | "pop" | "__setitem__" | "__delitem__" => {
                        match self.module.parent_node(parent) {
                            Some(AnyNodeRef::ExprCall(call)) => {
                                NamespaceUse::Write(literal(call.arguments.args.first()))
                            }
                            _ => NamespaceUse::Write(None),
                        }
                    }
                    _ => NamespaceUse::Write(None),
                }
            }
            AnyNodeRef::Arguments(_) => match self.module.parent_node(parent) {
                Some(AnyNodeRef::ExprCall(call)) if only_reads_arguments(&call.func) => NamespaceUse::Read,
                _ => NamespaceUse::Write(None),
            },
            AnyNodeRef::Keyword(_) => {
                let call = self.module.parent(parent).and_then(|p| self.module.parent_node(p));
                match call {
                    Some(AnyNodeRef::ExprCall(call)) if only_reads_arguments(&call.func) => {
                        NamespaceUse::Read
                    }
                    _ => NamespaceUse::Write(None),
                }
            }
            other => match other.kind() {
                NodeKind::ExprCompare
                | NodeKind::ExprBinOp
                | NodeKind::ExprDict
                | NodeKind::ExprSubscript
                | NodeKind::StmtExpr
                | NodeKind::StmtFor
                | NodeKind::Comprehension
                | NodeKind::InterpolatedElement => NamespaceUse::Read,
                _ => NamespaceUse::Write(None),
            },
        }
    }
}

enum NamespaceUse<'a> {
    Read,
    /// One name, or any.
    Write(Option<&'a str>),
}

/// Functions that do not write to a dictionary that they get.
fn only_reads_arguments(func: &Expr) -> bool {
    matches!(func, Expr::Name(name) if matches!(
        name.id.as_str(),
        "all" | "any" | "bool" | "dict" | "enumerate" | "eval" | "filter" | "getattr" | "id" | "isinstance"
            | "iter" | "len" | "list" | "map" | "max" | "min" | "next" | "print" | "repr" | "set" | "sorted"
            | "str" | "sum" | "tuple" | "type" | "zip"
    ))
}
