//! What the transforms of resources share: which `with` ends an object as the code does by hand.

pub mod awaited;
pub mod tries;

use unspool_engine::facts::resources::{DEFAULTS, Default, Enter, Exit};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Binding, Resolution, ScopeKind};
use unspool_engine::repo::Manager;
use unspool_engine::rewrite::{Spelling, spell};
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, PythonVersion, Ranged, Stmt, TextRange, TextSize, TokenKind, ast,
};
use unspool_engine::text::{Edit, realign};
use unspool_engine::transform::{Convention, FileContext, Finding, ImportRequest};

/// What the header says.
pub enum Header {
    /// `with VALUE as x:`
    With,
    /// `with closing(VALUE) as x:`, `closing` being spelled so.
    Closing(String),
    /// `with lock:` or `async with lock:`
    Lock { is_async: bool },
    /// `async with VALUE as x:`
    AsyncWith,
    /// `async with aclosing(VALUE) as x:`, `aclosing` being spelled so.
    AsyncClosing(String),
}

impl Header {
    /// How `contextlib.closing` is named in it.
    pub fn named(&self) -> String {
        match self.wrapper() {
            Some(spelling) => format!("as `{spelling}`"),
            None => "it is not needed".to_string(),
        }
    }

    /// What the opened value is handed to.
    pub fn wrapper(&self) -> Option<&str> {
        match self {
            Header::Closing(spelling) | Header::AsyncClosing(spelling) => Some(spelling),
            Header::With | Header::Lock { .. } | Header::AsyncWith => None,
        }
    }

    pub fn keyword(&self) -> &'static str {
        match self {
            Header::With | Header::Closing(_) | Header::Lock { is_async: false } => "with",
            Header::AsyncWith | Header::AsyncClosing(_) | Header::Lock { is_async: true } => "async with",
        }
    }

    /// The header over what `name` is bound to already, without its colon.
    pub fn over(&self, name: &str) -> String {
        match self.wrapper() {
            Some(spelling) => format!("{} {spelling}({name})", self.keyword()),
            None => format!("{} {name}", self.keyword()),
        }
    }
}

/// The spelling of a name of `contextlib` in code at `at`.
///
/// # Errors
/// Why it cannot be named there.
pub fn contextlib(cx: &FileContext, at: NodeId, name: &'static str) -> Result<Spelling, String> {
    spell(cx, at, "contextlib", name)
}

/// Why code for the target cannot use a name of `contextlib`, which Python has since that version.
pub fn came_later(cx: &FileContext, name: &str, since: PythonVersion) -> Option<String> {
    let target = &cx.settings.target;
    (!target.has(since)).then(|| match target.stated {
        true => format!("`contextlib.{name}` came with Python {since}; the target is {}", target.version),
        false => format!("`contextlib.{name}` came with Python {since}, and no target is stated"),
    })
}

/// How entering the `with` compares with having the object.
pub fn enter(header: &Result<Header, String>, manager: &Manager) -> Finding {
    match (header, &manager.enter) {
        (Ok(header), _) if header.wrapper().is_some() => {
            Finding::proved("`closing(x).__enter__` returns `x`")
        }
        (_, Enter::Differs(how)) => Finding::refuted(how.clone()),
        (_, Enter::Itself) => Finding::proved(format!("{} gives itself ({})", manager.name, manager.how)),
    }
}

/// Which `with` ends the object as `method` does.
pub fn leave(
    cx: &FileContext,
    at: NodeId,
    method: &str,
    manager: &Manager,
) -> (Finding, Result<Header, String>, Option<ImportRequest>) {
    let Manager { name, enter, exit, closing, python2, how, doubt, .. } = manager;
    let old = cx.settings.target.version.major < 3 && !python2;
    let calls = !old && matches!(exit, Exit::Calls(methods) if methods.iter().any(|m| m == method));
    // An `__enter__` that does more is avoided, too, where `closing` can be used.
    if calls && (*enter == Enter::Itself || method != "close" || !closing) {
        let finding = match doubt {
            None => Finding::proved(format!("leaving {name} is `{method}()` ({how})")),
            Some(doubt) => Finding::assumed(format!("{doubt}, so that it may not be {name}")),
        };
        return (finding.relying_on([Convention::KnownCallables]), Ok(Header::With), None);
    }
    if method == "close" && *closing {
        let why = match exit {
            _ if old => format!("{name} is no context manager on Python 2"),
            Exit::Calls(_) => "of what entering does".to_string(),
            Exit::Differs(what) => format!("leaving {name} itself is not `close()`: {what}"),
            Exit::Missing => format!("{name} is no context manager ({how})"),
            Exit::Unknown(why) => why.clone(),
        };
        let finding = Finding::proved(format!(
            "`contextlib.closing` calls `close()` as the code does; used because {why}"
        ));
        return match contextlib(cx, at, "closing") {
            Ok(spelling) => (finding, Ok(Header::Closing(spelling.text)), spelling.request),
            Err(why) => (finding, Err(why), None),
        };
    }
    let against = match exit {
        _ if old => format!("{name} is no context manager on Python 2, which the code has to run on, too"),
        Exit::Calls(methods) => {
            let methods: Vec<String> = methods.iter().map(|m| format!("`{m}()`")).collect();
            format!("leaving {name} is {}, not `{method}()` ({how})", methods.join(" or "))
        }
        Exit::Differs(what) => format!("leaving {name} is not `{method}()`: {what} ({how})"),
        Exit::Missing => format!("{name} is no context manager ({how})"),
        Exit::Unknown(why) => {
            format!("{why}: whether it has a context manager that calls `{method}()` is not seen")
        }
    };
    (Finding::refuted(against), Ok(Header::With), None)
}

