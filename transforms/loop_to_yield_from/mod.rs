//! `for x in xs: yield x` -> `yield from xs`.

use unspool_engine::facts::effects::{Collector, Kind};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Binding, Resolution, ScopeKind, SymbolId, tables};
use unspool_engine::repo::{Exports, ModuleSummary, Passed, Uses, passed, uses_in, yields};
use unspool_engine::rewrite;
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, Stmt, TextRange, TextSize, ast,
};
use unspool_engine::text::{Edit, glance};
use unspool_engine::transform::{
    Convention, FileContext, Finding, Group, Meta, ObligationKind, Place, Proposal, Transform,
};

pub struct LoopToYieldFrom;

static META: Meta = Meta {
    id: "loop-to-yield-from",
    title: "Delegate a loop that only re-yields with `yield from`",
    group: Group::Lazy,
    default: true,
    anti_pattern: "loop that only re-yields",
    idiom: "delegation with `yield from`",
    docs: include_str!("README.md"),
    needles: &["yield"],
    kinds: &[NodeKind::StmtFor],
    obligations: &[
        ObligationKind { id: "plain-function", claim: "the loop runs in a plain generator function" },
        ObligationKind {
            id: "in-the-language",
            claim: "every Python that the code has to run on has `yield from`",
        },
        ObligationKind { id: "plain-target", claim: "each element is yielded as it is" },
        ObligationKind { id: "no-else", claim: "the loop has no `else` clause" },
        ObligationKind { id: "variable-unread", claim: "nothing else reads the loop variable" },
        ObligationKind {
            id: "not-driven",
            claim: "nobody sends, throws or relies on where an exception arrives while the generator is suspended",
        },
        ObligationKind {
            id: "nothing-to-close",
            claim: "closing the generator early closes nothing that the loop would have left open",
        },
        ObligationKind { id: "comments-stay", claim: "every comment stays with its statement" },
    ],
};

impl Transform for LoopToYieldFrom {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        memchr::memmem::find_iter(bytes, "yield").any(|at| may_be_loop_body(bytes, at))
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtFor(f) = node else { return None };
        let [Stmt::Expr(statement)] = &*f.body else { return None };
        let Expr::Yield(ast::ExprYield { value: Some(value), .. }) = &*statement.value else { return None };
        // `for x in *a:` parses, but no Python compiles it.
        if f.is_async || !same(&f.target, value) || f.iter.is_starred_expr() {
            return None;
        }
        let end = module.parenthesized_range(&f.iter).end();
        Some(TextRange::new(f.start(), end))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::StmtFor(f) = node else { unreachable!("only for statements are found") };
        let module = cx.module;
        let id = module.id(f);
        let head = TextRange::new(f.start(), module.parenthesized_range(&f.iter).end());
        let mut proposal = Proposal::new(&META, head);
        let mut oblige = |kind, at: Place, finding: Finding| proposal.oblige(&META, kind, at, finding);

        let function = module.enclosing_function(id);
        oblige("plain-function", f.range().into(), plain_function(cx, function));
        oblige("in-the-language", f.range().into(), in_the_language(cx));
        oblige("plain-target", f.target.range().into(), plain_target(cx, f));
        let no_else = match f.orelse.first() {
            None => Finding::proved("there is none"),
            Some(first) => {
                let line = module.line(first.start());
                Finding::refuted(format!(
                    "the `else` on line {line} runs when the loop is exhausted; it would have to be moved behind the delegation"
                ))
            }
        };
        oblige("no-else", f.range().into(), no_else);
        oblige("variable-unread", f.target.range().into(), variable_unread(cx, f, id, function));
        let driven = not_driven(cx, f, id, function);
        oblige("not-driven", f.range().into(), driven);
        oblige("nothing-to-close", f.iter.range().into(), nothing_to_close(cx, f, function));
        let (edits, comments) = edits(cx, f);
        oblige("comments-stay", f.range().into(), comments);
        if !proposal.is_refuted() {
            proposal.edits = edits;
        }
        proposal
    }
}

