//! What entering and leaving a `with` over an expression's value does: by the table of the standard library
//! ([`crate::facts::resources`]), or by reading the class, wherever in the repository it stands.

use super::stand_ins::StandIn;
use super::{Local, Repository, yields};
use crate::facts::effects::{Callee, Kind, Note, ResolvedNote};
use crate::facts::resources::{self, Enter, Exit};
use crate::facts::types::{Ty, Types};
use crate::facts::{Access, Binding, Resolution};
use crate::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, ast, import_member, import_source};

/// Methods that end an object.
pub const ENDINGS: &[&str] = &[
    "close",
    "release",
    "shutdown",
    "terminate",
    "cleanup",
    "server_close",
    "quit",
    "logout",
    "stop",
    "unlink",
];

/// How deep calls, bases and imports are followed.
const DEPTH: usize = 6;

/// A value as a context manager.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manager {
    /// For people: "a file", "a `Session`".
    pub name: String,
    pub enter: Enter,
    pub exit: Exit,
    /// Whether `contextlib.closing` may stand in where `__exit__` is not `close`.
    pub closing: bool,
    /// Whether `__exit__` is `close()` unless an exception is on its way.
    pub close_on_success: bool,
    /// Whether it is a context manager on Python 2.7, too.
    pub python2: bool,
    /// How it is known.
    pub how: String,
    /// Another binding of the constructor's name is possible: which.
    pub doubt: Option<String>,
    /// What a closing method of the repository does that others see: where the closing did not happen and now
    /// does, they would.
    pub shows: Option<String>,
    /// How a closing method of the repository may fail: by a check of its own ([`Kind::Validates`]), or in
    /// something of which nothing is known.
    pub fails: Option<(Kind, String)>,
    /// How `close` rejects an object that is not ready for it, by a check of its own.
    pub rejects: Option<String>,
    /// Why the object may count as false, or be `None`.
    pub falsy: Option<String>,
}

impl Manager {
    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        matches!(self.exit, Exit::Unknown(_))
    }

    fn unknown(why: String) -> Manager {
        Manager {
            name: "an object of unknown type".into(),
            enter: Enter::Itself,
            exit: Exit::Unknown(why.clone()),
            closing: true,
            close_on_success: false,
            python2: true,
            how: why.clone(),
            doubt: None,
            shows: None,
            fails: None,
            rejects: None,
            falsy: Some(why),
        }
    }
}

impl Repository {
    /// What `value` is as a context manager.
    pub fn manager(&self, local: &Local, value: &Expr) -> Manager {
        let mut manager = self.manager_of(local, value, 0);
        if let Expr::Call(call) = value
            && !manager.is_unknown()
        {
            let path = Types::new(local.module, local.facts).callee(call);
            match self.replacement_of(local, &call.func, path.as_deref()) {
                Some(StandIn::Unlike(why)) => {
                    manager.enter = Enter::Differs(why);
                    // `closing` would do, and nobody would see why.
                    manager.closing &= !matches!(manager.exit, Exit::Calls(_));
                }
                Some(StandIn::Unknown(why)) => manager.doubt = manager.doubt.or(Some(why)),
                None => {}
            }
        }
        manager
    }

    fn manager_of(&self, local: &Local, value: &Expr, depth: usize) -> Manager {
        let text: String = local.module.source(value).chars().take(60).collect();
        let unknown = || Manager::unknown(format!("the type of `{text}` is not known"));
        if depth > DEPTH {
            return unknown();
        }
        match value {
            Expr::Call(call) => self.manager_of_call(local, call, depth).unwrap_or_else(unknown),
            // A name that is bound once stands for what it was bound to.
            Expr::Name(name) => match sole_value(local, name) {
                Some(value) => self.manager_of(local, value, depth + 1),
                None => unknown(),
            },
            _ => unknown(),
        }
    }

    fn manager_of_call(&self, local: &Local, call: &ast::ExprCall, depth: usize) -> Option<Manager> {
        let types = Types::new(local.module, local.facts);
        if let Some(path) = types.callee(call) {
            return known(local, call, &path).or_else(|| self.manager_from(local, &path, depth + 1));
        }
        match types.of(&call.func) {
            Ty::Class(class) => Some(self.manager_of_class(local, class)),
            Ty::Function(function) => self.manager_of_result(local, function, depth + 1),
            _ => None,
        }
    }

