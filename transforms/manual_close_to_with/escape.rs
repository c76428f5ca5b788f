//! Who else holds an object: where each use of its name leads to.
//!
//! A use is followed outwards, from the name to the expression around it, for as long as the value may hold on to
//! the object. It ends harmlessly (`f.read()`, `for line in f`), in another name that is followed in turn
//! (`rows = csv.reader(f)`), or with somebody who outlives the block.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Resolution, ScopeId, ScopeKind, SymbolId, is_stdlib_module, tables};
use unspool_engine::repo::yields;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, TextRange, ast};
use unspool_engine::transform::FileContext;

/// A way by which the object is held where its block is left early.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Escape {
    /// The value of the function (or of a `yield`) holds it.
    Returned(String),
    /// Somebody keeps it.
    Kept(String),
    /// Only the object that the first parameter names keeps it.
    OnSelf,
    /// Handed to code of which nothing is known.
    Unknown(String),
}

/// What the uses of an object within a range come to.
#[derive(Default)]
pub struct Held {
    pub escapes: Vec<Escape>,
    /// The names of this scope that hold it, the first being the object's own.
    pub names: Vec<SymbolId>,
}

/// How far calls of functions of the file are followed.
const DEPTH: usize = 4;

/// Follows the uses of a symbol in a range of its own scope's code.
pub fn held(cx: &FileContext, symbol: SymbolId, range: TextRange) -> Held {
    follow(cx, symbol, range, None, 0)
}

struct Tracker<'c, 'a, 'r> {
    cx: &'c FileContext<'a, 'r>,
    scope: ScopeId,
    range: TextRange,
    /// The first parameter of the function, which is one of `__init__`.
    receiver: Option<&'c str>,
    depth: usize,
    held: Held,
}

fn follow(
    cx: &FileContext,
    symbol: SymbolId,
    range: TextRange,
    receiver: Option<&str>,
    depth: usize,
) -> Held {
    let scope = cx.facts.symbols().symbol(symbol).scope;
    let held = Held { escapes: Vec::new(), names: vec![symbol] };
    let mut tracker = Tracker { cx, scope, range, receiver, depth, held };
    let mut next = 0;
    while let Some(symbol) = tracker.held.names.get(next).copied() {
        tracker.symbol(symbol);
        next += 1;
    }
    tracker.held
}

/// What a call does with an argument.
enum Passed {
    /// Uses it while it runs.
    Used,
    /// Gives something that holds it.
    InResult,
    Kept(String),
    Unknown(String),
}

impl<'a> Tracker<'_, 'a, '_> {
    fn line(&self, node: NodeId) -> usize {
        self.cx.module.line(self.cx.module.node(node).start())
    }

    fn symbol(&mut self, symbol: SymbolId) {
        let (cx, symbols) = (self.cx, self.cx.facts.symbols());
        let name = symbols.symbol(symbol).name;
        for occurrence in symbols.occurrences_of(symbol) {
            let elsewhere = symbols
                .scope_chain(occurrence.scope)
                .take_while(|s| *s != self.scope)
                .any(|s| matches!(symbols.scope(s).kind, ScopeKind::Function | ScopeKind::Lambda));
            if elsewhere {
                let line = cx.module.line(occurrence.range.start());
                self.held.escapes.push(Escape::Kept(format!(
                    "line {line}, in a function of its own, uses `{name}`, whenever it is called"
                )));
            } else if occurrence.access != Access::Write && self.range.contains_range(occurrence.range) {
                self.climb(occurrence.node);
            }
        }
    }

