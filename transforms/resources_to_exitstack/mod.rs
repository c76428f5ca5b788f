//! `files = [open(n) for n in names]`, `try: ... finally: for f in files: f.close()` -> `with ExitStack() as stack: ...`.

mod alike;
mod edits;
mod held;
mod shape;
mod uses;

use memchr::memmem;
use unspool_engine::facts::effects::Collector;
use unspool_engine::facts::{Resolution, ScopeKind};
use unspool_engine::repo::{Exports, Manager};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, Stmt, TextRange, ast};
use unspool_engine::text::glance::word_before;
use unspool_engine::transform::{
    FileContext, Finding, Group, ImportRequest, Meta, ObligationKind, Profile, Proposal, Transform,
};

use crate::resources::awaited::{self, Left, Way};
use crate::resources::{Header, contextlib, enter, free_name, leave};
use alike::{Alike, alike, awaited_alike};
use edits::{Plan, first_opening};
use shape::{Closing, Collected, Ends, closing, collected, unguarded};
use uses::uses;

pub struct ResourcesToExitstack;

static META: Meta = Meta {
    id: "resources-to-exitstack",
    title: "Close a list of resources by an `ExitStack` instead of a loop in a `finally`",
    group: Group::Resources,
    default: true,
    anti_pattern: "a loop in a `finally` that closes many resources",
    idiom: "`contextlib.ExitStack`",
    docs: include_str!("README.md"),
    needles: &["finally", ".close", ".aclose"],
    kinds: &[NodeKind::StmtFor, NodeKind::StmtWhile, NodeKind::StmtExpr],
    obligations: &[
        ObligationKind {
            id: "closes-all",
            claim: "the `finally` does nothing but to end each element of a collection of this block",
        },
        ObligationKind { id: "opened-here", claim: "what is in the collection is opened where it comes in" },
        ObligationKind {
            id: "elements-stay",
            claim: "nothing else comes into the collection, and nothing is taken out",
        },
        ObligationKind {
            id: "nothing-between",
            claim: "nothing between the first opening and the `try` leaves with objects that are looked at",
        },
        ObligationKind { id: "leaves-alike", claim: "leaving each object does exactly what the loop does" },
        ObligationKind {
            id: "enters-alike",
            claim: "entering each object gives the object and does nothing else",
        },
        ObligationKind { id: "order-unseen", claim: "the last opened may be ended first" },
        ObligationKind {
            id: "errors-alike",
            claim: "an error while one is ended does the same, although the others are then ended, too",
        },
        ObligationKind { id: "variable-unread", claim: "nothing reads the variable of the loop" },
        ObligationKind { id: "names-free", claim: "the stack and what makes it can be named here" },
        ObligationKind { id: "comments-stay", claim: "every comment stays with its statement" },
        ObligationKind { id: "layout", claim: "the lines can be rearranged" },
    ],
};

/// Names for the stack, the usual one first.
const STACKS: &[&str] = &["stack", "exit_stack", "resources", "cleanup"];

