//! Statements are marked by a comment at the end of their first line (`# a`); the body is that of the function
//! `f`, if there is one, else the module's; the symbol is `x`.

use super::*;
use crate::facts::Facts;
use crate::syntax::{PythonVersion, Ranged, parse};

struct Asked<'a, 'f> {
    module: &'f Module<'a>,
    flow: Flow<'a, 'f>,
    x: Option<SymbolId>,
}

impl Asked<'_, '_> {
    #[track_caller]
    fn stmt(&self, mark: &str) -> NodeId {
        let at = self.module.text().find(&format!("# {mark}")).expect("the mark stands in the source");
        let line = self.module.text()[..at].matches('\n').count() + 1;
        let mut nodes = self.module.nodes();
        let found = nodes.find(|(_, n)| n.is_statement() && self.module.line(n.start()) == line);
        found.expect("a statement starts on the line of the mark").0
    }

    #[track_caller]
    fn x(&self) -> SymbolId {
        self.x.expect("the source has a symbol `x`")
    }

    fn line(&self, node: Option<NodeId>) -> Option<usize> {
        node.map(|n| self.module.line(self.module.node(n).start()))
    }
}

fn ask<T>(source: &str, question: impl FnOnce(&Asked<'_, '_>) -> T) -> T {
    let parsed = parse(source, PythonVersion::latest()).expect("the test's source is Python");
    let module = Module::new(source, &parsed);
    let facts = Facts::new(&module);
    let function = module
        .nodes()
        .find(|(_, n)| matches!(n, AnyNodeRef::StmtFunctionDef(def) if def.name.as_str() == "f"))
        .map_or(NodeId::ROOT, |(id, _)| id);
    let flow = facts.flow(function);
    let x = facts.symbols().lookup(flow.scope(), "x");
    question(&Asked { module: &module, flow, x })
}

/// The line of the read of `x` that can follow the statement `a`.
#[track_caller]
fn check_read_after(source: &str, expected: Option<usize>) {
    let found = ask(source, |q| q.line(q.flow.read_after(q.stmt("a"), q.x())));
    assert_eq!(found, expected, "\n{source}");
}

#[test]
fn a_read_further_down_follows() {
    check_read_after("def f(x):\n    g() # a\n    return x\n", Some(3));
    check_read_after("def f(x):\n    g(x) # a\n    return 1\n", None);
    check_read_after("def f(x):\n    g() # a\n    if y:\n        pass\n    elif x:\n        pass\n", Some(5));
    check_read_after("x = 1 # a\nprint(x)\n", Some(2));
}

#[test]
fn a_write_first_ends_the_search() {
    check_read_after("def f(x):\n    g() # a\n    x = 1\n    return x\n", None);
    check_read_after("def f(x):\n    g() # a\n    x = x + 1\n", Some(3));
    check_read_after("def f(x):\n    g() # a\n    x += 1\n", Some(3));
    check_read_after("def f(x):\n    g() # a\n    del x\n", Some(3));
    check_read_after("def f(x):\n    g() # a\n    if y:\n        x = 1\n    return x\n", Some(5));
    check_read_after("def f(x):\n    g() # a\n    for x in y:\n        print(x)\n", None);
    check_read_after("def f(x):\n    g() # a\n    for x in y:\n        pass\n    return x\n", Some(5));
    check_read_after("def f(x):\n    g() # a\n    with y as x:\n        return x\n", None);
    check_read_after("def f(x):\n    g() # a\n    y and (x := 1)\n    return x\n", Some(4));
    check_read_after("def f(x):\n    g() # a\n    if (x := y):\n        return x\n    return x\n", None);
    check_read_after("def f(x):\n    g() # a\n    import x\n    return x\n", None);
}

