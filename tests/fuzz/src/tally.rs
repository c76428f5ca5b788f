//! Counts over many programs, and the tables that are printed of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use unspool_engine::driver::FixedText;
use unspool_engine::transform::{State, Transform, Verdict};

/// A program that behaves differently once it is rewritten.
#[derive(Clone, Debug)]
pub struct Divergence {
    pub index: u64,
    pub before: String,
    pub after: String,
    /// Events around the first difference.
    pub first: (String, String),
}

/// What was seen of a family.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub programs: u64,
    /// Programs with an applied rewrite.
    pub rewritten: u64,
    /// Programs that are changed cases, and how many of them were rewritten. They count among the others, too.
    pub mutants: u64,
    pub rewritten_mutants: u64,
    pub unfinished: u64,
    /// Sites at which nothing stands against a rewrite and yet there is none to write.
    pub unwritten: u64,
    /// With an obligation off: the first program whose text then says what is not so.
    pub told: Option<u64>,
    /// Differences that a convention allows, by its name.
    pub excused: BTreeMap<&'static str, u64>,
    /// Proved, assumed, refuted, by transform and kind.
    pub obligations: BTreeMap<(&'static str, &'static str), [u64; 3]>,
    /// What stood against the programs made anew that nothing rewrote: obligation, state and reason of the last of their sites.
    pub refusals: BTreeMap<String, u64>,
    /// Rewrites by the convention that their proofs leant on.
    pub conventions: BTreeMap<&'static str, u64>,
    pub divergences: Vec<Divergence>,
    /// Programs that could not be rewritten at all, with the message.
    pub broken: Vec<(u64, String)>,
}

impl Tally {
    /// `assuming`: rewrites that assume something are applied, too.
    pub fn sites(&mut self, fixed: &FixedText, assuming: bool) {
        for site in &fixed.sites {
            let applies = site.verdict == Verdict::Safe || (assuming && site.verdict == Verdict::Unsafe);
            if applies && site.proposal.edits.is_empty() {
                self.unwritten += 1;
            }
            for obligation in &site.proposal.obligations {
                let key = (site.proposal.transform, obligation.kind);
                let column = match obligation.state {
                    State::Proved(_) => 0,
                    State::Assumed(_) => 1,
                    State::Refuted(_) => 2,
                };
                self.obligations.entry(key).or_default()[column] += 1;
                if site.applied {
                    for convention in &obligation.conventions {
                        *self.conventions.entry(convention.name()).or_default() += 1;
                    }
                }
            }
        }
    }

    /// Counts a program that stays as it is by what stood against its last site.
    pub fn refused(&mut self, fixed: &FixedText) {
        let last = fixed.sites.last().map(|s| &s.proposal);
        let reason = match last.and_then(|p| Some((p, p.deciding().next()?))) {
            _ if last.is_none() => "no site".to_owned(),
            Some((p, o)) if p.withheld.is_none() || o.state.is_refuted() => {
                format!("{} {}: {}", o.kind, o.state.name(), without_names(o.state.reason()))
            }
            _ => without_names(last.and_then(|p| p.withheld.as_deref()).unwrap_or("not written")),
        };
        *self.refusals.entry(reason).or_default() += 1;
    }

    pub fn merge(&mut self, other: Tally) {
        self.programs += other.programs;
        self.rewritten += other.rewritten;
        self.mutants += other.mutants;
        self.rewritten_mutants += other.rewritten_mutants;
        self.unfinished += other.unfinished;
        self.unwritten += other.unwritten;
        self.told = self.told.into_iter().chain(other.told).min();
        for (name, n) in other.excused {
            *self.excused.entry(name).or_default() += n;
        }
        for (key, counts) in other.obligations {
            let sum = self.obligations.entry(key).or_default();
            sum.iter_mut().zip(counts).for_each(|(s, c)| *s += c);
        }
        for (reason, n) in other.refusals {
            *self.refusals.entry(reason).or_default() += n;
        }
        for (name, n) in other.conventions {
            *self.conventions.entry(name).or_default() += n;
        }
        self.divergences.extend(other.divergences);
        self.broken.extend(other.broken);
        self.divergences.sort_by_key(|d| d.index);
        self.broken.sort_by_key(|(index, _)| *index);
    }

    /// How much was found, of whatever sort.
    pub fn findings(&self) -> usize {
        self.divergences.len() + self.broken.len()
    }

    /// Share of programs with an applied rewrite, in percent.
    pub fn share(&self) -> f64 {
        100.0 * self.rewritten as f64 / self.programs.max(1) as f64
    }

    /// The share among those that were made anew, changed cases left out.
    pub fn share_of_generated(&self) -> f64 {
        let generated = (self.programs - self.mutants).max(1);
        100.0 * (self.rewritten - self.rewritten_mutants) as f64 / generated as f64
    }

    /// What stood most often against programs that nothing rewrote.
    pub fn refusals(&self) -> String {
        let mut all: Vec<_> = self.refusals.iter().collect();
        all.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
        all.iter().take(40).map(|(reason, n)| format!("{n:>8}  {reason}\n")).collect()
    }

    /// The figures and tables as text.
    pub fn report(&self, transform: &dyn Transform) -> String {
        let mut out = String::new();
        let mut line = |text: String| writeln!(out, "{text}").expect("a string takes all text");
        line(format!("programs     {}", self.programs));
        line(format!("rewritten    {} ({:.1} %)", self.rewritten, self.share()));
        line(format!(
            "of these     {} are changed cases; {:.1} % of the others rewritten",
            self.mutants,
            self.share_of_generated()
        ));
        line(format!("divergences  {}", self.divergences.len()));
        line(format!("broken       {}", self.broken.len()));
        line(format!("unfinished   {}", self.unfinished));
        for (name, n) in &self.excused {
            line(format!("excused by a convention: {name}: {n}"));
        }
        for (name, n) in &self.conventions {
            line(format!("proofs of applied rewrites that lean on {name}: {n}"));
        }
        line(String::new());
        line(format!("{:<28}{:>12}{:>12}{:>12}", "obligation", "proved", "assumed", "refuted"));
        for kind in transform.meta().obligations {
            let counts = self.obligations.get(&(transform.meta().id, kind.id)).copied().unwrap_or_default();
            line(format!("{:<28}{:>12}{:>12}{:>12}", kind.id, counts[0], counts[1], counts[2]));
        }
        out
    }
}

/// A reason without what it quotes and counts, so that equal ones are told as equal.
fn without_names(reason: &str) -> String {
    let outside = reason.split('`').step_by(2).collect::<Vec<_>>().join("`");
    outside.chars().filter(|c| !c.is_ascii_digit()).collect()
}
