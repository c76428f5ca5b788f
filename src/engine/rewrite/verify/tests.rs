use super::*;
use crate::text::Edit;

fn violation(
    before: &str,
    edits: &[(&str, &str)],
    declared: fn(TextRange) -> CommentChange,
    comments: &[&str],
) -> Option<Violation> {
    let range = |text: &str| {
        let start = before.find(text).unwrap_or_else(|| panic!("{text:?} in {before:?}"));
        TextRange::at(TextSize::new(start as u32), TextSize::of(text))
    };
    let target = PythonVersion::PY38;
    let parsed = parse(before, target).unwrap();
    let module = Module::new(before, &parsed);
    let edits = edits.iter().map(|(old, new)| Edit::replace(range(old), *new)).collect();
    let patch = Patch::new(edits, before).unwrap();
    let after = patch.apply(before);
    let declared: Vec<_> = comments.iter().map(|comment| declared(range(comment))).collect();
    verify(&module, &patch, &after, target, &declared).err()
}

/// Edits replace the first occurrence of their text.
#[track_caller]
fn check(before: &str, edits: &[(&str, &str)]) {
    assert_eq!(violation(before, edits, CommentChange::Merged, &[]), None);
}

#[track_caller]
fn check_fails(before: &str, edits: &[(&str, &str)], expected: &str) {
    let violation = violation(before, edits, CommentChange::Merged, &[]).expect("a violation").to_string();
    assert!(violation.contains(expected), "{violation}");
}

#[test]
fn good_rewrites_pass() {
    check("a = b\n", &[]);
    check("for x in y:  # c\n    yield x\n", &[("for x in", "yield from"), (":", ""), ("\n    yield x", "")]);
    check("any([x for x in y])", &[("[", ""), ("]", "")]);
    check("f = g\nh(f)\n", &[("f = g\n", "with g as f:\n"), ("h(f)", "    h(f)")]);
    check("if x:\n    a\n    b\n", &[("if x:\n", ""), ("    a", "a"), ("    b", "b")]);
    check("a\r\nb\r\n", &[("b", "c\nd")]);
    check("\"\"\"Doc.\"\"\"\n\nx\n", &[("\nx", "import y\n\nx")]);
}

#[test]
fn the_result_parses_for_the_target() {
    check_fails("a = b\n", &[("b", "(")], "does not parse");
    check_fails(
        "a = b\n",
        &[("= b", "= (b := 1) if b else f'{b:{\"x\"}}'; match b:\n  case 1: pass")],
        "does not parse",
    );
    check_fails("a = b\n", &[("a = b", "match a:\n  case 1: b")], "newer Python");
    check("match a:\n  case 1: b\n", &[("b", "c")]);
    check_fails("match a:\n  case 1: b\n", &[("b", "c\nmatch a:\n  case 1: b")], "newer Python");
    check_fails("if x:\n    a\n    b\n", &[("    b", "  b")], "does not parse");
}

#[test]
fn tokens_outside_of_the_edits_are_the_same() {
    // Grown together with its neighbour.
    check_fails("x = a\n", &[("= ", "= b")], "outside of the edits");
    check_fails("x = 1\n", &[("= ", "= 1")], "outside of the edits");
    // The end of a statement has become a line break inside of brackets, and the other way round.
    check_fails("f\n(a)\n", &[("f", "f("), ("(a)", "(a))")], "outside of the edits");
    check_fails("f(\na)\n", &[("f(", "f"), ("a)", "a")], "outside of the edits");
    // Commented out by an edit elsewhere.
    check_fails("x; y\n", &[("; ", "  # ")], "outside of the edits");
}

#[test]
fn strings_change_as_a_whole() {
    check_fails("x = 'abc'\n", &[("b", "B")], "into a string");
    check_fails("x = f'a{b}cd'\n", &[("d", "D")], "into a string");
    check_fails("x = \"\"\"a\n b\"\"\"\n", &[(" b", "  b")], "into a string");
    check("x = 'abc'\n", &[("'abc'", "'aBc'")]);
    check("x = f'a{b}c'\n", &[("b", "d")]);
}

