use super::*;
use crate::syntax::ast::StmtIf;
use crate::syntax::ast::comparable::ComparableStmt;
use crate::syntax::{Parsed, PythonVersion, parse};
use crate::text::Patch;
use proptest::prelude::*;

fn parsed(text: &str) -> Parsed {
    parse(text, PythonVersion::PY314).unwrap_or_else(|e| panic!("{e}:\n{text}"))
}

/// Moves the lines between the two `|`.
fn moved(marked: &str, change: &Indent) -> Result<String, ReindentError> {
    let [before, block, after] = marked.split('|').collect::<Vec<_>>()[..] else {
        panic!("two marks: {marked}")
    };
    let text = [before, block, after].concat();
    let parsed = parsed(&text);
    let module = Module::new(&text, &parsed);
    let range = TextRange::at(before.text_len(), block.text_len());
    let edits = reindent(&module, range, change)?;
    Ok(Patch::new(edits, &text).unwrap().apply(&text))
}

#[track_caller]
fn check(marked: &str, change: Indent, expected: &str) {
    assert_eq!(moved(marked, &change).as_deref(), Ok(expected));
}

#[track_caller]
fn check_refused(marked: &str, change: Indent, expected: fn(TextRange) -> ReindentError) {
    let error = moved(marked, &change).expect_err("refused");
    assert_eq!(std::mem::discriminant(&error), std::mem::discriminant(&expected(TextRange::default())));
}

fn dedent(unit: &str) -> Indent {
    Indent::Dedent(unit.into())
}

fn replace(from: &str, to: &str) -> Indent {
    Indent::Replace { from: from.into(), to: to.into() }
}

#[test]
fn deeper_by_the_unit_of_the_file() {
    check("|a\nb|\nc\n", Indent::Deeper, "    a\n    b\nc\n");
    check("if x:\n  |a|\n  b\n", Indent::Deeper, "if x:\n    a\n  b\n");
    check("if x:\n\t|a\n\tif y:\n\t\tb|", Indent::Deeper, "if x:\n\t\ta\n\t\tif y:\n\t\t\tb");
    check("|a\r\nb|\r\n", Indent::Deeper, "    a\r\n    b\r\n");
    check("|a\rb|\r", Indent::Deeper, "    a\r    b\r");
}

#[test]
fn continuation_lines_and_comments_move_and_blank_lines_stay() {
    check(
        "|f(a,\n  b)\n\n# c\n   \nx = 1 + \\\n 2|\n",
        Indent::Deeper,
        "    f(a,\n      b)\n\n    # c\n   \n    x = 1 + \\\n     2\n",
    );
    check("if x:\n    |f(a,\n  b)\n# c\n    d|\n", dedent("    "), "if x:\nf(a,\nb)\n# c\nd\n");
    check("|if x:\n        # c\n    a|\n", Indent::Deeper, "    if x:\n            # c\n        a\n");
}

#[test]
fn strings_stay_as_they_are() {
    check("|x = '''a\n b\n  '''\ny|\n", Indent::Deeper, "    x = '''a\n b\n  '''\n    y\n");
    check(
        "|x = f'''a\n {b\n} {c:\n}\n  '''\ny|\n",
        Indent::Deeper,
        "    x = f'''a\n {b\n} {c:\n}\n  '''\n    y\n",
    );
    check("|x = t'''a\n {b\n}'''\ny|\n", Indent::Deeper, "    x = t'''a\n {b\n}'''\n    y\n");
    check("|x = 'a\\\n b'\ny|\n", Indent::Deeper, "    x = 'a\\\n b'\n    y\n");
    check("|('''a\n''',\nb)|\n", Indent::Deeper, "    ('''a\n''',\n    b)\n");
}

#[test]
fn outwards_and_sideways() {
    check("if x:\n    |a\n    if y:\n        b|\n", dedent("  "), "if x:\n  a\n  if y:\n      b\n");
    check("if x:\n\tif y:\n\t    |a\n\t    b|\n", dedent("    "), "if x:\n\tif y:\n\ta\n\tb\n");
    check("if x:\n    |a\n    b|\n", replace("    ", "\t"), "if x:\n\ta\n\tb\n");
    check("if x:\n    |a|\n", replace("", ""), "if x:\n    a\n");
}

