//! Generators with a loop that only yields again, and code that drives them.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family =
    Family { transform: "loop-to-yield-from", program, definitions: "", mode: Mode::Safe };

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[5, 3, 1]) {
        all.extend(unit(c));
    }
    all
}

/// What the loop iterates.
struct Source {
    expr: String,
    /// Of what the elements are tuples, if they are.
    pairs: bool,
    parameter: Option<(String, String)>,
    setup: Vec<String>,
    /// At module level, before and behind the calls.
    before: Vec<String>,
    behind: Vec<String>,
}

fn source(c: &mut Choices) -> Source {
    let name = c.name("xs");
    let mut made = Source {
        expr: name.clone(),
        pairs: false,
        parameter: None,
        setup: Vec::new(),
        before: Vec::new(),
        behind: Vec::new(),
    };
    match c.weighted(&[8, 6, 8, 5, 4, 3, 3, 3, 2]) {
        0 => {
            let (annotation, argument) = *c
                .rng
                .choice(&[
                    ("list[int]", "[3, 1, 2]"),
                    ("list", "[\"a\", (1, 2)]"),
                    ("tuple[int, ...]", "(4, 5)"),
                    ("set[int]", "{1, 2}"),
                    ("dict[str, int]", "{\"a\": 1, \"b\": 2}"),
                    ("str", "\"word\""),
                    ("range", "range(3)"),
                ])
                .expect("there are some");
            made.parameter = Some((format!("{name}: {annotation}"), argument.into()));
        }
        1 => {
            let value = c.pick(&["[1, 2, 3]", "{1: 2, 3: 4}", "(1, 2)", "deque([1, 2])", "sorted(NUMBERS)"]);
            made.setup.push(format!("{name} = {value}"));
            if c.chance(0.2) {
                made.setup.push(format!("print({name})"));
            }
        }
        2 => {
            made.expr = c
                .pick(&[
                    "range(4)",
                    "pgen(3)",
                    "gen(3)",
                    "gen(2)",
                    "counted(2)",
                    "stubborn(3)",
                    "listening(2)",
                    "NUMBERS",
                    "WORDS",
                    "TABLE",
                ])
                .into();
        }
        3 => {
            let expr = c.pick(&[
                "enumerate(NUMBERS)",
                "zip(NUMBERS, WORDS)",
                "TABLE.items()",
                "[(1, 2), (3, 4)]",
                "{\"a\": 1}.items()",
                "[[1, 2], \"cd\"]",
            ]);
            made.expr = expr.into();
            made.pairs = true;
        }
        4 => {
            made.expr = c
                .either(
                    &[
                        "map(sq, NUMBERS)",
                        "filter(is_big, NUMBERS)",
                        "(n + 1 for n in NUMBERS)",
                        "reversed(NUMBERS)",
                        "chain(NUMBERS, WORDS)",
                        "islice(NUMBERS, 2)",
                        "sorted(WORDS)",
                        "(tick(n) for n in NUMBERS)",
                        "map(tick, NUMBERS)",
                    ],
                    &[
                        "(n for n in gen(3))",
                        "map(sq, gen(3))",
                        "chain(gen(2), gen(1))",
                        "zip(gen(2), gen(3))",
                        "enumerate(gen(2))",
                        "islice(gen(3), 2)",
                        "map(check, [1, 9])",
                        "(check(n) for n in [1, 9, 2])",
                    ],
                )
                .into();
        }
        5 => {
            made.expr = c
                .either(
                    &[
                        "NUMBERS if WORDS else gen(2)",
                        "[1] or gen(2)",
                        "(held := [1, 2])",
                        "gen(1) if LOG else gen(2)",
                    ],
                    &[
                        "Bag(2)",
                        "Shelf(2)",
                        "Once(2)",
                        "Stream(2)",
                        "Quiet(2)",
                        "cached(3)",
                        "make(2)",
                        "plain([1])",
                    ],
                )
                .into();
        }
        6 => {
            // Held by somebody else, too.
            let value = c.pick(&[
                "gen(4)",
                "iter(NUMBERS)",
                "pgen(4)",
                "io.StringIO(\"a\\nb\\nc\\n\")",
                "map(tick, NUMBERS)",
                "Stream(4)",
            ]);
            let shared = c.name("shared");
            made.before.push(format!("{shared} = {value}"));
            made.behind.push(format!("print(\"rest\", list({shared}))"));
            if c.chance(0.4) {
                made.expr = shared;
            } else {
                made.parameter = Some((name, shared));
            }
        }
        7 => {
            let value = c.pick(&[
                "gen(4)",
                "iter(NUMBERS)",
                "pgen(3)",
                "io.StringIO(\"a\\nb\\n\")",
                "zip(NUMBERS, WORDS)",
            ]);
            made.setup.push(format!("{name} = {value}"));
            if c.chance(0.5) {
                made.setup.push(format!("print(\"first\", next({name}))"));
            }
        }
        _ => {
            let expr =
                c.pick(&["*NUMBERS, 7", "NUMBERS, WORDS", "NUMBERS[1:]", "list(gen(2))", "STATE", "\"abc\""]);
            made.expr = expr.into();
        }
    }
    made
}

