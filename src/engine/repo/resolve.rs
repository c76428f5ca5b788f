//! Follows calls: what code does together with everything it calls, as far as the repository shows it.

use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::inherited::{IMPORTS, Inherited};
use super::{ClassSummary, FunctionSummary, Global, ModuleSummary, RepoIndex, Repository};
use crate::facts::effects::{Call, Callee, Collector, Effects, Kind, Mode, Object, Resolved, ResolvedNote};
use crate::facts::{Facts, tables};
use crate::syntax::{AnyNodeRef, Module, NodeId, Ranged, TextRange, TextSize};
use crate::transform::Place;

/// How many calls deep effects are followed; past that a call is unknown.
const DEPTH: usize = 12;

/// At most this many files are read for what a method with the name of a harmless one does (`keys`, `strip`).
const NAMESAKES: usize = 8;

/// In how many files at most a method of an object of unknown type is looked for. If more define one, the name says
/// little, and whether the first of them have effects even less.
const CANDIDATES: usize = 3;

/// At most this many notes of a kind are kept: reports name the first.
const PER_KIND: usize = 4;

/// The file under rewrite as a unit of resolution.
pub struct Local<'a, 'r> {
    pub module: &'r Module<'a>,
    pub facts: &'r Facts<'a, 'r>,
    pub path: &'r Path,
}

/// A file whose functions can be looked up.
pub(super) trait Unit {
    fn path(&self) -> &Path;
    fn function(&self, node: NodeId) -> Option<Arc<FunctionSummary>>;
    /// What a function does by itself; `None` if its file has changed.
    fn effects(&self, index: &RepoIndex, function: NodeId) -> Option<Arc<Effects>>;
    fn class(&self, node: NodeId) -> Option<Arc<ClassSummary>>;
    fn global(&self, name: &str) -> Option<Global>;
    fn functions_named(&self, name: &str) -> Vec<Arc<FunctionSummary>>;
    fn is_local(&self) -> bool;
    /// From 1.
    fn line(&self, offset: TextSize) -> usize;
}

impl Unit for Local<'_, '_> {
    fn path(&self) -> &Path {
        self.path
    }
    fn function(&self, node: NodeId) -> Option<Arc<FunctionSummary>> {
        Some(self.facts.function(node))
    }
    fn effects(&self, _: &RepoIndex, function: NodeId) -> Option<Arc<Effects>> {
        Some(self.facts.effects_of(function))
    }
    fn class(&self, node: NodeId) -> Option<Arc<ClassSummary>> {
        ClassSummary::of(self.module, node).map(Arc::new)
    }
    fn global(&self, name: &str) -> Option<Global> {
        self.facts.globals().get(name).cloned()
    }
    fn functions_named(&self, name: &str) -> Vec<Arc<FunctionSummary>> {
        self.facts.functions_named(name)
    }
    fn is_local(&self) -> bool {
        true
    }
    fn line(&self, offset: TextSize) -> usize {
        self.module.line(offset)
    }
}

impl Unit for ModuleSummary {
    fn path(&self) -> &Path {
        &self.path
    }
    fn function(&self, node: NodeId) -> Option<Arc<FunctionSummary>> {
        self.functions.get(&node).cloned()
    }
    fn effects(&self, index: &RepoIndex, function: NodeId) -> Option<Arc<Effects>> {
        index.effects(self, function)
    }
    fn class(&self, node: NodeId) -> Option<Arc<ClassSummary>> {
        self.classes.get(&node).cloned()
    }
    fn global(&self, name: &str) -> Option<Global> {
        self.globals.get(name).cloned()
    }
    fn functions_named(&self, name: &str) -> Vec<Arc<FunctionSummary>> {
        let ids = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.functions.get(id).cloned()).collect()
    }
    fn is_local(&self) -> bool {
        false
    }
    fn line(&self, offset: TextSize) -> usize {
        self.lines.line_index(offset).get()
    }
}

