//! Import requests: how a name of the standard library is spelled at a place, and where its import goes.

use super::leaks::seen_by_others;
use super::sections::Sections;
use super::unimports::Unimport;
use crate::facts::{Access, Facts, ScopeId, ScopeKind, Symbols};
use crate::repo::{Local, Repository};
use crate::syntax::{
    Module, NodeId, Ranged, Stmt, TextLen, TextRange, TextSize, TokenKind, ast, import_source,
};
use crate::text::Edit;
use crate::transform::{FileContext, ImportRequest};

/// How to write `module.name` at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spelling {
    /// `closing`, `contextlib.closing`, `c.closing`.
    pub text: String,
    /// What has to be imported first.
    pub request: Option<ImportRequest>,
}

/// The spelling of `module.name` in code at `at`.
///
/// Prefers what the file has bound at its top level, then `from module import name`, then `import module`. A
/// binding is used only if it is the sole one of its name, stands in an unconditional statement of the module
/// body before `at`, and is what `at` sees.
///
/// # Errors
/// Why it cannot be written there: every spelling would mean something else, the import would get another module,
/// the code is taken out of the file without it, or somebody goes through all names of the module.
pub fn spell(
    cx: &FileContext,
    at: NodeId,
    wanted: &'static str,
    name: &'static str,
) -> Result<Spelling, String> {
    let local = Local { module: cx.module, facts: cx.facts, path: cx.path };
    spell_in(&local, cx.repo, at, wanted, name)
}

/// As [`spell`], for code of any file of the repository.
///
/// # Errors
/// As there.
pub fn spell_in(
    file: &Local,
    repo: &Repository,
    at: NodeId,
    wanted: &'static str,
    name: &'static str,
) -> Result<Spelling, String> {
    let Local { module, facts, path } = *file;
    let symbols = facts.symbols();
    if let Some(text) = bound_as(module, facts, at, wanted, name) {
        return Ok(Spelling { text, request: None });
    }
    let (text, request) = if is_free(symbols, name) {
        (name.to_string(), ImportRequest::name(wanted, name))
    } else if is_free(symbols, wanted) {
        (format!("{wanted}.{name}"), ImportRequest::module(wanted))
    } else {
        return Err(format!("every way to write `{wanted}.{name}` means something else here"));
    };
    let goes_to = Layout::of(module).goes_to(&request);
    if goes_to > module.node(at).start() {
        return Err(format!("an import of `{wanted}` has no place in front of this code"));
    }
    if let Some(why) = Sections::of(module).taken_out(module, module.node(at).start(), goes_to) {
        return Err(why);
    }
    if let Some(why) = seen_by_others(file, repo, request.name.as_deref().unwrap_or(wanted)) {
        return Err(why);
    }
    if repo.is_answered() {
        let is_program =
            path.file_name().is_some_and(|f| f == "__main__.py") || module.text().contains("__main__");
        if let Some(other) = repo.index().in_place_of(path, wanted, is_program) {
            let shown = repo.index().shown(&other);
            return Err(format!(
                "an import of `{wanted}` gets {}, or is imported by it: no import is added",
                shown.display()
            ));
        }
    }
    Ok(Spelling { text, request: Some(request) })
}

