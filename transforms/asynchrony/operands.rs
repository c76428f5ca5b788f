//! What a coroutine waits for: whether `await` takes it.

use super::framework::{Framework, Legacy, is_known_name, last_name};
use std::path::PathBuf;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Binding, Resolution};
use unspool_engine::repo::{FunctionSummary, only_delegates, own_yields};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

/// How often names and calls are followed.
const DEPTH: usize = 6;

/// What an expression gives to whoever waits for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Gives {
    /// Something that `await` takes; how we know.
    Awaitable(String),
    /// Something else; what.
    Plain(String),
    /// A list or dict, which tornado waits for element by element.
    Several,
    Unknown(String),
}

/// What is asked of a value that can come about in several ways.
#[derive(Clone, Copy)]
pub struct Asks {
    framework: Framework,
    /// Whether any of them can be waited for; otherwise, whether all can.
    any: bool,
}

impl From<Framework> for Asks {
    fn from(framework: Framework) -> Self {
        Asks { framework, any: false }
    }
}

impl Asks {
    /// Whether it ever is what the framework waits for.
    pub fn any(framework: Framework) -> Self {
        Asks { framework, any: true }
    }

    /// Of two ways that a value can come about: the one that decides.
    fn or(self, one: Gives, other: Gives) -> Gives {
        let rank = |g: &Gives| match g {
            Gives::Awaitable(_) => 0,
            Gives::Unknown(_) => 1,
            Gives::Several => 2,
            Gives::Plain(_) => 3,
        };
        let decides = if self.any { rank(&other) < rank(&one) } else { rank(&other) > rank(&one) };
        if decides { other } else { one }
    }

    /// A way that decides nothing.
    fn neutral(self) -> Gives {
        if self.any { Gives::Plain(String::new()) } else { Gives::Awaitable(String::new()) }
    }

    /// Whether no other way matters once this one is known.
    fn is_decided_by(self, gives: &Gives) -> bool {
        matches!((self.any, gives), (true, Gives::Awaitable(_)) | (false, Gives::Plain(_)))
    }
}

/// Whether the function can `await` what it waits for with `yield` or `yield from`.
pub fn awaitable(cx: &FileContext, legacy: &Legacy, value: &Expr) -> Finding {
    let text: String = cx.module.source(value).chars().take(50).collect();
    if legacy.framework.is_lazy() && awaited_by_hand(value).is_some() {
        return Finding::proved("`await` calls `__await__` itself");
    }
    if legacy.framework.is_lazy()
        && let Some((path, line)) = stand_in(cx, value)
    {
        let place = path.display();
        return Finding::refuted(format!(
            "`{text}` may be the plain iterator of {place}:{line}, which `yield from` takes and `await` does not"
        ));
    }
    match gives(cx, legacy.framework, value, 0) {
        Gives::Awaitable(how) => Finding::proved(how),
        Gives::Several if legacy.framework == Framework::Tornado => {
            Finding::proved("`gen.multi` waits for a list or dict as `yield` does")
        }
        Gives::Several => Finding::refuted(format!("`{text}` is a list or dict, which `await` does not take")),
        Gives::Plain(what) => Finding::refuted(format!("{what}, which `await` does not take")),
        Gives::Unknown(_) if legacy.framework.is_lazy() => match handed_on(cx) {
            Some((name, line)) if !names_function(cx, value) => Finding::assumed(format!(
                "`{text}` may be what line {line} hands on: `{name}`, a plain generator, which `await` does not take"
            )),
            _ => Finding::proved(format!(
                "the loop takes only futures from a coroutine, and nothing in the repository makes `{text}` a plain iterable"
            ))
            .relying_on([Convention::Delegation]),
        },
        Gives::Unknown(why) => Finding::assumed(format!(
            "{why}: `yield` would also take a plain value, `await` only an awaitable"
        )),
    }
}

