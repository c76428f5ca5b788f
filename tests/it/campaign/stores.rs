//! Both stores do the same: every check runs with the file and with a PostgreSQL.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use unspool_campaign::change::{ChangeSet, File};
use unspool_campaign::config::Pace;
use unspool_campaign::secret::Secret;
use unspool_campaign::store::{
    Address, Bucket, Claim, Decision, Lease, Postgres, PostgresBucket, Sqlite, SqliteBucket, State, Store,
    Unit, Wanted,
};
use unspool_campaign::time::Clock;
use unspool_campaign::wishes::Wishes;
use unspool_fake_forge::postgres::Postgres as Server;

use crate::support::{Scratch, skip};

/// One place for a store, and time that passes at will.
enum Place<'a> {
    Folder(Scratch, Arc<Turned>),
    Server(&'a Server, &'static str),
}

struct Turned(Mutex<f64>);

impl Clock for Turned {
    fn now(&self) -> f64 {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, _: Duration) {}
}

fn address(server: &Server, campaign: &str) -> Address {
    Address::new(&Secret::new(server.address()), None, campaign).unwrap()
}

impl Place<'_> {
    fn store(&self) -> Box<dyn Store> {
        match self {
            Place::Folder(folder, clock) => {
                Box::new(Sqlite::open(&folder.join("campaign.db"), Arc::clone(clock) as _).unwrap())
            }
            Place::Server(server, campaign) => Box::new(Postgres::open(&address(server, campaign)).unwrap()),
        }
    }

    fn bucket(&self) -> Box<dyn Bucket> {
        match self {
            Place::Folder(folder, clock) => {
                Box::new(SqliteBucket::open(&folder.join("pace.db"), Arc::clone(clock) as _).unwrap())
            }
            Place::Server(server, campaign) => {
                Box::new(PostgresBucket::open(&address(server, campaign)).unwrap())
            }
        }
    }

    /// In a database all that has happened moves into the past.
    fn pass(&self, seconds: f64) {
        match self {
            Place::Folder(_, clock) => *clock.0.lock().unwrap() += seconds,
            Place::Server(server, campaign) => {
                let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
                client
                    .batch_execute(&format!(
                        "UPDATE unspool.writes SET at = at - {seconds}; UPDATE unspool.pauses SET until = until - {seconds}; \
                         UPDATE \"unspool-{campaign}\".leases SET until = until - make_interval(secs => {seconds})"
                    ))
                    .unwrap();
            }
        }
    }
}

type Check = fn(&Place);

/// Each with the name of its campaign, so that one database has all of them apart.
const CHECKS: [(&str, Check); 6] = [
    ("decisions", decisions_are_about_a_patch),
    ("outlive", published_units_outlive_the_plan),
    ("claims", each_repository_is_done_once),
    ("late", what_is_late_is_not_written),
    ("pace", the_pace_is_kept),
    ("objection", an_objection_stops_all_writers_and_halves_the_pace),
];

#[test]
fn the_file() {
    for (name, check) in CHECKS {
        eprintln!("{name}");
        check(&Place::Folder(Scratch::new(), Arc::new(Turned(Mutex::new(1_000_000.0)))));
    }
}

#[test]
fn the_database() {
    let server = match Server::start() {
        Ok(server) => server,
        Err(why) => skip!("campaign store in PostgreSQL", why),
    };
    for (name, check) in CHECKS {
        eprintln!("{name}");
        check(&Place::Server(&server, name));
    }
}

fn planned(diff: &str) -> Vec<(String, ChangeSet)> {
    let change = ChangeSet {
        schema: ChangeSet::SCHEMA,
        campaign: "c".into(),
        repository: "o/r".into(),
        url: "https://forge/o/r.git".into(),
        branch: "main".into(),
        commit: "1".repeat(40),
        unit: "list-to-genexpr".into(),
        tool: "unspool 1".into(),
        transforms: vec!["list-to-genexpr".into()],
        command: "unspool fix".into(),
        diff: diff.into(),
        files: vec![File { path: "a.py".into(), added: 3, removed: 1 }],
        sites: Vec::new(),
        refused: Vec::new(),
        verified: None,
        owners: Vec::new(),
        oversize: true,
        wishes: Wishes::default(),
    };
    vec![(change.id().unwrap(), change)]
}

fn unit(store: &mut dyn Store) -> Unit {
    let mut units = store.units(Some("o/r")).unwrap();
    assert_eq!(units.len(), 1);
    units.remove(0)
}

/// Asks for the first of some repositories.
fn claim(store: &mut dyn Store, repositories: &[&str], purpose: &str, since: i64) -> Claim {
    let repositories: Vec<String> = repositories.iter().map(|name| (*name).to_owned()).collect();
    let wanted = Wanted { repositories: &repositories, purpose, since, holder: "a test", seconds: 60.0 };
    store.claim(&wanted).unwrap()
}