/// How code at `at` says `module.name` by what the file imports already. `wanted` may be relative, as in the import.
pub fn bound_as<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    at: NodeId,
    wanted: &str,
    name: &str,
) -> Option<String> {
    let symbols = facts.symbols();
    let before = module.node(at).start();
    let sections = Sections::of(module);
    for statement in module.body() {
        if statement.start() >= before && module.enclosing_function(at).is_none() {
            break;
        }
        if sections.taken_out(module, before, statement.start()).is_some() {
            continue;
        }
        let runs = |first: NodeId| module.node(first).start() <= statement.start();
        if statement.start() >= before && facts.first_run(at, ScopeId::MODULE).is_some_and(runs) {
            continue;
        }
        match statement {
            Stmt::ImportFrom(from) if import_source(from) == wanted => {
                for alias in &from.names {
                    if alias.name.as_str() == name {
                        let local = alias.asname.as_ref().unwrap_or(&alias.name);
                        if sees(module, symbols, at, local.as_str(), module.id(alias)) {
                            return Some(local.to_string());
                        }
                    }
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let plain = alias.asname.is_none() && alias.name.as_str() == wanted;
                    let renamed = alias.asname.as_ref().filter(|_| alias.name.as_str() == wanted);
                    let local = if plain { Some(wanted) } else { renamed.map(|a| a.as_str()) };
                    if let Some(local) = local
                        && sees(module, symbols, at, local, module.id(alias))
                    {
                        return Some(format!("{local}.{name}"));
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether code at `at` that says `name` means the binding made by `binder` and no other.
fn sees<'a>(module: &Module<'a>, symbols: &Symbols<'a>, at: NodeId, name: &str, binder: NodeId) -> bool {
    let scope = symbols.scope_of(module, at);
    let Some(symbol) = symbols.lookup(scope, name) else { return false };
    if symbols.scope(symbols.symbol(symbol).scope).kind != ScopeKind::Module {
        return false;
    }
    let binders: Vec<NodeId> =
        symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read).map(|o| o.node).collect();
    binders == [binder]
}

/// Whether no code of the file uses the name: binding it at module level then changes nothing.
fn is_free(symbols: &Symbols, name: &str) -> bool {
    symbols.star_imports.is_empty() && symbols.occurrences.iter().all(|o| o.name != name)
}

/// The imports at the top of a module, before any other statement: an import that is added is one of them.
pub fn top_imports<'a>(module: &Module<'a>) -> Vec<&'a Stmt> {
    Layout::of(module).groups.into_iter().flatten().collect()
}

/// The edits that make the requested imports, one per place, and drop those that are no longer needed.
///
/// A request extends an existing top-level `from module import ...`, else becomes a line of its own: behind the
/// docstring and the `__future__` imports, in the first group of imports that has one of the standard library,
/// in alphabetical order there. Never inside `if` or `try`. What comes where something goes takes its place.
pub fn import_edits<'a>(
    module: &Module<'a>,
    requests: &[ImportRequest],
    unimports: Vec<Unimport<'a>>,
) -> Vec<Edit> {
    let mut requests = requests.to_vec();
    requests.sort_unstable();
    requests.dedup();
    let layout = Layout::of(module);
    let mut lines: Vec<(Slot, String)> = Vec::new();
    let mut from_lines: Vec<(&ImportRequest, String)> = Vec::new();
    let mut extended: Vec<(NodeId, Vec<&str>)> = Vec::new();
    for request in &requests {
        if let Some(name) = &request.name
            && let Some(from) = layout.extensible(&request.module)
        {
            let id = module.id(from);
            match extended.iter_mut().find(|(other, _)| *other == id) {
                Some((_, names)) => names.push(name),
                None => extended.push((id, vec![name])),
            }
            continue;
        }
        match &request.name {
            // Requests are sorted: names of one module follow each other.
            Some(name) => match from_lines.last_mut() {
                Some((last, line)) if last.module == request.module => {
                    line.push_str(", ");
                    line.push_str(name);
                }
                _ => from_lines.push((request, request.line())),
            },
            None => lines.push((layout.place_for(request), request.line())),
        }
    }
    lines.extend(from_lines.into_iter().map(|(request, line)| (layout.place_for(request), line)));
    let mut edits: Vec<Edit> = Vec::new();
    let mut unimports = unimports;
    for (from, names) in extended {
        let range = module.node(from).range();
        match unimports.iter().position(|gone| gone.statement.range() == range) {
            Some(at) => edits.extend(exchange(module, unimports.swap_remove(at), &names)),
            None => edits.extend(extend(module, from, &names)),
        }
    }
    for gone in unimports {
        let cut = gone.lines(module);
        let here = |at: TextSize| cut.start() <= at && at <= cut.end();
        let mut instead: Vec<String> = Vec::new();
        if gone.is_whole(module) {
            instead.extend(lines.extract_if(.., |(slot, _)| here(slot.at)).map(|(_, line)| line));
        }
        if instead.is_empty() {
            edits.extend(gone.edits(module));
        } else {
            edits.push(Edit::replace(gone.statement.range(), in_order(instead).join("\n")));
        }
    }
    lines.sort_by_key(|(slot, _)| *slot);
    for same in lines.chunk_by(|a, b| a.0 == b.0) {
        let texts = in_order(same.iter().map(|(_, line)| line.clone()).collect());
        edits.push(layout.insertion(same[0].0, &texts));
    }
    edits
}

/// `import x` before `from x import y`, each by name: the order within a group that isort keeps.
fn in_order(mut lines: Vec<String>) -> Vec<String> {
    lines.sort_by_key(|line| (line.starts_with("from "), line.clone()));
    lines
}

/// Names that come in a statement from which others go.
fn exchange<'a>(module: &Module<'a>, mut gone: Unimport<'a>, names: &[&str]) -> Vec<Edit> {
    let all = gone.names();
    let old = all.iter().find(|alias| gone.drops(module, alias)).expect("a name goes");
    gone.aliases.retain(|alias| *alias != module.id(old));
    // The others: each is deleted together with the blanks and the comma that part it from a neighbour. The new names
    // are a neighbour like those that stay.
    let mut edits = gone.edits(module);
    edits.push(Edit::replace(old.range(), names.join(", ")));
    edits
}

