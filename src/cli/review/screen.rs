//! What a review looks like on a terminal.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize as _};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph, Wrap};
use unspool_engine::transform::Verdict;

use super::session::{Choice, Item, Session};
use crate::cli::report::hunks::{Hunk, Side};
use crate::cli::report::{plural, shown};

/// What lies over the rewrite.
pub enum Overlay {
    None,
    Help,
    /// The reason that is being typed.
    Reason(String),
    /// Something that the person must hear.
    Message(String),
}

const KEYS: &str =
    " y accept  n reject  s skip  a all of this transform  f skip file  e edit  b back  q finish  ? help ";

const HELP: [(&str, &str); 12] = [
    ("y", "accept: it is written when you finish"),
    ("n", "reject: remembered in unspool-decisions.toml, never proposed again"),
    ("r", "reject, and say why"),
    ("s, space", "skip: undecided, it comes again next time"),
    ("a", "accept all open rewrites of this transform"),
    ("f", "skip the rest of this file"),
    ("e", "edit the file in $EDITOR, then go on with what it is then"),
    ("b, left", "back to the one before"),
    ("up, down, PgUp, PgDn", "scroll"),
    ("q", "finish: write what was accepted"),
    ("Ctrl-C", "leave without writing anything"),
    ("?", "this help"),
];

/// Draws the whole screen. `scroll` is the first line of the rewrite that is shown; it comes back no larger than there
/// is something to show.
pub fn draw(frame: &mut Frame, session: &Session, overlay: &Overlay, scroll: &mut u16) {
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(2), Constraint::Min(1), Constraint::Length(1)])
            .areas(frame.area());
    match session.current() {
        Some(item) => {
            frame.render_widget(heading(session, item), head);
            rewrite(frame, item, body, scroll);
            frame.render_widget(Line::from(KEYS).reversed(), foot);
        }
        None => {
            frame.render_widget(Line::from("The end").bold(), head);
            frame.render_widget(summary(session), body);
            frame.render_widget(
                Line::from(" Enter write  b back  Ctrl-C leave without writing ").reversed(),
                foot,
            );
        }
    }
    let area = frame.area();
    match overlay {
        Overlay::None => {}
        Overlay::Help => {
            let lines = HELP.map(|(key, what)| Line::from(vec![format!("{key:>21}  ").bold(), what.into()]));
            popup(frame, area, " Keys ", lines.to_vec());
        }
        Overlay::Reason(text) => {
            let lines =
                vec![Line::from(format!("{text}\u{2588}")), Line::from("Enter rejects, Esc does not").dim()];
            popup(frame, area, " Why not? ", lines);
        }
        Overlay::Message(text) => popup(frame, area, " Note ", vec![Line::from(text.clone())]),
    }
}

fn heading(session: &Session, item: &Item) -> Paragraph<'static> {
    let choice = match session.choice(item) {
        None => String::new(),
        Some(Choice::Accepted) => "  accepted".into(),
        Some(Choice::Skipped) => "  skipped".into(),
        Some(Choice::Rejected(_)) => "  rejected".into(),
    };
    let place = format!("{}:{}", shown(&item.path), item.line);
    let number = format!("  {} of {}", session.number(), session.items.len());
    let first = Line::from(vec![
        place.bold(),
        format!("  {}  ", item.transform).into(),
        Span::styled(item.verdict.name(), Style::new().fg(colour(item.verdict))),
        number.dim(),
        choice.cyan(),
    ]);
    Paragraph::new(vec![first, Line::from(item.title).dim()])
}

fn colour(verdict: Verdict) -> Color {
    match verdict {
        Verdict::Safe => Color::Green,
        Verdict::Unsafe => Color::Yellow,
        Verdict::Refused => Color::Red,
        Verdict::Withheld => Color::Gray,
    }
}

