//! How the repository uses a function: its calls, what they pass, whether the result is driven by hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Local, Repository};
use crate::facts::types::{Ty, Types};
use crate::facts::{Access, Facts, Resolution};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, TextRange, ast};

/// One call of a function of that name.
#[derive(Clone, Debug)]
pub struct CallSite {
    pub path: Arc<Path>,
    pub line: usize,
    pub range: TextRange,
    /// Called as `x.name(...)`: the first parameter of a method is not among the arguments.
    pub is_method_call: bool,
    pub arguments: Vec<Argument>,
    /// `.send()`, `.throw()` or `.close()` is called on the result: which, and on what line.
    pub driven: Option<(String, usize)>,
}

/// What a call passes.
#[derive(Clone, Debug)]
pub struct Argument {
    /// `None` for a positional argument.
    pub keyword: Option<String>,
    pub value: Passed,
    /// Whether the caller has it for something else, too: it is not made in the call, and read in another place.
    pub is_kept: bool,
}

/// A passed object, as far as iterating it by delegation matters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Passed {
    /// A container: nothing to close or to send to.
    Plain,
    /// Neither is here, but it gives its elements once: `iter(xs)`, `zip(..)`.
    Iterator(String),
    /// It has `close`, `send` or `throw`: what it is.
    Closable(String),
    Unknown,
}

/// Everything found about a name.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    pub calls: Vec<CallSite>,
    /// The name read without being called: path and line.
    pub references: Vec<(Arc<Path>, usize)>,
}

impl Repository {
    /// Uses of functions and methods called `name`, in every file of the repository that mentions it, in path
    /// order. Names are matched as spelled: a superset of the uses of any one function.
    ///
    /// `None` when more than [`MENTIONS`] files mention the name: it says too little.
    pub fn uses(&self, name: &str) -> Option<Arc<Uses>> {
        self.uses_in_files(name, self.mentioning(name))
    }

    /// As [`Self::uses`], of the files alone in which something may be sent or thrown into a generator.
    pub fn uses_with_send(&self, name: &str) -> Option<Arc<Uses>> {
        let mut files = self.mentioning(name);
        let mut sending: Vec<PathBuf> = SENDERS.iter().flat_map(|sender| self.mentioning(sender)).collect();
        sending.sort();
        files.retain(|file| sending.binary_search(file).is_ok());
        self.uses_in_files(name, files)
    }

    fn uses_in_files(&self, name: &str, files: Vec<PathBuf>) -> Option<Arc<Uses>> {
        if files.len() > MENTIONS {
            return None;
        }
        for path in &files {
            self.note_read(path);
        }
        Some(self.index().uses(name, &files, || {
            let mut uses = Uses::default();
            for path in &files {
                let shown: Arc<Path> = self.index().shown(path).into();
                self.with_file(path, |file| uses_in(file.module, file.facts, name, &shown, &mut uses));
            }
            uses
        }))
    }
}

/// Methods that drive a generator further than `next` and `close` do.
const SENDERS: [&str; 4] = ["send", "throw", "asend", "athrow"];

/// Names that more files than this mention are not looked up: the answer would be about other things.
const MENTIONS: usize = 24;

/// A call that passes something to a parameter.
pub struct PassedArgument {
    pub path: Arc<Path>,
    pub line: usize,
    pub value: Passed,
    /// As in [`Argument`].
    pub is_kept: bool,
}

impl Repository {
    /// What the repository's calls of `function` (a `def` of `local`) pass as `parameter`; of a text that belongs to none,
    /// what its own calls pass.
    pub fn passed_to(&self, local: &Local, function: NodeId, parameter: &str) -> Vec<PassedArgument> {
        let Local { module, facts, path } = *local;
        let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else { return Vec::new() };
        let Some(index) =
            def.parameters.iter_non_variadic_params().position(|p| p.parameter.name.as_str() == parameter)
        else {
            return Vec::new();
        };
        let in_class = matches!(module.parent_node(function), Some(AnyNodeRef::StmtClassDef(_)));
        // `__init__` is called by the name of its class.
        let class = module.parent(function).map(|p| module.node(p));
        let (name, shift) = match (def.name.as_str(), class) {
            ("__init__", Some(AnyNodeRef::StmtClassDef(c))) => (c.name.as_str(), 1),
            (name, _) => (name, usize::from(in_class)),
        };
        let uses = if self.is_answered() {
            self.uses(name)
        } else {
            let mut own = Uses::default();
            uses_in(module, facts, name, &path.into(), &mut own);
            Some(Arc::new(own))
        };
        let mut passed = Vec::new();
        for call in uses.iter().flat_map(|u| &u.calls) {
            let shift =
                if in_class && (call.is_method_call || def.name.as_str() == "__init__") { shift } else { 0 };
            let by_name = call.arguments.iter().find(|a| a.keyword.as_deref() == Some(parameter));
            let by_position = || {
                let at = index.checked_sub(shift)?;
                call.arguments.iter().filter(|a| a.keyword.is_none()).nth(at)
            };
            if let Some(argument) = by_name.or_else(by_position) {
                passed.push(PassedArgument {
                    path: call.path.clone(),
                    line: call.line,
                    value: argument.value.clone(),
                    is_kept: argument.is_kept,
                });
            }
        }
        passed
    }
}

