//! Bytes, text and edits: everything below the syntax, and re-indentation, which needs its tokens.

mod align;
mod edit;
mod encoding;
pub mod glance;
mod patch;
mod reindent;
mod source;
mod word;

pub use align::{lines_outside_strings, realign};
pub use edit::Edit;
pub use encoding::{DecodeError, EncodeError, Encoding, declared_encoding};
pub use patch::{ChangedRange, Patch, PatchError};
pub use reindent::{Indent, ReindentError, block_range, comments_above, line_above, next_line, reindent};
pub use source::{ContentHash, SourceFile};
pub use word::{has_word, word_positions};

/// What stands between code, line ends among it, and is nothing to Python there.
pub const BLANKS: [char; 5] = [' ', '\t', '\n', '\r', '\x0c'];
