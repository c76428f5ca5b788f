//! What was typed. Nothing is looked up here: [`super::config`] gives it its meaning.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use super::campaign::args::{CampaignArgs, ChildArgs};

const ABOUT: &str = "Rewrites Python to lazy, managed, asynchronous idioms, and proves each rewrite";

const LONG_ABOUT: &str = "\
Rewrites Python to lazy, managed, asynchronous idioms, and proves each rewrite.

Every place that could be rewritten is decided by obligations: statements that must hold for the program to \
behave as before. Where all are proved the rewrite is safe and applied. Where some could only be assumed it is \
unsafe: shown, and applied with --unsafe-fixes. Where one is refuted nothing is ever applied, and \
`unspool explain FILE:LINE` says what stands against it.";

const EXAMPLES: &str = "\
Examples:
  unspool fix --dry-run              Show what would be rewritten below this folder, as a diff
  unspool fix src tests              Rewrite the files in these folders
  unspool check --refusals app.py    List every site in a file with its verdict and the reason
  unspool explain app.py:12          Say how each obligation on line 12 came out
  unspool explain list-to-genexpr    Read about a transform
  unspool list                       See which transforms there are

Exit status:
  0  done
  1  `check` found rewrites, or `fix --exit-code` has a diff
  2  wrong usage or configuration
  3  some file could not be processed, or an internal check failed
  130  interrupted";

const FIX_EXAMPLES: &str = "\
Examples:
  unspool fix --dry-run                       Print a diff, write nothing
  unspool fix --dry-run | git apply           The same as `unspool fix`
  unspool fix --select resources src          Only the transforms of one group
  unspool fix --ignore loop-to-yield-from     All but one
  unspool fix --unsafe-fixes --dry-run lib    Also what rests on an assumption
  unspool fix --verify 'pytest -q'            Only what leaves the tests as they are
  unspool fix - < app.py > new.py             Rewrite standard input

Exit status: 0 done; 1 with --exit-code where there is a diff; 2 wrong usage; 3 some file could not be processed.";

const CHECK_EXAMPLES: &str = "\
Examples:
  unspool check                               What could be rewritten below this folder
  unspool check --refusals src/app.py         Also what is refused, and why
  unspool check --select ALL --profile all    Everything that any transform has a verdict for
  unspool check --format json > report.json   For programs: every obligation of every site

Exit status: 0 nothing to rewrite; 1 `unspool fix` with the same flags would rewrite; 2 wrong usage; \
3 some file could not be processed.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  unspool explain try-finally-to-with    What it rewrites, why, and what it refuses
  unspool explain src/app.py:12          Why the sites on line 12 are safe, unsafe or refused";

#[derive(Parser, Debug)]
#[command(name = "unspool", version, about = ABOUT, long_about = LONG_ABOUT, after_long_help = EXAMPLES)]
#[command(disable_help_subcommand = true, max_term_width = 110)]
pub struct Args {
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Rewrite files in place, or show the diff with --dry-run
    #[command(after_long_help = FIX_EXAMPLES)]
    Fix(FixArgs),
    /// List every site with its verdict and reasons; write nothing
    #[command(after_long_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Explain a transform, or the verdicts on a line of a file
    #[command(after_long_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Show the transforms
    List(ListArgs),
    /// Migrate many repositories: plan, review, pull requests in waves
    Campaign(CampaignArgs),
    /// A child process of a campaign, under limits
    #[command(hide = true)]
    CampaignChild(ChildArgs),
    /// The process that runs the command of `fix --verify` and cleans up behind it
    #[command(hide = true)]
    VerifyGuard { scratch: PathBuf },
}

/// How to talk. Accepted before and behind the command.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Also say what happens to each file
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// When to use colours [default: auto: on a terminal, unless NO_COLOR or CLICOLOR=0 is set]
    #[arg(long, global = true, value_name = "WHEN", value_enum, hide_possible_values = false)]
    pub color: Option<When>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(clap::Args, Debug)]
pub struct FixArgs {
    /// Write nothing; print a unified diff that `git apply` and `patch -p1` accept
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Exit with status 1 where there is a difference, as `git diff --exit-code` does
    #[arg(long)]
    pub exit_code: bool,
    #[command(flatten)]
    pub verify: VerifyArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// How rewrites are put to the test.
#[derive(clap::Args, Debug)]
pub struct VerifyArgs {
    /// Run this before and after, in a copy of the repository, and drop the rewrites that break it
    ///
    /// A line for the shell, run where you are, such as 'pytest -q'. It executes the code of the repository, with your
    /// rights. Tests of pytest and unittest are compared one by one, anything else by its exit status. What failed before does
    /// not count, nor do tests that come out by chance. See docs/verify.md.
    #[arg(long, value_name = "COMMAND", help_heading = "Verification")]
    pub verify: Option<String>,
    /// End each run of the command after so many seconds [default: an hour without rewrites; with them three times what
    /// it took without, and 30 s]
    #[arg(long, value_name = "SECONDS", help_heading = "Verification", requires = "verify")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub verify_timeout: Option<u64>,
}

#[derive(clap::Args, Debug)]
pub struct CheckArgs {
    /// Also list the sites that are refused, and those that are not worth rewriting under the profile
    #[arg(long)]
    pub refusals: bool,
    /// Text for people, or JSON with every obligation (docs/json.md)
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// What to look at, and what for.
#[derive(clap::Args, Debug)]
pub struct RunArgs {
    /// Files and folders [default: the current folder]; `-` reads standard input
    #[arg(value_name = "PATHS", default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    /// Also apply rewrites that rest on an assumption
    #[arg(long, help_heading = "What to rewrite")]
    pub unsafe_fixes: bool,
    #[command(flatten)]
    pub selection: SelectionArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Leave out files and folders that match, as a line of .gitignore would; may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Where")]
    pub exclude: Vec<String>,
    /// The path that standard input stands for, in messages and diffs
    #[arg(long, value_name = "PATH", help_heading = "Where")]
    pub stdin_filename: Option<PathBuf>,
    /// Worker threads; 0 means one per core. The result is the same for any number
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
}

#[derive(clap::Args, Debug, Default)]
#[command(next_help_heading = "What to rewrite")]
pub struct SelectionArgs {
    /// Run these transforms instead of the default ones: ids, groups (lazy, resources, async, classes, state) or ALL
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub select: Option<Vec<String>>,
    /// Run these, too
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub extend_select: Vec<String>,
    /// Run all but these
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub ignore: Vec<String>,
}

/// What changes the verdicts.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "What to rewrite")]
pub struct SettingsArgs {
    /// Which safe rewrites are worth it
    #[arg(long, value_enum, default_value_t = Profile::Memory)]
    pub profile: Profile,
    /// The oldest Python that the code must run on, such as 3.9 [default: requires-python of the project, else 3.9]
    #[arg(long, value_name = "VERSION")]
    pub target_version: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Profile {
    /// What lets elements go, so that memory shrinks
    Memory,
    /// Only what is also faster
    Speed,
    /// Everything that is safe
    All,
}

#[derive(clap::Args, Debug)]
pub struct ExplainArgs {
    /// The id of a transform, or FILE:LINE
    #[arg(value_name = "ID or FILE:LINE")]
    pub what: OsString,
    #[command(flatten)]
    pub settings: SettingsArgs,
}

#[derive(clap::Args, Debug)]
pub struct ListArgs {
    /// One line per transform, or the anti-patterns and the review checklist with the transforms that answer them
    #[arg(long, value_enum, default_value_t = By::Transform)]
    pub by: By,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum By {
    Transform,
    Idiom,
}
