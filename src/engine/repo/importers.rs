//! Who gets hold of a module: files that import it, and what they do with the module itself; code anywhere that
//! gets modules by names which are computed.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::words::STAR_IMPORT;
use super::{Local, Repository};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, ast};
use crate::text::word_positions;
use memchr::memmem;

/// A file that imports another one.
#[derive(Clone, Debug)]
pub struct Importer {
    /// As people know it.
    pub path: Arc<Path>,
    /// Of the first import.
    pub line: usize,
    /// The line of a star import.
    pub star: Option<usize>,
    /// What is done with the module as an object, otherwise than taking an attribute of it.
    pub values: Vec<ModuleValue>,
}

/// A use of a module as an object.
#[derive(Clone, Debug)]
pub struct ModuleValue {
    pub line: usize,
    pub how: ModuleUse,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ModuleUse {
    /// `importlib.reload(module)`
    Reloaded,
    /// Passed together with names: `setattr(module, "x", 1)`, `mock.patch.object(module, "x")`, `module.__dict__["x"]`.
    WithNames(Vec<String>),
    /// Its names all together: `vars(module)`, `dir(module)`, `module.__dict__`, `inspect.getmembers(module)`, where the code
    /// does not say which of them it means.
    Namespace,
    /// Names are set for a while, and then all of them put back: `patch.dict(module.__dict__, x=1)`.
    Restored,
    /// Anything else: `f(module)`.
    Whole,
}

/// Code that gets a module by its name, or runs a file.
#[derive(Clone, Debug)]
pub struct ByName {
    pub file: PathBuf,
    /// As people know it.
    pub path: Arc<Path>,
    pub line: usize,
    /// What does: `import_module`, `sys.modules`.
    pub what: &'static str,
    /// The strings in its arguments.
    pub names: Vec<String>,
    /// Whether the name is known: it is a string, or ends with one.
    pub literal: bool,
}

/// Whether code outside of the repository can import the names of a file (convention 7 of the contract).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Exports {
    /// A program: why nobody imports it.
    Nothing(String),
    /// Why somebody may.
    Names(String),
}

/// What gets modules by name, and what runs files.
const BY_NAME: &[(&str, &str)] = &[
    ("import_module", "import_module"),
    ("__import__", "__import__"),
    ("reload", "reload"),
    ("run_path", "run_path"),
    ("run_module", "run_module"),
    ("spec_from_file_location", "spec_from_file_location"),
    ("SourceFileLoader", "SourceFileLoader"),
    ("execfile", "execfile"),
    ("modules", "sys.modules"),
];

/// What code says that takes all names of a module: see [`may_take_names`].
const TAKING: &[&str] = &[STAR_IMPORT, "vars", "dir", "getmembers", "getmembers_static", "__dict__"];

/// At most so many files that name both are looked at.
const TOGETHER: usize = 64;

impl Repository {
    /// Whether `dotted`, imported in the file `from`, is the module in the file `target`: `None` if it may be.
    pub fn means(&self, from: &Path, dotted: &str, target: &Path) -> Option<bool> {
        if let Some(file) = self.index().module_file(from, dotted) {
            return Some(file == target);
        }
        if dotted.starts_with('.') {
            return Some(false);
        }
        let mut stem = target.with_extension("");
        if stem.file_name().is_some_and(|n| n == "__init__") {
            stem.pop();
        }
        let parts: PathBuf = dotted.split('.').collect();
        if stem.ends_with(parts) { None } else { Some(false) }
    }

    /// The files besides this one whose text may import it, in path order.
    fn may_import(&self, local: &Local, name: &str) -> Vec<PathBuf> {
        let mut files = self.mentioning(name);
        files.retain(|f| f.as_path() != local.path);
        for file in &files {
            self.note_read(file);
        }
        files
    }

    /// The first of the other files, in path order, that imports this one or may: its path, and the line.
    pub fn first_importer(&self, local: &Local) -> Option<(Arc<Path>, usize)> {
        let name = module_name(local.path)?;
        let find = || {
            self.may_import(local, &name).iter().find_map(|file| {
                may_import(&self.text(file)?, &name).then_some(())?;
                let importer = self.importer_in(file, local.path)?;
                Some((importer.path, importer.line))
            })
        };
        self.known_from(self.index().first_importer(local.path, || self.noting(find)))
    }

