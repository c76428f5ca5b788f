//! What the elements and the code that now runs between them do to each other.

use unspool_engine::facts::effects::{Collector, Effects, Kind, Object, Resolved, is_fresh};
use unspool_engine::facts::tables::{self, Known};
use unspool_engine::facts::types::Ty;
use unspool_engine::facts::{Access, Catch, Part, Resolution, ScopeKind, SymbolId, unprompted};
use unspool_engine::repo::Local;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::{Convention, Finding};

use super::Site;
use super::consumer::{Consumer, Pace, loop_body, of_generator};

/// Kinds of note that make the order of evaluation visible, apart from exceptions.
const VISIBLE: &[Kind] =
    &[Kind::Effect, Kind::ValueCall, Kind::UnknownCall, Kind::Suspends, Kind::SharedIteration];

fn local<'l, 'a, 'r>(site: &'l Site<'a, '_, 'r>) -> Local<'a, 'l> {
    Local { module: site.cx.module, facts: site.cx.facts, path: site.cx.path }
}

fn resolve(site: &Site, effects: &Effects) -> Resolved {
    site.cx.repo.resolve(&local(site), effects)
}

/// What could see an exception raised at the site, in the same function.
pub struct Catcher {
    /// From 1.
    pub line: usize,
    /// A handler, or a context manager known to swallow; otherwise one of which nothing is known.
    pub is_known: bool,
}

impl Catcher {
    /// Refuted where it catches for certain, else assumed.
    pub fn finding(&self, text: impl FnOnce(String) -> String) -> Finding {
        let line = self.line;
        if self.is_known {
            Finding::refuted(text(format!("the handler on line {line}")))
        } else {
            Finding::assumed(text(format!("the context manager on line {line}, if it swallows exceptions,")))
        }
    }
}

/// The handlers of a `try` and the context managers around the site: the surest of them.
pub fn catcher(site: &Site) -> Option<Catcher> {
    let module = site.cx.module;
    let function = module.enclosing_function(site.id);
    let flow = site.cx.facts.flow_at(site.id);
    let mut found: Option<Catcher> = None;
    for protection in flow.protections(site.id) {
        if function.is_some_and(|f| !module.contains(f, protection.stmt)) {
            break;
        }
        let (line, is_known) = match module.node(protection.stmt) {
            AnyNodeRef::StmtTry(t) if protection.part == Part::TryBody => match t.handlers.first() {
                Some(handler) => (module.line(handler.start()), true),
                None => continue,
            },
            AnyNodeRef::StmtWith(with) => match flow.manager_catches(protection) {
                Catch::No => continue,
                // Locks and files that are known by their type alone.
                Catch::Maybe if with.items.iter().all(|i| lets_through(site, &i.context_expr)) => continue,
                sure => (module.line(with.start()), sure == Catch::Yes),
            },
            _ => continue,
        };
        if found.as_ref().is_none_or(|f| is_known && !f.is_known) {
            found = Some(Catcher { line, is_known });
        }
    }
    found
}

fn lets_through(site: &Site, context: &Expr) -> bool {
    site.types().of(context).all(&|t| match t {
        Ty::Known("file", _) => true,
        Ty::Imported(path) => path.starts_with("threading."),
        _ => false,
    })
}

/// With the generator the other arguments are evaluated before the first element.
pub fn arguments_first(site: &Site, effects: &Effects, resolved: &Resolved) -> Finding {
    let mut finding = Finding::proved("the other arguments only compute");
    for argument in site.consumer.other_arguments() {
        let other = Collector::of_expr(site.cx.module, site.cx.facts, argument);
        let done = resolve(site, &other);
        if let Some(clash) = clash(site, effects, resolved, &other, &done) {
            return Finding::refuted(format!("the other arguments would be evaluated first: {clash}"));
        }
        let theirs = done.first(VISIBLE).or_else(|| done.first(&[Kind::UnknownIteration, Kind::Observes]));
        let ours =
            resolved.first(VISIBLE).or_else(|| resolved.first(&[Kind::UnknownIteration, Kind::Observes]));
        match (theirs, ours) {
            (Some(theirs), Some(ours)) => {
                let known = |k: Kind| {
                    matches!(k, Kind::Effect | Kind::ValueCall | Kind::Suspends | Kind::SharedIteration)
                };
                let text = format!("{} before {}", theirs.describe(), ours.describe());
                if known(theirs.kind) && known(ours.kind) {
                    return Finding::refuted(format!("effects would change places: {text}"));
                }
                finding = finding.and(Finding::assumed(text));
            }
            (Some(theirs), None) if !resolved.is_total() && theirs.kind != Kind::Observes => {
                let error = resolved
                    .first(&[Kind::Validates, Kind::MayRaise])
                    .map(|n| n.describe())
                    .unwrap_or_default();
                finding = finding.and(Finding::assumed(format!("{} although {error}", theirs.describe())));
            }
            (None, Some(ours)) if !done.is_total() && ours.kind != Kind::Observes => {
                let error =
                    done.first(&[Kind::Validates, Kind::MayRaise]).map(|n| n.describe()).unwrap_or_default();
                finding = finding.and(Finding::assumed(format!("{error} before {}", ours.describe())));
            }
            _ => {}
        }
        finding = finding.relying_on(done.conventions());
    }
    finding
}

