//! `unspool campaign`: wires the campaign layer to the terminal, the environment and this program as its engine.

pub mod args;
mod plan;
mod publish;
mod show;
mod status;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unspool_campaign::child::{self, Launcher};
use unspool_campaign::config::{self, Config, Credentials, TEMPLATE};
use unspool_campaign::forge::{Connect, Forge, Gate, NoWrites};
use unspool_campaign::git::Git;
use unspool_campaign::store::{Address, Postgres, Sqlite, Store};
use unspool_campaign::time::SystemClock;

use super::terminal::Terminal;
use super::{Error, Status};
use args::{CampaignArgs, CampaignCommand};

/// The exit status of a child that could not be started, as shells have it.
pub const CANNOT_START: u8 = 127;

type CampaignError = unspool_campaign::Error;

pub fn run(args: CampaignArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let CampaignArgs { config: path, command } = args;
    if let CampaignCommand::Init = command {
        return init(&path, terminal);
    }
    let config = Config::read(&path)?;
    match command {
        CampaignCommand::Init => Ok(Status::Done),
        CampaignCommand::Repos => plan::repos(&config, terminal),
        CampaignCommand::Plan(args) => plan::plan(&config, args, terminal),
        CampaignCommand::Show(args) => show::run(&config, args, terminal),
        CampaignCommand::Publish(args) => publish::publish(&config, args, terminal),
        CampaignCommand::Status(args) => status::status(&config, args, terminal),
        CampaignCommand::Sync(args) => publish::sync(&config, args, terminal),
        CampaignCommand::Merge(args) => publish::merge(&config, args, terminal),
        CampaignCommand::Close(args) => publish::close(&config, args, terminal),
        CampaignCommand::Revert => publish::revert(&config, terminal),
        CampaignCommand::Doctor => status::doctor(&config, terminal),
    }
}

fn init(path: &Path, terminal: &mut Terminal) -> Result<Status, Error> {
    let cannot =
        |error: io::Error| CampaignError::Config(format!("{} cannot be written: {error}", path.display()));
    let mut file = std::fs::File::create_new(path).map_err(cannot)?;
    file.write_all(TEMPLATE.as_bytes()).map_err(cannot)?;
    terminal
        .note(format_args!("wrote {}: read it, fill it in, then `unspool campaign repos`", path.display()));
    Ok(Status::Done)
}

/// The store of the campaign, and with what it was reached: nothing, where it is a file.
fn open_store(config: &Config) -> Result<(Box<dyn Store>, Option<Address>), CampaignError> {
    Ok(match config::postgres(config)? {
        Some(address) => (Box::new(Postgres::open(&address)?), Some(address)),
        None => (Box::new(Sqlite::open(&config.store(), Arc::new(SystemClock))?), None),
    })
}

/// This program, as it puts other programs under limits.
fn launcher(program: &Path) -> Launcher {
    Launcher { prefix: vec![program.into(), "campaign-child".into()] }
}

fn own_program() -> Result<PathBuf, CampaignError> {
    child::own_program().map_err(|error| CampaignError::Failed(format!("this program is not found: {error}")))
}

/// A folder below `work` in which nothing is: the home of git and of the engine.
fn home(config: &Config) -> Result<PathBuf, CampaignError> {
    let home = config.work().join("home");
    std::fs::create_dir_all(&home).map_err(|error| CampaignError::io("making", &home, &error))?;
    Ok(home)
}

fn git(config: &Config, forge: Option<&dyn Forge>) -> Result<Git, CampaignError> {
    let mut git =
        Git::new(launcher(&own_program()?), home(config)?, config.limits.time, config.limits.memory);
    if config.forge.insecure {
        git.protocols = "https:http".into();
    }
    git.ca = config.forge.ca.as_deref().map(|path| config.path(path));
    git.version()?;
    if let Some(forge) = forge {
        git.credential = forge.credential()?;
    }
    Ok(git)
}

fn connect(
    config: &Config,
    credentials: Credentials,
    gate: Arc<dyn Gate>,
    verbose: bool,
) -> Result<Box<dyn Forge>, CampaignError> {
    let trace = move |line: &str| {
        if verbose {
            eprintln!("{line}");
        }
    };
    Connect { config, credentials, gate, clock: Arc::new(SystemClock), trace: Arc::new(trace) }.open()
}

/// A connection that only reads; a token is used where there is one.
fn reader(config: &Config, terminal: &Terminal) -> Result<Box<dyn Forge>, CampaignError> {
    connect(config, config::credentials(config, false)?, Arc::new(NoWrites), terminal.verbose)
}

/// What a process without secrets may have in its environment besides what verification allows.
const WITHOUT_SECRETS: [&str; 10] =
    ["PATH", "HOME", "LANG", "LC_ALL", "TERM", "TMPDIR", "NO_COLOR", "CLICOLOR", "COLUMNS", "RUST_BACKTRACE"];

/// Becomes this program again with `more` arguments, in an environment without secrets: what ran so far cannot be found in
/// it, nor in `/proc`. Comes back only with an error.
fn become_without_secrets(config: &Config, more: &str) -> CampaignError {
    let mut allowed = child::allowed(&WITHOUT_SECRETS);
    allowed.extend(config.verify.iter().flat_map(|verify| child::allowed(&verify.environment)));
    let program = match own_program() {
        Ok(program) => program,
        Err(error) => return error,
    };
    let arguments: Vec<OsString> = std::env::args_os().skip(1).chain([more.into()]).collect();
    let error = std::process::Command::new(program).args(arguments).env_clear().envs(allowed).exec();
    CampaignError::Failed(format!("this program cannot be started again: {error}"))
}
