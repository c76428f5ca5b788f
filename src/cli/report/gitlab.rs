//! Code Quality reports of GitLab: <https://docs.gitlab.com/ci/testing/code_quality/>

use std::io::{self, Write};

use serde::Serialize;
use unspool_engine::driver::Outcome;
use unspool_engine::transform::Verdict;

use super::view::{View, views};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'static str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub fn write(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let views = views(outcome);
    let issues: Vec<Issue> = views.iter().filter(|view| view.is_offered()).map(issue).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue<'a>(view: &'a View) -> Issue<'a> {
    let View { meta, path, span, site, .. } = view;
    let mut description = format!("{}: {}", meta.id, meta.title);
    for reason in view.reasons() {
        description += "; ";
        description += &reason;
    }
    Issue {
        description,
        check_name: meta.id,
        fingerprint: &site.identity,
        severity: if site.verdict == Verdict::Safe { "minor" } else { "info" },
        location: Location { path, lines: Lines { begin: span.start.line, end: span.end.line } },
    }
}
