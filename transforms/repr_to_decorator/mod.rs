//! `__repr__` methods of one form become a class decorator that gets the names of the attributes.

mod edits;
mod same;
mod shape;

use memchr::memmem;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Facts, is_stdlib_module};
use unspool_engine::repo::Base;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeKind, Ranged, TextRange, ast};
use unspool_engine::transform::{
    FileContext, Finding, Group, Meta, ObligationKind, Profile, Proposal, State, Transform,
};

use crate::generated::benefit::does_not_pay;
use crate::generated::classes::{COLLECTORS, lineage};
use crate::generated::home::Home;
use crate::generated::style::docstring;
use shape::{Named, Shape, Shown, shown};

pub struct ReprToDecorator;

static META: Meta = Meta {
    id: "repr-to-decorator",
    title: "Give classes of one form of `__repr__` a decorator instead",
    group: Group::Classes,
    default: false,
    anti_pattern: "copy-paste `__repr__`: every attribute named twice, once per class",
    idiom: "a class decorator that gets the names",
    docs: include_str!("README.md"),
    needles: &["__repr__"],
    kinds: &[NodeKind::StmtFunctionDef],
    obligations: &[
        ObligationKind {
            id: "plain-repr",
            claim: "the method shows the class and attributes of the object under their own names, or is the same in several classes",
        },
        ObligationKind { id: "not-taken", claim: "the body of the class does not take the method" },
        ObligationKind { id: "docs-kept", claim: "the method has no docstring" },
        ObligationKind {
            id: "made-plainly",
            claim: "nothing looks for the method while the class is made, before its decorators run",
        },
        ObligationKind {
            id: "same-shape",
            claim: "another class of the file shows its attributes in the same form",
        },
        ObligationKind { id: "comments-stay", claim: "every comment stays with what it speaks of" },
        ObligationKind {
            id: "importable",
            claim: "the module for helpers can be imported here, and importing it does nothing else",
        },
    ],
};

/// A `__repr__` with its class.
pub struct Member<'a> {
    pub class: &'a ast::StmtClassDef,
    pub def: &'a ast::StmtFunctionDef,
    pub form: Form<'a>,
}

/// In which way methods are alike.
pub enum Form<'a> {
    /// They show attributes, each class its own.
    Fields(Shown<'a>),
    /// They have the same lines. Why they are no plain ones.
    Same { lines: String, why: (String, TextRange) },
}

impl Transform for ReprToDecorator {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        memmem::find(bytes, b"def __repr__").is_some()
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::StmtFunctionDef(def) = node else { return None };
        let is = def.name.as_str() == "__repr__" && class_of(module, def).is_some();
        is.then(|| TextRange::new(def.start(), def.name.end()))
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let module = cx.module;
        let AnyNodeRef::StmtFunctionDef(def) = node else { unreachable!("only methods are found") };
        let at = TextRange::new(def.start(), def.name.end());
        let mut proposal = Proposal::new(&META, at);
        let mine = match member(cx, def) {
            Ok(mine) => mine,
            Err((why, at)) => {
                proposal.oblige(&META, "plain-repr", at, Finding::refuted(why));
                return proposal;
            }
        };
        let all = members(cx);
        match &mine.form {
            Form::Fields(shown) => {
                let how = format!("it shows `{}`", shown.fields.join("`, `"));
                proposal.oblige(&META, "plain-repr", at, Finding::proved(how));
            }
            Form::Same { why: (why, at), .. } if all.iter().filter(|m| fit(m, &mine)).count() < 2 => {
                proposal.oblige(&META, "plain-repr", *at, Finding::refuted(why.clone()));
                return proposal;
            }
            Form::Same { .. } => {
                let how = "other classes have the same lines, which mean the same in a function";
                proposal.oblige(&META, "plain-repr", at, Finding::proved(how));
            }
        }
        for (kind, finding) in own_findings(cx, &mine) {
            proposal.oblige(&META, kind, at, finding);
        }
        if proposal.is_refuted() {
            return proposal;
        }
        let fits = |m: &&Member<'a>| {
            fit(m, &mine)
                && (m.def.range() == def.range()
                    || !own_findings(cx, m).iter().any(|(_, f)| f.state.is_refuted()))
        };
        let group: Vec<&Member<'a>> = all.iter().filter(fits).collect();
        let home = match Home::of(cx) {
            Ok(home) => home,
            Err(_) if group.len() < 2 => {
                proposal.oblige(&META, "same-shape", at, Finding::refuted(alone(module, &mine, &all)));
                return proposal;
            }
            Err(why) => {
                proposal.oblige(&META, "importable", at, Finding::refuted(why));
                return proposal;
            }
        };
        let at_hand = match edits::at_hand(cx, &group, &home) {
            Ok(at_hand) => at_hand,
            Err(why) => {
                proposal.oblige(&META, "importable", at, Finding::refuted(why));
                return proposal;
            }
        };
        if group.len() < 2 && at_hand.is_none() {
            proposal.oblige(&META, "same-shape", at, Finding::refuted(alone(module, &mine, &all)));
            return proposal;
        }
        let names: Vec<&str> = group.iter().map(|m| m.class.name.as_str()).collect();
        proposal.oblige(&META, "same-shape", at, Finding::proved(format!("`{}` do", names.join("`, `"))));
        for other in group.iter().filter(|m| m.def.range() != def.range()) {
            for (kind, finding) in own_findings(cx, other) {
                let known = proposal.obligations.iter().any(|o| o.kind == kind && o.state == finding.state);
                if !known && !matches!(finding.state, State::Proved(_)) {
                    proposal.oblige(&META, kind, other.def.name.range(), finding);
                }
            }
        }
        let placed = edits::place(cx, &group, at_hand, &home);
        let plan = match edits::plan(cx, &group, placed) {
            Ok(plan) => plan,
            Err(why) => {
                proposal.oblige(&META, "comments-stay", at, Finding::refuted(why));
                return proposal;
            }
        };
        let stay = Finding::proved(format!("each moves to the decorator {}", plan.placed.how));
        proposal.oblige(&META, "comments-stay", at, stay);
        if let Some(importable) = &plan.placed.importable {
            proposal.oblige(&META, "importable", at, importable.clone());
        }
        if group[0].def.range() != def.range() {
            let line = module.line(group[0].def.name.start());
            proposal.withheld = Some(format!("benefit: the rewrite of line {line} takes this method along"));
        } else if cx.settings.profile != Profile::All {
            proposal.withheld = does_not_pay(module, &plan.placed.with_edits(&plan.edits));
        }
        proposal.edits = plan.edits;
        plan.placed.complete(&mut proposal);
        proposal
    }
}