/// Uses within one file.
pub fn uses_in<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    name: &str,
    path: &Arc<Path>,
    uses: &mut Uses,
) {
    for (id, node) in module.nodes() {
        let (is_method_call, ctx) = match node {
            AnyNodeRef::ExprName(n) if n.id.as_str() == name => (false, n.ctx),
            AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == name => (true, a.ctx),
            _ => continue,
        };
        if !ctx.is_load() {
            continue;
        }
        match module.parent_node(id) {
            Some(AnyNodeRef::ExprCall(call)) if module.id(&*call.func) == id => {
                uses.calls.push(CallSite {
                    path: path.clone(),
                    line: module.line(call.start()),
                    range: call.range(),
                    is_method_call,
                    arguments: arguments(module, facts, call),
                    driven: driven(module, facts, call),
                });
            }
            _ => uses.references.push((path.clone(), module.line(node.start()))),
        }
    }
}

fn arguments<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, call: &ast::ExprCall) -> Vec<Argument> {
    let positional = call.arguments.args.iter().map(|a| (None, a));
    let keywords =
        call.arguments.keywords.iter().map(|k| (k.arg.as_ref().map(ToString::to_string), &k.value));
    positional
        .chain(keywords)
        .map(|(keyword, value)| Argument {
            keyword,
            value: passed(module, facts, value),
            is_kept: is_kept(module, facts, value),
        })
        .collect()
}

/// Members of a file or generator that tell nothing of what is left in it.
pub const ENDS: [&str; 6] = ["close", "closed", "name", "mode", "encoding", "fileno"];

fn is_kept<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, value: &Expr) -> bool {
    let name = match value {
        Expr::Call(_) => return false,
        Expr::Name(name) => module.id(name),
        _ => return true,
    };
    let Resolution::Symbol(symbol) = facts.symbols().resolve(name) else { return true };
    facts.symbols().occurrences_of(symbol).filter(|o| o.access.reads() && o.node != name).any(|o| {
        !matches!(module.parent_node(o.node), Some(AnyNodeRef::ExprAttribute(a)) if ENDS.contains(&a.attr.as_str()))
    })
}

/// What handing over this value means.
pub fn passed<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, value: &Expr) -> Passed {
    let types = Types::new(module, facts);
    match types.of(value) {
        ty if ty.is_container() => Passed::Plain,
        ty if ty.is(crate::facts::tables::WRAPPERS) => Passed::Iterator("an iterator".into()),
        Ty::Known("file" | "stdio", _) => Passed::Closable("a file".into()),
        Ty::Known("generator", _) => Passed::Closable("a generator".into()),
        Ty::Instance(class) => match module.node(class) {
            AnyNodeRef::StmtClassDef(c) => {
                let closes = c.body.iter().any(|s| {
                    matches!(s.as_function_def_stmt(), Some(f) if matches!(f.name.as_str(), "close" | "send" | "throw"))
                });
                // An iterator is delegated to itself; an iterable makes a new iterator.
                let is_iterator = c
                    .body
                    .iter()
                    .any(|s| matches!(s.as_function_def_stmt(), Some(f) if f.name.as_str() == "__next__"));
                if closes && is_iterator {
                    Passed::Closable(format!("a `{}`, which has `close`", c.name))
                } else {
                    Passed::Unknown
                }
            }
            _ => Passed::Unknown,
        },
        Ty::Unknown => match value {
            Expr::Call(call) => match types.of(&call.func) {
                Ty::Function(f) if super::summary::yields(module, f) => {
                    Passed::Closable("a generator".into())
                }
                _ => Passed::Unknown,
            },
            _ => Passed::Unknown,
        },
        _ => Passed::Unknown,
    }
}

const DRIVERS: [&str; 6] = ["send", "throw", "close", "asend", "athrow", "aclose"];

/// Whether the result of the call is driven: directly, or through the variable it is assigned to.
fn driven<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, call: &ast::ExprCall) -> Option<(String, usize)> {
    let id = module.id(call);
    match module.parent_node(id)? {
        AnyNodeRef::ExprAttribute(a) if DRIVERS.contains(&a.attr.as_str()) => {
            Some((a.attr.to_string(), module.line(a.start())))
        }
        AnyNodeRef::StmtAssign(assign) => {
            assign.targets.iter().find_map(|t| variable_driven(module, facts, t))
        }
        AnyNodeRef::ExprNamed(named) => variable_driven(module, facts, &named.target),
        AnyNodeRef::StmtAnnAssign(a) => variable_driven(module, facts, &a.target),
        // `with closing(f()) as g`, `next(f())` and the like close at most what is finished with.
        _ => None,
    }
}

fn variable_driven<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, target: &Expr) -> Option<(String, usize)> {
    let found = |attribute: NodeId| match module.parent_node(attribute) {
        Some(AnyNodeRef::ExprAttribute(a)) if DRIVERS.contains(&a.attr.as_str()) => {
            Some((a.attr.to_string(), module.line(a.start())))
        }
        _ => None,
    };
    match target {
        Expr::Name(n) => {
            let Resolution::Symbol(symbol) = facts.symbols().resolve(module.id(n)) else { return None };
            let reads = facts.symbols().occurrences_of(symbol).filter(|o| o.access == Access::Read);
            // Closing is the mildest of them.
            reads.filter_map(|o| found(o.node)).max_by_key(|(method, _)| !method.ends_with("close"))
        }
        Expr::Attribute(a) => module.nodes().find_map(|(id, node)| match node {
            AnyNodeRef::ExprAttribute(other) if other.attr == a.attr => found(id),
            _ => None,
        }),
        _ => None,
    }
}
