//! How far verification is: one line on a terminal, lines for those who asked for more, nothing else.

use std::cell::RefCell;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use unspool_verify::{Step, Watch};

use crate::cli::interrupt::Uninterrupted;
use crate::cli::report::plural;
use crate::cli::terminal::Terminal;

/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(200);

pub struct Watcher<'t> {
    terminal: RefCell<&'t mut Terminal>,
    uninterrupted: Uninterrupted,
    bar: ProgressBar,
    /// What the present run is about.
    label: RefCell<String>,
}

impl<'t> Watcher<'t> {
    pub fn new(terminal: &'t mut Terminal, uninterrupted: Uninterrupted) -> Self {
        let style = ProgressStyle::with_template("{spinner} verifying: {msg} [{elapsed}]")
            .expect("the template is a constant and well-formed");
        let bar = ProgressBar::hidden().with_style(style);
        if terminal.shows_progress() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(TICK);
        }
        Watcher { terminal: RefCell::new(terminal), uninterrupted, bar, label: RefCell::default() }
    }

    /// Takes the line away, so that messages can follow.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watch for Watcher<'_> {
    fn begin(&self, step: &Step, expected: Option<Duration>) {
        let label = describe(step);
        let left = expected.map(|run| left(step, run)).unwrap_or_default();
        self.bar.reset_elapsed();
        self.bar.set_message(format!("{label}{left}"));
        self.label.replace(label);
    }

    fn end(&self, took: Duration) {
        let label = self.label.borrow();
        let line = format!("verifying: {label}: {:.1} s", took.as_secs_f64());
        self.bar.suspend(|| self.terminal.borrow_mut().detail(line));
    }

    fn interrupted(&self) -> bool {
        self.uninterrupted.asked()
    }
}

fn describe(step: &Step) -> String {
    let checks = |count: usize| plural(count, "check");
    match step {
        Step::Copying => "copying the repository".to_owned(),
        Step::Baseline => "without rewrites".to_owned(),
        Step::All { rewrites } => format!("with {}", plural(*rewrites, "rewrite")),
        Step::Again { checks: count, with: true } => format!("{} again, with rewrites", checks(*count)),
        Step::Again { checks: count, with: false } => format!("{} again, without rewrites", checks(*count)),
        Step::Search { suspected } => format!("searching, with {}", plural(*suspected, "suspect")),
    }
}

/// What is still to come, if a run takes as long as before.
fn left(step: &Step, run: Duration) -> String {
    let about = |runs: f64| format!("{:.0} s", (run.as_secs_f64() * runs).ceil());
    match step {
        Step::Search { suspected } => {
            // Halving, and for each half a run that may be in vain.
            let runs = f64::from(u32::try_from(*suspected).unwrap_or(u32::MAX)).log2().ceil() * 2.0 + 1.0;
            format!(", about {} if one is guilty", about(runs))
        }
        _ => format!(", about {}", about(1.0)),
    }
}