    /// Follows the value of an expression outwards.
    fn climb(&mut self, from: NodeId) {
        let module = self.cx.module;
        let mut child = from;
        // Whether what is followed is something around the object: iterating it gives the object.
        let mut contained = false;
        while let Some(parent) = module.parent(child) {
            let is = |e: &Expr| module.id(e) == child;
            let line = self.line(parent);
            match module.node(parent) {
                AnyNodeRef::ExprAttribute(a) => {
                    if !a.ctx.is_load() {
                        return;
                    }
                    let method = a.attr.as_str();
                    let called = match module.parent_node(parent) {
                        Some(AnyNodeRef::ExprCall(call)) => module.id(&*call.func) == parent,
                        _ => false,
                    };
                    if called {
                        if gives_data(method) {
                            return;
                        }
                        child = module.parent(parent).expect("the call is above");
                        continue;
                    }
                    if !gives_data(method) && !HOLDERS.contains(&method) {
                        return;
                    }
                }
                AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => {}
                AnyNodeRef::ExprCall(call) => {
                    if is(&call.func) {
                        let text = module.source(&*call.func);
                        self.held.escapes.push(Escape::Unknown(format!("line {line} calls `{text}`")));
                        return;
                    }
                    match self.passed(call, from, contained) {
                        Passed::Used => return,
                        Passed::InResult => contained = false,
                        Passed::Kept(how) => {
                            self.held.escapes.push(Escape::Kept(format!("line {line}: {how}")));
                            return;
                        }
                        Passed::Unknown(how) => {
                            self.held.escapes.push(Escape::Unknown(format!("line {line}: {how}")));
                            // What an unknown call gives may hold it, too.
                            contained = false;
                        }
                    }
                }
                AnyNodeRef::ExprList(_)
                | AnyNodeRef::ExprTuple(_)
                | AnyNodeRef::ExprSet(_)
                | AnyNodeRef::ExprDict(_) => contained = true,
                AnyNodeRef::ExprStarred(_) | AnyNodeRef::ExprBinOp(_) if !contained => return,
                AnyNodeRef::ExprSubscript(s) if !contained || is(&s.slice) => return,
                AnyNodeRef::ExprIf(e) if is(&e.test) => return,
                AnyNodeRef::ExprNamed(n) => {
                    self.bound(&n.target, parent);
                }
                AnyNodeRef::Comprehension(c) => {
                    let lazy = module
                        .parent(parent)
                        .filter(|p| matches!(module.node(*p), AnyNodeRef::ExprGenerator(_)));
                    if contained && is(&c.iter) {
                        self.bound(&c.target, parent);
                    }
                    let Some(generator) = lazy else { return };
                    child = generator;
                    contained = false;
                    continue;
                }
                AnyNodeRef::ExprGenerator(_)
                | AnyNodeRef::ExprListComp(_)
                | AnyNodeRef::ExprSetComp(_)
                | AnyNodeRef::ExprDictComp(_) => contained = true,
                AnyNodeRef::ExprLambda(_) | AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) => {
                    let how = format!("line {line} keeps it in a function or class");
                    self.held.escapes.push(Escape::Kept(how));
                    return;
                }
                AnyNodeRef::ExprYield(_) => {
                    self.held
                        .escapes
                        .push(Escape::Returned(format!("line {line} yields it, or what holds it")));
                    return;
                }
                AnyNodeRef::StmtReturn(_) => {
                    self.held
                        .escapes
                        .push(Escape::Returned(format!("line {line} returns it, or what holds it")));
                    return;
                }
                AnyNodeRef::StmtRaise(_) => {
                    self.held.escapes.push(Escape::Returned(format!("line {line} raises what holds it")));
                    return;
                }
                AnyNodeRef::StmtAssign(a) => {
                    for target in &a.targets {
                        self.assigned(target, parent, from, &a.value);
                    }
                    return;
                }
                AnyNodeRef::StmtAnnAssign(a) => {
                    self.bound(&a.target, parent);
                    return;
                }
                AnyNodeRef::StmtAugAssign(a) => {
                    if contained {
                        self.bound(&a.target, parent);
                    }
                    return;
                }
                AnyNodeRef::StmtFor(f) => {
                    if contained && is(&f.iter) {
                        self.bound(&f.target, parent);
                    }
                    return;
                }
                AnyNodeRef::WithItem(item) => {
                    if child == from {
                        let how = format!("line {line} is a `with` over it already");
                        self.held.escapes.push(Escape::Kept(how));
                    }
                    if let Some(target) = &item.optional_vars {
                        self.bound(target, parent);
                    }
                    return;
                }
                AnyNodeRef::ExprCompare(_)
                | AnyNodeRef::ExprUnaryOp(_)
                | AnyNodeRef::ExprYieldFrom(_)
                | AnyNodeRef::ExprFString(_)
                | AnyNodeRef::FString(_)
                | AnyNodeRef::InterpolatedElement(_) => return,
                node if node.is_statement() => return,
                _ => {}
            }
            child = parent;
        }
    }

    /// `a, b = f` takes lines out of the object; `a, b = f, g` gives it another name.
    fn assigned(&mut self, target: &Expr, at: NodeId, from: NodeId, value: &Expr) {
        let module = self.cx.module;
        if let (Expr::Tuple(targets), Expr::Tuple(values)) = (target, value)
            && targets.elts.len() == values.elts.len()
        {
            for (target, value) in targets.elts.iter().zip(&values.elts) {
                if module.contains(module.id(value), from) {
                    self.bound(target, at);
                }
            }
        } else if module.id(value) != from || !matches!(target, Expr::Tuple(_) | Expr::List(_)) {
            self.bound(target, at);
        }
    }

    /// A target that holds the object from now on.
    fn bound(&mut self, target: &Expr, at: NodeId) {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        match target {
            Expr::Name(name) => match symbols.resolve(module.id(name)) {
                Resolution::Symbol(symbol)
                    if symbols.scope_chain(symbols.symbol(symbol).scope).any(|s| s == self.scope) =>
                {
                    if !self.held.names.contains(&symbol) {
                        self.held.names.push(symbol);
                    }
                }
                _ => {
                    let how = format!("line {} binds it to `{}`, which others see", self.line(at), name.id);
                    self.held.escapes.push(Escape::Kept(how));
                }
            },
            Expr::Tuple(t) => t.elts.iter().for_each(|e| self.bound(e, at)),
            Expr::List(l) => l.elts.iter().for_each(|e| self.bound(e, at)),
            Expr::Starred(s) => self.bound(&s.value, at),
            Expr::Attribute(a)
                if self
                    .receiver
                    .is_some_and(|r| matches!(&*a.value, Expr::Name(n) if n.id.as_str() == r)) =>
            {
                self.held.escapes.push(Escape::OnSelf);
            }
            other => {
                let how = format!("line {} puts it into `{}`", self.line(at), module.source(other));
                self.held.escapes.push(Escape::Kept(how));
            }
        }
    }

    /// What the call does with the argument in which `from` stands.
    fn passed(&self, call: &ast::ExprCall, from: NodeId, contained: bool) -> Passed {
        let (module, facts) = (self.cx.module, self.cx.facts);
        let types = Types::new(module, facts);
        let text: String = module.source(&*call.func).chars().take(50).collect();
        match types.of(&call.func) {
            Ty::Member(path) => return of_path(&path, contained),
            Ty::Function(function) => return self.parameter(function, call, from, 0, &text),
            Ty::Class(class) => return self.constructor(class, call, from, &text),
            _ => {}
        }
        let Expr::Attribute(a) = &*call.func else {
            return Passed::Unknown(format!("nothing is known of `{text}`, to which it is handed"));
        };
        let method = a.attr.as_str();
        // What tests compare is not kept (`assertRaises` calls what it is given).
        let asserts = method.starts_with("assert") && !method.starts_with("assertRaises");
        if asserts || !contained && CONSUMERS.contains(&method) {
            return Passed::Used;
        }
        let of_super = matches!(&*a.value, Expr::Call(c) if c.func.as_name_expr().is_some_and(|n| n.id.as_str() == "super"));
        let class = match types.of(&a.value) {
            Ty::Imported(path) if is_stdlib_module(path.split('.').next().unwrap_or_default()) => {
                return if of_itself(&path) {
                    Passed::Kept(format!("`{text}` may keep what it is given"))
                } else {
                    Passed::Used
                };
            }
            Ty::Known(name, _) if name != "list" && name != "set" && name != "dict" && name != "deque" => {
                return Passed::Used;
            }
            Ty::Instance(class) | Ty::Class(class) => Some(class),
            _ if of_super => None,
            _ => crate::resources::receiver_class(module, module.id(call), &a.value),
        };
        if let Some(function) = class.and_then(|c| own_method(self.cx, c, method)) {
            return self.parameter(function, call, from, 1, &text);
        }
        if KEEPERS.contains(&method) {
            return Passed::Kept(format!("`{text}` keeps what it is given"));
        }
        // Any method of that name in this file may be meant.
        let named = facts.functions_named(method);
        let kept = named.iter().find_map(|f| match self.parameter(f.node, call, from, 1, &text) {
            Passed::Kept(how) => Some(Passed::Kept(how)),
            _ => None,
        });
        kept.unwrap_or_else(|| {
            Passed::Unknown(format!("nothing is known of `{text}`, to which it is handed"))
        })
    }

    /// What a function of the file does with what its parameter is given. `skip`: parameters in front, for `self`.
    fn parameter(
        &self,
        function: NodeId,
        call: &ast::ExprCall,
        from: NodeId,
        skip: usize,
        text: &str,
    ) -> Passed {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let unknown = || Passed::Unknown(format!("what `{text}` does with it is not seen"));
        let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else { return unknown() };
        if !def.decorator_list.is_empty() || self.depth >= DEPTH {
            return unknown();
        }
        let arguments = &call.arguments;
        let at = arguments.args.iter().position(|a| module.contains(module.id(a), from));
        let parameters: Vec<&str> = def
            .parameters
            .posonlyargs
            .iter()
            .chain(&def.parameters.args)
            .map(|p| p.name().as_str())
            .collect();
        let name = match at {
            Some(at) if arguments.args[..=at].iter().any(Expr::is_starred_expr) => None,
            Some(at) => parameters.get(at + skip).copied(),
            None => arguments
                .keywords
                .iter()
                .find(|k| module.contains(module.id(*k), from))
                .and_then(|k| k.arg.as_ref().map(|a| a.as_str())),
        };
        let scope = symbols.scope_opened_by(function);
        let symbol = name.zip(scope).and_then(|(name, scope)| symbols.own(scope, name));
        let Some(symbol) = symbol else { return unknown() };
        let init = (def.name.as_str() == "__init__").then(|| parameters.first().copied()).flatten();
        let inner = follow(self.cx, symbol, def.range, init, self.depth + 1);
        let mut result =
            if def.is_async || yields(module, function) || inner.escapes.contains(&Escape::OnSelf) {
                Passed::InResult
            } else {
                Passed::Used
            };
        for escape in inner.escapes {
            match escape {
                Escape::Kept(how) => return Passed::Kept(format!("`{text}` keeps it ({how})")),
                Escape::Unknown(how) => result = Passed::Unknown(format!("`{text}` hands it on ({how})")),
                Escape::Returned(_) if !matches!(result, Passed::Unknown(_)) => result = Passed::InResult,
                Escape::Returned(_) | Escape::OnSelf => {}
            }
        }
        result
    }

    fn constructor(&self, class: NodeId, call: &ast::ExprCall, from: NodeId, text: &str) -> Passed {
        match own_method(self.cx, class, "__init__") {
            Some(init) => match self.parameter(init, call, from, 1, text) {
                Passed::Used => Passed::InResult,
                other => other,
            },
            None => Passed::InResult,
        }
    }
}