/// The call that leads to a function.
#[derive(Clone, Copy)]
struct Origin<'o> {
    at: TextRange,
    /// The name of the function.
    name: &'o str,
    /// The code of a generator function, run by the iteration of what the call gives.
    iterated: bool,
}

/// Where the walk is.
struct Walk<'w> {
    repo: &'w Repository,
    out: Resolved,
    /// Functions on the way from the code to here.
    depth: usize,
    /// Functions that were joined already, with whether their `self` was new.
    seen: FxHashSet<(PathBuf, NodeId, bool)>,
    /// The way led through a method of an object of unknown type: what is called there is named, not guessed
    /// again.
    guessed: bool,
    /// The class of the object that is being made, if `super()` in its methods can mean no class but their own bases.
    single_line: bool,
    /// Coroutines that are made are run, too.
    awaited: bool,
}

impl Repository {
    /// What code of the file `local` does, its calls followed.
    pub fn resolve(&self, local: &Local, effects: &Effects) -> Resolved {
        self.walked(Walk::new(self), local, effects)
    }

    /// The same of code whose coroutines are awaited, sooner or later.
    pub fn resolve_awaited(&self, local: &Local, effects: &Effects) -> Resolved {
        self.walked(Walk { awaited: true, ..Walk::new(self) }, local, effects)
    }

    /// The function of another file that a dotted name means, with what is known of that file.
    pub fn function_of(
        &self,
        local: &Local,
        dotted: &str,
    ) -> Option<(Arc<ModuleSummary>, Arc<FunctionSummary>)> {
        match self.definition(local.path, dotted, IMPORTS)? {
            (summary, Global::Function(node)) => {
                let function = summary.function(node)?;
                Some((summary, function))
            }
            _ => None,
        }
    }

    fn walked(&self, mut walk: Walk, local: &Local, effects: &Effects) -> Resolved {
        walk.effects(local, effects, None, false);
        // The convention about operators holds for classes that are not in sight.
        if walk.out.by_operators
            && let Some(operator) = self.telling_operator(local)
        {
            let first = effects.notes.first().map(|n| n.at).or(effects.calls.first().map(|c| c.at));
            let at = first.unwrap_or_default();
            walk.simple(Kind::UnknownCall, at, format!("an operator may be {operator}"));
        }
        walk.out
    }

    /// A special method of a class of the file that does more than compute: what and where.
    fn telling_operator(&self, local: &Local) -> Option<Arc<str>> {
        let file = self.index().number(local.path);
        let known = self.telling_operators.borrow().get(&file).cloned();
        known.unwrap_or_else(|| {
            let operator: Option<Arc<str>> = self.find_telling_operator(local).map(Arc::from);
            self.telling_operators.borrow_mut().insert(file, operator.clone());
            operator
        })
    }

    fn find_telling_operator(&self, local: &Local) -> Option<String> {
        local.module.nodes().find_map(|(id, node)| {
            let AnyNodeRef::StmtFunctionDef(def) = node else { return None };
            let name = def.name.as_str();
            if !Collector::is_operator(name) || local.facts.function(id).class.is_none() {
                return None;
            }
            // What objects of unknown type may do is not guessed here: that would make any operator tell.
            let mut walk = Walk::new(self);
            walk.guessed = true;
            walk.effects(local, &local.facts.effects_of(id), None, false);
            let resolved = walk.out;
            let known = |n: &&ResolvedNote| matches!(n.kind, Kind::Effect | Kind::ValueCall) && !n.on_self;
            let note = resolved.notes.iter().find(known)?;
            let line = local.module.line(def.start());
            Some(format!("the `{name}` on line {line}, which {}", note.describe()))
        })
    }

    /// What a call of the function does (for a generator function: what running its body does).
    pub fn resolve_function(&self, local: &Local, function: NodeId) -> Resolved {
        let mut walk = Walk::new(self);
        walk.seen.insert((local.path.to_path_buf(), function, false));
        walk.effects(local, &local.facts.effects_of(function), None, false);
        walk.out
    }
}

