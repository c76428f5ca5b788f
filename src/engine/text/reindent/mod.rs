//! Moving a block sideways without touching what its strings contain.
//!
//! White space in front of a line is layout, except where the line starts inside of a string. So the edits are
//! made from tokens: a line moves when its start lies outside of every string, f-string and t-string.

use super::{Edit, declared_encoding};
use crate::syntax::{Module, Ranged, Stmt, TextLen, TextRange, TextSize, TokenKind};
use std::cmp::Ordering;
use std::fmt;

/// How a block moves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Indent {
    /// One unit to the right, the unit being the file's own at that block.
    Deeper,
    /// To the left by exactly this, the innermost part of the block's indentation.
    Dedent(String),
    /// The first part of each line's indentation becomes another.
    Replace { from: String, to: String },
}

/// Why a block cannot move.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReindentError {
    /// A line of the range is shared with code outside of it.
    SharedLine(TextRange),
    /// The line's indentation does not start with what is to be replaced.
    OtherIndentation(TextRange),
    /// Tabs and spaces are mixed such that the moved lines would nest differently (or raise `TabError`).
    MixedTabs(TextRange),
    /// A form feed or backslash stands in the indentation.
    OddIndentation(TextRange),
}

impl fmt::Display for ReindentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ReindentError::SharedLine(_) => "a line of the block is shared with other code",
            ReindentError::OtherIndentation(_) => "a line of the block is indented by other characters",
            ReindentError::MixedTabs(_) => "tabs and spaces are mixed in the indentation",
            ReindentError::OddIndentation(_) => "the indentation contains a form feed or backslash",
        })
    }
}

impl std::error::Error for ReindentError {}

/// Edits that move the lines which `range` touches.
///
/// Lines inside of brackets, behind a backslash and comments move, too; those with less indentation than is to
/// be taken away lose what they have. Blank lines stay. The edits keep the order of the lines.
///
/// # Errors
/// When not every line can move such that the same blocks result.
pub fn reindent(module: &Module<'_>, range: TextRange, change: &Indent) -> Result<Vec<Edit>, ReindentError> {
    let lines = Lines::of(module, range)?;
    let (from, to) = match (change, lines.logical.first()) {
        (Indent::Replace { from, to }, _) => (from.clone(), to.clone()),
        // Lines of comments alone do not say which block they belong to.
        (_, None) => return Ok(Vec::new()),
        (Indent::Deeper, Some(first)) => {
            let (base, unit) = (&module.text()[*first], module.indent_unit(first.end()));
            (base.to_owned(), format!("{base}{unit}"))
        }
        (Indent::Dedent(unit), Some(first)) => {
            let base = &module.text()[*first];
            let outer = base.strip_suffix(unit.as_str()).ok_or(ReindentError::OtherIndentation(*first))?;
            (base.to_owned(), outer.to_owned())
        }
    };
    check_nesting(module.text(), &lines.logical, &from, &to)?;

    // Only where the two differ: at the start of the line, if that is as good as any other place.
    let suffix = common_prefix(from.bytes().rev(), to.bytes().rev());
    let (from_head, to_head) = (&from[..from.len() - suffix], &to[..to.len() - suffix]);
    let prefix = common_prefix(from_head.bytes(), to_head.bytes());
    let (old, new) = (&from_head[prefix..], &to_head[prefix..]);
    let mut edits = Vec::with_capacity(lines.moving.len());
    for line in lines.moving {
        let indentation = &module.text()[line];
        let range = if indentation.starts_with(&from) {
            TextRange::at(line.start() + TextSize::of(&from[..prefix]), old.text_len())
        } else {
            let has = common_prefix(indentation.bytes(), old.bytes());
            TextRange::at(line.start(), TextSize::of(&old[..has]))
        };
        if !range.is_empty() || !new.is_empty() {
            edits.push(Edit::replace(range, new));
        }
    }
    Ok(edits)
}

