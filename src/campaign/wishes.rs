//! What a repository asks of those who open pull requests on it: `[tool.unspool.pull-requests]` in `pyproject.toml`, or
//! `[pull-requests]` in `unspool.toml`. It can restrict what a campaign does, and name labels for its own pull requests; it
//! cannot have anybody notified whom the campaign would not ask.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::Value;

use crate::config::Change;
use crate::optout;

/// More labels than that are no help to anybody.
const LABELS: usize = 10;
/// GitHub's limit.
const LONGEST: usize = 50;

#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Wishes {
    /// Drafts only.
    pub draft: bool,
    /// Of the campaign, at the same time.
    pub max_open: Option<usize>,
    /// Besides those of the campaign.
    pub labels: Vec<String>,
    /// The only ones to ask.
    pub reviewers: Vec<String>,
}

impl Wishes {
    pub fn is_empty(&self) -> bool {
        *self == Wishes::default()
    }

    /// Those of a clone: of `unspool.toml` where it has any, else of `pyproject.toml`.
    pub fn read(root: &Path) -> Wishes {
        let tables = ["unspool.toml", "pyproject.toml"].into_iter();
        let mut tables = tables.filter_map(|name| optout::settings(name, &optout::small(root, name)?));
        tables.next().map(|table| Wishes::of(&table)).unwrap_or_default()
    }

    /// What is not understood is not wished for: `unspool config` of the repository says so.
    fn of(table: &Value) -> Wishes {
        let strings = |name: &str| -> Vec<String> {
            let items = table.get(name).and_then(Value::as_array).into_iter().flatten();
            let texts = items.filter_map(Value::as_str).map(str::trim);
            let fits = |text: &&str| {
                !text.is_empty()
                    && text.chars().count() <= LONGEST
                    && !text.contains(|char: char| char.is_control())
            };
            texts.filter(fits).map(str::to_owned).take(LABELS).collect()
        };
        let name = |text: String| text.strip_prefix('@').map(str::to_owned).unwrap_or(text);
        Wishes {
            draft: table.get("draft").and_then(Value::as_bool) == Some(true),
            max_open: table
                .get("max-open")
                .and_then(Value::as_integer)
                .and_then(|count| count.try_into().ok()),
            labels: strings("labels"),
            reviewers: strings("reviewers").into_iter().map(name).collect(),
        }
    }

    /// The labels of a pull request.
    pub fn labels(&self, change: &Change) -> Vec<String> {
        let mut labels = change.labels.clone();
        labels.extend(self.labels.iter().filter(|label| !change.labels.contains(label)).cloned());
        labels
    }

    /// People and teams to ask. `owners` are those of CODEOWNERS. A repository that names people is obeyed in so far as the
    /// campaign would ask them: by their names, or because it leaves it to the repository (`request-owners`).
    pub fn asked(&self, change: &Change, owners: &[String]) -> (Vec<String>, Vec<String>) {
        let mut people: BTreeSet<String> = change.reviewers.iter().cloned().collect();
        let mut teams: BTreeSet<String> = change.team_reviewers.iter().cloned().collect();
        if change.request_owners {
            for owner in owners.iter().filter_map(|owner| owner.strip_prefix('@')) {
                match owner.split_once('/') {
                    Some((_, team)) => teams.insert(team.to_owned()),
                    None => people.insert(owner.to_owned()),
                };
            }
        }
        if !self.reviewers.is_empty() {
            let named: BTreeSet<String> = self.reviewers.iter().cloned().collect();
            teams.retain(|team| named.iter().any(|name| name.rsplit('/').next() == Some(team)));
            people = if change.request_owners { named } else { &people & &named };
            people.retain(|name| !name.contains('/'));
        }
        (people.into_iter().collect(), teams.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(text: &str) -> Wishes {
        let folder = tempfile::tempdir().expect("there is room");
        std::fs::write(folder.path().join("pyproject.toml"), text).expect("it is written");
        Wishes::read(folder.path())
    }

    #[test]
    fn what_is_understood_is_taken() {
        let none = Wishes::default();
        for (text, expected) in [
            ("", none.clone()),
            ("[pull-requests]\ndraft = true\n", none.clone()),
            ("[tool.unspool.pull-requests]\ndraft = false\n", none.clone()),
            ("[tool.unspool.pull-requests]\ndraft = 'yes'\nmax-open = -1\nlabels = 3\n", none.clone()),
            ("[tool.unspool.pull-requests]\ndraft = true\n", Wishes { draft: true, ..none.clone() }),
            ("[tool.unspool.pull-requests]\nmax-open = 2\n", Wishes { max_open: Some(2), ..none.clone() }),
            (
                "[tool.unspool.pull-requests]\nlabels = ['bot', '', 'a\\u0007']\nreviewers = ['@ada']\n",
                Wishes {
                    labels: vec!["bot".into(), "a\\u0007".into()],
                    reviewers: vec!["ada".into()],
                    ..none.clone()
                },
            ),
            ("[tool.unspool.pull-requests]\nlabels = [\"a\\u0007\"]\n", none),
        ] {
            assert_eq!(wishes(text), expected, "{text}");
        }
    }

    #[test]
    fn nobody_is_asked_whom_the_campaign_would_not_ask() {
        let owners = ["@maria".to_owned(), "@acme/core".to_owned()];
        for (reviewers, request_owners, named, people, teams) in [
            (&["ada"][..], false, &[][..], &["ada"][..], &[][..]),
            (&["ada"], false, &["maria"], &[], &[]),
            (&["ada", "bob"], false, &["bob", "maria"], &["bob"], &[]),
            (&["ada"], true, &[], &["ada", "maria"], &["core"]),
            (&["ada"], true, &["eve"], &["eve"], &[]),
            (&[], true, &["eve", "acme/core"], &["eve"], &["core"]),
        ] {
            let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            let change = Change { reviewers: owned(reviewers), request_owners, ..Change::default() };
            let wishes = Wishes { reviewers: owned(named), ..Wishes::default() };
            assert_eq!(wishes.asked(&change, &owners), (owned(people), owned(teams)), "{named:?}");
        }
    }
}
