//! The guard's own side: start, wait, end everything.

use std::io::{self, BufRead as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process, kill_process_group};

use super::{Answer, Ended, Request};

/// Between the request to end and the end.
const GRACE: Duration = Duration::from_secs(1);
/// How often the command is looked at.
const BEAT: Duration = Duration::from_millis(5);
/// A process that survives being killed for so long sits in the kernel: it is left to it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves requests on standard input until it ends, then removes the scratch folder.
pub fn serve(scratch: &Path) {
    keep_on_signals();
    adopt_orphans();
    let (send, requests) = channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(request) = line.and_then(|line| Ok(serde_json::from_str::<Request>(&line)?)) else {
                break;
            };
            if send.send(request).is_err() {
                break;
            }
        }
    });
    while let Ok(request) = requests.recv() {
        let answer = run(&request, &requests);
        let Ok(mut line) = serde_json::to_vec(&answer) else { break };
        line.push(b'\n');
        if io::stdout().write_all(&line).and_then(|()| io::stdout().flush()).is_err() {
            break;
        }
    }
    remove(scratch);
}

/// Our end is the end of our standard input, nothing else.
fn keep_on_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let unused = Arc::new(AtomicBool::new(false));
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
        // Without the handler the system's own stays: then we end earlier, as the sender wished.
        let _ = signal_hook::flag::register(signal, Arc::clone(&unused));
    }
}

/// Processes whose parent ends become our children, also those that left the command's process group.
fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    {
        // Where the kernel cannot, the process group is all that is ended.
        let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
    }
}

fn run(request: &Request, requests: &Receiver<Request>) -> Answer {
    let begin = Instant::now();
    let pid = match start(request) {
        Ok(pid) => pid,
        Err(error) => return Answer::NotStarted(error.to_string()),
    };
    let mut timed_out = false;
    let mut ending: Option<Instant> = None;
    loop {
        if has_ended(pid) {
            break;
        }
        match ending {
            Some(since) if since.elapsed() >= GRACE => break,
            Some(_) => {}
            None => {
                timed_out = request.limit.is_some_and(|limit| begin.elapsed() >= limit);
                // One request at a time: whatever comes now is the end of the input.
                let left = matches!(requests.try_recv(), Err(TryRecvError::Disconnected) | Ok(_));
                if timed_out || left {
                    // A group that is gone is what we want.
                    let _ = kill_process_group(pid, Signal::TERM);
                    ending = Some(Instant::now());
                }
            }
        }
        std::thread::sleep(BEAT);
    }
    let took = begin.elapsed();
    // Before its leader is waited for nobody else can have the number of the group.
    let _ = kill_process_group(pid, Signal::KILL);
    let status = rustix::process::waitpid(Some(pid), WaitOptions::empty()).ok().flatten();
    let status = status.map(|(_, status)| status);
    end_children();
    Answer::Ended(Ended {
        code: status.and_then(|status| status.exit_status()),
        signal: status.and_then(|status| status.terminating_signal()),
        timed_out,
        took,
    })
}

fn start(request: &Request) -> io::Result<Pid> {
    let (program, arguments) =
        request.argv.split_first().ok_or_else(|| io::Error::other("there is no command"))?;
    let output = std::fs::File::create(&request.output)?;
    let child = Command::new(program)
        .args(arguments)
        .current_dir(&request.folder)
        .env_clear()
        .envs(request.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stderr(output.try_clone()?)
        .stdout(output)
        .process_group(0)
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", program.to_string_lossy())))?;
    Ok(Pid::from_child(&child))
}

/// Whether a child has ended; it stays to be waited for.
fn has_ended(pid: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(rustix::process::waitid(WaitId::Pid(pid), options), Ok(None))
}

/// Ends all processes that are left below us. The children of each that ends become our children.
fn end_children() {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        for child in children() {
            let _ = kill_process(child, Signal::KILL);
        }
        match rustix::process::wait(WaitOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => std::thread::sleep(BEAT),
            Err(_) => return,
        }
    }
}

/// Our children, as far as the system tells.
fn children() -> Vec<Pid> {
    let own = rustix::process::getpid().as_raw_nonzero().get();
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // proc(5): pid (comm) state ppid ...; comm may contain anything.
            let parent: i32 = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            (parent == own).then(|| Pid::from_raw(pid)).flatten()
        })
        .collect()
}

/// Removes a folder, also where a test left parts of it read-only.
pub fn remove(folder: &Path) {
    if std::fs::remove_dir_all(folder).is_ok() {
        return;
    }
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let _ = std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700));
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        folders.extend(
            entries
                .flatten()
                .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
                .map(|entry| entry.path()),
        );
    }
    // What is left now cannot be removed by us.
    let _ = std::fs::remove_dir_all(folder);
}
