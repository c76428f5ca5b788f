//! `for line in f.readlines():` -> `for line in f:`: a file gives its lines one by one.

mod file;
mod kept;
mod part;

use unspool_engine::facts::effects::{Effects, Resolved};
use unspool_engine::facts::{Binding, Catch, Resolution, SymbolId};
use unspool_engine::repo::ENDS;
use unspool_engine::rewrite::spell;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeKind, Ranged, TextRange, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::{
    FileContext, Finding, Group, ImportRequest, Meta, ObligationKind, Profile, Proposal, Transform,
};

use crate::laziness::between::{Between, between};
use crate::laziness::consumer::{self, Consumer, Pace};
use crate::laziness::interplay::{self, Theirs};
use crate::laziness::lifetime::Lifetime;
use crate::laziness::{Elements, Site, benefit, region, sharing};

pub struct ReadlinesToIteration;

static META: Meta = Meta {
    id: "readlines-to-iteration",
    title: "Iterate a file instead of the list of its lines",
    group: Group::Lazy,
    default: true,
    anti_pattern: "a whole file in memory",
    idiom: "iterate the file; compose functions over its lines",
    docs: include_str!("README.md"),
    needles: &["readlines", "read().split"],
    kinds: &[NodeKind::ExprCall],
    obligations: &[
        ObligationKind { id: "known-consumer", claim: "the consumer is what its name says" },
        ObligationKind {
            id: "takes-iterator",
            claim: "the consumer iterates its argument once and keeps nothing of it",
        },
        ObligationKind { id: "all-lines", claim: "`readlines` is asked for all lines" },
        ObligationKind { id: "known-file", claim: "it is a file whose lines are there already" },
        ObligationKind { id: "taking-turns", claim: "nothing else moves or changes the file meanwhile" },
        ObligationKind { id: "other-writers", claim: "no other code writes to the file meanwhile" },
        ObligationKind { id: "rest-unread", claim: "lines that are no longer read are missed by nothing" },
        ObligationKind { id: "errors", claim: "nothing visible happens before an error that came first" },
    ],
};

impl Transform for ReadlinesToIteration {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::ExprCall(call) = node else { return None };
        let attribute = call.func.as_attribute_expr()?;
        let id = module.id(call);
        if parts_text(call).is_some() {
            // Written as the needle has it.
            let seen = module.source(call).contains("read().split") && consumer::of(module, id).is_some();
            return seen.then_some(call.range());
        }
        if attribute.attr.as_str() != "readlines" {
            return None;
        }
        let id = part::of(module, call).map_or(id, |subscript| module.id(subscript));
        let seen = consumer::of(module, id).is_some() || kept::definition(module, id, call).is_some();
        seen.then_some(call.range())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::ExprCall(call) = node else { unreachable!("only calls are found") };
        let Expr::Attribute(attribute) = &*call.func else { unreachable!("find saw the attribute") };
        let elements = Elements::Lines { call, file: &attribute.value };
        let mut proposal = Proposal::new(&META, call.range());
        if let Some(why) = parts_text(call) {
            proposal.oblige(&META, "all-lines", call.range(), Finding::refuted(why));
            return proposal;
        }
        let subscript = part::of(cx.module, call);
        let lines = subscript.map_or(cx.module.id(call), |s| cx.module.id(s));
        let part = match subscript.map(part::Part::new).transpose() {
            Ok(part) => part,
            Err(why) => {
                proposal.oblige(&META, "takes-iterator", call.range(), Finding::refuted(why));
                return proposal;
            }
        };
        let life = match kept::definition(cx.module, lines, call).map(|d| kept::life(cx, d)) {
            None => None,
            Some(Ok(life)) => Some(life),
            Some(Err(finding)) => {
                proposal.oblige(&META, "takes-iterator", call.range(), finding);
                return proposal;
            }
        };
        let id = life.as_ref().map_or(lines, |life| life.read);
        let consumer = consumer::of(cx.module, id).expect("a consumer was seen");
        let site = Lines { site: Site { cx, elements, id, consumer }, life, part };
        let file = cx.module.parenthesized_range(&attribute.value);
        let rest = TextRange::new(file.end(), cx.module.node(lines).end());
        let all = if !call.arguments.is_empty() {
            Finding::refuted("it stops after as many bytes as it is told")
        } else if cx.module.has_comment(rest) {
            Finding::refuted("a comment stands in the call")
        } else if cx.module.parenthesized_range(&call.func) != call.func.range()
            || subscript.is_some_and(|s| cx.module.parenthesized_range(&s.value) != call.range())
        {
            Finding::refuted("the method that is called, or its call, stands in parentheses")
        } else {
            Finding::proved("it is called without arguments")
        };
        proposal.oblige(&META, "all-lines", call.range(), all);
        site.oblige(&mut proposal);
        if proposal.is_refuted() {
            return proposal;
        }
        match site.edits(file, rest) {
            Ok((edits, request)) => {
                proposal.edits = edits;
                proposal.imports.extend(request);
                proposal.withheld = site.withheld();
            }
            Err(why) => proposal.oblige(&META, "all-lines", call.range(), Finding::refuted(why)),
        }
        proposal
    }
}

