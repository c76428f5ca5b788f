//! Event loops that are made, run and closed by hand.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family = Family {
    transform: "loop-to-asyncio-run",
    program,
    definitions: include_str!("loops.py"),
    mode: Mode::Stated(3, 10),
};

/// What a program has against it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Foreign,
    MoreRuns,
    NoCoroutine,
    OutOfStep,
    LeavesOver,
    AsksBehind,
    BindsBefore,
    Layout,
}

const TROUBLES: &[Trouble] = &[
    Trouble::Foreign,
    Trouble::MoreRuns,
    Trouble::NoCoroutine,
    Trouble::OutOfStep,
    Trouble::LeavesOver,
    Trouble::AsksBehind,
    Trouble::BindsBefore,
    Trouble::Layout,
    Trouble::Layout,
];

fn program(c: &mut Choices) -> Vec<String> {
    let trouble = c.chance(0.16).then(|| TROUBLES[c.rng.usize(..TROUBLES.len())]);
    let mut all: Vec<String> = Vec::new();
    if trouble == Some(Trouble::BindsBefore) {
        all.push(
            c.pick(&["LOCK = asyncio.Lock()", "QUEUE = asyncio.Queue()", "GATE = asyncio.Event()"]).into(),
        );
    }
    let names: Vec<String> = (0..1 + c.rng.usize(..2)).map(|_| c.name("main")).collect();
    for (i, name) in names.iter().enumerate() {
        let mut body = lines(["x = 0"]);
        for _ in 0..1 + c.rng.usize(..3) {
            body.extend(statement(c, trouble, &names[..i]));
        }
        if trouble == Some(Trouble::BindsBefore) {
            let used = "async with LOCK: print(\"locked\")";
            if all[0].starts_with("LOCK") {
                body.push(used.into())
            }
        }
        body.push(c.pick(&["return x", "return n", "print(\"main\", x)"]).into());
        all.extend(block(format!("async def {name}(n=1):"), &body));
    }
    // One that is left running is what its own trouble is about.
    if matches!(trouble, None | Some(Trouble::LeavesOver | Trouble::NoCoroutine)) && c.chance(0.15) {
        all.extend(helper(c, &names, trouble));
    }
    let sites = 1 + usize::from(trouble.is_none() && c.chance(0.05));
    for i in 0..sites {
        all.extend(site(c, &names[names.len() - 1 - i % names.len()], trouble));
    }
    if trouble == Some(Trouble::AsksBehind) {
        let odd = [
            "print(current())",
            "print(asyncio.get_event_loop().is_closed())",
            "asyncio.set_event_loop(None)",
        ];
        all.extend(block("try:", &lines([odd[c.rng.usize(..odd.len())]])));
        all.extend(block("except Exception as error:", &lines(["print(type(error).__name__)"])));
    }
    all.push("print(STATE[\"n\"], LOG)".into());
    all
}

fn statement(c: &mut Choices, trouble: Option<Trouble>, known: &[String]) -> Vec<String> {
    if trouble == Some(Trouble::LeavesOver) && c.chance(0.6) {
        let odd = [
            "asyncio.ensure_future(forever(n))\nawait asyncio.sleep(0)",
            "t = asyncio.create_task(forever(n))\nawait asyncio.sleep(0)",
            "async for i in ticker(3): break",
            "asyncio.get_running_loop().call_soon(print, \"later\")",
            "asyncio.get_running_loop().call_later(0, print, \"late\")",
            "x = await asyncio.to_thread(sq, n)",
            "t = asyncio.create_task(step(n))",
        ];
        return text(odd[c.rng.usize(..odd.len())]);
    }
    let called = known.last().map_or("quiet", String::as_str);
    let picked = c.either(
        &[
            "x = await step(n)",
            "x = await quiet(n)",
            "await asyncio.sleep(0)",
            "x = await @(n)",
            "x = sum(await asyncio.gather(step(1), step(n)))",
            "print(\"in\", n)",
            "STATE[\"n\"] += n",
            "LOG.append(n)",
            "check(n)",
            "lock = asyncio.Lock()\nasync with lock:\n    await step(2)",
            "try:\n    await step(9)\nexcept ValueError:\n    print(\"caught\")",
            "try:\n    x = await asyncio.wait_for(forever(n), 0)\nexcept asyncio.TimeoutError:\n    print(\"slow\")",
            "try:\n    await step(n)\nfinally:\n    print(\"finally\")",
            "raise KeyError(n)",
        ],
        &[
            "print(type(asyncio.get_running_loop()).__name__)",
            "print(asyncio.current_task() is None)",
            "raise SystemExit(n)",
            "raise KeyboardInterrupt",
            "raise asyncio.CancelledError",
            "print(len(asyncio.all_tasks()))",
            "asyncio.current_task().cancel()\nawait asyncio.sleep(0)",
        ],
    );
    text(&picked.replace('@', called))
}