/// An error that would now come before all elements are evaluated, and whether it is known that there may be one.
pub fn error_between(site: &Site) -> Option<(bool, String)> {
    for argument in site.consumer.other_arguments() {
        let done = resolve(site, &Collector::of_expr(site.cx.module, site.cx.facts, argument));
        if let Some(note) = done.first(&[Kind::Validates]) {
            return Some((true, note.describe()));
        }
        if !done.is_total() {
            let text = site.cx.module.source(argument);
            return Some((false, format!("`{text}` may raise before them")));
        }
    }
    let steps = site.consumer.pace() != Pace::Whole && step_may_raise(site);
    steps.then(|| (false, "what the consumer does with an element may raise".into()))
}

/// Between two elements the consumer adds, compares or hashes, or calls its `key`.
pub fn with_operators(site: &Site, effects: &Effects, resolved: &Resolved) -> Finding {
    let mut theirs = Effects::default();
    for call in site.consumer.calls() {
        for keyword in &call.arguments.keywords {
            if keyword.arg.as_deref() == Some("key") {
                theirs.merge(Collector::of_application(site.cx.module, site.cx.facts, &keyword.value));
            }
        }
        let applies = matches!(&*call.func, Expr::Name(n) if matches!(n.id.as_str(), "map" | "filter"));
        if applies && let Some(function) = call.arguments.args.first() {
            theirs.merge(Collector::of_application(site.cx.module, site.cx.facts, function));
        }
    }
    for class in instances(&site.types().of(&site.comp.elt)) {
        theirs.merge(Collector::of_operators(site.cx.module, site.cx.facts, class, site.comp.elt.range()));
    }
    theirs.by_operators |= !site.types().of(&site.comp.elt).is_immutable();
    if let Consumer::Wrapper { call, .. } = &site.consumer {
        // `zip`, `chain` and `product` iterate their other arguments in between.
        for argument in &call.arguments.args {
            if argument.range() != site.comp.range() {
                theirs.merge(Collector::of_iteration(site.cx.module, site.cx.facts, argument));
            }
        }
    }
    if let Consumer::Comprehension { .. } = site.consumer.last() {
        theirs.merge(comprehension_steps(site));
    }
    let done = resolve(site, &theirs);
    if let Some(clash) = clash(site, effects, resolved, &theirs, &done) {
        return Finding::refuted(format!("elements and consumer take turns: {clash}"));
    }
    let ours = resolved.first(VISIBLE).or_else(|| resolved.first(&[Kind::Observes]));
    let step = done.first(VISIBLE).or_else(|| done.first(&[Kind::Observes]));
    match (ours, step) {
        (Some(ours), Some(step)) => {
            let text = format!("{}; in between {}", ours.describe(), step.describe());
            if is_known(ours.kind) && is_known(step.kind) {
                Finding::refuted(format!("effects would change places: {text}"))
            } else {
                Finding::assumed(text)
            }
        }
        (Some(ours), None) if matches!(ours.kind, Kind::UnknownCall | Kind::ValueCall) => Finding::assumed(
            format!("it would take turns with the consumer's operators: {}", ours.describe()),
        ),
        (Some(ours), None)
            if matches!(ours.kind, Kind::Effect | Kind::SharedIteration)
                && (step_may_raise(site) || !done.is_total()) =>
        {
            let check = done.first(&[Kind::Validates]).filter(|_| is_known(ours.kind));
            match check {
                Some(check) => Finding::refuted(format!(
                    "{}, and later elements would no longer run: {}",
                    check.describe(),
                    ours.describe()
                )),
                None => Finding::assumed(format!(
                    "if an operator of the consumer raises, later elements no longer run: {}",
                    ours.describe()
                )),
            }
        }
        // The list would have taken the whole source before the error.
        (None, _) if resolved.has(Kind::UnknownIteration) && done.has(Kind::Validates) => {
            let check = done.first(&[Kind::Validates]).map(|n| n.describe()).unwrap_or_default();
            let source = resolved.first(&[Kind::UnknownIteration]).map(|n| n.describe()).unwrap_or_default();
            Finding::assumed(format!("{check}, and the rest of an iterator would be left: {source}"))
        }
        // The list comes to its error, and to the end of its source, before any step of the consumer.
        (None, Some(step)) if step.kind != Kind::Observes && resolved.has(Kind::UnknownIteration) => {
            let source = resolved.first(&[Kind::UnknownIteration]).map(|n| n.describe()).unwrap_or_default();
            Finding::assumed(format!("{source}, which may run code; in between {}", step.describe()))
        }
        (None, Some(step)) if step.kind != Kind::Observes && !resolved.is_total() => {
            let error = resolved.first(&[Kind::Validates, Kind::MayRaise]);
            let text = format!(
                "{}, and before the error {} would be seen",
                error.map(|n| n.describe()).unwrap_or_default(),
                step.describe()
            );
            if is_known(step.kind) && resolved.has(Kind::Validates) {
                Finding::refuted(text)
            } else {
                Finding::assumed(text)
            }
        }
        (None, Some(step)) if reads_changeable(site, effects) => Finding::assumed(format!(
            "in between {}, which may change what the elements read",
            step.describe()
        )),
        _ => Finding::proved("between two elements the consumer only computes")
            .relying_on([Convention::Operators]),
    }
}

