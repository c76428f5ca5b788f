//! Generators as coroutines: who delegates from a generator that no coroutine decorator drives, and who takes a
//! call's result as an iterator. A native coroutine is neither.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Repository;
use super::origins::Origins;
use crate::facts::Facts;
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};

/// What a file's generators and loops say about coroutines.
#[derive(Debug, Default)]
pub struct Delegations {
    /// Generator functions without a decorator that only delegate: name and line.
    pub helpers: Vec<(String, usize)>,
    pub uses: Vec<PlainUse>,
    pub stand_ins: Vec<StandIn>,
}

/// A plain iterator, or a lambda that gives one, under the name of an attribute: what tests put in place of a coroutine
/// function or of a future. A delegation takes it, an `await` does not.
#[derive(Debug)]
pub struct StandIn {
    pub name: String,
    pub line: usize,
    /// By a call of it.
    pub is_called: bool,
}

/// A call of a function of this name whose result is treated as a generator.
#[derive(Clone, Debug)]
pub struct PlainUse {
    pub name: String,
    pub path: Arc<Path>,
    pub line: usize,
    /// Called as `x.name()`.
    pub is_attribute: bool,
    pub how: Plain,
    pub node: NodeId,
    /// The file itself defines what is called: a function of it, or a method of the class around.
    pub is_own: bool,
}

/// How a call's result is used as a generator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Plain {
    /// `yield from` in the generator function of this name, which is not decorated.
    Delegated(String),
    /// In a loop, by `next` or by another consumer of iterators.
    Iterated,
    /// By `print`, `type` and others that tell what kind of object it is.
    Shown,
}

impl PlainUse {
    /// "a.py:3 delegates to it from the plain generator `pages`"
    pub fn describe(&self) -> String {
        let place = format!("{}:{}", self.path.display(), self.line);
        match &self.how {
            Plain::Delegated(by) => {
                format!(
                    "{place} delegates to it from the plain generator `{by}`, which cannot await a native coroutine"
                )
            }
            Plain::Iterated => {
                format!("{place} iterates what it returns, which a native coroutine does not allow")
            }
            Plain::Shown => {
                format!("{place} shows what it returns, and a native coroutine shows another type")
            }
        }
    }
}

impl Delegations {
    pub fn of<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, path: &Arc<Path>) -> Self {
        let mut found = Delegations::default();
        let origins = Origins::new(module, facts);
        for (id, node) in module.nodes() {
            match node {
                AnyNodeRef::StmtFunctionDef(f) if is_plain(module, f) => {
                    let yields: Vec<NodeId> = own_yields(module, id).collect();
                    if only_delegates(module, &yields) {
                        found.helpers.push((f.name.to_string(), module.line(f.name.start())));
                    }
                    for y in yields {
                        if let AnyNodeRef::ExprYieldFrom(y) = module.node(y) {
                            found.note(&origins, path, &y.value, &Plain::Delegated(f.name.to_string()));
                        }
                    }
                }
                AnyNodeRef::StmtFor(f) if !f.is_async => {
                    found.note(&origins, path, &f.iter, &Plain::Iterated)
                }
                AnyNodeRef::Comprehension(c) if !c.is_async => {
                    found.note(&origins, path, &c.iter, &Plain::Iterated);
                }
                AnyNodeRef::ExprStarred(s) => found.note(&origins, path, &s.value, &Plain::Iterated),
                AnyNodeRef::StmtAssign(a) if iterator(module, facts, &a.value).is_some() => {
                    found.stands_in(module, facts, id, a);
                }
                AnyNodeRef::StmtAssign(a)
                    if a.targets.iter().any(|t| t.is_tuple_expr() || t.is_list_expr()) =>
                {
                    found.note(&origins, path, &a.value, &Plain::Iterated);
                }
                AnyNodeRef::ExprCall(call) => {
                    if let Some(how) = by_builtin(module, facts, &call.func) {
                        for argument in &call.arguments.args {
                            found.note(&origins, path, argument, &how);
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn stands_in<'a>(&mut self, module: &Module<'a>, facts: &Facts<'a, '_>, id: NodeId, a: &ast::StmtAssign) {
        let Some(is_called) = iterator(module, facts, &a.value) else { return };
        let in_class = matches!(module.parent_node(id), Some(AnyNodeRef::StmtClassDef(_)));
        for target in &a.targets {
            let name = match target {
                Expr::Attribute(attribute) => attribute.attr.to_string(),
                Expr::Name(name) if in_class => name.id.to_string(),
                _ => continue,
            };
            self.stand_ins.push(StandIn { name, line: module.line(a.start()), is_called });
        }
    }

    fn note<'a>(&mut self, origins: &Origins<'a, '_, '_>, path: &Arc<Path>, value: &'a Expr, how: &Plain) {
        let line = origins.module.line(value.start());
        for node in origins.of(value) {
            let (name, is_attribute) = match origins.module.node(node) {
                AnyNodeRef::ExprName(n) => (n.id.to_string(), false),
                AnyNodeRef::ExprAttribute(a) => (a.attr.to_string(), true),
                _ => continue,
            };
            let (path, how, is_own) = (path.clone(), how.clone(), origins.defines(node));
            self.uses.push(PlainUse { name, path, line, is_attribute, how, node, is_own });
        }
    }
}

/// Whether the value is a plain iterator (`false`), or a lambda that gives one (`true`).
fn iterator<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, value: &Expr) -> Option<bool> {
    match value {
        Expr::Generator(g) => (!g.generators.iter().any(|g| g.is_async)).then_some(false),
        Expr::Call(c) if facts.symbols().is_builtin(module, &c.func, "iter") => Some(false),
        Expr::Call(c) => {
            let kept = ["staticmethod", "classmethod"]
                .iter()
                .any(|f| facts.symbols().is_builtin(module, &c.func, f));
            match c.arguments.args.first() {
                Some(lambda @ Expr::Lambda(_)) if kept => iterator(module, facts, lambda),
                _ => None,
            }
        }
        Expr::Lambda(l) => {
            let plain = l.body.is_list_expr()
                || l.body.is_tuple_expr()
                || l.body.is_yield_expr()
                || l.body.is_yield_from_expr();
            (plain || iterator(module, facts, &l.body) == Some(false)).then_some(true)
        }
        _ => None,
    }
}

/// Whether nothing makes a coroutine of what a generator function gives.
fn is_plain(module: &Module, f: &ast::StmtFunctionDef) -> bool {
    let bare = |d: &ast::Decorator| matches!(module.source(&d.expression), "classmethod" | "staticmethod");
    !f.is_async && f.decorator_list.iter().all(bare)
}

/// Whether a function with these `yield` and `yield from` expressions is a generator that only delegates, or pauses.
pub fn only_delegates(module: &Module, yields: &[NodeId]) -> bool {
    let delegates = |y: &NodeId| match module.node(*y) {
        AnyNodeRef::ExprYield(y) => y.value.as_deref().is_none_or(Expr::is_none_literal_expr),
        _ => true,
    };
    !yields.is_empty() && yields.iter().all(delegates)
}

/// The `yield` and `yield from` expressions of a function's own body, those of nested functions left out.
pub fn own_yields<'m>(module: &'m Module<'_>, function: NodeId) -> impl Iterator<Item = NodeId> + 'm {
    module
        .subtree(function)
        .skip(1)
        .filter(move |(id, node)| {
            matches!(node, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_))
                && module.enclosing_function(*id) == Some(function)
        })
        .map(|(id, _)| id)
}

/// How a builtin uses its arguments as generators.
fn by_builtin<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, func: &Expr) -> Option<Plain> {
    let Expr::Name(ast::ExprName { id, .. }) = func else { return None };
    const CONSUMERS: &[&str] = &[
        "next",
        "iter",
        "list",
        "tuple",
        "set",
        "frozenset",
        "sorted",
        "enumerate",
        "zip",
        "sum",
        "any",
        "all",
        "min",
        "max",
        "dict",
    ];
    const SHOWING: &[&str] = &["print", "repr", "str", "ascii", "format", "type"];
    let how = if CONSUMERS.contains(&id.as_str()) {
        Plain::Iterated
    } else if SHOWING.contains(&id.as_str()) {
        Plain::Shown
    } else {
        return None;
    };
    facts.symbols().is_builtin(module, func, id.as_str()).then_some(how)
}

