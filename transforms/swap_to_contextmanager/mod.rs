//! `old = os.getcwd(); os.chdir(d)`, `try: ... finally: os.chdir(old)` -> `with contextlib.chdir(d): ...`, and the
//! same for `sys.stdout` and `sys.stderr`.

mod edits;
mod shape;

use memchr::memmem;
use unspool_engine::facts::effects::unbound;
use unspool_engine::facts::effects::{Collector, Kind};
use unspool_engine::facts::{Access, Resolution};
use unspool_engine::syntax::{AnyNodeRef, Module, NodeKind, PythonVersion, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::{
    Convention, FileContext, Finding, Group, ImportRequest, Meta, ObligationKind, Proposal, Transform,
};

use crate::resources::{came_later, contextlib, free_name};
use edits::Plan;
use shape::{Put, Swap, Swapped, may_put_back, put_back, step, swaps};

pub struct SwapToContextmanager;

static META: Meta = Meta {
    id: "swap-to-contextmanager",
    title: "Swap the working directory or an output stream by the context manager that is made for it",
    group: Group::Resources,
    default: false,
    anti_pattern: "state swapped, and swapped back in a `finally`",
    idiom: "`contextlib.chdir`, `redirect_stdout`, `redirect_stderr`",
    docs: include_str!("README.md"),
    needles: &["finally"],
    kinds: &[NodeKind::StmtTry],
    obligations: &[
        ObligationKind {
            id: "puts-back",
            claim: "the `finally` puts back what was saved in front of the `try`, and does nothing else",
        },
        ObligationKind {
            id: "python-has-it",
            claim: "every Python that runs the code has the context manager",
        },
        ObligationKind {
            id: "saved-stays",
            claim: "what is put back is what was saved: nothing replaces it meanwhile",
        },
        ObligationKind {
            id: "nothing-between",
            claim: "what stands between neither fails nor needs the old state",
        },
        ObligationKind {
            id: "evaluated-alike",
            claim: "the new value may be computed before the old one is saved",
        },
        ObligationKind { id: "names-free", claim: "the context manager can be named here" },
        ObligationKind { id: "comments-stay", claim: "every comment stays with its statement" },
        ObligationKind { id: "layout", claim: "the lines can be rearranged" },
    ],
};

impl Transform for SwapToContextmanager {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        [&b"chdir("[..], b".stdout", b".stderr"].iter().any(|n| memmem::find(bytes, n).is_some())
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtTry(t) = node else { return None };
        let first = t.finalbody.first()?;
        let text = &module.text()[TextRange::new(first.start(), t.end())];
        may_put_back(text).then(|| keyword(t))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::StmtTry(t) = node else { unreachable!("only try statements are found") };
        let module = cx.module;
        let id = module.id(t);
        let site = keyword(t);
        let mut proposal = Proposal::new(&META, site);
        let mut oblige =
            |kind: &str, at: TextRange, finding: Finding| proposal.oblige(&META, kind, at, finding);

        let understood = module
            .suite_of(id)
            .ok_or_else(|| "the block is not understood".to_string())
            .and_then(|(suite, at)| match put_back(cx, &t.finalbody) {
                Some(back) => Ok((suite, at, swaps(cx, t, suite, at, &back)?)),
                None => Err("the finally does not only put back a directory or a stream".to_string()),
            });
        let (suite, at, swaps) = match understood {
            Ok(found) => found,
            Err(why) => {
                oblige("puts-back", t.finalbody[0].range(), Finding::refuted(why));
                return proposal;
            }
        };
        let puts_back = match lost(cx, t, suite, &swaps) {
            Some((name, line)) => Finding::refuted(format!(
                "`{name}` may have no value on line {line}, which raises, and the line would go"
            )),
            None => Finding::proved("it does"),
        };
        oblige("puts-back", t.finalbody[0].range(), puts_back);
        oblige("python-has-it", site, python_has_it(cx, &swaps));
        oblige("saved-stays", site, saved_stays(cx, t, suite, &swaps));
        oblige("nothing-between", site, nothing_between(cx, suite, at, &swaps));
        oblige("evaluated-alike", site, evaluated_alike(cx, &swaps));

        let mut requests: Vec<ImportRequest> = Vec::new();
        let mut spelled = Vec::new();
        let mut unnamed: Option<String> = None;
        for swap in &swaps {
            match contextlib(cx, id, swap.what.manager()) {
                Ok(spelling) => {
                    requests.extend(spelling.request);
                    spelled.push(spelling.text);
                }
                Err(why) => unnamed = Some(why),
            }
        }
        let named = match unnamed {
            None => Finding::proved(format!("as `{}`", spelled.join("`, `"))),
            Some(why) => Finding::refuted(why),
        };
        oblige("names-free", site, named);
        spelled.resize(swaps.len(), "contextlib.chdir".into());

        let kept: Vec<bool> = swaps.iter().map(|s| read_elsewhere(cx, t, s)).collect();
        let whole = |at: usize| {
            let step = step(cx, &suite[at]).unwrap_or_default();
            let saves = swaps.iter().filter(|s| s.save_at == at).count();
            let sets = swaps.iter().filter(|s| s.set_at == Some(at)).count();
            step.saves.len() == saves && step.sets.len() == sets
        };
        let shared = free_name(cx, id, STREAMS);
        let plan = Plan {
            whole: &whole,
            module,
            try_: t,
            suite,
            swaps: &swaps,
            spelled: &spelled,
            kept: &kept,
            shared,
        };
        let (comment, layout, made) = match plan.edits() {
            Ok((edits, comment)) => (comment, None, edits),
            Err(why) => (None, Some(why), Vec::new()),
        };
        let finding =
            |obstacle: Option<String>, how| obstacle.map_or_else(|| Finding::proved(how), Finding::refuted);
        oblige("comments-stay", site, finding(comment, "each stays where it is or moves into the block"));
        oblige("layout", site, finding(layout, "they can"));
        if !proposal.is_refuted() {
            proposal.edits = made;
            proposal.imports = requests;
        }
        proposal
    }
}

