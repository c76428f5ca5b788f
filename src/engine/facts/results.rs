//! What calls give where it depends on their arguments, and values that come from outside: regular expressions and
//! what they match, decoded JSON.
//!
//! `json` is a decoded value: a `dict` with strings as keys, a `list`, a `str`, a number, a `bool` or `None`, and in
//! containers such values again.

use super::types::{Ty, join};
use super::{resources, tables};
use crate::syntax::{Expr, ast};

/// What calling a member of a module gives. `argument` gives the type of a positional argument.
pub fn call(path: &str, arguments: &ast::Arguments, argument: &dyn Fn(usize) -> Ty) -> Ty {
    let strings = || {
        let of = if arguments.args.is_empty() { Ty::known("str") } else { argument(0) };
        Ty::of("list", if of.is(&["str"]) { of } else { Ty::Unknown })
    };
    match path {
        "re.match" | "re.search" | "re.fullmatch" => join([Ty::known("Match"), Ty::known("None")]),
        "itertools.product" | "itertools.zip_longest"
            if arguments.args.len() > 1 && !arguments.args.iter().any(Expr::is_starred_expr) =>
        {
            let repeats = arguments.keywords.iter().any(|k| k.arg.as_deref() != Some("fillvalue"));
            let element = |i| if path == "itertools.product" { argument(i).element() } else { Ty::Unknown };
            match repeats {
                true => Ty::known("itertools"),
                false => tuples((0..arguments.args.len()).map(element).collect()),
            }
        }
        "itertools.permutations" | "itertools.combinations" | "itertools.combinations_with_replacement"
            if let [_, Expr::NumberLiteral(n)] = &*arguments.args
                && let ast::Number::Int(length) = &n.value
                && let Some(length @ 2..=16) = length.as_usize() =>
        {
            tuples(vec![argument(0).element(); length])
        }
        "itertools.pairwise" => tuples(vec![argument(0).element(); 2]),
        "itertools.groupby" => tuples(vec![Ty::Unknown; 2]),
        "re.finditer" => Ty::Known("callable_iterator", vec![Ty::known("Match")]),
        // Hooks decide what is made of objects and numbers.
        "json.loads" | "json.load" if arguments.len() == 1 => Ty::known("json"),
        // Of `bytes` come `bytes`.
        "os.listdir" | "glob.glob" if arguments.keywords.is_empty() => strings(),
        "shlex.split" | "textwrap.wrap" => Ty::of("list", Ty::known("str")),
        _ => tables::result(path),
    }
}

/// What iterating a file gives that is opened with these arguments, the mode at place `at`.
pub fn lines(arguments: &ast::Arguments, at: usize, is_text: bool) -> Ty {
    let starred = arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|k| k.arg.is_none());
    let named = arguments.keywords.iter().find(|k| k.arg.as_deref() == Some("mode")).map(|k| &k.value);
    let is_text = match named.or(arguments.args.get(at)) {
        _ if starred => return Ty::Unknown,
        None => is_text,
        Some(Expr::StringLiteral(mode)) if is_text => !mode.value.to_str().contains('b'),
        Some(Expr::StringLiteral(mode)) => mode.value.to_str().contains('t'),
        Some(_) => return Ty::Unknown,
    };
    Ty::known(if is_text { "str" } else { "bytes" })
}

/// An iterator of `itertools` that gives tuples.
fn tuples(of: Vec<Ty>) -> Ty {
    Ty::Known("itertools", vec![Ty::Known("tuple", of)])
}