/// `x` of `x.__await__()`, whose iterator a generator delegates to and `await` does not take.
pub fn awaited_by_hand(value: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = value else { return None };
    let Expr::Attribute(method) = &*call.func else { return None };
    (method.attr.as_str() == "__await__" && call.arguments.is_empty()).then_some(&*method.value)
}

/// Where some file puts a plain iterator in the place of the attribute, or of the method that is called.
fn stand_in(cx: &FileContext, value: &Expr) -> Option<(PathBuf, usize)> {
    let (attribute, is_called) = match value {
        Expr::Attribute(attribute) => (attribute, false),
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(attribute) => (attribute, true),
            _ => return None,
        },
        _ => return None,
    };
    cx.repo.is_answered().then(|| cx.repo.stand_in(attribute.attr.as_str(), is_called))?
}

/// Whether the value is the call of something that bears the name of a function of the repository: what functions of that
/// name give has been looked at then.
fn names_function(cx: &FileContext, value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    let Some(name) = last_name(&call.func) else { return false };
    !cx.facts.definitions_of(name).is_empty()
        || (cx.repo.is_answered() && !cx.repo.index().files_defining(name).is_empty())
}

/// A generator function of this file that only delegates and that no decorator makes a coroutine, where it or its generator
/// goes elsewhere than into a delegation; and the line on which that happens. Whoever gets it can delegate to it, and not await it.
fn handed_on<'a>(cx: &FileContext<'a, '_>) -> Option<(&'a str, usize)> {
    let module = cx.module;
    let is_helper = |id: NodeId, f: &ast::StmtFunctionDef| {
        let undecorated = f.decorator_list.is_empty() && !f.is_async;
        undecorated && only_delegates(module, &own_yields(module, id).collect::<Vec<_>>())
    };
    let functions = module.nodes().filter_map(|(id, node)| match node {
        AnyNodeRef::StmtFunctionDef(f) if is_helper(id, f) => Some(f.name.as_str()),
        _ => None,
    });
    let helpers: Vec<&str> = functions.collect();
    if helpers.is_empty() {
        return None;
    }
    module.nodes().find_map(|(id, node)| {
        let name = match node {
            AnyNodeRef::ExprName(n) if n.ctx.is_load() => n.id.as_str(),
            AnyNodeRef::ExprAttribute(a) if a.ctx.is_load() => a.attr.as_str(),
            _ => return None,
        };
        if !helpers.contains(&name) {
            return None;
        }
        let called = module.parent(id).filter(
            |p| matches!(module.node(*p), AnyNodeRef::ExprCall(call) if module.id(&*call.func) == id),
        );
        let delegated =
            called.is_some_and(|call| matches!(module.parent_node(call), Some(AnyNodeRef::ExprYieldFrom(_))));
        (!delegated).then(|| (name, module.line(node.start())))
    })
}

