//! A PostgreSQL of this machine, for one test: in a temporary folder, on a socket in it, as an unprivileged user.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A running server; it ends with this.
pub struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    user: Option<User>,
    /// Where it also listens, with TLS.
    port: Option<u16>,
}

/// Who runs the server where we are root, under which it does not.
#[derive(Clone, Copy)]
struct User {
    user: u32,
    group: u32,
}

/// A certificate for `localhost` and the authority that signed it.
const CERTIFICATES: &str = "set -e
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=an authority' -keyout ca.key -out ca.pem
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
echo subjectAltName=DNS:localhost > extensions
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out server.pem
chmod 600 server.key";

impl Postgres {
    /// A server, or why there is none.
    pub fn start() -> Result<Postgres, String> {
        Postgres::new(false)
    }

    /// One that also listens on the network, with TLS.
    pub fn start_with_tls() -> Result<Postgres, String> {
        Postgres::new(true)
    }

    fn new(tls: bool) -> Result<Postgres, String> {
        let programs = programs().ok_or("no PostgreSQL server is installed")?;
        // A socket's path has to be short.
        let folder = tempfile::Builder::new().prefix("pg-").tempdir().map_err(|error| error.to_string())?;
        let user = user()?;
        if let Some(User { user, group }) = user {
            chown(folder.path(), Some(user), Some(group)).map_err(|error| error.to_string())?;
        }
        let port = tls.then(free_port).transpose().map_err(|error| error.to_string())?;
        let server = Postgres { folder, programs, user, port };
        if tls {
            server.run(Path::new("sh"), ["-c", CERTIFICATES])?;
        }
        server
            .program("initdb", ["-D", "data", "-U", "unspool", "-A", "trust", "-E", "UTF8", "--no-sync"])?;
        server.go()?;
        Ok(server)
    }

    /// As libpq and the campaign take it.
    pub fn address(&self) -> String {
        let port = self.port.map_or_else(String::new, |port| format!(" port={port}"));
        format!("host={} user=unspool dbname=postgres{port}", self.folder.path().display())
    }

    /// The same over the network, and the authority that vouches for it.
    pub fn address_with_tls(&self) -> Option<(String, PathBuf)> {
        let port = self.port?;
        let address = format!("host=localhost port={port} user=unspool dbname=postgres sslmode=require");
        Some((address, self.folder.path().join("ca.pem")))
    }

    /// Ends all sessions, in the middle of what they do, and starts it again.
    pub fn restart(&self) -> Result<(), String> {
        self.stop()?;
        self.go()
    }

    fn go(&self) -> Result<(), String> {
        let folder = self.folder.path().display();
        // What is lost with the machine is a test.
        let mut options = format!(
            "-c unix_socket_directories='{folder}' -c fsync=off -c full_page_writes=off -c max_connections=50"
        );
        options += &match self.port {
            None => " -c listen_addresses=".to_owned(),
            Some(port) => format!(
                " -c listen_addresses=localhost -c port={port} -c ssl=on -c ssl_cert_file='{folder}/server.pem' \
                 -c ssl_key_file='{folder}/server.key'"
            ),
        };
        self.program("pg_ctl", ["-D", "data", "-w", "-l", "log", "-o", &options, "start"]).map_err(|error| {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            format!("{error}\n{log}")
        })
    }

    fn stop(&self) -> Result<(), String> {
        self.program("pg_ctl", ["-D", "data", "-w", "-m", "immediate", "stop"])
    }

    fn program<S: AsRef<OsStr>>(
        &self,
        name: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<(), String> {
        self.run(&self.programs.join(name), arguments)
    }

    fn run<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<(), String> {
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LC_ALL", "C");
        if let Some(User { user, group }) = self.user {
            command.uid(user).gid(group);
        }
        // The server keeps its standard output: no pipe, or its end would never come.
        let told = self.folder.path().join(format!("{name}.out"));
        let file = || std::fs::File::create(&told).map_err(|error| error.to_string());
        let status = command.stdout(file()?).stderr(Stdio::null()).status();
        let status = status.map_err(|error| format!("{name}: {error}"))?;
        if status.success() {
            return Ok(());
        }
        Err(format!("{name}: {status}: {}", std::fs::read_to_string(&told).unwrap_or_default()))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Whether it ran or not: its folder goes.
        let _ = self.stop();
    }
}

/// A port that nobody has, a moment ago.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The folder of the server's programs: on `PATH`, or where Debian has them, the newest.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file();
    if let Some(folder) = std::env::split_paths(&path).find(has) {
        return Some(folder);
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let folders = versions.filter_map(|entry| Some((number(&entry.path())?, entry.path().join("bin"))));
    folders.filter(|(_, folder)| has(folder)).max().map(|(_, folder)| folder)
}

/// Somebody who is not root, if we are.
fn user() -> Result<Option<User>, String> {
    let own = std::fs::metadata("/proc/self").map_err(|error| error.to_string())?;
    if std::os::unix::fs::MetadataExt::uid(&own) != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    let named = |wanted: &str| {
        users.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, user, group, ..] = *fields else { return None };
            (name == wanted).then_some(User { user: user.parse().ok()?, group: group.parse().ok()? })
        })
    };
    named("postgres").or_else(|| named("nobody")).map(Some).ok_or_else(|| "only root is here".into())
}
