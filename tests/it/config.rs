//! Configuration files: which one holds, what they can say, what is said of mistakes.

use serde_json::Value;

use crate::support::{Scratch, snapshots};

const LOOP: &str = "def numbers():\n    for number in [1, 2, 3]:\n        yield number\n";
const ARGUMENT: &str = "def each(numbers):\n    for number in numbers:\n        yield number\n";
const SUM: &str = "def total(size):\n    return sum([number * 2 for number in range(size)])\n";

/// The transforms that `check` lists, as `path transform`.
fn listed(scratch: &Scratch, args: &[&str]) -> Vec<String> {
    let run = scratch.run([&["check", "--format", "json"], args].concat());
    assert!(matches!(run.code, Some(0 | 1)), "{args:?}: {}", run.stderr);
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let sites = report["sites"].as_array().unwrap().iter();
    sites.map(|s| format!("{} {}", s["path"].as_str().unwrap(), s["transform"].as_str().unwrap())).collect()
}

/// `files` besides `a.py` and `sub/b.py`, each with a loop and a sum; `args` to `check`; `expected` sites.
#[track_caller]
fn check(files: &[(&str, &str)], args: &[&str], expected: &[&str]) {
    let both = format!("{LOOP}\n\n{SUM}");
    let scratch = Scratch::with(&[("a.py", &both), ("sub/b.py", &both)]);
    for (name, text) in files {
        scratch.write(name, text);
    }
    assert_eq!(listed(&scratch, args), expected, "{files:?} {args:?}");
}

const A_SUM: &str = "a.py list-to-genexpr";
const A_LOOP: &str = "a.py loop-to-yield-from";
const B_SUM: &str = "sub/b.py list-to-genexpr";
const B_LOOP: &str = "sub/b.py loop-to-yield-from";

#[test]
fn settings_select_transforms_and_files() {
    let all = [A_LOOP, A_SUM, B_LOOP, B_SUM];
    check(&[], &[], &all);
    check(&[("unspool.toml", "select = ['loop-to-yield-from']")], &[], &[A_LOOP, B_LOOP]);
    check(&[("unspool.toml", "ignore = ['loop-to-yield-from']")], &[], &[A_SUM, B_SUM]);
    check(&[("unspool.toml", "select = []\nextend-select = ['list-to-genexpr']")], &[], &[A_SUM, B_SUM]);
    check(&[("pyproject.toml", "[tool.unspool]\nselect = ['list-to-genexpr']")], &[], &[A_SUM, B_SUM]);
    check(&[("unspool.toml", "exclude = ['sub/']")], &[], &[A_LOOP, A_SUM]);
    check(&[("unspool.toml", "extend-exclude = ['/a.py']")], &[], &[B_LOOP, B_SUM]);
    // A file that is named is meant.
    check(&[("unspool.toml", "exclude = ['*']")], &["a.py"], &[A_LOOP, A_SUM]);
    check(&[("unspool.toml", "[per-file-ignores]\n'sub/**' = ['lazy']")], &[], &[A_LOOP, A_SUM]);
    check(
        &[("unspool.toml", "per-file-ignores = { '*.py' = ['list-to-genexpr'], 'a.py' = ['ALL'] }")],
        &[],
        &[B_LOOP],
    );
    check(&[("unspool.toml", "profile = 'speed'")], &[], &[A_LOOP, B_LOOP]);
}

#[test]
fn the_nearest_file_holds() {
    let sums = ("unspool.toml", "select = ['list-to-genexpr']");
    check(&[sums, ("sub/unspool.toml", "select = ['loop-to-yield-from']")], &[], &[A_SUM, B_LOOP]);
    // One without a table for unspool does not count.
    check(&[sums, ("sub/pyproject.toml", "[project]\nname = 'unspool'")], &[], &[A_SUM, B_SUM]);
    check(&[sums, ("pyproject.toml", "[tool.unspool]\nselect = []")], &[], &[A_SUM, B_SUM]);
    // A nearer file says all there is to say.
    check(&[sums, ("sub/unspool.toml", "")], &[], &[A_SUM, B_LOOP, B_SUM]);
    check(&[sums, ("sub/unspool.toml", "extend = '../unspool.toml'")], &[], &[A_SUM, B_SUM]);
    check(&[sums], &["sub"], &[B_SUM]);
    // What lies above a working copy is somebody else's.
    check(&[sums, ("sub/.git/HEAD", "ref: refs/heads/main")], &["sub"], &[B_LOOP, B_SUM]);
}

