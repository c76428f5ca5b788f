//! Who can tell that the object, which stayed open where its block was left early, is closed now.
//!
//! It stayed open until its name was bound anew or its frame went. Where a handler of the same function goes on,
//! that is everything that runs from there; where the exception leaves the function, its traceback holds the
//! frame until a handler of some caller is done.

use std::collections::HashSet;
use std::ops::Range;
use unspool_engine::facts::effects::{Collector, Kind, Resolved};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Binding, Resolution, SymbolId, tables};
use unspool_engine::repo::{Local, Repository};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, ast};
use unspool_engine::transform::{FileContext, Finding};

use super::trace::{Trace, is_looking_method, looks_at_files};
use crate::resources::reads_contents;

/// At most this many files that mention the function are searched for handlers.
const MENTIONS: usize = 8;

/// How many calls up callers in the same file are followed.
const CALLERS: usize = 4;

pub struct LeftOpen<'c, 'a, 'r> {
    pub cx: &'c FileContext<'a, 'r>,
    /// The opening.
    pub opening: NodeId,
    pub call: &'a ast::ExprCall,
    pub symbol: SymbolId,
    /// The statements of the block.
    pub ids: &'c [NodeId],
    pub trace: &'c Trace,
}

impl<'a> LeftOpen<'_, 'a, '_> {
    /// `None`: nobody can tell.
    pub fn seen(&self) -> Option<Finding> {
        let flow = self.cx.facts.flow_at(self.opening);
        let code = flow.code_after_leaving(self.ids, self.symbol);
        let here = self.named_later(&code).or_else(|| self.held_later(&code));
        let known = here.or_else(|| self.callers_look());
        known.or_else(|| self.may_look(&code))
    }

    fn line(&self, node: NodeId) -> usize {
        self.cx.module.line(self.cx.module.node(node).start())
    }

    fn refuted(&self, line: usize, what: &str) -> Finding {
        let there = self.trace.describe();
        Finding::refuted(format!("if the block is left early, line {line} {what}: {there}"))
    }

