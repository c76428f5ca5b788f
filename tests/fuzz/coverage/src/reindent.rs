//! A block of any file moved to the right: refused, or the same tree with the same strings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unspool_engine::rewrite::verify;
use unspool_engine::syntax::ast::comparable::ComparableStmt;
use unspool_engine::syntax::{AnyNodeRef, Module, PythonVersion, Ranged, Stmt, TextRange, parse};
use unspool_engine::text::{Indent, Patch, reindent};

fuzz_target!(|input: (u8, &str)| {
    let (which, text) = input;
    let latest = PythonVersion::latest();
    let Ok(parsed) = parse(text, latest) else { return };
    let module = Module::new(text, &parsed);
    let suites: Vec<&[Stmt]> = module
        .nodes()
        .filter_map(|(_, node)| match node {
            AnyNodeRef::StmtFunctionDef(f) => Some(&*f.body),
            AnyNodeRef::StmtClassDef(c) => Some(&*c.body),
            AnyNodeRef::StmtWith(w) => Some(&*w.body),
            AnyNodeRef::StmtWhile(w) if w.orelse.is_empty() => Some(&*w.body),
            AnyNodeRef::StmtFor(f) if f.orelse.is_empty() => Some(&*f.body),
            _ => None,
        })
        .collect();
    let Some(suite) = suites.get(usize::from(which) % suites.len().max(1)) else { return };
    let range = TextRange::new(suite[0].start(), suite[suite.len() - 1].end());
    let Ok(edits) = reindent(&module, range, &Indent::Deeper) else { return };
    let patch = Patch::new(edits, text).expect("each line is moved once");
    let after = patch.apply(text);
    if let Err(violation) = verify(&module, &patch, &after, latest, &[]) {
        panic!("{violation}\n{after}");
    }
    let moved = parse(&after, latest).expect("it was verified");
    let moved = Module::new(&after, &moved);
    let tree = |body: &[Stmt]| body.len();
    assert_eq!(tree(module.body()), tree(moved.body()));
    for (a, b) in module.body().iter().zip(moved.body()) {
        assert!(ComparableStmt::from(a) == ComparableStmt::from(b), "another tree:\n{after}");
    }
});
