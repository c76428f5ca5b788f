//! The factory, as text, and the edits that put it in the place of the copies.

use unspool_engine::rewrite::is_pragma;
use unspool_engine::syntax::{Module, Ranged, Stmt, TextRange, TextSize};
use unspool_engine::text::Edit;
use unspool_engine::transform::{CommentChange, FileContext, ImportRequest};

use super::annotation::{self, Annotations};
use super::copy::{Copy, names_in};
use crate::generated::home::{Home, Placed};
use crate::generated::merge::{Manner, Merged, Param, each, merge, rewritten};
use crate::generated::naming::{is_keyword, numbered};
use crate::generated::style::{
    above, behind_body, blank_above, blank_lines, body_end, call, fits, has_long_string, missing_above,
    reindented, short_literal,
};
use crate::generated::term::Term;

pub struct Factory {
    pub placed: Placed,
    pub edits: Vec<Edit>,
    /// What its annotations need.
    pub import: Option<ImportRequest>,
    pub merged: Vec<CommentChange>,
    /// Names of the module that arguments have.
    pub globals: Vec<String>,
    pub parameters: usize,
    /// Those whose place does not tell what they are.
    pub unnamed: usize,
    /// Comments that have lost their place: why.
    pub lost: Option<String>,
}

/// Makes the factory for copies of one shape; an error says why it cannot be written.
pub fn factory<'a>(cx: &FileContext<'a, '_>, copies: &[&Copy<'a>], home: &Home) -> Result<Factory, String> {
    let module = cx.module;
    if let Some(long) = copies.iter().find(|c| has_long_string(module, body_range(module, c))) {
        return Err(format!("a string of `{}` goes over several lines", long.name()));
    }
    let model = copies.iter().position(|c| !is_on_one_line(module, c)).ok_or("all stand on one line")?;
    let comments: Vec<Vec<&str>> = copies.iter().map(|c| comments_of(module, c)).collect();
    let keeps_comments = comments.iter().all(|c| *c == comments[0]);
    let mut lost = None;
    let mut merged = Vec::new();
    for (i, copy) in copies.iter().enumerate() {
        for comment in module.comments_in(whole(module, copy)) {
            let text = &module.text()[comment.range()];
            if is_pragma(text) || text.trim_start_matches('#').trim_start().starts_with("type:") {
                let line = module.line(comment.start());
                lost = Some(format!("the comment on line {line} speaks to a tool about code that goes"));
            }
            if keeps_comments && i != model {
                merged.push(CommentChange::Merged(comment.range()));
            }
        }
    }
    let mut taken = names_in(module, copies[model].body());
    taken.extend(copies[model].parameters.iter().map(ToString::to_string));
    taken.push("doc".into());
    let manner = Manner { prefix: "", open_kinds: false, taken: taken.clone() };
    let terms: Vec<&[Term]> = copies.iter().map(|c| &c.terms[..]).collect();
    let made = merge(cx, &terms, model, Vec::new(), &manner)?;
    let (name, inner) = names(cx, copies, &taken, &made, home);
    // What another module would have to import for its annotations stays out of it.
    let annotations = match home {
        Home::File(_) => annotation::annotations(cx, copies[model].def),
        Home::Module(_) => None,
    };
    let mut writing = Writing {
        module,
        copies,
        model: copies[model],
        made: &made,
        name: &name,
        inner: &inner,
        here: true,
        annotations: annotations.as_ref(),
    };
    let text = writing.factory(keeps_comments)?;
    let placed = match home.at_hand(cx, &text, &name, copies[0].def.start())? {
        Some(at_hand) => at_hand,
        None => home.place(cx, &text, &name),
    };
    writing.name = &placed.name;
    writing.here = placed.here;
    let edits = writing.edits(&text, keeps_comments);
    let import = annotations.filter(|_| placed.here).and_then(|a| a.import);
    let globals = made.params.iter().flat_map(|p| p.globals.clone()).collect();
    let unnamed = made.params.iter().filter(|p| p.name.starts_with("argument")).count();
    Ok(Factory { placed, edits, import, merged, globals, parameters: made.params.len(), unnamed, lost })
}

fn is_on_one_line(module: &Module, copy: &Copy) -> bool {
    let first = &copy.body()[0];
    module.line(first.start()) == module.line(copy.def.name.start())
}

fn body_range(module: &Module, copy: &Copy) -> TextRange {
    let body = copy.body();
    TextRange::new(body[0].start(), body_end(module, copy.def))
}

/// The function with what stands behind its last statement.
fn whole(module: &Module, copy: &Copy) -> TextRange {
    TextRange::new(copy.def.start(), body_end(module, copy.def))
}

fn comments_of<'a>(module: &Module<'a>, copy: &Copy) -> Vec<&'a str> {
    module.comments_in(whole(module, copy)).map(|t| &module.text()[t.range()]).collect()
}

