//! What the header of a function says.

use super::ast::StmtFunctionDef;

/// Whether a parameter or the result has an annotation: only into such functions do type checkers look (PEP 484).
pub fn is_annotated(def: &StmtFunctionDef) -> bool {
    def.returns.is_some() || def.parameters.iter().any(|p| p.annotation().is_some())
}
