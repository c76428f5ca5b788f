//! `unspool explain`: a transform's page, or the verdicts on a line.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use unspool_engine::driver::{FileReport, SiteReport};

use super::{failed, work};
use crate::cli::args::ExplainArgs;
use crate::cli::config::Config;
use crate::cli::report::places::{Numbered, Places};
use crate::cli::report::site::{Detail, SiteWriter};
use crate::cli::report::{page, shown};
use crate::cli::selection::most_like;
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status, idioms};

/// How many sites are named where a line has none.
const NEAREST: usize = 3;

pub fn run(args: ExplainArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let ExplainArgs { what, settings, config } = args;
    let registry = unspool_transforms::registry();
    if let Some(transform) = registry.iter().find(|transform| what == transform.meta().id) {
        terminal.write(|out, paint| page::write(out, paint, transform.meta().docs))?;
        return Ok(Status::Done);
    }
    let Some((path, line)) = file_and_line(&what).filter(|(path, _)| !path.is_dir()) else {
        return Err(nothing_to_explain(&what));
    };
    let outcome = work(&Config::everything(path.clone(), &settings, &config)?, terminal)?;
    if failed(&outcome.problems) {
        return Ok(Status::Failed);
    }
    match outcome.files.first() {
        Some(file) => explain(file, line, terminal)?,
        None => terminal.write(|out, _| writeln!(out, "{}: no site in this file", shown(&path)))?,
    }
    Ok(Status::Done)
}

/// `FILE:LINE` or `FILE:LINE:COLUMN`, as listings print it.
pub fn file_and_line(what: &OsStr) -> Option<(PathBuf, usize)> {
    let (rest, last) = split_number(what)?;
    let (path, line) = split_number(rest).unwrap_or((rest, last));
    Some((path.into(), line))
}

/// What stands before the last colon, and the number behind it.
fn split_number(what: &OsStr) -> Option<(&OsStr, usize)> {
    let text = what.as_bytes();
    let colon = text.iter().rposition(|&byte| byte == b':').filter(|&colon| colon > 0)?;
    let number = str::from_utf8(&text[colon + 1..]).ok()?.parse().ok().filter(|&number| number > 0)?;
    Some((OsStr::from_bytes(&text[..colon]), number))
}

fn nothing_to_explain(what: &OsStr) -> Error {
    let given = what.to_string_lossy().into_owned();
    if let Some(id) = idioms::transforms().find(|id| *id == given) {
        return Error::Planned { id: id.to_owned() };
    }
    let is_file = Path::new(what).is_file();
    let known = unspool_transforms::registry().iter().map(|transform| transform.meta().id);
    Error::NothingToExplain { like: most_like(&given, known), given, is_file }
}

fn explain(file: &FileReport, line: usize, terminal: &mut Terminal) -> Result<(), Error> {
    terminal.write(|out, paint| {
        let text = Numbered::of(file);
        let lines = |site: &SiteReport| {
            let span = text.span(site.proposal.anchor);
            span.start.line..=span.end.line
        };
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            file.sites.iter().partition(|site| lines(site).contains(&line));
        if here.is_empty() {
            return near(out, file, line, elsewhere);
        }
        let mut places = Places::new();
        let mut writer = SiteWriter::new(file, &mut places, paint, Detail::All);
        for (number, site) in here.into_iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            writer.write(out, site)?;
        }
        Ok(())
    })
}

/// Says that a line has no site, and where the nearest ones are.
fn near(out: &mut dyn Write, file: &FileReport, line: usize, mut sites: Vec<&SiteReport>) -> io::Result<()> {
    writeln!(out, "{}:{line}: no site on this line", shown(&file.path))?;
    sites.sort_by_key(|site| site.line.abs_diff(line));
    sites.truncate(NEAREST);
    sites.sort_by_key(|site| site.line);
    for site in sites {
        let SiteReport { proposal, verdict, line, column, .. } = site;
        writeln!(out, "    near: {}:{line}:{column}: {} {verdict}", shown(&file.path), proposal.transform)?;
    }
    Ok(())
}
