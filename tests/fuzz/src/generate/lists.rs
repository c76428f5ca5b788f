//! List comprehensions where something consumes them.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family =
    Family { transform: "list-to-genexpr", program, definitions: "", mode: Mode::Safe };

/// What the elements of a source are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Int,
    Str,
    Pair,
    Item,
    Box,
    Loud,
    Val,
}

/// What a consumer needs of the elements.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Num,
    Bool,
    Str,
    Pair,
}

/// Something to iterate.
struct Source {
    expr: String,
    of: Of,
}

/// A function under construction.
#[derive(Default)]
struct Function {
    name: String,
    parameters: Vec<String>,
    arguments: Vec<String>,
    setup: Vec<String>,
    /// Behind the consumer: what shows changes of state.
    after: Vec<String>,
    /// Statements at module level before the calls.
    outside: Vec<String>,
    method: bool,
    generator: bool,
    is_async: bool,
}

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[5, 3, 1]) {
        let recursive = c.chance(0.01);
        all.extend(if recursive { recursion(c) } else { unit(c) });
    }
    all
}

/// A function whose elements call it again, and a depth at which that may be one frame too many.
fn recursion(c: &mut Choices) -> Vec<String> {
    let name = c.name("f");
    let again = c.pick(&["@(n - 1)", "@(n - 1)", "call(@, n - 1)", "@(n - 1) + k", "(lambda: @(n - 1))()"]);
    let consumer = c.pick(&["sum([#])", "max([#], default=0)", "max([#])", "sum([#], k)", "min([#]) + k"]);
    let site = consumer.replace('#', &format!("{} for _ in range(1)", again.replace('@', &name)));
    let body = vec!["if n < 1: return 0".to_owned(), format!("return 1 + {site}")];
    let depth = c.pick(&["2", "9", "150", "300", "310", "320", "460", "470", "480", "600", "900"]);
    let mut all = block(format!("def {name}(n, k=1):"), &body);
    all.extend(shown(&format!("{name}({depth})")));
    all
}

/// A function with one site or more, and calls of it.
fn unit(c: &mut Choices) -> Vec<String> {
    let (name, method, is_async) = (c.name("f"), c.chance(0.15), c.chance(0.03));
    let mut f = Function { name, method, is_async, ..Function::default() };
    if c.chance(0.4) {
        let annotated = c.chance(0.7);
        f.parameters.push(if annotated { "k: int".into() } else { "k".into() });
        f.arguments.push(c.pick(&["0", "2", "3", "7"]).into());
    } else {
        f.setup.push(format!("k = {}", c.pick(&["1", "2", "limit", "len(NUMBERS)"])));
    }
    let mut body = statement(c, &mut f);
    if c.chance(0.2) {
        body.extend(statement(c, &mut f));
    }
    finish(c, f, &body)
}

fn finish(c: &mut Choices, mut f: Function, body: &[String]) -> Vec<String> {
    let mut all = std::mem::take(&mut f.setup);
    all.extend(around(c, body, f.generator || f.is_async));
    all.append(&mut f.after);
    if all.is_empty() {
        all.push("pass".into());
    }
    let arguments = f.arguments.join(", ");
    let mut parameters = f.parameters.clone();
    let mut out = std::mem::take(&mut f.outside);
    let word = if f.is_async { "async def" } else { "def" };
    let compiled = (c.hostile() && c.chance(0.15)).then(|| c.pick(&["@jit", "@script", "@jit()"]).to_owned());
    let call = if f.method {
        parameters.insert(0, "self".into());
        let class = f.name.to_uppercase();
        let init = block("def __init__(self):", &lines(["self.xs = [3, 1, 2, 5]", "self.k = 2"]));
        let mut members = init;
        members.extend(compiled);
        members.extend(block(format!("{word} {}({}):", f.name, parameters.join(", ")), &all));
        out.extend(block(format!("class {class}:"), &members));
        format!("{class}().{}({arguments})", f.name)
    } else if f.parameters.is_empty() && !f.generator && !f.is_async && c.chance(0.08) {
        // The statements at module level or in a class body, unless they leave a function.
        let leaves = all.iter().any(|l| l.trim_start().starts_with("return"));
        if !leaves {
            if c.chance(0.4) {
                out.extend(block(format!("class {}:", f.name.to_uppercase()), &all));
            } else {
                out.extend(all);
            }
            return out;
        }
        out.extend(block(format!("def {}():", f.name), &all));
        format!("{}()", f.name)
    } else {
        out.extend(compiled);
        out.extend(block(format!("{word} {}({}):", f.name, parameters.join(", ")), &all));
        format!("{}({arguments})", f.name)
    };
    let call = if f.is_async { format!("run({call})") } else { call };
    let call = match f.generator {
        false => call,
        true => c
            .either(&["list(@)", "list(islice(@, 2))", "sum(1 for _ in @)"], &["drive(@)"])
            .replace('@', &call),
    };
    for _ in 0..1 + usize::from(c.chance(0.2)) {
        out.extend(shown(&call));
    }
    out
}

