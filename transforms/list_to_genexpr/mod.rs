//! `sum([f(x) for x in xs])` -> `sum(f(x) for x in xs)`, `sum(list(map(f, xs)))` -> `sum(map(f, xs))`: a list that is
//! consumed where it stands need not exist.

mod edits;

use unspool_engine::facts::effects::{Effects, Kind, Resolved};
use unspool_engine::facts::{Access, Resolution, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, NodeKind, TextRange};
use unspool_engine::transform::{
    Convention, FileContext, Finding, Group, Meta, ObligationKind, Proposal, Transform,
};

use crate::laziness::consumer::{self, Pace};
use crate::laziness::{Elements, Site, benefit, catcher, fills, interplay, no_stop_iteration, sharing};

pub struct ListToGenexpr;

static META: Meta = Meta {
    id: "list-to-genexpr",
    title: "Feed a consumer from a generator expression instead of a list",
    group: Group::Lazy,
    default: true,
    anti_pattern: "large list comprehension",
    idiom: "generator expression",
    docs: include_str!("README.md"),
    needles: &[
        " for ",
        "\tfor ",
        "\nfor ",
        ")for ",
        "]for ",
        "}for ",
        "\rfor ",
        "\"for ",
        "'for ",
        "map",
        "filter",
        "zip",
        "enumerate",
    ],
    kinds: &[NodeKind::ExprListComp, NodeKind::ExprCall],
    obligations: &[
        ObligationKind { id: "known-consumer", claim: "the consumer is what its name says" },
        ObligationKind {
            id: "takes-iterator",
            claim: "the consumer iterates its argument once and keeps nothing of it",
        },
        ObligationKind {
            id: "synchronous",
            claim: "the generator expression is a plain one, not asynchronous",
        },
        ObligationKind { id: "own-frame", claim: "nothing in it looks at the frame it runs in" },
        ObligationKind { id: "no-stop-iteration", claim: "nothing in it lets StopIteration out" },
        ObligationKind {
            id: "no-shared-binding",
            claim: "no `:=` in it is read where evaluation may now stop or wait",
        },
        ObligationKind { id: "no-recursion", claim: "the elements do not call the function they stand in" },
        ObligationKind {
            id: "arguments-first",
            claim: "the other arguments may be evaluated before the elements",
        },
        ObligationKind { id: "early-stop", claim: "elements that are no longer evaluated have no effect" },
        ObligationKind {
            id: "early-stop-errors",
            claim: "errors of elements that are no longer evaluated are caught by nothing here",
        },
        ObligationKind { id: "interleaving", claim: "the elements and the consumer's steps may take turns" },
        ObligationKind {
            id: "receiver",
            claim: "the object that is filled is a plain container that the elements do not read",
        },
        ObligationKind {
            id: "all-or-nothing",
            claim: "an error half-way leaves nothing behind that the list would have prevented",
        },
        ObligationKind { id: "loop-body", claim: "the loop body changes nothing that the elements read" },
        ObligationKind {
            id: "interpreted",
            claim: "the function is run by the interpreter, not compiled from its source",
        },
    ],
};

impl Transform for ListToGenexpr {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        consumer::may_stand_in(bytes)
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let elements = elements(node)?;
        consumer::of(module, elements.node(module)).map(|_| elements.range())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let elements = elements(node).expect("find saw the list");
        let id = elements.node(cx.module);
        let consumer = consumer::of(cx.module, id).expect("find saw the consumer");
        let mut proposal = Proposal::new(&META, elements.range());
        let site = Rewrite(Site { cx, elements, id, consumer });
        site.oblige(&mut proposal);
        if !proposal.is_refuted() {
            proposal.edits = match elements {
                Elements::Listed { list, lazy } => edits::uncopied(cx.module, list, lazy),
                _ => edits::edits(cx.module, elements.range(), &site.consumer),
            };
        }
        proposal
    }
}

/// A list comprehension, or a call of `list` that copies an iterator (`list(map(f, xs))`).
fn elements(node: AnyNodeRef) -> Option<Elements> {
    match node {
        AnyNodeRef::ExprListComp(comp) => Some(Elements::Comprehension(comp)),
        AnyNodeRef::ExprCall(call) => Elements::of_call(call),
        _ => None,
    }
}

/// A list with what consumes it.
struct Rewrite<'a, 's, 'r>(Site<'a, 's, 'r>);

