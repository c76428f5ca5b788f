//! Input that nobody wishes for: a message with the path, the right exit status, nothing lost, and the other files
//! are still worked on.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::support::{Run, Scratch, UNSPOOL, has, plain_environment, skip};

const LOOP: &str = "def numbers():\n    for number in [1, 2, 3]:\n        yield number\n";
const DELEGATION: &str = "def numbers():\n    yield from [1, 2, 3]\n";

/// A bad file beside a good one. Below a folder it is a warning; named itself it is an error.
#[track_caller]
fn check_skipped(bytes: &[u8], message: &str) {
    let scratch = Scratch::with(&[("good.py", LOOP)]);
    scratch.write("bad.py", bytes);

    let run = scratch.run(["fix", "."]);
    run.exits(0);
    assert!(run.stderr.contains(&format!("warning: bad.py{message}")), "{}", run.stderr);
    assert_eq!(scratch.read("good.py"), DELEGATION.as_bytes(), "the good file is still worked on");
    // What was kept, and what to do; that once for all such files.
    scratch.write("worse.py", bytes);
    let both = scratch.run(["check", "."]);
    assert_eq!(both.stderr.matches("; left as it is\n").count(), 2, "{}", both.stderr);
    assert_eq!(both.stderr.matches("  help: mend the file, or leave it out").count(), 1, "{}", both.stderr);
    assert_eq!(scratch.run(["check", "--quiet", "."]).stderr, "");
    fs::remove_file(scratch.join("worse.py")).unwrap();

    for command in [&["fix"][..], &["fix", "--dry-run"], &["check"]] {
        let run = scratch.run(command.iter().chain(&["bad.py"]));
        run.exits(3);
        assert!(run.stderr.contains(&format!("error: bad.py{message}")), "{}", run.stderr);
    }
    assert!(scratch.read("bad.py") == bytes, "the bad file keeps its bytes");

    let run = Run::with_input(&mut scratch.unspool(["fix", "--stdin-filename", "bad.py", "-"]), bytes);
    run.exits(3);
    assert!(run.stdout == bytes, "standard input comes out as it went in");
    assert!(run.stderr.contains(&format!("error: bad.py{message}")), "{}", run.stderr);
}

/// Odd, but Python: it is rewritten, and everything odd about it stays.
#[track_caller]
fn check_rewritten(before: &[u8], after: &[u8]) {
    let scratch = Scratch::new();
    scratch.write("odd.py", before);
    let diff = scratch.run(["fix", "--dry-run"]);
    diff.exits(0);
    scratch.run(["fix"]).exits(0);
    let got = scratch.read("odd.py");
    assert!(got == after, "{}", String::from_utf8_lossy(&got));

    scratch.write("odd.py", before);
    let mut patch = Command::new("patch");
    patch.args(["-p1", "--binary", "-s"]).current_dir(scratch.path());
    Run::with_input(&mut patch, &diff.stdout).exits(0);
    assert!(scratch.read("odd.py") == after, "the diff gives the written bytes");
}

