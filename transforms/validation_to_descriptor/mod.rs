//! Setters that check in the same way, and checks of `__init__`, become one data descriptor per shape.

mod edits;
mod helper;
mod hierarchy;
mod member;
mod names;

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
use hierarchy::ClassView;
use member::{Form, Member, Refused};

pub struct ValidationToDescriptor;

static META: Meta = Meta {
    id: "validation-to-descriptor",
    title: "Check attributes of one shape by one data descriptor",
    group: Group::Classes,
    default: false,
    anti_pattern: "copy-paste validation: the same property and setter once per attribute",
    idiom: "a data descriptor with `__set_name__`",
    docs: include_str!("README.md"),
    needles: &[".setter", "__init__", "__post_init__", "property("],
    kinds: &[
        NodeKind::StmtFunctionDef,
        NodeKind::StmtIf,
        NodeKind::StmtAssert,
        NodeKind::StmtExpr,
        NodeKind::StmtAssign,
    ],
    obligations: &[
        ObligationKind {
            id: "plain-check",
            claim: "the code checks one value, converts it at most, and stores it; the getter gives it back",
        },
        ObligationKind { id: "docs-kept", claim: "the docstring can be handed to the descriptor" },
        ObligationKind { id: "made-plainly", claim: "what makes the class does not look at its attributes" },
        ObligationKind { id: "not-told-apart", claim: "nobody tells properties from other attributes" },
        ObligationKind { id: "of-objects", claim: "the attribute is taken of objects, never of the class" },
        ObligationKind { id: "always-checked", claim: "nothing assigns a value that the check would refuse" },
        ObligationKind {
            id: "same-shape",
            claim: "another attribute of the file is checked in the same way",
        },
        ObligationKind {
            id: "order-kept",
            claim: "checks fail in the same order, and no object is seen half-made",
        },
        ObligationKind { id: "values-fixed", claim: "what differs between the copies never changes" },
        ObligationKind { id: "no-contract", claim: "no other program relies on the property itself" },
        ObligationKind { id: "comments-stay", claim: "every comment stays with what it speaks of" },
        ObligationKind {
            id: "importable",
            claim: "the module for helpers can be imported here, and importing it does nothing else",
        },
        ObligationKind { id: "layout", claim: "the descriptor can be written" },
    ],
};

