//! The edits of an object that is opened within the `try`: its `None` goes, the opening becomes the header, and the
//! `try` goes with its `finally`, unless it has more to do.

use unspool_engine::syntax::{Module, Ranged, Stmt, TextRange, TextSize, TokenKind, ast};
use unspool_engine::text::{BLANKS, Edit, Indent, block_range, next_line, reindent};

use super::edits::Made;
use super::guarded::Guarded;
use crate::resources::tries::{Obstacle, TryEdits};
use crate::resources::{Header, header_edits, stays_in_front};

pub fn edits<'a>(
    module: &Module<'a>,
    t: &'a ast::StmtTry,
    found: &Guarded<'a>,
    header: &Header,
) -> Result<Made, Obstacle> {
    if found.body.is_empty() {
        return Err("nothing is done with what is opened".into());
    }
    let mut writer = Writer { edits: TryEdits::new(module, t)?, found };
    writer.without_none()?;
    let keeps_try = found.keeps_try(t);
    writer.header(header, keeps_try)?;
    if keeps_try {
        let moved = reindent(module, block_range(module, found.body), &Indent::Deeper);
        writer.edits.edits.extend(moved.map_err(|e| e.to_string())?);
        writer.without_guard()?;
    } else {
        writer.out_of_try()?;
        writer.edits.tail(found.guard.statement, &[], false)?;
    }
    let TryEdits { edits, comment, .. } = writer.edits;
    Ok(Made { edits, comment })
}

struct Writer<'m, 'a> {
    edits: TryEdits<'m, 'a>,
    found: &'m Guarded<'a>,
}

impl Writer<'_, '_> {
    /// `f = None` goes, or the `f = ` of `f = g = None`.
    fn without_none(&mut self) -> Result<(), Obstacle> {
        let module = self.edits.module;
        let nothing = self.found.nothing;
        if nothing.targets.len() > 1 {
            let at = nothing.targets.iter().position(|target| target.range() == self.found.none.range());
            let next =
                at.and_then(|at| nothing.targets.get(at + 1)).map_or(nothing.value.start(), Ranged::start);
            self.edits.replace(self.found.none.start(), next, "");
            return Ok(());
        }
        let line = self.whole_line(nothing.range(), "the `None`")?;
        let text = module.text();
        // Blank lines around it: one group is enough, and none at the start of a block.
        let above = text[..line.start().to_usize()].trim_end_matches(BLANKS);
        let blank_above = module.line(TextSize::of(above)) + 1 < module.line(line.start());
        let starts_block = above.ends_with(':') || above.is_empty();
        let below = &text[line.end().to_usize()..];
        let blank = below.len() - below.trim_start_matches(BLANKS).len();
        let end = match blank_above || starts_block {
            true => module.line_start(line.end() + TextSize::of(&below[..blank])),
            false => line.end(),
        };
        self.edits.replace(line.start(), end, "");
        Ok(())
    }

    /// The line of a statement that has it to itself, with its end.
    fn whole_line(&mut self, statement: TextRange, what: &str) -> Result<TextRange, Obstacle> {
        let module = self.edits.module;
        let line = TextRange::new(module.line_start(statement.start()), module.line_end(statement.end()));
        if module.has_comment(line) {
            let at = module.line(statement.start());
            self.edits.comment = Some(format!("the comment on line {at} stands behind {what}, which goes"));
        } else if module.text()[line].trim() != &module.text()[statement] {
            return Err(format!("line {} holds several statements", module.line(statement.start())));
        }
        Ok(TextRange::new(line.start(), next_line(module.text(), line.end())))
    }

    fn header(&mut self, header: &Header, keeps_try: bool) -> Result<(), Obstacle> {
        let module = self.edits.module;
        let Guarded { target, value, opening, body, .. } = *self.found;
        let range = opening.range();
        let shared =
            || Err(format!("the opening shares line {} with another statement", module.line(range.start())));
        if module.line_start(range.start()) + TextSize::of(module.indentation(range.start())) != range.start()
            || module.line(body[0].start()) == module.line(range.end())
        {
            return shared();
        }
        let spans = module.line(range.start()) != module.line(range.end());
        let below = next_line(module.text(), module.line_end(range.end()));
        if stays_in_front(module, target, value, header) || spans && !keeps_try {
            let indentation = match keeps_try {
                true => module.indentation(range.start()),
                false => module.indentation(self.edits.try_.start()),
            };
            self.edits.insert(below, format!("{indentation}{}:\n", header.over(&target.id)));
        } else {
            let made = header_edits(module, target, value, header, true, ":");
            self.edits.edits.extend(made.ok_or("the opening has an unusual layout")?);
            if let Some(token) = module.tokens().after(range.end()).first()
                && token.kind() == TokenKind::Semi
            {
                self.edits.edits.push(Edit::delete(token.range()));
            }
        }
        // Blank lines below a header: formatters would remove them.
        let rest = &module.text()[below.to_usize()..];
        let blank = rest.len() - rest.trim_start_matches(BLANKS).len();
        self.edits.replace(below, module.line_start(below + TextSize::of(&rest[..blank])), "");
        Ok(())
    }

    /// The `try` goes, and what stands in front of the header moves out of it.
    fn out_of_try(&mut self) -> Result<(), Obstacle> {
        let TryEdits { module, try_, .. } = self.edits;
        let colon = self.edits.colon()?;
        let line_end = module.line_end(colon.end());
        if module.has_comment(TextRange::new(colon.end(), line_end)) {
            self.edits.comment = Some("a comment stands on the line of the `try`".into());
        }
        let inner = self.edits.inner_indentation()?;
        let outer = module.indentation(try_.start()).to_string();
        let start = next_line(module.text(), line_end);
        let first: &Stmt = self.found.before.first().unwrap_or(&try_.body[0]);
        if module.line(first.start()) == module.line(colon.start()) {
            return Err("the body stands on the line of the `try`".into());
        }
        let moved = TextRange::new(start, self.found.opening.end());
        let moved = reindent(module, moved, &Indent::Replace { from: inner, to: outer });
        self.edits.edits.extend(moved.map_err(|e| e.to_string())?);
        self.edits.without_try_line()
    }

    /// The guard goes out of a `try` that stays: with the `finally`, if it is all that is in it.
    fn without_guard(&mut self) -> Result<(), Obstacle> {
        let Guarded { guard, front, rest, .. } = self.found;
        let statement = guard.statement;
        if front.is_empty() && rest.is_empty() {
            self.edits.tail(statement, &[], true)?;
        } else if rest.is_empty() {
            self.edits.tail(statement, front, false)?;
        } else {
            let line = self.whole_line(statement.range(), "the closing")?;
            self.edits.replace(line.start(), line.end(), "");
        }
        Ok(())
    }
}
