//! The teaching behind the tool, as a table: which anti-pattern is answered by which idiom, and which
//! transforms go from one to the other. A transform that does not exist yet is listed all the same, as planned.

use unspool_engine::transform::Group;

/// A row of the table.
pub struct Idiom {
    pub group: Group,
    pub anti_pattern: &'static str,
    pub idiom: &'static str,
    /// A line or two before and after; empty where an example needs more room than a row has.
    pub before: &'static str,
    pub after: &'static str,
    /// Ids, built or planned. Never empty.
    pub transforms: &'static [&'static str],
}

/// A question that a reviewer asks of Python code, and the transforms that answer it.
pub struct Question {
    pub question: &'static str,
    pub transforms: &'static [&'static str],
}

/// The ids of all rows, built or planned.
pub fn transforms() -> impl Iterator<Item = &'static str> {
    IDIOMS.iter().flat_map(|row| row.transforms.iter().copied())
}

pub const IDIOMS: &[Idiom] = &[
    Idiom {
        group: Group::Lazy,
        anti_pattern: "a large list comprehension",
        idiom: "a generator expression",
        before: "total = sum([x * x for x in range(1000000)])",
        after: "total = sum(x * x for x in range(1000000))",
        transforms: &["list-to-genexpr"],
    },
    Idiom {
        group: Group::Lazy,
        anti_pattern: "several passes over lists",
        idiom: "one pass through a generator pipeline",
        before: "data = [process(x) for x in items]; filtered = [x for x in data if condition(x)]",
        after: "processed = (process(x) for x in items); filtered = (x for x in processed if condition(x))",
        transforms: &["chain-to-pipeline"],
    },
    Idiom {
        group: Group::Lazy,
        anti_pattern: "a list built only to be returned and iterated",
        idiom: "a generator function",
        before: "out = []; for ...: out.append(f(x)); return out",
        after: "for ...: yield f(x)",
        transforms: &["list-builder-to-generator"],
    },
    Idiom {
        group: Group::Lazy,
        anti_pattern: "a whole file in memory",
        idiom: "iterate the file; compose functions over its lines",
        before: "for line in f.readlines():",
        after: "for line in f:",
        transforms: &["readlines-to-iteration"],
    },
    Idiom {
        group: Group::Lazy,
        anti_pattern: "a loop that only re-yields",
        idiom: "delegation with `yield from`",
        before: "for x in flatten(item): yield x",
        after: "yield from flatten(item)",
        transforms: &["loop-to-yield-from"],
    },
    Idiom {
        group: Group::Resources,
        anti_pattern: "manual file cleanup",
        idiom: "a context manager",
        before: "f = open(p); try: ... finally: f.close()",
        after: "with open(p) as f:",
        transforms: &["try-finally-to-with", "manual-close-to-with"],
    },
    Idiom {
        group: Group::Resources,
        anti_pattern: "many resources closed by hand",
        idiom: "`ExitStack`",
        before: "files = [open(n) for n in names]; try: ... finally: for f in files: f.close()",
        after: "with ExitStack() as stack: files = [stack.enter_context(open(n)) for n in names]",
        transforms: &["resources-to-exitstack"],
    },
    Idiom {
        group: Group::Resources,
        anti_pattern: "acquire and release copied around",
        idiom: "one `@contextmanager`",
        before: "setup(); try: ... finally: teardown()   # in two or more functions",
        after: "with managed_resource(name): ...",
        transforms: &["acquire-release-to-contextmanager"],
    },
    Idiom {
        group: Group::Resources,
        anti_pattern: "state swapped and swapped back",
        idiom: "the standard context manager",
        before: "os.chdir(d); try: ... finally: os.chdir(old)",
        after: "with contextlib.chdir(d):",
        transforms: &["swap-to-contextmanager"],
    },
    Idiom {
        group: Group::Resources,
        anti_pattern: "an exception handler that only passes",
        idiom: "`contextlib.suppress`",
        before: "try: os.remove(p) except FileNotFoundError: pass",
        after: "with contextlib.suppress(FileNotFoundError): os.remove(p)",
        transforms: &["try-pass-to-suppress"],
    },
    Idiom {
        group: Group::Async,
        anti_pattern: "callback pyramids",
        idiom: "async and await",
        before: "fetch(u, lambda page: parse(page, lambda doc: done(doc)))",
        after: "done(await parse(await fetch(u)))",
        transforms: &["callbacks-to-async"],
    },
    Idiom {
        group: Group::Async,
        anti_pattern: "generator-based coroutines",
        idiom: "native coroutines",
        before: "@inlineCallbacks def f(): x = yield g()",
        after: "async def f(): x = await g()",
        transforms: &["coroutine-to-async"],
    },
    Idiom {
        group: Group::Async,
        anti_pattern: "one await after another, independent",
        idiom: "gather",
        before: "[await fetch(u) for u in urls]",
        after: "await asyncio.gather(*(fetch(u) for u in urls))",
        transforms: &["awaits-to-gather"],
    },
    Idiom {
        group: Group::Async,
        anti_pattern: "a hand-driven event loop",
        idiom: "`asyncio.run`",
        before: "loop = asyncio.new_event_loop(); loop.run_until_complete(main()); loop.close()",
        after: "asyncio.run(main())",
        transforms: &["loop-to-asyncio-run"],
    },
    Idiom {
        group: Group::Classes,
        anti_pattern: "copy-paste validation",
        idiom: "data descriptors",
        before: "@property ... @name.setter ... isinstance(value, str)   # three times",
        after: "name = Typed(str)",
        transforms: &["validation-to-descriptor"],
    },
    Idiom {
        group: Group::Classes,
        anti_pattern: "copy-paste validators",
        idiom: "a closure factory",
        before: "def validate_age(value): ...; def validate_percent(value): ...",
        after: "validate_age = make_validator(0, 150)",
        transforms: &["validators-to-factory"],
    },
    Idiom {
        group: Group::Classes,
        anti_pattern: "copy-paste `__repr__`",
        idiom: "a class decorator",
        before: "def __repr__(self): return f'Point(x={self.x}, y={self.y})'",
        after: "@auto_repr class Point: ...",
        transforms: &["repr-to-decorator"],
    },
    Idiom {
        group: Group::Classes,
        anti_pattern: "memory-critical classes without slots",
        idiom: "`__slots__`",
        before: "class Point: def __init__(self, x, y): self.x = x; self.y = y",
        after: "class Point: __slots__ = ('x', 'y')",
        transforms: &["add-slots"],
    },
    Idiom {
        group: Group::State,
        anti_pattern: "caches that keep objects alive",
        idiom: "`weakref.WeakValueDictionary`",
        before: "_cache = {}   # of a class, filled in __new__",
        after: "_cache = weakref.WeakValueDictionary()",
        transforms: &["cache-to-weakref"],
    },
    Idiom {
        group: Group::State,
        anti_pattern: "global state",
        idiom: "closures and factories",
        before: "count = 0; def counter(): global count; count += 1",
        after: "def make_counter(): count = 0; def counter(): nonlocal count; count += 1",
        transforms: &["globals-to-closure"],
    },
];

