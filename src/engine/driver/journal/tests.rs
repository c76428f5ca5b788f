use super::*;
use std::os::unix::ffi::OsStrExt;

#[test]
fn journals_are_read_as_they_were_written() {
    let folder = Path::new("/journal");
    let entry = |path: &[u8], number: &str| Entry {
        path: PathBuf::from(std::ffi::OsStr::from_bytes(path)),
        temporary: PathBuf::from("/a b/.unspool-x"),
        backup: folder.join(number),
        before: (number != "1").then(|| ContentHash::of(b"before")),
        after: ContentHash::of(path),
    };
    let entries = [entry(b"/a/caf\xe9%41\t\n.py", "0"), entry("/ü/b c.py".as_bytes(), "1")];
    let text = serialize(&entries);
    assert_eq!(parse(&text, folder).as_deref(), Some(&entries[..]));
    for end in 0..text.len() {
        assert_eq!(parse(&text[..end], folder), None, "cut short at {end}");
    }
}

#[test]
fn the_git_folder_may_be_elsewhere() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(git_folder(root.path()), None);
    fs::create_dir(root.path().join("real")).unwrap();
    fs::write(root.path().join(".git"), "gitdir: ./real\n").unwrap();
    assert_eq!(git_folder(root.path()), Some(root.path().join("./real")));
    fs::remove_file(root.path().join(".git")).unwrap();
    fs::create_dir(root.path().join(".git")).unwrap();
    assert_eq!(git_folder(root.path()), Some(root.path().join(".git")));
}
