//! What a site looks like.

use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};

/// A site.
pub enum Shape<'a> {
    /// `a = await f()`, `b = await g()`, side by side; targets are missing together.
    Run(Vec<Step<'a>>),
    /// `(await f(), await g())`, `[x, await f(), await g()]`, `h(await f(), await g())`: side by side in one of these.
    Elements { whole: Whole<'a>, first: usize, calls: Vec<&'a ast::ExprCall> },
    /// `{"a": await f(), "b": await g()}`, `h(a=await f(), b=await g())`, `await f() + await g()`: each has a name, or
    /// a place of its own.
    Parts { range: TextRange, parts: Vec<Part<'a>> },
    /// `[await f(x) for x in xs]`, or a set.
    Comprehension { comprehension: Comprehension<'a>, call: &'a ast::ExprCall },
    /// `{x: await f(x) for x in xs}`
    Keyed { comprehension: &'a ast::ExprDictComp, call: &'a ast::ExprCall },
    /// `[(x, await f(x)) for x in xs]`
    Pairs { comprehension: &'a ast::ExprListComp, key: &'a Expr, call: &'a ast::ExprCall },
    /// `for x in xs: out.append(await f(x))`, `for x in xs: out[x] = await f(x)`, in one statement or two.
    Loop {
        /// `out = []` right in front.
        empty: Option<Empty<'a>>,
        statement: &'a ast::StmtFor,
        into: Into<'a>,
        call: &'a ast::ExprCall,
        /// `item = await f(x); out.append(item)`: the name in between.
        through: Option<&'a Expr>,
    },
    /// `for x in xs: await f(x)`
    Each { statement: &'a ast::StmtFor, call: &'a ast::ExprCall },
    /// `[g(await f(x)) for x in xs]`, `for x in xs: n += await f(x)`: more happens to what is waited for.
    Mixed { range: TextRange, call: &'a ast::ExprCall },
}

/// One statement of a run.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    pub statement: &'a Stmt,
    pub target: Option<&'a Expr>,
    pub call: &'a ast::ExprCall,
}

/// What the awaits are elements of.
#[derive(Clone, Copy)]
pub enum Whole<'a> {
    Tuple(&'a ast::ExprTuple),
    List(&'a ast::ExprList),
    Set(&'a ast::ExprSet),
    Arguments(&'a ast::ExprCall),
}

impl<'a> Whole<'a> {
    pub fn elements(self) -> &'a [Expr] {
        match self {
            Whole::Tuple(t) => &t.elts,
            Whole::List(l) => &l.elts,
            Whole::Set(s) => &s.elts,
            Whole::Arguments(c) => &c.arguments.args,
        }
    }

    pub fn range(self) -> TextRange {
        match self {
            Whole::Tuple(t) => t.range(),
            Whole::List(l) => l.range(),
            Whole::Set(s) => s.range(),
            Whole::Arguments(c) => c.range(),
        }
    }
}

/// One await of several that are parts of an expression.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// What the code around calls it: a keyword or a key.
    pub name: Option<&'a str>,
    pub awaited: &'a ast::ExprAwait,
    pub call: &'a ast::ExprCall,
}

#[derive(Clone, Copy)]
pub enum Comprehension<'a> {
    List(&'a ast::ExprListComp),
    Set(&'a ast::ExprSetComp),
}

impl<'a> Comprehension<'a> {
    pub fn element(self) -> &'a Expr {
        match self {
            Comprehension::List(c) => &c.elt,
            Comprehension::Set(c) => &c.elt,
        }
    }

    pub fn generators(self) -> &'a [ast::Comprehension] {
        match self {
            Comprehension::List(c) => &c.generators,
            Comprehension::Set(c) => &c.generators,
        }
    }

    pub fn range(self) -> TextRange {
        match self {
            Comprehension::List(c) => c.range(),
            Comprehension::Set(c) => c.range(),
        }
    }
}

/// The statement that makes an empty container.
#[derive(Clone, Copy)]
pub struct Empty<'a> {
    pub range: TextRange,
    pub value: &'a Expr,
}

/// Where a loop puts what it waits for.
#[derive(Clone, Copy)]
pub enum Into<'a> {
    /// `out.append(...)`
    List(&'a Expr),
    /// `out[key] = ...`
    Dict(&'a Expr, &'a Expr),
    /// `out.append((key, ...))`
    Pairs(&'a Expr, &'a Expr),
}

impl<'a> Into<'a> {
    pub fn container(self) -> &'a Expr {
        match self {
            Into::List(container) | Into::Dict(container, _) | Into::Pairs(container, _) => container,
        }
    }

    /// What is kept with what is waited for.
    pub fn key(self) -> Option<&'a Expr> {
        match self {
            Into::List(_) => None,
            Into::Dict(_, key) | Into::Pairs(_, key) => Some(key),
        }
    }
}

