//! What callers do with the list.

use unspool_engine::facts::effects::{Collector, Effects, Kind, Note, Object, Resolved};
use unspool_engine::facts::types::Types;
use unspool_engine::facts::{Resolution, ScopeKind};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, ast};
use unspool_engine::transform::{FileContext, Finding, Place, Profile};

use crate::laziness::between::between;
use crate::laziness::catcher::catcher;
use crate::laziness::consumer::{self, Consumer, Pace};
use crate::laziness::interplay::{self, Theirs};
use crate::laziness::lifetime::{self, Definition, Lifetime};
use crate::laziness::{Elements, Site, benefit, fills, region, sharing, unknown_reader};

use super::builder::{Added, Known};
use super::uses::{Visitor, is_binding, place};

/// The findings of all callers together: the worst of each kind, with its place.
pub struct Callers<'k, 'a, 's, 'r> {
    known: &'k Known<'a, 's, 'r>,
    pub iterated: Option<(Finding, Place)>,
    pub turns: Option<(Finding, Place)>,
    pub errors: Option<(Finding, Place)>,
    pub fills: Option<(Finding, Place)>,
    /// How many calls there are.
    pub calls: usize,
    /// Whether some caller lets elements go, and whether all may stop early.
    lets_go: bool,
    all_stop: bool,
}

impl<'k, 'a, 's, 'r> Callers<'k, 'a, 's, 'r> {
    pub fn of(known: &'k Known<'a, 's, 'r>) -> Self {
        let mut callers = Callers {
            known,
            iterated: None,
            turns: None,
            errors: None,
            fills: None,
            calls: 0,
            lets_go: false,
            all_stop: true,
        };
        known.visit_uses(&mut callers);
        callers
    }

    /// Why nobody would want the generator.
    pub fn withheld(&self) -> Option<String> {
        match self.known.cx.settings.profile {
            Profile::All => None,
            Profile::Memory if self.lets_go => None,
            Profile::Memory => Some("benefit: every caller keeps all elements, so no memory is saved".into()),
            Profile::Speed if self.all_stop && self.calls > 0 => None,
            Profile::Speed => Some("benefit: consumed whole, a generator is slower than the list".into()),
        }
    }

    fn refute(&mut self, cx: &FileContext, node: NodeId, what: impl AsRef<str>) {
        let (at, place) = place(cx, self.known.cx, node);
        worse(&mut self.iterated, Finding::refuted(format!("{at} {}", what.as_ref())), place);
    }