/// Whether the `yield` at this place may be the body of a `for` loop: only the colon can stand before it.
fn may_be_loop_body(bytes: &[u8], at: usize) -> bool {
    let Some(end) = glance::code_before(bytes, at) else { return true };
    let Some(b':' | b'(') = bytes[..end].last() else { return false };
    let start = memchr::memrchr2(b'\n', b'\r', &bytes[..end]).map_or(0, |i| i + 1);
    let line = bytes[start..end].trim_ascii_start();
    let other = |word: &str| {
        let rest = line.strip_prefix(word.as_bytes());
        rest.is_some_and(|rest| rest.first().is_some_and(|b| matches!(b, b' ' | b':' | b'(')))
    };
    if !["try", "with", "if", "elif", "else", "while", "except", "finally", "def"].iter().any(|w| other(w)) {
        return true;
    }
    // Another statement begins on the line, unless the line goes on with the head of a loop.
    let count = |of: &[u8]| line.iter().filter(|b| of.contains(b)).count();
    let goes_on = bytes[..start].trim_ascii_end().ends_with(b"\\") || count(b"([{") != count(b")]}");
    goes_on || count(b"'\"#") > 0
}

/// The target of the loop and the yielded expression are the same, token for token.
fn same(target: &Expr, value: &Expr) -> bool {
    match (target, value) {
        (Expr::Name(a), Expr::Name(b)) => a.id == b.id,
        (Expr::Attribute(a), Expr::Attribute(b)) => a.attr == b.attr && same(&a.value, &b.value),
        (Expr::Tuple(a), Expr::Tuple(b)) => same_all(&a.elts, &b.elts),
        (Expr::List(a), Expr::List(b)) => same_all(&a.elts, &b.elts),
        (Expr::Starred(a), Expr::Starred(b)) => same(&a.value, &b.value),
        (Expr::Subscript(a), Expr::Subscript(b)) => {
            same(&a.value, &b.value) && ast::comparable::ComparableExpr::from(&*a.slice) == (&*b.slice).into()
        }
        _ => false,
    }
}

fn same_all(a: &[Expr], b: &[Expr]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// Decorators whose functions are driven by `send` and `throw`, by their last name.
fn drives(decorator: &str) -> bool {
    let head = decorator.split('(').next().unwrap_or(decorator);
    let tail = head.rsplit('.').next().unwrap_or(head);
    matches!(
        tail,
        "contextmanager"
            | "asynccontextmanager"
            | "coroutine"
            | "inlineCallbacks"
            | "engine"
            | "fixture"
            | "yield_fixture"
            | "hookimpl"
            | "hookwrapper"
            | "tasklet"
            | "toplevel"
            | "defer"
            | "asynchronous"
    )
}

fn plain_function(cx: &FileContext, function: Option<NodeId>) -> Finding {
    match function.map(|f| cx.module.node(f)) {
        Some(AnyNodeRef::StmtFunctionDef(f)) if f.is_async => {
            Finding::refuted("`yield from` is a syntax error in an asynchronous generator")
        }
        Some(AnyNodeRef::StmtFunctionDef(_)) => Finding::proved("it does"),
        _ => Finding::refuted("`yield` stands outside a function"),
    }
}

/// `yield from` came with Python 3.3 (PEP 380).
fn in_the_language(cx: &FileContext) -> Finding {
    let version = cx.settings.target.version;
    if version.major < 3 {
        return Finding::refuted(format!(
            "the code has to run on Python {version}, too, to which `yield from` is a syntax error"
        ));
    }
    Finding::proved("every Python that the code has to run on has it")
}

/// Unpacking into a target and packing a new tuple is not the identity.
fn plain_target(cx: &FileContext, f: &ast::StmtFor) -> Finding {
    let types = Types::new(cx.module, cx.facts);
    match &*f.target {
        Expr::Name(_) => Finding::proved("the target is a name and the yielded value is that name"),
        Expr::Tuple(t) if t.elts.iter().all(Expr::is_name_expr) => {
            let method = match &*f.iter {
                Expr::Call(call) => generator_method(cx, call),
                _ => None,
            };
            let element = match method {
                Some(method) => types.generated(method).unwrap_or(Ty::Unknown),
                None => types.of(&f.iter).element(),
            };
            if element.all(&|t_| t_.arity() == Some(t.elts.len())) {
                Finding::proved(format!("the elements are tuples of {} already", t.elts.len()))
                    .relying_on([Convention::Annotations])
            } else {
                Finding::refuted(
                    "the loop unpacks each element and yields a new tuple: a list would stay a list, and a wrong length would pass",
                )
            }
        }
        Expr::Tuple(_) | Expr::List(_) => {
            Finding::refuted("the loop unpacks each element and yields a new object")
        }
        _ => {
            Finding::refuted("each step assigns to an attribute or subscript, which delegation would not do")
        }
    }
}

fn names<'e>(target: &'e Expr, out: &mut Vec<&'e ast::ExprName>) {
    match target {
        Expr::Name(n) => out.push(n),
        Expr::Tuple(t) => t.elts.iter().for_each(|e| names(e, out)),
        Expr::List(l) => l.elts.iter().for_each(|e| names(e, out)),
        Expr::Starred(s) => names(&s.value, out),
        _ => {}
    }
}

