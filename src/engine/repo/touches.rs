//! Who else reads, writes, patches or exports a name of a module: everybody but the scopes of its own file.

use std::path::Path;
use std::sync::Arc;

use super::importers::module_name;
use super::{Base, Exports, How, Local, Mention, ModuleUse, Repository};
use crate::facts::Access;
use crate::syntax::{AnyNodeRef, Expr, Module, Ranged, TextRange, ast};

/// A place that has to do with a name.
#[derive(Clone, Debug)]
pub struct Touch {
    /// As people know it.
    pub path: Arc<Path>,
    /// From 1.
    pub line: usize,
    /// "imports it", "patches it by the string `pkg.mod._x`"
    pub how: String,
    pub by: Way,
}

/// How a place gets at a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// An import, an attribute of the module, what a star import brings: what is then done with it is in the code of
    /// that file.
    Code,
    /// `__all__` names it.
    Export,
    /// A doctest, of the file's own or in documentation.
    Doctest,
    /// A string, the namespace of the module, the module as an object.
    Hidden,
}

impl Touch {
    fn by(mention: &Mention, how: String) -> Self {
        let by = match mention.how {
            How::Import { .. } | How::Attribute { .. } | How::Free { .. } => Way::Code,
            How::Text { .. } if how.starts_with("exports") => Way::Export,
            How::Text { .. } => Way::Hidden,
        };
        Touch { path: mention.path.clone(), line: mention.line, how, by }
    }

    /// "tests/test_x.py:12 imports it"
    pub fn describe(&self) -> String {
        format!("{}:{} {}", self.path.display(), self.line, self.how)
    }
}

/// The answer to "who else touches it?".
#[derive(Clone, Default, Debug)]
pub struct Touches {
    /// They certainly do.
    pub certain: Vec<Touch>,
    /// They may, and why that is not known.
    pub possible: Vec<Touch>,
}

impl Touches {
    /// The certain ones first.
    pub fn all(&self) -> impl Iterator<Item = &Touch> {
        self.certain.iter().chain(&self.possible)
    }

    fn certain(&mut self, mention: &Mention, how: impl Into<String>) {
        self.certain.push(Touch::by(mention, how.into()));
    }

    fn possible(&mut self, mention: &Mention, how: impl Into<String>) {
        self.possible.push(Touch::by(mention, how.into()));
    }
}

/// Functions that take an object and the name of one of its attributes.
const BY_ATTRIBUTE: &[&str] = &[
    "getattr",
    "setattr",
    "delattr",
    "hasattr",
    "object",
    "multiple",
    "patch_object",
    "replace",
    "attrgetter",
];

/// Where a function or a frame gives the names of its module (data model, 3.2): this one perhaps.
fn namespaces<'m>(module: &'m Module<'_>) -> impl Iterator<Item = TextRange> + 'm {
    module.nodes().filter_map(|(_, node)| match node {
        AnyNodeRef::ExprAttribute(a) if matches!(a.attr.as_str(), "__globals__" | "f_globals") => {
            Some(a.range())
        }
        _ => None,
    })
}

