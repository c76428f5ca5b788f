//! Child processes: an environment of our choice, a limit of time and of output, and the end of the whole process group.
//!
//! ```text
//! we  --spawn-->  launcher (sets limits of memory and core files, asks to die with us)  --exec-->  git | unspool fix | ...
//! ```
//!
//! The launcher is a hidden command of the program, [`exec_limited`]: what has to happen between fork and exec cannot be
//! done without unsafe code otherwise.

use std::ffi::OsString;
use std::io::{self, Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, getpid, kill_process, kill_process_group, set_parent_process_death_signal,
    setrlimit,
};

/// How to start a program under limits: this, the limit of memory in MiB, then program and arguments. Empty: without a
/// limit of memory.
#[derive(Clone, Debug, Default)]
pub struct Launcher {
    pub prefix: Vec<OsString>,
}

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    /// Address space, in MiB.
    pub memory: u64,
    /// Of standard output, in bytes: what prints more has failed.
    pub output: usize,
}

/// What to run. The environment is the whole one.
#[derive(Debug)]
pub struct Child<'a> {
    pub argv: Vec<OsString>,
    pub folder: &'a Path,
    pub environment: Vec<(OsString, OsString)>,
    pub stdin: &'a [u8],
    pub limits: Limits,
}

#[derive(Debug)]
pub struct Finished {
    /// None where a signal ended it.
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub timed_out: bool,
    /// Standard output was longer than the limit.
    pub overflowed: bool,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Finished {
    /// Why this is no success, in words; the exit statuses that are one are the caller's.
    pub fn describe(&self, limits: &Limits) -> String {
        match self {
            Finished { timed_out: true, .. } => format!("not ended within {} s", limits.time.as_secs()),
            Finished { overflowed: true, .. } => format!("printed more than {} bytes", limits.output),
            Finished { code: Some(code), .. } => format!("exit status {code}"),
            Finished { signal: Some(signal), .. } => format!("ended by signal {signal}"),
            Finished { .. } => "no exit status".to_owned(),
        }
    }
}

/// Of standard error so much is kept.
const STDERR_KEPT: usize = 256 * 1024;

impl Launcher {
    /// Runs it to its end, or ends it at its limit.
    pub fn run(&self, child: Child) -> io::Result<Finished> {
        let Child { argv, folder, environment, stdin, limits } = child;
        let mut line = self.prefix.clone();
        if !line.is_empty() {
            line.push(limits.memory.to_string().into());
        }
        line.extend(argv);
        let (program, arguments) =
            line.split_first().ok_or_else(|| io::Error::other("there is nothing to run"))?;
        let mut process = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let group = Pid::from_child(&process);
        let mut input = process.stdin.take().expect("its standard input is piped");
        let mut output = process.stdout.take().expect("its standard output is piped");
        let mut errors = process.stderr.take().expect("its standard error is piped");
        std::thread::scope(|scope| {
            // Who does not read to the end gets a broken pipe here, which is no failure of ours.
            scope.spawn(move || drop(input.write_all(stdin)));
            let output = scope.spawn(move || read(&mut output, limits.output));
            let errors = scope.spawn(move || read(&mut errors, STDERR_KEPT));
            let started = Instant::now();
            let mut pause = Duration::from_micros(500);
            let mut timed_out = false;
            let status = loop {
                if let Some(status) = process.try_wait()? {
                    break status;
                }
                if started.elapsed() >= limits.time {
                    timed_out = true;
                    let _ = kill_process_group(group, Signal::KILL);
                    break process.wait()?;
                }
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            };
            // What it left behind would hold the pipes open.
            let _ = kill_process_group(group, Signal::KILL);
            let (stdout, overflowed) = output.join().unwrap_or_default();
            let (stderr, _) = errors.join().unwrap_or_default();
            Ok(Finished {
                code: status.code(),
                signal: status.signal(),
                timed_out,
                overflowed,
                stdout,
                stderr,
            })
        })
    }
}

/// At most `limit` bytes, and whether there were more; reads to the end, so that nobody blocks.
fn read(from: &mut dyn Read, limit: usize) -> (Vec<u8>, bool) {
    let mut kept = Vec::new();
    let _ = from.take(limit as u64).read_to_end(&mut kept);
    let more = io::copy(from, &mut io::sink()).unwrap_or(0);
    (kept, more > 0)
}

/// The launcher's side: sets the limits and becomes the program. Comes back only with an error.
pub fn exec_limited(mebibytes: u64, argv: &[OsString]) -> io::Error {
    let limited = || -> io::Result<()> {
        let bytes = mebibytes.saturating_mul(1024 * 1024);
        setrlimit(Resource::As, Rlimit { current: Some(bytes), maximum: Some(bytes) })?;
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
        set_parent_process_death_signal(Some(Signal::KILL))?;
        Ok(())
    };
    if let Err(error) = limited() {
        return error;
    }
    match argv.split_first() {
        Some((program, arguments)) => Command::new(program).args(arguments).exec(),
        None => io::Error::other("there is nothing to run"),
    }
}

/// The variables of our environment that are on a list; nothing else is handed on.
pub fn allowed(names: &[impl AsRef<str>]) -> Vec<(OsString, OsString)> {
    names.iter().filter_map(|name| Some((name.as_ref().into(), std::env::var_os(name.as_ref())?))).collect()
}

/// Stops the whole process until it gets a `SIGCONT`.
pub fn stop_here() {
    // It can always signal itself.
    let _ = kill_process(getpid(), Signal::STOP);
}

/// Where this program is.
pub fn own_program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn run(script: &str, time: Duration, output: usize) -> Finished {
        Launcher::default()
            .run(Child {
                argv: ["sh", "-c", script].map(OsString::from).to_vec(),
                folder: Path::new("/"),
                environment: allowed(&["PATH"]),
                stdin: b"input",
                limits: Limits { time, memory: 0, output },
            })
            .expect("sh starts")
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn output_and_status_come_back() {
        let finished = run("cat; echo err >&2; exit 4", LONG, 100);
        assert_eq!(
            (finished.code, &*finished.stdout, &*finished.stderr),
            (Some(4), &b"input"[..], &b"err\n"[..])
        );
    }

    #[test]
    fn the_environment_is_what_was_given() {
        let finished = run("env", LONG, 10_000);
        let text = String::from_utf8_lossy(&finished.stdout).into_owned();
        assert!(text.contains("PATH=") && !text.contains("CARGO"), "{text}");
    }

    #[test]
    fn the_group_ends_at_the_limit() {
        let finished = run("sleep 1000 & sleep 1000; wait", Duration::from_millis(100), 100);
        assert!(finished.timed_out);
    }

    #[test]
    fn what_is_left_behind_ends_with_it() {
        // Were the background process not ended, its end of the pipe would keep us here.
        let finished = run("sleep 1000 & echo done", LONG, 100);
        assert_eq!(finished.stdout, b"done\n");
    }

    #[test]
    fn too_much_output_is_told() {
        let finished = run("yes | head -c 1000", LONG, 100);
        assert!(finished.overflowed && finished.stdout.len() == 100);
    }
}
