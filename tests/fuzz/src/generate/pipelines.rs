//! Local lists that feed each other, and what reads the last of them.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family =
    Family { transform: "chain-to-pipeline", program, definitions: "", mode: Mode::Safe };

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[5, 3]) {
        all.extend(if c.chance(0.08) { filling(c) } else { unit(c) });
    }
    all
}

/// A list that goes into what the caller has.
fn filling(c: &mut Choices) -> Vec<String> {
    let function = c.name("load");
    let element = c.pick(&[
        "int(w)",
        "int(w) + k",
        "len(w)",
        "w * 2",
        "float(w)",
        "len(store) + len(w)",
        "store and w",
    ]);
    let mut body = vec![format!("made = [{element} for w in words]")];
    if c.chance(0.2) {
        body.push("count = 0".into());
    }
    body.push("store.extend(made)".into());
    let mut all = block(format!("def {function}(store: list, words: tuple[str, ...], k: int):"), &body);
    all.push("target = [0]".into());
    let words = c.pick(&["(\"1\", \"2\")", "(\"3\", \"x\", \"4\")", "()"]);
    all.extend(shown(&format!("{function}(target, {words}, 2)")));
    all.push("print(target)".into());
    all
}

/// Elements computed of `@`.
const ELEMENTS: &[&str] =
    &["@ + 1", "@ * 2", "dbl(@)", "twice(@)", "(@, 1)[0]", "max(@, 2)", "k + @", "abs(@)", "(part := @) + 1"];
const HOSTILE: &[&str] = &[
    "tick(@)",
    "bump(@)",
    "peek(@)",
    "log(@)",
    "logged(@)",
    "check(@)",
    "raise_limit(@)",
    "TABLE[@]",
    "10 // @",
    "call(sq, @)",
    "outer(@)",
    "loud(@)",
    "pull(it)",
    "halt(@)",
    "who(@)",
    "len(xs) + @",
    "(last := @)",
    "Loud(@).n",
    "touch(@)",
    "Item(@).double()",
];

const TESTS: &[&str] = &["@ > 1", "@ != k", "is_big(@)", "@ in (1, 2, 3)"];
const HOSTILE_TESTS: &[&str] = &["below(@)", "tick(@) > 1", "@ in xs", "@ not in seen", "check(@)"];

/// Code between a list and its use.
const BETWEEN: &[&str] = &["count = 0", "name = str(k)", "if k > 5:\n    count = 1", "double = k * 2"];
const HOSTILE_BETWEEN: &[&str] = &[
    "xs.append(7)",
    "xs.clear()",
    "k += 1",
    "k = 0",
    "print('between', len(xs))",
    "STATE['n'] += 1",
    "LOG.append(0)",
    "seen.append(2)",
    "raise_limit(k)",
    "next(it, None)",
    "if k > 2:\n    return 'early'",
    "check(k + 2)",
    "touch(k)",
    "both = xs\nboth.append(3)",
    "shrink(xs)",
    "last = 0\nprint(last)",
];

/// What reads the list `#`.
const READERS: &[&str] = &[
    "return sum(#)",
    "return tuple(#)",
    "return sorted(#)",
    "return list(#)",
    "return max(#, default=0)",
    "return any(#)",
    "return len(set(#))",
    "return dict.fromkeys(#)",
    "out = []\nout.extend(#)\nreturn out",
    "return list(zip(#, range(3)))",
    "return [k + z for z in #]",
    "return sum(z for z in # if z != 2)",
    "first, *rest = #\nreturn rest",
    "return Counter(#).most_common(1)",
    "total = 0\nfor z in #:\n    total += z\nreturn total",
    "total = 0\nfor i, z in enumerate(#):\n    total += i * z\nreturn total",
    "return list(map(dbl, #))",
    "return k in #",
    "return max(0, *#)",
    "return [*#]",
];
const HOSTILE_READERS: &[&str] = &[
    "return len(#)",
    "return #",
    "return #[0]",
    "return sum(#), len(#)",
    "total = 0\nfor z in #:\n    print('body', z)\n    total += z\nreturn total",
    "for z in #:\n    if z == 3:\n        break\n    LOG.append(z)\nreturn LOG[:]",
    "for z in #:\n    xs.append(z)\nreturn xs",
    "for z in #:\n    k += z\nreturn k",
    "total = 0\nfor z in #:\n    total += check(z)\nreturn total",
    "try:\n    total = sum(#)\nexcept Exception as error:\n    return type(error).__name__\nreturn total",
    "return [tick(z) for z in #]",
    "return sorted(#, key=tock)",
    "store.extend(#)\nreturn store",
    "return kind_of(#)",
    "return '-'.join(map(str, #))",
    "return any(z > 2 for z in #), next(it, None)",
    "while k < 3:\n    k += 1\n    print(sum(#))\nreturn k",
    "return sum([z for z in # if z > k]) if k else 0",
    "return lambda: sum(#)",
    "return list(islice(#, 2))",
    "return set(map(Loud, #))",
    "return sum(#), last",
    "seen.extend(#)\nreturn seen",
];