impl<'w> Walk<'w> {
    fn new(repo: &'w Repository) -> Self {
        Walk {
            repo,
            out: Resolved::default(),
            depth: 0,
            seen: FxHashSet::default(),
            guessed: false,
            single_line: false,
            awaited: false,
        }
    }

    fn has_enough(&self, kind: Kind) -> bool {
        self.out.notes.iter().filter(|n| n.kind == kind).count() >= PER_KIND
    }

    fn note(&mut self, note: ResolvedNote) {
        if !self.has_enough(note.kind) {
            self.out.notes.push(note);
        }
    }

    fn simple(&mut self, kind: Kind, at: TextRange, what: String) {
        self.note(ResolvedNote { kind, what, raises: None, at, place: None, line: 0, on_self: false });
    }

    /// Joins the effects of code in `unit`. `origin` is the call in the file under rewrite that led here;
    /// `fresh` says that the object the code's `self` names is new.
    fn effects(&mut self, unit: &dyn Unit, effects: &Effects, origin: Option<Origin>, fresh: bool) {
        self.out.by_operators |= effects.by_operators;
        self.out.by_names |= effects.by_names;
        self.out.attributes_written.extend(effects.attributes_written.iter().cloned());
        if !fresh {
            self.out.attributes_written.extend(effects.own_attributes_written.iter().cloned());
        }
        self.out.attributes_read.extend(effects.attributes_read.iter().cloned());
        self.out
            .attributes_read
            .extend(effects.objects_read.iter().filter(|o| o.is_attribute).map(|o| o.name.clone()));
        self.out.objects_changed.extend(effects.objects_changed.iter().map(|o| o.name.clone()));
        let shared = |objects: &[Object]| -> Vec<String> {
            objects.iter().filter(|o| o.is_shared).map(|o| o.name.clone()).collect()
        };
        self.out.shared_read.extend(shared(&effects.objects_read));
        self.out.shared_read.extend(effects.shared_read.iter().cloned());
        self.out.shared_written.extend(shared(&effects.objects_changed));
        if origin.is_some() {
            let below = effects.objects_changed.iter().filter(|o| o.is_shared && !(fresh && o.of_receiver));
            let known = |o: &Object| Object { root: o.root.filter(|_| unit.is_local()), ..o.clone() };
            self.out.changed_below.extend(below.map(known));
            self.out.changes_given |= effects.objects_changed.iter().any(|o| o.is_given);
        }
        self.out.shared_written.extend(effects.shared_written.iter().cloned());
        for note in &effects.notes {
            if (fresh && note.on_self) || self.has_enough(note.kind) {
                continue;
            }
            let resolved = match origin {
                // The callee has a frame of its own, whoever calls it.
                Some(_) if note.kind == Kind::OwnFrame => continue,
                // A generator gives way to the code that iterates it, and to no other.
                Some(origin) if origin.iterated && note.kind == Kind::Suspends => continue,
                None => ResolvedNote {
                    kind: if note.kind == Kind::OwnFrame { Kind::Frame } else { note.kind },
                    what: note.what.clone(),
                    raises: note.raises.clone(),
                    at: note.at,
                    place: None,
                    line: 0,
                    on_self: note.on_self,
                },
                Some(Origin { at, name, .. }) => {
                    let path = (!unit.is_local()).then(|| Arc::from(self.repo.index().shown(unit.path())));
                    ResolvedNote {
                        kind: note.kind,
                        what: told_of(name, &note.what),
                        raises: note.raises.clone(),
                        at,
                        line: unit.line(note.at.start()),
                        place: Some(Place { path, range: note.at }),
                        on_self: note.on_self,
                    }
                }
            };
            self.note(resolved);
        }
        for call in &effects.calls {
            self.call(unit, call, origin.map_or(call.at, |origin| origin.at), fresh);
        }
    }

