//! Functions that build a list, and callers that iterate it.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family =
    Family { transform: "list-builder-to-generator", program, definitions: "", mode: Mode::Safe };

const ELEMENTS: &[&str] =
    &["x + 1", "x * k", "dbl(x)", "(x, k)", "str(x)", "[x, 1]", "max(x, 2)", "tuple(part)"];
const HOSTILE: &[&str] = &[
    "tick(x)",
    "bump(x)",
    "peek(x)",
    "log(x)",
    "logged(x)",
    "check(x)",
    "raise_limit(x)",
    "TABLE[x]",
    "outer(x)",
    "pull(values)",
    "halt(x)",
    "who(x)",
    "part",
    "lambda: x",
    "Item(x)",
    "record",
    "touch(x)",
    "len(xs)",
    "(x for _ in range(2))",
    "sys._getframe(1).f_code.co_name",
];

/// Statements of the loop, around what adds to the list.
const AROUND: &[&str] = &["count += 1", "part = [x]", "last = x", "part = part + [x]"];
const HOSTILE_AROUND: &[&str] = &[
    "part.append(x)",
    "record['n'] = x",
    "print('builds', x)",
    "STATE['n'] += x",
    "xs[0] = 9",
    "LOG.append(x)",
    "if x == 3:\n    return out",
    "if x == 2:\n    return []",
    "if x == 4:\n    return None",
    "check(x)",
    "k += 1",
    "next(values, None)",
    "if x == 2:\n    continue",
    "if x > 2:\n    break",
    "out.sort()",
    "print(len(out))",
    "if last:\n    out = out[1:]",
];

/// What a caller does with `#`, a call.
const CALLERS: &[&str] = &[
    "return list(#)",
    "return sorted(#, key=str)",
    "return tuple(#)",
    "total = 0\nfor e in #:\n    total += 1\nreturn total",
    "return [str(e) for e in #]",
    "return {str(e): 1 for e in #}",
    "kept = []\nfor e in #:\n    kept.append(e)\nreturn kept",
    "made = #\nfor e in made:\n    k += 1\nreturn k",
    "made = #\nreturn [e for e in made]",
    "kept = []\nkept.extend(#)\nreturn kept",
    "first, *rest = #\nreturn rest",
    "return len(list(zip(#, range(2))))",
    "return sum(1 for e in #)",
    "return ','.join(str(e) for e in #)",
    "return [*#, 0]",
    "return dict(enumerate(#))",
];
const HOSTILE_CALLERS: &[&str] = &[
    "return len(#)",
    "return #",
    "return #[0]",
    "#\nreturn 0",
    "if #:\n    return 1\nreturn 0",
    "for e in #:\n    print('uses', e)\nreturn 0",
    "for e in #:\n    xs.append(1)\nreturn xs",
    "for e in #:\n    xs.clear()\nreturn xs",
    "for e in #:\n    STATE['n'] += 1\nreturn STATE['n']",
    "for e in #:\n    if e == 2:\n        break\nreturn list(values)",
    "try:\n    for e in #:\n        LOG.append(1)\nexcept Exception as error:\n    return type(error).__name__\nreturn LOG[:]",
    "return any(#), list(values)",
    "made = #\nprint('between')\nreturn list(made)",
    "made = #\nxs.append(5)\nreturn list(made)",
    "made = #\nreturn list(made), list(made)",
    "LOG.extend(#)\nreturn LOG[:]",
    "return call(list, #)",
    "return [f() for f in # if callable(f)]",
    "for e in #:\n    if isinstance(e, list):\n        e.append(0)\nreturn 0",
    "return 3 in #",
    "with managed('c'):\n    made = #\nreturn list(made)",
    "return map(str, #)",
];