fn variable_unread(cx: &FileContext, f: &ast::StmtFor, id: NodeId, function: Option<NodeId>) -> Finding {
    let symbols = cx.facts.symbols();
    let mut targets = Vec::new();
    names(&f.target, &mut targets);
    let Some(function) = function else { return Finding::refuted("the variable is global") };
    let flow = cx.facts.flow(function);
    for target in targets {
        let name = target.id.as_str();
        let Resolution::Symbol(symbol) = symbols.resolve(cx.module.id(target)) else { continue };
        let owner = symbols.scope(symbols.symbol(symbol).scope);
        if owner.node != function || !matches!(owner.kind, ScopeKind::Function | ScopeKind::Lambda) {
            return Finding::refuted(format!(
                "`{name}` is declared global or nonlocal: others see each value"
            ));
        }
        if let Some(line) = captured_at(cx, symbol, function) {
            return Finding::refuted(format!(
                "the code on line {line} closes over `{name}` and sees the element while the generator is suspended"
            ));
        }
        if let Some(range) = owner.dynamic.first() {
            let line = cx.module.line(range.start());
            return Finding::refuted(format!("line {line} can read `{name}` through `locals()` or its like"));
        }
        if let Some(read) = flow.read_after(id, symbol) {
            let line = cx.module.line(cx.module.node(read).start());
            return Finding::refuted(format!(
                "`{name}` is used on line {line}, which would find it unbound or stale"
            ));
        }
    }
    Finding::proved("no path from the loop leads to a use before the next assignment")
}

/// The line of a use of the symbol in a scope other than the function's own.
fn captured_at(cx: &FileContext, symbol: SymbolId, function: NodeId) -> Option<usize> {
    let symbols = cx.facts.symbols();
    let own = symbols.scope_opened_by(function)?;
    symbols.occurrences_of(symbol).find(|o| o.scope != own).map(|o| cx.module.line(o.range.start()))
}

/// While suspended in the loop the generator itself gets what is sent and thrown; in `yield from` the delegate does.
fn not_driven(cx: &FileContext, f: &ast::StmtFor, id: NodeId, function: Option<NodeId>) -> Finding {
    let Some(function) = function else { return Finding::refuted("there is no generator") };
    let AnyNodeRef::StmtFunctionDef(def) = cx.module.node(function) else {
        return Finding::refuted("there is no generator");
    };
    let name = def.name.as_str();
    for decorator in &def.decorator_list {
        let source = cx.module.source(&decorator.expression);
        if drives(source) {
            return Finding::refuted(format!(
                "`@{source}` drives the generator: what it sends or throws would reach the delegate instead"
            ));
        }
    }
    let types = Types::new(cx.module, cx.facts);
    let iterable = types.of(&f.iter);
    // A delegate without send and throw: both fall through to this generator at the `yield from` itself.
    let plain = iterable.is_container() || iterable.is(tables::WRAPPERS);
    if let Some(line) = handler_around(cx, id, function)
        && !plain
    {
        return Finding::refuted(format!(
            "the handler on line {line} sees what is thrown in; with delegation the delegate would see it first"
        ));
    }
    let uses_sent = cx.module.subtree(function).find(|(y, node)| {
        matches!(node, AnyNodeRef::ExprYield(_))
            && cx.module.enclosing_function(*y) == Some(function)
            && !matches!(cx.module.parent_node(*y), Some(AnyNodeRef::StmtExpr(_)))
    });
    let mut finding =
        Finding::proved("nothing in the function uses a sent value").relying_on([Convention::NobodySends]);
    if let Some((y, _)) = uses_sent {
        let line = cx.module.line(cx.module.node(y).start());
        let why =
            format!("line {line} uses what is sent: somebody sends, perhaps while the loop is suspended");
        finding = finding.and(Finding::assumed(why));
    }
    if let Some(returns) = &def.returns
        && cx.module.source(&**returns).contains("Generator[")
        && sends_by_annotation(cx.module.source(&**returns))
    {
        finding = finding.and(Finding::assumed("the return annotation declares a send type"));
    }
    let is_local = cx.module.enclosing_function(function).is_some();
    let uses = if cx.repo.is_answered() && !name.starts_with("__") && !is_local {
        cx.repo.uses_with_send(name)
    } else {
        // The file itself is known without a repository. Elsewhere nobody knows a local function by its name,
        // and a special method is called by the interpreter.
        let mut uses = Uses::default();
        uses_in(cx.module, cx.facts, name, &cx.path.into(), &mut uses);
        Some(uses.into())
    };
    for call in uses.iter().flat_map(|u| &u.calls) {
        if let Some((method, line)) = &call.driven
            && method != "close"
            && !(plain && method != "send" && method != "asend")
        {
            return Finding::refuted(format!(
                "{}:{line} calls `.{method}()` on the generator: with the loop `{name}` itself receives it",
                call.path.display()
            ));
        }
    }
    finding
}

