//! `f = open(p)`, `try: ... finally: f.close()` -> `with open(p) as f: ...`.

mod edits;
mod guarded;
mod guarded_edits;
mod locks;
mod shape;

use unspool_engine::facts::Resolution;
use unspool_engine::facts::async_resources::AsyncExit;
use unspool_engine::facts::effects::{Collector, Kind};
use unspool_engine::facts::resources::Exit;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, Stmt, TextRange, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::{
    FileContext, Finding, Group, ImportRequest, Meta, ObligationKind, Profile, Proposal, Transform,
};

use crate::resources::awaited::{self, Left, Way};
use crate::resources::{Header, enter, leave, leaves, method_call, only_reads, stays_bound};
use edits::{edits, noise};
use guarded::{Guarded, guarded};
use shape::{Ending, Opener, ending, ends_earlier, opener};

pub struct TryFinallyToWith;

static META: Meta = Meta {
    id: "try-finally-to-with",
    title: "Close a resource by `with` instead of `try`/`finally`",
    group: Group::Resources,
    default: true,
    anti_pattern: "`try`/`finally` that only closes, releases or shuts down",
    idiom: "context manager: `with`, `contextlib.closing`",
    docs: include_str!("README.md"),
    needles: &["finally"],
    kinds: &[NodeKind::StmtTry],
    obligations: &[
        ObligationKind {
            id: "ends-an-object",
            claim: "the last thing that the finally does is to end one object",
        },
        ObligationKind {
            id: "opened-before",
            claim: "a statement before the `try` opens that object, or one in it where the finally asks whether it did",
        },
        ObligationKind {
            id: "nothing-between",
            claim: "nothing between the opening and the `try` leaves with the object still open",
        },
        ObligationKind { id: "leaves-alike", claim: "leaving the `with` does exactly what the finally does" },
        ObligationKind {
            id: "enters-alike",
            claim: "entering the `with` gives the object and does nothing else",
        },
        ObligationKind {
            id: "stays-bound",
            claim: "what is ended is what was opened: nothing replaces it meanwhile",
        },
        ObligationKind {
            id: "rest-of-finally",
            claim: "the other statements of the finally cannot keep the object from being ended",
        },
        ObligationKind {
            id: "none-unread",
            claim: "nothing but the finally looks at the `None` that the name stands for until the object is opened",
        },
        ObligationKind {
            id: "closed-before",
            claim: "handlers of the opening and the rest of its finally may come behind the closing",
        },
        ObligationKind { id: "closing-named", claim: "`contextlib.closing` can be named here" },
        ObligationKind { id: "comments-stay", claim: "every comment stays with its statement" },
        ObligationKind { id: "layout", claim: "the lines can be rearranged" },
    ],
};

impl Transform for TryFinallyToWith {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, _module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtTry(t) = node else { return None };
        (!t.finalbody.is_empty()).then(|| keyword(t))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::StmtTry(t) = node else { unreachable!("only try statements are found") };
        let module = cx.module;
        let mut proposal = Proposal::new(&META, keyword(t));
        let mut oblige =
            |kind: &str, at: TextRange, finding: Finding| proposal.oblige(&META, kind, at, finding);

        let ending = match ending(module, &t.finalbody) {
            Ok(ending) => ending,
            Err(why) => {
                match guarded(module, t) {
                    Some(Ok(found)) => decide_guarded(cx, t, &found, &mut proposal),
                    Some(Err(why)) => oblige("opened-before", keyword(t), Finding::refuted(why)),
                    None => oblige("ends-an-object", t.finalbody[0].range(), Finding::refuted(why)),
                }
                return proposal;
            }
        };
        let turned = first_closed_first(cx, t, &ending);
        let (ending, turned) = match turned {
            Some((ending, edit)) => (ending, Some(edit)),
            None => (ending, None),
        };
        let what = format!("it ends `{}` by `{}`", module.source(ending.receiver), ending.method);
        oblige("ends-an-object", ending.statement.range(), Finding::proved(what));