/// Nothing may bind the name anew before `ended`, where what the name stands for by then is ended.
pub fn stays_bound(cx: &FileContext, target: &ast::ExprName, ended: TextSize, method: &str) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let name = target.id.as_str();
    let Some(opening) = symbols.occurrence(module.id(target)) else {
        return Finding::refuted(format!("`{name}` is not understood"));
    };
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(target)) else {
        return Finding::refuted(format!("`{name}` is not understood"));
    };
    let owner = symbols.symbol(symbol).scope;
    if owner != opening.scope {
        return Finding::refuted(format!(
            "`{name}` is declared global or nonlocal: other code, or this function once more, may bind it meanwhile"
        ));
    }
    for occurrence in symbols.occurrences_of(symbol) {
        let line = module.line(occurrence.range.start());
        let changes = occurrence.access != Access::Read && occurrence.binding != Some(Binding::Declaration);
        let inside = opening.range.end() <= occurrence.range.start() && occurrence.range.start() < ended;
        if changes && inside && occurrence.scope == opening.scope {
            let how = if occurrence.access == Access::Delete { "deletes" } else { "binds" };
            return Finding::refuted(format!("line {line} {how} `{name}` before it is ended"));
        }
        if changes && occurrence.scope != opening.scope {
            return Finding::refuted(format!(
                "line {line}, in a function of its own, may bind `{name}` meanwhile"
            ));
        }
        // `f.close = ...`: not what the type's `__exit__` calls, perhaps.
        if let Some(AnyNodeRef::ExprAttribute(a)) = module.parent_node(occurrence.node)
            && a.attr.as_str() == method
            && !a.ctx.is_load()
        {
            return Finding::refuted(format!("line {line} replaces `{name}.{method}`"));
        }
        // `setattr(f, "close", ...)`: the same by another way.
        if sets_attribute(module, occurrence.node, method) {
            return Finding::refuted(format!(
                "line {line} sets an attribute of `{name}`, perhaps `{method}`"
            ));
        }
    }
    let kind = symbols.scope(owner).kind;
    if kind == ScopeKind::Module {
        let written = symbols.namespace_writes.iter().find(|w| w.name.is_none_or(|n| n == name));
        if let Some(write) = written {
            let line = module.line(write.range.start());
            return Finding::assumed(format!("line {line} may bind any name of the module"));
        }
    }
    Finding::proved(format!("`{name}` is bound by nothing else until it is ended"))
}

/// Whether the name is the first argument of a `setattr` or `delattr` of this attribute, or of one that is not known.
fn sets_attribute(module: &Module, name: NodeId, method: &str) -> bool {
    let Some(call) = module.ancestors(name).find_map(|a| match module.node(a) {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    }) else {
        return false;
    };
    let sets = matches!(&*call.func, Expr::Name(n) if matches!(n.id.as_str(), "setattr" | "delattr"));
    let other =
        matches!(call.arguments.args.get(1), Some(Expr::StringLiteral(s)) if s.value.to_str() != method);
    sets && call.arguments.args.first().is_some_and(|a| module.id(a) == name) && !other
}

/// The class in a method of which `receiver` is the first parameter.
pub fn receiver_class(module: &Module, at: NodeId, receiver: &Expr) -> Option<NodeId> {
    let Expr::Name(name) = receiver else { return None };
    let mut function = module.enclosing_function(at)?;
    loop {
        if let AnyNodeRef::StmtFunctionDef(f) = module.node(function)
            && let Some(first) = f.parameters.iter_non_variadic_params().next()
            && first.parameter.name.as_str() == name.id.as_str()
        {
            let class = module.parent(function)?;
            return matches!(module.node(class), AnyNodeRef::StmtClassDef(_)).then_some(class);
        }
        function = module.enclosing_function(function)?;
    }
}

