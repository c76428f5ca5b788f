//! Repositories that want more than to be rewritten, and secrets that want out.

use unspool_campaign::git::{self, Author, Makes};
use unspool_campaign::plan::{Options, RowState};
use unspool_campaign::secret::Secret;
use unspool_fake_forge::{Entry, Fault, Kind};

use crate::plan::{pinned, rows, scripted, usual};
use crate::world::{REPOSITORY, TOKEN, World, files_with};

/// Files of the clone as the engine sees them: names, and what a link became.
#[test]
fn links_lead_nowhere() {
    let world = World::new("names = ['acme/one']\n");
    let secret = world.folder.path().join("secret.py");
    std::fs::write(&secret, "outside\n").unwrap();
    let target = secret.display().to_string();
    world.bare(REPOSITORY).commit(
        "main",
        &[
            ("link.py", Entry::Link(&target)),
            ("up.py", Entry::Link("../../secret.py")),
            ("folder", Entry::Link("/tmp")),
        ],
    );
    let seen = world.folder.path().join("seen");
    let look = format!(
        "find . -type l > '{0}'; cat link.py >> '{0}'; test -f folder || echo bad >> '{0}'; for f in a.py link.py up.py; do echo owned > $f; done; echo '{{\"version\":\"1\",\"sites\":[],\"problems\":[]}}'",
        seen.display()
    );
    let (rows, _) = rows(&world, &pinned(&world), &scripted(&world, &look, "true"), &Options::default());
    assert_eq!(rows[0].state, RowState::Nothing, "{}", rows[0].reason);
    assert_eq!(std::fs::read_to_string(seen).unwrap(), target);
    assert_eq!(std::fs::read_to_string(secret).unwrap(), "outside\n");
}

/// Attributes cannot convert files or run filters: what is seen is what was committed, so that the patch fits.
#[test]
fn attributes_change_nothing() {
    let world = World::new("names = ['acme/one']\n");
    world.bare(REPOSITORY).commit(
        "main",
        &[
            (
                ".gitattributes",
                Entry::File("* text eol=crlf\n*.py filter=evil ident working-tree-encoding=UTF-16\n"),
            ),
            ("a.py", Entry::File("old\n")),
            ("id.py", Entry::File("$Id$\n")),
            (
                ".gitmodules",
                Entry::File("[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c touch% /tmp/owned\n"),
            ),
        ],
    );
    let seen = world.folder.path().join("seen");
    let look = format!(
        "cat a.py id.py > '{}'; echo '{{\"version\":\"1\",\"sites\":[],\"problems\":[]}}'",
        seen.display()
    );
    let (rows, _) = rows(&world, &pinned(&world), &scripted(&world, &look, "true"), &Options::default());
    assert_eq!(rows[0].state, RowState::Nothing, "{}", rows[0].reason);
    assert_eq!(std::fs::read(seen).unwrap(), b"old\n$Id$\n");
}

/// A patch may change files and make modules; links, modes, other new files and deleted ones are refused.
#[test]
fn a_commit_changes_files_only() {
    let world = World::new("");
    let base = world.bare(REPOSITORY).commit("main", &[("link.py", Entry::Link("old"))]);
    let mut git = world.git();
    git.credential = world.connect().credential().unwrap();
    let url = format!("{}/{REPOSITORY}.git", world.forge.address);
    for (patch, fits) in [
        ("--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-old\n+new\n", true),
        (
            "--- a/link.py\n+++ b/link.py\n@@ -1 +1 @@\n-old\n\\ No newline at end of file\n+/etc/passwd\n\\ No newline at end of file\n",
            false,
        ),
        ("diff --git a/a.py b/a.py\nold mode 100644\nnew mode 100755\n", false),
        (
            "diff --git a/a.py b/a.py\ndeleted file mode 100644\n--- a/a.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n",
            false,
        ),
        ("--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+new\n", true),
        ("--- /dev/null\n+++ b/new.yml\n@@ -0,0 +1 @@\n+new\n", false),
        (
            "diff --git a/new.py b/new.py\nnew file mode 100755\n--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+new\n",
            false,
        ),
        (
            "diff --git a/new.py b/new.py\nnew file mode 120000\n--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+new\n",
            false,
        ),
        ("--- /dev/null\n+++ b/a.py\n@@ -0,0 +1 @@\n+new\n", false),
        ("--- a/link.py/x\n+++ b/link.py/x\n@@ -1 +1 @@\n-old\n+new\n", false),
        ("--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-other\n+new\n", false),
    ] {
        let folder = world.folder.path().join("objects");
        let author = Author { name: "n", email: "e@example.com" };
        let made = git::commit(&git, &url, &base, &folder, patch.as_bytes(), "m", author, Makes::Modules);
        assert_eq!(made.is_ok(), fits, "{patch}: {made:?}");
    }
}

