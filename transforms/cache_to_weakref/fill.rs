//! The code that fills the cache: a weak dictionary forgets an object that nobody else holds, so between making and
//! returning it a variable must, and what was found must be kept when it is found.

use unspool_engine::facts::ScopeId;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::text::{Edit, next_line};
use unspool_engine::transform::FileContext;

use super::UseAt;
use super::cache::{Cache, Use, binds_in, follows, is_plain_key};

/// The edits that make it so, or why that cannot be done.
pub fn rewrites<'a>(
    cx: &FileContext<'a, '_>,
    cache: &Cache<'a>,
    uses: &[UseAt<'a>],
    class: Option<NodeId>,
) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let mut edits = Vec::new();
    // Tests first: they say what is done with the reads and stores that follow.
    let mut settled: Vec<NodeId> = Vec::new();
    for (id, one) in uses {
        let Use::Test { compare, key, negated } = one else { continue };
        edits.extend(
            Tested { cx, cache, uses, class, at: *id, compare: *compare, key, negated: *negated }
                .rewrite(&mut settled)?,
        );
    }
    for (id, one) in uses {
        let line = module.line(module.node(*id).start());
        match one {
            Use::Read { subscript, .. }
                if !settled.contains(subscript) && !catches_key_error(cx, *subscript) =>
            {
                return Err(format!("line {line} reads an entry that may be gone by then"));
            }
            Use::Store { statement, value, .. } if !settled.contains(statement) => {
                let AnyNodeRef::StmtAssign(assign) = module.node(*statement) else { continue };
                let held = assign.targets.iter().any(Expr::is_name_expr) || value.is_name_expr();
                if !held {
                    return Err(format!("line {line} stores a new object that nothing else holds"));
                }
            }
            _ => {}
        }
    }
    Ok(edits)
}

/// `if key in cache` or `if key not in cache`.
struct Tested<'c, 'a, 'r> {
    cx: &'c FileContext<'a, 'r>,
    cache: &'c Cache<'a>,
    uses: &'c [UseAt<'a>],
    class: Option<NodeId>,
    /// The expression that names the cache.
    at: NodeId,
    compare: NodeId,
    key: &'c Expr,
    negated: bool,
}

