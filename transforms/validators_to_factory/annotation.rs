//! The annotations of a factory whose copies have some.

use unspool_engine::rewrite::{Spelling, bound_as, spell};
use unspool_engine::syntax::{AnyNodeRef, PythonVersion, ast};
use unspool_engine::transform::{FileContext, ImportRequest};

use crate::generated::merge::Param;
use crate::generated::term::Role;

pub struct Annotations {
    /// `Callable[[int], int]`
    pub returns: String,
    /// What says that there may be no docstring, where that can be written.
    pub doc: Option<&'static str>,
    pub import: Option<ImportRequest>,
}

/// What a factory of functions like this one gives; `None` where the function does not tell what it gives itself.
pub fn annotations<'a>(cx: &FileContext<'a, '_>, model: &'a ast::StmtFunctionDef) -> Option<Annotations> {
    let module = cx.module;
    // Of a coroutine, another name would have to be imported.
    if model.is_async {
        return None;
    }
    let returns = module.source(model.returns.as_deref()?);
    let p = &*model.parameters;
    let is_plain = p.vararg.is_none() && p.kwarg.is_none() && p.kwonlyargs.is_empty();
    let of = |p: &'a ast::ParameterWithDefault| {
        p.parameter.annotation.as_deref().filter(|_| p.default.is_none()).map(|a| module.source(a))
    };
    let parameters: Option<Vec<&str>> = p.iter_non_variadic_params().map(of).collect();
    let takes = match parameters.filter(|_| is_plain) {
        Some(all) => format!("[{}]", all.join(", ")),
        None => "...".into(),
    };
    if takes.contains(['\n', '\r']) || returns.contains(['\n', '\r']) {
        return None;
    }
    let Spelling { text, request } = callable(cx, model)?;
    let unions = module.postpones_annotations() || cx.settings.target.has(PythonVersion::PY310);
    Some(Annotations {
        returns: format!("{text}[{takes}, {returns}]"),
        doc: unions.then_some("str | None"),
        import: request,
    })
}

/// `Callable`, of `typing` where the file takes from it or has to, else of `collections.abc`.
fn callable(cx: &FileContext, model: &ast::StmtFunctionDef) -> Option<Spelling> {
    let module = cx.module;
    let at = module.id(model);
    for source in ["collections.abc", "typing"] {
        if let Some(text) = bound_as(module, cx.facts, at, source, "Callable") {
            return Some(Spelling { text, request: None });
        }
    }
    let takes = module.nodes().any(|(_, node)| match node {
        AnyNodeRef::StmtImportFrom(f) => f.module.as_deref() == Some("typing"),
        AnyNodeRef::Alias(a) => a.name.as_str() == "typing",
        _ => false,
    });
    let subscripts = cx.settings.target.has(PythonVersion::PY39);
    spell(cx, at, if takes || !subscripts { "typing" } else { "collections.abc" }, "Callable").ok()
}

/// What the arguments for a parameter have in common, if they are literals or classes.
pub fn of(param: &Param) -> Option<&'static str> {
    const EXITS: [&str; 4] = ["BaseException", "KeyboardInterrupt", "SystemExit", "GeneratorExit"];
    let all = |test: &dyn Fn(&str) -> bool| param.values.iter().all(|v| test(v));
    let is_name = |v: &str| v.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let is_whole = |v: &str| v.replace('_', "").parse::<i64>().is_ok();
    match param.role {
        Role::Kind => all(&is_name).then_some("type"),
        Role::Error => all(&|v| !EXITS.contains(&v)).then_some("type[Exception]"),
        _ if all(&|v| matches!(v, "True" | "False")) => Some("bool"),
        _ if all(&is_whole) => Some("int"),
        _ if all(&|v| {
            is_whole(v) || v.parse::<f64>().is_ok() && v.contains(|c: char| c.is_ascii_digit())
        }) =>
        {
            Some("float")
        }
        _ if all(&|v| v.starts_with(['"', '\'']) && v.ends_with(['"', '\''])) => Some("str"),
        _ => None,
    }
}
