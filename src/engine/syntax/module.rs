//! A parsed file with numbered nodes and a parent table.

use ruff_python_ast::statement_visitor::{StatementVisitor, walk_stmt};
use ruff_python_ast::visitor::source_order::{self, SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{
    AnyNodeRef, Expr, HasNodeIndex, ModModule, NodeIndex, NodeKind, PySourceType, PythonVersion, Stmt,
    token::{Token, TokenKind, Tokens},
};
use ruff_python_parser::{ParseOptions, UnsupportedSyntaxErrorKind, parse_unchecked};
use ruff_source_file::LineIndex;
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::guard::{MAX_NESTING, nesting_depth};
use super::parsed::Parsed;
use super::plain_names;

/// The number of a node: its position in a walk of the tree in source order, the module being 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

impl NodeId {
    pub const ROOT: NodeId = NodeId(0);

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Why a text gives no tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseFailure {
    /// The first syntax error: what, and where it starts.
    Syntax { message: String, at: TextRange },
    /// Brackets or blocks nest deeper than [`MAX_NESTING`].
    TooDeep { depth: usize },
    /// The text is longer than the 4 GiB that ranges can address.
    TooLarge,
    /// A statement's block does not show in the blanks of its own line: [`Module::odd_indentation`].
    OddIndentation { at: TextRange },
}

impl fmt::Display for ParseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseFailure::Syntax { message, .. } => write!(f, "syntax error: {message}"),
            ParseFailure::TooDeep { depth } => {
                write!(f, "nested {depth} levels deep, more than the {MAX_NESTING} that are read")
            }
            ParseFailure::TooLarge => write!(f, "larger than 4 GiB"),
            ParseFailure::OddIndentation { .. } => {
                write!(f, "a form feed or a backslash stands in the indentation of a statement")
            }
        }
    }
}

const BOM: char = '\u{feff}';

/// Parses a whole file, given without its byte order mark. Any error makes it unusable: the parser recovers by inventing structure, and a
/// Python 2 file would give a plausible, wrong tree. Syntax that is merely newer than `target` is no error, but
/// for `except A, b:`, which Python 2 reads as `except A as b:` and only Python 3.14 as a tuple (PEP 758). Nor is syntax that is
/// older: names `async` and `await`.
pub fn parse(text: &str, target: PythonVersion) -> Result<Parsed, ParseFailure> {
    if u32::try_from(text.len()).is_err() {
        return Err(ParseFailure::TooLarge);
    }
    if text.starts_with(BOM) {
        // The parser would pass over it. But text comes without the mark of its file, so this is a second one,
        // which Python does not accept.
        let at = TextRange::up_to(TextSize::of(BOM));
        return Err(ParseFailure::Syntax { message: "a second byte order mark".to_owned(), at });
    }
    let parsed = parse_module(text, target)?;
    let Some(first) = failure(&parsed, target) else {
        return match else_without_except(text, parsed.syntax()) {
            None => Ok(Parsed::whole(parsed)),
            Some(at) => {
                let message = "`else` of a `try` without `except`".to_owned();
                Err(ParseFailure::Syntax { message, at })
            }
        };
    };
    if let Some(exchanged) = plain_names::exchange(text, parsed.tokens()) {
        let again = parse_module(&exchanged.text, target)?;
        if failure(&again, target).is_none() {
            return Ok(Parsed::changed(again, |tree| exchanged.restore(tree)));
        }
    }
    Err(first)
}

type Outcome = ruff_python_parser::Parsed<ModModule>;

/// A tree with whatever errors the parser recovered from.
fn parse_module(text: &str, target: PythonVersion) -> Result<Outcome, ParseFailure> {
    let options = ParseOptions::from(PySourceType::Python).with_target_version(target);
    let parsed = parse_unchecked(text, options).try_into_module().expect("module mode gives a module");
    let depth = nesting_depth(parsed.tokens());
    if depth > MAX_NESTING {
        // Dropping the tree recurses as deep as it nests: leaking it is the only way out.
        std::mem::forget(parsed);
        return Err(ParseFailure::TooDeep { depth });
    }
    Ok(parsed)
}