    /// The other files that import this one, or may, and get more of it than single names: by a star, or the module
    /// itself as an object. In path order.
    pub fn importers(&self, local: &Local) -> Arc<Vec<Importer>> {
        let Some(name) = module_name(local.path) else { return Arc::default() };
        let find = || {
            let importer = |file: &PathBuf| {
                let text = self.text(file)?;
                (may_import(&text, &name) && may_take_module(&text, &name)).then_some(())?;
                self.importer_in(file, local.path)
            };
            let files = self.may_import(local, &name);
            let importers = files.iter().filter_map(importer);
            Arc::new(importers.filter(|i| i.star.is_some() || !i.values.is_empty()).collect())
        };
        self.known_from(self.index().importers(local.path, || self.noting(find)))
    }

    /// The other files that take all names of this one: by a star, or from the module as an object. In path order.
    pub fn takers(&self, local: &Local) -> Arc<Vec<Importer>> {
        let Some(name) = module_name(local.path) else { return Arc::default() };
        let find = || {
            // Any of them may come to take them.
            self.may_import(local, &name);
            let taker = |file: &PathBuf| {
                let text = self.text(file)?;
                (may_import(&text, &name) && may_take_names(&text, &name)).then_some(())?;
                self.importer_in(file, local.path)
            };
            let all =
                |i: &Importer| i.star.is_some() || i.values.iter().any(|v| v.how == ModuleUse::Namespace);
            let mut files = self.index().files_mentioning_both(&name, TAKING);
            files.retain(|file| file != local.path);
            Arc::new(files.iter().filter_map(taker).filter(all).collect())
        };
        self.known_from(self.index().takers(local.path, || self.noting(find)))
    }

    /// Files that mention a name and may have it from the module at `from`, whose own name they then mention, too. A
    /// package needs no name: `from . import name`.
    pub fn may_have_from(&self, name: &str, from: &Path) -> Vec<PathBuf> {
        let is_package = from.file_stem().is_some_and(|stem| stem == "__init__");
        match module_name(from) {
            Some(module) if !is_package => self.index().files_mentioning_both(name, &[&module]),
            _ => self.mentioning(name),
        }
    }

    /// A file that names both a class and a function of the target, and gets that from there: objects of the class may
    /// become arguments of the function.
    pub fn brings_together(&self, class: &str, function: &str, target: &Path) -> Option<PathBuf> {
        let files = self.index().files_mentioning_both(class, &[function]);
        let mut both = files.into_iter().take(TOGETHER).inspect(|file| self.note_read(file));
        both.find(|file| file == target || self.importer_in(file, target).is_some())
    }

    /// The file as an importer of the target, if its import statements may mean it.
    pub(super) fn importer_in(&self, file: &Path, target: &Path) -> Option<Importer> {
        let outline = self.index().outline(file)?;
        let is_target = |dotted: &String| self.means(file, dotted, target) != Some(false);
        let mut first = None;
        let mut star = None;
        for import in &outline.imports {
            let module_itself = import.modules.iter().any(is_target);
            if module_itself || import.members.iter().any(is_target) {
                first.get_or_insert(import.line);
            }
            if module_itself && import.star {
                star.get_or_insert(import.line);
            }
        }
        let line = first?;
        let values = outline.reads.iter().filter_map(|read| {
            let (_, how) = read.levels.iter().find(|(path, _)| is_target(path))?;
            Some(ModuleValue { line: read.line, how: how.clone()? })
        });
        Some(Importer { path: self.index().shown(file).into(), line, star, values: values.collect() })
    }

    /// Places anywhere in the repository that get modules by name.
    pub fn modules_by_name(&self) -> Arc<Vec<ByName>> {
        let find = || {
            let mut files: Vec<PathBuf> =
                BY_NAME.iter().flat_map(|(word, _)| self.mentioning(word)).collect();
            files.sort();
            files.dedup();
            for file in &files {
                self.note_read(file);
            }
            Arc::new(files.iter().flat_map(|file| self.modules_by_name_in(file)).collect())
        };
        self.known_from(self.index().by_name(|| self.noting(find)))
    }

