//! `unspool review`, driven through a real pseudo-terminal: keys go in, a screen comes out.

use std::io::{Read as _, Write as _};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::groups;
use crate::helpers;
use crate::support::{Scratch, UNSPOOL, snapshots};

const A: &str = "def one():\n    for n in [1, 2, 3]:\n        yield n\n\n\ndef two(size):\n    return sum([n * 2 for n in range(size)])\n";
const B: &str = "def three():\n    for n in [4, 5]:\n        yield n\n";
const A_LAZY: &str =
    "def one():\n    yield from [1, 2, 3]\n\n\ndef two(size):\n    return sum(n * 2 for n in range(size))\n";
const B_LAZY: &str = "def three():\n    yield from [4, 5]\n";

/// How long a screen may take on a machine that does other things, too. Nothing passes by waiting for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running review.
struct Review {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn std::io::Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Everything that was printed.
    printed: Vec<u8>,
    master: Box<dyn MasterPty + Send>,
}

impl Review {
    fn start(scratch: &Scratch, args: &[&str], environment: &[(&str, &str)]) -> Self {
        Review::with_size(scratch, args, environment, (30, 110))
    }

    fn with_size(
        scratch: &Scratch,
        args: &[&str],
        environment: &[(&str, &str)],
        (rows, cols): (u16, u16),
    ) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(UNSPOOL);
        command.arg("review");
        command.args(args);
        command.cwd(scratch.path());
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 || sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let parser = vt100::Parser::new(rows, cols, 0);
        Review { child, keys, output, parser, printed: Vec::new(), master: pair.master }
    }

    fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    fn sees(&mut self, text: &str) -> &mut Self {
        self.waits(&format!("`{text}` does not appear"), |screen| screen.contains(text))
    }

    /// Waits until the screen does not show a text any more.
    #[track_caller]
    fn sees_no(&mut self, text: &str) -> &mut Self {
        self.waits(&format!("`{text}` stays"), |screen| !screen.contains(text))
    }

    #[track_caller]
    fn waits(&mut self, complaint: &str, is_there: impl Fn(&str) -> bool) -> &mut Self {
        let end = Instant::now() + PATIENCE;
        while !is_there(&self.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.printed.extend(bytes);
                }
                Err(_) => panic!("{complaint}:\n{}", self.screen()),
            }
        }
        self
    }

    /// Somebody drags the corner of the window.
    fn becomes(&mut self, rows: u16, cols: u16) -> &mut Self {
        self.parser.screen_mut().set_size(rows, cols);
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        self
    }

    fn types(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// Waits for the end, and gives the exit status and whether the terminal was left as it was found.
    fn ends(mut self) -> (u32, bool, String) {
        let status = self.child.wait().unwrap();
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(5)) {
            self.parser.process(&bytes);
            self.printed.extend(bytes);
        }
        let is_main_screen = !self.parser.screen().alternate_screen();
        let shows_cursor = !self.parser.screen().hide_cursor();
        (status.exit_code(), is_main_screen && shows_cursor, self.screen())
    }
}

fn project() -> Scratch {
    Scratch::with(&[(".git/HEAD", "ref: refs/heads/main\n"), ("a.py", A), ("b.py", B)])
}

