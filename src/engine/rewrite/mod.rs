//! From proposals to new text: choose, merge imports, apply, verify.

mod pragma;
mod verify;

pub use pragma::is_pragma;
pub use verify::{Violation, verify};
