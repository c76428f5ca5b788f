//! Reads a configuration file: `unspool.toml`, or the table `[tool.unspool]` of a `pyproject.toml`.
//!
//! Nothing is passed over: an unknown key, a value of the wrong type, a transform that does not exist is an error with
//! its line, because a setting that does nothing is found out late.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unspool_engine::driver;
use unspool_engine::transform::Profile;

use super::said::{Origin, Said};
use super::settings::{PerFile, PullRequests, Settings};
use crate::cli::error::ConfigError;
use crate::cli::helpers::module_name;
use crate::cli::selection::{Selector, most_like};
use crate::cli::version::version;

/// The keys, in the order in which `unspool config` shows them.
pub const KEYS: [&str; 13] = [
    "extend",
    "select",
    "extend-select",
    "ignore",
    "per-file-ignores",
    "exclude",
    "extend-exclude",
    "target-version",
    "profile",
    "unsafe-fixes",
    "helpers-module",
    "task-groups",
    "pull-requests",
];

/// The keys of the table `pull-requests`.
const PULL_REQUEST_KEYS: [&str; 5] = ["enabled", "draft", "max-open", "labels", "reviewers"];

pub const OWN_NAME: &str = "unspool.toml";
pub const PROJECT_NAME: &str = "pyproject.toml";

/// The configuration in a folder: `unspool.toml`, else a `pyproject.toml` that has something to say.
pub fn in_folder(folder: &Path) -> Result<Option<Settings>, ConfigError> {
    let own = folder.join(OWN_NAME);
    if own.is_file() {
        return read(&own);
    }
    let project = folder.join(PROJECT_NAME);
    if project.is_file() { read(&project) } else { Ok(None) }
}

/// A file that somebody named: it must say something.
pub fn named(path: &Path) -> Result<Settings, ConfigError> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    read(&path)?.ok_or_else(|| {
        let help = format!("add `[tool.unspool]`, or write a file `{OWN_NAME}`");
        ConfigError::new(&path, None, "there is no table `[tool.unspool]`", Some(help))
    })
}

/// Reads a file and what it extends. None where a `pyproject.toml` has no table for unspool.
fn read(path: &Path) -> Result<Option<Settings>, ConfigError> {
    read_below(path, &mut Vec::new())
}

fn read_below(path: &Path, above: &mut Vec<PathBuf>) -> Result<Option<Settings>, ConfigError> {
    let cannot = |error: std::io::Error| {
        ConfigError::new(path, None, format!("the configuration cannot be read: {error}"), None)
    };
    let text = fs::read_to_string(path).map_err(cannot)?;
    let is_project = path.file_name().is_some_and(|name| name == PROJECT_NAME);
    // Most projects say nothing to us, and their files need not be parsed to see it.
    if is_project && !text.contains("unspool") {
        return Ok(None);
    }
    let reader = Reader { path: Arc::new(path.to_owned()), text: &text };
    let document = DeTable::parse(&text).map_err(|error| {
        let line = error.span().map(|span| reader.line(&span));
        ConfigError::new(path, line, format!("this is no TOML: {}", error.message()), None)
    })?;
    let table = match is_project {
        false => document.get_ref(),
        true => {
            let tool = document.get_ref().get("tool").and_then(|tool| tool.get_ref().as_table());
            match tool.and_then(|tool| tool.get("unspool")) {
                None => return Ok(None),
                Some(table) => reader.table("tool.unspool", table)?,
            }
        }
    };
    let (settings, base) = reader.settings(table)?;
    let Some(Said { value: base, origin }) = base else { return Ok(Some(settings)) };
    let line = Some(origin.line);
    above.push(path.to_owned());
    let base = path.parent().unwrap_or(path).join(base);
    if above.iter().any(|known| same_file(known, &base)) {
        let message = format!("`extend` leads back to {}", base.display());
        return Err(ConfigError::new(path, line, message, Some("a file cannot build on itself".into())));
    }
    if !base.is_file() {
        let message = format!("`extend` names {}, which is no file", base.display());
        return Err(ConfigError::new(
            path,
            line,
            message,
            Some("the path starts at the folder of this file".into()),
        ));
    }
    let base = read_below(&base, above)?.unwrap_or_default();
    Ok(Some(settings.over(base)))
}