    fn call(&mut self, unit: &dyn Unit, call: &Call, at: TextRange, fresh_self: bool) {
        match &call.callee {
            Callee::Function(node) => {
                if let Some(function) = unit.function(*node) {
                    self.function(unit, &function, call.mode, at, false);
                }
            }
            Callee::Constructor(class) => self.constructor(unit, *class, at),
            Callee::Method { class, name } => {
                let fresh = call.fresh_receiver || fresh_self;
                self.method(unit, *class, name, at, fresh);
            }
            Callee::Super { class, name } => self.super_method(unit, *class, name, at, fresh_self),
            Callee::Member(path) => self.member(unit, path, call.mode, at),
            Callee::AnyMethod(name) => self.any_method(unit, name, at),
            Callee::AnyAttribute(name) => self.any_attribute(name, at),
            Callee::Attribute { class, name } => {
                if let Inherited::Method(owner, function) = self.repo.inherited(unit, *class, name, true)
                    && function.is_property()
                {
                    self.function(owner.or(unit), &function, Mode::Call, at, false);
                }
            }
            Callee::Special { class, names } => {
                for name in *names {
                    if let Some((owner, function)) = find_method(unit, *class, name) {
                        self.function(owner, &function, Mode::Iterate, at, false);
                    }
                }
            }
        }
    }

    fn function(
        &mut self,
        unit: &dyn Unit,
        function: &FunctionSummary,
        mode: Mode,
        at: TextRange,
        fresh: bool,
    ) {
        if let Some(decorator) = function.unknown_decorator() {
            let what = format!("calls `{}`, which is decorated by `{decorator}`", function.name);
            self.simple(Kind::UnknownCall, at, what);
        }
        if (function.is_async && !self.awaited) || (function.is_generator && mode == Mode::Call) {
            // Calling only makes the coroutine or generator.
            return;
        }
        if !function.is_generator && mode == Mode::Iterate && !function.name.starts_with("__") {
            let what = format!("iterates what `{}` returns", function.name);
            self.simple(Kind::UnknownIteration, at, what);
            return;
        }
        if unit.is_local() {
            self.out.visited.push(function.node);
        }
        if !self.seen.insert((unit.path().to_path_buf(), function.node, fresh)) {
            return;
        }
        if self.depth >= DEPTH {
            let what = format!("calls `{}` more than {DEPTH} calls away", function.name);
            return self.simple(Kind::UnknownCall, at, what);
        }
        let Some(effects) = unit.effects(self.repo.index(), function.node) else {
            let what = format!("calls `{}`, whose file has changed meanwhile", function.name);
            return self.simple(Kind::UnknownCall, at, what);
        };
        self.depth += 1;
        let iterated = function.is_generator && mode == Mode::Iterate;
        self.effects(unit, &effects, Some(Origin { at, name: &function.name, iterated }), fresh);
        self.depth -= 1;
    }

    fn constructor(&mut self, unit: &dyn Unit, class: NodeId, at: TextRange) {
        let Some(summary) = unit.class(class) else { return };
        if summary.has_metaclass {
            self.simple(Kind::UnknownCall, at, format!("`{}` has a metaclass", summary.name));
        }
        if let Some(decorator) =
            summary.decorators.iter().find(|d| !d.contains("dataclass") && !d.contains("total_ordering"))
        {
            self.simple(Kind::UnknownCall, at, format!("`{}` is decorated by `{decorator}`", summary.name));
        }
        let around = std::mem::replace(&mut self.single_line, self.repo.is_single_line(unit, class));
        let (mut found, mut unknown) = (false, false);
        for name in ["__new__", "__init__", "__post_init__", "__del__"] {
            match self.repo.inherited(unit, class, name, true) {
                Inherited::Method(owner, function) => {
                    found = true;
                    self.function(owner.or(unit), &function, Mode::Call, at, true);
                }
                Inherited::Absent => {}
                Inherited::Unknown => unknown = true,
            }
        }
        self.single_line = around;
        if unknown
            && !found
            && let Some(base) = unknown_base(unit, class)
        {
            let what = format!("makes a `{}`, whose base `{base}` is not known", summary.name);
            self.simple(Kind::UnknownCall, at, what);
        }
        // Wrong arguments, a constructor that checks.
        self.simple(Kind::MayRaise, at, format!("`{}(...)` may raise", summary.name));
    }

