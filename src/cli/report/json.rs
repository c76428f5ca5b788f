//! `check --format json`. The shape is documented in `docs/json.md` and `docs/check.schema.json`, and programs
//! rely on it: fields are added, never renamed, and [`SCHEMA`] counts up when one goes.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use unspool_engine::driver::{Counts, FileReport, Outcome, Problem, Severity, SiteReport};
use unspool_engine::transform::{Obligation, Proposal};

use super::bare;
use super::places::{Numbered, Places, Span};

/// Version of the format.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    version: &'static str,
    files_seen: usize,
    totals: Vec<Total>,
    sites: Vec<Site<'a>>,
    problems: Vec<Complaint<'a>>,
}

#[derive(Serialize)]
struct Total {
    transform: &'static str,
    safe: usize,
    r#unsafe: usize,
    refused: usize,
    withheld: usize,
}

#[derive(Serialize)]
struct Site<'a> {
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    transform: &'static str,
    verdict: &'static str,
    identity: &'a str,
    /// Why a site that keeps behaviour is withheld.
    benefit: Option<&'a str>,
    obligations: Vec<Duty<'a>>,
    edits: Vec<Change<'a>>,
    imports: Vec<Import>,
}

#[derive(Serialize)]
struct Duty<'a> {
    kind: &'static str,
    claim: &'static str,
    state: &'static str,
    reason: &'a str,
    path: String,
    /// None where the file cannot be read any more.
    range: Option<Span>,
    conventions: Vec<&'static str>,
}

#[derive(Serialize)]
struct Change<'a> {
    path: String,
    range: Option<Span>,
    text: &'a str,
}

#[derive(Serialize)]
struct Import {
    module: &'static str,
    /// Without one the module itself is imported.
    name: Option<&'static str>,
}

#[derive(Serialize)]
struct Complaint<'a> {
    path: String,
    line: Option<usize>,
    severity: &'static str,
    message: &'a str,
}

/// Writes the report of a `check`.
pub fn write(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let mut places = Places::new();
    let report = Report {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        files_seen: outcome.files_seen,
        totals: outcome.counts.iter().map(|(id, counts)| total(id, counts)).collect(),
        sites: outcome.files.iter().flat_map(|file| sites(file, &mut places)).collect(),
        problems: outcome.problems.iter().map(complaint).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn total(transform: &'static str, counts: &Counts) -> Total {
    let Counts { safe, unsafe_, refused, withheld, applied: _ } = *counts;
    Total { transform, safe, r#unsafe: unsafe_, refused, withheld }
}

fn sites<'a>(file: &'a FileReport, places: &mut Places) -> Vec<Site<'a>> {
    let text = Numbered::of(file);
    file.sites.iter().map(|report| site(file, &text, report, places)).collect()
}

fn site<'a>(file: &FileReport, text: &Numbered, report: &'a SiteReport, places: &mut Places) -> Site<'a> {
    let SiteReport { proposal, verdict, line, column, identity, applied: _, round: _ } = report;
    let Proposal {
        transform,
        anchor,
        edits,
        rests_on: _,
        foreign,
        imports,
        unimports: _,
        obligations,
        withheld,
        comments: _,
    } = proposal;
    let path = path_text(&file.path);
    let end = text.span(*anchor).end;
    let own = edits.iter().map(|edit| Change {
        path: path.clone(),
        range: Some(text.span(edit.range)),
        text: &edit.text,
    });
    let mut edits: Vec<_> = own.collect();
    for other in foreign {
        edits.extend(other.edits.iter().map(|edit| Change {
            path: path_text(places.name(&other.path)),
            range: places.other(&other.path).map(|text| text.span(edit.range)),
            text: &edit.text,
        }));
    }
    Site {
        line: *line,
        column: *column,
        end_line: end.line,
        end_column: end.column,
        transform,
        verdict: verdict.name(),
        identity,
        benefit: withheld.as_deref(),
        obligations: obligations.iter().map(|duty| self::duty(&path, text, duty, places)).collect(),
        edits,
        imports: imports.iter().map(|import| Import { module: import.module, name: import.name }).collect(),
        path,
    }
}

fn duty<'a>(path: &str, text: &Numbered, obligation: &'a Obligation, places: &mut Places) -> Duty<'a> {
    let Obligation { kind, claim, state, at, conventions } = obligation;
    Duty {
        kind,
        claim,
        state: state.name(),
        reason: state.reason(),
        path: at.path.as_deref().map_or_else(|| path.to_owned(), |other| path_text(places.name(other))),
        range: places.span(at, text),
        conventions: conventions.iter().map(|convention| convention.name()).collect(),
    }
}

fn complaint(problem: &Problem) -> Complaint<'_> {
    let Problem { path, line, severity, message } = problem;
    let severity = match severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    Complaint { path: path_text(path), line: *line, severity, message }
}

/// JSON is Unicode: what is not UTF-8 in a path becomes U+FFFD.
fn path_text(path: &Path) -> String {
    bare(path).to_string_lossy().into_owned()
}
