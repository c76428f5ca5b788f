//! The edits: the context manager above the first function, a `with` in each.

use unspool_engine::facts::{Access, Symbols};
use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{AnyNodeRef, Module, NodeId, Ranged, Stmt, TextRange, TextSize, TokenKind};
use unspool_engine::text::{Edit, block_range, next_line};
use unspool_engine::transform::CommentChange;

use super::copies::{Copy, Group};
use super::hands::Hands;
use crate::resources::tries::{Obstacle, TryEdits};

pub struct Made {
    pub edits: Vec<Edit>,
    pub comments: Vec<CommentChange>,
}

pub struct Plan<'m, 'a> {
    pub module: &'m Module<'a>,
    pub group: &'m Group<'a>,
    pub hands: &'m Hands<'a>,
    pub name: &'m str,
    /// `contextmanager`, `contextlib.contextmanager`
    pub decorator: &'m str,
    pub is_async: bool,
    pub symbols: &'m Symbols<'a>,
}

/// The statement above which the manager is defined: the first function, or what of the module or class holds it.
pub fn place<'a>(module: &Module<'a>, group: &Group<'a>, hands: &Hands<'a>) -> NodeId {
    let outer = hands.receiver.map_or(NodeId::ROOT, |(_, class)| class);
    let function = group.copies[0].function;
    let mut below = function;
    for ancestor in module.ancestors(function) {
        if ancestor == outer {
            return below;
        }
        below = ancestor;
    }
    below
}