fn class_of<'a>(module: &Module<'a>, def: &ast::StmtFunctionDef) -> Option<&'a ast::StmtClassDef> {
    match module.parent_node(module.id(def))? {
        AnyNodeRef::StmtClassDef(class) => Some(class),
        _ => None,
    }
}

fn member<'a>(
    cx: &FileContext<'a, '_>,
    def: &'a ast::StmtFunctionDef,
) -> Result<Member<'a>, (String, TextRange)> {
    let module = cx.module;
    let class = class_of(module, def).expect("only methods are found");
    if def.is_async {
        return Err(("it is a coroutine, and `repr` gets no text of it".into(), def.name.range()));
    }
    if let Some(decorator) = def.decorator_list.first() {
        let why = format!("it is decorated by `{}`", module.source(&decorator.expression));
        return Err((why, decorator.range()));
    }
    let form = match shown(module, class, def) {
        Ok(shown) => Form::Fields(shown),
        Err(why) => match same::lines(cx, def) {
            Some(lines) => Form::Same { lines, why },
            None => return Err(why),
        },
    };
    Ok(Member { class, def, form })
}

/// All methods of the file that a decorator could make, in order.
fn members<'a>(cx: &FileContext<'a, '_>) -> Vec<Member<'a>> {
    let module = cx.module;
    let defs = module.nodes().filter_map(|(_, node)| match node {
        AnyNodeRef::StmtFunctionDef(def) if def.name.as_str() == "__repr__" => Some(def),
        _ => None,
    });
    defs.filter(|def| class_of(module, def).is_some()).filter_map(|def| member(cx, def).ok()).collect()
}

/// Whether one decorator makes both: a single field has no separator.
fn fit(a: &Member, b: &Member) -> bool {
    let (a, b) = match (&a.form, &b.form) {
        (Form::Fields(a), Form::Fields(b)) => (&a.shape, &b.shape),
        (Form::Same { lines: one, .. }, Form::Same { lines: other, .. }) => {
            return one == other || same::code(a.def, b.def);
        }
        _ => return false,
    };
    let separator = a.between == b.between || a.between.is_none() || b.between.is_none();
    separator && Shape { between: None, ..a.clone() } == Shape { between: None, ..b.clone() }
}

fn own_findings<'a>(cx: &FileContext<'a, '_>, member: &Member<'a>) -> Vec<(&'static str, Finding)> {
    let docs = match docstring(&member.def.body) {
        Some(_) => Finding::refuted("the method would lose its docstring"),
        None => Finding::proved("it has none"),
    };
    vec![
        ("plain-repr", own_name(cx, member)),
        ("docs-kept", docs),
        ("not-taken", not_taken(cx, member)),
        ("made-plainly", made_plainly(cx, member)),
    ]
}