    /// What calling a function or class of another file gives.
    fn manager_from(&self, local: &Local, path: &str, depth: usize) -> Option<Manager> {
        if depth > DEPTH {
            return None;
        }
        self.member(local, path, |unit, ty| match ty {
            Ty::Class(class) => Some(self.manager_of_class(unit, class)),
            Ty::Function(function) => self.manager_of_result(unit, function, depth + 1),
            Ty::Member(path) => self.manager_from(unit, &path, depth + 1),
            _ => None,
        })
    }

    /// What a plain function returns, if it always returns the same kind of object.
    fn manager_of_result(&self, local: &Local, function: NodeId, depth: usize) -> Option<Manager> {
        let AnyNodeRef::StmtFunctionDef(def) = local.module.node(function) else { return None };
        if def.is_async || !def.decorator_list.is_empty() || yields(local.module, function) {
            return None;
        }
        let mut result: Option<Manager> = None;
        for (id, node) in local.module.subtree(function) {
            let AnyNodeRef::StmtReturn(r) = node else { continue };
            if local.module.enclosing_function(id) != Some(function) {
                continue;
            }
            let manager = self.manager_of(local, r.value.as_deref()?, depth + 1);
            match &result {
                None => result = Some(manager),
                Some(first) if first.enter == manager.enter && first.exit == manager.exit => {}
                Some(_) => return None,
            }
        }
        // Falling off the end returns `None`.
        let always = def.body.last().is_some_and(ends_with_return);
        let mut manager = result.filter(|_| always)?;
        manager.how = format!("`{}` returns {}: {}", def.name, manager.name, manager.how);
        Some(manager)
    }

    fn manager_of_class(&self, local: &Local, class: NodeId) -> Manager {
        // Text that belongs to no repository may be another one the next time.
        if !self.is_answered() {
            return self.read_class(local, class);
        }
        if let Some((manager, files)) = self.index().manager(local.path, class) {
            self.read.borrow_mut().extend(&*files);
            return manager;
        }
        let (manager, files) = self.noting(|| self.read_class(local, class));
        self.index().keep_manager(local.path, class, (manager.clone(), files));
        manager
    }

    /// What an instance of the class is, by its methods.
    fn read_class(&self, local: &Local, class: NodeId) -> Manager {
        let AnyNodeRef::StmtClassDef(def) = local.module.node(class) else {
            return Manager::unknown("it is no class".into());
        };
        let name = format!("a `{}`", def.name);
        let place = |line: usize| format!("{}:{line}", self.index().shown(local.path).display());
        let [enter, exit] = ["__enter__", "__exit__"].map(|m| self.method(local, class, m));
        // What a method is replaced by may do anything, and so may one that the body of the class does not define.
        let replaced = self.replaced(local, class, ENDINGS);
        let shows = replaced.clone().or_else(|| self.shown_by_ending(local, class));
        let fails = match replaced {
            Some(how) => Some((Kind::Validates, how)),
            None => self.failing_to_end(local, class),
        };
        let rejects = self.rejecting_to_close(local, class);
        let falsy = self.counting_as_false(local, class);
        let manager = |enter, exit, how| Manager {
            name: name.clone(),
            enter,
            exit,
            closing: true,
            close_on_success: false,
            python2: true,
            how,
            doubt: None,
            shows: shows.clone(),
            fails: fails.clone(),
            rejects: rejects.clone(),
            falsy: falsy.clone(),
        };
        if let Some(how) = self.replaced(local, class, &["__enter__", "__exit__"]) {
            return manager(Enter::Itself, Exit::Unknown(how.clone()), how);
        }
        match (enter, exit) {
            (Method::Found(enter), Method::Found(exit)) => {
                let how = place(local.module.line(exit.start()));
                let entering = self.entering(local, enter);
                let leaving = match only_calls(exit) {
                    Some(method) => Exit::Calls(vec![method.to_string()]),
                    None => {
                        Exit::Differs(format!("its `__exit__` ({how}) is more than one call of a method"))
                    }
                };
                manager(entering, leaving, how)
            }
            (Method::Absent, _) | (_, Method::Absent) => {
                manager(Enter::Itself, Exit::Missing, place(local.module.line(def.start())))
            }
            (Method::Inherited { row, calls_by_name }, Method::Inherited { .. }) => {
                let inherited = Manager { name, shows, fails, rejects: rejects.or(row.rejects), ..*row };
                let own = |m: &String| !matches!(self.method(local, class, m), Method::Inherited { .. });
                match &inherited.exit {
                    Exit::Calls(methods) if !calls_by_name && methods.iter().any(own) => Manager {
                        exit: Exit::Differs("it overrides what the inherited `__exit__` stands for".into()),
                        ..inherited
                    },
                    _ => inherited,
                }
            }
            _ => manager(
                Enter::Itself,
                Exit::Unknown("some of its bases are not known".into()),
                "its bases are not known".into(),
            ),
        }
    }

