use super::*;
use crate::driver::Change;
use std::cell::Cell;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;
use std::sync::Arc;

fn report(path: PathBuf, before: &str, after: &str, group: Option<usize>) -> FileReport {
    let change = Change { before: before.as_bytes().into(), after: after.into(), group, is_new: false };
    FileReport { path, text: before.into(), texts: Vec::new(), sites: Vec::new(), change: Some(change) }
}

/// Files with the content `old NAME`, to become `new NAME`, in one group or alone.
fn tree(names: &[&str], group: Option<usize>) -> (tempfile::TempDir, Vec<FileReport>) {
    let root = tempfile::tempdir().unwrap();
    let reports = names.iter().map(|name| {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("old {name}")).unwrap();
        report(path, &format!("old {name}"), &format!("new {name}"), group)
    });
    let reports = reports.collect();
    (root, reports)
}

/// One of the files is not there yet.
fn to_be_made(mut files: Vec<FileReport>, name: &str) -> Vec<FileReport> {
    for file in files.iter_mut().filter(|file| file.path.ends_with(name)) {
        let change = file.change.as_mut().unwrap();
        (change.before, change.is_new) = (Arc::from([]), true);
        let _ = fs::remove_file(&file.path);
    }
    files
}

/// The first word of each file: which content it has.
fn contents(files: &[FileReport]) -> Vec<String> {
    let word = |f: &FileReport| {
        let text = fs::read_to_string(&f.path).unwrap_or_else(|e| e.kind().to_string());
        text.split(' ').next().unwrap_or_default().to_owned()
    };
    files.iter().map(word).collect()
}

/// Below the folder is nothing but the files of the reports.
#[track_caller]
fn check_tidy(root: &Path, files: &[FileReport]) {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if !files.iter().any(|f| f.path == entry) && !entry.ends_with("lock") {
                found.push(entry);
            }
        }
    }
    assert!(found.is_empty(), "{found:?}");
}

#[track_caller]
fn check_refused(root: &Path, files: &[FileReport], expected: &str) {
    let written = write(files, &|| false);
    assert!(written.files.is_empty());
    let [problem] = &written.problems[..] else { panic!("{:?}", written.problems) };
    assert_eq!(problem.severity, Severity::Error);
    assert!(problem.message.contains(expected), "{}", problem.message);
    check_tidy(root, files);
}

#[test]
fn files_get_their_new_content_and_keep_their_mode() {
    for group in [None, Some(1)] {
        let (root, files) = tree(&["a.py", "b/c.py"], group);
        fs::create_dir(root.path().join(".git")).unwrap();
        fs::set_permissions(&files[0].path, fs::Permissions::from_mode(0o4751)).unwrap();
        fs::set_permissions(&files[1].path, fs::Permissions::from_mode(0o600)).unwrap();
        let owner = |f: &FileReport| fs::metadata(&f.path).map(|m| (m.mode(), m.uid(), m.gid())).unwrap();
        let before: Vec<_> = files.iter().map(owner).collect();
        let written = write(&files, &|| false);
        assert!(written.problems.is_empty(), "{:?}", written.problems);
        assert_eq!(written.files, files.iter().map(|f| f.path.clone()).collect::<Vec<_>>());
        assert_eq!(contents(&files), ["new", "new"]);
        assert_eq!(files.iter().map(owner).collect::<Vec<_>>(), before);
        check_tidy(root.path(), &files);
    }
}

#[test]
fn what_a_link_leads_to_is_replaced_and_the_link_stays() {
    let (root, files) = tree(&["a.py"], None);
    let link = root.path().join("link.py");
    symlink("a.py", &link).unwrap();
    let through = [report(link.clone(), "old a.py", "new a.py", None)];
    assert!(write(&through, &|| false).problems.is_empty());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(contents(&files), ["new"]);
}

#[test]
fn files_that_changed_or_may_not_change_keep_their_content() {
    for group in [None, Some(1)] {
        let names = if group.is_some() { &["a.py", "b.py"][..] } else { &["a.py"] };
        let fresh = || {
            let (root, files) = tree(names, group);
            fs::create_dir(root.path().join(".git")).unwrap();
            (root, files)
        };

        let (root, files) = fresh();
        fs::write(&files[0].path, "mine").unwrap();
        check_refused(root.path(), &files, "changed since it was read");
        assert_eq!(contents(&files)[0], "mine");
        assert!(contents(&files)[1..].iter().all(|c| c == "old"));

        let (root, files) = fresh();
        fs::remove_file(&files[0].path).unwrap();
        check_refused(root.path(), &files, "changed since it was read");

        let (root, files) = fresh();
        fs::remove_file(&files[0].path).unwrap();
        fs::create_dir(&files[0].path).unwrap();
        check_refused(root.path(), &files, "no longer a regular file");

        let (root, files) = fresh();
        fs::set_permissions(&files[0].path, fs::Permissions::from_mode(0o444)).unwrap();
        // The superuser may write it all the same: the command-line tests run as somebody else.
        if fs::OpenOptions::new().write(true).open(&files[0].path).is_err() {
            check_refused(root.path(), &files, "read-only");
        }
        assert!(contents(&files).iter().all(|c| c == "old"));
    }
}