        let opener = match opener(module, t, &ending) {
            Ok(opener) => opener,
            Err(why) => {
                oblige("opened-before", keyword(t), Finding::refuted(why));
                return proposal;
            }
        };
        let line = module.line(opener.range().start());
        oblige("opened-before", opener.range(), Finding::proved(format!("line {line} does")));

        let Manages { leaves, enters, stays, header, request, shows } = match &opener {
            Opener::Assigned { target, value, .. } if ending.way == Way::Calls => {
                assigned(cx, t, &ending, target, value)
            }
            Opener::Assigned { target, value, .. } => assigned_and_awaited(cx, t, &ending, target, value),
            Opener::Branches { openings, .. } => in_branches(cx, t, &ending, openings),
            Opener::Acquired { call, receiver, awaited, .. } => {
                locks::acquired(cx, t, receiver, *awaited, call.range())
            }
        };
        oblige("nothing-between", opener.range(), nothing_between(cx, t, &opener, shows.as_deref()));
        oblige("leaves-alike", ending.statement.range(), leaves);
        oblige("enters-alike", opener.range(), enters);
        oblige("stays-bound", opener.range(), stays);
        oblige(
            "rest-of-finally",
            ending.statement.range(),
            rest_of_finally(cx, t, &ending, &opener, shows.as_deref()),
        );
        let header = match header {
            Ok(header) => {
                oblige("closing-named", opener.range(), Finding::proved(header.named()));
                header
            }
            Err(why) => {
                oblige("closing-named", opener.range(), Finding::refuted(why));
                match ending.way {
                    Way::Calls => Header::Closing("contextlib.closing".into()),
                    _ => Header::AsyncClosing("contextlib.aclosing".into()),
                }
            }
        };
        let (comments, layout, made) = match edits(module, t, &opener, &ending, &header) {
            Ok(made) => (made.comment, None, made.edits),
            Err(why) => (None, Some(why), Vec::new()),
        };
        oblige_lines(&mut proposal, t.range(), comments, layout);

        if let Opener::Assigned { value, .. } = &opener
            && !matches!(value, Expr::Call(_) | Expr::Await(_))
        {
            let text: String = module.source(*value).chars().take(50).collect();
            proposal.withheld = Some(format!(
                "benefit: `{text}` was opened elsewhere; a `with` here would not show what it opens"
            ));
        }
        let own = match &opener {
            Opener::Assigned { value, .. } => own_manager_expected(cx, value, &header),
            _ => None,
        };
        if cx.settings.profile != Profile::All
            && let Some(why) = noise(module, t, &ending).or(own)
        {
            proposal.withheld = Some(format!("benefit: {why}"));
        }
        if !proposal.is_refuted() {
            proposal.edits = made;
            proposal.edits.extend(turned);
            proposal.imports = request.into_iter().collect();
        }
        proposal
    }
}

