//! Callbacks become `async`/`await`: functions in continuation-passing style, chains on a Deferred, callbacks on a task
//! that is awaited at once.

mod attempt;
mod calls;
mod chain;
mod contract;
mod done;
mod group;
mod merged;
mod said;
mod starters;
mod straight;
mod style;
mod unlike;
mod waited;

use crate::asynchrony::mentions;
use chain::Chain;
use done::Done;
use group::Group as Members;
use style::Passing;
use unlike::Unlike;
use unspool_engine::syntax::{AnyNodeRef, Module, NodeKind, Ranged, TextRange, TokenKind};
use unspool_engine::text::Edit;
use unspool_engine::transform::{
    FileContext, Finding, Group, Meta, ObligationKind, Place, Proposal, Transform,
};
use waited::Waited;

pub struct CallbacksToAsync;

static META: Meta = Meta {
    id: "callbacks-to-async",
    title: "Write callbacks straight, with `async` and `await`",
    group: Group::Async,
    default: false,
    anti_pattern: "callback pyramids",
    idiom: "async/await",
    docs: include_str!("README.md"),
    needles: &["def ", "add_done_callback"],
    kinds: &[NodeKind::StmtFunctionDef, NodeKind::StmtExpr, NodeKind::StmtAssign, NodeKind::StmtReturn],
    obligations: &[
        ObligationKind {
            id: "exactly-once",
            claim: "every path calls the callback once, as the last thing, and nothing else sees it",
        },
        ObligationKind {
            id: "errors",
            claim: "what is passed as an error can be raised, and only that is handled",
        },
        ObligationKind { id: "callers", claim: "everybody who starts it can wait for it" },
        ObligationKind {
            id: "straight-chain",
            claim: "the callbacks run one after another on a fresh Deferred, and do with a Failure what an `except` can",
        },
        ObligationKind {
            id: "awaited-at-once",
            claim: "the task is made, given its callback and awaited in one go",
        },
        ObligationKind {
            id: "start",
            claim: "it does not matter that a coroutine begins when it is awaited",
        },
        ObligationKind { id: "outside", claim: "nobody outside of the repository calls it with a callback" },
    ],
};