fn site(c: &mut Choices, main: &str, trouble: Option<Trouble>) -> Vec<String> {
    let at = |t: Trouble| trouble == Some(t);
    let name = c.name("loop");
    let mut run = format!("{main}({})", c.pick(&["", "2", "5"]));
    if at(Trouble::NoCoroutine) {
        run = match c.rng.usize(..5) {
            0 => format!("asyncio.ensure_future({run}, loop={name})"),
            1 => format!("{name}.create_task({run})"),
            2 => "plainly(4)".into(),
            3 => format!("call({main}, 3)"),
            _ => format!("(lambda: {run})()"),
        };
    }
    let maker = match at(Trouble::Foreign) {
        true => c.pick(&["FAKE.new_event_loop()", "FAKE.get_event_loop()"]),
        false => c.either(&["asyncio.new_event_loop()"], &["asyncio.get_event_loop()"]),
    };
    let result = c.pick(&["", "x = ", "print", "if "]);
    let mut given = match result {
        "print" => format!("print({name}.run_until_complete({run}))"),
        "if " => format!("if {name}.run_until_complete({run}): print(\"true\")"),
        _ => format!("{result}{name}.run_until_complete({run})"),
    };
    let function = c.chance(0.2);
    let inline = c.chance(0.08) && !at(Trouble::NoCoroutine);
    if inline {
        given = given.replace(&name, maker);
    }
    let mut front = if inline { vec![] } else { vec![format!("{name} = {maker}")] };
    let set = c.chance(if function { 0.15 } else { 0.5 }) && !inline;
    if set {
        front.push(format!("asyncio.set_event_loop({name})"));
    }
    let mut ends = Vec::new();
    if !inline {
        if c.chance(0.25) {
            ends.push(format!("{name}.run_until_complete({name}.shutdown_asyncgens())"));
        }
        if c.chance(0.15) {
            ends.push("asyncio.set_event_loop(None)".into());
        }
        if c.chance(0.9) {
            ends.push(format!("{name}.close()"));
        } else {
            ends.clear();
        }
    }
    if at(Trouble::MoreRuns) && !inline {
        let odd = [
            "@.run_until_complete(quiet(2))",
            "@.call_soon(print, \"soon\")",
            "print(@.is_running())",
            "@.set_debug(False)",
            "other = @",
            "@.run_until_complete(step(1))",
        ];
        let line = odd[c.rng.usize(..odd.len())].replace('@', &name);
        if c.chance(0.5) { front.push(line) } else { given = format!("{given}\n{line}") }
    }
    if at(Trouble::OutOfStep) {
        match c.rng.usize(..4) {
            0 => given = format!("for turn in range(2):\n    {given}"),
            1 => given = format!("if len(LOG) > 0:\n    {given}"),
            2 => front.push("print(current())".into()),
            _ => given = format!("g = lambda: {name}.run_until_complete({main}())\ng()"),
        }
    } else if c.chance(0.15) {
        front.push(c.pick(&["n = 3", "print(\"between\")", "def later(): return 1", "# a word"]).into());
    }
    if at(Trouble::Layout) {
        match c.rng.usize(..4) {
            0 => front = front.iter().map(|l| format!("{l}  # the loop")).collect(),
            1 => ends = ends.iter().map(|l| format!("{l}; x = 4")).collect(),
            2 => ends = ends.iter().map(|l| format!("{l}  # done")).collect(),
            // Neither a definition nor what follows a comment goes on one line with others.
            _ if !front.iter().any(|l| l.starts_with("def ") || l.starts_with('#')) => {
                front = vec![front.join("; ")];
            }
            _ => {}
        }
    }
    let given = text(&given);
    let mut all = front;
    match c.weighted(&[8, 5, 1]) {
        1 if !ends.is_empty() => {
            all.extend(block("try:", &given));
            all.extend(block("finally:", &ends));
        }
        2 => {
            all.extend(block("try:", &given));
            all.extend(block("except ValueError:", &lines(["print(\"handled\")"])));
            if !ends.is_empty() {
                if c.chance(0.5) {
                    all.extend(block("finally:", &ends));
                } else {
                    all.extend(ends);
                }
            }
        }
        _ => {
            all.extend(given);
            all.extend(ends);
        }
    }
    if function {
        let command = c.name("command");
        all.push(c.pick(&["return 1", "print(\"ends\")"]).into());
        let word = if at(Trouble::OutOfStep) && c.chance(0.3) { "async def" } else { "def" };
        let mut out = block(format!("{word} {command}():"), &all);
        let call = format!("{command}()");
        out.extend(shown(&if word == "def" { call } else { format!("run({call})") }));
        return out;
    }
    if c.chance(0.6) {
        let mut out = block("try:", &all);
        out.extend(block(
            "except BaseException as error:",
            &lines(["print(\"error\", type(error).__name__)"]),
        ));
        return out;
    }
    all
}

/// A function that runs what it is given, and calls of it.
fn helper(c: &mut Choices, names: &[String], trouble: Option<Trouble>) -> Vec<String> {
    let (name, made) = (c.name("drive"), c.name("loop"));
    let own = c.chance(0.6);
    let mut all = Vec::new();
    let mut body = match own {
        true => {
            let front = [format!("{made} = asyncio.new_event_loop()")];
            let runs = vec![format!("return {made}.run_until_complete(coro)")];
            let mut body = front.to_vec();
            body.extend(block("try:", &runs));
            body.extend(block("finally:", &[format!("{made}.close()")]));
            body
        }
        false => {
            all.push(format!("{made} = asyncio.new_event_loop()"));
            vec![format!("return {made}.run_until_complete(coro)")]
        }
    };
    if c.hostile() && c.chance(0.2) {
        body.insert(
            0,
            c.pick(&["coro = coro", "print(type(coro).__name__)", "if coro is None: return 0"]).into(),
        );
    }
    all.extend(block(format!("def {name}(coro):"), &body));
    for _ in 0..1 + c.rng.usize(..3) {
        let main = &names[c.rng.usize(..names.len())];
        let mut given = format!("{main}({})", c.pick(&["", "2", "5"]));
        if trouble == Some(Trouble::NoCoroutine) && !own && c.chance(0.6) {
            given = format!("asyncio.ensure_future({given}, loop={made})");
        }
        all.extend(shown(&format!("{name}({})", c.pick(&["@", "coro=@"]).replace('@', &given))));
    }
    if !own {
        all.push(format!("{made}.close()"));
    }
    all
}

fn text(picked: &str) -> Vec<String> {
    picked.split('\n').map(str::to_owned).collect()
}