/// Adds names to an existing `from m import a, b`: where each belongs, if those that are there are sorted, else behind them.
fn extend(module: &Module, from: NodeId, names: &[&str]) -> Vec<Edit> {
    let statement = module.node(from);
    let from = statement.as_stmt_import_from().expect("the id of a from-import");
    let sorted = from.names.is_sorted_by_key(|a| a.name.as_str());
    let next = |name: &str| from.names.iter().find(|a| sorted && a.name.as_str() > name);
    let own_lines = has_lines_of_its_own(module, from);
    let mut edits: Vec<Edit> = Vec::new();
    // Names are sorted: those that go to one place follow each other.
    for together in names.chunk_by(|a, b| next(a).map(Ranged::start) == next(b).map(Ranged::start)) {
        let last = from.names.last().expect("a from-import has a name");
        edits.push(match next(together[0]) {
            Some(next) => {
                let parted = if own_lines { format!(",\n{}", indent_of(module, next)) } else { ", ".into() };
                Edit::insert(next.start(), together.join(&parted) + &parted)
            }
            None if own_lines && module.text()[last.end().to_usize()..].starts_with(',') => {
                let indent = indent_of(module, last);
                let lines: String = together.iter().map(|n| format!("\n{indent}{n},")).collect();
                Edit::insert(module.line_end(last.end()), lines)
            }
            None => Edit::insert(last.end(), format!(", {}", together.join(", "))),
        });
    }
    edits
}

/// What stands in front of the name on its line.
fn indent_of<'a>(module: &Module<'a>, alias: &ast::Alias) -> &'a str {
    &module.text()[TextRange::new(module.line_start(alias.start()), alias.start())]
}

/// Whether each name of the statement begins a line.
fn has_lines_of_its_own(module: &Module, from: &ast::StmtImportFrom) -> bool {
    from.names.iter().all(|alias| indent_of(module, alias).chars().all(char::is_whitespace))
}

/// Where a line of its own goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    at: TextSize,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Among its like.
    InGroup,
    /// A group of its own behind that of the standard library.
    BehindGroup,
    /// The first of all.
    Top,
}

/// The top of a module: where its docstring, its `__future__` imports and its groups of imports are.
struct Layout<'m, 'a> {
    module: &'m Module<'a>,
    /// Runs of top-level imports without a blank line between them, before any other statement.
    groups: Vec<Vec<&'a Stmt>>,
    /// Where a first import goes: behind docstring and `__future__` imports.
    top: TextSize,
    /// Whether `top` is behind a docstring or a `__future__` import (and not at the start of the file).
    behind: bool,
}

impl<'m, 'a> Layout<'m, 'a> {
    fn of(module: &'m Module<'a>) -> Self {
        let mut groups: Vec<Vec<&'a Stmt>> = Vec::new();
        let mut top = first_line_of_code(module);
        let mut behind = false;
        let mut previous: Option<&'a Stmt> = None;
        for (i, statement) in module.body().iter().enumerate() {
            let docstring = i == 0 && matches!(statement, Stmt::Expr(e) if e.value.is_string_literal_expr());
            let future =
                matches!(statement, Stmt::ImportFrom(f) if f.module.as_deref() == Some("__future__"));
            if docstring || future {
                top = after_line(module, statement);
                behind = true;
                continue;
            }
            if !matches!(statement, Stmt::Import(_) | Stmt::ImportFrom(_)) {
                // Groups further down belong to what stands between.
                if !groups.is_empty() || !is_prelude(statement) {
                    break;
                }
                continue;
            }
            // Statements that share a line stand together.
            let blank = previous.is_none_or(|p| after_line(module, p) < module.line_start(statement.start()));
            match groups.last_mut() {
                Some(group) if !blank => group.push(statement),
                _ => groups.push(vec![statement]),
            }
            previous = Some(statement);
        }
        Layout { module, groups, top, behind }
    }

