//! Callbacks on a Deferred that a coroutine waits for right behind: the coroutine does itself what they did.

use super::chain::{ADDERS, given, imports_twisted, substituted};
use super::style::{is_name, parameters};
use crate::asynchrony::framework::{Framework, last_name};
use crate::asynchrony::operands::{Gives, is_async_member, of_function, of_member};
use unspool_engine::facts::Resolution;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding};

/// `d.addCallback(f)`, ..., `yield d` in a coroutine; or all of that in one expression.
pub struct Waited<'a> {
    /// The statement that stands for it: the first with a callback.
    pub statement: &'a Stmt,
    suite: &'a [Stmt],
    at: usize,
    function: &'a ast::StmtFunctionDef,
    /// The function returns the Deferred, and is to become a coroutine that waits for it.
    returned: bool,
}

/// What a statement does with a chain.
struct Part<'a> {
    /// What the callbacks are added to.
    base: &'a Expr,
    links: Vec<&'a ast::ExprCall>,
}

impl<'a> Waited<'a> {
    pub fn of(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Self> {
        let (id, value) = match node {
            AnyNodeRef::StmtExpr(s) => (module.id(s), &*s.value),
            AnyNodeRef::StmtAssign(s) => (module.id(s), &*s.value),
            AnyNodeRef::StmtReturn(s) => (module.id(s), s.value.as_deref()?),
            _ => return None,
        };
        let part = Part::of(waited(value).unwrap_or(value))?;
        let AnyNodeRef::StmtFunctionDef(function) = module.node(module.enclosing_function(id)?) else {
            return None;
        };
        let is_coroutine = function.is_async
            || function.decorator_list.iter().any(|d| last_name(&d.expression) == Some("inlineCallbacks"));
        if !is_coroutine {
            return None;
        }
        let (suite, at) = module.suite_of(id)?;
        let before = at.checked_sub(1).and_then(|i| Part::of_statement(&suite[i]));
        let goes_on = match (before, part.base) {
            (Some((_, name)), Expr::Name(n)) => name == Some(n.id.as_str()),
            _ => false,
        };
        (!goes_on).then_some(Waited { statement: &suite[at], suite, at, function, returned: false })
    }

    /// What the callbacks of the first statement are added to.
    pub fn base(&self) -> Option<&'a Expr> {
        let value = match self.statement {
            Stmt::Return(r) => r.value.as_deref()?,
            other => statement_value(other)?,
        };
        Some(Part::of(waited(value).unwrap_or(value))?.base)
    }

    /// The chain that begins with the statement at this place of a function that returns its Deferred.
    pub fn returned(function: &'a ast::StmtFunctionDef, at: usize) -> Self {
        Waited { statement: &function.body[at], suite: &function.body, at, function, returned: true }
    }
}

impl<'a> Part<'a> {
    /// `base.addCallback(f).addErrback(g)`
    fn of(mut expr: &'a Expr) -> Option<Self> {
        let mut links = Vec::new();
        while let Expr::Call(call) = expr
            && let Expr::Attribute(a) = &*call.func
            && ADDERS.contains(&a.attr.as_str())
        {
            links.push(call);
            expr = &a.value;
        }
        links.reverse();
        (!links.is_empty()).then_some(Part { base: expr, links })
    }

