//! HTTP towards a forge: pace, limits, retries, pages. Reads are repeated, writes never: a write whose answer is lost is for
//! the caller to look into.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use super::app::App;
use super::{Call, Connect, Gate, Trouble};
use crate::config::{Credentials, ForgeKind};
use crate::error::{Error, Result};
use crate::secret::{Secret, redact};
use crate::text::plain;
use crate::time::Clock;

/// A larger answer is a mistake, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;
/// Reads that fail are tried so often, after 1, 2, 4 seconds.
const TRIES: u32 = 4;
/// After so many limits in one call we go.
const LIMITS: u32 = 6;
/// Pages of a list.
const PAGES: usize = 1000;

pub struct Http {
    agent: ureq::Agent,
    kind: ForgeKind,
    root: String,
    auth: Mutex<Auth>,
    gate: Arc<dyn Gate>,
    clock: Arc<dyn Clock + Send>,
    trace: Arc<dyn Fn(&str) + Send + Sync>,
    patience: u64,
}

enum Auth {
    None,
    Token(Secret),
    App(Box<App>),
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    /// What the token may do, where the forge says so.
    pub scopes: Option<String>,
    next: Option<String>,
}

impl Answer {
    /// The body as what it should be.
    pub fn read<T: DeserializeOwned>(self) -> Call<T> {
        serde_json::from_value(self.body)
            .map_err(|error| Trouble::Refused(format!("an answer that is not understood: {error}")))
    }
}

/// What came back, before it is judged.
struct Raw {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: String,
}

impl Raw {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.header(name)?.trim().parse().ok()
    }

    /// What the forge says, short and without secrets.
    fn message(&self) -> String {
        let value: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let mut said: Vec<String> = Vec::new();
        collect_text(&value["message"], &mut said);
        collect_text(&value["error"], &mut said);
        collect_text(&value["errors"], &mut said);
        let text = if said.is_empty() { self.body.clone() } else { said.join(": ") };
        let short: String = plain(&redact(&text)).chars().take(300).collect();
        format!("{} {short}", self.status)
    }
}

fn collect_text(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect_text(item, into)),
        Value::Object(map) => map.values().for_each(|item| collect_text(item, into)),
        _ => {}
    }
}

