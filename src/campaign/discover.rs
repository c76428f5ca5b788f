//! `repos`: which repositories there are, at which commits, and which of them are left alone from the start.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::forge::{Forge, Info, Trouble};
use crate::git::Git;
use crate::optout;
use crate::repos::{Deny, Repository};

/// The list of the campaign. `say` gets one line for each repository.
pub fn run(
    config: &Config,
    forge: Option<&dyn Forge>,
    git: &Git,
    say: &dyn Fn(&str),
) -> Result<Vec<Repository>> {
    let deny = Deny::new(config)?;
    // By name: the branch that the campaign names, and what the forge said where it was asked for more than one.
    let mut wanted: BTreeMap<String, (Option<String>, Option<Info>)> = BTreeMap::new();
    for line in named(config)? {
        let (name, branch) = match line.split_once('@') {
            Some((name, branch)) => (name.to_owned(), Some(branch.to_owned())),
            None => (line, None),
        };
        check_name(&name)?;
        wanted.insert(name, (branch, None));
    }
    let needs_forge = !wanted.is_empty() || !lists(config).is_empty();
    let forge = match forge {
        Some(forge) => Some(forge),
        None if needs_forge => return Err(Error::Config("there is no forge to ask for repositories".into())),
        None => None,
    };
    if let Some(forge) = forge {
        for (kind, what) in lists(config) {
            let found = match kind {
                "organisation" => forge.organisation(what),
                "topic" => forge.topic(what),
                _ => forge.search(what),
            };
            let found = found.map_err(|trouble| match trouble {
                Trouble::Gone(_) => Error::Config(format!("{kind} `{what}`: {trouble}")),
                trouble => trouble.into(),
            })?;
            for info in found {
                wanted.entry(info.name.clone()).or_default().1.get_or_insert(info);
            }
        }
    }
    let mut repositories = Vec::new();
    for (name, (branch, info)) in wanted {
        let Some(forge) = forge else { break };
        let repository = pin(config, &deny, forge, &name, branch, info)?;
        say(&match &repository.skip {
            Some(why) => format!("{}: {why}", repository.name),
            None => format!("{}: {} at {}", repository.name, repository.branch, &repository.commit[..12]),
        });
        repositories.push(repository);
    }
    for folder in &config.repositories.local {
        repositories.push(local(&config.path(folder), git)?);
    }
    if repositories.is_empty() {
        return Err(Error::Config("repositories: nothing is named, and nothing was found".into()));
    }
    Ok(repositories)
}

fn lists(config: &Config) -> Vec<(&'static str, &str)> {
    let wanted = &config.repositories;
    let organisations = wanted.organisations.iter().map(|name| ("organisation", &**name));
    let topics = wanted.topics.iter().map(|name| ("topic", &**name));
    let queries = wanted.search.iter().map(|query| ("search", &**query));
    organisations.chain(topics).chain(queries).collect()
}

fn named(config: &Config) -> Result<Vec<String>> {
    let mut names = config.repositories.names.clone();
    if let Some(list) = &config.repositories.list {
        let path = config.path(list);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Error::Config(format!("repositories.list {}: {error}", path.display())))?;
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        names.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
    }
    Ok(names)
}

/// Names become parts of addresses.
fn check_name(name: &str) -> Result<()> {
    let part = |part: &str| {
        !part.is_empty()
            && part.chars().all(|char| char.is_alphanumeric() || "-_.".contains(char))
            && part != "."
            && part != ".."
    };
    if name.contains('/') && name.split('/').all(part) {
        return Ok(());
    }
    Err(Error::Config(format!("`{name}` is no repository: write `owner/name` or `owner/name@branch`")))
}

/// Asks the forge about one repository. What stands against it is a reason, not an error.
fn pin(
    config: &Config,
    deny: &Deny,
    forge: &dyn Forge,
    name: &str,
    branch: Option<String>,
    info: Option<Info>,
) -> Result<Repository> {
    let mut repository = Repository {
        name: name.to_owned(),
        id: String::new(),
        url: String::new(),
        branch: branch.clone().unwrap_or_default(),
        commit: String::new(),
        skip: None,
    };
    let skip = |mut repository: Repository, why: String| {
        repository.skip = Some(why);
        Ok(repository)
    };
    // Before anything is asked.
    if deny.has(name) {
        return skip(repository, "denied by the campaign".into());
    }
    let info = match info.map_or_else(|| forge.repository(name), Ok) {
        Ok(info) => info,
        Err(trouble @ (Trouble::Gone(_) | Trouble::Forbidden(_) | Trouble::Refused(_))) => {
            return skip(repository, trouble.to_string());
        }
        Err(trouble) => return Err(trouble.into()),
    };
    check_name(&info.name)?;
    repository = Repository {
        name: info.name.clone(),
        id: info.id.clone(),
        url: info.clone_url.clone(),
        branch: branch.unwrap_or_else(|| info.default_branch.clone()),
        ..repository
    };
    if deny.has(&info.name) {
        return skip(repository, "denied by the campaign".into());
    }
    if info.archived {
        return skip(repository, "archived".into());
    }
    if info.fork && !config.repositories.forks {
        return skip(repository, "a fork".into());
    }
    if let Some(why) = optout::by_topic(&info.topics) {
        return skip(repository, why);
    }
    let branch = repository.branch.clone();
    let Some(commit) = forge.tip(&info.name, &branch)? else {
        return skip(repository, format!("empty, or without a branch {branch}"));
    };
    repository.commit = commit;
    for file in optout::FILES {
        if let Some(text) = forge.file(&info.name, file, &repository.commit)?
            && let Some(why) = optout::by_file(file, &text)
        {
            return skip(repository, why);
        }
    }
    Ok(repository)
}

/// A folder of the operator.
fn local(folder: &Path, git: &Git) -> Result<Repository> {
    let wrong = |why: String| Error::Config(format!("repositories.local {}: {why}", folder.display()));
    let folder = folder.canonicalize().map_err(|error| wrong(error.to_string()))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let ask = |arguments: &[&str]| git.line(&folder, arguments).map_err(|error| wrong(error.to_string()));
    Ok(Repository {
        name: format!("local/{name}"),
        id: folder.display().to_string(),
        url: format!("file://{}", folder.display()),
        branch: ask(&["rev-parse", "--abbrev-ref", "HEAD"])?,
        commit: ask(&["rev-parse", "--verify", "HEAD^{commit}"])?,
        skip: None,
    })
}
