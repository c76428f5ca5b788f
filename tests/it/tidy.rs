//! What the compiler does not check about the source: who may name what, and that nothing is left unregistered.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::{Run, snapshot_of, unspool};

/// A source file of the project: its path from the top and its text.
struct Source {
    path: PathBuf,
    text: String,
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder of the project with this ending, cases and build output left out.
fn sources(folder: &str, extension: &str) -> Vec<Source> {
    let root = top().join(folder);
    let files: Vec<Source> = snapshot_of(&root)
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|found| found == extension))
        .filter(|(path, _)| !path.components().any(|part| part.as_os_str() == "cases"))
        .map(|(path, bytes)| Source {
            path: Path::new(folder).join(path),
            text: String::from_utf8(bytes).expect("source files are UTF-8"),
        })
        .collect();
    assert!(!files.is_empty(), "{folder} has no .{extension} files: the test looks in the wrong place");
    files
}

/// The folders of the transforms that have code.
fn transform_folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(top().join("transforms")).expect("the transforms have a folder");
    let mut folders: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.join("mod.rs").is_file()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "no transform has code: the test looks in the wrong place");
    folders
}

/// The id that a folder stands for.
fn id(folder: &Path) -> String {
    folder.file_name().expect("a folder has a name").to_string_lossy().replace('_', "-")
}

/// The part of a line that is code.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or(line)
}

