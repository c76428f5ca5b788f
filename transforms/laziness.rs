//! What must hold for elements to be produced one by one where a list was built at once: shared by the transforms
//! that make lists lazy.
//!
//! ```text
//! elements   the comprehension (or `list(map(..))`) that gives them
//! consumer   the place that iterates them: where the list stands, or where its only use stands
//! theirs     the code that used to run after all elements and now runs before or between them
//! ```

pub mod benefit;
pub mod between;
pub mod catcher;
pub mod consumer;
mod elements;
pub mod fills;
mod implicit;
pub mod interplay;
pub mod lifetime;
pub mod region;
pub mod sharing;

pub use elements::Elements;

use unspool_engine::facts::effects::{Callee, Effects, Kind, Resolved};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::repo::{Passed, yields};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use consumer::Consumer;

/// Elements with what consumes them.
pub struct Site<'a, 's, 'r> {
    pub cx: &'s FileContext<'a, 'r>,
    pub elements: Elements<'a>,
    /// Where they meet the consumer: the comprehension itself, or the name that stands for it.
    pub id: NodeId,
    pub consumer: Consumer<'a>,
}

impl<'a> Site<'a, '_, '_> {
    pub fn types(&self) -> Types<'a, '_> {
        Types::new(self.cx.module, self.cx.facts)
    }

    pub fn resolve(&self, effects: &Effects) -> Resolved {
        let local = self.cx.local();
        self.cx.repo.resolve(&local, effects)
    }

    /// The node of the expression that gives the elements.
    pub fn node(&self) -> NodeId {
        self.elements.node(self.cx.module)
    }

