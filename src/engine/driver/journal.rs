//! Several files that change together or not at all, whatever happens in between.
//!
//! ```text
//! intent    which files, which temporary names              a run that finds it removes the temporary files
//! temp      new content beside each file, old content in the journal's folder, all synced
//! journal   the intent, renamed: from here on the group counts as written
//! rename    what is new, then in path order                 a run that finds the journal renames the rest,
//!                                                           or puts back the old content of all
//! done      the journal's folder goes
//! ```
//!
//! A file that is made has no old content: undoing removes it. It never takes the place of one that has appeared there.
//!
//! The folder lies in the repository's git folder, else in the user's state folder. While it is written its lock
//! is held, so that a journal without a lock belongs to a run that ended early.

use super::replace::{Place, ReplaceError, TEMPORARY, Target, fill, move_to, sync_folder};
use crate::text::ContentHash;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Test-only: `UNSPOOL_TEST_ABORT_AT_STEP=n` ends the process at the n-th step of writing, from 1, as a power
/// cut would, so that the tests can look at every state in between.
pub fn step() {
    static STEPS: AtomicUsize = AtomicUsize::new(0);
    let Some(last) = std::env::var_os("UNSPOOL_TEST_ABORT_AT_STEP") else { return };
    let step = STEPS.fetch_add(1, Ordering::SeqCst) + 1;
    if last.to_str() == Some(&step.to_string()) {
        std::process::abort();
    }
}

const INTENT: &str = "intent";
const JOURNAL: &str = "journal";

/// New content for one file of a group.
pub struct Member<'a> {
    pub path: &'a Path,
    /// None for a file that is made.
    pub before: Option<&'a [u8]>,
    pub after: &'a [u8],
}

/// Where new content goes.
enum Goal {
    Replace(Target),
    Make(Place),
}

impl Goal {
    fn of(member: &Member) -> Result<Goal, ReplaceError> {
        let Some(before) = member.before else { return Place::new(member.path).map(Goal::Make) };
        let target = Target::new(member.path)?;
        target.check_content(before)?;
        Ok(Goal::Replace(target))
    }

    fn path(&self) -> &Path {
        match self {
            Goal::Replace(target) => &target.path,
            Goal::Make(place) => &place.path,
        }
    }

    fn folder(&self) -> &Path {
        match self {
            Goal::Replace(target) => target.folder(),
            Goal::Make(place) => place.folder(),
        }
    }

    fn fill(&self, file: &mut File, content: &[u8]) -> Result<(), ReplaceError> {
        match self {
            Goal::Replace(target) => target.fill(file, content),
            Goal::Make(_) => fill(file, content),
        }
    }
}

/// Why a group was not written, with the file that stood in the way.
#[derive(Debug)]
pub struct GroupError {
    pub path: PathBuf,
    pub message: String,
}

impl GroupError {
    fn new(path: &Path, error: impl ToString) -> Self {
        GroupError { path: path.to_path_buf(), message: error.to_string() }
    }
}

/// Writes all files of a group or none. Names in errors are those of the members.
pub fn write_group(home: &Home, members: &[Member]) -> Result<(), GroupError> {
    let first = members.first().map_or(Path::new(""), |m| m.path);
    let no_journal = |error: io::Error| GroupError::new(first, format!("no journal can be written: {error}"));
    let lock = home.lock().map_err(no_journal)?;
    lock.lock().map_err(no_journal)?;
    let folder = home.new_journal().map_err(no_journal)?;
    let mut targets = Vec::with_capacity(members.len());
    for member in members {
        match Goal::of(member) {
            Ok(target) => targets.push(target),
            Err(error) => {
                let _ = fs::remove_dir_all(&folder);
                return Err(GroupError::new(member.path, error));
            }
        }
    }
    let mut entries: Vec<Entry> = members
        .iter()
        .zip(&targets)
        .enumerate()
        .map(|(number, (member, target))| Entry {
            path: target.path().to_path_buf(),
            temporary: target.folder().join(format!("{TEMPORARY}{}-{number}", id_of(&folder))),
            backup: folder.join(number.to_string()),
            before: member.before.map(ContentHash::of),
            after: ContentHash::of(member.after),
        })
        .collect();
    let prepared = prepare(&folder, &entries, members, &targets);
    // Who imports a new file finds it there.
    entries.sort_by(|a, b| (a.before.is_some(), &a.path).cmp(&(b.before.is_some(), &b.path)));
    let journal = Journal { folder, entries };
    if let Err((number, error)) = prepared {
        journal.discard();
        return Err(GroupError::new(members[number].path, error));
    }
    let Err((path, error)) = journal.rename_all() else {
        journal.discard();
        return Ok(());
    };
    let shown = members.iter().zip(&targets).find(|(_, target)| target.path() == path);
    let shown = shown.map_or(path.clone(), |(member, _)| member.path.to_path_buf());
    match journal.undo() {
        Ok(()) => Err(GroupError::new(&shown, error)),
        Err(undo) => Err(GroupError::new(&shown, format!("{error}; {undo}"))),
    }
}

