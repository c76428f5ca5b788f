//! `campaign.toml`: what the operator wants. Nothing in a repository can change any of it.

mod check;
mod token;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
pub use token::{Credentials, credentials, postgres};

/// The commented file that `init` writes.
pub const TEMPLATE: &str = include_str!("template.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    pub campaign: Campaign,
    #[serde(default)]
    pub forge: Forge,
    pub repositories: Repositories,
    #[serde(default)]
    pub transforms: Transforms,
    pub verify: Option<Verify>,
    #[serde(default)]
    pub change: Change,
    #[serde(default)]
    pub waves: Waves,
    #[serde(default)]
    pub pace: Pace,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub store: Store,
    /// The folder of the file: other paths are relative to it.
    #[serde(skip)]
    pub folder: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Campaign {
    /// Part of branches and markers: kebab-case, never changed once published.
    pub id: String,
    /// One line: why.
    #[serde(default)]
    pub why: String,
    /// Who answers questions: a name or an address, printed in each pull request.
    pub contact: String,
    /// A page about the campaign.
    pub link: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForgeKind {
    Github,
    Gitlab,
    Forgejo,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Forge {
    pub kind: ForgeKind,
    /// Root of the API, such as `https://HOST/api/v3`; by default that of the public service.
    pub api: Option<String>,
    /// The environment variable with the token.
    pub token_env: String,
    pub app: Option<App>,
    /// Certificates (PEM) to trust besides the usual ones.
    pub ca: Option<PathBuf>,
    /// Allow `http://`: for tests and for forges behind a local proxy.
    pub insecure: bool,
}

impl Default for Forge {
    fn default() -> Self {
        Forge {
            kind: ForgeKind::Github,
            api: None,
            token_env: "UNSPOOL_TOKEN".into(),
            app: None,
            ca: None,
            insecure: false,
        }
    }
}

/// A GitHub App: acts as an installation, not as a person.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct App {
    pub id: String,
    pub installation: u64,
    /// The environment variable with the private key (PEM).
    pub key_env: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Repositories {
    /// `owner/name` or `owner/name@branch`.
    pub names: Vec<String>,
    /// A file with one of these a line.
    pub list: Option<PathBuf>,
    pub organisations: Vec<String>,
    pub topics: Vec<String>,
    /// Queries of the forge's repository search.
    pub search: Vec<String>,
    /// Folders with a repository each: planned, never published.
    pub local: Vec<PathBuf>,
    /// Globs of names that are left alone, whatever else names them.
    pub deny: Vec<String>,
    pub forks: bool,
    /// Owners who agreed to receive pull requests, besides the identity itself.
    pub permission: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    #[default]
    Safe,
    Unsafe,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Transforms {
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    pub tier: Tier,
    pub profile: Option<String>,
    pub target_version: Option<String>,
    pub exclude: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Verify {
    pub command: String,
    /// Put in front of the whole verification, such as `["bwrap", ...]`.
    #[serde(default)]
    pub wrapper: Vec<String>,
    /// Names of variables that the command may see.
    #[serde(default = "verify_environment")]
    pub environment: Vec<String>,
    /// Seconds for one run of the command.
    pub timeout: Option<u64>,
    /// Seconds for all runs in one repository.
    #[serde(default = "verify_time")]
    pub time: u64,
    /// MiB of address space.
    #[serde(default = "verify_memory")]
    pub memory: u64,
}

fn verify_environment() -> Vec<String> {
    ["PATH", "LANG", "LC_ALL", "TZ"].map(str::to_owned).to_vec()
}

fn verify_time() -> u64 {
    3600
}

fn verify_memory() -> u64 {
    16 * 1024
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// One unit for everything.
    None,
    Transform,
    Codeowners,
    Directory,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Change {
    /// In front of `/CAMPAIGN/UNIT`.
    pub branch_prefix: String,
    pub title: String,
    pub author_name: String,
    pub author_email: String,
    pub split: Split,
    pub max_lines: usize,
    pub max_files: usize,
    pub labels: Vec<String>,
    pub reviewers: Vec<String>,
    pub team_reviewers: Vec<String>,
    /// Ask the owners that CODEOWNERS names.
    pub request_owners: bool,
}

impl Default for Change {
    fn default() -> Self {
        Change {
            branch_prefix: "unspool".into(),
            title: "{transforms}: {rewrites} in {files}".into(),
            author_name: "unspool".into(),
            author_email: "unspool@users.noreply.invalid".into(),
            split: Split::Transform,
            max_lines: 200,
            max_files: 20,
            labels: vec!["unspool".into()],
            reviewers: Vec::new(),
            team_reviewers: Vec::new(),
            request_owners: false,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Waves {
    /// How many repositories are in the first waves; the rest is the last one.
    pub sizes: Vec<usize>,
    /// In so many first waves pull requests are drafts.
    pub drafts: usize,
    /// The next wave begins when this share of the pull requests so far is merged.
    pub merged: f64,
    /// No new ones when more than this share is closed without a merge...
    pub stop_closed: f64,
    /// ...or has red checks...
    pub stop_red: f64,
    /// ...or so many repositories have opted out since the campaign began.
    pub stop_opt_outs: usize,
}

impl Default for Waves {
    fn default() -> Self {
        Waves {
            sizes: vec![5, 25],
            drafts: 1,
            merged: 0.5,
            stop_closed: 0.3,
            stop_red: 0.5,
            stop_opt_outs: 3,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Pace {
    pub seconds_between_writes: f64,
    pub writes_per_minute: usize,
    pub writes_per_hour: usize,
    /// New pull requests in one run.
    pub budget: usize,
    /// Open pull requests of this campaign in one repository.
    pub open_per_repository: usize,
    /// A wait that is longer, in seconds, ends the run with exit status 75.
    pub patience: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            seconds_between_writes: 1.0,
            writes_per_minute: 60,
            writes_per_hour: 400,
            budget: 100,
            open_per_repository: 1,
            patience: 3600,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloneKind {
    /// The one commit that is looked at.
    Shallow,
    /// The one commit, and of its files only Python and configuration.
    Blobless,
    /// Kept below `work` and fetched again by the next plan.
    Mirror,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Limits {
    /// Seconds for each step in one repository: fetching, deciding, rewriting.
    pub time: u64,
    /// MiB of address space of each child process.
    pub memory: u64,
    /// Seconds for the answer of a forge.
    pub request: u64,
    /// Repositories at the same time; 0 means one per core.
    pub jobs: usize,
    pub clone: CloneKind,
    /// Where clones go; by default `work` beside the file.
    pub work: Option<PathBuf>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { time: 300, memory: 8 * 1024, request: 60, jobs: 0, clone: CloneKind::Shallow, work: None }
    }
}

/// Where decisions and what was published are kept: in a file beside campaign.toml, or in a PostgreSQL.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Store {
    /// The environment variable with the address of a PostgreSQL.
    pub postgres_env: Option<String>,
    /// Certificates (PEM) to trust besides the usual ones.
    pub ca: Option<PathBuf>,
    /// Seconds after which others may take over what a publisher did not finish and does not renew.
    pub lease: f64,
}

impl Default for Store {
    fn default() -> Self {
        Store { postgres_env: None, ca: None, lease: 120.0 }
    }
}

impl Config {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Config> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::Config(format!("{} cannot be read: {error}", path.display())))?;
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let folder = folder
            .canonicalize()
            .map_err(|error| Error::Config(format!("{} cannot be found: {error}", folder.display())))?;
        Config::parse(&text, &folder).map_err(|error| Error::Config(format!("{}: {error}", path.display())))
    }

    /// Reads and checks the text of a file in `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Config> {
        let mut config: Config = toml::from_str(text).map_err(|error| Error::Config(error.to_string()))?;
        config.folder = folder.to_path_buf();
        config.check()?;
        Ok(config)
    }

    /// Root of the API, without a slash at its end.
    pub fn api(&self) -> String {
        let default = match self.forge.kind {
            ForgeKind::Github => "https://api.github.com",
            ForgeKind::Gitlab => "https://gitlab.com/api/v4",
            ForgeKind::Forgejo => "https://codeberg.org/api/v1",
        };
        self.forge.api.as_deref().unwrap_or(default).trim_end_matches('/').to_owned()
    }

    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    pub fn lock(&self) -> PathBuf {
        self.folder.join("repos.lock.jsonl")
    }

    pub fn changes(&self) -> PathBuf {
        self.folder.join("changes")
    }

    pub fn rows(&self) -> PathBuf {
        self.folder.join("rows")
    }

    pub fn store(&self) -> PathBuf {
        self.folder.join("campaign.db")
    }

    /// Where the writes of an identity are counted when the store is a file: one place for all campaigns of a user, beside
    /// campaign.toml for who has no home.
    pub fn bucket(&self, variable: &dyn Fn(&str) -> Option<OsString>) -> PathBuf {
        let named = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let state = named("XDG_STATE_HOME").or_else(|| Some(named("HOME")?.join(".local/state")));
        state.map_or_else(|| self.folder.clone(), |state| state.join("unspool")).join("pace.db")
    }

    pub fn work(&self) -> PathBuf {
        self.folder.join(self.limits.work.as_deref().unwrap_or(Path::new("work")))
    }

    /// `{name}` in the title by what `values` has.
    pub fn title(&self, values: &BTreeMap<&str, String>) -> String {
        values.iter().fold(self.change.title.clone(), |title, (name, value)| {
            title.replace(&format!("{{{name}}}"), value)
        })
    }
}

#[cfg(test)]
mod tests;
