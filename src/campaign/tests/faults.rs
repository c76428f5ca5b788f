//! Answers that are lost, late, or no.

use unspool_campaign::store::State;
use unspool_fake_forge::{Fault, Kind, Skin};

use crate::world::World;

fn world() -> World {
    let world = World::new("[pace]\nseconds-between-writes = 0.0\n");
    world.accepted("new");
    world
}

/// With the faults, one run comes to one pull request; a second one writes nothing.
#[track_caller]
fn check(faults: Vec<Fault>) {
    let world = world();
    let shown = format!("{faults:?}");
    for fault in faults {
        world.forge.fault(fault);
    }
    let summary = world.publish();
    assert_eq!((summary.failed, summary.waiting.len()), (0, 0), "{shown}: {summary:?}");
    assert_eq!(world.pulls().len(), 1, "{shown}");
    assert_eq!(world.pulls()[0].labels, ["unspool"], "{shown}");
    world.check_state(State::Open);
    let unused: Vec<_> = world.forge.state().faults.iter().filter(|fault| fault.times > 0).cloned().collect();
    assert!(unused.is_empty(), "never met: {unused:?}");
    world.writes();
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new(), "{shown}");
}

const BAD_GATEWAY: Kind = Kind::Answer(502, Vec::new(), "<html>bad gateway</html>");

#[test]
fn lost_replies() {
    check(vec![Fault::new("POST", "/pulls", Kind::LostReply)]);
    check(vec![Fault::new("POST", "/labels", Kind::LostReply)]);
    check(vec![Fault::new("GET", "/pulls", Kind::LostReply).times(2)]);
    check(vec![Fault::new("POST", "git-receive-pack", Kind::LostReply)]);
}

#[test]
fn requests_that_never_arrive() {
    check(vec![Fault::new("POST", "/pulls", Kind::Dropped)]);
    check(vec![Fault::new("POST", "/pulls", BAD_GATEWAY).times(2)]);
    check(vec![Fault::new("GET", "/repos/", BAD_GATEWAY).times(3)]);
}

#[test]
fn a_list_that_lags_behind() {
    // The pull request is there, but the first two looks do not show it: the forge's own refusal does.
    check(vec![
        Fault::new("POST", "/pulls", Kind::LostReply),
        Fault::new("GET", "/pulls?", Kind::HiddenPulls).times(2),
    ]);
}

#[test]
fn what_is_not_visible_yet() {
    let invalid = Kind::Answer(
        422,
        Vec::new(),
        r#"{"message":"Validation Failed","errors":[{"resource":"PullRequest","field":"head","code":"invalid"}]}"#,
    );
    check(vec![Fault::new("POST", "/pulls", invalid).times(2)]);
    let node = Kind::Answer(
        422,
        Vec::new(),
        r#"{"message":"Could not resolve to a node with the global id of 'x'."}"#,
    );
    check(vec![Fault::new("POST", "/labels", node).times(2)]);
}

#[test]
fn secondary_limits() {
    check(vec![Fault::secondary("POST", "/pulls", Some(7))]);
    check(vec![Fault::secondary("POST", "/pulls", None).times(2)]);
    let primary =
        vec![("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", "1000090".to_owned())];
    check(vec![Fault::new("GET", "/pulls", Kind::Answer(403, primary, "{}"))]);
}

#[test]
fn limits_take_their_time() {
    use unspool_campaign::time::Clock as _;
    for (fault, least) in [
        (Fault::secondary("POST", "/pulls", Some(7)), 7.0),
        (Fault::secondary("POST", "/pulls", None), 60.0),
        (Fault::secondary("POST", "/pulls", None).times(3), 60.0 + 120.0 + 240.0),
    ] {
        let world = world();
        let begin = world.clock.now();
        world.forge.fault(fault);
        world.publish();
        assert!(world.clock.now() - begin >= least, "{}", world.clock.now() - begin);
    }
}

