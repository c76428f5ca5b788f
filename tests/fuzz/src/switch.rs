//! Every obligation earns its place: switched off, something must notice.
//!
//! The switch is an environment variable that the engine reads once, so each obligation has a process of its own. Most programs
//! behave as before, whatever is off: only where the obligation stands alone against a rewrite does it matter. So a survey, with
//! nothing off, lists for each obligation the programs in which it does, and only these are rewritten again; of them only those are
//! run in which a rewrite was applied because of the switch.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use unspool_engine::driver::SiteReport;
use unspool_engine::transform::{Obligation, ObligationKind, State};

use crate::campaign::{Campaign, Which, rewriter, transform};
use crate::cases::{self, Became, Tier};
use crate::generate::program;
use crate::minimise::minimise;
use crate::python::Python;

/// What noticed that an obligation was off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noticed {
    /// The index of the first program that diverged, or whose rewrite the checks at run time dropped.
    pub program: Option<u64>,
    /// What such a check said.
    pub check: Option<String>,
    /// Where no program behaves differently: the first whose text says what is not so ([`crate::told`]).
    #[serde(default)]
    pub told: Option<u64>,
    /// That program, made smaller if it diverged.
    pub text: String,
    /// Keep cases that were rewritten and then behaved differently, or were dropped by the checks.
    pub cases: Vec<String>,
    /// Keep cases that behaved as before and whose text then said what is not so.
    #[serde(default)]
    pub told_cases: Vec<String>,
    /// Sites at which nothing stood against a rewrite and yet there was none to write.
    pub unwritten: u64,
    /// Keep cases with such a site.
    #[serde(default)]
    pub unwritten_cases: u64,
    /// Programs in which the obligation alone stands against a rewrite, of those that were surveyed.
    pub alone: u64,
}

/// For each obligation the programs of a campaign, in order, in which it stands alone against a rewrite.
pub type Survey = BTreeMap<&'static str, Vec<u64>>;

/// Rewrites all programs of a campaign, with nothing off.
pub fn survey(campaign: &Campaign) -> Survey {
    let part = |n: u64| {
        let mut own = Survey::new();
        for index in (campaign.first + n..campaign.end).step_by(campaign.threads.max(1)) {
            let rewriter = rewriter(campaign.family, index);
            let Ok(fixed) = rewriter.rewrite(&program(campaign.family, campaign.seed, index)) else {
                continue;
            };
            let kinds: BTreeSet<_> =
                fixed.sites.iter().filter_map(|s| stands_alone(s, rewriter.assuming)).collect();
            kinds.into_iter().for_each(|kind| own.entry(kind).or_default().push(index));
        }
        own
    };
    let mut all = Survey::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..campaign.threads.max(1) as u64)
            .map(|n| scope.spawn(move || cases::deep(|| part(n))))
            .collect();
        for worker in workers {
            for (kind, indices) in worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
                all.entry(kind).or_default().extend(indices);
            }
        }
    });
    all.values_mut().for_each(|indices| indices.sort_unstable());
    all
}

/// The kind of obligation that is all that stands against a site.
fn stands_alone(site: &SiteReport, assuming: bool) -> Option<&'static str> {
    let against = |o: &&Obligation| match o.state {
        State::Proved(_) => false,
        State::Assumed(_) => !assuming,
        State::Refuted(_) => true,
    };
    let kinds: BTreeSet<_> = site.proposal.obligations.iter().filter(against).map(|o| o.kind).collect();
    (kinds.len() == 1).then(|| kinds.into_iter().next()).flatten()
}

/// What a process that looks is told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Task {
    /// The obligation that is off.
    pub kind: String,
    /// The programs.
    pub alone: Vec<u64>,
    /// If the keep cases are looked at, too: those that tell in the safe tier, and in that of assumptions.
    pub cases: Option<[BTreeSet<String>; 2]>,
}

/// Looks, in a process in which the obligation is off. `folder` has the transform's cases.
///
/// # Errors
/// When an interpreter cannot be started or the cases cannot be read.
pub fn look(campaign: &Campaign, task: &Task, folder: &Path) -> std::io::Result<Noticed> {
    let tally = Campaign { enough: 1, which: Which::Switched(&task.alone), ..*campaign }.run(&|_| {})?;
    let alone = task.alone.len() as u64;
    let mut noticed = Noticed { unwritten: tally.unwritten, alone, ..Noticed::default() };
    let mut python = Python::start(campaign.python)?;
    if let Some(found) = tally.divergences.first() {
        let rewriter = rewriter(campaign.family, found.index);
        noticed.program = Some(found.index);
        noticed.text = cases::deep(|| minimise(&mut python, rewriter, found))?.before;
    } else if let Some((index, message)) = tally.broken.first() {
        noticed.program = Some(*index);
        noticed.check = Some(message.clone());
    } else {
        noticed.told = tally.told;
        noticed.text = tally.told.map_or(String::new(), |n| program(campaign.family, campaign.seed, n));
    }
    if let Some([safe, assuming]) = &task.cases {
        let transforms = transform(campaign.family);
        for case in cases::keeps(folder)? {
            match cases::noticed(&case, &task.kind, (safe, assuming), transforms, campaign.python)? {
                Became::Same => {}
                Became::Different => noticed.cases.push(case.name),
                Became::Untrue => noticed.told_cases.push(case.name),
                Became::Unwritten => noticed.unwritten_cases += 1,
            }
        }
    }
    Ok(noticed)
}