impl Transform for ResourcesToExitstack {
    fn meta(&self) -> &'static Meta {
        &META
    }

    /// A `finally` in whose block a loop stands, or a loop that closes what it takes.
    fn may_have_site(&self, bytes: &[u8]) -> bool {
        let mut closings = [&b".close"[..], b".aclose"].into_iter().flat_map(|m| memmem::find_iter(bytes, m));
        closings.any(|at| may_close_each(bytes, at))
            || memmem::find_iter(bytes, b"finally").any(|at| loops_behind(bytes, at))
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let (_, closing) = loop_of(module, node)?;
        let statement = closing.statement;
        let end = match statement {
            Stmt::For(f) => f.iter.end(),
            _ => closing.collection.end(),
        };
        Some(TextRange::new(statement.start(), end))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let module = cx.module;
        let (try_, closing) = loop_of(module, node).expect("only closing loops are found");
        let statement = closing.statement;
        let site = self.find(node, module).expect("it was found");
        let mut proposal = Proposal::new(&META, site);
        let mut oblige =
            |kind: &str, at: TextRange, finding: Finding| proposal.oblige(&META, kind, at, finding);

        let unlike = try_.and_then(|t| alone(module, t)).or_else(|| closing.unlike.clone());
        let id = try_.map_or_else(|| module.id(statement), |t| module.id(t));
        let whole = unlike.map_or_else(|| collected(cx, id, &closing), Err);
        let mut found = match whole {
            Ok(found) => found,
            Err(why) => {
                oblige("closes-all", site, Finding::refuted(why));
                return proposal;
            }
        };
        let name = found.name.id.as_str();
        oblige("closes-all", site, Finding::proved(format!("it ends what `{name}` holds")));

        let managed = TextRange::new(found.making.end(), try_.map_or(statement.start(), end_of_work));
        let stays = uses(cx, &closing, &mut found, managed);
        oblige("opened-here", found.making.range(), opened_here(cx, &closing, &found));
        oblige("elements-stay", found.making.range(), stays);
        oblige("nothing-between", found.making.range(), nothing_between(cx, &found, try_.is_none()));

        let ways = ways(cx, id, &closing, &found);
        oblige("leaves-alike", site, ways.leaves);
        oblige("enters-alike", found.making.range(), ways.enters);
        let Alike { order, errors } = match closing.awaited {
            true => awaited_alike(cx, &closing),
            false => alike(cx, &closing, &found, &ways.managers),
        };
        oblige("order-unseen", site, order);
        oblige("errors-alike", site, errors);
        oblige("variable-unread", site, variable_unread(cx, &closing));

        let stack = free_name(cx, id, STACKS);
        let kind = if closing.awaited { "AsyncExitStack" } else { "ExitStack" };
        let spelling = contextlib(cx, id, kind);
        let named = match (&stack, &spelling, &ways.unnamed) {
            (Some(stack), Ok(spelling), None) => {
                Finding::proved(format!("as `{stack}`, made by `{}`", spelling.text))
            }
            (None, ..) => Finding::refuted("every usual name for the stack is taken here"),
            (_, Err(why), _) => Finding::refuted(why.clone()),
            (.., Some(why)) => Finding::refuted(why.clone()),
        };
        oblige("names-free", site, named);

        let plan = Plan {
            module,
            try_,
            closing: &closing,
            collected: &found,
            headers: &ways.headers,
            spelling: spelling.as_ref().map_or(kind, |s| s.text.as_str()),
            stack: stack.unwrap_or(STACKS[0]),
        };
        let (comment, layout, made) = match plan.edits() {
            Ok(made) => (made.comment, None, made.edits),
            Err(why) => (None, Some(why), Vec::new()),
        };
        let finding =
            |obstacle: Option<String>, how| obstacle.map_or_else(|| Finding::proved(how), Finding::refuted);
        oblige("comments-stay", site, finding(comment, "each stays where it is or moves into the block"));
        oblige("layout", site, finding(layout, "they can"));

        if cx.settings.profile != Profile::All {
            let removed = TextRange::new(statement.start(), module.line_end(statement.end()));
            if let Some(comment) = module.comments_in(removed).next() {
                let line = module.line(comment.start());
                proposal.withheld =
                    Some(format!("benefit: the comment on line {line} is about the closing, which goes"));
            }
        }
        if !proposal.is_refuted() {
            proposal.edits = made;
            proposal.imports =
                spelling.ok().and_then(|s| s.request).into_iter().chain(ways.requests).collect();
        }
        proposal
    }
}

/// Whether the object in front of the method at `at` may be what a loop takes: the variable of a `for`, or no plain name.
fn may_close_each(bytes: &[u8], at: usize) -> bool {
    let name = word_before(bytes, at);
    // Brackets, blanks, spellings that Unicode takes for the same.
    if name.is_empty() || !name.is_ascii() {
        return memmem::find(bytes, b"for").is_some();
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    memmem::find_iter(bytes, b"for").any(|found| {
        // The variables, up to the word `in`. A comment among them: who knows.
        let rest = &bytes[found + b"for".len()..];
        let is_target = |b: &u8| is_part(b) || b" \t\x0c\\\r\n,()[]*#".contains(b);
        let target = &rest[..rest.iter().position(|b| !is_target(b)).unwrap_or(rest.len())];
        target.contains(&b'#')
            || target.split(|b| !is_part(b)).take_while(|word| *word != b"in").any(|word| word == name)
    })
}

/// Whether a loop stands in the block behind the `finally` that ends at `at`: on a line that is deeper.
fn loops_behind(bytes: &[u8], at: usize) -> bool {
    let depth = |line: &[u8]| line.iter().take_while(|b| b" \t\x0c".contains(b)).count();
    let start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |end| end + 1);
    let outer = depth(&bytes[start..]);
    for line in bytes[at..].split(|b| matches!(b, b'\n' | b'\r')).skip(1) {
        let inner = depth(line);
        let code = &line[inner..];
        match code.first() {
            // A line of a string may start anywhere; the backslash goes on below.
            _ if memmem::find(code, b"\"\"\"").is_some() || memmem::find(code, b"'''").is_some() => {
                return true;
            }
            Some(b'\\') => return true,
            None | Some(b'#') => {}
            _ if code.starts_with(b"for") || code.starts_with(b"while") => return inner > outer,
            // Brackets may go on at any depth.
            _ if inner <= outer => {
                return code.starts_with(b")") || code.starts_with(b"]") || code.starts_with(b"}");
            }
            _ => {}
        }
    }
    false
}

