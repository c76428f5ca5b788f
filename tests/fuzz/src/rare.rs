//! Obligations that programs meet too rarely, or never, in one of the ways in which they can come out, and why.

use unspool_transforms::registry;

/// Each obligation is to be met at least so often proved, and as often refuted.
pub const OFTEN: u64 = 1000;

/// Transform, obligation, why.
const WHY: &[(&str, &str, &str)] = &[
    (
        "acquire-release-to-contextmanager",
        "one-meaning",
        "is always assumed: what copies mean is for a reader to say",
    ),
    ("awaits-to-gather", "order", "is always assumed, which is why the transform is never safe"),
    (
        "awaits-to-gather",
        "exception-group",
        "is asked only with the setting `task-groups`, and always assumed then",
    ),
    (
        "cache-to-weakref",
        "lifetime",
        "is never proved, and refuted only where nobody in sight keeps an object",
    ),
    ("cache-to-weakref", "nobody-touches", "depends on other files; a program is one"),
    (
        "callbacks-to-async",
        "straight-chain",
        "is asked of twisted's Deferreds alone, which only changed cases use: they bring a small twisted along",
    ),
    ("callbacks-to-async", "start", "is never refuted: it is assumed of all"),
    ("callbacks-to-async", "outside", "is never refuted: who else calls it is assumed"),
    ("add-slots", "not-exported", EXPORTS),
    ("list-builder-to-generator", "private", EXPORTS),
    (
        "list-builder-to-generator",
        "no-recursion",
        "is proved or assumed: how deep a recursion goes is not seen",
    ),
    ("validation-to-descriptor", "no-contract", EXPORTS),
    ("validation-to-descriptor", "values-fixed", "is refuted by what other files assign; a program is one"),
    ("validators-to-factory", "values-fixed", "is refuted by what other files assign; a program is one"),
    ("validation-to-descriptor", "importable", HELPERS),
    ("validators-to-factory", "importable", HELPERS),
    ("repr-to-decorator", "importable", HELPERS),
    (
        "coroutine-to-async",
        "callers",
        "is asked of tornado and twisted alone, which only changed cases use: they bring a small one along",
    ),
    ("coroutine-to-async", "outside", EXPORTS),
    (
        "loop-to-asyncio-run",
        "left-over",
        "is proved or assumed: whether a run leaves something over is not seen",
    ),
    (
        "loop-to-asyncio-run",
        "bound-before",
        "is proved or assumed: it depends on the Python that runs the code",
    ),
];

const HELPERS: &str =
    "is asked only with the setting `helpers-module`, and of a repository of several files; a program is one";

const EXPORTS: &str = "is proved or assumed: what users of a library do is not seen";

/// Why programs meet an obligation rarely, if that is known.
pub fn why(transform: &str, obligation: &str) -> Option<&'static str> {
    WHY.iter().find(|(t, o, _)| *t == transform && *o == obligation).map(|(_, _, why)| *why)
}

/// Transform, obligation, why no program notices that it is off.
const UNNOTICED: &[(&str, &str, &str)] = &[
    ("loop-to-yield-from", "in-the-language", "is about Python 2, on which programs here do not run"),
    (
        "swap-to-contextmanager",
        "python-has-it",
        "is about older versions of Python than the one that runs programs",
    ),
    ("loop-to-asyncio-run", "bound-before", "is about Python up to 3.9, on which programs here do not run"),
    (
        "validators-to-factory",
        "docs-kept",
        "matters where a module for helpers is named; a program is one file",
    ),
    (
        "list-builder-to-generator",
        "no-recursion",
        "shows where the stack of the interpreter ends, and with it the run",
    ),
    ("resources-to-exitstack", "opened-here", "stands alone only where nothing comes into the collection"),
    ("readlines-to-iteration", "other-writers", ASSUMED),
    ("readlines-to-iteration", "taking-turns", ASSUMED),
    ("validation-to-descriptor", "order-kept", ASSUMED),
];

const ASSUMED: &str =
    "what refutes it leaves something else assumed; programs are rewritten in the safe tier";

/// Why no program notices that an obligation is off, if that is known.
pub fn unnoticed(transform: &str, obligation: &str) -> Option<&'static str> {
    UNNOTICED.iter().find(|(t, o, _)| *t == transform && *o == obligation).map(|(_, _, why)| *why)
}

/// The listed reasons whose obligation no transform has: leftovers.
pub fn leftovers() -> Vec<String> {
    let has = |t: &str, o: &str| {
        registry().iter().any(|x| x.meta().id == t && x.meta().obligations.iter().any(|k| k.id == o))
    };
    WHY.iter().chain(UNNOTICED).filter(|(t, o, _)| !has(t, o)).map(|(t, o, _)| format!("{t}/{o}")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_reason_is_about_an_obligation() {
        assert_eq!(super::leftovers(), Vec::<String>::new());
    }
}
