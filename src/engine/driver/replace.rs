//! Replacing one file: its new content is written beside it, synced, and renamed over it.
//!
//! Whatever goes wrong, at any moment, the path has the whole old or the whole new content.

use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why a file keeps its content.
#[derive(Debug)]
pub enum ReplaceError {
    /// Somebody else wrote or deleted it since it was read.
    Changed,
    /// It was to be made, and somebody else has made one.
    Appeared,
    /// No longer a regular file.
    NotAFile,
    ReadOnly,
    /// Its owner or group cannot be given to a new file.
    Owner(io::Error),
    /// The new content could not be written beside it.
    Beside(io::Error),
    Io(io::Error),
}

impl fmt::Display for ReplaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReplaceError::Changed => write!(f, "changed since it was read"),
            ReplaceError::Appeared => write!(f, "it was not there, and is now"),
            ReplaceError::NotAFile => write!(f, "no longer a regular file"),
            ReplaceError::ReadOnly => write!(f, "read-only"),
            ReplaceError::Owner(e) => write!(f, "its owner and group could not be kept: {e}"),
            ReplaceError::Beside(e) => write!(f, "no new file could be written in its folder: {e}"),
            ReplaceError::Io(e) => write!(f, "{e}"),
        }
    }
}

/// A file that may be replaced.
pub struct Target {
    /// Where the content is: no symbolic link, so that none is replaced by a file.
    pub path: PathBuf,
    metadata: Metadata,
}

impl Target {
    /// Looks at a file without changing anything.
    pub fn new(path: &Path) -> Result<Target, ReplaceError> {
        let gone = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReplaceError::Changed,
            _ => ReplaceError::Io(error),
        };
        let path = fs::canonicalize(path).map_err(gone)?;
        let metadata = fs::metadata(&path).map_err(gone)?;
        if !metadata.is_file() {
            return Err(ReplaceError::NotAFile);
        }
        // Renaming asks only the folder, so the file itself is asked whether this user may write it. The mode
        // alone does not tell: a bot that runs as the superuser works on read-only checkouts, too.
        match OpenOptions::new().write(true).open(&path) {
            Ok(_) => Ok(Target { path, metadata }),
            Err(error) => Err(match error.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ReplaceError::ReadOnly,
                _ => gone(error),
            }),
        }
    }

    pub fn folder(&self) -> &Path {
        self.path.parent().expect("a file has a folder")
    }

    /// Whether the file still has this content.
    pub fn check_content(&self, before: &[u8]) -> Result<(), ReplaceError> {
        match fs::read(&self.path) {
            Ok(now) if now == before => Ok(()),
            Ok(_) => Err(ReplaceError::Changed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ReplaceError::Changed),
            Err(error) => Err(ReplaceError::Io(error)),
        }
    }

    /// Fills a new file such that it can take this one's place: content on the disk, same owner, same mode.
    pub fn fill(&self, file: &mut File, content: &[u8]) -> Result<(), ReplaceError> {
        file.write_all(content).map_err(ReplaceError::Beside)?;
        self.give_owner(file)?;
        // After the owner: a change of owner takes bits of the mode away.
        file.set_permissions(self.metadata.permissions()).map_err(ReplaceError::Beside)?;
        file.sync_all().map_err(ReplaceError::Beside)
    }

    #[cfg(unix)]
    fn give_owner(&self, file: &File) -> Result<(), ReplaceError> {
        use std::os::unix::fs::{MetadataExt, fchown};
        let own = file.metadata().map_err(ReplaceError::Beside)?;
        let (user, group) = (self.metadata.uid(), self.metadata.gid());
        if (own.uid(), own.gid()) == (user, group) {
            return Ok(());
        }
        fchown(file, Some(user), Some(group)).map_err(ReplaceError::Owner)
    }

    #[cfg(not(unix))]
    fn give_owner(&self, _file: &File) -> Result<(), ReplaceError> {
        Ok(())
    }

    /// Replaces `before` by `after`.
    pub fn replace(&self, before: &[u8], after: &[u8]) -> Result<(), ReplaceError> {
        let mut temporary = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempfile_in(self.folder())
            .map_err(ReplaceError::Beside)?;
        self.fill(temporary.as_file_mut(), after)?;
        self.check_content(before)?;
        super::journal::step();
        temporary.persist(&self.path).map_err(|error| ReplaceError::Io(error.error))?;
        sync_folder(self.folder());
        Ok(())
    }
}

/// A place where a file may be made.
pub struct Place {
    /// Its folder has no symbolic link.
    pub path: PathBuf,
}

impl Place {
    /// Looks at the place without changing anything.
    pub fn new(path: &Path) -> Result<Place, ReplaceError> {
        let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder).map_err(ReplaceError::Io)?;
        let path = folder.join(path.file_name().unwrap_or_default());
        match fs::symlink_metadata(&path) {
            Ok(_) => Err(ReplaceError::Appeared),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Place { path }),
            Err(error) => Err(ReplaceError::Io(error)),
        }
    }

    pub fn folder(&self) -> &Path {
        self.path.parent().expect("a place for a file has a folder")
    }

    /// Makes the file.
    pub fn make(&self, content: &[u8]) -> Result<(), ReplaceError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As everybody makes files: less what the user's mask takes away.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut temporary = builder.tempfile_in(self.folder()).map_err(ReplaceError::Beside)?;
        fill(temporary.as_file_mut(), content)?;
        super::journal::step();
        temporary.persist_noclobber(&self.path).map_err(|error| appeared(error.error))?;
        sync_folder(self.folder());
        Ok(())
    }
}

/// Content on the disk.
pub fn fill(file: &mut File, content: &[u8]) -> Result<(), ReplaceError> {
    file.write_all(content).map_err(ReplaceError::Beside)?;
    file.sync_all().map_err(ReplaceError::Beside)
}

/// Moves a file to a place where there is none. Whatever is there by then stays, and so does the file.
pub fn move_to(file: &Path, place: &Path) -> Result<(), ReplaceError> {
    let file = tempfile::TempPath::try_from_path(file).map_err(ReplaceError::Io)?;
    file.persist_noclobber(place).map_err(|error| {
        let result = appeared(error.error);
        // It would be removed otherwise.
        let _ = error.path.keep();
        result
    })
}

fn appeared(error: io::Error) -> ReplaceError {
    match error.kind() {
        io::ErrorKind::AlreadyExists => ReplaceError::Appeared,
        _ => ReplaceError::Io(error),
    }
}

/// How the names of temporary files begin: hidden, and short enough to fit beside every name.
pub const TEMPORARY: &str = ".unspool-";

/// Makes renames in a folder last. Not every file system can, and the content is safe without.
pub fn sync_folder(folder: &Path) {
    if cfg!(unix)
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}
