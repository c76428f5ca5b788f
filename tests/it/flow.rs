//! Control flow agrees with what happens: generated functions are run, and no run may contradict an answer.
//!
//! The functions nest loops, `try`, `with`, `match`, generators and every way to leave them. What they do is
//! told by calls in them (see `flow_run.py`): each statement has a number, each value that `x` gets is unique, so
//! a value that is read tells which statement gave it.

use crate::support::{python, skip};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use unspool_engine::facts::{Facts, Flow, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, PythonVersion, parse};

const FUNCTIONS: u64 = 300;

#[test]
fn no_run_contradicts_the_control_flow() {
    let Some(python) = python() else { skip!("no_run_contradicts_the_control_flow", "no python3") };
    let newer = Command::new(python)
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 10))"])
        .status()
        .is_ok_and(|s| s.success());
    let sources: Vec<String> = (1..=FUNCTIONS).map(|seed| Generator::function(seed, newer)).collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/flow_run.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 was found");
    let mut input = child.stdin.take().expect("stdin is piped");
    let answers = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut checked = Checked::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for source in &sources {
                let line = serde_json::to_string(source).expect("text is JSON");
                // A script that no longer reads is missed where its answers are.
                let _ = writeln!(input, "{line}");
            }
            drop(input);
        });
        let mut answers = answers.lines();
        for source in &sources {
            let answer = answers.next().expect("an answer per source").expect("the script prints UTF-8");
            let runs: Value = serde_json::from_str(&answer).expect("the script prints JSON");
            check(source, runs.as_array().expect("runs"), &mut checked);
        }
    });
    assert!(child.wait().expect("the script ends").success());
    // Answers that could have been wrong, so that the test cannot pass by saying nothing.
    let Checked { reads, unbound, orders, writes } = checked;
    assert!(
        reads > 2_000 && unbound > 1_000 && orders > 20_000 && writes > 5_000,
        "{reads} reads, {unbound} unbound, {orders} orders, {writes} writes"
    );
}

#[derive(Default)]
struct Checked {
    reads: usize,
    unbound: usize,
    orders: usize,
    writes: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Start,
    New,
    Read,
    Done,
    End,
}

struct Event {
    kind: Kind,
    stmt: u64,
    value: Option<u64>,
}

fn events(run: &Value) -> Vec<Event> {
    let event = |e: &Value| Event {
        kind: match e[0].as_str().expect("a kind") {
            "start" => Kind::Start,
            "new" => Kind::New,
            "read" => Kind::Read,
            "done" => Kind::Done,
            "end" => Kind::End,
            other => panic!("{other} is no event"),
        },
        stmt: e[1].as_u64().expect("a statement"),
        value: e[2].as_u64(),
    };
    run.as_array().expect("events").iter().map(event).collect()
}