#[test]
fn one_rewrite_after_the_other() {
    let scratch = project();
    let mut review = Review::start(&scratch, &[], &[]);
    // The last line of the screen is drawn last.
    review.sees("1 of 3").sees("+     yield from [1, 2, 3]").sees("? help");
    snapshots().bind(|| insta::assert_snapshot!("review", review.screen()));
    review
        .types("?")
        .sees("leave without writing anything")
        .types("x")
        .types("y")
        .sees("2 of 3")
        .sees("a.py:7");
    // Back, with what was decided.
    review
        .types("b")
        .sees("accepted")
        .types("y")
        .sees("2 of 3")
        .types("r")
        .sees("Why not?")
        .types("too cl\u{7f}lever\r");
    review.sees("3 of 3").sees("b.py:2").types("s").sees("The end");
    review.sees("1 rewrite accepted").sees("1 rewrite rejected").sees("1 rewrite left for another time");
    assert_eq!(scratch.read("a.py"), A.as_bytes(), "nothing is written before the end");
    review.types("\r");
    let (status, is_restored, screen) = review.ends();
    assert_eq!((status, is_restored), (0, true), "{screen}");
    assert!(screen.contains("1 rewrite in 1 file; 1 rejected, 1 left for another time"), "{screen}");
    assert_eq!(
        String::from_utf8(scratch.read("a.py")).unwrap(),
        A.replace("    for n in [1, 2, 3]:\n        yield n\n", "    yield from [1, 2, 3]\n")
    );
    assert_eq!(scratch.read("b.py"), B.as_bytes());
    let decisions = String::from_utf8(scratch.read("unspool-decisions.toml")).unwrap();
    assert!(
        decisions.contains("list-to-genexpr:a.py:two:") && decisions.contains("reason = \"too clever\""),
        "{decisions}"
    );

    // What was rejected does not come again, what was skipped does.
    let mut review = Review::start(&scratch, &[], &[]);
    review.sees("1 of 1").sees("b.py:2").types("q");
    assert_eq!(review.ends().0, 0);
}

#[test]
fn all_of_a_transform_and_the_rest_of_a_file() {
    let scratch = project();
    let mut review = Review::start(&scratch, &[], &[]);
    review
        .sees("1 of 3")
        .types("a")
        .sees("2 of 3")
        .types("f")
        .sees("The end")
        .sees("2 rewrites accepted")
        .types("\r");
    assert_eq!(review.ends().0, 0);
    assert_eq!(scratch.read("b.py"), B_LAZY.as_bytes());
    assert!(String::from_utf8_lossy(&scratch.read("a.py")).contains("sum([n"));

    let scratch = project();
    let mut review = Review::start(&scratch, &[], &[]);
    review
        .sees("1 of 3")
        .types("y")
        .sees("2 of 3")
        .types("y")
        .sees("3 of 3")
        .types("y")
        .sees("The end")
        .types("\r");
    assert_eq!(review.ends().0, 0);
    assert_eq!(scratch.read("a.py"), A_LAZY.as_bytes());
}

#[test]
fn an_editor_changes_what_there_is_to_decide() {
    let scratch = project();
    let script = scratch.write(
        "editor.sh",
        "#!/bin/sh\necho \"$1\" \"$(basename \"$2\")\" > called\nprintf 'x = 1\\n' > \"$2\"\n",
    );
    let editor = format!("sh '{}'", script.display());
    let mut review = Review::start(&scratch, &[], &[("EDITOR", &editor), ("VISUAL", "")]);
    review.sees("1 of 3").types("e").sees("1 of 1").sees("b.py:2").types("y").sees("The end").types("\r");
    assert_eq!(review.ends().0, 0);
    assert_eq!(scratch.read("called"), b"+2 a.py\n");
    assert_eq!(scratch.read("a.py"), b"x = 1\n");
    assert_eq!(scratch.read("b.py"), B_LAZY.as_bytes());

    let scratch = project();
    let mut review = Review::start(&scratch, &[], &[("VISUAL", "false")]);
    review.sees("1 of 3").types("e").sees("the editor `false` ended with").types("x").types("q");
    assert_eq!(review.ends().0, 0);
}