impl Repository {
    /// Who touches the module-level name, its file's own scopes apart: imports, attributes of the module, strings,
    /// star imports, `__all__`, reloads, whoever gets the module as an object or its namespace.
    pub fn touches(&self, local: &Local, name: &str) -> Touches {
        let mut touches = Touches::default();
        self.own_namespace(local, name, &mut touches);
        let Some(mentions) = self.mentions(local, name) else {
            let path: Arc<Path> = self.index().shown(local.path).into();
            let how = format!("has a name, `{name}`, that too many files have to look at all of them");
            touches.possible.push(Touch { path, line: 1, how, by: Way::Hidden });
            return touches;
        };
        for mention in &mentions {
            self.mentioned(local, name, mention, &mut touches);
        }
        for (file, line, certain) in self.doctests_naming(local, name) {
            let path: Arc<Path> = self.index().shown(&file).into();
            let how = format!("has a doctest that names `{name}`");
            let touch = Touch { path, line, how, by: Way::Doctest };
            if certain { touches.certain.push(touch) } else { touches.possible.push(touch) }
        }
        let hidden = name.starts_with('_');
        for importer in self.importers(local).iter() {
            let at =
                |line: usize, how: String| Touch { path: importer.path.clone(), line, how, by: Way::Hidden };
            if let Some(line) = importer.star
                && !hidden
            {
                touches.possible.push(at(line, "imports all public names".into()));
            }
            for value in &importer.values {
                match &value.how {
                    ModuleUse::Reloaded => touches.certain.push(at(
                        value.line,
                        "reloads the module: what was imported before shares its variables with what is defined then"
                            .into(),
                    )),
                    ModuleUse::WithNames(names) if names.iter().any(|n| n == name) => {
                        touches.certain.push(at(value.line, format!("names it as \"{name}\"")));
                    }
                    ModuleUse::WithNames(_) => {}
                    ModuleUse::Namespace => {
                        touches.certain.push(at(value.line, "takes all names of the module".into()));
                    }
                    ModuleUse::Whole
                        if mentions
                            .iter()
                            .any(|m| names_it(m, &importer.path, name) && self.may_be_a_key(m)) =>
                    {
                        let how = format!("hands the whole module on, in a file that names it as \"{name}\"");
                        touches.certain.push(at(value.line, how));
                    }
                    ModuleUse::Restored => {
                        touches.certain.push(at(value.line, "puts all names of the module back".into()));
                    }
                    ModuleUse::Whole => {
                        touches.possible.push(at(value.line, "hands the whole module on".into()));
                    }
                }
            }
        }
        let Some(stem) = module_name(local.path) else { return touches };
        for place in self.modules_by_name().iter().filter(|p| p.file != local.path) {
            let named = place.names.iter().any(|n| names_module(n, &stem));
            let at = |how: String| Touch { path: place.path.clone(), line: place.line, how, by: Way::Hidden };
            let runs = place.what.starts_with("run_") || place.what == "execfile";
            match (named, place.literal) {
                (true, _) if runs => {
                    touches.certain.push(at(format!("gets the names of this file from `{}`", place.what)));
                }
                (true, _) => touches.possible.push(at(format!("gets this module by `{}`", place.what))),
                (false, true) => {}
                (false, false) => {
                    touches
                        .possible
                        .push(at(format!("gets modules by `{}` and a name that is computed", place.what)));
                }
            }
        }
        touches
    }

    /// The file's own ways around its scopes: `globals()`, `vars(module)`, `eval`, `exec`.
    fn own_namespace(&self, local: &Local, name: &str, touches: &mut Touches) {
        let (module, symbols) = (local.module, local.facts.symbols());
        let path: Arc<Path> = self.index().shown(local.path).into();
        let mut certain = |range: TextRange, how: String| {
            touches.certain.push(Touch {
                path: path.clone(),
                line: module.line(range.start()),
                how,
                by: Way::Hidden,
            });
        };
        for write in &symbols.namespace_writes {
            if write.name.is_none_or(|n| n == name) {
                certain(write.range, "writes names of the module by their strings".into());
            }
        }
        for read in symbols.namespace_reads.iter().copied().chain(namespaces(module)) {
            // `globals()["other"]`, `globals().get("other")`
            let key = module.nodes().find_map(|(_, node)| match node {
                AnyNodeRef::ExprSubscript(s) if s.value.range() == read => s.slice.as_string_literal_expr(),
                AnyNodeRef::ExprCall(call) => match &*call.func {
                    Expr::Attribute(a) if a.value.range() == read => {
                        call.arguments.args.first().and_then(Expr::as_string_literal_expr)
                    }
                    _ => None,
                },
                _ => None,
            });
            if key.is_none_or(|k| k.value.to_str() == name) {
                certain(read, "takes the names of the module".into());
            }
        }
        for scope in &symbols.scopes {
            // `eval` and `exec` see the module's names from anywhere.
            for range in &scope.dynamic {
                let text = &module.text()[*range];
                if text.starts_with("eval") || text.starts_with("exec") {
                    certain(*range, "runs code that may name it".into());
                }
            }
        }
        for place in self.modules_by_name().iter().filter(|p| p.file == local.path) {
            let stem = module_name(local.path);
            let other = place.literal
                && !place.names.iter().any(|n| stem.as_deref().is_some_and(|s| names_module(n, s)));
            if !other {
                touches.certain.push(Touch {
                    path: place.path.clone(),
                    line: place.line,
                    how: format!("gets modules by `{}`, this one perhaps", place.what),
                    by: Way::Hidden,
                });
            }
        }
        for (_, node) in module.nodes() {
            if let AnyNodeRef::ExprStringLiteral(s) = node
                && in_doctest(s, name)
            {
                let line = module.line(s.start());
                touches.certain.push(Touch {
                    path: path.clone(),
                    line,
                    how: format!("has a doctest that names `{name}`"),
                    by: Way::Doctest,
                });
            }
        }
    }

