//! What must hold for every rewritten file before anything is written, whatever the transforms did.
//!
//! The text is parsed once more and its tokens are laid against the old ones: each token that no edit touched
//! must be there, at the place to which the edits moved it, and nothing else outside of the edits. Where blocks
//! begin and end is not compared: it follows from the tree, and re-indentation is there to change it.

mod comments;

use crate::syntax::{Module, Parsed, PythonVersion, Ranged, TextRange, TextSize, Token, TokenKind, parse};
use crate::text::{ChangedRange, Patch, declared_encoding};
use crate::transform::CommentChange;
use rustc_hash::FxHashMap;
use std::fmt;

/// An invariant that does not hold. Ranges are those of the text before, unless they say otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Violation {
    /// The result does not parse; the range is in the result.
    Syntax {
        message: String,
        after: TextRange,
    },
    /// The result has syntax that the target version lacks, more than before; the range is in the result.
    NewerSyntax {
        message: String,
        after: TextRange,
    },
    /// A token outside of the edits is gone or another one.
    Token(TextRange),
    /// An edit changes part of a string.
    SplitString(TextRange),
    /// A kind of line ending that the file did not have.
    LineEnding,
    /// The last line ends and did not, or the other way round.
    FinalNewline,
    /// The line that names the interpreter or the encoding.
    Header,
    CommentLost {
        text: String,
        at: TextRange,
    },
    /// The range is in the result.
    CommentAdded {
        text: String,
        after: TextRange,
    },
    /// A comment was declared to change that is no comment, or that may not change.
    WrongDeclaration(TextRange),
    /// An instruction to a tool stands with other code than before.
    PragmaMoved {
        text: String,
        at: TextRange,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Violation::Syntax { message, .. } => write!(f, "the result does not parse: {message}"),
            Violation::NewerSyntax { message, .. } => {
                write!(f, "the result needs a newer Python than the target: {message}")
            }
            Violation::Token(_) => write!(f, "a token outside of the edits would change"),
            Violation::SplitString(_) => write!(f, "an edit reaches into a string"),
            Violation::LineEnding => write!(f, "the result has line endings that the file did not have"),
            Violation::FinalNewline => write!(f, "the end of the last line would change"),
            Violation::Header => write!(f, "the line that names the interpreter or encoding would change"),
            Violation::CommentLost { text, .. } => write!(f, "a comment would be lost: {text}"),
            Violation::CommentAdded { text, .. } => write!(f, "a comment would appear: {text}"),
            Violation::WrongDeclaration(_) => write!(f, "a comment is declared to change that may not"),
            Violation::PragmaMoved { text, .. } => write!(f, "a comment would leave its code: {text}"),
        }
    }
}

impl std::error::Error for Violation {}

/// Checks `after`, the text that `patch` makes of `before`. Gives its tree, for whoever goes on with it.
pub fn verify(
    before: &Module<'_>,
    patch: &Patch,
    after: &str,
    target: PythonVersion,
    declared: &[CommentChange],
) -> Result<Parsed, Violation> {
    layout(before.text(), after)?;
    let parsed = parse(after, target).map_err(|failure| Violation::Syntax {
        message: failure.to_string(),
        after: match failure {
            crate::syntax::ParseFailure::Syntax { at, .. } => at,
            _ => TextRange::default(),
        },
    })?;
    newer_syntax(before.parsed(), &parsed)?;
    let changes: Vec<ChangedRange> = patch.changed_ranges().collect();
    tokens(before, &changes, &parsed)?;
    comments::check(before, &changes, after, &parsed, declared)?;
    Ok(parsed)
}

