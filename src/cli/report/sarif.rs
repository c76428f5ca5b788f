//! SARIF 2.1.0 (OASIS): <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
//!
//! Section numbers are those of the standard. A rewrite is a result with a fix; what is refused or withheld is
//! informational; what is held back is a suppressed result.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value, json};
use unspool_engine::driver::{Held, Outcome, Problem, Severity};
use unspool_engine::text::Edit;
use unspool_engine::transform::{Meta, Verdict};

use super::bare;
use super::places::{Numbered, Span};
use super::site::held_because;
use super::view::{View, views};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub fn write(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let ran = &outcome.counts[..outcome.running.min(outcome.counts.len())];
    let metas: Vec<&'static Meta> = unspool_transforms::registry()
        .iter()
        .map(|transform| transform.meta())
        .filter(|meta| ran.iter().any(|(id, _)| *id == meta.id))
        .collect();
    let views = views(outcome);
    let results: Vec<Value> = views.iter().map(|view| result(view, &metas)).collect();
    let failed = outcome.problems.iter().any(|problem| problem.severity == Severity::Error);
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "unspool",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": metas.iter().map(|meta| rule(meta)).collect::<Vec<_>>(),
            }},
            // Columns count characters, not UTF-16 code units (3.14.17).
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": !failed,
                "toolExecutionNotifications": outcome.problems.iter().map(notification).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// 3.49
fn rule(meta: &Meta) -> Value {
    json!({
        "id": meta.id,
        "shortDescription": { "text": meta.title },
        "fullDescription": { "text": format!("{}. Instead: {}.", meta.anti_pattern, meta.idiom) },
        "help": { "text": meta.docs, "markdown": meta.docs },
        "properties": { "tags": [meta.group.name()] },
    })
}

/// 3.27
fn result(view: &View, metas: &[&'static Meta]) -> Value {
    let View { meta, path, span, site, .. } = view;
    let (kind, level) = match site.verdict {
        Verdict::Safe => ("fail", "warning"),
        Verdict::Unsafe => ("fail", "note"),
        // With a kind other than `fail` the level must be `none` (3.27.10).
        Verdict::Refused | Verdict::Withheld => ("informational", "none"),
    };
    let mut message = format!("{} ({}).", meta.title, site.verdict);
    for reason in view.reasons() {
        message += " ";
        message += &reason;
        message += ".";
    }
    let mut result = json!({
        "ruleId": meta.id,
        "kind": kind,
        "level": level,
        "message": { "text": message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(path) },
            "region": region(*span),
        }}],
        "partialFingerprints": { "unspoolIdentity/v1": site.identity },
    });
    if let Some(index) = metas.iter().position(|known| known.id == meta.id) {
        result["ruleIndex"] = index.into();
    }
    let fixes = fixes(view);
    if !fixes.is_empty() {
        result["fixes"] = json!([{
            "description": { "text": format!("Rewrite to: {}", meta.idiom) },
            "artifactChanges": fixes,
        }]);
    }
    if let Some(held) = &site.held {
        result["suppressions"] = json!([suppression(held)]);
    }
    result
}

/// 3.35
fn suppression(held: &Held) -> Value {
    let (kind, reason) = match held {
        Held::Comment { reason, .. } => ("inSource", reason.clone()),
        Held::Rejected { reason } => ("external", reason.clone()),
        Held::Baseline | Held::Unchanged | Held::Partner { .. } => ("external", held_because(held)),
    };
    match reason.is_empty() {
        true => json!({ "kind": kind }),
        false => json!({ "kind": kind, "justification": reason }),
    }
}

/// The changes of a rewrite (3.56), one for each file. One of a later round builds on others, and has no fix in the files
/// as they are, unless nothing was applied to them before: then it has waited for its turn alone.
fn fixes(view: &View) -> Vec<Value> {
    let View { file, site, path, .. } = view;
    let as_read = file.text_of(site).is_some_and(|text| *text == file.text);
    if !as_read || site.edits().is_empty() {
        return Vec::new();
    }
    let others = site.others.iter().map(|other| {
        let name = bare(&other.path).to_string_lossy();
        artifact_change(&name, &Numbered::new(Arc::clone(&other.text)), &other.edits)
    });
    std::iter::once(artifact_change(path, &Numbered::of(file), site.edits())).chain(others).collect()
}

/// 3.56
fn artifact_change(path: &str, text: &Numbered, edits: &[Edit]) -> Value {
    let replacement = |edit: &Edit| {
        json!({
            "deletedRegion": region(text.span(edit.range)),
            "insertedContent": { "text": edit.text },
        })
    };
    let replacements: Vec<Value> = edits.iter().map(replacement).collect();
    json!({ "artifactLocation": { "uri": uri(path) }, "replacements": replacements })
}

/// 3.30
fn region(span: Span) -> Value {
    json!({
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    })
}

/// 3.58
fn notification(problem: &Problem) -> Value {
    let Problem { path, line, severity, message, help: _ } = problem;
    let mut location = json!({ "artifactLocation": { "uri": uri(&bare(path).to_string_lossy()) } });
    if let Some(line) = line {
        location["region"] = json!({ "startLine": line });
    }
    json!({
        "level": if *severity == Severity::Error { "error" } else { "warning" },
        "message": { "text": message },
        "locations": [{ "physicalLocation": location }],
    })
}

/// A path as a URI reference (RFC 3986), relative where the path is.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte))
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
