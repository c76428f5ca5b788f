//! Objects that a `finally` ends: opened and closed, acquired and released.

use super::guards::{awaited, guarded};
use super::{Choices, Family, Mode, block, indented, lines, shown};

pub static FAMILY: Family = Family {
    transform: "try-finally-to-with",
    program,
    definitions: include_str!("resources.py"),
    mode: Mode::Safe,
};

/// A kind of object. `@` stands for the name that it is bound to.
pub(super) struct Kind {
    pub(super) makes: &'static [&'static str],
    pub(super) uses: &'static [&'static str],
    /// The methods that end it, the usual one first.
    pub(super) ends: &'static [&'static str],
}

const OWN: &[&str] = &["@.use(1)", "print(@.use(2))", "r = @.use(k)", "print(@.name)"];

pub(super) const ORDINARY: &[Kind] = &[
    Kind {
        makes: &["Door(\"a\")", "Door(name=\"b\")", "opened(\"c\")", "fresh_door()", "either_door(k)"],
        uses: OWN,
        ends: &["close"],
    },
    Kind {
        makes: &["Side(\"a\")", "Slam(\"a\")", "Counting(\"a\")", "Fussy(\"a\")", "Quarter(\"a\")"],
        uses: OWN,
        ends: &["close"],
    },
    Kind {
        makes: &["io.StringIO(\"a\\nb\\n\")", "io.StringIO()", "tempfile.TemporaryFile(\"w+\")"],
        uses: &["print(@.read())", "@.write(\"x\")", "print(list(@))", "r = @.tell()", "print(@.closed)"],
        ends: &["close"],
    },
    Kind {
        makes: &["open(os.devnull)", "open(os.devnull, mode=\"r\")", "os.scandir(os.devnull + \"/..\")"],
        uses: &["r = next(@, None)", "print(hasattr(@, \"close\"))"],
        ends: &["close"],
    },
    Kind {
        makes: &["sqlite3.connect(\":memory:\")", "sqlite3.connect(database=\":memory:\")"],
        uses: &["print(@.execute(\"select 1\").fetchone())", "r = @.total_changes", "@.commit()"],
        ends: &["close"],
    },
    Kind {
        makes: &["mmap.mmap(-1, 8)"],
        uses: &["print(@[0])", "@[1] = 65", "r = len(@)"],
        ends: &["close"],
    },
    Kind { makes: &["memoryview(b\"abc\")"], uses: &["print(@[0])", "r = @.nbytes"], ends: &["release"] },
    Kind {
        makes: &["zipfile.ZipFile(io.BytesIO(), \"w\")"],
        uses: &["@.writestr(\"n\", \"x\")", "print(@.namelist())"],
        ends: &["close"],
    },
    Kind {
        makes: &["socket.socket()"],
        uses: &["print(@.fileno() > 0)", "r = @.gettimeout()"],
        ends: &["close"],
    },
    Kind { makes: &["Bare(\"a\")", "Bare(str(k))"], uses: OWN, ends: &["close"] },
    Kind { makes: &["Watch(\"w\")"], uses: OWN, ends: &["stop"] },
];

