//! What tells our pull requests, branches and commits from those of people. It is in the forge alone: a store that is lost
//! changes nothing.

use crate::change::ChangeSet;
use crate::config::Config;
use crate::text::slug;

/// The label by which people stop updates of one pull request.
pub const IGNORE: &str = "unspool:ignore";

/// The last line of a body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Marker {
    pub campaign: String,
    pub unit: String,
    pub diff: String,
    /// We closed it, not a person.
    pub closed: bool,
}

impl Marker {
    pub fn write(&self) -> String {
        let Marker { campaign, unit, diff, closed } = self;
        let closed = if *closed { " closed" } else { "" };
        format!("<!-- unspool:{campaign}/{unit} diff:{diff}{closed} -->")
    }

    /// The last one: text above it may quote others.
    pub fn find(body: &str) -> Option<Marker> {
        let text = body.rsplit_once("<!-- unspool:")?.1.split_once(" -->")?.0;
        let mut words = text.split(' ');
        let (campaign, unit) = words.next()?.split_once('/')?;
        let diff = words.next()?.strip_prefix("diff:")?;
        Some(Marker {
            campaign: campaign.into(),
            unit: unit.into(),
            diff: diff.into(),
            closed: words.next() == Some("closed"),
        })
    }

    pub fn is_of(&self, config: &Config, unit: &str) -> bool {
        self.campaign == config.campaign.id && self.unit == unit
    }
}

/// `unspool/CAMPAIGN/UNIT`: at most 100 characters that every file system and forge takes.
pub fn branch(config: &Config, unit: &str) -> String {
    let prefix = format!("{}/{}", config.change.branch_prefix, config.campaign.id);
    let left = 99_usize.saturating_sub(prefix.len()).max(20);
    // A slash would make `a` and `a/b` exclude each other: both are a file and a folder in git.
    format!("{prefix}/{}", slug(unit, left))
}

/// The message of the commit, with trailers that say whose it is.
pub fn message(config: &Config, change: &ChangeSet, title: &str) -> String {
    format!(
        "{title}\n\nMade by {} with `{}`.\n\nUnspool-Campaign: {}/{}\nUnspool-Diff: {}\n",
        change.tool, change.command, config.campaign.id, change.unit, change.diff
    )
}

/// Whether a commit with this message was made by us for this unit.
pub fn is_ours(config: &Config, unit: &str, message: &str) -> bool {
    let trailer = format!("Unspool-Campaign: {}/{unit}", config.campaign.id);
    message.lines().any(|line| line.trim_end() == trailer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_come_back() {
        for closed in [false, true] {
            let marker = Marker {
                campaign: "c".into(),
                unit: "list-to-genexpr/src".into(),
                diff: "12ab".into(),
                closed,
            };
            let body = format!("text <!-- unspool:other/x diff:1 --> more\n{}\n", marker.write());
            assert_eq!(Marker::find(&body), Some(marker));
        }
        for body in ["", "<!-- unspool:", "<!-- unspool:c -->", "<!-- unspool:c/u diff:"] {
            assert_eq!(Marker::find(body), None, "{body}");
        }
    }
}
