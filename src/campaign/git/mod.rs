//! git as a child process, and the rules under which it touches repositories that others wrote.
//!
//! - Credentials are in the environment of the child alone, bound to the forge's host, and redirects are not followed.
//! - No configuration but ours: none of the user's, none of the system's. The configuration of a clone is what `git init`
//!   wrote. Hooks, filters, submodules, file system monitors and credential helpers are off.
//! - Only the protocol of the forge; `file` where the operator named a folder. Never `ext::`.
//! - Links are checked out as small files with the text of their target: nothing that reads or writes in a clone is led out of it.
//! - Commits are made from trees and patches, without a working tree: see [`commit`].

mod clone;
mod commit;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::child::{self, Child, Launcher, Limits};
use crate::error::{Error, Result};
use crate::secret::{Secret, redact};
use crate::text::tail;

pub use clone::fetch;
pub use commit::{Author, Made, Makes, Pushed, commit, inverse, push};

/// What git may print, in bytes: a patch or a list of files.
const OUTPUT: usize = 256 * 1024 * 1024;
/// Before this one there is no `GIT_CONFIG_COUNT`, by which credentials stay off the command line.
pub const OLDEST: (u32, u32) = (2, 31);

/// The `Authorization` header for one host.
#[derive(Clone, Debug)]
pub struct Credential {
    /// `https://host/`: no other place gets the header.
    pub host: String,
    pub header: Secret,
}

#[derive(Clone, Debug)]
pub struct Git {
    pub launcher: Launcher,
    pub limits: Limits,
    pub credential: Option<Credential>,
    /// `https`, `http`, `file`: what may be spoken.
    pub protocols: String,
    /// An empty folder that is the home of git.
    pub home: PathBuf,
    /// Certificates to trust instead of the system's.
    pub ca: Option<PathBuf>,
}

/// Of our environment git sees only these: where programs are, how to reach the network, where temporary files go.
const PASSED: [&str; 13] = [
    "PATH",
    "TMPDIR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_EXEC_PATH",
];

/// Configuration that holds for every call.
const RULES: [(&str, &str); 19] = [
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.symlinks", "false"),
    ("core.attributesFile", "/dev/null"),
    ("core.excludesFile", "/dev/null"),
    ("core.autocrlf", "false"),
    ("core.safecrlf", "false"),
    ("core.protectNTFS", "true"),
    ("core.protectHFS", "true"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("http.followRedirects", "false"),
    ("credential.helper", ""),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("protocol.version", "2"),
    ("push.recurseSubmodules", "no"),
    ("commit.gpgSign", "false"),
    ("advice.detachedHead", "false"),
];

impl Git {
    pub fn new(launcher: Launcher, home: PathBuf, time: u64, memory: u64) -> Git {
        let limits = Limits { time: Duration::from_secs(time), memory, output: OUTPUT };
        Git { launcher, limits, credential: None, protocols: "https".into(), home, ca: None }
    }

    fn environment(&self, more: &[(&str, OsString)]) -> Vec<(OsString, OsString)> {
        let mut environment = child::allowed(&PASSED);
        let mut set = |name: &str, value: OsString| environment.push((name.into(), value));
        set("HOME", self.home.clone().into());
        set("XDG_CONFIG_HOME", self.home.clone().into());
        for (name, value) in [
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_ATTR_NOSYSTEM", "1"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_ASKPASS", "true"),
            ("GIT_SSH_COMMAND", "false"),
            ("GIT_LFS_SKIP_SMUDGE", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("LC_ALL", "C"),
            ("GIT_ALLOW_PROTOCOL", &self.protocols),
        ] {
            set(name, value.into());
        }
        let header = self.credential.iter().map(|credential| {
            let value = format!("Authorization: {}", credential.header.expose());
            (format!("http.{}.extraHeader", credential.host), value)
        });
        let ca = self.ca.iter().map(|path| ("http.sslCAInfo".to_owned(), path.display().to_string()));
        let rules = RULES.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let rules = rules.chain(header).chain(ca);
        let mut count = 0;
        for (key, value) in rules {
            set(&format!("GIT_CONFIG_KEY_{count}"), key.into());
            set(&format!("GIT_CONFIG_VALUE_{count}"), value.into());
            count += 1;
        }
        set("GIT_CONFIG_COUNT", count.to_string().into());
        for (name, value) in more {
            set(name, value.clone());
        }
        environment
    }

    /// What a successful git printed; else its last words.
    pub fn run(&self, folder: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
        self.run_with(folder, arguments, &[], b"")
    }

    fn run_with(
        &self,
        folder: &Path,
        arguments: &[&str],
        environment: &[(&str, OsString)],
        stdin: &[u8],
    ) -> Result<Vec<u8>> {
        let mut argv = vec![OsString::from("git")];
        argv.extend(arguments.iter().map(OsString::from));
        let name = arguments.first().copied().unwrap_or_default();
        let child =
            Child { argv, folder, environment: self.environment(environment), stdin, limits: self.limits };
        let finished = self
            .launcher
            .run(child)
            .map_err(|error| Error::Config(format!("git cannot be started: {error}")))?;
        if finished.code == Some(0) && !finished.overflowed && !finished.timed_out {
            return Ok(finished.stdout);
        }
        let said = redact(&tail(&finished.stderr, 4));
        Err(Error::Failed(format!("git {name}: {}: {said}", finished.describe(&self.limits))))
    }

    /// One line that git prints.
    pub fn line(&self, folder: &Path, arguments: &[&str]) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.run(folder, arguments)?).trim().to_owned())
    }

    /// The version, if it is new enough.
    pub fn version(&self) -> Result<String> {
        let text = self.line(Path::new("/"), &["--version"])?;
        let mut numbers =
            text.split(|char: char| !char.is_ascii_digit()).filter_map(|part| part.parse().ok());
        let version: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if version < OLDEST {
            return Err(Error::Config(format!("{text} is too old: {}.{} is needed", OLDEST.0, OLDEST.1)));
        }
        Ok(text)
    }
}
