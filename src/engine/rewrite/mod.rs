//! From proposals to new text: choose, merge imports, apply, verify.
