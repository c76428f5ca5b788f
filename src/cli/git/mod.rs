//! Git, by its command.

mod changed;
pub use changed::{Changed, changed_since};

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs git in a folder, with output that does not depend on the user's settings.
pub fn git<S: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = S>) -> io::Result<Output> {
    Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "core.quotePath=false", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false"])
        .args(args)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .output()
}

/// The last line that a failed git command wrote, for a message.
pub fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("git failed");
    line.trim_start_matches("fatal: ").chars().filter(|char| !char.is_control()).collect()
}