#[track_caller]
fn lease(store: &mut dyn Store, repositories: &[&str], purpose: &str, since: i64) -> Lease {
    match claim(store, repositories, purpose, since) {
        Claim::Yours(lease) => lease,
        other => panic!("{other:?}"),
    }
}

fn decisions_are_about_a_patch(place: &Place) {
    let mut store = place.store();
    store.import("o/r", &planned("one")).unwrap();
    let first = unit(&mut *store);
    assert_eq!((first.decision, first.oversize, first.lines), (Decision::Pending, true, 3));
    store.decide(&first, Decision::Rejected, "no").unwrap();
    store.decide(&first, Decision::Accepted, "fine").unwrap();
    drop(store);
    let mut store = place.store();
    assert_eq!(unit(&mut *store).decision, Decision::Accepted);
    store.import("o/r", &planned("other")).unwrap();
    assert_eq!(unit(&mut *store).decision, Decision::Pending);
    store.import("o/r", &planned("one")).unwrap();
    assert_eq!(unit(&mut *store).decision, Decision::Accepted);
    store.decide(&first, Decision::Pending, "").unwrap();
    assert_eq!(unit(&mut *store).decision, Decision::Pending);
    assert_eq!(store.units(Some("o/x")).unwrap().len(), 0);
    store.sample(7, 2, 1).unwrap();
    assert_eq!(store.samples().unwrap()[0][1..], [7, 2, 1]);
}

fn published_units_outlive_the_plan(place: &Place) {
    let mut store = place.store();
    store.import("o/r", &planned("one")).unwrap();
    store.import("o/r", &[]).unwrap();
    assert!(store.units(None).unwrap().is_empty());
    store.import("o/r", &planned("one")).unwrap();
    let mut published = unit(&mut *store);
    (published.state, published.pull, published.head, published.wave) =
        (State::Open, Some(7), Some("abc".into()), Some(2));
    let lease = lease(&mut *store, &["o/r"], "publish", 0);
    assert!(store.record(&published, &lease).unwrap());
    store.import("o/r", &[]).unwrap();
    store.forget("o/r").unwrap();
    let kept = unit(&mut *store);
    assert_eq!((kept.change, kept.pull, kept.state), (None, Some(7), State::Open));
    assert_eq!((kept.head.as_deref(), kept.wave), (Some("abc"), Some(2)));
}

fn each_repository_is_done_once(place: &Place) {
    let mut store = place.store();
    let names = ["o/b", "o/a"];
    let since = store.moment().unwrap();
    // In the order that was asked for.
    for expected in names {
        let lease = lease(&mut *store, &names, "publish", since);
        assert_eq!(lease.repository, expected);
        store.release(&lease, Some("publish")).unwrap();
    }
    assert_eq!(claim(&mut *store, &names, "publish", since), Claim::Done);
    // Another kind of work, and another run.
    assert_eq!(lease(&mut *store, &["o/a"], "look", since).repository, "o/a");
    place.pass(61.0);
    let since = store.moment().unwrap();
    let first = lease(&mut *store, &["o/a"], "publish", since);
    // Given back without having been done.
    store.release(&first, None).unwrap();
    let second = lease(&mut *store, &["o/a"], "publish", since);
    assert!(second.token > first.token);
}

fn what_is_late_is_not_written(place: &Place) {
    let mut store = place.store();
    store.import("o/r", &planned("one")).unwrap();
    let mut late = unit(&mut *store);
    let since = store.moment().unwrap();
    let first = lease(&mut *store, &["o/r"], "publish", since);
    assert!(store.renew(&first, 60.0).unwrap());
    place.pass(61.0);
    let mut other = place.store();
    let second = lease(&mut *other, &["o/r"], "publish", since);
    (late.state, late.reason) = (State::Failed, "late".into());
    assert!(!store.record(&late, &first).unwrap());
    assert!(!store.renew(&first, 60.0).unwrap());
    // It can neither give back nor finish what is another's.
    store.release(&first, Some("publish")).unwrap();
    assert!(other.renew(&second, 60.0).unwrap());
    assert_eq!(unit(&mut *store).state, State::Planned);
    late.state = State::Open;
    assert!(other.record(&late, &second).unwrap());
    assert_eq!(unit(&mut *store).state, State::Open);
}

/// Seconds at which `count` writes get their right, from 0.
fn times(place: &Place, pace: &Pace, count: usize) -> Vec<f64> {
    let mut bucket = place.bucket();
    let mut now = 0.0;
    let time = |_| loop {
        let wait = bucket.take("me", pace).unwrap();
        if wait <= 0.0 {
            return now;
        }
        place.pass(wait);
        now += wait;
    };
    (0..count).map(time).collect()
}