/// The loop with what it closes, and the `try` in whose `finally` it stands.
fn loop_of<'a>(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<(Option<&'a ast::StmtTry>, Closing<'a>)> {
    let id = match node {
        AnyNodeRef::StmtFor(f) => module.id(f),
        AnyNodeRef::StmtWhile(w) => module.id(w),
        AnyNodeRef::StmtExpr(e) if e.value.is_list_comp_expr() => module.id(e),
        _ => return None,
    };
    let (suite, at) = module.suite_of(id)?;
    match module.parent_node(id)? {
        AnyNodeRef::StmtTry(t) if t.finalbody.iter().any(|s| module.id(s) == id) => {
            Some((Some(t), closing(module, &suite[at])?))
        }
        _ => Some((None, unguarded(module, &suite[at])?)),
    }
}

/// What else the `finally` does.
fn alone(module: &Module, try_: &ast::StmtTry) -> Option<String> {
    let [_] = &*try_.finalbody else {
        let (first, last) = (module.line(try_.finalbody[0].start()), module.line(try_.end()));
        return Some(format!(
            "the finally does several things (lines {first} to {last}): in a stack they would change their order"
        ));
    };
    try_.is_star.then(|| "the handlers are of groups of exceptions".to_string())
}

/// The end of what comes in front of the `finally`.
fn end_of_work(try_: &ast::StmtTry) -> unspool_engine::syntax::TextSize {
    let ends = [try_.body.last(), try_.orelse.last()].into_iter().flatten().map(Ranged::end);
    ends.chain(try_.handlers.last().map(Ranged::end)).max().expect("a try has a body")
}

fn opened_here(cx: &FileContext, closing: &Closing, found: &Collected) -> Finding {
    let module = cx.module;
    if found.additions.is_empty() {
        return Finding::refuted(format!("nothing that is opened here comes into `{}`", found.name.id));
    }
    for addition in &found.additions {
        let line = module.line(addition.value.start());
        if closing.ends == Ends::Call {
            if addition.append.is_none() {
                return Finding::refuted(format!(
                    "line {line} puts a function into the list when it is made"
                ));
            }
        } else if !matches!(addition.value, Expr::Call(_))
            && !matches!(addition.value, Expr::Await(a) if a.value.is_call_expr())
        {
            let text: String = module.source(addition.value).chars().take(40).collect();
            return Finding::refuted(format!("line {line}: `{text}` was opened elsewhere"));
        }
    }
    Finding::proved("each object is opened where it comes in")
}

/// What stands between the first opening and the `try`, or the loop, comes into the `with`.
fn nothing_between(cx: &FileContext, found: &Collected, unguarded: bool) -> Finding {
    let module = cx.module;
    let Some(first) = first_opening(found) else {
        return Finding::proved("the openings are in the `try` already");
    };
    let between = &found.suite[first..found.places.1];
    let flow = cx.facts.flow_at(module.id(found.making));
    let ids: Vec<NodeId> = between.iter().map(|s| module.id(s)).collect();
    let name = found.name.id.as_str();
    if let Some(jump) = flow.jump_out_of(&ids) {
        let line = module.line(module.node(jump).start());
        return Finding::refuted(format!("line {line} leaves with what `{name}` holds still open"));
    }
    for (id, node) in between.iter().flat_map(|s| module.subtree(module.id(s))) {
        let suspends = matches!(
            node,
            AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) | AnyNodeRef::ExprAwait(_)
        );
        if suspends && module.enclosing_function(id) == module.enclosing_function(ids[0]) {
            let line = module.line(node.start());
            return Finding::refuted(format!("line {line} may leave with what `{name}` holds still open"));
        }
    }
    // What holds an object until it is in the collection, too.
    let mut holders = vec![found.symbol];
    for addition in &found.additions {
        if let Some(AnyNodeRef::StmtAssign(a)) = module.parent_node(module.id(addition.value))
            && let [Expr::Name(holder)] = &*a.targets
            && let Resolution::Symbol(symbol) = cx.facts.symbols().resolve(module.id(holder))
        {
            holders.push(symbol);
        }
    }
    let looks = holders.into_iter().find_map(|s| Some((s, flow.read_after_leaving(&ids, s)?)));
    if let Some((symbol, read)) = looks {
        return Finding::refuted(format!(
            "should an opening fail, line {} looks at `{}` with the others still open",
            module.line(module.node(read).start()),
            cx.facts.symbols().symbol(symbol).name
        ));
    }
    if unguarded {
        return held::stays(cx, found, between);
    }
    let effects = between[1..].iter().map(|s| Collector::of_body(module, cx.facts, std::slice::from_ref(s)));
    let hands_on = between[1..].iter().flat_map(|s| module.subtree(module.id(s))).find(|(id, node)| {
        matches!(node, AnyNodeRef::ExprName(n) if n.id == found.name.id)
            && !matches!(module.parent_node(*id), Some(AnyNodeRef::ExprAttribute(_)))
    });
    match hands_on {
        Some((_, node)) if effects.into_iter().any(|e| !e.notes.is_empty() || !e.calls.is_empty()) => {
            Finding::assumed(format!(
                "line {} hands `{name}` on: if what stands in front of the `try` raises, others hold objects that are now closed",
                module.line(node.start())
            ))
        }
        _ => Finding::proved(
            "should an opening fail, those before it are closed, which were left to the garbage collector",
        ),
    }
}

