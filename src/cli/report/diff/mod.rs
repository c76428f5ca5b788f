//! Unified diffs that `git apply` and `patch -p1` turn into exactly the new bytes.
//!
//! Everything is bytes: files keep their encoding and line endings, and lines end at LF alone. There is no
//! `diff --git` line, so that the paths hold in the working folder, which may lie below the root of a repository. A
//! file that is made comes from `/dev/null`.

pub mod lines;
mod name;

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use unspool_engine::driver::Change;

use super::super::terminal::{BOLD, CYAN, GREEN, Paint, RED};
use lines::{Changed, changes};

/// Equal lines around a change, as everywhere.
const CONTEXT: usize = 3;

/// Writes the change of a file, nothing if both contents are the same.
pub fn write(out: &mut dyn Write, paint: Paint, path: &Path, change: &Change) -> io::Result<()> {
    let Change { before, after, is_new, group: _ } = change;
    let (old_lines, new_lines) = (split(before), split(after));
    let changes = changes(&old_lines, &new_lines);
    if changes.is_empty() {
        return Ok(());
    }
    let path = name::relative(path);
    let old = if *is_new { b"/dev/null".to_vec() } else { name::quoted("a", &path) };
    let mut head = vec![[b"--- ", &*old].concat(), [b"+++ ", &*name::quoted("b", &path)].concat()];
    if *is_new {
        head.insert(0, b"new file mode 100644".to_vec());
    }
    for line in head {
        Line { paint, style: BOLD }.write(out, b"", &line)?;
        out.write_all(b"\n")?;
    }
    for hunk in changes.chunk_by(|a, b| b.old.start - a.old.end <= 2 * CONTEXT) {
        write_hunk(out, paint, hunk, &old_lines, &new_lines)?;
    }
    Ok(())
}

fn write_hunk(
    out: &mut dyn Write,
    paint: Paint,
    hunk: &[Changed],
    old: &[&[u8]],
    new: &[&[u8]],
) -> io::Result<()> {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return Ok(()) };
    let lead = first.old.start.min(CONTEXT);
    let trail = (old.len() - last.old.end).min(CONTEXT);
    let header = format!(
        "@@ -{} +{} @@",
        range(first.old.start - lead..last.old.end + trail),
        range(first.new.start - lead..last.new.end + trail)
    );
    Line { paint, style: CYAN }.write(out, b"", header.as_bytes())?;
    out.write_all(b"\n")?;
    let mut at = first.old.start - lead;
    for Changed { old: removed, new: added } in hunk {
        plain(out, &old[at..removed.start])?;
        for line in &old[removed.clone()] {
            Line { paint, style: RED }.write_line(out, b"-", line)?;
        }
        for line in &new[added.clone()] {
            Line { paint, style: GREEN }.write_line(out, b"+", line)?;
        }
        at = removed.end;
    }
    plain(out, &old[at..at + trail])
}

fn plain(out: &mut dyn Write, lines: &[&[u8]]) -> io::Result<()> {
    for line in lines {
        out.write_all(b" ")?;
        out.write_all(line)?;
        end(out, line)?;
    }
    Ok(())
}

/// A line in a colour: the escape sequences stand around its content, in front of its end.
struct Line {
    paint: Paint,
    style: anstyle::Style,
}

impl Line {
    fn write_line(&self, out: &mut dyn Write, mark: &[u8], line: &[u8]) -> io::Result<()> {
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        self.write(out, mark, content)?;
        out.write_all(&line[content.len()..])?;
        end(out, line)
    }

    fn write(&self, out: &mut dyn Write, mark: &[u8], content: &[u8]) -> io::Result<()> {
        if self.paint.is_on() {
            write!(out, "{}", self.style)?;
        }
        out.write_all(mark)?;
        out.write_all(content)?;
        if self.paint.is_on() {
            write!(out, "{:#}", self.style)?;
        }
        Ok(())
    }
}

/// What stands behind a last line that does not end.
fn end(out: &mut dyn Write, line: &[u8]) -> io::Result<()> {
    if line.ends_with(b"\n") { Ok(()) } else { out.write_all(b"\n\\ No newline at end of file\n") }
}

/// Line numbers count from 1; an empty range has the number of the line above it.
fn range(lines: Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        n => format!("{},{n}", lines.start + 1),
    }
}

/// Lines with their LF.
pub fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::with_capacity(bytes.len() / 32);
    let mut start = 0;
    for at in memchr::memchr_iter(b'\n', bytes) {
        lines.push(&bytes[start..=at]);
        start = at + 1;
    }
    if start < bytes.len() {
        lines.push(&bytes[start..]);
    }
    lines
}

#[cfg(test)]
mod tests;
