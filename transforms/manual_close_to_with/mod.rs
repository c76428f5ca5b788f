//! `f = open(p)`, uses of `f`, `f.close()` in one block -> `with open(p) as f: ...`.

mod early;
mod edits;
mod escape;
mod left_open;
mod lifetime;
mod trace;

use memchr::memmem;
use unspool_engine::facts::effects::{Collector, Kind};
use unspool_engine::facts::resources::Exit;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Resolution, SymbolId};
use unspool_engine::repo::Manager;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, Stmt, TextRange, ast};
use unspool_engine::text::glance::word_before;
use unspool_engine::text::line_above;
use unspool_engine::transform::{
    Convention, FileContext, Finding, Group, Meta, ObligationKind, Profile, Proposal, Transform,
};

use crate::resources::awaited::{self, Left, Way};
use crate::resources::{Header, enter, leave, stays_bound, stays_in_front};
use edits::Plan;
use escape::{Escape, held};
use left_open::LeftOpen;
use lifetime::{Lifetime, ids, in_finally, interleaved, lifetime, opening};
use trace::trace;

pub struct ManualCloseToWith;

static META: Meta = Meta {
    id: "manual-close-to-with",
    title: "Close a resource by `with` instead of `close()` at the end of its block",
    group: Group::Resources,
    default: true,
    anti_pattern: "`close()` by hand, which an exception leaves out",
    idiom: "context manager: `with`, `contextlib.closing`",
    docs: include_str!("README.md"),
    needles: &[".close", ".aclose"],
    kinds: &[NodeKind::StmtAssign, NodeKind::StmtAnnAssign],
    obligations: &[
        ObligationKind {
            id: "opens-one-name",
            claim: "the statement opens an object and binds one name to it",
        },
        ObligationKind {
            id: "closed-in-block",
            claim: "the block of the opening closes the object, once and whatever happens but an early leave",
        },
        ObligationKind { id: "leaves-alike", claim: "leaving the `with` does exactly what the closing does" },
        ObligationKind {
            id: "stays-bound",
            claim: "what is closed is what was opened: nothing replaces it meanwhile",
        },
        ObligationKind {
            id: "nothing-looks",
            claim: "where the block is left early, no later code of the function looks at the object",
        },
        ObligationKind {
            id: "nobody-holds",
            claim: "where the block is left early, nobody else holds the object",
        },
        ObligationKind {
            id: "closing-unseen",
            claim: "closing the object where it was left open is seen by nobody",
        },
        ObligationKind { id: "closing-named", claim: "`contextlib.closing` can be named here" },
        ObligationKind { id: "comments-stay", claim: "every comment stays with its statement" },
        ObligationKind { id: "layout", claim: "the lines can be rearranged" },
    ],
};

impl Transform for ManualCloseToWith {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        let any = |method: &[u8]| {
            memmem::find_iter(bytes, method).any(|at| closes_what_is_assigned(bytes, at, method.len()))
        };
        any(b".close") || any(b".aclose")
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let opening = opening(module, node)?;
        // What a `finally` closes is a site of another transform.
        let by_hand = opening.closings.iter().any(|c| !in_finally(module, c.id));
        by_hand.then(|| node.range())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let module = cx.module;
        let opening = opening(module, node).expect("only openings are found");
        let id = statement_id(module, node);
        let mut proposal = Proposal::new(&META, node.range());
        let mut oblige =
            |kind: &str, at: TextRange, finding: Finding| proposal.oblige(&META, kind, at, finding);

        let target = match (&opening.against, opening.target) {
            (None, Expr::Name(target)) => target,
            (why, other) => {
                let why = why.clone().unwrap_or_else(|| format!("`{}` is no name", module.source(other)));
                oblige("opens-one-name", node.range(), Finding::refuted(why));
                return proposal;
            }
        };
        oblige("opens-one-name", node.range(), Finding::proved(format!("it binds `{}`", target.id)));

        let life = match lifetime(cx, id, (target, opening.value), &opening.closings) {
            Ok(life) => life,
            Err(why) => {
                oblige("closed-in-block", node.range(), Finding::refuted(why));
                return proposal;
            }
        };
        oblige("closed-in-block", life.closing.range(), Finding::proved(closing_lines(module, &life)));

