//! Edits of one text that can be applied together.

use super::Edit;
use crate::syntax::{TextLen, TextRange, TextSize};
use std::fmt;

/// Edits of a text, in order, none overlapping: an invalid patch cannot be built.
///
/// Insertions at one place keep the order in which they were given, in front of a replacement that starts
/// there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Patch {
    /// Sorted; line endings are those of the text.
    edits: Vec<Edit>,
    text_len: TextSize,
}

/// Why edits make no patch. Ranges are those of the offending edits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PatchError {
    Overlap(TextRange, TextRange),
    /// The same edit twice: a sign of two rewrites that do not know of each other.
    Duplicate(TextRange),
    OutOfBounds(TextRange),
    /// An end lies inside of a character or between the CR and LF of a line ending.
    SplitsCharacter(TextRange),
}

impl fmt::Display for PatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PatchError::Overlap(a, b) => write!(f, "edits at {a:?} and {b:?} overlap"),
            PatchError::Duplicate(range) => write!(f, "the edit at {range:?} is there twice"),
            PatchError::OutOfBounds(range) => write!(f, "the edit at {range:?} lies outside of the text"),
            PatchError::SplitsCharacter(range) => {
                write!(f, "the edit at {range:?} splits a character or line ending")
            }
        }
    }
}

impl std::error::Error for PatchError {}

/// Where an edit came from and where its text went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChangedRange {
    /// In the original text.
    pub old: TextRange,
    /// In the result.
    pub new: TextRange,
}

impl Patch {
    /// Checks and sorts edits of `text`. In inserted text, `\n` becomes the line ending in force where the
    /// edit starts; `\r\n` and `\r`, copied from the source, stay (a text without `\r\n` has none to copy).
    pub fn new(mut edits: Vec<Edit>, text: &str) -> Result<Patch, PatchError> {
        edits.sort_by_key(|e| (e.range.start(), e.range.end()));
        for edit in &edits {
            if edit.range.end() > text.text_len() {
                return Err(PatchError::OutOfBounds(edit.range));
            }
            if !is_boundary(text, edit.range.start()) || !is_boundary(text, edit.range.end()) {
                return Err(PatchError::SplitsCharacter(edit.range));
            }
        }
        for (i, edit) in edits.iter().enumerate() {
            let at_same_place = edits[i + 1..].iter().take_while(|e| e.range == edit.range);
            if at_same_place.clone().any(|e| e == edit) {
                return Err(PatchError::Duplicate(edit.range));
            }
            if let Some(next) = edits.get(i + 1)
                && next.range.start() < edit.range.end()
            {
                return Err(PatchError::Overlap(edit.range, next.range));
            }
        }
        let mut line_endings = LineEndings { text: text.as_bytes(), end: 0, ending: None };
        for edit in &mut edits {
            if edit.text.contains('\n') {
                let ending = line_endings.at(edit.range.start().to_usize());
                // Text that was copied up to a CR, and behind it a line end of ours: two lines, where no CR and LF are one.
                let lone = ending == "\r" && memchr::memmem::find(text.as_bytes(), b"\r\n").is_none();
                if lone {
                    edit.text = edit.text.replace('\n', ending);
                } else if ending != "\n" {
                    edit.text = with_line_ending(&edit.text, ending);
                }
            }
        }
        Ok(Patch { edits, text_len: text.text_len() })
    }

    /// In order of their ranges, with the line endings that [`apply`](Patch::apply) writes.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The patched text.
    ///
    /// # Panics
    /// When `text` is not the one that the patch was built for.
    pub fn apply(&self, text: &str) -> String {
        assert_eq!(text.text_len(), self.text_len, "a patch applies to the text it was built for");
        let inserted: usize = self.edits.iter().map(|e| e.text.len()).sum();
        let mut result = String::with_capacity(text.len() + inserted);
        let mut copied = TextSize::new(0);
        for edit in &self.edits {
            result.push_str(&text[TextRange::new(copied, edit.range.start())]);
            result.push_str(&edit.text);
            copied = edit.range.end();
        }
        result.push_str(&text[copied.to_usize()..]);
        result
    }