/// What a stream is called that two others are set to.
const STREAMS: &[&str] = &["stream", "output", "buffer"];

fn keyword(t: &ast::StmtTry) -> TextRange {
    TextRange::at(t.start(), "try".len().try_into().expect("three letters fit"))
}

/// A name without a value in the lines that go.
fn lost<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    suite: &'a [Stmt],
    swaps: &[Swap],
) -> Option<(&'a str, usize)> {
    let module = cx.module;
    let going = swaps.iter().map(|s| &suite[s.save_at]).chain(&t.finalbody);
    going.flat_map(|s| module.subtree(module.id(s))).find_map(|(id, node)| match node {
        AnyNodeRef::ExprName(name) if name.ctx.is_load() && unbound(module, cx.facts, id).is_some() => {
            Some((name.id.as_str(), module.line(name.start())))
        }
        _ => None,
    })
}

fn python_has_it(cx: &FileContext, swaps: &[Swap]) -> Finding {
    for swap in swaps {
        let since = PythonVersion {
            major: 3,
            minor: match swap.what {
                Swapped::Directory => 11,
                Swapped::Stdout => 4,
                Swapped::Stderr => 5,
            },
        };
        if let Some(why) = came_later(cx, swap.what.manager(), since) {
            return Finding::refuted(why);
        }
    }
    Finding::proved(format!("the target is {}", cx.settings.target.version))
}

/// Whether the saved value is used by more than the `finally`: then its name stays.
fn read_elsewhere(cx: &FileContext, t: &ast::StmtTry, swap: &Swap) -> bool {
    let module = cx.module;
    let flow = cx.facts.flow_at(module.id(t));
    let Resolution::Symbol(symbol) = cx.facts.symbols().resolve(module.id(swap.saved)) else { return true };
    let ended = |node| t.finalbody.iter().any(|s| module.contains(module.id(s), node));
    !matches!(module.node(flow.owner()), AnyNodeRef::StmtFunctionDef(_))
        || !flow.owns(symbol)
        || flow.captured(symbol).is_some()
        || flow.dynamic().is_some()
        || flow.reads_of(module.id(swap.saved)).into_iter().any(|read| !ended(read))
}

fn saved_stays(cx: &FileContext, t: &ast::StmtTry, suite: &[Stmt], swaps: &[Swap]) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    for swap in swaps {
        let name = swap.saved.id.as_str();
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(swap.saved)) else {
            return Finding::refuted(format!("`{name}` is not understood"));
        };
        let home = symbols.symbol(symbol).scope;
        let opening = symbols.occurrence(module.id(swap.saved)).map(|o| o.scope);
        if opening != Some(home) {
            return Finding::refuted(format!(
                "`{name}` is declared global or nonlocal: other code may bind it meanwhile"
            ));
        }
        let range = TextRange::new(suite[swap.save_at].end(), t.end());
        for o in symbols.occurrences_of(symbol) {
            let changes = o.binds() || o.access == Access::Delete;
            if changes && (o.scope != home || range.contains_range(o.range)) {
                let line = module.line(o.range.start());
                return Finding::refuted(format!("line {line} may bind `{name}` before it is put back"));
            }
        }
    }
    Finding::proved("nothing else binds it")
}

