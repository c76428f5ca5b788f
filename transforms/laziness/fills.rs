//! Containers that are filled from the elements: `xs.extend([..])`.

use unspool_engine::facts::effects::{Collector, Effects, Kind, Resolved, is_fresh};
use unspool_engine::facts::tables::{self, Known};
use unspool_engine::facts::types::Ty;
use unspool_engine::facts::{Access, Resolution};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged};
use unspool_engine::transform::Finding;

use super::Site;
use super::catcher::catcher;
use super::consumer::Consumer;
use super::sharing::{origin, same_object};

/// The container that is filled is none that the elements read.
pub fn receiver(site: &Site, effects: &Effects, resolved: &Resolved) -> Finding {
    let Consumer::Method { receiver, name, .. } = site.consumer.last() else {
        return Finding::proved("nothing is filled");
    };
    let module = site.cx.module;
    let text = module.source(*receiver);
    let first = site.elements.source();
    let mut all = effects.clone();
    all.merge(Collector::of_expr(module, site.cx.facts, first));
    let eager = site.resolve(&Collector::of_expr(module, site.cx.facts, first));
    let target = Collector::of_iteration(module, site.cx.facts, receiver).objects_read;
    let Some(target) = target.first() else {
        return Finding::assumed(format!(
            "what `{text}` is cannot be told apart from what the elements read"
        ));
    };
    for read in &all.objects_read {
        if same_object(site, read, target) {
            return Finding::refuted(format!("`{name}` would read what it has just added to `{text}`"));
        }
    }
    for attributes in [&resolved.attributes_read, &eager.attributes_read] {
        if target.is_attribute && attributes.contains(&target.name) {
            return Finding::refuted(format!(
                "a call in the comprehension reads `.{}`, which is being filled",
                target.name
            ));
        }
    }
    if let Some(note) = resolved.first(&[Kind::ValueCall, Kind::UnknownCall]) {
        let fresh = is_fresh(module, site.cx.facts, receiver);
        if !fresh {
            return Finding::assumed(format!("{}, which may look at `{text}`", note.describe()));
        }
    }
    if is_fresh(module, site.cx.facts, receiver) && !is_stored(site, receiver) {
        return Finding::proved(format!("`{text}` is made in this function and nothing else refers to it"));
    }
    // What a call changes may go by another name here.
    let (origin, _) = origin(site, target);
    let changed = &resolved.shared_written;
    if changed.contains(&origin) {
        return Finding::refuted(format!(
            "a call in the comprehension changes `{origin}`, which `{text}` is"
        ));
    }
    if let Some(name) = changed.iter().next() {
        return Finding::assumed(format!(
            "a call in the comprehension changes `{name}`, which `{text}` may be"
        ));
    }
    // Two names may stand for one object, unless the source is made on the spot or of another type.
    let types = site.types();
    let sources: Vec<&Expr> = site.elements.sources();
    let distinct = sources.iter().all(|s| {
        let ty = types.of(s);
        ty.is_immutable()
            || is_fresh(module, site.cx.facts, s)
            // What is lazy may iterate the receiver.
            || (ty.is_container()
                && matches!((ty.name(), types.of(receiver).name()), (Some(a), Some(b)) if a != b && !a.starts_with("dict_")))
    });
    if distinct {
        return Finding::proved(format!("the elements come from other objects than `{text}`"));
    }
    let source = module.source(sources[0]);
    Finding::assumed(format!(
        "`{source}` and `{text}` may be the same object, which would grow while it is read"
    ))
}

/// A local object that is passed on or stored before the elements are made: something else may refer to it.
pub fn is_stored(site: &Site, receiver: &Expr) -> bool {
    let module = site.cx.module;
    let Expr::Name(name) = receiver else { return true };
    let symbols = site.cx.facts.symbols();
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return true };
    symbols.occurrences_of(symbol).filter(|o| o.access == Access::Read).any(|o| {
        if o.range.start() > module.node(site.id).start() || module.contains(site.node(), o.node) {
            return false;
        }
        match module.parent_node(o.node) {
            Some(
                AnyNodeRef::ExprAttribute(_)
                | AnyNodeRef::ExprSubscript(_)
                | AnyNodeRef::ExprCompare(_)
                | AnyNodeRef::StmtFor(_)
                | AnyNodeRef::Comprehension(_),
            ) => false,
            Some(AnyNodeRef::Arguments(_)) => !keeps_nothing(site, o.node),
            _ => true,
        }
    })
}

/// The argument goes to a builtin or library function that keeps no reference to it.
fn keeps_nothing(site: &Site, argument: NodeId) -> bool {
    let module = site.cx.module;
    let call = module.parent(argument).and_then(|p| module.parent_node(p));
    let Some(AnyNodeRef::ExprCall(call)) = call else { return false };
    match site.types().of(&call.func) {
        Ty::Member(path) => {
            matches!(tables::callable(&path), Some(Known::Total | Known::Pure | Known::Consumes))
                && path.starts_with("builtins.")
        }
        _ => false,
    }
}

/// What an error half-way leaves in the container.
pub fn all_or_nothing_fill(site: &Site, resolved: &Resolved) -> Finding {
    let Some(note) = resolved.first(&[
        Kind::Validates,
        Kind::UnknownCall,
        Kind::ValueCall,
        Kind::MayRaise,
        Kind::UnknownIteration,
    ]) else {
        return Finding::proved("the elements cannot raise").relying_on(resolved.conventions());
    };
    let module = site.cx.module;
    let Consumer::Method { receiver, .. } = site.consumer.last() else {
        return Finding::proved("nothing is filled");
    };
    if let Some(catcher) = catcher(site) {
        return catcher.finding(|who| {
            let text = module.source(*receiver);
            format!(
                "an error would leave the elements before it in `{text}`, and {who} goes on: {}",
                note.describe()
            )
        });
    }
    if is_fresh(module, site.cx.facts, receiver) && !is_stored(site, receiver) && !in_finally(module, site.id)
    {
        return Finding::proved(format!(
            "`{}` goes with the function when an error ends it",
            module.source(*receiver)
        ));
    }
    let text = format!(
        "an error would leave the elements before it in `{}`: {}",
        module.source(*receiver),
        note.describe()
    );
    if note.kind == Kind::Validates { Finding::refuted(text) } else { Finding::assumed(text) }
}

fn in_finally(module: &Module, id: NodeId) -> bool {
    module.ancestors(id).any(|a| matches!(module.node(a), AnyNodeRef::StmtTry(t) if !t.finalbody.is_empty()))
}
