//! Questions about tokens that several transforms ask.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Module;

impl<'a> Module<'a> {
    /// The first token at or behind `offset` that is no comment, no line break inside brackets.
    pub fn next_token(&self, offset: TextSize) -> Option<&'a Token> {
        self.tokens().after(offset).iter().find(|t| !is_trivia(t.kind()))
    }

    /// The last token that ends at or before `offset` and is no comment, no line break inside brackets.
    pub fn previous_token(&self, offset: TextSize) -> Option<&'a Token> {
        self.tokens().before(offset).iter().rev().find(|t| !is_trivia(t.kind()))
    }

    /// The range of the first token of `kind` inside `range`.
    pub fn find_token(&self, range: TextRange, kind: TokenKind) -> Option<TextRange> {
        self.tokens().in_range(range).iter().find(|t| t.kind() == kind).map(Ranged::range)
    }
}

fn is_trivia(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline)
}
