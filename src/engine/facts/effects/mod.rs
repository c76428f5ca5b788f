//! What evaluating an expression or running a statement may do.
//!
//! Effects come in two stages. [`Effects`] are *local*: what the code itself does, with the calls it makes named
//! but not followed. They are owned and refer to no tree, so that summaries of other files can keep them.
//! [`crate::repo`] follows the calls and joins what the callees do ([`Resolved`]).

mod annotation;
mod collect;
mod freshness;
mod signature;
mod unbound;

pub use annotation::annotation_fails;
pub use collect::Collector;
pub use freshness::{gets_a_call, is_fresh, is_fresh_at, is_fresh_name, is_given_away, is_left_alone};
pub use signature::do_not_fit;
pub use unbound::{Unbound, unbound, without_value};

use crate::syntax::{NodeId, TextRange};
use crate::transform::Place;

use super::SymbolId;

/// What code may do. Ordered from what matters most to a proof.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Something that others can see: writes, I/O, changes of shared objects.
    Effect,
    /// Lets `StopIteration` out.
    StopIteration,
    /// Looks at the frame it runs in or is called from.
    Frame,
    /// Looks at the very frame it stands in (`super()`, `locals()`): seen from a caller, nothing.
    OwnFrame,
    /// `await`, `yield`.
    Suspends,
    /// Calls a value: a parameter, an element, the result of a call. It was passed here in order to be run.
    ValueCall,
    /// Calls something of which nothing is known.
    UnknownCall,
    /// Advances an iterator that others may hold.
    SharedIteration,
    /// Iterates an object of unknown type.
    UnknownIteration,
    /// Reads what the world holds (clock, files): no effect, but the time at which it runs matters.
    Observes,
    /// May reject its argument (`int("x")`, `raise`, `assert`): often what the code is for.
    Validates,
    /// Raises a group of exceptions, in addition to [`Kind::Validates`].
    RaisesGroup,
    /// May raise by conventional means: an operator, an attribute, a subscript.
    MayRaise,
}

impl Kind {
    /// Whether it is an exception, and nothing but that.
    pub fn is_error(self) -> bool {
        matches!(self, Kind::MayRaise | Kind::Validates | Kind::RaisesGroup)
    }
}

/// What reading from a file raises, as [`Note::raises`] has it.
pub const UNREADABLE: &str = "OSError";

/// One thing that code may do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    pub kind: Kind,
    pub at: TextRange,
    /// For people: "assigns `self.errors`", "calls `print`".
    pub what: String,
    /// The exception that comes, by name, where that is seen ([`Kind::Validates`]).
    pub raises: Option<Box<str>>,
    /// It changes only the object that the function's first parameter names.
    pub on_self: bool,
}

/// An object that is read or changed, as far as names tell.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Object {
    /// The variable at the root of `x.a.b`, if it is one of this file.
    pub root: Option<SymbolId>,
    /// `x`, `self.slots`, `table`: the source text.
    pub text: String,
    /// The last attribute of the path, or the name of the variable.
    pub name: String,
    /// Whether `name` is an attribute.
    pub is_attribute: bool,
    /// Other functions can reach it by this name: an attribute, a variable of the module or of a closure.
    pub is_shared: bool,
    /// The function got it as an argument, or an item of one.
    pub is_given: bool,
    /// An attribute of the object whose method it is.
    pub of_receiver: bool,
}

/// A call that the code makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    pub callee: Callee,
    pub at: TextRange,
    pub mode: Mode,
    /// The receiver was made right here (`Cls().m()`, a fresh local): changes of it are not seen.
    pub fresh_receiver: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Runs the body of a plain function; a generator function or coroutine only makes its object.
    Call,
    /// Iterates the result at once: runs the body of a generator function.
    Iterate,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Callee {
    /// A function of the same file.
    Function(NodeId),
    /// `Cls(...)` of a class of the same file.
    Constructor(NodeId),
    /// A method found in a class of the same file (or its bases).
    Method { class: NodeId, name: String },
    /// `super().name(...)` in a method of a class of the same file.
    Super { class: NodeId, name: String },
    /// A member of another module by dotted path; leading dots are relative.
    Member(String),
    /// `x.name(...)` on a receiver of unknown type.
    AnyMethod(String),
    /// `x.name` read on a receiver of unknown type: a property may run.
    AnyAttribute(String),
    /// `x.name` read on an instance of a class of the same file.
    Attribute { class: NodeId, name: String },
    /// A special method of a class of the same file, run by an operator or builtin.
    Special { class: NodeId, names: &'static [&'static str] },
}