/// The statements between: those in front of the first setting stay in front of the `with`, those behind it come
/// into it.
fn nothing_between<'a>(cx: &FileContext<'a, '_>, suite: &'a [Stmt], at: usize, swaps: &[Swap]) -> Finding {
    let module = cx.module;
    let first_save = swaps.iter().map(|s| s.save_at).min().unwrap_or(at);
    let first_set = swaps.iter().filter_map(|s| s.set_at).min();
    let local = cx.local();
    let mut finding = Finding::proved("nothing stands there that could fail, or sees the old state");
    for (i, statement) in suite.iter().enumerate().take(at).skip(first_save) {
        let behind = first_set.is_some_and(|set| i > set);
        let line = module.line(statement.start());
        if let Some(step) = step(cx, statement) {
            // What is set second, or saved late, becomes a part of the header; a failing header undoes the first.
            for put in step.sets.iter().filter(|_| behind) {
                finding = finding.and(fails(cx, put, line));
            }
            continue;
        }
        let effects = Collector::of_body(module, cx.facts, std::slice::from_ref(statement));
        let resolved = cx.repo.resolve(&local, &effects);
        let simple = matches!(statement, Stmt::Assign(_) | Stmt::Expr(_));
        if !simple {
            return Finding::refuted(format!("line {line} stands between the saving and the `try`"));
        }
        if behind {
            if !resolved.notes.is_empty() || !effects.calls.is_empty() {
                return Finding::refuted(format!(
                    "should line {line} fail, the new state stays; in a `with` the old one comes back"
                ));
            }
        } else if let Some(note) = resolved.first(&[Kind::Effect, Kind::ValueCall, Kind::UnknownCall]) {
            finding = finding.and(Finding::assumed(format!(
                "line {line} {}: it may change what is saved in front of it, and would be saved behind it",
                note.describe()
            )));
        }
    }
    let set: Vec<usize> = swaps.iter().filter_map(|s| s.set_at).collect();
    let inside = swaps.iter().filter(|s| s.set_at.is_none()).count();
    if inside > 0 && (!set.is_empty() || inside > 1) {
        return Finding::refuted("one is set in front of the `try`, another inside of it");
    }
    finding
}

/// Whether setting a second thing may fail, so that the first one stays set.
fn fails(cx: &FileContext, put: &Put, line: usize) -> Finding {
    if put.what == Swapped::Directory {
        return Finding::refuted(format!(
            "should there be no such directory as line {line} changes to, what is set before stays; in a `with` the old one comes back"
        ));
    }
    let effects = Collector::of_expr(cx.module, cx.facts, put.value);
    let resolved = cx.repo.resolve(&cx.local(), &effects);
    match resolved.notes.first() {
        None => Finding::proved("setting the second cannot fail"),
        Some(note) => Finding::refuted(format!(
            "line {line} {}: should it fail, what is set before stays; in a `with` the old one comes back",
            note.describe()
        )),
    }
}

/// A `with` computes the new value first.
fn evaluated_alike(cx: &FileContext, swaps: &[Swap]) -> Finding {
    let module = cx.module;
    let local = cx.local();
    let mut finding =
        Finding::proved("computing it does not touch the old one").relying_on([Convention::KnownCallables]);
    for swap in swaps {
        let text = module.source(swap.value);
        let effects = Collector::of_expr(module, cx.facts, swap.value);
        let resolved = cx.repo.resolve(&local, &effects);
        if let Some(note) = resolved.first(&[Kind::Suspends]) {
            return Finding::refuted(format!("`{text}` {}: other code may run meanwhile", note.describe()));
        }
        let changes = match swap.what {
            Swapped::Directory => resolved.notes.iter().any(|n| n.what.contains("chdir")),
            Swapped::Stdout => resolved.attributes_written.iter().any(|a| a == "stdout"),
            Swapped::Stderr => resolved.attributes_written.iter().any(|a| a == "stderr"),
        };
        if changes {
            return Finding::refuted(format!(
                "`{text}` changes {} itself: something else would be saved",
                swap.what.text()
            ));
        }
        if let Some(note) = resolved.first(&[Kind::ValueCall, Kind::UnknownCall]) {
            finding = finding.and(Finding::assumed(format!(
                "`{text}` {}: were it to change {}, something else would be saved",
                note.describe(),
                swap.what.text()
            )));
        }
    }
    finding
}
