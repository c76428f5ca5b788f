//! `class C: def __init__(self): self.x = ...` -> the same with `__slots__ = ("x", ...)`.

mod class;
mod edits;
mod many;
mod others;

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::repo::Exports;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, TextRange, ast};
use unspool_engine::transform::{
    Convention, FileContext, Finding, Group, Meta, ObligationKind, Profile, Proposal, Transform,
};

use crate::asynchrony::framework::last_name;
use class::{BaseClass, Member, attributes, base_class, derived, has_slots, members, methods, sets_in_init};

pub struct AddSlots;

static META: Meta = Meta {
    id: "add-slots",
    title: "Give a class with fixed attributes `__slots__`",
    group: Group::Classes,
    default: false,
    anti_pattern: "memory-critical classes without slots",
    idiom: "`__slots__`",
    docs: include_str!("README.md"),
    needles: &["__init__"],
    kinds: &[NodeKind::StmtClassDef],
    obligations: &[
        ObligationKind {
            id: "bases-without-dict",
            claim: "no base gives the instances a `__dict__`, and no metaclass makes them",
        },
        ObligationKind {
            id: "undecorated",
            claim: "nothing makes another class of it, or keeps values in its `__dict__`",
        },
        ObligationKind {
            id: "no-class-value",
            claim: "no name is both a slot and bound in the body of a class",
        },
        ObligationKind {
            id: "nobody-adds",
            claim: "nobody sets an attribute that is no slot, or exchanges the class of an instance",
        },
        ObligationKind {
            id: "dict-unseen",
            claim: "nobody looks at the `__dict__` of instances, or pickles them by it",
        },
        ObligationKind { id: "subclasses-fit", claim: "every class that derives from it can still be made" },
        ObligationKind {
            id: "not-exported",
            claim: "nobody outside of the repository relies on its `__dict__`",
        },
        ObligationKind { id: "layout", claim: "there is a line for the slots" },
    ],
};

impl Transform for AddSlots {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtClassDef(class) = node else { return None };
        if has_slots(class) {
            return None;
        }
        // A class without attributes is in the way of those that derive from it.
        let is_site =
            sets_in_init(module, class) || is_plain(module, class) && !derived(module, class).is_empty();
        is_site.then(|| TextRange::new(class.name.start(), class.name.end()))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::StmtClassDef(class) = node else { unreachable!("only classes are found") };
        self.decision(class, cx, None)
    }
}

