//! What comes behind publishing, on every forge.

use unspool_campaign::store::{State, Store as _};
use unspool_campaign::{revert, review, status};
use unspool_fake_forge::{Entry, PullState, Skin};

use crate::world::{BRANCH, REPOSITORY, UNIT, World};

const SKINS: [Skin; 3] = [Skin::Github, Skin::Gitlab, Skin::Forgejo];

fn published(skin: Skin) -> World {
    let world = World::with_skin(skin, "[pace]\nseconds-between-writes = 0.0\n[waves]\ndrafts = 0\n");
    world.accepted("new");
    world.publish();
    assert_eq!(world.open_pulls().len(), 1, "{skin:?}");
    world.writes();
    world
}

fn set_check(world: &World, check: Option<&'static str>) {
    world.forge.state().repositories.get_mut(REPOSITORY).unwrap().check = check;
}

#[test]
fn only_what_is_green_is_merged() {
    for skin in SKINS {
        let world = published(skin);
        for check in [None, Some("pending"), Some("failure")] {
            set_check(&world, check);
            world.command(|publisher| publisher.merge());
            assert_eq!(world.pulls()[0].state, PullState::Open, "{skin:?} {check:?}");
        }
        set_check(&world, Some("success"));
        world.command(|publisher| publisher.merge());
        world.check_state(State::Merged);
        assert_eq!(world.pulls()[0].state, PullState::Merged);
        assert_eq!(world.bare(REPOSITORY).file("main", "a.py").as_deref(), Some("new"));
    }
}

#[test]
fn what_people_changed_is_neither_merged_nor_closed() {
    for skin in SKINS {
        let world = published(skin);
        set_check(&world, Some("success"));
        world.bare(REPOSITORY).commit(BRANCH, &[("a.py", Entry::File("better\n"))]);
        world.command(|publisher| publisher.merge());
        world.command(|publisher| publisher.close("the end."));
        assert_eq!(world.writes(), Vec::<String>::new());
        world.check_state(State::Edited);
    }
}

#[test]
fn the_end_of_a_campaign() {
    for skin in SKINS {
        let world = published(skin);
        let summary = world.command(|publisher| publisher.close("the end."));
        assert_eq!(summary.closed, 1, "{skin:?}");
        let pull = &world.pulls()[0];
        assert_eq!((pull.state, pull.comments.len()), (PullState::Closed, 1));
        assert!(pull.comments[0].contains("the end."), "{}", pull.comments[0]);
        assert_eq!(world.published(), None);
        world.writes();
        world.command(|publisher| publisher.close("the end."));
        world.publish();
        assert_eq!(world.writes(), Vec::<String>::new());
        world.check_state(State::Obsolete);
    }
}

#[test]
fn a_sync_closes_what_is_no_longer_needed() {
    let world = published(Skin::Github);
    world.command(|publisher| publisher.sync());
    assert_eq!(world.writes(), Vec::<String>::new());
    world.plan(REPOSITORY, &[]);
    world.command(|publisher| publisher.sync());
    world.check_state(State::Obsolete);
    // It is needed again: another pull request.
    world.accepted("new");
    world.publish();
    world.check_state(State::Open);
    assert_eq!(world.pulls().len(), 2);
}

/// Undoes what was merged, also after the base has moved on in other lines and files.
#[test]
fn merged_changes_are_reverted() {
    let world = published(Skin::Github);
    world.forge.state().merge(REPOSITORY, 1, None).unwrap();
    world.bare(REPOSITORY).commit("main", &[("c.py", Entry::File("later\n"))]);
    world.command(|publisher| publisher.sync());
    world.check_state(State::Merged);
    let run =
        || revert::run(&world.config, &mut world.store(), &*world.connect(), &git(&world), &|_| {}).unwrap();
    assert_eq!(run(), (1, 0));
    review::import(&world.config, &mut world.store()).unwrap();
    world.accept();
    world.publish();
    let pull = world.open_pulls().remove(0);
    assert_eq!(pull.title, "Revert list-to-genexpr in 1 file");
    let bare = world.bare(REPOSITORY);
    assert_eq!(bare.file(&pull.head, "a.py").as_deref(), Some("old"));
    assert_eq!(bare.file(&pull.head, "c.py").as_deref(), Some("later"));
    world.writes();
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
    // Where the lines have changed since there is no inverse, and that is said.
    let moved = published(Skin::Github);
    moved.forge.state().merge(REPOSITORY, 1, None).unwrap();
    moved.bare(REPOSITORY).commit("main", &[("a.py", Entry::File("rewritten\n"))]);
    moved.command(|publisher| publisher.sync());
    let run =
        revert::run(&moved.config, &mut moved.store(), &*moved.connect(), &git(&moved), &|_| {}).unwrap();
    assert_eq!(run, (0, 1));
}

fn git(world: &World) -> unspool_campaign::git::Git {
    let mut git = world.git();
    git.credential = world.connect().credential().unwrap();
    git
}

#[test]
fn the_standing_names_every_unit_and_its_reason() {
    let world = published(Skin::Github);
    world.plan(REPOSITORY, &[(UNIT, "new"), ("<b>odd", "other")]);
    let mut store = world.store();
    let (units, samples) = (store.units(None).unwrap(), store.samples().unwrap());
    let value = status::value("c", &[], &units, &samples);
    assert_eq!(value["states"], serde_json::json!({ "open": 1, "planned": 1 }));
    assert_eq!(value["units"][1]["url"], format!("{}/{REPOSITORY}/pull/1", world.forge.address));
    let (mut text, mut page) = (Vec::new(), Vec::new());
    status::text(&mut text, &[], &units, &samples).unwrap();
    status::page(&mut page, "c", &[], &units, &samples).unwrap();
    let (text, page) = (String::from_utf8(text).unwrap(), String::from_utf8(page).unwrap());
    assert!(text.contains("acme/one:list-to-genexpr  open  open"), "{text}");
    assert!(page.contains("polyline") && !page.contains("<b>odd"), "{page}");
}
