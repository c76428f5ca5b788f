//! What functions in continuation-passing style give their callers: how many results, which errors.

use super::group::Group;
use super::style::{Channel, Passed, Passing, is_name};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Binding, Resolution, ScopeId, is_builtin_exception};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, ast};
use unspool_engine::transform::FileContext;

/// What one member gives.
#[derive(Clone, Default)]
pub struct Contract {
    /// How many results; `None` where no path gives any.
    pub results: Option<usize>,
    /// The classes of what it passes as an error.
    pub classes: Vec<Class>,
    /// How many `None` stand behind an error; `None` if it is not always the same.
    pub padding: Padding,
    /// A `raise` that passes the callback by: in which function, on which line.
    pub raises: Option<(String, usize)>,
    /// The continuations whose error it passes on.
    passes_on: Vec<NodeId>,
    /// What was taken for an exception by its name.
    pub believed: Option<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Padding {
    #[default]
    Unseen,
    Always(usize),
    Differs,
}

impl Padding {
    fn and(self, other: Padding) -> Padding {
        match (self, other) {
            (Padding::Unseen, p) | (p, Padding::Unseen) => p,
            (a, b) if a == b => a,
            _ => Padding::Differs,
        }
    }
}

/// A class as code of the file writes it, and what the first name of that means.
#[derive(Clone, PartialEq)]
pub struct Class {
    pub text: String,
    pub root: String,
    pub meaning: Resolution,
}

/// Functions whose callback gets an error first: `cb(None, value)` or `cb(error, None)` shows it, and whoever shares its
/// callback with such a function is one, too.
pub fn find_channels(module: &Module, members: &mut [Passing]) {
    loop {
        let position = members.iter().position(|m| {
            matches!(m.channel, Channel::None) && (shows_error_first(module, m) || shares(module, m, members))
        });
        let Some(at) = position else { return };
        members[at].channel = Channel::First;
    }
}

fn shows_error_first(module: &Module, member: &Passing) -> bool {
    own_calls(module, member).any(|call| match &*call.arguments.args {
        [first, rest @ ..] if !rest.is_empty() => {
            first.is_none_literal_expr() || rest.iter().all(Expr::is_none_literal_expr)
        }
        _ => false,
    })
}

/// Whether the callback is handed to or comes from a function with errors first, or gets the error of one.
fn shares(module: &Module, member: &Passing, members: &[Passing]) -> bool {
    let first = |m: &&Passing| matches!(m.channel, Channel::First);
    let hands_on = |from: &Passing, to: &Passing| {
        calls_of(module, from, to).any(|c| Passed::of(c, to).is_some_and(|p| from.is_callback(p.done)))
    };
    members.iter().filter(first).any(|other| {
        let error_goes_on = || {
            let names: Vec<&str> = calls_of(module, member, other)
                .filter_map(|c| error_name(module, member, Passed::of(c, other)?.done))
                .collect();
            own_calls(module, member)
                .any(|c| c.arguments.args.first().is_some_and(|a| names.iter().any(|n| is_name(a, n))))
        };
        hands_on(member, other) || hands_on(other, member) || error_goes_on()
    })
}

/// What a continuation calls the error that it gets first.
fn error_name<'a>(module: &Module<'a>, member: &Passing<'a>, passed: &'a Expr) -> Option<&'a str> {
    let parameters = match module.node(continuation(module, member, passed)?) {
        AnyNodeRef::ExprLambda(l) => l.parameters.as_deref()?,
        AnyNodeRef::StmtFunctionDef(f) => &*f.parameters,
        _ => return None,
    };
    Some(parameters.args.first()?.parameter.name.as_str())
}

/// The lambda that is passed, or the function or lambda of the member that has the name.
fn continuation<'a>(module: &Module<'a>, member: &Passing<'a>, passed: &'a Expr) -> Option<NodeId> {
    let name = match passed {
        Expr::Lambda(l) => return Some(module.id(l)),
        Expr::Name(n) => n.id.as_str(),
        _ => return None,
    };
    module.subtree(module.id(member.def)).find_map(|(_, node)| match node {
        AnyNodeRef::StmtFunctionDef(f) if f.name.as_str() == name => Some(module.id(f)),
        AnyNodeRef::StmtAssign(a) => match (&*a.targets, &*a.value) {
            ([Expr::Name(n)], Expr::Lambda(l)) if n.id.as_str() == name => Some(module.id(l)),
            _ => None,
        },
        _ => None,
    })
}

