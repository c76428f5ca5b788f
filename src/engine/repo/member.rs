//! What an import means: the definition in another file.

use super::{Local, Repository};
use crate::facts::ScopeId;
use crate::facts::types::{Ty, Types};

impl Repository {
    /// Looks at what `path`, as [`Ty::Member`] has it in the file `local`, is in the other file of the repository that it leads to.
    /// There it may be an import again.
    ///
    /// `None` where it leads to no other file, or to one that does not bind the name.
    pub(super) fn member<T>(
        &self,
        local: &Local,
        path: &str,
        look: impl FnOnce(&Local, Ty) -> Option<T>,
    ) -> Option<T> {
        let (module, name) = path.rsplit_once('.')?;
        let file = self.index().module_file(local.path, module)?;
        if name.is_empty() || file == local.path {
            return None;
        }
        self.with_file(&file, |unit| {
            let symbol = unit.facts.symbols().own(ScopeId::MODULE, name)?;
            look(unit, Types::new(unit.module, unit.facts).of_symbol(symbol))
        })?
    }
}
