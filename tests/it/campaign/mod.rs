//! Campaigns with the real binary as planner, engine and publisher, a forge in this process, and real git between them. What the
//! layer does by itself is tested in `src/campaign/tests`.

mod contract;
mod deploy;
mod made;
mod publishers;
mod sandbox;
mod secrets;
mod stores;

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use unspool_fake_forge::{Entry, Forge, PullState, Skin};

use crate::support::{Run, Scratch, python, skip};

const SOURCE: &str = "def f(xs: list[int]):\n    return any([x > 1 for x in xs])\n";
const REWRITTEN: &str = "def f(xs: list[int]):\n    return any(x > 1 for x in xs)\n";
const BRANCH: &str = "unspool/c/list-to-genexpr";

struct World {
    /// Of its own: a test that looks into all processes must not find that of another test.
    token: String,
    scratch: Scratch,
    forge: Forge,
    /// What every process gets besides the token.
    environment: Vec<(String, String)>,
}

impl World {
    fn new(repositories: usize, settings: &str) -> World {
        World::with_skin(Skin::Github, repositories, settings)
    }

    fn with_skin(skin: Skin, repositories: usize, settings: &str) -> World {
        let scratch = Scratch::new();
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let token = format!("canary-token-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let forge = Forge::start(scratch.join("forge"), skin, &token);
        let kind = match skin {
            Skin::Github => "github",
            Skin::Gitlab => "gitlab",
            Skin::Forgejo => "forgejo",
        };
        for number in 0..repositories {
            let bare = forge.repository(&format!("acme/r{number}"));
            bare.commit("main", &[("pkg/a.py", Entry::File(SOURCE))]);
        }
        scratch.write(
            "campaign.toml",
            format!(
                "[campaign]\nid = 'c'\ncontact = 'the tests'\n[forge]\nkind = '{kind}'\napi = '{}'\ninsecure = true\n\
                 [repositories]\norganisations = ['acme']\npermission = ['acme']\n\
                 [transforms]\nselect = ['list-to-genexpr']\n\
                 [pace]\nseconds-between-writes = 0.0\nwrites-per-minute = 100000\nwrites-per-hour = 100000\n{settings}",
                forge.api()
            ),
        );
        World { token, scratch, forge, environment: Vec::new() }
    }

    fn command(&self, words: &str) -> Command {
        let mut command = self.scratch.unspool(["campaign"].into_iter().chain(words.split(' ')));
        command.env("UNSPOOL_TOKEN", &self.token).env("XDG_STATE_HOME", self.scratch.join("state"));
        command.envs(self.environment.iter().cloned());
        command
    }

    #[track_caller]
    fn run(&self, words: &str, status: i32) -> Run {
        let run = Run::of(&mut self.command(words));
        assert_eq!(run.code, Some(status), "{words}: {}", run.stderr);
        for text in [&run.stderr, &String::from_utf8_lossy(&run.stdout).into_owned()] {
            assert!(!text.contains(&self.token), "{words}: {text}");
        }
        run
    }

    fn writes(&self) -> usize {
        self.forge.take_log().iter().filter(|logged| logged.is_write).count()
    }

    #[track_caller]
    fn check_one_pull_each(&self, repositories: usize) {
        for number in 0..repositories {
            let name = format!("acme/r{number}");
            let pulls = self.forge.pulls(&name);
            let open = pulls.iter().filter(|pull| pull.state == PullState::Open).count();
            assert_eq!((pulls.len(), open), (1, 1), "{name}: {pulls:?}");
            assert_eq!(pulls[0].labels, ["unspool"], "{name}");
            let bare = self.forge.state().repositories[&name].bare.clone();
            assert_eq!(bare.file(BRANCH, "pkg/a.py").as_deref(), Some(REWRITTEN.trim_end()), "{name}");
        }
    }
}

#[test]
fn from_a_list_to_merged_pull_requests() {
    let world = World::new(3, "[waves]\nsizes = []\ndrafts = 0\n");
    world.run("repos", 0);
    world.run("plan", 0);
    world.run("show --accept all", 0);
    world.run("doctor", 0);
    world.run("publish --dry-run", 0);
    assert_eq!(world.writes(), 0);
    world.run("-v publish", 0);
    world.check_one_pull_each(3);
    world.writes();
    world.run("publish", 0);
    assert_eq!(world.writes(), 0);
    // A person works on one, closes another one; the third is merged when it is green.
    let state = |number: usize| {
        let run = world.run("status --json", 0);
        let value: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        value["units"][number]["state"].as_str().unwrap_or_default().to_owned()
    };
    world.forge.state().repositories["acme/r0"]
        .bare
        .clone()
        .commit(BRANCH, &[("pkg/a.py", Entry::File("mine\n"))]);
    world.forge.state().pull("acme/r1", 1).unwrap().state = PullState::Closed;
    world.forge.state().repositories.get_mut("acme/r2").unwrap().check = Some("success");
    world.run("merge --when-green", 0);
    assert_eq!([state(0), state(1), state(2)], ["edited", "closed", "merged"]);
    world.run("repos", 0);
    world.run("plan", 0);
    // The merged one has nothing left to do; the others are left alone.
    world.writes();
    world.run("publish", 75);
    assert_eq!(world.writes(), 0);
    world.run("revert", 0);
    let run = world.run("show acme/r2", 0);
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(text.contains("+    return any([x > 1 for x in xs])"), "{text}");
}

/// `publish` is killed at random moments, often; what comes out is what one quiet run gives.
#[test]
fn killed_at_random() {
    const REPOSITORIES: usize = 40;
    const KILLS: u64 = 50;
    let world = World::new(REPOSITORIES, "[waves]\nsizes = []\n");
    world.run("repos", 0);
    world.run("plan", 0);
    world.run("show --accept all", 0);
    let mut random = fastrand::Rng::with_seed(8);
    let mut killed = 0;
    for _ in 0..KILLS {
        let mut child = world.command("-q publish").spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(random.u64(20..600)));
        if child.try_wait().expect("it is our child").is_none() {
            killed += 1;
        }
        let _ = child.kill();
        child.wait().expect("it is our child");
    }
    assert!(killed > 0, "every run ended before it was killed");
    world.run("publish", 0);
    world.check_one_pull_each(REPOSITORIES);
    world.writes();
    world.run("publish", 0);
    assert_eq!(world.writes(), 0);
    // The file is whole, and says what happened to whom.
    let file = rusqlite::Connection::open(world.scratch.join("campaign.db")).unwrap();
    let ask = |sql: &str| file.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(ask("PRAGMA integrity_check"), "ok");
    assert_eq!(ask("PRAGMA journal_mode"), "wal");
    let opened = "SELECT count(DISTINCT repository) || '' FROM events WHERE what = 'open'";
    assert_eq!(ask(opened), REPOSITORIES.to_string());
}

