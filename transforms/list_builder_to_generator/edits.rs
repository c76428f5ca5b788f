//! `out.append(x)` becomes `yield x`, `return out` becomes `return` or goes, `out = []` goes.

use unspool_engine::rewrite;
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, Ranged, Stmt, TextLen, TextRange, TextSize, TokenKind, ast,
};
use unspool_engine::text::{Edit, next_line};
use unspool_engine::transform::Finding;

use super::builder::{Added, Addition, Known, started_with};

impl Known<'_, '_, '_> {
    /// The edits, and whether each statement can be changed where it stands with all comments kept.
    pub fn edits(&self) -> Result<Vec<Edit>, Finding> {
        let module = self.cx.module;
        let mut edits = vec![removed(module, self.shape.start, self.shape.function)?];
        let start = self.shape.start.range();
        for addition in self.shape.additions.iter().filter(|a| a.statement.range() != start) {
            grown(module, addition, &mut edits)?;
        }
        let last = self.shape.function.body.last();
        for r in &self.shape.returns {
            let at_end = matches!(last, Some(Stmt::Return(l)) if l.range() == r.range());
            match at_end.then(|| dropped(module, r, self.shape.function)).flatten() {
                Some(edit) => edits.push(edit),
                None => {
                    let value = r.value.as_deref().map_or(r.end(), Ranged::end);
                    let range = TextRange::new(r.start() + "return".text_len(), value.max(r.end()));
                    if module.has_comment(range) {
                        return Err(Finding::refuted(format!(
                            "a comment stands in the `return` of line {}",
                            module.line(r.start())
                        )));
                    }
                    edits.push(Edit::delete(range));
                }
            }
        }
        Ok(edits)
    }
}

/// Whether the statement has its lines to itself.
fn alone(module: &Module, range: TextRange) -> bool {
    let before = TextRange::new(module.line_start(range.start()), range.start());
    let behind = TextRange::new(range.end(), module.line_end(range.end()));
    module.text()[before].trim().is_empty() && {
        let rest = module.text()[behind].trim_start();
        rest.is_empty() || rest.starts_with('#')
    }
}

/// The first statement goes with its line; a comment behind it stays, as a line of its own.
fn removed(module: &Module, start: &Stmt, function: &ast::StmtFunctionDef) -> Result<Edit, Finding> {
    let range = start.range();
    let line = module.line(range.start());
    if !function.body.iter().any(|s| s.range() == range) {
        return Err(Finding::refuted(format!(
            "line {line} makes the list in a block: where that is not entered, there is none"
        )));
    }
    if !alone(module, range) || module.has_comment(range) {
        return Err(Finding::refuted(format!("`{}` shares its line with other code", module.source(range))));
    }
    let elements = started_with(start);
    if !elements.is_empty() {
        return began(module, range, elements);
    }
    let end = module.line_end(range.end());
    if let Some(comment) = module.comments_in(TextRange::new(range.end(), end)).next() {
        let text = module.source(comment);
        let typed = text.trim_start_matches('#').trim_start().starts_with("type:");
        if rewrite::is_pragma(text) || typed {
            return Err(Finding::refuted(format!("the comment on line {line} is for a statement that goes")));
        }
        let whole = TextRange::new(range.start(), next_line(module.text(), end));
        return Ok(Edit::replace(whole, format!("{text}\n")));
    }
    let text = module.text();
    let from = module.line_start(range.start());
    let mut to = next_line(text, end);
    // The blank lines behind it go as well where none is wanted: below the head, or below blank ones.
    let above = text[..from.to_usize()].trim_end_matches([' ', '\t']);
    let first = function.body.first().is_some_and(|s| s.range() == range);
    if first || ends_with_blank_line(above) {
        while to.to_usize() < text.len() && text[TextRange::new(to, module.line_end(to))].trim().is_empty() {
            let next = next_line(text, module.line_end(to));
            if next == to {
                break;
            }
            to = next;
        }
    }
    Ok(Edit::delete(TextRange::new(from, to)))
}

/// `out = [header, units]` -> a `yield` for each, on a line of its own.
fn began(module: &Module, range: TextRange, elements: &[Expr]) -> Result<Edit, Finding> {
    let text = module.source(range);
    let binds = |e: &Expr| {
        let mut nodes = module.subtree(module.id(e));
        nodes.any(|(_, n)| matches!(n, AnyNodeRef::ExprNamed(_)))
    };
    if text.contains(['\n', '\r']) || elements.iter().any(binds) {
        return Err(in_the_way(module, range));
    }
    let indent = &module.text()[TextRange::new(module.line_start(range.start()), range.start())];
    let yields: Vec<String> =
        elements.iter().map(|e| format!("yield {}", &module.text()[module.parenthesized_range(e)])).collect();
    Ok(Edit::replace(range, yields.join(&format!("\n{indent}"))))
}

