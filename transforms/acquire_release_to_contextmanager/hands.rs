//! What goes in and out of the context manager: arguments for what differs, and what the bodies use.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Resolution, ScopeId, ScopeKind, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Module, NodeId, Ranged, Stmt, TextRange};
use unspool_engine::transform::FileContext;

use super::copies::{Copy, Group};

/// A parameter of the context manager.
pub struct Parameter {
    pub name: String,
    /// Where it stands in the first copy.
    pub places: Vec<NodeId>,
    /// What each copy hands in.
    pub arguments: Vec<NodeId>,
}

/// What the context manager is made of.
pub struct Hands<'a> {
    /// The first parameter of the methods in which all copies stand, and the class: then it is a method, too.
    pub receiver: Option<(&'a str, NodeId)>,
    /// That parameter is the class: the copies are class methods.
    pub of_class: bool,
    pub parameters: Vec<Parameter>,
    /// Variables that the bodies use, by their name in the first copy.
    pub yielded: Vec<&'a str>,
    /// Per copy the names behind `as`; empty where its body uses none.
    pub targets: Vec<Vec<&'a str>>,
    /// Names that are declared `global`.
    pub globals: Vec<&'a str>,
}

/// Why a copy cannot be one: its place in the group.
pub struct Misfit {
    pub copy: usize,
    pub why: String,
}

pub fn hands<'a>(cx: &FileContext<'a, '_>, group: &Group<'a>) -> Result<Hands<'a>, Misfit> {
    let module = cx.module;
    let first = &group.copies[0];
    let pieces = Pieces::of(cx, first, group.setup);
    let mut hands = Hands {
        receiver: None,
        of_class: false,
        parameters: Vec::new(),
        yielded: Vec::new(),
        targets: vec![Vec::new(); group.copies.len()],
        globals: Vec::new(),
    };
    // Outermost expressions that differ in some copy, then variables of the function from before the setup.
    let mut holes: Vec<NodeId> = group.matches.iter().flat_map(|m| m.holes.iter().map(|(a, _)| *a)).collect();
    // Variables of the setup may have other names in each copy.
    let own = |h: NodeId| {
        matches!(module.node(h), AnyNodeRef::ExprName(_))
            && matches!(pieces.role(cx, h), Role::Bound(_) | Role::Inner)
    };
    holes.retain(|h| pieces.contains(module, *h) && !own(*h));
    holes.sort_unstable();
    holes.dedup();
    let all = holes.clone();
    holes.retain(|h| !all.iter().any(|other| other != h && module.contains(*other, *h)));
    let mut bound_as: Vec<Vec<(SymbolId, SymbolId)>> = vec![Vec::new(); group.copies.len()];
    for (id, node) in pieces.nodes(module) {
        let AnyNodeRef::ExprName(name) = node else { continue };
        if holes.iter().any(|h| module.contains(*h, id)) {
            continue;
        }
        let misfit = |copy: usize, why: String| Misfit { copy, why };
        match pieces.role(cx, id) {
            Role::Bound(symbol) => {
                for (i, copy) in group.copies.iter().enumerate() {
                    let other = group.matches[i]
                        .of(id)
                        .ok_or_else(|| misfit(i, "it is laid out otherwise".into()))?;
                    let Role::Bound(theirs) = Pieces::of(cx, copy, group.setup).role(cx, other) else {
                        return Err(misfit(
                            i,
                            format!("`{}` is another kind of variable", module.source(module.node(other))),
                        ));
                    };
                    let pairs = &mut bound_as[i];
                    if pairs.iter().any(|(a, b)| (*a == symbol) != (*b == theirs)) {
                        return Err(misfit(i, format!("`{}` stands for two variables", name.id)));
                    }
                    if !pairs.contains(&(symbol, theirs)) {
                        pairs.push((symbol, theirs));
                    }
                }
            }
            Role::Earlier => holes.push(id),
            Role::Outside => {
                for (i, copy) in group.copies.iter().enumerate() {
                    let other = group.matches[i]
                        .of(id)
                        .ok_or_else(|| misfit(i, "it is laid out otherwise".into()))?;
                    let role = Pieces::of(cx, copy, group.setup).role(cx, other);
                    if !matches!(role, Role::Outside) {
                        return Err(misfit(i, format!("`{}` is a variable of its own there", name.id)));
                    }
                }
                if name.ctx.is_store() && !hands.globals.contains(&name.id.as_str()) {
                    hands.globals.push(name.id.as_str());
                }
            }
            Role::Inner => {}
            Role::Closure => {
                return Err(misfit(0, format!("`{}` belongs to the function around", name.id)));
            }
        }
    }
    holes.sort_unstable();
    for hole in holes {
        parameter(cx, group, hole, &mut hands)?;
    }
    if let Some(place) = receiver_place(&hands, cx, group) {
        hands.receiver = receiver(cx, group, &hands.parameters[place])?;
        hands.of_class = hands.receiver.is_some() && is_of_class(cx, first);
        if hands.receiver.is_some() {
            hands.parameters.remove(place);
        }
    }
    used_by_bodies(cx, group, &bound_as, &mut hands)?;
    name_parameters(module, &pieces, &mut hands);
    Ok(hands)
}

