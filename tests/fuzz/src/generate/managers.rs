//! Functions that set up and clean up alike: the same lines in front of a `try` and in its `finally`.

use super::{Choices, Family, Mode, block, indented, lines, shown};

/// Whether the copies mean the same thing is always assumed. It is no question of behaviour.
pub static FAMILY: Family = Family {
    transform: "acquire-release-to-contextmanager",
    program,
    definitions: include_str!("managers.py"),
    mode: Mode::Assuming,
};

/// Setup, clean-up, and what a body may do with what was set up. `@` is what differs, `$` a variable.
struct Pair {
    up: &'static str,
    down: &'static str,
    values: &'static [&'static str],
    uses: &'static [&'static str],
}

const PAIRS: &[Pair] = &[
    Pair {
        up: "$ = STATE[\"n\"]\nSTATE[\"n\"] = @",
        down: "STATE[\"n\"] = $",
        values: &["1", "k", "item", "len(item)", "k + 2"],
        uses: &["print($, STATE[\"n\"])", "STATE[\"n\"] += 1"],
    },
    Pair {
        up: "$ = os.getcwd()\nos.chdir(@)",
        down: "os.chdir($)",
        values: &["\"/\"", "\"/usr\"", "os.sep", "\"/nowhere\""],
        uses: &["print(os.getcwd())", "print($)"],
    },
    Pair {
        up: "$ = BOOK.begin(@)",
        down: "BOOK.end($)",
        values: &["\"a\"", "\"b\"", "item", "str(k)"],
        uses: &["print(\"in\", $)", "r = len(str($))"],
    },
    Pair {
        up: "BOOK.begin(@, k)",
        down: "BOOK.end(@, k)",
        values: &["\"a\"", "\"b\"", "item", "\"c\" * k"],
        uses: &["print(\"in\")", "r = check(k)"],
    },
    Pair {
        up: "LOG.append(@)",
        down: "LOG.pop()",
        values: &["1", "k", "item", "(k, item)", "[k]"],
        uses: &["print(LOG)", "LOG[-1] = 0"],
    },
    Pair {
        up: "set_level(@)",
        down: "set_level(-1)",
        values: &["1", "k", "2"],
        uses: &["print(LEVEL)", "set_level(3)"],
    },
    Pair {
        up: "$ = METER.busy\nMETER.busy = @",
        down: "METER.busy = $",
        values: &["True", "item", "k"],
        uses: &["print(METER.busy)", "METER.busy = 5"],
    },
    Pair {
        up: "$ = Door(@)\n$.use(k)",
        down: "$.use(9)\n$.close()",
        values: &["\"x\"", "\"y\"", "item"],
        uses: &["$.use(1)", "$.fail()", "print($.name)"],
    },
    Pair {
        up: "$ = tick(@)\nprint(\"starts\", $)",
        down: "METER.busy = tick(1) - $",
        values: &["1", "k", "k + 1"],
        uses: &["print($ + 1)", "$.fail()"],
    },
];

/// What a program has against it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Alike,
    Rebinds,
    Jumps,
    Frames,
    Named,
    Layout,
}

const TROUBLES: &[Trouble] =
    &[Trouble::Alike, Trouble::Rebinds, Trouble::Jumps, Trouble::Frames, Trouble::Named, Trouble::Layout];

fn program(c: &mut Choices) -> Vec<String> {
    let trouble = c.chance(0.16).then(|| TROUBLES[c.rng.usize(..TROUBLES.len())]);
    let pair = &PAIRS[c.rng.usize(..PAIRS.len())];
    let (method, is_async) = (c.chance(0.15), c.chance(0.08));
    let count = 2 + c.weighted(&[4, 2]);
    let mut functions = Vec::new();
    let mut names = Vec::new();
    // What all have in common, and the one that is spoiled.
    let (comment, spoiled) = (c.chance(0.08), c.rng.usize(..count));
    let value = c.pick(pair.values);
    for i in 0..count {
        let name = c.name("f");
        let own = if c.chance(0.6) { value } else { c.pick(pair.values) };
        let variable = if c.chance(0.85) { "old" } else { "before" };
        let at = trouble
            .filter(|t| i == spoiled || matches!(t, Trouble::Jumps | Trouble::Frames | Trouble::Named));
        let mut body = lines(["r = 0"]);
        body.extend(site(c, pair, own, variable, at, comment));
        if at == Some(Trouble::Named) {
            body.insert(0, "contextmanager = contextlib = None".into());
        }
        if is_async {
            body.insert(1, "r = await aid(k)".into());
        }
        body.push(c.pick(&["return r", "print(\"ends\", r)", "return LEVEL"]).into());
        let word = if is_async { "async def" } else { "def" };
        let own = if method { "self, " } else { "" };
        functions.push(block(format!("{word} {name}({own}k: int, item):"), &body));
        names.push(name);
    }
    let mut all = Vec::new();
    let class = c.name("Thing");
    if method {
        all.push(format!("class {class}:"));
        all.extend(functions.iter().flat_map(|f| indented(f)));
    } else {
        for function in functions {
            all.extend(function);
            if c.chance(0.5) {
                all.push(String::new());
            }
        }
    }
    if trouble == Some(Trouble::Named) && c.chance(0.5) {
        all.insert(0, "contextmanager = contextlib = None".into());
    }
    for name in names {
        for _ in 0..1 + usize::from(c.chance(0.5)) {
            let call =
                format!("{name}({}, {})", c.pick(&["0", "1", "2", "5"]), c.pick(&["\"s\"", "3", "\"word\""]));
            let call = if method { format!("{class}().{call}") } else { call };
            all.extend(shown(&if is_async { format!("run({call})") } else { call }));
            all.push("print(os.getcwd(), STATE[\"n\"], LOG, LEVEL, METER.busy)".into());
        }
    }
    all
}

