//! Moving from under one `try` or `with` to under another.

use unspool_engine::facts::effects::{Collector, Effects, Kind, Resolved};
use unspool_engine::facts::{Part, Protection};
use unspool_engine::syntax::{AnyNodeRef, NodeId, Ranged};
use unspool_engine::transform::Finding;

use super::Site;
use super::interplay::first_visible;
use super::lifetime::Lifetime;
use super::sharing::changeable;

/// Whether the elements may be computed under what surrounds the read instead of what surrounds the definition.
pub fn same(
    site: &Site,
    first: &Lifetime,
    last: &Lifetime,
    effects: &Effects,
    resolved: &Resolved,
) -> Finding {
    let module = site.cx.module;
    let flow = site.cx.facts.flow_at(first.definition.statement);
    let made = flow.protections(first.definition.statement);
    let read = flow.protections(last.read);
    let left = made.iter().filter(|p| !read.contains(p)).map(|p| (p, true));
    let entered = read.iter().filter(|p| !made.contains(p)).map(|p| (p, false));
    let mut finding = Finding::proved("the same statements surround both");
    let visible = resolved
        .first(&[
            Kind::Effect,
            Kind::Suspends,
            Kind::ValueCall,
            Kind::UnknownCall,
            Kind::SharedIteration,
            Kind::UnknownIteration,
            Kind::Observes,
        ])
        .map(|n| n.describe());
    let error = resolved.first(&[Kind::Validates, Kind::MayRaise]).map(|n| n.describe());
    for (Protection { stmt, part }, left) in left.chain(entered) {
        let line = module.line(module.node(*stmt).start());
        let handled = match module.node(*stmt) {
            AnyNodeRef::StmtTry(t) => *part == Part::TryBody && !t.handlers.is_empty(),
            _ => false,
        };
        let is_with = matches!(module.node(*stmt), AnyNodeRef::StmtWith(_));
        let way = if left { "leaves" } else { "comes under" };
        let step = if handled {
            match &error {
                Some(error) => Finding::refuted(format!("it {way} the handlers of line {line}: {error}")),
                None => Finding::proved("the elements cannot raise"),
            }
        } else if is_with && left {
            match (
                visible.clone().or_else(|| changeable(site, effects).map(|c| format!("reads `{c}`"))),
                &error,
            ) {
                (Some(what), _) => {
                    Finding::refuted(format!("the `with` of line {line} has ended by then: {what}"))
                }
                (None, Some(error)) => {
                    Finding::assumed(format!("the `with` of line {line} would not see that {error}"))
                }
                (None, None) => Finding::proved("the elements only compute"),
            }
        } else if is_with {
            match (&visible, &error) {
                (Some(what), _) => {
                    Finding::assumed(format!("it comes under the `with` of line {line}: {what}"))
                }
                (None, Some(error)) => {
                    Finding::assumed(format!("the `with` of line {line} would see that {error}"))
                }
                (None, None) => Finding::proved("the elements only compute"),
            }
        } else {
            match (&visible, &error) {
                (Some(what), _) => Finding::assumed(format!("it {way} the `finally` of line {line}: {what}")),
                (None, Some(error)) if !left => after_error(site, *stmt, error),
                _ => Finding::proved("the `finally` runs all the same"),
            }
        };
        finding = finding.and(step);
    }
    finding.relying_on(resolved.conventions())
}

/// The error comes under a `finally` that would not have run because of it.
fn after_error(site: &Site, stmt: NodeId, error: &str) -> Finding {
    let module = site.cx.module;
    let AnyNodeRef::StmtTry(t) = module.node(stmt) else { return Finding::proved("nothing runs at its end") };
    let done = site.resolve(&Collector::of_body(module, site.cx.facts, &t.finalbody));
    let line = module.line(module.node(stmt).start());
    match first_visible(&done) {
        Some(what) if done.has(Kind::Effect) => {
            Finding::refuted(format!("if {error}, the `finally` of line {line} would now run: {what}"))
        }
        Some(what) => {
            Finding::assumed(format!("if {error}, the `finally` of line {line} would now run: {what}"))
        }
        None => Finding::proved("what the `finally` does nobody sees"),
    }
}
