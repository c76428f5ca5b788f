//! What a run did, in numbers.

use std::io::{self, Write};

use unspool_engine::driver::{Counts, Job, Outcome};
use unspool_engine::transform::Verdict;

use super::plural;
use crate::cli::terminal::{DIM, Paint, verdict_style};

/// The closing line of `fix`: what was rewritten, and what more there is to have.
pub fn fix(job: &Job, outcome: &Outcome) -> String {
    let applied: usize = outcome.counts.iter().map(|(_, counts)| counts.applied).sum();
    let files = outcome.files.iter().filter(|file| file.change.is_some()).count();
    let mut line = match applied {
        0 => format!("No rewrites in {}", plural(outcome.files_seen, "file")),
        _ => format!("{} in {}", plural(applied, "rewrite"), plural(files, "file")),
    };
    let more = More::new(job, outcome);
    if more.unsafe_ > 0 {
        line += &format!("; {} more with --unsafe-fixes", more.unsafe_);
    }
    if more.off > 0 {
        line += &format!("; {} more from transforms that are off (`unspool list`)", more.off);
    }
    line + "."
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
pub fn totals(out: &mut dyn Write, paint: Paint, outcome: &Outcome, shown: usize) -> io::Result<()> {
    let counts = &outcome.counts[..shown.min(outcome.counts.len())];
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
