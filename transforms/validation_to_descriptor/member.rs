//! Attributes that are checked when they are assigned: by the setter of a property, or by `__init__`.

use unspool_engine::facts::effects::annotation_fails;
use unspool_engine::facts::{Resolution, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::FileContext;

use crate::generated::style::docstring;
use crate::generated::term::{Lowering, Term, is_private, key, tokens};

/// Where an attribute keeps its value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Storage {
    /// An attribute whose name is made of the property's.
    Affix { prefix: String, suffix: String },
    /// `__x`, which the interpreter mangles with the name of the class.
    Mangled,
    /// An attribute of another name.
    Named(String),
    /// The object's `__dict__`, under the name of the attribute.
    Dict,
}

#[derive(Clone, Copy)]
pub enum Form<'a> {
    Property {
        getter: &'a ast::StmtFunctionDef,
        setter: &'a ast::StmtFunctionDef,
        /// `x = property(get_x, set_x)`, if that is how it is made.
        made: Option<&'a ast::StmtAssign>,
    },
    Init {
        init: &'a ast::StmtFunctionDef,
        store: &'a Stmt,
    },
}

/// One checked attribute.
pub struct Member<'a> {
    pub class: &'a ast::StmtClassDef,
    pub attr: &'a str,
    pub form: Form<'a>,
    pub storage: Storage,
    /// What checks and stores; without the store for `Init`.
    pub statements: Vec<&'a Stmt>,
    pub terms: Vec<Term<'a>>,
    pub key: String,
    /// How the code names the value and the object.
    pub value: &'a str,
    pub receiver: &'a str,
    pub doc: Option<&'a Expr>,
    /// The annotations of the value and of what the getter gives.
    pub annotations: (Option<&'a Expr>, Option<&'a Expr>),
}

impl<'a> Member<'a> {
    pub fn range(&self) -> TextRange {
        match self.form {
            Form::Property { getter, setter, made } => {
                let functions = getter.range().cover(setter.range());
                made.map_or(functions, |made| functions.cover(made.range()))
            }
            Form::Init { .. } => self.statements[0].range(),
        }
    }

    pub fn line(&self, module: &Module) -> usize {
        let at = match self.form {
            Form::Property { setter, .. } => setter.name.start(),
            Form::Init { .. } => self.statements[0].start(),
        };
        module.line(at)
    }

    pub fn is_init(&self) -> bool {
        matches!(self.form, Form::Init { .. })
    }
}

/// A candidate that is none, and why.
pub struct Refused {
    pub why: String,
    pub at: TextRange,
}

/// The class in whose body the function stands.
pub fn class_of<'a>(module: &Module<'a>, id: NodeId) -> Option<&'a ast::StmtClassDef> {
    match module.parent_node(id)? {
        AnyNodeRef::StmtClassDef(class) => Some(class),
        _ => None,
    }
}

/// `@x.setter def x` in a class, with a check in it.
pub fn is_checking_setter<'a>(module: &Module<'a>, def: &'a ast::StmtFunctionDef) -> bool {
    let named = |d: &ast::Decorator| match &d.expression {
        Expr::Attribute(a) => {
            a.attr.as_str() == "setter" && matches!(&*a.value, Expr::Name(n) if n.id == def.name.id)
        }
        _ => false,
    };
    let id = module.id(def);
    def.decorator_list.iter().any(named)
        && class_of(module, id).is_some()
        && (raises(module, id) || def.body.iter().any(|s| hands_on(module, def, s)))
}

/// The setter of `x = property(get_x, set_x)` in a class, if it has a check in it.
pub fn assigned_setter<'a>(
    module: &Module<'a>,
    assignment: &'a ast::StmtAssign,
) -> Option<&'a ast::StmtFunctionDef> {
    let class = class_of(module, module.id(assignment))?;
    let Expr::Call(call) = &*assignment.value else { return None };
    if !matches!(&*call.func, Expr::Name(n) if n.id.as_str() == "property") {
        return None;
    }
    let by_name = call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some("fset")).map(|k| &k.value);
    let Expr::Name(name) = by_name.or(call.arguments.args.get(1))? else { return None };
    let setter = class
        .body
        .iter()
        .filter_map(Stmt::as_function_def_stmt)
        .rfind(|f| f.name.id == name.id && f.start() < assignment.start())?;
    let checks = raises(module, module.id(setter)) || setter.body.iter().any(|s| hands_on(module, setter, s));
    checks.then_some(setter)
}

