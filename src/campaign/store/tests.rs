use super::*;
use crate::change::tests::example;
use crate::config::Pace;

fn open(folder: &tempfile::TempDir) -> Store {
    Store::open(&folder.path().join("campaign.db")).expect("it opens")
}

fn planned(diff: &str) -> Vec<(String, ChangeSet)> {
    let change = ChangeSet { diff: diff.into(), ..example() };
    vec![(change.id().expect("it is JSON"), change)]
}

#[test]
fn decisions_are_about_a_patch() {
    let folder = tempfile::tempdir().expect("there is room");
    let mut store = open(&folder);
    store.import("o/r", &planned("one"), 1).expect("it is written");
    let unit = store.units().expect("it is read").remove(0);
    assert_eq!(unit.decision, Decision::Pending);
    store.decide(&unit, Decision::Accepted, "fine", 2).expect("it is written");
    drop(store);
    let mut store = open(&folder);
    let decision = |store: &Store| store.units().expect("it is read")[0].decision;
    assert_eq!(decision(&store), Decision::Accepted);
    store.import("o/r", &planned("other"), 3).expect("it is written");
    assert_eq!(decision(&store), Decision::Pending);
    store.import("o/r", &planned("one"), 4).expect("it is written");
    assert_eq!(decision(&store), Decision::Accepted);
}

#[test]
fn published_units_outlive_the_plan() {
    let folder = tempfile::tempdir().expect("there is room");
    let mut store = open(&folder);
    store.import("o/r", &planned("one"), 1).expect("it is written");
    store.import("o/r", &[], 2).expect("it is written");
    assert!(store.units().expect("it is read").is_empty());
    store.import("o/r", &planned("one"), 3).expect("it is written");
    let mut unit = store.units().expect("it is read").remove(0);
    (unit.state, unit.pull, unit.head) = (State::Open, Some(7), Some("abc".into()));
    store.record(&unit, 4).expect("it is written");
    store.import("o/r", &[], 5).expect("it is written");
    let unit = store.units().expect("it is read").remove(0);
    assert_eq!((unit.change, unit.pull, unit.state), (None, Some(7), State::Open));
}

/// Seconds at which `count` writes get their right, from 0.
fn times(store: &mut Store, pace: &Pace, count: usize) -> Vec<f64> {
    let mut now = 0.0;
    (0..count)
        .map(|_| {
            loop {
                let wait = store.take_write("me", pace, now).expect("it is written");
                if wait <= 0.0 {
                    return now;
                }
                now += wait;
            }
        })
        .collect()
}

#[test]
fn the_pace_is_kept() {
    let folder = tempfile::tempdir().expect("there is room");
    let pace =
        Pace { seconds_between_writes: 1.0, writes_per_minute: 3, writes_per_hour: 5, ..Pace::default() };
    let times = times(&mut open(&folder), &pace, 7);
    assert_eq!(times, [0.0, 1.0, 2.0, 60.0, 61.0, 3600.0, 3601.0]);
}

#[test]
fn an_objection_stops_all_writers_and_halves_the_pace() {
    let folder = tempfile::tempdir().expect("there is room");
    let pace = Pace { seconds_between_writes: 1.0, ..Pace::default() };
    open(&folder).pause_writes("me", 100.0).expect("it is written");
    // Another process.
    let mut store = open(&folder);
    assert_eq!(store.take_write("me", &pace, 40.0).expect("it is read"), 60.0);
    assert_eq!(store.take_write("somebody else", &pace, 40.0).expect("it is read"), 0.0);
    assert_eq!(store.take_write("me", &pace, 100.0).expect("it is read"), 0.0);
    assert_eq!(store.take_write("me", &pace, 101.0).expect("it is read"), 1.0);
    assert_eq!(store.take_write("me", &pace, 102.0).expect("it is read"), 0.0);
}
