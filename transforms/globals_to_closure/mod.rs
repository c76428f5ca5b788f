//! `count = 0` and functions that say `global count` -> a factory whose functions share a variable of their own.

mod edits;
mod group;
mod moving;
mod naming;
mod once;
mod seen;

use std::collections::BTreeMap;
use unspool_engine::facts::{Access, ScopeId, ScopeKind, SymbolId};
use unspool_engine::syntax::{
    AnyNodeRef, Module, NodeId, NodeKind, Ranged, Stmt, TextRange, ast, is_annotated,
};
use unspool_engine::transform::{
    FileContext, Finding, Group as Topic, Meta, ObligationKind, Profile, Proposal, Transform,
};

use edits::{Plan, Renamed};
use group::{Group, as_global, group_of, plain_definition};

pub struct GlobalsToClosure;

static META: Meta = Meta {
    id: "globals-to-closure",
    title: "Give functions that share `global` variables a closure of their own",
    group: Topic::State,
    default: false,
    anti_pattern: "global state",
    idiom: "closures and factories",
    docs: include_str!("README.md"),
    needles: &["global "],
    kinds: &[NodeKind::StmtGlobal],
    obligations: &[
        ObligationKind { id: "is-state", claim: "a function assigns the variable: it is state, no constant" },
        ObligationKind {
            id: "functions-alone",
            claim: "nothing but functions at the top level of the module uses the variables",
        },
        ObligationKind {
            id: "first-value",
            claim: "one plain assignment at the top level of the module gives each variable its first value",
        },
        ObligationKind {
            id: "nobody-touches",
            claim: "nobody else gets at the variables: other files, tests, strings, the namespace of the module",
        },
        ObligationKind {
            id: "defined-once",
            claim: "each function is defined once, and nobody binds its name to something else",
        },
        ObligationKind { id: "undecorated", claim: "nothing sees the functions while they are defined" },
        ObligationKind {
            id: "names-mean-the-same",
            claim: "inside the functions, every name means in a factory what it means in a module",
        },
        ObligationKind {
            id: "evaluates-the-same",
            claim: "what is evaluated at another place has the same value and effect there",
        },
        ObligationKind {
            id: "closures-unseen",
            claim: "nobody sees that the functions are closures: no pickle, no look at `__qualname__`",
        },
        ObligationKind { id: "layout", claim: "the lines can be rearranged" },
    ],
};

/// More functions than these in one factory read worse than a class or the module itself.
const FUNCTIONS: usize = 5;

/// More lines than these, all of them indented anew, hide in a diff that next to nothing has changed, and take from each
/// the history that it had.
const LINES: usize = 20;

impl Transform for GlobalsToClosure {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let global = as_global(node)?;
        // At the top level the statement says nothing.
        module.enclosing_function(module.id(global)).map(|_| node.range())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let (module, symbols) = (cx.module, cx.facts.symbols());
        let global = as_global(node).expect("only global statements are found");
        let Some(group) = group_of(module, cx.facts, global) else {
            let names: Vec<String> = global.names.iter().map(|n| format!("`{n}`")).collect();
            let mut proposal = Proposal::new(&META, node.range());
            let why = format!(
                "no function assigns {}: without an assignment the statement says nothing, and there is no state to hide",
                names.join(" or ")
            );
            proposal.oblige(&META, "is-state", node.range(), Finding::refuted(why));
            return proposal;
        };
        // The group is one site, however many statements declare its variables.
        let mut proposal = Proposal::new(&META, module.node(group.leader).range());
        if group.leader != module.id(global) {
            return proposal;
        }
        let site = node.range();
        let how = format!("functions assign {}", names_of(&group));
        proposal.oblige(&META, "is-state", site, Finding::proved(how));

        let (alone, at) = functions_alone(cx, &group);
        proposal.oblige(&META, "functions-alone", at.unwrap_or(site), alone);
        let (definitions, finding) = first_values(cx, &group);
        proposal.oblige(&META, "first-value", site, finding);
        if proposal.is_refuted() {
            return proposal;
        }
        proposal.oblige(&META, "defined-once", site, seen::defined_once(cx, &group));
        proposal.oblige(&META, "undecorated", site, seen::undecorated(cx, &group));
        let (renamed, finding) = names_mean_the_same(cx, &group);
        proposal.oblige(&META, "names-mean-the-same", site, finding);
        proposal.oblige(
            &META,
            "evaluates-the-same",
            site,
            moving::evaluates_the_same(cx, &group, &definitions),
        );

