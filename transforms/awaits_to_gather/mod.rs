//! Independent awaits, one after another, become one `asyncio.gather`.

mod edits;
mod independence;
mod items;
mod keyed;
mod parts;
mod shape;
mod shared;
mod spread;
mod task_group;

use independence::{calls, context, framework, handlers, independent, order, receivers, region};
use keyed::Keyed;
use shape::Shape;
use unspool_engine::rewrite::{Spelling, spell};
use unspool_engine::syntax::{AnyNodeRef, Module, NodeKind, PythonVersion, TextRange};
use unspool_engine::text::Edit;
use unspool_engine::transform::{
    FileContext, Finding, Group, Meta, ObligationKind, Place, Proposal, Transform,
};

pub struct AwaitsToGather;

static META: Meta = Meta {
    id: "awaits-to-gather",
    title: "Wait for independent awaits together with `asyncio.gather`",
    group: Group::Async,
    default: false,
    anti_pattern: "one await after another, independent",
    idiom: "gather",
    docs: include_str!("README.md"),
    needles: &["await"],
    kinds: &[
        NodeKind::StmtAssign,
        NodeKind::StmtAnnAssign,
        NodeKind::StmtExpr,
        NodeKind::StmtFor,
        NodeKind::ExprListComp,
        NodeKind::ExprSetComp,
        NodeKind::ExprDictComp,
        NodeKind::ExprTuple,
        NodeKind::ExprList,
        NodeKind::ExprSet,
        NodeKind::ExprDict,
        NodeKind::ExprCall,
        NodeKind::ExprAwait,
    ],
    obligations: &[
        ObligationKind { id: "asyncio", claim: "a loop of asyncio runs the function" },
        ObligationKind { id: "region", claim: "no lock, transaction, timeout or handler is around" },
        ObligationKind { id: "coroutines", claim: "each operand is the call of a coroutine function" },
        ObligationKind { id: "independent", claim: "no operand needs what another one gives" },
        ObligationKind {
            id: "same-keys",
            claim: "what gives the keys can be gone through again, and gives the same",
        },
        ObligationKind {
            id: "receivers",
            claim: "no two operands use one object that cannot do two things at once",
        },
        ObligationKind {
            id: "effects",
            claim: "what an operand does is not seen by the others, or when one fails",
        },
        ObligationKind { id: "context", claim: "nothing is left in context variables or the current task" },
        ObligationKind {
            id: "exception-group",
            claim: "nobody tells the error of an operand from a group with that error in it",
        },
        ObligationKind {
            id: "order",
            claim: "the order in which they run, and how many run at once, do not matter",
        },
        ObligationKind {
            id: "spelling",
            claim: "`asyncio.gather` or `asyncio.TaskGroup` can be written here, and comments stay",
        },
    ],
};

/// Writes the edits of a site, given how the function or class is spelled there.
type Write = fn(&FileContext, &Shape, &str) -> Result<Vec<Edit>, String>;

impl Transform for AwaitsToGather {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        memchr::memmem::find_iter(bytes, "await").nth(1).is_some()
            || memchr::memmem::find(bytes, b"[await").is_some()
            || memchr::memmem::find(bytes, b"append(await").is_some()
            || (memchr::memmem::find(bytes, b"await").is_some()
                && memchr::memmem::find(bytes, b"for ").is_some())
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        Shape::of(module, node).map(|shape| shape.anchor())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let shape = Shape::of(cx.module, node).expect("only sites are decided");
        let anchor = shape.anchor();
        let mut proposal = Proposal::new(&META, anchor);
        let mut oblige = |kind, finding: Finding| proposal.oblige(&META, kind, Place::from(anchor), finding);
        oblige("asyncio", framework(cx));
        oblige("region", region(cx, &shape).and(handlers(cx, &shape)));
        oblige("independent", independent(cx, &shape));
        if let Some(keyed) = Keyed::of(&shape) {
            oblige("same-keys", keyed.again(cx));
        }
        oblige("receivers", receivers(cx, &shape));
        let (coroutines, effects) = calls(cx, &shape);
        oblige("coroutines", coroutines);
        oblige("effects", effects);
        oblige("context", context(cx, &shape));
        let by_group = cx.settings.task_groups && cx.settings.target.has(PythonVersion::PY311);
        if by_group {
            oblige(
                "exception-group",
                Finding::assumed("where one fails, the others are cancelled and an ExceptionGroup is raised"),
            );
        }
        oblige("order", order(&shape));
        let own = independence::imported_asyncio(cx);
        let (name, write): (_, Write) = match by_group {
            true => ("TaskGroup", task_group::edits),
            false => ("gather", edits::edits),
        };
        let spelling = match (spell(cx, cx.module.id(shape.operands()[0]), "asyncio", name), own) {
            // A file that speaks of `asyncio` by its name goes on to do so.
            (Ok(Spelling { request: Some(_), .. }), Some(text)) => {
                Ok(Spelling { text: format!("{text}.{name}"), request: None })
            }
            (spelling, _) => spelling,
        };
        match spelling {
            Err(why) => oblige("spelling", Finding::refuted(why)),
            Ok(spelling) => match write(cx, &shape, &spelling.text) {
                Ok(edits) => {
                    oblige("spelling", Finding::proved("it can"));
                    proposal.edits = edits;
                    proposal.imports.extend(spelling.request);
                }
                Err(why) => oblige("spelling", Finding::refuted(why)),
            },
        }
        proposal
    }
}