/// A file of the table that is only read: closing it writes nothing, so that when it happens is not seen.
pub fn only_reads(cx: &FileContext, value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    let Ty::Member(path) = Types::new(cx.module, cx.facts).of(&call.func) else { return false };
    let file = matches!(
        path.as_str(),
        "builtins.open" | "io.open" | "codecs.open" | "gzip.open" | "bz2.open" | "lzma.open"
    );
    let plain = !call.arguments.args.iter().any(Expr::is_starred_expr)
        && call.arguments.keywords.iter().all(|k| k.arg.is_some());
    file && plain
        && match call.arguments.find_argument_value("mode", 1) {
            None => true,
            Some(Expr::StringLiteral(s)) => {
                let mode = s.value.to_str();
                mode.starts_with(['r', 'U']) && !mode.contains('+')
            }
            Some(_) => false,
        }
}

/// Whether a name is passed to something that may look into a file: not to what removes or names it.
pub fn reads_contents(module: &Module, name: NodeId) -> bool {
    const HARMLESS: &[&str] = &[
        "remove",
        "unlink",
        "rmtree",
        "rmdir",
        "mkdir",
        "makedirs",
        "print",
        "exists",
        "lexists",
        "isfile",
        "isdir",
        "error",
        "warning",
        "info",
        "debug",
        "exception",
        "basename",
        "repr",
    ];
    /// They give another spelling of the name, which goes where the name would.
    const SPELLINGS: &[&str] = &[
        "join",
        "str",
        "format",
        "abspath",
        "realpath",
        "normpath",
        "expanduser",
        "fspath",
        "dirname",
        "Path",
    ];
    let calls = module.ancestors(name).filter_map(|a| match module.node(a) {
        AnyNodeRef::ExprCall(call) => Some(match &*call.func {
            Expr::Name(n) => n.id.as_str(),
            Expr::Attribute(a) => a.attr.as_str(),
            _ => "",
        }),
        _ => None,
    });
    calls
        .into_iter()
        .find(|called| !SPELLINGS.contains(called))
        .is_some_and(|called| !HARMLESS.contains(&called))
}

/// Whether the opening does not fit into a header: `x = VALUE` stays, and the header is `with x:`. So it is, too,
/// where more than plain lines stand between the two: they need not move.
pub fn stays_in_front(module: &Module, target: &ast::ExprName, value: &Expr, header: &Header) -> bool {
    let range = module.parenthesized_range(value);
    let text = &module.text()[range];
    if text.contains(['\n', '\r']) {
        return header.wrapper().is_some() || looks_like_body(module, target, text);
    }
    let around = header.wrapper().map_or(0, |spelling| spelling.len() + "()".len());
    let indentation = module.indentation(target.start()).chars().count();
    let name = target.id.chars().count();
    let width = indentation
        + header.keyword().len()
        + " ".len()
        + around
        + text.chars().count()
        + " as :".len()
        + name;
    width > MOST_COLUMNS.0 && width > width_in_use(module)
}

/// Whether a line of the value would stand below the header as if it were one of the body (PEP 8, E125).
fn looks_like_body(module: &Module, target: &ast::ExprName, value: &str) -> bool {
    let inner = format!("{}{}", module.indentation(target.start()), module.indent_unit(target.start()));
    let is_inner =
        |line: &str| line.len() - line.trim_start().len() == inner.len() && line.starts_with(&inner);
    let closes = value.lines().last().is_some_and(|line| line.trim_start().starts_with([')', ']', '}']));
    !closes && value.lines().skip(1).any(is_inner)
}

/// What any file may use (PEP 8), and what no reader wants more of.
pub const MOST_COLUMNS: (usize, usize) = (79, 100);

/// The length of the longest line of the file: its author does not mind lines like that.
fn width_in_use(module: &Module) -> usize {
    let longest = module.text().lines().map(|line| line.chars().count()).max().unwrap_or(0);
    longest.min(MOST_COLUMNS.1)
}

