//! What a `__repr__` shows, and in which form.

use unspool_engine::syntax::ast::{self, ConversionFlag};
use unspool_engine::syntax::{Expr, Module, Ranged, Stmt, TextRange};

use crate::generated::style::docstring;
use crate::generated::term::is_private;

/// Where the name of the class comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    /// The class of the object: `type(self).__name__`, `self.__class__.__name__`.
    ByObject,
    /// The class in which the method stands: its name as text, `__class__.__name__`.
    ByClass,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    pub named: Named,
    /// In front of the name.
    pub before: String,
    /// Between the name and the first field.
    pub open: String,
    /// Between a label and its value; `None` where values have no labels.
    pub equal: Option<String>,
    /// Between fields; `None` where there is one.
    pub between: Option<String>,
    pub close: String,
    pub conversion: Conversion,
    /// The attribute `_x` of an object is shown as `x`.
    pub hidden: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conversion {
    Repr,
    Str,
    /// `format(value)`
    None,
}

/// A `__repr__` that shows attributes under their own names.
pub struct Shown<'a> {
    pub shape: Shape,
    /// Attributes in order, as they are shown.
    pub fields: Vec<&'a str>,
}

enum Piece<'a> {
    Text(String),
    Value(&'a Expr, Conversion),
    /// `{self.x!r}` of a text for `.format(self=self)`: the value and what is taken of it.
    Taken(&'a Expr, &'a str, Conversion),
}

/// Reads a method; an error says why it is no plain one.
pub fn shown<'a>(
    module: &Module<'a>,
    class: &ast::StmtClassDef,
    def: &'a ast::StmtFunctionDef,
) -> Result<Shown<'a>, (String, TextRange)> {
    let refused = |why: &str, at: TextRange| (why.to_string(), at);
    let body = &def.body[usize::from(docstring(&def.body).is_some())..];
    // `name = type(self).__name__` in front, perhaps.
    let (called, body) = match body {
        [Stmt::Assign(a), rest @ ..] => match &*a.targets {
            [Expr::Name(name)] => (Some((name.id.as_str(), &*a.value)), rest),
            _ => (None, body),
        },
        _ => (None, body),
    };
    let [Stmt::Return(ast::StmtReturn { value: Some(value), .. })] = body else {
        return Err(refused("it does more than return one text", def.name.range()));
    };
    let object = match &def.parameters.args[..] {
        [only] if def.parameters.len() == 1 => only.parameter.name.as_str(),
        _ => return Err(refused("it has unusual parameters", def.parameters.range())),
    };
    if let Some((_, value)) = called
        && class_name(value, object).is_none()
    {
        return Err(refused("it does more than return one text", def.name.range()));
    }
    let by_name = |expr: &'a Expr| match (expr, called) {
        (Expr::Name(n), Some((name, value))) if n.id.as_str() == name => value,
        _ => expr,
    };
    let pieces = pieces(value)
        .ok_or_else(|| refused("its text is put together in a way that is not followed", value.range()))?;
    let own_name = class.name.as_str();
    let at = value.range();
    let mut fields = Vec::new();
    let mut texts = vec![String::new()];
    let mut named = None;
    let mut conversions = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => texts.last_mut().expect("it is never empty").push_str(&text),
            Piece::Taken(expr, taken, conversion) => {
                let of_object = matches!(expr, Expr::Name(n) if n.id == object);
                if of_object && taken == "__class__.__name__" && named.is_none() && fields.is_empty() {
                    let before = std::mem::take(texts.last_mut().expect("it is never empty"));
                    named = Some((Named::ByObject, before));
                } else if of_object && !taken.contains(['.', '[']) {
                    // A text does not mangle names.
                    fields.push(taken);
                    conversions.push(conversion);
                    texts.push(String::new());
                } else {
                    let why = format!("it shows `{}.{taken}`, which is no attribute", module.source(expr));
                    return Err((why, expr.range()));
                }
            }
            Piece::Value(expr, conversion) => match class_name(by_name(expr), object) {
                Some(by) if named.is_none() && fields.is_empty() => {
                    named = Some((by, std::mem::take(texts.last_mut().expect("it is never empty"))));
                }
                Some(_) => return Err(refused("it names the class in an unusual place", expr.range())),
                None => {
                    let Expr::Attribute(a) = expr else {
                        let why = format!("it shows `{}`, which is no attribute", module.source(expr));
                        return Err((why, expr.range()));
                    };
                    if !matches!(&*a.value, Expr::Name(n) if n.id == object) {
                        let why = format!("it shows `{}`, which is no attribute", module.source(expr));
                        return Err((why, expr.range()));
                    }
                    if is_private(&a.attr) {
                        let why =
                            format!("`{}` is a private name, which the decorator could not spell", a.attr);
                        return Err((why, expr.range()));
                    }
                    fields.push(a.attr.as_str());
                    conversions.push(conversion);
                    texts.push(String::new());
                }
            },
        }
    }
    let Some(close) = texts.pop().filter(|_| !fields.is_empty()) else {
        return Err(refused("it shows no attribute", at));
    };
    if conversions.iter().any(|c| *c != conversions[0]) {
        return Err(refused("it shows some values by `repr` and others by `str`", at));
    }
    let plain = |text: &str| !text.contains(|c: char| c.is_alphanumeric());
    // In front of each value: what is between, the label, the equal sign.
    let head = if named.is_none() { texts[0].replacen(own_name, "", 1) } else { texts[0].clone() };
    let unlabelled = plain(&head) && texts[1..].iter().all(|t| plain(t));
    let mut parts = Vec::new();
    let mut hidden = 0;
    for (text, field) in texts.iter().zip(&mut fields) {
        if unlabelled {
            parts.push((text.to_string(), None));
            continue;
        }
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let labelled =
            |label: &str| text.rsplit_once(label).filter(|(b, e)| !b.ends_with(word) && !e.starts_with(word));
        // `_x` may be shown as itself or as `x`.
        let public = field.strip_prefix('_').filter(|public| !public.is_empty() && !public.starts_with('_'));
        let found = labelled(field).map(|found| (*field, found));
        let found = found.or_else(|| public.and_then(|public| Some((public, labelled(public)?))));
        let Some((label, (before, equal))) = found else {
            return Err((format!("the label of `{field}` is another word"), at));
        };
        hidden += usize::from(label != *field);
        *field = label;
        parts.push((before.to_string(), Some(equal.to_string())));
    }
    if hidden > 0 && hidden < fields.len() {
        return Err(refused("it shows some attributes under their own names and others without a `_`", at));
    }
    let (named, before, open) = match named {
        Some((by, before)) => (by, before, parts[0].0.clone()),
        None => match parts[0].0.split_once(own_name) {
            Some((before, open)) => (Named::ByClass, before.to_string(), open.to_string()),
            None => return Err(refused("its text does not begin with the name of the class", at)),
        },
    };
    let equal = parts[0].1.clone();
    if parts.iter().any(|(_, e)| *e != equal) {
        return Err(refused("its fields are written in different ways", at));
    }
    let between = parts.get(1).map(|(b, _)| b.clone());
    if parts.iter().skip(1).any(|(b, _)| Some(b) != between.as_ref()) {
        return Err(refused("its fields are separated in different ways", at));
    }
    let texts = [&before, &open, &close];
    if texts.into_iter().chain(&between).chain(&equal).any(|t| !plain(t)) {
        return Err(refused("its text says more than names and values", at));
    }
    let conversion = conversions[0];
    let hidden = hidden > 0;
    Ok(Shown { shape: Shape { named, before, open, equal, between, close, conversion, hidden }, fields })
}

