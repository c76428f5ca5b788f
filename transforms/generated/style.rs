//! How the file lays out its definitions, and where a new one goes.

use unspool_engine::syntax::{Module, NodeId, Ranged, Stmt, TextRange, TextSize, TokenKind};
use unspool_engine::text::{BLANKS, next_line};

/// Blank lines between definitions of the module's top level: the usual number of the file, else two (PEP 8).
pub fn blank_lines(module: &Module) -> usize {
    let (body, default) = (module.body(), 2);
    let is_definition = |s: &Stmt| s.is_function_def_stmt() || s.is_class_def_stmt();
    let gaps: Vec<usize> = body
        .windows(2)
        .filter(|pair| is_definition(&pair[0]) && is_definition(&pair[1]))
        .map(|pair| {
            let between = TextRange::new(body_end(module, &pair[0]), above(module, pair[1].start()));
            let breaks = module.text()[between].matches(['\n']).count();
            breaks.saturating_sub(1)
        })
        .collect();
    let count = |gap: usize| gaps.iter().filter(|g| **g == gap).count();
    gaps.iter().copied().max_by_key(|gap| (count(*gap), *gap == default)).unwrap_or(default)
}

/// The start of the line of `at`, or of the comment lines directly above it. A comment that begins the file is the
/// file's own.
pub fn above(module: &Module, at: TextSize) -> TextSize {
    let line = module.line_start(at);
    let mut start = line;
    while start > TextSize::new(0) {
        let previous = module.line_start(start - TextSize::new(1));
        let previous = if previous == start {
            // Between CR and LF.
            module.line_start(start - TextSize::new(2))
        } else {
            previous
        };
        let text = module.text()[TextRange::new(previous, start)].trim();
        if !text.starts_with('#') || module.indentation(previous) != module.indentation(line) {
            break;
        }
        start = previous;
    }
    if start == TextSize::new(0) { line } else { start }
}

/// The start of a statement's first line, decorators included.
pub fn first_line(module: &Module, statement: &Stmt) -> TextSize {
    module.line_start(statement.start())
}

/// Behind the line on which the statement ends, line end included.
pub fn behind(module: &Module, statement: &Stmt) -> TextSize {
    next_line(module.text(), module.line_end(statement.end()))
}

/// The end of the last line of a definition, or of the comments below it that are deeper than its own first line: those
/// are part of its body, which the tree does not show.
pub fn body_end(module: &Module, definition: impl Ranged) -> TextSize {
    let text = module.text();
    let depth = module.indentation(definition.start()).len();
    let mut end = module.line_end(definition.end());
    let mut line = next_line(text, end);
    while line.to_usize() < text.len() {
        let line_end = module.line_end(line);
        let code = text[TextRange::new(line, line_end)].trim();
        if code.starts_with('#') && module.indentation(line).len() > depth {
            end = line_end;
        } else if !code.is_empty() {
            break;
        }
        line = next_line(text, line_end);
    }
    end
}

/// Behind [`body_end`], line end included.
pub fn behind_body(module: &Module, definition: impl Ranged) -> TextSize {
    next_line(module.text(), body_end(module, definition))
}

/// The start of the blank lines above a line.
pub fn blank_above(module: &Module, line: TextSize) -> TextSize {
    let before = &module.text()[..line.to_usize()];
    let code = before.trim_end_matches(BLANKS);
    if code.is_empty() {
        return TextSize::new(0);
    }
    next_line(module.text(), module.line_end(TextSize::of(code)))
}

/// Line breaks that are missing above a place for a definition to stand as far from what is above it as others of the file do.
pub fn missing_above(module: &Module, at: TextSize) -> String {
    let blank = TextRange::new(blank_above(module, at), at);
    if blank.start() == TextSize::new(0) {
        return String::new();
    }
    let there = module.text()[blank].replace("\r\n", "\n").matches(['\n', '\r']).count();
    "\n".repeat(blank_lines(module).saturating_sub(there))
}

/// Lines that go, and where the file does not end its last line, the line break in front of them instead: what is left ends
/// as the file did.
pub fn lines_that_go(module: &Module, range: TextRange) -> TextRange {
    let text = module.text();
    let at_end = range.end().to_usize() == text.len() && !text.ends_with(['\n', '\r']);
    let before = &text[..range.start().to_usize()];
    let kept = before.strip_suffix('\n').map(|kept| kept.strip_suffix('\r').unwrap_or(kept));
    match kept.or_else(|| before.strip_suffix('\r')) {
        Some(kept) if at_end => TextRange::new(TextSize::of(kept), range.end()),
        _ => range,
    }
}

