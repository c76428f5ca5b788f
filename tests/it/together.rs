//! Rewrites of several transforms in one run, each of which is right alone.

use std::process::Command;

use crate::support::{Scratch, pythons, skip};

const WEAK_VALUES: &str = r#"class Image:
    def __init__(self, path):
        self.path = path
        self.data = path * 2


_cache = {}


def load(path):
    if path in _cache:
        return _cache[path]
    image = Image(path)
    _cache[path] = image
    return image


first = load("x")
print(load("x") is first, first.data)
"#;

/// A class with slots of its own allows no weak references.
#[test]
fn what_gets_slots_is_not_referred_to_weakly() {
    let settings = "select = ['add-slots', 'cache-to-weakref']\nunsafe-fixes = true\n";
    let scratch = Scratch::with(&[("unspool.toml", settings), ("main.py", WEAK_VALUES)]);
    scratch.run(["fix"]).exits(0);
    assert_ne!(scratch.read("main.py"), WEAK_VALUES.as_bytes(), "one of them is applied");
    let Some(python) = pythons().first() else {
        skip!("what_gets_slots_is_not_referred_to_weakly", "there is no Python");
    };
    let run = Command::new(&python.path).arg(scratch.join("main.py")).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&run.stdout), "True xx\n", "{}", String::from_utf8_lossy(&run.stderr));
}