/// Makes `x = VALUE` the header of a `with`, with `tail` behind it (its colon). `None`: no `=` is where one is
/// expected.
pub fn header_edits(
    module: &Module,
    target: &ast::ExprName,
    value: &Expr,
    header: &Header,
    named: bool,
    tail: &str,
) -> Option<Vec<Edit>> {
    let value = module.parenthesized_range(value);
    let equal = module.find_token(TextRange::new(target.end(), value.start()), TokenKind::Equal)?;
    let glued = equal.end() == value.start();
    let keyword = header.keyword();
    let with = if glued { format!("{keyword} ") } else { keyword.to_string() };
    let after = with.len() + module.text()[TextRange::new(equal.end(), value.start())].chars().count();
    let mut edits = vec![Edit::replace(TextRange::new(target.start(), equal.end()), with)];
    let before = module.text()[TextRange::new(target.start(), value.start())].chars().count();
    let moved = isize::try_from(after).and_then(|a| isize::try_from(before).map(|b| a - b));
    edits.extend(realign(module, value.start(), moved.expect("a header fits on a line"), value));
    let mut close = "";
    if let Some(spelling) = header.wrapper() {
        edits.push(Edit::insert(value.start(), format!("{spelling}(")));
        close = ")";
    }
    let name = if named { format!(" as {}", target.id) } else { String::new() };
    edits.push(Edit::insert(value.end(), format!("{close}{name}{tail}")));
    Some(edits)
}

/// `receiver.method(...)` as a statement, its result unused.
pub fn method_call(statement: &Stmt) -> Option<(&ast::ExprCall, &Expr, &str)> {
    let Stmt::Expr(e) = statement else { return None };
    let Expr::Call(call) = &*e.value else { return None };
    let Expr::Attribute(a) = &*call.func else { return None };
    Some((call, &a.value, a.attr.as_str()))
}

/// `await receiver.method(...)` as a statement, its result unused.
pub fn awaited_call(statement: &Stmt) -> Option<(&ast::ExprCall, &Expr, &str)> {
    let Stmt::Expr(e) = statement else { return None };
    let Expr::Await(awaited) = &*e.value else { return None };
    let Expr::Call(call) = &*awaited.value else { return None };
    let Expr::Attribute(a) = &*call.func else { return None };
    Some((call, &a.value, a.attr.as_str()))
}

/// Whether a call passes nothing but what the method's parameters are anyway.
pub fn only_defaults(method: &str, arguments: &ast::Arguments) -> bool {
    if arguments.is_empty() {
        return true;
    }
    let is = |value: &Expr, default: &Default| match (value, default) {
        (Expr::BooleanLiteral(b), Default::True) => b.value,
        (Expr::BooleanLiteral(b), Default::False) => !b.value,
        (Expr::NoneLiteral(_), Default::None) => true,
        (Expr::UnaryOp(u), Default::MinusOne) => {
            u.op == ast::UnaryOp::USub
                && matches!(&*u.operand, Expr::NumberLiteral(n)
                    if matches!(&n.value, ast::Number::Int(i) if *i == ast::Int::ONE))
        }
        _ => false,
    };
    DEFAULTS.iter().filter(|(name, _)| *name == method).any(|(_, parameters)| {
        let positional = arguments.args.len() <= parameters.len()
            && arguments
                .args
                .iter()
                .zip(*parameters)
                .all(|(a, (_, defaults))| defaults.iter().any(|d| is(a, d)));
        positional
            && arguments.keywords.iter().all(|k| {
                let parameter = parameters.iter().find(|(name, _)| k.arg.as_deref() == Some(*name));
                parameter.is_some_and(|(_, defaults)| defaults.iter().any(|d| is(&k.value, d)))
            })
    })
}

/// A name that code at `at` may bind without anybody noticing: the first of `wanted` that nothing in its function
/// (or, at module level, in the file) says.
pub fn free_name(cx: &FileContext, at: NodeId, wanted: &[&'static str]) -> Option<&'static str> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let owner = module.enclosing_function(at).unwrap_or(NodeId::ROOT);
    let range = module.node(owner).range();
    let said = |name: &str| {
        let here = symbols.occurrences.iter().any(|o| o.name == name && range.contains_range(o.range));
        here || owner == NodeId::ROOT && !symbols.star_imports.is_empty()
    };
    wanted.iter().copied().find(|name| !said(name))
}

/// Whether a jump inside of the finally of `outer` leaves it.
pub fn leaves(module: &Module, jump: NodeId, outer: NodeId) -> bool {
    let returns = matches!(module.node(jump), AnyNodeRef::StmtReturn(_));
    for ancestor in module.ancestors(jump).take_while(|a| *a != outer) {
        match module.node(ancestor) {
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) | AnyNodeRef::StmtClassDef(_) => {
                return false;
            }
            AnyNodeRef::StmtFor(ast::StmtFor { body, .. })
            | AnyNodeRef::StmtWhile(ast::StmtWhile { body, .. })
                if !returns && body.iter().any(|s| module.contains(module.id(s), jump)) =>
            {
                return false;
            }
            _ => {}
        }
    }
    true
}