        let local = cx.local();
        let manager = cx.repo.manager(&local, opening.value);
        let (leaves, header, request) = if life.way != Way::Calls {
            let manager = cx.repo.async_manager(&local, opening.value);
            let Left { leaves, enters, header, request } =
                awaited::leave(cx, id, life.method, life.way, &manager);
            (leaves.and(enters), header, request)
        } else if manager.close_on_success
            && let Some(raise) = life.early.iter().find(|e| e.raises()).map(|e| e.jump)
        {
            let why = format!(
                "line {} raises behind the closing, and an exception leaves {} without `close()`",
                module.line(raise.start()),
                manager.name
            );
            (Finding::refuted(why), Ok(Header::With), None)
        } else if manager.close_on_success {
            let how = format!("without an exception leaving {} is `close()` ({})", manager.name, manager.how);
            (Finding::proved(how).relying_on([Convention::KnownCallables]), Ok(Header::With), None)
        } else {
            leave(cx, id, "close", &manager)
        };
        let entered = enter(&header, &manager);
        let leaves = if life.way == Way::Calls && entered.state.is_refuted() { entered } else { leaves };
        let stays = stays_bound(cx, target, life.closing.start(), life.method);
        let mut open = !leaves.state.is_refuted() && !stays.state.is_refuted();
        oblige("leaves-alike", life.closing.range(), leaves);
        oblige("stays-bound", node.range(), stays);

        let block = Block { cx, id, target, value: opening.value, life: &life };
        let (looks, holds) = block.left_early();
        open &= !looks.state.is_refuted() && !holds.state.is_refuted();
        oblige("nothing-looks", life.closing.range(), looks);
        oblige("nobody-holds", node.range(), holds);
        // Costly, and asked only where it may still decide.
        if open {
            oblige("closing-unseen", life.closing.range(), block.closing_unseen(&manager));
        }

        let header = match header {
            Ok(header) => {
                oblige("closing-named", node.range(), Finding::proved(header.named()));
                header
            }
            Err(why) => {
                oblige("closing-named", node.range(), Finding::refuted(why));
                Header::Closing("contextlib.closing".into())
            }
        };
        let named = block.is_named();
        let plan = Plan {
            module,
            opening: node.range(),
            target,
            value: opening.value,
            life: &life,
            header: &header,
            named,
        };
        let (comment, layout, made) = match plan.edits() {
            Ok(made) => (made.comment, None, made.edits),
            Err(why) => (None, Some(why), Vec::new()),
        };
        let finding =
            |obstacle: Option<String>, how| obstacle.map_or_else(|| Finding::proved(how), Finding::refuted);
        oblige(
            "comments-stay",
            life.closing.range(),
            finding(comment, "each stays where it is or moves along"),
        );
        oblige("layout", node.range(), finding(layout, "they can"));

        let gains = block.leaves_early();
        proposal.withheld = block.unwanted(&header, gains).or_else(|| match cx.settings.profile {
            Profile::All => None,
            _ => block.talked_about().or_else(|| block.not_worth_it()),
        });
        if !proposal.is_refuted() {
            proposal.edits = made;
            proposal.imports = request.into_iter().collect();
        }
        proposal
    }
}

/// Whether the `.close` at `at`, of that length, is called on something whose last name is assigned somewhere.
fn closes_what_is_assigned(bytes: &[u8], at: usize, length: usize) -> bool {
    let behind = &bytes[at + length..];
    if behind.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') {
        return false;
    }
    let name = word_before(bytes, at);
    // Brackets, blanks, spellings that Unicode takes for the same.
    if name.is_empty() || !name.is_ascii() {
        return true;
    }
    memmem::find_iter(bytes, name).any(|found| {
        let mut rest = bytes[found + name.len()..].iter().skip_while(|b| b" \t\x0c\\\r\n)".contains(b));
        match rest.next() {
            Some(b'=') => rest.next() != Some(&b'='),
            // `reader, writer = ...`
            Some(b',') => {
                let mut rest = rest.skip_while(|b| b.is_ascii_alphanumeric() || b" \t_,.()[]*".contains(b));
                rest.next() == Some(&b'=') && rest.next() != Some(&b'=')
            }
            Some(b']') => true,
            other => other == Some(&b':'),
        }
    })
}

/// Where the object is closed.
fn closing_lines(module: &Module, life: &Lifetime) -> String {
    let line = module.line(life.closing.start());
    let early: Vec<_> =
        life.early.iter().map(|e| format!("line {}", module.line(e.closing.start()))).collect();
    match &early[..] {
        [] => format!("line {line} does"),
        lines => format!("line {line} does, and {} before a jump out of it", lines.join(", ")),
    }
}