/// The calls of a member's callback for results; of all of it, where errors come first.
fn own_calls<'m, 'a>(
    module: &'m Module<'a>,
    member: &'m Passing<'a>,
) -> impl Iterator<Item = &'a ast::ExprCall> + 'm {
    module.subtree(module.id(member.def)).filter_map(|(_, n)| match n {
        AnyNodeRef::ExprCall(c) if member.is_callback(&c.func) => Some(c),
        _ => None,
    })
}

fn calls_of<'m, 'a>(
    module: &'m Module<'a>,
    from: &'m Passing<'a>,
    to: &'m Passing<'a>,
) -> impl Iterator<Item = &'a ast::ExprCall> + 'm {
    module.subtree(module.id(from.def)).filter_map(move |(_, n)| match n {
        AnyNodeRef::ExprCall(c) if super::group::named(module, &c.func, to) => Some(c),
        _ => None,
    })
}

/// What each member gives, in their order.
pub fn contracts<'a>(cx: &FileContext<'a, '_>, group: &Group<'a>) -> Result<Vec<Contract>, String> {
    let module = cx.module;
    let mut all = Vec::new();
    for member in &group.members {
        let of = Reader { cx, member }.read().map_err(|why| format!("`{}`: {why}", member.name()))?;
        all.push(of);
    }
    // Who hands its callback on, or lets errors pass, gives what the other one gives.
    loop {
        let mut changed = false;
        for (i, from) in group.members.iter().enumerate() {
            for (j, to) in group.members.iter().enumerate().filter(|(j, _)| *j != i) {
                for call in calls_of(module, from, to) {
                    let other = all[j].clone();
                    let mine = &mut all[i];
                    if mine.raises.is_none() && other.raises.is_some() {
                        mine.raises.clone_from(&other.raises);
                        changed = true;
                    }
                    let Some(passed) = Passed::of(call, to) else { continue };
                    if from.is_callback(passed.done) && other.results.is_some() {
                        if mine.results.is_some_and(|r| Some(r) != other.results) {
                            return Err(format!(
                                "`{}`: its callback gets a result on some paths only, or more than on others",
                                from.name()
                            ));
                        }
                        changed |= mine.results.is_none();
                        mine.results = other.results;
                    }
                    if matches!(from.channel, Channel::None) {
                        continue;
                    }
                    let handed_on = from.is_error_callback(passed.error.unwrap_or(passed.done));
                    let handler = continuation(module, from, passed.error.unwrap_or(passed.done));
                    if !handed_on && !handler.is_some_and(|h| mine.passes_on.contains(&h)) {
                        continue;
                    }
                    for class in other.classes {
                        if !mine.classes.contains(&class) {
                            mine.classes.push(class);
                            changed = true;
                        }
                    }
                    let padding = mine.padding.and(if handed_on { other.padding } else { Padding::Unseen });
                    changed |= padding != mine.padding;
                    mine.padding = padding;
                    if mine.believed.is_none() && other.believed.is_some() {
                        mine.believed = other.believed;
                        changed = true;
                    }
                }
            }
        }
        if !changed {
            return Ok(all);
        }
    }
}

/// Reads what one member says itself.
struct Reader<'g, 'a, 'r> {
    cx: &'g FileContext<'a, 'r>,
    member: &'g Passing<'a>,
}

impl<'a> Reader<'_, 'a, '_> {
    fn read(&self) -> Result<Contract, String> {
        let module = self.cx.module;
        let raises = self.raises(module.id(self.member.def), self.member.name(), 0);
        let mut made = Contract { raises, ..Contract::default() };
        for (_, node) in module.subtree(module.id(self.member.def)) {
            let AnyNodeRef::ExprCall(call) = node else { continue };
            let arguments = &call.arguments;
            let line = module.line(call.start());
            let plain = arguments.keywords.is_empty() && !arguments.args.iter().any(Expr::is_starred_expr);
            let separate = matches!(self.member.channel, Channel::Separate(_));
            if separate && self.member.is_error_callback(&call.func) {
                let [error] = &*arguments.args else {
                    return Err(format!("line {line} does not pass one error"));
                };
                self.error(error, &mut made, 0)?;
            } else if self.member.is_callback(&call.func) {
                if !plain {
                    return Err(format!("line {line} unpacks or names the results"));
                }
                let count = match (self.member.channel, &*arguments.args) {
                    (Channel::First, []) => {
                        return Err(format!("line {line} does not say whether there is an error"));
                    }
                    (Channel::First, [first, rest @ ..]) if first.is_none_literal_expr() => rest.len(),
                    (Channel::First, [first, rest @ ..]) => {
                        self.error(first, &mut made, 0)?;
                        if !rest.iter().all(Expr::is_none_literal_expr) {
                            // `cb(err, value)`: an error or a result, as they come.
                            if self.continuation_of(first).is_none() {
                                return Err(format!("line {line} passes an error and a result"));
                            }
                            made.padding = made.padding.and(Padding::Always(rest.len()));
                            rest.len()
                        } else {
                            made.padding = made.padding.and(Padding::Always(rest.len()));
                            continue;
                        }
                    }
                    (_, all) => all.len(),
                };
                if *made.results.get_or_insert(count) != count {
                    return Err(format!(
                        "`{}` gets a result on some paths only, or more than on others",
                        self.member.callback.name
                    ));
                }
            }
        }
        Ok(made)
    }

