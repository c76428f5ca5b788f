//! Rewrites that change several files: together or not at all, from the listing to the files on disk.

use std::path::{Path, PathBuf};

use serde_json::Value;
use unspool_engine::driver::{Choice, Job, Outcome, Progress, run, run_source, write};
use unspool_engine::syntax::{AnyNodeRef, Module, NodeKind, Ranged, TextRange};
use unspool_engine::text::Edit;
use unspool_engine::transform::{
    FileContext, Finding, ForeignEdits, Group, Meta, ObligationKind, Profile, Proposal, Transform,
};

use crate::support::{Run, Scratch};

/// A function of twisted, and a caller in another file that has to change with it.
pub const JOBS: &str = "from twisted.internet import defer\n\n\n@defer.inlineCallbacks\ndef load(n):\n    value = yield defer.succeed(n)\n    return value\n";
pub const MAIN: &str = "import jobs\n\n\ndef start(out):\n    return jobs.load(3).addCallback(out.append)\n";
pub const JOBS_AFTER: &str = "from twisted.internet import defer\n\n\nasync def load(n):\n    value = await defer.succeed(n)\n    return value\n";
pub const MAIN_AFTER: &str = "from twisted.internet.defer import ensureDeferred\n\nimport jobs\n\n\ndef start(out):\n    return ensureDeferred(jobs.load(3)).addCallback(out.append)\n";
/// What selects the rewrite and nothing else.
pub const SELECT: [&str; 3] = ["--unsafe-fixes", "--select", "coroutine-to-async"];

pub fn project() -> Scratch {
    Scratch::with(&[(".git/HEAD", "ref: refs/heads/main\n"), ("jobs.py", JOBS), ("main.py", MAIN)])
}

/// Whether the rewrite was made; it is never half made.
#[track_caller]
pub fn is_made(scratch: &Scratch) -> bool {
    let read = |name| String::from_utf8(scratch.read(name)).unwrap();
    let (jobs, main) = (read("jobs.py"), read("main.py"));
    match (jobs == JOBS_AFTER, main == MAIN_AFTER) {
        (true, true) => true,
        (false, false) => {
            assert!(jobs.contains("inlineCallbacks") && !main.contains("ensureDeferred"), "{jobs}{main}");
            false
        }
        _ => panic!("half of it was made:\n{jobs}\n{main}"),
    }
}

fn fix(scratch: &Scratch, args: &[&str]) -> Run {
    scratch.run([&["fix"], &SELECT[..], args].concat())
}

#[test]
fn from_the_listing_to_the_files() {
    let scratch = project();
    let before = scratch.snapshot();
    let listing = scratch.run(["check", "--select", "coroutine-to-async"]);
    assert!(
        listing.text().contains("jobs.py:4:1: coroutine-to-async unsafe\n    also changes main.py\n"),
        "{}",
        listing.text()
    );
    let page = scratch.run(["explain", "jobs.py:5"]);
    assert!(page.exits(0).text().contains("also changes main.py"), "{}", page.text());
    let dry = fix(&scratch, &["-n"]);
    let diff = dry.exits(0).text();
    assert!(
        diff.contains("+async def load(n):") && diff.contains("+    return ensureDeferred(jobs.load(3))"),
        "{diff}"
    );
    assert_eq!(dry.stderr, "1 rewrite in 2 files (dry run: nothing written)\n");
    assert_eq!(scratch.snapshot(), before);
    let written = fix(&scratch, &["--verbose"]);
    let said = &written.exits(0).stderr;
    assert!(said.contains("rewrote jobs.py: 1 coroutine-to-async\n"), "{said}");
    assert!(said.contains("rewrote main.py: with jobs.py\n"), "{said}");
    assert!(is_made(&scratch));
    let again = fix(&scratch, &[]);
    assert!(again.exits(0).stderr.starts_with("no rewrites in 2 files"), "{}", again.stderr);
}

