//! What is known about builtins and the standard library. One table, read by types and effects.
//!
//! Sources: the language and library reference of Python 3.8 to 3.13 (Built-in Functions, Built-in Types, the
//! modules' pages), Objects/*.c for which methods run code of their arguments, typeshed for result types.

use super::types::{Ty, join};
use crate::syntax::{Expr, ast};

/// Types that hold their elements: iterating runs no code, starts anew each time, and there is nothing to close.
pub const CONTAINERS: &[&str] = &[
    "list",
    "tuple",
    "set",
    "frozenset",
    "dict",
    "dict_keys",
    "dict_values",
    "dict_items",
    "str",
    "bytes",
    "bytearray",
    "range",
    "deque",
    "Counter",
    "OrderedDict",
    "defaultdict",
];

/// Lazy wrappers of builtins: objects without `close`, `send` and `throw` that iterate what they wrap.
pub const WRAPPERS: &[&str] =
    &["enumerate", "zip", "map", "filter", "reversed", "iterator", "itertools", "callable_iterator"];

#[rustfmt::skip]
const BUILTINS: &[&str] = &[
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup", "BlockingIOError",
    "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError", "ConnectionAbortedError", "ConnectionError",
    "ConnectionRefusedError", "ConnectionResetError", "DeprecationWarning", "EOFError", "EncodingWarning",
    "EnvironmentError", "Exception", "ExceptionGroup", "FileExistsError", "FileNotFoundError", "FloatingPointError",
    "FutureWarning", "GeneratorExit", "IOError", "ImportError", "ImportWarning", "IndentationError", "IndexError",
    "InterruptedError", "IsADirectoryError", "KeyError", "KeyboardInterrupt", "LookupError", "MemoryError",
    "ModuleNotFoundError", "NameError", "NotADirectoryError", "NotImplementedError", "OSError", "OverflowError",
    "PendingDeprecationWarning", "PermissionError", "ProcessLookupError", "PythonFinalizationError", "RecursionError",
    "ReferenceError", "ResourceWarning", "RuntimeError", "RuntimeWarning", "StopAsyncIteration", "StopIteration",
    "SyntaxError", "SyntaxWarning", "SystemError", "SystemExit", "TabError", "TimeoutError", "TypeError",
    "UnboundLocalError", "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError",
    "UnicodeWarning", "UserWarning", "ValueError", "Warning", "ZeroDivisionError", "__import__", "abs", "aiter", "all",
    "anext", "any", "ascii", "bin", "bool", "breakpoint", "bytearray", "bytes", "callable", "chr", "classmethod",
    "compile", "complex", "delattr", "dict", "dir", "divmod", "enumerate", "eval", "exec", "filter", "float", "format",
    "frozenset", "getattr", "globals", "hasattr", "hash", "hex", "id", "input", "int", "isinstance", "issubclass",
    "iter", "len", "list", "locals", "map", "max", "memoryview", "min", "next", "object", "oct", "open", "ord", "pow",
    "print", "property", "range", "repr", "reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod",
    "str", "sum", "super", "tuple", "type", "vars", "zip",
];

/// The builtin of this name.
pub fn builtin_name(name: &str) -> Option<&'static str> {
    BUILTINS.binary_search(&name).ok().map(|i| BUILTINS[i])
}

/// Whether `module.name` is a module itself, as far as it matters for resolving dotted names.
pub fn is_module(module: &str, name: &str) -> bool {
    matches!(
        (module, name),
        ("os", "path")
            | ("concurrent", "futures")
            | ("concurrent.futures", "thread" | "process")
            | ("collections", "abc")
            | ("urllib", "request" | "parse" | "error" | "response")
            | ("xml", "etree" | "dom" | "sax")
            | ("xml.etree", "ElementTree")
            | ("multiprocessing", "pool" | "managers" | "shared_memory" | "connection" | "dummy")
            | ("http", "client" | "server" | "cookies" | "cookiejar")
            | ("importlib", "util" | "machinery" | "resources" | "metadata" | "abc")
            | ("logging", "handlers" | "config")
            | ("unittest", "mock")
            | ("email", "message" | "utils" | "parser" | "policy")
            | ("dbm", "gnu" | "ndbm" | "dumb" | "sqlite3")
    )
}