/// What may stand around the statement.
fn around(c: &mut Choices, body: &[String], generator: bool) -> Vec<String> {
    let pure = c.weighted(&[16, 2, 2, 1, 1, 1, 1]);
    match pure {
        1 if c.chance(0.5) || c.hostile() => {
            let mut all = block("try:", body);
            let what = c.pick(&[
                "Exception",
                "ValueError",
                "TypeError",
                "StopIteration",
                "RuntimeError",
                "(KeyError, ValueError)",
                "ZeroDivisionError",
            ]);
            let end = c.pick(&["print(\"caught\", type(e).__name__)", "return -1", "LOG.append(\"e\")"]);
            all.extend(block(format!("except {what} as e:"), &[end.to_string()]));
            all
        }
        2 => {
            let mut all = block("try:", body);
            all.extend(block("finally:", &lines(["print(\"finally\")"])));
            all
        }
        3 => block(format!("with {}:", c.pick(&["managed(\"m\")", "swallowing(\"s\")"])), body),
        4 if !generator => block("for turn in range(2):", body),
        5 => block("if k < 9:", body),
        6 if !generator => {
            let name = c.name("inner");
            let mut all = block(format!("def {name}():"), body);
            all.push(format!("return {name}()"));
            all
        }
        _ => body.to_vec(),
    }
}

