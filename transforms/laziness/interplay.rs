//! What the elements and the code that now runs between them do to each other.

use unspool_engine::facts::effects::{Collector, Effects, Kind, Resolved, ResolvedNote, UNREADABLE};
use unspool_engine::facts::types::Ty;
use unspool_engine::facts::{Access, ScopeKind, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::{Convention, Finding};

use super::catcher::catcher;
use super::consumer::{Consumer, Pace, applied, eager_around, loop_body, loop_over, of_generator};
use super::sharing::{
    changeable, changed_unprompted, clash, may_alias, mutated_elsewhere, reads_changeable, same_object,
    shared_source,
};
use super::{Elements, Site};

/// Kinds of note that make the order of evaluation visible, apart from exceptions.
const VISIBLE: &[Kind] =
    &[Kind::Effect, Kind::ValueCall, Kind::UnknownCall, Kind::Suspends, Kind::SharedIteration];

/// With the generator the other arguments are evaluated before the first element.
pub fn arguments_first(site: &Site, effects: &Effects, resolved: &Resolved) -> Finding {
    let mut finding = Finding::proved("the other arguments only compute");
    for argument in site.other_arguments() {
        let other = Collector::of_expr(site.cx.module, site.cx.facts, argument);
        let done = site.resolve(&other);
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
    for argument in site.other_arguments() {
        let done = site.resolve(&Collector::of_expr(site.cx.module, site.cx.facts, argument));
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
pub fn operator_steps(site: &Site) -> Effects {
    let mut theirs = Effects::default();
    for call in site.consumer.calls() {
        for function in applied(site.cx, call) {
            theirs.merge(Collector::of_application(site.cx.module, site.cx.facts, function));
        }
    }
    for class in instances(&site.elements.ty(&site.types())) {
        theirs.merge(Collector::of_operators(site.cx.module, site.cx.facts, class, site.elements.range()));
    }
    // A list or deque takes its elements as they are, a loop or comprehension gives them a name.
    let taken = match site.consumer.last() {
        Consumer::Method { name: "extend" | "extendleft", receiver, .. } => {
            site.types().of(receiver).is(&["list", "deque"])
        }
        Consumer::Comprehension { .. } | Consumer::Loop { .. } | Consumer::Call { name: "next", .. } => true,
        _ => false,
    };
    theirs.by_operators |= !taken && !site.elements.ty(&site.types()).is_immutable();
    if let Consumer::Wrapper { call, .. } = &site.consumer {
        // `zip`, `chain` and `product` iterate their other arguments in between.
        for argument in &call.arguments.args {
            if argument.range() != site.cx.module.node(site.id).range() {
                theirs.merge(Collector::of_iteration(site.cx.module, site.cx.facts, argument));
            }
        }
    }
    if let Consumer::Comprehension { .. } = site.consumer.last() {
        theirs.merge(comprehension_steps(site));
    }
    theirs
}

/// Whether the elements and what the consumer does with each of them may take turns.
pub fn with_operators(site: &Site, effects: &Effects, resolved: &Resolved) -> Finding {
    let theirs = operator_steps(site);
    let done = site.resolve(&theirs);
    if let Some(clash) = clash(site, effects, resolved, &theirs, &done) {
        return Finding::refuted(format!("elements and consumer take turns: {clash}"));
    }
    if (step_may_raise(site) || !done.is_total())
        && let Some(change) = own_change(site, effects)
        && let Some(catcher) = catcher(site)
    {
        return catcher.finding(|who| {
            format!("{who} would see an error of the consumer before all elements are there: {change}")
        });
    }
    let finding = operators_in_between(site, effects, resolved, &done);
    match other_error(resolved, &done) {
        Some(other) => finding.and(Finding::assumed(other)),
        None => finding,
    }
}

fn operators_in_between(site: &Site, effects: &Effects, resolved: &Resolved, done: &Resolved) -> Finding {
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
pub fn step_may_raise(site: &Site) -> bool {
    let element = site.elements.ty(&site.types());
    let number = element.is(&["int", "float", "bool", "str"]);
    let pair = || match &element {
        Ty::Known("tuple", of) => of.len() != 2 || !of[0].is_immutable(),
        _ => true,
    };
    if site.consumer.calls().into_iter().any(|call| !applied(site.cx, call).is_empty()) {
        return true;
    }
    match site.consumer.last() {
        Consumer::Call { name: "any" | "all" | "next", .. } => false,
        Consumer::Call { name: "sum", .. } => {
            let numbers = |ty: &Ty| ty.is(&["int", "float", "bool"]);
            let mut start = site.other_arguments().into_iter();
            !numbers(&element) || !start.all(|e| numbers(&site.types().of(e)))
        }
        Consumer::Call { name: "dict" | "OrderedDict", .. } => pair(),
        // A number may be too large for a byte.
        Consumer::Call { name: "bytes" | "bytearray", .. } => true,
        Consumer::Call { name: "set" | "frozenset" | "Counter", .. }
        | Consumer::Display { is_set: true, .. } => !element.is_immutable(),
        Consumer::Method { name: "extend" | "extendleft" | "writelines" | "join", receiver, .. } => {
            // A `bytearray` takes numbers below 256 alone, a file its own kind of string.
            !site.types().of(receiver).is(&["list", "deque"])
        }
        // A statement of SQL may be refused.
        Consumer::Method { name: "executemany", .. } => true,
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
    steps_of(site, site.consumer.last())
}

fn steps_of(site: &Site, consumer: &Consumer) -> Effects {
    let mut steps = Effects::default();
    let (module, facts) = (site.cx.module, site.cx.facts);
    if let Consumer::Comprehension { node, generator, elements, .. } = consumer {
        if let Some(outer) = eager_around(module, *node) {
            steps.merge(steps_of(site, &outer));
        }
        if let Some(statement) = loop_over(module, *node) {
            steps.merge(body_of(site, statement));
        }
        // A set or dict hashes it, the consumer of a generator expression adds, compares or calls its `key`.
        if !matches!(module.node(*node), AnyNodeRef::ExprListComp(_)) {
            for element in elements {
                for class in instances(&site.types().of(element)) {
                    steps.merge(Collector::of_operators(module, facts, class, element.range()));
                }
            }
        }
        if let Some(element) = elements.first()
            && rejects(site, *node, element)
        {
            steps.notes.push(unspool_engine::facts::effects::Note {
                kind: Kind::MayRaise,
                at: element.range(),
                what: "what is done with an element may raise".into(),
                raises: None,
                on_self: false,
            });
        }
        let keywords = of_generator(module, *node).map_or(&[][..], |call| &call.arguments.keywords);
        for keyword in keywords.iter().filter(|k| k.arg.as_deref() == Some("key")) {
            steps.merge(Collector::of_application(module, facts, &keyword.value));
        }
        for element in elements {
            steps.merge(Collector::of_expr(site.cx.module, site.cx.facts, element));
        }
        for test in &generator.ifs {
            steps.merge(Collector::of_test(site.cx.module, site.cx.facts, test));
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
                steps.merge(Collector::of_test(site.cx.module, site.cx.facts, test));
            }
        }
    }
    steps
}

/// Whether adding, comparing or hashing an element of a comprehension may raise while others are still to come.
fn rejects(site: &Site, node: NodeId, element: &Expr) -> bool {
    let module = site.cx.module;
    let hashes = match module.node(node) {
        AnyNodeRef::ExprSetComp(_) | AnyNodeRef::ExprDictComp(_) => true,
        AnyNodeRef::ExprGenerator(_) => match of_generator(module, node).map(|call| &*call.func) {
            Some(Expr::Name(n)) if matches!(n.id.as_str(), "set" | "frozenset" | "dict" | "Counter") => true,
            Some(Expr::Name(n)) if matches!(n.id.as_str(), "sum" | "min" | "max" | "fsum" | "prod") => false,
            Some(Expr::Attribute(a)) if matches!(a.attr.as_str(), "fsum" | "prod") => false,
            _ => return false,
        },
        _ => return false,
    };
    let ty = site.types().of(element);
    if hashes { !ty.is_immutable() } else { !ty.is(&["int", "float", "bool"]) }
}

/// What the elements change that the function made itself, and what else reads it: by the time they are all there
/// that is nobody's business, and before it is.
pub fn own_change(site: &Site, effects: &Effects) -> Option<String> {
    let (module, symbols) = (site.cx.module, site.cx.facts.symbols());
    let node = site.node();
    effects.objects_changed.iter().find_map(|changed| {
        let symbol = changed.root?;
        if module.contains(node, symbols.scope(symbols.symbol(symbol).scope).node) {
            return None;
        }
        let read = symbols
            .occurrences_of(symbol)
            .find(|o| o.access != Access::Write && !module.contains(node, o.node))?;
        let line = module.line(read.range.start());
        Some(format!("the elements change `{}`, which line {line} reads", changed.text))
    })
}

/// Both the elements and what now runs between them check what they are given, by different exceptions: of input that
/// both refuse, the other one would now be told.
fn other_error(resolved: &Resolved, done: &Resolved) -> Option<String> {
    let checks = |r: &Resolved| -> Vec<ResolvedNote> {
        r.notes.iter().filter(|n| n.kind == Kind::Validates).cloned().collect()
    };
    let theirs = checks(done);
    checks(resolved).iter().find_map(|ours| {
        let other = theirs.iter().find(|t| ours.raises.is_none() || ours.raises != t.raises)?;
        Some(format!(
            "where both would raise, the other exception comes first: {}; in between {}",
            ours.describe(),
            other.describe()
        ))
    })
}

/// Code that used to run after all elements, and now runs before or between them.
pub struct Theirs {
    pub effects: Effects,
    pub done: Resolved,
    /// For messages: "the loop body".
    pub what: String,
    /// Why not all elements may be asked for.
    pub end: Option<String>,
}

impl Theirs {
    /// Whether a handler around both could tell how far it came.
    fn leaves_traces(&self, site: &Site) -> bool {
        self.effects.binds.iter().any(|s| outlives(site, *s))
            || !(self.effects.objects_changed.is_empty()
                && self.effects.attributes_written.is_empty()
                && self.done.first(VISIBLE).is_none())
    }
}

/// Whether a variable can be read when an error has left the `try` or `with` around the site.
fn outlives(site: &Site, symbol: SymbolId) -> bool {
    let (module, symbols) = (site.cx.module, site.cx.facts.symbols());
    let own = symbols.symbol(symbol);
    let function = module.enclosing_function(site.id);
    let mut around = module.ancestors(site.id).take_while(|a| Some(*a) != function);
    let again = |a| matches!(module.node(a), AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_));
    match symbols.scope(own.scope).kind {
        ScopeKind::Comprehension => return false,
        ScopeKind::Function if !own.captured && !around.any(again) => {}
        _ => return true,
    }
    let guarded = module.ancestors(site.id).find_map(|a| match module.node(a) {
        AnyNodeRef::StmtTry(t) => {
            let body = t.body[0].range().cover(t.body[t.body.len() - 1].range());
            body.contains_range(module.node(site.id).range()).then_some(body)
        }
        AnyNodeRef::StmtWith(w) => Some(w.range()),
        _ => None,
    });
    let mut reads = symbols.occurrences_of(symbol).filter(|o| o.access.reads());
    reads.any(|o| guarded.is_none_or(|g| !g.contains_range(o.range)))
}

/// What a loop does with each element.
fn body_of(site: &Site, statement: &ast::StmtFor) -> Effects {
    let (module, facts) = (site.cx.module, site.cx.facts);
    let mut body = Collector::of_body(module, facts, loop_body(statement));
    body.merge(Collector::of_loop_target(module, facts, &statement.iter, &statement.target));
    body
}

/// What the consumer does between two elements: statements or elements of the program, not only operators.
pub fn loop_steps(site: &Site) -> (Effects, &'static str) {
    let module = site.cx.module;
    match site.consumer.last() {
        Consumer::Loop { statement } => (body_of(site, statement), "the loop body"),
        Consumer::Comprehension { node, .. } if loop_over(module, *node).is_some() => {
            (comprehension_steps(site), "the loop")
        }
        Consumer::Comprehension { .. } => (comprehension_steps(site), "the comprehension around it"),
        _ => (suspended(site), "whoever drives the generator"),
    }
}

/// What runs between the elements of a loop header, and what an early end does.
pub fn with_loop(site: &Site, effects: &Effects, resolved: &Resolved) -> (Finding, Finding) {
    let (body, what) = loop_steps(site);
    let done = site.resolve(&body);
    let end = early_end(site, &done, true);
    take_turns(site, effects, resolved, &Theirs { effects: body, done, what: what.into(), end })
}

/// Whether elements and other code may take turns, and whether errors of the elements may come after it.
pub fn take_turns(
    site: &Site,
    effects: &Effects,
    resolved: &Resolved,
    theirs: &Theirs,
) -> (Finding, Finding) {
    (turns(site, effects, resolved, theirs), order_finding(site, resolved, theirs))
}

/// Effects that reach files.
const WRITES: &[&str] = &[
    "open",
    ".write",
    ".truncate",
    ".seek",
    "remove",
    "rename",
    "replace",
    "unlink",
    "shutil.",
    "subprocess.",
];

/// The first effect that may change a file.
pub fn first_write(done: &Resolved) -> Option<&ResolvedNote> {
    let writes = |n: &&ResolvedNote| WRITES.iter().any(|w| n.what.contains(w));
    done.notes.iter().filter(|n| n.kind == Kind::Effect).find(writes)
}

/// The first thing that others could see, for messages.
pub fn first_visible(done: &Resolved) -> Option<String> {
    done.first(VISIBLE).map(|n| n.describe())
}

/// While suspended anything may run.
fn suspended(site: &Site) -> Effects {
    let mut effects = Effects::default();
    effects.notes.push(unspool_engine::facts::effects::Note {
        kind: Kind::Suspends,
        at: site.consumer.range(),
        what: "other code runs while the generator is suspended".into(),
        raises: None,
        on_self: false,
    });
    effects
}

/// Whether elements and other code may take turns, errors apart.
pub fn turns(site: &Site, effects: &Effects, resolved: &Resolved, theirs: &Theirs) -> Finding {
    let Theirs { effects: body, done, what, end } = theirs;
    let end = end.as_deref();
    if let Some(clash) = clash(site, effects, resolved, body, done) {
        return Finding::refuted(format!("{what} and the elements would take turns: {clash}"));
    }
    if let Some(why) = changed_unprompted(site, effects) {
        return Finding::refuted(format!("the list is a copy that {what} can rely on: {why}"));
    }
    if let Some(change) = own_change(site, effects) {
        if let Some(end) = end {
            return Finding::refuted(format!("{end}, and then not all of this would happen: {change}"));
        }
        if done.notes.iter().any(|n| n.kind.is_error())
            && let Some(catcher) = catcher(site)
        {
            return catcher.finding(|who| {
                format!("{who} would see an error of {what} before all elements are there: {change}")
            });
        }
    }
    // Who reads on from a file is asked for itself.
    if let Some(end) = end
        && !matches!(site.elements, Elements::Lines { .. })
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
            let text = format!("{end}, and then this would not happen: {}", ours.describe());
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
        // The list would have taken the whole source before the error.
        (Some(ours), None)
            if ours.kind == Kind::UnknownIteration
                && done.first(&[Kind::Validates, Kind::MayRaise]).is_some()
                && let Some(passed) = site.passed_iterator() =>
        {
            let error =
                done.first(&[Kind::Validates, Kind::MayRaise]).map(|n| n.describe()).unwrap_or_default();
            return Finding::refuted(format!("{error}, and the rest of an iterator would be left: {passed}"));
        }
        (Some(ours), None) if end.is_none() && tells_nothing(body) => {
            return Finding::proved(format!("{what} neither does nor reads anything that others see"))
                .relying_on(resolved.conventions())
                .and(
                    may_alias(site, effects, body, done)
                        .map_or(Finding::proved(ours.describe()), Finding::assumed),
                );
        }
        (Some(ours), None) if matches!(ours.kind, Kind::UnknownCall | Kind::ValueCall) => {
            return Finding::assumed(format!("it would take turns with {what}: {}", ours.describe()));
        }
        (None, Some(theirs)) => {
            if let Some(passed) = passed_to_opaque(site, effects, body, done) {
                return Finding::assumed(passed);
            }
            let Some(read) = changeable(site, effects) else {
                return Finding::proved(format!("the elements read nothing that {what} could change"))
                    .relying_on(resolved.conventions());
            };
            // Known effects that touch none of what is read were compared above.
            let opaque = done.first(&[Kind::ValueCall, Kind::UnknownCall, Kind::Suspends]);
            match opaque {
                None => {
                    if let Some(alias) = may_alias(site, effects, body, done) {
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
    if let Some(alias) = may_alias(site, effects, body, done) {
        return Finding::assumed(alias);
    }
    Finding::proved(format!("{what} changes nothing that the elements read"))
        .relying_on(resolved.conventions())
}

/// Code that only reads and binds variables of its own function, and cannot raise: nobody could tell when it ran.
fn tells_nothing(body: &Effects) -> bool {
    let Effects {
        notes,
        calls,
        reads: _,
        attributes_read,
        objects_read,
        objects_iterated: _,
        binds: _,
        attributes_written,
        own_attributes_written,
        objects_changed,
        objects_passed,
        shared_read,
        shared_written,
        by_operators,
        by_names,
    } = body;
    let strings = [attributes_read, attributes_written, own_attributes_written, shared_read, shared_written];
    let objects = [objects_read, objects_changed, objects_passed];
    notes.is_empty()
        && calls.is_empty()
        && strings.iter().all(|s| s.is_empty())
        && objects.iter().all(|o| o.is_empty())
        && !by_operators
        && !by_names
}

/// What the elements read goes to a call of which nothing is known.
fn passed_to_opaque(site: &Site, effects: &Effects, body: &Effects, done: &Resolved) -> Option<String> {
    let opaque = done.first(&[Kind::ValueCall, Kind::UnknownCall])?;
    let types = site.types();
    let passed = body.objects_passed.iter().find(|passed| {
        let immutable =
            !passed.is_attribute && passed.root.is_some_and(|s| types.of_symbol(s).is_immutable());
        !immutable && effects.objects_read.iter().any(|read| same_object(site, read, passed))
    })?;
    Some(format!("`{}` is passed on, and {}", passed.text, opaque.describe()))
}

/// Why what iterates the elements may stop before the last one.
///
/// `errors`: whether it matters that an error of the consumer's own code ends it.
pub fn early_end(site: &Site, done: &Resolved, errors: bool) -> Option<String> {
    let module = site.cx.module;
    let mut consumer = &site.consumer;
    while let Consumer::Wrapper { name, outer, call } = consumer {
        let several = call.arguments.args.len() > 1;
        if matches!(*name, "islice" | "takewhile") || (matches!(*name, "zip" | "map" | "compress") && several)
        {
            return Some(format!("`{name}` may end early"));
        }
        consumer = outer;
    }
    if let Some(note) = done.first(&[Kind::Validates])
        && errors
    {
        return Some(format!("the loop may end by an error ({})", note.describe()));
    }
    match consumer {
        Consumer::Loop { statement } => ends_early(module, statement),
        Consumer::Delegation { .. } => Some("the generator may be closed early".into()),
        Consumer::Comprehension { node, .. } if let Some(statement) = loop_over(module, *node) => {
            ends_early(module, statement)
        }
        Consumer::Comprehension { node, .. } => {
            // A generator expression goes as far as its own consumer asks.
            let whole = match module.node(*node) {
                AnyNodeRef::ExprGenerator(_) => {
                    of_generator(module, *node).is_some_and(iterates_all)
                        || eager_around(module, *node).is_some()
                }
                _ => true,
            };
            (!whole).then(|| "the generator expression may not be consumed to its end".into())
        }
        _ => None,
    }
}

fn ends_early(module: &Module, statement: &ast::StmtFor) -> Option<String> {
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

/// Calls that iterate their first argument to its end.
fn iterates_all(call: &ast::ExprCall) -> bool {
    let name = match &*call.func {
        Expr::Name(n) => n.id.as_str(),
        Expr::Attribute(a) => a.attr.as_str(),
        _ => return false,
    };
    !matches!(name, "any" | "all" | "next" | "issuperset" | "isdisjoint")
}

/// Errors of later elements come after effects of the body.
fn order_finding(site: &Site, resolved: &Resolved, theirs: &Theirs) -> Finding {
    let Theirs { done, what, end, .. } = theirs;
    let caught = catcher(site).filter(|_| end.is_some() || theirs.leaves_traces(site));
    let Some(error) = resolved.first(&[Kind::Validates, Kind::MayRaise]) else {
        // What gives the elements may raise half-way: a generator, a parser.
        if let Some(catcher) = caught
            && let Some(source) = resolved.first(&[Kind::UnknownIteration, Kind::SharedIteration])
        {
            if let Some(failing) = site.fails_half_way() {
                return catcher.finding(|who| format!("{who} would see it after {what} has run: {failing}"));
            }
            let line = catcher.line;
            let source = source.describe();
            return Finding::assumed(format!(
                "line {line} would see an error of what gives the elements after {what} has run: {source}"
            ));
        }
        return Finding::proved("the elements cannot raise").relying_on(resolved.conventions());
    };
    if let Some(catcher) = caught.as_ref().filter(|c| c.is_known) {
        return catcher
            .finding(|who| format!("{who} would see it after {what} has run: {}", error.describe()));
    }
    // That a later line cannot be read is no fault of the elements.
    let is_read = |n: &ResolvedNote| n.raises.as_deref() == Some(UNREADABLE);
    let only_reading = resolved.notes.iter().filter(|n| n.kind.is_error()).all(is_read);
    let order = match done.first(&[Kind::Effect, Kind::ValueCall, Kind::Suspends]) {
        Some(effect) if only_reading && effect.kind == Kind::Effect && first_write(done).is_none() => {
            Finding::assumed(format!(
                "{}, and {what} has run before: {}",
                error.describe(),
                effect.describe()
            ))
        }
        Some(effect) => Finding::refuted(format!(
            "{}; until then {what} would have had effects: {}",
            error.describe(),
            effect.describe()
        )),
        None => match done.first(&[Kind::UnknownCall]) {
            Some(unknown) => Finding::assumed(format!("{} after {}", error.describe(), unknown.describe())),
            None => match end {
                Some(end) if error.kind == Kind::Validates => {
                    Finding::assumed(format!("{end}, and then this would not be seen: {}", error.describe()))
                }
                Some(end) => Finding::proved(format!(
                    "{end}, and no handler of this function could see that {}",
                    error.describe()
                ))
                .relying_on([Convention::EarlyStop]),
                None => match other_error(resolved, done) {
                    Some(other) if catcher(site).is_some_and(|c| c.is_known) => Finding::refuted(other),
                    Some(other) => Finding::assumed(other),
                    None => Finding::proved(format!("an error comes before any visible effect of {what}")),
                },
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
