//! The same setup, `try` and `finally` in several functions -> one `@contextmanager`.

mod copies;
mod edits;
mod hands;
mod name;
mod template;

use memchr::memmem;
use unspool_engine::facts::effects::{Collector, Kind};
use unspool_engine::repo::{Local, Repository};
use unspool_engine::syntax::{AnyNodeRef, Module, NodeKind, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::{
    FileContext, Finding, Group as TransformGroup, Meta, ObligationKind, Proposal, Transform,
};

use crate::resources::{contextlib, leaves};
use copies::{Group, copy_of, group, twins};
use edits::{Plan, place};
use hands::{Hands, hands};

pub struct AcquireReleaseToContextmanager;

static META: Meta = Meta {
    id: "acquire-release-to-contextmanager",
    title: "Write a setup and clean-up that several functions repeat once, as a `@contextmanager`",
    group: TransformGroup::Resources,
    default: false,
    anti_pattern: "the same setup, `try` and `finally` in several functions",
    idiom: "one `@contextmanager`",
    docs: include_str!("README.md"),
    needles: &["finally"],
    kinds: &[NodeKind::StmtTry],
    obligations: &[
        ObligationKind {
            id: "set-up-alike",
            claim: "at least two functions set up and clean up alike, but for values that can be handed in",
        },
        ObligationKind { id: "passes-through", claim: "neither setup nor clean-up returns, jumps or yields" },
        ObligationKind {
            id: "frames-unseen",
            claim: "nothing in setup or clean-up looks at the frame it runs in",
        },
        ObligationKind { id: "one-meaning", claim: "the copies are alike because they mean the same" },
        ObligationKind {
            id: "names-free",
            claim: "the context manager has a name that is free in the module",
        },
        ObligationKind { id: "layout", claim: "the lines can be rearranged, and comments stay" },
    ],
};

impl Transform for AcquireReleaseToContextmanager {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        memmem::find_iter(bytes, b"finally").nth(1).is_some()
    }

    /// The first of at least two functions that clean up alike: it stands for all of them.
    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtTry(try_) = node else { return None };
        copy_of(module, try_)?;
        let twins = twins(module, try_);
        let first = twins.first()?;
        let several = twins.iter().any(|t| t.function != first.function);
        (several && first.id == module.id(try_))
            .then(|| TextRange::at(try_.start(), "try".len().try_into().expect("three letters fit")))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::StmtTry(try_) = node else { unreachable!("only try statements are found") };
        let module = cx.module;
        let site = self.find(node, module).expect("it was found");
        let mut proposal = Proposal::new(&META, site);
        let mut oblige =
            |kind: &str, at: TextRange, finding: Finding| proposal.oblige(&META, kind, at, finding);

        let (group, hands) = match fitting(cx, try_) {
            Ok(found) => found,
            Err(why) => {
                oblige("set-up-alike", site, Finding::refuted(why));
                return proposal;
            }
        };
        let lines: Vec<String> =
            group.copies.iter().map(|c| module.line(c.try_.start()).to_string()).collect();
        oblige(
            "set-up-alike",
            site,
            Finding::proved(format!("those with a `try` on lines {}", lines.join(", "))),
        );

        let pieces = || {
            let first = &group.copies[0];
            first.setup(group.setup).iter().chain(&first.try_.finalbody)
        };
        oblige("passes-through", site, passes_through(module, pieces()));
        oblige("frames-unseen", site, frames_unseen(cx, pieces()));
        oblige(
            "one-meaning",
            site,
            Finding::assumed(
                "whether they are copies of one thing, or alike by chance, is for a reader to say",
            ),
        );

        let is_async = pieces().any(|s| {
            module.subtree(module.id(s)).any(|(_, n)| {
                matches!(n, AnyNodeRef::ExprAwait(_)) || matches!(n, AnyNodeRef::StmtFor(f) if f.is_async)
            })
        });
        let wanted = if is_async { "asynccontextmanager" } else { "contextmanager" };
        let at = place(module, &group, &hands);
        let spelling = contextlib(cx, at, wanted);
        let (names, telling) = name::names(cx, &group, &hands);
        let free = names.iter().find(|n| is_free(cx, n, hands.receiver.is_some()));
        let named = match (&free, &spelling) {
            (Some(name), Ok(_)) => Finding::proved(format!("as `{name}`")),
            (None, _) => Finding::refuted(format!("the names for it are taken: `{}`", names.join("`, `"))),
            (_, Err(why)) => Finding::refuted(why.clone()),
        };
        oblige("names-free", site, named);

        let decorator = format!("contextlib.{wanted}");
        let plan = Plan {
            module,
            group: &group,
            hands: &hands,
            name: free.unwrap_or(&names[0]),
            decorator: spelling.as_ref().map_or(&decorator, |s| &s.text),
            is_async,
            symbols: cx.facts.symbols(),
        };
        let made = plan.edits();
        let finding = match &made {
            Ok(_) => Finding::proved("they can"),
            Err(why) => Finding::refuted(why.clone()),
        };
        oblige("layout", site, finding);
        if !telling {
            proposal.withheld =
                Some("benefit: nothing in it says what the manager is to be named after".into());
        }
        if let (false, Ok(made)) = (proposal.is_refuted(), made) {
            proposal.edits = made.edits;
            proposal.comments = made.comments;
            proposal.imports = spelling.ok().and_then(|s| s.request).into_iter().collect();
        }
        proposal
    }
}

