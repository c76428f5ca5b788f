//! From proposals to new text: choose among them, merge imports, apply, verify.

mod imports;
mod leaks;
mod pragma;
mod sections;
mod select;
mod unimports;
mod verify;

pub use imports::{Spelling, bound_as, import_edits, spell, spell_in, top_imports};
pub use pragma::is_pragma;
pub use select::{Selected, overlap, select};
pub use unimports::{Unimport, unimports};
pub use verify::{Violation, verify};