fn same_file(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).ok().zip(fs::canonicalize(other).ok()).is_some_and(|(one, other)| one == other)
}

struct Reader<'t> {
    path: Arc<PathBuf>,
    text: &'t str,
}

type Value<'t> = Spanned<DeValue<'t>>;

impl Reader<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    fn said<T>(&self, at: &Range<usize>, value: T) -> Said<T> {
        Said { value, origin: Origin { path: self.path.clone(), line: self.line(at) } }
    }

    fn error(&self, at: &Range<usize>, message: impl Into<String>, help: Option<String>) -> ConfigError {
        ConfigError::new(&self.path, Some(self.line(at)), message, help)
    }

    /// The settings of a table, and the file that it extends.
    fn settings(&self, table: &DeTable) -> Result<(Settings, Option<Said<PathBuf>>), ConfigError> {
        let mut settings = Settings { path: Some(self.path.clone()), ..Settings::default() };
        let mut base = None;
        for (key, value) in table {
            let (name, at) = (&**key.get_ref(), &key.span());
            match name {
                "extend" => base = Some(self.said(at, PathBuf::from(self.string(name, value)?))),
                "select" => settings.select = Some(self.said(at, self.selectors(name, value)?)),
                "extend-select" => {
                    settings.extend_select =
                        self.selectors(name, value)?.into_iter().map(|s| self.said(at, s)).collect();
                }
                "ignore" => settings.ignore = Some(self.said(at, self.selectors(name, value)?)),
                "per-file-ignores" => settings.per_file_ignores = self.per_file(value)?,
                "exclude" => settings.exclude = Some(self.said(at, self.globs(name, value)?)),
                "extend-exclude" => {
                    settings.extend_exclude =
                        self.globs(name, value)?.into_iter().map(|glob| self.said(at, glob)).collect();
                }
                "target-version" => {
                    let given = self.string(name, value)?;
                    let version = version(given)
                        .map_err(|error| self.error(&value.span(), error.title(), error.help()))?;
                    settings.target_version = Some(self.said(at, version));
                }
                "profile" => settings.profile = Some(self.said(at, self.profile(value)?)),
                "unsafe-fixes" => settings.unsafe_fixes = Some(self.said(at, self.bool(name, value)?)),
                "helpers-module" => {
                    let given = self.string(name, value)?;
                    let module = module_name(given)
                        .map_err(|error| self.error(&value.span(), error.title(), error.help()))?;
                    settings.helpers_module = Some(self.said(at, module));
                }
                "task-groups" => settings.task_groups = Some(self.said(at, self.bool(name, value)?)),
                "pull-requests" => settings.pull_requests = Some(self.said(at, self.pull_requests(value)?)),
                _ => return Err(self.unknown(at, name, &KEYS)),
            }
        }
        Ok((settings, base))
    }

    fn unknown(&self, at: &Range<usize>, name: &str, known: &[&str]) -> ConfigError {
        let help = match most_like(name, known.iter().copied()) {
            Some(like) => format!("did you mean `{like}`?"),
            None => format!("the keys are {}", known.join(", ")),
        };
        self.error(at, format!("there is no setting `{name}`"), Some(help))
    }

    fn wrong(&self, name: &str, value: &Value, wanted: &str) -> ConfigError {
        let message = format!("`{name}` must be {wanted}, not {}", kind(value.get_ref()));
        self.error(&value.span(), message, None)
    }

    fn string<'v>(&self, name: &str, value: &'v Value) -> Result<&'v str, ConfigError> {
        value.get_ref().as_str().ok_or_else(|| self.wrong(name, value, "a string"))
    }

    fn bool(&self, name: &str, value: &Value) -> Result<bool, ConfigError> {
        value.get_ref().as_bool().ok_or_else(|| self.wrong(name, value, "true or false"))
    }

    fn table<'v, 't>(&self, name: &str, value: &'v Value<'t>) -> Result<&'v DeTable<'t>, ConfigError> {
        value.get_ref().as_table().ok_or_else(|| self.wrong(name, value, "a table"))
    }

    /// The strings of a list, each with its place.
    fn strings<'v>(&self, name: &str, value: &'v Value) -> Result<Vec<(&'v str, Range<usize>)>, ConfigError> {
        let wanted = "a list of strings";
        let list = value.get_ref().as_array().ok_or_else(|| self.wrong(name, value, wanted))?;
        let item = |item: &'v Value| {
            item.get_ref()
                .as_str()
                .map(|text| (text, item.span()))
                .ok_or_else(|| self.wrong(name, item, wanted))
        };
        list.iter().map(item).collect()
    }

    fn selectors(&self, name: &str, value: &Value) -> Result<Vec<Selector>, ConfigError> {
        let parse = |(given, at): (&str, Range<usize>)| {
            Selector::parse(given, unspool_transforms::registry())
                .map_err(|error| self.error(&at, error.title(), error.help()))
        };
        self.strings(name, value)?.into_iter().map(parse).collect()
    }

    fn glob(&self, glob: &str, at: &Range<usize>) -> Result<String, ConfigError> {
        driver::check_excludes(&[glob.to_owned()]).map_err(|why| self.error(at, why, None))?;
        Ok(glob.to_owned())
    }

    fn globs(&self, name: &str, value: &Value) -> Result<Vec<String>, ConfigError> {
        self.strings(name, value)?.into_iter().map(|(glob, at)| self.glob(glob, &at)).collect()
    }

    fn per_file(&self, value: &Value) -> Result<Vec<Said<PerFile>>, ConfigError> {
        let table = self.table("per-file-ignores", value)?;
        let mut all = Vec::with_capacity(table.len());
        for (glob, ignored) in table {
            let (name, at) = (&**glob.get_ref(), glob.span());
            let ignored = self.selectors(name, ignored)?;
            all.push(self.said(&at, PerFile { glob: self.glob(name, &at)?, ignored }));
        }
        Ok(all)
    }

    fn profile(&self, value: &Value) -> Result<Profile, ConfigError> {
        match self.string("profile", value)? {
            "memory" => Ok(Profile::Memory),
            "speed" => Ok(Profile::Speed),
            "all" => Ok(Profile::All),
            other => {
                let help = Some("the profiles are memory, speed and all".to_owned());
                Err(self.error(&value.span(), format!("there is no profile `{other}`"), help))
            }
        }
    }

    fn pull_requests(&self, value: &Value) -> Result<PullRequests, ConfigError> {
        let mut wishes = PullRequests::default();
        // `pull-requests = false` leaves no doubt.
        if let Some(enabled) = value.get_ref().as_bool() {
            wishes.enabled = Some(enabled);
            return Ok(wishes);
        }
        for (key, value) in self.table("pull-requests", value)? {
            let owned =
                |strings: Vec<(&str, _)>| strings.into_iter().map(|(text, _)| text.to_owned()).collect();
            match &**key.get_ref() {
                name @ "enabled" => wishes.enabled = Some(self.bool(name, value)?),
                name @ "draft" => wishes.draft = Some(self.bool(name, value)?),
                name @ "max-open" => {
                    let count = value.get_ref().as_integer().and_then(|count| count.as_str().parse().ok());
                    wishes.max_open = Some(count.ok_or_else(|| self.wrong(name, value, "a whole number"))?);
                }
                name @ "labels" => wishes.labels = owned(self.strings(name, value)?),
                name @ "reviewers" => wishes.reviewers = owned(self.strings(name, value)?),
                name => return Err(self.unknown(&key.span(), name, &PULL_REQUEST_KEYS)),
            }
        }
        Ok(wishes)
    }
}

/// What a value is, for a message.
fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
