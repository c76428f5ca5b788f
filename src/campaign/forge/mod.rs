//! Forges, as far as campaigns need them: one small trait, and what can go wrong in words that decide what to do next.

pub mod app;
pub mod forgejo;
pub mod github;
pub mod gitlab;
pub mod http;

use std::fmt;
use std::sync::Arc;

use crate::config::{Config, Credentials, ForgeKind};
use crate::error::{Error, Result};
use crate::git::Credential;
use crate::secret::{Secret, redact};
use crate::time::Clock;

/// What went wrong with one call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Missing, or no access: forges do not say which.
    Gone(String),
    /// The identity may not do this.
    Forbidden(String),
    /// There is one already, or the state does not allow it (409, and what says the same in other words).
    Conflict(String),
    /// The request was understood and is wrong: the same again gives the same.
    Refused(String),
    /// What was made a moment ago is not visible yet.
    NotYet(String),
    /// A write whose answer is lost: it happened or it did not. Never repeated blindly; look first.
    Ambiguous(String),
    /// A read that failed often.
    Unreachable(String),
    /// The forge asks to wait longer than the campaign is patient.
    Limited { seconds: u64, why: String },
    /// The token is wrong, expired or has too few rights.
    Unauthorized(String),
    /// Nothing of the forge: another publisher works on this repository now.
    Lost(String),
}

impl Trouble {
    /// Whether a later run may succeed without anybody changing anything.
    pub fn passes(&self) -> bool {
        matches!(
            self,
            Trouble::NotYet(_) | Trouble::Ambiguous(_) | Trouble::Unreachable(_) | Trouble::Limited { .. }
        )
    }

    /// Whether every other call would meet the same: the run ends.
    pub fn ends_run(&self) -> bool {
        matches!(self, Trouble::Limited { .. } | Trouble::Unauthorized(_) | Trouble::Lost(_))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, text) = match self {
            Trouble::Gone(text) => ("missing, or no access", text),
            Trouble::Forbidden(text) => ("forbidden", text),
            Trouble::Conflict(text) => ("conflict", text),
            Trouble::Refused(text) => ("refused", text),
            Trouble::NotYet(text) => ("not visible yet", text),
            Trouble::Ambiguous(text) => ("no answer to a write", text),
            Trouble::Unreachable(text) => ("unreachable", text),
            Trouble::Limited { why, .. } => ("limited", why),
            Trouble::Unauthorized(text) => ("unauthorized", text),
            Trouble::Lost(text) => ("too late", text),
        };
        write!(f, "{what}: {}", redact(text))
    }
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unauthorized(_) => Error::Config(trouble.to_string()),
            Trouble::Lost(_) => Error::Lost(trouble.to_string()),
            _ if trouble.passes() => Error::TryAgain(trouble.to_string()),
            _ => Error::Failed(trouble.to_string()),
        }
    }
}

pub type Call<T> = std::result::Result<T, Trouble>;

/// A repository as the forge knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Info {
    /// Its name today: a renamed repository answers to the old one, too.
    pub name: String,
    pub id: String,
    pub clone_url: String,
    pub default_branch: String,
    pub archived: bool,
    pub fork: bool,
    pub topics: Vec<String>,
    pub can_push: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PullState {
    Open,
    Closed,
    Merged,
}

/// A pull request (a merge request, on GitLab).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pull {
    /// The name of its repository today.
    pub repository: String,
    pub number: u64,
    pub web: String,
    pub title: String,
    pub body: String,
    pub branch: String,
    /// The commit of its branch; after the branch is gone, the last one.
    pub head: String,
    pub base: String,
    pub state: PullState,
    pub draft: bool,
    pub labels: Vec<String>,
    pub reviewers: Vec<String>,
    /// None while the forge does not know.
    pub mergeable: Option<bool>,
    pub created: String,
}

#[derive(Clone, Debug)]
pub struct NewPull<'a> {
    pub branch: &'a str,
    pub base: &'a str,
    pub title: &'a str,
    pub body: &'a str,
    pub draft: bool,
}

/// What is known of a commit without a clone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommitInfo {
    pub committer_email: String,
    pub message: String,
    pub parents: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Checks {
    None,
    Pending,
    Green,
    Red,
}

