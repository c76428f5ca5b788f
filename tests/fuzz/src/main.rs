//! `unspool-fuzz`: runs as many programs as asked, prints the seed and what it found.

use clap::Parser;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use unspool_engine::driver::{STACK_SIZE, thread_count};
use unspool_fuzz::campaign::{Campaign, Which, rewriter, transform};
use unspool_fuzz::figures::{self, Hunt, SwitchedOff};
use unspool_fuzz::generate::{FAMILIES, Family, mutants, program};
use unspool_fuzz::minimise::minimise;
use unspool_fuzz::page;
use unspool_fuzz::python::Python;
use unspool_fuzz::switch;
use unspool_fuzz::tally::Divergence;

/// Generates programs, rewrites them in the safe tier and runs them before and after.
#[derive(Parser)]
struct Arguments {
    /// Programs per family.
    #[arg(long, default_value_t = 10_000)]
    programs: u64,
    /// Without it, one from the clock.
    #[arg(long)]
    seed: Option<u64>,
    /// Index of the first program.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// The transform whose family runs; without it, all.
    #[arg(long, value_name = "TRANSFORM", value_parser = family)]
    family: Option<&'static Family>,
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// 0: one per core.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// End after this many divergences per thread.
    #[arg(long, default_value_t = 50)]
    enough: usize,
    /// Minimise at most this many divergences.
    #[arg(long, default_value_t = 20)]
    minimise: usize,
    /// Print the program with this index, before and after, and end.
    #[arg(long, value_name = "INDEX")]
    show: Option<u64>,
    /// Switch each obligation off in turn and print who notices.
    #[arg(long)]
    switch_off: bool,
    /// With `--switch-off`: look at the keep cases alone, at no program.
    #[arg(long)]
    cases_alone: bool,
    /// With `--switch-off`: also print the program that noticed.
    #[arg(long)]
    texts: bool,
    /// Keep the figures in `snapshots/fuzz` and make the page of them anew.
    #[arg(long)]
    record: bool,
    /// Where `--record` keeps figures; the page is made only of those of this repository.
    #[arg(long, value_name = "FOLDER")]
    figures: Option<PathBuf>,
    /// Make the page `docs/how-we-know.md` of the recorded figures, and end.
    #[arg(long)]
    page: bool,
    /// Print which obligations refute which cases, for `tests/fuzz/cases.txt`, and end.
    #[arg(long)]
    list_cases: bool,
    /// Also print what stood against the programs made anew that nothing rewrote.
    #[arg(long)]
    refusals: bool,
    /// Print how many turns the cases of each obligation get, for `tests/fuzz/turns.txt`, and end.
    #[arg(long)]
    list_turns: bool,
    /// Used by `--switch-off`: look in this process at the programs of a list that is read, print JSON.
    #[arg(long, hide = true)]
    look: bool,
}

