//! The module that the user named for what rewrites generate: where it is, seen from a file, and what importing it
//! would run.

use rustc_hash::FxHashSet;
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

use super::{RepoIndex, Repository};
use crate::facts::is_stdlib_module;
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, import_member, import_source};

/// The module for helpers as one file sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HelpersModule {
    pub path: PathBuf,
    /// The folder in which the dotted name begins: on the path of whoever imports it by that name.
    pub base: PathBuf,
}

/// What a file imports, and does, when it is imported itself.
#[derive(Debug)]
pub struct Imports {
    /// Files of the repository; whether only as the package of another one.
    pub(super) files: Vec<(PathBuf, bool)>,
    /// Packages from elsewhere, those of the standard library apart.
    pub(super) others: Vec<String>,
    /// The first line that does more than to define and import.
    pub(super) effect: Option<usize>,
}

/// What importing some files runs, directly or by their own imports.
#[derive(Default, Debug)]
pub struct ImportRuns {
    /// A file that imports the one that asked.
    pub back: Option<PathBuf>,
    /// What one of them does beside defining and importing: "line 3 of pkg/__init__.py".
    pub effect: Option<String>,
    /// Packages from elsewhere, in the order in which they are met.
    pub others: Vec<String>,
}

impl RepoIndex {
    /// Where the module with this dotted name is, or would be, that code in `from` would import; the error says why no
    /// place can be meant.
    ///
    /// # Errors
    /// Where the package is missing, where something else has the name, where the file is not one that can be changed.
    pub fn helpers_module(&self, from: &Path, dotted: &str) -> Result<HelpersModule, String> {
        let parts: Vec<&str> = dotted.split('.').collect();
        let (Some(first), Some(last), Some(root)) = (parts.first(), parts.last(), self.root()) else {
            return Err("other files are not at hand".into());
        };
        if is_stdlib_module(first) {
            return Err(format!("`{first}` is a module of the standard library"));
        }
        let has = |path: &Path| self.has_file(path);
        let own = self.import_root(from);
        let starts_in = |base: &Path| {
            has(&base.join(first).join("__init__.py")) || has(&base.join(format!("{first}.py")))
        };
        let base = match self.module_file(from, first) {
            _ if starts_in(&own) => own,
            Some(file) if file.ends_with("__init__.py") => {
                file.ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default()
            }
            Some(file) => file.parent().map(Path::to_path_buf).unwrap_or_default(),
            None if parts.len() == 1 => own,
            None => return Err(format!("no package `{first}` of the repository can be meant")),
        };
        let mut folder = base.clone();
        for part in &parts[..parts.len() - 1] {
            folder.push(part);
            if !has(&folder.join("__init__.py")) {
                let shown = self.shown(&folder);
                return Err(format!("{} is no package: it has no `__init__.py`", shown.display()));
            }
        }
        let package = folder.join(last).join("__init__.py");
        if has(&package) {
            return Ok(HelpersModule { path: package, base });
        }
        let path = folder.join(format!("{last}.py"));
        if has(&path) {
            return Ok(HelpersModule { path, base });
        }
        if !path.starts_with(root) {
            return Err(format!("{} lies outside of the repository", path.display()));
        }
        match namesake(&folder, last) {
            Some(other) => Err(format!("{} has the name", self.shown(&folder.join(other)).display())),
            None => Ok(HelpersModule { path, base }),
        }
    }

    /// The folder from which absolute imports of a file's own package start: above its outermost package, else its own.
    pub fn import_root(&self, file: &Path) -> PathBuf {
        let is_package = |folder: &&Path| self.has_file(&folder.join("__init__.py"));
        let mut folders = file.ancestors().skip(1);
        folders.find(|folder| !is_package(folder)).unwrap_or(Path::new("")).to_path_buf()
    }

    /// The file of the repository that an import of this module of the standard library, in code of `from`, may get instead: on
    /// the path in front of it. In the standard library itself it is the module, which may import `from` in turn, unless that is one of
    /// its tests.
    pub fn in_place_of(&self, from: &Path, module: &str, is_program: bool) -> Option<PathBuf> {
        let name = module.split('.').next().filter(|name| is_stdlib_module(name))?;
        let own = self.import_root(from);
        // The folder of a program comes first, whatever it is part of.
        let beside = from.parent().filter(|_| is_program);
        let folders = [Some(&*own), self.root(), beside];
        let is_library = |folder: &Path| {
            ["os.py", "abc.py", "site.py"].iter().all(|file| self.has_file(&folder.join(file)))
        };
        let others = folders
            .into_iter()
            .flatten()
            .filter(|folder| !(from.starts_with(folder.join("test")) && is_library(folder)));
        others.into_iter().find_map(|folder| {
            let stems = [folder.join(format!("{name}.py")), folder.join(name).join("__init__.py")];
            stems.into_iter().find(|path| self.has_file(path))
        })
    }

