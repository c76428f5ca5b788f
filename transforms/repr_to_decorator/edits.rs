//! The decorator and its uses, as edits.

use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{Module, Ranged, Stmt, TextRange, TextSize, ast};
use unspool_engine::text::{BLANKS, Edit, next_line};
use unspool_engine::transform::FileContext;

use super::shape::{Conversion, Named, Shape};
use super::{Form, Member};
use crate::generated::home::{Home, Placed};
use crate::generated::naming::numbered;
use crate::generated::style::{
    above, behind_body, blank_above, blank_lines, first_line, lines_that_go, missing_above, quote, top_level,
};

pub struct Plan {
    pub placed: Placed,
    pub edits: Vec<Edit>,
}

/// The shape that all members have; one with a single field has no separator of its own.
fn common_shape<'m>(shapes: impl Iterator<Item = &'m Shape> + Clone) -> Option<Shape> {
    let mut shape = shapes.clone().find(|s| s.between.is_some()).or({ shapes }.next())?.clone();
    // One field alone: what most people put between two.
    shape.between.get_or_insert_with(|| ", ".into());
    Some(shape)
}

/// The decorator of these methods under this name.
fn decorator(module: &Module, members: &[&Member], name: &str) -> String {
    let unit = module.indent_unit(TextSize::new(0));
    let shapes = members.iter().filter_map(|m| match &m.form {
        Form::Fields(shown) => Some(&shown.shape),
        Form::Same { .. } => None,
    });
    if let Some(shape) = common_shape(shapes) {
        return of_fields(module, &shape, name);
    }
    let lines = members.iter().find_map(|m| match &m.form {
        Form::Same { lines, .. } => Some(lines.trim_end()),
        Form::Fields(_) => None,
    });
    let lines = lines.unwrap_or_default();
    format!("def {name}(cls):\n{lines}\n\n{unit}cls.__repr__ = __repr__\n{unit}return cls\n")
}

/// What stands around each value: the quote of `x='%s'` belongs to the value, not to what is between two.
fn around(shape: &Shape) -> (&str, &str, &str, &str, &str) {
    let between = shape.between.as_deref().unwrap_or(", ");
    let blank = |c: char| c.is_whitespace();
    let behind = between.bytes().zip(shape.close.bytes()).take_while(|(a, b)| a == b).count();
    let behind = (0..=behind).rev().find(|n| between.is_char_boundary(*n)).unwrap_or(0);
    let after = &between[..behind];
    let after = if after.contains(blank) { "" } else { after };
    let rest = &between[after.len()..];
    let ahead = rest.bytes().rev().zip(shape.open.bytes().rev()).take_while(|(a, b)| a == b).count();
    let start = (0..=ahead).rev().map(|n| rest.len() - n).find(|at| rest.is_char_boundary(*at));
    let front = &rest[start.unwrap_or(rest.len())..];
    // Without a sign behind the value, one in front of it is a separator.
    let front = if after.is_empty() || front.contains(blank) { "" } else { front };
    (
        &shape.open[..shape.open.len() - front.len()],
        front,
        after,
        &rest[..rest.len() - front.len()],
        &shape.close[after.len()..],
    )
}

fn of_fields(module: &Module, shape: &Shape, name: &str) -> String {
    let unit = module.indent_unit(TextSize::new(0));
    let q = quote(module);
    let other = if q == '"' { '\'' } else { '"' };
    let text =
        |t: &str| t.replace('\\', "\\\\").replace('{', "{{").replace('}', "}}").replace(q, &format!("\\{q}"));
    let plain = |t: &str| t.replace('\\', "\\\\").replace(q, &format!("\\{q}"));
    let conversion = match shape.conversion {
        Conversion::Repr => "!r",
        Conversion::Str => "!s",
        Conversion::None => "",
    };
    let class = match shape.named {
        Named::ByObject => "type(self)",
        Named::ByClass => "cls",
    };
    let (open, front, after, between, close) = around(shape);
    let attribute = |q: char| if shape.hidden { format!("{q}_{q} + field") } else { "field".into() };
    let get = |q: char| format!("getattr(self, {})", attribute(q));
    let bare = front.is_empty() && after.is_empty();
    let one = match (&shape.equal, shape.conversion) {
        (None, Conversion::Repr) if bare => format!("repr({})", get(q)),
        (None, Conversion::Str) if bare => format!("str({})", get(q)),
        (None, Conversion::None) if bare => format!("format({})", get(q)),
        (equal, _) => {
            let label = equal.as_ref().map(|equal| format!("{{field}}{}", text(equal))).unwrap_or_default();
            format!("f{q}{}{label}{{{}{conversion}}}{}{q}", text(front), get(other), text(after))
        }
    };
    // A loop, as another frame per object would make `repr` of long chains fail earlier.
    [
        format!("def {name}(*fields):"),
        format!("{unit}def decorate(cls):"),
        format!("{unit}{unit}def __repr__(self):"),
        format!("{unit}{unit}{unit}shown = []"),
        format!("{unit}{unit}{unit}for field in fields:"),
        format!("{unit}{unit}{unit}{unit}shown.append({one})"),
        format!("{unit}{unit}{unit}values = {q}{}{q}.join(shown)", plain(between)),
        format!(
            "{unit}{unit}{unit}return f{q}{}{{{class}.__name__}}{}{{values}}{}{q}",
            text(&shape.before),
            text(open),
            text(close)
        ),
        String::new(),
        format!("{unit}{unit}cls.__repr__ = __repr__"),
        format!("{unit}{unit}return cls"),
        String::new(),
        format!("{unit}return decorate\n"),
    ]
    .join("\n")
}

