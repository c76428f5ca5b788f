//! Sites in words: a line that terminals and editors link, and the obligations below it.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use anstyle::Style;
use unspool_engine::driver::{FileReport, Held, SiteReport};
use unspool_engine::transform::{Convention, Obligation, State, Verdict};

use super::places::{Numbered, Places};
use super::shown;
use crate::cli::terminal::{BOLD, DIM, GREEN, Paint, RED, YELLOW, verdict_style};

/// How much to say about a site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// The obligations that decided the verdict.
    Deciding,
    /// Every obligation, with how it came out.
    All,
}

/// Writes sites of one file.
pub struct SiteWriter<'a> {
    path: &'a Path,
    text: Numbered,
    places: &'a mut Places,
    paint: Paint,
    detail: Detail,
}

impl<'a> SiteWriter<'a> {
    pub fn new(file: &'a FileReport, places: &'a mut Places, paint: Paint, detail: Detail) -> Self {
        SiteWriter { path: &file.path, text: Numbered::of(file), places, paint, detail }
    }

    pub fn write(&mut self, out: &mut dyn Write, site: &SiteReport) -> io::Result<()> {
        self.head(out, site)?;
        self.body(out, site)
    }

    /// The line that says where and what.
    pub fn head(&self, out: &mut dyn Write, site: &SiteReport) -> io::Result<()> {
        let SiteReport { proposal, verdict, line, column, held, .. } = site;
        let paint = self.paint;
        let at = format!("{}:{line}:{column}", shown(self.path));
        let label = paint.paint(verdict_style(*verdict), verdict);
        let held = if held.is_some() { ", held back" } else { "" };
        writeln!(out, "{}: {} {label}{held}", paint.paint(BOLD, at), proposal.transform)
    }

    /// The lines that say why.
    pub fn body(&mut self, out: &mut dyn Write, site: &SiteReport) -> io::Result<()> {
        let SiteReport { proposal, verdict, line, held, .. } = site;
        let paint = self.paint;
        if let Some(also) = also_changes(site) {
            writeln!(out, "    {also}")?;
        }
        if let Some(held) = held {
            writeln!(out, "    {}", paint.paint(YELLOW, held_because(held)))?;
        }
        match self.detail {
            Detail::Deciding => {
                for obligation in proposal.deciding() {
                    self.deciding(out, obligation)?;
                }
                if matches!(verdict, Verdict::Safe | Verdict::Unsafe) {
                    let all = proposal.obligations.iter().flat_map(|obligation| &obligation.conventions);
                    self.conventions(out, "    ", all.copied().collect())?;
                }
            }
            Detail::All => {
                for obligation in &proposal.obligations {
                    self.obligation(out, obligation, *line)?;
                }
            }
        }
        if let Some(reason) = &proposal.withheld {
            writeln!(out, "    {}", paint.paint(DIM, one_line(reason)))?;
        }
        Ok(())
    }

    /// One line: claim and reason.
    fn deciding(&mut self, out: &mut dyn Write, obligation: &Obligation) -> io::Result<()> {
        let Obligation { claim, state, .. } = obligation;
        let at = self.elsewhere(obligation).map(|at| format!(" ({at})")).unwrap_or_default();
        let claim = self.paint.paint(state_style(state), claim);
        writeln!(out, "    {claim}: {}{at}", one_line(state.reason()))
    }

    /// A few lines: state and claim, reason, where (unless that is the line of the site), conventions.
    fn obligation(&mut self, out: &mut dyn Write, obligation: &Obligation, site: usize) -> io::Result<()> {
        let Obligation { claim, state, at, conventions, kind } = obligation;
        let paint = self.paint;
        let label = paint.paint(state_style(state), format!("{:<8}", state.name()));
        writeln!(out, "    {label}  {claim} {}", paint.paint(DIM, format!("[{kind}]")))?;
        let place = self.elsewhere(obligation).or_else(|| {
            let line = self.places.span(at, &self.text)?.start.line;
            (line != site).then(|| format!("line {line}"))
        });
        let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
        if !state.reason().is_empty() {
            writeln!(out, "              {}{place}", one_line(state.reason()))?;
        }
        self.conventions(out, "              ", conventions.iter().copied().collect())
    }

    /// What Python allows to be otherwise, if a proof leans on any of it.
    fn conventions(
        &self,
        out: &mut dyn Write,
        indent: &str,
        conventions: BTreeSet<Convention>,
    ) -> io::Result<()> {
        if conventions.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = conventions.into_iter().map(Convention::name).collect();
        writeln!(out, "{indent}{}", self.paint.paint(DIM, format!("relies on: {}", names.join(", "))))
    }

    /// `path:line` where an obligation was decided in another file.
    fn elsewhere(&mut self, obligation: &Obligation) -> Option<String> {
        let path = obligation.at.path.as_deref()?;
        let line = self.places.span(&obligation.at, &self.text).map(|span| span.start.line);
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        Some(format!("{}{line}", shown(self.places.name(path))))
    }
}

/// The other files that a rewrite changes.
pub fn also_changes(site: &SiteReport) -> Option<String> {
    let names = |is_new: bool| {
        let others = site.others.iter().filter(|other| other.is_new == is_new);
        others.map(|other| shown(&other.path).to_string()).collect::<Vec<_>>().join(", ")
    };
    let parts = [("makes", names(true)), ("changes", names(false))];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(does, names)| format!("{does} {names}"))
        .collect();
    (!parts.is_empty()).then(|| format!("also {}", parts.join(", ")))
}

/// Why a rewrite that could be offered is not.
pub fn held_because(held: &Held) -> String {
    let with_reason = |text: String, reason: &str| match one_line(reason) {
        reason if reason.is_empty() => text,
        reason => format!("{text}: {reason}"),
    };
    match held {
        Held::Comment { line, reason } => {
            with_reason(format!("suppressed by the comment on line {line}"), reason)
        }
        Held::Rejected { reason } => with_reason("rejected (unspool-decisions.toml)".into(), reason),
        Held::Baseline => "in the baseline".into(),
        Held::Unchanged => "outside of the lines that changed".into(),
        Held::Partner { path, reason } => {
            format!("it would change {}, too, which {}", shown(path), one_line(reason))
        }
    }
}

/// The colour of how an obligation came out.
fn state_style(state: &State) -> Style {
    match state {
        State::Proved(_) => GREEN,
        State::Assumed(_) => YELLOW,
        State::Refuted(_) => RED,
    }
}

/// A reason may quote source: a listing keeps its lines.
pub fn one_line(reason: &str) -> String {
    let mut text = String::with_capacity(reason.len());
    for word in reason.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.extend(word.chars().filter(|char| !char.is_control()));
    }
    text
}
