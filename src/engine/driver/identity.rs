//! Names of rewrites that stay the same: over rounds, over moved lines, and between runs that apply only some.
//!
//! ```text
//! transform : path : enclosing definition : fingerprint of the site's code [#n among equal ones]
//! ```
//!
//! A name is made when a site is first seen, from the text as it is then. A site of a later round is the same site
//! if it stems from the same place of the text that was read, whatever was rewritten inside of it meanwhile; so
//! what is seen in the first round has the same name whichever rewrites are applied ([`super::Choice`]). A place
//! whose rewrite was applied and that has become a site again is a new one: it builds on the first, and its name
//! exists only where that was applied.

use crate::syntax::{TextRange, TextSize};
use crate::text::ChangedRange;
use rustc_hash::{FxHashMap, FxHashSet};

/// The names given in one file, with the way back from its present text to the one that was read.
#[derive(Default)]
pub struct Identities {
    /// What the rounds so far changed, the latest last.
    rounds: Vec<Vec<ChangedRange>>,
    seen: FxHashMap<Place, String>,
    /// Sites of this round by origin: text that a rewrite wrote may have several of one origin.
    of_origin: FxHashMap<(&'static str, TextRange), usize>,
    /// How many sites share a name up to its number.
    equal: FxHashMap<String, usize>,
    applied: FxHashSet<String>,
}

/// A transform, where in the text that was read its site stems from, and which of several sites from there it is.
type Place = (&'static str, TextRange, usize);

impl Identities {
    /// The name of a site at `anchor` of the present text. `name` makes it, without a number. Asked for every site
    /// of a round, in source order.
    pub fn of(
        &mut self,
        transform: &'static str,
        anchor: TextRange,
        name: impl FnOnce() -> String,
    ) -> String {
        let origin = self.origin(anchor);
        let from_there = self.of_origin.entry((transform, origin)).or_default();
        let place = (transform, origin, *from_there);
        *from_there += 1;
        if let Some(known) = self.seen.get(&place)
            && !self.applied.contains(known)
        {
            return known.clone();
        }
        let mut identity = name();
        let equal = self.equal.entry(identity.clone()).or_default();
        *equal += 1;
        if *equal > 1 {
            identity = format!("{identity}#{equal}");
        }
        self.seen.insert(place, identity.clone());
        identity
    }

    /// A round has ended: these sites were applied, and they changed the text in these places.
    pub fn end_round<'i>(
        &mut self,
        applied: impl IntoIterator<Item = &'i String>,
        changes: Vec<ChangedRange>,
    ) {
        self.applied.extend(applied.into_iter().cloned());
        self.rounds.push(changes);
        self.of_origin.clear();
    }

    /// The range of the text that was read from which a range of the present text stems. What was written since
    /// stems from what it replaced.
    pub fn origin(&self, range: TextRange) -> TextRange {
        let start = self.rounds.iter().rev().fold(range.start(), |at, changes| start_before(changes, at));
        let end = self.rounds.iter().rev().fold(range.end(), |at, changes| end_before(changes, at));
        TextRange::new(start, end.max(start))
    }
}

/// Where a range that starts at `at` started before the changes. A deletion at its start was in front of it.
fn start_before(changes: &[ChangedRange], at: TextSize) -> TextSize {
    let passed = changes.partition_point(|change| change.new.end() <= at);
    match changes.get(passed) {
        Some(inside) if inside.new.start() <= at => inside.old.start(),
        _ => shifted_back(&changes[..passed], at),
    }
}

/// Where a range that ends at `at` ended before the changes. A deletion at its end was behind it.
fn end_before(changes: &[ChangedRange], at: TextSize) -> TextSize {
    let is_passed = |new: TextRange| if new.is_empty() { new.end() < at } else { new.end() <= at };
    let passed = changes.partition_point(|change| is_passed(change.new));
    match changes.get(passed) {
        Some(inside) if inside.new.start() < at => inside.old.end(),
        _ => shifted_back(&changes[..passed], at),
    }
}

/// An offset of unchanged text behind the changes that were passed.
fn shifted_back(passed: &[ChangedRange], at: TextSize) -> TextSize {
    passed.last().map_or(at, |change| at - change.new.end() + change.old.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Edit, Patch};

    fn range(start: usize, end: usize) -> TextRange {
        let size = |at| TextSize::try_from(at).expect("test texts are short");
        TextRange::new(size(start), size(end))
    }

    /// Applies edits of `text`, each given by its old text (found once) and its new text, and gives the result.
    fn rewrite(identities: &mut Identities, text: &str, edits: &[(&str, &str)], applied: &[&str]) -> String {
        let edits = edits
            .iter()
            .map(|(old, new)| {
                let start = text.find(old).expect("the old text is there");
                Edit::replace(range(start, start + old.len()), *new)
            })
            .collect();
        let patch = Patch::new(edits, text).expect("the edits do not overlap");
        let applied: Vec<String> = applied.iter().map(|name| (*name).to_owned()).collect();
        identities.end_round(&applied, patch.changed_ranges().collect());
        patch.apply(text)
    }

    /// The name of the `n`-th site that reads `site`, named by its text.
    fn name(identities: &mut Identities, text: &str, site: &str, n: usize) -> String {
        let (start, _) = text.match_indices(site).nth(n).expect("the site is there");
        identities.of("t", range(start, start + site.len()), || site.to_owned())
    }

    #[test]
    fn equal_sites_keep_their_numbers_when_one_of_them_goes() {
        let mut identities = Identities::default();
        let text = "f(x); f(x); f(x)";
        assert_eq!([0, 1, 2].map(|n| name(&mut identities, text, "f(x)", n)), ["f(x)", "f(x)#2", "f(x)#3"]);
        let text = rewrite(&mut identities, text, &[("f(x);", "longer;")], &["f(x)"]);
        assert_eq!([0, 1].map(|n| name(&mut identities, &text, "f(x)", n)), ["f(x)#2", "f(x)#3"]);
    }

    #[test]
    fn a_site_in_which_something_was_rewritten_is_the_same() {
        let mut identities = Identities::default();
        let text = "a; g(f([x])); b";
        assert_eq!(name(&mut identities, text, "g(f([x]))", 0), "g(f([x]))");
        assert_eq!(name(&mut identities, text, "f([x])", 0), "f([x])");
        let text = rewrite(&mut identities, text, &[("a", "import a"), ("[", ""), ("]", "")], &["f([x])"]);
        assert_eq!(text, "import a; g(f(x)); b");
        assert_eq!(name(&mut identities, &text, "g(f(x))", 0), "g(f([x]))");
        assert_eq!(name(&mut identities, &text, "f(x)", 0), "f(x)", "builds on what was applied there");
    }

    #[test]
    fn what_was_written_stems_from_what_it_replaced() {
        let mut identities = Identities::default();
        let text = "old; old";
        assert_eq!(name(&mut identities, text, "old", 0), "old");
        let text = rewrite(&mut identities, text, &[("old", "x(1) x(1)")], &["old"]);
        assert_eq!([0, 1].map(|n| name(&mut identities, &text, "x(1)", n)), ["x(1)", "x(1)#2"]);
        let text = rewrite(&mut identities, &text, &[], &[]);
        assert_eq!([0, 1].map(|n| name(&mut identities, &text, "x(1)", n)), ["x(1)", "x(1)#2"]);
    }
}