    fn modules_by_name_in(&self, file: &Path) -> Vec<ByName> {
        let Some(text) = self.text(file) else { return Vec::new() };
        // `modules` is a word of many things; the others are rare.
        let rare = BY_NAME.iter().any(|(word, _)| *word != "modules" && text.contains(word));
        if !rare && !text.contains("sys") {
            return Vec::new();
        }
        let shown: Arc<Path> = self.index().shown(file).into();
        let found = self.with_file(file, |Local { module, .. }| {
            let found = module.nodes().filter_map(|(id, node)| {
                let (what, names, literal) = by_name(module, id, node)?;
                let line = module.line(node.start());
                Some(ByName { file: file.to_path_buf(), path: shown.clone(), line, what, names, literal })
            });
            found.collect()
        });
        found.unwrap_or_default()
    }

    /// Whether code outside of the repository can see the file's names.
    pub fn exports(&self, local: &Local) -> Exports {
        if !self.is_answered() {
            return Exports::Names("who imports this file is not known".into());
        }
        if let Some((path, line)) = self.first_importer(local) {
            return Exports::Names(format!("{}:{line} imports this file", path.display()));
        }
        match runs(local.module, local.path) {
            Some(how) => Exports::Nothing(format!("{how}, and nobody imports it")),
            None => Exports::Names("other code may import this file".into()),
        }
    }
}

/// The last part of a module's dotted name.
pub(super) fn module_name(path: &Path) -> Option<String> {
    let package = path.file_name().is_some_and(|n| n == "__init__.py");
    let named = if package { path.parent().and_then(Path::file_name) } else { path.file_stem() };
    named.and_then(|n| n.to_str()).map(ToString::to_string)
}

/// Whether an import statement may have the word: a superset, by the text alone.
fn may_import(text: &str, word: &str) -> bool {
    word_positions(text, word).any(|at| {
        // The statement begins on this line, or reaches here by a bracket or a backslash.
        let line = line_around(text, at);
        let above = &text[..line.start];
        if text[line].contains("import") || above.trim_end_matches(['\n', '\r']).ends_with('\\') {
            return true;
        }
        let open = text[..at].rfind('(');
        open.is_some_and(|open| text[..open].trim_end().ends_with("import") && !text[open..at].contains(')'))
    })
}

/// Whether a file that may import the module of this name may also use it as an object, or import its names by a star:
/// a superset, by the text alone. Certain not to are `name.attribute`, and the import itself unless it renames.
fn may_take_module(text: &str, name: &str) -> bool {
    star_imports(text).next().is_some()
        || word_positions(text, name).any(|at| {
            if let Some(attribute) = text[at + name.len()..].strip_prefix('.') {
                let is_name = attribute.starts_with(|c: char| c.is_alphanumeric() || c == '_');
                return !is_name || attribute.starts_with("__dict__");
            }
            let line = text[line_around(text, at)].trim_start();
            let imports = line.starts_with("import ") || line.starts_with("from ");
            !imports || line.contains(" as ") || line.contains(['(', '\\', ';', '\t', '#'])
        })
}

/// Whether a file may take all names of the module with this last name, as [`module_use`] and star imports do it: a
/// superset, by the text alone.
fn may_take_names(text: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    let stars = star_imports(text).any(|at| {
        let source =
            word_positions(&text[..at], "from").last().map_or("", |from| &text[from + "from".len()..at]);
        word_positions(source, name).next().is_some() || source.trim().trim_matches(['.', '\\']).is_empty()
    });
    // The module goes by its own name there, or by one that an import gives it.
    let is_module = |code: &str| {
        let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
        words.into_iter().any(|word| {
            word == name
                || memmem::find_iter(bytes, word.as_bytes()).any(|at| text[..at].trim_end().ends_with(" as"))
        })
    };
    let calls = ["vars", "dir", "getmembers", "getmembers_static"].iter().any(|function| {
        word_positions(text, function).any(|at| {
            match text[at + function.len()..].trim_start().strip_prefix('(') {
                Some(behind) => is_module(&behind[..behind.find(')').unwrap_or(behind.len())]),
                None => false,
            }
        })
    });
    let namespaces = word_positions(text, "__dict__").any(|at| {
        let receiver = text[..at].trim_end().trim_end_matches('.').trim_end();
        let start = receiver.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |i| i + 1);
        receiver.get(start..).is_none_or(is_module)
    });
    stars || calls || namespaces
}

