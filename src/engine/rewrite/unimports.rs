//! Imports of which a rewrite took the last use.

use crate::facts::{Access, ScopeId, Symbols};
use crate::repo::Repository;
use crate::syntax::{AnyNodeRef, Module, NodeId, Ranged, Stmt, TextRange, TextSize, ast};
use crate::text::{BLANKS, Edit, has_word, next_line, word_positions};
use std::path::Path;

/// An import of the top level of which some names go.
pub struct Unimport<'a> {
    pub statement: &'a Stmt,
    pub aliases: Vec<NodeId>,
}

/// What is left to drop of the imports of `names`, as far as `edits` leave no use of them.
///
/// An import stays where it is more than a name of this file: in an `__init__.py`, under `__all__`, where another
/// file of the repository takes it from here, under `if` or `try`, and with a comment that speaks of it.
pub fn unimports<'a>(
    module: &Module<'a>,
    symbols: &Symbols<'a>,
    names: &[String],
    edits: &[Edit],
    repo: &Repository,
    path: &Path,
) -> Vec<Unimport<'a>> {
    let mut dropped: Vec<Unimport<'a>> = Vec::new();
    let mut names = names.to_vec();
    names.sort();
    names.dedup();
    for name in &names {
        let Some(alias) = last_use_gone(module, symbols, name, edits) else { continue };
        let Some(statement) = module.body().iter().find(|s| {
            matches!(s, Stmt::Import(_) | Stmt::ImportFrom(_)) && module.contains(module.id(*s), alias)
        }) else {
            continue;
        };
        let lines = TextRange::new(module.line_start(statement.start()), module.line_end(statement.end()));
        let alone = module.text()[lines].trim_start().len() == statement.range().len().to_usize();
        if !alone || module.has_comment(lines) || is_used_elsewhere(module, symbols, name, repo, path) {
            continue;
        }
        match dropped.iter_mut().find(|other| other.statement.range() == statement.range()) {
            Some(other) => other.aliases.push(alias),
            None => dropped.push(Unimport { statement, aliases: vec![alias] }),
        }
    }
    dropped
}

/// The alias that binds the name, if every use of it lies in text that goes.
fn last_use_gone<'a>(
    module: &Module<'a>,
    symbols: &Symbols<'a>,
    name: &str,
    edits: &[Edit],
) -> Option<NodeId> {
    let symbol = symbols.own(ScopeId::MODULE, name)?;
    let mut alias = None;
    for occurrence in symbols.occurrences_of(symbol) {
        if occurrence.access == Access::Read {
            let goes = |e: &Edit| e.range.contains_range(occurrence.range) && !has_word(&e.text, name);
            if !edits.iter().any(goes) {
                return None;
            }
            continue;
        }
        if alias.is_some() || !matches!(module.node(occurrence.node), AnyNodeRef::Alias(_)) {
            return None;
        }
        alias = Some(occurrence.node);
    }
    // New text may use the name, too.
    if edits.iter().any(|e| has_word(&e.text, name)) || !symbols.namespace_reads.is_empty() {
        return None;
    }
    alias
}

fn is_used_elsewhere(module: &Module, symbols: &Symbols, name: &str, repo: &Repository, path: &Path) -> bool {
    let Some(stem) = path.file_stem().and_then(|s| s.to_str()) else { return true };
    if stem == "__init__" {
        return true;
    }
    let quoted = [format!("\"{name}\""), format!("'{name}'")];
    if symbols.own(ScopeId::MODULE, "__all__").is_some() && quoted.iter().any(|q| module.text().contains(q)) {
        return true;
    }
    let named = repo.mentioning(name);
    repo.mentioning(stem).iter().filter(|file| *file != path && named.contains(file)).any(|file| {
        let Some(text) = repo.text(file) else { return true };
        let asks = |at: usize| {
            is_asked_for(&text[..at], &text[at + name.len()..])
                && !of_another_module(&text, &text[..at], stem)
        };
        if word_positions(&text, name).any(asks) {
            return true;
        }
        let from = |at: usize| skipped(&text[at + stem.len()..]).strip_prefix("import").map(skipped);
        word_positions(&text, stem).filter_map(from).any(|list| {
            let end = if list.starts_with('(') {
                list.find(')')
            } else {
                list.match_indices(['\n', '\r']).map(|(end, _)| end).find(|&end| !list[..end].ends_with('\\'))
            };
            let list = &list[..end.unwrap_or(list.len())];
            list.starts_with('*') || has_word(list, name)
        })
    })
}

