//! The change sets of one repository.

use std::collections::BTreeSet;
use std::path::Path;

use super::engine::{Checked, Engine, Offered, by_transform, command};
use crate::change::codeowners::CodeOwners;
use crate::change::diff::{self, FileDiff};
use crate::change::split::{Cap, Unit, split};
use crate::change::{ChangeSet, File};
use crate::config::{Config, Split};
use crate::error::Result;
use crate::repos::Repository;
use crate::text::sha256;
use crate::wishes::Wishes;

/// Refused sites that a change set lists; a pull request is no place for more.
const REFUSED: usize = 50;

pub struct Planned {
    pub changes: Vec<(ChangeSet, Vec<u8>)>,
    pub problems: usize,
}

/// Decides, rewrites and splits the checked out `folder`.
pub fn plan(config: &Config, repository: &Repository, engine: &Engine, folder: &Path) -> Result<Planned> {
    let checked = engine.check(config, folder)?;
    let owners = CodeOwners::read(folder);
    let wishes = Wishes::read(folder);
    let selections: Vec<(String, Vec<String>)> = match config.change.split {
        Split::Transform => {
            let ids = by_transform(&checked.sites).into_keys();
            ids.map(|id| (id.clone(), vec![id])).collect()
        }
        _ if checked.sites.is_empty() => Vec::new(),
        _ => vec![(String::new(), config.transforms.select.clone())],
    };
    let cap = Cap { lines: config.change.max_lines, files: config.change.max_files };
    let mut changes = Vec::new();
    for (prefix, select) in selections {
        let (patch, verified) = engine.fix(config, folder, &select)?;
        let files = diff::parse(&patch)?;
        let offered: Vec<&Offered> = checked
            .sites
            .iter()
            .filter(|offered| prefix.is_empty() || offered.site.transform == prefix)
            .filter(|offered| offered.is_in(&files))
            .collect();
        let together = offered.iter().map(|offered| offered.paths()).chain(checked.related.iter().cloned());
        let together: Vec<Vec<String>> = together.collect();
        for unit in split(files, &together, config.change.split, &owners, cap) {
            let verified = verified.clone();
            changes.push(change(
                config, repository, &checked, &offered, &owners, &wishes, &prefix, &select, verified, unit,
            ));
        }
    }
    Ok(Planned { changes, problems: checked.problems })
}

#[expect(clippy::too_many_arguments, reason = "everything that a change set is made of, used here alone")]
fn change(
    config: &Config,
    repository: &Repository,
    checked: &Checked,
    offered: &[&Offered],
    owners: &CodeOwners,
    wishes: &Wishes,
    prefix: &str,
    select: &[String],
    verified: Option<String>,
    unit: Unit,
) -> (ChangeSet, Vec<u8>) {
    let Unit { key, files, oversize } = unit;
    let patch: Vec<u8> = files.iter().flat_map(|file| file.bytes.iter().copied()).collect();
    let sites: Vec<_> =
        offered.iter().filter(|offered| offered.is_in(&files)).map(|offered| offered.site.clone()).collect();
    let mut transforms: BTreeSet<String> = sites.iter().map(|site| site.transform.clone()).collect();
    if !prefix.is_empty() {
        transforms.insert(prefix.to_owned());
    }
    let concerns = |path: &str, transform: &str| {
        files.iter().any(|file: &FileDiff| file.path == path) && transforms.contains(transform)
    };
    let refused = checked.refused.iter().filter(|refused| concerns(&refused.path, &refused.transform));
    let unit = match (prefix, &*key) {
        ("", "") => "all".to_owned(),
        ("", key) => key.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, key) => format!("{prefix}/{key}"),
    };
    let people: BTreeSet<String> = files.iter().flat_map(|file| owners.owners(&file.path)).collect();
    let change = ChangeSet {
        schema: ChangeSet::SCHEMA,
        campaign: config.campaign.id.clone(),
        repository: repository.name.clone(),
        url: repository.url.clone(),
        branch: repository.branch.clone(),
        commit: repository.commit.clone(),
        unit,
        tool: checked.tool.clone(),
        command: command(&config.transforms, select),
        diff: sha256(&patch),
        refused: refused.take(REFUSED).cloned().collect(),
        transforms: transforms.into_iter().collect(),
        sites,
        verified,
        owners: people.into_iter().collect(),
        oversize,
        wishes: wishes.clone(),
        files: files
            .into_iter()
            .map(|file| File { path: file.path, added: file.added, removed: file.removed })
            .collect(),
    };
    (change, patch)
}
