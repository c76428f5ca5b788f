//! `revert`: the inverse of everything that was merged, as change sets of their own, which people accept and `publish` opens
//! like any other.

use std::collections::BTreeMap;

use crate::change::diff;
use crate::change::{ChangeSet, File, write_whole};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::forge::Forge;
use crate::git::{self, Git};
use crate::plan::engine::folder_name;
use crate::plan::{Row, RowState};
use crate::store::{State, Store, Unit};
use crate::text::{plain, sha256};

/// What reverted units begin with.
pub const PREFIX: &str = "revert/";

/// Plans the inverse of what is merged. Gives the number of change sets, and why others could not be made.
pub fn run(
    config: &Config,
    store: &mut dyn Store,
    forge: &dyn Forge,
    git: &Git,
    say: &dyn Fn(&str),
) -> Result<(usize, usize)> {
    let mut by_repository: BTreeMap<String, Vec<Unit>> = BTreeMap::new();
    for unit in store.units(None)? {
        if unit.state == State::Merged && !unit.unit.starts_with(PREFIX) {
            by_repository.entry(unit.repository.clone()).or_default().push(unit);
        }
    }
    let (mut made, mut failed) = (0, 0);
    for (repository, units) in by_repository {
        let mut row = Row {
            repository: repository.clone(),
            commit: String::new(),
            state: RowState::Changes,
            reason: String::new(),
            changes: Vec::new(),
            sites: 0,
            problems: 0,
            seconds: 0.0,
            inputs: String::new(),
        };
        for unit in units {
            match inverse(config, forge, git, &unit) {
                Ok((change, patch)) => {
                    row.commit.clone_from(&change.commit);
                    row.changes.push(change.save(&config.changes(), &patch)?);
                    made += 1;
                }
                Err(error @ Error::TryAgain(_)) => return Err(error),
                Err(error) => {
                    failed += 1;
                    say(&plain(&format!("{repository}: {}: {error}", unit.unit)));
                }
            }
        }
        let path = config.rows().join(format!("{}.revert.json", folder_name(&repository)));
        let json = serde_json::to_vec_pretty(&row)
            .map_err(|error| Error::Failed(format!("a row is no JSON: {error}")))?;
        write_whole(&path, &json)?;
    }
    Ok((made, failed))
}

fn inverse(config: &Config, forge: &dyn Forge, git: &Git, unit: &Unit) -> Result<(ChangeSet, Vec<u8>)> {
    let (change, patch) = published(config, unit)?;
    let info = forge.repository(&unit.repository)?;
    let commit = forge
        .tip(&info.name, &change.branch)?
        .ok_or_else(|| Error::Failed(format!("the branch {} is gone", change.branch)))?;
    let folder = config.work().join("publish").join(folder_name(&unit.repository));
    let inverse = git::inverse(git, &info.clone_url, &commit, &folder, &patch)?;
    let files = diff::parse_inverse(&inverse)?;
    let change = ChangeSet {
        unit: format!("{PREFIX}{}", change.unit),
        commit,
        diff: sha256(&inverse),
        command: format!("git apply -R {}.patch", unit.change.as_deref().unwrap_or(&unit.diff)),
        files: files
            .into_iter()
            .map(|file| File { path: file.path, added: file.added, removed: file.removed })
            .collect(),
        sites: Vec::new(),
        refused: Vec::new(),
        verified: None,
        ..change
    };
    Ok((change, inverse))
}

/// The change set that was merged: found by the hash of its patch, since a new plan may have another one.
fn published(config: &Config, unit: &Unit) -> Result<(ChangeSet, Vec<u8>)> {
    let gone = || Error::Failed("its change set is not in the campaign's folder any more".into());
    let wanted = unit.published.as_ref().ok_or_else(gone)?;
    let folder = config.changes();
    let entries = std::fs::read_dir(&folder).map_err(|error| Error::io("reading", &folder, &error))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(id) = name.strip_suffix(".json")
            && let Ok((change, patch)) = ChangeSet::load(&folder, id)
            && change.diff == *wanted
            && change.repository == unit.repository
            && change.unit == unit.unit
        {
            return Ok((change, patch));
        }
    }
    Err(gone())
}
