//! `sum([f(x) for x in xs])` -> `sum(f(x) for x in xs)`: a list that is consumed where it stands need not exist.

mod benefit;
mod consumer;
mod edits;
mod interplay;

use unspool_engine::facts::effects::{Collector, Kind, Resolved};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Resolution, SymbolId};
use unspool_engine::repo::{Local, Passed};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, TextRange, ast};
use unspool_engine::transform::{
    Convention, FileContext, Finding, Group, Meta, ObligationKind, Proposal, Transform,
};

use consumer::{Consumer, Pace};

pub struct ListToGenexpr;

static META: Meta = Meta {
    id: "list-to-genexpr",
    title: "Feed a consumer from a generator expression instead of a list",
    group: Group::Lazy,
    default: true,
    anti_pattern: "large list comprehension",
    idiom: "generator expression",
    docs: include_str!("README.md"),
    needles: &[" for ", "\tfor ", "\nfor ", ")for ", "]for ", "}for ", "\rfor ", "\"for ", "'for "],
    kinds: &[NodeKind::ExprListComp],
    obligations: &[
        ObligationKind { id: "known-consumer", claim: "the consumer is what its name says" },
        ObligationKind {
            id: "takes-iterator",
            claim: "the consumer iterates its argument once and keeps nothing of it",
        },
        ObligationKind {
            id: "synchronous",
            claim: "the generator expression is a plain one, not asynchronous",
        },
        ObligationKind { id: "own-frame", claim: "nothing in it looks at the frame it runs in" },
        ObligationKind { id: "no-stop-iteration", claim: "nothing in it lets StopIteration out" },
        ObligationKind {
            id: "no-shared-binding",
            claim: "no `:=` in it is read where evaluation may now stop or wait",
        },
        ObligationKind { id: "no-recursion", claim: "the elements do not call the function they stand in" },
        ObligationKind {
            id: "arguments-first",
            claim: "the other arguments may be evaluated before the elements",
        },
        ObligationKind { id: "early-stop", claim: "elements that are no longer evaluated have no effect" },
        ObligationKind {
            id: "early-stop-errors",
            claim: "errors of elements that are no longer evaluated are caught by nothing here",
        },
        ObligationKind { id: "interleaving", claim: "the elements and the consumer's steps may take turns" },
        ObligationKind {
            id: "receiver",
            claim: "the object that is filled is a plain container that the elements do not read",
        },
        ObligationKind {
            id: "all-or-nothing",
            claim: "an error half-way leaves nothing behind that the list would have prevented",
        },
        ObligationKind { id: "loop-body", claim: "the loop body changes nothing that the elements read" },
        ObligationKind {
            id: "interpreted",
            claim: "the function is run by the interpreter, not compiled from its source",
        },
    ],
};

impl Transform for ListToGenexpr {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        consumer::may_stand_in(bytes)
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let AnyNodeRef::ExprListComp(comp) = node else { return None };
        consumer::of(module, module.id(comp)).map(|_| comp.range())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let AnyNodeRef::ExprListComp(comp) = node else { unreachable!("only list comprehensions are found") };
        let id = cx.module.id(comp);
        let consumer = consumer::of(cx.module, id).expect("find saw the consumer");
        let mut proposal = Proposal::new(&META, comp.range());
        let site = Site { cx, comp, id, consumer };
        site.oblige(&mut proposal);
        if !proposal.is_refuted() {
            proposal.edits = edits::edits(cx.module, comp, &site.consumer);
        }
        proposal
    }
}

/// A list comprehension with what consumes it.
pub struct Site<'a, 's, 'r> {
    cx: &'s FileContext<'a, 'r>,
    comp: &'a ast::ExprListComp,
    id: NodeId,
    consumer: Consumer<'a>,
}