    /// The arguments of the consumer's calls that are evaluated before the elements, the list itself apart.
    pub fn other_arguments(&self) -> Vec<&'a Expr> {
        let own = self.cx.module.node(self.id).range();
        self.consumer.other_arguments().into_iter().filter(|e| e.range() != own).collect()
    }

    /// `await` or `async for` anywhere but in the outermost iterable makes the generator asynchronous.
    pub fn synchronous(&self) -> Finding {
        let Elements::Comprehension(comp) = self.elements else {
            return Finding::proved("a builtin gives the elements");
        };
        if comp.elt.is_starred_expr() {
            // PEP 798: a list of Python 3.15 has it, and the generator would delegate to what is unpacked.
            return Finding::refuted("the element is unpacked");
        }
        if let Some((what, line)) = asynchronous(self.cx.module, &self.elements) {
            return Finding::refuted(format!(
                "{what} on line {line} would make it an asynchronous generator, which the consumer cannot iterate"
            ));
        }
        Finding::proved("it awaits nothing")
    }

    pub fn interpreted(&self) -> Finding {
        interpreted(self.cx.module, self.id)
    }

    pub fn no_recursion(&self, effects: &Effects, resolved: &Resolved) -> Finding {
        let Some(function) = self.cx.module.enclosing_function(self.id) else {
            return Finding::proved("it stands in no function");
        };
        let AnyNodeRef::StmtFunctionDef(def) = self.cx.module.node(function) else {
            return Finding::proved("it stands in a lambda");
        };
        let name = def.name.as_str();
        let direct = effects.calls.iter().find(|c| match &c.callee {
            Callee::Function(f) => *f == function,
            Callee::Method { name: n, .. } | Callee::Super { name: n, .. } | Callee::AnyMethod(n) => {
                n == name
            }
            _ => false,
        });
        if direct.is_some() {
            return Finding::refuted(format!(
                "the elements call `{name}` again: a generator adds a frame to each level, and deep recursion would fail sooner"
            ));
        }
        let own_class = match self.cx.module.parent_node(function) {
            Some(AnyNodeRef::StmtClassDef(_)) => self.cx.module.parent(function),
            _ => None,
        };
        if own_class.is_some() && reads_as_property(def, effects) {
            return Finding::refuted(format!(
                "the elements read the property `{name}` again: a generator adds a frame to each level, and deep recursion would fail sooner"
            ));
        }
        if let Some(class) = own_class
            && let Some(operand) = implicit::operand(self, name, class)
        {
            let (known, text) = operand;
            let text = format!(
                "`{text}` may run `{name}` again: a generator adds a frame to each level, and deep recursion would fail sooner"
            );
            return if known { Finding::refuted(text) } else { Finding::assumed(text) };
        }
        if resolved.visited.contains(&function) {
            return Finding::assumed(format!(
                "the elements reach `{name}` again through other calls, a frame deeper each time"
            ));
        }
        Finding::proved(format!("no call in it leads back to `{name}`"))
    }

    /// No call in the elements looks at frames, and no error keeps a generator open.
    pub fn own_frame(&self, resolved: &Resolved) -> Finding {
        let frame = match resolved.first(&[Kind::Frame]) {
            Some(note) => Finding::refuted(format!(
                "in a generator expression the frame is another one: {}",
                note.describe()
            )),
            None => Finding::proved("no call in it is known to look at frames"),
        };
        frame.and(self.ends_in_time(resolved))
    }

    /// The traceback of an error keeps the frame of a generator expression, and with it the generator that it
    /// iterates. Since PEP 709 (Python 3.12) that of a list ends as soon as the error leaves the comprehension.
    fn ends_in_time(&self, resolved: &Resolved) -> Finding {
        let module = self.cx.module;
        let first = self.elements.source();
        if let Expr::Call(call) = first
            && let Ty::Function(function) = self.types().of(&call.func)
            && !resolved.is_total()
            && yields(module, function)
            && module
                .subtree(function)
                .any(|(_, n)| matches!(n, AnyNodeRef::StmtTry(_) | AnyNodeRef::StmtWith(_)))
        {
            let text = module.source(first);
            return Finding::assumed(format!(
                "after an error `{text}` would stay open until the error is handled"
            ));
        }
        Finding::proved("it holds nothing open")
    }

    /// Whether the name that is iterated first is a parameter to which some caller passes an iterator of which it, or
    /// somebody else, sees the rest.
    pub fn passed_iterator(&self) -> Option<String> {
        // Of what is made in the call, or named in no other place, nobody sees the rest.
        self.passed(true)
    }

    /// Whether what is iterated first is known to run code that may fail half-way: a reader of `csv`, an iterator that
    /// a caller passes.
    pub fn fails_half_way(&self) -> Option<String> {
        if let Expr::Call(call) = self.elements.source()
            && let Ty::Member(path) = self.types().of(&call.func)
            && matches!(path.as_str(), "csv.reader" | "csv.DictReader")
        {
            return Some(format!("`{path}` may find an error in any line"));
        }
        self.passed(false)
    }

    fn passed(&self, kept: bool) -> Option<String> {
        let module = self.cx.module;
        let Expr::Name(name) = self.elements.source() else { return None };
        let function = module.enclosing_function(self.node())?;
        let local = self.cx.local();
        for argument in self.cx.repo.passed_to(&local, function, name.id.as_str()) {
            if let Passed::Closable(what) | Passed::Iterator(what) = argument.value
                && (argument.is_kept || !kept)
            {
                return Some(format!(
                    "{}:{} passes {what} as `{}`",
                    argument.path.display(),
                    argument.line,
                    name.id
                ));
            }
        }
        None
    }

    pub fn binds_by_walrus(&self) -> bool {
        self.cx.module.subtree(self.node()).any(|(_, n)| matches!(n, AnyNodeRef::ExprNamed(_)))
    }
}

