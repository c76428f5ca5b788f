//! A body in continuation-passing style, written straight: the callback's argument is returned, a call that takes a
//! continuation is awaited, and the continuation follows.

use super::calls::Function;
use super::group::Group;
use super::style::{Passing, call_of};
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, TextSize, TokenKind, ast,
};
use unspool_engine::transform::FileContext;

/// Writes the body of one member.
pub struct Writer<'g, 'a, 'r> {
    pub cx: &'g FileContext<'a, 'r>,
    pub module: &'g Module<'a>,
    pub group: &'g Group<'a>,
    pub member: Passing<'a>,
    pub(super) lines: Vec<String>,
    /// Local functions that wait to become the lines behind an `await`.
    pub(super) waiting: Vec<(&'a str, Function<'a>)>,
    /// How many parameters a `partial` has given the function already.
    pub(super) given: Vec<(NodeId, usize)>,
    /// Those that have become it.
    pub(super) merged: Vec<NodeId>,
    /// What the errors are called whose handlers are being written, innermost last.
    pub(super) handled: Vec<&'a str>,
    /// Errors that are `None` in what is being written.
    pub(super) nothing: Vec<&'a str>,
    /// Whether it handles an error.
    pub(super) handles: bool,
}

/// A body that was written.
pub struct Straight {
    pub lines: Vec<String>,
    /// Whether it handles errors.
    pub handles: bool,
    /// The functions that became part of it.
    pub merged: Vec<NodeId>,
}

pub(super) type Written = Result<(), String>;

impl<'g, 'a, 'r> Writer<'g, 'a, 'r> {
    pub fn new(cx: &'g FileContext<'a, 'r>, group: &'g Group<'a>, member: Passing<'a>) -> Self {
        Writer {
            cx,
            module: cx.module,
            group,
            member,
            lines: Vec::new(),
            waiting: Vec::new(),
            given: Vec::new(),
            merged: Vec::new(),
            handled: Vec::new(),
            nothing: Vec::new(),
            handles: false,
        }
    }

    /// The lines of the body; why it has none, otherwise.
    pub fn body(mut self) -> Result<Straight, String> {
        let def = self.member.def;
        let first = &def.body[0];
        let head_end = self.module.line_end(self.head_end(def));
        if self.module.line_start(first.start()) < head_end {
            return Err("the body stands on the line of the `def`".into());
        }
        let indent = self.module.indentation(first.start()).to_string();
        self.block(&def.body, head_end, &indent)?;
        // A bare `return` at the end says nothing.
        if let [.., before, last] = &*self.lines
            && *last == format!("{indent}return")
            && !before.trim().is_empty()
            && !before.trim_start().starts_with('#')
        {
            self.lines.pop();
        }
        super::merged::in_one_scope(self.cx, self.module.id(def), &self.merged)?;
        Ok(Straight { lines: self.lines, handles: self.handles, merged: self.merged })
    }

    pub(super) fn head_end(&self, def: &ast::StmtFunctionDef) -> TextSize {
        def.returns.as_ref().map_or(def.parameters.end(), |r| r.end())
    }

