use super::*;
use crate::syntax::{AnyNodeRef, PythonVersion, parse};

fn with<T>(source: &str, test: impl FnOnce(&Module<'_>, &Symbols<'_>) -> T) -> T {
    let parsed = parse(source, PythonVersion::latest()).expect("the test's source is Python");
    let module = Module::new(source, &parsed);
    let symbols = Symbols::of(&module);
    test(&module, &symbols)
}

fn label(module: &Module<'_>, scope: &Scope<'_>) -> String {
    match module.node(scope.node) {
        AnyNodeRef::ModModule(_) => "module".into(),
        AnyNodeRef::StmtFunctionDef(def) => def.name.to_string(),
        AnyNodeRef::StmtClassDef(def) => def.name.to_string(),
        AnyNodeRef::ExprLambda(_) => "lambda".into(),
        AnyNodeRef::TypeParams(params) => module.source(params).into(),
        AnyNodeRef::StmtTypeAlias(alias) => format!("type {}", module.source(&*alias.name)),
        node if scope.kind == ScopeKind::Annotation => format!("bound of {}", module.source(node)),
        node => module.source(node).into(),
    }
}

/// One line per scope: each name that occurs there and the scope that owns what it refers to, `*` for a symbol
/// that is captured.
fn describe(source: &str) -> Vec<String> {
    with(source, |module, symbols| {
        let line = |(i, scope): (usize, &Scope<'_>)| {
            let mut line = format!("{}:", label(module, scope));
            let mut seen = Vec::new();
            for occurrence in symbols.occurrences.iter().filter(|o| o.scope.index() == i) {
                if seen.contains(&occurrence.name) {
                    continue;
                }
                seen.push(occurrence.name);
                let owner = match occurrence.symbol.map(|s| symbols.symbol(s)) {
                    None => "free".into(),
                    Some(symbol) => {
                        let star = if symbol.captured { "*" } else { "" };
                        let owner = if symbol.scope.index() == i {
                            "own".into()
                        } else {
                            label(module, symbols.scope(symbol.scope))
                        };
                        format!("{owner}{star}")
                    }
                };
                line += &format!(" {}={owner}", occurrence.name);
            }
            line
        };
        symbols.scopes.iter().enumerate().map(line).collect()
    })
}

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    assert_eq!(describe(source), expected, "\n{source}");
}

#[test]
fn names_are_local_where_they_are_bound_anywhere_in_the_function() {
    check(
        "x = 1\ndef f(a):\n    print(x, a)\n    x = 2\n    def g():\n        return x, a, f\n",
        &["module: x=own f=own*", "f: a=own* print=free x=own* g=own", "g: x=f* a=f* f=module*"],
    );
}

#[test]
fn names_of_a_class_are_not_seen_by_its_methods() {
    check(
        "class C:\n    x = 1\n    y = x\n    def m(self):\n        return x\n    z = [x for _ in x]\n",
        &[
            "module: C=own",
            "C: x=own y=own m=own z=own",
            "m: self=own x=free",
            // Only the outermost iterable belongs to the class.
            "[x for _ in x]: x=free _=own",
        ],
    );
}

#[test]
fn global_and_nonlocal_change_the_owner() {
    check(
        "def f():\n    global x\n    x = y = 1\n    def g():\n        nonlocal y\n        y = x\n",
        &["module: f=own", "f: x=module* y=own* g=own", "g: y=f* x=module*"],
    );
}

#[test]
fn a_global_declaration_hides_outer_functions_from_inner_ones() {
    check(
        "def f():\n    x = 1\n    def g():\n        global x\n        def h():\n            return x\n",
        &["module: f=own", "f: x=own g=own", "g: x=free h=own", "h: x=free"],
    );
}

#[test]
fn decorators_defaults_annotations_and_bases_belong_outside() {
    check(
        "def f(x, B):\n    @x\n    def g(x: x = x) -> x: x\n    class B(B, k=x): x = x\n",
        &["module: f=own", "f: x=own B=own g=own", "g: x=own", "B: x=own"],
    );
    check("x = lambda x=x: x\n", &["module: x=own", "lambda: x=own"]);
}

#[test]
fn a_walrus_in_a_comprehension_binds_around_all_comprehensions() {
    check(
        "def f(a):\n    [[w := i for i in j] for j in a]\n    return w\n",
        &[
            "module: f=own",
            "f: a=own w=own*",
            "[[w := i for i in j] for j in a]: j=own",
            "[w := i for i in j]: w=f* i=own",
        ],
    );
    check(
        "any((w := i) for i in a)\nw\n",
        &["module: any=free a=free w=own*", "(w := i) for i in a: w=module* i=own"],
    );
    check(
        "def f():\n    global w\n    [w := i for i in a]\n",
        &["module: f=own", "f: w=module* a=free", "[w := i for i in a]: w=module* i=own"],
    );
}