    /// Each edit's range before and after, in order.
    pub fn changed_ranges(&self) -> impl Iterator<Item = ChangedRange> + '_ {
        let mut copied = TextSize::new(0);
        let mut written = TextSize::new(0);
        self.edits.iter().map(move |edit| {
            let start = written + (edit.range.start() - copied);
            let new = TextRange::at(start, edit.text.text_len());
            copied = edit.range.end();
            written = new.end();
            ChangedRange { old: edit.range, new }
        })
    }
}

fn is_boundary(text: &str, offset: TextSize) -> bool {
    let at = offset.to_usize();
    let bytes = text.as_bytes();
    let inside_crlf = at > 0 && bytes.get(at) == Some(&b'\n') && bytes[at - 1] == b'\r';
    text.is_char_boundary(at) && !inside_crlf
}

/// Line endings at ascending offsets, each line looked at once.
struct LineEndings<'a> {
    text: &'a [u8],
    /// The line last looked at ends here.
    end: usize,
    ending: Option<&'static str>,
}

impl LineEndings<'_> {
    /// What ends the line of `offset`; in a last line without an end what ended the line before.
    fn at(&mut self, offset: usize) -> &'static str {
        if self.ending.is_none() || offset > self.end {
            let found = memchr::memchr2(b'\n', b'\r', &self.text[offset..]).map(|i| offset + i);
            let at = found.or_else(|| memchr::memrchr2(b'\n', b'\r', &self.text[..offset]));
            self.end = found.unwrap_or(self.text.len());
            self.ending = Some(at.map_or("\n", |at| ending_at(self.text, at)));
        }
        self.ending.unwrap_or("\n")
    }
}

/// The line ending of which the byte at `at`, a CR or LF, is part.
fn ending_at(text: &[u8], at: usize) -> &'static str {
    match text[at] {
        b'\n' if at > 0 && text[at - 1] == b'\r' => "\r\n",
        b'\n' => "\n",
        _ if text.get(at + 1) == Some(&b'\n') => "\r\n",
        _ => "\r",
    }
}

