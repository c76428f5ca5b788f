//! Obligations about what a text says: without them a program does the same, but its text is no longer true, or no longer says what
//! somebody meant to say. Whether it is so is asked of the text.

use std::collections::BTreeSet;
use std::path::PathBuf;

use unspool_engine::syntax::{
    AnyNodeRef, Expr, Module, NodeId, PythonVersion, Ranged, TextRange, ast, parse,
};

/// A file: where it is, the text after and before.
pub type Texts = (PathBuf, String, String);

/// Whether something is wrong in a file, of one or of several.
type Wrong = fn(&Module, &[Texts]) -> bool;

/// Transform, obligation, and what is wrong with a text in which it does not hold.
const TOLD: &[(&str, &str, Wrong)] = &[
    ("chain-to-pipeline", "annotation", generator_said_to_be_a_list),
    ("list-builder-to-generator", "said-of-it", generator_function_said_to_give_a_list),
    ("acquire-release-to-contextmanager", "one-meaning", one_manager_for_several_functions),
];

/// Whether what the obligation is about became untrue in one of the files.
pub fn untrue(transform: &str, kind: &str, files: &[Texts]) -> bool {
    let Some((_, _, wrong)) = TOLD.iter().find(|(t, k, _)| *t == transform && *k == kind) else {
        return false;
    };
    let is_wrong = |text: &str| {
        let Ok(parsed) = parse(text, PythonVersion::PY313) else { return false };
        wrong(&Module::new(text, &parsed), files)
    };
    let changed = files
        .iter()
        .filter(|(path, after, before)| after != before && path.extension().is_some_and(|e| e == "py"));
    changed.into_iter().any(|(_, after, before)| is_wrong(after) && !is_wrong(before))
}

/// Whether the obligation is about what a text says.
pub fn is_told(transform: &str, kind: &str) -> bool {
    TOLD.iter().any(|(t, k, _)| *t == transform && *k == kind)
}

/// The last part of the name in front of any brackets: `List` of `typing.List[int]`.
fn head<'m>(module: &'m Module, annotation: &Expr) -> &'m str {
    let text = module.source(annotation).trim_matches(['"', '\'']);
    let name = text.split('[').next().unwrap_or(text).trim_end();
    name.rsplit('.').next().unwrap_or(name)
}

/// Whether it is a name that a generator has no right to.
fn is_sequence(name: &str) -> bool {
    ["list", "List", "Sequence", "MutableSequence", "Collection", "Sized"].contains(&name)
}

/// What a type comment on these lines says: `List` of `# type: (int) -> List[int]`.
fn commented<'m>(module: &'m Module, lines: TextRange) -> Option<&'m str> {
    let comment = module
        .comments_in(lines)
        .map(|c| module.source(c))
        .find_map(|text| text.trim_start_matches('#').trim_start().strip_prefix("type:"))?;
    let said = comment.rsplit("->").next().unwrap_or(comment).trim();
    let name = said.split('[').next().unwrap_or(said);
    Some(name.rsplit('.').next().unwrap_or(name).trim())
}

/// Values that are computed element by element.
fn is_lazy(module: &Module, value: &Expr) -> bool {
    match value {
        Expr::Generator(_) => true,
        Expr::Call(c) => ["map", "filter", "zip", "islice", "chain"].contains(&module.source(&*c.func)),
        _ => false,
    }
}

/// `names: list[str] = (n.lower() for n in words)`
fn generator_said_to_be_a_list(module: &Module, _: &[Texts]) -> bool {
    module.nodes().any(|(_, node)| match node {
        AnyNodeRef::StmtAnnAssign(a) => {
            a.value.as_deref().is_some_and(|value| is_lazy(module, value))
                && is_sequence(head(module, &a.annotation))
        }
        AnyNodeRef::StmtAssign(a) => {
            let line = TextRange::new(a.start(), module.line_end(a.end()));
            is_lazy(module, &a.value) && commented(module, line).is_some_and(is_sequence)
        }
        _ => false,
    })
}

fn is_generator(module: &Module, function: NodeId) -> bool {
    module.subtree(function).any(|(id, node)| {
        matches!(node, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_))
            && module.enclosing_function(id) == Some(function)
    })
}

