//! Without a `finally`, objects stay open where an error leaves the block: whether anybody then still has one.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Resolution, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::shape::Collected;

/// Functions that ask what they get for lines, and keep none of it.
const READERS: &[&str] = &[
    "builtins.zip",
    "builtins.list",
    "builtins.next",
    "builtins.sum",
    "builtins.sorted",
    "builtins.len",
    "builtins.any",
    "builtins.all",
    "builtins.tuple",
    "builtins.set",
    "itertools.zip_longest",
    "itertools.chain",
    "itertools.chain.from_iterable",
    "heapq.merge",
    "json.load",
    "json.dump",
    "builtins.print",
];

/// Methods that give the object itself, or something that lives on it.
const HANDS_ON: &[&str] =
    &["detach", "fileno", "makefile", "cursor", "__enter__", "__iter__", "iter_content"];

/// Methods of containers that keep what they are given.
const STORES: &[&str] =
    &["append", "extend", "insert", "add", "update", "setdefault", "put", "appendleft", "extendleft"];

/// Nothing of the block hands an object on, which would be closed where an error leaves the block.
pub fn stays(cx: &FileContext, found: &Collected, block: &[Stmt]) -> Finding {
    let name = found.name.id.as_str();
    let held = Held { cx, block, function: cx.module.enclosing_function(cx.module.id(found.name)) };
    let additions: Vec<_> = found.additions.iter().filter_map(|a| a.append).map(Ranged::range).collect();
    let symbols = cx.facts.symbols();
    let reads = symbols.occurrences_of(found.symbol).filter(|o| o.access == Access::Read);
    let own = |o: &&unspool_engine::facts::Occurrence| {
        block.iter().any(|s| s.range().contains_range(o.range))
            && !additions.iter().any(|a| a.contains_range(o.range))
    };
    match reads.filter(own).find(|o| !(held.here(o.node) && held.of_collection(o.node))) {
        Some(read) if held.is_stored(read.node) => Finding::refuted(format!(
            "line {} puts what `{name}` holds where it lives on, to be found closed should an error leave the block",
            cx.module.line(read.range.start())
        )),
        Some(read) => Finding::assumed(format!(
            "line {} hands on what `{name}` holds: whoever has an object finds it closed should an error leave the block",
            cx.module.line(read.range.start())
        )),
        None => Finding::proved(
            "should an error leave the block, nobody has an object that was left to the garbage collector",
        )
        .relying_on([Convention::KnownCallables]),
    }
}

struct Held<'c, 'a, 'r> {
    cx: &'c FileContext<'a, 'r>,
    block: &'c [Stmt],
    function: Option<NodeId>,
}

impl<'a> Held<'_, 'a, '_> {
    /// Whether it is no part of a function that may run later.
    fn here(&self, read: NodeId) -> bool {
        self.cx.module.enclosing_function(read) == self.function
    }

    /// Whether a read of the collection keeps its objects here.
    fn of_collection(&self, read: NodeId) -> bool {
        let module = self.cx.module;
        let Some(parent) = module.parent(read) else { return false };
        match module.node(parent) {
            // `xs[i].write(..)`, `xs[key] = open(..)`
            AnyNodeRef::ExprSubscript(s) if module.id(&*s.value) == read => {
                !s.ctx.is_load() || self.of_object(module.id(s))
            }
            AnyNodeRef::ExprAttribute(a) if matches!(a.attr.as_str(), "values" | "items") => {
                matches!(module.parent_node(parent), Some(AnyNodeRef::ExprCall(c))
                    if self.iterated(module.id(c), a.attr.as_str() == "items"))
            }
            // `zip(*xs)`
            AnyNodeRef::ExprStarred(starred) => {
                self.call_around(module.id(starred)).is_some_and(|call| self.reads(call))
            }
            _ => self.iterated(read, false),
        }
    }

