//! Copies of one shape as one piece of code with parameters.

use unspool_engine::facts::Resolution;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, Ranged, TextRange, TextSize, Token, TokenKind, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::FileContext;

use super::message::{Known, Piece, differs, placeholders, template};
use super::naming;
use super::term::{Constant, Flavour, Role, Term, Text, tokens};

/// A parameter of the helper.
pub struct Param {
    pub name: String,
    pub role: Role,
    /// The argument for each copy, as source.
    pub values: Vec<String>,
    /// Names of the module in the arguments.
    pub globals: Vec<String>,
    /// Where the model has it first: parameters are in this order.
    at: TextSize,
}

/// What the copies have in common.
pub struct Merged {
    pub params: Vec<Param>,
    /// Edits of the model, one of the copies, that make it the code of the helper; those for local names are not
    /// among them.
    pub edits: Vec<Edit>,
    /// The known values (by their number in what was given) that messages use.
    pub used: Vec<usize>,
}

/// How the helper is written.
pub struct Manner<'m> {
    /// What stands in front of a parameter where it is read: `self.`, or nothing.
    pub prefix: &'m str,
    /// Types become parameters even where all copies have the same.
    pub open_kinds: bool,
    /// Names that parameters may not have.
    pub taken: Vec<String>,
}

/// Whether the two are the ends of a range.
fn is_range(a: Role, b: Role) -> bool {
    use Role::{Longest, Lower, Shortest, Upper};
    matches!((a, b), (Lower, Upper) | (Upper, Lower) | (Shortest, Longest) | (Longest, Shortest))
}

enum Column<'t, 'a> {
    Constant(Vec<&'t Constant<'a>>),
    Text(Vec<&'t Text<'a>>),
}

/// Merges copies whose keys are equal. The copy at `model` is the one whose text is used.
pub fn merge<'a>(
    cx: &FileContext<'a, '_>,
    copies: &[&[Term<'a>]],
    model: usize,
    known: Vec<Known>,
    manner: &Manner,
) -> Result<Merged, String> {
    let mut columns = Vec::new();
    collect(&copies.iter().map(|c| c.iter().collect()).collect::<Vec<_>>(), &mut columns);
    let mut making = Making { cx, model, manner, params: Vec::new(), edits: Vec::new(), used: Vec::new() };
    for (i, column) in columns.iter().enumerate() {
        if let Column::Constant(constants) = column {
            let partner = |at: Option<usize>| match at.and_then(|at| columns.get(at)) {
                Some(Column::Constant(other)) => {
                    is_range(constants[model].role, other[model].role) && making.differ(other)
                }
                _ => false,
            };
            let opened = partner(i.checked_sub(1)) || partner(Some(i + 1));
            making.constant(constants, opened);
        }
    }
    let given = known.len();
    let known = making.known(known);
    for column in &columns {
        if let Column::Text(texts) = column
            && differs(&texts.iter().map(|t| t.source).collect::<Vec<_>>(), &known)
        {
            making.text(texts, &known)?;
        }
    }
    let Making { mut params, edits, mut used, .. } = making;
    params.sort_by_key(|p| p.at);
    used.retain(|k| *k < given);
    used.sort_unstable();
    used.dedup();
    Ok(Merged { params, edits, used })
}

fn collect<'t, 'a>(rows: &[Vec<&'t Term<'a>>], columns: &mut Vec<Column<'t, 'a>>) {
    let Some(first) = rows.first() else { return };
    for i in 0..first.len() {
        let terms: Vec<&'t Term<'a>> = rows.iter().map(|row| row[i]).collect();
        match terms[0] {
            Term::Constant(_) => columns.push(Column::Constant(
                terms
                    .iter()
                    .filter_map(|t| match t {
                        Term::Constant(c) => Some(c),
                        _ => None,
                    })
                    .collect(),
            )),
            Term::Text(_) => columns.push(Column::Text(
                terms
                    .iter()
                    .filter_map(|t| match t {
                        Term::Text(t) => Some(t),
                        _ => None,
                    })
                    .collect(),
            )),
            Term::Node { .. } | Term::Store { .. } => {
                let children: Vec<Vec<&'t Term<'a>>> = terms.iter().map(|t| children(t)).collect();
                collect(&children, columns);
            }
            Term::Local { .. } | Term::Stored { .. } => {}
        }
    }
}

fn children<'t, 'a>(term: &'t Term<'a>) -> Vec<&'t Term<'a>> {
    match term {
        Term::Node { children, .. } => children.iter().collect(),
        Term::Store { term, .. } => vec![&**term],
        _ => Vec::new(),
    }
}

/// The terms of all levels, in order.
pub fn each<'t, 'a>(terms: &'t [Term<'a>], visit: &mut dyn FnMut(&'t Term<'a>)) {
    for term in terms {
        visit(term);
        match term {
            Term::Node { children, .. } => each(children, visit),
            Term::Store { term, .. } => each(std::slice::from_ref(term), visit),
            _ => {}
        }
    }
}

