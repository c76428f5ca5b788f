//! Objects that nothing else can hold.

use crate::facts::tables::{self, Known};
use crate::facts::types::{Ty, Types};
use crate::facts::{Access, Binding, Facts, Occurrence, Resolution, ScopeKind, SymbolId, results};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};

/// Whether the value of the expression was made by the expression itself or, for a local variable, by the
/// function that owns it and has been given to nobody by another binding.
///
/// A fresh object may still have been stored elsewhere since: callers look at what happens in between.
pub fn is_fresh<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, expr: &Expr) -> bool {
    match expr {
        Expr::Name(name) => is_fresh_name(module, facts, name),
        Expr::Subscript(s) => match &*s.value {
            Expr::Name(store) => holds_its_own(module, facts, store),
            _ => false,
        },
        other => is_made(module, facts, other),
    }
}

/// Whether the expression itself makes its value.
fn is_made<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, expr: &Expr) -> bool {
    match expr {
        Expr::List(_)
        | Expr::Set(_)
        | Expr::Dict(_)
        | Expr::ListComp(_)
        | Expr::SetComp(_)
        | Expr::DictComp(_)
        | Expr::Generator(_)
        | Expr::FString(_) => true,
        Expr::Call(call) => {
            let types = Types::new(module, facts);
            match types.of(&call.func) {
                Ty::Class(_) => true,
                Ty::Member(path) => matches!(
                    path.as_str(),
                    "builtins.list"
                        | "builtins.dict"
                        | "builtins.set"
                        | "builtins.sorted"
                        | "builtins.bytearray"
                        | "collections.deque"
                        | "collections.Counter"
                        | "collections.defaultdict"
                        | "collections.OrderedDict"
                        | "io.StringIO"
                        | "io.BytesIO"
                ),
                _ => false,
            }
        }
        // `[None] * n`
        Expr::BinOp(b) => is_made(module, facts, &b.left) && Types::new(module, facts).of(expr).is(&["list"]),
        _ => false,
    }
}

/// Whether the variable is the function's own, only ever holds objects that the function made, and has given them to nobody by
/// the time that control comes here.
pub fn is_fresh_name<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, name: &ast::ExprName) -> bool {
    match facts.symbols().resolve(module.id(name)) {
        Resolution::Symbol(symbol) => is_fresh_at(module, facts, symbol, module.id(name)),
        Resolution::Free => false,
    }
}

/// As [`is_fresh_name`], by the time that control comes to `at`.
pub fn is_fresh_at<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, id: SymbolId, at: NodeId) -> bool {
    let symbols = facts.symbols();
    let symbol = symbols.symbol(id);
    if !matches!(symbols.scope(symbol.scope).kind, ScopeKind::Function | ScopeKind::Lambda)
        || symbol.captured && runs_later(module, facts, id)
    {
        return false;
    }
    let mut bound = false;
    for occurrence in symbols.occurrences_of(id) {
        if matches!(occurrence.access, Access::Read | Access::Delete) {
            continue;
        }
        match occurrence.binding {
            Some(Binding::AugmentedAssignment) => continue,
            Some(Binding::Assignment | Binding::AnnotatedAssignment) => {}
            _ => return false,
        }
        let value = match module.parent_node(occurrence.node) {
            Some(AnyNodeRef::StmtAssign(a)) if a.targets.len() == 1 => Some(&*a.value),
            Some(AnyNodeRef::StmtAnnAssign(a)) => a.value.as_deref(),
            _ => None,
        };
        match value {
            Some(value) if is_made(module, facts, value) => bound = true,
            _ => return false,
        }
    }
    let given = |o: &Occurrence| {
        o.access == Access::Read
            && gives_away(module, facts, o.node)
            && comes_before(module, facts, id, o, at)
    };
    bound && !symbols.occurrences_of(id).any(given)
}

/// Whether nobody reads on from the file or iterator that the variable holds: the function makes it itself, gives it to
/// nobody, and after this read it does nothing with it but close it.
pub fn is_left_alone<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, name: &ast::ExprName) -> bool {
    let symbols = facts.symbols();
    let at = module.id(name);
    let Resolution::Symbol(id) = symbols.resolve(at) else { return false };
    let symbol = symbols.symbol(id);
    if symbols.scope(symbol.scope).kind != ScopeKind::Function
        || symbol.captured && runs_later(module, facts, id)
    {
        return false;
    }
    let mut bindings = symbols.occurrences_of(id).filter(|o| o.access != Access::Read);
    let (Some(binding), None) = (bindings.next(), bindings.next()) else { return false };
    gets_a_call(module, binding.node)
        && !runs_again(module, at, binding.node)
        && symbols.occurrences_of(id).filter(|o| o.access == Access::Read && o.node != at).all(|o| {
            let closes = matches!(module.parent_node(o.node), Some(AnyNodeRef::ExprAttribute(a))
                if matches!(a.attr.as_str(), "close" | "closed" | "name" | "mode" | "encoding"));
            let before = o.range.start() < name.start() && !gives_away(module, facts, o.node);
            closes || before
        })
}