    pub(super) fn callback(&self) -> &'a str {
        self.member.callback.name.as_str()
    }

    pub(super) fn line(&self, at: impl Ranged) -> usize {
        self.module.line(at.start())
    }

    /// A block that ends every path with the callback. `from` is where the text in front of it begins.
    pub(super) fn block(&mut self, body: &'a [Stmt], from: TextSize, indent: &str) -> Written {
        let mut from = from;
        let Some((last, front)) = body.split_last() else { return Err("a block is empty".into()) };
        // `cb(x)` and a bare `return` behind it are one step.
        let (last, front, closing) = match (last, front.split_last()) {
            (Stmt::Return(r), Some((before, rest))) if r.value.is_none() => (before, rest, Some(last)),
            _ => (last, front, None),
        };
        for (i, statement) in front.iter().enumerate() {
            self.leading(from, statement, indent)?;
            from = self.after(statement);
            match self.continuation(statement, &body[i + 1..]) {
                Some(waits) => self.waiting.push(waits),
                None => self.step(statement, indent)?,
            }
        }
        self.leading(from, last, indent)?;
        self.tail(last, indent)?;
        if let Some(closing) = closing {
            let between = TextRange::new(self.after(last), self.module.line_start(closing.start()));
            if self.module.has_comment(between) || self.has_trailing_comment(closing) {
                return Err(format!("a comment speaks of the `return` on line {}", self.line(closing)));
            }
        }
        Ok(())
    }

    /// A local function, or a lambda in a variable, that the statements behind hand over to go on with.
    fn continuation(&self, statement: &'a Stmt, behind: &'a [Stmt]) -> Option<(&'a str, Function<'a>)> {
        let (name, function) = match statement {
            Stmt::FunctionDef(f) => (f.name.as_str(), Function::Def(f)),
            Stmt::Assign(a) => match (&*a.targets, &*a.value) {
                ([Expr::Name(n)], Expr::Lambda(l)) => (n.id.as_str(), Function::Lambda(l)),
                _ => return None,
            },
            _ => return None,
        };
        let handed_over = behind.iter().flat_map(|s| self.module.subtree(self.module.id(s))).any(|(_, n)| {
            let AnyNodeRef::ExprCall(call) = n else { return false };
            let Some(to) = self.group.member_called(self.module, call) else { return false };
            let is_it = |e: &'a Expr| match super::done::partial(self.cx, e) {
                Some(Ok((callee, ..))) => super::style::is_name(callee, name),
                _ => super::style::is_name(e, name),
            };
            let passed = super::style::Passed::of(call, &to);
            passed.is_some_and(|p| is_it(p.done) || p.error.is_some_and(is_it))
        });
        handed_over.then_some((name, function))
    }

    /// The end of the statement's line.
    pub(super) fn after(&self, statement: &Stmt) -> TextSize {
        self.module.line_end(statement.end())
    }

    /// The text, without a backslash at its end that makes blank lines a part of its last one: others follow it now.
    fn unjoined(&self, range: TextRange) -> &'a str {
        let text = self.module.text()[range].trim_end();
        let end = range.start() + TextSize::of(text);
        let in_comment = self.module.comments_in(range).any(|comment| comment.end() >= end);
        if in_comment { text } else { text.trim_end_matches(|c: char| c == '\\' || c.is_whitespace()) }
    }

    fn has_trailing_comment(&self, statement: &Stmt) -> bool {
        self.module.has_comment(TextRange::new(statement.end(), self.after(statement)))
    }

    /// Comments and blank lines in front of a statement.
    pub(super) fn leading(&mut self, from: TextSize, statement: &Stmt, indent: &str) -> Written {
        let start = self.module.line_start(statement.start());
        if start < from {
            return Err(format!("line {} holds several statements", self.line(statement)));
        }
        let text = &self.module.text()[TextRange::new(from, start)];
        // Where a function stood that has moved away, the blank lines in front of it are those behind it, too.
        let mut doubled = self.lines.last().is_some_and(String::is_empty);
        // The first line is the rest of the one before.
        for line in text.split('\n').skip(1).map(str::trim) {
            doubled &= line.is_empty();
            if !line.is_empty() {
                self.lines.push(format!("{indent}{line}"));
            } else if !doubled && (!text.trim().is_empty() || !self.lines.is_empty()) {
                self.lines.push(String::new());
            }
        }
        // The split leaves an empty piece behind the last line end.
        if !doubled && text.ends_with('\n') && self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        Ok(())
    }

    /// A statement in front of the last: it stays as it is, or is a guard that ends with the callback.
    fn step(&mut self, statement: &'a Stmt, indent: &str) -> Written {
        let id = self.module.id(statement);
        if let Stmt::If(i) = statement
            && self.concerns(id)
        {
            return self.branches(i, indent, false);
        }
        if let Stmt::Try(t) = statement
            && self.concerns(id)
        {
            return self.attempt(t, indent, false);
        }
        if let Some(call) = call_of(statement)
            && self.is_own(&call.func)
        {
            return Err(format!(
                "`{}` is called on line {}, and the function goes on: it may be called again",
                self.callback(),
                self.line(statement)
            ));
        }
        self.plain(statement, indent)
    }

    /// Whether the statement has to do with the callback or with a member of the group.
    pub(super) fn concerns(&self, id: NodeId) -> bool {
        self.member.is_mentioned(self.module, id) || self.calls_member(id).is_some()
    }

    fn calls_member(&self, id: NodeId) -> Option<usize> {
        self.module.subtree(id).find_map(|(_, n)| match n {
            AnyNodeRef::ExprCall(c) => self.group.member_called(self.module, c).map(|_| self.line(c)),
            _ => None,
        })
    }

    /// A statement that stays as it is.
    pub(super) fn plain(&mut self, statement: &'a Stmt, indent: &str) -> Written {
        let id = self.module.id(statement);
        if self.member.is_mentioned(self.module, id) {
            return Err(self.misuse(statement, id));
        }
        if let Some(line) = self.calls_member(id) {
            return Err(format!("line {line} starts something and does not wait for it"));
        }
        let leaves = self.module.subtree(id).find(|(n, node)| {
            matches!(node, AnyNodeRef::StmtReturn(_))
                && self.module.enclosing_function(*n) == self.module.enclosing_function(id)
        });
        if let Some((_, node)) = leaves {
            return Err(format!(
                "on the path of line {} `{}` is not called at all",
                self.line(node),
                self.callback()
            ));
        }
        if let Stmt::Nonlocal(n) = statement
            && !self.has_trailing_comment(statement)
            && n.names.iter().all(|name| self.is_own_variable(id, name.as_str()))
        {
            return Ok(());
        }
        let nonlocal = self.module.subtree(id).find(|(_, n)| {
            matches!(n, AnyNodeRef::StmtNonlocal(_) | AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_))
        });
        if let Some((_, node)) = nonlocal {
            return Err(format!("line {} belongs to the function that it stands in", self.line(node)));
        }
        self.copy(TextRange::new(statement.start(), self.after(statement)), indent)
    }

    /// Whether the name that is `nonlocal` here is a variable of the function that is written, whose part the code becomes.
    fn is_own_variable(&self, at: NodeId, name: &str) -> bool {
        let symbols = self.cx.facts.symbols();
        let found = symbols.lookup(symbols.scope_of(self.module, at), name);
        found.is_some_and(|s| {
            let owner = symbols.scope(symbols.symbol(s).scope).node;
            self.module.contains(self.module.id(self.member.def), owner)
        })
    }

    /// Why a statement that uses the callback in the middle is none of the known forms.
    pub(super) fn misuse(&self, statement: impl Ranged, id: NodeId) -> String {
        let (name, line) = (self.callback(), self.line(statement));
        match self.module.node(id) {
            AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_) => {
                format!("`{name}` is called in the loop on line {line}: perhaps several times, perhaps never")
            }
            AnyNodeRef::StmtTry(t) if !t.finalbody.is_empty() => format!(
                "`{name}` is called in front of the `finally` of line {line}: it runs behind the continuation"
            ),
            AnyNodeRef::StmtTry(_) => format!(
                "`{name}` is called in the `try` on line {line}: what the continuation raises is handled there, too"
            ),
            AnyNodeRef::StmtWith(_) => {
                format!("`{name}` is called in the `with` on line {line}: the continuation runs inside of it")
            }
            _ => format!("line {line} does something else with `{name}` than to call it at the end"),
        }
    }

    /// Lines of the source, moved to an indentation.
    pub(super) fn copy(&mut self, range: TextRange, indent: &str) -> Written {
        let old = self.module.indentation(range.start());
        let text = self.unjoined(range);
        let strings = self.module.tokens().in_range(range).iter();
        let spread = strings
            .filter(|t| {
                matches!(t.kind(), TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle)
            })
            .any(|t| self.module.text()[t.range()].contains(['\n', '\r']));
        if spread && old != indent {
            return Err(format!(
                "a string on line {} reaches over several lines",
                self.module.line(range.start())
            ));
        }
        for (i, line) in text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if i == 0 {
                self.lines.push(format!("{indent}{line}"));
            } else if line.trim().is_empty() && !spread {
                self.lines.push(String::new());
            } else {
                self.lines.push(match line.strip_prefix(old) {
                    Some(rest) => format!("{indent}{rest}"),
                    None => line.to_string(),
                });
            }
        }
        Ok(())
    }

    /// An `if` whose branches end with the callback; `last` if nothing follows.
    fn branches(&mut self, i: &'a ast::StmtIf, indent: &str, last: bool) -> Written {
        let own = self.module.indentation(i.start()).to_string();
        let mut heads: Vec<(TextSize, Option<&Expr>, &'a [Stmt])> = vec![(i.start(), Some(&i.test), &i.body)];
        for clause in &i.elif_else_clauses {
            heads.push((clause.start(), clause.test.as_ref(), &clause.body));
        }
        let has_else = heads.last().is_some_and(|(_, test, _)| test.is_none());
        if last && !has_else {
            return Err(format!(
                "where the condition on line {} does not hold, `{}` is not called at all",
                self.line(i),
                self.callback()
            ));
        }
        for (n, (start, test, body)) in heads.iter().enumerate() {
            if test.is_some_and(|t| self.concerns(self.module.id(t))) {
                return Err(format!(
                    "the condition on line {} has to do with the callback",
                    self.module.line(*start)
                ));
            }
            if n > 0 {
                // Comments between the branches stand in front of the clause.
                let before = heads[n - 1].2.last().expect("a block has statements");
                let text =
                    &self.module.text()[TextRange::new(self.after(before), self.module.line_start(*start))];
                for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
                    self.lines.push(format!("{indent}{line}"));
                }
            }
            let first = &body[0];
            let inline = self.module.line_start(first.start()) <= *start
                || self.module.line(first.start()) == self.module.line(test.map_or(*start, |t| t.end()));
            let tail = body.iter().any(|s| self.concerns(self.module.id(s)));
            if inline {
                let head = self.module.text()[TextRange::new(*start, first.start())].trim_end();
                if !tail || body.len() != 1 || head.contains('\n') {
                    return Err(format!("line {} holds several statements", self.module.line(*start)));
                }
                if !last && !self.terminates(body) {
                    return Err(self.goes_on(first));
                }
                let before = self.lines.len();
                self.tail(first, "")?;
                let made: Vec<String> = self.lines.drain(before..).collect();
                let [one] = &*made else {
                    return Err(format!(
                        "the branch on line {} becomes several lines",
                        self.module.line(*start)
                    ));
                };
                self.lines.push(format!("{indent}{head} {one}"));
                continue;
            }
            let head_end = self.module.line_end(test.map_or(*start, |t| t.end()));
            let deeper = self.module.indentation(first.start());
            let unit = deeper.strip_prefix(own.as_str()).unwrap_or(deeper);
            let inner = format!("{indent}{unit}");
            self.copy(TextRange::new(*start, head_end), indent)?;
            match (tail, last) {
                (true, false) if !self.terminates(body) => {
                    return Err(self.goes_on(body.last().unwrap_or(first)));
                }
                (true, _) => self.block(body, head_end, &inner)?,
                (false, true) => {
                    if !matches!(body.last(), Some(Stmt::Raise(_))) {
                        return Err(format!(
                            "on the path of line {} `{}` is not called at all",
                            self.line(first),
                            self.callback()
                        ));
                    }
                    self.all_plain(body, head_end, &inner)?;
                }
                (false, false) => self.all_plain(body, head_end, &inner)?,
            }
        }
        Ok(())
    }

    pub(super) fn all_plain(&mut self, body: &'a [Stmt], from: TextSize, indent: &str) -> Written {
        let mut from = from;
        for statement in body {
            self.leading(from, statement, indent)?;
            self.plain(statement, indent)?;
            from = self.after(statement);
        }
        Ok(())
    }

    pub(super) fn goes_on(&self, statement: &Stmt) -> String {
        format!(
            "behind `{}` on line {} the function goes on: it may be called again",
            self.callback(),
            self.line(statement)
        )
    }

    /// Whether no way leads behind the block.
    pub(super) fn terminates(&self, body: &[Stmt]) -> bool {
        match body.last() {
            Some(Stmt::Return(_) | Stmt::Raise(_)) => true,
            Some(Stmt::If(i)) => {
                i.elif_else_clauses.last().is_some_and(|c| c.test.is_none())
                    && self.terminates(&i.body)
                    && i.elif_else_clauses.iter().all(|c| self.terminates(&c.body))
            }
            _ => false,
        }
    }

    pub(super) fn is_own(&self, callee: &Expr) -> bool {
        self.member.is_callback(callee) || self.member.is_error_callback(callee)
    }

    /// The last statement of a path.
    pub(super) fn tail(&mut self, statement: &'a Stmt, indent: &str) -> Written {
        if let Stmt::If(i) = statement {
            return self.branches(i, indent, true);
        }
        if let Stmt::Try(t) = statement
            && self.concerns(self.module.id(statement))
        {
            return self.attempt(t, indent, true);
        }
        if let Stmt::Raise(_) = statement {
            return self.plain(statement, indent);
        }
        let Some(call) = call_of(statement) else {
            let id = self.module.id(statement);
            if self.member.is_mentioned(self.module, id) {
                return Err(self.misuse(statement, id));
            }
            return Err(format!(
                "on the path that ends on line {} `{}` is not called",
                self.line(statement),
                self.callback()
            ));
        };
        let trailing = self.unjoined(TextRange::new(statement.end(), self.after(statement)));
        self.call(call, indent, trailing)
    }
}