pub(super) const ODD: &[Kind] = &[
    Kind {
        makes: &[
            "Greeting(\"a\")",
            "Forgiving(\"a\")",
            "Pool(\"a\")",
            "Kicked(\"a\")",
            "Handing(\"a\")",
            "Cracked(\"a\")",
            "Judging(\"a\")",
            "Firm(\"a\")",
            "odd_door(k)",
        ],
        uses: OWN,
        ends: &["close", "close", "close", "shut", "use"],
    },
    Kind { makes: &["Siren(\"s\")"], uses: OWN, ends: &["stop"] },
    Kind {
        makes: &["Tape(\"a\\nb\")", "Reel(\"a\")"],
        uses: &["print(@.read())", "r = @.tell()"],
        ends: &["close"],
    },
    Kind {
        makes: &["ThreadPoolExecutor(1)"],
        uses: &["print(@.submit(len, \"ab\").result())"],
        ends: &["shutdown", "shutdown(wait=True)", "shutdown(wait=False)"],
    },
    Kind {
        makes: &["tempfile.TemporaryDirectory()"],
        uses: &["print(os.path.isdir(@.name))", "r = len(@.name) > 3"],
        ends: &["cleanup"],
    },
    Kind {
        makes: &["ExitStack()"],
        uses: &["@.callback(print, \"called back\")", "@.enter_context(managed(\"m\"))"],
        ends: &["close"],
    },
    Kind {
        makes: &["Gate()", "Gateway()", "threading.Lock()"],
        uses: &["@.acquire()", "print(type(@).__name__)"],
        ends: &["release"],
    },
    Kind { makes: &["managed(\"m\")", "gen(2)", "NULLS"], uses: &["r = next(@, None)"], ends: &["close"] },
];

/// How the program binds the object, runs the block and leaves it.
#[derive(Default)]
pub(super) struct Unit {
    /// Behind the parameters of the function, with what callers pass.
    pub(super) parameters: Vec<(&'static str, &'static str)>,
    pub(super) before: Vec<String>,
    pub(super) behind: Vec<String>,
    pub(super) generator: bool,
    pub(super) is_async: bool,
    pub(super) method: bool,
    pub(super) outside: Vec<String>,
}

fn program(c: &mut Choices) -> Vec<String> {
    units(c, unit)
}

/// A program of one or a few units.
pub(super) fn units(c: &mut Choices, unit: fn(&mut Choices) -> Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[6, 3]) {
        all.extend(unit(c));
    }
    if c.hostility > 0.0 && c.chance(0.06) {
        // The names by which a rewrite could say `closing`.
        all.insert(0, "closing = contextlib = None".into());
    }
    all
}

fn unit(c: &mut Choices) -> Vec<String> {
    let mut u = Unit {
        generator: c.chance(0.1),
        is_async: c.chance(0.08),
        method: c.chance(0.12),
        ..Unit::default()
    };
    u.parameters.push(("k=0", ["0", "1", "5"][c.rng.usize(..3)]));
    let site = match c.weighted(&[5, 11, 4]) {
        0 => locked(c, &mut u),
        2 => guarded(c, &mut u),
        _ if u.is_async && c.chance(0.5) => awaited(c, &mut u),
        _ => opened(c, &mut u),
    };
    let mut body = std::mem::take(&mut u.before);
    body.push("r = 0".into());
    body.extend(around(c, &site));
    body.append(&mut u.behind);
    body.push(c.pick(&["return r", "print(\"ends\", r)", "return last_kept()", "pass"]).into());
    finish(c, u, body)
}

