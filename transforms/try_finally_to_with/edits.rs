//! The edits: the header takes the place of the opening, the `try` goes, the closing goes. The body stays where it
//! is, unless the `try` has to stay around it.

use unspool_engine::syntax::{Module, Ranged, TextRange, TextSize, TokenKind, ast};
use unspool_engine::text::{BLANKS, Edit, Indent, comments_above, next_line, reindent};

use super::shape::{Ending, Opener};
use crate::resources::tries::{Obstacle, TryEdits};
use crate::resources::{Header, header_edits, stays_in_front};

/// The edits, and which comment they would take from its statement.
pub struct Made {
    pub edits: Vec<Edit>,
    pub comment: Option<String>,
}

/// What nobody would thank us for: a comment that loses what it is about, how many lines move to the right because
/// the `try` stays, or that a string among them cannot move with them.
pub fn noise(module: &Module, try_: &ast::StmtTry, ending: &Ending) -> Option<String> {
    let closing = ending.statement.range();
    if module.has_comment(TextRange::new(closing.end(), module.line_end(closing.end()))) {
        let line = module.line(closing.end());
        return Some(format!("the comment on line {line} is about the closing, which goes"));
    }
    if try_.handlers.is_empty() && ending.rest.is_empty() {
        return None;
    }
    let end = ending.rest.last().map_or(try_.finalbody[0].start(), Ranged::end);
    let range = TextRange::new(try_.start(), end);
    let spans = |at: TextRange| module.line(at.start()) != module.line(at.end());
    let rigid = module.tokens().in_range(range).iter().find(|token| {
        let string =
            matches!(token.kind(), TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle);
        string && spans(token.range())
    });
    if let Some(token) = rigid {
        let line = module.line(token.start());
        return Some(format!("the `try` moves into the `with`, but the string on line {line} has to stay"));
    }
    let lines = module.line(end) - module.line(try_.start());
    (lines > MOST_MOVED).then(|| format!("{lines} lines would move to the right, with the `try` that stays"))
}

/// How many lines may move for the sake of a `with`.
pub const MOST_MOVED: usize = 20;

pub fn edits<'a>(
    module: &Module<'a>,
    try_: &'a ast::StmtTry,
    opener: &Opener<'a>,
    ending: &Ending<'a>,
    header: &Header,
) -> Result<Made, Obstacle> {
    let mut writer = Writer { edits: TryEdits::new(module, try_)? };
    let keeps_try = !try_.handlers.is_empty() || !ending.rest.is_empty();
    let in_front = match opener {
        Opener::Assigned { target, value, between, .. } => {
            stays_in_front(module, target, value, header)
                || between.iter().any(|s| module.line(s.start()) != module.line(s.end()))
        }
        Opener::Branches { .. } => true,
        Opener::Acquired { .. } => false,
    };
    if let (true, Some(target)) = (in_front, opener.target()) {
        let kept_end = writer.edits.tail(ending.statement, ending.rest, keeps_try)?;
        writer.edits.instead_of_try(&header.over(&target.id), keeps_try, kept_end)?;
    } else {
        writer.header(opener, header)?;
        let kept_end = writer.edits.tail(ending.statement, ending.rest, keeps_try)?;
        if keeps_try {
            writer.deeper(opener, kept_end)?;
        } else {
            writer.lead(opener)?;
        }
    }
    let TryEdits { edits, comment, .. } = writer.edits;
    let comment = comment.or_else(|| explained(module, try_, opener));
    Ok(Made { edits, comment })
}

struct Writer<'m, 'a> {
    edits: TryEdits<'m, 'a>,
}

/// What a comment says of the `try` or the `finally` that will not be true of a `with`.
fn explained(module: &Module, try_: &ast::StmtTry, opener: &Opener) -> Option<String> {
    let opening = opener.range().start();
    let body = try_.body[0].start();
    let above = comments_above(module, module.line_start(opening));
    let last = [&try_.body, &try_.orelse].into_iter().rev().find_map(|b| b.last()).map(Ranged::end);
    let last = last.max(try_.handlers.last().map(Ranged::end)).unwrap_or(body);
    let ranges = [TextRange::new(above, body), TextRange::new(last, module.line_end(try_.end()))];
    let comment = ranges.into_iter().flat_map(|r| module.comments_in(r)).find(|comment| {
        let text = module.text()[comment.range()].to_lowercase();
        let both = text.contains("try") && text.contains("finally");
        both || SPOKEN_OF.iter().any(|words| text.contains(words))
    })?;
    let line = module.line(comment.start());
    Some(format!("the comment on line {line} speaks of the `try` or of `with`, and would no longer be true"))
}

