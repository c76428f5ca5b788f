//! The definitions that programs choose from: a program carries those that it names, and what these name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::{FAMILIES, Family};

/// A block of `snippets.py` and the names that it defines.
struct Snippet {
    text: &'static str,
    name: &'static str,
    uses: BTreeSet<&'static str>,
}

/// The definitions of a family: the shared ones, and its own behind them.
fn snippets(family: &Family) -> &'static [Snippet] {
    static SNIPPETS: OnceLock<BTreeMap<&str, Vec<Snippet>>> = OnceLock::new();
    let all = SNIPPETS.get_or_init(|| {
        let shared = include_str!("../snippets.py");
        let of = |f: &&Family| (f.transform, split(shared).chain(split(f.definitions)).collect());
        FAMILIES.iter().copied().map(|f| of(&f)).collect()
    });
    all.get(family.transform).map_or(&[], |own| own)
}

/// The blocks of a text of definitions.
fn split(text: &'static str) -> impl Iterator<Item = Snippet> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let decorated = starts.last().is_some_and(|s| text[*s..].starts_with('@') && at - s < 20);
        if !line.starts_with([' ', '\n', '#']) && !decorated {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    let mut all: Vec<Snippet> = Vec::new();
    for pair in starts.windows(2) {
        let text = text[pair[0]..pair[1]].trim_end();
        let names: Vec<&str> = match text.split_once(" import ") {
            Some((head, names)) if head.starts_with("from ") => names.split(", ").collect(),
            _ => words(text)
                .filter(|w| !matches!(*w, "import" | "async" | "def" | "class" | "contextmanager"))
                .take(1)
                .collect(),
        };
        for name in names {
            all.push(Snippet { text, name, uses: words(text).collect() });
        }
    }
    all.into_iter()
}

/// The identifiers of a text, strings and comments included: too many definitions do no harm.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty())
}

/// The program with the definitions of what it names in front.
pub fn with_definitions(family: &Family, lines: &[String]) -> String {
    let (body, snippets) = (lines.join("\n"), snippets(family));
    let mut needed: BTreeSet<&str> = words(&body).collect();
    loop {
        let before = needed.len();
        for snippet in snippets.iter().filter(|s| needed.contains(s.name)).collect::<Vec<_>>() {
            needed.extend(snippet.uses.iter());
        }
        if needed.len() == before {
            break;
        }
    }
    let mut text = String::new();
    let mut last = "";
    for snippet in snippets.iter().filter(|s| needed.contains(s.name)) {
        if snippet.text != last {
            text.push_str(snippet.text);
            text.push('\n');
        }
        last = snippet.text;
    }
    text + &body + "\n"
}
