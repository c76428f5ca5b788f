//! Paths in a diff, written as git writes them.

use std::path::{Component, Path, PathBuf};

use unspool_engine::driver::repository_root;

/// The path below the working folder, so that the diff applies there; for a file elsewhere below the root of its
/// repository, else of the file system.
pub fn relative(path: &Path) -> PathBuf {
    let cwd = std::env::current_dir().unwrap_or_default();
    let absolute = without_parents(&cwd.join(path));
    if let Ok(below) = absolute.strip_prefix(&cwd) {
        return below.to_path_buf();
    }
    let root = absolute.parent().and_then(repository_root);
    let below = root.as_deref().and_then(|root| absolute.strip_prefix(root).ok());
    let components = below.unwrap_or(&absolute).components();
    components.filter(|c| matches!(c, Component::Normal(_))).collect()
}

/// Without `.` and `..`, by name alone.
fn without_parents(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                result.pop();
            }
            Component::CurDir => {}
            other => result.push(other),
        }
    }
    result
}

/// A path behind `a/` or `b/`: in quotes, as a C string, where it has bytes that are not printable ASCII (git's
/// `quote_c_style`, with `core.quotePath` on), and with a tab behind it where it has a space.
pub fn quoted(side: &str, path: &Path) -> Vec<u8> {
    let mut name = format!("{side}/").into_bytes();
    name.extend_from_slice(path.as_os_str().as_encoded_bytes());
    if cfg!(windows) {
        name.iter_mut().filter(|b| **b == b'\\').for_each(|b| *b = b'/');
    }
    let is_plain = |b: &u8| (b' '..=b'~').contains(b) && !matches!(b, b'"' | b'\\');
    let mut result = if name.iter().all(is_plain) { name.clone() } else { c_string(&name) };
    if name.contains(&b' ') {
        result.push(b'\t');
    }
    result
}

fn c_string(bytes: &[u8]) -> Vec<u8> {
    let mut result = vec![b'"'];
    for &b in bytes {
        let short = match b {
            0x07 => b'a',
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0b => b'v',
            0x0c => b'f',
            b'\r' => b'r',
            b'"' | b'\\' => b,
            b' '..=b'~' => {
                result.push(b);
                continue;
            }
            _ => {
                result.extend(format!("\\{b:03o}").bytes());
                continue;
            }
        };
        result.extend([b'\\', short]);
    }
    result.push(b'"');
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_git_does() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            assert_eq!(String::from_utf8(quoted("a", Path::new(path))).unwrap(), expected);
        }
        check("b/c.py", "a/b/c.py");
        check("b c.py", "a/b c.py\t");
        check("é.py", r#""a/\303\251.py""#);
        check("é \".py", "\"a/\\303\\251 \\\".py\"\t");
        check("\u{1}\t\\\u{7f}.py", r#""a/\001\t\\\177.py""#);
    }

    #[test]
    fn names_hold_in_the_working_folder() {
        let cwd = std::env::current_dir().unwrap();
        assert_eq!(relative(Path::new("a/../b/./c.py")), Path::new("b/c.py"));
        assert_eq!(relative(&cwd.join("x.py")), Path::new("x.py"));
        assert_eq!(relative(Path::new("/no-such-folder/x.py")), Path::new("no-such-folder/x.py"));
    }
}