impl<'a> Site<'a, '_, '_> {
    /// States the obligations in the order in which a reviewer would ask; the costly ones are left out after a
    /// refutation, or where nobody would want the rewrite.
    fn oblige(&self, proposal: &mut Proposal) {
        let range = self.comp.range();
        proposal.oblige(&META, "known-consumer", self.consumer.range(), self.known_consumer());
        proposal.oblige(&META, "takes-iterator", self.consumer.range(), self.takes_iterator());
        proposal.oblige(&META, "synchronous", range, self.synchronous());
        proposal.oblige(&META, "interpreted", range, self.interpreted());
        if proposal.is_refuted() {
            return;
        }
        proposal.withheld = benefit::withheld(self);
        if proposal.withheld.is_some() {
            return;
        }
        let effects =
            Collector::of_lazy_part(self.cx.module, self.cx.facts, &self.comp.elt, &self.comp.generators);
        let local = Local { module: self.cx.module, facts: self.cx.facts, path: self.cx.path };
        let resolved = self.cx.repo.resolve(&local, &effects);
        proposal.oblige(&META, "own-frame", range, own_frame(&resolved).and(self.ends_in_time(&resolved)));
        proposal.oblige(&META, "no-stop-iteration", range, no_stop_iteration(&resolved));
        proposal.oblige(&META, "no-recursion", range, self.no_recursion(&effects, &resolved));
        if self.binds_by_walrus() {
            proposal.oblige(&META, "no-shared-binding", range, self.no_shared_binding());
        }
        if proposal.is_refuted() {
            return;
        }
        if !self.consumer.other_arguments().is_empty() {
            let finding = interplay::arguments_first(self, &effects, &resolved);
            proposal.oblige(&META, "arguments-first", self.consumer.range(), finding);
        }
        match self.consumer.pace() {
            Pace::Whole => {}
            Pace::Stops => {
                proposal.oblige(&META, "early-stop", range, self.early_stop(&resolved));
                proposal.oblige(&META, "early-stop-errors", range, self.early_stop_errors(&resolved));
            }
            Pace::Interleaved | Pace::Loop | Pace::Fills => {}
        }
        if matches!(self.consumer.pace(), Pace::Stops | Pace::Interleaved | Pace::Fills) {
            let finding = interplay::with_operators(self, &effects, &resolved);
            proposal.oblige(&META, "interleaving", self.consumer.range(), finding);
        }
        if self.consumer.pace() == Pace::Fills {
            proposal.oblige(
                &META,
                "receiver",
                self.consumer.range(),
                interplay::receiver(self, &effects, &resolved),
            );
            proposal.oblige(&META, "all-or-nothing", range, interplay::all_or_nothing_fill(self, &resolved));
        }
        if self.consumer.pace() == Pace::Loop {
            let (body, order) = interplay::with_loop(self, &effects, &resolved);
            proposal.oblige(&META, "loop-body", self.consumer.range(), body);
            proposal.oblige(&META, "all-or-nothing", range, order);
        }
    }

    fn known_consumer(&self) -> Finding {
        consumer::known(self.cx, &self.consumer)
    }

    fn takes_iterator(&self) -> Finding {
        consumer::takes_iterator(self.cx, &self.consumer)
    }

    /// `await` or `async for` anywhere but in the outermost iterable makes the generator asynchronous.
    fn synchronous(&self) -> Finding {
        if self.comp.elt.is_starred_expr() {
            // PEP 798: a list of Python 3.15 has it, and the generator would delegate to what is unpacked.
            return Finding::refuted("the element is unpacked");
        }
        let module = self.cx.module;
        let first = module.id(&self.comp.generators[0].iter);
        for (id, node) in module.subtree(self.id) {
            let asynchronous = match node {
                AnyNodeRef::ExprAwait(_) => "`await`",
                AnyNodeRef::Comprehension(c) if c.is_async => "`async for`",
                _ => continue,
            };
            if module.contains(first, id) {
                continue;
            }
            // In a nested lambda or generator expression it concerns that one alone.
            let own = module.ancestors(id).take_while(|a| *a != self.id).all(|a| match module.node(a) {
                AnyNodeRef::ExprLambda(_) => false,
                AnyNodeRef::ExprGenerator(g) => module.contains(module.id(&g.generators[0].iter), id),
                _ => true,
            });
            if own {
                let line = module.line(node.start());
                return Finding::refuted(format!(
                    "{asynchronous} on line {line} would make it an asynchronous generator, which the consumer cannot iterate"
                ));
            }
        }
        Finding::proved("it awaits nothing")
    }

