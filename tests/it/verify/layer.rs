//! The verification layer alone: rewrites of text files that have nothing to do with Python, with an environment and a
//! wrapper of one's own, as campaigns use it.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::time::Duration;

use unspool_verify::{
    Applied, Choice, Command, FileChange, GuardProgram, Rewrite, Rewrites, Step, Verified, VerifyError,
    Watch, verify,
};

use crate::support::{Scratch, UNSPOOL, snapshot_of};

/// A line that is added to a file.
#[derive(Clone, Copy)]
struct Line {
    id: &'static str,
    file: &'static str,
    text: &'static str,
    /// It is found only where this one is applied.
    needs: Option<&'static str>,
    /// It is not found where this one is applied.
    loses_to: Option<&'static str>,
}

const fn line(id: &'static str, file: &'static str, text: &'static str) -> Line {
    Line { id, file, text, needs: None, loses_to: None }
}

struct Lines(Vec<Line>);

impl Rewrites for Lines {
    fn apply(&mut self, choice: Choice) -> Result<Applied, String> {
        let mut applied = Applied::default();
        let mut present: Vec<&str> = Vec::new();
        for Line { id, file, text, needs, loses_to } in &self.0 {
            let chosen = match choice {
                Choice::AllBut(dropped) => !dropped.contains(*id),
                Choice::Only(chosen) => chosen.contains(*id),
            };
            let found = needs.is_none_or(|needs| present.contains(&needs))
                && !loses_to.is_some_and(|winner| present.contains(&winner));
            if !chosen || !found {
                continue;
            }
            present.push(id);
            applied.rewrites.push(Rewrite {
                id: (*id).to_owned(),
                transform: id[..1].to_owned(),
                path: file.into(),
                line: 1,
                also: Vec::new(),
                doubt: 0,
                round: if needs.is_some() { 2 } else { 1 },
            });
            let after = format!("{text}\n");
            match applied.files.iter_mut().find(|change| change.path.as_os_str() == *file) {
                Some(change) => change.after.extend(after.into_bytes()),
                None => {
                    let after = [b"old\n", after.as_bytes()].concat();
                    applied.files.push(FileChange {
                        path: file.into(),
                        before: Some(b"old\n".to_vec()),
                        after,
                    });
                }
            }
        }
        Ok(applied)
    }
}

/// Looks on, and asks for the end when a step of a kind begins.
struct Looker {
    stop_at: Option<Step>,
    stop: Cell<bool>,
    steps: Cell<usize>,
}

impl Watch for Looker {
    fn begin(&self, step: &Step, _: Option<Duration>) {
        self.steps.set(self.steps.get() + 1);
        self.stop.set(self.stop_at.as_ref() == Some(step));
    }

    fn end(&self, _: Duration) {}

    fn interrupted(&self) -> bool {
        self.stop.get()
    }
}

/// Runs `command` on the lines; nothing of the tree may change, and nothing be left.
fn run(command: &str, lines: &[Line], stop_at: Option<Step>) -> Result<Verified, VerifyError> {
    let scratch = Scratch::with(&[("tree/a.txt", "old\n"), ("tree/b.txt", "old\n"), ("tree/c.txt", "old\n")]);
    std::fs::create_dir(scratch.join("scratch")).unwrap();
    let before = snapshot_of(&scratch.join("tree"));
    let command = Command {
        line: command.to_owned(),
        wrapper: ["env", "WRAPPED=yes"].map(OsString::from).to_vec(),
        environment: vec![
            ("PATH".into(), std::env::var_os("PATH").unwrap_or_default()),
            ("GIVEN".into(), "yes".into()),
        ],
        root: scratch.path().canonicalize().unwrap().join("tree"),
        folder: "".into(),
        limit: Some(Duration::from_secs(60)),
        scratch: Some(scratch.join("scratch")),
        guard: GuardProgram { program: UNSPOOL.into(), arguments: vec!["verify-guard".into()] },
    };
    let looker = Looker { stop_at, stop: Cell::new(false), steps: Cell::new(0) };
    let result = verify(&command, &mut Lines(lines.to_vec()), &looker);
    assert!(looker.steps.get() > 0);
    assert_eq!(snapshot_of(&scratch.join("tree")), before);
    assert_eq!(std::fs::read_dir(scratch.join("scratch")).unwrap().count(), 0, "nothing is left");
    result
}

