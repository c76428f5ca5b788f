//! Scopes and symbols agree with CPython's `symtable` for every file of its standard library.
//!
//! Both sides are written as the same tree of tables and compared without regard to the order of children.
//! These differences are known and taken out, and no others:
//!
//! * `.0`, `.type_params`, `.generic_base`, `.defaults`, ...: names with a dot are the compiler's own.
//! * `__classdict__`, `__type_params__` (3.12): cells and attributes that the compiler adds to generic classes
//!   and classes with annotation scopes.
//! * Comprehension inlining (3.12) and annotations under `from __future__ import annotations` (3.10): see
//!   `symtable_dump.py`.
//! * The line of a comprehension in 3.8, which counts lines in f-strings differently.
//!
//! From 3.14 on annotations are scopes of their own (PEP 649), which [`Symbols`] leaves out on purpose: those
//! versions are not compared.

use crate::support::skip;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use unspool_engine::driver::STACK_SIZE;
use unspool_engine::facts::{Binding, ScopeId, ScopeKind, Symbols};
use unspool_engine::syntax::{
    AnyNodeRef, Module, NodeId, NodeKind, PythonVersion, Ranged, TextSize, TokenKind, parse,
};

/// Some version's table of one scope.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
struct Table {
    kind: String,
    name: String,
    line: usize,
    /// Flags and scope per name.
    symbols: BTreeMap<String, u32>,
    children: Vec<Table>,
}

impl Table {
    fn forget_lines_of_comprehensions(&mut self) {
        if self.name == "genexpr" || self.name.ends_with("comp") {
            self.line = 0;
        }
        for child in &mut self.children {
            child.forget_lines_of_comprehensions();
        }
        self.children.sort();
    }
}

// As in symtable_dump.py.
const USE: u32 = 1;
const LOCAL: u32 = 2;
const PARAMETER: u32 = 4;
const IMPORT: u32 = 8;
const ANNOTATION: u32 = 16;
const NONLOCAL: u32 = 32;
const GLOBAL: u32 = 64;
const TYPE_PARAMETER: u32 = 128;
const SCOPE_LOCAL: u32 = 1 << 8;
const SCOPE_GLOBAL_EXPLICIT: u32 = 2 << 8;
const SCOPE_GLOBAL_IMPLICIT: u32 = 3 << 8;
const SCOPE_FREE: u32 = 4 << 8;
const SCOPE_CELL: u32 = 5 << 8;
const SCOPE: u32 = 7 << 8;

#[test]
fn scopes_agree_with_symtable_over_the_standard_library() {
    let pythons = pythons();
    if pythons.is_empty() {
        let name = "scopes_agree_with_symtable_over_the_standard_library";
        skip!(name, "no Python from 3.8 to 3.13 found");
    }
    for python in pythons {
        compare_with(&python);
    }
}

/// `python3` on the path; with `UNSPOOL_ALL_PYTHONS` or in CI also those that pyenv has installed.
fn pythons() -> Vec<PathBuf> {
    let mut found = Vec::new();
    if std::env::var_os("UNSPOOL_ALL_PYTHONS").is_some() || std::env::var_os("CI").is_some() {
        let pyenv = std::env::var_os("PYENV_ROOT")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")));
        let versions = pyenv.and_then(|p| std::fs::read_dir(p.join("versions")).ok());
        found.extend(versions.into_iter().flatten().flatten().map(|v| v.path().join("bin/python")));
        found.sort();
    }
    found.push("python3".into());
    found.retain(|python| {
        version_and_library(python)
            .is_some_and(|(version, _)| (PythonVersion::PY38..=PythonVersion::PY313).contains(&version))
    });
    let mut seen = Vec::new();
    found.retain(|python| {
        let library = version_and_library(python);
        let new = !seen.contains(&library);
        seen.push(library);
        new
    });
    found
}