/// The names of the factory and of the function that it makes: of what the copies' names have in common.
fn names(
    cx: &FileContext,
    copies: &[&Copy],
    taken: &[String],
    made: &Merged,
    home: &Home,
) -> (String, String) {
    let words = |name: &str| name.trim_matches('_').split('_').map(ToString::to_string).collect::<Vec<_>>();
    let all: Vec<Vec<String>> = copies.iter().map(|c| words(c.name())).collect();
    let common = |at: &dyn Fn(&Vec<String>) -> String| {
        let first = at(&all[0]);
        all.iter().all(|w| at(w) == first).then_some(first)
    };
    let first = common(&|w| w.first().cloned().unwrap_or_default());
    let last = common(&|w| w.last().cloned().unwrap_or_default());
    let second = common(&|w| w.get(1).cloned().unwrap_or_default());
    let agent = |verb: &str| {
        let noun = match verb {
            "validate" | "valid" | "validator" => "validator",
            "check" | "checker" | "is" | "has" | "can" => "check",
            "parse" => "parser",
            "convert" | "to" => "converter",
            "ensure" | "require" | "assert" | "verify" => "check",
            _ => return None,
        };
        Some(noun)
    };
    let verb = [&first, &last].into_iter().flatten().find(|w| agent(w).is_some());
    // What gives another value back is no check: its own verb says more.
    let gives_back = copies[0].gives_its_parameter();
    let asks = |words: [&str; 2]| first.as_deref() == Some(words[0]) && second.as_deref() == Some(words[1]);
    let shared = shared_words(&all).join("_");
    let (noun, inner) = match (verb, &first) {
        _ if asks(["is", "valid"]) => ("validator", "is_valid"),
        (Some(verb), _) => (agent(verb).unwrap_or("check"), verb.as_str()),
        (None, Some(_)) if !gives_back => (shared.as_str(), shared.as_str()),
        (None, _) => ("check", "check"),
    };
    let private = copies.iter().all(|c| c.name().starts_with('_'));
    let under = if private { "_" } else { "" };
    let stem = format!("{under}make_{noun}");
    let name = numbered(&stem, |n| !home.is_free(cx, n));
    let clashes = |n: &str| taken.iter().any(|t| t == n) || made.params.iter().any(|p| p.name == n);
    let inner = numbered(if is_keyword(inner) { "check" } else { inner }, clashes);
    (name, inner)
}

/// The words with which all begin, then those with which all end.
fn shared_words(all: &[Vec<String>]) -> Vec<String> {
    let model = &all[0];
    let shortest = all.iter().map(Vec::len).min().unwrap_or(0);
    let agree = |at: &dyn Fn(&[String]) -> String| all.iter().all(|words| at(words) == at(model));
    let first = (0..shortest).take_while(|i| agree(&|w| w[*i].clone())).count();
    let last = (1..=shortest - first).take_while(|i| agree(&|w| w[w.len() - i].clone())).count();
    [&model[..first], &model[model.len() - last..]].concat()
}

struct Writing<'w, 'a> {
    module: &'w Module<'a>,
    copies: &'w [&'w Copy<'a>],
    model: &'w Copy<'a>,
    made: &'w Merged,
    name: &'w str,
    inner: &'w str,
    /// The factory is to be inserted.
    here: bool,
    annotations: Option<&'w Annotations>,
}

impl Writing<'_, '_> {
    fn has_docs(&self) -> bool {
        self.copies.iter().any(|c| c.doc.is_some())
    }