/// The type of a member of a module that is a value, else the member itself.
pub fn constant(path: &str) -> Ty {
    match path {
        "os.sep"
        | "os.linesep"
        | "os.name"
        | "os.curdir"
        | "os.pardir"
        | "os.pathsep"
        | "os.extsep"
        | "os.devnull"
        | "sys.platform"
        | "sys.byteorder"
        | "sys.version"
        | "sys.executable"
        | "sys.prefix"
        | "string.ascii_letters"
        | "string.digits"
        | "string.ascii_lowercase"
        | "string.ascii_uppercase"
        | "string.punctuation"
        | "string.whitespace"
        | "string.hexdigits"
        | "string.printable" => Ty::known("str"),
        "sys.argv" | "sys.path" => Ty::of("list", Ty::known("str")),
        "sys.maxsize" | "sys.maxunicode" => Ty::known("int"),
        "math.pi" | "math.e" | "math.inf" | "math.nan" | "math.tau" => Ty::known("float"),
        "sys.stdin" | "sys.stdout" | "sys.stderr" => Ty::known("stdio"),
        _ => Ty::Member(path.to_string()),
    }
}

/// What an annotation with this head and these arguments promises. Abstract types (`Iterable`, `Sequence`)
/// promise no concrete one.
pub fn annotated(path: &str, arguments: Vec<Ty>) -> Ty {
    let one = |name: &'static str, mut arguments: Vec<Ty>| {
        if arguments.is_empty() { Ty::known(name) } else { Ty::of(name, arguments.swap_remove(0)) }
    };
    let tail = path.rsplit('.').next().unwrap_or(path);
    let head = path.split('.').next().unwrap_or(path);
    if !matches!(head, "builtins" | "typing" | "collections" | "typing_extensions" | "types") {
        return if path.contains('.') { Ty::Imported(path.to_string()) } else { Ty::Unknown };
    }
    match tail {
        "int" => Ty::known("int"),
        "float" => join([Ty::known("float"), Ty::known("int")]),
        "complex" => Ty::known("complex"),
        "bool" => Ty::known("bool"),
        "str" | "Text" | "LiteralString" => Ty::known("str"),
        "bytes" => Ty::known("bytes"),
        "bytearray" => Ty::known("bytearray"),
        "range" => Ty::known("range"),
        "None" | "NoneType" => Ty::known("None"),
        "list" | "List" => one("list", arguments),
        "set" | "Set" if head != "collections" => one("set", arguments),
        "frozenset" | "FrozenSet" => one("frozenset", arguments),
        "deque" | "Deque" => one("deque", arguments),
        "Counter" => one("Counter", arguments),
        "tuple" | "Tuple" => match arguments.len() {
            0 => Ty::known("tuple"),
            // `tuple[int, ...]`: the ellipsis was left out.
            _ => Ty::Known("tuple", arguments),
        },
        "dict" | "Dict" | "OrderedDict" | "defaultdict" | "DefaultDict" => {
            let name = match tail {
                "OrderedDict" => "OrderedDict",
                "defaultdict" | "DefaultDict" => "defaultdict",
                _ => "dict",
            };
            if arguments.len() == 2 { Ty::Known(name, arguments) } else { Ty::known(name) }
        }
        "Optional" if arguments.len() == 1 => join(arguments.into_iter().chain([Ty::known("None")])),
        "Union" => join(arguments),
        "Final" | "ClassVar" | "Annotated" if !arguments.is_empty() => {
            arguments.into_iter().next().unwrap_or(Ty::Unknown)
        }
        "TextIO" | "BinaryIO" | "IO" => Ty::known("file"),
        _ => Ty::Unknown,
    }
}

