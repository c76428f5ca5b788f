//! Functions that hand their result to a callback, and tasks with callbacks.

use super::{Choices, Family, Mode, block, lines, shown};

/// That nobody outside calls the functions, and that it does not matter when a coroutine begins, holds in these programs:
/// every chain is started by the program itself, and is done when the call returns.
pub static FAMILY: Family = Family {
    transform: "callbacks-to-async",
    program,
    definitions: "import asyncio\nimport functools\n",
    mode: Mode::Assuming,
};

/// What a program has against it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    NotOnce,
    Callers,
    Task,
    Layout,
    Error,
    Scope,
}

const TROUBLES: &[Trouble] =
    &[Trouble::NotOnce, Trouble::Callers, Trouble::Task, Trouble::Layout, Trouble::Error, Trouble::Scope];

/// What gives the result `@` at the end.
const ENDS: &[&str] = &[
    "@(n + 1)",
    "@(n * 2)",
    "return @(n - 1)",
    "if n > 2:\n    @(0)\nelse:\n    @(n)",
    "if n == 1:\n    return @(5)\nprint(\"more\", n)\n@(n + 2)",
    "if n > 3:\n    @(n)\n    return\nvalue = sq(n)\n@(value)",
    "print(\"gives\", n)\n@(check(n))",
    "if n < 0:\n    raise KeyError(n)\n@(n)",
];

const NOT_ONCE: &[&str] = &[
    "@(n)\n@(n + 1)",
    "if n > 2:\n    @(n)",
    "try:\n    @(n)\nexcept ValueError:\n    print(\"caught\")",
    "for i in range(2):\n    @(i)",
    "with managed(\"m\"):\n    @(n)",
    "KEPT.append(@)",
    "@(n)\nprint(\"behind\")",
    "print(@(n))",
    "call(@, n)",
    "later = @\nlater(n)",
    "while n > 0:\n    n -= 1\n    @(n)",
    "return [@(n)]",
];

fn program(c: &mut Choices) -> Vec<String> {
    let trouble = c.chance(0.25).then(|| TROUBLES[c.rng.usize(..TROUBLES.len())]);
    if trouble == Some(Trouble::Task) || c.chance(0.15) {
        return tasks(c, trouble);
    }
    if trouble.is_none_or(|t| matches!(t, Trouble::Error | Trouble::Scope)) && c.chance(0.6) {
        return failing(c, trouble);
    }
    let at = |t: Trouble| trouble == Some(t);
    let callback = c.pick(&["callback", "cb", "done", "then"]).to_owned();
    let mut all = lines(["KEPT = []"]);
    let mut known: Vec<String> = Vec::new();
    let count = 2 + c.rng.usize(..2);
    let spoiled = c.rng.usize(..count);
    for i in 0..count {
        let name = c.name("step");
        let mut body = Vec::new();
        if c.chance(0.3) {
            body.push(
                c.pick(&["print(\"does\", n)", "STATE[\"n\"] += n", "LOG.append(n)", "\"\"\"Gives.\"\"\""])
                    .into(),
            );
        }
        let bad = at(Trouble::NotOnce) && i == spoiled;
        let text = match known.last().cloned() {
            _ if bad => c.pick(NOT_ONCE).replace('@', &callback),
            Some(earlier) if c.chance(0.8) => nested(c, &earlier, &callback, at(Trouble::Layout)),
            _ => c.pick(ENDS).replace('@', &callback),
        };
        body.extend(text.split('\n').map(str::to_owned));
        all.extend(block(format!("def {name}(n, {callback}):"), &body));
        if c.chance(0.4) {
            all.push(String::new());
        }
        known.push(name);
    }
    let last = known[known.len() - 1].clone();
    for n in ["1", "2", "4"] {
        let receiver = c.pick(&[
            "print",
            "print",
            "LOG.append",
            "lambda r: print(\"result\", r)",
            "functools.partial(print, \"result\", sep=\"=\")",
        ]);
        all.extend(block("try:", &[format!("{last}({n}, {receiver})")]));
        all.extend(block("except Exception as error:", &lines(["print(\"error\", type(error).__name__)"])));
    }
    if at(Trouble::Callers) {
        let odd = [
            "print(@(1, print))",
            "call(@, 1)",
            "for f in [@]: f(1, print)",
            "async def runs():\n    @(2, print)\n    print(\"started\")\nrun(runs())",
            "x = [@(i, print) for i in range(2)]",
            "print(@.__name__)",
            "print(len([@]))",
            "(lambda f: f(1, print))(@)",
        ];
        let text = odd[c.rng.usize(..odd.len())].replace('@', &last);
        let text: Vec<String> = text.split('\n').map(str::to_owned).collect();
        all.extend(block("try:", &text));
        all.extend(block("except Exception as error:", &lines(["print(\"odd\", type(error).__name__)"])));
    }
    all.push("print(LOG, STATE[\"n\"])".into());
    all
}

