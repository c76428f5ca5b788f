//! One file in one round: sites, proposals, choice, new text, checks.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::changes::{Changes, Composed};
use super::fingerprint::fingerprint;
use super::identity::Identities;
use super::policy::Held;
use super::suppress::{Suppressions, may_suppress};
use super::{OtherFile, Severity, SiteReport};
use crate::repo::Repository;
use crate::rewrite::{import_edits, select};
use crate::syntax::{AnyNodeRef, Module, NodeId, NodeKind, ParseFailure, Ranged, TextRange};
use crate::text::Edit;
use crate::transform::{FileContext, ForeignEdits, Proposal, Settings, Transform, Verdict};

/// What one round made of a file.
pub struct Decided {
    pub sites: Vec<SiteReport>,
    /// The new text, where a rewrite was applied.
    pub text: Option<String>,
    /// Internal errors: a transform that panicked, a result that failed a check.
    pub problems: Vec<(Option<usize>, Severity, String)>,
    /// Lines and messages of suppressions in the code that do nothing.
    pub idle_suppressions: Vec<(usize, String)>,
    /// Suppressions of other files, by path and line, that held something back here.
    pub used_elsewhere: Vec<(PathBuf, usize)>,
    /// Rewrites that would be applied, were they not to change other files, too: the caller puts them together.
    pub shared: Vec<SiteReport>,
}

/// What to do with the sites of a file.
pub struct Round<'r> {
    pub transforms: &'r [&'static dyn Transform],
    /// All that there are, for comments that name some.
    pub known: &'r [&'static dyn Transform],
    /// Indices into `transforms`: those whose needles the file has.
    pub active: &'r [usize],
    /// Whether a rewrite, the last argument its identity, may be applied (others are only decided).
    pub may_apply: &'r dyn Fn(&Proposal, Verdict, &str) -> bool,
    /// Why a rewrite is not wanted, by its identity and the ranges of the text that was read which it stems from.
    pub held: &'r dyn Fn(&str, &[TextRange]) -> Option<Held>,
    /// Whether a transform runs on this file.
    pub runs: &'r dyn Fn(&str) -> bool,
    /// How another file of the repository is called in reports, and why a rewrite may not change it, if it may not.
    pub partner: &'r dyn Fn(&Path, &Proposal) -> Partner,
    /// As in [`super::Job::shows_changes`].
    pub shows_changes: bool,
    pub settings: &'r Settings,
    pub repo: &'r Repository,
    pub path: &'r Path,
    /// The path from the root of the repository, for identities: the same on every machine.
    pub name: &'r Path,
}

/// Another file that a rewrite changes.
pub struct Partner {
    /// As in the reports.
    pub name: PathBuf,
    /// What stands against it: "is not part of this run".
    pub against: Option<String>,
}

/// Decides all sites of a text and applies what may be applied. `identities` are those of the file, from round to
/// round.
pub fn decide(text: &str, round: &Round, identities: &mut Identities) -> Result<Decided, ParseFailure> {
    let version = round.settings.target.version;
    let decided = round.repo.index().with_text(round.path, text, version, |module, facts| {
        if let Some(at) = module.odd_indentation() {
            return Err(ParseFailure::OddIndentation { at });
        }
        let cx = FileContext { module, facts, repo: round.repo, settings: round.settings, path: round.path };
        Ok(decide_tree(&cx, round, identities))
    });
    decided?
}