    /// The nodes of the code that are run by the function itself.
    fn nodes<'s>(&'s self, code: &'s [Range<NodeId>]) -> impl Iterator<Item = (NodeId, AnyNodeRef<'a>)> + 's {
        let module = self.cx.module;
        let owner = module.enclosing_function(self.opening);
        let ids = code.iter().flat_map(|range| (range.start.0..range.end.0).map(NodeId));
        ids.filter(move |id| module.enclosing_function(*id) == owner).map(move |id| (id, module.node(id)))
    }

    /// Code that reads what the object was made of: the path, the stream, the descriptor.
    fn named_later(&self, code: &[Range<NodeId>]) -> Option<Finding> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let flow = self.cx.facts.flow_at(self.opening);
        let mut names = self.made_of();
        names.extend(self.names_of_it());
        let at = names.iter().filter(|s| flow.owns(**s)).flat_map(|s| flow.reads_after_leaving(self.ids, *s));
        let mut reads: Vec<NodeId> = at.collect();
        // Those of other scopes, and what else is spelled as in the opening.
        let spelled: Vec<&Expr> = self.arguments().filter(|e| is_place(e)).collect();
        for (id, node) in self.nodes(code) {
            let same = match node {
                AnyNodeRef::ExprName(n) => matches!(symbols.resolve(module.id(n)), Resolution::Symbol(s)
                    if names.contains(&s) && !flow.owns(s)),
                AnyNodeRef::ExprAttribute(a) => {
                    spelled.iter().any(|e| e.is_attribute_expr() && module.source(*e) == module.source(a))
                }
                AnyNodeRef::ExprStringLiteral(s) => spelled
                    .iter()
                    .any(|e| matches!(e, Expr::StringLiteral(o) if o.value.to_str() == s.value.to_str())),
                _ => false,
            };
            if same {
                reads.push(id);
            }
        }
        // What is made of them.
        let mut next = 0;
        while let Some(target) = reads.get(next).map(|read| self.made_of_read(*read)) {
            next += 1;
            let more = target.into_iter().flat_map(|t| flow.reads_of(t));
            let more: Vec<NodeId> = more.filter(|read| !reads.contains(read)).collect();
            reads.extend(more);
        }
        let read = reads.into_iter().find(|read| self.looks(*read))?;
        let what = match self.trace {
            Trace::Wraps => format!("uses `{}`", module.source(module.node(read))),
            _ => format!("looks at `{}`", module.source(module.node(read))),
        };
        Some(self.refuted(self.line(read), &what))
    }

    /// Whether the read of a name of the file sees the trace.
    fn looks(&self, read: NodeId) -> bool {
        match self.trace {
            Trace::Wraps => true,
            Trace::Deletes => {
                let shown = self.cx.module.ancestors(read).find_map(|a| match self.cx.module.node(a) {
                    AnyNodeRef::ExprCall(call) => {
                        Some(matches!(&*call.func, Expr::Name(n) if n.id == "print"))
                    }
                    _ => None,
                });
                shown == Some(false)
            }
            Trace::Writes | Trace::Unlocks { .. } => reads_contents(self.cx.module, read),
        }
    }

    /// Literals, names and attributes among the arguments of the opening, its mode left out.
    fn arguments(&self) -> impl Iterator<Item = &'a Expr> {
        let mode = self.call.arguments.find_argument_value("mode", 1);
        let all =
            self.call.arguments.args.iter().chain(self.call.arguments.keywords.iter().map(|k| &k.value));
        all.filter(move |e| !mode.is_some_and(|m| std::ptr::eq(m, *e)))
    }

    /// The variables in the opening, and those from which they were made.
    fn made_of(&self) -> Vec<SymbolId> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let named = |root: NodeId| {
            module.subtree(root).filter_map(|(id, node)| match (node, symbols.resolve(id)) {
                (AnyNodeRef::ExprName(_), Resolution::Symbol(symbol)) => Some(symbol),
                _ => None,
            })
        };
        // `path.open("w")`: the receiver, too.
        let receiver = self.call.func.as_attribute_expr().map(|a| module.id(&*a.value));
        let roots = receiver.into_iter().chain(self.arguments().map(|e| module.id(e)));
        let mut names: Vec<SymbolId> = roots.flat_map(named).collect();
        let mut next = 0;
        while let Some(symbol) = names.get(next).copied() {
            next += 1;
            let writes: Vec<_> = symbols.occurrences_of(symbol).filter(|o| o.binds()).collect();
            let [write] = &*writes else { continue };
            if let Some(AnyNodeRef::StmtAssign(a)) = module.parent_node(write.node) {
                for name in named(module.id(&*a.value)) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
        // Modules and functions are no places.
        names.retain(|s| {
            symbols.occurrences_of(*s).filter(|o| o.binds()).all(|o| {
                !matches!(
                    module.node(o.node),
                    AnyNodeRef::Alias(_) | AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_)
                )
            })
        });
        names
    }

    /// The variable to which a statement gives what it makes of the name that it reads.
    fn made_of_read(&self, read: NodeId) -> Option<NodeId> {
        let module = self.cx.module;
        let AnyNodeRef::StmtAssign(a) = module.node(module.statement_of(read)?) else { return None };
        let [Expr::Name(target)] = &*a.targets else { return None };
        Some(module.id(target)).filter(|t| *t != read)
    }

    /// The variables that the block makes of `f.name`.
    fn names_of_it(&self) -> Vec<SymbolId> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let occurrences = symbols.occurrences_of(self.symbol);
        let assigned = occurrences.filter_map(|o| {
            let attribute = module.parent(o.node)?;
            let AnyNodeRef::ExprAttribute(a) = module.node(attribute) else { return None };
            let AnyNodeRef::StmtAssign(assign) = module.parent_node(attribute)? else { return None };
            let [Expr::Name(name)] = &*assign.targets else { return None };
            (a.attr.as_str() == "name").then_some(name)
        });
        assigned
            .filter_map(|name| match symbols.resolve(module.id(name)) {
                Resolution::Symbol(symbol) => Some(symbol),
                Resolution::Free => None,
            })
            .collect()
    }

    /// Where the frame, and with it the object, lives on in the hands of others.
    fn held_later(&self, code: &[Range<NodeId>]) -> Option<Finding> {
        let module = self.cx.module;
        for (id, node) in self.nodes(code) {
            match node {
                AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => {
                    return Some(
                        self.refuted(self.line(id), "suspends the function, and others run meanwhile"),
                    );
                }
                AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                    if let Some(kept) = self.keeps(handler) {
                        let what = "keeps the exception, and with it the open object, for later";
                        return Some(self.refuted(self.line(kept), what));
                    }
                }
                AnyNodeRef::ExprCall(call) if matches!(self.trace, Trace::Unlocks { .. }) => {
                    let what = format!("calls `{}`", module.source(&*call.func));
                    return Some(self.refuted(self.line(id), &what));
                }
                _ => {}
            }
        }
        None
    }

    /// A use of the handler's exception that outlives the handler.
    fn keeps(&self, handler: &ast::ExceptHandlerExceptHandler) -> Option<NodeId> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let name = handler.name.as_ref()?;
        let body = handler.body.iter().flat_map(|s| module.subtree(module.id(s)));
        let uses = body.filter_map(|(id, node)| match node {
            AnyNodeRef::ExprName(n) if n.id == name.id && symbols.resolve(id) != Resolution::Free => Some(id),
            _ => None,
        });
        uses.into_iter().find(|id| {
            let mut child = *id;
            for ancestor in module.ancestors(*id) {
                match module.node(ancestor) {
                    AnyNodeRef::ExprAttribute(a) => return a.attr.as_str() == "__traceback__",
                    AnyNodeRef::ExprCall(call) => {
                        let called = match &*call.func {
                            Expr::Name(n) => n.id.as_str(),
                            Expr::Attribute(a) => a.attr.as_str(),
                            _ => "",
                        };
                        return matches!(
                            called,
                            "append"
                                | "add"
                                | "put"
                                | "put_nowait"
                                | "setdefault"
                                | "set_exception"
                                | "insert"
                        );
                    }
                    AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprYield(_) => {
                        let plain = module.node(child).is_expression();
                        return plain;
                    }
                    AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprList(_) | AnyNodeRef::ExprDict(_) => {}
                    AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => {}
                    _ => return false,
                }
                child = ancestor;
            }
            false
        })
    }

    /// Calls that may look at the object's traces without naming it.
    fn may_look(&self, code: &[Range<NodeId>]) -> Option<Finding> {
        let cx = self.cx;
        let module = cx.module;
        let local = cx.local();
        let there = self.trace.describe();
        let assumed = |line: usize, what: String| {
            Some(Finding::assumed(format!("if the block is left early, line {line} {what}: {there}")))
        };
        let own = module.id(self.call);
        let deletes = matches!(self.trace, Trace::Deletes);
        for (id, node) in self.nodes(code) {
            let AnyNodeRef::ExprCall(call) = node else {
                if let AnyNodeRef::ExprAwait(_) = node {
                    return assumed(self.line(id), "awaits, while others run".into());
                }
                continue;
            };
            if id == own || is_told(call) {
                continue;
            }
            if let Some(what) = looking(&local, call, deletes) {
                return assumed(self.line(id), format!("calls `{what}`, which may look at the same"));
            }
            let resolved = cx.repo.resolve(&local, &Collector::of_call(module, cx.facts, call));
            let note = resolved.first(&[Kind::UnknownCall, Kind::ValueCall, Kind::Suspends]);
            if let Some(note) = note {
                return assumed(self.line(id), format!("runs code that may look: {}", note.describe()));
            }
            if let Some(what) = looking_within(&local, &resolved, deletes) {
                return assumed(self.line(id), format!("runs `{what}`, which may look at the same"));
            }
        }
        let owner = module.node(cx.facts.flow_at(self.opening).owner());
        if !code.is_empty() && !matches!(owner, AnyNodeRef::StmtFunctionDef(_)) {
            return Some(Finding::assumed(format!(
                "if the block is left early, the name keeps the object open for as long as the module or class is there: {there}"
            )));
        }
        None
    }

    /// A handler around a call of the function, in the files that mention it, that looks at what the call was given.
    fn callers_look(&self) -> Option<Finding> {
        let cx = self.cx;
        let AnyNodeRef::StmtFunctionDef(def) = cx.module.node(cx.facts.flow_at(self.opening).owner()) else {
            return None;
        };
        if matches!(self.trace, Trace::Unlocks { .. }) {
            return None;
        }
        let local = cx.local();
        let name = match (def.name.as_str(), cx.module.enclosing_definition(cx.module.id(def))) {
            ("__init__" | "__enter__" | "__call__", Some(class)) => match cx.module.node(class) {
                AnyNodeRef::StmtClassDef(class) => class.name.as_str(),
                _ => def.name.as_str(),
            },
            (name, _) => name,
        };
        let literals = self.arguments().filter(|e| e.is_string_literal_expr());
        let made_of: Vec<&str> = literals.map(|e| cx.module.source(e)).collect();
        let search = Search {
            repo: cx.repo,
            name,
            made_of: &made_of,
            class: cx.facts.function(cx.module.id(def)).class,
            by_value: !def.decorator_list.is_empty() || is_handed_on(&local, name),
            there: matches!(self.trace, Trace::Deletes),
        };
        let own = search.handlers(&local);
        let search = Search { class: None, ..search };
        let found = own.map(|(line, what)| (format!("line {line}"), what)).or_else(|| {
            let files = cx.repo.mentioning(name);
            let files = files.into_iter().filter(|f| f != cx.path);
            let files: Vec<_> = files.take(MENTIONS + 1).collect();
            if files.len() > MENTIONS {
                return None;
            }
            files.iter().find_map(|file| {
                let (line, what) = cx.repo.with_file(file, |unit| search.handlers(unit))??;
                Some((format!("{}:{line}", cx.repo.index().shown(file).display()), what))
            })
        });
        let (place, what) = found?;
        let there = self.trace.describe();
        Some(Finding::refuted(format!(
            "an exception keeps the object open until it is handled, and there {place} looks at `{what}`: {there}"
        )))
    }
}