    fn method(&mut self, unit: &dyn Unit, class: NodeId, name: &str, at: TextRange, fresh: bool) {
        match self.repo.inherited(unit, class, name, true) {
            Inherited::Method(owner, function) => {
                self.function(owner.or(unit), &function, Mode::Call, at, fresh);
                self.overrides(unit, class, name, at);
            }
            Inherited::Absent | Inherited::Unknown => self.any_method(unit, name, at),
        }
    }

    /// `super().name()`. Which class comes next is for the class of the object to say; of one that is being made that is known.
    fn super_method(&mut self, unit: &dyn Unit, class: NodeId, name: &str, at: TextRange, fresh: bool) {
        if !fresh || !self.single_line {
            return self.any_method(unit, name, at);
        }
        match self.repo.inherited(unit, class, name, false) {
            Inherited::Method(owner, function) => {
                self.function(owner.or(unit), &function, Mode::Call, at, true);
            }
            // `object` and the exceptions of the language keep what they are given.
            Inherited::Absent if matches!(name, "__init__" | "__new__") => {}
            Inherited::Absent | Inherited::Unknown => self.any_method(unit, name, at),
        }
    }

    /// A subclass may override the method: `self.step()` then runs that.
    fn overrides(&mut self, unit: &dyn Unit, class: NodeId, name: &str, at: TextRange) {
        let Some(base) = unit.class(class) else { return };
        if self.guessed || !self.repo.is_answered() || name.starts_with("__") {
            return;
        }
        for summary in self.repo.overriding(&base.name, name) {
            for function in summary.functions_named(name) {
                let overriding = function.class.and_then(|c| summary.class(c)).is_some_and(|c| {
                    c.bases.iter().any(|b| b.rsplit('.').next() == Some(base.name.as_str()))
                });
                if overriding {
                    self.function(&*summary, &function, Mode::Call, at, false);
                }
            }
        }
    }

    /// A member of another module.
    fn member(&mut self, unit: &dyn Unit, path: &str, mode: Mode, at: TextRange) {
        match self.repo.definition(unit.path(), path, IMPORTS) {
            Some((summary, Global::Function(node))) => {
                if let Some(function) = summary.function(node) {
                    return self.function(&*summary, &function, mode, at, false);
                }
            }
            Some((summary, Global::Class(node))) => return self.constructor(&*summary, node, at),
            _ => {}
        }
        let what = format!("calls `{}`, of which nothing is known", path.trim_start_matches('.'));
        self.simple(Kind::UnknownCall, at, what);
    }

    /// A method of an object of unknown type: every class of the repository that has one may be meant.
    fn any_method(&mut self, unit: &dyn Unit, name: &str, at: TextRange) {
        if tables::is_effect_method_name(name) {
            return self.simple(Kind::Effect, at, format!("`.{name}()` changes its object"));
        }
        if tables::is_frame_method_name(name) {
            self.simple(Kind::Frame, at, format!("`.{name}()` looks at the frames below"));
        }
        let before = self.out.notes.len();
        let candidates = if self.guessed { 0 } else { self.candidates(unit, name, at) };
        if tables::is_pure_method_name(name) {
            self.out.by_names = true;
            self.simple(Kind::MayRaise, at, format!("`.{name}()` may raise"));
            return;
        }
        // Whoever calls the function that logs, the record names that one.
        if tables::is_logging_method(name) && self.depth == 0 {
            self.simple(
                Kind::Frame,
                at,
                format!("`.{name}()` of a logger records the function that calls it"),
            );
        }
        let known = self.out.notes[before..].iter().any(|n| n.kind == Kind::Effect);
        if !known {
            let what = if candidates > 0 {
                format!("calls `.{name}()` on an object that may come from elsewhere")
            } else {
                format!("calls `.{name}()` on an object of unknown type")
            };
            self.simple(Kind::UnknownCall, at, what);
        }
        self.simple(Kind::MayRaise, at, format!("`.{name}()` may raise"));
    }

