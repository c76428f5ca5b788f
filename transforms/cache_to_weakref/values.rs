//! What is put into the cache: whether weak references to it can be made.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::UseAt;
use super::cache::Use;
use crate::asynchrony::framework::last_name;

/// The class of the values, if it is one of this file, and whether all values allow weak references.
pub fn of(cx: &FileContext, uses: &[UseAt]) -> (Option<NodeId>, Finding) {
    let mut class = None;
    let mut finding: Option<Finding> = None;
    for (id, one) in uses {
        let (Use::Store { value, .. } | Use::Default { value, .. }) = one else { continue };
        let line = cx.module.line(cx.module.node(*id).start());
        let found = value_of(cx, value);
        let this = match found {
            Value::Instance(node) => {
                class = Some(node);
                allows(cx, node)
            }
            Value::None => Finding::refuted(format!(
                "line {line} stores `None` for what is not there: a weak dictionary cannot hold it"
            )),
            Value::Other(what) => {
                Finding::refuted(format!("line {line} stores {what}, which allows no weak references"))
            }
            Value::Unknown(why) => Finding::refuted(format!("line {line}: {why}")),
        };
        finding = Some(match finding {
            Some(before) => before.and(this),
            None => this,
        });
    }
    (class, finding.unwrap_or_else(|| Finding::refuted("nothing is stored in it")))
}

enum Value {
    Instance(NodeId),
    None,
    Other(String),
    Unknown(String),
}

fn value_of(cx: &FileContext, value: &Expr) -> Value {
    let module = cx.module;
    // `super().__new__(cls)`, `object.__new__(cls)`
    if let Expr::Call(call) = value
        && let Expr::Attribute(a) = &*call.func
        && a.attr.as_str() == "__new__"
        && let Some(class) = enclosing_class(module, module.id(value))
    {
        return Value::Instance(class);
    }
    if let Expr::Name(name) = value
        && let Some(source) = sole_value(cx, name)
    {
        return value_of(cx, source);
    }
    match Types::new(module, cx.facts).of(value) {
        Ty::Instance(class) => Value::Instance(class),
        Ty::Union(types) if types.iter().any(|t| t.is(&["None"])) => Value::None,
        Ty::Known("None", _) => Value::None,
        Ty::Known(name, _) => Value::Other(format!("a `{name}`")),
        Ty::Function(_) | Ty::Class(_) | Ty::Module(_) => {
            Value::Unknown("it is a registry of functions or classes, which it owns".into())
        }
        Ty::Imported(path) => Value::Unknown(format!(
            "a `{path}` is of another file: whether it allows weak references is not seen"
        )),
        _ => {
            let text: String = module.source(value).chars().take(40).collect();
            Value::Unknown(format!("nothing shows that `{text}` is a new object that allows weak references"))
        }
    }
}

/// The value of the one assignment in its function that gives the name a value.
fn sole_value<'a>(cx: &FileContext<'a, '_>, name: &ast::ExprName) -> Option<&'a Expr> {
    use unspool_engine::facts::Resolution;
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return None };
    let mut found = None;
    for occurrence in symbols.occurrences_of(symbol).filter(|o| o.binds()) {
        let statement = module.statement_of(occurrence.node)?;
        let AnyNodeRef::StmtAssign(a) = module.node(statement) else { return None };
        if !a.targets.iter().any(|t| matches!(t, Expr::Name(n) if module.id(n) == occurrence.node)) {
            return None;
        }
        // `obj = cache.get(key)` gives what was put in before.
        let looked_up = match &*a.value {
            Expr::Call(c) => matches!(&*c.func, Expr::Attribute(m) if m.attr.as_str() == "get"),
            Expr::Subscript(_) => true,
            _ => false,
        };
        if looked_up {
            continue;
        }
        if found.replace(&*a.value).is_some() {
            return None;
        }
    }
    found
}

fn enclosing_class(module: &Module, id: NodeId) -> Option<NodeId> {
    module.ancestors(id).find(|a| matches!(module.node(*a), AnyNodeRef::StmtClassDef(_)))
}

/// Whether instances of the class allow weak references.
fn allows(cx: &FileContext, class: NodeId) -> Finding {
    let module = cx.module;
    let AnyNodeRef::StmtClassDef(def) = module.node(class) else {
        return Finding::refuted("its class is not understood");
    };
    let name = &def.name;
    for base in def.bases() {
        let plain = match base {
            Expr::Subscript(s) => &*s.value,
            other => other,
        };
        let text = module.source(plain);
        match Types::new(module, cx.facts).of(plain) {
            Ty::Class(inner) if inner != class => {
                let finding = allows(cx, inner);
                if !matches!(finding.state, unspool_engine::transform::State::Proved(_)) {
                    return finding;
                }
            }
            Ty::Member(path) => match path.as_str() {
                "builtins.object" | "abc.ABC" | "typing.Generic" | "typing.Protocol"
                | "builtins.Exception" => {}
                "builtins.int" | "builtins.tuple" | "builtins.bytes" | "builtins.bool"
                | "typing.NamedTuple" => {
                    return Finding::refuted(format!(
                        "`{name}` is a `{text}`, whose objects allow no weak references"
                    ));
                }
                _ => {
                    return Finding::assumed(format!(
                        "`{name}` derives from `{text}`: whether its objects allow weak references is not seen"
                    ));
                }
            },
            _ => {
                return Finding::assumed(format!(
                    "`{name}` derives from `{text}`: whether its objects allow weak references is not seen"
                ));
            }
        }
    }
    let finalizer = def.body.iter().find_map(|s| match s {
        Stmt::FunctionDef(f) if f.name.as_str() == "__del__" => Some(module.line(f.name.start())),
        _ => None,
    });
    if let Some(line) = finalizer {
        return Finding::refuted(format!(
            "`{name}` has a `__del__` on line {line}: what it ends would end with the last user, and begin anew with the next"
        ));
    }
    let slots = def.body.iter().find_map(|s| match s {
        Stmt::Assign(a) if a.targets.iter().any(|t| module.source(t) == "__slots__") => {
            Some(module.source(&*a.value))
        }
        Stmt::AnnAssign(a) if module.source(&*a.target) == "__slots__" => {
            a.value.as_deref().map(|v| module.source(v))
        }
        _ => None,
    });
    if let Some(decorator) = def.decorator_list.iter().find(|d| makes_slots(&d.expression)) {
        let source = module.source(&decorator.expression);
        return Finding::refuted(format!("`@{source}` gives `{name}` slots, and none for weak references"));
    }
    if slots.is_some_and(|slots| !slots.contains("__weakref__")) {
        return Finding::refuted(format!("`{name}` has slots, and none for weak references"));
    }
    Finding::proved(format!("every value is a `{name}`, an ordinary object"))
        .relying_on([Convention::Annotations])
}

/// `@dataclass(slots=True)`, without `weakref_slot=True`.
fn makes_slots(decorator: &Expr) -> bool {
    let Expr::Call(call) = decorator else { return false };
    let says = |name: &str| {
        let mut keywords = call.arguments.keywords.iter();
        keywords.any(|k| {
            k.arg.as_deref() == Some(name) && !matches!(&k.value, Expr::BooleanLiteral(b) if !b.value)
        })
    };
    last_name(&call.func) == Some("dataclass") && says("slots") && !says("weakref_slot")
}
