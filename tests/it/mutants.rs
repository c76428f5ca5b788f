//! Real files, damaged at random, through the whole of `fix`: whatever still parses must come out parsing, with
//! every comment, and settled. What users have in front of them while they edit is of this kind, and the damage
//! reaches corners that nobody writes a case for.
//!
//! 2,000 mutants with fixed seeds run by default. `UNSPOOL_MUTANTS=1000000 cargo test --release mutants` runs
//! more; `UNSPOOL_MUTANTS_FROM=N` begins at seed N, so that `UNSPOOL_MUTANTS=1` repeats one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;
use unspool_engine::driver::fix_text;
use unspool_engine::syntax::{PythonVersion, Ranged as _, TokenKind, parse};
use unspool_engine::text::SourceFile;
use unspool_engine::transform::{Profile, Target, Transform};

use crate::sources;
use crate::support::{each, python, skip};

/// Longer files only make it slow.
const MAX_BYTES: usize = 48 << 10;

/// What is put in place of something else: what ends lines and tokens, what is no ASCII, what the language
/// gives a meaning of its own.
const ODD: &[&str] = &[
    "\r",
    "\r\n",
    "\x0c",
    "\t",
    "\0",
    "\\",
    "\\\n",
    "#",
    "# odd\n",
    "'''",
    "\"\"\"",
    "'",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ":=",
    ";",
    ",",
    "*",
    "**",
    "@",
    "é",
    "变",
    "\u{feff}",
    "😀",
    "f'{",
    "\u{a0}",
    "await ",
    "yield ",
    "yield from ",
    "async ",
    "lambda: ",
    "global x\n",
    "return\n",
    "del x\n",
    "if x: ",
    "for x in y: ",
    "with x as y:\n",
    "try:\n",
    "finally:\n",
];

struct Mutant {
    seed: u64,
    origin: PathBuf,
    text: String,
}

impl Mutant {
    fn new(seed: u64, files: &[(PathBuf, String)], needles: &[&str]) -> Mutant {
        let mut rng = Rng::with_seed(seed);
        let (origin, text) = pick(files, &mut rng);
        let mut text = excerpt(text, &mut rng, needles).to_owned();
        for _ in 0..rng.usize(1..=3) {
            damage(&mut text, &mut rng, files, needles);
        }
        Mutant { seed, origin: origin.clone(), text }
    }
}

/// A file: half of the time one of this repository's, which are few, small and full of sites.
fn pick<'f>(files: &'f [(PathBuf, String)], rng: &mut Rng) -> &'f (PathBuf, String) {
    let own = files.iter().take_while(|(path, _)| path.starts_with(env!("CARGO_MANIFEST_DIR"))).count();
    if rng.bool() { &files[rng.usize(..own)] } else { &files[rng.usize(..files.len())] }
}

/// A few top-level statements around something that a transform looks for: the damage should hit what matters.
fn excerpt<'t>(text: &'t str, rng: &mut Rng, needles: &[&str]) -> &'t str {
    const ENOUGH: usize = 6 << 10;
    if text.len() <= ENOUGH || rng.u8(..8) == 0 {
        return text;
    }
    let at = near_a_needle(text, rng, needles).unwrap_or(0);
    let tops = |text: &str| -> Vec<usize> {
        let begins = |line: &str| line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '@');
        let lines = text.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some((*at - line.len(), line))
        });
        lines.filter(|(_, line)| begins(line)).map(|(at, _)| at).collect()
    };
    let from = tops(&text[..at]).last().copied().unwrap_or(0);
    let to = tops(&text[from..])
        .into_iter()
        .find(|length| *length >= ENOUGH)
        .map_or(text.len(), |length| from + length);
    &text[from..to]
}

/// Changes one thing, half of the time near something that a transform looks for. Mostly gently: a mutant that
/// is no Python any more says little.
fn damage(text: &mut String, rng: &mut Rng, files: &[(PathBuf, String)], needles: &[&str]) {
    let at = if rng.bool() { near_a_needle(text, rng, needles) } else { None };
    let at = floor(text, at.unwrap_or_else(|| rng.usize(..=text.len())));
    match rng.u8(..5) {
        0 => break_tokens(text, at, rng),
        1 => *text = redressed(text, rng),
        _ => move_lines(text, at, rng, files, needles),
    }
}

