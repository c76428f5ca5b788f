//! Which lines of the working copy changed since a revision.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::{complaint, git};
use crate::cli::Error;
use crate::cli::report::shown;

/// Changed lines (from 1, in order) by file, the path from the root of the repository.
pub type Changed = FxHashMap<PathBuf, Vec<RangeInclusive<usize>>>;

/// What changed since the working copy at `root` left `revision`, committed or not, new files included. As in a pull
/// request, what happened on the other branch meanwhile does not count.
pub fn changed_since(root: &Path, revision: &str) -> Result<Changed, Error> {
    let fail = |message: String, help: &str| Error::DiffBase { message, help: help.to_owned() };
    let run = |args: &[&str]| {
        git(root, args).map_err(|error| {
            fail(format!("git could not be started: {error}"), "`--diff-base` asks git which lines changed")
        })
    };
    let commit = format!("{revision}^{{commit}}");
    let known = run(&["rev-parse", "--quiet", "--verify", "--end-of-options", &commit])?;
    if !known.status.success() {
        let message = format!("`--diff-base {revision}`: {} has no such revision", shown(root));
        return Err(fail(
            message,
            "name a branch, tag or commit that is there: `origin/main`, `HEAD~1`; a shallow clone may lack it",
        ));
    }
    let base = run(&["merge-base", "--end-of-options", revision, "HEAD"])?;
    let base = match base.status.success() {
        true => String::from_utf8_lossy(&base.stdout).trim().to_owned(),
        // Unrelated or cut off histories: the revision itself is the best that there is.
        false => String::from_utf8_lossy(&known.stdout).trim().to_owned(),
    };
    let diff = run(&[
        "diff",
        "--unified=0",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-renames",
        "--ignore-submodules",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        &base,
        "--",
    ])?;
    let others = run(&["ls-files", "--others", "--exclude-standard", "-z"])?;
    for output in [&diff, &others] {
        if !output.status.success() {
            return Err(fail(format!("`--diff-base {revision}`: {}", complaint(output)), "git says why"));
        }
    }
    let mut changed = parse(&diff.stdout);
    for path in others.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty()) {
        changed.insert(bytes_path(path.to_vec()), vec![1..=usize::MAX]);
    }
    Ok(changed)
}

fn bytes_path(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

/// Reads a diff without context.
fn parse(diff: &[u8]) -> Changed {
    let mut changed = Changed::default();
    let mut file: Option<PathBuf> = None;
    // Lines of hunks that are still to come: they may look like headers.
    let mut left = 0;
    for line in diff.split(|byte| *byte == b'\n') {
        if left > 0 {
            left -= usize::from(!line.starts_with(b"\\"));
        } else if let Some(path) = line.strip_prefix(b"+++ ") {
            file = unquoted(path).strip_prefix(b"b/").map(|path| bytes_path(path.to_vec()));
        } else if let Some((removed, added)) = hunk(line) {
            left = removed.1 + added.1;
            if let Some(file) = &file
                && added.1 > 0
            {
                changed.entry(file.clone()).or_default().push(added.0..=added.0 + added.1 - 1);
            }
        }
    }
    changed
}

/// Start and length of both sides: `@@ -3,2 +3 @@ def f():`.
fn hunk(line: &[u8]) -> Option<((usize, usize), (usize, usize))> {
    let line = str::from_utf8(line.get(..line.len().min(80))?).ok()?;
    let (removed, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (added, _) = rest.split_once(" @@")?;
    let side = |text: &str| {
        let (start, length) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse().ok()?, length.parse().ok()?))
    };
    Some((side(removed)?, side(added)?))
}

/// A path as git prints it: in quotes, with escapes, where it has unusual characters; with a tab behind it where it has
/// blanks.
fn unquoted(path: &[u8]) -> Vec<u8> {
    let Some(inner) = path.strip_prefix(b"\"").and_then(|path| path.strip_suffix(b"\"")) else {
        return path.strip_suffix(b"\t").unwrap_or(path).to_vec();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next() {
            Some(digit @ b'0'..=b'7') => {
                let low =
                    [rest.next(), rest.next()].map(|digit| digit.map_or(0, |digit| digit.wrapping_sub(b'0')));
                ((digit - b'0') << 6) | (low[0] << 3) | low[1]
            }
            Some(b'a') => 7,
            Some(b'b') => 8,
            Some(b't') => b'\t',
            Some(b'n') => b'\n',
            Some(b'v') => 11,
            Some(b'f') => 12,
            Some(b'r') => b'\r',
            Some(other) => other,
            None => break,
        });
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_gives_the_new_lines() {
        let diff = b"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1,2 @@ def f():\n-x\n+++ b/no.py\n+y\n\
            @@ -9,2 +10,0 @@\n-a\n-b\n@@ -20,0 +20 @@\n+z\n\\ No newline at end of file\n\
            diff --git a/b c.py b/b c.py\n--- /dev/null\n+++ b/b c.py\t\n@@ -0,0 +1,3 @@\n+1\n+2\n+3\n\
            --- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
            +++ \"b/t\\ta\\303\\244.py\"\n@@ -1 +1 @@\n-x\n+y\n";
        let mut changed: Vec<_> = parse(diff).into_iter().collect();
        changed.sort_by(|a, b| a.0.cmp(&b.0));
        let expected: Vec<(PathBuf, Vec<RangeInclusive<usize>>)> = vec![
            ("a.py".into(), vec![1..=2, 20..=20]),
            ("b c.py".into(), vec![1..=3]),
            ("t\ta\u{e4}.py".into(), vec![1..=1]),
        ];
        assert_eq!(changed, expected);
    }
}
