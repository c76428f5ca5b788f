//! Functions that a framework drives as coroutines become `async def`.

mod asked;
mod callers;
mod edits;
mod results;

use crate::asynchrony::framework::{Framework, Legacy, is_alias, is_known_name, last_name};
use crate::asynchrony::{mentions, operands};
use edits::Made;
use results::Results;
use unspool_engine::facts::Resolution;
use unspool_engine::facts::effects::without_value;
use unspool_engine::repo::own_yields;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, TextRange, TokenKind, ast};
use unspool_engine::transform::{
    FileContext, Finding, ForeignEdits, Group, Meta, ObligationKind, Place, Profile, Proposal, Transform,
};

pub struct CoroutineToAsync;

static META: Meta = Meta {
    id: "coroutine-to-async",
    title: "Turn generator-based coroutines into `async def`",
    group: Group::Async,
    default: true,
    anti_pattern: "generator-based coroutines",
    idiom: "native coroutines",
    docs: include_str!("README.md"),
    needles: &["coroutine", "inlineCallbacks"],
    kinds: &[NodeKind::StmtFunctionDef],
    obligations: &[
        ObligationKind {
            id: "legacy-coroutine",
            claim: "the decorator is that of asyncio, types, tornado or twisted, and decorates the function itself",
        },
        ObligationKind {
            id: "in-the-language",
            claim: "every Python that the code has to run on has `async def`",
        },
        ObligationKind { id: "own-body", claim: "it only waits, and only where an `await` may stand" },
        ObligationKind { id: "awaitable", claim: "`await` takes everything that it waits for" },
        ObligationKind { id: "locks", claim: "what `with (yield from x)` enters is a lock" },
        ObligationKind { id: "result", claim: "the caller gets the result that it gets today" },
        ObligationKind { id: "decorators", claim: "the other decorators take a coroutine function" },
        ObligationKind { id: "start", claim: "nobody notices when the body begins to run" },
        ObligationKind { id: "only-awaited", claim: "nobody takes what it returns for a generator" },
        ObligationKind { id: "callers", claim: "every caller in the repository goes on to work" },
        ObligationKind {
            id: "outside",
            claim: "nobody outside of the repository needs a generator or future",
        },
        ObligationKind { id: "layout", claim: "comments and annotations can stay or follow" },
    ],
};

impl Transform for CoroutineToAsync {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        ["coroutine", "inlineCallbacks"].iter().any(|word| {
            memchr::memmem::find_iter(bytes, word).any(|at| {
                // `import coroutine as co`
                let behind = &bytes[at + word.len()..];
                if behind.trim_ascii_start().starts_with(b"as") && behind.starts_with(b" ") {
                    return true;
                }
                let start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |i| i + 1);
                // The decorator may be spread over several lines: `@(` or `@asyncio.\`.
                let above = bytes[..start].trim_ascii_end();
                bytes[start..at].trim_ascii_start().starts_with(b"@")
                    || matches!(above.last(), Some(b'(' | b'\\' | b'.'))
            })
        })
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtFunctionDef(def) = node else { return None };
        let named = |d: &ast::Decorator| {
            last_name(&d.expression).is_some_and(is_known_name) || is_alias(module, &d.expression)
        };
        (!def.is_async && def.decorator_list.iter().any(named)).then(|| head(def))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::StmtFunctionDef(def) = node else { unreachable!("only definitions are found") };
        let mut proposal = Proposal::new(&META, head(def));
        let legacy = match Legacy::of(cx, def) {
            Ok(legacy) => legacy,
            Err(why) => {
                proposal.oblige(&META, "legacy-coroutine", head(def), Finding::refuted(why));
                return proposal;
            }
        };
        let decorator = cx.module.source(&legacy.decorator.expression);
        let how = match without_value(cx.module, cx.facts, &legacy.decorator.expression) {
            None => Finding::proved(format!("`{decorator}` is")),
            Some(name) => Finding::refuted(format!("`{name}` may have no value yet where it decorates")),
        };
        proposal.oblige(&META, "legacy-coroutine", legacy.decorator.range(), how);
        let results = oblige(cx, &legacy, &mut proposal);
        if proposal.is_refuted() {
            return proposal;
        }
        let made = match legacy.framework {
            Framework::Twisted => together(cx, &legacy, &results),
            _ => edits::native(cx, &legacy, &results).map(|made| Together { made, ..Together::default() }),
        };
        match made {
            Ok(together) => {
                proposal.oblige(&META, "layout", head(def), Finding::proved("they can"));
                if cx.settings.profile != Profile::All {
                    proposal.withheld = together.reads_worse();
                }
                proposal.edits = together.made.edits;
                proposal.imports = together.made.imports;
                proposal.foreign = together.foreign;
            }
            Err(why) => proposal.oblige(&META, "layout", head(def), Finding::refuted(why)),
        }
        proposal.unimports = freed(cx, &legacy);
        proposal
    }
}

