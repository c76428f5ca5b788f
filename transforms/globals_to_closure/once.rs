//! Values that a function makes when it is first asked: the standard library has a line for them.

use unspool_engine::syntax::{AnyNodeRef, Expr};
use unspool_engine::transform::FileContext;

use super::group::Group;

/// Why a factory says less than a decorator would: one function without parameters makes one value and keeps it.
///
/// `definitions` are the first values of the variables.
pub fn made_once(cx: &FileContext, group: &Group, definitions: &[(usize, &Expr)]) -> Option<String> {
    let module = cx.module;
    let defs = group.defs(module);
    let ([variable], [(_, first)], [def]) = (&group.variables[..], definitions, &defs[..]) else {
        return None;
    };
    let is_unset = first.is_none_literal_expr() || matches!(first, Expr::BooleanLiteral(b) if !b.value);
    if !is_unset || def.parameters.iter().next().is_some() || def.is_async {
        return None;
    }
    let own = module.id(*def);
    let is_variable = |e: &Expr| matches!(e, Expr::Name(n) if n.id.as_str() == variable.name);
    let reads = |e: &Expr| {
        let mut nodes = module.subtree(module.id(e));
        nodes.any(|(_, node)| matches!(node, AnyNodeRef::ExprName(n) if n.id.as_str() == variable.name))
    };
    let (mut asks, mut gives) = (false, false);
    for (id, node) in module.subtree(own) {
        if module.enclosing_function(id) != Some(own) {
            continue;
        }
        match node {
            AnyNodeRef::StmtReturn(r) => match r.value.as_deref() {
                Some(value) if is_variable(value) => gives = true,
                // What is given where the value could not be made.
                Some(Expr::NoneLiteral(_) | Expr::NumberLiteral(_) | Expr::UnaryOp(_)) => {}
                _ => return None,
            },
            // What comes out of the value before is counted or switched, not made.
            AnyNodeRef::StmtAugAssign(a) if is_variable(&a.target) => return None,
            AnyNodeRef::StmtAssign(a) if a.targets.iter().any(is_variable) && reads(&a.value) => {
                return None;
            }
            AnyNodeRef::StmtIf(i) => asks |= reads(&i.test),
            AnyNodeRef::ExprIf(i) => asks |= reads(&i.test),
            AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => return None,
            _ => {}
        }
    }
    (asks && gives).then(|| {
        format!(
            "benefit: `{}` takes no arguments, makes one value and keeps it: `functools.cache` would say so in one line",
            def.name
        )
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use unspool_engine::driver::fix_file;
    use unspool_engine::transform::{Profile, Target, Verdict};

    use crate::globals_to_closure::GlobalsToClosure;

    /// Whether the only site of a program is withheld because its value is made once, and rewritten when everything is wanted.
    #[track_caller]
    fn check(first: &str, function: &str, is_made_once: bool) {
        let text = format!(
            "import uuid\n\n_node = {first}\n\n\n{function}\n\nif __name__ == '__main__':\n    print(node(), node())\n"
        );
        let sites = |profile| {
            let fixed =
                fix_file(Path::new("a.py"), &text, &[&GlobalsToClosure], true, profile, Target::default());
            fixed.expect("the text is Python").sites
        };
        let [site] = &sites(Profile::Memory)[..] else { panic!("one site: {text}") };
        let why = site.proposal.withheld.as_deref().unwrap_or_default();
        assert_eq!(why.contains("functools.cache"), is_made_once, "{text}{why}");
        assert_eq!(site.verdict == Verdict::Withheld, is_made_once, "{text}");
        let all = sites(Profile::All);
        assert!(all.iter().any(|site| site.applied), "{text}");
    }

    #[test]
    fn values_that_are_made_once() {
        let lazy = "def node():\n    global _node\n    if _node is None:\n        _node = uuid.getnode()\n    return _node\n";
        check("None", lazy, true);
        check("False", &lazy.replace("_node is None", "not _node"), true);
        check("None", &lazy.replace("_node is None", "_node is None and uuid"), true);
        let early = "def node():\n    global _node\n    if _node is not None:\n        return _node\n    for make in [uuid.getnode]:\n        _node = make()\n        if _node:\n            return _node\n    return -1\n";
        check("None", early, true);
        // Others need their state.
        check(
            "None",
            &lazy.replace("node():", "node(again=False):").replace("_node is None", "again or _node is None"),
            false,
        );
        check("0", &lazy.replace("_node is None", "not _node"), false);
        check("None", &lazy.replace("uuid.getnode()", "_node or uuid.getnode()"), false);
        check("None", &lazy.replace("return _node", "return uuid.UUID(int=_node)"), false);
        check(
            "None",
            &lazy.replace(
                "    if _node is None:\n        _node = uuid.getnode()\n    return _node\n",
                "    _node = uuid.getnode()\n    return _node\n",
            ),
            false,
        );
        check("None", &format!("{lazy}\n\ndef reset():\n    global _node\n    _node = None\n"), false);
        check("False", "def node():\n    global _node\n    _node = not _node\n    return _node\n", false);
    }
}
