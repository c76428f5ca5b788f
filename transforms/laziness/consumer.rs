//! What consumes a list comprehension, and how.

use unspool_engine::facts::tables;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::text::glance;
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::elements::calls_lazy;

/// The place in which the comprehension stands.
pub enum Consumer<'a> {
    /// First argument of a call by name: `sum([..])`, `collections.deque([..])`.
    Call { call: &'a ast::ExprCall, name: &'a str },
    /// First argument of a method: `xs.extend([..])`.
    Method { call: &'a ast::ExprCall, name: &'a str, receiver: &'a Expr },
    /// An argument of a lazy wrapper (`zip`, `map`, `chain`), which stands directly in another consumer.
    Wrapper { call: &'a ast::ExprCall, name: &'a str, outer: Box<Consumer<'a>> },
    /// An argument of a lazy wrapper whose own consumer is not in sight.
    Adrift { call: &'a ast::ExprCall, name: &'a str },
    /// `x in [..]`
    Membership { compare: &'a ast::ExprCompare },
    /// `for t in [..]:`
    Loop { statement: &'a ast::StmtFor },
    /// `... for t in [..]` of another comprehension.
    Comprehension { node: NodeId, first: bool, generator: &'a ast::Comprehension, elements: Vec<&'a Expr> },
    /// `f(*[..])`
    Star { call: &'a ast::ExprCall },
    /// `[*[..]]`, `(*[..],)`
    Display { range: TextRange, is_set: bool },
    /// `a, b = [..]`
    Unpacking { assign: &'a ast::StmtAssign },
    /// `yield from [..]`
    Delegation { range: TextRange },
}

/// When the elements are evaluated, relative to what the consumer does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pace {
    /// All of them before the consumer does anything with one.
    Whole,
    /// One after the other, with an operator of the consumer in between.
    Interleaved,
    /// As `Interleaved`, and perhaps not all of them.
    Stops,
    /// With statements or elements of the program in between, and perhaps not all.
    Loop,
    /// Into an object that others may look at in between.
    Fills,
}

const NAMES: &[&str] = &[
    "sum",
    "any",
    "all",
    "min",
    "max",
    "set",
    "tuple",
    "list",
    "dict",
    "sorted",
    "frozenset",
    "deque",
    "Counter",
    "OrderedDict",
    "fsum",
    "prod",
    "len",
    "bool",
    "reversed",
    "mean",
    "median",
    "array",
    "next",
    "bytes",
    "bytearray",
    "nlargest",
    "nsmallest",
    "reduce",
    "fmean",
    "stdev",
    "pstdev",
    "variance",
    "pvariance",
    "median_low",
    "median_high",
    "mode",
    "multimode",
];

/// Those of which the iterable is the second argument: `nlargest(3, [..])`, `reduce(f, [..])`, `cursor.executemany(sql, [..])`.
const SECOND: &[&str] = &["nlargest", "nsmallest", "reduce", "executemany"];

const WRAPPERS: &[&str] = &[
    "enumerate",
    "zip",
    "map",
    "filter",
    "iter",
    "chain",
    "product",
    "islice",
    "from_iterable",
    "accumulate",
    "starmap",
    "takewhile",
    "dropwhile",
    "filterfalse",
    "compress",
    "groupby",
    "pairwise",
    "zip_longest",
    "reader",
    "DictReader",
];

const METHODS: &[&str] = &[
    "join",
    "extend",
    "update",
    "writelines",
    "executemany",
    "extendleft",
    "union",
    "intersection",
    "difference",
    "fromkeys",
    "issubset",
    "issuperset",
    "intersection_update",
    "difference_update",
    "symmetric_difference",
    "isdisjoint",
    "symmetric_difference_update",
];

/// Whether a list comprehension, or a `list(map(f, xs))`, may stand in one of these places, by the bytes alone.
pub fn may_stand_in(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'[', bytes)
        .any(|open| may_consume(bytes, open) && glance::may_be_comprehension(bytes, open))
        || memchr::memmem::find_iter(bytes, b"list")
            .any(|at| calls_lazy(&bytes[at + 4..]) && may_consume(bytes, at))
}

/// Whether what stands before the bracket may be a consumer.
fn may_consume(bytes: &[u8], open: usize) -> bool {
    // A comment in between: who knows.
    let Some(end) = glance::code_before(bytes, open) else { return true };
    let Some(last) = bytes[..end].last() else { return false };
    match last {
        // A second argument, of a wrapper.
        b'*' | b',' => true,
        b'(' => {
            let Some(end) = glance::code_before(bytes, end - 1) else { return true };
            let word = glance::word_before(bytes, end);
            let one_of = |names: &[&str]| names.iter().any(|name| name.as_bytes() == word);
            // Parentheses of their own may stand behind an operator or a keyword.
            word.is_empty() || one_of(NAMES) || one_of(WRAPPERS) || one_of(METHODS) || one_of(&["in", "from"])
        }
        // Unpacking: several targets, or one that is a list.
        b'=' => {
            let start = memchr::memrchr2(b'\n', b'\r', &bytes[..end]).map_or(0, |i| i + 1);
            let continued =
                glance::code_before(bytes, start).is_none_or(|e| bytes[e..start].contains(&b'\\'));
            continued || bytes[start..end].iter().any(|b| matches!(b, b',' | b')' | b']'))
        }
        _ => matches!(glance::word_before(bytes, end), b"in" | b"from"),
    }
}

/// The consumer of the list comprehension, by syntax alone.
pub fn of<'a>(module: &Module<'a>, comp: NodeId) -> Option<Consumer<'a>> {
    let parent = module.parent(comp)?;
    match module.node(parent) {
        AnyNodeRef::Arguments(arguments) => {
            let call_id = module.parent(parent)?;
            let AnyNodeRef::ExprCall(call) = module.node(call_id) else { return None };
            let position = arguments.args.iter().position(|a| module.id(a) == comp)?;
            let (name, receiver) = match &*call.func {
                Expr::Name(n) => (n.id.as_str(), None),
                Expr::Attribute(a) => (a.attr.as_str(), Some(&*a.value)),
                _ => return None,
            };
            if WRAPPERS.contains(&name) {
                return Some(match outer_of(module, call_id) {
                    Some(outer) => Consumer::Wrapper { call, name, outer: Box::new(outer) },
                    None => Consumer::Adrift { call, name },
                });
            }
            if position != usize::from(SECOND.contains(&name)) {
                return None;
            }
            match receiver {
                Some(receiver) if METHODS.contains(&name) => Some(Consumer::Method { call, name, receiver }),
                _ if NAMES.contains(&name) => Some(Consumer::Call { call, name }),
                _ => None,
            }
        }
        AnyNodeRef::ExprCompare(compare) => {
            let last = compare.comparators.len() - 1;
            let is_last = module.id(&compare.comparators[last]) == comp;
            let membership = matches!(compare.ops[last], ast::CmpOp::In | ast::CmpOp::NotIn);
            (is_last && membership).then_some(Consumer::Membership { compare })
        }
        AnyNodeRef::StmtFor(statement) if module.id(&*statement.iter) == comp && !statement.is_async => {
            Some(Consumer::Loop { statement })
        }
        AnyNodeRef::Comprehension(generator) if module.id(&generator.iter) == comp && !generator.is_async => {
            let node = module.parent(parent)?;
            let (generators, elements): (&[ast::Comprehension], Vec<&Expr>) = match module.node(node) {
                AnyNodeRef::ExprListComp(c) => (&c.generators, vec![&c.elt]),
                AnyNodeRef::ExprSetComp(c) => (&c.generators, vec![&c.elt]),
                AnyNodeRef::ExprGenerator(c) => (&c.generators, vec![&c.elt]),
                AnyNodeRef::ExprDictComp(c) => {
                    (&c.generators, c.key.as_deref().into_iter().chain([&*c.value]).collect())
                }
                _ => return None,
            };
            let first = module.id(&generators[0]) == parent;
            Some(Consumer::Comprehension { node, first, generator, elements })
        }
        AnyNodeRef::ExprStarred(starred) => {
            let around = module.parent(parent)?;
            match module.node(around) {
                AnyNodeRef::Arguments(_) => match module.node(module.parent(around)?) {
                    AnyNodeRef::ExprCall(call) => Some(Consumer::Star { call }),
                    _ => None,
                },
                AnyNodeRef::ExprList(_) | AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprSet(_) => {
                    let is_set = matches!(module.node(around), AnyNodeRef::ExprSet(_));
                    Some(Consumer::Display { range: starred.range(), is_set })
                }
                _ => None,
            }
        }
        AnyNodeRef::StmtAssign(assign) => {
            let unpacks = |t: &Expr| matches!(t, Expr::Tuple(_) | Expr::List(_));
            assign.targets.iter().any(unpacks).then_some(Consumer::Unpacking { assign })
        }
        AnyNodeRef::ExprYieldFrom(y) => Some(Consumer::Delegation { range: y.range() }),
        _ => None,
    }
}

/// The consumer of a wrapper's result, if it stands directly in one.
fn outer_of<'a>(module: &Module<'a>, wrapper: NodeId) -> Option<Consumer<'a>> {
    match of(module, wrapper)? {
        Consumer::Adrift { .. } => None,
        outer => Some(outer),
    }
}

