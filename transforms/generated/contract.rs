//! Public contracts (convention 7): whether code outside of the repository may rely on a name.

use unspool_engine::facts::Access;
use unspool_engine::repo::{Base, Exports, How, Local};
use unspool_engine::syntax::{Expr, Module, Stmt};
use unspool_engine::transform::FileContext;

/// Why code outside may use the module-level name of this file; `None` if none does.
///
/// An import by another file of the repository is a use to be checked, and no contract; being part of a package is
/// one, and so is `__all__`.
pub fn exported(cx: &FileContext, local: &Local, name: &str) -> Option<String> {
    if is_listed(cx.module, name) {
        return Some(format!("`{name}` stands in `__all__`"));
    }
    if name.starts_with('_') {
        return None;
    }
    let package = cx.path.with_file_name("__init__.py");
    let in_package = cx.repo.index().has_file(&package);
    match cx.repo.exports(local) {
        Exports::Nothing(_) => None,
        Exports::Names(_)
            if !in_package && cx.repo.is_answered() && cx.repo.first_importer(local).is_some() =>
        {
            None
        }
        Exports::Names(why) => Some(why),
    }
}

/// Whether `__all__` of the module lists the name.
fn is_listed(module: &Module, name: &str) -> bool {
    module.body().iter().any(|statement| {
        let (target, value) = match statement {
            Stmt::Assign(a) => (a.targets.first(), Some(&*a.value)),
            Stmt::AugAssign(a) => (Some(&*a.target), Some(&*a.value)),
            Stmt::AnnAssign(a) => (Some(&*a.target), a.value.as_deref()),
            _ => (None, None),
        };
        let elements = match value {
            Some(Expr::List(l)) => &l.elts,
            Some(Expr::Tuple(t)) => &t.elts,
            _ => return false,
        };
        let is_name = |e: &Expr| matches!(e, Expr::StringLiteral(s) if s.value.to_str() == name);
        matches!(target, Some(Expr::Name(n)) if n.id.as_str() == "__all__") && elements.iter().any(is_name)
    })
}

/// The place of another file that gives the module-level name another value, or may.
pub fn rebound_elsewhere(cx: &FileContext, name: &str) -> Option<String> {
    let local = cx.local();
    let mentions = cx.repo.mentions(&local, name)?;
    mentions.iter().find_map(|mention| {
        let at = format!("{}:{}", mention.path.display(), mention.line);
        match &mention.how {
            How::Attribute { base: Base::Imported(_), access, .. } if *access != Access::Read => {
                Some(format!("{at} gives `{name}` another value"))
            }
            How::Text { argument: Some(of), .. }
                if ["setattr", "patch", "object", "multiple"].contains(&of.function.as_str()) =>
            {
                Some(format!("{at} gives `{name}` another value"))
            }
            _ => None,
        }
    })
}
