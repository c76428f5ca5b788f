//! The fake forge as a program: serves the bare repositories `OWNER/NAME.git` below a folder as GitHub would, prints its address,
//! and ends with its standard input. Every commit has a green check.
//!
//! ```text
//! unspool-fake-forge FOLDER TOKEN
//! ```

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use unspool_fake_forge::{Forge, Skin};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, token] = &*arguments else {
        eprintln!("usage: unspool-fake-forge FOLDER TOKEN");
        return ExitCode::from(2);
    };
    let folder = PathBuf::from(folder);
    let forge = Forge::start(folder.clone(), Skin::Github, token);
    for owner in folders(&folder) {
        for repository in folders(&folder.join(&owner)) {
            if let Some(name) = repository.strip_suffix(".git") {
                forge.adopt(&format!("{owner}/{name}"));
            }
        }
    }
    println!("{}", forge.api());
    // Whoever started it holds the other end.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    ExitCode::SUCCESS
}

fn folders(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