impl<'a> Step<'a> {
    /// What the statement assigns to, one by one.
    pub fn targets(&self) -> Vec<&'a Expr> {
        match self.target {
            Some(Expr::Tuple(t)) => t.elts.iter().collect(),
            target => target.into_iter().collect(),
        }
    }
}

impl<'a> Shape<'a> {
    pub fn of(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Self> {
        match node {
            AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_) | AnyNodeRef::StmtExpr(_) => {
                Self::run(module, node)
            }
            AnyNodeRef::ExprAwait(a) => super::spread::of(module, a),
            AnyNodeRef::ExprListComp(c) => Self::comprehension(module, Comprehension::List(c)),
            AnyNodeRef::ExprSetComp(c) => Self::comprehension(module, Comprehension::Set(c)),
            AnyNodeRef::ExprDictComp(c) => {
                let elements = c.key.as_deref().into_iter().chain([&*c.value]);
                match (&*c.generators, awaited(&c.value)) {
                    ([only], Some(call)) if !only.is_async && !waits(module, c.key.as_deref()?) => {
                        Some(Shape::Keyed { comprehension: c, call })
                    }
                    _ => Self::mixed(module, c.range(), elements, &c.generators),
                }
            }
            AnyNodeRef::StmtFor(f) if !f.is_async => Self::of_loop(module, f),
            node => Self::side_by_side(node),
        }
    }

    /// A display or call in which awaits stand side by side.
    pub fn side_by_side(node: AnyNodeRef<'a>) -> Option<Self> {
        match node {
            AnyNodeRef::ExprTuple(t) => Self::elements(Whole::Tuple(t), &[]),
            AnyNodeRef::ExprList(l) => Self::elements(Whole::List(l), &[]),
            AnyNodeRef::ExprSet(s) => Self::elements(Whole::Set(s), &[]),
            AnyNodeRef::ExprCall(c) => Self::elements(Whole::Arguments(c), &c.arguments.keywords),
            AnyNodeRef::ExprDict(d) => Self::values(d),
            _ => None,
        }
    }

