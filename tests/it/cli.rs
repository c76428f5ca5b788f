//! The command line as users meet it: the built binary on scratch folders.

use crate::support::{Run, Scratch, snapshots, unspool};

/// What wrong usage says on standard error, and that it is status 2 with nothing on standard output.
#[track_caller]
fn check_usage(args: &[&str], message: &str) {
    let scratch = Scratch::with(&[("app.py", "print()\n")]);
    let run = scratch.run(args);
    run.exits(2);
    assert_eq!(run.text(), "", "{args:?}");
    assert_eq!(run.stderr.trim_end(), message, "{args:?}");
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
        &["explain", "nothing-like-that"],
        "error: `nothing-like-that` is neither the id of a transform nor FILE:LINE\n  help: `unspool list` shows \
         the transforms",
    );
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
fn list_by_idiom_answers_every_row() {
    let run = Run::of(&mut unspool(["list", "--by", "idiom"]));
    // Whether a transform is built, and on by default, changes with every one that is added.
    let text = ["on", "off", "planned"]
        .iter()
        .fold(run.exits(0).text().to_owned(), |text, state| text.replace(&format!("({state})"), "(state)"));
    snapshots().bind(|| insta::assert_snapshot!("list-by-idiom", text));
}
