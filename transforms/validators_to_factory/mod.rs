//! Functions that are copies up to constants and texts become calls of one factory.

mod annotation;
mod copy;
mod factory;
mod seen;

use memchr::memmem;
use unspool_engine::syntax::{AnyNodeRef, Module, NodeKind, Ranged, TextRange, ast};
use unspool_engine::transform::{
    FileContext, Finding, Group, Meta, ObligationKind, Profile, Proposal, State, Transform,
};

use crate::generated::benefit::does_not_pay;
use crate::generated::contract::rebound_elsewhere;
use crate::generated::home::Home;
use crate::generated::merge::each;
use crate::generated::term::Term;
use copy::{Copy, copies, copy};

pub struct ValidatorsToFactory;

static META: Meta = Meta {
    id: "validators-to-factory",
    title: "Make functions that check in the same way by one factory",
    group: Group::Classes,
    default: false,
    anti_pattern: "copy-paste validators: the same function once per limit",
    idiom: "a factory whose closures keep what differs",
    docs: include_str!("README.md"),
    needles: &[
        "raise",
        "assert",
        "return False",
        "return True",
        "valid",
        "check",
        "verify",
        "ensure",
        "require",
    ],
    kinds: &[NodeKind::StmtFunctionDef],
    obligations: &[
        ObligationKind {
            id: "plain-function",
            claim: "it is an undecorated function of the module that checks, converts and returns",
        },
        ObligationKind {
            id: "same-shape",
            claim: "another function of the module differs in constants and texts only",
        },
        ObligationKind { id: "docs-kept", claim: "the docstring can be handed to the factory" },
        ObligationKind {
            id: "name-unseen",
            claim: "nobody sees the function's own name, or where it is defined",
        },
        ObligationKind { id: "keywords-kept", claim: "every call still passes what it passes" },
        ObligationKind { id: "values-fixed", claim: "what differs between the copies never changes" },
        ObligationKind { id: "comments-stay", claim: "every comment stays with what it speaks of" },
        ObligationKind {
            id: "importable",
            claim: "the module for helpers can be imported here, and importing it does nothing else",
        },
        ObligationKind { id: "layout", claim: "the factory can be written" },
    ],
};

/// With more parameters than this a factory says less than its copies.
const PARAMETERS: usize = 4;

