//! What code does to objects of classes that it does not name: attributes that it sets, looks at `__dict__`, a class
//! that is exchanged. Found once per file, for all classes at once.

use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::importers::last_name;
use super::mentions::Base;
use super::outline::DerivedClass;
use super::{Local, Repository};
use crate::facts::{Access, Binding, Facts, Resolution};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};

/// What a file does to objects.
#[derive(Debug)]
pub struct ObjectUses {
    /// Absolute.
    pub file: PathBuf,
    /// As people know it.
    pub path: Arc<Path>,
    pub uses: Vec<ObjectUse>,
}

#[derive(Debug)]
pub struct ObjectUse {
    /// From 1.
    pub line: usize,
    /// The object.
    pub base: Base,
    pub how: Handling,
    /// Attributes that the same code takes of the object, or that the object was taken from: `children` of
    /// `for child in node.children: child.parent = node`.
    pub about: Vec<Box<str>>,
    /// Classes of which it is an instance by one of several assignments.
    pub perhaps: Vec<String>,
    /// It is a parameter: callers know what it is.
    pub is_parameter: bool,
    /// In which class and method it is done, if it is code of a method.
    pub method: Option<(String, String)>,
    /// The outermost function or class whose code does it.
    pub within: Option<String>,
}

#[derive(Debug)]
pub enum Handling {
    /// `x.name = ...`, `del x.name`, `setattr(x, "name", ...)`, `mock.patch.object(x, "name")`
    Sets(String),
    /// `setattr(x, name, ...)`
    SetsAny,
    /// `x.__dict__`, `vars(x)`
    Dict,
    /// `x.__class__ = C`: the last name of `C`.
    Class(String),
}

impl Repository {
    /// What a file does to objects.
    pub fn own_object_uses(&self, local: &Local) -> Arc<ObjectUses> {
        self.index().object_uses(local.path, || ObjectUses {
            file: local.path.to_path_buf(),
            path: self.index().shown(local.path).into(),
            uses: uses_in(local.module, local.facts),
        })
    }

    /// What all other files of the repository do to objects, looked at one by one.
    pub fn object_uses_elsewhere(&self, local: &Local) -> impl Iterator<Item = Arc<ObjectUses>> {
        let others = self.index().files().iter().filter(|f| f.as_path() != local.path);
        others.map(|file| {
            self.note_read(file);
            self.index().object_uses(file, || self.object_uses_of(file))
        })
    }

    fn object_uses_of(&self, file: &Path) -> ObjectUses {
        let uses = self.with_file(file, |other| uses_in(other.module, other.facts)).unwrap_or_default();
        ObjectUses { file: file.to_path_buf(), path: self.index().shown(file).into(), uses }
    }
}

