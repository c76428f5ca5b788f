//! An object that several operands use: whether they wait for what it does.

use crate::asynchrony::operands::own_method;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast, root_name};
use unspool_engine::transform::FileContext;

/// How deep calls are followed.
const DEPTH: usize = 4;

/// The function of this file that a call runs.
#[derive(Clone, Copy)]
pub struct Callee<'a> {
    pub function: NodeId,
    pub def: &'a ast::StmtFunctionDef,
    /// The receiver is its first parameter.
    pub is_bound: bool,
}

pub fn callee<'a>(cx: &FileContext<'a, '_>, call: &ast::ExprCall) -> Option<Callee<'a>> {
    let module = cx.module;
    let function = match (Types::new(module, cx.facts).of(&call.func), &*call.func) {
        (Ty::Function(function), _) => function,
        (_, Expr::Attribute(a)) => own_method(cx, a)?,
        _ => return None,
    };
    let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else { return None };
    let is_static = def.decorator_list.iter().any(|d| module.source(&d.expression) == "staticmethod");
    let in_class = matches!(module.parent_node(function), Some(AnyNodeRef::StmtClassDef(_)));
    Some(Callee { function, def, is_bound: in_class && !is_static && call.func.is_attribute_expr() })
}

impl<'a> Callee<'a> {
    /// The parameter that names the receiver.
    pub fn receiver(&self) -> Option<&'a str> {
        self.is_bound.then(|| self.parameter(0)).flatten()
    }

    fn parameter(&self, index: usize) -> Option<&'a str> {
        let p = &*self.def.parameters;
        p.posonlyargs.iter().chain(&p.args).nth(index).map(|p| p.parameter.name.as_str())
    }

    /// The arguments of a call that are variables or attributes of them, with the parameters that get them.
    pub fn passed<'c>(&self, call: &'c ast::ExprCall) -> Vec<(&'c Expr, &'a str)> {
        let by_place = call.arguments.args.iter().enumerate().map_while(|(i, e)| {
            let parameter = self.parameter(i + usize::from(self.is_bound))?;
            (!e.is_starred_expr()).then_some((e, parameter))
        });
        let by_name = call.arguments.keywords.iter().filter_map(|k| {
            let all = self.def.parameters.iter_non_variadic_params();
            let wanted = k.arg.as_ref()?.as_str();
            let found = all.map(|p| p.parameter.name.as_str()).find(|p| *p == wanted)?;
            Some((&k.value, found))
        });
        by_place.chain(by_name).filter(|(e, _)| e.is_name_expr() || e.is_attribute_expr()).collect()
    }

    /// The line on which it waits for something that the object of the parameter, or an object in it, does.
    pub fn waits_for(&self, cx: &FileContext<'a, '_>, parameter: &str) -> Option<usize> {
        waits_for(cx, self.function, parameter, 0)
    }
}

fn waits_for(cx: &FileContext, function: NodeId, parameter: &str, depth: usize) -> Option<usize> {
    let module = cx.module;
    let is_ours = |e: &Expr| root_name(e).is_some_and(|n| n.id.as_str() == parameter);
    module.subtree(function).find_map(|(id, node)| {
        if module.enclosing_function(id) != Some(function) {
            return None;
        }
        let call = match node {
            AnyNodeRef::ExprAwait(a) => a.value.as_call_expr()?,
            AnyNodeRef::StmtFor(f) if f.is_async => {
                return is_ours(&f.iter).then(|| module.line(f.iter.start()));
            }
            _ => return None,
        };
        let line = module.line(call.start());
        let Some(next) = callee(cx, call).filter(|next| next.function != function && depth < DEPTH) else {
            let receives = call.func.is_attribute_expr() && is_ours(&call.func);
            return receives.then_some(line);
        };
        let mut names: Vec<&str> =
            next.passed(call).into_iter().filter(|(e, _)| is_ours(e)).map(|(_, p)| p).collect();
        if is_ours(&call.func) {
            names.extend(next.receiver());
        }
        names.into_iter().find_map(|name| waits_for(cx, next.function, name, depth + 1))
    })
}

/// The objects that a function of another file gets by this call and waits for itself, each with the line of the call.
pub fn waits_elsewhere<'c>(cx: &FileContext<'c, '_>, call: &'c ast::ExprCall) -> Vec<(&'c str, usize)> {
    let Ty::Member(path) = Types::new(cx.module, cx.facts).of(&call.func) else { return Vec::new() };
    let Some((file, function)) = cx.repo.function_of(&cx.local(), &path) else { return Vec::new() };
    let line = cx.module.line(call.start());
    let waited = cx.repo.with_file(&file.path, |there| {
        let AnyNodeRef::StmtFunctionDef(def) = there.module.node(function.node) else { return Vec::new() };
        let there_called = Callee { function: function.node, def, is_bound: false };
        let passed = there_called.passed(call).into_iter();
        passed
            .filter(|(_, parameter)| is_waited_for(there.module, function.node, parameter))
            .map(|(object, _)| (cx.module.source(object), line))
            .collect()
    });
    waited.unwrap_or_default()
}

/// Whether the function waits for what the object of the parameter does.
fn is_waited_for(module: &Module, function: NodeId, parameter: &str) -> bool {
    let is_ours = |e: &Expr| root_name(e).is_some_and(|n| n.id.as_str() == parameter);
    module.subtree(function).any(|(_, node)| match node {
        AnyNodeRef::ExprAwait(a) => {
            a.value.as_call_expr().is_some_and(|c| c.func.is_attribute_expr() && is_ours(&c.func))
        }
        AnyNodeRef::StmtFor(f) => f.is_async && is_ours(&f.iter),
        _ => false,
    })
}