/// The method that the class itself defines.
fn own_method(cx: &FileContext, class: NodeId, name: &str) -> Option<NodeId> {
    let AnyNodeRef::StmtClassDef(def) = cx.module.node(class) else { return None };
    def.body.iter().rev().find_map(|s| match s {
        unspool_engine::syntax::Stmt::FunctionDef(f) if f.name.as_str() == name => Some(cx.module.id(f)),
        _ => None,
    })
}

/// What a function or class of another module does with an argument. Functions of the standard library use it
/// while they run; what classes make holds it; some start something that goes on by itself.
fn of_path(path: &str, contained: bool) -> Passed {
    let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
    if !is_stdlib_module(path.split('.').next().unwrap_or_default()) && module != "builtins" {
        return Passed::Unknown(format!("nothing is known of `{path}`, to which it is handed"));
    }
    if of_itself(path) {
        return Passed::Kept(format!("`{path}` keeps it for later"));
    }
    let class = module != "builtins" && name.starts_with(|c: char| c.is_ascii_uppercase());
    let collects = contained && tables::builtin_name(name).is_some() && COLLECTORS.contains(&name);
    if class || collects || LAZY.contains(&path) || module == "itertools" || module == "contextlib" {
        return Passed::InResult;
    }
    Passed::Used
}