/// Everything up to the journal itself. An error names the member.
fn prepare(
    folder: &Path,
    entries: &[Entry],
    members: &[Member],
    targets: &[Goal],
) -> Result<(), (usize, ReplaceError)> {
    let create = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    let in_folder = |name: &str, content: &[u8]| -> io::Result<()> {
        let mut file = create(&folder.join(name))?;
        file.write_all(content)?;
        file.sync_all()
    };
    let journal_error = |error: io::Error| (0, ReplaceError::Io(error));
    in_folder(INTENT, serialize(entries).as_bytes()).map_err(journal_error)?;
    sync_folder(folder);
    step();
    for (number, ((entry, member), target)) in entries.iter().zip(members).zip(targets).enumerate() {
        let stage = || {
            let mut file = create(&entry.temporary).map_err(ReplaceError::Beside)?;
            target.fill(&mut file, member.after)?;
            sync_folder(target.folder());
            member
                .before
                .map_or(Ok(()), |before| in_folder(&number.to_string(), before).map_err(ReplaceError::Io))
        };
        stage().map_err(|error| (number, error))?;
        step();
    }
    fs::rename(folder.join(INTENT), folder.join(JOURNAL)).map_err(journal_error)?;
    sync_folder(folder);
    step();
    Ok(())
}

fn id_of(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// One file of a journal.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    path: PathBuf,
    /// Beside it, with the new content.
    temporary: PathBuf,
    /// In the journal's folder, with the old content.
    backup: PathBuf,
    /// None for a file that is made.
    before: Option<ContentHash>,
    after: ContentHash,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Old content (or none), new content beside it.
    Pending,
    /// New content.
    Renamed,
    /// Old content, nothing beside it: undoing had begun.
    PutBack,
    /// Somebody else's content, with ours still beside it: changed before it was renamed.
    ChangedBefore,
    /// Somebody else's content: changed after it was renamed.
    ChangedAfter,
}

impl Entry {
    fn state(&self) -> State {
        let hash = |path: &Path| fs::read(path).ok().map(|bytes| ContentHash::of(&bytes));
        let is_beside = hash(&self.temporary) == Some(self.after);
        let now = hash(&self.path);
        // What cannot be read is there all the same.
        let is_gone = || fs::symlink_metadata(&self.path).is_err_and(|e| e.kind() == io::ErrorKind::NotFound);
        let is_as_before = now == self.before && (now.is_some() || is_gone());
        match (is_as_before, is_beside) {
            // A new file with our content, and ours still beside it, is somebody else's, unless both are one file.
            _ if now == Some(self.after) && (self.before.is_some() || !is_beside || self.is_linked()) => {
                State::Renamed
            }
            (true, true) => State::Pending,
            (true, false) => State::PutBack,
            (false, true) => State::ChangedBefore,
            (false, false) => State::ChangedAfter,
        }
    }

    /// Whether the temporary file and the new one are one: where a file system cannot move a file to a place only if that is
    /// free, it is first linked there.
    #[cfg(unix)]
    fn is_linked(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let file = |path: &Path| fs::symlink_metadata(path).map(|m| (m.dev(), m.ino())).ok();
        file(&self.temporary).is_some_and(|own| file(&self.path) == Some(own))
    }

    #[cfg(not(unix))]
    fn is_linked(&self) -> bool {
        false
    }
}

/// A group on its way.
struct Journal {
    folder: PathBuf,
    /// In the order of their paths.
    entries: Vec<Entry>,
}

impl Journal {
    /// Renames what is pending. An error leaves the rest as it is.
    fn rename_all(&self) -> Result<(), (PathBuf, ReplaceError)> {
        for entry in &self.entries {
            let failed = |error| (entry.path.clone(), error);
            match entry.state() {
                State::Renamed => continue,
                State::Pending => {}
                State::PutBack | State::ChangedBefore | State::ChangedAfter => {
                    return Err(failed(ReplaceError::Changed));
                }
            }
            match entry.before {
                Some(_) => {
                    Target::new(&entry.path).map_err(failed)?;
                    fs::rename(&entry.temporary, &entry.path).map_err(|e| failed(ReplaceError::Io(e)))?;
                }
                None => move_to(&entry.temporary, &entry.path).map_err(failed)?,
            }
            sync_folder(entry.path.parent().unwrap_or(&entry.path));
            step();
        }
        Ok(())
    }

