//! Python knowledge for unspool.
//!
//! A rewrite travels through the modules in this order:
//!
//! ```text
//! text      bytes -> SourceFile (encoding, line ending, text);  Edit, Patch
//! syntax    SourceFile -> Module (tree, tokens, numbered nodes with parents)
//! facts     Module -> scopes, flow, effects, types
//! repo      questions about other files of the repository, answered on demand
//! transform what a transform is: find a site, decide it by obligations, propose edits
//! rewrite   choose among proposals, merge import requests, apply, verify the result
//! driver    discover files, run the rounds in parallel, write results
//! ```
//!
//! Nothing here prints, reads the command line, exits the process or knows the name of a transform.

pub mod driver;
pub mod facts;
pub mod repo;
pub mod rewrite;
pub mod syntax;
pub mod text;
pub mod transform;