#[test]
fn a_file_extends_another() {
    let base = (
        "base.toml",
        "select = ['lazy']\nexclude = ['sub/']\n[per-file-ignores]\n'a.py' = ['list-to-genexpr']",
    );
    check(&[base, ("unspool.toml", "extend = 'base.toml'")], &[], &[A_LOOP]);
    check(&[base, ("unspool.toml", "extend = 'base.toml'\nexclude = []")], &[], &[A_LOOP, B_LOOP, B_SUM]);
    check(
        &[
            base,
            ("unspool.toml", "extend = 'base.toml'\nexclude = []\n[per-file-ignores]\n'sub/*' = ['ALL']"),
        ],
        &[],
        &[A_LOOP],
    );
    check(
        &[base, ("unspool.toml", "extend = 'base.toml'\nextend-exclude = ['a.py']\nexclude = []")],
        &[],
        &[B_LOOP, B_SUM],
    );
}

#[test]
fn what_was_typed_has_the_last_word() {
    let sums = ("unspool.toml", "select = ['list-to-genexpr']\nexclude = ['sub']");
    check(&[sums], &[], &[A_SUM]);
    check(&[sums], &["--select", "loop-to-yield-from"], &[A_LOOP]);
    check(&[sums], &["--extend-select", "loop-to-yield-from"], &[A_LOOP, A_SUM]);
    check(&[sums], &["--ignore", "lazy"], &[]);
    check(&[sums], &["--isolated"], &[A_LOOP, A_SUM, B_LOOP, B_SUM]);
    let other = ("other/loops.toml", "ignore = ['list-to-genexpr']");
    check(&[sums, other], &["--config", "other/loops.toml"], &[A_LOOP, B_LOOP]);
    check(&[("unspool.toml", "ignore = ['lazy']")], &["--extend-select", "lazy", "a.py"], &[A_LOOP, A_SUM]);
}

#[test]
fn settings_decide_what_is_applied() {
    let scratch = Scratch::with(&[
        ("a.py", ARGUMENT),
        ("sub/b.py", ARGUMENT),
        ("sub/unspool.toml", "unsafe-fixes = true"),
    ]);
    let dry = |args: &[&str]| scratch.run([&["fix", "--dry-run"], args].concat());
    assert_eq!(
        dry(&[]).stderr,
        "1 rewrite in 1 file; 1 more with --unsafe-fixes (dry run: nothing written)\n"
    );
    assert!(dry(&[]).text().starts_with("--- a/sub/b.py\n"));
    assert!(dry(&["--no-unsafe-fixes"]).text().is_empty());
    assert_eq!(dry(&["--unsafe-fixes"]).stderr, "2 rewrites in 2 files (dry run: nothing written)\n");
    scratch.run(["check", "a.py"]).exits(0);
    scratch.run(["check", "sub"]).exits(1);
    // Python 2, unless somebody says that 3.14 will do.
    let text = format!("try:\n    pass\nexcept OSError, ValueError:\n    pass\n{LOOP}");
    let scratch = Scratch::with(&[("a.py", &text), ("unspool.toml", "target-version = '3.14'")]);
    scratch.run(["check", "a.py"]).exits(1);
    scratch.run(["check", "a.py", "--target-version", "3.9"]).exits(3);
    scratch.run(["explain", "a.py:6"]).exits(0);
    scratch.run(["explain", "a.py:6", "--isolated"]).exits(3);
}

/// The text of `unspool.toml`, what is said of it.
#[track_caller]
fn check_mistake(text: &str, message: &str) {
    let scratch = Scratch::with(&[("a.py", LOOP), ("unspool.toml", text)]);
    for args in [&["fix"][..], &["check"], &["config"], &["explain", "a.py:2"]] {
        let run = scratch.run(args);
        run.exits(2);
        let here = std::fs::canonicalize(scratch.path()).unwrap();
        let said = run.stderr.replace(&*here.to_string_lossy(), "HERE");
        assert_eq!(said.trim_end(), message, "{args:?}");
        assert_eq!(run.text(), "", "{args:?}");
    }
    assert_eq!(scratch.read("a.py"), LOOP.as_bytes(), "nothing is written");
}