/// The setup and the clean-up of a copy.
struct Pieces<'a> {
    statements: Vec<&'a Stmt>,
    scope: Option<ScopeId>,
    bound: Vec<SymbolId>,
}

enum Role {
    /// Bound by the setup or the clean-up.
    Bound(SymbolId),
    /// A variable of the function that has its value from before.
    Earlier,
    /// Of the module, or a builtin.
    Outside,
    /// Of a comprehension or lambda within.
    Inner,
    /// Of a function around this one.
    Closure,
}

impl<'a> Pieces<'a> {
    fn of(cx: &FileContext<'a, '_>, copy: &Copy<'a>, setup: usize) -> Pieces<'a> {
        let statements: Vec<&Stmt> = copy.setup(setup).iter().chain(&copy.try_.finalbody).collect();
        let symbols = cx.facts.symbols();
        let scope = symbols.scope_opened_by(copy.function);
        let mut bound = Vec::new();
        let mut pieces = Pieces { statements, scope, bound: Vec::new() };
        for (id, _) in pieces.nodes(cx.module) {
            if let Some(o) = symbols.occurrence(id)
                && o.binds()
                && let Some(symbol) = o.symbol
                && Some(symbols.symbol(symbol).scope) == scope
            {
                bound.push(symbol);
            }
        }
        pieces.bound = bound;
        pieces
    }

    fn nodes(&self, module: &Module<'a>) -> Vec<(NodeId, AnyNodeRef<'a>)> {
        self.statements.iter().flat_map(|s| module.subtree(module.id(*s)).collect::<Vec<_>>()).collect()
    }

    fn contains(&self, module: &Module<'a>, id: NodeId) -> bool {
        self.statements.iter().any(|s| module.contains(module.id(*s), id))
    }

    fn role(&self, cx: &FileContext<'a, '_>, id: NodeId) -> Role {
        let symbols = cx.facts.symbols();
        let Resolution::Symbol(symbol) = symbols.resolve(id) else { return Role::Outside };
        let owner = symbols.symbol(symbol).scope;
        if Some(owner) == self.scope {
            return if self.bound.contains(&symbol) { Role::Bound(symbol) } else { Role::Earlier };
        }
        match symbols.scope(owner).kind {
            ScopeKind::Module => Role::Outside,
            _ if self.contains(cx.module, symbols.scope(owner).node) => Role::Inner,
            _ => Role::Closure,
        }
    }
}

/// Makes (or widens) the parameter for an expression of the first copy.
fn parameter<'a>(
    cx: &FileContext<'a, '_>,
    group: &Group<'a>,
    hole: NodeId,
    hands: &mut Hands<'a>,
) -> Result<(), Misfit> {
    let module = cx.module;
    let text = |id: NodeId| module.source(module.node(id));
    let mut arguments = Vec::new();
    for (i, copy) in group.copies.iter().enumerate() {
        let misfit = |why: String| Misfit { copy: i, why };
        let Some(argument) = group.matches[i].of(hole) else {
            return Err(misfit("it is laid out otherwise".into()));
        };
        early(cx, copy, group.setup, argument).map_err(misfit)?;
        arguments.push(argument);
    }
    let node = module.node(hole);
    if !node.is_expression() || matches!(node, AnyNodeRef::ExprName(n) if !n.ctx.is_load()) {
        return Err(Misfit { copy: 0, why: format!("`{}` is no value that could be handed in", text(hole)) });
    }
    if let Some(AnyNodeRef::ExprCall(call)) = module.parent_node(hole)
        && module.id(&*call.func) == hole
        && group.copies.len() > 1
        && arguments.iter().any(|a| text(*a) != text(hole))
    {
        return Err(Misfit { copy: 0, why: format!("`{}` is not called in all of them", text(hole)) });
    }
    let same = |p: &&mut Parameter| p.arguments.iter().zip(&arguments).all(|(a, b)| text(*a) == text(*b));
    match hands.parameters.iter_mut().find(same) {
        Some(known) => known.places.push(hole),
        None => hands.parameters.push(Parameter { name: String::new(), places: vec![hole], arguments }),
    }
    Ok(())
}

