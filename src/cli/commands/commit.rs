//! `unspool fix --commit`: one git commit for each transform, so that each can be read, and reverted, by itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use unspool_engine::driver::{self, FileReport};
use unspool_engine::transform::{Meta, Verdict};

use super::{failed, recovered, work};
use crate::cli::args::RunArgs;
use crate::cli::config::{Config, Input, Use};
use crate::cli::git::{complaint, git};
use crate::cli::interrupt::Uninterrupted;
use crate::cli::report::{bare, plural, summary};
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status};

pub fn run(args: RunArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let root = clean_tree(&args.paths)?;
    let how = |counts| Use { apply: true, report: |_| false, counts, shows_changes: false, baseline: None };
    let config = Config::new(args.clone(), how(true))?;
    if matches!(config.input, Input::Stdin { .. }) {
        return Err(Error::Git {
            message: "`--commit` needs files".into(),
            help: "name files or folders".into(),
        });
    }
    if !recovered(&config, terminal) {
        return Ok(Status::Failed);
    }
    // What there is to do at all, and what is wrong with which file: said once.
    let whole = work(&config, terminal)?;
    let mut status = if failed(&whole.problems) { Status::Failed } else { Status::Done };
    let mut commits = 0;
    for (id, _) in &whole.counts[..whole.running.min(whole.counts.len())] {
        let config = Config::of_transform(args.clone(), how(false), id)?;
        let outcome = driver::run(&config.job, &super::Silent);
        if let Some(error) = config.rules.take_error() {
            return Err(error);
        }
        let uninterrupted = Uninterrupted::begin();
        let written = driver::write(&outcome.files, &|| uninterrupted.asked());
        terminal.problems(&written.problems);
        if failed(&written.problems) {
            status = Status::Failed;
        }
        let files: Vec<&FileReport> =
            outcome.files.iter().filter(|file| written.files.contains(&file.path)).collect();
        if !files.is_empty() {
            let mut metas = unspool_transforms::registry().iter().map(|transform| transform.meta());
            let meta = metas.find(|meta| meta.id == *id);
            commit(&root, id, &message(id, meta, &files), &files)?;
            commits += 1;
            terminal.note(format_args!("committed {id}: {}", summary::done(&files)));
        }
        if written.interrupted {
            terminal.warning(
                "interrupted: what is committed stays, the other transforms are not applied; run unspool again for them",
            );
            return Ok(Status::Interrupted);
        }
    }
    if commits == 0 {
        terminal.note(summary::report(&whole, &[], false));
    } else if let left @ [_, ..] = &summary::kept_back(&whole)[..] {
        terminal.note(left.join("\n"));
    }
    Ok(status)
}

/// The root of the working copy in which all paths lie, if nothing in it waits to be committed.
fn clean_tree(paths: &[PathBuf]) -> Result<PathBuf, Error> {
    let error = |message: String, help: &str| Error::Git { message, help: help.to_owned() };
    let run = |folder: &Path, args: &[&str]| {
        git(folder, args)
            .map_err(|why| error(format!("git could not be started: {why}"), "`--commit` commits with git"))
    };
    let mut root: Option<PathBuf> = None;
    for path in paths {
        let absolute =
            std::fs::canonicalize(path).map_err(|error| Error::Unreadable { path: path.clone(), error })?;
        let folder = if absolute.is_dir() { &*absolute } else { absolute.parent().unwrap_or(&absolute) };
        let output = run(folder, &["rev-parse", "--show-toplevel"])?;
        if !output.status.success() {
            return Err(error(
                format!("`--commit`: {}", complaint(&output)),
                "make it a repository with `git init`",
            ));
        }
        let top = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n'));
        if root.get_or_insert_with(|| top.clone()) != &top {
            return Err(error(
                "`--commit`: the paths lie in several repositories".into(),
                "run unspool once in each",
            ));
        }
    }
    let root = root.unwrap_or_default();
    let output = run(&root, &["status", "--porcelain"])?;
    if !output.status.success() {
        return Err(error(format!("`--commit`: {}", complaint(&output)), "git says why"));
    }
    match String::from_utf8_lossy(&output.stdout).lines().count() {
        0 => Ok(root),
        count => Err(error(
            format!("`--commit` needs a clean tree: {} not committed", plural(count, "path")),
            "commit or stash them first (`git status` lists them), so that the commits hold rewrites alone",
        )),
    }
}

fn commit(root: &Path, id: &str, message: &str, files: &[&FileReport]) -> Result<(), Error> {
    let failed = |why: String| Error::Git {
        message: format!("the rewrites of {id} are written, but not committed: {why}"),
        help: "`git diff` shows them, `git checkout .` takes them back; earlier transforms are committed"
            .into(),
    };
    let full = |file: &&FileReport| std::path::absolute(&file.path).unwrap_or_else(|_| file.path.clone());
    let paths = files.iter().map(full);
    // Git commits what it knows.
    let is_new = |file: &&&FileReport| file.change.as_ref().is_some_and(|change| change.is_new);
    let new: Vec<PathBuf> = files.iter().filter(is_new).map(full).collect();
    if !new.is_empty() {
        let mut args: Vec<std::ffi::OsString> = ["add", "--intent-to-add", "--"].map(Into::into).to_vec();
        args.extend(new.into_iter().map(PathBuf::into_os_string));
        let output = git(root, args).map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            return Err(failed(complaint(&output)));
        }
    }
    let mut args: Vec<std::ffi::OsString> =
        ["commit", "--quiet", "--message", message, "--only", "--"].map(Into::into).to_vec();
    args.extend(paths.map(PathBuf::into_os_string));
    let output = git(root, args).map_err(|error| failed(error.to_string()))?;
    if output.status.success() { Ok(()) } else { Err(failed(complaint(&output))) }
}

/// What was done, where, and what it rests on.
fn message(id: &str, meta: Option<&Meta>, files: &[&FileReport]) -> String {
    let sites = || {
        files
            .iter()
            .flat_map(|file| file.sites.iter().filter(|site| site.applied).map(move |site| (file, site)))
    };
    let title = meta.map_or(id, |meta| meta.title);
    let mut text = format!("{title}\n\n");
    if let Some(meta) = meta {
        let _ = writeln!(text, "From: {}. To: {}.", meta.anti_pattern, meta.idiom);
    }
    let assumed = sites().filter(|(_, site)| site.verdict == Verdict::Unsafe).count();
    text.push_str(match assumed {
        0 => "Every condition for the program to behave as before was proved at each site:\n\n",
        _ => "The conditions for the program to behave as before were proved, but for those that are named:\n\n",
    });
    for (file, site) in sites() {
        let others: Vec<String> =
            site.others.iter().map(|other| bare(&other.path).display().to_string()).collect();
        let with = if others.is_empty() { String::new() } else { format!(", with {}", others.join(", ")) };
        let _ = writeln!(text, "- {}:{}{with}", bare(&file.path).display(), site.line);
        if site.verdict == Verdict::Unsafe {
            for obligation in site.proposal.deciding() {
                let reason = crate::cli::report::site::one_line(obligation.state.reason());
                let _ = writeln!(text, "  assumed: {}: {reason}", obligation.claim);
            }
        }
    }
    let _ = write!(text, "\nMade by unspool {} ({id})", env!("CARGO_PKG_VERSION"));
    text
}