impl<'a> Consumer<'a> {
    /// The range that stands for the consumer in reports.
    pub fn range(&self) -> TextRange {
        match self {
            Consumer::Call { call, .. }
            | Consumer::Method { call, .. }
            | Consumer::Wrapper { call, .. }
            | Consumer::Adrift { call, .. }
            | Consumer::Star { call } => call.func.range(),
            Consumer::Membership { compare } => compare.left.range(),
            Consumer::Loop { statement } => statement.target.range(),
            Consumer::Comprehension { generator, .. } => generator.target.range(),
            Consumer::Unpacking { assign } => assign.targets[0].range(),
            Consumer::Display { range, .. } | Consumer::Delegation { range } => *range,
        }
    }

    /// What stops early, for messages.
    pub fn shown<'m>(&self, module: &'m Module<'a>) -> &'m str {
        match self {
            Consumer::Membership { .. } => "in",
            Consumer::Unpacking { .. } => "unpacking",
            other => module.source(other.range()),
        }
    }

    pub fn pace(&self) -> Pace {
        match self {
            Consumer::Call { name, call } => match *name {
                "tuple" | "list" | "sorted" | "mean" | "median" | "median_low" | "median_high" | "array"
                | "len" | "bool" | "reversed" => Pace::Whole,
                "any" | "all" | "next" => Pace::Stops,
                // Of none that are wanted, none is asked for.
                "nlargest" | "nsmallest" if !wants_some(call) => Pace::Stops,
                _ => Pace::Interleaved,
            },
            Consumer::Method { name, .. } => match *name {
                "join" => Pace::Whole,
                "extend"
                | "update"
                | "extendleft"
                | "writelines"
                | "executemany"
                | "intersection_update"
                | "difference_update"
                | "symmetric_difference_update" => Pace::Fills,
                "issuperset" | "isdisjoint" => Pace::Stops,
                _ => Pace::Interleaved,
            },
            Consumer::Wrapper { name, outer, .. } => match (*name, outer.pace()) {
                // `zip` ends with its shortest argument, `islice` with its count.
                ("zip" | "islice" | "map" | "takewhile" | "compress", Pace::Whole | Pace::Interleaved) => {
                    Pace::Stops
                }
                (_, Pace::Whole) => Pace::Interleaved,
                (_, pace) => pace,
            },
            Consumer::Adrift { .. } => Pace::Loop,
            Consumer::Membership { .. } => Pace::Stops,
            Consumer::Loop { .. } | Consumer::Comprehension { .. } | Consumer::Delegation { .. } => {
                Pace::Loop
            }
            // A set hashes each element as it comes.
            Consumer::Display { is_set: true, .. } => Pace::Interleaved,
            Consumer::Star { .. } | Consumer::Display { .. } => Pace::Whole,
            // `first, *rest = ..` takes them all.
            Consumer::Unpacking { assign } if takes_rest(&assign.targets[0]) => Pace::Whole,
            Consumer::Unpacking { .. } => Pace::Stops,
        }
    }

