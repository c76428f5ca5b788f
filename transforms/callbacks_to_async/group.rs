//! Functions in continuation-passing style that call each other.

use super::contract::{Contract, contracts, find_channels};
use super::straight::{Straight, Writer};
use super::style::{Channel, Passing};
use unspool_engine::facts::Resolution;
use unspool_engine::facts::effects::Kind;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, PythonVersion, Ranged, Stmt, TextRange, TokenKind, ast,
};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding, ImportRequest};

/// The members change together or not at all.
pub struct Group<'a> {
    pub members: Vec<Passing<'a>>,
    /// What each gives, once that is known.
    contracts: Vec<Contract>,
}

impl<'a> Group<'a> {
    /// The function and all that call it with a continuation, or are called so by it.
    pub fn around(module: &Module<'a>, first: Passing<'a>) -> Self {
        let all: Vec<Passing<'a>> = module
            .nodes()
            .filter_map(|(_, n)| match n {
                AnyNodeRef::StmtFunctionDef(def) => Passing::of(module, def),
                _ => None,
            })
            .collect();
        let mut group = Group { members: vec![first], contracts: Vec::new() };
        let mut at = 0;
        while at < group.members.len() {
            let member = group.members[at];
            at += 1;
            for other in &all {
                let known = group.members.iter().any(|m| m.def.range() == other.def.range());
                if !known && (calls(module, &member, other) || calls(module, other, &member)) {
                    group.members.push(*other);
                }
            }
        }
        group.members.sort_by_key(|m| m.def.range().start());
        find_channels(module, &mut group.members);
        group
    }

    /// Finds what the members give; why they do not agree on it, otherwise.
    pub fn agree(&mut self, cx: &FileContext<'a, '_>) -> Result<(), String> {
        self.contracts = contracts(cx, self)?;
        Ok(())
    }

    /// Whether a member tells of errors.
    pub fn has_errors(&self) -> bool {
        self.members.iter().any(|m| !matches!(m.channel, Channel::None))
    }

    /// Whether errors as exceptions go where they went; `handled`: some are caught.
    pub fn errors(&self, handled: bool) -> Finding {
        if let Some(class) = self.contracts.iter().find_map(|c| c.believed.as_ref()) {
            return Finding::assumed(format!("`{class}` is a class of exceptions by its name"));
        }
        match handled {
            true => Finding::assumed(
                "code in front of a callback that raises such an error itself, instead of passing it, has it handled, too",
            ),
            false => Finding::proved("they only pass through"),
        }
    }

    /// What a member gives. The members must have agreed.
    pub fn contract(&self, member: &Passing) -> &Contract {
        let at = self.members.iter().position(|m| m.def.range() == member.def.range());
        &self.contracts[at.expect("it is a member")]
    }

    /// The classes of the errors as code at the node can name them.
    pub fn caught(&self, cx: &FileContext, contract: &Contract, at: NodeId) -> Result<String, String> {
        let symbols = cx.facts.symbols();
        let scope = symbols.scope_of(cx.module, at);
        let mut all = Vec::new();
        for class in &contract.classes {
            let means = symbols.lookup(scope, &class.root).map_or(Resolution::Free, Resolution::Symbol);
            if means != class.meaning {
                return Err(format!(
                    "`{}` means something else on line {}",
                    class.root,
                    cx.module.line(cx.module.node(at).start())
                ));
            }
            all.push(class.text.as_str());
        }
        Ok(match &*all {
            [one] => (*one).to_string(),
            all => format!("({})", all.join(", ")),
        })
    }

    /// The member that a call means, by name.
    pub fn member_called(&self, module: &Module<'a>, call: &ast::ExprCall) -> Option<Passing<'a>> {
        self.members.iter().find(|m| named(module, &call.func, m)).copied()
    }
}

/// Whether a callee may be this function: a method through an object, a function by its name.
pub fn named(module: &Module, func: &Expr, function: &Passing) -> bool {
    match func {
        Expr::Name(n) => !function.is_method(module) && n.id.as_str() == function.name(),
        Expr::Attribute(a) => function.is_method(module) && a.attr.as_str() == function.name(),
        _ => false,
    }
}

fn calls(module: &Module, from: &Passing, to: &Passing) -> bool {
    module
        .subtree(module.id(from.def))
        .any(|(_, n)| matches!(n, AnyNodeRef::ExprCall(c) if named(module, &c.func, to)))
}

/// Everything that the rewrite of a group consists of.
#[derive(Default)]
pub struct Made {
    pub edits: Vec<Edit>,
    pub imports: Vec<ImportRequest>,
}

/// The bodies written straight; whether one handles errors.
pub fn members<'a>(cx: &FileContext<'a, '_>, group: &Group<'a>, made: &mut Made) -> (Finding, bool) {
    let mut handles = false;
    for member in &group.members {
        match rewritten(cx, group, member) {
            Ok((edits, handled)) => {
                made.edits.extend(edits);
                handles |= handled;
            }
            Err(why) => return (Finding::refuted(format!("`{}`: {why}", member.name())), handles),
        }
    }
    let names: Vec<String> = group.members.iter().map(|m| format!("`{}`", m.name())).collect();
    (Finding::proved(format!("{} do", names.join(", "))), handles)
}

