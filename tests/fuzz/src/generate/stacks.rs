//! Lists and dicts of objects that a loop in a `finally` ends.

use super::resources::{Unit, around, finish};
use super::{Choices, Family, Mode, block, indented};

pub static FAMILY: Family = Family {
    transform: "resources-to-exitstack",
    program,
    definitions: include_str!("resources.py"),
    mode: Mode::Safe,
};

/// Of the loop variable `n`.
const MAKES: &[&str] = &[
    "io.StringIO(str(n))",
    "io.StringIO(\"a\\nb\")",
    "open(os.devnull)",
    "Quarter(str(n))",
    "Quarter(n)",
    "sqlite3.connect(\":memory:\")",
    "tempfile.TemporaryFile(\"w+\")",
    "io.BytesIO()",
];

const ODD: &[&str] = &[
    "Door(str(n))",
    "Bare(str(n))",
    "Fussy(str(n))",
    "Slam(str(n))",
    "Counting(str(n))",
    "Cracked(str(n))",
    "Judging(str(n))",
    "Kicked(str(n))",
    "Handing(str(n))",
    "Pool(str(n))",
    "Side(str(n))",
    "fresh_door()",
    "odd_door(n)",
    "keep(Quarter(n))",
    "opened(str(n))",
    "io.StringIO(str(10 // n))",
    "Quarter(check(n + k))",
    "(Quarter(n) if n else Bare(\"else\"))",
    "open(os.devnull, \"a\")",
    "tempfile.TemporaryDirectory()",
];

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[6, 3]) {
        all.extend(unit(c));
    }
    if c.hostility > 0.0 && c.chance(0.06) {
        all.insert(0, "ExitStack = contextlib = None".into());
    }
    all
}

fn unit(c: &mut Choices) -> Vec<String> {
    let mut u = Unit {
        generator: c.chance(0.08),
        is_async: c.chance(0.05),
        method: c.chance(0.08),
        ..Unit::default()
    };
    u.parameters.push(("k=0", ["0", "1", "3", "5"][c.rng.usize(..4)]));
    let site = many(c, &u);
    let mut body = std::mem::take(&mut u.before);
    body.push("r = 0".into());
    body.extend(around(c, &site));
    body.push(c.pick(&["return r", "print(\"ends\", r)", "return last_kept()", "pass"]).into());
    finish(c, u, body)
}

fn many(c: &mut Choices, u: &Unit) -> Vec<String> {
    let xs = c.name("xs");
    let make = c.either(MAKES, ODD);
    let shape = c.weighted(&[6, 4, 3, 3, 2, 2]);
    let source = c.either(&["range(3)", "range(2)", "[0, 1, 2]", "range(k + 1)"], &["items(3)", "gen(2)"]);
    let (mut front, mut inside): (Vec<String>, Vec<String>) = (vec![], vec![]);
    let loops = |line: String| block(format!("for n in {source}:"), &[line]);
    match shape {
        0 => front.push(format!("{xs} = [{make} for n in {source}]")),
        1 => {
            front.push(format!("{xs} = []"));
            inside.extend(loops(format!("{xs}.append({make})")));
        }
        2 => {
            front.push(format!("{xs} = []"));
            if c.chance(0.5) {
                front.extend(loops(format!("{xs}.append({make})")));
            } else {
                front.extend(block(
                    format!("for n in {source}:"),
                    &[format!("one = {make}"), format!("{xs}.append(one)")],
                ));
            }
        }
        3 => front.push(format!("{xs} = {{n: {make} for n in {source}}}")),
        4 => {
            front.push(format!("{xs} = {{}}"));
            inside.extend(loops(format!("{xs}[n] = {make}")));
        }
        _ => front.push(format!("{xs} = [(n, {make}) for n in {source}]")),
    }
    if c.chance(0.12) {
        let text = c.either(
            &["# in between", "r = k", ""],
            &["check(k)", "if k > 2: return r", "print(\"between\")", "keep(@)", "@ = @", "KEPT.extend(@)"],
        );
        let text = if u.generator && u.is_async { "r = k" } else { text };
        front.push(text.replace('@', &xs));
    }
    for _ in 0..1 + c.weighted(&[4, 3, 1]) {
        inside.extend(step(c, u, &xs, shape));
    }
    if u.generator {
        inside.push("yield r".into());
    }
    if inside.iter().all(|l| l.trim_start().starts_with('#')) {
        inside.push("pass".into());
    }
    let mut all = front;
    all.extend(block("try:", &inside));
    if c.chance(0.15) {
        let what = c.pick(&["ValueError", "Exception", "ZeroDivisionError"]);
        let then = c.either(
            &["print(\"handler\", len(@))", "r = -1", "raise"],
            &["@.clear()", "return r", "keep(@)"],
        );
        let then = if u.generator && u.is_async { "pass" } else { then };
        all.extend(block(format!("except {what}:"), &[then.replace('@', &xs)]));
    }
    all.push("finally:".into());
    all.extend(indented(&ending(c, &xs, shape)));
    if c.chance(0.25) {
        let text = c.either(
            &["print(\"after\", len(@))", "r = 2"],
            &["print(\"after\", state(x))", "keep(x)", "@ = None", "print([state(e) for e in @])"],
        );
        all.push(text.replace('@', &xs));
    }
    all
}