/// `Generator[Y, S, R]` with a send type other than `None`.
fn sends_by_annotation(annotation: &str) -> bool {
    let Some((_, inner)) = annotation.split_once("Generator[") else { return false };
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for c in inner.chars() {
        match c {
            '[' | '(' => depth += 1,
            ']' if depth == 0 => break,
            ']' | ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.get(1).is_some_and(|send| !matches!(send.trim(), "None" | "Any" | "object" | "Never" | "NoReturn"))
}

/// The line of an `except` of this function around the loop.
fn handler_around(cx: &FileContext, id: NodeId, function: NodeId) -> Option<usize> {
    let mut inner = id;
    for ancestor in cx.module.ancestors(id) {
        if ancestor == function {
            break;
        }
        if let AnyNodeRef::StmtTry(t) = cx.module.node(ancestor)
            && t.body.iter().any(|s| cx.module.contains(cx.module.id(s), inner))
            && let Some(handler) = t.handlers.first()
        {
            return Some(cx.module.line(handler.start()));
        }
        inner = ancestor;
    }
    None
}

fn nothing_to_close(cx: &FileContext, f: &ast::StmtFor, function: Option<NodeId>) -> Finding {
    delegate(cx, &f.iter, function)
}

/// What ends with the generator when the delegate is this expression.
fn delegate(cx: &FileContext, iter: &Expr, function: Option<NodeId>) -> Finding {
    let types = Types::new(cx.module, cx.facts);
    match iter {
        Expr::If(i) => return delegate(cx, &i.body, function).and(delegate(cx, &i.orelse, function)),
        Expr::BoolOp(b) => {
            let parts = b.values.iter().map(|v| delegate(cx, v, function));
            return parts.reduce(Finding::and).unwrap_or_else(|| Finding::proved("it is empty"));
        }
        Expr::Named(n) => return delegate(cx, &n.value, function),
        Expr::Generator(g) => {
            // Made here and held by nobody else: it ends with the loop in either form.
            let effects = Collector::of_comprehension(cx.module, cx.facts, &[&g.elt], &g.generators);
            let local = cx.local();
            let resolved = cx.repo.resolve(&local, &effects);
            return match resolved.first(&[Kind::Suspends]) {
                Some(note) => Finding::assumed(note.describe()),
                None => Finding::proved("the generator expression is made here and nobody else holds it"),
            };
        }
        _ => {}
    }
    if ends_with_its_block(cx, iter) {
        return Finding::proved(
            "the `with` around the loop closes it in any case, and nothing stands between",
        );
    }
    if reads_rows(cx, iter) {
        return Finding::proved("a reader of `csv` has no `close`");
    }
    if gives_container(cx, iter) {
        return Finding::proved("the method gives a container, whose iterator has no `close`");
    }
    match types.of(iter) {
        ty if ty.is_container() => {
            let name = ty.name().unwrap_or("container");
            return Finding::proved(format!("iterating a `{name}` gives an iterator that has no `close`"))
                .relying_on(conventions(cx, iter));
        }
        ty if ty.is(tables::WRAPPERS) => {
            let name = ty.name().unwrap_or("wrapper");
            return Finding::proved(format!("`{name}` objects have no `close`"));
        }
        Ty::Known("file" | "stdio", _) => {
            return Finding::refuted(
                "a file is its own iterator and has `close`: delegation would close it when the consumer stops early",
            );
        }
        Ty::Union(types) if types.iter().any(|t| t.is(&["file"])) => {
            return Finding::refuted("it may be a file, which delegation would close");
        }
        _ => {}
    }
    if let Passed::Closable(what) = passed(cx.module, cx.facts, iter)
        && !matches!(iter, Expr::Call(_))
    {
        return Finding::refuted(format!(
            "it is {what}: delegation would close it when the consumer stops early"
        ));
    }
    match iter {
        Expr::Call(call) => fresh_call(cx, call),
        Expr::Name(n) if function.is_some() => callers(cx, function.unwrap_or(NodeId::ROOT), n.id.as_str()),
        other => {
            let text: String = cx.module.source(other).chars().take(60).collect();
            Finding::assumed(format!(
                "the type of `{text}` is not known: an iterator with `close` would be closed early"
            ))
        }
    }
}

/// Whether it is a reader of the `csv` module.
fn reads_rows(cx: &FileContext, iter: &Expr) -> bool {
    let made = match iter {
        Expr::Name(name) => match cx.facts.symbols().resolve(cx.module.id(name)) {
            Resolution::Symbol(symbol) => cx.facts.symbols().single_assignment(cx.module, symbol),
            Resolution::Free => None,
        },
        other => Some(other),
    };
    let Some(Expr::Call(call)) = made else { return false };
    let Ty::Member(path) = Types::new(cx.module, cx.facts).of(&call.func) else { return false };
    matches!(path.as_str(), "csv.reader" | "csv.DictReader")
}

/// Whether it is what the innermost `with` around the loop has opened last: when the generator is closed, that is the next
/// thing to be closed.
fn ends_with_its_block(cx: &FileContext, iter: &Expr) -> bool {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let Expr::Name(name) = iter else { return false };
    let id = module.id(name);
    let Resolution::Symbol(symbol) = symbols.resolve(id) else { return false };
    let Some(AnyNodeRef::StmtWith(with)) =
        module.ancestors(id).skip(1).map(|a| module.node(a)).find(|node| {
            matches!(node, AnyNodeRef::StmtWith(_) | AnyNodeRef::StmtTry(_) | AnyNodeRef::StmtFunctionDef(_))
        })
    else {
        return false;
    };
    let Some(item) = with.items.last() else { return false };
    let Some(Expr::Name(target)) = item.optional_vars.as_deref() else { return false };
    let binds: Vec<_> = symbols.occurrences_of(symbol).filter(|o| o.binds()).map(|o| o.node).collect();
    !with.is_async
        && binds == [module.id(target)]
        && Types::new(module, cx.facts).of(&item.context_expr).is(&["file"])
}

fn conventions(cx: &FileContext, iter: &Expr) -> Vec<Convention> {
    match iter {
        Expr::Name(_) | Expr::Attribute(_) => vec![Convention::Annotations],
        Expr::Call(c) if matches!(&*c.func, Expr::Attribute(_)) => {
            let _ = cx;
            vec![Convention::KnownCallables]
        }
        _ => vec![],
    }
}

/// A call gives something that only the loop holds, unless the callee keeps it.
fn fresh_call(cx: &FileContext, call: &ast::ExprCall) -> Finding {
    let types = Types::new(cx.module, cx.facts);
    let callee = match generator_method(cx, call) {
        Some(method) => Ty::Function(method),
        None => types.of(&call.func),
    };
    match callee {
        Ty::Function(f) if yields(cx.module, f) => {
            let summary = cx.facts.function(f);
            if summary.is_async {
                return Finding::refuted("an asynchronous generator cannot be delegated to");
            }
            if let Some(decorator) = summary.unknown_decorator() {
                return Finding::assumed(format!("`{}` is decorated by `{decorator}`", summary.name));
            }
            if let Some(line) = resists_closing(cx, f, 0) {
                return Finding::refuted(format!(
                    "what line {line} does when `{}` is closed may raise: out of the delegation, but not out of the loop",
                    summary.name
                ));
            }
            Finding::proved(format!(
                "`{}` makes a new generator, which nobody else holds: it is closed with this one in either form",
                summary.name
            ))
        }
        _ => {
            let text: String = cx.module.source(&*call.func).chars().take(60).collect();
            Finding::assumed(format!(
                "what `{text}(...)` returns is not known: if others hold it, closing it early would be seen"
            ))
        }
    }
}

/// The generator method of a class of this file that `self.walk(..)` calls.
fn generator_method(cx: &FileContext, call: &ast::ExprCall) -> Option<NodeId> {
    own_method(cx, call).filter(|method| yields(cx.module, *method))
}

/// Whether a method of the class gives a container each way: `items = self.fetch(page)`.
fn gives_container(cx: &FileContext, iter: &Expr) -> bool {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let given = match iter {
        Expr::Name(name) => match symbols.resolve(module.id(name)) {
            Resolution::Symbol(symbol) => symbols.single_assignment(module, symbol),
            Resolution::Free => None,
        },
        other => Some(other),
    };
    let Some(Expr::Call(call)) = given else { return false };
    let Some(method) = own_method(cx, call).filter(|method| !yields(module, *method)) else { return false };
    let types = Types::new(module, cx.facts);
    let returned: Vec<&Expr> = module
        .subtree(method)
        .filter_map(|(id, node)| match node {
            AnyNodeRef::StmtReturn(r) if module.enclosing_function(id) == Some(method) => r.value.as_deref(),
            _ => None,
        })
        .collect();
    !returned.is_empty() && returned.into_iter().all(|value| types.of(value).is_container())
}

/// The method of a class of this file that `self.name(..)` calls, if no subclass may have another.
fn own_method(cx: &FileContext, call: &ast::ExprCall) -> Option<NodeId> {
    let (module, facts) = (cx.module, cx.facts);
    let Expr::Attribute(a) = &*call.func else { return None };
    let name = a.attr.as_str();
    let Ty::Instance(class) = Types::new(module, facts).of(&a.value) else { return None };
    let AnyNodeRef::StmtClassDef(def) = module.node(class) else { return None };
    let mut own =
        def.body.iter().filter_map(|s| s.as_function_def_stmt().filter(|f| f.name.as_str() == name));
    let (only, None) = (own.next()?, own.next()) else { return None };
    let function = module.id(only);
    if !only.decorator_list.is_empty()
        || only.is_async
        || facts.attribute_values(class, name).is_some()
        || !cx.repo.is_answered()
    {
        return None;
    }
    let overrides = |summary: &ModuleSummary| {
        let named = summary.functions.values().filter(|f| f.name == name);
        named
            .filter_map(|f| summary.classes.get(&f.class?))
            .any(|class| class.bases.iter().any(|b| b.rsplit('.').next() == Some(def.name.as_str())))
    };
    if cx.repo.overriding(def.name.as_str(), name).any(|s| overrides(&s)) {
        return None;
    }
    // A class that others may derive from may be given another method of the name.
    let hidden = name.starts_with('_') || def.name.starts_with('_');
    (hidden || matches!(cx.repo.exports(&cx.local()), Exports::Nothing(_))).then_some(function)
}

/// Whether the expression of a handler may be something that is no class of exceptions.
fn is_no_class(cx: &FileContext, expr: &Expr) -> bool {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    match expr {
        Expr::Name(n) => match symbols.resolve(module.id(n)) {
            Resolution::Free => symbols.is_bound_nowhere(module.id(n), n.id.as_str()),
            Resolution::Symbol(id) => {
                symbols.occurrences_of(id).any(|o| o.binds() && binds_no_class(cx, o.node))
                    || is_typed_no_class(cx, expr)
            }
        },
        Expr::Tuple(several) => several.elts.iter().any(|e| is_no_class(cx, e)),
        other => is_typed_no_class(cx, other),
    }
}

/// Whether a name is given what is no class of exceptions where it stands, be it one value among others.
fn binds_no_class(cx: &FileContext, target: NodeId) -> bool {
    let module = cx.module;
    if let AnyNodeRef::StmtClassDef(def) = module.node(target) {
        return def.arguments.is_none() && def.decorator_list.is_empty();
    }
    let value = match module.parent_node(target) {
        Some(AnyNodeRef::StmtAssign(assign)) => Some(&*assign.value),
        Some(AnyNodeRef::StmtAnnAssign(assign)) => assign.value.as_deref(),
        Some(AnyNodeRef::ExprNamed(named)) => Some(&*named.value),
        _ => None,
    };
    value.is_some_and(|value| is_generator(cx, value) || is_typed_no_class(cx, value))
}

/// Whether it is the call of what is, or may be by now, a generator function of the file.
fn is_generator(cx: &FileContext, value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    let Expr::Name(name) = &*call.func else { return false };
    let Resolution::Symbol(id) = cx.facts.symbols().resolve(cx.module.id(name)) else { return false };
    cx.facts.symbols().occurrences_of(id).any(|o| {
        matches!(cx.module.node(o.node), AnyNodeRef::StmtFunctionDef(_)) && yields(cx.module, o.node)
    })
}

fn is_typed_no_class(cx: &FileContext, expr: &Expr) -> bool {
    match Types::new(cx.module, cx.facts).of(expr) {
        Ty::Module(_) | Ty::Function(_) | Ty::Instance(_) => true,
        // A tuple may hold classes.
        Ty::Known(of, _) => !matches!(of, "tuple" | "type"),
        _ => false,
    }
}

/// Whether a handler for these classes may be one for `GeneratorExit`. Classes that come from other modules are taken
/// to be of errors, which it is not.
fn may_handle_exit(cx: &FileContext, classes: &Expr, depth: usize) -> bool {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    match classes {
        Expr::Tuple(several) => several.elts.iter().any(|e| may_handle_exit(cx, e, depth)),
        Expr::Name(name) => match symbols.resolve(module.id(name)) {
            Resolution::Free => matches!(name.id.as_str(), "BaseException" | "GeneratorExit"),
            Resolution::Symbol(id) => match symbols.single_assignment(module, id) {
                Some(value) if depth < 4 => may_handle_exit(cx, value, depth + 1),
                _ => match Types::new(module, cx.facts).of(classes) {
                    Ty::Class(class) => match module.node(class) {
                        AnyNodeRef::StmtClassDef(def) => {
                            depth < 4 && def.bases().iter().any(|b| may_handle_exit(cx, b, depth + 1))
                        }
                        _ => true,
                    },
                    _ => !symbols
                        .occurrences_of(id)
                        .filter(|o| o.binds())
                        .all(|o| matches!(o.binding, Some(Binding::Import | Binding::FromImport))),
                },
            },
        },
        Expr::Attribute(a) => matches!(a.attr.as_str(), "BaseException" | "GeneratorExit"),
        _ => true,
    }
}

/// The line of code of a generator function that runs when it is closed and may then raise or yield.
///
/// A loop drops its generator, and an error while it ends goes to `sys.unraisablehook`; a delegation closes it,
/// and the error goes on (PEP 380).
fn resists_closing(cx: &FileContext, function: NodeId, depth: usize) -> Option<usize> {
    let module = cx.module;
    let own = |id: &NodeId| module.enclosing_function(*id) == Some(function);
    let suspends = |root: NodeId| {
        module
            .subtree(root)
            .any(|(id, n)| matches!(n, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_)) && own(&id))
    };
    for (_, node) in module.subtree(function).filter(|(id, _)| own(id)) {
        match node {
            AnyNodeRef::StmtTry(t) if t.body.iter().any(|s| suspends(module.id(s))) => {
                // An operator in a `finally` is taken to succeed; a handler is there for this very end, and whatever fails
                // in it is seen.
                let handled = t.handlers.iter().filter_map(|h| {
                    let ast::ExceptHandler::ExceptHandler(h) = h;
                    let sees = h.type_.as_deref().is_none_or(|e| may_handle_exit(cx, e, 0));
                    sees.then_some((&*h.body, &[Kind::Validates, Kind::MayRaise][..]))
                });
                // What is no class of exceptions raises when an exception is compared with it (8.4.1), and so does a name
                // that nothing binds.
                let no_class = t.handlers.iter().find_map(|h| {
                    let ast::ExceptHandler::ExceptHandler(h) = h;
                    h.type_.as_deref().filter(|e| is_no_class(cx, e))
                });
                if let Some(no_class) = no_class {
                    return Some(module.line(no_class.start()));
                }
                let finally = (&*t.finalbody, &[Kind::Validates][..]);
                for (body, failing) in handled.chain(std::iter::once(finally)) {
                    let effects = Collector::of_body(module, cx.facts, body);
                    let local = cx.local();
                    // `except GeneratorExit: raise` changes nothing.
                    if matches!(body, [Stmt::Raise(r)] if r.exc.is_none()) {
                        continue;
                    }
                    let resolved = cx.repo.resolve(&local, &effects);
                    if failing.iter().any(|kind| resolved.has(*kind))
                        || body.iter().any(|s| suspends(module.id(s)))
                    {
                        return body.first().map(|s| module.line(s.start()));
                    }
                }
            }
            AnyNodeRef::ExprYieldFrom(y) if depth < 8 => {
                if let Expr::Call(call) = &*y.value
                    && let Ty::Function(inner) = Types::new(module, cx.facts).of(&call.func)
                    && inner != function
                    && let Some(line) = resists_closing(cx, inner, depth + 1)
                {
                    return Some(line);
                }
            }
            _ => {}
        }
    }
    None
}

/// What the callers in the repository pass as the parameter.
fn callers(cx: &FileContext, function: NodeId, parameter: &str) -> Finding {
    for argument in cx.repo.passed_to(&cx.local(), function, parameter) {
        if let Passed::Closable(what) = argument.value {
            return Finding::refuted(format!(
                "{}:{} passes {what} as `{parameter}`: delegation would close it when the consumer stops early",
                argument.path.display(),
                argument.line
            ));
        }
    }
    Finding::assumed(format!(
        "`{parameter}` may be an iterator with `close` (a file, a generator), which delegation would close early"
    ))
}

/// `for x in ` becomes `yield from `, and everything behind the iterable goes. Comments stay: a single one that stood
/// behind code comes behind the new statement, one with a line of its own, or several, above it.
fn edits(cx: &FileContext, f: &ast::StmtFor) -> (Vec<Edit>, Finding) {
    let module = cx.module;
    let iter = module.parenthesized_range(&f.iter);
    let head = TextRange::new(f.start(), iter.start());
    let mut tail = TextRange::new(iter.end(), f.end());
    let line_end = module.line_end(f.end());
    let mut comments: Vec<TextRange> = module.comments_in(head).map(Ranged::range).collect();
    comments.extend(module.comments_in(TextRange::new(iter.end(), line_end)).map(Ranged::range));
    let behind = comments.last().is_some_and(|c| c.start() >= f.end());
    let text = |r: &TextRange| &module.text()[*r];

    let needs_parens = matches!(&*f.iter, Expr::Tuple(t) if !t.parenthesized);
    let mut start = if needs_parens { "yield from (".to_string() } else { "yield from ".to_string() };
    let mut end = if needs_parens { ")".to_string() } else { String::new() };
    let mut edits = Vec::new();
    let mut against = None;
    // The comment behind the last line is not part of the statement and stays where it is.
    let moved: Vec<&TextRange> = comments.iter().take(comments.len() - usize::from(behind)).collect();
    let has_own_line = |c: &TextRange| {
        module.text()[TextRange::new(module.line_start(c.start()), c.start())].trim().is_empty()
    };
    match moved[..] {
        [] => {}
        [one] if !behind && !has_own_line(one) => {
            if declares_a_type(text(one)) {
                against = Some("the type comment is about the variable of the loop, which goes");
            } else if !module.text()[TextRange::new(f.end(), line_end)].trim().is_empty() {
                against = Some("there is no room for the comment behind the statement");
            }
            tail = TextRange::new(iter.end(), line_end);
            end.push_str("  ");
            end.push_str(text(one));
        }
        _ => {
            let indent = module.indentation(f.start());
            if moved.iter().any(|c| is_pragma(text(c))) {
                against = Some(PRAGMA);
            } else if module.line_start(f.start()) + TextSize::of(indent) != f.start() {
                against = Some("there is no line of its own for the comments");
            }
            let lines: String = moved.iter().map(|c| format!("{}\n{indent}", text(c))).collect();
            start.insert_str(0, &lines);
        }
    }
    edits.push(Edit::replace(head, start));
    edits.push(Edit::replace(tail, end));
    let finding = match (against, comments.len()) {
        (Some(why), _) => Finding::refuted(why),
        (None, 0) => Finding::proved("there is none"),
        _ => Finding::proved("they are kept behind or above the new statement"),
    };
    (edits, finding)
}

const PRAGMA: &str = "a pragma comment would have to leave the line that it speaks of";

/// `# type: int` behind the head of a loop: behind any other statement it is a syntax error of type checkers.
fn declares_a_type(comment: &str) -> bool {
    type_comment(comment).is_some_and(|said| !said.trim_start().starts_with("ignore"))
}

/// What a comment `# type: ...` says.
fn type_comment(comment: &str) -> Option<&str> {
    comment.trim_start_matches('#').trim_start().strip_prefix("type:")
}

/// A comment that belongs to its statement. Type comments of a `for` do, too.
fn is_pragma(comment: &str) -> bool {
    rewrite::is_pragma(comment) || type_comment(comment).is_some()
}
