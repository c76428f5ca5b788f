//! A pull request that makes a file, and the one that takes it back.

use unspool_fake_forge::Entry;

use super::World;

const BRANCH: &str = "unspool/c/repr-to-decorator";
const REPOSITORY: &str = "acme/r0";

fn shown(classes: [&str; 2]) -> String {
    let class = |name| {
        format!(
            "class {name}:\n    def __init__(self, x):\n        self.x = x\n\n    def __repr__(self):\n        return f\"{name}(x={{self.x!r}})\"\n"
        )
    };
    classes.map(class).join("\n\n")
}

/// Files that use what is made are in one unit with it, whatever else divides the change.
#[test]
fn a_module_for_helpers_comes_and_goes_with_its_users() {
    let world = World::new(1, "[waves]\nsizes = []\ndrafts = 0\n");
    let settings = String::from_utf8(world.scratch.read("campaign.toml")).unwrap();
    let settings =
        settings.replace("select = ['list-to-genexpr']", "select = ['repr-to-decorator']\nprofile = 'all'");
    world.scratch.write("campaign.toml", settings + "[change]\nsplit = 'transform'\nmax-lines = 1\n");
    let bare = world.forge.state().repositories[REPOSITORY].bare.clone();
    let (a, b) = (shown(["A", "B"]), shown(["C", "D"]));
    bare.commit(
        "main",
        &[
            ("unspool.toml", Entry::File("helpers-module = 'pkg.helpers.reprs'\n")),
            ("pkg/__init__.py", Entry::File("x = 1\n")),
            ("pkg/helpers/__init__.py", Entry::File("x = 1\n")),
            ("pkg/one/__init__.py", Entry::File("x = 1\n")),
            ("pkg/one/a.py", Entry::File(&a)),
            ("pkg/two/__init__.py", Entry::File("x = 1\n")),
            ("pkg/two/b.py", Entry::File(&b)),
        ],
    );
    world.run("repos", 0);
    world.run("plan", 0);
    let run = world.run(&format!("show {REPOSITORY}"), 0);
    assert!(
        run.text().contains("new file mode 100644\n--- /dev/null\n+++ b/pkg/helpers/reprs.py\n"),
        "{}",
        run.text()
    );
    // Too big by the settings, and still one: it is accepted by its name.
    world.run(&format!("show --accept {REPOSITORY}:repr-to-decorator"), 0);
    world.run("publish", 0);
    for (path, expected) in [
        ("pkg/one/a.py", "from pkg.helpers.reprs import auto_repr"),
        ("pkg/two/b.py", "from pkg.helpers.reprs import auto_repr"),
        ("pkg/helpers/reprs.py", "def auto_repr"),
    ] {
        let text = bare.file(BRANCH, path).unwrap_or_default();
        assert!(text.contains(expected), "{path}: {text}");
    }
    world.forge.state().repositories.get_mut(REPOSITORY).unwrap().check = Some("success");
    world.run("merge --when-green", 0);
    assert!(bare.file("main", "pkg/helpers/reprs.py").is_some());
    world.run("revert", 0);
    let run = world.run(&format!("show {REPOSITORY}"), 0);
    assert!(
        run.text().contains("deleted file mode 100644\n--- a/pkg/helpers/reprs.py\n+++ /dev/null\n"),
        "{}",
        run.text()
    );
    world.run(&format!("show --accept {REPOSITORY}:revert/repr-to-decorator"), 0);
    world.run("publish", 0);
    let branch = "unspool/c/revert-repr-to-decorator";
    assert_eq!(bare.file(branch, "pkg/helpers/reprs.py"), None);
    assert_eq!(bare.file(branch, "pkg/one/a.py").as_deref(), Some(a.trim_end()));
}