/// A source, with what it needs in the function.
fn source(c: &mut Choices, f: &mut Function) -> Source {
    let name = c.name("xs");
    let mut parameter = |annotation: &str, argument: &str| {
        f.parameters.push(if annotation.is_empty() { name.clone() } else { format!("{name}: {annotation}") });
        f.arguments.push(argument.to_owned());
    };
    let numbers = ["[3, 1, 2]", "[1, 2, 3, 4]", "[0]", "[]", "[5, 0, 5, 0]", "list(range(6))", "[-1, 4]"];
    let numbers = *c.rng.choice(&numbers).expect("there are some");
    let kind = c.weighted(&[10, 7, 6, 4, 3, 3, 3, 3, 3, 4, 3, 2, 2, 1]);
    let (expr, of) = match kind {
        0 => {
            parameter("list[int]", numbers);
            (name, Of::Int)
        }
        1 => {
            f.setup.push(format!("{name} = {numbers}"));
            if c.chance(0.3) {
                f.after.push(format!("print({name})"));
            }
            (name, Of::Int)
        }
        2 => (c.pick(&["range(4)", "range(k)", "range(5, 0, -1)", "range(0)"]).into(), Of::Int),
        3 => {
            f.setup.push(format!("{name} = {{\"a\": 1, \"b\": 4, \"c\": 2}}"));
            let (view, of) = *c
                .rng
                .choice(&[("items()", Of::Pair), ("values()", Of::Int), ("keys()", Of::Str)])
                .expect("there are some");
            (format!("{name}.{view}"), of)
        }
        4 => {
            let (annotation, argument) = *c
                .rng
                .choice(&[
                    ("tuple[int, ...]", "(2, 9, 4)"),
                    ("set[int]", "{1, 2, 3}"),
                    ("frozenset[int]", "frozenset({4})"),
                    ("dict[int, int]", "{1: 2, 3: 4}"),
                ])
                .expect("there are some");
            parameter(annotation, argument);
            (name, Of::Int)
        }
        5 => {
            let text = c.pick(&["\"hello\"", "\"a bc def\".split()", "WORDS", "\"x,y\".split(\",\")"]);
            (text.into(), Of::Str)
        }
        6 => {
            parameter("", numbers);
            (name, Of::Int)
        }
        7 => {
            if f.method {
                (c.pick(&["self.xs", "[self.k, 1]"]).into(), Of::Int)
            } else {
                (c.pick(&["NUMBERS", "TABLE", "TABLE.values()", "sorted(NUMBERS)"]).into(), Of::Int)
            }
        }
        8 => {
            let expr = c.pick(&[
                "enumerate(NUMBERS)",
                "zip(NUMBERS, WORDS)",
                "[(1, 2), (3, 4)]",
                "((i, i * i) for i in NUMBERS)",
            ]);
            (expr.into(), Of::Pair)
        }
        9 => {
            let (annotation, argument, of) = *c
                .rng
                .choice(&[
                    ("list[Item]", "[Item(3), Item(1), Item(4)]", Of::Item),
                    ("list[Item]", "[Item(0)]", Of::Item),
                    ("list[Box]", "[Box(4), Box(1)]", Of::Box),
                    ("", "[Item(3), Item(1)]", Of::Item),
                    ("", "[Box(2), Box(3)]", Of::Box),
                ])
                .expect("there are some");
            parameter(annotation, argument);
            (name, of)
        }
        10 if c.hostility > 0.0 => {
            let (annotation, argument, of) = *c
                .rng
                .choice(&[
                    ("list[Loud]", "[Loud(3), Loud(0), Loud(2)]", Of::Loud),
                    ("", "[Sly(3), Sly(0), Sly(2)]", Of::Loud),
                    ("list", "items(3)", Of::Val),
                    ("list", "risky(3)", Of::Val),
                    ("", "risky(4)", Of::Val),
                ])
                .expect("there are some");
            parameter(annotation, argument);
            (name, of)
        }
        11 => {
            let made = c.either(
                &["pgen(4)", "make(2)", "(n for n in NUMBERS)", "map(sq, NUMBERS)", "reversed(NUMBERS)"],
                &["gen(3)", "Bag(3)", "cached(3)", "map(tick, NUMBERS)", "(tick(n) for n in NUMBERS)"],
            );
            (made.into(), Of::Int)
        }
        12 => {
            // Iterators that somebody reads on from.
            let made = c.either(
                &["iter(NUMBERS)", "pgen(5)", "iter([1, 2, 3])"],
                &["gen(4)", "Stream(3)", "Quiet(4)", "Once(3)", "map(tick, NUMBERS)", "cached(4)"],
            );
            if c.chance(0.5) {
                f.setup.push(format!("{name} = {made}"));
            } else {
                f.parameters.push(name.clone());
                f.arguments.push(name.clone());
                f.outside.push(format!("{name} = {made}"));
            }
            if c.chance(0.6) {
                f.after.push(format!("print(list({name}))"));
            }
            (name, Of::Int)
        }
        _ => {
            let (made, of) = *c
                .rng
                .choice(&[
                    ("Shelf(3)", Of::Int),
                    ("Bag(2)", Of::Int),
                    ("Once(3)", Of::Int),
                    ("Keyed(2)", Of::Pair),
                    ("io.StringIO(\"a\\nb\\n\")", Of::Str),
                ])
                .expect("there are some");
            f.setup.push(format!("{name} = {made}"));
            if c.chance(0.5) {
                f.after.push(format!("print(list({name}))"));
            }
            (name, of)
        }
    };
    Source { expr, of }
}