/// A process that ends at a step as by a loss of power.
#[test]
fn the_binary_ends_at_a_step() {
    for step in ["AfterPush", "AfterCreate", "BeforeRecord"] {
        let world = World::new(1, "");
        world.run("repos", 0);
        world.run("plan", 0);
        world.run("show --accept all", 0);
        let run = Run::of(world.command("publish").env("UNSPOOL_TEST_CRASH", step));
        assert!(run.signal.is_some(), "{step}: {:?} {}", run.code, run.stderr);
        world.run("publish", 0);
        world.check_one_pull_each(1);
    }
}

/// Code of the repository looks for secrets wherever it can: its environment, those of all processes, git's configuration,
/// files near it. It finds none, and it did look.
#[test]
fn verification_sees_no_secret() {
    let Some(python) = python() else { skip!("campaign verification", "no python3") };
    let world = World::new(1, "[verify]\ncommand = 'sh look.sh'\n");
    let seen = world.scratch.join("seen");
    // Nothing but counts is kept: other processes of this machine have secrets, too.
    let look = format!(
        "exec >> '{seen}' 2>/dev/null\n\
         env | grep -c '{pattern}'\n\
         cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | grep -a -c '{pattern}'\n\
         git config --list --show-origin | grep -c '{pattern}'\n\
         grep -r '{pattern}' . .. \"$HOME\" | wc -l\n\
         echo watched $(grep -a -l -e --offline /proc/[0-9]*/cmdline | wc -l)\n\
         '{python}' -c 'import pkg.a'\n",
        seen = seen.display(),
        // It does not find itself.
        pattern = world.token.replacen("canary", "[c]anary", 1),
        python = python.display(),
    );
    let bare = world.forge.state().repositories["acme/r0"].bare.clone();
    bare.commit("main", &[("look.sh", Entry::File(&look)), ("pkg/__init__.py", Entry::File(""))]);
    world.run("repos", 0);
    world.run("plan", 0);
    let seen = String::from_utf8_lossy(&std::fs::read(seen).expect("the command ran")).into_owned();
    let runs: Vec<&str> = seen.split_inclusive("watched").collect();
    assert!(runs.len() > 2, "it ran too seldom: {seen}");
    for line in seen.lines() {
        match line.strip_prefix("watched ") {
            Some(planners) => assert_ne!(planners, "0", "it did not see who runs it"),
            None => assert_eq!(line, "0", "{seen}"),
        }
    }
    let run = world.run("show acme/r0", 0);
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(text.contains("verified with `sh look.sh`"), "{text}");
}

