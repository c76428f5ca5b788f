//! The command line as users meet it: the built binary on scratch folders.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::groups;
use crate::support::{Run, Scratch, has, python, skip, snapshot_of, snapshots, unspool};

/// A safe site.
const LOOP: &str = "def numbers():\n    for number in [1, 2, 3]:\n        yield number\n";
const DELEGATION: &str = "def numbers():\n    yield from [1, 2, 3]\n";
/// An unsafe one: whoever passes a generator may still need it.
const OF_ARGUMENT: &str = "def each(numbers):\n    for number in numbers:\n        yield number\n";
const OF_ARGUMENT_DELEGATED: &str = "def each(numbers):\n    yield from numbers\n";
/// A refused one.
const READ_LATER: &str =
    "def last():\n    for number in [1, 2, 3]:\n        yield number\n    print(number)\n";
const NOTHING: &str = "def nothing():\n    return []\n";
/// A safe site of another transform.
const SUM: &str = "def total(size):\n    return sum([number * 2 for number in range(size)])\n";
const SUM_LAZY: &str = "def total(size):\n    return sum(number * 2 for number in range(size))\n";

/// What wrong usage says on standard error, and that it is status 2 with nothing on standard output.
#[track_caller]
fn check_usage(args: &[&str], message: &str) {
    let scratch = Scratch::with(&[("app.py", LOOP)]);
    let run = scratch.run(args);
    run.exits(2);
    assert_eq!(run.text(), "", "{args:?}");
    assert_eq!(run.stderr.trim_end(), message, "{args:?}");
    assert_eq!(scratch.read("app.py"), LOOP.as_bytes());
}

#[test]
fn wrong_usage_is_status_2_and_says_what_to_do() {
    check_usage(
        &["fix", "--select", "lasy"],
        "error: there is no transform or group named `lasy`\n  help: did you mean `lazy`?",
    );
    check_usage(
        &["fix", "--ignore", "resorces"],
        "error: there is no transform or group named `resorces`\n  help: did you mean `resources`?",
    );
    check_usage(
        &["fix", "--select", "list_to_genexpr"],
        "error: there is no transform or group named `list_to_genexpr`\n  help: did you mean `list-to-genexpr`?",
    );
    check_usage(
        &["check", "--extend-select", "lazy,xyzzy"],
        "error: there is no transform or group named `xyzzy`\n  help: `unspool list` shows the transforms and \
         their groups; ALL means every one",
    );
    check_usage(
        &["check", "--target-version", "2.7"],
        "error: `2.7` is no Python version that unspool knows\n  help: write it as 3.9 or py39; versions from \
         3.7 to 3.14 are known",
    );
    check_usage(
        &["fix", "-", "app.py"],
        "error: `-` (standard input) cannot be combined with other paths\n  help: run unspool twice, once with `-`",
    );
    check_usage(
        &["fix", "--stdin-filename", "a.py"],
        "error: `--stdin-filename a.py` needs `-` as the path\n  help: `unspool fix --stdin-filename app.py -` \
         rewrites standard input",
    );
    check_usage(
        &["explain", "app.py"],
        "error: `app.py` is neither the id of a transform nor FILE:LINE\n  help: add the line: `unspool explain \
         app.py:1`",
    );
    check_usage(
        &["explain", "list-to-genexp"],
        "error: `list-to-genexp` is neither the id of a transform nor FILE:LINE\n  help: did you mean \
         `list-to-genexpr`?",
    );
    check_usage(
        &["explain", "nothing-like-that"],
        "error: `nothing-like-that` is neither the id of a transform nor FILE:LINE\n  help: `unspool list` shows \
         the transforms",
    );
}

#[test]
fn an_invalid_glob_is_wrong_usage() {
    let scratch = Scratch::with(&[("app.py", LOOP)]);
    let run = scratch.run(["fix", "--exclude", "{a"]);
    run.exits(2);
    assert!(run.stderr.starts_with("error: the glob `{a` "), "{}", run.stderr);
    assert_eq!(scratch.read("app.py"), LOOP.as_bytes());
}

#[test]
fn unknown_flags_and_missing_commands_are_status_2() {
    for args in [&["fix", "--nonsense"][..], &[], &["fix", "--profile", "fast"], &["fix", "-q", "-v"]] {
        let run = Run::of(&mut unspool(args));
        run.exits(2);
        assert_eq!(run.text(), "", "{args:?}");
        assert!(run.stderr.contains("Usage:") || run.stderr.contains("--help"), "{}", run.stderr);
    }
}

