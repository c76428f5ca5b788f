//! Differential fuzzing: a machine that hunts for rewrites that change what a program does.
//!
//! ```text
//! generate   seed, index -> a small program of a family, with everything it needs
//! judge      program -> rewritten in process (safe tier); what a difference between the two runs means
//! python     a CPython that runs many pairs of programs and compares their traces
//! campaign   many programs over all cores -> tally
//! minimise   a diverging program -> a smaller one
//! cases      the keep cases of a transform, rewritten and run
//! switch     each obligation switched off in turn: does anything notice?
//! told       obligations about what a text says: is it untrue without them?
//! figures    what long runs found, kept as data
//! rare       obligations that programs hardly meet, and why
//! page       the documentation's page of these figures
//! ```
//!
//! Programs record what they do by `print`. A difference that a convention of the contract allows is counted by
//! that convention, and only if it goes away when the convention is kept.

pub mod campaign;
pub mod cases;
pub mod figures;
pub mod generate;
pub mod judge;
pub mod minimise;
pub mod page;
pub mod python;
pub mod rare;
pub mod switch;
pub mod tally;
pub mod told;
