//! CODEOWNERS: whom a repository asks for which files. The last line that matches counts, as on GitHub.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Where forges look, in their order.
const PLACES: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
/// Bigger ones are ignored, as by GitHub.
const LARGEST: u64 = 3 * 1024 * 1024;

/// Lines in their order.
#[derive(Debug, Default)]
pub struct CodeOwners {
    lines: Vec<(Gitignore, Vec<String>)>,
}

impl CodeOwners {
    /// That of a checked out repository; without one nobody owns anything.
    pub fn read(root: &Path) -> CodeOwners {
        let readable =
            |path: &Path| path.metadata().is_ok_and(|data| data.is_file() && data.len() <= LARGEST);
        PLACES
            .iter()
            .map(|place| root.join(place))
            .find(|path| readable(path))
            .and_then(|path| std::fs::read(path).ok())
            .map(|bytes| CodeOwners::parse(&String::from_utf8_lossy(&bytes)))
            .unwrap_or_default()
    }

    pub fn parse(text: &str) -> CodeOwners {
        let mut lines = Vec::new();
        for line in text.lines() {
            let line = line.split(" #").next().unwrap_or_default().trim();
            // `[Section]` and `^[Section]` are GitLab's headings.
            if line.is_empty() || line.starts_with(['#', '[', '^', '!']) {
                continue;
            }
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next() else { continue };
            let mut builder = GitignoreBuilder::new("");
            if builder.add_line(None, pattern).is_err() {
                continue;
            }
            if let Ok(matcher) = builder.build() {
                lines.push((matcher, words.map(str::to_owned).collect()));
            }
        }
        CodeOwners { lines }
    }

    /// Sorted, without repetition.
    pub fn owners(&self, path: &str) -> Vec<String> {
        let line = self
            .lines
            .iter()
            .rev()
            .find(|(pattern, _)| pattern.matched_path_or_any_parents(path, false).is_ignore());
        let mut owners = line.map(|(_, owners)| owners.clone()).unwrap_or_default();
        owners.sort();
        owners.dedup();
        owners
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_matches_counts() {
        let owners = CodeOwners::parse(
            "# all\n* @all\n*.py @py @all\n/docs/ docs@example.com # who\n[Section]\n/src/deep/ @deep\n/src/deep/free.py\n",
        );
        for (path, expected) in [
            ("README", vec!["@all"]),
            ("x/a.py", vec!["@all", "@py"]),
            ("docs/conf.py", vec!["docs@example.com"]),
            ("x/docs/conf.py", vec!["@all", "@py"]),
            ("src/deep/x/y.py", vec!["@deep"]),
            ("src/deep/free.py", vec![]),
        ] {
            assert_eq!(owners.owners(path), expected, "{path}");
        }
    }
}