    /// A `raise` or `assert` that a call of the function comes to, in itself or in functions of the file that it calls
    /// outside of a `try`: in which function, on which line.
    fn raises(&self, function: NodeId, name: &str, depth: usize) -> Option<(String, usize)> {
        let module = self.cx.module;
        let types = Types::new(module, self.cx.facts);
        module.subtree(function).skip(1).find_map(|(id, node)| {
            let protected = || {
                let around = module.ancestors(id).take_while(|a| *a != function);
                around.into_iter().any(|a| match module.node(a) {
                    AnyNodeRef::StmtTry(t) => t.body.iter().any(|b| module.contains(module.id(b), id)),
                    _ => false,
                })
            };
            match node {
                AnyNodeRef::StmtRaise(_) if depth == 0 => Some((name.to_string(), module.line(node.start()))),
                AnyNodeRef::StmtRaise(_) | AnyNodeRef::StmtAssert(_) if !protected() => {
                    Some((name.to_string(), module.line(node.start())))
                }
                AnyNodeRef::ExprCall(call) if depth < 3 && call.func.is_name_expr() && !protected() => {
                    let Ty::Function(callee) = types.of(&call.func) else { return None };
                    let AnyNodeRef::StmtFunctionDef(def) = module.node(callee) else { return None };
                    let inside = module.contains(function, callee);
                    if inside || def.is_async || callee == function {
                        return None;
                    }
                    self.raises(callee, def.name.as_str(), depth + 1)
                }
                _ => None,
            }
        })
    }

