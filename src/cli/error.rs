//! Everything that can go wrong with a whole run, in words for the person at the terminal. What goes wrong
//! with one file is a [`unspool_engine::driver::Problem`]: the run goes on.

use std::io;
use std::path::{Path, PathBuf};

use unspool_verify::VerifyError;

use super::report::shown;

/// Exit status of wrong usage, as clap has it.
pub const USAGE: u8 = 2;

/// Exit status of work that failed.
const FAILED: u8 = 3;

/// What is wrong with a configuration file, or with another file that people edit.
#[derive(Clone, Debug)]
pub struct ConfigError {
    pub path: PathBuf,
    /// From 1.
    pub line: Option<usize>,
    pub message: String,
    pub help: Option<String>,
}

impl ConfigError {
    pub fn new(path: &Path, line: Option<usize>, message: impl Into<String>, help: Option<String>) -> Self {
        ConfigError { path: path.to_owned(), line, message: message.into(), help }
    }

    fn title(&self) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        let path = shown(self.path.strip_prefix(here).unwrap_or(&self.path)).to_string();
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{path}{line}: {}", self.message)
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Error::Config(error)
    }
}

#[derive(Debug)]
pub enum Error {
    /// A configuration file, a decisions file or a baseline does not say what it should.
    Config(ConfigError),
    /// `--diff-base` has nothing to compare with; what, and what to do.
    DiffBase { message: String, help: String },
    /// Git does not do what `--commit` needs; what, and what to do.
    Git { message: String, help: String },
    /// `review` with something else than a person at a terminal.
    ReviewWithoutTerminal,
    /// The terminal could not be used.
    Screen(io::Error),
    /// `fix --format` with files to write.
    FormatWithoutDryRun,
    /// A path that was named cannot be looked at.
    Unreadable { path: PathBuf, error: io::Error },
    /// No decision is meant by this.
    NoDecision { given: String },
    /// There is nothing to reject; why.
    NothingToReject { what: String, why: String },
    /// A file of `--output` or `--write-baseline`, or the decisions file, could not be written.
    Output { path: PathBuf, error: io::Error },
    /// `--select` and its like name what does not exist.
    UnknownSelector { given: String, like: Option<String> },
    /// They name a transform that is planned.
    Planned { id: String },
    /// `--target-version` is no version that is understood.
    TargetVersion { given: String, lowest: String, latest: String },
    /// `--helpers-module` is no dotted name.
    HelpersModule { given: String },
    /// `--exclude` is no glob; why.
    Exclude(String),
    /// `-` stands among paths.
    StdinAmongPaths,
    /// `--stdin-filename` without `-`.
    FilenameWithoutStdin { path: PathBuf },
    /// `explain` was given neither an id nor `FILE:LINE`.
    NothingToExplain { given: String, like: Option<String>, is_file: bool },
    /// `--verify` without files.
    VerifyStdin,
    /// A file that is to be rewritten lies outside of the repository in which the command would run.
    VerifyOutside { path: PathBuf, root: PathBuf },
    /// The command would run in a copy of a home folder, or of everything.
    VerifyEverything { folder: PathBuf },
    /// Nothing could be verified.
    Verify(VerifyError),
    /// A campaign has ended early.
    Campaign(unspool_campaign::Error),
    /// Standard input could not be read.
    Stdin(io::Error),
    /// Standard output could not be written.
    Stdout(io::Error),
}

impl From<unspool_campaign::Error> for Error {
    fn from(error: unspool_campaign::Error) -> Self {
        Error::Campaign(error)
    }
}

impl From<unspool_campaign::forge::Trouble> for Error {
    fn from(trouble: unspool_campaign::forge::Trouble) -> Self {
        Error::Campaign(trouble.into())
    }
}