/// What calling a known callable gives.
pub fn result(path: &str) -> Ty {
    let name = match path {
        "builtins.int" | "builtins.len" | "builtins.ord" | "builtins.hash" | "builtins.id" => "int",
        "builtins.str" | "builtins.repr" | "builtins.ascii" | "builtins.chr" | "builtins.hex"
        | "builtins.bin" | "builtins.oct" | "builtins.format" | "os.path.join" | "os.path.basename"
        | "os.path.dirname" | "os.path.abspath" | "os.path.normpath" | "os.path.realpath" | "os.getcwd"
        | "os.path.expanduser" | "json.dumps" | "textwrap.dedent" | "textwrap.fill" | "shlex.quote" => "str",
        "builtins.float" => "float",
        "builtins.complex" => "complex",
        "builtins.bool"
        | "builtins.isinstance"
        | "builtins.issubclass"
        | "builtins.callable"
        | "builtins.hasattr"
        | "builtins.any"
        | "builtins.all"
        | "os.path.exists"
        | "os.path.isfile"
        | "os.path.isdir" => "bool",
        "builtins.bytes" => "bytes",
        "builtins.bytearray" => "bytearray",
        "builtins.list"
        | "builtins.sorted"
        | "os.listdir"
        | "glob.glob"
        | "re.findall"
        | "re.split"
        | "shlex.split"
        | "textwrap.wrap"
        | "inspect.getmembers"
        | "heapq.nsmallest"
        | "heapq.nlargest"
        | "difflib.get_close_matches"
        | "urllib.parse.parse_qsl" => "list",
        "urllib.parse.parse_qs" => "dict",
        "builtins.dict" | "builtins.vars" | "builtins.globals" | "builtins.locals" => "dict",
        "builtins.set" => "set",
        "builtins.frozenset" => "frozenset",
        "builtins.tuple" => "tuple",
        "builtins.range" => "range",
        "builtins.map" => "map",
        "builtins.zip" => "zip",
        "builtins.filter" => "filter",
        "builtins.open"
        | "io.open"
        | "io.StringIO"
        | "io.BytesIO"
        | "io.TextIOWrapper"
        | "io.FileIO"
        | "io.BufferedReader"
        | "io.BufferedWriter"
        | "codecs.open"
        | "os.fdopen"
        | "pathlib.Path.open"
        | "gzip.open"
        | "bz2.open"
        | "lzma.open"
        | "gzip.GzipFile"
        | "bz2.BZ2File"
        | "lzma.LZMAFile"
        | "tempfile.NamedTemporaryFile"
        | "tempfile.TemporaryFile"
        | "tempfile.SpooledTemporaryFile"
        | "tokenize.open" => "file",
        "logging.getLogger" => return Ty::Imported("logging.Logger".into()),
        "re.compile" => "Pattern",
        "collections.deque" => "deque",
        "collections.Counter" => "Counter",
        "collections.OrderedDict" => "OrderedDict",
        "collections.defaultdict" => "defaultdict",
        "itertools.chain"
        | "itertools.chain.from_iterable"
        | "itertools.product"
        | "itertools.permutations"
        | "itertools.combinations"
        | "itertools.islice"
        | "itertools.zip_longest"
        | "itertools.starmap"
        | "itertools.accumulate"
        | "itertools.groupby"
        | "itertools.count"
        | "itertools.cycle"
        | "itertools.repeat"
        | "itertools.takewhile"
        | "itertools.dropwhile"
        | "itertools.filterfalse"
        | "itertools.compress"
        | "itertools.pairwise"
        | "itertools.batched"
        | "itertools.combinations_with_replacement" => "itertools",
        _ => return if looks_like_class(path) { Ty::Imported(path.to_string()) } else { Ty::Unknown },
    };
    Ty::known(name)
}