/// Which of the lines are dropped, in the order in which they were found, and how many are kept.
#[track_caller]
fn check(command: &str, lines: &[Line], dropped: &[&str], kept: usize) -> Verified {
    let verified = run(command, lines, None).unwrap_or_else(|error| panic!("{error}"));
    let ids: Vec<&str> = verified.guilty.iter().map(|guilty| &*guilty.rewrite.id).collect();
    assert_eq!(ids, dropped);
    assert_eq!(verified.kept, kept);
    verified
}

const NO_BAD: &str = "! grep -q bad *.txt";

#[test]
fn only_the_given_environment_is_seen() {
    let own = "test \"$WRAPPED$GIVEN\" = yesyes && test -z \"$HOME$USER$CARGO_MANIFEST_DIR\"";
    let verified = check(own, &[line("a1", "a.txt", "good")], &[], 1);
    assert_eq!(verified.runs, 2);
    assert!(!verified.observed);
}

#[test]
fn the_guilty_are_found_wherever_they_are() {
    let lines = [
        line("a1", "a.txt", "good"),
        line("a2", "b.txt", "bad"),
        line("b1", "a.txt", "good"),
        line("b2", "c.txt", "bad"),
        line("b3", "c.txt", "good"),
    ];
    let verified = check(NO_BAD, &lines, &["a2", "b2"], 3);
    assert!(verified.guilty.iter().all(|guilty| guilty.together_with.is_empty()));
    assert_eq!(verified.files, BTreeSet::from(["a.txt".into(), "c.txt".into()]));
    check(NO_BAD, &[line("a1", "a.txt", "bad")], &["a1"], 0);
}

/// Of a rewrite and one that builds on it the later one goes if only it is wrong, both if the first is.
#[test]
fn what_builds_on_the_guilty_goes_with_it() {
    let on_a1 = |text| Line { needs: Some("a1"), ..line("a2", "a.txt", text) };
    let verified =
        check(NO_BAD, &[line("a1", "a.txt", "good"), on_a1("bad"), line("a3", "b.txt", "x")], &["a2"], 2);
    assert_eq!(verified.guilty[0].together_with[0].id, "a1");
    check(NO_BAD, &[line("a1", "a.txt", "bad"), on_a1("good"), line("a3", "b.txt", "x")], &["a1"], 1);
}

/// What comes to light when another is dropped is verified, too.
#[test]
fn what_had_lost_is_verified_when_it_is_found() {
    let loser = |text| Line { loses_to: Some("a1"), ..line("a2", "a.txt", text) };
    check(NO_BAD, &[line("a1", "a.txt", "bad"), loser("good")], &["a1"], 1);
    check(NO_BAD, &[line("a1", "a.txt", "bad"), loser("bad"), line("b1", "c.txt", "x")], &["a1", "a2"], 1);
}

#[test]
fn of_those_that_break_only_together_one_goes() {
    let both = "! { grep -q left a.txt && grep -q right b.txt; }";
    let lines = [
        line("a1", "a.txt", "left"),
        line("b1", "b.txt", "right"),
        line("c1", "c.txt", "x"),
        line("c2", "a.txt", "x"),
    ];
    let verified = run(both, &lines, None).unwrap();
    assert_eq!((verified.guilty.len(), verified.kept), (1, 3));
    let guilty = &verified.guilty[0];
    let mut pair = [&*guilty.rewrite.id, &*guilty.together_with[0].id];
    pair.sort_unstable();
    assert_eq!(pair, ["a1", "b1"]);
}

#[test]
fn it_can_be_stopped_at_every_step() {
    let lines = [line("a1", "a.txt", "good"), line("a2", "b.txt", "bad"), line("b1", "c.txt", "good")];
    for step in [
        Step::Copying,
        Step::Baseline,
        Step::All { rewrites: 3 },
        Step::Again { checks: 1, with: true },
        Step::Again { checks: 1, with: false },
        Step::Search { suspected: 1 },
        Step::All { rewrites: 2 },
    ] {
        // A run has to be in progress to be noticed in: it waits, and only where nobody stops it for nothing.
        let result = run(&format!("sleep 0.2; {NO_BAD}"), &lines, Some(step.clone()));
        let interrupted = matches!(result, Err(VerifyError::Interrupted));
        // The last whole run may be known from the search.
        assert!(interrupted || step == Step::All { rewrites: 2 }, "{step:?}");
    }
}
