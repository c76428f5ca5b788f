//! Settings that remember where they were said.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::report::shown;

/// Where a setting comes from: a line (from 1) of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    pub path: Arc<PathBuf>,
    pub line: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let here = std::env::current_dir().unwrap_or_default();
        write!(f, "{}:{}", shown(self.path.strip_prefix(here).unwrap_or(&self.path)), self.line)
    }
}

/// A setting and where it was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said<T> {
    pub value: T,
    pub origin: Origin,
}
