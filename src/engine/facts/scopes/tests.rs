use super::*;
use crate::syntax::{AnyNodeRef, PythonVersion, parse};

fn with<T>(source: &str, test: impl for<'a> FnOnce(&Module<'a>, &Symbols<'a>) -> T) -> T {
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

#[test]
fn type_parameters_have_a_scope_that_bodies_annotations_and_bounds_see() {
    check(
        "def f[T: (int, T), *Ts, **P](x: T = T) -> P:\n    return Ts\n",
        &[
            // The default is evaluated outside.
            "module: f=own T=free",
            "[T: (int, T), *Ts, **P]: T=own* Ts=own* P=own",
            "f: x=own Ts=[T: (int, T), *Ts, **P]*",
            "bound of T: (int, T): int=free T=[T: (int, T), *Ts, **P]*",
        ],
    );
    check("class C[T](B[T]):\n    x: T\n", &["module: C=own", "[T]: T=own* B=free", "C: x=own T=[T]*"]);
    check(
        "type A[T] = list[T] | A\n",
        &["module: A=own*", "[T]: T=own*", "type A: list=free T=[T]* A=module*"],
    );
}

#[test]
fn annotation_scopes_see_the_class_around_them_but_functions_do_not() {
    check(
        "class C:\n    x = 1\n    type A = x\n    def m[T: x](self, y: x): return x\n",
        &[
            "module: C=own",
            "C: x=own* A=own m=own",
            "type A: x=C*",
            "[T: x]: T=own x=C*",
            "m: self=own y=own x=free",
            "bound of T: x: x=C*",
        ],
    );
}

#[test]
fn private_names_are_mangled_with_the_class() {
    let source =
        "class _C:\n    __x = 1\n    def m(self, __y__):\n        global __z\n        __z = __x\n_C__z\n";
    check(
        source,
        &["module: _C=own _C__z=own*", "_C: __x=own m=own", "m: self=own __y__=own __z=module* __x=free"],
    );
    with(source, |module, symbols| {
        let class = symbols.scope_opened_by(module.id(&module.body()[0])).expect("a class opens a scope");
        assert!(symbols.lookup(class, "__x").is_none());
        let symbol = symbols.symbol(symbols.lookup(class, "_C__x").expect("known under its mangled name"));
        assert_eq!((symbol.name, symbol.runtime_name()), ("__x", "_C__x"));
        let global = symbols.lookup(class, "_C__z").expect("bound by the method");
        assert_eq!(symbols.symbol(global).scope, ScopeId::MODULE);
        assert_eq!(
            symbols.occurrences_of(global).map(|o| o.name).collect::<Vec<_>>(),
            ["__z", "__z", "_C__z"]
        );
    });
    // Of the names in the header of a generic class, only the type parameters are private to it.
    check("class C[__T](__B): pass\n", &["module: C=own", "[__T]: __T=own __B=free", "C:"]);
}

#[test]
fn every_kind_of_binder_binds() {
    let source = "\
import a.b, c.d as e
from f import g as h, i
for j, (k, *l) in z: pass
with z as m: pass
try: pass
except z as n: pass
match z:
    case {'a': o, **p} | [o, *p] | q.r(o, s=p) as t: pass
del u
v: int
w += 1
";
    check(
        source,
        &[
            "module: a=own e=own h=own i=own j=own k=own l=own z=free m=own n=own o=own p=own q=free t=own u=own v=own int=free w=own",
        ],
    );
    with(source, |_, symbols| {
        let binding = |name: &str| {
            let symbol = symbols.own(ScopeId::MODULE, name).expect("bound by the module");
            symbols.occurrences_of(symbol).map(|o| (o.access, o.binding)).collect::<Vec<_>>()
        };
        assert_eq!(binding("a"), [(Access::Write, Some(Binding::Import))]);
        assert_eq!(binding("i"), [(Access::Write, Some(Binding::FromImport))]);
        assert_eq!(binding("p"), [(Access::Write, Some(Binding::MatchCapture)); 3]);
        assert_eq!(binding("u"), [(Access::Delete, None)]);
        assert_eq!(binding("v"), [(Access::Write, Some(Binding::Annotation))]);
        assert_eq!(binding("w"), [(Access::ReadWrite, Some(Binding::AugmentedAssignment))]);
    });
}

#[test]
fn expressions_in_f_strings_are_code_and_strings_are_not() {
    check(
        "def f(x, w):\n    return f'{x!r:{w}} {[y for y in x]}' 'z'\ndef g(x: 'T'): pass\n",
        &["module: f=own g=own", "f: x=own w=own", "[y for y in x]: y=own", "g: x=own"],
    );
}

#[test]
fn super_and_class_refer_to_the_class_around_the_method() {
    let source = "\
class C:
    def m(self): return super().m()
    def n(self): return [__class__ for _ in self]
    __class__
def f(): super
";
    with(source, |module, symbols| {
        let users: Vec<String> =
            symbols.scopes.iter().filter(|s| s.class_cell).map(|s| label(module, s)).collect();
        assert_eq!(users, ["m", "[__class__ for _ in self]", "f"]);
        let owners: Vec<_> = symbols
            .occurrences
            .iter()
            .filter(|o| o.name == "__class__")
            .map(|o| o.symbol.map(|s| label(module, symbols.scope(symbols.symbol(s).scope))))
            .collect();
        // The body of the class itself does not see it.
        assert_eq!(owners, [Some("C".to_owned()), None]);
    });
}

#[test]
fn occurrences_come_in_source_order_with_the_node_that_names_them() {
    let source = "x = 1\ndef f():\n    global x\n    x += 1\n    del x\nprint(x)\n";
    with(source, |module, symbols| {
        let x = symbols.own(ScopeId::MODULE, "x").expect("bound");
        let found: Vec<_> = symbols
            .occurrences_of(x)
            .map(|o| (module.line(o.range.start()), module.source(o.range), module.node(o.node).kind()))
            .collect();
        use crate::syntax::NodeKind::{ExprName, Identifier};
        assert_eq!(
            found,
            [
                (1, "x", ExprName),
                (3, "x", Identifier),
                (4, "x", ExprName),
                (5, "x", ExprName),
                (6, "x", ExprName)
            ]
        );
        for occurrence in &symbols.occurrences {
            assert_eq!(symbols.occurrence(occurrence.node).expect("known by node").range, occurrence.range);
        }
    });
}

#[test]
fn every_node_belongs_to_the_scope_that_runs_it() {
    let source = "\
@d
def f(a: A = b, *c: B) -> R:
    lambda p=q: [v for v in w if v]
class K(Base, metaclass=M):
    y = 1
z
";
    let expected = [
        ("d", "module"),
        ("A", "module"),
        ("b", "module"),
        ("B", "module"),
        ("R", "module"),
        ("q", "f"),
        ("v", "[v for v in w if v]"),
        ("w", "lambda"),
        ("Base", "module"),
        ("M", "module"),
        ("y", "K"),
        ("z", "module"),
    ];
    with(source, |module, symbols| {
        for (name, scope) in expected {
            let found = module.nodes().find_map(|(id, node)| match node {
                AnyNodeRef::ExprName(n) if n.id.as_str() == name => Some(symbols.scope_of(module, id)),
                _ => None,
            });
            let found = found.expect("the name occurs");
            assert_eq!(label(module, symbols.scope(found)), scope, "{name}");
        }
        for occurrence in &symbols.occurrences {
            if module.node(occurrence.node).is_expression() {
                assert_eq!(symbols.scope_of(module, occurrence.node), occurrence.scope);
            }
        }
    });
}

#[test]
fn lookup_sees_what_code_in_the_scope_would_see() {
    let source =
        "x = 1\ny = 2\ndef f():\n    x = 3\n    def g(): pass\nclass C:\n    y = 4\n    def m(self): pass\n";
    with(source, |module, symbols| {
        let seen_from = |scope: &str, name: &str| {
            let is = |s: &&Scope<'_>| label(module, s) == scope;
            let at = symbols.scopes.iter().position(|s| is(&s)).expect("the scope exists");
            let symbol = symbols.lookup(ScopeId(at as u32), name)?;
            Some(label(module, symbols.scope(symbols.symbol(symbol).scope)))
        };
        assert_eq!(seen_from("g", "x").as_deref(), Some("f"));
        assert_eq!(seen_from("g", "y").as_deref(), Some("module"));
        assert_eq!(seen_from("C", "y").as_deref(), Some("C"));
        assert_eq!(seen_from("m", "y").as_deref(), Some("module"));
        assert_eq!(seen_from("m", "print"), None);
        assert_eq!(seen_from("module", "self"), None);
    });
}

/// Whether the last expression of the source that is spelled `spelled` means the builtin `any`.
#[track_caller]
fn check_builtin(source: &str, spelled: &str, expected: bool) {
    let found = with(source, |module, symbols| {
        let exprs = module.nodes().filter_map(|(_, n)| n.as_expr_ref());
        let last = exprs.filter(|e| module.source(*e) == spelled).last().expect("the expression occurs");
        let owned = match last {
            crate::syntax::ast::ExprRef::Name(name) => Expr::Name(name.clone()),
            crate::syntax::ast::ExprRef::Attribute(attribute) => Expr::Attribute(attribute.clone()),
            other => panic!("{other:?}"),
        };
        symbols.is_builtin(module, &owned, "any")
    });
    assert_eq!(found, expected, "\n{source}");
}

#[test]
fn a_name_that_nothing_binds_is_the_builtin() {
    check_builtin("any(x)\n", "any", true);
    check_builtin("def f():\n    global any\n    any(x)\n", "any", true);
    check_builtin("class C:\n    def any(self): return any(x)\n", "any", true);
    check_builtin("any = 1\nany(x)\n", "any", false);
    check_builtin("def f():\n    global any\n    any = 1\nany(x)\n", "any", false);
    check_builtin("def f(any):\n    return [any(y) for y in x]\n", "any", false);
    check_builtin("all(x)\n", "all", false);
    check_builtin("try: any\nexcept NameError:\n    def any(x): pass\nany(x)\n", "any", false);
}

#[test]
fn a_star_import_may_bind_any_name() {
    check_builtin("from m import *\nany(x)\n", "any", false);
}

#[test]
fn builtins_by_way_of_their_module() {
    check_builtin("import builtins\nbuiltins.any(x)\n", "builtins.any", true);
    check_builtin("import builtins as b\nb.any(x)\n", "b.any", true);
    check_builtin("from builtins import any\nany(x)\n", "any", true);
    check_builtin("from builtins import all as any\nany(x)\n", "any", false);
    check_builtin("from .builtins import any\nany(x)\n", "any", false);
    check_builtin("import builtins\nbuiltins = 1\nbuiltins.any(x)\n", "builtins.any", false);
    check_builtin("builtins.any(x)\n", "builtins.any", false);
}

#[test]
fn writes_that_no_scope_shows() {
    for (statement, expected) in [
        ("globals()['any'] = f", false),
        ("globals()['all'] = f", true),
        ("globals()[name] = f", false),
        ("globals().update(d)", false),
        ("globals().setdefault('all', f)", true),
        ("g = globals()", false),
        ("print(globals())", true),
        ("x = globals()['any']", true),
        ("x = {**globals()}", true),
        ("if 'any' in globals(): pass", true),
        ("del globals()['any']", false),
        ("locals()['any'] = f", false),
        ("exec(code)", false),
        ("exec(code, globals())", false),
        ("exec(code, {})", true),
        ("def g(): exec(code)", true),
        ("def g(): locals()['any'] = f", true),
        ("def g(): globals()['any'] = f", false),
        ("import builtins\nbuiltins.any = f", false),
        ("import builtins\nbuiltins.all = f", true),
        ("import builtins as b\nb.any = f", false),
        ("import builtins\nsetattr(builtins, 'any', f)", false),
        ("import builtins\nbuiltins.__dict__['any'] = f", false),
        ("__builtins__['any'] = f", false),
        ("sys.modules[__name__].any = f", false),
        ("this = sys.modules[__name__]\nsetattr(this, name, f)", false),
        ("setattr(x, 'any', f)", true),
        ("x.any = f", true),
    ] {
        check_builtin(&format!("{statement}\nany(x)\n"), "any", expected);
    }
}

#[test]
fn single_assignments() {
    let value = |source: &str| {
        with(source, |module, symbols| {
            let x = symbols.own(ScopeId::MODULE, "x").expect("bound by the module");
            symbols.single_assignment(module, x).map(|value| module.source(value).to_owned())
        })
    };
    assert_eq!(value("x = f()\ng(x)\n").as_deref(), Some("f()"));
    assert_eq!(value("x: int = f()\n").as_deref(), Some("f()"));
    assert_eq!(value("x: int\nx = f()\n").as_deref(), Some("f()"));
    assert_eq!(value("x = y = f()\n").as_deref(), Some("f()"));
    assert_eq!(value("x, y = f()\n"), None);
    assert_eq!(value("x = 1\nx = 2\n"), None);
    assert_eq!(value("x = 1\nx += 2\n"), None);
    assert_eq!(value("x = 1\ndel x\n"), None);
    assert_eq!(value("for x in y: pass\n"), None);
    assert_eq!(value("x = 1\ndef f():\n    global x\n    x = 2\n"), None);
    assert_eq!(value("x = 1\nglobals()['x'] = 2\n"), None);
}
