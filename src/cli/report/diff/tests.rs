use super::*;
use proptest::prelude::*;
use std::process::Command;

fn change(before: &[u8], after: &[u8]) -> Change {
    Change { before: before.into(), after: after.into(), group: None, is_new: false }
}

#[track_caller]
fn check(before: &str, after: &str, expected: &str) {
    let mut out = Vec::new();
    write(&mut out, Paint::OFF, Path::new("x.py"), &change(before.as_bytes(), after.as_bytes())).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

const HEAD: &str = "--- a/x.py\n+++ b/x.py\n";

#[test]
fn hunks() {
    check("a\n", "a\n", "");
    check("a\n", "b\n", &format!("{HEAD}@@ -1 +1 @@\n-a\n+b\n"));
    check("a\nb\n", "b\n", &format!("{HEAD}@@ -1,2 +1 @@\n-a\n b\n"));
    check("", "a\n", &format!("{HEAD}@@ -0,0 +1 @@\n+a\n"));
    check("a\n", "", &format!("{HEAD}@@ -1 +0,0 @@\n-a\n"));
    let lines = |changed: &[usize]| {
        (1..=12).map(|i| format!("{i}{}\n", if changed.contains(&i) { "!" } else { "" })).collect::<String>()
    };
    let one = " 1\n 2\n-3\n+3!\n 4\n 5\n 6\n";
    check(
        &lines(&[]),
        &lines(&[3, 11]),
        &format!("{HEAD}@@ -1,6 +1,6 @@\n{one}@@ -8,5 +8,5 @@\n 8\n 9\n 10\n-11\n+11!\n 12\n"),
    );
    check(
        &lines(&[]),
        &lines(&[3, 10]),
        &format!("{HEAD}@@ -1,12 +1,12 @@\n{one} 7\n 8\n 9\n-10\n+10!\n 11\n 12\n"),
    );
}

#[test]
fn lines_end_at_line_feeds_alone() {
    check("a\rb\r\nc\r\n", "a\rB\r\nc\r\n", &format!("{HEAD}@@ -1,2 +1,2 @@\n-a\rb\r\n+a\rB\r\n c\r\n"));
    check(
        "a\u{2028}\x0c\nb\n",
        "a\u{2028}\x0c\nc\n",
        &format!("{HEAD}@@ -1,2 +1,2 @@\n a\u{2028}\x0c\n-b\n+c\n"),
    );
}

#[test]
fn a_last_line_without_end_says_so() {
    let no = "\\ No newline at end of file\n";
    check("a\nb", "c\nb", &format!("{HEAD}@@ -1,2 +1,2 @@\n-a\n+c\n b\n{no}"));
    check("a", "b", &format!("{HEAD}@@ -1 +1 @@\n-a\n{no}+b\n{no}"));
    check("a", "a\n", &format!("{HEAD}@@ -1 +1 @@\n-a\n{no}+a\n"));
}

#[test]
fn colours_stand_around_the_content() {
    let mut out = Vec::new();
    write(&mut out, Paint::ON, Path::new("x.py"), &change(b"a\r\n", b"b\r\n")).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("\x1b[31m-a\r\x1b[0m\n\x1b[32m+b\r\x1b[0m\n"), "{text:?}");
}

/// Whether the program is there. A missing one is said past the output capture, and is a failure with `CI=true`.
fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{program} is missing");
        let _ = writeln!(io::stderr().lock(), "SKIPPED diffs applied by {program}: it is missing");
    }
    found
}

/// What a program makes of a file and its diff.
fn applied(program: &str, args: &[&str], name: &Path, before: &[u8], diff: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, before).unwrap();
    std::fs::write(folder.path().join("its.diff"), diff).unwrap();
    let output = Command::new(program)
        .args(args)
        .current_dir(folder.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let shown = (String::from_utf8_lossy(&said), String::from_utf8_lossy(diff));
    assert!(output.status.success(), "{program}: {}\n{}", shown.0, shown.1);
    std::fs::read(file).unwrap()
}

/// Few different lines, so that they are often equal, with everything that could end or cut one.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let lines: &[&[u8]] = &[
        b"a\n",
        b"b\n",
        b"\n",
        b"\r\n",
        b"c\r\n",
        b"d\re\n",
        b"\x0c\x0b\n",
        b"\xe9\xff\n",
        b"-- x\n",
        b"+++ b/y\n",
        b"\\ No\n",
        b"\t \n",
        b"\xe2\x80\xa8\xc2\x85\n",
    ];
    let last: &[&[u8]] = &[b"", b"", b"a", b"\r", b"\xe9"];
    let lines = prop::collection::vec(prop::sample::select(lines), 1..40);
    (lines, prop::sample::select(last)).prop_map(|(lines, last)| [lines.concat(), last.to_vec()].concat())
}