/// Why an expression means something else where the `with` begins than where it stands.
fn early(cx: &FileContext, copy: &Copy, setup: usize, id: NodeId) -> Result<(), String> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let node = module.node(id);
    let text = module.source(node);
    let in_finally = node.start() >= copy.try_.start();
    let until = if in_finally {
        copy.range(setup)
    } else {
        TextRange::new(copy.range(setup).start(), copy.try_.start())
    };
    for (inner, _) in module.subtree(id) {
        let Resolution::Symbol(symbol) = symbols.resolve(inner) else { continue };
        let scope = symbols.symbol(symbol).scope;
        if module.contains(id, symbols.scope(scope).node) || symbols.scope(scope).kind == ScopeKind::Module {
            continue;
        }
        if Some(scope) != symbols.scope_opened_by(copy.function) {
            return Err(format!("`{text}` uses a variable of the function around, or of a comprehension"));
        }
        for occurrence in symbols.occurrences_of(symbol) {
            let changes = occurrence.binds() || occurrence.access == Access::Delete;
            let nested = occurrence.scope != scope;
            if changes && (nested || until.contains_range(occurrence.range)) {
                let line = module.line(occurrence.range.start());
                return Err(format!(
                    "line {line} binds `{}`, which the clean-up uses",
                    symbols.symbol(symbol).name
                ));
            }
        }
    }
    let plain = module.subtree(id).all(|(_, n)| is_plain(cx, n));
    if !plain {
        return Err(format!("`{text}` may do something, and would do it before the setup begins"));
    }
    Ok(())
}

/// Whether evaluating the node does nothing by itself.
fn is_plain(cx: &FileContext, node: AnyNodeRef) -> bool {
    match node {
        AnyNodeRef::ExprCall(call) => match Types::new(cx.module, cx.facts).of(&call.func) {
            Ty::Member(path) => {
                path.starts_with("os.path.")
                    || matches!(
                        path.as_str(),
                        "builtins.str" | "builtins.len" | "builtins.repr" | "builtins.int"
                    )
            }
            _ => false,
        },
        AnyNodeRef::ExprAwait(_)
        | AnyNodeRef::ExprYield(_)
        | AnyNodeRef::ExprYieldFrom(_)
        | AnyNodeRef::ExprNamed(_)
        | AnyNodeRef::ExprLambda(_)
        | AnyNodeRef::ExprListComp(_)
        | AnyNodeRef::ExprSetComp(_)
        | AnyNodeRef::ExprDictComp(_)
        | AnyNodeRef::ExprGenerator(_) => false,
        _ => true,
    }
}

