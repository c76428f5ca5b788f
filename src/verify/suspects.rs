//! Which rewrites are tried first: those that the traceback of what broke leads to.

use std::path::Path;

use crate::rewrites::Rewrite;

/// A traceback names the line that was executed; a rewrite begins at its site's first line and other rewrites of the
/// file may have moved it.
const NEAR: usize = 12;

/// How far a rewrite is from a traceback.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Distance {
    Near,
    SameFile,
    Elsewhere,
}

/// The rewrites, the most suspected first, each with its distance.
pub fn ordered(mut rewrites: Vec<Rewrite>, trace: &str) -> Vec<(Distance, Rewrite)> {
    // Among equals those with more doubt, then those found later: they may build on others.
    rewrites.sort_by_key(|rewrite| (std::cmp::Reverse(rewrite.doubt), std::cmp::Reverse(rewrite.round)));
    let mut ordered: Vec<(Distance, Rewrite)> =
        rewrites.into_iter().map(|rewrite| (distance(&rewrite, trace), rewrite)).collect();
    ordered.sort_by_key(|(distance, _)| *distance);
    ordered
}

fn distance(rewrite: &Rewrite, trace: &str) -> Distance {
    let also = rewrite.also.iter().map(|(path, line)| from_place(path, *line, trace));
    also.fold(from_place(&rewrite.path, rewrite.line, trace), Distance::min)
}

fn from_place(path: &Path, at_line: usize, trace: &str) -> Distance {
    let path = path.to_string_lossy();
    let mut nearest = Distance::Elsewhere;
    for (at, found) in trace.match_indices(&*path) {
        let whole =
            trace[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric() && before != '_');
        if !whole {
            continue;
        }
        // `File "a.py", line 3` of Python, `a.py:3:` of pytest.
        let behind = &trace[at + found.len()..];
        let line = behind.strip_prefix("\", line ").or_else(|| behind.strip_prefix(':'));
        let digits = line.map(|line| line.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
        match digits.and_then(|digits| digits.parse::<usize>().ok()) {
            Some(line) if line.abs_diff(at_line) <= NEAR => return Distance::Near,
            _ => nearest = Distance::SameFile,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, line: usize, trace: &str, expected: Distance) {
        let rewrite = Rewrite {
            id: String::new(),
            transform: String::new(),
            path: path.into(),
            line,
            also: Vec::new(),
            doubt: 0,
            round: 1,
        };
        assert_eq!(distance(&rewrite, trace), expected, "{trace}");
        let elsewhere = Rewrite { path: "other.py".into(), also: vec![(path.into(), line)], ..rewrite };
        assert_eq!(distance(&elsewhere, trace), expected, "{trace}");
    }

    #[test]
    fn tracebacks_lead_to_rewrites() {
        let python = "  File \"/tmp/tree/x/pkg/a.py\", line 30, in f\n    return any(x)\n";
        check("pkg/a.py", 28, python, Distance::Near);
        check("pkg/a.py", 3, python, Distance::SameFile);
        check("a.py", 30, python, Distance::Near);
        check("g/a.py", 30, python, Distance::Elsewhere);
        check("pkg/b.py", 30, python, Distance::Elsewhere);
        check("pkg/a.py", 30, "pkg/a.py:31: ValueError", Distance::Near);
        check("pkg/a.py", 30, "see pkg/a.py", Distance::SameFile);
        check("pkg/a.py", 30, "", Distance::Elsewhere);
    }
}
