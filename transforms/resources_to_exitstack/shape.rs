//! The loop that closes, and what it closes: every place at which something comes into the collection.

use unspool_engine::facts::{Access, Binding, Resolution, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, ast};
use unspool_engine::transform::FileContext;

use crate::resources::{awaited_call, method_call, only_defaults};

/// What is done with each element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ends<'a> {
    /// `x.close()`
    Method(&'a str),
    /// `x()`
    Call,
}

/// `for x in xs: x.close()`, `while xs: xs.pop().close()`.
pub struct Closing<'a> {
    /// The loop.
    pub statement: &'a Stmt,
    pub collection: &'a ast::ExprName,
    /// The variable of a `for`.
    pub variable: Option<&'a ast::ExprName>,
    /// What was opened last is closed first.
    pub reversed: bool,
    /// The loop takes the values of a dict (`values()`, `items()`).
    pub of_dict: bool,
    /// The element is this one of a tuple of so many.
    pub part: Option<(usize, usize)>,
    pub ends: Ends<'a>,
    /// `await x.close()`
    pub awaited: bool,
    /// Why a stack would not do the same with each element.
    pub unlike: Option<String>,
}

/// A loop that closes what the block has opened, in no `finally`: `files = [open(p) for p in paths]` stands in front of it.
pub fn unguarded<'a>(module: &Module<'a>, statement: &'a Stmt) -> Option<Closing<'a>> {
    let found = closing(module, statement)?;
    let Ends::Method("close" | "aclose") = found.ends else { return None };
    let (suite, at) = module.suite_of(module.id(statement))?;
    let makes = |s: &Stmt| match s {
        Stmt::Assign(a) => {
            matches!(&*a.targets, [Expr::Name(n)] if n.id == found.collection.id)
                && (a.value.is_list_expr()
                    || a.value.is_list_comp_expr()
                    || a.value.is_dict_expr()
                    || a.value.is_dict_comp_expr())
        }
        _ => false,
    };
    suite[..at].iter().any(makes).then_some(found)
}

/// The closing that a loop is, whatever its collection.
pub fn closing<'a>(module: &Module<'a>, statement: &'a Stmt) -> Option<Closing<'a>> {
    match statement {
        Stmt::For(f) if !f.is_async && f.orelse.is_empty() => {
            let [only] = &*f.body else { return None };
            if let Some(found) = by_key(statement, f, only) {
                return Some(found);
            }
            let (collection, reversed, dict) = collection(&f.iter)?;
            let (only, unlike) = guarded(module, only);
            let (variable, part) = match (&*f.target, dict) {
                (Expr::Name(_), Some("items")) => return None,
                (Expr::Tuple(t), Some("items")) => match &*t.elts {
                    [Expr::Name(_), Expr::Name(value)] => (value, None),
                    _ => return None,
                },
                (Expr::Name(name), _) => (name, None),
                (Expr::Tuple(t), None) => {
                    if let Some(function) = called_with_parts(only, t) {
                        return Some(Closing {
                            statement,
                            collection,
                            variable: Some(function),
                            reversed,
                            of_dict: false,
                            part: None,
                            ends: Ends::Call,
                            awaited: false,
                            unlike: Some(
                                "the loop calls what it holds with arguments that it holds, too".into(),
                            ),
                        });
                    }
                    let used = ended_name(only)?;
                    let at = t.elts.iter().position(|e| e.as_name_expr().is_some_and(|n| n.id == *used))?;
                    (t.elts[at].as_name_expr()?, Some((at, t.elts.len())))
                }
                _ => return None,
            };
            let ends = ends(only, &variable.id)?;
            Some(Closing {
                statement,
                collection,
                variable: Some(variable),
                reversed,
                of_dict: dict.is_some(),
                part,
                ends,
                awaited: awaited_call(only).is_some(),
                unlike,
            })
        }
        Stmt::Expr(e) => by_comprehension(statement, &e.value),
        Stmt::While(w) if w.orelse.is_empty() => {
            let Expr::Name(collection) = &*w.test else { return None };
            let [Stmt::Expr(only)] = &*w.body else { return None };
            let Expr::Call(outer) = &*only.value else { return None };
            let (receiver, ends) = match &*outer.func {
                Expr::Attribute(a) if only_defaults(a.attr.as_str(), &outer.arguments) => {
                    (&*a.value, Ends::Method(a.attr.as_str()))
                }
                other if outer.arguments.is_empty() => (other, Ends::Call),
                _ => return None,
            };
            let Expr::Call(pop) = receiver else { return None };
            let Expr::Attribute(a) = &*pop.func else { return None };
            let last = match &*pop.arguments.args {
                [] => true,
                [index] => module.source(index) == "-1",
                _ => false,
            };
            let same = matches!(&*a.value, Expr::Name(n) if n.id == collection.id);
            let pops = same && a.attr.as_str() == "pop" && last && pop.arguments.keywords.is_empty();
            pops.then_some(Closing {
                statement,
                collection,
                variable: None,
                reversed: true,
                of_dict: false,
                part: None,
                ends,
                awaited: false,
                unlike: None,
            })
        }
        _ => None,
    }
}

