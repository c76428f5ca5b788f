//! `try: ... except E: pass` -> `with suppress(E): ...`.

mod caught;

use memchr::memmem;
use unspool_engine::facts::effects::{Collector, Kind};
use unspool_engine::facts::{Access, Resolution, ScopeKind};
use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, Stmt, TextRange, TextSize, ast,
};
use unspool_engine::text::Edit;
use unspool_engine::transform::{
    Convention, FileContext, Finding, Group, Meta, ObligationKind, Profile, Proposal, Transform,
};

use crate::resources::contextlib;
use crate::resources::tries::TryEdits;
use caught::{caught, constant_tuple, evaluated_first};

pub struct TryPassToSuppress;

static META: Meta = Meta {
    id: "try-pass-to-suppress",
    title: "Say `with suppress(E):` instead of a handler that only passes",
    group: Group::Resources,
    default: false,
    anti_pattern: "an exception handler that only passes",
    idiom: "`contextlib.suppress`",
    docs: include_str!("README.md"),
    needles: &["except"],
    kinds: &[NodeKind::StmtTry],
    obligations: &[
        ObligationKind { id: "only-passes", claim: "every handler only passes, and nothing else follows" },
        ObligationKind { id: "caught-alike", claim: "what `suppress` catches is what the handlers caught" },
        ObligationKind {
            id: "evaluated-first",
            claim: "the classes can be looked up before the body runs, and are the same then",
        },
        ObligationKind {
            id: "groups-alike",
            claim: "the body raises no group of exceptions, which `suppress` takes apart",
        },
        ObligationKind { id: "variable-unread", claim: "nothing else uses the name of the exception" },
        ObligationKind {
            id: "unwatched",
            claim: "no code of the file watches which lines and functions run",
        },
        ObligationKind { id: "names-free", claim: "`contextlib.suppress` can be named and reached here" },
        ObligationKind { id: "comments-stay", claim: "every comment stays with its statement" },
        ObligationKind { id: "layout", claim: "the lines can be rearranged" },
    ],
};

impl Transform for TryPassToSuppress {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        memmem::find(bytes, b"pass").is_some() || memmem::find(bytes, b"...").is_some()
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, _module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtTry(t) = node else { return None };
        t.handlers.iter().any(only_passes).then(|| keyword(t))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::StmtTry(t) = node else { unreachable!("only try statements are found") };
        let module = cx.module;
        let id = module.id(t);
        let site = keyword(t);
        let mut proposal = Proposal::new(&META, site);

        if let Some(why) = more(module, t) {
            proposal.oblige(&META, "only-passes", site, Finding::refuted(why));
            return proposal;
        }
        proposal.oblige(&META, "only-passes", site, Finding::proved("they do"));
        let classes: Vec<&Expr> = t.handlers.iter().flat_map(classes).collect();
        proposal.oblige(&META, "caught-alike", site, caught(cx, &classes));
        proposal.oblige(&META, "evaluated-first", site, evaluated_first(cx, t, &classes));
        proposal.oblige(&META, "variable-unread", site, variable_unread(cx, t));
        proposal.oblige(&META, "unwatched", site, unwatched(module));

        // Questions to other files come last.
        if proposal.is_refuted() {
            return proposal;
        }
        let spelling = contextlib(cx, id, "suppress");
        let dying = module.enclosing_function(id).is_some_and(
            |f| matches!(module.node(f), AnyNodeRef::StmtFunctionDef(d) if d.name.as_str() == "__del__"),
        );
        let named = match &spelling {
            _ if dying => Finding::refuted("`__del__` may run when the module's names are gone"),
            _ if cx.settings.target.version.major < 3 => {
                Finding::refuted("Python 2 has no `contextlib.suppress`")
            }
            Ok(spelling) => Finding::proved(format!("as `{}`", spelling.text)),
            Err(why) => Finding::refuted(why.clone()),
        };
        proposal.oblige(&META, "names-free", site, named);

        let name = spelling.as_ref().map_or("contextlib.suppress", |s| s.text.as_str());
        let (comment, layout, made) = match edits(cx, t, name, &classes) {
            Ok((edits, comment)) => (comment, None, edits),
            Err(why) => (None, Some(why), Vec::new()),
        };
        let finding =
            |obstacle: Option<String>, how| obstacle.map_or_else(|| Finding::proved(how), Finding::refuted);
        proposal.oblige(
            &META,
            "comments-stay",
            site,
            finding(comment, "those of the handlers move above the `with`"),
        );
        proposal.oblige(&META, "layout", site, finding(layout, "they can"));