/// Whether the expression says which file is meant.
fn is_place(e: &Expr) -> bool {
    matches!(e, Expr::Attribute(_) | Expr::StringLiteral(_))
}

/// What the call says to people, and nobody else.
fn is_told(call: &ast::ExprCall) -> bool {
    match &*call.func {
        Expr::Name(n) => n.id == "print",
        Expr::Attribute(a) => tables::is_logging_method(a.attr.as_str()),
        _ => false,
    }
}

/// How the call is spelled, if it looks at files.
fn looking(local: &Local, call: &ast::ExprCall, there: bool) -> Option<String> {
    let looks = match Types::new(local.module, local.facts).of(&call.func) {
        Ty::Member(path) => looks_at_files(call, &path, there),
        _ => call.func.as_attribute_expr().is_some_and(|a| is_looking_method(a.attr.as_str(), there)),
    };
    looks.then(|| local.module.source(&*call.func).to_string())
}

/// What looks at files in the functions of the file that a call runs.
fn looking_within(local: &Local, resolved: &Resolved, there: bool) -> Option<String> {
    let bodies = resolved.visited.iter().flat_map(|function| local.module.subtree(*function));
    let mut calls = bodies.filter_map(|(_, node)| match node {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    });
    calls.find_map(|call| looking(local, call, there))
}