/// The parameter by which every copy hands in the object whose method it stands in.
fn receiver_place<'a>(hands: &Hands, cx: &FileContext<'a, '_>, group: &Group<'a>) -> Option<usize> {
    hands.parameters.iter().position(|p| {
        p.arguments.iter().zip(&group.copies).any(|(a, copy)| first_parameter(cx, copy, *a).is_some())
    })
}

/// The name, if it is the first parameter of the method in which the copy stands; and the class.
fn first_parameter<'a>(cx: &FileContext<'a, '_>, copy: &Copy<'a>, id: NodeId) -> Option<(&'a str, NodeId)> {
    let module = cx.module;
    let AnyNodeRef::ExprName(name) = module.node(id) else { return None };
    let AnyNodeRef::StmtFunctionDef(def) = module.node(copy.function) else { return None };
    let first = def.parameters.iter_non_variadic_params().next()?;
    let class = module.parent(copy.function)?;
    let method = matches!(module.node(class), AnyNodeRef::StmtClassDef(_));
    let is_static = def.decorator_list.iter().any(|d| module.source(&d.expression) == "staticmethod");
    (method && !is_static && first.name().as_str() == name.id.as_str()).then_some((name.id.as_str(), class))
}

/// Whether the first parameter of the method is its class.
fn is_of_class(cx: &FileContext, copy: &Copy) -> bool {
    let AnyNodeRef::StmtFunctionDef(def) = cx.module.node(copy.function) else { return false };
    let decorated = def.decorator_list.iter().any(|d| cx.module.source(&d.expression) == "classmethod");
    decorated || matches!(def.name.as_str(), "__new__" | "__init_subclass__" | "__class_getitem__")
}

/// The receiver and the class, if all copies are methods of one class that speak of their object.
fn receiver<'a>(
    cx: &FileContext<'a, '_>,
    group: &Group<'a>,
    parameter: &Parameter,
) -> Result<Option<(&'a str, NodeId)>, Misfit> {
    let mut all: Option<(&'a str, NodeId)> = None;
    for (i, (argument, copy)) in parameter.arguments.iter().zip(&group.copies).enumerate() {
        let found = first_parameter(cx, copy, *argument);
        let fits = match (all, found) {
            (None, found) => found.is_some(),
            (Some((_, class)), Some((_, other))) => class == other,
            (Some(_), None) => false,
        };
        if is_of_class(cx, copy) != is_of_class(cx, &group.copies[0]) {
            let why = "one copy speaks of an object, and another one of its class";
            return Err(Misfit { copy: i, why: why.into() });
        }
        if !fits {
            return Err(Misfit { copy: i, why: "the copies are methods of several classes".into() });
        }
        all = all.or(found);
    }
    Ok(all)
}

/// Which variables of the setup the bodies use, and whether they may.
fn used_by_bodies<'a>(
    cx: &FileContext<'a, '_>,
    group: &Group<'a>,
    bound_as: &[Vec<(SymbolId, SymbolId)>],
    hands: &mut Hands<'a>,
) -> Result<(), Misfit> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let mut used: Vec<Vec<SymbolId>> = Vec::new();
    for (i, copy) in group.copies.iter().enumerate() {
        let misfit = |why: String| Misfit { copy: i, why };
        let pieces = Pieces::of(cx, copy, group.setup);
        let inside = |range: TextRange| pieces.statements.iter().any(|s| s.range().contains_range(range));
        let flow = cx.facts.flow_at(copy.id);
        let mut here = Vec::new();
        for &(base, symbol) in &bound_as[i] {
            let name = symbols.symbol(symbol).name;
            let torn = |range: TextRange| copy.try_.finalbody.iter().any(|s| s.range().contains_range(range));
            let in_finally = symbols.occurrences_of(symbol).any(|o| torn(o.range));
            let mut bound = false;
            for occurrence in symbols.occurrences_of(symbol) {
                let line = module.line(occurrence.range.start());
                let changes = occurrence.binds() || occurrence.access == Access::Delete;
                if inside(occurrence.range) {
                    let earlier =
                        occurrence.access == Access::ReadWrite || reads_itself(module, occurrence.node);
                    if changes && !bound && earlier {
                        return Err(misfit(format!("line {line} goes on from what `{name}` was before")));
                    }
                    bound |= occurrence.binds();
                    let value = changes
                        && flow.reads_of(occurrence.node).iter().any(|r| !inside(module.node(*r).range()));
                    if value && torn(occurrence.range) {
                        return Err(misfit(format!("what the clean-up binds to `{name}` is used behind it")));
                    }
                    if value && !here.contains(&base) {
                        here.push(base);
                    }
                } else if changes && in_finally && copy.range(group.setup).contains_range(occurrence.range) {
                    return Err(misfit(format!(
                        "line {line} binds `{name}` anew, and the clean-up uses that"
                    )));
                } else if changes && occurrence.scope != symbols.symbol(symbol).scope {
                    return Err(misfit(format!("line {line}, in a function of its own, may bind `{name}`")));
                } else if occurrence.scope != symbols.symbol(symbol).scope && !here.contains(&base) {
                    here.push(base);
                }
            }
        }
        used.push(here);
    }
    let mut order: Vec<SymbolId> = Vec::new();
    for (symbol, _) in &bound_as[0] {
        if used.iter().any(|u| u.contains(symbol)) && !order.contains(symbol) {
            order.push(*symbol);
        }
    }
    hands.yielded = order.iter().map(|s| symbols.symbol(*s).name).collect();
    for (i, here) in used.iter().enumerate() {
        if here.is_empty() {
            continue;
        }
        for symbol in &order {
            let theirs = bound_as[i].iter().find(|(base, _)| base == symbol);
            let Some((_, theirs)) = theirs else {
                return Err(Misfit { copy: i, why: "its variables are others".into() });
            };
            hands.targets[i].push(symbols.symbol(*theirs).name);
        }
    }
    Ok(())
}