/// A comprehension's text without brackets, and more sources inside it.
fn comprehension(c: &mut Choices, f: &mut Function, want: Want) -> String {
    let from = source(c, f);
    let (target, value, of) = match from.of {
        Of::Pair if c.chance(0.8) => ("a, b", *c.rng.choice(&["a", "b"]).expect("there are two"), Of::Pair),
        of => ("x", "x", of),
    };
    let element = element(c, f, value, of, want);
    let element = if f.is_async && c.chance(0.3) { format!("await aid({element})") } else { element };
    let loops = if f.is_async && c.chance(0.1) { "async for" } else { "for" };
    let iterable = if loops == "for" { from.expr } else { "agen(3)".into() };
    let mut text = format!("{element} {loops} {target} in {iterable}");
    if c.chance(0.12) {
        let inner = c.either(&["range(2)", "NUMBERS", "[1, 2]", "(7,)"], &["gen(2)", "Bag(2)", "fill_range"]);
        let inner = if inner == "fill_range" { "range(len(LOG) + 1)" } else { inner };
        text.push_str(&format!(" for y in {inner}"));
    }
    if c.chance(0.3) {
        let test = condition(c, value, of);
        text.push_str(&format!(" if {test}"));
    }
    text
}

fn condition(c: &mut Choices, x: &str, of: Of) -> String {
    let numeric = matches!(of, Of::Int | Of::Val);
    let template = if numeric {
        c.either(
            &["@ > 1", "@ % 2", "@ != k", "@ in TABLE", "is_big(@)", "not @"],
            &["tick(@)", "below(@)", "bump(@)", "check(@)", "touch(@)", "logged(@)"],
        )
    } else {
        c.either(&["@", "k", "@ is not None", "True"], &["tick(k)", "touch(k)", "len(LOG) < 3"])
    };
    template.replace('@', x)
}

