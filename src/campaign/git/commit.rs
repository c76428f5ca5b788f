//! The commit of a change set, made from the tree of its base and a patch: no working tree, so nothing of the repository is
//! ever written to a path of its choice. It is deterministic: the same base, patch, author and message give the same object
//! name, and that is how a second run sees that there is nothing to do.

use std::ffi::OsString;
use std::path::Path;

use super::Git;
use super::clone::is_oid;
use crate::error::{Error, Result};

#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    pub name: &'a str,
    pub email: &'a str,
}

/// What a patch does besides changing the content of files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Makes {
    Modules,
    /// It undoes one that made some.
    Undone,
}

/// A commit in a folder with objects.
#[derive(Clone, Debug)]
pub struct Made {
    pub oid: String,
}

/// Fetches `base` into the bare repository `folder` and commits `patch` on top of it.
#[expect(clippy::too_many_arguments, reason = "everything that a commit is made of")]
pub fn commit(
    git: &Git,
    url: &str,
    base: &str,
    folder: &Path,
    patch: &[u8],
    message: &str,
    author: Author,
    makes: Makes,
) -> Result<Made> {
    let had_some = folder.exists();
    match commit_once(git, url, base, folder, patch, message, author, makes) {
        // A git that was killed leaves locks behind: once more, from nothing.
        Err(_) if had_some => {
            std::fs::remove_dir_all(folder).map_err(|error| Error::io("removing", folder, &error))?;
            commit_once(git, url, base, folder, patch, message, author, makes)
        }
        other => other,
    }
}

#[expect(clippy::too_many_arguments, reason = "everything that a commit is made of")]
fn commit_once(
    git: &Git,
    url: &str,
    base: &str,
    folder: &Path,
    patch: &[u8],
    message: &str,
    author: Author,
    makes: Makes,
) -> Result<Made> {
    fetch_base(git, url, base, folder)?;
    let date = git.line(folder, &["show", "--no-patch", "--format=%ct", base])?;
    let index = folder.join("unspool-index");
    let environment = [("GIT_INDEX_FILE", OsString::from(&index))];
    git.run_with(folder, &["read-tree", base], &environment, b"")?;
    git.run_with(folder, &["apply", "--cached", "--whitespace=nowarn", "-p1", "-"], &environment, patch)?;
    let tree = git.run_with(folder, &["write-tree"], &environment, b"")?;
    let tree = String::from_utf8_lossy(&tree).trim().to_owned();
    only_files_change(git, folder, base, &tree, makes)?;
    let date = OsString::from(format!("{date} +0000"));
    let identity = [
        ("GIT_AUTHOR_NAME", author.name.into()),
        ("GIT_AUTHOR_EMAIL", author.email.into()),
        ("GIT_AUTHOR_DATE", date.clone()),
        ("GIT_COMMITTER_NAME", author.name.into()),
        ("GIT_COMMITTER_EMAIL", author.email.into()),
        ("GIT_COMMITTER_DATE", date),
    ];
    let oid =
        git.run_with(folder, &["commit-tree", &tree, "-p", base, "-F", "-"], &identity, message.as_bytes())?;
    Ok(Made { oid: String::from_utf8_lossy(&oid).trim().to_owned() })
}

/// Brings `base` to the bare repository `folder`, unless it is there.
fn fetch_base(git: &Git, url: &str, base: &str, folder: &Path) -> Result<()> {
    if url.starts_with('-') || !is_oid(base) {
        return Err(Error::Failed(format!("`{url}` at `{base}` is no repository and commit")));
    }
    std::fs::create_dir_all(folder).map_err(|error| Error::io("making", folder, &error))?;
    git.run(folder, &["init", "--quiet", "--bare", "--initial-branch=unspool", "--template="])?;
    let has_base = git.run(folder, &["cat-file", "-e", &format!("{base}^{{commit}}")]).is_ok();
    if !has_base {
        let refspec = format!("{base}:refs/unspool/base");
        git.run(
            folder,
            &[
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--force",
                "--depth=1",
                url,
                &refspec,
            ],
        )?;
    }
    Ok(())
}