/// From the decorators to the name.
fn head(def: &ast::StmtFunctionDef) -> TextRange {
    TextRange::new(def.start(), def.name.end())
}

/// States everything about the function itself and its callers.
fn oblige<'a>(cx: &FileContext<'a, '_>, legacy: &Legacy<'a>, proposal: &mut Proposal) -> Results<'a> {
    let id = cx.module.id(legacy.def);
    let at = head(legacy.def);
    let mut oblige = |kind, at: Place, finding: Finding| {
        let refuted = finding.state.is_refuted();
        proposal.oblige(&META, kind, at, finding);
        refuted
    };
    if oblige("in-the-language", at.into(), in_the_language(cx)) {
        return Results::default();
    }
    let mut refuted = oblige("own-body", at.into(), own_body(cx, legacy, id));
    for y in own_yields(cx.module, id) {
        let (AnyNodeRef::ExprYield(ast::ExprYield { value: Some(value), .. })
        | AnyNodeRef::ExprYieldFrom(ast::ExprYieldFrom { value, .. })) = cx.module.node(y)
        else {
            continue;
        };
        refuted |= oblige("awaitable", value.range().into(), operands::awaitable(cx, legacy, value));
    }
    for (_, item) in edits::lock_items(cx, id) {
        refuted |= oblige("locks", item.range().into(), lock(cx, item));
    }
    let (finding, results) = results::results(cx, legacy);
    refuted |= oblige("result", at.into(), finding);
    refuted |= oblige("decorators", at.into(), callers::decorators(cx, legacy));
    oblige("start", at.into(), start(cx, legacy));
    if refuted {
        return results;
    }
    match legacy.framework {
        Framework::Asyncio | Framework::Types => {
            oblige("only-awaited", at.into(), callers::only_awaited(cx, legacy));
        }
        Framework::Tornado => {
            oblige("callers", at.into(), callers::tornado_callers(cx, legacy));
        }
        Framework::Twisted => {
            oblige("callers", at.into(), callers::twisted_callers(cx, legacy));
        }
    }
    oblige("outside", at.into(), mentions::outside(cx, legacy.def));
    results
}

/// `async def` came with Python 3.5 (PEP 492).
fn in_the_language(cx: &FileContext) -> Finding {
    let version = cx.settings.target.version;
    if (version.major, version.minor) < (3, 5) {
        return Finding::refuted(format!(
            "the code has to run on Python {version}, too, to which `async def` is a syntax error"
        ));
    }
    Finding::proved("every Python that the code has to run on has it")
}

/// What the body yields, and where.
fn own_body(cx: &FileContext, legacy: &Legacy, id: NodeId) -> Finding {
    let module = cx.module;
    let line = |n: NodeId| module.line(module.node(n).start());
    let mut any = false;
    for y in own_yields(module, id) {
        any = true;
        let at = line(y);
        match (module.node(y), legacy.framework.is_lazy()) {
            (AnyNodeRef::ExprYield(_), true) => {
                return Finding::refuted(format!(
                    "the `yield` on line {at} gives control to the loop once; in an `async def` it would make an asynchronous generator"
                ));
            }
            (AnyNodeRef::ExprYield(e), false) if e.value.is_none() => {
                return Finding::refuted(format!(
                    "the `yield` on line {at} waits for nothing, and `await` needs something"
                ));
            }
            (AnyNodeRef::ExprYield(e), false)
                if e.value.as_deref().is_some_and(|value| value.is_starred_expr()) =>
            {
                return Finding::refuted(format!("the `yield` on line {at} unpacks, which `await` does not"));
            }
            (AnyNodeRef::ExprYieldFrom(_), false) => {
                return Finding::refuted(format!(
                    "`yield from` on line {at} delegates to a generator, which `await` does not take"
                ));
            }
            _ => {}
        }
        let inside = module.ancestors(y).take_while(|a| *a != id);
        let nested = inside.map(|a| module.node(a).kind()).find(|kind| {
            matches!(kind, NodeKind::ExprGenerator | NodeKind::Comprehension | NodeKind::StmtClassDef)
        });
        if nested.is_some() {
            return Finding::refuted(format!("line {at} waits inside a comprehension or class"));
        }
    }
    // A default value or decorator of a nested function belongs to this body.
    let nested = module.subtree(id).skip(1).find(|(n, node)| match node {
        AnyNodeRef::StmtFunctionDef(f) => {
            let head = TextRange::new(f.start(), f.body.first().map_or(f.end(), Ranged::start));
            own_yields(module, *n).any(|y| head.contains_range(module.node(y).range()))
        }
        AnyNodeRef::ExprLambda(l) => l.parameters.as_ref().is_some_and(|p| {
            own_yields(module, *n).any(|y| p.range().contains_range(module.node(y).range()))
        }),
        _ => false,
    });
    if let Some((nested, _)) = nested {
        return Finding::refuted(format!("line {} waits in the head of a nested function", line(nested)));
    }
    let keyword =
        module.tokens().in_range(legacy.def.range()).iter().find(|token| {
            token.kind() == TokenKind::Name && matches!(module.source(*token), "async" | "await")
        });
    if let Some(token) = keyword {
        let (text, at) = (module.source(token), module.line(token.start()));
        return Finding::refuted(format!(
            "`{text}` on line {at} is a name (until Python 3.6), and a keyword inside of `async def`"
        ));
    }
    if !any && legacy.framework == Framework::Twisted {
        return Finding::refuted("`inlineCallbacks` raises TypeError for a function that does not yield");
    }
    Finding::proved("it does")
}