    /// Whether a loop or comprehension over it keeps the objects here. `paired`: each comes behind a key.
    fn iterated(&self, read: NodeId, paired: bool) -> bool {
        let module = self.cx.module;
        let last = |target: &'a Expr| match target {
            Expr::Tuple(t) if paired => t.elts.last(),
            target => (!paired).then_some(target),
        };
        match module.parent_node(read) {
            Some(AnyNodeRef::StmtFor(f)) if module.id(&*f.iter) == read => {
                last(&f.target).is_some_and(|t| self.of_target(t))
            }
            Some(AnyNodeRef::Comprehension(c)) if module.id(&c.iter) == read => {
                last(&c.target).is_some_and(|t| self.of_target(t))
            }
            _ => {
                let Some(call) = self.call_around(read) else { return false };
                match self.path(call).as_deref() {
                    Some("builtins.len") => true,
                    Some("builtins.enumerate") => self.iterated(module.id(call), true),
                    Some("builtins.zip") => self.zipped(call, read),
                    Some("builtins.reversed") => self.iterated(module.id(call), false),
                    _ => false,
                }
            }
        }
    }

    /// `for name, file in zip(names, files)`
    fn zipped(&self, call: &'a ast::ExprCall, read: NodeId) -> bool {
        let module = self.cx.module;
        let Some(at) = call.arguments.args.iter().position(|a| module.id(a) == read) else { return false };
        let target = match module.parent_node(module.id(call)) {
            Some(AnyNodeRef::StmtFor(f)) => &*f.target,
            Some(AnyNodeRef::Comprehension(c)) => &c.target,
            _ => return false,
        };
        match target {
            Expr::Tuple(t) if !call.arguments.args[..at].iter().any(Expr::is_starred_expr) => {
                t.elts.get(at).is_some_and(|e| self.of_target(e))
            }
            _ => false,
        }
    }

    /// Whether what is read, or an object that a loop over it takes, goes into something else.
    fn is_stored(&self, read: NodeId) -> bool {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let variable = match module.parent_node(read) {
            Some(AnyNodeRef::StmtFor(f)) if module.id(&*f.iter) == read => f.target.as_name_expr(),
            _ => None,
        };
        let symbol = variable.and_then(|n| match symbols.resolve(module.id(n)) {
            Resolution::Symbol(symbol) => Some(symbol),
            Resolution::Free => None,
        });
        let reads =
            symbols.occurrences.iter().filter(|o| symbol.is_some() && o.symbol == symbol && o.access.reads());
        reads.map(|o| o.node).chain([read]).any(|read| match module.parent_node(read) {
            Some(AnyNodeRef::StmtAssign(a)) => {
                a.targets.iter().any(|t| t.is_attribute_expr() || t.is_subscript_expr())
            }
            _ => self.call_around(read).is_some_and(
                |call| matches!(&*call.func, Expr::Attribute(a) if STORES.contains(&a.attr.as_str())),
            ),
        })
    }

    /// Whether all that is done with the variable of a loop keeps its object here.
    fn of_target(&self, target: &Expr) -> bool {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let Expr::Name(name) = target else { return false };
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return false };
        self.of_variable(symbol)
    }

    fn of_variable(&self, symbol: SymbolId) -> bool {
        let symbols = self.cx.facts.symbols();
        let here = |o: &&unspool_engine::facts::Occurrence| {
            o.access.reads() && self.block.iter().any(|s| s.range().contains_range(o.range))
        };
        symbols.occurrences_of(symbol).filter(here).all(|o| self.here(o.node) && self.of_object(o.node))
    }

    /// Whether a read of one object keeps it here: `f.write(..)`, `for line in f`, `next(f)`.
    fn of_object(&self, read: NodeId) -> bool {
        let module = self.cx.module;
        match module.parent_node(read) {
            // A bound method that is called at once.
            Some(AnyNodeRef::ExprAttribute(a)) => {
                let is_called = matches!(module.parent_node(module.id(a)), Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == module.id(a));
                is_called && !HANDS_ON.contains(&a.attr.as_str())
                    || a.ctx.is_load() && matches!(a.attr.as_str(), "name" | "closed" | "mode" | "encoding")
            }
            Some(AnyNodeRef::StmtFor(f)) => module.id(&*f.iter) == read,
            Some(AnyNodeRef::Comprehension(c)) => module.id(&c.iter) == read,
            Some(AnyNodeRef::Keyword(k)) if k.arg.as_deref() == Some("file") => self
                .call_around(read)
                .is_some_and(|call| self.path(call).as_deref() == Some("builtins.print")),
            _ => self.call_around(read).is_some_and(|call| {
                self.path(call).is_some_and(|path| READERS.contains(&path.as_str())) && self.reads(call)
            }),
        }
    }

    /// Whether the call takes all at once: what is lazy is gone through where it stands.
    fn reads(&self, call: &'a ast::ExprCall) -> bool {
        let module = self.cx.module;
        let Some(path) = self.path(call) else { return false };
        let is_lazy = path == "builtins.zip" || path.starts_with("itertools.") || path == "heapq.merge";
        if !is_lazy {
            return READERS.contains(&path.as_str());
        }
        let id = module.id(call);
        match module.parent_node(id) {
            Some(AnyNodeRef::StmtFor(f)) => module.id(&*f.iter) == id,
            Some(AnyNodeRef::Comprehension(c)) => {
                let eager = module.ancestors(id).nth(1).map(|around| module.node(around));
                module.id(&c.iter) == id && !matches!(eager, Some(AnyNodeRef::ExprGenerator(_)))
            }
            _ => self.call_around(id).is_some_and(|outer| self.reads(outer)),
        }
    }

    /// The call whose argument it is.
    fn call_around(&self, argument: NodeId) -> Option<&'a ast::ExprCall> {
        let module = self.cx.module;
        let around = module.ancestors(argument).take(3).map(|id| module.node(id));
        for node in around {
            match node {
                AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => {}
                AnyNodeRef::ExprCall(call) if module.id(&*call.func) != argument => return Some(call),
                _ => return None,
            }
        }
        None
    }

    fn path(&self, call: &ast::ExprCall) -> Option<String> {
        match Types::new(self.cx.module, self.cx.facts).of(&call.func) {
            Ty::Member(path) => Some(path),
            _ => None,
        }
    }
}
