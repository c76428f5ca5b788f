//! From what the forge shows to what to do next. A pure function: everything that has been thought of is here.

use super::marker::{IGNORE, Marker};
use crate::config::Config;
use crate::forge::{Pull, PullState};
use crate::store::State;

/// What the forge shows of one unit.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// From our branch into the base, in every state.
    pub pulls: Vec<Pull>,
    /// The commit of our branch.
    pub tip: Option<Tip>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tip {
    pub oid: String,
    /// Made by us: nobody has pushed, merged or amended.
    pub ours: bool,
}

/// What to do about a unit that has a change set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Next {
    /// Nothing: this is where it stands.
    Leave(State, String),
    /// The branch gets our commit, if it has another one; then the pull request is opened...
    Open,
    /// ...or brought up to date.
    Keep(u64),
}

/// Decides about the unit `unit` whose patch has the hash `diff`.
pub fn decide(config: &Config, unit: &str, diff: &str, observed: &Observed, reopen: bool) -> Next {
    let marker = |pull: &Pull| Marker::find(&pull.body).filter(|marker| marker.is_of(config, unit));
    let leave = |state, why: &str| Next::Leave(state, why.to_owned());
    let stranger = || leave(State::Edited, "somebody pushed to the branch: it is left to them");
    if let Some(pull) = observed.pulls.iter().find(|pull| pull.state == PullState::Open) {
        if marker(pull).is_none() {
            return leave(State::Skipped, "a pull request of somebody else has this branch");
        }
        if pull.labels.iter().any(|label| label == IGNORE) {
            return leave(State::Skipped, "left alone by label");
        }
        if observed.tip.as_ref().is_some_and(|tip| !tip.ours) {
            return stranger();
        }
        return Next::Keep(pull.number);
    }
    let last = observed.pulls.iter().filter(|pull| marker(pull).is_some()).max_by_key(|pull| pull.number);
    if let Some(pull) = last
        && let Some(marker) = marker(pull)
    {
        match pull.state {
            PullState::Merged if marker.diff == diff => return leave(State::Merged, "merged"),
            PullState::Closed if !marker.closed && !reopen => {
                return leave(State::Closed, "closed by a person: it stays closed");
            }
            PullState::Merged | PullState::Closed | PullState::Open => {}
        }
    }
    if observed.tip.as_ref().is_some_and(|tip| !tip.ours) {
        return stranger();
    }
    Next::Open
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: &str = "list-to-genexpr";

    fn config() -> Config {
        let text = "[campaign]\nid='c'\ncontact='x'\n[repositories]\n";
        Config::parse(text, std::path::Path::new("/")).expect("it is right")
    }

    /// A pull request in a state, with what its marker says about hash and closing; None: no marker.
    fn pull(number: u64, state: PullState, marker: Option<(&str, bool)>) -> Pull {
        let marker = marker.map(|(diff, closed)| {
            Marker { campaign: "c".into(), unit: UNIT.into(), diff: diff.into(), closed }.write()
        });
        Pull {
            repository: "o/r".into(),
            number,
            web: String::new(),
            title: String::new(),
            body: marker.unwrap_or_default(),
            branch: String::new(),
            head: String::new(),
            base: String::new(),
            state,
            draft: false,
            labels: Vec::new(),
            reviewers: Vec::new(),
            mergeable: None,
            created: String::new(),
        }
    }

    /// `tip`: None without a branch, else whether it is ours.
    #[track_caller]
    fn check(pulls: Vec<Pull>, tip: Option<bool>, expected: &str) {
        let tip = tip.map(|ours| Tip { oid: "1".into(), ours });
        let next = decide(&config(), UNIT, "new", &Observed { pulls, tip }, false);
        let shown = match next {
            Next::Leave(state, _) => state.name().to_owned(),
            Next::Open => "open it".to_owned(),
            Next::Keep(number) => format!("keep {number}"),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_new_is_opened() {
        check(vec![], None, "open it");
        // A crash between push and pull request.
        check(vec![], Some(true), "open it");
    }

    #[test]
    fn what_is_open_is_kept() {
        check(vec![pull(1, PullState::Open, Some(("new", false)))], Some(true), "keep 1");
        check(vec![pull(1, PullState::Open, Some(("old", false)))], Some(true), "keep 1");
        // Closed by us once, opened again.
        let two = vec![
            pull(1, PullState::Closed, Some(("old", true))),
            pull(2, PullState::Open, Some(("old", false))),
        ];
        check(two, Some(true), "keep 2");
    }

    #[test]
    fn people_come_first() {
        check(vec![pull(1, PullState::Open, Some(("new", false)))], Some(false), "edited");
        check(vec![], Some(false), "edited");
        check(vec![pull(1, PullState::Open, None)], Some(true), "skipped");
        let ignored = Pull { labels: vec![IGNORE.into()], ..pull(1, PullState::Open, Some(("old", false))) };
        check(vec![ignored], Some(true), "skipped");
        check(vec![pull(1, PullState::Closed, Some(("old", false)))], None, "closed");
        check(vec![pull(1, PullState::Closed, Some(("new", false)))], Some(true), "closed");
    }

    #[test]
    fn what_is_over_is_over_for_this_patch() {
        check(vec![pull(1, PullState::Merged, Some(("new", false)))], None, "merged");
        check(vec![pull(1, PullState::Merged, Some(("old", false)))], None, "open it");
        check(vec![pull(1, PullState::Closed, Some(("old", true)))], None, "open it");
        // The last one counts.
        let closed_then_merged = vec![
            pull(2, PullState::Merged, Some(("new", false))),
            pull(1, PullState::Closed, Some(("x", false))),
        ];
        check(closed_then_merged, None, "merged");
    }
}
