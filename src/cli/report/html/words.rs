//! Which parts of a changed line changed.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Pieces of a line, each with whether it differs from the other line.
pub type Pieces<'l> = Vec<(bool, &'l str)>;

/// Lines that share less than so many fifths of their words are shown as a whole: marks in them would say nothing.
const ALIKE: usize = 2;

/// Longer lines (in words) are generated code or data.
const LONGEST: usize = 400;

/// So many comparisons are made to find out which of some old lines became which new ones.
const COMPARISONS: usize = 900;

/// Which of the old lines, by index, became which of the new ones: in order, as much alike as possible. Lines that are
/// like no other stand beside each other where both sides have some.
pub fn pairs(old: &[&str], new: &[&str]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut alike = Vec::new();
    if old.len() * new.len() <= COMPARISONS {
        // best[i][j]: the most that lines from i and j on have in common.
        let likeness: Vec<Vec<usize>> =
            old.iter().map(|old| new.iter().map(|new| likeness(old, new)).collect()).collect();
        let mut best = vec![vec![0; new.len() + 1]; old.len() + 1];
        for i in (0..old.len()).rev() {
            for j in (0..new.len()).rev() {
                let both = if likeness[i][j] > 0 { likeness[i][j] + best[i + 1][j + 1] } else { 0 };
                best[i][j] = both.max(best[i + 1][j]).max(best[i][j + 1]);
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < old.len() && j < new.len() {
            if likeness[i][j] > 0 && best[i][j] == likeness[i][j] + best[i + 1][j + 1] {
                alike.push((i, j));
                (i, j) = (i + 1, j + 1);
            } else if best[i][j] == best[i + 1][j] {
                i += 1;
            } else {
                j += 1;
            }
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (next_i, next_j) in alike.into_iter().chain([(old.len(), new.len())]) {
        while i < next_i || j < next_j {
            pairs.push(((i < next_i).then_some(i), (j < next_j).then_some(j)));
            (i, j) = ((i + 1).min(next_i), (j + 1).min(next_j));
        }
        if next_i < old.len() && next_j < new.len() {
            pairs.push((Some(next_i), Some(next_j)));
            (i, j) = (next_i + 1, next_j + 1);
        }
    }
    pairs
}

/// How many words two lines share, if that is enough for them to be two versions of one line; else 0.
fn likeness(old: &str, new: &str) -> usize {
    let (old_words, new_words) = (words(old), words(new));
    if old_words.len().max(new_words.len()) > LONGEST {
        return 0;
    }
    let (shared, enough) = shared(&old_words, &new_words, &diff(&old_words, &new_words));
    if enough { shared } else { 0 }
}

fn diff(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    capture_diff_slices(Algorithm::Myers, old, new)
}

/// How many words that are no blanks are the same, and whether that is enough.
fn shared(old_words: &[&str], new_words: &[&str], ops: &[DiffOp]) -> (usize, bool) {
    let shared: usize = ops
        .iter()
        .map(|op| match op {
            DiffOp::Equal { old_index, len, .. } => {
                old_words[*old_index..old_index + len].iter().filter(|word| !word.trim().is_empty()).count()
            }
            _ => 0,
        })
        .sum();
    let count = |words: &[&str]| words.iter().filter(|word| !word.trim().is_empty()).count();
    let most = count(old_words).max(count(new_words)).max(1);
    (shared, shared * 5 >= most * ALIKE)
}

/// The pieces of two lines of which one replaced the other.
pub fn compare<'l>(old: &'l str, new: &'l str) -> (Pieces<'l>, Pieces<'l>) {
    let whole = |line: &'l str| vec![(false, line)];
    let (old_words, new_words) = (words(old), words(new));
    if old_words.len().max(new_words.len()) > LONGEST {
        return (whole(old), whole(new));
    }
    let ops = diff(&old_words, &new_words);
    if !shared(&old_words, &new_words, &ops).1 {
        return (whole(old), whole(new));
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for op in ops {
        let differs = !matches!(op, DiffOp::Equal { .. });
        push(&mut left, differs, old, &old_words[op.old_range()]);
        push(&mut right, differs, new, &new_words[op.new_range()]);
    }
    (left, right)
}

/// Adds neighbouring words as one piece.
fn push<'l>(pieces: &mut Pieces<'l>, differs: bool, line: &'l str, words: &[&'l str]) {
    let length: usize = words.iter().map(|word| word.len()).sum();
    if length > 0 {
        let start: usize = pieces.iter().map(|(_, piece)| piece.len()).sum();
        pieces.push((differs, &line[start..start + length]));
    }
}

/// Names and numbers, runs of blanks, every other character by itself.
fn words(line: &str) -> Vec<&str> {
    let class = |char: char| match char {
        char if char.is_alphanumeric() || char == '_' => 1,
        char if char.is_whitespace() => 2,
        _ => 0,
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut chars = line.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let end = at + char.len_utf8();
        let goes_on = chars.peek().is_some_and(|(_, next)| class(*next) == class(char) && class(char) != 0);
        if !goes_on {
            words.push(&line[start..end]);
            start = end;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both lines with what differs in brackets.
    #[track_caller]
    fn check(old: &str, new: &str, expected: (&str, &str)) {
        let (left, right) = compare(old, new);
        let shown = |pieces: Pieces| {
            let piece = |(differs, piece): (bool, &str)| {
                if differs { format!("<{piece}>") } else { piece.to_owned() }
            };
            pieces.into_iter().map(piece).collect::<String>()
        };
        assert_eq!((&*shown(left), &*shown(right)), expected);
    }

    #[test]
    fn lines_stand_beside_what_they_became() {
        let check = |old: &[&str], new: &[&str], expected: &[(Option<usize>, Option<usize>)]| {
            assert_eq!(pairs(old, new), expected, "{old:?} {new:?}");
        };
        check(
            &["@inline", "def load(n):", "    x = yield f(n)"],
            &["async def load(n):", "    x = await f(n)"],
            &[(Some(0), None), (Some(1), Some(0)), (Some(2), Some(1))],
        );
        // Too little in common.
        check(&["for a in b:", "    yield a"], &["yield from b"], &[(Some(0), Some(0)), (Some(1), None)]);
        check(&["a b c"], &["x", "y", "a b d"], &[(None, Some(0)), (None, Some(1)), (Some(0), Some(2))]);
        check(&["a", "b"], &["1", "2", "3"], &[(Some(0), Some(0)), (Some(1), Some(1)), (None, Some(2))]);
        check(&[], &["a"], &[(None, Some(0))]);
        check(&["a"], &[], &[(Some(0), None)]);
    }

    #[test]
    fn only_what_differs_is_marked() {
        check("sum([n for n in x])", "sum(n for n in x)", ("sum(<[>n for n in x<]>)", "sum(n for n in x)"));
        check("    yield é", "    return é", ("    <yield> é", "    <return> é"));
        check("for a in b:", "yield from b", ("for a in b:", "yield from b"));
        check("", "x", ("", "x"));
    }
}