/// Calls an earlier function, and goes on in a continuation.
fn nested(c: &mut Choices, earlier: &str, callback: &str, odd: bool) -> String {
    let argument = c.pick(&["n", "n + 1", "3", "sq(n)"]);
    let end = c.pick(&["@(value)", "@(value + n)", "@([value, n])", "print(\"got\", value)\n@(value)"]);
    let end = end.replace('@', callback);
    match c.weighted(&[3, 3, 2, 1]) {
        0 => {
            let inner = end.replace('\n', "\n    ");
            let comment = if c.chance(0.2) { "    # with it\n" } else { "" };
            let comment = if odd { "    # one\n\n    # two\n" } else { comment };
            if c.chance(0.2) {
                let given = if c.hostile() { c.pick(&["n", "3", "sq(n)"]) } else { "n" };
                return format!(
                    "def got(n, value):\n{comment}    {inner}\n{earlier}({argument}, functools.partial(got, {given}))"
                );
            }
            format!("def got(value):\n{comment}    {inner}\n{earlier}({argument}, got)")
        }
        1 => {
            let last = end.rsplit('\n').next().unwrap_or_default().to_owned();
            let broken = if odd { "\n    " } else { "" };
            format!("{earlier}({broken}{argument}, lambda value: {last})")
        }
        2 => format!("{earlier}({argument}, {callback})"),
        _ => {
            let inner = end.replace('\n', "\n        ");
            format!(
                "def got(value):\n    if value == 3:\n        {callback}(0)\n    else:\n        {inner}\n{earlier}({argument}, got)"
            )
        }
    }
}

/// How the functions of a program tell of errors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    First,
    Separate,
}

impl Telling {
    fn parameters(self) -> &'static str {
        match self {
            Telling::First => "cb",
            Telling::Separate => "on_done, on_error",
        }
    }

    fn result(self, value: &str) -> String {
        match self {
            Telling::First => format!("cb(None, {value})"),
            Telling::Separate => format!("on_done({value})"),
        }
    }

    fn error(self, value: &str) -> String {
        match self {
            Telling::First => format!("cb({value}, None)"),
            Telling::Separate => format!("on_error({value})"),
        }
    }
}

/// What ends a function with a result (`@(...)`) or an error (`!(...)`).
const OUTCOMES: &[&str] = &[
    "if n > 2:\n    !(KeyError(n))\n    return\n@(n + 1)",
    "if n < 2:\n    return !(ValueError(n))\nreturn @(n)",
    "if n % 2:\n    @(n)\nelse:\n    !(OSError(n))",
    "try:\n    value = TABLE[n * 4]\nexcept KeyError as e:\n    !(e)\n    return\n@(value)",
    "try:\n    value = int(WORDS[n])\nexcept (ValueError, IndexError) as problem:\n    print(\"cannot\", n)\n    !(problem)\nelse:\n    @(value)",
    "if n == 4:\n    problem = RuntimeError(\"four\")\n    !(problem)\nelse:\n    @(sq(n))",
    "@(n * 3)",
];

