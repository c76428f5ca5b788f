//! Every command with everything told, a forge that repeats what it was sent, and somebody who looks at all command lines
//! meanwhile: no secret is anywhere.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use unspool_fake_forge::{Entry, Fault, Kind};

use super::{SOURCE, World};
use crate::support::Run;

/// The forms in which a secret travels.
fn forms(secret: &str) -> Vec<String> {
    let basic = |user: &str| STANDARD.encode(format!("{user}:{secret}"));
    let mut forms = vec![secret.to_owned(), STANDARD.encode(secret)];
    forms.extend(["x-access-token", "oauth2", "git"].map(basic));
    forms
}

fn has(bytes: &[u8], forms: &[String]) -> bool {
    forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form.as_bytes()))
}

/// Files below a folder that have one of these.
fn files_with(folder: &Path, forms: &[String], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            files_with(&path, forms, found);
        } else if std::fs::read(&path).is_ok_and(|bytes| has(&bytes, forms)) {
            found.push(path.display().to_string());
        }
    }
}

/// Looks at the command lines of all processes until it is told to end; gives those that have a secret, and how many lines of ours
/// it saw.
fn watch(forms: &[String], folder: &str, ended: &AtomicBool) -> (Vec<String>, usize) {
    let (mut found, mut seen) = (Vec::new(), 0);
    while !ended.load(Ordering::Relaxed) {
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(line) = std::fs::read(entry.path().join("cmdline")) else { continue };
            let text = String::from_utf8_lossy(&line).replace('\0', " ");
            seen += usize::from(text.contains(folder) || text.contains("campaign"));
            if has(&line, forms) {
                found.push(text);
            }
        }
    }
    (found, seen)
}

/// A whole life. `secret` is what must not be seen; `environment` has it.
fn check(world: &World, secret: &str) {
    let forms = forms(secret);
    let leak: &'static str =
        Box::leak(format!("{{\"message\": \"bad credentials {secret}\"}}").into_boxed_str());
    let ended = AtomicBool::new(false);
    let folder = world.scratch.path().display().to_string();
    let mut said = Vec::new();
    let (found, seen) = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(&forms, &folder, &ended));
        let mut run = |words: &str| {
            let run = Run::of(&mut world.command(words));
            said.push((words.to_owned(), [&run.stdout[..], run.stderr.as_bytes()].concat()));
            run.code
        };
        let git = |times| Fault::new("GET", "info/refs", Kind::Answer(400, Vec::new(), leak)).times(times);
        // Once with what goes wrong, once without.
        world.forge.fault(Fault::new("GET", "/repos/", Kind::Answer(400, Vec::new(), leak)));
        run("-v repos");
        assert_eq!(run("-v repos"), Some(0));
        world.forge.fault(git(9));
        run("-v plan");
        world.forge.state().faults.clear();
        assert_eq!(run("-v plan"), Some(0));
        assert_eq!(run("-v show --html plan.html"), Some(0));
        assert_eq!(run("-v show --accept all"), Some(0));
        run("-v show acme/r0");
        world.forge.fault(Fault::new("GET", "/user", Kind::Answer(401, Vec::new(), leak)).times(2));
        run("-v doctor");
        world.forge.state().faults.clear();
        run("-v doctor");
        for (method, address) in [("POST", "/pulls"), ("POST", "/labels"), ("GET", "/pulls")] {
            world.forge.fault(Fault::new(method, address, Kind::Answer(400, Vec::new(), leak)));
            run("-v publish");
        }
        world.forge.fault(git(2));
        run("-v publish");
        world.forge.state().faults.clear();
        assert_eq!(run("-v publish"), Some(0));
        for words in ["-v status", "-v status --json", "-v status --html status.html"] {
            assert_eq!(run(words), Some(0));
        }
        let more = format!("{SOURCE}\n\ndef g(xs: list[int]):\n    return all([x > 1 for x in xs])\n");
        world.forge.state().repositories["acme/r0"]
            .bare
            .clone()
            .commit("main", &[("pkg/a.py", Entry::File(&more))]);
        world.forge.state().repositories.get_mut("acme/r1").unwrap().check = Some("success");
        for words in ["-v repos", "-v plan", "-v sync", "-v merge --when-green", "-v revert", "-v close"] {
            run(words);
        }
        ended.store(true, Ordering::Relaxed);
        watcher.join().unwrap()
    });
    for (words, text) in &said {
        assert!(!has(text, &forms), "{words}: {}", String::from_utf8_lossy(text));
    }
    let met = said.iter().filter(|(_, text)| has(text, &["[secret]".to_owned()])).count();
    assert!(met > 2, "the leaks were hardly met: {met}");
    assert!(seen > 0, "nobody looked");
    assert!(found.is_empty(), "{found:?}");
    let mut files = Vec::new();
    files_with(world.scratch.path(), &forms, &mut files);
    assert!(files.is_empty(), "{files:?}");
    let pulls = ["acme/r0", "acme/r1"].map(|name| world.forge.pulls(name).len());
    assert_eq!(pulls, [1, 1]);
}

const SETTINGS: &str = "[waves]\nsizes = []\ndrafts = 0\n";

#[test]
fn a_token_is_nowhere() {
    let world = World::new(2, SETTINGS);
    check(&world, &world.token.clone());
}

/// Neither the key of an App nor the tokens that it gets.
#[test]
fn the_key_of_an_app_is_nowhere() {
    let world = World::new(
        2,
        &format!("{SETTINGS}[forge.app]\nid = '7'\ninstallation = 3\nkey-env = 'UNSPOOL_TEST_KEY'\n"),
    );
    let output =
        Command::new("sh").args(["-c", "openssl genrsa -traditional 2048 2>/dev/null"]).output().unwrap();
    let key = String::from_utf8(output.stdout).unwrap();
    assert!(key.contains("PRIVATE KEY"), "openssl gives no key: {key}");
    let world = World { environment: vec![("UNSPOOL_TEST_KEY".into(), key.clone())], ..world };
    // Its first line of content: a key is looked for by parts, too.
    let line = key.lines().nth(1).unwrap().to_owned();
    check(&world, &line);
    assert!(world.forge.state().tokens.len() > 1, "no token was exchanged");
}