        let mut indices: Vec<usize> = definitions.iter().map(|(index, _)| *index).collect();
        indices.sort_unstable();
        let factory = naming::factory(module, symbols, &group);
        let docstrings = docstrings(cx, &group);
        let plan =
            Plan { module, symbols, group: &group, definitions: indices, renamed, docstrings, factory };
        let made = plan.edits();
        let finding = match &made {
            Ok(_) => Finding::proved("they can"),
            Err(why) => Finding::refuted(why.clone()),
        };
        proposal.oblige(&META, "layout", site, finding);
        if proposal.is_refuted() {
            return proposal;
        }
        proposal.withheld = match cx.settings.profile {
            Profile::All => None,
            _ => unwanted(module, &group, &plan.docstrings)
                .or_else(|| once::made_once(cx, &group, &definitions)),
        };
        if proposal.withheld.is_some() {
            return proposal;
        }
        // Questions to the repository come last: they cost the most.
        proposal.oblige(&META, "nobody-touches", site, nobody_touches(cx, &group));
        proposal.oblige(&META, "closures-unseen", site, seen::closures_unseen(cx, &group));
        if !proposal.is_refuted() {
            proposal.edits = made.unwrap_or_default();
        }
        proposal
    }
}

fn functions_alone(cx: &FileContext, group: &Group) -> (Finding, Option<TextRange>) {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    for variable in &group.variables {
        if let Some(stray) = group.stray(module, symbols, variable) {
            let at = module.node(stray.node).range();
            let line = module.line(at.start());
            let why = format!(
                "line {line} {} `{}`: only functions at the top level can move into a factory together with it",
                stray.how, variable.name
            );
            return (Finding::refuted(why), Some(at));
        }
        if let Some(line) = class_elsewhere(cx, group, variable.name) {
            let why = format!(
                "the body of a class on line {line} binds `{0}` itself, and reads that of the module before: it would find none",
                variable.name
            );
            return (Finding::refuted(why), None);
        }
        let deleted = symbols.occurrences_of(variable.symbol).find(|o| o.access == Access::Delete);
        if let Some(deleted) = deleted {
            let line = module.line(deleted.range.start());
            return (
                Finding::refuted(format!("line {line} deletes `{}`", variable.name)),
                Some(deleted.range),
            );
        }
    }
    let names: Vec<String> = group.defs(module).iter().map(|d| format!("`{}`", d.name)).collect();
    (Finding::proved(format!("{} do", names.join(", "))), None)
}

/// The line of a class outside of the group whose body has a name like the variable and reads the module's as long as it
/// has no value: of such a read, scopes only tell that it is one of the class.
fn class_elsewhere(cx: &FileContext, group: &Group, name: &str) -> Option<usize> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let inside =
        |node: NodeId| group.functions.iter().any(|f| module.contains(module.id(&module.body()[*f]), node));
    symbols.scopes.iter().enumerate().find_map(|(i, scope)| {
        if scope.kind != ScopeKind::Class || inside(scope.node) {
            return None;
        }
        let id = ScopeId(i as u32);
        let own = symbols.own(id, name)?;
        let reads = !matches!(reads_of_module(cx, id, own), Ok(reads) if reads.is_empty());
        reads.then(|| module.line(module.node(scope.node).start()))
    })
}

/// The definitions of the variables: the index of the statement in the module's body, and the value.
/// Where the file names `__annotations__`, which annotated variables of a module are kept in.
fn annotations_read(module: &Module) -> Option<usize> {
    module.nodes().find_map(|(_, node)| match node {
        AnyNodeRef::ExprName(n) if n.id.as_str() == "__annotations__" => Some(module.line(n.start())),
        _ => None,
    })
}