    /// An unconditional top-level `from module import names` that can be extended.
    fn extensible(&self, wanted: &str) -> Option<&'a ast::StmtImportFrom> {
        self.groups.iter().flatten().find_map(|s| match s {
            Stmt::ImportFrom(f)
                if import_source(f) == wanted
                    && f.names.iter().all(|a| a.name.as_str() != "*")
                    && !self.module.has_comment(f.range()) =>
            {
                Some(f)
            }
            _ => None,
        })
    }

    /// Where the import that meets the request stands.
    fn goes_to(&self, request: &ImportRequest) -> TextSize {
        let extended = request.name.as_ref().and_then(|_| self.extensible(&request.module));
        extended.map_or_else(|| self.place_for(request).at, |from| from.start())
    }

    fn place_for(&self, request: &ImportRequest) -> Slot {
        let with = |like: &dyn Fn(&Stmt) -> bool| self.groups.iter().find(|g| g.iter().any(|s| like(s)));
        let root = request.module.split('.').next().unwrap_or(&request.module);
        let own = match crate::facts::is_stdlib_module(root) {
            true => with(&is_stdlib),
            false if root.is_empty() => with(&is_relative),
            false => with(&|statement| package(statement) == Some(root)),
        };
        let Some(group) = own else {
            let before = if request.is_local { self.groups.last() } else { with(&is_stdlib) };
            return match before.and_then(|group| group.last()) {
                Some(last) => Slot { at: after_line(self.module, last), place: Place::BehindGroup },
                None => Slot { at: self.top, place: Place::Top },
            };
        };
        let is_from = request.name.is_some();
        // Relative imports stand behind the others, the nearest module last.
        let dots = |name: &str| match name.bytes().take_while(|b| *b == b'.').count() {
            0 => 0,
            n => usize::MAX - n,
        };
        let key = |s: &Stmt| match s {
            Stmt::Import(i) => (false, 0, i.names.first().map_or(String::new(), |a| a.name.to_string())),
            Stmt::ImportFrom(f) => (true, dots(&import_source(f)), import_source(f)),
            _ => (true, 0, String::new()),
        };
        let wanted = (is_from, if is_from { dots(&request.module) } else { 0 }, request.module.to_string());
        // Files that mix both forms by name alone keep doing so.
        let by_name_alone = group.is_sorted_by_key(|s| key(s).2) && !group.is_sorted_by_key(|s| key(s));
        let next = group.iter().find(|s| if by_name_alone { key(s).2 > wanted.2 } else { key(s) > wanted });
        let at = match next {
            // Docstring and `__future__` imports stay in front, on the same line, too.
            Some(next) => self.module.line_start(next.start()).max(self.top),
            None => after_line(self.module, group.last().expect("a group is not empty")),
        };
        Slot { at, place: Place::InGroup }
    }

    fn insertion(&self, Slot { at, place }: Slot, lines: &[String]) -> Edit {
        let text = self.module.text();
        let mut inserted = lines.join("\n");
        if at == text.text_len() && !text.is_empty() && !text.ends_with(['\n', '\r']) {
            // The file has no final line end, and gets none.
            inserted.insert(0, '\n');
            return Edit::insert(at, inserted);
        }
        inserted.push('\n');
        let before = &text[..at.to_usize()];
        if !before.is_empty() && !before.ends_with(['\n', '\r']) {
            inserted.insert(0, '\n');
        }
        let after = &text[at.to_usize()..];
        if place == Place::BehindGroup {
            inserted.insert(0, '\n');
            if !after.is_empty() && !after.starts_with(['\n', '\r']) {
                inserted.push('\n');
            }
        }
        if place == Place::Top {
            if self.behind && !before.ends_with("\n\n") && !before.ends_with("\r\n\r\n") {
                inserted.insert(0, '\n');
            }
            let import_follows =
                self.groups.first().is_some_and(|g| self.module.line_start(g[0].start()) == at);
            if import_follows {
                inserted.push('\n');
            } else if !after.starts_with(['\n', '\r']) {
                inserted.push_str("\n\n");
            }
        }
        Edit::insert(at, inserted)
    }
}

/// Statements that may stand between a docstring and the imports: `__version__ = "1"`, say.
fn is_prelude(statement: &Stmt) -> bool {
    match statement {
        Stmt::Assign(a) => {
            a.targets.iter().all(|t| matches!(t, ast::Expr::Name(n) if n.id.starts_with("__")))
        }
        _ => false,
    }
}