/// What the expression gives.
pub fn gives(cx: &FileContext, asks: impl Into<Asks>, value: &Expr, depth: usize) -> Gives {
    let asks = asks.into();
    let text: String = cx.module.source(value).chars().take(50).collect();
    if depth > DEPTH {
        return Gives::Unknown(format!("what `{text}` is was not followed further"));
    }
    let go = |e: &Expr| gives(cx, asks, e, depth + 1);
    match value {
        Expr::List(_) | Expr::Dict(_) | Expr::ListComp(_) | Expr::DictComp(_) => Gives::Several,
        Expr::Generator(_) if asks.any => Gives::Awaitable(format!("`{text}` is a plain generator")),
        e if e.is_literal_expr() => Gives::Plain(format!("`{text}` is a plain value")),
        Expr::Tuple(_)
        | Expr::Set(_)
        | Expr::SetComp(_)
        | Expr::Generator(_)
        | Expr::FString(_)
        | Expr::TString(_)
        | Expr::Compare(_)
        | Expr::Lambda(_)
        | Expr::BinOp(_)
        | Expr::UnaryOp(_) => Gives::Plain(format!("`{text}` is a plain value")),
        Expr::If(i) => asks.or(go(&i.body), go(&i.orelse)),
        // What stands in front counts only where it decides, which a plain value like `None` does not do by today's
        // behaviour: it could not have been waited for.
        Expr::BoolOp(b) => {
            let all: Vec<Gives> = b.values.iter().map(go).collect();
            let (last, front) = all.split_last().expect("an `or` has two operands");
            let front = front.iter().filter(|g| asks.any || !matches!(g, Gives::Plain(_)));
            front.fold(last.clone(), |a, b| asks.or(a, b.clone()))
        }
        Expr::Named(n) => go(&n.value),
        Expr::Name(name) => of_name(cx, asks, name, depth),
        Expr::Call(call) => of_call(cx, asks, call, depth),
        Expr::Attribute(_) | Expr::Subscript(_) => {
            if let Expr::Subscript(s) = value
                && asks.framework == Framework::Twisted
                && let Some((what, line)) = element(cx, asks, &s.value, depth)
            {
                return Gives::Plain(format!("`{text}` may be what line {line} puts there: {what}"));
            }
            match Types::new(cx.module, cx.facts).of(value) {
                ty if ty.is_container() => of_container(&ty, &text),
                _ => Gives::Unknown(format!("what `{text}` holds is not known")),
            }
        }
        _ => Gives::Unknown(format!("what `{text}` gives is not known")),
    }
}

/// A plain value that the file puts into a variable's or attribute's list or dict, and the line. One that twisted gives back
/// as it is; other frameworks do not take it, so that what they wait for is something else.
fn element<'a>(
    cx: &FileContext<'a, '_>,
    asks: Asks,
    container: &Expr,
    depth: usize,
) -> Option<(String, usize)> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let is_it = |other: &Expr| match (container, other) {
        (Expr::Name(a), Expr::Name(b)) => {
            let symbol = symbols.resolve(module.id(a));
            matches!(symbol, Resolution::Symbol(_)) && symbol == symbols.resolve(module.id(b))
        }
        (Expr::Attribute(a), Expr::Attribute(b)) => a.attr.as_str() == b.attr.as_str(),
        (Expr::Attribute(a), Expr::Name(b)) => {
            a.attr.as_str() == b.id.as_str()
                && matches!(
                    module.ancestors(module.id(b)).nth(1).map(|p| module.node(p)),
                    Some(AnyNodeRef::StmtClassDef(_))
                )
        }
        _ => false,
    };
    let plain = |value: &'a Expr| match gives(cx, asks, value, depth + 1) {
        Gives::Plain(what) => Some((what, module.line(value.start()))),
        _ => None,
    };
    module.nodes().find_map(|(_, node)| {
        let AnyNodeRef::StmtAssign(assign) = node else { return None };
        assign.targets.iter().find_map(|target| match target {
            Expr::Subscript(s) if is_it(&s.value) => plain(&assign.value),
            target if is_it(target) => match &*assign.value {
                Expr::Dict(d) => d.items.iter().find_map(|item| plain(&item.value)),
                Expr::List(l) => l.elts.iter().find_map(plain),
                _ => None,
            },
            _ => None,
        })
    })
}

fn of_container(ty: &Ty, text: &str) -> Gives {
    match ty.name() {
        Some("list" | "dict") => Gives::Several,
        name => Gives::Plain(format!("`{text}` is a `{}`", name.unwrap_or("container"))),
    }
}

fn of_name(cx: &FileContext, asks: Asks, name: &ast::ExprName, depth: usize) -> Gives {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let unknown = || Gives::Unknown(format!("what `{}` holds is not known", name.id));
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return unknown() };
    let mut all: Option<Gives> = None;
    for occurrence in symbols.occurrences_of(symbol).filter(|o| o.binds()) {
        let of = match (occurrence.binding, module.parent_node(occurrence.node)) {
            (Some(Binding::Assignment), Some(AnyNodeRef::StmtAssign(a))) => {
                gives(cx, asks, &a.value, depth + 1)
            }
            (Some(Binding::Parameter), _) => passed(cx, asks, occurrence.node, name.id.as_str(), depth),
            _ => unknown(),
        };
        all = Some(match all {
            Some(all) => asks.or(all, of),
            None => of,
        });
    }
    all.unwrap_or_else(unknown)
}