impl<'a, 's, 'r> std::ops::Deref for Rewrite<'a, 's, 'r> {
    type Target = Site<'a, 's, 'r>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Rewrite<'_, '_, '_> {
    /// States the obligations in the order in which a reviewer would ask; the costly ones are left out after a
    /// refutation, or where nobody would want the rewrite.
    fn oblige(&self, proposal: &mut Proposal) {
        let range = self.elements.range();
        proposal.oblige(&META, "known-consumer", self.consumer.range(), self.known_consumer());
        proposal.oblige(&META, "takes-iterator", self.consumer.range(), self.takes_iterator());
        proposal.oblige(&META, "synchronous", range, self.synchronous());
        proposal.oblige(&META, "interpreted", range, self.interpreted());
        if proposal.is_refuted() {
            return;
        }
        proposal.withheld = benefit::withheld(self, 1);
        if proposal.withheld.is_some() {
            return;
        }
        let effects = self.elements.lazy_effects(self.cx.module, self.cx.facts);
        let resolved = self.resolve(&effects);
        proposal.oblige(&META, "own-frame", range, self.own_frame(&resolved));
        proposal.oblige(&META, "no-stop-iteration", range, no_stop_iteration(&resolved));
        proposal.oblige(&META, "no-recursion", range, self.no_recursion(&effects, &resolved));
        if self.binds_by_walrus() {
            proposal.oblige(&META, "no-shared-binding", range, self.no_shared_binding());
        }
        if proposal.is_refuted() {
            return;
        }
        if !self.other_arguments().is_empty() {
            let finding = interplay::arguments_first(self, &effects, &resolved);
            proposal.oblige(&META, "arguments-first", self.consumer.range(), finding);
        }
        match self.consumer.pace() {
            Pace::Whole => {}
            Pace::Stops => {
                proposal.oblige(&META, "early-stop", range, self.early_stop(&effects, &resolved));
                proposal.oblige(&META, "early-stop-errors", range, self.early_stop_errors(&resolved));
            }
            Pace::Interleaved | Pace::Loop | Pace::Fills => {}
        }
        if matches!(self.consumer.pace(), Pace::Stops | Pace::Interleaved | Pace::Fills) {
            let finding = interplay::with_operators(self, &effects, &resolved);
            proposal.oblige(&META, "interleaving", self.consumer.range(), finding);
        }
        if self.consumer.pace() == Pace::Fills {
            proposal.oblige(
                &META,
                "receiver",
                self.consumer.range(),
                fills::receiver(self, &effects, &resolved),
            );
            proposal.oblige(&META, "all-or-nothing", range, fills::all_or_nothing_fill(self, &resolved));
        }
        if self.consumer.pace() == Pace::Loop {
            let (body, order) = interplay::with_loop(self, &effects, &resolved);
            proposal.oblige(&META, "loop-body", self.consumer.range(), body);
            proposal.oblige(&META, "all-or-nothing", range, order);
        }
    }

    fn known_consumer(&self) -> Finding {
        self.elements.known(self.cx).and(consumer::known(self.cx, &self.consumer))
    }

    fn takes_iterator(&self) -> Finding {
        consumer::takes_iterator(self.cx, &self.consumer)
    }

    fn no_shared_binding(&self) -> Finding {
        let module = self.cx.module;
        let symbols = self.cx.facts.symbols();
        let full = matches!(self.consumer.pace(), Pace::Whole | Pace::Interleaved);
        for (_, node) in module.subtree(self.id) {
            let AnyNodeRef::ExprNamed(named) = node else { continue };
            let Expr::Name(target) = &*named.target else { continue };
            let Resolution::Symbol(symbol) = symbols.resolve(module.id(target)) else { continue };
            let outside = symbols
                .occurrences_of(symbol)
                .find(|o| !module.contains(self.id, o.node) && o.access != Access::Write);
            let Some(read) = outside else { continue };
            let line = module.line(read.range.start());
            if !full {
                return Finding::refuted(format!(
                    "`{}` is read on line {line}: it would hold the element at which evaluation stopped",
                    target.id
                ));
            }
            if self.outlives_an_error(symbol)
                && let Some((known, error)) = interplay::error_between(self)
            {
                let text = format!(
                    "`{}` is read on line {line}, perhaps after an error with which fewer elements would have bound it: {error}",
                    target.id
                );
                return if known { Finding::refuted(text) } else { Finding::assumed(text) };
            }
        }
        Finding::proved(if full {
            "every element is evaluated before anything else reads it"
        } else {
            "nothing else reads it"
        })
    }

    /// Whether a variable can be read after an error at the site has left its statement: by a handler or what
    /// stands behind one, or by other functions.
    fn outlives_an_error(&self, symbol: SymbolId) -> bool {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let function = module.enclosing_function(self.id);
        let own = function.is_some_and(|f| symbols.scope(symbols.symbol(symbol).scope).node == f);
        let inside = |a: &NodeId| function.is_none_or(|f| *a != f);
        let guards = |a: NodeId| matches!(module.node(a), AnyNodeRef::StmtTry(_) | AnyNodeRef::StmtWith(_));
        !own || module.ancestors(self.id).take_while(inside).any(guards)
    }

    fn early_stop(&self, effects: &Effects, resolved: &Resolved) -> Finding {
        if let Some(change) = interplay::own_change(self, effects) {
            return Finding::refuted(format!("an early stop would leave some of it out: {change}"));
        }
        if let Some(note) = resolved.first(&[Kind::Effect, Kind::ValueCall]) {
            return Finding::refuted(format!(
                "an early stop would skip elements that have effects: {}",
                note.describe()
            ));
        }
        if let Some(shared) = sharing::shared_source(self) {
            return shared;
        }
        if let Some(note) = resolved.first(&[
            Kind::Suspends,
            Kind::UnknownCall,
            Kind::SharedIteration,
            Kind::UnknownIteration,
        ]) {
            return Finding::assumed(note.describe());
        }
        Finding::proved("the elements only compute").relying_on(resolved.conventions())
    }

    fn early_stop_errors(&self, resolved: &Resolved) -> Finding {
        let Some(note) = resolved.first(&[Kind::Validates, Kind::MayRaise]) else {
            return Finding::proved("the elements cannot raise").relying_on(resolved.conventions());
        };
        if let Some(catcher) = catcher::catcher(self) {
            return catcher.finding(|who| {
                format!(
                    "{who} could see an error of an element that is no longer evaluated: {}",
                    note.describe()
                )
            });
        }
        if note.kind == Kind::Validates {
            return Finding::assumed(format!(
                "an error of a later element would no longer be raised: {}",
                note.describe()
            ));
        }
        Finding::proved(format!("no handler of this function could see that {}", note.describe()))
            .relying_on([Convention::EarlyStop])
    }
}