/// Whether the name is bound, alone, to what a call gives: `x = open(..)`, `with open(..) as x`.
pub fn gets_a_call(module: &Module, binding: NodeId) -> bool {
    match module.parent_node(binding) {
        Some(AnyNodeRef::WithItem(item)) => item.context_expr.is_call_expr(),
        Some(AnyNodeRef::StmtAssign(a)) => a.targets.len() == 1 && a.value.is_call_expr(),
        _ => false,
    }
}

/// Whether control may come to `at` more than once for one run of `binding`: a loop, or a comprehension, has the one
/// and not the other.
fn runs_again(module: &Module, at: NodeId, binding: NodeId) -> bool {
    let first = |generators: &[ast::Comprehension]| {
        generators.first().is_some_and(|g| module.contains(module.id(&g.iter), at))
    };
    module.ancestors(at).take_while(|a| !module.contains(*a, binding)).any(|around| {
        match module.node(around) {
            AnyNodeRef::StmtWhile(_) => true,
            AnyNodeRef::StmtFor(f) => !module.contains(module.id(&*f.iter), at),
            AnyNodeRef::ExprListComp(c) => !first(&c.generators),
            AnyNodeRef::ExprSetComp(c) => !first(&c.generators),
            AnyNodeRef::ExprDictComp(c) => !first(&c.generators),
            AnyNodeRef::ExprGenerator(c) => !first(&c.generators),
            _ => false,
        }
    })
}

/// Code that runs at another time uses the variable: not a comprehension, which runs where it stands.
fn runs_later<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, id: SymbolId) -> bool {
    let symbols = facts.symbols();
    let owner = symbols.symbol(id).scope;
    symbols.occurrences_of(id).any(|o| {
        symbols.scope_chain(o.scope).take_while(|s| *s != owner).any(|s| {
            let scope = symbols.scope(s);
            scope.kind != ScopeKind::Comprehension
                || matches!(module.node(scope.node), AnyNodeRef::ExprGenerator(_))
        })
    })
}

/// Whether the occurrence may have been reached when control comes to `at`: it stands before, or in a loop with it that does
/// not make the object anew.
fn comes_before<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    id: SymbolId,
    occurrence: &Occurrence,
    at: NodeId,
) -> bool {
    if occurrence.range.start() < module.node(at).start() {
        return true;
    }
    let symbols = facts.symbols();
    module.ancestors(at).any(|around| {
        matches!(module.node(around), AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_))
            && module.contains(around, occurrence.node)
            && symbols.occurrences_of(id).any(|o| o.binds() && !module.contains(around, o.node))
    })
}

/// Whether some use of the variable may let another hold its object.
pub fn is_given_away<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, symbol: SymbolId) -> bool {
    let mut reads = facts.symbols().occurrences_of(symbol).filter(|o| o.access == Access::Read);
    reads.any(|o| gives_away(module, facts, o.node))
}

/// Whether somebody may hold the object after this use of its name: it is stored, passed to a call that may keep it, or has
/// another name.
fn gives_away<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, read: NodeId) -> bool {
    let call = |arguments: NodeId| match module.parent_node(arguments) {
        Some(AnyNodeRef::ExprCall(call)) => !keeps_nothing(module, facts, call),
        _ => true,
    };
    let Some(parent) = module.parent(read) else { return true };
    match module.node(parent) {
        AnyNodeRef::Arguments(_) => call(parent),
        AnyNodeRef::Keyword(_) => module.parent(parent).is_none_or(call),
        // `add = out.append` is another way to it.
        AnyNodeRef::ExprAttribute(_) => !matches!(
            module.parent_node(parent),
            Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == parent
        ),
        AnyNodeRef::ExprSubscript(_)
        | AnyNodeRef::ExprCompare(_)
        | AnyNodeRef::ExprBinOp(_)
        | AnyNodeRef::ExprUnaryOp(_)
        | AnyNodeRef::ExprStarred(_)
        | AnyNodeRef::Comprehension(_)
        | AnyNodeRef::InterpolatedElement(_)
        // Nothing of the function runs after it.
        | AnyNodeRef::StmtReturn(_) => false,
        AnyNodeRef::ExprIf(i) if module.id(&*i.test) == read => false,
        // `while out and ..` looks at it, `out or other` is it.
        AnyNodeRef::ExprIf(_) | AnyNodeRef::ExprBoolOp(_) => gives_away(module, facts, parent),
        AnyNodeRef::StmtFor(f) => module.id(&*f.iter) != read,
        AnyNodeRef::StmtAugAssign(_)
        | AnyNodeRef::StmtIf(_)
        | AnyNodeRef::ElifElseClause(_)
        | AnyNodeRef::StmtWhile(_)
        | AnyNodeRef::StmtAssert(_)
        | AnyNodeRef::StmtDelete(_)
        | AnyNodeRef::StmtExpr(_) => false,
        _ => true,
    }
}

