//! Where a helper goes: in front of its first use, or into the module that the user named for all of them.

use std::path::{Path, PathBuf};

use unspool_engine::facts::{Facts, Resolution, Symbols, is_stdlib_module, tables::builtin_name};
use unspool_engine::repo::{HelpersModule, Local};
use unspool_engine::rewrite::{bound_as, top_imports};
use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, PythonVersion, Ranged, Stmt, TextLen, TextSize, import_member,
    import_source, parse,
};
use unspool_engine::text::{Edit, has_word};
use unspool_engine::transform::{FileContext, Finding, ForeignEdits, ImportRequest, Proposal};

use super::naming::is_unused;
use super::reuse::existing;
use super::style::blank_lines;

/// Where helpers of a file go.
pub enum Home {
    /// Into the file; why, if there is a module for helpers.
    File(Option<String>),
    Module(Box<Shelf>),
}

/// The module for helpers as a file sees it.
pub struct Shelf {
    path: PathBuf,
    /// As the user named it.
    dotted: String,
    /// As the file imports it: `pkg.validators`, `.validators`.
    written: String,
    text: std::sync::Arc<str>,
    /// Whether importing it works, and does nothing else.
    importable: Finding,
    /// Where a definition goes, and the line breaks around it.
    at: TextSize,
    before: String,
    behind: String,
}

/// Where a helper is.
#[derive(Default)]
pub struct Placed {
    /// What the file calls it.
    pub name: String,
    /// To be inserted in front of its first use.
    pub here: bool,
    /// What it changes in the module for helpers.
    pub there: Option<ForeignEdits>,
    pub import: Option<ImportRequest>,
    /// The module for helpers, where it has the helper already.
    pub from: Option<PathBuf>,
    /// Whether importing it works and is not seen; where it is in the file there is nothing to ask.
    pub importable: Option<Finding>,
    /// `as auto_repr, in pkg.helpers`
    pub how: String,
}

impl Home {
    /// An error says why the module for helpers cannot be used.
    pub fn of(cx: &FileContext) -> Result<Home, String> {
        let Some(dotted) = cx.settings.helpers_module.as_deref() else { return Ok(Home::File(None)) };
        let failed = |why: String| format!("no helper can be in `{dotted}`: {why}");
        if !cx.repo.is_answered() {
            return Err(failed("other files are not at hand".into()));
        }
        let index = cx.repo.index();
        let module = index.helpers_module(cx.path, dotted).map_err(failed)?;
        if module.path == cx.path {
            return Ok(Home::File(None));
        }
        if let Some(why) = asks_for_origins(cx) {
            return Ok(Home::File(Some(why)));
        }
        let (written, importable) = importable(cx, &module, dotted).map_err(failed)?;
        let text = cx.repo.text(&module.path).ok_or_else(|| failed("it cannot be read".into()))?;
        let look = |local: &Local| {
            let place = end(local.module);
            let star = cx.repo.importers(local).iter().find_map(|i| Some((i.path.clone(), i.star?)));
            let lists = local.facts.symbols().occurrences.iter().any(|o| o.name == "__all__");
            (place, star.filter(|_| !lists))
        };
        let Some(((at, before, behind), star)) = cx.repo.with_file(&module.path, look) else {
            return Err(failed("it is no Python that can be read".into()));
        };
        if let Some((path, line)) = star {
            return Err(failed(format!("{}:{line} takes all of its names", path.display())));
        }
        let (path, dotted) = (module.path, dotted.to_owned());
        Ok(Home::Module(Box::new(Shelf { path, dotted, written, text, importable, at, before, behind })))
    }

    /// Whether a helper can have the name.
    pub fn is_free(&self, cx: &FileContext, name: &str) -> bool {
        is_unused(cx, name)
            && match self {
                Home::File(_) => true,
                Home::Module(shelf) => !has_word(&shelf.text, name),
            }
    }