#[test]
fn mistakes_are_errors_with_the_line() {
    check_mistake(
        "\nselct = []",
        "error: unspool.toml:2: there is no setting `selct`\n  help: did you mean `select`?",
    );
    check_mistake(
        "[pull-requests]\nlables = []",
        "error: unspool.toml:2: there is no setting `lables`\n  help: did you mean `labels`?",
    );
    check_mistake(
        "# one\nignore = [\n  'lazy',\n  'lasy',\n]",
        "error: unspool.toml:4: there is no transform or group named `lasy`\n  help: did you mean `lazy`?",
    );
    check_mistake(
        "[per-file-ignores]\n'*.py' = 'lazy'",
        "error: unspool.toml:2: `*.py` must be a list of strings, not a string\n  help: `unspool config --schema` and \
         docs/configuration.md say what a setting may be; nothing was done",
    );
    check_mistake(
        "unsafe-fixes = 1",
        "error: unspool.toml:1: `unsafe-fixes` must be true or false, not a number\n  help: `unspool config --schema` \
         and docs/configuration.md say what a setting may be; nothing was done",
    );
    check_mistake(
        "profile = 'fast'",
        "error: unspool.toml:1: there is no profile `fast`\n  help: the profiles are memory, speed and all",
    );
    check_mistake(
        "target-version = '2.7'",
        "error: unspool.toml:1: `2.7` is no Python version that unspool knows\n  help: write it as 3.9 or py39; \
         versions from 3.7 to 3.14 are known",
    );
    check_mistake(
        "helpers-module = 'package/helpers.py'",
        "error: unspool.toml:1: `package/helpers.py` is no name of a module\n  \
         help: write it as an import would: `pkg.validators`",
    );
    check_mistake(
        "extend = 'unspool.toml'",
        "error: unspool.toml:1: `extend` leads back to HERE/unspool.toml\n  help: a file cannot build on itself",
    );
}

#[test]
fn every_setting_is_in_the_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../docs/unspool.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let full = include_str!("config_full.toml");
    // What the program and the schema think of a file.
    let verdicts = |text: &str| {
        let scratch = Scratch::with(&[("unspool.toml", text), ("base.toml", "")]);
        let program = scratch.run(["config"]).code == Some(0);
        let json: Option<Value> =
            toml::from_str::<toml::Table>(text).ok().map(|t| serde_json::to_value(t).unwrap());
        (program, json.is_some_and(|json| validator.is_valid(&json)))
    };
    assert_eq!(verdicts(full), (true, true));
    let table: toml::Table = toml::from_str(full).unwrap();
    let known = schema["properties"].as_object().unwrap();
    assert_eq!(
        table.keys().collect::<Vec<_>>(),
        known.keys().collect::<Vec<_>>(),
        "the full example has every setting"
    );
    let docs = include_str!("../../docs/configuration.md");
    for key in known.keys() {
        assert!(docs.contains(&format!("`{key}`")), "{key} is not documented");
    }
    for bad in [
        "selekt = []",
        "select = 'lazy'",
        "select = [1]",
        "select = ['No Such']",
        "unsafe-fixes = 'yes'",
        "profile = 'fast'",
        "target-version = '4.0'",
        "target-version = 3.9",
        "helpers-module = 'package/helpers.py'",
        "helpers-module = '.helpers'",
        "task-groups = 'yes'",
        "extend = 1",
        "per-file-ignores = ['a.py']",
        "exclude = [true]",
        "pull-requests = 'no'",
        "pull-requests = { draft = 'no' }",
        "pull-requests = { labels = 'x' }",
        "pull-requests = { max-open = -1 }",
        "pull-requests = { other = 1 }",
    ] {
        assert_eq!(verdicts(bad), (false, false), "{bad}");
    }
}

#[test]
fn config_shows_what_is_in_force_and_from_where() {
    let scratch = Scratch::with(&[
        ("pyproject.toml", include_str!("config_pyproject.toml")),
        ("base.toml", "extend-exclude = ['build/']\nprofile = 'speed'\n"),
        ("src/app.py", LOOP),
    ]);
    let run = scratch.run(["config", "src/app.py"]);
    // Which transforms are on by default changes with every one that is added.
    let (settings, on) = run.exits(0).text().split_once("\nTransforms that run\n").unwrap();
    snapshots().bind(|| insta::assert_snapshot!("config", settings));
    assert!(on.contains("loop-to-yield-from\n") && !on.contains("list-to-genexpr\n"), "{on}");

    let run = Scratch::with(&[]).run(["config"]);
    assert!(run.exits(0).text().starts_with("Settings of . (no configuration file)\n"), "{}", run.text());
    let schema = scratch.run(["config", "--schema"]);
    assert_eq!(schema.exits(0).text(), include_str!("../../docs/unspool.schema.json"));
    assert!(scratch.run(["config", "missing"]).exits(2).stderr.starts_with("error: missing: "));
}