#[test]
fn a_loop_comes_around() {
    check_read_after("def f():\n    while y:\n        print(x)\n        x = 1 # a\n", Some(3));
    check_read_after("def f():\n    for x in y:\n        print(x) # a\n", None);
    check_read_after("def f(x):\n    for i in y:\n        print(x) # a\n", Some(3));
    check_read_after("def f(x):\n    while True:\n        g() # a\n        break\n    return x\n", Some(5));
    check_read_after("def f(x):\n    while True:\n        g() # a\n    return x\n", None);
}

#[test]
fn leaving_a_loop_counts_whichever_way() {
    let source = "def f(y, x):\n    for i in y: # a\n        break\n    else:\n        return 1\n    g(x)\n";
    check_read_after(source, Some(6));
    let source =
        "def f(y, x):\n    for i in y: # a\n        return 0\n    else:\n        return 1\n    g(x)\n";
    check_read_after(source, None);
}

/// The lines of the reads that may see what the statement `a` gives `x`.
#[track_caller]
fn check_reads(source: &str, expected: &[usize]) {
    let found = ask(source, |q| {
        let stmt = q.stmt("a");
        let binds = |o: &&Occurrence<'_>| o.binds() && q.module.contains(stmt, o.node);
        let binding = q.flow.symbols.occurrences_of(q.x()).find(binds).expect("`a` binds `x`").node;
        q.flow.reads_of(binding).into_iter().filter_map(|n| q.line(Some(n))).collect::<Vec<_>>()
    });
    assert_eq!(found, expected, "\n{source}");
}

#[test]
fn reads_of_one_binding() {
    check_reads("def f(x):\n    x = 1 # a\n    g(x)\n    x = x\n    g(x)\n", &[3, 4]);
    check_reads("def f():\n    for x in y: # a\n        g(x)\n    else:\n        x = 0\n    g(x)\n", &[3]);
    check_reads(
        "def f():\n    for x in y: # a\n        if x: break\n    else:\n        x = 0\n    g(x)\n",
        &[3, 6],
    );
    check_reads("def f():\n    while y:\n        g(x)\n        x = 1 # a\n", &[3]);
    check_reads("def f():\n    (x := 1) and g(x) # a\n    x = 2\n    g(x)\n", &[2]);
    check_reads("def f():\n    x = g(x) # a\n", &[]);
    check_reads("def f():\n    try:\n        x = g() # a\n    except E:\n        g(x)\n", &[]);
}

#[test]
fn finally_and_handlers_run_when_the_statement_raises() {
    let source = "def f(x):\n    try:\n        g() # a\n    finally:\n        h(x)\n";
    check_read_after(source, Some(5));
    let source = "def f(x):\n    try:\n        x = g() # a\n        return 1\n    except E:\n        h(x)\n";
    check_read_after(source, Some(6));
    let source = "def f(x):\n    try:\n        pass # a\n    except E:\n        h(x)\n";
    check_read_after(source, None);
    let source =
        "def f(x):\n    try:\n        g()\n    except E: \n        k() # a\n    except F:\n        h(x)\n";
    check_read_after(source, None);
    let source = "def f(x):\n    with y:\n        raise E # a\n    h(x)\n";
    check_read_after(source, Some(4));
    let source = "def f(x):\n    with open(y):\n        raise E # a\n    h(x)\n";
    check_read_after(source, None);
}

#[test]
fn return_break_and_continue_run_finally() {
    let source = "def f(x):\n    try:\n        return 1 # a\n    finally:\n        h(x)\n";
    check_read_after(source, Some(5));
    let source = "def f(x):\n    for i in y:\n        try:\n            break # a\n        finally:\n            x = 1\n    h(x)\n";
    check_read_after(source, None);
    let source = "def f(x):\n    for i in y:\n        try:\n            continue # a\n        finally:\n            h(x)\n";
    check_read_after(source, Some(6));
    // The `finally` body swallows the return.
    let source = "def f(x):\n    while y:\n        try:\n            return 1 # a\n        finally:\n            break\n    h(x)\n";
    check_read_after(source, Some(7));
}