/// Fails with every line of `files` in which a needle stands outside comments.
#[track_caller]
fn check_absent(files: &[Source], needles: &[&str], why: &str) {
    let mut found = Vec::new();
    for Source { path, text } in files {
        for (number, line) in text.lines().enumerate() {
            if needles.iter().any(|needle| code(line).contains(needle)) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{why}:\n{}", found.join("\n"));
}

/// Whether a file is part of what users get: neither a test nor a program that measures.
fn is_shipped(source: &Source) -> bool {
    let beside = |part: &std::ffi::OsStr| {
        ["tests", "tests.rs", "examples", "benches"].iter().any(|name| part == *name)
    };
    !source.path.iter().any(beside)
}

#[test]
fn the_engine_neither_prints_nor_exits_nor_reads_the_command_line() {
    let files: Vec<_> = sources("src/engine", "rs").into_iter().filter(is_shipped).collect();
    check_absent(
        &files,
        &["clap", "println!", "eprintln!", "print!(", "process::exit", "env::args", "stdout()", "stderr()"],
        "that is for the command line",
    );
}

#[test]
fn the_engine_knows_no_transform() {
    let files = sources("src/engine", "rs");
    let ids: Vec<String> = transform_folders().iter().map(|folder| id(folder)).collect();
    let quoted: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    let modules = ids.iter().map(|id| id.replace('-', "_"));
    let needles: Vec<String> = quoted.into_iter().chain(modules).collect();
    let needles: Vec<&str> = needles.iter().map(String::as_str).collect();
    check_absent(&files, &needles, "the engine serves every transform alike");
}

#[test]
fn verification_knows_neither_python_nor_transforms() {
    let files: Vec<_> = ["rs", "toml"].into_iter().flat_map(|kind| sources("src/verify", kind)).collect();
    check_absent(
        &files,
        &[
            "unspool_engine",
            "unspool-engine",
            "unspool_transforms",
            "unspool-transforms",
            "clap",
            "process::exit",
        ],
        "campaigns verify in an environment of their own",
    );
}

#[test]
fn campaigns_know_neither_python_nor_the_engine() {
    let files: Vec<_> = ["rs", "toml"].into_iter().flat_map(|kind| sources("src/campaign", kind)).collect();
    check_absent(
        &files,
        &[
            "unspool_engine",
            "unspool-engine",
            "unspool_transforms",
            "unspool-transforms",
            "clap",
            "process::exit",
            "println!",
        ],
        "the engine is a child process, and the terminal is the command line's",
    );
}

#[test]
fn only_the_syntax_layer_names_the_parser_crates() {
    let outside: Vec<_> = ["src", "transforms", "tests/it"]
        .into_iter()
        .flat_map(|folder| sources(folder, "rs"))
        .filter(|file| !file.path.starts_with("src/engine/syntax") && !file.path.ends_with("tidy.rs"))
        .collect();
    check_absent(&outside, &["ruff_"], "the parser crates are named in src/engine/syntax");
}

#[test]
fn transforms_do_not_know_the_command_line_or_each_other() {
    let folders = transform_folders();
    for folder in &folders {
        let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        let files = sources(&format!("transforms/{name}"), "rs");
        let others: Vec<String> = folders
            .iter()
            .filter(|other| *other != folder)
            .map(|other| {
                format!("crate::{}", other.file_name().expect("a folder has a name").to_string_lossy())
            })
            .collect();
        let mut needles: Vec<&str> = others.iter().map(String::as_str).collect();
        needles.extend(["clap", "println!", "process::exit", "std::fs", "std::env"]);
        check_absent(&files, &needles, "a transform sees a module, facts and the repository, nothing else");
    }
}

#[test]
fn no_unfinished_work() {
    let files: Vec<_> = ["src", "transforms", "tests/it"]
        .into_iter()
        .flat_map(|folder| sources(folder, "rs"))
        .filter(|file| !file.path.ends_with("tidy.rs"))
        .collect();
    check_absent(&files, &["todo!", "unimplemented!", "dbg!"], "unfinished");
    let marked: Vec<String> = files
        .iter()
        .flat_map(|Source { path, text }| text.lines().map(move |line| (path, line)))
        .filter(|(_, line)| ["TODO", "FIXME", "XXX"].iter().any(|mark| line.contains(mark)))
        .map(|(path, line)| format!("{}: {}", path.display(), line.trim()))
        .collect();
    assert!(marked.is_empty(), "unfinished:\n{}", marked.join("\n"));
}

#[test]
fn every_transform_is_registered_under_the_name_of_its_folder() {
    let folders: BTreeSet<String> = transform_folders().iter().map(|folder| id(folder)).collect();
    let registered: BTreeSet<String> =
        unspool_transforms::registry().iter().map(|transform| transform.meta().id.to_owned()).collect();
    assert_eq!(folders, registered);
}

#[test]
fn every_transform_declares_what_it_needs() {
    for transform in unspool_transforms::registry() {
        let meta = transform.meta();
        let id = meta.id;
        assert!(!meta.needles.is_empty(), "{id}: without a needle every file is parsed");
        assert!(
            meta.needles.iter().all(|needle| !needle.is_empty()),
            "{id}: an empty needle is in every file"
        );
        assert!(!meta.kinds.is_empty(), "{id}: asked about no node");
        assert!(!meta.obligations.is_empty(), "{id}: nothing to prove");
        let kinds: BTreeSet<&str> = meta.obligations.iter().map(|kind| kind.id).collect();
        assert_eq!(kinds.len(), meta.obligations.len(), "{id}: two obligations of one name");
        for line in [meta.title, meta.anti_pattern, meta.idiom] {
            assert!(!line.is_empty() && !line.contains('\n') && !line.ends_with('.'), "{id}: `{line}`");
        }
    }
}

/// `Proposal::oblige` panics for another name, where no test may lead.
#[test]
fn every_obligation_that_is_stated_is_declared() {
    let stated = fancy_regex::Regex::new(r#"oblige\(\s*(?:&META,\s*)?"([a-z-]+)""#).expect("it is a pattern");
    let mut seen = 0;
    for folder in transform_folders() {
        let id = id(&folder);
        let registry = unspool_transforms::registry();
        let transform = registry.iter().find(|transform| transform.meta().id == id);
        let meta = transform.expect("every folder is registered").meta();
        let below = folder.strip_prefix(top()).expect("it is a folder of the project");
        for source in sources(below.to_str().expect("it is UTF-8"), "rs") {
            for found in stated.captures_iter(&source.text) {
                let kind = found
                    .expect("the pattern needs no backtracking")
                    .get(1)
                    .expect("it has a group")
                    .as_str();
                let is_declared = meta.obligations.iter().any(|known| known.id == kind);
                assert!(is_declared, "{}: `{kind}` is not declared", source.path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "the pattern finds {seen} obligations: it looks for the wrong thing");
}

#[test]
fn every_page_has_its_sections() {
    const SECTIONS: [&str; 6] =
        ["What it does", "Why", "Example", "What changes in execution", "Obligations", "What it refuses"];
    for transform in unspool_transforms::registry() {
        let meta = transform.meta();
        let headings: Vec<&str> =
            meta.docs.lines().filter_map(|line| line.strip_prefix("## ")).map(str::trim).collect();
        assert!(
            meta.docs.starts_with(&format!("# {}\n", meta.id)),
            "{}: the page begins with the id",
            meta.id
        );
        for section in SECTIONS {
            assert!(headings.contains(&section), "{}: no section `{section}`, only {headings:?}", meta.id);
        }
        for kind in meta.obligations {
            let named = meta.docs.contains(&format!("`{}`", kind.id));
            assert!(named, "{}: the page does not name the obligation `{}`", meta.id, kind.id);
        }
    }
}

/// Every row and every line of the checklist is answered by a transform, built or planned, and every transform
/// answers a row.
#[test]
fn every_idiom_has_a_transform() {
    let run = Run::of(&mut unspool(["list", "--by", "idiom"]));
    let text = run.exits(0).text();
    let listed: BTreeSet<&str> = text.lines().filter_map(transform_line).collect();
    let mut rows = 0;
    let lines: Vec<&str> = text.lines().collect();
    for pair in lines.windows(2) {
        // A row is indented by two, its transforms by four.
        let is_row = pair[0].starts_with("  ") && !pair[0].starts_with("   ");
        let closing = lines.last() == Some(&pair[1]);
        if is_row && !closing {
            rows += 1;
            assert!(transform_line(pair[1]).is_some(), "no transform answers `{}`", pair[0].trim());
        }
    }
    assert!(rows >= 25, "only {rows} rows: the output has another shape than this test thinks");
    for transform in unspool_transforms::registry() {
        assert!(listed.contains(transform.meta().id), "{} answers no row", transform.meta().id);
    }
}

/// The id in a line such as `    list-to-genexpr (on)`.
fn transform_line(line: &str) -> Option<&str> {
    let (id, state) = line.strip_prefix("    ")?.split_once(' ')?;
    (!id.is_empty() && matches!(state, "(on)" | "(off)" | "(planned)")).then_some(id)
}

#[test]
fn every_snapshot_belongs_to_a_test() {
    let tests: String = sources("tests/it", "rs").into_iter().map(|file| file.text).collect();
    let entries = std::fs::read_dir(top().join("snapshots")).expect("there are snapshots");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let orphans: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".snap").map(str::to_owned))
        .filter(|name| !tests.contains(&format!("\"{name}\"")))
        .collect();
    assert!(orphans.is_empty(), "no test makes these snapshots: {orphans:?}");
}