fn failure(parsed: &Outcome, target: PythonVersion) -> Option<ParseFailure> {
    if let Some(error) = parsed.errors().first() {
        return Some(ParseFailure::Syntax { message: error.error.to_string(), at: error.location });
    }
    let error = parsed.unsupported_syntax_errors().iter().find(|error| is_python_2(error.kind))?;
    Some(ParseFailure::Syntax {
        message: format!("`except A, B:` is Python 2, or needs a target of 3.14; the target is {target}"),
        at: error.range,
    })
}

/// The first `try` with an `else` and no `except`: the parser lets it pass, Python does not (language reference,
/// `try_stmt`).
fn else_without_except(text: &str, tree: &ModModule) -> Option<TextRange> {
    struct Tries(Option<TextRange>);
    impl<'a> StatementVisitor<'a> for Tries {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::Try(t) if t.handlers.is_empty() && !t.orelse.is_empty() => {
                    self.0.get_or_insert(t.range());
                }
                _ => walk_stmt(self, statement),
            }
        }
    }
    // Without a `finally` the parser misses the handlers itself.
    memchr::memmem::find(text.as_bytes(), b"finally")?;
    let mut tries = Tries(None);
    tries.visit_body(&tree.body);
    tries.0
}

fn is_python_2(kind: UnsupportedSyntaxErrorKind) -> bool {
    matches!(kind, UnsupportedSyntaxErrorKind::UnparenthesizedExceptionTypes)
}

/// A tree with its text, its tokens and a table of its nodes.
pub struct Module<'a> {
    text: &'a str,
    parsed: &'a Parsed,
    nodes: Vec<AnyNodeRef<'a>>,
    /// Per node: its parent. The root is its own parent.
    parents: Vec<NodeId>,
    /// Per node: one past the last id of its subtree.
    ends: Vec<NodeId>,
    lines: OnceLock<LineIndex>,
    /// See [`Module::indent_unit`].
    pub(super) unit: OnceLock<String>,
}

impl<'a> Module<'a> {
    /// Numbers the nodes of `parsed`, which must come from `text`.
    pub fn new(text: &'a str, parsed: &'a Parsed) -> Self {
        let estimate = text.len() / 12;
        let mut numbering = Numbering {
            nodes: Vec::with_capacity(estimate),
            parents: Vec::with_capacity(estimate),
            ends: Vec::with_capacity(estimate),
            stack: Vec::with_capacity(64),
        };
        let root = AnyNodeRef::from(parsed.syntax());
        numbering.enter_node(root);
        source_order::walk_body(&mut numbering, &parsed.syntax().body);
        numbering.leave_node(root);
        let Numbering { nodes, parents, ends, .. } = numbering;
        Module { text, parsed, nodes, parents, ends, lines: OnceLock::new(), unit: OnceLock::new() }
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    pub fn body(&self) -> &'a [Stmt] {
        &self.parsed.syntax().body
    }