    /// What a method that enters an instance gives.
    pub(super) fn entering(&self, local: &Local, def: &ast::StmtFunctionDef) -> Enter {
        if gives_itself(def) {
            return Enter::Itself;
        }
        let (path, line) = (self.index().shown(local.path), local.module.line(def.start()));
        Enter::Differs(format!(
            "its `{}` ({}:{line}) does more than return the object",
            def.name,
            path.display()
        ))
    }

    /// The first effect of a method that ends an instance which is seen by more than the instance.
    fn shown_by_ending(&self, local: &Local, class: NodeId) -> Option<String> {
        ENDINGS.iter().find_map(|name| {
            let def = match self.method(local, class, name) {
                Method::Found(def) => def,
                Method::Unknown => return made_in_parts(local, class, name),
                Method::Inherited { .. } | Method::Absent => return None,
            };
            let resolved = self.resolve_function(local, local.module.id(def));
            let note = resolved
                .notes
                .iter()
                .find(|n| matches!(n.kind, Kind::Effect | Kind::ValueCall | Kind::Suspends) && !n.on_self)?;
            Some(format!("`{name}` {}", note.describe()))
        })
    }

    /// A method of this name that an object of unknown type may have, and that does something which others see: one
    /// of this file, or of a file that it imports from.
    pub fn telling_namesake(&self, local: &Local, name: &str) -> Option<String> {
        if let Some(how) = self.telling_method(local, name, "") {
            return Some(how);
        }
        if !self.is_answered() {
            return None;
        }
        let namesakes = self.index().files_defining(name);
        let mut asked: Vec<std::path::PathBuf> = vec![local.path.to_path_buf()];
        for (_, node) in local.module.nodes() {
            let modules: Vec<String> = match node {
                AnyNodeRef::StmtImport(i) => i.names.iter().map(|a| a.name.to_string()).collect(),
                AnyNodeRef::StmtImportFrom(i) => {
                    let inner = i.names.iter().map(|a| import_member(i, a.name.as_str()));
                    std::iter::once(import_source(i)).chain(inner).collect()
                }
                _ => continue,
            };
            for module in modules {
                let Some(file) = self.index().module_file(local.path, &module) else { continue };
                if asked.contains(&file) || !namesakes.contains(&file) {
                    continue;
                }
                asked.push(file.clone());
                let shown = format!("{}, ", self.index().shown(&file).display());
                let told = self.with_file(&file, |unit| self.telling_method(unit, name, &shown));
                if let Some(how) = told.flatten() {
                    return Some(how);
                }
            }
        }
        None
    }

    /// A method of this name in the file whose effects are seen by more than its object.
    fn telling_method(&self, unit: &Local, name: &str, shown: &str) -> Option<String> {
        unit.module.nodes().find_map(|(id, node)| {
            let AnyNodeRef::StmtFunctionDef(def) = node else { return None };
            let of_class = matches!(unit.module.parent_node(id), Some(AnyNodeRef::StmtClassDef(_)));
            if def.name.as_str() != name || !of_class {
                return None;
            }
            let resolved = self.resolve_function(unit, id);
            // Closing what it holds is not seen any more than closing it.
            let ends_another = |n: &ResolvedNote| {
                n.kind == Kind::Effect
                    && ENDINGS.iter().any(|m| n.what.contains(&format!("`.{m}()` changes its object")))
            };
            let note = resolved.notes.iter().find(|n| {
                matches!(n.kind, Kind::Effect | Kind::ValueCall | Kind::Suspends)
                    && !n.on_self
                    && !ends_another(n)
            })?;
            let line = unit.module.line(def.start());
            Some(format!("`{name}` ({shown}line {line}) {}", note.describe()))
        })
    }

    /// How a method that ends an instance may fail, worst first.
    fn failing_to_end(&self, local: &Local, class: NodeId) -> Option<(Kind, String)> {
        let notes = ENDINGS.iter().filter_map(|name| {
            let def = match self.method(local, class, name) {
                Method::Found(def) => def,
                Method::Unknown => return Some((Kind::UnknownCall, made_in_parts(local, class, name)?)),
                Method::Inherited { .. } | Method::Absent => return None,
            };
            let resolved = self.resolve_function(local, local.module.id(def));
            let note = resolved.first(&[Kind::Validates, Kind::UnknownCall])?;
            Some((note.kind, format!("`{name}` {}", note.describe())))
        });
        notes.min_by_key(|(kind, _)| *kind != Kind::Validates)
    }

