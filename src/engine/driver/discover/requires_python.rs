//! The oldest Python that a project says it supports.
//!
//! In this order: `project.requires-python` and Poetry's `python` dependency in `pyproject.toml`,
//! `python_requires` in `setup.cfg`, and as a literal in `setup.py`. Where none says it, the oldest version among
//! the classifiers of these files does: what an old project has to run on, often Python 2, stands nowhere else.

use crate::syntax::{AnyNodeRef, Expr, Module, PythonVersion, parse};
use pep440_rs::{Operator, VersionSpecifiers};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What a folder states.
#[derive(Default, Debug)]
pub struct Stated {
    pub version: Option<PythonVersion>,
    /// A file that should say it and cannot be understood.
    pub problem: Option<(PathBuf, String)>,
}

/// Reads the text of one kind of file.
type Reader = fn(&str) -> Bound;

/// What a file states: `None` if it says nothing about Python.
type Bound = Result<Option<PythonVersion>, String>;

/// Looks at the files of this folder alone.
pub fn stated_in(folder: &Path) -> Stated {
    let sources: [(&str, Reader); 3] =
        [("pyproject.toml", pyproject), ("setup.cfg", setup_cfg), ("setup.py", setup_py)];
    let mut stated = Stated::default();
    let mut classified: Option<PythonVersion> = None;
    for (name, read) in sources {
        let path = folder.join(name);
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                stated.problem.get_or_insert((path, error.to_string()));
                continue;
            }
        };
        match read(&text) {
            Ok(None) => {}
            Ok(version) => return Stated { version, ..stated },
            Err(message) => {
                stated.problem.get_or_insert((path, message));
            }
        }
        classified = classified.into_iter().chain(classifiers(&text)).min();
    }
    Stated { version: classified, ..stated }
}

/// The oldest version with a trove classifier: `Programming Language :: Python :: 2.7`, or `:: 2` if there is
/// nothing more exact. `:: 3` alone names no version.
fn classifiers(text: &str) -> Option<PythonVersion> {
    const HEAD: &str = "Programming Language :: Python :: ";
    let versions = memchr::memmem::find_iter(text.as_bytes(), HEAD).filter_map(|at| {
        let rest = &text[at + HEAD.len()..];
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        match rest[..end].split_once('.') {
            Some((major, minor)) => {
                Some(PythonVersion { major: major.parse().ok()?, minor: minor.parse().ok()? })
            }
            None if &rest[..end] == "2" => Some(PythonVersion { major: 2, minor: 7 }),
            None => None,
        }
    });
    versions.min()
}

fn pyproject(text: &str) -> Bound {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| {
        format!("not valid TOML, so the Python version that it requires is not known: {}", e.message())
    })?;
    let requires = table.get("project").and_then(|p| p.get("requires-python")).and_then(toml::Value::as_str);
    if let Some(requires) = requires {
        return lower_bound(requires).map_err(|e| format!("`requires-python` is not valid: {e}"));
    }
    let poetry = table.get("tool").and_then(|t| t.get("poetry")?.get("dependencies")?.get("python"));
    let poetry = poetry.and_then(|python| python.as_str().or_else(|| python.get("version")?.as_str()));
    match poetry {
        Some(constraint) => poetry_lower_bound(constraint)
            .map_err(|e| format!("Poetry's `python` dependency is not valid: {e}")),
        None => Ok(None),
    }
}

/// The lower bound of a PEP 440 specifier set: major and minor version.
fn lower_bound(specifiers: &str) -> Bound {
    let specifiers = VersionSpecifiers::from_str(specifiers).map_err(|e| e.to_string().replace('\n', " "))?;
    let bounds = specifiers.iter().filter_map(|specifier| match specifier.operator() {
        Operator::GreaterThanEqual
        | Operator::GreaterThan
        | Operator::TildeEqual
        | Operator::Equal
        | Operator::EqualStar
        | Operator::ExactEqual => {
            let release = specifier.version().release();
            let part = |i: usize| release.get(i).copied().unwrap_or(0).try_into().ok();
            Some(PythonVersion { major: part(0)?, minor: part(1)? })
        }
        _ => None,
    });
    Ok(bounds.max())
}

