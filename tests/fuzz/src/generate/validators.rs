//! Functions that check a value: copies of each other.

use super::checks::{Shape, VALUES, around};
use super::{Choices, Family, Mode, block};

pub static FAMILY: Family =
    Family { transform: "validators-to-factory", program, definitions: "", mode: Mode::Safe };

const STEMS: &[&str] = &["check", "validate", "parse", "_ensure", "short"];
const NAMES: &[&str] = &["width", "name", "port", "day"];

/// How a copy says that a value is wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Raises,
    /// Each copy raises another class.
    RaisesOthers,
    Answers,
    /// A function of the module raises.
    Calls,
}

impl Way {
    fn written(self, line: &str, error: &str) -> String {
        let Some(at) = line.find("raise ") else { return line.to_owned() };
        let (front, raised) = (&line[..at], &line[at + "raise ".len()..]);
        let arguments = raised.find('(').map_or("()", |open| &raised[open..]);
        match self {
            Way::Raises => line.to_owned(),
            Way::RaisesOthers => format!("{front}raise {error}{arguments}"),
            Way::Answers => format!("{front}return False"),
            Way::Calls => format!("{front}fail{arguments}"),
        }
    }
}

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = around(c);
    let shape = Shape::new(c);
    let stem = c.pick(STEMS);
    let gives =
        c.pick(&["return value", "return value", "return", "return (value, 1)", "return len(str(value))"]);
    let agreed = c.chance(0.92);
    let way = match c.weighted(&[6, 2, 2, 2]) {
        0 => Way::Raises,
        1 => Way::RaisesOthers,
        2 => Way::Answers,
        _ => Way::Calls,
    };
    if way == Way::Calls {
        let odd = c.hostile() && c.chance(0.3);
        let before = if odd { "print(\"fails\")" } else { "pass" };
        all.extend(block("def fail(message):", &[before.to_owned(), "raise ValueError(message)".into()]));
    }
    let mut names = Vec::new();
    let copies = 2 + c.rng.usize(..2);
    for what in &NAMES[..copies] {
        let name = format!("{stem}_{what}");
        let value = if agreed { "value" } else { *what };
        if c.chance(0.15) {
            all.push(format!("# what a {what} is"));
        }
        if c.hostile() && c.chance(0.3) {
            all.push(c.pick(&["@functools.lru_cache", "@functools.wraps(len)"]).into());
        }
        let mut body = Vec::new();
        if c.chance(0.1) {
            body.push(format!("\"The {what}.\""));
        }
        let error = c.pick(&["ValueError", "TypeError", "KeyError", "OSError", "Odd"]);
        body.extend(shape.copy(c, what, value).iter().map(|line| way.written(line, error)));
        body.push(match way {
            Way::Answers => c.pick(&["return True", "return value == value"]).replace("value", value),
            _ => gives.replace("value", value),
        });
        let default = if c.hostile() && c.chance(0.2) { "=5" } else { "" };
        all.extend(block(format!("def {name}({value}{default}):"), &body));
        if c.chance(0.5) {
            all.push(String::new());
        }
        if c.chance(0.2) {
            all.push(format!("attempt(lambda: {name}({}))", c.pick(VALUES)));
        }
        names.push((name, value));
    }
    for (name, value) in &names {
        for _ in 0..5 {
            let given = c.pick(VALUES);
            all.push(match c.weighted(&[6, 2, 1]) {
                0 => format!("attempt(lambda: {name}({given}))"),
                1 if c.hostile() && c.chance(0.3) => format!("attempt(lambda: {name}({value}={given}))"),
                1 => format!("print([{name}][0] is {name})"),
                _ => format!("attempt(lambda: list(map({name}, [{given}])))"),
            });
        }
        if c.hostile() && c.chance(0.3) {
            let odd = [
                format!("print({name}.__name__)"),
                format!("attempt(lambda: pickle.loads(pickle.dumps({name}))(5))"),
                format!("change()\nattempt(lambda: {name}(4))"),
                format!("{name} = len"),
            ];
            all.extend(odd[c.rng.usize(..odd.len())].split('\n').map(str::to_owned));
        }
    }
    let all_text = all.join("\n");
    for module in ["functools", "pickle"] {
        if all_text.contains(module) {
            all.insert(0, format!("import {module}"));
        }
    }
    all
}