fn uses_in<'a>(module: &Module<'a>, facts: &Facts<'a, '_>) -> Vec<ObjectUse> {
    let mut uses = Vec::new();
    let passed: OnceCell<FxHashMap<&str, Vec<String>>> = OnceCell::new();
    for (id, node) in module.nodes() {
        let found: Option<(&Expr, Handling)> = match node {
            AnyNodeRef::ExprAttribute(a) => match (a.attr.as_str(), a.ctx.is_load()) {
                ("__dict__", _) => Some((&*a.value, Handling::Dict)),
                ("__class__", false) => Some((&*a.value, Handling::Class(assigned_name(module, id)))),
                (_, true) => None,
                (name, false) => Some((&*a.value, Handling::Sets(name.to_string()))),
            },
            AnyNodeRef::ExprCall(call) if filled_in(module, facts, call).is_some() => {
                filled_in(module, facts, call).map(|object| (object, Handling::SetsAny))
            }
            AnyNodeRef::ExprCall(call) => call.arguments.args.first().and_then(|first| {
                let name =
                    call.arguments.args.get(1).map(|n| n.as_string_literal_expr().map(|s| s.value.to_str()));
                match (last_name(&call.func), name) {
                    ("vars", None) => Some((first, Handling::Dict)),
                    ("getattr" | "hasattr", Some(Some("__dict__"))) => Some((first, Handling::Dict)),
                    ("setattr" | "delattr" | "object" | "__setattr__", Some(Some("__class__"))) => {
                        Some((first, Handling::Class(String::new())))
                    }
                    ("setattr" | "delattr" | "object" | "__setattr__", Some(Some(name))) => {
                        Some((first, Handling::Sets(name.to_string())))
                    }
                    ("setattr" | "delattr" | "__setattr__", Some(None)) => Some((first, Handling::SetsAny)),
                    ("update_wrapper", _) => Some((first, Handling::Dict)),
                    _ => None,
                }
            }),
            _ => None,
        };
        if found.is_none()
            && let Some(how) = handed_on(module, facts, id)
        {
            uses.push(ObjectUse {
                line: module.line(node.start()),
                base: Base::Unknown(None),
                how,
                about: Vec::new(),
                perhaps: Vec::new(),
                is_parameter: false,
                method: method(module, id),
                within: within(module, id),
            });
            continue;
        }
        let Some((object, how)) = found else { continue };
        // `super().__setattr__(name, value)` is about the first parameter of the method.
        let base = Base::of(module, facts, object);
        if matches!(base, Base::Other | Base::Imported(_) | Base::Class(_)) {
            continue;
        }
        let line = module.line(node.start());
        // Of an instance of a known class everything is known.
        let is_known = matches!(base, Base::Instance(_) | Base::ImportedInstance(_));
        let about = if is_known { Vec::new() } else { about(module, facts, object) };
        let (mut perhaps, is_parameter) =
            if is_known { (Vec::new(), false) } else { bindings(module, facts, object) };
        let function = module.enclosing_function(id).map(|f| module.node(f));
        if is_parameter && let Some(AnyNodeRef::StmtFunctionDef(def)) = function {
            let passed = passed.get_or_init(|| passed_instances(module, facts));
            perhaps.extend(passed.get(def.name.as_str()).into_iter().flatten().cloned());
        }
        let (method, within) = (method(module, id), within(module, id));
        uses.push(ObjectUse { line, base, how, about, perhaps, is_parameter, method, within });
    }
    uses
}

/// `parser.parse_args(argv, options)`: `argparse` and `optparse` give the object an attribute for each option. What is
/// no object of a class that is known here, is most often one of theirs.
fn filled_in<'m, 'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    call: &'m ast::ExprCall,
) -> Option<&'m Expr> {
    const PARSES: &[&str] =
        &["parse_args", "parse_known_args", "parse_intermixed_args", "parse_known_intermixed_args"];
    if !call.func.is_attribute_expr() || !PARSES.contains(&last_name(&call.func)) {
        return None;
    }
    let by_name = |k: &&ast::Keyword| matches!(k.arg.as_deref(), Some("namespace" | "values"));
    let named = call.arguments.keywords.iter().find(by_name).map(|k| &k.value);
    let object = named.or(call.arguments.args.get(1))?;
    let is_known = matches!(Base::of(module, facts, object), Base::Instance(_) | Base::ImportedInstance(_));
    (is_known || !bindings(module, facts, object).0.is_empty()).then_some(object)
}

/// `default=vars`, `map(vars, rows)`, `attrgetter("__dict__")`, `partial(setattr, row)`: whoever gets it does that to
/// objects that are not seen here.
fn handed_on(module: &Module, facts: &Facts, id: NodeId) -> Option<Handling> {
    match module.node(id) {
        AnyNodeRef::ExprName(name) => {
            let how = match name.id.as_str() {
                "vars" => Handling::Dict,
                "setattr" | "delattr" => Handling::SetsAny,
                _ => return None,
            };
            let called = || matches!(module.parent_node(id), Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == id);
            (facts.symbols().resolve(id) == Resolution::Free && !called()).then_some(how)
        }
        AnyNodeRef::ExprCall(call) => {
            let first = call.arguments.args.first().and_then(Expr::as_string_literal_expr);
            let reads = first.is_some_and(|s| s.value.to_str() == "__dict__");
            (last_name(&call.func) == "attrgetter" && reads).then_some(Handling::Dict)
        }
        // `"{0.__dict__}".format(row)`
        AnyNodeRef::ExprStringLiteral(s) => {
            let text = s.value.to_str();
            let looks = |end: char| text.contains(&format!(".__dict__{end}"));
            (text.contains('{') && (looks('}') || looks('[') || looks('!'))).then_some(Handling::Dict)
        }
        _ => None,
    }
}

