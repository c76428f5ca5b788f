//! Tokens and keys. They are never printed: every text that comes from outside (answers of a forge, messages of git) goes
//! through [`redact`], which knows the exact values of all secrets that this process holds and the forms in which they
//! travel. Shapes of tokens are no help: forges change them.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What stands where a secret stood.
const HIDDEN: &str = "[secret]";

static FORMS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Shorter texts are no secrets, and hiding them would garble messages.
const SHORTEST: usize = 6;

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// From now on [`redact`] hides it.
    pub fn new(value: impl Into<String>) -> Secret {
        let value = value.into();
        hide(&value);
        Secret(value)
    }

    /// The value itself: for headers and environments alone.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `Basic` credentials for `user`, as the value of an `Authorization` header.
    pub fn basic(&self, user: &str) -> Secret {
        let encoded = STANDARD.encode(format!("{user}:{}", self.0));
        hide(&encoded);
        Secret::new(format!("Basic {encoded}"))
    }
}

fn hide(value: &str) {
    let mut forms = FORMS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut add = |form: String| {
        if form.len() >= SHORTEST && !forms.contains(&form) {
            forms.push(form);
        }
    };
    add(STANDARD.encode(value));
    for line in value.lines() {
        add(line.trim().to_owned());
    }
    add(value.to_owned());
    // The longest first: a secret may contain another one.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
}

/// The text without the secrets of this process.
pub fn redact(text: &str) -> String {
    let forms = FORMS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut text = text.to_owned();
    for form in forms.iter() {
        if text.contains(form.as_str()) {
            text = text.replace(form.as_str(), HIDDEN);
        }
    }
    text
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_hidden() {
        let secret = Secret::new("canary-of-secret-tests");
        let basic = secret.basic("x-access-token");
        let encoded = basic.expose().trim_start_matches("Basic ").to_owned();
        for text in
            ["canary-of-secret-tests", basic.expose(), &encoded, &STANDARD.encode("canary-of-secret-tests")]
        {
            let hidden = redact(&format!("before {text} after"));
            assert!(!hidden.contains(text), "{hidden}");
            assert!(hidden.starts_with("before ") && hidden.ends_with(" after"), "{hidden}");
        }
        assert_eq!(format!("{secret:?} {basic:?}"), "[secret] [secret]");
    }
}
