//! Which context managers let exceptions through.

use crate::facts::{Resolution, Symbols};
use crate::syntax::ast::{self, Expr};
use crate::syntax::{AnyNodeRef, Module, NodeId};

/// Whether the `__exit__` of the context manager may swallow an exception: yes, unless it is a call that is
/// known to give one which does not.
pub(super) fn may_swallow<'a>(module: &Module<'a>, symbols: &Symbols<'a>, context: &Expr) -> bool {
    let Expr::Call(call) = context else { return true };
    if let Some(swallows) = generator_based(module, symbols, call) {
        return swallows;
    }
    if symbols.is_builtin(module, &call.func, "open") {
        return false;
    }
    match symbols.qualified_name(module, &call.func) {
        Some(name) => !LETS_THROUGH.contains(&name.as_str()),
        // The `open` of a path, an archive, a storage: it gives a file.
        None => !matches!(&*call.func, Expr::Attribute(a) if a.attr.as_str() == "open"),
    }
}

/// For a `@contextmanager` of the file: whether its `yield` stands in a `try` with handlers. Without one an
/// exception is raised at the `yield` and goes on from there.
pub(super) fn generator_based<'a>(
    module: &Module<'a>,
    symbols: &Symbols<'a>,
    call: &ast::ExprCall,
) -> Option<bool> {
    let Expr::Name(name) = &*call.func else { return None };
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return None };
    let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.binds());
    let (only, None) = (bindings.next()?, bindings.next()) else { return None };
    let AnyNodeRef::StmtFunctionDef(def) = module.node(only.node) else { return None };
    let [decorator] = &def.decorator_list[..] else { return None };
    let decorator = symbols.qualified_name(module, &decorator.expression)?;
    if !matches!(decorator.as_str(), "contextlib.contextmanager" | "contextlib.asynccontextmanager") {
        return None;
    }
    let own = |id: NodeId| module.enclosing_function(id) == Some(only.node);
    let yields = module
        .subtree(only.node)
        .filter(|(id, n)| matches!(n, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_)) && own(*id));
    Some(yields.into_iter().any(|(id, _)| {
        module.ancestors(id).take_while(|a| *a != only.node).any(|a| match module.node(a) {
            // A `return` in a finally drops the exception as well.
            AnyNodeRef::StmtTry(t) => {
                !t.handlers.is_empty()
                    || t.finalbody.iter().any(|s| {
                        module.subtree(module.id(s)).any(|(_, n)| matches!(n, AnyNodeRef::StmtReturn(_)))
                    })
            }
            AnyNodeRef::StmtWith(_) => true,
            _ => false,
        })
    }))
}

/// The arguments of `contextlib.suppress`, if it is that.
pub(super) fn suppressed<'a, 'e>(
    module: &Module<'a>,
    symbols: &Symbols<'a>,
    context: &'e Expr,
) -> Option<&'e ast::Arguments> {
    let Expr::Call(call) = context else { return None };
    let name = symbols.qualified_name(module, &call.func)?;
    (name == "contextlib.suppress").then_some(&call.arguments)
}

/// Calls of the standard library whose `__exit__` returns nothing true.
const LETS_THROUGH: &[&str] = &[
    "bz2.BZ2File",
    "bz2.open",
    "codecs.open",
    "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.ThreadPoolExecutor",
    "contextlib.aclosing",
    "contextlib.chdir",
    "contextlib.closing",
    "contextlib.nullcontext",
    "contextlib.redirect_stderr",
    "contextlib.redirect_stdout",
    "decimal.localcontext",
    "gzip.GzipFile",
    "gzip.open",
    "io.BytesIO",
    "io.StringIO",
    "io.open",
    "lzma.LZMAFile",
    "lzma.open",
    "mmap.mmap",
    "multiprocessing.Pool",
    "os.fdopen",
    "os.scandir",
    "selectors.DefaultSelector",
    "shelve.open",
    "smtplib.SMTP",
    "smtplib.SMTP_SSL",
    "socket.create_connection",
    "socket.socket",
    "subprocess.Popen",
    "tarfile.TarFile",
    "tarfile.open",
    "tempfile.NamedTemporaryFile",
    "tempfile.SpooledTemporaryFile",
    "tempfile.TemporaryDirectory",
    "tempfile.TemporaryFile",
    "threading.Condition",
    "threading.Lock",
    "threading.RLock",
    "threading.Semaphore",
    "tokenize.open",
    "unittest.mock.patch",
    "urllib.request.urlopen",
    "warnings.catch_warnings",
    "wave.open",
    "zipfile.ZipFile",
];
