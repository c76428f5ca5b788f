//! `unspool decisions`: rejected rewrites, listed, explained, made and forgotten.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use unspool_engine::driver::{self, FileReport, SiteReport};
use unspool_engine::syntax::TextSize;
use unspool_engine::transform::Verdict;

use super::explain::file_and_line;
use super::{failed, work};
use crate::cli::args::{ConfigArgs, DecisionsAction, DecisionsArgs, SettingsArgs};
use crate::cli::config::Config;
use crate::cli::decisions::{Decision, Decisions};
use crate::cli::report::places::{Numbered, Places};
use crate::cli::report::site::{Detail, SiteWriter};
use crate::cli::report::{plural, shown};
use crate::cli::terminal::{BOLD, DIM, Terminal};
use crate::cli::{Error, Status};

pub fn run(args: DecisionsArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let DecisionsArgs { action, prune } = args;
    if prune {
        return forget_gone(terminal);
    }
    match action {
        None | Some(DecisionsAction::List) => list(terminal),
        Some(DecisionsAction::Explain { what }) => explain(&what, terminal),
        Some(DecisionsAction::Reject { what, transform, reason }) => {
            let (path, line) = file_and_line(&what).ok_or_else(|| Error::NothingToReject {
                what: what.to_string_lossy().into_owned(),
                why: "write it as FILE:LINE".into(),
            })?;
            reject(path, line, transform.as_deref(), &reason, terminal)
        }
        Some(DecisionsAction::Forget { what }) => forget(&what, terminal),
    }
}

/// The repository of a path, as jobs know it.
pub fn root_of(path: &Path) -> Result<PathBuf, Error> {
    let unreadable = |error| Error::Unreadable { path: path.to_owned(), error };
    let absolute = std::fs::canonicalize(path).map_err(unreadable)?;
    let folder = if absolute.is_dir() { &*absolute } else { absolute.parent().unwrap_or(&absolute) };
    Ok(driver::repository_root(folder).unwrap_or_else(|| folder.to_owned()))
}

fn here() -> Result<(PathBuf, Decisions), Error> {
    let root = root_of(Path::new("."))?;
    let decisions = Decisions::load(&root)?;
    Ok((root, decisions))
}

fn list(terminal: &mut Terminal) -> Result<Status, Error> {
    let (_, decisions) = here()?;
    terminal.write(|out, paint| {
        for decision in decisions.all() {
            let within = match decision.definition() {
                "" => String::new(),
                definition => format!(" in {definition}"),
            };
            let at = paint.paint(BOLD, shown(Path::new(decision.path())));
            writeln!(out, "{at}{within}: {}", decision.transform())?;
            writeln!(out, "    {}", decision.was)?;
            let reason = if decision.reason.is_empty() { "no reason given" } else { &decision.reason };
            writeln!(out, "    {reason}")?;
            writeln!(out, "    {}", paint.paint(DIM, &decision.id))?;
        }
        Ok(())
    })?;
    terminal.note(format_args!("{}", plural(decisions.all().len(), "rejected rewrite")));
    Ok(Status::Done)
}

/// The decisions that somebody means by a part of their identity.
fn meant<'d>(decisions: &'d Decisions, given: &str) -> Result<Vec<&'d Decision>, Error> {
    let exact = decisions.find(given);
    let found: Vec<&Decision> = match exact {
        Some(decision) => vec![decision],
        None => {
            decisions.all().iter().filter(|decision| given == "ALL" || decision.id.contains(given)).collect()
        }
    };
    if found.is_empty() { Err(Error::NoDecision { given: given.to_owned() }) } else { Ok(found) }
}

fn forget(given: &[String], terminal: &mut Terminal) -> Result<Status, Error> {
    let (_, mut decisions) = here()?;
    let mut gone: FxHashSet<String> = FxHashSet::default();
    for given in given {
        gone.extend(meant(&decisions, given)?.into_iter().map(|decision| decision.id.clone()));
    }
    decisions.retain(|decision| !gone.contains(&decision.id));
    decisions.save()?;
    terminal.note(format_args!(
        "{} forgotten, {} left",
        plural(gone.len(), "decision"),
        decisions.all().len()
    ));
    Ok(Status::Done)
}

/// Every site of a file.
fn sites(path: PathBuf, terminal: &mut Terminal) -> Result<(Option<FileReport>, bool), Error> {
    let config = Config::everything(path, &SettingsArgs::default(), &ConfigArgs::default())?;
    let outcome = work(&config, terminal)?;
    let failed = failed(&outcome.problems);
    Ok((outcome.files.into_iter().next(), failed))
}

