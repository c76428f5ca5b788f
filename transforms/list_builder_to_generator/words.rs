//! What is said of the result: the return annotation and the docstring follow.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::rewrite::{Spelling, spell};
use unspool_engine::syntax::{Expr, Ranged, Stmt, TextRange};
use unspool_engine::text::Edit;
use unspool_engine::transform::{Finding, Proposal};

use super::builder::Known;

/// Annotations that are as true of an iterator.
const WIDE: &[&str] = &["Iterable", "Iterator", "object", "Any"];

impl Known<'_, '_, '_> {
    /// Whether what is said of the result stays true, or can be made to.
    pub fn said_of_it(&self) -> Finding {
        let module = self.cx.module;
        let comment = TextRange::new(
            self.shape.function.parameters.end(),
            self.shape.function.body.first().map_or(self.shape.function.end(), Ranged::start),
        );
        let typed = module.comments_in(comment).map(|c| module.source(c)).find(|text| {
            let text = text.trim_start_matches('#').trim_start();
            text.strip_prefix("type:").is_some_and(|t| !t.trim_start().starts_with("ignore"))
        });
        if let Some(comment) = typed {
            return Finding::refuted(format!("`{comment}` says what it returns"));
        }
        if let Some(stub) = self.stub() {
            return Finding::refuted(format!("{stub} declares it"));
        }
        let Some(annotation) = self.shape.function.returns.as_deref() else {
            return Finding::proved("no annotation says what it returns");
        };
        let text = module.source(annotation);
        match self.head_of(annotation).as_deref() {
            Some(name) if WIDE.contains(&name) => {
                Finding::proved(format!("`{text}` is as true of a generator"))
            }
            Some("list" | "List") if self.iterator().is_some() => {
                Finding::proved(format!("`{text}` becomes an `Iterator`"))
            }
            _ => Finding::refuted(format!("`{text}` may promise more than a generator gives")),
        }
    }

    /// The stub beside the file, if it names the function.
    fn stub(&self) -> Option<String> {
        if self.is_local() {
            return None;
        }
        let stub = self.cx.path.with_extension("pyi");
        let named = self.cx.repo.mentioning(self.name()).contains(&stub);
        named.then(|| self.cx.repo.index().shown(&stub).display().to_string())
    }

    /// Adds the edits of the annotation and the docstring.
    pub fn respell(&self, proposal: &mut Proposal) {
        if let Some((edit, spelling)) = self.iterator() {
            proposal.edits.push(edit);
            proposal.imports.extend(spelling.request);
        }
        proposal.edits.extend(self.docstring());
    }

    /// `Iterator` in place of `List` or `list`.
    fn iterator(&self) -> Option<(Edit, Spelling)> {
        let annotation = self.shape.function.returns.as_deref()?;
        let named = self.head_of(annotation)?;
        if !matches!(named.as_str(), "list" | "List") {
            return None;
        }
        let head = match annotation {
            Expr::Subscript(s) => &*s.value,
            other => other,
        };
        let module = if named == "List" { "typing" } else { "collections.abc" };
        let spelling = spell(self.cx, self.node, module, "Iterator").ok()?;
        Some((Edit::replace(head.range(), spelling.text.clone()), spelling))
    }

    /// The last part of the name that the annotation begins with, if it comes from where it seems to come.
    fn head_of(&self, annotation: &Expr) -> Option<String> {
        let expr = match annotation {
            Expr::Subscript(s) => &*s.value,
            other => other,
        };
        let Ty::Member(path) = Types::new(self.cx.module, self.cx.facts).of(expr) else { return None };
        let (module, name) = path.rsplit_once('.')?;
        matches!(module, "builtins" | "typing" | "collections.abc" | "typing_extensions")
            .then(|| name.to_string())
    }

    /// "a list of names" in the docstring becomes "an iterator over names".
    fn docstring(&self) -> Option<Edit> {
        let Some(Stmt::Expr(first)) = self.shape.function.body.first() else { return None };
        let Expr::StringLiteral(_) = &*first.value else { return None };
        let text = self.cx.module.source(first.range());
        let new = reworded(text);
        (new != text).then(|| Edit::replace(first.range(), new))
    }
}

/// The docstring of an iterator.
fn reworded(text: &str) -> String {
    let words = words_of(text);
    let mut new = String::new();
    let mut done = 0;
    let mut replace = |from: usize, to: usize, by: &str| {
        new.push_str(&text[done..from]);
        new.push_str(by);
        done = to;
    };
    for (i, (start, word)) in words.iter().enumerate() {
        let next = words.get(i + 1).map_or("", |(_, w)| *w);
        let before = i.checked_sub(1).map_or("", |i| words[i].1);
        let end = start + word.len();
        // Of parameters, other lists may be told.
        if !returns_words(text, *start) {
            continue;
        }
        match *word {
            "list" if next == "of" && matches!(before, "a" | "A" | "the" | "The") => {
                let (from, article) = words[i - 1];
                let gap = &text[from + article.len()..*start];
                let of = words[i + 1].0;
                if gap.trim().is_empty() && !gap.contains(['\n', '\r']) {
                    replace(
                        from,
                        end,
                        if article.starts_with(['A', 'T']) { "An iterator" } else { "an iterator" },
                    );
                    replace(of, of + 2, "over");
                }
            }
            "list" | "List" if text[end..].starts_with('[') => replace(*start, end, "Iterator"),
            _ => {}
        }
    }
    new.push_str(&text[done..]);
    new
}

/// Words with their offsets.
fn words_of(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let part = c.is_alphanumeric() || c == '_';
        match (part, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, &text[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Whether the text up to here, in the same paragraph, speaks of what is returned.
fn returns_words(text: &str, at: usize) -> bool {
    let paragraph = text[..at].rfind("\n\n").map_or(0, |i| i + 2);
    let before = text[paragraph..at].to_ascii_lowercase();
    // The parameter that is spoken of last comes behind what is returned, in most styles.
    let last = |words: &[&str]| words.iter().filter_map(|w| before.rfind(w)).max();
    let returned = last(&["return", "rtype", "give", "collect", "build", "yield", "find", "get", "list all"]);
    let parameter = last(&[":param", ":type", "args:", "parameters", "@param"]);
    match (returned, parameter) {
        (Some(returned), Some(parameter)) => returned > parameter,
        (Some(_), None) => true,
        (None, Some(_)) => false,
        // A summary such as "A list of names."
        (None, None) => paragraph == 0,
    }
}

#[cfg(test)]
mod tests {
    use super::reworded;

    #[test]
    fn what_is_returned_is_said_anew() {
        for (before, after) in [
            ("Return a list of names.", "Return an iterator over names."),
            ("The list of all names.", "An iterator over all names."),
            (
                "Find names.\n\n:param xs: a list of rows\n:rtype: list[str]",
                "Find names.\n\n:param xs: a list of rows\n:rtype: Iterator[str]",
            ),
            ("Show the list.", "Show the list."),
            ("Split.\n\nArgs:\n    rows: a list of rows", "Split.\n\nArgs:\n    rows: a list of rows"),
        ] {
            assert_eq!(reworded(before), after);
        }
    }
}
