//! Which objects two pieces of code have in common, as far as names tell.

use unspool_engine::facts::effects::{
    Effects, Object, Resolved, gets_a_call, is_fresh, is_fresh_at, is_given_away,
};
use unspool_engine::facts::tables::{self, Known};
use unspool_engine::facts::types::Ty;
use unspool_engine::facts::{Access, Resolution, ScopeKind, SymbolId, unprompted};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::Finding;

use super::Site;
use super::fills::is_stored;

/// A known write of `theirs` to something that the elements read (or the other way round): what.
pub fn clash(
    site: &Site,
    effects: &Effects,
    resolved: &Resolved,
    theirs: &Effects,
    done: &Resolved,
) -> Option<String> {
    let symbols = site.cx.facts.symbols();
    let inside = |s: &SymbolId| {
        let scope = symbols.scope(symbols.symbol(*s).scope);
        scope.kind == ScopeKind::Comprehension && site.cx.module.contains(site.node(), scope.node)
    };
    let shared = |bound: &[SymbolId], read: &[SymbolId]| {
        bound.iter().find(|s| read.contains(s) && !inside(s)).map(|s| symbols.symbol(*s).name)
    };
    if let Some(name) = shared(&theirs.binds, &effects.reads) {
        return Some(format!("`{name}` is bound anew while the elements read it"));
    }
    if let Some(name) = shared(&effects.binds, &theirs.reads) {
        return Some(format!("the elements bind `{name}`, which is read in between"));
    }
    if let Some(attribute) = done.attributes_written.iter().find(|a| effects.attributes_read.contains(a)) {
        return Some(format!("`.{attribute}` is assigned while the elements read it"));
    }
    if let Some(attribute) = resolved.attributes_written.iter().find(|a| theirs.attributes_read.contains(a)) {
        return Some(format!("the elements assign `.{attribute}`, which is read in between"));
    }
    for read in &effects.objects_read {
        for changed in &theirs.objects_changed {
            if same_object(site, read, changed) {
                return Some(format!(
                    "`{}` is changed while the elements read `{}`",
                    changed.text, read.text
                ));
            }
        }
        // Handed to a call that changes something.
        for passed in &theirs.objects_passed {
            if same_object(site, read, passed) && !done.objects_changed.is_empty() {
                return Some(format!("`{}` goes to a call that may change it", passed.text));
            }
        }
        // Changed somewhere below a call: names of attributes and globals tell.
        if shared_name(site, read) && done.objects_changed.contains(&read.name) {
            return Some(format!("`{}` is changed by a call while the elements read it", read.text));
        }
        if read.is_attribute && done.attributes_written.contains(&read.name) {
            return Some(format!("`.{}` is assigned while the elements iterate it", read.name));
        }
    }
    if let Some(named) = theirs.objects_changed.iter().find_map(|c| named_by_attribute(site, effects, c)) {
        return Some(named);
    }
    for changed in &effects.objects_changed {
        for read in &theirs.objects_read {
            if same_object(site, read, changed) {
                return Some(format!("the elements change `{}`, which is read in between", changed.text));
            }
        }
    }
    for passed in &effects.objects_passed {
        let read = theirs.objects_read.iter().find(|read| same_object(site, read, passed));
        if let Some(read) = read
            && !resolved.objects_changed.is_empty()
        {
            return Some(format!("the elements may change `{}`, which is read in between", read.text));
        }
    }
    // Below calls, on either side or on both.
    if let Some(name) = done.shared_written.iter().find(|name| resolved.shared_read.contains(name)) {
        return Some(format!("`{name}` is changed while the elements read it"));
    }
    if let Some(name) = resolved.shared_written.iter().find(|name| done.shared_read.contains(name)) {
        return Some(format!("the elements change `{name}`, which is read in between"));
    }
    None
}

/// An attribute, or a variable that other functions see.
pub fn shared_name(site: &Site, object: &Object) -> bool {
    object.is_attribute
        || object.root.is_some_and(|s| {
            let symbols = site.cx.facts.symbols();
            let symbol = symbols.symbol(s);
            symbol.captured || symbols.scope(symbol.scope).kind == ScopeKind::Module
        })
}

/// The same path, or paths that a plain `a = b` makes the same.
pub fn same_object(site: &Site, a: &Object, b: &Object) -> bool {
    if a.is_attribute && b.is_attribute {
        return a.name == b.name;
    }
    a.text == b.text && a.root == b.root || origin(site, a) == origin(site, b)
}