    fn mentioned(&self, local: &Local, name: &str, mention: &Mention, touches: &mut Touches) {
        let own = &*mention.file == local.path;
        let is_ours = |dotted: &str| self.means(&mention.file, dotted, local.path);
        match &mention.how {
            How::Import { from, .. } => match is_ours(from) {
                Some(true) => touches.certain(mention, "imports it"),
                None => {
                    touches.possible(mention, format!("imports `{name}` from `{from}`, this module perhaps"))
                }
                Some(false) => {}
            },
            How::Attribute { base: Base::Imported(path), access, .. } => match is_ours(path) {
                Some(true) => touches.certain(mention, accessed(*access, path, name)),
                None => touches.possible(mention, accessed(*access, path, name)),
                Some(false) => {}
            },
            // A module that was handed on is often called by its name.
            How::Attribute { base: Base::Unknown(Some(of)), access, .. }
                if !own && Some(of) == module_name(local.path).as_ref() =>
            {
                touches.certain(mention, accessed(*access, of, name));
            }
            // Objects of other kinds have attributes of their own; whoever gets hold of the module as an object is
            // found where that happens.
            How::Attribute { .. } => {}
            How::Text { text, argument } if text == name => match argument {
                Some(of) if BY_ATTRIBUTE.contains(&of.function.as_str()) => match &of.receiver {
                    Some(Base::Imported(path)) if is_ours(path) == Some(false) => {}
                    Some(Base::Imported(_)) => touches.certain(mention, format!("names it as \"{name}\"")),
                    Some(Base::Unknown(_)) => {
                        touches.possible(mention, format!("has `{}` and \"{name}\"", of.function));
                    }
                    _ => {}
                },
                _ if own && in_all(local, mention.range) => {
                    touches.certain(mention, "exports it (`__all__`)")
                }
                _ => {}
            },
            How::Text { text, .. } => {
                // `pkg.module.name`, `module.name.attribute`
                let stem = module_name(local.path);
                let parts: Vec<&str> = text.split(['.', ':']).collect();
                let at = parts.iter().position(|p| *p == name);
                if let Some(before) = at.and_then(|at| at.checked_sub(1))
                    && stem.as_deref() == Some(parts[before])
                {
                    match is_ours(&parts[..=before].join(".")) {
                        Some(false) => {}
                        _ => touches.certain(mention, format!("names it as \"{text}\"")),
                    }
                }
            }
            How::Free { .. } => {
                // A star import may bring it; that of a private name only where `__all__` has it.
                let star = self.importers(local).iter().any(|i| i.path == mention.path && i.star.is_some());
                if star {
                    touches.certain(mention, "gets it by a star import");
                }
            }
        }
    }

