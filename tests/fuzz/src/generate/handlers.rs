//! Handlers that only pass.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family = Family {
    transform: "try-pass-to-suppress",
    program,
    definitions: include_str!("handlers.py"),
    mode: Mode::Safe,
};

const CLASSES: &[&str] = &[
    "ValueError",
    "ValueError",
    "KeyError",
    "(KeyError, ValueError)",
    "LookupError",
    "ZeroDivisionError",
    "OSError",
    "Mine",
    "(Mine, OSError)",
    "json.JSONDecodeError",
    "Exception",
    "BaseException",
    "StopIteration",
    "()",
];

/// What a program has against it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Handles,
    Catches,
    Evaluates,
    Groups,
    Uses,
    Named,
    Pragma,
    Layout,
}

const TROUBLES: &[Trouble] = &[
    Trouble::Handles,
    Trouble::Catches,
    Trouble::Evaluates,
    Trouble::Groups,
    Trouble::Uses,
    Trouble::Named,
    Trouble::Pragma,
    Trouble::Layout,
];

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[6, 3]) {
        all.extend(unit(c));
    }
    all
}

fn unit(c: &mut Choices) -> Vec<String> {
    let trouble = c.chance(0.2).then(|| TROUBLES[c.rng.usize(..TROUBLES.len())]);
    let is_async = c.chance(0.06);
    let site = site(c, trouble, is_async);
    let mut body = lines(["r = 0", "e = 7"]);
    if !site.iter().any(|l| l.contains("as e")) || trouble != Some(Trouble::Uses) {
        body.pop();
    }
    body.extend(match c.weighted(&[12, 2, 2, 2, 1]) {
        1 => block("for turn in range(3):", &site),
        2 => {
            let mut all = block("try:", &site);
            all.extend(block(
                "except Exception as outer_error:",
                &lines(["print(type(outer_error).__name__)"]),
            ));
            all
        }
        3 => {
            let mut all = block("try:", &site);
            all.extend(block("finally:", &lines(["print(\"finally\", r)"])));
            all
        }
        4 => block("with managed(\"m\"):", &site),
        _ => site,
    });
    if trouble == Some(Trouble::Uses) {
        body.push(c.pick(&["print(e)", "e = 3", "r = [e for e in range(2)] and e", "del e"]).into());
    }
    body.push(c.pick(&["return r", "print(\"ends\", r)", "return len(LOG)"]).into());
    let name = c.name("f");
    let mut all = Vec::new();
    let dying = trouble == Some(Trouble::Named) && c.chance(0.4) && !is_async;
    if trouble == Some(Trouble::Named) && !dying {
        let taken = "suppress = contextlib = None";
        if c.chance(0.5) { body.insert(0, taken.into()) } else { all.push(taken.into()) }
    }
    let leaves = |l: &String| ["return", "await", "nonlocal"].iter().any(|w| l.contains(w));
    let outer = c.either(&["ident", "sq"], &["plain", "boom", "tick", "together"]);
    let k = c.pick(&["0", "1", "5", "7"]);
    if dying {
        let class = name.to_uppercase();
        let inner = [lines(["k, outer, kind = 5, sq, KeyError"]), body].concat();
        all.extend(block(format!("class {class}:"), &block("def __del__(self):", &inner)));
        all.push(format!("{class}()"));
    } else if !is_async && c.chance(0.08) && !body.iter().any(leaves) {
        all.push(format!("k, outer, kind = {k}, {outer}, KeyError"));
        all.extend(block("try:", &body));
        all.extend(block(
            "except BaseException as error:",
            &lines(["print(\"error\", type(error).__name__)"]),
        ));
    } else {
        let word = if is_async { "async def" } else { "def" };
        all.extend(block(format!("{word} {name}(k: int, outer, kind):"), &body));
        let call = format!("{name}({k}, {outer}, {})", c.pick(&["KeyError", "ValueError", "OSError"]));
        all.extend(shown(&if is_async { format!("run({call})") } else { call }));
    }
    all.push("print(LOG, STATE[\"n\"])".into());
    all
}

