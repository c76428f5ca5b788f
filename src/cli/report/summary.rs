//! What a run did, in numbers.

use std::collections::BTreeMap;
use std::io::{self, Write};

use unspool_engine::driver::{Counts, FileReport, Job, Outcome};
use unspool_engine::transform::Verdict;

use super::plural;
use crate::cli::terminal::{DIM, Paint, verdict_style};

/// The closing line of `fix`: what was rewritten (in `files`), and what more there is to have.
pub fn fix(job: &Job, outcome: &Outcome, files: &[&FileReport]) -> String {
    let applied: usize = files.iter().map(|file| applied(file)).sum();
    let mut line = match files.len() {
        0 => format!("no rewrites in {}", plural(outcome.files_seen, "file")),
        count => format!("{} in {}", plural(applied, "rewrite"), plural(count, "file")),
    };
    let more = More::new(job, outcome);
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
    fn new(job: &Job, outcome: &Outcome) -> Self {
        let (on, off) = outcome.counts.split_at(job.transforms.len().min(outcome.counts.len()));
        let unsafe_ = |counts: &Counts| if job.unsafe_fixes { 0 } else { counts.unsafe_ };
        let safe = |counts: &Counts| counts.safe + if job.unsafe_fixes { counts.unsafe_ } else { 0 };
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