/// Damage without regard to what the language allows.
fn break_tokens(text: &mut String, at: usize, rng: &mut Rng) {
    let (start, end) = token_at(text, at);
    match rng.u8(..7) {
        0 => text.replace_range(start..end, ""),
        1 => {
            let copy = text[start..end].to_owned();
            text.insert_str(end, &copy);
        }
        2 => {
            let (next_start, next_end) = token_at(text, end);
            let swapped = format!("{}{}", &text[next_start..next_end], &text[start..end]);
            if next_start == end {
                text.replace_range(start..next_end, &swapped);
            }
        }
        3 => text.replace_range(start..end, ODD[rng.usize(..ODD.len())]),
        4 => text.insert_str(at, ODD[rng.usize(..ODD.len())]),
        5 => {
            let (line, _) = line_at(text, at);
            let blanks = indentation(&text[line..]).len();
            text.replace_range(line..line + blanks.min(rng.usize(1..=4)), ["", " ", "\t"][rng.usize(..3)]);
        }
        _ => {
            // One bit of one byte, where that leaves the text UTF-8.
            let mut bytes = text.clone().into_bytes();
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << rng.u8(..7);
            }
            if let Ok(flipped) = String::from_utf8(bytes) {
                *text = flipped;
            }
        }
    }
}

/// The whole text with other line ends, indentation, or first or last characters.
fn redressed(text: &str, rng: &mut Rng) -> String {
    match rng.u8(..5) {
        0 => text.replace('\n', "\r\n"),
        1 => text.replace("    ", "\t"),
        2 => text.trim_end().to_owned(),
        3 => format!("\u{feff}{text}"),
        _ => format!("#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n{text}"),
    }
}

/// Damage in whole lines and names, which often leaves another program.
fn move_lines(text: &mut String, at: usize, rng: &mut Rng, files: &[(PathBuf, String)], needles: &[&str]) {
    let (start, end) = line_at(text, at);
    let blanks = indentation(&text[start..]).to_owned();
    match rng.u8(..9) {
        0 => text.replace_range(start..end, ""),
        1 => {
            let copy = text[start..end].to_owned();
            text.insert_str(end, &copy);
        }
        2 => {
            let (_, next_end) = line_at(text, end);
            let swapped = format!("{}{}", &text[end..next_end], &text[start..end]);
            text.replace_range(start..next_end, &swapped);
        }
        3 => {
            // A block of another file, indented like its new neighbours.
            let (_, other) = &files[rng.usize(..files.len())];
            let (from, _) = line_at(other, near_a_needle(other, rng, needles).unwrap_or(0));
            let outer = indentation(&other[from..]);
            let block = other[from..]
                .split_inclusive('\n')
                .take(rng.usize(1..12))
                .map_while(|l| l.strip_prefix(outer));
            let block: String = block.map(|line| format!("{blanks}{line}")).collect();
            text.insert_str(start, &block);
        }
        4 => {
            // The rest of a block, put into a compound statement.
            let lines = text[start..].split_inclusive('\n').take(rng.usize(1..8));
            let inside: Vec<&str> = lines.take_while(|l| l.starts_with(&blanks) && l.trim() != "").collect();
            let length: usize = inside.iter().map(|line| line.len()).sum();
            let moved: String = inside.iter().map(|line| format!("    {line}")).collect();
            let head = ["if x:", "for x in y:", "while x:", "with x:", "def f():", "class C:", "try:"]
                [rng.usize(..7)];
            let tail = if head == "try:" {
                format!("{blanks}finally:\n{blanks}    x.close()\n")
            } else {
                String::new()
            };
            text.replace_range(start..start + length, &format!("{blanks}{head}\n{moved}{tail}"));
        }
        5 => {
            let end = start + text[start..end].trim_end_matches(['\r', '\n']).len();
            text.insert_str(end, ["  # kept", " # type: ignore", "  # noqa", " \\"][rng.usize(..4)]);
        }
        6 => {
            let line = [
                "# kept",
                "",
                "\x0c",
                "return",
                "yield x",
                "x = 1",
                "del x",
                "global x",
                "import x",
                "raise x",
                "x.close()",
            ];
            text.insert_str(start, &format!("{blanks}{}\n", line[rng.usize(..line.len())]));
        }
        7 => {
            // One name for another.
            let words: Vec<(usize, &str)> = names(text).collect();
            if let Some((_, new)) = words.get(rng.usize(..words.len().max(1))) {
                let old = words.iter().rev().find(|(position, _)| *position <= at).unwrap_or(&words[0]);
                let (range, new) = (old.0..old.0 + old.1.len(), (*new).to_owned());
                text.replace_range(range, &new);
            }
        }
        _ => {
            // A list that is spread over lines, with a comment in it.
            let open = text[at..].find(['(', '[', '{']).map(|i| at + i + 1);
            if let Some(open) = open {
                text.insert_str(open, ["\n", "  # kept\n", "\n\n    "][rng.usize(..3)]);
            }
        }
    }
}

