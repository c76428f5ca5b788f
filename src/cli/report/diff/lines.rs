//! Which lines changed, in time that is bounded for any two files.
//!
//! Rewrites change a few lines here and there, so the two files are walked side by side. Where they differ, a
//! window on both is compared exactly (Myers' algorithm, by `similar`), and the walk goes on where they agree
//! again. Where a window of the largest size shows no agreement, or the work for windows is used up, the next
//! line that is unique in both files is the place to go on, and what lies before it counts as replaced. Nothing
//! depends on the clock: the same files give the same diff.

use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// Lines that differ: those of `old` were replaced by those of `new`. Either may be empty, not both.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

/// This many equal lines behind a change mean that the files agree again.
const AGREEMENT: usize = 8;
const SMALLEST_WINDOW: usize = 64;
const LARGEST_WINDOW: usize = 1024;
/// Steps of Myers' algorithm over a whole file, about a second.
const WORK: usize = 400_000_000;

/// All changes from `old` to `new`, in order, with equal lines between them.
pub fn changes(old: &[&[u8]], new: &[&[u8]]) -> Vec<Changed> {
    let start = common_prefix(old, new);
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = number(&old[..old.len() - end], &new[..new.len() - end]);
    let mut walk = Walk { old: &old, new: &new, at: (0, 0), found: Vec::new(), anchors: None, work: WORK };
    walk.run();
    for Changed { old, new } in &mut walk.found {
        *old = old.start + start..old.end + start;
        *new = new.start + start..new.end + start;
    }
    walk.found
}

fn common_prefix<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Equal lines get equal numbers: comparing them is then one step.
fn number<'a>(old: &[&'a [u8]], new: &[&'a [u8]]) -> (Vec<u32>, Vec<u32>) {
    let mut numbers: FxHashMap<&[u8], u32> = FxHashMap::default();
    let mut number = |line: &&'a [u8]| {
        let next = numbers.len() as u32;
        *numbers.entry(line).or_insert(next)
    };
    (old.iter().map(&mut number).collect(), new.iter().map(&mut number).collect())
}

struct Walk<'a> {
    old: &'a [u32],
    new: &'a [u32],
    /// How far both files are told.
    at: (usize, usize),
    found: Vec<Changed>,
    /// Places of lines that are unique in both files, in the order of both; made when first needed.
    anchors: Option<Vec<(usize, usize)>>,
    work: usize,
}

impl Walk<'_> {
    fn run(&mut self) {
        loop {
            let equal = common_prefix(&self.old[self.at.0..], &self.new[self.at.1..]);
            self.at = (self.at.0 + equal, self.at.1 + equal);
            if self.at == (self.old.len(), self.new.len()) {
                return;
            }
            if !self.by_window() {
                self.by_anchor();
            }
        }
    }

    /// Compares windows of growing size until one shows where the files agree again.
    fn by_window(&mut self) -> bool {
        let mut size = SMALLEST_WINDOW;
        while self.work > 0 {
            let (i, j) = self.at;
            let old = &self.old[i..(i + size).min(self.old.len())];
            let new = &self.new[j..(j + size).min(self.new.len())];
            let ops = capture_diff_slices(Algorithm::Myers, old, new);
            let changed: usize = ops.iter().map(changed_lines).sum();
            self.work = self.work.saturating_sub((old.len() + new.len()) * (changed + 1));

            let is_rest = (i + old.len(), j + new.len()) == (self.old.len(), self.new.len());
            let ends = ends(&ops, self.at);
            let until = match ops.iter().position(|op| equal_lines(op) >= AGREEMENT) {
                Some(until) => Some(until),
                None if is_rest => Some(ops.len()),
                None if size < LARGEST_WINDOW => {
                    size *= 4;
                    continue;
                }
                // Changes everywhere: far from the window's end they are told right.
                None => (0..ops.len()).rfind(|n| equal_lines(&ops[*n]) > 0 && ends[*n].0 <= i + size / 2),
            };
            let Some(until) = until else { return false };
            for (op, end) in ops[..until].iter().zip(&ends) {
                if changed_lines(op) > 0 {
                    self.push(self.at.0..end.0, self.at.1..end.1);
                }
                self.at = *end;
            }
            // An equal part that is no way forward would be found again and again.
            return self.at > (i, j);
        }
        false
    }

    /// Counts everything up to the next line that is unique in both files as replaced.
    fn by_anchor(&mut self) {
        let (i, j) = self.at;
        let anchors = self.anchors.get_or_insert_with(|| anchors(self.old, self.new));
        let next = anchors.partition_point(|(a, b)| *a < i || *b < j);
        let (a, b) = anchors.get(next).copied().unwrap_or((self.old.len(), self.new.len()));
        self.push(i..a, j..b);
        self.at = (a, b);
    }

    fn push(&mut self, old: Range<usize>, new: Range<usize>) {
        match self.found.last_mut() {
            Some(last) if last.old.end == old.start && last.new.end == new.start => {
                last.old.end = old.end;
                last.new.end = new.end;
            }
            _ => self.found.push(Changed { old, new }),
        }
    }
}