impl AddSlots {
    /// What is decided of the class, where this base of it has slots by then.
    fn decision<'a>(
        &self,
        class: &'a ast::StmtClassDef,
        cx: &FileContext<'a, '_>,
        slotted: Option<NodeId>,
    ) -> Proposal {
        let module = cx.module;
        let site = class.name.range();
        let mut proposal = Proposal::new(&META, site);
        let local = cx.local();

        let (inherited, finding) = bases(cx, class, slotted);
        proposal.oblige(&META, "bases-without-dict", site, finding);
        let members = members(module, class);
        let mut names = attributes(module, cx.facts, class);
        let is_property = |name: &str| members.iter().any(|m| m.is_property && m.name == name);
        names.retain(|n| !is_property(n));
        proposal.oblige(&META, "undecorated", site, undecorated(cx, class));
        proposal.oblige(
            &META,
            "no-class-value",
            site,
            no_class_value(module, class, &names, &members, &inherited),
        );
        names.retain(|n| !inherited.slots.iter().any(|s| s == n));
        let mut slots: Vec<String> = names.iter().map(ToString::to_string).collect();
        let is_bare = slots.is_empty();
        if is_bare && !proposal.is_refuted() {
            let derived = if slotted.is_none() { derived(module, class) } else { Vec::new() };
            let decisions = derived.iter().map(|d| self.decision(d, cx, Some(module.id(class))));
            let mut fit: Vec<Proposal> = decisions.filter(|d| !d.is_refuted()).collect();
            if fit.is_empty() {
                let why = match derived.first() {
                    Some(other) => format!(
                        "its code gives instances no attributes of their own, and `{}` cannot have slots either",
                        other.name
                    ),
                    None => "its code gives instances no attributes of their own".into(),
                };
                proposal.oblige(&META, "nobody-adds", site, Finding::refuted(why));
            } else if fit.iter().all(|d| d.withheld.is_some()) {
                proposal.withheld = fit.pop().and_then(|d| d.withheld);
                return proposal;
            }
        }
        let place = edits::place(module, class);
        let finding = match &place {
            Ok(_) => Finding::proved("there is"),
            Err(why) => Finding::refuted(why.clone()),
        };
        proposal.oblige(&META, "layout", site, finding);
        if proposal.is_refuted() {
            return proposal;
        }
        if cx.settings.profile != Profile::All && !is_bare {
            let why = if !many::made_in_numbers(module, cx.facts, class) {
                Some(format!(
                    "nothing in this file makes many objects of `{}`: slots save memory per object, and forbid what a `__dict__` allows",
                    class.name
                ))
            } else if many::is_test(cx) {
                Some("the file is a test, and nobody needs what it would save".to_string())
            } else {
                let no_record = many::no_record(cx, class, names.len());
                no_record
                    .map(|why| format!("{why}: it is made for what it does, and slots pay for small records"))
            };
            if let Some(why) = why {
                proposal.withheld = Some(format!("benefit: {why}"));
                return proposal;
            }
        }

        // Questions to the repository come last: they cost the most.
        let exports = if is_nested(module, class) {
            Exports::Nothing("a class inside of another".into())
        } else {
            cx.repo.exports_name(&local, class.name.as_str())
        };
        let weak = matches!(exports, Exports::Names(_)) || !cx.repo.mentioning("weakref").is_empty();
        if weak && !inherited.slots.iter().any(|s| s == "__weakref__") {
            slots.push("__weakref__".into());
        }
        let subject = others::Subject {
            name: class.name.as_str(),
            bases: &inherited.names,
            allowed: {
                let settable = members.iter().filter(|m| m.is_property).map(|m| m.name.to_string());
                names
                    .iter()
                    .map(ToString::to_string)
                    .chain(inherited.slots.iter().cloned())
                    .chain(settable)
                    .collect()
            },
            members: members
                .iter()
                .map(|m| m.name.to_string())
                .chain(inherited.members.iter().cloned())
                .collect(),
            class,
        };
        let subclasses = cx.repo.descendants(&local, class.name.as_str());
        proposal.oblige(&META, "subclasses-fit", site, others::subclasses_fit(&subclasses, &subject));
        let (adds, sees) = others::uses(cx, &local, &subject, &subclasses);
        proposal.oblige(&META, "nobody-adds", site, adds);
        proposal.oblige(&META, "dict-unseen", site, sees.and(taken_of_class(cx, class, &slots)));
        let finding = match exports {
            Exports::Nothing(why) => Finding::proved(why),
            Exports::Names(why) => Finding::assumed(format!(
                "{why}: who derives from it, sets attributes of its own or looks at `__dict__` there is not known"
            )),
        };
        proposal.oblige(&META, "not-exported", site, finding);
        if !proposal.is_refuted()
            && let Ok(place) = place
        {
            proposal.edits = vec![place.edit(module, class, &slots)];
        }
        proposal
    }
}

/// A class of its own that gives its instances nothing when they are made: an interface, or what several have in common.
fn is_plain(module: &Module, class: &ast::StmtClassDef) -> bool {
    const EMPTY: [&str; 4] = ["object", "ABC", "Generic", "Protocol"];
    let is_empty = |base: &Expr| {
        let text = module.source(base).split('[').next().unwrap_or_default();
        EMPTY.contains(&text.rsplit('.').next().unwrap_or(text))
    };
    let keywords = class.arguments.as_deref().map_or(&[][..], |a| &a.keywords);
    class.decorator_list.is_empty()
        && methods(class).all(|m| m.name.as_str() != "__init__")
        && class.bases().iter().all(is_empty)
        && keywords.iter().all(|k| module.source(&k.value).ends_with("ABCMeta"))
}