    /// The innermost consumer that is not a wrapper.
    pub fn last(&self) -> &Consumer<'a> {
        match self {
            Consumer::Wrapper { outer, .. } => outer.last(),
            other => other,
        }
    }

    /// The calls between the comprehension and its last consumer, that one included.
    pub fn calls(&self) -> Vec<&'a ast::ExprCall> {
        match self {
            Consumer::Call { call, .. }
            | Consumer::Method { call, .. }
            | Consumer::Star { call }
            | Consumer::Adrift { call, .. } => vec![call],
            Consumer::Wrapper { call, outer, .. } => {
                let mut calls = vec![*call];
                calls.extend(outer.calls());
                calls
            }
            _ => vec![],
        }
    }

    /// Arguments that stand behind the comprehension and are then evaluated before its elements.
    pub fn other_arguments(&self) -> Vec<&'a Expr> {
        let calls = self.calls();
        let inner = |e: &Expr| calls.iter().any(|call| e.range() == call.range());
        match self {
            Consumer::Star { call } => {
                // With other positional arguments the list is built up in order; a lone `*` waits for the keywords.
                let alone = call.arguments.args.len() == 1;
                let keywords = call.arguments.keywords.iter().map(|k| &k.value);
                if alone { keywords.collect() } else { vec![] }
            }
            _ => calls
                .iter()
                .flat_map(|call| {
                    let first = match self {
                        Consumer::Wrapper { .. } | Consumer::Adrift { .. } => 0,
                        Consumer::Call { name, .. } | Consumer::Method { name, .. }
                            if SECOND.contains(name) =>
                        {
                            0
                        }
                        _ => 1,
                    };
                    let positional = call.arguments.args.iter().skip(first);
                    positional.chain(call.arguments.keywords.iter().map(|k| &k.value))
                })
                .filter(|e| !matches!(e, Expr::ListComp(_)) && !inner(e))
                .collect(),
        }
    }
}