/// `threading.Lock` and its like: what is called gives an object known by the name of its maker.
fn looks_like_class(path: &str) -> bool {
    !path.starts_with("builtins.")
        && path.rsplit('.').next().is_some_and(|t| t.starts_with(char::is_uppercase))
}

/// The result of a method of `str` or `bytes`.
pub fn string_method(of: &'static str, name: &str) -> Ty {
    match name {
        "split" | "rsplit" | "splitlines" => Ty::of("list", Ty::known(of)),
        "partition" | "rpartition" => Ty::Known("tuple", vec![Ty::known(of), Ty::known(of), Ty::known(of)]),
        "startswith" | "endswith" | "isalnum" | "isalpha" | "isascii" | "isdecimal" | "isdigit"
        | "isidentifier" | "islower" | "isnumeric" | "isprintable" | "isspace" | "istitle" | "isupper" => {
            Ty::known("bool")
        }
        "find" | "rfind" | "index" | "rindex" | "count" => Ty::known("int"),
        "encode" => Ty::known("bytes"),
        "decode" => Ty::known("str"),
        "capitalize" | "casefold" | "center" | "expandtabs" | "format" | "format_map" | "join" | "ljust"
        | "lower" | "lstrip" | "replace" | "rjust" | "rstrip" | "strip" | "swapcase" | "title"
        | "translate" | "upper" | "zfill" | "removeprefix" | "removesuffix" => Ty::known(of),
        _ => Ty::Unknown,
    }
}

/// How a known callable behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// Neither effects nor exceptions, whatever the arguments.
    Total,
    /// No effects beyond conventional operators on its arguments (`len`, `repr`, `==`, hashing). May raise.
    Pure,
    /// As `Pure`, and it iterates its arguments.
    Consumes,
    /// Gives a lazy iterator over its arguments.
    Lazy,
    /// Calls its first argument for each element of the others (`map`).
    Applies,
    /// `next`: advances an iterator, lets `StopIteration` out.
    Next,
    /// Looks at its caller's frame.
    Frame,
    /// Reads what the world holds (clock, file system, environment): no effect, but when it runs matters.
    Observes,
    /// Has an effect that others see.
    Effect,
}

