//! `await x.aclose()`, `x.close()` and `await x.wait_closed()`: what an `async with` does instead.

use unspool_engine::facts::async_resources::AsyncExit;
use unspool_engine::facts::resources::Enter;
use unspool_engine::repo::{AsyncManager, Local};
use unspool_engine::rewrite::spell;
use unspool_engine::syntax::{Expr, NodeId, PythonVersion, Ranged, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::Manages;
use super::shape::{Ending, Way};
use crate::resources::{Header, stays_bound};

/// `contextlib.aclosing` came with Python 3.10.
const ACLOSING: PythonVersion = PythonVersion { major: 3, minor: 10 };

pub fn assigned<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    ending: &Ending<'a>,
    target: &'a ast::ExprName,
    value: &'a Expr,
) -> Manages {
    let local = Local { module: cx.module, facts: cx.facts, path: cx.path };
    let manager = cx.repo.async_manager(&local, value);
    let mut made = Manages {
        leaves: Finding::refuted(""),
        enters: Finding::proved(format!("{} gives itself ({})", manager.name, manager.how)),
        stays: stays_bound(cx, target, t.end(), ending.method),
        header: Ok(Header::AsyncWith),
        request: None,
        shows: Some("while it is awaited, other tasks run".into()),
    };
    let calls = match (&manager.exit, ending.way) {
        (AsyncExit::Awaits(method), Way::Awaits) => method == ending.method,
        (AsyncExit::ClosesAndWaits, Way::ClosesAndWaits) => true,
        _ => false,
    };
    if calls && (manager.enter == Enter::Itself || ending.method != "aclose") {
        made.leaves = Finding::proved(format!("leaving {} is what the finally does ({})", manager.name, manager.how))
            .relying_on([Convention::KnownCallables]);
        if let Enter::Differs(what) = manager.enter {
            made.enters = Finding::refuted(what);
        }
    } else if ending.way == Way::Awaits && ending.method == "aclose" {
        aclosing(cx, cx.module.id(t), &manager, &mut made);
    } else {
        made.leaves = Finding::refuted(against(&manager, ending));
    }
    made
}

/// `contextlib.aclosing` awaits `aclose()`, whatever the object.
fn aclosing(cx: &FileContext, at: NodeId, manager: &AsyncManager, made: &mut Manages) {
    let target = cx.settings.target;
    if !target.has(ACLOSING) {
        made.leaves = Finding::refuted(match target.stated {
            true => format!("`contextlib.aclosing` came with Python 3.10; the target is {}", target.version),
            false => "`contextlib.aclosing` came with Python 3.10, and no target is stated".to_string(),
        });
        return;
    }
    let why = match &manager.exit {
        AsyncExit::Missing => format!("{} is no asynchronous context manager", manager.name),
        AsyncExit::Unknown(why) | AsyncExit::Differs(why) => why.clone(),
        AsyncExit::Awaits(_) | AsyncExit::ClosesAndWaits => "of what entering does".to_string(),
    };
    made.leaves = Finding::proved(format!(
        "`contextlib.aclosing` awaits `aclose()` as the code does; used because {why}"
    ));
    made.enters = Finding::proved("`aclosing(x).__aenter__` returns `x`");
    match spell(cx.module, cx.facts, at, "contextlib", "aclosing") {
        Some(spelling) => {
            made.header = Ok(Header::AsyncClosing(spelling.text));
            made.request = spelling.request;
        }
        None => {
            made.header = Err("every way to write `contextlib.aclosing` means something else here".into());
        }
    }
}

fn against(manager: &AsyncManager, ending: &Ending) -> String {
    let method = match ending.way {
        Way::ClosesAndWaits => "`close()` and `await wait_closed()`".to_string(),
        _ => format!("`await {}()`", ending.method),
    };
    let (name, how) = (&manager.name, &manager.how);
    match &manager.exit {
        AsyncExit::Awaits(other) => format!("leaving {name} is `await {other}()`, not {method} ({how})"),
        AsyncExit::ClosesAndWaits => {
            format!("leaving {name} is `close()` and `await wait_closed()`, not {method} ({how})")
        }
        AsyncExit::Differs(what) => format!("leaving {name} is not {method}: {what} ({how})"),
        AsyncExit::Missing => format!("{name} is no asynchronous context manager ({how})"),
        AsyncExit::Unknown(why) => {
            format!("{why}: whether it has an asynchronous context manager that does {method} is not seen")
        }
    }
}
