//! The line with the slots.

use unspool_engine::syntax::{Module, Ranged, Stmt, TextLen, TextRange, TextSize, ast};
use unspool_engine::text::{Edit, block_range};

use crate::generated::style;

/// Where the line goes.
pub struct Place {
    at: TextSize,
}

/// Behind the docstring, or the comment that stands for one; in front of everything else, its comments included.
pub fn place(module: &Module, class: &ast::StmtClassDef) -> Result<Place, String> {
    let docstring =
        class.body.first().is_some_and(|s| matches!(s, Stmt::Expr(e) if e.value.is_string_literal_expr()));
    let next = class.body.get(usize::from(docstring)).ok_or("the class has nothing but a docstring")?;
    let block = block_range(module, std::slice::from_ref(next));
    let line = behind_comment(module, class, block.start(), next.start());
    let own_line = line + module.indentation(block.start()).text_len() == block.start();
    if line <= block.start() && !own_line && block.start() != line {
        return Err(format!("line {} has other code, too", module.line(block.start())));
    }
    Ok(Place { at: line })
}

/// The start of the block, or the place behind the comment right below the head of the class and the blank line that parts
/// it from the rest: that comment is about the class.
fn behind_comment(module: &Module, class: &ast::StmtClassDef, block: TextSize, next: TextSize) -> TextSize {
    let line = module.line_start(block);
    let head = module.line_end(class.arguments.as_ref().map_or(class.name.end(), |a| a.end()));
    let text = module.text();
    if !text[TextRange::new(head, line)].trim().is_empty()
        || !text[head.to_usize()..].starts_with(['\n', '\r'])
    {
        return line;
    }
    let between = &text[TextRange::new(line, module.line_start(next))];
    let mut lines = between.split_inclusive('\n').skip_while(|l| l.trim_start().starts_with('#')).peekable();
    let parted = lines.next_if(|l| l.trim().is_empty()).is_some();
    let rest: usize = lines.skip_while(|l| l.trim().is_empty()).map(str::len).sum();
    let at = module.line_start(next).to_usize() - rest;
    match TextSize::try_from(at) {
        Ok(at) if parted && between.trim_start().starts_with('#') => at,
        _ => line,
    }
}

/// `pass` and `...`
fn is_nothing(statement: &Stmt) -> bool {
    match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(e) => e.value.is_ellipsis_literal_expr(),
        _ => false,
    }
}

impl Place {
    pub fn edit(&self, module: &Module, class: &ast::StmtClassDef, slots: &[String]) -> Edit {
        let first = class.body.first().expect("a class has a body");
        let indent = module.indentation(first.start());
        let quote = style::quote(module);
        let names: Vec<String> = slots.iter().map(|s| format!("{quote}{s}{quote}")).collect();
        let value = match &names[..] {
            [one] => format!("({one},)"),
            several => format!("({})", several.join(", ")),
        };
        let mut line = format!("{indent}__slots__ = {value}\n");
        if !style::fits(module, line.trim_end()) {
            let unit = module.indent_unit(first.start());
            let lines: String = names.iter().map(|n| format!("{indent}{unit}{n},\n")).collect();
            line = format!("{indent}__slots__ = (\n{lines}{indent})\n");
        }
        // A body that says nothing is not needed any more.
        if let Some(last) = class.body.last()
            && is_nothing(last)
            && class.body.len() <= 2
            && module.line_start(last.start()) + module.indentation(last.start()).text_len() == last.start()
        {
            return Edit::replace(last.range(), line.trim().to_string());
        }
        line.push('\n');
        Edit::insert(self.at, line)
    }
}