impl Checks {
    pub fn name(self) -> &'static str {
        match self {
            Checks::None => "none",
            Checks::Pending => "pending",
            Checks::Green => "green",
            Checks::Red => "red",
        }
    }

    /// Of several results: red wins, then pending.
    pub fn and(self, other: Checks) -> Checks {
        [Checks::Red, Checks::Pending, Checks::Green]
            .into_iter()
            .find(|checks| self == *checks || other == *checks)
            .unwrap_or(Checks::None)
    }
}

/// The calls. Names are `owner/name`; what is not there is `None` where that is an answer.
pub trait Forge {
    /// The login of the identity.
    fn login(&self) -> Call<String>;
    /// What the token may do, in the forge's words; empty where it does not say.
    fn rights(&self) -> Call<String>;
    fn repository(&self, name: &str) -> Call<Info>;
    fn organisation(&self, name: &str) -> Call<Vec<Info>>;
    fn search(&self, query: &str) -> Call<Vec<Info>>;
    fn topic(&self, topic: &str) -> Call<Vec<Info>>;
    /// The commit of a branch.
    fn tip(&self, repository: &str, branch: &str) -> Call<Option<String>>;
    fn file(&self, repository: &str, path: &str, commit: &str) -> Call<Option<String>>;
    fn commit(&self, repository: &str, oid: &str) -> Call<CommitInfo>;
    /// Of every state, from this branch of the repository itself into `base`.
    fn pulls(&self, repository: &str, branch: &str, base: &str) -> Call<Vec<Pull>>;
    fn pull(&self, repository: &str, number: u64) -> Call<Pull>;
    fn create(&self, repository: &str, new: &NewPull) -> Call<Pull>;
    fn update(&self, repository: &str, pull: &Pull, title: &str, body: &str) -> Call<()>;
    /// With a new body, so that the pull request itself says who closed it.
    fn close(&self, repository: &str, pull: &Pull, body: &str) -> Call<()>;
    fn comment(&self, repository: &str, number: u64, text: &str) -> Call<()>;
    /// Whether somebody has said exactly this.
    fn has_comment(&self, repository: &str, number: u64, text: &str) -> Call<bool>;
    /// Adds what is missing.
    fn label(&self, repository: &str, number: u64, labels: &[String]) -> Call<()>;
    fn ask(&self, repository: &str, number: u64, people: &[String], teams: &[String]) -> Call<()>;
    fn delete_branch(&self, repository: &str, branch: &str) -> Call<()>;
    fn checks(&self, repository: &str, oid: &str) -> Call<Checks>;
    /// Only if the branch is still at `head`.
    fn merge(&self, repository: &str, pull: &Pull, head: &str) -> Call<()>;
    /// How git may reach the repositories.
    fn credential(&self) -> Call<Option<Credential>>;
}

/// The right to write: taken before each write, and objections are told to it.
pub trait Gate: Send + Sync {
    /// Waits until a write is due. An error: longer than the campaign is patient.
    fn before_write(&self) -> Call<()>;
    /// The forge asked for a pause of so many seconds.
    fn objected(&self, seconds: f64);
}

/// For those who only read.
pub struct NoWrites;

impl Gate for NoWrites {
    fn before_write(&self) -> Call<()> {
        Err(Trouble::Forbidden("this command only reads".into()))
    }

    fn objected(&self, _: f64) {}
}

/// What connects to a forge.
pub struct Connect<'a> {
    pub config: &'a Config,
    pub credentials: Credentials,
    pub gate: Arc<dyn Gate>,
    pub clock: Arc<dyn Clock + Send>,
    /// Gets a line for each request, without secrets.
    pub trace: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Connect<'_> {
    pub fn open(self) -> Result<Box<dyn Forge>> {
        let kind = self.config.forge.kind;
        let http = http::Http::new(self)?;
        Ok(match kind {
            ForgeKind::Github => Box::new(github::Github::new(http)),
            ForgeKind::Gitlab => Box::new(gitlab::Gitlab::new(http)),
            ForgeKind::Forgejo => Box::new(forgejo::Forgejo::new(http)),
        })
    }
}

/// The header with which git reaches `clone_url`'s host.
fn git_credential(root: &str, token: &Secret, user: &str) -> Option<Credential> {
    let (scheme, rest) = root.split_once("://")?;
    let host = rest.split('/').next()?;
    // The API of the public GitHub has a host of its own.
    let host = host.strip_prefix("api.").filter(|host| *host == "github.com").unwrap_or(host);
    Some(Credential { host: format!("{scheme}://{host}/"), header: token.basic(user) })
}

/// Text as a part of a path.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