fn step(c: &mut Choices, u: &Unit, xs: &str, shape: usize) -> Vec<String> {
    let ordinary = [
        "print(len(@))",
        "r = check(k)",
        "print(10 // k)",
        "raise ValueError(k)",
        "if k: return r",
        "for e in @: print(type(e).__name__)",
        "print(sorted(str(type(e)) for e in @))",
        "r = len(list(@))",
        "# a word",
        "print(bool(@), k in @)",
        "keep(next(iter(@), None))",
        "print([state(e) for e in @])",
    ];
    let hostile = [
        "@.pop()",
        "@.clear()",
        "@[0] = Bare(\"new\")",
        "@ = []",
        "del @[0]",
        "ys = @\nys.pop()",
        "@.append(Bare(\"more\"))",
        "@.reverse()",
        "@ += [Bare(\"aug\")]",
        "keep(@)",
        "STATE[\"xs\"] = @",
        "def inner():\n    @.pop()\ninner()",
        "def inner():\n    nonlocal @\n    @ = []\ninner()",
        "x = 7\nprint(x)",
        "setattr(@, \"a\", 1)",
        "f = @.pop\nf()",
        "(@ := [])",
        "for @ in [[Bare(\"loop\")]]: pass",
        "locals()[\"@\"].pop()",
        "list(map(@.remove, list(@)[:1]))",
        "Quarter.close = lambda self: print(\"patched\")",
        "first = @[0]\nfirst.close()",
    ];
    let text = if c.hostile() {
        hostile[c.rng.usize(..hostile.len())]
    } else {
        ordinary[c.rng.usize(..ordinary.len())]
    };
    let text = if text.contains("return") && u.generator && u.is_async { "pass" } else { text };
    let text = if u.generator && c.chance(0.2) { "yield len(@)" } else { text };
    let text = if shape >= 3 && text.contains("10 // k") { "print(list(@)[:0])" } else { text };
    text.replace('@', xs).split('\n').map(str::to_owned).collect()
}

fn ending(c: &mut Choices, xs: &str, shape: usize) -> Vec<String> {
    let method = c.either(&["close()"], &["stop()", "shut()", "cleanup()", "close(1)"]);
    let turned = c.chance(0.4);
    let source = match (shape, turned) {
        (3 | 4, false) => format!("{xs}.values()"),
        (3 | 4, true) => format!("reversed({xs}.values())"),
        (_, false) => xs.to_owned(),
        (_, true) => c.pick(&["reversed(@)", "@[::-1]", "reversed(list(@))"]).replace('@', xs),
    };
    let target = if shape == 5 { "_, x" } else { "x" };
    if turned && shape < 3 && c.chance(0.2) {
        return vec![format!("while {xs}:"), format!("    {xs}.pop().{method}")];
    }
    let ordinary = ["for $ in @:\n    x.&"; 6];
    let hostile = [
        "for $ in @: x.&",
        "for $ in @:\n    x.&\nprint(\"behind\")",
        "print(\"front\")\nfor $ in @:\n    x.&",
        "for $ in @:\n    print(x)\n    x.&",
        "for $ in @:\n    if x: x.&",
        "for $ in @:\n    try:\n        x.&\n    except Exception:\n        pass",
        "for $ in @:\n    x.&\nelse:\n    print(\"else\")",
        "for $ in @:  # noqa\n    x.&",
        "for $ in @:\n    x.&  # each",
        "for $ in list(@)[1:]:\n    x.&",
        "[x.& for $ in @]",
        "for $ in @:\n    r = x.&",
    ];
    let text = if c.hostile() {
        hostile[c.rng.usize(..hostile.len())]
    } else {
        ordinary[c.rng.usize(..ordinary.len())]
    };
    text.replace('$', target)
        .replace('@', &source)
        .replace('&', method)
        .split('\n')
        .map(str::to_owned)
        .collect()
}