fn version_and_library(python: &Path) -> Option<(PythonVersion, PathBuf)> {
    let script = "import sys, sysconfig; print(*sys.version_info[:2], sysconfig.get_path('stdlib'))";
    let output = Command::new(python).args(["-c", script]).output().ok().filter(|o| o.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut parts = text.trim_end().splitn(3, ' ');
    let version = PythonVersion { major: parts.next()?.parse().ok()?, minor: parts.next()?.parse().ok()? };
    Some((version, parts.next()?.into()))
}

fn compare_with(python: &Path) {
    let (version, library) = version_and_library(python).expect("only Pythons that answer are compared");
    let mut files = Vec::new();
    python_files(&library, &mut files);
    assert!(files.len() > 100, "{} is no standard library", library.display());
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let work = |worker: usize| {
            let share: Vec<&PathBuf> = files.iter().skip(worker).step_by(workers).collect();
            std::thread::Builder::new()
                .stack_size(STACK_SIZE)
                .spawn_scoped(scope, move || compare_share(python, version, &share))
                .expect("threads can be started")
        };
        let handles: Vec<_> = (0..workers).map(work).collect();
        handles.into_iter().map(|h| h.join().expect("no worker panics")).collect()
    });
    let compared: usize = outcomes.iter().map(|o| o.compared).sum();
    let skipped: usize = outcomes.iter().map(|o| o.skipped).sum();
    let failures: Vec<&String> = outcomes.iter().flat_map(|o| &o.failures).collect();
    assert!(
        failures.is_empty(),
        "Python {version}: {} of {compared} files differ\n{}",
        failures.len(),
        failures.iter().take(10).map(|f| f.as_str()).collect::<Vec<_>>().join("\n"),
    );
    // The files that Python itself cannot read are its tests of bad syntax and of other encodings.
    assert!(skipped * 50 < compared, "Python {version}: {skipped} files skipped, {compared} compared");
    println!("Python {version}: {compared} files agree, {skipped} are not UTF-8 or no Python");
}

fn python_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default();
        if path.is_symlink() || name == "site-packages" || name == "dist-packages" || name == "__pycache__" {
            continue;
        }
        if path.is_dir() {
            python_files(&path, files);
        } else if path.extension().is_some_and(|e| e == "py") {
            files.push(path);
        }
    }
}

#[derive(Default)]
struct Outcome {
    compared: usize,
    skipped: usize,
    failures: Vec<String>,
}

fn compare_share(python: &Path, version: PythonVersion, files: &[&PathBuf]) -> Outcome {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/symtable_dump.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the interpreter was started before");
    let mut input = child.stdin.take().expect("stdin is piped");
    for file in files {
        writeln!(input, "{}", file.display()).expect("the script reads all of its input first");
    }
    drop(input);
    let answers = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    let mut outcome = Outcome::default();
    let mut answered = 0;
    for (file, answer) in files.iter().zip(answers) {
        answered += 1;
        let answer = answer.expect("the script prints UTF-8");
        let answer: Value = parse_json(&answer);
        if answer[0] == "skip" {
            outcome.skipped += 1;
            continue;
        }
        outcome.compared += 1;
        let mut theirs = their_table(&answer[1]);
        let text = std::fs::read(file).expect("Python has read the file");
        let text = String::from_utf8(text).expect("Python has decoded the file");
        match our_table(&text, version) {
            Err(error) => outcome.failures.push(format!("{}: {error}", file.display())),
            Ok(mut ours) => {
                if version == PythonVersion::PY38 {
                    ours.forget_lines_of_comprehensions();
                    theirs.forget_lines_of_comprehensions();
                }
                if ours != theirs {
                    outcome.failures.push(format!("{}\n{}", file.display(), difference(&ours, &theirs)));
                }
            }
        }
    }
    assert_eq!(answered, files.len(), "{} stopped early", python.display());
    assert!(child.wait().expect("the script ends").success());
    outcome
}

fn parse_json(text: &str) -> Value {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    serde::Deserialize::deserialize(&mut deserializer).expect("the script prints JSON")
}

/// Names that only the compiler knows.
fn is_synthetic(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "__classdict__" | "__type_params__")
}

fn their_table(value: &Value) -> Table {
    let kind = value[0].as_str().expect("a type").to_owned();
    let symbols = value[3].as_object().expect("symbols").iter();
    let symbols = symbols
        .filter(|(name, _)| !is_synthetic(name))
        .map(|(name, bits)| (name.clone(), bits.as_u64().expect("bits") as u32));
    let mut children: Vec<Table> = value[4].as_array().expect("children").iter().map(their_table).collect();
    children.sort();
    let annotation = kind == "annotation";
    Table {
        name: if annotation { String::new() } else { value[1].as_str().expect("a name").to_owned() },
        line: if annotation { 0 } else { value[2].as_u64().expect("a line") as usize },
        kind,
        symbols: symbols.collect(),
        children,
    }
}