impl Transform for ValidationToDescriptor {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        let raises = memmem::find(bytes, b"raise").is_some() || memmem::find(bytes, b"assert").is_some();
        let properties = [&b".setter"[..], b"property("].iter().any(|p| memmem::find(bytes, p).is_some());
        // What checks for a setter may stand in another file.
        let handed_on = || member::CHECKS.iter().any(|word| memmem::find(bytes, word.as_bytes()).is_some());
        properties && (raises || handed_on()) || init_may_check(bytes)
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        match node {
            AnyNodeRef::StmtFunctionDef(def) => {
                member::is_checking_setter(module, def).then(|| TextRange::new(def.start(), def.end()))
            }
            AnyNodeRef::StmtAssign(assignment) => {
                member::assigned_setter(module, assignment).map(|_| assignment.range())
            }
            AnyNodeRef::StmtIf(i) => member::init_of_check(module, module.id(i)).map(|_| i.range()),
            AnyNodeRef::StmtAssert(a) => member::init_of_check(module, module.id(a)).map(|_| a.range()),
            AnyNodeRef::StmtExpr(e) => member::init_of_check(module, module.id(e)).map(|_| e.range()),
            _ => None,
        }
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let module = cx.module;
        let mut proposal = Proposal::new(&META, node.range());
        let mine = match candidate(node, cx) {
            Ok(member) => member,
            Err(refused) => {
                proposal.oblige(&META, "plain-check", refused.at, Finding::refuted(refused.why));
                return proposal;
            }
        };
        let at = node.range();
        proposal.oblige(&META, "plain-check", at, Finding::proved("so it does"));
        for (kind, finding) in own_findings(cx, &mine) {
            proposal.oblige(&META, kind, at, finding);
        }
        if proposal.is_refuted() {
            return proposal;
        }
        let all = member::members(cx);
        let fits = |m: &&Member<'a>| {
            m.key == mine.key
                && (m.range() == mine.range()
                    || !own_findings(cx, m).iter().any(|(_, f)| f.state.is_refuted()))
        };
        let group: Vec<&Member<'a>> = all.iter().filter(fits).collect();
        if group.len() < 2 {
            proposal.oblige(&META, "same-shape", at, Finding::refuted(alone(module, &mine, &all)));
            return proposal;
        }
        let lines: Vec<String> = group.iter().map(|m| m.line(module).to_string()).collect();
        let how = format!("lines {} do, up to names and constants", lines.join(", "));
        proposal.oblige(&META, "same-shape", at, Finding::proved(how));

        let mut order = Finding::proved("each check stays in front of what it guards");
        for member in &group {
            let view = ClassView { cx, class: member.class };
            order = order.and(view.order_kept(&group));
        }
        proposal.oblige(&META, "order-kept", at, order);
        let shared = shared(cx, &all, &mine);
        let home = match Home::of(cx) {
            Ok(home) => home,
            Err(why) => {
                proposal.oblige(&META, "importable", at, Finding::refuted(why));
                return proposal;
            }
        };
        let helper = match helper::helper(cx, &group, shared.is_some(), &home) {
            Ok(helper) => helper,
            Err(why) => {
                proposal.oblige(&META, "layout", at, Finding::refuted(why));
                return proposal;
            }
        };
        let rebound = helper.globals.iter().find_map(|name| rebound_elsewhere(cx, name));
        let fixed = match rebound {
            Some(place) => Finding::refuted(place),
            None => Finding::proved("they are literals and names that are bound once, above"),
        };
        proposal.oblige(&META, "values-fixed", at, fixed);
        let edits = match edits::edits(module, &group, &helper, shared.unwrap_or(group[0].class)) {
            Ok(edits) => {
                proposal.oblige(&META, "comments-stay", at, Finding::proved("each moves along"));
                edits
            }
            Err(why) => {
                proposal.oblige(&META, "comments-stay", at, Finding::refuted(why));
                return proposal;
            }
        };
        let mut contract = Finding::proved("");
        for (i, member) in group.iter().enumerate() {
            let finding = ClassView { cx, class: member.class }.no_contract(member);
            contract = if i == 0 { finding } else { contract.and(finding) };
            if member.range() != mine.range() {
                for (kind, finding) in own_findings(cx, member) {
                    let known =
                        proposal.obligations.iter().any(|o| o.kind == kind && o.state == finding.state);
                    if !known && !matches!(finding.state, State::Proved(_)) {
                        proposal.oblige(&META, kind, member.range(), finding);
                    }
                }
            }
        }
        proposal.oblige(&META, "no-contract", at, contract);
        if let Some(importable) = &helper.placed.importable {
            proposal.oblige(&META, "importable", at, importable.clone());
        }
        proposal.oblige(&META, "layout", at, Finding::proved(helper.placed.how.clone()));
        let first = group[0];
        if !proposal.is_refuted() && (first.range() != mine.range() || covered(node, first)) {
            let line = first.line(module);
            proposal.withheld = Some(format!("benefit: the rewrite of line {line} takes this check along"));
        } else if cx.settings.profile != Profile::All {
            proposal.withheld = does_not_pay(module, &helper.placed.with_edits(&edits));
        }
        if !proposal.is_refuted() {
            proposal.edits = edits;
            proposal.comments = helper.merged;
            helper.placed.complete(&mut proposal);
        }
        proposal
    }
}

/// The checked attribute that the node is a site of.
fn candidate<'a>(node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Result<Member<'a>, Refused> {
    match node {
        AnyNodeRef::StmtFunctionDef(setter) => member::property(cx, setter),
        AnyNodeRef::StmtAssign(assignment) => member::assigned(cx, assignment),
        _ => {
            let check = member::init_of_check(cx.module, cx.module.id(node));
            let (init, check) = check.expect("only checks in `__init__` are found");
            member::init_member(cx, init, check)
        }
    }
}