fn raises(module: &Module, id: NodeId) -> bool {
    module.subtree(id).any(|(_, n)| matches!(n, AnyNodeRef::StmtRaise(_) | AnyNodeRef::StmtAssert(_)))
}

/// `check("x", value)`, `self.check(value)`: what may raise gets the value, for nothing but to look at it.
fn hands_on(module: &Module, def: &ast::StmtFunctionDef, statement: &Stmt) -> bool {
    let Stmt::Expr(e) = statement else { return false };
    let Expr::Call(call) = &*e.value else { return false };
    let value = def.parameters.iter_non_variadic_params().nth(1).map(|p| p.parameter.name.as_str());
    let is_value = |e: &Expr| matches!(e, Expr::Name(n) if Some(n.id.as_str()) == value);
    call.arguments.args.iter().any(is_value) && says_check(module, &call.func)
}

/// Whether it names what checks: a function of the module that raises, or something else whose name says so.
fn says_check(module: &Module, function: &Expr) -> bool {
    let name = match function {
        Expr::Name(n) => n.id.as_str(),
        Expr::Attribute(a) => a.attr.as_str(),
        _ => return false,
    };
    let mut functions = module.body().iter().filter_map(Stmt::as_function_def_stmt);
    let own = functions.find(|f| function.is_name_expr() && f.name.as_str() == name);
    own.map_or_else(
        || CHECKS.iter().any(|word| name.split('_').any(|part| part == *word)),
        |own| raises(module, module.id(own)),
    )
}

/// Words in the names of functions that check their argument.
pub const CHECKS: &[&str] =
    &["check", "validate", "require", "ensure", "assert", "verify", "must", "positive", "valid"];

/// `if ...: raise ...`, `assert ...`, or the call of what checks an argument.
pub fn is_check(module: &Module, init: &ast::StmtFunctionDef, statement: &Stmt) -> bool {
    match statement {
        Stmt::If(i) => i.elif_else_clauses.is_empty() && matches!(&i.body[..], [Stmt::Raise(_)]),
        Stmt::Assert(a) => module.subtree(module.id(&*a.test)).any(|(_, n)| match n {
            AnyNodeRef::ExprName(n) => {
                init.parameters.iter().skip(1).any(|p| p.name().as_str() == n.id.as_str())
            }
            _ => false,
        }),
        Stmt::Expr(e) => {
            let Expr::Call(call) = &*e.value else { return false };
            let is_argument = |e: &Expr| {
                let Expr::Name(name) = e else { return false };
                init.parameters.iter().skip(1).any(|p| p.name().as_str() == name.id.as_str())
            };
            call.arguments.args.iter().any(is_argument) && says_check(module, &call.func)
        }
        _ => false,
    }
}

/// The `__init__` or `__post_init__` of a class with at least two checks, and the one that the statement is.
pub fn init_of_check<'a>(module: &Module<'a>, check: NodeId) -> Option<(&'a ast::StmtFunctionDef, &'a Stmt)> {
    let AnyNodeRef::StmtFunctionDef(init) = module.parent_node(check)? else { return None };
    if !matches!(init.name.as_str(), "__init__" | "__post_init__") {
        return None;
    }
    let own = init.body.iter().find(|s| module.id(*s) == check)?;
    let several = || init.body.iter().filter(|s| is_check(module, init, s)).count() > 1;
    (is_check(module, init, own) && several() && class_of(module, module.id(init)).is_some())
        .then_some((init, own))
}

