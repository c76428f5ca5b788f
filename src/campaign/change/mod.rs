//! A change set: what one pull request would change, with the reasons. It is named by its content, so that the same plan
//! made twice is the same file, and a review of it holds as long as it does.

pub mod codeowners;
pub mod diff;
pub mod split;

use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::text::sha256;
use crate::wishes::Wishes;

/// Version of the format.
const SCHEMA: u32 = 1;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ChangeSet {
    pub schema: u32,
    pub campaign: String,
    /// As the forge names it, `owner/name`.
    pub repository: String,
    /// Where git finds it.
    pub url: String,
    pub branch: String,
    pub commit: String,
    /// The key of the unit in its repository: it stays the same over versions of the base and of the tool.
    pub unit: String,
    /// Name and version.
    pub tool: String,
    pub transforms: Vec<String>,
    /// The command that gives the patch, at `commit`.
    pub command: String,
    /// SHA-256 of the patch.
    pub diff: String,
    pub files: Vec<File>,
    pub sites: Vec<Site>,
    /// Sites in these files that were left alone.
    pub refused: Vec<Refused>,
    /// What verification said; None where nothing was run.
    pub verified: Option<String>,
    /// Whom CODEOWNERS names for the files.
    pub owners: Vec<String>,
    /// Bigger than the campaign allows and in one piece: it is published only if it is accepted by name.
    pub oversize: bool,
    /// What the repository asks of pull requests.
    #[serde(default, skip_serializing_if = "Wishes::is_empty")]
    pub wishes: Wishes,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct File {
    pub path: String,
    pub added: usize,
    pub removed: usize,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Site {
    pub path: String,
    pub line: usize,
    pub transform: String,
    /// `safe` or `unsafe`.
    pub verdict: String,
    pub identity: String,
    /// What could only be assumed: `claim: reason`.
    pub assumed: Vec<String>,
    /// Why the rest holds.
    pub proved: Vec<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Refused {
    pub path: String,
    pub line: usize,
    pub transform: String,
    pub reason: String,
}

impl ChangeSet {
    pub const SCHEMA: u32 = SCHEMA;

    /// SHA-256 of its JSON, which has the hash of the patch in it.
    pub fn id(&self) -> Result<String> {
        Ok(sha256(&self.json()?))
    }

    fn json(&self) -> Result<Vec<u8>> {
        let mut json = serde_json::to_vec_pretty(self)
            .map_err(|error| Error::Failed(format!("a change set is no JSON: {error}")))?;
        json.push(b'\n');
        Ok(json)
    }

    pub fn lines(&self) -> usize {
        self.files.iter().map(|file| file.added.max(file.removed)).sum()
    }

    pub fn assumed(&self) -> usize {
        self.sites.iter().filter(|site| !site.assumed.is_empty()).count()
    }

    /// Writes `ID.json` and `ID.patch` to `folder` and gives the id. Each file is whole or not there.
    pub fn save(&self, folder: &Path, patch: &[u8]) -> Result<String> {
        let id = self.id()?;
        // The patch first: who finds the JSON finds the patch.
        write_whole(&folder.join(format!("{id}.patch")), patch)?;
        write_whole(&folder.join(format!("{id}.json")), &self.json()?)?;
        Ok(id)
    }

    /// Reads a change set and its patch, and checks that they are what the name says.
    pub fn load(folder: &Path, id: &str) -> Result<(ChangeSet, Vec<u8>)> {
        let read = |path: &Path| std::fs::read(path).map_err(|error| Error::io("reading", path, &error));
        let path = folder.join(format!("{id}.json"));
        let json = read(&path)?;
        let patch = read(&folder.join(format!("{id}.patch")))?;
        let change: ChangeSet = serde_json::from_slice(&json)
            .map_err(|error| Error::Failed(format!("{} is no change set: {error}", path.display())))?;
        if sha256(&json) != id || sha256(&patch) != change.diff {
            return Err(Error::Failed(format!(
                "{} is not what was planned: its content has changed",
                path.display()
            )));
        }
        Ok((change, patch))
    }
}

/// Writes beside, syncs and renames.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: &std::io::Error| Error::io("writing", path, error);
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(|error| failed(&error))?;
    file.persist(path).map_err(|error| failed(&error.error))?;
    Ok(())
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn example() -> ChangeSet {
        ChangeSet {
            schema: SCHEMA,
            campaign: "c".into(),
            repository: "o/r".into(),
            url: "https://forge/o/r.git".into(),
            branch: "main".into(),
            commit: "1".repeat(40),
            unit: "list-to-genexpr".into(),
            tool: "unspool 1".into(),
            transforms: vec!["list-to-genexpr".into()],
            command: "unspool fix".into(),
            diff: sha256(b"patch"),
            files: vec![File { path: "a.py".into(), added: 1, removed: 1 }],
            sites: Vec::new(),
            refused: Vec::new(),
            verified: None,
            owners: Vec::new(),
            oversize: false,
            wishes: Wishes::default(),
        }
    }

    #[test]
    fn what_was_changed_after_the_plan_is_not_read() {
        let folder = tempfile::tempdir().expect("there is room");
        let id = example().save(folder.path(), b"patch").expect("it is written");
        assert_eq!(ChangeSet::load(folder.path(), &id).expect("it is read"), (example(), b"patch".to_vec()));
        for name in ["patch", "json"] {
            let path = folder.path().join(format!("{id}.{name}"));
            let whole = std::fs::read(&path).expect("it is there");
            std::fs::write(&path, [&whole[..], b" "].concat()).expect("it is written");
            assert!(ChangeSet::load(folder.path(), &id).is_err(), "{name}");
            std::fs::write(&path, whole).expect("it is written");
        }
    }
}
