//! Expressions that build a list element by element.

use unspool_engine::facts::Facts;
use unspool_engine::facts::effects::{Collector, Effects, Kind, Note, UNREADABLE};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{Expr, Module, NodeId, Ranged, TextRange, ast};
use unspool_engine::transform::{FileContext, Finding};

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
            Expr::Call(list) => Self::of_call(list),
            _ => None,
        }
    }

    /// `list(map(f, xs))`, by syntax alone.
    pub fn of_call(list: &'a ast::ExprCall) -> Option<Self> {
        let named =
            |e: &Expr, names: &[&str]| e.as_name_expr().is_some_and(|n| names.contains(&n.id.as_str()));
        let [Expr::Call(lazy)] = &*list.arguments.args else { return None };
        let plain = list.arguments.keywords.is_empty()
            && !lazy.arguments.args.iter().any(Expr::is_starred_expr)
            && !lazy.arguments.args.is_empty();
        let known = named(&list.func, &["list"]) && named(&lazy.func, LAZY);
        (plain && known).then_some(Elements::Listed { list, lazy })
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

impl<'a> Elements<'a> {
    /// Whether the elements come from an iterator that a call of `list` only copies.
    pub fn is_copied(&self) -> bool {
        matches!(self, Elements::Listed { .. })
    }

    /// What goes with the call of `list`: the text in front of the call in it, and behind that.
    pub fn around(list: &ast::ExprCall, lazy: &ast::ExprCall) -> [TextRange; 2] {
        [TextRange::new(list.start(), lazy.start()), TextRange::new(lazy.end(), list.end())]
    }

    /// Whether `list` and the builtin in it are what they seem to be, and the call can go.
    pub fn known(&self, cx: &FileContext<'a, '_>) -> Finding {
        let Elements::Listed { list, lazy } = *self else { return Finding::proved("it is syntax") };
        let symbols = cx.facts.symbols();
        for func in [&*list.func, &*lazy.func] {
            let Expr::Name(name) = func else { return Finding::refuted("it is no builtin") };
            if !symbols.is_builtin(cx.module, func, name.id.as_str()) {
                return Finding::refuted(format!("`{}` may not be the builtin", name.id));
            }
        }
        if Elements::around(list, lazy).into_iter().any(|range| cx.module.has_comment(range)) {
            return Finding::refuted("a comment stands in the call of `list`");
        }
        Finding::proved("`list` and the iterator in it are builtins")
    }
}

/// Whether a call of a lazy builtin stands first in the parentheses that follow, by the bytes alone.
pub fn calls_lazy(behind: &[u8]) -> bool {
    let Some(inside) = behind.trim_ascii_start().strip_prefix(b"(") else { return false };
    let inside = inside.trim_ascii_start();
    let odd = matches!(inside.first(), Some(b'#' | b'\\' | b'('));
    odd || LAZY.iter().any(|name| inside.starts_with(name.as_bytes()))
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
        raises: Some(UNREADABLE.into()),
        on_self: false,
    });
    effects
}