/// What nobody can raise in its place, or what does not come once.
const ODD_ERRORS: &[&str] = &[
    "if n > 2:\n    !(\"text\")\n    return\n@(n + 1)",
    "if n > 2:\n    !(KeyError)\n    return\n@(n + 1)",
    "if n > 2:\n    !(StopIteration(n))\n    return\n@(n + 1)",
    "if n > 2:\n    raise KeyError(n)\nif n == 1:\n    !(KeyError(n))\n    return\n@(n)",
    "if n > 2:\n    !(KeyError(n))\n@(n + 1)",
    "try:\n    @(TABLE[n * 4])\nexcept KeyError as e:\n    !(e)",
    "try:\n    value = TABLE[n * 4]\nexcept KeyError as e:\n    !(e)\n    return\nfinally:\n    print(\"finally\")\n@(value)",
    "try:\n    value = check(n)\nexcept BaseException as e:\n    !(e)\n    return\n@(value)",
    "if n > 2:\n    !(call(KeyError, n))\n    return\n@(n + 1)",
    "value = next(iter([n][n - 1:]))\nif n == 2:\n    return !(KeyError(n))\n@(value)",
    "if n > 2:\n    !(0)\n    return\n@(n)",
];

/// Writes `@(...)` and `!(...)` as calls of the callbacks.
fn told(text: &str, telling: Telling) -> Vec<String> {
    let line = |line: &str| {
        for (mark, is_error) in [("@(", false), ("!(", true)] {
            if let Some(at) = line.find(mark) {
                let value = &line[at + 2..line.len() - 1];
                let call = if is_error { telling.error(value) } else { telling.result(value) };
                return format!("{}{call}", &line[..at]);
            }
        }
        line.to_owned()
    };
    text.split('\n').map(line).collect()
}

/// Functions that tell of errors, and continuations that handle them or pass them on.
fn failing(c: &mut Choices, trouble: Option<Trouble>) -> Vec<String> {
    let telling = if c.chance(0.55) { Telling::First } else { Telling::Separate };
    let parameters = telling.parameters();
    let mut all = lines(["KEPT = []"]);
    let mut known: Vec<String> = Vec::new();
    let count = 2 + c.rng.usize(..2);
    let spoiled = c.rng.usize(..count);
    for i in 0..count {
        let name = c.name("step");
        let odd = trouble.filter(|_| i == spoiled);
        let body = match known.last().cloned() {
            _ if odd == Some(Trouble::Error) && (i == 0 || c.chance(0.5)) => {
                told(c.pick(ODD_ERRORS), telling)
            }
            Some(earlier) if i > 0 => continued(c, &earlier, telling, odd),
            _ => told(c.pick(OUTCOMES), telling),
        };
        all.extend(block(format!("def {name}(n, {parameters}):"), &body));
        known.push(name);
    }
    all.extend(block("def shows(err, value=None):", &lines(["print(\"shows\", type(err).__name__, value)"])));
    let last = known[known.len() - 1].clone();
    for n in ["1", "2", "3", "4"] {
        let pair = match telling {
            Telling::First => c.pick(&[
                "shows",
                "shows",
                "lambda err, value: print(\"no\", repr(err)) if err else print(\"yes\", value)",
                "lambda e, v: LOG.append(v) if e is None else LOG.append(e.args)",
            ]),
            Telling::Separate => c.pick(&[
                "print, shows",
                "LOG.append, lambda e: print(\"no\", repr(e))",
                "lambda v: print(\"yes\", v), shows",
            ]),
        };
        all.extend(block("try:", &[format!("{last}({n}, {pair})")]));
        all.extend(block("except Exception as error:", &lines(["print(\"error\", type(error).__name__)"])));
    }
    all.push("print(LOG, STATE[\"n\"], [f() for f in KEPT])".into());
    all
}