impl Repository {
    /// Calls of functions of this name, anywhere in the repository, whose result is treated as a generator.
    pub fn plain_uses(&self, name: &str) -> Vec<PlainUse> {
        let mut found = Vec::new();
        for path in self.mentioning(name) {
            let Some(delegations) = self.delegations(&path, name) else { continue };
            let mut uses = delegations.uses.iter().filter(|u| u.name == name).peekable();
            if uses.peek().is_some() {
                self.note_read(&path);
                found.extend(uses.cloned());
            }
        }
        found
    }

    /// Generator functions of this name that have no decorator and only delegate: file and line.
    pub fn delegating_helpers(&self, name: &str) -> Vec<(PathBuf, usize)> {
        let mut found = Vec::new();
        for path in self.index().files_defining(name) {
            let Some(delegations) = self.delegations(&path, name) else { continue };
            for (helper, line) in &delegations.helpers {
                if helper == name {
                    self.note_read(&path);
                    found.push((self.index().shown(&path), *line));
                }
            }
        }
        found
    }

    /// Where an attribute of this name is a plain iterator, or gives one when it `is_called`: file and line.
    pub fn stand_in(&self, name: &str, is_called: bool) -> Option<(PathBuf, usize)> {
        self.mentioning(name).into_iter().find_map(|path| {
            let delegations = self.delegations(&path, name)?;
            let found = delegations.stand_ins.iter().find(|s| s.name == name && s.is_called == is_called)?;
            self.note_read(&path);
            Some((self.index().shown(&path), found.line))
        })
    }

    fn delegations(&self, path: &Path, name: &str) -> Option<Arc<Delegations>> {
        self.index().delegations(path, |text| may_treat_as_generator(text, name))
    }
}

/// Whether some text in front of a call of this name, or a delegation anywhere, may treat its result as a generator, or
/// something else is put in its place.
fn may_treat_as_generator(text: &str, name: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"yield").is_some()
        || memchr::memmem::find_iter(text.as_bytes(), name).any(|at| {
            let before = text[..at]
                .trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'))
                .trim_end();
            let assigned = text[at + name.len()..].trim_start().starts_with('=');
            assigned || before.ends_with(['(', ',', '*', '=', '[', '{', ':']) || before.ends_with(" in")
        })
}