/// The lines of consecutive statements of one block, with the comments that belong to them: those above the
/// first one at its own depth, those below the last one that are deeper, and where the block ends with the last
/// one also those at its own depth.
///
/// # Panics
/// When `body` is empty.
pub fn block_range(module: &Module<'_>, body: &[Stmt]) -> TextRange {
    let first = body.first().expect("a block has a statement");
    let last = body.last().expect("a block has a statement");
    let tokens = module.tokens();
    let column = |offset| columns(module.indentation(offset)).0;
    let depth = column(first.start());

    let first_line = module.line_start(first.start());
    let owns_line = first_line + module.indentation(first.start()).text_len() == first.start();
    let start = if owns_line { first_comment(module, first_line) } else { first.start() };

    let below = &tokens[tokens.partition_point(|t| t.start() < last.end())..];
    let trivia = below.iter().position(|t| !is_layout(t.kind()) && t.kind() != TokenKind::Semi);
    let next = trivia.map(|i| below[i].start());
    let ends_block = depth > 0 && next.is_none_or(|next| column(next) < depth);
    let least = if ends_block { depth } else { depth + 1 };
    let own_line = module.line_end(last.end());
    let end = below[..trivia.unwrap_or(below.len())]
        .iter()
        .filter(|t| t.kind() == TokenKind::Comment)
        .take_while(|t| t.start() < own_line || column(t.start()) >= least)
        .last()
        .map_or(last.end(), Ranged::end);
    TextRange::new(start, end)
}

/// The start of the comments that belong to the statement whose line starts at `line`: at the start of a block
/// all above it, elsewhere those right above it that are no deeper. Lines that name the interpreter or the
/// encoding belong to the file.
fn first_comment(module: &Module<'_>, line: TextSize) -> TextSize {
    let text = module.text();
    let above = &module.tokens()[..module.tokens().partition_point(|t| t.end() <= line)];
    let header_end =
        above.iter().rfind(|t| t.kind() == TokenKind::Newline).map_or(TextSize::new(0), Ranged::end);
    let next = &module.tokens()[above.len()..];
    let starts_block = next.first().is_some_and(|t| t.kind() == TokenKind::Indent);
    let depth = columns(module.indentation(line)).0;
    let (mut first, mut at) = (line, line);
    while at > header_end {
        let above = line_above(module, at);
        at = above.start();
        let comment = text[above].trim_start();
        let too_deep = columns(module.indentation(at)).0 > depth && !starts_block;
        let names_encoding = || module.line(at) <= 2 && declared_encoding(comment).is_some();
        match comment {
            "" if starts_block => {}
            "" => break,
            _ if too_deep || comment.starts_with("#!") || names_encoding() => break,
            _ => first = at,
        }
    }
    first
}

/// The line in front of the one that starts at `line`, without its end.
pub fn line_above(module: &Module<'_>, line: TextSize) -> TextRange {
    let text = &module.text()[..line.to_usize()];
    let end = match text.strip_suffix('\n') {
        Some(text) => text.strip_suffix('\r').unwrap_or(text),
        None => text.strip_suffix('\r').unwrap_or(text),
    };
    TextRange::new(module.line_start(end.text_len()), end.text_len())
}

/// The start of the comment lines directly above the line that starts at `line`; `line`, if there are none.
pub fn comments_above(module: &Module<'_>, mut line: TextSize) -> TextSize {
    while line > TextSize::new(0) {
        let above = line_above(module, line);
        if !module.text()[above].trim_start().starts_with('#') {
            break;
        }
        line = above.start();
    }
    line
}

fn common_prefix(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

pub(super) fn is_layout(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Comment
            | TokenKind::NonLogicalNewline
            | TokenKind::Newline
            | TokenKind::Indent
            | TokenKind::Dedent
    )
}

/// The indentations of the lines of a range.
struct Lines {
    /// Of lines with which a statement starts: they decide which blocks there are.
    logical: Vec<TextRange>,
    /// Of all lines that are not blank and do not start in a string, in order.
    moving: Vec<TextRange>,
}