/// What code does, calls not followed.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Effects {
    pub notes: Vec<Note>,
    pub calls: Vec<Call>,
    /// Variables whose binding is read.
    pub reads: Vec<SymbolId>,
    /// Attributes that are read.
    pub attributes_read: Vec<String>,
    /// Objects whose content is read: iterated, subscripted, measured.
    pub objects_read: Vec<Object>,
    /// Those among them that are iterated, or searched by `in`: of an iterator this takes elements.
    pub objects_iterated: Vec<Object>,
    /// Variables that are bound.
    pub binds: Vec<SymbolId>,
    /// Attributes that are assigned or deleted, whatever the object.
    pub attributes_written: Vec<String>,
    /// Those of the object that the first parameter of the method names.
    pub own_attributes_written: Vec<String>,
    /// Objects whose content is changed.
    pub objects_changed: Vec<Object>,
    /// Objects that are handed to a call which may change them.
    pub objects_passed: Vec<Object>,
    /// Names of variables that other functions see, too: those read, and those bound.
    pub shared_read: Vec<String>,
    pub shared_written: Vec<String>,
    /// Conventions 1 and 2 were leant on.
    pub by_operators: bool,
    pub by_names: bool,
}

impl Effects {
    pub fn has(&self, kind: Kind) -> bool {
        self.notes.iter().any(|n| n.kind == kind)
    }

    pub fn merge(&mut self, other: Effects) {
        self.notes.extend(other.notes);
        self.calls.extend(other.calls);
        self.reads.extend(other.reads);
        self.attributes_read.extend(other.attributes_read);
        self.objects_read.extend(other.objects_read);
        self.objects_iterated.extend(other.objects_iterated);
        self.binds.extend(other.binds);
        self.attributes_written.extend(other.attributes_written);
        self.own_attributes_written.extend(other.own_attributes_written);
        self.objects_changed.extend(other.objects_changed);
        self.objects_passed.extend(other.objects_passed);
        self.shared_read.extend(other.shared_read);
        self.shared_written.extend(other.shared_written);
        self.by_operators |= other.by_operators;
        self.by_names |= other.by_names;
    }
}

/// Effects with the calls followed.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Resolved {
    pub notes: Vec<ResolvedNote>,
    pub attributes_written: Vec<String>,
    pub attributes_read: Vec<String>,
    /// Functions of the file under rewrite that may run.
    pub visited: Vec<NodeId>,
    /// Names of variables and attributes whose objects are changed somewhere below.
    pub objects_changed: Vec<String>,
    /// Those of them that calls change and that are no variables of the called function alone: they may go by other names in
    /// the code that calls. The variables are known where they are of the file under rewrite.
    pub changed_below: Vec<Object>,
    /// Something below a call changes what the call was given.
    pub changes_given: bool,
    /// Names of variables and attributes that other functions see, too: those whose value or content is read
    /// somewhere below, and those that are bound or changed.
    pub shared_read: Vec<String>,
    pub shared_written: Vec<String>,
    pub by_operators: bool,
    pub by_names: bool,
    pub by_stop_iteration: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResolvedNote {
    pub kind: Kind,
    pub what: String,
    /// As in [`Note`].
    pub raises: Option<Box<str>>,
    /// Where, in this file: the call or the code itself.
    pub at: TextRange,
    /// Where the callee does it, if it is another place.
    pub place: Option<Place>,
    /// The line of `place`, from 1.
    pub line: usize,
    pub on_self: bool,
}

impl Resolved {
    pub fn has(&self, kind: Kind) -> bool {
        self.notes.iter().any(|n| n.kind == kind)
    }

    pub fn first(&self, kinds: &[Kind]) -> Option<&ResolvedNote> {
        kinds.iter().find_map(|k| self.notes.iter().find(|n| n.kind == *k))
    }

    /// Free of everything but exceptions.
    pub fn is_pure(&self) -> bool {
        self.notes.iter().all(|n| n.kind.is_error())
    }

    pub fn is_total(&self) -> bool {
        self.notes.is_empty()
    }

    /// The conventions the absence of notes rests on.
    pub fn conventions(&self) -> Vec<crate::transform::Convention> {
        use crate::transform::Convention;
        let mut used = Vec::new();
        if self.by_operators {
            used.push(Convention::Operators);
        }
        if self.by_names {
            used.push(Convention::KnownCallables);
        }
        used
    }
}

impl ResolvedNote {
    /// "`record` lets StopIteration out (line 8)".
    pub fn describe(&self) -> String {
        match &self.place {
            Some(Place { path: Some(path), .. }) => {
                format!("{} ({}:{})", self.what, path.display(), self.line)
            }
            Some(_) => format!("{} (line {})", self.what, self.line),
            None => self.what.clone(),
        }
    }
}