#[test]
fn lines_end_as_they_did() {
    check_fails("a\n", &[("a\n", "a")], "end of the last line");
    check_fails("a", &[("a", "a\n")], "end of the last line");
    check_fails("a\n", &[("a\n", "a\r\n")], "line endings");
    check_fails("a", &[("a", "a\r\nb")], "line endings");
    check("a", &[("a", "a\nb")]);
    check("a\rb\n", &[("a\r", "")]);
    check_fails("#!/bin/python\nx\n", &[("#!", "import y\n#!")], "interpreter");
    check_fails("x\n", &[("x", "# coding: latin-1\nx")], "encoding");
    check_fails("\n# coding: utf-8\nx\n", &[("\n#", "\n\n#")], "encoding");
}

#[test]
fn comments_come_through() {
    check_fails("a  # one\n", &[("  # one", "")], "lost: # one");
    check_fails("a\n", &[("a", "a  # one")], "appear: # one");
    check_fails("a  # one\n", &[("# one", "# two")], "appear: # two");
    check("a  # one\nb\n", &[("a  # one", "a"), ("b", "b  # one")]);
    check_fails("a  # x\nb  # x\n", &[("a  # x\n", "")], "lost: # x");
}

#[test]
fn declared_comments_may_change() {
    #[track_caller]
    fn check(
        before: &str,
        edits: &[(&str, &str)],
        declared: fn(TextRange) -> CommentChange,
        comment: &str,
        expected: Option<&str>,
    ) {
        let violation = violation(before, edits, declared, &[comment]).map(|v| v.to_string());
        assert_eq!(violation.is_some(), expected.is_some(), "{violation:?}");
        assert!(violation.unwrap_or_default().contains(expected.unwrap_or_default()));
    }
    let (updated, merged) = (CommentChange::Updated, CommentChange::Merged);
    check("a  # type: X\n", &[("# type: X", "# type: Y")], updated, "# type: X", None);
    check("a  # type: X\n", &[("  # type: X", "")], updated, "# type: X", None);
    check("a  # X\n", &[("# X", "# Y")], updated, "# X", Some("declared"));
    check("a  # type: X\n", &[("# type: X", "# Y")], updated, "# type: X", Some("appear"));
    check("a  # x\nb  # x\n", &[("a  # x\n", "")], merged, "# x", None);
    check("a  # x\nb\n", &[("a  # x\n", "")], merged, "# x", Some("declared"));
    check("a  # noqa\nb  # noqa\n", &[("a  # noqa\n", "")], merged, "# noqa", Some("declared"));
    check("a  # x\n", &[], merged, "a", Some("declared"));
}

#[test]
fn pragmas_stay_with_their_code() {
    let header = &[("for x in", "yield from"), (":", ""), ("\n    yield x", "")];
    check("for x in y:  # noqa\n    yield x\n", header);
    check("for x in y:\n    yield x  # noqa\n", &[("for x in", "yield from"), (":\n    yield x", "")]);
    check("f = g()  # noqa\n", &[("f = ", "with "), ("  #", " as f:  #"), ("\n", "\n    pass\n")]);
    check_fails("a  # noqa\nb\n", &[("  # noqa", ""), ("b", "b  # noqa")], "leave its code");
    check_fails("a  # noqa\nb\n", &[("  # noqa", "\n# noqa")], "outside of the edits");
    check_fails("# noqa\nb\n", &[("# noqa\n", ""), ("b", "b  # noqa")], "leave its code");
    check_fails("f(a,  # noqa\n  b)\n", &[(",  # noqa", ","), ("b)", "b)  # noqa")], "leave its code");
    check("f(a,  # noqa\n  b)\n", &[("a,  #", "c,  #")]);
    check("# mypy: x\na\n", &[("\n", "\nimport b\n")]);
    check_fails("# pylint: disable-next=x\na\n", &[("\n", "\nimport b\n")], "leave its code");
    check_fails(
        "# fmt: off\na\nb\nc\n",
        &[("# fmt: off\n", ""), ("b\n", "b\n# fmt: off\n")],
        "leave its code",
    );
}