    /// The check by which `close`, or a method of the class that it calls, rejects an object that is not ready for it.
    fn rejecting_to_close(&self, local: &Local, class: NodeId) -> Option<String> {
        let own = |class, name: &str| match self.method(local, class, name) {
            Method::Found(def) => Some(local.facts.effects_of(local.module.id(def))),
            _ => None,
        };
        let closing = own(class, "close")?;
        let called = closing.calls.iter().filter_map(|call| match &call.callee {
            Callee::Method { class, name } => own(*class, name),
            _ => None,
        });
        // What is raised again is no check, and what is not implemented here is elsewhere.
        let rejects = |note: &Note| {
            note.kind == Kind::Validates && note.raises.as_deref().is_some_and(|e| e != "NotImplementedError")
        };
        std::iter::once(closing.clone()).chain(called).find_map(|effects| {
            let note = effects.notes.iter().find(|note| rejects(note))?;
            let line = local.module.line(note.at.start());
            Some(format!("`close` {} ({}:{line})", note.what, self.index().shown(local.path).display()))
        })
    }

    /// What may make an instance count as false.
    fn counting_as_false(&self, local: &Local, class: NodeId) -> Option<String> {
        ["__bool__", "__len__"].iter().find_map(|m| match self.method(local, class, m) {
            Method::Found(def) => {
                let line = local.module.line(def.start());
                Some(format!("its `{m}` ({}:{line}) decides", self.index().shown(local.path).display()))
            }
            Method::Inherited { row, .. } => row.falsy,
            Method::Absent => None,
            Method::Unknown => Some("some of its bases are not known".into()),
        })
    }

    /// The plain method that an instance of the class has.
    fn method<'m>(&self, local: &Local<'m, '_>, class: NodeId, name: &str) -> Method<'m> {
        self.method_of(local, class, name, false, 0)
    }

    /// The method, a coroutine or not, that an instance of the class has.
    pub(super) fn method_of<'m>(
        &self,
        local: &Local<'m, '_>,
        class: NodeId,
        name: &str,
        is_async: bool,
        depth: usize,
    ) -> Method<'m> {
        let AnyNodeRef::StmtClassDef(def) = local.module.node(class) else { return Method::Unknown };
        if depth > DEPTH {
            return Method::Unknown;
        }
        let has_keywords = def.arguments.as_ref().is_some_and(|a| !a.keywords.is_empty());
        for statement in def.body.iter().rev() {
            match statement {
                Stmt::FunctionDef(f) if f.name.as_str() == name => {
                    let plain = f.decorator_list.is_empty() && f.is_async == is_async;
                    return if plain { Method::Found(f) } else { Method::Unknown };
                }
                Stmt::Expr(_) | Stmt::FunctionDef(_) | Stmt::Pass(_) | Stmt::ClassDef(_) => {}
                // `__exit__ = close`, a method under `if`.
                other if local.module.source(other).contains(name) => return Method::Unknown,
                _ => {}
            }
        }
        if has_keywords {
            return Method::Unknown;
        }
        let types = Types::new(local.module, local.facts);
        for base in def.bases() {
            let found = match types.of(base) {
                Ty::Class(base) => self.method_of(local, base, name, is_async, depth + 1),
                Ty::Member(path) if path == "builtins.object" => Method::Absent,
                Ty::Member(path) => match resources::made_by(&path, false) {
                    Some(row) => Method::Inherited {
                        row: Box::new(of_row(row)),
                        calls_by_name: path.starts_with("io."),
                    },
                    None => Method::Unknown,
                },
                _ => Method::Unknown,
            };
            if !matches!(found, Method::Absent) {
                return found;
            }
        }
        Method::Absent
    }
}

/// The body of the class binds a method in a way that is not followed: under an `if`, by an assignment, by a decorator.
fn made_in_parts(local: &Local, class: NodeId, name: &str) -> Option<String> {
    let symbols = local.facts.symbols();
    let bound = symbols.scope_opened_by(class).is_some_and(|scope| symbols.own(scope, name).is_some());
    bound.then(|| format!("what `{name}` does is not seen"))
}

pub(super) enum Method<'m> {
    Found(&'m ast::StmtFunctionDef),
    /// From a type of the table; whether its `__exit__` looks the closing method up on the object, so that a
    /// method of the subclass is what it calls (`iobase_exit` does).
    Inherited {
        row: Box<Manager>,
        calls_by_name: bool,
    },
    /// No class of the hierarchy has it, and all are known.
    Absent,
    Unknown,
}