/// The symbol of a parameter.
fn parameter(cx: &FileContext, function: NodeId, name: &str) -> Option<SymbolId> {
    let symbols = cx.facts.symbols();
    symbols.own(symbols.scope_opened_by(function)?, name)
}

/// The property whose setter this is.
pub fn property<'a>(
    cx: &FileContext<'a, '_>,
    setter: &'a ast::StmtFunctionDef,
) -> Result<Member<'a>, Refused> {
    let module = cx.module;
    let id = module.id(setter);
    let class = class_of(module, id).expect("only setters in classes are found");
    let attr = setter.name.as_str();
    let refused = |why: String, at: TextRange| Refused { why, at };
    if is_private(attr) {
        return Err(refused(format!("`{attr}` is a private name of the class"), setter.name.range()));
    }
    if let [_, second, ..] = &setter.decorator_list[..] {
        let why = format!("the setter is decorated by `{}`, too", module.source(&second.expression));
        return Err(refused(why, second.range()));
    }
    let scope = cx.facts.symbols().scope_opened_by(module.id(class)).expect("a class opens a scope");
    let symbol = cx.facts.symbols().own(scope, attr).expect("the class binds what it defines");
    let getters: Vec<&'a ast::StmtFunctionDef> = class
        .body
        .iter()
        .filter_map(Stmt::as_function_def_stmt)
        .filter(|f| f.name.as_str() == attr && f.start() < setter.start())
        .collect();
    let [getter] = getters[..] else {
        return Err(refused(
            format!("the body of the class does not define `{attr}` once before"),
            setter.range(),
        ));
    };
    for occurrence in cx.facts.symbols().occurrences_of(symbol) {
        let inside = |f: &ast::StmtFunctionDef| {
            let head = f.decorator_list.first().map_or(f.start(), Ranged::start);
            head <= occurrence.range.start() && occurrence.range.end() <= f.name.end()
        };
        if !inside(getter) && !inside(setter) {
            let line = module.line(occurrence.range.start());
            let what = match module.node(occurrence.node) {
                AnyNodeRef::StmtFunctionDef(_) => "defines one more part of the property",
                _ if occurrence.access.reads() => "takes the property itself, or adds a part to it",
                _ => "binds the name, too",
            };
            return Err(refused(format!("line {line} {what}"), occurrence.range));
        }
    }
    let is_property = |d: &ast::Decorator| {
        let Expr::Name(n) = &d.expression else { return false };
        n.id == "property" && cx.facts.symbols().resolve(module.id(n)) == Resolution::Free
    };
    if !matches!(&getter.decorator_list[..], [only] if is_property(only)) {
        return Err(refused(
            "the getter is decorated by something else than `property`".into(),
            getter.range(),
        ));
    }
    of_functions(cx, class, attr, getter, setter, None)
}