    /// Gives every file that has our content its old one back, removes those that we made, and ends the journal. Files that
    /// somebody else changed keep what they have.
    fn undo(&self) -> Result<(), String> {
        let mut failures = Vec::new();
        for entry in self.entries.iter().filter(|e| e.state() == State::Renamed) {
            let put_back = || {
                if entry.before.is_none() {
                    fs::remove_file(&entry.path).map_err(ReplaceError::Io)?;
                    sync_folder(entry.path.parent().unwrap_or(&entry.path));
                    return Ok(());
                }
                let before = fs::read(&entry.backup).map_err(ReplaceError::Io)?;
                let after = fs::read(&entry.path).map_err(ReplaceError::Io)?;
                Target::new(&entry.path)?.replace(&after, &before)
            };
            let Err(error) = put_back() else { continue };
            if entry.before.is_none() {
                failures.push(format!("{} could not be removed again: {error}", entry.path.display()));
            } else {
                failures.push(format!(
                    "{} could not be put back: {error}; its old content is in {}",
                    entry.path.display(),
                    entry.backup.display()
                ));
            }
        }
        if failures.is_empty() {
            self.discard();
            Ok(())
        } else {
            Err(failures.join("; "))
        }
    }

    /// Removes the temporary files, then the journal.
    fn discard(&self) {
        for entry in &self.entries {
            let _ = fs::remove_file(&entry.temporary);
        }
        self.remove();
    }

    /// The journal first: without it the rest of the folder means nothing.
    fn remove(&self) {
        for name in [JOURNAL, INTENT] {
            let _ = fs::remove_file(self.folder.join(name));
        }
        step();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What became of a journal that an earlier run left.
#[derive(Debug, PartialEq, Eq)]
pub enum Recovered {
    /// All of its files now have the new content.
    Finished(Vec<PathBuf>),
    /// All of its files now have the old content.
    Undone(Vec<PathBuf>),
    /// Undone, except for files that somebody else changed meanwhile.
    UndoneAround { undone: Vec<PathBuf>, changed: Vec<PathBuf> },
    /// Neither is possible: these files have changed. The journal stays.
    Refused { changed: Vec<PathBuf>, journal: PathBuf },
    /// Something failed on the way. The journal stays.
    Failed { message: String, journal: PathBuf },
}

/// A folder with journals: of one repository, or of everything that is none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Home {
    folder: PathBuf,
}

impl Home {
    /// In the git folder of the repository at `root` (an absolute path), else in the user's state folder.
    ///
    /// # Errors
    /// When there is neither.
    pub fn of(root: &Path) -> io::Result<Home> {
        let folder = git_folder(root).or_else(state_folder).ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, "no folder for the journal: HOME is not set")
        })?;
        Ok(Home { folder: folder.join("unspool") })
    }

    /// Nobody else writes groups here while the file is open.
    fn lock(&self) -> io::Result<File> {
        fs::create_dir_all(&self.folder)?;
        OpenOptions::new().create(true).append(true).open(self.folder.join("lock"))
    }

    /// A new folder for one journal. The lock is held.
    fn new_journal(&self) -> io::Result<PathBuf> {
        let folder = tempfile::Builder::new().prefix("group-").rand_bytes(8).tempdir_in(&self.folder)?;
        Ok(folder.keep())
    }

    /// Folders of journals of the files below `root`, and of those of which it cannot be told.
    fn journals(&self, root: &Path) -> Vec<PathBuf> {
        let Ok(folder) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut journals: Vec<PathBuf> = folder
            .flatten()
            .filter(|e| e.file_name().to_string_lossy().starts_with("group-"))
            .map(|e| e.path())
            .filter(|journal| {
                let entries = [JOURNAL, INTENT].iter().find_map(|name| read_entries(journal, name));
                entries.is_none_or(|entries| entries.iter().any(|e| e.path.starts_with(root)))
            })
            .collect();
        journals.sort();
        journals
    }

    /// Whether a run that wrote below `root` ended early.
    pub fn has_journals(&self, root: &Path) -> bool {
        !self.journals(root).is_empty()
    }

    /// Finishes or undoes what earlier runs left below `root`. Nothing, if another run is writing right now.
    pub fn recover(&self, root: &Path) -> Vec<Recovered> {
        if !self.has_journals(root) {
            return Vec::new();
        }
        match self.lock().map(|lock| (lock.try_lock(), lock)) {
            Ok((Ok(()), _lock)) => self.journals(root).into_iter().filter_map(recover_journal).collect(),
            _ => Vec::new(),
        }
    }
}

/// The entries in one of the files of a journal's folder.
fn read_entries(folder: &Path, name: &str) -> Option<Vec<Entry>> {
    parse(&fs::read_to_string(folder.join(name)).ok()?, folder)
}

