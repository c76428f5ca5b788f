//! The decorator and its uses, as edits.

use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{Module, Ranged, Stmt, TextRange, TextSize, ast};
use unspool_engine::text::{BLANKS, Edit, next_line};
use unspool_engine::transform::FileContext;

use super::Member;
use super::shape::{Conversion, Named, Shape};
use crate::generated::home::{Home, Placed};
use crate::generated::naming::numbered;
use crate::generated::style::{
    above, behind, blank_above, blank_lines, first_line, lines_that_go, missing_above, quote, top_level,
};

pub struct Plan {
    pub placed: Placed,
    pub edits: Vec<Edit>,
}

/// The shape that all members have; one with a single field has no separator of its own.
pub fn common_shape(members: &[&Member]) -> Shape {
    let first = members.iter().find(|m| m.shown.shape.between.is_some()).unwrap_or(&members[0]);
    let mut shape = first.shown.shape.clone();
    // One field alone: what most people put between two.
    shape.between.get_or_insert_with(|| ", ".into());
    shape
}

/// The decorator under this name.
fn decorator(module: &Module, shape: &Shape, name: &str) -> String {
    let unit = module.indent_unit(TextSize::new(0));
    let q = quote(module);
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
    let between = shape.between.as_deref().unwrap_or(", ");
    let one = match (&shape.equal, shape.conversion) {
        (Some(equal), _) => format!("f{q}{{field}}{}{{getattr(self, field){conversion}}}{q}", text(equal)),
        (None, Conversion::Repr) => "repr(getattr(self, field))".into(),
        (None, Conversion::Str) => "str(getattr(self, field))".into(),
        (None, Conversion::None) => "format(getattr(self, field))".into(),
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
            text(&shape.open),
            text(&shape.close)
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
pub fn at_hand(
    cx: &FileContext,
    shape: &Shape,
    class: &ast::StmtClassDef,
    home: &Home,
) -> Result<Option<Placed>, String> {
    let module = cx.module;
    let top = module.node(top_level(module, module.id(class)));
    home.at_hand(cx, &decorator(module, shape, "auto_repr"), "auto_repr", top.start())
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
    let text = decorator(cx.module, &common_shape(members), &name);
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
        let fields: Vec<String> = member.shown.fields.iter().map(|f| format!("{q}{f}{q}")).collect();
        lines.push_str(&format!("{indentation}@{name}({})\n", fields.join(", ")));
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
    let end = behind(module, statement);
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