/// One function with the answers of its control flow.
struct Subject<'a, 'f> {
    source: &'f str,
    module: &'f Module<'a>,
    flow: Flow<'a, 'f>,
    x: SymbolId,
    /// Per number.
    stmts: HashMap<u64, NodeId>,
    /// The statements that are nothing but one call or one assignment, `return`, `raise` or `yield`.
    simple: HashSet<u64>,
    /// Those of them that end when the call does.
    ending: HashSet<u64>,
    /// Pairs of statements that need not be asked about again.
    asked: RefCell<HashSet<(Asked, u64, u64)>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Asked {
    Reads,
    Dominates,
    Reaches,
    Written,
}

fn check(source: &str, runs: &[Value], checked: &mut Checked) {
    let parsed = parse(source, PythonVersion::latest()).expect("what is generated is Python");
    let module = Module::new(source, &parsed);
    let facts = Facts::new(&module);
    let function = module.id(&module.body()[0]);
    let flow = facts.flow(function);
    let x = facts.symbols().lookup(flow.scope(), "x").expect("the parameter");
    let mut stmts = HashMap::new();
    let mut simple = HashSet::new();
    let mut ending = HashSet::new();
    for (id, node) in module.nodes() {
        let AnyNodeRef::ExprCall(call) = node else { continue };
        let (Expr::Name(name), Some(Expr::NumberLiteral(number))) =
            (&*call.func, call.arguments.args.first())
        else {
            continue;
        };
        let number = module.source(number).parse().expect("a number of a statement");
        if name.id.as_str() != "H" {
            let stmt = module.statement_of(id).expect("calls stand in statements");
            stmts.insert(number, stmt);
            if matches!(name.id.as_str(), "S" | "P" | "W") {
                simple.insert(number);
                let ends = match module.node(stmt) {
                    AnyNodeRef::StmtAssign(_) => true,
                    AnyNodeRef::StmtExpr(expr) => expr.value.is_call_expr(),
                    _ => false,
                };
                if ends {
                    ending.insert(number);
                }
            }
        }
    }
    let subject =
        Subject { source, module: &module, flow, x, stmts, simple, ending, asked: RefCell::default() };
    for run in runs {
        subject.check_run(&events(run), checked);
    }
}

impl Subject<'_, '_> {
    #[track_caller]
    fn fail(&self, what: &str, at: &[u64]) -> ! {
        panic!("{what} {at:?}\n{}", self.source)
    }

    /// Whether it is the first time.
    fn first(&self, what: Asked, a: u64, b: u64) -> bool {
        self.asked.borrow_mut().insert((what, a, b))
    }

    fn check_run(&self, events: &[Event], checked: &mut Checked) {
        self.check_starts(events, checked);
        self.check_reads(events, checked);
        self.check_order(events, checked);
        self.check_writes(events, checked);
    }

    fn check_starts(&self, events: &[Event], checked: &mut Checked) {
        for event in events.iter().filter(|e| e.kind == Kind::Start) {
            let stmt = self.stmts[&event.stmt];
            if !self.flow.reachable(stmt) {
                self.fail("started, but said to be unreachable:", &[event.stmt]);
            }
            if event.value.is_none() && self.simple.contains(&event.stmt) {
                checked.unbound += 1;
                if self.flow.definitely_assigned_before(stmt, self.x) {
                    self.fail("x is unbound, but said to be assigned before", &[event.stmt]);
                }
            }
        }
    }

    /// A value that `x` has when a statement ends, and that is read later, is read after the statement.
    fn check_reads(&self, events: &[Event], checked: &mut Checked) {
        let mut last_read: BTreeMap<u64, (usize, u64)> = BTreeMap::new();
        for (at, event) in events.iter().enumerate() {
            if event.kind == Kind::Read {
                last_read.insert(event.value.expect("reads give values"), (at, event.stmt));
            }
        }
        for (at, event) in events.iter().enumerate() {
            let value = match event.kind {
                Kind::Start if self.simple.contains(&event.stmt) => event.value,
                Kind::New if self.simple.contains(&event.stmt) => event.value,
                _ => None,
            };
            let Some(value) = value else { continue };
            let Some((read_at, reader)) = last_read.get(&value).copied() else { continue };
            // The statement's own read comes before its end.
            if read_at > at && events[at..=read_at].iter().any(|e| e.stmt != event.stmt) {
                checked.reads += 1;
                if self.flow.read_after(self.stmts[&event.stmt], self.x).is_none() {
                    self.fail("x is read after, but said not to be:", &[event.stmt, reader]);
                }
            }
            if event.kind == Kind::New && self.first(Asked::Reads, event.stmt, reader) {
                self.check_reads_of(event.stmt, reader);
            }
        }
    }

    fn check_reads_of(&self, writer: u64, reader: u64) {
        let stmt = self.stmts[&writer];
        let AnyNodeRef::StmtAssign(assign) = self.module.node(stmt) else { return };
        let reads = self.flow.reads_of(self.module.id(&assign.targets[0]));
        let reader_stmt = self.stmts[&reader];
        if !reads.iter().any(|read| self.module.contains(reader_stmt, *read)) {
            self.fail("read, but not among the reads of the assignment:", &[writer, reader]);
        }
    }