/// The copies that fit, and what goes in and out of the manager. Copies that do not fit are left as they are, as long
/// as two functions remain.
fn fitting<'a>(cx: &FileContext<'a, '_>, try_: &'a ast::StmtTry) -> Result<(Group<'a>, Hands<'a>), String> {
    let module = cx.module;
    let mut candidates = twins(module, try_);
    let mut reason: Option<String> = None;
    loop {
        let group = match group(module, &candidates) {
            Ok(group) => group,
            Err(why) => return Err(reason.unwrap_or(why)),
        };
        match hands(cx, &group) {
            Ok(hands) => return Ok((group, hands)),
            Err(misfit) => {
                let copy = &group.copies[misfit.copy];
                let line = module.line(copy.try_.start());
                reason.get_or_insert(format!("the copy with the `try` on line {line}: {}", misfit.why));
                candidates.retain(|c| c.id != copy.id);
            }
        }
    }
}

fn passes_through<'a>(module: &Module<'a>, pieces: impl Iterator<Item = &'a Stmt>) -> Finding {
    for (id, node) in pieces.flat_map(|s| module.subtree(module.id(s))) {
        let outer = module.statement_of(id).unwrap_or(id);
        let how = match node {
            AnyNodeRef::StmtReturn(_) => "returns: it would swallow every exception, and a `with` cannot",
            AnyNodeRef::StmtBreak(_) | AnyNodeRef::StmtContinue(_) => "jumps out of the clean-up",
            AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => "yields",
            _ => continue,
        };
        let own = matches!(node, AnyNodeRef::StmtBreak(_) | AnyNodeRef::StmtContinue(_))
            && !leaves(module, outer, module.parent(outer).unwrap_or(outer));
        if !own {
            return Finding::refuted(format!("line {} {how}", module.line(node.start())));
        }
    }
    Finding::proved("none does")
}

fn frames_unseen<'a>(cx: &FileContext<'a, '_>, pieces: impl Iterator<Item = &'a Stmt>) -> Finding {
    let (module, facts) = (cx.module, cx.facts);
    let local = Local { module, facts, path: cx.path };
    for statement in pieces {
        let effects = Collector::of_body(module, facts, std::slice::from_ref(statement));
        let own = effects.has(Kind::OwnFrame);
        let resolved = cx.repo.resolve(&local, &effects);
        let line = module.line(statement.start());
        if let Some(note) = resolved.first(&[Kind::Frame]) {
            return Finding::refuted(format!(
                "line {line} {}: in the manager that is another frame",
                note.describe()
            ));
        }
        if own {
            return Finding::refuted(format!("line {line} looks at the frame it runs in"));
        }
        if let Some(note) = resolved.first(&[Kind::UnknownCall]) {
            return Finding::assumed(format!(
                "line {line} {}, which may look at its caller",
                note.describe()
            ));
        }
    }
    Finding::proved("nothing does")
}

/// Whether nothing in the file has the name, and for a method, nothing in the repository.
fn is_free(cx: &FileContext, name: &str, method: bool) -> bool {
    let symbols = cx.facts.symbols();
    let in_file = memmem::find(cx.module.text().as_bytes(), name.as_bytes()).is_none();
    let elsewhere = |repo: &Repository| repo.mentioning(name).is_empty();
    in_file && symbols.star_imports.is_empty() && (!method || elsewhere(cx.repo))
}
