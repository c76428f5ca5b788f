//! What was typed. Nothing is looked up here: [`super::config`] gives it its meaning.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::decisions::baseline;
use super::report::output::{Destination, Format};

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
  unspool review                     Go through the rewrites one by one
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
  unspool fix --commit                        One git commit for each transform
  unspool fix --verify 'pytest -q'            Only what leaves the tests as they are
  unspool fix - < app.py > new.py             Rewrite standard input

Exit status: 0 done; 1 with --exit-code where there is a diff; 2 wrong usage; 3 some file could not be processed.";

const CHECK_EXAMPLES: &str = "\
Examples:
  unspool check                               What could be rewritten below this folder
  unspool check --refusals src/app.py         Also what is refused, and why
  unspool check --select ALL --profile all    Everything that any transform has a verdict for
  unspool check --format json > report.json   For programs: every obligation of every site
  unspool check --output sarif:out.sarif --output html:out.html   Several reports at once
  unspool check --statistics --select ALL     Numbers and the most frequent reasons
  unspool check --diff-base origin/main       Only what a branch changed

Exit status: 0 nothing to rewrite; 1 `unspool fix` with the same flags would rewrite; 2 wrong usage; \
3 some file could not be processed.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  unspool explain try-finally-to-with    What it rewrites, why, and what it refuses
  unspool explain src/app.py:12          Why the sites on line 12 are safe, unsafe or refused";

const REVIEW_EXAMPLES: &str = "\
Examples:
  unspool review                          Go through all safe rewrites below this folder
  unspool review --unsafe-fixes src       Also through what rests on an assumption
  unspool review --diff-base main         Only through what a branch changed

Keys: y accept, n reject and remember, r reject and say why, s skip, a accept all of this transform, f skip file, \
e edit in $EDITOR, b back, q finish, ? help. Nothing is written before the end.";

const CONFIG_EXAMPLES: &str = "\
Examples:
  unspool config                  The settings for this folder
  unspool config src/app.py       Those for a file, with its per-file-ignores
  unspool config --schema         For editors that complete and check TOML

docs/configuration.md describes every setting.";

const DECISIONS_EXAMPLES: &str = "\
Examples:
  unspool decisions                                             What was rejected, and why
  unspool decisions reject app.py:12 --reason 'hot path'        Never propose it again
  unspool decisions explain 4f1c                                Where it is now, and its obligations
  unspool decisions forget 4f1c                                 Propose it again
  unspool decisions --prune                                     Forget what is not there any more

Decisions are kept in unspool-decisions.toml at the root of the repository: commit it.";

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
    /// Decide each rewrite by yourself, on the terminal
    #[command(after_long_help = REVIEW_EXAMPLES)]
    Review(ReviewArgs),
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
    /// Show the settings in force and where they come from
    #[command(after_long_help = CONFIG_EXAMPLES)]
    Config(ShowConfigArgs),
    /// List, explain or forget rejected rewrites
    #[command(after_long_help = DECISIONS_EXAMPLES)]
    Decisions(DecisionsArgs),
    /// Print a script that makes a shell complete commands and flags
    Completions { shell: Shell },
    /// Write man pages into a folder
    Man {
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
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
    /// Make one git commit for each transform; needs a clean tree
    #[arg(long, conflicts_with_all = ["dry_run", "verify", "output", "statistics", "format"])]
    pub commit: bool,
    /// Exit with status 1 where there is a difference, as `git diff --exit-code` does
    #[arg(long)]
    pub exit_code: bool,
    #[command(flatten)]
    pub report: ReportArgs,
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
    #[command(flatten)]
    pub report: ReportArgs,
    /// Report only what is not in this file [default file: unspool-baseline.txt]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, help_heading = "Baseline")]
    #[arg(default_missing_value = baseline::FILE_NAME)]
    pub baseline: Option<PathBuf>,
    /// Write what there is now to this file, to be left alone by --baseline from then on
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, help_heading = "Baseline")]
    #[arg(default_missing_value = baseline::FILE_NAME, conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
    #[command(flatten)]
    pub run: RunArgs,
}

/// In which formats to report.
#[derive(clap::Args, Debug)]
pub struct ReportArgs {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, help_heading = "Report")]
    pub format: Format,
    /// Also write a report to a file, such as `sarif:unspool.sarif`; may be repeated
    #[arg(long, value_name = "FORMAT:FILE", help_heading = "Report")]
    pub output: Vec<Destination>,
    /// Show numbers instead of sites: each transform's sites by verdict, and the most frequent reasons
    #[arg(long, help_heading = "Report")]
    pub statistics: bool,
}

