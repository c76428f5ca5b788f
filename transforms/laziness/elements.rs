//! Expressions that build a list element by element.

use unspool_engine::facts::Facts;
use unspool_engine::facts::effects::{Collector, Effects, Kind, Note};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{Expr, Module, NodeId, Ranged, TextRange, ast};

/// What gives the elements of a list.
#[derive(Clone, Copy)]
pub enum Elements<'a> {
    /// `[f(x) for x in xs]`
    Comprehension(&'a ast::ExprListComp),
    /// `list(map(f, xs))`: the call of `list` and the one in it, which is lazy already.
    Listed { list: &'a ast::ExprCall, lazy: &'a ast::ExprCall },
    /// `file.readlines()`
    Lines { call: &'a ast::ExprCall, file: &'a Expr },
    /// A call of a function that builds the list and could yield its elements.
    Built { call: &'a ast::ExprCall, expr: &'a Expr },
}

/// Builtins that give an iterator and ask their arguments for theirs at once.
pub const LAZY: &[&str] = &["map", "filter", "zip", "enumerate"];

impl<'a> Elements<'a> {
    /// By syntax alone.
    pub fn of(expr: &'a Expr) -> Option<Self> {
        match expr {
            Expr::ListComp(comp) => Some(Elements::Comprehension(comp)),
            Expr::Call(list) => {
                let name = |e: &Expr| e.as_name_expr().map(|n| n.id.to_string());
                let [Expr::Call(lazy)] = &*list.arguments.args else { return None };
                let plain = list.arguments.keywords.is_empty()
                    && !lazy.arguments.args.iter().any(Expr::is_starred_expr)
                    && !lazy.arguments.args.is_empty();
                let known = name(&list.func).is_some_and(|n| n == "list")
                    && name(&lazy.func).is_some_and(|n| LAZY.contains(&n.as_str()));
                (plain && known).then_some(Elements::Listed { list, lazy })
            }
            _ => None,
        }
    }

    pub fn range(&self) -> TextRange {
        match self {
            Elements::Comprehension(comp) => comp.range(),
            Elements::Listed { list, .. } => list.range(),
            Elements::Lines { call, .. } | Elements::Built { call, .. } => call.range(),
        }
    }

    pub fn node(&self, module: &Module<'a>) -> NodeId {
        match self {
            Elements::Comprehension(comp) => module.id(*comp),
            Elements::Listed { list, .. } => module.id(*list),
            Elements::Lines { call, .. } | Elements::Built { call, .. } => module.id(*call),
        }
    }

    /// What is iterated, the outermost first.
    pub fn sources(&self) -> Vec<&'a Expr> {
        match self {
            Elements::Comprehension(comp) => comp.generators.iter().map(|g| &g.iter).collect(),
            Elements::Listed { lazy, .. } => {
                let arguments = &lazy.arguments.args;
                let skip = usize::from(arguments.len() > 1 && applies(lazy));
                let count = if is_named(lazy, "enumerate") { 1 } else { arguments.len() };
                arguments.iter().skip(skip).take(count).collect()
            }
            Elements::Lines { file, .. } => vec![file],
            Elements::Built { call, .. } => arguments(call),
        }
    }

    /// What is iterated outermost.
    pub fn source(&self) -> &'a Expr {
        match self {
            Elements::Comprehension(comp) => &comp.generators[0].iter,
            Elements::Listed { lazy, .. } => {
                let arguments = &lazy.arguments.args;
                &arguments[usize::from(arguments.len() > 1 && applies(lazy))]
            }
            Elements::Lines { file, .. } => file,
            Elements::Built { expr, .. } => expr,
        }
    }

    /// The function whose call ends with the shortest of its sources, so that the others may not be asked to their end.
    pub fn ends_early(&self) -> Option<&'a str> {
        let Elements::Listed { lazy, .. } = self else { return None };
        let name = lazy.func.as_name_expr()?.id.as_str();
        (self.sources().len() > 1 && matches!(name, "zip" | "map")).then_some(name)
    }

    /// What is evaluated where the list was, once.
    pub fn eager(&self) -> Vec<&'a Expr> {
        match self {
            Elements::Comprehension(comp) => vec![&comp.generators[0].iter],
            Elements::Listed { lazy, .. } => lazy.arguments.args.iter().collect(),
            Elements::Lines { file, .. } => vec![file],
            Elements::Built { call, .. } => arguments(call),
        }
    }

    /// What happens when the elements are asked for, the evaluation of the outermost iterable apart.
    pub fn lazy_effects<'r>(&self, module: &'r Module<'a>, facts: &'r Facts<'a, 'r>) -> Effects {
        match self {
            Elements::Comprehension(comp) => {
                Collector::of_lazy_part(module, facts, &comp.elt, &comp.generators)
            }
            Elements::Listed { list, .. } => Collector::of_iteration(module, facts, &list.arguments.args[0]),
            Elements::Lines { file, .. } => lines_effects(module, facts, file),
            Elements::Built { expr, .. } => Collector::of_expr(module, facts, expr),
        }
    }

    pub fn ty<'r>(&self, types: &Types<'a, 'r>) -> Ty {
        match self {
            Elements::Comprehension(comp) => types.of(&comp.elt),
            Elements::Listed { list, .. } => types.of(&list.arguments.args[0]).element(),
            Elements::Lines { .. } | Elements::Built { .. } => Ty::Unknown,
        }
    }
}

/// All arguments and the object whose method it is.
fn arguments(call: &ast::ExprCall) -> Vec<&Expr> {
    let receiver = call.func.as_attribute_expr().map(|a| &*a.value);
    let keywords = call.arguments.keywords.iter().map(|k| &k.value);
    receiver.into_iter().chain(&call.arguments.args).chain(keywords).collect()
}

fn is_named(call: &ast::ExprCall, name: &str) -> bool {
    call.func.as_name_expr().is_some_and(|n| n.id.as_str() == name)
}

/// The first argument is a function.
fn applies(call: &ast::ExprCall) -> bool {
    is_named(call, "map") || is_named(call, "filter")
}

/// Reading a line looks at the file's content and may fail. Who else sees that it is read is for the transform to ask.
fn lines_effects<'a, 'r>(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, file: &Expr) -> Effects {
    let mut effects = Collector::of_iteration(module, facts, file);
    effects.notes.clear();
    effects.calls.clear();
    effects.notes.push(Note {
        kind: Kind::MayRaise,
        at: file.range(),
        what: format!("a line of `{}` may not be readable", module.source(file)),
        raises: None,
        on_self: false,
    });
    effects
}
