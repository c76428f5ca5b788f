//! Statements among their neighbours.

use super::{AnyNodeRef, Module, NodeId};
use ruff_python_ast::Stmt;

impl<'a> Module<'a> {
    /// The statements of the block in which a statement stands, and its place among them.
    pub fn suite_of(&self, statement: NodeId) -> Option<(&'a [Stmt], usize)> {
        let suites: [&'a [Stmt]; 3] = match self.parent_node(statement)? {
            AnyNodeRef::ModModule(m) => [&m.body, &[], &[]],
            AnyNodeRef::StmtFunctionDef(s) => [&s.body, &[], &[]],
            AnyNodeRef::StmtClassDef(s) => [&s.body, &[], &[]],
            AnyNodeRef::StmtFor(s) => [&s.body, &s.orelse, &[]],
            AnyNodeRef::StmtWhile(s) => [&s.body, &s.orelse, &[]],
            AnyNodeRef::StmtIf(s) => [&s.body, &[], &[]],
            AnyNodeRef::ElifElseClause(s) => [&s.body, &[], &[]],
            AnyNodeRef::StmtWith(s) => [&s.body, &[], &[]],
            AnyNodeRef::StmtTry(s) => [&s.body, &s.orelse, &s.finalbody],
            AnyNodeRef::ExceptHandlerExceptHandler(s) => [&s.body, &[], &[]],
            AnyNodeRef::MatchCase(s) => [&s.body, &[], &[]],
            _ => return None,
        };
        suites.into_iter().find_map(|suite| {
            let index = suite.iter().position(|s| self.id(s) == statement)?;
            Some((suite, index))
        })
    }
}
