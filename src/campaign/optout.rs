//! How a repository says that it wants none of this.

use std::path::Path;

use toml::{Table, Value};

/// Topics that say so.
const TOPICS: [&str; 3] = ["no-automated-prs", "no-automated-prs-please", "unspool-ignore"];
/// Files that can say so.
pub const FILES: [&str; 3] = [".github/unspool.yml", "unspool.toml", "pyproject.toml"];
/// Larger ones are not read.
const LARGEST: u64 = 1024 * 1024;

pub fn by_topic(topics: &[String]) -> Option<String> {
    let topic = topics.iter().find(|topic| TOPICS.contains(&&***topic))?;
    Some(format!("opted out by the topic {topic}"))
}

/// Why not, by the content of one of [`FILES`].
pub fn by_file(name: &str, text: &str) -> Option<String> {
    let says_no = if name.ends_with(".toml") {
        settings(name, text).is_some_and(|asked| {
            // `pull-requests = false` is no setting, but there is no doubt what is meant; nor is there about none at a time.
            let enabled = asked.get("enabled").unwrap_or(&asked).as_bool();
            enabled == Some(false) || asked.get("max-open").and_then(Value::as_integer) == Some(0)
        })
    } else {
        text.lines().filter_map(|line| line.split('#').next()?.split_once(':')).any(|(key, value)| {
            key.trim() == "pull-requests"
                && matches!(value.trim().to_ascii_lowercase().as_str(), "false" | "no" | "off" | "never")
        })
    };
    says_no.then(|| format!("opted out by {name}"))
}

/// What a file with settings of unspool has for `pull-requests`.
pub fn settings(name: &str, text: &str) -> Option<Value> {
    let table: Table = text.parse().ok()?;
    let is_project = name == "pyproject.toml";
    let settings = if is_project { table.get("tool")?.get("unspool")?.as_table()? } else { &table };
    settings.get("pull-requests").cloned()
}

/// The text of a file of a clone, if it is a file, and small.
pub fn small(root: &Path, name: &str) -> Option<String> {
    let path = root.join(name);
    let is_small = path.symlink_metadata().is_ok_and(|data| data.is_file() && data.len() <= LARGEST);
    let bytes = if is_small { std::fs::read(&path).ok()? } else { return None };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Why not, by the files of a clone.
pub fn by_clone(root: &Path) -> Option<String> {
    FILES.iter().find_map(|name| by_file(name, &small(root, name)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_say_no() {
        for (name, text, no) in [
            ("pyproject.toml", "[tool.unspool]\npull-requests = false\n", true),
            ("pyproject.toml", "[tool.unspool]\npull-requests = true\n", false),
            ("pyproject.toml", "[tool.unspool.pull-requests]\nenabled = false\n", true),
            ("pyproject.toml", "[tool.unspool.pull-requests]\nenabled = true\n", false),
            ("pyproject.toml", "[pull-requests]\nenabled = false\n", false),
            ("pyproject.toml", "[tool.unspool.pull-requests]\nmax-open = 0\n", true),
            ("pyproject.toml", "[tool.unspool.pull-requests]\nmax-open = 1\n", false),
            ("unspool.toml", "[pull-requests]\nenabled = false\n", true),
            ("unspool.toml", "pull-requests = { draft = true }\n", false),
            ("pyproject.toml", "not toml pull-requests = false", false),
            (".github/unspool.yml", "# ours\npull-requests: false # never\n", true),
            (".github/unspool.yml", "pull-requests: No\n", true),
            (".github/unspool.yml", "# pull-requests: false\n", false),
            (".github/unspool.yml", "pull-requests: true\n", false),
        ] {
            assert_eq!(by_file(name, text).is_some(), no, "{text}");
        }
        assert!(by_topic(&["python".into(), "no-automated-prs".into()]).is_some());
        assert!(by_topic(&["python".into()]).is_none());
    }
}