    fn run(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Self> {
        let id = match node {
            AnyNodeRef::StmtAssign(s) => module.id(s),
            AnyNodeRef::StmtAnnAssign(s) => module.id(s),
            AnyNodeRef::StmtExpr(s) => module.id(s),
            _ => return None,
        };
        let (suite, at) = module.suite_of(id)?;
        let first = step(&suite[at])?;
        let goes_along = |s: &'a Stmt| step(s).filter(|s| s.target.is_some() == first.target.is_some());
        if at > 0 && goes_along(&suite[at - 1]).is_some() {
            return None;
        }
        let mut steps = vec![first];
        steps.extend(suite[at + 1..].iter().map_while(goes_along));
        (steps.len() > 1).then_some(Shape::Run(steps))
    }

    fn elements(whole: Whole<'a>, keywords: &'a [ast::Keyword]) -> Option<Self> {
        let elements = whole.elements();
        let at: Vec<usize> =
            elements.iter().enumerate().filter(|(_, e)| awaited(e).is_some()).map(|(i, _)| i).collect();
        let named = keywords.iter().filter_map(|k| {
            Some(Part {
                name: k.arg.as_ref().map(|n| n.as_str()),
                awaited: k.value.as_await_expr()?,
                call: awaited(&k.value)?,
            })
        });
        let named: Vec<Part> = named.collect();
        if at.len() + named.len() < 2 {
            return None;
        }
        let calls: Vec<_> = at.iter().filter_map(|i| awaited(&elements[*i])).collect();
        if named.is_empty() && at[at.len() - 1] - at[0] + 1 == at.len() {
            return Some(Shape::Elements { whole, first: at[0], calls });
        }
        let placed = at
            .iter()
            .zip(calls)
            .filter_map(|(i, call)| Some(Part { name: None, awaited: elements[*i].as_await_expr()?, call }));
        Some(Shape::Parts { range: whole.range(), parts: placed.chain(named).collect() })
    }

    fn values(dict: &'a ast::ExprDict) -> Option<Self> {
        let part = |item: &'a ast::DictItem| {
            let name = match item.key.as_ref() {
                Some(Expr::StringLiteral(s)) => Some(s.value.to_str()),
                _ => None,
            };
            Some(Part { name, awaited: item.value.as_await_expr()?, call: awaited(&item.value)? })
        };
        let parts: Vec<Part> = dict.items.iter().filter_map(part).collect();
        (parts.len() > 1).then_some(Shape::Parts { range: dict.range(), parts })
    }

    fn comprehension(module: &Module<'a>, comprehension: Comprehension<'a>) -> Option<Self> {
        let element = comprehension.element();
        if let (Comprehension::List(list), Expr::Tuple(pair)) = (comprehension, element)
            && let ([key, item], [only]) = (&*pair.elts, &*list.generators)
            && let Some(call) = awaited(item)
            && !only.is_async
            && !waits(module, key)
            && !key.is_starred_expr()
        {
            return Some(Shape::Pairs { comprehension: list, key, call });
        }
        match (comprehension.generators(), awaited(element)) {
            (generators, Some(call)) if generators.iter().all(|g| !g.is_async) => {
                Some(Shape::Comprehension { comprehension, call })
            }
            (generators, _) => Self::mixed(module, comprehension.range(), [element], generators),
        }
    }

    /// What is waited for once per item is only a part of what is made of the item.
    fn mixed(
        module: &Module<'a>,
        range: TextRange,
        elements: impl IntoIterator<Item = &'a Expr>,
        generators: &[ast::Comprehension],
    ) -> Option<Self> {
        if generators.iter().any(|g| g.is_async) {
            return None;
        }
        let call = elements.into_iter().find_map(|element| first_awaited(module, element))?;
        Some(Shape::Mixed { range, call })
    }

    fn of_loop(module: &Module<'a>, f: &'a ast::StmtFor) -> Option<Self> {
        Self::gathering_loop(module, f).or_else(|| {
            let mut body = f.body.iter();
            let call =
                body.find_map(|s| module.subtree(module.id(s)).find_map(|(id, n)| own(module, f, id, n)));
            Some(Shape::Mixed { range: f.range(), call: call? })
        })
    }

    /// A loop that does nothing but wait, or fill a container with what it waits for.
    fn gathering_loop(module: &Module<'a>, f: &'a ast::StmtFor) -> Option<Self> {
        if !f.orelse.is_empty() {
            return None;
        }
        let (named, filling) = match &*f.body {
            [Stmt::Expr(e)] if e.value.is_await_expr() => {
                return Some(Shape::Each { statement: f, call: awaited(&e.value)? });
            }
            [filling] => (None, filling),
            [Stmt::Assign(named), filling] => match &*named.targets {
                [target @ Expr::Name(_)] => (Some((target, awaited(&named.value)?)), filling),
                _ => return None,
            },
            _ => return None,
        };
        let (into, item) = stored(filling)?;
        let id = |e: &Expr| e.as_name_expr().map(|n| n.id.clone());
        let reads = |e: &Expr, name: &Expr| {
            let mut nodes = module.subtree(module.id(e));
            nodes.any(|(_, n)| matches!(n, AnyNodeRef::ExprName(n) if Some(&n.id) == id(name).as_ref()))
        };
        let (call, through) = match named {
            None => (awaited(item)?, None),
            Some((name, call)) => {
                let in_key = into.key().is_some_and(|key| reads(key, name));
                if id(item) != id(name) || in_key || reads(into.container(), name) {
                    return None;
                }
                (call, Some(name))
            }
        };
        let (suite, at) = module.suite_of(module.id(f))?;
        let before = at.checked_sub(1).map(|before| &suite[before]);
        let empty = before.and_then(|s| empty(s, into));
        Some(Shape::Loop { empty, statement: f, into, call, through })
    }