/// The words that could be names, with where they begin.
fn names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.starts_with(char::is_alphabetic));
    words.map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Where something stands that a transform looks for, or a few lines around it.
fn near_a_needle(text: &str, rng: &mut Rng, needles: &[&str]) -> Option<usize> {
    let needle = needles[rng.usize(..needles.len())];
    let from = floor(text, rng.usize(..=text.len()));
    let hit = text[from..].find(needle).map(|i| i + from).or_else(|| text.find(needle))?;
    Some(floor(text, (hit + rng.usize(..160)).saturating_sub(80).min(text.len())))
}

/// The nearest character boundary below.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The word, run of blanks or single character at an offset. Crude: it must work on text that is no Python.
fn token_at(text: &str, at: usize) -> (usize, usize) {
    let class = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            1
        } else if c == ' ' {
            2
        } else {
            0
        }
    };
    let Some(first) = text[at..].chars().next() else { return (at, at) };
    let kind = class(first);
    if kind == 0 {
        return (at, at + first.len_utf8());
    }
    let start =
        text[..at].char_indices().rev().take_while(|(_, c)| class(*c) == kind).last().map_or(at, |(i, _)| i);
    let end = at + text[at..].find(|c| class(c) != kind).unwrap_or(text.len() - at);
    (start, end)
}

/// The line at an offset, its line feed included.
fn line_at(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i + 1);
    (start, end)
}

/// What became of a mutant that is Python.
struct Fixed {
    rewrites: usize,
}

