//! The page "How we know" (`docs/how-we-know.md`), made of recorded figures. A test compares the two, so that the
//! page says what the runs said.

use std::fmt::Write as _;
use std::path::PathBuf;

use unspool_transforms::registry;

use crate::figures::{self, Figures, Found, Hunt, SwitchedOff};
use crate::generate::Family;
use crate::rare::{self, OFTEN};

const HEAD: &str = "# How we know
<!-- Made by `cargo run --release -p unspool-fuzz -- --page` from `snapshots/fuzz/`. Do not edit: a test compares. -->

A rewrite is safe if the program does the same. No reading of rules shows that; running does. So small programs are generated for each
transform, with every kind of trouble that we know of, rewritten in the safe tier, and run before and after on CPython. What a program does, it
prints: calls, iterations, closes, errors. Any difference is a mistake of ours, is made smaller, and stays as a case
([how it works, and how to run it](../tests/fuzz/README.md)).

Figures are of the latest recorded run of each kind. They are recorded by the commands that print them:

    cargo run --release -p unspool-fuzz -- --programs 1000000 --record
    cargo run --release -p unspool-fuzz -- --switch-off --programs 100000 --record
    tests/fuzz/coverage/run.sh 3600

## Programs that were run
";

const EXCUSED: &str = "
*Excused* are differences that the contract allows, each by a convention that it names: the world outside of the program breaks the convention,
and once it is told to keep it, the difference is gone. `operators of own classes` are a debt and no convention: the program's own operators
print, on values of which nothing in the program tells the class.

A quarter of the programs are *changed cases*: a case of the transform, chosen such that each obligation has its turn, with up to three statements,
names or values changed at random. Cases are mostly there to be left alone, so that fewer of these are rewritten. Transforms that are never safe are
rewritten with their assumptions, which the generated programs keep. Coroutines of tornado and twisted (`inlineCallbacks`) come in changed cases alone:
neither is installed where programs run, a case brings a small one along, and no family makes such programs anew.
";

const OBLIGATIONS: &str = "
## Obligations: met, and needed
A rewrite is decided by obligations. *Proved*, *assumed* and *refuted* say how often programs met each of them, and how it came out. Then each
one is switched off in turn: *alone* is the number of programs in which nothing else stands against a rewrite, which are all that can tell,
*by program* the index of the first of them that then behaves differently, *by cases* the number of keep cases that do, in the safe tier or, where all
that is assumed holds, with `--unsafe-fixes`; or of which that obligation is the assumption that they break. An obligation that nothing notices would
be dead. `check` is a rewrite that the checks at run time dropped (a comment that would leave its code), `text` one that behaves the same and says what
is not so (a generator that is said to be a list); `no edit` says what there is to edit: without it there is nothing to write. Until one notices, up to
100,000 programs are looked at.
";

const RARE: &str = "
### Met rarely
Each obligation is to be met 1,000 times proved, and as often refuted. These were not:

| transform | obligation | proved | assumed | refuted | why |
| --- | --- | --: | --: | --: | --- |
";

const UNNOTICED: &str = "
### Noticed by no program
Switched off, these change no program that was run:

| transform | obligation | alone | by cases | why |
| --- | --- | --: | --: | --- |
";

const COVERAGE: &str = "
## Coverage-guided fuzzing
Below the transforms, texts that coverage guides go through the layers that everything rests on (`tests/fuzz/coverage`): `boundary` decodes and
parses, `patch` applies edits, `imports` inserts imports, `reindent` moves blocks, `fix` runs every transform. What they found is a test now.
";

/// Where the page is.
pub fn path() -> PathBuf {
    figures::top().join("docs/how-we-know.md")
}