/// A decorator of this shape that stands above the class, or in the module for helpers.
pub fn at_hand(cx: &FileContext, members: &[&Member], home: &Home) -> Result<Option<Placed>, String> {
    let module = cx.module;
    let top = module.node(top_level(module, module.id(members[0].class)));
    home.at_hand(cx, &decorator(module, members, "auto_repr"), "auto_repr", top.start())
}

/// The decorator that is at hand, else a new one.
pub fn place(
    cx: &FileContext,
    members: &[&Member],
    at_hand: Option<Placed>,
    home: &Home,
) -> (Placed, String) {
    if let Some(placed) = at_hand {
        return (placed, String::new());
    }
    let name = numbered("auto_repr", |n| !home.is_free(cx, n));
    let text = decorator(cx.module, members, &name);
    (home.place(cx, &text, &name), text)
}

pub fn plan(cx: &FileContext, members: &[&Member], (placed, text): (Placed, String)) -> Result<Plan, String> {
    let module = cx.module;
    let mut edits = Vec::new();
    let first = members[0];
    if placed.here {
        let top = module.node(top_level(module, module.id(first.class)));
        let gap = "\n".repeat(blank_lines(module));
        let at = above(module, top.start());
        edits.push(Edit::insert(at, format!("{}{text}{gap}", missing_above(module, at))));
    }
    let name = &placed.name;
    let q = quote(module);
    for member in members {
        let class = member.class;
        let indentation = module.indentation(class.start());
        let mut lines = String::new();
        let (gone, comments) = method(module, member)?;
        for comment in comments {
            lines.push_str(&format!("{indentation}{comment}\n"));
        }
        match &member.form {
            Form::Fields(shown) => {
                let fields: Vec<String> = shown.fields.iter().map(|f| format!("{q}{f}{q}")).collect();
                lines.push_str(&format!("{indentation}@{name}({})\n", fields.join(", ")));
            }
            Form::Same { .. } => lines.push_str(&format!("{indentation}@{name}\n")),
        }
        edits.push(Edit::insert(module.line_start(keyword(module, class)), lines));
        if class.body.len() == 1 {
            let start = gone.start();
            let inner = module.indentation(class.body[0].start());
            let end = if module.text()[gone].ends_with(['\n', '\r']) { "\n" } else { "" };
            edits.push(Edit::replace(TextRange::new(start, gone.end()), format!("{inner}pass{end}")));
        } else {
            edits.push(Edit::delete(lines_that_go(module, gone)));
        }
    }
    Ok(Plan { placed, edits })
}

/// Where `class` stands, below the decorators.
fn keyword(module: &Module, class: &ast::StmtClassDef) -> TextSize {
    match class.decorator_list.last() {
        Some(last) => module
            .next_token(next_line(module.text(), module.line_end(last.end())))
            .map_or(class.start(), |t| t.start()),
        None => class.start(),
    }
}

/// The lines of the method, with blank lines that it leaves behind, and its comments.
fn method<'a>(module: &Module<'a>, member: &Member) -> Result<(TextRange, Vec<&'a str>), String> {
    let class = member.class;
    let index = class.body.iter().position(|s| s.range() == member.def.range());
    let index = index.expect("the method is a statement of its class");
    let statement: &Stmt = &class.body[index];
    let start = above(module, first_line(module, statement));
    let end = behind_body(module, statement);
    let mut comments = Vec::new();
    for comment in module.comments_in(TextRange::new(start, end)) {
        let text = &module.text()[comment.range()];
        if is_pragma(text) || text.trim_start_matches('#').trim_start().starts_with("type:") {
            let line = module.line(comment.start());
            return Err(format!("the comment on line {line} speaks to a tool about code that goes"));
        }
        comments.push(text);
    }
    if class.body.len() == 1 {
        return Ok((TextRange::new(start, end), comments));
    }
    if index > 0 {
        return Ok((TextRange::new(blank_above(module, start), end), comments));
    }
    let rest = &module.text()[end.to_usize()..];
    let blank = rest.len() - rest.trim_start_matches(BLANKS).len();
    let next = module.line_start(end + TextSize::new(blank as u32)).max(end);
    Ok((TextRange::new(start, next), comments))
}
