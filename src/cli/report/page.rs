//! A Markdown page on a terminal. The pages are written by us, so only what they use is understood: headings, fenced
//! code, tables, lists, `code`, **strong** and links; everything else stays as it is written.

use std::io::{self, Write};

use crate::cli::terminal::{BOLD, CYAN, DIM, PLAIN, Paint};

/// Writes a page.
pub fn write(out: &mut dyn Write, paint: Paint, markdown: &str) -> io::Result<()> {
    let mut fenced = false;
    let mut lines = markdown.trim_end().lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            fenced = !fenced;
            if let Some(label) = label(info) {
                writeln!(out, "  {}", paint.paint(DIM, label))?;
            }
        } else if fenced {
            let code = if line.is_empty() { String::new() } else { format!("    {line}") };
            writeln!(out, "{}", paint.paint(CYAN, code))?;
        } else if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(cells(row));
            }
            table(out, paint, &rows)?;
        } else if let Some(heading) = line.strip_prefix('#') {
            let heading = inline(heading.trim_start_matches('#').trim());
            writeln!(out, "{}", paint.paint(BOLD, heading))?;
        } else {
            writeln!(out, "{}", inline(line))?;
        }
    }
    Ok(())
}

fn cells(row: &str) -> Vec<String> {
    row.trim_matches('|').split('|').map(|cell| inline(cell.trim())).collect()
}

/// A table in columns. The second row of a Markdown table is the line below its head.
fn table(out: &mut dyn Write, paint: Paint, rows: &[Vec<String>]) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    let width = |column: usize| rows.iter().map(|row| cell(row, column).chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (number, row) in rows.iter().enumerate().filter(|(number, _)| *number != 1) {
        let line: Vec<String> = widths
            .iter()
            .enumerate()
            .map(|(column, &width)| format!("{:width$}", cell(row, column)))
            .collect();
        let line = format!("  {}", line.join("  "));
        let style = if number == 0 { BOLD } else { PLAIN };
        writeln!(out, "{}", paint.paint(style, line.trim_end()))?;
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
