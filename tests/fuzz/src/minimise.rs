//! Makes a diverging program smaller while it still diverges.

use std::collections::BTreeSet;

use crate::campaign::first_difference;
use crate::judge::{Rewriter, Verdict, judge, unfinished};
use crate::python::{Pair, Python, Traces};
use crate::tally::Divergence;

/// Attempts per program: the interpreter answers in about a millisecond.
const ATTEMPTS: usize = 3000;

/// A smaller program that diverges, too: statements are dropped first, then parts of lines.
///
/// # Errors
/// When no interpreter can be started.
pub fn minimise(python: &mut Python, rewriter: Rewriter, found: &Divergence) -> std::io::Result<Divergence> {
    let pair = Pair { always: true, ..rewriter.pair(&found.before, &found.after) };
    let traces = python.run(&[pair])?.pop().flatten();
    let Some(traces) = traces.filter(|t| !unfinished(&t.before) && !unfinished(&t.after)) else {
        // Each attempt would take its whole time.
        return Ok(found.clone());
    };
    let errors = errors(&traces);
    let mut search = Search { python, rewriter, best: found.clone(), attempts: 0, errors };
    loop {
        let before = search.best.before.len();
        search.drop_statements()?;
        search.shorten_lines()?;
        if search.best.before.len() == before || search.attempts > ATTEMPTS {
            return Ok(search.best);
        }
    }
}

struct Search<'p> {
    python: &'p mut Python,
    rewriter: Rewriter,
    best: Divergence,
    attempts: usize,
    /// Names of the errors that the program as it was found ends with.
    errors: BTreeSet<String>,
}

/// The errors that the events of both runs name.
fn errors(traces: &Traces) -> BTreeSet<String> {
    let words = |event: &String| event.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let named = |w: &String| w.ends_with("Error") || w.ends_with("Iteration") || w.ends_with("Exit");
    traces.before.iter().chain(&traces.after).flat_map(words).filter(named).collect()
}

