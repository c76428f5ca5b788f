//! `async` and `await` as ordinary names: until Python 3.6 they were keywords inside of `async def` alone.
//!
//! The parser knows the grammar of today only. Here these names are exchanged for others of the same length, the text
//! is parsed, and the tree gets its names back: ranges and tokens are those of the text.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_ast::{self as ast, Alias, ExceptHandler, Expr, Keyword, ModModule, Parameter, Stmt};
use ruff_text_size::{Ranged, TextRange};

const NAMES: [&str; 2] = ["async", "await"];

/// The text with other names for those that are none today, and how they were exchanged.
pub struct Exchanged {
    pub text: String,
    names: Vec<(&'static str, String)>,
}

/// `None` if no `async` and `await` is an ordinary name.
///
/// `tokens` may come from a text with errors: which words are names does not depend on the grammar.
pub fn exchange(text: &str, tokens: &Tokens) -> Option<Exchanged> {
    let plain = plain_names(tokens);
    if plain.is_empty() {
        return None;
    }
    let mut exchanged = Exchanged { text: text.to_owned(), names: Vec::new() };
    for range in plain {
        let name = NAMES.into_iter().find(|name| *name == &text[range])?;
        let known = exchanged.names.iter().find(|(old, _)| *old == name).map(|(_, new)| new.clone());
        let new = match known {
            Some(new) => new,
            None => {
                let new = free_name(text, name)?;
                exchanged.names.push((name, new.clone()));
                new
            }
        };
        exchanged.text.replace_range(range.to_std_range(), &new);
    }
    Some(exchanged)
}

/// A name as long as `name` that does not occur in the text.
fn free_name(text: &str, name: &str) -> Option<String> {
    let mut last = ('a'..='z').chain('A'..='Z').chain('0'..='9');
    last.find_map(|end| {
        let new = format!("{}{end}", &name[..name.len() - 1]);
        (!NAMES.contains(&new.as_str()) && !text.contains(&new)).then_some(new)
    })
}

/// Where `async` and `await` are names, as the tokenizer of Python 3.5 and 3.6 decides it (Parser/tokenizer.c, PEP 492):
/// they are keywords from an `async def` to the next logical line that is not indented deeper.
fn plain_names(tokens: &Tokens) -> Vec<TextRange> {
    let mut plain = Vec::new();
    let mut depth = 0usize;
    // The depth of the `async def` around, and whether its first logical line has ended.
    let mut around: Option<(usize, bool)> = None;
    let mut significant = tokens.iter().filter(|t| !t.kind().is_trivia()).peekable();
    while let Some(token) = significant.next() {
        match token.kind() {
            TokenKind::Indent => depth += 1,
            TokenKind::Dedent => depth = depth.saturating_sub(1),
            TokenKind::Newline => around = around.map(|(at, _)| (at, true)),
            kind => {
                if let Some((at, true)) = around
                    && depth <= at
                {
                    around = None;
                }
                let defines = significant.peek().is_some_and(|next| next.kind() == TokenKind::Def);
                match kind {
                    TokenKind::Async if around.is_none() && defines => around = Some((depth, false)),
                    TokenKind::Async | TokenKind::Await if around.is_none() => plain.push(token.range()),
                    _ => {}
                }
            }
        }
    }
    plain
}

impl Exchanged {
    /// Gives the names of the tree back.
    pub fn restore(&self, tree: &mut ModModule) {
        Restore(&self.names).visit_body(&mut tree.body);
    }
}

struct Restore<'n>(&'n [(&'static str, String)]);

impl Restore<'_> {
    fn name(&self, name: &mut ast::name::Name) {
        // A dotted name, too: `import package.async`.
        if !self.0.iter().any(|(_, new)| name.contains(new.as_str())) {
            return;
        }
        let parts = name.split('.').map(|part| match self.0.iter().find(|(_, new)| new == part) {
            Some((old, _)) => old,
            None => part,
        });
        *name = parts.collect::<Vec<_>>().join(".").into();
    }

    fn identifier(&self, identifier: &mut ast::Identifier) {
        self.name(&mut identifier.id);
    }
}

impl Transformer for Restore<'_> {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        match stmt {
            Stmt::FunctionDef(f) => self.identifier(&mut f.name),
            Stmt::ClassDef(c) => self.identifier(&mut c.name),
            Stmt::ImportFrom(i) => i.module.iter_mut().for_each(|module| self.identifier(module)),
            Stmt::Global(g) => g.names.iter_mut().for_each(|name| self.identifier(name)),
            Stmt::Nonlocal(n) => n.names.iter_mut().for_each(|name| self.identifier(name)),
            _ => {}
        }
        transformer::walk_stmt(self, stmt);
    }

    fn visit_expr(&self, expr: &mut Expr) {
        match expr {
            Expr::Name(n) => self.name(&mut n.id),
            Expr::Attribute(a) => self.identifier(&mut a.attr),
            _ => {}
        }
        transformer::walk_expr(self, expr);
    }

    fn visit_alias(&self, alias: &mut Alias) {
        self.identifier(&mut alias.name);
        alias.asname.iter_mut().for_each(|name| self.identifier(name));
    }

    fn visit_keyword(&self, keyword: &mut Keyword) {
        keyword.arg.iter_mut().for_each(|name| self.identifier(name));
        transformer::walk_keyword(self, keyword);
    }

    fn visit_parameter(&self, parameter: &mut Parameter) {
        self.identifier(&mut parameter.name);
        transformer::walk_parameter(self, parameter);
    }

    fn visit_except_handler(&self, handler: &mut ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        inner.name.iter_mut().for_each(|name| self.identifier(name));
        transformer::walk_except_handler(self, handler);
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::{AnyNodeRef, Module, NodeId, PythonVersion, parse};

    /// The names of a text as the tree has them, joined.
    fn names(text: &str) -> Option<String> {
        let parsed = parse(text, PythonVersion::latest()).ok()?;
        let module = Module::new(text, &parsed);
        let mut names = Vec::new();
        for (_, node) in module.nodes().skip(NodeId::ROOT.index() + 1) {
            match node {
                AnyNodeRef::ExprName(n) => names.push(n.id.to_string()),
                AnyNodeRef::ExprAttribute(a) => names.push(a.attr.to_string()),
                AnyNodeRef::Alias(a) => names.push(a.name.to_string()),
                AnyNodeRef::Keyword(k) => names.extend(k.arg.as_ref().map(ToString::to_string)),
                AnyNodeRef::Parameter(p) => names.push(p.name.to_string()),
                AnyNodeRef::StmtFunctionDef(f) => names.push(f.name.to_string()),
                AnyNodeRef::StmtImportFrom(i) => names.extend(i.module.as_ref().map(ToString::to_string)),
                AnyNodeRef::StmtGlobal(g) => names.extend(g.names.iter().map(ToString::to_string)),
                _ => {}
            }
        }
        Some(names.join(" "))
    }

    #[test]
    fn names_until_python_3_6() {
        for (text, expected) in [
            ("import a.async\n", "a.async"),
            ("from a.async import await as x\n", "a.async await"),
            ("async = 1\nasynca = asyncb = async\n", "async asynca asyncb async"),
            ("f(async=True).async\n", "async f async"),
            ("def async(await=1):\n    global async\n", "async await async"),
            ("async def f(): await x\nawait = 1\n", "f x await"),
            ("async def f():\n    def g():\n        pass\n    await x\nawait = f\n", "f g x await f"),
            ("class C:\n    async def f(self):\n        await x\n    async = 1\n", "f self x async"),
        ] {
            assert_eq!(names(text).as_deref().map(sorted), Some(sorted(expected)), "{text}");
        }
    }

    fn sorted(names: &str) -> Vec<&str> {
        let mut names: Vec<&str> = names.split(' ').collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn errors_until_python_3_6() {
        for text in ["async def f():\n    async = 1\n", "async x = 1\n", "async def f(await): pass\n"] {
            assert_eq!(names(text), None, "{text}");
        }
    }
}