    /// The file in which the project names each module to be installed, if it does: a new one is not among them.
    pub fn lists_modules(&self) -> Option<PathBuf> {
        let files =
            ["setup.py", "setup.cfg", "pyproject.toml"].map(|name| self.root().map(|root| root.join(name)));
        let lists = |path: &PathBuf| {
            fs::read_to_string(path)
                .is_ok_and(|text| text.contains("py_modules") || text.contains("py-modules"))
        };
        files.into_iter().flatten().find(lists).map(|path| self.shown(&path))
    }

    /// Files that an absolute import in `from` may mean: usually one.
    fn may_mean(&self, from: &Path, dotted: &str) -> Vec<PathBuf> {
        let stem: PathBuf = dotted.split('.').collect();
        let own = self.import_root(from).join(&stem);
        let mut meant: Vec<PathBuf> = [own.join("__init__.py"), own.with_extension("py")]
            .into_iter()
            .filter(|path| self.has_file(path))
            .collect();
        match self.module_file(from, dotted) {
            Some(file) => meant.push(file),
            None => {
                let ends = [stem.join("__init__.py"), stem.with_extension("py")];
                let named = |file: &&PathBuf| ends.iter().any(|end| file.ends_with(end));
                meant.extend(self.files().iter().filter(named).cloned());
            }
        }
        meant.sort();
        meant.dedup();
        meant
    }

    /// What a file imports when it is imported itself.
    pub(super) fn imports_of(&self, path: &Path, module: &Module) -> Imports {
        let mut imports = Imports { files: Vec::new(), others: Vec::new(), effect: first_effect(module) };
        for (id, node) in module.nodes() {
            match node {
                AnyNodeRef::StmtImport(i) if runs_at_import(module, id) => {
                    for alias in &i.names {
                        self.note(path, alias.name.as_str(), &mut imports);
                    }
                }
                AnyNodeRef::StmtImportFrom(f) if runs_at_import(module, id) => {
                    let from = import_source(f);
                    self.note(path, &from, &mut imports);
                    for alias in &f.names {
                        let member = import_member(f, alias.name.as_str());
                        let files = match f.level {
                            0 if is_stdlib_module(from.split('.').next().unwrap_or(&from)) => continue,
                            0 => self.may_mean(path, &member),
                            _ => self.module_file(path, &member).into_iter().collect(),
                        };
                        imports.files.extend(files.into_iter().map(|file| (file, false)));
                    }
                }
                _ => {}
            }
        }
        imports
    }

    /// Notes a module and the packages that it is in.
    fn note(&self, path: &Path, dotted: &str, imports: &mut Imports) {
        let dots = dotted.bytes().take_while(|b| *b == b'.').count();
        let root = dotted[dots..].split('.').next().unwrap_or_default();
        if dots == 0 && is_stdlib_module(root) && self.module_file(path, root).is_none() {
            return;
        }
        let mut is_ours = dots > 0;
        let ends = dotted.match_indices('.').map(|(at, _)| at).filter(|at| *at > dots).chain([dotted.len()]);
        for end in ends {
            let name = &dotted[..end];
            let files = match dots {
                0 => self.may_mean(path, name),
                _ => self.module_file(path, name).into_iter().collect(),
            };
            is_ours |= !files.is_empty();
            imports.files.extend(files.into_iter().map(|file| (file, end < dotted.len())));
        }
        if !is_ours {
            imports.others.push(root.to_owned());
        }
    }
}

impl Repository {
    /// What importing these files runs when `by` does it, whose own packages are there already.
    pub fn import_runs(&self, start: Vec<PathBuf>, by: &Path) -> ImportRuns {
        let mut runs = ImportRuns::default();
        let mut seen: FxHashSet<PathBuf> = start.iter().cloned().collect();
        let mut next: VecDeque<PathBuf> = start.into();
        let is_own_package = |file: &Path| {
            file.ends_with("__init__.py") && file.parent().is_some_and(|folder| by.starts_with(folder))
        };
        while let Some(file) = next.pop_front() {
            self.note_read(&file);
            let Some(imports) = self.index().imports(&file) else {
                let what = format!("{}, which cannot be read", self.index().shown(&file).display());
                runs.effect.get_or_insert(what);
                continue;
            };
            if let Some(line) = imports.effect {
                let shown = self.index().shown(&file);
                runs.effect.get_or_insert_with(|| format!("line {line} of {}", shown.display()));
            }
            runs.others.extend(imports.others.iter().cloned());
            for (other, as_package) in &imports.files {
                if *as_package && is_own_package(other) {
                    continue;
                }
                if other == by {
                    runs.back.get_or_insert_with(|| file.clone());
                    continue;
                }
                if seen.insert(other.clone()) {
                    next.push_back(other.clone());
                }
            }
        }
        runs
    }
}

