//! What imported names are called where they come from.

use super::{Binding, Resolution, Symbols};
use crate::syntax::{AnyNodeRef, Expr, Module};

impl<'a> Symbols<'a> {
    /// `package.module.name` for an attribute of an imported module and for a name that is imported from one;
    /// `None` where the name has another binding, too, or comes by a relative import.
    pub fn qualified_name(&self, module: &Module<'a>, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Attribute(a) => Some(format!("{}.{}", self.qualified_name(module, &a.value)?, a.attr)),
            Expr::Name(_) => self.imported(module, expr),
            _ => None,
        }
    }

    /// What the import that is the only binding of a name makes it mean.
    fn imported(&self, module: &Module<'a>, name: &Expr) -> Option<String> {
        let Expr::Name(name) = name else { return None };
        let Resolution::Symbol(symbol) = self.resolve(module.id(name)) else { return None };
        let mut bindings = self.occurrences_of(symbol).filter(|o| o.binds());
        let only = bindings.next()?;
        let meant = |binding, node| match (binding, module.parent_node(node)?) {
            (Binding::Import, _) => match module.node(node) {
                AnyNodeRef::Alias(alias) if alias.asname.is_some() => Some(alias.name.to_string()),
                _ => Some(only.name.to_owned()),
            },
            (Binding::FromImport, AnyNodeRef::StmtImportFrom(import)) if import.level == 0 => {
                let AnyNodeRef::Alias(alias) = module.node(node) else { return None };
                Some(format!("{}.{}", import.module.as_ref()?, alias.name))
            }
            _ => None,
        };
        let path = meant(only.binding?, only.node)?;
        // `import a.b` and `import a.c` bind the same `a`.
        let same =
            |o: &super::Occurrence<'a>| o.binding.and_then(|b| meant(b, o.node)).as_ref() == Some(&path);
        bindings.all(same).then_some(path)
    }
}
