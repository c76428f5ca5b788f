//! Decorators that give back the very function they decorate: they note it somewhere, and no more.

use super::{Local, Repository, own_yields};
use crate::facts::types::{Ty, Types};
use crate::facts::{Access, Resolution};
use crate::syntax::{AnyNodeRef, Expr, NodeId};

/// How many imports a name is followed through.
const DEPTH: usize = 4;

impl Repository {
    /// Whether `decorator`, which stands in `local`, is a function of the repository that returns its argument on every path,
    /// and otherwise only reads and sets attributes of it.
    pub fn gives_back(&self, local: &Local, decorator: &Expr) -> bool {
        self.of_kind_gives_back(local, Types::new(local.module, local.facts).of(decorator), 0)
    }

    fn of_kind_gives_back(&self, local: &Local, decorator: Ty, depth: usize) -> bool {
        match decorator {
            Ty::Function(function) => returns_its_argument(local, function),
            Ty::Member(path) if depth <= DEPTH => {
                let look = |unit: &Local, ty| Some(self.of_kind_gives_back(unit, ty, depth + 1));
                self.member(local, &path, look) == Some(true)
            }
            _ => false,
        }
    }
}

/// Whether a plain function of one parameter ends in nothing but `return` of that parameter, which it only notes.
fn returns_its_argument(local: &Local, function: NodeId) -> bool {
    let (module, symbols) = (local.module, local.facts.symbols());
    let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else { return false };
    let [parameter] = &def.parameters.args[..] else { return false };
    if def.is_async
        || !def.decorator_list.is_empty()
        || own_yields(module, function).next().is_some()
        || local.facts.flow(function).falls_off_the_end()
    {
        return false;
    }
    let own = symbols.resolve(module.id(&parameter.parameter));
    let Resolution::Symbol(symbol) = own else { return false };
    if symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read).count() != 1 {
        return false;
    }
    // Whatever else it does with the function (calls it, keeps it, asks what kind it is) could be seen.
    let only_notes = symbols.occurrences_of(symbol).filter(|o| o.access == Access::Read).all(|read| {
        match module.parent_node(read.node) {
            Some(AnyNodeRef::StmtReturn(_)) => module.enclosing_function(read.node) == Some(function),
            Some(AnyNodeRef::ExprAttribute(a)) => {
                !matches!(a.attr.as_str(), "__code__" | "__call__" | "__get__")
            }
            _ => false,
        }
    });
    let mut returns = module.subtree(function).filter_map(|(id, node)| match node {
        AnyNodeRef::StmtReturn(r) if module.enclosing_function(id) == Some(function) => {
            Some(r.value.as_deref())
        }
        _ => None,
    });
    only_notes
        && returns
            .all(|value| value.is_some_and(|v| v.is_name_expr() && symbols.resolve(module.id(v)) == own))
}
