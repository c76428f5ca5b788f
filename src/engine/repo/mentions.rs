//! Every place of the repository that names a name: attributes, imports, strings. What the file that defines it
//! does with its own name, its scopes say; this is about everybody else, and about what scopes cannot see.

use std::path::Path;
use std::sync::Arc;

use super::{Local, Repository};
use crate::facts::types::{Ty, Types};
use crate::facts::{Access, Facts, Resolution};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, TextRange, import_source};

/// A place that names the name.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Absolute.
    pub file: Arc<Path>,
    /// As people know it.
    pub path: Arc<Path>,
    /// From 1.
    pub line: usize,
    pub range: TextRange,
    pub how: How,
}

/// How a place names a name.
#[derive(Clone, Debug)]
pub enum How {
    /// `from module import name`, the module as written, leading dots included. The line on which what was imported
    /// is used otherwise than by a call.
    Import { from: String, handed_on: Option<usize> },
    /// `base.name`
    Attribute { base: Base, access: Access, called: bool },
    /// A string that is the name, or a dotted path with it: `"name"`, `"pkg.mod.name"`, `"pkg.mod:name"`.
    Text { text: String, argument: Option<ArgumentOf> },
    /// The bare name where the file does not bind it: a builtin, or what a star import brings.
    Free { called: bool },
}

/// The call that a string (or keyword) is an argument of.
#[derive(Clone, Debug)]
pub struct ArgumentOf {
    /// The last name of what is called: `getattr`, `object` for `mock.patch.object`.
    pub function: String,
    /// What the first argument is, if the string is a later one.
    pub receiver: Option<Base>,
}

/// What an attribute is taken of, as far as its file tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Base {
    /// Something that an import brings: a module, a class, anything. Its dotted name, leading dots included.
    Imported(String),
    /// A class of that file.
    Class(String),
    /// An instance of a class of that file (or of a subclass).
    Instance(String),
    /// An instance of an imported class, by its dotted name.
    ImportedInstance(String),
    /// An object of a builtin type, a function: certainly neither module nor class of the repository.
    Other,
    /// The last name of the expression, if it has one: `node` for `self.node`.
    Unknown(Option<String>),
}

impl Base {
    pub fn of<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, expr: &Expr) -> Base {
        let class = |id: NodeId| match module.node(id) {
            AnyNodeRef::StmtClassDef(c) => c.name.to_string(),
            _ => String::new(),
        };
        match Types::new(module, facts).of(expr) {
            Ty::Module(path) | Ty::Member(path) => Base::Imported(path),
            Ty::Class(id) => Base::Class(class(id)),
            Ty::Instance(id) => Base::Instance(class(id)),
            Ty::Imported(path) => Base::ImportedInstance(path),
            Ty::Known(..) | Ty::Function(_) => Base::Other,
            Ty::Union(_) | Ty::Unknown => Base::Unknown(match expr {
                Expr::Name(n) => Some(n.id.to_string()),
                Expr::Attribute(a) => Some(a.attr.to_string()),
                _ => None,
            }),
        }
    }
}

/// Names that more files than this mention are not looked up.
const MENTIONS: usize = 120;

impl Repository {
    /// All mentions of `name`: those of the file itself first, then those of the others in path order, then those of
    /// configuration. Names are
    /// matched as spelled, so that mentions of other things of the same name are among them.
    ///
    /// `None` when more than [`MENTIONS`] files have the word.
    pub fn mentions(&self, local: &Local, name: &str) -> Option<Vec<Mention>> {
        let files = self.mentioning(name);
        if files.len() > MENTIONS {
            return None;
        }
        let shown = self.index().shown(local.path).into();
        let mut all = mentions_in(local.module, local.facts, name, &local.path.into(), &shown);
        for file in files.iter().filter(|f| f.as_path() != local.path) {
            self.note_read(file);
            all.extend(
                self.index().mentions(name, file, || self.mentions_of_file(name, file)).iter().cloned(),
            );
        }
        all.extend(self.mentions_in_configuration(name).iter().cloned());
        Some(all)
    }