#[test]
fn help_is_for_people() {
    for (name, args) in [
        ("help", &["--help"][..]),
        ("help-fix", &["fix", "--help"]),
        ("help-check", &["check", "--help"]),
        ("help-explain", &["explain", "--help"]),
        ("help-list", &["list", "--help"]),
    ] {
        let run = Run::of(&mut unspool(args));
        run.exits(0);
        snapshots().bind(|| insta::assert_snapshot!(name, run.text()));
    }
}

#[test]
fn fix_writes_and_sums_up_on_standard_error() {
    let scratch =
        Scratch::with(&[("a.py", LOOP), ("b/c.py", &format!("{LOOP}\n\n{SUM}")), ("d.py", NOTHING)]);
    let run = scratch.run(["fix"]);
    run.exits(0);
    assert_eq!(run.text(), "");
    assert!(run.stderr.starts_with("3 rewrites in 2 files\n"), "{}", run.stderr);
    assert_eq!(scratch.read("a.py"), DELEGATION.as_bytes());
    assert_eq!(scratch.read("b/c.py"), format!("{DELEGATION}\n\n{SUM_LAZY}").as_bytes());

    let before = scratch.snapshot();
    let run = scratch.run(["fix"]);
    run.exits(0);
    assert_eq!(run.stderr, "no rewrites in 3 files\n");
    assert_eq!(scratch.snapshot(), before, "a second run changes nothing");
}

/// Per transform what was applied and where, what was kept back and how to get it, what comes next.
#[test]
fn the_summary_of_a_fix() {
    let files = [
        ("a.py", LOOP),
        ("b/c.py", &format!("{LOOP}\n\n{SUM}")),
        ("assumed.py", OF_ARGUMENT),
        ("held.py", &LOOP.replace(":\n        yield", ":  # unspool: ignore[lazy] measured\n        yield")),
        (
            "off.py",
            "def _squares(count):\n    out = []\n    for n in range(count):\n        out.append(n * n)\n    return out\n\n\ndef total(count):\n    most = 0\n    for square in _squares(count):\n        most = max(most, square)\n    return most\n",
        ),
        ("jobs.py", groups::JOBS),
        ("main.py", groups::MAIN),
    ];
    let scratch = Scratch::with(&files);
    let run = scratch.run(["fix"]);
    assert_eq!(run.exits(0).text(), "");
    snapshots().bind(|| insta::assert_snapshot!("fix-summary", run.stderr));
    // Of several files one rewrite: each is counted.
    let run = scratch.run([&["fix"], &groups::SELECT[..]].concat());
    snapshots().bind(|| insta::assert_snapshot!("fix-summary-of-several-files", run.exits(0).stderr));
    for args in
        [&["fix", "--quiet"][..], &["fix", "--quiet", "--dry-run"], &["fix", "--quiet", "--unsafe-fixes"]]
    {
        assert_eq!(scratch.run(args).exits(0).stderr, "", "{args:?}");
    }
}

#[test]
fn the_summary_says_what_more_there_is() {
    let scratch = Scratch::with(&[("a.py", LOOP), ("b.py", OF_ARGUMENT), ("c.py", READ_LATER)]);
    assert_eq!(
        scratch.run(["fix", "--dry-run"]).stderr,
        "1 rewrite in 1 file; 1 more with --unsafe-fixes (dry run: nothing written)\n"
    );
    let run = scratch.run(["fix", "--unsafe-fixes"]);
    assert!(
        run.stderr.starts_with("2 rewrites in 2 files\n") && !run.stderr.contains("kept back"),
        "{}",
        run.stderr
    );
    assert_eq!(scratch.read("b.py"), OF_ARGUMENT_DELEGATED.as_bytes());
    assert_eq!(scratch.read("c.py"), READ_LATER.as_bytes(), "what is refuted is never applied");
}

#[test]
fn quiet_and_verbose() {
    let files = [("a.py", LOOP), ("broken.py", "yield from sum([ for\n"), ("vendor/b.py", LOOP)];
    let scratch = Scratch::with(&files);
    let run = scratch.run(["fix", "--quiet"]);
    run.exits(0);
    assert_eq!((run.text(), &*run.stderr), ("", ""));
    assert_eq!(scratch.read("a.py"), DELEGATION.as_bytes());
    // Errors are never kept back.
    assert!(scratch.run(["fix", "-q", "broken.py"]).exits(3).stderr.starts_with("error: broken.py:1: "));

    let scratch = Scratch::with(&files);
    let run = scratch.run(["fix", "--verbose"]);
    run.exits(0);
    assert!(run.stderr.contains("left alone: vendor: vendored code\n"), "{}", run.stderr);
    assert!(run.stderr.contains("rewrote a.py: 1 loop-to-yield-from\n"), "{}", run.stderr);
}

