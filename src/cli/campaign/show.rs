//! `campaign show`.

use std::io;

use unspool_campaign::change::{ChangeSet, write_whole};
use unspool_campaign::config::Config;
use unspool_campaign::review;
use unspool_campaign::store::Decision;

use super::args::ShowArgs;
use super::open_store;
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status};
use unspool_campaign::text::plural;

pub fn run(config: &Config, args: ShowArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let ShowArgs { what, accept, reject, undecide, note, html } = args;
    let (mut store, _) = open_store(config)?;
    let rows = review::import(config, &mut *store)?;
    let mut decided = false;
    for (what, decision) in
        [(accept, Decision::Accepted), (reject, Decision::Rejected), (undecide, Decision::Pending)]
    {
        if !what.is_empty() {
            let count = review::decide(&mut *store, &what, decision, &note)?;
            terminal.note(format_args!("{}: {}", decision.name(), plural(count, "change set")));
            decided = true;
        }
    }
    let units = store.units(None)?;
    let load = |id: &str| ChangeSet::load(&config.changes(), id);
    if let Some(path) = html {
        let mut page = Vec::new();
        let cannot = |error: io::Error| unspool_campaign::Error::io("writing", &path, &error);
        review::page(&mut page, &config.campaign.id, &rows, &units, &|id| load(id).ok()).map_err(cannot)?;
        write_whole(&path, &page)?;
        terminal.note(format_args!("wrote {}", path.display()));
        return Ok(Status::Done);
    }
    match what {
        Some(what) => {
            for unit in review::select(&units, &what)? {
                let Some(id) = &unit.change else { continue };
                let (change, patch) = load(id)?;
                terminal.write(|out, _| {
                    review::detail(out, &change, &patch, unit)?;
                    writeln!(out)
                })?;
            }
        }
        None if decided => {}
        None => terminal.write(|out, _| review::list(out, &rows, &units))?,
    }
    Ok(Status::Done)
}
