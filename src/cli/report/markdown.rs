//! Markdown, as the body of a pull request: what was rewritten, why each rewrite is safe or what it assumes, and its
//! diff behind a fold.
//!
//! Text that comes from code stands in code spans and fences, so that no name in it mentions a person and no number
//! an issue.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use unspool_engine::driver::Outcome;
use unspool_engine::transform::{Meta, Verdict};

use super::hunks::{Hunk, Side};
use super::plural;
use super::view::{View, views};

/// GitHub takes bodies of 65,536 characters. Diffs that would lead beyond this are left out.
const ROOM: usize = 60_000;

pub fn write(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let views = views(outcome);
    let offered: Vec<&View> = views.iter().filter(|view| view.is_offered()).collect();
    let mut by_file: BTreeMap<&str, Vec<&View>> = BTreeMap::new();
    for view in &offered {
        by_file.entry(&view.path).or_default().push(view);
    }
    let mut page = String::new();
    let (rewrites, files) = (plural(offered.len(), "rewrite"), plural(by_file.len(), "file"));
    let _ = writeln!(page, "## unspool: {rewrites} in {files}\n");
    transforms(&mut page, &offered);
    let mut left_out = 0;
    for (path, views) in by_file {
        let _ = writeln!(page, "### {}\n", code(path));
        for view in views {
            let head = head(view);
            let diff = folded(view);
            page.push_str(&head);
            match page.len() + diff.len() < ROOM {
                true => page.push_str(&diff),
                false => left_out += 1,
            }
        }
        page.push('\n');
    }
    if left_out > 0 {
        let _ = writeln!(
            page,
            "The diffs of {} are left out: the page would be too long.",
            plural(left_out, "rewrite")
        );
    }
    out.write_all(page.as_bytes())
}

/// The transforms with their numbers.
fn transforms(page: &mut String, offered: &[&View]) {
    let mut counts: BTreeMap<&str, (&'static Meta, usize, usize)> = BTreeMap::new();
    for view in offered {
        let (_, safe, unsafe_) = counts.entry(view.meta.id).or_insert((view.meta, 0, 0));
        *if view.site.verdict == Verdict::Safe { safe } else { unsafe_ } += 1;
    }
    if counts.is_empty() {
        return;
    }
    page.push_str("| transform | what it does | safe | unsafe |\n| --- | --- | ---: | ---: |\n");
    for (id, (meta, safe, unsafe_)) in counts {
        let _ = writeln!(page, "| `{id}` | {} | {safe} | {unsafe_} |", meta.title.replace('|', "\\|"));
    }
    page.push_str("\n*Safe*: every condition for the program to behave as before was proved. *Unsafe*: some could only be assumed; they are named.\n\n");
}

fn head(view: &View) -> String {
    let View { meta, span, site, .. } = view;
    let mut head = format!("- **line {}**, `{}`, {}", span.start.line, meta.id, site.verdict);
    let _ = writeln!(head);
    for reason in view.reasons() {
        let _ = writeln!(head, "  - {}", code(&reason));
    }
    let conventions = view.conventions();
    if !conventions.is_empty() {
        let _ = writeln!(head, "  - relies on: {}", conventions.join(", "));
    }
    head
}

/// The diffs of all files that a rewrite changes.
fn folded(view: &View) -> String {
    let mut diff = fold("diff", &view.hunks);
    for (_, path, hunks) in &view.others {
        diff.push_str(&fold(&format!("diff of {}", escaped(path)), hunks));
    }
    diff
}

/// Text in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('@', "&#64;").replace('#', "&#35;")
}

/// A diff behind a fold, inside of a list item.
fn fold(title: &str, hunks: &[Hunk]) -> String {
    if hunks.is_empty() {
        return String::new();
    }
    let mut lines = Vec::new();
    for Hunk { old_start, lines: hunk, .. } in hunks {
        lines.push(format!("@@ line {old_start} @@"));
        lines.extend(hunk.iter().map(|(side, text)| {
            let mark = match side {
                Side::Both => ' ',
                Side::Old => '-',
                Side::New => '+',
            };
            format!("{mark}{text}")
        }));
    }
    let fence = "`".repeat(longest_run(&lines.join("\n")).max(2) + 1);
    let mut fold = format!("\n  <details><summary>{title}</summary>\n\n  {fence}diff\n");
    for line in lines {
        let _ = writeln!(fold, "  {line}");
    }
    fold + "  " + &fence + "\n\n  </details>\n\n"
}

/// A code span, whatever the text has in it (CommonMark 6.1).
fn code(text: &str) -> String {
    let text: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

fn longest_run(text: &str) -> usize {
    text.split(|char| char != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_spans_hold_anything() {
        for (text, expected) in
            [("a@b #1", "`a@b #1`"), ("a`b", "``a`b``"), ("``x", "``` ``x ```"), ("a\nb", "`a b`")]
        {
            assert_eq!(code(text), expected);
        }
    }
}