#[test]
fn dry_run_prints_the_diff_and_nothing_else() {
    let scratch = Scratch::with(&[("a.py", LOOP), ("b.py", NOTHING)]);
    let before = scratch.snapshot();
    for args in [&["fix", "--dry-run"][..], &["fix", "-n", "."]] {
        let run = scratch.run(args);
        run.exits(0);
        assert_eq!(
            run.text(),
            "--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,2 @@\n def numbers():\n-    for number in [1, 2, 3]:\n-        \
             yield number\n+    yield from [1, 2, 3]\n"
        );
    }
    assert_eq!(scratch.snapshot(), before, "nothing is written");
}

#[test]
fn exit_code_asks_for_1_where_there_is_a_diff() {
    let scratch = Scratch::with(&[("a.py", LOOP), ("b.py", NOTHING), ("broken.py", "yield (\n")]);
    scratch.run(["fix", "--dry-run", "--exit-code", "a.py"]).exits(1);
    scratch.run(["fix", "--dry-run", "--exit-code", "b.py"]).exits(0);
    scratch.run(["fix", "--dry-run", "--exit-code", "a.py", "broken.py"]).exits(3);
    scratch.run(["fix", "--exit-code", "a.py"]).exits(1);
    scratch.run(["fix", "--exit-code", "a.py"]).exits(0);
}

#[test]
fn check_is_1_where_fix_with_the_same_flags_would_rewrite() {
    let scratch = Scratch::with(&[
        ("safe.py", LOOP),
        ("assumed.py", OF_ARGUMENT),
        ("refused.py", READ_LATER),
        ("nothing.py", NOTHING),
        ("broken.py", "yield (\n"),
    ]);
    let before = scratch.snapshot();
    for (args, status) in [
        (&["safe.py"][..], 1),
        (&["assumed.py"], 0),
        (&["assumed.py", "--unsafe-fixes"], 1),
        (&["refused.py", "--refusals", "--unsafe-fixes"], 0),
        (&["nothing.py"], 0),
        (&["safe.py", "--ignore", "loop-to-yield-from"], 0),
        (&["safe.py", "--select", "list-to-genexpr"], 0),
        (&["safe.py", "broken.py"], 3),
        // Not named itself: a warning.
        (&["."], 1),
        (&["safe.py", "--format", "json"], 1),
    ] {
        scratch.run([&["check"], args].concat()).exits(status);
    }
    assert_eq!(scratch.snapshot(), before, "check writes nothing");
}

#[test]
fn check_lists_sites_with_reasons_and_totals() {
    let scratch = Scratch::with(&[("a.py", LOOP), ("b.py", OF_ARGUMENT), ("c.py", READ_LATER)]);
    let brief = scratch.run(["check"]);
    snapshots().bind(|| insta::assert_snapshot!("check", brief.exits(1).text()));
    let all = scratch.run(["check", "--refusals"]);
    snapshots().bind(|| insta::assert_snapshot!("check-refusals", all.exits(1).text()));
    assert_eq!(all.stderr, "");
}

#[test]
fn selection() {
    let text = format!("{LOOP}\n\n{SUM}");
    let (loop_only, sum_only) = (format!("{DELEGATION}\n\n{SUM}"), format!("{LOOP}\n\n{SUM_LAZY}"));
    let both = format!("{DELEGATION}\n\n{SUM_LAZY}");
    for (flags, expected) in [
        (&[][..], &both),
        (&["--select", "loop-to-yield-from"], &loop_only),
        (&["--select", "list-to-genexpr"], &sum_only),
        (&["--select", "lazy"], &both),
        (&["--select", "ALL"], &both),
        (&["--select", "loop-to-yield-from,list-to-genexpr"], &both),
        (&["--select", "loop-to-yield-from", "--select", "list-to-genexpr"], &both),
        (&["--select", "loop-to-yield-from", "--extend-select", "list-to-genexpr"], &both),
        (&["--ignore", "loop-to-yield-from"], &sum_only),
        (&["--ignore", "lazy"], &text),
        (&["--select", "ALL", "--ignore", "list-to-genexpr"], &loop_only),
        (&["--select", "resources"], &text),
    ] {
        let scratch = Scratch::with(&[("a.py", &text)]);
        scratch.run([&["fix"], flags].concat()).exits(0);
        assert_eq!(&String::from_utf8_lossy(&scratch.read("a.py")), expected, "{flags:?}");
    }
}

