//! The edits: a header with the stack, each opening handed to it, the `finally` gone.

use unspool_engine::syntax::{Module, Ranged, TextRange, TextSize, ast};
use unspool_engine::text::{BLANKS, Edit, Indent, next_line, reindent};

use super::shape::{Closing, Collected, Ends};
use crate::resources::Header;
use crate::resources::tries::{Obstacle, TryEdits};

/// The edits, and which comment they would take from its statement.
pub struct Made {
    pub edits: Vec<Edit>,
    pub comment: Option<String>,
}

pub struct Plan<'m, 'a> {
    pub module: &'m Module<'a>,
    pub try_: Option<&'a ast::StmtTry>,
    pub closing: &'m Closing<'a>,
    pub collected: &'m Collected<'a>,
    /// Per addition.
    pub headers: &'m [Header],
    /// `ExitStack`, `contextlib.AsyncExitStack`
    pub spelling: &'m str,
    /// The name of the stack.
    pub stack: &'m str,
}

impl Plan<'_, '_> {
    /// The first statement in front of the `try` that opens something.
    pub fn first(&self) -> Option<usize> {
        first_opening(self.collected)
    }

    /// # Errors
    /// Why the lines cannot be rearranged.
    pub fn edits(&self) -> Result<Made, Obstacle> {
        let module = self.module;
        let Some(try_) = self.try_ else { return self.unguarded() };
        let mut writer = TryEdits::new(module, try_)?;
        let keeps_try = !try_.handlers.is_empty();
        let word = if self.closing.awaited { "async with" } else { "with" };
        let header = format!("{word} {}() as {}", self.spelling, self.stack);
        match self.first() {
            None => {
                let kept_end = writer.tail(self.closing.statement, &[], keeps_try)?;
                writer.instead_of_try(&header, keeps_try, kept_end)?;
            }
            Some(first) => {
                let start = self.collected.suite[first].start();
                let line = module.line_start(start);
                if line + TextSize::of(module.indentation(start)) != start {
                    return Err(format!("line {} holds several statements", module.line(start)));
                }
                writer.insert(line, format!("{}{header}:\n", module.indentation(start)));
                let kept_end = writer.tail(self.closing.statement, &[], keeps_try)?;
                let try_line = module.line_start(try_.start());
                let above = module.text()[..try_line.to_usize()].trim_end_matches(BLANKS);
                let (end, change) = if keeps_try {
                    (kept_end, Indent::Deeper)
                } else {
                    let from = module.indentation(try_.start()).to_string();
                    let to = writer.inner_indentation()?;
                    (module.line_end(TextSize::of(above)), Indent::Replace { from, to })
                };
                let moved = reindent(module, TextRange::new(start, end), &change);
                writer.edits.extend(moved.map_err(|e| e.to_string())?);
                if !keeps_try {
                    writer.without_try_line()?;
                }
            }
        }
        let mut edits = Vec::new();
        if self.closing.ends == Ends::Call {
            for addition in &self.collected.additions {
                let call = addition.append.ok_or("a callback is in the list from the beginning")?;
                let head = TextRange::new(call.start(), call.func.end());
                edits.push(Edit::replace(head, format!("{}.callback", self.stack)));
            }
            self.without_making(&mut writer)?;
        } else {
            edits = self.entered();
        }
        edits.extend(writer.edits);
        Ok(Made { edits, comment: writer.comment })
    }

    /// Each opening is handed to the stack.
    fn entered(&self) -> Vec<Edit> {
        let stack = self.stack;
        let enter = match self.closing.awaited {
            true => format!("await {stack}.enter_async_context("),
            false => format!("{stack}.enter_context("),
        };
        let each = self.collected.additions.iter().zip(self.headers);
        let both = each.flat_map(|(addition, header)| {
            let value = addition.value.range();
            let (open, close) = match header.wrapper() {
                Some(spelling) => (format!("{enter}{spelling}("), "))"),
                None => (enter.clone(), ")"),
            };
            [Edit::insert(value.start(), open), Edit::insert(value.end(), close.to_string())]
        });
        both.collect()
    }

    /// From the first opening on, what stands in front of the loop goes into the `with`, and the loop goes.
    fn unguarded(&self) -> Result<Made, Obstacle> {
        let module = self.module;
        let first = self.first().ok_or("nothing in front of the loop opens anything")?;
        let (start, closing) = (self.collected.suite[first].start(), self.closing.statement);
        for at in [start, closing.start()] {
            if module.line_start(at) + TextSize::of(module.indentation(at)) != at {
                return Err(format!("line {} holds several statements", module.line(at)));
            }
        }
        let last = &self.collected.suite[self.collected.places.1 - 1];
        let (kept_end, end) = (module.line_end(last.end()), module.line_end(closing.end()));
        let removed = TextRange::new(kept_end, end);
        if module.text()[TextRange::new(closing.end(), end)].contains(['\\', ';']) {
            return Err("the last line goes on behind the loop".into());
        }
        let word = if self.closing.awaited { "async with" } else { "with" };
        let indentation = module.indentation(start);
        let header = format!("{indentation}{word} {}() as {}:\n", self.spelling, self.stack);
        let mut edits = vec![Edit::insert(module.line_start(start), header), Edit::delete(removed)];
        let moved = reindent(module, TextRange::new(start, kept_end), &Indent::Deeper);
        edits.extend(moved.map_err(|e| e.to_string())?);
        edits.extend(self.entered());
        let comment = module.comments_in(removed).next().map(|comment| {
            format!("the comment on line {} speaks of the loop, which goes", module.line(comment.start()))
        });
        Ok(Made { edits, comment })
    }

    /// The list of callbacks is the stack from now on.
    fn without_making(&self, writer: &mut TryEdits) -> Result<(), Obstacle> {
        let module = self.module;
        let making = self.collected.making.range();
        let line = TextRange::new(module.line_start(making.start()), module.line_end(making.end()));
        if module.text()[line].trim() != &module.text()[making] {
            if module.has_comment(line) {
                writer.comment = Some(format!(
                    "the comment on line {} stands behind the list that goes",
                    module.line(making.start())
                ));
            } else {
                return Err(format!("line {} holds several statements", module.line(making.start())));
            }
        }
        writer.replace(line.start(), next_line(module.text(), line.end()), "");
        Ok(())
    }
}

/// The first statement in front of the `try` that opens something: its place in the block.
pub fn first_opening(collected: &Collected) -> Option<usize> {
    let (from, to) = collected.places;
    (from..to).find(|i| {
        let statement = collected.suite[*i].range();
        collected.additions.iter().any(|a| statement.contains_range(a.value.range()))
    })
}
