//! Which parts of a changed line changed.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Pieces of a line, each with whether it differs from the other line.
pub type Pieces<'l> = Vec<(bool, &'l str)>;

/// Lines that share less than so many fifths of their words are shown as a whole: marks in them would say nothing.
const ALIKE: usize = 2;

/// Longer lines (in words) are generated code or data.
const LONGEST: usize = 400;

/// The pieces of two lines of which one replaced the other.
pub fn compare<'l>(old: &'l str, new: &'l str) -> (Pieces<'l>, Pieces<'l>) {
    let whole = |line: &'l str| vec![(false, line)];
    let (old_words, new_words) = (words(old), words(new));
    if old_words.len().max(new_words.len()) > LONGEST {
        return (whole(old), whole(new));
    }
    let ops = capture_diff_slices(Algorithm::Myers, &old_words, &new_words);
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
    let most = count(&old_words).max(count(&new_words)).max(1);
    if shared * 5 < most * ALIKE {
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
    fn only_what_differs_is_marked() {
        check("sum([n for n in x])", "sum(n for n in x)", ("sum(<[>n for n in x<]>)", "sum(n for n in x)"));
        check("    yield é", "    return é", ("    <yield> é", "    <return> é"));
        check("for a in b:", "yield from b", ("for a in b:", "yield from b"));
        check("", "x", ("", "x"));
    }
}