fn with_line_ending(text: &str, ending: &str) -> String {
    let mut result = String::with_capacity(text.len() + 8);
    let mut previous = '\0';
    for c in text.chars() {
        match c {
            '\n' if previous != '\r' => result.push_str(ending),
            _ => result.push(c),
        }
        previous = c;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(start: u32, end: u32) -> TextRange {
        TextRange::new(start.into(), end.into())
    }

    fn edit((start, end, text): &(u32, u32, &str)) -> Edit {
        Edit::replace(range(*start, *end), *text)
    }

    #[track_caller]
    fn check(text: &str, edits: &[(u32, u32, &str)], expected: &str) {
        let patch = Patch::new(edits.iter().map(edit).collect(), text).unwrap();
        let result = patch.apply(text);
        assert_eq!(result, expected);
        for (changed, edit) in patch.changed_ranges().zip(patch.edits()) {
            assert_eq!(changed.old, edit.range);
            assert_eq!(result[changed.new], edit.text);
        }
    }

    #[track_caller]
    fn check_refused(text: &str, edits: &[(u32, u32, &str)], expected: PatchError) {
        assert_eq!(Patch::new(edits.iter().map(edit).collect(), text), Err(expected));
    }

    #[test]
    fn edits_are_sorted_and_applied() {
        check("abc", &[], "abc");
        check("abc", &[(2, 3, "z"), (0, 1, "xy")], "xybz");
        check("abc", &[(1, 2, ""), (2, 3, "z"), (1, 1, "-")], "a-z");
        check("abc", &[(3, 3, "d"), (0, 0, "_")], "_abcd");
    }

    #[test]
    fn insertions_at_one_place_keep_their_order() {
        check("ab", &[(1, 2, "B"), (1, 1, "2"), (1, 1, "1")], "a21B");
    }

    #[test]
    fn invalid_patches_cannot_be_built() {
        check_refused("abc", &[(0, 2, ""), (1, 3, "")], PatchError::Overlap(range(0, 2), range(1, 3)));
        check_refused("abc", &[(0, 2, ""), (1, 1, "x")], PatchError::Overlap(range(0, 2), range(1, 1)));
        check_refused("abc", &[(0, 2, "x"), (0, 2, "y")], PatchError::Overlap(range(0, 2), range(0, 2)));
        check_refused("abc", &[(1, 1, "x"), (1, 1, "y"), (1, 1, "x")], PatchError::Duplicate(range(1, 1)));
        check_refused("abc", &[(0, 2, "x"), (0, 2, "x")], PatchError::Duplicate(range(0, 2)));
        check_refused("abc", &[(2, 4, "")], PatchError::OutOfBounds(range(2, 4)));
        check_refused("é", &[(1, 2, "")], PatchError::SplitsCharacter(range(1, 2)));
        check_refused("a\r\n", &[(1, 2, "")], PatchError::SplitsCharacter(range(1, 2)));
        check_refused("a\r\n", &[(2, 2, "b")], PatchError::SplitsCharacter(range(2, 2)));
    }

    #[test]
    fn inserted_lines_end_as_the_line_they_start_on() {
        check("a\r\nb\nc\rd", &[(0, 1, "x\ny")], "x\r\ny\r\nb\nc\rd");
        check("a\r\nb\nc\rd", &[(1, 1, "\nx")], "a\r\nx\r\nb\nc\rd");
        check(
            "a\r\nb\nc\rd",
            &[(3, 3, "x\n"), (4, 4, "\ny"), (5, 5, "\n"), (6, 7, "\n")],
            "a\r\nx\nb\ny\n\rc\rd",
        );
        check("a\r\nb", &[(4, 4, "\nc")], "a\r\nb\r\nc");
        check("a\r\n", &[(3, 3, "b\n")], "a\r\nb\r\n");
        check("a", &[(1, 1, "\n")], "a\n");
        check("a\rb\r", &[(0, 0, "a\r\n")], "a\r\ra\rb\r");
        check("a\r\n", &[(0, 0, "x\r\ny\rz\n")], "x\r\ny\rz\r\na\r\n");
    }

    proptest! {
        /// Against a model that knows each edit as "what stands in front of, and instead of, each character".
        #[test]
        fn patches_agree_with_a_model(
            text in "[abé\r\n]{0,12}",
            edits in prop::collection::vec((0u32..14, 0u32..4, "[xy]{0,2}"), 0..5),
        ) {
            let edits: Vec<Edit> =
                edits.into_iter().map(|(at, len, text)| Edit::replace(range(at, at + len), text)).collect();
            let Ok(patch) = Patch::new(edits.clone(), &text) else {
                // Refused: then some edit must be bad by itself or two must clash.
                let bad = |e: &Edit| {
                    text.get(e.range.start().to_usize()..e.range.end().to_usize()).is_none()
                        || [e.range.start(), e.range.end()].iter().any(|o| {
                            text[..o.to_usize()].ends_with('\r') && text[o.to_usize()..].starts_with('\n')
                        })
                };
                let clash = edits.iter().enumerate().any(|(i, a)| edits[..i].iter().any(|b| {
                    a == b || (a.range.start() < b.range.end() && b.range.start() < a.range.end())
                        || (!a.range.is_empty() && a.range == b.range)
                }));
                prop_assert!(clash || edits.iter().any(bad));
                return Ok(());
            };
            let mut expected = String::new();
            for at in 0..=text.len() {
                let offset = TextSize::new(at as u32);
                for e in edits.iter().filter(|e| e.range == TextRange::empty(offset)) {
                    expected.push_str(&e.text);
                }
                for e in edits.iter().filter(|e| !e.range.is_empty() && e.range.start() == offset) {
                    expected.push_str(&e.text);
                }
                let removed = edits.iter().any(|e| e.range.start() <= offset && offset < e.range.end());
                if !removed && let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
                    expected.push(c);
                }
            }
            let result = patch.apply(&text);
            prop_assert_eq!(&result, &expected);
            for (changed, edit) in patch.changed_ranges().zip(patch.edits()) {
                prop_assert_eq!(&result[changed.new], &edit.text);
            }
        }
    }
}
