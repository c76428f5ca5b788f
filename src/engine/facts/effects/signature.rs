//! Calls with arguments that a function has no parameters for (language reference, 6.3.4).

use crate::syntax::{AnyNodeRef, Module, NodeId, ast};

/// Whether a call of the function with these arguments raises `TypeError` before its body begins. `bound`: how many
/// parameters the call fills by itself (`self`).
pub fn rejects(module: &Module, function: NodeId, bound: usize, arguments: &ast::Arguments) -> bool {
    match module.node(function) {
        // A decorator may take other arguments.
        AnyNodeRef::StmtFunctionDef(f) if f.decorator_list.is_empty() => {
            do_not_fit(&f.parameters, bound, arguments)
        }
        AnyNodeRef::ExprLambda(l) => match l.parameters.as_deref() {
            Some(parameters) => do_not_fit(parameters, bound, arguments),
            None => bound > 0 || !arguments.args.is_empty() || !arguments.keywords.is_empty(),
        },
        _ => false,
    }
}

/// Whether these parameters surely have no place for the arguments, or too few get a value.
pub fn do_not_fit(parameters: &ast::Parameters, bound: usize, arguments: &ast::Arguments) -> bool {
    // How many values an unpacked one holds is not known.
    if arguments.args.iter().any(ast::Expr::is_starred_expr)
        || arguments.keywords.iter().any(|k| k.arg.is_none())
    {
        return false;
    }
    let places: Vec<_> = parameters.posonlyargs.iter().chain(&parameters.args).collect();
    let given = bound + arguments.args.len();
    if given > places.len() && parameters.vararg.is_none() {
        return true;
    }
    let named = |p: &ast::ParameterWithDefault| {
        arguments.keywords.iter().any(|k| k.arg.as_deref() == Some(p.parameter.name.as_str()))
    };
    let by_name: Vec<_> = parameters.args.iter().chain(&parameters.kwonlyargs).collect();
    let unknown =
        arguments.keywords.iter().filter_map(|k| k.arg.as_deref()).any(|name| {
            parameters.kwarg.is_none() && !by_name.iter().any(|p| p.parameter.name.as_str() == name)
        });
    let misplaced = places.iter().enumerate().any(|(at, p)| {
        let named = at >= parameters.posonlyargs.len() && named(p);
        // Twice, or not at all.
        if at < given { named } else { p.default.is_none() && !named }
    });
    let missing = parameters.kwonlyargs.iter().any(|p| p.default.is_none() && !named(p));
    unknown || misplaced || missing
}