#[test]
fn a_closed_folder_is_named_as_the_reason() {
    let (root, files) = tree(&["closed/a.py"], None);
    let closed = root.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    let is_superuser = fs::write(closed.join("probe"), "").is_ok();
    let written = write(&files, &|| false);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    if is_superuser {
        assert_eq!(contents(&files), ["new"]);
    } else {
        assert!(written.problems[0].message.contains("in its folder"), "{:?}", written.problems);
        assert_eq!(contents(&files), ["old"]);
    }
}

#[test]
fn an_interrupted_run_has_written_whole_files_and_groups() {
    let (root, mut files) = tree(&["a.py", "b.py", "c.py", "d.py"], None);
    fs::create_dir(root.path().join(".git")).unwrap();
    for i in [1, 3] {
        files[i].change.as_mut().unwrap().group = Some(7);
    }
    let asked = Cell::new(0);
    let written = write(&files, &|| {
        asked.set(asked.get() + 1);
        asked.get() > 2
    });
    assert!(written.interrupted);
    assert_eq!(contents(&files), ["new", "new", "old", "new"]);
    assert_eq!(written.files.len(), 3);
}

/// Runs in a process of its own, started by [`in_child`]; alone it does nothing.
#[test]
fn child() {
    let Some(root) = std::env::var_os("UNSPOOL_TEST_CHILD_ROOT").map(PathBuf::from) else { return };
    let made = std::env::var("UNSPOOL_TEST_CHILD_MAKES").ok();
    let problems = if std::env::var_os("UNSPOOL_TEST_CHILD_RECOVERS").is_some() {
        recover(&[root])
    } else {
        let padding = if std::env::var_os("UNSPOOL_TEST_CHILD_WRITES_MUCH").is_some() { 1 << 20 } else { 0 };
        let group = std::env::var_os("UNSPOOL_TEST_CHILD_WRITES_ALONE").is_none().then_some(1);
        let files = NAMES.map(|name| {
            let after = format!("new {name}{}", " ".repeat(padding));
            let mut file = report(root.join(name), &format!("old {name}"), &after, group);
            if made.as_deref() == Some(name) {
                let change = file.change.as_mut().unwrap();
                (change.before, change.is_new) = (Arc::from([]), true);
            }
            file
        });
        write(&files, &|| false).problems
    };
    for problem in problems {
        println!("PROBLEM {:?} {}", problem.severity, problem.message);
    }
}

const NAMES: [&str; 3] = ["a.py", "b/b.py", "c.py"];

struct Child {
    is_whole: bool,
    problems: Vec<String>,
}

fn in_child(root: &Path, recovers: bool, abort_at_step: Option<usize>) -> Child {
    in_child_that_makes(None, root, recovers, abort_at_step)
}

fn in_child_that_makes(
    made: Option<&str>,
    root: &Path,
    recovers: bool,
    abort_at_step: Option<usize>,
) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "driver::write::tests::child", "--nocapture", "--test-threads=1"]);
    command.env("UNSPOOL_TEST_CHILD_ROOT", root);
    command.env("XDG_STATE_HOME", root.join("state"));
    if let Some(made) = made {
        command.env("UNSPOOL_TEST_CHILD_MAKES", made);
    }
    if recovers {
        command.env("UNSPOOL_TEST_CHILD_RECOVERS", "1");
    }
    if let Some(step) = abort_at_step {
        command.env("UNSPOOL_TEST_ABORT_AT_STEP", step.to_string());
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let problems = text.lines().filter_map(|l| Some(l.split_once("PROBLEM ")?.1.to_owned())).collect();
    Child { is_whole: output.status.success(), problems }
}