/// `[x.close() for x in xs]`, a loop whose list nobody wants.
fn by_comprehension<'a>(statement: &'a Stmt, value: &'a Expr) -> Option<Closing<'a>> {
    let Expr::ListComp(comprehension) = value else { return None };
    let [generator] = &comprehension.generators[..] else { return None };
    let (collection, reversed, None) = collection(&generator.iter)? else { return None };
    let Expr::Name(variable) = &generator.target else { return None };
    let (call, awaited) = match &*comprehension.elt {
        Expr::Await(a) => (a.value.as_call_expr()?, true),
        other => (other.as_call_expr()?, false),
    };
    let Expr::Attribute(method) = &*call.func else { return None };
    let is_element = matches!(&*method.value, Expr::Name(n) if n.id == variable.id);
    let ends = is_element && only_defaults(method.attr.as_str(), &call.arguments);
    (ends && generator.ifs.is_empty() && !generator.is_async).then_some(Closing {
        statement,
        collection,
        // Nobody else sees the variable of a comprehension.
        variable: None,
        reversed,
        of_dict: false,
        part: None,
        ends: Ends::Method(method.attr.as_str()),
        awaited,
        unlike: None,
    })
}

/// `for key in xs: xs[key].close()`, `for i in range(len(xs)): xs[i].close()`.
fn by_key<'a>(statement: &'a Stmt, f: &'a ast::StmtFor, only: &'a Stmt) -> Option<Closing<'a>> {
    let (call, receiver, method) = method_call(only).or_else(|| awaited_call(only))?;
    let Expr::Subscript(s) = receiver else { return None };
    let (Expr::Name(held), Expr::Name(key), Expr::Name(variable)) = (&*s.value, &*s.slice, &*f.target) else {
        return None;
    };
    let argument = |e: &'a Expr, name: &str| match e {
        Expr::Call(c) => match (&*c.func, &*c.arguments.args) {
            (Expr::Name(n), [only]) if n.id.as_str() == name && c.arguments.keywords.is_empty() => Some(only),
            _ => None,
        },
        _ => None,
    };
    let (collection, of_dict) = match &*f.iter {
        Expr::Name(name) => (name, true),
        other => (argument(argument(other, "range")?, "len")?.as_name_expr()?, false),
    };
    let same = held.id == collection.id && key.id == variable.id && only_defaults(method, &call.arguments);
    same.then_some(Closing {
        statement,
        collection,
        variable: Some(variable),
        reversed: false,
        of_dict,
        part: None,
        ends: Ends::Method(method),
        awaited: awaited_call(only).is_some(),
        unlike: None,
    })
}

/// The closing under a condition, or within a `try`, and why a stack would do something else.
fn guarded<'a>(module: &Module<'a>, only: &'a Stmt) -> (&'a Stmt, Option<String>) {
    match only {
        Stmt::If(i) if i.elif_else_clauses.is_empty() => match &*i.body {
            [inner] => {
                let test: String = module.source(&*i.test).chars().take(40).collect();
                (inner, Some(format!("the loop ends each only under the condition `{test}`")))
            }
            _ => (only, None),
        },
        Stmt::Try(t) if t.orelse.is_empty() && t.finalbody.is_empty() => match &*t.body {
            [inner] => {
                let why = "the loop guards each closing by a `try`: a stack would let out what that catches";
                (inner, Some(why.into()))
            }
            _ => (only, None),
        },
        _ => (only, None),
    }
}

