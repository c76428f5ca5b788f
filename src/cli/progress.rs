//! A bar on standard error for work that takes a while.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Once;

use unspool_engine::driver::Progress;

/// Work that is done by then needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

pub struct Bar {
    bar: ProgressBar,
    started: Instant,
    allowed: bool,
    show: Once,
}

impl Bar {
    /// `allowed`: whether somebody could see it.
    pub fn new(allowed: bool) -> Self {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {eta} left")
            .expect("the template is a constant and well-formed");
        let bar = ProgressBar::hidden().with_style(style);
        Bar { bar, started: Instant::now(), allowed, show: Once::new() }
    }

    /// Takes the bar away, so that messages can follow.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn total(&self, files: usize) {
        self.bar.set_length(files as u64);
    }

    fn file_done(&self) {
        if self.allowed && self.started.elapsed() > PATIENCE {
            self.show.call_once(|| self.bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
        self.bar.inc(1);
    }
}