/// Whether the first argument is a number above 0.
fn wants_some(call: &ast::ExprCall) -> bool {
    matches!(call.arguments.args.first(), Some(Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(n), .. })) if *n != ast::Int::ZERO)
}

fn takes_rest(target: &Expr) -> bool {
    match target {
        Expr::Tuple(t) => t.elts.iter().any(Expr::is_starred_expr),
        Expr::List(l) => l.elts.iter().any(Expr::is_starred_expr),
        _ => false,
    }
}

/// Modules whose members of these names are the consumers that they seem to be.
const MEMBERS: &[&str] = &[
    "collections.deque",
    "collections.Counter",
    "collections.OrderedDict",
    "math.fsum",
    "math.prod",
    "statistics.mean",
    "statistics.median",
    "itertools.chain",
    "itertools.product",
    "itertools.islice",
    "itertools.chain.from_iterable",
    "itertools.accumulate",
    "itertools.starmap",
    "itertools.takewhile",
    "itertools.dropwhile",
    "itertools.filterfalse",
    "itertools.compress",
    "itertools.groupby",
    "itertools.pairwise",
    "itertools.zip_longest",
    "csv.reader",
    "csv.DictReader",
    "heapq.nlargest",
    "heapq.nsmallest",
    "functools.reduce",
    "statistics.fmean",
    "statistics.stdev",
    "statistics.pstdev",
    "statistics.variance",
    "statistics.pvariance",
    "statistics.median_low",
    "statistics.median_high",
    "statistics.mode",
    "statistics.multimode",
];

/// The functions that a call applies to elements, between one and the next: its `key`, the first argument of `map`. Those of
/// `operator` are what the consumer does in any case.
pub fn applied<'a>(cx: &FileContext, call: &'a ast::ExprCall) -> Vec<&'a Expr> {
    let name = match &*call.func {
        Expr::Name(n) => n.id.as_str(),
        Expr::Attribute(a) => a.attr.as_str(),
        _ => "",
    };
    let place = match name {
        "map" | "filter" | "reduce" | "starmap" | "takewhile" | "dropwhile" | "filterfalse" => Some(0),
        "accumulate" | "groupby" => Some(1),
        "nlargest" | "nsmallest" => Some(2),
        _ => None,
    };
    let by_name = call.arguments.keywords.iter().filter(|k| matches!(k.arg.as_deref(), Some("key" | "func")));
    let by_place = place.and_then(|place| call.arguments.args.get(place));
    let types = Types::new(cx.module, cx.facts);
    let is_own = |f: &&Expr| {
        let operator = matches!(types.of(f), Ty::Member(path) if path.starts_with("operator."));
        !f.is_none_literal_expr() && !operator
    };
    by_name.map(|k| &k.value).chain(by_place).filter(is_own).collect()
}