    /// The helper that is there already, in the file above `before` or in the module for helpers: the same as `text` but for
    /// its own name, which there is `name`. An error: it is there under a name that means something else in the file.
    pub fn at_hand(
        &self,
        cx: &FileContext,
        text: &str,
        name: &str,
        before: TextSize,
    ) -> Result<Option<Placed>, String> {
        if let Some(own) = existing(cx.module, text, name, before) {
            let how = format!("as `{own}`: the file has it already");
            return Ok(Some(Placed { name: own, how, ..Placed::default() }));
        }
        let Home::Module(shelf) = self else { return Ok(None) };
        let Some(found) = self.existing_there(cx, text, name) else { return Ok(None) };
        let body = cx.module.body();
        let user = body.iter().find(|s| s.end() > before).or(body.last());
        let at = user.map_or(NodeId::ROOT, |user| cx.module.id(user));
        let bound = [&shelf.written, &shelf.dotted]
            .iter()
            .find_map(|module| bound_as(cx.module, cx.facts, at, module, &found));
        let import = match &bound {
            Some(_) => None,
            None if is_unused(cx, &found) => Some(ImportRequest::local(&shelf.written, &found)),
            None => {
                let why = format!(
                    "`{found}` of `{}` would do, and the name means something else here",
                    shelf.dotted
                );
                return Err(why);
            }
        };
        Ok(Some(Placed {
            name: bound.unwrap_or_else(|| found.clone()),
            import,
            from: Some(shelf.path.clone()),
            importable: Some(shelf.importable.clone()),
            how: format!("as `{found}`, which `{}` has already", shelf.dotted),
            ..Placed::default()
        }))
    }

    /// The name that a definition has in the module for helpers: the same as `text` but for its own name, which there is `name`.
    pub fn existing_there(&self, cx: &FileContext, text: &str, name: &str) -> Option<String> {
        let Home::Module(shelf) = self else { return None };
        cx.repo.with_file(&shelf.path, |other| {
            existing(other.module, text, name, other.module.text().text_len())
        })?
    }

    /// Where a new helper goes. `text` ends with a line break and defines `name` last.
    pub fn place(&self, cx: &FileContext, text: &str, name: &str) -> Placed {
        let own = |how: String| Placed { name: name.to_owned(), here: true, how, ..Placed::default() };
        let shelf = match self {
            Home::File(None) => return own(format!("as `{name}`")),
            Home::File(Some(why)) => return own(format!("as `{name}`, in this file: {why}")),
            Home::Module(shelf) => shelf,
        };
        let (defines, imports) = match self_contained(cx, shelf, text) {
            Ok(found) => found,
            Err(why) => return own(format!("as `{name}`, in this file: {why}")),
        };
        let mut inserted = format!("{}{}{}", shelf.before, text.trim_end_matches('\n'), shelf.behind);
        let mut requests = imports;
        if shelf.text.is_empty() {
            // Both would go to the start.
            let mut lines: Vec<String> = requests.iter().map(ImportRequest::line).collect();
            lines.sort_by_key(|line| (line.starts_with("from "), line.clone()));
            lines.dedup();
            if !lines.is_empty() {
                inserted = format!("{}\n\n\n{inserted}", lines.join("\n"));
            }
            requests.clear();
            // There is no line yet whose end would say how lines end.
            let text = cx.module.text();
            let first = text.find(['\n', '\r']).map_or("\n", |at| &text[at..]);
            for ending in ["\r\n", "\r"] {
                if first.starts_with(ending) {
                    inserted = inserted.replace('\n', ending);
                    break;
                }
            }
        }
        Placed {
            name: name.to_owned(),
            there: Some(ForeignEdits {
                path: shelf.path.clone(),
                edits: vec![Edit::insert(shelf.at, inserted)],
                imports: requests,
                // Into an empty file they would come without blank lines between them.
                defines: if shelf.text.is_empty() { Vec::new() } else { defines },
            }),
            import: Some(ImportRequest::local(&shelf.written, name)),
            importable: Some(shelf.importable.clone()),
            how: format!("as `{name}`, in `{}`", shelf.dotted),
            ..Placed::default()
        }
    }
}