/// The classes of this file whose operators a consumer may run: that of the elements, and of what a tuple holds.
fn instances(element: &Ty) -> Vec<NodeId> {
    match element {
        Ty::Instance(class) => vec![*class],
        Ty::Known("tuple", of) | Ty::Union(of) => of.iter().flat_map(instances).collect(),
        _ => vec![],
    }
}

/// Whether what the consumer does with an element may raise: hashing, adding, ordering, unpacking a pair.
fn step_may_raise(site: &Site) -> bool {
    let element = site.types().of(&site.comp.elt);
    let number = element.is(&["int", "float", "bool", "str"]);
    let pair = || match &element {
        Ty::Known("tuple", of) => of.len() != 2 || !of[0].is_immutable(),
        _ => true,
    };
    match site.consumer.last() {
        Consumer::Call { name: "any" | "all", .. } => false,
        Consumer::Call { name: "dict" | "OrderedDict", .. } => pair(),
        Consumer::Call { name: "set" | "frozenset" | "Counter", .. }
        | Consumer::Display { is_set: true, .. } => !element.is_immutable(),
        Consumer::Method { name: "extend" | "extendleft" | "writelines" | "join", receiver, .. } => {
            // A `bytearray` takes numbers below 256 alone, a file its own kind of string.
            !site.types().of(receiver).is(&["list", "deque"])
        }
        Consumer::Method { name: "update", receiver, .. }
            if site.types().of(receiver).is(&["dict", "OrderedDict", "defaultdict"]) =>
        {
            pair()
        }
        Consumer::Method { .. } => !element.is_immutable(),
        _ => !number,
    }
}

fn is_known(kind: Kind) -> bool {
    matches!(kind, Kind::Effect | Kind::ValueCall | Kind::Suspends | Kind::SharedIteration)
}

