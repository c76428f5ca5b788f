//! A body in continuation-passing style, written straight: the callback's argument is returned, a call that takes a
//! continuation is awaited, and the continuation follows.

use super::group::Group;
use super::style::{Passing, call_of, mentions, parameter, passed, without};
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, TextSize, TokenKind, ast,
};

/// Writes the body of one member.
pub struct Writer<'g, 'a> {
    pub module: &'g Module<'a>,
    pub group: &'g Group<'a>,
    pub member: Passing<'a>,
    lines: Vec<String>,
    /// Whether the callback gets an argument, once seen.
    gives: Option<bool>,
}

type Written = Result<(), String>;

impl<'g, 'a> Writer<'g, 'a> {
    pub fn new(module: &'g Module<'a>, group: &'g Group<'a>, member: Passing<'a>) -> Self {
        Writer { module, group, member, lines: Vec::new(), gives: None }
    }

    /// The lines of the body; why it has none, otherwise.
    pub fn body(mut self) -> Result<Vec<String>, String> {
        let def = self.member.def;
        let first = &def.body[0];
        let head_end = self.module.line_end(self.head_end(def));
        if self.module.line_start(first.start()) < head_end {
            return Err("the body stands on the line of the `def`".into());
        }
        let indent = self.module.indentation(first.start()).to_string();
        self.block(&def.body, head_end, &indent)?;
        Ok(self.lines)
    }

    fn head_end(&self, def: &ast::StmtFunctionDef) -> TextSize {
        def.returns.as_ref().map_or(def.parameters.end(), |r| r.end())
    }

