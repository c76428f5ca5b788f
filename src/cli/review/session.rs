//! What a person decides, one rewrite after the other. Knows no terminal.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};
use unspool_engine::driver::{FileReport, SiteReport};
use unspool_engine::transform::Verdict;

use crate::cli::commands::decisions::decision;
use crate::cli::decisions::Decision;
use crate::cli::report::hunks::{self, Hunk};
use crate::cli::report::site::one_line;

/// What is to become of a rewrite.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Choice {
    Accepted,
    /// Never to be proposed again; why.
    Rejected(String),
    /// Undecided: it comes again next time.
    Skipped,
}

/// A rewrite to decide.
pub struct Item {
    pub identity: String,
    pub transform: &'static str,
    pub title: &'static str,
    pub verdict: Verdict,
    pub path: PathBuf,
    pub line: usize,
    pub hunks: Vec<Hunk>,
    /// What it does to other files: changes or makes them.
    pub others: Vec<(&'static str, PathBuf, Vec<Hunk>)>,
    /// Why it is safe, or what it assumes: state, claim and reason of each obligation, what was assumed first.
    pub reasons: Vec<(&'static str, &'static str, String)>,
    pub conventions: Vec<&'static str>,
    /// What is written where it is rejected.
    decision: Decision,
}

/// Equal lines around a change.
const CONTEXT: usize = 6;

impl Item {
    pub fn new(file: &FileReport, site: &SiteReport) -> Self {
        let proposal = &site.proposal;
        let mut metas = unspool_transforms::registry().iter().map(|transform| transform.meta());
        let title = metas.find(|meta| meta.id == proposal.transform).map_or("", |meta| meta.title);
        let mut reasons: Vec<_> = proposal
            .obligations
            .iter()
            .map(|duty| (duty.state.name(), duty.claim, one_line(duty.state.reason())))
            .collect();
        reasons.sort_by_key(|(state, ..)| *state == "proved");
        let mut conventions: Vec<_> =
            proposal.obligations.iter().flat_map(|duty| duty.conventions.clone()).collect();
        conventions.sort_unstable();
        conventions.dedup();
        let text = file.text_of(site).map_or("", |text| text);
        Item {
            identity: site.identity.clone(),
            transform: proposal.transform,
            title,
            verdict: site.verdict,
            path: file.path.clone(),
            line: site.line,
            hunks: hunks::of_site(file, site, CONTEXT),
            others: hunks::of_others(site, CONTEXT)
                .into_iter()
                .map(|other| (other.does, other.path.to_path_buf(), other.hunks))
                .collect(),
            reasons,
            conventions: conventions.into_iter().map(unspool_engine::transform::Convention::name).collect(),
            decision: decision(text, site, ""),
        }
    }
}

/// A review as far as it has come.
#[derive(Default)]
pub struct Session {
    pub items: Vec<Item>,
    /// By identity, so that they stay when the files are read anew.
    choices: FxHashMap<String, Choice>,
    /// The item that is looked at; one past the last where all are decided.
    at: usize,
}

impl Session {
    /// Takes the rewrites anew, after somebody edited a file, and stays where it was.
    pub fn set_items(&mut self, items: Vec<Item>) {
        self.at = self.at.min(items.len());
        self.items = items;
        if self.current().is_some_and(|item| self.choices.contains_key(&item.identity)) {
            self.forward();
        }
    }

    pub fn current(&self) -> Option<&Item> {
        self.items.get(self.at)
    }

    /// Number of the current item, from 1.
    pub fn number(&self) -> usize {
        self.at + 1
    }

    pub fn choice(&self, item: &Item) -> Option<&Choice> {
        self.choices.get(&item.identity)
    }

    /// Decides the current item and goes to the next one that is open.
    pub fn choose(&mut self, choice: Choice) {
        if let Some(item) = self.items.get(self.at) {
            self.choices.insert(item.identity.clone(), choice);
            self.forward();
        }
    }

    /// Accepts the current item and every open one of its transform.
    pub fn accept_transform(&mut self) {
        let Some(transform) = self.current().map(|item| item.transform) else { return };
        self.choose_open(Choice::Accepted, |item| item.transform == transform);
    }

