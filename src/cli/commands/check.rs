//! `unspool check`: every site with its verdict.

use std::io::{self, Write};
use std::path::Path;

use unspool_engine::driver::Outcome;
use unspool_engine::transform::Verdict;

use super::{failed, work};
use crate::cli::args::{CheckArgs, ReportArgs};
use crate::cli::config::{Config, Use};
use crate::cli::decisions::baseline;
use crate::cli::report::places::Places;
use crate::cli::report::site::{Detail, SiteWriter};
use crate::cli::report::{output, plural, shown, statistics, summary};
use crate::cli::terminal::{Paint, Terminal};
use crate::cli::{Error, Status};

pub fn run(args: CheckArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let CheckArgs {
        refusals,
        report: ReportArgs { format, output, statistics },
        baseline,
        write_baseline,
        run,
    } = args;
    let offered = |verdict| matches!(verdict, Verdict::Safe | Verdict::Unsafe);
    let config = Config::new(
        run,
        Use {
            apply: false,
            report: if refusals || statistics { |_| true } else { offered },
            // A listing is about what runs; what is off is for the summary of `fix`.
            counts: false,
            shows_changes: output::shows_changes(format, &output),
            baseline,
        },
    )?;
    let outcome = work(&config, terminal)?;
    if let Some(path) = write_baseline {
        return remember(&path, &outcome, terminal);
    }
    let detail = if terminal.verbose { Detail::All } else { Detail::Deciding };
    output::write(&outcome, Some(format), &output, terminal, &|out, paint| match statistics {
        true => statistics::write(out, paint, &outcome),
        false => listing(out, paint, &outcome, detail),
    })?;
    terminal.detail(format_args!("{} read", plural(outcome.files_seen, "file")));
    Ok(if failed(&outcome.problems) {
        Status::Failed
    } else if outcome.counts.iter().any(|(_, counts)| counts.offered > 0) {
        Status::Found
    } else {
        Status::Done
    })
}

/// Writes the baseline: what there is now, unsafe rewrites too, so that it holds whatever flags come later.
fn remember(path: &Path, outcome: &Outcome, terminal: &mut Terminal) -> Result<Status, Error> {
    let sites = outcome.files.iter().flat_map(|file| &file.sites);
    let wanted =
        sites.filter(|site| site.held.is_none() && matches!(site.verdict, Verdict::Safe | Verdict::Unsafe));
    let identities: Vec<&str> = wanted.map(|site| &*site.identity).collect();
    baseline::save(path, identities.iter().copied())?;
    terminal.note(format_args!("{} in the baseline {}", plural(identities.len(), "rewrite"), shown(path)));
    Ok(if failed(&outcome.problems) { Status::Failed } else { Status::Done })
}

fn listing(out: &mut dyn Write, paint: Paint, outcome: &Outcome, detail: Detail) -> io::Result<()> {
    let mut places = Places::new();
    for file in &outcome.files {
        let mut writer = SiteWriter::new(file, &mut places, paint, detail);
        for site in &file.sites {
            writer.write(out, site)?;
        }
    }
    if outcome.files.iter().any(|file| !file.sites.is_empty()) {
        writeln!(out)?;
    }
    summary::totals(out, paint, &outcome.counts)
}
