//! Functions that run while the code around them has not bound all its names yet.
//!
//! A function sees the names of the module (or function) around it as they are when it runs. As a rule all have a value
//! by then: what calls it stands at the end. What the code around it calls further up shows in the reads of its name.

use super::{Binding, ScopeId, ScopeKind, SymbolId, Symbols};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, ast};
use rustc_hash::FxHashMap;

/// Where the code of one scope first runs the functions that stand in it.
pub struct FirstRuns {
    owner: ScopeId,
    /// By the scope of the function: the statement that runs it.
    statements: FxHashMap<ScopeId, NodeId>,
}

impl FirstRuns {
    /// What the names tell: a function runs where its name, that of its class or one that was given either is part of a
    /// call, and where another function runs that reads such a name.
    pub fn of<'a>(module: &Module<'a>, symbols: &Symbols<'a>, owner: ScopeId) -> Self {
        let mut names = Names::default();
        for (index, scope) in symbols.scopes.iter().enumerate() {
            let id = ScopeId(index as u32);
            if scope.kind == ScopeKind::Function && outermost(symbols, id, owner) == Some(id) {
                names.defines(symbols, id, owner);
            }
        }
        for read in symbols.occurrences.iter().filter(|o| o.access.reads()) {
            let Some(symbol) = read.symbol.filter(|_| is_inside(symbols, read.scope, owner)) else {
                continue;
            };
            match outermost(symbols, read.scope, owner) {
                Some(function) if symbols.scope(function).kind == ScopeKind::Function => {
                    names.reads.entry(function).or_default().push(symbol);
                }
                Some(lambda) => names.uses(module, symbols, symbol, symbols.scope(lambda).node),
                None => names.uses(module, symbols, symbol, read.node),
            }
        }
        FirstRuns { owner, statements: names.first_runs() }
    }

    /// The statement that runs code of `scope` first, if that is known.
    pub fn statement(&self, symbols: &Symbols, scope: ScopeId) -> Option<NodeId> {
        self.statements.get(&outermost(symbols, scope, self.owner)?).copied()
    }
}

fn is_inside(symbols: &Symbols, scope: ScopeId, owner: ScopeId) -> bool {
    symbols.scope_chain(scope).any(|s| s == owner)
}

/// The outermost function or lambda between a scope and the one around it that runs: `None` if the code runs where it stands.
fn outermost(symbols: &Symbols, scope: ScopeId, owner: ScopeId) -> Option<ScopeId> {
    let between = symbols.scope_chain(scope).take_while(|s| *s != owner);
    between.filter(|s| matches!(symbols.scope(*s).kind, ScopeKind::Function | ScopeKind::Lambda)).last()
}

/// What stands behind names, and where they are used.
#[derive(Default)]
struct Names {
    /// The functions that may run when something is done with the name.
    functions: FxHashMap<SymbolId, Vec<ScopeId>>,
    /// `__init_subclass__` of classes.
    hooks: FxHashMap<SymbolId, Vec<ScopeId>>,
    /// Names that a function reads, whenever it runs.
    reads: FxHashMap<ScopeId, Vec<SymbolId>>,
    /// Names that were given what the name stands for.
    given_to: FxHashMap<SymbolId, Vec<SymbolId>>,
    runs: Vec<(NodeId, SymbolId)>,
    derives: Vec<(NodeId, SymbolId)>,
}

impl Names {
    fn defines(&mut self, symbols: &Symbols, function: ScopeId, owner: ScopeId) {
        for scope in symbols.scope_chain(function).take_while(|s| *s != owner) {
            if !matches!(symbols.scope(scope).kind, ScopeKind::Function | ScopeKind::Class) {
                continue;
            }
            let Some(occurrence) = symbols.occurrence(symbols.scope(scope).node) else { continue };
            let Some(symbol) = occurrence.symbol else { continue };
            self.functions.entry(symbol).or_default().push(function);
            if scope == function && occurrence.name == "__init_subclass__" {
                let class = symbols.scope(function).parent.map(|class| symbols.scope(class).node);
                let class = class.and_then(|node| symbols.occurrence(node)?.symbol);
                self.hooks.entry(class.unwrap_or(symbol)).or_default().push(function);
            }
        }
    }

