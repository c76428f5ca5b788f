//! The repositories of a campaign, pinned: one JSON object a line, so that all shards and all later runs see the same list.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::{Deserialize, Serialize};

use crate::change::write_whole;
use crate::config::Config;
use crate::error::{Error, Result};

/// A repository at a commit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Repository {
    /// `owner/name` as the forge writes it today; `local/FOLDER` for a folder.
    pub name: String,
    /// The forge's own number: it survives a renaming.
    pub id: String,
    pub url: String,
    pub branch: String,
    pub commit: String,
    /// Why it is left alone, in words; nothing is cloned then.
    pub skip: Option<String>,
}

impl Repository {
    pub fn is_local(&self) -> bool {
        self.name.starts_with("local/")
    }

    pub fn owner(&self) -> &str {
        self.name.split_once('/').map_or("", |(owner, _)| owner)
    }
}

/// Writes the list, ordered by name.
pub fn write(path: &Path, repositories: &mut Vec<Repository>) -> Result<()> {
    repositories.sort_by(|a, b| a.name.cmp(&b.name));
    repositories.dedup_by(|a, b| a.name == b.name);
    let mut text = String::new();
    for repository in repositories.iter() {
        let line = serde_json::to_string(repository)
            .map_err(|error| Error::Failed(format!("a repository is no JSON: {error}")))?;
        text += &line;
        text.push('\n');
    }
    write_whole(path, text.as_bytes())
}

pub fn read(path: &Path) -> Result<Vec<Repository>> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::Config(format!(
            "{} cannot be read ({error}): `unspool campaign repos` writes it",
            path.display()
        ))
    })?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                Error::Config(format!("{}:{}: no repository: {error}", path.display(), number + 1))
            })
        })
        .collect()
}

/// The central list of names that are left alone.
pub struct Deny(Gitignore);

impl Deny {
    pub fn new(config: &Config) -> Result<Deny> {
        let mut builder = GitignoreBuilder::new("");
        builder.case_insensitive(true).map_err(|error| Error::Config(error.to_string()))?;
        for glob in &config.repositories.deny {
            builder
                .add_line(None, &format!("/{}", glob.trim_start_matches('/')))
                .map_err(|error| Error::Config(format!("repositories.deny `{glob}`: {error}")))?;
        }
        let globs = builder.build().map_err(|error| Error::Config(format!("repositories.deny: {error}")))?;
        Ok(Deny(globs))
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.matched_path_or_any_parents(name.trim_matches('/'), false).is_ignore()
    }
}

/// Which part of the repositories is ours, of how many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shard {
    pub index: u64,
    pub of: u64,
}