/// The first class whose attributes would get a descriptor with the same base as this one, if several shapes would.
fn shared<'a>(
    cx: &FileContext<'a, '_>,
    all: &[Member<'a>],
    mine: &Member<'a>,
) -> Option<&'a ast::StmtClassDef> {
    let alike = |m: &&Member<'a>| {
        m.storage == mine.storage
            && all.iter().filter(|other| other.key == m.key).count() > 1
            && !own_findings(cx, m).iter().any(|(_, f)| f.state.is_refuted())
    };
    let others = all.iter().filter(alike).any(|m| m.key != mine.key);
    let first = all.iter().filter(alike).map(|m| m.class).min_by_key(|c| c.start());
    first.filter(|_| others)
}

/// A later check of an attribute whose first one is the site.
fn covered(node: AnyNodeRef, member: &Member) -> bool {
    matches!(member.form, Form::Init { .. }) && node.range() != member.statements[0].range()
}

/// What can be said of a member whatever the others are.
fn own_findings<'a>(cx: &FileContext<'a, '_>, member: &Member<'a>) -> Vec<(&'static str, Finding)> {
    let view = ClassView { cx, class: member.class };
    let mut findings = vec![("docs-kept", documented(cx.module, member))];
    let told =
        if member.is_init() { Finding::proved("it was no property before") } else { view.not_told_apart() };
    findings.push(("made-plainly", view.made_plainly()));
    findings.push(("not-told-apart", told));
    findings.push(("of-objects", view.taken_of_objects(member)));
    findings.push(("always-checked", view.assigned_checked(member)));
    findings
}

fn documented(module: &Module, member: &Member) -> Finding {
    let Some(doc) = member.doc else { return Finding::proved("there is none") };
    let text = module.source(doc);
    if text.contains(['\n', '\r']) {
        return Finding::refuted("the docstring has several lines: too much for an argument");
    }
    if text.contains(">>>") {
        return Finding::refuted("the docstring is a test that is found by where it stands");
    }
    if let Form::Property { getter, setter, .. } = member.form
        && crate::generated::style::docstring(&getter.body).is_some()
        && crate::generated::style::docstring(&setter.body).is_some()
    {
        return Finding::refuted("getter and setter have a docstring each");
    }
    Finding::proved("it becomes an argument")
}

/// Why no other attribute has the member's shape.
fn alone(module: &Module, mine: &Member, all: &[Member]) -> String {
    let mut changes = None;
    each(&mine.terms, &mut |term| {
        if let Term::Constant(c) = term
            && let (None, Some(why)) = (&changes, &c.changes)
        {
            changes = Some(format!("`{}` cannot become an argument: {why}", module.source(c.expr)));
        }
    });
    let others: Vec<&Member> = all.iter().filter(|m| m.range() != mine.range()).collect();
    let near = others.iter().find_map(|m| {
        let (own, other) = member::difference(module, mine, m)?;
        Some(format!("line {} has `{other}` where this has `{own}`", m.line(module)))
    });
    match (changes, near, others.first()) {
        (Some(why), ..) => format!("{why}; and no other attribute has the same check"),
        (None, Some(near), _) => format!("no other attribute has the same check: {near}"),
        (None, None, Some(m)) => {
            format!("no other attribute has the same check; that on line {} is another one", m.line(module))
        }
        (None, None, None) => {
            "no other attribute of the file has a check that a descriptor could take over".into()
        }
    }
}

/// Whether an `__init__` may have two checks: between it and the next definition words of checks stand twice.
fn init_may_check(bytes: &[u8]) -> bool {
    let all = [&b"def __init__"[..], b"def __post_init__"];
    all.iter().flat_map(|init| memmem::find_iter(bytes, init)).any(|at| {
        let rest = &bytes[at + 4..];
        let end = [&b"\n    def "[..], b"\n\tdef ", b"\nclass ", b"\n  def "]
            .iter()
            .filter_map(|next| memmem::find(rest, next))
            .min()
            .unwrap_or(rest.len());
        let words = ["raise"].iter().chain(member::CHECKS);
        words.map(|word| memmem::find_iter(&rest[..end], word.as_bytes()).count()).sum::<usize>() > 1
    })
}
