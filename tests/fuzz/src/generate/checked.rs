//! Properties that check what they are assigned.

use super::checks::{Shape, VALUES, around};
use super::{Choices, Family, Mode, block, indented};

pub static FAMILY: Family =
    Family { transform: "validation-to-descriptor", program, definitions: "", mode: Mode::Safe };

const NAMES: &[&str] = &["width", "name", "size_limit", "a", "kind", "text"];

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = around(c);
    let shapes = [Shape::new(c), Shape::new(c)];
    let storage = c.pick(&["_@", "_@", "_@", "__@", "@_", "_@_value"]);
    let mut classes: Vec<(String, Vec<&str>)> = Vec::new();
    for _ in 0..1 + c.weighted(&[3, 2]) {
        let class = c.name("Thing");
        let first = c.rng.usize(..NAMES.len());
        let attrs: Vec<&str> = (0..2 + c.rng.usize(..2)).map(|i| NAMES[(first + i) % NAMES.len()]).collect();
        // Another shape in a later class, sometimes.
        let shape = &shapes[usize::from(c.chance(0.3))];
        all.extend(one_class(c, &class, &attrs, shape, storage));
        classes.push((class, attrs));
    }
    for (class, attrs) in &classes {
        all.extend(uses(c, class, attrs));
    }
    all
}

fn one_class(c: &mut Choices, class: &str, attrs: &[&str], shape: &Shape, storage: &str) -> Vec<String> {
    let mut body: Vec<String> = Vec::new();
    if c.chance(0.3) {
        body.extend(["\"\"\"A thing.\"\"\"".into(), String::new()]);
    }
    if c.chance(0.1) && storage == "_@" {
        let slots: Vec<String> = attrs.iter().map(|a| format!("\"_{a}\"")).collect();
        body.extend([format!("__slots__ = ({},)", slots.join(", ")), String::new()]);
    }
    if c.hostile() && c.chance(0.2) {
        let line = c.pick(&["list = tuple", "limit = 3", "str = bytes"]);
        body.extend([line.to_string(), String::new()]);
    }
    let set: Vec<String> = attrs.iter().map(|a| format!("self.{a} = {a}")).collect();
    let init = block(format!("def __init__(self, {}):", attrs.join(", ")), &set);
    let early = c.chance(0.7);
    if early {
        body.extend(init.clone());
        body.push(String::new());
    }
    for attr in attrs {
        let stored = storage.replace('@', attr);
        let mut getter = Vec::new();
        if c.chance(0.1) {
            getter.push(format!("\"The {attr}.\""));
        }
        let gives =
            c.either(&["self.@"], &["list(self.@)", "self.@ or 0", "self.@", "self.@"]).replace('@', &stored);
        getter.push(format!("return {gives}"));
        body.push("@property".into());
        body.extend(block(format!("def {attr}(self):"), &getter));
        body.push(String::new());
        let value = c.pick(&["value", "value", "value", "new", attr]).to_string();
        let mut setter = shape.copy(c, attr, &value);
        if c.hostile() && c.chance(0.2) {
            let extra =
                c.pick(&["print(\"set\")", "self.count = 1", "if self.LIMIT < 3: raise ValueError(\"x\")"]);
            setter.push(extra.into());
        }
        setter.push(format!("self.{stored} = {value}"));
        body.push(format!("@{attr}.setter"));
        body.extend(block(format!("def {attr}(self, {value}):"), &setter));
        body.push(String::new());
        if c.hostile() && c.chance(0.2) {
            let part = c.pick(&["deleter", "alias"]);
            if part == "alias" {
                body.push(format!("other_{attr} = {attr}"));
            } else {
                body.push(format!("@{attr}.deleter"));
                body.extend(block(format!("def {attr}(self):"), &[format!("print(\"del {attr}\")")]));
            }
            body.push(String::new());
        }
    }
    if !early {
        body.extend(init);
        body.push(String::new());
    }
    body.extend(block("def __repr__(self):", &[format!("return repr([self.{}])", attrs.join(", self."))]));
    let bases = c.either(&["", "", "(Exception)"], &["(Base)", "", "", "", ""]);
    let mut all = Vec::new();
    if bases == "(Base)" {
        let look = "return [k for k, v in vars(cls).items() if isinstance(v, property)]";
        let base = block(
            "class Base:",
            &[vec!["@classmethod".into()], block("def fields(cls):", &[look.into()])].concat(),
        );
        all.extend(base);
    }
    all.push(format!("class {class}{bases}:"));
    all.extend(indented(&body));
    if bases == "(Base)" {
        all.push(format!("print({class}.fields())"));
    }
    all
}

fn uses(c: &mut Choices, class: &str, attrs: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    let value = |c: &mut Choices| c.pick(VALUES).to_string();
    for _ in 0..6 {
        let args: Vec<String> = attrs.iter().map(|_| value(c)).collect();
        all.push(format!("attempt({class}, {})", args.join(", ")));
    }
    all.push(format!("made = {class}.__new__({class})"));
    for _ in 0..6 {
        let attr = attrs[c.rng.usize(..attrs.len())];
        all.push(format!("attempt(setattr, made, \"{attr}\", {})", value(c)));
    }
    for attr in attrs {
        all.push(format!("attempt(getattr, made, \"{attr}\")"));
    }
    all.push("print(sorted(getattr(made, \"__dict__\", {}).items(), key=repr))".into());
    all.push(format!("print(hasattr({class}, \"{}\"), hasattr(made, \"{}\"))", attrs[0], attrs[1]));
    if c.hostile() && c.chance(0.2) {
        let attr = attrs[0];
        let odd = [
            format!("print(type({class}.{attr}).__name__)"),
            format!("print({class}.{attr}.fset is None)"),
            format!("print(type(vars({class})[\"{attr}\"]).__name__)"),
            format!(
                "attempt(delattr, made, \"{attr}\") or print(type({class}.__dict__[\"{attr}\"]) is property)"
            ),
        ];
        all.push(odd[c.rng.usize(..odd.len())].clone());
    }
    if c.chance(0.2) {
        let own = c.name("Heir");
        all.extend(block(format!("class {own}({class}):"), &[format!("{} = 5", attrs[0])]));
        all.push(format!("attempt({own}, {})", attrs.iter().map(|_| "1").collect::<Vec<_>>().join(", ")));
    }
    all
}
