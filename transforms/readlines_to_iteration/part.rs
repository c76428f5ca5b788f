//! `f.readlines()[1:]`: a part of the lines, which `itertools.islice` takes from the file.

use unspool_engine::syntax::{AnyNodeRef, Expr, Module, ast};

/// The subscript of what the call gives.
pub fn of<'a>(module: &Module<'a>, call: &'a ast::ExprCall) -> Option<&'a ast::ExprSubscript> {
    match module.parent_node(module.id(call))? {
        AnyNodeRef::ExprSubscript(s) if module.id(&*s.value) == module.id(call) => Some(s),
        _ => None,
    }
}

/// Counted from the front, without a step.
pub struct Part {
    from: u64,
    to: Option<u64>,
}

impl Part {
    /// # Errors
    /// Why the file would have to be read to its end first.
    pub fn new(subscript: &ast::ExprSubscript) -> Result<Self, String> {
        let Expr::Slice(slice) = &*subscript.slice else {
            return Err("the list is subscripted".into());
        };
        let number = |bound: &Option<Box<Expr>>| match bound.as_deref() {
            None | Some(Expr::NoneLiteral(_)) => Ok(None),
            Some(Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(i), .. })) => {
                i.as_u64().map(Some).ok_or("the slice is too long")
            }
            Some(_) => Err("the slice may count from the end of the list"),
        };
        if slice.step.is_some() {
            return Err("the slice has a step".into());
        }
        Ok(Part { from: number(&slice.lower)?.unwrap_or(0), to: number(&slice.upper)? })
    }

    /// Whether lines behind it are left.
    pub fn stops(&self) -> bool {
        self.to.is_some()
    }

    /// What stands behind the file in the call of `islice`.
    pub fn arguments(&self) -> String {
        match (self.from, self.to) {
            (0, Some(to)) => format!(", {to}"),
            (from, Some(to)) => format!(", {from}, {to}"),
            (from, None) => format!(", {from}, None"),
        }
    }
}