    /// Leaves the rest of the current file undecided.
    pub fn skip_file(&mut self) {
        let Some(path) = self.current().map(|item| item.path.clone()) else { return };
        self.choose_open(Choice::Skipped, |item| item.path == path);
    }

    fn choose_open(&mut self, choice: Choice, is_meant: impl Fn(&Item) -> bool) {
        for item in self.items.iter().filter(|item| is_meant(item)) {
            self.choices.entry(item.identity.clone()).or_insert_with(|| choice.clone());
        }
        if let Some(item) = self.items.get(self.at) {
            self.choices.insert(item.identity.clone(), choice);
        }
        self.forward();
    }

    fn forward(&mut self) {
        let is_open = |item: &Item| !self.choices.contains_key(&item.identity);
        self.at = (self.at..self.items.len()).find(|&i| is_open(&self.items[i])).unwrap_or(self.items.len());
    }

    /// One item back, decided or not.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    pub fn accepted(&self) -> FxHashSet<String> {
        let chosen = self.items.iter().filter(|item| self.choice(item) == Some(&Choice::Accepted));
        chosen.map(|item| item.identity.clone()).collect()
    }

    /// What is to be remembered, with the path of its file.
    pub fn rejected(&self) -> Vec<(PathBuf, Decision)> {
        let rejected = |item: &Item| match self.choice(item)? {
            Choice::Rejected(reason) => Some((
                item.path.clone(),
                Decision { reason: reason.trim().to_owned(), ..item.decision.clone() },
            )),
            _ => None,
        };
        self.items.iter().filter_map(rejected).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(transform: &'static str, path: &str, identity: &str) -> Item {
        let decision = Decision { id: identity.into(), was: String::new(), reason: String::new() };
        Item {
            identity: identity.into(),
            transform,
            title: "",
            verdict: Verdict::Safe,
            path: path.into(),
            line: 1,
            hunks: Vec::new(),
            others: Vec::new(),
            reasons: Vec::new(),
            conventions: Vec::new(),
            decision,
        }
    }

    fn session() -> Session {
        let mut session = Session::default();
        session.set_items(vec![
            item("t", "a", "1"),
            item("u", "a", "2"),
            item("t", "b", "3"),
            item("u", "b", "4"),
        ]);
        session
    }

    /// Which item is looked at, by its identity; what is accepted, in order.
    #[track_caller]
    fn check(session: &Session, at: Option<&str>, accepted: &[&str]) {
        assert_eq!(session.current().map(|item| &*item.identity), at);
        let mut all: Vec<String> = session.accepted().into_iter().collect();
        all.sort();
        assert_eq!(all, accepted);
    }

    #[test]
    fn one_after_the_other() {
        let mut session = session();
        check(&session, Some("1"), &[]);
        session.choose(Choice::Accepted);
        session.choose(Choice::Rejected(" why ".into()));
        check(&session, Some("3"), &["1"]);
        assert_eq!(session.rejected()[0].1.reason, "why");
        session.back();
        session.choose(Choice::Accepted);
        check(&session, Some("3"), &["1", "2"]);
        assert!(session.rejected().is_empty());
        session.choose(Choice::Skipped);
        session.choose(Choice::Skipped);
        check(&session, None, &["1", "2"]);
        session.back();
        check(&session, Some("4"), &["1", "2"]);
    }

    #[test]
    fn several_at_once() {
        let mut session = session();
        session.accept_transform();
        check(&session, Some("2"), &["1", "3"]);
        session.skip_file();
        check(&session, Some("4"), &["1", "3"]);
        // Changing one's mind about one of them changes the others no more.
        session.back();
        session.skip_file();
        check(&session, None, &["1"]);
    }

    #[test]
    fn decisions_stay_when_files_are_read_anew() {
        let mut session = session();
        session.choose(Choice::Accepted);
        session.set_items(vec![item("t", "a", "1"), item("t", "b", "3")]);
        check(&session, Some("3"), &["1"]);
        session.set_items(vec![]);
        check(&session, None, &[]);
    }
}