impl Search<'_> {
    /// Whether the text diverges; then it is the best so far.
    fn accept(&mut self, text: &str) -> std::io::Result<bool> {
        self.attempts += 1;
        if self.attempts > ATTEMPTS {
            return Ok(false);
        }
        let Ok(fixed) = self.rewriter.rewrite(text) else { return Ok(false) };
        if fixed.text == text {
            return Ok(false);
        }
        let pair = Pair { seconds: 0.2, ..self.rewriter.pair(text, &fixed.text) };
        let outcome = self.python.run(std::slice::from_ref(&pair))?.pop().flatten();
        if outcome.as_ref().is_some_and(|t| unfinished(&t.before) || unfinished(&t.after)) {
            // To tell it from an accident would take seconds.
            return Ok(false);
        }
        let Verdict::Diverges(traces) = judge(self.python, &pair, &fixed, outcome)? else { return Ok(false) };
        // An error that the program did not have at first makes another program of it.
        if !errors(&traces).is_subset(&self.errors) {
            return Ok(false);
        }
        self.best = Divergence {
            index: self.best.index,
            before: text.into(),
            after: fixed.text,
            first: first_difference(&traces),
        };
        Ok(true)
    }

    fn drop_statements(&mut self) -> std::io::Result<()> {
        let mut at = 0;
        loop {
            let lines: Vec<&str> = self.best.before.lines().collect();
            if at >= lines.len() {
                return Ok(());
            }
            let end = block_end(&lines, at);
            let rest = |middle: &[String]| {
                let kept = lines[..at].iter().map(|l| (*l).to_owned());
                let tail = lines[end..].iter().map(|l| (*l).to_owned());
                kept.chain(middle.iter().cloned()).chain(tail).map(|l| l + "\n").collect::<String>()
            };
            let indent = indentation(lines[at]);
            let pass = format!("{}pass", " ".repeat(indent));
            // Gone, the header gone and its block kept, or nothing in its place.
            let unwrapped: Vec<String> =
                lines[at + 1..end].iter().map(|l| l.strip_prefix("    ").unwrap_or(l).to_owned()).collect();
            let mut candidates = vec![rest(&[])];
            if end > at + 1 {
                candidates.push(rest(&unwrapped));
            }
            if lines[at].trim() != "pass" {
                candidates.push(rest(&[pass]));
            }
            // A `try` with its handler.
            if end < lines.len() && indentation(lines[end]) == indent && lines[at].trim() == "try:" {
                let behind = block_end(&lines, end);
                let text: String = lines[..at]
                    .iter()
                    .map(|l| (*l).to_owned())
                    .chain(unwrapped.iter().cloned())
                    .chain(lines[behind..].iter().map(|l| (*l).to_owned()))
                    .map(|l| l + "\n")
                    .collect();
                candidates.push(text);
            }
            let mut shrunk = false;
            for candidate in candidates {
                if self.accept(&candidate)? {
                    shrunk = true;
                    break;
                }
            }
            at += usize::from(!shrunk);
        }
    }

    fn shorten_lines(&mut self) -> std::io::Result<()> {
        let mut at = 0;
        loop {
            let lines: Vec<String> = self.best.before.lines().map(str::to_owned).collect();
            let Some(line) = lines.get(at) else { return Ok(()) };
            let mut shrunk = false;
            for shorter in shorter(line) {
                let mut with = lines.clone();
                with[at] = shorter;
                if self.accept(&(with.join("\n") + "\n"))? {
                    shrunk = true;
                    break;
                }
            }
            at += usize::from(!shrunk);
        }
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The line behind the statement at `at`, with everything that stands in it.
fn block_end(lines: &[&str], at: usize) -> usize {
    let indent = indentation(lines[at]);
    let deeper = |l: &&str| l.trim().is_empty() || indentation(l) > indent;
    at + 1 + lines[at + 1..].iter().take_while(|l| deeper(l)).count()
}

/// Lines with less in them: a bracket's content in the place of the call, an element less, a condition less.
fn shorter(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    // Annotations have to stay true.
    if line.trim_start().starts_with("def ") {
        return all;
    }
    let bytes = line.as_bytes();
    for (open, _) in line.match_indices(['(', '[', '{']) {
        let Some(close) = matching(bytes, open) else { continue };
        let head = line[..open].trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
        // `f(x)` -> `x`, and `f(x)` -> `0`.
        all.push(format!("{head}{}{}", &line[open + 1..close], &line[close + 1..]));
        all.push(format!("{head}0{}", &line[close + 1..]));
        // Without one of several elements.
        let mut starts = vec![open + 1];
        let mut depth = 0;
        for (i, b) in bytes.iter().enumerate().take(close).skip(open + 1) {
            match b {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                b',' if depth == 0 => starts.push(i + 1),
                _ => {}
            }
        }
        starts.push(close + 1);
        for pair in starts.windows(2) {
            let (from, to) = if pair[0] == open + 1 {
                (pair[0], (pair[1]).min(close))
            } else {
                (pair[0] - 1, pair[1] - 1)
            };
            all.push(format!("{}{}", &line[..from], line[to..].trim_start_matches(' ')));
        }
        // Without a clause behind ` if ` or ` for `.
        for word in [" if ", " for "] {
            if let Some(i) = line[open..close].rfind(word) {
                all.push(format!("{}{}", &line[..open + i], &line[close..]));
            }
        }
    }
    for operator in [" + ", " - ", " * ", " > ", " == ", " % ", " or ", " and "] {
        if let Some((left, right)) = line.split_once(operator) {
            let cut = right.find([')', ']', ' ', ',']).unwrap_or(right.len());
            all.push(format!("{left}{}", &right[cut..]));
        }
    }
    all.retain(|l| l.len() < line.len());
    all
}

fn matching(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0;
    for (i, b) in bytes.iter().enumerate().skip(open) {
        match b {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}
