//! Which configuration file holds for which folder: the nearest one upwards, up to the root of the working copy.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::file;
use super::settings::Settings;
use crate::cli::error::ConfigError;

/// Marks of a working copy's root: what lies above is somebody else's.
const CHECKOUT: [&str; 4] = [".git", ".hg", ".svn", ".jj"];

/// Where configuration comes from.
pub enum Sources {
    /// The nearest file; folders that were looked at.
    Nearest(FxHashMap<PathBuf, Arc<Settings>>),
    /// One for all files.
    Fixed(Arc<Settings>),
}

impl Sources {
    /// `config` is a file to use for everything, `isolated` uses none.
    pub fn new(config: Option<&Path>, isolated: bool) -> Result<Self, ConfigError> {
        Ok(match config {
            Some(path) => Sources::Fixed(Arc::new(file::named(path)?)),
            None if isolated => Sources::Fixed(Arc::default()),
            None => Sources::Nearest(FxHashMap::default()),
        })
    }

    /// The settings that hold in a folder (absolute).
    pub fn of_folder(&mut self, folder: &Path) -> Result<Arc<Settings>, ConfigError> {
        let known = match self {
            Sources::Fixed(settings) => return Ok(settings.clone()),
            Sources::Nearest(known) => known,
        };
        let mut asked = Vec::new();
        let mut answer = Arc::default();
        for above in folder.ancestors() {
            if let Some(settings) = known.get(above) {
                answer = settings.clone();
                break;
            }
            asked.push(above);
            if let Some(settings) = file::in_folder(above)? {
                answer = Arc::new(settings);
                break;
            }
            if CHECKOUT.iter().any(|mark| above.join(mark).exists()) {
                break;
            }
        }
        known.extend(asked.into_iter().map(|above| (above.to_owned(), answer.clone())));
        Ok(answer)
    }
}