/// An element of the wanted kind from a variable of the given kind.
fn element(c: &mut Choices, f: &mut Function, x: &str, of: Of, want: Want) -> String {
    // Operators of a class of the program, where its analysis can see the class: not behind a call.
    if of == Of::Loud && want != Want::Str && c.chance(0.6) {
        let text = match want {
            Want::Bool => c.pick(&["@", "not @", "@ > @", "@ == @"]),
            Want::Pair => c.pick(&["(@, 1)", "(@, @)"]),
            _ => c.pick(&["@", "@ + @", "@ + 1"]),
        };
        return text.replace('@', x);
    }
    let number: String = match of {
        Of::Int | Of::Val => x.to_owned(),
        Of::Str => c.pick(&["len(@)", "ord(@[0])", "@.count(\"a\")"]).replace('@', x),
        Of::Pair => c.pick(&["len(str(@))", "hash(@) % 7", "k"]).replace('@', x),
        Of::Item => c
            .either(
                &["@.value", "@.double()", "@.value * k", "len(@.parts)", "sum(@.parts)"],
                &["@.grow()", "@.save()", "touch(@.value)"],
            )
            .replace('@', x),
        Of::Box => c.either(&["@.n", "@.half", "@.n + 1"], &["@.seen"]).replace('@', x),
        Of::Loud => format!("{x}.n"),
    };
    let arithmetic: &[&str] = &[
        "@",
        "@ + 1",
        "@ * 2 - k",
        "sq(@)",
        "dbl(@)",
        "twice(@)",
        "abs(@)",
        "-@",
        "@ if @ > 1 else 0",
        "ident(@)",
        "TABLE[@ % 10]",
        "max(@, k)",
        "limit - @",
        "(lambda v: v + k)(@)",
        "int(str(@))",
        "plain(@)",
    ];
    let hostile: &[&str] = &[
        "tick(@)",
        "tock(@)",
        "bump(@)",
        "peek(@)",
        "log(@)",
        "logged(@)",
        "check(@)",
        "tick_check(@)",
        "raise_limit(@)",
        "10 // @",
        "TABLE[@ * 3]",
        "halt(@)",
        "pull(iter([@]))",
        "safe_pull(iter([]))",
        "next(iter([@]))",
        "touch(@)",
        "boom(@)",
        "call(tick, @)",
        "call(dbl, @)",
        "loud(@)",
        "(last := @)",
        "len(who(@))",
        "STATE[\"n\"]",
        "len(LOG)",
        "fill(LOG)",
        "(print(@), @)[1]",
        "sum([tick(@)])",
        "sum([@ + w for w in NUMBERS])",
    ];
    if want == Want::Num || c.chance(0.3) {
        let template = c.either(arithmetic, hostile);
        if template.contains("last :=") {
            f.after.push("print(last)".into());
        }
        let mut value = template.replace('@', &number);
        if c.chance(0.04) {
            value = format!("(last := {value})");
            if c.chance(0.4) {
                f.after.push("print(last)".into());
            }
        }
        return match want {
            Want::Num => value,
            Want::Bool => format!("{value} {}", c.pick(&["> 2", "== k", "!= 3", "in TABLE", "% 2"])),
            Want::Str => c.pick(&["str(#)", "f\"{#}\"", "f\"<{#:>3}>\"", "repr(#)"]).replace('#', &value),
            Want::Pair => format!("({number}, {value})"),
        };
    }
    let template = match want {
        Want::Bool => c.either(
            &["@ > 1", "@ == k", "is_big(@)", "@ in NUMBERS", "not @", "@ < limit", "@ >= 0", "1 < @ < 4"],
            &["tick(@) > 1", "below(@)", "check(@) > 0", "touch(@)", "@ in LOG", "boom(@)", "10 // @ > 1"],
        ),
        Want::Str => c.either(&["str(@)", "f\"{@}\"", "\"n\" * @"], &["str(tick(@))", "str(len(LOG))"]),
        Want::Num | Want::Pair => {
            c.either(&["(@, 1)", "(@, @ + 1)", "(str(@), k)"], &["(tick(@), tick(1))", "(bump(@), 1)"])
        }
    };
    if of == Of::Item && want == Want::Bool && c.chance(0.5) {
        return c.either(&["@.small()", "@.value > 2"], &["@.save()", "@.grow() > 2"]).replace('@', x);
    }
    if of == Of::Str && want == Want::Str && c.chance(0.6) {
        return c.pick(&["@.upper()", "@ + \"!\"", "@.strip()", "@[::-1]"]).replace('@', x);
    }
    if of == Of::Str && want == Want::Bool && c.chance(0.6) {
        return c.pick(&["@ == \"a\"", "@.startswith(\"b\")", "len(@) > 1", "@.isdigit()"]).replace('@', x);
    }
    if of == Of::Val && c.chance(0.5) {
        return x.to_owned();
    }
    template.replace('@', &number)
}

/// A statement that consumes a comprehension.
fn statement(c: &mut Choices, f: &mut Function) -> Vec<String> {
    let kinds = if f.is_async { [16, 9, 8, 2, 0, 0, 1] } else { [16, 9, 8, 2, 1, 1, 1] };
    match c.weighted(&kinds) {
        0 => {
            let value = consuming(c, f);
            let use_ = c.pick(&["return @", "r = @", "print(@)", "r = [@]", "r = (k, @)", "return @, k"]);
            let mut all = vec![use_.replace('@', &value)];
            if all[0].starts_with("r =") {
                all.push("print(\"r\", r)".into());
                f.after.push("return r".into());
            } else if all[0].starts_with("return") && !f.after.is_empty() {
                all[0] = format!("r = {}", all[0].trim_start_matches("return "));
                f.after.push("return r".into());
            }
            all
        }
        1 => looping(c, f),
        2 => filling(c, f),
        3 => {
            let comp = comprehension(c, f, Want::Num);
            f.after.push("return None".into());
            let targets = c.pick(&["a1, *b1", "*a1, b1", "a1, b1"]);
            vec![format!("{targets} = [{comp}]"), "print(a1, b1)".into()]
        }
        4 => {
            f.generator = true;
            let comp = comprehension(c, f, Want::Num);
            let comp = format!("yield from [{comp}]");
            let next = c.either(&["yield 0", "pass"], &["yield tick(5)"]);
            vec![comp, next.into()]
        }
        5 => {
            let value = consuming(c, f);
            vec![format!("g = lambda: {value}"), "return g()".into()]
        }
        _ => {
            let value = consuming(c, f);
            let mut all = block(format!("if {value}:"), &lines(["print(\"yes\")"]));
            all.extend(block("else:", &lines(["print(\"no\")"])));
            all
        }
    }
}