/// What the calls in this file pass as a parameter.
fn passed(cx: &FileContext, asks: Asks, parameter: NodeId, name: &str, depth: usize) -> Gives {
    worst(cx, asks, parameter, name, "", |argument| gives(cx, asks, argument, depth + 1))
}

/// What it gives to call the parameter, by what the calls in this file pass.
fn passed_and_called(cx: &FileContext, asks: Asks, name: &ast::ExprName, depth: usize) -> Option<Gives> {
    let symbols = cx.facts.symbols();
    let Resolution::Symbol(symbol) = symbols.resolve(cx.module.id(name)) else { return None };
    let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.binds());
    let parameter = bindings.next().filter(|o| o.binding == Some(Binding::Parameter))?.node;
    let unknown = Gives::Unknown(String::new());
    let all = worst(cx, asks, parameter, name.id.as_str(), "()", |argument| {
        of_callable(cx, asks, argument, &unknown, depth + 1)
    });
    asks.is_decided_by(&all).then_some(all)
}

/// Of all that the calls in this file pass as a parameter, what decides.
fn worst<'a>(
    cx: &FileContext<'a, '_>,
    asks: Asks,
    parameter: NodeId,
    name: &str,
    called: &str,
    gives: impl Fn(&'a Expr) -> Gives,
) -> Gives {
    let module = cx.module;
    let unknown = Gives::Unknown(format!("the callers decide what `{name}` is"));
    let Some(AnyNodeRef::StmtFunctionDef(def)) = module.enclosing_function(parameter).map(|f| module.node(f))
    else {
        return unknown;
    };
    let in_class = matches!(module.parent_node(module.id(def)), Some(AnyNodeRef::StmtClassDef(_)));
    let Some(index) =
        def.parameters.iter_non_variadic_params().position(|p| p.parameter.name.as_str() == name)
    else {
        return unknown;
    };
    let mut all = unknown;
    for (_, node) in module.nodes() {
        let AnyNodeRef::ExprCall(call) = node else { continue };
        if last_name(&call.func) != Some(def.name.as_str()) {
            continue;
        }
        let bound = usize::from(in_class && call.func.is_attribute_expr());
        let by_name =
            call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some(name)).map(|k| &k.value);
        let by_place = index.checked_sub(bound).and_then(|i| call.arguments.args.get(i));
        let Some(given) = by_name.or(by_place).map(&gives) else { continue };
        if asks.is_decided_by(&given) && asks.any {
            return given;
        }
        if let plain @ (Gives::Plain(_) | Gives::Several) = given {
            let line = module.line(call.start());
            let what = match plain {
                Gives::Plain(what) => what,
                _ => "a list or dict".to_string(),
            };
            all = Gives::Plain(format!("`{name}{called}` by line {line}: {what}"));
        }
    }
    all
}