#[test]
fn any_terminal_will_do() {
    for (name, colour) in
        [("xterm-256color", "1"), ("vt100", ""), ("screen", ""), ("linux", ""), ("dumb", "")]
    {
        let scratch = project();
        let mut review = Review::start(&scratch, &[], &[("TERM", name), ("NO_COLOR", colour)]);
        review.sees("1 of 3").sees("? help").types("y").sees("2 of 3").types("q");
        let (status, is_restored, screen) = review.ends();
        assert_eq!((status, is_restored), (0, true), "{name}: {screen}");
        assert!(screen.contains("1 rewrite in 1 file"), "{name}: {screen}");
    }
    // Too small for all of it: what does not fit is scrolled to.
    for (rows, cols) in [(6, 40), (5, 20)] {
        let scratch = project();
        let mut review = Review::with_size(&scratch, &[], &[], (rows, cols));
        review.sees("a.py:2");
        // Further than there is something: the last line stays.
        for _ in 0..80 {
            review.types("\u{1b}[B");
        }
        review.sees("sends").types("?").sees("Keys").types("x").types("y").sees("a.py:7").types("q");
        assert_eq!(review.ends().0, 0, "{rows} x {cols}");
    }
    let scratch = project();
    let mut review = Review::start(&scratch, &[], &[]);
    review.sees("? help").becomes(12, 60).sees("a.py:2").types("y").sees("a.py:7");
    review.becomes(40, 132).sees("2 of 3").sees("? help");
    // A key that comes together with the new size is not lost.
    for _ in 0..10 {
        review.becomes(12, 60).types("?").sees("Keys").becomes(40, 132).types("x").sees_no("Keys");
    }
    review.types("q");
    assert_eq!(review.ends().0, 0);
}

#[test]
fn several_files_at_once() {
    for (key, made) in [("y", true), ("s", false)] {
        let scratch = groups::project();
        let mut review = Review::start(&scratch, &groups::SELECT, &[]);
        review.sees("1 of 1").sees("+ async def load(n):").sees("also changes main.py");
        review.sees("+     return ensureDeferred(jobs.load(3)).addCallback(out.append)");
        review.types(key).sees("The end").types("\r");
        let (status, is_restored, screen) = review.ends();
        assert_eq!((status, is_restored), (0, true), "{screen}");
        assert_eq!(groups::is_made(&scratch), made, "{screen}");
    }
}

/// The second rewrite alone makes what the first would have made for both.
#[test]
fn a_file_that_is_made() {
    let scratch = helpers::project();
    let mut review = Review::with_size(&scratch, &[], &[], (100, 110));
    review.sees("1 of 2").sees("also makes pkg/reprs.py").sees("+ def auto_repr(*fields):").types("s");
    review.sees("2 of 2").types("y").sees("The end").types("\r");
    let (status, is_restored, screen) = review.ends();
    assert_eq!((status, is_restored), (0, true), "{screen}");
    assert_eq!(helpers::made(&scratch), 1, "{screen}");
    assert!(String::from_utf8(scratch.read("pkg/b.py")).unwrap().contains("@auto_repr"), "{screen}");
}

#[test]
fn whoever_leaves_finds_everything_as_it_was() {
    let scratch = project();
    let before = scratch.snapshot();
    let mut review = Review::start(&scratch, &[], &[]);
    review.sees("1 of 3").types("y").sees("2 of 3").types("n").sees("3 of 3").types("\u{3}");
    let (status, is_restored, screen) = review.ends();
    assert_eq!((status, is_restored), (0, true), "{screen}");
    assert!(screen.contains("left: nothing was written"), "{screen}");
    assert_eq!(scratch.snapshot(), before);
}

#[test]
fn signals_restore_the_terminal() {
    for signal in ["TERM", "INT", "HUP"] {
        let scratch = project();
        let before = scratch.snapshot();
        let mut review = Review::start(&scratch, &[], &[]);
        review.sees("1 of 3").types("y").sees("2 of 3");
        assert!(review.parser.screen().alternate_screen());
        let pid = review.child.process_id().unwrap().to_string();
        let killed =
            std::process::Command::new("sh").args(["-c", &format!("kill -{signal} {pid}")]).status().unwrap();
        assert!(killed.success());
        let (status, is_restored, screen) = review.ends();
        assert_eq!((status, is_restored), (130, true), "{signal}: {screen}");
        assert_eq!(scratch.snapshot(), before, "{signal}");
    }
}

#[test]
fn without_a_terminal_there_is_no_review() {
    let run = project().run(["review"]);
    assert!(
        run.exits(2).stderr.starts_with("error: `unspool review` needs a terminal and files\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn nothing_to_review_says_so() {
    let scratch = Scratch::with(&[("a.py", "x = 1\n")]);
    let (status, _, screen) = Review::start(&scratch, &[], &[]).ends();
    assert_eq!(status, 0);
    assert!(screen.contains("no rewrites in 1 file"), "{screen}");
}
