//! A clone of one commit.

use std::path::Path;

use super::Git;
use crate::config::CloneKind;
use crate::error::{Error, Result};

/// In front of every attribute of the repository: files are checked out byte by byte as they were committed.
const ATTRIBUTES: &str = "* -text -filter -ident -eol -working-tree-encoding\n";
/// What a blobless clone checks out: the sources, and what says which Python they are for.
const SPARSE: &str = "*.py\n*.pyi\n*.pyw\npyproject.toml\nunspool.toml\nunspool-decisions.toml\nsetup.cfg\n.gitignore\n.gitattributes\nCODEOWNERS\n.github/unspool.yml\n";

/// Brings `commit` of the repository at `url` to `folder` and checks it out, unless that has been done.
pub fn fetch(git: &Git, url: &str, commit: &str, folder: &Path, kind: CloneKind) -> Result<()> {
    if url.starts_with('-') || !is_oid(commit) {
        return Err(Error::Failed(format!("`{url}` at `{commit}` is no repository and commit")));
    }
    let mark = folder.join(".git").join("unspool-checked-out");
    if std::fs::read_to_string(&mark).is_ok_and(|done| done == commit) {
        return Ok(());
    }
    let had_some = folder.exists();
    match checked_out(git, url, commit, folder, kind) {
        // A git that was killed leaves locks behind: once more, from nothing.
        Err(_) if had_some => {
            std::fs::remove_dir_all(folder).map_err(|error| Error::io("removing", folder, &error))?;
            checked_out(git, url, commit, folder, kind)?;
        }
        other => other?,
    }
    std::fs::write(&mark, commit).map_err(|error| Error::io("writing", &mark, &error))
}

fn checked_out(git: &Git, url: &str, commit: &str, folder: &Path, kind: CloneKind) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| Error::io("making", folder, &error))?;
    git.run(folder, &["init", "--quiet", "--initial-branch=unspool", "--template="])?;
    let info = folder.join(".git").join("info");
    std::fs::create_dir_all(&info).map_err(|error| Error::io("making", &info, &error))?;
    let write = |name: &str, text: &str| {
        let path = info.join(name);
        std::fs::write(&path, text).map_err(|error| Error::io("writing", &path, &error))
    };
    write("attributes", ATTRIBUTES)?;
    let refspec = format!("{commit}:refs/unspool/base");
    let mut arguments = vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force"];
    match kind {
        CloneKind::Shallow | CloneKind::Mirror => arguments.extend(["--depth=1", url, &refspec]),
        CloneKind::Blobless => {
            git.run(folder, &["config", "remote.origin.url", url])?;
            git.run(folder, &["config", "remote.origin.promisor", "true"])?;
            git.run(folder, &["config", "remote.origin.partialclonefilter", "blob:none"])?;
            git.run(folder, &["config", "core.sparseCheckout", "true"])?;
            write("sparse-checkout", SPARSE)?;
            arguments.extend(["--depth=1", "--filter=blob:none", "origin", &refspec]);
        }
    }
    git.run(folder, &arguments)?;
    git.run(folder, &["update-ref", "--no-deref", "HEAD", commit])?;
    git.run(folder, &["read-tree", "--reset", "-u", "HEAD"])?;
    if kind == CloneKind::Mirror {
        git.run(folder, &["clean", "-ffdxq"])?;
    }
    Ok(())
}

/// A full object name, SHA-1 or SHA-256.
pub(super) fn is_oid(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.chars().all(|char| char.is_ascii_hexdigit())
}
