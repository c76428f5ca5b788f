use super::*;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

/// A folder with these files; a name that ends in `/` is a folder.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(&path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    root
}

/// Discovery with paths relative to the folder, as it would be shown there.
fn discovery(root: &tempfile::TempDir, paths: &[&str], exclude: &[&str]) -> Discovery {
    let paths: Vec<PathBuf> = paths.iter().map(|p| root.path().join(p)).collect();
    // Globs are relative to the working folder, which tests share: those used here are not anchored.
    let exclude: Vec<String> = exclude.iter().map(ToString::to_string).collect();
    let mut found = discover(&paths, &exclude);
    let relative = |path: &mut PathBuf| *path = path.strip_prefix(root.path()).unwrap_or(path).to_path_buf();
    found.files.iter_mut().for_each(|f| relative(&mut f.display));
    found.left_alone.iter_mut().for_each(|l| relative(&mut l.path));
    found.problems.iter_mut().for_each(|p| relative(&mut p.path));
    found
}

fn names(found: &Discovery) -> Vec<&str> {
    found.files.iter().map(|f| f.display.to_str().unwrap()).collect()
}

#[track_caller]
fn check(root: &tempfile::TempDir, paths: &[&str], expected: &[&str], left_alone: &[(&str, Reason)]) {
    let found = discovery(root, paths, &[]);
    assert_eq!(names(&found), expected);
    let left: Vec<_> =
        found.left_alone.iter().map(|l| (l.path.to_str().unwrap(), l.reason.clone())).collect();
    assert_eq!(left, left_alone);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
}

#[test]
fn python_files_by_suffix_and_first_line() {
    let root = tree(&[
        ("b.py", ""),
        ("a.pyw", ""),
        ("c.pyi", ""),
        ("d.txt", ""),
        ("script", "#!/usr/bin/env python3\n"),
        ("old", "#!/usr/bin/python2.7\n"),
        ("shell", "#!/bin/sh\npython\n"),
        ("split", "#! /usr/bin/env -S python3.12 -u\n"),
        ("empty", ""),
        (".hidden.py", ""),
        ("folder.py/x.py", ""),
    ]);
    check(&root, &[""], &["a.pyw", "b.py", "folder.py/x.py", "script", "split"], &[]);
    assert_eq!(
        repository_files(root.path())
            .iter()
            .map(|p| p.strip_prefix(root.path()).unwrap())
            .collect::<Vec<_>>(),
        [".hidden.py", "a.pyw", "b.py", "c.pyi", "folder.py/x.py", "script", "split"].map(Path::new)
    );
}

#[test]
fn ignore_files_hold_below_named_folders() {
    let root = tree(&[
        (".git/", ""),
        (".gitignore", "ignored.py\n/only/\n"),
        (".ignore", "also.py\n"),
        ("a/ignored.py", ""),
        ("a/also.py", ""),
        ("a/taken.py", ""),
        ("only/x.py", ""),
        ("a/only/x.py", ""),
    ]);
    check(&root, &[""], &["a/only/x.py", "a/taken.py"], &[]);
    check(&root, &["a/ignored.py", "a"], &["a/ignored.py", "a/only/x.py", "a/taken.py"], &[]);
}

#[test]
fn code_of_others_is_left_alone_unless_named() {
    let root = tree(&[
        ("a.py", ""),
        ("pip/_vendor/x.py", ""),
        ("build/lib/a.py", ""),
        ("venv/__init__.py", ""),
        ("env/pyvenv.cfg", ""),
        ("env/lib/x.py", ""),
        ("src/build/__init__.py", ""),
        ("x_pb2.py", ""),
        ("y_pb2_grpc.py", ""),
    ]);
    let protobuf = Reason::Generated("by the protocol buffer compiler".into());
    let left = [
        ("build", Reason::Build),
        ("env", Reason::Environment),
        ("pip/_vendor", Reason::Vendored),
        ("x_pb2.py", protobuf.clone()),
        ("y_pb2_grpc.py", protobuf.clone()),
    ];
    check(&root, &[""], &["a.py", "src/build/__init__.py", "venv/__init__.py"], &left);
    check(&root, &["pip/_vendor", "x_pb2.py"], &["pip/_vendor/x.py", "x_pb2.py"], &[]);
    let all = ["a.py", "src/build/__init__.py", "venv/__init__.py", "x_pb2.py"];
    check(
        &root,
        &["", "x_pb2.py"],
        &all,
        &[left[0].clone(), left[1].clone(), left[2].clone(), left[4].clone()],
    );
}

#[test]
fn excluded_globs() {
    let root = tree(&[("a/x.py", ""), ("b/x.py", ""), ("b/test_x.py", "")]);
    assert_eq!(names(&discovery(&root, &[""], &["test_*.py"])), ["a/x.py", "b/x.py"]);
    assert_eq!(names(&discovery(&root, &[""], &["b/"])), ["a/x.py"]);
    assert_eq!(names(&discovery(&root, &["", "b/test_x.py"], &["b", "!c"])), ["a/x.py", "b/test_x.py"]);
    let bad = discovery(&root, &[""], &["{a"]);
    assert_eq!(bad.problems.len(), 1, "{bad:?}");
    assert!(check_excludes(&["{a".into()]).is_err());
}