fn recover_journal(folder: PathBuf) -> Option<Recovered> {
    let is_committed = folder.join(JOURNAL).exists();
    let Some(entries) = read_entries(&folder, if is_committed { JOURNAL } else { INTENT }) else {
        if is_committed {
            let message = "the journal of an interrupted run cannot be read".to_owned();
            return Some(Recovered::Failed { message, journal: folder });
        }
        // An intent that was cut short comes before every temporary file.
        let _ = fs::remove_dir_all(&folder);
        return None;
    };
    let journal = Journal { folder, entries };
    if !is_committed {
        journal.discard();
        return None;
    }
    let states: Vec<State> = journal.entries.iter().map(Entry::state).collect();
    let with = |wanted: &[State]| -> Vec<PathBuf> {
        let chosen = journal.entries.iter().zip(&states).filter(|(_, state)| wanted.contains(state));
        chosen.map(|(entry, _)| entry.path.clone()).collect()
    };
    let failed = |message: String| Recovered::Failed { message, journal: journal.folder.clone() };
    if states.contains(&State::ChangedAfter) {
        let changed = with(&[State::ChangedAfter, State::ChangedBefore]);
        return Some(Recovered::Refused { changed, journal: journal.folder });
    }
    let all: Vec<PathBuf> = journal.entries.iter().map(|e| e.path.clone()).collect();
    let changed = with(&[State::ChangedBefore]);
    if !changed.is_empty() || states.contains(&State::PutBack) {
        let undone = with(&[State::Renamed]);
        return Some(match journal.undo() {
            Ok(()) if changed.is_empty() => Recovered::Undone(all),
            Ok(()) => Recovered::UndoneAround { undone, changed },
            Err(message) => failed(message),
        });
    }
    match journal.rename_all() {
        Ok(()) => {
            journal.discard();
            Some(Recovered::Finished(all))
        }
        Err((path, error)) => Some(match journal.undo() {
            Ok(()) => Recovered::Undone(all),
            Err(undo) => failed(format!("{}: {error}; {undo}", path.display())),
        }),
    }
}

/// The git folder of the working copy at `root`: `.git`, or what the file `.git` points to (a worktree, a
/// submodule).
fn git_folder(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = fs::read_to_string(&git).ok()?;
    let folder = root.join(text.strip_prefix("gitdir:")?.trim());
    folder.is_dir().then_some(folder)
}

fn state_folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_STATE_HOME")
        .or_else(|| absolute("LOCALAPPDATA"))
        .or_else(|| absolute("HOME").map(|home| home.join(".local").join("state")))
}

const HEADER: &str = "unspool journal 1";
const END: &str = "end";
/// In place of the hash of an old content.
const MADE: &str = "new";

/// One line per file: old hash (`new` for none), new hash, path, temporary path, backup's name; paths escaped.
fn serialize(entries: &[Entry]) -> String {
    let mut text = format!("{HEADER}\n");
    for Entry { path, temporary, backup, before, after } in entries {
        let backup = backup.file_name().unwrap_or_default();
        let [path, temporary] = [path, temporary].map(|p| escape(p.as_os_str()));
        let before = before.map_or(MADE.to_owned(), |hash| hash.to_string());
        text += &format!("{before}\t{after}\t{path}\t{temporary}\t{}\n", backup.to_string_lossy());
    }
    text + END + "\n"
}

/// `None` for a text that is no whole journal.
fn parse(text: &str, folder: &Path) -> Option<Vec<Entry>> {
    let body = text.strip_prefix(HEADER)?.strip_prefix('\n')?.strip_suffix('\n')?.strip_suffix(END)?;
    body.lines()
        .map(|line| {
            let [before, after, path, temporary, backup] = line.split('\t').collect::<Vec<_>>()[..] else {
                return None;
            };
            Some(Entry {
                path: unescape(path)?,
                temporary: unescape(temporary)?,
                backup: folder.join(backup),
                before: if before == MADE { None } else { Some(ContentHash::parse(before)?) },
                after: ContentHash::parse(after)?,
            })
        })
        .collect()
}

/// Paths are bytes: what is not printable ASCII, and `%`, is written in hexadecimal.
fn escape(path: &std::ffi::OsStr) -> String {
    let plain = |b: u8| b.is_ascii_graphic() && b != b'%' || b == b' ';
    let escaped = |b: &u8| if plain(*b) { char::from(*b).to_string() } else { format!("%{b:02x}") };
    path.as_encoded_bytes().iter().map(escaped).collect()
}

#[cfg(unix)]
fn unescape(text: &str) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(PathBuf::from(std::ffi::OsString::from_vec(unescaped_bytes(text)?)))
}

#[cfg(not(unix))]
fn unescape(text: &str) -> Option<PathBuf> {
    String::from_utf8(unescaped_bytes(text)?).ok().map(PathBuf::from)
}

fn unescaped_bytes(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    Some(bytes)
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
