//! One diff becomes units that people can review. Files that one rewrite changes together stay together; a unit's key comes
//! from its folder or its owners, never from its number, so that the next plan finds the same units.

use std::collections::BTreeMap;

use super::codeowners::CodeOwners;
use super::diff::FileDiff;
use crate::config::Split;
use crate::text::{sha256, slug};

/// The longest part of a key, so that branches stay readable.
const LONGEST: usize = 40;

/// Files of one unit.
#[derive(Debug)]
pub struct Unit {
    /// Empty for the only one.
    pub key: String,
    pub files: Vec<FileDiff>,
    pub oversize: bool,
}

/// How big a unit may be.
#[derive(Clone, Copy, Debug)]
pub struct Cap {
    pub lines: usize,
    pub files: usize,
}

/// Files that belong together, named by the first.
struct Group {
    path: String,
    files: Vec<FileDiff>,
}

impl Group {
    fn lines(&self) -> usize {
        self.files.iter().map(|file| file.added.max(file.removed)).sum()
    }
}

/// Splits a diff. `together` has the paths of each rewrite that changes several files.
pub fn split(
    files: Vec<FileDiff>,
    together: &[Vec<String>],
    how: Split,
    owners: &CodeOwners,
    cap: Cap,
) -> Vec<Unit> {
    let groups = groups(files, together);
    let mut parts: BTreeMap<String, Vec<Group>> = BTreeMap::new();
    for group in groups {
        let key = match how {
            Split::None | Split::Transform => String::new(),
            Split::Directory => folder(&group.path, 1),
            Split::Codeowners => {
                let owners = owners.owners(&group.path);
                if owners.is_empty() { "unowned".to_owned() } else { owners.join("-") }
            }
        };
        parts.entry(key).or_default().push(group);
    }
    let mut named = Vec::new();
    for (key, groups) in parts {
        pack(String::new(), groups, 0, cap, &mut |rest, groups, oversize| {
            named.push(([key.clone(), rest], groups, oversize));
        });
    }
    let short = |parts: &[String; 2]| {
        let parts = parts.iter().filter(|part| !part.is_empty()).map(|part| slug(part, LONGEST));
        parts.collect::<Vec<_>>().join("/")
    };
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (parts, ..) in &named {
        *times.entry(short(parts)).or_default() += 1;
    }
    let units = named.into_iter().map(|(parts, groups, oversize)| {
        let mut key = short(&parts);
        // `a-b` and `a/b` look alike.
        if times.get(&key).is_some_and(|times| *times > 1) {
            key += &format!("-{}", &sha256(parts.join("\n").as_bytes())[..6]);
        }
        Unit { key, files: groups.into_iter().flat_map(|group| group.files).collect(), oversize }
    });
    units.collect()
}

/// A part that is too big goes by folders: each that fits is a unit, the others go by theirs. What lies in one folder and is
/// too big goes file by file.
fn pack(
    name: String,
    groups: Vec<Group>,
    depth: usize,
    cap: Cap,
    unit: &mut impl FnMut(String, Vec<Group>, bool),
) {
    let lines: usize = groups.iter().map(Group::lines).sum();
    let files: usize = groups.iter().map(|group| group.files.len()).sum();
    let fits = lines <= cap.lines && files <= cap.files;
    if fits || groups.len() <= 1 {
        unit(name, groups, !fits);
        return;
    }
    let mut below: BTreeMap<String, Vec<Group>> = BTreeMap::new();
    for group in groups {
        let deeper = folder(&group.path, depth + 1);
        // A file right in this folder is a part of its own.
        let key = if deeper == folder(&group.path, depth) { group.path.clone() } else { deeper };
        below.entry(key).or_default().push(group);
    }
    for (name, groups) in below {
        pack(name, groups, depth + 1, cap, unit);
    }
}

/// The first `depth` folders of a path.
fn folder(path: &str, depth: usize) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    parts.truncate(depth);
    parts.join("/")
}