fn our_table(text: &str, version: PythonVersion) -> Result<Table, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed = parse(text, version).map_err(|e| e.to_string())?;
    let module = Module::new(text, &parsed);
    let symbols = Symbols::of(&module);
    let mut tables: Vec<Table> = (0..symbols.scopes.len())
        .map(|i| {
            let scope = &symbols.scopes[i];
            let (kind, name, line) = heading(&module, scope.node, scope.kind, version);
            Table { kind: kind.into(), name, line, ..Table::default() }
        })
        .collect();
    add_occurrences(&module, &symbols, &mut tables);
    add_scopes(&symbols, &mut tables);
    let parents: Vec<Option<ScopeId>> = symbols.scopes.iter().map(|s| s.parent).collect();
    for i in (1..tables.len()).rev() {
        let mut table = std::mem::take(&mut tables[i]);
        table.children.sort();
        let parent = parents[i].expect("only the module has no parent");
        tables[parent.index()].children.push(table);
    }
    let mut root = tables.swap_remove(0);
    root.children.sort();
    Ok(root)
}

fn heading(
    module: &Module<'_>,
    id: NodeId,
    kind: ScopeKind,
    version: PythonVersion,
) -> (&'static str, String, usize) {
    let line = |offset: TextSize| module.line(offset);
    // The line of the keyword in front of a name, not that of the first decorator.
    let keyword = |name: TextSize, keyword: TokenKind, before: TokenKind| {
        let keyword = module.previous_token(name).filter(|t| t.kind() == keyword).expect("a keyword");
        match module.previous_token(keyword.start()) {
            Some(token) if token.kind() == before => line(token.start()),
            _ => line(keyword.start()),
        }
    };
    if kind == ScopeKind::Annotation {
        return ("annotation", String::new(), 0);
    }
    let node = module.node(id);
    match node {
        AnyNodeRef::ModModule(_) => ("module", "top".into(), 0),
        AnyNodeRef::StmtFunctionDef(def) => {
            ("function", def.name.to_string(), keyword(def.name.start(), TokenKind::Def, TokenKind::Async))
        }
        AnyNodeRef::StmtClassDef(def) => {
            ("class", def.name.to_string(), keyword(def.name.start(), TokenKind::Class, TokenKind::Class))
        }
        AnyNodeRef::ExprLambda(lambda) => ("function", "lambda".into(), line(lambda.start())),
        _ => {
            let name = match node.kind() {
                // Rewritten by the script.
                _ if version >= PythonVersion::PY312 => "genexpr",
                NodeKind::ExprGenerator => "genexpr",
                NodeKind::ExprListComp => "listcomp",
                NodeKind::ExprSetComp => "setcomp",
                NodeKind::ExprDictComp => "dictcomp",
                other => panic!("{other:?} opens no scope"),
            };
            let start = match node {
                // The parentheses of the call count as those of the generator.
                AnyNodeRef::ExprGenerator(g) if !g.parenthesized => {
                    module.previous_token(g.start()).expect("an opening parenthesis").start()
                }
                _ => node.start(),
            };
            ("function", name.into(), line(start))
        }
    }
}

/// The name as the compiler knows it in the scope: private names of the class around it are mangled.
fn mangled(module: &Module<'_>, symbols: &Symbols<'_>, scope: ScopeId, name: &str) -> String {
    let class = symbols.scope_chain(scope).find_map(|s| {
        let node = symbols.scope(s).node;
        match (module.node(node), module.parent_node(node)) {
            (AnyNodeRef::StmtClassDef(def), _) => Some(def.name.as_str()),
            (AnyNodeRef::TypeParams(params), Some(AnyNodeRef::StmtClassDef(def)))
                if params.iter().any(|p| p.name().as_str() == name) =>
            {
                Some(def.name.as_str())
            }
            _ => None,
        }
    });
    let class = class.map(|class| class.trim_start_matches('_'));
    match class {
        Some(class) if name.starts_with("__") && !name.ends_with("__") && !class.is_empty() => {
            format!("_{class}{name}")
        }
        _ => name.to_owned(),
    }
}

