//! What people do with our pull requests, and what we do not do then.

use unspool_campaign::publish::Step;
use unspool_campaign::store::State;
use unspool_campaign::wishes::Wishes;
use unspool_fake_forge::{Entry, PullState};

use crate::world::{BRANCH, REPOSITORY, UNIT, World};

fn published() -> World {
    let world = World::new("[pace]\nseconds-between-writes = 0.0\n");
    world.accepted("new");
    world.publish();
    world.check_state(State::Open);
    assert_eq!(world.published().as_deref(), Some("new"));
    world.writes();
    world
}

/// Somebody does something; after a new version of the plan and two runs, the unit is in this state and nothing was written.
#[track_caller]
fn check_left_alone(act: impl Fn(&World), expected: State) {
    let world = published();
    act(&world);
    for after in ["new", "newer"] {
        world.accepted(after);
        let before = (world.pulls().len(), world.bare(REPOSITORY).tip(BRANCH));
        world.publish();
        world.check_state(expected);
        assert_eq!(world.writes(), Vec::<String>::new());
        assert_eq!((world.pulls().len(), world.bare(REPOSITORY).tip(BRANCH)), before);
    }
}

#[test]
fn commits_of_people_are_kept() {
    check_left_alone(
        |world| {
            world.bare(REPOSITORY).commit(BRANCH, &[("a.py", Entry::File("better\n"))]);
        },
        State::Edited,
    );
}

#[test]
fn an_amended_commit_is_theirs() {
    check_left_alone(
        |world| {
            let bare = world.bare(REPOSITORY);
            let message = bare.git(&["show", "--no-patch", "--format=%B", BRANCH]);
            let base = bare.tip("main").unwrap();
            let oid = bare.git(&["commit-tree", &format!("{base}^{{tree}}"), "-p", &base, "-m", &message]);
            bare.git(&["update-ref", &format!("refs/heads/{BRANCH}"), &oid]);
        },
        State::Edited,
    );
}

#[test]
fn closed_stays_closed() {
    let close = |world: &World| world.forge.state().pull(REPOSITORY, 1).unwrap().state = PullState::Closed;
    check_left_alone(close, State::Closed);
    check_left_alone(
        |world| {
            close(world);
            world.forge.state().delete_branch(REPOSITORY, BRANCH).unwrap();
        },
        State::Closed,
    );
}

#[test]
fn a_label_stops_updates() {
    check_left_alone(
        |world| world.forge.state().pull(REPOSITORY, 1).unwrap().labels.push("unspool:ignore".into()),
        State::Skipped,
    );
}

#[test]
fn archived_and_opted_out_repositories_are_left_alone() {
    for act in [
        (|world: &World| world.forge.state().repositories.get_mut(REPOSITORY).unwrap().archived = true)
            as fn(&World),
        |world| {
            world
                .forge
                .state()
                .repositories
                .get_mut(REPOSITORY)
                .unwrap()
                .topics
                .push("no-automated-prs".into())
        },
        |world| world.forge.state().repositories.get_mut(REPOSITORY).unwrap().can_push = false,
        |world| drop(world.forge.state().repositories.remove(REPOSITORY)),
    ] {
        let world = World::new("");
        world.accepted("new");
        act(&world);
        world.publish();
        world.check_state(State::Skipped);
        assert_eq!(world.writes(), Vec::<String>::new());
    }
}

#[test]
fn merged_is_done_until_there_is_something_new() {
    let world = published();
    world.forge.state().pull(REPOSITORY, 1).unwrap().draft = false;
    world.forge.state().merge(REPOSITORY, 1, None).unwrap();
    world.publish();
    world.check_state(State::Merged);
    assert_eq!(world.writes(), Vec::<String>::new());
    // Somebody writes new code of the old kind.
    world.accepted("newer");
    world.publish();
    world.publish();
    let states: Vec<PullState> = world.pulls().iter().map(|pull| pull.state).collect();
    assert_eq!(states, [PullState::Merged, PullState::Open]);
}

#[test]
fn without_permission_nothing_is_opened() {
    let mut world = World::new("");
    world.repository("stranger/code");
    world.plan("stranger/code", &[(UNIT, "new")]);
    world.accept();
    world.publish();
    assert!(world.forge.pulls("stranger/code").is_empty());
    world.options.permission.push("Stranger".into());
    // Skipped is no end: the reason is gone.
    world.publish();
    assert_eq!(world.forge.pulls("stranger/code").len(), 1);
}

#[test]
fn what_was_not_accepted_is_not_published() {
    let world = World::new("");
    world.plan(REPOSITORY, &[(UNIT, "new")]);
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
    world.accept();
    world.publish();
    assert_eq!(world.open_pulls().len(), 1);
    // Another patch is another question.
    world.writes();
    world.plan(REPOSITORY, &[(UNIT, "newer")]);
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(world.published().as_deref(), Some("new"));
}

