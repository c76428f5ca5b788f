//! What a transform declares about its sites is true of every site in real code: its file passes the search of
//! its bytes (else the driver would not even parse it), and its node is of a declared kind (else nobody would ask).

use std::fs;
use std::path::PathBuf;

use unspool_engine::syntax::{Module, PythonVersion, parse};
use unspool_engine::text::SourceFile;
use unspool_engine::transform::Transform;

use crate::sources;
use crate::support::{each, python, skip};

/// The number of sites per transform, or what is wrong with one.
fn check(path: &PathBuf, transforms: &[&'static dyn Transform]) -> Result<Vec<usize>, String> {
    let mut counts = vec![0; transforms.len()];
    let bytes = fs::read(path).unwrap();
    let has = |needle: &&str| memchr::memmem::find(&bytes, needle.as_bytes()).is_some();
    let expected = |t: &&'static dyn Transform| t.meta().needles.iter().any(has) && t.may_have_site(&bytes);
    let has_needle: Vec<bool> = transforms.iter().map(expected).collect();
    let Ok(source) = SourceFile::decode(bytes) else { return Ok(counts) };
    let Ok(parsed) = parse(&source.text, PythonVersion::PY314) else { return Ok(counts) };
    let module = Module::new(&source.text, &parsed);
    for ((transform, count), has_needle) in transforms.iter().zip(&mut counts).zip(has_needle) {
        let meta = transform.meta();
        for (_, node) in module.nodes() {
            let Some(range) = transform.find(node, &module) else { continue };
            let site = || format!("{}:{}: {}", path.display(), module.line(range.start()), meta.id);
            if !has_needle {
                return Err(format!("{}: a site in a file that would not be parsed", site()));
            }
            if !meta.kinds.contains(&node.kind()) {
                return Err(format!("{}: a site of kind {:?}, which is not declared", site(), node.kind()));
            }
            *count += 1;
        }
    }
    Ok(counts)
}

#[test]
fn needles_and_kinds_cover_every_site() {
    let transforms = unspool_transforms::registry();
    let files = [sources::repository(), sources::standard_library()].concat();
    let mut counts = vec![0; transforms.len()];
    for result in each(&files, |path| check(path, transforms)) {
        let found = result.unwrap_or_else(|fault| panic!("{fault}"));
        counts.iter_mut().zip(found).for_each(|(sum, count)| *sum += count);
    }
    for (transform, count) in transforms.iter().zip(counts) {
        assert!(count > 0, "{}: no site anywhere", transform.meta().id);
    }
    if python().is_none() {
        skip!("needles_and_kinds_cover_every_site", "no python3 on PATH: only cases and examples were read");
    }
}
