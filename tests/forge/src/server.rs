//! The server: who asks, what goes wrong, and a log of everything.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};
use tiny_http::{Header, Request, Response, Server};

use crate::backend::{self, Call};
use crate::contract::Contract;
use crate::faults::{Fault, Kind};
use crate::repository::Bare;
use crate::state::{No, Pull, Repository, Skin, State};
use crate::{forgejo, github, gitlab};

/// A request and what was answered.
#[derive(Clone, Debug)]
pub struct Logged {
    pub method: String,
    /// With its query.
    pub address: String,
    /// Parts of the path below the root of the API, decoded.
    pub path: Vec<String>,
    /// Names in the query.
    pub query: Vec<String>,
    pub body: Value,
    pub status: u16,
    pub answer: Value,
    /// It changed something: a write of the API, or a push.
    pub is_write: bool,
}

/// What a skin answers.
pub struct Reply {
    pub status: u16,
    pub body: Value,
    pub headers: Vec<(String, String)>,
}

impl Reply {
    pub fn new(status: u16, body: Value) -> Reply {
        Reply { status, body, headers: Vec::new() }
    }
}

/// A request as a skin sees it.
pub struct Asked<'a> {
    pub method: &'a str,
    /// Parts of the path, decoded.
    pub path: Vec<String>,
    pub query: BTreeMap<String, String>,
    pub body: &'a Value,
    /// Path and query as they came.
    pub address: &'a str,
}

/// A running forge; it ends when this is dropped.
pub struct Forge {
    state: Arc<Mutex<State>>,
    server: Arc<Server>,
    threads: Vec<JoinHandle<()>>,
    pub address: String,
}

const THREADS: usize = 4;

impl Forge {
    /// Starts it on a free port; repositories go below `root`.
    pub fn start(root: PathBuf, skin: Skin, token: &str) -> Forge {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a port is free"));
        let port = server.server_addr().to_ip().expect("it listens on an address").port();
        let address = format!("http://127.0.0.1:{port}");
        let state = Arc::new(Mutex::new(State {
            skin,
            root,
            tokens: vec![token.to_owned()],
            login: "robot".into(),
            people: vec!["ada".into(), "grace".into()],
            repositories: BTreeMap::new(),
            renamed: BTreeMap::new(),
            faults: Vec::new(),
            log: Vec::new(),
            page: 100,
            address: address.clone(),
            hide_pulls: false,
        }));
        let threads = (0..THREADS)
            .map(|_| {
                let (server, state) = (Arc::clone(&server), Arc::clone(&state));
                std::thread::spawn(move || {
                    while let Ok(request) = server.recv() {
                        handle(request, &state);
                    }
                })
            })
            .collect();
        Forge { state, server, threads, address }
    }