/// The clock of a database goes on by itself.
#[track_caller]
fn near(found: &[f64], expected: &[f64]) {
    let apart = found.iter().zip(expected).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
    assert!(found.len() == expected.len() && apart < 0.9, "{found:?} {expected:?}");
}

fn the_pace_is_kept(place: &Place) {
    // A lease that the passing of time can be seen on.
    place.store().moment().unwrap();
    let pace =
        Pace { seconds_between_writes: 10.0, writes_per_minute: 3, writes_per_hour: 5, ..Pace::default() };
    near(&times(place, &pace, 7), &[0.0, 10.0, 20.0, 60.0, 70.0, 3600.0, 3610.0]);
}

fn an_objection_stops_all_writers_and_halves_the_pace(place: &Place) {
    place.store().moment().unwrap();
    let pace = Pace { seconds_between_writes: 10.0, ..Pace::default() };
    place.bucket().pause("them", 100.0).unwrap();
    place.pass(40.0);
    // Another process.
    let mut bucket = place.bucket();
    let mut take = |who: &str| bucket.take(who, &pace).unwrap();
    near(&[take("them"), take("somebody else")], &[60.0, 0.0]);
    place.pass(60.0);
    near(&[take("them"), take("them")], &[0.0, 20.0]);
    place.pass(20.0);
    near(&[take("them")], &[0.0]);
}

/// Eight threads take 60 repositories from one database: each is taken once, and nobody waits for a lock of another.
#[test]
fn many_claim_at_the_same_time() {
    let server = match Server::start() {
        Ok(server) => server,
        Err(why) => skip!("campaign leases in PostgreSQL", why),
    };
    let names: Vec<String> = (0..60).map(|number| format!("o/r{number}")).collect();
    let since = Postgres::open(&address(&server, "many")).unwrap().moment().unwrap();
    let taken: Mutex<BTreeMap<String, usize>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                // Eight that make the tables at the same time, too.
                let mut store = Postgres::open(&address(&server, "many")).unwrap();
                let wanted = Wanted {
                    repositories: &names,
                    purpose: "publish",
                    since,
                    holder: "a thread",
                    seconds: 60.0,
                };
                while let Claim::Yours(lease) = store.claim(&wanted).unwrap() {
                    *taken.lock().unwrap().entry(lease.repository.clone()).or_default() += 1;
                    store.release(&lease, Some("publish")).unwrap();
                }
            });
        }
    });
    let taken = taken.into_inner().unwrap();
    assert_eq!(taken.len(), 60);
    assert!(taken.values().all(|count| *count == 1), "{taken:?}");
}

/// Eight threads share one bucket of 20 writes: 20 get through.
#[test]
fn many_share_a_pace() {
    let server = match Server::start() {
        Ok(server) => server,
        Err(why) => skip!("campaign pace in PostgreSQL", why),
    };
    let pace =
        Pace { seconds_between_writes: 0.0, writes_per_minute: 1000, writes_per_hour: 20, ..Pace::default() };
    let through = Mutex::new(0);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (server, pace, through) = (&server, &pace, &through);
            scope.spawn(move || {
                // Of two campaigns: the pace is the identity's.
                let campaign = if number % 2 == 0 { "one" } else { "two" };
                let mut bucket = PostgresBucket::open(&address(server, campaign)).unwrap();
                for _ in 0..10 {
                    if bucket.take("me", pace).unwrap() <= 0.0 {
                        *through.lock().unwrap() += 1;
                    }
                }
            });
        }
    });
    assert_eq!(through.into_inner().unwrap(), 20);
}

/// Over a network only with TLS, and only with a certificate that somebody vouches for.
#[test]
fn the_network_is_not_trusted() {
    let far = Address::new(&Secret::new("postgres://me:password-of-a-test@db.example.com/x"), None, "c");
    let error = far.err().unwrap();
    assert!(error.exit_code() == 2 && error.to_string().contains("sslmode=require"), "{error}");
    let server = match Server::start_with_tls() {
        Ok(server) => server,
        Err(why) => skip!("campaign store with TLS", why),
    };
    let (url, authority) = server.address_with_tls().unwrap();
    let open = |ca| Postgres::open(&Address::new(&Secret::new(&*url), ca, "c").unwrap());
    let error = open(None).err().unwrap();
    assert!(error.to_string().contains("certificate"), "{error}");
    let mut store = open(Some(authority)).unwrap();
    assert_eq!(store.units(None).unwrap().len(), 0);
    let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    let row = client
        .query_one("SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'unspool'", &[])
        .unwrap();
    assert!(row.get::<_, bool>(0));
}
