//! What a run did, in numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use unspool_engine::driver::{Counts, FileReport, Outcome};
use unspool_engine::transform::Verdict;

use super::{plural, shown};
use crate::cli::terminal::{DIM, Paint, YELLOW, verdict_style};

/// The closing line of a `fix` that writes no files: what was rewritten (in `files`), and what more there is to have.
pub fn fix(outcome: &Outcome, files: &[&FileReport]) -> String {
    let mut line = match files {
        [] => format!("no rewrites in {}", plural(outcome.files_seen, "file")),
        _ => done(files),
    };
    let more = More::new(outcome);
    if more.unsafe_ > 0 {
        line += &format!("; {} more with --unsafe-fixes", more.unsafe_);
    }
    if more.off > 0 {
        line += &format!("; {} more from transforms that are off", more.off);
    }
    if more.held > 0 {
        line += &format!("; {} held back", more.held);
    }
    line
}

/// What `fix` did and did not do, in lines, for whoever is about to commit it: the rewrites of each transform, what was
/// kept back and how to get it, what comes next.
pub fn report(outcome: &Outcome, files: &[&FileReport], verified: bool) -> String {
    let total: usize = files.iter().map(|file| applied(file)).sum();
    let mut lines = vec![match files {
        [] => format!("no rewrites in {}", plural(outcome.files_seen, "file")),
        _ => done(files),
    }];
    let width = outcome.counts.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    for (id, _) in &outcome.counts {
        let mut changed: BTreeSet<&Path> = BTreeSet::new();
        let mut count = 0;
        for file in files {
            for site in file.sites.iter().filter(|site| site.applied && site.proposal.transform == *id) {
                count += 1;
                changed.insert(&file.path);
                changed.extend(site.others.iter().map(|other| &*other.path));
            }
        }
        if count > 0 {
            let (count, changed) = (plural(count, "rewrite"), plural(changed.len(), "file"));
            lines.push(format!("    {id:<width$}  {count} in {changed}"));
        }
    }
    lines.extend(kept_back(outcome));
    if total > 0 {
        lines.push(match verified {
            true => "next: read the diff and commit it".into(),
            false => "next: read the diff and run the tests (`unspool fix --verify COMMAND` runs them and drops what breaks one)".into(),
        });
    }
    lines.join("\n")
}

/// What could be had and was not applied, in lines; how to see it and how to get it.
pub fn kept_back(outcome: &Outcome) -> Vec<String> {
    let (on, off) = outcome.counts.split_at(outcome.running.min(outcome.counts.len()));
    let line = |counts: &[(&'static str, Counts)], of: fn(&Counts) -> usize, what: &str| {
        let parts = counts.iter().map(|(id, counts)| (of(counts), *id)).filter(|(count, _)| *count > 0);
        let parts: Vec<(usize, &str)> = parts.collect();
        let sum: usize = parts.iter().map(|(count, _)| count).sum();
        let names: Vec<String> = parts.iter().map(|(count, id)| format!("{count} {id}")).collect();
        (sum > 0).then(|| format!("    {sum} {what} ({})", names.join(", ")))
    };
    let lines = [
        line(
            on,
            More::unsafe_,
            "that rest on assumptions: `unspool check` names them, `--unsafe-fixes` applies them",
        ),
        line(
            off,
            |counts| counts.offered,
            "of transforms that are off: `--extend-select ID` switches one on",
        ),
        line(
            on,
            |counts| counts.held,
            "held back by comments, decisions, the baseline or other files: `unspool check --refusals` says why",
        ),
    ];
    let mut lines: Vec<String> = lines.into_iter().flatten().collect();
    if !lines.is_empty() {
        lines.insert(0, "kept back:".into());
    }
    lines
}

/// `3 rewrites in 2 files`.
pub fn done(files: &[&FileReport]) -> String {
    let applied: usize = files.iter().map(|file| applied(file)).sum();
    format!("{} in {}", plural(applied, "rewrite"), plural(files.len(), "file"))
}

/// How many rewrites a file got.
fn applied(file: &FileReport) -> usize {
    file.sites.iter().filter(|site| site.applied).count()
}

/// What was done to a file: `rewrote`, `made`.
pub fn wrote(file: &FileReport) -> &'static str {
    if file.change.as_ref().is_some_and(|change| change.is_new) { "made" } else { "rewrote" }
}

