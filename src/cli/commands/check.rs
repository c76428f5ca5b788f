//! `unspool check`: every site with its verdict.

use unspool_engine::driver::{Counts, Outcome};
use unspool_engine::transform::Verdict;

use super::{failed, work};
use crate::cli::args::{CheckArgs, Format};
use crate::cli::config::Config;
use crate::cli::report::places::Places;
use crate::cli::report::site::{Detail, SiteWriter};
use crate::cli::report::{json, plural, summary};
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status};

pub fn run(args: CheckArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let CheckArgs { refusals, format, run } = args;
    let offered = |verdict| matches!(verdict, Verdict::Safe | Verdict::Unsafe);
    let mut config = Config::new(run, false, if refusals { |_| true } else { offered })?;
    // A listing is about what runs; what is off is for the summary of `fix`.
    config.job.counted.clear();
    let outcome = work(&config, terminal);
    match format {
        Format::Json => terminal.write(|out, _| json::write(out, &outcome))?,
        Format::Text => text(&outcome, terminal)?,
    }
    let unsafe_too = config.job.unsafe_fixes;
    let offered = |counts: &Counts| counts.safe > 0 || unsafe_too && counts.unsafe_ > 0;
    Ok(if failed(&outcome.problems) {
        Status::Failed
    } else if outcome.counts.iter().any(|(_, counts)| offered(counts)) {
        Status::Found
    } else {
        Status::Done
    })
}

fn text(outcome: &Outcome, terminal: &mut Terminal) -> Result<(), Error> {
    let detail = if terminal.verbose { Detail::All } else { Detail::Deciding };
    terminal.write(|out, paint| {
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
    })?;
    terminal.detail(format_args!("{} read", plural(outcome.files_seen, "file")));
    Ok(())
}
