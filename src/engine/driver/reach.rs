//! Which rewrites may be applied together in a round.
//!
//! Verdicts of most transforms rest on the code around the site, and choosing among the proposals of a file keeps
//! them apart. Those of a transform that [`Transform::rests_on_the_repository`] also rest on code anywhere else, and
//! those that change several files must find all of them as they were when they were decided. So they wait until
//! nothing else is left to do, and then have a round of their own.

use std::cell::RefCell;

use crate::transform::{Proposal, Transform};

/// What a round may apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// What rests on code nearby.
    Near,
    /// The rewrites of this transform alone.
    Far(&'static str),
}

/// Asked about each rewrite that would be applied; remembers which transforms have to wait.
pub struct Gate<'t> {
    transforms: &'t [&'static dyn Transform],
    reach: Reach,
    waiting: RefCell<Vec<&'static str>>,
}

impl<'t> Gate<'t> {
    pub fn new(transforms: &'t [&'static dyn Transform], reach: Reach) -> Self {
        Gate { transforms, reach, waiting: RefCell::default() }
    }

    /// Whether a rewrite has its turn.
    pub fn lets_through(&self, proposal: &Proposal) -> bool {
        let id = proposal.transform;
        let far = !proposal.foreign.is_empty()
            || self.transforms.iter().any(|t| t.meta().id == id && t.rests_on_the_repository());
        let turn = if far { self.reach == Reach::Far(id) } else { self.reach == Reach::Near };
        if far && !turn {
            self.waiting.borrow_mut().push(id);
        }
        turn
    }

    /// The transforms with a rewrite that waits.
    pub fn waiting(self) -> Vec<&'static str> {
        let mut waiting = self.waiting.into_inner();
        waiting.sort_unstable();
        waiting.dedup();
        waiting
    }
}

/// The order of rounds.
#[derive(Default)]
pub struct Turns {
    /// Transforms whose turn has changed nothing since the last change.
    idle: Vec<&'static str>,
    last: Option<&'static str>,
}

impl Turns {
    /// What the next round may apply; `None` when there is nothing left to do.
    ///
    /// `changed`: whether the round before changed anything. `waiting`: transforms with rewrites that wait.
    pub fn next(&mut self, changed: bool, waiting: impl IntoIterator<Item = &'static str>) -> Option<Reach> {
        if changed {
            self.idle.clear();
            self.last = None;
            return Some(Reach::Near);
        }
        self.idle.extend(self.last);
        self.last = waiting.into_iter().filter(|id| !self.idle.contains(id)).min();
        self.last.map(Reach::Far)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reach, Turns};

    #[test]
    fn a_turn_that_changes_nothing_is_the_last_until_something_changes() {
        let mut turns = Turns::default();
        assert_eq!(turns.next(true, ["b"]), Some(Reach::Near));
        assert_eq!(turns.next(false, ["b", "a"]), Some(Reach::Far("a")));
        assert_eq!(turns.next(false, ["b", "a"]), Some(Reach::Far("b")));
        assert_eq!(turns.next(true, ["a"]), Some(Reach::Near));
        assert_eq!(turns.next(false, ["a"]), Some(Reach::Far("a")));
        assert_eq!(turns.next(false, ["a"]), None);
    }
}
