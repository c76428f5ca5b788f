//! The builtin exception classes (library reference, "Exception hierarchy").

/// The base class of a builtin exception; `None` for what is no builtin exception and for `BaseException`.
fn base(name: &str) -> Option<&'static str> {
    Some(match name {
        "BaseExceptionGroup" | "Exception" | "GeneratorExit" | "KeyboardInterrupt" | "SystemExit" => {
            "BaseException"
        }
        "ArithmeticError" | "AssertionError" | "AttributeError" | "BufferError" | "EOFError"
        | "ExceptionGroup" | "ImportError" | "LookupError" | "MemoryError" | "NameError" | "OSError"
        | "ReferenceError" | "RuntimeError" | "StopAsyncIteration" | "StopIteration" | "SyntaxError"
        | "SystemError" | "TypeError" | "ValueError" | "Warning" => "Exception",
        "FloatingPointError" | "OverflowError" | "ZeroDivisionError" => "ArithmeticError",
        "ModuleNotFoundError" => "ImportError",
        "IndexError" | "KeyError" => "LookupError",
        "UnboundLocalError" => "NameError",
        "BlockingIOError" | "ChildProcessError" | "ConnectionError" | "FileExistsError"
        | "FileNotFoundError" | "InterruptedError" | "IsADirectoryError" | "NotADirectoryError"
        | "PermissionError" | "ProcessLookupError" | "TimeoutError" => "OSError",
        "BrokenPipeError" | "ConnectionAbortedError" | "ConnectionRefusedError" | "ConnectionResetError" => {
            "ConnectionError"
        }
        "NotImplementedError" | "RecursionError" | "PythonFinalizationError" => "RuntimeError",
        "IndentationError" => "SyntaxError",
        "TabError" => "IndentationError",
        "UnicodeError" => "ValueError",
        "UnicodeDecodeError" | "UnicodeEncodeError" | "UnicodeTranslateError" => "UnicodeError",
        "BytesWarning"
        | "DeprecationWarning"
        | "EncodingWarning"
        | "FutureWarning"
        | "ImportWarning"
        | "PendingDeprecationWarning"
        | "ResourceWarning"
        | "RuntimeWarning"
        | "SyntaxWarning"
        | "UnicodeWarning"
        | "UserWarning" => "Warning",
        _ => return None,
    })
}

/// The name under which a builtin exception is listed: `IOError` and `EnvironmentError` are `OSError`.
pub(super) fn canonical(name: &str) -> &str {
    if matches!(name, "IOError" | "EnvironmentError" | "WindowsError") { "OSError" } else { name }
}

/// Whether it is the name of a builtin exception class.
pub fn is_builtin_exception(name: &str) -> bool {
    let name = canonical(name);
    name == "BaseException" || base(name).is_some()
}

/// Whether the builtin exception `class` is `ancestor` or derives from it.
pub(super) fn derives(class: &str, ancestor: &str) -> bool {
    let (class, ancestor) = (canonical(class), canonical(ancestor));
    std::iter::successors(Some(class), |name| base(name)).any(|name| name == ancestor)
}
