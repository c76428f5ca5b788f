//! Classes and what they derive from, as far as the file tells.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Ranged, ast};
use unspool_engine::transform::FileContext;

/// Classes whose attributes are looked at when a subclass is made, or at any time later.
pub const COLLECTORS: &[&str] = &[
    "Enum",
    "IntEnum",
    "StrEnum",
    "Flag",
    "IntFlag",
    "NamedTuple",
    "TypedDict",
    "Protocol",
    "BaseModel",
    "Model",
    "Structure",
    "Union",
    "DeclarativeBase",
    "HasTraits",
    "Schema",
    "Struct",
];

/// A base that is no class of the file.
pub struct Other {
    pub written: String,
    /// Its dotted name, if an import or `builtins` gives it.
    pub path: Option<String>,
}

impl Other {
    /// The module that it comes from, empty if that is not known.
    pub fn root(&self) -> &str {
        self.path.as_deref().unwrap_or_default().split('.').next().unwrap_or_default()
    }

    pub fn last(&self) -> &str {
        self.written.rsplit('.').next().unwrap_or(&self.written)
    }
}

/// The class and its bases in the file, the nearest first, and the bases that are not in it.
pub fn lineage<'a>(
    cx: &FileContext<'a, '_>,
    class: &'a ast::StmtClassDef,
) -> (Vec<&'a ast::StmtClassDef>, Vec<Other>) {
    let module = cx.module;
    let (mut classes, mut others) = (vec![class], Vec::new());
    let mut at = 0;
    while at < classes.len() {
        for base in classes[at].bases() {
            let plain = match base {
                Expr::Subscript(s) => &*s.value,
                other => other,
            };
            let written = module.source(plain).to_string();
            match Types::new(module, cx.facts).of(plain) {
                Ty::Class(id) => {
                    if let AnyNodeRef::StmtClassDef(class) = module.node(id)
                        && !classes.iter().any(|c| c.range() == class.range())
                    {
                        classes.push(class);
                    }
                }
                Ty::Member(path) => others.push(Other { written, path: Some(path) }),
                _ => others.push(Other { written, path: None }),
            }
        }
        at += 1;
    }
    (classes, others)
}
