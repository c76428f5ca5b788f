//! Texts that are rewritten without being files of a job: for tests, and for whoever has the engine as a library.

use std::path::Path;
use std::sync::Arc;

use super::decide::{Partner, Round, decide};
use super::identity::Identities;
use super::needles::Needles;
use super::reach::{Gate, Reach, Turns};
use super::rounds::MAX_ROUNDS;
use super::{Severity, SiteReport};
use crate::repo::{RepoIndex, Repository};
use crate::syntax::ParseFailure;
use crate::transform::{Profile, Proposal, Settings, Target, Transform, Verdict};

/// The result of [`fix_text`].
#[derive(Debug)]
pub struct FixedText {
    pub text: String,
    pub sites: Vec<SiteReport>,
    pub problems: Vec<(Option<usize>, Severity, String)>,
}

/// Rewrites one text in memory, to the fixpoint, with questions to the repository unanswered.
///
/// # Errors
/// When the text does not parse.
pub fn fix_text(
    text: &str,
    transforms: &[&'static dyn Transform],
    unsafe_fixes: bool,
    profile: Profile,
    target: Target,
) -> Result<FixedText, ParseFailure> {
    let settings = Settings { profile, target, helpers_module: None, task_groups: false };
    let how = InMemory { transforms, unsafe_fixes, settings };
    how.fix(Path::new("-"), text, Arc::new(RepoIndex::without_files().parsed_for(target.version)))
}

/// As [`fix_text`], for a text that is the only file of its repository, so that questions are answered by it.
///
/// # Errors
/// When the text does not parse.
pub fn fix_file(
    path: &Path,
    text: &str,
    transforms: &[&'static dyn Transform],
    unsafe_fixes: bool,
    profile: Profile,
    target: Target,
) -> Result<FixedText, ParseFailure> {
    let settings = Settings { profile, target, helpers_module: None, task_groups: false };
    let how = InMemory { transforms, unsafe_fixes, settings };
    how.fix(path, text, Arc::new(RepoIndex::of_text(path, text).parsed_for(target.version)))
}

/// How a text is rewritten without being a file.
struct InMemory<'t> {
    transforms: &'t [&'static dyn Transform],
    unsafe_fixes: bool,
    settings: Settings,
}

impl InMemory<'_> {
    fn fix(&self, path: &Path, text: &str, index: Arc<RepoIndex>) -> Result<FixedText, ParseFailure> {
        let needles = Needles::of(self.transforms);
        let applies = |v: Verdict| v == Verdict::Safe || (self.unsafe_fixes && v == Verdict::Unsafe);
        let mut identities = Identities::default();
        let mut fixed = FixedText { text: text.to_string(), sites: Vec::new(), problems: Vec::new() };
        let (mut turns, mut reach) = (Turns::default(), Reach::Near);
        for round in 1..=2 * MAX_ROUNDS {
            let repo = Repository::new(index.clone());
            let gate = Gate::new(self.transforms, reach);
            let may_apply = |p: &Proposal, v: Verdict, _: &str| applies(v) && gate.lets_through(p);
            let partner = |other: &Path, _: &Proposal| Partner {
                name: other.to_path_buf(),
                against: Some("is not part of this run".into()),
            };
            let active = needles.matching(fixed.text.as_bytes(), |_| true);
            let decided = decide(
                &fixed.text,
                &Round {
                    transforms: self.transforms,
                    known: self.transforms,
                    active: &active,
                    may_apply: &may_apply,
                    held: &|_, _| None,
                    runs: &|_| true,
                    partner: &partner,
                    shows_changes: true,
                    settings: &self.settings,
                    repo: &repo,
                    path,
                    name: path,
                },
                &mut identities,
            )?;
            fixed.sites.retain(|s| s.applied);
            fixed.problems.extend(decided.problems);
            fixed.sites.extend(decided.sites.into_iter().map(|s| SiteReport { round, ..s }));
            let changed = decided.text.is_some();
            if let Some(text) = decided.text {
                if index.has_files() {
                    index.set_text(path, text.as_str());
                }
                fixed.text = text;
            }
            match turns.next(changed, gate.waiting()) {
                Some(next) => reach = next,
                None => break,
            }
        }
        Ok(fixed)
    }
}