#[test]
fn one_at_a_time_in_a_repository() {
    let world = World::new("[pace]\nseconds-between-writes = 0.0\n");
    world.plan(REPOSITORY, &[("first", "1"), ("second", "2")]);
    world.accept();
    for _ in 0..2 {
        world.publish();
        assert_eq!(world.open_pulls().len(), 1);
    }
    world.forge.state().pull(REPOSITORY, 1).unwrap().draft = false;
    world.forge.state().merge(REPOSITORY, 1, None).unwrap();
    world.publish();
    let open = world.open_pulls();
    assert_eq!((open.len(), open[0].number), (1, 2));
}

#[test]
fn a_renamed_repository_is_followed() {
    let world = published();
    {
        let mut state = world.forge.state();
        let repository = state.repositories.remove(REPOSITORY).unwrap();
        state.repositories.insert("acme/two".into(), repository);
        state.renamed.insert(REPOSITORY.into(), "acme/two".into());
        let root = state.root.clone();
        std::fs::rename(root.join("acme/one.git"), root.join("acme/two.git")).unwrap();
        state.repositories.get_mut("acme/two").unwrap().bare.path = root.join("acme/two.git");
    }
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
    world.check_state(State::Open);
    assert_eq!(world.forge.pulls("acme/two").len(), 1);
}

#[test]
fn the_base_may_move() {
    let world = published();
    world.bare(REPOSITORY).commit("main", &[("c.py", Entry::File("more\n"))]);
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
    world.bare(REPOSITORY).commit("main", &[("a.py", Entry::File("changed\n"))]);
    world.publish();
    assert!(world.unit().reason.contains("conflict"), "{}", world.unit().reason);
    world.accepted("newest");
    world.publish();
    assert_eq!(world.published().as_deref(), Some("newest"));
    assert_eq!(world.open_pulls().len(), 1);
}

/// The plan finds that a repository has opted out since: what was accepted is not opened, what is open is not touched.
#[test]
fn an_opt_out_of_the_code_counts() {
    let world = World::new("");
    world.accepted("new");
    world.skip(REPOSITORY);
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
    let world = published();
    world.skip(REPOSITORY);
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
    world.check_state(State::Open);
}

/// What a repository asks for: drafts, one at a time, labels of its own, and nobody but those whom it names.
#[test]
fn wishes_of_a_repository_are_obeyed() {
    let mut world = World::new(
        "[waves]\ndrafts = 0\n[pace]\nseconds-between-writes = 0.0\nopen-per-repository = 3\n[change]\nreviewers = ['ada']\n",
    );
    world.wishes = Wishes {
        draft: true,
        max_open: Some(1),
        labels: vec!["bot".into()],
        reviewers: vec!["somebody-else".into()],
    };
    world.plan(REPOSITORY, &[("first", "1"), ("second", "2")]);
    world.accept();
    world.publish();
    world.publish();
    let open = world.open_pulls();
    assert_eq!(open.len(), 1);
    assert!(open[0].draft);
    assert_eq!(open[0].labels, ["unspool", "bot"]);
    assert_eq!(open[0].reviewers, Vec::<String>::new());
}

/// A person pushes to our branch at the very moment at which we do something: the commit is there afterwards, and it is theirs.
#[test]
fn a_person_is_faster() {
    let new = || {
        let world = World::new("[pace]\nseconds-between-writes = 0.0\n");
        world.accepted("new");
        world
    };
    let newer = || {
        let world = published();
        world.accepted("newer");
        world
    };
    type Scenario = fn() -> World;
    let cases: [(Scenario, &[Step]); 2] = [
        (new, &[Step::AfterPush, Step::BeforeCreate, Step::AfterCreate, Step::BeforeRecord]),
        (newer, &[Step::Observed, Step::Committed, Step::BeforePush, Step::BeforeUpdate, Step::BeforeRecord]),
    ];
    for (scenario, steps) in cases {
        for step in steps {
            let world = scenario();
            let bare = world.bare(REPOSITORY);
            let act = || drop(bare.commit(BRANCH, &[("a.py", Entry::File("better\n"))]));
            let (summary, met) = world.publish_while(*step, &act);
            assert!(met && summary.failed == 0, "{step:?}: {summary:?}");
            let theirs = bare.tip(BRANCH);
            world.publish();
            world.check_state(State::Edited);
            world.accepted("newest");
            world.publish();
            assert_eq!(bare.file(BRANCH, "a.py").as_deref(), Some("better"), "{step:?}");
            assert_eq!(bare.tip(BRANCH), theirs, "{step:?}");
            assert!(world.pulls().len() <= 1, "{step:?}");
        }
    }
}
