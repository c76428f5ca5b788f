//! What verification found, for people.

use std::io::{self, Write};
use std::path::PathBuf;

use unspool_engine::transform::Verdict;
use unspool_verify::{Breakage, Guilty, Rewrite, Verified};

use super::Seen;
use crate::cli::report::places::Places;
use crate::cli::report::site::{Detail, SiteWriter, one_line};
use crate::cli::report::{plural, shown};
use crate::cli::terminal::{Paint, RED, Terminal};

/// How many tests of one guilty rewrite, and how many files, are named.
const NAMED: usize = 5;

pub fn write(terminal: &mut Terminal, line: &str, verified: &Verified, seen: &Seen) {
    let Verified { guilty, flaky, .. } = verified;
    if !guilty.is_empty() {
        let them = if guilty.len() == 1 { "it breaks" } else { "they break" };
        terminal.warning(format_args!("dropped {}: {them} `{line}`", plural(guilty.len(), "rewrite")));
        terminal.report(|out, paint| dropped(out, paint, guilty, seen));
        if guilty.iter().any(|guilty| is_safe(&guilty.rewrite, seen)) {
            terminal.note(
                "a safe rewrite that breaks a test is a mistake of unspool, unless the test looks at what is no \
                 behaviour (memory, frames): please report it",
            );
        }
    }
    for check in flaky {
        terminal.note(format_args!("flaky, so it does not count: {}", one_line(&check.to_string())));
    }
    reach(terminal, verified);
    terminal.note(sum(line, verified));
}

fn is_safe(rewrite: &Rewrite, seen: &Seen) -> bool {
    let site = seen.get(&rewrite.id).and_then(|file| file.sites.first());
    site.is_some_and(|site| site.verdict == Verdict::Safe)
}

/// Each with what it broke and why it had been thought to keep behaviour.
fn dropped(out: &mut dyn Write, paint: Paint, guilty: &[Guilty], seen: &Seen) -> io::Result<()> {
    let mut places = Places::new();
    for Guilty { rewrite, broke, together_with } in guilty {
        let Some((file, site)) = seen.get(&rewrite.id).and_then(|file| Some((file, file.sites.first()?)))
        else {
            continue;
        };
        let mut writer = SiteWriter::new(file, &mut places, paint, Detail::All);
        writer.head(out, site)?;
        for Breakage { check, how, message, .. } in broke.iter().take(NAMED) {
            let label = paint.paint(RED, "broke   ");
            writeln!(out, "    {label}  {}: {how}", one_line(&check.to_string()))?;
            // The first line says what; an assertion explains itself over many more.
            if let Some(first) = message.lines().find(|line| !line.trim().is_empty()) {
                writeln!(out, "              {}", one_line(first))?;
            }
        }
        if broke.len() > NAMED {
            writeln!(out, "              and {} more", broke.len() - NAMED)?;
        }
        for other in together_with {
            let at = format!("{}:{}", shown(&other.path), other.line);
            writeln!(out, "              only together with {at}: {}, which is kept", other.transform)?;
        }
        writer.body(out, site)?;
    }
    Ok(())
}

/// What the command cannot have noticed.
fn reach(terminal: &mut Terminal, verified: &Verified) {
    let Verified { files, imported, observed, kept, .. } = verified;
    if *kept == 0 {
        return;
    }
    if !observed {
        terminal.warning(
            "no Python that the command started could be observed: only its exit status was compared, and whether it ran \
             the rewritten copy is not known",
        );
        return;
    }
    let unseen: Vec<&PathBuf> = files.difference(imported).collect();
    if unseen.is_empty() {
        return;
    }
    let names: Vec<String> = unseen.iter().take(NAMED).map(|path| shown(path).to_string()).collect();
    let more =
        if unseen.len() > NAMED { format!(" and {} more", unseen.len() - NAMED) } else { String::new() };
    let text = format!(
        "the command imported {} of the {}; it says nothing about {}{more}",
        imported.len(),
        plural(files.len(), "rewritten file"),
        names.join(", ")
    );
    if imported.is_empty() { terminal.warning(text) } else { terminal.note(text) }
}

/// One line.
fn sum(line: &str, verified: &Verified) -> String {
    let Verified { baseline, guilty, flaky, kept, runs, .. } = verified;
    let what = match baseline.tests {
        0 => baseline.status.clone(),
        tests => plural(tests, "test"),
    };
    let mut line = format!("verified with `{line}`: {what} as before");
    let mut apart = Vec::new();
    if baseline.failing > 0 {
        apart.push(format!("{} failed before", baseline.failing));
    }
    if !flaky.is_empty() {
        apart.push(format!("{} flaky", flaky.len()));
    }
    if !apart.is_empty() {
        line += &format!(" ({})", apart.join(", "));
    }
    line + &format!("; {} kept, {} dropped; {}", plural(*kept, "rewrite"), guilty.len(), plural(*runs, "run"))
}