/// `2 list-to-genexpr, 1 loop-to-yield-from`; `with a.py` where rewrites of other files changed it.
pub fn rewrites(file: &FileReport, all: &[FileReport]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for site in file.sites.iter().filter(|site| site.applied) {
        *counts.entry(site.proposal.transform).or_default() += 1;
    }
    let mut parts: Vec<String> = counts.iter().map(|(id, count)| format!("{count} {id}")).collect();
    let changes_it = |other: &&FileReport| {
        let mut applied = other.sites.iter().filter(|site| site.applied);
        applied.any(|site| site.others.iter().any(|changed| changed.path == file.path))
    };
    let with: Vec<String> =
        all.iter().filter(changes_it).map(|other| shown(&other.path).to_string()).collect();
    if !with.is_empty() {
        parts.push(format!("with {}", with.join(", ")));
    }
    parts.join(", ")
}

/// What the user could have and did not ask for.
struct More {
    unsafe_: usize,
    off: usize,
    held: usize,
}

impl More {
    /// Those of a transform that runs that its file does not let apply.
    fn unsafe_(counts: &Counts) -> usize {
        (counts.safe + counts.unsafe_).saturating_sub(counts.offered)
    }

    fn new(outcome: &Outcome) -> Self {
        let (on, off) = outcome.counts.split_at(outcome.running.min(outcome.counts.len()));
        let sum = |counts: &[(_, Counts)], of: fn(&Counts) -> usize| {
            counts.iter().map(|(_, counts)| of(counts)).sum()
        };
        More {
            unsafe_: sum(on, Self::unsafe_),
            off: sum(off, |counts| counts.offered),
            held: sum(on, |counts| counts.held),
        }
    }
}

/// The closing table of `check`: sites of each transform by verdict.
pub fn totals(out: &mut dyn Write, paint: Paint, counts: &[(&'static str, Counts)]) -> io::Result<()> {
    let width = counts.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    let cell = |verdict: Verdict, count: usize| {
        let style = if count == 0 { DIM } else { verdict_style(verdict) };
        paint.paint(style, format!("{count:>7} {verdict}"))
    };
    for (id, counts) in counts {
        let Counts { safe, unsafe_, refused, withheld, held, offered: _, applied: _ } = *counts;
        // A word of its own only where there is something to say: most have never held anything back.
        let held = if held > 0 { format!("{held:>7} held back") } else { String::new() };
        writeln!(
            out,
            "{id:<width$}{}{}{}{}{}",
            cell(Verdict::Safe, safe),
            cell(Verdict::Unsafe, unsafe_),
            cell(Verdict::Refused, refused),
            cell(Verdict::Withheld, withheld),
            paint.paint(YELLOW, held)
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts are those of one transform that runs and one that is off.
    #[track_caller]
    fn check(on: Counts, off: Counts, expected: &str) {
        let counts = vec![("on", on), ("off", off)];
        let outcome = Outcome { files_seen: 3, counts, running: 1, ..Outcome::default() };
        assert_eq!(fix(&outcome, &[]), expected);
    }

    #[test]
    fn what_more_there_is() {
        let counts = |safe, unsafe_, offered, held| Counts {
            safe,
            unsafe_,
            refused: 9,
            withheld: 9,
            held,
            offered,
            applied: 0,
        };
        check(counts(0, 0, 0, 0), counts(0, 0, 0, 0), "no rewrites in 3 files");
        check(counts(0, 2, 0, 0), counts(0, 5, 0, 0), "no rewrites in 3 files; 2 more with --unsafe-fixes");
        check(
            counts(0, 2, 0, 0),
            counts(4, 5, 4, 0),
            "no rewrites in 3 files; 2 more with --unsafe-fixes; 4 more from transforms that are off",
        );
        check(
            counts(0, 2, 2, 1),
            counts(4, 5, 9, 0),
            "no rewrites in 3 files; 9 more from transforms that are off; 1 held back",
        );
    }
}