    /// Decides about one call.
    fn call<'b>(&mut self, cx: &FileContext<'b, '_>, call: &'b ast::ExprCall, expr: &'b Expr) {
        let module = cx.module;
        let id = module.id(call);
        self.calls += 1;
        if self.is_delegation(cx, id) {
            self.lets_go = true;
            return;
        }
        let elements = Elements::Built { call, expr };
        if let Some(consumer) = consumer::of(module, id) {
            let site = Site { cx, elements, id, consumer };
            return self.consumed(&site, None);
        }
        let Some(definition) = assigned(cx, call, expr) else {
            let what = reader(cx, id);
            return self.refute(cx, id, what);
        };
        if definition.annotation.is_some() {
            return self.refute(cx, id, "says by an annotation that it is a list");
        }
        match lifetime::lifetime(cx, definition) {
            Err((_, finding)) => {
                let what = format!("keeps it: {}", finding.state.reason());
                self.refute(cx, id, what);
            }
            Ok(life) => match consumer::of(module, life.read) {
                None => {
                    let what =
                        format!("keeps it: {}", unknown_reader(module, life.read, life.definition.name()));
                    self.refute(cx, id, what);
                }
                Some(consumer) => {
                    let site = Site { cx, elements, id: life.read, consumer };
                    self.consumed(&site, Some(&life));
                }
            },
        }
    }

    /// `out.extend(f(child))` of the function itself, which becomes `yield from`.
    fn is_delegation(&self, cx: &FileContext, id: NodeId) -> bool {
        cx.path == self.known.cx.path
            && self.known.shape.additions.iter().any(|a| match a.added {
                Added::All(value) => value.range() == cx.module.node(id).range(),
                Added::One(_) => false,
            })
    }

    /// A consumer that is known: whether it and the function may take turns.
    fn consumed<'b>(&mut self, site: &Site<'b, '_, '_>, life: Option<&Lifetime<'b>>) {
        let cx = site.cx;
        let (at, place) = place(cx, self.known.cx, site.id);
        let named = |finding: Finding| rename(finding, &at);
        self.lets_go |= benefit::lets_go(site.consumer.last());
        self.all_stop &= site.consumer.pace() == Pace::Stops;
        let iterated = consumer::known(cx, &site.consumer).and(consumer::takes_iterator(cx, &site.consumer));
        worse(&mut self.iterated, named(iterated), place.clone());
        if self.is_done() {
            return;
        }
        // A loop that stands at the call asks for the first element before it does anything.
        let at_once = life.is_none() && matches!(site.consumer, Consumer::Loop { .. });
        let resolved = self.resolved_at(site, at_once);
        let effects = self.at_call(site, &resolved);
        let theirs = self.theirs(site, life);
        let (mut turns, mut errors) = interplay::take_turns(site, &effects, &resolved, &theirs);
        if let Some(life) = life {
            turns = turns.and(region::same(site, life, life, &effects, &resolved));
        }
        if let Some(end) = &theirs.end
            && let Some(rest) = rest_of_argument(site, &resolved)
        {
            turns = turns.and(Finding::refuted(format!("{end}, and {rest}")));
        }
        if errors.state.is_refuted() && !self.known.may_fail() && catcher(site).is_none() {
            errors = Finding::assumed(errors.state.reason());
        }
        if self.in_assertion(site) {
            errors = errors.and(Finding::assumed("an `assert` shows the list when it fails"));
        }
        worse(&mut self.turns, named(turns), place.clone());
        worse(&mut self.errors, named(errors), place.clone());
        if site.consumer.pace() == Pace::Fills {
            let fills =
                fills::receiver(site, &effects, &resolved).and(fills::all_or_nothing_fill(site, &resolved));
            worse(&mut self.fills, named(fills), place);
        }
    }

    fn in_assertion(&self, site: &Site) -> bool {
        let module = site.cx.module;
        module.ancestors(site.id).any(|a| {
            matches!(module.node(a), AnyNodeRef::StmtAssert(_)) && site.consumer.pace() == Pace::Stops
        })
    }

    /// What the function does, as seen by a caller: by the objects that the caller knows.
    fn at_call(&self, site: &Site, at_call: &Resolved) -> Effects {
        let (module, facts) = (site.cx.module, site.cx.facts);
        let own = &self.known.effects;
        let resolved = self.known.resolved();
        let mut effects = Effects {
            notes: at_call.notes.iter().map(as_note).collect(),
            attributes_read: resolved.attributes_read.clone(),
            attributes_written: resolved.attributes_written.clone(),
            shared_read: resolved.shared_read.clone(),
            shared_written: resolved.shared_written.clone(),
            by_operators: resolved.by_operators,
            by_names: resolved.by_names,
            ..Effects::default()
        };
        let parameters = self.known.parameters();
        let of_parameter = |o: &Object| o.root.is_some_and(|root| parameters.contains(&root));
        // A local variable may hold, or stand for, what was passed: only what was made here is told apart.
        let changes = own.objects_changed.iter().any(of_parameter)
            || resolved.has(Kind::Effect)
            || own.objects_passed.iter().any(of_parameter) && !resolved.objects_changed.is_empty();
        for argument in site.elements.sources() {
            if Types::new(module, facts).of(argument).is_immutable() {
                continue;
            }
            let objects = Collector::of_iteration(module, facts, argument).objects_read;
            if changes {
                effects.objects_changed.extend(objects.iter().cloned());
            }
            effects.objects_read.extend(objects);
        }
        let attributes = own.objects_read.iter().filter(|o| o.is_attribute);
        effects.objects_read.extend(attributes.map(|o| Object { root: None, is_shared: true, ..o.clone() }));
        let changed = own.objects_changed.iter().filter(|o| o.is_attribute);
        effects.objects_changed.extend(changed.map(|o| Object { root: None, is_shared: true, ..o.clone() }));
        if site.cx.path == self.known.cx.path {
            let symbols = self.known.cx.facts.symbols();
            let inner = |s: &unspool_engine::facts::SymbolId| {
                let scope = symbols.scope(symbols.symbol(*s).scope);
                matches!(scope.kind, ScopeKind::Comprehension | ScopeKind::Function | ScopeKind::Lambda)
                    && self.known.cx.module.contains(self.known.node, scope.node)
            };
            effects.reads.extend(own.reads.iter().copied().filter(|s| !inner(s)));
            effects.binds.extend(own.binds.iter().copied().filter(|s| !inner(s)));
            let outer = |o: &&Object| !o.is_attribute && o.root.is_some_and(|s| !inner(&s));
            effects.objects_read.extend(own.objects_read.iter().filter(outer).cloned());
            effects.objects_changed.extend(own.objects_changed.iter().filter(outer).cloned());
        }
        effects
    }

    /// The same with calls followed; every note is at the call. A caller that asks for the first element `at_once` sees
    /// errors from in front of it where they were seen before.
    fn resolved_at(&self, site: &Site, at_once: bool) -> Resolved {
        let known = self.known;
        let mut resolved = known.resolved().clone();
        if at_once {
            resolved.notes.retain(|note| !(note.kind.is_error() && known.runs_first(note.at)));
        }
        let range = site.elements.range();
        let other = site.cx.path != known.cx.path;
        let shown = known.cx.repo.index().shown(known.cx.path);
        for note in &mut resolved.notes {
            if note.place.is_none() {
                note.line = known.cx.module.line(note.at.start());
                let path = other.then(|| shown.as_path().into());
                note.place = Some(Place { path, range: note.at });
            }
            note.at = range;
            note.on_self = false;
        }
        // Names of variables of the function itself say nothing to a caller.
        let shared = |name: &String| {
            resolved.shared_written.contains(name) || resolved.attributes_written.contains(name)
        };
        let changed: Vec<String> = resolved.objects_changed.iter().filter(|n| shared(n)).cloned().collect();
        resolved.objects_changed = changed;
        resolved
    }

    /// What used to run after the function, and now runs before it or between its elements.
    fn theirs<'b>(&self, site: &Site<'b, '_, '_>, life: Option<&Lifetime<'b>>) -> Theirs {
        let (module, facts) = (site.cx.module, site.cx.facts);
        let mut effects = Effects::default();
        let mut skipped = None;
        let mut what = "the consumer".to_string();
        if let Some(life) = life {
            let between = between(site.cx, life, life, &site.consumer, &|_| None);
            effects.merge(between.effects);
            skipped = between.skipped;
            what = "the code before its use".into();
        } else {
            for argument in site.other_arguments() {
                effects.merge(Collector::of_expr(module, facts, argument));
            }
        }
        if site.consumer.pace() != Pace::Whole {
            effects.merge(interplay::operator_steps(site));
            if matches!(site.consumer.pace(), Pace::Interleaved | Pace::Stops | Pace::Fills)
                && interplay::step_may_raise(site)
            {
                effects.notes.push(Note {
                    kind: Kind::MayRaise,
                    at: site.consumer.range(),
                    what: "the consumer may reject an element".into(),
                    raises: None,
                    on_self: false,
                });
            }
        }
        if site.consumer.pace() == Pace::Loop {
            let (steps, name) = interplay::loop_steps(site);
            effects.merge(steps);
            what = name.into();
        }
        let done = site.resolve(&effects);
        let end = skipped.or_else(|| interplay::early_end(site, &done, true)).or_else(|| {
            let text = site.consumer.shown(module);
            (site.consumer.pace() == Pace::Stops).then(|| format!("`{text}` may stop early"))
        });
        Theirs { effects, done, what, end }
    }
}