/// The page.
///
/// # Errors
/// When figures cannot be read.
pub fn render() -> std::io::Result<String> {
    let mut families: Vec<(&'static Family, Figures)> = Vec::new();
    for transform in registry() {
        if let Some(family) = Family::of(transform.meta().id) {
            families.push((family, figures::load(&figures::folder(), family)?));
        }
    }
    let mut out = HEAD.to_owned();
    let mut line = |text: String| writeln!(out, "{text}").expect("a string takes all text");
    line("| transform | Python | programs | rewritten | made anew: rewritten | different | excused | seed | per second |".into());
    line("| --- | --- | --: | --: | --: | --: | --- | --: | --: |".into());
    for (family, figures) in &families {
        for (python, hunt) in &figures.hunts {
            line(ran(family, python, hunt));
        }
        if figures.hunts.is_empty() {
            line(format!("| `{}` | | not recorded | | | | | | |", family.transform));
        }
    }
    line(total(&families));
    let without: Vec<String> = registry()
        .iter()
        .map(|t| t.meta().id)
        .filter(|id| Family::of(id).is_none())
        .map(|id| format!("`{id}`"))
        .collect();
    if !without.is_empty() {
        line(format!("\nNo family of programs yet: {}.", without.join(", ")));
    }
    line(EXCUSED.trim_end().to_owned());
    line(OBLIGATIONS.trim_end().to_owned());
    for (family, figures) in &families {
        line(format!("\n### {}", family.transform));
        if let Some(SwitchedOff { seed, programs, .. }) = &figures.switched_off {
            line(format!("Switched off: seed {seed}, {} programs each.\n", grouped(*programs)));
        }
        line("| obligation | proved | assumed | refuted | alone | by program | by cases |".into());
        line("| --- | --: | --: | --: | --: | --: | --: |".into());
        let transform = registry().iter().find(|t| t.meta().id == family.transform);
        for kind in transform.map_or(&[][..], |t| t.meta().obligations) {
            line(obligation(kind.id, figures));
        }
    }
    line(score(&families));
    let rare = rare(&families);
    if !rare.is_empty() {
        line(RARE.trim_end().to_owned());
        rare.into_iter().for_each(&mut line);
    }
    let unnoticed = unnoticed(&families);
    if !unnoticed.is_empty() {
        line(UNNOTICED.trim_end().to_owned());
        unnoticed.into_iter().for_each(&mut line);
    }
    line(COVERAGE.trim_end().to_owned());
    line(coverage()?);
    Ok(out)
}

fn total(families: &[(&'static Family, Figures)]) -> String {
    let mut all = [0; 5];
    for hunt in families.iter().flat_map(|(_, figures)| figures.hunts.values()) {
        let anew = hunt.programs - hunt.mutants;
        let different = hunt.divergences + hunt.broken;
        let own = [hunt.programs, hunt.rewritten, anew, hunt.rewritten - hunt.rewritten_mutants, different];
        all.iter_mut().zip(own).for_each(|(sum, n)| *sum += n);
    }
    let [programs, rewritten, anew, rewritten_anew, different] = all;
    let share = |part: u64, of: u64| 100.0 * part as f64 / of.max(1) as f64;
    format!(
        "\nTogether {} programs, {:.1} % of them rewritten; of the {} that were made anew {:.1} %. Different: {different}.",
        grouped(programs),
        share(rewritten, programs),
        grouped(anew),
        share(rewritten_anew, anew),
    )
}

/// The obligations that programs met less than often enough, with why.
fn rare(families: &[(&'static Family, Figures)]) -> Vec<String> {
    let mut all = Vec::new();
    for (family, figures) in families.iter().filter(|(_, f)| !f.hunts.is_empty()) {
        let transform = registry().iter().find(|t| t.meta().id == family.transform);
        for kind in transform.map_or(&[][..], |t| t.meta().obligations) {
            let [proved, assumed, refuted] = met(kind.id, figures);
            if proved >= OFTEN && refuted >= OFTEN {
                continue;
            }
            let why = rare::why(family.transform, kind.id).unwrap_or("programs for it are missing");
            all.push(format!(
                "| `{}` | `{}` | {} | {} | {} | {why} |",
                family.transform,
                kind.id,
                grouped(proved),
                grouped(assumed),
                grouped(refuted)
            ));
        }
    }
    all
}

/// The obligations that no program noticed to be off, with why.
fn unnoticed(families: &[(&'static Family, Figures)]) -> Vec<String> {
    let mut all = Vec::new();
    for (family, figures) in families {
        let rows = figures.switched_off.iter().flat_map(|s| &s.rows);
        for (kind, found) in rows.filter(|(_, found)| !found.by_program()) {
            let why = match rare::unnoticed(family.transform, kind) {
                Some(why) => why,
                None if found.no_edit => NO_EDIT,
                None => rare::why(family.transform, kind).unwrap_or("programs for it are missing"),
            };
            let (alone, cases) = (found.alone.map_or(String::new(), grouped), by_cases(found));
            all.push(format!("| `{}` | `{kind}` | {alone} | {cases} | {why} |", family.transform));
        }
    }
    all
}

const NO_EDIT: &str = "says what there is to edit: without it there is nothing to write";

/// How many cases noticed.
fn by_cases(found: &Found) -> String {
    match (found.cases.len(), found.told_cases.len()) {
        (0, 0) if found.no_edit => "no edit".to_owned(),
        (n, 0) => n.to_string(),
        (0, told) => format!("{told} (text)"),
        (n, told) => format!("{n}, {told} (text)"),
    }
}

/// How many obligations there are, and who notices that they are off.
fn score(families: &[(&'static Family, Figures)]) -> String {
    let recorded = families.iter().flat_map(|(_, figures)| &figures.switched_off);
    let all: Vec<&Found> = recorded.flat_map(|s| s.rows.values()).collect();
    let count = |test: fn(&Found) -> bool| all.iter().filter(|found| test(found)).count();
    format!(
        "\nTogether {} obligations: {} are noticed by programs, {} by cases, {} by either; of the others {} say what there is to edit.",
        all.len(),
        count(Found::by_program),
        count(Found::by_case),
        count(|f| f.by_program() || f.by_case()),
        count(|f| !f.by_program() && !f.by_case() && f.no_edit),
    )
}

/// How often an obligation was proved, assumed, refuted.
fn met(kind: &str, figures: &Figures) -> [u64; 3] {
    let mut counts = [0; 3];
    for hunt in figures.hunts.values() {
        let seen = hunt.obligations.get(kind).copied().unwrap_or_default();
        counts.iter_mut().zip(seen).for_each(|(sum, n)| *sum += n);
    }
    counts
}

fn ran(family: &Family, python: &str, hunt: &Hunt) -> String {
    let share = |part: u64, of: u64| format!("{:.1} %", 100.0 * part as f64 / of.max(1) as f64);
    let anew = share(hunt.rewritten - hunt.rewritten_mutants, hunt.programs - hunt.mutants);
    let excused: Vec<String> = hunt.excused.iter().map(|(name, n)| format!("{name} {n}")).collect();
    format!(
        "| `{}` | {python} | {} | {} | {anew} | {} | {} | {} | {} |",
        family.transform,
        grouped(hunt.programs),
        share(hunt.rewritten, hunt.programs),
        hunt.divergences + hunt.broken,
        excused.join(", "),
        hunt.seed,
        grouped(hunt.programs_per_second),
    )
}

fn obligation(kind: &str, figures: &Figures) -> String {
    let counts = met(kind, figures);
    let found = figures.switched_off.as_ref().and_then(|s| s.rows.get(kind));
    let (alone, program, cases) = match found {
        None => (String::new(), "not recorded".to_owned(), String::new()),
        Some(found) => {
            let program = match (found.program, found.told) {
                (Some(index), _) if found.by_check => format!("{index} (check)"),
                (Some(index), _) => index.to_string(),
                (None, Some(index)) => format!("{index} (text)"),
                (None, None) if found.no_edit => "no edit".to_owned(),
                (None, None) => "none".to_owned(),
            };
            (found.alone.map_or(String::new(), grouped), program, by_cases(found))
        }
    };
    let [proved, assumed, refuted] = counts.map(grouped);
    format!("| `{kind}` | {proved} | {assumed} | {refuted} | {alone} | {program} | {cases} |")
}

/// Lines of `target seconds inputs`, as `run.sh` leaves them.
fn coverage() -> std::io::Result<String> {
    let recorded = match std::fs::read_to_string(figures::top().join("snapshots/fuzz/coverage.txt")) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok("\nNothing is recorded yet.".into());
        }
        Err(error) => return Err(error),
    };
    let mut out = "\n| target | seconds | inputs |\n| --- | --: | --: |".to_owned();
    for line in recorded.lines() {
        let mut fields = line.split_whitespace();
        if let (Some(target), Some(seconds), Some(inputs)) = (fields.next(), fields.next(), fields.next()) {
            let inputs = inputs.parse().map_or_else(|_| inputs.to_owned(), grouped);
            out.push_str(&format!("\n| `{target}` | {seconds} | {inputs} |"));
        }
    }
    Ok(out)
}

/// `1,000,000`
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let first = digits.len() % 3;
    let mut out = digits[..first].to_owned();
    for (i, digit) in digits[first..].chars().enumerate() {
        if i % 3 == 0 && !out.is_empty() {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands() {
        for (n, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(n), text);
        }
    }
}