/// Locks, semaphores and conditions had an `__iter__` that gave a context manager (up to Python 3.8).
fn lock(cx: &FileContext, item: &ast::WithItem) -> Finding {
    let ast::WithItem { context_expr: Expr::YieldFrom(y), .. } = item else {
        return Finding::refuted("it does not wait");
    };
    let text = cx.module.source(&*y.value);
    if let Some(class) = made_of(cx, &y.value) {
        return Finding::proved(format!("`{text}` is an `{class}`"));
    }
    let name = last_name(&y.value).unwrap_or_default().to_lowercase();
    if ["lock", "sem", "cond", "mutex"].iter().any(|part| name.contains(part)) {
        return Finding::proved(format!(
            "`{text}` is one by its name, and only locks of asyncio can be entered so"
        ));
    }
    Finding::refuted(format!(
        "`{text}` may be a pool or the like, for which `async with` means something else"
    ))
}

/// The class of asyncio of which a variable or attribute holds an object that can be locked: all that the file assigns to it.
fn made_of(cx: &FileContext, value: &Expr) -> Option<String> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let class_of = |made: &Expr| {
        let class = symbols.qualified_name(module, &made.as_call_expr()?.func)?;
        let locks = ["asyncio.Lock", "asyncio.Semaphore", "asyncio.BoundedSemaphore", "asyncio.Condition"];
        locks.contains(&class.as_str()).then_some(class)
    };
    match value {
        Expr::Name(name) => {
            let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return None };
            class_of(symbols.single_assignment(module, symbol)?)
        }
        Expr::Attribute(attribute) => {
            let stores = module.nodes().filter(|(_, node)| {
                matches!(node, AnyNodeRef::ExprAttribute(a) if !a.ctx.is_load() && a.attr.as_str() == attribute.attr.as_str())
            });
            let mut found = None;
            for (id, _) in stores {
                match module.parent_node(id) {
                    Some(AnyNodeRef::StmtAssign(a)) => found = Some(class_of(&a.value)?),
                    _ => return None,
                }
            }
            found
        }
        _ => None,
    }
}

fn start(cx: &FileContext, legacy: &Legacy) -> Finding {
    match legacy.framework {
        // Around a function that is no generator `asyncio.coroutine` puts one that takes any arguments, and hands them
        // on when it is awaited.
        Framework::Asyncio if own_yields(cx.module, cx.module.id(legacy.def)).next().is_none() => {
            match callers::misfit(cx, legacy.def) {
                Some(line) => Finding::refuted(format!(
                    "line {line} calls it with arguments that it does not take, which fails when it is awaited today, and at the call in an `async def`"
                )),
                None => Finding::proved("in either form nothing runs before it is awaited"),
            }
        }
        Framework::Asyncio | Framework::Types => {
            Finding::proved("in either form nothing runs before it is awaited")
        }
        Framework::Tornado => Finding::assumed(
            "today a call runs the body up to its first `yield`; an `async def` begins when it is awaited",
        ),
        Framework::Twisted => Finding::assumed(
            "today a call runs the body up to its first `yield` and gives a Deferred; whoever calls it from outside of the file must take a coroutine",
        ),
    }
}

/// Functions that change together, and what becomes of those that call them.
#[derive(Default)]
struct Together {
    made: Made,
    foreign: Vec<ForeignEdits>,
    functions: usize,
    /// How many calls a generator yields that stays as it is.
    yielded: usize,
}

