//! `show`: people look at a plan and decide. Decisions are remembered for the very patch that was looked at.

mod page;

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::change::ChangeSet;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::plan::{Row, RowState, read_rows};
use crate::store::{Decision, State, Store, Unit};
use crate::text::{plain, plural};

pub use page::page;

/// Takes what has been planned into the store. A repository whose plan failed keeps what it had.
pub fn import(config: &Config, store: &mut dyn Store) -> Result<Vec<Row>> {
    let rows = read_rows(config)?;
    let mut by_repository: BTreeMap<&str, Vec<(String, ChangeSet)>> = BTreeMap::new();
    for row in rows.iter().filter(|row| matches!(row.state, RowState::Changes | RowState::Nothing)) {
        let changes = by_repository.entry(&row.repository).or_default();
        for id in &row.changes {
            let (change, _) = ChangeSet::load(&config.changes(), id)?;
            if change.campaign != config.campaign.id || change.repository != row.repository {
                return Err(Error::Failed(format!("the change set {id} belongs to something else")));
            }
            changes.push((id.clone(), change));
        }
    }
    // Who reverts a repository whose plan fails now keeps what was planned: half of it would close the other half.
    for row in rows.iter().filter(|row| matches!(row.state, RowState::Failed | RowState::Skipped)) {
        by_repository.remove(&*row.repository);
        if row.state == RowState::Skipped {
            store.forget(&row.repository)?;
        }
    }
    for (repository, changes) in by_repository {
        store.import(repository, &changes)?;
    }
    let left: usize = rows.iter().map(|row| row.sites).sum();
    let units = store.units(None)?;
    let count = |state| units.iter().filter(|unit| unit.state == state).count();
    store.sample(left, count(State::Open), count(State::Merged))?;
    Ok(rows)
}

/// What was typed: a repository, `repository:unit`, or the beginning of a change set's id.
pub fn select<'a>(units: &'a [Unit], what: &str) -> Result<Vec<&'a Unit>> {
    let matches = |unit: &&Unit| {
        unit.repository == what
            || format!("{}:{}", unit.repository, unit.unit) == what
            || what.len() >= 6 && unit.change.as_deref().is_some_and(|id| id.starts_with(what))
    };
    let found: Vec<&Unit> = units.iter().filter(matches).collect();
    if found.is_empty() {
        return Err(Error::Config(format!(
            "`{what}` is no repository, unit or change set of this plan: `unspool campaign show` lists them"
        )));
    }
    Ok(found)
}

/// Remembers a decision about everything that `what` names. What is too big has to be named as a unit.
pub fn decide(store: &mut dyn Store, what: &[String], decision: Decision, note: &str) -> Result<usize> {
    let units = store.units(None)?;
    let mut count = 0;
    for what in what {
        let everything = what == "all";
        let named = if everything { units.iter().collect() } else { select(&units, what)? };
        for unit in named.iter().filter(|unit| unit.change.is_some()) {
            let by_name = !everything && unit.repository != *what;
            if unit.oversize && decision == Decision::Accepted && !by_name {
                continue;
            }
            // `all` does not overrule what was decided for one.
            if everything && unit.decision != Decision::Pending {
                continue;
            }
            store.decide(unit, decision, note)?;
            count += 1;
        }
    }
    Ok(count)
}

/// The plan as a list.
pub fn list(out: &mut dyn Write, rows: &[Row], units: &[Unit]) -> io::Result<()> {
    let mut quiet = 0;
    let mut shown = "";
    for row in rows {
        match row.state {
            // A repository has two rows where merged units are to be reverted.
            RowState::Changes if row.repository == shown => {}
            RowState::Changes => {
                shown = &row.repository;
                writeln!(out, "{}", plain(&row.repository))?;
                for unit in units.iter().filter(|unit| unit.repository == row.repository) {
                    let id = unit.change.as_deref().map_or("-", |id| &id[..12]);
                    let size = if unit.oversize { ", too big: accept it by name" } else { "" };
                    writeln!(
                        out,
                        "  {id}  {:<9} {:<9} {} ({}, {}{size})",
                        unit.decision.name(),
                        unit.state.name(),
                        plain(&unit.unit),
                        plural(usize::try_from(unit.sites).unwrap_or(0), "rewrite"),
                        plural(usize::try_from(unit.lines).unwrap_or(0), "line"),
                    )?;
                }
            }
            RowState::Nothing => quiet += 1,
            RowState::Skipped => {
                writeln!(out, "{}\n  skipped: {}", plain(&row.repository), plain(&row.reason))?
            }
            RowState::Failed => {
                writeln!(out, "{}\n  failed: {}", plain(&row.repository), plain(&row.reason))?
            }
        }
    }
    let of = |state| rows.iter().filter(|row| row.state == state).count();
    let decided =
        |decision| units.iter().filter(|unit| unit.change.is_some() && unit.decision == decision).count();
    writeln!(
        out,
        "\n{}: {} with changes, {quiet} without, {} skipped, {} failed; change sets: {} accepted, {} rejected, {} pending",
        plural(rows.len(), "repository"),
        of(RowState::Changes),
        of(RowState::Skipped),
        of(RowState::Failed),
        decided(Decision::Accepted),
        decided(Decision::Rejected),
        decided(Decision::Pending),
    )
}

/// One change set: reasons, then the patch.
pub fn detail(out: &mut dyn Write, change: &ChangeSet, patch: &[u8], unit: &Unit) -> io::Result<()> {
    writeln!(out, "{} {}", plain(&change.repository), plain(&change.unit))?;
    writeln!(out, "  at {} ({}), by {}", &change.commit[..12], plain(&change.branch), plain(&change.tool))?;
    writeln!(out, "  {}", plain(&change.command))?;
    writeln!(out, "  {}, {}", unit.decision.name(), unit.state.name())?;
    if let Some(verified) = &change.verified {
        writeln!(out, "  {}", plain(verified))?;
    }
    for site in &change.sites {
        writeln!(out, "  {}:{}: {} {}", plain(&site.path), site.line, site.transform, site.verdict)?;
        for assumed in &site.assumed {
            writeln!(out, "      assumed   {}", plain(assumed))?;
        }
    }
    for refused in &change.refused {
        let place = format!("{}:{}: {}", refused.path, refused.line, refused.transform);
        writeln!(out, "  not changed: {}: {}", plain(&place), plain(&refused.reason))?;
    }
    writeln!(out)?;
    // As in a pager that does not trust its input: no escape sequence of a file reaches the terminal.
    for line in String::from_utf8_lossy(patch).lines() {
        let line: String = line.chars().filter(|char| *char == '\t' || !char.is_control()).collect();
        writeln!(out, "{line}")?;
    }
    Ok(())
}