/// `f.read().splitlines()`, `f.read().split("\n")`: why that gives other lines than the file does.
fn parts_text(call: &ast::ExprCall) -> Option<&'static str> {
    let attribute = call.func.as_attribute_expr()?;
    let read = attribute.value.as_call_expr().filter(|c| c.arguments.is_empty())?;
    if read.func.as_attribute_expr()?.attr.as_str() != "read" {
        return None;
    }
    match (attribute.attr.as_str(), &call.arguments.args[..]) {
        ("splitlines", _) => Some(
            "`splitlines` parts the text at more than line ends (`\\x0b`, `\\u2028`), and its lines have no ends",
        ),
        ("split", [Expr::StringLiteral(s)]) if s.value.to_str() == "\n" => {
            Some("`split` gives an empty string behind the last line end, and its lines have no ends")
        }
        _ => None,
    }
}

struct Lines<'a, 's, 'r> {
    site: Site<'a, 's, 'r>,
    /// Of the variable that has the lines in between.
    life: Option<Lifetime<'a>>,
    /// The part of the lines that is wanted: `f.readlines()[1:]`.
    part: Option<part::Part>,
}

impl Lines<'_, '_, '_> {
    fn oblige(&self, proposal: &mut Proposal) {
        let site = &self.site;
        let range = site.elements.range();
        let at = site.consumer.range();
        proposal.oblige(&META, "known-consumer", at, consumer::known(site.cx, &site.consumer));
        proposal.oblige(&META, "takes-iterator", at, consumer::takes_iterator(site.cx, &site.consumer));
        proposal.oblige(&META, "known-file", range, file::known(site));
        if proposal.is_refuted() {
            return;
        }
        let mut effects = site.elements.lazy_effects(site.cx.module, site.cx.facts);
        if file::in_memory(site) {
            effects.notes.clear();
        }
        let resolved = site.resolve(&effects);
        let theirs = self.theirs();
        let mut turns = match self.read_meanwhile(&theirs) {
            Some(why) => Finding::refuted(why),
            None => interplay::turns(site, &effects, &resolved, &theirs),
        };
        if let Some(life) = &self.life {
            turns = turns.and(region::same(site, life, life, &effects, &resolved));
        }
        proposal.oblige(&META, "taking-turns", at, turns);
        proposal.oblige(&META, "other-writers", at, file::other_writers(site, &theirs));
        proposal.oblige(&META, "rest-unread", at, self.rest_unread(&theirs));
        proposal.oblige(&META, "errors", range, self.errors(&effects, &resolved, &theirs));
    }

    fn theirs(&self) -> Theirs {
        let site = &self.site;
        let between = self.life.as_ref().map(|l| between(site.cx, l, l, &site.consumer, &|_| None));
        let Between { mut effects, skipped } = between.unwrap_or_default();
        let mut what =
            if self.life.is_some() { "the code before its use" } else { "the consumer" }.to_string();
        if site.consumer.pace() == Pace::Loop {
            let (steps, name) = interplay::loop_steps(site);
            effects.merge(steps);
            what = name.into();
        }
        if site.consumer.pace() != Pace::Whole {
            effects.merge(interplay::operator_steps(site));
        }
        let done = site.resolve(&effects);
        let part = self.part.as_ref().filter(|part| part.stops());
        let end = skipped.or_else(|| part.map(|_| "the lines behind the slice are not read".to_string()));
        let end = end.or_else(|| interplay::early_end(site, &done, true)).or_else(|| {
            (site.consumer.pace() == Pace::Stops).then(|| "the consumer may stop early".to_string())
        });
        Theirs { effects, done, what, end }
    }

    /// What runs between two lines takes lines of the same file: today it finds none.
    fn read_meanwhile(&self, theirs: &Theirs) -> Option<String> {
        let site = &self.site;
        let file = site.cx.module.source(site.elements.source());
        let iterated = theirs.effects.objects_iterated.iter().find(|o| o.text == file)?;
        Some(format!("{} takes lines of `{}`, too, of which today none is left", theirs.what, iterated.text))
    }

    /// Whoever reads on after an early end would find lines that are gone today.
    fn rest_unread(&self, theirs: &Theirs) -> Finding {
        let site = &self.site;
        let Some(end) = &theirs.end else { return Finding::proved("all lines are read") };
        let module = site.cx.module;
        let Expr::Name(name) = site.elements.source() else {
            return match self.other_method_reads() {
                Some(line) => {
                    Finding::refuted(format!("{end}, and line {line} would find the rest of the lines"))
                }
                None => Finding::assumed(format!("{end}, and who reads on from the file is not in sight")),
            };
        };
        let symbols = site.cx.facts.symbols();
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else {
            return Finding::assumed(format!("{end}, and what `{}` is cannot be told", name.id));
        };
        let other = sharing::other_reads(site, symbol, module.id(name)).into_iter().find(|read| {
            *read > module.id(name)
                && !matches!(
                    module.parent_node(*read),
                    Some(AnyNodeRef::ExprAttribute(a)) if ENDS.contains(&a.attr.as_str())
                )
        });
        match other {
            Some(read) => Finding::refuted(format!(
                "{end}, and line {} would find the rest of the lines",
                module.line(module.node(read).start())
            )),
            None => self.callers_read_on(end, symbol),
        }
    }

    /// The line where the attribute that holds the file is read in another place of this code.
    fn other_method_reads(&self) -> Option<usize> {
        let Expr::Attribute(file) = self.site.elements.source() else { return None };
        let module = self.site.cx.module;
        module.nodes().find_map(|(id, node)| {
            let AnyNodeRef::ExprAttribute(a) = node else { return None };
            let ends = matches!(module.parent_node(id), Some(AnyNodeRef::ExprAttribute(m)) if ENDS.contains(&m.attr.as_str()));
            let other = a.attr.as_str() == file.attr.as_str() && a.ctx.is_load() && a.range() != file.range() && !ends;
            other.then(|| module.line(a.start()))
        })
    }

    /// A file that is a parameter: whoever passed it may read on.
    fn callers_read_on(&self, end: &str, symbol: SymbolId) -> Finding {
        let cx = self.site.cx;
        let nothing = || Finding::proved(format!("{end}, and nothing reads on"));
        let symbols = cx.facts.symbols();
        let mut bound = symbols.occurrences_of(symbol).filter(|o| o.binding == Some(Binding::Parameter));
        let (Some(parameter), Some(function)) = (bound.next(), cx.module.enclosing_function(self.site.id))
        else {
            return nothing();
        };
        let callers = cx.repo.passed_to(&cx.local(), function, parameter.name);
        match callers.iter().find(|caller| caller.is_kept) {
            Some(caller) => Finding::refuted(format!(
                "{end}, and {}:{} passes a file of which it may read the rest",
                caller.path.display(),
                caller.line
            )),
            None if callers.is_empty() => {
                Finding::assumed(format!("{end}, and whoever passes `{}` may read on", parameter.name))
            }
            None => nothing(),
        }
    }

    /// Decoding and reading may fail on a later line.
    fn errors(&self, effects: &Effects, resolved: &Resolved, theirs: &Theirs) -> Finding {
        let site = &self.site;
        if effects.notes.is_empty() && resolved.is_total() {
            return Finding::proved("the lines are in memory");
        }
        let flow = site.cx.facts.flow_at(site.id);
        let caught = flow.caught_at(site.id, "UnicodeDecodeError").max(flow.caught_at(site.id, "OSError"));
        let seen = !theirs.effects.binds.is_empty() || !theirs.effects.objects_changed.is_empty();
        match caught {
            Catch::Yes if seen || theirs.end.is_some() => Finding::refuted(format!(
                "a handler around it would see that a line cannot be read after {} has run",
                theirs.what
            )),
            Catch::Maybe if seen || theirs.end.is_some() => Finding::assumed(format!(
                "a handler around it may see that a line cannot be read after {} has run",
                theirs.what
            )),
            _ => match interplay::first_visible(&theirs.done) {
                Some(effect) => Finding::assumed(format!(
                    "if a later line cannot be read, {} has run before: {effect}",
                    theirs.what
                )),
                None => Finding::proved("an error comes before any visible effect"),
            },
        }
    }

    /// `file`: the expression that gives it; `rest`: what stands behind it.
    fn edits(&self, file: TextRange, rest: TextRange) -> Result<(Vec<Edit>, Option<ImportRequest>), String> {
        let cx = self.site.cx;
        let Some(part) = &self.part else {
            let text = cx.module.source(self.site.elements.source());
            return Ok(match &self.life {
                Some(life) => (kept::edits(cx, life, text, vec![Edit::delete(rest)])?, None),
                None => (vec![Edit::delete(rest)], None),
            });
        };
        let spelling = spell(cx, self.site.id, "itertools", "islice")?;
        let (before, behind) = (format!("{}(", spelling.text), format!("{})", part.arguments()));
        let in_place = vec![Edit::insert(file.start(), before.clone()), Edit::replace(rest, behind.clone())];
        let edits = match &self.life {
            Some(life) => {
                let text = format!("{before}{}{behind}", &cx.module.text()[file]);
                kept::edits(cx, life, &text, in_place)?
            }
            None => in_place,
        };
        Ok((edits, spelling.request))
    }

    fn withheld(&self) -> Option<String> {
        let site = &self.site;
        let keeps = !benefit::lets_go(site.consumer.last());
        match site.cx.settings.profile {
            Profile::Memory if keeps => Some("benefit: the consumer keeps every line".into()),
            Profile::Speed if !matches!(site.consumer, Consumer::Loop { .. }) => {
                Some("benefit: no faster than the list".into())
            }
            _ => None,
        }
    }
}
