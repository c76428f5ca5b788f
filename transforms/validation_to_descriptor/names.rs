//! The name of a descriptor, from what it checks.

use unspool_engine::syntax::Expr;
use unspool_engine::transform::FileContext;

use crate::generated::home::Home;
use crate::generated::merge::{Param, each};
use crate::generated::term::{Constant, Role, Term};

/// What a shape has, as far as its name tells.
#[derive(Default)]
struct Traits {
    optional: bool,
    not_empty: bool,
    kind: Option<String>,
    /// What it must be, by `not isinstance(value, int)`: `or isinstance(value, bool)` may follow.
    required: Option<String>,
    converts: Option<String>,
    lower: Option<Bound>,
    upper: Option<Bound>,
    shortest: bool,
    longest: bool,
    choices: bool,
    pattern: bool,
    /// What a function that checks says of the value: `check_positive`.
    said: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
struct Bound {
    /// The bound is 0 in all copies.
    zero: bool,
    /// The bound itself is allowed.
    inclusive: bool,
}

/// A name that neither the file nor the module for helpers uses.
pub fn class_name(cx: &FileContext, attrs: &[&str], terms: &[Term], params: &[Param], home: &Home) -> String {
    let one = attrs.iter().all(|a| *a == attrs[0]);
    let stem = if one { camel(attrs[0]) } else { stem(&traits(cx, terms, params)) };
    let spare = [stem.clone(), format!("{stem}Attribute"), format!("Checked{stem}")];
    let numbered = (2..).map(|n| format!("{stem}{n}"));
    let mut names = spare.into_iter().chain(numbered);
    names.find(|n| home.is_free(cx, n)).expect("there are more numbers than names")
}

/// `buffer_size` as `BufferSize`.
fn camel(name: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|c| c.to_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    name.split('_').map(capital).collect()
}

fn traits(cx: &FileContext, terms: &[Term], params: &[Param]) -> Traits {
    let mut traits = Traits::default();
    let is_param = |role: Role| params.iter().any(|p| p.role == role);
    each(terms, &mut |term| match term {
        Term::Node { label, children } => {
            if label == "call"
                && matches!(children.first(), Some(Term::Node { label, .. }) if label == "callable")
            {
                traits.kind = Some("Callable".into());
            }
            let none = |t: &Term| matches!(t, Term::Constant(c) if c.expr.is_none_literal_expr());
            if label == "Not"
                && let Some(kind) = kind_of(children)
                && !is_param(Role::Kind)
            {
                traits.required.get_or_insert(noun_of(cx, kind.expr));
            }
            if label == "do"
                && let [Term::Node { children, .. }] = &children[..]
                && let Some(Term::Node { label, .. }) = children.first()
            {
                traits.said = said(label);
            }
            traits.optional |= matches!(label.as_str(), "Is" | "IsNot") && children.iter().any(none);
            if label == "if" {
                traits.not_empty |= matches!(
                    children.first(),
                    Some(Term::Node { label, children }) if label == "Not"
                        && matches!(children[..], [Term::Local { index: 1, .. }])
                );
            }
            if label == "assign"
                && let [Term::Local { index: 1, .. }, Term::Node { label, children }] = &children[..]
                && label == "call"
                && let Some(Term::Node { label, .. }) = children.first()
            {
                traits.converts = noun(label);
            }
            let bound = |c: &Constant| Bound {
                zero: !is_param(c.role) && matches!(cx.module.source(c.expr), "0" | "0.0"),
                inclusive: c.inclusive,
            };
            for child in children {
                if let Term::Constant(c) = child {
                    match c.role {
                        Role::Lower => traits.lower = Some(bound(c)),
                        Role::Upper => traits.upper = Some(bound(c)),
                        _ => {}
                    }
                }
            }
        }
        Term::Constant(c) => match c.role {
            Role::Kind if is_param(Role::Kind) => traits.kind = Some("Typed".into()),
            Role::Kind => traits.kind = Some(noun_of(cx, c.expr)),
            Role::Shortest => traits.shortest = true,
            Role::Longest | Role::Length => traits.longest = true,
            Role::Choices => traits.choices = true,
            Role::Pattern => traits.pattern = true,
            _ => {}
        },
        _ => {}
    });
    traits
}

/// What the name of a function says that a value must be.
fn said(function: &str) -> Option<String> {
    const VERBS: &[&str] = &["check", "validate", "require", "ensure", "assert", "verify", "must_be"];
    let name = function.trim_start_matches(['.', '_']);
    let rest = VERBS.iter().find_map(|verb| name.strip_prefix(verb)?.strip_prefix('_'))?;
    let rest = rest.trim_start_matches("is_");
    let says = !matches!(rest, "" | "value" | "arg" | "argument" | "input" | "type");
    says.then(|| camel(rest)).filter(|camel| camel.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The class that a negated call asks for.
fn kind_of<'t, 'a>(negated: &'t [Term<'a>]) -> Option<&'t Constant<'a>> {
    let [Term::Node { label, children }] = negated else { return None };
    let found = children.iter().find_map(|c| match c {
        Term::Constant(c) if c.role == Role::Kind => Some(c),
        _ => None,
    });
    found.filter(|_| label == "call")
}

fn stem(t: &Traits) -> String {
    let kind = t.required.clone().or(t.kind.clone()).or(t.converts.clone()).unwrap_or_default();
    let mut before = String::new();
    let mut behind = String::new();
    if t.optional {
        before.push_str("Optional");
    }
    if t.not_empty {
        before.push_str("NonEmpty");
    }
    if t.shortest || t.longest {
        let word = if t.shortest && !t.longest { "MinLength" } else { "Bounded" };
        match (kind.is_empty(), word) {
            (true, "Bounded") => before.push_str("BoundedLength"),
            (_, word) => before.push_str(word),
        }
    }
    match (t.lower, t.upper) {
        (Some(_), Some(_)) => behind.push_str("InRange"),
        (Some(Bound { zero: true, inclusive }), None) => {
            before.push_str(if inclusive { "NonNegative" } else { "Positive" });
        }
        (Some(b), None) => behind.push_str(if b.inclusive { "AtLeast" } else { "Above" }),
        (None, Some(b)) => behind.push_str(if b.inclusive { "AtMost" } else { "Below" }),
        (None, None) => {}
    }
    if t.choices {
        behind.push_str("OneOf");
    }
    if t.pattern {
        behind.push_str("Matching");
    }
    let name = format!("{before}{kind}{behind}");
    match name.as_str() {
        "" => t.said.clone().unwrap_or_else(|| "Checked".into()),
        "Optional" => "OptionalValue".into(),
        _ => name,
    }
}

fn noun(name: &str) -> Option<String> {
    let noun = match name {
        "str" => "String",
        "int" => "Integer",
        "float" => "Float",
        "bool" => "Boolean",
        "bytes" => "Bytes",
        "list" => "List",
        "tuple" => "Tuple",
        "dict" => "Dict",
        "set" => "Set",
        _ => return None,
    };
    Some(noun.into())
}

fn noun_of(cx: &FileContext, kind: &Expr) -> String {
    match kind {
        Expr::Tuple(t) => {
            let names: Vec<&str> = t.elts.iter().map(|e| cx.module.source(e)).collect();
            if names.iter().all(|n| ["int", "float", "complex", "Decimal"].contains(n)) {
                "Number"
            } else {
                "Typed"
            }
            .into()
        }
        other => {
            let name = cx.module.source(other).rsplit('.').next().unwrap_or_default().to_string();
            noun(&name).unwrap_or(name)
        }
    }
}
