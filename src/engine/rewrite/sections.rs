//! Parts of a file that are taken out of it as text, between two comments: Lark's generator of parsers copies what
//! stands between `###{standalone` and `###}` (`lark/tools/standalone.py`), documentation shows what stands between
//! `[START name]` and `[END name]` (region tags), or `--8<-- [start:name]` and `[end:name]` (Markdown snippets).
//!
//! Such a part needs its own imports: what is imported outside of it is not there where it is pasted.

use crate::syntax::{Module, Ranged, TextRange, TextSize};

/// A comment that begins a part.
const BEGINNINGS: [&str; 3] = ["##{", "[START ", "[start:"];

/// Whether the file has such parts at all, told from the text.
fn may_have_sections(text: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| memchr::memmem::find(text.as_bytes(), beginning.as_bytes()).is_some())
}

/// The parts, in source order, each with the comment that begins it.
fn sections<'a>(module: &Module<'a>) -> Vec<(TextRange, &'a str)> {
    let whole = TextRange::up_to(TextSize::of(module.text()));
    let mut found = Vec::new();
    let mut open: Option<(TextSize, &'a str, &'static str)> = None;
    for comment in module.comments_in(whole) {
        let text = &module.text()[comment.range()];
        match open {
            Some((start, name, end)) if text.trim_start_matches('#').trim_start().contains(end) => {
                found.push((TextRange::new(start, comment.start()), name));
                open = None;
            }
            Some(_) => {}
            None => open = ending(text).map(|end| (comment.end(), text, end)),
        }
    }
    found
}

/// What the comment that ends the part says, if this one begins one.
fn ending(comment: &str) -> Option<&'static str> {
    let named = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let marks = comment.len() - comment.trim_start_matches('#').len();
    let text = comment[marks..].trim_start();
    if marks >= 2 && comment[marks..].strip_prefix('{').is_some_and(named) {
        return Some("}");
    }
    if text.strip_prefix("[START ").is_some_and(named) {
        return Some("[END ");
    }
    (text.starts_with("--8<--") && text.contains("[start:")).then_some("[end:")
}

/// The parts of a file.
pub(super) struct Sections<'a>(Vec<(TextRange, &'a str)>);

impl<'a> Sections<'a> {
    pub fn of(module: &Module<'a>) -> Self {
        Sections(if may_have_sections(module.text()) { sections(module) } else { Vec::new() })
    }

    /// Why code at `at` cannot use what is bound at `binding`: it stands in a part that is taken out without it.
    pub fn taken_out(&self, module: &Module, at: TextSize, binding: TextSize) -> Option<String> {
        let (_, name) = self.0.iter().find(|(range, _)| range.contains(at))?;
        if self.0.iter().any(|(range, other)| other == name && range.contains(binding)) {
            return None;
        }
        let line = module.line(at);
        Some(format!(
            "line {line} is part of what is taken out of the file as text (`{name}`), without its imports"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::Sections;
    use crate::syntax::{Module, PythonVersion, TextSize, parse};

    #[track_caller]
    fn check(text: &str, taken: bool) {
        let parsed = parse(text, PythonVersion::PY313).expect("the text is Python");
        let module = Module::new(text, &parsed);
        let at = |what: &str| TextSize::try_from(text.find(what).expect("it is there")).expect("short");
        assert_eq!(
            Sections::of(&module).taken_out(&module, at("use()"), at("import")).is_some(),
            taken,
            "{text}"
        );
    }

    #[test]
    fn marked_parts() {
        check("import a\n###{standalone\nuse()\n###}\n", true);
        check("###{standalone\nimport a\n###}\nb\n###{standalone\nuse()\n###}\n", false);
        check("###{one\nimport a\n###}\nb\n###{two\nuse()\n###}\n", true);
        check("import a\n###{standalone\nx\n###}\nuse()\n", false);
        check("import a\n# [START sample]\nuse()\n# [END sample]\n", true);
        check("import a\n# --8<-- [start:sample]\nuse()\n# --8<-- [end:sample]\n", true);
        // Folds of editors, and code that is commented out.
        check("import a\n# {{{ helpers\nuse()\n# }}}\n", false);
        check("import a\n#{'a': 1,\nuse()\n#}\n", false);
        check("import a\n# region helpers\nuse()\n# endregion\n", false);
    }
}
