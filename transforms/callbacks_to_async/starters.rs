//! Everybody outside of a group who calls one of its members.

use super::contract::Padding;
use super::done::partial;
use super::group::{Group, Made};
use super::style::{Channel, Passed, Passing, parameters, without};
use crate::asynchrony::mentions::{line_using, may_mean};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::rewrite::spell;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, TextRange, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding, ImportRequest};

/// Everybody outside of the group who uses a member: a call that starts it, to be run or awaited; anything else stands
/// against the rewrite.
pub fn outermost<'a>(cx: &FileContext<'a, '_>, group: &Group<'a>, made: &mut Made) -> (Finding, bool) {
    let mut handles = false;
    let finding = all(cx, group, made, &mut handles);
    (finding, handles)
}

fn all<'a>(cx: &FileContext<'a, '_>, group: &Group<'a>, made: &mut Made, handles: &mut bool) -> Finding {
    let module = cx.module;
    let mut started = false;
    for member in &group.members {
        let method = member.is_method(module);
        for (id, node) in module.nodes() {
            if !may_mean(module, cx.facts, node, member.name(), method, true) {
                continue;
            }
            let inside = group.members.iter().any(|m| module.contains(module.id(m.def), id));
            if inside {
                continue;
            }
            let line = module.line(node.start());
            match (Starter { cx, group, member, at: id }).written() {
                Ok(written) => {
                    made.edits.push(written.edit);
                    made.imports.extend(written.import);
                    *handles |= written.handles;
                    started = true;
                }
                Err(why) => return Finding::refuted(format!("line {line} {why}")),
            }
        }
        for file in if cx.repo.is_answered() { cx.repo.mentioning(member.name()) } else { Vec::new() } {
            if file == cx.path {
                continue;
            }
            if let Some(line) = line_using(cx.repo, &file, member.name(), method) {
                return Finding::refuted(format!(
                    "{}:{line} uses something called `{}`, with a callback",
                    cx.repo.index().shown(&file).display(),
                    member.name()
                ));
            }
        }
    }
    if started {
        Finding::assumed("where the chain is started, no event loop may be running yet")
    } else {
        Finding::proved("nothing in the repository starts it")
    }
}

/// An outermost call: `f(x, print)` becomes `print(asyncio.run(f(x)))`.
struct Starter<'g, 'a, 'r> {
    cx: &'g FileContext<'a, 'r>,
    group: &'g Group<'a>,
    member: &'g Passing<'a>,
    /// The name of the member.
    at: NodeId,
}

struct Started {
    edit: Edit,
    import: Option<ImportRequest>,
    handles: bool,
}

impl<'a> Starter<'_, 'a, '_> {
    fn written(&self) -> Result<Started, String> {
        let (cx, module, member) = (self.cx, self.cx.module, self.member);
        let Some(AnyNodeRef::ExprCall(call)) = module.parent_node(self.at) else {
            return Err(format!("hands `{}` itself on", member.name()));
        };
        if module.id(&*call.func) != self.at {
            return Err(format!("hands `{}` itself on", member.name()));
        }
        let statement = module.statement_of(self.at).expect("a call stands in a statement");
        let AnyNodeRef::StmtExpr(whole) = module.node(statement) else {
            return Err("uses what the call returns".into());
        };
        if whole.value.range() != call.range() {
            return Err("starts it in the middle of an expression".into());
        }
        let passed = Passed::of(call, member).ok_or("passes no callback")?;
        let text = without(module, call, &passed)?;
        let function = module.enclosing_function(self.at).map(|f| module.node(f));
        let (run, import) = match function {
            Some(AnyNodeRef::StmtFunctionDef(f)) if f.is_async => (format!("await {text}"), None),
            Some(AnyNodeRef::ExprLambda(_)) => return Err("starts it in a lambda".into()),
            _ if in_class_body(module, self.at) => return Err("starts it in a class body".into()),
            Some(_) if has_coroutines(module) => {
                return Err("starts it in a function that a coroutine may call: a loop runs already".into());
            }
            _ => {
                let spelling = spell(cx, self.at, "asyncio", "run")
                    .map_err(|why| format!("has no way to write `asyncio.run`: {why}"))?;
                // `run` alone says little: the module is named.
                match spelling.request {
                    Some(_) if cx.facts.symbols().occurrences.iter().all(|o| o.name != "asyncio") => {
                        (format!("asyncio.run({text})"), Some(ImportRequest::module("asyncio")))
                    }
                    request => (format!("{}({text})", spelling.text), request),
                }
            }
        };
        let contract = self.group.contract(member);
        let fails = !contract.classes.is_empty();
        let lines = if fails {
            if let Some((name, line)) = &contract.raises {
                return Err(format!(
                    "passes a callback for errors, and `{name}` also raises on line {line}, which would go there, too"
                ));
            }
            self.with_errors(&passed, &run)?
        } else {
            self.without_errors(&passed, &run)?
        };
        let indent = module.indentation(call.start());
        let shares = module.text()[TextRange::new(module.line_start(whole.start()), whole.start())].trim();
        if lines.len() > 1 && !shares.is_empty() {
            return Err("shares its line with other code".into());
        }
        let text = lines.join(&format!("\n{indent}"));
        Ok(Started { edit: Edit::replace(whole.range(), text), import, handles: fails })
    }