/// Every moment at which a run can end: the files are whole, and the next run leaves all old or all new.
#[test]
fn a_group_is_all_or_none_wherever_the_process_ends() {
    for in_git in [true, false] {
        let mut ends = Vec::new();
        for step in 1.. {
            let (root, files) = tree(&NAMES, Some(1));
            if in_git {
                fs::create_dir(root.path().join(".git")).unwrap();
            }
            let child = in_child(root.path(), false, Some(step));
            let after = contents(&files);
            assert!(after.iter().all(|c| c == "old" || c == "new"), "{after:?}");
            if child.is_whole {
                assert!(child.problems.is_empty(), "{:?}", child.problems);
                break;
            }
            let recovery = in_child(root.path(), true, None);
            assert!(recovery.is_whole);
            let recovered = contents(&files);
            assert!(
                recovered.iter().all(|c| *c == recovered[0]),
                "step {step}: {after:?}, then {recovered:?}"
            );
            check_tidy(root.path(), &files);
            let had_journal = (5..9).contains(&step);
            assert_eq!(recovery.problems.len(), usize::from(had_journal), "{:?}", recovery.problems);
            if recovered[0] == "old" {
                let again = in_child(root.path(), false, None);
                assert!(again.is_whole && again.problems.is_empty());
                assert_eq!(contents(&files), ["new", "new", "new"]);
            }
            ends.push((after.iter().filter(|c| *c == "new").count(), recovered[0].clone()));
        }
        // Intent, three temporary files; the journal and three renames; the journal's end.
        let expected = [(0, "old"), (0, "old"), (0, "old"), (0, "old"), (0, "new"), (1, "new"), (2, "new")];
        let expected = expected.into_iter().chain([(3, "new"), (3, "new")]);
        assert_eq!(ends, expected.map(|(n, word)| (n, word.to_owned())).collect::<Vec<_>>());
    }
}

/// The same where one of the files is made: it is there with the others, or not at all.
#[test]
fn a_made_file_is_there_with_its_group_or_not_at_all() {
    let mut ends = Vec::new();
    for step in 1.. {
        let (root, files) = tree(&NAMES, Some(1));
        let files = to_be_made(files, "b/b.py");
        fs::create_dir(root.path().join(".git")).unwrap();
        let child = in_child_that_makes(Some("b/b.py"), root.path(), false, Some(step));
        let after = contents(&files);
        assert!(["new", "entity"].contains(&&*after[1]), "{after:?}");
        if child.is_whole {
            assert_eq!(
                (&child.problems[..], &after[..]),
                (&[][..], &["new", "new", "new"].map(String::from)[..])
            );
            break;
        }
        let imports_nothing = after[1] == "entity" && (after[0] == "new" || after[2] == "new");
        assert!(!imports_nothing, "who imports a new file finds it: {after:?}");
        assert!(in_child(root.path(), true, None).is_whole);
        let recovered = contents(&files);
        let is_old = recovered == ["old", "entity", "old"];
        assert!(is_old || recovered == ["new", "new", "new"], "step {step}: {after:?}, then {recovered:?}");
        check_tidy(root.path(), &files);
        if is_old {
            assert!(in_child_that_makes(Some("b/b.py"), root.path(), false, None).is_whole);
            assert_eq!(contents(&files), ["new", "new", "new"]);
        }
        ends.push(is_old);
    }
    assert_eq!(ends, [true, true, true, true, false, false, false, false, false]);
}

/// The process ends at a step, a file appears in the place of the one to be made, the next run looks.
#[track_caller]
fn check_appeared(step: usize, content: &str, after: [&str; 3], expected: Option<&str>) {
    let (root, files) = tree(&NAMES, Some(1));
    let files = to_be_made(files, "b/b.py");
    fs::create_dir(root.path().join(".git")).unwrap();
    assert!(!in_child_that_makes(Some("b/b.py"), root.path(), false, Some(step)).is_whole);
    fs::write(root.path().join("b/b.py"), content).unwrap();
    let recovery = in_child(root.path(), true, None);
    assert!(recovery.is_whole);
    assert_eq!(contents(&files), after);
    assert!(
        fs::read(root.path().join("b/b.py")).unwrap() == content.as_bytes(),
        "nobody else's file changes"
    );
    assert_eq!(recovery.problems.len(), usize::from(expected.is_some()), "{:?}", recovery.problems);
    assert!(expected.is_none_or(|e| recovery.problems[0].contains(e)), "{:?}", recovery.problems);
}