impl Error {
    /// What happened.
    pub fn title(&self) -> String {
        match self {
            Error::UnknownSelector { given, .. } => {
                format!("there is no transform or group named `{given}`")
            }
            Error::Planned { id } => format!("the transform `{id}` is planned, but not built yet"),
            Error::TargetVersion { given, .. } => {
                format!("`{given}` is no Python version that unspool knows")
            }
            Error::HelpersModule { given } => format!("`{given}` is no name of a module"),
            Error::Config(error) => error.title(),
            Error::DiffBase { message, .. } | Error::Git { message, .. } => message.clone(),
            Error::ReviewWithoutTerminal => "`unspool review` needs a terminal and files".into(),
            Error::Screen(error) => format!("the terminal could not be used: {error}; nothing was written"),
            Error::FormatWithoutDryRun => {
                "`--format` needs `--dry-run`: without it the files are the output".into()
            }
            Error::Unreadable { path, error } => format!("{}: {error}", shown(path)),
            Error::NoDecision { given } => format!("no decision has `{given}` in its identity"),
            Error::NothingToReject { what, why } => format!("{what}: nothing to reject: {why}"),
            Error::Output { path, error } => format!("{} could not be written: {error}", shown(path)),
            Error::Exclude(why) => why.clone(),
            Error::StdinAmongPaths => "`-` (standard input) cannot be combined with other paths".into(),
            Error::FilenameWithoutStdin { path } => {
                format!("`--stdin-filename {}` needs `-` as the path", path.display())
            }
            Error::NothingToExplain { given, .. } => {
                format!("`{given}` is neither the id of a transform nor FILE:LINE")
            }
            Error::VerifyStdin => "`--verify` needs files: a command cannot test standard input".into(),
            Error::VerifyOutside { path, root } => format!(
                "{} cannot be verified: the command would run in a copy of {}",
                path.display(),
                root.display()
            ),
            Error::VerifyEverything { folder } => {
                format!("there is no repository around {}, all of which would be copied", folder.display())
            }
            Error::Verify(error) => verify_title(error),
            Error::Campaign(error) => error.to_string(),
            Error::Stdin(error) => format!("standard input could not be read: {error}"),
            Error::Stdout(error) => format!("standard output could not be written: {error}"),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Error::UnknownSelector { like: Some(like), .. } => Some(format!("did you mean `{like}`?")),
            Error::UnknownSelector { like: None, .. } | Error::Planned { .. } => {
                Some("`unspool list` shows the transforms and their groups; ALL means every one".into())
            }
            Error::TargetVersion { lowest, latest, .. } => {
                Some(format!("write it as 3.9 or py39; versions from {lowest} to {latest} are known"))
            }
            Error::HelpersModule { .. } => {
                Some("write it as an import would: `pkg.validators`".into())
            }
            Error::Config(error) => Some(error.help.clone().unwrap_or_else(|| {
                "`unspool config --schema` and docs/configuration.md say what a setting may be; nothing was done"
                    .into()
            })),
            Error::DiffBase { help, .. } | Error::Git { help, .. } => Some(help.clone()),
            Error::ReviewWithoutTerminal => {
                Some("`unspool fix --dry-run` prints a diff, `--output html:FILE` writes a page to read".into())
            }
            Error::Screen(_) => {
                Some("`unspool fix --dry-run` shows the rewrites without a screen, `unspool fix` applies them".into())
            }
            Error::FormatWithoutDryRun => {
                Some("add `--dry-run`, or write the report to a file with `--output FORMAT:FILE`".into())
            }
            Error::Unreadable { .. } => {
                Some("name a file or folder that is there and may be read; nothing was done".into())
            }
            Error::Output { .. } => {
                Some("name a file in a folder that is there and may be written to; what was written before stays".into())
            }
            Error::NoDecision { .. } => Some("`unspool decisions` lists them".into()),
            Error::NothingToReject { .. } => {
                Some("`unspool check` lists the sites that can be rejected, `unspool explain FILE:LINE` the others".into())
            }
            Error::Exclude(_) => {
                Some("write it as a line of .gitignore: `build/`, `*_pb2.py`, `/docs/**/conf.py`".into())
            }
            Error::StdinAmongPaths => Some("run unspool twice, once with `-`".into()),
            Error::FilenameWithoutStdin { .. } => {
                Some("`unspool fix --stdin-filename app.py -` rewrites standard input".into())
            }
            Error::NothingToExplain { given, is_file: true, .. } => {
                Some(format!("add the line: `unspool explain {given}:1`"))
            }
            Error::NothingToExplain { like: Some(like), .. } => Some(format!("did you mean `{like}`?")),
            Error::NothingToExplain { .. } => Some("`unspool list` shows the transforms".into()),
            Error::VerifyStdin => Some("name files or folders, or leave `--verify` out".into()),
            Error::VerifyOutside { .. } => {
                Some("go to the repository of that file and run unspool there".into())
            }
            Error::VerifyEverything { .. } => {
                Some("go to the folder of the project, or make it one with `git init`".into())
            }
            Error::Verify(error) => Some(verify_help(error).to_owned() + "; no file was changed"),
            Error::Campaign(unspool_campaign::Error::TryAgain(_) | unspool_campaign::Error::Lost(_)) => {
                Some("run the same command again later: it goes on where it was".into())
            }
            Error::Stdin(_) => Some("nothing was written; `unspool fix FILE` works on a file".into()),
            Error::Stdout(_) => {
                Some("the output is not complete; files that were rewritten stay so: `git diff` shows them".into())
            }
            Error::Campaign(unspool_campaign::Error::Config(_)) => {
                Some("mend that and run the same command again: it goes on where it was".into())
            }
            Error::Campaign(unspool_campaign::Error::Failed(_)) => Some(
                "what was done before is recorded: `unspool campaign status` shows it, and the same command goes on there"
                    .into(),
            ),
        }
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Error::UnknownSelector { .. }
            | Error::Planned { .. }
            | Error::TargetVersion { .. }
            | Error::HelpersModule { .. }
            | Error::Exclude(_)
            | Error::Config(_)
            | Error::FormatWithoutDryRun
            | Error::ReviewWithoutTerminal
            | Error::Unreadable { .. }
            | Error::NoDecision { .. }
            | Error::NothingToReject { .. }
            | Error::DiffBase { .. }
            | Error::Git { .. }
            | Error::StdinAmongPaths
            | Error::FilenameWithoutStdin { .. }
            | Error::NothingToExplain { .. }
            | Error::VerifyStdin
            | Error::VerifyOutside { .. }
            | Error::VerifyEverything { .. }
            | Error::Verify(VerifyError::CannotStart { .. } | VerifyError::NotFound { .. }) => USAGE,
            Error::Campaign(error) => error.exit_code(),
            Error::Verify(_)
            | Error::Stdin(_)
            | Error::Stdout(_)
            | Error::Output { .. }
            | Error::Screen(_) => FAILED,
        }
    }

    /// Whether the reader of our output went away (`unspool list | head -1`), which is success.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// How many lines of a command's output an error shows.