/// A call such as `iter(table)` or `enumerate(table)`.
pub fn is_lazy(site: &Site, call: &ast::ExprCall) -> bool {
    let Ty::Member(path) = site.types().of(&call.func) else { return false };
    tables::callable(&path) == Some(Known::Lazy) && !call.arguments.args.is_empty()
}

/// Follows `both = table` to `table`. Variables of one name in two scopes are two.
pub fn origin(site: &Site, object: &Object) -> (String, Option<SymbolId>) {
    let mut text = object.text.clone();
    let mut root = object.root;
    if object.is_attribute {
        return (text, None);
    }
    if is_item(object) {
        return (text, root);
    }
    for _ in 0..4 {
        let Some(symbol) = root else { break };
        let symbols = site.cx.facts.symbols();
        let mut writes = symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read);
        let (Some(only), None) = (writes.next(), writes.next()) else { break };
        let Some(AnyNodeRef::StmtAssign(assign)) = site.cx.module.parent_node(only.node) else { break };
        let value = match &*assign.value {
            // `steps = iter(table)` reads `table` for as long as it lasts.
            Expr::Call(call) if is_lazy(site, call) => &call.arguments.args[0],
            value => value,
        };
        match value {
            Expr::Name(n) => {
                text = n.id.to_string();
                root = match symbols.resolve(site.cx.module.id(n)) {
                    Resolution::Symbol(s) => Some(s),
                    Resolution::Free => None,
                };
            }
            Expr::Attribute(_) => return (site.cx.module.source(value).to_string(), None),
            _ => break,
        }
    }
    (text, root)
}

/// The elements read something that others could change: anything but local names and what is immutable.
pub fn reads_changeable(site: &Site, effects: &Effects) -> bool {
    changeable(site, effects).is_some()
}

/// What the elements read that code elsewhere could change, for messages.
pub fn changeable(site: &Site, effects: &Effects) -> Option<String> {
    if let Some(attribute) = effects.attributes_read.first() {
        return Some(format!(".{attribute}"));
    }
    let types = site.types();
    let first = site.elements.source();
    let mut objects: Vec<&Object> = effects.objects_read.iter().collect();
    objects.retain(|o| {
        let immutable = o.root.is_some_and(|s| !o.is_attribute && types.of_symbol(s).is_immutable());
        !immutable
    });
    for object in objects {
        let own = object.root.is_some_and(|s| {
            let symbols = site.cx.facts.symbols();
            let scope = symbols.scope(symbols.symbol(s).scope);
            scope.kind == ScopeKind::Comprehension
        });
        if own {
            continue;
        }
        if let Expr::Name(n) = first
            && !object.is_attribute
            && n.id.as_str() == object.text
            && (types.of(first).is_immutable()
                || (is_fresh(site.cx.module, site.cx.facts, first) && !is_stored(site, first)))
        {
            continue;
        }
        return Some(object.text.clone());
    }
    let symbols = site.cx.facts.symbols();
    effects.reads.iter().find_map(|s| {
        let symbol = symbols.symbol(*s);
        let rebindable = match symbols.scope(symbol.scope).kind {
            ScopeKind::Comprehension => false,
            ScopeKind::Module | ScopeKind::Class => {
                symbols.occurrences_of(*s).filter(|o| !matches!(o.access, Access::Read)).count() > 1
            }
            _ => {
                symbol.captured
                    && symbols.occurrences_of(*s).any(|o| o.access != Access::Read && o.scope != symbol.scope)
            }
        };
        rebindable.then(|| symbol.name.to_string())
    })
}

/// The source is an iterator that somebody reads on from: an early stop would leave it the rest.
pub fn shared_source(site: &Site) -> Option<Finding> {
    let module = site.cx.module;
    let first = site.elements.source();
    if let Some(passed) = site.passed_iterator() {
        return Some(Finding::refuted(format!(
            "an early stop would leave the rest of an iterator: {passed}"
        )));
    }
    let iterator = site.types().of(first).may_be_iterator() || is_generator_call(site, first);
    if !iterator {
        return None;
    }
    let Expr::Name(name) = first else { return read_elsewhere(site, first) };
    let symbols = site.cx.facts.symbols();
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return None };
    let again = other_reads(site, symbol, module.id(name)).into_iter().next();
    again.map(|read| {
        let line = module.line(module.node(read).start());
        Finding::refuted(format!(
            "`{}` is an iterator and is read on line {line}: an early stop would leave it elements",
            name.id
        ))
    })
}

