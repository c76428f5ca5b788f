//! Lists that feed each other, and what must hold for all of them.

use unspool_engine::facts::effects::{Collector, Effects, Kind, Note, Object, Resolved, Unbound, unbound};
use unspool_engine::facts::{Access, Resolution};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, TextRange};
use unspool_engine::transform::{FileContext, Finding, Proposal};

use crate::laziness::between::{Between, between};
use crate::laziness::catcher::catcher;
use crate::laziness::consumer::{self, Pace};
use crate::laziness::interplay::{self, Theirs};
use crate::laziness::lifetime::{Definition, Lifetime, lifetime};
use crate::laziness::sharing::same_object;
use crate::laziness::{Site, asynchronous, fills, no_stop_iteration, region, unknown_reader};

use super::{META, annotation};

/// Lists of which each but the last is read by a later one, in source order. The last is read by `consumer`.
pub struct Chain<'a, 's, 'r> {
    pub cx: &'s FileContext<'a, 'r>,
    pub stages: Vec<Lifetime<'a>>,
}

/// The read that no table knows.
pub struct Unknown {
    pub at: TextRange,
    pub why: String,
}

impl<'a, 's, 'r> Chain<'a, 's, 'r> {
    /// The chain to which a list belongs: down to the first reader that is no such list, up to the first sources
    /// that are none.
    pub fn around(cx: &'s FileContext<'a, 'r>, life: Lifetime<'a>) -> Result<Self, Unknown> {
        let module = cx.module;
        let mut last = life;
        // Later stages stand later: in a loop that is never reached, a list may seem to be made of itself.
        while let Some(next) = next_definition(module, last.read)
            && next.statement > last.definition.statement
        {
            match lifetime(cx, next) {
                // A list that awaits stays a list, and is what reads this one.
                Ok(next)
                    if consumer::of(module, next.read).is_some()
                        && asynchronous(module, &next.definition.elements).is_none() =>
                {
                    last = next;
                }
                _ => break,
            }
        }
        if consumer::of(module, last.read).is_none() {
            let why = unknown_reader(module, last.read, last.definition.name());
            return Err(Unknown { at: module.node(last.read).range(), why });
        }
        let mut stages = vec![last];
        let mut at = 0;
        while at < stages.len() {
            for source in stages[at].definition.elements.sources() {
                if let Some(before) = feeder(cx, source)
                    && before.definition.statement < stages[at].definition.statement
                    && asynchronous(module, &before.definition.elements).is_none()
                {
                    stages.push(before);
                }
            }
            at += 1;
        }
        stages.sort_by_key(|s| s.definition.statement);
        Ok(Chain { cx, stages })
    }

    /// Whether the chain's end reads this list.
    pub fn ends_with(&self, definition: &Definition) -> bool {
        self.last().definition.statement == definition.statement
    }