#[test]
fn only_the_protocol_of_the_forge_is_spoken() {
    let world = World::new("");
    let owned = world.folder.path().join("owned");
    let base = world.bare(REPOSITORY).tip("main").unwrap();
    let local = format!("file://{}", world.bare(REPOSITORY).path.display());
    for url in [
        format!("ext::sh -c touch% {}", owned.display()),
        local,
        "--upload-pack=touch".into(),
        "ssh://localhost/x".into(),
    ] {
        let folder = world.folder.path().join("clone");
        let result =
            git::fetch(&world.git(), &url, &base, &folder, unspool_campaign::config::CloneKind::Shallow);
        assert!(result.is_err(), "{url}");
    }
    assert!(!owned.exists());
}

/// The forge redirects to another host: neither we nor git follow with the token.
#[test]
fn the_token_stays_with_its_host() {
    let world = World::new("names = ['acme/one']\n");
    let other = World::new("");
    let location = vec![("Location", format!("{}/repos/acme/one", other.forge.api()))];
    world.forge.fault(Fault::new("GET", "/repos/acme/one", Kind::Answer(301, location, "{}")));
    let shown = pinned(&world)[0].skip.clone().unwrap_or_default();
    assert!(shown.contains("another host"), "{shown}");
    let repositories = pinned(&world);
    let location =
        vec![("Location", format!("{}/acme/one.git/info/refs?service=git-upload-pack", other.forge.address))];
    world.forge.fault(Fault::new("GET", "info/refs", Kind::Answer(301, location, "")).times(9));
    let (rows, _) = rows(&world, &repositories, &usual(&world), &Options::default());
    assert_eq!(rows[0].state, RowState::Failed);
    assert!(other.forge.take_log().is_empty());
}

/// A plan and a publication with everything logged, an answer that repeats the token, and a failure of git: the token is in
/// no file, no message and no line.
#[test]
fn secrets_stay_inside() {
    let world = World::new("names = ['acme/one']\n[limits]\nclone = 'mirror'\n");
    let mut lines = Vec::new();
    let repositories = pinned(&world);
    let (found, said) = rows(&world, &repositories, &usual(&world), &Options::default());
    lines.extend(said);
    lines.extend(found.into_iter().map(|row| row.reason));
    world.plan(REPOSITORY, &[(crate::world::UNIT, "new")]);
    world.accept();
    let leak: &'static str = Box::leak(format!("{{\"message\": \"bad token {TOKEN}\"}}").into_boxed_str());
    for (method, address) in [("POST", "/pulls"), ("GET", "info/refs")] {
        world.forge.fault(Fault::new(method, address, Kind::Answer(400, Vec::new(), leak)));
        let (result, _) = world.run(None);
        lines.push(format!("{result:?}"));
        lines.push(format!("{:?}", world.unit()));
    }
    world.publish();
    assert_eq!(world.open_pulls().len(), 1);
    lines.extend(world.trace.lock().unwrap().iter().cloned());
    assert!(lines.iter().any(|line| line.contains("[secret]")), "the leak was never met: {lines:?}");
    let basic = Secret::new(TOKEN).basic("x-access-token").expose().trim_start_matches("Basic ").to_owned();
    for secret in [TOKEN, &basic] {
        assert!(!lines.iter().any(|line| line.contains(secret)), "{lines:?}");
        let mut found = Vec::new();
        files_with(world.folder.path(), secret, &mut found);
        assert!(found.is_empty(), "{found:?}");
    }
}
