//! What the context managers of the standard library do on entering and leaving.
//!
//! Each row names its source in CPython's `Lib` (or `Modules`, `Objects`), read for 3.8 to 3.13. The rows are run
//! against every interpreter at hand by `tests/it/resources.rs`.

/// A type of resources, by the callables that make one.
#[derive(Debug)]
pub struct ResourceType {
    /// For people: "a file".
    pub name: &'static str,
    /// Dotted paths of what gives a new one when it is called.
    pub made_by: &'static [&'static str],
    pub enter: Enter,
    pub exit: Exit,
    /// Where CPython says so.
    pub source: &'static str,
}

/// What `__enter__` does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Enter {
    /// Gives the object itself and changes nothing.
    Itself,
    /// Something else: what.
    Differs(String),
}

/// What `__exit__` does, whether an exception is on its way or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Exactly what one of these methods does with its default arguments, and it lets exceptions pass.
    Calls(Vec<String>),
    /// Something that no single method does: what.
    Differs(String),
    /// The type is no context manager.
    Missing,
    /// Nobody knows: why.
    Unknown(String),
}

/// What a row says about `__exit__`: [`Exit`] without owned text.
#[derive(Debug)]
enum Leaving {
    Calls(&'static [&'static str]),
    Differs(&'static str),
    Missing,
}

/// A row as it is written down.
struct Row {
    name: &'static str,
    made_by: &'static [&'static str],
    /// `None`: `__enter__` gives the object itself.
    enter: Option<&'static str>,
    exit: Leaving,
    source: &'static str,
}