/// Whether code of the file takes an attribute of the class itself that only instances have: it raises
/// `AttributeError`, and would get the slot (data model, 3.3.2.4).
fn taken_of_class(cx: &FileContext, class: &ast::StmtClassDef, slots: &[String]) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let is_slot = |name: &str| slots.iter().any(|s| s == name);
    let Some(symbol) = symbols.occurrence(module.id(class)).and_then(|o| o.symbol) else {
        return Finding::proved("nobody does");
    };
    for read in symbols.occurrences_of(symbol).filter(|o| o.access.reads()) {
        // Slots are among the names that the class itself has.
        let looked_at = match module.parent_node(read.node) {
            Some(AnyNodeRef::ExprAttribute(a)) => a.attr.as_str() == "__dict__",
            Some(AnyNodeRef::Arguments(arguments)) => {
                let call = module.parent(read.node).and_then(|a| module.parent_node(a));
                let is_only = matches!(&*arguments.args, [Expr::Name(_)]) && arguments.keywords.is_empty();
                is_only
                    && matches!(call, Some(AnyNodeRef::ExprCall(c))
                        if matches!(last_name(&c.func), Some("vars" | "dir" | "getmembers")))
            }
            _ => false,
        };
        if looked_at {
            let line = module.line(read.range.start());
            return Finding::refuted(format!(
                "line {line} looks at the names that the class itself has: slots would be among them"
            ));
        }
        let taken = match module.parent_node(read.node) {
            Some(AnyNodeRef::ExprAttribute(a)) => a.ctx.is_load() && is_slot(a.attr.as_str()),
            Some(AnyNodeRef::Arguments(arguments)) => match arguments.args.get(1) {
                Some(Expr::StringLiteral(name)) => {
                    module.id(&arguments.args[0]) == read.node && is_slot(name.value.to_str())
                }
                _ => false,
            },
            _ => false,
        };
        if taken {
            let line = module.line(read.range.start());
            return Finding::refuted(format!(
                "line {line} takes of the class what only its instances have: with slots the class has it, too"
            ));
        }
    }
    Finding::proved("nobody does")
}

fn is_nested(module: &Module, class: &ast::StmtClassDef) -> bool {
    module.enclosing_definition(module.id(class)).is_some()
}

/// What comes from the bases.
#[derive(Default)]
struct Inherited {
    names: Vec<String>,
    slots: Vec<String>,
    members: Vec<String>,
}

fn bases(cx: &FileContext, class: &ast::StmtClassDef, slotted: Option<NodeId>) -> (Inherited, Finding) {
    let mut inherited = Inherited::default();
    if let Some(keyword) = class.arguments.as_deref().and_then(|a| a.keywords.first()) {
        let is_abc = keyword.arg.as_deref() == Some("metaclass")
            && matches!(Types::new(cx.module, cx.facts).of(&keyword.value), Ty::Member(path) if path == "abc.ABCMeta");
        if !is_abc {
            let text = cx.module.source(keyword);
            let why = format!("`{text}`: what it makes of the class is not known");
            return (inherited, Finding::refuted(why));
        }
    }
    for base in class.bases() {
        if let (Expr::Name(name), Some(id)) = (base, slotted)
            && Types::new(cx.module, cx.facts).of(base) == Ty::Class(id)
            && let AnyNodeRef::StmtClassDef(def) = cx.module.node(id)
        {
            inherited.names.push(name.id.to_string());
            inherited.members.extend(members(cx.module, def).iter().map(|m| m.name.to_string()));
            continue;
        }
        match base_class(cx.repo, cx.module, cx.facts, cx.path, base, 0) {
            BaseClass::Empty => {
                let text = cx.module.source(base);
                if text.contains("Generic") && !cx.repo.mentioning("__orig_class__").is_empty() {
                    let why = "code of the repository asks for `__orig_class__`, which objects without a `__dict__` do not get";
                    return (inherited, Finding::refuted(why));
                }
            }
            BaseClass::Slotted { name, slots, members } => {
                if inherited.slots.iter().chain(&slots).count() > slots.len() && !slots.is_empty() {
                    let why = "several bases have slots: their layouts conflict";
                    return (inherited, Finding::refuted(why));
                }
                inherited.names.push(name);
                inherited.slots.extend(slots);
                inherited.members.extend(members);
            }
            BaseClass::Other(why) => return (inherited, Finding::refuted(why)),
        }
    }
    let how = match inherited.names.first() {
        Some(name) => format!("the base `{name}` has slots itself"),
        None => "no base has one".to_string(),
    };
    (inherited, Finding::proved(how))
}

