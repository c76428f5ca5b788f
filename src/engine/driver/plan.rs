//! What a job is about before anything is read: which rules hold for which file, which transforms run at all, which lines.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::policy::FileRules;
use super::{Found, Job};
use crate::syntax::{LineIndex, OneIndexed, TextRange, TextSize};
use crate::transform::Transform;

/// The rules of each file that has some; the others go.
pub fn rules_of(job: &Job, files: &mut Vec<Found>) -> Vec<Arc<FileRules>> {
    let Some(policy) = &job.policy else {
        let ids = |transforms: &[&'static dyn Transform]| transforms.iter().map(|t| t.meta().id).collect();
        let rules = Arc::new(FileRules {
            on: ids(&job.transforms),
            counted: ids(&job.counted),
            unsafe_fixes: job.unsafe_fixes,
            profile: job.profile,
            target: job.target,
            helpers_module: None,
            task_groups: false,
        });
        return vec![rules; files.len()];
    };
    let rules = policy.rules(files);
    let mut kept = rules.iter();
    files.retain(|_| kept.next().is_some_and(Option::is_some));
    rules.into_iter().flatten().collect()
}

/// The transforms of a job: those that run on some file, then those that are only counted.
pub struct Plan {
    pub transforms: Vec<&'static dyn Transform>,
    pub running: usize,
}

impl Plan {
    pub fn of(job: &Job, rules: &[Arc<FileRules>]) -> Self {
        let mut distinct: Vec<&Arc<FileRules>> = Vec::new();
        for rules in rules {
            if !distinct.iter().any(|known| Arc::ptr_eq(known, rules)) {
                distinct.push(rules);
            }
        }
        let all = || job.transforms.iter().chain(&job.counted).copied();
        // Without any file the totals still name what would have run.
        let runs = |id| match job.policy {
            None => job.transforms.iter().any(|t| t.meta().id == id),
            Some(_) => distinct.iter().any(|rules| rules.on.contains(id)),
        };
        let counts = |id| {
            job.counted.iter().any(|t| t.meta().id == id) || distinct.iter().any(|r| r.counted.contains(id))
        };
        let mut transforms: Vec<_> = all().filter(|t| runs(t.meta().id)).collect();
        let running = transforms.len();
        transforms.extend(all().filter(|t| !runs(t.meta().id) && counts(t.meta().id)));
        Plan { transforms, running }
    }
}

/// The ranges of lines (from 1, in order) with their ends.
pub fn line_ranges(text: &str, lines: &[RangeInclusive<usize>]) -> Vec<TextRange> {
    let index = LineIndex::from_source_text(text);
    let start =
        |line: usize| OneIndexed::new(line).map_or(TextSize::new(0), |line| index.line_start(line, text));
    let end = TextSize::of(text);
    lines
        .iter()
        .filter(|lines| *lines.start() <= index.line_count())
        .map(|lines| {
            let behind = if *lines.end() < index.line_count() { start(lines.end() + 1) } else { end };
            TextRange::new(start(*lines.start()), behind)
        })
        .collect()
}

/// Whether a range, or the place of an empty one, lies in one of the changed ones at least in part.
pub fn touches(changed: &[TextRange], range: TextRange) -> bool {
    let overlaps = |changed: &TextRange| match range.is_empty() {
        true => changed.contains(range.start()),
        false => changed.intersect(range).is_some_and(|shared| !shared.is_empty()),
    };
    changed.iter().any(overlaps)
}