/// Puts a file through `fix`. `Ok(None)`: it is no Python. `Err`: what is wrong with the result.
fn check(file: &str, transforms: &[&'static dyn Transform]) -> Result<Option<Fixed>, String> {
    let Ok(source) = SourceFile::decode(file.into()) else { return Ok(None) };
    let text = source.text.as_str();
    let fix = |text: &str| fix_text(text, transforms, true, Profile::All, Target::default());
    let fixed = catch_unwind(AssertUnwindSafe(|| fix(text))).map_err(|_| "panicked".to_owned())?;
    let Ok(fixed) = fixed else { return Ok(None) };
    if let Some((line, _, message)) = fixed.problems.first() {
        return Err(format!("line {line:?}: {message}"));
    }
    let applied: Vec<_> = fixed.sites.iter().filter(|site| site.applied).collect();
    if applied.is_empty() {
        return if fixed.text == text {
            Ok(Some(Fixed { rewrites: 0 }))
        } else {
            Err("changed by no rewrite".to_owned())
        };
    }
    let mut lost = comments(text).ok_or("the input no longer parses")?;
    for (comment, count) in comments(&fixed.text).ok_or("the result does not parse")? {
        let before = lost.entry(comment).or_default();
        *before -= count;
    }
    // A type comment that is rewritten counts twice: once gone, once new.
    let declared = applied.iter().map(|site| site.proposal.comments.len() as isize).sum::<isize>() * 2;
    if lost.values().map(|n| n.abs()).sum::<isize>() > declared {
        lost.retain(|_, n| *n != 0);
        return Err(format!("comments lost (or, negative, made up): {lost:?}"));
    }
    match fix(&fixed.text) {
        Ok(again) if again.text == fixed.text => Ok(Some(Fixed { rewrites: applied.len() })),
        Ok(_) => Err("a second run changes it again".to_owned()),
        Err(failure) => Err(format!("the result does not parse: {failure}")),
    }
}

/// The comments of a text and how often each stands there. `None` if it does not parse.
fn comments(text: &str) -> Option<BTreeMap<String, isize>> {
    let parsed = parse(text, PythonVersion::PY314).ok()?;
    let mut comments = BTreeMap::new();
    for token in parsed.tokens().iter().filter(|token| token.kind() == TokenKind::Comment) {
        *comments.entry(text[token.range()].to_owned()).or_default() += 1;
    }
    Some(comments)
}

/// Fewer lines with the same kind of fault, by leaving out ever smaller runs of them.
fn minimised(text: &str, transforms: &[&'static dyn Transform]) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut run = lines.len() / 2;
    while run > 0 {
        let mut from = 0;
        while from < lines.len() {
            let fewer = [&lines[..from], &lines[(from + run).min(lines.len())..]].concat();
            if check(&fewer.concat(), transforms).is_err() {
                lines = fewer;
            } else {
                from += run;
            }
        }
        run /= 2;
    }
    lines.concat()
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|e| panic!("{name}={text}: {e}")))
}

#[test]
fn mutants_of_real_files_come_out_whole() {
    let transforms = unspool_transforms::registry();
    let needles: Vec<&str> = transforms.iter().flat_map(|t| t.meta().needles).copied().collect();
    let files: Vec<(PathBuf, String)> = [sources::repository(), sources::standard_library()]
        .concat()
        .into_iter()
        .filter_map(|path| Some((path.clone(), fs::read_to_string(path).ok()?)))
        .filter(|(_, text)| text.len() <= MAX_BYTES && needles.iter().any(|needle| text.contains(needle)))
        .collect();
    assert!(files.len() > 50, "only {} files to damage", files.len());

    let from = number("UNSPOOL_MUTANTS_FROM", 0);
    let wanted = number("UNSPOOL_MUTANTS", 2_000);
    let done = AtomicUsize::new(0);
    let seeds: Vec<u64> = (from..from + wanted).collect();
    let results = each(&seeds, |&seed| {
        let mutant = Mutant::new(seed, &files, &needles);
        let result = check(&mutant.text, transforms);
        let count = done.fetch_add(1, Ordering::Relaxed) + 1;
        if count.is_multiple_of(50_000) {
            // Past the output capture: a run of hours should say that it is alive.
            let _ = writeln!(std::io::stderr().lock(), "{count} mutants");
        }
        result.map(|fixed| fixed.map(|f| f.rewrites)).map_err(|fault| (mutant, fault))
    });

    let parsed = results.iter().filter(|r| matches!(r, Ok(Some(_)))).count();
    let rewrites: usize =
        results.iter().map(|r| r.as_ref().map_or(0, |rewrites| rewrites.unwrap_or(0))).sum();
    println!("{wanted} mutants from seed {from}: {parsed} parse, {rewrites} rewrites");
    let faults: Vec<String> = results
        .into_iter()
        .filter_map(Result::err)
        .take(5)
        .map(|(mutant, fault)| {
            let Mutant { seed, origin, text } = mutant;
            format!("seed {seed}, from {}: {fault}\n{}", origin.display(), minimised(&text, transforms))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    if wanted >= 2_000 {
        assert!(
            parsed as u64 * 5 > wanted && rewrites > 100,
            "too few mutants are Python with something to rewrite"
        );
    }
    if python().is_none() {
        skip!(
            "mutants_of_real_files_come_out_whole",
            "no python3 on PATH: only cases and examples were damaged"
        );
    }
}