/// What to look at, and what for.
#[derive(clap::Args, Debug, Clone)]
pub struct RunArgs {
    /// Files and folders [default: the current folder]; `-` reads standard input
    #[arg(value_name = "PATHS", default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    /// Also apply rewrites that rest on an assumption
    #[arg(long, help_heading = "What to rewrite", overrides_with = "no_unsafe_fixes")]
    pub unsafe_fixes: bool,
    /// Do not, although the configuration says so
    #[arg(long, help_heading = "What to rewrite", overrides_with = "unsafe_fixes")]
    pub no_unsafe_fixes: bool,
    #[command(flatten)]
    pub selection: SelectionArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Rewrite only what changed since this git revision: `origin/main` in a pull request
    #[arg(long, value_name = "REVISION", help_heading = "What to rewrite")]
    pub diff_base: Option<String>,
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Leave out files and folders that match, as a line of .gitignore would; may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Where")]
    pub exclude: Vec<String>,
    /// The path that standard input stands for, in messages and diffs
    #[arg(long, value_name = "PATH", help_heading = "Where")]
    pub stdin_filename: Option<PathBuf>,
    /// Worker threads; 0 means one per core. The result is the same for any number
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, help_heading = "Where")]
    pub threads: usize,
}

#[derive(clap::Args, Debug, Clone, Default)]
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

/// Where settings come from.
#[derive(clap::Args, Debug, Clone, Default)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// Take the settings for all files from here [default: for each file the nearest unspool.toml, or pyproject.toml
    /// with a table `tool.unspool`]
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Take no settings from files
    #[arg(long)]
    pub isolated: bool,
}

/// What changes the verdicts.
#[derive(clap::Args, Debug, Clone, Default)]
#[command(next_help_heading = "What to rewrite")]
pub struct SettingsArgs {
    /// Which safe rewrites are worth it [default: memory]
    #[arg(long, value_enum)]
    pub profile: Option<Profile>,
    /// The oldest Python that the code must run on, such as 3.9 [default: requires-python of the project, else 3.9]
    #[arg(long, value_name = "VERSION")]
    pub target_version: Option<String>,
    /// Put descriptors, factories and decorators that rewrites generate into this module of the repository, which is
    /// made if it is not there [default: each file gets its own]
    #[arg(long, value_name = "MODULE")]
    pub helpers_module: Option<String>,
    /// Await together by `asyncio.TaskGroup`, where the target is 3.11 or newer, and not by `gather`
    #[arg(long)]
    pub task_groups: bool,
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
pub struct ReviewArgs {
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(clap::Args, Debug)]
pub struct ExplainArgs {
    /// The id of a transform, or FILE:LINE
    #[arg(value_name = "ID or FILE:LINE")]
    pub what: OsString,
    #[command(flatten)]
    pub settings: SettingsArgs,
    #[command(flatten)]
    pub config: ConfigArgs,
}

#[derive(clap::Args, Debug)]
pub struct ListArgs {
    /// One line per transform, or the anti-patterns and the review checklist with the transforms that answer them
    #[arg(long, value_enum, default_value_t = By::Transform)]
    pub by: By,
}

#[derive(clap::Args, Debug)]
pub struct ShowConfigArgs {
    /// The file or folder that the settings are for [default: the current folder]
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub path: PathBuf,
    /// Print the JSON Schema of the settings instead
    #[arg(long)]
    pub schema: bool,
    #[command(flatten)]
    pub config: ConfigArgs,
}

#[derive(clap::Args, Debug)]
pub struct DecisionsArgs {
    #[command(subcommand)]
    pub action: Option<DecisionsAction>,
    /// Forget the decisions whose code is not there any more
    #[arg(long)]
    pub prune: bool,
}

#[derive(Subcommand, Debug)]
pub enum DecisionsAction {
    /// List the rejected rewrites (also without a command)
    List,
    /// Show where rejected code is now, with every obligation of its rewrite
    Explain {
        /// An identity, its fingerprint or another part of it
        #[arg(value_name = "ID")]
        what: String,
    },
    /// Reject the rewrites of a line
    Reject {
        /// FILE:LINE
        #[arg(value_name = "FILE:LINE")]
        what: OsString,
        /// Only this transform, where the line has several sites
        #[arg(long, value_name = "ID")]
        transform: Option<String>,
        /// Why, for whoever reads the file
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        reason: String,
    },
    /// Forget decisions, so that the rewrites are proposed again
    Forget {
        /// Identities, fingerprints or other parts of them; ALL for every one
        #[arg(value_name = "ID", required = true)]
        what: Vec<String>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum By {
    Transform,
    Idiom,
}