/// The property that `x = property(get_x, set_x)` makes, if nothing else uses the two functions.
pub fn assigned<'a>(
    cx: &FileContext<'a, '_>,
    assignment: &'a ast::StmtAssign,
) -> Result<Member<'a>, Refused> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let class = class_of(module, module.id(assignment)).expect("only properties of classes are found");
    let setter = assigned_setter(module, assignment).expect("only checks are found");
    let refused = |why: String, at: TextRange| Refused { why, at };
    let here = assignment.range();
    let ([Expr::Name(target)], Expr::Call(call)) = (&assignment.targets[..], &*assignment.value) else {
        return Err(refused("it is assigned to more than one name".into(), here));
    };
    if !symbols.is_builtin(module, &call.func, "property") {
        return Err(refused("`property` is not the builtin".into(), call.func.range()));
    }
    let attr = target.id.as_str();
    if is_private(attr) {
        return Err(refused(format!("`{attr}` is a private name of the class"), target.range()));
    }
    let by_name = call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some("fget")).map(|k| &k.value);
    let getter = by_name.or(call.arguments.args.first()).and_then(Expr::as_name_expr);
    let place = |name: &str, at: usize| {
        let named = call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some(name)).map(|k| &k.value);
        named.or(call.arguments.args.get(at)).filter(|value| !value.is_none_literal_expr())
    };
    let doc = place("doc", 3);
    let known = call.arguments.args.len() <= 4
        && call.arguments.args.iter().all(|a| !a.is_starred_expr())
        && call
            .arguments
            .keywords
            .iter()
            .all(|k| matches!(k.arg.as_deref(), Some("fget" | "fset" | "fdel" | "doc")));
    if place("fdel", 2).is_some() || !known {
        return Err(refused("the property has more than a getter and a setter".into(), call.range()));
    }
    if doc.is_some_and(|doc| !doc.is_string_literal_expr()) {
        return Err(refused("what documents the property is worked out".into(), call.range()));
    }
    let functions = class.body.iter().filter_map(Stmt::as_function_def_stmt);
    let getter = getter.and_then(|n| functions.filter(|f| f.name.id == n.id).last());
    let Some(getter) = getter else {
        return Err(refused("the class does not define its getter".into(), call.range()));
    };
    for function in [getter, setter] {
        let name = function.name.as_str();
        if let Some(decorator) = function.decorator_list.first() {
            let why = format!("`{name}` is decorated by `{}`", module.source(&decorator.expression));
            return Err(refused(why, decorator.range()));
        }
        if let Some(place) = used_by_itself(cx, name, attr) {
            let why = format!("`{name}` is a method of its own, which a descriptor would take away: {place}");
            return Err(refused(why, here));
        }
    }
    let scope = symbols.scope_opened_by(module.id(class)).expect("a class opens a scope");
    let symbol = symbols.own(scope, attr).expect("the class binds what it defines");
    if let Some(other) = symbols.occurrences_of(symbol).find(|o| o.node != module.id(target)) {
        let why = format!("line {} binds or takes the property, too", module.line(other.range.start()));
        return Err(refused(why, other.range));
    }
    let mut member = of_functions(cx, class, attr, getter, setter, Some(assignment))?;
    if let Some(doc) = doc {
        if let Some(other) = member.doc {
            return Err(refused(
                "the functions of the property have a docstring of their own".into(),
                other.range(),
            ));
        }
        member.doc = Some(doc);
    }
    Ok(member)
}

/// Where a method that is a part of the property is used otherwise: named again, or found by a name that is put together.
fn used_by_itself(cx: &FileContext, name: &str, attr: &str) -> Option<String> {
    let text = cx.module.text();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let named = text
        .match_indices(name)
        .filter(|(at, _)| !text[..*at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part));
    // Its definition, and the call of `property`.
    if let Some((at, _)) = named.skip(2).last() {
        let line = text[..at].lines().count();
        return Some(format!("line {line} names it, too"));
    }
    let elsewhere = |word: &str| {
        let file = cx.repo.mentioning(word).into_iter().find(|f| f != cx.path)?;
        Some(cx.repo.index().shown(&file).display().to_string())
    };
    if let Some(file) = elsewhere(name) {
        return Some(format!("{file} names it, too"));
    }
    let (front, _) = name.split_once(attr).filter(|(front, _)| !front.is_empty())?;
    let file = cx.repo.mentioning(front).into_iter().next()?;
    let file = cx.repo.index().shown(&file).display().to_string();
    Some(format!("{file} puts names together that begin with `{front}`"))
}