/// What a method of `json`, `Pattern` or `Match` gives.
pub fn method(of: &str, name: &str, arguments: &ast::Arguments, argument: &dyn Fn(usize) -> Ty) -> Ty {
    match (of, name) {
        ("json", "get") if arguments.len() == 1 => Ty::known("json"),
        ("json", "get") if arguments.args.len() == 2 => {
            let plain = &["json", "str", "int", "float", "bool", "None"];
            let empty = match &arguments.args[1] {
                Expr::List(l) => l.elts.is_empty(),
                Expr::Dict(d) => d.items.is_empty(),
                _ => false,
            };
            if empty || argument(1).is(plain) { Ty::known("json") } else { Ty::Unknown }
        }
        ("json", "copy") => Ty::known("json"),
        ("json", "keys") => Ty::of("dict_keys", Ty::known("str")),
        ("json", "values") => Ty::of("dict_values", Ty::known("json")),
        ("json", "items") => {
            Ty::of("dict_items", Ty::Known("tuple", vec![Ty::known("str"), Ty::known("json")]))
        }
        ("json", name) => tables::string_method("str", name),
        ("Pattern", "match" | "search" | "fullmatch") => join([Ty::known("Match"), Ty::known("None")]),
        ("Pattern", "finditer") => Ty::Known("callable_iterator", vec![Ty::known("Match")]),
        ("Pattern", "findall" | "split") => Ty::known("list"),
        ("Match", "start" | "end") => Ty::known("int"),
        ("Match", "span") => Ty::Known("tuple", vec![Ty::known("int"), Ty::known("int")]),
        ("Match", "groups") => Ty::known("tuple"),
        ("Match", "groupdict") => Ty::known("dict"),
        _ => Ty::Unknown,
    }
}

/// What a method of an object of the class `class` gives, a path as its import names it.
pub fn method_of_imported(class: &str, name: &str) -> Option<Ty> {
    if let Some(maker) = resources::maker_method(class, name) {
        return Some(tables::result(maker));
    }
    if !is_path(class) {
        return None;
    }
    match name {
        "read_text" | "as_posix" | "as_uri" => Some(Ty::known("str")),
        "read_bytes" => Some(Ty::known("bytes")),
        "exists" | "is_file" | "is_dir" | "is_symlink" | "is_absolute" | "match" => Some(Ty::known("bool")),
        "absolute" | "expanduser" | "joinpath" | "relative_to" | "resolve" | "with_name" | "with_suffix" => {
            Some(Ty::Imported(class.to_owned()))
        }
        _ => None,
    }
}

/// What an attribute of such an object holds.
pub fn attribute_of_imported(class: &str, name: &str) -> Option<Ty> {
    if !is_path(class) {
        return None;
    }
    match name {
        "name" | "stem" | "suffix" | "anchor" | "drive" | "root" => Some(Ty::known("str")),
        "suffixes" => Some(Ty::of("list", Ty::known("str"))),
        "parts" => Some(Ty::of("tuple", Ty::known("str"))),
        "parent" => Some(Ty::Imported(class.to_owned())),
        _ => None,
    }
}

/// `pathlib.Path(p)`: the paths that reach files.
pub fn is_path(class: &str) -> bool {
    matches!(class, "pathlib.Path" | "pathlib.PosixPath" | "pathlib.WindowsPath")
}

/// What `split` and its kin give on an object of unknown type (convention 2): a list. A separator that is written
/// there says of what.
///
/// Other libraries have a `split`, too, which takes data (`KFold.split(xs)`): neither none nor a literal.
pub fn split(name: &str, arguments: &ast::Arguments) -> Ty {
    match arguments.args.first() {
        Some(Expr::StringLiteral(_)) => Ty::of("list", Ty::known("str")),
        Some(Expr::BytesLiteral(_)) => Ty::of("list", Ty::known("bytes")),
        None if arguments.is_empty() => Ty::of("list", join([Ty::known("str"), Ty::known("bytes")])),
        _ if name == "split" => Ty::Unknown,
        _ => Ty::known("list"),
    }
}

/// Functions that change their first argument, and nothing else.
pub fn changes_first(path: &str) -> bool {
    matches!(
        path,
        "heapq.heappush"
            | "heapq.heappop"
            | "heapq.heapify"
            | "heapq.heapreplace"
            | "heapq.heappushpop"
            | "bisect.insort"
            | "bisect.insort_left"
            | "bisect.insort_right"
            | "operator.setitem"
            | "operator.delitem"
            | "operator.iadd"
            | "operator.iand"
            | "operator.iconcat"
            | "operator.ifloordiv"
            | "operator.ilshift"
            | "operator.imatmul"
            | "operator.imod"
            | "operator.imul"
            | "operator.ior"
            | "operator.ipow"
            | "operator.irshift"
            | "operator.isub"
            | "operator.itruediv"
            | "operator.ixor"
    )
}