fn program(c: &mut Choices) -> Vec<String> {
    let builder = c.name("_build");
    let mut body = lines(["part = []", "record = {}", "count = last = 0", "out = []"]);
    if c.chance(0.2) {
        body.swap(0, 3);
    }
    if c.chance(0.1) {
        body.extend(block(
            "if not xs:",
            &lines([c.either(&["return []", "return out"], &["return None", "raise ValueError(k)"])]),
        ));
    }
    let mut inner: Vec<String> = Vec::new();
    let around = |c: &mut Choices, inner: &mut Vec<String>| {
        if c.chance(0.35) {
            inner.extend(c.either(AROUND, HOSTILE_AROUND).lines().map(str::to_owned));
        }
    };
    around(c, &mut inner);
    let element = c.either(ELEMENTS, HOSTILE);
    let add = match c.weighted(&[8, 1, 1, 1]) {
        0 => format!("out.append({element})"),
        1 => format!("out.extend([{element}, {element}])"),
        2 => format!("out += [{element}]"),
        _ => format!("out.append(\n    {element},\n)"),
    };
    let add: Vec<String> = add.lines().map(str::to_owned).collect();
    let way = if c.hostile() { 2 + c.weighted(&[1, 1, 1]) } else { c.weighted(&[6, 3]) };
    match way {
        0 => inner.extend(add),
        1 => inner.extend(block(c.pick(&["if x > 1:", "if x != k:", "if is_big(x):"]), &add)),
        2 => inner.extend(block("with managed('b'):", &add)),
        3 => {
            inner.extend(block("try:", &add));
            // One that catches all catches the end of a generator, too.
            let (what, then) =
                [("except ValueError:", "print('bad')"), ("except:", "out.append(0)")][c.rng.usize(..2)];
            inner.extend(block(what, &lines([then])));
        }
        _ => {
            inner.extend(block("try:", &lines(["check(x)"])));
            inner.extend(block("except ValueError:", &add));
        }
    }
    around(c, &mut inner);
    let source = c.either(
        &["xs", "range(4)", "sorted(xs)", "NUMBERS"],
        &["values", "gen(3)", "items(3)", "LOG", "reversed(xs)"],
    );
    body.extend(block(format!("for x in {source}:"), &inner));
    if c.chance(0.15) {
        body.push(
            c.either(
                &["out.append(0)", "out.extend(NUMBERS)"],
                &["print('built')", "out.extend(values)", "out.append(pull(values))"],
            )
            .into(),
        );
    }
    body.push("return out".into());
    let said = match c.chance(0.12) {
        true => c.pick(&[" -> list", " -> list[object]", " -> \"list\"", " -> Sequence", " -> object"]),
        false => "",
    };
    let comment = if c.chance(0.03) { "  # type: (...) -> list" } else { "" };
    // Methods of one class, or functions of the module.
    let method = c.chance(0.1);
    let (own, on, of) = if method { ("self, ", "self.", "Made().") } else { ("", "", "") };
    let head = format!("def {builder}({own}xs: list[int], k: int, outer, values){said}:{comment}");
    let mut all = block(head, &body);
    let mut calls = Vec::new();
    for _ in 0..1 + c.weighted(&[4, 2]) {
        let caller = c.name("use");
        let call = format!("{on}{builder}(xs, k, outer, values)");
        let text = c.either(CALLERS, HOSTILE_CALLERS).replace('#', &call);
        let text: Vec<String> = text.lines().map(str::to_owned).collect();
        all.extend(block(format!("def {caller}({own}xs: list[int], k: int, outer, values):"), &text));
        let outer = c.either(&["sq", "ident"], &["plain", "tick", "boom", "bump"]);
        let values = c.either(&["[1, 2]", "(3, 4)"], &["iter([1, 2, 3])", "items(2)", "gen(2)", "Once(3)"]);
        calls.push((
            format!("data = {}", c.pick(&["[1, 2, 3]", "[4, 0, 2]", "[]", "[5]"])),
            format!("{of}{caller}(data, 2, {outer}, {values})"),
        ));
    }
    if method {
        all = block("class Made:", &all);
        if c.hostility > 0.0 && c.chance(0.3) {
            all.insert(0, c.pick(&["@jit", "@script"]).into());
        }
    }
    if said.ends_with("Sequence") {
        all.insert(0, "from collections.abc import Sequence".into());
    }
    for (data, call) in calls {
        all.push(data);
        all.extend(shown(&call));
        all.push("print(data, STATE['n'], LOG, limit)".into());
    }
    all
}