/// The object is opened within the `try`.
fn decide_guarded<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    found: &Guarded<'a>,
    proposal: &mut Proposal,
) {
    let module = cx.module;
    let (name, method) = (&found.target.id, found.guard.method);
    let mut oblige = |kind: &str, at: TextRange, finding: Finding| proposal.oblige(&META, kind, at, finding);
    let (closing, opening) = (found.guard.statement.range(), found.opening.range());
    let how = format!("it ends `{name}` by `{method}`, unless nothing was opened");
    oblige("ends-an-object", closing, Finding::proved(how));
    let line = module.line(opening.start());
    oblige("opened-before", opening, Finding::proved(format!("line {line}, in the `try`, does")));

    let manager = found.manager(cx);
    let (leaves, enters, header, request) = if found.guard.way == Way::Calls {
        let (leaves, header, request) = leave(cx, found.at(module), method, &manager);
        let enters = enter(&header, &manager);
        (
            leaves.and(found.counts_as_opened(manager.falsy.as_deref(), manager.is_unknown())),
            enters,
            header,
            request,
        )
    } else {
        let awaited = cx.repo.async_manager(&cx.local(), found.value);
        let Left { leaves, enters, header, request } =
            awaited::leave(cx, found.at(module), method, found.guard.way, &awaited);
        let is_unknown = matches!(awaited.exit, AsyncExit::Unknown(_));
        // What only the table of asynchronous managers knows has no length.
        let falsy = manager.falsy.as_deref().filter(|_| is_unknown || !manager.is_unknown());
        let opened = found.counts_as_opened(falsy, is_unknown);
        (leaves.and(opened), enters, header, request)
    };
    oblige("leaves-alike", closing, leaves);
    oblige("enters-alike", opening, enters);
    oblige("stays-bound", opening, found.stays_bound(cx, t));
    oblige("none-unread", found.nothing.range(), found.none_unread(cx, t));
    oblige("closed-before", closing, found.closed_before(cx, t, &manager));
    let header = match header {
        Ok(header) => {
            oblige("closing-named", opening, Finding::proved(header.named()));
            header
        }
        Err(why) => {
            oblige("closing-named", opening, Finding::refuted(why));
            match found.guard.way {
                Way::Calls => Header::Closing("contextlib.closing".into()),
                _ => Header::AsyncClosing("contextlib.aclosing".into()),
            }
        }
    };
    let (comment, layout, made) = match guarded_edits::edits(module, t, found, &header) {
        Ok(made) => (made.comment, None, made.edits),
        Err(why) => (None, Some(why), Vec::new()),
    };
    oblige_lines(proposal, t.range(), comment, layout);
    if cx.settings.profile != Profile::All
        && let Some(why) =
            guarded::noise(module, t, found).or_else(|| own_manager_expected(cx, found.value, &header))
    {
        proposal.withheld = Some(format!("benefit: {why}"));
    }
    if !proposal.is_refuted() {
        proposal.edits = made;
        proposal.imports = request.into_iter().collect();
    }
}

/// Why a reader would wonder about `closing` around an object that is a context manager, and one that calls `close()`
/// unless there is an exception.
fn own_manager_expected(cx: &FileContext, value: &Expr, header: &Header) -> Option<String> {
    header.wrapper()?;
    let manager = cx.repo.manager(&cx.local(), value);
    manager.close_on_success.then(|| {
        format!(
            "a reader expects {} itself as context manager, which does something else after an exception: what is meant?",
            manager.name
        )
    })
}

/// What stands against the edits.
fn oblige_lines(proposal: &mut Proposal, at: TextRange, comment: Option<String>, layout: Option<String>) {
    let finding =
        |obstacle: Option<String>, how| obstacle.map_or_else(|| Finding::proved(how), Finding::refuted);
    proposal.oblige(
        &META,
        "comments-stay",
        at,
        finding(comment, "each stays where it is or moves into the block"),
    );
    proposal.oblige(&META, "layout", at, finding(layout, "they can"));
}

/// `a.close(); b.close()` where `a` was opened just before `b`, and one of them is a file that is only read: in which
/// order they are closed nobody sees. Then it is `a` that the finally ends last, and the edit says so of what stays.
fn first_closed_first<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    ending: &Ending<'a>,
) -> Option<(Ending<'a>, Edit)> {
    let module = cx.module;
    let ([first, last], Way::Calls, "close") = (&*t.finalbody, ending.way, ending.method) else {
        return None;
    };
    let (call, receiver @ Expr::Name(name), "close") = method_call(first)? else { return None };
    let Expr::Name(other) = ending.receiver else { return None };
    if !call.arguments.is_empty() || name.id == other.id {
        return None;
    }
    let (suite, index) = module.suite_of(module.id(t))?;
    let opens = |s: &'a Stmt, what: &ast::ExprName| match s {
        Stmt::Assign(a) => matches!(&*a.targets, [Expr::Name(n)] if n.id == what.id).then_some(&*a.value),
        _ => None,
    };
    let before = opens(suite.get(index.checked_sub(2)?)?, name)?;
    let behind = opens(suite.get(index.checked_sub(1)?)?, other)?;
    if !only_reads(cx, before) && !only_reads(cx, behind) {
        return None;
    }
    let edit = Edit::replace(first.range(), module.source(last));
    let rest = std::slice::from_ref(last);
    Some((Ending { statement: last, receiver, method: "close", way: Way::Calls, rest }, edit))
}