/// Where an import with a star says `import`.
fn star_imports(text: &str) -> impl Iterator<Item = usize> {
    memmem::find_iter(text.as_bytes(), b"import").filter(|at| {
        text[at + "import".len()..].trim_start_matches([' ', '\t', '\x0c', '\\', '\r', '\n']).starts_with('*')
    })
}

/// The line of an offset, without its line ending.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let end = text[at..].find(['\n', '\r']).map_or(text.len(), |i| at + i);
    start..end
}

/// What makes the file a program, if something does.
fn runs(module: &Module, path: &Path) -> Option<String> {
    if path.file_name().is_some_and(|n| n == "__main__.py") {
        return Some("`__main__.py` is run".into());
    }
    for statement in module.body() {
        let line = module.line(statement.start());
        match statement {
            Stmt::If(_) if module.is_main_guard(statement) => {
                return Some(format!("line {line} runs it as a program"));
            }
            Stmt::Expr(e) if e.value.is_call_expr() => {
                return Some(format!("line {line} makes it a program"));
            }
            Stmt::For(_) | Stmt::While(_) | Stmt::With(_) => {
                return Some(format!("line {line} makes it a program"));
            }
            Stmt::Try(t) if does_something(t) => {
                return Some(format!("line {line} makes it a program"));
            }
            _ => {}
        }
    }
    None
}

/// Whether the `try` calls something for its effect, and is not there for an import that may fail.
fn does_something(t: &ast::StmtTry) -> bool {
    let imports = t.body.iter().any(|s| matches!(s, Stmt::Import(_) | Stmt::ImportFrom(_)));
    let handlers = t.handlers.iter().flat_map(|h| {
        let ast::ExceptHandler::ExceptHandler(h) = h;
        &h.body
    });
    let mut all = t.body.iter().chain(handlers).chain(&t.orelse).chain(&t.finalbody);
    !imports && all.any(|s| matches!(s, Stmt::Expr(e) if e.value.is_call_expr()))
}

/// What is done with a module that stands as an object at this node.
pub(super) fn module_use(module: &Module, id: NodeId) -> ModuleUse {
    let Some(AnyNodeRef::Arguments(arguments)) = module.parent_node(id) else { return ModuleUse::Whole };
    let call = module.parent(id).and_then(|p| module.parent_node(p));
    let Some(AnyNodeRef::ExprCall(call)) = call else { return ModuleUse::Whole };
    let function = last_name(&call.func);
    match function {
        "reload" => return ModuleUse::Reloaded,
        "vars" => return namespace_use(module, module.id(call)),
        "dir" | "getmembers" | "getmembers_static" => return ModuleUse::Namespace,
        _ => {}
    }
    let mut names: Vec<String> = strings(&arguments.args);
    if matches!(function, "multiple") {
        names.extend(arguments.keywords.iter().filter_map(|k| k.arg.as_ref().map(ToString::to_string)));
    }
    let by_names = matches!(
        function,
        "getattr" | "setattr" | "delattr" | "hasattr" | "object" | "multiple" | "patch_object" | "replace"
    );
    if by_names && !names.is_empty() { ModuleUse::WithNames(names) } else { ModuleUse::Whole }
}

/// What is done with the dictionary of a module, as which the node stands: names that are written there, or all of them.
pub(super) fn namespace_use(module: &Module, id: NodeId) -> ModuleUse {
    let named = || named_in_dictionary(module, id).map(ModuleUse::WithNames);
    let restored = || is_patched(module, id).then_some(ModuleUse::Restored);
    named().or_else(restored).unwrap_or(ModuleUse::Namespace)
}

/// `patch.dict(module.__dict__, ...)`
fn is_patched(module: &Module, id: NodeId) -> bool {
    let call = module.parent(id).and_then(|arguments| module.parent_node(arguments));
    let Some(AnyNodeRef::ExprCall(call)) = call else { return false };
    let first = call.arguments.args.first().is_some_and(|a| module.id(a) == id);
    first
        && matches!(&*call.func, Expr::Attribute(a) if a.attr.as_str() == "dict" && last_name(&a.value) == "patch")
}

