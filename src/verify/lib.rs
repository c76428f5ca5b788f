//! Runs a command on a tree before and after rewrites, and finds the rewrites that break it.
//!
//! ```text
//! scratch    a copy of the tree, made once; rewrites are applied and taken back in it      scratch/
//! guard      a process that runs the command for us, ends everything it started, and
//!            takes the scratch folder away even if we are killed                           guard/
//! observe    what loads itself into every Python that the command starts: results of
//!            pytest and unittest test by test, and which files were imported from where    observe/
//! baseline   the command on the untouched copy; what fails there does not count            session
//! all        the command on the rewritten copy; nothing new fails: done                    session
//! again      what fails newly, alone, with and without the rewrites: flaky tests are out   session
//! search     delta debugging over the rewrites, with one failing test at a time            search, suspects
//! drop       the guilty goes, then the whole command once more, until nothing new fails    session
//! ```
//!
//! This layer knows neither Python's syntax nor transforms: a [`Rewrite`] is a name with a place, and whoever
//! calls [`verify`] says what the tree looks like with some of them ([`Rewrites`]). It prints nothing.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that unwraps nothing is a test that fails"))]

mod error;
mod guard;
mod observe;
mod results;
mod rewrites;
mod scratch;
mod search;
mod session;
mod suspects;

pub use error::VerifyError;
pub use guard::{GuardProgram, serve};
pub use results::{Breakage, Check};
pub use rewrites::{Applied, Choice, FileChange, Rewrite, Rewrites};
pub use session::{Baseline, Command, Guilty, Step, Verified, Watch, verify};