/// The start of the first line that is neither shebang, coding cookie nor comment block at the top.
fn first_line_of_code(module: &Module) -> TextSize {
    let mut at = TextSize::new(0);
    for token in module.tokens() {
        match token.kind() {
            TokenKind::Comment if token.start() == at => at = after_offset(module, token.end()),
            TokenKind::NonLogicalNewline if token.start() == at => at = token.end(),
            TokenKind::NonLogicalNewline => {}
            _ => break,
        }
    }
    at
}

/// The start of the line behind the statement.
fn after_line(module: &Module, statement: &Stmt) -> TextSize {
    after_offset(module, statement.end())
}

fn after_offset(module: &Module, offset: TextSize) -> TextSize {
    let end = module.line_end(offset);
    let rest = &module.text()[end.to_usize()..];
    let ending = if rest.starts_with("\r\n") { 2 } else { u32::from(!rest.is_empty()) };
    end + TextSize::new(ending)
}

fn is_relative(statement: &Stmt) -> bool {
    matches!(statement, Stmt::ImportFrom(f) if f.level > 0)
}

/// The package of an absolute import.
fn package(statement: &Stmt) -> Option<&str> {
    let name = match statement {
        Stmt::Import(i) => i.names.first().map(|a| a.name.as_str()),
        Stmt::ImportFrom(f) if f.level == 0 => f.module.as_deref(),
        _ => None,
    };
    name.and_then(|name| name.split('.').next())
}

