//! The engine, seen from here: child processes of the program, and what they print. Formats: `docs/json.md` and unified diffs.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::change::diff::FileDiff;
use crate::change::{Refused, Site};
use crate::child::{self, Child, Finished, Launcher, Limits};
use crate::config::{Config, Tier, Transforms, Verify};
use crate::error::{Error, Result};
use crate::text::{slug, tail};

/// How to reach it.
#[derive(Clone, Debug)]
pub struct Engine {
    pub program: PathBuf,
    /// In front of its arguments: nothing, except in tests.
    pub arguments: Vec<OsString>,
    pub launcher: Launcher,
    /// An empty folder that is its home.
    pub home: PathBuf,
}

/// What `check` says about a repository.
#[derive(Debug)]
pub struct Checked {
    /// `unspool VERSION`.
    pub tool: String,
    /// Offered in the tier of the campaign, with all paths and lines that they edit.
    pub sites: Vec<Offered>,
    pub refused: Vec<Refused>,
    /// The paths of rewrites that bring nothing by themselves, and may be part of the result after others: together with what
    /// these have made elsewhere.
    pub related: Vec<Vec<String>>,
    /// Files that could not be processed.
    pub problems: usize,
}

#[derive(Debug)]
pub struct Offered {
    pub site: Site,
    /// Path and first and last line, in the order of the edits.
    pub edits: Vec<(String, usize, usize)>,
}

impl Offered {
    /// The files that change together.
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.edits.iter().map(|(path, ..)| path.clone()).collect();
        paths.push(self.site.path.clone());
        paths.sort();
        paths.dedup();
        paths
    }

    /// Whether one of its edits is part of these changes. What verification dropped is not, nor what lost against another one.
    pub fn is_in(&self, files: &[FileDiff]) -> bool {
        self.edits.iter().any(|(path, first, last)| {
            files
                .iter()
                .filter(|file| file.path == *path)
                .any(|file| file.touched.iter().any(|lines| lines.start <= *last && *first < lines.end))
        })
    }
}

/// Larger reports and diffs are a failure of that repository.
const OUTPUT: usize = 512 * 1024 * 1024;
/// Without verification the engine needs no more than that.
const PASSED: [&str; 2] = ["PATH", "TMPDIR"];

impl Engine {
    /// Every site with its verdict.
    pub fn check(&self, config: &Config, folder: &Path) -> Result<Checked> {
        let mut arguments: Vec<OsString> =
            ["--quiet", "check", "--refusals", "--format", "json"].map(OsString::from).to_vec();
        arguments.extend(flags(&config.transforms, &config.transforms.select));
        arguments.extend(guards(&config.transforms));
        let limits = plain_limits(config);
        let finished = self.run(arguments, folder, child::allowed(&PASSED), &[], limits)?;
        // 0 and 1: without and with something to rewrite; 3: some file could not be processed, the rest stands.
        if !matches!(finished.code, Some(0 | 1 | 3)) || finished.overflowed || finished.timed_out {
            return Err(failed("check", &finished, &limits));
        }
        let report: Report = serde_json::from_slice(&finished.stdout).map_err(|error| {
            Error::Failed(format!("unspool check: its report is not understood: {error}"))
        })?;
        Ok(checked(report, config.transforms.tier))
    }

    /// The diff of some transforms, verified where the campaign says so, and what verification said.
    pub fn fix(
        &self,
        config: &Config,
        folder: &Path,
        select: &[String],
    ) -> Result<(Vec<u8>, Option<String>)> {
        let mut arguments: Vec<OsString> =
            ["--color", "never", "fix", "--dry-run", "--threads", "1"].map(OsString::from).to_vec();
        arguments.extend(flags(&config.transforms, select));
        arguments.extend(guards(&config.transforms));
        let (limits, environment, wrapper) = match &config.verify {
            Some(verify) => {
                arguments.push("--verify".into());
                arguments.push(verify.command.clone().into());
                if let Some(seconds) = verify.timeout {
                    arguments.push("--verify-timeout".into());
                    arguments.push(seconds.to_string().into());
                }
                (verify_limits(verify), child::allowed(&verify.environment), &*verify.wrapper)
            }
            None => (plain_limits(config), child::allowed(&PASSED), &[][..]),
        };
        let finished = self.run(arguments, folder, environment, wrapper, limits)?;
        if finished.code != Some(0) || finished.overflowed || finished.timed_out {
            return Err(failed("fix", &finished, &limits));
        }
        let said = String::from_utf8_lossy(&finished.stderr).into_owned();
        let verified = said.lines().find(|line| line.starts_with("verified with ")).map(str::to_owned);
        if config.verify.is_some() && verified.is_none() && !finished.stdout.is_empty() {
            return Err(Error::Failed("unspool fix: nothing says that the diff was verified".into()));
        }
        Ok((finished.stdout, verified))
    }

    fn run(
        &self,
        arguments: Vec<OsString>,
        folder: &Path,
        mut environment: Vec<(OsString, OsString)>,
        wrapper: &[String],
        limits: Limits,
    ) -> Result<Finished> {
        let mut argv: Vec<OsString> = wrapper.iter().map(OsString::from).collect();
        argv.push(self.program.clone().into());
        argv.extend(self.arguments.iter().cloned());
        argv.extend(arguments);
        environment.push(("HOME".into(), self.home.clone().into()));
        self.launcher
            .run(Child { argv, folder, environment, stdin: b"", limits })
            .map_err(|error| Error::Config(format!("{} cannot be started: {error}", self.program.display())))
    }
}

fn plain_limits(config: &Config) -> Limits {
    Limits { time: Duration::from_secs(config.limits.time), memory: config.limits.memory, output: OUTPUT }
}

