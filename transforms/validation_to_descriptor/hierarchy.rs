//! What the class, its bases and whoever knows the class may see of the change.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Resolution, is_stdlib_module};
use unspool_engine::repo::{Base, How};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::member::{Form, Member};
use crate::generated::classes::{COLLECTORS, Other, lineage};

/// Decorators that leave a class's attributes alone.
const PLAIN_DECORATORS: &[&str] = &["total_ordering", "final", "runtime_checkable", "unique"];

/// Decorators that make attributes of their own of what they find in a class.
const MAKERS: &[&str] = &["dataclass", "attrs", "define", "frozen", "mutable", "s", "attributes"];

/// The class as a name of its file.
pub struct ClassView<'c, 'a, 'r> {
    pub cx: &'c FileContext<'a, 'r>,
    pub class: &'a ast::StmtClassDef,
}

impl<'a> ClassView<'_, 'a, '_> {
    fn id(&self) -> NodeId {
        self.cx.module.id(self.class)
    }

    fn name(&self) -> &'a str {
        self.class.name.as_str()
    }

    /// See [`lineage`].
    fn lineage(&self) -> (Vec<&'a ast::StmtClassDef>, Vec<Other>) {
        lineage(self.cx, self.class)
    }

    /// Classes of this file that derive from this one.
    fn heirs(&self) -> Vec<&'a ast::StmtClassDef> {
        let module = self.cx.module;
        let all = module.nodes().filter_map(|(_, node)| match node {
            AnyNodeRef::StmtClassDef(class) => Some(class),
            _ => None,
        });
        let derives = |class: &&'a ast::StmtClassDef| {
            let view = ClassView { cx: self.cx, class };
            view.lineage().0.iter().skip(1).any(|base| base.range() == self.class.range())
        };
        all.filter(derives).collect()
    }

    /// Nothing that makes or adorns the class looks at its attributes.
    pub fn made_plainly(&self) -> Finding {
        let module = self.cx.module;
        let (classes, others) = self.lineage();
        let mut finding = Finding::proved("its class is made as any other");
        for class in &classes {
            for decorator in &class.decorator_list {
                let source = module.source(&decorator.expression);
                let head = source.split('(').next().unwrap_or(source);
                let last = head.rsplit('.').next().unwrap_or(head);
                if PLAIN_DECORATORS.contains(&last) {
                    continue;
                }
                finding = finding.and(if MAKERS.contains(&last) {
                    Finding::refuted(format!("`@{head}` makes attributes of its own of what the class has"))
                } else {
                    Finding::assumed(format!("`@{head}` may look at the attributes of the class"))
                });
            }
            let keywords = class.arguments.as_deref().map_or(&[][..], |a| &a.keywords);
            for keyword in keywords {
                let source = module.source(&keyword.value);
                if keyword.arg.as_deref() == Some("metaclass") && source.rsplit('.').next() != Some("ABCMeta")
                {
                    finding = finding.and(Finding::assumed(format!(
                        "the metaclass `{source}` of `{}` may look at the attributes of the class",
                        class.name
                    )));
                }
            }
            let hook = class.body.iter().filter_map(|s| s.as_function_def_stmt());
            for hook in hook.filter(|f| f.name.as_str() == "__init_subclass__") {
                if class.range() != self.class.range() {
                    finding = finding.and(Finding::assumed(format!(
                        "`__init_subclass__` on line {} may look at the attributes of the class",
                        module.line(hook.name.start())
                    )));
                }
            }
        }
        for other in others {
            let (root, last, written) = (other.root(), other.last(), &other.written);
            let collects = COLLECTORS.contains(&last);
            if !collects && (root == "builtins" || is_stdlib_module(root)) {
                continue;
            }
            finding = finding.and(if collects {
                Finding::refuted(format!(
                    "`{written}` makes something of its own of the attributes of a class"
                ))
            } else {
                Finding::assumed(format!(
                    "the base `{written}` is not seen: it may look at the attributes of a class"
                ))
            });
        }
        finding
    }

    /// Nobody tells properties from other attributes where this class is known.
    pub fn not_told_apart(&self) -> Finding {
        let module = self.cx.module;
        for (id, node) in module.nodes() {
            // `type(value).__name__ == "property"`
            if let AnyNodeRef::ExprStringLiteral(s) = node
                && s.value.to_str() == "property"
                && matches!(module.parent_node(id), Some(AnyNodeRef::ExprCompare(_)))
            {
                let line = module.line(s.start());
                return Finding::refuted(format!("line {line} looks for properties, and would find none"));
            }
            let AnyNodeRef::ExprName(n) = node else { continue };
            if n.id != "property" || self.cx.facts.symbols().resolve(id) != Resolution::Free {
                continue;
            }
            let makes = matches!(module.parent_node(id), Some(AnyNodeRef::Decorator(_)))
                || matches!(module.parent_node(id), Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == id)
                || matches!(module.parent_node(id), Some(AnyNodeRef::Arguments(_)) if is_base(module, id));
            if !makes {
                let line = module.line(n.start());
                return Finding::refuted(format!("line {line} looks for properties, and would find none"));
            }
        }
        for word in ["fget", "fset", "fdel"] {
            if module.text().contains(word) && takes_part(module, word) {
                return Finding::refuted(format!("this file takes a property's functions (`{word}`)"));
            }
        }
        self.looks_elsewhere()
            .or_else(|| self.looks_at_namespace().map(Finding::assumed))
            .unwrap_or_else(|| Finding::proved("no code of the repository looks for properties"))
    }

    /// Code of another file that looks for properties.
    fn looks_elsewhere(&self) -> Option<Finding> {
        let repo = self.cx.repo;
        let files = repo.mentioning("property");
        files.iter().filter(|f| f.as_path() != self.cx.path).find_map(|file| {
            let text = repo.text(file)?;
            let looks =
                [", property)", " is property", "(property,", ", property,", "== \"property\"", "== 'property'"];
            let line = text.lines().position(|l| looks.iter().any(|p| l.contains(p)))?;
            let place = format!("{}:{}", repo.index().shown(file).display(), line + 1);
            let function = repo.with_file(file, |local| function_at(local.module, line + 1)).flatten();
            let together = function.and_then(|f| {
                let meets = repo.brings_together(self.name(), &f, file)?;
                Some((f, repo.index().shown(&meets).display().to_string()))
            });
            Some(match together {
                Some((function, meets)) => Finding::refuted(format!(
                    "{place} looks for properties, and {meets} uses both `{function}`, where it does, and the class"
                )),
                None => Finding::assumed(format!("{place} looks for properties, perhaps of this class")),
            })
        })
    }

    /// Code of this file that goes through what a class has.
    fn looks_at_namespace(&self) -> Option<String> {
        let module = self.cx.module;
        module.nodes().find_map(|(_, node)| {
            let line = |at| module.line(at);
            match node {
                AnyNodeRef::ExprCall(call) => {
                    let name = module.source(&*call.func);
                    let last = name.rsplit('.').next().unwrap_or(name);
                    let of_class = call.arguments.args.first().is_some_and(|a| self.is_class(a));
                    let looks = last == "getmembers" || (matches!(last, "vars" | "dir") && of_class);
                    looks.then(|| {
                        format!("line {} goes through the attributes of a class", line(call.start()))
                    })
                }
                AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == "__dict__" && self.is_class(&a.value) => {
                    Some(format!("line {} goes through the attributes of a class", line(a.start())))
                }
                _ => None,
            }
        })
    }

    /// Whether an expression is a class: this one, one like it, or one that is not known.
    fn is_class(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(n) if ["cls", "klass", "owner", "mcs"].contains(&n.id.as_str()) => true,
            Expr::Attribute(a) if a.attr.as_str() == "__class__" => true,
            Expr::Call(c) if matches!(&*c.func, Expr::Name(n) if n.id == "type") => true,
            other => Types::new(self.cx.module, self.cx.facts).of(other).any(&|t| matches!(t, Ty::Class(_))),
        }
    }

    fn is_ours(&self, base: &Base) -> Option<bool> {
        let heir = |name: &str| name == self.name() || self.heirs().iter().any(|h| h.name.as_str() == name);
        match base {
            Base::Class(name) | Base::Instance(name) => Some(heir(name)),
            Base::Imported(path) | Base::ImportedInstance(path) => {
                (path.rsplit('.').next() == Some(self.name())).then_some(true).or(Some(false))
            }
            Base::Other => Some(false),
            Base::Unknown(_) => None,
        }
    }

    /// The attribute is taken of objects only, never of the class.
    pub fn taken_of_objects(&self, member: &Member) -> Finding {
        let module = self.cx.module;
        for (id, node) in module.nodes() {
            let AnyNodeRef::ExprAttribute(a) = node else { continue };
            if a.attr.as_str() != member.attr || !a.ctx.is_load() || !self.is_class(&a.value) {
                continue;
            }
            if matches!(Base::of(module, self.cx.facts, &a.value), Base::Class(n) if self.is_ours(&Base::Class(n.clone())) == Some(false))
            {
                continue;
            }
            if matches!(module.parent_node(id), Some(AnyNodeRef::ExprAttribute(p)) if p.attr.as_str() == "__doc__")
            {
                continue;
            }
            let line = module.line(a.start());
            return Finding::refuted(format!(
                "line {line} takes `{}` of the class, not of an object",
                member.attr
            ));
        }
        let elsewhere = self.cx.repo.mentioning(self.name()).iter().any(|f| f != self.cx.path);
        let local = self.cx.local();
        let Some(mentions) = (if elsewhere || self.own_strings(member.attr) {
            self.cx.repo.mentions(&local, member.attr)
        } else {
            Some(Vec::new())
        }) else {
            return Finding::assumed(format!("too many files name `{}` to look at them all", member.attr));
        };
        for mention in &mentions {
            let place = format!("{}:{}", mention.path.display(), mention.line);
            match &mention.how {
                How::Attribute {
                    base: base @ (Base::Class(_) | Base::Imported(_)),
                    access: Access::Read,
                    ..
                } if mention.file.as_ref() != self.cx.path && self.is_ours(base) == Some(true) => {
                    return Finding::refuted(format!("{place} takes `{}` of the class", member.attr));
                }
                How::Text { argument: Some(of), .. } => {
                    let ours = of.receiver.as_ref().and_then(|r| match r {
                        Base::Class(_) | Base::Imported(_) => self.is_ours(r),
                        _ => Some(false),
                    });
                    let asks = of.function == "hasattr" && member.is_init();
                    if (of.function == "getattr" || asks) && ours == Some(true) {
                        return Finding::refuted(format!("{place} asks the class for `{}`", member.attr));
                    }
                }
                _ => {}
            }
        }
        Finding::proved("the code of the repository takes it of objects only")
    }

    /// Whether the file has the name as a string.
    fn own_strings(&self, attr: &str) -> bool {
        let text = self.cx.module.text();
        text.contains(&format!("\"{attr}\"")) || text.contains(&format!("'{attr}'"))
    }

    /// Whether code outside of the repository can see the class.
    pub fn no_contract(&self, member: &Member) -> Finding {
        let module = self.cx.module;
        let name = self.name();
        let local = self.cx.local();
        if module.parent(self.id()) != Some(NodeId::ROOT) && module.enclosing_function(self.id()).is_some() {
            return Finding::proved(format!("`{name}` is a class of a function"));
        }
        match crate::generated::contract::exported(self.cx, &local, name) {
            None => Finding::proved(format!("`{name}` is no name for other programs")),
            Some(why) if matches!(member.form, Form::Property { made: Some(_), .. }) => Finding::assumed(
                format!("{why}: other programs may call the methods that the property is made of"),
            ),
            Some(why) => Finding::assumed(format!(
                "{why}: a subclass elsewhere may use the property itself (`@{name}.x.setter`, `fget`)"
            )),
        }
    }

    /// For a check that moves from `__init__` to every assignment: nothing assigns what it would refuse.
    pub fn assigned_checked(&self, member: &Member) -> Finding {
        let (cx, module) = (self.cx, self.cx.module);
        let Form::Init { store, .. } = member.form else {
            return Finding::proved("the setter checks every assignment already");
        };
        let attr = member.attr;
        let (classes, others) = self.lineage();
        let heirs = self.heirs();
        let symbols = cx.facts.symbols();
        for class in classes.iter().chain(&heirs) {
            let scope = symbols.scope_opened_by(module.id(*class));
            let own = |name: &str| scope.and_then(|s| symbols.own(s, name));
            if let Some(symbol) = own(attr) {
                let at = symbols.occurrences_of(symbol).next().map_or(class.start(), |o| o.range.start());
                return Finding::refuted(format!(
                    "`{}` has a `{attr}` of its own on line {}",
                    class.name,
                    module.line(at)
                ));
            }
            if own("__slots__").is_some() {
                return Finding::refuted(format!(
                    "`{}` has `__slots__`: no descriptor can have the name of a slot, and there is no `__dict__`",
                    class.name
                ));
            }
        }
        for (id, node) in module.nodes() {
            let line = || module.line(node.start());
            match node {
                AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == attr && !a.ctx.is_load() => {
                    if store.range().contains_range(a.range()) {
                        continue;
                    }
                    let base = Base::of(module, cx.facts, &a.value);
                    let inside = self.receiver_class(id, &a.value, &classes, &heirs);
                    match inside.or_else(|| self.is_ours(&base)) {
                        Some(true) => {
                            return Finding::refuted(format!(
                                "line {} assigns `{attr}` without the check",
                                line()
                            ));
                        }
                        Some(false) => {}
                        None => {
                            return Finding::assumed(format!(
                                "line {} assigns `{attr}` of an object that may be a `{}`",
                                line(),
                                self.name()
                            ));
                        }
                    }
                }
                AnyNodeRef::ExprCall(call) => {
                    let name = module.source(&*call.func).rsplit('.').next().unwrap_or_default();
                    if !matches!(name, "setattr" | "__setattr__" | "delattr" | "__delattr__") {
                        continue;
                    }
                    let [object, key, ..] = &call.arguments.args[..] else { continue };
                    let says = match key {
                        Expr::StringLiteral(s) => s.value.to_str() == attr,
                        _ => true,
                    };
                    let base = Base::of(module, cx.facts, object);
                    let inside = self.receiver_class(id, object, &classes, &heirs);
                    if says && inside.or_else(|| self.is_ours(&base)) == Some(true) {
                        return Finding::refuted(format!(
                            "line {} assigns attributes by name without the check",
                            line()
                        ));
                    }
                }
                _ => {}
            }
        }
        if let Some(Other { written: base, .. }) =
            others.iter().find(|o| !["builtins", "abc", "typing"].contains(&o.root()))
        {
            return Finding::assumed(format!("the base `{base}` may assign `{attr}` or have one of its own"));
        }
        let local = cx.local();
        let Some(mentions) = cx.repo.mentions(&local, attr) else {
            return Finding::assumed(format!("too many files name `{attr}` to look at them all"));
        };
        let elsewhere = mentions.iter().filter(|m| m.file.as_ref() != cx.path);
        let mut perhaps = None;
        for mention in elsewhere {
            let place = format!("{}:{}", mention.path.display(), mention.line);
            match &mention.how {
                How::Attribute { base, access, .. } if *access != Access::Read => match self.is_ours(base) {
                    Some(true) => {
                        return Finding::refuted(format!("{place} assigns `{attr}` without the check"));
                    }
                    Some(false) => {}
                    None => perhaps = perhaps.or(Some(place)),
                },
                _ => {}
            }
        }
        if let Some(place) = perhaps {
            return Finding::assumed(format!(
                "{place} assigns `{attr}` of an object that may be a `{}`",
                self.name()
            ));
        }
        Finding::assumed(format!(
            "from now on every assignment of `{attr}` is checked, not only that of `__init__`; none is seen that would \
             notice"
        ))
    }

    /// Whether `self` in a method of these classes is the object.
    fn receiver_class(
        &self,
        at: NodeId,
        object: &Expr,
        classes: &[&ast::StmtClassDef],
        heirs: &[&ast::StmtClassDef],
    ) -> Option<bool> {
        let class = crate::resources::receiver_class(self.cx.module, at, object)?;
        let range = self.cx.module.node(class).range();
        Some(classes.iter().chain(heirs).any(|c| c.range() == range))
    }

    /// For checks that move from `__init__`: they run in the same order, and nobody sees an object that was given up
    /// half-way.
    pub fn order_kept(&self, members: &[&Member]) -> Finding {
        let module = self.cx.module;
        let mine: Vec<&&Member> =
            members.iter().filter(|m| m.is_init() && m.class.range() == self.class.range()).collect();
        let Some(Form::Init { init, .. }) = mine.first().map(|m| m.form) else {
            return Finding::proved("the check stays where it is: before the value is stored");
        };
        // What runs, in the old order and in the new one.
        let mut old = Vec::new();
        let mut new = Vec::new();
        let mut first = None;
        let mut last = 0;
        for (i, statement) in init.body.iter().enumerate() {
            if mine.iter().any(|m| m.statements.iter().any(|s| s.range() == statement.range())) {
                old.push(statement.range());
                first = first.or(Some(i));
            }
            for member in &mine {
                if matches!(member.form, Form::Init { store, .. } if store.range() == statement.range()) {
                    new.extend(member.statements.iter().map(|s| s.range()));
                    last = i;
                }
            }
        }
        if old != new {
            let line = module.line(old.first().map_or(init.start(), |r| r.start()));
            return Finding::refuted(format!(
                "the checks from line {line} on run in another order than the attributes are assigned"
            ));
        }
        let region = &init.body[first.unwrap_or(0)..=last.max(first.unwrap_or(0))];
        let mut interleaved = true;
        let mut checked = 0usize;
        for statement in region {
            let is_mine = mine.iter().any(|m| m.statements.iter().any(|s| s.range() == statement.range()));
            let stored = mine
                .iter()
                .find(|m| matches!(m.form, Form::Init { store, .. } if store.range() == statement.range()));
            if is_mine {
                checked += 1;
                continue;
            }
            if let Some(member) = stored {
                interleaved &= checked == member.statements.len();
                checked = 0;
                continue;
            }
            if checked > 0 || !interleaved {
                let plain_store = match statement {
                    unspool_engine::syntax::Stmt::Assign(a) => {
                        matches!(&*a.value, Expr::Name(_)) || a.value.is_literal_expr()
                    }
                    _ => false,
                };
                if !plain_store {
                    let line = module.line(statement.start());
                    return Finding::refuted(format!(
                        "line {line} runs between a check and the assignment to which it would move"
                    ));
                }
                interleaved = false;
            }
        }
        if interleaved {
            return Finding::proved("each check stands directly in front of its assignment");
        }
        let (classes, _) = self.lineage();
        let heirs = self.heirs();
        let del = classes.iter().chain(&heirs).find(|c| {
            c.body.iter().filter_map(|s| s.as_function_def_stmt()).any(|f| f.name.as_str() == "__del__")
        });
        if let Some(class) = del {
            return Finding::refuted(format!(
                "`__del__` of `{}` sees an object that was given up half-way, and it has other attributes then",
                class.name
            ));
        }
        Finding::proved("an object whose `__init__` fails is seen by nobody")
            .relying_on([Convention::Operators])
    }
}

/// Whether code takes this part of a property, by an attribute or its name in a text. `property(fget=..)` makes one.
fn takes_part(module: &Module, part: &str) -> bool {
    module.nodes().any(|(_, node)| match node {
        AnyNodeRef::ExprAttribute(a) => a.attr.as_str() == part,
        AnyNodeRef::ExprStringLiteral(s) => s.value.to_str().contains(part),
        _ => false,
    })
}

/// Whether the name is among the bases of a class.
fn is_base(module: &unspool_engine::syntax::Module, id: NodeId) -> bool {
    let arguments = module.parent(id).and_then(|p| module.parent_node(p));
    matches!(arguments, Some(AnyNodeRef::StmtClassDef(_)))
}

/// The name of the innermost function around a line, from 1.
fn function_at(module: &Module, line: usize) -> Option<String> {
    let functions = module.nodes().filter_map(|(_, node)| match node {
        AnyNodeRef::StmtFunctionDef(f) => Some(f),
        _ => None,
    });
    let around = functions.filter(|f| (module.line(f.start())..=module.line(f.end())).contains(&line));
    around.last().map(|f| f.name.to_string())
}