fn of_call(cx: &FileContext, asks: Asks, call: &ast::ExprCall, depth: usize) -> Gives {
    let module = cx.module;
    let text: String = module.source(&*call.func).chars().take(50).collect();
    let types = Types::new(module, cx.facts);
    let of =
        |callee: &Ty| match callee {
            Ty::Function(function) => Some(asks.or(
                of_function(cx, asks, *function, depth),
                overridden(cx, asks, &call.func, *function, depth),
            )),
            Ty::Class(class) => Some(of_class(cx, *class)),
            Ty::Member(path) => Some(of_member(cx, path, &text)),
            _ => None,
        };
    match types.of(&call.func) {
        // Whichever definition it is.
        Ty::Union(several) => {
            let all: Option<Vec<Gives>> = several.iter().map(of).collect();
            if let Some(gives) = all.and_then(|all| all.into_iter().reduce(|a, b| asks.or(a, b))) {
                return gives;
            }
        }
        one => {
            if let Some(gives) = of(&one) {
                return gives;
            }
        }
    }
    if let Ty::Known(..) = types.of(&Expr::Call(call.clone())) {
        return Gives::Plain(format!("`{text}(...)` gives a plain value"));
    }
    let unknown = Gives::Unknown(format!("what `{text}(...)` returns is not known"));
    match &*call.func {
        Expr::Attribute(a) => {
            let name = a.attr.as_str();
            if asks.framework == Framework::Tornado && name == "submit" {
                return Gives::Plain("`submit` gives a future of `concurrent.futures`".into());
            }
            if matches!(name, "__await__" | "__iter__") {
                return Gives::Plain(format!("`{text}()` gives an iterator"));
            }
            if STRINGS.contains(&name) {
                return Gives::Plain(format!("`{name}` gives a plain value"));
            }
            if matches!(name, "create_future" | "run_in_executor" | "create_task" | "ensure_future") {
                return Gives::Awaitable(format!("`{name}` gives a future"));
            }
            if let Some(method) = own_method(cx, a) {
                return asks.or(
                    of_function(cx, asks, method, depth),
                    overridden(cx, asks, &call.func, method, depth),
                );
            }
            by_name(cx, asks, name, unknown, depth)
        }
        // A local function that is bound in several branches, a wrapped lambda, a parameter that is called.
        Expr::Name(n) => {
            if let Some(plain) = passed_and_called(cx, asks, n, depth) {
                return plain;
            }
            let all = bound_to(cx, n).into_iter().map(|value| match value {
                Some(value) => of_callable(cx, asks, value, &unknown, depth + 1),
                None => unknown.clone(),
            });
            match all.reduce(|a, b| asks.or(a, b)) {
                Some(known) if known != unknown => known,
                _ => by_name(cx, asks, n.id.as_str(), unknown, depth),
            }
        }
        Expr::Lambda(lambda) => of_lambda(cx, asks, lambda, depth),
        _ => unknown,
    }
}

/// Methods of strings, which no awaitable object has.
const STRINGS: &[&str] = &[
    "strip",
    "lstrip",
    "rstrip",
    "upper",
    "lower",
    "title",
    "capitalize",
    "split",
    "rsplit",
    "splitlines",
    "join",
    "format",
    "replace",
    "encode",
    "decode",
    "startswith",
    "endswith",
];

/// What the name of a variable is bound to, one for each binding; `None` where that is no assignment.
fn bound_to<'a>(cx: &FileContext<'a, '_>, name: &ast::ExprName) -> Vec<Option<&'a Expr>> {
    let symbols = cx.facts.symbols();
    let Resolution::Symbol(symbol) = symbols.resolve(cx.module.id(name)) else { return Vec::new() };
    let bindings = symbols.occurrences_of(symbol).filter(|o| o.binds());
    let values = bindings.map(|o| match (o.binding, cx.module.parent_node(o.node)) {
        (Some(Binding::Assignment), Some(AnyNodeRef::StmtAssign(a))) => Some(&*a.value),
        _ => None,
    });
    values.collect()
}

