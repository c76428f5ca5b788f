//! A guard against nesting that would overflow the stack of a recursive visitor.

use ruff_python_ast::token::{TokenKind, Tokens};

/// Deeper files are refused. CPython itself gives up far below (200 brackets, 100 blocks), so no program
/// that runs is lost; the stack of a worker ([`crate::driver::STACK_SIZE`]) holds every visitor at this depth.
pub const MAX_NESTING: usize = 5_000;

/// An upper bound of the depth of the tree, from its tokens alone: no recursion.
///
/// Each open bracket and block is a level; so is each operator since the last comma of its bracket, because
/// `a + b + c` and `x.y.z` nest to the left.
pub fn nesting_depth(tokens: &Tokens) -> usize {
    let mut deepest = 0;
    // Levels in force outside the innermost bracket, and operators in it.
    let mut outer = 0usize;
    let mut operators = 0usize;
    let mut brackets = Vec::new();
    let mut blocks = 0usize;
    for token in tokens {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                brackets.push(operators);
                outer += operators + 1;
                operators = 0;
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                let before = brackets.pop().unwrap_or(0);
                outer = outer.saturating_sub(before + 1);
                // A call or subscript of what stands before is itself one more level.
                operators = before + 1;
            }
            TokenKind::Comma => operators = 0,
            TokenKind::Newline => {
                operators = 0;
                outer = 0;
                brackets.clear();
            }
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Name | TokenKind::Int | TokenKind::String | TokenKind::Comment => continue,
            _ => operators += 1,
        }
        deepest = deepest.max(outer + operators + blocks);
    }
    deepest
}
