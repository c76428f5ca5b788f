//! Many programs over all cores.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use unspool_engine::driver::{FixedText, STACK_SIZE};
use unspool_engine::syntax::PythonVersion;
use unspool_engine::transform::{Target, Transform};

use crate::generate::{Family, Mode, mutants, program};
use crate::judge::{Rewriter, Verdict, judge};
use crate::python::{Pair, Python, Traces};
use crate::tally::{Divergence, Tally};
use crate::told;

/// Programs that one message to an interpreter carries.
const BATCH: u64 = 64;

/// What to run.
#[derive(Clone, Copy)]
pub struct Campaign<'a> {
    pub family: &'static Family,
    pub seed: u64,
    /// Indices from `first` to below `end`.
    pub first: u64,
    pub end: u64,
    pub python: &'a Path,
    pub threads: usize,
    /// Ends soon after this many divergences, and rewrites that the checks at run time dropped.
    pub enough: usize,
    pub which: Which<'a>,
}

/// The programs of a campaign that are looked at.
#[derive(Clone, Copy)]
pub enum Which<'a> {
    /// All of its indices; what is rewritten is run.
    All,
    /// Those of the list, in its order; what is run are those that are rewritten only because an obligation is switched off.
    Switched(&'a [u64]),
}

/// The shipped transform of a family.
pub fn transform(family: &Family) -> &'static [&'static dyn Transform] {
    let all = unspool_transforms::registry();
    let at = all.iter().position(|t| t.meta().id == family.transform);
    let at = at.expect("every family names a transform of the registry");
    &all[at..=at]
}

/// Transforms that assume something of every text without a repository: nothing of it would be rewritten.
const ASKING: [&str; 2] = ["add-slots", "globals-to-closure"];

/// How the program with this index is rewritten: some as text that belongs to no repository.
pub fn rewriter(family: &Family, index: u64) -> Rewriter {
    let transforms = transform(family);
    let stated = |major, minor| Target { version: PythonVersion { major, minor }, stated: true };
    // Without a repository nothing is known of callers, and nothing would be rewritten.
    let far = ASKING.contains(&family.transform) || transforms.iter().any(|t| t.rests_on_the_repository());
    let target = match family.mode {
        // Some are of a project that has to run on an old Python, too.
        _ if index % 64 == 5 => stated(3, 2),
        _ if index % 64 == 37 => stated(2, 7),
        Mode::Stated(major, minor) if index % 16 != 9 => stated(major, minor),
        _ => Target::default(),
    };
    let alone = mutants::is_mutant(family.transform, index);
    // What is assumed of a changed case may be what was changed.
    let assuming = family.mode == Mode::Assuming && !alone;
    Rewriter { transforms, in_repository: far || index % 16 != 3, target, assuming, alone }
}

