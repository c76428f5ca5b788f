//! The unit by which blocks of a file are indented.

use super::Module;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

impl<'a> Module<'a> {
    /// What a block at `at` is indented by: the unit of the innermost block around it, else the most frequent
    /// one of the file, else four spaces (PEP 8).
    pub fn indent_unit(&self, at: TextSize) -> &str {
        self.unit_of_block_around(at).unwrap_or_else(|| self.usual_unit())
    }

    /// The first statement that a form feed or a backslash indents, or that begins a line behind a backslash. The first sets the
    /// column back to 0, behind the second the blanks of the line above count (`Parser/lexer/lexer.c`): either way what stands in front
    /// of the statement does not say in which block it is. Nobody writes that; whoever moves lines would have to know it.
    pub fn odd_indentation(&self) -> Option<TextRange> {
        let bytes = self.text().as_bytes();
        let is_odd = |at: &usize| {
            let line = memchr::memrchr2(b'\n', b'\r', &bytes[..*at]).map_or(0, |i| i + 1);
            match bytes[*at] {
                b'\\' => matches!(bytes.get(at + 1), Some(b'\n' | b'\r')),
                // At column 0, it sets nothing back.
                _ if line == *at => matches!(bytes.get(at + 1), Some(b' ' | b'\t')),
                _ => bytes[line..*at].iter().all(|b| matches!(b, b' ' | b'\t' | b'\x0c')),
            }
        };
        let odd = memchr::memchr2_iter(b'\x0c', b'\\', bytes).filter(is_odd);
        odd.map(|at| TextRange::at(TextSize::new(at as u32), TextSize::new(1)))
            .find(|at| self.comes_before_a_statement(*at))
    }