/// The function in `for function, argument in xs: function(argument)`.
fn called_with_parts<'a>(only: &'a Stmt, parts: &'a ast::ExprTuple) -> Option<&'a ast::ExprName> {
    let Stmt::Expr(e) = only else { return None };
    let Expr::Call(call) = &*e.value else { return None };
    let name = call.func.as_name_expr()?;
    let part =
        |name: &str| parts.elts.iter().find_map(|e| e.as_name_expr().filter(|n| n.id.as_str() == name));
    let value = |e: &Expr| match e {
        Expr::Starred(s) => s.value.as_name_expr().is_some_and(|n| part(&n.id).is_some()),
        Expr::Name(n) => part(&n.id).is_some(),
        _ => false,
    };
    let arguments = &call.arguments;
    let all = arguments.args.iter().all(value) && arguments.keywords.iter().all(|k| value(&k.value));
    part(&name.id).filter(|_| all && !arguments.is_empty())
}

/// The name of `x` in `x.close()` or `x()`.
fn ended_name(statement: &Stmt) -> Option<&str> {
    if let Some((_, Expr::Name(name), _)) = method_call(statement).or_else(|| awaited_call(statement)) {
        return Some(&name.id);
    }
    let Stmt::Expr(e) = statement else { return None };
    let Expr::Call(call) = &*e.value else { return None };
    Some(&call.func.as_name_expr()?.id)
}

/// What the body of the loop does with its variable.
fn ends<'a>(statement: &'a Stmt, variable: &str) -> Option<Ends<'a>> {
    let method = method_call(statement).or_else(|| awaited_call(statement));
    if let Some((call, Expr::Name(name), method)) = method {
        return (name.id == *variable && only_defaults(method, &call.arguments))
            .then_some(Ends::Method(method));
    }
    let Stmt::Expr(e) = statement else { return None };
    let Expr::Call(call) = &*e.value else { return None };
    let same = call.func.as_name_expr().is_some_and(|n| n.id == *variable);
    (same && call.arguments.is_empty()).then_some(Ends::Call)
}

/// The name in `xs`, `reversed(xs)`, `xs[::-1]`, `xs.values()`, `list(xs)`; whether it is turned round; the method
/// by which it is a dict.
fn collection(iter: &Expr) -> Option<(&ast::ExprName, bool, Option<&str>)> {
    match iter {
        Expr::Name(name) => Some((name, false, None)),
        Expr::Subscript(s) => {
            let Expr::Slice(slice) = &*s.slice else { return None };
            let backwards = matches!(slice.step.as_deref(), Some(Expr::UnaryOp(u))
                if u.op == ast::UnaryOp::USub
                    && matches!(&*u.operand, Expr::NumberLiteral(n)
                        if matches!(&n.value, ast::Number::Int(i) if *i == ast::Int::ONE)));
            let whole = slice.lower.is_none() && slice.upper.is_none();
            let (name, turned, dict) = collection(&s.value)?;
            (whole && backwards).then_some((name, !turned, dict))
        }
        Expr::Call(call) if call.arguments.keywords.is_empty() => {
            match (&*call.func, &*call.arguments.args) {
                (Expr::Name(function), [inner]) => {
                    let (name, turned, dict) = collection(inner)?;
                    match function.id.as_str() {
                        "reversed" => Some((name, !turned, dict)),
                        "list" | "tuple" => Some((name, turned, dict)),
                        _ => None,
                    }
                }
                (Expr::Attribute(a), []) => match (&*a.value, a.attr.as_str()) {
                    (Expr::Name(name), method @ ("values" | "items")) => Some((name, false, Some(method))),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

/// Something that comes into the collection.
pub struct Addition<'a> {
    /// What is opened.
    pub value: &'a Expr,
    /// The call `xs.append(...)`, where the addition is a statement of its own.
    pub append: Option<&'a ast::ExprCall>,
}

/// The collection from its making to the end of the `try`.
pub struct Collected<'a> {
    pub symbol: SymbolId,
    pub name: &'a ast::ExprName,
    /// `xs = ...`
    pub making: &'a ast::StmtAssign,
    /// Its place in the block of the `try`, and that of the `try`; without one, of the loop.
    pub places: (usize, usize),
    pub suite: &'a [Stmt],
    pub is_dict: bool,
    pub additions: Vec<Addition<'a>>,
}

/// Every place at which something comes into the collection, or why they are not all known.
///
/// `end`: the statement up to which it is managed, the `try` or the loop.
pub fn collected<'a>(
    cx: &FileContext<'a, '_>,
    end: NodeId,
    closing: &Closing<'a>,
) -> Result<Collected<'a>, String> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let what = closing.collection.id.as_str();
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(closing.collection)) else {
        return Err(format!("`{what}` is bound nowhere in this file"));
    };
    let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read);
    let (binding, another) = (bindings.next(), bindings.next());
    let line = |node: NodeId| module.line(module.node(node).start());
    if let Some(another) = another {
        return Err(format!("`{what}` is bound more than once (line {})", line(another.node)));
    }
    let making = binding.filter(|b| b.binding == Some(Binding::Assignment));
    let making = making.and_then(|b| match module.parent_node(b.node) {
        Some(AnyNodeRef::StmtAssign(a)) if a.targets.len() == 1 && a.targets[0].is_name_expr() => Some(a),
        _ => None,
    });
    let Some(making) = making else {
        return Err(match binding.and_then(|b| b.binding) {
            Some(Binding::Parameter) => {
                format!("`{what}` is a parameter: its elements were opened elsewhere")
            }
            _ => format!("`{what}` is not made by a plain assignment"),
        });
    };
    let Expr::Name(name) = &making.targets[0] else { return Err(format!("`{what}` is no name")) };
    let (suite, at) = module.suite_of(end).ok_or("the block of the loop is not understood")?;
    let Some(first) = suite[..at].iter().position(|s| module.id(s) == module.id(making)) else {
        let line = module.line(making.start());
        let which = if module.node(end).is_stmt_try() { "`try`" } else { "loop" };
        return Err(format!(
            "`{what}` is not made in front of the {which}, in its block, but on line {line}"
        ));
    };
    let mut found =
        Collected { symbol, name, making, places: (first, at), suite, is_dict: false, additions: Vec::new() };
    initial(module, &making.value, closing, &mut found)?;
    if found.is_dict != closing.of_dict {
        return Err(format!("the loop closes something else than what `{what}` holds"));
    }
    Ok(found)
}