/// A builtin or standard-library callable by its dotted path.
pub fn callable(path: &str) -> Option<Known> {
    use Known::*;
    if let Some(name) = path.strip_prefix("builtins.") {
        return Some(match name {
            "isinstance" | "issubclass" | "callable" | "id" | "type" | "object" | "slice" => Total,
            "len" | "repr" | "str" | "bool" | "int" | "float" | "complex" | "abs" | "round" | "divmod"
            | "pow" | "ord" | "chr" | "hex" | "oct" | "bin" | "hash" | "ascii" | "format" | "range"
            | "bytes" | "bytearray" | "memoryview" | "getattr" | "hasattr" | "property" | "classmethod"
            | "staticmethod" => Pure,
            "list" | "tuple" | "set" | "frozenset" | "dict" | "sorted" | "sum" | "min" | "max" | "any"
            | "all" => Consumes,
            "enumerate" | "zip" | "reversed" | "iter" => Lazy,
            "map" | "filter" => Applies,
            "next" => Next,
            "locals" | "vars" | "dir" | "eval" | "exec" | "globals" | "super" => Frame,
            "print" | "input" | "open" | "setattr" | "delattr" | "breakpoint" | "__import__" | "compile" => {
                Effect
            }
            // Exceptions are made, not raised, by calling them.
            n if n.ends_with("Error")
                || n.ends_with("Exception")
                || n.ends_with("Warning")
                || n.ends_with("Exit") =>
            {
                Total
            }
            "StopIteration" | "KeyboardInterrupt" | "ExceptionGroup" | "BaseExceptionGroup" => Total,
            _ => return None,
        });
    }
    let (module, name) = path.rsplit_once('.')?;
    Some(match module {
        "math" | "cmath" => match name {
            "fsum" | "prod" | "dist" | "hypot" | "sumprod" => Consumes,
            _ => Pure,
        },
        "operator" => match name {
            "setitem" | "delitem" | "iadd" | "iconcat" | "call" | "methodcaller" => return None,
            _ => Pure,
        },
        "os.path" => match name {
            "join" | "basename" | "dirname" | "split" | "splitext" | "normpath" | "normcase" | "isabs"
            | "splitdrive" | "commonprefix" | "commonpath" => Pure,
            _ => Observes,
        },
        "functools" if name == "reduce" => Applies,
        "itertools" | "itertools.chain" => match name {
            "starmap" | "accumulate" | "takewhile" | "dropwhile" | "filterfalse" | "groupby" => Applies,
            _ => Lazy,
        },
        "re" => match name {
            "sub" | "subn" => return None,
            _ => Pure,
        },
        "collections" => match name {
            "deque" | "Counter" | "OrderedDict" => Consumes,
            "defaultdict" | "namedtuple" | "ChainMap" => Pure,
            _ => return None,
        },
        "statistics" => Consumes,
        "functools" => match name {
            "partial" | "cmp_to_key" => Pure,
            _ => return None,
        },
        "fractions" | "decimal" | "string" | "textwrap" | "html" | "shlex" | "keyword" | "unicodedata"
        | "struct" | "binascii" | "base64" | "hashlib" | "colorsys" | "fnmatch" | "difflib"
        | "heapq.merge" | "copy" | "ipaddress" | "uuid" | "datetime" | "datetime.datetime"
        | "datetime.date" | "urllib.parse" | "ast" | "posixpath" | "ntpath" | "stat" | "bisect"
        | "numbers" | "pathlib" | "types" | "inspect" | "typing" | "dataclasses" | "enum" | "json" => {
            match (module, name) {
                ("decimal", "getcontext" | "setcontext" | "localcontext")
                | ("bisect", "insort" | "insort_left" | "insort_right")
                | ("json", "dump" | "load")
                | ("struct", "pack_into") => return None,
                ("datetime.datetime" | "datetime.date", "now" | "today" | "utcnow")
                | ("uuid", "uuid1" | "uuid4") => Observes,
                ("inspect", "stack" | "currentframe" | "trace") => Frame,
                ("copy", "copy" | "deepcopy") => Pure,
                _ => Pure,
            }
        }
        "time" => match name {
            "time" | "monotonic" | "perf_counter" | "time_ns" | "process_time" | "monotonic_ns"
            | "perf_counter_ns" => Observes,
            "sleep" => Effect,
            _ => Pure,
        },
        "os.environ" => match name {
            "get" | "keys" | "values" | "items" | "copy" => Observes,
            _ => Effect,
        },
        "pprint" => match name {
            "pprint" | "pp" => Effect,
            _ => Pure,
        },
        "traceback" => match name {
            "print_exc" | "print_exception" | "print_tb" | "print_last" | "print_list" => Effect,
            "print_stack" | "extract_stack" | "format_stack" => Frame,
            _ => Observes,
        },
        "os" => match name {
            "fspath" | "fsencode" | "fsdecode" => Pure,
            "getcwd" | "listdir" | "stat" | "lstat" | "getpid" | "getenv" | "access" | "cpu_count"
            | "scandir" | "walk" => Observes,
            _ => Effect,
        },
        "sys" => match name {
            "_getframe" | "exc_info" => Frame,
            "getsizeof" | "getrefcount" | "intern" | "getdefaultencoding" => Observes,
            _ => Effect,
        },
        "warnings" => Frame,
        // It makes a coroutine.
        "asyncio" if name == "sleep" => Pure,
        "contextlib" if matches!(name, "suppress" | "nullcontext") => Total,
        "logging" => match name {
            "getLogger" => Observes,
            // The record names the function that logs.
            "debug" | "info" | "warning" | "error" | "critical" | "exception" | "log" | "warn" => Frame,
            "basicConfig" | "disable" | "addLevelName" | "captureWarnings" | "shutdown" => Effect,
            _ => return None,
        },
        "random" | "subprocess" | "shutil" | "socket" | "signal" | "atexit" | "gc" | "threading"
        | "secrets" => Effect,
        "io" => match name {
            "StringIO" | "BytesIO" => Pure,
            _ => Effect,
        },
        "threading.Lock" => Effect,
        _ => return None,
    })
}