fn of_row(row: resources::KnownResource) -> Manager {
    Manager {
        name: row.name.to_string(),
        enter: row.enter,
        exit: row.exit,
        closing: row.closing,
        close_on_success: row.close_on_success,
        python2: row.python2,
        how: row.source.to_string(),
        doubt: None,
        shows: None,
        fails: None,
        rejects: row.rejects.map(ToString::to_string),
        falsy: row.has_length.then(|| format!("{} that is empty counts as false", row.name)),
    }
}

/// The row of the table for a call of `path`.
fn known(local: &Local, call: &ast::ExprCall, path: &str) -> Option<Manager> {
    let mut manager = of_row(resources::made_by(path, reads(call))?);
    let symbols = local.facts.symbols();
    if let Expr::Name(name) = &*call.func
        && symbols.resolve(local.module.id(name)) == Resolution::Free
    {
        let star = symbols.star_imports.first().map(|s| local.module.node(*s).start());
        let written = symbols.namespace_writes.iter().find(|w| w.name.is_none_or(|n| n == name.id.as_str()));
        let at = star.or_else(|| written.map(|w| w.range.start()));
        manager.doubt = at.map(|at| format!("line {} may bind `{}`", local.module.line(at), name.id));
    }
    Some(manager)
}

/// Whether the mode, the second argument, is absent or a literal that begins with `r`.
fn reads(call: &ast::ExprCall) -> bool {
    let starred = call.arguments.args.iter().any(Expr::is_starred_expr)
        || call.arguments.keywords.iter().any(|k| k.arg.is_none());
    match call.arguments.find_argument_value("mode", 1) {
        None => !starred,
        Some(Expr::StringLiteral(s)) => s.value.to_str().starts_with('r'),
        Some(_) => false,
    }
}

/// What the name was bound to by the only binding that it has, a plain assignment.
fn sole_value<'m>(local: &Local<'m, '_>, name: &ast::ExprName) -> Option<&'m Expr> {
    let symbols = local.facts.symbols();
    let Resolution::Symbol(symbol) = symbols.resolve(local.module.id(name)) else { return None };
    let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read);
    let binding = bindings.next().filter(|b| b.binding == Some(Binding::Assignment))?;
    if bindings.next().is_some() {
        return None;
    }
    match local.module.parent_node(binding.node) {
        Some(AnyNodeRef::StmtAssign(a)) => Some(&a.value),
        _ => None,
    }
}

fn ends_with_return(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(_) | Stmt::Raise(_) => true,
        Stmt::If(i) => {
            i.body.last().is_some_and(ends_with_return)
                && i.elif_else_clauses.last().is_some_and(|c| c.test.is_none())
                && i.elif_else_clauses.iter().all(|c| c.body.last().is_some_and(ends_with_return))
        }
        _ => false,
    }
}

/// The statements of a body behind its docstring.
fn code(def: &ast::StmtFunctionDef) -> &[Stmt] {
    match &*def.body {
        [Stmt::Expr(e), rest @ ..] if e.value.is_string_literal_expr() => rest,
        all => all,
    }
}

pub(super) fn first_parameter(def: &ast::StmtFunctionDef) -> Option<&str> {
    Some(def.parameters.iter_non_variadic_params().next()?.parameter.name.as_str())
}

/// `def __enter__(self): return self`
fn gives_itself(def: &ast::StmtFunctionDef) -> bool {
    let [Stmt::Return(r)] = code(def) else { return false };
    matches!(r.value.as_deref(), Some(Expr::Name(n)) if Some(n.id.as_str()) == first_parameter(def))
}

/// The only statement of a method that returns nothing, or false.
pub(super) fn only_statement(def: &ast::StmtFunctionDef) -> Option<&Stmt> {
    let (only, rest) = code(def).split_first()?;
    let falsy =
        |e: &Expr| matches!(e, Expr::NoneLiteral(_)) || matches!(e, Expr::BooleanLiteral(b) if !b.value);
    match rest {
        [] => {}
        [Stmt::Return(r)] if r.value.as_deref().is_none_or(falsy) => {}
        _ => return None,
    }
    Some(only)
}

/// `def __exit__(self, *exc): self.close()`: the method that it calls.
fn only_calls(def: &ast::StmtFunctionDef) -> Option<&str> {
    let Stmt::Expr(call) = only_statement(def)? else { return None };
    let Expr::Call(call) = &*call.value else { return None };
    let Expr::Attribute(method) = &*call.func else { return None };
    let on_self = matches!(&*method.value, Expr::Name(n) if Some(n.id.as_str()) == first_parameter(def));
    (on_self && call.arguments.is_empty()).then_some(method.attr.as_str())
}