#[test]
fn each_file_is_there_once() {
    let root = tree(&[("a/x.py", ""), ("a/y.py", "")]);
    check(&root, &["a", "a/x.py", "", "a/../a/y.py"], &["a/x.py", "a/y.py"], &[]);
    let found = discovery(&root, &["a", "a/x.py"], &[]);
    assert_eq!(found.files.iter().map(|f| f.named).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn links_are_not_followed_and_never_taken() {
    let root = tree(&[("in/a.py", ""), ("out/b.py", ""), ("out/sub/c.py", "")]);
    let at = |name: &str| root.path().join(name);
    symlink("a.py", at("in/inside.py")).unwrap();
    symlink("../out/b.py", at("in/outside.py")).unwrap();
    symlink("../out/sub", at("in/folder")).unwrap();
    symlink("..", at("in/loop")).unwrap();
    symlink("nowhere", at("in/dangling.py")).unwrap();
    symlink("self.py", at("in/self.py")).unwrap();
    let left = [
        ("in/dangling.py", Reason::DanglingLink),
        ("in/folder", Reason::Link),
        ("in/loop", Reason::Link),
        ("in/outside.py", Reason::Link),
        ("in/self.py", Reason::DanglingLink),
    ];
    check(&root, &["in"], &["in/a.py"], &left);
    check(&root, &[""], &["in/a.py", "out/b.py", "out/sub/c.py"], &[left[0].clone(), left[4].clone()]);

    // Named, they stand for what they lead to.
    let found = discovery(&root, &["in/outside.py", "in/folder"], &[]);
    assert_eq!(names(&found), ["in/folder/c.py", "in/outside.py"]);
    assert_eq!(found.files[1].path, fs::canonicalize(at("out/b.py")).unwrap());
}

#[test]
fn what_cannot_be_read_is_a_problem_and_the_rest_goes_on() {
    let root = tree(&[("a.py", ""), ("closed/x.py", ""), ("c.py", "")]);
    let closed = root.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let readable = fs::read_dir(&closed).is_ok();
    let found = discovery(&root, &["", "missing.py", "a.py/x"], &[]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    let problems: Vec<_> = found.problems.iter().map(|p| (p.path.to_str().unwrap(), p.severity)).collect();
    let mut expected = vec![("a.py/x", Severity::Error), ("missing.py", Severity::Error)];
    // The superuser reads everything.
    if !readable {
        expected.insert(1, ("closed", Severity::Error));
        assert_eq!(names(&found), ["a.py", "c.py"]);
    }
    assert_eq!(problems, expected);
}

#[test]
fn names_need_not_be_text() {
    let root = tree(&[]);
    let name = OsStr::from_bytes(b"caf\xe9.py");
    fs::write(root.path().join(name), "").unwrap();
    let found = discovery(&root, &[""], &[]);
    assert_eq!(found.files[0].display.as_os_str(), name);
}

#[test]
fn special_files_are_no_source() {
    let root = tree(&[]);
    let socket = root.path().join("s.py");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    check(&root, &[""], &[], &[]);
    assert_eq!(discovery(&root, &["s.py"], &[]).problems.len(), 1);
}

#[test]
fn repositories_and_target_versions() {
    let root = tree(&[
        ("repo/.git/", ""),
        ("repo/pyproject.toml", "[project]\nrequires-python = '>=3.10'\n"),
        ("repo/x.py", ""),
        ("repo/sub/pyproject.toml", "[project]\nrequires-python = '>=3.12'\n"),
        ("repo/sub/pkg/y.py", ""),
        ("plain/setup.py", ""),
        ("plain/pkg/z.py", ""),
        ("loose/deep/w.py", ""),
        ("broken/setup.cfg", ""),
        ("broken/pyproject.toml", "["),
        ("broken/v.py", ""),
    ]);
    #[track_caller]
    fn check(root: &tempfile::TempDir, given: &str, display: &str, repository: &str, version: Option<u8>) {
        let found = discovery(root, &[given], &[]);
        let file = found.files.iter().find(|f| f.display == Path::new(display)).expect(display);
        assert_eq!(file.root, fs::canonicalize(root.path().join(repository)).unwrap());
        let target = version.map(|minor| Target { version: (3, minor).into(), stated: true });
        assert_eq!(file.target, target);
        assert_eq!(found.problems.iter().any(|p| p.severity == Severity::Warning), repository == "broken");
    }
    check(&root, "repo", "repo/x.py", "repo", Some(10));
    check(&root, "repo/sub", "repo/sub/pkg/y.py", "repo", Some(12));
    check(&root, "plain/pkg/z.py", "plain/pkg/z.py", "plain", None);
    check(&root, "loose", "loose/deep/w.py", "loose", None);
    check(&root, "loose/deep/w.py", "loose/deep/w.py", "loose/deep", None);
    check(&root, "broken", "broken/v.py", "broken", None);
}

#[test]
fn shown_paths_have_no_dots() {
    assert_eq!(without_dots(Path::new(".")), Path::new(""));
    assert_eq!(without_dots(Path::new("./a/./b.py")), Path::new("a/b.py"));
    assert_eq!(without_dots(Path::new("../a")), Path::new("../a"));
}
