//! What calls do: known callables, functions and methods of the file, what is passed to them.

use super::{CONVERSIONS, Collector};
use crate::facts::effects::signature::rejects;
use crate::facts::effects::{Call, Callee, Kind, Mode, is_fresh};
use crate::facts::tables::{self, Known};
use crate::facts::types::Ty;
use crate::facts::{Access, Binding, Occurrence, Resolution, ScopeKind, SymbolId, results};
use crate::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, TextRange, ast};

impl<'a, 'r> Collector<'a, 'r> {
    fn arguments(&mut self, c: &ast::ExprCall) {
        for argument in &c.arguments.args {
            self.expr(argument);
        }
        for keyword in &c.arguments.keywords {
            self.expr(&keyword.value);
        }
    }

    pub(super) fn call(&mut self, c: &ast::ExprCall) {
        self.arguments(c);
        let at = c.range();
        // What the callee may change; builtins and the like are in tables.
        let listed = matches!(self.types.of(&c.func), Ty::Member(path)
            if tables::callable(&path).is_some() || results::changes_first(&path));
        if !listed {
            for argument in c.arguments.args.iter().chain(c.arguments.keywords.iter().map(|k| &k.value)) {
                self.effects.objects_passed.extend(self.object(argument));
            }
        }
        if let Expr::Name(n) = &*c.func
            && let Some(builtin) = self.perhaps_builtin(n)
        {
            self.known_call(c, &format!("builtins.{builtin}"));
        }
        if let Expr::Attribute(a) = &*c.func {
            let receiver = self.types.of(&a.value);
            if !matches!(receiver, Ty::Module(_) | Ty::Member(_) | Ty::Class(_)) {
                self.expr(&a.value);
                return self.method(c, a, &receiver);
            }
        }
        match self.types.of(&c.func) {
            Ty::Function(function) => {
                self.reads_of(&c.func);
                self.fitting(function, 0, c);
                self.call_site(Callee::Function(function), at, Mode::Call);
            }
            Ty::Class(class) => {
                self.reads_of(&c.func);
                if let Some(init) = self.own_method(class, "__init__") {
                    self.fitting(init, 1, c);
                }
                self.default_factories(class, at);
                self.call_site(Callee::Constructor(class), at, Mode::Call);
            }
            Ty::Union(several) if Self::all_defined(&several) => {
                self.reads_of(&c.func);
                self.any_of(&several, at);
            }
            Ty::Member(path) => self.known_call(c, &path),
            Ty::Imported(path) => {
                self.note(Kind::UnknownCall, at, format!("calls an instance of `{path}`"));
            }
            Ty::Known("function", _) => self.lambda_call(c),
            _ => {
                self.reads_of(&c.func);
                match &*c.func {
                    Expr::Name(n) => self.value_call(n, at),
                    // `Cls.parse(x)` of a class method.
                    Expr::Attribute(a)
                        if let Ty::Class(class) = self.types.of(&a.value)
                            && self.own_method(class, a.attr.as_str()).is_some() =>
                    {
                        let callee = Callee::Method { class, name: a.attr.to_string() };
                        self.call_site(callee, at, Mode::Call);
                    }
                    Expr::Attribute(a) => {
                        // `Cls.method(x)`, `module.unknown.attr(x)`.
                        self.call_site(Callee::AnyMethod(a.attr.to_string()), at, Mode::Call);
                    }
                    other => {
                        self.expr(other);
                        let what = format!("calls the value of `{}`", self.source(other));
                        self.note(Kind::ValueCall, at, what);
                    }
                }
            }
        }
    }

    /// The function of this name that the body of the class defines, and nothing else in it.
    fn own_method(&self, class: NodeId, name: &str) -> Option<NodeId> {
        let AnyNodeRef::StmtClassDef(class) = self.module.node(class) else { return None };
        let mut own =
            class.body.iter().filter(|s| matches!(s, Stmt::FunctionDef(f) if f.name.as_str() == name));
        let only = own.next().filter(|_| own.next().is_none())?;
        Some(self.module.id(only))
    }

