//! The descriptor that attributes of one shape share, as text.

use unspool_engine::facts::ScopeId;
use unspool_engine::syntax::{Module, Ranged, Stmt, TextRange, TextSize};
use unspool_engine::text::Edit;
use unspool_engine::transform::{CommentChange, FileContext};

use super::member::{Member, Storage};
use super::names::class_name;
use crate::generated::home::{Home, Placed};
use crate::generated::merge::{Manner, Merged, each, merge, rewritten};
use crate::generated::message::Known;
use crate::generated::naming::numbered;
use crate::generated::reuse::existing;
use crate::generated::style::{
    blank_lines, call, documents_classes, has_long_string, quote, reindented, short_literal, top_level,
};
use crate::generated::term::Term;

pub struct Helper {
    /// To be inserted, where `placed` says so.
    pub text: String,
    /// `    name = Typed(str)`, for each member.
    pub calls: Vec<String>,
    /// The copies' comments that the helper has once.
    pub merged: Vec<CommentChange>,
    /// The comments are part of the helper, for each member.
    pub keeps_comments: bool,
    /// Names of the module that arguments have.
    pub globals: Vec<String>,
    pub placed: Placed,
}

/// Makes the descriptor for members of one shape; an error says why it cannot be written.
///
/// `shared`: other shapes of the file will have descriptors, too, which then have a base for what all of them do.
pub fn helper<'a>(
    cx: &FileContext<'a, '_>,
    members: &[&Member<'a>],
    shared: bool,
    home: &Home,
) -> Result<Helper, String> {
    let module = cx.module;
    if let Some(long) =
        members.iter().find(|m| m.statements.iter().any(|s| has_long_string(module, s.range())))
    {
        return Err(format!("a string on line {} goes over several lines", long.line(module)));
    }
    if let Some(why) = members.iter().find_map(|m| bound_to_place(cx, m)) {
        return Err(why);
    }
    let comments: Vec<Vec<&str>> = members.iter().map(|m| comments_of(module, m)).collect();
    let keeps_comments = !comments[0].is_empty() && comments.iter().all(|c| *c == comments[0]);
    let model =
        members.iter().position(|m| m.statements.iter().all(|s| !is_on_one_line(module, s))).unwrap_or(0);
    let mut merged = Vec::new();
    if keeps_comments {
        for (_, member) in members.iter().enumerate().filter(|(i, _)| *i != model) {
            merged.extend(body_comments(module, member).map(|c| CommentChange::Merged(c.range())));
        }
    }

    let attrs: Vec<String> = members.iter().map(|m| m.attr.to_string()).collect();
    let capital = attrs.iter().map(|a| capitalized(a)).collect();
    let upper = attrs.iter().map(|a| a.to_uppercase()).collect();
    let mut known = vec![
        Known::new("self.name", attrs),
        Known::new("self.name.capitalize()", capital),
        Known::new("self.name.upper()", upper),
    ];
    if let Some(values) = same_text(members, |m| m.value) {
        known.retain(|k| k.texts.iter().any(|t| *t != values));
    }
    let only_type = members[0].terms.iter().filter(|t| is_check(t)).count() == 1
        && members[model].terms.iter().any(is_type_check);
    let manner = Manner {
        prefix: "self.",
        open_kinds: only_type,
        taken: ["name", "storage", "doc", "self", "owner", "instance"].map(String::from).to_vec(),
    };
    let copies: Vec<&[Term]> = members.iter().map(|m| &m.terms[..]).collect();
    let made = merge(cx, &copies, model, known, &manner)?;
    let writing = Writing { cx, members, model: members[model], made: &made, home };
    let value = writing.value_name();
    let body = writing.set_body(&value, keeps_comments)?;
    let names: Vec<&str> = members.iter().map(|m| m.attr).collect();
    let name = class_name(cx, &names, &members[model].terms, &made.params, home);
    let top = module.node(top_level(module, module.id(members[0].class)));
    let alone = writing.class(&name, &value, &body, None);
    // On its own base the descriptor is in the place where that is.
    let base = writing.base_at_hand(top.start());
    let derived = base.as_ref().map(|base| writing.class(&name, &value, &body, Some(&base.0)));
    let mut placed = None;
    for text in derived.iter().chain([&alone]) {
        placed = home.at_hand(cx, text, &name, top.start())?;
        if placed.is_some() {
            break;
        }
    }
    let new = || match derived {
        Some(text) => text,
        None if shared && writing.can_share() => {
            let base = numbered("CheckedAttribute", |n| !home.is_free(cx, n));
            let gap = "\n".repeat(blank_lines(module));
            let own = writing.class(&name, &value, &body, Some(&base));
            format!("{}{gap}{own}", writing.base(&base, writing.documents()))
        }
        None => alone.clone(),
    };
    let (placed, text) = match placed {
        Some(placed) => (placed, String::new()),
        None => {
            let text = new();
            let placed = home.place(cx, &text, &name);
            // The other module has the base, and this file does not.
            let is_apart = placed.here && base.as_ref().is_some_and(|(_, is_there)| *is_there);
            (placed, if is_apart { alone } else { text })
        }
    };
    let calls = (0..members.len()).map(|i| writing.call(&placed.name, i)).collect();
    let globals = made.params.iter().flat_map(|p| p.globals.clone()).collect();
    Ok(Helper { text, calls, merged, keeps_comments, globals, placed })
}

