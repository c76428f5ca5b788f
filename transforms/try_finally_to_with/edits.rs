//! The edits: the header takes the place of the opening, the `try` goes, the closing goes. The body stays where it
//! is, unless the `try` has to stay around it.

use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{Module, Ranged, TextRange, TextSize, TokenKind, ast};
use unspool_engine::text::{Edit, Indent, line_above, reindent};

use super::shape::{Ending, Opener};
use crate::resources::{Header, header_edits, next_line, stays_in_front};

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
const MOST_MOVED: usize = 20;

/// Why the lines cannot be rearranged.
type Obstacle = String;

struct Writer<'m, 'a> {
    module: &'m Module<'a>,
    try_: &'a ast::StmtTry,
    edits: Vec<Edit>,
    comment: Option<String>,
}

pub fn edits<'a>(
    module: &Module<'a>,
    try_: &'a ast::StmtTry,
    opener: &Opener<'a>,
    ending: &Ending<'a>,
    header: &Header,
) -> Result<Made, Obstacle> {
    if module.text()[TextRange::new(try_.end(), module.line_end(try_.end()))].contains('\\') {
        return Err("the last line goes on behind a backslash".into());
    }
    let mut writer = Writer { module, try_, edits: Vec::new(), comment: None };
    let keeps_try = !try_.handlers.is_empty() || !ending.rest.is_empty();
    if let Opener::Assigned { target, value, between, .. } = opener
        && (stays_in_front(module, target, value, header)
            || between.iter().any(|s| module.line(s.start()) != module.line(s.end())))
    {
        let kept_end = writer.tail(ending, keeps_try)?;
        let header = match header {
            Header::Closing(spelling) => format!("with {spelling}({})", target.id),
            _ => format!("with {}", target.id),
        };
        writer.instead_of_try(&header, keeps_try, kept_end)?;
    } else {
        writer.header(opener, header)?;
        let kept_end = writer.tail(ending, keeps_try)?;
        if keeps_try {
            writer.deeper(opener, kept_end)?;
        } else {
            writer.lead(opener)?;
        }
    }
    let comment = writer.comment.or_else(|| explained(module, try_, opener));
    Ok(Made { edits: writer.edits, comment })
}