/// The element and conditions of the comprehension that iterates the list, and what is done with the element.
fn comprehension_steps(site: &Site) -> Effects {
    let mut steps = Effects::default();
    let (module, facts) = (site.cx.module, site.cx.facts);
    if let Consumer::Comprehension { node, generator, elements, .. } = site.consumer.last() {
        // A set or dict hashes it, the consumer of a generator expression adds, compares or calls its `key`.
        if !matches!(module.node(*node), AnyNodeRef::ExprListComp(_)) {
            for element in elements {
                for class in instances(&site.types().of(element)) {
                    steps.merge(Collector::of_operators(module, facts, class, element.range()));
                }
            }
        }
        let keywords = of_generator(module, *node).map_or(&[][..], |call| &call.arguments.keywords);
        for keyword in keywords.iter().filter(|k| k.arg.as_deref() == Some("key")) {
            steps.merge(Collector::of_application(module, facts, &keyword.value));
        }
        for element in elements {
            steps.merge(Collector::of_expr(site.cx.module, site.cx.facts, element));
        }
        for test in &generator.ifs {
            steps.merge(Collector::of_expr(site.cx.module, site.cx.facts, test));
        }
        let generators: &[ast::Comprehension] = match site.cx.module.node(*node) {
            AnyNodeRef::ExprListComp(c) => &c.generators,
            AnyNodeRef::ExprSetComp(c) => &c.generators,
            AnyNodeRef::ExprGenerator(c) => &c.generators,
            AnyNodeRef::ExprDictComp(c) => &c.generators,
            _ => &[],
        };
        let behind = generators.iter().skip_while(|g| g.range() != generator.range()).skip(1);
        for inner in behind {
            steps.merge(Collector::of_expr(site.cx.module, site.cx.facts, &inner.iter));
            steps.merge(Collector::of_iteration(site.cx.module, site.cx.facts, &inner.iter));
            for test in &inner.ifs {
                steps.merge(Collector::of_expr(site.cx.module, site.cx.facts, test));
            }
        }
    }
    steps
}

/// A known write of `theirs` to something that the elements read (or the other way round): what.
fn clash(
    site: &Site,
    effects: &Effects,
    resolved: &Resolved,
    theirs: &Effects,
    done: &Resolved,
) -> Option<String> {
    let symbols = site.cx.facts.symbols();
    let inside = |s: &SymbolId| {
        let scope = symbols.scope(symbols.symbol(*s).scope);
        scope.kind == ScopeKind::Comprehension && site.cx.module.contains(site.id, scope.node)
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
fn shared_name(site: &Site, object: &Object) -> bool {
    object.is_attribute
        || object.root.is_some_and(|s| {
            let symbols = site.cx.facts.symbols();
            let symbol = symbols.symbol(s);
            symbol.captured || symbols.scope(symbol.scope).kind == ScopeKind::Module
        })
}

/// The same path, or paths that a plain `a = b` makes the same.
fn same_object(site: &Site, a: &Object, b: &Object) -> bool {
    if a.is_attribute && b.is_attribute {
        return a.name == b.name;
    }
    a.text == b.text && a.root == b.root || origin(site, a) == origin(site, b)
}

/// A call such as `iter(table)` or `enumerate(table)`.
fn is_lazy(site: &Site, call: &ast::ExprCall) -> bool {
    let Ty::Member(path) = site.types().of(&call.func) else { return false };
    tables::callable(&path) == Some(Known::Lazy) && !call.arguments.args.is_empty()
}

/// Follows `both = table` to `table`.
fn origin(site: &Site, object: &Object) -> String {
    let mut text = object.text.clone();
    let mut root = object.root;
    if object.is_attribute {
        return text;
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
            Expr::Attribute(_) => return site.cx.module.source(value).to_string(),
            _ => break,
        }
    }
    text
}

/// The elements read something that others could change: anything but local names and what is immutable.
fn reads_changeable(site: &Site, effects: &Effects) -> bool {
    changeable(site, effects).is_some()
}

/// What the elements read that code elsewhere could change, for messages.
fn changeable(site: &Site, effects: &Effects) -> Option<String> {
    if let Some(attribute) = effects.attributes_read.first() {
        return Some(format!(".{attribute}"));
    }
    let types = site.types();
    let first = &site.comp.generators[0].iter;
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
            && (types.of(first).is_immutable() || is_fresh(site.cx.module, site.cx.facts, first))
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
    let first = &site.comp.generators[0].iter;
    if let Some(passed) = site.passed_iterator() {
        return Some(Finding::refuted(format!(
            "an early stop would leave the rest of an iterator: {passed}"
        )));
    }
    let Expr::Name(name) = first else { return None };
    let iterator = site.types().of(first).any(&|t| {
        matches!(t, Ty::Known(n, _) if !unspool_engine::facts::tables::CONTAINERS.contains(n) && *n != "None")
    }) || is_generator_call(site, first);
    if !iterator {
        return None;
    }
    let symbols = site.cx.facts.symbols();
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return None };
    let again =
        symbols.occurrences_of(symbol).find(|o| o.access == Access::Read && o.node != module.id(name));
    again.map(|o| {
        let line = module.line(o.range.start());
        Finding::refuted(format!(
            "`{}` is an iterator and is read on line {line}: an early stop would leave it elements",
            name.id
        ))
    })
}