impl<'a> Plan<'_, 'a> {
    /// # Errors
    /// Why the lines cannot be rearranged.
    pub fn edits(&self) -> Result<Made, Obstacle> {
        let mut made = Made { edits: Vec::new(), comments: Vec::new() };
        let texts: Vec<Vec<&str>> = self.group.copies.iter().map(|c| self.comments(c)).collect();
        if texts.iter().any(|t| *t != texts[0]) {
            return Err("the comments in the setup or the clean-up are not the same in all copies".into());
        }
        if texts[0].iter().any(|t| is_pragma(t)) {
            return Err("a pragma comment stands in the setup or the clean-up".into());
        }
        made.edits.push(self.manager()?);
        for (i, copy) in self.group.copies.iter().enumerate() {
            self.copy(i, copy, &mut made)?;
        }
        self.without_globals(&mut made);
        Ok(made)
    }

    /// The ranges of a copy that go: the setup with the `try:`, and the `finally`.
    fn removed(&self, copy: &Copy) -> [TextRange; 2] {
        let module = self.module;
        let first = &copy.setup(self.group.setup)[0];
        let head = TextRange::new(module.line_start(first.start()), module.line_end(copy.try_.start()));
        let ends = [copy.try_.body.last(), copy.try_.orelse.last()].into_iter().flatten().map(Ranged::end);
        let last = ends.chain(copy.try_.handlers.last().map(Ranged::end)).max();
        let last = module.line_end(last.expect("a try has a body"));
        [head, TextRange::new(last, module.line_end(copy.try_.end()))]
    }

    /// A `global` of which the function binds nothing any more says nothing.
    fn without_globals(&self, made: &mut Made) {
        let module = self.module;
        let gone: Vec<TextRange> = self.group.copies.iter().flat_map(|c| self.removed(c)).collect();
        let mut functions: Vec<NodeId> = self.group.copies.iter().map(|c| c.function).collect();
        functions.sort_unstable();
        functions.dedup();
        for function in functions {
            let own = |id: NodeId| module.enclosing_definition(id) == Some(function);
            let statements = module.subtree(function).filter(|(id, _)| own(*id));
            let declarations = statements.filter_map(|(_, node)| match node {
                AnyNodeRef::StmtGlobal(global) => Some(global),
                _ => None,
            });
            let occurrences = module.subtree(function).filter_map(|(id, _)| self.symbols.occurrence(id));
            let still_bound: Vec<&str> = occurrences
                .filter(|o| o.binds() || o.access == Access::Delete)
                .filter(|o| !gone.iter().any(|r| r.contains_range(o.range)))
                .map(|o| o.name)
                .collect();
            // Only what all copies have in common leaves the functions.
            let is_needed = |name: &&str| !self.hands.globals.contains(name) || still_bound.contains(name);
            for global in declarations {
                let needed: Vec<&str> = global.names.iter().map(|n| n.as_str()).filter(is_needed).collect();
                let line = TextRange::new(module.line_start(global.start()), module.line_end(global.end()));
                if needed.is_empty() && module.text()[line].trim() == &module.text()[global.range()] {
                    let end = next_line(module.text(), line.end());
                    made.edits.push(Edit::delete(TextRange::new(line.start(), end)));
                } else if !needed.is_empty() && needed.len() < global.names.len() {
                    let text = format!("global {}", needed.join(", "));
                    made.edits.push(Edit::replace(global.range(), text));
                }
            }
        }
    }

    fn comments(&self, copy: &Copy) -> Vec<&str> {
        let module = self.module;
        let ranges = self.removed(copy);
        let all = ranges.into_iter().flat_map(|r| module.comments_in(r).collect::<Vec<_>>());
        all.map(|c| &module.text()[c.range()]).collect()
    }

    fn manager(&self) -> Result<Edit, Obstacle> {
        let Plan { module, group, hands, .. } = *self;
        let first = &group.copies[0];
        let at = place(module, group, hands);
        let above: &[Stmt] =
            module.suite_of(at).map(|(suite, i)| &suite[i..=i]).ok_or("the function has no place")?;
        let start = module.line_start(block_range(module, above).start());
        let outer = module.indentation(above[0].start()).to_string();
        let unit = module.indent_unit(first.try_.start());
        let setup = self.text(first.setup(group.setup), None, &format!("{outer}{unit}"))?;
        let finally = TryEdits::new(module, first.try_)?.finally()?;
        let below = next_line(module.text(), module.line_end(finally.end()));
        if module.has_comment(TextRange::new(finally.end(), below)) {
            return Err("a comment stands behind the `finally`".into());
        }
        let clean_up = self.text(&first.try_.finalbody, Some(below), &format!("{outer}{unit}{unit}"))?;
        let between = self.between(first);
        if between.is_some_and(|r| module.has_comment(r)) {
            return Err("a comment stands between the setup and the `try`".into());
        }
        let receiver = hands.receiver.map(|(name, _)| name.to_string());
        let parameters: Vec<String> =
            receiver.into_iter().chain(hands.parameters.iter().map(|p| p.name.clone())).collect();
        let globals = match &*hands.globals {
            [] => String::new(),
            names => format!("{outer}{unit}global {}\n", names.join(", ")),
        };
        let value = match &*hands.yielded {
            [] => String::new(),
            names => format!(" {}", names.join(", ")),
        };
        let def = if self.is_async { "async def" } else { "def" };
        let of_class = if hands.of_class { format!("{outer}@classmethod\n") } else { String::new() };
        let blank = if outer.is_empty() { "\n\n" } else { "\n" };
        let text = format!(
            "{of_class}{outer}@{}\n{outer}{def} {}({}):\n{globals}{setup}{outer}{unit}try:\n{outer}{unit}{unit}yield{value}\n{outer}{unit}finally:\n{clean_up}{blank}",
            self.decorator,
            self.name,
            parameters.join(", "),
        );
        Ok(Edit::insert(start, text))
    }

    /// The lines between the last statement of the setup and the `try`.
    fn between(&self, copy: &Copy) -> Option<TextRange> {
        let last = copy.setup(self.group.setup).last()?;
        let from = self.module.line_end(last.end());
        (from <= copy.try_.start()).then(|| TextRange::new(from, copy.try_.start()))
    }

    /// Statements of the first copy as whole lines, with the names of the parameters, indented by `to`. `from`: the
    /// start of the lines, comments above the first statement included.
    fn text(&self, statements: &[Stmt], from: Option<TextSize>, to: &str) -> Result<String, Obstacle> {
        let module = self.module;
        let (first, last) =
            (statements.first().ok_or("there is no setup")?, statements.last().ok_or("there is none")?);
        let start = from.unwrap_or_else(|| module.line_start(first.start()));
        let end = next_line(module.text(), module.line_end(last.end()));
        let own = |s: &Stmt| {
            module.line_start(s.start()) + TextSize::of(module.indentation(s.start())) == s.start()
        };
        if let Some(shared) = statements.iter().find(|s| !own(s)) {
            return Err(format!("line {} holds several statements", module.line(shared.start())));
        }
        let range = TextRange::new(start, end);
        for token in module.tokens().in_range(range) {
            let spans = module.line(token.start()) != module.line(token.end());
            let string = matches!(
                token.kind(),
                TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle
            );
            if spans && string {
                return Err(format!("the string on line {} spans several lines", module.line(token.start())));
            }
        }
        let mut places: Vec<(TextRange, &str)> = self
            .hands
            .parameters
            .iter()
            .flat_map(|p| p.places.iter().map(|id| (module.node(*id).range(), p.name.as_str())))
            .filter(|(r, _)| range.contains_range(*r))
            .collect();
        places.sort_by_key(|(r, _)| r.start());
        let mut text = String::new();
        let mut at = start;
        for (place, name) in places {
            text.push_str(&module.text()[TextRange::new(at, place.start())]);
            text.push_str(name);
            at = place.end();
        }
        text.push_str(&module.text()[TextRange::new(at, end)]);
        let base = module.indentation(first.start());
        let mut lines = String::new();
        for line in text.lines() {
            let rest = line.strip_prefix(base).unwrap_or(line.trim_start());
            if !rest.trim().is_empty() {
                lines.push_str(to);
                lines.push_str(rest);
            }
            lines.push('\n');
        }
        Ok(lines)
    }

    fn copy(&self, i: usize, copy: &Copy<'a>, made: &mut Made) -> Result<(), Obstacle> {
        let module = self.module;
        let mut writer = TryEdits::new(module, copy.try_)?;
        let setup = copy.setup(self.group.setup);
        let start = setup[0].start();
        let own = module.line_start(start) + TextSize::of(module.indentation(start)) == start;
        let try_own = module.indentation(copy.try_.start()).len()
            == (copy.try_.start() - module.line_start(copy.try_.start())).to_usize();
        if !own || !try_own {
            return Err(format!("line {} holds several statements", module.line(start)));
        }
        if self.between(copy).is_some_and(|r| module.has_comment(r)) {
            return Err("a comment stands between the setup and the `try`".into());
        }
        let arguments: Vec<&str> =
            self.hands.parameters.iter().map(|p| module.source(module.node(p.arguments[i]))).collect();
        if arguments.iter().any(|a| a.contains(['\n', '\r'])) {
            return Err("an argument spans several lines".into());
        }
        let object = self.hands.receiver.map(|_| {
            let AnyNodeRef::StmtFunctionDef(def) = module.node(copy.function) else { return String::new() };
            let first = def.parameters.iter_non_variadic_params().next();
            first.map(|p| format!("{}.", p.name())).unwrap_or_default()
        });
        let target = match &*self.hands.targets[i] {
            [] => String::new(),
            [one] => format!(" as {one}"),
            several => format!(" as ({})", several.join(", ")),
        };
        let header = format!(
            "{}with {}{}({}){target}",
            if self.is_async { "async " } else { "" },
            object.unwrap_or_default(),
            self.name,
            arguments.join(", "),
        );
        let keeps_try = !copy.try_.handlers.is_empty();
        let kept_end = writer.cut_finally()?;
        writer.replace(module.line_start(start), module.line_start(copy.try_.start()), "");
        writer.instead_of_try(&header, keeps_try, kept_end)?;
        if let Some(comment) = writer.comment {
            return Err(comment);
        }
        made.edits.append(&mut writer.edits);
        if i > 0 {
            let ranges = self.removed(copy);
            let gone = ranges.into_iter().flat_map(|r| module.comments_in(r).collect::<Vec<_>>());
            made.comments.extend(gone.map(|c| CommentChange::Merged(c.range())));
        }
        Ok(())
    }
}
