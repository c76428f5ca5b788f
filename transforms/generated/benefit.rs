//! Whether a helper is worth having.

use unspool_engine::syntax::Module;
use unspool_engine::text::Edit;

/// Why nobody would want a helper in place of copies, if it does not save more than a quarter of their lines: whoever
/// reads one of them then has something to look up. Blank lines do not count.
pub fn does_not_pay(module: &Module, edits: &[Edit]) -> Option<String> {
    let filled = |text: &str| text.lines().filter(|l| !l.trim().is_empty()).count();
    let before: usize = edits.iter().map(|e| filled(&module.text()[e.range])).sum();
    let after: usize = edits.iter().map(|e| filled(&e.text)).sum();
    (after * 4 >= before * 3).then(|| {
        format!("benefit: {before} lines of copies become {after}: a helper should save more than a quarter of them")
    })
}
