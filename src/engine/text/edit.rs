//! Edits of a text and sets of them.

use crate::syntax::{TextRange, TextSize};

/// Replaces a range of the original text. Transforms write `\n`; applying converts it to the line ending in
/// force where the edit starts.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Edit {
    pub range: TextRange,
    pub text: String,
}

impl Edit {
    pub fn replace(range: TextRange, text: impl Into<String>) -> Self {
        Edit { range, text: text.into() }
    }

    pub fn delete(range: TextRange) -> Self {
        Edit { range, text: String::new() }
    }

    pub fn insert(at: TextSize, text: impl Into<String>) -> Self {
        Edit { range: TextRange::empty(at), text: text.into() }
    }
}