/// Joins files that share a rewrite, also over several steps.
fn groups(files: Vec<FileDiff>, together: &[Vec<String>]) -> Vec<Group> {
    let number: BTreeMap<String, usize> =
        files.iter().enumerate().map(|(at, file)| (file.path.clone(), at)).collect();
    let mut leader: Vec<usize> = (0..files.len()).collect();
    for paths in together {
        let members: Vec<usize> = paths.iter().filter_map(|path| number.get(path).copied()).collect();
        let leaders: Vec<usize> = members.iter().map(|member| leader[*member]).collect();
        if let Some(first) = leaders.iter().min().copied() {
            for entry in &mut leader {
                if leaders.contains(entry) {
                    *entry = first;
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    for (at, file) in files.into_iter().enumerate() {
        let group =
            groups.entry(leader[at]).or_insert_with(|| Group { path: file.path.clone(), files: Vec::new() });
        group.files.push(file);
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> FileDiff {
        FileDiff { path: path.into(), bytes: Vec::new(), touched: Vec::new(), added: lines, removed: lines }
    }

    /// Units as `key: files`, with `!` for one that is too big.
    #[track_caller]
    fn check(files: &[(&str, usize)], together: &[&[&str]], how: Split, expected: &[&str]) {
        let files = files.iter().map(|(path, lines)| file(path, *lines)).collect();
        let together: Vec<Vec<String>> =
            together.iter().map(|paths| paths.iter().map(|path| (*path).to_owned()).collect()).collect();
        let owners = CodeOwners::parse("/a/ @one\n/b/ @two\n");
        let units = split(files, &together, how, &owners, Cap { lines: 10, files: 3 });
        let shown: Vec<String> = units
            .iter()
            .map(|unit| {
                let paths: Vec<&str> = unit.files.iter().map(|file| &*file.path).collect();
                format!("{}: {}{}", unit.key, paths.join(" "), if unit.oversize { " !" } else { "" })
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_fits_stays_whole() {
        check(&[("a/x.py", 5), ("b/y.py", 5)], &[], Split::Transform, &[": a/x.py b/y.py"]);
    }

    #[test]
    fn what_is_too_big_goes_by_folders() {
        check(
            &[
                ("a/x.py", 5),
                ("a/c/y.py", 5),
                ("b/d/p.py", 6),
                ("b/d/q.py", 6),
                ("b/e/r.py", 1),
                ("z.py", 50),
            ],
            &[],
            Split::Transform,
            &[
                "a: a/x.py a/c/y.py",
                "b-d-p-py: b/d/p.py",
                "b-d-q-py: b/d/q.py",
                "b-e: b/e/r.py",
                "z-py: z.py !",
            ],
        );
    }

    #[test]
    fn too_many_files_are_too_big() {
        check(
            &[("a/1.py", 1), ("a/2.py", 1), ("b/3.py", 1), ("b/4.py", 1)],
            &[],
            Split::None,
            &["a: a/1.py a/2.py", "b: b/3.py b/4.py"],
        );
    }

    #[test]
    fn files_of_one_rewrite_stay_together() {
        check(
            &[("a/1.py", 6), ("b/2.py", 6), ("c/3.py", 6)],
            &[&["b/2.py", "a/1.py"]],
            Split::Directory,
            &["a: a/1.py b/2.py !", "c: c/3.py"],
        );
    }

    #[test]
    fn keys_that_look_alike_stay_apart() {
        let (one, other) =
            (format!("a-b-{}", &sha256(b"\na-b")[..6]), format!("a-b-{}", &sha256(b"\na/b")[..6]));
        check(
            &[("a-b/1.py", 9), ("a/b/2.py", 9), ("a/c/3.py", 9)],
            &[],
            Split::None,
            &[&format!("{other}: a/b/2.py"), "a-c: a/c/3.py", &format!("{one}: a-b/1.py")],
        );
    }

    #[test]
    fn owners_name_units() {
        check(
            &[("a/1.py", 1), ("b/2.py", 1), ("c/3.py", 1)],
            &[],
            Split::Codeowners,
            &["one: a/1.py", "two: b/2.py", "unowned: c/3.py"],
        );
    }
}