fn verify_limits(verify: &Verify) -> Limits {
    Limits { time: Duration::from_secs(verify.time), memory: verify.memory, output: OUTPUT }
}

fn failed(what: &str, finished: &Finished, limits: &Limits) -> Error {
    let why = finished.describe(limits);
    match tail(&finished.stderr, 3) {
        said if said.is_empty() => Error::Failed(format!("unspool {what}: {why}")),
        said => Error::Failed(format!("unspool {what}: {why}: {said}")),
    }
}

/// What the campaign says about rewriting, as arguments.
fn flags(transforms: &Transforms, select: &[String]) -> Vec<OsString> {
    let mut flags: Vec<OsString> = Vec::new();
    let mut add = |name: &str, value: &str| {
        // With `=`, no value is ever taken for a flag.
        flags.push(format!("--{name}={value}").into());
    };
    if !select.is_empty() {
        add("select", &select.join(","));
    }
    if !transforms.ignore.is_empty() {
        add("ignore", &transforms.ignore.join(","));
    }
    if let Some(profile) = &transforms.profile {
        add("profile", profile);
    }
    if let Some(version) = &transforms.target_version {
        add("target-version", version);
    }
    for glob in &transforms.exclude {
        add("exclude", glob);
    }
    if transforms.tier == Tier::Unsafe {
        flags.push("--unsafe-fixes".into());
    }
    flags
}

/// What is typed has the last word over the settings of a repository: it may leave out transforms and files, and say which Python it
/// is for, but never have more rewritten than the campaign says. Without a list of transforms its settings would decide which run:
/// then none of them count.
fn guards(transforms: &Transforms) -> Vec<OsString> {
    if transforms.select.is_empty() {
        return vec!["--isolated".into()];
    }
    let mut guards = Vec::new();
    if transforms.profile.is_none() {
        guards.push("--profile=memory".into());
    }
    if transforms.tier == Tier::Safe {
        guards.push("--no-unsafe-fixes".into());
    }
    guards
}

/// The command that a reader can type.
pub fn command(transforms: &Transforms, select: &[String]) -> String {
    let mut words = vec!["unspool fix".to_owned()];
    words.extend(flags(transforms, select).iter().map(|flag| quoted(&flag.to_string_lossy())));
    words.join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_=.,/".contains(char);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// The folder name of a repository.
pub fn folder_name(repository: &str) -> String {
    format!("{}-{}", slug(repository, 60), &crate::text::sha256(repository.as_bytes())[..8])
}

#[derive(Deserialize)]
struct Report {
    version: String,
    sites: Vec<ReportSite>,
    problems: Vec<ReportProblem>,
}

#[derive(Deserialize)]
struct ReportSite {
    path: String,
    line: usize,
    transform: String,
    verdict: String,
    identity: String,
    benefit: Option<String>,
    /// Whether somebody in the repository keeps it back: a comment, a decision.
    held: Option<ReportHeld>,
    obligations: Vec<ReportObligation>,
    edits: Vec<ReportEdit>,
}

#[derive(Deserialize)]
struct ReportHeld {
    by: String,
    reason: String,
}

#[derive(Deserialize)]
struct ReportObligation {
    claim: String,
    state: String,
    reason: String,
}

#[derive(Deserialize)]
struct ReportEdit {
    path: String,
    range: Option<ReportRange>,
}

#[derive(Deserialize)]
struct ReportRange {
    start: ReportPosition,
    end: ReportPosition,
}

#[derive(Deserialize)]
struct ReportPosition {
    line: usize,
}

#[derive(Deserialize)]
struct ReportProblem {
    severity: String,
}

fn checked(report: Report, tier: Tier) -> Checked {
    let (mut sites, mut refused, mut related) = (Vec::new(), Vec::new(), Vec::new());
    for site in report.sites {
        let of_state = |state: &str| -> Vec<String> {
            let matching = site.obligations.iter().filter(|obligation| obligation.state == state);
            matching.map(|obligation| format!("{}: {}", obligation.claim, obligation.reason)).collect()
        };
        let offered = site.verdict == "safe" || site.verdict == "unsafe" && tier == Tier::Unsafe;
        if let Some(ReportHeld { by, reason }) = &site.held {
            let reason = format!("held back by a {by} in the repository: {reason}");
            refused.push(Refused { path: site.path, line: site.line, transform: site.transform, reason });
        } else if offered {
            sites.push(Offered {
                edits: edits(&site.edits),
                site: Site {
                    assumed: of_state("assumed"),
                    proved: of_state("proved"),
                    path: site.path,
                    line: site.line,
                    transform: site.transform,
                    verdict: site.verdict,
                    identity: site.identity,
                },
            });
        } else if site.verdict == "withheld" {
            related.push(site.edits.into_iter().map(|edit| edit.path).chain([site.path]).collect());
        } else {
            let doubts = if site.verdict == "unsafe" { of_state("assumed") } else { of_state("refuted") };
            let reason = site.benefit.or_else(|| doubts.into_iter().next()).unwrap_or_default();
            refused.push(Refused { path: site.path, line: site.line, transform: site.transform, reason });
        }
    }
    let problems = report.problems.iter().filter(|problem| problem.severity == "error").count();
    Checked { tool: format!("unspool {}", report.version), sites, refused, related, problems }
}

fn edits(edits: &[ReportEdit]) -> Vec<(String, usize, usize)> {
    let lines = |edit: &ReportEdit| {
        let range = edit.range.as_ref()?;
        Some((edit.path.clone(), range.start.line, range.end.line))
    };
    edits.iter().filter_map(lines).collect()
}

/// How many sites each transform offers, by id.
pub fn by_transform(sites: &[Offered]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for offered in sites {
        *counts.entry(offered.site.transform.clone()).or_default() += 1;
    }
    counts
}