/// What a call of the value gives.
fn of_callable(cx: &FileContext, asks: Asks, value: &Expr, unknown: &Gives, depth: usize) -> Gives {
    if depth > DEPTH {
        return unknown.clone();
    }
    let text = cx.module.source(value);
    match value {
        Expr::Lambda(lambda) => of_lambda(cx, asks, lambda, depth),
        Expr::Call(call) if wraps(cx, call) => {
            Gives::Awaitable(format!("`{text}` is wrapped by a coroutine decorator"))
        }
        Expr::Call(call) if is_partial(cx, call) => match call.arguments.args.first() {
            Some(function) => of_callable(cx, asks, function, unknown, depth + 1),
            None => unknown.clone(),
        },
        Expr::If(i) => asks.or(
            of_callable(cx, asks, &i.body, unknown, depth + 1),
            of_callable(cx, asks, &i.orelse, unknown, depth + 1),
        ),
        _ => match Types::new(cx.module, cx.facts).of(value) {
            Ty::Function(function) => of_function(cx, asks, function, depth + 1),
            Ty::Class(class) => of_class(cx, class),
            Ty::Member(path) => of_member(cx, &path, text),
            _ => unknown.clone(),
        },
    }
}

fn is_partial(cx: &FileContext, call: &ast::ExprCall) -> bool {
    cx.facts.symbols().qualified_name(cx.module, &call.func).is_some_and(|p| p == "functools.partial")
}

/// `double = asyncio.coroutine(lambda n: ...)`.
fn wraps(cx: &FileContext, call: &ast::ExprCall) -> bool {
    cx.facts.symbols().qualified_name(cx.module, &call.func).is_some_and(|p| p.ends_with(".coroutine"))
}

/// The method that `self.name` or `cls.name` means in the class around, if it defines one.
pub fn own_method(cx: &FileContext, attribute: &ast::ExprAttribute) -> Option<NodeId> {
    let Expr::Name(receiver) = &*attribute.value else { return None };
    if !matches!(receiver.id.as_str(), "self" | "cls") {
        return None;
    }
    let id = cx.module.id(attribute);
    let class = cx.module.ancestors(id).find_map(|a| match cx.module.node(a) {
        AnyNodeRef::StmtClassDef(c) => Some(c),
        _ => None,
    })?;
    class.body.iter().find_map(|s| match s {
        Stmt::FunctionDef(f) if f.name.as_str() == attribute.attr.as_str() => Some(cx.module.id(f)),
        _ => None,
    })
}

/// What a function of this file gives when it is called.
pub fn of_function(cx: &FileContext, asks: impl Into<Asks>, function: NodeId, depth: usize) -> Gives {
    let asks = asks.into();
    let module = cx.module;
    let def = match module.node(function) {
        AnyNodeRef::StmtFunctionDef(def) => def,
        AnyNodeRef::ExprLambda(lambda) => return of_lambda(cx, asks, lambda, depth),
        _ => return Gives::Unknown("what is called is not known".into()),
    };
    let name = def.name.as_str();
    if def.is_async {
        return match own_yields(module, function).next() {
            Some(_) => Gives::Plain(format!("`{name}` is an asynchronous generator")),
            None => Gives::Awaitable(format!("`{name}` is a coroutine function")),
        };
    }
    if def.decorator_list.iter().any(|d| last_name(&d.expression).is_some_and(is_known_name)) {
        return Gives::Awaitable(format!("`{name}` is a coroutine function"));
    }
    let other = def.decorator_list.iter().find(|d| {
        !matches!(
            last_name(&d.expression),
            Some("staticmethod" | "classmethod" | "abstractmethod" | "callback")
        )
    });
    if let Some(other) = other {
        return Gives::Unknown(format!("`{name}` is decorated by `{}`", module.source(&other.expression)));
    }
    let line = module.line(def.name.start());
    if own_yields(module, function).next().is_some() {
        let what = format!("`{name}` (line {line}) is a plain generator");
        // Which `await` does not take, and `asyncio.coroutine` waits for.
        return if asks.any { Gives::Awaitable(what) } else { Gives::Plain(what) };
    }
    if asks.framework.is_lazy() && !asks.any {
        // A plain function that was delegated to: what it returns was taken until today.
        let mut all = Gives::Unknown(format!("what `{name}` returns is not known"));
        for value in returned(cx, function).into_iter().flatten() {
            if let found @ (Gives::Plain(_) | Gives::Several) = gives(cx, asks, value, depth + 1) {
                all = found;
            }
        }
        return all;
    }
    let ends = cx.facts.flow(function).falls_off_the_end();
    let mut all = ends.then(|| Gives::Plain(format!("`{name}` (line {line}) can return `None`")));
    for value in returned(cx, function) {
        let of = match value {
            None => Gives::Plain(format!("`{name}` (line {line}) can return `None`")),
            Some(value) => gives(cx, asks, value, depth + 1),
        };
        all = Some(match all {
            Some(all) => asks.or(all, of),
            None => of,
        });
    }
    all.unwrap_or_else(|| Gives::Unknown(format!("`{name}` returns nothing")))
}