#[test]
fn what_cannot_be_carried_over_is_refused() {
    check_refused("if x:\n    |a|\n", dedent("\t"), ReindentError::OtherIndentation);
    check_refused("if x:\n    |a|\n", replace("\t", ""), ReindentError::OtherIndentation);
    check_refused("a; |b|\n", Indent::Deeper, ReindentError::SharedLine);
    check_refused("|a|; b\n", Indent::Deeper, ReindentError::SharedLine);
    check_refused("if x: |b|\n", Indent::Deeper, ReindentError::SharedLine);
    check_refused("|\x0ca|\n", Indent::Deeper, ReindentError::OddIndentation);
    check_refused("a\n|\\\nb|\n", Indent::Deeper, ReindentError::OddIndentation);
    // Behind four spaces a tab goes to column 8, and nine spaces are deeper; without the four they are not.
    let mixed = "if x:\n    |if y:\n    \tif z:\n         a|\n";
    check_refused(mixed, dedent("    "), ReindentError::MixedTabs);
    check(mixed, replace("", " "), "if x:\n     if y:\n     \tif z:\n          a\n");
}

#[test]
fn the_comments_of_a_block() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let parsed = parsed(text);
        let module = Module::new(text, &parsed);
        let Some(Stmt::If(StmtIf { body, .. })) = module.body().first() else { panic!("starts with if") };
        assert_eq!(&text[block_range(&module, body)], expected);
    }
    check("if x:\n    a\nb\n", "    a");
    check("if x: a # c\nb\n", "a # c");
    check("if x: # h\n\n    # c\n    a;\nb\n", "    # c\n    a");
    check("if x:\n  # c\n    a # d\n\n    # e\n  # f\n# g\nb\n", "  # c\n    a # d\n\n    # e");
    check("if x:\n    if y:\n        a\n        # c\n    # d", "    if y:\n        a\n        # c\n    # d");
}

#[test]
fn the_comments_of_statements_amid_a_block() {
    let text = "a\n# b\nif b:\n    b\n    # in b\n# c\nc\n    # deep\n# d\nd\n";
    let parsed = parsed(text);
    let module = Module::new(text, &parsed);
    let range = |from: usize, to: usize| &text[block_range(&module, &module.body()[from..to])];
    assert_eq!(range(0, 1), "a");
    assert_eq!(range(1, 2), "# b\nif b:\n    b\n    # in b");
    assert_eq!(range(2, 3), "# c\nc\n    # deep");
    assert_eq!(range(3, 4), "# d\nd");
}

#[test]
fn comments_at_the_head_of_a_file_stay_there() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let parsed = parsed(text);
        let module = Module::new(text, &parsed);
        assert_eq!(&text[block_range(&module, module.body())], expected);
    }
    check("#!/bin/python\n# a\nb\n", "# a\nb");
    check("#!/bin/python\r\n# coding: utf-8\r\n# a\r\nb\r\n", "# a\r\nb");
    check("# License\n\n# a\n# c\nb\n", "# a\n# c\nb");
    check("# License\n\n\nb\n", "b");
    check("# a\r# c\rb\r", "# a\r# c\rb");
}

/// Statements that do not start blocks, some over several lines.
const SIMPLE: &[&str] = &[
    "x = 1",
    "x = '''a\n  b\n\tc\n'''",
    "x = f'''a\n {x\n} {y!r:>{w}}\n'''",
    "x = 'a\\\n  b'; y = 2",
    "call(a,\n  b,\n# inside\n\n      c)",
    "x = 1 + \\\n  2",
    "'''doc\n  '''; z",
    "x  # trailing",
    "x  # noqa",
    "# fmt: off",
    "# comment",
    "  # deeper comment",
    "",
    "  ",
    "if a: b; c",
    "x = [\n'''a\n b''',\n\t'c'\n]",
    "é = lambda: (yield\n)",
];

/// A block as lines without the indentation that its place gives it.
fn block(unit: &'static str) -> impl Strategy<Value = Vec<String>> {
    let simple = prop::sample::select(SIMPLE).prop_map(|s| vec![s.to_owned()]);
    let blocks = simple.prop_recursive(4, 24, 4, move |inner| {
        prop::collection::vec(inner, 1..4).prop_map(move |statements| {
            let mut lines = vec!["while x:".to_owned()];
            // Only lines where a statement starts are laid out by its block.
            lines.extend(statements.concat().iter().map(|line| format!("{unit}{line}")));
            lines.push(format!("{unit}pass"));
            lines
        })
    });
    prop::collection::vec(blocks, 1..5).prop_map(|b| b.concat())
}