fn first_values<'a>(cx: &FileContext<'a, '_>, group: &Group<'a>) -> (Vec<(usize, &'a ast::Expr)>, Finding) {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let mut found = Vec::new();
    for variable in &group.variables {
        let name = variable.name;
        match &group.definitions(symbols, variable)[..] {
            [] => {
                let why = format!("the module gives `{name}` no first value: the function creates it");
                return (found, Finding::refuted(why));
            }
            [one] => match plain_definition(module, *one) {
                Ok(definition) => found.push(definition),
                Err(how) => {
                    let line = module.line(module.node(*one).start());
                    return (found, Finding::refuted(format!("`{name}` {how} on line {line}")));
                }
            },
            [_, second, ..] => {
                let line = module.line(module.node(*second).start());
                let why = format!("line {line} assigns `{name}` once more, outside of the functions");
                return (found, Finding::refuted(why));
            }
        }
    }
    let annotated = found.iter().find(|(index, _)| matches!(module.body()[*index], Stmt::AnnAssign(_)));
    if let Some((index, _)) = annotated
        && let Some(line) = annotations_read(module)
    {
        let own = module.line(module.body()[*index].start());
        let why = format!("line {line} reads the annotations of the module, which line {own} adds to");
        return (found, Finding::refuted(why));
    }
    let finding = match found.first() {
        Some((index, _)) => {
            let line = module.line(module.body()[*index].start());
            Finding::proved(format!("line {line} does, and nothing else outside of the functions"))
        }
        None => Finding::refuted("there is no variable"),
    };
    (found, finding)
}

/// "`a`, `b`"
fn names_of(group: &Group) -> String {
    let names: Vec<String> = group.variables.iter().map(|v| format!("`{}`", v.name)).collect();
    names.join(", ")
}

/// Variables that need another name in the factory, and whether all names can mean the same.
fn names_mean_the_same(cx: &FileContext, group: &Group) -> (BTreeMap<SymbolId, Renamed>, Finding) {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let mut renamed = BTreeMap::default();
    let functions: Vec<NodeId> = group.functions.iter().map(|i| module.id(&module.body()[*i])).collect();
    let inside = |node: NodeId| functions.iter().any(|f| module.contains(*f, node));
    for scope in symbols.scopes.iter().filter(|s| inside(s.node)) {
        if let Some(range) = scope.dynamic.first() {
            let text: String = module.text()[*range].chars().take(40).collect();
            let line = module.line(range.start());
            let why = format!(
                "`{text}` on line {line} sees the variables of functions around it, but not those of the module"
            );
            return (renamed, Finding::refuted(why));
        }
    }
    for variable in &group.variables {
        let name = variable.name;
        let mut new_name = None;
        let mut ranges: Vec<TextRange> = Vec::new();
        for (i, scope) in symbols.scopes.iter().enumerate().filter(|(_, s)| inside(s.node)) {
            let id = ScopeId(i as u32);
            let Some(own) = symbols.own(id, name) else { continue };
            let hidden = if scope.kind == ScopeKind::Class {
                match reads_of_module(cx, id, own) {
                    Ok(reads) => {
                        ranges.extend(&reads);
                        !reads.is_empty()
                    }
                    Err(line) => {
                        let why = format!(
                            "whether line {line} reads the `{name}` of the module or that of the class is not seen"
                        );
                        return (renamed, Finding::refuted(why));
                    }
                }
            } else {
                // A module's variable is reached past a function that has the same name, an outer function's is not.
                symbols.occurrences_of(variable.symbol).any(|o| symbols.scope_chain(o.scope).any(|s| s == id))
            };
            if hidden {
                new_name = Some(naming::other_name(module, symbols, group, name));
            }
        }
        if let Some(name) = new_name {
            ranges.extend(symbols.occurrences_of(variable.symbol).map(|o| o.range));
            renamed.insert(variable.symbol, Renamed { name, ranges });
        }
    }
    // The names of the functions are variables of the factory, too.
    for def in group.defs(module) {
        let name = def.name.as_str();
        let in_class = symbols.scopes.iter().enumerate().any(|(i, scope)| {
            scope.kind == ScopeKind::Class
                && inside(scope.node)
                && symbols.own(ScopeId(i as u32), name).is_some()
        });
        if in_class {
            let why = format!("the body of a class binds `{name}`, too: which one it reads would change");
            return (renamed, Finding::refuted(why));
        }
    }
    let how = match renamed.values().next() {
        Some(Renamed { name, .. }) => {
            format!(
                "the body of a class, or a function in between, has the same name: in the factory it is `{name}`"
            )
        }
        None => "no scope in between has the same names".to_string(),
    };
    (renamed, Finding::proved(how))
}

/// Reads in the body of a class that find no variable of the class yet, although the class has one of that name: they
/// read the module's, and in a factory would still look there (`LOAD_NAME`). An error is the line of a read of which it
/// is not known.
fn reads_of_module(cx: &FileContext, class: ScopeId, own: SymbolId) -> Result<Vec<TextRange>, usize> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let node = symbols.scope(class).node;
    let reads = || symbols.occurrences_of(own).filter(|o| o.scope == class && o.access.reads());
    let Some(first) = reads().next() else { return Ok(Vec::new()) };
    let writes =
        symbols.occurrences_of(own).filter(|o| o.scope == class && (o.binds() || o.access == Access::Delete));
    let statements: Vec<NodeId> = writes.filter_map(|o| module.statement_of(o.node)).collect();
    let in_body = |s: &NodeId| module.parent(*s) == Some(node);
    let Some(bound) = statements.iter().min().filter(|_| statements.iter().all(in_body)) else {
        return Err(module.line(first.range.start()));
    };
    let bound = module.node(*bound).range();
    Ok(reads().filter(|o| o.range.start() < bound.end()).map(|o| o.range).collect())
}

