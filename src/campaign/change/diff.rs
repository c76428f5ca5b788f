//! Unified diffs as `unspool fix --dry-run` writes them: apart by files, and which lines they touch.

use std::ops::Range;

use crate::error::{Error, Result};

/// The difference of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileDiff {
    /// From the root of the repository.
    pub path: String,
    /// Headers and hunks, byte by byte as they came.
    pub bytes: Vec<u8>,
    /// Lines of the old file that go or stand beside a new one, counting from 1.
    pub touched: Vec<Range<usize>>,
    pub added: usize,
    pub removed: usize,
}

/// Stand in front of the difference of a file that is made, and of one that goes.
const NEW_FILE: &[u8] = b"new file mode 100644\n";
const DELETED_FILE: &[u8] = b"deleted file mode 100644\n";
const NOTHING: &[u8] = b"/dev/null\n";

/// Takes apart the diff that undoes one: files that were made go.
pub fn parse_inverse(diff: &[u8]) -> Result<Vec<FileDiff>> {
    parse_files(diff, DELETED_FILE)
}

/// Takes a diff apart. Anything that is not the change of a file below the root is an error: the diff came out of a child
/// process that has read hostile input.
pub fn parse(diff: &[u8]) -> Result<Vec<FileDiff>> {
    parse_files(diff, NEW_FILE)
}

/// `whole` is the line in front of a file that is whole on one side, and not there on the other.
fn parse_files(diff: &[u8], whole: &[u8]) -> Result<Vec<FileDiff>> {
    let mut lines = Lines { rest: diff, number: 0 };
    let mut files: Vec<FileDiff> = Vec::new();
    while let Some(first) = lines.next() {
        let mode = if first == whole { first } else { b"" };
        let old = if mode.is_empty() { first } else { lines.next().unwrap_or_default() };
        let new = lines.next().unwrap_or_default();
        let (before, after) = (path(old, b"--- ", "a/"), path(new, b"+++ ", "b/"));
        let gone = |line: &[u8], mark: &[u8]| line.strip_prefix(mark) == Some(NOTHING);
        let path = match (before, after) {
            (Some(before), Some(after)) if before == after && mode.is_empty() => before,
            // Of all files only those come and go that we rewrite.
            (None, Some(made)) if mode == NEW_FILE && gone(old, b"--- ") && made.ends_with(".py") => made,
            (Some(lost), None) if mode == DELETED_FILE && gone(new, b"+++ ") && lost.ends_with(".py") => lost,
            _ => return Err(lines.error("no `--- a/PATH` and `+++ b/PATH` of one path")),
        };
        if !is_inside(&path) || files.iter().any(|file| file.path == path) {
            return Err(lines.error("a path outside of the repository, or twice"));
        }
        let bytes = [mode, old, new].concat();
        let mut file = FileDiff { path, bytes, touched: Vec::new(), added: 0, removed: 0 };
        while lines.rest.starts_with(b"@@ ") {
            hunk(&mut lines, &mut file)?;
        }
        if (mode == NEW_FILE && file.removed > 0) || (mode == DELETED_FILE && file.added > 0) {
            return Err(lines.error("a file that comes or goes, and is another one"));
        }
        if file.touched.is_empty() {
            return Err(lines.error("a file without a change"));
        }
        files.push(file);
    }
    Ok(files)
}

fn hunk(lines: &mut Lines, file: &mut FileDiff) -> Result<()> {
    let header = lines.next().unwrap_or_default();
    let (mut at, mut old, mut new) = counts(header).ok_or_else(|| lines.error("no hunk"))?;
    file.bytes.extend_from_slice(header);
    while old > 0 || new > 0 {
        let line = lines.next().ok_or_else(|| lines.error("a hunk that ends early"))?;
        file.bytes.extend_from_slice(line);
        match line.first() {
            Some(b' ') => {
                (old, new) = (old.saturating_sub(1), new.saturating_sub(1));
                at += 1;
            }
            Some(b'-') => {
                old = old.saturating_sub(1);
                file.removed += 1;
                file.touched.push(at..at + 1);
                at += 1;
            }
            Some(b'+') => {
                new = new.saturating_sub(1);
                file.added += 1;
                file.touched.push(at.saturating_sub(1)..at + 1);
            }
            Some(b'\\') => {}
            _ => return Err(lines.error("no line of a hunk")),
        }
    }
    if lines.rest.starts_with(b"\\") {
        file.bytes.extend_from_slice(lines.next().unwrap_or_default());
    }
    Ok(())
}