impl Placed {
    /// What the helper costs, for whoever counts lines: the edits of the file and those of the other one.
    pub fn with_edits(&self, edits: &[Edit]) -> Vec<Edit> {
        let there = self.there.iter().flat_map(|there| &there.edits);
        let as_inserted = there.map(|edit| Edit::insert(TextSize::new(0), edit.text.clone()));
        edits.iter().cloned().chain(as_inserted).collect()
    }

    /// What it adds to a proposal.
    pub fn complete(self, proposal: &mut Proposal) {
        proposal.foreign.extend(self.there);
        proposal.imports.extend(self.import);
        proposal.uses.extend(self.from);
    }
}

/// Where definitions go in a module, with the line breaks in front and behind: to its end, but in front of what it does as a
/// program.
fn end(module: &Module) -> (TextSize, String, String) {
    let text = module.text();
    if text.trim().is_empty() {
        return (text.text_len(), String::new(), "\n".into());
    }
    let gap = "\n".repeat(blank_lines(module));
    if let Some(main) = module.body().last().filter(|s| module.is_main_guard(s)) {
        return (super::style::above(module, main.start()), String::new(), format!("\n{gap}"));
    }
    let ended = text.ends_with(['\n', '\r']);
    let before = if ended { gap } else { format!("\n{gap}") };
    (text.text_len(), before, if ended { "\n".into() } else { String::new() })
}

