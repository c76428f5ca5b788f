//! A forge in a process, for tests: repositories are real bare git repositories behind `git http-backend`, pull requests are in
//! memory, and it fails on demand. It is strict where real forges are: a second pull request for a branch, a branch that does
//! not exist, a label or reviewer that is unknown. Beside it, a real PostgreSQL for several publishers.
//!
//! ```text
//! client --HTTP--> server --faults?--> skin (github, gitlab, forgejo) --> state --git--> bare repositories
//! git ----HTTP--> server --faults?--> git http-backend ------------------------------^
//! ```

mod backend;
pub mod contract;
pub mod faults;
mod forgejo;
mod github;
mod gitlab;
pub mod postgres;
mod repository;
mod server;
mod state;

pub use faults::{Fault, Kind};
pub use repository::{Bare, Entry};
pub use server::{Forge, Logged};
pub use state::{Pull, PullState, Skin};
