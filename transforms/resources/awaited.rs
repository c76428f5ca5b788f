//! `await x.aclose()`, `x.close()` and `await x.wait_closed()`: what an `async with` does instead.

use unspool_engine::facts::async_resources::AsyncExit;
use unspool_engine::facts::resources::Enter;
use unspool_engine::repo::AsyncManager;
use unspool_engine::syntax::{NodeId, PythonVersion};
use unspool_engine::transform::{Convention, FileContext, Finding, ImportRequest};

use super::{Header, came_later, contextlib};

/// How the method that ends an object is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// `x.close()`
    Calls,
    /// `await x.close()`
    Awaits,
    /// `x.close()`, then `await x.wait_closed()`
    ClosesAndWaits,
}

/// Which `async with` ends an object as the code does.
pub struct Left {
    pub leaves: Finding,
    pub enters: Finding,
    pub header: Result<Header, String>,
    pub request: Option<ImportRequest>,
}

/// `contextlib.aclosing` came with Python 3.10.
const ACLOSING: PythonVersion = PythonVersion { major: 3, minor: 10 };

pub fn leave(cx: &FileContext, at: NodeId, method: &str, way: Way, manager: &AsyncManager) -> Left {
    let calls = match (&manager.exit, way) {
        (AsyncExit::Awaits(other), Way::Awaits) => other == method,
        (AsyncExit::ClosesAndWaits, Way::ClosesAndWaits) => true,
        _ => false,
    };
    let enters = match &manager.enter {
        Enter::Itself => Finding::proved(format!("{} gives itself ({})", manager.name, manager.how)),
        Enter::Differs(what) => Finding::refuted(what.clone()),
    };
    let plain =
        |leaves| Left { leaves, enters: enters.clone(), header: Ok(Header::AsyncWith), request: None };
    let is_aclose = way == Way::Awaits && method == "aclose";
    if calls && (manager.enter == Enter::Itself || !is_aclose) {
        let how = format!("leaving {} is what the code does ({})", manager.name, manager.how);
        return plain(Finding::proved(how).relying_on([Convention::KnownCallables]));
    }
    if !is_aclose {
        return plain(Finding::refuted(against(manager, method, way)));
    }
    if let Some(why) = came_later(cx, "aclosing", ACLOSING) {
        return plain(Finding::refuted(why));
    }
    let why = match &manager.exit {
        AsyncExit::Missing => format!("{} is no asynchronous context manager", manager.name),
        AsyncExit::Unknown(why) | AsyncExit::Differs(why) => why.clone(),
        AsyncExit::Awaits(_) | AsyncExit::ClosesAndWaits => "of what entering does".to_string(),
    };
    let (header, request) = match contextlib(cx, at, "aclosing") {
        Ok(spelling) => (Ok(Header::AsyncClosing(spelling.text)), spelling.request),
        Err(why) => (Err(why), None),
    };
    Left {
        leaves: Finding::proved(format!(
            "`contextlib.aclosing` awaits `aclose()` as the code does; used because {why}"
        )),
        enters: Finding::proved("`aclosing(x).__aenter__` returns `x`"),
        header,
        request,
    }
}

fn against(manager: &AsyncManager, method: &str, way: Way) -> String {
    let what = match way {
        Way::ClosesAndWaits => "`close()` and `await wait_closed()`".to_string(),
        Way::Awaits | Way::Calls => format!("`await {method}()`"),
    };
    let (name, how) = (&manager.name, &manager.how);
    match &manager.exit {
        AsyncExit::Awaits(other) => format!("leaving {name} is `await {other}()`, not {what} ({how})"),
        AsyncExit::ClosesAndWaits => {
            format!("leaving {name} is `close()` and `await wait_closed()`, not {what} ({how})")
        }
        AsyncExit::Differs(does) => format!("leaving {name} is not {what}: {does} ({how})"),
        AsyncExit::Missing => format!("{name} is no asynchronous context manager ({how})"),
        AsyncExit::Unknown(why) => {
            format!("{why}: whether it has an asynchronous context manager that does {what} is not seen")
        }
    }
}