/// Whether the name of each call is bound to what it seems to be.
pub fn known(cx: &FileContext, consumer: &Consumer) -> Finding {
    match consumer {
        Consumer::Method { .. } => Finding::proved("see the receiver"),
        Consumer::Call { call, name } | Consumer::Adrift { call, name } => known_name(cx, call, name),
        Consumer::Wrapper { call, name, outer } => known_name(cx, call, name).and(known(cx, outer)),
        _ => Finding::proved("it is syntax"),
    }
}

fn known_name(cx: &FileContext, call: &ast::ExprCall, name: &str) -> Finding {
    let symbols = cx.facts.symbols();
    if tables::builtin_name(name).is_some() {
        if symbols.is_builtin(cx.module, &call.func, name) {
            return Finding::proved(format!("`{name}` is the builtin: nothing in the file binds it"));
        }
        let text = cx.module.source(&*call.func);
        let why = if matches!(&*call.func, Expr::Attribute(_)) {
            format!("`{text}` is not the builtin `{name}`")
        } else if symbols.star_imports.is_empty() {
            format!("`{name}` is bound in this file and may not be the builtin")
        } else {
            format!("a star import may bind `{name}`")
        };
        return Finding::refuted(why);
    }
    let types = Types::new(cx.module, cx.facts);
    match types.of(&call.func) {
        Ty::Member(path) if MEMBERS.contains(&path.as_str()) => Finding::proved(format!("it is `{path}`")),
        _ => {
            Finding::refuted(format!("`{}` is not known to be the library's", cx.module.source(&*call.func)))
        }
    }
}

/// Whether the consumer does with any iterable what it does with a list.
pub fn takes_iterator(cx: &FileContext, consumer: &Consumer) -> Finding {
    let fine = || Finding::proved("it iterates its argument once, whatever it is");
    match consumer {
        Consumer::Call { call, name } => match *name {
            "len" | "reversed" | "array" => Finding::refuted(format!("`{name}` needs a sequence")),
            "bool" => Finding::refuted("a generator is always true, a list only if it holds something"),
            "next" => Finding::refuted("a list is no iterator: `next` raises TypeError"),
            "min" | "max" if call.arguments.args.len() > 1 => {
                Finding::refuted(format!("with several arguments `{name}` compares the lists themselves"))
            }
            "any" | "all" | "set" | "frozenset" | "tuple" | "list" | "bytes" | "bytearray"
                if call.arguments.len() > 1 =>
            {
                Finding::refuted(format!("`{name}` takes one argument: the call raises TypeError"))
            }
            _ => starred(call).unwrap_or_else(fine),
        },
        Consumer::Method { call, name, receiver } => method(cx, call, name, receiver),
        Consumer::Wrapper { call, outer, name } => {
            if *name == "iter" && call.arguments.len() > 1 {
                return Finding::refuted("`iter` with two arguments calls the first");
            }
            if *name == "iter" && matches!(&**outer, Consumer::Call { name: "next", .. }) {
                return Finding::proved("`next` asks a new iterator once");
            }
            starred(call).unwrap_or_else(fine).and(takes_iterator(cx, outer))
        }
        Consumer::Adrift { name, .. } => Finding::refuted(format!(
            "`{name}` is lazy itself, and what consumes it, and when, is not in sight"
        )),
        Consumer::Unpacking { assign } => {
            if assign.targets.len() > 1 {
                return Finding::refuted(
                    "the one value is assigned to several targets: a generator would be empty for the second",
                );
            }
            fine()
        }
        Consumer::Comprehension { node, first, .. } => {
            // A generator expression is itself lazy: when it runs must be in sight.
            if let AnyNodeRef::ExprGenerator(g) = cx.module.node(*node)
                && of_generator(cx.module, *node).is_none()
                && eager_around(cx.module, *node).is_none()
                && loop_over(cx.module, *node).is_none()
            {
                let line = cx.module.line(g.start());
                return Finding::refuted(format!(
                    "the generator expression on line {line} runs at a time that is not in sight"
                ));
            }
            let _ = first;
            fine()
        }
        _ => fine(),
    }
}

