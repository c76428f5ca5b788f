//! The copies of one clean-up in a file: a setup, a `try`, and a `finally` that is the same in all of them.

use unspool_engine::facts::tables;
use unspool_engine::repo::ENDINGS;
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, Stmt, TextRange, TokenKind, ast,
};

use super::template::{Match, unify};
use crate::resources::{method_call, only_defaults};

/// One `try` with a `finally`, in a function.
#[derive(Clone, Copy)]
pub struct Copy<'a> {
    pub try_: &'a ast::StmtTry,
    pub id: NodeId,
    pub function: NodeId,
    pub suite: &'a [Stmt],
    /// The place of the `try` in its block.
    pub at: usize,
}

/// How many statements may set up what a `finally` tears down.
const MOST_SETUP: usize = 6;

impl<'a> Copy<'a> {
    /// The last `count` statements in front of the `try`.
    pub fn setup(&self, count: usize) -> &'a [Stmt] {
        &self.suite[self.at - count..self.at]
    }

    /// From the first statement of the setup to the end of the `try`.
    pub fn range(&self, count: usize) -> TextRange {
        let start = self.setup(count).first().map_or(self.try_.start(), Ranged::start);
        TextRange::new(start, self.try_.end())
    }
}

/// The `try` as a copy, if it may be one: it cleans up in a `finally`, in a function, behind another statement.
pub fn copy_of<'a>(module: &Module<'a>, try_: &'a ast::StmtTry) -> Option<Copy<'a>> {
    let id = module.id(try_);
    let (suite, at) = module.suite_of(id)?;
    let ends_what_begins = || begins_again(module, &suite[..at], &try_.finalbody);
    if try_.finalbody.is_empty() || ends_one_object(&try_.finalbody) && !ends_what_begins() {
        return None;
    }
    let function = module.enclosing_definition(id)?;
    let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else { return None };
    // What is a context manager already.
    let manages = |d: &ast::Decorator| module.source(&d.expression).ends_with("contextmanager");
    if def.decorator_list.iter().any(manages) {
        return None;
    }
    (at > 0 && is_simple(&suite[at - 1])).then_some(Copy { try_, id, function, suite, at })
}

/// `x.close()` alone is what a `with` over the object is for.
fn ends_one_object(finalbody: &[Stmt]) -> bool {
    match finalbody {
        [only] => match method_call(only) {
            Some((call, Expr::Name(_) | Expr::Attribute(_), method)) => {
                ENDINGS.contains(&method) && only_defaults(method, &call.arguments)
            }
            _ => false,
        },
        _ => false,
    }
}

/// `timer.start()` in front of `timer.stop()`: an object that lives on, and is no resource of the function.
fn begins_again(module: &Module, ahead: &[Stmt], finalbody: &[Stmt]) -> bool {
    const BEGINNINGS: &[&str] = &[
        "start", "begin", "enter", "push", "disable", "enable", "pause", "suspend", "block", "activate",
        "hide",
    ];
    /// So may a resource be that the function made: a `with` over that is shorter.
    const OPENINGS: &[&str] = &["open", "connect", "login", "attach", "mount", "setup", "lock", "subscribe"];
    let [ahead @ .., before] = ahead else { return false };
    let (Some((_, begun, how)), [ending]) = (method_call(before), finalbody) else { return false };
    let Some((_, ended, _)) = method_call(ending) else { return false };
    let one_of = |words: &[&str]| how.split('_').any(|word| words.contains(&word));
    let made_here = || {
        ahead.iter().any(|s| match s {
            Stmt::Assign(a) => a.targets.iter().any(|t| module.source(t) == module.source(begun)),
            _ => false,
        })
    };
    module.source(begun) == module.source(ended) && (one_of(BEGINNINGS) || (one_of(OPENINGS) && !made_here()))
}

fn is_simple(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Assign(_) | Stmt::AugAssign(_) | Stmt::Expr(_) | Stmt::Delete(_))
}

/// What two copies certainly have in common: the tokens of the `finally`, names of variables and literals left out.
fn key(module: &Module, try_: &ast::StmtTry) -> Vec<String> {
    let first = try_.finalbody.first().expect("a finally has a statement");
    let range = TextRange::new(first.start(), try_.end());
    let tokens: Vec<_> =
        module.tokens().in_range(range).iter().filter(|t| t.kind() != TokenKind::Comment).collect();
    let mut key = Vec::with_capacity(tokens.len());
    for (i, token) in tokens.iter().enumerate() {
        let text = &module.text()[token.range()];
        key.push(match token.kind() {
            TokenKind::Name => {
                let part = i > 0 && tokens[i - 1].kind() == TokenKind::Dot;
                let called = tokens.get(i + 1).is_some_and(|t| t.kind() == TokenKind::Lpar);
                if part || called { text.to_string() } else { "name".to_string() }
            }
            TokenKind::String | TokenKind::Int | TokenKind::Float => "literal".to_string(),
            TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::NonLogicalNewline => {
                String::new()
            }
            _ => text.to_string(),
        });
    }
    key
}