/// A local variable that holds the generator of a function of this file.
fn is_generator_call(site: &Site, expr: &Expr) -> bool {
    matches!(
        unspool_engine::repo::passed(site.cx.module, site.cx.facts, expr),
        unspool_engine::repo::Passed::Closable(_)
    )
}

/// The container that is filled is none that the elements read.
pub fn receiver(site: &Site, effects: &Effects, resolved: &Resolved) -> Finding {
    let Consumer::Method { receiver, name, .. } = site.consumer.last() else {
        return Finding::proved("nothing is filled");
    };
    let module = site.cx.module;
    let text = module.source(*receiver);
    let first = &site.comp.generators[0].iter;
    let mut all = effects.clone();
    all.merge(Collector::of_expr(module, site.cx.facts, first));
    let eager = resolve(site, &Collector::of_expr(module, site.cx.facts, first));
    let target = Collector::of_iteration(module, site.cx.facts, receiver).objects_read;
    let Some(target) = target.first() else {
        return Finding::assumed(format!(
            "what `{text}` is cannot be told apart from what the elements read"
        ));
    };
    for read in &all.objects_read {
        if same_object(site, read, target) {
            return Finding::refuted(format!("`{name}` would read what it has just added to `{text}`"));
        }
    }
    for attributes in [&resolved.attributes_read, &eager.attributes_read] {
        if target.is_attribute && attributes.contains(&target.name) {
            return Finding::refuted(format!(
                "a call in the comprehension reads `.{}`, which is being filled",
                target.name
            ));
        }
    }
    if let Some(note) = resolved.first(&[Kind::ValueCall, Kind::UnknownCall]) {
        let fresh = is_fresh(module, site.cx.facts, receiver);
        if !fresh {
            return Finding::assumed(format!("{}, which may look at `{text}`", note.describe()));
        }
    }
    if is_fresh(module, site.cx.facts, receiver) && !is_stored(site, receiver) {
        return Finding::proved(format!("`{text}` is made in this function and nothing else refers to it"));
    }
    // Two names may stand for one object, unless the source is made on the spot or of another type.
    let types = site.types();
    let sources: Vec<&Expr> = site.comp.generators.iter().map(|g| &g.iter).collect();
    let distinct = sources.iter().all(|s| {
        let ty = types.of(s);
        ty.is_immutable()
            || is_fresh(module, site.cx.facts, s)
            // What is lazy may iterate the receiver.
            || (ty.is_container()
                && matches!((ty.name(), types.of(receiver).name()), (Some(a), Some(b)) if a != b && !a.starts_with("dict_")))
    });
    if distinct {
        return Finding::proved(format!("the elements come from other objects than `{text}`"));
    }
    let source = module.source(sources[0]);
    Finding::assumed(format!(
        "`{source}` and `{text}` may be the same object, which would grow while it is read"
    ))
}

/// A local object that is passed on or stored: something else may refer to it.
fn is_stored(site: &Site, receiver: &Expr) -> bool {
    let module = site.cx.module;
    let Expr::Name(name) = receiver else { return true };
    let symbols = site.cx.facts.symbols();
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return true };
    symbols.occurrences_of(symbol).filter(|o| o.access == Access::Read).any(|o| {
        if o.range.start() > site.comp.start() {
            return false;
        }
        !matches!(
            module.parent_node(o.node),
            Some(
                AnyNodeRef::ExprAttribute(_)
                    | AnyNodeRef::ExprSubscript(_)
                    | AnyNodeRef::ExprCompare(_)
                    | AnyNodeRef::StmtFor(_)
            )
        )
    })
}

