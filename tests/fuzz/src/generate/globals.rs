//! Functions that share variables of the module: counters, pairs that set and get, caches, objects made when they are
//! first asked for.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family =
    Family { transform: "globals-to-closure", program, definitions: "", mode: Mode::Safe };

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    let groups: Vec<Group> = (0..1 + c.weighted(&[5, 3, 1])).map(|_| group(c)).collect();
    let mut calls = Vec::new();
    let apart = c.chance(0.3);
    for group in groups {
        let Group { variables, mut functions, uses } = group;
        // Variables stand above their functions, all together, or (hostile) behind them.
        let behind = c.hostile() && c.chance(0.3);
        if !behind {
            all.extend(variables.iter().cloned());
        }
        if c.chance(0.3) {
            functions.reverse();
        }
        for function in functions {
            if c.chance(0.25) {
                all.extend(unrelated(c));
            }
            all.push(String::new());
            all.extend(function);
            all.push(String::new());
            if c.hostile() && c.chance(0.3) {
                all.push("print(\"defined\")".into());
            }
        }
        if behind {
            all.extend(variables);
        }
        if apart {
            calls.extend(uses);
        } else {
            all.extend(uses);
        }
    }
    all.extend(calls);
    all.push("print(\"end\")".into());
    all
}

struct Group {
    variables: Vec<String>,
    functions: Vec<Vec<String>>,
    uses: Vec<String>,
}

/// Code between that has nothing to do with the state.
fn unrelated(c: &mut Choices) -> Vec<String> {
    let name = c.name("other");
    match c.weighted(&[3, 2, 1]) {
        0 => block(format!("def {name}(x):"), &lines(["return tick(x)"])),
        1 => lines([&format!("{} = 3", name.to_uppercase())]),
        _ => block(format!("class {}:", name.to_uppercase()), &lines(["kind = 1"])),
    }
}

fn group(c: &mut Choices) -> Group {
    let v = c.name("_v");
    let mut g = match c.weighted(&[4, 4, 3, 3, 3]) {
        0 => counter(c, &v),
        1 => pair(c, &v),
        2 => cache(c, &v),
        3 => lazily(c, &v),
        _ => nested(c, &v),
    };
    if c.hostile() {
        spoil(c, &v, &mut g);
    }
    g
}

/// A function from its parts: docstring and comments now and then, the declaration, the body.
fn function(c: &mut Choices, header: &str, v: &str, declares: bool, body: &[&str]) -> Vec<String> {
    let mut inside: Vec<String> = Vec::new();
    match c.weighted(&[5, 1, 1, 1]) {
        1 => inside.push("\"\"\"What it does.\"\"\"".into()),
        2 => inside.extend(lines(["\"\"\"What it does,", "", "    in several lines.", "\"\"\""])),
        3 => inside.push("# what it does".into()),
        _ => {}
    }
    if declares {
        inside.push(format!("global {v}"));
    }
    inside.extend(body.iter().map(|l| l.replace('@', v)));
    // In front of the last line, which must not belong to a block.
    if c.chance(0.1) && inside.last().is_some_and(|l| !l.starts_with(' ')) {
        inside.insert(inside.len() - 1, "text = '''a".into());
        inside.insert(inside.len() - 1, "  b'''".into());
    }
    // Lines of strings keep their column: they are laid out by hand.
    let mut all = vec![header.to_string()];
    let mut in_string = false;
    for line in inside {
        let starts = line.contains("'''") && !in_string;
        let ends = line.contains("'''") && in_string;
        all.push(if in_string { line.clone() } else { format!("    {line}") });
        in_string = (in_string || starts) && !ends;
    }
    all
}

fn counter(c: &mut Choices, v: &str) -> Group {
    let f = c.name("step");
    let first = c.pick(&["0", "1", "-1", "1.5", "tick(4)"]);
    let body: &[&str] = match c.weighted(&[4, 2, 2, 1, 1, 1]) {
        0 => &["@ += by", "return @"],
        1 => &["if by > 2:", "    @ = 0", "@ = @ + by", "return @"],
        2 => &["for _ in range(by): @ += 1", "return f\"{@}\""],
        3 => &["old, @ = @, @ + by", "return [old + x for x in range(2) if x < @]"],
        4 => &["@ += check(by)", "return (lambda: @)()"],
        _ => &["print((@ := @ + by))", "return @"],
    };
    let header = match c.weighted(&[4, 1, 1]) {
        0 => format!("def {f}(by=1):"),
        1 => format!("def {f}(by: int = 1, *rest, flag=False) -> int:"),
        _ => format!("def {f}(by=tick(1)):"),
    };
    let mut functions = vec![function(c, &header, v, true, body)];
    let mut uses: Vec<String> = (0..1 + c.rng.usize(..3)).flat_map(|n| shown(&format!("{f}({n})"))).collect();
    if c.chance(0.5) {
        let g = c.name("read");
        functions.push(function(c, &format!("def {g}():"), v, false, &["return @, type(@).__name__"]));
        uses.extend(shown(&format!("{g}()")));
    }
    if c.chance(0.3) {
        let g = c.name("reset");
        functions.push(function(c, &format!("def {g}():"), v, true, &["@ = 0"]));
        uses.extend(shown(&format!("{g}(), {f}()")));
    }
    if c.chance(0.2) {
        let g = c.name("twice");
        let body = [format!("return {f}(), {f}()")];
        let mut text = function(c, &format!("def {g}():"), v, false, &["print(@)"]);
        text.extend(body.iter().map(|l| format!("    {l}")));
        functions.push(text);
        uses.extend(shown(&format!("{g}()")));
    }
    Group { variables: vec![definition(c, v, first)], functions, uses }
}

