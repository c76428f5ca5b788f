//! Some of a job's rewrites: names that stay, and what is applied when others are left out.

use std::path::Path;

use rustc_hash::FxHashSet;
use unspool_engine::driver::{Choice, Job, Outcome, Progress, run};
use unspool_engine::transform::Profile;

use crate::support::Scratch;

struct Unheard;

impl Progress for Unheard {
    fn total(&self, _: usize) {}
    fn file_done(&self) {}
}

/// Everything that is safe below a folder, under a choice.
fn fix(root: &Path, threads: usize, choice: Choice) -> Outcome {
    let job = Job {
        paths: vec![root.to_owned()],
        exclude: vec![],
        transforms: unspool_transforms::registry().to_vec(),
        counted: vec![],
        unsafe_fixes: true,
        profile: Profile::All,
        target: None,
        threads,
        apply: true,
        choice,
        report: |_| false,
        policy: None,
        shows_changes: false,
    };
    run(&job, &Unheard)
}

/// The names of what was applied, in order, and the new texts.
fn applied(outcome: &Outcome) -> (Vec<String>, Vec<String>) {
    let sites = outcome.files.iter().flat_map(|file| &file.sites).filter(|site| site.applied);
    let texts = outcome.files.iter().filter_map(|file| file.change.as_ref());
    (
        sites.map(|site| site.identity.clone()).collect(),
        texts.map(|change| String::from_utf8_lossy(&change.after).into_owned()).collect(),
    )
}

fn set(names: &[String]) -> FxHashSet<String> {
    names.iter().cloned().collect()
}

/// Leaves each rewrite out in turn, and applies each alone: that and nothing else is missing or there, under the names of the
/// whole run. Gives the names.
#[track_caller]
fn check(root: &Path) -> Vec<String> {
    let (all, _) = applied(&fix(root, 1, Choice::All));
    assert_eq!(set(&all).len(), all.len(), "names are unique: {all:#?}");
    for name in &all {
        let rest: Vec<String> = all.iter().filter(|other| *other != name).cloned().collect();
        for threads in [1, 4] {
            let without = applied(&fix(root, threads, Choice::AllBut(set(std::slice::from_ref(name)))));
            assert_eq!(set(&without.0), set(&rest), "all but {name}");
            assert_eq!(without, applied(&fix(root, threads, Choice::Only(set(&rest)))), "{name}");
        }
        let (alone, _) = applied(&fix(root, 1, Choice::Only(set(std::slice::from_ref(name)))));
        assert_eq!(alone, std::slice::from_ref(name), "{name} alone");
    }
    let nothing = fix(root, 1, Choice::Only(FxHashSet::default()));
    assert!(nothing.files.is_empty() && applied(&nothing).0.is_empty());
    let counts = |outcome: &Outcome| outcome.counts.iter().map(|(_, counts)| counts.safe).sum::<usize>();
    assert!(counts(&nothing) > 0, "what is not chosen is decided all the same");
    all
}

/// An inner rewrite that is left out, or alone, does not change the name of the outer one, nor the numbers of equal ones.
#[test]
fn nested_and_equal_sites_keep_their_names() {
    let text = "\
def counts(rows):
    first = sum([len([cell for cell in row]) for row in rows])
    nested = sum([sum([cell for cell in row]) for row in rows])
    nested += sum([sum([cell for cell in row]) for row in rows])
    return first, nested, sum([cell for cell in rows[0]])


def rows(count):
    for number in range(count):
        yield number
    for number in range(count):
        yield number
";
    let scratch = Scratch::with(&[("pyproject.toml", "[project]\nname = 'p'\n"), ("a.py", text)]);
    let all = check(scratch.path());
    assert!(all.len() >= 7, "{all:#?}");
    assert!(all.iter().any(|name| name.ends_with("#2")), "{all:#?}");
}

#[test]
fn the_example_can_be_rewritten_in_parts() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/weblog");
    assert!(check(&example).len() >= 8);
}
