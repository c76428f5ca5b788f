//! The edits: the opening becomes the header, the body moves to the right, the closing goes.

use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{Expr, Module, Ranged, Stmt, TextRange, TextSize, TokenKind, ast};
use unspool_engine::text::{BLANKS, Edit, Indent, next_line, reindent};

use super::lifetime::Lifetime;
use crate::resources::{Header, MOST_COLUMNS, header_edits, stays_in_front};

/// The edits, and which comment they would take from its statement.
pub struct Made {
    pub edits: Vec<Edit>,
    pub comment: Option<String>,
}

pub struct Plan<'m, 'a> {
    pub module: &'m Module<'a>,
    /// The opening, `target = value`.
    pub opening: TextRange,
    pub target: &'a ast::ExprName,
    pub value: &'a Expr,
    pub life: &'m Lifetime<'a>,
    pub header: &'m Header,
    /// Whether anything but the closing uses the name.
    pub named: bool,
}

impl Plan<'_, '_> {
    /// # Errors
    /// Why the lines cannot be rearranged.
    pub fn edits(&self) -> Result<Made, String> {
        let module = self.module;
        let (opening, closing) = (self.opening, self.life.ending());
        let shared = |at: TextSize| format!("line {} holds several statements", module.line(at));
        if self.first_of_line(opening.start()) != opening.start() {
            return Err(shared(opening.start()));
        }
        let behind = &module.text()[TextRange::new(closing.end(), module.line_end(closing.end()))];
        if behind.contains('\\') && !behind.contains('#') {
            return Err("the last line goes on behind a backslash".into());
        }
        let mut comment = None;
        if module.has_comment(closing) {
            comment = Some("a comment stands inside of the closing".to_string());
        }
        let one_line = module.line(opening.end()) == module.line(closing.start());
        let next = self.life.body.first().or(self.life.passed.first()).unwrap_or(self.life.closing);
        if !one_line && module.line(opening.end()) == module.line(next.start()) {
            return Err(shared(opening.end()));
        }
        let mut edits = Vec::new();
        if one_line {
            if !self.life.passed.is_empty() {
                return Err(shared(opening.end()));
            }
            self.on_one_line(&mut edits)?;
        } else if let Some(inner) = self.joined() {
            let made = header_edits(module, self.target, self.value, self.header, self.named, ", ");
            edits.extend(made.ok_or("the opening has an unusual layout")?);
            edits.push(Edit::delete(TextRange::new(opening.end(), inner)));
            self.without_closing(&mut edits, &mut comment)?;
        } else {
            self.block(&mut edits)?;
            self.without_early(&mut edits, &mut comment)?;
            self.without_closing(&mut edits, &mut comment)?;
        }
        Ok(Made { edits, comment })
    }

    fn first_of_line(&self, at: TextSize) -> TextSize {
        self.module.line_start(at) + TextSize::of(self.module.indentation(at))
    }

    fn indentation(&self) -> &str {
        self.module.indentation(self.opening.start())
    }

    fn unit(&self) -> &str {
        self.module.indent_unit(self.opening.start())
    }

    /// `f = open(p); x = f.read(); f.close()`
    fn on_one_line(&self, edits: &mut Vec<Edit>) -> Result<(), String> {
        let module = self.module;
        let tail = if self.life.body.is_empty() { ": pass" } else { ":" };
        let made = header_edits(module, self.target, self.value, self.header, self.named, tail);
        edits.extend(made.ok_or("the opening has an unusual layout")?);
        let closing = self.life.ending();
        let kept = match self.life.body {
            [first, ..] => {
                let gap = TextRange::new(self.opening.end(), first.start());
                let semi =
                    module.find_token(gap, TokenKind::Semi).ok_or("a `;` is not where it should be")?;
                edits.push(Edit::delete(semi));
                if semi.end() == first.start() {
                    edits.push(Edit::insert(first.start(), " "));
                }
                self.life.body.last().expect("it has a first").end()
            }
            [] => self.opening.end(),
        };
        let (end, text) = self.joint(closing.end());
        edits.push(Edit::replace(TextRange::new(kept, end), text));
        Ok(())
    }