    /// Notes what an error is; why it cannot be raised, otherwise.
    fn error(&self, value: &Expr, made: &mut Contract, depth: usize) -> Result<(), String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let line = module.line(value.start());
        let text: String = module.source(value).chars().take(40).collect();
        let no =
            |what: &str| format!("line {line} passes {what} as the error, and only exceptions can be raised");
        match value {
            e if e.is_string_literal_expr() || e.is_f_string_expr() => Err(no("a string")),
            e if e.is_literal_expr() || e.is_tuple_expr() || e.is_dict_expr() || e.is_list_expr() => {
                Err(no(&format!("`{text}`")))
            }
            Expr::Call(call) => {
                let class = self.class(&call.func, made)?;
                class.ok_or_else(|| {
                    format!("line {line} passes `{text}` as the error, which is not seen to be an exception")
                })
            }
            Expr::Name(name) => {
                if let Some(continuation) = self.continuation_of(value) {
                    made.passes_on.push(continuation);
                    return Ok(());
                }
                let unknown =
                    || format!("line {line} passes `{text}` as the error, which may be no exception");
                let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else {
                    return Err(no(&format!("`{text}`, a class or function,")));
                };
                if let Some(value) = symbols.single_assignment(module, symbol)
                    && depth < 3
                {
                    return self.error(value, made, depth + 1);
                }
                let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.binds()).peekable();
                if bindings.peek().is_none() {
                    return Err(unknown());
                }
                for binding in bindings {
                    match (binding.binding, module.node(binding.node)) {
                        (Some(Binding::Except), AnyNodeRef::ExceptHandlerExceptHandler(handler)) => {
                            let classes = match handler.type_.as_deref() {
                                Some(Expr::Tuple(t)) => t.elts.iter().collect(),
                                Some(one) => vec![one],
                                None => Vec::new(),
                            };
                            for class in classes {
                                self.class(class, made)?.ok_or_else(unknown)?;
                            }
                        }
                        (Some(Binding::Class), _) => return Err(no(&format!("the class `{text}`"))),
                        _ => return Err(unknown()),
                    }
                }
                Ok(())
            }
            _ => {
                Err(format!("line {line} passes `{text}` as the error, which is not seen to be an exception"))
            }
        }
    }

    /// Notes the class; `None` if it is not seen to be one of exceptions.
    fn class(&self, class: &Expr, made: &mut Contract) -> Result<Option<()>, String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let text = module.source(class).to_string();
        let special = |name: &str| {
            format!(
                "`{name}` on line {} means something of its own to an event loop",
                module.line(class.start())
            )
        };
        let last = text.rsplit('.').next().unwrap_or(&text).to_string();
        if SPECIAL.contains(&last.as_str()) {
            return Err(special(&last));
        }
        let mut root = class;
        while let Expr::Attribute(a) = root {
            root = &a.value;
        }
        let Expr::Name(root) = root else { return Ok(None) };
        let meaning = symbols.resolve(module.id(root));
        let known = match meaning {
            Resolution::Free => class.is_name_expr() && can_be_raised(&text),
            Resolution::Symbol(symbol) => {
                if symbols.symbol(symbol).scope != ScopeId::MODULE {
                    return Ok(None);
                }
                let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.binds());
                let (Some(only), None) = (bindings.next(), bindings.next()) else { return Ok(None) };
                match (only.binding, module.node(only.node)) {
                    (Some(Binding::Class), AnyNodeRef::StmtClassDef(c)) if class.is_name_expr() => {
                        self.is_exception(c, 0)?
                    }
                    (Some(Binding::Import | Binding::FromImport), _) => {
                        let by_name =
                            ["Error", "Exception", "Failure", "Timeout"].iter().any(|w| last.ends_with(w));
                        if by_name {
                            made.believed.get_or_insert_with(|| text.clone());
                        }
                        by_name
                    }
                    _ => false,
                }
            }
        };
        if !known {
            return Ok(None);
        }
        let class = Class { text, root: root.id.to_string(), meaning };
        if !made.classes.contains(&class) {
            made.classes.push(class);
        }
        Ok(Some(()))
    }

    /// Whether a class of the file derives from an exception, and objects of it are true.
    fn is_exception(&self, class: &ast::StmtClassDef, depth: usize) -> Result<bool, String> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let truth = class.body.iter().find_map(|s| match s {
            Stmt::FunctionDef(f) if matches!(f.name.as_str(), "__bool__" | "__len__" | "__new__") => Some(f),
            _ => None,
        });
        if let Some(f) = truth {
            return Err(format!("`{}` on line {} may make an error false", f.name, module.line(f.start())));
        }
        let mut found = false;
        for base in class.bases() {
            let Expr::Name(name) = base else { continue };
            match symbols.resolve(module.id(name)) {
                Resolution::Free => {
                    if SPECIAL.contains(&name.id.as_str()) {
                        return Err(format!("`{}` means something of its own to an event loop", name.id));
                    }
                    found |= can_be_raised(name.id.as_str());
                }
                Resolution::Symbol(symbol) if depth < 5 => {
                    let base = symbols.occurrences_of(symbol).find_map(|o| match module.node(o.node) {
                        AnyNodeRef::StmtClassDef(c) => Some(c),
                        _ => None,
                    });
                    if let Some(base) = base {
                        found |= self.is_exception(base, depth + 1)?;
                    }
                }
                Resolution::Symbol(_) => {}
            }
        }
        Ok(found)
    }

    /// The function of the member whose parameter it is.
    fn continuation_of(&self, value: &Expr) -> Option<NodeId> {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let Expr::Name(name) = value else { return None };
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return None };
        let member = module.id(self.member.def);
        let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.binds());
        let (Some(only), None) = (bindings.next(), bindings.next()) else { return None };
        let function = symbols.scope(symbols.symbol(symbol).scope).node;
        let inside = function != member && module.contains(member, function);
        (only.binding == Some(Binding::Parameter) && inside).then_some(function)
    }
}

/// What a coroutine must not raise, or what an `except` around an `await` must not name.
const SPECIAL: &[&str] = &[
    "StopIteration",
    "StopAsyncIteration",
    "GeneratorExit",
    "KeyboardInterrupt",
    "SystemExit",
    "CancelledError",
    "BaseException",
    "BaseExceptionGroup",
    "InvalidStateError",
];

fn can_be_raised(name: &str) -> bool {
    is_builtin_exception(name) && !SPECIAL.contains(&name)
}
