//! JUnit's XML, for CI servers that show tests: a file is a suite, a rewrite a failed test.

use std::collections::BTreeMap;
use std::io::{self, Write};

use unspool_engine::driver::{Outcome, Problem, Severity};

use super::bare;
use super::view::{View, views};

pub fn write(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let all = views(outcome);
    let mut suites: BTreeMap<&str, Vec<&View>> = BTreeMap::new();
    for view in all.iter().filter(|view| view.is_offered()) {
        suites.entry(&view.path).or_default().push(view);
    }
    let errors: Vec<&Problem> = outcome.problems.iter().filter(|p| p.severity == Severity::Error).collect();
    let failures: usize = suites.values().map(Vec::len).sum();
    let tests = (failures + errors.len()).max(1);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="unspool" tests="{tests}" failures="{failures}" errors="{}">"#,
        errors.len()
    )?;
    if failures + errors.len() == 0 {
        // A report without a test counts as a run that went wrong.
        writeln!(out, r#"  <testsuite name="unspool" tests="1" failures="0" errors="0">"#)?;
        writeln!(out, r#"    <testcase classname="unspool" name="nothing to rewrite"/>"#)?;
        writeln!(out, "  </testsuite>")?;
    }
    for (path, views) in suites {
        let (path, count) = (escaped(path), views.len());
        writeln!(out, r#"  <testsuite name="{path}" tests="{count}" failures="{count}" errors="0">"#)?;
        for view in views {
            test(out, &path, view)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    if !errors.is_empty() {
        let count = errors.len();
        writeln!(out, r#"  <testsuite name="unspool" tests="{count}" failures="0" errors="{count}">"#)?;
        for Problem { path, message, .. } in errors {
            let (path, message) = (escaped(&bare(path).to_string_lossy()), escaped(message));
            writeln!(
                out,
                r#"    <testcase classname="{path}" name="read"><error message="{message}"/></testcase>"#
            )?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn test(out: &mut dyn Write, path: &str, view: &View) -> io::Result<()> {
    let View { meta, span, site, .. } = view;
    let (line, column) = (span.start.line, span.start.column);
    writeln!(
        out,
        r#"    <testcase classname="{path}" name="{} {line}:{column}" file="{path}" line="{line}">"#,
        meta.id
    )?;
    writeln!(
        out,
        r#"      <failure type="{}" message="{}">{}</failure>"#,
        site.verdict,
        escaped(meta.title),
        escaped(&view.reasons().join("\n"))
    )?;
    writeln!(out, "    </testcase>")
}

/// Text in XML 1.0, in which most control characters cannot be said at all.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(char),
            char if char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            char => escaped.push(char),
        }
    }
    escaped
}
