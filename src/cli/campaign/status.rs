//! `campaign status` and `campaign doctor`.

use std::io;

use unspool_campaign::change::write_whole;
use unspool_campaign::config::Config;
use unspool_campaign::{doctor as diagnosis, repos, review, status as standing};

use super::args::StatusArgs;
use super::{git, open_store, reader};
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status};

pub fn status(config: &Config, args: StatusArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let (mut store, _) = open_store(config)?;
    let rows = review::import(config, &mut *store)?;
    let (units, samples) = (store.units(None)?, store.samples()?);
    let id = &config.campaign.id;
    if let Some(path) = args.html {
        let mut page = Vec::new();
        let cannot = |error: io::Error| unspool_campaign::Error::io("writing", &path, &error);
        standing::page(&mut page, id, &rows, &units, &samples).map_err(cannot)?;
        write_whole(&path, &page)?;
        terminal.note(format_args!("wrote {}", path.display()));
    } else if args.json {
        let value = standing::value(id, &rows, &units, &samples);
        terminal.write(|out, _| {
            serde_json::to_writer_pretty(&mut *out, &value)?;
            writeln!(out)
        })?;
    } else {
        terminal.write(|out, _| standing::text(out, &rows, &units, &samples))?;
    }
    Ok(Status::Done)
}

pub fn doctor(config: &Config, terminal: &mut Terminal) -> Result<Status, Error> {
    let forge = reader(config, terminal)?;
    let git = git(config, Some(&*forge))?;
    let repositories = if config.lock().exists() { repos::read(&config.lock())? } else { Vec::new() };
    let lines = diagnosis::run(config, &*forge, &git, &repositories);
    let mut good = true;
    terminal.write(|out, _| {
        for (fine, line) in &lines {
            good &= fine;
            writeln!(out, "{}  {line}", if *fine { "ok     " } else { "PROBLEM" })?;
        }
        Ok(())
    })?;
    if good {
        return Ok(Status::Done);
    }
    Err(unspool_campaign::Error::Config("something stands in the way: see above".into()).into())
}