fn rewrite(frame: &mut Frame, item: &Item, area: Rect, scroll: &mut u16) {
    let mut lines = Vec::new();
    for hunk in &item.hunks {
        diff(&mut lines, hunk);
        lines.push(Line::default());
    }
    for (does, path, hunks) in &item.others {
        lines.push(Line::from(format!("also {does} {}", shown(path))).bold());
        for hunk in hunks {
            diff(&mut lines, hunk);
            lines.push(Line::default());
        }
    }
    let is_safe = item.verdict == Verdict::Safe;
    lines.push(
        Line::from(if is_safe { "Why it is safe" } else { "What it assumes, and why the rest holds" }).bold(),
    );
    for (state, claim, reason) in &item.reasons {
        let style =
            if *state == "proved" { Style::new().fg(Color::Green) } else { Style::new().fg(Color::Yellow) };
        lines.push(Line::from(vec![Span::styled(format!("  {state:<8} "), style), (*claim).into()]));
        if !reason.is_empty() {
            lines.push(Line::from(format!("           {reason}")).dim());
        }
    }
    if !item.conventions.is_empty() {
        lines.push(Line::from(format!("  relies on: {}", item.conventions.join(", "))).dim());
    }
    // Wrapped at words it may be a little more: the last lines can be scrolled up to the top.
    let height: usize =
        lines.iter().map(|line| line.width().max(1).div_ceil(usize::from(area.width.max(1)))).sum();
    *scroll = (*scroll).min(u16::try_from(height.saturating_sub(1)).unwrap_or(u16::MAX));
    let paragraph =
        Paragraph::new(lines).wrap(Wrap { trim: false }).block(Block::new().borders(Borders::TOP));
    frame.render_widget(paragraph.scroll((*scroll, 0)), area);
}

fn diff(lines: &mut Vec<Line<'static>>, hunk: &Hunk) {
    let (mut old, mut new) = (hunk.old_start, hunk.new_start);
    for (side, text) in &hunk.lines {
        let (number, mark, style) = match side {
            Side::Both => (old, ' ', Style::new()),
            Side::Old => (old, '-', Style::new().fg(Color::Red)),
            Side::New => (new, '+', Style::new().fg(Color::Green)),
        };
        old += usize::from(*side != Side::New);
        new += usize::from(*side != Side::Old);
        let number = Span::styled(format!("{number:>5} "), Style::new().add_modifier(Modifier::DIM));
        lines.push(Line::from(vec![number, Span::styled(format!("{mark} {}", visible(text)), style)]));
    }
}

/// Code as it can be shown in cells: tabs as blanks, no control characters.
fn visible(text: &str) -> String {
    text.replace('\t', "    ").chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}

fn summary(session: &Session) -> Paragraph<'static> {
    let count = |is: fn(Option<&Choice>) -> bool| {
        session.items.iter().filter(|item| is(session.choice(item))).count()
    };
    let accepted = count(|choice| choice == Some(&Choice::Accepted));
    let rejected = count(|choice| matches!(choice, Some(Choice::Rejected(_))));
    let rest = session.items.len() - accepted - rejected;
    Paragraph::new(vec![
        Line::from(format!("{} accepted: to be written", plural(accepted, "rewrite"))).green(),
        Line::from(format!(
            "{} rejected: to be remembered in unspool-decisions.toml",
            plural(rejected, "rewrite")
        ))
        .red(),
        Line::from(format!("{} left for another time", plural(rest, "rewrite"))),
    ])
}

fn popup(frame: &mut Frame, area: Rect, title: &'static str, lines: Vec<Line<'static>>) {
    let widest = lines.iter().map(Line::width).max().unwrap_or(0) + 4;
    let width = u16::try_from(widest).unwrap_or(u16::MAX).max(40).min(area.width);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(area.height);
    let area =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    frame.render_widget(Clear, area);
    frame.render_widget(
        Paragraph::new(lines).wrap(Wrap { trim: false }).block(Block::bordered().title(title)),
        area,
    );
}
