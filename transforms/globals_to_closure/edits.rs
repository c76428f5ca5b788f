//! The text of the factory: variables and functions move into it, their names are bound to what it returns.

use std::collections::BTreeMap;
use unspool_engine::facts::{ScopeId, SymbolId, Symbols};
use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{AnyNodeRef, Module, Ranged, Stmt, TextLen, TextRange, TextSize, ast};
use unspool_engine::text::{BLANKS, Edit, Indent, Patch, block_range, line_above, next_line, reindent};

use super::group::Group;
use crate::generated::style::fits;

/// What is to be written.
pub struct Plan<'c, 'a, 'r> {
    pub module: &'r Module<'a>,
    pub symbols: &'c Symbols<'a>,
    pub group: &'c Group<'a>,
    /// Indices into the module's body of the assignments that define the variables, ascending.
    pub definitions: Vec<usize>,
    /// Variables that need another name in the factory.
    pub renamed: BTreeMap<SymbolId, Renamed>,
    /// Docstrings that are indented along with the code.
    pub docstrings: Vec<TextRange>,
    /// The name of the factory.
    pub factory: String,
}

/// Another name for a variable, and where it stands.
pub struct Renamed {
    pub name: String,
    pub ranges: Vec<TextRange>,
}

/// Lines that go elsewhere: whole lines, their line ends included.
struct Lines {
    range: TextRange,
}