    /// `x: list = field(default_factory=list)`: called for each object that is made without a value for it.
    fn default_factories(&mut self, class: NodeId, at: TextRange) {
        let AnyNodeRef::StmtClassDef(class) = self.module.node(class) else { return };
        for statement in &class.body {
            let Stmt::AnnAssign(ast::StmtAnnAssign { value: Some(value), .. }) = statement else { continue };
            let Expr::Call(field) = &**value else { continue };
            let factory =
                field.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some("default_factory"));
            // `list()` and its like make something empty.
            let empty = |f: &Expr| {
                matches!(self.types.of(f), Ty::Member(path) if path.starts_with("collections.")
                    || path.strip_prefix("builtins.").is_some_and(|t| tables::CONTAINERS.contains(&t)
                        || matches!(t, "int" | "float" | "bool")))
            };
            if let Some(factory) = factory.filter(|f| !empty(&f.value)) {
                self.applied(&factory.value, at);
            }
        }
    }

    /// What has no place among the parameters raises.
    fn fitting(&mut self, function: NodeId, bound: usize, c: &ast::ExprCall) {
        if rejects(self.module, function, bound, &c.arguments) {
            let what = format!("`{}` does not take these arguments", self.source(&*c.func));
            self.note(Kind::Validates, c.range(), what);
        }
    }

    /// The builtin that a variable of the module may still stand for: only a branch or a handler binds its name
    /// (`try: next` and `except NameError: def next(...)`), or a `del` uncovers it.
    fn perhaps_builtin(&self, n: &ast::ExprName) -> Option<&'static str> {
        let builtin = tables::builtin_name(n.id.as_str())?;
        let symbols = self.facts.symbols();
        let Resolution::Symbol(id) = symbols.resolve(self.module.id(n)) else { return None };
        let symbol = symbols.symbol(id);
        if symbols.scope(symbol.scope).kind != ScopeKind::Module {
            return None;
        }
        let always = |o: &Occurrence<'a>| {
            let statement = self.module.statement_of(o.node);
            o.binds()
                && o.access == Access::Write
                && statement.and_then(|s| self.module.parent(s)) == Some(NodeId::ROOT)
        };
        (symbol.deleted || !symbols.occurrences_of(id).any(always)).then_some(builtin)
    }

    fn reads_of(&mut self, func: &Expr) {
        if let Expr::Name(n) = func {
            self.name(n);
        }
    }

    /// A call of a name that is neither a function, a class nor an import of the file.
    fn value_call(&mut self, n: &ast::ExprName, at: TextRange) {
        let resolution = self.facts.symbols().resolve(self.module.id(n));
        match resolution {
            Resolution::Symbol(id) => {
                let what = format!("calls `{}`, a value that was passed or stored in order to be run", n.id);
                self.note(Kind::ValueCall, at, what);
                // Of several things that the name is bound to, functions are known.
                let bindings = self.facts.symbols().occurrences_of(id);
                let functions: Vec<NodeId> =
                    bindings.filter(|o| o.binding == Some(Binding::Function)).map(|o| o.node).collect();
                for function in functions {
                    self.call_site(Callee::Function(function), at, Mode::Call);
                }
            }
            Resolution::Free => {
                self.note(Kind::UnknownCall, at, format!("calls `{}`, which the file does not define", n.id));
            }
        }
    }

    /// Whether a name that is defined more than once stands for functions and classes alone: of this file, or imported.
    fn all_defined(several: &[Ty]) -> bool {
        several.iter().all(|t| match t {
            Ty::Function(_) | Ty::Class(_) => true,
            Ty::Member(path) => tables::callable(path).is_none(),
            _ => false,
        })
    }

    /// A call of one of these, whichever was defined last.
    fn any_of(&mut self, several: &[Ty], at: TextRange) {
        for ty in several {
            match ty {
                Ty::Function(function) => self.call_site(Callee::Function(*function), at, Mode::Call),
                Ty::Class(class) => self.call_site(Callee::Constructor(*class), at, Mode::Call),
                Ty::Member(path) => self.call_site(Callee::Member(path.clone()), at, Mode::Call),
                _ => {}
            }
        }
    }

    /// A call of a variable that only ever holds a lambda of this file.
    fn lambda_call(&mut self, c: &ast::ExprCall) {
        if let Expr::Name(n) = &*c.func
            && let Resolution::Symbol(symbol) = self.facts.symbols().resolve(self.module.id(n))
            && let Some(AnyNodeRef::ExprLambda(lambda)) = self.single_value(symbol)
        {
            self.name(n);
            self.fitting(self.module.id(lambda), 0, c);
            return self.call_site(Callee::Function(self.module.id(lambda)), c.range(), Mode::Call);
        }
        if let Expr::Lambda(lambda) = &*c.func {
            self.fitting(self.module.id(lambda), 0, c);
            return self.call_site(Callee::Function(self.module.id(lambda)), c.range(), Mode::Call);
        }
        self.note(Kind::ValueCall, c.range(), format!("calls the value of `{}`", self.source(&*c.func)));
    }

    pub(super) fn single_value(&self, symbol: SymbolId) -> Option<AnyNodeRef<'a>> {
        let symbols = self.facts.symbols();
        let mut writes = symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read);
        let only = writes.next()?;
        if writes.next().is_some() {
            return None;
        }
        match self.module.parent_node(only.node)? {
            AnyNodeRef::StmtAssign(a) if a.targets.len() == 1 => Some((&*a.value).into()),
            _ => None,
        }
    }

    fn known_call(&mut self, c: &ast::ExprCall, path: &str) {
        let at = c.range();
        let shown = self.source(&*c.func);
        if results::changes_first(path)
            && let Some(first) = c.arguments.args.first()
        {
            self.effects.objects_changed.extend(self.object(first));
            self.effects.by_operators = true;
            self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
            return self.changes(first, at, format!("`{shown}` changes `{}`", self.source(first)));
        }
        let Some(known) = tables::callable(path) else {
            // `str.lower(x)`: the method of a builtin type, asked of the type.
            let method = path.strip_prefix("builtins.").and_then(|p| p.split_once('.'));
            let known = method.and_then(|(of, name)| tables::method(of, name));
            if matches!(known, Some(Known::Total | Known::Pure)) {
                return self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
            }
            if let Some(first) = c.arguments.args.first()
                && method
                    .is_some_and(|(of, name)| tables::CONTAINERS.contains(&of) && tables::is_mutator(name))
            {
                self.effects.objects_changed.extend(self.object(first));
                self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
                return self.changes(first, at, format!("changes `{}` by `{shown}`", self.source(first)));
            }
            if matches!(path, "re.sub" | "re.subn") {
                return self.replaces(c, 1, Kind::Validates);
            }
            return self.call_site(Callee::Member(path.to_string()), at, Mode::Call);
        };
        match known {
            Known::Total => {}
            Known::Pure => {
                self.pure_call(c, path);
            }
            Known::Consumes => {
                // Several arguments of `min` and `max` are compared themselves.
                let compares = matches!(path, "builtins.min" | "builtins.max") && c.arguments.args.len() > 1;
                for argument in c.arguments.args.iter().filter(|a| !compares && !a.is_starred_expr()) {
                    self.iterate(argument);
                }
                for keyword in &c.arguments.keywords {
                    if keyword.arg.as_deref() == Some("key") && !keyword.value.is_none_literal_expr() {
                        self.applied(&keyword.value, at);
                    }
                }
                self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
                self.effects.by_operators = true;
            }
            Known::Lazy => {}
            Known::Applies => {
                let function = tables::applied_argument(path, &c.arguments);
                if let Some(function) = function {
                    self.applied(function, at);
                }
                if path == "functools.reduce" {
                    c.arguments.args.iter().skip(1).take(1).for_each(|a| self.iterate(a));
                }
                self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
            }
            Known::Next => {
                if c.arguments.args.len() == 1 {
                    self.note(
                        Kind::StopIteration,
                        at,
                        format!("`{}` lets StopIteration out", self.source(c)),
                    );
                }
                if let Some(iterator) = c.arguments.args.first() {
                    self.effects.objects_iterated.extend(self.object(iterator));
                }
                self.note(Kind::Effect, at, format!("`{}` advances an iterator", self.source(c)));
            }
            Known::Frame if path == "builtins.super" && !c.arguments.is_empty() => {}
            Known::Frame
                if matches!(
                    path,
                    "builtins.super"
                        | "builtins.locals"
                        | "builtins.vars"
                        | "builtins.dir"
                        | "builtins.globals"
                ) =>
            {
                self.note(Kind::OwnFrame, at, format!("`{shown}` looks at the frame it is called from"))
            }
            // The record names the function that logs, whoever calls that.
            Known::Frame if path.starts_with("logging.") && !skips_frames(c) => {
                self.note(Kind::OwnFrame, at, format!("`{shown}` records the function that calls it"));
                self.note(Kind::Effect, at, format!("calls `{shown}`"));
            }
            Known::Frame => {
                self.note(Kind::Frame, at, format!("`{shown}` looks at the frame it is called from"));
                if path.starts_with("logging.") || path.starts_with("warnings.warn") {
                    self.note(Kind::Effect, at, format!("calls `{shown}`"));
                }
            }
            Known::Observes => {
                self.note(Kind::Observes, at, format!("`{shown}` reads the state of the world"))
            }
            Known::Effect => self.note(Kind::Effect, at, format!("calls `{shown}`")),
        }
    }

    fn pure_call(&mut self, c: &ast::ExprCall, path: &str) {
        let first = c.arguments.args.first();
        let ty = first.map_or(Ty::Unknown, |a| self.types.of(a));
        let total = match path {
            "builtins.len" => ty.is_container(),
            "builtins.str" | "builtins.repr" | "builtins.bool" => {
                c.arguments.len() <= 1 && ty.is(&["int", "float", "bool", "str", "None", "bytes"])
            }
            // Of a string nothing but ValueError comes.
            "builtins.int" | "builtins.float"
                if self.values > 0 && ty.is(&["str"]) && c.arguments.len() == 1 =>
            {
                true
            }
            "builtins.int" => ty.is(&["int", "bool"]) && c.arguments.len() == 1,
            "builtins.float" => ty.is_number() && c.arguments.len() == 1,
            "builtins.abs" => ty.is_number(),
            // Nothing is parsed, nothing converted.
            "io.StringIO" | "io.BytesIO" => {
                c.arguments.is_empty()
                    || (c.arguments.len() == 1
                        && ty.is(&[if path == "io.StringIO" { "str" } else { "bytes" }]))
            }
            "decimal.Decimal" => c.arguments.len() == 1 && first.is_some_and(is_decimal),
            "builtins.range" => {
                c.arguments.args.iter().all(|a| self.types.of(a).is(&["int"])) && c.arguments.len() == 1
            }
            _ => false,
        };
        if let Ty::Instance(class) = ty {
            self.special(class, CONVERSIONS, c.range());
            if let ("builtins.getattr" | "builtins.hasattr", Some(Expr::StringLiteral(name))) =
                (path, c.arguments.args.get(1))
            {
                let name = name.value.to_string();
                self.call_site(Callee::Attribute { class, name }, c.range(), Mode::Call);
            }
            if matches!(path, "builtins.getattr" | "builtins.hasattr") {
                self.special(class, &["__getattribute__"], c.range());
                self.special(class, &["__getattr__"], c.range());
            }
        }
        for argument in &c.arguments.args {
            if path == "builtins.len" {
                self.effects.objects_read.extend(self.object(argument));
            }
            if !matches!(self.types.of(argument), Ty::Known(..)) {
                self.effects.by_operators = true;
            }
        }
        if !total {
            let mild = matches!(
                path,
                "builtins.len"
                    | "builtins.str"
                    | "builtins.repr"
                    | "builtins.bool"
                    | "builtins.hash"
                    | "builtins.abs"
                    | "builtins.hasattr"
                    | "builtins.getattr"
            );
            let what = format!("`{}` may raise", self.source(c));
            match path {
                _ if mild => self.note(Kind::MayRaise, c.range(), what),
                "builtins.int" | "builtins.float" => self.rejects(c.range(), what, "ValueError"),
                path => self.rejects(c.range(), what, path),
            }
        }
    }

    /// A callable that is handed over and run: `key=len`, `map(str, ...)`.
    pub(super) fn applied(&mut self, function: &Expr, at: TextRange) {
        if let Expr::Lambda(lambda) = function {
            return self.call_site(Callee::Function(self.module.id(lambda)), at, Mode::Call);
        }
        match self.types.of(function) {
            Ty::Known("None", _) => {}
            Ty::Function(f) => self.call_site(Callee::Function(f), at, Mode::Call),
            Ty::Class(class) => self.call_site(Callee::Constructor(class), at, Mode::Call),
            Ty::Union(several) if Self::all_defined(&several) => self.any_of(&several, at),
            Ty::Member(path) => match tables::callable(&path) {
                Some(Known::Total) => {}
                Some(Known::Pure | Known::Consumes) => {
                    self.effects.by_operators = true;
                    let what = format!("`{}` may raise", self.source(function));
                    match path.as_str() {
                        "builtins.int" | "builtins.float" => self.rejects(at, what, "ValueError"),
                        path => self.rejects(at, what, path),
                    }
                }
                Some(Known::Lazy) => {}
                Some(_) => self.note(Kind::Effect, at, format!("calls `{}`", self.source(function))),
                None => {
                    let tail =
                        path.strip_prefix("builtins.str.").or_else(|| path.strip_prefix("builtins.bytes."));
                    match tail {
                        Some(_) => self.note(Kind::MayRaise, at, format!("`{path}` may raise")),
                        None => self.call_site(Callee::Member(path), at, Mode::Call),
                    }
                }
            },
            _ => self.note(Kind::ValueCall, at, format!("calls `{}`", self.source(function))),
        }
    }

    /// `re.sub`: the replacement, the argument `at`, is text or a function.
    fn replaces(&mut self, c: &ast::ExprCall, at: usize, error: Kind) {
        let named = c.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some("repl")).map(|k| &k.value);
        match named.or(c.arguments.args.get(at)) {
            Some(text) if self.types.of(text).is(&["str", "bytes"]) => {}
            Some(function) => self.applied(function, c.range()),
            None => self.note(Kind::UnknownCall, c.range(), format!("calls `{}`", self.source(&*c.func))),
        }
        self.note(error, c.range(), format!("`{}` may raise", self.source(c)));
    }

    /// Whether a method of a builtin type cannot reject these arguments.
    fn fits(&self, of: &str, name: &str, arguments: &ast::Arguments) -> bool {
        if !arguments.keywords.is_empty() || arguments.args.iter().any(Expr::is_starred_expr) {
            return false;
        }
        let types: Vec<Ty> = arguments.args.iter().map(|a| self.types.of(a)).collect();
        let strings = |from: usize| types.iter().skip(from).all(|t| t.is(&["str"]));
        let numbers = |from: usize| types.iter().skip(from).all(|t| t.is(&["int", "None"]));
        // An empty separator is rejected.
        let separator = || match arguments.args.first() {
            Some(Expr::StringLiteral(s)) => !s.value.is_empty(),
            _ => false,
        };
        match (of, name) {
            ("str", "split" | "rsplit") => {
                types.is_empty() || (separator() && numbers(1) && types.len() <= 2)
            }
            ("str", "partition" | "rpartition") => separator() && types.len() == 1,
            ("str", "strip" | "lstrip" | "rstrip" | "removeprefix" | "removesuffix") => {
                strings(0) && types.len() <= 1
            }
            ("str", "startswith" | "endswith" | "count" | "find" | "rfind") => {
                let text = |t: &Ty| t.is(&["str"]) || (t.is(&["tuple"]) && t.element().is(&["str"]));
                types.first().is_some_and(text) && numbers(1) && types.len() <= 3
            }
            ("str", "replace") => strings(0) && types.len() == 2,
            ("dict" | "OrderedDict" | "defaultdict" | "Counter", "get") => {
                types.first().is_some_and(Ty::is_immutable) && types.len() <= 2
            }
            _ => false,
        }
    }

    fn method(&mut self, c: &ast::ExprCall, a: &ast::ExprAttribute, receiver: &Ty) {
        let name = a.attr.as_str();
        let at = c.range();
        let shown = self.source(&*c.func);
        let fresh = is_fresh(self.module, self.facts, &a.value) && !(self.is_part && a.value.is_name_expr());
        if tables::is_logging_method(name) && skips_frames(c) {
            self.note(Kind::Frame, at, format!("`{shown}` records a function that led to it"));
        }
        match receiver {
            Ty::Known("Pattern", _) if matches!(name, "sub" | "subn") => self.replaces(c, 0, Kind::MayRaise),
            Ty::Known("str" | "bytes", _) if matches!(name, "format" | "format_map") => {
                let keywords = c.arguments.keywords.iter().map(|k| &k.value);
                for argument in c.arguments.args.iter().chain(keywords) {
                    self.shown(argument);
                    if let Ty::Instance(class) = self.types.of(argument)
                        && name == "format_map"
                    {
                        self.special(class, &["__getitem__", "__missing__"], at);
                    }
                }
                self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
            }
            Ty::Known(of, _) => match tables::method(of, name) {
                Some(Known::Total) => {}
                Some(Known::Pure) if self.fits(of, name, &c.arguments) => {}
                Some(Known::Pure) => self.note(Kind::MayRaise, at, format!("`{shown}` may raise")),
                Some(Known::Consumes) => {
                    c.arguments.args.iter().for_each(|a| self.iterate(a));
                    self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
                }
                Some(Known::Observes) => {
                    self.note(Kind::Observes, at, format!("`{shown}` reads the state of the world"))
                }
                Some(Known::Effect) => {
                    self.effects.objects_changed.extend(self.object(&a.value));
                    self.note(Kind::Effect, at, format!("calls `{shown}`"));
                    self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
                }
                Some(_) => self.note(Kind::UnknownCall, at, format!("calls `{shown}`")),
                None if tables::is_mutator(name) => {
                    self.effects.objects_changed.extend(self.changed_object(&a.value));
                    // A list takes whatever comes.
                    let takes_all = matches!(
                        (*of, name),
                        ("list", "append" | "clear") | ("deque", "append" | "appendleft")
                    ) && c.arguments.keywords.is_empty()
                        && c.arguments.args.len() == usize::from(name != "clear");
                    if !takes_all {
                        self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
                    }
                    if matches!(name, "extend" | "update") {
                        c.arguments.args.iter().for_each(|a| self.iterate(a));
                    }
                    self.changes(&a.value, at, format!("`{shown}` changes `{}`", self.source(&*a.value)));
                }
                None => self.note(Kind::UnknownCall, at, format!("calls `{shown}`")),
            },
            Ty::Union(types)
                if types.iter().all(|t| {
                    let known = t.name().and_then(|of| tables::method(of, name));
                    matches!(known, Some(Known::Total | Known::Pure))
                }) =>
            {
                self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
            }
            Ty::Instance(class) => {
                if let Some(method) = self.own_method(*class, name) {
                    self.fitting(method, 1, c);
                }
                let callee = Callee::Method { class: *class, name: name.to_string() };
                self.effects.calls.push(Call { callee, at, mode: Mode::Call, fresh_receiver: fresh });
                if tables::is_mutator(name) {
                    self.effects.objects_changed.extend(self.object(&a.value));
                }
            }
            Ty::Imported(path) if path == "logging.Logger" && tables::is_logging_method(name) => {
                // Whoever calls the function that logs, the record names that one.
                if !skips_frames(c) {
                    self.note(Kind::OwnFrame, at, format!("`{shown}` records the function that calls it"));
                }
                self.note(Kind::Effect, at, format!("calls `{shown}`"));
            }
            Ty::Imported(path) if tables::changes_the_world(path, name) => {
                self.note(Kind::Effect, at, format!("calls `{shown}`"));
            }
            _ if is_super(&a.value) => {
                let callee = match self.own_class(a) {
                    Some(class) => Callee::Super { class, name: name.to_string() },
                    None => Callee::AnyMethod(name.to_string()),
                };
                self.call_site(callee, at, Mode::Call);
            }
            _ => {
                if tables::is_mutator(name) || tables::is_effect_method_name(name) {
                    self.effects.objects_changed.extend(self.changed_object(&a.value));
                }
                self.call_site(Callee::AnyMethod(name.to_string()), at, Mode::Call);
            }
        }
    }
}

/// `super()`, `super(Class, self)`.
fn is_super(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(s) if matches!(&*s.func, Expr::Name(n) if n.id.as_str() == "super"))
}

/// A logging call that makes the record name a function further up.
fn skips_frames(c: &ast::ExprCall) -> bool {
    c.arguments.keywords.iter().any(|k| k.arg.as_deref().is_none_or(|name| name == "stacklevel"))
}

/// A literal that `Decimal` takes: a whole number, or a string of digits with at most one point between them.
fn is_decimal(expr: &Expr) -> bool {
    match expr {
        Expr::NumberLiteral(n) => matches!(n.value, ast::Number::Int(_)),
        Expr::StringLiteral(s) => {
            let text = s.value.to_str();
            let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            text.strip_prefix('-').unwrap_or(text).splitn(2, '.').all(digits)
        }
        _ => false,
    }
}
