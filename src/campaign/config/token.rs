//! The secrets of a campaign, from the environment alone: no file of the campaign has them, no argument.

use super::Config;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::store::Address;

/// Who we are towards the forge.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// Public repositories can be read without.
    None,
    Token(Secret),
    App {
        id: String,
        installation: u64,
        key: Secret,
    },
}

/// A secret of the environment; empty is as good as not there.
fn read(name: &str) -> Result<Option<Secret>> {
    match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => Ok(Some(Secret::new(value.trim()))),
        Ok(_) | Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Error::Config(format!("the environment variable {name} is no text")))
        }
    }
}

/// The address of the PostgreSQL, where there is to be one.
pub fn postgres(config: &Config) -> Result<Option<Address>> {
    let Some(name) = &config.store.postgres_env else { return Ok(None) };
    let url = read(name)?.ok_or_else(|| {
        Error::Config(format!("the environment variable {name} has no address of a PostgreSQL"))
    })?;
    let ca = config.store.ca.as_deref().map(|path| config.path(path));
    Address::new(&url, ca, &config.campaign.id).map(Some)
}

/// What the environment has. `needed`: without a token there is nothing to do.
pub fn credentials(config: &Config, needed: bool) -> Result<Credentials> {
    if let Some(app) = &config.forge.app {
        if let Some(key) = read(&app.key_env)? {
            return Ok(Credentials::App { id: app.id.clone(), installation: app.installation, key });
        }
        if needed {
            return Err(Error::Config(format!(
                "the environment variable {} has no private key",
                app.key_env
            )));
        }
    } else if let Some(token) = read(&config.forge.token_env)? {
        return Ok(Credentials::Token(token));
    } else if needed {
        return Err(Error::Config(format!(
            "the environment variable {} has no token",
            config.forge.token_env
        )));
    }
    Ok(Credentials::None)
}