/// A decorator that shows the name of the class shows the one that it has by then.
fn own_name<'a>(cx: &FileContext<'a, '_>, member: &Member<'a>) -> Finding {
    let (module, class) = (cx.module, member.class);
    let name = class.name.as_str();
    let Form::Fields(Shown { shape: Shape { named: Named::ByClass, .. }, .. }) = &member.form else {
        return Finding::proved("the name is taken from the object");
    };
    for decorator in &class.decorator_list {
        let called = match &decorator.expression {
            Expr::Call(call) => &*call.func,
            other => other,
        };
        if let Ty::Function(f) = Types::new(module, cx.facts).of(called)
            && module.subtree(f).any(|(_, node)| renames(node).is_some())
        {
            return Finding::refuted(format!(
                "`@{}` gives the class another name, and the method shows `{name}`",
                module.source(&decorator.expression)
            ));
        }
    }
    let place = renamed(module, cx.facts, name).map(|line| format!("line {line}")).or_else(|| {
        let files = cx.repo.may_have_from(name, cx.path);
        files.iter().filter(|file| **file != *cx.path).find_map(|file| {
            let names = cx.repo.text(file)?.contains("__name__");
            let line = names
                .then(|| cx.repo.with_file(file, |other| renamed(other.module, other.facts, name)))??;
            Some(format!("{}:{}", cx.repo.index().shown(file).display(), line?))
        })
    });
    match place {
        Some(place) => Finding::refuted(format!(
            "{place} gives the class another name, and the method goes on showing `{name}`"
        )),
        None => Finding::proved("nobody gives the class another name"),
    }
}

/// The line on which a file gives the class of that name another one.
fn renamed<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, class: &str) -> Option<usize> {
    module.nodes().find_map(|(_, node)| {
        let is_it = match Base::of(module, facts, renames(node)?) {
            Base::Class(other) => other == class,
            Base::Imported(path) => path.rsplit('.').next() == Some(class),
            _ => false,
        };
        is_it.then(|| module.line(node.start()))
    })
}

/// What gets another name: `x` of `x.__name__ = ...` and `setattr(x, "__name__", ...)`.
fn renames(node: AnyNodeRef<'_>) -> Option<&Expr> {
    match node {
        AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == "__name__" && a.ctx.is_store() => Some(&a.value),
        AnyNodeRef::ExprCall(call) if matches!(&*call.func, Expr::Name(n) if n.id == "setattr") => {
            let [object, name, _] = &*call.arguments.args else { return None };
            (name.as_string_literal_expr()?.value.to_str() == "__name__").then_some(object)
        }
        _ => None,
    }
}

/// `__str__ = __repr__` in the body needs the method there.
fn not_taken<'a>(cx: &FileContext<'a, '_>, member: &Member<'a>) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let own =
        symbols.scope_opened_by(module.id(member.class)).and_then(|scope| symbols.own(scope, "__repr__"));
    let Some(own) = own else { return Finding::refuted("the class is not understood") };
    let other = symbols.occurrences_of(own).find(|o| o.node != module.id(member.def));
    if let Some(o) = other {
        let line = module.line(o.range.start());
        return Finding::refuted(format!("line {line} takes or binds `__repr__` in the body of the class"));
    }
    match named_elsewhere(cx) {
        Some(place) => Finding::refuted(format!(
            "{place} reads where the method was defined, which would be the decorator"
        )),
        None => Finding::proved("nothing else in it says `__repr__`"),
    }
}

/// Where somebody asks a `__repr__` for its place: what the decorator defines is `auto_repr.<locals>...`.
fn named_elsewhere(cx: &FileContext) -> Option<String> {
    let asks = |module: &Module| {
        let mut nodes = module.nodes();
        nodes.find_map(|(_, node)| {
            let AnyNodeRef::ExprAttribute(a) = node else { return None };
            let is = matches!(a.attr.as_str(), "__qualname__" | "__code__" | "__globals__");
            let of = matches!(&*a.value, Expr::Attribute(method) if method.attr.as_str() == "__repr__");
            (is && of).then(|| module.line(node.start()))
        })
    };
    if let Some(line) = asks(cx.module) {
        return Some(format!("line {line}"));
    }
    let files = cx.repo.mentioning("__repr__").into_iter().filter(|file| file != cx.path);
    files.into_iter().find_map(|file| {
        let text = cx.repo.text(&file)?;
        if !["__qualname__", "__code__", "__globals__"]
            .iter()
            .any(|w| text.contains(&format!("__repr__.{w}")))
        {
            return None;
        }
        let line = cx.repo.with_file(&file, |other| asks(other.module))??;
        Some(format!("{}:{line}", cx.repo.index().shown(&file).display()))
    })
}

