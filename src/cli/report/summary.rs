//! What a run did, in numbers.

use std::collections::BTreeMap;
use std::io::{self, Write};

use unspool_engine::driver::{Counts, FileReport, Outcome};
use unspool_engine::transform::Verdict;

use super::plural;
use crate::cli::terminal::{DIM, Paint, verdict_style};

/// The closing line of `fix`: what was rewritten (in `files`), and what more there is to have. The first `on` of the
/// outcome's transforms are those that ran, the rest was only counted.
pub fn fix(unsafe_fixes: bool, on: usize, outcome: &Outcome, files: &[&FileReport]) -> String {
    let applied: usize = files.iter().map(|file| applied(file)).sum();
    let mut line = match files.len() {
        0 => format!("no rewrites in {}", plural(outcome.files_seen, "file")),
        count => format!("{} in {}", plural(applied, "rewrite"), plural(count, "file")),
    };
    let more = More::new(unsafe_fixes, on, outcome);
    if more.unsafe_ > 0 {
        line += &format!("; {} more with --unsafe-fixes", more.unsafe_);
    }
    if more.off > 0 {
        line += &format!("; {} more from transforms that are off", more.off);
    }
    line
}

/// How many rewrites a file got.
fn applied(file: &FileReport) -> usize {
    file.sites.iter().filter(|site| site.applied).count()
}

/// `2 list-to-genexpr, 1 loop-to-yield-from`.
pub fn rewrites(file: &FileReport) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for site in file.sites.iter().filter(|site| site.applied) {
        *counts.entry(site.proposal.transform).or_default() += 1;
    }
    let parts: Vec<String> = counts.iter().map(|(id, count)| format!("{count} {id}")).collect();
    parts.join(", ")
}

/// What the user could have and did not ask for.
struct More {
    unsafe_: usize,
    off: usize,
}

impl More {
    fn new(unsafe_fixes: bool, on: usize, outcome: &Outcome) -> Self {
        let (on, off) = outcome.counts.split_at(on.min(outcome.counts.len()));
        let unsafe_ = |counts: &Counts| if unsafe_fixes { 0 } else { counts.unsafe_ };
        let safe = |counts: &Counts| counts.safe + if unsafe_fixes { counts.unsafe_ } else { 0 };
        More {
            unsafe_: on.iter().map(|(_, counts)| unsafe_(counts)).sum(),
            off: off.iter().map(|(_, counts)| safe(counts)).sum(),
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
        let Counts { safe, unsafe_, refused, withheld, applied: _ } = *counts;
        writeln!(
            out,
            "{id:<width$}{}{}{}{}",
            cell(Verdict::Safe, safe),
            cell(Verdict::Unsafe, unsafe_),
            cell(Verdict::Refused, refused),
            cell(Verdict::Withheld, withheld)
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts are those of one transform that runs and one that is off.
    #[track_caller]
    fn check(unsafe_fixes: bool, on: Counts, off: Counts, expected: &str) {
        let outcome = Outcome { files_seen: 3, counts: vec![("on", on), ("off", off)], ..Outcome::default() };
        assert_eq!(fix(unsafe_fixes, 1, &outcome, &[]), expected);
    }

    #[test]
    fn what_more_there_is() {
        let counts = |safe, unsafe_| Counts { safe, unsafe_, refused: 9, withheld: 9, applied: 0 };
        check(false, counts(0, 0), counts(0, 0), "no rewrites in 3 files");
        check(false, counts(0, 2), counts(0, 5), "no rewrites in 3 files; 2 more with --unsafe-fixes");
        check(
            false,
            counts(0, 2),
            counts(4, 5),
            "no rewrites in 3 files; 2 more with --unsafe-fixes; 4 more from transforms that are off",
        );
        check(
            true,
            counts(0, 2),
            counts(4, 5),
            "no rewrites in 3 files; 9 more from transforms that are off",
        );
    }
}
