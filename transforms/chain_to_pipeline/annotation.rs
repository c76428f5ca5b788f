//! What annotations and type comments say of the variable.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::rewrite::{Spelling, spell};
use unspool_engine::syntax::{Expr, Ranged, TextRange};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding};

use crate::laziness::lifetime::Definition;

/// Names that an iterator satisfies, too.
const WIDE: &[&str] = &["Iterable", "Iterator"];

/// Whether what is said of the type stays true, or can be made to.
pub fn stays(cx: &FileContext, definition: &Definition) -> Finding {
    let module = cx.module;
    let line =
        TextRange::new(definition.target.start(), module.line_end(module.node(definition.statement).end()));
    let comment = module.comments_in(line).map(|c| module.source(c)).find(|text| {
        let text = text.trim_start_matches('#').trim_start();
        text.strip_prefix("type:").is_some_and(|t| !t.trim_start().starts_with("ignore"))
    });
    if let Some(comment) = comment {
        return Finding::refuted(format!("`{comment}` says that it is a list"));
    }
    let Some(annotation) = definition.annotation else {
        return Finding::proved("nothing is said of its type");
    };
    let text = module.source(annotation);
    match head(cx, annotation).as_deref() {
        Some(name) if WIDE.contains(&name) => Finding::proved(format!("`{text}` is as true of a generator")),
        Some("list" | "List") if respelled(cx, definition).is_some() => Finding::assumed(format!(
            "`{text}` becomes an `Iterator`: that nothing else relies on the annotation is for a type checker to say"
        )),
        _ => Finding::refuted(format!("`{text}` may promise more than a generator gives")),
    }
}

/// `Iterator` in place of `List` or `list`.
pub fn respelled(cx: &FileContext, definition: &Definition) -> Option<(Edit, Spelling)> {
    let annotation = definition.annotation?;
    let Expr::Subscript(subscript) = annotation else { return None };
    let named = head(cx, annotation)?;
    if !matches!(named.as_str(), "list" | "List") {
        return None;
    }
    let at = cx.module.id(definition.target);
    let module = if named == "List" { "typing" } else { "collections.abc" };
    let spelling = spell(cx, at, module, "Iterator").ok()?;
    Some((Edit::replace(subscript.value.range(), spelling.text.clone()), spelling))
}

/// The last part of the name that the annotation begins with, if it comes from where it seems to come.
fn head(cx: &FileContext, annotation: &Expr) -> Option<String> {
    let expr = match annotation {
        Expr::Subscript(s) => &*s.value,
        other => other,
    };
    let Ty::Member(path) = Types::new(cx.module, cx.facts).of(expr) else { return None };
    let (module, name) = path.rsplit_once('.')?;
    matches!(module, "builtins" | "typing" | "collections.abc" | "typing_extensions")
        .then(|| name.to_string())
}
