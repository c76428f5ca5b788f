//! What the parser makes of a text.

use ruff_python_ast::ModModule;
use ruff_python_ast::token::Tokens;
use ruff_python_parser::UnsupportedSyntaxError;

/// A text's tree and tokens.
#[derive(Debug)]
pub struct Parsed(Inner);

#[derive(Debug)]
enum Inner {
    Whole(ruff_python_parser::Parsed<ModModule>),
    /// The tree was changed behind the parser.
    Parts {
        syntax: ModModule,
        tokens: Tokens,
        newer: Vec<UnsupportedSyntaxError>,
    },
}

impl Parsed {
    pub(super) fn whole(parsed: ruff_python_parser::Parsed<ModModule>) -> Self {
        Parsed(Inner::Whole(parsed))
    }

    /// With the tree that `change` makes of it.
    pub(super) fn changed(
        parsed: ruff_python_parser::Parsed<ModModule>,
        change: impl FnOnce(&mut ModModule),
    ) -> Self {
        let (tokens, newer) = (parsed.tokens().clone(), parsed.unsupported_syntax_errors().to_vec());
        let mut syntax = parsed.into_syntax();
        change(&mut syntax);
        Parsed(Inner::Parts { syntax, tokens, newer })
    }

    pub fn syntax(&self) -> &ModModule {
        match &self.0 {
            Inner::Whole(parsed) => parsed.syntax(),
            Inner::Parts { syntax, .. } => syntax,
        }
    }

    pub fn tokens(&self) -> &Tokens {
        match &self.0 {
            Inner::Whole(parsed) => parsed.tokens(),
            Inner::Parts { tokens, .. } => tokens,
        }
    }

    /// Syntax that the target version lacks.
    pub fn unsupported_syntax_errors(&self) -> &[UnsupportedSyntaxError] {
        match &self.0 {
            Inner::Whole(parsed) => parsed.unsupported_syntax_errors(),
            Inner::Parts { newer, .. } => newer,
        }
    }
}
