//! A `try` whose handlers call back: what they pass is returned or raised.

use super::straight::{Writer, Written};
use super::style::call_of;
use unspool_engine::syntax::{Expr, Ranged, Stmt, TextRange, TextSize, ast};

impl<'a> Writer<'_, 'a, '_> {
    /// A `try` whose handlers or `else` end with the callback; `last` if nothing follows. What is called there is not
    /// protected by the `try` itself.
    pub(super) fn attempt(&mut self, t: &'a ast::StmtTry, indent: &str, last: bool) -> Written {
        let id = self.module.id(t);
        let in_body = t.body.iter().any(|s| self.concerns(self.module.id(s)));
        if in_body || !t.finalbody.is_empty() || t.is_star {
            return Err(self.misuse(t, id));
        }
        let line = self.line(t);
        if t.body[0].start() < self.module.line_end(t.start()) {
            return Err(format!("line {line} holds several statements"));
        }
        if last && t.orelse.is_empty() && !self.terminates(&t.body) {
            return Err(format!(
                "where nothing is raised in the `try` on line {line}, `{}` is not called at all",
                self.callback()
            ));
        }
        let handlers: Vec<&'a ast::ExceptHandlerExceptHandler> =
            t.handlers.iter().map(|ast::ExceptHandler::ExceptHandler(h)| h).collect();
        let own = self.module.indentation(t.start());
        let deeper = self.module.indentation(t.body[0].start());
        let inner = format!("{indent}{}", deeper.strip_prefix(own).unwrap_or(deeper));
        let only_passes = |h: &&ast::ExceptHandlerExceptHandler| self.only_passes_on(h);
        let leaves = |h: &&ast::ExceptHandlerExceptHandler| last || self.terminates(&h.body);
        if handlers.iter().all(|h| only_passes(h) && leaves(h)) && (last || t.orelse.is_empty()) {
            // What each handler passes on goes its way without a `try`.
            self.all_plain(&t.body, self.module.line_end(t.start()), indent)?;
            let (Some(first), Some(before)) = (t.orelse.first(), handlers.last().and_then(|h| h.body.last()))
            else {
                return Ok(());
            };
            let start = self.else_line(before, first);
            self.between(before, start, indent);
            return self.block(&t.orelse, self.module.line_end(start), indent);
        }
        self.lines.push(format!("{indent}try:"));
        self.all_plain(&t.body, self.module.line_end(t.start()), &inner)?;
        let mut before = t.body.last().expect("a block has statements");
        for handler in handlers {
            self.between(before, handler.start(), indent);
            let head_end = handler
                .name
                .as_ref()
                .map(Ranged::end)
                .or(handler.type_.as_deref().map(|e| self.module.parenthesized_range(e).end()))
                .unwrap_or(handler.start());
            let head_end = self.module.line_end(head_end);
            self.clause(
                TextRange::new(handler.start(), head_end),
                handler.name.as_deref(),
                &handler.body,
                indent,
                &inner,
                last,
            )?;
            before = handler.body.last().expect("a block has statements");
        }
        if let Some(first) = t.orelse.first() {
            let start = self.else_line(before, first);
            self.between(before, start, indent);
            let head = TextRange::new(start, self.module.line_end(start));
            self.clause(head, None, &t.orelse, indent, &inner, last)?;
        }
        Ok(())
    }

    /// One `except` or `else`.
    fn clause(
        &mut self,
        head: TextRange,
        name: Option<&'a str>,
        body: &'a [Stmt],
        indent: &str,
        inner: &str,
        last: bool,
    ) -> Written {
        let line = self.module.line(head.start());
        if body[0].start() < head.end() {
            return Err(format!("line {line} holds several statements"));
        }
        let tail = body.iter().any(|s| self.concerns(self.module.id(s)));
        let before = self.lines.len();
        self.copy(head, indent)?;
        let is_handler = self.module.text()[head].starts_with("except");
        if is_handler {
            self.handled.push(name.unwrap_or_default());
        }
        match (tail, last) {
            (true, false) if !self.terminates(body) => {
                return Err(self.goes_on(body.last().unwrap_or(&body[0])));
            }
            (true, _) => self.block(body, head.end(), inner)?,
            (false, true) if !self.terminates(body) || !matches!(body.last(), Some(Stmt::Raise(_))) => {
                return Err(format!(
                    "on the path of line {} `{}` is not called at all",
                    self.line(&body[0]),
                    self.callback()
                ));
            }
            (false, _) => self.all_plain(body, head.end(), inner)?,
        }
        if is_handler {
            self.handled.pop();
        }
        // `except E as e: raise` has no use for the name.
        if let (Some(name), [header, raise]) = (name, &mut self.lines[before..])
            && raise.trim() == "raise"
        {
            *header = header.replacen(&format!(" as {name}:"), ":", 1);
        }
        Ok(())
    }

    /// Comments between two clauses.
    fn between(&mut self, before: &Stmt, start: TextSize, indent: &str) {
        let range = TextRange::new(self.after(before), self.module.line_start(start));
        let text = &self.module.text()[range];
        self.lines.extend(
            text.lines().map(str::trim).filter(|l| !l.is_empty()).map(|line| format!("{indent}{line}")),
        );
    }

    /// Where the `else` between the two statements stands.
    fn else_line(&self, before: &Stmt, first: &Stmt) -> TextSize {
        let between = self.module.tokens().in_range(TextRange::new(before.end(), first.start()));
        let keyword = between.iter().find(|t| t.kind() == unspool_engine::syntax::TokenKind::Else);
        keyword.expect("an `else` stands in front of its block").start()
    }

    /// `except E as e: cb(e)`
    fn only_passes_on(&self, handler: &ast::ExceptHandlerExceptHandler) -> bool {
        let Some(name) = handler.name.as_deref() else { return false };
        let lines = TextRange::new(handler.start(), self.module.line_end(handler.end()));
        !self.module.has_comment(lines) && self.passes_on(&handler.body, name)
    }

    /// Whether a block does nothing but to pass the error on, and ends.
    pub(super) fn passes_on(&self, body: &[Stmt], error: &str) -> bool {
        let first = match body {
            [only] => only,
            [first, Stmt::Return(r)] if r.value.is_none() => first,
            _ => return false,
        };
        call_of(first).is_some_and(|call| self.call_passes_on(call, error))
    }

    /// `cb(err)`, `cb(err, None)`, `on_error(err)`
    pub(super) fn call_passes_on(&self, call: &ast::ExprCall, error: &str) -> bool {
        self.member.is_error_callback(&call.func)
            && call.arguments.keywords.is_empty()
            && match &*call.arguments.args {
                [first, rest @ ..] => {
                    super::style::is_name(first, error) && rest.iter().all(Expr::is_none_literal_expr)
                }
                [] => false,
            }
    }
}