    /// Whether a string may be used to get at an attribute: it is not if all that is done with it is to compare, to show or to
    /// look it up in a dictionary.
    fn may_be_a_key(&self, mention: &Mention) -> bool {
        let is_one = self.with_file(&mention.file, |file| {
            let module = file.module;
            let string = module.nodes().find(|(_, node)| {
                matches!(node, AnyNodeRef::ExprStringLiteral(s) if s.range().contains_range(mention.range))
            });
            let Some((id, _)) = string else { return true };
            let of_names = |e: &Expr| {
                let text = module.source(e);
                text.ends_with("__dict__")
                    || ["vars(", "globals(", "locals("].iter().any(|f| text.contains(f))
            };
            match module.parent_node(id) {
                Some(AnyNodeRef::ExprCompare(_) | AnyNodeRef::StmtExpr(_)) => false,
                Some(AnyNodeRef::ExprSubscript(s)) => module.id(&*s.slice) == id && of_names(&s.value),
                Some(AnyNodeRef::Arguments(_)) => {
                    let call = module.ancestors(id).nth(1).map(|call| module.node(call));
                    !matches!(call, Some(AnyNodeRef::ExprCall(c)) if shows(&c.func))
                }
                _ => true,
            }
        });
        is_one.unwrap_or(true)
    }

    /// Whether code outside of the repository may use a module-level name (convention 7 of the contract): why, or
    /// why not.
    pub fn exports_name(&self, local: &Local, name: &str) -> Exports {
        if name.starts_with('_') && !name.starts_with("__") {
            return Exports::Nothing(format!("`{name}` is private by its name"));
        }
        self.exports(local)
    }
}

fn accessed(access: Access, path: &str, name: &str) -> String {
    let does = match access {
        Access::Read => "reads",
        Access::Write | Access::ReadWrite => "assigns",
        Access::Delete => "deletes",
    };
    format!("{does} it as `{path}.{name}`")
}

/// Whether a string names a module of this name: `pkg.stem`, `stem.py`, `folder/stem.py`.
fn names_module(text: &str, stem: &str) -> bool {
    let file = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let module = file.strip_suffix(".py").unwrap_or(file);
    module.rsplit('.').next() == Some(stem)
}

/// Whether the mention is a string of the file that is the name.
fn names_it(mention: &Mention, file: &Path, name: &str) -> bool {
    *mention.path == *file && matches!(&mention.how, How::Text { text, .. } if text == name)
}

/// Whether a function does no more with a string than to show it.
fn shows(function: &Expr) -> bool {
    match function {
        Expr::Name(n) => matches!(n.id.as_str(), "print" | "len" | "repr"),
        Expr::Attribute(a) => {
            let logs = ["debug", "info", "warning", "error", "exception", "critical"];
            let from = matches!(&*a.value, Expr::Name(n) if matches!(n.id.as_str(), "log" | "logger" | "logging" | "LOG" | "_log" | "_LOGGER"));
            from && logs.contains(&a.attr.as_str())
        }
        _ => false,
    }
}

/// Whether the string stands in a value that `__all__` gets.
fn in_all(local: &Local, range: TextRange) -> bool {
    let is_all = |e: &Expr| matches!(e, Expr::Name(n) if n.id.as_str() == "__all__");
    local.module.body().iter().filter(|s| s.range().contains_range(range)).any(|s| match s {
        crate::syntax::Stmt::Assign(a) => a.targets.iter().any(is_all),
        crate::syntax::Stmt::AnnAssign(a) => is_all(&a.target),
        crate::syntax::Stmt::AugAssign(a) => is_all(&a.target),
        crate::syntax::Stmt::Expr(e) => local.module.source(&*e.value).starts_with("__all__"),
        _ => false,
    })
}

/// Whether a line of an interactive session in the string has the word.
fn in_doctest(string: &ast::ExprStringLiteral, name: &str) -> bool {
    let text = string.value.to_str();
    text.contains(">>>")
        && text
            .lines()
            .map(str::trim_start)
            .filter(|l| l.starts_with(">>>") || l.starts_with("..."))
            .any(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name))
}
