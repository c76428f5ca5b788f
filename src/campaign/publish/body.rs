//! Title and body of a pull request: what, why, what it rests on, how to see it oneself, how to say no. Text from the repository
//! is neutralised: it mentions nobody and refers to nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::marker::{IGNORE, Marker};
use crate::change::{ChangeSet, Site};
use crate::config::Config;
use crate::revert::PREFIX;
use crate::text::{neutral, plural};

/// Rows of a table; the rest is counted.
const ROWS: usize = 30;
/// Forges refuse more than 65,536 characters.
const LONGEST: usize = 60_000;

pub fn title(config: &Config, change: &ChangeSet) -> String {
    if change.unit.starts_with(PREFIX) {
        return format!("Revert {} in {}", change.transforms.join(", "), plural(change.files.len(), "file"));
    }
    let values = BTreeMap::from([
        ("transforms", change.transforms.join(", ")),
        ("rewrites", plural(change.sites.len().max(1), "rewrite")),
        ("files", plural(change.files.len(), "file")),
        ("unit", change.unit.clone()),
        ("campaign", config.campaign.id.clone()),
    ]);
    let title = neutral(&config.title(&values));
    title.chars().take(120).collect()
}

pub fn body(config: &Config, change: &ChangeSet, closed: Option<&str>) -> String {
    let marker = Marker {
        campaign: config.campaign.id.clone(),
        unit: change.unit.clone(),
        diff: change.diff.clone(),
        closed: closed.is_some(),
    };
    let mut text = String::new();
    if let Some(why) = closed {
        text += &format!("**Closed by unspool**: {why}\n\n");
    }
    text += &text_of(config, change);
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text += "\n\n…\n";
    }
    text + "\n" + &marker.write() + "\n"
}

fn text_of(config: &Config, change: &ChangeSet) -> String {
    let mut text = String::new();
    let campaign = match &config.campaign.link {
        Some(link) => format!("[{}]({link})", config.campaign.id),
        None => config.campaign.id.clone(),
    };
    // Writing to a string does not fail.
    if change.unit.starts_with(PREFIX) {
        let _ = writeln!(
            text,
            "**What**: undoes what the campaign {campaign} changed in {} by `{}`. Opened by {} for {}.\n\n\
             **Your choices**: close it, and the change stays.",
            plural(change.files.len(), "file"),
            change.transforms.join("`, `"),
            change.tool,
            neutral(&config.campaign.contact),
        );
        return text;
    }
    let _ = writeln!(
        text,
        "**What**: {} in {} by `{}`. An automated refactoring by {}, run by {} for the campaign {campaign}.\n",
        plural(change.sites.len().max(1), "rewrite"),
        plural(change.files.len(), "file"),
        change.transforms.join("`, `"),
        change.tool,
        neutral(&config.campaign.contact),
    );
    if !config.campaign.why.is_empty() {
        let _ = writeln!(text, "**Why**: {}\n", neutral(&config.campaign.why));
    }
    let (assumed, proved): (Vec<&Site>, Vec<&Site>) =
        change.sites.iter().partition(|site| !site.assumed.is_empty());
    let _ = match (proved.len(), assumed.len()) {
        (proved, 0) => writeln!(text, "**Risk**: {} proved to keep behaviour.\n", are(proved)),
        (0, assumed) => {
            writeln!(text, "**Risk**: {} on an assumption and {} your eyes.\n", rest(assumed), need(assumed))
        }
        (proved, assumed) => writeln!(
            text,
            "**Risk**: {} proved to keep behaviour; **{} on an assumption and {} your eyes** (first in the table).\n",
            are(proved),
            rest(assumed),
            need(assumed)
        ),
    };
    let rows = assumed.iter().chain(&proved);
    let _ = writeln!(text, "| place | transform | rests on |\n| --- | --- | --- |");
    for site in rows.clone().take(ROWS) {
        let rests = if site.assumed.is_empty() {
            format!("proved: {}", site.proved.last().map_or("", String::as_str))
        } else {
            format!("**assumes** {}", site.assumed.join("; "))
        };
        let _ = writeln!(
            text,
            "| `{}:{}` | {} | {} |",
            code(&site.path),
            site.line,
            site.transform,
            neutral(&rests)
        );
    }
    let more = rows.count().saturating_sub(ROWS);
    if more > 0 {
        let _ = writeln!(text, "\n…and {more} more, all of them in the diff.");
    }
    if !change.refused.is_empty() {
        let _ = writeln!(
            text,
            "\n<details><summary>Not changed: {}</summary>\n",
            plural(change.refused.len(), "place")
        );
        for refused in change.refused.iter().take(ROWS) {
            let _ =
                writeln!(text, "- `{}:{}`: {}", code(&refused.path), refused.line, neutral(&refused.reason));
        }
        let _ = writeln!(text, "\n</details>");
    }
    if let Some(verified) = &change.verified {
        let _ = writeln!(text, "\n**Checked before opening**: {}", neutral(verified));
    }
    let _ = writeln!(
        text,
        "\n**Reproduce**: `{}` at {} gives a diff with sha256 `{}`.",
        code(&change.command),
        &change.commit[..change.commit.len().min(12)],
        &change.diff[..change.diff.len().min(16)],
    );
    let _ = writeln!(
        text,
        "\n**Your choices**: push commits to this branch (they are kept: the branch is yours then); close it (it is not opened \
         again); label `{IGNORE}` stops updates; `enabled = false` below `[tool.unspool.pull-requests]` in pyproject.toml, or \
         `pull-requests: false` in `.github/unspool.yml`, opts out of all campaigns."
    );
    text
}

