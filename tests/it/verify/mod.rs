//! `fix --verify` on small projects: the real binary, real test runs.
//!
//! Wrong rewrites come from a switch that lets an obligation of `list-to-genexpr` pass: `any([f(x) for x in xs])` then
//! becomes lazy although `f` has an effect, and a test that counts the calls notices.

mod ends;
mod layer;
mod trees;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Run, Scratch, python, skip};

/// Lets wrong rewrites happen.
const SWITCH: (&str, &str) = ("UNSPOOL_TEST_SWITCH_OFF", "list-to-genexpr/early-stop");

/// A module with a good site (`total`), and a wrong one (`first`) when the switch is off.
const MODULE: &str = "\
log = []


def check(x):
    log.append(x)
    return x > 1


def first(xs):
    return any([check(x) for x in xs])


def total(n):
    return sum([x * 2 for x in range(n)])
";
const WRONG: &str = "any([check(x) for x in xs])";
const GOOD: &str = "sum([x * 2 for x in range(n)])";
const GOOD_LAZY: &str = "sum(x * 2 for x in range(n))";

/// Tests of modules `names`, each method of which calls what it is named after.
fn tests(names: &[&str]) -> String {
    let mut text = "import unittest\n".to_owned();
    for name in names {
        text += &format!(
            "import {name}\n\n\n\
             class Test_{name}(unittest.TestCase):\n    \
                 def test_first(self):\n        \
                     {name}.log.clear()\n        \
                     self.assertTrue({name}.first([1, 2, 3, 4]))\n        \
                     self.assertEqual({name}.log, [1, 2, 3, 4])\n\n    \
                 def test_total(self):\n        \
                     self.assertEqual({name}.total(30), 870)\n\n\n"
        );
    }
    text
}

/// A project with a place for scratch folders of its own beside it.
struct Project {
    scratch: Scratch,
}