impl Plan<'_, '_, '_> {
    /// The edits, or why the lines cannot be arranged.
    pub fn edits(&self) -> Result<Vec<Edit>, String> {
        let module = self.module;
        let body = module.body();
        let (first, rest) = self.group.functions.split_first().ok_or("no function uses them")?;
        let unit = self.unit(*first);
        let inner = self.inner_edits(&unit)?;
        for index in self.group.functions.iter().chain(&self.definitions) {
            let end = body[*index].end();
            if module.text()[TextRange::new(end, module.line_end(end))].contains('\\') {
                return Err(format!("line {} ends with a backslash", module.line(end)));
            }
        }

        let mut edits = Vec::new();
        // The variables.
        let mut moved: Vec<Lines> = Vec::new();
        let mut variables = String::new();
        for unit_range in self.variable_lines()? {
            variables.push_str(&self.indented(unit_range, &unit, &inner)?);
            if !variables.ends_with('\n') {
                variables.push('\n');
            }
            moved.push(Lines { range: unit_range });
        }

        // The functions that can stay where they are, between them nothing but what goes.
        let mut in_place = vec![*first];
        let mut others = Vec::new();
        for next in rest {
            let last = *in_place.last().expect("the first function stays");
            let is_next = (last + 1..*next).all(|i| self.definitions.contains(&i));
            if is_next && others.is_empty() { in_place.push(*next) } else { others.push(*next) }
        }
        let blocks: Vec<TextRange> =
            in_place.iter().map(|i| block_range(module, std::slice::from_ref(&body[*i]))).collect();
        for block in &blocks {
            edits.extend(self.deeper(*block, &unit)?);
            edits.extend(inner.iter().filter(|e| block.contains_range(e.range)).cloned());
        }
        for pair in blocks.windows(2) {
            self.close_up(pair[0].end(), pair[1].start(), &mut moved, &unit, &mut edits);
        }
        let start = module.line_start(blocks[0].start());
        let mut header = format!("def {}():\n{variables}", self.factory);
        if !variables.is_empty() {
            header.push('\n');
        }
        edits.insert(0, Edit::insert(start, header));

        // The others move behind them.
        let mut tail = String::new();
        for index in others {
            let block = block_range(module, std::slice::from_ref(&body[index]));
            let lines = whole_lines(module, block)?;
            let text = self.indented(lines, &unit, &inner)?;
            tail.push_str("\n\n");
            tail.push_str(text.trim_end_matches(['\n', '\r']));
            moved.push(Lines { range: lines });
        }
        let end = blocks.last().expect("the first function stays").end();
        let end = module.line_end(end);
        tail.push_str(&format!("\n\n{unit}return {}", self.returned()));
        tail.push_str(&"\n".repeat(1 + self.gap(blocks[0])));
        tail.push_str(&self.binding(&unit));
        let removals: Vec<TextRange> = merged(module, moved).into_iter().map(|r| self.removal(r)).collect();
        // A line break behind a comment ends no statement, and does so now: it is written anew.
        let below = next_line(module.text(), end);
        if below == end || removals.iter().any(|r| r.contains(end)) {
            edits.push(Edit::insert(end, tail));
        } else {
            tail.push('\n');
            edits.push(Edit::replace(TextRange::new(end, below), tail));
        }
        edits.extend(removals.into_iter().map(Edit::delete));
        Ok(edits)
    }

    /// By what the body of the factory is indented.
    fn unit(&self, function: usize) -> String {
        match &self.module.body()[function] {
            Stmt::FunctionDef(f) => {
                let first = f.body.first().expect("a function has a body");
                let own_line = self.module.line_start(first.start()) > f.start();
                let at = if own_line { first.start() } else { f.start() };
                self.module.indent_unit(at).to_string()
            }
            _ => self.module.indent_unit(TextSize::new(0)).to_string(),
        }
    }

    /// `global` becomes `nonlocal`; variables that need another name get it.
    fn inner_edits(&self, unit: &str) -> Result<Vec<Edit>, String> {
        let module = self.module;
        let mut edits = Vec::new();
        let is_ours = |name: &ast::Identifier| {
            self.symbols
                .own(ScopeId::MODULE, name.as_str())
                .is_some_and(|s| self.group.variables.iter().any(|v| v.symbol == s))
        };
        for index in &self.group.functions {
            for (_, node) in module.subtree(module.id(&module.body()[*index])) {
                let AnyNodeRef::StmtGlobal(global) = node else { continue };
                let ours = global.names.iter().filter(|n| is_ours(n)).count();
                let line = module.line(global.start());
                if ours == global.names.len() {
                    let keyword = TextRange::at(global.start(), TextSize::of("global"));
                    edits.push(Edit::replace(keyword, "nonlocal"));
                } else if ours > 0 {
                    let several_lines = module.line(global.start()) != module.line(global.end());
                    if module.has_comment(global.range()) || several_lines || !self.renamed.is_empty() {
                        return Err(format!("line {line} declares other variables, too"));
                    }
                    let part = |ours: bool| {
                        let names = global.names.iter().filter(|n| is_ours(n) == ours);
                        names.map(|n| n.as_str()).collect::<Vec<_>>().join(", ")
                    };
                    let indent = module.indentation(global.start());
                    let own_line = module.line_start(global.start()) + indent.text_len() == global.start();
                    let between = if own_line { format!("\n{unit}{indent}") } else { "; ".to_string() };
                    let text = format!("global {}{between}nonlocal {}", part(false), part(true));
                    edits.push(Edit::replace(global.range(), text));
                }
            }
        }
        for renamed in self.renamed.values() {
            edits.extend(renamed.ranges.iter().map(|range| Edit::replace(*range, renamed.name.clone())));
        }
        for range in &self.docstrings {
            let mut text = String::new();
            for (i, line) in module.text()[*range].split_inclusive('\n').enumerate() {
                if i > 0 && !line.trim().is_empty() {
                    text.push_str(unit);
                }
                text.push_str(line);
            }
            edits.push(Edit::replace(*range, text));
        }
        edits.sort_by_key(|e| e.range.start());
        Ok(edits)
    }

    /// The lines of the definitions, with the comments that are about them.
    fn variable_lines(&self) -> Result<Vec<TextRange>, String> {
        let module = self.module;
        let body = module.body();
        let mut units: Vec<TextRange> = Vec::new();
        for &index in &self.definitions {
            let statement = &body[index];
            let lines =
                TextRange::new(module.line_start(statement.start()), module.line_end(statement.end()));
            let line = module.line(statement.start());
            let shares = body.iter().enumerate().any(|(i, other)| {
                !self.definitions.contains(&i)
                    && other.range().intersect(lines).is_some_and(|r| !r.is_empty())
            });
            if shares {
                return Err(format!("line {line} has other statements, too"));
            }
            let end = next_line(module.text(), lines.end());
            if let Some(last) = units.last_mut()
                && last.end() > lines.start()
            {
                *last = TextRange::new(last.start(), end.max(last.end()));
                continue;
            }
            let start = self.comments_above(lines.start(), end)?;
            units.push(TextRange::new(start, end));
        }
        Ok(units)
    }

    /// Where the comments begin that are about the definition whose line starts at `line`.
    fn comments_above(&self, line: TextSize, end: TextSize) -> Result<TextSize, String> {
        let (module, text) = (self.module, self.module.text());
        let mut start = line;
        while start > TextSize::new(0) {
            let above = line_above(module, start);
            if !text[above].starts_with('#') {
                break;
            }
            start = above.start();
        }
        let comments = &text[TextRange::new(start, line)];
        if comments.is_empty() {
            return Ok(line);
        }
        if comments.lines().any(is_pragma) {
            return Err(format!("the comment above line {} speaks to a tool", module.line(line)));
        }
        let is_header =
            start == TextSize::new(0) || comments.lines().any(is_rule) || comments.starts_with("#!");
        // A comment above several assignments may be about all of them.
        let goes_on =
            module.body().iter().enumerate().any(|(i, s)| s.start() == end && !self.definitions.contains(&i));
        Ok(if is_header || goes_on { line } else { start })
    }

    fn deeper(&self, range: TextRange, unit: &str) -> Result<Vec<Edit>, String> {
        let change = Indent::Replace { from: String::new(), to: unit.to_string() };
        reindent(self.module, range, &change).map_err(|e| e.to_string())
    }

    /// The text of whole lines as it stands in the factory.
    fn indented(&self, range: TextRange, unit: &str, inner: &[Edit]) -> Result<String, String> {
        let text = &self.module.text()[range];
        let content =
            TextRange::new(range.start(), range.start() + text.trim_end_matches(['\n', '\r']).text_len());
        let mut edits = self.deeper(content, unit)?;
        edits.extend(inner.iter().filter(|e| range.contains_range(e.range)).cloned());
        let moved =
            edits.into_iter().map(|e| Edit { range: e.range - range.start(), text: e.text }).collect();
        let patch = Patch::new(moved, text).map_err(|e| e.to_string())?;
        Ok(patch.apply(text))
    }

    /// One blank line between two functions that stay. What of `moved` stood alone between them is done with.
    fn close_up(
        &self,
        end: TextSize,
        start: TextSize,
        moved: &mut Vec<Lines>,
        unit: &str,
        edits: &mut Vec<Edit>,
    ) {
        let (module, text) = (self.module, self.module.text());
        let from = next_line(text, module.line_end(end));
        let to = module.line_start(start);
        if from > to {
            return;
        }
        let between = TextRange::new(from, to);
        let is_between = |m: &Lines| between.contains_range(m.range);
        if moved.iter().any(is_between) {
            let mut rest = text[between].to_string();
            for lines in moved.iter().filter(|m| is_between(m)).map(|m| m.range - from).rev() {
                rest.replace_range(lines.start().to_usize()..lines.end().to_usize(), "");
            }
            if rest.trim().is_empty() {
                moved.retain(|m| !is_between(m));
                edits.push(Edit::replace(between, "\n"));
            }
            return;
        }
        if text[between].trim().is_empty() {
            // Of several blank lines the first stays.
            let second = next_line(text, module.line_end(from));
            if from < to && second < to {
                edits.push(Edit::delete(TextRange::new(second, to)));
            }
            return;
        }
        for comment in module.comments_in(between) {
            let line = module.line_start(comment.start());
            edits.push(Edit::insert(line, unit));
        }
    }

    fn names(&self) -> Vec<&str> {
        self.group.defs(self.module).iter().map(|d| d.name.as_str()).collect()
    }

    fn returned(&self) -> String {
        self.names().join(", ")
    }

    /// `a, b = _make_a()`
    fn binding(&self, unit: &str) -> String {
        let names = self.names();
        let line = format!("{} = {}()", names.join(", "), self.factory);
        if fits(self.module, &line) || names.len() == 1 {
            return line;
        }
        let lines: String = names.iter().map(|n| format!("{unit}{n},\n")).collect();
        format!("(\n{lines}) = {}()", self.factory)
    }

    /// How many blank lines the file has between definitions.
    fn gap(&self, block: TextRange) -> usize {
        let above = blank_lines_above(self.module, self.module.line_start(block.start()));
        let below =
            blank_lines_below(self.module, next_line(self.module.text(), self.module.line_end(block.end())));
        let habit = if above > 0 { above } else { below };
        habit.clamp(1, 2)
    }

    /// The lines together with the blank lines that would be too many.
    fn removal(&self, range: TextRange) -> TextRange {
        let (module, text) = (self.module, self.module.text());
        let (above, below) =
            (blank_lines_above(module, range.start()), blank_lines_below(module, range.end()));
        let at_top = text[..range.start().to_usize()].trim().is_empty();
        let too_many = if at_top { below } else { above.min(below) };
        let mut end = range.end();
        for _ in 0..too_many {
            end = next_line(text, module.line_end(end));
        }
        if end.to_usize() == text.len() {
            // What is left ends the file, as the file did: with its line break or without, and without blank lines.
            let above = &text[..range.start().to_usize()];
            let kept = module.line_end(TextSize::of(above.trim_end_matches(BLANKS)));
            let kept = if text.ends_with(['\n', '\r']) { next_line(text, kept) } else { kept };
            return TextRange::new(kept.min(range.start()), end);
        }
        TextRange::new(range.start(), end)
    }
}