    fn check_order(&self, events: &[Event], checked: &mut Checked) {
        let done: HashSet<u64> = events
            .iter()
            .filter(|e| e.kind == Kind::Done && self.ending.contains(&e.stmt))
            .map(|e| e.stmt)
            .collect();
        let mut before: HashSet<u64> = HashSet::new();
        let mut seen = HashSet::new();
        for event in events {
            match event.kind {
                Kind::Start if self.simple.contains(&event.stmt) && seen.insert(event.stmt) => {
                    for other in self.ending.iter().filter(|s| !before.contains(s)) {
                        if !self.first(Asked::Dominates, *other, event.stmt) {
                            continue;
                        }
                        checked.orders += 1;
                        if self.flow.dominates(self.stmts[other], self.stmts[&event.stmt]) {
                            self.fail("started without, but said to be dominated by", &[event.stmt, *other]);
                        }
                    }
                }
                Kind::Done if self.ending.contains(&event.stmt) => {
                    before.insert(event.stmt);
                }
                _ => {}
            }
        }
        for a in done {
            let last = events.iter().rposition(|e| e.kind == Kind::Done && e.stmt == a).expect("it is done");
            let after: HashSet<u64> =
                events[last..].iter().filter(|e| e.kind == Kind::Start).map(|e| e.stmt).collect();
            for b in self.simple.iter().filter(|b| !after.contains(b)) {
                if !self.first(Asked::Reaches, a, *b) {
                    continue;
                }
                checked.orders += 1;
                if self.flow.always_reaches(self.stmts[&a], self.stmts[b]) {
                    self.fail("did not follow, but said always to be reached:", &[a, *b]);
                }
            }
        }
    }

    /// Where `x` has another value at the start of `b` than at the end of `a`, it was written in between.
    fn check_writes(&self, events: &[Event], checked: &mut Checked) {
        // The value of `x` when each statement was last done; for an assignment, what it made.
        let mut at_end: HashMap<u64, Option<u64>> = HashMap::new();
        let mut running: HashMap<u64, Option<u64>> = HashMap::new();
        for event in events.iter().filter(|e| self.simple.contains(&e.stmt)) {
            match event.kind {
                Kind::Start => {
                    let b = self.stmts[&event.stmt];
                    for (a, value) in &at_end {
                        if *value != event.value && self.first(Asked::Written, *a, event.stmt) {
                            checked.writes += 1;
                            if self.flow.written_between(self.stmts[a], b, self.x).is_none() {
                                self.fail("x is written between, but said not to be:", &[*a, event.stmt]);
                            }
                        }
                    }
                    // What lies behind its start is no longer behind its last end.
                    at_end.remove(&event.stmt);
                    running.insert(event.stmt, event.value);
                }
                Kind::New => {
                    running.insert(event.stmt, event.value);
                }
                Kind::Done if self.ending.contains(&event.stmt) => {
                    at_end.insert(event.stmt, running[&event.stmt]);
                }
                Kind::Done | Kind::Read | Kind::End => {}
            }
        }
    }
}

/// Writes functions; every choice comes from the seed.
struct Generator {
    state: u64,
    text: String,
    next: u64,
    /// Python 3.10 or newer: `match`.
    newer: bool,
    generator: bool,
}

impl Generator {
    fn function(seed: u64, newer: bool) -> String {
        let state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut this = Generator { state, text: "def f(x):\n".into(), next: 1, newer, generator: false };
        this.generator = this.below(4) == 0;
        this.block(1, false, 3);
        this.text
    }

    /// A number below `n` (xorshift64*).
    fn below(&mut self, n: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.text, "{}{text}", "    ".repeat(indent));
    }

    fn block(&mut self, indent: usize, in_loop: bool, depth: usize) {
        for _ in 0..=self.below(3) {
            self.statement(indent, in_loop, depth);
        }
    }

