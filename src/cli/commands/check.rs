//! `unspool check`: every site with its verdict.

use unspool_engine::driver::Outcome;
use unspool_engine::transform::Verdict;

use super::{status, work};
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
    let config = Config::new(run, false, if refusals { |_| true } else { offered })?;
    let outcome = work(&config, terminal);
    match format {
        Format::Json => terminal.write(|out, _| json::write(out, &outcome))?,
        Format::Text => text(&config, &outcome, terminal)?,
    }
    let found = outcome
        .counts
        .iter()
        .take(config.job.transforms.len())
        .any(|(_, counts)| counts.safe > 0 || config.job.unsafe_fixes && counts.unsafe_ > 0);
    Ok(match status(&outcome) {
        Status::Done if found => Status::Found,
        status => status,
    })
}

fn text(config: &Config, outcome: &Outcome, terminal: &mut Terminal) -> Result<(), Error> {
    let detail = if terminal.verbose { Detail::All } else { Detail::Deciding };
    terminal.write(|out, paint| {
        let mut places = Places::default();
        for file in &outcome.files {
            let mut writer = SiteWriter::new(file, &mut places, paint, detail);
            for site in &file.sites {
                writer.write(out, site)?;
            }
        }
        if outcome.files.iter().any(|file| !file.sites.is_empty()) {
            writeln!(out)?;
        }
        summary::totals(out, paint, outcome, config.job.transforms.len())
    })?;
    terminal.detail(format_args!("{} read", plural(outcome.files_seen, "file")));
    Ok(())
}