pub(super) fn finish(c: &mut Choices, mut u: Unit, body: Vec<String>) -> Vec<String> {
    let name = c.name("f");
    let mut out = std::mem::take(&mut u.outside);
    let jumps = |l: &String| ["return", "yield", "await", "nonlocal"].iter().any(|w| l.contains(w));
    if !u.method && c.chance(0.08) && !body.iter().any(jumps) {
        // At module level.
        out.push("k = 5".into());
        let mut tried = block("try:", &body);
        tried.extend(block("except Exception as error:", &lines(["print(\"error\", type(error).__name__)"])));
        out.extend(tried);
        return out;
    }
    let mut parameters: Vec<&str> = u.parameters.iter().map(|(p, _)| *p).collect();
    parameters.reverse();
    let arguments: Vec<&str> = u.parameters.iter().rev().map(|(_, a)| *a).collect();
    let arguments = arguments.join(", ");
    let word = if u.is_async { "async def" } else { "def" };
    let mut call = format!("{name}({arguments})");
    if u.method {
        let own = [&["self"][..], &parameters[..]].concat().join(", ");
        let mut members = block(
            "def __init__(self):",
            &lines(["self.lock = threading.Lock()", "self.door = Door(\"own\")"]),
        );
        if c.hostile() {
            members.extend(block("def renew(self):", &lines(["self.lock = threading.Lock()"])));
        }
        members.extend(block(format!("{word} {name}({own}):"), &body));
        out.extend(block(format!("class {}:", name.to_uppercase()), &members));
        call = format!("{}().{call}", name.to_uppercase());
    } else {
        out.extend(block(format!("{word} {name}({}):", parameters.join(", ")), &body));
    }
    if u.is_async {
        call = if u.generator { format!("run({call}.__anext__())") } else { format!("run({call})") };
    } else if u.generator {
        match c.weighted(&[4, 2, 1]) {
            0 => call = format!("list({call})"),
            1 => call = format!("next({call}, None)"),
            _ => {
                let it = c.name("it");
                out.push(format!("{it} = {call}"));
                let end = c.pick(&["$.close()", "$.throw(ValueError)", "$.throw(KeyError)", "list($)"]);
                let inner = vec![format!("print(next({it}, None))"), end.replace('$', &it)];
                out.extend(block("try:", &inner));
                out.extend(block("except Exception as error:", &lines(["print(type(error).__name__)"])));
                out.push("print(last_kept())".into());
                return out;
            }
        }
    }
    for _ in 0..1 + usize::from(c.chance(0.3)) {
        out.extend(shown(&call));
    }
    out.push("print(\"kept\", last_kept())".into());
    out
}

/// What may stand around the opening and its `try`.
pub(super) fn around(c: &mut Choices, site: &[String]) -> Vec<String> {
    match c.weighted(&[14, 2, 2, 1, 1, 1, 1]) {
        1 => block("for turn in range(2):", site),
        2 => {
            let mut all = block("try:", site);
            let what = c.pick(&["Exception", "ValueError", "OSError", "(ZeroDivisionError, ValueError)"]);
            let end = c.pick(&["print(\"caught\", last_kept())", "raise", "r = -1"]);
            all.extend(block(format!("except {what}:"), &[end.to_owned()]));
            all
        }
        3 => block("if k < 9:", site),
        4 => block("with managed(\"outer\"):", site),
        5 => {
            let mut all = block("try:", site);
            all.extend(block("finally:", &lines(["print(\"outer finally\")"])));
            all
        }
        6 => {
            let mut all = block("while True:", site);
            all.push("    break".into());
            all
        }
        _ => site.to_vec(),
    }
}

/// `x = make`, `try: ... finally: x.close()`.
fn opened(c: &mut Choices, u: &mut Unit) -> Vec<String> {
    let kind = if c.hostile() || c.chance(0.06) {
        &ODD[c.rng.usize(..ODD.len())]
    } else {
        &ORDINARY[c.weighted(&[12, 6, 6, 2, 3, 2, 1, 1, 1, 3, 2])]
    };
    let x = c.name("x");
    let make = c.pick(kind.makes);
    let end = if c.hostile() { c.pick(kind.ends) } else { kind.ends[0] };
    let mut all = opening(c, u, &x, make);
    all.extend(between(c, &x, u));
    let body = body(c, u, &x, kind);
    let ending = ending(c, &x, end);
    all.extend(tried(c, u, &x, body, ending));
    all.extend(behind(c, &x));
    all
}

pub(super) fn opening(c: &mut Choices, u: &mut Unit, x: &str, make: &str) -> Vec<String> {
    let comment = if c.chance(0.05) { c.pick(&["  # opens it", "  # noqa", "  # type: ignore"]) } else { "" };
    let ordinary = format!("{x} = {make}{comment}");
    if !c.hostile() {
        return match c.weighted(&[30, 1, 1, 1]) {
            1 => vec![format!("{x} = ({make})")],
            2 => vec![format!("{x} = {make};")],
            3 => vec!["# about to open".into(), ordinary],
            _ => vec![ordinary],
        };
    }
    let text = c.pick(&[
        "$ = keep(@)",
        "KEPT.append(@)\n$ = KEPT[-1]",
        "$ = other = @",
        "$, other = @, 1",
        "$: object = @",
        "$ = @ if k else Bare(\"else\")",
        "$ = None",
        "$ = @; other = 1",
        "global $\n$ = @",
        "other = @\n$ = other",
        "($ := @)",
        "$ = other = None\n$ = @",
        "with swallowing(\"w\") as $: pass\n$ = @",
    ]);
    if text.starts_with("global") && u.outside.is_empty() {
        u.before.push(format!("global {x}"));
        return vec![format!("{x} = {make}")];
    }
    text.replace('$', x).replace('@', make).split('\n').map(str::to_owned).collect()
}