/// An expression that consumes a comprehension at once.
fn consuming(c: &mut Choices, f: &mut Function) -> String {
    let (template, want) = match c.weighted(&[9, 10, 8, 6, 5, 5, 3, 4, 4, 2]) {
        0 => (c.pick(&["any([@])", "all([@])", "not any([@])", "any([@]) or all([])"]), Want::Bool),
        1 => (
            c.either(
                &["sum([@])", "sum([@], 10)", "sum([@], start=k)", "1 + sum([@])", "sum([@]) - len(WORDS)"],
                &["sum([@], tick(1))", "sum([@], start=bump(1))", "sum([@], check(9))", "sum([@], Val(1))"],
            ),
            Want::Num,
        ),
        2 => (
            c.either(
                &["max([@], default=0)", "min([@], default=k)", "max([@])", "min([@], key=sq, default=None)"],
                &[
                    "max([@], key=tick, default=0)",
                    "min([@], key=peek, default=0)",
                    "max([@], default=tick(0))",
                    "min([@], [@])",
                    "max([@], key=check, default=1)",
                    "max([@], key=lambda v: LOG.append(v) or v)",
                    "max([@], key=bump, default=0)",
                ],
            ),
            Want::Num,
        ),
        3 => (
            c.either(
                &[
                    "tuple([@])",
                    "set([@])",
                    "frozenset([@])",
                    "sorted([@])",
                    "sorted([@], reverse=True)",
                    "list([@])",
                ],
                &[
                    "sorted([@], key=tick)",
                    "sorted([@], key=bump)",
                    "len([@])",
                    "reversed([@])",
                    "set([@], 1)",
                ],
            ),
            Want::Num,
        ),
        4 => (c.pick(&["dict([@])", "Counter([@])", "OrderedDict([@])", "dict([@], z=1)"]), Want::Pair),
        5 => (
            c.either(
                &["deque([@])", "deque([@], maxlen=2)", "math.prod([@])", "math.fsum([@])", "Counter([@])"],
                &["math.prod([@], start=tick(2))", "deque([@], tick(2))"],
            ),
            Want::Num,
        ),
        6 => (
            c.either(&["k in [@]", "4 not in [@]", "0 in [@]"], &["tick(2) in [@]", "Val(1) in [@]"]),
            Want::Num,
        ),
        7 => (
            c.either(
                &["max(*[@], 0, 1)", "[*[@], 1]", "(*[@],)", "{*[@]}", "print(*[@])", "[0, *[@]]"],
                &["max(*[@], tick(1), 0)", "[*[@], tick(8)]", "[tick(8), *[@]]", "Item(*[@])"],
            ),
            Want::Num,
        ),
        8 => (
            c.either(
                &[
                    "sum(v for v in [@])",
                    "any(v > 2 for v in [@])",
                    "next((v for v in [@] if v > 1), None)",
                    "2 in (v for v in [@])",
                    "[v + 1 for v in [@]]",
                    "{v for v in [@]}",
                    "{v: k for v in [@]}",
                    "list(enumerate([@]))",
                    "list(zip([@], WORDS))",
                    "dict(zip(WORDS, [@]))",
                    "sum(map(sq, [@]))",
                    "list(filter(is_big, [@]))",
                    "list(chain([@], [7]))",
                    "list(islice([@], 2))",
                    "[v for v in [@] if v > k]",
                    "[w for w in NUMBERS for v in [@] if v == w]",
                    "set().union([@])",
                    "{1, 2}.issuperset([@])",
                    "\"-\".join([str(v) for v in [@]])",
                ],
                &[
                    "[tick(v) for v in [@]]",
                    "[bump(v) for v in [@]]",
                    "list(map(tick, [@]))",
                    "list(map(peek, [@]))",
                    "list(filter(tick, [@]))",
                    "[check(v) for v in [@]]",
                    "list(zip([@], gen(2)))",
                    "[LOG.append(v) for v in [@]]",
                    "list(zip(gen(2), [@]))",
                    "list(chain(gen(1), [@]))",
                    "{tick(v): log(v) for v in [@]}",
                    "next(iter([@]), None)",
                    "zip([@], WORDS)",
                    "list(map(loud, [@]))",
                    "[touch(v) for v in [@]]",
                ],
            ),
            Want::Num,
        ),
        _ => (c.pick(&["\", \".join([@])", "dict.fromkeys([@])", "\"\".join([@])", "set([@])"]), Want::Str),
    };
    if c.hostile() && c.chance(0.12) {
        shadow(c, f, template);
    }
    let mut text = String::new();
    for (i, part) in template.split('@').enumerate() {
        if i > 0 {
            text.push_str(&comprehension(c, f, want));
        }
        text.push_str(part);
    }
    text
}

