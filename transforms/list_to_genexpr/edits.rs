//! Brackets go or become parentheses. Lines that were aligned to what stood behind a bracket move with it; nothing
//! else is touched, so that layout, blame and comments survive.

use unspool_engine::syntax::{Module, Ranged, TextLen, TextRange, TextSize, TokenKind, ast};
use unspool_engine::text::{Edit, lines_outside_strings, next_line, realign};

use crate::laziness::Elements;
use crate::laziness::consumer::Consumer;

/// The call of `list` goes from around the iterator. Lines that were aligned to that move with it.
pub fn uncopied(module: &Module, list: &ast::ExprCall, lazy: &ast::ExprCall) -> Vec<Edit> {
    let [opening, closing] = Elements::around(list, lazy);
    let mut edits = vec![Edit::delete(opening), Edit::delete(closing)];
    let text = &module.text()[opening];
    if !text.contains(['\n', '\r']) {
        let width = isize::try_from(text.chars().count()).expect("a call of `list` fits on a line");
        edits.extend(realign(module, opening.end(), -width, lazy.range()));
    }
    edits
}

pub fn edits(module: &Module, comp: TextRange, consumer: &Consumer) -> Vec<Edit> {
    let open = TextRange::at(comp.start(), TextSize::new(1));
    let close = TextRange::new(comp.end() - TextSize::new(1), comp.end());
    let parens = || vec![Edit::replace(open, "("), Edit::replace(close, ")")];

    // `sum(([x for x in xs]))`: the inner parentheses become those of the generator expression.
    let expr: &unspool_engine::syntax::Expr = match consumer_argument(consumer, comp) {
        Some(expr) => expr,
        None => {
            return if is_parenthesized(module, comp) { bare(module, open, close) } else { parens() };
        }
    };
    let _ = expr;
    let sole = match consumer {
        Consumer::Call { call, .. } | Consumer::Method { call, .. } | Consumer::Wrapper { call, .. } => {
            call.arguments.len() == 1
        }
        _ => false,
    };
    if is_doubly_parenthesized(module, comp, sole) {
        return bare(module, open, close);
    }
    if !sole {
        return parens();
    }
    // A bracket on a line of its own would leave an empty line or move a comment: the line goes, or where it holds
    // more than the bracket, that becomes a parenthesis.
    let before = module.text()[..open.start().to_usize()].trim_end_matches([' ', '\t', '\x0c']);
    let own_line = before.ends_with(['\n', '\r']);
    let behind = module.text()[open.end().to_usize()..].trim_start_matches([' ', '\t']);
    if own_line && behind.starts_with(['\n', '\r', '#']) {
        return without_lines(module, open, close).unwrap_or_else(parens);
    }
    let mut edits = bare(module, open, close);
    if let Some(token) = module.next_token(close.end())
        && token.kind() == TokenKind::Comma
    {
        edits.push(Edit::delete(token.range()));
    }
    edits
}

/// Deletes the lines that hold nothing but a bracket (and a comma), and moves what stands between to the left by
/// what it was indented for them. `None` where the lines hold more or cannot move.
fn without_lines(module: &Module, open: TextRange, close: TextRange) -> Option<Vec<Edit>> {
    let text = module.text();
    let whole = |range: TextRange| {
        let line = TextRange::new(module.line_start(range.start()), module.line_end(range.end()));
        let rest = text[line].trim();
        let alone = rest.strip_suffix(',').unwrap_or(rest) == &text[range];
        alone.then(|| TextRange::new(line.start(), next_line(text, line.end())))
    };
    let (first, last) = (whole(open)?, whole(close)?);
    let outer = module.indentation(open.start());
    let inner = module.indentation(first.end());
    let step = inner.strip_prefix(outer).filter(|step| !step.is_empty())?;
    let mut edits = vec![Edit::delete(first)];
    for indentation in lines_outside_strings(module, TextRange::new(first.end(), last.start())) {
        if !text[indentation].starts_with(inner) {
            return None;
        }
        edits.push(Edit::delete(TextRange::at(indentation.start() + outer.text_len(), step.text_len())));
    }
    edits.push(Edit::delete(last));
    Some(edits)
}

/// Deletes the brackets. Lines that were aligned to what follows the opening one, or to something behind that, move
/// to the left with it.
fn bare(module: &Module, open: TextRange, close: TextRange) -> Vec<Edit> {
    let [opening, closing] = brackets(module, open, close);
    let mut edits = vec![Edit::delete(opening)];
    let width = module.text()[opening].chars().count();
    edits.extend(realign(
        module,
        opening.end(),
        -isize::try_from(width).expect("blanks fit on a line"),
        TextRange::new(opening.end(), close.start()),
    ));
    edits.push(Edit::delete(closing));
    edits
}

/// The brackets with the blanks inside of them.
fn brackets(module: &Module, open: TextRange, close: TextRange) -> [TextRange; 2] {
    let text = module.text();
    let after = &text[open.end().to_usize()..];
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    let keeps_comment = after[blanks..].starts_with(['#', '\n', '\r', '\\']);
    let open = if keeps_comment {
        open
    } else {
        TextRange::new(open.start(), open.end() + TextSize::new(blanks as u32))
    };
    let before = &text[..close.start().to_usize()];
    let trimmed = before.trim_end_matches([' ', '\t']);
    let alone = trimmed.ends_with(['\n', '\r', '\\']);
    let close = if alone { close } else { TextRange::new(TextSize::of(trimmed), close.end()) };
    [open, close]
}

fn consumer_argument<'a>(
    consumer: &Consumer<'a>,
    comp: TextRange,
) -> Option<&'a unspool_engine::syntax::Expr> {
    match consumer {
        Consumer::Call { call, .. } | Consumer::Method { call, .. } | Consumer::Wrapper { call, .. } => {
            call.arguments.args.iter().find(|a| a.range() == comp)
        }
        _ => None,
    }
}

fn is_parenthesized(module: &Module, range: TextRange) -> bool {
    let before = module.previous_token(range.start()).map(|t| t.kind());
    let after = module.next_token(range.end()).map(|t| t.kind());
    before == Some(TokenKind::Lpar) && after == Some(TokenKind::Rpar)
}

/// Parentheses of its own, besides those of the call.
fn is_doubly_parenthesized(module: &Module, range: TextRange, sole: bool) -> bool {
    if !is_parenthesized(module, range) {
        return false;
    }
    if !sole {
        return true;
    }
    let open = module.previous_token(range.start()).map(Ranged::range);
    let close = module.next_token(range.end()).map(Ranged::range);
    match (open, close) {
        (Some(open), Some(close)) => {
            let outer = module.next_token(close.end()).map(|t| t.kind());
            let before = module.previous_token(open.start()).map(|t| t.kind());
            before == Some(TokenKind::Lpar) && matches!(outer, Some(TokenKind::Rpar | TokenKind::Comma))
        }
        _ => false,
    }
}