/// Statements between the opening and the `try`.
pub(super) fn between(c: &mut Choices, x: &str, u: &Unit) -> Vec<String> {
    if !c.chance(0.15) {
        return if c.chance(0.1) { vec![String::new()] } else { vec![] };
    }
    let text = c.either(
        &["r = k", "n = len(WORDS)", "print(\"between\")", "# a word on it", "r = sq(k)", "pass"],
        &[
            "keep($)",
            "check(k)",
            "r = 10 // k",
            "if k > 3: return r",
            "$.name = \"z\"",
            "KEPT.append($)",
            "$ = $",
            "r = $",
            "$.close = lambda: print(\"replaced\")",
            "check(k)\nr = k",
        ],
    );
    let text = if u.generator && c.hostile() { "yield 9" } else { text };
    text.replace('$', x).split('\n').map(str::to_owned).collect()
}

/// What the block does with the object.
pub(super) fn body(c: &mut Choices, u: &mut Unit, x: &str, kind: &Kind) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[3, 3, 1]) {
        all.extend(step(c, u, x, kind));
    }
    if all.iter().all(|l| l.trim_start().starts_with('#')) {
        all.push("pass".into());
    }
    if u.generator && !all.iter().any(|l| l.contains("yield")) {
        all.push("yield r".into());
    }
    all
}

pub(super) fn step(c: &mut Choices, u: &mut Unit, x: &str, kind: &Kind) -> Vec<String> {
    let ordinary = [
        c.pick(kind.uses),
        c.pick(kind.uses),
        "print(\"in\", state(@))",
        "r = check(k)",
        "print(10 // k)",
        "keep(@)",
        "if k: return r",
        "raise ValueError(k)",
        "for i in range(2): print(i)",
        "text = \"\"\"first\n  second\n\"\"\"\nprint(text)",
        "r = (k +\n  1)\nprint(r)",
        "# a comment",
        "print(\"one\")\n# the last word",
        "for i in range(3):\n    if i == k: break\n    print(i)",
        "r = [i for i in range(k)]",
        "print(\"one\"); print(\"two\")",
        "try:\n    check(9)\nexcept ValueError:\n    print(\"inner\", state(@))",
        "y = Door(\"inner\")\ntry:\n    y.use(k)\nfinally:\n    y.close()",
        "if k > 1:\n    print(state(@))\nelse:\n        print(\"deep\")",
        "with managed(\"m\"):\n    check(k)",
        "g = lambda: state(@)\nprint(g())",
    ];
    let hostile = [
        "@ = Bare(\"new\")",
        "@ = None",
        "del @",
        "@.close()",
        "with contextlib.suppress(Exception): @.close()",
        "for @ in [Bare(\"loop\")]: pass",
        "def inner():\n    nonlocal @\n    @ = Bare(\"inner\")\ninner()",
        "if (@ := Bare(\"walrus\")): pass",
        "with swallowing(\"s\") as @: pass",
        "try:\n    check(9)\nexcept ValueError as @:\n    pass",
        "@ = @",
        "@, other = Bare(\"t\"), 1",
        "@.close = lambda: print(\"replaced\")",
        "Door.close = lambda self: print(\"patched\")",
        "import io as @",
        "[(@ := Bare(\"c\")) for _ in range(k)]",
        "setattr(@, \"close\", lambda: print(\"set\"))",
        "match k:\n    case @: pass",
        "globals()[\"@\"] = Bare(\"g\")",
        "raise KeyboardInterrupt",
        "text = f\"\"\"{k}\n  two\n\"\"\"\nprint(text)",
        "r = k \\\n  + 1",
    ];
    let picked = if c.hostile() {
        hostile[c.rng.usize(..hostile.len())]
    } else {
        let mut text = ordinary[c.rng.usize(..ordinary.len())];
        if u.generator && c.chance(0.3) {
            text = c.pick(&["yield state(@)", "yield k", "print(\"sent\", (yield 1))"]);
        }
        if u.is_async && c.chance(0.4) {
            text = c.pick(&["r = await aid(k)", "await acheck(k)"]);
        }
        text
    };
    // A variable of the module or of a class body has no function around.
    let picked = if u.generator && u.is_async && picked.contains("return r") { "pass" } else { picked };
    picked.replace('@', x).split('\n').map(str::to_owned).collect()
}