impl Visitor for Callers<'_, '_, '_, '_> {
    fn visit(&mut self, cx: &FileContext, node: NodeId) {
        if self.is_done() {
            return;
        }
        let module = cx.module;
        if is_binding(cx, node) {
            if matches!(module.node(node), AnyNodeRef::Alias(_)) {
                return;
            }
            return self.refute(cx, node, "gives the name another value");
        }
        let Some(AnyNodeRef::ExprCall(call)) = module.parent_node(node) else {
            let what = match module.parent_node(node) {
                Some(AnyNodeRef::Decorator(_)) => "uses it as a decorator",
                _ => "uses it as a value: what becomes of its result is not in sight",
            };
            return self.refute(cx, node, what);
        };
        if module.id(&*call.func) != node {
            return self.refute(cx, node, "hands it on: what becomes of its result is not in sight");
        }
        match expr_of(cx, call) {
            Some(expr) => self.call(cx, call, expr),
            None => {
                let what = reader(cx, module.id(call));
                self.refute(cx, node, what);
            }
        }
    }

    fn is_done(&self) -> bool {
        [&self.iterated, &self.turns, &self.errors, &self.fills]
            .into_iter()
            .any(|f| f.as_ref().is_some_and(|(f, _)| f.state.is_refuted()))
    }
}

