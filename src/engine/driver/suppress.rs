//! Comments that keep rewrites away.
//!
//! ```text
//! x = sum([n for n in ns])  # unspool: ignore[list-to-genexpr] why       this line (this statement)
//! # unspool: ignore[list-to-genexpr, resources] why                      the next one
//! # unspool: ignore-file[ALL] why                                        the whole file
//! # unspool: ignore-begin[lazy] why  ...  # unspool: ignore-end[lazy]    from here to there
//! ```
//!
//! Without brackets everything is meant. A line is a logical one: a comment anywhere in a statement that spans lines, or
//! in the header of a compound statement, stands for the sites that begin in it; above decorators it stands for what
//! they decorate, too.

use memchr::memmem;

use crate::syntax::{Module, Ranged, TextRange, TextSize, TokenKind};
use crate::transform::{Group, Transform};

const MARK: &str = "unspool:";

/// Whether the bytes may have such a comment.
pub fn may_suppress(bytes: &[u8]) -> bool {
    memmem::find(bytes, MARK.as_bytes()).is_some()
}

/// The suppressions of a file.
#[derive(Default)]
pub struct Suppressions {
    all: Vec<Suppression>,
    /// Line and message of what is no suppression and looks like one.
    pub mistakes: Vec<(usize, String)>,
}

struct Suppression {
    line: usize,
    names: Vec<String>,
    /// Sites that start in it.
    scope: TextRange,
    reason: String,
    used: bool,
}

/// What a comment says.
struct Comment<'t> {
    kind: &'t str,
    names: Vec<String>,
    reason: &'t str,
}

impl Suppressions {
    pub fn of(module: &Module) -> Self {
        let mut found = Suppressions::default();
        let mut open: Vec<Suppression> = Vec::new();
        let end = TextSize::of(module.text());
        for (index, token) in module.tokens().iter().enumerate() {
            if token.kind() != TokenKind::Comment {
                continue;
            }
            let Some(comment) = parse(&module.text()[token.range()]) else { continue };
            let line = module.line(token.start());
            let Comment { kind, names, reason } = match comment {
                Ok(comment) => comment,
                Err(message) => {
                    found.mistakes.push((line, message));
                    continue;
                }
            };
            let reason = reason.to_owned();
            let at = |scope| Suppression {
                line,
                names: names.clone(),
                scope,
                reason: reason.clone(),
                used: false,
            };
            match kind {
                "ignore" => found.all.push(at(statement(module, index))),
                "ignore-file" => found.all.push(at(TextRange::up_to(end))),
                "ignore-begin" => open.push(at(TextRange::new(token.start(), end))),
                _ => match open.iter().rposition(|begun| begun.names == names) {
                    Some(begun) => {
                        let begun = open.remove(begun);
                        let scope = TextRange::new(begun.scope.start(), token.start());
                        found.all.push(Suppression { scope, ..begun });
                    }
                    None => {
                        let message = "`unspool: ignore-end` ends nothing: no `ignore-begin` with the same names is open";
                        found.mistakes.push((line, message.to_owned()));
                    }
                },
            }
        }
        // Up to the end of the file.
        found.all.append(&mut open);
        found.all.sort_by_key(|suppression| suppression.line);
        found
    }

    /// The line and the reason of what keeps a site of `transform` at `anchor` away.
    pub fn holding(&mut self, transform: &dyn Transform, anchor: TextRange) -> Option<(usize, String)> {
        let mut holding = None;
        for suppression in &mut self.all {
            if suppression.scope.contains(anchor.start())
                && suppression.names.iter().any(|name| covers(name, transform))
            {
                suppression.used = true;
                holding.get_or_insert((suppression.line, suppression.reason.clone()));
            }
        }
        holding
    }