impl Tested<'_, '_, '_> {
    fn rewrite(&self, settled: &mut Vec<NodeId>) -> Result<Vec<Edit>, String> {
        let module = self.cx.module;
        let line = module.line(module.node(self.at).start());
        let odd = |what: &str| {
            format!("line {line} asks whether the key is there, and {what}: an entry may be gone in between")
        };
        let Some(statement) = module.parent(self.compare) else { return Err(odd("that is all")) };
        let AnyNodeRef::StmtIf(test) = module.node(statement) else {
            return Err(odd("not as the test of an `if`"));
        };
        let otherwise = match &test.elif_else_clauses[..] {
            [] => None,
            [clause] if clause.test.is_none() => Some(&clause.body),
            _ => return Err(odd("there is more to the `if`")),
        };
        if module.id(&*test.test) != self.compare {
            return Err(odd("there is more to the `if`"));
        }
        if !is_plain_key(self.key) {
            return Err(odd("the key is computed each time"));
        }
        let Some(function) = module.enclosing_function(statement) else {
            return Err(odd("not in a function"));
        };
        let spelled = module.source(module.node(self.at).range());
        let own_line = module.line_start(test.start());
        let indent = module.indentation(test.start());
        if &module.text()[TextRange::new(own_line, test.start())] != indent {
            return Err(odd("shares its line"));
        }
        // Reads of the same entry, and stores, in the `if` and behind it in the same block.
        let behind = follows(module, statement);
        let region = behind.last().map_or(test.end(), |s| s.end());
        let inside = |id: NodeId| {
            let at = module.node(id).start();
            at >= test.start() && at < region && module.enclosing_function(id) == Some(function)
        };
        let key = module.source(self.key);
        let same = |k: &Expr| module.source(k) == key;
        let mut reads = Vec::new();
        let mut stores = Vec::new();
        for (id, one) in self.uses.iter().filter(|(id, _)| inside(*id)) {
            match one {
                Use::Read { subscript, key } if same(key) => reads.push(*subscript),
                Use::Store { statement, key, value } if same(key) => stores.push((*statement, *value)),
                Use::Test { compare, .. } if *compare == self.compare => {}
                _ => {
                    let other = module.line(module.node(*id).start());
                    return Err(odd(&format!("line {other} uses another entry")));
                }
            }
        }
        let [(store, value)] = stores[..] else { return Err(odd("does not store one new object")) };
        let AnyNodeRef::StmtAssign(assign) = module.node(store) else {
            return Err(odd("stores in an unusual way"));
        };
        let held = assign.targets.iter().find_map(Expr::as_name_expr).or(value.as_name_expr());
        let name = match held {
            Some(name) => name.id.to_string(),
            None => self.free_name(function),
        };
        let mut edits = vec![Edit::insert(test.start(), format!("{name} = {spelled}.get({key})\n{indent}"))];
        let is = if self.negated { "is" } else { "is not" };
        edits.push(Edit::replace(test.test.range(), format!("{name} {is} None")));
        let in_body = test.body.iter().any(|s| module.id(s) == store);
        match (self.negated, in_body) {
            // `if key not in cache: cache[key] = make()`
            (true, true) => {}
            // `if key in cache: return cache[key]`, what follows makes it.
            (false, false) if leaves(&test.body) && behind.iter().any(|s| module.id(*s) == store) => {}
            // `if key in cache: ...`, `else:` makes it.
            (false, false) if otherwise.is_some_and(|body| body.iter().any(|s| module.id(s) == store)) => {}
            _ => return Err(odd("the store is elsewhere")),
        }
        if held.is_none() {
            edits.push(Edit::insert(assign.start(), format!("{name} = ")));
        }
        if held.is_some() && self.is_read_before(&name, function, test) {
            return Err(odd(&format!("`{name}` has another value before")));
        }
        let stored = module.node(store).end();
        for read in reads {
            let range = module.node(read).range();
            let found = match (self.negated, otherwise) {
                (true, body) => body.map(|body| in_suite(body, range)),
                (false, _) => Some(in_suite(&test.body, range)),
            };
            let fine = found == Some(true) || range.start() > stored;
            if !fine {
                return Err(odd("the entry is read before it is there"));
            }
            edits.push(match self.only_names_it(read, &name) {
                Some(lines) => Edit::delete(lines),
                None => Edit::replace(range, name.clone()),
            });
            settled.push(read);
        }
        settled.push(store);
        Ok(edits)
    }

    /// The lines of `node = cache[key]`, where `node` is what has been found: it says nothing more.
    fn only_names_it(&self, read: NodeId, name: &str) -> Option<TextRange> {
        let module = self.cx.module;
        let statement = module.parent(read)?;
        let AnyNodeRef::StmtAssign(assign) = module.node(statement) else { return None };
        let [Expr::Name(target)] = &*assign.targets else { return None };
        let (suite, _) = module.suite_of(statement)?;
        let lines = TextRange::new(
            module.line_start(assign.start()),
            next_line(module.text(), module.line_end(assign.end())),
        );
        let alone = module.text()[lines].trim().len() == assign.range().len().to_usize();
        (target.id.as_str() == name && suite.len() > 1 && alone).then_some(lines)
    }

    /// Whether the variable is used in the function before the test.
    fn is_read_before(&self, name: &str, function: NodeId, test: &ast::StmtIf) -> bool {
        self.cx.module.subtree(function).any(|(_, node)| match node {
            AnyNodeRef::ExprName(n) => n.id.as_str() == name && n.start() < test.start(),
            AnyNodeRef::Parameter(p) => p.name.as_str() == name,
            _ => false,
        })
    }

    /// A variable for the object: named by its class, if that is free.
    fn free_name(&self, function: NodeId) -> String {
        let by_class = self.class.and_then(|class| match self.cx.module.node(class) {
            AnyNodeRef::StmtClassDef(def) => Some(snake(def.name.as_str())),
            _ => None,
        });
        let candidates = by_class.into_iter().chain(["obj", "cached", "found"].map(ToString::to_string));
        let numbered = (2..).map(|n| format!("obj{n}"));
        // A variable that hides the function, or something else of the module, is a riddle.
        let hides = |name: &str| self.cx.facts.symbols().own(ScopeId::MODULE, name).is_some();
        let free = |name: &String| {
            !hides(name)
                && !binds_in(self.cx, function, name)
                && self
                    .cx
                    .module
                    .subtree(function)
                    .all(|(_, n)| !matches!(n, AnyNodeRef::ExprName(x) if x.id == *name))
                && name != self.cache.name
                && !KEYWORDS.contains(&name.as_str())
        };
        candidates.chain(numbered).find(free).expect("some number is free")
    }
}

const KEYWORDS: &[&str] =
    &["class", "def", "from", "import", "lambda", "match", "type", "with", "as", "in", "is", "if", "for"];

/// `HTTPSession` -> `http_session`
fn snake(name: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = name.trim_start_matches('_').chars().collect();
    for (i, c) in chars.iter().enumerate() {
        let starts = c.is_uppercase()
            && i > 0
            && (!chars[i - 1].is_uppercase() || chars.get(i + 1).is_some_and(|n| n.is_lowercase()));
        if starts && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    if out.is_empty() { "obj".to_string() } else { out }
}

/// Whether the range lies in the block.
fn in_suite(body: &[Stmt], range: TextRange) -> bool {
    body.iter().any(|s| s.range().contains_range(range))
}

fn leaves(body: &[Stmt]) -> bool {
    matches!(body.last(), Some(Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue(_) | Stmt::Break(_)))
}

/// Whether a `try` of the same function around the read has a handler for `KeyError`.
fn catches_key_error(cx: &FileContext, read: NodeId) -> bool {
    let module = cx.module;
    let function = module.enclosing_function(read);
    let mut inner = read;
    for ancestor in module.ancestors(read) {
        if Some(ancestor) == function {
            return false;
        }
        if let AnyNodeRef::StmtTry(t) = module.node(ancestor)
            && t.body.iter().any(|s| module.contains(module.id(s), inner))
        {
            return t.handlers.iter().any(|h| {
                let ast::ExceptHandler::ExceptHandler(h) = h;
                h.type_.as_deref().is_none_or(|e| {
                    let text = module.source(e);
                    text.contains("KeyError") || text.contains("LookupError") || text == "Exception"
                })
            });
        }
        inner = ancestor;
    }
    false
}