/// An iterator that is passed to the function and read elsewhere, too: the function takes it to its end today.
fn rest_of_argument(site: &Site, resolved: &Resolved) -> Option<String> {
    if !resolved.has(Kind::UnknownIteration) && !resolved.has(Kind::SharedIteration) {
        return None;
    }
    let module = site.cx.module;
    let types = site.types();
    site.elements.sources().into_iter().find_map(|argument| {
        let Expr::Name(name) = argument else { return None };
        let iterator = types.of(argument).may_be_iterator() || sharing::is_generator_call(site, argument);
        let Resolution::Symbol(symbol) = site.cx.facts.symbols().resolve(module.id(name)) else {
            return None;
        };
        let again = sharing::other_reads(site, symbol, module.id(name)).into_iter().next()?;
        iterator.then(|| {
            let line = module.line(module.node(again).start());
            format!("line {line} would find the rest of the iterator `{}`", name.id)
        })
    })
}

/// The call as an expression of its parent.
fn expr_of<'a>(cx: &FileContext<'a, '_>, call: &ast::ExprCall) -> Option<&'a Expr> {
    let id = cx.module.id(call);
    let parent = cx.module.parent(id)?;
    let is = |e: &&'a Expr| cx.module.id(*e) == id;
    match cx.module.node(parent) {
        AnyNodeRef::Arguments(a) => a.args.iter().find(is),
        AnyNodeRef::Keyword(k) => Some(&k.value),
        AnyNodeRef::StmtFor(s) => Some(&*s.iter),
        AnyNodeRef::Comprehension(c) => Some(&c.iter).filter(is).or_else(|| c.ifs.iter().find(is)),
        AnyNodeRef::ExprStarred(s) => Some(&*s.value),
        AnyNodeRef::StmtAssign(s) => Some(&*s.value).filter(is),
        AnyNodeRef::StmtAnnAssign(s) => s.value.as_deref().filter(is),
        AnyNodeRef::StmtAugAssign(s) => Some(&*s.value).filter(is),
        AnyNodeRef::StmtReturn(s) => s.value.as_deref(),
        AnyNodeRef::StmtExpr(s) => Some(&*s.value),
        AnyNodeRef::ExprYieldFrom(y) => Some(&*y.value),
        AnyNodeRef::ExprCompare(c) => std::iter::once(&*c.left).chain(&c.comparators).find(is),
        AnyNodeRef::ExprSubscript(s) => Some(&*s.value).filter(is),
        AnyNodeRef::ExprAttribute(a) => Some(&*a.value),
        AnyNodeRef::ExprBoolOp(b) => b.values.iter().find(is),
        AnyNodeRef::ExprUnaryOp(u) => Some(&*u.operand),
        AnyNodeRef::ExprIf(i) => [&*i.test, &*i.body, &*i.orelse].into_iter().find(is),
        AnyNodeRef::StmtIf(s) => Some(&*s.test),
        _ => None,
    }
}

