//! What a stack does otherwise than a loop: it ends the last opened first, and all of them whatever happens.

use unspool_engine::facts::effects::Kind;
use unspool_engine::facts::resources::Exit;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::repo::Manager;
use unspool_engine::syntax::{Expr, Ranged, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::shape::{Closing, Collected, Ends};

pub struct Alike {
    pub order: Finding,
    pub errors: Finding,
}

pub fn alike(cx: &FileContext, closing: &Closing, found: &Collected, managers: &[Manager]) -> Alike {
    let loop_line = cx.module.line(closing.statement.start());
    if closing.ends == Ends::Call {
        let order = match closing.reversed {
            true => {
                Finding::proved(format!("the loop on line {loop_line} goes from the last to the first, too"))
            }
            false => Finding::refuted(format!(
                "the loop on line {loop_line} calls what was put in first; a stack calls what was put in last"
            )),
        };
        let errors = Finding::assumed(
            "an error in one of them stops the loop; a stack calls the others all the same, and the last error is the one that is raised",
        );
        return Alike { order, errors };
    }
    let mut order: Option<Finding> = None;
    let mut errors: Option<Finding> = None;
    for (addition, manager) in found.additions.iter().zip(managers) {
        let access = access(cx, addition.value);
        let one = if closing.of_dict
            && let Some(shows) = &manager.shows
        {
            Finding::refuted(format!(
                "should a key come twice, its first object is closed, too, which others see: {shows}"
            ))
        } else if closing.reversed {
            Finding::proved(format!("the loop on line {loop_line} goes from the last to the first, too"))
        } else {
            order_of(cx, manager, &access)
        };
        order = Some(match order {
            None => one,
            Some(before) => before.and(one),
        });
        let one = errors_of(cx, manager, &access);
        errors = Some(match errors {
            None => one,
            Some(before) => before.and(one),
        });
    }
    let none = || Finding::proved("there is none");
    Alike { order: order.unwrap_or_else(none), errors: errors.unwrap_or_else(none) }
}

/// Other tasks run while each is ended.
pub fn awaited_alike(cx: &FileContext, closing: &Closing) -> Alike {
    let loop_line = cx.module.line(closing.statement.start());
    let order = match closing.reversed {
        true => Finding::proved(format!("the loop on line {loop_line} goes from the last to the first, too")),
        false => unknown(cx, "while each is ended, other tasks may see which comes first"),
    };
    let errors = Finding::assumed(
        "an error in one of them stops the loop; a stack ends the others all the same, and raises the last error",
    );
    Alike { order, errors }
}

/// How an object reaches what lies behind it.
enum Access {
    /// It only reads: closing it changes nothing outside.
    Reads,
    /// Memory of its own, or a file that nobody else has.
    Own,
    Appends,
    Writes,
    Unknown,
}

fn access(cx: &FileContext, value: &Expr) -> Access {
    let Expr::Call(call) = value else { return Access::Unknown };
    let path = match Types::new(cx.module, cx.facts).of(&call.func) {
        Ty::Member(path) => path,
        _ => String::new(),
    };
    match path.as_str() {
        "io.StringIO" | "io.BytesIO" | "builtins.memoryview" => Access::Own,
        "tokenize.open" | "os.scandir" | "urllib.request.urlopen" => Access::Reads,
        _ if path.starts_with("tempfile.") => Access::Own,
        "builtins.open" | "io.open" | "codecs.open" | "gzip.open" | "bz2.open" | "lzma.open"
        | "gzip.GzipFile" | "bz2.BZ2File" | "lzma.LZMAFile" | "zipfile.ZipFile" | "tarfile.open"
        | "io.FileIO" => by_mode(call, 1),
        // `Path(p).open(mode)`
        "" if matches!(&*call.func, Expr::Attribute(a) if a.attr.as_str() == "open") => by_mode(call, 0),
        _ => Access::Unknown,
    }
}

fn by_mode(call: &ast::ExprCall, place: usize) -> Access {
    let plain = !call.arguments.args.iter().any(Expr::is_starred_expr)
        && call.arguments.keywords.iter().all(|k| k.arg.is_some());
    match call.arguments.find_argument_value("mode", place) {
        None if plain => Access::Reads,
        Some(Expr::StringLiteral(s)) => {
            let mode = s.value.to_str();
            if mode.contains('x') {
                Access::Own
            } else if mode.contains('a') {
                Access::Appends
            } else if mode.contains(['w', '+']) {
                Access::Writes
            } else {
                Access::Reads
            }
        }
        _ => Access::Unknown,
    }
}

/// Whether anybody sees that the last opened is closed first.
fn order_of(cx: &FileContext, manager: &Manager, access: &Access) -> Finding {
    let name = &manager.name;
    if let Some(shows) = &manager.shows {
        return Finding::refuted(format!("the first opened is ended first, and others see when: {shows}"));
    }
    match (&manager.exit, access) {
        (Exit::Unknown(why), _) => unknown(cx, why),
        (_, Access::Own) => Finding::proved(format!("each is {name} of its own, which nobody else sees")),
        (_, Access::Reads) => {
            Finding::proved(format!("closing {name} that is only read changes nothing outside"))
                .relying_on([Convention::KnownCallables])
        }
        (_, Access::Appends) => Finding::refuted(
            "several may append to the same file: in which order they are closed is the order of what they wrote",
        ),
        (_, Access::Writes) => Finding::assumed(
            "two of them may be the same file: then the order in which they are closed decides what is in it",
        ),
        // A class of the repository that changes itself alone.
        (_, Access::Unknown) if name.starts_with("a `") => match &manager.fails {
            Some((Kind::UnknownCall, how)) => {
                Finding::assumed(format!("{how}: whether the order is seen is not"))
            }
            _ => Finding::proved(format!("ending {name} changes only the object")),
        },
        (_, Access::Unknown) => {
            Finding::assumed(format!("who is at the other end of {name} may see which is closed first"))
        }
    }
}

/// What an error of one does: the loop ends there, the stack goes on.
fn errors_of(cx: &FileContext, manager: &Manager, access: &Access) -> Finding {
    match (&manager.exit, &manager.fails) {
        (Exit::Unknown(why), _) => unknown(cx, why),
        (_, Some((Kind::Validates, how))) => Finding::refuted(format!(
            "an error stops the loop and is raised; a stack ends the others, and raises the last error: {how}"
        )),
        (_, Some((_, how))) => Finding::assumed(format!(
            "an error stops the loop; a stack ends the others all the same, and raises the last error: {how}"
        )),
        (_, None) => Finding::proved(match access {
            Access::Reads | Access::Own => "closing them does not fail",
            _ => {
                "should closing one fail, the others are closed all the same, which were left to the garbage collector; the error is of the same type"
            }
        }),
    }
}

fn unknown(cx: &FileContext, why: &str) -> Finding {
    let local = cx.local();
    match cx.repo.telling_namesake(&local, "close") {
        Some(how) => Finding::refuted(format!("{why}, and others may see when it is closed: {how}")),
        None => Finding::assumed(why.to_string()),
    }
}
