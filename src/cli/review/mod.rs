//! `unspool review` on a terminal: shows one rewrite at a time and takes keys.

mod screen;
pub mod session;

use std::io;
use std::path::Path;
use std::process::Command;

use ratatui::DefaultTerminal;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::execute;

use crate::cli::interrupt;
use screen::Overlay;
use session::{Choice, Item, Session};

/// How a review ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// What was decided holds.
    Finished,
    /// Nothing is to be written.
    Left,
}

/// Reads the rewrites anew.
pub type Reload<'r> = dyn FnMut() -> Result<Vec<Item>, String> + 'r;

/// The terminal is another one while this lives, and as before afterwards: also after a panic, and after a signal that
/// asks for the end.
struct Screen(DefaultTerminal);

impl Screen {
    fn open() -> io::Result<Self> {
        interrupt::before_exit(Some(restore));
        ratatui::try_init().map(Screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
        interrupt::before_exit(None);
    }
}

/// The mode, the screen and the cursor as they were.
fn restore() {
    ratatui::restore();
    // Whoever closed the terminal does not miss the cursor.
    let _ = execute!(io::stdout(), Show);
}

/// Lets a person decide.
pub fn run(session: &mut Session, reload: &mut Reload) -> io::Result<End> {
    let mut review = Review { screen: Screen::open()?, session, overlay: Overlay::None, scroll: 0 };
    loop {
        let Review { screen, session, overlay, scroll } = &mut review;
        screen.0.draw(|frame| screen::draw(frame, session, overlay, scroll))?;
        // Anything else, such as a new size, only asks for the screen to be drawn again.
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
            return Ok(End::Left);
        }
        if let Some(end) = review.key(key, reload)? {
            return Ok(end);
        }
    }
}

struct Review<'s> {
    screen: Screen,
    session: &'s mut Session,
    overlay: Overlay,
    scroll: u16,
}

impl Review<'_> {
    fn key(&mut self, key: KeyEvent, reload: &mut Reload) -> io::Result<Option<End>> {
        match std::mem::replace(&mut self.overlay, Overlay::None) {
            Overlay::Reason(text) => self.type_reason(text, key.code),
            // Any key takes them away.
            Overlay::Help | Overlay::Message(_) => {}
            Overlay::None => return self.command(key.code, reload),
        }
        Ok(None)
    }

    fn type_reason(&mut self, mut text: String, key: KeyCode) {
        match key {
            KeyCode::Enter => return self.choose(Choice::Rejected(text)),
            KeyCode::Esc => return,
            KeyCode::Char(char) => text.push(char),
            KeyCode::Backspace => drop(text.pop()),
            _ => {}
        }
        self.overlay = Overlay::Reason(text);
    }

    fn command(&mut self, key: KeyCode, reload: &mut Reload) -> io::Result<Option<End>> {
        let is_open = self.session.current().is_some();
        match key {
            KeyCode::Char('?' | 'h') => self.overlay = Overlay::Help,
            KeyCode::Char('b') | KeyCode::Left => {
                self.session.back();
                self.scroll = 0;
            }
            KeyCode::Char('q') => return Ok(Some(End::Finished)),
            KeyCode::Enter if !is_open => return Ok(Some(End::Finished)),
            _ if !is_open => {}
            KeyCode::Char('y') => self.choose(Choice::Accepted),
            KeyCode::Char('n') => self.choose(Choice::Rejected(String::new())),
            KeyCode::Char('r') => self.overlay = Overlay::Reason(String::new()),
            KeyCode::Char('s' | ' ') => self.choose(Choice::Skipped),
            KeyCode::Char('a') => {
                self.session.accept_transform();
                self.scroll = 0;
            }
            KeyCode::Char('f') => {
                self.session.skip_file();
                self.scroll = 0;
            }
            KeyCode::Char('e') => self.edit(reload)?,
            KeyCode::Down => self.scroll = self.scroll.saturating_add(1),
            KeyCode::Up => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::PageDown => self.scroll = self.scroll.saturating_add(10),
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(10),
            _ => {}
        }
        Ok(None)
    }

    fn choose(&mut self, choice: Choice) {
        self.session.choose(choice);
        self.scroll = 0;
    }

    /// Opens the current file at its line, and takes the rewrites anew when the editor has ended.
    fn edit(&mut self, reload: &mut Reload) -> io::Result<()> {
        let Some(item) = self.session.current() else { return Ok(()) };
        restore();
        let edited = edit(&item.path, item.line);
        self.screen.0 = ratatui::try_init()?;
        let message = match edited {
            Err(message) => Some(message),
            Ok(()) => match reload() {
                Ok(items) => {
                    self.session.set_items(items);
                    None
                }
                Err(message) => Some(message),
            },
        };
        self.overlay = message.map_or(Overlay::None, Overlay::Message);
        self.scroll = 0;
        Ok(())
    }
}

/// `$VISUAL`, else `$EDITOR`, else vi: a line for the shell, as git has it. Every editor that people set there takes
/// `+LINE`.
fn edit(path: &Path, line: usize) -> Result<(), String> {
    let set = |name| std::env::var(name).ok().filter(|editor| !editor.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".into());
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$@\""))
        .arg(&editor)
        .arg(format!("+{line}"))
        .arg(path)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the editor `{editor}` ended with {status}")),
        Err(error) => Err(format!("the editor `{editor}` could not be started: {error}")),
    }
}