const OUTPUT_SHOWN: usize = 12;

/// What happened, with the end of what the command printed where that says why.
fn verify_title(error: &VerifyError) -> String {
    let mut title = error.to_string();
    if let VerifyError::BaselineFails { output, .. } = error {
        let lines: Vec<&str> = output.lines().filter(|line| !line.trim().is_empty()).collect();
        for line in &lines[lines.len().saturating_sub(OUTPUT_SHOWN)..] {
            let line: String = line.chars().filter(|char| !char.is_control()).collect();
            title += &format!("\n    | {line}");
        }
    }
    title
}

fn verify_help(error: &VerifyError) -> &'static str {
    match error {
        VerifyError::Copy { .. } | VerifyError::Scratch { .. } => {
            "the repository is copied to where temporary files go: TMPDIR says where, and what is ignored is copied, too"
        }
        VerifyError::CannotStart { .. } | VerifyError::NotFound { .. } => {
            "the command is a line for the shell: try it in this folder without unspool"
        }
        VerifyError::BaselineFails { .. } => {
            "what fails before cannot show what a rewrite breaks: give a command of which at least a part succeeds in a \
             copy of the repository"
        }
        VerifyError::BaselineTimeout { .. } => {
            "give it more time with `--verify-timeout SECONDS`, or less to do"
        }
        VerifyError::ImportsOriginal { .. } => {
            "the environment has the package installed from there in a way that cannot be redirected: reinstall it \
             with `pip install -e` of a recent setuptools, or let the command set PYTHONPATH to a relative folder"
        }
        VerifyError::Overwritten { .. } => {
            "give a command that leaves the files as they are: no formatter, no `git checkout`"
        }
        VerifyError::AllFlaky { .. } => {
            "all runs share one copy of the repository: perhaps the command needs what an earlier run of it removed"
        }
        VerifyError::Changed { .. } => "run unspool again when nobody edits",
        VerifyError::NotCopied { .. } => "leave it out with `--exclude`, or leave `--verify` out",
        VerifyError::Rewrites(_) => "run unspool again",
        VerifyError::Interrupted => "everything that the command started has ended",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// One of each.
    fn all() -> Vec<Error> {
        let io = || io::Error::other("why");
        let (text, path) = (String::new, || PathBuf::from("a.py"));
        let verify = vec![
            VerifyError::Copy { path: path(), error: io() },
            VerifyError::CannotStart { why: text() },
            VerifyError::NotFound { output: text() },
            VerifyError::BaselineFails { tests: 0, status: text(), output: text() },
            VerifyError::BaselineTimeout { limit: Duration::ZERO, unfinished: None },
            VerifyError::ImportsOriginal { files: vec![path()] },
            VerifyError::Overwritten { path: path() },
            VerifyError::AllFlaky { tests: 0 },
            VerifyError::Changed { path: path() },
            VerifyError::NotCopied { path: path() },
            VerifyError::Rewrites(text()),
            VerifyError::Scratch { path: path(), error: io() },
            VerifyError::Interrupted,
        ];
        let mut all = vec![
            Error::Config(ConfigError::new(&path(), Some(1), "why", None)),
            Error::DiffBase { message: text(), help: "do this".into() },
            Error::Git { message: text(), help: "do this".into() },
            Error::ReviewWithoutTerminal,
            Error::Screen(io()),
            Error::FormatWithoutDryRun,
            Error::Unreadable { path: path(), error: io() },
            Error::NoDecision { given: text() },
            Error::NothingToReject { what: text(), why: text() },
            Error::Output { path: path(), error: io() },
            Error::UnknownSelector { given: text(), like: None },
            Error::Planned { id: text() },
            Error::TargetVersion { given: text(), lowest: text(), latest: text() },
            Error::HelpersModule { given: text() },
            Error::Exclude(text()),
            Error::StdinAmongPaths,
            Error::FilenameWithoutStdin { path: path() },
            Error::NothingToExplain { given: text(), like: None, is_file: false },
            Error::VerifyStdin,
            Error::VerifyOutside { path: path(), root: path() },
            Error::VerifyEverything { folder: path() },
            Error::Campaign(unspool_campaign::Error::Config(text())),
            Error::Campaign(unspool_campaign::Error::Failed(text())),
            Error::Campaign(unspool_campaign::Error::TryAgain(text())),
            Error::Stdin(io()),
            Error::Stdout(io()),
        ];
        all.extend(verify.into_iter().map(Error::Verify));
        all
    }

    #[test]
    fn every_message_says_what_to_do() {
        for error in all() {
            assert!(error.help().is_some_and(|help| help.len() > 5), "{error:?}");
        }
    }

    #[test]
    fn messages_about_a_file_name_it() {
        for error in all() {
            let about_a_file = format!("{error:?}").contains("a.py");
            assert_eq!(error.title().contains("a.py"), about_a_file, "{error:?}: {}", error.title());
        }
    }
}