impl Http {
    pub fn new(connect: Connect) -> Result<Http> {
        let Connect { config, credentials, gate, clock, trace } = connect;
        let mut tls = TlsConfig::builder();
        if let Some(path) = &config.forge.ca {
            let path = config.path(path);
            let pem = std::fs::read(&path)
                .map_err(|error| Error::Config(format!("forge.ca {}: {error}", path.display())))?;
            let certificates: Vec<_> = parse_pem(&pem)
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect();
            if certificates.is_empty() {
                return Err(Error::Config(format!("forge.ca {}: no certificate in it", path.display())));
            }
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
        }
        let agent = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            // Followed here, and only on the same host: the token goes nowhere else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .https_only(!config.forge.insecure)
            .timeout_global(Some(Duration::from_secs(connect.config.limits.request)))
            .max_idle_age(Duration::from_secs(10))
            .user_agent(concat!("unspool-campaign/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let auth = match credentials {
            Credentials::None => Auth::None,
            Credentials::Token(token) => Auth::Token(token),
            Credentials::App { id, installation, key } => {
                Auth::App(Box::new(App::new(id, installation, &key)?))
            }
        };
        Ok(Http {
            agent,
            kind: config.forge.kind,
            root: config.api(),
            auth: Mutex::new(auth),
            gate,
            clock,
            trace,
            patience: config.pace.patience,
        })
    }

    pub fn root(&self) -> &str {
        &self.root
    }

    pub fn sleep(&self, seconds: f64) {
        self.clock.sleep(Duration::from_secs_f64(seconds));
    }

    pub fn get(&self, path: &str) -> Call<Answer> {
        self.call("GET", path, None)
    }

    /// None where nothing is there.
    pub fn find(&self, path: &str) -> Call<Option<Answer>> {
        match self.get(path) {
            Ok(answer) => Ok(Some(answer)),
            Err(Trouble::Gone(_)) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// All pages of a list; `inside` is where an object has it.
    pub fn list(&self, path: &str, inside: Option<&str>) -> Call<Vec<Value>> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        for _ in 0..PAGES {
            let Some(path) = next else { break };
            let mut answer = self.get(&path)?;
            let page = match inside {
                Some(name) => answer.body[name].take(),
                None => answer.body.take(),
            };
            match page {
                Value::Array(page) => items.extend(page),
                _ => return Err(Trouble::Refused(format!("{path}: a list was expected"))),
            }
            next = answer.next;
        }
        Ok(items)
    }

    pub fn send(&self, method: &str, path: &str, body: &Value) -> Call<Answer> {
        self.call(method, path, Some(body))
    }

    pub fn delete(&self, path: &str) -> Call<Answer> {
        self.call("DELETE", path, None)
    }

    /// The token of now, for git.
    pub fn token(&self) -> Call<Option<Secret>> {
        let mut auth = self.auth.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *auth {
            Auth::None => Ok(None),
            Auth::Token(token) => Ok(Some(token.clone())),
            Auth::App(app) => {
                if let Some(token) = app.current(self.clock.now()) {
                    return Ok(Some(token));
                }
                let path = app.token_path();
                let jwt = app.jwt(self.clock.now())?;
                let raw = self.raw("POST", &format!("{}{path}", self.root), Some(&jwt), Some("{}"));
                let raw = raw.map_err(Trouble::Unreachable)?;
                match raw.status {
                    201 => app.accept(&raw.body, self.clock.now()).map(Some),
                    500.. => Err(Trouble::Unreachable(format!("POST {path}: {}", raw.message()))),
                    _ => Err(Trouble::Unauthorized(format!("POST {path}: {}", raw.message()))),
                }
            }
        }
    }

    fn expire_token(&self) -> bool {
        match &mut *self.auth.lock().unwrap_or_else(PoisonError::into_inner) {
            Auth::App(app) => app.expire(),
            Auth::None | Auth::Token(_) => false,
        }
    }

    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Call<Answer> {
        let is_write = method != "GET";
        let mut url = self.url(path)?;
        let text = body.map(Value::to_string);
        let (mut failures, mut limits, mut redirects, mut renewed) = (0, 0, 0, false);
        loop {
            if is_write {
                self.gate.before_write()?;
            }
            let token = self.token()?;
            let raw = match self.raw(method, &url, token.as_ref(), text.as_deref()) {
                Ok(raw) if raw.status < 500 => raw,
                other => {
                    let why = match other {
                        Ok(raw) => raw.message(),
                        Err(why) => why,
                    };
                    if is_write {
                        return Err(Trouble::Ambiguous(format!("{method} {path}: {why}")));
                    }
                    failures += 1;
                    if failures >= TRIES {
                        return Err(Trouble::Unreachable(format!("{method} {path}: {why}")));
                    }
                    self.sleep(f64::from(1 << (failures - 1)));
                    continue;
                }
            };
            let said = || format!("{method} {path}: {}", raw.message());
            match raw.status {
                200..=299 => return self.answer(raw, path),
                301 | 302 | 307 | 308 if redirects < 3 && (!is_write || raw.status >= 307) => {
                    redirects += 1;
                    url = self.url(raw.header("location").unwrap_or_default())?;
                }
                401 if !renewed && self.expire_token() => renewed = true,
                401 => return Err(Trouble::Unauthorized(said())),
                403 | 429 => {
                    let Some(seconds) = pause(&raw, limits, self.clock.now()) else {
                        return Err(Trouble::Forbidden(said()));
                    };
                    limits += 1;
                    self.gate.objected(seconds);
                    if limits >= LIMITS || seconds > self.patience as f64 {
                        return Err(Trouble::Limited { seconds: seconds.ceil() as u64, why: said() });
                    }
                    self.sleep(seconds);
                }
                404 | 410 | 451 => return Err(Trouble::Gone(said())),
                405 | 406 | 409 | 412 => return Err(Trouble::Conflict(said())),
                400 | 422 => return Err(understood(said())),
                _ => return Err(Trouble::Refused(said())),
            }
        }
    }

    fn answer(&self, raw: Raw, path: &str) -> Call<Answer> {
        let next = raw.header("link").and_then(next_link).map(str::to_owned);
        let body = if raw.body.trim().is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&raw.body)
                .map_err(|error| Trouble::Refused(format!("{path}: the answer is no JSON: {error}")))?
        };
        let scopes = raw.header("x-oauth-scopes").map(str::to_owned);
        Ok(Answer { status: raw.status, body, scopes, next })
    }

    /// An address on our host; nothing else is ever asked with our token.
    fn url(&self, path: &str) -> Call<String> {
        if path.starts_with('/') {
            return Ok(format!("{}{path}", self.root));
        }
        if origin(path) == origin(&self.root) {
            return Ok(path.to_owned());
        }
        Err(Trouble::Refused(format!("the forge points to another host: {}", plain(path))))
    }

    fn raw(
        &self,
        method: &str,
        url: &str,
        token: Option<&Secret>,
        body: Option<&str>,
    ) -> std::result::Result<Raw, String> {
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        if let Some(token) = token {
            let (name, scheme) = match self.kind {
                ForgeKind::Github => ("authorization", "Bearer "),
                ForgeKind::Gitlab => ("private-token", ""),
                ForgeKind::Forgejo => ("authorization", "token "),
            };
            request = request.header(name, format!("{scheme}{}", token.expose()));
        }
        if self.kind == ForgeKind::Github {
            request = request
                .header("accept", "application/vnd.github+json")
                .header("x-github-api-version", "2022-11-28");
        } else {
            request = request.header("accept", "application/json");
        }
        let sent = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(body.to_owned())
                .map_err(|error| error.to_string())
                .map(|request| self.agent.run(request)),
            None => {
                request.body(()).map_err(|error| error.to_string()).map(|request| self.agent.run(request))
            }
        };
        let result = sent?.map_err(|error| redact(&error.to_string())).and_then(|response| {
            let (parts, mut body) = response.into_parts();
            let body = body.with_config().limit(LARGEST).read_to_string();
            let body = body.map_err(|error| redact(&error.to_string()))?;
            Ok(Raw { status: parts.status.as_u16(), headers: parts.headers, body })
        });
        let outcome = match &result {
            Ok(raw) => raw.status.to_string(),
            Err(error) => error.clone(),
        };
        (self.trace)(&redact(&format!("{method} {url}: {outcome}")));
        result
    }
}

