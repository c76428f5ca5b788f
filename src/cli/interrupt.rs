//! Ctrl-C, and the signals that ask a program to end.
//!
//! While files are read and decided there is nothing to lose, and the process ends at once. While files are
//! written it ends between two of them: what is replaced is replaced as a whole. While a command verifies them it ends
//! when everything that the command started has ended.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// 128 + SIGINT, as shells report it.
pub const EXIT_CODE: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);
/// What must be done before the process ends.
static BEFORE_EXIT: Mutex<Option<fn()>> = Mutex::new(None);
static WRITING: AtomicBool = AtomicBool::new(false);

/// Begins to listen.
pub fn install() {
    let heard = || {
        ASKED.store(true, Ordering::SeqCst);
        if !WRITING.load(Ordering::SeqCst) {
            if let Ok(Some(clean_up)) = BEFORE_EXIT.lock().as_deref() {
                clean_up();
            }
            std::process::exit(i32::from(EXIT_CODE));
        }
    };
    // A handler that cannot be set leaves the system's own: the process ends, at worst a temporary file stays.
    let _ = ctrlc::set_handler(heard);
    ignore_file_size_signal();
}

/// Says what must be done before a signal ends the process: a terminal that is in another mode is set right.
pub fn before_exit(clean_up: Option<fn()>) {
    if let Ok(mut slot) = BEFORE_EXIT.lock() {
        *slot = clean_up;
    }
}

/// A file that grows past the limit of its size (`ulimit -f`) then fails as on a full disk, with an error that
/// has a path, instead of ending the process. Python does the same.
#[cfg(unix)]
fn ignore_file_size_signal() {
    let unused = std::sync::Arc::new(AtomicBool::new(false));
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, unused);
}

#[cfg(not(unix))]
fn ignore_file_size_signal() {}

/// While this lives the process is not ended from outside, only asked to.
pub struct Uninterrupted(());

impl Uninterrupted {
    pub fn begin() -> Self {
        WRITING.store(true, Ordering::SeqCst);
        Uninterrupted(())
    }

    /// Whether somebody asked for the end since the process began.
    pub fn asked(&self) -> bool {
        ASKED.load(Ordering::SeqCst)
    }
}

impl Drop for Uninterrupted {
    fn drop(&mut self) {
        WRITING.store(false, Ordering::SeqCst);
    }
}
