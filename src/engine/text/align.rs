//! Lines inside of brackets that are aligned to the code of a line above, which moves.

use super::Edit;
use super::reindent::{is_layout, next_line};
use crate::syntax::{Module, Ranged, TextLen, TextRange, TextSize, Token, TokenKind};
use std::cmp::Ordering;

/// The code at `at` moves from its column to another: lines further down in `range` that were aligned to it, or to
/// something behind it, move along. None do if the first of them starts further left (a hanging indentation), or
/// where tabs make columns a matter of taste.
pub fn realign(module: &Module<'_>, at: TextSize, columns: isize, range: TextRange) -> Vec<Edit> {
    let text = module.text();
    let ahead = &text[TextRange::new(module.line_start(at), at)];
    if ahead.contains('\t') || text[at.to_usize()..].starts_with(['\n', '\r', '#', '\\']) {
        return Vec::new();
    }
    let column = ahead.chars().count();
    let aligned = |line: &TextRange| line.len().to_usize() >= column && !text[*line].contains('\t');
    let lines = lines_outside_strings(module, range);
    if !lines.first().is_some_and(aligned) {
        return Vec::new();
    }
    let by = columns.unsigned_abs();
    let moved = lines.into_iter().filter(aligned);
    moved
        .filter_map(|line| match columns.cmp(&0) {
            Ordering::Greater => Some(Edit::insert(line.start(), " ".repeat(by))),
            Ordering::Less => {
                Some(Edit::delete(TextRange::at(line.start(), TextSize::of(&text[line][..by.min(column)]))))
            }
            Ordering::Equal => None,
        })
        .collect()
}

/// The indentations of the lines that start in a range, without blank lines and those that start inside of a
/// string: no other white space can change without changing the program.
pub fn lines_outside_strings(module: &Module<'_>, range: TextRange) -> Vec<TextRange> {
    let text = module.text();
    let tokens = module.tokens();
    let mut line = module.line_start(range.start());
    if line < range.start() {
        line = next_line(text, module.line_end(range.start()));
    }
    // A string that reaches into the range begins in front of it, on an earlier line of the statement perhaps.
    let is_start = |t: &Token| matches!(t.kind(), TokenKind::FStringStart | TokenKind::TStringStart);
    let is_end = |t: &Token| matches!(t.kind(), TokenKind::FStringEnd | TokenKind::TStringEnd);
    let first = tokens.partition_point(|t| t.start() < line);
    let statement = tokens[..first].iter().rposition(|t| t.kind() == TokenKind::Newline).map_or(0, |i| i + 1);
    let mut next = statement;
    let (mut strings, mut reach) = (0usize, TextSize::new(0));
    let mut lines = Vec::new();
    while line < range.end() {
        while let Some(token) = tokens.get(next).filter(|t| t.start() < line) {
            strings += usize::from(is_start(token));
            strings = strings.saturating_sub(usize::from(is_end(token)));
            if !is_layout(token.kind()) {
                reach = token.end();
            }
            next += 1;
        }
        let (end, indentation) = (module.line_end(line), module.indentation(line));
        let at = TextRange::at(line, indentation.text_len());
        if strings == 0 && reach <= line && at.end() < end {
            lines.push(at);
        }
        let below = next_line(text, end);
        if below == end {
            break;
        }
        line = below;
    }
    lines
}