/// A call that keeps none of its arguments: of a builtin, or of a method that takes what they hold.
fn keeps_nothing<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, call: &ast::ExprCall) -> bool {
    let types = Types::new(module, facts);
    if let Expr::Attribute(a) = &*call.func
        && matches!(types.of(&a.value), Ty::Known(..))
    {
        let takes_elements = matches!(
            a.attr.as_str(),
            "extend"
                | "extendleft"
                | "update"
                | "join"
                | "union"
                | "intersection"
                | "difference"
                | "issubset"
                | "issuperset"
                | "isdisjoint"
                | "writelines"
                | "write"
                | "format"
                | "difference_update"
                | "intersection_update"
                | "symmetric_difference"
        );
        return takes_elements;
    }
    match types.of(&call.func) {
        Ty::Member(path) => {
            results::changes_first(&path)
                || path == "builtins.print"
                || path.starts_with("builtins.")
                    && matches!(
                        tables::callable(&path),
                        Some(Known::Total | Known::Pure | Known::Consumes | Known::Lazy | Known::Next)
                    )
        }
        _ => false,
    }
}

/// Whether the variable holds a `defaultdict` of the function's own whose values are all made by it, and have been given to
/// nobody: `groups[key]` is then as fresh as `groups` itself.
fn holds_its_own<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, store: &ast::ExprName) -> bool {
    let symbols = facts.symbols();
    let at = module.id(store);
    let Resolution::Symbol(id) = symbols.resolve(at) else { return false };
    is_fresh_at(module, facts, id, at)
        && symbols.occurrences_of(id).all(|o| match (o.access, module.parent_node(o.node)) {
            (Access::Write, Some(AnyNodeRef::StmtAssign(a))) => makes_values(module, facts, &a.value),
            (Access::Write, Some(AnyNodeRef::StmtAnnAssign(a))) => {
                a.value.as_deref().is_some_and(|v| makes_values(module, facts, v))
            }
            (Access::Read, Some(AnyNodeRef::ExprSubscript(s))) if module.id(&*s.value) == o.node => {
                let value = module.id(s);
                if s.ctx.is_load() {
                    stays_inside(module, value) || !comes_before(module, facts, id, o, at)
                } else {
                    gets_fresh(module, facts, value)
                }
            }
            (Access::Read, Some(AnyNodeRef::ExprCompare(_))) => true,
            (Access::Read, _) => !comes_before(module, facts, id, o, at),
            _ => false,
        })
}

/// `defaultdict(list)`, `defaultdict(lambda: [0, 0])`
fn makes_values<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    let types = Types::new(module, facts);
    let [factory] = &*call.arguments.args else { return false };
    types.of(&call.func) == Ty::Member("collections.defaultdict".into())
        && call.arguments.keywords.is_empty()
        && match factory {
            Expr::Lambda(l) => is_made(module, facts, &l.body),
            other => matches!(types.of(other), Ty::Member(path) if matches!(path.as_str(),
                "builtins.list" | "builtins.dict" | "builtins.set" | "collections.deque" | "collections.Counter")),
        }
}

/// `groups[key] = []`: what is stored is made there.
fn gets_fresh<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, target: NodeId) -> bool {
    match module.parent_node(target) {
        Some(AnyNodeRef::StmtAssign(a)) if a.targets.len() == 1 => is_made(module, facts, &a.value),
        Some(AnyNodeRef::StmtDelete(_)) => true,
        _ => false,
    }
}

/// A value that is looked at, changed or iterated where it stands, and given to nobody.
fn stays_inside(module: &Module, value: NodeId) -> bool {
    match module.parent_node(value) {
        Some(AnyNodeRef::ExprAttribute(_) | AnyNodeRef::ExprSubscript(_) | AnyNodeRef::ExprCompare(_)) => {
            true
        }
        Some(AnyNodeRef::StmtFor(f)) => module.id(&*f.iter) == value,
        Some(AnyNodeRef::Comprehension(c)) => module.id(&c.iter) == value,
        _ => false,
    }
}
