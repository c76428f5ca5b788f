//! Versions of Python as users write them.

use unspool_engine::syntax::PythonVersion;

use super::Error;

/// `3.9` or `py39`.
pub fn version(given: &str) -> Result<PythonVersion, Error> {
    let text = given.trim();
    let parsed = match text.strip_prefix("py3") {
        Some(minor) => format!("3.{minor}").parse::<PythonVersion>(),
        None => text.parse::<PythonVersion>(),
    };
    let (lowest, latest) = (PythonVersion::lowest(), PythonVersion::latest());
    parsed.ok().filter(|version| (lowest..=latest).contains(version)).ok_or_else(|| Error::TargetVersion {
        given: given.to_owned(),
        lowest: lowest.to_string(),
        latest: latest.to_string(),
    })
}
