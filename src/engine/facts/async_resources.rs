//! What the asynchronous context managers of the standard library and of well-known packages do.
//!
//! Each row names its source. `tests/it/resources.rs` runs those whose package an interpreter at hand has.

use super::resources::Enter;

/// What `__aexit__` does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AsyncExit {
    /// Awaits this method, without arguments, and lets exceptions pass.
    Awaits(String),
    /// `x.close()`, then `await x.wait_closed()`.
    ClosesAndWaits,
    /// Something that no single method does: what.
    Differs(String),
    /// The type is no asynchronous context manager.
    Missing,
    /// Nobody knows: why.
    Unknown(String),
}

#[derive(Clone, Copy)]
enum Leaving {
    Awaits(&'static str),
    ClosesAndWaits,
    Differs(&'static str),
    Missing,
}

struct Row {
    name: &'static str,
    made_by: &'static [&'static str],
    /// Whether the object is what awaiting the call gives.
    awaited: bool,
    /// `None`: `__aenter__` gives the object itself.
    enter: Option<&'static str>,
    exit: Leaving,
    source: &'static str,
}

const ROWS: &[Row] = &[
    Row {
        name: "a server",
        made_by: &["asyncio.start_server", "asyncio.start_unix_server"],
        awaited: true,
        enter: None,
        exit: Leaving::ClosesAndWaits,
        source: "Lib/asyncio/events.py: AbstractServer.__aexit__ calls close() and awaits wait_closed()",
    },
    Row {
        name: "a process",
        made_by: &["asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"],
        awaited: true,
        enter: None,
        exit: Leaving::Missing,
        source: "Lib/asyncio/subprocess.py: Process has no __aenter__",
    },
    Row {
        name: "an exit stack",
        made_by: &["contextlib.AsyncExitStack"],
        awaited: false,
        enter: None,
        exit: Leaving::Differs(
            "it shows the exception to its callbacks, which may swallow it; `aclose()` shows none",
        ),
        source: "Lib/contextlib.py: AsyncExitStack.__aexit__, AsyncExitStack.aclose",
    },
    Row {
        name: "a client session",
        made_by: &["aiohttp.ClientSession", "aiohttp.client.ClientSession"],
        awaited: false,
        enter: None,
        exit: Leaving::Awaits("close"),
        source: "aiohttp/client.py: ClientSession.__aexit__ awaits close()",
    },
    Row {
        name: "an HTTP client",
        made_by: &["httpx.AsyncClient"],
        awaited: false,
        enter: Some("`__aenter__` opens the transports at once"),
        exit: Leaving::Differs("it closes the transports by their `__aexit__`"),
        source: "httpx/_client.py: AsyncClient.__aenter__, AsyncClient.__aexit__",
    },
];

/// A row of the table for the rest of the program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownAsync {
    pub name: &'static str,
    pub enter: Enter,
    pub exit: AsyncExit,
    pub source: &'static str,
}

/// What calling `path` gives, or awaiting that call.
pub fn made_by(path: &str, awaited: bool) -> Option<KnownAsync> {
    let row = ROWS.iter().find(|row| row.awaited == awaited && row.made_by.contains(&path))?;
    Some(KnownAsync {
        name: row.name,
        enter: row.enter.map_or(Enter::Itself, |what| Enter::Differs(what.to_string())),
        exit: match row.exit {
            Leaving::Awaits(method) => AsyncExit::Awaits(method.to_string()),
            Leaving::ClosesAndWaits => AsyncExit::ClosesAndWaits,
            Leaving::Differs(what) => AsyncExit::Differs(what.to_string()),
            Leaving::Missing => AsyncExit::Missing,
        },
        source: row.source,
    })
}

/// All rows as `path, whether the call is awaited, row` for the test against interpreters.
pub fn rows() -> impl Iterator<Item = (&'static str, bool, KnownAsync)> {
    ROWS.iter()
        .flat_map(|row| row.made_by.iter().map(|path| (*path, row.awaited)))
        .map(|(path, awaited)| (path, awaited, made_by(path, awaited).expect("every path of a row is found")))
}