    /// A statement that adds callbacks and does not wait, and the variable that has the Deferred.
    fn of_statement(statement: &'a Stmt) -> Option<(Self, Option<&'a str>)> {
        match statement {
            Stmt::Expr(e) => {
                let part = Part::of(&e.value)?;
                let name = match part.base {
                    Expr::Name(n) => Some(n.id.as_str()),
                    _ => None,
                };
                Some((part, name))
            }
            Stmt::Assign(a) => match &*a.targets {
                [Expr::Name(n)] => Some((Part::of(&a.value)?, Some(n.id.as_str()))),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The operand of `yield` or `await`.
fn waited(value: &Expr) -> Option<&Expr> {
    match value {
        Expr::Yield(y) => y.value.as_deref(),
        Expr::Await(a) => Some(&a.value),
        _ => None,
    }
}

/// The value that the chain has so far.
enum Value {
    /// An expression that has not been evaluated yet.
    Pending(String),
    /// A variable has it.
    Named(String),
}

/// What is done about an error.
struct Handler {
    classes: String,
    /// What the exception is called, if it is looked at.
    name: Option<String>,
    lines: Vec<String>,
    /// What comes of it; none, where it raises.
    value: Option<String>,
}

/// The chain as lines of the coroutine; why it stays, otherwise.
pub fn rewrite<'a>(cx: &FileContext<'a, '_>, site: &Waited<'a>) -> Result<(Vec<Edit>, Finding), String> {
    let mut writer = Writer { cx, site, edits: Vec::new(), inlined: Vec::new(), assumed: Vec::new() };
    let edits = writer.rewrite()?;
    let mut why = String::from("nobody else holds the Deferred, and its callbacks are called as functions");
    for more in &writer.assumed {
        why.push_str("; ");
        why.push_str(more);
    }
    Ok((edits, Finding::assumed(why)))
}

struct Writer<'g, 'a, 'r> {
    cx: &'g FileContext<'a, 'r>,
    site: &'g Waited<'a>,
    edits: Vec<Edit>,
    /// Lambdas and functions whose bodies are written out.
    inlined: Vec<NodeId>,
    assumed: Vec<String>,
}

impl<'a> Writer<'_, 'a, '_> {
    fn rewrite(&mut self) -> Result<Vec<Edit>, String> {
        let module = self.cx.module;
        if !imports_twisted(module) {
            return Err("nothing says that this is a Deferred of twisted".into());
        }
        let (links, from, wait, between, head) = self.parts()?;
        let range = TextRange::new(from.start(), wait.end());
        if module.has_comment(TextRange::new(range.start(), module.line_end(range.end())))
            || module.text()[range].contains(';')
            || !module.text()[TextRange::new(module.line_start(from.start()), from.start())].trim().is_empty()
        {
            return Err("comments or layout stand in the way".into());
        }
        if let Some(call) = links.iter().find(|c| self.is_spread(c)) {
            return Err(format!(
                "the call on line {} is spread over several lines",
                module.line(call.start())
            ));
        }
        let mut lines: Vec<String> = Vec::new();
        let (made, deferred) = head;
        // What the call itself raises goes to no errback, so it stays in front of a `try`.
        let handles = links.iter().any(|c| last_name(&c.func) != Some("addCallback"));
        let before = site_before(self.site, from, &deferred)
            .filter(|a| !handles && between.is_none() && made.is_none() && !self.site_has_comment(a));
        let made = made.or(before.map(|a| module.text()[module.parenthesized_range(&a.value)].to_string()));
        let range = before.map_or(range, |a| TextRange::new(a.start(), range.end()));
        let operand = match made {
            Some(made) if !handles && !made.contains(['\n', '\r']) => made,
            Some(made) => {
                lines.push(format!("{deferred} = {made}"));
                deferred
            }
            None => deferred,
        };
        lines.extend(between.map(|s| module.source(s).to_string()));
        let (prefix, target, suffix) = self.end_of(wait);
        let result = match &target {
            Some(name) => name.clone(),
            None => self.free(&["result", "value", "outcome"])?,
        };
        let wants_value = !(prefix.is_empty() && suffix.is_empty()) || target.is_some();
        let unit = module.indent_unit(from.start()).to_string();
        let mut value = Value::Pending(self.wait(&operand));
        // Since the last `try`, so that an errback has all in its own that came before it.
        let mut block: Vec<String> = Vec::new();
        for (i, call) in links.iter().enumerate() {
            let last = i + 1 == links.len();
            let Expr::Attribute(adder) = &*call.func else { unreachable!("an adder is a method") };
            match adder.attr.as_str() {
                "addCallback" => value = Value::Pending(self.callback(call, value, &mut block)?),
                "addErrback" => {
                    let handler = self.errback(call)?;
                    self.assign(&mut block, value, &result, last && !wants_value);
                    block = tried(&block, &handler, &[], &result, last && !wants_value, &unit);
                    value = Value::Named(result.clone());
                }
                "addCallbacks" => {
                    let [_, error] = &*call.arguments.args else {
                        return Err(format!(
                            "line {} passes more than two functions",
                            module.line(call.start())
                        ));
                    };
                    let handler = self.handler(error, &[], module.line(call.start()))?;
                    let mut otherwise = Vec::new();
                    let next = self.callback_of(&call.arguments.args[0], &[], value, &mut block)?;
                    self.assign(&mut otherwise, Value::Pending(next), &result, last && !wants_value);
                    block = tried(&block, &handler, &otherwise, &result, last && !wants_value, &unit);
                    value = Value::Named(result.clone());
                }
                _ => {
                    let cleanup = self.cleanup(call)?;
                    self.assign(&mut block, value, &result, last && !wants_value);
                    let mut all = vec!["try:".to_string()];
                    all.extend(block.iter().map(|l| format!("{unit}{l}")));
                    all.push("finally:".to_string());
                    all.extend(cleanup.iter().map(|l| format!("{unit}{l}")));
                    block = all;
                    value = Value::Named(result.clone());
                }
            }
        }
        lines.extend(block);
        match value {
            Value::Named(name) if prefix.is_empty() && suffix.is_empty() => {
                debug_assert_eq!(name, result);
            }
            Value::Named(name) => lines.push(format!("{prefix}{name}{suffix}")),
            Value::Pending(text) => match &target {
                Some(name) => lines.push(format!("{name} = {text}")),
                None if prefix.is_empty() => lines.push(text),
                None if text.starts_with("yield ") => lines.push(format!("{prefix}({text}){suffix}")),
                None => lines.push(format!("{prefix}{text}{suffix}")),
            },
        }
        self.names_are_kept()?;
        let indent = module.indentation(from.start());
        let mut edits = std::mem::take(&mut self.edits);
        edits.push(Edit::replace(range, lines.join(&format!("\n{indent}"))));
        Ok(edits)
    }

    fn site_has_comment(&self, made: &ast::StmtAssign) -> bool {
        let module = self.cx.module;
        let shares = module.text()[TextRange::new(module.line_start(made.start()), made.start())].trim();
        module.has_comment(TextRange::new(made.start(), self.site.statement.start())) || !shares.is_empty()
    }

    fn is_spread(&self, call: &ast::ExprCall) -> bool {
        let arguments = call.arguments.range();
        self.cx.module.text()[arguments].contains(['\n', '\r'])
    }

    /// The callbacks; the first statement that goes; the one that waits; one in between; what makes the Deferred, if
    /// that is not a statement of its own, and what it is called.
    #[allow(clippy::type_complexity)] // one use
    fn parts(
        &self,
    ) -> Result<
        (Vec<&'a ast::ExprCall>, &'a Stmt, &'a Stmt, Option<&'a Stmt>, (Option<String>, String)),
        String,
    > {
        let (module, site) = (self.cx.module, self.site);
        let first = site.statement;
        let returned = match first {
            Stmt::Return(r) if site.returned => r.value.as_deref(),
            _ => None,
        };
        if let Some(operand) = returned.or_else(|| statement_value(first).and_then(waited)) {
            let part = Part::of(operand).ok_or("what it gives back is no chain of callbacks")?;
            self.has_own(part.base)?;
            let name = match part.base {
                Expr::Name(_) => {
                    return Err("the Deferred has been made before: somebody else may hold it".into());
                }
                _ => self.free(&["d", "deferred", "pending"])?,
            };
            let made = module.text()[module.parenthesized_range(part.base)].to_string();
            return Ok((part.links, first, first, None, (Some(made), name)));
        }
        if first.is_return_stmt() {
            return Err("the coroutine gives the Deferred itself back: nobody waits for it here".into());
        }
        let (part, name) = Part::of_statement(first).ok_or("it is no statement of its own")?;
        let Some(name) = name else {
            return Err("nobody waits for it: what the callbacks do may come at any time".into());
        };
        let mut links = part.links;
        let mut made = None;
        if first.is_assign_stmt() {
            self.has_own(part.base)?;
            made = Some(module.text()[module.parenthesized_range(part.base)].to_string());
        } else {
            let before = site.at.checked_sub(1).map(|i| &site.suite[i]);
            let Some(Stmt::Assign(a)) = before else {
                return Err(format!("`{name}` is not made right in front: somebody else may hold it"));
            };
            if !matches!(&*a.targets, [target] if is_name(target, name)) {
                return Err(format!("`{name}` is not made right in front: somebody else may hold it"));
            }
            self.has_own(&a.value)?;
        }
        let mut between = None;
        let mut rest = site.suite[site.at + 1..].iter();
        let wait = loop {
            let Some(statement) = rest.next() else {
                return Err(format!("nobody waits for `{name}` here"));
            };
            let operand = match statement {
                Stmt::Return(r) if site.returned => r.value.as_deref(),
                _ => statement_value(statement).and_then(waited_or_returned),
            };
            if operand.is_some_and(|o| is_name(o, name)) {
                break statement;
            }
            match Part::of_statement(statement) {
                Some((more, Some(other)))
                    if other == name && statement.is_expr_stmt() && between.is_none() =>
                {
                    links.extend(more.links);
                }
                _ if between.is_none() && self.fires_later(statement, name) => between = Some(statement),
                _ => {
                    return Err(format!(
                        "line {} runs while the Deferred has no result yet",
                        module.line(statement.start())
                    ));
                }
            }
        };
        self.is_alone(name, wait, between)?;
        Ok((links, first, wait, between, (made, name.to_string())))
    }

    /// Whether the value is a Deferred that was made for this.
    fn has_own(&self, made: &Expr) -> Result<(), String> {
        if !made.is_call_expr() {
            return Err("the Deferred is not made by a call: somebody else may hold it".into());
        }
        match given(self.cx, made) {
            Gives::Plain(what) => Err(format!("{what}, and no Deferred")),
            _ => Ok(()),
        }
    }

    /// `reactor.callLater(1, d.callback, x)` on a Deferred that is made empty: it does not fire at once.
    fn fires_later(&self, statement: &Stmt, name: &str) -> bool {
        let empty = self.site.at.checked_sub(1).is_some_and(|i| match &self.site.suite[i] {
            Stmt::Assign(a) => match &*a.value {
                Expr::Call(c) => last_name(&c.func) == Some("Deferred") && c.arguments.is_empty(),
                _ => false,
            },
            _ => false,
        });
        let Stmt::Expr(e) = statement else { return false };
        let Expr::Call(call) = &*e.value else { return false };
        let later = last_name(&call.func) == Some("callLater");
        let fires = |a: &Expr| match a {
            Expr::Attribute(a) => {
                is_name(&a.value, name) && matches!(a.attr.as_str(), "callback" | "errback")
            }
            _ => false,
        };
        empty && later && call.arguments.args.get(1).is_some_and(fires) && !self.is_spread(call)
    }

    /// Nothing but the chain uses the variable, from where it is made to where it is bound anew.
    fn is_alone(&self, name: &str, wait: &Stmt, between: Option<&Stmt>) -> Result<(), String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let function = module.id(self.site.function);
        let scope = symbols.scope_opened_by(function).expect("functions open scopes");
        let Some(symbol) = symbols.own(scope, name) else {
            return Err(format!("`{name}` is no variable of the function"));
        };
        let flow = self.cx.facts.flow(function);
        if flow.captured(symbol).is_some() {
            return Err(format!("a function keeps `{name}`"));
        }
        if let Some(read) = flow.read_after(module.id(wait), symbol) {
            return Err(format!("`{name}` is used again on line {}", module.line(module.node(read).start())));
        }
        let range = TextRange::new(self.site.statement.start(), wait.end());
        let reads =
            symbols.occurrences_of(symbol).filter(|o| range.contains_range(o.range) && o.access.reads());
        let statements = reads.count();
        let own = statements_with(self.site, wait);
        if statements != own + usize::from(between.is_some()) {
            return Err(format!("`{name}` is used for more than its callbacks"));
        }
        Ok(())
    }

    /// What stands around the value of the statement that waits, or its target.
    fn end_of(&self, wait: &'a Stmt) -> (String, Option<String>, String) {
        let module = self.cx.module;
        let around = |value: &Expr| {
            let whole = module.parenthesized_range(value);
            (
                module.text()[TextRange::new(wait.start(), whole.start())].to_string(),
                module.text()[TextRange::new(whole.end(), wait.end())].to_string(),
            )
        };
        match wait {
            Stmt::Expr(e) if e.value.is_call_expr() => {
                let Expr::Call(call) = &*e.value else { unreachable!("it is a call") };
                let inner = &call.arguments.args[0];
                let (prefix, suffix) = around(inner);
                (prefix, None, suffix)
            }
            Stmt::Expr(_) => (String::new(), None, String::new()),
            Stmt::Assign(a) => match &*a.targets {
                // A handler around would see what the chain has so far.
                [Expr::Name(n)] if !self.is_in_try() => {
                    (String::new(), Some(n.id.to_string()), String::new())
                }
                _ => {
                    let (prefix, suffix) = around(&a.value);
                    (prefix, None, suffix)
                }
            },
            Stmt::Return(r) => {
                let (prefix, suffix) = around(r.value.as_deref().expect("it waits"));
                (prefix, None, suffix)
            }
            _ => unreachable!("only these wait"),
        }
    }

    fn is_in_try(&self) -> bool {
        let module = self.cx.module;
        let function = module.id(self.site.function);
        let mut around = module.ancestors(module.id(self.site.statement)).take_while(|a| *a != function);
        around.any(|a| matches!(module.node(a), AnyNodeRef::StmtTry(_) | AnyNodeRef::StmtWith(_)))
    }

    fn is_async(&self) -> bool {
        self.site.function.is_async || self.site.returned
    }

    fn wait(&self, operand: &str) -> String {
        format!("{} {operand}", if self.is_async() { "await" } else { "yield" })
    }

    /// Writes down what the value is called.
    fn assign(&self, block: &mut Vec<String>, value: Value, name: &str, unused: bool) {
        match value {
            Value::Pending(text) if unused => block.push(text),
            Value::Pending(text) => block.push(format!("{name} = {text}")),
            Value::Named(_) => {}
        }
    }

    fn callback(
        &mut self,
        call: &'a ast::ExprCall,
        value: Value,
        block: &mut Vec<String>,
    ) -> Result<String, String> {
        let line = self.cx.module.line(call.start());
        let Some((callback, rest)) = call.arguments.args.split_first() else {
            return Err(format!("line {line} adds nothing"));
        };
        let mut more: Vec<String> = Vec::new();
        for (name, argument) in rest
            .iter()
            .map(|a| (None, a))
            .chain(call.arguments.keywords.iter().map(|k| (k.arg.as_deref(), &k.value)))
        {
            let keeps = argument.is_literal_expr() || self.is_steady(argument);
            if !keeps || (name.is_none() && !rest.iter().any(|a| a.range() == argument.range())) {
                return Err(format!(
                    "an argument on line {line} may be something else once the result is there"
                ));
            }
            let text = self.cx.module.source(argument);
            more.push(name.map_or(text.to_string(), |n| format!("{n}={text}")));
        }
        self.callback_of(callback, &more, value, block)
    }

    /// A variable of the function that no other function binds: nobody changes it during the wait.
    fn is_steady(&self, argument: &Expr) -> bool {
        let symbols = self.cx.facts.symbols();
        let Expr::Name(name) = argument else { return false };
        match symbols.resolve(self.cx.module.id(name)) {
            Resolution::Free => true,
            Resolution::Symbol(symbol) => {
                let owner = symbols.symbol(symbol).scope;
                symbols.occurrences_of(symbol).filter(|o| o.binds()).all(|o| o.scope == owner)
                    && (owner != unspool_engine::facts::ScopeId::MODULE
                        || symbols.occurrences_of(symbol).filter(|o| o.binds()).count() == 1)
            }
        }
    }

    /// The call of a callback with the value so far.
    fn callback_of(
        &mut self,
        callback: &'a Expr,
        more: &[String],
        value: Value,
        block: &mut Vec<String>,
    ) -> Result<String, String> {
        let module = self.cx.module;
        let line = module.line(callback.start());
        if let Expr::Lambda(lambda) = callback {
            if !more.is_empty() {
                return Err(format!("the lambda on line {line} takes more than the result"));
            }
            let names = parameters(lambda.parameters.as_deref())?;
            let [parameter] = *names else {
                return Err(format!("the lambda on line {line} takes more than the result"));
            };
            self.inlined.push(module.id(lambda));
            let reads = super::style::mentions(module, module.id(&*lambda.body), parameter);
            let name = match value {
                Value::Named(name) => name,
                Value::Pending(text) if reads => {
                    let name = self.free(&[parameter, "result", "value", "outcome"])?;
                    block.push(format!("{name} = {text}"));
                    name
                }
                Value::Pending(text) => {
                    block.push(text);
                    String::new()
                }
            };
            let text = substituted(module, lambda, Some(parameter), &name)?;
            return self.waits(given(self.cx, &lambda.body), &lambda.body, text, line);
        }
        if !matches!(callback, Expr::Name(_) | Expr::Attribute(_)) {
            return Err(format!("the callback on line {line} is computed"));
        }
        if callback.is_name_expr() && !self.is_steady(callback) {
            return Err(format!(
                "`{}` on line {line} may be another one once the result is there",
                module.source(callback)
            ));
        }
        let function = match Types::new(module, self.cx.facts).of(callback) {
            Ty::Function(f) => Some(f),
            _ => None,
        };
        let parameter = function.and_then(|f| match module.node(f) {
            AnyNodeRef::StmtFunctionDef(d) if callback.is_name_expr() => {
                d.parameters.args.first().map(|p| p.parameter.name.as_str())
            }
            _ => None,
        });
        let name = match value {
            Value::Named(name) => name,
            Value::Pending(text) => {
                let mut wanted: Vec<&str> = parameter.into_iter().filter(|p| *p != "_").collect();
                wanted.extend(["result", "value", "outcome"]);
                let name = self.free(&wanted)?;
                block.push(format!("{name} = {text}"));
                name
            }
        };
        let mut arguments = vec![name];
        arguments.extend(more.iter().cloned());
        let text = format!("{}({})", module.source(callback), arguments.join(", "));
        let gives = match (function, Types::new(module, self.cx.facts).of(callback)) {
            (Some(f), _) => {
                if matches!(module.node(f), AnyNodeRef::StmtFunctionDef(d) if d.is_async) {
                    return Err(format!("a Deferred does not wait for the coroutine that line {line} makes"));
                }
                of_function(self.cx, Framework::Twisted, f, 0)
            }
            (None, Ty::Member(path)) if path.starts_with("builtins.") => Gives::Plain(path),
            (None, Ty::Member(path)) if is_async_member(self.cx, &path) => {
                return Err(format!("a Deferred does not wait for the coroutine that line {line} makes"));
            }
            (None, Ty::Member(path)) => of_member(self.cx, &path, module.source(callback)),
            _ => Gives::Unknown(format!("what `{}` returns is not known", module.source(callback))),
        };
        self.waits(gives, callback, text, line)
    }

    /// A callback may give a Deferred, which the chain waits for.
    fn waits(&mut self, gives: Gives, what: &Expr, text: String, line: usize) -> Result<String, String> {
        if let Expr::Attribute(_) | Expr::Subscript(_) = what
            && !matches!(gives, Gives::Awaitable(_))
            && !text.contains('(')
        {
            self.assumed.push(format!("line {line}: `{text}` is a value, no Deferred"));
            return Ok(text);
        }
        let asserts = text.starts_with("self.assert") && !text.starts_with("self.assertFailure");
        match gives {
            Gives::Plain(_) | Gives::Several => Ok(text),
            Gives::Unknown(_) if asserts => Ok(text),
            Gives::Awaitable(_) => Ok(self.wait(&operand(what, text))),
            Gives::Unknown(why) if self.is_async() => {
                Err(format!("line {line}: {why}, a Deferred to wait for or a value"))
            }
            Gives::Unknown(why) => {
                self.assumed
                    .push(format!("line {line}: {why}, and `yield` takes a value as well as a Deferred"));
                Ok(self.wait(&operand(what, text)))
            }
        }
    }

    fn errback(&mut self, call: &'a ast::ExprCall) -> Result<Handler, String> {
        let line = self.cx.module.line(call.start());
        let Some((callback, rest)) = call.arguments.args.split_first() else {
            return Err(format!("line {line} adds nothing"));
        };
        if !call.arguments.keywords.is_empty() {
            return Err(format!("line {line} passes more to the errback"));
        }
        self.handler(callback, rest, line)
    }

    /// What an errback does, for an `except`.
    fn handler(&mut self, errback: &'a Expr, rest: &'a [Expr], line: usize) -> Result<Handler, String> {
        let module = self.cx.module;
        let everything = "Exception".to_string();
        let logs = self.cx.facts.symbols().qualified_name(module, errback);
        if logs.as_deref() == Some("twisted.python.log.err") {
            let text = module.source(errback);
            let more: Vec<&str> = rest.iter().map(|a| module.source(a)).collect();
            let call = match more.is_empty() {
                true => format!("{text}()"),
                false => format!("{text}(None, {})", more.join(", ")),
            };
            return Ok(Handler {
                classes: everything,
                name: None,
                lines: vec![call],
                value: Some("None".into()),
            });
        }
        if !rest.is_empty() {
            return Err(format!("line {line} passes more to the errback than the Failure"));
        }
        let name = self.free(&["error", "exc", "problem"])?;
        match errback {
            Expr::Lambda(lambda) => {
                let [failure] = *parameters(lambda.parameters.as_deref())? else {
                    return Err(format!("the errback on line {line} takes more than the Failure"));
                };
                self.inlined.push(module.id(lambda));
                let (text, looks) = self.without_failure(&Code::Expr(&lambda.body), failure, &name)?;
                let text = self.instead(&lambda.body, text, line)?;
                Ok(Handler {
                    classes: everything,
                    name: looks.then_some(name),
                    lines: Vec::new(),
                    value: Some(text),
                })
            }
            Expr::Name(n) => {
                let def =
                    self.local_function(n.id.as_str()).ok_or_else(|| self.takes_failure(errback, line))?;
                let [failure] = *parameters(Some(&def.parameters))? else {
                    return Err(format!("the errback on line {line} takes more than the Failure"));
                };
                let mut body = &*def.body;
                let mut classes = everything;
                if let [first, behind @ ..] = body
                    && let Some(trapped) = trap(first, failure)
                {
                    let all: Vec<&str> = trapped.iter().map(|e| module.source(e)).collect();
                    classes =
                        if let [one] = &*all { (*one).to_string() } else { format!("({})", all.join(", ")) };
                    body = behind;
                }
                let mut lines = Vec::new();
                let mut looks = false;
                let mut value = Some("None".to_string());
                for (i, statement) in body.iter().enumerate() {
                    let last = i + 1 == body.len();
                    match statement {
                        Stmt::Return(r) if last => match r.value.as_deref() {
                            Some(e) if is_name(e, failure) => {
                                lines.push("raise".into());
                                value = None;
                            }
                            Some(e) => {
                                let (text, used) = self.without_failure(&Code::Expr(e), failure, &name)?;
                                looks |= used;
                                value = Some(self.instead(e, text, line)?);
                            }
                            None => {}
                        },
                        Stmt::Raise(_) if last => {
                            let (text, used) =
                                self.without_failure(&Code::Stmt(statement), failure, &name)?;
                            looks |= used;
                            lines.push(text);
                            value = None;
                        }
                        Stmt::Expr(_) => {
                            let (text, used) =
                                self.without_failure(&Code::Stmt(statement), failure, &name)?;
                            looks |= used;
                            lines.push(text);
                        }
                        _ => {
                            return Err(format!(
                                "line {} of the errback is more than a call or `return`",
                                module.line(statement.start())
                            ));
                        }
                    }
                }
                self.write_out(def)?;
                Ok(Handler { classes, name: looks.then_some(name), lines, value })
            }
            _ => Err(self.takes_failure(errback, line)),
        }
    }

    /// What an errback gives instead of the error, which may be a Deferred.
    fn instead(&mut self, value: &Expr, text: String, line: usize) -> Result<String, String> {
        let calls = self
            .cx
            .module
            .subtree(self.cx.module.id(value))
            .any(|(_, n)| matches!(n, AnyNodeRef::ExprCall(_)));
        // Attributes of an exception are no Deferreds.
        if !calls && !value.is_name_expr() {
            return Ok(text);
        }
        self.waits(given(self.cx, value), value, text, line)
    }

    fn takes_failure(&self, errback: &Expr, line: usize) -> String {
        format!(
            "`{}` on line {line} takes a Failure, and an `except` has the exception itself: what it does is not seen here",
            self.cx.module.source(errback)
        )
    }

    /// `def done(result): ...; return result`: what is done in any case.
    fn cleanup(&mut self, call: &'a ast::ExprCall) -> Result<Vec<String>, String> {
        let module = self.cx.module;
        let line = module.line(call.start());
        let no = format!("what line {line} adds for both may change the result, or looks at it");
        let ([Expr::Name(n)], []) = (&*call.arguments.args, &*call.arguments.keywords) else {
            return Err(no);
        };
        let Some(def) = self.local_function(n.id.as_str()) else { return Err(no) };
        let ([result], Some((Stmt::Return(last), front))) =
            (&*parameters(Some(&def.parameters))?, def.body.split_last())
        else {
            return Err(no);
        };
        if front.is_empty() || !last.value.as_deref().is_some_and(|v| is_name(v, result)) {
            return Err(no);
        }
        let mut lines = Vec::new();
        for statement in front {
            let id = module.id(statement);
            if !statement.is_expr_stmt() || super::style::mentions(module, id, result) {
                return Err(no);
            }
            let text = module.source(statement);
            if text.contains(['\n', '\r']) {
                return Err(format!("line {} is spread over several lines", module.line(statement.start())));
            }
            lines.push(text.to_string());
        }
        self.write_out(def)?;
        Ok(lines)
    }

    /// A function of the same block in front of the chain.
    fn local_function(&self, name: &str) -> Option<&'a ast::StmtFunctionDef> {
        let front = &self.site.suite[..self.site.at];
        front.iter().rev().find_map(|s| match s {
            Stmt::FunctionDef(f) if f.name.as_str() == name => Some(f),
            _ => None,
        })
    }

