//! `doctor`: what would stand in the way, before anything is done. Reads only.

use crate::config::Config;
use crate::forge::Forge;
use crate::git::Git;
use crate::publish::marker::branch;
use crate::repos::Repository;
use crate::text::plain;

/// Repositories that are looked at.
const LOOKS: usize = 3;

/// One line each; false: something is wrong.
pub fn run(
    config: &Config,
    forge: &dyn Forge,
    git: &Git,
    repositories: &[Repository],
) -> Vec<(bool, String)> {
    let mut lines = Vec::new();
    let mut add = |good: bool, text: String| lines.push((good, plain(&text)));
    match git.version() {
        Ok(version) => add(true, version),
        Err(error) => add(false, error.to_string()),
    }
    match forge.login() {
        Ok(login) if login.is_empty() => add(true, "the identity is an App".into()),
        Ok(login) => add(true, format!("the identity is {login}")),
        Err(trouble) => add(false, format!("the token: {trouble}")),
    }
    match forge.rights() {
        Ok(rights) if rights.is_empty() => add(true, "the forge does not say what the token may do".into()),
        Ok(rights) => add(true, format!("the token may: {rights}")),
        Err(trouble) => add(false, format!("the token's rights: {trouble}")),
    }
    if repositories.is_empty() {
        add(false, "no repository is pinned: `unspool campaign repos`".into());
    }
    let looked = repositories.iter().filter(|repository| repository.skip.is_none() && !repository.is_local());
    for repository in looked.take(LOOKS) {
        let name = &repository.name;
        let look = || {
            let info = forge.repository(name)?;
            let tip = forge.tip(name, &repository.branch)?;
            let pulls = forge.pulls(name, &branch(config, "doctor"), &repository.branch)?;
            Ok((info, tip, pulls.len()))
        };
        let looked: crate::forge::Call<_> = look();
        match looked {
            Ok((info, tip, pulls)) => {
                let moved =
                    if tip.as_deref() == Some(&*repository.commit) { "as pinned" } else { "has moved since" };
                let right = if info.can_push { "may push" } else { "MAY NOT push" };
                add(
                    info.can_push,
                    format!("{name}: {right}, {} {moved}, {pulls} pull requests seen", repository.branch),
                );
            }
            Err(trouble) => add(false, format!("{name}: {trouble}")),
        }
    }
    lines
}