/// A row of the score.
pub struct Row {
    pub kind: &'static str,
    pub noticed: Noticed,
}

/// Most obligations are noticed by one of the first programs: the others are looked for in more and more of them.
const STAGES: [u64; 3] = [5_000, 25_000, u64::MAX];

/// Switches each obligation of a family's transform off in turn; `program` and `arguments` start this program so
/// that it calls [`look`] with the task that it reads, and prints what it found, both as JSON. A campaign without programs looks at
/// the cases in `folder` alone.
///
/// # Errors
/// When a process cannot be started or fails.
pub fn score(
    campaign: &Campaign,
    folder: &Path,
    program: &Path,
    arguments: &[String],
) -> std::io::Result<Vec<Row>> {
    let transforms = transform(campaign.family);
    let meta = transforms[0].meta();
    let keeps = cases::keeps(folder)?;
    let sound = |tier| cases::sound(&keeps, transforms, campaign.python, tier);
    let mut sound = Some([sound(Tier::Safe)?, sound(Tier::Assuming)?]);
    let row = |kind: &ObligationKind| Row { kind: kind.id, noticed: Noticed::default() };
    let mut rows: Vec<Row> = meta.obligations.iter().map(row).collect();
    let mut first = campaign.first;
    for stage in STAGES {
        let end = campaign.end.min(campaign.first.saturating_add(stage));
        let cases = sound.take();
        if cases.is_none() && (first >= end || rows.iter().all(|r| r.noticed.is_settled())) {
            break;
        }
        let mut survey = survey(&Campaign { first, end, ..*campaign });
        for row in rows.iter_mut().filter(|r| !r.noticed.is_settled()) {
            let alone = survey.remove(row.kind).unwrap_or_default();
            let task = Task { kind: row.kind.to_owned(), alone, cases: cases.clone() };
            if task.alone.is_empty() && task.cases.is_none() {
                continue;
            }
            row.noticed.extend(start(meta.id, &task, program, arguments)?);
        }
        first = end;
    }
    Ok(rows)
}

fn start(transform: &str, task: &Task, program: &Path, arguments: &[String]) -> std::io::Result<Noticed> {
    let kind = &task.kind;
    let mut child = Command::new(program)
        .args(arguments)
        .args(["--family", transform, "--look"])
        .env("UNSPOOL_TEST_SWITCH_OFF", format!("{transform}/{kind}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Closed at the end of the statement, which ends the task.
    child.stdin.take().expect("standard input is piped").write_all(&serde_json::to_vec(task)?)?;
    let out = child.wait_with_output()?;
    serde_json::from_slice(&out.stdout).map_err(|error| {
        let text = String::from_utf8_lossy(&out.stderr);
        std::io::Error::other(format!("{kind}: {error}: {text}"))
    })
}

impl Noticed {
    /// Whether more programs would tell nothing new: one noticed, or nothing can be written without the obligation.
    fn is_settled(&self) -> bool {
        self.program.is_some() || self.told.is_some() || (self.alone > 100 && self.unwritten >= self.alone)
    }

    /// Whether all that was seen is that there is nothing to write.
    pub fn says_what_to_edit(&self) -> bool {
        let by_cases = !self.cases.is_empty() || !self.told_cases.is_empty();
        let by_programs = self.program.is_some() || self.told.is_some();
        !by_programs && (self.unwritten > 0 || !by_cases && self.unwritten_cases > 0)
    }

    /// Adds what further programs showed.
    fn extend(&mut self, more: Noticed) {
        self.program = self.program.or(more.program);
        self.check = self.check.take().or(more.check);
        self.told = self.told.or(more.told);
        if self.text.is_empty() {
            self.text = more.text;
        }
        self.cases.extend(more.cases);
        self.told_cases.extend(more.told_cases);
        self.unwritten += more.unwritten;
        self.unwritten_cases += more.unwritten_cases;
        self.alone += more.alone;
    }
}

/// The score as a table.
pub fn table(rows: &[Row]) -> String {
    let mut out = format!(
        "{:<24}{:>12}{:>14}  {}\n",
        "switched off", "alone", "first program", "keep cases that notice"
    );
    for Row { kind, noticed } in rows {
        let program = match (noticed.program, noticed.told) {
            (Some(index), _) if noticed.check.is_some() => format!("{index} (check)"),
            (Some(index), _) => index.to_string(),
            (None, Some(index)) => format!("{index} (text)"),
            (None, None) if noticed.says_what_to_edit() => "no edit".to_owned(),
            (None, None) => "none".to_owned(),
        };
        let texts = noticed.told_cases.iter().map(|name| format!("{name} (text)"));
        let cases: Vec<String> = noticed.cases.iter().cloned().chain(texts).collect();
        let cases = match &cases[..] {
            [] => "none".to_owned(),
            [one] => one.clone(),
            [first, more @ ..] => format!("{first} and {} more", more.len()),
        };
        out.push_str(&format!("{kind:<24}{:>12}{program:>14}  {cases}\n", noticed.alone));
    }
    let by = |test: fn(&Noticed) -> bool| rows.iter().filter(|r| test(&r.noticed)).count();
    let by_program = |n: &Noticed| n.program.is_some() || n.told.is_some();
    out.push_str(&format!(
        "{} of {} by programs, {} by cases; {} say what there is to edit: without them nothing can be written\n",
        by(by_program),
        rows.len(),
        by(|n| !n.cases.is_empty() || !n.told_cases.is_empty()),
        by(Noticed::says_what_to_edit),
    ));
    out
}
