//! `plan` with an engine that is a script: what comes out, what happens when it fails, what is planned again.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Mutex;

use unspool_campaign::change::ChangeSet;
use unspool_campaign::child::Launcher;
use unspool_campaign::discover;
use unspool_campaign::plan::engine::{self, Engine};
use unspool_campaign::plan::{self, Options, Outcome, Row, RowState};
use unspool_campaign::repos::{Repository, Shard};
use unspool_fake_forge::Entry;

use crate::world::{REPOSITORY, World};

/// One safe site of `list-to-genexpr` in `a.py`.
const REPORT: &str = r#"{"version": "1", "problems": [], "sites": [
    {"path": "a.py", "line": 1, "transform": "list-to-genexpr", "verdict": "safe", "identity": "i", "benefit": null,
     "obligations": [{"claim": "c", "state": "proved", "reason": "r"}],
     "edits": [{"path": "a.py", "range": {"start": {"line": 1}, "end": {"line": 1}}}]},
    {"path": "a.py", "line": 9, "transform": "list-to-genexpr", "verdict": "refused", "identity": "j", "benefit": null,
     "obligations": [{"claim": "c", "state": "refuted", "reason": "no"}], "edits": []}]}"#;
const PATCH: &str = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-old\n+new\n";

/// A script that runs this for `check` and that for `fix`, in the clone.
pub fn scripted(world: &World, check: &str, fix: &str) -> Engine {
    let path = world.folder.path().join("engine.sh");
    std::fs::write(&path, format!("case \"$*\" in *' check '*) {check} ;; *) {fix} ;; esac\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let home = world.folder.path().join("home");
    Engine { program: "sh".into(), arguments: vec![path.into()], launcher: Launcher::default(), home }
}

fn says(text: &str) -> String {
    format!("cat <<'END'\n{text}\nEND\n")
}

/// An engine that finds one site in every repository.
pub fn usual(world: &World) -> Engine {
    scripted(world, &says(REPORT), &says(PATCH.trim_end()))
}

pub fn pinned(world: &World) -> Vec<Repository> {
    let forge = world.connect();
    discover::run(&world.config, Some(&*forge), &world.git(), &|_| {}).unwrap()
}

pub fn rows(
    world: &World,
    repositories: &[Repository],
    engine: &Engine,
    options: &Options,
) -> (Vec<Row>, Vec<String>) {
    let lines = Mutex::new(Vec::new());
    let mut git = world.git();
    git.credential = world.connect().credential().unwrap();
    let say = |line: &str| lines.lock().unwrap().push(line.to_owned());
    match plan::run(&world.config, repositories, options, engine, &git, &say).unwrap() {
        Outcome::Planned(rows) => (rows, lines.into_inner().unwrap()),
        Outcome::Fetched => panic!("nothing is verified"),
    }
}

fn world() -> World {
    World::new("organisations = ['acme']\n")
}

#[test]
fn a_plan_makes_change_sets() {
    let world = world();
    let repositories = pinned(&world);
    let (found, lines) = rows(&world, &repositories, &usual(&world), &Options::default());
    assert_eq!(lines, ["acme/one: 1 change set with 1 rewrite"]);
    let (change, patch) = ChangeSet::load(&world.config.changes(), &found[0].changes[0]).unwrap();
    assert_eq!(patch, PATCH.as_bytes());
    assert_eq!((&*change.unit, &*change.commit), ("list-to-genexpr", &*repositories[0].commit));
    assert_eq!((change.sites.len(), change.refused.len()), (1, 1));
    assert_eq!(change.command, "unspool fix --select=list-to-genexpr");
    // What was planned is planned no more: no line. A second plan from nothing is the same, byte by byte.
    let (again, lines) = rows(&world, &repositories, &usual(&world), &Options::default());
    assert_eq!((again, lines.len()), (found.clone(), 0));
    let (again, _) =
        rows(&world, &repositories, &usual(&world), &Options { again: true, ..Options::default() });
    assert_eq!(again[0].changes, found[0].changes);
}

#[test]
fn a_failure_is_one_row() {
    for (check, fix, reason) in [
        ("kill -9 $$".to_owned(), String::new(), "ended by signal 9"),
        ("echo broken >&2; exit 101".to_owned(), String::new(), "exit status 101: broken"),
        ("echo '{'".to_owned(), String::new(), "not understood"),
        ("sleep 1000".to_owned(), String::new(), "not ended within 1 s"),
        (says(REPORT), "echo nonsense".to_owned(), "diff is not understood"),
        (
            says(REPORT),
            "printf -- '--- a/../x\\n+++ b/../x\\n@@ -1 +1 @@\\n-a\\n+b\\n'".to_owned(),
            "outside",
        ),
        (says(REPORT), "exit 3".to_owned(), "exit status 3"),
    ] {
        let mut world = world();
        world.config.limits.time = 1;
        let (rows, _) = rows(&world, &pinned(&world), &scripted(&world, &check, &fix), &Options::default());
        assert_eq!(rows[0].state, RowState::Failed, "{reason}");
        assert!(rows[0].reason.contains(reason), "{}", rows[0].reason);
    }
}

#[test]
fn the_list_says_who_is_left_alone_and_why() {
    let world = World::new(
        "organisations = ['acme']\nnames = ['acme/gone', 'acme/one@other']\ndeny = ['acme/denied']\n",
    );
    for name in ["archived", "fork", "topic", "empty", "yml", "toml", "denied", "fine"] {
        world.repository(&format!("acme/{name}"));
    }
    world.bare("acme/yml").commit("main", &[(".github/unspool.yml", Entry::File("pull-requests: false\n"))]);
    world
        .bare("acme/toml")
        .commit("main", &[("pyproject.toml", Entry::File("[tool.unspool]\npull-requests=false\n"))]);
    world.bare("acme/empty").git(&["update-ref", "-d", "refs/heads/main"]);
    {
        let mut state = world.forge.state();
        state.repositories.get_mut("acme/archived").unwrap().archived = true;
        state.repositories.get_mut("acme/fork").unwrap().fork = true;
        state.repositories.get_mut("acme/topic").unwrap().topics = vec!["no-automated-prs".into()];
    }
    let shown: Vec<String> = pinned(&world)
        .iter()
        .map(|repository| format!("{}: {}", repository.name, repository.skip.as_deref().unwrap_or("planned")))
        .map(|line| line.split(": GET").next().unwrap().to_owned())
        .collect();
    assert_eq!(
        shown,
        [
            "acme/archived: archived",
            "acme/denied: denied by the campaign",
            "acme/empty: empty, or without a branch main",
            "acme/fine: planned",
            "acme/fork: a fork",
            "acme/gone: missing, or no access",
            "acme/one: empty, or without a branch other",
            "acme/toml: opted out by pyproject.toml",
            "acme/topic: opted out by the topic no-automated-prs",
            "acme/yml: opted out by .github/unspool.yml",
        ]
    );
    // Nothing of them was fetched.
    let log = world.forge.take_log();
    assert!(log.iter().all(|logged| !logged.address.contains(".git/")), "{log:?}");
}

#[test]
fn shards_share_a_folder() {
    let world = world();
    for number in 0..9 {
        world.repository(&format!("acme/r{number}"));
    }
    let repositories = pinned(&world);
    let mut names = Vec::new();
    for index in 0..3 {
        let options = Options { shard: Some(Shard { index, of: 3 }), ..Options::default() };
        names.extend(
            rows(&world, &repositories, &usual(&world), &options).0.into_iter().map(|row| row.repository),
        );
    }
    names.sort();
    let expected: Vec<String> = repositories.iter().map(|repository| repository.name.clone()).collect();
    assert_eq!(names, expected);
    assert_eq!(plan::read_rows(&world.config).unwrap().len(), 10);
}

/// What was opted out of between the list and the clone.
#[test]
fn the_clone_is_asked_again() {
    let world = world();
    let mut repositories = pinned(&world);
    let bare = world.bare(REPOSITORY);
    repositories[0].commit =
        bare.commit("main", &[(".github/unspool.yml", Entry::File("pull-requests: false\n"))]);
    let (rows, _) = rows(&world, &repositories, &usual(&world), &Options::default());
    assert_eq!((rows[0].state, &*rows[0].reason), (RowState::Skipped, "opted out by .github/unspool.yml"));
}

#[test]
fn every_kind_of_clone() {
    for kind in ["shallow", "blobless", "mirror"] {
        let world = World::new(&format!("names = ['acme/one']\n[limits]\nclone = '{kind}'\n"));
        world
            .bare(REPOSITORY)
            .commit("main", &[("data.bin", Entry::File("big\n")), ("pkg/c.py", Entry::File("c\n"))]);
        let look = scripted(
            &world,
            &format!(
                "find . -path ./.git -prune -o -type f -print | sort >> '{}/seen'; {}",
                world.folder.path().display(),
                says(REPORT)
            ),
            "true",
        );
        let (rows, _) = rows(&world, &pinned(&world), &look, &Options::default());
        assert_eq!(rows[0].state, RowState::Nothing, "{kind}: {}", rows[0].reason);
        let seen = std::fs::read_to_string(world.folder.path().join("seen")).unwrap();
        let expected = if kind == "blobless" {
            "./a.py\n./b.py\n./pkg/c.py\n"
        } else {
            "./a.py\n./b.py\n./data.bin\n./pkg/c.py\n"
        };
        assert_eq!(seen, expected, "{kind}");
        let clones = std::fs::read_dir(world.config.work()).unwrap().count();
        assert_eq!(clones, usize::from(kind == "mirror"), "{kind}");
    }
}

#[test]
fn local_folders_are_planned() {
    let world = World::new("local = ['forge/acme/one.git']\n");
    let repositories = discover::run(&world.config, None, &world.git(), &|_| {}).unwrap();
    assert_eq!(repositories[0].name, "local/one.git");
    let (rows, _) = rows(&world, &repositories, &usual(&world), &Options::default());
    assert_eq!(rows[0].state, RowState::Changes, "{}", rows[0].reason);
    let expected: PathBuf = world.folder.path().join("forge/acme/one.git");
    assert_eq!(repositories[0].id, expected.canonicalize().unwrap().display().to_string());
}

#[test]
fn locks_of_a_killed_git_are_overcome() {
    let world = World::new("names = ['acme/one']\n[limits]\nclone = 'mirror'\n");
    let first = rows(&world, &pinned(&world), &usual(&world), &Options::default()).0;
    assert_eq!(first[0].state, RowState::Changes);
    let clone = world.config.work().join(engine::folder_name(REPOSITORY));
    for lock in ["index.lock", "shallow.lock"] {
        std::fs::write(clone.join(".git").join(lock), "").unwrap();
    }
    world.bare(REPOSITORY).commit("main", &[("c.py", Entry::File("more\n"))]);
    let (second, _) = rows(&world, &pinned(&world), &usual(&world), &Options::default());
    assert_eq!(second[0].state, RowState::Changes, "{}", second[0].reason);
    world.accepted("new");
    let objects = world.config.work().join("publish").join(engine::folder_name(REPOSITORY));
    std::fs::create_dir_all(&objects).unwrap();
    for lock in ["unspool-index.lock", "config.lock", "HEAD.lock"] {
        std::fs::write(objects.join(lock), "").unwrap();
    }
    world.publish();
    assert_eq!(world.open_pulls().len(), 1, "{}", world.unit().reason);
}
