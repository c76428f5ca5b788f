//! What a campaign.toml has to fulfil beyond its shape.

use super::{CloneKind, Config, ForgeKind};
use crate::error::{Error, Result};

impl Config {
    pub(super) fn check(&self) -> Result<()> {
        let no = |text: String| Err(Error::Config(text));
        let kebab = |text: &str| {
            !text.is_empty()
                && text.len() <= 40
                && text.split('-').all(|part| {
                    !part.is_empty()
                        && part.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit())
                })
        };
        if !kebab(&self.campaign.id) {
            return no(format!(
                "campaign.id `{}`: write it in kebab-case (lower-case letters, digits, single hyphens), at most 40 characters",
                self.campaign.id
            ));
        }
        if self.campaign.contact.trim().is_empty() {
            return no("campaign.contact: say who answers questions about the pull requests".into());
        }
        let prefix = &self.change.branch_prefix;
        if !prefix.split('/').all(kebab) {
            return no(format!("change.branch-prefix `{prefix}`: write it in kebab-case"));
        }
        for (name, text) in [
            ("author-name", &self.change.author_name),
            ("author-email", &self.change.author_email),
            ("title", &self.change.title),
        ] {
            if text.trim().is_empty() || text.contains(['\n', '\r', '<', '>', '\0']) {
                return no(format!("change.{name}: one line without `<` and `>`"));
            }
        }
        for (name, share) in [
            ("merged", self.waves.merged),
            ("stop-closed", self.waves.stop_closed),
            ("stop-red", self.waves.stop_red),
        ] {
            if !(0.0..=1.0).contains(&share) {
                return no(format!("waves.{name} {share}: a share from 0.0 to 1.0"));
            }
        }
        if self.waves.sizes.contains(&0) {
            return no("waves.sizes: a wave has at least one repository".into());
        }
        for (name, count) in [
            ("pace.writes-per-minute", self.pace.writes_per_minute),
            ("pace.writes-per-hour", self.pace.writes_per_hour),
            ("pace.open-per-repository", self.pace.open_per_repository),
            ("limits.request", usize::try_from(self.limits.request).unwrap_or(usize::MAX)),
            ("change.max-lines", self.change.max_lines),
            ("change.max-files", self.change.max_files),
        ] {
            if count == 0 {
                return no(format!("{name}: at least 1"));
            }
        }
        if !(1.0..=86_400.0).contains(&self.store.lease) {
            return no("store.lease: from 1 to 86400 seconds".into());
        }
        if !(0.0..=3600.0).contains(&self.pace.seconds_between_writes) {
            return no("pace.seconds-between-writes: from 0 to 3600".into());
        }
        if self.forge.app.is_some() && self.forge.kind != ForgeKind::Github {
            return no("forge.app: only GitHub has Apps; the others take a token".into());
        }
        let api = self.api();
        if !(api.starts_with("https://") || self.forge.insecure && api.starts_with("http://")) {
            return no(format!("forge.api `{api}`: it begins with https://"));
        }
        if let Some(verify) = &self.verify {
            if verify.command.trim().is_empty() {
                return no("verify.command is empty: leave the table out instead".into());
            }
            if self.limits.clone == CloneKind::Blobless {
                return no("limits.clone `blobless`: verification needs all files; take `shallow`".into());
            }
            let secrets = [
                Some(&self.forge.token_env),
                self.forge.app.as_ref().map(|app| &app.key_env),
                self.store.postgres_env.as_ref(),
            ];
            if let Some(name) = secrets.into_iter().flatten().find(|name| verify.environment.contains(name)) {
                return no(format!(
                    "verify.environment: {name} is a secret, and the command is the repository's code"
                ));
            }
        }
        Ok(())
    }
}
