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
        _ if definition.other.is_some() => {
            Finding::refuted(format!("`{text}` is said of a value that is a generator or not"))
        }
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
    let spelling = spell(cx, at, home(cx, named == "List"), "Iterator").ok()?;
    Some((Edit::replace(subscript.value.range(), spelling.text.clone()), spelling))
}

/// The module that `Iterator` comes from: the one from which the file has it, else `typing` where the file has its types
/// from there, so that lists of both spellings need one import.
fn home(cx: &FileContext, is_typing: bool) -> &'static str {
    let imports =
        |module: &str, name: &str| {
            cx.module.body().iter().filter_map(|s| s.as_import_from_stmt()).any(|f| {
                f.module.as_deref() == Some(module) && f.names.iter().any(|n| n.name.as_str() == name)
            })
        };
    let both = ["collections.abc", "typing"];
    match both.into_iter().find(|module| imports(module, "Iterator")) {
        Some(module) => module,
        None if is_typing || imports("typing", "List") => "typing",
        None => "collections.abc",
    }
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