/// The `try` statements of the file that clean up as this one does, in source order, itself among them.
pub fn twins<'a>(module: &Module<'a>, try_: &'a ast::StmtTry) -> Vec<Copy<'a>> {
    let wanted = key(module, try_);
    let others = module.nodes().filter(|(_, node)| node.kind() == NodeKind::StmtTry);
    others
        .filter_map(|(_, node)| match node {
            AnyNodeRef::StmtTry(t) => copy_of(module, t),
            _ => None,
        })
        .filter(|copy| key(module, copy.try_) == wanted)
        .collect()
}

/// Copies that are set up and cleaned up alike.
pub struct Group<'a> {
    /// In source order; the first is what the others are compared with.
    pub copies: Vec<Copy<'a>>,
    /// Per copy: how the nodes of the first correspond to its own.
    pub matches: Vec<Match>,
    /// How many statements are the setup.
    pub setup: usize,
}

/// The largest group that begins with one of the twins: at least two functions that are set up alike.
pub fn group<'a>(module: &Module<'a>, twins: &[Copy<'a>]) -> Result<Group<'a>, String> {
    let mut best: Option<Group> = None;
    for (i, first) in twins.iter().enumerate() {
        if best.as_ref().is_some_and(|b| b.copies.len() >= twins.len() - i) {
            break;
        }
        if let Some(found) = group_of(module, first, &twins[i..])
            && best.as_ref().is_none_or(|b| found.copies.len() > b.copies.len())
        {
            best = Some(found);
        }
    }
    best.ok_or_else(|| {
        "no two functions are set up alike in front of the `try`: what they share is only the clean-up"
            .to_string()
    })
}

fn group_of<'a>(module: &Module<'a>, first: &Copy<'a>, candidates: &[Copy<'a>]) -> Option<Group<'a>> {
    let least = needed(module, first);
    let mut setup = MOST_SETUP.min(first.at);
    let mut chosen: Vec<(Copy<'a>, Match)> = Vec::new();
    for other in candidates {
        let mut found = Match::default();
        let tears = first.try_.finalbody.len() == other.try_.finalbody.len()
            && first
                .try_
                .finalbody
                .iter()
                .zip(&other.try_.finalbody)
                .all(|(a, b)| unify(module, module.id(a), module.id(b), &mut found));
        if !tears {
            continue;
        }
        let common = (1..=setup.min(other.at))
            .take_while(|back| {
                let (a, b) = (&first.suite[first.at - back], &other.suite[other.at - back]);
                let mut trial = found.clone();
                let same =
                    is_simple(a) && is_simple(b) && unify(module, module.id(a), module.id(b), &mut trial);
                if same {
                    found = trial;
                }
                same
            })
            .count();
        let overlaps = chosen.iter().any(|(c, _)| c.range(0).intersect(other.range(0)).is_some());
        if common >= least && !overlaps {
            if other.id != first.id {
                setup = setup.min(common);
            }
            chosen.push((*other, found));
        }
    }
    let setup = trimmed(module, first, least, setup);
    let functions = chosen.iter().map(|(c, _)| c.function).collect::<std::collections::BTreeSet<_>>();
    (functions.len() > 1).then(|| {
        let (copies, matches) = chosen.into_iter().unzip();
        Group { copies, matches, setup }
    })
}

/// How many statements in front of the `try` bind what the `finally` uses; at least one.
fn needed(module: &Module, copy: &Copy) -> usize {
    let used = names(module, &copy.try_.finalbody);
    let binds = |s: &Stmt| {
        module.subtree(module.id(s)).any(|(_, node)| {
            matches!(node, AnyNodeRef::ExprName(n) if n.ctx.is_store() && used.contains(&n.id.as_str()))
        })
    };
    let back = (1..=copy.at.min(MOST_SETUP))
        .take_while(|back| is_simple(&copy.suite[copy.at - back]))
        .filter(|back| binds(&copy.suite[copy.at - back]))
        .last();
    back.unwrap_or(1)
}

/// Of the statements that all copies have in front, those that belong to the clean-up: what it needs, and what
/// speaks of the same things right in front of that.
fn trimmed(module: &Module, copy: &Copy, least: usize, most: usize) -> usize {
    let used = names(module, &copy.try_.finalbody);
    let imported: Vec<&str> = module.body().iter().flat_map(imports).collect();
    let own = |name: &&&str| !imported.contains(*name) && tables::builtin_name(name).is_none();
    let speaks =
        |s: &Stmt| names(module, std::slice::from_ref(s)).iter().filter(own).any(|name| used.contains(name));
    let more = (least + 1..=most).take_while(|back| speaks(&copy.suite[copy.at - back])).count();
    least + more
}

/// The names that an import statement binds.
fn imports(statement: &Stmt) -> Vec<&str> {
    let aliases = match statement {
        Stmt::Import(i) => &i.names,
        Stmt::ImportFrom(i) => &i.names,
        _ => return Vec::new(),
    };
    let bound =
        |a: &ast::Alias| a.asname.as_ref().unwrap_or(&a.name).as_str().split('.').next().unwrap_or("").len();
    aliases.iter().map(|a| &a.asname.as_ref().unwrap_or(&a.name).as_str()[..bound(a)]).collect()
}

fn names<'a>(module: &Module<'a>, statements: &[Stmt]) -> Vec<&'a str> {
    let nodes = statements.iter().flat_map(|s| module.subtree(module.id(s)));
    nodes
        .filter_map(|(_, node)| match node {
            AnyNodeRef::ExprName(n) => Some(n.id.as_str()),
            _ => None,
        })
        .collect()
}
