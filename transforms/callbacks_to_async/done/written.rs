//! The lines that do what the callbacks did.

use super::super::chain::substituted;
use super::{Callback, End, is_first, is_steady};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, TextRange, ast};
use unspool_engine::transform::FileContext;

pub(super) struct Written<'s, 'a, 'r> {
    pub cx: &'s FileContext<'a, 'r>,
    pub function: NodeId,
    pub task: &'s str,
    pub end: End<'a>,
    pub callbacks: &'s [Callback<'a>],
}

impl<'a> Written<'_, 'a, '_> {
    /// All callbacks look at the result alone: nobody needs the task.
    pub fn without_task(&self, operand: &str) -> Result<Vec<String>, String> {
        if !self.callbacks.iter().all(|c| c.takes_result_first(self.cx)) {
            return Err(
                "the callback does something before it takes the result, or does not take it always".into()
            );
        }
        let module = self.cx.module;
        if let ([Callback::Result(lambda, results)], End::Alone) = (self.callbacks, &self.end)
            && let [result] = &**results
            && self.may_stand_in(lambda, *result)
        {
            let body = module.parenthesized_range(&lambda.body);
            self.one_line(lambda)?;
            let head = &module.text()[TextRange::new(body.start(), result.start())];
            let tail = &module.text()[TextRange::new(result.end(), body.end())];
            return Ok(vec![match head.is_empty() && !tail.is_empty() {
                true => format!("(await {operand}){tail}"),
                false => format!("{head}await {operand}{tail}"),
            }]);
        }
        let name = match self.end {
            End::Assigned(name) => name.to_string(),
            _ => self.free(&["result", "value", "outcome"])?,
        };
        let mut lines = vec![format!("{name} = await {operand}")];
        for callback in self.callbacks {
            let Callback::Result(lambda, results) = callback else { unreachable!("all look at the result") };
            self.one_line(lambda)?;
            lines.push(self.with_result(lambda, results, &name));
        }
        if matches!(self.end, End::Returned) {
            lines.push(format!("return {name}"));
        }
        Ok(lines)
    }

    /// The task stays, and is handed over when it is done. Where it fails, the callbacks run, too.
    pub fn with_task(&self) -> Result<Vec<String>, String> {
        let mut calls = Vec::new();
        for callback in self.callbacks {
            calls.push(self.with_the_task(callback)?);
        }
        let firsts = self.callbacks.iter().filter(|c| c.takes_result_first(self.cx)).count();
        let task = self.task;
        if firsts == self.callbacks.len() {
            let mut lines = match self.end {
                End::Alone => vec![format!("await {task}")],
                End::Assigned(name) => vec![format!("{name} = await {task}")],
                End::Returned => {
                    vec![format!("{} = await {task}", self.free(&["result", "value", "outcome"])?)]
                }
            };
            lines.extend(calls);
            if matches!(self.end, End::Returned) {
                lines.push(format!("return {}", self.free(&["result", "value", "outcome"])?));
            }
            return Ok(lines);
        }
        if firsts > 0 {
            return Err(
                "where the task fails, one callback raises its error, and the others run all the same".into(),
            );
        }
        let unit = self.cx.module.indent_unit(self.cx.module.node(self.function).start());
        let awaited = match self.end {
            End::Alone => format!("{unit}await {task}"),
            End::Assigned(name) => format!("{unit}{name} = await {task}"),
            End::Returned => format!("{unit}return await {task}"),
        };
        let mut lines = vec!["try:".to_string(), awaited, "finally:".to_string()];
        lines.extend(calls.iter().map(|l| format!("{unit}{l}")));
        Ok(lines)
    }

    fn with_the_task(&self, callback: &Callback<'a>) -> Result<String, String> {
        let module = self.cx.module;
        match callback {
            Callback::Result(lambda, _) | Callback::Task(lambda, _) => {
                self.one_line(lambda)?;
                let parameter = super::parameter(lambda.parameters.as_deref())?;
                let text = substituted(module, lambda, parameter, self.task)?;
                Ok(text)
            }
            Callback::Called(callee, front, named) => {
                let mut arguments: Vec<&str> = front.iter().map(|a| module.source(a)).collect();
                arguments.push(self.task);
                arguments.extend(named.iter().map(|k| module.source(k)));
                let text = format!("{}({})", module.source(*callee), arguments.join(", "));
                if text.contains(['\n', '\r']) {
                    return Err("the callback is spread over several lines".into());
                }
                Ok(text)
            }
        }
    }

    /// Whether nothing that stands in front of the result is read earlier for it than it was: only the object whose method
    /// gets the result, by a variable that stays what it is.
    fn may_stand_in(&self, lambda: &ast::ExprLambda, result: TextRange) -> bool {
        let module = self.cx.module;
        let root = module.id(&*lambda.body);
        if !is_first(module, root, result) {
            return false;
        }
        module.subtree(root).filter(|(_, n)| n.range().end() <= result.start()).all(|(id, node)| match node {
            AnyNodeRef::ExprName(name) => is_steady(self.cx, name),
            AnyNodeRef::ExprAttribute(a) => {
                let method = matches!(module.parent_node(id), Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == id);
                method && a.value.is_name_expr()
            }
            AnyNodeRef::ExprStringLiteral(_) | AnyNodeRef::ExprNumberLiteral(_) => true,
            node => !node.is_expression(),
        })
    }

    /// The body with a variable in place of what takes the result.
    fn with_result(&self, lambda: &ast::ExprLambda, results: &[TextRange], name: &str) -> String {
        let module = self.cx.module;
        let body = module.parenthesized_range(&lambda.body);
        let (mut text, mut at) = (String::new(), body.start());
        for result in results {
            text.push_str(&module.text()[TextRange::new(at, result.start())]);
            text.push_str(name);
            at = result.end();
        }
        text.push_str(&module.text()[TextRange::new(at, body.end())]);
        text
    }

    fn one_line(&self, lambda: &ast::ExprLambda) -> Result<(), String> {
        let module = self.cx.module;
        if matches!(&*lambda.body, Expr::If(_) | Expr::BoolOp(_)) {
            return Err(format!("the lambda on line {} chooses what to do", module.line(lambda.start())));
        }
        if module.text()[module.parenthesized_range(&lambda.body)].contains(['\n', '\r']) {
            return Err("comments or layout stand in the way".into());
        }
        Ok(())
    }

    /// A name that the function does not know.
    fn free(&self, wanted: &[&str]) -> Result<String, String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let taken = |name: &str| {
            symbols.occurrences.iter().any(|o| o.name == name && module.contains(self.function, o.node))
        };
        let name = wanted.iter().find(|n| !taken(n));
        name.map(|n| (*n).to_string()).ok_or_else(|| format!("the names {} are taken", wanted.join(", ")))
    }
}
