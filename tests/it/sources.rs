//! Python files to try things on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::python;

/// Python files of this repository that are there to be rewritten: cases and examples, ordered by path.
pub fn repository() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = below(&root.join("transforms"));
    files.extend(below(&root.join("examples")));
    files
}

/// The standard library of the `python3` on `PATH`, ordered by path. Empty without one.
pub fn standard_library() -> Vec<PathBuf> {
    let ask = |python| {
        let out = Command::new(python)
            .args(["-c", "import os; print(os.path.dirname(os.__file__))"])
            .output()
            .ok()?;
        Some(PathBuf::from(String::from_utf8(out.stdout).ok()?.trim_end()))
    };
    let mut files = python().and_then(ask).map(|folder| below(&folder)).unwrap_or_default();
    files.retain(|file| {
        !file.components().any(|c| c.as_os_str() == "site-packages" || c.as_os_str() == "dist-packages")
    });
    files
}

/// Every `*.py` file below a folder, ordered by path.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() && entry.path().extension().is_some_and(|e| e == "py") => {
                    files.push(entry.path())
                }
                _ => {}
            }
        }
    }
    files.sort();
    files
}