/// A comment that divides a file rather than explains a line.
fn is_rule(comment: &str) -> bool {
    ["---", "===", "###", "***", "~~~"].iter().any(|rule| comment.contains(rule))
}

/// The lines that a block fills, if it has them for itself.
fn whole_lines(module: &Module, block: TextRange) -> Result<TextRange, String> {
    let start = module.line_start(block.start());
    let end = module.line_end(block.end());
    if start != block.start() || !module.text()[TextRange::new(block.end(), end)].trim().is_empty() {
        return Err(format!("line {} has other statements, too", module.line(block.start())));
    }
    Ok(TextRange::new(start, next_line(module.text(), end)))
}

fn is_blank(module: &Module, line: TextSize) -> bool {
    module.text()[TextRange::new(line, module.line_end(line))].trim().is_empty()
}

fn blank_lines_above(module: &Module, mut line: TextSize) -> usize {
    let mut count = 0;
    while line > TextSize::new(0) {
        line = line_above(module, line).start();
        if !is_blank(module, line) {
            break;
        }
        count += 1;
    }
    count
}

fn blank_lines_below(module: &Module, mut line: TextSize) -> usize {
    let mut count = 0;
    while line < module.text().text_len() && is_blank(module, line) {
        count += 1;
        line = next_line(module.text(), module.line_end(line));
    }
    count
}

/// Lines that go, those with nothing but blank lines between them as one.
fn merged(module: &Module, mut lines: Vec<Lines>) -> Vec<TextRange> {
    lines.sort_by_key(|l| l.range.start());
    let mut ranges: Vec<TextRange> = Vec::new();
    for Lines { range } in lines {
        match ranges.last_mut() {
            Some(last) if module.text()[TextRange::new(last.end(), range.start())].trim().is_empty() => {
                *last = last.cover(range);
            }
            _ => ranges.push(range),
        }
    }
    ranges
}
