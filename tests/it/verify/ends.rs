//! How it ends: commands that do not start, fail, hang or leave processes behind, and being killed ourselves.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{GOOD, GOOD_LAZY, MODULE, Project, SWITCH, WRONG, says, tests, unittest};
use crate::support::{has, python, skip, snapshot_of};

/// How long to wait for something that happens soon or never.
const SOON: Duration = Duration::from_secs(60);

#[track_caller]
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < SOON, "{what}: not within a minute");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Processes with this text in their command line.
fn running(mark: &str) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap();
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(|name| name.parse::<u32>().is_ok()))
        .filter_map(|entry| String::from_utf8(std::fs::read(entry.path().join("cmdline")).ok()?).ok())
        .filter(|line| line.contains(mark))
        .collect()
}

/// A number of seconds to sleep by which the processes of one test are told from all others.
fn mark(number: u32) -> String {
    format!("8639{number}.{}", std::process::id())
}

/// Sleeps in the foreground, the background, and in a session of its own.
fn sleepers(mark: &str) -> String {
    format!("sleep {mark} & setsid sleep {mark} & setsid sh -c 'sleep {mark} & sleep {mark}' & sleep {mark}")
}

#[track_caller]
fn check_error(line: &str, args: &[&str], code: i32, parts: &[&str]) {
    let project = Project::with(&[("a.py", MODULE), ("test_a.py", &tests(&["a"]))]);
    let before = snapshot_of(&project.root());
    let run = project.fix(&[&["--verify", line], args].concat());
    run.exits(code);
    assert_eq!(snapshot_of(&project.root()), before);
    says(&run, parts);
    says(&run, &["no file was changed"]);
}

#[test]
fn a_command_that_cannot_start_is_wrong_usage() {
    check_error(
        "no-such-program-anywhere --flag",
        &[],
        2,
        &[
            "error: the command could not be started: ",
            "no-such-program-anywhere",
            "help: the command is a line for the shell",
        ],
    );
}

#[test]
fn a_command_that_always_fails_verifies_nothing() {
    check_error(
        "echo 'what went wrong'; exit 4",
        &[],
        3,
        &["error: the command already fails without any rewrite (exit status 4)\n    | what went wrong\n"],
    );
    let Some(python) = python() else { skip!("a_command_that_always_fails", "no python3") };
    let failing =
        "import unittest\nclass T(unittest.TestCase):\n    def test_it(self):\n        self.fail()\n";
    let line = format!("printf '%s' {failing:?} > test_a.py; {}", unittest(python));
    // The shell's printf understands the escapes of the quoted text.
    let line = line.replace("'%s'", "'%b'");
    check_error(
        &line,
        &[],
        3,
        &["error: without any rewrite none of 1 tests passes (exit status 1)\n    | "],
    );
}

#[test]
fn a_command_that_succeeds_only_once_verifies_nothing() {
    check_error(
        "mkdir made",
        &[],
        3,
        &["error: without any rewrite the command succeeds in some runs and fails in others"],
    );
}

#[test]
fn verification_needs_files_and_a_command() {
    let project = Project::with(&[]);
    let run = project.fix(&["--verify", "true", "-"]);
    run.exits(2);
    says(&run, &["error: `--verify` needs files: a command cannot test standard input"]);
    for args in [&["--verify-timeout", "3"][..], &["--verify", "true", "--verify-timeout", "0"]] {
        project.fix(args).exits(2);
    }
}

#[test]
fn a_home_folder_is_not_copied() {
    let project = Project::with(&[("a.py", MODULE)]);
    let home = project.scratch.path();
    std::fs::write(home.join("a.py"), MODULE).unwrap();
    let mut command = project.command(&["fix", "--verify", "true", "a.py"]);
    let run = project.finish(command.current_dir(home).env("HOME", home));
    run.exits(2);
    says(&run, &["error: there is no repository around ", "help: go to the folder of the project"]);
    assert_eq!(std::fs::read_to_string(home.join("a.py")).unwrap(), MODULE);
}

#[test]
fn a_baseline_without_end_is_ended_with_all_its_processes() {
    if !has("setsid") {
        skip!("a_baseline_without_end", "no setsid");
    }
    let mark = mark(1);
    check_error(
        &sleepers(&mark),
        &["--verify-timeout", "1"],
        3,
        &["error: without any rewrite the command did not end within 1 s", "--verify-timeout SECONDS"],
    );
    assert_eq!(running(&mark), Vec::<String>::new());
}

