//! A process of our own program that runs commands for us and outlives us just long enough to clean up.
//!
//! ```text
//! we  --requests on its stdin, answers on its stdout-->  guard  --own process group-->  command  -->  ...
//! ```
//!
//! The end of its standard input means that we are gone, killed or not: it ends everything that the command
//! started, removes the scratch folder and goes. It sits in a process group of its own, so Ctrl-C reaches us alone.

mod processes;

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::VerifyError;
pub use processes::serve;

/// How to start the guard: a program and arguments, to which the scratch folder is added. It calls [`serve`].
#[derive(Clone, Debug)]
pub struct GuardProgram {
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
}

/// What to run.
#[derive(Serialize, Deserialize, Debug)]
pub struct Request {
    /// Program and arguments.
    pub argv: Vec<OsString>,
    pub folder: PathBuf,
    /// The whole environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The file that takes what is printed.
    pub output: PathBuf,
    pub limit: Option<Duration>,
}

/// How it ended.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub enum Answer {
    /// It could not be started; why.
    NotStarted(String),
    Ended(Ended),
}

#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Ended {
    /// None where a signal ended it.
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// It was ended at its limit.
    pub timed_out: bool,
    pub took: Duration,
}

impl Ended {
    pub fn is_success(&self) -> bool {
        self.code == Some(0) && !self.timed_out
    }

    /// `exit status 1`, `signal 11`, `not ended within 30 s`.
    pub fn describe(&self, limit: Option<Duration>) -> String {
        match self {
            Ended { timed_out: true, .. } => {
                format!("not ended within {} s", limit.unwrap_or(self.took).as_secs())
            }
            Ended { code: Some(code), .. } => format!("exit status {code}"),
            Ended { signal: Some(signal), .. } => format!("signal {signal}"),
            Ended { .. } => "no exit status".to_owned(),
        }
    }
}

/// Our end.
pub struct Guard {
    child: Child,
    answers: Receiver<io::Result<Answer>>,
    scratch: PathBuf,
}

impl Guard {
    /// Starts it. From now on `scratch` goes when the guard is dropped, or we are gone.
    pub fn start(program: &GuardProgram, scratch: &Path) -> Result<Guard, VerifyError> {
        let cannot = |error: io::Error| VerifyError::CannotStart {
            why: format!("{}: {error}", program.program.display()),
        };
        let mut child = Command::new(&program.program)
            .args(&program.arguments)
            .arg(scratch)
            // It needs nothing of ours, and what the command may not know it should not find there either.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(cannot)?;
        let lines = BufReader::new(child.stdout.take().expect("its standard output is piped")).lines();
        let (send, answers) = channel();
        std::thread::spawn(move || {
            for line in lines {
                let answer = line.and_then(|line| Ok(serde_json::from_str(&line)?));
                if send.send(answer).is_err() {
                    break;
                }
            }
        });
        Ok(Guard { child, answers, scratch: scratch.to_path_buf() })
    }

    /// Runs a command to its end, unless `interrupted`.
    pub fn run(&mut self, request: &Request, interrupted: &dyn Fn() -> bool) -> Result<Ended, VerifyError> {
        /// How soon an interruption is noticed.
        const BEAT: Duration = Duration::from_millis(50);
        let failed = |why: String| VerifyError::CannotStart { why };
        let stdin =
            self.child.stdin.as_mut().expect("its standard input is piped and closed only when we drop it");
        let mut line = serde_json::to_vec(request).map_err(|error| failed(error.to_string()))?;
        line.push(b'\n');
        stdin
            .write_all(&line)
            .map_err(|error| failed(format!("the process that runs it is gone: {error}")))?;
        loop {
            match self.answers.recv_timeout(BEAT) {
                Ok(Ok(Answer::Ended(ended))) => return Ok(ended),
                Ok(Ok(Answer::NotStarted(why))) => return Err(failed(why)),
                Ok(Err(error)) => return Err(failed(error.to_string())),
                Err(RecvTimeoutError::Timeout) if interrupted() => return Err(VerifyError::Interrupted),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(failed("the process that runs it is gone".to_owned()));
                }
            }
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends by itself.
        let _ = self.child.wait();
        // Somebody may have killed it.
        if self.scratch.exists() {
            processes::remove(&self.scratch);
        }
    }
}