    pub fn tokens(&self) -> &'a Tokens {
        self.parsed.tokens()
    }

    pub fn parsed(&self) -> &'a Parsed {
        self.parsed
    }

    /// How many nodes there are; ids are below this.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes in source order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, AnyNodeRef<'a>)> + '_ {
        self.nodes.iter().enumerate().map(|(i, node)| (NodeId(i as u32), *node))
    }

    pub fn node(&self, id: NodeId) -> AnyNodeRef<'a> {
        self.nodes[id.index()]
    }

    /// The id of a node of this module's own tree.
    pub fn id(&self, node: impl HasNodeIndex) -> NodeId {
        NodeId(node.node_index().load().as_u32().expect("every node of a module is numbered"))
    }

    /// The parent, `None` for the module itself.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != NodeId::ROOT).then(|| self.parents[id.index()])
    }

    pub fn parent_node(&self, id: NodeId) -> Option<AnyNodeRef<'a>> {
        self.parent(id).map(|p| self.node(p))
    }

    /// Parent, grandparent, ... up to the module.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |id| self.parent(*id))
    }

    /// Whether `inner` is `outer` or below it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer <= inner && inner < self.ends[outer.index()]
    }

    /// The node and everything below it, in source order.
    pub fn subtree(&self, id: NodeId) -> impl Iterator<Item = (NodeId, AnyNodeRef<'a>)> + '_ {
        (id.0..self.ends[id.index()].0).map(|i| (NodeId(i), self.nodes[i as usize]))
    }

    /// One past the last id of the subtree.
    pub fn end(&self, id: NodeId) -> NodeId {
        self.ends[id.index()]
    }

    /// The statement that holds the node (itself, if it is one). `None` for the module.
    pub fn statement_of(&self, id: NodeId) -> Option<NodeId> {
        if self.node(id).is_statement() {
            return Some(id);
        }
        self.ancestors(id).find(|a| self.node(*a).is_statement())
    }

    /// The function definition, lambda or class that holds the node, itself not counted.
    pub fn enclosing_definition(&self, id: NodeId) -> Option<NodeId> {
        self.ancestors(id).find(|a| {
            matches!(
                self.node(*a).kind(),
                NodeKind::StmtFunctionDef | NodeKind::StmtClassDef | NodeKind::ExprLambda
            )
        })
    }

    /// The innermost `def` (or lambda) whose body holds the node.
    pub fn enclosing_function(&self, id: NodeId) -> Option<NodeId> {
        self.ancestors(id)
            .find(|a| matches!(self.node(*a).kind(), NodeKind::StmtFunctionDef | NodeKind::ExprLambda))
    }

    pub fn source(&self, node: impl Ranged) -> &'a str {
        &self.text[node.range()]
    }

    /// Whether the statement is `if __name__ == "__main__":`, whose block runs only where the file is the program.
    pub fn is_main_guard(&self, statement: &Stmt) -> bool {
        statement.as_if_stmt().is_some_and(|i| self.source(&*i.test).contains("__main__"))
    }

    /// Comment tokens in a range, in order.
    pub fn comments_in(&self, range: TextRange) -> impl Iterator<Item = &'a Token> + use<'a> {
        self.tokens().in_range(range).iter().filter(|t| t.kind() == TokenKind::Comment)
    }

    pub fn has_comment(&self, range: TextRange) -> bool {
        self.comments_in(range).next().is_some()
    }

    pub fn line_index(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::from_source_text(self.text))
    }

    /// Line and column of an offset, both from 1; columns count characters.
    pub fn position(&self, offset: TextSize) -> (usize, usize) {
        let at = self.line_index().line_column(offset, self.text);
        (at.line.get(), at.column.get())
    }

    /// The line (from 1) on which an offset lies.
    pub fn line(&self, offset: TextSize) -> usize {
        self.line_index().line_index(offset).get()
    }

    /// Whether annotations are left unevaluated: `from __future__ import annotations` (PEP 563).
    pub fn postpones_annotations(&self) -> bool {
        self.body().iter().any(|s| {
            matches!(s, Stmt::ImportFrom(f) if f.module.as_deref() == Some("__future__")
                && f.names.iter().any(|a| a.name.as_str() == "annotations"))
        })
    }

    /// The offset at which the line of `offset` starts. A blank line that a backslash joins to the one above is part of that.
    pub fn line_start(&self, offset: TextSize) -> TextSize {
        let before = &self.text[..offset.to_usize()];
        let start = memchr::memrchr2(b'\n', b'\r', before.as_bytes()).map_or(0, |i| i + 1);
        let above = before[..start].strip_suffix('\n').unwrap_or(&before[..start]);
        let above = TextSize::of(above.strip_suffix('\r').unwrap_or(above));
        match self.joined_blank_line(above) {
            Some(_) => self.line_start(above),
            None => TextSize::new(start as u32),
        }
    }

    /// The offset of the line's end: its line ending, or the end of the file.
    pub fn line_end(&self, offset: TextSize) -> TextSize {
        let after = &self.text.as_bytes()[offset.to_usize()..];
        let end = memchr::memchr2(b'\n', b'\r', after)
            .map_or(TextSize::of(self.text), |i| offset + TextSize::new(i as u32));
        self.joined_blank_line(end).map_or(end, |next| self.line_end(next))
    }

    /// The start of the line below the one that ends at `end`, if a backslash makes it one with that and nothing but blank lines
    /// joined in this way follows.
    fn joined_blank_line(&self, end: TextSize) -> Option<TextSize> {
        let (before, after) = self.text.split_at(end.to_usize());
        let backslash = TextSize::of(before.strip_suffix('\\')?);
        let next = without_line_end(after)?;
        let mut rest = next.trim_start_matches([' ', '\t', '\x0c']);
        while let Some(below) = rest.strip_prefix('\\').and_then(without_line_end) {
            rest = below.trim_start_matches([' ', '\t', '\x0c']);
        }
        let is_blank = rest.starts_with(['\n', '\r']);
        // In a comment or a string it is one more character.
        let tokens = self.tokens();
        let token = tokens.get(tokens.partition_point(|t| t.end() <= backslash));
        let is_free = token.is_none_or(|t| t.start() > backslash);
        (is_blank && is_free).then(|| TextSize::of(self.text) - TextSize::of(next))
    }

    /// The blanks in front of the first token of the line of `offset`.
    pub fn indentation(&self, offset: TextSize) -> &'a str {
        let start = self.line_start(offset).to_usize();
        let line = &self.text[start..];
        let end = line.find(|c| !matches!(c, ' ' | '\t' | '\x0c')).unwrap_or(line.len());
        &line[..end]
    }

    /// The expression's range with the parentheses around it, as far as they belong to it alone.
    pub fn parenthesized_range(&self, expr: &Expr) -> TextRange {
        let id = self.id(expr);
        let parent = self.node(self.parents[id.index()]);
        ruff_python_ast::token::parenthesized_range(expr.into(), parent, self.tokens())
            .unwrap_or(expr.range())
    }
}