/// The attribute that a getter and a setter make.
fn of_functions<'a>(
    cx: &FileContext<'a, '_>,
    class: &'a ast::StmtClassDef,
    attr: &'a str,
    getter: &'a ast::StmtFunctionDef,
    setter: &'a ast::StmtFunctionDef,
    made: Option<&'a ast::StmtAssign>,
) -> Result<Member<'a>, Refused> {
    let module = cx.module;
    let id = module.id(setter);
    let refused = |why: String, at: TextRange| Refused { why, at };
    if setter.is_async || getter.is_async {
        return Err(refused("the property is a coroutine".into(), setter.range()));
    }
    let [object] = plain_parameters(getter)[..] else {
        return Err(refused("the getter has unusual parameters".into(), getter.range()));
    };
    let [receiver, value] = plain_parameters(setter)[..] else {
        return Err(refused("the setter has unusual parameters".into(), setter.range()));
    };
    let failing =
        [getter, setter].into_iter().flat_map(annotations).find(|a| annotation_fails(module, cx.facts, a));
    if let Some(failing) = failing {
        return Err(refused(
            "an annotation may fail when it is evaluated, and would go".into(),
            failing.range(),
        ));
    }
    let own = |body: &'a [Stmt]| &body[usize::from(docstring(body).is_some())..];
    let stored = match own(&getter.body) {
        [Stmt::Return(r)] => r.value.as_deref().and_then(|v| attribute_of(v, object)),
        _ => None,
    };
    let Some(stored) = stored else {
        return Err(refused("the getter does more than give an attribute back".into(), getter.range()));
    };
    let statements: Vec<&'a Stmt> = own(&setter.body).iter().collect();
    let stores = |s: &Stmt| match s {
        Stmt::Assign(a) => matches!(&a.targets[..], [t] if attribute_of(t, receiver) == Some(stored)),
        _ => false,
    };
    let Some((last, checks)) = statements.split_last().filter(|(last, _)| stores(last)) else {
        return Err(refused(
            format!("the setter does not end with storing the value in `{stored}`, which the getter gives"),
            setter.range(),
        ));
    };
    if let Some(early) = checks.iter().find(|s| assigns_attribute(module, s, receiver)) {
        let line = module.line(early.start());
        return Err(refused(
            format!("line {line} changes the object before the value is stored"),
            early.range(),
        ));
    }
    let symbols = (parameter(cx, id, receiver), parameter(cx, id, value));
    let (Some(object), Some(value_symbol)) = symbols else {
        return Err(refused("the setter is not understood".into(), setter.range()));
    };
    let mut lowering = Lowering::new(cx, id, &[object, value_symbol], module.id(class)).storing(stored);
    let mut terms = Vec::new();
    for statement in checks.iter().chain([last]) {
        let lowered = lowering.statements(std::slice::from_ref(*statement));
        terms.extend(lowered.map_err(|beyond| refused(beyond.what, beyond.at))?);
    }
    let storage = storage(attr, stored);
    if matches!(&storage, Storage::Named(name) | Storage::Affix { prefix: name, .. } if is_private(name)) {
        return Err(refused(
            format!("`{stored}` is a private name that is not made of `{attr}`"),
            getter.range(),
        ));
    }
    let mut shape = format!("{storage:?} ");
    if matches!(storage, Storage::Named(_)) {
        shape = "Named ".into();
    }
    key(module, &terms, &mut shape);
    let annotation = |p: &'a ast::ParameterWithDefault| p.parameter.annotation.as_deref();
    let annotations =
        (setter.parameters.iter_non_variadic_params().nth(1).and_then(annotation), getter.returns.as_deref());
    Ok(Member {
        class,
        attr,
        form: Form::Property { getter, setter, made },
        storage,
        statements,
        terms,
        key: shape,
        value,
        receiver,
        doc: docstring(&getter.body).or(docstring(&setter.body)),
        annotations,
    })
}

/// What the definition of a function evaluates to annotate it.
fn annotations(f: &ast::StmtFunctionDef) -> impl Iterator<Item = &Expr> {
    let parameters =
        f.parameters.iter_non_variadic_params().filter_map(|p| p.parameter.annotation.as_deref());
    parameters.chain(f.returns.as_deref())
}

/// The names of parameters, if they are plain ones.
fn plain_parameters(f: &ast::StmtFunctionDef) -> Vec<&str> {
    let p = &*f.parameters;
    let plain = p.vararg.is_none() && p.kwarg.is_none() && p.kwonlyargs.is_empty();
    let defaults = p.iter_non_variadic_params().any(|p| p.default.is_some());
    if !plain || defaults {
        return Vec::new();
    }
    p.iter_non_variadic_params().map(|p| p.parameter.name.as_str()).collect()
}

