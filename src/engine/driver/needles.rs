//! Which transforms a file can have sites of, decided on its bytes, before anything is parsed.

use crate::transform::Transform;
use memchr::memmem::Finder;

/// The needles of a set of transforms, prepared for searching many files.
pub struct Needles {
    transforms: Vec<&'static dyn Transform>,
    finders: Vec<Finder<'static>>,
    /// Per transform, the indices of its finders.
    wanted: Vec<Vec<usize>>,
}

impl Needles {
    pub fn of(transforms: &[&'static dyn Transform]) -> Self {
        let mut texts: Vec<&'static str> = Vec::new();
        let wanted = transforms
            .iter()
            .map(|t| {
                let needles = t.meta().needles;
                needles
                    .iter()
                    .map(|needle| {
                        texts.iter().position(|t| t == needle).unwrap_or_else(|| {
                            texts.push(needle);
                            texts.len() - 1
                        })
                    })
                    .collect()
            })
            .collect();
        Needles {
            transforms: transforms.to_vec(),
            finders: texts.into_iter().map(|t| Finder::new(t.as_bytes())).collect(),
            wanted,
        }
    }

    /// Indices of the transforms that may have a site: at least one needle stands in the bytes, and a closer
    /// look did not exclude it. Only those that are `wanted` are searched for.
    pub fn matching(&self, bytes: &[u8], wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        // Each needle is searched at most once per file, and only if a transform still needs it.
        let mut found: Vec<Option<bool>> = vec![None; self.finders.len()];
        let mut hit = |i: usize| *found[i].get_or_insert_with(|| self.finders[i].find(bytes).is_some());
        (0..self.wanted.len())
            .filter(|&t| wanted(t))
            .filter(|&t| self.wanted[t].iter().any(|&i| hit(i)) && self.transforms[t].may_have_site(bytes))
            .collect()
    }
}