#[test]
fn a_power_cut_leaves_no_half() {
    let mut made = 0;
    for step in 1.. {
        assert!(step < 50, "writing comes to an end");
        let scratch = project();
        let mut command = scratch.unspool([&["fix"], &SELECT[..]].concat());
        command.env("UNSPOOL_TEST_ABORT_AT_STEP", step.to_string());
        let run = Run::of(&mut command);
        if run.code == Some(0) {
            assert!(is_made(&scratch));
            break;
        }
        assert!(run.signal.is_some(), "{}", run.stderr);
        // Whoever comes next finishes or undoes it, before anything is read.
        let next = scratch.run(["fix", "--select", "loop-to-yield-from"]);
        next.exits(0);
        made += usize::from(is_made(&scratch));
        let files: Vec<PathBuf> = scratch.snapshot().into_iter().map(|(path, _)| path).collect();
        assert_eq!(files, [Path::new("jobs.py"), Path::new("main.py")], "step {step}");
    }
    assert!(made > 0, "from some step on it counts as written");
}

/// Writes `files` beside the project, and expects the rewrite to be held back with this reason.
#[track_caller]
fn check_held(files: &[(&str, &str)], args: &[&str], reason: &str) {
    let scratch = project();
    for (name, text) in files {
        scratch.write(name, text);
    }
    let before = scratch.snapshot();
    let flags = [&SELECT[..], args].concat();
    let run = scratch.run([&["check", "--refusals", "--format", "json"], &flags[..]].concat());
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let site = report["sites"].as_array().unwrap().iter().find(|site| site["path"] == "jobs.py").unwrap();
    assert_eq!((&site["held"]["by"], &site["held"]["reason"]), (&"file".into(), &reason.into()), "{site}");
    assert!(run.exits(0).stderr.is_empty(), "{}", run.stderr);
    let run = fix(&scratch, args);
    assert!(run.exits(0).stderr.contains("1 held back"), "{}", run.stderr);
    assert_eq!(scratch.snapshot(), before);
}

#[test]
fn a_file_that_may_not_change_holds_it_back() {
    check_held(&[], &["jobs.py"], "main.py is not part of this run");
    check_held(&[], &["--exclude", "main.py"], "main.py is not part of this run");
    check_held(
        &[("unspool.toml", "[per-file-ignores]\n'main.py' = ['async']\n")],
        &[],
        "main.py has this transform switched off",
    );
    let folder = scratch_of_two_settings();
    let run = folder.run(["check", "--refusals", "--select", "coroutine-to-async"]);
    let message = "it would change careful/main.py, too, which takes no unsafe rewrites";
    assert!(run.exits(0).text().contains(message), "{}", run.text());
    let marked = format!("# Generated by a tool. DO NOT EDIT.\n{MAIN}");
    check_held(&[("main.py", &marked)], &[], "main.py is generated");
    // A comment there is not unused because of it.
    let commented = MAIN.replace("append)", "append)  # unspool: ignore[coroutine-to-async] measured");
    check_held(&[("main.py", &commented)], &[], "main.py has a comment against it on line 5: measured");
}

/// The caller lies where nothing unsafe may be applied.
fn scratch_of_two_settings() -> Scratch {
    Scratch::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("unspool.toml", "unsafe-fixes = true\n"),
        ("jobs.py", JOBS),
        ("careful/unspool.toml", "unsafe-fixes = false\n"),
        ("careful/main.py", MAIN),
    ])
}

#[test]
fn a_decision_is_about_all_of_it() {
    let scratch = project();
    scratch.run(["decisions", "reject", "jobs.py:5", "--reason", "later"]).exits(0);
    let run = fix(&scratch, &[]);
    assert!(run.exits(0).stderr.contains("1 held back"), "{}", run.stderr);
    assert!(!is_made(&scratch));
    scratch.run(["decisions", "forget", "ALL"]).exits(0);
    fix(&scratch, &[]).exits(0);
    assert!(is_made(&scratch));
}

#[test]
fn verification_drops_all_of_it() {
    let scratch = project();
    // What breaks is the file that only came along.
    let run = fix(&scratch, &["--verify", "! grep -q ensureDeferred main.py"]);
    run.exits(0);
    assert!(!is_made(&scratch), "{}", run.stderr);
    assert!(run.stderr.contains("jobs.py:4"), "{}", run.stderr);
    fix(&scratch, &["--verify", "grep -q addCallback main.py"]).exits(0);
    assert!(is_made(&scratch));
}