impl Project {
    fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Scratch::new();
        // Its own root: else the folder above would be asked.
        scratch.write("project/pyproject.toml", "[project]\nname = 'p'\nversion = '1'\n");
        for (name, text) in files {
            scratch.write(Path::new("project").join(name), text);
        }
        std::fs::create_dir(scratch.join("tmp")).unwrap();
        Project { scratch }
    }

    fn root(&self) -> PathBuf {
        self.scratch.join("project")
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.scratch.read(Path::new("project").join(name))).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.scratch.unspool(args);
        command.current_dir(self.root());
        command.env("TMPDIR", self.scratch.join("tmp")).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env_remove("PYTHONPATH").env_remove("PYTHONHASHSEED");
        command
    }

    /// `unspool fix` with the wrong rewrites, after which nothing may be left behind.
    #[track_caller]
    fn fix(&self, args: &[&str]) -> Run {
        self.finish(self.command(&[&["fix"], args].concat()).env(SWITCH.0, SWITCH.1))
    }

    #[track_caller]
    fn finish(&self, command: &mut Command) -> Run {
        let run = Run::of(command);
        assert_eq!(self.leftovers(), Vec::<PathBuf>::new(), "{}", run.stderr);
        run
    }

    /// What is left where scratch folders are made.
    fn leftovers(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.scratch.join("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

/// A command for `python3`, or for the Python of another test's choice.
fn unittest(python: &Path) -> String {
    format!("{} -m unittest -q", python.display())
}

/// Fails with everything that was said, unless that is in it.
#[track_caller]
fn says(run: &Run, parts: &[&str]) {
    for part in parts {
        assert!(run.stderr.contains(part), "no `{part}` in\n{}", run.stderr);
    }
}

#[test]
fn the_guilty_one_among_good_ones_goes() {
    let Some(python) = python() else { skip!("the_guilty_one_among_good_ones_goes", "no python3") };
    let good: Vec<(String, String)> =
        (0..6).map(|i| (format!("good{i}.py"), format!("def total(n):\n    return {GOOD}\n"))).collect();
    let project = Project::with(&[("a.py", MODULE), ("test_a.py", &tests(&["a"]))]);
    for (name, text) in &good {
        project.scratch.write(Path::new("project").join(name), text);
    }
    let before = project.root();
    let dry = project.fix(&["--dry-run", "--exit-code", "--verify", &unittest(python)]);
    dry.exits(1);
    assert!(project.text("a.py") == MODULE && before.is_dir(), "a dry run writes nothing");
    assert!(dry.text().contains("+    return sum(x * 2 for x in range(n))"), "{}", dry.text());
    assert!(!dry.text().contains("+    return any("), "{}", dry.text());

    let run = project.fix(&["--verify", &unittest(python)]);
    run.exits(0);
    assert_eq!(project.text("a.py"), MODULE.replace(GOOD, GOOD_LAZY));
    for (name, text) in &good {
        assert_eq!(project.text(name), text.replace(GOOD, GOOD_LAZY));
    }
    says(
        &run,
        &[
            "warning: dropped 1 rewrite: it breaks `",
            "a.py:10:16: list-to-genexpr safe\n",
            "    broke     test_a.Test_a.test_first: failed\n              AssertionError: Lists differ: [1, 2] != \
             [1, 2, 3, 4]\n",
            "    proved    elements that are no longer evaluated have no effect [early-stop]\n              switched off\n",
            "please report it",
            "imported 1 of the 7 rewritten files; it says nothing about good0.py, good1.py",
            ": 2 tests as before; 7 rewrites kept, 1 dropped; ",
            "7 rewrites in 7 files",
        ],
    );
}

#[test]
fn nothing_to_drop_takes_two_runs() {
    let Some(python) = python() else { skip!("nothing_to_drop_takes_two_runs", "no python3") };
    let project = Project::with(&[("a.py", MODULE), ("test_a.py", &tests(&["a"]))]);
    let run = project.finish(&mut project.command(&["fix", "--verify", &unittest(python)]));
    run.exits(0);
    let expected = format!(
        "verified with `{}`: 2 tests as before; 1 rewrite kept, 0 dropped; 2 runs\n1 rewrite in 1 file\n",
        unittest(python)
    );
    assert!(run.stderr.starts_with(&expected), "{}", run.stderr);
    // The tests need not be run again.
    assert!(run.stderr.ends_with("\nnext: read the diff and commit it\n"), "{}", run.stderr);
    let again = project.finish(&mut project.command(&["fix", "--verify", "exit 3"]));
    again.exits(0);
    assert_eq!(again.stderr, "no rewrites in 2 files\n", "without rewrites nothing is run");
}

#[test]
fn two_guilty_ones_are_found_one_after_the_other() {
    let Some(python) = python() else { skip!("two_guilty_ones", "no python3") };
    let project = Project::with(&[("a.py", MODULE), ("b.py", MODULE), ("test_ab.py", &tests(&["a", "b"]))]);
    let run = project.fix(&["--verify", &unittest(python)]);
    run.exits(0);
    for name in ["a.py", "b.py"] {
        assert_eq!(project.text(name), MODULE.replace(GOOD, GOOD_LAZY));
    }
    says(
        &run,
        &[
            "dropped 2 rewrites: they break",
            "broke     test_ab.Test_a.test_first: failed",
            "broke     test_ab.Test_b.test_first: failed",
            "4 tests as before; 2 rewrites kept, 2 dropped; ",
        ],
    );
}

#[test]
fn of_two_that_break_only_together_one_goes() {
    let Some(python) = python() else { skip!("of_two_that_break_only_together_one_goes", "no python3") };
    let test = "\
import unittest
import a
import b


class Test(unittest.TestCase):
    def test_either(self):
        for module in (a, b):
            module.log.clear()
            module.first([1, 2, 3, 4])
        self.assertTrue(len(a.log) == 4 or len(b.log) == 4)
";
    let project = Project::with(&[("a.py", MODULE), ("b.py", MODULE), ("test_ab.py", test)]);
    let run = project.fix(&["--verify", &unittest(python)]);
    run.exits(0);
    let kept = ["a.py", "b.py"].map(|name| !project.text(name).contains(WRONG));
    assert_eq!(kept.iter().filter(|kept| **kept).count(), 1, "{}", run.stderr);
    assert!(["a.py", "b.py"].iter().all(|name| project.text(name).contains(GOOD_LAZY)));
    says(&run, &["dropped 1 rewrite", "only together with ", ":10: list-to-genexpr, which is kept"]);
}

/// Equal sites of one function are told apart, also when one of them is applied and the other one left.
#[test]
fn of_equal_sites_only_the_guilty_one_goes() {
    let Some(python) = python() else { skip!("of_equal_sites_only_the_guilty_one_goes", "no python3") };
    let module = "\
log = []


def check(x):
    log.append(x)
    return x > 1


def first(xs):
    before = any([check(x) for x in xs])
    log.clear()
    after = any([check(x) for x in xs])
    return before and after
";
    let test = "\
import unittest
import a


class Test(unittest.TestCase):
    def test_first(self):
        self.assertTrue(a.first([1, 2, 3, 4]))
        self.assertEqual(a.log, [1, 2, 3, 4])
";
    let project = Project::with(&[("a.py", module), ("test_a.py", test)]);
    let run = project.fix(&["--verify", &unittest(python)]);
    run.exits(0);
    let expected =
        module.replace("before = any([check(x) for x in xs])", "before = any(check(x) for x in xs)");
    assert_eq!(project.text("a.py"), expected, "{}", run.stderr);
    says(&run, &["a.py:12:17: list-to-genexpr safe", "1 rewrite kept, 1 dropped"]);
}

#[test]
fn what_failed_before_does_not_count() {
    let Some(python) = python() else { skip!("what_failed_before_does_not_count", "no python3") };
    let test = tests(&["a"]).replace("self.assertEqual(a.log, [1, 2, 3, 4])", "self.assertEqual(a.log, [])");
    let project = Project::with(&[("a.py", MODULE), ("test_a.py", &test)]);
    let run = project.fix(&["--verify", &unittest(python)]);
    run.exits(0);
    assert!(!project.text("a.py").contains(WRONG), "{}", run.stderr);
    says(&run, &["2 tests as before (1 failed before); 2 rewrites kept, 0 dropped; 2 runs"]);
}

/// `fails` decides by the number of the run, from 1, whether another test fails in it.
#[track_caller]
fn check_flaky(name: &str, fails: &str) {
    let Some(python) = python() else { skip!(name, "no python3") };
    let flaky = format!(
        "
class Flaky(unittest.TestCase):
    def test_flaky(self):
        with open({{counter}}, 'a+') as file:
            file.write('x')
            file.seek(0)
            run = len(file.read())
        self.assertFalse({fails})
"
    );
    let project = Project::with(&[("a.py", MODULE)]);
    let counter = format!("{:?}", project.scratch.join("counter"));
    project.scratch.write("project/test_a.py", tests(&["a"]) + &flaky.replace("{counter}", &counter));
    let run = project.finish(&mut project.command(&["fix", "--verify", &unittest(python)]));
    run.exits(0);
    assert_eq!(project.text("a.py"), MODULE.replace(GOOD, GOOD_LAZY));
    says(
        &run,
        &[
            "flaky, so it does not count: test_a.Flaky.test_flaky",
            "3 tests as before (1 flaky); 1 rewrite kept, 0 dropped",
        ],
    );
    assert!(!run.stderr.contains("broke"), "{}", run.stderr);
}

#[test]
fn a_test_that_fails_once_in_a_while_is_flaky() {
    check_flaky("a_test_that_fails_once_in_a_while_is_flaky", "run == 2");
}

#[test]
fn a_test_that_also_fails_without_rewrites_is_flaky() {
    check_flaky("a_test_that_also_fails_without_rewrites_is_flaky", "run >= 2");
}

/// `test_b` needs `test_a`: to fail, or even to pass. Alone it says nothing, and it is not flaky.
#[test]
fn tests_that_need_others_are_run_with_them() {
    let Some(python) = python() else { skip!("tests_that_need_others_are_run_with_them", "no python3") };
    for assertion in ["self.assertEqual(a.log, [1, 2, 3, 4])", "self.assertIn(a.log, ([], [1, 2, 3, 4]))"] {
        let test = format!(
            "\
import unittest
import a


class Test(unittest.TestCase):
    def test_a(self):
        self.assertTrue(a.first([1, 2, 3, 4]))

    def test_b(self):
        {assertion}
"
        );
        let project = Project::with(&[("a.py", MODULE), ("test_a.py", &test)]);
        let run = project.fix(&["--verify", &unittest(python)]);
        run.exits(0);
        assert_eq!(project.text("a.py"), MODULE.replace(GOOD, GOOD_LAZY), "{}", run.stderr);
        says(&run, &["broke     test_a.Test.test_b: failed", "2 tests as before; 1 rewrite kept, 1 dropped"]);
    }
}

#[test]
fn a_file_that_cannot_be_collected_any_more_is_broken() {
    let Some(python) = python() else { skip!("a_file_that_cannot_be_collected", "no python3") };
    let broken = format!("{MODULE}\n\nassert first([1, 2, 3]) and log == [1, 2, 3]\n");
    let project = Project::with(&[("a.py", &broken), ("test_a.py", &tests(&["a"]))]);
    let run = project.fix(&["--verify", &unittest(python)]);
    run.exits(0);
    assert_eq!(project.text("a.py"), broken.replace(GOOD, GOOD_LAZY));
    says(
        &run,
        &["broke     unittest.loader._FailedTest.test_a: could not be loaded or run", "AssertionError"],
    );
}

#[test]
fn a_command_without_tests_is_judged_by_its_exit_status() {
    let Some(python) = python() else { skip!("a_command_without_tests", "no python3") };
    let project = Project::with(&[("a.py", MODULE), ("pkg/x.py", "")]);
    let script = "import a; a.first([1, 2, 3]); assert len(a.log) == 3";
    let line = format!("{} -c {script:?} && test -f pkg/x.py", python.display());
    let run = project.fix(&["--verify", &line]);
    run.exits(0);
    assert_eq!(project.text("a.py"), MODULE.replace(GOOD, GOOD_LAZY));
    says(
        &run,
        &[
            "broke     the command: exit status 1\n              AssertionError\n",
            "exit status 0 as before; 1 rewrite kept, 1 dropped",
        ],
    );
    // Nothing is known about what no Python reports.
    let project = Project::with(&[("a.py", MODULE)]);
    let run = project.fix(&["--verify", "test -f a.py"]);
    run.exits(0);
    says(&run, &["no Python that the command started could be observed", "2 rewrites kept, 0 dropped"]);
}

#[test]
fn an_assumption_that_does_not_hold_is_noticed() {
    let Some(python) = python() else { skip!("an_assumption_that_does_not_hold", "no python3") };
    let module = "def each(numbers):\n    for number in numbers:\n        yield number\n";
    let test = "\
import unittest
import a


class Test(unittest.TestCase):
    def test_outlives(self):
        source = iter([1, 2, 3])
        def numbers():
            try:
                yield from source
            finally:
                closed.append(True)
        closed = []
        inner = vars()['numbers']()
        each = a.each(inner)
        next(each)
        each.close()
        self.assertEqual((closed, next(inner)), ([], 2))
";
    let project = Project::with(&[("a.py", module), ("test_a.py", test)]);
    let run = project.finish(&mut project.command(&[
        "fix",
        "--select",
        "loop-to-yield-from",
        "--unsafe-fixes",
        "--verify",
        &unittest(python),
    ]));
    run.exits(0);
    assert_eq!(project.text("a.py"), module, "{}", run.stderr);
    says(&run, &["a.py:2:5: loop-to-yield-from unsafe", "assumed ", "0 rewrites kept, 1 dropped"]);
    assert!(!run.stderr.contains("please report"), "{}", run.stderr);
}

/// A Python with pytest: `python3`, else the one that `UNSPOOL_TEST_PYTEST` names.
fn pytest() -> Option<PathBuf> {
    let named = std::env::var_os("UNSPOOL_TEST_PYTEST").map(PathBuf::from);
    let has_pytest = |python: &PathBuf| {
        let probe = Command::new(python).args(["-c", "import pytest"]).output();
        probe.is_ok_and(|output| output.status.success())
    };
    python().map(Path::to_path_buf).into_iter().chain(named).find(has_pytest)
}

#[test]
fn pytest_reports_test_by_test() {
    let Some(python) = pytest() else { skip!("pytest_reports_test_by_test", "no Python has pytest") };
    let test = "\
import a
import pytest


def test_first():
    a.log.clear()
    assert a.first([1, 2, 3, 4])
    assert a.log == [1, 2, 3, 4]


@pytest.mark.parametrize('n', [1, 30])
def test_total(n):
    assert a.total(n) == n * (n - 1)


def test_known():
    assert False


@pytest.mark.xfail
def test_expected():
    assert False
";
    let slow = "import a, pytest\n\n\n@pytest.fixture\ndef value():\n    a.log.clear()\n    a.first([1, 2, 3, 4])\n    \
                assert len(a.log) == 4\n\n\ndef test_value(value):\n    pass\n";
    let project = Project::with(&[("a.py", MODULE), ("tests/test_a.py", test), ("tests/test_b.py", slow)]);
    let line = format!("{} -m pytest -q -p no:cacheprovider", python.display());
    let run = project.fix(&["--verify", &line]);
    run.exits(0);
    assert_eq!(project.text("a.py"), MODULE.replace(GOOD, GOOD_LAZY), "{}", run.stderr);
    says(
        &run,
        &[
            "broke     tests/test_a.py::test_first: failed\n",
            "broke     tests/test_b.py::test_value: ended with an error\n",
            "6 tests as before (1 failed before); 1 rewrite kept, 1 dropped",
        ],
    );
}

#[test]
fn pytest_collection_errors_are_found() {
    let Some(python) = pytest() else { skip!("pytest_collection_errors", "no Python has pytest") };
    let broken = format!("{MODULE}\n\nassert first([1, 2, 3]) and log == [1, 2, 3]\n");
    let project = Project::with(&[
        ("a.py", &broken),
        ("tests/test_a.py", "import a\n\n\ndef test_total():\n    assert a.total(2) == 2\n"),
        ("tests/test_b.py", "def test_b():\n    pass\n"),
    ]);
    let line = format!("{} -m pytest -q -p no:cacheprovider", python.display());
    let run = project.fix(&["--verify", &line]);
    run.exits(0);
    assert_eq!(project.text("a.py"), broken.replace(GOOD, GOOD_LAZY), "{}", run.stderr);
    says(&run, &["broke     tests/test_a.py: could not be loaded or run", "2 tests as before"]);
}
