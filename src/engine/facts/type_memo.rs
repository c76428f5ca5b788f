//! The types of a file that have been worked out, and those that are being worked out.
//!
//! Without it, functions that return what other functions return are followed again from each place that asks.

use super::SymbolId;
use super::types::Ty;
use crate::syntax::NodeId;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

#[derive(Default)]
pub(super) struct TypeMemo {
    symbols: RefCell<FxHashMap<SymbolId, Ty>>,
    /// What calling a function gives, asked for at a depth: deeper, less is followed.
    results: RefCell<FxHashMap<(NodeId, usize), Ty>>,
    returns: RefCell<FxHashMap<NodeId, Returns>>,
    unfinished: RefCell<Unfinished>,
}

/// The `return` statements of a function's own; `None` for a generator function.
pub(super) type Returns = Option<Arc<[NodeId]>>;

/// Symbols whose type is being worked out. Who asks for one of these meanwhile is told that it is unknown, and what
/// follows from that holds no longer than the work goes on.
struct Unfinished {
    /// The one that was begun first in front.
    symbols: Vec<SymbolId>,
    /// The place of the first one that was asked for.
    asked: usize,
}

impl Default for Unfinished {
    fn default() -> Self {
        Unfinished { symbols: Vec::new(), asked: usize::MAX }
    }
}

impl TypeMemo {
    pub fn symbol(&self, id: SymbolId) -> Option<Ty> {
        let mut unfinished = self.unfinished.borrow_mut();
        if let Some(place) = unfinished.symbols.iter().position(|s| *s == id) {
            unfinished.asked = unfinished.asked.min(place);
            return Some(Ty::Unknown);
        }
        self.symbols.borrow().get(&id).cloned()
    }

    /// Works a symbol out; asked for meanwhile (`x = x[1:]`), it is unknown.
    pub fn work_out(&self, id: SymbolId, work: impl FnOnce() -> Ty) -> Ty {
        self.unfinished.borrow_mut().symbols.push(id);
        let ty = work();
        self.unfinished.borrow_mut().symbols.pop();
        self.symbols.borrow_mut().insert(id, ty.clone());
        ty
    }

    /// What calling the function gives. It is kept unless it rests on a symbol that is not finished.
    pub fn result(&self, function: NodeId, depth: usize, work: impl FnOnce() -> Ty) -> Ty {
        if let Some(known) = self.results.borrow().get(&(function, depth)) {
            return known.clone();
        }
        let (begun, before) = {
            let mut unfinished = self.unfinished.borrow_mut();
            (unfinished.symbols.len(), std::mem::replace(&mut unfinished.asked, usize::MAX))
        };
        let ty = work();
        let mut unfinished = self.unfinished.borrow_mut();
        if unfinished.asked >= begun {
            self.results.borrow_mut().insert((function, depth), ty.clone());
        }
        unfinished.asked = unfinished.asked.min(before);
        ty
    }

    pub fn returns(&self, function: NodeId, find: impl FnOnce() -> Returns) -> Returns {
        if let Some(known) = self.returns.borrow().get(&function) {
            return known.clone();
        }
        let found = find();
        self.returns.borrow_mut().insert(function, found.clone());
        found
    }
}
