//! What files other than Python say of the names of a module: configuration that names `pkg.module.name` (entry points,
//! settings, targets of plugins), and documentation whose doctests use it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::importers::module_name;
use super::{How, Local, Mention, Repository};
use crate::syntax::{TextRange, TextSize};
use crate::text::{has_word, word_positions};

/// Suffixes of configuration.
const CONFIGURATION: &[&str] = &["toml", "cfg", "ini", "conf", "yaml", "yml", "json"];

/// Suffixes of documentation, whose sessions `doctest` and its kin run.
const DOCUMENTATION: &[&str] = &["rst", "md", "txt"];

/// Bytes; what is longer is data.
pub(super) const LONGEST: u64 = 1 << 20;

/// Whether the file is one that may name things of the program.
pub fn is_document(path: &Path) -> bool {
    is_one_of(path, CONFIGURATION) || is_one_of(path, DOCUMENTATION)
}

fn is_one_of(path: &Path, suffixes: &[&str]) -> bool {
    path.extension().and_then(|s| s.to_str()).is_some_and(|s| suffixes.contains(&s))
}

impl Repository {
    /// The places where configuration names the name by a dotted path, as strings. All things of the name are meant:
    /// whether the path leads to this module is the asker's question.
    pub(super) fn mentions_in_configuration(&self, name: &str) -> Arc<Vec<Mention>> {
        self.index().configured(name, || {
            let files = self.index().documents_mentioning(name);
            let configuration = files.iter().filter(|f| is_one_of(f, CONFIGURATION));
            configuration.flat_map(|file| self.mentions_in_text(file, name)).collect()
        })
    }

    fn mentions_in_text(&self, file: &Path, name: &str) -> Vec<Mention> {
        let Some(text) = self.index().text(file) else { return Vec::new() };
        let (full, path): (Arc<Path>, Arc<Path>) = (file.into(), self.index().shown(file).into());
        let mention = |at: usize| {
            let dotted = dotted_around(&text, at);
            let named = &text[dotted.clone()];
            let before = at.checked_sub(1).and_then(|i| text.get(i..at));
            matches!(before, Some("." | ":")).then(|| Mention {
                file: full.clone(),
                path: path.clone(),
                line: line_of(&text, at),
                range: TextRange::new(size(dotted.start), size(dotted.end)),
                how: How::Text { text: named.to_string(), argument: None },
            })
        };
        word_positions(&text, name).filter_map(mention).collect()
    }

    /// Lines of sessions in documentation that get at the name of the module: the file, the line, and whether they
    /// certainly do.
    pub(super) fn doctests_naming(&self, local: &Local, name: &str) -> Vec<(PathBuf, usize, bool)> {
        let Some(stem) = module_name(local.path) else { return Vec::new() };
        let files = self.index().documents_mentioning(name);
        let mut found = Vec::new();
        for file in files.into_iter().filter(|f| is_one_of(f, DOCUMENTATION)) {
            let Some(text) = self.index().text(&file).filter(|t| has_word(t, &stem)) else { continue };
            let ours = |dotted: &str| self.means(&file, dotted, local.path) != Some(false);
            let mut star = false;
            for (line, code) in sessions(&text) {
                if let Some((from, names)) =
                    code.strip_prefix("from ").and_then(|rest| rest.split_once(" import "))
                {
                    if ours(from.trim()) {
                        star |= names.trim() == "*";
                        if has_word(names, name) {
                            found.push((file.clone(), line, true));
                        }
                    }
                    continue;
                }
                for at in word_positions(code, name) {
                    let owner = code[..at].strip_suffix('.').map(|before| {
                        let start = before
                            .rfind(|c: char| !is_part(c))
                            .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
                        &before[start..]
                    });
                    match owner {
                        Some(owner) if owner.rsplit('.').next() == Some(&stem) && ours(owner) => {
                            found.push((file.clone(), line, true));
                        }
                        None if star => found.push((file.clone(), line, false)),
                        _ => {}
                    }
                }
            }
        }
        found
    }
}

/// The lines of interactive sessions: their number, from 1, and the code behind the prompt.
fn sessions(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(i, line)| {
        let line = line.trim_start();
        let code = line.strip_prefix(">>> ").or_else(|| line.strip_prefix("... "))?;
        Some((i + 1, code.trim_start()))
    })
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | ':')
}

/// The dotted path (`pkg.module:name`) around a position.
fn dotted_around(text: &str, at: usize) -> std::ops::Range<usize> {
    let start =
        text[..at].char_indices().rev().take_while(|(_, c)| is_part(*c)).last().map_or(at, |(i, _)| i);
    let end = text[at..].find(|c: char| !is_part(c)).map_or(text.len(), |i| at + i);
    let path = text[start..end].trim_end_matches(['.', ':']);
    let lead = path.len() - path.trim_start_matches(['.', ':']).len();
    start + lead..start + path.len()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn size(at: usize) -> TextSize {
    TextSize::try_from(at).expect("documents are shorter than LONGEST")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_around_a_word() {
        let check = |text: &str, expected: &str| {
            let at = word_positions(text, "name").next().unwrap_or_default();
            assert_eq!(&text[dotted_around(text, at)], expected);
        };
        check("run = \"pkg.mod:name\"", "pkg.mod:name");
        check("run = pkg.mod.name.attr [extra]", "pkg.mod.name.attr");
        check("see pkg.name.", "pkg.name");
        check("name: x", "name");
        check("::name", "name");
    }

    #[test]
    fn code_behind_prompts() {
        let text = "Text\n\n    >>> from a import b\n    >>> if b:\n    ...     b()\n    1\n";
        assert_eq!(sessions(text).collect::<Vec<_>>(), [(3, "from a import b"), (4, "if b:"), (5, "b()")]);
    }
}