    /// Compilers of Python source know no generators.
    fn interpreted(&self) -> Finding {
        let module = self.cx.module;
        for ancestor in module.ancestors(self.id) {
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

    fn no_recursion(
        &self,
        effects: &unspool_engine::facts::effects::Effects,
        resolved: &Resolved,
    ) -> Finding {
        use unspool_engine::facts::effects::Callee;
        let Some(function) = self.cx.module.enclosing_function(self.id) else {
            return Finding::proved("it stands in no function");
        };
        let AnyNodeRef::StmtFunctionDef(def) = self.cx.module.node(function) else {
            return Finding::proved("it stands in a lambda");
        };
        let name = def.name.as_str();
        let direct = effects.calls.iter().find(|c| match &c.callee {
            Callee::Function(f) => *f == function,
            Callee::Method { name: n, .. } | Callee::AnyMethod(n) => n == name,
            _ => false,
        });
        if direct.is_some() {
            return Finding::refuted(format!(
                "the elements call `{name}` again: a generator adds a frame to each level, and deep recursion would fail sooner"
            ));
        }
        if resolved.visited.contains(&function) {
            return Finding::assumed(format!(
                "the elements reach `{name}` again through other calls, a frame deeper each time"
            ));
        }
        Finding::proved(format!("no call in it leads back to `{name}`"))
    }

    /// The traceback of an error keeps the frame of a generator expression, and with it the generator that it
    /// iterates. Since PEP 709 (Python 3.12) that of a list ends as soon as the error leaves the comprehension.
    fn ends_in_time(&self, resolved: &Resolved) -> Finding {
        let module = self.cx.module;
        let first = &self.comp.generators[0].iter;
        if let Expr::Call(call) = first
            && let Ty::Function(function) = self.types().of(&call.func)
            && !resolved.is_total()
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

    fn binds_by_walrus(&self) -> bool {
        self.cx.module.subtree(self.id).any(|(_, n)| matches!(n, AnyNodeRef::ExprNamed(_)))
    }

    fn no_shared_binding(&self) -> Finding {
        let module = self.cx.module;
        let symbols = self.cx.facts.symbols();
        let full = matches!(self.consumer.pace(), Pace::Whole | Pace::Interleaved);
        for (_, node) in module.subtree(self.id) {
            let AnyNodeRef::ExprNamed(named) = node else { continue };
            let Expr::Name(target) = &*named.target else { continue };
            let Resolution::Symbol(symbol) = symbols.resolve(module.id(target)) else { continue };
            let outside = symbols.occurrences_of(symbol).find(|o| {
                !module.contains(self.id, o.node) && o.access != unspool_engine::facts::Access::Write
            });
            let Some(read) = outside else { continue };
            let line = module.line(read.range.start());
            if !full {
                return Finding::refuted(format!(
                    "`{}` is read on line {line}: it would hold the element at which evaluation stopped",
                    target.id
                ));
            }
            if self.outlives_an_error(symbol)
                && let Some((known, error)) = interplay::error_between(self)
            {
                let text = format!(
                    "`{}` is read on line {line}, perhaps after an error with which fewer elements would have bound it: {error}",
                    target.id
                );
                return if known { Finding::refuted(text) } else { Finding::assumed(text) };
            }
        }
        Finding::proved(if full {
            "every element is evaluated before anything else reads it"
        } else {
            "nothing else reads it"
        })
    }

    /// Whether a variable can be read after an error at the site has left its statement: by a handler or what
    /// stands behind one, or by other functions.
    fn outlives_an_error(&self, symbol: SymbolId) -> bool {
        let (module, symbols) = (self.cx.module, self.cx.facts.symbols());
        let function = module.enclosing_function(self.id);
        let own = function.is_some_and(|f| symbols.scope(symbols.symbol(symbol).scope).node == f);
        let inside = |a: &NodeId| function.is_none_or(|f| *a != f);
        let guards = |a: NodeId| matches!(module.node(a), AnyNodeRef::StmtTry(_) | AnyNodeRef::StmtWith(_));
        !own || module.ancestors(self.id).take_while(inside).any(guards)
    }

    fn early_stop(&self, resolved: &Resolved) -> Finding {
        if let Some(note) = resolved.first(&[Kind::Effect, Kind::ValueCall]) {
            return Finding::refuted(format!(
                "an early stop would skip elements that have effects: {}",
                note.describe()
            ));
        }
        if let Some(shared) = interplay::shared_source(self) {
            return shared;
        }
        if let Some(note) = resolved.first(&[
            Kind::Suspends,
            Kind::UnknownCall,
            Kind::SharedIteration,
            Kind::UnknownIteration,
            Kind::Observes,
        ]) {
            return Finding::assumed(note.describe());
        }
        Finding::proved("the elements only compute").relying_on(resolved.conventions())
    }

    fn early_stop_errors(&self, resolved: &Resolved) -> Finding {
        let Some(note) = resolved.first(&[Kind::Validates, Kind::MayRaise]) else {
            return Finding::proved("the elements cannot raise").relying_on(resolved.conventions());
        };
        if let Some(catcher) = interplay::catcher(self) {
            return catcher.finding(|who| {
                format!(
                    "{who} could see an error of an element that is no longer evaluated: {}",
                    note.describe()
                )
            });
        }
        if note.kind == Kind::Validates {
            return Finding::assumed(format!(
                "an error of a later element would no longer be raised: {}",
                note.describe()
            ));
        }
        Finding::proved(format!("no handler of this function could see that {}", note.describe()))
            .relying_on([Convention::EarlyStop])
    }

    /// Whether the name that is iterated first is a parameter to which some caller passes an iterator.
    fn passed_iterator(&self) -> Option<String> {
        let module = self.cx.module;
        let Expr::Name(name) = &self.comp.generators[0].iter else { return None };
        let function = module.enclosing_function(self.id)?;
        for argument in self.cx.repo.passed_to(module, function, name.id.as_str()) {
            if let Passed::Closable(what) = argument.value {
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

    fn types(&self) -> Types<'a, '_> {
        Types::new(self.cx.module, self.cx.facts)
    }
}

fn own_frame(resolved: &Resolved) -> Finding {
    match resolved.first(&[Kind::Frame]) {
        Some(note) => Finding::refuted(format!(
            "in a generator expression the frame is another one: {}",
            note.describe()
        )),
        None => Finding::proved("no call in it is known to look at frames"),
    }
}

fn no_stop_iteration(resolved: &Resolved) -> Finding {
    match resolved.first(&[Kind::StopIteration]) {
        Some(note) => {
            Finding::refuted(format!("a generator turns it into RuntimeError (PEP 479): {}", note.describe()))
        }
        None => Finding::proved("no `next` without default, no `raise StopIteration` in it")
            .relying_on([Convention::StopIteration]),
    }
}