    /// The range that stands for the site.
    pub fn anchor(&self) -> TextRange {
        match self {
            Shape::Run(steps) => steps[0].statement.range().cover(steps[steps.len() - 1].statement.range()),
            Shape::Elements { whole, .. } => whole.range(),
            Shape::Comprehension { comprehension, .. } => comprehension.range(),
            Shape::Keyed { comprehension, .. } => comprehension.range(),
            Shape::Pairs { comprehension, .. } => comprehension.range(),
            Shape::Loop { empty: Some(empty), statement, .. } => empty.range.cover(statement.range()),
            Shape::Loop { statement, .. } | Shape::Each { statement, .. } => statement.range(),
            Shape::Parts { range, .. } | Shape::Mixed { range, .. } => *range,
        }
    }

    /// The calls that are awaited.
    pub fn operands(&self) -> Vec<&'a ast::ExprCall> {
        match self {
            Shape::Run(steps) => steps.iter().map(|s| s.call).collect(),
            Shape::Elements { calls, .. } => calls.clone(),
            Shape::Parts { parts, .. } => parts.iter().map(|p| p.call).collect(),
            Shape::Comprehension { call, .. }
            | Shape::Keyed { call, .. }
            | Shape::Pairs { call, .. }
            | Shape::Loop { call, .. }
            | Shape::Each { call, .. }
            | Shape::Mixed { call, .. } => vec![call],
        }
    }

    /// Whether one operand is awaited once per item.
    pub fn repeats(&self) -> bool {
        match self {
            Shape::Run(_) | Shape::Elements { .. } | Shape::Parts { .. } => false,
            Shape::Comprehension { .. }
            | Shape::Keyed { .. }
            | Shape::Pairs { .. }
            | Shape::Loop { .. }
            | Shape::Each { .. }
            | Shape::Mixed { .. } => true,
        }
    }

    fn generators(&self) -> &'a [ast::Comprehension] {
        match self {
            Shape::Comprehension { comprehension, .. } => comprehension.generators(),
            Shape::Keyed { comprehension, .. } => &comprehension.generators,
            Shape::Pairs { comprehension, .. } => &comprehension.generators,
            _ => &[],
        }
    }

    /// The names of the items.
    pub fn targets(&self) -> Vec<&'a Expr> {
        match self {
            Shape::Loop { statement, .. } | Shape::Each { statement, .. } => vec![&*statement.target],
            _ => self.generators().iter().map(|g| &g.target).collect(),
        }
    }

    /// What the items come from.
    pub fn sources(&self) -> Vec<&'a Expr> {
        match self {
            Shape::Loop { statement, .. } | Shape::Each { statement, .. } => vec![&*statement.iter],
            _ => self.generators().iter().map(|g| &g.iter).collect(),
        }
    }

    /// What is worked out for each item, besides the arguments of the call.
    pub fn filters_and_keys(&self) -> Vec<&'a Expr> {
        let key = match self {
            Shape::Keyed { comprehension, .. } => comprehension.key.as_deref(),
            Shape::Pairs { key, .. } => Some(*key),
            Shape::Loop { into, .. } => into.key(),
            _ => None,
        };
        self.generators().iter().flat_map(|g| &g.ifs).chain(key).collect()
    }
}