/// What may stand between two words of a statement.
fn is_blank(c: char) -> bool {
    BLANKS.contains(&c) || c == '\\'
}

fn skipped(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

/// Whether a name between these texts is asked of something: `stem.name`, however it is laid out and whatever the module is called there,
/// `mock.patch("package.stem.name")`, `getattr(stem, "name")`.
fn is_asked_for(before: &str, behind: &str) -> bool {
    let is_part = before.trim_end_matches(is_blank).ends_with('.');
    let is_quoted = ['"', '\''].iter().any(|quote| before.ends_with(*quote) && behind.starts_with(*quote));
    is_part || is_quoted
}

/// Whether the name behind `before` is asked of another module: `asyncio.` in a file with a line `import asyncio`.
fn of_another_module(text: &str, before: &str, stem: &str) -> bool {
    let Some(object) = before.strip_suffix('.') else { return false };
    let start = object.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    let (module, ahead) = (&object[start..], &object[..start]);
    !module.is_empty()
        && module != stem
        && !ahead.ends_with('.')
        && text.lines().any(|line| line.strip_prefix("import ").is_some_and(|name| name.trim() == module))
}

impl<'a> Unimport<'a> {
    pub fn names(&self) -> &'a [ast::Alias] {
        match self.statement {
            Stmt::Import(i) => &i.names,
            Stmt::ImportFrom(f) => &f.names,
            _ => &[],
        }
    }

    pub fn drops(&self, module: &Module<'a>, alias: &ast::Alias) -> bool {
        self.aliases.contains(&module.id(alias))
    }

    /// Whether nothing is left of the statement.
    pub fn is_whole(&self, module: &Module<'a>) -> bool {
        self.names().iter().all(|alias| self.drops(module, alias))
    }

    /// What goes with a statement of which nothing is left: its lines, and blank lines that would stand twice.
    pub fn lines(&self, module: &Module<'a>) -> TextRange {
        whole_lines(module, self.statement.range())
    }

    /// The statement without the names, or nothing of it.
    pub fn edits(&self, module: &Module<'a>) -> Vec<Edit> {
        let names = self.names();
        let Some(last_kept) = names.iter().rposition(|alias| !self.drops(module, alias)) else {
            return vec![Edit::delete(self.lines(module))];
        };
        let mut edits = Vec::new();
        for (i, alias) in names.iter().enumerate().take(last_kept) {
            if self.drops(module, alias) {
                edits.push(Edit::delete(TextRange::new(alias.start(), names[i + 1].start())));
            }
        }
        let last = names.last().expect("an import names something");
        if last_kept + 1 < names.len() {
            edits.push(Edit::delete(TextRange::new(names[last_kept].end(), last.end())));
        }
        edits
    }
}

/// The lines of a statement, and the blank lines that would otherwise stand twice.
fn whole_lines(module: &Module, range: TextRange) -> TextRange {
    let text = module.text();
    let mut start = module.line_start(range.start());
    let mut end = next_line(text, module.line_end(range.end()));
    let blank = |from: TextSize| {
        from < TextSize::of(text) && text[TextRange::new(from, module.line_end(from))].trim().is_empty()
    };
    if blank(end) {
        while start > TextSize::new(0) {
            let ending = if text[..start.to_usize()].ends_with("\r\n") { 2 } else { 1 };
            let previous = module.line_start(start - TextSize::new(ending));
            if !blank(previous) {
                break;
            }
            start = previous;
        }
        while start == TextSize::new(0) && blank(end) {
            end = next_line(text, module.line_end(end));
        }
    }
    TextRange::new(start, end)
}