/// The word `try`: what reports link to.
fn keyword(t: &ast::StmtTry) -> TextRange {
    TextRange::at(t.start(), "try".len().try_into().expect("three letters fit"))
}

/// How a `with` over the object compares with the finally.
struct Manages {
    leaves: Finding,
    enters: Finding,
    stays: Finding,
    header: Result<Header, String>,
    request: Option<ImportRequest>,
    /// Why it would show that the ending happens although other code failed. `None` where it only gives
    /// something back, which is never unwelcome.
    shows: Option<String>,
}

fn assigned<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    ending: &Ending<'a>,
    target: &'a ast::ExprName,
    value: &'a Expr,
) -> Manages {
    let local = cx.local();
    let manager = cx.repo.manager(&local, value);
    let method = ending.method;
    let (leaves, header, request) = leave(cx, cx.module.id(t), method, &manager);
    let enters = enter(&header, &manager);
    let stays = stays_bound(cx, target, t.end(), method);
    let shows = match &manager.exit {
        Exit::Unknown(why) => Some(why.clone()),
        _ => manager.shows,
    };
    Manages { leaves, enters, stays, header, request, shows }
}

/// Each branch of the statement in front of the `try` opens something.
fn in_branches<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    ending: &Ending<'a>,
    openings: &[(&'a ast::ExprName, &'a Expr)],
) -> Manages {
    let module = cx.module;
    let made = openings.iter().map(|(target, value)| match ending.way {
        Way::Calls => assigned(cx, t, ending, target, value),
        _ => assigned_and_awaited(cx, t, ending, target, value),
    });
    let both = |a: Manages, b: Manages| Manages {
        leaves: a.leaves.and(b.leaves),
        enters: a.enters.and(b.enters),
        stays: b.stays,
        // What calls the method of any object will do for all of them.
        header: match (a.header, b.header) {
            (Ok(a), Ok(b)) => Ok(if b.wrapper().is_some() { b } else { a }),
            (Err(why), _) | (_, Err(why)) => Err(why),
        },
        request: a.request.or(b.request),
        shows: a.shows.or(b.shows),
    };
    let mut made = made.reduce(both).expect("there is an opening");
    let (last, _) = openings.last().expect("there is an opening");
    let name = last.id.as_str();
    let flow = cx.facts.flow_at(module.id(t));
    let stays = match cx.facts.symbols().resolve(module.id(*last)) {
        Resolution::Symbol(symbol) => {
            let others = cx.facts.symbols().occurrences_of(symbol).filter(|o| o.binds());
            let mut others =
                others.filter(|o| openings.iter().all(|(target, _)| module.id(*target) != o.node));
            let reaches =
                |o: NodeId| flow.reads_of(o).iter().any(|read| module.contains(module.id(t), *read));
            if !flow.definitely_assigned_before(module.id(t), symbol) {
                Finding::refuted(format!("`{name}` is not bound on every way to the `try`"))
            } else if let Some(other) = others.find(|o| reaches(o.node)) {
                let line = module.line(other.range.start());
                Finding::refuted(format!("`{name}` may be what line {line} binds it to"))
            } else {
                Finding::proved("every way to the `try` opens one")
            }
        }
        Resolution::Free => Finding::refuted(format!("`{name}` is not understood")),
    };
    made.stays = made.stays.and(stays);
    made
}

