//! What everybody else does to the instances.

use std::iter;
use std::sync::Arc;

use super::class;
use crate::asynchrony::framework::last_name;
use unspool_engine::repo::{Base, Handling, Local, ObjectUse, ObjectUses, Subclass};
use unspool_engine::syntax::{AnyNodeRef, Expr, ast};
use unspool_engine::transform::{FileContext, Finding};

/// The class that would get slots.
pub struct Subject<'s> {
    pub name: &'s str,
    /// Its bases that have slots.
    pub bases: &'s [String],
    /// Attributes that can be set.
    pub allowed: Vec<String>,
    /// Names that the bodies of the class and its bases bind.
    pub members: Vec<String>,
    pub class: &'s ast::StmtClassDef,
}

/// Words of code that pickles objects, or restores them.
const PICKLES: &[&str] = &["pickle", "cPickle", "shelve", "copyreg", "dill", "cloudpickle", "joblib"];

/// In at most this many files a name is rare.
const RARE: usize = 6;

pub fn subclasses_fit(subclasses: &[Subclass], subject: &Subject) -> Finding {
    for subclass in subclasses {
        let place = format!("{}:{}", subclass.path.display(), subclass.line);
        if subclass.other_bases > 0 {
            return Finding::refuted(format!(
                "{place}: `{}` has other bases, too: two bases with slots cannot be put together",
                subclass.name
            ));
        }
        // One that is not direct has a `__dict__` from a class in between.
        if subclass.base == subject.name && subclass.binds.iter().any(|b| b == "__slots__") {
            return Finding::refuted(format!(
                "{place}: `{}` has slots and takes its `__dict__` from `{}`",
                subclass.name, subject.name
            ));
        }
    }
    match subclasses.first() {
        Some(first) => {
            Finding::proved(format!("`{}` and others go on having a `__dict__` of their own", first.name))
        }
        None => Finding::proved("none derives from it"),
    }
}

/// Whether somebody sets attributes that are no slots, and whether somebody looks at `__dict__`.
pub fn uses(
    cx: &FileContext,
    local: &Local,
    subject: &Subject,
    subclasses: &[Subclass],
) -> (Finding, Finding) {
    let mut adds = Finding::proved("everybody sets the same attributes as the class itself");
    let mut sees = Finding::proved("nobody does");
    if !cx.repo.is_answered() {
        let unknown = || Finding::assumed("there is no repository to ask who uses its instances");
        return (unknown(), unknown());
    }
    let own = Arc::new(cx.repo.own_object_uses(local));
    for file in iter::once(own.clone()).chain(cx.repo.object_uses_elsewhere(local)) {
        for one in &file.uses {
            let (to_adds, to_sees) = judge(cx, subject, subclasses, &own, &file, one);
            if let Some(finding) = to_adds {
                adds = adds.and(finding);
            }
            if let Some(finding) = to_sees {
                sees = sees.and(finding);
            }
            if adds.state.is_refuted() || sees.state.is_refuted() {
                return (adds, sees);
            }
        }
    }
    (adds, sees.and(pickled(cx)))
}

fn pickled(cx: &FileContext) -> Finding {
    let mut finding = Finding::proved("nobody does, and nobody pickles");
    for (word, file) in PICKLES.iter().flat_map(|w| cx.repo.mentioning(w).into_iter().map(move |f| (w, f))) {
        let why = format!(
            "{} names `{word}`: a pickle from before has a `__dict__` to restore, which instances would lack",
            cx.repo.index().shown(&file).display()
        );
        let own = file == cx.path;
        finding = finding.and(if own { Finding::refuted(why) } else { Finding::assumed(why) });
    }
    finding
}

type Answers = (Option<Finding>, Option<Finding>);

