//! `unspool config`: the settings in force, each with where it was said.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use unspool_engine::transform::{Profile, Transform};

use crate::cli::args::ShowConfigArgs;
use crate::cli::config::rules::Configuration;
use crate::cli::config::said::Said;
use crate::cli::config::settings::{PullRequests, Settings};
use crate::cli::config::{file, sources};
use crate::cli::report::shown;
use crate::cli::selection::{Selection, Selector, Typed};
use crate::cli::terminal::{BOLD, DIM, Terminal};
use crate::cli::{Error, Status};

/// For editors, and for <https://www.schemastore.org>.
const SCHEMA: &str = include_str!("../../../docs/unspool.schema.json");

pub fn run(args: &ShowConfigArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let ShowConfigArgs { path, schema, config } = args;
    if *schema {
        terminal.write(|out, _| out.write_all(SCHEMA.as_bytes()))?;
        return Ok(Status::Done);
    }
    let absolute = fs::canonicalize(path).map_err(|error| Error::Unreadable { path: path.clone(), error })?;
    let is_folder = absolute.is_dir();
    let folder = if is_folder { &*absolute } else { absolute.parent().unwrap_or(&absolute) };
    let settings = sources(config)?.of_folder(folder)?;
    let mut rows = Vec::new();
    for key in file::KEYS {
        rows.extend(row(key, &settings));
    }
    let configuration = Configuration::new(settings.clone())?;
    let ignored = if is_folder { Vec::new() } else { configuration.ignored_in(&absolute) };
    let ignored: Vec<Selector> = ignored.iter().flat_map(|said| said.value.ignored.iter().copied()).collect();
    let Selection { on, .. } =
        Selection::new(&settings, &ignored, &Typed::default(), unspool_transforms::registry());
    write(terminal, path, &settings, &rows, &on)
}

fn write(
    terminal: &mut Terminal,
    path: &Path,
    settings: &Settings,
    rows: &[(String, String)],
    on: &[&'static dyn Transform],
) -> Result<Status, Error> {
    let from = match &settings.path {
        Some(path) => {
            let here = std::env::current_dir().unwrap_or_default();
            shown(path.strip_prefix(here).unwrap_or(path)).to_string()
        }
        None => "no configuration file".to_owned(),
    };
    let width = rows.iter().map(|(setting, _)| setting.chars().count()).max().unwrap_or(0).min(60);
    terminal.write(|out, paint| {
        writeln!(out, "{}", paint.paint(BOLD, format!("Settings of {} ({from})", shown(path))))?;
        for (setting, origin) in rows {
            writeln!(out, "{setting:width$}  {}", paint.paint(DIM, format!("# {origin}")))?;
        }
        writeln!(out, "\n{}", paint.paint(BOLD, "Transforms that run"))?;
        for transform in on {
            writeln!(out, "{}", transform.meta().id)?;
        }
        Ok(())
    })?;
    Ok(Status::Done)
}

/// The lines of a setting as they would be written in a file, each with where it was said.
fn row(key: &str, settings: &Settings) -> Vec<(String, String)> {
    const DEFAULT: &str = "default";
    let one = |value: String, origin: String| vec![(format!("{key} = {value}"), origin)];
    let selectors = |said: &Said<Vec<Selector>>| one(names(&said.value), said.origin.to_string());
    match key {
        "select" => match &settings.select {
            Some(said) => selectors(said),
            None => one("the transforms that are on by default".into(), DEFAULT.into()),
        },
        "extend-select" => settings
            .extend_select
            .iter()
            .flat_map(|said| one(names(&[said.value]), said.origin.to_string()))
            .collect(),
        "ignore" => settings.ignore.iter().flat_map(selectors).collect(),
        "per-file-ignores" => settings
            .per_file_ignores
            .iter()
            .map(|said| {
                (
                    format!("{key}.{:?} = {}", said.value.glob, names(&said.value.ignored)),
                    said.origin.to_string(),
                )
            })
            .collect(),
        "exclude" => settings
            .exclude
            .iter()
            .flat_map(|said| one(format!("{:?}", said.value), said.origin.to_string()))
            .collect(),
        "extend-exclude" => settings
            .extend_exclude
            .iter()
            .flat_map(|said| one(format!("[{:?}]", said.value), said.origin.to_string()))
            .collect(),
        "target-version" => match &settings.target_version {
            Some(said) => one(format!("\"{}\"", said.value), said.origin.to_string()),
            None => one("requires-python of the project, else \"3.9\"".into(), DEFAULT.into()),
        },
        "profile" => {
            let name = |profile| match profile {
                Profile::Memory => "\"memory\"",
                Profile::Speed => "\"speed\"",
                Profile::All => "\"all\"",
            };
            match &settings.profile {
                Some(said) => one(name(said.value).into(), said.origin.to_string()),
                None => one(name(Profile::default()).into(), DEFAULT.into()),
            }
        }
        "unsafe-fixes" => match &settings.unsafe_fixes {
            Some(said) => one(said.value.to_string(), said.origin.to_string()),
            None => one("false".into(), DEFAULT.into()),
        },
        "helpers-module" => match &settings.helpers_module {
            Some(said) => one(format!("\"{}\"", said.value), said.origin.to_string()),
            None => one("each file has its own helpers".into(), DEFAULT.into()),
        },
        "task-groups" => match &settings.task_groups {
            Some(said) => one(said.value.to_string(), said.origin.to_string()),
            None => one("false".into(), DEFAULT.into()),
        },
        "pull-requests" => settings
            .pull_requests
            .iter()
            .flat_map(|said| one(wishes(&said.value), said.origin.to_string()))
            .collect(),
        // It is part of what the others say.
        _ => Vec::new(),
    }
}

fn names(selectors: &[Selector]) -> String {
    let names: Vec<&str> = selectors.iter().map(|selector| selector.name()).collect();
    format!("{names:?}")
}

fn wishes(wishes: &PullRequests) -> String {
    let PullRequests { enabled, draft, max_open, labels, reviewers } = wishes;
    let mut text = String::from("{");
    let mut field = |name: &str, value: String| {
        let comma = if text.len() > 1 { "," } else { "" };
        let _ = write!(text, "{comma} {name} = {value}");
    };
    if let Some(enabled) = enabled {
        field("enabled", enabled.to_string());
    }
    if let Some(draft) = draft {
        field("draft", draft.to_string());
    }
    if let Some(count) = max_open {
        field("max-open", count.to_string());
    }
    if !labels.is_empty() {
        field("labels", format!("{labels:?}"));
    }
    if !reviewers.is_empty() {
        field("reviewers", format!("{reviewers:?}"));
    }
    text + " }"
}