fn capitalized(name: &str) -> String {
    let mut chars = name.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    first + &chars.as_str().to_lowercase()
}

/// What `of` gives for all members, if it is the same.
fn same_text<'a>(members: &[&Member<'a>], of: impl Fn(&Member<'a>) -> &'a str) -> Option<String> {
    let first = of(members[0]);
    members.iter().all(|m| of(m) == first).then(|| first.to_string())
}

fn is_check(term: &Term) -> bool {
    matches!(term, Term::Node { label, .. } if label == "if" || label == "assert")
}

/// `if not isinstance(value, T)` and nothing else.
fn is_type_check(term: &Term) -> bool {
    let Term::Node { label, children } = term else { return false };
    let is_call = |t: &Term| match t {
        Term::Node { label, children } => {
            label == "call"
                && matches!(children.first(), Some(Term::Node { label, .. }) if label == "isinstance")
        }
        _ => false,
    };
    label == "if"
        && matches!(children.first(), Some(Term::Node { label, children }) if label == "Not" && children.iter().all(is_call))
}

/// `if x: raise ...` on one line.
fn is_on_one_line(module: &Module, statement: &Stmt) -> bool {
    match statement {
        Stmt::If(i) => i.body.first().is_some_and(|s| module.line(s.start()) == module.line(i.start())),
        _ => false,
    }
}

fn body_range(module: &Module, member: &Member) -> TextRange {
    let first = member.statements[0];
    let last = member.statements[member.statements.len() - 1];
    TextRange::new(leading(module, first), module.line_end(last.end()))
}

/// The start of the line above the one that starts here.
pub fn line_above(module: &Module, start: TextSize) -> TextSize {
    let ending = if module.text()[..start.to_usize()].ends_with("\r\n") { 2 } else { 1 };
    module.line_start(start - TextSize::new(ending))
}

/// The start of a statement, or of the line of the first comment directly above it.
pub fn leading(module: &Module, statement: &Stmt) -> TextSize {
    let indentation = module.indentation(statement.start());
    let line = module.line_start(statement.start());
    let mut start = line;
    while start > TextSize::new(0) {
        let previous = line_above(module, start);
        let comment = module.text()[TextRange::new(previous, start)].strip_prefix(indentation);
        if previous >= start || !comment.is_some_and(|c| c.starts_with('#')) {
            break;
        }
        start = previous;
    }
    if start == line { statement.start() } else { start }
}

fn body_comments<'a>(
    module: &Module<'a>,
    member: &Member<'a>,
) -> impl Iterator<Item = &'a unspool_engine::syntax::Token> + use<'a> {
    let ranges: Vec<TextRange> = if member.is_init() {
        member.statements.iter().map(|s| TextRange::new(s.start(), module.line_end(s.end()))).collect()
    } else {
        vec![body_range(module, member)]
    };
    let tokens: Vec<_> = ranges.into_iter().flat_map(|r| module.comments_in(r).collect::<Vec<_>>()).collect();
    tokens.into_iter()
}

fn comments_of<'a>(module: &Module<'a>, member: &Member<'a>) -> Vec<&'a str> {
    body_comments(module, member).map(|t| &module.text()[t.range()]).collect()
}