fn unit(c: &mut Choices) -> Vec<String> {
    let name = c.name("g");
    let from = source(c);
    let mut body = from.setup.clone();
    let target = if from.pairs && c.chance(0.5) {
        c.either(&["a, b", "(a, b)"], &["[a, b]", "a, *b"])
    } else {
        c.either(&["x", "x", "line", "item"], &["STATE[\"n\"]", "shared_name"])
    };
    let shared = target == "shared_name";
    let mut site = commented(c, format!("for {target} in {}:", from.expr), format!("yield {target}"));
    let is_async = c.chance(0.01);
    if c.hostile() {
        site.extend(block("else:", &lines(["print(\"exhausted\")"])));
    }
    if c.chance(0.15) && !is_async {
        let more = c.pick(&[
            "yield 0",
            "yield from [8, 9]",
            "print(\"after\")",
            "return 5",
            "got = yield 1\nprint(\"got\", got)",
        ]);
        site.extend(more.split('\n').map(str::to_owned));
    }
    if c.hostile() {
        let reads =
            c.pick(&["print(\"last\", @)", "yield @", "yield lambda: @", "print(sorted(locals()))", "del @"]);
        let reads = if target.contains('*') { "print(\"last\", b)" } else { reads };
        site.push(reads.replace('@', target));
    } else if c.chance(0.1) {
        let first = format!("for {target} in [(0, 0)]: print({target})");
        site.push(first);
    }
    body.extend(around(c, &site));
    if shared {
        body.insert(0, c.pick(&["global shared_name", "shared_name = 0"]).into());
    }
    let mut out = from.before.clone();
    let parameters = from.parameter.as_ref().map(|(p, _)| p.as_str()).unwrap_or_default().to_owned();
    let argument = from.parameter.as_ref().map(|(_, a)| a.as_str()).unwrap_or_default();
    let mut call = format!("{name}({argument})");
    if is_async && !body.iter().any(|l| l.contains("return") || l.contains("yield from")) {
        out.extend(block(format!("async def {name}({parameters}):"), &body));
        out.extend(shown(&format!("run(collect({call}))")));
        out.extend(from.behind);
        return out;
    }
    match c.weighted(&[12, 3, 2]) {
        1 => {
            let class = name.to_uppercase();
            let method = if c.chance(0.4) { "__iter__".to_owned() } else { name.clone() };
            let parameters =
                if parameters.is_empty() { "self".into() } else { format!("self, {parameters}") };
            out.extend(block(
                format!("class {class}:"),
                &block(format!("def {method}({parameters}):"), &body),
            ));
            call = format!("{class}().{method}({argument})");
        }
        2 => {
            // A generator that another one wraps.
            let outer = c.name("outer");
            out.extend(block(format!("def {name}({parameters}):"), &body));
            let wrap = block(format!("for y in {call}:"), &lines(["yield y"]));
            out.extend(block(format!("def {outer}():"), &around(c, &wrap)));
            call = format!("{outer}()");
        }
        _ => {
            if c.hostility > 0.0 && c.chance(0.15) {
                out.push(c.pick(&["@contextmanager", "@plain", "@ident"]).into());
            }
            let arrow = c.either(&["", "", ""], &[" -> \"Generator[int, str, None]\""]);
            out.extend(block(format!("def {name}({parameters}){arrow}:"), &body));
        }
    }
    if out.iter().any(|l| l == "@contextmanager") {
        let error = c.pick(&["pass", "raise KeyError", "raise ValueError"]);
        let body = block(format!("with {call} as value:"), &lines(["print(value)", error]));
        let mut tried = block("try:", &body);
        tried.extend(block("except Exception as error:", &lines(["print(type(error).__name__)"])));
        out.extend(tried);
    } else {
        for _ in 0..1 + usize::from(c.chance(0.4)) {
            out.extend(driven(c, &call));
        }
    }
    out.extend(from.behind);
    out
}