    /// Joins what the methods of that name do, until one is seen to have an effect. Gives how many there were.
    fn candidates(&mut self, unit: &dyn Unit, name: &str, at: TextRange) -> usize {
        self.guessed = true;
        let mut found = 0;
        let before = self.out.notes.len();
        let decided = |walk: &Self| walk.out.notes[before..].iter().any(|n| n.kind == Kind::Effect);
        for function in unit.functions_named(name) {
            if function.class.is_some() && !decided(self) {
                found += 1;
                self.function(unit, &function, Mode::Call, at, false);
            }
        }
        if self.repo.is_answered() && !decided(self) {
            let mut files = self.repo.index().files_defining(name);
            if tables::is_pure_method_name(name) {
                files.truncate(NAMESAKES);
            } else if files.len() > CANDIDATES {
                files.clear();
            }
            for summary in files.iter().filter_map(|file| self.repo.summary(file)) {
                if decided(self) {
                    break;
                }
                if *summary.path == *unit.path() {
                    continue;
                }
                for function in summary.functions_named(name) {
                    if function.class.is_some() && !decided(self) {
                        found += 1;
                        self.function(&*summary, &function, Mode::Call, at, false);
                    }
                }
            }
        }
        self.guessed = false;
        found
    }

    /// An attribute of an object of unknown type: a property of the repository may run.
    fn any_attribute(&mut self, name: &str, at: TextRange) {
        if self.guessed || !self.repo.is_answered() {
            return;
        }
        for summary in self.repo.with_property(name) {
            for function in summary.functions_named(name) {
                if function.is_property() {
                    self.function(&*summary, &function, Mode::Call, at, false);
                }
            }
        }
    }
}

/// "`take` calls `print`", "`take`: an operator may raise".
fn told_of(name: &str, what: &str) -> String {
    let verb = what.split(' ').next().is_some_and(|word| word.ends_with('s') && !word.starts_with('`'));
    if verb { format!("`{name}` {what}") } else { format!("`{name}`: {what}") }
}

/// A method of the class or of its bases, as far as they stand in the same file.
fn find_method<'u>(
    unit: &'u dyn Unit,
    class: NodeId,
    name: &str,
) -> Option<(&'u dyn Unit, Arc<FunctionSummary>)> {
    let mut todo = vec![class];
    let mut seen = Vec::new();
    while let Some(class) = todo.pop() {
        if seen.contains(&class) {
            continue;
        }
        seen.push(class);
        let summary = unit.class(class)?;
        if let Some(method) = summary.methods.get(name) {
            return unit.function(*method).map(|f| (unit, f));
        }
        for base in summary.bases.iter().rev() {
            if let Some(Global::Class(node)) = unit.global(base) {
                todo.push(node);
            }
        }
    }
    None
}

/// A base class that is neither in the file nor harmless.
fn unknown_base(unit: &dyn Unit, class: NodeId) -> Option<String> {
    let summary = unit.class(class)?;
    for base in &summary.bases {
        match unit.global(base) {
            Some(Global::Class(node)) if node != class => {
                if let Some(found) = unknown_base(unit, node) {
                    return Some(found);
                }
            }
            _ => {
                let tail = base.rsplit('.').next().unwrap_or(base);
                let harmless = tables::builtin_name(tail).is_some()
                    || matches!(tail, "NamedTuple" | "Generic" | "Protocol" | "ABC" | "Enum" | "IntEnum");
                if !harmless {
                    return Some(base.clone());
                }
            }
        }
    }
    None
}
