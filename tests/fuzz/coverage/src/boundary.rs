//! Bytes through decoding, parsing and the table of nodes: no panic, and what was decoded encodes to the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unspool_engine::facts::Facts;
use unspool_engine::syntax::{Module, PythonVersion, Ranged, parse};
use unspool_engine::text::SourceFile;

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = SourceFile::decode(bytes.to_vec()) else { return };
    let text = source.text.clone();
    assert_eq!(source.encode(&text).expect("what was decoded can be encoded"), bytes);
    let Ok(parsed) = parse(&text, PythonVersion::latest()) else { return };
    let module = Module::new(&text, &parsed);
    for (id, node) in module.nodes() {
        assert!(text.get(node.range().start().to_usize()..node.range().end().to_usize()).is_some());
        assert!(module.contains(module.parent(id).unwrap_or(id), id));
    }
    let facts = Facts::new(&module);
    for (id, node) in module.nodes() {
        facts.symbols().resolve(id);
        if node.is_stmt_function_def() {
            facts.flow(id);
            facts.function(id);
        }
    }
});