/// The line that defines a variable, dressed in various ways.
fn definition(c: &mut Choices, v: &str, value: &str) -> String {
    match c.weighted(&[5, 1, 1]) {
        0 => format!("{v} = {value}"),
        1 => format!("{v}: object = {value}"),
        _ => format!("{v} = {value}  # how it starts"),
    }
}

fn pair(c: &mut Choices, v: &str) -> Group {
    let (set, get) = (c.name("set_it"), c.name("get_it"));
    let check: &[&str] = match c.weighted(&[2, 1, 1]) {
        0 => &["@ = x"],
        1 => &["if not x:", "    raise ValueError(x)", "@ = x"],
        _ => &["try:", "    @ = check(x)", "finally:", "    print(\"set\", @)"],
    };
    let functions = vec![
        function(c, &format!("def {set}(x):"), v, true, check),
        function(c, &format!("def {get}():"), v, false, &["return @"]),
    ];
    let mut uses = shown(&format!("{get}()"));
    for x in ["3", "0", "\"a\""] {
        uses.extend(shown(&format!("{set}({x})")));
        uses.extend(shown(&format!("{get}()")));
    }
    let first = c.pick(&["None", "\"info\"", "(1, 2)", "[]", "float(\"inf\")"]);
    Group { variables: vec![definition(c, v, first)], functions, uses }
}

fn cache(c: &mut Choices, v: &str) -> Group {
    let (look, clear) = (c.name("look"), c.name("clear"));
    let functions = vec![
        function(
            c,
            &format!("def {look}(key):"),
            v,
            false,
            &["if key not in @:", "    @[key] = tick(key)", "return @[key]"],
        ),
        function(c, &format!("def {clear}():"), v, true, &["old = len(@)", "@ = {}", "return old"]),
    ];
    let mut uses = shown(&format!("{look}(1), {look}(1)"));
    uses.extend(shown(&format!("{clear}()")));
    uses.extend(shown(&format!("{look}(1), {look}(2), {clear}()")));
    Group { variables: vec![definition(c, v, "{}")], functions, uses }
}

fn lazily(c: &mut Choices, v: &str) -> Group {
    let get = c.name("get");
    let body: &[&str] = match c.weighted(&[3, 1, 1]) {
        0 => &["if @ is None:", "    @ = tick([1])", "return @"],
        1 => &["if @ is None:", "    import json as @", "return @.__name__"],
        _ => &["if not @:", "    for @ in (tick(3),): pass", "return @"],
    };
    let functions = vec![function(c, &format!("def {get}():"), v, true, body)];
    let mut uses = shown(&format!("{get}()"));
    uses.extend(shown(&format!("{get}() is {get}()")));
    if c.chance(0.1) {
        uses.extend(shown(&format!("list(map(lambda f: f(), [{get}]))")));
    }
    Group { variables: vec![definition(c, v, "None")], functions, uses }
}

/// State that a function inside of a function assigns.
fn nested(c: &mut Choices, v: &str) -> Group {
    let (make, read) = (c.name("make"), c.name("read"));
    let parameter = if c.hostile() { v.to_string() } else { "x".into() };
    let body = [
        "def inner(y=1):".to_string(),
        format!("    global {v}"),
        format!("    {v} += y"),
        format!("    return {v}"),
        format!("return inner, {parameter}"),
    ];
    let mut functions = vec![block(format!("def {make}({parameter}=0):"), &body)];
    if c.chance(0.5) {
        let body: &[&str] = match c.weighted(&[2, 1, 1]) {
            0 => &["return @"],
            1 => &["class Now:", "    value = @", "return Now.value"],
            _ => &["class Now:", "    @ = @", "return Now.@"],
        };
        functions.push(function(c, &format!("def {read}():"), v, false, body));
    }
    let reads = functions.len() == 2;
    let mut uses = shown(&format!("{make}()[0]()"));
    uses.extend(shown(&format!("[f(2) for f in ({make}(1)[0], {make}(2)[0])]")));
    if reads {
        uses.extend(shown(&format!("{read}()")));
    }
    Group { variables: vec![definition(c, v, "0")], functions, uses }
}

/// Something that others see of the state.
fn spoil(c: &mut Choices, v: &str, g: &mut Group) {
    let first = g.functions[0][0].clone();
    let name = first.trim_start_matches("def ").split('(').next().unwrap_or_default().to_string();
    match c.rng.usize(..12) {
        0 => g.uses.extend(shown(&format!("globals()[\"{v}\"]"))),
        1 => g.uses.extend(shown(v)),
        2 => g.uses.extend(shown(&format!("eval(\"{v}\")"))),
        3 => g.uses.extend(shown(&format!("{name}.__qualname__"))),
        4 => g.uses.extend(shown(&format!("{name}.__code__.co_freevars"))),
        5 => g.functions.push(block("class Spy:", &block("def look(self):", &[format!("return {v}")]))),
        6 => g.uses.push(format!("{v} = 7")),
        7 => g.uses.insert(0, format!("{name} = tick({name})")),
        8 => g.functions[0].insert(1, "    print(sorted(locals()))".into()),
        9 => g.functions.push(block(format!("def spy(x={v}):"), &lines(["return x"]))),
        10 => g.variables.push(format!("alias = {v}")),
        _ => g.functions.push(block("if True:", &block("def late():", &[format!("return {v}")]))),
    }
}
