//! The control flow graph of one body of code.

use crate::syntax::NodeId;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::facts) struct StepId(pub u32);

impl StepId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How control goes from one step to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::facts) enum Kind {
    /// The step is done, its names are bound.
    Normal,
    /// The step is done without binding its names: the loop is exhausted, the pattern or handler did not match.
    Skipped,
    /// `return`, `break`, `continue`.
    Jump,
    /// The step raised: nothing is known to be bound.
    Raise,
}

impl Kind {
    /// Whether the names that the step binds are bound behind such an edge.
    pub fn binds(self) -> bool {
        matches!(self, Kind::Normal | Kind::Jump)
    }
}

pub(in crate::facts) struct Step {
    /// The statement, clause or item that it is part of. Tells in which statements the step lies.
    pub node: NodeId,
    pub edges: Vec<(StepId, Kind)>,
    /// Leaving a handler deletes the name that the handler (`node`) bound.
    pub unbinds: bool,
}

/// The code of a step: the nodes from `start` up to `end`.
#[derive(Clone, Copy)]
pub(in crate::facts) struct Span {
    pub start: NodeId,
    pub end: NodeId,
    pub step: StepId,
}

#[derive(Default)]
pub(in crate::facts) struct Graph {
    pub steps: Vec<Step>,
    /// By start; disjoint, but for the copies of a `finally` body, which have the same spans.
    pub spans: Vec<Span>,
    /// The step (steps, in copies of a `finally` body) with which a statement starts. By statement.
    pub starts: Vec<(NodeId, StepId)>,
    /// The step with which a compound statement ends normally. Other statements end with the step that they
    /// start with.
    pub ends: Vec<(NodeId, StepId)>,
    /// Per step: whether it can be reached from the entry.
    pub reachable: Vec<bool>,
    /// `finally` in `finally` too deep to be copied: nothing is known.
    pub opaque: bool,
}

impl Graph {
    pub const ENTRY: StepId = StepId(0);
    /// Where the body is left by `return` or at its end.
    pub const RETURNED: StepId = StepId(1);
    /// Where the body is left by an exception.
    pub const RAISED: StepId = StepId(2);

    pub fn step(&self, id: StepId) -> &Step {
        &self.steps[id.index()]
    }

    pub fn ids(&self) -> impl Iterator<Item = StepId> + use<> {
        (0..self.steps.len() as u32).map(StepId)
    }

    pub fn starts_of(&self, stmt: NodeId) -> impl Iterator<Item = StepId> + '_ {
        of(&self.starts, stmt)
    }

    /// The steps behind which `stmt` is done, if they are left by an edge other than a skip or a raise.
    pub fn ends_of(&self, stmt: NodeId) -> impl Iterator<Item = StepId> + '_ {
        let compound = of(&self.ends, stmt).next().is_some();
        of(if compound { &self.ends } else { &self.starts }, stmt)
    }

    /// The steps whose code holds the node.
    pub fn steps_at(&self, node: NodeId) -> impl Iterator<Item = StepId> + '_ {
        let after = self.spans.partition_point(|s| s.start <= node);
        let start = self.spans[..after].last().map(|s| s.start);
        self.spans[..after]
            .iter()
            .rev()
            .take_while(move |s| Some(s.start) == start)
            .filter(move |s| node < s.end)
            .map(|s| s.step)
    }

    /// Visits the steps that can be reached from `from`, those included, along the edges that `follow` lets
    /// pass, until `visit` says stop; whether it did.
    pub fn search(
        &self,
        from: impl IntoIterator<Item = StepId>,
        mut visit: impl FnMut(StepId) -> bool,
        follow: impl Fn(StepId, Kind) -> bool,
    ) -> bool {
        let mut seen = vec![false; self.steps.len()];
        let mut work = Vec::new();
        let push = |id: StepId, work: &mut Vec<StepId>, seen: &mut Vec<bool>| {
            if !std::mem::replace(&mut seen[id.index()], true) {
                work.push(id);
            }
        };
        for id in from {
            push(id, &mut work, &mut seen);
        }
        while let Some(id) = work.pop() {
            if visit(id) {
                return true;
            }
            for (to, kind) in &self.step(id).edges {
                if follow(id, *kind) {
                    push(*to, &mut work, &mut seen);
                }
            }
        }
        false
    }
}

fn of(table: &[(NodeId, StepId)], stmt: NodeId) -> impl Iterator<Item = StepId> + '_ {
    let first = table.partition_point(|(node, _)| *node < stmt);
    table[first..].iter().take_while(move |(node, _)| *node == stmt).map(|(_, step)| *step)
}
