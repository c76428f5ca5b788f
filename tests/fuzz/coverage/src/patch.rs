//! Edits of a text: either they are refused, or the result is what cutting and pasting by hand gives, and the ranges
//! that are said to have changed are those.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unspool_engine::syntax::{TextRange, TextSize};
use unspool_engine::text::{Edit, Patch};

const PIECES: [&str; 8] = ["", "x", "é", "\n", "\r\n", "a\nb", "# c", "\r"];

fuzz_target!(|input: (&str, Vec<(u8, u8, u8)>)| {
    let (text, steps) = input;
    let size = |n: u8| TextSize::new(u32::from(n));
    let edits: Vec<Edit> = steps
        .iter()
        .map(|(at, len, piece)| {
            let range = TextRange::at(size(*at), size(len % 8));
            Edit::replace(range, PIECES[usize::from(piece % 8)])
        })
        .collect();
    let Ok(patch) = Patch::new(edits.clone(), text) else { return };
    let after = patch.apply(text);

    // By hand, without regard to line endings.
    let plain = |s: &str| s.replace("\r\n", "\n").replace('\r', "\n");
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|e| (e.range.start(), e.range.end()));
    let (mut by_hand, mut at) = (String::new(), 0);
    for edit in ordered {
        by_hand.push_str(&text[at..edit.range.start().to_usize()]);
        by_hand.push_str(&edit.text);
        at = edit.range.end().to_usize();
    }
    by_hand.push_str(&text[at..]);
    let lengths = |s: &str| s.chars().filter(|c| !matches!(c, '\r' | '\n')).collect::<String>();
    assert_eq!(lengths(&by_hand), lengths(&after));
    if !text.contains('\r') && !edits.iter().any(|e| e.text.contains('\r')) {
        assert_eq!(plain(&by_hand), after);
    }

    // What lies outside of the changed ranges is the same.
    let (mut old, mut new) = (0, 0);
    for change in patch.changed_ranges() {
        assert_eq!(text[old..change.old.start().to_usize()], after[new..change.new.start().to_usize()]);
        (old, new) = (change.old.end().to_usize(), change.new.end().to_usize());
    }
    assert_eq!(text[old..], after[new..]);
});