#[test]
fn what_a_command_leaves_behind_is_ended() {
    if !has("setsid") {
        skip!("what_a_command_leaves_behind", "no setsid");
    }
    let mark = mark(2);
    let project = Project::with(&[("a.py", MODULE)]);
    let line = format!("setsid sleep {mark} & sleep {mark} & true");
    project.fix(&["--verify", &line]).exits(0);
    assert_eq!(running(&mark), Vec::<String>::new());
}

#[test]
fn a_rewrite_that_makes_a_test_hang_is_guilty() {
    let Some(python) = python() else { skip!("a_rewrite_that_makes_a_test_hang", "no python3") };
    let hang = tests(&["a"]).replace(
        "self.assertEqual(a.log, [1, 2, 3, 4])",
        "import subprocess\n        while len(a.log) < 4: subprocess.run(['sleep', MARK])",
    );
    let mark = mark(3);
    let project = Project::with(&[("a.py", MODULE)]);
    project.scratch.write("project/test_a.py", format!("MARK = '{mark}'\n{hang}"));
    let run = project.fix(&["--verify", &unittest(python), "--verify-timeout", "5"]);
    run.exits(0);
    assert_eq!(project.text("a.py"), MODULE.replace(GOOD, GOOD_LAZY), "{}", run.stderr);
    says(&run, &["broke     test_a.Test_a.test_first: not ended within 5 s", "1 rewrite kept, 1 dropped"]);
    assert_eq!(running(&mark), Vec::<String>::new());
}

/// Verification in the middle of a run of a command that never ends.
struct Hanging {
    project: Project,
    child: Child,
    mark: String,
    before: Vec<(PathBuf, Vec<u8>)>,
}

impl Hanging {
    /// `run` says in which run the command hangs: 1 is the baseline.
    fn start(mark: String, run: usize) -> Self {
        let project = Project::with(&[("a.py", MODULE)]);
        let counter = project.scratch.join("counter");
        let line = format!(
            "echo x >> {0}; test \"$(wc -l < {0})\" -lt {run} || {{ {1}; }}",
            counter.display(),
            sleepers(&mark)
        );
        let before = snapshot_of(&project.root());
        let mut command = project.command(&["fix", "--verify", &line]);
        command.env(SWITCH.0, SWITCH.1).stderr(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().unwrap();
        // Five sleep.
        let sleeps = |line: &String| line.starts_with("sleep");
        wait_until("the command hangs", || running(&mark).iter().filter(|line| sleeps(line)).count() == 5);
        Hanging { project, child, mark, before }
    }

    fn signal(&mut self, name: &str) -> std::process::ExitStatus {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(status.unwrap().success());
        self.child.wait().unwrap()
    }

    fn is_intact(&self) -> bool {
        snapshot_of(&self.project.root()) == self.before
    }
}

#[test]
fn an_interrupted_run_ends_in_order() {
    if !has("setsid") {
        skip!("an_interrupted_run_ends_in_order", "no setsid");
    }
    for (signal, run) in [("INT", 1), ("TERM", 2)] {
        let mut hanging = Hanging::start(mark(4), run);
        let status = hanging.signal(signal);
        assert_eq!(status.code(), Some(130));
        assert_eq!(running(&hanging.mark), Vec::<String>::new());
        assert_eq!(hanging.project.leftovers(), Vec::<PathBuf>::new());
        assert!(hanging.is_intact());
    }
}

#[test]
fn a_killed_run_leaves_nothing() {
    if !has("setsid") {
        skip!("a_killed_run_leaves_nothing", "no setsid");
    }
    for run in [1, 2] {
        let mut hanging = Hanging::start(mark(5), run);
        hanging.signal("KILL");
        assert!(hanging.is_intact());
        wait_until("no process is left", || running(&hanging.mark).is_empty());
        wait_until("no scratch folder is left", || hanging.project.leftovers().is_empty());
        assert!(hanging.is_intact());
        assert!(hanging.project.text("a.py").contains(WRONG));
    }
}

#[test]
fn what_a_test_made_read_only_goes_too() {
    let project = Project::with(&[("a.py", MODULE), ("data/x", "")]);
    let run = project.fix(&["--verify", "mkdir -p made/here; touch made/here/x; chmod -R a-w made data"]);
    run.exits(0);
    assert!(Path::new(&project.root().join("data/x")).exists());
}