/// Compilers of Python source know no generators.
pub fn interpreted(module: &Module, id: NodeId) -> Finding {
    for ancestor in std::iter::once(id).chain(module.ancestors(id)) {
        let decorators = match module.node(ancestor) {
            AnyNodeRef::StmtFunctionDef(f) => &f.decorator_list,
            AnyNodeRef::StmtClassDef(c) => &c.decorator_list,
            _ => continue,
        };
        for decorator in decorators {
            let source = module.source(&decorator.expression);
            let head = source.split('(').next().unwrap_or(source);
            let compiled = head.split('.').any(|part| {
                matches!(
                    part,
                    "jit"
                        | "njit"
                        | "vectorize"
                        | "guvectorize"
                        | "triton"
                        | "cython"
                        | "taichi"
                        | "script"
                        | "cfunc"
                )
            }) || head == "tf.function";
            if compiled {
                return Finding::refuted(format!(
                    "`@{source}` compiles the function; generators are not in its language"
                ));
            }
        }
    }
    Finding::proved("no decorator compiles it")
}

/// Whether the function is a property that the elements read of any object.
fn reads_as_property(def: &ast::StmtFunctionDef, effects: &Effects) -> bool {
    let property = def.decorator_list.iter().any(|d| match &d.expression {
        Expr::Name(n) => matches!(n.id.as_str(), "property" | "cached_property"),
        Expr::Attribute(a) => a.attr.as_str() == "cached_property",
        _ => false,
    });
    property && effects.attributes_read.iter().any(|read| *read == *def.name)
}

pub fn no_stop_iteration(resolved: &Resolved) -> Finding {
    match resolved.first(&[Kind::StopIteration]) {
        Some(note) => {
            Finding::refuted(format!("a generator turns it into RuntimeError (PEP 479): {}", note.describe()))
        }
        None => Finding::proved("no `next` without default, no `raise StopIteration` in it")
            .relying_on([Convention::StopIteration]),
    }
}

/// What becomes of a list at `read` where no table knows the consumer.
pub fn unknown_reader(module: &Module, read: NodeId, name: &str) -> String {
    let line = module.line(module.node(read).start());
    let what = match module.parent_node(read) {
        Some(AnyNodeRef::StmtReturn(_)) => "is returned".to_string(),
        Some(AnyNodeRef::ExprYield(_)) => "is yielded".into(),
        Some(AnyNodeRef::Arguments(_)) => {
            let call = module.parent(read).and_then(|a| module.parent_node(a));
            match call {
                Some(AnyNodeRef::ExprCall(call)) => {
                    format!("goes to `{}`, which may want a list", module.source(&*call.func))
                }
                _ => "is passed on".into(),
            }
        }
        Some(AnyNodeRef::Keyword(_)) => "goes to a call by keyword".into(),
        Some(AnyNodeRef::StmtIf(_) | AnyNodeRef::ExprUnaryOp(_) | AnyNodeRef::ExprBoolOp(_)) => {
            "is tested: a generator is always true".into()
        }
        Some(AnyNodeRef::ExprSubscript(_)) => "is subscripted".into(),
        Some(AnyNodeRef::ExprAttribute(a)) => format!("is asked for `.{}`", a.attr),
        Some(AnyNodeRef::StmtAssign(_)) => "is stored".into(),
        _ => "is used as a list".into(),
    };
    format!("`{name}` {what} on line {line}")
}

/// What would make an asynchronous generator of the elements, and on which line.
pub fn asynchronous(module: &Module, elements: &Elements) -> Option<(&'static str, usize)> {
    let Elements::Comprehension(comp) = elements else { return None };
    let node = module.id(*comp);
    let first = module.id(&comp.generators[0].iter);
    module.subtree(node).find_map(|(id, found)| {
        let what = match found {
            AnyNodeRef::ExprAwait(_) => "`await`",
            AnyNodeRef::Comprehension(c) if c.is_async => "`async for`",
            _ => return None,
        };
        // In a nested lambda or generator expression it concerns that one alone.
        let own = !module.contains(first, id)
            && module.ancestors(id).take_while(|a| *a != node).all(|a| match module.node(a) {
                AnyNodeRef::ExprLambda(_) => false,
                AnyNodeRef::ExprGenerator(g) => module.contains(module.id(&g.generators[0].iter), id),
                _ => true,
            });
        own.then(|| (what, module.line(found.start())))
    })
}