    /// The function goes: its one use was the chain.
    fn write_out(&mut self, def: &'a ast::StmtFunctionDef) -> Result<(), String> {
        let module = self.cx.module;
        let name = def.name.as_str();
        let id = module.id(def);
        let reads = module
            .subtree(module.id(self.site.function))
            .filter(|(_, n)| matches!(n, AnyNodeRef::ExprName(e) if e.id.as_str() == name));
        if reads.count() != 1 || !def.decorator_list.is_empty() || def.is_async {
            return Err(format!("`{name}` is used elsewhere, too"));
        }
        let lines = TextRange::new(module.line_start(def.start()), module.line_end(def.end()));
        if module.has_comment(lines) {
            return Err(format!("comments in `{name}` have no place"));
        }
        let yields = module.subtree(id).any(|(_, n)| {
            matches!(n, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) | AnyNodeRef::StmtNonlocal(_))
        });
        if yields {
            return Err(format!("`{name}` is more than a function"));
        }
        self.inlined.push(id);
        // The blank lines behind it go, too.
        let mut end = lines.end();
        let text = module.text();
        loop {
            let rest = &text[end.to_usize()..];
            let Some(rest) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) else { break };
            end = module.line_start(
                unspool_engine::syntax::TextSize::try_from(text.len() - rest.len()).unwrap_or(end),
            );
            if !rest.lines().next().is_some_and(|l| l.trim().is_empty()) {
                break;
            }
            end = module.line_end(end);
        }
        self.edits.push(Edit::delete(TextRange::new(lines.start(), end)));
        Ok(())
    }

    /// The code with the exception in place of what the Failure says of it; whether it looks at it.
    fn without_failure(&self, code: &Code, failure: &str, name: &str) -> Result<(String, bool), String> {
        let module = self.cx.module;
        let (range, root) = match code {
            Code::Expr(e) => (module.parenthesized_range(e), module.id(*e)),
            Code::Stmt(s) => (s.range(), module.id(*s)),
        };
        let mut text = String::new();
        let mut at = range.start();
        let mut looks = false;
        for (id, node) in module.subtree(root) {
            if !matches!(node, AnyNodeRef::ExprName(n) if n.id.as_str() == failure) {
                continue;
            }
            let attribute = module.parent(id);
            let (whole, instead) = match attribute.map(|a| module.node(a)) {
                Some(AnyNodeRef::ExprAttribute(a)) if a.attr.as_str() == "value" => {
                    (a.range(), name.to_string())
                }
                Some(AnyNodeRef::ExprAttribute(a)) if a.attr.as_str() == "type" => {
                    (a.range(), format!("type({name})"))
                }
                Some(AnyNodeRef::ExprAttribute(a)) if a.attr.as_str() == "getErrorMessage" => {
                    match attribute.and_then(|a| module.parent_node(a)) {
                        Some(AnyNodeRef::ExprCall(c)) if c.arguments.is_empty() => {
                            (c.range(), format!("str({name})"))
                        }
                        _ => return Err(format!("line {} keeps the Failure", module.line(node.start()))),
                    }
                }
                _ => {
                    return Err(format!(
                        "line {} looks at more of the Failure than the exception",
                        module.line(node.start())
                    ));
                }
            };
            if module.enclosing_function(id) != module.enclosing_function(root) {
                return Err(format!("line {} keeps the Failure in a function", module.line(node.start())));
            }
            looks = true;
            text.push_str(&module.text()[TextRange::new(at, whole.start())]);
            text.push_str(&instead);
            at = whole.end();
        }
        text.push_str(&module.text()[TextRange::new(at, range.end())]);
        if text.contains(['\n', '\r']) {
            return Err(format!(
                "the errback on line {} is spread over several lines",
                module.line(range.start())
            ));
        }
        Ok((text, looks))
    }

    /// A name that means nothing in the function but in what is written out.
    fn free(&self, wanted: &[&str]) -> Result<String, String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let function = module.id(self.site.function);
        let taken = |name: &str| {
            symbols.occurrences.iter().any(|o| {
                let parameter_of = o.symbol.map(|s| symbols.scope(symbols.symbol(s).scope).node);
                let local = parameter_of.is_some_and(|f| f != function && module.contains(function, f));
                o.name == name && module.contains(function, o.node) && !local
            })
        };
        let name = wanted.iter().find(|n| **n != "_" && !taken(n));
        name.map(|n| (*n).to_string()).ok_or_else(|| format!("the names {} are taken", wanted.join(", ")))
    }

    /// What is written out must mean in the coroutine what it meant in its own function.
    fn names_are_kept(&self) -> Result<(), String> {
        let symbols = self.cx.facts.symbols();
        for function in &self.inlined {
            let scope = symbols.scope_opened_by(*function).expect("functions open scopes");
            let own = symbols.symbols_of(scope).find(|s| {
                !symbols.occurrences_of(*s).all(|o| {
                    !o.access.writes() || matches!(self.cx.module.node(o.node), AnyNodeRef::Parameter(_))
                })
            });
            if let Some(symbol) = own {
                return Err(format!("`{}` is a variable of a callback", symbols.symbol(symbol).name));
            }
            let kept = symbols.symbols_of(scope).find(|s| symbols.symbol(*s).captured);
            if let Some(symbol) = kept {
                return Err(format!("a function keeps `{}` of a callback", symbols.symbol(symbol).name));
            }
        }
        Ok(())
    }
}