/// What an error half-way leaves in the container.
pub fn all_or_nothing_fill(site: &Site, resolved: &Resolved) -> Finding {
    let Some(note) = resolved.first(&[
        Kind::Validates,
        Kind::UnknownCall,
        Kind::ValueCall,
        Kind::MayRaise,
        Kind::UnknownIteration,
    ]) else {
        return Finding::proved("the elements cannot raise").relying_on(resolved.conventions());
    };
    let module = site.cx.module;
    let Consumer::Method { receiver, .. } = site.consumer.last() else {
        return Finding::proved("nothing is filled");
    };
    if let Some(catcher) = catcher(site) {
        return catcher.finding(|who| {
            let text = module.source(*receiver);
            format!(
                "an error would leave the elements before it in `{text}`, and {who} goes on: {}",
                note.describe()
            )
        });
    }
    if is_fresh(module, site.cx.facts, receiver) && !is_stored(site, receiver) && !in_finally(module, site.id)
    {
        return Finding::proved(format!(
            "`{}` goes with the function when an error ends it",
            module.source(*receiver)
        ));
    }
    let text = format!(
        "an error would leave the elements before it in `{}`: {}",
        module.source(*receiver),
        note.describe()
    );
    if note.kind == Kind::Validates { Finding::refuted(text) } else { Finding::assumed(text) }
}

fn in_finally(module: &Module, id: NodeId) -> bool {
    module.ancestors(id).any(|a| matches!(module.node(a), AnyNodeRef::StmtTry(t) if !t.finalbody.is_empty()))
}

/// What runs between the elements of a loop header, and what an early end does.
pub fn with_loop(site: &Site, effects: &Effects, resolved: &Resolved) -> (Finding, Finding) {
    let module = site.cx.module;
    let (body, what) = match site.consumer.last() {
        Consumer::Loop { statement } => {
            let mut body = Collector::of_body(module, site.cx.facts, loop_body(statement));
            let target = &statement.target;
            body.merge(Collector::of_loop_target(module, site.cx.facts, &statement.iter, target));
            (body, "the loop body")
        }
        Consumer::Comprehension { .. } => (comprehension_steps(site), "the comprehension around it"),
        _ => (suspended(site), "whoever drives the generator"),
    };
    let done = resolve(site, &body);
    let end = early_end(site, &done);
    (
        loop_body_finding(site, effects, resolved, &body, &done, what, end.as_deref()),
        order_finding(site, resolved, &done, what, end.as_deref()),
    )
}

/// While suspended anything may run.
fn suspended(site: &Site) -> Effects {
    let mut effects = Effects::default();
    effects.notes.push(unspool_engine::facts::effects::Note {
        kind: Kind::Suspends,
        at: site.consumer.range(),
        what: "other code runs while the generator is suspended".into(),
        on_self: false,
    });
    effects
}

/// What changes an object that the elements read whenever an object dies or a signal comes.
fn changed_unprompted(site: &Site, effects: &Effects) -> Option<String> {
    let module = site.cx.module;
    if !effects.objects_read.iter().any(|read| read.is_shared) {
        return None;
    }
    unprompted(module, site.cx.facts).into_iter().find_map(|function| {
        let changed = site.cx.repo.resolve_function(&local(site), function).objects_changed;
        let read = effects.objects_read.iter().find(|read| read.is_shared && changed.contains(&read.name))?;
        let line = module.line(module.node(function).start());
        Some(format!("the function on line {line}, which runs at any time, changes `{}`", read.text))
    })
}