/// First line, old count, new count of `@@ -1,5 +1,6 @@`.
fn counts(header: &[u8]) -> Option<(usize, usize, usize)> {
    let text = std::str::from_utf8(header).ok()?.trim_end();
    // Behind the second mark git repeats the line of the function.
    let (old, new) = text.strip_prefix("@@ -")?.split_once(" @@")?.0.split_once(" +")?;
    let range = |text: &str| match text.split_once(',') {
        Some((start, count)) => Some((start.parse::<usize>().ok()?, count.parse::<usize>().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    };
    let ((start, old), (_, new)) = (range(old)?, range(new)?);
    // The start of an empty range is the line above it.
    Some((if old == 0 { start + 1 } else { start }, old, new))
}

fn path(line: &[u8], mark: &[u8], side: &str) -> Option<String> {
    let name = line.strip_prefix(mark)?.strip_suffix(b"\n")?;
    // git ends a name with blanks by a tab.
    let name = name.strip_suffix(b"\t").unwrap_or(name);
    let name = match name.strip_prefix(b"\"") {
        Some(quoted) => unquoted(quoted.strip_suffix(b"\"")?)?,
        None => name.to_vec(),
    };
    Some(String::from_utf8(name).ok()?.strip_prefix(side)?.to_owned())
}

/// A name as git quotes it: `\"`, `\\`, `\t`, `\303`.
fn unquoted(quoted: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut bytes = quoted.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match bytes.next()? {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'a' => 7,
            b'b' => 8,
            b'v' => 11,
            b'f' => 12,
            digit @ b'0'..=b'3' => {
                let digit_value = |digit: u8| (b'0'..=b'7').contains(&digit).then(|| digit - b'0');
                let high = digit_value(digit)?;
                let (middle, low) = (digit_value(bytes.next()?)?, digit_value(bytes.next()?)?);
                high * 64 + middle * 8 + low
            }
            other => other,
        });
    }
    Some(out)
}

fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != ".." && !part.eq_ignore_ascii_case(".git"))
}

struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
}

impl<'a> Lines<'a> {
    /// With its end.
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| *byte == b'\n').map_or(self.rest.len(), |at| at + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.number += 1;
        Some(line)
    }

    fn error(&self, what: &str) -> Error {
        Error::Failed(format!("the diff is not understood in line {}: {what}", self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n one\n--- two\n++++ three\n four\n\
        --- \"a/d/\\303\\244.py\"\n+++ \"b/d/\\303\\244.py\"\n@@ -4 +4,2 @@ def f(x): # @@ -1 +1 @@\n-x\n+y\n+z\n\\ No newline at end of file\n";

    #[test]
    fn files_come_apart_and_together_are_the_diff() {
        let files = parse(TWO.as_bytes()).expect("it is a diff");
        let paths: Vec<&str> = files.iter().map(|file| &*file.path).collect();
        assert_eq!(paths, ["a.py", "d/ä.py"]);
        let again: Vec<u8> = files.iter().flat_map(|file| file.bytes.clone()).collect();
        assert_eq!(again, TWO.as_bytes());
        assert_eq!(files[0].touched, [2..3, 2..4]);
        assert_eq!((files[1].added, files[1].removed), (2, 1));
    }

    #[test]
    fn a_file_may_be_made() {
        let diff = "new file mode 100644\n--- /dev/null\n+++ b/pkg/y.py\n@@ -0,0 +1,2 @@\n+b\n+c\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n";
        let files = parse(diff.as_bytes()).expect("it is a diff");
        let again: Vec<u8> = files.iter().flat_map(|file| file.bytes.clone()).collect();
        assert_eq!(again, diff.as_bytes());
        assert_eq!((&*files[0].path, files[0].added, &files[0].touched[0]), ("pkg/y.py", 2, &(0..2)));
        let inverse = "deleted file mode 100644\n--- a/pkg/y.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-b\n-c\n";
        let files = parse_inverse(inverse.as_bytes()).expect("it is a diff");
        assert_eq!((&*files[0].path, files[0].removed), ("pkg/y.py", 2));
        assert!(parse_inverse(diff.as_bytes()).is_err());
    }

    #[test]
    fn what_is_no_change_of_a_file_is_refused() {
        for bad in [
            "--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n",
            "--- a//etc/passwd\n+++ b//etc/passwd\n@@ -1 +1 @@\n-a\n+b\n",
            "--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n-a\n+b\n",
            "--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n",
            "--- /dev/null\n+++ b/y.py\n@@ -0,0 +1 @@\n+b\n",
            "new file mode 120000\n--- /dev/null\n+++ b/y.py\n@@ -0,0 +1 @@\n+b\n",
            "new file mode 100644\n--- /dev/null\n+++ b/.github/workflows/y.yml\n@@ -0,0 +1 @@\n+b\n",
            "deleted file mode 100644\n--- a/y.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n",
            "new file mode 100644\n--- a/y.py\n+++ b/y.py\n@@ -0,0 +1 @@\n+b\n",
            "new file mode 100644\n--- /dev/null\n+++ b/../y.py\n@@ -0,0 +1 @@\n+b\n",
            "new file mode 100644\n--- /dev/null\n+++ b/y.py\n@@ -1 +1 @@\n-a\n+b\n",
            "new file mode 100644\n",
            "--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-a\n",
            "--- a/x\n+++ b/x\n",
            "rename from x\n",
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
        ] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