    fn last(&self) -> &Lifetime<'a> {
        self.stages.last().expect("a chain has a list")
    }

    /// The elements of a stage and the consumer at the chain's end.
    fn site(&self, stage: &Lifetime<'a>) -> Site<'a, 's, 'r> {
        let id = self.last().read;
        let consumer = consumer::of(self.cx.module, id).expect("the chain ends in a consumer");
        Site { cx: self.cx, elements: stage.definition.elements, id, consumer }
    }

    /// The first stage with the consumer.
    pub fn source(&self) -> Site<'a, 's, 'r> {
        self.site(&self.stages[0])
    }

    /// The statement that reads the last list, its blocks apart.
    pub fn reading(&self) -> TextRange {
        let module = self.cx.module;
        let reader = self.last().reader;
        let start = module.node(reader).start();
        let first = module.subtree(reader).skip(1).find(|(_, node)| node.is_statement());
        TextRange::new(start, first.map_or(module.node(reader).end(), |(_, node)| node.start()))
    }

    /// States the obligations in the order in which a reviewer would ask.
    pub fn oblige(&self, proposal: &mut Proposal) {
        let end = self.site(self.last());
        let at = end.consumer.range();
        for stage in &self.stages {
            let range = stage.definition.elements.range();
            let name = stage.definition.name();
            let line = self.cx.module.line(self.cx.module.node(stage.read).start());
            proposal.oblige(
                &META,
                "local",
                range,
                Finding::proved(format!("`{name}` is read in this function alone")),
            );
            proposal.oblige(
                &META,
                "single-use",
                range,
                Finding::proved(format!("line {line} reads it, once")),
            );
        }
        proposal.oblige(&META, "known-consumer", at, consumer::known(self.cx, &end.consumer));
        proposal.oblige(&META, "takes-iterator", at, consumer::takes_iterator(self.cx, &end.consumer));
        for stage in &self.stages {
            let range = stage.definition.elements.range();
            let site = self.site(stage);
            if let Some(other) = stage.definition.other {
                proposal.oblige(&META, "takes-iterator", range, self.other_value(other));
            }
            proposal.oblige(&META, "annotation", range, annotation::stays(self.cx, stage, &self.stages));
            proposal.oblige(&META, "synchronous", range, site.synchronous());
            proposal.oblige(&META, "interpreted", range, site.interpreted());
            proposal.oblige(&META, "known-consumer", range, stage.definition.elements.known(self.cx));
        }
        for at in 0..self.stages.len() {
            if proposal.is_refuted() {
                return;
            }
            self.oblige_stage(at, proposal);
        }
    }

    /// The other value of `[..] if test else other`: the consumer gets it in place of the generator.
    fn other_value(&self, other: &Expr) -> Finding {
        match other {
            Expr::List(_) | Expr::Tuple(_) | Expr::ListComp(_) => {
                Finding::proved("the other value is iterated in the same way")
            }
            other => Finding::refuted(format!(
                "the other value, `{}`, is no list: its reader may tell them apart",
                self.cx.module.source(other)
            )),
        }
    }

    fn oblige_stage(&self, at: usize, proposal: &mut Proposal) {
        let stage = &self.stages[at];
        let site = self.site(stage);
        let range = stage.definition.elements.range();
        let effects = stage.definition.elements.lazy_effects(self.cx.module, self.cx.facts);
        let resolved = site.resolve(&effects);
        proposal.oblige(&META, "own-frame", range, site.own_frame(&resolved));
        proposal.oblige(&META, "no-stop-iteration", range, no_stop_iteration(&resolved));
        proposal.oblige(&META, "no-recursion", range, site.no_recursion(&effects, &resolved));
        if site.binds_by_walrus() {
            proposal.oblige(&META, "no-shared-binding", range, self.no_shared_binding(stage));
        }
        proposal.oblige(
            &META,
            "same-region",
            range,
            region::same(&site, stage, self.last(), &effects, &resolved),
        );
        if proposal.is_refuted() {
            return;
        }
        let visible = interplay::first_visible(&resolved).is_some();
        let theirs = self.theirs(at, &site, visible);
        let (turns, errors) = interplay::take_turns(&site, &effects, &resolved, &theirs);
        let turns = self.keeps_its_names(stage, &effects).and(turns);
        let turns = turns.and(advanced(&site, &effects, &resolved, &theirs));
        proposal.oblige(&META, "taking-turns", range, turns);
        let errors =
            match self.fails_between(stage).filter(|_| resolved.notes.iter().any(|n| n.kind.is_error())) {
                Some(line) => errors.and(Finding::refuted(format!(
                    "line {line} raises in any case, and so far an error of the elements would come first"
                ))),
                None => errors,
            };
        let errors = match self.other_error_between(at, &site, &resolved) {
            Some(other) => errors.and(Finding::assumed(other)),
            None => errors,
        };
        proposal.oblige(&META, "errors", range, errors);
        if site.consumer.pace() == Pace::Fills {
            proposal.oblige(&META, "receiver", range, fills::receiver(&site, &effects, &resolved));
            proposal.oblige(&META, "all-or-nothing", range, fills::all_or_nothing_fill(&site, &resolved));
        }
    }

    /// The elements check what they are given, and the statements between the list and its read may raise as well: of input that
    /// both refuse, the other exception would now be told.
    fn other_error_between(&self, at: usize, site: &Site<'a, 's, 'r>, resolved: &Resolved) -> Option<String> {
        let ours = resolved.first(&[Kind::Validates])?;
        // The lists on the way are elements of the same pipeline.
        let lists = |statement: NodeId| {
            self.stages.iter().any(|s| s.definition.statement == statement).then(Effects::default)
        };
        let Between { effects, .. } = between(self.cx, &self.stages[at], self.last(), &site.consumer, &lists);
        let done = site.resolve(&effects);
        let theirs = done.first(&[Kind::MayRaise])?;
        Some(format!(
            "where both would raise, the other exception comes first: {}; in between {}",
            ours.describe(),
            theirs.describe()
        ))
    }

    /// The line between the list and its read where a variable without a value is read or deleted.
    fn fails_between(&self, stage: &Lifetime<'a>) -> Option<usize> {
        let (module, facts) = (self.cx.module, self.cx.facts);
        let from = module.node(stage.definition.statement).end();
        let range = TextRange::new(from, module.node(stage.read).start().max(from));
        module.nodes().find_map(|(id, node)| match node {
            AnyNodeRef::ExprName(name) if !name.ctx.is_store() && range.contains_range(name.range()) => {
                (unbound(module, facts, id) == Some(Unbound::Surely)).then(|| module.line(name.start()))
            }
            _ => None,
        })
    }

    /// All code that used to run after the elements of a stage: up to the read, the later stages, the consumer.
    ///
    /// `visible`: whether the elements have effects of their own.
    fn theirs(&self, at: usize, site: &Site<'a, 's, 'r>, visible: bool) -> Theirs {
        let (module, facts) = (self.cx.module, self.cx.facts);
        let lazy = |statement: NodeId| {
            let stage = self.stages.iter().find(|s| s.definition.statement == statement)?;
            let mut effects = Effects::default();
            for eager in stage.definition.elements.eager() {
                effects.merge(Collector::of_expr(module, facts, eager));
            }
            effects.binds.push(stage.symbol);
            Some(effects)
        };
        let Between { mut effects, skipped } =
            between(self.cx, &self.stages[at], self.last(), &site.consumer, &lazy);
        for later in &self.stages[at + 1..] {
            effects.merge(later.definition.elements.lazy_effects(module, facts));
        }
        if site.consumer.pace() != Pace::Whole {
            let end = self.site(self.last());
            effects.merge(interplay::operator_steps(&end));
            if matches!(end.consumer.pace(), Pace::Interleaved | Pace::Stops | Pace::Fills)
                && interplay::step_may_raise(&end)
            {
                effects.notes.push(Note {
                    kind: Kind::MayRaise,
                    at: end.consumer.range(),
                    what: "the consumer may reject an element".into(),
                    raises: None,
                    on_self: false,
                });
            }
        }
        let mut what = "the code before its use".to_string();
        if site.consumer.pace() == Pace::Loop {
            let (steps, name) = interplay::loop_steps(site);
            effects.merge(steps);
            what = name.into();
        }
        let done = site.resolve(&effects);
        // An error that leaves the function is seen by callers alone, who see the same error in any case.
        let errors = visible || catcher(site).is_some();
        let shortest = || {
            let name =
                self.stages[at + 1..].iter().find_map(|later| later.definition.elements.ends_early())?;
            Some(format!("`{name}` ends with its shortest argument"))
        };
        let end =
            skipped.or_else(shortest).or_else(|| interplay::early_end(site, &done, errors)).or_else(|| {
                let stops = site.consumer.pace() == Pace::Stops;
                let text = site.consumer.shown(module);
                stops.then(|| format!("`{text}` may stop early"))
            });
        Theirs { effects, done, what, end }
    }

    /// The lazy parts do not read the variable itself, which by then holds the generator.
    fn keeps_its_names(&self, stage: &Lifetime<'a>, effects: &Effects) -> Finding {
        if effects.reads.contains(&stage.symbol) {
            return Finding::refuted(format!(
                "the elements read `{}`, which would be the generator itself by then",
                stage.definition.name()
            ));
        }
        Finding::proved("every name keeps its value until the elements are computed")
    }

    fn no_shared_binding(&self, stage: &Lifetime<'a>) -> Finding {
        let module = self.cx.module;
        let symbols = self.cx.facts.symbols();
        let node = stage.definition.elements.node(module);
        for (_, found) in module.subtree(node) {
            let AnyNodeRef::ExprNamed(named) = found else { continue };
            let Resolution::Symbol(symbol) = symbols.resolve(module.id(&*named.target)) else { continue };
            let outside = symbols
                .occurrences_of(symbol)
                .find(|o| !module.contains(node, o.node) && o.access != Access::Write);
            if let Some(read) = outside {
                let line = module.line(read.range.start());
                return Finding::refuted(format!(
                    "`{}` is read on line {line}, perhaps before the elements have bound it",
                    read.name
                ));
            }
        }
        Finding::proved("nothing else reads it")
    }
}

