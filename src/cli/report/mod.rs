//! What comes out: listings for people, JSON for programs, summaries and pages.

pub mod diff;
mod github;
mod gitlab;
pub mod html;
pub mod hunks;
mod json;
mod junit;
mod markdown;
pub mod output;
pub mod page;
pub mod places;
mod sarif;
pub mod site;
pub mod statistics;
pub mod summary;
pub mod view;

use std::fmt;
use std::path::Path;

/// A path without a leading `./`.
pub fn bare(path: &Path) -> &Path {
    path.strip_prefix(".").ok().filter(|bare| !bare.as_os_str().is_empty()).unwrap_or(path)
}

/// A path as it is printed for people: [`bare`], and with control characters escaped, so that a file's name cannot
/// write on the terminal. What is not UTF-8 becomes U+FFFD.
pub fn shown(path: &Path) -> impl fmt::Display {
    struct Shown<'a>(&'a Path);
    impl fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            for char in self.0.to_string_lossy().chars() {
                if char.is_control() { write!(f, "{}", char.escape_default())? } else { write!(f, "{char}")? }
            }
            Ok(())
        }
    }
    Shown(bare(path))
}

/// `1 rewrite`, `2 rewrites`.
pub fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