enum Code<'a> {
    Expr(&'a Expr),
    Stmt(&'a Stmt),
}

/// The statement in front that makes the Deferred.
fn site_before<'a>(site: &Waited<'a>, from: &Stmt, name: &str) -> Option<&'a ast::StmtAssign> {
    let Stmt::Assign(a) = &site.suite[site.at.checked_sub(1)?] else { return None };
    let makes = from.is_expr_stmt() && matches!(&*a.targets, [target] if is_name(target, name));
    makes.then_some(a)
}

fn statement_value(statement: &Stmt) -> Option<&Expr> {
    match statement {
        Stmt::Expr(e) => Some(&e.value),
        Stmt::Assign(a) => Some(&a.value),
        Stmt::Return(r) => r.value.as_deref(),
        _ => None,
    }
}

/// Also `returnValue((yield d))`.
fn waited_or_returned(value: &Expr) -> Option<&Expr> {
    match value {
        Expr::Call(c) if last_name(&c.func) == Some("returnValue") => match &*c.arguments.args {
            [one] if c.arguments.keywords.is_empty() => waited(one),
            _ => None,
        },
        other => waited(other),
    }
}

/// How many statements of the chain read the variable: those with callbacks, and the one that waits.
fn statements_with(site: &Waited, wait: &Stmt) -> usize {
    let own = site.suite[site.at..].iter().take_while(|s| s.start() < wait.start());
    let adds = own.filter(|s| s.is_expr_stmt() && Part::of_statement(s).is_some()).count();
    adds + 1
}

