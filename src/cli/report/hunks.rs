//! The difference that a single rewrite makes, in lines, for those who show one rewrite at a time.

use std::path::Path;

use unspool_engine::driver::{FileReport, OtherFile, SiteReport};
use unspool_engine::syntax::{TextRange, TextSize};
use unspool_engine::text::{Edit, Patch};

use super::diff::lines::{Changed, changes};
use super::diff::split;

/// On which side of a difference a line stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Both,
    Old,
    New,
}

/// Lines that belong together. Line numbers count from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hunk {
    pub old_start: usize,
    pub new_start: usize,
    /// Without their ends.
    pub lines: Vec<(Side, String)>,
}

/// Equal lines around a change, where nobody says.
pub const CONTEXT: usize = 3;

/// What a site would do to its file by itself, with so many equal lines around; nothing where it is refused or its text
/// was not kept.
pub fn of_site(file: &FileReport, site: &SiteReport, context: usize) -> Vec<Hunk> {
    file.text_of(site).map_or_else(Vec::new, |text| hunks(text, site.edits().to_vec(), context))
}

/// What it would do to another file.
pub struct Other<'s> {
    pub path: &'s Path,
    /// `changes`, or `makes` where the file is not there yet.
    pub does: &'static str,
    pub hunks: Vec<Hunk>,
}

/// What it would do to other files.
pub fn of_others(site: &SiteReport, context: usize) -> Vec<Other<'_>> {
    let other = |other: &'_ OtherFile| hunks(&other.text, other.edits.clone(), context);
    site.others
        .iter()
        .map(|file| Other {
            path: &file.path,
            does: if file.is_new { "makes" } else { "changes" },
            hunks: other(file),
        })
        .collect()
}

/// What edits do to a text. Only lines near an edit are looked at, however long the text is.
fn hunks(text: &str, mut edits: Vec<Edit>, context: usize) -> Vec<Hunk> {
    edits.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    let starts = line_starts(text);
    let line_of = |offset: usize| starts.partition_point(|start| *start <= offset) - 1;
    // Edits whose surroundings meet.
    let mut groups: Vec<(usize, usize, Vec<Edit>)> = Vec::new();
    for edit in edits {
        let first = line_of(edit.range.start().to_usize()).saturating_sub(context);
        let last = (line_of(edit.range.end().to_usize()) + context + 1).min(starts.len());
        match groups.last_mut() {
            Some((_, end, group)) if first <= *end => {
                *end = last.max(*end);
                group.push(edit);
            }
            _ => groups.push((first, last, vec![edit])),
        }
    }
    let mut moved: isize = 0;
    let mut hunks = Vec::new();
    for (first, last, group) in groups {
        let begin = starts[first];
        let end = starts.get(last).copied().unwrap_or(text.len());
        let window = &text[begin..end];
        let shift = TextSize::of(&text[..begin]);
        let inside = group.into_iter().map(|edit| Edit {
            range: TextRange::new(edit.range.start() - shift, edit.range.end() - shift),
            ..edit
        });
        // The edits were put together before: they fit.
        let Ok(patch) = Patch::new(inside.collect(), window) else { continue };
        let new = patch.apply(window);
        let hunk = between(window, &new, first, moved, context);
        moved += count(&new) - count(window);
        hunks.extend(hunk);
    }
    hunks
}

fn count(text: &str) -> isize {
    isize::try_from(text.split_inclusive('\n').count()).unwrap_or(isize::MAX)
}

fn line_starts(text: &str) -> Vec<usize> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1).filter(|at| *at < text.len());
    std::iter::once(0).chain(ends).collect()
}

/// One hunk for what differs between two texts; `first` is the line (from 0) of the old one, `moved` how far the new one
/// is shifted.
fn between(old: &str, new: &str, first: usize, moved: isize, context: usize) -> Option<Hunk> {
    let (old_refs, new_refs) = (split(old.as_bytes()), split(new.as_bytes()));
    let changes = changes(&old_refs, &new_refs);
    let (head, tail) = (changes.first()?, changes.last()?);
    let lead = head.old.start.min(context);
    let trail = (old_refs.len() - tail.old.end).min(context);
    let mut lines = Vec::new();
    let mut push = |side: Side, line: &[u8]| {
        let text = String::from_utf8_lossy(line);
        lines.push((side, text.trim_end_matches(['\n', '\r']).to_owned()));
    };
    let mut at = head.old.start - lead;
    for Changed { old, new } in &changes {
        old_refs[at..old.start].iter().for_each(|line| push(Side::Both, line));
        old_refs[old.clone()].iter().for_each(|line| push(Side::Old, line));
        new_refs[new.clone()].iter().for_each(|line| push(Side::New, line));
        at = old.end;
    }
    old_refs[at..at + trail].iter().for_each(|line| push(Side::Both, line));
    let old_start = 1 + first + head.old.start - lead;
    let new_start = (first + head.new.start - lead + 1).saturating_add_signed(moved);
    Some(Hunk { old_start, new_start, lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replaces the first of each pair by the second; the hunks as text.
    #[track_caller]
    fn check(text: &str, edits: &[(&str, &str)], expected: &str) {
        let size = |at| TextSize::try_from(at).expect("test texts are short");
        let edits = edits.iter().map(|(old, new)| {
            let start = text.find(old).expect("the old text is there");
            Edit::replace(TextRange::new(size(start), size(start + old.len())), *new)
        });
        let mut shown = String::new();
        for Hunk { old_start, new_start, lines } in hunks(text, edits.collect(), 1) {
            shown += &format!("{old_start} {new_start}\n");
            for (side, line) in lines {
                let mark = match side {
                    Side::Both => ' ',
                    Side::Old => '-',
                    Side::New => '+',
                };
                shown += &format!("{mark}{line}\n");
            }
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn only_what_is_near_an_edit() {
        let text = "a\nb\nc\nd\ne\nf\ng\n";
        check(text, &[("d", "D")], "3 3\n c\n-d\n+D\n e\n");
        check(text, &[("a", "x\ny\na"), ("g", "G")], "1 1\n+x\n+y\n a\n6 8\n f\n-g\n+G\n");
        check(text, &[("c\n", ""), ("e", "E")], "2 2\n b\n-c\n d\n-e\n+E\n f\n");
        check("a\r\nb", &[("b", "c")], "1 1\n a\n-b\n+c\n");
    }
}
