//! `--format json` and `--format jsonl`. The shape is documented in `docs/json.md` and `docs/check.schema.json`, and programs
//! rely on it: fields are added, never renamed, and [`SCHEMA`] counts up when one goes.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use unspool_engine::driver::{Counts, FileReport, Held, Outcome, Problem, Severity, SiteReport};
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
    held: usize,
}

/// Why a rewrite is held back.
#[derive(Serialize)]
struct Holding {
    by: &'static str,
    reason: String,
    /// That of the comment.
    line: Option<usize>,
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
    /// Whether the rewrite is part of the result (`fix`).
    applied: bool,
    /// In which round it was decided: the places of its edits are those of the text of that round.
    round: usize,
    identity: &'a str,
    /// Why a site that keeps behaviour is withheld.
    benefit: Option<&'a str>,
    held: Option<Holding>,
    obligations: Vec<Duty<'a>>,
    edits: Vec<Change<'a>>,
    imports: Vec<Import<'a>>,
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
    range: Span,
    text: &'a str,
    /// The file is not there yet; said only where it is so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    new_file: bool,
}

#[derive(Serialize)]
struct Import<'a> {
    module: &'a str,
    /// Without one the module itself is imported.
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct Complaint<'a> {
    path: String,
    line: Option<usize>,
    severity: &'static str,
    message: &'a str,
}

/// Writes a report.
pub fn write(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &report(outcome))?;
    writeln!(out)
}

/// One line of `jsonl`; `kind` says which.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Record<'r, 'a> {
    Report { schema: u32, version: &'static str, files_seen: usize },
    Total(&'r Total),
    Site(&'r Site<'a>),
    Problem(&'r Complaint<'a>),
}

/// Writes a report in lines.
pub fn write_lines(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let Report { schema, version, files_seen, totals, sites, problems } = report(outcome);
    let records = std::iter::once(Record::Report { schema, version, files_seen })
        .chain(totals.iter().map(Record::Total))
        .chain(sites.iter().map(Record::Site))
        .chain(problems.iter().map(Record::Problem));
    for record in records {
        serde_json::to_writer(&mut *out, &record)?;
        writeln!(out)?;
    }
    Ok(())
}

fn report(outcome: &Outcome) -> Report<'_> {
    let mut places = Places::new();
    let running = &outcome.counts[..outcome.running.min(outcome.counts.len())];
    Report {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        files_seen: outcome.files_seen,
        totals: running.iter().map(|(id, counts)| total(id, counts)).collect(),
        sites: outcome.files.iter().flat_map(|file| sites(file, &mut places)).collect(),
        problems: outcome.problems.iter().map(complaint).collect(),
    }
}

fn total(transform: &'static str, counts: &Counts) -> Total {
    let Counts { safe, unsafe_, refused, withheld, held, offered: _, applied: _ } = *counts;
    Total { transform, safe, r#unsafe: unsafe_, refused, withheld, held }
}

fn holding(held: &Held) -> Holding {
    let holding = |by, reason: &str, line| Holding { by, reason: reason.to_owned(), line };
    match held {
        Held::Comment { line, reason } => holding("comment", reason, Some(*line)),
        Held::Rejected { reason } => holding("decision", reason, None),
        Held::Baseline => holding("baseline", "", None),
        Held::Unchanged => holding("diff-base", "", None),
        Held::Partner { path, reason } => holding("file", &format!("{} {reason}", path_text(path)), None),
    }
}

fn sites<'a>(file: &'a FileReport, places: &mut Places) -> Vec<Site<'a>> {
    let first = Numbered::of(file);
    let mut latest: Option<(usize, Numbered)> = None;
    let mut all = Vec::with_capacity(file.sites.len());
    for report in &file.sites {
        // Sites are ordered by round.
        if report.round > 1 && latest.as_ref().is_none_or(|(round, _)| *round != report.round) {
            latest = file.text_of(report).map(|text| (report.round, Numbered::new(Arc::clone(text))));
        }
        let decided_on = latest.as_ref().filter(|(round, _)| *round == report.round).map(|(_, text)| text);
        all.push(site(file, &first, decided_on.unwrap_or(&first), report, places));
    }
    all
}

/// `first` is the text that was read, `text` that of the round.
fn site<'a>(
    file: &FileReport,
    first: &Numbered,
    text: &Numbered,
    report: &'a SiteReport,
    places: &mut Places,
) -> Site<'a> {
    let SiteReport {
        proposal,
        verdict,
        identity,
        held,
        applied,
        round,
        origin,
        others,
        with_imports: _,
        line: _,
        column: _,
    } = report;
    let Proposal {
        transform,
        anchor: _,
        edits,
        rests_on: _,
        foreign: _,
        uses: _,
        imports,
        unimports: _,
        obligations,
        withheld,
        comments: _,
    } = proposal;
    let path = path_text(&file.path);
    let Span { start, end } = first.span(*origin);
    let own = edits.iter().map(|edit| Change {
        path: path.clone(),
        range: text.span(edit.range),
        text: &edit.text,
        new_file: false,
    });
    let mut edits: Vec<_> = own.collect();
    for other in others {
        let numbered = Numbered::new(Arc::clone(&other.text));
        edits.extend(other.edits.iter().map(|edit| Change {
            path: path_text(&other.path),
            range: numbered.span(edit.range),
            text: &edit.text,
            new_file: other.is_new,
        }));
    }
    Site {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        transform,
        verdict: verdict.name(),
        applied: *applied,
        round: *round,
        identity,
        benefit: withheld.as_deref(),
        held: held.as_ref().map(holding),
        obligations: obligations.iter().map(|duty| self::duty(&path, text, duty, places)).collect(),
        edits,
        imports: imports
            .iter()
            .map(|import| Import { module: &import.module, name: import.name.as_deref() })
            .collect(),
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
    let Problem { path, line, severity, message, help: _ } = problem;
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
