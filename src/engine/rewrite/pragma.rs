//! Comments that tools obey.

/// How comments begin that are instructions to a type checker, linter, formatter or coverage tool.
const PRAGMAS: &[&str] = &[
    "type: ignore",
    "type:ignore",
    "noqa",
    "pragma:",
    "fmt:",
    "yapf:",
    "isort:",
    "autopep8:",
    "pylint:",
    "pyright:",
    "pytype:",
    "pyre-",
    "mypy:",
    "ruff:",
    "flake8:",
    "nosec",
    "nosemgrep",
    "noinspection",
    "cython:",
];

/// Whether a comment (with its `#`) is, or ends with, an instruction to a tool: it belongs to its statement.
pub fn is_pragma(comment: &str) -> bool {
    comment.split('#').map(str::trim_start).any(|part| {
        let starts = |pragma: &&str| part.get(..pragma.len()).is_some_and(|p| p.eq_ignore_ascii_case(pragma));
        PRAGMAS.iter().any(starts)
    })
}

#[cfg(test)]
mod tests {
    use super::is_pragma;

    #[test]
    fn pragmas() {
        for comment in
            ["# type: ignore[x]", "#noqa", "# NOQA: E501", "# why  # pragma: no cover", "#fmt:skip"]
        {
            assert!(is_pragma(comment), "{comment}");
        }
        for comment in ["#", "# type: int", "# no", "# about pylint", "# é"] {
            assert!(!is_pragma(comment), "{comment}");
        }
    }
}