/// Seconds that a limit asks for; None: it is no limit, but a lack of rights.
fn pause(raw: &Raw, before: u32, now: f64) -> Option<f64> {
    let doubled = 60.0 * f64::from(1 << before.min(6));
    if let Some(seconds) = raw.number("retry-after") {
        return Some(seconds.max(1.0));
    }
    let left = raw.number("x-ratelimit-remaining").or_else(|| raw.number("ratelimit-remaining"));
    let reset = raw.number("x-ratelimit-reset").or_else(|| raw.number("ratelimit-reset"));
    if left == Some(0.0) {
        return Some(reset.map_or(doubled, |reset| (reset - now).clamp(1.0, 86_400.0)));
    }
    let text = raw.body.to_ascii_lowercase();
    // Secondary limits come as 403, sometimes without any header.
    let says_so = ["rate limit", "abuse detection", "too many requests", "too quickly"];
    (raw.status == 429 || says_so.iter().any(|words| text.contains(words))).then_some(doubled)
}

/// A 400 or 422: what it says decides.
fn understood(said: String) -> Trouble {
    let text = said.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["already exists"]) {
        Trouble::Conflict(said)
    } else if has(&[
        "could not resolve to a node",
        "head: invalid",
        "invalid: head",
        "source_branch",
        "submitted too quickly",
    ]) || (text.contains("head") && text.contains("invalid"))
    {
        Trouble::NotYet(said)
    } else {
        Trouble::Refused(said)
    }
}

/// The address of the next page in a `Link` header.
fn next_link(header: &str) -> Option<&str> {
    header
        .split(',')
        .find(|link| link.contains("rel=\"next\""))?
        .split_once('<')?
        .1
        .split_once('>')
        .map(|(url, _)| url)
}

/// Scheme, host and port.
fn origin(url: &str) -> Option<&str> {
    let host = url.find("://")? + 3;
    Some(&url[..url[host..].find('/').map_or(url.len(), |end| host + end)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(status: u16, headers: &[(&'static str, &str)], body: &str) -> Raw {
        let headers = headers.iter().map(|(name, value)| {
            let name = ureq::http::HeaderName::from_static(name);
            (name, ureq::http::HeaderValue::from_str(value).expect("it is ASCII"))
        });
        Raw { status, headers: headers.collect(), body: body.into() }
    }

    #[test]
    fn limits_are_told_from_rights() {
        let secondary = r#"{"message": "You have exceeded a secondary rate limit."}"#;
        for (answer, before, expected) in [
            (raw(403, &[("retry-after", "7")], ""), 0, Some(7.0)),
            (raw(429, &[("retry-after", "0")], ""), 0, Some(1.0)),
            (raw(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1090")], ""), 0, Some(90.0)),
            (raw(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "10")], ""), 0, Some(1.0)),
            (raw(403, &[("x-ratelimit-remaining", "12")], secondary), 0, Some(60.0)),
            (raw(403, &[], secondary), 2, Some(240.0)),
            (raw(429, &[], ""), 0, Some(60.0)),
            (raw(403, &[], r#"{"message": "Resource not accessible by integration"}"#), 0, None),
        ] {
            assert_eq!(
                pause(&answer, before, 1000.0),
                expected,
                "{} {:?} {}",
                answer.status,
                answer.headers,
                answer.body
            );
        }
    }

    #[test]
    fn the_same_status_with_other_words() {
        for (text, expected) in [
            ("A pull request already exists for o:b.", "conflict"),
            ("Validation Failed: PullRequest: field head: invalid", "not visible yet"),
            ("Could not resolve to a node with the global id", "not visible yet"),
            ("No commits between main and b", "refused"),
        ] {
            assert!(understood(text.into()).to_string().starts_with(expected), "{text}");
        }
    }

    #[test]
    fn pages_and_origins() {
        let header = r#"<https://h/a?page=1>; rel="prev", <https://h/a?page=3>; rel="next""#;
        assert_eq!(next_link(header), Some("https://h/a?page=3"));
        assert_eq!(next_link(r#"<https://h/a?page=1>; rel="prev""#), None);
        assert_eq!(origin("https://h:8/api/v3"), origin("https://h:8/x"));
        assert_ne!(origin("https://h:8/api/v3"), origin("https://h:80/api/v3"));
        assert_ne!(origin("https://h/api"), origin("https://h.evil/api"));
    }
}
