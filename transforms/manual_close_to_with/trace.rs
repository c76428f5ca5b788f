//! What closing an object does to things that others can look at.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::repo::Manager;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, ast};
use unspool_engine::transform::FileContext;

/// What closing the object changes, beyond that it is closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trace {
    /// It writes what is still in the buffer, or ends the archive.
    Writes,
    /// It deletes the file, having written the rest.
    Deletes,
    /// It closes what the object was made of, too: a descriptor, another stream.
    Wraps,
    /// It gives up the lock that a call took by the file.
    Unlocks { call: String, line: usize },
}

impl Trace {
    /// In the voice of "by then ...".
    pub fn describe(&self) -> String {
        match self {
            Trace::Writes => "what was written is there by then, and was not before".into(),
            Trace::Deletes => "the file is deleted by then, and was not before".into(),
            Trace::Wraps => "it belongs to the object and is closed with it".into(),
            Trace::Unlocks { call, line } => {
                format!("the lock of `{call}` (line {line}) is given up by then, and was held before")
            }
        }
    }
}

/// The trace of closing what `value` opens. `None`: nobody can tell, but by the object itself.
pub fn trace(cx: &FileContext, value: &Expr, manager: &Manager, body: &[NodeId]) -> Option<Trace> {
    let Expr::Call(call) = value else { return None };
    if let Some(unlocks) = unlocks(cx, body) {
        return Some(unlocks);
    }
    let path = match Types::new(cx.module, cx.facts).of(&call.func) {
        Ty::Member(path) => path,
        _ => String::new(),
    };
    let argument = |name: &str, at: usize| call.arguments.find_argument_value(name, at);
    match manager.name.as_str() {
        "a file" => match path.as_str() {
            "io.StringIO" | "io.BytesIO" => None,
            "os.fdopen" | "io.TextIOWrapper" | "io.BufferedReader" | "io.BufferedWriter"
            | "io.BufferedRandom" | "io.BufferedRWPair" => Some(Trace::Wraps),
            "tokenize.open"
            | "io.open_code"
            | "importlib.resources.open_text"
            | "importlib.resources.open_binary" => None,
            // Methods: the mode comes first.
            "pathlib.Path.open" | "socket.socket.makefile" => of_mode(argument("mode", 0), None),
            _ => match (&*call.func, path.is_empty()) {
                (Expr::Attribute(a), true) if a.attr.as_str() == "open" => of_mode(argument("mode", 0), None),
                _ => of_mode(argument("mode", 1), None),
            },
        },
        "a compressed file" | "a zip file" | "a tar file" | "a codec stream" => {
            of_mode(argument("mode", 1), None)
        }
        "a sound file" => of_mode(argument("mode", 1), Some(Trace::Writes)),
        "a temporary file" => match path.as_str() {
            "tempfile.NamedTemporaryFile" => match call.arguments.find_keyword("delete") {
                Some(k) if matches!(&k.value, Expr::BooleanLiteral(b) if !b.value) => Some(Trace::Writes),
                _ => Some(Trace::Deletes),
            },
            _ => None,
        },
        "a shelf" => of_mode(argument("flag", 1), Some(Trace::Writes)),
        "a database file" => of_mode(argument("flag", 1), None),
        "an SQLite connection" => match argument("database", 0) {
            Some(Expr::StringLiteral(s)) if s.value.to_str() == ":memory:" => None,
            _ => Some(Trace::Writes),
        },
        _ => None,
    }
}

/// By the mode with which a file is opened, `absent` where it is not given.
fn of_mode(mode: Option<&Expr>, absent: Option<Trace>) -> Option<Trace> {
    match mode {
        None => absent,
        Some(Expr::StringLiteral(mode)) => {
            mode.value.to_str().contains(['w', 'a', 'x', '+', 'c', 'n']).then_some(Trace::Writes)
        }
        Some(_) => Some(Trace::Writes),
    }
}

/// A call in the body that locks a file.
fn unlocks(cx: &FileContext, body: &[NodeId]) -> Option<Trace> {
    let types = Types::new(cx.module, cx.facts);
    body.iter().flat_map(|s| cx.module.subtree(*s)).find_map(|(_, node)| {
        let AnyNodeRef::ExprCall(call) = node else { return None };
        let Ty::Member(path) = types.of(&call.func) else { return None };
        LOCKING
            .contains(&path.as_str())
            .then(|| Trace::Unlocks { call: path, line: cx.module.line(call.start()) })
    })
}

const LOCKING: &[&str] = &["fcntl.flock", "fcntl.lockf", "os.lockf", "msvcrt.locking"];

/// Whether a call of the standard library looks at files: at their contents, sizes or times, or at whether they
/// are `there`.
pub fn looks_at_files(call: &ast::ExprCall, path: &str, there: bool) -> bool {
    let Some((module, name)) = path.rsplit_once('.') else { return false };
    match module {
        "builtins" | "io" | "codecs" | "gzip" | "bz2" | "lzma" | "tokenize" | "dbm" | "shelve" | "wave" => {
            // What opens a stream to look at it; an `open` that truncates looks at nothing, but writes beside.
            name == "open" && !call.arguments.is_empty()
        }
        "os.path" => match name {
            "exists" | "lexists" | "isfile" | "isdir" => there,
            "getsize" | "getmtime" | "getctime" | "getatime" | "samefile" => true,
            _ => false,
        },
        "os" => match name {
            "remove" | "unlink" | "rename" | "replace" | "link" | "access" | "listdir" => there,
            "stat" | "lstat" | "scandir" | "open" | "truncate" | "utime" | "system" | "popen" | "fork"
            | "posix_spawn" => true,
            _ => name.starts_with("exec") || name.starts_with("spawn"),
        },
        "shutil" => {
            name.starts_with("copy")
                || matches!(name, "move" | "make_archive" | "unpack_archive" | "disk_usage")
        }
        "subprocess" | "filecmp" | "linecache" | "runpy" | "fileinput" => true,
        "zipfile" | "tarfile" | "sqlite3" | "mmap" => {
            matches!(name, "ZipFile" | "is_zipfile" | "open" | "is_tarfile" | "connect" | "mmap")
        }
        "glob" => there,
        _ => false,
    }
}

/// Methods of paths (and of nothing else that is common) that look at files.
pub fn is_looking_method(name: &str, there: bool) -> bool {
    match name {
        "read_text" | "read_bytes" | "stat" | "lstat" | "samefile" => true,
        "exists" | "is_file" | "unlink" | "rename" => there,
        _ => false,
    }
}