/// The argument that such a callable calls.
pub fn applied_argument<'e>(path: &str, arguments: &'e ast::Arguments) -> Option<&'e Expr> {
    let at = |position: usize, name: &str| {
        let named = arguments.keywords.iter().find(|k| k.arg.as_deref() == Some(name)).map(|k| &k.value);
        named.or(arguments.args.get(position))
    };
    match path {
        "builtins.iter" if arguments.args.len() < 2 => None,
        "itertools.accumulate" => at(1, "func"),
        "itertools.groupby" => at(1, "key"),
        "builtins.iter" => arguments.args.first(),
        _ if callable(path) == Some(Known::Applies) => arguments.args.first(),
        _ => None,
    }
}

/// A method of an object of a library class, given by its path, that others see.
pub fn changes_the_world(class: &str, name: &str) -> bool {
    match class {
        "random.Random" | "random.SystemRandom" => true,
        "queue.Queue" | "queue.LifoQueue" | "queue.PriorityQueue" | "queue.SimpleQueue" => {
            !matches!(name, "qsize" | "empty" | "full")
        }
        "contextvars.ContextVar" => name != "get",
        "logging.Logger" => {
            matches!(name, "log" | "setLevel" | "addHandler" | "removeHandler" | "addFilter" | "removeFilter")
        }
        "csv.DictWriter" => true,
        _ => class.starts_with("threading.") || class.starts_with("multiprocessing."),
    }
}

/// A method whose receiver's type is known.
pub fn method(of: &str, name: &str) -> Option<Known> {
    use Known::*;
    Some(match of {
        "str" | "bytes" | "bytearray"
            if !matches!(name, "append" | "extend" | "clear" | "pop" | "insert" | "remove" | "reverse") =>
        {
            match name {
                "join" => Consumes,
                "lower" | "upper" | "strip" | "lstrip" | "rstrip" | "title" | "swapcase" | "casefold"
                | "capitalize" | "isdigit" | "isalpha" | "isalnum" | "isspace" | "isupper" | "islower"
                | "isidentifier" | "isnumeric" | "isdecimal" | "isprintable" | "istitle" | "isascii"
                | "splitlines" => Total,
                _ => Pure,
            }
        }
        "int" | "float" | "complex" | "bool" | "tuple" | "frozenset" | "range" | "None" => Pure,
        "list" | "deque" => match name {
            "copy" => Total,
            "count" | "index" => Pure,
            _ => return None,
        },
        "set" => match name {
            "copy" => Total,
            "union"
            | "intersection"
            | "difference"
            | "symmetric_difference"
            | "issubset"
            | "issuperset"
            | "isdisjoint" => Consumes,
            _ => return None,
        },
        "dict" | "OrderedDict" | "Counter" | "defaultdict" => match name {
            "keys" | "values" | "items" | "copy" => Total,
            "get" | "most_common" | "elements" => Pure,
            _ => return None,
        },
        "dict_keys" | "dict_items" | "dict_values" => Pure,
        "Pattern" => match name {
            "match" | "search" | "fullmatch" | "findall" | "finditer" | "split" => Pure,
            // The replacement may be a function.
            _ => return None,
        },
        "Match" => Pure,
        "json" if name == "get" || name == "copy" || is_pure_method_name(name) => Pure,
        "file" | "stdio" => match name {
            "fileno" | "readable" | "writable" | "seekable" | "isatty" => Observes,
            _ => Effect,
        },
        _ => return None,
    })
}