impl Transform for ValidatorsToFactory {
    fn meta(&self) -> &'static Meta {
        &META
    }

    /// At least two functions.
    fn may_have_site(&self, bytes: &[u8]) -> bool {
        memmem::find_iter(bytes, b"def ").nth(1).is_some()
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtFunctionDef(def) = node else { return None };
        copy::has_twin(module, def).then(|| header(def))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let module = cx.module;
        let AnyNodeRef::StmtFunctionDef(def) = node else { unreachable!("only functions are found") };
        let at = header(def);
        let mut proposal = Proposal::new(&META, at);
        let mine = match copy(cx, def) {
            Ok(mine) => mine,
            Err(refused) => {
                proposal.oblige(&META, "plain-function", refused.at, Finding::refuted(refused.why));
                return proposal;
            }
        };
        proposal.oblige(&META, "plain-function", at, Finding::proved("so it does"));
        for (kind, finding) in own_findings(cx, &mine) {
            proposal.oblige(&META, kind, at, finding);
        }
        if proposal.is_refuted() {
            return proposal;
        }
        let all = copies(cx);
        let fits = |c: &&Copy<'a>| {
            c.key == mine.key
                && (c.def.range() == def.range()
                    || !own_findings(cx, c).iter().any(|(_, f)| f.state.is_refuted()))
        };
        let group: Vec<&Copy<'a>> = all.iter().filter(fits).collect();
        if group.len() < 2 {
            proposal.oblige(&META, "same-shape", at, Finding::refuted(alone(cx, &mine, &all)));
            return proposal;
        }
        let lines: Vec<String> = group.iter().map(|c| c.line(module).to_string()).collect();
        proposal.oblige(
            &META,
            "same-shape",
            at,
            Finding::proved(format!("lines {} are, up to names", lines.join(", "))),
        );
        for other in group.iter().filter(|c| c.def.range() != def.range()) {
            for (kind, finding) in own_findings(cx, other) {
                let known = proposal.obligations.iter().any(|o| o.kind == kind && o.state == finding.state);
                if !known && !matches!(finding.state, State::Proved(_)) {
                    proposal.oblige(&META, kind, header(other.def), finding);
                }
            }
        }
        proposal.oblige(&META, "keywords-kept", at, seen::keywords_kept(cx, &group));
        let home = match Home::of(cx) {
            Ok(home) => home,
            Err(why) => {
                proposal.oblige(&META, "importable", at, Finding::refuted(why));
                return proposal;
            }
        };
        let made = match factory::factory(cx, &group, &home) {
            Ok(made) => made,
            Err(why) => {
                proposal.oblige(&META, "layout", at, Finding::refuted(why));
                return proposal;
            }
        };
        let rebound = made.globals.iter().find_map(|name| rebound_elsewhere(cx, name));
        let fixed = match rebound {
            Some(place) => Finding::refuted(place),
            None => Finding::proved("they are literals and names that are bound once, above"),
        };
        proposal.oblige(&META, "values-fixed", at, fixed);
        let comments = match &made.lost {
            Some(why) => Finding::refuted(why.clone()),
            None => Finding::proved("each moves along"),
        };
        proposal.oblige(&META, "comments-stay", at, comments);
        if let Some(importable) = &made.placed.importable {
            proposal.oblige(&META, "importable", at, importable.clone());
        }
        proposal.oblige(&META, "layout", at, Finding::proved(made.placed.how.clone()));
        if proposal.is_refuted() {
            return proposal;
        }
        if group[0].def.range() != def.range() {
            let line = group[0].line(module);
            proposal.withheld =
                Some(format!("benefit: the rewrite of line {line} takes this function along"));
        } else if made.parameters == 0 {
            let line = group[1].line(module);
            proposal.withheld = Some(format!(
                "benefit: line {line} defines the same function once more: one of them is enough"
            ));
        } else if made.parameters > PARAMETERS && cx.settings.profile != Profile::All {
            let why =
                format!("benefit: the copies differ in {} places: a factory would say less", made.parameters);
            proposal.withheld = Some(why);
        } else if made.unnamed > 1 && cx.settings.profile != Profile::All {
            let why = "benefit: nothing says what the arguments of a factory would be: it would read worse";
            proposal.withheld = Some(why.into());
        } else if cx.settings.profile != Profile::All {
            proposal.withheld = does_not_pay(module, &made.placed.with_edits(&made.edits));
        }
        proposal.edits = made.edits;
        proposal.comments = made.merged;
        made.placed.complete(&mut proposal);
        proposal.imports.extend(made.import);
        proposal
    }
}

/// From `def` to the name.
fn header(def: &ast::StmtFunctionDef) -> TextRange {
    TextRange::new(def.start(), def.name.end())
}

/// What can be said of a function whatever the others are.
fn own_findings<'a>(cx: &FileContext<'a, '_>, copy: &Copy<'a>) -> Vec<(&'static str, Finding)> {
    let docs = match copy.doc {
        None => Finding::proved("there is none"),
        Some(doc) if cx.module.source(doc).contains(">>>") => {
            Finding::refuted("the docstring is a test that is found by where it stands")
        }
        Some(doc) if cx.module.source(doc).contains(['\n', '\r']) => {
            Finding::refuted("the docstring has several lines: too much for an argument")
        }
        Some(_) => Finding::proved("it becomes an argument"),
    };
    vec![("docs-kept", docs), ("name-unseen", seen::name_unseen(cx, copy))]
}

/// Why no other function has the shape.
fn alone<'a>(cx: &FileContext<'a, '_>, mine: &Copy<'a>, all: &[Copy<'a>]) -> String {
    let module = cx.module;
    let mut changes = None;
    each(&mine.terms, &mut |term| {
        if let Term::Constant(c) = term
            && let (None, Some(why)) = (&changes, &c.changes)
        {
            changes = Some(format!("`{}` cannot become an argument: {why}", module.source(c.expr)));
        }
    });
    if let Some(why) = changes {
        return why;
    }
    let others = all.iter().filter(|c| c.def.range() != mine.def.range());
    if let Some(copy) = others.clone().find(|c| c.key == mine.key) {
        let stays = own_findings(cx, copy).into_iter().find(|(_, f)| f.state.is_refuted());
        if let Some((_, Finding { state: State::Refuted(why), .. })) = stays {
            return format!("the other copy, on line {}, has to stay: {why}", copy.line(module));
        }
    }
    let near = others.filter_map(|c| copy::difference(module, mine, c)).max_by_key(|(words, ..)| *words);
    match near {
        Some((_, line, other, own)) => format!("line {line} has `{other}` where this has `{own}`"),
        None => "the functions that look like it cannot be made by a factory".into(),
    }
}