pub const CHECKLIST: &[Question] = &[
    Question {
        question: "Are large collections lazily evaluated?",
        transforms: &[
            "list-to-genexpr",
            "chain-to-pipeline",
            "list-builder-to-generator",
            "readlines-to-iteration",
            "loop-to-yield-from",
        ],
    },
    Question {
        question: "Are resources managed with context managers?",
        transforms: &[
            "try-finally-to-with",
            "manual-close-to-with",
            "resources-to-exitstack",
            "acquire-release-to-contextmanager",
            "swap-to-contextmanager",
            "try-pass-to-suppress",
        ],
    },
    Question {
        question: "Is async code using modern async/await?",
        transforms: &["coroutine-to-async", "callbacks-to-async", "awaits-to-gather", "loop-to-asyncio-run"],
    },
    Question {
        question: "Could repetitive patterns use metaprogramming?",
        transforms: &["validation-to-descriptor", "validators-to-factory", "repr-to-decorator"],
    },
    Question {
        question: "Are closures used instead of global state?",
        transforms: &["globals-to-closure", "cache-to-weakref"],
    },
    Question { question: "Is memory-critical code using `__slots__`?", transforms: &["add-slots"] },
];

pub const KEPT_ON_PURPOSE: &str = "\
`results[key] = yield from accumulator()` (a coroutine that delegates and stores the result), a generator that is \
driven by `send`, lists that are indexed, counted or iterated twice, caches that are meant to own. \
`unspool explain FILE:LINE` says why.";