/// A file and what a few cuts and insertions make of it.
fn rewritten() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let edit = (any::<prop::sample::Index>(), 0usize..20, prop::option::of(content()));
    (content(), prop::collection::vec(edit, 1..4)).prop_map(|(before, edits)| {
        let mut after = before.clone();
        for (at, cut, insert) in edits {
            let at = at.index(after.len() + 1);
            let end = (at + cut).min(after.len());
            after.splice(at..end, insert.unwrap_or_default());
        }
        // Python files do not appear or go by a rewrite, and a diff says so by an empty side.
        if after.is_empty() { (before, b"x\n".to_vec()) } else { (before, after) }
    })
}

const NAMES: &[&str] = &[
    "x.py",
    "a b/c d.py",
    "caf\u{e9}.py",
    "q\"uo\\te.py",
    "tab\there.py",
    "a/b",
    "-x.py",
    "2020-01-01 10:00:00 +0000.py",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn git_and_patch_make_exactly_the_new_bytes(
        (before, after) in rewritten(),
        name in prop::sample::select(NAMES),
    ) {
        prop_assume!(before != after);
        let mut diff = Vec::new();
        write(&mut diff, Paint::OFF, Path::new(name), &change(&before, &after)).unwrap();
        for (program, args) in [
            ("git", &["apply", "its.diff"][..]),
            ("patch", &["-p1", "-s", "-i", "its.diff"]),
            ("patch", &["-p1", "-s", "--binary", "-i", "its.diff"]),
        ] {
            if has(program) {
                prop_assert_eq!(&applied(program, args, Path::new(name), &before, &diff), &after);
            }
        }
    }
}

/// A file that is made, behind one that changes, in the root of a repository and below it.
#[test]
fn git_and_patch_make_new_files() {
    for (name, after) in [("pkg/new.py", "a\nb"), ("a b/caf\u{e9}.py", "a\r\n")] {
        let mut diff = Vec::new();
        write(&mut diff, Paint::OFF, Path::new("old.py"), &change(b"a\n", b"b\n")).unwrap();
        let made = Change { is_new: true, ..change(b"", after.as_bytes()) };
        write(&mut diff, Paint::OFF, Path::new(name), &made).unwrap();
        write(&mut diff, Paint::OFF, Path::new("other.py"), &change(b"a\n", b"b\n")).unwrap();
        let text = String::from_utf8(diff.clone()).unwrap();
        assert!(text.contains("\nnew file mode 100644\n--- /dev/null\n+++ "), "{text}");
        for (program, args) in
            [("git", &["apply", "its.diff"][..]), ("patch", &["-p1", "-s", "--binary", "-i", "its.diff"])]
        {
            for below in ["", "sub"] {
                if !has(program) {
                    continue;
                }
                let root = tempfile::tempdir().unwrap();
                if has("git") {
                    Command::new("git").args(["init", "-q"]).current_dir(&root).status().unwrap();
                }
                let folder = root.path().join(below);
                std::fs::create_dir_all(folder.join(Path::new(name).parent().unwrap())).unwrap();
                for old in ["old.py", "other.py"] {
                    std::fs::write(folder.join(old), "a\n").unwrap();
                }
                std::fs::write(folder.join("its.diff"), &diff).unwrap();
                let status = Command::new(program).args(args).current_dir(&folder).status().unwrap();
                assert!(status.success(), "{program} in `{below}`: {text}");
                assert_eq!(std::fs::read(folder.join(name)).unwrap(), after.as_bytes(), "{program}");
                assert_eq!(std::fs::read(folder.join("other.py")).unwrap(), b"b\n", "{program}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_found_again() {
    use std::os::unix::ffi::OsStrExt;
    let name = Path::new(std::ffi::OsStr::from_bytes(b"a/\xe9 \x01.py"));
    let mut diff = Vec::new();
    write(&mut diff, Paint::OFF, name, &change(b"a\n", b"b\n")).unwrap();
    for (program, args) in [("git", &["apply", "its.diff"][..]), ("patch", &["-p1", "-s", "-i", "its.diff"])]
    {
        if has(program) {
            assert_eq!(applied(program, args, name, b"a\n", &diff), b"b\n");
        }
    }
}