/// What a lambda gives when it is called.
fn of_lambda(cx: &FileContext, asks: Asks, lambda: &ast::ExprLambda, depth: usize) -> Gives {
    let line = cx.module.line(lambda.start());
    if own_yields(cx.module, cx.module.id(lambda)).next().is_some() {
        return Gives::Plain(format!("the lambda on line {line} makes a plain generator"));
    }
    gives(cx, asks, &lambda.body, depth + 1)
}

/// The values of the `return` statements of a function's own body; `None` for a bare one.
pub fn returned<'a>(cx: &FileContext<'a, '_>, function: NodeId) -> Vec<Option<&'a Expr>> {
    let own = |id: NodeId| cx.module.enclosing_function(id) == Some(function);
    let returns = cx.module.subtree(function).filter_map(|(id, node)| match node {
        AnyNodeRef::StmtReturn(r) if own(id) => Some(r.value.as_deref()),
        _ => None,
    });
    returns.collect()
}

fn of_class(cx: &FileContext, class: NodeId) -> Gives {
    let AnyNodeRef::StmtClassDef(c) = cx.module.node(class) else { return Gives::Unknown(String::new()) };
    let defines =
        |name: &str| c.body.iter().any(|s| matches!(s, Stmt::FunctionDef(f) if f.name.as_str() == name));
    if defines("__await__") {
        return Gives::Awaitable(format!("`{}` has `__await__`", c.name));
    }
    if c.bases().is_empty() || defines("__iter__") {
        return Gives::Plain(format!("`{}` has no `__await__`", c.name));
    }
    Gives::Unknown(format!("`{}` may inherit `__await__`", c.name))
}

/// What the method that is called gives in classes that derive from its own and define it anew.
fn overridden(cx: &FileContext, asks: Asks, callee: &Expr, method: NodeId, depth: usize) -> Gives {
    if callee.is_attribute_expr() { overrides(cx, asks, method, depth) } else { asks.neutral() }
}

/// What methods give that override this one, in any file.
pub fn overrides(cx: &FileContext, asks: impl Into<Asks>, method: NodeId, depth: usize) -> Gives {
    let asks = asks.into();
    let module = cx.module;
    let all = asks.neutral();
    let (AnyNodeRef::StmtFunctionDef(def), Some(AnyNodeRef::StmtClassDef(class))) =
        (module.node(method), module.parent_node(method))
    else {
        return all;
    };
    let name = def.name.as_str();
    // A coroutine of asyncio can delegate to what is no awaitable only if it is iterable.
    if asks.framework.is_lazy() && !asks.any {
        return all;
    }
    let below = cx.repo.descendants(&cx.local(), class.name.as_str());
    let anew = below.iter().filter(|s| s.binds.iter().any(|b| b == name));
    anew.fold(all, |all, sub| {
        let here = module.nodes().find_map(|(_, n)| match n {
            AnyNodeRef::StmtClassDef(c) if c.name.as_str() == sub.name => {
                c.body.iter().rev().find_map(|s| match s {
                    Stmt::FunctionDef(f) if f.name.as_str() == name => Some(module.id(f)),
                    _ => None,
                })
            }
            _ => None,
        });
        let gives = match here {
            Some(function) => of_function(cx, asks, function, depth + 1),
            None => {
                let elsewhere = cx.repo.defining(name).find_map(|summary| {
                    let class = summary.classes.values().find(|c| c.name == sub.name)?;
                    let function = summary.functions.get(class.methods.get(name)?)?;
                    Some(of_summary(function, name))
                });
                elsewhere
                    .unwrap_or_else(|| Gives::Unknown(format!("`{}` has a `{name}` of its own", sub.name)))
            }
        };
        asks.or(all, gives)
    })
}