/// The attribute that is taken of the object.
fn attribute_of<'e>(expr: &'e Expr, object: &str) -> Option<&'e str> {
    match expr {
        Expr::Attribute(a) if matches!(&*a.value, Expr::Name(n) if n.id == object) => Some(a.attr.as_str()),
        _ => None,
    }
}

/// Whether an attribute of the object is assigned somewhere in the statement.
fn assigns_attribute(module: &Module, statement: &Stmt, object: &str) -> bool {
    module.subtree(module.id(statement)).any(|(_, node)| match node {
        AnyNodeRef::ExprAttribute(a) => {
            !a.ctx.is_load() && matches!(&*a.value, Expr::Name(n) if n.id == object)
        }
        _ => false,
    })
}

fn storage(attr: &str, stored: &str) -> Storage {
    if stored == format!("__{attr}") {
        return Storage::Mangled;
    }
    match stored.split_once(attr) {
        Some((prefix, suffix)) => Storage::Affix { prefix: prefix.into(), suffix: suffix.into() },
        None => Storage::Named(stored.into()),
    }
}

/// All checked attributes of the class's `__init__`, by the checks that they have.
pub fn of_init<'a>(
    cx: &FileContext<'a, '_>,
    init: &'a ast::StmtFunctionDef,
) -> Vec<(&'a Stmt, Result<&'a str, Refused>)> {
    let module = cx.module;
    let checks = init.body.iter().filter(|s| is_check(module, init, s));
    checks.map(|check| (check, checked_parameter(cx, module, init, check))).collect()
}

/// The parameter that a check is about.
fn checked_parameter<'a>(
    cx: &FileContext<'a, '_>,
    module: &Module<'a>,
    init: &'a ast::StmtFunctionDef,
    check: &'a Stmt,
) -> Result<&'a str, Refused> {
    let symbols = cx.facts.symbols();
    let scope = symbols.scope_opened_by(module.id(init));
    let mut found: Vec<&'a str> = Vec::new();
    for (id, node) in module.subtree(module.id(check)) {
        let AnyNodeRef::ExprName(n) = node else { continue };
        let Resolution::Symbol(symbol) = symbols.resolve(id) else { continue };
        if Some(symbols.symbol(symbol).scope) == scope && !found.contains(&n.id.as_str()) {
            found.push(n.id.as_str());
        }
    }
    let refused = |why: String| Refused { why, at: check.range() };
    match found[..] {
        [one] => {
            let is_parameter =
                init.parameters.iter().skip(1).any(|p| p.name().as_str() == one && !p.is_variadic());
            if is_parameter {
                Ok(one)
            } else {
                Err(refused(format!("the check is about `{one}`, which is no parameter")))
            }
        }
        [] => Err(refused("the check is about no parameter".into())),
        [first, second, ..] => {
            Err(refused(format!("the check depends on `{first}` and on `{second}`: on more than one value")))
        }
    }
}