fn explain(given: &str, terminal: &mut Terminal) -> Result<Status, Error> {
    let (root, decisions) = here()?;
    let mut status = Status::Done;
    for decision in meant(&decisions, given)? {
        let path = root.join(decision.path());
        let named =
            std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).map(Path::to_owned).ok());
        let file = match path.is_file() {
            true => sites(named.unwrap_or(path), terminal)?,
            false => (None, false),
        };
        if file.1 {
            status = Status::Failed;
        }
        let site = file.0.as_ref().and_then(|file| {
            file.sites.iter().find(|site| site.identity == decision.id).map(|site| (file, site))
        });
        terminal.write(|out, paint| match site {
            Some((file, site)) => {
                SiteWriter::new(file, &mut Places::new(), paint, Detail::All).write(out, site)?;
                writeln!(
                    out,
                    "    rejected: {}",
                    if decision.reason.is_empty() { "no reason given" } else { &decision.reason }
                )
            }
            None => {
                let path = shown(Path::new(decision.path()));
                writeln!(out, "{}: {path}: the code is not there any more", paint.paint(DIM, &decision.id))?;
                writeln!(out, "    it was: {}", decision.was)
            }
        })?;
    }
    Ok(status)
}

fn reject(
    path: PathBuf,
    line: usize,
    transform: Option<&str>,
    reason: &str,
    terminal: &mut Terminal,
) -> Result<Status, Error> {
    let root = root_of(&path)?;
    let mut decisions = Decisions::load(&root)?;
    let (file, failed) = sites(path.clone(), terminal)?;
    if failed {
        return Ok(Status::Failed);
    }
    let nothing = |why: String| Error::NothingToReject { what: format!("{}:{line}", shown(&path)), why };
    let Some(file) = file else { return Err(nothing("there is no site in this file".into())) };
    let text = Numbered::of(&file);
    let is_here = |site: &&SiteReport| {
        let span = text.span(site.proposal.anchor);
        (span.start.line..=span.end.line).contains(&line)
            && transform.is_none_or(|transform| transform == site.proposal.transform)
    };
    // Where sites are nested, the innermost one that begins on the line is meant, else all around it.
    let mut here: Vec<&SiteReport> = file.sites.iter().filter(is_here).collect();
    if here.iter().any(|site| site.line == line) {
        here.retain(|site| site.line == line);
    }
    if here.is_empty() {
        return Err(nothing("there is no site on this line".into()));
    }
    here.retain(|site| site.verdict != Verdict::Refused);
    if here.is_empty() {
        return Err(nothing("its sites are refused anyway".into()));
    }
    for site in &here {
        decisions.add(decision(&file.text, site, reason));
        terminal.note(format_args!("rejected: {}", site.identity));
    }
    decisions.save()?;
    Ok(Status::Done)
}

/// A rejection of a site in this text.
pub fn decision(text: &str, site: &SiteReport, reason: &str) -> Decision {
    let start = site.proposal.anchor.start().min(TextSize::of(text)).to_usize();
    let was = text[start..].lines().next().unwrap_or_default().trim().chars().take(120).collect();
    Decision { id: site.identity.clone(), was, reason: reason.trim().to_owned() }
}

/// Forgets decisions about code that is not there any more.
fn forget_gone(terminal: &mut Terminal) -> Result<Status, Error> {
    let (root, mut decisions) = here()?;
    let mut there: FxHashSet<String> = FxHashSet::default();
    let mut unread: FxHashSet<String> = FxHashSet::default();
    let paths: FxHashSet<&str> = decisions.all().iter().map(Decision::path).collect();
    for path in paths {
        let file = root.join(path);
        if !file.is_file() {
            continue;
        }
        let (file, failed) = sites(file, terminal)?;
        // A file that cannot be read today may be whole again tomorrow.
        if failed {
            unread.insert(path.to_owned());
        }
        there.extend(file.into_iter().flat_map(|file| file.sites).map(|site| site.identity));
    }
    let before = decisions.all().len();
    decisions.retain(|decision| there.contains(&decision.id) || unread.contains(decision.path()));
    let gone = before - decisions.all().len();
    decisions.save()?;
    terminal.note(format_args!("{} forgotten, {} left", plural(gone, "decision"), decisions.all().len()));
    Ok(Status::Done)
}