/// Whether a member of another module of the repository is an `async def`.
pub fn is_async_member(cx: &FileContext, path: &str) -> bool {
    let function = path.rsplit_once('.').and_then(|(module, name)| {
        let summary = cx.repo.summary(&cx.repo.index().module_file(cx.path, module)?)?;
        let id = summary.by_name.get(name)?.last()?;
        summary.functions.get(id).map(|f| f.is_async && !f.is_generator)
    });
    function.unwrap_or(false)
}

/// What calling a member of another module gives.
pub fn of_member(cx: &FileContext, path: &str, text: &str) -> Gives {
    if let Some((module, name)) = path.rsplit_once('.') {
        if matches!(module, "asyncio" | "asyncio.tasks") && !matches!(name, "as_completed" | "iscoroutine") {
            return Gives::Awaitable(format!("`{path}` gives an awaitable"));
        }
        if matches!(module, "tornado.gen" | "twisted.internet.defer" | "twisted.internet.task")
            && !matches!(name, "engine" | "Return" | "returnValue" | "LoopingCall" | "WaitIterator")
        {
            return Gives::Awaitable(format!("`{path}` gives a future"));
        }
        if module == "builtins" && name != "super" && name != "getattr" {
            return Gives::Plain(format!("`{name}` gives a plain value"));
        }
        if let Some(file) = cx.repo.index().module_file(cx.path, module)
            && let Some(summary) = cx.repo.summary(&file)
        {
            if let Some(class) = summary.classes.values().find(|c| c.name == name) {
                return match class.methods.contains_key("__await__") {
                    true => Gives::Awaitable(format!("`{name}` has `__await__`")),
                    false if class.bases.is_empty() => Gives::Plain(format!("`{name}` has no `__await__`")),
                    false => Gives::Unknown(format!("`{name}` may inherit `__await__`")),
                };
            }
            if let Some(id) = summary.by_name.get(name).and_then(|ids| ids.last())
                && let Some(function) = summary.functions.get(id)
            {
                return of_summary(function, text);
            }
        }
    }
    Gives::Unknown(format!("what `{text}(...)` returns is not known"))
}

fn of_summary(function: &FunctionSummary, text: &str) -> Gives {
    let name = &function.name;
    let coroutine = |d: &String| is_known_name(d.rsplit('.').next().unwrap_or(d.as_str()));
    if function.is_async && function.is_generator {
        return Gives::Plain(format!("`{name}` is an asynchronous generator"));
    }
    if function.is_async || function.decorators.iter().any(coroutine) {
        return Gives::Awaitable(format!("`{name}` is a coroutine function"));
    }
    if function.is_generator && function.decorators.is_empty() {
        return Gives::Plain(format!("`{name}` is a plain generator"));
    }
    Gives::Unknown(format!("what `{text}(...)` returns is not known"))
}

/// What functions of this name give, wherever in the repository they are: the receiver is not known.
fn by_name(cx: &FileContext, asks: Asks, name: &str, unknown: Gives, depth: usize) -> Gives {
    for function in cx.facts.definitions_of(name) {
        let found = of_function(cx, asks, *function, depth.max(DEPTH - 2));
        if asks.is_decided_by(&found) {
            return found;
        }
    }
    if !cx.repo.is_answered() {
        return unknown;
    }
    if let Some((path, line)) = cx.repo.delegating_helpers(name).into_iter().next() {
        return Gives::Plain(format!("`{name}` may be the plain generator at {}:{line}", path.display()));
    }
    unknown
}
