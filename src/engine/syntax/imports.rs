//! The dotted names in a from-import, with leading dots that are relative to the file.

use ruff_python_ast::StmtImportFrom;

/// The module, as it is written: `..pkg.module`.
pub fn import_source(from: &StmtImportFrom) -> String {
    let dots = ".".repeat(from.level as usize);
    dots + from.module.as_deref().unwrap_or_default()
}

/// What it takes of the module by this name: `..pkg.module.name`, and `.name` of the package itself.
pub fn import_member(from: &StmtImportFrom, name: &str) -> String {
    let source = import_source(from);
    let dot = if source.ends_with('.') { "" } else { "." };
    format!("{source}{dot}{name}")
}