/// What a comment says of the `try` or the `finally` that will not be true of a `with`.
fn explained(module: &Module, try_: &ast::StmtTry, opener: &Opener) -> Option<String> {
    let opening = opener.range().start();
    let body = try_.body[0].start();
    let mut above = module.line_start(opening);
    while above > TextSize::new(0) {
        let line = line_above(module, above);
        if !module.text()[line].trim_start().starts_with('#') {
            break;
        }
        above = line.start();
    }
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
        let module = self.module;
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
                self.edits.extend(made);
            }
            Opener::Acquired { call, receiver, .. } => {
                if module.has_comment(range) {
                    self.comment = Some("a comment stands inside of the call of `acquire`".into());
                }
                let receiver = module.parenthesized_range(receiver);
                let is_async = matches!(header, Header::Lock { is_async: true });
                self.replace(range.start(), receiver.start(), if is_async { "async with " } else { "with " });
                self.replace(receiver.end(), call.end().max(range.end()), ":");
            }
        }
        // `f = open(p);`
        if let Some(token) = module.tokens().after(range.end()).first()
            && token.kind() == TokenKind::Semi
        {
            self.edits.push(Edit::delete(token.range()));
        }
        Ok(())
    }

    /// Removes the line of `try:` (or what stands in front of a body on the same line). Comments above it and
    /// behind it become comments of the body.
    fn lead(&mut self, opener: &Opener<'a>) -> Result<(), Obstacle> {
        let module = self.module;
        let first = &self.try_.body[0];
        let try_line = module.line_start(self.try_.start());
        let colon = self.colon()?;
        let same_line = module.line(first.start()) == module.line(colon.start());
        let inner = if same_line {
            let unit = module.indent_unit(self.try_.start());
            format!("{}{unit}", module.indentation(self.try_.start()))
        } else {
            module.indentation(first.start()).to_string()
        };
        let from = self.below(opener)?;
        let above = module.text()[..try_line.to_usize()].trim_end_matches([' ', '\t', '\n', '\r']);
        let to = module.line_end(TextSize::of(above));
        if from < to && !opener.between().is_empty() {
            let outer = module.indentation(self.try_.start()).to_string();
            let change = Indent::Replace { from: outer, to: inner.clone() };
            let moved = reindent(module, TextRange::new(from, to), &change);
            self.edits.extend(moved.map_err(|e| e.to_string())?);
        } else if from < to {
            let comments = module.comments_in(TextRange::new(from, try_line)).map(Ranged::range);
            for comment in comments {
                self.replace(module.line_start(comment.start()), comment.start(), inner.clone());
            }
        }
        let line_end = module.line_end(colon.end());
        let behind = module.comments_in(TextRange::new(colon.end(), line_end)).next().map(Ranged::range);
        match behind {
            _ if same_line => self.replace(try_line, first.start(), inner),
            Some(comment) => {
                if is_pragma(&module.text()[comment]) {
                    self.comment = Some("a pragma comment stands on the line of the `try`".into());
                }
                let text = format!("{inner}{}\n", &module.text()[comment]);
                self.replace(try_line, next_line(module, line_end), text);
            }
            None => self.replace(try_line, next_line(module, line_end), ""),
        }
        Ok(())
    }

    /// The header takes the place of the `try`, or where that stays, the line above it.
    fn instead_of_try(&mut self, header: &str, keeps_try: bool, kept_end: TextSize) -> Result<(), Obstacle> {
        let module = self.module;
        let colon = self.colon()?;
        if keeps_try {
            let line = module.line_start(self.try_.start());
            let moved = reindent(module, TextRange::new(self.try_.start(), kept_end), &Indent::Deeper);
            self.insert(line, format!("{}{header}:\n", module.indentation(self.try_.start())));
            self.edits.extend(moved.map_err(|e| e.to_string())?);
            return Ok(());
        }
        let behind = module.comments_in(TextRange::new(colon.end(), module.line_end(colon.end()))).next();
        if behind.is_some_and(|comment| is_pragma(&module.text()[comment.range()])) {
            self.comment = Some("a pragma comment stands on the line of the `try`".into());
        }
        self.replace(self.try_.start(), colon.start(), header);
        Ok(())
    }

    /// Moves the `try`, which stays, into the `with`.
    fn deeper(&mut self, opener: &Opener<'a>, kept_end: TextSize) -> Result<(), Obstacle> {
        let module = self.module;
        let from = self.below(opener)?;
        let moved = reindent(module, TextRange::new(from, kept_end), &Indent::Deeper);
        self.edits.extend(moved.map_err(|e| e.to_string())?);
        Ok(())
    }

    /// Removes the closing, and the `finally` with it if nothing else is in it. Gives the end of the last line
    /// that is kept.
    fn tail(&mut self, ending: &Ending<'a>, keeps_try: bool) -> Result<TextSize, Obstacle> {
        let module = self.module;
        let try_ = self.try_;
        let from = if ending.rest.is_empty() { self.finally()?.start() } else { ending.statement.start() };
        let line = module.line_start(from);
        if line + TextSize::of(module.indentation(from)) != from {
            let line = module.line(from);
            return Err(format!("the closing shares line {line} with another statement"));
        }
        let end = module.line_end(try_.end());
        let removed = TextRange::new(from, end);
        let above = module.text()[..line.to_usize()].trim_end_matches([' ', '\t', '\n', '\r']);
        let kept_end = module.line_end(TextSize::of(above));
        let comments: Vec<TextRange> = module.comments_in(removed).map(Ranged::range).collect();
        if let Some(pragma) = comments.iter().find(|c| is_pragma(&module.text()[**c])) {
            let line = module.line(pragma.start());
            self.comment = Some(format!("the pragma comment on line {line} speaks of code that goes"));
        }
        let last = ending.rest.last().or(try_.body.first()).expect("a try has a body");
        let mut indent = module.indentation(last.start()).to_string();
        if keeps_try && ending.rest.is_empty() || module.line(last.start()) == module.line(try_.start()) {
            indent = format!("{}{}", module.indentation(try_.start()), module.indent_unit(try_.start()));
        } else if keeps_try {
            indent.push_str(module.indent_unit(try_.start()));
        }
        if comments.is_empty() {
            // The line end of a comment is no line end of code, and stays what it is.
            let below_comment =
                module.text()[module.line_start(kept_end).to_usize()..].trim_start().starts_with('#');
            let (kept, last) = (next_line(module, kept_end), next_line(module, end));
            if below_comment && last > end {
                self.replace(kept, last, "");
            } else {
                self.replace(kept_end, end, "");
            }
            return Ok(kept_end);
        }
        // The line ends of code stay line ends of code: whole lines are replaced.
        let last_line = next_line(module, end);
        if last_line == end {
            return Err("the last line of the file, which has no end, holds a comment".into());
        }
        let text: String = comments.iter().map(|c| format!("{indent}{}\n", &module.text()[*c])).collect();
        self.replace(next_line(module, kept_end), last_line, text);
        Ok(kept_end)
    }

    fn finally(&self) -> Result<TextRange, Obstacle> {
        let t = self.try_;
        let above = t.orelse.last().map(Ranged::end);
        let above = above.or(t.handlers.last().map(Ranged::end)).or(t.body.last().map(Ranged::end));
        let gap = above.map(|above| TextRange::new(above, t.finalbody[0].start()));
        gap.and_then(|gap| self.module.find_token(gap, TokenKind::Finally))
            .ok_or_else(|| "the `finally` has an unusual layout".into())
    }

    fn colon(&self) -> Result<TextRange, Obstacle> {
        let head = TextRange::new(self.try_.start(), self.try_.body[0].start());
        let colon = self.module.find_token(head, TokenKind::Colon);
        colon.ok_or_else(|| "the `try` has an unusual layout".into())
    }

    /// The start of the first line below the opening that has anything on it. Blank lines in front of it go:
    /// formatters would remove them below a header.
    fn below(&mut self, opener: &Opener<'a>) -> Result<TextSize, Obstacle> {
        let module = self.module;
        let opened = opener.range().end();
        if let Some(next) = opener.between().first()
            && module.line(next.start()) == module.line(opened)
        {
            let line = module.line(opened);
            return Err(format!("the opening shares line {line} with another statement"));
        }
        let first = next_line(module, module.line_end(opened));
        let rest = &module.text()[first.to_usize()..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']).len();
        let below = module.line_start(first + TextSize::of(&rest[..blank]));
        self.replace(first, below, "");
        Ok(below)
    }

    fn replace(&mut self, start: TextSize, end: TextSize, text: impl Into<String>) {
        let edit = Edit::replace(TextRange::new(start, end), text);
        if !(edit.range.is_empty() && edit.text.is_empty()) {
            self.edits.push(edit);
        }
    }

    fn insert(&mut self, at: TextSize, text: String) {
        self.edits.push(Edit::insert(at, text));
    }
}