#[test]
fn standard_input_has_no_other_files() {
    let scratch = project();
    let mut command = scratch.unspool([&["check", "--refusals"], &SELECT[..], &["-"]].concat());
    let run = Run::with_input(&mut command, JOBS.as_bytes());
    assert!(run.text().contains("files that may call it are not at hand"), "{}", run.text());
}

/// Test-only: `def send_x` becomes `def sent_x` wherever its name stands, in all files. `NAME = "..."` in the same file says
/// what to put in place of `sent`.
struct Rename;

static META: Meta = Meta {
    id: "rename",
    title: "Rename",
    group: Group::State,
    default: true,
    anti_pattern: "send",
    idiom: "sent",
    docs: "",
    needles: &["def send_"],
    kinds: &[NodeKind::StmtFunctionDef],
    obligations: &[ObligationKind { id: "always", claim: "it is a test" }],
};

/// Where a name stands.
fn uses(module: &Module, name: &str, new: &str) -> Vec<Edit> {
    let replaced = |range| Edit::replace(range, new);
    let use_of = |node| match node {
        AnyNodeRef::ExprName(n) if n.id.as_str() == name => Some(replaced(n.range())),
        AnyNodeRef::Alias(a) if a.name.as_str() == name => Some(replaced(a.range())),
        _ => None,
    };
    module.nodes().filter_map(|(_, node)| use_of(node)).collect()
}

impl Transform for Rename {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, _: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtFunctionDef(def) = node else { return None };
        def.name.starts_with("send_").then(|| def.name.range())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::StmtFunctionDef(def) = node else { unreachable!("only functions are found") };
        let text = cx.module.text();
        let stem = text.split("NAME = '").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or("sent_");
        let name = def.name.as_str();
        let new = name.replace("send_", stem);
        let mut proposal = Proposal::new(&META, def.name.range());
        proposal.oblige(&META, "always", def.name.range(), Finding::proved(""));
        proposal.edits = uses(cx.module, name, &new);
        proposal.edits.push(Edit::replace(def.name.range(), &*new));
        for path in cx.repo.mentioning(name).into_iter().filter(|path| path != cx.path) {
            let edits = cx.repo.with_file(&path, |other| uses(other.module, name, &new)).unwrap_or_default();
            proposal.foreign.push(ForeignEdits { path, edits, imports: Vec::new(), defines: Vec::new() });
        }
        proposal
    }
}

struct Unheard;

impl Progress for Unheard {
    fn total(&self, _: usize) {}
    fn file_done(&self) {}
}

fn job(root: &Path, threads: usize, choice: Choice) -> Job {
    Job {
        paths: vec![root.to_owned()],
        exclude: vec![],
        transforms: vec![&Rename],
        counted: vec![],
        unsafe_fixes: false,
        profile: Profile::All,
        target: None,
        threads,
        apply: true,
        choice,
        report: |_| true,
        policy: None,
        shows_changes: true,
    }
}

/// Runs the renaming over the files, with one thread and with several, and gives the outcome and the new texts by name.
#[track_caller]
fn renamed(files: &[(&str, &[u8])], choice: &Choice) -> (Outcome, Vec<(String, Vec<u8>)>) {
    let scratch = Scratch::with(&[(".git/HEAD", "ref: refs/heads/main\n")]);
    for (name, bytes) in files {
        scratch.write(name, bytes);
    }
    let run = |threads| run(&job(scratch.path(), threads, choice.clone()), &Unheard);
    let texts = |outcome: &Outcome| {
        let changed = outcome.files.iter().filter_map(|file| {
            let name = file.path.strip_prefix(scratch.path()).unwrap().to_string_lossy().into_owned();
            Some((name, file.change.as_ref()?.after.clone()))
        });
        changed.collect::<Vec<_>>()
    };
    let outcome = run(1);
    assert_eq!(texts(&run(4)), texts(&outcome), "the number of threads makes no difference");
    let written = write(&outcome.files, &|| false);
    assert!(written.problems.is_empty(), "{:?}", written.problems);
    for (name, after) in texts(&outcome) {
        assert_eq!(scratch.read(name), after);
    }
    (outcome.clone(), texts(&outcome))
}

fn text(name: &str, text: &str) -> (String, Vec<u8>) {
    (name.to_owned(), text.as_bytes().to_vec())
}

