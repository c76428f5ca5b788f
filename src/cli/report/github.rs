//! Annotations of GitHub Actions: workflow commands on standard output, one for each rewrite.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::io::{self, Write};

use unspool_engine::driver::{Outcome, Problem, Severity};
use unspool_engine::transform::Verdict;

use super::bare;
use super::view::{View, views};

pub fn write(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    for view in views(outcome).iter().filter(|view| view.is_offered()) {
        let View { meta, path, span, site, .. } = view;
        let level = if site.verdict == Verdict::Safe { "warning" } else { "notice" };
        let mut message = meta.title.to_owned();
        for reason in view.reasons() {
            message += "\n";
            message += &reason;
        }
        // A range over several lines has no columns.
        let columns = match span.start.line == span.end.line {
            true => format!(",col={},endColumn={}", span.start.column, span.end.column),
            false => format!(",col={}", span.start.column),
        };
        writeln!(
            out,
            "::{level} file={},line={},endLine={}{columns},title={}::{}",
            property(path),
            span.start.line,
            span.end.line,
            property(&format!("unspool: {} ({})", meta.id, site.verdict)),
            data(&message)
        )?;
    }
    for Problem { path, line, severity, message, help: _ } in &outcome.problems {
        let level = if *severity == Severity::Error { "error" } else { "warning" };
        let path = bare(path).to_string_lossy();
        let line = line.map(|line| format!(",line={line}")).unwrap_or_default();
        writeln!(out, "::{level} file={}{line},title=unspool::{}", property(&path), data(message))?;
    }
    Ok(())
}

/// The escapes of a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Those of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
