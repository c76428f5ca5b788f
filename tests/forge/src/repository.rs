//! A bare repository on disk, and what people do in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// git without anybody's configuration. Panics with its words where it fails: this is for tests.
pub fn git(folder: &Path, arguments: &[&str], stdin: &[u8], environment: &[(&str, &str)]) -> Option<String> {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        // The same content is the same commit, in every test.
        .env("GIT_AUTHOR_DATE", "1700000000 +0000")
        .env("GIT_COMMITTER_DATE", "1700000000 +0000")
        .env("GIT_AUTHOR_NAME", "A Person")
        .env("GIT_AUTHOR_EMAIL", "person@example.com")
        .env("GIT_COMMITTER_NAME", "A Person")
        .env("GIT_COMMITTER_EMAIL", "person@example.com")
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(stdin).ok()?;
    let output = child.wait_with_output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What a tree entry is.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    File(&'a str),
    /// With its target.
    Link(&'a str),
}

/// Of a commit.
#[derive(Clone, Debug)]
pub struct Description {
    pub email: String,
    pub parents: Vec<String>,
    pub message: String,
}

#[derive(Clone, Debug)]
pub struct Bare {
    pub path: PathBuf,
}

impl Bare {
    pub fn create(path: PathBuf) -> Bare {
        std::fs::create_dir_all(&path).expect("there is room for a repository");
        let bare = Bare { path };
        bare.git(&["init", "--quiet", "--bare", "--initial-branch=main"]);
        bare
    }

    /// What a git that has to succeed prints.
    pub fn git(&self, arguments: &[&str]) -> String {
        self.try_git(arguments)
            .unwrap_or_else(|| panic!("git {arguments:?} fails in {}", self.path.display()))
    }

    pub fn try_git(&self, arguments: &[&str]) -> Option<String> {
        git(&self.path, arguments, b"", &[])
    }

    /// Commits these entries on top of a branch, made if it is not there, as a person would.
    pub fn commit(&self, branch: &str, entries: &[(&str, Entry)]) -> String {
        let reference = format!("refs/heads/{branch}");
        let parent = self.tip(branch);
        let index = self.path.join("person-index");
        let index_text = index.to_string_lossy().into_owned();
        let with_index = |arguments: &[&str], stdin: &[u8]| {
            git(&self.path, arguments, stdin, &[("GIT_INDEX_FILE", &index_text)])
                .unwrap_or_else(|| panic!("git {arguments:?} fails"))
        };
        match &parent {
            Some(parent) => with_index(&["read-tree", parent], b""),
            None => with_index(&["read-tree", "--empty"], b""),
        };
        for (path, entry) in entries {
            let (mode, text) = match entry {
                Entry::File(text) => ("100644", text),
                Entry::Link(target) => ("120000", target),
            };
            let blob = with_index(&["hash-object", "-w", "--stdin"], text.as_bytes());
            with_index(&["update-index", "--add", "--cacheinfo", &format!("{mode},{blob},{path}")], b"");
        }
        let tree = with_index(&["write-tree"], b"");
        let mut arguments = vec!["commit-tree", &tree, "-m", "A change by a person"];
        if let Some(parent) = &parent {
            arguments.extend(["-p", parent]);
        }
        let oid = self.git(&arguments);
        self.git(&["update-ref", &reference, &oid]);
        oid
    }

    pub fn tip(&self, branch: &str) -> Option<String> {
        self.try_git(&["rev-parse", "--verify", "--quiet", &format!("refs/heads/{branch}")])
    }

    /// What a commit says of itself.
    pub fn describe(&self, oid: &str) -> Option<Description> {
        let shown = self.try_git(&["show", "--no-patch", "--format=%ce%n%P%n%B", oid])?;
        let mut lines = shown.splitn(3, '\n');
        let email = lines.next()?.to_owned();
        let parents = lines.next()?.split_whitespace().map(str::to_owned).collect();
        Some(Description { email, parents, message: lines.next().unwrap_or_default().to_owned() })
    }

    pub fn file(&self, commit: &str, path: &str) -> Option<String> {
        self.try_git(&["show", &format!("{commit}:{path}")])
    }

    /// Merges two commits as a forge does: the new commit, None where they conflict.
    pub fn merge(&self, base: &str, head: &str, message: &str) -> Option<String> {
        let tree = self.try_git(&["merge-tree", "--write-tree", base, head])?;
        Some(self.git(&["commit-tree", tree.lines().next()?, "-p", base, "-m", message]))
    }
}
