//! Checks of values, as setters and validating functions have them: copies that differ in constants and words.

use super::{Choices, block, lines};

/// A check as text: `@` is the name that messages say, `#` the first constant, `$` the second, `value` the value.
pub struct Check {
    header: &'static str,
    error: &'static str,
    /// Pairs of constants.
    constants: &'static [(&'static str, &'static str)],
}

const CHECKS: &[Check] = &[
    Check {
        header: "if not isinstance(value, #):",
        error: "TypeError",
        constants: &[("str", ""), ("int", ""), ("(int, float)", ""), ("list", ""), ("tuple", "")],
    },
    Check {
        header: "if value < #:",
        error: "ValueError",
        constants: &[("0", ""), ("1", ""), ("-5", ""), ("2.5", ""), ("LIMIT", "")],
    },
    Check {
        header: "if not # <= value <= $:",
        error: "ValueError",
        constants: &[("0", "10"), ("-90", "90"), ("0.0", "1.5"), ("1", "LIMIT")],
    },
    Check {
        header: "if value not in #:",
        error: "ValueError",
        constants: &[("(1, 2)", ""), ("[0, 5]", ""), ("(\"a\", \"b\")", ""), ("ALLOWED", "")],
    },
    Check {
        header: "if len(value) > #:",
        error: "ValueError",
        constants: &[("3", ""), ("5", ""), ("10", ""), ("LIMIT", "")],
    },
    Check { header: "if not value:", error: "ValueError", constants: &[("0", "")] },
    Check {
        header: "if value is not None and not isinstance(value, #):",
        error: "TypeError",
        constants: &[("str", ""), ("int", ""), ("list", "")],
    },
    Check { header: "if value % #:", error: "ValueError", constants: &[("2", ""), ("5", ""), ("3", "")] },
];

const MESSAGES: &[&str] = &[
    "\"@ must not be that\"",
    "\"@ must be # or so\"",
    "'@: # expected'",
    "f\"@ must be #, got {value!r}\"",
    "f\"{value} is no @\"",
    "\"bad @: %r\" % (value,)",
    "\"bad @: %s\" % value",
    "\"%s: %s is no @\" % (type(value).__name__, value)",
    "\"{} is no @ below #\".format(value)",
    "\"@ {{}} 100% \" \"never #\"",
    "\"@ is not ~\"",
    "\"no @ but # and $\"",
];

const PHRASES: &[&str] = &["a string", "an integer", "good", "what we want", "small enough"];

const CONVERSIONS: &[&str] =
    &["value = int(value)", "value = float(value)", "value = str(value)", "value = list(value)"];

/// Several checks, the same for all copies.
pub struct Shape {
    conversion: Option<&'static str>,
    checks: Vec<(usize, &'static str)>,
    one_line: bool,
}

impl Shape {
    pub fn new(c: &mut Choices) -> Shape {
        let conversion = c.chance(0.2).then(|| c.pick(CONVERSIONS));
        let count = 1 + c.weighted(&[6, 3, 1]);
        let checks = (0..count).map(|_| (c.rng.usize(..CHECKS.len()), c.pick(MESSAGES))).collect();
        Shape { conversion, checks, one_line: c.chance(0.1) }
    }

    /// The lines of one copy.
    pub fn copy(&self, c: &mut Choices, name: &str, value: &str) -> Vec<String> {
        let mut all: Vec<String> = self.conversion.iter().map(ToString::to_string).collect();
        for (at, message) in &self.checks {
            let check = &CHECKS[*at];
            let (first, second) = check.constants[c.rng.usize(..check.constants.len())];
            let word = c.pick(PHRASES);
            let fill = |text: &str| {
                let inner = first.trim_matches(['(', ')', '"', '[', ']']).replace('"', "'");
                text.replace("~", word).replace('#', &inner).replace('$', second)
            };
            let mut message = fill(message).replace('@', name);
            let mut header = check.header.replace('#', first).replace('$', second);
            if c.hostile() && c.chance(0.2) {
                let other = if header.contains("<=") { ("<=", "<") } else { ("<", "<=") };
                header = header.replacen(other.0, other.1, 1);
            }
            if c.hostile() && c.chance(0.2) {
                message = message.replace("%r", "%s").replace("!r", "");
            }
            let raise = format!("raise {}({message})", check.error);
            if self.one_line {
                all.push(format!("{header} {raise}"));
            } else {
                all.extend(block(header, &[raise]));
            }
        }
        if value != "value" {
            let rename = |line: &String| {
                let word = |c: char| c.is_alphanumeric() || c == '_';
                let mut out = String::new();
                let mut rest = line.as_str();
                while let Some(at) = rest.find("value") {
                    let alone = !rest[..at].ends_with(word) && !rest[at + 5..].starts_with(word);
                    out.push_str(&rest[..at]);
                    out.push_str(if alone { value } else { "value" });
                    rest = &rest[at + 5..];
                }
                out + rest
            };
            all = all.iter().map(rename).collect();
        }
        if c.chance(0.08) {
            all.insert(0, format!("# the {name}"));
        }
        all
    }
}

/// Values of all kinds, as source.
pub const VALUES: &[&str] = &[
    "0",
    "5",
    "-3",
    "150",
    "1.5",
    "True",
    "None",
    "\"a\"",
    "\"\"",
    "\"abcdefgh\"",
    "(1,)",
    "(1, 2)",
    "[1]",
    "[]",
    "float(\"nan\")",
    "b\"x\"",
    "\"7\"",
    "Odd()",
];

/// What the checks name, and a way to show what they do.
pub fn around(c: &mut Choices) -> Vec<String> {
    let mut all = lines(["LIMIT = 8", "ALLOWED = (\"a\", \"abc\")"]);
    all.extend(block("class Odd:", &block("def __repr__(self):", &lines(["return \"Odd()\""]))));
    all.extend(block(
        "def attempt(what, *args):",
        &[
            block("try:", &lines(["print(what(*args))"])),
            block("except Exception as error:", &lines(["print(type(error).__name__, error)"])),
        ]
        .concat(),
    ));
    if c.hostile() && c.chance(0.2) {
        all.extend(block("def change():", &lines(["global LIMIT", "LIMIT = 2"])));
    }
    all
}
