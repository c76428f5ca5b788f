//! Waves and budgets, end to end.

use unspool_campaign::publish::Options;
use unspool_fake_forge::PullState;

use crate::world::{UNIT, World};

fn world(settings: &str) -> (World, Vec<String>) {
    let world = World::new(&format!("[pace]\nseconds-between-writes = 0.0\n{settings}"));
    let names: Vec<String> = (0..6).map(|number| format!("acme/r{number}")).collect();
    for name in &names {
        world.repository(name);
        world.plan(name, &[(UNIT, "new")]);
    }
    world.accept();
    (world, names)
}

fn open(world: &World, names: &[String]) -> Vec<String> {
    let is_open = |name: &&String| world.forge.pulls(name).iter().any(|pull| pull.state == PullState::Open);
    names.iter().filter(is_open).cloned().collect()
}

#[test]
fn the_next_wave_follows_merges() {
    let (world, names) = world("[waves]\nsizes = [2]\ndrafts = 1\nmerged = 0.5\n");
    for _ in 0..2 {
        let summary = world.publish();
        assert_eq!(open(&world, &names).len(), 2);
        assert!(!summary.waiting.is_empty());
    }
    let first = open(&world, &names);
    assert!(first.iter().all(|name| world.forge.pulls(name)[0].draft));
    world.forge.state().pull(&first[0], 1).unwrap().draft = false;
    world.forge.state().merge(&first[0], 1, None).unwrap();
    let summary = world.publish();
    assert_eq!(summary.opened, 4);
    let later = open(&world, &names);
    assert!(later.iter().filter(|name| **name != first[1]).all(|name| !world.forge.pulls(name)[0].draft));
}

#[test]
fn too_many_noes_stop_the_campaign() {
    let (world, names) = world("[waves]\nsizes = [2]\nmerged = 0.0\nstop-closed = 0.4\n");
    world.publish();
    let first = open(&world, &names);
    world.forge.state().pull(&first[0], 1).unwrap().state = PullState::Closed;
    let summary = world.publish();
    assert_eq!((summary.opened, open(&world, &names).len()), (0, 1));
    assert!(summary.waiting[0].contains("stopped"), "{:?}", summary.waiting);
}

#[test]
fn red_checks_stop_the_campaign() {
    let (world, names) = world("[waves]\nsizes = [2]\nmerged = 0.0\nstop-red = 0.4\n");
    world.publish();
    let first = open(&world, &names);
    world.forge.state().repositories.get_mut(&first[0]).unwrap().check = Some("failure");
    assert_eq!(world.publish().opened, 0);
    world.forge.state().repositories.get_mut(&first[0]).unwrap().check = Some("success");
    assert_eq!(world.publish().opened, 4);
}

#[test]
fn opting_out_stops_the_campaign() {
    let (world, names) = world("[waves]\nsizes = [3]\nmerged = 0.0\nstop-opt-outs = 1\n");
    let settings = || "no-automated-prs".to_owned();
    world.forge.state().repositories.get_mut(&names[0]).unwrap().topics = vec![settings()];
    // Whichever wave it is in, somebody meets it.
    for _ in 0..2 {
        world.publish();
    }
    let opened = open(&world, &names).len();
    let summary = world.publish();
    assert!(summary.waiting.iter().any(|why| why.contains("1 opted out")), "{:?}", summary.waiting);
    assert_eq!(open(&world, &names).len(), opened);
}

#[test]
fn a_budget_is_for_one_run() {
    let (mut world, names) = world("[waves]\nsizes = []\n");
    world.options = Options { limit: Some(4), ..Options::default() };
    assert_eq!(world.publish().opened, 4);
    assert_eq!(world.publish().opened, 2);
    assert_eq!(open(&world, &names).len(), 6);
}

#[test]
fn a_dry_run_writes_nothing() {
    let (mut world, _) = world("");
    world.options.dry_run = true;
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
}
