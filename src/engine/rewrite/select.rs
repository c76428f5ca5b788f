//! Which proposals of a file are applied in one round.
//!
//! A proposal was decided against the text as it stands, so two that touch the same region are never applied
//! together, nor is one with another that changes code which it rests on: the innermost wins, then the transform
//! that comes first in the registry, then the position. The loser is found and decided again in the next round,
//! against the new text. So is one of two that define the same name: each took it for a free one.

use crate::syntax::{TextRange, TextSize};
use crate::transform::Proposal;

/// Indices into the proposals, in source order, of those to apply.
pub type Selected = Vec<usize>;

/// Chooses among the proposals at `candidates`. `rank` gives a transform's place in the registry.
pub fn select(proposals: &[Proposal], candidates: &[usize], rank: impl Fn(&str) -> usize) -> Selected {
    let mut order: Vec<usize> = candidates.to_vec();
    order.sort_by_key(|&i| {
        let extent = extent(&proposals[i]);
        (extent.len(), rank(proposals[i].transform), extent.start())
    });
    let mut taken: Vec<(TextRange, usize)> = Vec::new();
    for i in order {
        let extent = extent(&proposals[i]);
        let touches = |rests_on: &[TextRange], other| rests_on.iter().any(|range| overlap(*range, other));
        let names: Vec<&str> = defined(&proposals[i]).collect();
        let apart = taken.iter().all(|(other, o)| {
            !overlap(*other, extent)
                && !touches(&proposals[i].rests_on, *other)
                && !touches(&proposals[*o].rests_on, extent)
                && names.iter().all(|name| defined(&proposals[*o]).all(|other| other != *name))
        });
        if apart {
            taken.push((extent, i));
        }
    }
    taken.sort_by_key(|(extent, i)| (extent.start(), *i));
    taken.into_iter().map(|(_, i)| i).collect()
}

/// The site and all its edits in this file.
fn extent(proposal: &Proposal) -> TextRange {
    proposal.edits.iter().fold(proposal.anchor, |hull, edit| hull.cover(edit.range))
}

/// Functions and classes that it adds to the top level of the file.
fn defined(proposal: &Proposal) -> impl Iterator<Item = &str> {
    let lines = proposal.edits.iter().flat_map(|edit| edit.text.lines());
    lines.filter_map(|line| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let rest = line.strip_prefix("def ").or_else(|| line.strip_prefix("class "))?;
        Some(&rest[..rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())])
    })
}

/// Sharing at least one character, or an insertion at the same place.
pub fn overlap(a: TextRange, b: TextRange) -> bool {
    let touch = |x: TextRange, at: TextSize| x.start() <= at && at <= x.end();
    match (a.is_empty(), b.is_empty()) {
        (false, false) => a.intersect(b).is_some_and(|both| !both.is_empty()),
        (true, _) => touch(b, a.start()),
        (_, true) => touch(a, b.start()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Edit;
    use crate::transform::Proposal;

    fn proposal(transform: &'static str, start: u32, end: u32) -> Proposal {
        let range = TextRange::new(start.into(), end.into());
        Proposal {
            transform,
            anchor: range,
            edits: vec![Edit::delete(range)],
            rests_on: vec![],
            foreign: vec![],
            uses: vec![],
            imports: vec![],
            unimports: vec![],
            obligations: vec![],
            withheld: None,
            comments: vec![],
        }
    }

    #[track_caller]
    fn check(ranges: &[(&'static str, u32, u32)], expected: &[usize]) {
        let proposals: Vec<_> = ranges.iter().map(|(t, s, e)| proposal(t, *s, *e)).collect();
        let all: Vec<usize> = (0..proposals.len()).collect();
        assert_eq!(select(&proposals, &all, |t| usize::from(t == "b")), expected);
    }

    #[test]
    fn innermost_wins() {
        check(&[("a", 0, 10), ("a", 3, 5)], &[1]);
    }

    #[test]
    fn registry_order_breaks_ties() {
        check(&[("b", 0, 4), ("a", 2, 6)], &[1]);
    }

    #[test]
    fn what_a_proposal_rests_on_does_not_change_with_it() {
        let mut list = proposal("b", 0, 5);
        list.rests_on.push(TextRange::new(8.into(), 20.into()));
        let mut other = proposal("b", 6, 8);
        other.rests_on = list.rests_on.clone();
        let proposals = [list, proposal("a", 10, 12), other];
        let rank = |t: &str| usize::from(t == "b");
        assert_eq!(select(&proposals, &[0, 1, 2], rank), [1]);
        assert_eq!(select(&proposals, &[0, 2], rank), [0, 2], "both rest on the same code");
    }

    #[test]
    fn one_name_is_defined_once() {
        let define = |start, text: &str| {
            let mut one = proposal("a", start, start + 2);
            one.edits[0] = Edit::replace(one.anchor, text);
            one
        };
        let all = [
            define(0, "def f(x):\n    def g(): ..."),
            define(5, "x = 1\n\nclass f:"),
            define(9, "def g(): ..."),
        ];
        assert_eq!(select(&all, &[0, 1, 2], |_| 0), [0, 2]);
    }

    #[test]
    fn neighbours_are_both_applied() {
        check(&[("a", 5, 9), ("a", 0, 5)], &[1, 0]);
    }
}
