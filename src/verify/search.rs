//! Delta debugging: the smallest part of a set that still fails.
//!
//! Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on Software
//! Engineering 28(2), 2002: `ddmin`. Whatever it has at any moment was seen to fail, so nothing is assumed about how parts act
//! together: several that fail only together are found, and so is one that fails only without another.

use crate::rewrites::Rewrite;

/// A 1-minimal part of `items` for which `fails` holds, which it does for all of them: no group can be left out. Parts
/// in front are tried first.
pub fn minimal<T: Clone, E>(
    mut items: Vec<T>,
    fails: &mut dyn FnMut(&[T]) -> Result<bool, E>,
) -> Result<Vec<T>, E> {
    let mut parts = 2;
    'smaller: while items.len() > 1 {
        let count = parts.min(items.len());
        let bounds = |part: usize| (part * items.len() / count, (part + 1) * items.len() / count);
        for part in 0..count {
            let (start, end) = bounds(part);
            if fails(&items[start..end])? {
                items = items[start..end].to_vec();
                parts = 2;
                continue 'smaller;
            }
        }
        // Of two parts each is the rest of the other.
        if count > 2 {
            // Those behind are less suspected: they are left out first.
            for part in (0..count).rev() {
                let (start, end) = bounds(part);
                let rest: Vec<T> = items[..start].iter().chain(&items[end..]).cloned().collect();
                if fails(&rest)? {
                    items = rest;
                    parts = count - 1;
                    continue 'smaller;
                }
            }
        }
        if count == items.len() {
            break;
        }
        parts = count * 2;
    }
    Ok(items)
}

/// The same for rewrites, in the order in which people think: first whole transforms, then files, then sites.
pub fn minimal_rewrites<E>(
    rewrites: Vec<Rewrite>,
    fails: &mut dyn FnMut(&[Rewrite]) -> Result<bool, E>,
) -> Result<Vec<Rewrite>, E> {
    let by_transform = |a: &Rewrite, b: &Rewrite| a.transform == b.transform;
    let by_file = |a: &Rewrite, b: &Rewrite| a.path == b.path && a.transform == b.transform;
    let each = |_: &Rewrite, _: &Rewrite| false;
    let mut left = rewrites;
    for same in [&by_transform as &dyn Fn(&Rewrite, &Rewrite) -> bool, &by_file, &each] {
        let groups = grouped(left, same);
        let mut fails = |groups: &[Vec<Rewrite>]| fails(&groups.concat());
        left = minimal(groups, &mut fails)?.concat();
    }
    Ok(left)
}

/// Groups of the same, in the order of their first members.
fn grouped(rewrites: Vec<Rewrite>, same: &dyn Fn(&Rewrite, &Rewrite) -> bool) -> Vec<Vec<Rewrite>> {
    let mut groups: Vec<Vec<Rewrite>> = Vec::new();
    for rewrite in rewrites {
        match groups.iter_mut().find(|group| same(&group[0], &rewrite)) {
            Some(group) => group.push(rewrite),
            None => groups.push(vec![rewrite]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// What is found among `count` items when those sets fail that `fails` says, and in how many tries at most.
    #[track_caller]
    fn check(count: usize, fails: impl Fn(&[usize]) -> bool, expected: &[usize], tries: usize) {
        let mut tried = 0;
        let mut counted = |items: &[usize]| -> Result<bool, Infallible> {
            tried += 1;
            Ok(fails(items))
        };
        let Ok(found) = minimal((0..count).collect(), &mut counted);
        assert_eq!(found, expected);
        assert!(tried <= tries, "{tried} tries");
    }

    #[test]
    fn one_guilty_is_found_in_logarithmic_time() {
        check(1, |items| items.contains(&0), &[0], 0);
        check(2, |items| items.contains(&1), &[1], 2);
        check(1024, |items| items.contains(&0), &[0], 10);
        check(1024, |items| items.contains(&1023), &[1023], 20);
    }

    #[test]
    fn those_that_fail_only_together_are_found_together() {
        check(64, |items| items.contains(&3) && items.contains(&60), &[3, 60], 120);
        check(9, |items| [1, 4, 8].iter().all(|item| items.contains(item)), &[1, 4, 8], 60);
    }

    #[test]
    fn one_of_several_is_found_and_one_that_another_hides() {
        check(16, |items| items.contains(&2) || items.contains(&9), &[2], 10);
        // 5 fails unless 6 is there; 6 with 7 fails, too.
        let hidden = |items: &[usize]| {
            let has = |item| items.contains(&item);
            (has(5) && !has(6)) || (has(6) && has(7))
        };
        check(8, hidden, &[5], 10);
    }

    #[test]
    fn rewrites_are_divided_by_transform_then_file_then_site() {
        let rewrite = |transform: &str, path: &str, line| Rewrite {
            id: format!("{transform}:{path}:{line}"),
            transform: transform.into(),
            path: path.into(),
            line,
            also: Vec::new(),
            doubt: 0,
            round: 1,
        };
        let mut all = Vec::new();
        for path in ["a.py", "b.py"] {
            for line in 1..=4 {
                all.extend([rewrite("one", path, line), rewrite("two", path, line)]);
            }
        }
        let mut tried: Vec<Vec<String>> = Vec::new();
        let guilty = rewrite("two", "b.py", 3);
        let found = minimal_rewrites(all, &mut |some| -> Result<bool, Infallible> {
            tried.push(some.iter().map(|rewrite| rewrite.id.clone()).collect());
            Ok(some.contains(&guilty))
        });
        assert_eq!(found, Ok(vec![guilty]));
        assert!(tried[0].iter().all(|id| id.starts_with("one:")) && tried[0].len() == 8);
        assert!(tried[1].iter().all(|id| id.starts_with("two:")) && tried[1].len() == 8);
        assert!(tried[2].iter().all(|id| id.starts_with("two:a.py")) && tried[2].len() == 4);
        assert_eq!(tried.len(), 2 + 2 + 3);
    }
}
