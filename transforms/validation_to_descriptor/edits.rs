//! The edits: the descriptor in front of the first class, its uses at the top of each class, the copies gone.

use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{Module, Ranged, Stmt, TextRange, TextSize, ast};
use unspool_engine::text::{BLANKS, Edit, next_line};

use super::helper::{Helper, leading, line_above};
use super::member::{Form, Member};
use crate::generated::style::{
    above, behind, behind_body, blank_above, blank_lines, first_line, lines_that_go, missing_above, top_level,
};

/// The edits of a group; an error says which comment would lose its place.
///
/// `first` is the class in front of which the descriptor goes.
pub fn edits(
    module: &Module,
    members: &[&Member],
    helper: &Helper,
    first: &ast::StmtClassDef,
) -> Result<Vec<Edit>, String> {
    let mut edits = Vec::new();
    let top = module.node(top_level(module, module.id(first)));
    let at = above(module, top.start());
    let gap = "\n".repeat(blank_lines(module));
    if helper.placed.here {
        edits.push(Edit::insert(at, format!("{}{}{gap}", missing_above(module, at), helper.text)));
    }

    let mut classes: Vec<&ast::StmtClassDef> = Vec::new();
    for member in members {
        if !classes.iter().any(|c| c.range() == member.class.range()) {
            classes.push(member.class);
        }
    }
    for class in classes {
        let mut lines = Vec::new();
        let mut gone: Vec<TextRange> = Vec::new();
        for (member, call) in members.iter().zip(&helper.calls) {
            if member.class.range() != class.range() {
                continue;
            }
            let indentation = module.indentation(class.body[0].start());
            for comment in moved_comments(module, member, members, helper)? {
                lines.push(format!("{indentation}{comment}"));
            }
            lines.push(call.clone());
            gone.extend(definitions(module, member, members));
        }
        gone.sort_by_key(|range| range.start());
        let mut joined: Vec<TextRange> = Vec::new();
        for range in &gone {
            match joined.last_mut() {
                Some(last) if last.end() == range.start() => *last = last.cover(*range),
                _ => joined.push(*range),
            }
        }
        let mut declared = declarations(module, class, &lines, &gone);
        for range in joined {
            let lines = lines_that_go(module, range);
            // What comes in the place of the file's last lines ends it as they did.
            let is_replaced = range.start() == declared.range.start() && lines != range;
            if is_replaced {
                declared.text.truncate(declared.text.trim_end_matches('\n').len());
            }
            edits.push(Edit::delete(if is_replaced { range } else { lines }));
        }
        edits.push(declared);
        let here: Vec<&&Member> = members.iter().filter(|m| m.class.range() == class.range()).collect();
        for member in &here {
            edits.extend(checks(module, member, &here));
        }
    }
    Ok(edits)
}

/// The lines of what a property's functions are replaced by, the comments directly above them included.
fn definitions(module: &Module, member: &Member, all: &[&Member]) -> Vec<TextRange> {
    parts(member)
        .into_iter()
        .map(|statement| {
            let start = start_of(module, member, statement, all);
            let is_first = member.class.body[0].range() == statement.range();
            // Of the blank lines around it, those above go along.
            let start = if is_first { start } else { blank_above(module, start) };
            TextRange::new(start, behind_body(module, statement))
        })
        .collect()
}

/// Where what speaks of the statement begins: comments directly above it, or that head what goes and are parted from it by a
/// blank line.
fn start_of(module: &Module, member: &Member, statement: &Stmt, all: &[&Member]) -> TextSize {
    let start = above(module, first_line(module, statement));
    let body = &member.class.body;
    let at = body.iter().position(|s| s.range() == statement.range()).unwrap_or(0);
    let Some(before) = at.checked_sub(1).map(|before| &body[before]) else { return start };
    let goes = |m: &&Member| {
        m.class.range() == member.class.range() && parts(m).iter().any(|p| p.range() == before.range())
    };
    if all.iter().any(goes) {
        return start;
    }
    let indentation = module.indentation(statement.start());
    let floor = behind(module, before).min(start);
    // The lines above it, from below: blank ones, the comments, and a blank one again.
    let (mut line, mut heading) = (start, None);
    while line > floor {
        let previous = line_above(module, line);
        let text = &module.text()[TextRange::new(previous, line)];
        let comment =
            text.strip_prefix(indentation).filter(|c| c.starts_with('#') && !is_pragma(c.trim_end()));
        if previous >= line || comment.is_none() && (heading.is_some() || !text.trim().is_empty()) {
            // What is directly below other code may speak of it.
            return heading.filter(|_| text.trim().is_empty()).unwrap_or(start);
        }
        line = previous;
        heading = comment.map(|_| line).or(heading);
    }
    start
}

