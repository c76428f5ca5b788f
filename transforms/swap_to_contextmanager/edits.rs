//! The edits: the header takes the place of the last setting, the lines that save and set go, and so does the `finally`.

use unspool_engine::syntax::{Module, Ranged, Stmt, TextRange, TextSize, ast};
use unspool_engine::text::{BLANKS, Edit, Indent, next_line, reindent};

use super::shape::Swap;
use crate::resources::tries::{Obstacle, TryEdits};

pub struct Plan<'m, 'a> {
    pub module: &'m Module<'a>,
    pub try_: &'a ast::StmtTry,
    pub suite: &'a [Stmt],
    pub swaps: &'m [Swap<'a>],
    /// Per swap: the name of its manager, and whether the saved value keeps its name.
    pub spelled: &'m [String],
    pub kept: &'m [bool],
    /// Whether the swaps are all that a statement of the block saves and sets.
    pub whole: &'m dyn Fn(usize) -> bool,
    /// What a value that is set in several places is called in the header, where it has no name yet.
    pub shared: Option<&'m str>,
}

impl Plan<'_, '_> {
    /// The edits, and the comment that they take from its statement.
    ///
    /// # Errors
    /// Why the lines cannot be rearranged.
    pub fn edits(&self) -> Result<(Vec<Edit>, Option<String>), Obstacle> {
        let Plan { module, try_, suite, .. } = *self;
        let mut writer = TryEdits::new(module, try_)?;
        let items: Vec<String> = self
            .swaps
            .iter()
            .zip(self.spelled)
            .map(|(swap, name)| self.item(swap, name))
            .collect::<Result<_, _>>()?;
        if items.iter().any(|i| i.contains(['\n', '\r'])) {
            return Err("the new value is written over several lines".into());
        }
        let header = format!("with {}", items.join(", "));
        let keeps_try = !try_.handlers.is_empty();
        let last_set = self.swaps.iter().filter_map(|s| s.set_at).max();
        let mut gone: Vec<usize> = Vec::new();
        for swap in self.swaps {
            // A statement that saves several goes, or stays for the one that is needed.
            let kept = self.swaps.iter().zip(self.kept).any(|(s, kept)| s.save_at == swap.save_at && *kept);
            if swap.set_at == Some(swap.save_at) && kept {
                if self.swaps.iter().filter(|s| s.save_at == swap.save_at).count() > 1 {
                    return Err(format!(
                        "line {} saves and sets several",
                        module.line(suite[swap.save_at].start())
                    ));
                }
                let statement = suite[swap.save_at].range();
                let what = format!("{} = {}", swap.saved.id, self.saved(swap));
                if last_set == swap.set_at {
                    return Err(format!(
                        "`{}` is used elsewhere, and saved and set in one statement",
                        swap.saved.id
                    ));
                }
                writer.replace(statement.start(), statement.end(), what);
                continue;
            }
            if !kept {
                gone.push(swap.save_at);
            }
            gone.extend(swap.set_at);
        }
        gone.sort_unstable();
        gone.dedup();
        for i in &gone {
            self.own_line(&suite[*i])?;
            if !(self.whole)(*i) {
                let line = module.line(suite[*i].start());
                return Err(format!("line {line} saves or sets something else, too"));
            }
        }
        let commented = gone.iter().map(|i| self.line(&suite[*i])).find(|r| module.has_comment(*r));
        if let Some(range) = commented {
            writer.comment =
                Some(format!("a comment stands on line {}, which goes", module.line(range.start())));
        }
        let closing = try_.finalbody.last().ok_or("there is no finally")?;
        match last_set {
            Some(last) => {
                let set = &suite[last];
                for i in gone.iter().filter(|i| **i != last) {
                    let line = self.line(&suite[*i]);
                    writer.replace(line.start(), next_line(module.text(), line.end()), "");
                }
                writer.replace(set.start(), self.line(set).end(), format!("{header}:"));
                let kept_end = self.tail(&mut writer, closing, keeps_try)?;
                let from = next_line(module.text(), self.line(set).end());
                self.behind(&mut writer, from, keeps_try, kept_end)?;
            }
            None => {
                let [first, _, ..] = &*try_.body else { return Err("the body only sets".into()) };
                self.own_line(first)?;
                let line = self.line(first);
                if module.has_comment(line) {
                    writer.comment =
                        Some(format!("a comment stands on line {}, which goes", module.line(line.start())));
                }
                for i in &gone {
                    let line = self.line(&suite[*i]);
                    writer.replace(line.start(), next_line(module.text(), line.end()), "");
                }
                writer.replace(line.start(), next_line(module.text(), line.end()), "");
                let kept_end = self.tail(&mut writer, closing, false)?;
                writer.instead_of_try(&header, false, kept_end)?;
            }
        }
        Ok((writer.edits, writer.comment))
    }