/// A patch may only change the content of files, and make modules, which its inverse takes away: a link stays what it is, and no
/// mode changes.
fn only_files_change(git: &Git, folder: &Path, base: &str, tree: &str, makes: Makes) -> Result<()> {
    let raw = git.run(folder, &["diff-tree", "-r", "-z", "--raw", "--no-renames", base, tree])?;
    let raw = String::from_utf8_lossy(&raw);
    let mut changed = 0;
    let mut entries = raw.split('\0');
    while let Some(entry) = entries.next().filter(|entry| entry.starts_with(':')) {
        let path = entries.next().unwrap_or_default();
        changed += 1;
        let mut fields = entry[1..].split(' ');
        let (before, after) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let is_content = before == after && matches!(before, "100644" | "100755");
        let comes_or_goes = match makes {
            Makes::Modules => (before, after) == ("000000", "100644"),
            Makes::Undone => (before, after) == ("100644", "000000"),
        };
        let fits = is_content || (comes_or_goes && path.ends_with(".py"));
        if !fits {
            return Err(Error::Failed(format!("the patch changes an entry of mode {before} to {after}")));
        }
    }
    if changed == 0 {
        return Err(Error::Failed("the patch changes nothing".into()));
    }
    Ok(())
}

/// How a push ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pushed {
    Done,
    /// The branch is not where it was observed: somebody else moved it.
    Moved,
}

/// Puts `oid` on `branch`, if the branch is still at `expected` (None: does not exist).
pub fn push(
    git: &Git,
    url: &str,
    folder: &Path,
    oid: &str,
    branch: &str,
    expected: Option<&str>,
) -> Result<Pushed> {
    let lease = format!("--force-with-lease=refs/heads/{branch}:{}", expected.unwrap_or_default());
    let refspec = format!("{oid}:refs/heads/{branch}");
    match git.run(folder, &["push", "--porcelain", "--no-verify", &lease, url, &refspec]) {
        Ok(_) => Ok(Pushed::Done),
        // The reason stands on standard output, which is not part of the error: look at the branch instead of the words.
        Err(error) => {
            let now = git.line(folder, &["ls-remote", "--exit-code", url, &format!("refs/heads/{branch}")]);
            let now = now.ok().and_then(|line| line.split_whitespace().next().map(str::to_owned));
            if now.as_deref() == Some(oid) {
                Ok(Pushed::Done)
            } else if now.as_deref() != expected {
                Ok(Pushed::Moved)
            } else {
                Err(error)
            }
        }
    }
}

/// The patch that undoes `patch` on top of `base`, which may have moved on since.
pub fn inverse(git: &Git, url: &str, base: &str, folder: &Path, patch: &[u8]) -> Result<Vec<u8>> {
    fetch_base(git, url, base, folder)?;
    let index = folder.join("unspool-index");
    let environment = [("GIT_INDEX_FILE", OsString::from(&index))];
    git.run_with(folder, &["read-tree", base], &environment, b"")?;
    git.run_with(
        folder,
        &["apply", "--reverse", "--cached", "--whitespace=nowarn", "-p1", "-"],
        &environment,
        patch,
    )?;
    let tree = git.run_with(folder, &["write-tree"], &environment, b"")?;
    let tree = String::from_utf8_lossy(&tree).trim().to_owned();
    only_files_change(git, folder, base, &tree, Makes::Undone)?;
    let diff = git.run(
        folder,
        &["diff-tree", "-r", "-p", "--no-renames", "--no-ext-diff", "--no-textconv", base, &tree],
    )?;
    Ok(without_git_headers(&diff))
}

/// `diff --git` and `index` lines go: what stays is what `unspool fix --dry-run` writes.
fn without_git_headers(diff: &[u8]) -> Vec<u8> {
    diff.split_inclusive(|byte| *byte == b'\n')
        .filter(|line| !line.starts_with(b"diff --git ") && !line.starts_with(b"index "))
        .flatten()
        .copied()
        .collect()
}