    fn statement(&mut self, indent: usize, in_loop: bool, depth: usize) {
        let k = self.number();
        if depth == 0 || self.below(100) < 45 {
            return self.simple(indent, in_loop, k);
        }
        let x = if self.below(2) == 0 { "x" } else { "y" };
        match self.below(if self.newer { 7 } else { 6 }) {
            0 => {
                self.line(indent, &format!("if C({k}):"));
                self.block(indent + 1, in_loop, depth - 1);
                if self.below(2) == 0 {
                    self.line(indent, "else:");
                    self.block(indent + 1, in_loop, depth - 1);
                }
            }
            1 => {
                self.line(indent, &format!("for {x} in I({k}):"));
                self.block(indent + 1, true, depth - 1);
                if self.below(3) == 0 {
                    self.line(indent, "else:");
                    self.block(indent + 1, in_loop, depth - 1);
                }
            }
            2 => {
                self.line(indent, &format!("while C({k}):"));
                self.block(indent + 1, true, depth - 1);
                if self.below(3) == 0 {
                    self.line(indent, "else:");
                    self.block(indent + 1, in_loop, depth - 1);
                }
            }
            3 => {
                let k2 = self.number();
                let second = if self.below(3) == 0 { format!(", M({k2})") } else { String::new() };
                let target = if self.below(2) == 0 { " as x" } else { "" };
                self.line(indent, &format!("with M({k}){target}{second}:"));
                self.block(indent + 1, in_loop, depth - 1);
            }
            6 => {
                self.line(indent, &format!("match K({k}):"));
                for case in ["case [x, 1]:", "case x if C(0):", "case {}:", "case [x, 0]:"] {
                    if self.below(3) > 0 {
                        let guard = self.number();
                        self.line(indent + 1, &case.replace("C(0)", &format!("C({guard})")));
                        self.block(indent + 2, in_loop, depth - 1);
                    }
                }
                let last = ["case _:", "case x:", "case []:"][self.below(3) as usize];
                self.line(indent + 1, last);
                self.block(indent + 2, in_loop, depth - 1);
            }
            _ => self.try_(indent, in_loop, depth, k),
        }
    }

    fn try_(&mut self, indent: usize, in_loop: bool, depth: usize, k: u64) {
        self.line(indent, "try:");
        self.block(indent + 1, in_loop, depth - 1);
        let handlers = self.below(3);
        for i in 0..handlers {
            let last = i + 1 == handlers;
            let name = ["", " as x"][self.below(2) as usize];
            match self.below(4) {
                0 if last => self.line(indent, "except:"),
                1 => self.line(indent, &format!("except Err{name}:")),
                _ => self.line(indent, &format!("except H({k}){name}:")),
            }
            self.block(indent + 1, in_loop, depth - 1);
        }
        if handlers > 0 && self.below(3) == 0 {
            self.line(indent, "else:");
            self.block(indent + 1, in_loop, depth - 1);
        }
        if handlers == 0 || self.below(2) == 0 {
            self.line(indent, "finally:");
            self.block(indent + 1, in_loop, depth - 1);
        }
    }

    fn simple(&mut self, indent: usize, in_loop: bool, k: u64) {
        let text = match self.below(12) {
            0..=2 => format!("x = W({k})"),
            3..=5 => format!("R(S({k}), x)"),
            6 => format!("del L({k})[0], x"),
            7 if in_loop => {
                // Only under a test that fails at last: a `continue` in a `finally` body would undo every way out.
                self.line(indent, &format!("if C({k}):"));
                let how = if self.below(2) == 0 { "break" } else { "continue" };
                return self.line(indent + 1, how);
            }
            8 => {
                self.line(indent, &format!("if C({k}):"));
                return self.line(indent + 1, "return");
            }
            9 if self.below(2) == 0 => format!("raise Err(P({k}))"),
            9 => format!("return P({k})"),
            10 if self.generator => format!("yield P({k})"),
            _ => format!("P({k})"),
        };
        self.line(indent, &text);
    }
}