        proposal.withheld = unwanted(t, &classes).or_else(|| match cx.settings.profile {
            Profile::All => None,
            _ => explained(module, t),
        });
        if proposal.is_refuted() || proposal.withheld.is_some() {
            return proposal;
        }
        proposal.oblige(&META, "groups-alike", site, groups(cx, t, &classes));
        if !proposal.is_refuted() {
            proposal.edits = made;
            proposal.imports = spelling.ok().and_then(|s| s.request).into_iter().collect();
        }
        proposal
    }
}

fn keyword(t: &ast::StmtTry) -> TextRange {
    TextRange::at(t.start(), "try".len().try_into().expect("three letters fit"))
}

fn handler(handler: &ast::ExceptHandler) -> &ast::ExceptHandlerExceptHandler {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    handler
}

/// `except E: pass`, `except E: ...`
fn only_passes(h: &ast::ExceptHandler) -> bool {
    matches!(&*handler(h).body, [only] if match only {
        Stmt::Pass(_) => true,
        Stmt::Expr(e) => e.value.is_ellipsis_literal_expr(),
        _ => false,
    })
}

/// The classes that a handler names; none for a bare `except:`.
fn classes(h: &ast::ExceptHandler) -> Vec<&Expr> {
    match handler(h).type_.as_deref() {
        None => Vec::new(),
        Some(Expr::Tuple(t)) => t.elts.iter().collect(),
        Some(other) => vec![other],
    }
}

/// What the statement does besides passing.
fn more(module: &Module, t: &ast::StmtTry) -> Option<String> {
    if t.is_star {
        return Some("`except*` handles groups of exceptions".into());
    }
    if let Some(h) = t.handlers.iter().find(|h| !only_passes(h)) {
        return Some(format!("the handler on line {} does something", module.line(h.start())));
    }
    if let Some(first) = t.orelse.first() {
        return Some(format!(
            "the `else` (line {}) runs only if nothing was raised",
            module.line(first.start())
        ));
    }
    t.finalbody
        .first()
        .map(|first| format!("the `finally` (line {}) needs the `try`", module.line(first.start())))
}

/// From 3.12 on `suppress` takes what it catches out of a group, which no plain handler does (Lib/contextlib.py).
fn groups(cx: &FileContext, t: &ast::StmtTry, classes: &[&Expr]) -> Finding {
    let module = cx.module;
    let everything =
        |e: &&Expr| matches!(e, Expr::Name(n) if matches!(n.id.as_str(), "Exception" | "BaseException"));
    if t.handlers.iter().any(|h| handler(h).type_.is_none()) || classes.iter().any(everything) {
        return Finding::proved("a group is caught as a whole, before and after");
    }
    let body = TextRange::new(t.body[0].start(), t.body.last().expect("a try has a body").end());
    let text = &module.text()[body];
    if let Some(word) =
        ["TaskGroup", "ExceptionGroup", "open_nursery", "except*"].iter().find(|w| text.contains(**w))
    {
        return Finding::refuted(format!("`{word}`: from Python 3.12 on, `suppress` takes groups apart"));
    }
    let effects = Collector::of_body(module, cx.facts, &t.body);
    let local = cx.local();
    let resolved = cx.repo.resolve(&local, &effects);
    if let Some(note) = resolved.first(&[Kind::RaisesGroup]) {
        return Finding::refuted(format!(
            "line {} {}: from Python 3.12 on, `suppress` takes groups apart",
            module.line(note.at.start()),
            note.describe()
        ));
    }
    let class = |e: &str| e.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase));
    let variable = |what: &str| what.strip_prefix("raises ").is_some_and(|e| e != "again" && !class(e));
    if let Some(note) = resolved.notes.iter().find(|n| n.kind == Kind::Validates && variable(&n.what)) {
        return Finding::assumed(format!(
            "line {} {}: should that be a group, `suppress` takes it apart from Python 3.12 on",
            module.line(note.at.start()),
            note.describe()
        ));
    }
    match resolved.first(&[Kind::UnknownCall, Kind::ValueCall, Kind::Suspends]) {
        Some(note) => Finding::assumed(format!(
            "line {} {}: should it raise a group, `suppress` takes it apart from Python 3.12 on",
            module.line(note.at.start()),
            note.describe()
        )),
        None => {
            Finding::proved("nothing in the body raises a group").relying_on([Convention::KnownCallables])
        }
    }
}

/// Entering and leaving `suppress` are calls, and the handler's lines are gone: tracing sees it
/// (Doc/library/sys.rst: `settrace`, `sys.monitoring`), and so do line numbers of frames.
fn unwatched(module: &Module) -> Finding {
    const WATCHERS: &[&str] = &["settrace", "setprofile", "monitoring", "f_trace", "f_lineno", "co_lines"];
    let bytes = module.text().as_bytes();
    if !WATCHERS.iter().any(|w| memmem::find(bytes, w.as_bytes()).is_some()) {
        return Finding::proved("nothing in it traces code");
    }
    let watcher = module.nodes().find_map(|(_, node)| {
        let name = match node {
            AnyNodeRef::ExprAttribute(a) => a.attr.as_str(),
            AnyNodeRef::Alias(a) => a.name.as_str(),
            _ => return None,
        };
        let last = name.rsplit('.').next().unwrap_or(name);
        WATCHERS.contains(&last).then(|| (module.line(node.start()), last))
    });
    match watcher {
        Some((line, name)) => Finding::refuted(format!(
            "`{name}` (line {line}) tells which lines run, and that `suppress` is entered and left"
        )),
        None => Finding::proved("nothing in it traces code"),
    }
}

