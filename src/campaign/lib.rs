//! Campaigns: one kind of change for many repositories, each as a pull request that a person can say no to.
//!
//! ```text
//! campaign.toml --repos--> repos.lock.jsonl --plan--> change sets --show: people decide--> store --publish--> pull requests
//!                          pinned commits             JSON + patch                          SQLite             sync, merge, ...
//! ```
//!
//! `plan` is pure, parallel and needs no right to write. `publish` is slow, bound by what the forge allows, and converges:
//! whatever crashes, there is exactly one pull request for a change set.
//!
//! This crate knows no Python. The engine is a child process whose output it reads, and so is git.

pub mod change;
pub mod child;
pub mod config;
pub mod discover;
pub mod doctor;
pub mod error;
pub mod forge;
pub mod git;
pub mod optout;
pub mod plan;
pub mod publish;
pub mod repos;
pub mod revert;
pub mod review;
pub mod secret;
pub mod status;
pub mod store;
pub mod text;
pub mod time;
pub mod wishes;

pub use error::{Error, Result};