fn decide_tree(cx: &FileContext, round: &Round, identities: &mut Identities) -> Decided {
    let module = cx.module;
    let mut problems = Vec::new();
    let mut proposals: Vec<Proposal> = Vec::new();
    let mut nodes: Vec<NodeId> = Vec::new();
    let by_kind = Dispatch::of(round);
    for (id, node) in module.nodes() {
        for &t in by_kind.transforms_for(node.kind()) {
            let transform = round.transforms[t];
            match guarded(transform, node, cx) {
                Ok(None) => {}
                // Several nodes may lead to one site: the first stands for it.
                Ok(Some(proposal)) if is_known(&proposals, &proposal) => {}
                Ok(Some(proposal)) => {
                    proposals.push(proposal);
                    nodes.push(id);
                }
                Err(message) => {
                    let line = module.line(node.start());
                    problems.push((Some(line), Severity::Error, message));
                }
            }
        }
    }

    let names = names(module, &nodes, &proposals, round.name, identities);
    let mut suppressions = match may_suppress(module.text().as_bytes()) {
        true => Suppressions::of(module),
        false => Suppressions::default(),
    };
    let mut used_elsewhere = Vec::new();
    let held: Vec<Option<Held>> = proposals
        .iter()
        .zip(&names)
        .map(|(proposal, name)| {
            held(proposal, name, round, &mut suppressions, identities)
                .or_else(|| held_elsewhere(proposal, round, &mut used_elsewhere))
        })
        .collect();
    let mut idle_suppressions = suppressions.unused(round.known, round.runs);
    idle_suppressions.append(&mut suppressions.mistakes);
    let may_apply = |i: &usize| {
        let proposal = &proposals[*i];
        held[*i].is_none() && (round.may_apply)(proposal, proposal.verdict(), &names[*i])
    };
    let (shared, candidates): (Vec<usize>, Vec<usize>) =
        (0..proposals.len()).filter(may_apply).partition(|i| !proposals[*i].foreign.is_empty());
    let rank = |id: &str| round.transforms.iter().position(|t| t.meta().id == id).unwrap_or(usize::MAX);
    let mut chosen = select(&proposals, &candidates, rank);
    let mut result = None;
    if !chosen.is_empty() {
        match compose(cx, &proposals, &chosen, round) {
            Ok(composed) => result = Some(composed),
            Err(_) => {
                // Something broke a rule: find out which, drop it, keep the rest.
                chosen.retain(|&i| match compose(cx, &proposals, &[i], round) {
                    Ok(_) => true,
                    Err(violation) => {
                        let line = module.line(proposals[i].anchor.start());
                        let id = proposals[i].transform;
                        problems.push((
                            Some(line),
                            Severity::Error,
                            format!("internal error: {id}: {violation}; not applied"),
                        ));
                        false
                    }
                });
                match compose(cx, &proposals, &chosen, round) {
                    _ if chosen.is_empty() => {}
                    Ok(composed) => result = Some(composed),
                    Err(violation) => {
                        let message = format!(
                            "internal error: rewrites do not fit together: {violation}; none applied"
                        );
                        problems.push((None, Severity::Error, message));
                        chosen.clear();
                    }
                }
            }
        }
    }

    let (text, changes) = result.map_or((None, Vec::new()), |(text, changes)| (Some(text), changes));
    if text.is_none() {
        chosen.clear();
    }
    let origins: Vec<TextRange> =
        proposals.iter().map(|proposal| identities.origin(proposal.anchor)).collect();
    identities.end_round(chosen.iter().map(|&i| &names[i]), changes);
    let all = proposals.into_iter().zip(names).zip(held).enumerate();
    let all = all.map(|(i, ((proposal, identity), held))| {
        let (line, column) = module.position(proposal.anchor.start());
        let site = SiteReport {
            verdict: proposal.verdict(),
            line,
            column,
            origin: origins[i],
            identity,
            applied: chosen.contains(&i),
            round: 0,
            held,
            with_imports: if round.shows_changes { with_imports(cx, &proposal) } else { Vec::new() },
            others: others(round, &proposal),
            proposal,
        };
        (site, shared.contains(&i))
    });
    let (shared, sites): (Vec<_>, Vec<_>) = all.partition(|(_, is_shared)| *is_shared);
    let in_order = |sites: Vec<(SiteReport, bool)>| {
        let mut sites: Vec<SiteReport> = sites.into_iter().map(|(site, _)| site).collect();
        sites.sort_by_key(|s| (s.proposal.anchor.start(), s.proposal.transform));
        sites
    };
    let (sites, shared) = (in_order(sites), in_order(shared));
    Decided { sites, text, problems, idle_suppressions, used_elsewhere, shared }
}

/// See [`SiteReport::with_imports`].
fn with_imports(cx: &FileContext, proposal: &Proposal) -> Vec<Edit> {
    if proposal.edits.is_empty() || (proposal.imports.is_empty() && proposal.unimports.is_empty()) {
        return Vec::new();
    }
    let mut changes = Changes::default();
    changes.add(proposal);
    changes.edits(cx)
}

/// See [`SiteReport::others`].
fn others(round: &Round, proposal: &Proposal) -> Vec<OtherFile> {
    let other = |foreign: &ForeignEdits| {
        let text = round.repo.text(&foreign.path)?;
        let edits = round.repo.with_file(&foreign.path, |file| {
            let mut edits = import_edits(file.module, &foreign.imports, Vec::new());
            edits.extend(foreign.edits.iter().cloned());
            edits
        })?;
        let is_new = round.repo.index().is_to_be_made(&foreign.path);
        Some(OtherFile { path: (round.partner)(&foreign.path, proposal).name, text, edits, is_new })
    };
    let mut others: Vec<OtherFile> = proposal.foreign.iter().filter_map(other).collect();
    others.sort_by(|a, b| a.path.cmp(&b.path));
    others
}

