//! Where the repository uses the function.

use std::path::Path;
use std::sync::Arc;

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Resolution, ScopeKind};
use unspool_engine::repo::{Base, Exports, How, Local, Way};
use unspool_engine::syntax::{AnyNodeRef, Module, NodeId, Ranged, import_source};
use unspool_engine::transform::{FileContext, Finding, Place};

use super::builder::Known;

/// How often a name may be handed on from file to file.
const REEXPORTS: usize = 8;

/// Told of each use: in which file, and which node names the function.
pub trait Visitor {
    fn visit(&mut self, cx: &FileContext, node: NodeId);
    /// Whether enough is known: no further file is read.
    fn is_done(&self) -> bool;
}

impl<'a, 'r> Known<'a, '_, 'r> {
    /// Whether every use can be found.
    pub fn uses_known(&self) -> Finding {
        if self.is_local() {
            return Finding::proved("only the function around it can name it");
        }
        if !self.cx.repo.is_answered() {
            return Finding::assumed("who else uses it is not known: this text belongs to no repository");
        }
        let local = self.local();
        if self.class().is_some() {
            return self.method_uses_known(&local);
        }
        let touches = self.cx.repo.touches(&local, self.name());
        if let Some(hidden) = touches.certain.iter().find(|t| t.by == Way::Hidden) {
            return Finding::refuted(hidden.describe());
        }
        if let Some(doctest) = touches.all().find(|t| t.by == Way::Doctest) {
            return Finding::refuted(format!("{}: it shows the list", doctest.describe()));
        }
        if let Some(hidden) = touches.possible.iter().find(|t| t.by == Way::Hidden) {
            return Finding::assumed(hidden.describe());
        }
        Finding::proved("every file that has its name was looked at")
    }

    fn method_uses_known(&self, local: &Local) -> Finding {
        let name = self.name();
        let Some(mentions) = self.cx.repo.mentions(local, name) else {
            return Finding::assumed(format!("too many files have the word `{name}` to look at all of them"));
        };
        let hidden = mentions.iter().find_map(|m| match &m.how {
            How::Text { text, argument } => {
                let last = text.rsplit(['.', ':']).next() == Some(name);
                let why = format!("{}:{} names it as \"{text}\"", m.path.display(), m.line);
                // A private name is no word of other things.
                match argument {
                    Some(of) if of.function.ends_with("attr") => Some(Finding::refuted(why)),
                    _ if last && name.starts_with('_') => Some(Finding::refuted(why)),
                    Some(_) => Some(Finding::assumed(why)),
                    None => last.then(|| Finding::assumed(why)),
                }
            }
            _ => None,
        });
        hidden.unwrap_or_else(|| Finding::proved("every file that has its name was looked at"))
    }

    /// Whether code outside of the repository may rely on the list.
    pub fn private(&self) -> Finding {
        let name = self.name();
        if self.is_local() {
            return Finding::proved("it stands in a function");
        }
        let hidden = name.starts_with('_');
        if let Some(class) = self.class()
            && let Some(base) = self.unknown_base(class)
        {
            return Finding::assumed(format!(
                "the class derives from `{base}`, which may call `{name}` and want a list"
            ));
        }
        if hidden && !(name.starts_with("__") && name.ends_with("__")) {
            return Finding::proved(format!("`{name}` is private by its name"));
        }
        if !self.cx.repo.is_answered() {
            return Finding::assumed("who else uses it is not known: this text belongs to no repository");
        }
        let exports = match self.class() {
            Some(_) => self.cx.repo.exports(&self.local()),
            None => self.cx.repo.exports_name(&self.local(), name),
        };
        match exports {
            Exports::Nothing(why) => Finding::proved(why),
            Exports::Names(why) => {
                Finding::assumed(format!("`{name}` is public, and code elsewhere may want its list: {why}"))
            }
        }
    }

    /// A base of the class of which the repository does not have the code.
    fn unknown_base(&self, class: &unspool_engine::syntax::ast::StmtClassDef) -> Option<String> {
        let types = Types::new(self.cx.module, self.cx.facts);
        class.bases().iter().find_map(|base| {
            let text = self.cx.module.source(base);
            let name = text.split('[').next().unwrap_or(text);
            let last = name.rsplit('.').next().unwrap_or(name);
            if matches!(last, "object" | "ABC" | "Protocol" | "Generic") {
                return None;
            }
            match types.of(base) {
                Ty::Class(id) => match self.cx.module.node(id) {
                    AnyNodeRef::StmtClassDef(c) => self.unknown_base(c),
                    _ => Some(text.to_string()),
                },
                // A class of another file of the repository, and of no library that it derives from in turn.
                Ty::Member(path) => {
                    let (module, _) = path.rsplit_once('.')?;
                    let file = self.cx.repo.index().module_file(self.cx.path, module);
                    let known = file.and_then(|f| self.cx.repo.summary(&f)).is_some_and(|s| {
                        s.classes.values().any(|c| {
                            c.name == last
                                && c.bases
                                    .iter()
                                    .all(|b| s.classes.values().any(|o| o.name == *b) || b == "object")
                        })
                    });
                    (!known).then(|| text.to_string())
                }
                _ => Some(text.to_string()),
            }
        })
    }

    pub fn local(&self) -> Local<'a, 'r> {
        self.cx.local()
    }

    /// Shows every use to the visitor: those of the file first, then those of the others in path order.
    pub fn visit_uses(&self, visitor: &mut dyn Visitor) {
        let symbols = self.cx.facts.symbols();
        let Resolution::Symbol(symbol) = symbols.resolve(self.node) else { return };
        for occurrence in symbols.occurrences_of(symbol).filter(|o| o.node != self.node) {
            visitor.visit(self.cx, occurrence.node);
        }
        if self.is_local() {
            return;
        }
        if self.class().is_some() {
            self.visit_attributes(self.cx, visitor);
        }
        if !self.cx.repo.is_answered() {
            return;
        }
        match self.class() {
            Some(_) => {
                for file in self.cx.repo.mentioning(self.name()) {
                    if file != self.cx.path && !visitor.is_done() {
                        self.in_file(&file, &mut |cx| self.visit_attributes(cx, visitor));
                    }
                }
            }
            None => {
                let mut seen = vec![(self.cx.path.to_path_buf(), self.name().to_string())];
                let mut at = 0;
                while at < seen.len() && at < REEXPORTS && !visitor.is_done() {
                    let (from, name) = seen[at].clone();
                    at += 1;
                    for file in self.cx.repo.may_have_from(&name, &from) {
                        if file != from && !visitor.is_done() {
                            self.in_file(&file, &mut |cx| {
                                let more = self.visit_imports(cx, &from, &name, visitor);
                                for name in more {
                                    let entry = (file.clone(), name);
                                    if !seen.contains(&entry) {
                                        seen.push(entry);
                                    }
                                }
                            });
                        }
                    }
                }
            }
        }
    }

    /// `look` looks at another file of the repository.
    fn in_file(&self, file: &Path, look: &mut dyn FnMut(&FileContext)) {
        let (repo, settings) = (self.cx.repo, self.cx.settings);
        repo.with_file(file, |other| {
            let Local { module, facts, path } = *other;
            look(&FileContext { module, facts, repo, settings, path });
        });
    }

    /// Uses of the name of `from` in another file, and the names under which that file hands it on.
    fn visit_imports(
        &self,
        cx: &FileContext,
        from: &Path,
        name: &str,
        visitor: &mut dyn Visitor,
    ) -> Vec<String> {
        let module = cx.module;
        let symbols = cx.facts.symbols();
        let types = Types::new(module, cx.facts);
        let ours = |dotted: &str| cx.repo.means(cx.path, dotted, from) != Some(false);
        let mut names = Vec::new();
        let mut star = false;
        for (id, node) in module.nodes() {
            match node {
                AnyNodeRef::Alias(alias) => {
                    let Some(AnyNodeRef::StmtImportFrom(import)) = module.parent_node(id) else { continue };
                    if !ours(&import_source(import)) {
                        continue;
                    }
                    star |= alias.name.as_str() == "*";
                    if alias.name.as_str() != name {
                        continue;
                    }
                    let Resolution::Symbol(symbol) = symbols.resolve(id) else { continue };
                    for o in symbols.occurrences_of(symbol).filter(|o| o.node != id) {
                        visitor.visit(cx, o.node);
                    }
                    let scope = symbols.scope(symbols.symbol(symbol).scope);
                    if scope.kind == ScopeKind::Module {
                        names.push(symbols.symbol(symbol).name.to_string());
                    }
                }
                AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == name => {
                    if let Ty::Module(path) | Ty::Member(path) = types.of(&a.value)
                        && ours(&path)
                    {
                        visitor.visit(cx, id);
                    }
                }
                AnyNodeRef::ExprName(n)
                    if star && n.id.as_str() == name && symbols.resolve(id) == Resolution::Free =>
                {
                    visitor.visit(cx, id);
                }
                _ => {}
            }
        }
        names
    }

    /// Attributes of this name on anything that may be an object or the class of the method.
    fn visit_attributes(&self, cx: &FileContext, visitor: &mut dyn Visitor) {
        let Some(class) = self.class() else { return };
        for (id, node) in cx.module.nodes() {
            let AnyNodeRef::ExprAttribute(a) = node else { continue };
            if a.attr.as_str() != self.name() {
                continue;
            }
            let other = match Base::of(cx.module, cx.facts, &a.value) {
                Base::Other => true,
                Base::Imported(path) => {
                    let last = path.rsplit('.').next().unwrap_or(&path);
                    last != class.name.as_str() && !last.starts_with(char::is_uppercase)
                }
                Base::Class(name) | Base::Instance(name) => self.is_other_class(cx, &name),
                Base::ImportedInstance(_) | Base::Unknown(_) => false,
            };
            if !other {
                visitor.visit(cx, id);
            }
        }
    }

    /// A class of the file, with a method of that name, that has nothing to do with the method's class.
    fn is_other_class(&self, cx: &FileContext, name: &str) -> bool {
        let Some(class) = self.class() else { return false };
        let text = |c: &unspool_engine::syntax::ast::StmtClassDef, module: &Module| -> Vec<String> {
            c.bases()
                .iter()
                .map(|b| module.source(b).rsplit('.').next().unwrap_or_default().to_string())
                .collect()
        };
        let own = text(class, self.cx.module);
        cx.module.nodes().any(|(_, node)| {
            let AnyNodeRef::StmtClassDef(c) = node else { return false };
            let has = c
                .body
                .iter()
                .any(|s| matches!(s.as_function_def_stmt(), Some(f) if f.name.as_str() == self.name()));
            c.name.as_str() == name
                && has
                && c.name != class.name
                && c.bases().iter().all(|b| cx.module.source(b) == "object")
                && !own.contains(&name.to_string())
        })
    }
}

/// "tests/test_x.py:41", and where that is.
pub fn place(cx: &FileContext, own: &FileContext, node: NodeId) -> (String, Place) {
    let range = cx.module.node(node).range();
    let line = cx.module.line(range.start());
    let shown = cx.repo.index().shown(cx.path);
    let path = (cx.path != own.path).then(|| Arc::from(shown.as_path()));
    (format!("{}:{line}", shown.display()), Place { path, range })
}

/// Whether the node only binds or deletes the name.
pub fn is_binding(cx: &FileContext, node: NodeId) -> bool {
    cx.facts.symbols().occurrence(node).is_some_and(|o| o.access != Access::Read)
}