struct Making<'m, 'a, 'r> {
    cx: &'m FileContext<'a, 'r>,
    model: usize,
    manner: &'m Manner<'m>,
    params: Vec<Param>,
    edits: Vec<Edit>,
    used: Vec<usize>,
}

impl<'a> Making<'_, 'a, '_> {
    fn module(&self) -> &Module<'a> {
        self.cx.module
    }

    /// The parameter with these values, made if there is none yet.
    fn param(&mut self, stem: &str, role: Role, values: Vec<String>, at: TextSize) -> String {
        if let Some(known) = self.params.iter_mut().find(|p| p.values == values) {
            known.at = known.at.min(at);
            return format!("{}{}", self.manner.prefix, known.name);
        }
        let is_taken = |name: &str| {
            self.manner.taken.iter().any(|t| t == name) || self.params.iter().any(|p| p.name == name)
        };
        let name = naming::numbered(stem, is_taken);
        let expr = format!("{}{name}", self.manner.prefix);
        self.params.push(Param { name, role, values, globals: Vec::new(), at });
        expr
    }

    fn differ(&self, constants: &[&Constant<'a>]) -> bool {
        let source = |c: &Constant<'a>| tokens(self.cx.module, c.expr);
        constants.iter().any(|c| source(c) != source(constants[0]))
    }

    /// `opened`: the other bound of the range becomes a parameter.
    fn constant(&mut self, constants: &[&Constant<'a>], opened: bool) {
        let module = self.cx.module;
        let role = constants[self.model].role;
        let stays = constants.iter().all(|c| c.changes.is_none());
        let open = opened || self.manner.open_kinds && role == Role::Kind;
        let becomes_param = self.differ(constants) || open && stays;
        if !becomes_param {
            return;
        }
        let written = constants.iter().map(|c| module.source(c.expr).to_string()).collect();
        let range = constants[self.model].expr.range();
        let expr = self.param(naming::of_role(role), role, written, range.start());
        let globals = constants.iter().flat_map(|c| globals_in(self.cx, c.expr)).collect();
        if let Some(param) =
            self.params.iter_mut().find(|p| expr == format!("{}{}", self.manner.prefix, p.name))
        {
            param.globals = globals;
        }
        self.edits.push(Edit::replace(range, expr));
    }

    /// The known values, those of the parameters included.
    fn known(&self, mut known: Vec<Known>) -> Vec<Known> {
        for param in &self.params {
            let expr = format!("{}{}", self.manner.prefix, param.name);
            let as_text = |source: &String| naming::number_as_text(source);
            if let Some(texts) = param.values.iter().map(as_text).collect::<Option<Vec<_>>>() {
                let always = param.values.iter().all(|v| *v == param.values[0]);
                known.push(Known { always, ..Known::new(expr.clone(), texts) });
            }
            if param.role == Role::Kind && param.values.iter().all(|v| self.is_builtin_type(v)) {
                let name = Known::new(format!("{expr}.__name__"), param.values.clone());
                known.push(Known { always: self.manner.open_kinds, ..name });
            }
        }
        known
    }

    /// A type of `builtins` by its own name, which is its `__name__`.
    fn is_builtin_type(&self, name: &str) -> bool {
        const TYPES: [&str; 16] = [
            "int",
            "float",
            "str",
            "bool",
            "bytes",
            "complex",
            "dict",
            "list",
            "set",
            "tuple",
            "frozenset",
            "bytearray",
            "range",
            "slice",
            "type",
            "object",
        ];
        let symbols = self.cx.facts.symbols();
        let free = symbols.occurrences.iter().filter(|o| o.name == name).all(|o| {
            let Some(symbol) = o.symbol else { return true };
            symbols.symbol(symbol).scope != unspool_engine::facts::ScopeId::MODULE
        });
        TYPES.contains(&name) && free && symbols.star_imports.is_empty()
    }

    fn text(&mut self, texts: &[&Text<'a>], known: &[Known]) -> Result<(), String> {
        let module = self.cx.module;
        let line = |t: &Text| module.line(t.range.start());
        if let Some(fixed) = texts.iter().find(|t| matches!(t.flavour, Flavour::Fixed)) {
            return Err(format!("the text on line {} has escapes or a prefix, and differs", line(fixed)));
        }
        let model = texts[self.model];
        let sources: Vec<&str> = texts.iter().map(|t| t.source).collect();
        let pieces = template(&sources, known);
        let mut spelled: Vec<Spelled> = Vec::new();
        for (i, piece) in pieces.iter().enumerate() {
            spelled.push(match piece {
                Piece::Text(text) => Spelled::Text(text.clone()),
                Piece::Value(k) => {
                    self.used.push(*k);
                    let integer = known[*k].texts.iter().all(|t| t.parse::<i64>().is_ok());
                    Spelled::Value { expr: known[*k].expr.clone(), integer }
                }
                Piece::Free(free) => {
                    let special = |t: &String| t.contains(['%', '{', '}']);
                    let plain = matches!(model.flavour, Flavour::Plain);
                    if !plain && free.iter().any(special) {
                        return Err(format!("the replacements in the text on line {} differ", line(model)));
                    }
                    let literals: Vec<String> = free
                        .iter()
                        .zip(texts)
                        .map(|(free, text)| {
                            let whole = &module.text()[text.literal];
                            let quote = if whole.ends_with('\'') { '\'' } else { '"' };
                            format!("{quote}{free}{quote}")
                        })
                        .collect();
                    let after = pieces.get(i + 1);
                    let stem = naming::of_text(i, pieces.len(), after);
                    let expr = self.param(stem, Role::Other, literals, model.range.start());
                    Spelled::Value { expr, integer: false }
                }
            });
        }
        self.write(model, &spelled, texts)
    }

    /// Puts the values into the model's text.
    fn write(&mut self, model: &Text<'a>, spelled: &[Spelled], texts: &[&Text<'a>]) -> Result<(), String> {
        if let (Flavour::Plain, [Spelled::Value { expr: only, .. }]) = (model.flavour, spelled) {
            let alone = self.stands_alone(model);
            if alone {
                self.edits.push(Edit::replace(model.literal, only.clone()));
                return Ok(());
            }
        }
        match model.flavour {
            Flavour::FString => {
                self.edits.push(Edit::replace(model.range, braced(spelled, false)));
                Ok(())
            }
            Flavour::Plain => {
                self.as_f_string(model, spelled);
                Ok(())
            }
            Flavour::Percent { right, .. } => {
                let certain =
                    texts.iter().all(|t| matches!(t.flavour, Flavour::Percent { single: true, .. }));
                if !certain {
                    // An f-string that `%` then fills: exact, as no name has a `%`.
                    self.as_f_string(model, spelled);
                    return Ok(());
                }
                self.percent(model, right, spelled)
            }
            Flavour::Format { call } => self.format(model, call, spelled),
            Flavour::Fixed => unreachable!("refused above"),
        }
    }

    /// Whether the literal is an expression of its own, not one of several that are joined.
    fn stands_alone(&self, text: &Text<'a>) -> bool {
        let module = self.module();
        let behind = module.next_token(text.literal.end()).is_some_and(is_string);
        let before = module.previous_token(text.literal.start()).is_some_and(is_string);
        !behind && !before
    }

    fn as_f_string(&mut self, model: &Text<'a>, spelled: &[Spelled]) {
        self.edits.push(Edit::insert(model.literal.start(), "f"));
        self.edits.push(Edit::replace(model.range, braced(spelled, true)));
    }

    /// Adds `%s` and the values to the right operand.
    fn percent(&mut self, model: &Text<'a>, right: &Expr, spelled: &[Spelled]) -> Result<(), String> {
        let (text, inserted) = positional(spelled, "%s", |t| {
            placeholders(t).iter().map(|p| if p.contains('*') { 2 } else { 1 }).sum()
        });
        if placeholders(model.source).iter().any(|p| p.starts_with("%(")) {
            self.as_f_string(model, spelled);
            return Ok(());
        }
        self.edits.push(Edit::replace(model.range, text));
        match right {
            Expr::Tuple(tuple) => {
                // The comma of `(x,)` is needed no more.
                if let [only] = &tuple.elts[..]
                    && let Some(comma) =
                        self.module().next_token(self.module().parenthesized_range(only).end())
                    && comma.kind() == TokenKind::Comma
                    && tuple.parenthesized
                    && inserted.iter().all(|(at, _)| *at == 0)
                {
                    self.edits.push(Edit::delete(comma.range()));
                }
                self.insert(&tuple.elts, right.end() - TextSize::new(1), inserted)
            }
            single => {
                let whole = self.module().parenthesized_range(single);
                let before: Vec<&str> =
                    inserted.iter().filter(|(at, _)| *at == 0).map(|(_, e)| e.as_str()).collect();
                let after: Vec<&str> =
                    inserted.iter().filter(|(at, _)| *at > 0).map(|(_, e)| e.as_str()).collect();
                let open: String = before.iter().map(|e| format!("{e}, ")).collect();
                let close: String = after.iter().map(|e| format!(", {e}")).collect();
                let inner = single.range();
                if whole == inner {
                    self.edits.push(Edit::insert(inner.start(), format!("({open}")));
                    self.edits.push(Edit::insert(inner.end(), format!("{close})")));
                } else {
                    self.edits.push(Edit::insert(inner.start(), open));
                    self.edits.push(Edit::insert(inner.end(), close));
                }
                Ok(())
            }
        }
    }

    fn format(&mut self, model: &Text<'a>, call: &ast::ExprCall, spelled: &[Spelled]) -> Result<(), String> {
        let fields = placeholders(model.source);
        let automatic = fields.iter().all(|f| {
            let name = f.trim_matches(['{', '}']);
            name.is_empty() || name.starts_with(['!', ':'])
        });
        let plain =
            call.arguments.keywords.is_empty() && !call.arguments.args.iter().any(Expr::is_starred_expr);
        if !automatic || !plain {
            let line = self.module().line(model.range.start());
            return Err(format!("the text on line {line} numbers or names its replacements"));
        }
        let (text, inserted) = positional(spelled, "{}", |t| placeholders(t).len());
        self.edits.push(Edit::replace(model.range, text));
        self.insert(&call.arguments.args, call.arguments.end() - TextSize::new(1), inserted)
    }

    /// Inserts expressions in front of the elements of these numbers; `end` is in front of the closing bracket.
    fn insert(
        &mut self,
        elements: &[Expr],
        end: TextSize,
        inserted: Vec<(usize, String)>,
    ) -> Result<(), String> {
        for (number, element) in elements.iter().enumerate() {
            let here: String =
                inserted.iter().filter(|(at, _)| *at == number).map(|(_, e)| format!("{e}, ")).collect();
            if !here.is_empty() {
                let start = self.module().parenthesized_range(element).start();
                self.edits.push(Edit::insert(start, here));
            }
        }
        let behind: Vec<&str> =
            inserted.iter().filter(|(at, _)| *at >= elements.len()).map(|(_, e)| e.as_str()).collect();
        if behind.is_empty() {
            return Ok(());
        }
        match elements.last() {
            Some(last) => {
                let at = self.module().parenthesized_range(last).end();
                let text: String = behind.iter().map(|e| format!(", {e}")).collect();
                self.edits.push(Edit::insert(at, text));
            }
            None => self.edits.push(Edit::insert(end, behind.join(", "))),
        }
        Ok(())
    }
}

fn is_string(token: &Token) -> bool {
    matches!(token.kind(), TokenKind::String | TokenKind::FStringStart | TokenKind::FStringEnd)
}

enum Spelled {
    Text(String),
    Value {
        expr: String,
        /// An integer in all copies.
        integer: bool,
    },
}

/// The inside of an f-string. `escape`: the texts are those of a plain string.
fn braced(spelled: &[Spelled], escape: bool) -> String {
    spelled
        .iter()
        .map(|s| match s {
            Spelled::Text(text) if escape => text.replace('{', "{{").replace('}', "}}"),
            Spelled::Text(text) => text.clone(),
            Spelled::Value { expr, .. } => format!("{{{expr}}}"),
        })
        .collect()
}

/// The text with `field` for each value, and for each value the number of the argument in front of which it goes.
fn positional(
    spelled: &[Spelled],
    field: &str,
    count: impl Fn(&str) -> usize,
) -> (String, Vec<(usize, String)>) {
    let (mut text, mut inserted, mut number) = (String::new(), Vec::new(), 0);
    for piece in spelled {
        match piece {
            Spelled::Text(t) => {
                number += count(t);
                text.push_str(t);
            }
            Spelled::Value { expr, integer } => {
                text.push_str(if *integer && field == "%s" { "%d" } else { field });
                inserted.push((number, expr.clone()));
            }
        }
    }
    (text, inserted)
}

/// What edits make of a part of the text.
pub fn rewritten(module: &Module, range: TextRange, edits: &[Edit]) -> String {
    let mut inside: Vec<&Edit> = edits.iter().filter(|e| range.contains_range(e.range)).collect();
    inside.sort_by_key(|e| (e.range.start(), e.range.end()));
    let mut text = String::new();
    let mut at = range.start();
    for edit in inside {
        // It goes with what goes.
        if edit.range.start() < at {
            continue;
        }
        text.push_str(&module.text()[TextRange::new(at, edit.range.start())]);
        text.push_str(&edit.text);
        at = edit.range.end();
    }
    text.push_str(&module.text()[TextRange::new(at, range.end())]);
    text
}

/// The names that the module binds in an expression.
fn globals_in(cx: &FileContext, expr: &Expr) -> Vec<String> {
    let symbols = cx.facts.symbols();
    let names = cx.module.subtree(cx.module.id(expr)).filter_map(|(id, node)| match node {
        AnyNodeRef::ExprName(n) => {
            matches!(symbols.resolve(id), Resolution::Symbol(_)).then(|| n.id.to_string())
        }
        _ => None,
    });
    names.collect()
}