    fn factory(&self, keeps_comments: bool) -> Result<String, String> {
        let module = self.module;
        let unit = module.indent_unit(self.model.body()[0].start()).to_string();
        let mut edits = self.made.edits.clone();
        edits.push(Edit::replace(self.model.def.name.range(), self.inner));
        let agreed = self.agreed_names();
        each(&self.model.terms, &mut |term| {
            if let Term::Local { index, range } = term
                && let Some(Some(name)) = agreed.get(*index)
            {
                edits.push(Edit::replace(*range, name.clone()));
            }
        });
        for (i, parameter) in self.model.def.parameters.iter().enumerate() {
            if let Some(Some(name)) = agreed.get(i) {
                edits.push(Edit::replace(parameter.name().range(), name.clone()));
            }
        }
        if let Some(doc) = self.model.doc {
            let line = module.line_start(doc.start());
            if keeps_comments && module.has_comment(TextRange::new(line, module.line_end(doc.end()))) {
                return Err("a comment stands behind a docstring that goes".into());
            }
            let next = module.line_start(self.model.body()[0].start());
            let comments = module.has_comment(TextRange::new(line, next));
            let end = if comments {
                unspool_engine::text::next_line(module.text(), module.line_end(doc.end()))
            } else {
                next
            };
            edits.push(Edit::delete(TextRange::new(line, end)));
        }
        let mut range = whole(module, self.model);
        if !keeps_comments {
            edits.extend(without_comments(module, range));
            range = TextRange::new(range.start(), self.model.def.end());
        }
        let text = rewritten(module, range, &edits).replace("\r\n", "\n").replace('\r', "\n");
        let lines = reindented(&text, "", &unit).ok_or("the lines cannot be indented")?;
        let lines: String = lines.lines().map(|l| format!("{}\n", l.trim_end())).collect();
        let of = |p: &Param| match self.annotations.and_then(|_| annotation::of(p)) {
            Some(kind) => format!("{}: {kind}", p.name),
            None => p.name.clone(),
        };
        let mut params: Vec<String> = self.made.params.iter().map(of).collect();
        let mut end = String::new();
        if self.has_docs() {
            let doc = self.annotations.and_then(|a| a.doc);
            params.push(doc.map_or("doc=None".into(), |kind| format!("doc: {kind} = None")));
            end.push_str(&format!("{unit}{}.__doc__ = doc\n", self.inner));
        }
        end.push_str(&format!("{unit}return {}\n", self.inner));
        let returns = self.annotations.map_or(String::new(), |a| format!(" -> {}", a.returns));
        let mut head = format!("def {}({}){returns}:", self.name, params.join(", "));
        if !fits(module, &head) && !returns.is_empty() {
            let params: String = params.iter().map(|p| format!("{unit}{p},\n")).collect();
            head = format!("def {}(\n{params}){returns}:", self.name);
        }
        Ok(format!("{head}\n{lines}\n{end}"))
    }

    /// For each parameter that the copies call differently: its name in the factory.
    fn agreed_names(&self) -> Vec<Option<String>> {
        let used = names_in(self.module, self.model.body());
        (0..self.model.parameters.len())
            .map(|i| {
                let first = self.copies[0].parameters[i];
                let agreed = self.copies.iter().all(|c| c.parameters[i] == first);
                let free = !used.iter().any(|n| n == "value") && !self.model.parameters.contains(&"value");
                let clash = self.made.params.iter().any(|p| p.name == "value");
                (!agreed && i == 0 && free && !clash).then(|| "value".to_string())
            })
            .collect()
    }

    fn call(&self, i: usize) -> String {
        let mut arguments: Vec<String> = self.made.params.iter().map(|p| p.values[i].clone()).collect();
        if let Some(doc) = self.copies[i].doc {
            arguments.push(format!("doc={}", short_literal(self.module, doc)));
        }
        let copy = self.copies[i].name();
        call(self.module, &format!("{copy} = {}", self.name), &arguments)
    }

    fn edits(&self, text: &str, keeps_comments: bool) -> Vec<Edit> {
        let module = self.module;
        let gap = "\n".repeat(blank_lines(module));
        let mut edits = Vec::new();
        let statement = |copy: &Copy| -> &Stmt {
            let found = module.body().iter().find(|s| s.range() == copy.def.range());
            found.expect("the function is a statement of the module")
        };
        let first = statement(self.copies[0]);
        if self.here {
            let at = above(module, first.start());
            edits.push(Edit::insert(at, format!("{}{text}{gap}", missing_above(module, at))));
        }
        for (i, copy) in self.copies.iter().enumerate() {
            let own = statement(copy);
            let line = module.line_start(own.start());
            let last = module.line_end(own.end());
            let mut lines = String::new();
            if !keeps_comments {
                for comment in comments_of(module, copy) {
                    lines.push_str(&format!("{comment}\n"));
                }
            }
            lines.push_str(&self.call(i));
            // The line break behind a comment is no end of a statement.
            let end = if body_end(module, own) == last { last } else { behind_body(module, own) };
            if end > last && module.text()[..end.to_usize()].ends_with(['\n', '\r']) {
                lines.push('\n');
            }
            let follows_a_copy = i > 0 && {
                let above_it = blank_above(module, line);
                let before = behind_body(module, statement(self.copies[i - 1]));
                above_it == before && !lines.starts_with('#')
            };
            let start = if follows_a_copy { blank_above(module, line) } else { line };
            edits.push(Edit::replace(TextRange::new(start, end), lines));
        }
        edits
    }
}

/// Deletions of the comments in a range.
fn without_comments(module: &Module, range: TextRange) -> Vec<Edit> {
    module
        .comments_in(range)
        .map(|comment| {
            let line = module.line_start(comment.start());
            if module.text()[TextRange::new(line, comment.start())].trim().is_empty() {
                let end = unspool_engine::text::next_line(module.text(), module.line_end(comment.end()));
                return Edit::delete(TextRange::new(line, end));
            }
            let before = &module.text()[..comment.start().to_usize()];
            let blank = before.len() - before.trim_end_matches([' ', '\t']).len();
            Edit::delete(TextRange::new(comment.start() - TextSize::new(blank as u32), comment.end()))
        })
        .collect()
}
