//! LibCST as an oracle: a file that it reads and writes back unchanged stays one after `fix`. Whoever runs
//! LibCST codemods behind unspool relies on it, and it is a second parser that must accept what we write.
//!
//! Runs over cases and examples; `UNSPOOL_CORPUS=FOLDER` adds every Python file below that folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use libcst_native::Codegen as _;
use unspool_engine::driver::fix_text;
use unspool_engine::transform::{Profile, Target};

use crate::sources;
use crate::support::each;

/// Whether LibCST gives the text back, or why it does not.
fn round_trip(text: &str) -> Result<(), String> {
    let module = libcst_native::parse_module(text, None).map_err(|error| {
        // "parser error: error at 12:8: expected one of ...": without the place, so that equal causes add up.
        let message = error.to_string();
        message
            .split(" at ")
            .next()
            .unwrap_or_default()
            .split("expected")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    })?;
    let (default_indent, default_newline) = (module.default_indent, module.default_newline);
    let mut state = libcst_native::CodegenState { default_indent, default_newline, ..Default::default() };
    module.codegen(&mut state);
    if state.to_string() == text { Ok(()) } else { Err("comes back different".to_owned()) }
}

enum Fate {
    /// The reason why the file says nothing about us.
    Left(String),
    Unchanged,
    Rewritten,
    Broken(String),
}

fn fate(path: &PathBuf) -> Fate {
    let Ok(bytes) = fs::read(path) else { return Fate::Left("unreadable".to_owned()) };
    let Ok(text) = String::from_utf8(bytes) else { return Fate::Left("not UTF-8".to_owned()) };
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if let Err(why) = round_trip(&text) {
        return Fate::Left(why);
    }
    // With assumptions allowed: more rewrites, more to look at.
    let fixed = match fix_text(&text, unspool_transforms::registry(), true, Profile::All, Target::default()) {
        Ok(fixed) if fixed.text == text => return Fate::Unchanged,
        Ok(fixed) => fixed.text,
        Err(failure) => return Fate::Left(format!("unspool does not read it: {failure}")),
    };
    match round_trip(&fixed) {
        Ok(()) => Fate::Rewritten,
        Err(why) => Fate::Broken(why),
    }
}

#[test]
fn libcst_reads_what_we_write() {
    let mut files = sources::repository();
    if let Some(corpus) = std::env::var_os("UNSPOOL_CORPUS") {
        files.extend(sources::below(&PathBuf::from(corpus)));
    }
    let (mut left, mut broken) = (BTreeMap::<String, usize>::new(), Vec::new());
    let (mut unchanged, mut rewritten) = (0, 0);
    for (path, fate) in files.iter().zip(each(&files, fate)) {
        match fate {
            Fate::Left(why) => *left.entry(why).or_default() += 1,
            Fate::Unchanged => unchanged += 1,
            Fate::Rewritten => rewritten += 1,
            Fate::Broken(why) => broken.push(format!("{}: {why}", path.display())),
        }
    }
    println!("{rewritten} rewritten, {unchanged} unchanged, {} broken; not read:", broken.len());
    for (why, count) in &left {
        println!("  {count}: {why}");
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(rewritten > 0, "nothing was rewritten: the oracle saw nothing");
}
