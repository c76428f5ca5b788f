//! The formats of a report, and where each goes.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;
use unspool_engine::driver::Outcome;

use super::{github, gitlab, html, json, junit, markdown, sarif};
use crate::cli::Error;
use crate::cli::replace::replace;
use crate::cli::terminal::Terminal;

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// For people: a listing, or a diff
    Text,
    /// For programs: every obligation of every site (docs/json.md)
    Json,
    /// The same, one object on each line
    Jsonl,
    /// SARIF 2.1.0, with fixes: code scanning, editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Code Quality of GitLab
    Gitlab,
    /// For CI servers that show tests
    Junit,
    /// The body of a pull request
    Markdown,
    /// One page to read and filter, with diffs side by side
    Html,
}

/// `FORMAT:FILE`.
#[derive(Clone, Debug)]
pub struct Destination {
    pub format: Format,
    pub file: PathBuf,
}

/// Whether a report, in this format or to a file, may show what single sites change.
pub fn shows_changes(format: Format, output: &[Destination]) -> bool {
    format != Format::Text || !output.is_empty()
}

impl std::str::FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) =
            text.split_once(':').ok_or("write it as FORMAT:FILE, such as `sarif:unspool.sarif`")?;
        if file.is_empty() {
            return Err("there is no file behind the colon".into());
        }
        let format = Format::from_str(format, false).map_err(|_| {
            let known: Vec<String> = Format::value_variants().iter().map(|format| name(*format)).collect();
            format!("there is no format `{format}`; the formats are {}", known.join(", "))
        })?;
        Ok(Destination { format, file: file.into() })
    }
}

fn name(format: Format) -> String {
    format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// Writes a report in the formats that were asked for: one to standard output, the others to files. `text` writes the
/// one for people.
pub fn write(
    outcome: &Outcome,
    format: Option<Format>,
    files: &[Destination],
    terminal: &mut Terminal,
    text: &dyn Fn(&mut dyn Write, crate::cli::terminal::Paint) -> io::Result<()>,
) -> Result<(), Error> {
    for Destination { format, file } in files {
        let failed = |error| Error::Output { path: file.clone(), error };
        let mut bytes = Vec::new();
        match format {
            Format::Text => text(&mut bytes, crate::cli::terminal::Paint::OFF),
            other => render(*other, outcome, &mut bytes),
        }
        .map_err(failed)?;
        replace(file, &bytes).map_err(failed)?;
    }
    match format {
        None => Ok(()),
        Some(Format::Text) => terminal.write(text),
        Some(format) => terminal.write(|out, _| render(format, outcome, out)),
    }
}

fn render(format: Format, outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => Ok(()),
        Format::Json => json::write(out, outcome),
        Format::Jsonl => json::write_lines(out, outcome),
        Format::Sarif => sarif::write(out, outcome),
        Format::Github => github::write(out, outcome),
        Format::Gitlab => gitlab::write(out, outcome),
        Format::Junit => junit::write(out, outcome),
        Format::Markdown => markdown::write(out, outcome),
        Format::Html => html::write(out, outcome),
    }
}