/// `except E as e:` deletes `e` when it is done.
fn variable_unread(cx: &FileContext, t: &ast::StmtTry) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    for h in t.handlers.iter().map(handler) {
        let Some(name) = &h.name else { continue };
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(h)) else {
            return Finding::refuted(format!("`{name}` is not understood"));
        };
        let other = symbols.occurrences_of(symbol).find(|o| o.node != module.id(h));
        if let Some(other) = other {
            let line = module.line(other.range.start());
            return Finding::refuted(format!(
                "the handler binds and deletes `{name}`, which line {line} uses, too"
            ));
        }
        if symbols.scope(symbols.symbol(symbol).scope).kind != ScopeKind::Function {
            return Finding::assumed(format!(
                "`{name}` is deleted from the module or class, where others may see it"
            ));
        }
    }
    Finding::proved("no handler gives it a name, or nothing else uses it")
}

type Edited = (Vec<Edit>, Option<String>);

fn edits<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    name: &str,
    classes: &[&Expr],
) -> Result<Edited, String> {
    let module = cx.module;
    let mut writer = TryEdits::new(module, t)?;
    let start = t.start();
    if module.line_start(start) + TextSize::of(module.indentation(start)) != start {
        return Err(format!("line {} holds several statements", module.line(start)));
    }
    let first = t.handlers.first().ok_or("there is no handler")?.start();
    // A group of exceptions is split by classes, not by tuples in tuples.
    let text = |class: &Expr| match class {
        Expr::Name(name) if constant_tuple(cx, class).is_some() => format!("*{}", name.id),
        other => module.source(other).to_string(),
    };
    let texts: Vec<String> = match classes {
        [] => vec!["BaseException".into()],
        some => some.iter().map(|c| text(c)).collect(),
    };
    if texts.iter().any(|t| t.contains(['\n', '\r'])) {
        return Err("a class of exceptions is written over several lines".into());
    }
    let gone = TextRange::new(first, module.line_end(t.end()));
    let comments: Vec<&str> = module.comments_in(gone).map(|c| &module.text()[c.range()]).collect();
    let pragma = comments.iter().find(|c| is_pragma(c));
    let mut comment = pragma.map(|p| format!("`{p}` speaks of the handler, which goes"));
    let indentation = module.indentation(start);
    let above: String = comments.iter().map(|c| format!("{indentation}{c}\n")).collect();
    if !above.is_empty() {
        writer.insert(module.line_start(start), above);
    }
    let kept_end = writer.cut(first)?;
    writer.instead_of_try(&format!("with {name}({})", texts.join(", ")), false, kept_end)?;
    comment = comment.or(writer.comment);
    Ok((writer.edits, comment))
}

/// What nobody would thank us for.
fn unwanted(t: &ast::StmtTry, classes: &[&Expr]) -> Option<String> {
    if classes.is_empty() {
        return Some(
            "benefit: a bare `except:` hides everything, and `suppress(BaseException)` would not be better"
                .into(),
        );
    }
    let imports = t.body.iter().any(|s| matches!(s, Stmt::Import(_) | Stmt::ImportFrom(_)));
    imports.then(|| "benefit: tools know a `try` around an import, and what may be missing".to_string())
}

/// What a handler says of the error would stand above a block that has yet to run.
fn explained(module: &Module, t: &ast::StmtTry) -> Option<String> {
    let handlers = TextRange::new(t.handlers.first()?.start(), module.line_end(t.end()));
    let comment = module.comments_in(handlers).next()?;
    let line = module.line(comment.start());
    Some(format!("benefit: the comment on line {line} is about the handler, and would stand above the block"))
}

/// Whether a statement of the body, or of a function that may run meanwhile, binds the symbol of a name.
fn bound_in_body(cx: &FileContext, t: &ast::StmtTry, name: NodeId) -> Option<usize> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let Resolution::Symbol(symbol) = symbols.resolve(name) else { return None };
    let body = TextRange::new(t.body[0].start(), t.body.last().expect("a try has a body").end());
    let changed = symbols
        .occurrences_of(symbol)
        .find(|o| (o.binds() || o.access == Access::Delete) && body.contains_range(o.range));
    changed.map(|o| module.line(o.range.start()))
}
