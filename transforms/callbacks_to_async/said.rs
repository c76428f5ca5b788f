//! What the docstring says of the callback: that it is called with something becomes that something is returned.

/// The lines of a docstring, for a function that has lost these parameters.
pub fn reworded(lines: &[String], callbacks: &[&str]) -> Vec<String> {
    let mut new = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let below = lines.get(i + 1).map_or("", String::as_str);
        let is_whole = i > 0 && i + 1 < lines.len() && depth(below) <= depth(line);
        if is_whole && callbacks.iter().any(|name| describes(line.trim(), name)) {
            continue;
        }
        new.push(callbacks.iter().fold(line.clone(), |line, name| returned(&line, name)));
    }
    new
}

/// How deep a line is indented; a blank one, not at all.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether the line describes the parameter, in one of the usual styles.
fn describes(line: &str, name: &str) -> bool {
    let behind = [":param ", ":type ", "@param ", ""]
        .iter()
        .find_map(|tag| line.strip_prefix(tag)?.strip_prefix(name));
    behind.is_some_and(|behind| behind.starts_with(':') || behind.starts_with(" ("))
}

fn returned(line: &str, name: &str) -> String {
    let mut line = line.to_string();
    for object in ["back", "the callback", name, &format!("`{name}`"), &format!("``{name}``")] {
        for (call, give) in
            [("Calls", "Returns"), ("Call", "Return"), ("calls", "returns"), ("call", "return")]
        {
            line = line.replace(&format!("{call} {object} with "), &format!("{give} "));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::reworded;

    #[test]
    fn the_callback_is_gone() {
        let lines = |text: &str| text.split('\n').map(String::from).collect::<Vec<_>>();
        for (before, after) in [
            ("\"\"\"Calls back with the name.\"\"\"", "\"\"\"Returns the name.\"\"\""),
            ("'''Find it and call `cb` with it.'''", "'''Find it and return it.'''"),
            (
                "\"\"\"Find.\n\n    :param name: what\n    :param cb: gets it\n    \"\"\"",
                "\"\"\"Find.\n\n    :param name: what\n    \"\"\"",
            ),
            (
                "\"\"\"Find.\n\n    Args:\n        cb: gets it,\n            later\n    \"\"\"",
                "\"\"\"Find.\n\n    Args:\n        cb: gets it,\n            later\n    \"\"\"",
            ),
            ("\"\"\"Call me.\"\"\"", "\"\"\"Call me.\"\"\""),
        ] {
            assert_eq!(reworded(&lines(before), &["cb"]).join("\n"), after);
        }
    }
}