struct Writing<'w, 'a, 'r> {
    cx: &'w FileContext<'a, 'r>,
    members: &'w [&'w Member<'a>],
    model: &'w Member<'a>,
    made: &'w Merged,
    home: &'w Home,
}

impl<'a> Writing<'_, 'a, '_> {
    fn module(&self) -> &Module<'a> {
        self.cx.module
    }

    fn unit(&self) -> String {
        self.module().indent_unit(TextSize::new(0)).to_string()
    }

    /// The name that all copies use for the value, else `value`, if no code of the model means something else by it.
    fn value_name(&self) -> String {
        let agreed = same_text(self.members, |m| m.value).filter(|_| !self.model.is_init());
        agreed.unwrap_or_else(|| {
            let module = self.module();
            let taken = self.model.statements.iter().any(|s| {
                let names = module.tokens().in_range(s.range()).iter();
                names
                    .filter(|t| t.kind() == unspool_engine::syntax::TokenKind::Name)
                    .any(|t| module.text()[t.range()] == *"value")
            });
            let own = self.model.value == "value";
            if taken && !own { self.model.value.to_string() } else { "value".to_string() }
        })
    }

    /// The lines of `__set__`, indented as they are in the class.
    fn set_body(&self, value: &str, keeps_comments: bool) -> Result<Vec<String>, String> {
        let module = self.module();
        let mut edits = self.made.edits.clone();
        each(&self.model.terms, &mut |term| match term {
            Term::Local { index: 0, range } => edits.push(Edit::replace(*range, "instance")),
            Term::Local { index: 1, range } => edits.push(Edit::replace(*range, value)),
            Term::Stored { range } => edits.push(Edit::replace(*range, "getattr(instance, self.storage)")),
            Term::Store { range, value, .. } => {
                let head = TextRange::new(range.start(), value.start());
                edits.push(Edit::replace(head, "setattr(instance, self.storage, "));
                edits.push(Edit::insert(value.end(), ")"));
            }
            _ => {}
        });
        self.own_names(value)?;
        let unit = self.unit();
        let indentation = format!("{unit}{unit}");
        let mut lines = Vec::new();
        for statement in &self.model.statements {
            let start = module.line_start(statement.start());
            let alone = module.text()[TextRange::new(start, statement.start())].trim().is_empty();
            let old = if alone { module.indentation(statement.start()) } else { "" };
            let mut range = TextRange::new(statement.start(), statement.end());
            let mut text = rewritten(module, range, &edits);
            if keeps_comments {
                range = TextRange::new(self.comment_start(statement), module.line_end(statement.end()));
                text = rewritten(module, range, &edits);
            } else if module.has_comment(range) {
                text = without_comments(module, range, &edits);
            }
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            let text = if keeps_comments && range.start() != statement.start() {
                text
            } else {
                format!("{old}{text}")
            };
            let lines_of = reindented(&text, old, &indentation).ok_or_else(|| {
                let line = module.line(statement.start());
                format!("lines below line {line} are indented less than it")
            })?;
            lines.push(lines_of.trim_end().to_string());
        }
        if self.model.is_init() {
            lines.push(format!("{indentation}instance.__dict__[self.name] = {value}"));
        }
        Ok(lines)
    }

    /// The start of the line of the first comment directly above a statement.
    fn comment_start(&self, statement: &Stmt) -> TextSize {
        let module = self.module();
        let mut start = module.line_start(statement.start());
        let first = match self.model.is_init() {
            true => self.model.statements[0].start(),
            false => leading(module, self.model.statements[0]),
        };
        while start > first {
            let previous = line_above(module, start);
            if previous >= start || !module.text()[TextRange::new(previous, start)].trim().starts_with('#') {
                break;
            }
            start = previous;
        }
        start
    }

    /// The helper's own names must mean nothing else to the code that is put between them.
    fn own_names(&self, value: &str) -> Result<(), String> {
        let module = self.module();
        let clash = |name: &str| {
            let meant = [self.model.receiver, self.model.value].contains(&name);
            !meant && self.reads(name)
        };
        match ["self", "instance", value].into_iter().find(|n| clash(n)) {
            None => Ok(()),
            Some(name) => Err(format!(
                "the code on line {} means something else by `{name}` than the descriptor would",
                self.model.line(module)
            )),
        }
    }

    fn reads(&self, name: &str) -> bool {
        let module = self.module();
        self.model.statements.iter().any(|s| {
            module.subtree(module.id(*s)).any(|(_, node)| match node {
                unspool_engine::syntax::AnyNodeRef::ExprName(n) => n.id.as_str() == name,
                _ => false,
            })
        })
    }

    fn is_annotated(&self) -> bool {
        self.members.iter().any(|m| m.annotations.0.is_some() || m.annotations.1.is_some())
    }

    /// The annotation that all copies have, as written.
    fn annotation(&self, of: impl Fn(&Member) -> Option<TextRange>) -> Option<&str> {
        let text = |m: &Member| of(m).map(|range| &self.module().text()[range]);
        let first = text(self.members[0])?;
        self.members.iter().all(|m| text(m) == Some(first)).then_some(first)
    }

    fn has_docs(&self) -> bool {
        self.members.iter().any(|m| m.doc.is_some())
    }

    /// The first arguments of the constructor, for one member.
    fn storage_argument(&self, member: &Member) -> Option<String> {
        let quote = quote(self.module());
        match &member.storage {
            Storage::Named(name) => Some(format!("{quote}{name}{quote}")),
            _ => None,
        }
    }

    fn call(&self, name: &str, i: usize) -> String {
        let member = self.members[i];
        let mut arguments: Vec<String> = self.storage_argument(member).into_iter().collect();
        arguments.extend(self.made.params.iter().map(|p| p.values[i].clone()));
        if let Some(doc) = member.doc {
            arguments.push(format!("doc={}", short_literal(self.module(), doc)));
        }
        let indentation = self.module().indentation(member.class.body[0].start());
        call(self.module(), &format!("{indentation}{} = {name}", member.attr), &arguments)
    }

    fn method(&self, header: &str, lines: &[String]) -> String {
        let unit = self.unit();
        let lines: Vec<String> = lines.iter().map(|l| format!("{unit}{unit}{l}")).collect();
        format!("{unit}def {header}:\n{}", lines.join("\n"))
    }

    /// ` -> None`, where the file annotates.
    fn none(&self) -> &'static str {
        if self.is_annotated() { " -> None" } else { "" }
    }

    fn documents(&self) -> bool {
        documents_classes(self.module()) && !self.module().text().contains("__doc__")
    }

    /// `__set_name__`, if there is anything to note.
    fn set_name(&self, keeps_name: bool) -> Option<String> {
        let quote = quote(self.module());
        let mut bound: Vec<String> = Vec::new();
        if keeps_name {
            bound.push("self.name = name".into());
        }
        match &self.model.storage {
            Storage::Affix { prefix, suffix } => {
                let before =
                    if prefix.is_empty() { String::new() } else { format!("{quote}{prefix}{quote} + ") };
                let after =
                    if suffix.is_empty() { String::new() } else { format!(" + {quote}{suffix}{quote}") };
                bound.push(format!("self.storage = {before}name{after}"));
            }
            Storage::Mangled => {
                let under = format!("{quote}_{quote}");
                bound.push(format!(
                    "self.storage = {under} + owner.__name__.lstrip({under}) + {quote}__{quote} + name"
                ));
            }
            Storage::Named(_) | Storage::Dict => {}
        }
        let header = if self.is_annotated() { "owner: type, name: str" } else { "owner, name" };
        let header = format!("__set_name__(self, {header}){}", self.none());
        (!bound.is_empty()).then(|| self.method(&header, &bound))
    }

    fn get(&self, returns: &str) -> String {
        let unit = self.unit();
        let mut lines = vec!["if instance is None:".into(), format!("{unit}return self")];
        if self.model.storage == Storage::Dict {
            lines.extend([
                "try:".into(),
                format!("{unit}return instance.__dict__[self.name]"),
                "except KeyError:".into(),
                format!("{unit}raise AttributeError(self.name) from None"),
            ]);
        } else {
            lines.push("return getattr(instance, self.storage)".into());
        }
        self.method(&format!("__get__(self, instance, owner=None){returns}"), &lines)
    }

    /// Whether descriptors of several shapes can have one base: they find their storage by their name.
    fn can_share(&self) -> bool {
        !matches!(self.model.storage, Storage::Named(_))
    }

    /// What descriptors of all shapes do.
    fn base(&self, name: &str, documented: bool) -> String {
        let unit = self.unit();
        let mut parts = Vec::new();
        if documented {
            parts.push(format!("{unit}\"\"\"An attribute whose value is checked when it is assigned.\"\"\""));
        }
        parts.extend(self.set_name(true));
        parts.push(self.get(""));
        format!("class {name}:\n{}\n", parts.join("\n\n"))
    }

    /// A base that is there already: in the file, above the class, or (and then the second is true) in the module for
    /// helpers, where a new descriptor goes, too.
    fn base_at_hand(&self, before: TextSize) -> Option<(String, bool)> {
        let is = |documented: bool| {
            let text = self.base("CheckedAttribute", documented);
            let here = existing(self.module(), &text, "CheckedAttribute", before).map(|name| (name, false));
            here.or_else(|| Some((self.home.existing_there(self.cx, &text, "CheckedAttribute")?, true)))
        };
        if self.can_share() { is(false).or_else(|| is(true)) } else { None }
    }

    /// The descriptor; with a base it has only what is its own.
    fn class(&self, name: &str, value: &str, body: &[String], base: Option<&str>) -> String {
        let unit = self.unit();
        let none = self.none();
        let named = !matches!(self.model.storage, Storage::Named(_));
        let mut parts = Vec::new();
        if base.is_none() && self.documents() {
            parts.push(format!("{unit}\"\"\"An attribute whose value is checked when it is assigned.\"\"\""));
        }
        let mut params: Vec<String> = if named { Vec::new() } else { vec!["storage".into()] };
        params.extend(self.made.params.iter().map(|p| p.name.clone()));
        let mut set: Vec<String> = params.iter().map(|p| format!("self.{p} = {p}")).collect();
        if self.has_docs() {
            params.push("doc=None".into());
            set.push("self.__doc__ = doc".into());
        }
        if !params.is_empty() {
            parts.push(self.method(&format!("__init__(self, {}){none}", params.join(", ")), &set));
        }
        if base.is_none() {
            let keeps_name = self.model.storage == Storage::Dict || !self.made.used.is_empty();
            parts.extend(self.set_name(keeps_name));
            let returns = self.annotation(|m| m.annotations.1.map(Ranged::range));
            parts.push(self.get(&returns.map_or(String::new(), |r| format!(" -> {r}"))));
        }
        let annotated = self.annotation(|m| m.annotations.0.map(Ranged::range));
        let annotated = annotated.map_or(String::new(), |a| format!(": {a}"));
        parts.push(format!(
            "{unit}def __set__(self, instance, {value}{annotated}){none}:\n{}",
            body.join("\n")
        ));
        let bases = base.map_or(String::new(), |b| format!("({b})"));
        format!("class {name}{bases}:\n{}\n", parts.join("\n\n"))
    }
}