#[test]
fn impatience_ends_the_run_and_the_next_one_goes_on() {
    let world = world();
    world.forge.fault(Fault::secondary("POST", "/pulls", Some(100_000)));
    let error = world.run(None).0.unwrap().unwrap_err();
    assert_eq!(error.exit_code(), 75, "{error}");
    world.check_state(State::Waiting);
    world.clock_forward(100_000.0);
    world.publish();
    assert_eq!(world.open_pulls().len(), 1);
}

#[test]
fn a_wrong_token_is_for_the_operator() {
    let world = world();
    world.forge.state().tokens.clear();
    let error = world.run(None).0.unwrap().unwrap_err();
    assert_eq!(error.exit_code(), 2, "{error}");
}

/// A label or reviewer that is not taken is a doubt in the record, no failure, and is not tried again.
#[test]
fn a_reviewer_who_does_not_exist() {
    let world = World::new("[change]\nreviewers = ['ada', 'nobody']\n");
    world.accepted("new");
    world.publish();
    assert_eq!(world.pulls()[0].reviewers, ["ada"]);
    world.check_state(State::Open);
    assert!(world.unit().reason.contains("nobody"), "{}", world.unit().reason);
    world.writes();
    world.publish();
    assert_eq!(world.writes(), Vec::<String>::new());
}

/// An answer that comes late, and one for which nobody waits so long: the write has happened.
#[test]
fn slow_answers() {
    check(vec![Fault::new("GET", "/pulls", Kind::Slow(300)), Fault::new("POST", "/pulls", Kind::Slow(300))]);
    for (method, address) in [("POST", "/pulls"), ("GET", "/pulls"), ("POST", "/labels")] {
        let mut world = world();
        world.config.limits.request = 1;
        world.forge.fault(Fault::new(method, address, Kind::Slow(1500)));
        let summary = world.publish();
        assert_eq!((summary.failed, summary.waiting.len()), (0, 0), "{method} {address}: {summary:?}");
        assert_eq!(world.pulls().len(), 1, "{method} {address}");
        world.check_state(State::Open);
        world.writes();
        world.publish();
        assert_eq!(world.writes(), Vec::<String>::new(), "{method} {address}");
    }
}

/// The same troubles in the words of the others.
#[test]
fn on_the_other_forges() {
    let limited = |retry: &str| {
        Kind::Answer(429, vec![("Retry-After", retry.to_owned())], r#"{"message":"Too Many Requests"}"#)
    };
    for (skin, pulls) in [(Skin::Gitlab, "/merge_requests"), (Skin::Forgejo, "/pulls")] {
        let token = Kind::Answer(401, Vec::new(), r#"{"message":"401 Unauthorized"}"#);
        for fault in [
            Fault::new("POST", pulls, Kind::LostReply),
            Fault::new("POST", pulls, Kind::Dropped),
            Fault::new("POST", pulls, BAD_GATEWAY).times(2),
            Fault::new("GET", pulls, BAD_GATEWAY).times(2),
            Fault::new("POST", pulls, limited("7")),
            Fault::new("GET", pulls, limited("7")),
            Fault::new("POST", "git-receive-pack", Kind::LostReply),
        ] {
            let world = World::with_skin(skin, "[pace]\nseconds-between-writes = 0.0\n");
            world.accepted("new");
            let shown = format!("{skin:?} {fault:?}");
            world.forge.fault(fault);
            let summary = world.publish();
            assert_eq!((summary.failed, summary.waiting.len()), (0, 0), "{shown}: {summary:?}");
            assert_eq!(world.pulls().len(), 1, "{shown}");
            world.writes();
            world.publish();
            assert_eq!(world.writes(), Vec::<String>::new(), "{shown}");
        }
        // A token that expires in the middle is for the operator, and the next run goes on.
        let world = World::with_skin(skin, "[pace]\nseconds-between-writes = 0.0\n");
        world.accepted("new");
        world.forge.fault(Fault::new("POST", pulls, token));
        let error = world.run(None).0.unwrap().unwrap_err();
        assert_eq!(error.exit_code(), 2, "{error}");
        world.publish();
        assert_eq!(world.pulls().len(), 1, "{skin:?}");
    }
}