/// Where each operation ends in both files, the first starting at `at`. Only their lengths count: the place of
/// a deletion in the new file is not always told right, nor that of an insertion in the old one.
fn ends(ops: &[DiffOp], at: (usize, usize)) -> Vec<(usize, usize)> {
    let next = |at: &mut (usize, usize), op: &DiffOp| {
        *at = (at.0 + op.old_range().len(), at.1 + op.new_range().len());
        Some(*at)
    };
    ops.iter().scan(at, next).collect()
}

fn equal_lines(op: &DiffOp) -> usize {
    if let DiffOp::Equal { len, .. } = op { *len } else { 0 }
}

fn changed_lines(op: &DiffOp) -> usize {
    if equal_lines(op) > 0 { 0 } else { op.old_range().len() + op.new_range().len() }
}

/// The longest sequence of lines, unique in both files, that has the same order in both (as in Bram Cohen's
/// patience diff).
fn anchors(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    const NEVER: usize = usize::MAX;
    const OFTEN: usize = usize::MAX - 1;
    let count = old.iter().chain(new).max().map_or(0, |max| *max as usize + 1);
    let places = |lines: &[u32]| {
        let mut places = vec![NEVER; count];
        for (at, line) in lines.iter().enumerate() {
            let place = &mut places[*line as usize];
            *place = if *place == NEVER { at } else { OFTEN };
        }
        places
    };
    let (in_old, in_new) = (places(old), places(new));
    let unique = old.iter().map(|line| (in_old[*line as usize], in_new[*line as usize]));
    let unique: Vec<(usize, usize)> = unique.filter(|(a, b)| *a < OFTEN && *b < OFTEN).collect();

    // Longest increasing subsequence of the second places: `ends[n]` ends the best one of length n + 1.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(unique.len());
    for (at, (_, place)) in unique.iter().enumerate() {
        let length = ends.partition_point(|end| unique[*end].1 < *place);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() { ends.push(at) } else { ends[length] = at }
    }
    let mut sequence: Vec<_> = std::iter::successors(ends.last().copied(), |at| before[*at]).collect();
    sequence.reverse();
    sequence.into_iter().map(|at| unique[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether the changes make `new` of `old`, with at least one equal line between any two.
    fn check(old: &[u32], new: &[u32], work: usize) -> Vec<Changed> {
        let mut walk = Walk { old, new, at: (0, 0), found: Vec::new(), anchors: None, work };
        walk.run();
        let (mut i, mut j) = (0, 0);
        for (number, Changed { old: removed, new: added }) in walk.found.iter().enumerate() {
            assert_eq!(old[i..removed.start], new[j..added.start]);
            assert!(number == 0 || i < removed.start, "changes touch");
            assert!(!removed.is_empty() || !added.is_empty());
            (i, j) = (removed.end, added.end);
        }
        assert_eq!(old[i..], new[j..]);
        walk.found
    }

    fn sizes(changes: &[Changed]) -> Vec<(usize, usize)> {
        changes.iter().map(|c| (c.old.len(), c.new.len())).collect()
    }

    #[test]
    fn local_changes_stay_local_even_where_all_lines_are_alike() {
        let old: Vec<u32> = (0..200_000).map(|i| i % 7).collect();
        let mut new = old.clone();
        for at in (100..200_000).step_by(100).rev() {
            new[at] = 9;
            new.insert(at, 8);
        }
        let found = check(&old, &new, WORK);
        assert_eq!(found.len(), 1999);
        assert!(sizes(&found).iter().all(|size| *size == (1, 2)));
    }

    #[test]
    fn changes_everywhere_do_not_become_one() {
        let old: Vec<u32> = (0..6000).collect();
        let new: Vec<u32> = old.iter().map(|i| if i % 3 == 0 { i + 10_000 } else { *i }).collect();
        assert_eq!(check(&old, &new, WORK).len(), 2000);
    }

    #[test]
    fn unlike_files_and_used_up_work_end_at_unique_lines() {
        let old: Vec<u32> = (0..5000).map(|i| i % 2).chain([7]).chain((0..5000).map(|i| i % 3)).collect();
        let new: Vec<u32> = (0..5000).map(|i| 4 + i % 2).chain([7]).chain((0..5000).map(|i| i % 3)).collect();
        assert_eq!(sizes(&check(&old, &new, 0)), [(5000, 5000)]);
        assert_eq!(sizes(&check(&old, &new, WORK)), [(5000, 5000)]);
        assert_eq!(sizes(&check(&[1; 5000], &[2; 9000], WORK)), [(5000, 9000)]);
    }

    #[test]
    fn anchors_are_unique_and_in_order() {
        assert_eq!(anchors(&[1, 2, 3, 4, 5], &[5, 1, 3, 2, 4]), [(0, 1), (2, 2), (3, 4)]);
        assert_eq!(anchors(&[1, 1, 2], &[1, 2, 2]), []);
        assert_eq!(anchors(&[], &[]), []);
    }

    proptest! {
        #[test]
        fn changes_make_one_file_of_the_other(
            old in prop::collection::vec(0u32..6, 0..60),
            new in prop::collection::vec(0u32..6, 0..60),
            work in prop::sample::select(vec![0, 300, WORK]),
        ) {
            check(&old, &new, work);
        }
    }
}