fn judge(
    cx: &FileContext,
    subject: &Subject,
    subclasses: &[Subclass],
    own: &ObjectUses,
    file: &ObjectUses,
    one: &ObjectUse,
) -> Answers {
    // Most uses are about other objects: what is said of one is put into words only then.
    let place = || format!("{}:{}", file.path.display(), one.line);
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_string();
    let own_file = std::ptr::eq(own, file);
    let is_own = |n: &str| n == subject.name || subject.bases.iter().any(|b| b == n);
    if let Handling::Class(name) = &one.how
        && is_own(name)
    {
        let why = format!("{} makes an object a `{name}`: layouts with and without slots differ", place());
        return (Some(Finding::refuted(why)), None);
    }
    let instance = match &one.base {
        Base::Instance(name) => Some(name.clone()),
        Base::ImportedInstance(path) => Some(last(path)),
        _ => None,
    };
    if let Some(name) = instance {
        if is_own(&name) {
            return certain(subject, one, &place());
        }
        // A subclass without slots has a `__dict__`, but what was the base's is no longer in it.
        if subclasses.iter().any(|s| s.name == name) && matches!(one.how, Handling::Dict) {
            let why = format!(
                "{} looks at the `__dict__` of a `{name}`, which would lack what is in slots",
                place()
            );
            return (None, Some(Finding::refuted(why)));
        }
        return (None, None);
    }
    if one.perhaps.iter().any(|n| is_own(n)) {
        return certain(subject, one, &place());
    }
    // A decorator of a method gets the object as an argument of the call.
    let decorates = |name: &str| {
        let decorators = class::methods(subject.class).flat_map(|m| &m.decorator_list);
        decorators.into_iter().any(|d| {
            let callee = match &d.expression {
                Expr::Call(c) => &*c.func,
                other => other,
            };
            last_name(callee) == Some(name)
        })
    };
    if one.within.as_deref().is_some_and(decorates) {
        return certain(subject, one, &place());
    }
    // In another file a name says something only if few have it.
    let tells = |name: &str| own_file || cx.repo.mentioning(name).len() <= RARE;
    let known = |n: &str| subject.allowed.iter().chain(&subject.members).any(|k| k == n);
    let related = one.about.iter().any(|n| known(n) && tells(n));
    match &one.how {
        Handling::Sets(name) if subject.allowed.iter().any(|a| a == name) => (None, None),
        Handling::Sets(name) => {
            let why = || format!("{} sets `{name}`, which is no attribute that the class sets", place());
            let in_own_code = own_file && one.method.as_ref().is_some_and(|(class, _)| class == subject.name);
            let is_member = subject.members.iter().any(|m| m == name) && tells(name);
            if related || is_member {
                return (
                    Some(Finding::refuted(format!(
                        "{}, on an object that looks like one of this class",
                        why()
                    ))),
                    None,
                );
            }
            if !one.is_parameter && owned_by_another(subject, [own, file], name) {
                return (None, None);
            }
            if in_own_code {
                return (Some(Finding::refuted(why())), None);
            }
            (Some(Finding::assumed(format!("{}, on an object of unknown type", why()))), None)
        }
        Handling::SetsAny => {
            let why = format!("{} sets an attribute by a computed name", place());
            let finding = if related { Finding::refuted(why) } else { Finding::assumed(why) };
            (Some(finding), None)
        }
        Handling::Class(_) => {
            let why = format!("{} exchanges the class of an object of unknown type", place());
            (Some(Finding::assumed(why)), None)
        }
        Handling::Dict => {
            if let Some((class, method)) = &one.method
                && matches!(method.as_str(), "__get__" | "__set__" | "__delete__" | "__set_name__")
            {
                // A descriptor is about the classes that have one.
                let has_one = cx
                    .module
                    .subtree(cx.module.id(subject.class))
                    .any(|(_, n)| matches!(n, AnyNodeRef::ExprName(n) if n.id.as_str() == class));
                let why = format!("{}: the descriptor `{class}` uses the `__dict__` of the object", place());
                return (None, has_one.then(|| Finding::refuted(why)));
            }
            let why = format!("{} looks at the `__dict__` of objects, which those with slots lack", place());
            if own_file || related {
                return (None, Some(Finding::refuted(why)));
            }
            let together = one.within.as_deref().and_then(|f| {
                let meets = cx.repo.brings_together(subject.name, f, &file.file)?;
                Some((f, cx.repo.index().shown(&meets).display().to_string()))
            });
            (
                None,
                Some(match together {
                    Some((function, meets)) => Finding::refuted(format!(
                        "{why}, and {meets} uses both `{function}`, where it does, and the class"
                    )),
                    None => Finding::assumed(why),
                }),
            )
        }
    }
}

fn certain(subject: &Subject, one: &ObjectUse, place: &str) -> Answers {
    match &one.how {
        Handling::Sets(name) if subject.allowed.iter().any(|a| a == name) => (None, None),
        Handling::Sets(name) => {
            let why = format!("{place} sets `{name}`, which is no attribute that the class itself sets");
            (Some(Finding::refuted(why)), None)
        }
        Handling::SetsAny => {
            let why = format!("{place} sets attributes by computed names");
            (Some(Finding::refuted(why)), None)
        }
        Handling::Class(_) => {
            let why =
                format!("{place} exchanges the class of the object: layouts with and without slots differ");
            (Some(Finding::refuted(why)), None)
        }
        Handling::Dict => {
            (None, Some(Finding::refuted(format!("{place} looks at the `__dict__` of an instance"))))
        }
    }
}

/// Whether another class, of this file or of the one where the attribute is set, gives its own instances that
/// attribute: then it is theirs.
fn owned_by_another(subject: &Subject, near: [&ObjectUses; 2], name: &str) -> bool {
    near.iter().flat_map(|file| &file.uses).any(|one| {
        matches!(&one.base, Base::Instance(class) if class != subject.name)
            && matches!(&one.how, Handling::Sets(n) if n == name)
    })
}
