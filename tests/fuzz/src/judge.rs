//! One program: rewritten in process, run before and after, and what a difference means.

use std::path::Path;

use unspool_engine::driver::{FixedText, Severity, fix_file, fix_text};
use unspool_engine::transform::{Convention, Profile, Target, Transform};

use crate::python::{Outcome, Pair, Python, Traces};

/// What running a rewritten program showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    Same,
    /// A convention of the contract allows the difference: its name.
    Excused(&'static str),
    /// Neither ended within its limits.
    Unfinished,
    Diverges(Traces),
}

/// The transforms under test and how they are applied.
#[derive(Clone, Copy)]
pub struct Rewriter {
    pub transforms: &'static [&'static dyn Transform],
    /// Whether the text is a file of a repository (of its own), so that questions about it are answered.
    pub in_repository: bool,
    /// The Python that the text's project states.
    pub target: Target,
    /// Whether rewrites that assume something are applied, too.
    pub assuming: bool,
    /// Whether each run needs a process of its own: the program may change what others use.
    pub alone: bool,
}

impl Rewriter {
    /// The two texts, to be run.
    pub fn pair(&self, before: &str, after: &str) -> Pair {
        // Changed cases are small, and more of them loop for ever.
        let seconds = if self.alone { 0.2 } else { 1.0 };
        Pair { alone: self.alone, seconds, ..Pair::new(before, after) }
    }

    /// Rewrites every profile's sites.
    ///
    /// # Errors
    /// When the text is no Python, or an internal check fails.
    pub fn rewrite(&self, text: &str) -> Result<FixedText, String> {
        let Rewriter { transforms: all, target, assuming, .. } = *self;
        let profile = Profile::All;
        let fixed = if self.in_repository {
            fix_file(Path::new("main.py"), text, all, assuming, profile, target)
        } else {
            fix_text(text, all, assuming, profile, target)
        };
        let fixed = fixed.map_err(|failure| failure.to_string())?;
        match fixed.problems.iter().find(|(_, severity, _)| *severity == Severity::Error) {
            Some((_, _, message)) => Err(message.clone()),
            None => Ok(fixed),
        }
    }
}

/// What the outside of the program does against a convention, by the name under which it can be told to keep it.
const EXCUSES: [&str; 3] = ["operators", "early-stop", "nobody-sends"];

/// Gives a meaning to what a pair did.
///
/// # Errors
/// When no interpreter can be started.
pub fn judge(
    python: &mut Python,
    pair: &Pair,
    fixed: &FixedText,
    outcome: Outcome,
) -> std::io::Result<Verdict> {
    let Some(traces) = outcome else { return Ok(Verdict::Same) };
    // Nor does what imports a name that this Python no longer has (`asyncio.coroutine`) begin to do anything.
    if traces.before == ["ends with SyntaxError"] || traces.before == ["ends with ImportError"] {
        return Ok(Verdict::Same);
    }
    if pair.alone && run_one(python, Pair { after: pair.before.clone(), ..pair.clone() })?.is_some() {
        // It does not even do twice what it did.
        return Ok(Verdict::Unfinished);
    }
    if unfinished(&traces.before) || unfinished(&traces.after) {
        if unfinished(&traces.before) && unfinished(&traces.after) {
            return Ok(Verdict::Unfinished);
        }
        // One of the two: with more time it is no accident.
        for seconds in [4.0, 20.0] {
            let again = run_one(python, Pair { seconds, ..pair.clone() })?;
            let Some(again) = again else { return Ok(Verdict::Same) };
            if seconds > 4.0 || !(unfinished(&again.before) || unfinished(&again.after)) {
                return Ok(Verdict::Diverges(again));
            }
        }
    }
    for name in EXCUSES {
        if run_one(python, Pair { quiet: vec![name], ..pair.clone() })?.is_none() {
            return Ok(Verdict::Excused(name));
        }
    }
    // What is left once the outside keeps all of them.
    let Some(left) = run_one(python, Pair { quiet: EXCUSES.to_vec(), ..pair.clone() })? else {
        return Ok(Verdict::Excused("several conventions"));
    };
    // Operators of the program's own class on values of which nothing tells the class.
    let kept = |text: &str| text.replace("print(\"sly ", "(\"sly ");
    let (before, after) = (kept(&pair.before), kept(&pair.after));
    let silent = Pair { quiet: EXCUSES.to_vec(), before, after, ..pair.clone() };
    if silent.before != pair.before && run_one(python, silent)?.is_none() {
        return Ok(Verdict::Excused("operators of own classes"));
    }
    let stops_early = fixed.sites.iter().any(|s| {
        s.applied && s.proposal.obligations.iter().any(|o| o.conventions.contains(&Convention::EarlyStop))
    });
    let common = left.before.iter().zip(&left.after).take_while(|(b, a)| b == a).count();
    // What cleans up on the way of the error runs in either form, with or without it.
    let missing = left.before[common..].iter().find(|event| !cleans_up(event)).is_some_and(|e| is_error(e));
    if stops_early && missing {
        return Ok(Verdict::Excused("early-stop"));
    }
    if only_errors_differ(&left) {
        return Ok(Verdict::Excused("which of several errors"));
    }
    Ok(Verdict::Diverges(traces))
}

fn run_one(python: &mut Python, pair: Pair) -> std::io::Result<Outcome> {
    Ok(python.run(&[pair])?.pop().flatten())
}

/// Whether the program was ended by its limits.
pub fn unfinished(trace: &[String]) -> bool {
    trace.iter().any(|event| event == "limit" || event.ends_with("MemoryError"))
}

/// What context managers and `finally` clauses of the programs say.
fn cleans_up(event: &str) -> bool {
    event == "finally" || event.starts_with("exit ") || (event.starts_with("ends ") && !is_error(event))
}

/// An error that left a function of the program without a handler of the same function.
fn is_error(event: &str) -> bool {
    event.starts_with("error ") || event.starts_with("ends with ")
}

/// Both raise where the other does, but errors of other types: two were pending in one expression.
fn only_errors_differ(traces: &Traces) -> bool {
    // What PEP 479 makes of StopIteration is no second error that was pending.
    let of_two = |e: &str| is_error(e) && !["StopIteration", "RuntimeError"].iter().any(|x| e.ends_with(x));
    traces.before.len() == traces.after.len()
        && traces.before.iter().zip(&traces.after).all(|(b, a)| b == a || (of_two(b) && of_two(a)))
}
