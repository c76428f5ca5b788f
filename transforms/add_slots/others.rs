//! What everybody else does to the instances.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::iter;

use super::class;
use crate::asynchrony::framework::last_name;
use unspool_engine::repo::{Base, Handling, Local, ObjectUse, ObjectUses, Subclass};
use unspool_engine::syntax::{AnyNodeRef, Expr, ast};
use unspool_engine::transform::{FileContext, Finding, State};

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
    let own = cx.repo.own_object_uses(local);
    let judge = Judge::new(cx, subject, subclasses, &own);
    for file in iter::once(own.clone()).chain(cx.repo.object_uses_elsewhere(local)) {
        for one in &file.uses {
            // Of several assumptions the first is told, and the others need not be put into words.
            let is_open = |finding: &Finding| matches!(finding.state, State::Proved(_));
            let (to_adds, to_sees) = judge.of(&file, one, is_open(&adds), is_open(&sees));
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
    (adds, sees.and(pickled(cx)).and(copied(cx, subject)))
}

/// What is in slots `copy` and `pickle` set one by one, by the `__setattr__` of the class; what is in a `__dict__`, past it.
fn copied(cx: &FileContext, subject: &Subject) -> Finding {
    let mut finding = Finding::proved("nothing fills copies by a `__setattr__` of the class");
    if !subject.members.iter().any(|m| m == "__setattr__") {
        return finding;
    }
    for file in cx.repo.mentioning("copy") {
        let imports = |text: &str| text.contains("import copy") || text.contains("from copy import");
        if !cx.repo.text(&file).is_some_and(|text| imports(&text)) {
            continue;
        }
        let why = format!(
            "{} imports `copy`: a copy's slots are set by `__setattr__`, which the class defines, and its `__dict__` past it",
            cx.repo.index().shown(&file).display()
        );
        let own = file == cx.path;
        finding = finding.and(if own { Finding::refuted(why) } else { Finding::assumed(why) });
    }
    finding
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

/// `file.py:12`
fn place(file: &ObjectUses, one: &ObjectUse) -> String {
    format!("{}:{}", file.path.display(), one.line)
}

/// The same questions about many uses, most of which are about other objects.
struct Judge<'c, 'a, 'r> {
    cx: &'c FileContext<'a, 'r>,
    subject: &'c Subject<'c>,
    own: &'c ObjectUses,
    /// The class and its bases.
    own_names: HashSet<&'c str>,
    subclasses: HashSet<&'c str>,
    /// Last names of the decorators of its methods.
    decorators: HashSet<&'c str>,
    allowed: HashSet<&'c str>,
    members: HashSet<&'c str>,
    /// Whether a name of those two is rare enough in the repository to say what an object is.
    rare: RefCell<HashMap<&'c str, bool>>,
}

impl<'c, 'a, 'r> Judge<'c, 'a, 'r> {
    fn new(
        cx: &'c FileContext<'a, 'r>,
        subject: &'c Subject<'c>,
        subclasses: &'c [Subclass],
        own: &'c ObjectUses,
    ) -> Self {
        let decorators = class::methods(subject.class).flat_map(|m| &m.decorator_list);
        let decorators = decorators.filter_map(|d| match &d.expression {
            Expr::Call(c) => last_name(&c.func),
            other => last_name(other),
        });
        Judge {
            cx,
            subject,
            own,
            own_names: iter::once(subject.name).chain(subject.bases.iter().map(String::as_str)).collect(),
            subclasses: subclasses.iter().map(|s| s.name.as_str()).collect(),
            decorators: decorators.collect(),
            allowed: subject.allowed.iter().map(String::as_str).collect(),
            members: subject.members.iter().map(String::as_str).collect(),
            rare: RefCell::default(),
        }
    }

    /// What a use says: whether it adds attributes, and whether it sees that there is no `__dict__`. Assumptions are
    /// only wanted where that is `open`.
    fn of(&self, file: &ObjectUses, one: &ObjectUse, adds_open: bool, sees_open: bool) -> Answers {
        let place = || place(file, one);
        let own_file = std::ptr::eq(self.own, file);
        if let Handling::Class(name) = &one.how
            && self.own_names.contains(name.as_str())
        {
            let why =
                format!("{} makes an object a `{name}`: layouts with and without slots differ", place());
            return (Some(Finding::refuted(why)), None);
        }
        let instance = match &one.base {
            Base::Instance(name) => Some(name.as_str()),
            Base::ImportedInstance(path) => Some(path.rsplit('.').next().unwrap_or(path)),
            _ => None,
        };
        if let Some(name) = instance {
            if self.own_names.contains(name) {
                return certain(self.subject, one, &place());
            }
            // A subclass without slots has a `__dict__`, but what was the base's is no longer in it.
            if matches!(one.how, Handling::Dict) && self.subclasses.contains(name) {
                let why = format!(
                    "{} looks at the `__dict__` of a `{name}`, which would lack what is in slots",
                    place()
                );
                return (None, Some(Finding::refuted(why)));
            }
            return (None, None);
        }
        if one.perhaps.iter().any(|n| self.own_names.contains(n.as_str())) {
            return certain(self.subject, one, &place());
        }
        // A decorator of a method gets the object as an argument of the call.
        if one.within.as_deref().is_some_and(|name| self.decorators.contains(name)) {
            return certain(self.subject, one, &place());
        }
        let related = || one.about.iter().any(|name| self.tells(name, own_file));
        match &one.how {
            Handling::Sets(name) => self.sets(file, one, name, related, adds_open),
            Handling::SetsAny => {
                let state = match related() {
                    true => Finding::refuted,
                    false if adds_open => Finding::assumed,
                    false => return (None, None),
                };
                (Some(state(format!("{} sets an attribute by a computed name", place()))), None)
            }
            Handling::Class(_) if adds_open => {
                let why = format!("{} exchanges the class of an object of unknown type", place());
                (Some(Finding::assumed(why)), None)
            }
            Handling::Class(_) => (None, None),
            Handling::Dict => (None, self.looks(file, one, related, sees_open)),
        }
    }

    /// Whether an attribute of the class says that an object with one is of this class. In another file a name says
    /// something only if few have it.
    fn tells(&self, name: &str, own_file: bool) -> bool {
        let known = self.allowed.get(name).or_else(|| self.members.get(name)).copied();
        let is_rare = |name| {
            let count = || self.cx.repo.count_mentioning(name) <= RARE;
            *self.rare.borrow_mut().entry(name).or_insert_with(count)
        };
        known.is_some_and(|name| own_file || is_rare(name))
    }

    fn sets(
        &self,
        file: &ObjectUses,
        one: &ObjectUse,
        name: &str,
        related: impl Fn() -> bool,
        is_open: bool,
    ) -> Answers {
        if self.allowed.contains(name) {
            return (None, None);
        }
        let own_file = std::ptr::eq(self.own, file);
        let why = || format!("{} sets `{name}`, which is no attribute that the class sets", place(file, one));
        if related() || self.tells(name, own_file) {
            let why = format!("{}, on an object that looks like one of this class", why());
            return (Some(Finding::refuted(why)), None);
        }
        let in_own_code =
            own_file && one.method.as_ref().is_some_and(|(class, _)| class == self.subject.name);
        if !in_own_code && !is_open {
            return (None, None);
        }
        if !one.is_parameter && owned_by_another(self.subject, [self.own, file], name) {
            return (None, None);
        }
        if in_own_code {
            return (Some(Finding::refuted(why())), None);
        }
        (Some(Finding::assumed(format!("{}, on an object of unknown type", why()))), None)
    }

    fn looks(
        &self,
        file: &ObjectUses,
        one: &ObjectUse,
        related: impl Fn() -> bool,
        is_open: bool,
    ) -> Option<Finding> {
        let (cx, subject) = (self.cx, self.subject);
        if let Some((class, method)) = &one.method
            && matches!(method.as_str(), "__get__" | "__set__" | "__delete__" | "__set_name__")
        {
            // A descriptor is about the classes that have one.
            let has_one = cx
                .module
                .subtree(cx.module.id(subject.class))
                .any(|(_, n)| matches!(n, AnyNodeRef::ExprName(n) if n.id.as_str() == class));
            let why = || {
                format!("{}: the descriptor `{class}` uses the `__dict__` of the object", place(file, one))
            };
            return has_one.then(|| Finding::refuted(why()));
        }
        let why = || {
            format!("{} looks at the `__dict__` of objects, which those with slots lack", place(file, one))
        };
        if std::ptr::eq(self.own, file) || related() {
            return Some(Finding::refuted(why()));
        }
        let together = one.within.as_deref().and_then(|f| {
            let meets = cx.repo.brings_together(subject.name, f, &file.file)?;
            Some((f, cx.repo.index().shown(&meets).display().to_string()))
        });
        match together {
            Some((function, meets)) => Some(Finding::refuted(format!(
                "{}, and {meets} uses both `{function}`, where it does, and the class",
                why()
            ))),
            None => is_open.then(|| Finding::assumed(why())),
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