/// An iterator that is found by an attribute, or standard input: whoever reads that elsewhere reads on.
fn read_elsewhere(site: &Site, source: &Expr) -> Option<Finding> {
    let module = site.cx.module;
    let Expr::Attribute(attribute) = source else { return None };
    let input = module.source(source) == "sys.stdin";
    let reads = |id: NodeId, node: AnyNodeRef| match node {
        AnyNodeRef::ExprAttribute(a) => {
            a.attr.as_str() == attribute.attr.as_str() && a.ctx.is_load() && !module.contains(site.node(), id)
        }
        AnyNodeRef::ExprCall(c) => input && matches!(&*c.func, Expr::Name(n) if n.id.as_str() == "input"),
        _ => false,
    };
    let (_, again) = module.nodes().find(|(id, node)| reads(*id, *node))?;
    Some(Finding::refuted(format!(
        "`{}` is an iterator, and line {} reads it, too: an early stop would leave it elements",
        module.source(source),
        module.line(again.start())
    )))
}

/// The other places that may read the very value which the variable has at `read`, in source order.
pub fn other_reads(site: &Site, symbol: SymbolId, read: NodeId) -> Vec<NodeId> {
    let symbols = site.cx.facts.symbols();
    let reads = || symbols.occurrences_of(symbol).filter(|o| o.access.reads() && o.node != read);
    let owner = symbols.scope(symbols.symbol(symbol).scope);
    let flow = site.cx.facts.flow_at(read);
    if owner.kind != ScopeKind::Function || !flow.owns(symbol) || flow.captured(symbol).is_some() {
        return reads().map(|o| o.node).collect();
    }
    let mut same: Vec<NodeId> = symbols
        .occurrences_of(symbol)
        .filter(|o| o.binds())
        .map(|o| flow.reads_of(o.node))
        .filter(|seen| seen.contains(&read))
        .flatten()
        .filter(|r| *r != read)
        .collect();
    same.sort_unstable();
    same.dedup();
    same
}

/// A local variable that holds the generator of a function of this file.
pub fn is_generator_call(site: &Site, expr: &Expr) -> bool {
    matches!(
        unspool_engine::repo::passed(site.cx.module, site.cx.facts, expr),
        unspool_engine::repo::Passed::Closable(_)
    )
}

/// The body, or what it calls, changes an object that another name may stand for.
pub fn may_alias(site: &Site, effects: &Effects, body: &Effects, done: &Resolved) -> Option<String> {
    let given = if done.changes_given { &body.objects_passed[..] } else { &[] };
    let changed = body.objects_changed.iter().map(|o| (o, "is changed"));
    let passed = given.iter().map(|o| (o, "goes to a call that changes what it is given"));
    let below = done.changed_below.iter().map(|o| (o, "is changed by a call"));
    let mut all = changed.chain(passed).chain(below);
    all.find_map(|(changed, how)| known_by_another_name(site, effects, changed, how))
}

/// What the elements read that `changed` may be.
fn known_by_another_name(site: &Site, effects: &Effects, changed: &Object, how: &str) -> Option<String> {
    let source = site.cx.module.source(site.elements.source());
    let fresh_root = changed.root.is_some_and(|s| is_fresh_symbol(site, s)) && !changed.is_attribute;
    if fresh_root && !is_item(changed) {
        return None;
    }
    for read in &effects.objects_read {
        let own = is_own_variable(site, read);
        if own && is_item(changed) && changed.text.strip_prefix(source).is_some_and(|r| r.starts_with('[')) {
            return Some(format!(
                "`{}` {how} and may be one of the elements, of which `{}` is read",
                changed.text, read.text
            ));
        }
        // What the function itself has made holds what it was given.
        if fresh_root && !read.root.is_some_and(|s| is_given_away(site.cx.module, site.cx.facts, s)) {
            continue;
        }
        if !(has_no_other_name(site, read) || never_the_same(site, read, changed)) {
            return Some(format!(
                "`{}` {how} and may be the object that `{}` names",
                changed.text, read.text
            ));
        }
    }
    None
}

/// A variable of the comprehension itself.
fn is_own_variable(site: &Site, object: &Object) -> bool {
    object.root.is_some_and(|s| {
        let symbols = site.cx.facts.symbols();
        symbols.scope(symbols.symbol(s).scope).kind == ScopeKind::Comprehension
    })
}

/// Whether no other name for what is read matters: it is one of the elements, immutable, or new and nobody else's.
fn has_no_other_name(site: &Site, read: &Object) -> bool {
    let of_variable = |test: &dyn Fn(SymbolId) -> bool| !read.is_attribute && read.root.is_some_and(test);
    is_own_variable(site, read)
        || of_variable(&|s| site.types().of_symbol(s).is_immutable())
        || of_variable(&|s| is_fresh_symbol(site, s))
}

/// `groups[key]`: what a container holds.
fn is_item(object: &Object) -> bool {
    object.text.ends_with(']')
}