#[test]
fn a_generator_can_be_closed_at_a_yield() {
    let source = "def f(x):\n    try:\n        yield 1 # a\n        x = 1\n    finally:\n        h(x)\n";
    check_read_after(source, Some(6));
}

#[test]
fn comprehensions_and_class_bodies_are_part_of_the_body() {
    check_read_after("def f(x):\n    g() # a\n    return [y for y in z if x]\n", Some(3));
    check_read_after("def f(x):\n    g() # a\n    class C:\n        y = x\n", Some(4));
    check_read_after("def f(x):\n    g() # a\n    return lambda: x\n", None);
    check_read_after("def f(x):\n    g() # a\n    return lambda y=x: y\n", Some(3));
}

#[test]
fn the_name_of_a_handler_is_deleted() {
    let source = "def f():\n    try:\n        g()\n    except E as x:\n        h() # a\n    print(x)\n";
    check_read_after(source, None);
}

#[test]
fn patterns_bind_when_they_match() {
    let source = "def f(x):\n    match y: # b\n        case 1:\n            g() # a\n        case x:\n            g()\n    h(x)\n";
    check_read_after(source, Some(7));
    let source = "def f(x):\n    g() # a\n    match y:\n        case x:\n            h(x)\n    h(x)\n";
    check_read_after(source, None);
    let source = "def f(x):\n    g() # a\n    match y:\n        case [x]:\n            pass\n    h(x)\n";
    check_read_after(source, Some(6));
}

#[test]
fn except_star_goes_on_to_the_next_handler() {
    let source =
        "def f(x):\n    try:\n        g()\n    except* E:\n        k() # a\n    except* F:\n        h(x)\n";
    check_read_after(source, Some(7));
}

#[track_caller]
fn check_reachable(source: &str, expected: bool) {
    assert_eq!(ask(source, |q| q.flow.reachable(q.stmt("a"))), expected, "\n{source}");
}

#[test]
fn reachability() {
    check_reachable("def f():\n    return 1\n    g() # a\n", false);
    check_reachable("def f():\n    if y:\n        return 1\n    g() # a\n", true);
    check_reachable(
        "def f():\n    if y:\n        return 1\n    else:\n        raise E\n    g() # a\n",
        false,
    );
    check_reachable("def f():\n    while True:\n        g()\n    g() # a\n", false);
    check_reachable("def f():\n    while 1:\n        if g(): break\n    g() # a\n", true);
    check_reachable("def f():\n    while y:\n        continue\n        g() # a\n", false);
    check_reachable("def f():\n    try:\n        pass\n    except E:\n        g() # a\n", false);
    check_reachable("def f():\n    try:\n        y\n    except NameError:\n        g() # a\n", true);
    check_reachable(
        "def f():\n    try:\n        g()\n    except:\n        pass\n    except E:\n        g() # a\n",
        false,
    );
    check_reachable("def f():\n    try:\n        return 1\n    finally:\n        g() # a\n", true);
    check_reachable("def f():\n    with y:\n        raise E\n    g() # a\n", true);
    check_reachable("def f():\n    with open(y):\n        raise E\n    g() # a\n", false);
    check_reachable("def f():\n    with lock, suppress(E), open(y):\n        raise E\n    g() # a\n", true);
    check_reachable(
        "import gzip\ndef f():\n    with gzip.open(y) as z:\n        return 1\n    g() # a\n",
        false,
    );
    check_reachable("def f():\n    assert False\n    g() # a\n", true);
    check_reachable(
        "def f():\n    match y:\n        case 1: return 1\n        case _: return 2\n    g() # a\n",
        false,
    );
    check_reachable(
        "def f():\n    match y:\n        case 1: return 1\n        case z if z: return 2\n    g() # a\n",
        true,
    );
}

#[track_caller]
fn check_falls_off(source: &str, expected: bool) {
    assert_eq!(ask(source, |q| q.flow.falls_off_the_end()), expected, "\n{source}");
}