/// `x = x + 1`
fn reads_itself(module: &Module, target: NodeId) -> bool {
    let AnyNodeRef::ExprName(name) = module.node(target) else { return false };
    let Some(statement) = module.statement_of(target) else { return false };
    module
        .subtree(statement)
        .any(|(_, node)| matches!(node, AnyNodeRef::ExprName(n) if n.ctx.is_load() && n.id == name.id))
}

/// Names the parameters: as the first copy calls what it hands in, where that is free.
fn name_parameters<'a>(module: &Module<'a>, pieces: &Pieces<'a>, hands: &mut Hands<'a>) {
    let mut taken: Vec<&str> = pieces
        .nodes(module)
        .into_iter()
        .filter(|(id, _)| !hands.parameters.iter().any(|p| p.places.iter().any(|h| module.contains(*h, *id))))
        .filter_map(|(_, node)| match node {
            AnyNodeRef::ExprName(n) => Some(n.id.as_str()),
            _ => None,
        })
        .collect();
    taken.extend(hands.receiver.map(|(name, _)| name));
    let mut used: Vec<String> = Vec::new();
    for parameter in &mut hands.parameters {
        let named = parameter.arguments.iter().find_map(|a| match module.node(*a) {
            AnyNodeRef::ExprName(n) => Some(n.id.as_str()),
            _ => None,
        });
        let attribute = match module.node(parameter.places[0]) {
            AnyNodeRef::ExprAttribute(a) => Some(a.attr.as_str()),
            _ => None,
        };
        let keyword = match module.parent_node(parameter.places[0]) {
            Some(AnyNodeRef::Keyword(k)) => k.arg.as_ref().map(|a| a.as_str()),
            _ => None,
        };
        let wanted = [named, keyword, attribute, Some("value")].into_iter().flatten();
        let free = |name: &str| !taken.contains(&name) && !used.iter().any(|u| u == name);
        let chosen = wanted.map(str::to_string).find(|n| free(n));
        let numbered = || (2..).map(|n| format!("value{n}")).find(|n| free(n)).expect("numbers do not end");
        parameter.name = chosen.unwrap_or_else(numbered);
        used.push(parameter.name.clone());
    }
}
