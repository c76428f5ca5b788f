//! Rewrites that are kept away: by comments, decisions, a baseline, and lines that did not change.

use std::process::Command;

use serde_json::Value;

use crate::support::{Run, Scratch, has, plain_environment, skip, snapshots};

const LOOP: &str = "def numbers():\n    for number in [1, 2, 3]:\n        yield number\n";
const DELEGATION: &str = "def numbers():\n    yield from [1, 2, 3]\n";

/// Marks: `@` behind a line of the text means that the site beginning there is offered, `%` that it is held back.
#[track_caller]
fn check(marked: &str) {
    let mut text = String::new();
    let (mut offered, mut held) = (Vec::new(), Vec::new());
    for (index, line) in marked.lines().enumerate() {
        match (line.strip_suffix(" @"), line.strip_suffix(" %")) {
            (Some(line), _) => {
                offered.push(index + 1);
                text += line;
            }
            (_, Some(line)) => {
                held.push(index + 1);
                text += line;
            }
            _ => text += line,
        }
        text.push('\n');
    }
    let scratch = Scratch::with(&[("a.py", &text)]);
    let run = scratch.run(["check", "--profile", "all", "--refusals", "--format", "json"]);
    assert_eq!(run.stderr, "", "{text}");
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let lines = |is_held: bool| {
        let sites = report["sites"].as_array().unwrap().iter();
        let sites =
            sites.filter(|site| site["verdict"] == "safe" && (site["held"]["by"] == "comment") == is_held);
        sites.map(|site| usize::try_from(site["line"].as_u64().unwrap()).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((lines(false), lines(true)), (offered, held), "{text}");
    run.exits(i32::from(!lines(false).is_empty()));
    // And what is held back is not applied.
    let kept = text.clone();
    scratch.run(["fix", "--profile", "all"]).exits(0);
    let fixed = String::from_utf8(scratch.read("a.py")).unwrap();
    assert_eq!(fixed == kept, lines(false).is_empty(), "{fixed}");
    assert_eq!(fixed.matches("unspool:").count(), kept.matches("unspool:").count(), "no comment is lost");
}

#[test]
fn a_comment_stands_for_a_statement() {
    check(
        "x = sum([n for n in range(20)])  # unspool: ignore[list-to-genexpr] measured %\ny = sum([n for n in range(20)]) @\n",
    );
    check(
        "# unspool: ignore[list-to-genexpr] the next\n\n# more\nx = sum([n for n in range(20)]) %\ny = sum([n for n in range(20)]) @\n",
    );
    check(
        "x = [\n    # unspool: ignore[lazy] inside\n    sum([n for n in range(20)]), %\n    sum([n for n in range(30)]), %\n]\n",
    );
    check(
        "x = f(\n    sum([n for n in range(20)]), %\n)  # noqa: X1  # unspool: ignore[ALL] both # really\n",
    );
    check("x = sum([n for n in range(20)])  # unspool: ignore %\n");
    check("x = sum([n for n in range(20)])  # unspool: ignore[resources, lazy] %\n");
    check(
        "def f():\n    for n in [1, 2]:  # unspool: ignore[loop-to-yield-from] %\n        yield n\n    for n in [1, 2]: @\n        yield n\n",
    );
    // Not about the site: text, another statement of the block.
    check("x = sum([n for n in range(20)]), '# unspool: ignore[ALL]' @\n");
    check("# about unspool: ignore[ALL]\nx = sum([n for n in range(20)]) @\n");
}

#[test]
fn comments_for_a_file_and_for_a_range() {
    check(
        "x = sum([n for n in range(20)]) %\n# unspool: ignore-file[list-to-genexpr] why\ndef f():\n    y = sum([n for n in range(20)]) %\n",
    );
    check(
        "a = sum([n for n in range(20)]) @\n# unspool: ignore-begin[lazy]\nx = sum([n for n in range(20)]) %\n# unspool: ignore-end[lazy]\ny = sum([n for n in range(20)]) @\n",
    );
    check("# unspool: ignore-begin[lazy]\nx = sum([n for n in range(20)]) %\n");
}

/// The text, what is said of it.
#[track_caller]
fn check_warning(text: &str, args: &[&str], message: &str) {
    let scratch = Scratch::with(&[("a.py", text)]);
    let run = scratch.run([&["check", "a.py"], args].concat());
    let expected = if message.is_empty() { String::new() } else { format!("warning: a.py:{message}\n") };
    assert_eq!(run.stderr, expected, "{text}");
}

#[test]
fn comments_that_keep_nothing_away_are_reported() {
    let unused = "1: `unspool: ignore[list-to-genexpr]` is unused: it keeps no rewrite away, take it out";
    check_warning("x = 1  # unspool: ignore[list-to-genexpr]\n", &[], unused);
    check_warning("x = 1  # unspool: ignore-file[list-to-genexpr]\n", &[], unused);
    // It did not run, or not all of the group did.
    check_warning("x = 1  # unspool: ignore[list-to-genexpr]\n", &["--select", "resources"], "");
    check_warning("x = 1  # unspool: ignore[ALL]\n", &["--select", "list-to-genexpr"], "");
    check_warning(
        "x = 1  # unspool: ignore\n",
        &["--select", "ALL"],
        "1: `unspool: ignore[ALL]` is unused: it keeps no rewrite away, take it out",
    );
    check_warning(
        "\nx = 1  # unspool: ignore[list-to-gen]\n",
        &[],
        "2: `unspool: ignore[list-to-gen]` names no transform and no group: `unspool list` shows them",
    );
    check_warning(
        "x = 1  # unspool: skip\n",
        &[],
        "1: `unspool: skip` is not understood: write `# unspool: ignore[ID] reason`",
    );
    check_warning(
        "x = 1  # unspool: ignore[lazy\n",
        &[],
        "1: `unspool: ignore[` is not closed: write `# unspool: ignore[ID] reason`",
    );
    check_warning(
        "# unspool: ignore-end[lazy]\n",
        &[],
        "1: `unspool: ignore-end` ends nothing: no `ignore-begin` with the same names is open",
    );
}

#[test]
fn held_back_sites_say_why() {
    let scratch = Scratch::with(&[("a.py", &LOOP.replace("]:\n", "]:  # unspool: ignore[lazy] hot path\n"))]);
    assert_eq!(
        scratch.run(["fix", "-n"]).stderr,
        "no rewrites in 1 file; 1 held back (dry run: nothing written)\n"
    );
    let listing = scratch.run(["check", "--refusals"]);
    let expected =
        "a.py:2:5: loop-to-yield-from safe, held back\n    suppressed by the comment on line 2: hot path\n";
    assert!(listing.exits(0).text().starts_with(expected), "{}", listing.text());
    assert!(listing.text().contains("      1 held back\n"), "{}", listing.text());
    assert!(scratch.run(["explain", "a.py:2"]).exits(0).text().contains("hot path"));
}

#[test]
fn a_rejected_rewrite_is_never_proposed_again() {
    let two = format!("{LOOP}\n\ndef others():\n    for other in [4, 5]:\n        yield other\n");
    let scratch = Scratch::with(&[(".git/HEAD", "ref: refs/heads/main\n"), ("src/a.py", &two)]);
    let run = scratch.run(["decisions", "reject", "src/a.py:2", "--reason", "the \"loop\" is\tclearer"]);
    run.exits(0);
    let file = String::from_utf8(scratch.read("unspool-decisions.toml")).unwrap();
    let (identity, _) = run.stderr.strip_prefix("rejected: ").unwrap().split_once('\n').unwrap();
    assert!(identity.starts_with("loop-to-yield-from:src/a.py:numbers:"), "{identity}");
    let line = format!(
        "  {{ id = \"{identity}\", was = \"for number in [1, 2, 3]:\", reason = \"the \\\"loop\\\" is\\tclearer\" }},"
    );
    assert_eq!(
        file.lines().filter(|l| l.trim_start().starts_with('{')).collect::<Vec<_>>(),
        [&*line],
        "{file}"
    );

    // From anywhere, after lines moved and a formatter ran.
    let rejected_only = |text: &str| {
        scratch.write("src/a.py", text);
        let run = scratch.run(["check", "--refusals", "src"]);
        assert!(
            run.text().contains("rejected (unspool-decisions.toml): the \"loop\" is clearer"),
            "{text}: {}",
            run.text()
        );
        assert!(scratch.run(["fix", "-n", "src/a.py"]).stderr.contains("1 held back"), "{text}");
    };
    rejected_only(&two);
    rejected_only(&format!("import os\n\n\n{two}"));
    rejected_only(
        "def numbers():\n  for number in [\n      1,  # one\n      2,\n      3,\n  ]:\n    yield (number)\n",
    );
    // Another loop is another rewrite.
    scratch.write("src/a.py", LOOP.replace('3', "9"));
    assert!(scratch.run(["fix", "-n"]).stderr.starts_with("1 rewrite in 1 file ("));

    // Listed, explained, forgotten.
    scratch.write("src/a.py", format!("\n\n{two}"));
    let list = scratch.run(["decisions"]);
    let expected = format!(
        "src/a.py in numbers: loop-to-yield-from\n    for number in [1, 2, 3]:\n    the \"loop\" is\tclearer\n    {identity}\n"
    );
    assert_eq!(list.exits(0).text(), expected);
    snapshots().bind(|| insta::assert_snapshot!("decisions", file));
    assert_eq!(list.stderr, "1 rejected rewrite\n");
    let explained = scratch.run(["decisions", "explain", "numbers"]);
    assert!(
        explained.exits(0).text().starts_with("src/a.py:4:5: loop-to-yield-from safe\n"),
        "{}",
        explained.text()
    );
    assert!(explained.text().ends_with("    rejected: the \"loop\" is\tclearer\n"), "{}", explained.text());
    assert!(
        scratch.run(["decisions", "forget", "xyzzy"]).exits(2).stderr.contains("no decision has `xyzzy`")
    );
    assert_eq!(
        scratch.run(["decisions", "forget", "numbers"]).exits(0).stderr,
        "1 decision forgotten, 0 left\n"
    );
    assert!(!scratch.join("unspool-decisions.toml").exists());
    scratch.run(["fix"]).exits(0);
    assert!(String::from_utf8_lossy(&scratch.read("src/a.py")).contains(DELEGATION));
}

#[test]
fn decisions_about_code_that_is_gone_are_pruned() {
    let scratch = Scratch::with(&[(".git/HEAD", ""), ("a.py", LOOP), ("b.py", LOOP)]);
    scratch.run(["decisions", "reject", "a.py:2"]).exits(0);
    scratch.run(["decisions", "reject", "b.py:2"]).exits(0);
    scratch.write("a.py", DELEGATION);
    assert!(
        scratch
            .run(["decisions", "explain", "a.py"])
            .exits(0)
            .text()
            .contains("the code is not there any more")
    );
    assert_eq!(scratch.run(["decisions", "--prune"]).exits(0).stderr, "1 decision forgotten, 1 left\n");
    assert!(scratch.run(["decisions"]).text().starts_with("b.py in numbers"));
    for (args, message) in [
        (&["a.py:2"][..], "there is no site in this file"),
        (&["b.py:1"], "there is no site on this line"),
        (&["b.py:2", "--transform", "list-to-genexpr"], "there is no site on this line"),
        (&["b.py"], "write it as FILE:LINE"),
    ] {
        let run = scratch.run([&["decisions", "reject"], args].concat());
        assert!(run.exits(2).stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn a_decisions_file_that_cannot_be_understood_stops_everything() {
    let scratch = Scratch::with(&[(".git/HEAD", ""), ("a.py", LOOP)]);
    for text in ["rejected = [\n<<<<<<< HEAD\n]\n", "rejected = [\n  { id = \"x\", other = 1 },\n]\n"] {
        scratch.write("unspool-decisions.toml", text);
        let run = scratch.run(["fix"]);
        assert!(run.exits(2).stderr.starts_with("error: unspool-decisions.toml:2: "), "{}", run.stderr);
        assert!(run.stderr.contains("keep the lines of both sides"), "{}", run.stderr);
        assert_eq!(scratch.read("a.py"), LOOP.as_bytes());
    }
}

#[test]
fn a_baseline_leaves_only_what_is_new() {
    let scratch = Scratch::with(&[("a.py", LOOP)]);
    scratch.run(["check"]).exits(1);
    let run = scratch.run(["check", "--baseline"]);
    assert!(
        run.exits(2).stderr.starts_with("error: unspool-baseline.txt: the baseline cannot be read"),
        "{}",
        run.stderr
    );
    let run = scratch.run(["check", "--write-baseline"]);
    assert_eq!((run.exits(0).text(), &*run.stderr), ("", "1 rewrite in the baseline unspool-baseline.txt\n"));
    scratch.run(["check", "--baseline"]).exits(0);
    scratch.run(["check", "--write-baseline=other.txt"]).exits(0);
    assert_eq!(scratch.read("other.txt"), scratch.read("unspool-baseline.txt"));
    scratch.write("b.py", LOOP);
    let run = scratch.run(["check", "--baseline=other.txt"]);
    assert!(run.exits(1).text().starts_with("b.py:2:5: "), "{}", run.text());
    assert!(run.text().contains("1 held back"), "{}", run.text());
    // `fix` is how it shrinks.
    scratch.run(["fix"]).exits(0);
    assert_eq!(scratch.read("a.py"), DELEGATION.as_bytes());
}

fn git(scratch: &Scratch, args: &[&str]) -> Run {
    let mut command = Command::new("git");
    command
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"])
        .args(["-c", "init.defaultBranch=main", "-c", "core.autocrlf=false"])
        .args(args)
        .current_dir(scratch.path());
    plain_environment(&mut command);
    let run = Run::of(&mut command);
    run.exits(0);
    run
}

#[test]
fn diff_base_is_about_changed_lines() {
    if !has("git") {
        skip!("diff_base_is_about_changed_lines", "there is no git");
    }
    let old = "def old():\n    for o in [1, 2]:\n        yield o\n";
    let scratch = Scratch::with(&[("a.py", old), ("sub dir/ä.py", old), ("same.py", old)]);
    git(&scratch, &["init", "-q"]);
    git(&scratch, &["add", "."]);
    git(&scratch, &["commit", "-qm", "old"]);
    git(&scratch, &["branch", "base"]);
    scratch.write("a.py", format!("{LOOP}\n\n{old}"));
    git(&scratch, &["commit", "-qam", "committed"]);
    scratch.write("sub dir/ä.py", format!("{old}\n\n{LOOP}"));
    scratch.write("new.py", LOOP);
    let lines = |args: &[&str]| {
        let run = scratch.run([&["check"], args].concat());
        let text = run.text().lines().filter(|line| line.contains(": loop-to-yield-from "));
        text.map(|line| line.split(": ").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(lines(&[]).len(), 6);
    assert_eq!(lines(&["--diff-base", "base"]), ["a.py:2:5", "new.py:2:5", "sub dir/ä.py:7:5"]);
    assert_eq!(lines(&["--diff-base", "HEAD"]), ["new.py:2:5", "sub dir/ä.py:7:5"]);
    assert_eq!(lines(&["--diff-base", "base", "a.py"]), ["a.py:2:5"]);
    assert_eq!(lines(&["--diff-base", "base", "same.py"]), [""; 0]);
    // What happens on the other branch meanwhile is none of our business.
    git(&scratch, &["stash", "-qu"]);
    git(&scratch, &["checkout", "-q", "base"]);
    scratch.write("same.py", format!("{LOOP}\n\n{old}"));
    git(&scratch, &["commit", "-qam", "elsewhere"]);
    git(&scratch, &["checkout", "-q", "main"]);
    git(&scratch, &["stash", "pop", "-q"]);
    assert_eq!(lines(&["--diff-base", "base"]), ["a.py:2:5", "new.py:2:5", "sub dir/ä.py:7:5"]);

    scratch.run(["fix", "--diff-base", "base"]).exits(0);
    assert_eq!(scratch.read("a.py"), format!("{DELEGATION}\n\n{old}").as_bytes());
    assert_eq!(scratch.read("sub dir/ä.py"), format!("{old}\n\n{DELEGATION}").as_bytes());
    assert_eq!(scratch.read("same.py"), old.as_bytes());

    let run = scratch.run(["fix", "--diff-base", "no-such"]);
    assert!(run.exits(2).stderr.contains("has no such revision"), "{}", run.stderr);
    let bare = Scratch::with(&[("a.py", LOOP)]);
    assert!(bare.run(["fix", "--diff-base", "HEAD"]).exits(2).stderr.contains("--diff-base HEAD"));
    assert_eq!(bare.read("a.py"), LOOP.as_bytes());
}

#[test]
fn decisions_of_two_branches_merge() {
    if !has("git") {
        skip!("decisions_of_two_branches_merge", "there is no git");
    }
    let scratch = Scratch::with(&[
        (".gitattributes", "unspool-decisions.toml merge=union\n"),
        ("a.py", LOOP),
        ("b.py", LOOP),
        ("c.py", LOOP),
    ]);
    git(&scratch, &["init", "-q"]);
    git(&scratch, &["add", "."]);
    git(&scratch, &["commit", "-qm", "code"]);
    let reject = |branch: &str, files: &[&str]| {
        git(&scratch, &["checkout", "-q", "-b", branch, "main"]);
        for file in files {
            scratch.run(["decisions", "reject", &format!("{file}:2"), "--reason", branch]).exits(0);
        }
        git(&scratch, &["add", "."]);
        git(&scratch, &["commit", "-qm", branch]);
    };
    reject("one", &["a.py", "c.py"]);
    reject("two", &["b.py", "c.py"]);
    git(&scratch, &["merge", "-q", "-m", "both", "one"]);
    let list = scratch.run(["decisions"]);
    assert_eq!(list.exits(0).stderr, "3 rejected rewrites\n", "{}", list.text());
    scratch.run(["check"]).exits(0);
}