#[test]
fn a_selection_without_transforms_says_so() {
    let scratch = Scratch::with(&[("a.py", LOOP)]);
    let run = scratch.run(["fix", "--ignore", "ALL"]);
    run.exits(0);
    assert!(run.stderr.contains("warning: no transform is selected"), "{}", run.stderr);
}

#[test]
fn exclude_leaves_out() {
    let scratch = Scratch::with(&[("a.py", LOOP), ("docs/b.py", LOOP), ("c_pb.py", LOOP)]);
    scratch.run(["fix", "--exclude", "docs/", "--exclude", "*_pb.py"]).exits(0);
    assert_eq!(scratch.read("a.py"), DELEGATION.as_bytes());
    assert_eq!(scratch.read("docs/b.py"), LOOP.as_bytes());
    assert_eq!(scratch.read("c_pb.py"), LOOP.as_bytes());
}

#[test]
fn standard_input_comes_out_rewritten() {
    let scratch = Scratch::new();
    let run = |args: &[&str], input: &str| Run::with_input(&mut scratch.unspool(args), input.as_bytes());

    assert_eq!(run(&["fix", "-"], LOOP).exits(0).text(), DELEGATION);
    assert_eq!(run(&["fix", "-"], NOTHING).exits(0).text(), NOTHING, "unchanged input comes out, too");
    assert_eq!(run(&["fix", "--exit-code", "-"], LOOP).exits(1).text(), DELEGATION);
    assert_eq!(run(&["fix", "-"], OF_ARGUMENT).exits(0).text(), OF_ARGUMENT);
    assert_eq!(run(&["fix", "--unsafe-fixes", "-"], OF_ARGUMENT).exits(0).text(), OF_ARGUMENT_DELEGATED);

    let diff = run(&["fix", "--dry-run", "--stdin-filename", "src/app.py", "-"], LOOP);
    assert!(diff.exits(0).text().starts_with("--- a/src/app.py\n+++ b/src/app.py\n"), "{}", diff.text());
    let listing = run(&["check", "--stdin-filename", "src/app.py", "-"], LOOP);
    assert!(listing.exits(1).text().starts_with("src/app.py:2:5: loop-to-yield-from safe\n"));
    let listing = run(&["check", "-"], LOOP);
    assert!(listing.exits(1).text().starts_with("<stdin>:2:5: loop-to-yield-from safe\n"));
    assert!(scratch.snapshot().is_empty(), "no file is written");
}

#[test]
fn explain_prints_the_page_of_every_transform() {
    for transform in unspool_transforms::registry() {
        let meta = transform.meta();
        let run = Run::of(&mut unspool(["explain", meta.id]));
        let text = run.exits(0).text();
        assert!(!text.contains("```"), "{}: a fence is markup", meta.id);
        for line in meta.docs.lines().filter(|line| line.starts_with("## ")) {
            assert!(text.contains(&line[3..]), "{}: {line} is missing", meta.id);
        }
    }
}

#[test]
fn explain_says_how_each_obligation_came_out() {
    let scratch = Scratch::with(&[("a.py", &format!("{LOOP}\n\n{READ_LATER}"))]);
    for (name, line) in
        [("explain-safe", "a.py:2"), ("explain-refused", "a.py:7:5"), ("explain-no-site", "a.py:4")]
    {
        let run = scratch.run(["explain", line]);
        snapshots().bind(|| insta::assert_snapshot!(name, run.exits(0).text()));
    }
    scratch.write("b.py", NOTHING);
    assert_eq!(scratch.run(["explain", "b.py:1"]).exits(0).text(), "b.py: no site in this file\n");
    assert!(scratch.run(["explain", "missing.py:1"]).exits(3).stderr.contains("missing.py"));
}

