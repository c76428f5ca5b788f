//! The text of an `asyncio.TaskGroup`, new in Python 3.11.

use super::shape::{Comprehension, Into, Shape, Step};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, TextRange};
use unspool_engine::text::Edit;
use unspool_engine::transform::FileContext;

pub fn edits(cx: &FileContext, shape: &Shape, class: &str) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let (whole, at) = whole(module, shape)?;
    let lines = TextRange::new(whole.start(), module.line_end(whole.end()));
    if module.has_comment(lines) {
        return Err("a comment speaks of what goes into the group".into());
    }
    let shares =
        !module.text()[TextRange::new(module.line_start(whole.start()), whole.start())].trim().is_empty();
    if shares || module.text()[lines].contains([';', '\\']) {
        return Err("several statements share a line".into());
    }
    let mut names = Names { cx, function: at, given: Vec::new() };
    let group = names.free(&["group", "task_group", "tasks_group"])?;
    let unit = module.indent_unit(whole.start());
    let mut inside = Vec::new();
    let mut behind = Vec::new();
    match shape {
        Shape::Run(steps) => {
            for (i, step) in steps.iter().enumerate() {
                let made = format!("{group}.create_task({})", call(module, step.call)?);
                let Some(target) = step.target else {
                    inside.push(made);
                    continue;
                };
                let task = names.free(&task_names(step, i))?;
                inside.push(format!("{task} = {made}"));
                behind.push(format!("{} = {task}.result()", module.source(target)));
            }
        }
        Shape::Elements { .. }
        | Shape::Parts { .. }
        | Shape::Keyed { .. }
        | Shape::Pairs { .. }
        | Shape::Mixed { .. } => {
            return Err(PART.into());
        }
        Shape::Comprehension { comprehension: Comprehension::Set(_), .. } => return Err(PART.into()),
        Shape::Comprehension { comprehension: Comprehension::List(comprehension), call: operand } => {
            let tasks = names.free(&["tasks", "all_tasks", "started"])?;
            let head = TextRange::new(comprehension.start(), comprehension.elt.start());
            let tail = TextRange::new(comprehension.elt.end(), comprehension.end());
            let made = format!("{group}.create_task({})", call(module, operand)?);
            inside.push(format!("{tasks} = {}{made}{}", &module.text()[head], &module.text()[tail]));
            let front = TextRange::new(whole.start(), comprehension.start());
            behind.push(format!("{}[task.result() for task in {tasks}]", &module.text()[front]));
        }
        Shape::Each { statement, call: operand } => {
            let loop_head =
                TextRange::new(statement.start(), module.parenthesized_range(&statement.iter).end());
            inside.push(format!("{}:", &module.text()[loop_head]));
            inside.push(format!("{unit}{group}.create_task({})", call(module, operand)?));
        }
        Shape::Loop { empty: None, .. } | Shape::Loop { into: Into::Dict(..) | Into::Pairs(..), .. } => {
            return Err(PART.into());
        }
        Shape::Loop { empty: Some(empty), statement, call: operand, .. } => {
            let tasks = names.free(&["tasks", "all_tasks", "started"])?;
            inside.push(format!(
                "{tasks} = [{group}.create_task({}) for {} in {}]",
                call(module, operand)?,
                module.source(&*statement.target),
                &module.text()[module.parenthesized_range(&statement.iter)]
            ));
            behind.push(format!(
                "{}[task.result() for task in {tasks}]",
                &module.text()[TextRange::new(empty.range.start(), empty.value.start())]
            ));
        }
    }
    if inside.iter().chain(&behind).any(|l| l.contains(['\n', '\r'])) {
        return Err("what goes into the group is spread over several lines".into());
    }
    let indent = module.indentation(whole.start());
    let mut text = format!("async with {class}() as {group}:");
    for line in inside {
        text.push_str(&format!("\n{indent}{unit}{line}"));
    }
    for line in behind {
        text.push_str(&format!("\n{indent}{line}"));
    }
    Ok(vec![Edit::replace(whole, text)])
}

const PART: &str = "a group is a statement, and the awaits are a part of one";

/// The statements that go, and the function around.
fn whole(module: &Module, shape: &Shape) -> Result<(TextRange, NodeId), String> {
    let first = module.id(shape.operands()[0]);
    let function = module.enclosing_function(first).ok_or("it stands in no function")?;
    let Shape::Comprehension { comprehension, .. } = shape else { return Ok((shape.anchor(), function)) };
    let comprehension = comprehension.range();
    let statement = module.statement_of(first).expect("an expression stands in a statement");
    let value = match module.node(statement) {
        AnyNodeRef::StmtAssign(a) => Some(&*a.value),
        AnyNodeRef::StmtReturn(r) => r.value.as_deref(),
        _ => None,
    };
    match value {
        Some(Expr::ListComp(c)) if c.range() == comprehension => {
            let range = module.node(statement).range();
            // A name around the comprehension could not be told from one behind it.
            if range.end() != comprehension.end() {
                return Err("the comprehension stands in parentheses".into());
            }
            Ok((range, function))
        }
        _ => Err(PART.into()),
    }
}

fn call<'a>(module: &Module<'a>, operand: &unspool_engine::syntax::ast::ExprCall) -> Result<&'a str, String> {
    let text = module.source(operand);
    if text.contains(['\n', '\r']) {
        return Err("what goes into the group is spread over several lines".into());
    }
    Ok(text)
}

/// What the task of a step may be called.
fn task_names(step: &Step, index: usize) -> Vec<String> {
    let by_place = format!("task_{}", index + 1);
    match step.target {
        Some(Expr::Name(n)) => vec![format!("{}_task", n.id), by_place],
        Some(Expr::Attribute(a)) => vec![format!("{}_task", a.attr), by_place],
        _ => vec![by_place],
    }
}

/// Names that mean nothing yet.
struct Names<'c, 'a, 'r> {
    cx: &'c FileContext<'a, 'r>,
    function: NodeId,
    given: Vec<String>,
}

impl Names<'_, '_, '_> {
    fn free<N: AsRef<str>>(&mut self, wanted: &[N]) -> Result<String, String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let taken = |name: &str| {
            self.given.iter().any(|g| g == name)
                || symbols
                    .occurrences
                    .iter()
                    .any(|o| o.name == name && module.contains(self.function, o.node))
        };
        let free = wanted.iter().map(AsRef::as_ref).find(|n| !taken(n));
        let name =
            free.ok_or_else(|| format!("`{}` means something else here", wanted[0].as_ref()))?.to_string();
        self.given.push(name.clone());
        Ok(name)
    }
}