/// What reads a list `#` of pairs: numbers and pairs do not mix.
const PAIRS: &[&str] = &[
    "return list(#)",
    "return dict(#)",
    "return sorted(#)",
    "total = 0\nfor i, z in #:\n    total += i * z\nreturn total",
    "return [i + z for i, z in #]",
    "return max(#, default=None)",
];

fn source(c: &mut Choices) -> String {
    c.either(
        &["xs", "range(5)", "[3, 1, 2]", "sorted(xs)", "NUMBERS", "xs[1:]", "TABLE.keys()"],
        &["it", "gen(4)", "seen", "items(3)", "Bag(3)", "LOG", "reversed(xs)", "map(tick, xs)", "values"],
    )
    .to_owned()
}

fn stage(c: &mut Choices, name: &str, from: &str, depth: usize) -> String {
    let variable = ["x", "y", "w"][depth];
    let element = c.either(ELEMENTS, HOSTILE).replace('@', variable);
    if c.chance(0.12) {
        let call = c.either(
            &["map(dbl, %)", "filter(is_big, %)", "map(sum, zip(%, range(3)))"],
            &["map(tick, %)", "filter(below, %)"],
        );
        let call = call.replace('%', from);
        return format!("{name} = list({call})");
    }
    let test = match c.chance(0.4) {
        true => format!(" if {}", c.either(TESTS, HOSTILE_TESTS).replace('@', variable)),
        false => String::new(),
    };
    let annotation = if c.chance(0.05) { ": list[int]" } else { "" };
    format!("{name}{annotation} = [{element} for {variable} in {from}{test}]")
}

fn between(c: &mut Choices, body: &mut Vec<String>) {
    if c.chance(0.35) {
        body.extend(c.either(BETWEEN, HOSTILE_BETWEEN).lines().map(str::to_owned));
    }
}

fn unit(c: &mut Choices) -> Vec<String> {
    let function = c.name("work");
    let mut body = lines(["seen = [1]", "store = []"]);
    if c.hostile() {
        body[1] = "store = LOG".into();
    }
    let mut from = source(c);
    let depth = 1 + c.weighted(&[5, 4, 1]);
    for at in 0..depth {
        let name = format!("stage{at}");
        body.push(stage(c, &name, &from, at));
        between(c, &mut body);
        from = name;
    }
    let pairs = c.chance(0.1);
    if pairs {
        let lazy = c.pick(&["enumerate(%)", "zip(%, range(4))", "zip(range(9), %)"]).replace('%', &from);
        body.push(format!("pairs = list({lazy})"));
        between(c, &mut body);
    }
    let reader = match pairs {
        true => c.either(PAIRS, &["return pairs", "return len(#)", "return #[0]"]).replace('#', "pairs"),
        false => c.either(READERS, HOSTILE_READERS).replace('#', &from),
    };
    let reader: Vec<String> = reader.lines().map(str::to_owned).collect();
    match c.weighted(&[12, 1, 1, 1, 1]) {
        0 => body.extend(reader),
        1 => body.extend(block("if k >= 0:", &reader)),
        2 => body.extend(block("with managed('m'):", &reader)),
        3 => {
            body.extend(block("try:", &reader));
            body.extend(block("finally:", &lines(["print('finally')"])));
        }
        _ => {
            // Lists under a `with`, their use behind it.
            let made = body.split_off(2);
            body.extend(block("with managed('m'):", &made));
            body.extend(reader);
        }
    }
    if c.chance(0.03) {
        // An element that calls the function again, with less.
        let again = format!("[len({function}(xs[1:], k, it, outer, values) or ()) for x in xs");
        if let Some(first) = body.iter_mut().find(|l| l.trim_start().starts_with("stage0 = [")) {
            let indent = first.len() - first.trim_start().len();
            *first = format!("{}stage0 = {again}]", " ".repeat(indent));
        }
    }
    let mut all = block(format!("def {function}(xs: list[int], k: int, it, outer, values):"), &body);
    if c.hostile() && c.chance(0.1) {
        all.insert(0, c.pick(&["@jit", "@script", "@jit()"]).into());
    }
    let values = c.either(&["[1, 2]", "(3, 4)"], &["iter([1, 2])", "items(2)", "gen(2)", "Once(3)"]);
    all.push(format!("data = {}", c.pick(&["[1, 2, 3]", "[4, 0, 2]", "[]", "[5]"])));
    all.push("feed = iter([1, 2, 3, 4])".into());
    let k = c.pick(&["1", "2", "0"]);
    let outer = c.either(&["sq", "ident"], &["plain", "tick", "boom", "bump"]);
    all.extend(shown(&format!("{function}(data, {k}, feed, {outer}, {values})")));
    all.push("print(data, list(feed), STATE['n'], LOG, limit)".into());
    all
}