/// Whether the file says the name of a function without calling it: whoever gets it may call it.
fn is_handed_on(local: &Local, name: &str) -> bool {
    let module = local.module;
    module.nodes().any(|(id, node)| {
        let named = match node {
            AnyNodeRef::ExprName(n) => n.ctx.is_load() && n.id == name,
            AnyNodeRef::ExprAttribute(a) => a.ctx.is_load() && a.attr.as_str() == name,
            _ => false,
        };
        let called =
            || matches!(module.parent_node(id), Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == id);
        named && !called()
    })
}

/// Looks for handlers that run while an exception of the function `name` holds its frame.
struct Search<'s> {
    repo: &'s Repository,
    name: &'s str,
    /// Literals of which the object is made.
    made_of: &'s [&'s str],
    /// The class of which it is a method, in its own file.
    class: Option<NodeId>,
    /// The function is handed to others: a call of a parameter may be one of it.
    by_value: bool,
    there: bool,
}

impl Search<'_> {
    /// A handler of a `try` in which the function is called, perhaps through functions of the file, that looks at
    /// files by something which the call was given, or of which the object is made: the line and that something.
    fn handlers(&self, unit: &Local) -> Option<(usize, String)> {
        let module = unit.module;
        let calls: Vec<(NodeId, &ast::ExprCall, &str)> = module
            .nodes()
            .filter_map(|(id, node)| match node {
                AnyNodeRef::ExprCall(call) => match &*call.func {
                    Expr::Name(n) => Some((id, call, n.id.as_str())),
                    Expr::Attribute(a) => Some((id, call, a.attr.as_str())),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let mut names: Vec<&str> = vec![self.name];
        let mut seen: HashSet<NodeId> = HashSet::new();
        for depth in 0..CALLERS {
            let leads = |(_, call, called): &&(NodeId, &ast::ExprCall, &str)| {
                names.contains(called) || self.by_value && depth == 0 && calls_parameter(unit, call)
            };
            let leading: Vec<_> = calls.iter().filter(leads).collect();
            let mut callers = Vec::new();
            for (id, call, _) in leading {
                if !seen.insert(*id) {
                    continue;
                }
                if let Some(found) = self.around(unit, *id, call) {
                    return Some(found);
                }
                if let Some(AnyNodeRef::StmtFunctionDef(def)) =
                    module.enclosing_function(*id).map(|f| module.node(f))
                {
                    callers.push(def.name.as_str());
                }
            }
            names = callers;
            if names.is_empty() {
                break;
            }
        }
        None
    }

    /// The handlers around a call, and what each `finally` around it does.
    fn around(&self, unit: &Local, id: NodeId, call: &ast::ExprCall) -> Option<(usize, String)> {
        let module = unit.module;
        let mut given: Vec<&str> = call.arguments.args.iter().map(|a| module.source(a)).collect();
        given.extend(self.made_of);
        given.extend(call.arguments.keywords.iter().map(|k| module.source(&k.value)));
        if let Expr::Attribute(a) = &*call.func {
            given.push(module.source(&*a.value));
        }
        // `self` is the object with the path only in methods of its class.
        let function = module.enclosing_function(id);
        let class = function.and_then(|f| unit.facts.function(f).class);
        if class.is_none() || class != self.class {
            given.retain(|text| !matches!(*text, "self" | "cls"));
        }
        for ancestor in module.ancestors(id).take_while(|a| Some(*a) != function) {
            let AnyNodeRef::StmtTry(t) = module.node(ancestor) else { continue };
            if !t.body.iter().any(|s| module.contains(module.id(s), id)) {
                continue;
            }
            let handlers = t.handlers.iter().flat_map(|h| {
                let ast::ExceptHandler::ExceptHandler(h) = h;
                h.body.iter()
            });
            let during = handlers.chain(&t.finalbody);
            let looks = during.flat_map(|s: &Stmt| module.subtree(module.id(s))).find_map(|(id, node)| {
                let AnyNodeRef::ExprCall(inner) = node else { return None };
                let mut said = module.subtree(id).filter_map(|(_, node)| match node {
                    AnyNodeRef::ExprName(_)
                    | AnyNodeRef::ExprAttribute(_)
                    | AnyNodeRef::ExprStringLiteral(_) => Some(module.source(node)),
                    _ => None,
                });
                let same = said.find(|text| given.contains(text))?;
                let within = || {
                    let effects = Collector::of_call(module, unit.facts, inner);
                    looking_within(unit, &self.repo.resolve(unit, &effects), self.there)
                };
                looking(unit, inner, self.there).or_else(within)?;
                Some((module.line(node.start()), same.to_string()))
            });
            if looks.is_some() {
                return looks;
            }
        }
        None
    }
}

/// Whether what is called is a parameter.
fn calls_parameter(unit: &Local, call: &ast::ExprCall) -> bool {
    let symbols = unit.facts.symbols();
    let Expr::Name(name) = &*call.func else { return false };
    match symbols.resolve(unit.module.id(name)) {
        Resolution::Symbol(symbol) => {
            symbols.occurrences_of(symbol).any(|o| o.binding == Some(Binding::Parameter))
        }
        Resolution::Free => false,
    }
}
