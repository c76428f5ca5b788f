//! Decisions that are remembered: rewrites that somebody rejected, and those that were there when the tool was adopted.

pub mod baseline;
mod file;

pub use file::{Decision, Decisions};
