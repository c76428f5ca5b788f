//! SARIF 2.1.0 (OASIS): <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
//!
//! Section numbers are those of the standard. A rewrite is a result with a fix; what is refused or withheld is
//! informational; what is held back is a suppressed result.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};
use unspool_engine::driver::{Held, Outcome, Problem, Severity, whole_edits};
use unspool_engine::text::Edit;
use unspool_engine::transform::{Meta, Verdict};

use super::bare;
use super::places::{Numbered, Span};
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
        Held::Comment { reason, .. } => ("inSource", &**reason),
        Held::Rejected { reason } => ("external", &**reason),
        Held::Baseline => ("external", "in the baseline"),
        Held::Unchanged => ("external", "outside of the lines that changed"),
    };
    match reason {
        "" => json!({ "kind": kind }),
        reason => json!({ "kind": kind, "justification": reason }),
    }
}

/// The changes of a rewrite (3.56). One of a later round builds on others, and has no fix in the file as it is.
fn fixes(view: &View) -> Vec<Value> {
    let View { file, site, path, .. } = view;
    // Those of other files have positions in texts that are not at hand.
    if site.round > 1 || site.proposal.edits.is_empty() || !site.proposal.foreign.is_empty() {
        return Vec::new();
    }
    let text = Numbered::of(file);
    let edits = whole_edits(&file.text, &[&site.proposal]).pop().unwrap_or_default();
    let replacement = |edit: &Edit| {
        json!({
            "deletedRegion": region(text.span(edit.range)),
            "insertedContent": { "text": edit.text },
        })
    };
    let replacements: Vec<Value> = edits.iter().map(replacement).collect();
    vec![json!({ "artifactLocation": { "uri": uri(path) }, "replacements": replacements })]
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
    let Problem { path, line, severity, message } = problem;
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
