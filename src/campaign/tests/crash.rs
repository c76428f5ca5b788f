//! A crash at every numbered step, then a run to the end: exactly one pull request, and not one write more than without.

use unspool_campaign::publish::Step;
use unspool_campaign::store::State;
use unspool_fake_forge::Skin;

use crate::world::{BRANCH, REPOSITORY, UNIT, World, counted};

const SETTINGS: &str = "[change]\nreviewers = ['ada']\n[pace]\nseconds-between-writes = 0.0\n";

/// The world in which the run that may crash begins.
type Scenario = fn(Skin) -> World;

fn first(skin: Skin) -> World {
    let world = World::with_skin(skin, SETTINGS);
    world.accepted("new");
    world
}

fn new_version(skin: Skin) -> World {
    let world = first(skin);
    world.publish();
    world.plan(REPOSITORY, &[(UNIT, "newer")]);
    world.accept();
    world.writes();
    world
}

fn obsolete(skin: Skin) -> World {
    let world = first(skin);
    world.publish();
    world.plan(REPOSITORY, &[]);
    world.writes();
    world
}

/// What the forge shows at the end.
fn outcome(world: &World) -> String {
    let pulls: Vec<String> = world
        .pulls()
        .iter()
        .map(|pull| {
            let tip = world.bare(REPOSITORY).tip(BRANCH);
            let (labels, reviewers) = (pull.labels.join(","), pull.reviewers.join(","));
            format!(
                "{:?} {} {:?} {labels} {reviewers} {} comments {tip:?}",
                pull.state,
                pull.head,
                pull.body,
                pull.comments.len()
            )
        })
        .collect();
    format!("{} {:?}", pulls.join("\n"), world.published())
}

#[track_caller]
fn check(skin: Skin, scenario: Scenario, expected_state: State) {
    let undisturbed = scenario(skin);
    let (result, met) = undisturbed.run(None);
    result.unwrap().unwrap();
    let (writes, expected) = (counted(undisturbed.writes()), outcome(&undisturbed));
    assert!(!writes.is_empty(), "nothing to disturb");
    let steps: Vec<Step> = Step::ALL.into_iter().filter(|step| met.contains(step)).collect();
    assert!(steps.len() >= 6, "{met:?}");
    for step in steps {
        let world = scenario(skin);
        let (result, _) = world.run(Some(step));
        assert!(result.is_none(), "{step:?} did not end the run");
        let summary = world.publish();
        assert_eq!(summary.failed, 0, "{step:?}");
        assert_eq!(outcome(&world), expected, "{step:?}");
        assert_eq!(counted(world.writes()), writes, "{step:?}: another number of writes");
        assert!(world.pulls().len() == 1, "{step:?}: {:?}", world.pulls());
        world.check_state(expected_state);
        world.publish();
        assert_eq!(world.writes(), Vec::<String>::new(), "{step:?}: a run with nothing new");
    }
}

#[test]
fn the_first_pull_request() {
    check(Skin::Github, first, State::Open);
}

#[test]
fn a_new_version() {
    check(Skin::Github, new_version, State::Open);
}

#[test]
fn an_obsolete_one() {
    check(Skin::Github, obsolete, State::Obsolete);
}

#[test]
fn on_gitlab() {
    check(Skin::Gitlab, first, State::Open);
    check(Skin::Gitlab, new_version, State::Open);
    check(Skin::Gitlab, obsolete, State::Obsolete);
}

#[test]
fn on_forgejo() {
    check(Skin::Forgejo, first, State::Open);
    check(Skin::Forgejo, new_version, State::Open);
    check(Skin::Forgejo, obsolete, State::Obsolete);
}

/// Every step is one at which a scenario above is ended.
#[test]
fn no_step_is_left_out() {
    let mut met = Vec::new();
    for scenario in [first, new_version, obsolete] {
        met.extend(scenario(Skin::Github).run(None).1);
    }
    for step in Step::ALL {
        assert!(met.contains(&step), "{step:?}");
    }
}

#[test]
fn a_lost_store_costs_no_write() {
    let world = first(Skin::Github);
    world.publish();
    world.writes();
    std::fs::remove_file(world.config.store()).unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", world.config.store().display()));
    }
    world.accepted("new");
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
    world.check_state(State::Open);
}
