//! Standard output and standard error: what may be coloured, how much is said.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Effects, Style};

use unspool_engine::driver::{Problem, Severity};
use unspool_engine::transform::Verdict;

use super::Error;
use super::args::{OutputArgs, When};
use super::report::shown;

pub const PLAIN: Style = Style::new();
pub const BOLD: Style = Style::new().effects(Effects::BOLD);
pub const DIM: Style = Style::new().effects(Effects::DIMMED);
pub const GREEN: Style = AnsiColor::Green.on_default();
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
pub const RED: Style = AnsiColor::Red.on_default();
pub const CYAN: Style = AnsiColor::Cyan.on_default();
const ERROR: Style = RED.effects(Effects::BOLD);
const WARNING: Style = YELLOW.effects(Effects::BOLD);

/// The colour of a verdict.
pub fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Safe => GREEN,
        Verdict::Unsafe => YELLOW,
        Verdict::Refused => RED,
        Verdict::Withheld => DIM,
    }
}

/// Text in a style, where colours are on.
///
/// Output is never stripped of escape sequences afterwards: a diff carries the bytes of the file, and some
/// files contain escape sequences.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    on: bool,
}

impl Paint {
    #[cfg(test)]
    pub const ON: Paint = Paint { on: true };
    pub const OFF: Paint = Paint { on: false };

    pub fn paint<T: fmt::Display>(self, style: Style, text: T) -> impl fmt::Display {
        struct Painted<T>(Option<Style>, T);
        impl<T: fmt::Display> fmt::Display for Painted<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    Some(style) => {
                        style.fmt(f)?;
                        self.1.fmt(f)?;
                        write!(f, "{style:#}")
                    }
                    None => self.1.fmt(f),
                }
            }
        }
        Painted(self.on.then_some(style), text)
    }

    pub fn is_on(self) -> bool {
        self.on
    }
}

/// The two streams and how to use them.
pub struct Terminal {
    out: BufWriter<io::Stdout>,
    /// For standard output.
    pub paint: Paint,
    stderr_paint: Paint,
    pub quiet: bool,
    pub verbose: bool,
}

impl Terminal {
    pub fn new(args: &OutputArgs) -> Self {
        match args.color {
            Some(When::Always) => ColorChoice::Always,
            Some(When::Never) => ColorChoice::Never,
            Some(When::Auto) | None => ColorChoice::Auto,
        }
        .write_global();
        let on = |choice| Paint { on: !matches!(choice, ColorChoice::Never) };
        Terminal {
            out: BufWriter::new(io::stdout()),
            paint: on(AutoStream::choice(&io::stdout())),
            stderr_paint: on(AutoStream::choice(&io::stderr())),
            quiet: args.quiet,
            verbose: args.verbose,
        }
    }

    /// Standard output. Errors become [`Error::Stdout`].
    pub fn write(
        &mut self,
        write: impl FnOnce(&mut dyn Write, Paint) -> io::Result<()>,
    ) -> Result<(), Error> {
        write(&mut self.out, self.paint).map_err(Error::Stdout)
    }

    pub fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(Error::Stdout)
    }

    /// Whether a progress bar may be drawn.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Several lines on standard error, unless the user asked for quiet.
    pub fn report(&mut self, write: impl FnOnce(&mut dyn Write, Paint) -> io::Result<()>) {
        if !self.quiet {
            let mut lines = Vec::new();
            // Neither writing to memory nor a closed standard error is worth failing for.
            let _ = write(&mut lines, self.stderr_paint).and_then(|()| io::stderr().lock().write_all(&lines));
        }
    }

    /// A line on standard error, unless the user asked for quiet.
    pub fn note(&mut self, line: impl fmt::Display) {
        if !self.quiet {
            self.say(line);
        }
    }

    /// A line on standard error that only those who asked for more want.
    pub fn detail(&mut self, line: impl fmt::Display) {
        if self.verbose {
            self.say(line);
        }
    }

    pub fn warning(&mut self, text: impl fmt::Display) {
        let label = self.stderr_paint.paint(WARNING, "warning");
        self.note(format_args!("{label}: {text}"));
    }

    pub fn error(&mut self, error: &Error) {
        self.say_error(&error.title());
        if let Some(help) = error.help() {
            self.say_help(&help);
        }
    }

    /// What the run has to say about single files; what to do about it once for all of a kind.
    pub fn problems(&mut self, problems: &[Problem]) {
        let mut helps: Vec<&str> = Vec::new();
        for problem in problems {
            let Problem { path, line, severity, message, help } = problem;
            let at = line.map(|line| format!(":{line}")).unwrap_or_default();
            let text = format!("{}{at}: {message}", shown(path));
            match severity {
                Severity::Warning if self.quiet => continue,
                Severity::Warning => self.warning(text),
                Severity::Error => self.say_error(&text),
            }
            if let Some(help) = help
                && !helps.contains(help)
            {
                helps.push(help);
            }
        }
        for help in helps {
            self.say_help(help);
        }
    }

    fn say_help(&mut self, help: &str) {
        let label = self.stderr_paint.paint(CYAN, "help");
        self.say(format_args!("  {label}: {help}"));
    }

    fn say_error(&mut self, text: &str) {
        let label = self.stderr_paint.paint(ERROR, "error");
        self.say(format_args!("{label}: {text}"));
    }

    fn say(&mut self, line: impl fmt::Display) {
        // Nobody is left to hear that standard error is closed, and the work is worth finishing.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }
}