    fn callback(&self) -> &'a str {
        self.member.callback.name.as_str()
    }

    fn line(&self, at: impl Ranged) -> usize {
        self.module.line(at.start())
    }

    /// A block that ends every path with the callback. `from` is where the text in front of it begins.
    fn block(&mut self, body: &'a [Stmt], from: TextSize, indent: &str) -> Written {
        let mut from = from;
        let Some((last, front)) = body.split_last() else { return Err("a block is empty".into()) };
        // `cb(x)` and a bare `return` behind it are one step.
        let (last, front, closing) = match (last, front.split_last()) {
            (Stmt::Return(r), Some((before, rest))) if r.value.is_none() => (before, rest, Some(last)),
            _ => (last, front, None),
        };
        let continuation = self.continuation_of(last, front);
        for statement in front {
            if let (Stmt::FunctionDef(f), Some(c)) = (statement, continuation)
                && f.range() == c.range()
            {
                self.leading(from, statement, indent)?;
                from = self.after(statement);
                continue;
            }
            self.leading(from, statement, indent)?;
            self.step(statement, indent)?;
            from = self.after(statement);
        }
        self.leading(from, last, indent)?;
        self.tail(last, continuation, indent)?;
        if let Some(closing) = closing {
            let between = TextRange::new(self.after(last), self.module.line_start(closing.start()));
            if self.module.has_comment(between) || self.has_trailing_comment(closing) {
                return Err(format!("a comment speaks of the `return` on line {}", self.line(closing)));
            }
        }
        Ok(())
    }

    /// The nested function of this block that the last statement hands over.
    fn continuation_of(&self, last: &'a Stmt, front: &'a [Stmt]) -> Option<&'a ast::StmtFunctionDef> {
        let call = call_of(last)?;
        let to = self.group.member_called(self.module, call)?;
        let Expr::Name(name) = passed(call, &to)? else { return None };
        front.iter().find_map(|s| match s {
            Stmt::FunctionDef(f) if f.name.as_str() == name.id.as_str() => Some(f),
            _ => None,
        })
    }

    /// The end of the statement's line.
    fn after(&self, statement: &Stmt) -> TextSize {
        self.module.line_end(statement.end())
    }

    fn has_trailing_comment(&self, statement: &Stmt) -> bool {
        self.module.has_comment(TextRange::new(statement.end(), self.after(statement)))
    }

    /// Comments and blank lines in front of a statement.
    fn leading(&mut self, from: TextSize, statement: &Stmt, indent: &str) -> Written {
        let start = self.module.line_start(statement.start());
        if start < from {
            return Err(format!("line {} holds several statements", self.line(statement)));
        }
        let text = &self.module.text()[TextRange::new(from, start)];
        // The first line is the rest of the one before.
        for line in text.split('\n').skip(1).map(str::trim) {
            if !line.is_empty() {
                self.lines.push(format!("{indent}{line}"));
            } else if !text.trim().is_empty() || !self.lines.is_empty() {
                self.lines.push(String::new());
            }
        }
        // The split leaves an empty piece behind the last line end.
        if text.ends_with('\n') && self.lines.last().is_some_and(String::is_empty) {
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
        if let Some(call) = call_of(statement)
            && self.is_callback(&call.func)
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
    fn concerns(&self, id: NodeId) -> bool {
        mentions(self.module, id, self.callback()) || self.calls_member(id).is_some()
    }

    fn calls_member(&self, id: NodeId) -> Option<usize> {
        self.module.subtree(id).find_map(|(_, n)| match n {
            AnyNodeRef::ExprCall(c) => self.group.member_called(self.module, c).map(|_| self.line(c)),
            _ => None,
        })
    }

    /// A statement that stays as it is.
    fn plain(&mut self, statement: &'a Stmt, indent: &str) -> Written {
        let id = self.module.id(statement);
        if mentions(self.module, id, self.callback()) {
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
        let nonlocal = self.module.subtree(id).find(|(_, n)| {
            matches!(n, AnyNodeRef::StmtNonlocal(_) | AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_))
        });
        if let Some((_, node)) = nonlocal {
            return Err(format!("line {} belongs to the function that it stands in", self.line(node)));
        }
        self.copy(TextRange::new(statement.start(), self.after(statement)), indent)
    }

    /// Why a statement that uses the callback in the middle is none of the known forms.
    fn misuse(&self, statement: &Stmt, id: NodeId) -> String {
        let (name, line) = (self.callback(), self.line(statement));
        match self.module.node(id) {
            AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_) => {
                format!("`{name}` is called in the loop on line {line}: perhaps several times, perhaps never")
            }
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
    fn copy(&mut self, range: TextRange, indent: &str) -> Written {
        let old = self.module.indentation(range.start());
        let text = &self.module.text()[range];
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
                if !last && !matches!(first, Stmt::Return(_)) {
                    return Err(self.goes_on(first));
                }
                let before = self.lines.len();
                self.tail(first, None, "")?;
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

    fn all_plain(&mut self, body: &'a [Stmt], from: TextSize, indent: &str) -> Written {
        let mut from = from;
        for statement in body {
            self.leading(from, statement, indent)?;
            self.plain(statement, indent)?;
            from = self.after(statement);
        }
        Ok(())
    }

    fn goes_on(&self, statement: &Stmt) -> String {
        format!(
            "behind `{}` on line {} the function goes on: it may be called again",
            self.callback(),
            self.line(statement)
        )
    }

    fn terminates(&self, body: &[Stmt]) -> bool {
        matches!(body.last(), Some(Stmt::Return(_)))
    }

    fn is_callback(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Name(n) if n.id.as_str() == self.callback())
    }

    /// The last statement of a path.
    fn tail(
        &mut self,
        statement: &'a Stmt,
        continuation: Option<&'a ast::StmtFunctionDef>,
        indent: &str,
    ) -> Written {
        if let Stmt::If(i) = statement {
            return self.branches(i, indent, true);
        }
        if let Stmt::Raise(_) = statement {
            return self.plain(statement, indent);
        }
        let Some(call) = call_of(statement) else {
            let id = self.module.id(statement);
            if mentions(self.module, id, self.callback()) {
                return Err(self.misuse(statement, id));
            }
            return Err(format!(
                "on the path that ends on line {} `{}` is not called",
                self.line(statement),
                self.callback()
            ));
        };
        let trailing =
            self.module.text()[TextRange::new(statement.end(), self.after(statement))].trim_end().to_string();
        self.call(call, continuation, indent, &trailing)
    }

    /// The last call of a path: of the callback, or of a member that gets it or a continuation.
    fn call(
        &mut self,
        call: &'a ast::ExprCall,
        continuation: Option<&'a ast::StmtFunctionDef>,
        indent: &str,
        trailing: &str,
    ) -> Written {
        let line = self.line(call);
        if self.is_callback(&call.func) {
            return self.result(call, indent, trailing);
        }
        let Some(to) = self.group.member_called(self.module, call) else {
            let text: String = self.module.source(&*call.func).chars().take(40).collect();
            if mentions(self.module, self.module.id(call), self.callback()) {
                return Err(format!(
                    "line {line} hands `{}` to `{text}`, which may call it later, several times or never",
                    self.callback()
                ));
            }
            return Err(format!("on the path that ends on line {line} `{}` is not called", self.callback()));
        };
        let Some(argument) = passed(call, &to) else { return Err(format!("line {line} passes no callback")) };
        let text = without(self.module, call, argument)?;
        for other in call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value)) {
            if other.range() != argument.range() && self.concerns(self.module.id(other)) {
                return Err(format!("an argument on line {line} has to do with the callback"));
            }
        }
        match argument {
            e if self.is_callback(e) => {
                self.gives = Some(self.gives.unwrap_or(true));
                self.lines.push(format!("{indent}return await {text}{trailing}"));
                Ok(())
            }
            Expr::Lambda(lambda) => {
                let name = parameter(lambda.parameters.as_deref())?;
                self.bound(name, self.module.id(lambda))?;
                self.lines.push(assigned(indent, name, &text, trailing));
                let Expr::Call(inner) = &*lambda.body else {
                    return Err(format!("the continuation on line {line} does not end with a call"));
                };
                self.call(inner, None, indent, "")
            }
            Expr::Name(_) => {
                let Some(def) = continuation else {
                    return Err(format!(
                        "the continuation that line {line} passes is not defined in front of it"
                    ));
                };
                self.once(def)?;
                let name = parameter(Some(&def.parameters))?;
                self.bound(name, self.module.id(def))?;
                self.lines.push(assigned(indent, name, &text, trailing));
                self.block(&def.body, self.module.line_end(self.head_end(def)), indent)
            }
            _ => Err(format!(
                "the continuation that line {line} passes is neither a lambda nor a function of the block"
            )),
        }
    }

    /// `cb(x)` becomes `return x`.
    fn result(&mut self, call: &'a ast::ExprCall, indent: &str, trailing: &str) -> Written {
        let line = self.line(call);
        let value = match (&*call.arguments.args, &*call.arguments.keywords) {
            ([], []) => None,
            ([value], []) if !value.is_starred_expr() => Some(value),
            _ => return Err(format!("`{}` gets several results on line {line}", self.callback())),
        };
        if *self.gives.get_or_insert(value.is_some()) != value.is_some() {
            return Err(format!("`{}` gets a result on some paths only", self.callback()));
        }
        let Some(value) = value else {
            self.lines.push(format!("{indent}return{trailing}"));
            return Ok(());
        };
        if self.concerns(self.module.id(value)) {
            return Err(format!("the result on line {line} has to do with the callback"));
        }
        let text = &self.module.text()[self.module.parenthesized_range(value)];
        if text.contains(['\n', '\r']) {
            return Err(format!("the result on line {line} is spread over several lines"));
        }
        let text = match value {
            Expr::Tuple(_) => text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(text),
            Expr::Generator(g) if !g.parenthesized => {
                return Err(format!("the result on line {line} is a bare generator"));
            }
            _ => text,
        };
        self.lines.push(format!("{indent}return {text}{trailing}"));
        Ok(())
    }

    /// A continuation that is passed once, and nothing else.
    fn once(&self, def: &ast::StmtFunctionDef) -> Written {
        let id = self.module.id(self.member.def);
        let name = def.name.as_str();
        let reads = self
            .module
            .subtree(id)
            .filter(|(_, n)| matches!(n, AnyNodeRef::ExprName(e) if e.id.as_str() == name));
        if reads.count() != 1 || !def.decorator_list.is_empty() || def.is_async {
            return Err(format!("`{name}` is used for more than one continuation"));
        }
        Ok(())
    }

    /// The variable that the result goes into must mean nothing else in the function.
    fn bound(&self, name: Option<&str>, continuation: NodeId) -> Written {
        let Some(name) = name else { return Ok(()) };
        let id = self.module.id(self.member.def);
        if name == self.callback() {
            return Err(format!("a continuation calls its result `{name}`, too"));
        }
        let other = self.module.subtree(id).find(|(n, node)| {
            if self.module.contains(continuation, *n) {
                return false;
            }
            let captured = |n: NodeId| self.module.enclosing_function(n) != Some(id);
            match node {
                AnyNodeRef::ExprName(e) if e.id.as_str() == name => {
                    captured(*n) && !self.binds_itself(*n, name, id)
                }
                _ => false,
            }
        });
        match other {
            Some((_, node)) => Err(format!("`{name}` means something else on line {}", self.line(node))),
            None => Ok(()),
        }
    }

    /// Whether a function between the name and the member binds the name for itself.
    fn binds_itself(&self, at: NodeId, name: &str, member: NodeId) -> bool {
        self.module.ancestors(at).take_while(|a| *a != member).any(|a| {
            let parameters = match self.module.node(a) {
                AnyNodeRef::StmtFunctionDef(f) => Some(&*f.parameters),
                AnyNodeRef::ExprLambda(l) => l.parameters.as_deref(),
                _ => None,
            };
            parameters.is_some_and(|p| p.iter().any(|p| p.name().as_str() == name))
        })
    }
}

fn assigned(indent: &str, name: Option<&str>, call: &str, trailing: &str) -> String {
    match name {
        Some(name) => format!("{indent}{name} = await {call}{trailing}"),
        None => format!("{indent}await {call}{trailing}"),
    }
}