/// `out.append(item)`, `out[key] = item`
fn stored(statement: &Stmt) -> Option<(Into<'_>, &Expr)> {
    match statement {
        Stmt::Expr(body) => {
            let Expr::Call(append) = &*body.value else { return None };
            let Expr::Attribute(ast::ExprAttribute { value, attr, .. }) = &*append.func else {
                return None;
            };
            let ("append", [item]) = (attr.as_str(), &*append.arguments.args) else { return None };
            match item {
                Expr::Tuple(pair) => match &*pair.elts {
                    [key, item] if !key.is_starred_expr() && !key.is_await_expr() => {
                        Some((Into::Pairs(value, key), item))
                    }
                    _ => None,
                },
                item => Some((Into::List(value), item)),
            }
        }
        Stmt::Assign(body) => match &*body.targets {
            [Expr::Subscript(target)] => Some((Into::Dict(&target.value, &target.slice), &body.value)),
            _ => None,
        },
        _ => None,
    }
}

/// `out = []`, `out: dict[str, int] = {}`
fn empty<'a>(statement: &'a Stmt, into: Into<'a>) -> Option<Empty<'a>> {
    let (target, value) = match statement {
        Stmt::Assign(a) => match &*a.targets {
            [target] => (target, &*a.value),
            _ => return None,
        },
        Stmt::AnnAssign(a) => (&*a.target, a.value.as_deref()?),
        _ => return None,
    };
    let (Expr::Name(made), Expr::Name(filled)) = (target, into.container()) else { return None };
    let is_empty = match (into, value) {
        (Into::List(_) | Into::Pairs(..), Expr::List(l)) => l.elts.is_empty(),
        (Into::Dict(..), Expr::Dict(d)) => d.items.is_empty(),
        _ => false,
    };
    (is_empty && made.id == filled.id).then_some(Empty { range: statement.range(), value })
}

fn step(statement: &Stmt) -> Option<Step<'_>> {
    let (target, value) = match statement {
        Stmt::Assign(a) => match &*a.targets {
            [target @ (Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_))] => (Some(target), &*a.value),
            [target @ Expr::Tuple(t)] if t.elts.iter().all(Expr::is_name_expr) => (Some(target), &*a.value),
            _ => return None,
        },
        Stmt::AnnAssign(a) => (Some(&*a.target), a.value.as_deref()?),
        Stmt::Expr(e) => (None, &*e.value),
        _ => return None,
    };
    Some(Step { statement, target, call: awaited(value)? })
}

/// An await of the loop's own body, if it is of a call.
fn own<'a>(
    module: &Module<'a>,
    statement: &ast::StmtFor,
    id: NodeId,
    node: AnyNodeRef<'a>,
) -> Option<&'a ast::ExprCall> {
    let AnyNodeRef::ExprAwait(a) = node else { return None };
    let call = awaited_call(a)?;
    (module.enclosing_function(id) == module.enclosing_function(module.id(statement))).then_some(call)
}

fn awaited(value: &Expr) -> Option<&ast::ExprCall> {
    awaited_call(value.as_await_expr()?)
}

/// The call that is awaited. One of `gather` waits for several already.
pub fn awaited_call(awaited: &ast::ExprAwait) -> Option<&ast::ExprCall> {
    let call = awaited.value.as_call_expr()?;
    let name = match &*call.func {
        Expr::Name(n) => n.id.as_str(),
        Expr::Attribute(a) => a.attr.as_str(),
        _ => "",
    };
    (name != "gather").then_some(call)
}

fn waits(module: &Module, expr: &Expr) -> bool {
    module.subtree(module.id(expr)).any(|(_, n)| matches!(n, AnyNodeRef::ExprAwait(_)))
}

/// The first awaited call of an expression.
fn first_awaited<'a>(module: &Module<'a>, expr: &'a Expr) -> Option<&'a ast::ExprCall> {
    module.subtree(module.id(expr)).find_map(|(_, n): (NodeId, _)| match n {
        AnyNodeRef::ExprAwait(a) => a.value.as_call_expr(),
        _ => None,
    })
}