fn assigned_and_awaited<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    ending: &Ending<'a>,
    target: &'a ast::ExprName,
    value: &'a Expr,
) -> Manages {
    let local = cx.local();
    let manager = cx.repo.async_manager(&local, value);
    let Left { leaves, enters, header, request } =
        awaited::leave(cx, cx.module.id(t), ending.method, ending.way, &manager);
    let stays = stays_bound(cx, target, t.end(), ending.method);
    let shows = Some("while it is awaited, other tasks run".into());
    Manages { leaves, enters, stays, header, request, shows }
}

/// What stands between the opening and the `try` comes into the `with`. Where it raised, the object was left open.
fn nothing_between(cx: &FileContext, t: &ast::StmtTry, opener: &Opener, shows: Option<&str>) -> Finding {
    let module = cx.module;
    let between = opener.between();
    let [first, ..] = between else { return Finding::proved("nothing stands there") };
    let line = module.line(first.start());
    let id = module.id(t);
    for (inner, node) in between.iter().flat_map(|s| module.subtree(module.id(s))) {
        let jumps = matches!(
            node,
            AnyNodeRef::StmtReturn(_)
                | AnyNodeRef::StmtBreak(_)
                | AnyNodeRef::StmtContinue(_)
                | AnyNodeRef::ExprYield(_)
                | AnyNodeRef::ExprYieldFrom(_)
        );
        if jumps && leaves(module, inner, module.parent(id).unwrap_or(NodeId::ROOT)) {
            let line = module.line(node.start());
            let what = match opener {
                Opener::Acquired { receiver, .. } => format!("`{}` still locked", module.source(*receiver)),
                _ => opener.target().map_or_else(String::new, |t| format!("`{}` still open", t.id)),
            };
            return Finding::refuted(format!("line {line} leaves with {what}"));
        }
    }
    if may_raise(cx, between).is_none() {
        return Finding::proved(format!("what stands between (from line {line}) raises nothing"));
    }
    let Opener::Assigned { target, .. } = opener else {
        return Finding::assumed(format!(
            "if what stands between (from line {line}) raised, the lock was held for ever, and is released now"
        ));
    };
    if let Some(line) = handler_around(module, id) {
        return Finding::assumed(format!(
            "if what stands between raised, the handler on line {line} would find `{}` open before, and closed now",
            target.id
        ));
    }
    match (hands_on(module, between, target), shows) {
        (Some(line), _) => Finding::assumed(format!(
            "line {line} hands `{}` on: if what stands between raises, others hold an object that is now closed",
            target.id
        )),
        (None, None) => Finding::proved(format!(
            "should what stands between (from line {line}) raise, the object is closed earlier than before, and nobody holds it"
        )),
        (None, Some(shows)) => {
            let text = format!(
                "if what stands between (from line {line}) raised, the object was left open, and is closed now: {shows}"
            );
            if rejects(cx, between) { Finding::refuted(text) } else { Finding::assumed(text) }
        }
    }
}

/// The line on which the object is more than the receiver of a method or attribute, or what a loop goes through.
fn hands_on(module: &Module, statements: &[Stmt], target: &ast::ExprName) -> Option<usize> {
    let mut nodes = statements.iter().flat_map(|s| module.subtree(module.id(s)));
    let found = nodes.find(|(inner, node)| {
        let used_here = match module.parent_node(*inner) {
            Some(AnyNodeRef::ExprAttribute(_)) => true,
            Some(AnyNodeRef::StmtFor(f)) => module.id(&*f.iter) == *inner,
            _ => false,
        };
        matches!(node, AnyNodeRef::ExprName(n) if n.id == target.id) && !used_here
    });
    found.map(|(_, node)| module.line(node.start()))
}

