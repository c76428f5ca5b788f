//! Where a name that another module gives, or a base class, is defined: through re-exports and imported bases.

use std::path::Path;
use std::sync::Arc;

use super::resolve::Unit;
use super::{FunctionSummary, Global, ModuleSummary, Repository};
use crate::facts::tables;
use crate::syntax::NodeId;

/// How many imports in a row are followed.
pub(super) const IMPORTS: usize = 6;

/// How many classes in a row are followed.
const BASES: usize = 12;

/// A method looked for in a class and its bases.
pub(super) enum Inherited {
    Method(Owner, Arc<FunctionSummary>),
    /// All bases are known, and none has it.
    Absent,
    Unknown,
}

/// The file of a method: that of the class it was asked of, or another.
pub(super) enum Owner {
    Same,
    Other(Arc<ModuleSummary>),
}

impl Owner {
    pub fn or<'u>(&'u self, unit: &'u dyn Unit) -> &'u dyn Unit {
        match self {
            Owner::Same => unit,
            Owner::Other(summary) => &**summary,
        }
    }
}

impl Repository {
    /// The function or class that a member of a module is, as the file `from` names it: `..util.strip`. Imports of it and star
    /// imports are followed, where one alone can give it.
    pub(super) fn definition(
        &self,
        from: &Path,
        dotted: &str,
        imports: usize,
    ) -> Option<(Arc<ModuleSummary>, Global)> {
        let imports = imports.checked_sub(1)?;
        let (module, name) = dotted.rsplit_once('.')?;
        // `.name` of the package itself: `from . import name`.
        let module = if module.is_empty() || module.ends_with('.') {
            format!("{module}.")
        } else {
            module.to_string()
        };
        let file = self.index().module_file(from, &module)?;
        let summary = self.summary(&file)?;
        match summary.global(name) {
            Some(found @ (Global::Function(_) | Global::Class(_))) => Some((summary, found)),
            Some(Global::Member(next)) => self.definition(&file, &next, imports),
            Some(Global::Module(_) | Global::Other) => None,
            None if name.starts_with('_') => None,
            None => {
                let join = |star: &String| match star.ends_with('.') {
                    true => format!("{star}{name}"),
                    false => format!("{star}.{name}"),
                };
                let stars = summary.stars.iter().map(join);
                let mut found = stars.filter_map(|path| self.definition(&file, &path, imports));
                let first = found.next()?;
                let same =
                    |other: &(Arc<ModuleSummary>, Global)| other.1 == first.1 && other.0.path == first.0.path;
                found.all(|other| same(&other)).then_some(first)
            }
        }
    }

    /// The method of that name that an instance of the class has; `own`: the class itself may define it.
    pub(super) fn inherited(&self, unit: &dyn Unit, class: NodeId, name: &str, own: bool) -> Inherited {
        self.inherited_from(unit, class, name, own, BASES)
    }

    fn inherited_from(
        &self,
        unit: &dyn Unit,
        class: NodeId,
        name: &str,
        own: bool,
        bases: usize,
    ) -> Inherited {
        let (Some(summary), Some(bases)) = (unit.class(class), bases.checked_sub(1)) else {
            return Inherited::Unknown;
        };
        if own && let Some(method) = summary.methods.get(name) {
            return match unit.function(*method) {
                Some(function) => Inherited::Method(Owner::Same, function),
                None => Inherited::Unknown,
            };
        }
        for base in &summary.bases {
            let found = match self.base(unit, base) {
                Base::Same(node) if node != class => self.inherited_from(unit, node, name, true, bases),
                Base::Other(file, node) => match self.inherited_from(&*file, node, name, true, bases) {
                    Inherited::Method(Owner::Same, function) => {
                        Inherited::Method(Owner::Other(file), function)
                    }
                    other => other,
                },
                Base::Plain => Inherited::Absent,
                // They keep what they are made of, and do nothing else.
                Base::Exception if matches!(name, "__init__" | "__new__" | "__post_init__") => {
                    Inherited::Absent
                }
                _ => Inherited::Unknown,
            };
            match found {
                Inherited::Absent => {}
                found => return found,
            }
        }
        Inherited::Absent
    }

    /// Whether no class above this one has several bases: then `super()` in any of them means its base.
    pub(super) fn is_single_line(&self, unit: &dyn Unit, class: NodeId) -> bool {
        self.single_line_from(unit, class, BASES)
    }

    fn single_line_from(&self, unit: &dyn Unit, class: NodeId, bases: usize) -> bool {
        let (Some(summary), Some(bases)) = (unit.class(class), bases.checked_sub(1)) else { return false };
        let mut told = summary.bases.iter().map(|b| self.base(unit, b)).filter(|b| !matches!(b, Base::Plain));
        match (told.next(), told.next()) {
            (None, _) | (Some(Base::Exception), None) => true,
            (Some(Base::Same(node)), None) if node != class => self.single_line_from(unit, node, bases),
            (Some(Base::Other(file, node)), None) => self.single_line_from(&*file, node, bases),
            _ => false,
        }
    }

    fn base(&self, unit: &dyn Unit, base: &str) -> Base {
        let (head, rest) = base.split_once('.').map_or((base, None), |(head, rest)| (head, Some(rest)));
        let path = match (unit.global(head), rest) {
            (Some(Global::Class(node)), None) => return Base::Same(node),
            (Some(Global::Member(path)), None) => path,
            (Some(Global::Member(path) | Global::Module(path)), Some(rest)) => format!("{path}.{rest}"),
            (None, None) if head == "object" => return Base::Plain,
            (None, None) if is_exception(head) => return Base::Exception,
            _ => return Base::Unknown,
        };
        match self.definition(unit.path(), &path, IMPORTS) {
            Some((file, Global::Class(node))) if *file.path == *unit.path() => Base::Same(node),
            Some((file, Global::Class(node))) => Base::Other(file, node),
            // Marks without methods of their own that matter here.
            None if matches!(
                path.as_str(),
                "abc.ABC"
                    | "typing.Generic"
                    | "typing.Protocol"
                    | "typing_extensions.Generic"
                    | "typing_extensions.Protocol"
            ) =>
            {
                Base::Plain
            }
            _ => Base::Unknown,
        }
    }
}

/// What a base class in a class statement is.
enum Base {
    Same(NodeId),
    Other(Arc<ModuleSummary>, NodeId),
    /// `object` and marks like `Generic`.
    Plain,
    /// A builtin exception.
    Exception,
    Unknown,
}

fn is_exception(name: &str) -> bool {
    tables::builtin_name(name).is_some()
        && (name.ends_with("Error")
            || name.ends_with("Exception")
            || name.ends_with("Warning")
            || name.ends_with("Exit"))
}