/// Why a rewrite may not change one of the other files that it would have to change.
fn held_elsewhere(proposal: &Proposal, round: &Round, used: &mut Vec<(PathBuf, usize)>) -> Option<Held> {
    if !matches!(proposal.verdict(), Verdict::Safe | Verdict::Unsafe) {
        return None;
    }
    let transform = round.transforms.iter().find(|transform| transform.meta().id == proposal.transform)?;
    for ForeignEdits { path, edits, .. } in &proposal.foreign {
        let Partner { name, against } = (round.partner)(path, proposal);
        if let Some(reason) = against {
            return Some(Held::Partner { path: name, reason });
        }
        let Some(text) = round.repo.text(path) else {
            return Some(Held::Partner { path: name, reason: "cannot be read".into() });
        };
        if !may_suppress(text.as_bytes()) {
            continue;
        }
        let comment = round.repo.with_file(path, |file| {
            let mut suppressions = Suppressions::of(file.module);
            edits.iter().find_map(|edit| suppressions.holding(*transform, edit.range))
        });
        if let Some((line, reason)) = comment.flatten() {
            used.push((path.clone(), line));
            let colon = if reason.is_empty() { "" } else { ": " };
            let reason = format!("has a comment against it on line {line}{colon}{reason}");
            return Some(Held::Partner { path: name, reason });
        }
    }
    None
}

fn is_known(proposals: &[Proposal], proposal: &Proposal) -> bool {
    proposals.iter().any(|p| p.transform == proposal.transform && p.anchor == proposal.anchor)
}

/// `find` and `decide` of one transform on one node; a panic becomes a message.
fn guarded<'a>(
    transform: &'static dyn Transform,
    node: AnyNodeRef<'a>,
    cx: &FileContext<'a, '_>,
) -> Result<Option<Proposal>, String> {
    let run = || transform.find(node, cx.module).map(|_| transform.decide(node, cx));
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        format!("internal error: {} panicked: {}; site left alone", transform.meta().id, message(&*panic))
    })
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
}

/// Why a rewrite that could be offered is not.
fn held(
    proposal: &Proposal,
    name: &str,
    round: &Round,
    suppressions: &mut Suppressions,
    identities: &Identities,
) -> Option<Held> {
    if proposal.verdict() == Verdict::Refused {
        return None;
    }
    let transform = round.transforms.iter().find(|transform| transform.meta().id == proposal.transform)?;
    let comment = suppressions.holding(*transform, proposal.anchor);
    if proposal.verdict() == Verdict::Withheld {
        return None;
    }
    if let Some((line, reason)) = comment {
        return Some(Held::Comment { line, reason });
    }
    let start = TextRange::empty(proposal.anchor.start());
    let touched = proposal.edits.iter().map(|edit| edit.range).chain([start]);
    let origins: Vec<TextRange> = touched.map(|range| identities.origin(range)).collect();
    (round.held)(name, &origins)
}

/// The identities of the proposals, made in source order.
fn names(
    module: &Module,
    nodes: &[NodeId],
    proposals: &[Proposal],
    path: &Path,
    identities: &mut Identities,
) -> Vec<String> {
    let mut order: Vec<usize> = (0..proposals.len()).collect();
    order.sort_by_key(|&i| (proposals[i].anchor.start(), proposals[i].transform));
    let mut names = vec![String::new(); proposals.len()];
    for i in order {
        let Proposal { transform, anchor, .. } = proposals[i];
        names[i] = identities.of(transform, anchor, || identity(module, nodes[i], &proposals[i], path));
    }
    names
}

/// The text with the chosen proposals applied, if it passes every check, and what was changed where.
fn compose(
    cx: &FileContext,
    proposals: &[Proposal],
    chosen: &[usize],
    round: &Round,
) -> Result<Composed, String> {
    let mut changes = Changes::default();
    for &i in chosen {
        changes.add(&proposals[i]);
    }
    let apply = || changes.apply(cx, round.settings.target.version);
    catch_unwind(AssertUnwindSafe(apply))
        .unwrap_or_else(|panic| Err(format!("the edits panicked: {}", message(&*panic))))
}

/// Transforms by the kinds of node they ask for.
struct Dispatch(Vec<Vec<usize>>);

impl Dispatch {
    fn of(round: &Round) -> Self {
        let mut table: Vec<Vec<usize>> = Vec::new();
        for &t in round.active {
            for kind in round.transforms[t].meta().kinds {
                let slot = *kind as usize;
                if table.len() <= slot {
                    table.resize(slot + 1, Vec::new());
                }
                table[slot].push(t);
            }
        }
        Dispatch(table)
    }

    fn transforms_for(&self, kind: NodeKind) -> &[usize] {
        self.0.get(kind as usize).map_or(&[], Vec::as_slice)
    }
}

/// What a rewrite is called when it is first seen, without a number: see [`super::identity`].
fn identity(module: &Module, node: NodeId, proposal: &Proposal, path: &Path) -> String {
    let mut names: Vec<&str> = module
        .ancestors(node)
        .filter_map(|a| match module.node(a) {
            AnyNodeRef::StmtFunctionDef(f) => Some(f.name.as_str()),
            AnyNodeRef::StmtClassDef(c) => Some(c.name.as_str()),
            _ => None,
        })
        .collect();
    names.reverse();
    let extent =
        proposal.edits.iter().fold(module.node(node).range(), |hull: TextRange, e| hull.cover(e.range));
    let hash = fingerprint(module, extent);
    format!("{}:{}:{}:{hash:016x}", proposal.transform, path.display(), names.join("."))
}