    /// The start of the statement behind the closing on its line, which needs a line of its own; else the end of
    /// the closing with its `;`.
    fn joint(&self, end: TextSize) -> (TextSize, String) {
        let module = self.module;
        match self.life.after.first() {
            Some(next) if module.line(next.start()) == module.line(end) => {
                (next.start(), format!("\n{}", self.indentation()))
            }
            _ => (self.semicolon(end), String::new()),
        }
    }

    /// Behind the `;` that follows, if one does.
    fn semicolon(&self, end: TextSize) -> TextSize {
        match self.module.tokens().after(end).first() {
            Some(token) if token.kind() == TokenKind::Semi => token.end(),
            _ => end,
        }
    }

    /// Where the items of the only `with` of the body begin, if this header can be joined to it.
    fn joined(&self) -> Option<TextSize> {
        let module = self.module;
        let [Stmt::With(with)] = self.life.body else { return None };
        let first = with.items.first()?;
        let colon = module.line_end(with.items.last()?.end());
        let plain = module.text()[TextRange::new(with.start(), first.start())].trim_end() == "with";
        let between = TextRange::new(self.opening.end(), with.start());
        let own_lines = module.line(with.start()) != module.line(with.body.first()?.start());
        let below = with.end()..self.life.closing.start();
        let columns = |from: TextSize, to: TextSize| module.text()[TextRange::new(from, to)].chars().count();
        let lines =
            [TextRange::new(self.opening.start(), self.opening.end()), TextRange::new(with.start(), colon)];
        let flat = lines.iter().all(|r| module.line(r.start()) == module.line(r.end()));
        let added = self.header.wrapper().map_or(0, |spelling| spelling.len() + "()".len());
        let width = columns(module.line_start(self.opening.start()), self.opening.end())
            + added
            + " as , ".len()
            + columns(first.start(), colon);
        let fits = width <= MOST_COLUMNS.0;
        let quiet = !module.has_comment(between)
            && !module.has_comment(TextRange::new(below.start, below.end))
            && module.text()[between].trim().is_empty();
        let alike = !with.is_async && self.header.keyword() == "with";
        (plain && own_lines && flat && fits && quiet && alike).then_some(first.start())
    }

    fn block(&self, edits: &mut Vec<Edit>) -> Result<(), String> {
        let module = self.module;
        let below = next_line(module.text(), module.line_end(self.opening.end()));
        if stays_in_front(module, self.target, self.value, self.header) {
            let header = self.header.over(&self.target.id);
            edits.push(Edit::insert(below, format!("{}{header}:\n", self.indentation())));
        } else {
            let made = header_edits(module, self.target, self.value, self.header, self.named, ":");
            edits.extend(made.ok_or("the opening has an unusual layout")?);
            let end = self.semicolon(self.opening.end());
            if end > self.opening.end() {
                let start = end - TextSize::of(';');
                edits.push(Edit::delete(TextRange::new(start, end)));
            }
        }
        // Blank lines below a header: formatters would remove them.
        let rest = &module.text()[below.to_usize()..];
        let blank = rest.len() - rest.trim_start_matches(BLANKS).len();
        let from = module.line_start(below + TextSize::of(&rest[..blank]));
        if from > below {
            edits.push(Edit::delete(TextRange::new(below, from)));
        }
        // Comments above a closing that is passed stay with it.
        let end = match (self.life.body.last(), self.life.passed.first()) {
            (Some(last), Some(_)) => module.line_end(last.end()),
            (None, Some(_)) => return Err("nothing stands between the opening and another closing".into()),
            _ if self.shares_line() => self.life.ending().end(),
            _ => module.line_start(self.life.closing.start()),
        };
        if from < end {
            let end = TextSize::of(module.text()[..end.to_usize()].trim_end_matches(BLANKS));
            let moved = reindent(module, TextRange::new(from, end), &Indent::Deeper);
            edits.extend(moved.map_err(|e| e.to_string())?);
        }
        Ok(())
    }

