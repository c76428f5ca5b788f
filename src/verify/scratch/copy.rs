//! Copies a tree, file by file.

use std::fs::{self, File, FileTimes, FileType};
use std::io::{self, Read as _};
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use super::git;
use crate::VerifyError;

/// Folders that are linked, not copied, wherever they are.
const LINKED: [&str; 1] = ["node_modules"];
/// Folders that are left out: caches, environments that their tool makes again where they are missing, and repositories of
/// other systems than git, which may be as big as they like.
const LEFT_OUT: [&str; 5] = ["__pycache__", ".tox", ".nox", ".hg", ".svn"];
/// The first bytes of a file CACHEDIR.TAG (bford.info/cachedir): its folder is a cache.
const CACHE_TAG: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// Copies `from` to `to`, `apart` (our own scratch folder, if it should lie inside) left out. Gives the folders that are
/// linked.
pub fn copy(
    from: &Path,
    to: &Path,
    apart: &Path,
    interrupted: &dyn Fn() -> bool,
) -> Result<Vec<PathBuf>, VerifyError> {
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |error| VerifyError::Copy { path, error }
    };
    let mut linked = Vec::new();
    let mut folders = vec![(from.to_path_buf(), to.to_path_buf())];
    fs::create_dir_all(to).map_err(failed(to))?;
    // Permissions of folders come last: they may forbid to write into them.
    let mut made = Vec::new();
    while let Some((source, target)) = folders.pop() {
        for entry in fs::read_dir(&source).map_err(failed(&source))? {
            if interrupted() {
                return Err(VerifyError::Interrupted);
            }
            let entry = entry.map_err(failed(&source))?;
            let (path, copy) = (entry.path(), target.join(entry.file_name()));
            let kind = entry.file_type().map_err(failed(&path))?;
            if entry.file_name() == ".git" {
                git::snapshot(&path, &copy).map_err(failed(&path))?;
                continue;
            }
            match Treatment::of(&path, kind, apart) {
                Treatment::LeaveOut => {}
                Treatment::Link => {
                    symlink(&path, &copy).map_err(failed(&path))?;
                    linked.push(path);
                }
                Treatment::Enter => {
                    fs::create_dir(&copy).map_err(failed(&path))?;
                    made.push((path.clone(), copy.clone()));
                    folders.push((path, copy));
                }
                Treatment::Relink => relink(&path, &copy, from, to).map_err(failed(&path))?,
                Treatment::Copy => copy_file(&path, &copy).map_err(failed(&path))?,
            }
        }
    }
    for (source, copy) in made.into_iter().rev() {
        fs::metadata(&source)
            .and_then(|metadata| fs::set_permissions(&copy, metadata.permissions()))
            .map_err(failed(&source))?;
    }
    Ok(linked)
}

enum Treatment {
    LeaveOut,
    Link,
    Enter,
    Relink,
    Copy,
}

impl Treatment {
    fn of(path: &Path, kind: FileType, apart: &Path) -> Self {
        if kind.is_symlink() {
            return Treatment::Relink;
        }
        if kind.is_file() {
            return Treatment::Copy;
        }
        // Sockets, pipes and devices belong to whoever made them.
        if !kind.is_dir() || path == apart {
            return Treatment::LeaveOut;
        }
        let named =
            |names: &[&str]| path.file_name().is_some_and(|name| names.iter().any(|known| name == *known));
        // PEP 405. Some tools tag their environments as caches, too, so this is asked first.
        if path.join("pyvenv.cfg").is_file() || named(&LINKED) {
            return Treatment::Link;
        }
        if named(&LEFT_OUT) || is_cache(path) { Treatment::LeaveOut } else { Treatment::Enter }
    }
}

fn is_cache(folder: &Path) -> bool {
    let Ok(mut tag) = File::open(folder.join("CACHEDIR.TAG")) else { return false };
    let mut head = [0; CACHE_TAG.len()];
    tag.read_exact(&mut head).is_ok() && head == CACHE_TAG
}

/// With its permissions and times: what is newer than what matters to build tools, and to compiled files of Python.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    match fs::copy(from, to) {
        Ok(_) => {}
        // What we cannot read the command could not read either.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(()),
        // Gone since the folder was read: build tools and editors come and go.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !from.exists() => return Ok(()),
        Err(error) => return Err(error),
    }
    let metadata = fs::metadata(from)?;
    let times = FileTimes::new().set_modified(metadata.modified()?);
    // Setting times needs no right to write, but a descriptor; a file that is read-only gives one for reading.
    File::open(to)?.set_times(times)
}

/// A link inside of the tree leads inside of the copy; one that leads out of it leads to the same place as before.
fn relink(path: &Path, copy: &Path, from: &Path, to: &Path) -> io::Result<()> {
    let target = fs::read_link(path)?;
    let folder = path.parent().unwrap_or(from);
    let whole = normal(&folder.join(&target));
    let target = match whole.strip_prefix(from) {
        Ok(_) if target.is_relative() => target,
        Ok(below) => to.join(below),
        Err(_) => whole,
    };
    symlink(target, copy)
}

/// Without `.` and `..`, by the letters of the path.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}