    /// Lines and messages of the suppressions that kept nothing away, and of those that name nothing. `known` are all
    /// transforms; a suppression of one that did not run (`ran`) may still be needed.
    pub fn unused(&self, known: &[&dyn Transform], ran: &dyn Fn(&str) -> bool) -> Vec<(usize, String)> {
        let mut messages = Vec::new();
        for Suppression { line, names, used, .. } in &self.all {
            let is_known = |name: &str| {
                Group::ALL.iter().any(|group| group.name() == name)
                    || known.iter().any(|transform| covers(name, *transform))
            };
            if let Some(name) = names.iter().find(|name| !is_known(name)) {
                messages.push((
                    *line,
                    format!(
                        "`unspool: ignore[{name}]` names no transform and no group: `unspool list` shows them"
                    ),
                ));
                continue;
            }
            let mut meant =
                known.iter().filter(|transform| names.iter().any(|name| covers(name, **transform)));
            if !used && meant.all(|transform| ran(transform.meta().id)) {
                let names = names.join(", ");
                messages.push((
                    *line,
                    format!("`unspool: ignore[{names}]` is unused: it keeps no rewrite away, take it out"),
                ));
            }
        }
        messages
    }
}

/// Whether a name means a transform.
fn covers(name: &str, transform: &dyn Transform) -> bool {
    let meta = transform.meta();
    name == "ALL"
        || name == meta.id
        || Group::ALL.iter().any(|group| group.name() == name && *group == meta.group)
}

/// The first suppression in a comment, which may have other things to say before: `# noqa  # unspool: ignore[..]`.
fn parse(text: &str) -> Option<Result<Comment<'_>, String>> {
    let is_ours = |(at, _): &(usize, &str)| text[..*at].trim_end().ends_with('#');
    let (at, mark) = text.match_indices(MARK).find(is_ours)?;
    let rest = text[at + mark.len()..].trim_start();
    let length = rest.find(|c: char| !(c.is_ascii_alphabetic() || c == '-')).unwrap_or(rest.len());
    let (kind, rest) = rest.split_at(length);
    if !matches!(kind, "ignore" | "ignore-file" | "ignore-begin" | "ignore-end") {
        let message = format!("`unspool: {kind}` is not understood: write `# unspool: ignore[ID] reason`");
        return Some(Err(message));
    }
    let Some(rest) = rest.strip_prefix('[') else {
        return Some(Ok(Comment { kind, names: vec!["ALL".to_owned()], reason: rest.trim() }));
    };
    let Some((names, reason)) = rest.split_once(']') else {
        return Some(Err(format!("`unspool: {kind}[` is not closed: write `# unspool: {kind}[ID] reason`")));
    };
    let names: Vec<String> =
        names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Some(Err(format!("`unspool: {kind}[]` names nothing: write `# unspool: {kind}[ID] reason`")));
    }
    Some(Ok(Comment { kind, names, reason: reason.trim() }))
}

/// The logical line for which the comment at `index` of the tokens stands.
fn statement(module: &Module, index: usize) -> TextRange {
    let tokens = module.tokens();
    let ends = |i: &usize| tokens[*i].kind() == TokenKind::Newline;
    let is_code = |i: &usize| {
        !matches!(
            tokens[*i].kind(),
            TokenKind::NonLogicalNewline | TokenKind::Comment | TokenKind::Indent | TokenKind::Dedent
        )
    };
    // What stands before it since the last logical line ended.
    let begin = (0..index).rev().find(ends).map_or(0, |newline| newline + 1);
    let first = (begin..index).find(is_code).or_else(|| (index..tokens.len()).find(is_code));
    let Some(mut first) = first else { return TextRange::empty(tokens[index].start()) };
    let start = tokens[first].start();
    loop {
        let Some(newline) = (first..tokens.len()).find(ends) else {
            return TextRange::new(start, TextSize::of(module.text()));
        };
        let end = tokens[newline].end();
        if tokens[first].kind() != TokenKind::At {
            return TextRange::new(start, end);
        }
        match (newline + 1..tokens.len()).find(is_code) {
            Some(next) => first = next,
            None => return TextRange::new(start, end),
        }
    }
}
