//! Bytes, text and edits: everything below the syntax.

mod edit;

pub use edit::Edit;
