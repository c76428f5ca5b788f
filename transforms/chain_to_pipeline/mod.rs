//! `a = [..]; b = [.. for x in a]; for y in b:` -> generator expressions: several passes become one.

mod annotation;
mod chain;
mod edits;

use unspool_engine::syntax::{AnyNodeRef, Module, NodeKind, TextRange};
use unspool_engine::transform::{FileContext, Finding, Group, Meta, ObligationKind, Proposal, Transform};

use crate::laziness::benefit;
use crate::laziness::lifetime::{self, Definition};

pub struct ChainToPipeline;

static META: Meta = Meta {
    id: "chain-to-pipeline",
    title: "Make local lists that are iterated once a pipeline of generator expressions",
    group: Group::Lazy,
    default: true,
    anti_pattern: "several passes over lists",
    idiom: "one pass through a generator pipeline",
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
        ObligationKind { id: "local", claim: "the variable is the function's own" },
        ObligationKind { id: "single-use", claim: "the list is read once for each time that it is made" },
        ObligationKind { id: "known-consumer", claim: "what reads it is a consumer that is known" },
        ObligationKind {
            id: "takes-iterator",
            claim: "the consumer iterates its argument once and keeps nothing of it",
        },
        ObligationKind { id: "annotation", claim: "what is said of the variable's type stays true" },
        ObligationKind {
            id: "synchronous",
            claim: "the generator expression is a plain one, not asynchronous",
        },
        ObligationKind {
            id: "interpreted",
            claim: "the function is run by the interpreter, not compiled from its source",
        },
        ObligationKind { id: "own-frame", claim: "nothing in it looks at the frame it runs in" },
        ObligationKind { id: "no-stop-iteration", claim: "nothing in it lets StopIteration out" },
        ObligationKind { id: "no-recursion", claim: "the elements do not call the function they stand in" },
        ObligationKind {
            id: "no-shared-binding",
            claim: "no `:=` in it is read where evaluation may now wait",
        },
        ObligationKind {
            id: "same-region",
            claim: "the list is made and read under the same `try` and `with` statements",
        },
        ObligationKind {
            id: "taking-turns",
            claim: "the elements may be computed as late as the consumer asks for them",
        },
        ObligationKind { id: "errors", claim: "nothing visible happens before an error that came first" },
        ObligationKind {
            id: "receiver",
            claim: "the object that is filled is a plain container that the elements do not read",
        },
        ObligationKind {
            id: "all-or-nothing",
            claim: "an error half-way leaves nothing behind that the list would have prevented",
        },
    ],
};

impl Transform for ChainToPipeline {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        lifetime::may_stand_in(bytes)
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        definition(node, module).map(|d| d.elements.range())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let definition = definition(node, cx.module).expect("find saw the definition");
        let mut proposal = Proposal::new(&META, definition.elements.range());
        let range = definition.elements.range();
        let lives = match lifetime::lifetimes(cx, definition) {
            Ok(lives) => lives,
            Err((kind, finding)) => {
                proposal.oblige(&META, kind, range, finding);
                lifetime::unproved(cx, definition).filter(|_| !proposal.is_refuted()).into_iter().collect()
            }
        };
        let in_branches = lives.len() > 1;
        let mut chains = Vec::new();
        for life in lives {
            match chain::Chain::around(cx, life) {
                Err(unknown) => {
                    proposal.oblige(&META, "known-consumer", unknown.at, Finding::refuted(unknown.why));
                }
                // What each branch makes of it would have to go on in the same way.
                Ok(chain) if in_branches && !chain.ends_with(&definition) => {
                    let why =
                        format!("`{}` is made into another list in one of two branches", definition.name());
                    proposal.oblige(&META, "single-use", range, Finding::refuted(why));
                }
                Ok(chain) => chains.push(chain),
            }
        }
        for chain in &chains {
            if !proposal.is_refuted() {
                chain.oblige(&mut proposal);
            }
        }
        if !proposal.is_refuted()
            && let Some(chain) = chains.first()
        {
            edits::edits(chain, &mut proposal);
            proposal.rests_on.extend(chains.iter().map(chain::Chain::reading));
            proposal.withheld = chains.iter().find_map(|c| benefit::withheld(&c.source(), c.stages.len()));
        }
        proposal
    }
}

/// A list that is assigned to a name.
fn definition<'a>(node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<Definition<'a>> {
    let id = match node {
        AnyNodeRef::ExprListComp(comp) => module.id(comp),
        AnyNodeRef::ExprCall(call) => module.id(call),
        _ => return None,
    };
    Definition::of(module, id)
}