#[test]
fn list_shows_every_transform() {
    let run = Run::of(&mut unspool(["list"]));
    let text = run.exits(0).text();
    assert_eq!(text.lines().count(), 1 + unspool_transforms::registry().len());
    for transform in unspool_transforms::registry() {
        let meta = transform.meta();
        let line = text.lines().find(|line| line.starts_with(meta.id)).expect("a line for each");
        for part in
            [meta.group.name(), if meta.default { "on" } else { "off" }, meta.title, meta.anti_pattern]
        {
            assert!(line.contains(part), "{line}: no {part}");
        }
    }
}

#[test]
fn list_by_idiom_answers_every_row() {
    let run = Run::of(&mut unspool(["list", "--by", "idiom"]));
    // Whether a transform is built, and on by default, changes with every one that is added.
    let text = ["on", "off", "planned"]
        .iter()
        .fold(run.exits(0).text().to_owned(), |text, state| text.replace(&format!("({state})"), "(state)"));
    snapshots().bind(|| insta::assert_snapshot!("list-by-idiom", text));
}

#[test]
fn colours_follow_the_flag_and_the_environment() {
    let scratch = Scratch::with(&[("a.py", LOOP)]);
    let coloured = |args: &[&str], environment: &[(&str, &str)]| {
        let mut command = scratch.unspool(args);
        command.envs(environment.iter().copied());
        Run::of(&mut command).stdout.contains(&b'\x1b')
    };
    assert!(!coloured(&["check"], &[]), "not a terminal");
    assert!(coloured(&["check", "--color", "always"], &[]));
    assert!(coloured(&["--color", "always", "fix", "--dry-run"], &[]));
    assert!(coloured(&["check"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&["check", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&["check"], &[("NO_COLOR", "1")]));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let files: Vec<(String, String)> =
        (0..40).map(|n| (format!("m{n}.py"), format!("{LOOP}\n\n{OF_ARGUMENT}\n\n{SUM}"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let scratch = Scratch::with(&files);
    for command in [&["fix", "--dry-run"][..], &["check", "--refusals", "--format", "json"]] {
        let outputs =
            ["1", "2", "7"].map(|threads| scratch.run([command, &["--threads", threads]].concat()).stdout);
        assert!(!outputs[0].is_empty());
        assert!(outputs[0] == outputs[1] && outputs[0] == outputs[2], "{command:?}");
    }
}

#[test]
fn the_target_version_decides_what_python_2_looks_like() {
    // Valid from 3.14 on (PEP 758), Python 2 before.
    let text = format!("try:\n    pass\nexcept OSError, ValueError:\n    pass\n{LOOP}");
    let scratch = Scratch::with(&[("a.py", &text)]);
    scratch.run(["check", "a.py"]).exits(3);
    scratch.run(["check", "a.py", "--target-version", "3.14"]).exits(1);
    scratch.run(["check", "a.py", "--target-version", "py314"]).exits(1);
}

fn example() -> Scratch {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/weblog");
    let scratch = Scratch::new();
    for (name, bytes) in snapshot_of(&source) {
        scratch.write(name, bytes);
    }
    scratch
}

#[test]
fn json_is_as_its_schema_says() {
    let schema: Value = serde_json::from_str(include_str!("../../docs/check.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let scratch = example();
    scratch.write("broken.py", "def f(:\n    yield 1\n");
    scratch.write("other.py", format!("{READ_LATER}\n\n{OF_ARGUMENT}"));
    // One rewrite of several files, and one that another file holds back.
    scratch.write("jobs.py", groups::JOBS);
    scratch.write("main.py", groups::MAIN);
    scratch.write("held/jobs.py", groups::JOBS.replace("load", "keep"));
    scratch.write("held/main.py", groups::MAIN.replace("load", "keep"));
    let args =
        ["check", "--refusals", "--profile", "memory", "--format", "json", "--exclude", "held/main.py", "."];
    let run = scratch.run(args);
    let report: Value = serde_json::from_slice(&run.exits(1).stdout).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));

    // The report shows what the schema can say, else the check above shows little.
    let sites = report["sites"].as_array().unwrap();
    let elsewhere =
        |site: &&Value| site["edits"].as_array().unwrap().iter().any(|edit| edit["path"] != site["path"]);
    assert!(
        sites.iter().any(|site| elsewhere(&site)) && sites.iter().any(|site| site["held"]["by"] == "file")
    );
    for verdict in ["safe", "unsafe", "refused", "withheld"] {
        assert!(sites.iter().any(|site| site["verdict"] == verdict), "no {verdict} site in the report");
    }
    assert!(report["problems"].as_array().unwrap().iter().any(|problem| problem["path"] == "broken.py"));
    // And the schema does refuse something.
    assert!(!validator.is_valid(&serde_json::json!({ "schema": 1 })));
}

#[test]
fn identities_survive_moved_lines_and_other_machines() {
    let identities = |text: &str| {
        let scratch = Scratch::with(&[("setup.py", ""), ("src/a.py", text)]);
        let run = scratch.run(["check", "--refusals", "--format", "json", "src"]);
        let report: Value = serde_json::from_slice(&run.stdout).unwrap();
        let sites = report["sites"].as_array().unwrap().iter();
        sites.map(|site| site["identity"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let two = format!("{LOOP}\n\n{READ_LATER}");
    let before = identities(&two);
    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1]);
    assert_eq!(identities(&format!("import os\n\n\n{two}\n\nprint(os)\n")), before);
}

#[test]
fn json_edits_are_what_fix_does() {
    // Characters, not bytes: the text has some of two and four bytes in front of the edits.
    let text = "def f():\n    return 'é🦀', sum([n for n in range(9)])\n";
    let scratch = Scratch::with(&[("a.py", text)]);
    let run = scratch.run(["check", "--format", "json", "--profile", "all"]);
    let report: Value = serde_json::from_slice(&run.exits(1).stdout).unwrap();
    let mut chars: Vec<char> = text.chars().collect();
    let index = |position: &Value| {
        let field = |name: &str| usize::try_from(position[name].as_u64().unwrap()).unwrap() - 1;
        let before: usize = text.lines().take(field("line")).map(|line| line.chars().count() + 1).sum();
        before + field("column")
    };
    for edit in report["sites"][0]["edits"].as_array().unwrap().iter().rev() {
        let range = index(&edit["range"]["start"])..index(&edit["range"]["end"]);
        chars.splice(range, edit["text"].as_str().unwrap().chars());
    }
    scratch.run(["fix", "--profile", "all"]).exits(0);
    let expected = String::from_utf8(scratch.read("a.py")).unwrap();
    assert_ne!(expected, text);
    assert_eq!(String::from_iter(chars), expected);
}

#[test]
fn the_example_does_the_same_before_and_after() {
    let Some(python) = python() else {
        skip!("the_example_does_the_same_before_and_after", "there is no python3");
    };
    let scratch = example();
    let behaviour = || {
        let mut command = Command::new(python);
        command.arg("main.py").current_dir(scratch.path()).env("PYTHONDONTWRITEBYTECODE", "1");
        let run = Run::of(&mut command);
        (run.code, run.stdout, run.stderr)
    };
    let before = behaviour();
    assert!(!before.1.is_empty(), "{}", before.2);
    for flags in [&["fix"][..], &["fix", "--unsafe-fixes", "--profile", "all", "--select", "ALL"]] {
        scratch.run(flags).exits(0);
        assert_eq!(behaviour(), before, "{flags:?}");
    }
}

#[test]
fn the_example_shows_the_main_job() {
    let scratch = example();
    let run = scratch.run(["fix", "--dry-run"]);
    snapshots().bind(|| insta::assert_snapshot!("example-diff", run.exits(0).text()));
    let run = scratch.run(["check", "--refusals"]);
    snapshots().bind(|| insta::assert_snapshot!("example-check", run.exits(1).text()));
}

#[test]
fn the_readme_shows_a_real_diff() {
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("```diff\n").expect("the README shows a diff");
    let (shown, _) = block.split_once("```").expect("the block ends");
    // In a repository of its own: what a method of unknown type may do, the cases beside it would answer.
    let scratch = example();
    let run = scratch.run(["fix", "--dry-run"]);
    let shown = shown.replace("/examples/weblog/", "/");
    assert!(shown.lines().count() > 10);
    assert!(run.exits(0).text().contains(&shown), "{}", run.text());
}

#[test]
fn the_diff_is_what_git_apply_takes() {
    if !has("git") {
        skip!("the_diff_is_what_git_apply_takes", "there is no git");
    }
    let scratch = example();
    let diff = scratch.run(["fix", "--dry-run"]);
    let applied = example();
    let mut git = Command::new("git");
    git.args(["apply", "-"]).current_dir(applied.path());
    Run::with_input(&mut git, &diff.exits(0).stdout).exits(0);
    scratch.run(["fix"]).exits(0);
    assert_eq!(applied.snapshot(), scratch.snapshot());
}