impl Together {
    /// `yield ensureDeferred(f())` for `yield f()` is worth it where far more becomes `await f()`.
    fn reads_worse(&self) -> Option<String> {
        (self.yielded * 2 > self.functions).then(|| {
            let (calls, those) = if self.yielded == 1 { ("call", "a generator that stays") } else { ("calls", "generators that stay") };
            format!(
                "benefit: {} {calls} in {those} would have to be written `yield ensureDeferred(...)`: whoever calls it first, or both at once",
                self.yielded
            )
        })
    }
}

/// The functions of twisted in this file that call each other change together: a call is awaited by those that
/// change, and wrapped for all others, in other files, too.
fn together<'a>(
    cx: &FileContext<'a, '_>,
    first: &Legacy<'a>,
    results: &Results<'a>,
) -> Result<Together, String> {
    let module = cx.module;
    let mut others: Vec<(Legacy<'a>, Vec<NodeId>)> = Vec::new();
    for (id, node) in module.nodes() {
        let AnyNodeRef::StmtFunctionDef(def) = node else { continue };
        if id == module.id(first.def) {
            continue;
        }
        let Ok(legacy) = Legacy::of(cx, def) else { continue };
        if legacy.framework != Framework::Twisted {
            continue;
        }
        if let Ok(calls) = callers::twisted_calls(cx, &legacy) {
            others.push((legacy, calls));
        }
    }
    let mut made = edits::native(cx, first, results)?;
    let elsewhere = callers::twisted_elsewhere(cx, first).unwrap_or_default();
    let (mut foreign, mut yielded) = (elsewhere.edits, elsewhere.yielded);
    let mut group: Vec<NodeId> = vec![module.id(first.def)];
    let mut calls = callers::twisted_calls(cx, first).unwrap_or_default();
    // Whoever calls a member, or is called by one, belongs to the group, unless it stays as it is.
    loop {
        let joins = others.iter().position(|(legacy, own_calls)| {
            let id = module.id(legacy.def);
            calls.iter().any(|c| module.enclosing_function(*c) == Some(id))
                || own_calls.iter().any(|c| module.enclosing_function(*c).is_some_and(|f| group.contains(&f)))
        });
        let Some(at) = joins else { break };
        let (legacy, own_calls) = others.swap_remove(at);
        let mut proposal = Proposal::new(&META, head(legacy.def));
        let results = oblige(cx, &legacy, &mut proposal);
        if proposal.is_refuted() {
            continue;
        }
        let Ok(more) = edits::native(cx, &legacy, &results) else { continue };
        made.edits.extend(more.edits);
        made.imports.extend(more.imports);
        let elsewhere = callers::twisted_elsewhere(cx, &legacy).unwrap_or_default();
        yielded += elsewhere.yielded;
        for more in elsewhere.edits {
            match foreign.iter_mut().find(|known| known.path == more.path) {
                Some(known) => {
                    known.edits.extend(more.edits);
                    known.imports.extend(more.imports);
                }
                None => foreign.push(more),
            }
        }
        group.push(module.id(legacy.def));
        calls.extend(own_calls);
    }
    calls.sort_unstable();
    calls.dedup();
    for call in calls {
        let awaited = matches!(module.parent_node(call), Some(AnyNodeRef::ExprYield(_)))
            && module.enclosing_function(call).is_some_and(|f| group.contains(&f));
        let already = matches!(module.parent_node(call), Some(AnyNodeRef::ExprAwait(_)));
        if !awaited && !already {
            yielded += usize::from(matches!(module.parent_node(call), Some(AnyNodeRef::ExprYield(_))));
            let local = cx.local();
            edits::wrapped(&local, cx.repo, call, &mut made)?;
        }
    }
    Ok(Together { made, foreign, functions: group.len(), yielded })
}

/// Names that the rewrite takes uses of.
fn freed(cx: &FileContext, legacy: &Legacy) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        if let Some(first) = text.split('.').next() {
            names.push(first.to_string());
        }
    };
    add(cx.module.source(&legacy.decorator.expression));
    let returner = legacy.framework.returner().and_then(|r| r.rsplit('.').next());
    for (_, node) in cx.module.subtree(cx.module.id(legacy.def)) {
        match node {
            AnyNodeRef::ExprName(n) if Some(n.id.as_str()) == returner => add(n.id.as_str()),
            AnyNodeRef::ExprName(n) if matches!(n.id.as_str(), "Generator" | "Deferred" | "Future") => {
                add(n.id.as_str())
            }
            _ => {}
        }
    }
    names
}
