//! Coroutines of asyncio by decorator: who runs when, what is cancelled, where errors arrive.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family = Family {
    transform: "coroutine-to-async",
    program,
    definitions: include_str!("coroutines.py"),
    mode: Mode::Safe,
};

/// What a coroutine waits for. `@` stands for a number, `?` for an earlier coroutine.
const WAITS: &[&str] = &[
    "asyncio.sleep(0)",
    "asyncio.sleep(0, @)",
    "native(@)",
    "future_of(@)",
    "failing_future(@)",
    "?(@)",
    "?(@)",
    "asyncio.gather(?(@), native(@))",
    "asyncio.gather(*[?(i) for i in range(2)], return_exceptions=True)",
    "asyncio.wait_for(?(@), 3)",
    "asyncio.shield(native(@))",
    "asyncio.ensure_future(?(@))",
    "native(@) if n > 2 else asyncio.sleep(0, n)",
    "None or native(@)",
    "Ready()",
];

const ODD_WAITS: &[&str] = &[
    "[None]",
    "[None, None]",
    "()",
    "plain_turns(@)",
    "helper(@)",
    "(None for _ in range(2))",
    "Pause()",
    "range(0)",
    "iter([None])",
];

/// What is done with the result.
const FORMS: &[&str] = &[
    "x = yield from W",
    "yield from W",
    "print(\"got\", (yield from W))",
    "return (yield from W)",
    "print([1, (yield from W)][0])",
    "if (yield from W): print(\"true\")",
    "x = not (yield from W)",
    "print((yield from pair(@))[1], (yield from W))",
    "x = (yield from pair(@))[0] + 1",
    "return(yield from W)",
    "while not (yield from W): break",
    "print(\"%s\" % (yield from W))",
    "x = (yield from  # waits\n    W)",
];

const PLAIN: &[&str] =
    &["print(NAME, n)", "tick(n)", "x = n * 2", "STATE[\"n\"] += 1", "print(STATE[\"n\"])", "LOG.append(n)"];

fn wait(c: &mut Choices, known: &[String]) -> String {
    let mut text = c.either(WAITS, ODD_WAITS).to_owned();
    while let Some(at) = text.find('?') {
        let name = if known.is_empty() { "native" } else { known[c.rng.usize(..known.len())].as_str() };
        text.replace_range(at..=at, name);
    }
    numbered(c, &text)
}

fn numbered(c: &mut Choices, text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = text.find('@') {
        let n = c.pick(&["n", "1", "3", "n + 1", "7", "n - 1"]).to_owned();
        text.replace_range(at..=at, &n);
    }
    text
}

fn statement(c: &mut Choices, known: &[String], name: &str, depth: usize) -> Vec<String> {
    let kind = if depth > 2 { c.weighted(&[4, 3]) } else { c.weighted(&[8, 4, 2, 2, 2, 2, 2]) };
    match kind {
        0 => {
            let operand = wait(c, known);
            let form = c.pick(FORMS).replace('W', &operand);
            numbered(c, &form).split('\n').map(str::to_owned).collect()
        }
        1 => vec![c.pick(PLAIN).replace("NAME", &format!("\"{name}\""))],
        2 => {
            let mut all = block("try:", &body(c, known, name, depth + 1));
            let classes =
                ["except ValueError as error:", "except (KeyError, ValueError):", "except Exception:"];
            let caught = match c.hostile() {
                true => "except asyncio.CancelledError:",
                false => c.pick(&classes),
            };
            all.extend(block(caught, &[format!("print(\"caught in {name}\")")]));
            if c.chance(0.4) {
                all.extend(block("finally:", &[format!("print(\"finally in {name}\")")]));
            }
            all
        }
        3 => {
            let mut all = block("try:", &body(c, known, name, depth + 1));
            let cleaning = match c.chance(0.3) {
                true => "yield from asyncio.sleep(0)".to_owned(),
                false => format!("print(\"cleaned {name}\")"),
            };
            all.extend(block("finally:", &[cleaning]));
            all
        }
        4 => block(
            c.pick(&[
                "with (yield from GATE):",
                "with (yield from LOCK):",
                "with (yield from GATE):",
                "with (yield from LOCK), managed(\"m\"):",
            ]),
            &body(c, &[], name, depth + 3),
        ),
        5 => block(c.pick(&["for i in range(2):", "for x in items(2):"]), &body(c, known, name, depth + 1)),
        _ => {
            let mut all = block(c.pick(&["if n > 2:", "if x:"]), &body(c, known, name, depth + 1));
            all.extend(block("else:", &body(c, known, name, depth + 1)));
            all
        }
    }
}

