//! Taking a `try` apart: its `finally` goes, and a header takes its place or stands above it.

use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{Module, Ranged, Stmt, TextRange, TextSize, TokenKind, ast};
use unspool_engine::text::{BLANKS, Edit, Indent, next_line, reindent};

/// Why the lines cannot be rearranged.
pub type Obstacle = String;

/// The edits of one `try` statement.
pub struct TryEdits<'m, 'a> {
    pub module: &'m Module<'a>,
    pub try_: &'a ast::StmtTry,
    pub edits: Vec<Edit>,
    /// The comment that the edits take from its statement.
    pub comment: Option<String>,
}

impl<'m, 'a> TryEdits<'m, 'a> {
    /// # Errors
    /// Where the statement ends in a way that no edit can follow.
    pub fn new(module: &'m Module<'a>, try_: &'a ast::StmtTry) -> Result<Self, Obstacle> {
        if module.text()[TextRange::new(try_.end(), module.line_end(try_.end()))].contains('\\') {
            return Err("the last line goes on behind a backslash".into());
        }
        Ok(TryEdits { module, try_, edits: Vec::new(), comment: None })
    }

    /// The header takes the place of the `try`, or where that stays, the line above it.
    pub fn instead_of_try(
        &mut self,
        header: &str,
        keeps_try: bool,
        kept_end: TextSize,
    ) -> Result<(), Obstacle> {
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

    /// The indentation that code of the body has where the `try` line is gone.
    pub fn inner_indentation(&self) -> Result<String, Obstacle> {
        let module = self.module;
        let first = &self.try_.body[0];
        let same_line = module.line(first.start()) == module.line(self.colon()?.start());
        Ok(if same_line {
            let unit = module.indent_unit(self.try_.start());
            format!("{}{unit}", module.indentation(self.try_.start()))
        } else {
            module.indentation(first.start()).to_string()
        })
    }

    /// Removes the line of `try:` (or what stands in front of a body on the same line). A comment behind it
    /// becomes one of the body.
    pub fn without_try_line(&mut self) -> Result<(), Obstacle> {
        let module = self.module;
        let inner = self.inner_indentation()?;
        let first = &self.try_.body[0];
        let try_line = module.line_start(self.try_.start());
        let colon = self.colon()?;
        let same_line = module.line(first.start()) == module.line(colon.start());
        let line_end = module.line_end(colon.end());
        let behind = module.comments_in(TextRange::new(colon.end(), line_end)).next().map(Ranged::range);
        match behind {
            _ if same_line => self.replace(try_line, first.start(), inner),
            Some(comment) => {
                if is_pragma(&module.text()[comment]) {
                    self.comment = Some("a pragma comment stands on the line of the `try`".into());
                }
                let text = format!("{inner}{}\n", &module.text()[comment]);
                self.replace(try_line, next_line(module.text(), line_end), text);
            }
            None => self.replace(try_line, next_line(module.text(), line_end), ""),
        }
        Ok(())
    }

    /// Removes the statement `closing`, the last of the `finally`, and the `finally` with it if nothing else
    /// (`rest`) is in it. Gives the end of the last line that is kept.
    pub fn tail(&mut self, closing: &Stmt, rest: &[Stmt], keeps_try: bool) -> Result<TextSize, Obstacle> {
        let module = self.module;
        let try_ = self.try_;
        let from = if rest.is_empty() { self.finally()?.start() } else { closing.start() };
        let line = module.line_start(from);
        if line + TextSize::of(module.indentation(from)) != from {
            let line = module.line(from);
            return Err(format!("the closing shares line {line} with another statement"));
        }
        let end = module.line_end(try_.end());
        let removed = TextRange::new(from, end);
        let above = module.text()[..line.to_usize()].trim_end_matches(BLANKS);
        let kept_end = module.line_end(TextSize::of(above));
        let comments: Vec<TextRange> = module.comments_in(removed).map(Ranged::range).collect();
        if let Some(pragma) = comments.iter().find(|c| is_pragma(&module.text()[**c])) {
            let line = module.line(pragma.start());
            self.comment = Some(format!("the pragma comment on line {line} speaks of code that goes"));
        }
        let last = rest.last().or(try_.body.first()).expect("a try has a body");
        let mut indent = module.indentation(last.start()).to_string();
        if keeps_try && rest.is_empty() || module.line(last.start()) == module.line(try_.start()) {
            indent = format!("{}{}", module.indentation(try_.start()), module.indent_unit(try_.start()));
        } else if keeps_try {
            indent.push_str(module.indent_unit(try_.start()));
        }
        if comments.is_empty() {
            // The line end of a comment is no line end of code, and stays what it is.
            let below_comment =
                module.text()[module.line_start(kept_end).to_usize()..].trim_start().starts_with('#');
            let (kept, last) = (next_line(module.text(), kept_end), next_line(module.text(), end));
            if below_comment && last > end {
                self.replace(kept, last, "");
            } else {
                self.replace(kept_end, end, "");
            }
            return Ok(kept_end);
        }
        // The line ends of code stay line ends of code: whole lines are replaced.
        let last_line = next_line(module.text(), end);
        if last_line == end {
            return Err("the last line of the file, which has no end, holds a comment".into());
        }
        let text: String = comments.iter().map(|c| format!("{indent}{}\n", &module.text()[*c])).collect();
        self.replace(next_line(module.text(), kept_end), last_line, text);
        Ok(kept_end)
    }

    /// Removes the `finally` with all that is in it, comments included. Gives the end of the last line that is
    /// kept.
    pub fn cut_finally(&mut self) -> Result<TextSize, Obstacle> {
        let finally = self.finally()?.start();
        self.cut(finally)
    }

    /// Removes everything from a clause of the statement on, comments included. Gives the end of the last line
    /// that is kept.
    pub fn cut(&mut self, from: TextSize) -> Result<TextSize, Obstacle> {
        let module = self.module;
        let line = module.line_start(from);
        if line + TextSize::of(module.indentation(from)) != from {
            return Err(format!("line {} is shared by two clauses", module.line(from)));
        }
        let above = module.text()[..line.to_usize()].trim_end_matches(BLANKS);
        let kept_end = module.line_end(TextSize::of(above));
        let end = module.line_end(self.try_.end());
        let below_comment =
            module.text()[module.line_start(kept_end).to_usize()..].trim_start().starts_with('#');
        let (kept, last) = (next_line(module.text(), kept_end), next_line(module.text(), end));
        if (below_comment || module.has_comment(TextRange::new(from, end))) && last > end {
            self.replace(kept, last, "");
        } else {
            self.replace(kept_end, end, "");
        }
        Ok(kept_end)
    }

    /// The word `finally`.
    pub fn finally(&self) -> Result<TextRange, Obstacle> {
        let t = self.try_;
        let above = t.orelse.last().map(Ranged::end);
        let above = above.or(t.handlers.last().map(Ranged::end)).or(t.body.last().map(Ranged::end));
        let gap = above.map(|above| TextRange::new(above, t.finalbody[0].start()));
        gap.and_then(|gap| self.module.find_token(gap, TokenKind::Finally))
            .ok_or_else(|| "the `finally` has an unusual layout".into())
    }

    /// The colon behind the `try`.
    pub fn colon(&self) -> Result<TextRange, Obstacle> {
        let head = TextRange::new(self.try_.start(), self.try_.body[0].start());
        let colon = self.module.find_token(head, TokenKind::Colon);
        colon.ok_or_else(|| "the `try` has an unusual layout".into())
    }

    pub fn replace(&mut self, start: TextSize, end: TextSize, text: impl Into<String>) {
        let edit = Edit::replace(TextRange::new(start, end), text);
        if !(edit.range.is_empty() && edit.text.is_empty()) {
            self.edits.push(edit);
        }
    }

    pub fn insert(&mut self, at: TextSize, text: String) {
        self.edits.push(Edit::insert(at, text));
    }
}