/// What else in the folder an import of the name would find, or hides: a folder, an extension module, a file that is
/// no part of the repository.
fn namesake(folder: &Path, name: &str) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is = |other: &String| {
        other == name
            || other.strip_prefix(name).is_some_and(|rest| {
                [".py", ".pyi", ".pyw", ".pyc"].contains(&rest)
                    || (rest.starts_with('.') && (rest.ends_with(".so") || rest.ends_with(".pyd")))
            })
    };
    names.filter(is).min()
}

/// Whether the import runs when the module is imported: in no function, and not for type checkers alone.
fn runs_at_import(module: &Module, id: NodeId) -> bool {
    let range = module.node(id).range();
    let for_checkers = module.ancestors(id).any(|a| match module.node(a) {
        AnyNodeRef::StmtIf(i) => {
            module.source(&*i.test).ends_with("TYPE_CHECKING")
                && i.body.iter().any(|s| s.range().contains_range(range))
        }
        _ => false,
    });
    module.enclosing_function(id).is_none() && !for_checkers
}

/// Callables that only make something.
const MAKERS: &[&str] = &[
    "TypeVar",
    "NewType",
    "ParamSpec",
    "namedtuple",
    "frozenset",
    "set",
    "dict",
    "tuple",
    "list",
    "object",
    "compile",
    "getLogger",
    "field",
    "auto",
    "property",
    "dataclass",
    "lru_cache",
    "Path",
    "Decimal",
    "timedelta",
];

/// Decorators that only make something of what they decorate.
const DECORATORS: &[&str] = &[
    "property",
    "setter",
    "getter",
    "deleter",
    "staticmethod",
    "classmethod",
    "abstractmethod",
    "dataclass",
    "contextmanager",
    "asynccontextmanager",
    "lru_cache",
    "cache",
    "cached_property",
    "total_ordering",
    "override",
    "overload",
    "final",
    "runtime_checkable",
];

/// The first line at the top level of a module, or of its classes, that does more than to define and import.
fn first_effect(module: &Module) -> Option<usize> {
    let last = |e: &Expr| module.source(e).rsplit('.').next().unwrap_or_default().to_owned();
    let decorates = |e: &Expr| match e {
        Expr::Call(c) => DECORATORS.contains(&&*last(&c.func)),
        other => DECORATORS.contains(&&*last(other)),
    };
    let effect = |id: NodeId, node: AnyNodeRef| {
        let outside = || module.enclosing_function(id).is_none();
        match node {
            AnyNodeRef::ExprCall(c) => !MAKERS.contains(&&*last(&c.func)) && outside(),
            AnyNodeRef::Decorator(d) => !decorates(&d.expression) && outside(),
            AnyNodeRef::StmtFor(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::StmtWith(_)
            | AnyNodeRef::StmtDelete(_)
            | AnyNodeRef::StmtRaise(_)
            | AnyNodeRef::StmtAssert(_) => outside(),
            AnyNodeRef::StmtAssign(a) => {
                a.targets.iter().any(|t| t.is_attribute_expr() || t.is_subscript_expr()) && outside()
            }
            _ => false,
        }
    };
    // What runs only where the file is the program does not run here.
    let main: Vec<_> = module.body().iter().filter(|s| module.is_main_guard(s)).map(Ranged::range).collect();
    let found = module.nodes().find(|(id, node)| {
        effect(*id, *node) && !main.iter().any(|range| range.contains_range(node.range()))
    });
    found.map(|(_, node)| module.line(node.start()))
}

#[cfg(test)]
mod tests {
    use super::RepoIndex;
    use std::fs;

    #[test]
    fn tests_of_the_standard_library_import_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().to_path_buf();
        fs::create_dir_all(root.join("test/inner")).expect("a folder");
        let files =
            ["contextlib.py", "cgi.py", "test/__init__.py", "test/test_cgi.py", "test/inner/test_x.py"];
        let write = |file: &&str| fs::write(root.join(file), "x = 1\n").expect("a file");
        files.iter().for_each(write);
        let instead =
            |index: &RepoIndex, file: &str| index.in_place_of(&root.join(file), "contextlib", false);
        // Of a project, it is a module that only has the name.
        let project = RepoIndex::new(root.clone());
        assert!(instead(&project, "test/test_cgi.py").is_some());
        ["os.py", "abc.py", "site.py"].iter().for_each(write);
        let library = RepoIndex::new(root.clone());
        assert!(instead(&library, "cgi.py").is_some());
        assert_eq!(instead(&library, "test/test_cgi.py"), None);
    }
}
