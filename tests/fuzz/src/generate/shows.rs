//! Classes that show themselves by `__repr__`.

use super::{Choices, Family, Mode, block, indented, lines};

pub static FAMILY: Family =
    Family { transform: "repr-to-decorator", program, definitions: "", mode: Mode::Safe };

const NAMES: &[&str] = &["x", "left", "right", "name", "_inner", "size"];

/// How the texts of a program are put together.
struct Form {
    /// `type(self).__name__`, or the name as text.
    named: &'static str,
    open: &'static str,
    close: &'static str,
    equal: &'static str,
    between: &'static str,
    conversion: &'static str,
    labels: bool,
}

fn program(c: &mut Choices) -> Vec<String> {
    let form = form(c);
    let mut all = Vec::new();
    let mut classes: Vec<(String, usize)> = Vec::new();
    for _ in 0..2 + c.rng.usize(..2) {
        let class = c.name("Node");
        let fields = 1 + c.rng.usize(..3);
        all.extend(one_class(c, &class, fields, &form));
        classes.push((class, fields));
    }
    let mut made = vec!["5".to_string(), "\"a\"".into(), "(1, 2)".into(), "None".into(), "[\"{}\"]".into()];
    for (class, fields) in classes.iter().chain(&classes.clone()) {
        let args: Vec<String> = (0..*fields).map(|_| made[c.rng.usize(..made.len())].clone()).collect();
        let one = format!("{class}({})", args.join(", "));
        all.push(format!("print({one}, [{one}], str({one}), \"%r\" % ({one},))"));
        made.push(one);
    }
    let (class, fields) = &classes[c.rng.usize(..classes.len())];
    let heir = c.name("Heir");
    all.extend(block(format!("class {heir}({class}):"), &lines(["pass"])));
    let args: Vec<&str> = (0..*fields).map(|_| "1").collect();
    all.push(format!("print({heir}({}))", args.join(", ")));
    let unset = block("try:", &[format!("print({class}.__new__({class}))")]);
    all.extend(unset);
    all.extend(block("except AttributeError as error:", &lines(["print(error)"])));
    if c.hostile() {
        all.push(format!("print({class}.__repr__.__doc__)"));
    }
    all
}

fn form(c: &mut Choices) -> Form {
    let (open, close, equal, between) = [
        ("(", ")", "=", ", "),
        ("(", ")", "=", ", "),
        (" ", ">", "=", " "),
        ("{", "}", ": ", "; "),
        ("[", "]", "->", "|"),
    ][c.rng.usize(..5)];
    Form {
        named: c.pick(&["type(self).__name__", "self.__class__.__name__", "", ""]),
        open,
        close,
        equal,
        between,
        conversion: c.pick(&["!r", "!r", "!s", ""]),
        labels: c.chance(0.85),
    }
}

fn text(c: &mut Choices, class: &str, fields: &[&str], form: &Form) -> String {
    let before = if form.close == ">" { "<" } else { "" };
    let style = c.weighted(&[3, 2, 2]);
    let label = |f: &str| if form.labels { format!("{f}{}", form.equal) } else { String::new() };
    let braces = |t: &str| t.replace('{', "{{").replace('}', "}}");
    let value = |f: &&str| format!("self.{f}");
    let values: Vec<String> = fields.iter().map(value).collect();
    let named = form.named;
    if style == 0 {
        let shown: Vec<String> =
            fields.iter().map(|f| format!("{}{{self.{f}{}}}", label(f), form.conversion)).collect();
        let name = if named.is_empty() { class.to_string() } else { format!("{{{named}}}") };
        let (open, close) = (braces(form.open), braces(form.close));
        return format!("return f\"{before}{name}{open}{}{close}\"", shown.join(form.between));
    }
    let mut arguments: Vec<String> = Vec::new();
    let replaced = match (style, form.conversion) {
        (1, "!r") => "%r",
        (1, _) => "%s",
        (_, "!r") => "{!r}",
        (_, "!s") => "{!s}",
        _ => "{}",
    };
    let name = if named.is_empty() {
        class.to_string()
    } else {
        arguments.push(named.to_string());
        if style == 1 { "%s".into() } else { "{}".into() }
    };
    arguments.extend(values);
    let shown: Vec<String> = fields.iter().map(|f| format!("{}{replaced}", label(f))).collect();
    let shown = shown.join(form.between);
    if style == 1 {
        return format!(
            "return \"{before}{name}{}{shown}{}\" % ({},)",
            form.open,
            form.close,
            arguments.join(", ")
        );
    }
    let (open, close) = (braces(form.open), braces(form.close));
    format!("return \"{before}{name}{open}{shown}{close}\".format({})", arguments.join(", "))
}

fn one_class(c: &mut Choices, class: &str, fields: usize, form: &Form) -> Vec<String> {
    let first = c.rng.usize(..NAMES.len());
    let fields: Vec<&str> = (0..fields).map(|i| NAMES[(first + i) % NAMES.len()]).collect();
    let mut body = Vec::new();
    if c.chance(0.2) {
        body.push("\"\"\"A node.\"\"\"".into());
    }
    if c.chance(0.15) {
        let slots: Vec<String> = fields.iter().map(|f| format!("\"{f}\"")).collect();
        body.push(format!("__slots__ = ({},)", slots.join(", ")));
    }
    let set: Vec<String> = fields.iter().map(|f| format!("self.{f} = {f}")).collect();
    let init = block(format!("def __init__(self, {}):", fields.join(", ")), &set);
    let mut method = Vec::new();
    if c.hostile() {
        method.push("\"\"\"How it is written.\"\"\"".into());
    }
    if c.chance(0.1) {
        method.push(format!("# shows {}", fields.join(" and ")));
    }
    let mut shown = text(c, class, &fields, form);
    if c.hostile() {
        let old = format!("self.{}", fields[0]);
        shown = shown.replacen(
            &old,
            c.pick(&["len(str(self))", "id(self) and 1", "\"***\"", "self.__class__"]),
            1,
        );
    }
    method.push(shown);
    let method = block("def __repr__(self):", &method);
    let (a, b) = if c.chance(0.2) { (method, init) } else { (init, method) };
    body.extend(a);
    body.push(String::new());
    body.extend(b);
    if c.hostile() {
        body.push("__str__ = __repr__".into());
    }
    let mut all = Vec::new();
    let mut base = String::new();
    if c.hostile() {
        base = c.name("Base");
        let check = "print(cls.__name__, \"__repr__\" in cls.__dict__)";
        all.extend(block(format!("class {base}:"), &block("def __init_subclass__(cls):", &lines([check]))));
        base = format!("({base})");
    }
    all.push(format!("class {class}{base}:"));
    all.extend(indented(&body));
    all
}