/// `rows = f(x)`.
fn assigned<'a>(cx: &FileContext<'a, '_>, call: &'a ast::ExprCall, expr: &'a Expr) -> Option<Definition<'a>> {
    let statement = cx.module.parent(cx.module.id(call))?;
    let (target, annotation) = match cx.module.node(statement) {
        AnyNodeRef::StmtAssign(a) => match &a.targets[..] {
            [Expr::Name(target)] => (target, None),
            _ => return None,
        },
        AnyNodeRef::StmtAnnAssign(a) => match &*a.target {
            Expr::Name(target) => (target, Some(&*a.annotation)),
            _ => return None,
        },
        _ => return None,
    };
    let symbols = cx.facts.symbols();
    let Resolution::Symbol(_) = symbols.resolve(cx.module.id(target)) else { return None };
    Some(Definition { elements: Elements::Built { call, expr }, statement, target, annotation, other: None })
}

/// What becomes of the list where the call stands.
fn reader(cx: &FileContext, call: NodeId) -> String {
    let module = cx.module;
    let parent = module.parent(call);
    match parent.map(|p| module.node(p)) {
        Some(AnyNodeRef::StmtExpr(_)) => "drops the result: a generator would never run".into(),
        Some(AnyNodeRef::StmtReturn(_)) => "returns the list".into(),
        Some(AnyNodeRef::Arguments(_)) => match parent.and_then(|p| module.parent_node(p)) {
            Some(AnyNodeRef::ExprCall(c)) => format!("calls `{}()` with it", module.source(&*c.func)),
            _ => "passes it on".into(),
        },
        Some(AnyNodeRef::Keyword(_)) => "passes it on by keyword".into(),
        Some(AnyNodeRef::ExprSubscript(_)) => "subscripts it".into(),
        Some(AnyNodeRef::ExprAttribute(a)) => format!("asks it for `.{}`", a.attr),
        Some(AnyNodeRef::ExprCompare(_)) => "compares it".into(),
        Some(AnyNodeRef::ExprBinOp(_)) => "adds it to another list".into(),
        Some(
            AnyNodeRef::StmtIf(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::ElifElseClause(_)
            | AnyNodeRef::ExprBoolOp(_)
            | AnyNodeRef::ExprUnaryOp(_)
            | AnyNodeRef::StmtAssert(_),
        ) => "tests it: a generator is always true".into(),
        Some(AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_) | AnyNodeRef::StmtAugAssign(_)) => {
            "stores it".into()
        }
        Some(AnyNodeRef::ExprYield(_)) => "yields the list".into(),
        Some(AnyNodeRef::ExprAwait(_)) => "awaits it".into(),
        Some(AnyNodeRef::ExprLambda(_)) => "returns the list from a lambda".into(),
        Some(
            AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprSet(_)
            | AnyNodeRef::ExprDict(_),
        ) => "stores it in another container".into(),
        Some(AnyNodeRef::InterpolatedElement(_)) => "shows it in an f-string".into(),
        _ => "uses it as a list".into(),
    }
}

fn as_note(note: &unspool_engine::facts::effects::ResolvedNote) -> Note {
    Note { kind: note.kind, at: note.at, what: note.describe(), raises: note.raises.clone(), on_self: false }
}

/// Says of which caller the finding speaks.
fn rename(finding: Finding, at: &str) -> Finding {
    use unspool_engine::transform::State;
    let Finding { state, conventions } = finding;
    let state = match state {
        State::Proved(why) => State::Proved(why),
        State::Assumed(why) => State::Assumed(format!("{at}: {why}")),
        State::Refuted(why) => State::Refuted(format!("{at}: {why}")),
    };
    Finding { state, conventions }
}

/// Keeps the worse finding.
fn worse(kept: &mut Option<(Finding, Place)>, finding: Finding, place: Place) {
    let old = kept.take();
    *kept = Some(match old {
        None => (finding, place),
        Some((old, at)) => {
            let first = old.state.clone();
            let both = old.and(finding);
            let at = if both.state == first { at } else { place };
            (both, at)
        }
    });
}