/// The loop, here and there with comments.
fn commented(c: &mut Choices, head: String, step: String) -> Vec<String> {
    if !c.chance(0.12) {
        return block(head, &[step]);
    }
    let word = |c: &mut Choices| {
        c.either(&["# as they come", "# one by one"], &["# noqa", "# type: ignore", "# pragma: no cover"])
    };
    let mut all = vec![head];
    if c.chance(0.5) {
        all[0] = format!("{}  {}", all[0], word(c));
    }
    if c.chance(0.4) {
        all.push(format!("    {}", word(c)));
    }
    all.push(format!("    {step}"));
    if c.chance(0.5) {
        let last = all.len() - 1;
        all[last] = format!("{}  {}", all[last], word(c));
    }
    all
}

/// What may stand around the loop.
fn around(c: &mut Choices, site: &[String]) -> Vec<String> {
    match c.weighted(&[12, 3, 2, 2, 1, 1]) {
        1 => {
            let mut all = block("try:", site);
            all.extend(block(
                "finally:",
                &[c.pick(&["print(\"cleanup\")", "LOG.append(1)", "pass"]).to_owned()],
            ));
            all
        }
        2 => {
            let mut all = block("try:", site);
            let what = c.pick(&[
                "GeneratorExit",
                "KeyError",
                "Exception",
                "StopIteration",
                "ValueError",
                "BaseException",
            ]);
            let end = c.pick(&["print(\"caught\")", "raise", "yield -1", "return"]);
            all.extend(block(format!("except {what}:"), &[end.to_owned()]));
            all
        }
        3 => block(format!("with {}:", c.pick(&["managed(\"m\")", "swallowing(\"s\")"])), site),
        4 => block("for turn in range(2):", site),
        5 => block("if WORDS:", site),
        _ => site.to_vec(),
    }
}

/// Code that takes from the generator.
fn driven(c: &mut Choices, call: &str) -> Vec<String> {
    let shapes = [
        "list(@)",
        "sum(1 for _ in @)",
        "list(islice(@, 2))",
        "next(@, None)",
        "drive(@)",
        "max(map(str, @), default=0)",
        "dict(enumerate(@))",
    ];
    let hostile = ["poke(@)", "drive(@, 1)"];
    match c.weighted(&[10, 3, 2, 1]) {
        1 => {
            // Early stop with the generator still held.
            let it = c.name("it");
            let mut all = vec![format!("{it} = {call}")];
            all.extend(block(format!("for got in {it}:"), &lines(["print(got)", "break"])));
            all.push("print(\"stopped\")".into());
            all.push(c.pick(&["#.close()", "# = None", "print(next(#, 0))", "del #"]).replace('#', &it));
            all.push("print(\"ended\")".into());
            all
        }
        2 if c.hostile() => {
            let it = c.name("it");
            let mut all = vec![format!("{it} = {call}")];
            let how = c.pick(&[
                "#.send(None)",
                "#.send(3)",
                "#.throw(KeyError)",
                "#.throw(ValueError(1))",
                "#.throw(GeneratorExit)",
            ]);
            let mut inner = vec![format!("print(next({it}, None))")];
            inner.push(format!("print({})", how.replace('#', &it)));
            inner.push(format!("print(list({it}))"));
            all.extend(block("try:", &inner));
            all.extend(block("except BaseException as error:", &lines(["print(type(error).__name__)"])));
            all
        }
        3 => block(format!("for got in {call}:"), &lines(["print(got)", "if got: break"])),
        _ => {
            let shape = c.either(&shapes, &hostile);
            shown(&shape.replace('@', call))
        }
    }
}
