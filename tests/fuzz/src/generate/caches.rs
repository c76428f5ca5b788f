//! Dictionaries that hand out the same object for the same key.

use super::{Choices, Family, Mode, block, indented, lines};

/// Whether anybody needs an object behind its last user is always assumed: these programs keep every object that they get.
pub static FAMILY: Family =
    Family { transform: "cache-to-weakref", program, definitions: "", mode: Mode::Assuming };

/// What a program has against it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Counts,
    NoInstance,
    NotHeld,
    Changes,
    Named,
}

const TROUBLES: &[Trouble] =
    &[Trouble::Counts, Trouble::NoInstance, Trouble::NotHeld, Trouble::Changes, Trouble::Named];

/// Ways to look up and fill. `#` is the dictionary, `@` makes an object, `$` is the key.
const GETTERS: &[&str] = &[
    "if $ not in #:\n    #[$] = @\nreturn #[$]",
    "if $ in #:\n    return #[$]\nnode = @\n#[$] = node\nreturn node",
    "node = #.get($)\nif node is None:\n    node = #[$] = @\nreturn node",
    "node = #.get($)\nif node is None:\n    node = @\n    print(\"new\", key)\n    #[$] = node\nreturn node",
    "try:\n    return #[$]\nexcept KeyError:\n    node = #[$] = @\n    return node",
    "if $ not in #:\n    print(\"fills\", key)\n    #[$] = @\nreturn #[$]",
    "node = #.get($, None)\nif node is not None:\n    return node\nnode = @\n#[$] = node\nreturn node",
];

/// These need the object while nothing holds it.
const LOOSE: &[&str] = &[
    "if $ not in #:\n    #[$] = @\n    tick(0)\nprint($ in #)\nreturn #[$]",
    "return #.setdefault($, @)",
    "if #.get($) is None:\n    #[$] = @\nreturn #[$]",
    "#[$] = #[$] if $ in # else @\nreturn #[$]",
    "fill($)\nreturn #[$]",
    "known = $ in #\nif not known:\n    #[$] = @\nreturn #[$]",
];

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[5, 2]) {
        let trouble = c.chance(0.2).then(|| TROUBLES[c.rng.usize(..TROUBLES.len())]);
        all.extend(unit(c, trouble));
    }
    all
}

fn unit(c: &mut Choices, trouble: Option<Trouble>) -> Vec<String> {
    let at = |t: Trouble| trouble == Some(t);
    let (class, get, module_cache) = (c.name("Node"), c.name("get"), c.name("_all"));
    let in_class = c.chance(0.5);
    let of_object = !in_class && c.chance(0.3);
    let cache = match in_class {
        _ if of_object => "self._all".to_owned(),
        true => c.pick(&["cls._all", "cls._all"]).to_owned(),
        false => module_cache.clone(),
    };
    let maker = match (at(Trouble::NoInstance), in_class) {
        (true, _) => {
            c.pick(&["(key, key)", "None", "[key]", "key * 2 or None", "ident", "str(key)"]).to_owned()
        }
        (false, true) => c.pick(&["cls(key)", "cls(key)", &format!("{class}(key)")]).to_owned(),
        (false, false) => format!("{class}(key)"),
    };
    let key = c.pick(&["key", "key", "(key, 1)"]);
    let getter = if at(Trouble::NotHeld) { c.pick(LOOSE) } else { c.pick(GETTERS) };
    let getter: Vec<String> = getter
        .replace('#', &cache)
        .replace('@', &maker)
        .replace('$', key)
        .split('\n')
        .map(str::to_owned)
        .collect();
    let mut members = Vec::new();
    if in_class {
        members.push("_all = {}".to_owned());
    }
    if at(Trouble::NoInstance) && c.chance(0.3) {
        members.push("__slots__ = (\"key\", \"count\")".into());
    }
    members.extend(block(
        "def __init__(self, key):",
        &lines(["print(\"makes\", key)", "self.key = key", "self.count = 0"]),
    ));
    members.extend(block("def grow(self):", &lines(["self.count += 1", "return self.count"])));
    if in_class {
        members.push("@classmethod".into());
        members.extend(block(format!("def {get}(cls, key):"), &getter));
    }
    let mut all = Vec::new();
    if at(Trouble::Named) {
        all.push("weakref = WeakValueDictionary = None".into());
    }
    all.push(format!("class {class}:"));
    all.extend(indented(&members));
    let holder = c.name("holder");
    let (call, spelled) = match in_class {
        _ if of_object => (format!("{holder}.{get}"), format!("{holder}._all")),
        true => (format!("{class}.{get}"), format!("{class}._all")),
        false => (get.clone(), module_cache.clone()),
    };
    if of_object {
        let mut table = block("def __init__(self):", &lines(["self._all = {}"]));
        table.extend(block(format!("def {get}(self, key):"), &getter));
        if at(Trouble::Changes) && c.chance(0.3) {
            table.extend(block("def reset(self):", &lines(["self._all = {}"])));
        }
        all.push(format!("class Of{class}:"));
        all.extend(indented(&table));
        all.push(format!("{holder} = Of{class}()"));
    } else if !in_class {
        all.push(format!("{module_cache} = {{}}"));
        all.extend(block(format!("def {get}(key):"), &getter));
    }
    if getter[0].starts_with("fill(") {
        let store = format!("{spelled}[key] = {class}(key)");
        all.extend(block("def fill(key):", &block(format!("if key not in {spelled}:"), &[store])));
    }
    // Everything that is given out is kept.
    let held = c.name("held");
    all.push(format!(
        "{held} = [{call}(k) for k in {}]",
        c.pick(&["(1, 2, 1)", "(1,)", "\"aba\"", "range(3)"])
    ));
    all.push(format!("print([a is b for a in {held} for b in {held}])"));
    all.push(format!("{held}.append({call}(7))"));
    all.extend(match c.rng.usize(..4) {
        0 => vec![format!("print({held}[0] is {call}({held}[0].key))")],
        1 => vec![format!("print({call}(7).count)")],
        2 => vec![format!("{held}[0].count += 2"), format!("print([h.count for h in {held}])")],
        _ => vec![format!("one = {call}(7)"), "print(one.grow())".into(), format!("print({held}[-1].count)")],
    });
    if at(Trouble::Counts) {
        let odd = [
            "print(len(@))",
            "for k in @: print(k)",
            "print(sorted(map(str, @)))",
            "print(@ == {})",
            "print(type(@).__name__)",
            "print(list(@.values())[0].key)",
            "both = @\nprint(both)",
            "del @[7]",
            "print(isinstance(@, dict))",
        ];
        all.extend(odd[c.rng.usize(..odd.len())].replace('@', &spelled).split('\n').map(str::to_owned));
    }
    if at(Trouble::Changes) {
        let odd = [
            "@(9).count += 1\nprint(@(9).count)",
            "@(9).grow()\nprint(@(9).grow())",
            "@(9).key = 3\nprint(@(9).key)",
        ];
        all.extend(odd[c.rng.usize(..odd.len())].replace('@', &call).split('\n').map(str::to_owned));
    }
    all
}
