//! The pages of the transforms keep their word: every `before` block becomes the `after` block that follows it,
//! and every `keep` block stays, through the built binary. The format is in `transforms/README.md`.

use std::fs;
use std::path::Path;

use crate::support::{Scratch, each};

/// A block of a page that promises something.
#[derive(Debug, PartialEq)]
struct Promise {
    /// Where the block begins, from 1.
    line: usize,
    before: String,
    /// Equal to `before` for a `keep`.
    after: String,
    /// Only with `--unsafe-fixes`.
    assumes: bool,
}

/// The promises of a page, or what is wrong with its blocks.
fn promises(page: &str) -> Result<Vec<Promise>, String> {
    let mut promises: Vec<Promise> = Vec::new();
    let mut open: Option<Promise> = None;
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let code: String =
            lines.by_ref().map(|(_, l)| l).take_while(|l| *l != "```").map(|l| format!("{l}\n")).collect();
        let Some(tags) = info.strip_prefix("python") else { continue };
        let tags: Vec<&str> = tags.split_whitespace().collect();
        let line = index + 1;
        let (assumes, kind) = match tags[..] {
            [] => continue,
            [kind] => (false, kind),
            [kind, "unsafe"] => (true, kind),
            _ => return Err(format!("line {line}: `{info}` is not known")),
        };
        match (kind, open.take()) {
            ("before", None) => open = Some(Promise { line, before: code, after: String::new(), assumes }),
            ("after", Some(promise)) => promises.push(Promise { after: code, ..promise }),
            ("keep", None) => promises.push(Promise { line, before: code.clone(), after: code, assumes }),
            (_, Some(promise)) => return Err(format!("line {}: `before` without `after`", promise.line)),
            ("after", None) => return Err(format!("line {line}: `after` without `before`")),
            _ => return Err(format!("line {line}: `{info}` is not known")),
        }
    }
    match open {
        Some(promise) => Err(format!("line {}: `before` without `after`", promise.line)),
        None => Ok(promises),
    }
}

fn check(id: &str, promise: &Promise) -> Option<String> {
    let scratch = Scratch::with(&[("example.py", &promise.before)]);
    let mut args = vec!["fix", "--profile", "all", "--select", id];
    if promise.assumes {
        args.push("--unsafe-fixes");
    }
    let run = scratch.run(args.into_iter().chain(["example.py"]));
    let got = String::from_utf8_lossy(&scratch.read("example.py")).into_owned();
    if run.code == Some(0) && got == promise.after {
        return None;
    }
    Some(format!("{id}, line {}: got\n{got}{}", promise.line, run.stderr))
}

#[test]
fn pages_keep_their_word() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("transforms");
    let mut all = Vec::new();
    for transform in unspool_transforms::registry() {
        let id = transform.meta().id;
        let path = root.join(id.replace('-', "_")).join("README.md");
        let page = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let found = promises(&page).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(found.iter().any(|p| p.before != p.after), "{}: no before and after", path.display());
        assert!(found.iter().any(|p| p.before == p.after), "{}: no keep", path.display());
        all.extend(found.into_iter().map(|promise| (id, promise)));
    }
    let faults: Vec<String> = each(&all, |(id, promise)| check(id, promise)).into_iter().flatten().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What CONTRIBUTING sends people to is there: files, folders, functions of the first page of the engine.
#[test]
fn the_walk_through_leads_somewhere() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = include_str!("../../CONTRIBUTING.md");
    let spans = text.split('`').skip(1).step_by(2).filter(|span| !span.contains('\n'));
    let (mut paths, mut names) = (0, 0);
    let code = include_str!("../../src/engine/transform.rs");
    for span in spans {
        // The example that is built on the way is nowhere.
        let is_path = !span.contains(' ') && (span.contains('/') || span.ends_with(".md"));
        if is_path && !span.contains("any_not_to_all") && !span.contains("any-not-to-all") {
            assert!(top.join(span).exists(), "CONTRIBUTING.md names {span}");
            paths += 1;
        }
        if let Some((name, _)) = span.split_once('(')
            && !name.contains([' ', '.'])
        {
            assert!(code.contains(&format!("fn {name}")), "CONTRIBUTING.md names {span}");
            names += 1;
        }
    }
    assert!(paths >= 6 && names >= 3, "{paths} paths, {names} functions");
}

#[test]
fn blocks_of_a_page() {
    let block = |tags: &str, code: &str| format!("text\n\n```{tags}\n{code}\n```\n");
    let pair = |assumes| Promise { line: 3, before: "a\n".into(), after: "b\n".into(), assumes };
    assert_eq!(promises(&(block("python before", "a") + &block("python after", "b"))), Ok(vec![pair(false)]));
    assert_eq!(
        promises(&(block("python before unsafe", "a") + &block("python after", "b"))),
        Ok(vec![pair(true)])
    );
    let keep = Promise { line: 3, before: "a\n".into(), after: "a\n".into(), assumes: false };
    assert_eq!(promises(&block("python keep", "a")), Ok(vec![keep]));
    assert_eq!(promises(&(block("python", "a") + &block("console", "b"))), Ok(vec![]));
    for bad in [
        block("python before", "a"),
        block("python after", "b"),
        block("python before", "a") + &block("python keep", "b"),
        block("python befor", "a"),
        block("python before safe", "a"),
    ] {
        assert!(promises(&bad).is_err(), "{bad}");
    }
}