fn named_in_dictionary(module: &Module, id: NodeId) -> Option<Vec<String>> {
    let string = |e: &Expr| e.as_string_literal_expr().map(|s| s.value.to_str().to_string());
    let up = module.parent(id)?;
    let called = |arguments: NodeId| match module.parent_node(arguments)? {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    };
    match module.node(up) {
        AnyNodeRef::ExprSubscript(s) if module.id(&*s.value) == id => Some(vec![string(&s.slice)?]),
        AnyNodeRef::ExprCompare(c) if c.ops.iter().all(|op| op.is_in() || op.is_not_in()) => {
            Some(vec![string(&c.left)?])
        }
        AnyNodeRef::ExprAttribute(method) => {
            let call = called(up).filter(|call| module.id(&*call.func) == up)?;
            match method.attr.as_str() {
                "get" | "pop" | "setdefault" | "__contains__" | "__getitem__" | "__setitem__" => {
                    Some(vec![string(call.arguments.args.first()?)?])
                }
                "update" => written(call),
                _ => None,
            }
        }
        AnyNodeRef::Arguments(arguments) => {
            let call = called(up)?;
            let first = arguments.args.first().is_some_and(|a| module.id(a) == id);
            match (last_name(&call.func), &*arguments.args) {
                // Of `monkeypatch` in pytest.
                ("setitem" | "delitem", [_, name, ..]) if first => Some(vec![string(name)?]),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The names under which a call of `update` puts values into a dictionary: keys of displays, and keywords.
fn written(call: &ast::ExprCall) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for dictionary in &call.arguments.args {
        for item in &dictionary.as_dict_expr()?.items {
            names.push(item.key.as_ref()?.as_string_literal_expr()?.value.to_str().to_string());
        }
    }
    for keyword in &call.arguments.keywords {
        names.push(keyword.arg.as_ref()?.to_string());
    }
    Some(names)
}

pub(super) fn last_name(function: &Expr) -> &str {
    match function {
        Expr::Name(n) => n.id.as_str(),
        Expr::Attribute(a) => a.attr.as_str(),
        _ => "",
    }
}

fn strings(args: &[Expr]) -> Vec<String> {
    let literals = args.iter().filter_map(|a| a.as_string_literal_expr());
    literals.map(|s| s.value.to_str().to_string()).collect()
}

/// What the node does, if it gets a module by name: what, the strings in its arguments, whether they say which.
fn by_name(module: &Module, id: NodeId, node: AnyNodeRef) -> Option<(&'static str, Vec<String>, bool)> {
    match node {
        AnyNodeRef::ExprCall(call) => {
            let function = last_name(&call.func);
            let (_, what) = BY_NAME.iter().find(|(word, _)| *word == function && *word != "modules")?;
            let names: Vec<String> = module
                .subtree(module.id(&call.arguments))
                .filter_map(|(_, n)| match n {
                    AnyNodeRef::ExprStringLiteral(s) => Some(s.value.to_str().to_string()),
                    _ => None,
                })
                .collect();
            let first = call.arguments.args.first();
            // What an imported name stands for is seen where it is imported.
            let literal = first.is_some_and(|a| {
                a.is_string_literal_expr()
                    || (*what == "reload" && matches!(a, Expr::Name(_) | Expr::Attribute(_)))
            }) || (what.starts_with("run_path") && names.iter().any(|n| n.ends_with(".py")));
            Some((what, names, literal))
        }
        AnyNodeRef::ExprAttribute(a)
            if a.attr.as_str() == "modules"
                && matches!(&*a.value, Expr::Name(n) if n.id.trim_start_matches('_') == "sys") =>
        {
            let key: Option<&Expr> = match module.parent_node(id)? {
                AnyNodeRef::ExprSubscript(s) => Some(&s.slice),
                AnyNodeRef::ExprAttribute(method) => match module
                    .parent(id)
                    .and_then(|p| module.parent_node(p))?
                {
                    AnyNodeRef::ExprCall(call)
                        if matches!(method.attr.as_str(), "get" | "pop" | "setdefault" | "__contains__") =>
                    {
                        call.arguments.args.first()
                    }
                    _ => None,
                },
                AnyNodeRef::ExprCompare(c) => Some(&c.left),
                _ => None,
            };
            let name = key.and_then(|k| k.as_string_literal_expr()).map(|s| s.value.to_str().to_string());
            let literal = name.is_some();
            Some(("sys.modules", name.into_iter().collect(), literal))
        }
        _ => None,
    }
}
