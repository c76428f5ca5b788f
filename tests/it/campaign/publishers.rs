//! Several publishers as processes, with one PostgreSQL and one forge: some are stopped until they are late, some are killed.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use rustix::process::{Pid, Signal, kill_process};
use unspool_fake_forge::Logged;
use unspool_fake_forge::postgres::Postgres as Server;

use super::World;
use crate::support::Run;

/// How long a test waits for what has to happen.
const LONG: Duration = Duration::from_secs(120);

struct Publishers {
    world: World,
    server: Server,
}

impl Publishers {
    /// Everything is planned and accepted. None: there is no PostgreSQL.
    fn new(repositories: usize, lease: u32, why: &str) -> Option<Publishers> {
        let server = match Server::start() {
            Ok(server) => server,
            Err(reason) => {
                crate::support::note_skip(why, &reason);
                return None;
            }
        };
        let settings =
            format!("[waves]\nsizes = []\n[store]\npostgres-env = 'UNSPOOL_TEST_STORE'\nlease = {lease}.0\n");
        let mut world = World::new(repositories, &settings);
        world.environment.push(("UNSPOOL_TEST_STORE".into(), server.address()));
        for words in ["repos", "plan", "show --accept all"] {
            world.run(words, 0);
        }
        assert!(!world.scratch.join("campaign.db").exists());
        Some(Publishers { world, server })
    }

    /// A publisher whose standard error is kept.
    fn start(&self, step: Option<&str>) -> Child {
        let mut command = self.world.command("publish");
        if let Some(step) = step {
            command.env("UNSPOOL_TEST_STOP", step);
        }
        command.stderr(Stdio::piped()).spawn().expect("it starts")
    }

    fn sql(&self) -> Client {
        Client::connect(&self.server.address(), NoTls).unwrap()
    }

    /// Token and holder of each repository that somebody works on, or whose lease has ended without having been given back.
    fn leases(&self) -> Vec<(String, i64, String)> {
        let query = "SELECT repository, token, holder FROM \"unspool-c\".leases WHERE until > '-infinity'";
        let rows = self.sql().query(query, &[]).unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
    }

    /// Waits until a process holds a lease, and gives repository and token.
    #[track_caller]
    fn holds(&self, child: &Child) -> (String, i64) {
        let own = format!(" {}", child.id());
        wait(|| {
            let held = self.leases().into_iter().find(|(.., holder)| holder.ends_with(&own));
            held.map(|(repository, token, _)| (repository, token))
        })
    }

    /// Waits until somebody else has had a repository.
    #[track_caller]
    fn taken_over(&self, repository: &str, token: i64) {
        let query = "SELECT token FROM \"unspool-c\".leases WHERE repository = $1";
        wait(|| {
            (self.sql().query_one(query, &[&repository]).unwrap().get::<_, i64>(0) > token).then_some(())
        });
    }

    /// Requests that opened a pull request, all that asked for one, and every other write.
    fn writes(&self) -> (usize, usize, usize) {
        let log = self.world.forge.take_log();
        let is_asked = |logged: &&&Logged| logged.method == "POST" && logged.address.ends_with("/pulls");
        let others = log.iter().filter(|logged| logged.is_write && !is_asked(&logged)).count();
        let log: Vec<&Logged> = log.iter().collect();
        let asked: Vec<_> = log.iter().filter(is_asked).collect();
        let opened = asked.iter().filter(|logged| logged.status == 201).count();
        (opened, asked.len(), others)
    }
}

/// Asks until there is an answer.
#[track_caller]
fn wait<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begin.elapsed() < LONG, "it never happened");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("it is our child");
}

/// The process that stopped itself, or was stopped.
#[track_caller]
fn is_stopped(child: &Child) {
    let path = format!("/proc/{}/stat", child.id());
    wait(|| {
        let text = std::fs::read_to_string(&path).expect("it is there");
        text.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T')).then_some(())
    });
}