    /// What the code around the functions does with a name at `node`.
    fn uses<'a>(&mut self, module: &Module<'a>, symbols: &Symbols<'a>, symbol: SymbolId, node: NodeId) {
        let Some(statement) = module.statement_of(node) else { return };
        let mut through_keyword = false;
        for ancestor in module.ancestors(node) {
            match module.node(ancestor) {
                AnyNodeRef::Keyword(_) => through_keyword = true,
                AnyNodeRef::Decorator(_) => {
                    self.runs.push((statement, symbol));
                    // Others keep what they decorate for later.
                    let is_own = symbols
                        .occurrences_of(symbol)
                        .any(|o| matches!(o.binding, Some(Binding::Function | Binding::Class)));
                    let decorated = symbols.occurrence(statement).and_then(|o| o.symbol);
                    self.runs.extend(decorated.filter(|_| is_own).map(|s| (statement, s)));
                    return;
                }
                AnyNodeRef::ExprCall(_) | AnyNodeRef::ExprNamed(_) | AnyNodeRef::ExprAwait(_) => {
                    self.runs.push((statement, symbol));
                    return;
                }
                AnyNodeRef::StmtClassDef(_) if through_keyword => self.runs.push((statement, symbol)),
                AnyNodeRef::StmtClassDef(_) => {
                    self.derives.push((statement, symbol));
                    self.gives(symbols, symbol, statement);
                }
                AnyNodeRef::StmtAssign(a) => self.binds(module, symbols, symbol, statement, &a.targets),
                // The annotation is only that.
                AnyNodeRef::StmtAnnAssign(a)
                    if a.value.as_deref().is_some_and(|v| module.contains(module.id(v), node)) =>
                {
                    self.binds(module, symbols, symbol, statement, std::slice::from_ref(&a.target));
                }
                AnyNodeRef::StmtAugAssign(a) => {
                    self.binds(module, symbols, symbol, statement, std::slice::from_ref(&a.target));
                }
                AnyNodeRef::StmtFor(f) => {
                    self.binds(module, symbols, symbol, statement, std::slice::from_ref(&f.target));
                }
                AnyNodeRef::WithItem(_) | AnyNodeRef::StmtRaise(_) => self.runs.push((statement, symbol)),
                _ => {}
            }
            if ancestor == statement {
                return;
            }
        }
    }

    /// Other names are given what a name stands for; what is put into objects may be called from now on.
    fn binds<'a>(
        &mut self,
        module: &Module<'a>,
        symbols: &Symbols<'a>,
        symbol: SymbolId,
        statement: NodeId,
        targets: &[Expr],
    ) {
        for target in targets {
            match target {
                Expr::Name(name) => self.gives(symbols, symbol, module.id(name)),
                Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                    self.binds(module, symbols, symbol, statement, elts);
                }
                Expr::Starred(s) => {
                    self.binds(module, symbols, symbol, statement, std::slice::from_ref(&s.value));
                }
                _ => self.runs.push((statement, symbol)),
            }
        }
    }

    fn gives(&mut self, symbols: &Symbols, symbol: SymbolId, binder: NodeId) {
        if let Some(other) = symbols.occurrence(binder).and_then(|o| o.symbol).filter(|o| *o != symbol) {
            self.given_to.entry(other).or_default().push(symbol);
        }
    }

    fn first_runs(mut self) -> FxHashMap<ScopeId, NodeId> {
        let mut runs: Vec<(NodeId, SymbolId, bool)> = Vec::new();
        runs.extend(self.runs.drain(..).map(|(at, symbol)| (at, symbol, false)));
        runs.extend(self.derives.drain(..).map(|(at, symbol)| (at, symbol, true)));
        runs.sort_unstable();
        let mut statements = FxHashMap::default();
        let mut seen = rustc_hash::FxHashSet::default();
        for (at, symbol, derives) in runs {
            let (mut symbols, mut functions) = (Vec::new(), Vec::new());
            match derives {
                true => functions.extend(self.hooks.get(&symbol).into_iter().flatten().copied()),
                false => symbols.push(symbol),
            }
            loop {
                if let Some(function) = functions.pop() {
                    if let std::collections::hash_map::Entry::Vacant(first) = statements.entry(function) {
                        first.insert(at);
                        symbols.extend(self.reads.get(&function).into_iter().flatten());
                    }
                } else if let Some(symbol) = symbols.pop() {
                    if seen.insert(symbol) {
                        functions.extend(self.functions.get(&symbol).into_iter().flatten());
                        symbols.extend(self.given_to.get(&symbol).into_iter().flatten());
                    }
                } else {
                    break;
                }
            }
        }
        statements
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::Facts;
    use crate::facts::effects::{Unbound, unbound};
    use crate::syntax::{Module, PythonVersion, parse};

    /// Whether the first read of `late` may be too early for its value.
    #[track_caller]
    fn check(text: &str, is_early: bool) {
        let parsed = parse(text, PythonVersion::latest()).expect("the text is Python");
        let module = Module::new(text, &parsed);
        let facts = Facts::new(&module);
        let mut reads = facts.symbols().occurrences.iter().filter(|o| o.name == "late" && o.access.reads());
        let read = reads.next().expect("`late` is read");
        let expected = is_early.then_some(Unbound::Perhaps);
        assert_eq!(unbound(&module, &facts, read.node), expected, "{text}");
    }

    const READS: &str = "def f(x=1):\n    return late + x\n";
    const METHOD: &str = "class C:\n    def f(self):\n        return late\n";

    #[test]
    fn calls_between_the_function_and_the_value() {
        for (between, is_early) in [
            ("", false),
            ("f()\n", true),
            ("x = [f(i) for i in range(3)]\n", true),
            ("run(f)\n", true),
            ("run(lambda: f())\n", true),
            ("g = f\ng()\n", true),
            ("table = {1: f, 2: len}\nfor h in table.values():\n    h()\n", true),
            ("obj.hook = f\n", true),
            ("def g():\n    return f()\ndef h():\n    return g()\nh()\n", true),
            ("@f\ndef g(): pass\n", true),
            ("class D(metaclass=f): pass\n", true),
            ("def g(x=f()): pass\n", true),
            // The name alone runs nothing.
            ("table = {1: f, 2: len}\n", false),
            ("g = f\n", false),
            ("def g():\n    return f()\n", false),
            ("def g(x=f): pass\n", false),
            ("x: f = 1\n", false),
            ("run(len)\n", false),
            ("handler = lambda: f()\n", false),
            ("__all__ = ['f']\n", false),
        ] {
            check(&format!("{READS}{between}late = 1\n"), is_early);
            check(&format!("{READS}late = 1\n{between}"), false);
            check(&format!("late = 1\n{READS}{between}late = 2\n"), false);
            let inner = format!("{READS}{between}late = 1\n").replace('\n', "\n    ");
            check(&format!("def outer():\n    {inner}pass\n"), is_early);
        }
        check(&format!("{READS}late = f()\n"), true);
        check(&format!("{READS}import late.path\nf()\n"), false);
        check(&format!("{READS}f()\nimport late.path\n"), true);
        check(&format!("{READS}def g():\n    global late\n    late = 1\ng()\nf()\n"), false);
        // On some ways alone.
        check(&format!("if x:\n    late = 1\n{READS}f()\n"), true);
        check(&format!("{READS}for late in x: pass\nf()\n"), true);
        check(&format!("try:\n    import late\nexcept ImportError:\n    late = None\n{READS}f()\n"), false);
        check(&format!("if x:\n    late = 1\nelse:\n    late = 2\n{READS}f()\n"), false);
        check(&format!("{READS}if x:\n    late = 1\n    f()\n"), false);
        check(&format!("if x:\n    late = 1\n{READS}"), false);
        check("def on(g):\n    return g()\n@on\ndef f():\n    return late\nlate = 1\n", true);
        check("@app.route('/')\ndef f():\n    return late\nlate = 1\n", false);
    }

    #[test]
    fn methods_run_when_something_is_done_with_their_class() {
        for (between, is_early) in [
            ("", false),
            ("C().f()\n", true),
            ("c = C()\n", true),
            ("class D(C): pass\n", false),
            ("class D(C): pass\nD().f()\n", true),
            ("x: C | None = None\n", false),
        ] {
            check(&format!("{METHOD}{between}late = 1\n"), is_early);
        }
        let hook = METHOD.replace("f(self)", "__init_subclass__(cls)");
        check(&format!("{hook}class D(C): pass\nlate = 1\n"), true);
        check("class C:\n    def f(x):\n        return late\n    y = f(1)\nlate = 1\n", true);
    }
}