/// The line of an `except` of this function around a statement.
fn handler_around(module: &Module, id: NodeId) -> Option<usize> {
    let mut inner = id;
    for ancestor in module.ancestors(id) {
        match module.node(ancestor) {
            AnyNodeRef::StmtFunctionDef(_) => return None,
            AnyNodeRef::StmtTry(t)
                if t.body.iter().any(|s| module.id(s) == inner) && !t.handlers.is_empty() =>
            {
                return t.handlers.first().map(|h| module.line(h.start()));
            }
            _ => inner = ancestor,
        }
    }
    None
}

/// If one of them raised, the finally would not end the object; the `with` would.
fn rest_of_finally(
    cx: &FileContext,
    t: &ast::StmtTry,
    ending: &Ending,
    opener: &Opener,
    shows: Option<&str>,
) -> Finding {
    let module = cx.module;
    let [first, ..] = ending.rest else { return Finding::proved("there are none") };
    if let Some(other) = ends_earlier(module, ending, opener.between()) {
        return Finding::refuted(format!(
            "the finally ends several objects (lines {} and {}), and not the last opened first: the order in which they are closed counts",
            module.line(other.start()),
            module.line(ending.statement.start())
        ));
    }
    for (id, node) in ending.rest.iter().flat_map(|s| module.subtree(module.id(s))) {
        if matches!(node, AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtBreak(_) | AnyNodeRef::StmtContinue(_))
            && leaves(module, id, module.id(t))
        {
            let line = module.line(node.start());
            return Finding::refuted(format!("line {line} leaves the finally before it ends the object"));
        }
    }
    let raises = may_raise(cx, ending.rest);
    let lines = (module.line(first.start()), module.line(ending.rest.last().expect("not empty").end()));
    let Some(line) = raises else {
        return Finding::proved(format!("lines {} to {} raise nothing", lines.0, lines.1));
    };
    match (opener.target(), shows) {
        (Some(target), None) => {
            let held = [&t.body[..], ending.rest].into_iter().find_map(|s| hands_on(module, s, target));
            match held {
                None => Finding::proved(format!(
                    "should lines {} to {} raise, the object is closed all the same, no later than before",
                    lines.0, lines.1
                )),
                Some(by) => Finding::assumed(format!(
                    "line {line} may raise: then the object was left open, perhaps to whom line {by} hands it"
                )),
            }
        }
        (_, shows) => {
            let known = shows.is_some() && rejects(cx, ending.rest);
            let shows = shows.map(|s| format!(": {s}")).unwrap_or_default();
            let text = format!(
                "line {line} may raise: then the object was left as it is, and is ended by the `with`{shows}"
            );
            if known { Finding::refuted(text) } else { Finding::assumed(text) }
        }
    }
}

/// The line on which statements may raise, calls not followed: what they call may raise, or nobody would call it.
fn may_raise(cx: &FileContext, statements: &[Stmt]) -> Option<usize> {
    let effects = Collector::of_body(cx.module, cx.facts, statements);
    let notes = effects.notes.iter().map(|n| n.at);
    let first = notes.chain(effects.calls.iter().map(|c| c.at)).map(TextRange::start).min();
    first.map(|at| cx.module.line(at))
}

/// Whether some of it is there to raise: a check, calls followed.
fn rejects(cx: &FileContext, statements: &[Stmt]) -> bool {
    let effects = Collector::of_body(cx.module, cx.facts, statements);
    let local = cx.local();
    cx.repo.resolve(&local, &effects).has(Kind::Validates)
}

/// Statements of a class body that bind a name.
fn class_binding<'a>(class: &'a ast::StmtClassDef, name: &str) -> Vec<&'a Stmt> {
    class
        .body
        .iter()
        .filter(|s| match s {
            Stmt::Assign(a) => a.targets.iter().any(|t| matches!(t, Expr::Name(n) if n.id.as_str() == name)),
            Stmt::AnnAssign(a) => {
                a.value.is_some() && matches!(&*a.target, Expr::Name(n) if n.id.as_str() == name)
            }
            _ => false,
        })
        .collect()
}