/// How the file writes the module in an import, and what is known of importing it.
fn importable(cx: &FileContext, module: &HelpersModule, dotted: &str) -> Result<(String, Finding), String> {
    let index = cx.repo.index();
    let parts: Vec<&str> = dotted.split('.').collect();
    let first = parts[0];
    let own_root = index.import_root(cx.path);
    let folder = cx.path.parent().unwrap_or(cx.path);
    let package: Vec<String> = folder
        .strip_prefix(&module.base)
        .map(|below| below.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    let is_inside = own_root == module.base && package.first().is_some_and(|p| p == first);

    let tops = top_imports(cx.module);
    let mut seen: Vec<String> = Vec::new();
    for statement in &tops {
        match statement {
            Stmt::Import(i) => seen.extend(i.names.iter().map(|a| a.name.to_string())),
            Stmt::ImportFrom(f) if f.level == 0 => {
                let from = f.module.as_deref().unwrap_or_default();
                seen.extend(f.names.iter().map(|a| format!("{from}.{}", a.name)));
            }
            _ => {}
        }
    }
    let runs = |name: &str| seen.iter().any(|s| s == name || s.starts_with(&format!("{name}.")));
    let is_absolute = runs(first);
    let is_relative = tops.iter().any(|s| matches!(s, Stmt::ImportFrom(f) if f.level > 0));
    if !is_absolute && own_root != module.base {
        return Err(format!("no import at the top of the file shows that it can import `{first}`"));
    }
    let elsewhere = |node: AnyNodeRef| match node {
        AnyNodeRef::StmtImport(i) => i.names.iter().any(|a| a.name.split('.').next() == Some(first)),
        AnyNodeRef::StmtImportFrom(f) => f.level == 0 && import_source(f).split('.').next() == Some(first),
        _ => false,
    };
    let names_it = cx.module.nodes().any(|(_, node)| elsewhere(node));
    let spelled =
        if is_inside && is_relative && !names_it { relative(&package, &parts) } else { dotted.into() };

    let is_new = index.is_to_be_made(&module.path);
    if is_new && let Some(place) = wanted_already(cx, &module.path, &parts) {
        return Err(format!("{place} imports it, although it is not there"));
    }
    let mut start = vec![module.path.clone()];
    let mut inner = module.base.clone();
    for (n, part) in parts[..parts.len() - 1].iter().enumerate() {
        inner.push(part);
        let is_there = cx.path.starts_with(&inner) || runs(&parts[..=n].join("."));
        if !is_there {
            start.push(inner.join("__init__.py"));
        }
    }
    let there = cx.repo.import_runs(start, cx.path);
    if let Some(back) = there.back {
        return Err(format!("{} imports this file: an import cycle", index.shown(&back).display()));
    }
    let package_file = inner.join("__init__.py");
    let last = parts[parts.len() - 1];
    let mut unlisted = Finding::proved("");
    if parts.len() > 1 {
        if let Some(why) = named_alike(cx, &package_file, last, is_new) {
            return Err(why);
        }
        if is_new && let Some(word) = cx.repo.text(&package_file).and_then(|text| lists_itself(&text)) {
            let shown = index.shown(&package_file);
            let why = format!("{} may look for the modules of its folder (`{word}`)", shown.display());
            unlisted = Finding::assumed(why);
        }
    } else if is_new && let Some(lists) = index.lists_modules() {
        unlisted = Finding::assumed(format!("{} names the modules to be installed", lists.display()));
    }
    let mut finding = Finding::proved(match is_new {
        true => "it is new, and imports nothing of this file",
        false => "it does not import this file, and importing it only defines names",
    });
    finding = finding.and(unlisted);
    if !runs(dotted) {
        if let Some(effect) = there.effect {
            finding = finding.and(Finding::assumed(format!("importing `{dotted}` runs {effect}")));
        }
        let root = |name: &String| name.split('.').next().unwrap_or_default().to_owned();
        let known: Vec<String> = seen.iter().map(root).collect();
        if let Some(other) = there.others.iter().find(|other| !known.contains(other)) {
            finding = finding.and(Finding::assumed(format!("importing `{dotted}` imports `{other}`")));
        }
    }
    if is_inside && !is_absolute && !is_relative && is_program(cx.module, cx.path) {
        finding = finding.and(Finding::assumed(format!(
            "the file is a program: run by its path it would not find `{first}`"
        )));
    }
    Ok((spelled, finding))
}

/// Why the package cannot have an attribute for the module, as importing it gives it one.
fn named_alike(cx: &FileContext, package: &Path, name: &str, is_new: bool) -> Option<String> {
    let shown = cx.repo.index().shown(package);
    let look = |local: &Local| {
        let bound = bindings(local.module, local.facts.symbols(), name);
        // What imports the module binds just that.
        let other =
            bound.iter().find(|id| is_new || !matches!(local.module.node(**id), AnyNodeRef::Alias(_)));
        if let Some(other) = other {
            let line = local.module.line(local.module.node(*other).start());
            return Some(format!("line {line} of {} binds `{name}`", shown.display()));
        }
        let lists = local.facts.symbols().occurrences.iter().any(|o| o.name == "__all__");
        let importers = cx.repo.importers(local);
        let star = importers.iter().filter(|_| is_new && !lists).find_map(|i| Some((i, i.star?)));
        star.map(|(i, line)| format!("{}:{line} takes all names of its package", i.path.display()))
    };
    cx.repo.with_file(package, look)?
}

/// How a package finds out by itself what modules it has.
fn lists_itself(text: &str) -> Option<&'static str> {
    let words =
        ["iter_modules", "walk_packages", "listdir", "scandir", "iterdir", "glob", "rglob", "contents"];
    words.into_iter().find(|word| has_word(text, word))
}

/// The module with these parts, seen from a package.
fn relative(package: &[String], parts: &[&str]) -> String {
    let shared = package.iter().zip(parts).take_while(|(a, b)| a == *b).count();
    format!("{}{}", ".".repeat(package.len() - shared + 1), parts[shared..].join("."))
}

fn is_program(module: &Module, path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "__main__.py")
        || module.body().iter().any(|s| module.is_main_guard(s))
}