const CLOSE: Leaving = Leaving::Calls(&["close"]);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row {
        name: "a file",
        made_by: &[
            "builtins.open", "io.open", "io.StringIO", "io.BytesIO", "io.TextIOWrapper", "io.FileIO", "io.BufferedReader",
            "io.BufferedWriter", "io.BufferedRandom", "io.BufferedRWPair", "os.fdopen", "tokenize.open", "io.open_code",
            "pathlib.Path.open", "zipfile.ZipFile.open", "socket.socket.makefile", "importlib.resources.open_text",
            "importlib.resources.open_binary",
        ],
        enter: None,
        exit: CLOSE,
        source: "Modules/_io/iobase.c: iobase_exit calls self.close(); Lib/pathlib.py, Lib/zipfile, Lib/socket.py give such objects",
    },
    Row {
        name: "a compressed file",
        made_by: &["gzip.open", "gzip.GzipFile", "bz2.open", "bz2.BZ2File", "lzma.open", "lzma.LZMAFile"],
        enter: None,
        exit: CLOSE,
        source: "Lib/gzip.py, Lib/bz2.py, Lib/lzma.py: subclasses of io.BufferedIOBase (Lib/_compression.py)",
    },
    Row {
        name: "a codec stream",
        made_by: &["codecs.open", "codecs.StreamReaderWriter"],
        enter: None,
        exit: CLOSE,
        source: "Lib/codecs.py: StreamReaderWriter.__exit__ closes the stream, to which close() delegates",
    },
    Row {
        name: "a temporary file",
        made_by: &["tempfile.NamedTemporaryFile", "tempfile.TemporaryFile", "tempfile.SpooledTemporaryFile"],
        enter: None,
        exit: CLOSE,
        source: "Lib/tempfile.py: _TemporaryFileWrapper.__exit__, SpooledTemporaryFile.__exit__",
    },
    Row {
        name: "a temporary directory",
        made_by: &["tempfile.TemporaryDirectory"],
        enter: Some("`__enter__` gives the directory's name, not the object"),
        exit: Leaving::Calls(&["cleanup"]),
        source: "Lib/tempfile.py: TemporaryDirectory.__enter__ returns self.name",
    },
    Row {
        name: "a zip file",
        made_by: &["zipfile.ZipFile", "zipfile.PyZipFile"],
        enter: None,
        exit: CLOSE,
        source: "Lib/zipfile: ZipFile.__exit__ calls close()",
    },
    Row {
        name: "a tar file opened to read",
        made_by: &["tarfile.open:r", "tarfile.TarFile:r", "tarfile.TarFile.open:r"],
        enter: None,
        exit: CLOSE,
        source: "Lib/tarfile.py: TarFile.__exit__ closes the file object, and close() does no more in mode r",
    },
    Row {
        name: "a tar file",
        made_by: &["tarfile.open", "tarfile.TarFile", "tarfile.TarFile.open"],
        enter: None,
        exit: Leaving::Differs("after an exception it leaves out the blocks that end an archive, which `close()` writes"),
        source: "Lib/tarfile.py: TarFile.__exit__",
    },
    Row {
        name: "a socket",
        made_by: &[
            "socket.socket", "socket.create_connection", "socket.create_server", "socket.fromfd", "socket.fromshare",
            "ssl.SSLContext.wrap_socket",
        ],
        enter: None,
        exit: CLOSE,
        source: "Lib/socket.py: socket.__exit__ calls close()",
    },
    Row {
        name: "a socket server",
        made_by: &[
            "socketserver.TCPServer", "socketserver.UDPServer", "socketserver.ThreadingTCPServer",
            "socketserver.ThreadingUDPServer", "socketserver.UnixStreamServer", "http.server.HTTPServer",
            "http.server.ThreadingHTTPServer", "wsgiref.simple_server.make_server", "wsgiref.simple_server.WSGIServer",
            "xmlrpc.server.SimpleXMLRPCServer",
        ],
        enter: None,
        exit: Leaving::Calls(&["server_close"]),
        source: "Lib/socketserver.py: BaseServer.__exit__ calls server_close()",
    },
    Row {
        name: "a selector",
        made_by: &[
            "selectors.DefaultSelector", "selectors.SelectSelector", "selectors.PollSelector", "selectors.EpollSelector",
            "selectors.KqueueSelector", "selectors.DevpollSelector",
        ],
        enter: None,
        exit: CLOSE,
        source: "Lib/selectors.py: BaseSelector.__exit__ calls close()",
    },
    Row {
        name: "an epoll object",
        made_by: &["select.epoll"],
        enter: None,
        exit: CLOSE,
        source: "Modules/selectmodule.c: select_epoll___exit___impl calls close()",
    },
    Row {
        name: "a memory map",
        made_by: &["mmap.mmap"],
        enter: None,
        exit: CLOSE,
        source: "Modules/mmapmodule.c: mmap__exit__method calls close()",
    },
    Row {
        name: "a response",
        made_by: &["urllib.request.urlopen"],
        enter: None,
        exit: CLOSE,
        source: "Lib/urllib/response.py: addbase.__exit__; Lib/http/client.py: HTTPResponse is an io.BufferedIOBase",
    },
    Row {
        name: "a directory iterator",
        made_by: &["os.scandir"],
        enter: None,
        exit: CLOSE,
        source: "Modules/posixmodule.c: ScandirIterator_exit closes",
    },
    Row {
        name: "a pipe to a command",
        made_by: &["os.popen"],
        enter: None,
        exit: CLOSE,
        source: "Lib/os.py: _wrap_close.__exit__ calls close()",
    },
    Row {
        name: "an executor",
        made_by: &[
            "concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor",
            "concurrent.futures.thread.ThreadPoolExecutor", "concurrent.futures.process.ProcessPoolExecutor",
        ],
        enter: None,
        exit: Leaving::Calls(&["shutdown"]),
        source: "Lib/concurrent/futures/_base.py: Executor.__exit__ calls shutdown(wait=True)",
    },
    Row {
        name: "a pool of workers",
        made_by: &[
            "multiprocessing.Pool", "multiprocessing.pool.Pool", "multiprocessing.pool.ThreadPool",
            "multiprocessing.dummy.Pool",
        ],
        enter: None,
        exit: Leaving::Calls(&["terminate"]),
        source: "Lib/multiprocessing/pool.py: Pool.__exit__ calls terminate()",
    },
    Row {
        name: "a process",
        made_by: &["subprocess.Popen"],
        enter: None,
        exit: Leaving::Differs("it closes the pipes and waits for the process to end"),
        source: "Lib/subprocess.py: Popen.__exit__",
    },
    Row {
        name: "a memory view",
        made_by: &["builtins.memoryview"],
        enter: None,
        exit: Leaving::Calls(&["release"]),
        source: "Objects/memoryobject.c: memory_exit calls release()",
    },
    Row {
        name: "a shelf",
        made_by: &["shelve.open", "shelve.DbfilenameShelf", "shelve.Shelf", "shelve.BsdDbShelf"],
        enter: None,
        exit: CLOSE,
        source: "Lib/shelve.py: Shelf.__exit__ calls close()",
    },
    Row {
        name: "a database file",
        made_by: &["dbm.open", "dbm.dumb.open", "dbm.gnu.open", "dbm.ndbm.open", "dbm.sqlite3.open"],
        enter: None,
        exit: CLOSE,
        source: "Lib/dbm/dumb.py, Lib/dbm/sqlite3.py, Modules/_gdbmmodule.c, Modules/_dbmmodule.c: __exit__ calls close()",
    },
    Row {
        name: "lines of several files",
        made_by: &["fileinput.input", "fileinput.FileInput"],
        enter: None,
        exit: CLOSE,
        source: "Lib/fileinput.py: FileInput.__exit__ calls close()",
    },
    Row {
        name: "a sound file",
        made_by: &["wave.open"],
        enter: None,
        exit: CLOSE,
        source: "Lib/wave.py: Wave_read.__exit__, Wave_write.__exit__ call close()",
    },
    Row {
        name: "a Telnet connection",
        made_by: &["telnetlib.Telnet"],
        enter: None,
        exit: CLOSE,
        source: "Lib/telnetlib.py (until 3.12): Telnet.__exit__ calls close()",
    },
    Row {
        name: "a connection between processes",
        made_by: &["multiprocessing.connection.Client", "multiprocessing.connection.Listener"],
        enter: None,
        exit: CLOSE,
        source: "Lib/multiprocessing/connection.py: _ConnectionBase.__exit__, Listener.__exit__ call close()",
    },
    Row {
        name: "a manager process",
        made_by: &["multiprocessing.Manager"],
        enter: None,
        exit: Leaving::Calls(&["shutdown"]),
        source: "Lib/multiprocessing/managers.py: BaseManager.__exit__ calls shutdown(); Manager() has started it",
    },
    Row {
        name: "shared memory",
        made_by: &["multiprocessing.shared_memory.SharedMemory"],
        enter: None,
        exit: Leaving::Missing,
        source: "Lib/multiprocessing/shared_memory.py: no __enter__",
    },
    Row {
        name: "an SQLite connection",
        made_by: &["sqlite3.connect", "sqlite3.Connection"],
        enter: None,
        exit: Leaving::Differs("it commits or rolls back and leaves the connection open"),
        source: "Modules/_sqlite/connection.c: pysqlite_connection_exit_impl",
    },
    Row {
        name: "an HTTP connection",
        made_by: &["http.client.HTTPConnection", "http.client.HTTPSConnection"],
        enter: None,
        exit: Leaving::Missing,
        source: "Lib/http/client.py: HTTPConnection has no __enter__",
    },
    Row {
        name: "an event loop",
        made_by: &[
            "asyncio.new_event_loop", "asyncio.get_event_loop", "asyncio.SelectorEventLoop", "asyncio.ProactorEventLoop",
            "asyncio.events.new_event_loop",
        ],
        enter: None,
        exit: Leaving::Missing,
        source: "Lib/asyncio/events.py: AbstractEventLoop has no __enter__",
    },
    Row {
        name: "a runner of coroutines",
        made_by: &["asyncio.Runner"],
        enter: Some("`__enter__` makes the event loop at once"),
        exit: CLOSE,
        source: "Lib/asyncio/runners.py (3.11): Runner.__enter__ calls _lazy_init()",
    },
    Row {
        name: "an SMTP connection",
        made_by: &["smtplib.SMTP", "smtplib.SMTP_SSL"],
        enter: None,
        exit: Leaving::Differs("it sends QUIT, raises for an unusual answer and closes"),
        source: "Lib/smtplib.py: SMTP.__exit__",
    },
    Row {
        name: "an LMTP connection",
        made_by: &["smtplib.LMTP"],
        enter: None,
        exit: Leaving::Differs("it sends QUIT, raises for an unusual answer and closes"),
        source: "Lib/smtplib.py: LMTP is an SMTP",
    },
    Row {
        name: "an FTP connection",
        made_by: &["ftplib.FTP", "ftplib.FTP_TLS"],
        enter: None,
        exit: Leaving::Differs("it sends QUIT, ignores errors and closes"),
        source: "Lib/ftplib.py: FTP.__exit__",
    },
    Row {
        name: "an IMAP connection",
        made_by: &["imaplib.IMAP4", "imaplib.IMAP4_SSL", "imaplib.IMAP4_stream"],
        enter: None,
        exit: Leaving::Differs("it logs out and ignores errors"),
        source: "Lib/imaplib.py: IMAP4.__exit__",
    },
    Row {
        name: "a news connection",
        made_by: &["nntplib.NNTP", "nntplib.NNTP_SSL"],
        enter: None,
        exit: Leaving::Differs("it sends QUIT and ignores errors"),
        source: "Lib/nntplib.py (until 3.12): NNTP.__exit__",
    },
    Row {
        name: "a mail box connection",
        made_by: &["poplib.POP3", "poplib.POP3_SSL"],
        enter: None,
        exit: Leaving::Missing,
        source: "Lib/poplib.py: POP3 has no __enter__",
    },
    Row {
        name: "an exit stack",
        made_by: &["contextlib.ExitStack"],
        enter: None,
        exit: Leaving::Differs("it shows the exception to its callbacks, which may swallow it; `close()` shows none"),
        source: "Lib/contextlib.py: ExitStack.__exit__, ExitStack.close",
    },
];