/// `type(self).__name__` and its likes.
fn class_name(expr: &Expr, object: &str) -> Option<Named> {
    let Expr::Attribute(a) = expr else { return None };
    if a.attr.as_str() != "__name__" {
        return None;
    }
    let is_object = |e: &Expr| matches!(e, Expr::Name(n) if n.id == object);
    match &*a.value {
        Expr::Call(c) => {
            let plain =
                matches!(&*c.func, Expr::Name(n) if n.id == "type") && c.arguments.keywords.is_empty();
            (plain && matches!(&c.arguments.args[..], [one] if is_object(one))).then_some(Named::ByObject)
        }
        Expr::Attribute(inner) if inner.attr.as_str() == "__class__" && is_object(&inner.value) => {
            Some(Named::ByObject)
        }
        Expr::Name(n) if n.id == "__class__" => Some(Named::ByClass),
        _ => None,
    }
}

fn pieces(value: &Expr) -> Option<Vec<Piece<'_>>> {
    match value {
        Expr::FString(f) => {
            let mut pieces = Vec::new();
            for part in f.value.iter() {
                match part {
                    ast::FStringPart::Literal(s) => pieces.push(Piece::Text(s.value.to_string())),
                    ast::FStringPart::FString(f) => {
                        for element in f.elements.iter() {
                            pieces.push(match element {
                                ast::InterpolatedStringElement::Literal(l) => {
                                    Piece::Text(l.value.to_string())
                                }
                                ast::InterpolatedStringElement::Interpolation(i) => {
                                    if i.debug_text.is_some() || i.format_spec.is_some() {
                                        return None;
                                    }
                                    let conversion = match i.conversion {
                                        ConversionFlag::None => Conversion::None,
                                        ConversionFlag::Str => Conversion::Str,
                                        ConversionFlag::Repr => Conversion::Repr,
                                        ConversionFlag::Ascii => return None,
                                    };
                                    Piece::Value(&i.expression, conversion)
                                }
                            });
                        }
                    }
                }
            }
            Some(pieces)
        }
        Expr::BinOp(b) if b.op == ast::Operator::Add => {
            let mut pieces = part(&b.left)?;
            pieces.extend(part(&b.right)?);
            Some(pieces)
        }
        Expr::BinOp(b) if b.op == ast::Operator::Mod => {
            let (Expr::StringLiteral(s), Expr::Tuple(t)) = (&*b.left, &*b.right) else { return None };
            filled(s.value.to_str(), &t.elts)
        }
        Expr::Call(c) => {
            let Expr::Attribute(a) = &*c.func else { return None };
            let Expr::StringLiteral(s) = &*a.value else { return None };
            (a.attr.as_str() == "format").then(|| formatted(s.value.to_str(), &c.arguments)).flatten()
        }
        _ => None,
    }
}