fn site(
    c: &mut Choices,
    pair: &Pair,
    value: &str,
    variable: &str,
    trouble: Option<Trouble>,
    comment: bool,
) -> Vec<String> {
    let at = |t: Trouble| trouble == Some(t);
    let text = |picked: &str| -> Vec<String> {
        picked.replace('$', variable).replace('@', value).split('\n').map(str::to_owned).collect()
    };
    let mut all = Vec::new();
    if c.chance(0.2) {
        all.extend(text(c.pick(&["r = k", "print(\"front\")", "item = str(item)", "r = sq(k)", "k += 1"])));
    }
    let mut up = text(pair.up);
    let mut down = text(pair.down);
    let mut inner = Vec::new();
    for _ in 0..1 + c.weighted(&[3, 3, 1]) {
        let picked = if c.chance(0.4) { c.pick(pair.uses) } else { step(c) };
        inner.extend(text(picked));
    }
    if at(Trouble::Alike) {
        match c.rng.usize(..3) {
            0 => down.push("print(\"more\")".into()),
            1 => up.push("print(\"more\")".into()),
            _ => down = lines(["print(\"other\")"]),
        }
    }
    if at(Trouble::Rebinds) {
        let odd = ["$ = 5", "k = 9", "item = \"new\"", "r = 7", "for $ in [3]: pass", "($ := \"walrus\")"];
        inner.extend(text(odd[c.rng.usize(..odd.len())]));
        if c.chance(0.3) {
            down.push("print(r)".into());
        }
    }
    if at(Trouble::Jumps) {
        down.push(c.pick(&["return 3", "if k > 2: return k", "if k: raise KeyError(k)"]).into());
    }
    if at(Trouble::Frames) {
        let odd = [
            "print(sorted(locals()))",
            "print(seen())",
            "print(sys._getframe().f_code.co_name)",
            "print(len(vars()))",
        ];
        if c.chance(0.5) {
            up.push(odd[c.rng.usize(..odd.len())].into())
        } else {
            down.push(odd[c.rng.usize(..odd.len())].into())
        }
    }
    if at(Trouble::Layout) {
        match c.rng.usize(..5) {
            0 => up[0].push_str("; r = 1"),
            1 => up.push("# only here".into()),
            2 => down[0].push_str("  # only here"),
            3 => up[0].push_str("  # noqa"),
            _ => up.push("print(\"\"\"two\n  lines\"\"\")".into()),
        }
    } else if comment {
        up[0].push_str("  # as it was");
    }
    // A string over two lines comes as two.
    up = up.iter().flat_map(|l| l.split('\n')).map(str::to_owned).collect();
    all.extend(up);
    all.extend(block("try:", &inner));
    if c.chance(0.15) {
        let then = c.pick(&["print(\"handler\")", "r = -1", "raise", "return -2"]);
        all.extend(block(format!("except {}:", c.pick(&["ValueError", "Exception"])), &lines([then])));
    }
    all.extend(block("finally:", &down));
    if c.chance(0.15) {
        all.extend(text(c.either(&["print(\"after\", k)", "r = 4"], &["print(item)", "print($)", "$ = 1"])));
    }
    all
}

fn step(c: &mut Choices) -> &'static str {
    c.either(
        &[
            "print(\"body\", k)",
            "print(check(k))",
            "return k",
            "raise ValueError(k)",
            "r = sq(k)",
            "r = 10 // k",
            "for i in range(2):\n    if i == k: break\n    print(i)",
            "print(item)",
            "print(\"one\"); print(\"two\")",
        ],
        &[
            "k = 3",
            "raise KeyboardInterrupt",
            "g = lambda: k\nprint(g())",
            "print(who(k))",
            "item = 0",
            "print(\"\"\"two\n  lines\"\"\")",
            "r = LOG and LOG[0]",
        ],
    )
}
