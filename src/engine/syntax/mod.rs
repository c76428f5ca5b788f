//! Python source as a tree: the only place that names the parser crates.
//!
//! A [`Module`] borrows its text and its [`Parsed`] tree and adds what the tree lacks: every node has a
//! [`NodeId`] (its number in source order), and the table gives each node's parent and the end of its
//! subtree. A node's descendants are the ids directly behind it, so "is inside" is two comparisons.

mod functions;
mod guard;
mod imports;
mod indentation;
mod module;
mod parsed;
mod paths;
mod plain_names;
mod suites;
mod tokens;

pub use functions::is_annotated;
pub use guard::{MAX_NESTING, nesting_depth};
pub use imports::{import_member, import_source};
pub use module::{Module, NodeId, OwnedModule, ParseFailure, parse};
pub use parsed::Parsed;
pub use paths::{is_path, root_name};
pub use ruff_python_ast as ast;
pub use ruff_python_ast::visitor;
pub use ruff_python_ast::{
    AnyNodeRef, Expr, ExprContext, HasNodeIndex, ModModule, NodeKind, Operator, PythonVersion, Stmt,
    token::{Token, TokenKind, Tokens},
};
pub use ruff_source_file::{LineColumn, LineIndex, OneIndexed};
pub use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};