fn loop_body_finding(
    site: &Site,
    effects: &Effects,
    resolved: &Resolved,
    body: &Effects,
    done: &Resolved,
    what: &str,
    end: Option<&str>,
) -> Finding {
    if let Some(clash) = clash(site, effects, resolved, body, done) {
        return Finding::refuted(format!("{what} and the elements would take turns: {clash}"));
    }
    if let Some(why) = changed_unprompted(site, effects) {
        return Finding::refuted(format!("the list is a copy that {what} can rely on: {why}"));
    }
    if let Some(end) = end
        && let Some(shared) = shared_source(site)
    {
        return Finding::refuted(format!("{end}: {}", shared.state.reason()));
    }
    let ours = resolved.first(VISIBLE).or_else(|| resolved.first(&[Kind::UnknownIteration, Kind::Observes]));
    let theirs = done.first(VISIBLE).or_else(|| done.first(&[Kind::Observes]));
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => {
            let text = format!("{}; in between {}", ours.describe(), theirs.describe());
            if is_known(ours.kind) && is_known(theirs.kind) {
                return Finding::refuted(format!("effects would change places: {text}"));
            }
            if is_known(ours.kind) && theirs.kind == Kind::UnknownCall
                || ours.kind == Kind::UnknownCall && is_known(theirs.kind)
            {
                return Finding::refuted(format!("effects would change places: {text}"));
            }
            if ours.kind == Kind::UnknownIteration
                && let Some(passed) = site.passed_iterator()
            {
                return Finding::refuted(format!("{passed}, which {what} may advance"));
            }
            if let Some(mutated) = mutated_elsewhere(site, effects) {
                return Finding::refuted(format!("{}, and {mutated}", theirs.describe()));
            }
            return Finding::assumed(text);
        }
        (Some(ours), None) if let Some(end) = end => {
            let text = format!("{end}, and then {} would not happen", ours.describe());
            match ours.kind {
                Kind::Observes => {}
                kind if is_known(kind) => return Finding::refuted(text),
                _ => return Finding::assumed(text),
            }
        }
        (Some(ours), None)
            if done.has(Kind::MayRaise) && matches!(ours.kind, Kind::Effect | Kind::ValueCall) =>
        {
            return Finding::assumed(format!(
                "if {what} raises, later elements no longer run: {}",
                ours.describe()
            ));
        }
        (Some(ours), None) if matches!(ours.kind, Kind::UnknownCall | Kind::ValueCall) => {
            return Finding::assumed(format!("it would take turns with {what}: {}", ours.describe()));
        }
        (None, Some(theirs)) => {
            let Some(read) = changeable(site, effects) else {
                return Finding::proved(format!("the elements read nothing that {what} could change"))
                    .relying_on(resolved.conventions());
            };
            // Known effects that touch none of what is read were compared above.
            let opaque = done.first(&[Kind::ValueCall, Kind::UnknownCall, Kind::Suspends]);
            match opaque {
                None => {
                    if let Some(alias) = may_alias(site, effects, body) {
                        return Finding::assumed(alias);
                    }
                    return Finding::proved(format!(
                        "what {what} changes is something else: {}",
                        theirs.describe()
                    ))
                    .relying_on(resolved.conventions());
                }
                Some(opaque) => {
                    if let Some(mutated) = mutated_elsewhere(site, effects) {
                        return Finding::refuted(format!("{}, and {mutated}", opaque.describe()));
                    }
                    return Finding::assumed(format!(
                        "{} and may change `{read}`, which the elements read",
                        opaque.describe()
                    ));
                }
            }
        }
        _ => {}
    }
    if let Some(alias) = may_alias(site, effects, body) {
        return Finding::assumed(alias);
    }
    Finding::proved(format!("{what} changes nothing that the elements read"))
        .relying_on(resolved.conventions())
}

/// The body changes an object that another name may stand for.
fn may_alias(site: &Site, effects: &Effects, body: &Effects) -> Option<String> {
    let types = site.types();
    for changed in &body.objects_changed {
        let fresh_target = changed.root.is_some_and(|s| is_fresh_symbol(site, s)) && !changed.is_attribute;
        if fresh_target {
            continue;
        }
        for read in &effects.objects_read {
            let own = read.root.is_some_and(|s| {
                let symbols = site.cx.facts.symbols();
                symbols.scope(symbols.symbol(s).scope).kind == ScopeKind::Comprehension
            });
            let immutable =
                !read.is_attribute && read.root.is_some_and(|s| types.of_symbol(s).is_immutable());
            let fresh = !read.is_attribute && read.root.is_some_and(|s| is_fresh_symbol(site, s));
            if !(own || immutable || fresh) {
                return Some(format!(
                    "`{}` is changed and may be the object that `{}` names",
                    changed.text, read.text
                ));
            }
        }
    }
    None
}

fn is_fresh_symbol(site: &Site, symbol: SymbolId) -> bool {
    let symbols = site.cx.facts.symbols();
    let module = site.cx.module;
    symbols
        .occurrences_of(symbol)
        .find_map(|o| match module.node(o.node) {
            AnyNodeRef::ExprName(n) if o.access == Access::Read => {
                Some(unspool_engine::facts::effects::is_fresh_name(module, site.cx.facts, n))
            }
            _ => None,
        })
        .unwrap_or(false)
}

