//! What all skins share: repositories, pull requests, and the rules between them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::faults::Fault;
use crate::repository::Bare;
use crate::server::Logged;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Skin {
    Github,
    Gitlab,
    Forgejo,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PullState {
    Open,
    Closed,
    Merged,
}

#[derive(Clone, Debug)]
pub struct Pull {
    pub number: u64,
    pub title: String,
    pub body: String,
    pub branch: String,
    pub base: String,
    pub state: PullState,
    pub draft: bool,
    pub labels: Vec<String>,
    pub reviewers: Vec<String>,
    pub comments: Vec<String>,
    /// The last commit that its branch had.
    pub head: String,
}

pub struct Repository {
    pub id: u64,
    pub bare: Bare,
    pub pulls: Vec<Pull>,
    pub archived: bool,
    pub fork: bool,
    pub topics: Vec<String>,
    pub can_push: bool,
    /// Of every commit: `success`, `failure`, `pending`.
    pub check: Option<&'static str>,
    /// That can be put on pull requests, where a forge makes none by itself.
    pub labels: Vec<String>,
}

pub struct State {
    pub skin: Skin,
    pub root: PathBuf,
    /// The tokens that are taken.
    pub tokens: Vec<String>,
    pub login: String,
    pub people: Vec<String>,
    pub repositories: BTreeMap<String, Repository>,
    /// Old name to new name.
    pub renamed: BTreeMap<String, String>,
    pub faults: Vec<Fault>,
    pub log: Vec<Logged>,
    /// Entries on a page, less than was asked for.
    pub page: usize,
    /// Base address, without a slash at its end.
    pub address: String,
    pub hide_pulls: bool,
}

/// Why not, with the status that all skins give and what GitHub would say.
#[derive(Debug)]
pub struct No(pub u16, pub String);

impl State {
    pub fn repository(&mut self, name: &str) -> Result<&mut Repository, No> {
        self.repositories.get_mut(name).ok_or_else(|| No(404, "Not Found".into()))
    }

    /// Takes up what was pushed since.
    pub fn settle(&mut self, name: &str) {
        let Some(repository) = self.repositories.get_mut(name) else { return };
        for pull in repository.pulls.iter_mut().filter(|pull| pull.state == PullState::Open) {
            match repository.bare.tip(&pull.branch) {
                Some(tip) => pull.head = tip,
                // A branch that goes closes its pull request.
                None => pull.state = PullState::Closed,
            }
        }
    }

    pub fn create(
        &mut self,
        name: &str,
        title: &str,
        body: &str,
        branch: &str,
        base: &str,
        draft: bool,
    ) -> Result<Pull, No> {
        let repository = self.repository(name)?;
        if repository.archived {
            return Err(No(403, "Repository was archived so is read-only.".into()));
        }
        if !repository.can_push {
            return Err(No(403, "Resource not accessible by integration".into()));
        }
        let Some(head) = repository.bare.tip(branch) else {
            return Err(No(422, "Validation Failed: head: invalid".into()));
        };
        let Some(base_tip) = repository.bare.tip(base) else {
            return Err(No(422, "Validation Failed: base: invalid".into()));
        };
        if repository.bare.try_git(&["merge-base", "--is-ancestor", &head, &base_tip]).is_some() {
            return Err(No(422, format!("No commits between {base} and {branch}")));
        }
        let is_open =
            |pull: &Pull| pull.state == PullState::Open && pull.branch == branch && pull.base == base;
        if repository.pulls.iter().any(is_open) {
            let owner = name.split('/').next().unwrap_or_default();
            return Err(No(409, format!("A pull request already exists for {owner}:{branch}.")));
        }
        let number = repository.pulls.iter().map(|pull| pull.number).max().unwrap_or(0) + 1;
        let pull = Pull {
            number,
            title: title.into(),
            body: body.into(),
            branch: branch.into(),
            base: base.into(),
            state: PullState::Open,
            draft,
            labels: Vec::new(),
            reviewers: Vec::new(),
            comments: Vec::new(),
            head,
        };
        repository.pulls.push(pull.clone());
        Ok(pull)
    }

    pub fn pull(&mut self, name: &str, number: u64) -> Result<&mut Pull, No> {
        let repository = self.repository(name)?;
        repository
            .pulls
            .iter_mut()
            .find(|pull| pull.number == number)
            .ok_or_else(|| No(404, "Not Found".into()))
    }

    pub fn merge(&mut self, name: &str, number: u64, expected: Option<&str>) -> Result<String, No> {
        let pull = self.pull(name, number)?.clone();
        if pull.state != PullState::Open || pull.draft {
            return Err(No(405, "Pull Request is not mergeable".into()));
        }
        if expected.is_some_and(|expected| expected != pull.head) {
            return Err(No(409, "Head branch was modified. Review and try the merge again.".into()));
        }
        let bare = &self.repository(name)?.bare;
        let base = bare.tip(&pull.base).unwrap_or_default();
        let merged = bare.merge(&base, &pull.head, &pull.title);
        let oid = merged.ok_or_else(|| No(405, "Pull Request is not mergeable".into()))?;
        bare.git(&["update-ref", &format!("refs/heads/{}", pull.base), &oid]);
        self.pull(name, number)?.state = PullState::Merged;
        Ok(oid)
    }

    /// Whether an open pull request merges without a conflict.
    pub fn mergeable(&mut self, name: &str, pull: &Pull) -> Option<bool> {
        let bare = &self.repository(name).ok()?.bare;
        let base = bare.tip(&pull.base)?;
        Some(bare.try_git(&["merge-tree", "--write-tree", &base, &pull.head]).is_some())
    }

    pub fn ask(&mut self, name: &str, number: u64, people: &[String]) -> Result<Pull, No> {
        let (known, login) = (self.people.clone(), self.login.clone());
        for person in people {
            if *person == login {
                return Err(No(422, "Review cannot be requested from pull request author.".into()));
            }
            if !known.contains(person) {
                return Err(No(422, "Reviews may only be requested from collaborators.".into()));
            }
        }
        let pull = self.pull(name, number)?;
        for person in people {
            if !pull.reviewers.contains(person) {
                pull.reviewers.push(person.clone());
            }
        }
        Ok(pull.clone())
    }

    pub fn delete_branch(&mut self, name: &str, branch: &str) -> Result<(), No> {
        let bare = &self.repository(name)?.bare;
        if bare.tip(branch).is_none() {
            return Err(No(422, "Reference does not exist".into()));
        }
        bare.git(&["update-ref", "-d", &format!("refs/heads/{branch}")]);
        self.settle(name);
        Ok(())
    }
}
