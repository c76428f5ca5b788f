//! Awaits, one after another.

use super::{Choices, Family, Mode, block, lines, shown};

/// Whether the order matters is always assumed: what these programs wait for shows nothing that another one could see,
/// unless an obligation says so.
pub static FAMILY: Family = Family {
    transform: "awaits-to-gather",
    program,
    definitions: include_str!("gathers.py"),
    mode: Mode::Assuming,
};

const CALLS: &[&str] = &["double(@)", "slow(@)", "atonce(@)", "failing(@)", "nested(@)", "double(n=@)"];

/// What a program has against it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Region,
    NoCoroutine,
    Depends,
    Shares,
    Shows,
    Context,
    Framework,
    Spelling,
}

const TROUBLES: &[Trouble] = &[
    Trouble::Region,
    Trouble::NoCoroutine,
    Trouble::Depends,
    Trouble::Shares,
    Trouble::Shows,
    Trouble::Context,
    Trouble::Framework,
    Trouble::Spelling,
];

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[6, 3]) {
        let trouble = c.chance(0.18).then(|| TROUBLES[c.rng.usize(..TROUBLES.len())]);
        if trouble == Some(Trouble::Framework) {
            all.extend(block("try:", &[c.pick(&["import trio", "from anyio import sleep"]).to_owned()]));
            all.extend(block("except ImportError:", &lines(["pass"])));
        }
        all.extend(unit(c, trouble));
    }
    all
}

fn unit(c: &mut Choices, trouble: Option<Trouble>) -> Vec<String> {
    let site = match c.weighted(&[6, 2, 2, 3, 3]) {
        0 => run(c, trouble),
        1 => comprehension(c, trouble),
        2 => filled(c, trouble),
        3 => displayed(c, trouble),
        _ => keyed(c, trouble),
    };
    let mut body = lines(["r = 0", "wire = Wire()"]);
    if trouble == Some(Trouble::Spelling) && c.chance(0.6) {
        body.insert(0, "asyncio = gather = None".into());
    }
    body.extend(match (trouble, c.weighted(&[6, 1, 1])) {
        (Some(Trouble::Region), _) => match c.rng.usize(..4) {
            0 => block("async with GUARD:", &site),
            1 => block("with managed(\"m\"):", &site),
            2 => {
                let mut all = block("try:", &site);
                all.extend(block(
                    "except ValueError:",
                    &lines(["print(\"handler\", len(asyncio.all_tasks()))"]),
                ));
                all
            }
            _ => {
                let mut all = block("try:", &site);
                all.extend(block("finally:", &lines(["print(\"finally\", len(asyncio.all_tasks()))"])));
                all
            }
        },
        (_, 1) => block("for turn in range(2):", &site),
        (_, 2) => block("if n < 9:", &site),
        _ => site,
    });
    body.push("return r, wire.used, CURRENT.get()".into());
    let name = c.name("f");
    let mut all = block(format!("async def {name}(n, xs):"), &body);
    let call = format!(
        "{name}({}, {})",
        c.pick(&["0", "1", "2", "4"]),
        match trouble {
            Some(Trouble::Depends) => c.pick(&["iter([1, 2])", "map(int, \"12\")", "(3, 4)"]),
            _ => c.pick(&["[1, 2]", "[]", "[3, 0, 5]", "range(3)"]),
        }
    );
    // A loop of its own, in which nothing of asyncio can run.
    let runner = if trouble == Some(Trouble::Framework) && c.chance(0.5) { "run" } else { "asyncio.run" };
    all.extend(shown(&format!("{runner}({call})")));
    all.push("print(STATE[\"n\"], LOG)".into());
    all
}

fn call(c: &mut Choices, argument: &str, odd: &[&str]) -> String {
    let text = if odd.is_empty() { c.pick(CALLS) } else { c.pick(odd) };
    text.replace('@', argument)
}