fn program() -> impl Strategy<Value = String> {
    let unit = prop::sample::select(&["    ", "  ", "\t", "\t  "][..]);
    let ending = prop::sample::select(&["\n", "\r\n", "\r"][..]);
    (unit.prop_flat_map(block), ending, any::<bool>()).prop_map(|(lines, ending, last)| {
        let text = lines.join("\n") + if last { "\nlast\n" } else { "\nlast" };
        text.replace('\n', ending)
    })
}

/// All tokens with their text, but for those that say how deep blocks are.
fn tokens(module: &Module<'_>) -> Vec<(TokenKind, String)> {
    module
        .tokens()
        .iter()
        .filter(|t| !matches!(t.kind(), TokenKind::Indent | TokenKind::Dedent))
        .map(|t| (t.kind(), module.source(t).to_owned()))
        .collect()
}

/// The statements of the `n`th block of a module, the module's own being the 0th.
fn nth_block<'a>(module: &Module<'a>, n: usize) -> &'a [Stmt] {
    let blocks = module.nodes().filter_map(|(_, node)| match node {
        crate::syntax::AnyNodeRef::StmtWhile(w) => Some(&w.body[..]),
        _ => None,
    });
    let blocks: Vec<_> = std::iter::once(module.body()).chain(blocks).collect();
    blocks[n % blocks.len()]
}

proptest! {
    #[test]
    fn a_block_moves_into_another_and_back(text in program(), n in 0usize..8) {
        let before = parsed(&text);
        let module = Module::new(&text, &before);
        let body = nth_block(&module, n);
        let range = block_range(&module, body);
        let first = module.line_start(body[0].start());
        prop_assume!(module.indentation(first).text_len() == body[0].start() - first);

        let mut edits = vec![Edit::insert(range.start(), format!("{}if 1:\n", module.indentation(first)))];
        edits.extend(reindent(&module, range, &Indent::Deeper).unwrap());
        let patch = Patch::new(edits, &text).unwrap();
        let deeper = patch.apply(&text);
        let verified = crate::rewrite::verify(&module, &patch, &deeper, PythonVersion::PY314, &[]);
        prop_assert!(verified.is_ok(), "{:?}\n{deeper}", verified.err());

        let after = parsed(&deeper);
        let moved = Module::new(&deeper, &after);
        let mut expected = tokens(&module);
        let at = expected.len() - tokens_from(&module, range.start());
        let header = tokens(&moved)[at..at + 4].to_vec();
        prop_assert_eq!(header[0].0, TokenKind::If);
        expected.splice(at..at, header);
        prop_assert_eq!(tokens(&moved), expected);

        let wrapper = moved.nodes().find_map(|(_, node)| match node {
            crate::syntax::AnyNodeRef::StmtIf(s) if s.start() >= range.start() => Some(s),
            _ => None,
        });
        let wrapper = wrapper.expect("the header was inserted");
        let comparable = |body: &[Stmt]| format!("{:?}", body.iter().map(ComparableStmt::from).collect::<Vec<_>>());
        prop_assert_eq!(comparable(&wrapper.body), comparable(body));

        let back = TextRange::new(patch.changed_ranges().next().unwrap().new.end(), wrapper.end());
        let back = block_range(&moved, &wrapper.body).cover(back);
        let unit = module.indent_unit(body[0].start());
        let mut edits = reindent(&moved, back, &dedent(unit)).unwrap();
        edits.push(Edit::delete(patch.changed_ranges().next().unwrap().new));
        prop_assert_eq!(Patch::new(edits, &deeper).unwrap().apply(&deeper), text);
    }
}

/// How many tokens there are from an offset on, as [`tokens`] counts.
fn tokens_from(module: &Module<'_>, offset: TextSize) -> usize {
    let kinds = module.tokens().iter().filter(|t| !matches!(t.kind(), TokenKind::Indent | TokenKind::Dedent));
    kinds.filter(|t| t.end() > offset).count()
}
