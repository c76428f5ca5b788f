//! The line with the slots.

use unspool_engine::syntax::{Module, Ranged, Stmt, TextLen, TextSize, ast};
use unspool_engine::text::{Edit, block_range};

use crate::generated::style;

/// Where the line goes.
pub struct Place {
    at: TextSize,
}

/// Behind the docstring, in front of everything else, comments that belong to it included.
pub fn place(module: &Module, class: &ast::StmtClassDef) -> Result<Place, String> {
    let docstring =
        class.body.first().is_some_and(|s| matches!(s, Stmt::Expr(e) if e.value.is_string_literal_expr()));
    let next = class.body.get(usize::from(docstring)).ok_or("the class has nothing but a docstring")?;
    let block = block_range(module, std::slice::from_ref(next));
    let line = module.line_start(block.start());
    let own_line = line + module.indentation(block.start()).text_len() == block.start();
    if !own_line && block.start() != line {
        return Err(format!("line {} has other code, too", module.line(block.start())));
    }
    Ok(Place { at: line })
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
        line.push('\n');
        Edit::insert(self.at, line)
    }
}