fn site(c: &mut Choices, trouble: Option<Trouble>, is_async: bool) -> Vec<String> {
    let at = |t: Trouble| trouble == Some(t);
    let mut inner = Vec::new();
    for _ in 0..1 + c.weighted(&[3, 3, 1]) {
        inner.extend(step(c, is_async));
    }
    let mut class = c.pick(CLASSES).to_owned();
    if at(Trouble::Catches) || c.hostile() && c.chance(0.2) {
        class = c
            .pick(&["Picky", "(Picky, KeyError)", "RecursionError", "MemoryError", "kind", "(Mine, Picky)"])
            .into();
    }
    if at(Trouble::Evaluates) || c.hostile() && c.chance(0.2) {
        let (name, binds) = [
            ("kinds()", ""),
            ("kinds()[0]", ""),
            ("(*kinds(),)", ""),
            ("ERRORS[0]", ""),
            ("Mine if k else KeyError", ""),
            ("late", "late = KeyError"),
            ("(ValueError, late)", "from json import JSONDecodeError as late"),
            ("late.Error", "import sqlite3 as late"),
            ("missing", "r = missing = ValueError"),
            ("LATER", ""),
            ("os.missing", ""),
            ("kind", ""),
        ][c.rng.usize(..12)];
        class = name.into();
        if !binds.is_empty() {
            inner.insert(0, binds.into());
        }
    }
    if at(Trouble::Groups) || c.hostile() && c.chance(0.2) {
        let odd = [
            "together(k)",
            "one_of(k)",
            "Crowd().raises(k)",
            "raise ExceptionGroup(\"g\", [KeyError(k)])",
            "outer(k)\ntogether(5)",
            "call(one_of, k)",
        ];
        inner.extend(text(odd[c.rng.usize(..odd.len())]));
    }
    let named = at(Trouble::Uses) || c.chance(0.08);
    let does = c.pick(&["pass", "pass", "pass", "..."]).to_owned();
    let mut handler = vec![does];
    let mut tail = Vec::new();
    if at(Trouble::Handles) {
        match c.rng.usize(..5) {
            0 => handler = lines(["print(\"handled\")"]),
            1 => tail = block("else:", &lines(["print(\"else\")"])),
            2 => tail = block("finally:", &lines(["print(\"at last\")"])),
            3 => tail = block("except TypeError:", &lines(["r = -1"])),
            _ => handler.push("LOG.append(1)".into()),
        }
    }
    if at(Trouble::Pragma) {
        handler[0].push_str(c.pick(&["  # noqa", "  # pragma: no cover", "  # nosec", "  # type: ignore"]));
    } else if c.chance(0.1) {
        handler.insert(0, "# why it does not matter".into());
    }
    if at(Trouble::Layout) {
        match c.rng.usize(..3) {
            0 => class = "(\n    ValueError,\n    KeyError,\n)".into(),
            1 => {
                let one = format!("try: {}", "print(check(k))");
                return vec![one, format!("except {class}: pass")];
            }
            _ => class = format!("({class})"),
        }
    }
    let plain = !class.starts_with('*') && !class.is_empty();
    let head = if plain && named { format!("except {class} as e:") } else { format!("except {class}:") };
    let mut all = block("try:", &inner);
    let head: Vec<String> = head.split('\n').map(str::to_owned).collect();
    all.extend(head[..head.len() - 1].iter().cloned());
    all.extend(block(head[head.len() - 1].clone(), &handler));
    if c.chance(0.1) && tail.is_empty() {
        all.extend(block(
            format!("except {}:", c.pick(&["TypeError", "AttributeError", "Mine"])),
            &lines(["pass"]),
        ));
    }
    all.extend(tail);
    all
}

fn step(c: &mut Choices, is_async: bool) -> Vec<String> {
    let picked = c.either(
        &[
            "print(check(k))",
            "r = check(k)",
            "r = 10 // k",
            "r = TABLE[k * 3]",
            "print(int(\"x\" * k or \"4\"))",
            "return k",
            "raise ValueError(k)",
            "raise KeyError(k)",
            "r = own(k)",
            "open(\"/nowhere/at/all\")",
            "json.loads(\"{\" * k + \"1\")",
            "LOG.append(k)",
            "print(\"in\", r)",
            "r += 1",
            "for i in range(3):\n    if i == k: break\n    print(i)",
            "for i in range(2):\n    LOG.append(check(i + k))",
            "with managed(\"w\"):\n    check(k)",
            "del LOG[0]",
            "next(iter([][:k]))",
            "words = \"\"\"a\n  b\"\"\"\nprint(words)",
            "# a word\nprint(1)",
        ],
        &[
            "raise_limit(check(k))",
            "outer(k)",
            "raise KeyboardInterrupt",
            "raise Under(k)",
            "r = call(outer, k)",
            "try:\n    check(9)\nexcept ValueError:\n    pass",
            "def inner():\n    nonlocal r\n    r = 5\n    check(9)\ninner()",
            "print(sys.exc_info()[0])",
            "raise StopIteration(k)",
            "r = who(k)",
            "raise Mine(k) from ValueError(k)",
        ],
    );
    let picked = if is_async && c.chance(0.3) { "r = check(await aid(k))" } else { picked };
    text(picked)
}

fn text(picked: &str) -> Vec<String> {
    picked.split('\n').map(str::to_owned).collect()
}
