//! Programs of the cases, changed a little: each obligation has cases that refute it, and what is close to one of them
//! may be what the obligation overlooks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use unspool_engine::syntax::{PythonVersion, parse};

use super::Choices;
use crate::figures::Figures;
use crate::rare::OFTEN;

/// Every how-manieth program is one; which, by its index.
const EVERY: u64 = 4;

/// The texts of a transform's cases by what they refute, in the order of the list, with how many turns they get.
type Cases = BTreeMap<String, Vec<(u32, Vec<String>)>>;

/// The list of the cases in `tests/fuzz/cases.txt`: a line for each transform and obligation, and behind them the cases that refute it (`-`: those
/// that refute none). Made by `unspool-fuzz --list-cases`. It is kept, so that what an index stands for does not depend on
/// what a transform decides.
fn list() -> String {
    std::fs::read_to_string(crate::figures::top().join("tests/fuzz/cases.txt")).unwrap_or_default()
}

/// How many turns the cases get that an obligation refutes: a line `transform obligation turns` for each in `tests/fuzz/turns.txt`, made of
/// recorded figures by `unspool-fuzz --list-turns`, and kept for the same reason.
fn recorded_turns() -> BTreeMap<(String, String), u32> {
    let text =
        std::fs::read_to_string(crate::figures::top().join("tests/fuzz/turns.txt")).unwrap_or_default();
    let line = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        Some(((words.next()?, words.next()?), words.next()?.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

/// The turns of cases that the list does not have.
const ORDINARY: u32 = 10;

/// The turns of a transform's cases, by figures and by the turns with which these were recorded: what was refuted seldom comes more often, and what
/// generated programs show anyway comes less often. Cases that nothing refutes get a fourth of all: a small change of what is rewritten is
/// what may go wrong.
pub fn turns(transform: &str, figures: &Figures) -> String {
    // Of so many programs each obligation shall be refuted half as often again as it has to be.
    const PROGRAMS: u64 = 48_000;
    let (cases, recorded) = (list(), recorded_turns());
    let kinds =
        cases.lines().filter_map(|line| line.strip_prefix(transform)?.strip_prefix(' ')?.split(' ').next());
    let turns = |kind: &str| {
        let hunts = figures.hunts.values();
        let (refuted, programs) = hunts.fold((0, 0), |(refuted, programs), hunt| {
            (refuted + hunt.obligations.get(kind).map_or(0, |o| o[2]), programs + hunt.programs)
        });
        let before = recorded.get(&(transform.to_owned(), kind.to_owned())).copied().unwrap_or(ORDINARY);
        (u64::from(before) * 3 * OFTEN * programs / (2 * PROGRAMS * refuted.max(1))).clamp(4, 100)
    };
    let all: Vec<(&str, u64)> = kinds.map(|kind| (kind, if kind == "-" { 0 } else { turns(kind) })).collect();
    let sum: u64 = all.iter().map(|(_, n)| n).sum();
    let line =
        |(kind, n): (&str, u64)| format!("{transform} {kind} {}\n", if n == 0 { sum.div_ceil(3) } else { n });
    all.into_iter().map(line).collect()
}

/// Where the cases of a transform are.
pub fn folder(transform: &str) -> PathBuf {
    crate::figures::top().join("transforms").join(transform.replace('-', "_")).join("cases")
}

/// What a program must not do here: start others, wait for a network, empty folders.
const UNFIT: &[&str] = &[
    "subprocess",
    "os.system",
    "fork",
    "multiprocessing",
    "socket",
    "os.kill",
    "signal",
    "rmtree",
    "urllib",
    "http",
    "input(",
    "stdin",
    "Thread",
    "sleep(1",
    "sleep(2",
    "setrecursionlimit",
    "gc.",
    "tracemalloc",
];

/// Cases in which the rewrite leans on what an annotation says of an argument: a changed argument makes it untrue.
const TRUSTING: &[&str] = &["half-filled-store"];

/// The text of a case: of its only file, or of `main.py` beside nothing but [`STUBS`].
pub fn text(case: &Path) -> Option<String> {
    if let Ok(text) = std::fs::read_to_string(case.join("before.py")) {
        return Some(text);
    }
    let files = std::fs::read_dir(case.join("before")).ok()?.filter_map(Result::ok);
    let mut names = files.map(|f| f.file_name().to_string_lossy().into_owned());
    let is_stub = |name: &str| STUBS.iter().any(|(path, _)| path.split('/').next() == Some(name));
    let plain = names.all(|name| name == "main.py" || is_stub(&name));
    plain.then(|| std::fs::read_to_string(case.join("before/main.py")).ok())?
}

macro_rules! stub {
    ($case:literal, $path:literal) => {
        ($path, include_str!(concat!("../../../../transforms/", $case, "/before/", $path)))
    };
}

/// What cases of old coroutines import, and frameworks as small as they need: path and text.
pub const STUBS: &[(&str, &str)] = &[
    stub!("coroutine_to_async/cases/bare-yield-to-the-loop", "_compat.py"),
    stub!("coroutine_to_async/cases/tornado-cached-future", "tornado/__init__.py"),
    stub!("coroutine_to_async/cases/tornado-cached-future", "tornado/gen.py"),
    stub!("coroutine_to_async/cases/tornado-cached-future", "tornado/ioloop.py"),
    stub!("callbacks_to_async/cases/callback-that-may-return-a-deferred", "twisted/__init__.py"),
    stub!("callbacks_to_async/cases/callback-that-may-return-a-deferred", "twisted/internet/__init__.py"),
    stub!("callbacks_to_async/cases/callback-that-may-return-a-deferred", "twisted/internet/defer.py"),
    stub!("callbacks_to_async/cases/callback-that-may-return-a-deferred", "twisted/internet/reactor.py"),
    stub!("callbacks_to_async/cases/callback-that-may-return-a-deferred", "twisted/internet/task.py"),
];

/// Whether a case can be run here.
pub fn is_fit(text: &str) -> bool {
    !UNFIT.iter().any(|word| text.contains(word)) && parse(text, PythonVersion::PY313).is_ok()
}

fn cases() -> &'static Cases {
    static CASES: OnceLock<Cases> = OnceLock::new();
    CASES.get_or_init(|| {
        let mut all = Cases::new();
        let turns = recorded_turns();
        for line in list().lines() {
            let mut words = line.split(' ');
            let (Some(transform), Some(kind)) = (words.next(), words.next()) else { continue };
            let texts = words
                .filter(|case| !TRUSTING.contains(case))
                .filter_map(|case| text(&folder(transform).join(case)));
            let texts: Vec<String> = texts.filter(|t| is_fit(t)).collect();
            if !texts.is_empty() {
                let turns = turns.get(&(transform.to_owned(), kind.to_owned())).copied().unwrap_or(ORDINARY);
                all.entry(transform.to_owned()).or_default().push((turns, texts));
            }
        }
        all
    })
}

/// Whether the program with this index is a changed case.
pub fn is_mutant(transform: &str, index: u64) -> bool {
    index % EVERY == 2 && cases().contains_key(transform)
}

/// A case, changed a little. It parses.
pub(super) fn mutant(transform: &str, c: &mut Choices) -> String {
    let groups = &cases()[transform];
    let turns: Vec<u32> = groups.iter().map(|(turns, _)| *turns).collect();
    let (_, group) = &groups[c.weighted(&turns)];
    let mut text = group[c.rng.usize(..group.len())].clone();
    for _ in 0..c.weighted(&[1, 5, 4, 2]) {
        // What does not parse is tried again, some times.
        for _ in 0..4 {
            let changed = change(c, &text);
            if parse(&changed, PythonVersion::PY313).is_ok() {
                text = changed;
                break;
            }
        }
    }
    text
}

fn change(c: &mut Choices, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let full: Vec<usize> = (0..lines.len()).filter(|i| !lines[*i].trim().is_empty()).collect();
    if full.is_empty() {
        return text.to_owned();
    }
    let at = full[c.rng.usize(..full.len())];
    let end = block_end(&lines, at);
    let indent = indentation(&lines[at]).to_owned();
    match c.weighted(&[3, 2, 2, 4, 3, 3, 2]) {
        0 => {
            lines.drain(at..end);
        }
        1 => {
            let again = lines[at..end].to_vec();
            lines.splice(end..end, again);
        }
        2 if end < lines.len() && indentation(&lines[end]) == indent => {
            let behind = block_end(&lines, end);
            lines[at..behind].rotate_left(end - at);
        }
        3 => lines[at] = other_value(c, &lines[at]),
        4 => lines[at] = other_name(c, text, &lines[at]),
        5 => {
            let name = name(c, text);
            let new = c.pick(&[
                "print(\"here\")",
                "print(@)",
                "@ = None",
                "del @",
                "return @",
                "raise ValueError(@)",
                "print(type(@).__name__)",
                "f = lambda: @",
                "@ += 1",
                "@ = [@]",
                "# a word",
                "if @: pass",
            ]);
            lines.insert(at, format!("{indent}{}", new.replace('@', &name)));
        }
        _ => {
            let (head, tail) = [
                ("if True:", ""),
                ("for _ in range(2):", ""),
                ("try:", "finally:\n    print(\"finally\")"),
                ("try:", "except Exception as error:\n    print(type(error).__name__)"),
                ("while True:", ""),
                ("def inner():", "inner()"),
            ][c.rng.usize(..6)];
            let mut block: Vec<String> = lines[at..end].iter().map(|l| format!("    {l}")).collect();
            if head.starts_with("while") {
                block.push(format!("{indent}    break"));
            }
            block.insert(0, format!("{indent}{head}"));
            block.extend(tail.lines().map(|l| format!("{indent}{l}")));
            lines.splice(at..end, block);
        }
    }
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    lines.join(ending) + ending
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// The line behind the statement at `at`, with everything that stands in it.
fn block_end(lines: &[String], at: usize) -> usize {
    let own = indentation(&lines[at]).len();
    let deeper = |l: &&String| l.trim().is_empty() || indentation(l).len() > own;
    at + 1 + lines[at + 1..].iter().take_while(deeper).count()
}

/// The line with another number, text, comparison or word of the language.
fn other_value(c: &mut Choices, line: &str) -> String {
    const PAIRS: &[(&str, &str)] = &[
        (" < ", " <= "),
        (" == ", " != "),
        (" and ", " or "),
        (" is not None", " is None"),
        ("True", "False"),
        ("None", "0"),
        ("return ", "yield "),
        (".append(", ".extend("),
        ("not ", ""),
        ("[", "("),
        (" + ", " - "),
        ("await ", ""),
        ("self.", ""),
        ("global ", "nonlocal "),
        ("def ", "async def "),
        ("\"", "f\""),
        ("(", "(*"),
        ("except ", "except (TypeError, "),
        (" if ", " for "),
        ("_", ""),
    ];
    let digits: Vec<usize> =
        line.char_indices().filter(|(_, d)| d.is_ascii_digit()).map(|(i, _)| i).collect();
    if !digits.is_empty() && c.chance(0.4) {
        let i = digits[c.rng.usize(..digits.len())];
        return format!("{}{}{}", &line[..i], c.pick(&["0", "1", "2", "3", "9"]), &line[i + 1..]);
    }
    let start = c.rng.usize(..PAIRS.len());
    for n in 0..PAIRS.len() {
        let (a, b) = PAIRS[(start + n) % PAIRS.len()];
        let (from, to) = if line.contains(a) { (a, b) } else { (b, a) };
        if !from.is_empty() && line.contains(from) {
            return line.replacen(from, to, 1);
        }
    }
    line.to_owned()
}

/// The identifiers of a text, with where they begin.
fn names(text: &str) -> Vec<(usize, &str)> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(word).map(|i| at + i) {
        let end = text[start..].find(|c| !word(c)).map_or(text.len(), |i| start + i);
        if !text[start..end].starts_with(|c: char| c.is_ascii_digit()) {
            all.push((start, &text[start..end]));
        }
        at = end;
    }
    all
}

fn name(c: &mut Choices, text: &str) -> String {
    let all = names(text);
    if all.is_empty() { "x".into() } else { all[c.rng.usize(..all.len())].1.to_owned() }
}

/// One identifier of the line becomes another one of the text.
fn other_name(c: &mut Choices, text: &str, line: &str) -> String {
    let own = names(line);
    // Not where files are touched: what they are called shall stay.
    if own.is_empty() || ["os.", "shutil.", "open(", "unlink", "remove"].iter().any(|w| line.contains(w)) {
        return line.to_owned();
    }
    let (at, word) = own[c.rng.usize(..own.len())];
    format!("{}{}{}", &line[..at], name(c, text), &line[at + word.len()..])
}