    /// How many results the callback gets.
    fn count(&self) -> usize {
        self.group.contract(self.member).results.unwrap_or(1)
    }

    fn without_errors(&self, passed: &Passed<'a>, run: &str) -> Result<Vec<String>, String> {
        let module = self.cx.module;
        let first = matches!(self.member.channel, Channel::First);
        if let Some(partial) = partial(self.cx, passed.done) {
            let (callee, given, keywords) = partial?;
            if !(callee.is_name_expr() || callee.is_attribute_expr()) {
                return Err("passes a callback that is computed".into());
            }
            let text = |e: &Expr| module.source(e).to_string();
            let mut given: Vec<String> = given.iter().map(text).collect();
            given.extend(first.then(|| "None".to_string()));
            let result = match self.count() {
                0 => None,
                1 => Some(run.to_string()),
                _ => Some(format!("*{run}")),
            };
            let runs_before = result.is_none().then(|| run.to_string());
            given.extend(result);
            given.extend(keywords.iter().map(|k| module.source(k).to_string()));
            let called = format!("{}({})", module.source(callee), given.join(", "));
            if called.contains(['\n', '\r']) {
                return Err("passes a `partial` over several lines".into());
            }
            return Ok(runs_before.into_iter().chain([called]).collect());
        }
        match passed.done {
            Expr::Name(_) | Expr::Attribute(_) => {
                let callback = module.source(passed.done);
                if callback.contains(['\n', '\r']) {
                    return Err("passes a function whose name is spread over several lines".into());
                }
                let none = if first { "None" } else { "" };
                Ok(match (self.count(), first) {
                    (0, _) => vec![run.to_string(), format!("{callback}({none})")],
                    (1, true) => vec![format!("{callback}(None, {run})")],
                    (1, false) => vec![format!("{callback}({run})")],
                    (_, true) => vec![format!("{callback}(None, *{})", run)],
                    (_, false) => vec![format!("{callback}(*{})", run)],
                })
            }
            Expr::Lambda(lambda) if !first => {
                let names = self.parameters(lambda)?;
                if names.len() != self.count() {
                    return Err(format!(
                        "passes a callback of {} results, not of {}",
                        names.len(),
                        self.count()
                    ));
                }
                self.are_free(&names, &[lambda])?;
                let body = self.body(&lambda.body)?;
                Ok(match &*names {
                    [] => vec![run.to_string(), body],
                    names => vec![format!("{} = {run}", names.join(", ")), body],
                })
            }
            Expr::Lambda(_) => Err("passes a lambda that gets an error, and there is none".into()),
            _ => Err("passes a callback that is computed".into()),
        }
    }

