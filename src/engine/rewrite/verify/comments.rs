//! Comments come through, and those that tools obey stay with their code.

use super::{Violation, is_block, moved};
use crate::rewrite::is_pragma;
use crate::syntax::{Module, Parsed, Ranged, TextRange, Token, TokenKind};
use crate::text::ChangedRange;
use crate::transform::CommentChange;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// A side of the comparison.
struct Side<'t> {
    text: &'t str,
    tokens: &'t [Token],
    /// Indices of the comments.
    comments: Vec<usize>,
}

impl<'t> Side<'t> {
    fn new(text: &'t str, tokens: &'t [Token]) -> Self {
        let is_comment = |(i, token): (usize, &Token)| (token.kind() == TokenKind::Comment).then_some(i);
        let comments = tokens.iter().enumerate().filter_map(is_comment).collect();
        Side { text, tokens, comments }
    }

    fn comment(&self, index: usize) -> &'t str {
        &self.text[self.tokens[index].range()]
    }
}

pub fn check(
    before: &Module<'_>,
    changes: &[ChangedRange],
    after_text: &str,
    after: &Parsed,
    declared: &[CommentChange],
) -> Result<(), Violation> {
    let old = Side::new(before.text(), before.tokens());
    let new = Side::new(after_text, after.tokens());
    if old.comments.is_empty() && new.comments.is_empty() && declared.is_empty() {
        return Ok(());
    }
    counts(&old, &new, declared)?;
    pragmas(&old, &new, changes)
}

/// Every comment is there as often as before, except for what was declared.
fn counts(old: &Side, new: &Side, declared: &[CommentChange]) -> Result<(), Violation> {
    let mut missing: FxHashMap<&str, Vec<TextRange>> = FxHashMap::default();
    for &index in &old.comments {
        missing.entry(old.comment(index)).or_default().push(old.tokens[index].range());
    }
    let mut updates = 0;
    let mut merged = Vec::new();
    for change in declared {
        let (CommentChange::Updated(range) | CommentChange::Merged(range)) = *change;
        let text = old.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
        let position = missing.get(text).and_then(|ranges| ranges.iter().position(|r| *r == range));
        let (Some(ranges), Some(position)) = (missing.get_mut(text), position) else {
            return Err(Violation::WrongDeclaration(range));
        };
        ranges.swap_remove(position);
        match change {
            CommentChange::Updated(_) if is_type_comment(text) => updates += 1,
            CommentChange::Merged(_) if !is_pragma(text) => merged.push((text, range)),
            _ => return Err(Violation::WrongDeclaration(range)),
        }
    }
    let is_left = |text: &str| new.comments.iter().any(|&index| new.comment(index) == text);
    if let Some((_, range)) = merged.iter().find(|(text, _)| !is_left(text)) {
        return Err(Violation::WrongDeclaration(*range));
    }
    for &index in &new.comments {
        let text = new.comment(index);
        match missing.get_mut(text) {
            Some(ranges) if !ranges.is_empty() => {
                ranges.pop();
            }
            _ if updates > 0 && is_type_comment(text) => updates -= 1,
            _ => {
                let after = new.tokens[index].range();
                return Err(Violation::CommentAdded { text: text.to_owned(), after });
            }
        }
    }
    let lost = missing.iter().flat_map(|(text, ranges)| ranges.iter().map(move |range| (*range, *text)));
    match lost.min_by_key(|(range, _)| range.start()) {
        Some((at, text)) => Err(Violation::CommentLost { text: text.to_owned(), at }),
        None => Ok(()),
    }
}

fn is_type_comment(text: &str) -> bool {
    text.trim_start_matches('#').trim_start().starts_with("type:") && !is_pragma(text)
}

/// Each pragma stands with the code that it stood with, as far as that code is still there.
fn pragmas(old: &Side, new: &Side, changes: &[ChangedRange]) -> Result<(), Violation> {
    // Equal pragmas keep their order: edits that would swap two move no meaning.
    let mut places: FxHashMap<&str, VecDeque<usize>> = FxHashMap::default();
    for &index in new.comments.iter().filter(|&&index| is_pragma(new.comment(index))) {
        places.entry(new.comment(index)).or_default().push_back(index);
    }
    for &index in old.comments.iter().filter(|&&index| is_pragma(old.comment(index))) {
        let (text, at) = (old.comment(index).to_owned(), old.tokens[index].range());
        match places.get_mut(text.as_str()).and_then(VecDeque::pop_front) {
            None => return Err(Violation::CommentLost { text, at }),
            Some(place) if !stays(old, index, new, place, changes) => {
                return Err(Violation::PragmaMoved { text, at });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Whether the comment at `index` of `old` stands at `place` of `new` with the same code.
fn stays(old: &Side, index: usize, new: &Side, place: usize, changes: &[ChangedRange]) -> bool {
    let is_untouched = |range: TextRange| {
        let next = changes.partition_point(|c| c.old.end() <= range.start());
        changes.get(next).is_none_or(|c| c.old.start() >= range.end())
    };
    let (line, statement) = code_before(old, index);
    let (line_after, statement_after) = code_before(new, place);
    match (line.is_empty(), line_after.is_empty()) {
        (false, false) => {
            // The code next to it that is still there, on its line if possible, else in its statement.
            let mut left = line.iter().chain(&statement).filter(|range| is_untouched(**range));
            let Some(nearest) = left.next() else { return true };
            let among = if line.contains(nearest) { line_after } else { statement_after };
            among.contains(&moved(changes, *nearest))
        }
        (true, true) => {
            let (Some(below), Some(below_after)) = (code_below(old, index), code_below(new, place)) else {
                return true;
            };
            let is_new = || changes.iter().any(|c| c.new.contains_range(below_after));
            let next_only = old.comment(index).contains("disable-next");
            !is_untouched(below) || moved(changes, below) == below_after || (!next_only && is_new())
        }
        _ => false,
    }
}

/// Tokens in front of a comment, the nearest first: on its line, and in its statement.
fn code_before(side: &Side, index: usize) -> (Vec<TextRange>, Vec<TextRange>) {
    let before = side.tokens[..index].iter().rev();
    let line =
        before.clone().take_while(|t| !matches!(t.kind(), TokenKind::Newline | TokenKind::NonLogicalNewline));
    let line: Vec<_> = line.filter(|t| is_code(t)).map(Ranged::range).collect();
    if line.is_empty() {
        return (line, Vec::new());
    }
    let statement = before.take_while(|t| t.kind() != TokenKind::Newline);
    (line, statement.filter(|t| is_code(t)).map(Ranged::range).collect())
}

/// The first token behind a comment.
fn code_below(side: &Side, index: usize) -> Option<TextRange> {
    side.tokens[index..].iter().find(|t| is_code(t)).map(Ranged::range)
}

fn is_code(token: &Token) -> bool {
    let layout = [TokenKind::Comment, TokenKind::NonLogicalNewline, TokenKind::Newline];
    !is_block(token.kind()) && !layout.contains(&token.kind())
}
