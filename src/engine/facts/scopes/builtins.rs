//! Whether a name means the builtin, and the ways to bind names that no scope shows.

use super::build::Builder;
use super::{Binding, NamespaceWrite, Resolution, ScopeKind, Symbols};
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

/// Names by which the file may know the module `builtins` or itself as an object.
#[derive(Default)]
pub(super) struct ModuleObjects<'a> {
    names: Vec<&'a str>,
}

impl ModuleObjects<'_> {
    fn contains(&self, name: &str) -> bool {
        matches!(name, "builtins" | "__builtins__") || self.names.contains(&name)
    }

    fn is(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(name) => self.contains(name.id.as_str()),
            _ => is_sys_modules_item(expr),
        }
    }
}

/// `sys.modules[...]`: this module, or `builtins`, or one that the scopes of this file do not concern, which
/// cannot be told apart.
fn is_sys_modules_item(expr: &Expr) -> bool {
    let Expr::Subscript(item) = expr else { return false };
    match &*item.value {
        Expr::Attribute(a) => {
            a.attr.as_str() == "modules" && matches!(&*a.value, Expr::Name(n) if n.id.as_str() == "sys")
        }
        _ => false,
    }
}

fn literal(expr: Option<&Expr>) -> Option<&str> {
    match expr {
        Some(Expr::StringLiteral(text)) => Some(text.value.to_str()),
        _ => None,
    }
}

impl<'a> Builder<'a, '_> {
    pub(super) fn note_import(&mut self, alias: &'a ast::Alias) {
        if let (Some(name), "builtins") = (&alias.asname, alias.name.as_str()) {
            self.module_objects.names.push(name.as_str());
        }
    }

    /// `this = sys.modules[__name__]`
    pub(super) fn note_module_object(&mut self, assign: &'a ast::StmtAssign) {
        if is_sys_modules_item(&assign.value) {
            for target in &assign.targets {
                if let Expr::Name(name) = target {
                    self.module_objects.names.push(name.id.as_str());
                }
            }
        }
    }

    /// `builtins.any = ...`, `builtins.__dict__`
    pub(super) fn note_attribute(&mut self, id: NodeId, attribute: &'a ast::ExprAttribute) {
        let stores = attribute.ctx != ExprContext::Load;
        if !(stores || attribute.attr.as_str() == "__dict__") || !self.module_objects.is(&attribute.value) {
            return;
        }
        if stores {
            self.write(attribute.range, Some(attribute.attr.as_str()));
        } else {
            self.note_namespace(id, attribute.range);
        }
    }

    /// `__builtins__["any"] = ...`: outside of `__main__` it is a dictionary.
    pub(super) fn note_item(&mut self, item: &'a ast::ExprSubscript) {
        let stores = item.ctx != ExprContext::Load;
        if stores && matches!(&*item.value, Expr::Name(name) if name.id.as_str() == "__builtins__") {
            self.write(item.range, literal(Some(&*item.slice)));
        }
    }

    /// A call of something by a plain name.
    pub(super) fn note_call(&mut self, id: NodeId, call: &'a ast::ExprCall, name: &str) {
        let arguments = &call.arguments;
        let range = call.range();
        let of_module_object = matches!(name, "vars" | "setattr" | "delattr")
            && arguments.args.first().is_some_and(|a| self.module_objects.is(a));
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
            "vars" if of_module_object => self.note_namespace(id, range),
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
            "setattr" | "delattr" if of_module_object => self.write(range, literal(arguments.args.get(1))),
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