/// Methods that mean the same pure thing on every common type (convention 2), for receivers of unknown type.
pub fn is_pure_method_name(name: &str) -> bool {
    matches!(
        name,
        "startswith"
            | "endswith"
            | "lower"
            | "upper"
            | "strip"
            | "lstrip"
            | "rstrip"
            | "split"
            | "rsplit"
            | "splitlines"
            | "partition"
            | "rpartition"
            | "title"
            | "capitalize"
            | "casefold"
            | "isdigit"
            | "isalpha"
            | "isalnum"
            | "isspace"
            | "isupper"
            | "islower"
            | "isidentifier"
            | "isnumeric"
            | "isdecimal"
            | "zfill"
            | "ljust"
            | "rjust"
            | "center"
            | "encode"
            | "decode"
            | "keys"
            | "values"
            | "items"
            | "removeprefix"
            | "removesuffix"
            | "expandtabs"
            | "isoformat"
            | "total_seconds"
            | "as_posix"
            | "bit_length"
            | "hex"
    )
}

/// Methods that look at frames whatever module they are taken of: its name may be bound several times.
pub fn is_frame_method_name(name: &str) -> bool {
    matches!(name, "_getframe" | "currentframe" | "extract_stack" | "format_stack" | "print_stack")
}

/// Methods that change their receiver or the world on every common type that has them.
pub fn is_effect_method_name(name: &str) -> bool {
    matches!(
        name,
        "append"
            | "appendleft"
            | "extend"
            | "extendleft"
            | "insert"
            | "remove"
            | "pop"
            | "popleft"
            | "popitem"
            | "clear"
            | "sort"
            | "reverse"
            | "setdefault"
            | "discard"
            | "write"
            | "writelines"
            | "read"
            | "readline"
            | "readlines"
            | "seek"
            | "truncate"
            | "flush"
            | "close"
            | "send"
            | "sendall"
            | "recv"
            | "throw"
            | "acquire"
            | "release"
            | "put"
            | "put_nowait"
            | "get_nowait"
            | "commit"
            | "rollback"
            | "execute"
            | "executemany"
            | "unlink"
            | "mkdir"
            | "rmdir"
            | "rename"
            | "touch"
            | "write_text"
            | "write_bytes"
            | "kill"
            | "terminate"
            | "wait"
            | "notify"
            | "notify_all"
            | "__next__"
            | "__setitem__"
            | "__delitem__"
            | "__enter__"
            | "__exit__"
            | "save"
            | "delete"
            | "fetchone"
            | "fetchall"
            | "fetchmany"
            | "submit"
            | "start"
            | "shutdown"
            | "cancel"
    )
}

/// Methods that change what their receiver holds, for the known containers.
pub fn is_mutator(name: &str) -> bool {
    matches!(
        name,
        "append"
            | "appendleft"
            | "extend"
            | "extendleft"
            | "insert"
            | "remove"
            | "pop"
            | "popleft"
            | "popitem"
            | "clear"
            | "sort"
            | "reverse"
            | "setdefault"
            | "discard"
            | "add"
            | "update"
            | "rotate"
            | "subtract"
            | "difference_update"
            | "intersection_update"
            | "symmetric_difference_update"
            | "move_to_end"
            | "__setitem__"
            | "__delitem__"
    )
}

/// Logging methods: the record names the function that logs.
pub fn is_logging_method(name: &str) -> bool {
    matches!(name, "debug" | "info" | "warning" | "warn" | "error" | "critical" | "exception")
}

#[cfg(test)]
mod tests {
    use super::BUILTINS;

    #[test]
    fn builtins_are_sorted() {
        assert!(BUILTINS.is_sorted());
    }
}