fn are(count: usize) -> String {
    if count == 1 { "1 place is".into() } else { format!("{count} places are") }
}

fn rest(count: usize) -> String {
    if count == 1 { "1 place rests".into() } else { format!("{count} places rest") }
}

fn need(count: usize) -> &'static str {
    if count == 1 { "needs" } else { "need" }
}

/// Text between backticks.
fn code(text: &str) -> String {
    neutral(text).replace('`', "'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Refused;
    use crate::change::tests::example;

    fn config() -> Config {
        let text = "[campaign]\nid='c'\ncontact='@team'\n[repositories]\n";
        Config::parse(text, std::path::Path::new("/")).expect("it is right")
    }

    fn site(number: usize, assumed: &[&str]) -> Site {
        Site {
            path: format!("a/@b{number}.py"),
            line: number,
            transform: "list-to-genexpr".into(),
            verdict: "unsafe".into(),
            identity: String::new(),
            assumed: assumed.iter().map(|text| (*text).to_owned()).collect(),
            proved: vec!["fixes #1 <b>".into()],
        }
    }

    #[test]
    fn doubts_come_first_and_nobody_is_mentioned() {
        let change = ChangeSet {
            sites: vec![site(1, &[]), site(2, &["asks @guido | closes #3"])],
            refused: vec![Refused {
                path: "x".into(),
                line: 1,
                transform: "t".into(),
                reason: "@you".into(),
            }],
            ..example()
        };
        let body = body(&config(), &change, None);
        let place = |number: usize| body.find(&format!("b{number}.py:{number}")).expect("it is listed");
        assert!(place(2) < place(1), "{body}");
        for bad in ["@g", "@t", "@b", "@y", "#3", "#1", "<b>"] {
            assert!(!body.contains(bad), "`{bad}` in\n{body}");
        }
        assert_eq!(Marker::find(&body).map(|marker| marker.diff), Some(change.diff));
    }

    #[test]
    fn a_long_body_keeps_its_marker() {
        let long = "ä".repeat(500);
        let change = ChangeSet {
            refused: (0..50)
                .map(|line| Refused {
                    path: long.clone(),
                    line,
                    transform: "t".into(),
                    reason: long.repeat(5),
                })
                .collect(),
            ..example()
        };
        let body = body(&config(), &change, Some("no longer needed"));
        assert!(body.len() <= 65_536, "{}", body.len());
        assert!(Marker::find(&body).is_some_and(|marker| marker.closed));
    }
}
