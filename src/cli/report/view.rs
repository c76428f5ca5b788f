//! A site as every format shows it.

use std::collections::BTreeSet;

use unspool_engine::driver::{FileReport, Outcome, SiteReport};
use unspool_engine::transform::{Convention, Meta, Verdict};

use super::places::{Numbered, Span};
use super::site::{also_changes, held_because, one_line};
use super::{bare, hunks};
use hunks::{CONTEXT, Hunk};

/// A site of a report, with its place in the file as it was read.
pub struct View<'o> {
    pub file: &'o FileReport,
    pub site: &'o SiteReport,
    pub meta: &'static Meta,
    /// Unicode: what is not UTF-8 in the path is U+FFFD.
    pub path: String,
    pub span: Span,
    /// What the rewrite does by itself. Empty where it is refused.
    pub hunks: Vec<Hunk>,
    /// The same in other files: whether it changes or makes them, by path.
    pub others: Vec<(&'static str, String, Vec<Hunk>)>,
}

impl View<'_> {
    /// Whether the rewrite could be applied, by some flags, and nobody is against it.
    pub fn is_offered(&self) -> bool {
        self.site.held.is_none() && matches!(self.site.verdict, Verdict::Safe | Verdict::Unsafe)
    }

    /// Why the verdict is what it is, a sentence each: what could not be proved, what stands against it. Before that,
    /// which other files change.
    pub fn reasons(&self) -> Vec<String> {
        let proposal = &self.site.proposal;
        let also = also_changes(self.site).into_iter();
        let held = self.site.held.as_ref().map(held_because);
        let deciding = proposal.deciding().map(|obligation| {
            let reason = one_line(obligation.state.reason());
            format!("{}: {} ({reason})", obligation.state.name(), obligation.claim)
        });
        also.chain(held).chain(deciding).chain(proposal.withheld.as_deref().map(one_line)).collect()
    }

    /// What Python allows to be otherwise.
    pub fn conventions(&self) -> Vec<&'static str> {
        let all = self.site.proposal.obligations.iter().flat_map(|obligation| &obligation.conventions);
        let sorted: BTreeSet<Convention> = all.copied().collect();
        sorted.into_iter().map(Convention::name).collect()
    }
}

/// Every site of an outcome, in the order of the report.
pub fn views(outcome: &Outcome) -> Vec<View<'_>> {
    outcome.files.iter().flat_map(of_file).collect()
}

fn of_file(file: &FileReport) -> Vec<View<'_>> {
    let text = Numbered::of(file);
    let path = bare(&file.path).to_string_lossy().into_owned();
    let metas = || unspool_transforms::registry().iter().map(|transform| transform.meta());
    let mut views = Vec::with_capacity(file.sites.len());
    for site in &file.sites {
        // Every site is one of a transform of the registry.
        let Some(meta) = metas().find(|meta| meta.id == site.proposal.transform) else { continue };
        let span = text.span(site.origin);
        let hunks = hunks::of_site(file, site, CONTEXT);
        let others = hunks::of_others(site, CONTEXT);
        let others = others
            .into_iter()
            .map(|other| (other.does, bare(other.path).to_string_lossy().into_owned(), other.hunks))
            .collect();
        views.push(View { file, site, meta, path: path.clone(), span, hunks, others });
    }
    views
}
