//! What annotations and type comments say of the variable.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Binding, Occurrence};
use unspool_engine::rewrite::{Spelling, spell};
use unspool_engine::syntax::{AnyNodeRef, Expr, Ranged, TextRange, is_annotated};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding};

use crate::laziness::lifetime::{Definition, Lifetime};

/// Names that an iterator satisfies, too.
const WIDE: &[&str] = &["Iterable", "Iterator"];

/// Whether what is said of the type stays true, or can be made to.
pub fn stays(cx: &FileContext, life: &Lifetime, chain: &[Lifetime]) -> Finding {
    let (module, definition) = (cx.module, &life.definition);
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
        let others = cx.facts.symbols().occurrences_of(life.symbol);
        let said = others.filter_map(|other| said_by(cx, life, other, chain));
        return said.fold(Finding::proved("nothing is said of its type"), Finding::and);
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

/// What another binding of the variable says of its type, if a generator does not fit.
///
/// An annotation holds for the whole function (PEP 526). Without one, mypy takes the type of the first value for all of them,
/// in functions that have annotations; the others it does not check.
fn said_by(cx: &FileContext, life: &Lifetime, other: &Occurrence, chain: &[Lifetime]) -> Option<Finding> {
    let (module, name) = (cx.module, life.definition.name());
    let becomes_generator = || chain.iter().any(|stage| module.id(stage.definition.target) == other.node);
    let annotation = match (other.binding?, module.node(other.node)) {
        (Binding::Parameter, AnyNodeRef::Parameter(parameter)) => parameter.annotation.as_deref()?,
        (Binding::Annotation | Binding::AnnotatedAssignment, _) if !becomes_generator() => {
            let statement = module.parent(other.node)?;
            let AnyNodeRef::StmtAnnAssign(assign) = module.node(statement) else { return None };
            &*assign.annotation
        }
        (binding, _) => {
            let is_open = binding.gives_value()
                && is_checked(cx, life)
                && !becomes_generator()
                && !gives_none(cx, other);
            let line = module.line(other.range.start());
            return is_open.then(|| {
                Finding::assumed(format!(
                    "`{name}` gets a value on line {line}, too: a type checker may want one type for both, and a generator is no list"
                ))
            });
        }
    };
    if head(cx, annotation).is_some_and(|name| WIDE.contains(&name.as_str())) {
        return None;
    }
    let line = module.line(annotation.start());
    let text = module.source(annotation);
    Some(Finding::refuted(format!("`{name}` is a `{text}` by the annotation on line {line}")))
}

/// Whether type checkers look into the function whose variable it is.
fn is_checked(cx: &FileContext, life: &Lifetime) -> bool {
    let symbols = cx.facts.symbols();
    let owner = symbols.scope(symbols.symbol(life.symbol).scope).node;
    matches!(cx.module.node(owner), AnyNodeRef::StmtFunctionDef(f) if is_annotated(f))
}

/// `name = None`: a value of another type may follow.
fn gives_none(cx: &FileContext, other: &Occurrence) -> bool {
    let statement = cx.module.parent(other.node).map(|s| cx.module.node(s));
    matches!(statement, Some(AnyNodeRef::StmtAssign(assign)) if assign.value.is_none_literal_expr())
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
