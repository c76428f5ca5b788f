//! The last call of a path: of the callback, or of a function that gets it or a continuation.

use super::done::{Partial, partial};
use super::straight::{Writer, Written};
use super::style::{Channel, Passed, Passing, is_name, mentions, parameters, without};
use unspool_engine::facts::{Access, Resolution, ScopeId};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, TextRange, TextSize, ast};

/// A function that is handed over to go on with.
#[derive(Clone, Copy)]
pub enum Function<'a> {
    Def(&'a ast::StmtFunctionDef),
    Lambda(&'a ast::ExprLambda),
}

/// What runs behind an `await`, or where it raises.
#[derive(Clone, Copy)]
enum Code<'a> {
    /// Statements, and where the text in front of them begins.
    Block(&'a [Stmt], TextSize),
    /// One that shares its line with what is in front of it.
    Inline(&'a Stmt),
    /// The body of a lambda.
    Expr(&'a Expr),
    /// The caller's own callback is handed on.
    Passes,
}

/// What a function does with an error.
struct Handler<'a> {
    name: &'a str,
    code: Code<'a>,
}

impl<'a> Writer<'_, 'a, '_> {
    pub(super) fn call(&mut self, call: &'a ast::ExprCall, indent: &str, trailing: &str) -> Written {
        let line = self.line(call);
        if self.is_own(&call.func) {
            return self.outcome(call, indent, trailing);
        }
        let Some(to) = self.group.member_called(self.module, call) else {
            let text: String = self.module.source(&*call.func).chars().take(40).collect();
            let id = self.module.id(call);
            if let Some(name) = self.member.callbacks().find(|c| mentions(self.module, id, c)) {
                return Err(format!(
                    "line {line} hands `{name}` to `{text}`, which may call it later, several times or never"
                ));
            }
            return Err(format!("on the path that ends on line {line} `{}` is not called", self.callback()));
        };
        let Some(passed) = Passed::of(call, &to) else {
            return Err(format!("line {line} passes no callback"));
        };
        let text = without(self.module, call, &passed)?;
        for other in call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value)) {
            let id = self.module.id(other);
            if !passed.contains(other) && self.concerns(id) {
                return Err(format!("an argument on line {line} has to do with the callback"));
            }
        }
        match to.channel {
            Channel::None => {
                let (targets, code) = self.results(&passed, &to, line)?;
                self.then(call, &to, text, &targets, None, code, indent, trailing)
            }
            Channel::Separate(_) => {
                let error = passed.error.expect("a callback for errors is passed");
                let handler = self.handler(error, line)?;
                let (targets, code) = self.results(&passed, &to, line)?;
                self.then(call, &to, text, &targets, handler, code, indent, trailing)
            }
            Channel::First => {
                if self.member.is_callback(passed.done) {
                    return match self.member.channel {
                        Channel::First => {
                            self.then(call, &to, text, &[], None, Code::Passes, indent, trailing)
                        }
                        _ => Err(self.mixes(line)),
                    };
                }
                let function = self.function(passed.done, line)?;
                let names = self.names(function, line)?;
                let Some((error, targets)) = names.split_first() else {
                    return Err(format!("the continuation on line {line} does not take an error"));
                };
                self.count(targets.len(), &to, line)?;
                let split = self.split(function, error, targets, line)?;
                if let Some((from, first)) = split.0 {
                    self.leading(from, first, indent)?;
                }
                let handler = split.1.map(|code| Handler { name: error, code });
                self.nothing.push(error);
                let done = self.then(call, &to, text, targets, handler, split.2, indent, trailing);
                self.nothing.pop();
                done
            }
        }
    }

    fn mixes(&self, line: usize) -> String {
        format!("line {line} hands `{}` on, which is told of errors in another way", self.callback())
    }

    /// The variables for the results, and what happens to them.
    fn results(
        &mut self,
        passed: &Passed<'a>,
        to: &Passing,
        line: usize,
    ) -> Result<(Vec<&'a str>, Code<'a>), String> {
        if self.member.is_callback(passed.done) {
            return match self.member.channel {
                Channel::First => Err(self.mixes(line)),
                _ => Ok((Vec::new(), Code::Passes)),
            };
        }
        let function = self.function(passed.done, line)?;
        let names = self.names(function, line)?;
        self.count(names.len(), to, line)?;
        Ok((names, self.code(function)))
    }

    fn count(&self, takes: usize, to: &Passing, line: usize) -> Written {
        match self.group.contract(to).results {
            Some(gives) if gives != takes => Err(format!(
                "the continuation that line {line} passes takes {takes} results, and `{}` gives {gives}",
                to.name()
            )),
            _ => Ok(()),
        }
    }

    /// The function that is handed over; it becomes part of this one.
    fn function(&mut self, passed: &'a Expr, line: usize) -> Result<Function<'a>, String> {
        let function = match passed {
            Expr::Lambda(lambda) => Function::Lambda(lambda),
            Expr::Name(_) => self.function_named(passed, line)?,
            other => match partial(self.cx, other) {
                Some(partial) => self.partial(partial?, line)?,
                None => {
                    return Err(format!(
                        "the continuation that line {line} passes is neither a lambda nor a function of the block"
                    ));
                }
            },
        };
        self.merged.push(self.node(function));
        Ok(function)
    }

    fn function_named(&self, passed: &Expr, line: usize) -> Result<Function<'a>, String> {
        let known = self.waiting.iter().find(|(n, _)| is_name(passed, n));
        let Some((name, function)) = known.copied() else {
            return Err(format!("the continuation that line {line} passes is not defined in front of it"));
        };
        self.once(name, function)?;
        Ok(function)
    }

    /// `partial(found, name)`: a function of the block, whose first parameters are variables of this one already.
    fn partial(&mut self, partial: Partial<'a>, line: usize) -> Result<Function<'a>, String> {
        let (callee, given, keywords) = partial;
        let function = match callee {
            Expr::Name(_) => self.function_named(callee, line)?,
            _ => return Err(format!("the `partial` on line {line} is not of a function of the block")),
        };
        let Function::Def(def) = function else {
            return Err(format!("the `partial` on line {line} is of a lambda"));
        };
        let names = parameters(Some(&def.parameters)).map_err(|why| format!("line {line}: {why}"))?;
        let same = keywords.is_empty()
            && given.len() < names.len()
            && given.iter().zip(&names).all(|(value, name)| is_name(value, name));
        if !same {
            return Err(format!(
                "the `partial` on line {line} gives parameters of `{}` what is not called like them here",
                def.name
            ));
        }
        self.given.push((self.module.id(def), given.len()));
        Ok(function)
    }

    fn node(&self, function: Function) -> NodeId {
        match function {
            Function::Def(def) => self.module.id(def),
            Function::Lambda(lambda) => self.module.id(lambda),
        }
    }

    fn names(&self, function: Function<'a>, line: usize) -> Result<Vec<&'a str>, String> {
        let names = match function {
            Function::Def(def) => parameters(Some(&def.parameters)),
            Function::Lambda(lambda) => parameters(lambda.parameters.as_deref()),
        };
        let mut names = names.map_err(|why| format!("line {line}: {why}"))?;
        if let Some((_, given)) = self.given.iter().find(|(id, _)| *id == self.node(function)) {
            names.drain(..given);
        }
        if let Some(name) = names.iter().find(|n| self.member.callbacks().any(|c| c == **n)) {
            return Err(format!("a continuation calls its result `{name}`, too"));
        }
        Ok(names)
    }

    fn code(&self, function: Function<'a>) -> Code<'a> {
        match function {
            Function::Def(def) => self.suite(&def.body, self.head_end(def)),
            Function::Lambda(lambda) => Code::Expr(&lambda.body),
        }
    }

    /// A block behind the head that ends at `head`.
    fn suite(&self, body: &'a [Stmt], head: TextSize) -> Code<'a> {
        let end = self.module.line_end(head);
        match body {
            [only] if only.start() < end => Code::Inline(only),
            _ => Code::Block(body, end),
        }
    }

    /// What happens to errors that go to a callback of their own; nothing, where they are passed on.
    fn handler(&mut self, error: &'a Expr, line: usize) -> Result<Option<Handler<'a>>, String> {
        if self.member.is_error_callback(error) {
            return Ok(None);
        }
        if self.member.is_callback(error) {
            return Err(self.mixes(line));
        }
        let function = self.function(error, line)?;
        let [name] = *self.names(function, line)? else {
            return Err(format!("the handler that line {line} passes does not take the error alone"));
        };
        self.keeps_name(function, name)?;
        Ok(Some(Handler { name, code: self.code(function) }))
    }

    /// The name of an error ends with its handler, and is bound by it alone.
    fn keeps_name(&self, function: Function, name: &str) -> Written {
        let symbols = self.cx.facts.symbols();
        let scope = symbols.scope_opened_by(self.node(function)).expect("functions open scopes");
        let Some(symbol) = symbols.own(scope, name) else { return Ok(()) };
        let other = symbols
            .occurrences_of(symbol)
            .find(|o| o.scope != scope || (o.access != Access::Read && !self.is_parameter(o.node)));
        match other {
            Some(o) => Err(format!(
                "line {} keeps or changes the error `{name}`, a name that ends with its handler",
                self.module.line(o.range.start())
            )),
            None => Ok(()),
        }
    }

    fn is_parameter(&self, node: NodeId) -> bool {
        matches!(self.module.node(node), AnyNodeRef::Parameter(_))
    }

    /// A continuation that gets the error first: what it does with one, and what otherwise. In front of both, the
    /// statement whose comments come first.
    #[allow(clippy::type_complexity)] // one use
    fn split(
        &mut self,
        function: Function<'a>,
        error: &'a str,
        targets: &[&str],
        line: usize,
    ) -> Result<(Option<(TextSize, &'a Stmt)>, Option<Code<'a>>, Code<'a>), String> {
        self.keeps_name(function, error)?;
        let unread =
            || format!("the continuation that line {line} passes goes on without a look at `{error}`");
        let (leading, handler, rest) = match function {
            Function::Lambda(lambda) => match &*lambda.body {
                Expr::Call(call) if self.hands_over(call, error, targets) => {
                    (None, None, Code::Expr(&lambda.body))
                }
                Expr::If(i) => {
                    let (when, otherwise) = (Code::Expr(&i.body), Code::Expr(&i.orelse));
                    match is_error(&i.test, error) {
                        Some(true) => (None, Some(when), otherwise),
                        Some(false) => (None, Some(otherwise), when),
                        None => return Err(unread()),
                    }
                }
                _ => return Err(unread()),
            },
            Function::Def(def) => {
                let head = self.module.line_end(self.head_end(def));
                let first = &def.body[0];
                let alone = match &*def.body {
                    [only] => super::style::call_of(only),
                    [first, Stmt::Return(r)] if r.value.is_none() => super::style::call_of(first),
                    _ => None,
                };
                if alone.is_some_and(|call| self.hands_over(call, error, targets)) {
                    (None, None, self.suite(&def.body, self.head_end(def)))
                } else if let Stmt::If(i) = first
                    && let Some(positive) = is_error(&i.test, error)
                {
                    let (when, otherwise) = self.sides(i, &def.body[1..])?;
                    let leading = (first.start() >= head).then_some((head, first));
                    if positive { (leading, Some(when), otherwise) } else { (leading, Some(otherwise), when) }
                } else {
                    return Err(unread());
                }
            }
        };
        for code in handler.iter().flat_map(|c| self.nodes(c)) {
            if let Some(target) = targets.iter().find(|t| mentions(self.module, code, t)) {
                return Err(format!(
                    "line {} uses `{target}` where there is an error",
                    self.module.line(self.module.node(code).start())
                ));
            }
        }
        let scope =
            self.cx.facts.symbols().scope_opened_by(self.node(function)).expect("functions open scopes");
        for code in self.nodes(&rest) {
            self.says_nothing_of(code, error, scope)?;
        }
        Ok((leading, handler, rest))
    }

    /// The two sides of `if err: ...`, with `else` or with what follows.
    fn sides(&self, i: &'a ast::StmtIf, behind: &'a [Stmt]) -> Result<(Code<'a>, Code<'a>), String> {
        let line = self.line(i);
        let when = self.suite(&i.body, i.test.end());
        match (&*i.elif_else_clauses, behind) {
            ([], []) => Err(format!(
                "where the condition on line {line} does not hold, `{}` is not called at all",
                self.callback()
            )),
            ([], behind) => {
                if !self.terminates(&i.body) {
                    return Err(self.goes_on(i.body.last().unwrap_or(&behind[0])));
                }
                let last = i.body.last().expect("a block has statements");
                Ok((when, Code::Block(behind, self.after(last))))
            }
            ([clause], []) if clause.test.is_none() => {
                let head = self.module.line_start(clause.start());
                let before = i.body.last().expect("a block has statements");
                let gap = TextRange::new(self.after(before), head.max(self.after(before)));
                if self.module.has_comment(gap) {
                    return Err(format!("a comment speaks of the `else` on line {}", self.line(clause)));
                }
                Ok((when, self.suite(&clause.body, clause.start())))
            }
            _ => Err(format!("the `if` on line {line} asks for more than an error")),
        }
    }

    fn nodes(&self, code: &Code<'a>) -> Vec<NodeId> {
        match code {
            Code::Block(body, _) => body.iter().map(|s| self.module.id(s)).collect(),
            Code::Inline(statement) => vec![self.module.id(*statement)],
            Code::Expr(e) => vec![self.module.id(*e)],
            Code::Passes => Vec::new(),
        }
    }

    /// Without an error its name is `None`, which may only be handed to the callback.
    fn says_nothing_of(&self, code: NodeId, error: &str, scope: ScopeId) -> Written {
        let symbols = self.cx.facts.symbols();
        let own = symbols.own(scope, error).map(Resolution::Symbol);
        for (id, node) in self.module.subtree(code) {
            let AnyNodeRef::ExprName(name) = node else { continue };
            if name.id.as_str() != error || Some(symbols.resolve(id)) != own {
                continue;
            }
            let call = self.module.ancestors(id).find_map(|a| match self.module.node(a) {
                AnyNodeRef::ExprCall(c) => Some(c),
                _ => None,
            });
            let handed = call.is_some_and(|c| {
                self.member.is_error_callback(&c.func)
                    && matches!(self.member.channel, Channel::First)
                    && c.arguments.args.first().is_some_and(|a| a.range() == name.range())
            });
            if !handed {
                return Err(format!("line {} uses `{error}`, which is `None` there", self.line(name)));
            }
        }
        Ok(())
    }

    /// `cb(err, value)`: the error or the results, as they come.
    fn hands_over(&self, call: &ast::ExprCall, error: &str, targets: &[&str]) -> bool {
        let Some((first, rest)) = call.arguments.args.split_first() else { return false };
        self.member.is_error_callback(&call.func)
            && matches!(self.member.channel, Channel::First)
            && call.arguments.keywords.is_empty()
            && is_name(first, error)
            && rest.len() == targets.len()
            && rest.iter().zip(targets).all(|(a, t)| is_name(a, t))
    }

    /// `x = await f()`, and what is behind it; in a `try`, if errors are handled.
    #[allow(clippy::too_many_arguments)] // the parts of one statement
    fn then(
        &mut self,
        call: &ast::ExprCall,
        to: &Passing,
        text: String,
        targets: &[&str],
        handler: Option<Handler<'a>>,
        code: Code<'a>,
        indent: &str,
        trailing: &str,
    ) -> Written {
        let awaited = |indent: &str| match (code, targets) {
            (Code::Passes, _) => format!("{indent}return await {text}{trailing}"),
            (_, []) => format!("{indent}await {text}{trailing}"),
            _ => format!("{indent}{} = await {text}{trailing}", targets.join(", ")),
        };
        let handler = handler.filter(|h| !self.only_passes(h));
        match handler {
            None => self.lines.push(awaited(indent)),
            Some(handler) => {
                let contract = self.group.contract(to);
                if contract.classes.is_empty() {
                    return Err(format!(
                        "`{}` passes no error that line {} could handle",
                        to.name(),
                        self.line(call)
                    ));
                }
                if let Some((name, line)) = &contract.raises {
                    return Err(format!(
                        "`{name}` also raises on line {line}, which the handler of the error would catch"
                    ));
                }
                let classes = self.group.caught(self.cx, contract, self.module.id(call))?;
                self.handles = true;
                let inner = format!("{indent}{}", self.module.indent_unit(call.start()));
                self.lines.push(format!("{indent}try:"));
                self.lines.push(awaited(&inner));
                let used =
                    self.nodes(&handler.code).into_iter().any(|n| mentions(self.module, n, handler.name));
                let head = self.lines.len();
                self.lines.push(format!("{indent}except {classes} as {}:", handler.name));
                let nothing = std::mem::take(&mut self.nothing);
                self.handled.push(handler.name);
                self.code_lines(handler.code, &inner)?;
                self.handled.pop();
                self.nothing = nothing;
                let named =
                    self.lines[head + 1..].iter().any(|l| unspool_engine::text::has_word(l, handler.name));
                if !used || !named {
                    self.lines[head] = format!("{indent}except {classes}:");
                }
            }
        }
        self.code_lines(code, indent)
    }

    fn code_lines(&mut self, code: Code<'a>, indent: &str) -> Written {
        match code {
            Code::Block(body, from) => self.block(body, from, indent),
            Code::Inline(statement) => self.tail(statement, indent),
            Code::Expr(e) => self.expression(e, indent),
            Code::Passes => Ok(()),
        }
    }

    /// The body of a lambda that ends with the callback.
    fn expression(&mut self, body: &'a Expr, indent: &str) -> Written {
        match body {
            Expr::Call(call) => self.call(call, indent, ""),
            Expr::If(i) => {
                let test = &self.module.text()[self.module.parenthesized_range(&i.test)];
                let id = self.module.id(&*i.test);
                if self.concerns(id) || test.contains(['\n', '\r']) {
                    return Err(format!(
                        "the condition on line {} has to do with the callback",
                        self.line(i)
                    ));
                }
                let inner = format!("{indent}{}", self.module.indent_unit(self.member.def.body[0].start()));
                self.lines.push(format!("{indent}if {test}:"));
                self.expression(&i.body, &inner)?;
                self.lines.push(format!("{indent}else:"));
                self.expression(&i.orelse, &inner)
            }
            _ => Err(format!("the continuation on line {} does not end with a call", self.line(body))),
        }
    }

    fn only_passes(&self, handler: &Handler<'a>) -> bool {
        match handler.code {
            Code::Block(body, from) => {
                let last = body.last().expect("a block has statements");
                let range = TextRange::new(from, self.after(last));
                !self.module.has_comment(range) && self.passes_on(body, handler.name)
            }
            Code::Inline(statement) => self.passes_on(std::slice::from_ref(statement), handler.name),
            Code::Expr(Expr::Call(call)) => self.call_passes_on(call, handler.name),
            Code::Expr(_) => false,
            Code::Passes => true,
        }
    }

    /// `cb(x)` becomes `return x`, what tells of an error `raise`.
    fn outcome(&mut self, call: &'a ast::ExprCall, indent: &str, trailing: &str) -> Written {
        let line = self.line(call);
        let arguments = &call.arguments;
        if !arguments.keywords.is_empty() || arguments.args.iter().any(Expr::is_starred_expr) {
            return Err(format!("line {line} unpacks or names the results"));
        }
        match (self.member.channel, &*arguments.args) {
            (Channel::Separate(_), [error]) if !self.member.is_callback(&call.func) => {
                self.failure(error, indent, trailing)
            }
            (Channel::First, [first, rest @ ..]) => {
                let none = |n: &&str| is_name(first, n);
                if first.is_none_literal_expr() || self.nothing.iter().any(none) {
                    self.result(line, rest, indent, trailing)
                } else if rest.iter().all(Expr::is_none_literal_expr) {
                    self.failure(first, indent, trailing)
                } else {
                    Err(format!("line {line} passes an error and a result"))
                }
            }
            (_, all) => self.result(line, all, indent, trailing),
        }
    }

    fn failure(&mut self, error: &'a Expr, indent: &str, trailing: &str) -> Written {
        let line = self.line(error);
        let id = self.module.id(error);
        if self.concerns(id) {
            return Err(format!("the error on line {line} has to do with the callback"));
        }
        let text = &self.module.text()[self.module.parenthesized_range(error)];
        if text.contains(['\n', '\r']) {
            return Err(format!("the error on line {line} is spread over several lines"));
        }
        let innermost = self.handled.last().is_some_and(|n| is_name(error, n));
        if innermost {
            self.lines.push(format!("{indent}raise{trailing}"));
            return Ok(());
        }
        if self.is_error_of_another(error) {
            return Err(format!("line {line} passes `{text}` outside of its handler"));
        }
        self.lines.push(format!("{indent}raise {text}{trailing}"));
        Ok(())
    }

    /// A parameter of a continuation that is not being handled here.
    fn is_error_of_another(&self, error: &Expr) -> bool {
        let Expr::Name(name) = error else { return false };
        let symbols = self.cx.facts.symbols();
        let Resolution::Symbol(symbol) = symbols.resolve(self.module.id(name)) else { return false };
        let parameter = symbols.occurrences_of(symbol).any(|o| self.is_parameter(o.node));
        parameter && !self.handled.contains(&name.id.as_str())
    }

    fn result(&mut self, line: usize, values: &'a [Expr], indent: &str, trailing: &str) -> Written {
        for value in values {
            let id = self.module.id(value);
            if self.concerns(id) {
                return Err(format!("the result on line {line} has to do with the callback"));
            }
            if self.module.text()[self.module.parenthesized_range(value)].contains(['\n', '\r']) {
                return Err(format!("the result on line {line} is spread over several lines"));
            }
        }
        let text = |value: &Expr| &self.module.text()[self.module.parenthesized_range(value)];
        let line = match values {
            [] => format!("{indent}return{trailing}"),
            [value] => {
                let text = text(value);
                let text = match value {
                    Expr::Tuple(_) => {
                        text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(text)
                    }
                    Expr::Generator(g) if !g.parenthesized => {
                        return Err(format!("the result on line {line} is a bare generator"));
                    }
                    _ => text,
                };
                format!("{indent}return {text}{trailing}")
            }
            several => {
                let all: Vec<&str> = several.iter().map(text).collect();
                format!("{indent}return {}{trailing}", all.join(", "))
            }
        };
        self.lines.push(line);
        Ok(())
    }

    /// A continuation that is passed once, and nothing else.
    fn once(&self, name: &str, function: Function) -> Written {
        let id = self.module.id(self.member.def);
        let reads = self.module.subtree(id).filter(|(_, n)| match n {
            AnyNodeRef::ExprName(e) => e.id.as_str() == name && e.ctx.is_load(),
            _ => false,
        });
        let plain = match function {
            Function::Def(def) => def.decorator_list.is_empty() && !def.is_async,
            Function::Lambda(_) => true,
        };
        if reads.count() != 1 || !plain {
            return Err(format!("`{name}` is used for more than one continuation"));
        }
        Ok(())
    }
}

/// Whether a condition holds for an error (`err`, `err is not None`) or for none (`not err`, `err is None`).
pub fn is_error(test: &Expr, error: &str) -> Option<bool> {
    match test {
        Expr::Name(_) => is_name(test, error).then_some(true),
        Expr::UnaryOp(u) if u.op == ast::UnaryOp::Not && is_name(&u.operand, error) => Some(false),
        Expr::Compare(c) => match (&*c.ops, &*c.comparators) {
            ([op], [right]) if is_name(&c.left, error) && right.is_none_literal_expr() => match op {
                ast::CmpOp::Is => Some(false),
                ast::CmpOp::IsNot => Some(true),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}