fn ends_with_blank_line(above: &str) -> bool {
    let Some(line) = above.strip_suffix('\n') else { return false };
    let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches([' ', '\t']);
    line.ends_with('\n')
}

/// The `return` at the end of the function goes, with the blank lines above it; `None` where a comment stands there.
fn dropped(module: &Module, r: &ast::StmtReturn, function: &ast::StmtFunctionDef) -> Option<Edit> {
    let [.., before, _] = &function.body[..] else { return None };
    let line_end = module.line_end(before.end());
    let apart = module.line(r.start()) > module.line(before.end());
    let behind = TextRange::new(r.end(), module.line_end(r.end()));
    let comments = TextRange::new(line_end, module.line_end(r.end()));
    (apart && !module.has_comment(comments) && module.text()[behind].trim().is_empty())
        .then(|| Edit::delete(TextRange::new(line_end, r.end())))
}

/// `out.append(x)` -> `yield x`.
fn grown(module: &Module, addition: &Addition, edits: &mut Vec<Edit>) -> Result<(), Finding> {
    let statement = addition.statement.range();
    let (word, value) = match addition.added {
        Added::One(value) => ("yield", value),
        Added::All(value) => ("yield from", value),
    };
    let outer = match addition.statement {
        Stmt::AugAssign(a) => {
            let value = module.parenthesized_range(value);
            let head = TextRange::new(a.start(), value.start());
            let bare = matches!(&*a.value, Expr::Tuple(t) if !t.parenthesized) || a.value.is_yield_expr();
            if module.has_comment(head) || bare {
                return Err(in_the_way(module, statement));
            }
            edits.push(Edit::replace(head, format!("{word} ")));
            return Ok(());
        }
        Stmt::Expr(e) => match &*e.value {
            Expr::Call(call) => call,
            _ => return Err(in_the_way(module, statement)),
        },
        _ => return Err(in_the_way(module, statement)),
    };
    let call = outer.range();
    if call != statement {
        // Parentheses of its own.
        return Err(in_the_way(module, statement));
    }
    let arguments = outer.arguments.range();
    let open = TextRange::at(arguments.start(), TextSize::new(1));
    let close = TextRange::new(arguments.end() - TextSize::new(1), arguments.end());
    // A generator expression may stand in the parentheses of the call itself.
    let own = matches!(value, Expr::Generator(g) if !g.parenthesized);
    let inner = if own { arguments } else { module.parenthesized_range(value) };
    let head = TextRange::new(call.start(), open.start());
    if module.has_comment(head) {
        return Err(in_the_way(module, statement));
    }
    let before = TextRange::new(open.end(), inner.start().max(open.end()));
    let behind = TextRange::new(inner.end().min(close.start()), close.start());
    let comma = module.find_token(behind, TokenKind::Comma);
    let layout = |range: TextRange| module.text()[range].contains(['\n', '\r']);
    let keep = own || layout(before) || layout(behind) || needs_brackets(module, value, inner);
    if keep {
        edits.push(Edit::replace(head, format!("{word} ")));
        // A comma would make a tuple of it.
        edits.extend(comma.map(Edit::delete));
    } else {
        edits.push(Edit::replace(TextRange::new(call.start(), inner.start()), format!("{word} ")));
        edits.push(Edit::delete(TextRange::new(inner.end(), call.end())));
    }
    Ok(())
}

fn in_the_way(module: &Module, range: TextRange) -> Finding {
    Finding::refuted(format!(
        "line {} is written in a way that has no room for a `yield`",
        module.line(range.start())
    ))
}

/// Whether the value stands in brackets for its own sake: it goes over several lines, or binds a name.
fn needs_brackets(module: &Module, value: &Expr, inner: TextRange) -> bool {
    if value.is_named_expr() || value.is_yield_expr() || value.is_yield_from_expr() {
        return inner == value.range();
    }
    let mut depth = 0i32;
    for token in module.tokens().in_range(inner) {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
            TokenKind::NonLogicalNewline | TokenKind::Comment if depth == 0 => return true,
            _ => {}
        }
    }
    false
}
