//! Functions that check a value: copies of each other.

use super::checks::{Shape, VALUES, around};
use super::{Choices, Family, Mode, block};

pub static FAMILY: Family =
    Family { transform: "validators-to-factory", program, definitions: "", mode: Mode::Safe };

const STEMS: &[&str] = &["check", "validate", "parse", "_ensure", "short"];
const NAMES: &[&str] = &["width", "name", "port", "day"];

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = around(c);
    let shape = Shape::new(c);
    let stem = c.pick(STEMS);
    let gives =
        c.pick(&["return value", "return value", "return", "return (value, 1)", "return len(str(value))"]);
    let agreed = c.chance(0.92);
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
        body.extend(shape.copy(c, what, value));
        body.push(gives.replace("value", value));
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