#[test]
fn falling_off_the_end() {
    check_falls_off("def f():\n    g()\n", true);
    check_falls_off("def f():\n    return 1\n", false);
    check_falls_off("def f():\n    if y: return 1\n", true);
    check_falls_off("def f():\n    try:\n        return 1\n    finally:\n        g()\n", false);
    check_falls_off("def f():\n    while True: g()\n", false);
    check_falls_off("def f():\n    for i in y: return 1\n", true);
}

/// The line of a write of `x` between the statements `a` and `b`.
#[track_caller]
fn check_written_between(source: &str, expected: Option<usize>) {
    let found = ask(source, |q| q.line(q.flow.written_between(q.stmt("a"), q.stmt("b"), q.x())));
    assert_eq!(found, expected, "\n{source}");
}

#[test]
fn writes_between() {
    check_written_between("def f(x):\n    g() # a\n    x = 1\n    h() # b\n", Some(3));
    check_written_between("def f(x):\n    x = 1 # a\n    g()\n    x = 2 # b\n", None);
    check_written_between(
        "def f(x):\n    g() # a\n    if y:\n        x = 1\n        return\n    h() # b\n",
        None,
    );
    check_written_between("def f(x):\n    g() # a\n    if y:\n        x = 1\n    h() # b\n", Some(4));
    check_written_between("def f(x):\n    g() # a\n    for x in y:\n        pass\n    h() # b\n", Some(3));
    check_written_between("def f(x):\n    g() # a\n    h() # b\n    x = 1\n", None);
    check_written_between(
        "def f(x):\n    while y:\n        h() # b\n        g() # a\n        x = 1\n",
        Some(5),
    );
    check_written_between("def f(x):\n    while y:\n        x = 1\n        g() # a\n        h() # b\n", None);
    check_written_between("def f(x):\n    while y:\n        h() # b\n        del x\n        g() # a\n", None);
    check_written_between(
        "def f(x):\n    g() # a\n    try:\n        k()\n    except E:\n        x = 1\n    h() # b\n",
        Some(6),
    );
}

#[track_caller]
fn check_assigned(source: &str, expected: bool) {
    let found = ask(source, |q| q.flow.definitely_assigned_before(q.stmt("a"), q.x()));
    assert_eq!(found, expected, "\n{source}");
}

#[test]
fn definite_assignment() {
    check_assigned("def f(x):\n    g() # a\n", true);
    check_assigned("def f(*, y=1, **x):\n    g() # a\n", true);
    check_assigned("def f():\n    x = 1\n    g() # a\n", true);
    check_assigned("def f():\n    g() # a\n    x = 1\n", false);
    check_assigned("def f():\n    if y:\n        x = 1\n    g() # a\n", false);
    check_assigned("def f():\n    if y:\n        x = 1\n    else:\n        x = 2\n    g() # a\n", true);
    check_assigned("def f():\n    if y:\n        x = 1\n    else:\n        return\n    g() # a\n", true);
    check_assigned("def f():\n    for x in y:\n        g() # a\n", true);
    check_assigned("def f():\n    for x in y:\n        pass\n    g() # a\n", false);
    check_assigned("def f():\n    while True:\n        x = 1\n        if x: break\n    g() # a\n", true);
    check_assigned("def f():\n    try:\n        x = g()\n    except E:\n        h() # a\n", false);
    check_assigned("def f():\n    try:\n        x = g()\n    except E:\n        return\n    h() # a\n", true);
    check_assigned("def f():\n    try:\n        x = g()\n    finally:\n        h() # a\n", false);
    check_assigned("def f():\n    try:\n        x = g()\n    finally:\n        h()\n    k() # a\n", true);
    check_assigned("def f():\n    with open(y) as z:\n        x = z.read()\n    g() # a\n", true);
    check_assigned("def f():\n    with y as z:\n        x = z.read()\n    g() # a\n", false);
    check_assigned("def f(x):\n    del x\n    g() # a\n", false);
    check_assigned("def f(x):\n    del x\n    x = 1\n    g() # a\n", true);
    check_assigned("def f():\n    x: int\n    g() # a\n", false);
    check_assigned("def f():\n    x: int = 1\n    g() # a\n", true);
    check_assigned("def f(x):\n    try: g()\n    except E as x: pass\n    g() # a\n", false);
    check_assigned("def f():\n    global x\n    x = 1\n    g() # a\n", false);
}