/// Whether it goes on with what it was given when the call is over.
fn of_itself(path: &str) -> bool {
    const GO_ON: &[&str] = &[
        "threading.",
        "_thread.",
        "multiprocessing.",
        "concurrent.",
        "asyncio.",
        "atexit.",
        "signal.",
        "sched.",
        "logging.",
        "faulthandler.",
        "socketserver.",
        "weakref.",
        "contextvars.",
        "unittest.",
        "trace.",
        "builtins.setattr",
    ];
    GO_ON.iter().any(|p| path.starts_with(p))
}

/// Builtins that put the elements of what they are given into what they give.
const COLLECTORS: &[&str] = &["list", "tuple", "set", "frozenset", "sorted", "dict", "next", "max", "min"];

/// Functions (not named as classes) whose result goes on reading or writing what they were given.
const LAZY: &[&str] = &[
    "builtins.iter",
    "builtins.map",
    "builtins.filter",
    "builtins.zip",
    "builtins.enumerate",
    "builtins.reversed",
    "builtins.memoryview",
    "builtins.vars",
    "builtins.getattr",
    "builtins.type",
    "csv.reader",
    "csv.writer",
    "functools.partial",
    "copy.copy",
    "collections.deque",
    "tokenize.generate_tokens",
    "tokenize.tokenize",
    "tarfile.open",
    "gzip.open",
    "bz2.open",
    "lzma.open",
    "io.open",
    "os.fdopen",
    "wave.open",
    "fileinput.input",
    "xml.etree.ElementTree.iterparse",
    "shlex.shlex",
    "mmap.mmap",
    "heapq.merge",
    "xml.sax.make_parser",
    "operator.attrgetter",
    "operator.methodcaller",
    "types.SimpleNamespace",
    "functools.lru_cache",
];