impl Shard {
    /// `3/8`, counting from 0; or `auto`: what the environment of the job says.
    pub fn parse(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Shard> {
        let no =
            || Error::Config(format!("shard `{text}`: write it as `0/4` (the first of four), or `auto`"));
        let shard = if text == "auto" {
            from_environment(variable)?
        } else {
            let (index, of) = text.split_once('/').ok_or_else(no)?;
            Shard { index: index.parse().map_err(|_| no())?, of: of.parse().map_err(|_| no())? }
        };
        if shard.index < shard.of { Ok(shard) } else { Err(no()) }
    }

    /// By a stable hash: adding a repository moves no other one.
    pub fn has(self, repository: &str, campaign: &str) -> bool {
        let hash = crate::text::sha256(format!("{campaign}\n{repository}").as_bytes());
        let number = u64::from_str_radix(&hash[..15], 16).unwrap_or(0);
        number % self.of == self.index
    }
}

/// Name of the index, of the number of jobs, and the first index, of the engines that say so.
const ENGINES: [(&str, &str, u64); 6] = [
    ("JOB_COMPLETION_INDEX", "UNSPOOL_SHARD_TOTAL", 0),
    ("CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
    ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", 0),
    ("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", 0),
    ("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
    ("UNSPOOL_SHARD_INDEX", "UNSPOOL_SHARD_TOTAL", 0),
];

fn from_environment(variable: &dyn Fn(&str) -> Option<String>) -> Result<Shard> {
    for (index, total, first) in ENGINES {
        let Some(value) = variable(index) else { continue };
        let number = |name: &str, text: String| -> Result<u64> {
            text.trim().parse().map_err(|_| Error::Config(format!("{name}=`{text}` is no number")))
        };
        // A Slurm array may begin anywhere.
        let first = match variable("SLURM_ARRAY_TASK_MIN") {
            Some(least) if index == "SLURM_ARRAY_TASK_ID" => number("SLURM_ARRAY_TASK_MIN", least)?,
            _ => first,
        };
        let of = variable(total).ok_or_else(|| {
            Error::Config(format!("{index} is set, but not {total}: how many shards are there?"))
        })?;
        let index_value = number(index, value)?;
        let index = index_value
            .checked_sub(first)
            .ok_or_else(|| Error::Config(format!("{index}={index_value} is less than {first}")))?;
        return Ok(Shard { index, of: number(total, of)? });
    }
    let names: Vec<&str> = ENGINES.iter().map(|(index, ..)| *index).collect();
    Err(Error::Config(format!("shard `auto`: none of {} is set", names.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_of_every_engine() {
        for (variables, expected) in [
            (&[("JOB_COMPLETION_INDEX", "3"), ("UNSPOOL_SHARD_TOTAL", "8")][..], Some((3, 8))),
            (&[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "4")], Some((0, 4))),
            (
                &[
                    ("SLURM_ARRAY_TASK_ID", "12"),
                    ("SLURM_ARRAY_TASK_COUNT", "3"),
                    ("SLURM_ARRAY_TASK_MIN", "10"),
                ],
                Some((2, 3)),
            ),
            (&[("AWS_BATCH_JOB_ARRAY_INDEX", "0"), ("AWS_BATCH_JOB_ARRAY_SIZE", "2")], Some((0, 2))),
            (&[("BUILDKITE_PARALLEL_JOB", "1"), ("BUILDKITE_PARALLEL_JOB_COUNT", "2")], Some((1, 2))),
            (&[("JOB_COMPLETION_INDEX", "3")], None),
            (&[("CI_NODE_INDEX", "5"), ("CI_NODE_TOTAL", "4")], None),
            (&[("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "4")], None),
            (&[], None),
        ] {
            let variable = |name: &str| {
                variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            let shard = Shard::parse("auto", &variable).ok();
            assert_eq!(shard.map(|shard| (shard.index, shard.of)), expected, "{variables:?}");
        }
        for (text, right) in [("0/1", true), ("7/8", true), ("8/8", false), ("1", false), ("a/b", false)] {
            assert_eq!(Shard::parse(text, &|_| None).is_ok(), right, "{text}");
        }
    }

    #[test]
    fn every_repository_is_in_exactly_one_shard() {
        for of in 1..=16 {
            for number in 0..200 {
                let name = format!("o/r{number}");
                let homes = (0..of).filter(|index| Shard { index: *index, of }.has(&name, "c")).count();
                assert_eq!(homes, 1, "{name} of {of}");
            }
        }
    }

    #[test]
    fn denied_names() {
        let text =
            "[campaign]\nid='c'\ncontact='x'\n[repositories]\ndeny=['acme/legacy-*','other/*','one/two']\n";
        let deny =
            Deny::new(&Config::parse(text, Path::new("/")).expect("it is right")).expect("it is right");
        for (name, expected) in [
            ("acme/legacy-a", true),
            ("Acme/Legacy-a", true),
            ("acme/new", false),
            ("other/x", true),
            ("one/two", true),
            ("one/twofold", false),
        ] {
            assert_eq!(deny.has(name), expected, "{name}");
        }
    }
}