/// Whether `a` always reaches `b`, the same if nothing raises, and whether `a` dominates `b`.
#[track_caller]
fn check_order(source: &str, expected: (bool, bool, bool)) {
    let found = ask(source, |q| {
        let (a, b) = (q.stmt("a"), q.stmt("b"));
        (q.flow.always_reaches(a, b), q.flow.always_reaches_unless_raising(a, b), q.flow.dominates(a, b))
    });
    assert_eq!(found, expected, "\n{source}");
}

#[test]
fn reaching_and_dominating() {
    check_order("def f():\n    g() # a\n    h() # b\n", (true, true, true));
    check_order("def f():\n    g() # a\n    k()\n    h() # b\n", (false, true, true));
    check_order("def f():\n    g() # a\n    if y: return\n    h() # b\n", (false, false, true));
    check_order("def f():\n    if y:\n        g() # a\n    h() # b\n", (true, true, false));
    check_order("def f():\n    g() # a\n    while y:\n        h() # b\n", (false, false, true));
    check_order(
        "def f():\n    g() # a\n    try:\n        k()\n    finally:\n        h() # b\n",
        (true, true, true),
    );
    check_order(
        "def f():\n    try:\n        g() # a\n    except E:\n        pass\n    h() # b\n",
        (true, true, false),
    );
    check_order("def f():\n    for i in y: # a\n        if i: break\n    h() # b\n", (true, true, true));
    check_order("def f():\n    for i in y: # a\n        if i: return\n    h() # b\n", (true, true, true));
    check_order("def f():\n    h() # b\n    g() # a\n", (false, false, false));
    check_order("def f():\n    while y:\n        h() # b\n        g() # a\n", (false, false, false));
    // A statement in an endless loop is left only by an exception.
    check_order("def f():\n    while True:\n        g() # a\n        h() # b\n", (true, true, true));
}

#[track_caller]
fn check_caught(source: &str, raised: &str, expected: Catch) {
    assert_eq!(ask(source, |q| q.flow.caught_at(q.stmt("a"), raised)), expected, "\n{source}{raised}");
}

#[test]
fn what_handlers_catch() {
    let handler = |h: &str| format!("def f():\n    try:\n        g() # a\n    {h}:\n        pass\n");
    for (handled, raised, expected) in [
        ("except", "StopIteration", Catch::Yes),
        ("except Exception", "StopIteration", Catch::Yes),
        ("except Exception", "KeyboardInterrupt", Catch::No),
        ("except StopIteration", "StopIteration", Catch::Yes),
        ("except ValueError", "StopIteration", Catch::No),
        ("except (ValueError, StopIteration) as e", "StopIteration", Catch::Yes),
        ("except LookupError", "KeyError", Catch::Yes),
        ("except KeyError", "LookupError", Catch::No),
        ("except KeyError", "Exception", Catch::Maybe),
        ("except IOError", "FileNotFoundError", Catch::Yes),
        ("except errors", "StopIteration", Catch::Maybe),
        ("except a.Error", "StopIteration", Catch::Maybe),
        ("finally", "StopIteration", Catch::No),
    ] {
        check_caught(&handler(handled), raised, expected);
    }
    let own = format!("class E(Exception): pass\n{}", handler("except E"));
    check_caught(&own, "StopIteration", Catch::No);
    check_caught(&own, "Exception", Catch::Maybe);
    let shadowed = format!("from x import StopIteration\n{}", handler("except StopIteration"));
    check_caught(&shadowed, "KeyError", Catch::Maybe);
}

