//! Names for the factory, and for variables that need another one.

use unspool_engine::facts::Symbols;
use unspool_engine::syntax::{AnyNodeRef, Module};

use super::group::Group;

/// Words of function names that say what is done, not with what.
const VERBS: &[&str] = &[
    "get", "set", "is", "has", "reset", "clear", "make", "init", "next", "new", "add", "to", "the", "of",
    "in", "with", "current", "update", "use",
];

/// `_make_level` for `set_level` and `get_level`, `_make_next_id` for `next_id` alone.
pub fn factory(module: &Module, symbols: &Symbols, group: &Group) -> String {
    let functions: Vec<String> =
        group.defs(module).iter().map(|d| d.name.trim_matches('_').to_string()).collect();
    let first = functions.first().cloned().unwrap_or_default();
    let base = match (&functions[..], &group.variables[..]) {
        ([one], _) => one.clone(),
        (_, [one]) if common_word(&functions).is_none() => one.name.trim_matches('_').to_lowercase(),
        _ => common_word(&functions).unwrap_or(first),
    };
    let base = if base.is_empty() { "state".to_string() } else { base };
    let forms = [format!("_make_{base}"), format!("_{base}_factory"), format!("_build_{base}")];
    let numbered = (2..).map(|n| format!("_make_{base}_{n}"));
    forms
        .into_iter()
        .chain(numbered)
        .find(|name| is_free(module, symbols, name))
        .expect("some number is free")
}

/// The words that all names have, verbs apart.
fn common_word(names: &[String]) -> Option<String> {
    let (first, rest) = names.split_first()?;
    let words = first.split('_').filter(|w| w.len() > 2 && !VERBS.contains(w));
    let common: Vec<&str> =
        words.filter(|w| rest.iter().all(|n| n.split('_').any(|other| other == *w))).collect();
    (!common.is_empty()).then(|| common.join("_"))
}

fn is_free(module: &Module, symbols: &Symbols, name: &str) -> bool {
    let attribute =
        |node: AnyNodeRef| matches!(node, AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == name);
    symbols.occurrences.iter().all(|o| o.name != name) && !module.nodes().any(|(_, n)| attribute(n))
}

/// A name for a variable that means nothing else in the functions: without its underscores, or with one more.
pub fn other_name(module: &Module, symbols: &Symbols, group: &Group, name: &str) -> String {
    let plain = name.trim_start_matches('_').to_string();
    let stripped = (!plain.is_empty() && plain != name).then_some(plain);
    let numbered = (1..).map(|n| format!("{name}{}", "_".repeat(n)));
    let is_free = |candidate: &String| {
        is_free(module, symbols, candidate) && group.variables.iter().all(|v| v.name != candidate)
    };
    stripped.into_iter().chain(numbered).find(is_free).expect("some number of underscores is free")
}