    /// The closings in front of a jump, which the `with` does.
    fn without_early(&self, edits: &mut Vec<Edit>, comment: &mut Option<String>) -> Result<(), String> {
        for early in &self.life.early {
            let gone = early.leftover(self.module)?;
            if let Some(found) = self.module.comments_in(gone).next() {
                let line = self.module.line(found.start());
                *comment = Some(format!("the comment on line {line} speaks of a closing that goes"));
            }
            // What goes needs no other indentation.
            edits.retain(|edit| !gone.contains(edit.range.start()));
            edits.push(Edit::delete(gone));
        }
        Ok(())
    }

    /// Whether another statement stands in front of the closing on its line.
    fn shares_line(&self) -> bool {
        let start = self.life.closing.start();
        self.first_of_line(start) != start
    }

    fn without_closing(&self, edits: &mut Vec<Edit>, comment: &mut Option<String>) -> Result<(), String> {
        let module = self.module;
        let closing = self.life.ending();
        if self.shares_line() {
            let last = self.life.passed.last().or(self.life.body.last());
            let last = last.ok_or("the closing shares its line")?;
            let (end, text) = self.joint(closing.end());
            edits.push(Edit::replace(TextRange::new(last.end(), end), text));
            return Ok(());
        }
        if self.life.body.is_empty() {
            let (end, text) = match self.life.after.first() {
                Some(next) if module.line(next.start()) == module.line(closing.end()) => {
                    self.joint(closing.end())
                }
                _ => (closing.end(), String::new()),
            };
            let range = TextRange::new(closing.start(), end);
            edits.push(Edit::replace(range, format!("{}pass{text}", self.unit())));
            return Ok(());
        }
        let end = self.semicolon(closing.end());
        if let Some(next) = self.life.after.first()
            && module.line(next.start()) == module.line(end)
        {
            edits.push(Edit::delete(TextRange::new(closing.start(), next.start())));
            return Ok(());
        }
        let line_end = module.line_end(end);
        if let Some(behind) = module.comments_in(TextRange::new(end, line_end)).next() {
            if is_pragma(&module.text()[behind.range()]) {
                let line = module.line(behind.start());
                *comment = Some(format!("the pragma comment on line {line} speaks of code that goes"));
            }
            // The line end of code is none of a comment: the whole line is replaced.
            let following = next_line(module.text(), line_end);
            if following == line_end {
                return Err("the last line of the file, which has no end, holds a comment".into());
            }
            let text = format!("{}{}\n", self.indentation(), &module.text()[behind.range()]);
            let line = TextRange::new(module.line_start(closing.start()), following);
            edits.push(Edit::replace(line, text));
            return Ok(());
        }
        let line = module.line_start(closing.start());
        let above = &module.text()[..line.to_usize()];
        let kept = module.line_end(TextSize::of(above.trim_end_matches(BLANKS)));
        let following = next_line(module.text(), line_end);
        let blank_above = module.line(kept) + 1 < module.line(line);
        let rest = &module.text()[following.to_usize()..];
        let blank_below =
            rest.is_empty() || rest.trim_start_matches([' ', '\t', '\x0c']).starts_with(['\n', '\r']);
        if blank_above && blank_below || following == line_end {
            // Of the blank lines around it one group is enough; and at the end of the text nothing follows.
            let start = if following == line_end { kept } else { next_line(module.text(), kept) };
            edits.push(Edit::delete(TextRange::new(start, following)));
        } else {
            edits.push(Edit::delete(TextRange::new(line, following)));
        }
        Ok(())
    }
}