/// The name of the consumer means something else: what tells a list from a generator.
fn shadow(c: &mut Choices, f: &mut Function, template: &str) {
    let name = template.split(['(', '[', ' ']).find(|w| !w.is_empty()).unwrap_or_default().to_owned();
    if !["sum", "any", "all", "max", "min", "set", "tuple", "sorted", "deque", "Counter"].contains(&&*name) {
        return;
    }
    match c.weighted(&[3, 2, 2, 2]) {
        0 => f.setup.push(format!("{name} = kind_of")),
        1 => f.outside.extend(block(
            format!("if len(WORDS) > {}:", c.pick(&["2", "9"])),
            &[format!("{name} = kind_of")],
        )),
        2 => f.outside.push("from outside import *".into()),
        _ => {
            f.parameters.push(name);
            f.arguments.push("kind_of".into());
        }
    }
}

/// A loop over a comprehension.
fn looping(c: &mut Choices, f: &mut Function) -> Vec<String> {
    let comp = comprehension(c, f, Want::Num);
    let header = match c.weighted(&[12, 2, 1]) {
        0 => format!("for v in [{comp}]:"),
        1 => format!("for i, v in enumerate([{comp}]):"),
        _ => format!("for v, w in zip([{comp}], WORDS):"),
    };
    // What the comprehension reads first, if that has a name: something for the body to change.
    let read = comp.rsplit(" in ").next().map(|s| s.split(' ').next().unwrap_or(s).to_owned());
    let name = read.filter(|r| r.chars().all(|ch| ch.is_alphanumeric() || ch == '_' || ch == '.'));
    let mut body: Vec<String> = Vec::new();
    for _ in 0..1 + usize::from(c.chance(0.3)) {
        let ordinary = &[
            "total += v",
            "out.append(v)",
            "print(v)",
            "if v > 2: out.append(v)",
            "out.append(sq(v))",
            "total = max(total, v)",
            "if v in TABLE: continue",
            "if v > 3: break",
            "seen.add(v)",
            "counts[v] = counts.get(v, 0) + 1",
            "if v == 2: return total",
            "total += dbl(v)",
            "print(\"body\", v, k)",
        ];
        let hostile = &[
            "tick(v)",
            "bump(v)",
            "log(v)",
            "LOG.append(v)",
            "STATE[\"n\"] += 1",
            "TABLE[v] = 0",
            "k += 1",
            "check(v)",
            "touch(v)",
            "raise_limit(1)",
            "NUMBERS.append(1) if len(NUMBERS) < 9 else None",
            "NUMBERS.pop() if NUMBERS else None",
            "shrink(NUMBERS) if NUMBERS else None",
            "out = []",
            "raise ValueError",
            "loud(v)",
            "# SOURCE",
            "# SOURCE",
        ];
        let mut line = c.either(ordinary, hostile).to_owned();
        if line == "# SOURCE" {
            let change = c.pick(&[
                "#.append(1) if len(#) < 9 else None",
                "#.pop() if # else None",
                "# = [v]",
                "#.clear()",
                "shrink(#) if # else None",
                "same.append(2) if len(same) < 9 else None",
                "next(#, None)",
                "#[0] = 7",
            ]);
            line = match &name {
                Some(name) if !name.contains('(') => {
                    if change.starts_with("same") {
                        f.setup.push(format!("same = {name}"));
                    }
                    change.replace('#', name)
                }
                _ => "print(v)".into(),
            };
        }
        body.push(line);
    }
    let mut all = lines(["total = 0", "out = []", "seen = set()", "counts = {}"]);
    all.extend(block(header, &body));
    if c.chance(0.1) {
        all.extend(block("else:", &lines(["print(\"exhausted\")"])));
    }
    all.push("print(total, out, seen, counts)".into());
    all
}