#[test]
fn a_child_has_so_much_memory_and_no_more() {
    let Some(python) = python() else { skip!("campaign memory", "no python3") };
    let run = |mebibytes: &str| {
        let code = "x = bytearray(512 * 1024 * 1024); print(len(x))";
        let words =
            ["campaign-child".as_ref(), mebibytes.as_ref(), python.as_os_str(), "-c".as_ref(), code.as_ref()];
        Run::of(&mut Scratch::new().unspool(words))
    };
    assert_eq!(run("4096").code, Some(0));
    let limited = run("256");
    assert_eq!(limited.code, Some(1), "{}", limited.stderr);
    assert!(limited.stderr.contains("MemoryError"), "{}", limited.stderr);
}

/// Statuses that scripts rely on.
#[test]
fn misconfiguration_is_status_2() {
    let scratch = Scratch::new();
    assert_eq!(scratch.run(["campaign", "plan"]).code, Some(2));
    assert_eq!(scratch.run(["campaign", "init"]).code, Some(0));
    assert_eq!(scratch.run(["campaign", "init"]).code, Some(2));
    assert_eq!(scratch.run(["campaign", "plan"]).code, Some(2));
    let publish = Run::of(scratch.unspool(["campaign", "publish"]).env_remove("UNSPOOL_TOKEN"));
    assert_eq!(publish.code, Some(2), "{}", publish.stderr);
}

/// What somebody rejected in their repository no bot proposes again.
#[test]
fn decisions_of_a_repository_hold() {
    let world = World::new(2, "");
    let theirs = Scratch::with(&[(".git/HEAD", "ref: refs/heads/main\n"), ("pkg/a.py", SOURCE)]);
    theirs.run(["decisions", "reject", "pkg/a.py:2", "--reason", "clearer so"]).exits(0);
    let decisions = String::from_utf8(theirs.read("unspool-decisions.toml")).unwrap();
    let bare = world.forge.state().repositories["acme/r0"].bare.clone();
    // Other lines came above it since.
    let moved = format!("import os\n\n\n{SOURCE}");
    bare.commit(
        "main",
        &[("unspool-decisions.toml", Entry::File(&decisions)), ("pkg/a.py", Entry::File(&moved))],
    );
    world.run("repos", 0);
    world.run("plan", 0);
    let run = world.run("show", 0);
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(text.contains("2 repositories: 1 with changes, 1 without"), "{text}");
    assert!(!text.contains("acme/r0"), "{text}");
}

/// A plan takes what the repository asks for from where its settings are.
#[test]
fn a_plan_knows_the_wishes_of_a_repository() {
    let world = World::new(2, "[waves]\nsizes = []\ndrafts = 0\n");
    let wishes = "[tool.unspool.pull-requests]\ndraft = true\nlabels = ['bot']\n";
    let no = "[tool.unspool.pull-requests]\nmax-open = 0\n";
    for (name, settings) in [("acme/r0", wishes), ("acme/r1", no)] {
        let bare = world.forge.state().repositories[name].bare.clone();
        bare.commit("main", &[("pyproject.toml", Entry::File(settings))]);
    }
    for words in ["repos", "plan", "show --accept all", "publish"] {
        world.run(words, 0);
    }
    let pulls = world.forge.pulls("acme/r0");
    assert!(pulls.len() == 1 && pulls[0].draft, "{pulls:?}");
    assert_eq!(pulls[0].labels, ["unspool", "bot"]);
    assert!(world.forge.pulls("acme/r1").is_empty());
    let run = world.run("show", 0);
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(text.contains("opted out by pyproject.toml"), "{text}");
}

/// Settings of a repository can take away, never add.
#[test]
fn a_repository_cannot_widen_the_campaign() {
    let world = World::new(2, "");
    let code = format!(
        "{SOURCE}\n\ndef g(fh):\n    return sum([z(y) for y in fh])\n\n\ndef h(x):\n    for y in x:\n        yield y\n"
    );
    let greedy = "[tool.unspool]\nunsafe-fixes = true\nprofile = 'all'\nextend-select = ['ALL']\n";
    let modest = "[tool.unspool]\nexclude = ['pkg']\n";
    for (name, settings) in [("acme/r0", greedy), ("acme/r1", modest)] {
        let bare = world.forge.state().repositories[name].bare.clone();
        bare.commit("main", &[("pkg/a.py", Entry::File(&code)), ("pyproject.toml", Entry::File(settings))]);
    }
    world.run("repos", 0);
    world.run("plan", 0);
    let run = world.run("show", 0);
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(text.contains("list-to-genexpr (1 rewrite, 1 line)"), "{text}");
    assert!(text.contains("2 repositories: 1 with changes, 1 without"), "{text}");
}