    /// Whether the character stands right in front of a statement.
    fn comes_before_a_statement(&self, character: TextRange) -> bool {
        let tokens = self.tokens();
        let is_block = |kind| matches!(kind, TokenKind::Indent | TokenKind::Dedent);
        let is_trivia = |kind| matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline);
        let next = tokens.partition_point(|t| {
            t.end() <= character.start() || is_block(t.kind()) && t.start() <= character.start()
        });
        let above = tokens[..next].iter().rfind(|t| !is_block(t.kind()) && !is_trivia(t.kind()));
        let Some(behind) = tokens[next..].iter().find(|t| !is_block(t.kind())) else { return false };
        if behind.start() < character.end() {
            // A string or a comment.
            return false;
        }
        match above.map(Token::kind) {
            None | Some(TokenKind::Newline) => {
                !is_trivia(behind.kind()) && behind.kind() != TokenKind::EndOfFile
            }
            Some(TokenKind::Semi | TokenKind::Colon) => {
                self.nodes().any(|(_, node)| node.is_statement() && node.start() == behind.start())
            }
            _ => false,
        }
    }

    fn unit_of_block_around(&self, at: TextSize) -> Option<&'a str> {
        let tokens = self.tokens();
        // A block's tokens lie between its `Indent` and its `Dedent`; those of closed blocks cancel out.
        let mut closed = 0usize;
        for index in (0..tokens.partition_point(|t| t.end() <= at)).rev() {
            match tokens[index].kind() {
                TokenKind::Dedent => closed += 1,
                TokenKind::Indent if closed == 0 => return self.unit_of_indent(index),
                TokenKind::Indent => closed -= 1,
                // At column 0 nothing is around, and what is above need not be searched.
                TokenKind::Newline if closed == 0 && self.indentation(at).is_empty() => return None,
                _ => {}
            }
        }
        None
    }

    /// What the `Indent` token at `index` adds to the indentation of its header.
    fn unit_of_indent(&self, index: usize) -> Option<&'a str> {
        let tokens = self.tokens();
        let header_end = tokens[..index].iter().rposition(|t| t.kind() == TokenKind::Newline)?;
        let above = tokens[..header_end].iter().rposition(|t| t.kind() == TokenKind::Newline);
        let is_code = |kind| {
            !matches!(
                kind,
                TokenKind::Comment | TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent
            )
        };
        let header = tokens[above.map_or(0, |i| i + 1)..header_end].iter().find(|t| is_code(t.kind()))?;
        let outer = self.indentation(header.start());
        let inner = self.indentation(tokens[index].end());
        inner.strip_prefix(outer).filter(|unit| !unit.is_empty())
    }

    fn usual_unit(&self) -> &str {
        self.unit.get_or_init(|| {
            let mut counts = FxHashMap::<&str, (usize, std::cmp::Reverse<usize>)>::default();
            for (index, token) in self.tokens().iter().enumerate() {
                if token.kind() == TokenKind::Indent
                    && let Some(unit) = self.unit_of_indent(index)
                {
                    counts.entry(unit).or_insert((0, std::cmp::Reverse(index))).0 += 1;
                }
            }
            // Of equally frequent units the one that comes first.
            counts.into_iter().max_by_key(|(_, rank)| *rank).map_or("    ", |(unit, _)| unit).to_string()
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::{Module, PythonVersion, TextSize, parse};

    /// `|` marks the place.
    #[track_caller]
    fn check(marked: &str, expected: &str) {
        let at = TextSize::of(&marked[..marked.find('|').unwrap()]);
        let text = marked.replacen('|', "", 1);
        let parsed = parse(&text, PythonVersion::PY313).unwrap();
        assert_eq!(Module::new(&text, &parsed).indent_unit(at), expected, "{text}");
    }

    #[test]
    fn the_innermost_block_decides() {
        check("class A:\n  def f(self):\n      |x\n", "    ");
        check("class A:\n  def f(self):\n      x\n  |y = 1\n", "  ");
        check("def f():\n\tif x:\n\t\ty\n\t|z\n", "\t");
        check("def f():\n\t|if x: y\n", "\t");
    }

    #[track_caller]
    fn check_odd(text: &str, odd: bool) {
        let parsed = parse(text, PythonVersion::PY313).unwrap();
        assert_eq!(Module::new(text, &parsed).odd_indentation().is_some(), odd, "{text:?}");
    }

    #[test]
    fn form_feeds_and_backslashes_indent() {
        check_odd("if a:\n    \\\n    b\n", true);
        check_odd("if a:\n    \\\nb\n", true);
        check_odd("if a:\n    b\n\\\nc\n", true);
        check_odd("if a:\n    \x0c    b\n", true);
        check_odd("if a:\n\x0c    b\n", true);
        check_odd("if a:\n    b\n    \x0cc\n", true);
        check_odd("a; \\\n    b\n", true);
        check_odd("if a: \\\n    b\n", true);
    }

    #[test]
    fn elsewhere_they_do_not() {
        check_odd("if a:\n    b\n\x0c\nc\n", false);
        check_odd("if a:\n    b\n    \x0c\n    c\n", false);
        check_odd("a\n\x0cdef f(): pass\n", false);
        check_odd("a = b + \\\n    \\\n    c\n", false);
        check_odd("f(a,\n    \\\n    b)\n", false);
        check_odd("a = '''\n    \\\n    b'''\n", false);
        check_odd("a = f'''\n    \\\n    {b}'''\n", false);
        check_odd("a = {b: \\\n    c}\n", false);
        check_odd("a: \\\n    b\n", false);
        check_odd("a; \\\n\nb\n", false);
        check_odd("# \\\n    # \\\n", false);
        check_odd("a \\\n\\\n\nb\n", false);
    }

    #[test]
    fn elsewhere_the_usual_unit_of_the_file() {
        check("|x = 1\n", "    ");
        check("if a:\n   b\nif a:\n  b\nif a:\n  b\n|x\n", "  ");
        check("if a:\n   b\nif a:\n  b\n|x\n", "   ");
        check("if a:\n  # comment\n   # other\n    b\n|x\n", "    ");
    }
}
