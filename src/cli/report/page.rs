//! A Markdown page on a terminal. The pages are written by us, so only what they use is understood: headings, fenced
//! code, tables, lists, `code`, **strong** and links; everything else stays as it is written.

use std::io::{self, Write};

use crate::cli::terminal::{BOLD, CYAN, DIM, Paint};

/// Writes a page.
pub fn write(out: &mut dyn Write, paint: Paint, markdown: &str) -> io::Result<()> {
    let mut fenced = false;
    let mut blank = true;
    for line in markdown.trim_end().lines() {
        if let Some(info) = line.trim_start().strip_prefix("```") {
            fenced = !fenced;
            if let Some(label) = label(info) {
                writeln!(out, "  {}", paint.paint(DIM, label))?;
            }
            continue;
        }
        // What was left out must not leave two empty lines.
        if line.trim().is_empty() && blank && !fenced {
            continue;
        }
        blank = line.trim().is_empty();
        if fenced {
            let code = if blank { String::new() } else { format!("    {line}") };
            writeln!(out, "{}", paint.paint(CYAN, code))?;
        } else if let Some(heading) = line.strip_prefix('#') {
            let heading = inline(heading.trim_start_matches('#').trim());
            writeln!(out, "{}", paint.paint(BOLD, heading))?;
        } else {
            writeln!(out, "{}", inline(line))?;
        }
    }
    Ok(())
}

/// What the words behind a fence say about the block (see `transforms/README.md`).
fn label(info: &str) -> Option<String> {
    let (_, words) = info.split_once(' ')?;
    Some(match words {
        "keep" => "kept:".into(),
        "before unsafe" => "before (with --unsafe-fixes):".into(),
        "keep unsafe" => "kept, even with --unsafe-fixes:".into(),
        words => format!("{words}:"),
    })
}

/// Strong text without its asterisks, links as `text (target)`. Backticks stay: they tell code from prose.
fn inline(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    // Odd pieces are code, in which nothing is markup.
    for (number, piece) in line.split('`').enumerate() {
        if number > 0 {
            text.push('`');
        }
        if number % 2 == 1 {
            text.push_str(piece);
        } else {
            links(&piece.replace("**", ""), &mut text);
        }
    }
    text
}

fn links(piece: &str, text: &mut String) {
    let mut rest = piece;
    while let Some((before, label, target, after)) = link(rest) {
        text.push_str(before);
        text.push_str(label);
        if target != label {
            text.push_str(" (");
            text.push_str(target);
            text.push(')');
        }
        rest = after;
    }
    text.push_str(rest);
}

/// The first `[label](target)` with what is before and behind it.
fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (head, tail) = text.split_once("](")?;
    let (before, label) = head.rsplit_once('[')?;
    let (target, after) = tail.split_once(')')?;
    Some((before, label, target, after))
}
