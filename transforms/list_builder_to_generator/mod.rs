//! `out = []; for ..: out.append(x); return out` -> `for ..: yield x`.

mod builder;
mod callers;
mod edits;
mod finished;
mod uses;
mod words;

use unspool_engine::syntax::{AnyNodeRef, Module, NodeKind, Ranged, TextRange};
use unspool_engine::transform::{
    FileContext, Finding, Group, Meta, ObligationKind, Place, Proposal, Transform,
};

use crate::laziness::{interpreted, no_stop_iteration};
use builder::{Builder, Known};
use callers::Callers;

pub struct ListBuilderToGenerator;

static META: Meta = Meta {
    id: "list-builder-to-generator",
    title: "Make a function that builds a list to be iterated a generator function",
    group: Group::Lazy,
    default: false,
    anti_pattern: "a list built only to be returned and iterated",
    idiom: "generator function",
    docs: include_str!("README.md"),
    needles: &["append", "extend", "+="],
    kinds: &[NodeKind::StmtFunctionDef],
    obligations: &[
        ObligationKind { id: "plain-function", claim: "it is a plain function, which only its callers run" },
        ObligationKind { id: "only-grown", claim: "the list is made once, only grown, and returned" },
        ObligationKind { id: "returns-it", claim: "the function returns the list and nothing else" },
        ObligationKind {
            id: "outside-of-blocks",
            claim: "no `with` or `try` would be suspended while callers use an element",
        },
        ObligationKind {
            id: "interpreted",
            claim: "the function is run by the interpreter, not compiled from its source",
        },
        ObligationKind { id: "said-of-it", claim: "what annotations say of the result stays true" },
        ObligationKind { id: "comments-stay", claim: "every comment stays with its statement" },
        ObligationKind { id: "private", claim: "nobody outside of the repository relies on the list" },
        ObligationKind { id: "uses-known", claim: "every use in the repository can be found" },
        ObligationKind { id: "iterated-once", claim: "every caller iterates the result, once" },
        ObligationKind { id: "own-frame", claim: "nothing in it looks at the frames below" },
        ObligationKind { id: "no-stop-iteration", claim: "nothing in it lets StopIteration out" },
        ObligationKind { id: "no-recursion", claim: "the function does not call itself" },
        ObligationKind { id: "finished-elements", claim: "no element changes after it was added" },
        ObligationKind {
            id: "taking-turns",
            claim: "the function may compute an element as late as a caller asks for it",
        },
        ObligationKind { id: "errors", claim: "nothing visible happens before an error that came first" },
        ObligationKind {
            id: "fills",
            claim: "what a caller fills with the elements is a plain container that the function does not read",
        },
    ],
};

impl Transform for ListBuilderToGenerator {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        // `[]`, perhaps with blanks or a comment in it, or `= [header]`.
        let made = |open: usize| {
            let inside = bytes[open + 1..].trim_ascii_start();
            let empty = matches!(inside.first(), Some(b']' | b'#' | b'\\'));
            empty || bytes[..open].trim_ascii_end().ends_with(b"=")
        };
        let called = |at: usize| {
            let rest = bytes[at + 4..].trim_ascii_start();
            matches!(rest.first(), Some(b'(' | b'#' | b'\\'))
        };
        memchr::memmem::find(bytes, b"return").is_some()
            && (memchr::memchr_iter(b'[', bytes).any(made)
                || memchr::memmem::find_iter(bytes, b"list").any(called))
    }

    fn rests_on_the_repository(&self) -> bool {
        true
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, _: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtFunctionDef(function) = node else { return None };
        Builder::of(function).map(|b| b.head())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::StmtFunctionDef(function) = node else { unreachable!("only functions are found") };
        let shape = Builder::of(function).expect("find saw the builder");
        let head = shape.head();
        let mut proposal = Proposal::new(&META, head);
        let Some(known) = Known::new(cx, shape) else {
            proposal.oblige(&META, "only-grown", head, Finding::refuted("what its list is cannot be told"));
            return proposal;
        };
        proposal.oblige(&META, "plain-function", head, known.plain_function());
        proposal.oblige(&META, "only-grown", known.shape.start.range(), known.only_grown());
        proposal.oblige(&META, "returns-it", head, known.returns_it());
        proposal.oblige(&META, "outside-of-blocks", head, known.outside_of_blocks());
        proposal.oblige(&META, "interpreted", head, interpreted(cx.module, known.node));
        proposal.oblige(&META, "said-of-it", head, known.said_of_it());
        let edits = known.edits();
        let stay = match &edits {
            Ok(_) => Finding::proved("each statement has its lines to itself"),
            Err(finding) => finding.clone(),
        };
        proposal.oblige(&META, "comments-stay", head, stay);
        if proposal.is_refuted() {
            return proposal;
        }
        known.oblige(&mut proposal);
        if !proposal.is_refuted() {
            proposal.edits = edits.unwrap_or_default();
            known.respell(&mut proposal);
        }
        proposal
    }
}

impl Known<'_, '_, '_> {
    /// What has to be asked of the function's callers and of its code, the cheapest first: most callers want a list.
    fn oblige(&self, proposal: &mut Proposal) {
        let head = self.shape.head();
        proposal.oblige(&META, "private", head, self.private());
        let callers = Callers::of(self);
        let mut state = |kind: &str, found: &Option<(Finding, Place)>| {
            if let Some((finding, place)) = found {
                proposal.oblige(&META, kind, place.clone(), finding.clone());
            }
        };
        if callers.calls == 0 && callers.iterated.is_none() {
            let why = "nothing in the repository calls it: what its callers do with the list is not known";
            state("iterated-once", &Some((Finding::refuted(why), head.into())));
        }
        state("iterated-once", &callers.iterated);
        state("taking-turns", &callers.turns);
        state("errors", &callers.errors);
        state("fills", &callers.fills);
        if proposal.is_refuted() {
            return;
        }
        proposal.oblige(&META, "own-frame", head, self.own_frame());
        proposal.oblige(&META, "no-stop-iteration", head, no_stop_iteration(self.resolved()));
        proposal.oblige(&META, "no-recursion", head, self.no_recursion());
        proposal.oblige(&META, "finished-elements", head, self.finished_elements());
        if proposal.is_refuted() {
            return;
        }
        proposal.oblige(&META, "uses-known", head, self.uses_known());
        proposal.withheld = callers.withheld();
    }
}
