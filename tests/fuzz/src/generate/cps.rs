//! Functions that hand their result to a callback, and tasks with callbacks.

use super::{Choices, Family, Mode, block, lines, shown};

/// That nobody outside calls the functions, and that it does not matter when a coroutine begins, holds in these programs:
/// every chain is started by the program itself, and is done when the call returns.
pub static FAMILY: Family = Family {
    transform: "callbacks-to-async",
    program,
    definitions: "import asyncio\n",
    mode: Mode::Assuming,
};

/// What a program has against it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    NotOnce,
    Callers,
    Task,
    Layout,
}

const TROUBLES: &[Trouble] = &[Trouble::NotOnce, Trouble::Callers, Trouble::Task, Trouble::Layout];

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
        let receiver = c.pick(&["print", "print", "LOG.append", "lambda r: print(\"result\", r)"]);
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