/// The statements of the `finally`.
fn ending(c: &mut Choices, x: &str, method: &str) -> Vec<String> {
    let call = if method.ends_with(')') { format!("{x}.{method}") } else { format!("{x}.{method}()") };
    let ordinary = [
        "@",
        "@",
        "@",
        "@",
        "@",
        "@",
        "@",
        "@",
        "@",
        "@",
        "print(\"finally\")\n@",
        "# the end\n@",
        "@  # done",
        "print(\"finally\", state($))\n@",
        "r = 7\n@",
        "LOG.append(1)\n@",
        "print(check(k))\n@",
    ];
    let hostile = [
        "@\nprint(\"behind\")",
        "if $: @",
        "if $ is not None:\n    @",
        "try:\n    @\nexcept Exception:\n    print(\"swallows\")",
        "other = Bare(\"o\")\nother.close()\n@",
        "r = @",
        "print(@)",
        "@  # noqa",
        "@  # type: ignore",
        "return r\n@",
        "check(9)\n@",
        "if k: return 5\n@",
        "for i in range(2):\n    if i: break\n@",
        "print(\"a\"); @",
        "raise KeyError",
        "r = 0",
        "@; print(\"b\")",
        "del LOG[:]\n@",
        "$ = $\n@",
        "10 // k\n@",
        "state($)",
        "@\n@",
    ];
    let text = if c.hostile() {
        hostile[c.rng.usize(..hostile.len())]
    } else {
        ordinary[c.rng.usize(..ordinary.len())]
    };
    text.replace('@', &call).replace('$', x).split('\n').map(str::to_owned).collect()
}

/// The `try` statement.
pub(super) fn tried(
    c: &mut Choices,
    u: &Unit,
    x: &str,
    body: Vec<String>,
    ending: Vec<String>,
) -> Vec<String> {
    let head = if c.chance(0.04) {
        c.pick(&["try:  # works", "try:  # noqa", "try: # pragma: no cover"])
    } else {
        "try:"
    };
    let mut all = block(head, &body);
    if c.chance(0.2) {
        let what =
            c.pick(&["ValueError", "Exception", "ZeroDivisionError", "OSError", "(KeyError, TypeError)"]);
        let handler = c.either(
            &[
                "print(\"handler\", state($))",
                "r = -2",
                "raise",
                "print(\"handler\")",
                "raise KeyError from None",
            ],
            &["$ = Bare(\"handler\")", "return r", "$.close()"],
        );
        let handler = if u.generator && u.is_async { "pass" } else { handler };
        all.extend(block(format!("except {what}:"), &[handler.replace('$', x)]));
        if c.chance(0.3) {
            all.extend(block("else:", &lines(["print(\"else\")"])));
        }
    }
    if c.chance(0.04) {
        all.push("# between the clauses".into());
    }
    let head = if c.chance(0.05) {
        c.pick(&["finally:  # always", "finally:  # pragma: no cover"])
    } else {
        "finally:"
    };
    all.push(head.into());
    all.extend(indented(&ending));
    all
}

