//! The decisions file, `unspool-decisions.toml` at the root of a repository.
//!
//! One line for each rejected rewrite, ordered by its identity: what a person reads in a pull request, and what git
//! merges with `unspool-decisions.toml merge=union`. Identities do not change when lines move or a formatter runs, so
//! a decision holds until the code itself is another one.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::Error;
use crate::cli::error::ConfigError;
use crate::cli::replace::replace;

/// Beside `.git`.
pub const FILE_NAME: &str = "unspool-decisions.toml";

const HEAD: &str = "\
# Rewrites that unspool never proposes again. `unspool decisions` lists, explains and forgets them.
# One line each, in any order: after a merge conflict keep the lines of both sides.
rejected = [
";

/// A rewrite that somebody rejected.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The identity of the rewrite: transform, path from the root, enclosing definition, fingerprint.
    pub id: String,
    /// The first line of the code, for people.
    #[serde(default)]
    pub was: String,
    #[serde(default)]
    pub reason: String,
}

impl Decision {
    /// The parts of an identity; the path may have colons.
    fn parts(&self) -> Option<(&str, &str, &str)> {
        let (transform, rest) = self.id.split_once(':')?;
        let (rest, _) = rest.rsplit_once(':')?;
        let (path, definition) = rest.rsplit_once(':')?;
        Some((transform, path, definition))
    }

    pub fn transform(&self) -> &str {
        self.parts().map_or("", |(transform, ..)| transform)
    }

    /// From the root of the repository.
    pub fn path(&self) -> &str {
        self.parts().map_or("", |(_, path, _)| path)
    }

    /// `Class.method`, empty at the top level.
    pub fn definition(&self) -> &str {
        self.parts().map_or("", |(.., definition)| definition)
    }
}

/// The decisions of a repository.
#[derive(Clone, Default, Debug)]
pub struct Decisions {
    path: PathBuf,
    all: Vec<Decision>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rejected: Vec<Decision>,
}

impl Decisions {
    /// Those of the repository at `root`; none where there is no file.
    pub fn load(root: &Path) -> Result<Self, ConfigError> {
        let path = root.join(FILE_NAME);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Decisions { path, all: Vec::new() });
            }
            Err(error) => {
                return Err(ConfigError::new(
                    &path,
                    None,
                    format!("the decisions cannot be read: {error}"),
                    None,
                ));
            }
        };
        let file: File = toml::from_str(&text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count();
            let help = "each line is `{ id = \"..\", was = \"..\", reason = \"..\" },`; after a merge conflict keep the \
                        lines of both sides";
            let message = format!("the decisions cannot be understood: {}", error.message());
            ConfigError::new(&path, Some(line), message, Some(help.to_owned()))
        })?;
        let mut decisions = Decisions { path, all: file.rejected };
        decisions.sort();
        Ok(decisions)
    }

    fn sort(&mut self) {
        self.all.sort();
        // A union merge may leave one decision twice.
        self.all.dedup_by(|a, b| a.id == b.id);
    }

    pub fn all(&self) -> &[Decision] {
        &self.all
    }

    pub fn find(&self, id: &str) -> Option<&Decision> {
        self.all.iter().find(|decision| decision.id == id)
    }

    pub fn add(&mut self, decision: Decision) {
        self.all.retain(|known| known.id != decision.id);
        self.all.push(decision);
        self.sort();
    }

    /// Keeps those of which this is true.
    pub fn retain(&mut self, keep: impl FnMut(&Decision) -> bool) {
        self.all.retain(keep);
    }

    /// Writes the file; without any decision there is none.
    pub fn save(&self) -> Result<(), Error> {
        let failed = |error| Error::Output { path: self.path.clone(), error };
        if self.all.is_empty() {
            return match fs::remove_file(&self.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
                _ => Ok(()),
            };
        }
        let mut text = HEAD.to_owned();
        for Decision { id, was, reason } in &self.all {
            let _ = writeln!(
                text,
                "  {{ id = {}, was = {}, reason = {} }},",
                quoted(id),
                quoted(was),
                quoted(reason)
            );
        }
        text.push_str("]\n");
        replace(&self.path, text.as_bytes()).map_err(failed)
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push_str("\\t"),
            char if char.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(char));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_what_is_loaded() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let mut decisions = Decisions::load(folder.path()).expect("no file is no error");
        for (id, was, reason) in [
            ("t:b.py:f:00", "x = \"a\\b\"\tü", "hot \"path\"\u{7f}"),
            ("t:a:odd.py:C.m:01#2", "", ""),
            ("t:b.py:f:00", "new", "again"),
        ] {
            decisions.add(Decision { id: id.into(), was: was.into(), reason: reason.into() });
        }
        decisions.save().expect("it can be written");
        let loaded = Decisions::load(folder.path()).expect("it can be read");
        assert_eq!(loaded.all(), decisions.all());
        let first = &loaded.all()[0];
        assert_eq!((first.transform(), first.path(), first.definition()), ("t", "a:odd.py", "C.m"));
        assert_eq!(loaded.all()[1].was, "new");
        decisions.retain(|_| false);
        decisions.save().expect("it can be removed");
        assert!(!folder.path().join(FILE_NAME).exists());
    }
}
