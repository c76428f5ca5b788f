//! Generated programs behave the same once they are rewritten: a fixed number with fixed seeds. More of them, and
//! other seeds: `cargo run --release -p unspool-fuzz`.

use unspool_engine::driver::thread_count;
use unspool_fuzz::campaign::{Campaign, Which, transform};
use unspool_fuzz::figures;
use unspool_fuzz::generate::{FAMILIES, Family};
use unspool_fuzz::page;

use crate::support::{python, skip};

const PROGRAMS: u64 = 2000;

#[test]
fn generated_programs_behave_the_same() {
    let Some(python) = python() else { skip!("generated_programs_behave_the_same", "no python3 on PATH") };
    for &family in FAMILIES {
        let campaign = Campaign {
            family,
            seed: 2026,
            first: 0,
            end: PROGRAMS,
            python,
            threads: thread_count(0),
            enough: usize::MAX,
            which: Which::All,
        };
        let tally = campaign.run(&|_| {}).expect("the interpreter starts");
        let report = tally.report(transform(family)[0]);
        assert_eq!(tally.programs, PROGRAMS);
        assert!(tally.broken.is_empty(), "{:?}\n{report}", tally.broken);
        if let Some(found) = tally.divergences.first() {
            let (before, after) = &found.first;
            panic!("program {}: `{before}` became `{after}`\n{}\n{report}", found.index, found.before);
        }
        // Programs that nothing rewrites would show nothing.
        assert!(tally.share_of_generated() >= 60.0, "{report}");
    }
}

#[test]
fn the_page_says_what_was_recorded() {
    let page = std::fs::read_to_string(page::path()).unwrap();
    let made = page::render().unwrap();
    assert!(page == made, "run `cargo run --release -p unspool-fuzz -- --page`");
}

/// Switched off, each obligation was noticed by a program or a case, or left nothing to write.
#[test]
fn every_obligation_earns_its_place() {
    for transform in unspool_transforms::registry() {
        let meta = transform.meta();
        let family =
            Family::of(meta.id).unwrap_or_else(|| panic!("no family of programs is for {}", meta.id));
        let recorded = figures::load(&figures::folder(), family).unwrap().switched_off.unwrap_or_else(|| {
            panic!("run `cargo run --release -p unspool-fuzz -- --family {} --switch-off --record`", meta.id)
        });
        for kind in meta.obligations {
            // Of one that is new the page says `not recorded`.
            let Some(row) = recorded.rows.get(kind.id) else { continue };
            assert!(
                row.by_program() || row.by_case() || row.no_edit,
                "{}: nothing noticed that `{}` was off: it is dead, or a case is missing",
                meta.id,
                kind.id
            );
        }
    }
}