fn odd(c: &mut Choices, trouble: Option<Trouble>) -> &'static [&'static str] {
    match trouble {
        Some(Trouble::NoCoroutine) => &[
            "plain_future(await atonce(@))",
            "double(await atonce(@))",
            "double((y := @))",
            "double(await erring(@))",
            "failing(@ + 3)",
        ],
        Some(Trouble::Shares) => &["wire.ask(@)", "wire.read(@)", "wire.ask(@)", "asyncio.sleep(0, @)"],
        Some(Trouble::Shows) if c.chance(0.7) => &["telling(@)", "counting(@)"],
        Some(Trouble::Context) if c.chance(0.7) => &["marked(@)", "task_name(@)"],
        _ => &[],
    }
}

/// `a = await f()`, `b = await g()`
fn run(c: &mut Choices, trouble: Option<Trouble>) -> Vec<String> {
    let at = |t: Trouble| trouble == Some(t);
    let count = 2 + c.weighted(&[3, 1]);
    let targets = c.weighted(&[6, 2, 1]);
    let mut all = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for i in 0..count {
        let wanted = c.pick(&["1", "n", "n + 1", "len(xs)", "3"]);
        let argument = match names.last() {
            Some(earlier) if at(Trouble::Depends) && c.chance(0.7) => format!("{earlier} and 1"),
            _ => wanted.to_owned(),
        };
        let odd = odd(c, trouble);
        let operand = call(c, &argument, odd);
        let name = match targets {
            0 => c.name("v"),
            1 => format!("wire.part{i}"),
            _ => String::new(),
        };
        let comment = if at(Trouble::Spelling) && c.chance(0.5) { "  # the next" } else { "" };
        if name.is_empty() {
            all.push(format!("await {operand}{comment}"));
        } else {
            all.push(format!("{name} = await {operand}{comment}"));
            names.push(name);
        }
        if c.hostile() && c.chance(0.2) {
            all.push(c.pick(&["print(\"between\")", "STATE[\"n\"] += 1", "check(n)"]).into());
        }
    }
    if !names.is_empty() {
        all.push(format!("r = ({},)", names.join(", ")));
    }
    all
}

fn item(c: &mut Choices, trouble: Option<Trouble>) -> (String, &'static str) {
    if trouble.is_none() && c.chance(0.2) {
        return ("x.get()".into(), "[Item2(1), Item2(5)]");
    }
    let odd = odd(c, trouble);
    (call(c, "x", odd), "xs")
}

fn comprehension(c: &mut Choices, trouble: Option<Trouble>) -> Vec<String> {
    let (operand, source) = item(c, trouble);
    let source = match trouble {
        Some(Trouble::Depends) => c.pick(&["(await slow(n))", "[await double(y) for y in xs]"]),
        _ => source,
    };
    let test = c.pick(&["", "", " if x", " if x != n"]);
    let test = match trouble {
        Some(Trouble::Depends) if c.chance(0.5) => " if await atonce(x)",
        _ => test,
    };
    let comment = if trouble == Some(Trouble::Spelling) { "  # one\n    " } else { "" };
    let text = match comment.is_empty() {
        true => format!("r = [await {operand} for x in {source}{test}]"),
        false => format!("r = [{comment}await {operand} for x in {source}{test}]"),
    };
    let mut all: Vec<String> = text.split('\n').map(str::to_owned).collect();
    if c.chance(0.3) {
        all.push("r = len(r), r".into());
    }
    all
}

/// `out = []`, `for x in xs: out.append(await f(x))`
fn filled(c: &mut Choices, trouble: Option<Trouble>) -> Vec<String> {
    let (operand, source) = item(c, trouble);
    let operand = match trouble {
        Some(Trouble::Depends) => {
            c.pick(&["double(len(out))", "slow(out and out[-1])", "double(x)"]).to_owned()
        }
        _ => operand,
    };
    let comment = if trouble == Some(Trouble::Spelling) { "  # one by one" } else { "" };
    let mut all = lines(["out = []"]);
    all.extend(block(format!("for x in {source}:{comment}"), &[format!("out.append(await {operand})")]));
    let behind = match trouble {
        Some(Trouble::Depends) => "r = out, x if xs else 0",
        _ => "r = out",
    };
    all.push(behind.into());
    all
}