fn statement_id(module: &Module, node: AnyNodeRef) -> NodeId {
    match node {
        AnyNodeRef::StmtAssign(a) => module.id(a),
        AnyNodeRef::StmtAnnAssign(a) => module.id(a),
        _ => unreachable!("only assignments are found"),
    }
}

/// How many lines may move for the sake of a `with`.
const MOST_MOVED: usize = 40;

/// The block between opening and closing.
struct Block<'c, 'a, 'r> {
    cx: &'c FileContext<'a, 'r>,
    /// The opening.
    id: NodeId,
    target: &'a ast::ExprName,
    value: &'a Expr,
    life: &'c Lifetime<'a>,
}

impl<'a> Block<'_, 'a, '_> {
    /// What would be in the `with`, and the closings that are passed.
    fn statements(&self) -> impl Iterator<Item = &'a Stmt> {
        self.life.body.iter().chain(self.life.passed)
    }

    fn ids(&self) -> Vec<NodeId> {
        [ids(self.cx.module, self.life.body), ids(self.cx.module, self.life.passed)].concat()
    }

    fn range(&self) -> TextRange {
        let start = self.cx.module.node(self.id).end();
        TextRange::new(start, self.life.closing.start())
    }

    fn symbol(&self) -> Option<SymbolId> {
        match self.cx.facts.symbols().resolve(self.cx.module.id(self.target)) {
            Resolution::Symbol(symbol) => Some(symbol),
            Resolution::Free => None,
        }
    }

    /// Where an exception, `return`, `break` or `continue` leaves the block, the object was open and is closed now:
    /// who looks at it in the same function, and who else holds it.
    fn left_early(&self) -> (Finding, Finding) {
        let (cx, module) = (self.cx, self.cx.module);
        let name = &self.target.id;
        let Some(symbol) = self.symbol() else {
            let unknown = || Finding::refuted(format!("`{name}` is not understood"));
            return (unknown(), unknown());
        };
        let held = held(cx, symbol, self.range());
        let flow = cx.facts.flow_at(self.id);
        let ids = self.ids();
        let read = held.names.iter().find_map(|s| Some((*s, flow.read_after_leaving(&ids, *s)?)));
        let looks = match read {
            Some((other, read)) => Finding::refuted(format!(
                "if an exception or jump leaves the block, line {} looks at `{}` with the object still open",
                module.line(module.node(read).start()),
                cx.facts.symbols().symbol(other).name
            )),
            None => Finding::proved(format!(
                "nothing does after the block is left before line {}",
                module.line(self.life.closing.start())
            )),
        };
        let mut holds = Finding::proved("it is only used in the block, and what is made of it stays there");
        let jumps = self.open_jump().map(|node| module.line(module.node(node).start()));
        for escape in held.escapes {
            let finding = match escape {
                Escape::Returned(how) | Escape::Kept(how) => {
                    Finding::refuted(format!("{how}: there it may be used when the block is left early"))
                }
                Escape::Unknown(how) => {
                    let jump = jumps
                        .map(|line| format!(", and line {line} leaves the block early"))
                        .unwrap_or_default();
                    Finding::assumed(format!("{how}{jump}"))
                }
                Escape::OnSelf => continue,
            };
            holds = holds.and(finding);
        }
        (looks, holds)
    }

    /// A `return`, `break` or `continue` that leaves the block with the object open.
    fn open_jump(&self) -> Option<NodeId> {
        let module = self.cx.module;
        let closes =
            |jump: &NodeId| self.life.early.iter().any(|e| module.contains(module.id(e.jump), *jump));
        self.cx.facts.flow_at(self.id).jumps_out_of(&self.ids()).find(|jump| !closes(jump))
    }

    /// Where the block is left early, `close()` runs now. By the contract an object may be closed earlier than
    /// before; but what its closing does beyond that must not show.
    fn closing_unseen(&self, manager: &Manager) -> Finding {
        let (cx, module) = (self.cx, self.cx.module);
        let jump = self.open_jump().map(|node| module.line(module.node(node).start()));
        let effects: Vec<_> = self
            .statements()
            .map(|s| Collector::of_body(module, cx.facts, std::slice::from_ref(s)))
            .collect();
        let suspends = effects.iter().any(|e| e.has(Kind::Suspends));
        if !self.leaves_early() {
            return Finding::proved("nothing leaves the block early");
        }
        if let Some((line, changed)) = self.gives_what_closing_changes() {
            return Finding::refuted(format!(
                "line {line} leaves the block with what belongs to the object, and closing it changes `{changed}`"
            ));
        }
        let traces = self.traces_seen(manager);
        if let Some(seen) = traces.as_ref().filter(|seen| seen.state.is_refuted()) {
            return seen.clone();
        }
        let local = cx.local();
        if self.life.way != Way::Calls {
            let early = "an exception or jump may leave the block with the object open, and its closing would be awaited now";
            return match cx.repo.telling_namesake(&local, self.life.method) {
                Some(how) => Finding::refuted(format!("{early}, which others may see: {how}")),
                None => Finding::assumed(format!("{early}, while other tasks run")),
            };
        }
        let shows = match &manager.exit {
            Exit::Unknown(why) => {
                let early = jump.map_or("an exception".to_string(), |line| format!("line {line}"));
                return match cx.repo.telling_namesake(&local, "close") {
                    Some(how) => Finding::refuted(format!(
                        "{why}: {early} may leave the block with the object open, and it would be closed now, which others may see: {how}"
                    )),
                    None => Finding::assumed(format!(
                        "{why}: {early} may leave the block with the object open, and `close()` would run now"
                    )),
                };
            }
            _ if manager.name == "a pipe to a command" => "closing it waits for the command to end",
            // An error of the closing would come in place of the one that left the block.
            _ => match manager.shows.as_ref().or(manager.rejects.as_ref()) {
                Some(seen) => seen,
                None => {
                    return traces.unwrap_or_else(|| Finding::proved(format!(
                        "that {} was closed is seen by nobody; it may happen earlier than before, when the object was left to the garbage collector",
                        manager.name
                    )));
                }
            },
        };
        let rejects = || effects.iter().any(|e| cx.repo.resolve(&local, e).has(Kind::Validates));
        match jump {
            Some(line) => Finding::refuted(format!(
                "line {line} leaves the block with the object open, and it would be closed now: {shows}"
            )),
            None if rejects() || suspends => Finding::refuted(format!(
                "an exception left the object open, and it would be closed now: {shows}"
            )),
            None => Finding::assumed(format!(
                "an exception left the object open, and it would be closed now: {shows}"
            )),
        }
    }

    /// The line of a `return` in the block that gives something of an object of this file's classes, and the attribute
    /// whose content its `close` changes: the caller may get that very content.
    fn gives_what_closing_changes(&self) -> Option<(usize, String)> {
        let (cx, module) = (self.cx, self.cx.module);
        let symbols = cx.facts.symbols();
        let Ty::Instance(class) = Types::new(module, cx.facts).of(self.value) else { return None };
        let close = cx.facts.functions_named("close").into_iter().find(|f| f.class == Some(class))?;
        let changed =
            cx.facts.effects_of(close.node).objects_changed.iter().find(|o| o.is_attribute)?.text.clone();
        let mut names = vec![self.symbol()?];
        let has = |names: &[SymbolId], root: NodeId| {
            module.subtree(root).any(|(id, node)| {
                matches!(node, AnyNodeRef::ExprName(n) if n.ctx.is_load())
                    && matches!(symbols.resolve(id), Resolution::Symbol(s) if names.contains(&s))
            })
        };
        for (id, node) in self.statements().flat_map(|s| module.subtree(module.id(s))) {
            match node {
                AnyNodeRef::StmtAssign(a) if has(&names, module.id(&*a.value)) => {
                    let targets = a.targets.iter().filter_map(|t| match symbols.resolve(module.id(t)) {
                        Resolution::Symbol(s) if t.is_name_expr() => Some(s),
                        _ => None,
                    });
                    names.extend(targets);
                }
                AnyNodeRef::StmtReturn(r)
                    if let Some(value) = r.value.as_deref()
                        && has(&names, module.id(value)) =>
                {
                    return Some((module.line(module.node(id).start()), changed));
                }
                _ => {}
            }
        }
        None
    }

    /// Who sees what closing the object does to files, streams and locks.
    fn traces_seen(&self, manager: &Manager) -> Option<Finding> {
        let (Expr::Call(call), ids) = (self.value, self.ids()) else { return None };
        let trace = trace(self.cx, self.value, manager, &ids)?;
        let symbol = self.symbol()?;
        LeftOpen { cx: self.cx, opening: self.id, call, symbol, ids: &ids, trace: &trace }.seen()
    }

    /// Whether the name has to be bound by the header.
    fn is_named(&self) -> bool {
        let flow = self.cx.facts.flow_at(self.id);
        let Some(symbol) = self.symbol() else { return true };
        let module = self.cx.module;
        let endings = self.life.early.iter().map(|e| e.closing.range()).chain([self.life.ending()]);
        !matches!(module.node(flow.owner()), AnyNodeRef::StmtFunctionDef(_))
            || flow.captured(symbol).is_some()
            || flow.dynamic().is_some()
            || flow
                .reads_of(module.id(self.target))
                .iter()
                .any(|read| !endings.clone().any(|e| e.contains_range(module.node(*read).range())))
    }

    /// Whether anything can leave the block before its end.
    fn leaves_early(&self) -> bool {
        let (cx, module) = (self.cx, self.cx.module);
        let flow = cx.facts.flow_at(self.id);
        let body = |s: &Stmt| Collector::of_body(module, cx.facts, std::slice::from_ref(s));
        flow.jump_out_of(&self.ids()).is_some()
            || self.statements().map(body).any(|e| !e.notes.is_empty() || !e.calls.is_empty())
    }

    /// The comment that speaks of the closing, and would speak of nothing.
    fn talked_about(&self) -> Option<String> {
        let module = self.cx.module;
        let closings = self.life.early.iter().map(|e| e.closing).chain([self.life.closing]);
        let at = closings.map(Ranged::range).find_map(|closing| {
            let behind = TextRange::new(closing.end(), module.line_end(closing.end()));
            let above = line_above(module, module.line_start(closing.start()));
            let text = module.text()[above].trim_start().to_ascii_lowercase();
            if module.has_comment(behind) {
                Some(closing.end())
            } else {
                (text.starts_with('#') && text.contains("clos")).then(|| above.start())
            }
        })?;
        Some(format!("the comment on line {} is about the closing, which goes", module.line(at)))
    }

    /// A reviewer would have to read every line that moves; and an empty block gains nothing.
    fn not_worth_it(&self) -> Option<String> {
        let module = self.cx.module;
        if self.life.body.is_empty() && self.life.passed.is_empty() {
            return Some(
                "benefit: nothing stands between opening and closing, so that the block would be empty"
                    .into(),
            );
        }
        let lines = module.line(self.life.closing.start()) - module.line(module.node(self.id).end());
        (lines > MOST_MOVED).then(|| format!("benefit: {lines} lines would move to the right"))
    }

    /// Why nobody would want it, although behaviour is kept. `gains`: the block may be left early.
    fn unwanted(&self, header: &Header, gains: bool) -> Option<String> {
        let module = self.cx.module;
        let name = &self.target.id;
        if header.wrapper().is_some() && !gains {
            return Some(format!("nothing leaves the block early, so that `{name}` is closed anyway"));
        }
        if self.life.body.is_empty() && stays_in_front(module, self.target, self.value, header) {
            return Some(format!("`{name}` is closed at once, and its opening is too long for a header"));
        }
        if let Some((other, line, how)) = interleaved(module, self.life) {
            return Some(format!(
                "the lives of `{name}` and `{other}` overlap, neither within the other: `{other}` (line {line}) {how} that of `{name}`"
            ));
        }
        // Closing a pool of workers is not its end: `join()` follows.
        let later = self.life.after.iter().flat_map(|s| module.subtree(module.id(s)));
        let flow = self.cx.facts.flow_at(self.id);
        let reads = flow.reads_of(module.id(self.target));
        for (id, node) in later {
            let AnyNodeRef::ExprAttribute(a) = node else { continue };
            let called = matches!(module.parent_node(id), Some(AnyNodeRef::ExprCall(call)) if module.id(&*call.func) == id);
            if called
                && matches!(&*a.value, Expr::Name(n) if n.id == *name)
                && reads.contains(&module.id(&*a.value))
            {
                return Some(format!(
                    "line {} calls a method of `{name}` after it is closed: behind a `with` that looks like a mistake",
                    module.line(node.start())
                ));
            }
        }
        None
    }
}
