//! What is meant: arguments and configuration files, looked up and checked.

pub mod file;
mod nearest;
pub mod rules;
pub mod said;
pub mod settings;

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use unspool_engine::driver::{self, Choice, Job};
use unspool_engine::transform::{Profile, Target, Verdict};

use super::Error;
use super::args::{self, ConfigArgs, RunArgs, SettingsArgs};
use super::decisions::baseline;
use super::helpers::module_name;
use super::selection::Typed;
use super::version::version;
pub use nearest::Sources;
use rules::{Overrides, Rules};

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
    /// The policy of the job.
    pub rules: Arc<Rules>,
}

/// The name of standard input in messages, where the user gave none.
const STDIN_NAME: &str = "<stdin>";

/// How a command uses its job.
pub struct Use {
    /// As in [`Job::apply`].
    pub apply: bool,
    /// As in [`Job::report`].
    pub report: fn(Verdict) -> bool,
    /// Whether what is off is counted.
    pub counts: bool,
    /// As in [`Job::shows_changes`].
    pub shows_changes: bool,
    /// A baseline that holds.
    pub baseline: Option<PathBuf>,
}

impl Config {
    pub fn new(args: RunArgs, how: Use) -> Result<Self, Error> {
        Config::limited(args, how, None)
    }

    fn limited(args: RunArgs, how: Use, only: Option<&'static str>) -> Result<Self, Error> {
        let RunArgs {
            paths,
            unsafe_fixes,
            no_unsafe_fixes,
            selection,
            settings,
            diff_base,
            config,
            exclude,
            stdin_filename,
            threads,
        } = args;
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        let stdin = match (paths.iter().any(is_stdin), stdin_filename) {
            (true, _) if paths.len() > 1 => return Err(Error::StdinAmongPaths),
            (true, name) => Some(name.unwrap_or_else(|| STDIN_NAME.into())),
            (false, Some(path)) => return Err(Error::FilenameWithoutStdin { path }),
            (false, None) => None,
        };
        if diff_base.is_some() && stdin.is_some() {
            return Err(Error::DiffBase {
                message: "`--diff-base` needs files: git does not know standard input".into(),
                help: "name files or folders, or leave `--diff-base` out".into(),
            });
        }
        driver::check_excludes(&exclude).map_err(Error::Exclude)?;
        let overrides = Overrides {
            selection: Typed::new(&selection, unspool_transforms::registry())?,
            unsafe_fixes: if no_unsafe_fixes { Some(false) } else { unsafe_fixes.then_some(true) },
            counts: how.counts,
            only,
            diff_base,
            ..Overrides::of(&settings)?
        };
        let known = how.baseline.as_deref().map(baseline::load).transpose()?;
        let rules = Arc::new(Rules::new(sources(&config)?, overrides, known));
        let job = Job {
            exclude,
            threads,
            apply: how.apply,
            shows_changes: how.shows_changes,
            ..job(paths, &rules, how.report)
        };
        // Last: nobody should type a program only to hear that a flag is wrong.
        let input = match stdin {
            Some(name) => Input::Stdin { name, bytes: read_stdin()? },
            None => Input::Paths,
        };
        Ok(Config { input, job, rules })
    }

    /// The same for one of the transforms that run.
    pub fn of_transform(args: RunArgs, how: Use, id: &'static str) -> Result<Self, Error> {
        Config::limited(args, how, Some(id))
    }

    /// Every site of a file with every verdict.
    pub fn everything(path: PathBuf, settings: &SettingsArgs, config: &ConfigArgs) -> Result<Self, Error> {
        let overrides =
            Overrides { selection: Typed::everything(), everything: true, ..Overrides::of(settings)? };
        let rules = Arc::new(Rules::new(sources(config)?, overrides, None));
        Ok(Config { input: Input::Paths, job: job(vec![path], &rules, |_| true), rules })
    }
}

fn job(paths: Vec<PathBuf>, rules: &Arc<Rules>, report: fn(Verdict) -> bool) -> Job {
    Job {
        paths,
        exclude: Vec::new(),
        transforms: unspool_transforms::registry().to_vec(),
        counted: Vec::new(),
        unsafe_fixes: false,
        profile: Profile::default(),
        target: None,
        threads: 0,
        apply: false,
        choice: Choice::All,
        report,
        policy: Some(rules.clone()),
        shows_changes: false,
    }
}

/// Where the arguments say that settings come from.
pub fn sources(args: &ConfigArgs) -> Result<Sources, Error> {
    Ok(Sources::new(args.config.as_deref(), args.isolated)?)
}

impl Overrides {
    fn of(args: &SettingsArgs) -> Result<Self, Error> {
        let SettingsArgs { profile, target_version, helpers_module, task_groups } = args;
        let stated = |version| Target { version, stated: true };
        Ok(Overrides {
            profile: profile.map(|profile| match profile {
                args::Profile::Memory => Profile::Memory,
                args::Profile::Speed => Profile::Speed,
                args::Profile::All => Profile::All,
            }),
            target: target_version.as_deref().map(version).transpose()?.map(stated),
            helpers_module: helpers_module.as_deref().map(module_name).transpose()?,
            task_groups: task_groups.then_some(true),
            ..Overrides::default()
        })
    }
}

fn read_stdin() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(Error::Stdin)?;
    Ok(bytes)
}