/// The types whose `close()` through `contextlib.closing` would puzzle a reader more than it helps: the context
/// manager of the type itself is what one would expect there.
const NEVER_CLOSING: &[&str] = &["contextlib.ExitStack"];

/// Rows whose objects have no `close`: what calls it raises `AttributeError`.
const WITHOUT_CLOSE: &[&str] = &[
    "a temporary directory",
    "an executor",
    "a socket server",
    "a memory view",
    "a manager process",
    "a process",
    "a news connection",
];

/// Rows whose objects have a length.
const WITH_LENGTH: &[&str] = &["a memory map", "a memory view", "a shelf", "a database file"];

/// Types whose `__exit__` is `close()` unless an exception is on its way.
const CLOSE_ON_SUCCESS: &[&str] = &["tarfile.open", "tarfile.TarFile", "tarfile.TarFile.open"];

/// Types whose `close()` rejects what was written in part, and where CPython says so.
const CHECKED_AT_CLOSE: &[(&str, &str)] =
    &[("wave.open", "`close` rejects a header in parts (Lib/wave.py: Wave_write._ensure_header_written)")];

/// A row of the table for the rest of the program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownResource {
    pub name: &'static str,
    pub enter: Enter,
    pub exit: Exit,
    /// Whether `contextlib.closing` may stand in where `__exit__` is not `close`.
    pub closing: bool,
    /// Whether the object has a method `close`.
    pub has_close: bool,
    /// Whether it has a length, so that an empty one counts as false.
    pub has_length: bool,
    /// Whether `__exit__` is `close()` unless an exception is on its way.
    pub close_on_success: bool,
    /// How `close()` of an object that is written rejects what is not complete.
    pub rejects: Option<&'static str>,
    /// Whether it is a context manager on Python 2.7, too.
    pub python2: bool,
    pub source: &'static str,
}