fn body(c: &mut Choices, known: &[String], name: &str, depth: usize) -> Vec<String> {
    let count = 1 + c.rng.usize(..2);
    (0..count).flat_map(|_| statement(c, known, name, depth)).collect()
}

/// A function that is driven as a coroutine, or that only looks like one.
fn function(c: &mut Choices, known: &[String], name: &str) -> Vec<String> {
    let mut inner = vec!["x = 0".to_owned()];
    if c.chance(0.3) {
        inner.insert(0, "\"\"\"Uses ``yield from``.\"\"\"".to_owned());
    }
    match c.weighted(&[10, 1, 1]) {
        0 => {
            let count = 2 + c.rng.usize(..3);
            inner.extend((0..count).flat_map(|_| statement(c, known, name, 0)));
            if c.hostile() {
                inner.push(c.pick(&["yield", "yield None", "x = yield"]).to_owned());
            }
            inner.push("return x".to_owned());
        }
        1 => inner.push(
            c.pick(&["return n * 2", "return [n]", "print(\"plain\", n)", "raise ValueError(n)"]).to_owned(),
        ),
        _ => inner.push(
            c.either(
                &["return \"text\"", "pass"],
                &["return future_of(n)", "return native(n)", "return native"],
            )
            .to_owned(),
        ),
    }
    let mut all =
        vec![c.pick(&["@asyncio.coroutine", "@asyncio.coroutine  # driven by the loop"]).to_owned()];
    all.extend(block(format!("def {name}(n):"), &inner));
    all
}

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = lines(["INSTALLED"]);
    let mut names: Vec<String> = Vec::new();
    let count = 2 + c.rng.usize(..3);
    for _ in 0..count {
        let name = c.name("job");
        all.extend(function(c, &names, &name));
        names.push(name);
    }
    if all.iter().any(|l| l.contains("helper(")) {
        // No job, which might call the helper in turn.
        let operand = wait(c, &[]).replace("helper(", "native(");
        all.extend(block("def helper(n):", &[format!("x = yield from {operand}"), "return x".to_owned()]));
    }
    if all.iter().any(|l| l.contains("plain_turns(")) {
        all.extend(block("def plain_turns(n):", &block("for _ in range(n):", &lines(["yield"]))));
    }
    let last = names[names.len() - 1].clone();
    let mut main = Vec::new();
    match c.weighted(&[4, 3, 3]) {
        0 => main.push(format!("x = yield from {last}(3)")),
        1 => {
            let jobs: Vec<String> = names.iter().map(|n| format!("{n}(2)")).collect();
            main.push(format!("x = yield from asyncio.gather({}, return_exceptions=True)", jobs.join(", ")));
        }
        _ => {
            main.push(format!("task = asyncio.ensure_future({last}(4))"));
            let turns = c.rng.usize(..4);
            main.extend((0..turns).map(|_| "yield from asyncio.sleep(0)".to_owned()));
            main.push("task.cancel()".to_owned());
            main.extend(block("try:", &lines(["x = yield from task"])));
            main.extend(block("except asyncio.CancelledError:", &lines(["x = \"cancelled\""])));
        }
    }
    main.push("print(\"main\", x, STATE[\"n\"])".to_owned());
    main.push("return x".to_owned());
    all.push("@asyncio.coroutine".to_owned());
    all.extend(block("def main():", &main));
    if c.hostile() {
        all.push(format!("print(step({}(1)))", names[0]));
        let drives = ["print(list(J(1)))", "print(next(J(1)))", "print([y for y in J(1)])"];
        all.extend(block("try:", &[c.pick(&drives).replace('J', &names[0])]));
        all.extend(block("except Exception as error:", &lines(["print(type(error).__name__)"])));
    }
    all.extend(shown("complete(main())"));
    all.push("print(LOCK.locked(), LOG)".to_owned());
    all
}