/// A name in an annotation of the member that means something else where the descriptor stands.
fn bound_to_place(cx: &FileContext, member: &Member) -> Option<String> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let annotations = [member.annotations.0, member.annotations.1];
    annotations.into_iter().flatten().find_map(|annotation| {
        let mut names = module.subtree(module.id(annotation)).filter_map(|(id, _)| symbols.occurrence(id));
        let own = names.find(|o| o.symbol.is_some_and(|s| symbols.symbol(s).scope != ScopeId::MODULE))?;
        Some(format!(
            "line {} annotates with `{}`, a name of the scope around it, which a descriptor outside does not see",
            module.line(annotation.start()),
            own.name
        ))
    })
}

/// The edited text of a range, its comments left out.
fn without_comments(module: &Module, range: TextRange, edits: &[Edit]) -> String {
    let mut edits = edits.to_vec();
    for comment in module.comments_in(range) {
        let line = module.line_start(comment.start());
        let alone = module.text()[TextRange::new(line, comment.start())].trim().is_empty();
        if alone {
            let end = unspool_engine::text::next_line(module.text(), module.line_end(comment.end()));
            edits.push(Edit::delete(TextRange::new(line, end)));
        } else {
            let before = &module.text()[..comment.start().to_usize()];
            let blank = before.len() - before.trim_end_matches([' ', '\t']).len();
            let start = comment.start() - TextSize::new(blank as u32);
            edits.push(Edit::delete(TextRange::new(start, comment.end())));
        }
    }
    rewritten(module, range, &edits)
}