/// The place of an import of a module that is not there.
fn wanted_already(cx: &FileContext, path: &Path, parts: &[&str]) -> Option<String> {
    let index = cx.repo.index();
    let (last, dotted) = (parts[parts.len() - 1], parts.join("."));
    let package = parts[..parts.len() - 1].join(".");
    cx.repo.mentioning(last).iter().find_map(|file| {
        let line = cx.repo.with_file(file, |other| {
            let wants = |node: AnyNodeRef| match node {
                AnyNodeRef::StmtImport(i) => i
                    .names
                    .iter()
                    .any(|a| a.name.as_str() == dotted || a.name.starts_with(&format!("{dotted}."))),
                AnyNodeRef::StmtImportFrom(f) if f.level == 0 => {
                    let from = import_source(f);
                    from == dotted
                        || from.starts_with(&format!("{dotted}."))
                        || (from == package && f.names.iter().any(|a| a.name.as_str() == last))
                }
                AnyNodeRef::StmtImportFrom(f) => {
                    let is = |name: String| index.module_file(file, &name).as_deref() == Some(path);
                    is(import_source(f)) || f.names.iter().any(|a| is(import_member(f, a.name.as_str())))
                }
                _ => false,
            };
            let found = other.module.nodes().find(|(_, node)| wants(*node));
            found.map(|(_, node)| other.module.line(node.start()))
        });
        Some(format!("{}:{}", index.shown(file).display(), line.flatten()?))
    })
}

/// Whether the file looks at where functions and classes come from, which would then be another module.
fn asks_for_origins(cx: &FileContext) -> Option<String> {
    let asks = ["__module__", "__globals__", "getmodule", "getsourcefile", "getfile"];
    let text = cx.module.text();
    let word = asks.iter().find(|word| has_word(text, word))?;
    Some(format!("it asks where something comes from (`{word}`)"))
}

/// The names that a helper defines, and the imports that it needs in a module of its own; an error says what of its file it
/// needs.
fn self_contained(
    cx: &FileContext,
    shelf: &Shelf,
    text: &str,
) -> Result<(Vec<String>, Vec<ImportRequest>), String> {
    let cannot = || "it cannot be read by itself".to_owned();
    let parsed = parse(text, PythonVersion::latest()).map_err(|_| cannot())?;
    let helper = Module::new(text, &parsed);
    let facts = Facts::new(&helper);
    let mut defines = Vec::new();
    for statement in helper.body() {
        match statement {
            Stmt::FunctionDef(f) => defines.push(f.name.to_string()),
            Stmt::ClassDef(c) => defines.push(c.name.to_string()),
            _ => return Err(cannot()),
        }
    }
    let future = cx.module.body().iter().find_map(|s| match s {
        Stmt::ImportFrom(f) if f.module.as_deref() == Some("__future__") => Some(cx.module.line(s.start())),
        _ => None,
    });
    let mut imports: Vec<ImportRequest> = Vec::new();
    for (id, node) in helper.nodes() {
        if let Some(annotation) = annotation(node)
            && !is_plain(annotation)
        {
            let source = helper.source(annotation);
            return Err(match future {
                Some(line) => format!("the annotation `{source}` may rest on line {line}"),
                None if contains_string(&helper, annotation) => {
                    format!("the annotation `{source}` is looked up where it stands")
                }
                None => continue,
            });
        }
        let AnyNodeRef::ExprName(name) = node else { continue };
        if !matches!(facts.symbols().resolve(id), Resolution::Free) {
            continue;
        }
        if let Some(request) = needs(cx, shelf, name.id.as_str())?
            && !imports.contains(&request)
        {
            imports.push(request);
        }
    }
    Ok((defines, imports))
}

/// The annotation of a parameter, a result or a variable.
fn annotation<'a>(node: AnyNodeRef<'a>) -> Option<&'a Expr> {
    match node {
        AnyNodeRef::Parameter(p) => p.annotation.as_deref(),
        AnyNodeRef::StmtFunctionDef(f) => f.returns.as_deref(),
        AnyNodeRef::StmtAnnAssign(a) => Some(&a.annotation),
        _ => None,
    }
}

