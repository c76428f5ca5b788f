//! Campaigns against a forge in this process: real HTTP, real git.

#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing is a test that fails")]

mod after;
mod app;
mod crash;
mod discover;
mod faults;
mod hostile;
mod people;
mod plan;
mod waves;
mod world;