/// The statement of the module's top level that holds the node.
pub fn top_level(module: &Module, node: NodeId) -> NodeId {
    let root = |id: &NodeId| module.parent(*id) == Some(NodeId::ROOT);
    if root(&node) { node } else { module.ancestors(node).find(root).unwrap_or(node) }
}

/// The quote that the file uses more often.
pub fn quote(module: &Module) -> char {
    let strings = module.tokens().iter().filter(|t| t.kind() == TokenKind::String);
    let ends = strings.map(|t| module.text()[t.range()].ends_with('\''));
    let (single, all) = ends.fold((0usize, 0usize), |(s, n), is| (s + usize::from(is), n + 1));
    if single * 2 > all { '\'' } else { '"' }
}

/// Whether the file's classes tell what they are: at least half of them.
pub fn documents_classes(module: &Module) -> bool {
    let (documented, all) = module.nodes().fold((0usize, 0usize), |(yes, all), (_, node)| match node {
        unspool_engine::syntax::AnyNodeRef::StmtClassDef(c) => {
            (yes + usize::from(docstring(&c.body).is_some()), all + 1)
        }
        _ => (yes, all),
    });
    documented > 0 && documented * 2 >= all
}

/// The docstring of a body.
pub fn docstring(body: &[Stmt]) -> Option<&unspool_engine::syntax::Expr> {
    match body.first() {
        Some(Stmt::Expr(e)) if e.value.is_string_literal_expr() => Some(&*e.value),
        _ => None,
    }
}

/// Lines whose first one is indented by `old`, indented by `new`. `None`: a string or a line with less indentation
/// goes over several of them.
pub fn reindented(text: &str, old: &str, new: &str) -> Option<String> {
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            lines.push(line.to_string());
        } else {
            lines.push(format!("{new}{}", line.strip_prefix(old)?));
        }
    }
    Some(lines.concat())
}

/// Whether a string goes over several lines in the range.
pub fn has_long_string(module: &Module, range: TextRange) -> bool {
    module.tokens().in_range(range).iter().any(|t| {
        let is_string =
            matches!(t.kind(), TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle);
        is_string && module.text()[t.range()].contains(['\n', '\r'])
    })
}

/// Whether a line is no longer than lines of the file are (at most 100 characters), or than any file may have them
/// (79). A tab counts as four.
pub fn fits(module: &Module, line: &str) -> bool {
    let columns = |l: &str| l.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum::<usize>();
    let own = columns(line);
    let (always, never) = crate::resources::MOST_COLUMNS;
    own <= always || (own <= never && module.text().lines().any(|l| columns(l) >= own))
}

/// `head(arguments)` on one line, or one argument per line where that is longer than lines of the file are.
pub fn call(module: &Module, head: &str, arguments: &[String]) -> String {
    let line = format!("{head}({})", arguments.join(", "));
    if line.contains('\n') || fits(module, &line) {
        return line;
    }
    let indentation: String = head.chars().take_while(|c| c.is_whitespace()).collect();
    let unit = module.indent_unit(TextSize::new(0));
    let lines: Vec<String> = arguments.iter().map(|a| format!("{indentation}{unit}{a},\n")).collect();
    format!("{head}(\n{}{indentation})", lines.concat())
}

/// A docstring of one line as an argument: in the file's quotes, if it has none of them.
pub fn short_literal(module: &Module, doc: &unspool_engine::syntax::Expr) -> String {
    let source = module.source(doc);
    let quote = quote(module);
    for triple in ["\"\"\"", "'''"] {
        let inner = source.strip_prefix(triple).and_then(|s| s.strip_suffix(triple));
        if let Some(inner) = inner
            && !inner.contains(['\\', quote])
        {
            return format!("{quote}{inner}{quote}");
        }
    }
    source.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspool_engine::syntax::{PythonVersion, TextLen, parse};

    #[test]
    fn what_is_left_ends_as_the_file_did() {
        #[track_caller]
        fn check(text: &str, gone: &str, left: &str) {
            let parsed = parse(text, PythonVersion::latest()).expect("the text is Python");
            let module = Module::new(text, &parsed);
            let start = text.find(gone).expect("the lines are there");
            let range = TextRange::at(TextSize::try_from(start).expect("it is short"), gone.text_len());
            let cut = lines_that_go(&module, range);
            assert_eq!(format!("{}{}", &text[..cut.start().to_usize()], &text[cut.end().to_usize()..]), left);
        }
        check("a\nb\n", "b\n", "a\n");
        check("a\nb", "b", "a");
        check("a\r\nb", "b", "a");
        check("a\rb", "b", "a");
        check("a\nb\nc", "b\n", "a\nc");
        check("a", "a", "");
    }
}