#[test]
fn only_the_body_of_a_try_is_protected_by_its_handlers() {
    let source =
        "def f():\n    try:\n        pass\n    except E:\n        pass\n    else:\n        g() # a\n";
    check_caught(source, "Exception", Catch::No);
    let source =
        "def f():\n    try:\n        pass\n    except:\n        g() # a\n    finally:\n        pass\n";
    assert_eq!(
        ask(source, |q| q.flow.protections(q.stmt("a")).into_iter().map(|p| p.part).collect::<Vec<_>>()),
        [Part::BeforeFinally]
    );
    // Another function runs at another time.
    let source = "def k():\n    try:\n        def f():\n            g() # a\n    except:\n        pass\n";
    check_caught(source, "Exception", Catch::No);
}

#[test]
fn with_statements_may_catch() {
    let with = |w: &str| {
        format!(
            "from contextlib import suppress\nimport contextlib as c\ndef f():\n    with {w}:\n        g() # a\n"
        )
    };
    check_caught(&with("y"), "StopIteration", Catch::Maybe);
    check_caught(&with("open(y)"), "StopIteration", Catch::No);
    check_caught(&with("suppress(StopIteration)"), "StopIteration", Catch::Yes);
    check_caught(&with("c.suppress(KeyError)"), "StopIteration", Catch::No);
}

#[test]
fn captures_and_dynamic_reads() {
    let captured = |source: &str| ask(source, |q| q.line(q.flow.captured(q.x())));
    assert_eq!(captured("def f(x):\n    return lambda: x\n"), Some(2));
    assert_eq!(captured("def f(x):\n    def g():\n        nonlocal x\n        x = 1\n"), Some(3));
    assert_eq!(captured("def f(x):\n    return [x for y in z]\n"), None);
    assert_eq!(captured("def f(x):\n    return (x for y in z)\n"), Some(2));
    assert_eq!(captured("def f(x):\n    return (y for y in x)\n"), None);
    assert_eq!(captured("def f(x):\n    class C:\n        y = x\n"), None);
    assert_eq!(captured("def f(x):\n    class C:\n        def m(self): return x\n"), Some(3));
    let dynamic = |source: &str| ask(source, |q| q.flow.dynamic().is_some());
    assert!(dynamic("def f(x):\n    return locals()\n"));
    assert!(dynamic("def f(x):\n    return [locals() for y in z]\n"));
    assert!(dynamic("def f(x):\n    return eval(y)\n"));
    assert!(!dynamic("def f(x):\n    return eval(y, {})\n"));
    assert!(!dynamic("def f(x):\n    return lambda: locals()\n"));
    assert!(!dynamic("def f(x):\n    return vars(x)\n"));
}

#[test]
fn a_loop_without_end_has_nothing_behind_it() {
    let read = |source: &str| ask(source, |q| q.line(q.flow.read_from_start(q.stmt("a"), q.x())));
    assert_eq!(read("def f(x):\n    while True: # a\n        g(x)\n"), Some(3));
    assert_eq!(read("def f(x):\n    while True: # a\n        g()\n    h(x)\n"), None);
}

#[test]
fn too_many_nested_finally_bodies_make_every_answer_cautious() {
    let mut source = String::from("def f(x):\n    g() # a\n");
    for depth in 1..8 {
        let indent = "    ".repeat(depth);
        source += &format!("{indent}try:\n{indent}    g()\n{indent}finally:\n");
    }
    source += &format!("{}h(x) # b\n", "    ".repeat(8));
    ask(&source, |q| {
        let (a, b) = (q.stmt("a"), q.stmt("b"));
        assert!(q.flow.reachable(b));
        assert!(q.flow.read_after(a, q.x()).is_some());
        assert!(!q.flow.definitely_assigned_before(b, q.x()));
        assert!(!q.flow.always_reaches(a, b));
        assert!(!q.flow.dominates(a, b));
    });
}
