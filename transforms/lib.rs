//! The transforms that unspool ships with: the registry, one line each.

use unspool_engine::transform::Transform;

/// All transforms in the order in which they are listed, run and preferred among equals.
pub fn registry() -> &'static [&'static dyn Transform] {
    &[]
}