/// Attributes by which the object, or what it works on, is reached.
const HOLDERS: &[&str] = &["buffer", "raw", "fp", "file", "fileobj", "stream", "_file", "_sock", "_fp"];

/// Methods that keep what they are given.
const KEEPERS: &[&str] = &[
    "append",
    "appendleft",
    "add",
    "insert",
    "put",
    "put_nowait",
    "push",
    "setdefault",
    "register",
    "submit",
    "enter_context",
    "callback",
    "addHandler",
    "add_handler",
    "setStream",
    "subscribe",
    "add_done_callback",
    "call_soon",
    "call_later",
    "add_reader",
    "add_writer",
    "set_output",
    "attach",
];

/// Methods that iterate or read what they are given and are done.
const CONSUMERS: &[&str] = &["extend", "writelines", "join", "update", "write", "extendleft"];

/// Whether a method of a resource gives plain data, which does not hold the resource. Of all types of the table
/// of resources, and what is made of them.
fn gives_data(method: &str) -> bool {
    const METHODS: &[&str] = &[
        "read",
        "read1",
        "readline",
        "readlines",
        "readinto",
        "readinto1",
        "readall",
        "peek",
        "write",
        "writelines",
        "seek",
        "tell",
        "flush",
        "fileno",
        "truncate",
        "isatty",
        "readable",
        "writable",
        "seekable",
        "getvalue",
        "close",
        "next",
        "__next__",
        "writerow",
        "writerows",
        "writeheader",
        "namelist",
        "infolist",
        "getinfo",
        "writestr",
        "testzip",
        "extract",
        "extractall",
        "getnames",
        "getmember",
        "getmembers",
        "addfile",
        "printdir",
        "setpassword",
        "recv",
        "recvfrom",
        "recv_into",
        "send",
        "sendall",
        "sendto",
        "sendfile",
        "connect",
        "connect_ex",
        "bind",
        "listen",
        "accept",
        "settimeout",
        "gettimeout",
        "setsockopt",
        "getsockopt",
        "getsockname",
        "getpeername",
        "setblocking",
        "shutdown",
        "fetchone",
        "fetchall",
        "fetchmany",
        "commit",
        "rollback",
        "total_changes",
        "getcode",
        "geturl",
        "info",
        "getheader",
        "getheaders",
        "status",
        "request",
        "keys",
        "values",
        "items",
        "get",
        "sync",
        "find",
        "rfind",
        "size",
        "move",
        "read_byte",
        "write_byte",
        "resize",
        "register",
        "unregister",
        "modify",
        "select",
        "poll",
        "getnframes",
        "getframerate",
        "getnchannels",
        "getsampwidth",
        "readframes",
        "writeframes",
        "writeframesraw",
        "setnchannels",
        "setsampwidth",
        "setframerate",
        "setnframes",
        "setparams",
        "getparams",
        "rewind",
        "sendmail",
        "send_message",
        "login",
        "starttls",
        "ehlo",
        "helo",
        "quit",
        "noop",
        "cwd",
        "pwd",
        "mkd",
        "rmd",
        "delete",
        "rename",
        "retrbinary",
        "retrlines",
        "storbinary",
        "storlines",
        "nlst",
        "voidcmd",
        "stat",
        "list",
        "retr",
        "dele",
        "lineno",
        "filename",
        "filelineno",
        "isfirstline",
        "run_until_complete",
        "dump",
        "load",
        "read_until",
        "expect",
    ];
    METHODS.contains(&method)
}