fn bytes(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

#[test]
fn syntax_errors() {
    check_skipped(format!("{LOOP}def f(:\n    pass\n").as_bytes(), ":4: ");
}

#[test]
fn an_else_without_except() {
    let text = format!("{LOOP}try:\n    pass\nelse:\n    pass\nfinally:\n    numbers()\n");
    check_skipped(text.as_bytes(), ":4: syntax error: `else` of a `try` without `except`");
}

#[test]
fn python_2() {
    check_skipped(format!("{LOOP}print 'hello'\n").as_bytes(), ":4: ");
    check_skipped(format!("{LOOP}try:\n    pass\nexcept ValueError, e:\n    pass\n").as_bytes(), ":6: ");
}

/// Until Python 3.6 `async` was a name outside of `async def`.
#[test]
fn names_that_are_keywords_today() {
    let (head, tail) = ("from util.async import call\nimport asyncio\n", "call(LIMIT, async=True)\n");
    check_rewritten(format!("{head}{LOOP}{tail}").as_bytes(), format!("{head}{DELEGATION}{tail}").as_bytes());
    check_skipped(format!("{LOOP}async x = 1\n").as_bytes(), ":4: ");
    check_skipped(format!("{LOOP}async def f():\n    async = 1\n").as_bytes(), ":5: ");
}

/// Inside of the `async def` that a coroutine becomes, they are keywords for Python 3.5 and 3.6, too.
#[test]
fn names_that_would_become_keywords() {
    let coroutine =
        "import asyncio\n\n\n@asyncio.coroutine\ndef f(pool):\n    yield from pool.apply(async=True)\n";
    let scratch = Scratch::with(&[("old.py", coroutine)]);
    let run = scratch.run([
        "check",
        "--refusals",
        "--select",
        "coroutine-to-async",
        "--target-version",
        "3.7",
        "old.py",
    ]);
    run.exits(0);
    let reason = "`async` on line 6 is a name (until Python 3.6), and a keyword inside of `async def`";
    assert!(run.text().contains(reason), "{}", run.text());
}

#[test]
fn latin_1_without_a_cookie() {
    check_skipped(&bytes(&[LOOP.as_bytes(), b"name = 'Andr\xe9'\n"]), ":4: ");
}

#[test]
fn latin_1_with_a_cookie() {
    let head = b"# -*- coding: latin-1 -*-\nname = 'Andr\xe9'\n";
    check_rewritten(&bytes(&[head, LOOP.as_bytes()]), &bytes(&[head, DELEGATION.as_bytes()]));
}

#[test]
fn an_unknown_cookie() {
    check_skipped(format!("# coding: klingon\n{LOOP}").as_bytes(), ":1: ");
}

#[test]
fn nul_bytes() {
    check_skipped(&bytes(&[LOOP.as_bytes(), b"name = 'a\0b'\n"]), ":4: ");
}

#[test]
fn a_byte_order_mark() {
    let mark = b"\xef\xbb\xbf";
    check_rewritten(&bytes(&[mark, LOOP.as_bytes()]), &bytes(&[mark, DELEGATION.as_bytes()]));
    check_skipped(format!("\u{feff}\u{feff}{LOOP}").as_bytes(), ":1: syntax error: a second byte order mark");
}

#[test]
fn line_ends_of_other_systems() {
    for end in ["\r\n", "\r"] {
        check_rewritten(LOOP.replace('\n', end).as_bytes(), DELEGATION.replace('\n', end).as_bytes());
    }
}

#[test]
fn a_lone_carriage_return_among_line_feeds() {
    let head = "first = 1\rsecond = 2\n";
    check_rewritten(format!("{head}{LOOP}").as_bytes(), format!("{head}{DELEGATION}").as_bytes());
}

#[test]
fn mixed_tabs_and_spaces() {
    // Eight columns by a tab and by spaces: CPython wants them consistent (TabError), and so no rewrite may guess.
    check_skipped(format!("{LOOP}if True:\n\tfirst = 1\n        second = 2\n").as_bytes(), ":6: ");
}

#[test]
fn a_hundred_thousand_brackets() {
    let deep = format!("{}{}", "(".repeat(100_000), ")".repeat(100_000));
    check_skipped(format!("{LOOP}deep = {deep}\n").as_bytes(), ": ");
    // Not closed, either.
    check_skipped(format!("{LOOP}deep = {}\n", "[".repeat(100_000)).as_bytes(), ":");
}

/// What each of the two functions gives depends on what the other one does: whoever follows them must come to an end.
#[test]
fn iterators_that_are_made_of_each_other() {
    let scratch = Scratch::with(&[(
        "walk.py",
        "def walk(node):\n    kids = node.args\n    kids = list(merge(walk(node)))\n    yield from kids.each()\n\n\n\
         def merge(found):\n    return sorted(walk(found))\n\n\n\
         def count(nodes):\n    total = [n for n in walk(nodes)]\n    return sum(total)\n",
    )]);
    scratch.run(["check", "--select", "ALL", "."]).exits(0);
}

#[test]
fn an_empty_file() {
    let scratch = Scratch::with(&[("empty.py", ""), ("blank.py", "\n\n")]);
    let run = scratch.run(["fix", "empty.py", "blank.py"]);
    run.exits(0);
    assert_eq!(run.text(), "");
    assert_eq!(scratch.read("empty.py"), b"");
    let run = Run::with_input(&mut scratch.unspool(["fix", "-"]), b"");
    run.exits(0);
    assert_eq!(run.stdout, b"");
}

#[test]
fn fifty_megabytes() {
    // As such files are: mostly data.
    let line = format!("DATA.append('{}')\n", "0123456789abcdef".repeat(16));
    let filler = line.repeat((50 << 20) / line.len());
    let scratch = Scratch::new();
    scratch.write("big.py", format!("{filler}{LOOP}"));
    scratch.run(["fix", "big.py"]).exits(0);
    let got = scratch.read("big.py");
    assert!(got == format!("{filler}{DELEGATION}").as_bytes(), "{} bytes", got.len());
}

#[test]
fn what_is_not_there() {
    let scratch = Scratch::with(&[("good.py", LOOP)]);
    let run = scratch.run(["fix", "good.py", "missing.py", "nowhere/"]);
    run.exits(3);
    assert!(
        run.stderr.contains("error: missing.py: ") && run.stderr.contains("error: nowhere"),
        "{}",
        run.stderr
    );
    assert_eq!(scratch.read("good.py"), DELEGATION.as_bytes());
}

#[test]
fn symlink_loops() {
    let scratch = Scratch::with(&[("package/good.py", LOOP)]);
    symlink("..", scratch.join("package/up")).unwrap();
    symlink("round.py", scratch.join("round.py")).unwrap();
    let run = scratch.run(["fix", "."]);
    run.exits(0);
    assert_eq!(scratch.read("package/good.py"), DELEGATION.as_bytes());
    let run = scratch.run(["fix", "round.py"]);
    run.exits(3);
    assert!(run.stderr.contains("error: round.py: "), "{}", run.stderr);
}

#[test]
fn a_link_stays_a_link() {
    let scratch = Scratch::with(&[("real.py", LOOP)]);
    symlink("real.py", scratch.join("link.py")).unwrap();
    scratch.run(["fix", "link.py"]).exits(0);
    assert!(fs::symlink_metadata(scratch.join("link.py")).unwrap().is_symlink());
    assert_eq!(scratch.read("real.py"), DELEGATION.as_bytes());
}

#[test]
fn a_path_that_is_not_utf_8() {
    let scratch = Scratch::new();
    let name = Path::new(std::ffi::OsStr::from_bytes(b"caf\xe9.py"));
    scratch.write(name, LOOP);
    let run = scratch.run(["fix", "--dry-run"]);
    run.exits(0);
    let quoted = br#"+++ "b/caf\351.py""#;
    assert!(run.stdout.windows(quoted.len()).any(|window| window == quoted), "quoted as git does");
    let run = scratch.run(["check", "--format", "json"]);
    run.exits(1);
    assert!(run.text().contains("caf\u{fffd}.py"));
    scratch.run(["fix"]).exits(0);
    assert_eq!(scratch.read(name), DELEGATION.as_bytes());
}

/// The number of the user and the group who own nothing.
const NOBODY: u32 = 65534;

/// A command of a user who is not root: permissions do not hold for root.
fn unprivileged(scratch: &Scratch, program: &Path, args: &[&str]) -> Command {
    let closed = scratch.write(".probe", "");
    fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
    let is_root = File::open(&closed).is_ok();
    fs::remove_file(&closed).unwrap();
    let mut command = if is_root {
        let mut command = Command::new("setpriv");
        let (user, group) = (format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"));
        command.args([&user, &group, "--clear-groups", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.args(args).current_dir(scratch.path()).stdin(Stdio::null());
    plain_environment(&mut command);
    command
}

/// A scratch folder that another user can enter and write, with a copy of the binary: the build's own folder may be
/// closed to others.
fn open_to_all(files: &[(&str, &str)]) -> (Scratch, PathBuf) {
    let scratch = Scratch::with(files);
    let bin = scratch.join(".bin/unspool");
    fs::create_dir(scratch.join(".bin")).unwrap();
    fs::copy(UNSPOOL, &bin).unwrap();
    let mut folders = vec![scratch.path().to_owned()];
    while let Some(folder) = folders.pop() {
        give(&folder);
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                give(&entry.path());
            }
        }
    }
    (scratch, bin)
}

/// Makes a file or folder the other user's, who must keep it: files are replaced by new ones of the same owner.
fn give(path: &Path) {
    // Not root: then there is no other user, and the file is the tester's own.
    let _ = chown(path, Some(NOBODY), Some(NOBODY));
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn unreadable_files_and_folders() {
    if !has("setpriv") {
        skip!("unreadable_files_and_folders", "there is no setpriv");
    }
    let (scratch, bin) = open_to_all(&[("good.py", LOOP), ("closed.py", LOOP), ("locked/inner.py", LOOP)]);
    fs::set_permissions(scratch.join("closed.py"), Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(scratch.join("locked"), Permissions::from_mode(0o000)).unwrap();
    for path in ["closed.py", "locked/inner.py"] {
        let run = Run::of(&mut unprivileged(&scratch, Path::new("cat"), &[path]));
        assert_ne!(run.code, Some(0), "the test would prove nothing: this user can read {path}");
    }
    let run = Run::of(&mut unprivileged(&scratch, &bin, &["fix", "."]));
    // So that the scratch folder can go.
    fs::set_permissions(scratch.join("locked"), Permissions::from_mode(0o755)).unwrap();
    run.exits(3);
    assert!(run.stderr.contains("error: closed.py: "), "{}", run.stderr);
    assert!(run.stderr.contains("error: locked: "), "{}", run.stderr);
    assert_eq!(scratch.read("good.py"), DELEGATION.as_bytes(), "the good file is still worked on");
    assert_eq!(scratch.read("closed.py"), LOOP.as_bytes());
}

#[test]
fn a_folder_that_cannot_be_written() {
    if !has("setpriv") {
        skip!("a_folder_that_cannot_be_written", "there is no setpriv");
    }
    let (scratch, bin) = open_to_all(&[("good.py", LOOP), ("locked/inner.py", LOOP)]);
    fs::set_permissions(scratch.join("locked"), Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(scratch.join("locked/inner.py"), Permissions::from_mode(0o444)).unwrap();
    let touch = Run::of(&mut unprivileged(&scratch, Path::new("touch"), &["locked/new"]));
    assert_ne!(touch.code, Some(0), "the test would prove nothing: this user can write there");
    let run = Run::of(&mut unprivileged(&scratch, &bin, &["fix", "."]));
    run.exits(3);
    assert!(run.stderr.contains("error: locked/inner.py: "), "{}", run.stderr);
    assert_eq!(scratch.read("locked/inner.py"), LOOP.as_bytes());
    assert_eq!(scratch.read("good.py"), DELEGATION.as_bytes());
}

/// `fix` on three files, stopped before it writes the N-th.
pub struct Paused {
    scratch: Scratch,
    child: Child,
    fifo: PathBuf,
}

const THREE: [&str; 3] = ["a.py", "b.py", "c.py"];

impl Paused {
    fn before(number: usize) -> Paused {
        let scratch = Scratch::with(&THREE.map(|name| (name, LOOP)));
        let command = scratch.unspool(["fix", "."]);
        Paused::start(scratch, command, number)
    }

    pub fn start(scratch: Scratch, mut command: Command, number: usize) -> Paused {
        let fifo = scratch.join(".fifo");
        Run::of(Command::new("mkfifo").arg(&fifo)).exits(0);
        fs::set_permissions(&fifo, Permissions::from_mode(0o666)).unwrap();
        command.env("UNSPOOL_TEST_PAUSE", format!("{number}:{}", fifo.display()));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Paused { child: command.spawn().unwrap(), scratch, fifo }
    }

    /// Calls `meanwhile` once it waits, lets it go on and gives what it did.
    pub fn then(self, meanwhile: impl FnOnce(&Scratch, u32, &mut File)) -> (Scratch, Run) {
        let Paused { scratch, child, fifo } = self;
        // Opening a named pipe waits for the other side.
        let mut pipe = File::options().write(true).open(fifo).unwrap();
        meanwhile(&scratch, child.id(), &mut pipe);
        drop(pipe);
        let output = child.wait_with_output().unwrap();
        (scratch, Run::from(output))
    }
}

fn signal(name: &str, process: u32) {
    Run::of(Command::new("kill").args([format!("-{name}"), process.to_string()])).exits(0);
}

/// The three files afterwards, which are all that is left.
#[track_caller]
fn check_files(scratch: &Scratch, expected: [&str; 3]) {
    for (name, text) in THREE.iter().zip(expected) {
        assert_eq!(String::from_utf8_lossy(&scratch.read(name)), text, "{name}");
    }
    let names: Vec<PathBuf> = scratch.snapshot().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, THREE.map(PathBuf::from), "nothing else may be left behind");
}

#[test]
fn a_file_changed_while_running() {
    let (scratch, run) = Paused::before(1).then(|scratch, _, _| {
        scratch.write("b.py", "# mine\n");
    });
    run.exits(3);
    assert!(run.stderr.contains("error: b.py: "), "{}", run.stderr);
    check_files(&scratch, [DELEGATION, "# mine\n", DELEGATION]);
}

#[test]
fn a_file_deleted_while_running() {
    let (scratch, run) =
        Paused::before(1).then(|scratch, _, _| fs::remove_file(scratch.join("b.py")).unwrap());
    run.exits(3);
    assert!(run.stderr.contains("error: b.py: "), "{}", run.stderr);
    assert!(!scratch.join("b.py").exists(), "what was deleted stays deleted");
    scratch.write("b.py", LOOP);
    check_files(&scratch, [DELEGATION, LOOP, DELEGATION]);
}

#[test]
fn a_file_replaced_by_a_folder_while_running() {
    let (scratch, run) = Paused::before(1).then(|scratch, _, _| {
        fs::remove_file(scratch.join("b.py")).unwrap();
        fs::create_dir(scratch.join("b.py")).unwrap();
    });
    run.exits(3);
    assert!(run.stderr.contains("error: b.py: "), "{}", run.stderr);
    assert!(scratch.join("b.py").is_dir());
}

#[test]
fn a_file_made_read_only_while_running() {
    if !has("setpriv") {
        skip!("a_file_made_read_only_while_running", "there is no setpriv");
    }
    let (scratch, bin) = open_to_all(&THREE.map(|name| (name, LOOP)));
    let command = unprivileged(&scratch, &bin, &["fix", "."]);
    let (scratch, run) = Paused::start(scratch, command, 1).then(|scratch, _, _| {
        fs::set_permissions(scratch.join("b.py"), Permissions::from_mode(0o444)).unwrap();
        let append = Run::of(&mut unprivileged(scratch, Path::new("tee"), &["-a", "b.py"]));
        assert_ne!(append.code, Some(0), "the test would prove nothing: this user can write the file");
    });
    run.exits(3);
    assert!(run.stderr.contains("error: b.py: not written, and as it was: "), "{}", run.stderr);
    assert!(
        run.stderr.contains("  help: see to it that the file and its folder may be written to"),
        "{}",
        run.stderr
    );
    for (name, text) in THREE.iter().zip([DELEGATION, LOOP, DELEGATION]) {
        assert_eq!(String::from_utf8_lossy(&scratch.read(name)), text, "{name}");
    }
}

#[test]
fn interrupted_while_writing() {
    let (scratch, run) = Paused::before(2).then(|_, process, pipe| {
        pipe.write_all(b"interrupted").unwrap();
        signal("INT", process);
    });
    run.exits(130);
    let message = "interrupted: 2 files not written; run unspool again for the rest\n";
    assert!(run.stderr.contains(message), "{}", run.stderr);
    check_files(&scratch, [DELEGATION, LOOP, LOOP]);
}

#[test]
fn interrupted_while_reading() {
    let scratch = Scratch::with(&[("a.py", LOOP)]);
    let mut command = scratch.unspool(["fix", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // More than a pipe holds: once it is gone, the process is reading and has long set its handler.
    pipe.write_all(&vec![b'#'; 1 << 20]).unwrap();
    signal("TERM", child.id());
    let run = Run::from(child.wait_with_output().unwrap());
    drop(pipe);
    run.exits(130);
    assert_eq!(run.stdout, b"");
}

#[test]
fn killed_while_writing() {
    let (scratch, run) = Paused::before(2).then(|_, process, _| signal("KILL", process));
    assert_eq!(run.signal, Some(9));
    check_files(&scratch, [DELEGATION, LOOP, LOOP]);
    // Nothing is in the way of another try.
    fs::remove_file(scratch.join(".fifo")).unwrap();
    scratch.run(["fix", "."]).exits(0);
    check_files(&scratch, [DELEGATION; 3]);
}

/// RLIMIT_FSIZE stands for a full disk: the write fails half way.
#[test]
fn a_full_disk() {
    let filler = "# a comment\n".repeat(200);
    let big = format!("{filler}{LOOP}");
    let scratch = Scratch::with(&[("a.py", LOOP), ("big.py", &big), ("z.py", LOOP)]);
    let mut command = Command::new("sh");
    // In blocks of 512 bytes.
    command.args(["-c", "ulimit -f 2; exec \"$0\" fix .", UNSPOOL]).current_dir(scratch.path());
    plain_environment(&mut command);
    let run = Run::of(&mut command);
    run.exits(3);
    assert!(run.stderr.contains("error: big.py: "), "{}", run.stderr);
    assert_eq!(scratch.read("big.py"), big.as_bytes());
    assert_eq!(scratch.read("a.py"), DELEGATION.as_bytes());
    assert_eq!(scratch.read("z.py"), DELEGATION.as_bytes());
    assert_eq!(scratch.snapshot().len(), 3, "no half-written file is left");
}

#[test]
fn standard_output_that_is_full_closed_or_gone() {
    let scratch = Scratch::with(&[("a.py", LOOP)]);
    let sh = |script: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", script, UNSPOOL]).current_dir(scratch.path());
        plain_environment(&mut command);
        Run::of(&mut command)
    };
    if Path::new("/dev/full").exists() {
        let run = sh("\"$0\" fix --dry-run > /dev/full");
        run.exits(3);
        assert!(run.stderr.contains("standard output could not be written"), "{}", run.stderr);
    } else {
        skip!("standard_output_that_is_full", "there is no /dev/full");
    }
    // The reader goes away before anything is written: success, without a word.
    for command in ["list --by idiom", "fix --dry-run", "check", "check --format json", "--help"] {
        let run = sh(&format!("{{ sleep 0.2; \"$0\" {command}; echo \"status $?\" >&2; }} | true"));
        assert_eq!(run.exits(0).stderr.lines().last(), Some("status 0"), "{command}");
        assert!(!run.stderr.contains("roken pipe") && !run.stderr.contains("panic"), "{}", run.stderr);
    }
}