#[test]
fn a_file_that_appears_where_one_is_to_be_made_stays() {
    // Before the journal, behind it, and behind the rename.
    check_appeared(3, "mine", ["old", "mine", "old"], None);
    check_appeared(5, "mine", ["old", "mine", "old"], Some("Warning changed since"));
    // Even the same content is somebody else's.
    check_appeared(5, "new b/b.py", ["old", "new", "old"], Some("Warning changed since"));
    check_appeared(6, "mine", ["old", "mine", "old"], Some("Error an interrupted run can be neither"));
    for group in [None, Some(1)] {
        let names: &[&str] = if group.is_some() { &NAMES } else { &["b/b.py"] };
        let (root, files) = tree(names, group);
        let files = to_be_made(files, "b/b.py");
        fs::create_dir(root.path().join(".git")).unwrap();
        let theirs = root.path().join("b/b.py");
        fs::write(&theirs, "mine").unwrap();
        check_refused(root.path(), &files, "it was not there, and is now");
        assert_eq!(fs::read(&theirs).unwrap(), b"mine");
        fs::remove_file(&theirs).unwrap();
        symlink("elsewhere", &theirs).unwrap();
        check_refused(root.path(), &files, "it was not there, and is now");
        fs::remove_file(&theirs).unwrap();
        assert!(write(&files, &|| false).problems.is_empty());
        assert!(contents(&files).iter().all(|c| c == "new"));
        // Like any file that somebody makes.
        let like = root.path().join("like");
        fs::write(&like, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode();
        assert_eq!(mode(&theirs), mode(&like));
        fs::remove_file(like).unwrap();
        check_tidy(root.path(), &files);
    }
}

#[test]
fn an_interrupted_undo_removes_what_was_made() {
    for step in 1.. {
        let (root, files) = tree(&NAMES, Some(1));
        let files = to_be_made(files, "b/b.py");
        fs::create_dir(root.path().join(".git")).unwrap();
        assert!(!in_child_that_makes(Some("b/b.py"), root.path(), false, Some(7)).is_whole);
        assert_eq!(contents(&files), ["new", "new", "old"]);
        fs::write(root.path().join("c.py"), "mine").unwrap();
        let is_whole = in_child(root.path(), true, Some(step)).is_whole;
        assert!(in_child(root.path(), true, None).is_whole);
        assert_eq!(contents(&files), ["old", "entity", "mine"]);
        assert!(!needs_recovery(&[root.path().to_path_buf()]));
        if is_whole {
            assert!(step > 1);
            break;
        }
    }
}

#[test]
fn without_space_everything_stays_as_it_is() {
    for alone in [false, true] {
        let (root, files) = tree(&NAMES, None);
        fs::create_dir(root.path().join(".git")).unwrap();
        // The limit gives EFBIG where the signal that comes with it is ignored; a full disk gives ENOSPC.
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""])
            .arg(std::env::current_exe().unwrap());
        command.args(["--exact", "driver::write::tests::child", "--nocapture", "--test-threads=1"]);
        command.env("UNSPOOL_TEST_CHILD_ROOT", root.path()).env("UNSPOOL_TEST_CHILD_WRITES_MUCH", "1");
        if alone {
            command.env("UNSPOOL_TEST_CHILD_WRITES_ALONE", "1");
        }
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.matches("File too large").count(), if alone { 3 } else { 1 }, "{text}");
        assert_eq!(contents(&files), ["old", "old", "old"]);
        check_tidy(root.path(), &files);
    }
}

/// The process ends behind the first rename, somebody writes, the next run looks.
#[track_caller]
fn check_changed_meanwhile(name: &str, expected: &str, after: [&str; 3], journal_stays: bool) {
    let (root, files) = tree(&NAMES, Some(1));
    fs::create_dir(root.path().join(".git")).unwrap();
    assert!(!in_child(root.path(), false, Some(6)).is_whole);
    assert_eq!(contents(&files), ["new", "old", "old"]);
    fs::write(root.path().join(name), "mine").unwrap();
    for _ in 0..if journal_stays { 2 } else { 1 } {
        let recovery = in_child(root.path(), true, None);
        assert!(recovery.is_whole);
        assert!(recovery.problems.iter().any(|p| p.contains(expected)), "{:?}", recovery.problems);
        assert_eq!(contents(&files), after);
    }
    assert_eq!(needs_recovery(&[root.path().to_path_buf()]), journal_stays);
    if !journal_stays {
        check_tidy(root.path(), &files);
    }
}

#[test]
fn files_that_changed_meanwhile_are_respected() {
    check_changed_meanwhile("b/b.py", "Warning changed since", ["old", "mine", "old"], false);
    check_changed_meanwhile("a.py", "Error an interrupted run can be neither", ["mine", "old", "old"], true);
}

/// Undoing, too, may be interrupted at any moment.
#[test]
fn an_interrupted_undo_is_finished() {
    for step in 1.. {
        let (root, files) = tree(&NAMES, Some(1));
        fs::create_dir(root.path().join(".git")).unwrap();
        assert!(!in_child(root.path(), false, Some(7)).is_whole);
        assert_eq!(contents(&files), ["new", "new", "old"]);
        fs::write(root.path().join("c.py"), "mine").unwrap();
        if in_child(root.path(), true, Some(step)).is_whole {
            assert!(step > 2);
            break;
        }
        assert!(in_child(root.path(), true, None).is_whole);
        assert_eq!(contents(&files), ["old", "old", "mine"]);
        assert!(!needs_recovery(&[root.path().to_path_buf()]));
    }
}