/// How code looks for a method of a class.
const LOOKS: &[&str] = &["__repr__", "__dict__", "vars(", "dir(", "getattr("];

/// Metaclasses and `__init_subclass__` run before decorators do.
fn made_plainly<'a>(cx: &FileContext<'a, '_>, member: &Member<'a>) -> Finding {
    let module = cx.module;
    let (classes, others) = lineage(cx, member.class);
    let mut finding = Finding::proved("nothing does");
    for decorator in &member.class.decorator_list {
        let called = match &decorator.expression {
            Expr::Call(call) => &*call.func,
            other => other,
        };
        if let Ty::Function(f) = Types::new(module, cx.facts).of(called)
            && module.source(module.node(f)).contains("__repr__")
        {
            let source = module.source(&decorator.expression);
            return Finding::refuted(format!("`@{source}` looks at the method, which would be another one"));
        }
    }
    for class in &classes {
        let keywords = class.arguments.as_deref().map_or(&[][..], |a| &a.keywords);
        for keyword in keywords {
            let source = module.source(&keyword.value);
            if keyword.arg.as_deref() == Some("metaclass") && source.rsplit('.').next() != Some("ABCMeta") {
                let seen = match Types::new(module, cx.facts).of(&keyword.value) {
                    Ty::Class(id) => Some(module.source(module.node(id))),
                    _ => None,
                };
                let name = &class.name;
                finding = finding.and(match seen.and_then(|text| LOOKS.iter().find(|w| text.contains(**w))) {
                    Some(word) => Finding::refuted(format!(
                        "the metaclass `{source}` of `{name}` names `{}`: it looks at what the class has, before decorators run",
                        word.trim_end_matches('(')
                    )),
                    None => {
                        Finding::assumed(format!("the metaclass `{source}` of `{name}` may look for the method"))
                    }
                });
            }
        }
        if class.range() == member.class.range() {
            continue;
        }
        // Those under an `if` are methods, too.
        let own = module.id(*class);
        let methods = module.subtree(own).filter_map(|(id, node)| match node {
            AnyNodeRef::StmtFunctionDef(f) if module.enclosing_definition(id) == Some(own) => Some(f),
            _ => None,
        });
        for method in methods {
            let line = module.line(method.name.start());
            if method.name.as_str() == "__init_subclass__" {
                let text = module.source(method);
                finding = finding.and(if LOOKS.iter().any(|w| text.contains(w)) {
                    Finding::refuted(format!(
                        "`__init_subclass__` on line {line} looks at what the class has, before decorators run"
                    ))
                } else {
                    Finding::assumed(format!("`__init_subclass__` on line {line} may look for the method"))
                });
            }
            let is_abstract = method
                .decorator_list
                .iter()
                .any(|d| module.source(&d.expression).ends_with("abstractmethod"));
            if method.name.as_str() == "__repr__" && is_abstract {
                return Finding::refuted(format!(
                    "line {line} demands the method of the body: without it the class stays abstract"
                ));
            }
        }
    }
    for other in others {
        let (root, last, written) = (other.root(), other.last(), &other.written);
        if COLLECTORS.contains(&last) && last != "Protocol" {
            return Finding::refuted(format!("`{written}` makes something of its own of what a class has"));
        }
        if root != "builtins" && !is_stdlib_module(root) {
            finding = finding.and(Finding::assumed(format!(
                "the base `{written}` is not seen: it may demand the method of the body"
            )));
        }
    }
    finding
}

/// Why no other class has the form.
fn alone(module: &Module, mine: &Member, all: &[Member]) -> String {
    let Form::Fields(Shown { shape: a, .. }) = &mine.form else { return "no other class has it".into() };
    let others = all.iter().filter(|m| m.def.range() != mine.def.range());
    let other = others.filter_map(|m| match &m.form {
        Form::Fields(shown) => Some((m, &shown.shape)),
        Form::Same { .. } => None,
    });
    let Some((other, b)) = { other }.next() else {
        return "no other class of the file has a plain `__repr__`".into();
    };
    let line = module.line(other.def.name.start());
    let what = if a.named != b.named {
        "takes the name from the object where the other takes it from the class"
    } else if a.conversion != b.conversion {
        "shows values by another conversion"
    } else {
        "has another form"
    };
    format!("of this `__repr__` and that on line {line}, one {what}")
}