    /// The root of its API.
    pub fn api(&self) -> String {
        let path = match self.state().skin {
            Skin::Github => "/api/v3",
            Skin::Gitlab => "/api/v4",
            Skin::Forgejo => "/api/v1",
        };
        format!("{}{path}", self.address)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new repository, empty.
    pub fn repository(&self, name: &str) -> Bare {
        let bare = Bare::create(self.state().root.join(format!("{name}.git")));
        self.serve(name, bare.clone(), None);
        bare
    }

    /// A bare repository that is there already; its commits have green checks.
    pub fn adopt(&self, name: &str) -> Bare {
        let bare = Bare { path: self.state().root.join(format!("{name}.git")) };
        self.serve(name, bare.clone(), Some("success"));
        bare
    }

    fn serve(&self, name: &str, bare: Bare, check: Option<&'static str>) {
        let mut state = self.state();
        let id = state.repositories.len() as u64 + 1;
        let repository = Repository {
            id,
            bare,
            pulls: Vec::new(),
            archived: false,
            fork: false,
            topics: Vec::new(),
            can_push: true,
            check,
            labels: Vec::new(),
        };
        state.repositories.insert(name.to_owned(), repository);
    }

    pub fn fault(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    pub fn pulls(&self, name: &str) -> Vec<Pull> {
        let mut state = self.state();
        state.settle(name);
        state.repositories.get(name).map(|repository| repository.pulls.clone()).unwrap_or_default()
    }

    /// Everything since the last call.
    pub fn take_log(&self) -> Vec<Logged> {
        std::mem::take(&mut self.state().log)
    }
}

impl Drop for Forge {
    fn drop(&mut self) {
        for _ in &self.threads {
            self.server.unblock();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn handle(mut request: Request, state: &Mutex<State>) {
    let method = request.method().to_string();
    let address = request.url().to_owned();
    let mut bytes = Vec::new();
    if request.as_reader().read_to_end(&mut bytes).is_err() {
        return;
    }
    let header = |name: &str| {
        let found =
            request.headers().iter().find(|header| header.field.as_str().as_str().eq_ignore_ascii_case(name));
        found.map(|header| header.value.as_str().to_owned()).unwrap_or_default()
    };
    let git = address.contains(".git/");
    let body: Value = if git { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or(Value::Null) };
    let mut guard = state.lock().unwrap_or_else(PoisonError::into_inner);
    let fault = take_fault(&mut guard, &method, &address);
    guard.hide_pulls = matches!(fault, Some(Kind::HiddenPulls));
    let token = token_of(&header("authorization"), &header("private-token"));
    let known = guard.tokens.contains(&token);
    let mut is_write = method != "GET";
    let (status, headers, text): (u16, Vec<(String, String)>, Vec<u8>) = match &fault {
        Some(Kind::Dropped) => return lose(request),
        Some(Kind::Answer(status, headers, body)) => {
            is_write = false;
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            (*status, headers.collect(), body.as_bytes().to_vec())
        }
        _ if git && !known => {
            is_write = false;
            (401, vec![("WWW-Authenticate".into(), "Basic realm=\"git\"".into())], Vec::new())
        }
        _ if git => {
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            let root = guard.root.clone();
            is_write = path.ends_with("git-receive-pack") && method == "POST";
            // git takes its time, and asks nothing of the state.
            drop(guard);
            let answer = backend::run(&Call {
                root: &root,
                method: &method,
                path,
                query,
                content_type: &header("content-type"),
                encoding: &header("content-encoding"),
                protocol: &header("git-protocol"),
                body: &bytes,
            });
            guard = state.lock().unwrap_or_else(PoisonError::into_inner);
            match answer {
                Some(answer) => (answer.status, answer.headers, answer.body),
                None => (500, Vec::new(), Vec::new()),
            }
        }
        _ => {
            let reply = if known || address.contains("/access_tokens") {
                api(&mut guard, &method, &address, &body)
            } else {
                Reply::new(401, json!({ "message": "Bad credentials" }))
            };
            is_write &= reply.status < 400;
            let text = if reply.body.is_null() { Vec::new() } else { reply.body.to_string().into_bytes() };
            (reply.status, reply.headers, text)
        }
    };
    let answer = if git { Value::Null } else { serde_json::from_slice(&text).unwrap_or(Value::Null) };
    let (path, query) = parts(&address);
    let query = query.into_keys().collect();
    guard.log.push(Logged { method, address, path, query, body, status, answer, is_write });
    drop(guard);
    if let Some(Kind::Slow(milliseconds)) = fault {
        std::thread::sleep(Duration::from_millis(milliseconds));
    }
    if matches!(fault, Some(Kind::LostReply)) {
        return lose(request);
    }
    let mut response =
        Response::new(status.into(), Vec::new(), Cursor::new(text.clone()), Some(text.len()), None);
    let is_json = !git;
    let kind = is_json.then(|| ("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned()));
    for (name, value) in headers.into_iter().chain(kind) {
        if let Ok(header) = Header::from_bytes(name.as_bytes(), value.as_bytes()) {
            response.add_header(header);
        }
    }
    let _ = request.respond(response);
}

/// Answers with what is no HTTP: the server keeps sockets, so they cannot be closed from here, and the client gives up at once.
fn lose(request: Request) {
    use std::io::Write as _;
    let mut writer = request.into_writer();
    let _ = writer.write_all(b"\0\0\0\r\n\r\n");
    let _ = writer.flush();
}

fn take_fault(state: &mut State, method: &str, address: &str) -> Option<Kind> {
    let fault = state
        .faults
        .iter_mut()
        .find(|fault| fault.times > 0 && fault.method == method && address.contains(fault.address))?;
    fault.times -= 1;
    Some(fault.kind.clone())
}

/// The token in one of the forms in which it comes.
fn token_of(authorization: &str, private: &str) -> String {
    match authorization.split_once(' ') {
        Some((kind, text)) if kind.eq_ignore_ascii_case("basic") => {
            let decoded = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
            let decoded = String::from_utf8_lossy(&decoded).into_owned();
            decoded.split_once(':').map(|(_, token)| token.to_owned()).unwrap_or_default()
        }
        Some((_, token)) => token.to_owned(),
        None => private.to_owned(),
    }
}

fn api(state: &mut State, method: &str, address: &str, body: &Value) -> Reply {
    let (path, query) = parts(address);
    let asked = Asked { method, path, query, body, address };
    let mut reply = match state.skin {
        Skin::Github => github::answer(state, &asked),
        Skin::Gitlab => gitlab::answer(state, &asked),
        Skin::Forgejo => forgejo::answer(state, &asked),
    };
    if let Some(contract) = Contract::of(state.skin)
        && let Some(operation) = contract.find(method, &asked.path)
    {
        contract.complete(operation, reply.status, &mut reply.body);
    }
    reply
}

/// Path below the root of the API and query, decoded.
fn parts(address: &str) -> (Vec<String>, BTreeMap<String, String>) {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let query = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    // `/api/v3`
    let path = path.split('/').filter(|part| !part.is_empty()).skip(2).map(decoded).collect();
    (path, query)
}

fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next().unwrap_or(b'0'), bytes.next().unwrap_or(b'0')];
            let digits = String::from_utf8_lossy(&digits).into_owned();
            out.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
        } else {
            out.push(byte);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// One page of a list, with a `Link` header where there is another one.
pub fn page(state: &State, asked: &Asked, size: &str, items: Vec<Value>) -> Reply {
    let number = |name: &str, default: usize| {
        asked.query.get(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let size = number(size, 30).min(state.page).max(1);
    let page = number("page", 1).max(1);
    let more = items.len() > page * size;
    let shown: Vec<Value> = items.into_iter().skip((page - 1) * size).take(size).collect();
    let mut reply = Reply::new(200, Value::Array(shown));
    if more {
        let plain: Vec<&str> = asked
            .address
            .split_once('?')
            .map_or("", |(_, query)| query)
            .split('&')
            .filter(|pair| !pair.starts_with("page=") && !pair.is_empty())
            .collect();
        let path = asked.address.split('?').next().unwrap_or_default();
        let next = format!("{}{path}?{}&page={}", state.address, plain.join("&"), page + 1);
        reply.headers.push(("Link".into(), format!("<{next}>; rel=\"next\"")));
    }
    reply
}

/// The comments of a pull request, a page of them.
pub fn comments(state: &mut State, asked: &Asked, name: &str, number: u64) -> Result<Reply, No> {
    let comments = state.pull(name, number)?.comments.clone();
    let comments = comments.iter().map(|text| json!({ "id": 1, "body": text })).collect();
    Ok(page(state, asked, "per_page", comments))
}

/// A new comment on a pull request.
pub fn comment(state: &mut State, name: &str, number: u64, text: String) -> Result<Reply, No> {
    state.pull(name, number)?.comments.push(text.clone());
    Ok(Reply::new(201, json!({ "id": 1, "body": text })))
}