/// Poetry's own operators: `^3.8` and `~3.8` are at least 3.8, a bare version is exact, `||` is a choice.
fn poetry_lower_bound(constraint: &str) -> Bound {
    let mut lowest = None;
    for choice in constraint.split("||").flat_map(|c| c.split(" | ")) {
        let parts = choice.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty() && *part != "*");
        let mut specifiers = Vec::new();
        let mut operator = String::new();
        for part in parts {
            // `>= 3.8` has a blank of its own.
            if part.chars().all(|c| "<>=!~^".contains(c)) {
                part.clone_into(&mut operator);
                continue;
            }
            let part = format!("{}{part}", std::mem::take(&mut operator));
            specifiers.push(
                match part
                    .strip_prefix('^')
                    .or_else(|| part.strip_prefix('~').filter(|r| !r.starts_with('=')))
                {
                    Some(version) => format!(">={version}"),
                    None if part.starts_with(|c: char| c.is_ascii_digit()) => format!("=={part}"),
                    None => part,
                },
            );
        }
        match lower_bound(&specifiers.join(","))? {
            None => return Ok(None),
            Some(bound) => lowest = Some(lowest.map_or(bound, |lowest: PythonVersion| lowest.min(bound))),
        }
    }
    Ok(lowest)
}

/// `python_requires` of section `[options]`, as `configparser` reads it.
fn setup_cfg(text: &str) -> Bound {
    let mut in_options = false;
    let mut value: Option<String> = None;
    for line in text.lines() {
        let continues = line.starts_with([' ', '\t']);
        match (&mut value, line.trim()) {
            (_, trimmed) if trimmed.starts_with(['#', ';']) => {}
            (Some(value), trimmed) if continues => value.push_str(trimmed),
            (Some(_), _) => break,
            (None, header) if header.starts_with('[') && !continues => in_options = header == "[options]",
            (None, entry) if in_options && !continues => {
                if let Some((key, rest)) = entry.split_once(['=', ':'])
                    && key.trim().to_lowercase().replace('-', "_") == "python_requires"
                {
                    value = Some(rest.trim().to_owned());
                }
            }
            _ => {}
        }
    }
    match value {
        Some(value) => lower_bound(&value).map_err(|e| format!("`python_requires` is not valid: {e}")),
        None => Ok(None),
    }
}