/// Words by which a comment gives the reason for a `try`/`finally`.
const SPOKEN_OF: &[&str] = &[
    "finally block",
    "finally clause",
    "finally:",
    "context manager",
    "contextmanager",
    "with statement",
    "with-statement",
    "`with`",
    "'with'",
    "\"with\"",
    "``with``",
    "__exit__",
    "__enter__",
];

impl<'a> Writer<'_, 'a> {
    fn header(&mut self, opener: &Opener<'a>, header: &Header) -> Result<(), Obstacle> {
        let module = self.edits.module;
        let range = opener.range();
        let own_line = module.line_start(range.start()) + TextSize::of(module.indentation(range.start()));
        if own_line != range.start() {
            let line = module.line(range.start());
            return Err(format!("the opening shares line {line} with another statement"));
        }
        match opener {
            Opener::Assigned { target, value, .. } => {
                let Some(made) = header_edits(module, target, value, header, true, ":") else {
                    return Err("the opening has an unusual layout".into());
                };
                self.edits.edits.extend(made);
            }
            Opener::Branches { .. } => return Err("the openings are in branches".into()),
            Opener::Acquired { call, receiver, .. } => {
                if module.has_comment(range) {
                    self.edits.comment = Some("a comment stands inside of the call of `acquire`".into());
                }
                let receiver = module.parenthesized_range(receiver);
                self.edits.replace(range.start(), receiver.start(), format!("{} ", header.keyword()));
                self.edits.replace(receiver.end(), call.end().max(range.end()), ":");
            }
        }
        // `f = open(p);`
        if let Some(token) = module.tokens().after(range.end()).first()
            && token.kind() == TokenKind::Semi
        {
            self.edits.edits.push(Edit::delete(token.range()));
        }
        Ok(())
    }

    /// Removes the line of `try:`. Comments above it and behind it become comments of the body.
    fn lead(&mut self, opener: &Opener<'a>) -> Result<(), Obstacle> {
        let TryEdits { module, try_, .. } = self.edits;
        let try_line = module.line_start(try_.start());
        let inner = self.edits.inner_indentation()?;
        let from = self.below(opener)?;
        let above = module.text()[..try_line.to_usize()].trim_end_matches(BLANKS);
        let to = module.line_end(TextSize::of(above));
        if from < to && !opener.between().is_empty() {
            let outer = module.indentation(try_.start()).to_string();
            let change = Indent::Replace { from: outer, to: inner };
            let moved = reindent(module, TextRange::new(from, to), &change);
            self.edits.edits.extend(moved.map_err(|e| e.to_string())?);
        } else if from < to {
            let comments = module.comments_in(TextRange::new(from, try_line)).map(Ranged::range);
            for comment in comments {
                self.edits.replace(module.line_start(comment.start()), comment.start(), inner.clone());
            }
        }
        self.edits.without_try_line()
    }

    /// Moves the `try`, which stays, into the `with`.
    fn deeper(&mut self, opener: &Opener<'a>, kept_end: TextSize) -> Result<(), Obstacle> {
        let module = self.edits.module;
        let from = self.below(opener)?;
        let moved = reindent(module, TextRange::new(from, kept_end), &Indent::Deeper);
        self.edits.edits.extend(moved.map_err(|e| e.to_string())?);
        Ok(())
    }

    /// The start of the first line below the opening that has anything on it. Blank lines in front of it go:
    /// formatters would remove them below a header.
    fn below(&mut self, opener: &Opener<'a>) -> Result<TextSize, Obstacle> {
        let module = self.edits.module;
        let opened = opener.range().end();
        if let Some(next) = opener.between().first()
            && module.line(next.start()) == module.line(opened)
        {
            let line = module.line(opened);
            return Err(format!("the opening shares line {line} with another statement"));
        }
        let first = next_line(module.text(), module.line_end(opened));
        let rest = &module.text()[first.to_usize()..];
        let blank = rest.len() - rest.trim_start_matches(BLANKS).len();
        let below = module.line_start(first + TextSize::of(&rest[..blank]));
        self.edits.replace(first, below, "");
        Ok(below)
    }
}