/// `failure.trap(A, B)`
fn trap<'a>(statement: &'a Stmt, failure: &str) -> Option<&'a [Expr]> {
    let Stmt::Expr(e) = statement else { return None };
    let Expr::Call(call) = &*e.value else { return None };
    let Expr::Attribute(a) = &*call.func else { return None };
    let traps = a.attr.as_str() == "trap" && is_name(&a.value, failure);
    let plain = call.arguments.keywords.is_empty() && !call.arguments.args.is_empty();
    let named = call.arguments.args.iter().all(|e| matches!(e, Expr::Name(_) | Expr::Attribute(_)));
    (traps && plain && named).then_some(&*call.arguments.args)
}

fn operand(what: &Expr, text: String) -> String {
    match what {
        Expr::Call(_) | Expr::Name(_) | Expr::Attribute(_) => text,
        _ => format!("({text})"),
    }
}

fn tried(
    block: &[String],
    handler: &Handler,
    otherwise: &[String],
    result: &str,
    unused: bool,
    unit: &str,
) -> Vec<String> {
    let mut all = vec!["try:".to_string()];
    all.extend(block.iter().map(|l| format!("{unit}{l}")));
    all.push(match &handler.name {
        Some(name) => format!("except {} as {name}:", handler.classes),
        None => format!("except {}:", handler.classes),
    });
    let before = all.len();
    all.extend(handler.lines.iter().map(|l| format!("{unit}{l}")));
    match &handler.value {
        Some(value) if !unused => all.push(format!("{unit}{result} = {value}")),
        Some(value) if value == "None" => {}
        Some(value) => all.push(format!("{unit}{value}")),
        None => {}
    }
    if all.len() == before {
        all.push(format!("{unit}pass"));
    }
    if !otherwise.is_empty() {
        all.push("else:".to_string());
        all.extend(otherwise.iter().map(|l| format!("{unit}{l}")));
    }
    all
}