/// A keyword `python_requires="..."` of any call.
fn setup_py(text: &str) -> Bound {
    if memchr::memmem::find(text.as_bytes(), b"python_requires").is_none() {
        return Ok(None);
    }
    // A setup.py that does not parse says nothing here; if it is among the files, it is reported as one.
    let Ok(parsed) = parse(text, PythonVersion::latest()) else { return Ok(None) };
    let module = Module::new(text, &parsed);
    let literal = module.nodes().find_map(|(_, node)| match node {
        AnyNodeRef::Keyword(keyword) if keyword.arg.as_ref().is_some_and(|a| a == "python_requires") => {
            match &keyword.value {
                Expr::StringLiteral(string) => Some(string.value.to_str()),
                _ => None,
            }
        }
        _ => None,
    });
    match literal {
        Some(value) => lower_bound(value).map_err(|e| format!("`python_requires` is not valid: {e}")),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: fn(&str) -> Bound, text: &str, expected: Option<(u8, u8)>) {
        let expected = expected.map(|(major, minor)| PythonVersion { major, minor });
        assert_eq!(read(text), Ok(expected), "{text}");
    }

    #[test]
    fn lower_bounds() {
        check(lower_bound, ">=3.8", Some((3, 8)));
        check(lower_bound, ">= 3.10.2, < 4", Some((3, 10)));
        check(lower_bound, "~=3.9", Some((3, 9)));
        check(lower_bound, "==3.11.*", Some((3, 11)));
        check(lower_bound, ">3.7", Some((3, 7)));
        check(lower_bound, ">=2.7,!=3.0.*,!=3.1.*", Some((2, 7)));
        check(lower_bound, ">=3", Some((3, 0)));
        check(lower_bound, "<4", None);
        check(lower_bound, "", None);
        assert!(lower_bound("3.8").is_err());
    }

    #[test]
    fn poetry_has_its_own_operators() {
        check(poetry_lower_bound, "^3.8", Some((3, 8)));
        check(poetry_lower_bound, "~3.9", Some((3, 9)));
        check(poetry_lower_bound, "~=3.9", Some((3, 9)));
        check(poetry_lower_bound, ">=3.10,<4.0", Some((3, 10)));
        check(poetry_lower_bound, ">= 3.10 < 4.0", Some((3, 10)));
        check(poetry_lower_bound, "3.11.*", Some((3, 11)));
        check(poetry_lower_bound, "~2.7 || ^3.6", Some((2, 7)));
        check(poetry_lower_bound, "*", None);
    }

    #[test]
    fn files_that_state_it() {
        check(pyproject, "[project]\nname = 'x'\nrequires-python = '>=3.12'\n", Some((3, 12)));
        check(pyproject, "[tool.poetry.dependencies]\npython = '^3.8'\n", Some((3, 8)));
        check(pyproject, "[tool.poetry.dependencies]\npython = { version = '^3.8' }\n", Some((3, 8)));
        check(pyproject, "[tool.black]\n", None);
        assert!(pyproject("[project\n").is_err());
        assert!(pyproject("[project]\nrequires-python = 'three'\n").is_err());
        check(setup_cfg, "[metadata]\nname = x\n[options]\npython_requires = >=3.7\n", Some((3, 7)));
        check(
            setup_cfg,
            "[options]\npython-requires :\n    # why\n    >=3.7,\n    <4\nzip_safe = no\n",
            Some((3, 7)),
        );
        check(setup_cfg, "[other]\npython_requires = >=3.7\n", None);
        check(setup_py, "setup(\n  name='x', python_requires='>=3.6')\n", Some((3, 6)));
        check(setup_py, "setup(python_requires=VERSION)\n", None);
        check(setup_py, "print 'python_requires'\n", None);
    }

    #[test]
    fn classifiers_are_the_last_resort() {
        let folder = tempfile::tempdir().unwrap();
        let line = |version: &str| format!("'Programming Language :: Python :: {version}',\n");
        let setup = ["3", "3.10", "2.7", "3.8", "3 :: Only", "Implementation :: CPython"].map(line).concat();
        fs::write(folder.path().join("setup.py"), format!("setup(classifiers=[\n{setup}])")).unwrap();
        let stated = |version: Option<(u8, u8)>| {
            let expected = version.map(|(major, minor)| PythonVersion { major, minor });
            assert_eq!(stated_in(folder.path()).version, expected);
        };
        stated(Some((2, 7)));
        fs::write(folder.path().join("setup.cfg"), "[options]\npython_requires = >=3.7\n").unwrap();
        stated(Some((3, 7)));
        fs::remove_file(folder.path().join("setup.cfg")).unwrap();
        fs::write(folder.path().join("setup.py"), line("3")).unwrap();
        stated(None);
        fs::write(folder.path().join("setup.py"), line("2")).unwrap();
        stated(Some((2, 7)));
    }

    #[test]
    fn the_first_file_that_says_it_wins() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("setup.py"), "setup(python_requires='>=3.6')").unwrap();
        fs::write(folder.path().join("pyproject.toml"), "[broken").unwrap();
        let stated = stated_in(folder.path());
        assert_eq!(stated.version, Some(PythonVersion { major: 3, minor: 6 }));
        assert!(stated.problem.is_some());
        fs::write(folder.path().join("setup.cfg"), "[options]\npython_requires = >=3.8\n").unwrap();
        assert_eq!(stated_in(folder.path()).version, Some(PythonVersion::PY38));
    }
}