/// Line endings, the final one, and the lines that have a meaning before Python's own.
fn layout(before: &str, after: &str) -> Result<(), Violation> {
    if before.is_empty() {
        // There is nothing that it could be unlike.
        return Ok(());
    }
    let had = Endings::of(before);
    let has = Endings::of(after);
    let known = if had == Endings::default() { Endings { lf: true, ..had } } else { had };
    if (has.lf && !known.lf) || (has.crlf && !known.crlf) || (has.cr && !known.cr) {
        return Err(Violation::LineEnding);
    }
    let ends = |text: &str| text.is_empty() || text.ends_with(['\n', '\r']);
    if ends(before) != ends(after) {
        return Err(Violation::FinalNewline);
    }
    let shebang =
        |text: &str| text.split(['\n', '\r']).next().filter(|line| line.starts_with("#!")).map(str::to_owned);
    if shebang(before) != shebang(after) || declared_encoding(before) != declared_encoding(after) {
        return Err(Violation::Header);
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Endings {
    lf: bool,
    crlf: bool,
    cr: bool,
}

impl Endings {
    fn of(text: &str) -> Endings {
        let bytes = text.as_bytes();
        let mut endings = Endings::default();
        if memchr::memchr(b'\r', bytes).is_none() {
            endings.lf = memchr::memchr(b'\n', bytes).is_some();
            return endings;
        }
        for at in memchr::memchr2_iter(b'\r', b'\n', bytes) {
            match bytes[at] {
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => endings.crlf = true,
                b'\r' => endings.cr = true,
                _ if at > 0 && bytes[at - 1] == b'\r' => {}
                _ => endings.lf = true,
            }
        }
        endings
    }
}

/// Syntax that the target lacks is no error of the file; more of it than before is one of the rewrite.
fn newer_syntax(before: &Parsed, after: &Parsed) -> Result<(), Violation> {
    let mut known = FxHashMap::default();
    for error in before.unsupported_syntax_errors() {
        *known.entry(error.kind).or_insert(0usize) += 1;
    }
    for error in after.unsupported_syntax_errors() {
        match known.get_mut(&error.kind) {
            Some(count) if *count > 0 => *count -= 1,
            _ => return Err(Violation::NewerSyntax { message: error.to_string(), after: error.range }),
        }
    }
    Ok(())
}

fn tokens(before: &Module<'_>, changes: &[ChangedRange], after: &Parsed) -> Result<(), Violation> {
    let mut new = Untouched::new(after.tokens(), changes.iter().map(|c| c.new));
    let mut old = Untouched::new(before.tokens(), changes.iter().map(|c| c.old));
    loop {
        match (old.next(), new.next()) {
            (None, None) => break,
            (Some(a), Some(b)) if a.kind() == b.kind() && moved(changes, a.range()) == b.range() => {}
            (Some(token), _) => return Err(Violation::Token(token.range())),
            (None, Some(_)) => return Err(Violation::Token(TextRange::empty(TextSize::of(before.text())))),
        }
    }
    match old.split_string {
        Some(range) => Err(Violation::SplitString(range)),
        None => Ok(()),
    }
}

/// The place in the result of a range that no edit touches.
fn moved(changes: &[ChangedRange], old: TextRange) -> TextRange {
    let passed = changes.partition_point(|c| c.old.end() <= old.start());
    let start = match passed.checked_sub(1).map(|last| changes[last]) {
        Some(change) => change.new.end() + (old.start() - change.old.end()),
        None => old.start(),
    };
    TextRange::at(start, old.len())
}

/// The tokens that lie outside of all edits, without those that only lay out blocks.
struct Untouched<'t, I: Iterator> {
    tokens: std::slice::Iter<'t, Token>,
    edits: std::iter::Peekable<I>,
    /// A string that an edit changed in part.
    split_string: Option<TextRange>,
}

impl<'t, I: Iterator<Item = TextRange>> Untouched<'t, I> {
    fn new(tokens: &'t [Token], edits: I) -> Self {
        Untouched { tokens: tokens.iter(), edits: edits.peekable(), split_string: None }
    }
}

impl<'t, I: Iterator<Item = TextRange>> Iterator for Untouched<'t, I> {
    type Item = &'t Token;

    fn next(&mut self) -> Option<&'t Token> {
        for token in self.tokens.by_ref() {
            if is_block(token.kind()) || token.range().is_empty() {
                continue;
            }
            while self.edits.peek().is_some_and(|edit| edit.end() <= token.start()) {
                self.edits.next();
            }
            match self.edits.peek() {
                Some(edit) if edit.start() < token.end() => {
                    if is_string(token.kind()) && !edit.contains_range(token.range()) {
                        self.split_string.get_or_insert(token.range());
                    }
                }
                _ => return Some(token),
            }
        }
        None
    }
}

fn is_block(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Indent | TokenKind::Dedent)
}

fn is_string(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle)
}

#[cfg(test)]
mod tests;