/// Calls an earlier function that tells of errors, and goes on.
fn continued(c: &mut Choices, earlier: &str, telling: Telling, odd: Option<Trouble>) -> Vec<String> {
    let mut first = Vec::new();
    let mut end = lines([""]);
    end[0] = c.pick(&["@(value)", "@(value * 2)", "@([value, n])"]).to_owned();
    if c.chance(0.3) {
        end.insert(0, c.pick(&["print(\"got\", value)", "STATE[\"n\"] += 1", "total = value"]).into());
    }
    let mut handler = match c.weighted(&[4, 2, 2, 1]) {
        0 => lines(["!(err)"]),
        1 => lines(["print(\"handles\", repr(err))", "@(0)"]),
        2 => lines(["!(LookupError(str(err)))"]),
        _ => lines(["LOG.append(n)", "!(err)"]),
    };
    match odd {
        Some(Trouble::Scope) => match c.rng.usize(..7) {
            0 => {
                first.push("KEPT.append(lambda: n)".into());
                end.insert(0, "n = value".into());
            }
            1 => {
                first.push("print(limit)".into());
                end.insert(0, "limit = value".into());
            }
            2 => handler.insert(0, "KEPT.append(lambda: repr(err))".into()),
            3 => end.insert(0, "n = n + 1".into()),
            4 => end.insert(0, "KEPT.append(lambda: value)".into()),
            5 => handler.insert(0, "err = KeyError(\"other\")".into()),
            _ => handler.insert(0, "print(value)".into()),
        },
        Some(Trouble::Error) => match c.rng.usize(..3) {
            0 => handler = lines(["print(\"ignores\", repr(err))"]),
            1 => handler = lines(["raise err"]),
            _ => handler = lines(["!(repr(err))"]),
        },
        _ => {}
    }
    let write =
        |text: &[String]| -> Vec<String> { text.iter().flat_map(|line| told(line, telling)).collect() };
    let (end, mut handler) = (write(&end), write(&handler));
    let argument = c.pick(&["n", "n + 1", "sq(n)", "n - 1"]);
    let mut body = first;
    match telling {
        Telling::First => {
            if c.chance(0.15) {
                body.push(format!("{earlier}({argument}, cb)"));
                return body;
            }
            let mut inner = Vec::new();
            if c.chance(0.6) {
                if odd != Some(Trouble::Error) || c.chance(0.5) {
                    handler.push("return".into());
                }
                let test = c.pick(&["if err:", "if err is not None:"]);
                inner.extend(block(test, &handler));
                inner.extend(end);
            } else {
                inner.extend(block(c.pick(&["if not err:", "if err is None:"]), &end));
                inner.extend(block("else:", &handler));
            }
            let value = c.pick(&["value", "value", "value=None"]);
            body.extend(block(format!("def got(err, {value}):"), &inner));
            body.push(format!("{earlier}({argument}, got)"));
        }
        Telling::Separate => {
            let done = if c.chance(0.6) || end.len() > 1 {
                body.extend(block("def got(value):", &end));
                "got".to_owned()
            } else {
                format!("lambda value: {}", end[0])
            };
            let failed = match c.weighted(&[3, 3, 2]) {
                0 if odd.is_none() => "on_error".to_owned(),
                1 if handler.len() == 1 && !handler[0].starts_with("raise") => {
                    format!("lambda err: {}", handler[0])
                }
                _ => {
                    body.extend(block("def failed(err):", &handler));
                    "failed".to_owned()
                }
            };
            body.push(match c.rng.usize(..3) {
                0 => format!("{earlier}({argument}, on_error={failed}, on_done={done})"),
                _ => format!("{earlier}({argument}, {done}, {failed})"),
            });
        }
    }
    body
}

/// A task that gets its callback and is awaited right behind.
fn tasks(c: &mut Choices, trouble: Option<Trouble>) -> Vec<String> {
    let mut all = block(
        "async def work(n):",
        &lines(["await asyncio.sleep(0)", "print(\"works\", n)", "return check(n)"]),
    );
    let made = c.pick(&["asyncio.ensure_future(work(n))", "asyncio.create_task(work(n))"]);
    let mut inner = vec![format!("task = {made}")];
    let takes = c.pick(&["results.append(t.result())", "print(t.result())", "results.insert(0, t.result())"]);
    inner.push(format!("task.add_done_callback(lambda t: {takes})"));
    inner.push("await task".into());
    if trouble == Some(Trouble::Task) {
        match c.rng.usize(..6) {
            0 => inner.insert(2, "print(\"between\")".into()),
            1 => inner[1] = "task.add_done_callback(lambda t: results.append(t.exception()))".into(),
            2 => inner[2] = "await asyncio.sleep(0)".into(),
            3 => inner.push("print(task.done())".into()),
            4 => inner[1] = "task.add_done_callback(results.append)".into(),
            _ => inner.push("results.append(task)".into()),
        }
    }
    let mut body = lines(["results = []"]);
    body.extend(block("for n in numbers:", &inner));
    body.push("return results".into());
    let name = c.name("collect");
    all.extend(block(format!("async def {name}(numbers):"), &body));
    let numbers = c.pick(&["[1, 2]", "[]", "[3, 1]", "range(3)"]);
    all.extend(shown(&format!("asyncio.run({name}({numbers}))")));
    all
}