/// The list that is made of this read: `[.. for x in NAME]`, `list(map(f, NAME))`.
fn next_definition<'a>(module: &Module<'a>, read: NodeId) -> Option<Definition<'a>> {
    let value = module.ancestors(read).take(4).find(|a| Definition::of(module, *a).is_some())?;
    let definition = Definition::of(module, value)?;
    definition.elements.sources().into_iter().any(|s| module.id(s) == read).then_some(definition)
}

/// The list that a source is, if it may go.
fn feeder<'a>(cx: &FileContext<'a, '_>, source: &'a Expr) -> Option<Lifetime<'a>> {
    let module = cx.module;
    let Expr::Name(name) = source else { return None };
    let read = module.id(name);
    let Resolution::Symbol(symbol) = cx.facts.symbols().resolve(read) else { return None };
    let definitions = cx.facts.symbols().occurrences_of(symbol).filter(|o| o.binds());
    definitions
        .filter_map(|o| {
            let value = match module.parent_node(o.node)? {
                AnyNodeRef::StmtAssign(a) => module.id(&*a.value),
                AnyNodeRef::StmtAnnAssign(a) => module.id(a.value.as_deref()?),
                _ => return None,
            };
            lifetime(cx, Definition::of(module, value)?).ok()
        })
        .find(|life| life.read == read)
}

/// An iterator of which both take elements, as far as is known.
fn advanced(site: &Site, effects: &Effects, resolved: &Resolved, theirs: &Theirs) -> Finding {
    if !resolved.has(Kind::UnknownIteration) && !resolved.has(Kind::SharedIteration) {
        return Finding::proved("it shares no iterator");
    }
    let types = site.types();
    let holds = |o: &Object| {
        let ty = o.root.filter(|_| !o.is_attribute).map(|s| types.of_symbol(s));
        !ty.is_some_and(|t| t.is_container())
    };
    let both = effects
        .objects_iterated
        .iter()
        .filter(|o| holds(o))
        .find(|o| theirs.effects.objects_iterated.iter().any(|other| same_object(site, o, other)));
    match both {
        Some(object) => Finding::assumed(format!(
            "`{}` may be an iterator, and {} takes elements of it, too",
            object.text, theirs.what
        )),
        None => Finding::proved("it shares no iterator"),
    }
}