/// What follows the line ending with which a text begins.
fn without_line_end(text: &str) -> Option<&str> {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix(['\n', '\r']))
}

self_cell::self_cell!(
    /// A module with the text and tree that it borrows.
    pub struct OwnedModule {
        owner: (Arc<str>, Parsed),
        #[covariant]
        dependent: Module,
    }
);

impl OwnedModule {
    /// Parses a whole file as [`parse`] does.
    pub fn parse(text: Arc<str>, target: PythonVersion) -> Result<Self, ParseFailure> {
        let parsed = parse(&text, target)?;
        Ok(OwnedModule::new((text, parsed), |(text, parsed)| Module::new(text, parsed)))
    }

    pub fn module(&self) -> &Module<'_> {
        self.borrow_dependent()
    }
}

struct Numbering<'a> {
    nodes: Vec<AnyNodeRef<'a>>,
    parents: Vec<NodeId>,
    ends: Vec<NodeId>,
    stack: Vec<NodeId>,
}

impl<'a> SourceOrderVisitor<'a> for Numbering<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let id = NodeId(self.nodes.len() as u32);
        node.node_index().set(NodeIndex::from(id.0));
        self.nodes.push(node);
        self.parents.push(self.stack.last().copied().unwrap_or(NodeId::ROOT));
        self.ends.push(NodeId::ROOT);
        self.stack.push(id);
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, _node: AnyNodeRef<'a>) {
        let id = self.stack.pop().expect("nodes are left in the order they were entered");
        self.ends[id.index()] = NodeId(self.nodes.len() as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the first line begins and ends, asked from each place of it.
    #[track_caller]
    fn check(text: &str, first_line: &str) {
        let parsed = parse(text, PythonVersion::latest()).expect("the text is Python");
        let module = Module::new(text, &parsed);
        for offset in 0..=first_line.len() {
            // Between CR and LF there is no place.
            let offset = TextSize::new(offset as u32);
            if first_line[..offset.to_usize()].ends_with('\r') {
                continue;
            }
            assert_eq!(module.line_end(offset), TextSize::of(first_line), "{offset:?} in {text:?}");
            assert_eq!(module.line_start(offset), TextSize::new(0), "{offset:?} in {text:?}");
        }
    }

    #[test]
    fn a_backslash_joins_a_blank_line() {
        check("x = 1\n\ny = 2\n", "x = 1");
        check("x = 1 \\\n\ny = 2\n", "x = 1 \\\n");
        check("x = 1 \\\n  \ny = 2\n", "x = 1 \\\n  ");
        check("x = 1 \\\r\n\r\ny = 2\r\n", "x = 1 \\\r\n");
        check("x = 1 \\\n \\\n\ny = 2\n", "x = 1 \\\n \\\n");
        check("x = 1 + \\\n \\\n2\n\n", "x = 1 + \\");
        // Of code that goes on, each line is one.
        check("x = 1 + \\\n  y\n", "x = 1 + \\");
        // In comments and strings a backslash joins nothing.
        check("# x \\\n\ny = 2\n", "# x \\");
        check("x = '''\\\n\n'''\n", "x = '''\\");
    }
}