/// A container that is filled from a comprehension.
fn filling(c: &mut Choices, f: &mut Function) -> Vec<String> {
    if c.chance(0.2) {
        let comp = comprehension(c, f, Want::Pair);
        // What is annotated, or made once of numbers, holds numbers.
        let numbers = !comp.starts_with("(str(") && !comp.contains("str(");
        let made = match c.weighted(&[6, 2, 1]) {
            0 => c.pick(&["# = {}", "# = {9: 9}", "#: dict[int, int] = {}"]),
            1 if numbers => "# = TABLE",
            1 => "# = {}",
            _ => "# = Own()",
        };
        let target = c.name("d");
        let make = made.replace('#', &target);
        return vec![make, format!("{target}.update([{comp}])"), format!("print({target})")];
    }
    let comp = comprehension(c, f, Want::Num);
    let (make, call) = match c.weighted(&[8, 3, 2, 2, 1, 1, 1, 1]) {
        0 => ("# = []", "#.extend([@])"),
        1 => ("# = [k]", "#.extend([@])"),
        2 => ("# = set()", "#.update([@])"),
        3 => ("# = LOG", "#.extend([@])"),
        4 => ("# = deque()", "#.extendleft([@])"),
        5 => ("# = NUMBERS", "NUMBERS.extend([@])"),
        6 => ("# = Own()", "#.extend([@])"),
        _ => ("# = {1, 2, 3}", "#.difference_update([@])"),
    };
    let call = call.replace('@', &comp);
    let mut all = vec![make.to_owned()];
    let read = comp.rsplit(" in ").next().and_then(|s| s.split(' ').next()).unwrap_or("").to_owned();
    if c.hostile() && read.starts_with("xs") && !read.contains('.') {
        all = vec![format!("# = {read}")];
    }
    match c.weighted(&[10, 2, 1]) {
        0 => all.push(call),
        1 => {
            all.extend(block("try:", &[call]));
            all.extend(block("except Exception:", &lines(["print(\"half-way\", #)"])));
        }
        _ => {
            all.extend(block("try:", &[call]));
            all.extend(block("finally:", &lines(["print(\"ends\", #)"])));
        }
    }
    all.push("print(#)".into());
    if c.chance(0.5) {
        all.push("return len(#)".into());
    }
    let name = c.name("out");
    all.iter().map(|line| line.replace('#', &name)).collect()
}