impl Lines {
    fn of(module: &Module<'_>, range: TextRange) -> Result<Lines, ReindentError> {
        let tokens = module.tokens();
        let mut line = module.line_start(range.start());
        let mut next = tokens.partition_point(|t| t.end() <= line);
        let mut lines = Lines { logical: Vec::new(), moving: Vec::new() };
        let mut strings = 0usize;
        let mut at_statement_start = next.checked_sub(1).is_none_or(|i| is_layout(tokens[i].kind()));
        // Where the tokens before the line end: behind its start when a string reaches into it.
        let mut reach = TextSize::new(0);
        loop {
            let line_end = module.line_end(line);
            let indentation = TextRange::at(line, module.indentation(line).text_len());
            let in_string = strings > 0 || reach > line;
            if !in_string && indentation.end() < line_end {
                lines.moving.push(indentation);
            }
            while let Some(token) = tokens.get(next).filter(|t| t.start() < line_end) {
                if !is_layout(token.kind()) {
                    if !range.contains_range(token.range()) && token.kind() != TokenKind::Semi {
                        return Err(ReindentError::SharedLine(token.range()));
                    }
                    if at_statement_start {
                        check_statement_start(module, next, indentation)?;
                        lines.logical.push(indentation);
                    }
                    at_statement_start = false;
                }
                match token.kind() {
                    TokenKind::Newline => at_statement_start = true,
                    TokenKind::FStringStart | TokenKind::TStringStart => strings += 1,
                    TokenKind::FStringEnd | TokenKind::TStringEnd => strings = strings.saturating_sub(1),
                    _ => {}
                }
                reach = reach.max(token.end());
                next += 1;
            }
            line = next_line(module.text(), line_end);
            if line == line_end || line >= range.end() {
                return Ok(lines);
            }
        }
    }
}

/// The start of the line behind a line's end; the end itself at the end of the text.
pub fn next_line(text: &str, line_end: TextSize) -> TextSize {
    let rest = &text.as_bytes()[line_end.to_usize()..];
    let ending = if rest.starts_with(b"\r\n") { 2 } else { rest.len().min(1) };
    line_end + TextSize::new(ending as u32)
}

/// Whether the first token of a statement, at `index`, is indented by nothing but the blanks of its own line.
fn check_statement_start(module: &Module<'_>, index: usize, blanks: TextRange) -> Result<(), ReindentError> {
    let tokens = module.tokens();
    let is_block = |kind| matches!(kind, TokenKind::Indent | TokenKind::Dedent);
    let above = tokens[..index].iter().rfind(|t| !is_block(t.kind())).map_or(TextSize::new(0), Ranged::end);
    let gap = &module.text()[TextRange::new(above, tokens[index].start())];
    // A form feed sets the column back to 0; the blanks in front of a backslash indent the line behind it.
    match gap.contains(['\x0c', '\\']) {
        true => Err(ReindentError::OddIndentation(blanks)),
        false => Ok(()),
    }
}

/// Whether the lines make the same blocks when `from` at their front becomes `to`, by CPython's algorithm
/// (`Parser/lexer/lexer.c`: columns with tabs of 8 and of 1 must agree). How the block stands to its
/// surroundings shows when the result is parsed.
fn check_nesting(text: &str, lines: &[TextRange], from: &str, to: &str) -> Result<(), ReindentError> {
    let mut blocks = vec![(from.to_owned(), to.to_owned())];
    for line in lines {
        let old = text[*line].to_owned();
        let Some(rest) = old.strip_prefix(from) else {
            return Err(ReindentError::OtherIndentation(*line));
        };
        let new = format!("{to}{rest}");
        loop {
            let (above_old, above_new) = blocks.last().expect("no line is left of `from`");
            let order = compare(above_old, &old);
            if order.is_none() || order != compare(above_new, &new) {
                return Err(ReindentError::MixedTabs(*line));
            }
            match order {
                Some(Ordering::Greater) => blocks.pop(),
                Some(Ordering::Less) => {
                    blocks.push((old, new));
                    break;
                }
                _ => break,
            };
        }
    }
    Ok(())
}

fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (columns(a), columns(b));
    let (wide, narrow) = (a.0.cmp(&b.0), a.1.cmp(&b.1));
    (wide == narrow).then_some(wide)
}

/// The column behind blanks, with tabs to multiples of 8 and of 1.
fn columns(blanks: &str) -> (usize, usize) {
    blanks.bytes().fold((0, 0), |(wide, narrow), b| match b {
        b'\t' => (wide / 8 * 8 + 8, narrow + 1),
        _ => (wide + 1, narrow + 1),
    })
}

#[cfg(test)]
mod tests;
