//! Classes with attributes, and code that handles their objects.

use super::{Choices, Family, Mode, block, indented, lines, shown};

pub static FAMILY: Family = Family {
    transform: "add-slots",
    program,
    definitions: "import functools\nimport weakref\n",
    mode: Mode::Safe,
};

struct Class {
    name: String,
    attributes: Vec<String>,
    methods: Vec<String>,
}

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    let mut calls = Vec::new();
    if c.chance(0.15) {
        all.push("import weakref".into());
    }
    let (text, first) = class(c, None);
    all.extend(text);
    calls.extend(uses(c, &first));
    let mut known = vec![first];
    for _ in 0..c.weighted(&[3, 4, 2]) {
        let base = c.chance(0.5).then(|| c.rng.usize(..known.len()));
        let (text, class) = class(c, base.map(|b| &known[b]));
        all.push(String::new());
        all.extend(text);
        calls.extend(uses(c, &class));
        known.push(class);
    }
    if c.hostile() && known.len() > 1 {
        let both = block(format!("class Both({}, {}):", known[0].name, known[1].name), &lines(["pass"]));
        all.extend(both);
        calls.extend(shown("Both.__mro__[1].__name__"));
    }
    all.extend(calls);
    all.push("print(\"end\")".into());
    all
}

/// A class, below another one or not.
fn class(c: &mut Choices, base: Option<&Class>) -> (Vec<String>, Class) {
    let name = c.name("Node");
    let inherited: Vec<String> = base.map(|b| b.attributes.clone()).unwrap_or_default();
    let own: Vec<String> = (0..1 + c.rng.usize(..3)).map(|_| attribute(c)).collect();
    let mut body = Vec::new();
    if c.chance(0.4) {
        body.push("\"\"\"A node.\"\"\"".into());
        if c.chance(0.5) {
            body.push(String::new());
        }
    }
    if c.chance(0.3) {
        body.push(format!("kind = \"{name}\""));
        body.push(String::new());
    }
    if c.hostile() {
        match c.rng.usize(..4) {
            0 => body.push(format!("{} = 0", own[0])),
            1 => body.extend(block("def __getattr__(self, key):", &lines(["return key"]))),
            2 => body.extend(lines(["@functools.cached_property", "def twice(self):", "    return tick(2)"])),
            _ => body.extend(block("def show(self):", &lines(["return sorted(vars(self))"]))),
        }
    }
    let mut init = Vec::new();
    if base.is_some() && c.chance(0.8) {
        init.push("super().__init__(x)".into());
    }
    for (n, a) in own.iter().enumerate() {
        init.push(match c.weighted(&[6, 1, 1, 1, 1]) {
            0 => format!("self.{a} = x + {n}"),
            1 => format!("self.{a}, y = x, {n}"),
            2 => format!("self.{a}: int = x"),
            3 => format!("if x: self.{a} = {n}"),
            _ => format!("for self.{a} in range(x + 1): pass"),
        });
    }
    body.extend(block("def __init__(self, x=0):", &init));
    body.push(String::new());
    let a = own[0].clone();
    let mut methods = vec!["step".to_string()];
    let step: Vec<String> = match c.weighted(&[3, 1, 1, 1]) {
        0 => vec![format!("self.{a} = getattr(self, \"{a}\", 0) + by"), format!("return self.{a}")],
        1 => vec![format!("del self.{a}"), "return by".into()],
        2 => vec!["self.later = by".into(), "return self.later".into()],
        _ => vec![format!("return hasattr(self, \"{a}\"), by")],
    };
    body.extend(block("def step(self, by=1):", &step));
    if c.chance(0.3) {
        body.push(String::new());
        body.extend(block("def __repr__(self):", &lines(["return type(self).__name__ + str(self.step())"])));
    }
    if c.chance(0.2) {
        body.push(String::new());
        body.push("@property".into());
        body.extend(block("def shown(self):", &[format!("return getattr(self, \"{a}\", None)")]));
        methods.push("shown".into());
    }
    let header = match base {
        Some(base) => format!("class {name}({}):", base.name),
        None => format!("class {name}{}:", c.either(&["", "", "(object)"], &["(Exception)"])),
    };
    let mut text = vec![header];
    text.extend(indented(&body));
    let attributes = inherited.into_iter().chain(own).collect();
    (text, Class { name, attributes, methods })
}

fn attribute(c: &mut Choices) -> String {
    let stem = c.pick(&["a", "_b", "__c", "size"]);
    c.name(stem)
}

fn uses(c: &mut Choices, class: &Class) -> Vec<String> {
    let name = &class.name;
    let a = class.attributes.last().map_or("a", String::as_str);
    let public = if a.starts_with("__") { "later" } else { a };
    let mut all = shown(&format!("[o.step(2) for o in ({name}(1), {name}(2))]"));
    all.extend(shown(&format!("{name}(3).{public}")));
    if c.chance(0.3) {
        all.extend(shown(&format!(
            "[getattr(o, m) for o in [{name}(1)] for m in {:?}]",
            &class.methods[1..]
        )));
    }
    if c.chance(0.2) {
        all.push(format!("o = {name}(1)"));
        all.push(format!("o.{public} = 5"));
        all.extend(shown(&format!("o.{public}")));
    }
    if c.chance(0.15) {
        all.push(String::new());
        all.extend(block("def visit(o):", &[format!("o.{public} = tick(8)"), "return o.step()".into()]));
        all.extend(shown(&format!("visit({name}(1))")));
    }
    if c.hostile() {
        let hostile: Vec<String> = match c.rng.usize(..10) {
            0 => shown(&format!("sorted(vars({name}(1)))")),
            1 => shown(&format!("len({name}(1).__dict__)")),
            2 => {
                let mut l = lines(["def mark(o):", "    o.mark = o.step()", "    return o.mark"]);
                l.extend(shown(&format!("mark({name}(1))")));
                l
            }
            3 => shown(&format!("setattr({name}(1), \"extra\", 1)")),
            4 => shown(&format!("[setattr({name}(1), k, 1) for k in [\"extra\"]]")),
            5 => {
                let mut l = block(format!("class Under({name}):"), &lines(["__slots__ = ()"]));
                l.extend(shown("setattr(Under(1), \"extra\", 1)"));
                l
            }
            6 => {
                let mut l = vec![format!("o = {name}(1)"), "o.step = lambda by=1: by".into()];
                l.extend(shown("o.step(9)"));
                l
            }
            7 => {
                let mut l = vec!["def look(o):".into(), "    return hasattr(o, \"__dict__\")".into()];
                l.extend(shown(&format!("look({name}(1))")));
                l
            }
            8 => {
                let mut l = block("class Other:", &lines(["pass"]));
                l.extend(lines(["def turn(o):", "    o.__class__ = Other", "    return type(o).__name__"]));
                l.extend(shown(&format!("turn({name}(1))")));
                l
            }
            _ => shown(&format!("weakref.ref({name}(1))() is None")),
        };
        all.extend(hostile);
    }
    all
}