/// Callables of Python 2.7 that give context managers.
const IN_PYTHON_2: &[&str] = &[
    "builtins.open",
    "io.open",
    "io.StringIO",
    "io.BytesIO",
    "io.TextIOWrapper",
    "io.FileIO",
    "io.BufferedReader",
    "io.BufferedWriter",
    "io.BufferedRandom",
    "io.BufferedRWPair",
    "os.fdopen",
    "zipfile.ZipFile.open",
    "gzip.open",
    "gzip.GzipFile",
    "bz2.BZ2File",
    "codecs.open",
    "codecs.StreamReaderWriter",
    "tempfile.NamedTemporaryFile",
    "tempfile.TemporaryFile",
    "tempfile.SpooledTemporaryFile",
    "zipfile.ZipFile",
    "zipfile.PyZipFile",
    "tarfile.open",
    "tarfile.TarFile",
    "tarfile.TarFile.open",
];

/// What calling `path` gives. `reading` says that the mode argument is absent or a literal that begins with `r`.
pub fn made_by(path: &str, reading: bool) -> Option<KnownResource> {
    let row = |wanted: &str| ROWS.iter().find(|row| row.made_by.contains(&wanted));
    let narrow = reading.then(|| format!("{path}:r")).and_then(|p| row(&p));
    let row = narrow.or_else(|| row(path))?;
    let enter = row.enter.map_or(Enter::Itself, |what| Enter::Differs(what.to_string()));
    let exit = match row.exit {
        Leaving::Calls(methods) => Exit::Calls(methods.iter().map(ToString::to_string).collect()),
        Leaving::Differs(what) => Exit::Differs(what.to_string()),
        Leaving::Missing => Exit::Missing,
    };
    Some(KnownResource {
        name: row.name,
        enter,
        exit,
        closing: !NEVER_CLOSING.contains(&path) && !WITHOUT_CLOSE.contains(&row.name),
        has_close: !WITHOUT_CLOSE.contains(&row.name),
        has_length: WITH_LENGTH.contains(&row.name),
        close_on_success: CLOSE_ON_SUCCESS.contains(&path),
        rejects: CHECKED_AT_CLOSE.iter().find(|(of, _)| *of == path && !reading).map(|(_, how)| *how),
        python2: IN_PYTHON_2.contains(&path),
        source: row.source,
    })
}