/// By the last name of what is called: the classes of which the file passes instances to it.
fn passed_instances<'a>(module: &Module<'a>, facts: &Facts<'a, '_>) -> FxHashMap<&'a str, Vec<String>> {
    let mut passed: FxHashMap<&str, Vec<String>> = FxHashMap::default();
    for (_, node) in module.nodes() {
        let AnyNodeRef::ExprCall(call) = node else { continue };
        let values = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value));
        for value in values {
            let class = match Base::of(module, facts, value) {
                Base::Instance(class) => class,
                Base::ImportedInstance(path) => path.rsplit('.').next().unwrap_or(&path).to_string(),
                _ => continue,
            };
            passed.entry(last_name(&call.func)).or_default().push(class);
        }
    }
    passed
}

/// The last name of what an assignment to the attribute at `target` assigns.
fn assigned_name(module: &Module, target: NodeId) -> String {
    match module.parent_node(target) {
        Some(AnyNodeRef::StmtAssign(a)) => match &*a.value {
            Expr::Call(call) => last_name(&call.func).to_string(),
            other => last_name(other).to_string(),
        },
        _ => String::new(),
    }
}

/// The innermost class and the name of its method around a node.
fn method(module: &Module, id: NodeId) -> Option<(String, String)> {
    let mut function: Option<&str> = None;
    for ancestor in module.ancestors(id) {
        match module.node(ancestor) {
            AnyNodeRef::StmtFunctionDef(f) => function = Some(f.name.as_str()),
            AnyNodeRef::StmtClassDef(c) => return Some((c.name.to_string(), function?.to_string())),
            _ => {}
        }
    }
    None
}

/// The name of the outermost function or class around a node.
fn within(module: &Module, id: NodeId) -> Option<String> {
    let names = module.ancestors(id).filter_map(|a| match module.node(a) {
        AnyNodeRef::StmtFunctionDef(f) => Some(f.name.as_str()),
        AnyNodeRef::StmtClassDef(c) => Some(c.name.as_str()),
        _ => None,
    });
    names.last().map(ToString::to_string)
}

/// See [`ObjectUse::perhaps`] and [`ObjectUse::is_parameter`].
fn bindings<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, object: &Expr) -> (Vec<String>, bool) {
    let Expr::Name(name) = object else { return (Vec::new(), false) };
    let Resolution::Symbol(symbol) = facts.symbols().resolve(module.id(name)) else {
        return (Vec::new(), false);
    };
    let mut perhaps = Vec::new();
    let mut is_parameter = false;
    for occurrence in facts.symbols().occurrences_of(symbol).filter(|o| o.binds()) {
        is_parameter |= occurrence.binding == Some(Binding::Parameter);
        let value = match module.statement_of(occurrence.node).map(|s| module.node(s)) {
            Some(AnyNodeRef::StmtAssign(a)) => Some(&*a.value),
            Some(AnyNodeRef::StmtAnnAssign(a)) => a.value.as_deref(),
            _ => None,
        };
        // Whatever the statement makes may be what the name gets.
        let made = value.into_iter().flat_map(|v| module.subtree(module.id(v)));
        for (_, node) in made {
            if let AnyNodeRef::ExprCall(call) = node {
                match Base::of(module, facts, &call.func) {
                    Base::Class(class) => perhaps.push(class),
                    Base::Imported(path) => perhaps.extend(path.rsplit('.').next().map(ToString::to_string)),
                    _ => perhaps.extend(among_classes(module, facts, &call.func)),
                }
            }
        }
    }
    (perhaps, is_parameter)
}