fn is_plain(annotation: &Expr) -> bool {
    annotation.is_name_expr() || annotation.is_none_literal_expr()
}

fn contains_string(helper: &Module, annotation: &Expr) -> bool {
    helper.subtree(helper.id(annotation)).any(|(_, node)| matches!(node, AnyNodeRef::ExprStringLiteral(_)))
}

/// What a name that the helper uses needs in a module of its own: nothing for builtins, an import of the standard library. An
/// error: it is the file's.
fn needs(cx: &FileContext, shelf: &Shelf, name: &str) -> Result<Option<ImportRequest>, String> {
    let symbols = cx.facts.symbols();
    let bound = bindings(cx.module, symbols, name);
    let there = cx.repo.with_file(&shelf.path, |other| {
        bindings(other.module, other.facts.symbols(), name)
            .iter()
            .map(|id| import_of(other.module, *id, name))
            .collect::<Vec<_>>()
    });
    let there = there.unwrap_or_default();
    if bound.is_empty() {
        return match builtin_name(name) {
            Some(_) if there.is_empty() => Ok(None),
            Some(_) => Err(format!("`{name}` means something else in `{}`", shelf.dotted)),
            // Of a helper that is there already, or nobody's.
            None if !there.is_empty() && !has_word(cx.module.text(), name) => Ok(None),
            None => Err(format!("nothing says what `{name}` is")),
        };
    }
    let request = match bound[..] {
        [one] => import_of(cx.module, one, name),
        _ => None,
    };
    let root = |r: &ImportRequest| r.module.split('.').next().is_some_and(is_stdlib_module);
    match request {
        Some(request) if root(&request) && (there.is_empty() || there == [Some(request.clone())]) => {
            Ok(there.is_empty().then_some(request))
        }
        Some(request) if root(&request) => {
            Err(format!("`{name}` means something else in `{}`", shelf.dotted))
        }
        _ => Err(format!("it needs `{name}` of this file")),
    }
}

/// What binds a name in a module's own namespace.
fn bindings(module: &Module, symbols: &Symbols, name: &str) -> Vec<NodeId> {
    let scope = symbols.scope_of(module, NodeId::ROOT);
    let Some(symbol) = symbols.own(scope, name) else { return Vec::new() };
    symbols.occurrences_of(symbol).filter(|o| o.binds()).map(|o| o.node).collect()
}

/// The import at the module's top level that binds the name, as it would be written again.
fn import_of(module: &Module, binder: NodeId, name: &str) -> Option<ImportRequest> {
    let AnyNodeRef::Alias(alias) = module.node(binder) else { return None };
    let statement = module.parent(binder)?;
    if module.parent(statement) != Some(NodeId::ROOT) || alias.asname.is_some() || alias.name.as_str() != name
    {
        return None;
    }
    let mut request = match module.node(statement) {
        AnyNodeRef::StmtImport(_) => ImportRequest::module(""),
        AnyNodeRef::StmtImportFrom(f) if f.level == 0 => ImportRequest::local(f.module.as_deref()?, name),
        _ => return None,
    };
    request.is_local = false;
    if request.name.is_none() {
        request.module = name.to_owned().into();
    }
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_names() {
        for (package, module, expected) in [
            ("pkg", "pkg.checks", ".checks"),
            ("pkg.sub", "pkg.checks", "..checks"),
            ("pkg.sub", "pkg.sub.checks", ".checks"),
            ("pkg.a", "pkg.b.checks", "..b.checks"),
            ("pkg.sub", "pkg", ".."),
            ("pkg", "pkg", "."),
        ] {
            let package: Vec<String> = package.split('.').map(String::from).collect();
            let parts: Vec<&str> = module.split('.').collect();
            assert_eq!(relative(&package, &parts), expected);
        }
    }
}