    /// Errors go to the callback for them, results to the other; what these raise goes on.
    fn with_errors(&self, passed: &Passed<'a>, run: &str) -> Result<Vec<String>, String> {
        let module = self.cx.module;
        let contract = self.group.contract(self.member);
        let classes = self.group.caught(self.cx, contract, self.at)?;
        let unit = module.indent_unit(module.node(self.at).start());
        let (targets, done, error, failed) = match (self.member.channel, passed.error) {
            (Channel::First, _) => match passed.done {
                callback @ (Expr::Name(_) | Expr::Attribute(_)) => {
                    let padding = match contract.padding {
                        Padding::Always(n) => ", None".repeat(n),
                        _ => {
                            return Err(
                                "passes a callback that gets errors with and without a `None` behind".into(),
                            );
                        }
                    };
                    let named = self.defined_parameters(callback);
                    let error = self.free(named.first().copied(), &["error", "err", "problem"], &[])?;
                    let (targets, values) = self.targets(named.get(1..).unwrap_or(&[]), &error)?;
                    let callback = module.source(callback);
                    let done = match values.is_empty() {
                        true => format!("{callback}(None)"),
                        false => format!("{callback}(None, {values})"),
                    };
                    let failed = format!("{callback}({error}{padding})");
                    (targets, Some(done), error, failed)
                }
                Expr::Lambda(lambda) => {
                    let names = self.parameters(lambda)?;
                    let (Some((error, targets)), Expr::If(i)) = (names.split_first(), &*lambda.body) else {
                        return Err("passes a lambda that does not tell errors from results".into());
                    };
                    if targets.len() != self.count() {
                        return Err("passes a callback of another number of results".into());
                    }
                    self.are_free(&names, &[lambda])?;
                    let (when, otherwise) = match super::calls::is_error(&i.test, error) {
                        Some(true) => (&i.body, &i.orelse),
                        Some(false) => (&i.orelse, &i.body),
                        None => return Err("passes a lambda that does not tell errors from results".into()),
                    };
                    let mixes =
                        targets.iter().any(|t| self.mentions(when, t)) || self.mentions(otherwise, error);
                    if mixes {
                        return Err("passes a lambda that mixes errors and results".into());
                    }
                    self.no_closure(when, error)?;
                    let done = self.body(otherwise)?;
                    (targets.join(", "), Some(done), (*error).to_string(), self.body(when)?)
                }
                _ => return Err("passes a callback that is computed".into()),
            },
            (_, Some(handler)) => {
                let (error, failed) = match handler {
                    Expr::Name(_) | Expr::Attribute(_) => {
                        let named = self.defined_parameters(handler);
                        let error = self.free(named.first().copied(), &["error", "err", "problem"], &[])?;
                        let failed = format!("{}({error})", module.source(handler));
                        (error, failed)
                    }
                    Expr::Lambda(lambda) => {
                        let names = self.parameters(lambda)?;
                        let [error] = *names else {
                            return Err("passes a handler that does not take the error alone".into());
                        };
                        self.are_free(&names, &[lambda])?;
                        self.no_closure(&lambda.body, error)?;
                        (error.to_string(), self.body(&lambda.body)?)
                    }
                    _ => return Err("passes a callback that is computed".into()),
                };
                let (targets, done) = match passed.done {
                    callback @ (Expr::Name(_) | Expr::Attribute(_)) => {
                        let (targets, values) = self.targets(&self.defined_parameters(callback), &error)?;
                        (targets, format!("{}({values})", module.source(callback)))
                    }
                    Expr::Lambda(lambda) => {
                        let names = self.parameters(lambda)?;
                        if names.len() != self.count() || names.contains(&error.as_str()) {
                            return Err("passes a callback of another number of results".into());
                        }
                        self.are_free(&names, &[lambda])?;
                        (names.join(", "), self.body(&lambda.body)?)
                    }
                    _ => return Err("passes a callback that is computed".into()),
                };
                (targets, Some(done), error, failed)
            }
            _ => return Err("passes no callback for errors".into()),
        };
        let used = unspool_engine::text::has_word(&failed, &error);
        let assigned = if targets.is_empty() { run.to_string() } else { format!("{targets} = {run}") };
        let mut lines = vec!["try:".to_string(), format!("{unit}{assigned}")];
        lines.push(if used { format!("except {classes} as {error}:") } else { format!("except {classes}:") });
        lines.push(format!("{unit}{failed}"));
        if let Some(done) = done {
            lines.extend(["else:".to_string(), format!("{unit}{done}")]);
        }
        Ok(lines)
    }

