//! Whether anybody would want the rewrite. Figures: `bench/` on CPython 3.11 and 3.13.

use unspool_engine::facts::types::Ty;
use unspool_engine::syntax::{AnyNodeRef, Expr, Ranged, TextRange, ast};
use unspool_engine::text::comments_above;
use unspool_engine::transform::Profile;

use super::consumer::{Consumer, Pace};
use super::{Elements, Site};

/// Sources with at most this many elements save nothing that matters.
const SMALL: u64 = 16;

/// Why the rewrite is not offered under the profile in force.
///
/// `lists`: how many lists go. Where it is more than one, memory is saved whatever the last consumer keeps.
pub fn withheld(site: &Site, lists: usize) -> Option<String> {
    let consumer = site.consumer.last();
    match consumer {
        _ if site.elements.is_copied() => {}
        Consumer::Method { name: "join", .. } if lists == 1 => {
            return Some("benefit: `join` builds a list of its own from a generator, so it would be slower and save nothing".into());
        }
        Consumer::Call { name: "list", .. } if matches!(site.consumer, Consumer::Call { .. }) => {
            return Some("benefit: `list` only copies what the comprehension has built; dropping the call is the better change".into());
        }
        _ => {}
    }
    if let Some(line) = chosen(site) {
        return Some(format!("benefit: the comment on line {line} says why it is a list"));
    }
    // Whoever consumes the iterator, one copy less is made of its elements.
    if site.elements.is_copied() && lists == 1 {
        return asserted(site);
    }
    let profile = site.cx.settings.profile;
    let stops = stops_early(consumer);
    match profile {
        Profile::All => None,
        Profile::Speed if stops => asserted(site),
        Profile::Speed => Some("benefit: consumed whole, a generator is slower than the list".into()),
        Profile::Memory => {
            if lists == 1 && !lets_go(consumer) {
                return Some(
                    "benefit: the consumer keeps every element, so no memory is saved and time is lost"
                        .into(),
                );
            }
            if !stops && is_small(site) {
                return Some(format!("benefit: the source has at most {SMALL} elements"));
            }
            asserted(site)
        }
    }
}

/// The line of a comment, above the statement or beside the list, that weighs list comprehensions against generator
/// expressions: whoever wrote it has chosen. A comment for this tool names its transforms and weighs nothing.
fn chosen(site: &Site) -> Option<usize> {
    const WORDS: &[&str] = &["list comp", "listcomp", "generator exp", "genexp"];
    let module = site.cx.module;
    // The list may be made in front of the statement that consumes it.
    let statement = module.node(module.statement_of(site.elements.node(module))?);
    let start = comments_above(module, module.line_start(statement.start()));
    let lines = TextRange::new(start, module.line_end(site.elements.range().end()));
    let comment = module.comments_in(lines).find(|comment| {
        let text = module.source(*comment).to_lowercase();
        !text.contains("unspool:") && WORDS.iter().any(|word| text.contains(word))
    })?;
    Some(module.line(comment.start()))
}

fn stops_early(consumer: &Consumer) -> bool {
    match consumer {
        Consumer::Call { name, .. } => matches!(*name, "any" | "all" | "next"),
        Consumer::Membership { .. } => true,
        _ => false,
    }
}

/// Consumers that let elements go one by one.
pub fn lets_go(consumer: &Consumer) -> bool {
    match consumer {
        Consumer::Call { name, .. } => {
            matches!(
                *name,
                "sum"
                    | "any"
                    | "all"
                    | "min"
                    | "max"
                    | "fsum"
                    | "prod"
                    | "Counter"
                    | "next"
                    | "nlargest"
                    | "nsmallest"
                    | "reduce"
                    | "bytes"
                    | "bytearray"
            )
        }
        Consumer::Method { name, .. } => matches!(*name, "extend" | "writelines" | "executemany"),
        Consumer::Membership { .. }
        | Consumer::Loop { .. }
        | Consumer::Comprehension { .. }
        | Consumer::Delegation { .. } => true,
        Consumer::Star { .. } | Consumer::Display { .. } | Consumer::Unpacking { .. } => false,
        Consumer::Wrapper { .. } | Consumer::Adrift { .. } => true,
    }
}

/// pytest shows the list of a failing `assert all([...])`, but nothing of a generator.
fn asserted(site: &Site) -> Option<String> {
    let module = site.cx.module;
    let inside = module.ancestors(site.id).any(|a| matches!(module.node(a), AnyNodeRef::StmtAssert(_)));
    (inside && site.consumer.pace() == Pace::Stops)
        .then(|| "benefit: in an `assert` the list is what a failing test shows".into())
}

/// At most [`SMALL`] elements for certain: a literal, `range(16)`.
fn is_small(site: &Site) -> bool {
    let source = match site.elements {
        Elements::Comprehension(comp) if comp.generators.len() > 1 => return false,
        elements => elements.source(),
    };
    let length = match source {
        Expr::List(l) => literal_length(&l.elts),
        Expr::Tuple(t) => literal_length(&t.elts),
        Expr::Set(s) => literal_length(&s.elts),
        Expr::Dict(d) if d.items.iter().all(|i| i.key.is_some()) => Some(d.items.len() as u64),
        Expr::StringLiteral(s) => Some(s.value.chars().count() as u64),
        Expr::Call(call) => match (site.types().of(&call.func), &call.arguments.args[..]) {
            (
                Ty::Member(path),
                [Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(i), .. })],
            ) if path == "builtins.range" => i.as_u64(),
            _ => None,
        },
        other => site.types().of(other).arity().map(|n| n as u64),
    };
    length.is_some_and(|n| n <= SMALL)
}

fn literal_length(elts: &[Expr]) -> Option<u64> {
    (!elts.iter().any(Expr::is_starred_expr)).then_some(elts.len() as u64)
}