/// Somebody in the file changes an object of the name that the elements iterate: a call could lead there.
fn mutated_elsewhere(site: &Site, effects: &Effects) -> Option<String> {
    let module = site.cx.module;
    for read in &effects.objects_read {
        if !shared_name(site, read) {
            continue;
        }
        for (id, node) in module.nodes() {
            if module.contains(site.id, id) {
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
fn changed_at(module: &Module, id: NodeId) -> Option<usize> {
    let parent = module.parent(id)?;
    let line = module.line(module.node(id).start());
    match module.node(parent) {
        AnyNodeRef::ExprSubscript(s) if !s.ctx.is_load() && module.id(&*s.value) == id => Some(line),
        AnyNodeRef::ExprAttribute(a) if unspool_engine::facts::tables::is_mutator(a.attr.as_str()) => {
            Some(line)
        }
        _ => None,
    }
}

/// Why what iterates the elements may stop before the last one.
fn early_end(site: &Site, done: &Resolved) -> Option<String> {
    let module = site.cx.module;
    let mut consumer = &site.consumer;
    while let Consumer::Wrapper { name, outer, call } = consumer {
        let several = call.arguments.args.len() > 1;
        if *name == "islice" || (matches!(*name, "zip" | "map") && several) {
            return Some(format!("`{name}` may end early"));
        }
        consumer = outer;
    }
    if let Some(note) = done.first(&[Kind::Validates]) {
        return Some(format!("the loop may end by an error ({})", note.describe()));
    }
    match consumer {
        Consumer::Loop { statement } => {
            let leaves = loop_body(statement).iter().any(|s| {
                module.subtree(module.id(s)).any(|(_, n)| {
                    matches!(
                        n,
                        AnyNodeRef::StmtBreak(_)
                            | AnyNodeRef::StmtReturn(_)
                            | AnyNodeRef::StmtRaise(_)
                            | AnyNodeRef::ExprYield(_)
                    )
                })
            });
            leaves.then(|| "the loop may end early".into())
        }
        Consumer::Delegation { .. } => Some("the generator may be closed early".into()),
        Consumer::Comprehension { node, .. } => {
            // A generator expression goes as far as its own consumer asks.
            let whole = match module.node(*node) {
                AnyNodeRef::ExprGenerator(_) => of_generator(module, *node).is_some_and(iterates_all),
                _ => true,
            };
            (!whole).then(|| "the generator expression may not be consumed to its end".into())
        }
        _ => None,
    }
}

/// Calls that iterate their first argument to its end.
fn iterates_all(call: &ast::ExprCall) -> bool {
    let name = match &*call.func {
        Expr::Name(n) => n.id.as_str(),
        Expr::Attribute(a) => a.attr.as_str(),
        _ => return false,
    };
    !matches!(name, "any" | "all" | "issuperset" | "isdisjoint")
}

/// Errors of later elements come after effects of the body.
fn order_finding(
    site: &Site,
    resolved: &Resolved,
    done: &Resolved,
    what: &str,
    end: Option<&str>,
) -> Finding {
    let Some(error) = resolved.first(&[Kind::Validates, Kind::MayRaise]) else {
        return Finding::proved("the elements cannot raise").relying_on(resolved.conventions());
    };
    let caught = catcher(site);
    if let Some(catcher) = caught.as_ref().filter(|c| c.is_known) {
        return catcher
            .finding(|who| format!("{who} would see it after {what} has run: {}", error.describe()));
    }
    let order = match done.first(&[Kind::Effect, Kind::ValueCall, Kind::Suspends]) {
        Some(effect) => Finding::refuted(format!(
            "{}; until then {what} would have had effects: {}",
            error.describe(),
            effect.describe()
        )),
        None => match done.first(&[Kind::UnknownCall]) {
            Some(unknown) => Finding::assumed(format!("{} after {}", error.describe(), unknown.describe())),
            None => match end {
                Some(end) if error.kind == Kind::Validates => {
                    Finding::assumed(format!("{end}, and then {} would not be seen", error.describe()))
                }
                Some(end) => Finding::proved(format!(
                    "{end}, and no handler of this function could see that {}",
                    error.describe()
                ))
                .relying_on([Convention::EarlyStop]),
                None => Finding::proved(format!("an error comes before any visible effect of {what}")),
            },
        },
    };
    match caught {
        Some(catcher) => order.and(
            catcher.finding(|who| format!("{who} would see it after {what} has run: {}", error.describe())),
        ),
        None => order,
    }
}
