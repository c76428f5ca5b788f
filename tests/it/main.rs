//! The integration tests: one crate, so that it links once.

#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing is a test that fails")]

mod bad_input;
mod campaign;
mod cases;
mod choice;
mod cli;
mod commit;
mod config;
mod docs;
mod encodings;
mod flow;
mod fuzz;
mod groups;
mod held;
mod helpers;
mod libcst;
mod mutants;
mod needles;
mod outputs;
mod resources;
mod review;
mod sources;
mod support;
mod symtable;
mod task_groups;
mod tidy;
mod together;
mod variants;
mod verify;
