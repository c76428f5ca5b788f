//! The baseline: the rewrites that were there when the tool was adopted, one identity on each line.

use std::fs;
use std::path::Path;

use rustc_hash::FxHashSet;

use crate::cli::Error;
use crate::cli::error::ConfigError;
use crate::cli::replace::replace;

/// Where it is unless somebody says otherwise, from the working folder.
pub const FILE_NAME: &str = "unspool-baseline.txt";

const HEAD: &str = "# Rewrites that `unspool check --baseline` does not report. `unspool check --write-baseline` writes them anew.\n";

/// Reads a baseline.
pub fn load(path: &Path) -> Result<FxHashSet<String>, ConfigError> {
    let text = fs::read_to_string(path).map_err(|error| {
        let help = "`unspool check --write-baseline` writes one".to_owned();
        ConfigError::new(path, None, format!("the baseline cannot be read: {error}"), Some(help))
    })?;
    let is_entry = |line: &&str| !line.is_empty() && !line.starts_with('#');
    Ok(text.lines().map(str::trim).filter(is_entry).map(str::to_owned).collect())
}

/// Writes a baseline.
pub fn save<'i>(path: &Path, identities: impl Iterator<Item = &'i str>) -> Result<(), Error> {
    let mut identities: Vec<&str> = identities.collect();
    identities.sort_unstable();
    let mut text = HEAD.to_owned();
    for identity in identities {
        text.push_str(identity);
        text.push('\n');
    }
    replace(path, text.as_bytes()).map_err(|error| Error::Output { path: path.to_owned(), error })
}