/// What a site is.
enum Site<'a> {
    Passing(Passing<'a>),
    Chain(Chain<'a>),
    Done(Done<'a>),
    Waited(Waited<'a>),
    Unlike(Unlike<'a>),
}

impl<'a> Site<'a> {
    fn of(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Self> {
        if let Some(done) = Done::of(module, node) {
            return Some(Site::Done(done));
        }
        let AnyNodeRef::StmtFunctionDef(def) = node else {
            return Waited::of(module, node).map(Site::Waited);
        };
        let chain = || Chain::of(def).map(Site::Chain);
        let unlike = || Unlike::of(module, def).map(Site::Unlike);
        Passing::of(module, def).map(Site::Passing).or_else(chain).or_else(unlike)
    }

    fn anchor(&self) -> TextRange {
        use unspool_engine::syntax::Ranged;
        match self {
            Site::Passing(Passing { def, .. })
            | Site::Chain(Chain { def, .. })
            | Site::Unlike(Unlike { def, .. }) => TextRange::new(def.start(), def.name.end()),
            Site::Done(done) => done.statement.range(),
            Site::Waited(waited) => waited.statement.range(),
        }
    }
}

impl Transform for CallbacksToAsync {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
        if chain::ADDERS.iter().any(|adder| has(adder)) || has("add_done_callback") {
            return true;
        }
        // Names of parameters are looked at without regard to case.
        let lower = bytes.to_ascii_lowercase();
        let in_lower = |word: &&str| memchr::memmem::find(&lower, word.as_bytes()).is_some();
        style::NAMES.iter().any(in_lower) || ["k)", "k:", "k,"].iter().any(in_lower)
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        Site::of(module, node).map(|site| site.anchor())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let site = Site::of(cx.module, node).expect("only sites are decided");
        let anchor = site.anchor();
        let mut proposal = Proposal::new(&META, anchor);
        let mut oblige = |kind, finding: Finding| proposal.oblige(&META, kind, Place::from(anchor), finding);
        match site {
            Site::Passing(first) => {
                let mut members = Members::around(cx.module, first);
                if let Err(why) = members.agree(cx) {
                    let kind = if members.has_errors() { "errors" } else { "exactly-once" };
                    oblige(kind, Finding::refuted(why));
                    return proposal;
                }
                let defs = members.members.iter().map(|m| m.def.range());
                if let Some(line) = defs.into_iter().find_map(|def| joined(cx.module, def)) {
                    oblige("exactly-once", Finding::refuted(format!("line {line} holds several statements")));
                    return proposal;
                }
                let mut made = group::Made::default();
                let (written, handled) = group::members(cx, &members, &mut made);
                let refuted = written.state.is_refuted();
                oblige("exactly-once", written);
                if refuted {
                    return proposal;
                }
                let (mut callers, caught) = starters::outermost(cx, &members, &mut made);
                if let Some(line) = comment_lost(cx.module, &made.edits) {
                    callers =
                        Finding::refuted(format!("the comment on line {line} stands in code that changes"));
                }
                if let Some(why) = crowded(cx.module, &made.edits) {
                    callers = Finding::refuted(why);
                }
                oblige("callers", callers);
                if members.has_errors() {
                    oblige("errors", members.errors(handled || caught));
                }
                oblige(
                    "start",
                    Finding::assumed(
                        "today a call does its work at once; a coroutine does when it is awaited",
                    ),
                );
                let outside = members.members.iter().map(|m| mentions::outside(cx, m.def));
                oblige("outside", outside.reduce(Finding::and).expect("a group has members"));
                proposal.edits = made.edits;
                proposal.imports = made.imports;
                proposal.unimports = ["partial", "functools", "Callable"].map(String::from).to_vec();
            }
            Site::Chain(chain) => {
                match chain::together(cx, &chain).and_then(|made| plain(cx, made, |m| &m.0.edits)) {
                    Ok((made, start)) => {
                        oblige("straight-chain", Finding::proved("they do"));
                        oblige("start", start);
                        oblige("outside", mentions::outside(cx, chain.def));
                        proposal.edits = made.edits;
                        proposal.imports = made.imports;
                    }
                    Err(why) => oblige("straight-chain", Finding::refuted(why)),
                }
            }
            Site::Unlike(site) => oblige("exactly-once", Finding::refuted(site.why)),
            Site::Waited(site) => match waited::rewrite(cx, &site).and_then(|made| plain(cx, made, |m| &m.0))
            {
                Ok((edits, finding)) => {
                    oblige("straight-chain", finding);
                    proposal.edits = edits;
                }
                Err(why) => oblige("straight-chain", Finding::refuted(why)),
            },
            Site::Done(site) => match done::rewrite(cx, &site).and_then(|made| plain(cx, made, |m| &m.0)) {
                Ok((edits, start)) => {
                    oblige("awaited-at-once", Finding::proved("it is"));
                    oblige("start", start);
                    proposal.edits = edits;
                }
                Err(why) => oblige("awaited-at-once", Finding::refuted(why)),
            },
        }
        proposal
    }
}

/// What was made, if the lines that it changes are plain.
fn plain<T>(cx: &FileContext, made: T, edits: fn(&T) -> &[Edit]) -> Result<T, String> {
    match crowded(cx.module, edits(&made)) {
        Some(why) => Err(why),
        None => Ok(made),
    }
}

/// Why an edit would take along, or leave behind, what stands on a line that it changes: another statement, or the rest of
/// its own behind a backslash.
fn crowded(module: &Module, edits: &[Edit]) -> Option<String> {
    edits.iter().find_map(|edit| {
        let from = module.line_start(edit.range.start());
        let lines = TextRange::new(from, module.line_end(edit.range.end()));
        if let Some(line) = joined(module, lines) {
            return Some(format!("line {line} holds several statements"));
        }
        let mut end = from;
        for token in module.tokens().in_range(lines) {
            let line = module.line(token.start());
            // Behind it stands nothing but blank lines.
            let ends = token.kind() == TokenKind::Newline;
            if !ends
                && token.start() > end
                && module.text()[TextRange::new(end, token.start())].contains('\\')
            {
                return Some(format!("line {line} goes on behind a backslash"));
            }
            end = end.max(token.end());
        }
        None
    })
}

/// The first line of the range with a semicolon.
fn joined(module: &Module, range: TextRange) -> Option<usize> {
    let tokens = module.tokens().in_range(range);
    tokens.iter().find(|t| t.kind() == TokenKind::Semi).map(|t| module.line(t.start()))
}

/// The line of a comment that an edit would take away.
fn comment_lost(module: &Module, edits: &[Edit]) -> Option<usize> {
    edits.iter().find_map(|edit| {
        let mut comments = module.comments_in(edit.range);
        let lost = comments.find(|c| !edit.text.contains(module.source(c.range())))?;
        Some(module.line(lost.start()))
    })
}