/// One of the texts that `+` puts together.
fn part(value: &Expr) -> Option<Vec<Piece<'_>>> {
    match value {
        Expr::StringLiteral(s) => Some(vec![Piece::Text(s.value.to_string())]),
        Expr::Call(c) if c.arguments.keywords.is_empty() => {
            let conversion = match &*c.func {
                Expr::Name(n) if n.id == "repr" => Conversion::Repr,
                Expr::Name(n) if n.id == "str" => Conversion::Str,
                _ => return pieces(value),
            };
            let [shown] = &c.arguments.args[..] else { return None };
            Some(vec![Piece::Value(shown, conversion)])
        }
        // A name of a class is a text, and nothing else is one for certain.
        Expr::Attribute(a) if a.attr.as_str() == "__name__" => {
            Some(vec![Piece::Value(value, Conversion::Str)])
        }
        other => pieces(other),
    }
}

/// The pieces of a text for `%`, its values in order.
fn filled<'a>(text: &'a str, values: &'a [Expr]) -> Option<Vec<Piece<'a>>> {
    if values.iter().any(Expr::is_starred_expr) {
        return None;
    }
    let mut pieces = Vec::new();
    let mut values = values.iter();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        pieces.push(Piece::Text(rest[..at].to_string()));
        let conversion = match rest.as_bytes().get(at + 1)? {
            b'r' => Conversion::Repr,
            b's' => Conversion::Str,
            _ => return None,
        };
        pieces.push(Piece::Value(values.next()?, conversion));
        rest = &rest[at + 2..];
    }
    pieces.push(Piece::Text(rest.to_string()));
    values.next().is_none().then_some(pieces)
}

/// The pieces of a text for `.format`: `{}`, `{0}`, `{self.x}`, with `!r` or `!s` or neither.
fn formatted<'a>(text: &'a str, arguments: &'a ast::Arguments) -> Option<Vec<Piece<'a>>> {
    if arguments.args.iter().any(Expr::is_starred_expr) {
        return None;
    }
    let mut pieces = Vec::new();
    // What of the values is shown: each of them, and none twice but to take something else of it.
    let mut shown = vec![false; arguments.args.len() + arguments.keywords.len()];
    let mut next = 0;
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        pieces.push(Piece::Text(rest[..at].to_string()));
        let (field, behind) = rest[at..].strip_prefix('{')?.split_once('}')?;
        let (field, conversion) = match field.split_once('!') {
            None => (field, Conversion::None),
            Some((field, "r")) => (field, Conversion::Repr),
            Some((field, "s")) => (field, Conversion::Str),
            Some(_) => return None,
        };
        if field.contains(['{', ':', '[']) {
            return None;
        }
        let (name, taken) = field.split_once('.').map_or((field, None), |(name, taken)| (name, Some(taken)));
        let number = if name.is_empty() { Some(next) } else { name.parse::<usize>().ok() };
        next += usize::from(name.is_empty());
        let (index, value) = match number {
            Some(number) => (number, arguments.args.get(number)?),
            None => {
                let at = arguments.keywords.iter().position(|k| k.arg.as_deref() == Some(name))?;
                (arguments.args.len() + at, &arguments.keywords[at].value)
            }
        };
        if std::mem::replace(&mut shown[index], true) && taken.is_none() {
            return None;
        }
        pieces.push(match taken {
            Some(taken) => Piece::Taken(value, taken, conversion),
            None => Piece::Value(value, conversion),
        });
        rest = behind;
    }
    pieces.push(Piece::Text(rest.to_string()));
    shown.iter().all(|is| *is).then_some(pieces)
}