/// What is done behind the block.
fn behind(c: &mut Choices, x: &str) -> Vec<String> {
    if !c.chance(0.3) {
        return vec![];
    }
    let text = c.either(
        &["print(\"after\", state($))", "print(\"after\")", "r = 3"],
        &["$.close()", "$ = None", "print($ is not None)", "del $"],
    );
    vec![text.replace('$', x)]
}

/// `lock.acquire()`, `try: ... finally: lock.release()`.
fn locked(c: &mut Choices, u: &mut Unit) -> Vec<String> {
    let ordinary = ["LOCK", "RLOCK", "GATES", "BOUNDED", "CONDITION", "INNER"];
    let hostile = ["gate", "NULLS", "held.gate", "renewed.lock", "swapped"];
    let mut lock = c.either(&ordinary, &hostile).to_owned();
    if u.method && c.chance(0.6) {
        lock = "self.lock".into();
    } else if c.chance(0.15) {
        let made = c.either(
            &["threading.Lock()", "threading.RLock()", "threading.Semaphore()", "threading.Condition()"],
            &["Gate()", "threading.Condition(Gate())", "Gateway()", "contextlib.nullcontext()"],
        );
        lock = c.name("lock");
        u.before.push(format!("{lock} = {made}"));
    } else if c.chance(0.1) {
        lock = c.pick(&["held.lock", "held.other"]).into();
    }
    match lock.as_str() {
        "gate" => u.parameters.push(("gate", "Gate()")),
        "held.lock" | "held.other" | "held.gate" => {
            u.parameters.push(("held: Guarded", "Guarded()"));
        }
        "renewed.lock" => u.parameters.push(("renewed: Replaced", "Replaced()")),
        "swapped" => {
            lock = "LOCK".into();
            u.behind.push("if k > 99: swap_lock()".into());
        }
        _ => {}
    }
    let asynchronous = u.is_async && c.chance(0.7);
    if asynchronous {
        lock = "ALOCK".into();
    }
    let wait = if asynchronous { "await " } else { "" };
    let acquire = c.either(
        &["@.acquire()", "@.acquire()", "@.acquire(True)", "@.acquire()  # waits"],
        &[
            "@.acquire(False)",
            "@.acquire(timeout=0.01)",
            "got = @.acquire()",
            "@.acquire(blocking=False)",
            "@.acquire(",
            "@.acquire(); print(1)",
            "if @.acquire(): pass",
        ],
    );
    let acquire = if acquire.ends_with('(') { "@.acquire(  # takes it\n)" } else { acquire };
    let acquire = if asynchronous { "@.acquire()" } else { acquire };
    let mut all: Vec<String> =
        format!("{wait}{acquire}").replace('@', &lock).split('\n').map(str::to_owned).collect();
    if c.hostile() && c.chance(0.3) {
        all.push("r = 1".into());
    }
    let kind = Kind {
        makes: &[],
        uses: &["print(\"held\")", "LOG.append(k)", "r = check(k)", "print(state(@))"],
        ends: &["release"],
    };
    let mut inner = body(c, u, "x0", &kind);
    if c.hostile() {
        let text = c.pick(&[
            "swap_lock()",
            "held = Guarded()",
            "@.release()\n@.acquire(timeout=0.01)",
            "@.release()",
            "lock = threading.Lock()",
            "@.acquire(timeout=0.01)\n@.release()",
        ]);
        inner.extend(text.replace('@', &lock).split('\n').map(str::to_owned));
    }
    let inner: Vec<String> = inner.iter().map(|l| l.replace("x0", "LOG")).collect();
    let ends = ending(c, &lock, "release");
    all.extend(tried(c, u, "r", inner, ends));
    if c.chance(0.4) {
        all.push(format!("print(\"after\", state({lock}))"));
    }
    all
}
