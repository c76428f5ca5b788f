//! What was typed behind `unspool campaign`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
Examples:
  unspool campaign init                     Write a commented campaign.toml
  unspool campaign repos                    Pin the repositories: repos.lock.jsonl
  unspool campaign plan                     Make change sets; needs no right to write
  unspool campaign show --html plan.html    Look at them
  unspool campaign show --accept all        Accept what is pending and not too big
  unspool campaign doctor                   Look for what stands in the way
  unspool campaign publish --limit 1        Open one pull request
  unspool campaign publish                  Open the others, wave by wave; run it again as often as you like
  unspool campaign status --html s.html     Where everything stands

Exit status: 0 settled; 2 something has to be changed first; 3 some repositories or units failed; 75 try again later.
See docs/campaigns.md.";

#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub struct CampaignArgs {
    /// The campaign
    #[arg(long, value_name = "FILE", default_value = "campaign.toml", global = true)]
    pub config: PathBuf,
    #[command(subcommand)]
    pub command: CampaignCommand,
}

#[derive(Subcommand, Debug)]
pub enum CampaignCommand {
    /// Write a commented campaign.toml
    Init,
    /// Find the repositories and pin their commits
    Repos,
    /// Make change sets from the pinned repositories
    Plan(PlanArgs),
    /// Look at the plan; accept and reject change sets
    Show(ShowArgs),
    /// Turn accepted change sets into branches and pull requests; look after those that are open
    Publish(PublishArgs),
    /// Where every unit stands, and why
    Status(StatusArgs),
    /// Take down what became of open pull requests; close what is no longer needed
    Sync(OnlyArgs),
    /// Merge what is open, unchanged and green
    Merge(MergeArgs),
    /// Close all open pull requests of the campaign, except those that people have worked on
    Close(CloseArgs),
    /// Plan the inverse of everything that was merged
    Revert,
    /// Look for what stands in the way: git, token, rights, three repositories
    Doctor,
}

#[derive(Args, Debug)]
pub struct PublishArgs {
    /// Only these repositories
    #[arg(value_name = "REPOSITORY")]
    pub only: Vec<String>,
    /// Open at most so many new pull requests
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Only say how much there is to do and how long it takes
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Owners, other than the identity itself, who agreed to get pull requests
    #[arg(long, value_name = "OWNER")]
    pub i_have_permission: Vec<String>,
    /// Open `repository:unit` again although a person closed it
    #[arg(long, value_name = "UNIT")]
    pub reopen: Vec<String>,
}

#[derive(Args, Debug)]
pub struct StatusArgs {
    /// As JSON
    #[arg(long, conflicts_with = "html")]
    pub json: bool,
    /// Write it as a page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct OnlyArgs {
    /// Only these repositories
    #[arg(value_name = "REPOSITORY")]
    pub only: Vec<String>,
}

#[derive(Args, Debug)]
pub struct MergeArgs {
    /// Only what has checks, all of which are green: there is no other way, and the flag says so
    #[arg(long, required = true)]
    pub when_green: bool,
    /// Only these repositories
    #[arg(value_name = "REPOSITORY")]
    pub only: Vec<String>,
}

#[derive(Args, Debug)]
pub struct CloseArgs {
    /// Why, for the people who see it
    #[arg(long, value_name = "TEXT", default_value = "the campaign has ended.")]
    pub reason: String,
    /// Only these repositories
    #[arg(value_name = "REPOSITORY")]
    pub only: Vec<String>,
}

#[derive(Args, Debug)]
pub struct PlanArgs {
    /// Only these repositories
    #[arg(value_name = "REPOSITORY")]
    pub only: Vec<String>,
    /// Only a part: `0/4` is the first of four, `auto` reads the environment of Kubernetes, GitLab, Slurm, AWS Batch or Buildkite
    #[arg(long, value_name = "I/N")]
    pub shard: Option<String>,
    /// Also what has been planned before
    #[arg(long)]
    pub again: bool,
    /// The second step of a plan that verifies: clones are there, and no secret is
    #[arg(long, hide = true)]
    pub offline: bool,
}

#[derive(Args, Debug)]
pub struct ShowArgs {
    /// A repository, `repository:unit` or the beginning of a change set's id: shows reasons and patch
    #[arg(value_name = "WHAT")]
    pub what: Option<String>,
    /// Accept what these name; `all`: everything that is pending and not too big
    #[arg(long, value_name = "WHAT")]
    pub accept: Vec<String>,
    /// Reject what these name
    #[arg(long, value_name = "WHAT")]
    pub reject: Vec<String>,
    /// Forget what was decided about these
    #[arg(long, value_name = "WHAT")]
    pub undecide: Vec<String>,
    /// Why, for those who ask later
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub note: String,
    /// Write the plan as a page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// A program under limits: see `unspool_campaign::child`.
#[derive(Args, Debug)]
pub struct ChildArgs {
    /// MiB of address space
    pub memory: u64,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    pub argv: Vec<OsString>,
}