/// What the collection holds from the beginning.
fn initial<'a>(
    module: &Module<'a>,
    value: &'a Expr,
    closing: &Closing<'a>,
    found: &mut Collected<'a>,
) -> Result<(), String> {
    let mut add = |element: &'a Expr| {
        found.additions.push(Addition { value: element_of(module, element, closing)?, append: None });
        Ok(())
    };
    match value {
        Expr::ListComp(c) if !c.generators.iter().any(|g| g.is_async) => add(&c.elt),
        Expr::List(l) => l.elts.iter().try_for_each(add),
        Expr::Tuple(t) => t.elts.iter().try_for_each(add),
        Expr::DictComp(c) if !c.generators.iter().any(|g| g.is_async) => {
            add(&c.value)?;
            found.is_dict = true;
            Ok(())
        }
        Expr::Dict(d) => {
            if d.items.iter().any(|i| i.key.is_none()) {
                return Err("the dict takes in another one, whose values were opened elsewhere".into());
            }
            d.items.iter().try_for_each(|i| add(&i.value))?;
            found.is_dict = true;
            Ok(())
        }
        Expr::Call(call) if call.arguments.is_empty() => match &*call.func {
            Expr::Name(n) if n.id.as_str() == "list" => Ok(()),
            Expr::Name(n) if n.id.as_str() == "dict" => {
                found.is_dict = true;
                Ok(())
            }
            _ => Err(not_a_display(module, value)),
        },
        _ => Err(not_a_display(module, value)),
    }
}

fn not_a_display(module: &Module, value: &Expr) -> String {
    let text: String = module.source(value).chars().take(50).collect();
    format!("`{text}` is no list or dict whose elements are opened here")
}

/// The part of an element that the loop closes.
pub fn element_of<'a>(
    module: &Module<'a>,
    element: &'a Expr,
    closing: &Closing<'a>,
) -> Result<&'a Expr, String> {
    let Some((at, length)) = closing.part else {
        return match element {
            Expr::Starred(_) => {
                Err("elements of another collection come in, which were opened elsewhere".into())
            }
            other => Ok(other),
        };
    };
    match element {
        Expr::Tuple(t) if t.elts.len() == length && !t.elts.iter().any(Expr::is_starred_expr) => {
            Ok(&t.elts[at])
        }
        other => Err(format!("`{}` is no tuple of {length}", module.source(other))),
    }
}