/// Status and standard error.
fn end(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("it is our child");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Stopped at a step until its lease has ended and another publisher has done its work; what it then tries to write, to the forge
/// and to the store, is not written.
#[test]
fn late_writes_are_rejected() {
    for step in ["BeforePush", "AfterPush", "BeforeCreate", "AfterCreate", "BeforeRecord"] {
        let Some(publishers) = Publishers::new(2, 2, "campaign late writes") else { return };
        let stopped = publishers.start(Some(step));
        is_stopped(&stopped);
        let (repository, token) = publishers.holds(&stopped);
        let (code, said) = end(publishers.start(None));
        assert_eq!(code, Some(0), "{step}: {said}");
        publishers.taken_over(&repository, token);
        publishers.world.check_one_pull_each(2);
        publishers.world.forge.take_log();
        let before = journal(&publishers);
        signal(&stopped, Signal::CONT);
        let (code, said) = end(stopped);
        assert_eq!(code, Some(0), "{step}: {said}");
        assert!(said.contains("another publisher has taken it over"), "{step}: {said}");
        assert_eq!(publishers.writes(), (0, 0, 0), "{step}");
        assert_eq!(journal(&publishers), before, "{step}");
        publishers.world.check_one_pull_each(2);
    }
}

/// All that the store was told.
fn journal(publishers: &Publishers) -> Vec<(String, String, i64)> {
    let query = "SELECT repository, state, updated FROM \"unspool-c\".units ORDER BY 1";
    let rows = publishers.sql().query(query, &[]).unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

/// Four publishers; one is stopped in the middle of a repository until its lease has ended, one is killed in the middle of one.
#[test]
fn four_publishers() {
    const REPOSITORIES: usize = 24;
    let Some(publishers) = Publishers::new(REPOSITORIES, 3, "campaign four publishers") else { return };
    // These two come to a step and stay there: that is where they are when the blow falls.
    let late = publishers.start(Some("AfterCreate"));
    is_stopped(&late);
    let mut dead = publishers.start(Some("AfterPush"));
    is_stopped(&dead);
    let ((first, first_token), (second, second_token)) = (publishers.holds(&late), publishers.holds(&dead));
    assert_ne!(first, second);
    dead.kill().expect("it is our child");
    dead.wait().expect("it is our child");
    let others = [publishers.start(None), publishers.start(None)];
    let shares: Vec<usize> = others
        .into_iter()
        .map(|child| {
            let (code, said) = end(child);
            assert_eq!(code, Some(0), "{said}");
            said.matches(": opened ").count()
        })
        .collect();
    publishers.taken_over(&first, first_token);
    publishers.taken_over(&second, second_token);
    signal(&late, Signal::CONT);
    let (code, said) = end(late);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("another publisher has taken it over"), "{said}");
    publishers.world.check_one_pull_each(REPOSITORIES);
    // Both had a share, and nobody asked for a pull request that was there.
    assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
    let (opened, asked, _) = publishers.writes();
    assert_eq!((opened, asked), (REPOSITORIES, REPOSITORIES));
    publishers.world.run("publish", 0);
    assert_eq!(publishers.writes(), (0, 0, 0));
}

/// The same without knowing where: publishers are stopped, continued and killed at random moments.
#[test]
fn publishers_in_rough_hands() {
    const REPOSITORIES: usize = 16;
    let Some(publishers) = Publishers::new(REPOSITORIES, 1, "campaign publishers in rough hands") else {
        return;
    };
    let mut random = fastrand::Rng::with_seed(11);
    let mut children: Vec<Child> = (0..4).map(|_| publishers.start(None)).collect();
    for _ in 0..12 {
        std::thread::sleep(Duration::from_millis(random.u64(50..400)));
        let child = &mut children[random.usize(0..4)];
        if child.try_wait().expect("it is our child").is_some() {
            *child = publishers.start(None);
            continue;
        }
        if random.bool() {
            signal(child, Signal::STOP);
            std::thread::sleep(Duration::from_millis(random.u64(200..1500)));
            signal(child, Signal::CONT);
        } else {
            child.kill().expect("it is our child");
            child.wait().expect("it is our child");
            *child = publishers.start(None);
        }
    }
    for child in children {
        let (code, said) = end(child);
        assert!(matches!(code, Some(0 | 75)), "{code:?} {said}");
    }
    publishers.world.run("publish", 0);
    publishers.world.check_one_pull_each(REPOSITORIES);
    let (opened, ..) = publishers.writes();
    assert_eq!(opened, REPOSITORIES);
    publishers.world.run("publish", 0);
    assert_eq!(publishers.writes(), (0, 0, 0));
}

/// The database goes away in the middle and comes back.
#[test]
fn the_database_is_restarted() {
    const REPOSITORIES: usize = 8;
    let Some(publishers) = Publishers::new(REPOSITORIES, 1, "campaign restart of the database") else {
        return;
    };
    let child = publishers.start(None);
    wait(|| publishers.world.forge.pulls("acme/r0").first().map(|_| ()));
    publishers.server.restart().unwrap();
    let (code, said) = end(child);
    assert!(matches!(code, Some(0 | 75)), "{code:?} {said}");
    publishers.world.run("publish", 0);
    publishers.world.check_one_pull_each(REPOSITORIES);
    let (opened, ..) = publishers.writes();
    assert_eq!(opened, REPOSITORIES);
}

/// A store that does not answer is a reason to try again, and its password is in no message.
#[test]
fn a_password_stays_inside() {
    let mut world = World::new(1, "[store]\npostgres-env = 'UNSPOOL_TEST_STORE'\n");
    assert_eq!(world.run("status", 2).code, Some(2));
    for (url, status) in [
        ("host=/nowhere user=unspool password=canary-of-the-store", 75),
        ("postgres://unspool:canary-of-the-store@127.0.0.1:1/x", 75),
        ("postgres://unspool:canary-of-the-store@db.example.com/x", 2),
        ("canary-of-the-store", 2),
    ] {
        world.environment = vec![("UNSPOOL_TEST_STORE".into(), url.into())];
        for words in ["status", "-v show"] {
            let run = Run::of(&mut world.command(words));
            assert_eq!(run.code, Some(status), "{url}: {}", run.stderr);
            assert!(!run.stderr.contains("canary-of-the-store"), "{}", run.stderr);
        }
    }
}