/// Whether the two are different objects for certain: a file and a container, or what two calls have opened.
fn never_the_same(site: &Site, a: &Object, b: &Object) -> bool {
    let types = site.types();
    let ty = |o: &Object| match (o.root, o.is_attribute) {
        (Some(root), false) => types.of_symbol(root),
        // `self.rows`
        (Some(root), true) if o.text.matches('.').count() == 1 => match types.of_symbol(root) {
            Ty::Instance(class) => types.instance_attribute(class, &o.name, 0),
            _ => Ty::Unknown,
        },
        _ => Ty::Unknown,
    };
    let is_file = |ty: &Ty| ty.is(&["file", "stdio"]);
    let (one, other) = (ty(a), ty(b));
    if is_file(&one) && other.is_container() || is_file(&other) && one.is_container() {
        return true;
    }
    is_file(&one) && is_file(&other) && a.root != b.root && opened(site, a) && opened(site, b)
}

/// Whether the variable is bound once, by a call that opens a file for it.
fn opened(site: &Site, object: &Object) -> bool {
    let Some(symbol) = object.root.filter(|_| !object.is_attribute) else { return false };
    let symbols = site.cx.facts.symbols();
    let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.binds());
    let (Some(only), None) = (bindings.next(), bindings.next()) else { return false };
    gets_a_call(site.cx.module, only.node)
}

/// Whether the variable is the function's own and nobody else holds its object when the elements are consumed.
pub fn is_fresh_symbol(site: &Site, symbol: SymbolId) -> bool {
    is_fresh_at(site.cx.module, site.cx.facts, symbol, site.id)
}

/// The attribute by which the elements read an object that is changed under the name of a local variable: `self.items = out`.
fn named_by_attribute(site: &Site, effects: &Effects, changed: &Object) -> Option<String> {
    let module = site.cx.module;
    let symbol = changed.root.filter(|_| !changed.is_attribute)?;
    site.cx.facts.symbols().occurrences_of(symbol).filter(|o| o.access == Access::Read).find_map(|o| {
        let AnyNodeRef::StmtAssign(assign) = module.parent_node(o.node)? else { return None };
        let named = assign.targets.iter().find_map(|target| match target {
            Expr::Attribute(a) => Some(a.attr.as_str()),
            _ => None,
        })?;
        let read = effects.objects_read.iter().find(|read| read.is_attribute && read.name == named)?;
        Some(format!(
            "`{}` is changed while the elements read `{}`, which is the same",
            changed.text, read.text
        ))
    })
}

/// Somebody in the file changes an object of the name that the elements iterate: a call could lead there.
pub fn mutated_elsewhere(site: &Site, effects: &Effects) -> Option<String> {
    let module = site.cx.module;
    for read in &effects.objects_read {
        if !shared_name(site, read) {
            continue;
        }
        for (id, node) in module.nodes() {
            if module.contains(site.node(), id) {
                continue;
            }
            let changes = match node {
                AnyNodeRef::ExprAttribute(a) if read.is_attribute && a.attr.as_str() == read.name => true,
                AnyNodeRef::ExprName(n) if !read.is_attribute && n.id.as_str() == read.name => true,
                _ => false,
            };
            if changes && let Some(line) = changed_at(module, id) {
                return Some(format!("line {line} changes `{}`", read.text));
            }
        }
    }
    None
}

/// The line on which the object at `id` is changed: `del x[i]`, `x[i] = v`, `x.append(v)`.
pub fn changed_at(module: &Module, id: NodeId) -> Option<usize> {
    let parent = module.parent(id)?;
    let line = module.line(module.node(id).start());
    match module.node(parent) {
        AnyNodeRef::ExprSubscript(s) if !s.ctx.is_load() && module.id(&*s.value) == id => Some(line),
        AnyNodeRef::ExprAttribute(a) if tables::is_mutator(a.attr.as_str()) => Some(line),
        _ => None,
    }
}

/// What changes an object that the elements read whenever an object dies or a signal comes.
pub fn changed_unprompted(site: &Site, effects: &Effects) -> Option<String> {
    let module = site.cx.module;
    if !effects.objects_read.iter().any(|read| read.is_shared) {
        return None;
    }
    unprompted(module, site.cx.facts).into_iter().find_map(|function| {
        let local = site.cx.local();
        let changed = site.cx.repo.resolve_function(&local, function).objects_changed;
        let read = effects.objects_read.iter().find(|read| read.is_shared && changed.contains(&read.name))?;
        let line = module.line(module.node(function).start());
        Some(format!("the function on line {line}, which runs at any time, changes `{}`", read.text))
    })
}