/// What each occurrence says by itself, without any resolution.
fn add_occurrences(module: &Module<'_>, symbols: &Symbols<'_>, tables: &mut [Table]) {
    let add = |tables: &mut [Table], scope: ScopeId, name: &str, flags: u32| {
        *tables[scope.index()].symbols.entry(name.to_owned()).or_default() |= flags;
        if flags == GLOBAL {
            // Declarations are noted at the module, too.
            *tables[0].symbols.entry(name.to_owned()).or_default() |= GLOBAL;
        }
    };
    for occurrence in &symbols.occurrences {
        let scope = symbols.scope(occurrence.scope);
        let name = mangled(module, symbols, occurrence.scope, occurrence.name);
        let flags = match occurrence.binding {
            None if occurrence.access.reads() => USE,
            None => LOCAL,
            Some(Binding::Parameter) => PARAMETER,
            Some(Binding::Import | Binding::FromImport) => IMPORT,
            Some(Binding::TypeParameter) => LOCAL | TYPE_PARAMETER,
            Some(binding @ (Binding::Annotation | Binding::AnnotatedAssignment)) => {
                let simple = match module.parent_node(occurrence.node) {
                    Some(AnyNodeRef::StmtAnnAssign(assign)) => assign.simple,
                    _ => panic!("an annotated name without an annotation"),
                };
                match (simple, binding) {
                    (true, _) => LOCAL | ANNOTATION,
                    (false, Binding::Annotation) => continue,
                    (false, _) => LOCAL,
                }
            }
            Some(Binding::Declaration) if scope.declared_global.contains(&occurrence.name) => GLOBAL,
            Some(Binding::Declaration) => NONLOCAL,
            Some(_) => LOCAL,
        };
        add(tables, occurrence.scope, &name, flags);
        if occurrence.binding == Some(Binding::Walrus) && scope.kind == ScopeKind::Comprehension {
            let owner = symbols
                .scope_chain(occurrence.scope)
                .find(|s| symbols.scope(*s).kind != ScopeKind::Comprehension)
                .expect("the module is no comprehension");
            let bits = tables[owner.index()].symbols.get(&name).copied().unwrap_or(0);
            let global = owner == ScopeId::MODULE || bits & GLOBAL != 0;
            add(tables, owner, &name, if owner == ScopeId::MODULE { GLOBAL } else { LOCAL });
            add(tables, occurrence.scope, &name, if global { GLOBAL } else { NONLOCAL });
        }
    }
    for (i, scope) in symbols.scopes.iter().enumerate() {
        if scope.class_cell {
            add(tables, ScopeId(i as u32), "__class__", USE);
        }
    }
}

/// Which kind of variable each name is, as [`Symbols`] resolves it.
fn add_scopes(symbols: &Symbols<'_>, tables: &mut [Table]) {
    let function_like = |s: ScopeId| symbols.scope(s).kind.is_function_like();
    let mut passed_through = Vec::new();
    for (i, table) in tables.iter_mut().enumerate() {
        let scope = ScopeId(i as u32);
        for (name, bits) in &mut table.symbols {
            let owner = symbols.lookup(scope, name).map(|s| symbols.symbol(s).scope);
            let kind = if *bits & GLOBAL != 0 {
                SCOPE_GLOBAL_EXPLICIT
            } else if owner == Some(scope) {
                SCOPE_LOCAL
            } else if let Some(owner) = owner.filter(|o| function_like(*o) || name == "__class__") {
                if owner == ScopeId::MODULE {
                    SCOPE_GLOBAL_IMPLICIT
                } else {
                    passed_through.push((name.clone(), scope, owner));
                    SCOPE_FREE
                }
            } else {
                SCOPE_GLOBAL_IMPLICIT
            };
            *bits |= kind;
        }
    }
    for (name, scope, owner) in passed_through {
        for between in symbols.scope_chain(scope).skip(1).take_while(|s| *s != owner) {
            tables[between.index()].symbols.entry(name.clone()).or_insert(SCOPE_FREE);
        }
        if let Some(bits) = tables[owner.index()].symbols.get_mut(&name).filter(|_| function_like(owner)) {
            *bits = *bits & !SCOPE | SCOPE_CELL;
        }
    }
}

/// The first scopes that differ, in words.
fn difference(ours: &Table, theirs: &Table) -> String {
    let mut text = String::new();
    let title = |t: &Table| format!("{} {} line {}", t.kind, t.name, t.line);
    if title(ours) != title(theirs) {
        return format!("    scope: ours {}, theirs {}\n", title(ours), title(theirs));
    }
    for name in ours.symbols.keys().chain(theirs.symbols.keys()) {
        let (a, b) = (ours.symbols.get(name), theirs.symbols.get(name));
        if a != b && !text.contains(&format!(" {name}:")) {
            let _ = writeln!(text, "    {}: {name}: ours {a:?}, theirs {b:?}", title(ours));
        }
    }
    if ours.children.len() != theirs.children.len() {
        let titles = |t: &Table| t.children.iter().map(title).collect::<Vec<_>>();
        let _ = writeln!(text, "    {}: ours {:?}, theirs {:?}", title(ours), titles(ours), titles(theirs));
    }
    for (a, b) in ours.children.iter().zip(&theirs.children) {
        if a != b && text.len() < 2000 {
            text += &difference(a, b);
        }
    }
    text
}
