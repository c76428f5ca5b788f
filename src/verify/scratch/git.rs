//! A repository that looks like the original one and shares nothing that can be written.
//!
//! Tests ask git for the version, the root of the tree, or what is ignored. References and index are copied, objects
//! are read from the original by `objects/info/alternates` (gitrepository-layout(5)), as `git clone --shared` does.
//! A linked worktree or a submodule, whose `.git` is a file, becomes a repository of its own: with a copy of
//! that file, git in the copy would write the index of the original.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is copied from the folder of a working copy, and from the one that several share.
const OF_WORKTREE: [&str; 2] = ["HEAD", "index"];
const SHARED: [&str; 5] = ["config", "packed-refs", "refs", "shallow", "info"];

/// Makes `copy` from a `.git`, folder or file. What is no repository is left out.
pub fn snapshot(git: &Path, copy: &Path) -> io::Result<()> {
    let Some(folder) = folder_of(git) else { return Ok(()) };
    let common = match fs::read_to_string(folder.join("commondir")) {
        Ok(common) => folder.join(common.trim_end()),
        Err(_) => folder.clone(),
    };
    let common = fs::canonicalize(common)?;
    let objects = common.join("objects");
    if !objects.is_dir() || objects.to_string_lossy().contains('\n') {
        return Ok(());
    }
    fs::create_dir_all(copy.join("objects/info"))?;
    fs::create_dir_all(copy.join("refs"))?;
    for (names, source) in [(&OF_WORKTREE[..], &folder), (&SHARED[..], &common)] {
        for name in names {
            copy_all(&source.join(name), &copy.join(name))?;
        }
    }
    without_worktree(&copy.join("config"))?;
    fs::write(copy.join("objects/info/alternates"), format!("{}\n", objects.display()))
}

/// Where a working copy has its repository.
fn folder_of(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return fs::canonicalize(git).ok();
    }
    let text = fs::read_to_string(git).ok()?;
    let folder = text.strip_prefix("gitdir:")?.trim();
    fs::canonicalize(git.parent()?.join(folder)).ok()
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    let Ok(metadata) = fs::metadata(from) else { return Ok(()) };
    if !metadata.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// `core.worktree` of a submodule leads to the original tree.
fn without_worktree(config: &Path) -> io::Result<()> {
    let Ok(text) = fs::read_to_string(config) else { return Ok(()) };
    let is_worktree =
        |line: &&str| line.split('=').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("worktree"));
    let kept: Vec<&str> = text.lines().filter(|line| !is_worktree(line)).collect();
    fs::write(config, kept.join("\n") + "\n")
}