/// Docstrings of several lines, which may be indented along with the code: nobody who knows the function reads
/// `__doc__` as it stands (`help` and `inspect.getdoc` take the indentation off, and so does Python 3.13 itself).
fn docstrings(cx: &FileContext, group: &Group) -> Vec<TextRange> {
    let module = cx.module;
    if !cx.repo.is_answered() {
        return Vec::new();
    }
    let readers = cx.repo.mentioning("__doc__");
    let unread = group.defs(module).into_iter().filter(|def| {
        let knowing = cx.repo.mentioning(def.name.as_str());
        !knowing.iter().any(|file| readers.binary_search(file).is_ok())
    });
    let nodes = unread.flat_map(|def| module.subtree(module.id(def)));
    let bodies = nodes.filter_map(|(_, node)| match node {
        AnyNodeRef::StmtFunctionDef(f) => f.body.first(),
        AnyNodeRef::StmtClassDef(c) => c.body.first(),
        _ => None,
    });
    let strings = bodies.filter_map(|s| s.as_expr_stmt()?.value.as_string_literal_expr());
    let several = |s: &&ast::ExprStringLiteral| {
        let text = module.source(*s);
        let plain = s.value.as_slice().len() == 1 && !text.contains(['\\', '\t']);
        plain
            && text.contains('\n')
            && text.lines().skip(1).all(|l| l.trim().is_empty() || l.starts_with(' '))
    };
    strings.filter(several).map(Ranged::range).collect()
}

fn nobody_touches(cx: &FileContext, group: &Group) -> Finding {
    let local = cx.local();
    let mut finding = match cx.repo.is_answered() {
        true => Finding::proved("nobody does: neither by name nor by a string, in no file of the repository"),
        false => Finding::assumed("there is no repository to ask who else uses the module's variables"),
    };
    for variable in &group.variables {
        let name = variable.name;
        if !cx.facts.symbols().occurrences_of(variable.symbol).any(|o| o.access.reads()) {
            let why = format!("no code of this file reads `{name}`: whoever does is elsewhere");
            return Finding::refuted(why);
        }
        let touches = cx.repo.touches(&local, name);
        if let Some(touch) = touches.certain.first() {
            return Finding::refuted(format!("`{name}`: {}", touch.describe()));
        }
        if let Some(touch) = touches.possible.first() {
            finding = finding.and(Finding::assumed(format!("`{name}`: {}", touch.describe())));
        }
        if let unspool_engine::repo::Exports::Names(why) = cx.repo.exports_name(&local, name) {
            let why = format!("{why}, and `{name}` is public by its name: it may be read or set from there");
            finding = finding.and(Finding::assumed(why));
        }
    }
    finding
}

/// Why nobody would want it, although it may be safe.
fn unwanted(module: &Module, group: &Group, reindented: &[TextRange]) -> Option<String> {
    let defs = group.defs(module);
    // A type checker knows what the function takes and gives. Of what a factory without annotations returns it knows nothing,
    // and with `Callable` no names of parameters.
    if let Some(def) = defs.iter().find(|d| is_annotated(d)) {
        let why =
            format!("benefit: `{}` is annotated, and what a factory returns has no signature", def.name);
        return Some(why);
    }
    let stays = defs.iter().find(|d| {
        let doc = crate::generated::style::docstring(&d.body).map(Ranged::range);
        doc.is_some_and(|doc| module.text()[doc].contains('\n') && !reindented.contains(&doc))
    });
    if let Some(def) = stays {
        let why = format!(
            "benefit: somebody may read the docstring of `{}` as it stands: it would stay to the left of its function",
            def.name
        );
        return Some(why);
    }
    if defs.len() > FUNCTIONS {
        let why = format!("benefit: {} functions share the state: a class would say it better", defs.len());
        return Some(why);
    }
    if defs.iter().any(|d| d.name.as_str() == "main") {
        return Some("benefit: the program's `main` itself would move into the factory".into());
    }
    let (first, last) = (defs.first()?, defs.last()?);
    let lines = module.line(last.end()) - module.line(first.start());
    let own: usize = defs.iter().map(|d| module.line(d.end()) - module.line(d.start()) + 1).sum();
    if own > LINES {
        return Some(format!("benefit: {own} lines would be indented to hide {}", names_of(group)));
    }
    if lines > 3 * own + 40 {
        return Some("benefit: the functions stand far apart, and would have to leave their places".into());
    }
    None
}