/// The statements that make a property.
fn parts<'a>(member: &Member<'a>) -> Vec<&'a Stmt> {
    let Form::Property { getter, setter, made } = member.form else { return Vec::new() };
    let ranges = [Some(getter.range()), Some(setter.range()), made.map(Ranged::range)];
    let is_part = |s: &&Stmt| ranges.contains(&Some(s.range()));
    member.class.body.iter().filter(is_part).collect()
}

/// Comments of what goes, in order, without those that the helper has.
fn moved_comments<'a>(
    module: &Module<'a>,
    member: &Member,
    all: &[&Member],
    helper: &Helper,
) -> Result<Vec<&'a str>, String> {
    let ranges: Vec<TextRange> = match member.form {
        Form::Property { .. } => {
            let whole = |s: &Stmt| TextRange::new(start_of(module, member, s, all), behind_body(module, s));
            parts(member).into_iter().map(whole).collect()
        }
        Form::Init { .. } => {
            member.statements.iter().map(|s| TextRange::new(s.start(), behind(module, s))).collect()
        }
    };
    let first = match member.form {
        Form::Property { .. } => leading(module, member.statements[0]),
        Form::Init { .. } => member.statements[0].start(),
    };
    let mut kept = Vec::new();
    for range in ranges {
        for comment in module.comments_in(range) {
            let text = &module.text()[comment.range()];
            if is_pragma(text) || text.trim_start_matches('#').trim_start().starts_with("type:") {
                let line = module.line(comment.start());
                return Err(format!("the comment on line {line} speaks to a tool about code that goes"));
            }
            let in_helper = helper.keeps_comments
                && comment.start() >= first
                && comment.start() < behind(module, member.statements[member.statements.len() - 1]);
            if !in_helper {
                kept.push(text);
            }
        }
    }
    Ok(kept)
}

/// The insertion of the attributes: behind docstring and plain statements at the top of the class.
fn declarations(module: &Module, class: &ast::StmtClassDef, lines: &[String], gone: &[TextRange]) -> Edit {
    let leading = class
        .body
        .iter()
        .take_while(|s| matches!(s, Stmt::Assign(_) | Stmt::AnnAssign(_) | Stmt::Expr(_) | Stmt::Pass(_)));
    let text = lines.join("\n");
    if let Some(last) = leading.last() {
        let end = module.line_end(last.end());
        return Edit::insert(end, format!("\n\n{text}"));
    }
    // In front of the first statement, which may be one that goes.
    let first = &class.body[0];
    let header = next_line(module.text(), module.line_end(header_end(module, class)));
    let start = above(module, first_line(module, first)).max(header);
    let goes = gone.iter().any(|range| range.contains(start));
    let blank = if goes { "" } else { "\n" };
    Edit::insert(start, format!("{text}\n{blank}"))
}

/// The end of the header: of its colon.
fn header_end(module: &Module, class: &ast::StmtClassDef) -> TextSize {
    let from = class.arguments.as_ref().map_or(class.name.end(), |a| a.end());
    let range = TextRange::new(from, class.body[0].start());
    module.find_token(range, unspool_engine::syntax::TokenKind::Colon).map_or(from, |colon| colon.end())
}

/// The deletions of checks in `__init__`.
fn checks(module: &Module, member: &Member, all: &[&&Member]) -> Vec<Edit> {
    let Form::Init { init, .. } = member.form else { return Vec::new() };
    member
        .statements
        .iter()
        .map(|check| {
            let start = module.line_start(check.start());
            let end = behind(module, check);
            let blank = blank_above(module, start);
            let rest = &module.text()[end.to_usize()..];
            let next_is_blank = rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
            // Of blank lines on both sides one group is enough, and none stands below the header.
            let goes = |s: &Stmt| all.iter().any(|m| m.statements.iter().any(|c| c.range() == s.range()));
            let first = init.body.iter().take_while(|s| s.start() < check.start()).all(goes);
            if next_is_blank && first {
                let blanks = rest.len() - rest.trim_start_matches(BLANKS).len();
                let to = module.line_start(end + TextSize::new(blanks as u32));
                return Edit::delete(TextRange::new(start, to));
            }
            let start = if next_is_blank && blank < start { blank } else { start };
            Edit::delete(TextRange::new(start, end))
        })
        .collect()
}
