//! What the command of `[verify]` gets, and where it ends.

use std::time::{Duration, Instant};

use unspool_fake_forge::Entry;

use super::World;
use crate::support::{python, skip};

/// The variables that it sees are those of the list, its home is empty and its own, and the wrapper is in front of it.
#[test]
fn verification_has_an_environment_of_its_own() {
    let Some(python) = python() else { skip!("campaign verification's environment", "no python3") };
    let mut world = World::new(1, "");
    let seen = world.scratch.join("seen");
    let wrapper =
        world.scratch.write("wrapper.sh", format!("echo wrapped >> '{}'\nexec \"$@\"\n", seen.display()));
    let text = String::from_utf8(world.scratch.read("campaign.toml")).unwrap();
    world.scratch.write(
        "campaign.toml",
        format!(
            "{text}[verify]\ncommand = 'sh look.sh'\nwrapper = ['sh', '{}']\nenvironment = ['PATH', 'UNSPOOL_TEST_SHOWN']\n",
            wrapper.display()
        ),
    );
    world.environment =
        [("UNSPOOL_TEST_SHOWN", "1"), ("UNSPOOL_TEST_HIDDEN", "1"), ("SSH_AUTH_SOCK", "/nowhere")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
    let look = format!(
        "exec >> '{}' 2>&1\nenv | sed 's/^/has /'\nls -A \"$HOME\" | sed 's/^/home has /'\n'{}' -c 'import pkg.a'\n",
        seen.display(),
        python.display()
    );
    let bare = world.forge.state().repositories["acme/r0"].bare.clone();
    bare.commit("main", &[("look.sh", Entry::File(&look)), ("pkg/__init__.py", Entry::File(""))]);
    world.run("repos", 0);
    world.run("plan", 0);
    let seen = String::from_utf8_lossy(&std::fs::read(seen).expect("the command ran")).into_owned();
    assert!(seen.starts_with("wrapped\n"), "{seen}");
    assert!(seen.contains("has UNSPOOL_TEST_SHOWN=1\n"), "{seen}");
    let names: Vec<&str> = seen
        .lines()
        .filter_map(|line| line.strip_prefix("has ")?.split_once('='))
        .map(|(name, _)| name)
        .collect();
    for hidden in ["UNSPOOL_TEST_HIDDEN", "SSH_AUTH_SOCK", "UNSPOOL_TOKEN", "XDG_STATE_HOME", "USER", "CARGO"]
    {
        assert!(!names.contains(&hidden), "{hidden}: {seen}");
    }
    assert!(!seen.contains("home has "), "{seen}");
    let home = seen.lines().find_map(|line| line.strip_prefix("has HOME=")).unwrap_or_default();
    assert!(!home.is_empty() && std::env::var("HOME").is_ok_and(|own| own != home), "{seen}");
}

/// A command that never ends is ended with everything that it has started, and its repository is one failed row.
#[test]
fn verification_ends_at_its_limit() {
    let world = World::new(2, "[verify]\ncommand = 'sh stay.sh'\ntime = 2\n");
    let mark = world.scratch.join("still-there");
    let stay = format!(
        "(while sleep 0.2; do touch '{0}'; done) &\nwhile sleep 0.2; do touch '{0}'; done\n",
        mark.display()
    );
    let bare = |name: &str| world.forge.state().repositories[name].bare.clone();
    bare("acme/r0").commit("main", &[("stay.sh", Entry::File(&stay))]);
    bare("acme/r1").commit("main", &[("stay.sh", Entry::File("exit 0\n"))]);
    world.run("repos", 0);
    let begin = Instant::now();
    let run = world.run("plan", 3);
    assert!(run.stderr.contains("acme/r0: failed: unspool fix: not ended within 2 s"), "{}", run.stderr);
    assert!(run.stderr.contains("acme/r1: 1 change set"), "{}", run.stderr);
    assert!(begin.elapsed() < Duration::from_secs(600));
    assert!(mark.exists(), "it never ran");
    std::fs::remove_file(&mark).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert!(!mark.exists(), "something of it is still there");
}

/// Planning asks for no right to write, and writes nothing; a repository that cannot be fetched is one row, and status 3.
#[test]
fn a_plan_only_reads() {
    let world = World::new(3, "");
    for repository in world.forge.state().repositories.values_mut() {
        repository.can_push = false;
    }
    world.run("repos", 0);
    std::fs::remove_dir_all(world.scratch.join("forge/acme/r1.git")).unwrap();
    let run = world.run("plan", 3);
    assert!(run.stderr.contains("acme/r1: failed: "), "{}", run.stderr);
    assert!(
        run.stderr.contains("2 rewrites in 2 change sets; 0 without changes, 0 skipped, 1 failed"),
        "{}",
        run.stderr
    );
    assert_eq!(world.writes(), 0);
}