/// `h(await f(), await g())`, `{"a": await f(), "b": await g()}`
fn displayed(c: &mut Choices, trouble: Option<Trouble>) -> Vec<String> {
    let operand = |c: &mut Choices| {
        let odd = odd(c, trouble);
        let argument = c.pick(&["1", "n", "n + 1", "3"]);
        call(c, argument, odd)
    };
    let (a, b) = (operand(c), operand(c));
    let between = match trouble {
        Some(Trouble::Shows | Trouble::Depends) => {
            c.pick(&["check(n)", "print(\"between\")", "STATE[\"n\"]", "len(LOG)"])
        }
        _ => c.pick(&["n", "\"x\"", "wire.used", "(n, 1)"]),
    };
    let shapes = [
        "[await A, await B]",
        "[B2, await A, await B]",
        "(await A, await B, B2)",
        "(await A, B2, await B)",
        "dict(a=await A, b=await B)",
        "dict(a=await A, between=B2, b=await B)",
        "{\"a\": await A, \"n\": B2, \"b\": await B}",
        "{\"n\": await A, B2: await B}",
        "[[await A, await B], await B]",
        "dict(pair=[await A, await B])",
        "len([await A, await B])",
        "n and [await A, B2, await B]",
        "[await A, await B][0]",
    ];
    let text = shapes[c.rng.usize(..shapes.len())];
    let text = text.replace("B2", between).replace("await A", &format!("await {a}"));
    let comment = if trouble == Some(Trouble::Spelling) { "  # both" } else { "" };
    let mut all = vec![format!("r = {}{comment}", text.replace("await B", &format!("await {b}")))];
    if trouble == Some(Trouble::Depends) && c.chance(0.4) {
        all = block(format!("if {}:", all[0].trim_start_matches("r = ")), &lines(["r = 1"]));
    }
    all
}

/// `{x: await f(x) for x in xs}`, `for x in xs: out[x] = await f(x)`
fn keyed(c: &mut Choices, trouble: Option<Trouble>) -> Vec<String> {
    let odd = odd(c, trouble);
    let operand = call(c, "x", odd);
    let key = match trouble {
        Some(Trouble::Shows | Trouble::Depends) => c.pick(&["check(x)", "len(LOG)", "STATE[\"n\"]", "x"]),
        _ => c.pick(&["x", "x", "(x, n)", "-x"]),
    };
    let mut all = Vec::new();
    let source = match trouble {
        Some(Trouble::Depends) => c.pick(&["iter(xs)", "xs", "(y for y in xs)", "source"]),
        _ => c.pick(&["xs", "source", "source"]),
    };
    if source == "source" {
        all.push(
            c.pick(&[
                "source = list(xs)",
                "source = set(xs)",
                "source = sorted(xs)",
                "source = tuple(xs)",
                "source = frozenset(xs)",
                "source = range(3)",
                "source = 2, n",
            ])
            .to_owned(),
        );
        if trouble == Some(Trouble::Depends) {
            all.push(c.pick(&["source = iter(xs)", "source = map(int, xs)", "source = [*xs, 1]"]).to_owned());
        }
    }
    let test = c.pick(&["", "", "", " if x", " if check(x)"]);
    match c.rng.usize(..5) {
        0 => all.push(format!("r = {{await {operand} for x in {source}{test}}}")),
        1 | 2 => all.push(format!("r = {{{key}: await {operand} for x in {source}{test}}}")),
        3 => {
            all.push("pairs = {y: y + 1 for y in xs}".into());
            let both = c.pick(&["x", "k", "k + x"]);
            let operand = operand.replace('x', both);
            all.push(format!("r = {{k: await {operand} for k, x in pairs.items()}}"));
        }
        _ => {
            all.push(c.pick(&["out = {}", "out = {}", "out = {0: 1}", "out = LOG and {}"]).to_owned());
            if c.chance(0.2) {
                all.push(c.pick(&["r = out", "n += 0", "out[9] = n"]).to_owned());
            }
            all.extend(block(format!("for x in {source}:"), &[format!("out[{key}] = await {operand}")]));
            all.push("r = out".into());
        }
    }
    all
}