    /// One manager of the header. Of a value that is set in several places the first one binds a name.
    ///
    /// # Errors
    /// If every name is taken.
    fn item(&self, swap: &Swap, manager: &str) -> Result<String, Obstacle> {
        let value = self.module.source(swap.value);
        let own = swap.also.map(|also| also.id.as_str());
        if !swap.is_shared {
            let also = own.map(|name| format!(" as {name}")).unwrap_or_default();
            return Ok(format!("{manager}({value}){also}"));
        }
        let Some(name) = own.or(self.shared) else {
            return Err("no name is free for the stream that is set twice".into());
        };
        let of = |s: &Swap| s.value.range() == swap.value.range();
        let is_first = self.swaps.iter().find(|s| of(s)).is_some_and(|s| s.what == swap.what);
        Ok(if is_first { format!("{manager}({value}) as {name}") } else { format!("{manager}({name})") })
    }

    fn tail(&self, writer: &mut TryEdits, closing: &Stmt, keeps_try: bool) -> Result<TextSize, Obstacle> {
        if self.try_.finalbody.len() == 1 {
            return writer.tail(closing, &[], keeps_try);
        }
        let from = writer.finally()?.start();
        if self.module.has_comment(TextRange::new(from, self.module.line_end(self.try_.end()))) {
            writer.comment = Some("a comment stands in the finally, which goes".into());
        }
        writer.cut_finally()
    }

    /// What stands between the last setting and the `try` comes into the block, and the `try` goes (or comes, too).
    fn behind(
        &self,
        writer: &mut TryEdits,
        from: TextSize,
        keeps_try: bool,
        kept_end: TextSize,
    ) -> Result<(), Obstacle> {
        let module = self.module;
        let try_line = module.line_start(self.try_.start());
        // Blank lines below a header: formatters would remove them.
        let rest = &module.text()[from.to_usize()..];
        let blank = rest.len() - rest.trim_start_matches(BLANKS).len();
        let below = module.line_start(from + TextSize::of(&rest[..blank]));
        writer.replace(from, below, "");
        let above = module.text()[..try_line.to_usize()].trim_end_matches(BLANKS);
        let (end, change) = if keeps_try {
            (kept_end, Indent::Deeper)
        } else {
            let from = module.indentation(self.try_.start()).to_string();
            (module.line_end(TextSize::of(above)), Indent::Replace { from, to: writer.inner_indentation()? })
        };
        if below < end {
            let moved = reindent(module, TextRange::new(below, end), &change);
            writer.edits.extend(moved.map_err(|e| e.to_string())?);
        }
        if keeps_try { Ok(()) } else { writer.without_try_line() }
    }

    fn saved(&self, swap: &Swap) -> &'static str {
        match swap.what {
            super::shape::Swapped::Directory => "os.getcwd()",
            super::shape::Swapped::Stdout => "sys.stdout",
            super::shape::Swapped::Stderr => "sys.stderr",
        }
    }

    fn line(&self, statement: &Stmt) -> TextRange {
        let module = self.module;
        TextRange::new(module.line_start(statement.start()), module.line_end(statement.end()))
    }

    /// # Errors
    /// If the statement shares its lines with another.
    fn own_line(&self, statement: &Stmt) -> Result<(), Obstacle> {
        let module = self.module;
        let line = self.line(statement);
        let behind = module.text()[TextRange::new(statement.end(), line.end())].trim_start();
        let alone = line.start() + TextSize::of(module.indentation(statement.start())) == statement.start()
            && (behind.is_empty() || behind.starts_with('#'));
        if alone {
            Ok(())
        } else {
            Err(format!("line {} holds several statements", module.line(statement.start())))
        }
    }
}
