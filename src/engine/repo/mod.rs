//! Questions about the other files of the repository, answered on demand.

/// A repository: the files under one root.
pub struct Repository {}
