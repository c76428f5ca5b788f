//! Which functions share which variables of the module.

use unspool_engine::facts::{Access, Binding, Facts, ScopeId, ScopeKind, SymbolId, Symbols};
use unspool_engine::syntax::{AnyNodeRef, Module, NodeId, Ranged, Stmt, ast};

/// Variables of the module, and the functions that use one of them: each connected with the others by a function or a
/// variable.
pub struct Group<'a> {
    /// In the order in which the file names them first.
    pub variables: Vec<Variable<'a>>,
    /// Indices into the module's body, ascending.
    pub functions: Vec<usize>,
    /// The first `global` statement that declares one of the variables.
    pub leader: NodeId,
}

pub struct Variable<'a> {
    pub symbol: SymbolId,
    pub name: &'a str,
}

/// A use of a variable that no function of the group makes.
pub struct Stray {
    pub node: NodeId,
    pub how: &'static str,
}

/// Names that some function assigns after declaring them global.
fn is_state(symbols: &Symbols, symbol: SymbolId) -> bool {
    symbols.symbol(symbol).scope == ScopeId::MODULE
        && symbols
            .occurrences_of(symbol)
            .any(|o| o.scope != ScopeId::MODULE && (o.binds() || o.access == Access::Delete))
}

/// The symbol of a name in a `global` statement.
pub fn declared(symbols: &Symbols, name: &str) -> Option<SymbolId> {
    symbols.own(ScopeId::MODULE, name)
}

/// The group to which the statement belongs; `None` if no function assigns any of its names.
pub fn group_of<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    global: &ast::StmtGlobal,
) -> Option<Group<'a>> {
    let symbols = facts.symbols();
    let state = |name: &ast::Identifier| declared(symbols, name.as_str()).filter(|s| is_state(symbols, *s));
    let mut found: Vec<SymbolId> = vec![global.names.iter().find_map(state)?];
    let mut functions: Vec<usize> = Vec::new();
    // What is used together, until nothing is added.
    let mut next = 0;
    while let Some(&symbol) = found.get(next) {
        next += 1;
        for occurrence in symbols.occurrences_of(symbol) {
            let Ok(function) = user(module, symbols, occurrence.node, occurrence.scope) else { continue };
            if functions.contains(&function) {
                continue;
            }
            functions.push(function);
            let body = module.id(&module.body()[function]);
            for (id, _) in module.subtree(body) {
                let Some(symbol) = symbols.occurrence(id).and_then(|o| o.symbol) else { continue };
                if !found.contains(&symbol) && is_state(symbols, symbol) {
                    found.push(symbol);
                }
            }
        }
    }
    functions.sort_unstable();
    let mut leader: Option<NodeId> = None;
    for symbol in &found {
        let declarations =
            symbols.occurrences_of(*symbol).filter(|o| o.binding == Some(Binding::Declaration));
        let declarations = declarations.filter(|o| module.enclosing_function(o.node).is_some());
        for node in declarations.filter_map(|o| module.statement_of(o.node)) {
            leader = Some(leader.map_or(node, |first| first.min(node)));
        }
    }
    let first = |s: &SymbolId| symbols.occurrences_of(*s).next().map(|o| o.node);
    found.sort_by_key(first);
    let variables = found.iter().map(|s| Variable { symbol: *s, name: symbols.symbol(*s).name }).collect();
    Some(Group { variables, functions, leader: leader.unwrap_or_else(|| module.id(global)) })
}

/// The function at the top level of the module whose body has the use, as an index into the module's body; else how
/// it is used.
fn user(module: &Module, symbols: &Symbols, node: NodeId, scope: ScopeId) -> Result<usize, &'static str> {
    let at = module.node(node).start();
    let index = module.body().partition_point(|s| s.end() <= at);
    let Some(statement) = module.body().get(index) else { return Err("uses") };
    let is_inside = |opener: NodeId| {
        let opened = symbols.scope_opened_by(opener);
        opened.is_some_and(|opened| symbols.scope_chain(scope).any(|s| s == opened))
    };
    match statement {
        Stmt::FunctionDef(_) if is_inside(module.id(statement)) => Ok(index),
        Stmt::FunctionDef(_) => Err("needs, where the function is defined,"),
        Stmt::ClassDef(_) => {
            let in_method = symbols.scope_chain(scope).any(|s| symbols.scope(s).kind == ScopeKind::Function);
            Err(if in_method { "is code of a class and uses" } else { "is the body of a class and uses" })
        }
        Stmt::If(_) | Stmt::Try(_) | Stmt::With(_) | Stmt::For(_) | Stmt::While(_)
            if scope != ScopeId::MODULE =>
        {
            Err("is in a function that is defined under a condition, and uses")
        }
        _ => Err("is code of the module and uses"),
    }
}

impl<'a> Group<'a> {
    /// The names that statements of the module itself bind to a value.
    pub fn definitions(&self, symbols: &Symbols, variable: &Variable) -> Vec<NodeId> {
        let of_module = symbols.occurrences_of(variable.symbol).filter(|o| o.scope == ScopeId::MODULE);
        of_module.filter(|o| o.binds()).map(|o| o.node).collect()
    }

    /// The first use of a variable outside of the functions of the group, its definition apart.
    pub fn stray(&self, module: &Module, symbols: &Symbols, variable: &Variable) -> Option<Stray> {
        symbols.occurrences_of(variable.symbol).find_map(|o| {
            if o.scope == ScopeId::MODULE && (o.binds() || o.binding == Some(Binding::Annotation)) {
                return None;
            }
            let how = user(module, symbols, o.node, o.scope).err()?;
            Some(Stray { node: o.node, how })
        })
    }

    pub fn defs<'m>(&self, module: &Module<'m>) -> Vec<&'m ast::StmtFunctionDef> {
        let body = module.body();
        self.functions.iter().filter_map(|i| body[*i].as_function_def_stmt()).collect()
    }
}

/// What an assignment at the top level of the module defines, if it defines one name plainly: the index of the
/// statement and its value.
pub fn plain_definition<'a>(
    module: &Module<'a>,
    name: NodeId,
) -> Result<(usize, &'a ast::Expr), &'static str> {
    let at = module.node(name).start();
    let index = module.body().partition_point(|s| s.end() <= at);
    match module.body().get(index) {
        Some(Stmt::Assign(a)) => match &*a.targets {
            [ast::Expr::Name(n)] if module.id(n) == name => Ok((index, &*a.value)),
            _ => Err("is defined together with others"),
        },
        Some(Stmt::AnnAssign(a)) => match (&*a.target, a.value.as_deref()) {
            (ast::Expr::Name(n), Some(value)) if module.id(n) == name => Ok((index, value)),
            _ => Err("is defined in an unusual way"),
        },
        Some(Stmt::If(_) | Stmt::Try(_)) => Err("is defined under a condition"),
        _ => Err("is defined in an unusual way"),
    }
}

/// Whether the node is a `global` statement.
pub fn as_global(node: AnyNodeRef<'_>) -> Option<&ast::StmtGlobal> {
    match node {
        AnyNodeRef::StmtGlobal(g) => Some(g),
        _ => None,
    }
}