/// The list, set or dict comprehension whose outermost iterable the generator expression is.
pub fn eager_around<'a>(module: &Module<'a>, generator: NodeId) -> Option<Consumer<'a>> {
    if !matches!(module.node(generator), AnyNodeRef::ExprGenerator(_)) {
        return None;
    }
    match of(module, generator)? {
        Consumer::Comprehension { node, .. } if matches!(module.node(node), AnyNodeRef::ExprGenerator(_)) => {
            None
        }
        outer @ Consumer::Comprehension { first: true, .. } => Some(outer),
        _ => None,
    }
}

/// The `for` loop that iterates the generator expression where it stands.
pub fn loop_over<'a>(module: &Module<'a>, generator: NodeId) -> Option<&'a ast::StmtFor> {
    if !matches!(module.node(generator), AnyNodeRef::ExprGenerator(_)) {
        return None;
    }
    match of(module, generator)? {
        Consumer::Loop { statement } => Some(statement),
        _ => None,
    }
}

/// The consumer of a generator expression that stands directly in a call that consumes it at once.
pub fn of_generator<'a>(module: &Module<'a>, generator: NodeId) -> Option<&'a ast::ExprCall> {
    let arguments = module.parent(generator)?;
    let AnyNodeRef::Arguments(_) = module.node(arguments) else { return None };
    let AnyNodeRef::ExprCall(call) = module.node(module.parent(arguments)?) else { return None };
    let name = match &*call.func {
        Expr::Name(n) => n.id.as_str(),
        Expr::Attribute(a) => a.attr.as_str(),
        _ => return None,
    };
    (NAMES.contains(&name) || name == "join").then_some(call)
}

fn starred(call: &ast::ExprCall) -> Option<Finding> {
    let unknown = call.arguments.args.iter().any(Expr::is_starred_expr)
        || call.arguments.keywords.iter().any(|k| k.arg.is_none());
    unknown.then(|| {
        Finding::refuted("the call has starred arguments: which parameters they fill is not in sight")
    })
}

/// Methods of the plain containers that iterate their argument.
fn method(cx: &FileContext, call: &ast::ExprCall, name: &str, receiver: &Expr) -> Finding {
    let types = Types::new(cx.module, cx.facts);
    let ty = types.of(receiver);
    let allowed: &[&str] = match name {
        "join" => &["str", "bytes"],
        "extend" => &["list", "deque", "bytearray"],
        "extendleft" => &["deque"],
        "update" => &["set", "dict", "Counter", "OrderedDict", "defaultdict"],
        "writelines" => &["file", "stdio"],
        // Some drivers of databases want a sequence.
        "fromkeys" | "executemany" => &[],
        _ => &["set", "frozenset"],
    };
    if name == "fromkeys" {
        let dict = matches!(ty, Ty::Member(ref p) if p == "builtins.dict" || p == "collections.OrderedDict");
        return if dict && call.arguments.args.len() <= 2 {
            Finding::proved("`dict.fromkeys` iterates its first argument once")
        } else {
            Finding::refuted("what `fromkeys` this is is not known")
        };
    }
    if ty.is(allowed) {
        let of = ty.name().unwrap_or("container");
        let convention =
            matches!(receiver, Expr::Name(_) | Expr::Attribute(_)).then_some(Convention::Annotations);
        return Finding::proved(format!("the receiver is a `{of}`")).relying_on(convention);
    }
    let text = cx.module.source(receiver);
    if matches!(ty, Ty::Unknown) {
        let own = cx.facts.functions_named(name).into_iter().find(|f| f.class.is_some());
        if let Some(f) = own {
            return Finding::refuted(format!(
                "the type of `{text}` is not known, and line {} defines a `{name}` of its own",
                f.line
            ));
        }
        if let Some(summary) = cx.repo.defining(name).next() {
            return Finding::refuted(format!(
                "the type of `{text}` is not known, and {} defines a `{name}` of its own",
                cx.repo.index().shown(&summary.path).display()
            ));
        }
        return Finding::assumed(format!("the type of `{text}` is not known: its `{name}` may need a list"));
    }
    if ty.any(&|t| matches!(t, Ty::Instance(_) | Ty::Imported(_) | Ty::Member(_))) {
        return Finding::refuted(format!("`{text}` is not a plain container: its `{name}` may need a list"));
    }
    Finding::assumed(format!("the type of `{text}` is not known well enough: its `{name}` may need a list"))
}

/// The body of a loop.
pub fn loop_body(statement: &ast::StmtFor) -> &[Stmt] {
    &statement.body
}