/// The name, if a class is one of several things that it is bound to.
fn among_classes<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, func: &Expr) -> Option<String> {
    let Expr::Name(name) = func else { return None };
    let Resolution::Symbol(symbol) = facts.symbols().resolve(module.id(name)) else { return None };
    let is_class = facts.symbols().occurrences_of(symbol).any(|o| o.binding == Some(Binding::Class));
    is_class.then(|| name.id.to_string())
}

/// See [`ObjectUse::about`].
fn about<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, object: &Expr) -> Vec<Box<str>> {
    let mut names: Vec<Box<str>> = Vec::new();
    let within = |root: NodeId, names: &mut Vec<Box<str>>| {
        for (_, node) in module.subtree(root) {
            // What an attribute of a known object holds is another object.
            if let AnyNodeRef::ExprAttribute(a) = node
                && !matches!(Base::of(module, facts, &a.value), Base::Instance(_))
            {
                names.push(a.attr.as_str().into());
            }
        }
    };
    let Expr::Name(name) = object else {
        within(module.id(object), &mut names);
        return names;
    };
    let Resolution::Symbol(symbol) = facts.symbols().resolve(module.id(name)) else { return names };
    for occurrence in facts.symbols().occurrences_of(symbol) {
        let parent = module.parent_node(occurrence.node);
        match (occurrence.access, parent) {
            (Access::Read, Some(AnyNodeRef::ExprAttribute(a))) => names.push(a.attr.as_str().into()),
            (Access::Read, _) => {}
            (_, Some(AnyNodeRef::StmtFor(f))) => within(module.id(&*f.iter), &mut names),
            (_, Some(AnyNodeRef::Comprehension(c))) => within(module.id(&c.iter), &mut names),
            (_, Some(AnyNodeRef::StmtAssign(a))) => within(module.id(&*a.value), &mut names),
            _ => {}
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// A class of the repository that derives from another one.
#[derive(Clone, Debug)]
pub struct Subclass {
    /// As people know it.
    pub path: Arc<Path>,
    pub line: usize,
    pub name: String,
    /// The base by which it was found.
    pub base: String,
    /// How many bases it has beside the one asked for, `object`, `ABC`, `Generic` and `Protocol` not counted.
    pub other_bases: usize,
    /// Names that its body binds.
    pub binds: Vec<String>,
}

impl Repository {
    /// Classes that derive from one called `base`, the direct ones first, then theirs, and so on.
    pub fn descendants(&self, local: &Local, base: &str) -> Vec<Subclass> {
        let mut all = self.subclasses(local, base);
        let mut at = 0;
        while at < all.len() {
            let name = all[at].name.clone();
            at += 1;
            if all[..at - 1].iter().any(|s| s.name == name) || name == base {
                continue;
            }
            let more = self.subclasses(local, &name);
            all.extend(more);
        }
        all
    }

    /// Classes that derive directly from one called `base`, in any file: by name, so that those of another class of the
    /// same name are among them.
    pub fn subclasses(&self, local: &Local, base: &str) -> Vec<Subclass> {
        let mut all = Vec::new();
        let mut add = |file: &Path, classes: &[DerivedClass]| {
            let mut shown: Option<Arc<Path>> = None;
            for class in classes.iter().filter(|class| class.bases.iter().any(|b| b == base)) {
                let path = shown.get_or_insert_with(|| self.index().shown(file).into());
                let others = class.bases.iter().filter(|b| *b != base && !is_empty_base(b)).count();
                all.push(Subclass {
                    path: path.clone(),
                    line: class.line,
                    name: class.name.clone(),
                    base: base.to_string(),
                    other_bases: others,
                    binds: class.binds.clone(),
                });
            }
        };
        add(local.path, local.facts.derived_classes());
        for file in self.index().files_deriving(base).iter().filter(|f| f.as_path() != local.path) {
            self.note_read(file);
            if let Some(outline) = self.index().outline(file) {
                add(file, &outline.classes);
            }
        }
        all
    }
}

/// Bases without instance variables and without a `__dict__` of their own (`abc`, `typing`: `__slots__ = ()`).
pub fn is_empty_base(name: &str) -> bool {
    matches!(name, "object" | "ABC" | "Generic" | "Protocol")
}
