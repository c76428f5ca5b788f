//! What is meant: arguments, looked up and checked.

use std::io::Read as _;
use std::path::PathBuf;

use unspool_engine::driver::{self, Choice, Job};
use unspool_engine::syntax::PythonVersion;
use unspool_engine::transform::{Profile, Target, Verdict};

use super::Error;
use super::args::{self, RunArgs, SettingsArgs};
use super::selection::Selection;

/// Where the sources come from.
#[derive(Debug)]
pub enum Input {
    /// The files and folders of the job.
    Paths,
    /// Standard input, under this name.
    Stdin { name: PathBuf, bytes: Vec<u8> },
}

/// What a command is to work on.
pub struct Config {
    pub input: Input,
    pub job: Job,
}

/// The name of standard input in messages, where the user gave none.
const STDIN_NAME: &str = "<stdin>";

impl Config {
    /// `apply` and `report` are as in [`Job`].
    pub fn new(args: RunArgs, apply: bool, report: fn(Verdict) -> bool) -> Result<Self, Error> {
        let RunArgs { paths, unsafe_fixes, selection, settings, exclude, stdin_filename, threads } = args;
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        let stdin = match (paths.iter().any(is_stdin), stdin_filename) {
            (true, _) if paths.len() > 1 => return Err(Error::StdinAmongPaths),
            (true, name) => Some(name.unwrap_or_else(|| STDIN_NAME.into())),
            (false, Some(path)) => return Err(Error::FilenameWithoutStdin { path }),
            (false, None) => None,
        };
        driver::check_excludes(&exclude).map_err(Error::Exclude)?;
        let Selection { on, off } = Selection::new(&selection, unspool_transforms::registry())?;
        let job = Job {
            paths,
            exclude,
            transforms: on,
            counted: off,
            unsafe_fixes,
            profile: profile(&settings),
            target: target(&settings)?,
            threads,
            apply,
            choice: Choice::All,
            report,
        };
        // Last: nobody should type a program only to hear that a flag is wrong.
        let input = match stdin {
            Some(name) => Input::Stdin { name, bytes: read_stdin()? },
            None => Input::Paths,
        };
        Ok(Config { input, job })
    }
}

fn read_stdin() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(Error::Stdin)?;
    Ok(bytes)
}

/// What `--profile` says.
pub fn profile(args: &SettingsArgs) -> Profile {
    match args.profile {
        args::Profile::Memory => Profile::Memory,
        args::Profile::Speed => Profile::Speed,
        args::Profile::All => Profile::All,
    }
}

/// What `--target-version` says.
pub fn target(args: &SettingsArgs) -> Result<Option<Target>, Error> {
    let stated = |version| Target { version, stated: true };
    args.target_version.as_deref().map(version).transpose().map(|version| version.map(stated))
}

/// `3.9` or `py39`.
fn version(given: &str) -> Result<PythonVersion, Error> {
    let text = given.trim();
    let parsed = match text.strip_prefix("py3") {
        Some(minor) => format!("3.{minor}").parse::<PythonVersion>(),
        None => text.parse::<PythonVersion>(),
    };
    let (lowest, latest) = (PythonVersion::lowest(), PythonVersion::latest());
    parsed.ok().filter(|version| (lowest..=latest).contains(version)).ok_or_else(|| Error::TargetVersion {
        given: given.to_owned(),
        lowest: lowest.to_string(),
        latest: latest.to_string(),
    })
}
