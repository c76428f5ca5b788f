//! Helpers that the file has already.

use unspool_engine::syntax::{Module, PythonVersion, Ranged, Stmt, TextSize, parse};

use super::term::tokens;

/// The name of a function or class at the top level of the module, defined above `before`, that is the same as `text`
/// but for its own name, which there is `name`.
pub fn existing(module: &Module, text: &str, name: &str, before: TextSize) -> Option<String> {
    let parsed = parse(text, PythonVersion::latest()).ok()?;
    let wanted = Module::new(text, &parsed);
    let wanted = tokens(&wanted, wanted.body().first()?);
    let named = |statement: &Stmt, name: &str| -> Option<(String, String)> {
        let own = match statement {
            Stmt::FunctionDef(f) => f.name.as_str(),
            Stmt::ClassDef(c) => c.name.as_str(),
            _ => return None,
        };
        let words: Vec<String> = tokens(module, statement)
            .split(' ')
            .map(|w| if w == own { name.to_string() } else { w.to_string() })
            .collect();
        Some((own.to_string(), words.join(" ")))
    };
    let above = module.body().iter().take_while(|s| s.end() <= before);
    above.filter_map(|s| named(s, name)).find(|(_, words)| *words == wanted).map(|(own, _)| own)
}