    fn mentions_of_file(&self, name: &str, file: &Path) -> Vec<Mention> {
        let shown = self.index().shown(file).into();
        let found =
            self.with_file(file, |other| mentions_in(other.module, other.facts, name, &file.into(), &shown));
        found.unwrap_or_default()
    }
}

fn mentions_in<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    name: &str,
    file: &Arc<Path>,
    path: &Arc<Path>,
) -> Vec<Mention> {
    let mut mentions = Vec::new();
    for (id, node) in module.nodes() {
        let how = match node {
            AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == name => How::Attribute {
                base: Base::of(module, facts, &a.value),
                access: access(module, id, a.ctx),
                called: is_called(module, id),
            },
            AnyNodeRef::ExprName(n)
                if n.id.as_str() == name && facts.symbols().resolve(id) == Resolution::Free =>
            {
                How::Free { called: is_called(module, id) }
            }
            AnyNodeRef::Alias(alias) if alias.name.as_str() == name => match module.parent_node(id) {
                Some(AnyNodeRef::StmtImportFrom(from)) => {
                    How::Import { from: import_source(from), handed_on: handed_on(module, facts, id) }
                }
                _ => continue,
            },
            AnyNodeRef::ExprStringLiteral(s) if names(s.value.to_str(), name) => {
                How::Text { text: s.value.to_str().to_string(), argument: argument_of(module, facts, id) }
            }
            AnyNodeRef::Keyword(k) if k.arg.as_deref() == Some(name) => {
                match argument_of(module, facts, id) {
                    // `mock.patch.multiple(module, name=...)`
                    Some(of) if matches!(of.function.as_str(), "multiple" | "configure_mock") => {
                        How::Text { text: name.to_string(), argument: Some(of) }
                    }
                    _ => continue,
                }
            }
            _ => continue,
        };
        let range = node.range();
        let line = module.line(range.start());
        mentions.push(Mention { file: file.clone(), path: path.clone(), line, range, how });
    }
    mentions
}

/// Whether a string is the name or a dotted path with it.
fn names(text: &str, name: &str) -> bool {
    text.len() >= name.len()
        && text.split(['.', ':']).any(|part| part == name)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))
}

fn access(module: &Module, id: NodeId, ctx: crate::syntax::ExprContext) -> Access {
    match module.parent_node(id) {
        Some(AnyNodeRef::StmtAugAssign(a)) if module.id(&*a.target) == id => Access::ReadWrite,
        _ if ctx.is_load() => Access::Read,
        _ if matches!(ctx, crate::syntax::ExprContext::Del) => Access::Delete,
        _ => Access::Write,
    }
}

fn is_called(module: &Module, id: NodeId) -> bool {
    matches!(module.parent_node(id), Some(AnyNodeRef::ExprCall(call)) if module.id(&*call.func) == id)
}

/// The line on which the name that an import binds is read otherwise than by calling it.
fn handed_on<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, alias: NodeId) -> Option<usize> {
    let Resolution::Symbol(symbol) = facts.symbols().resolve(alias) else { return None };
    let mut occurrences = facts.symbols().occurrences_of(symbol);
    let read = occurrences.find(|o| o.access.reads() && !is_called(module, o.node))?;
    Some(module.line(read.range.start()))
}

fn argument_of<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, id: NodeId) -> Option<ArgumentOf> {
    let call = module.ancestors(id).take(4).find_map(|a| match module.node(a) {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    })?;
    let function = match &*call.func {
        Expr::Name(n) => n.id.to_string(),
        Expr::Attribute(a) => a.attr.to_string(),
        _ => String::new(),
    };
    let first = call.arguments.args.first().filter(|first| !module.contains(module.id(*first), id));
    Some(ArgumentOf { function, receiver: first.map(|first| Base::of(module, facts, first)) })
}