impl Campaign<'_> {
    /// Runs it. `progress` hears how many programs are done, from any thread.
    ///
    /// # Errors
    /// When an interpreter cannot be started.
    pub fn run(&self, progress: &(dyn Fn(u64) + Sync)) -> std::io::Result<Tally> {
        let next = AtomicU64::new(0);
        let stop = AtomicBool::new(false);
        let done = AtomicU64::new(0);
        let worker = || -> std::io::Result<Tally> {
            let mut python = Python::start(self.python)?;
            let mut tally = Tally::default();
            let mut ahead = self.batch(&next, &mut tally);
            while !ahead.is_empty() && !stop.load(Ordering::Relaxed) {
                let batch = ahead;
                let pairs: Vec<Pair> = batch.iter().map(|r| r.pair.clone()).collect();
                let submitted = python.submit(&pairs);
                // The interpreter runs this batch while the next one is made.
                ahead = self.batch(&next, &mut tally);
                let outcomes = match submitted.and_then(|()| python.results()) {
                    Ok(outcomes) => outcomes,
                    Err(_) => {
                        python = Python::start(self.python)?;
                        python.run(&pairs)?
                    }
                };
                for (rewritten, outcome) in batch.iter().zip(outcomes) {
                    if tally.findings() >= self.enough {
                        break;
                    }
                    match judge(&mut python, &rewritten.pair, &rewritten.fixed, outcome)? {
                        Verdict::Same => {}
                        Verdict::Unfinished => tally.unfinished += 1,
                        Verdict::Excused(name) => *tally.excused.entry(name).or_default() += 1,
                        Verdict::Diverges(traces) => tally.divergences.push(rewritten.divergence(&traces)),
                    }
                }
                if tally.findings() >= self.enough {
                    stop.store(true, Ordering::Relaxed);
                }
                progress(done.fetch_add(BATCH, Ordering::Relaxed) + BATCH);
            }
            Ok(tally)
        };
        std::thread::scope(|scope| {
            let start = |_| {
                let builder = std::thread::Builder::new().stack_size(STACK_SIZE);
                builder.spawn_scoped(scope, worker)
            };
            let handles: Vec<_> = (0..self.threads.max(1)).map(start).collect();
            let mut all = Tally::default();
            for handle in handles {
                all.merge(handle?.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(all)
        })
    }

    /// The programs from one place in the order to below another.
    fn indices(&self, from: u64, to: u64) -> Vec<u64> {
        match self.which {
            Which::All => (self.first + from..self.end.min(self.first + to)).collect(),
            Which::Switched(list) => {
                let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(list.len());
                list[place(from)..place(to)].to_vec()
            }
        }
    }

    /// Notes whether the text of a program is no longer true.
    fn tell(&self, kind: &str, index: u64, (before, after): (&str, &str), tally: &mut Tally) {
        let texts = [("main.py".into(), after.to_owned(), before.to_owned())];
        if told::untrue(self.family.transform, kind, &texts) {
            tally.told = tally.told.into_iter().chain([index]).min();
        }
    }

    /// Makes and rewrites the next programs; those that stay as they are need not run.
    fn batch(&self, next: &AtomicU64, tally: &mut Tally) -> Vec<Rewritten> {
        let mut batch = Vec::new();
        while batch.is_empty() {
            let from = next.fetch_add(BATCH, Ordering::Relaxed);
            let indices = self.indices(from, from + BATCH);
            if indices.is_empty() {
                break;
            }
            for index in indices {
                tally.programs += 1;
                let text = program(self.family, self.seed, index);
                let rewriter = rewriter(self.family, index);
                tally.mutants += u64::from(rewriter.alone);
                match rewriter.rewrite(&text) {
                    // A changed case need not be Python any more.
                    Err(message) if rewriter.alone && message.starts_with("syntax error") => {}
                    Err(message) => tally.broken.push((index, message)),
                    Ok(fixed) => {
                        tally.sites(&fixed, rewriter.assuming);
                        let runs = match self.which {
                            Which::All => true,
                            Which::Switched(_) => match switched(&fixed) {
                                Some(kind) => {
                                    self.tell(kind, index, (&text, &fixed.text), tally);
                                    true
                                }
                                None => false,
                            },
                        };
                        if fixed.text != text {
                            tally.rewritten += 1;
                            tally.rewritten_mutants += u64::from(rewriter.alone);
                            if runs {
                                batch.push(Rewritten {
                                    index,
                                    pair: rewriter.pair(&text, &fixed.text),
                                    fixed,
                                });
                            }
                        } else if !rewriter.alone {
                            tally.refused(&fixed);
                        }
                    }
                }
            }
        }
        batch
    }
}

/// The obligation without which a rewrite would not have been applied, if it is switched off.
fn switched(fixed: &FixedText) -> Option<&'static str> {
    let applied = fixed.sites.iter().filter(|s| s.applied);
    applied.flat_map(|s| &s.proposal.obligations).find(|o| o.is_switched_off()).map(|o| o.kind)
}

struct Rewritten {
    index: u64,
    pair: Pair,
    fixed: FixedText,
}

impl Rewritten {
    fn divergence(&self, traces: &Traces) -> Divergence {
        Divergence {
            index: self.index,
            before: self.pair.before.clone(),
            after: self.pair.after.clone(),
            first: first_difference(traces),
        }
    }
}

/// The events at which the two part; `(end)` where one of them has no more.
pub fn first_difference(traces: &Traces) -> (String, String) {
    let common = traces.before.iter().zip(&traces.after).take_while(|(b, a)| b == a).count();
    let event = |trace: &[String]| trace.get(common).cloned().unwrap_or_else(|| "(end)".into());
    (event(&traces.before), event(&traces.after))
}
