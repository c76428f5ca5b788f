//! `--statistics`: sites of each transform by verdict, and why most of them are not safe.

use std::collections::HashMap;
use std::io::{self, Write};

use unspool_engine::driver::Outcome;
use unspool_engine::transform::Verdict;

use super::summary;
use crate::cli::terminal::{BOLD, DIM, Paint};

/// How many reasons are shown for each transform.
const SHOWN: usize = 5;

/// Needs an outcome with every verdict.
pub fn write(out: &mut dyn Write, paint: Paint, outcome: &Outcome) -> io::Result<()> {
    let counts = &outcome.counts[..outcome.running.min(outcome.counts.len())];
    summary::totals(out, paint, counts)?;
    for (id, _) in counts {
        let reasons = reasons(outcome, id);
        if reasons.is_empty() {
            continue;
        }
        writeln!(out, "\n{}", paint.paint(BOLD, id))?;
        for (count, verdict, reason) in reasons.iter().take(SHOWN) {
            writeln!(out, "{count:>7} {verdict:<8}  {reason}")?;
        }
        if reasons.len() > SHOWN {
            let rest: usize = reasons[SHOWN..].iter().map(|(count, ..)| count).sum();
            writeln!(
                out,
                "{}",
                paint.paint(DIM, format!("{rest:>7} for {} other reasons", reasons.len() - SHOWN))
            )?;
        }
    }
    Ok(())
}

/// What decided the verdicts of a transform's sites, the most frequent first. A site with several reasons counts for
/// each of them.
fn reasons<'o>(outcome: &'o Outcome, id: &str) -> Vec<(usize, Verdict, &'o str)> {
    let mut counts: HashMap<(Verdict, &str), usize> = HashMap::new();
    let sites =
        outcome.files.iter().flat_map(|file| &file.sites).filter(|site| site.proposal.transform == id);
    for site in sites {
        let withheld = site.proposal.withheld.as_deref().filter(|_| site.verdict == Verdict::Withheld);
        let deciding = site.proposal.deciding().map(|obligation| obligation.claim);
        let mut seen: Vec<&str> = withheld.into_iter().chain(deciding).collect();
        seen.sort_unstable();
        seen.dedup();
        for reason in seen {
            *counts.entry((site.verdict, reason)).or_default() += 1;
        }
    }
    let mut reasons: Vec<_> =
        counts.into_iter().map(|((verdict, reason), count)| (count, verdict, reason)).collect();
    reasons.sort_by(|a, b| (b.0, a.1, a.2).cmp(&(a.0, b.1, b.2)));
    reasons
}
