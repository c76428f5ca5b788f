//! The text of the `gather`.

use super::shape::{Shape, Step};
use unspool_engine::syntax::{Ranged, TextRange, TextSize};
use unspool_engine::text::{Edit, realign};
use unspool_engine::transform::FileContext;

/// Longer lines are broken.
const WIDTH: usize = 79;

pub fn edits(cx: &FileContext, shape: &Shape, gather: &str) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    match shape {
        Shape::Run(steps) => run(cx, steps, gather),
        Shape::Comprehension { comprehension, call } => {
            let await_ = TextRange::new(comprehension.start(), call.start());
            if module.has_comment(await_) {
                return Err("a comment stands in front of the call".into());
            }
            Ok(vec![
                Edit::replace(await_, format!("await {gather}(*[")),
                Edit::replace(
                    TextRange::new(comprehension.end() - TextSize::new(1), comprehension.end()),
                    "])",
                ),
            ])
        }
        Shape::Loop { empty, statement, call } => {
            let lines = TextRange::new(empty.start(), module.line_end(statement.end()));
            if module.has_comment(lines) {
                return Err("the comments of the loop have no place in a call".into());
            }
            let target = module.source(&empty.targets[0]);
            let text = format!(
                "{target} = await {gather}(*[{} for {} in {}])",
                module.source(*call),
                module.source(&*statement.target),
                &module.text()[module.parenthesized_range(&statement.iter)]
            );
            if text.contains(['\n', '\r'])
                || module.indentation(empty.start()).len() + text.len() > WIDTH + 21
            {
                return Err("the call would not fit into a line".into());
            }
            Ok(vec![Edit::replace(TextRange::new(empty.start(), statement.end()), text)])
        }
    }
}

fn run(cx: &FileContext, steps: &[Step], gather: &str) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let (first, last) = (steps[0], steps[steps.len() - 1]);
    let whole = TextRange::new(first.statement.start(), module.line_end(last.statement.end()));
    if module.has_comment(whole) {
        return Err("a comment speaks of one of the awaits".into());
    }
    let indent = module.indentation(first.statement.start());
    if TextSize::of(indent) + module.line_start(first.statement.start()) != first.statement.start()
        || steps.iter().any(|s| {
            module.text()[s.statement.range()].contains('\\')
                || module.text()[..s.statement.start().to_usize()]
                    .trim_end_matches([' ', '\t'])
                    .ends_with(';')
        })
    {
        return Err("several statements share a line".into());
    }
    let targets: Vec<&str> = steps.iter().filter_map(|s| s.target.map(|t| module.source(t))).collect();
    let targets = if targets.is_empty() { String::new() } else { format!("{} = ", targets.join(", ")) };
    let calls: Vec<&str> = steps.iter().map(|s| module.source(s.call)).collect();
    let line = format!("{indent}{targets}await {gather}({})", calls.join(", "));
    if !line.contains(['\n', '\r']) && line.len() <= WIDTH {
        return Ok(vec![Edit::replace(
            TextRange::new(first.statement.start(), last.statement.end()),
            line.trim_start().to_string(),
        )]);
    }
    let unit = format!("{indent}{}", module.indent_unit(first.statement.start()));
    let mut made = Vec::new();
    let mut at = first.statement.start();
    let mut before = format!("{targets}await {gather}(\n{unit}");
    for step in steps {
        made.push(Edit::replace(TextRange::new(at, step.call.start()), before));
        let line_start = module.line_start(step.call.start());
        let column = module.text()[TextRange::new(line_start, step.call.start())].chars().count() as isize;
        made.extend(realign(
            module,
            step.call.start(),
            unit.chars().count() as isize - column,
            step.call.range(),
        ));
        at = step.call.end();
        before = format!(",\n{unit}");
    }
    made.push(Edit::replace(TextRange::new(at, last.statement.end()), format!(",\n{indent})")));
    Ok(made)
}