fn is_stdlib(statement: &Stmt) -> bool {
    package(statement).is_some_and(crate::facts::is_stdlib_module)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::RepoIndex;
    use crate::rewrite::{unimports, verify};
    use std::path::Path;
    use std::sync::Arc;

    use crate::syntax::{PythonVersion, parse};
    use crate::text::Patch;

    /// `after` is `before` with `from contextlib import closing`.
    #[track_caller]
    fn check(before: &str, after: &str) {
        check_edits(before, &[ImportRequest::name("contextlib", "closing")], &[], after);
    }

    /// `after` is `before` with what is requested and without the imports of names that are `gone`.
    #[track_caller]
    fn check_edits(before: &str, requests: &[ImportRequest], gone: &[&str], after: &str) {
        let parsed = parse(before, PythonVersion::latest()).expect("the text is Python");
        let module = Module::new(before, &parsed);
        let facts = Facts::new(&module);
        let repo = Repository::new(Arc::new(RepoIndex::without_files()));
        let gone: Vec<String> = gone.iter().map(ToString::to_string).collect();
        let unimports = unimports(&module, facts.symbols(), &gone, &[], &repo, Path::new("a.py"));
        let patch =
            Patch::new(import_edits(&module, requests, unimports), before).expect("the edits are a patch");
        assert_eq!(patch.apply(before), after);
        verify(&module, &patch, after, PythonVersion::latest(), &[])
            .expect("the result keeps what must be kept");
    }

    #[test]
    fn names_on_lines_of_their_own() {
        check(
            "from contextlib import (\n    ExitStack,\n    contextmanager,\n)\n",
            "from contextlib import (\n    ExitStack,\n    closing,\n    contextmanager,\n)\n",
        );
        check(
            "from contextlib import (\r\n    ExitStack,\r\n    chdir,\r\n)\r\n",
            "from contextlib import (\r\n    ExitStack,\r\n    chdir,\r\n    closing,\r\n)\r\n",
        );
        check(
            "from contextlib import (\n    ExitStack,\n    chdir\n)\n",
            "from contextlib import (\n    ExitStack,\n    chdir, closing\n)\n",
        );
        check(
            "from contextlib import (\n    ExitStack, contextmanager,\n)\n",
            "from contextlib import (\n    ExitStack, closing, contextmanager,\n)\n",
        );
    }

    #[test]
    fn places() {
        check("import os\nx = 1\n", "import os\nfrom contextlib import closing\nx = 1\n");
        check("from contextlib import suppress\n", "from contextlib import closing, suppress\n");
        check("\"doc\"\nx = 1\n", "\"doc\"\n\nfrom contextlib import closing\n\n\nx = 1\n");
        check("#!/bin/sh\nx = 1\n", "#!/bin/sh\nfrom contextlib import closing\n\n\nx = 1\n");
        check("import os\r\n", "import os\r\nfrom contextlib import closing\r\n");
    }

    #[test]
    fn a_package_has_its_group() {
        let request = [ImportRequest::name("twisted.internet.defer", "ensureDeferred")];
        let line = "from twisted.internet.defer import ensureDeferred\n";
        for (before, after) in [
            (
                "import os\n\nfrom twisted.internet import task\n",
                "import os\n\nfrom twisted.internet import task\n#\n",
            ),
            ("import os\n\nimport jobs\n", "import os\n\n#\n\nimport jobs\n"),
            ("import os\nx = 1\n", "import os\n\n#\n\nx = 1\n"),
            ("import os\n", "import os\n\n#\n"),
            ("import jobs\n", "#\n\nimport jobs\n"),
        ] {
            check_edits(before, &request, &[], &after.replace("#\n", line));
        }
    }

    #[test]
    fn modules_of_the_repository_come_last() {
        for (module, before, after) in [
            ("pkg.checks", "import os\n\nimport numpy\n", "import os\n\nimport numpy\n\n#\n"),
            ("pkg.checks", "import os\n\nimport pkg.a\n", "import os\n\nimport pkg.a\n#\n"),
            ("pkg.checks", "import os\n\nfrom pkg.z import b\n", "import os\n\n#\nfrom pkg.z import b\n"),
            ("pkg.checks", "from pkg.checks import A\n", "from pkg.checks import A, Typed\n"),
            (".checks", "import os\n\nfrom .a import b\n", "import os\n\nfrom .a import b\n#\n"),
            (".checks", "from ..a import b\nfrom .z import c\n", "from ..a import b\n#\nfrom .z import c\n"),
            ("..checks", "from ..a import b\nfrom .z import c\n", "from ..a import b\n#\nfrom .z import c\n"),
            (".checks", "from .checks import A, Z\n", "from .checks import A, Typed, Z\n"),
            ("..checks", "from .checks import A\n", "#\nfrom .checks import A\n"),
        ] {
            let line = format!("from {module} import Typed\n");
            check_edits(before, &[ImportRequest::local(module, "Typed")], &[], &after.replace("#\n", &line));
        }
    }

    /// Names whose import goes, with what comes at the same time.
    #[test]
    fn what_comes_takes_the_place_of_what_goes() {
        let chain = || ImportRequest::name("itertools", "chain");
        let whole = || ImportRequest::module("contextlib");
        for (before, requests, gone, after) in [
            // Several names in a statement.
            (
                "from itertools import count, tee\n",
                vec![chain()],
                vec!["tee"],
                "from itertools import count, chain\n",
            ),
            (
                "from itertools import count, tee\n",
                vec![chain()],
                vec!["count"],
                "from itertools import chain, tee\n",
            ),
            (
                "from itertools import count, tee\n",
                vec![chain()],
                vec!["count", "tee"],
                "from itertools import chain\n",
            ),
            (
                "from itertools import (\n    count,\n    tee,\n)\n",
                vec![chain()],
                vec!["tee"],
                "from itertools import (\n    count,\n    chain,\n)\n",
            ),
            // Whole statements.
            ("import abc\n\n\nx = 1\n", vec![whole()], vec!["abc"], "import contextlib\n\n\nx = 1\n"),
            (
                "# c\n\n\nimport abc\n\nx = 1\n",
                vec![whole()],
                vec!["abc"],
                "# c\n\n\nimport contextlib\n\nx = 1\n",
            ),
            (
                "import abc\nimport os\n",
                vec![whole(), chain()],
                vec!["abc"],
                "import contextlib\nimport os\nfrom itertools import chain\n",
            ),
            (
                "import abc\r\nimport sys\r\n",
                vec![whole()],
                vec!["sys"],
                "import abc\r\nimport contextlib\r\n",
            ),
            // Neither has to do with the other.
            (
                "import abc\nimport os\nimport sys\n",
                vec![whole()],
                vec!["sys"],
                "import abc\nimport contextlib\nimport os\n",
            ),
        ] {
            check_edits(before, &requests, &gone, after);
        }
    }

    #[test]
    fn statements_that_share_a_line() {
        check(
            "import abc; import os\nx = 1\n",
            "import abc; import os\nfrom contextlib import closing\nx = 1\n",
        );
        check(
            "\"doc\"; import os\nimport sys\n",
            "\"doc\"; import os\nimport sys\nfrom contextlib import closing\n",
        );
        check_edits(
            "from __future__ import annotations; import os\nx = 1\n",
            &[ImportRequest::module("abc")],
            &[],
            "from __future__ import annotations; import os\nimport abc\nx = 1\n",
        );
    }

    #[test]
    fn a_last_line_without_an_end_gets_none() {
        check("import os", "import os\nfrom contextlib import closing");
        check("\"doc\"", "\"doc\"\nfrom contextlib import closing");
    }
}
