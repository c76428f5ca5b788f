//! What could see an exception raised where the elements are consumed.

use unspool_engine::facts::types::Ty;
use unspool_engine::facts::{Catch, Part};
use unspool_engine::syntax::{AnyNodeRef, Expr, Ranged};
use unspool_engine::transform::Finding;

use super::Site;

/// What could see an exception raised at the site, in the same function.
pub struct Catcher {
    /// From 1.
    pub line: usize,
    /// A handler, or a context manager known to swallow; otherwise one of which nothing is known.
    pub is_known: bool,
}

impl Catcher {
    /// Refuted where it catches for certain, else assumed.
    pub fn finding(&self, text: impl FnOnce(String) -> String) -> Finding {
        let line = self.line;
        if self.is_known {
            Finding::refuted(text(format!("the handler on line {line}")))
        } else {
            Finding::assumed(text(format!("the context manager on line {line}, if it swallows exceptions,")))
        }
    }
}

/// The handlers of a `try` and the context managers around the site: the surest of them.
pub fn catcher(site: &Site) -> Option<Catcher> {
    let module = site.cx.module;
    let function = module.enclosing_function(site.id);
    let flow = site.cx.facts.flow_at(site.id);
    let mut found: Option<Catcher> = None;
    for protection in flow.protections(site.id) {
        if function.is_some_and(|f| !module.contains(f, protection.stmt)) {
            break;
        }
        let (line, is_known) = match module.node(protection.stmt) {
            AnyNodeRef::StmtTry(t) if protection.part == Part::TryBody => match t.handlers.first() {
                Some(handler) => (module.line(handler.start()), true),
                None => continue,
            },
            AnyNodeRef::StmtWith(with) => match flow.manager_catches(protection) {
                Catch::No => continue,
                // Locks and files that are known by their type alone.
                Catch::Maybe if with.items.iter().all(|i| lets_through(site, &i.context_expr)) => continue,
                sure => (module.line(with.start()), sure == Catch::Yes),
            },
            _ => continue,
        };
        if found.as_ref().is_none_or(|f| is_known && !f.is_known) {
            found = Some(Catcher { line, is_known });
        }
    }
    found
}

fn lets_through(site: &Site, context: &Expr) -> bool {
    site.types().of(context).all(&|t| match t {
        Ty::Known("file", _) => true,
        Ty::Imported(path) => path.starts_with("threading."),
        _ => false,
    })
}