fn rewritten<'a>(
    cx: &FileContext<'a, '_>,
    group: &Group<'a>,
    member: &Passing<'a>,
) -> Result<(Vec<Edit>, bool), String> {
    let module = cx.module;
    let def = member.def;
    let id = module.id(def);
    if module.enclosing_function(id).is_some() {
        return Err("it is local to a function".into());
    }
    if !def.decorator_list.is_empty() {
        return Err("a decorator calls it".into());
    }
    let same_name = module
        .nodes()
        .filter(|(_, n)| matches!(n, AnyNodeRef::StmtFunctionDef(f) if f.name.as_str() == def.name.as_str()));
    if same_name.count() != 1 {
        return Err("the file has another function of that name".into());
    }
    if cx.repo.is_answered() && cx.repo.index().files_defining(member.name()).iter().any(|f| f != cx.path) {
        return Err("another file defines a function of that name".into());
    }
    if let Some(how) = crate::asynchrony::mentions::replaced(cx, def) {
        return Err(how);
    }
    if member.name().starts_with("__") {
        return Err("the interpreter calls it".into());
    }
    let has_yield =
        module.subtree(id).any(|(_, n)| matches!(n, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_)));
    if has_yield {
        return Err("it is a generator".into());
    }
    let Straight { mut lines, handles, merged } = Writer::new(cx, group, *member).body()?;
    if let Some(Stmt::Expr(first)) = def.body.first()
        && first.value.is_string_literal_expr()
    {
        let count = module.source(first).lines().count();
        let callbacks: Vec<&str> = member.callbacks().collect();
        let said = super::said::reworded(&lines[..count], &callbacks);
        lines.splice(..count, said);
    }
    for function in std::iter::once(id).chain(merged) {
        // PEP 479
        if let Some(note) = cx.repo.resolve_function(&cx.local(), function).first(&[Kind::StopIteration]) {
            return Err(format!("{}, which a coroutine turns into a RuntimeError", note.describe()));
        }
    }
    let head_end = module.line_end(def.returns.as_ref().map_or(def.parameters.end(), |r| r.end()));
    let last = def.body.last().expect("a function has statements");
    let body = TextRange::new(head_end, module.line_end(last.end()));
    let mut edits = vec![Edit::replace(body, format!("\n{}", lines.join("\n")))];

    let keyword = module.tokens().in_range(TextRange::new(def.start(), def.name.start()));
    let keyword = keyword.iter().find(|t| t.kind() == TokenKind::Def);
    edits.push(Edit::replace(keyword.expect("a definition has its keyword").range(), "async def"));
    let parameters: Vec<TextRange> = def.parameters.iter_non_variadic_params().map(Ranged::range).collect();
    let gone = match member.channel {
        Channel::Separate(_) => 2,
        _ => 1,
    };
    let last = parameters.last().expect("the callback is a parameter");
    let range = match parameters.iter().rev().nth(gone) {
        Some(before) => TextRange::new(before.end(), last.end()),
        None => TextRange::new(parameters[0].start(), last.end()),
    };
    if module.has_comment(def.parameters.range()) || module.text()[range].contains(['\n', '\r']) {
        return Err("the head of the function says more than its parameters".into());
    }
    edits.push(Edit::delete(range));
    match def.returns.as_deref() {
        None => {}
        Some(returns @ Expr::NoneLiteral(_)) => {
            let said = TextRange::new(def.parameters.end(), module.parenthesized_range(returns).end());
            let result = result(cx, member).map(|result| format!(" -> {result}"));
            edits.push(Edit::replace(said, result.unwrap_or_default()));
        }
        Some(other) => {
            return Err(format!("`{}` says that it returns something already", module.source(other)));
        }
    }
    Ok((edits, handles))
}

/// What a coroutine returns whose callback took this: `Callable[[int], None]` says an `int`.
fn result(cx: &FileContext, member: &Passing) -> Option<String> {
    let (module, types) = (cx.module, Types::new(cx.module, cx.facts));
    let Expr::Subscript(callable) = member.callback.annotation.as_deref()? else { return None };
    let Ty::Member(path) = types.of(&callable.value) else { return None };
    let Expr::Tuple(of) = &*callable.slice else { return None };
    let [Expr::List(takes), _] = &*of.elts else { return None };
    if !path.ends_with(".Callable") || !matches!(member.channel, Channel::None) {
        return None;
    }
    let takes: Vec<&str> = takes.elts.iter().map(|e| module.source(e)).collect();
    match &*takes {
        [] => Some("None".into()),
        [one] => Some((*one).into()),
        // PEP 585
        several if cx.settings.target.version >= PythonVersion::PY39 => {
            Some(format!("tuple[{}]", several.join(", ")))
        }
        _ => None,
    }
}