/// The attribute that `__init__` checks and assigns, from its first check.
pub fn init_member<'a>(
    cx: &FileContext<'a, '_>,
    init: &'a ast::StmtFunctionDef,
    check: &'a Stmt,
) -> Result<Member<'a>, Refused> {
    let module = cx.module;
    let id = module.id(init);
    let class = class_of(module, id).expect("only methods are found");
    if init.name.as_str() != "__init__" {
        let why = format!(
            "`{}` checks fields, and a descriptor in the body of the class would be the default of its field",
            init.name
        );
        return Err(Refused { why, at: check.range() });
    }
    let all = of_init(cx, init);
    let about = |check: &Stmt| all.iter().find(|(c, _)| c.range() == check.range()).map(|(_, p)| p);
    let parameter_name = match about(check) {
        Some(Ok(name)) => *name,
        Some(Err(refused)) => return Err(Refused { why: refused.why.clone(), at: refused.at }),
        None => return Err(Refused { why: "the check is not understood".into(), at: check.range() }),
    };
    let refused = |why: String, at: TextRange| Refused { why, at };
    let receiver = init.parameters.iter().next().map(|p| p.name().as_str()).unwrap_or_default();
    let store = init.body.iter().find(|s| match s {
        Stmt::Assign(a) => {
            matches!(&a.targets[..], [t] if attribute_of(t, receiver) == Some(parameter_name))
                && matches!(&*a.value, Expr::Name(n) if n.id == parameter_name)
        }
        _ => false,
    });
    let Some(store) = store else {
        let why = format!("`{parameter_name}` is not kept as it is in an attribute of that name");
        return Err(refused(why, check.range()));
    };
    let mine: Vec<&'a Stmt> = all
        .iter()
        .filter(|(_, p)| matches!(p, Ok(name) if *name == parameter_name))
        .map(|(c, _)| *c)
        .collect();
    if let Some(late) = mine.iter().find(|c| c.start() > store.start()) {
        let line = module.line(late.start());
        return Err(refused(format!("line {line} checks the value when it is kept already"), late.range()));
    }
    let symbols = cx.facts.symbols();
    let (Some(object), Some(value)) = (parameter(cx, id, receiver), parameter(cx, id, parameter_name)) else {
        return Err(refused("`__init__` is not understood".into(), init.range()));
    };
    if symbols.occurrences_of(value).filter(|o| o.access.writes()).count() > 1 {
        return Err(refused(format!("`{parameter_name}` is bound anew in `__init__`"), check.range()));
    }
    let mut lowering = Lowering::new(cx, id, &[object, value], module.id(class));
    let mut terms = Vec::new();
    for statement in &mine {
        let lowered = lowering.statements(std::slice::from_ref(*statement));
        terms.extend(lowered.map_err(|beyond| refused(beyond.what, beyond.at))?);
    }
    let mut shape = "Dict ".to_string();
    key(module, &terms, &mut shape);
    Ok(Member {
        class,
        attr: parameter_name,
        form: Form::Init { init, store },
        storage: Storage::Dict,
        statements: mine,
        terms,
        key: shape,
        value: parameter_name,
        receiver,
        doc: None,
        annotations: (None, None),
    })
}

/// All checked attributes of the file, in source order.
pub fn members<'a>(cx: &FileContext<'a, '_>) -> Vec<Member<'a>> {
    let module = cx.module;
    let mut members: Vec<Member<'a>> = Vec::new();
    for (id, node) in module.nodes() {
        match node {
            AnyNodeRef::StmtFunctionDef(def) if is_checking_setter(module, def) => {
                members.extend(property(cx, def));
            }
            AnyNodeRef::StmtAssign(made) if assigned_setter(module, made).is_some() => {
                members.extend(assigned(cx, made));
            }
            AnyNodeRef::StmtIf(_) | AnyNodeRef::StmtAssert(_) | AnyNodeRef::StmtExpr(_) => {
                let Some((init, check)) = init_of_check(module, id) else { continue };
                members.extend(
                    init_member(cx, init, check).ok().filter(|m| m.statements[0].range() == check.range()),
                );
            }
            _ => {}
        }
    }
    members
}

/// Where two checks of the same kind differ first, for people: both as written.
pub fn difference(module: &Module, a: &Member, b: &Member) -> Option<(String, String)> {
    let text = |m: &Member| -> Vec<String> {
        m.statements
            .iter()
            .flat_map(|s| tokens(module, *s).split(' ').map(ToString::to_string).collect::<Vec<_>>())
            .collect()
    };
    let (mine, other) = (text(a), text(b));
    let own = |w: &String| {
        [a.attr, b.attr, a.value, b.value].iter().any(|n| w.contains(n)) || w.starts_with(['"', '\''])
    };
    mine.iter().zip(&other).find(|(x, y)| x != y && !(own(x) && own(y))).map(|(x, y)| (x.clone(), y.clone()))
}