/// All rows as `path, enter gives itself, methods that equal __exit__` for the test against interpreters.
pub fn rows() -> impl Iterator<Item = (&'static str, KnownResource)> {
    ROWS.iter().flat_map(|row| row.made_by).map(|path| {
        let (path, reading) = path.strip_suffix(":r").map_or((*path, false), |p| (p, true));
        (path, made_by(path, reading).expect("every path of a row is found"))
    })
}

/// The default arguments of a method that ends or begins a resource: passing them says nothing new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Default {
    True,
    False,
    None,
    MinusOne,
}

/// Parameters by position, each with what passing its default may look like.
pub type Parameters = &'static [(&'static str, &'static [Default])];

/// Methods with parameters that have defaults.
pub const DEFAULTS: &[(&str, Parameters)] = &[
    ("shutdown", &[("wait", &[Default::True]), ("cancel_futures", &[Default::False])]),
    ("acquire", &[("blocking", &[Default::True]), ("timeout", &[Default::None, Default::MinusOne])]),
    ("acquire", &[("block", &[Default::True]), ("timeout", &[Default::None])]),
];

/// A lock whose `with` is `acquire()` and `release()`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockType {
    /// `async with`.
    pub is_async: bool,
    /// It wraps the lock given to it.
    pub wraps: bool,
    pub source: &'static str,
}