const TWO: &[(&str, &[u8])] = &[
    ("a.py", b"def send_a():\n    pass\n\n\ndef send_b():\n    send_a()\n"),
    ("b.py", b"from a import send_a, send_b\n\nsend_a(send_b())\n"),
    ("c.py", b"x = 1\n"),
    ("d.py", b"def send_d():\n    pass\n"),
];

#[test]
fn those_that_meet_come_one_after_the_other() {
    let (outcome, texts) = renamed(TWO, &Choice::All);
    let expected = [
        text("a.py", "def sent_a():\n    pass\n\n\ndef sent_b():\n    sent_a()\n"),
        text("b.py", "from a import sent_a, sent_b\n\nsent_a(sent_b())\n"),
        text("d.py", "def sent_d():\n    pass\n"),
    ];
    assert_eq!(texts, expected);
    let group = |name: &str| {
        let file = outcome.files.iter().find(|file| file.path.ends_with(name)).unwrap();
        file.change.as_ref().unwrap().group
    };
    assert!(group("a.py").is_some() && group("a.py") == group("b.py"));
    assert_eq!(group("d.py"), None, "what is alone is written alone");
    assert_eq!(outcome.counts[0].1.applied, 3);
    let sites: Vec<_> = outcome.files.iter().flat_map(|file| &file.sites).collect();
    assert!(sites.len() == 3 && sites.iter().all(|site| site.applied));
    assert_eq!(outcome.problems.len(), 0, "{:?}", outcome.problems);
}

#[test]
fn one_can_be_left_out() {
    let (outcome, _) = renamed(TWO, &Choice::All);
    let sites = outcome.files.iter().filter(|file| file.path.ends_with("a.py")).flat_map(|file| &file.sites);
    let b: Vec<String> = sites.filter(|site| site.line == 5).map(|site| site.identity.clone()).collect();
    assert_eq!(b.len(), 1);
    let (_, texts) = renamed(TWO, &Choice::AllBut(b.iter().cloned().collect()));
    assert_eq!(texts[1], text("b.py", "from a import sent_a, send_b\n\nsent_a(send_b())\n"));
    let (_, texts) = renamed(TWO, &Choice::Only(b.into_iter().collect()));
    assert_eq!(texts.len(), 2);
    assert_eq!(texts[1], text("b.py", "from a import send_a, sent_b\n\nsend_a(sent_b())\n"));
}

#[test]
fn a_file_that_cannot_take_it_keeps_the_others() {
    // The new name cannot be written in the encoding of the other file.
    let a = "NAME = 'sent\u{3bb}_'\n\n\ndef send_a():\n    pass\n";
    let latin = b"# coding: latin-1\nfrom a import send_a  # \xe9\n\nsend_a()\n";
    let (outcome, texts) = renamed(&[("a.py", a.as_bytes()), ("b.py", latin)], &Choice::All);
    assert_eq!(texts, []);
    let messages: Vec<&str> = outcome.problems.iter().map(|problem| &*problem.message).collect();
    assert!(messages.len() == 2 && messages[0].contains("because it belongs together with"), "{messages:?}");
    assert!(messages[1].contains("the file keeps its bytes"), "{messages:?}");
    assert!(outcome.files.iter().flat_map(|file| &file.sites).all(|site| !site.applied));
    // What it becomes there is no Python.
    let a = "NAME = '1_'\n\n\ndef send_a():\n    pass\n\n\ndef send_b():\n    pass\n";
    let b = b"from a import send_a\n\nsend_a()\n";
    let (outcome, texts) = renamed(&[("a.py", a.as_bytes()), ("b.py", b)], &Choice::All);
    assert_eq!(texts, []);
    let messages: Vec<&str> = outcome.problems.iter().map(|problem| &*problem.message).collect();
    assert!(
        messages.len() == 2
            && messages.iter().all(|m| m.contains("does not parse") && m.ends_with("; not applied")),
        "{messages:?}"
    );
}

#[test]
fn a_source_alone_is_left_alone() {
    let job = job(Path::new("-"), 1, Choice::All);
    let outcome = run_source(&job, Path::new("a.py"), b"def send_a():\n    pass\n".to_vec());
    assert!(outcome.files[0].change.is_some(), "without other files there is nothing to wait for");
}