/// Decorators of the class and of its methods.
fn undecorated(cx: &FileContext, class: &ast::StmtClassDef) -> Finding {
    let module = cx.module;
    let types = Types::new(module, cx.facts);
    let called = |e: &Expr| match e {
        Expr::Call(call) => types.of(&call.func),
        other => types.of(other),
    };
    let mut finding = Finding::proved("no decorator does");
    for decorator in &class.decorator_list {
        let text = module.source(&decorator.expression);
        finding = finding.and(match called(&decorator.expression) {
            Ty::Member(path)
                if matches!(
                    path.as_str(),
                    "functools.total_ordering" | "typing.final" | "typing.runtime_checkable"
                ) =>
            {
                Finding::proved(format!("`@{text}` gives the class itself"))
                    .relying_on([Convention::KnownCallables])
            }
            Ty::Member(path) if path.starts_with("dataclasses.") || path.starts_with("attr") => {
                Finding::refuted(format!("`@{text}` makes slots itself when it is asked to (`slots=True`)"))
            }
            _ => Finding::assumed(format!("what `@{text}` makes of the class is not known")),
        });
    }
    for method in methods(class) {
        for decorator in &method.decorator_list {
            let text = module.source(&decorator.expression);
            let name = text.split('(').next().unwrap_or(text);
            let last = name.rsplit('.').next().unwrap_or(name);
            let line = module.line(decorator.start());
            let known = matches!(
                last,
                "property"
                    | "setter"
                    | "getter"
                    | "deleter"
                    | "staticmethod"
                    | "classmethod"
                    | "abstractmethod"
                    | "abstractproperty"
                    | "override"
                    | "overload"
                    | "final"
                    | "wraps"
                    | "lru_cache"
                    | "cache"
                    | "contextmanager"
                    | "asynccontextmanager"
                    | "singledispatchmethod"
                    | "recursive_repr"
            );
            if matches!(last, "cached_property" | "reify" | "lazy_property" | "memoized_property") {
                return Finding::refuted(format!(
                    "`@{text}` on line {line} keeps its value in the `__dict__` of the object"
                ));
            }
            // Classes and functions of the repository are looked at together with everybody's use of `__dict__`.
            let seen = matches!(called(&decorator.expression), Ty::Class(_) | Ty::Function(_));
            if !known && !seen {
                finding = finding.and(Finding::assumed(format!(
                    "`@{text}` on line {line} may keep values in the `__dict__` of the object"
                )));
            }
        }
    }
    finding
}

fn no_class_value(
    module: &Module,
    class: &ast::StmtClassDef,
    names: &[&str],
    members: &[Member],
    inherited: &Inherited,
) -> Finding {
    let clash = members
        .iter()
        .find(|m| !m.is_property && (names.contains(&m.name) || inherited.slots.iter().any(|s| s == m.name)));
    if let Some(member) = clash {
        let line = module.line(member.range.start());
        return Finding::refuted(format!(
            "line {line} binds `{}` in the body of the class, too: a slot of that name would be in its way",
            member.name
        ));
    }
    if let Some(name) = names
        .iter()
        .find(|n| inherited.members.iter().any(|m| m == *n) && !inherited.slots.iter().any(|s| s == *n))
    {
        return Finding::refuted(format!(
            "a base of `{}` binds `{name}`: an object without its own value finds it there, but not past a slot",
            class.name
        ));
    }
    Finding::proved("none is")
}