/// How each object is entered and left.
struct Ways {
    managers: Vec<Manager>,
    headers: Vec<Header>,
    leaves: Finding,
    enters: Finding,
    requests: Vec<ImportRequest>,
    /// Why a name is missing.
    unnamed: Option<String>,
}

fn ways<'a>(cx: &FileContext<'a, '_>, at: NodeId, closing: &Closing<'a>, found: &Collected<'a>) -> Ways {
    let mut ways = Ways {
        managers: Vec::new(),
        headers: Vec::new(),
        leaves: Finding::proved("a stack calls its callbacks"),
        enters: Finding::proved("a callback is only kept"),
        requests: Vec::new(),
        unnamed: None,
    };
    let local = cx.local();
    let mut findings: Option<(Finding, Finding)> = None;
    for addition in &found.additions {
        let Ends::Method(method) = closing.ends else {
            ways.headers.push(Header::With);
            continue;
        };
        let manager = cx.repo.manager(&local, addition.value);
        let (leaves, enters, header, request) = if closing.awaited {
            let manager = cx.repo.async_manager(&local, addition.value);
            let Left { leaves, enters, header, request } =
                awaited::leave(cx, at, method, Way::Awaits, &manager);
            (leaves, enters, header, request)
        } else {
            let (leaves, header, request) = leave(cx, at, method, &manager);
            let enters = enter(&header, &manager);
            (leaves, enters, header, request)
        };
        findings = Some(match findings {
            None => (leaves, enters),
            Some((l, e)) => (l.and(leaves), e.and(enters)),
        });
        ways.requests.extend(request);
        match header {
            Ok(header) => ways.headers.push(header),
            Err(why) => {
                ways.unnamed = Some(why);
                ways.headers.push(Header::Closing("contextlib.closing".into()));
            }
        }
        ways.managers.push(manager);
    }
    if let Some((leaves, enters)) = findings {
        (ways.leaves, ways.enters) = (leaves, enters);
    }
    ways
}

/// After the loop its variable names the last object.
fn variable_unread(cx: &FileContext, closing: &Closing) -> Finding {
    let module = cx.module;
    let Some(variable) = closing.variable else { return Finding::proved("the loop has no variable") };
    let name = variable.id.as_str();
    let owner = closing.statement.range();
    let id = module.id(variable);
    let Resolution::Symbol(symbol) = cx.facts.symbols().resolve(id) else {
        return Finding::refuted(format!("`{name}` is not understood"));
    };
    let flow = cx.facts.flow_at(id);
    let outside = |read: &NodeId| !owner.contains_range(module.node(*read).range());
    if let Some(read) = flow.reads_of(id).into_iter().find(outside) {
        let line = module.line(module.node(read).start());
        return Finding::refuted(format!("line {line} reads `{name}`, which the loop has bound"));
    }
    if !flow.owns(symbol) {
        return Finding::refuted(format!("`{name}` belongs to other code, which may read it"));
    }
    if let Some(captured) = flow.captured(symbol) {
        let line = module.line(module.node(captured).start());
        return Finding::refuted(format!("line {line}, in a function of its own, may read `{name}` later"));
    }
    let kind = cx.facts.symbols().scope(flow.scope()).kind;
    if kind == ScopeKind::Function {
        return Finding::proved(format!("`{name}` is a local variable that nothing reads behind the loop"));
    }
    let dynamic = flow.dynamic().is_some() || !cx.facts.symbols().namespace_reads.is_empty();
    if kind == ScopeKind::Module
        && !dynamic
        && let Exports::Nothing(why) = cx.repo.exports(&cx.local())
    {
        return Finding::proved(format!("nothing reads `{name}` behind the loop, and {why}"));
    }
    Finding::assumed(format!(
        "`{name}` is a name of the {}: others may read it",
        match kind {
            ScopeKind::Class => "class",
            _ => "module",
        }
    ))
}
