//! What is said of the result: the return annotation and the docstring follow.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::rewrite::{Spelling, spell};
use unspool_engine::syntax::{AnyNodeRef, Expr, Ranged, Stmt, TextLen, TextRange, TextSize, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::{Finding, Proposal};

use super::builder::Known;

/// Annotations that are as true of an iterator.
const WIDE: &[&str] = &["Iterable", "Iterator", "object", "Any"];

/// Annotations in whose place an `Iterator` comes.
const NARROW: &[&str] = &["list", "List", "Sequence", "MutableSequence", "Collection"];

/// What an annotation begins with.
struct Head {
    range: TextRange,
    /// Where it comes from.
    module: String,
    name: String,
    /// No star import may bind it to something else.
    is_certain: bool,
}

impl Head {
    fn of(range: TextRange, path: &str, is_certain: bool) -> Option<Self> {
        let (module, name) = path.rsplit_once('.')?;
        matches!(module, "builtins" | "typing" | "collections.abc" | "typing_extensions").then(|| Head {
            range,
            module: module.into(),
            name: name.into(),
            is_certain,
        })
    }
}

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
        let Some(head) = self.head(annotation) else {
            return Finding::refuted(format!("`{text}` may promise more than a generator gives"));
        };
        let name = head.name.as_str();
        let stays = WIDE.contains(&name);
        let can_follow = || NARROW.contains(&name) && self.iterator().is_some();
        if !stays && !can_follow() {
            return Finding::refuted(format!("`{text}` may promise more than a generator gives"));
        }
        if !head.is_certain {
            return Finding::assumed(format!("a star import may give `{name}` another meaning"));
        }
        Finding::proved(match stays {
            true => format!("`{text}` is as true of a generator"),
            false => format!("`{text}` becomes an `Iterator`"),
        })
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
            proposal.unimports.extend(NARROW[1..].iter().map(ToString::to_string));
        }
        proposal.edits.extend(self.docstring());
    }

    /// `Iterator` in place of `List`, `list` or the like.
    fn iterator(&self) -> Option<(Edit, Spelling)> {
        let annotation = self.shape.function.returns.as_deref()?;
        let Head { range, module, name, .. } = self.head(annotation)?;
        if !NARROW.contains(&name.as_str()) {
            return None;
        }
        let home = if module == "typing" { "typing" } else { "collections.abc" };
        let spelling = spell(self.cx, self.node, home, "Iterator").ok()?;
        // A string is replaced whole.
        let edit = match annotation {
            Expr::StringLiteral(_) => {
                let text = self.cx.module.source(annotation);
                let quote = &text[..1];
                let rest = &text[1 + range.len().to_usize()..];
                Edit::replace(annotation.range(), format!("{quote}{}{rest}", spelling.text))
            }
            _ => Edit::replace(range, spelling.text.clone()),
        };
        Some((edit, spelling))
    }

    /// What the annotation begins with, if it comes from where it seems to come.
    fn head(&self, annotation: &Expr) -> Option<Head> {
        let expr = match annotation {
            Expr::Subscript(s) => &*s.value,
            Expr::StringLiteral(s) => return self.quoted(s),
            other => other,
        };
        match (Types::new(self.cx.module, self.cx.facts).of(expr), expr) {
            (Ty::Member(path), _) => Head::of(expr.range(), &path, true),
            (Ty::Unknown, Expr::Name(name)) => {
                let path = self.named(name.id.as_str())?;
                Head::of(name.range(), &path, self.cx.facts.symbols().star_imports.is_empty())
            }
            _ => None,
        }
    }

    /// Where a name comes from by what is written in this file, star imports apart.
    fn named(&self, name: &str) -> Option<String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let Some(symbol) = symbols.lookup(symbols.scope_of(module, self.node), name) else {
            return Some(format!("builtins.{name}"));
        };
        let mut bound = symbols.occurrences_of(symbol).filter(|o| o.binds());
        let (only, None) = (bound.next()?, bound.next()) else { return None };
        let Some(AnyNodeRef::StmtImportFrom(from)) = module.parent_node(only.node) else { return None };
        let AnyNodeRef::Alias(alias) = module.node(only.node) else { return None };
        (from.level == 0).then(|| format!("{}.{}", from.module.as_deref().unwrap_or(""), alias.name))
    }

    /// The head of an annotation in quotes: `"list[Item]"`.
    fn quoted(&self, annotation: &ast::ExprStringLiteral) -> Option<Head> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let text = module.source(annotation);
        let inner = text.strip_prefix(['"', '\''])?;
        let name = &inner[..inner.find(|c: char| !(c.is_alphanumeric() || c == '_'))?];
        // The string is one, and what it says begins with the name itself.
        if annotation.value.is_implicit_concatenated() || !inner[name.len()..].starts_with(['[', '"', '\'']) {
            return None;
        }
        let range = TextRange::at(annotation.start() + TextSize::new(1), name.text_len());
        let path = self.named(name)?;
        Head::of(range, &path, symbols.star_imports.is_empty())
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
            "list" | "List" if text[end..].starts_with('[') || is_type(text, *start, end) => {
                replace(*start, end, "Iterator");
            }
            _ => {}
        }
    }
    new.push_str(&text[done..]);
    new
}

/// Whether the word stands in the place of a type: `:rtype: list`, or at the start of the line below a heading that tells
/// what is returned, as in `list of int` and `list: the names`.
fn is_type(text: &str, start: usize, end: usize) -> bool {
    let line = text[..start].rfind('\n').map_or(0, |i| i + 1);
    let (above, ahead) = (text[..line].trim_end(), &text[line..start]);
    let heading = above.lines().next_back().is_some_and(|last| {
        let last = last.trim();
        last.ends_with(':') || !last.is_empty() && last.bytes().all(|b| b == b'-')
    });
    let begins = ahead.trim().is_empty() && heading || ahead.trim_end().ends_with(":rtype:");
    let behind = &text[end..];
    let line = behind.split('\n').next().unwrap_or(behind).trim_end();
    begins && (line.is_empty() || line.starts_with(':') || line.starts_with(" of "))
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
            ("Find names.\n\n:rtype: list", "Find names.\n\n:rtype: Iterator"),
            (
                "Find names.\n\nReturns\n-------\nlist of str\n    All.",
                "Find names.\n\nReturns\n-------\nIterator of str\n    All.",
            ),
            ("Find.\n\nReturns:\n    list: the names", "Find.\n\nReturns:\n    Iterator: the names"),
            (
                "Find.\n\nReturns:\n    the names, in a\n    list",
                "Find.\n\nReturns:\n    the names, in a\n    list",
            ),
            ("Split.\n\nArgs:\n    rows: a list of rows", "Split.\n\nArgs:\n    rows: a list of rows"),
        ] {
            assert_eq!(reworded(before), after);
        }
    }
}
