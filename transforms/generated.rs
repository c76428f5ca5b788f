//! What the transforms that generate code share: whether copies are one shape, what differs between them, and how the
//! one that replaces them is written, in the manner of the file.

pub mod benefit;
pub mod classes;
pub mod contract;
pub mod home;
pub mod merge;
pub mod message;
pub mod naming;
pub mod reuse;
pub mod shown;
pub mod style;
pub mod term;
