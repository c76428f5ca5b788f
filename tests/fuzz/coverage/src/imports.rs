//! Imports into any file: the result passes the checks at run time, and the name is then there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::sync::Arc;
use unspool_engine::facts::Facts;
use unspool_engine::repo::{Local, RepoIndex, Repository};
use unspool_engine::rewrite::{import_edits, spell_in, verify};
use unspool_engine::syntax::{Module, NodeId, PythonVersion, parse};
use unspool_engine::text::Patch;

const WANTED: [(&str, &str); 5] = [
    ("contextlib", "closing"),
    ("contextlib", "ExitStack"),
    ("itertools", "chain"),
    ("collections.abc", "Iterator"),
    ("typing", "Iterator"),
];

fuzz_target!(|input: (u8, &str)| {
    let (which, text) = input;
    let latest = PythonVersion::latest();
    let Ok(parsed) = parse(text, latest) else { return };
    let module = Module::new(text, &parsed);
    let facts = Facts::new(&module);
    let repo = Repository::new(Arc::new(RepoIndex::without_files()));
    let path = Path::new("-");
    let last = module.nodes().last().map_or(NodeId::ROOT, |(id, _)| id);
    let chosen: Vec<_> =
        WANTED.iter().enumerate().filter(|(i, _)| which >> i & 1 == 1).map(|(_, wanted)| *wanted).collect();
    let spelled = chosen.iter().filter_map(|(from, name)| {
        spell_in(&Local { module: &module, facts: &facts, path }, &repo, last, from, name).ok()
    });
    let requests: Vec<_> = spelled.filter_map(|s| s.request).collect();
    let edits = import_edits(&module, &requests, Vec::new());
    assert_eq!(edits.is_empty(), requests.is_empty());
    let patch = Patch::new(edits, text).expect("imports go to different places");
    let after = patch.apply(text);
    if let Err(violation) = verify(&module, &patch, &after, latest, &[]) {
        panic!("{violation}\n{after}");
    }
    if chosen.len() == 1 && requests.len() == 1 {
        let parsed = parse(&after, latest).expect("it was verified");
        let module = Module::new(&after, &parsed);
        let facts = Facts::new(&module);
        let last = module.nodes().last().map_or(NodeId::ROOT, |(id, _)| id);
        let (from, name) = chosen[0];
        let again = spell_in(&Local { module: &module, facts: &facts, path }, &repo, last, from, name);
        assert!(again.is_ok_and(|s| s.request.is_none()), "imported, and still not there:\n{after}");
    }
});
