//! Names of modules as users write them.

use std::sync::Arc;

use unspool_engine::syntax::{PythonVersion, Stmt, parse};

use super::Error;

/// `pkg.validators`: what `import` takes.
pub fn module_name(given: &str) -> Result<Arc<str>, Error> {
    let text = given.trim();
    let parsed = parse(&format!("import {text}\n"), PythonVersion::latest());
    let is_name = parsed.is_ok_and(|parsed| match &parsed.syntax().body[..] {
        [Stmt::Import(import)] => {
            matches!(&import.names[..], [one] if one.asname.is_none() && one.name.as_str() == text)
        }
        _ => false,
    });
    if is_name { Ok(text.into()) } else { Err(Error::HelpersModule { given: given.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_names_and_nothing_else() {
        for good in ["helpers", "pkg.validators", " a.b.c ", "_x.é"] {
            assert_eq!(module_name(good).ok().as_deref(), Some(good.trim()), "{good}");
        }
        for bad in [
            "", ".", ".a", "a.", "a..b", "a b", "a, b", "a as b", "a.class", "a/b.py", "a-b", "1a", "a;b",
            "a\nb",
        ] {
            assert!(module_name(bad).is_err(), "{bad:?}");
        }
    }
}