/// A function that yields, of which its annotation, a type comment or a stub beside the file says that it gives a list.
fn generator_function_said_to_give_a_list(module: &Module, files: &[Texts]) -> bool {
    let stubs = files.iter().filter(|(path, ..)| path.extension().is_some_and(|e| e == "pyi"));
    let stubs: Vec<&str> = stubs.map(|(_, _, text)| text.as_str()).collect();
    module.nodes().any(|(id, node)| {
        let AnyNodeRef::StmtFunctionDef(f) = node else { return false };
        is_generator(module, id)
            && (f.returns.as_deref().is_some_and(|r| is_sequence(head(module, r)))
                || commented(module, signature(f)).is_some_and(is_sequence)
                || stubs.iter().any(|stub| declares_a_list(stub, f.name.as_str())))
    })
}

/// From the parameters to the first statement.
fn signature(function: &ast::StmtFunctionDef) -> TextRange {
    let first = function.body.first().map_or(function.end(), Ranged::start);
    TextRange::new(function.parameters.end(), first)
}

fn declares_a_list(stub: &str, name: &str) -> bool {
    let Ok(parsed) = parse(stub, PythonVersion::PY313) else { return false };
    let module = Module::new(stub, &parsed);
    module.nodes().any(|(_, node)| match node {
        AnyNodeRef::StmtFunctionDef(f) if f.name.as_str() == name => {
            f.returns.as_deref().is_some_and(|r| is_sequence(head(&module, r)))
        }
        _ => false,
    })
}

/// A context manager that several functions enter: what each of them said for itself is said once, for all.
fn one_manager_for_several_functions(module: &Module, _: &[Texts]) -> bool {
    let made = module.nodes().filter_map(|(_, node)| match node {
        AnyNodeRef::StmtFunctionDef(f) => {
            let is_manager = |d: &ast::Decorator| {
                ["contextmanager", "asynccontextmanager"].contains(&head(module, &d.expression))
            };
            f.decorator_list.iter().any(is_manager).then(|| f.name.as_str())
        }
        _ => None,
    });
    made.into_iter().any(|name| {
        let enters = module.nodes().filter_map(|(id, node)| match node {
            AnyNodeRef::ExprCall(c) => {
                let entered = matches!(module.parent_node(id), Some(AnyNodeRef::WithItem(_)));
                (entered && head(module, &c.func) == name).then(|| module.enclosing_function(id)).flatten()
            }
            _ => None,
        });
        enters.collect::<BTreeSet<NodeId>>().len() > 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(transform: &str, kind: &str, before: &str, after: &str, wrong: bool) {
        let files = [(PathBuf::from("main.py"), after.to_owned(), before.to_owned())];
        assert_eq!(untrue(transform, kind, &files), wrong);
    }

    #[test]
    fn a_generator_is_no_list() {
        let check = |before, after, wrong| check("chain-to-pipeline", "annotation", before, after, wrong);
        check("a: list[int] = [b for b in c]\n", "a: list[int] = (b for b in c)\n", true);
        check("a: list[int] = [b for b in c]\n", "a: Iterator[int] = (b for b in c)\n", false);
        check("a = [b for b in c]  # type: List[int]\n", "a = (b for b in c)  # type: List[int]\n", true);
        check("a = [b for b in c]  # all\n", "a = (b for b in c)  # all\n", false);
    }

    #[test]
    fn a_function_that_yields_gives_no_list() {
        let check = |head: &str, wrong| {
            let before = format!("def f(a){head}\n    b = []\n    b.append(a)\n    return b\n");
            let after = format!("def f(a){head}\n    yield a\n");
            check("list-builder-to-generator", "said-of-it", &before, &after, wrong);
        };
        check(" -> list[int]:", true);
        check(" -> 'List[int]':", true);
        check(":  # type: (int) -> List[int]", true);
        check(" -> Iterable[int]:", false);
        check(":", false);
    }

    #[test]
    fn two_functions_become_one() {
        let manager = "@contextmanager\ndef m():\n    a()\n    yield\n";
        let enter = |name: &str| format!("def {name}():\n    with m():\n        pass\n");
        let check = |after: String, wrong| {
            check("acquire-release-to-contextmanager", "one-meaning", "x = 1\n", &after, wrong);
        };
        check(format!("{manager}{}{}", enter("f"), enter("g")), true);
        check(format!("{manager}{}", enter("f")), false);
    }

    #[test]
    fn every_line_is_about_an_obligation() {
        for (transform, kind, _) in TOLD {
            let all = unspool_transforms::registry();
            let meta = all.iter().find(|t| t.meta().id == *transform).unwrap().meta();
            assert!(meta.obligations.iter().any(|o| o.id == *kind), "{transform}/{kind}");
        }
    }
}