/// Locks by the callables that make one.
struct LockRow {
    modules: &'static [&'static str],
    names: &'static [&'static str],
    is_async: bool,
    source: &'static str,
}

const LOCKS: &[LockRow] = &[
    LockRow {
        modules: &["threading", "multiprocessing.dummy"],
        names: &["Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"],
        is_async: false,
        source: "Lib/threading.py, Modules/_threadmodule.c: __enter__ is acquire, __exit__ calls release()",
    },
    LockRow {
        // Its RLock, and the Condition on one, cannot be entered: the inherited __enter__ does not count.
        modules: &["dummy_threading"],
        names: &["Lock", "Semaphore", "BoundedSemaphore"],
        is_async: false,
        source: "Lib/_dummy_thread.py (up to 3.8): __enter__ is acquire, __exit__ calls release()",
    },
    LockRow {
        modules: &["_thread"],
        names: &["allocate_lock", "allocate", "LockType", "RLock"],
        is_async: false,
        source: "Modules/_threadmodule.c: __enter__ is acquire, __exit__ calls release()",
    },
    LockRow {
        modules: &["multiprocessing", "multiprocessing.synchronize"],
        names: &["Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"],
        is_async: false,
        source: "Lib/multiprocessing/synchronize.py: SemLock.__enter__, SemLock.__exit__",
    },
    LockRow {
        modules: &["asyncio", "asyncio.locks"],
        names: &["Lock", "Semaphore", "BoundedSemaphore", "Condition"],
        is_async: true,
        source: "Lib/asyncio/locks.py: _ContextManagerMixin awaits acquire(), calls release()",
    },
];

/// The lock that calling `path` makes.
pub fn lock(path: &str) -> Option<LockType> {
    let (module, name) = path.rsplit_once('.')?;
    let row = LOCKS.iter().find(|row| row.modules.contains(&module) && row.names.contains(&name))?;
    Some(LockType { is_async: row.is_async, wraps: name == "Condition", source: row.source })
}

/// The paths of all locks, and whether they are asynchronous, for the test against interpreters.
pub fn locks() -> impl Iterator<Item = (String, bool)> {
    LOCKS.iter().flat_map(|row| {
        let names =
            move |module| row.names.iter().map(move |name| (format!("{module}.{name}"), row.is_async));
        row.modules.iter().flat_map(names)
    })
}

/// The path of a method that makes a resource, by the type of its receiver: `pathlib.Path(p).open`.
pub fn maker_method(receiver: &str, method: &str) -> Option<&'static str> {
    match (receiver, method) {
        ("pathlib.Path" | "pathlib.PosixPath" | "pathlib.WindowsPath", "open") => Some("pathlib.Path.open"),
        ("zipfile.ZipFile", "open") => Some("zipfile.ZipFile.open"),
        ("socket.socket", "makefile") => Some("socket.socket.makefile"),
        ("ssl.SSLContext", "wrap_socket") => Some("ssl.SSLContext.wrap_socket"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, lock, made_by, rows};

    #[test]
    fn each_path_has_one_row() {
        let mut seen = std::collections::BTreeSet::new();
        for row in super::ROWS {
            for path in row.made_by {
                assert!(seen.insert(*path), "{path} stands in two rows");
            }
            assert!(!row.source.is_empty(), "{}", row.name);
        }
        assert!(rows().count() >= 80);
    }

    #[test]
    fn mode_decides_for_tar_files() {
        assert_eq!(made_by("tarfile.open", true).unwrap().exit, Exit::Calls(vec!["close".into()]));
        assert!(matches!(made_by("tarfile.open", false).unwrap().exit, Exit::Differs(_)));
    }

    #[test]
    fn locks() {
        assert!(lock("threading.Condition").is_some_and(|l| l.wraps && !l.is_async));
        assert!(lock("asyncio.Lock").is_some_and(|l| l.is_async));
        assert_eq!(lock("threading.Event"), None);
        assert_eq!(lock("asyncio.RLock"), None);
    }
}