    /// Variables for the results, and the same as arguments.
    fn targets(&self, named: &[&str], error: &str) -> Result<(String, String), String> {
        match self.count() {
            0 => Ok((String::new(), String::new())),
            1 => {
                let name = self.free(named.first().copied(), &["result", "value", "outcome"], &[error])?;
                Ok((name.clone(), name))
            }
            _ => {
                let name = self.free(None, &["results", "values", "outcome"], &[error])?;
                let spread = format!("*{name}");
                Ok((name, spread))
            }
        }
    }

    /// What a function of the file calls its parameters, the object apart.
    fn defined_parameters(&self, callback: &Expr) -> Vec<&'a str> {
        let module = self.cx.module;
        let Ty::Function(f) = Types::new(module, self.cx.facts).of(callback) else { return Vec::new() };
        let AnyNodeRef::StmtFunctionDef(def) = module.node(f) else { return Vec::new() };
        def.parameters.args.iter().map(|p| p.parameter.name.as_str()).collect()
    }

    /// A name that nothing uses where the chain is started.
    fn free(&self, wanted: Option<&str>, others: &[&str], taken: &[&str]) -> Result<String, String> {
        let mut all = wanted.into_iter().chain(others.iter().copied());
        let name = all.find(|n| !taken.contains(n) && self.is_free(n, &[]));
        name.map(str::to_string).ok_or_else(|| "has no free name for what it gives".into())
    }

    /// Whether nothing but the functions, which go, has a variable of that name where the chain is started.
    fn is_free(&self, name: &str, apart: &[&ast::ExprLambda]) -> bool {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let scope = symbols.scope_of(module, self.at);
        symbols.occurrences.iter().filter(|o| o.name == name).all(|o| {
            let goes = apart.iter().any(|l| module.contains(module.id(*l), o.node));
            let elsewhere = o.symbol.is_some_and(|s| {
                let owner = symbols.symbol(s).scope;
                owner != scope && !symbols.scope_chain(scope).any(|c| c == owner)
            });
            goes || elsewhere
        })
    }

    fn are_free(&self, names: &[&str], apart: &[&ast::ExprLambda]) -> Result<(), String> {
        match names.iter().find(|n| !self.is_free(n, apart)) {
            Some(name) => Err(format!("calls the result `{name}`, which means something else here")),
            None => Ok(()),
        }
    }

    fn parameters(&self, lambda: &'a ast::ExprLambda) -> Result<Vec<&'a str>, String> {
        parameters(lambda.parameters.as_deref())
            .map_err(|_| "passes a callback that takes more than the results".into())
    }

    fn body(&self, body: &Expr) -> Result<String, String> {
        let text = &self.cx.module.text()[self.cx.module.parenthesized_range(body)];
        if text.contains(['\n', '\r']) {
            return Err("passes a lambda over several lines".into());
        }
        Ok(text.to_string())
    }

    fn mentions(&self, expr: &Expr, name: &str) -> bool {
        super::style::mentions(self.cx.module, self.cx.module.id(expr), name)
    }

    /// The name of an error ends with its handler.
    fn no_closure(&self, body: &Expr, error: &str) -> Result<(), String> {
        let symbols = self.cx.facts.symbols();
        let module = self.cx.module;
        let id = module.id(body);
        let scope = symbols.scope_of(module, id);
        let kept = symbols
            .occurrences
            .iter()
            .any(|o| o.name == error && module.contains(id, o.node) && o.scope != scope);
        if kept { Err(format!("passes a lambda in which a function keeps `{error}`")) } else { Ok(()) }
    }
}

fn in_class_body(module: &Module, id: NodeId) -> bool {
    module.enclosing_definition(id).is_some_and(|d| matches!(module.node(d), AnyNodeRef::StmtClassDef(_)))
}

fn has_coroutines(module: &Module) -> bool {
    module.nodes().any(|(_, n)| match n {
        AnyNodeRef::StmtFunctionDef(f) => f.is_async,
        AnyNodeRef::ExprCall(c) => {
            matches!(&*c.func, Expr::Attribute(a) if matches!(a.attr.as_str(), "run_forever" | "run_until_complete"))
        }
        _ => false,
    })
}