fn family(name: &str) -> Result<&'static Family, String> {
    Family::of(name).ok_or_else(|| format!("no family of programs is for `{name}`"))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Visitors of the engine need more stack than a main thread has.
    let work = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(move || run(&arguments));
    match work.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))) {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        Ok(Ok(false)) => ExitCode::FAILURE,
        Ok(Err(error)) | Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether nothing diverged.
fn run(arguments: &Arguments) -> std::io::Result<bool> {
    let clock = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed = arguments.seed.unwrap_or_else(|| clock().map_or(0, |d| d.as_secs()));
    let families = arguments.family.map_or_else(|| FAMILIES.to_vec(), |f| vec![f]);
    if let Some(index) = arguments.show {
        for family in families {
            let text = program(family, seed, index);
            println!("{text}");
            match rewriter(family, index).rewrite(&text) {
                Ok(fixed) => println!("# ---- after ----\n{}", fixed.text),
                Err(message) => println!("# ---- {message} ----"),
            }
        }
        return Ok(true);
    }
    let mut clean = true;
    if arguments.page {
        std::fs::write(page::path(), page::render()?)?;
        return Ok(true);
    }
    if arguments.list_cases {
        for family in families {
            print!("{}", list_cases(family)?);
        }
        return Ok(true);
    }
    if arguments.list_turns {
        for family in families {
            print!("{}", mutants::turns(family.transform, &figures::load(&folder(arguments), family)?));
        }
        return Ok(true);
    }
    for family in families {
        let campaign = Campaign {
            family,
            seed,
            first: arguments.first,
            end: arguments.first + if arguments.cases_alone { 0 } else { arguments.programs },
            python: &arguments.python,
            threads: thread_count(arguments.threads),
            enough: arguments.enough,
            which: Which::All,
        };
        if arguments.look {
            let task = serde_json::from_reader(std::io::stdin())?;
            let noticed = switch::look(&campaign, &task, &mutants::folder(family.transform))?;
            println!("{}", serde_json::to_string(&noticed)?);
        } else if arguments.switch_off {
            switch_off(arguments, &campaign)?;
        } else {
            clean &= hunt(arguments, &campaign)?;
        }
    }
    if arguments.record && arguments.figures.is_none() {
        std::fs::write(page::path(), page::render()?)?;
    }
    Ok(clean)
}

/// A line for each obligation: the cases that it refutes; `-`: those that nothing refutes.
fn list_cases(family: &Family) -> std::io::Result<String> {
    let mut refuted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(mutants::folder(family.transform))? {
        let path = entry?.path();
        let Some(text) = mutants::text(&path).filter(|t| mutants::is_fit(t)) else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Ok(fixed) = rewriter(family, 0).rewrite(&text) else { continue };
        let states = fixed.sites.iter().flat_map(|s| &s.proposal.obligations);
        let kinds: BTreeSet<&str> = states.filter(|o| o.state.is_refuted()).map(|o| o.kind).collect();
        for kind in if kinds.is_empty() { BTreeSet::from(["-"]) } else { kinds } {
            refuted.entry(kind).or_default().insert(name.clone());
        }
    }
    let line = |(kind, names): (&str, BTreeSet<String>)| {
        let names: Vec<String> = names.into_iter().collect();
        format!("{} {kind} {}\n", family.transform, names.join(" "))
    };
    Ok(refuted.into_iter().map(line).collect())
}

fn folder(arguments: &Arguments) -> PathBuf {
    arguments.figures.clone().unwrap_or_else(figures::folder)
}

fn switch_off(arguments: &Arguments, campaign: &Campaign) -> std::io::Result<()> {
    let Campaign { family, seed, .. } = *campaign;
    let own = std::env::current_exe()?;
    let passed: Vec<String> = [
        ("--programs", arguments.programs.to_string()),
        ("--seed", seed.to_string()),
        ("--threads", arguments.threads.to_string()),
        ("--python", arguments.python.display().to_string()),
    ]
    .into_iter()
    .flat_map(|(name, value)| [name.to_owned(), value])
    .collect();
    let rows = switch::score(campaign, &mutants::folder(family.transform), &own, &passed)?;
    let programs = campaign.end - campaign.first;
    println!("{} (seed {seed}, {programs} programs each)", family.transform);
    println!("{}", switch::table(&rows));
    if arguments.record {
        let folder = folder(arguments);
        let mut figures = figures::load(&folder, family)?;
        let found = SwitchedOff::of(seed, programs, &rows);
        figures.switched_off = Some(found.after(figures.switched_off.take()));
        figures::store(&folder, family, &figures)?;
    }
    if arguments.texts {
        for row in rows {
            let text = row.noticed.check.unwrap_or(row.noticed.text);
            println!("---- without {} ----\n{text}", row.kind);
        }
    }
    Ok(())
}

fn hunt(arguments: &Arguments, campaign: &Campaign) -> std::io::Result<bool> {
    println!("{} seed {} python {}", campaign.family.transform, campaign.seed, arguments.python.display());
    let last = AtomicU64::new(0);
    let begun = Instant::now();
    let tally = campaign.run(&|done| {
        let tens = done / 10_000;
        if last.fetch_max(tens, Ordering::Relaxed) < tens {
            eprintln!("{done} programs");
        }
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    print!("{}", tally.report(transform(campaign.family)[0]));
    if arguments.refusals {
        print!("{}", tally.refusals());
    }
    let found = Hunt::of(campaign, &tally, seconds);
    println!("{} programs per second on {} threads", found.programs_per_second, campaign.threads);
    if arguments.record {
        let folder = folder(arguments);
        let mut figures = figures::load(&folder, campaign.family)?;
        let version = figures::version(campaign.python)?;
        let found = match figures.hunts.remove(&version) {
            Some(earlier) if found.continues(&earlier) => found.and(earlier),
            _ => found,
        };
        figures.hunts.insert(version, found);
        figures::store(&folder, campaign.family, &figures)?;
    }
    for (index, message) in tally.broken.iter().take(5) {
        println!("program {index}: {message}");
    }
    let mut seen: Vec<String> = Vec::new();
    for found in &tally.divergences {
        if seen.len() >= arguments.minimise {
            break;
        }
        let small = smaller(&arguments.python, campaign.family, found)?;
        let key = shape(&small.before);
        if !seen.contains(&key) {
            print_divergence(&small);
            seen.push(key);
        }
    }
    println!();
    Ok(tally.divergences.is_empty() && tally.broken.is_empty())
}

fn smaller(python: &Path, family: &Family, found: &Divergence) -> std::io::Result<Divergence> {
    minimise(&mut Python::start(python)?, rewriter(family, found.index), found)
}

/// The text without the numbers that names carry: what makes two minimised programs the same finding.
fn shape(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn print_divergence(found: &Divergence) {
    let (before, after) = &found.first;
    println!("\n==== program {}: `{before}` became `{after}` ====", found.index);
    println!("{}---- after ----\n{}", found.before, found.after);
}
