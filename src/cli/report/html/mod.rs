//! One self-contained page: every rewrite with its diff side by side and the reasons for its verdict, numbers, and
//! with scripts allowed also filters and keys. Nothing is fetched from anywhere.

mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use unspool_engine::driver::{Counts, Outcome};
use unspool_engine::transform::Obligation;

use super::hunks::{Hunk, Side};
use super::plural;
use super::site::{held_because, one_line};
use super::view::{View, views};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub fn write(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let views = views(outcome);
    let mut page = String::new();
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Whatever stands in the code of a repository, the page loads and runs nothing but what is here.
    page.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'\">\n",
    );
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    let title = format!("unspool: {}", plural(views.len(), "site"));
    let _ = write!(page, "<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n");
    let _ = writeln!(page, "<header><h1>{title}</h1>");
    numbers(&mut page, outcome);
    page.push_str("</header>\n");
    filters(&mut page, &views);
    page.push_str("<main>\n");
    let mut path = None;
    for (number, view) in views.iter().enumerate() {
        if path.replace(&view.path) != Some(&view.path) {
            let _ = writeln!(page, "<h2 class=\"file\">{}</h2>", escaped(&view.path));
        }
        article(&mut page, number + 1, view);
    }
    if views.is_empty() {
        page.push_str("<p>There is nothing to show.</p>\n");
    }
    page.push_str("</main>\n");
    problems(&mut page, outcome);
    let _ = write!(page, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out.write_all(page.as_bytes())
}

/// Sites of each transform by verdict.
fn numbers(page: &mut String, outcome: &Outcome) {
    page.push_str("<table class=\"numbers\"><caption>");
    let _ = write!(page, "{} read", plural(outcome.files_seen, "file"));
    page.push_str("</caption><thead><tr><th scope=\"col\">transform</th>");
    for head in ["safe", "unsafe", "refused", "withheld", "held back", "applied"] {
        let _ = write!(page, "<th scope=\"col\">{head}</th>");
    }
    page.push_str("</tr></thead><tbody>\n");
    for (id, counts) in &outcome.counts[..outcome.running.min(outcome.counts.len())] {
        let Counts { safe, unsafe_, refused, withheld, held, offered: _, applied } = *counts;
        let _ = write!(page, "<tr><th scope=\"row\">{id}</th>");
        for count in [safe, unsafe_, refused, withheld, held, applied] {
            let class = if count == 0 { " class=\"zero\"" } else { "" };
            let _ = write!(page, "<td{class}>{count}</td>");
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table>\n");
}

/// What the script makes usable: hidden until then.
fn filters(page: &mut String, views: &[View]) {
    let mut transforms: BTreeMap<&str, usize> = BTreeMap::new();
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    for view in views {
        *transforms.entry(view.meta.id).or_default() += 1;
        *verdicts.entry(view.site.verdict.name()).or_default() += 1;
    }
    page.push_str("<form class=\"filters\" hidden>\n<input type=\"search\" name=\"text\" placeholder=\"path, code or reason\" aria-label=\"Filter by text\">\n");
    for (kind, counts) in [("transform", transforms), ("verdict", verdicts)] {
        let _ = writeln!(page, "<fieldset><legend>{kind}</legend>");
        for (name, count) in counts {
            let _ = writeln!(
                page,
                "<label><input type=\"checkbox\" name=\"{kind}\" value=\"{name}\" checked> {name} <small>{count}</small></label>"
            );
        }
        page.push_str("</fieldset>\n");
    }
    page.push_str(
        "<output></output>\n<button type=\"button\" name=\"theme\">light / dark</button>\n\
         <p class=\"keys\"><kbd>j</kbd> next <kbd>k</kbd> back <kbd>o</kbd> reasons <kbd>/</kbd> filter <kbd>t</kbd> light or dark</p>\n</form>\n",
    );
}

fn article(page: &mut String, number: usize, view: &View) {
    let View { meta, path, span, site, .. } = view;
    let (id, verdict, path) = (meta.id, site.verdict, escaped(path));
    let _ = writeln!(
        page,
        "<article id=\"site-{number}\" tabindex=\"-1\" data-transform=\"{id}\" data-verdict=\"{verdict}\">"
    );
    let _ = writeln!(
        page,
        "<h3><a href=\"#site-{number}\">{path}:{}:{}</a> <code>{id}</code> <span class=\"badge {verdict}\">{verdict}</span></h3>",
        span.start.line, span.start.column
    );
    let _ = writeln!(page, "<p class=\"what\">{}</p>", escaped(meta.title));
    if let Some(held) = &site.held {
        let _ = writeln!(page, "<p class=\"held\">Held back: {}</p>", escaped(&held_because(held)));
    }
    if let Some(withheld) = &site.proposal.withheld {
        let _ = writeln!(page, "<p class=\"held\">{}</p>", escaped(&one_line(withheld)));
    }
    for hunk in &view.hunks {
        side_by_side(page, hunk);
    }
    for (does, other, hunks) in &view.others {
        let _ = writeln!(page, "<p class=\"what\">also {does} <code>{}</code></p>", escaped(other));
        for hunk in hunks {
            side_by_side(page, hunk);
        }
    }
    let decided: Vec<&Obligation> = site.proposal.deciding().collect();
    if !decided.is_empty() {
        obligations(page, decided.into_iter());
    }
    let _ =
        writeln!(page, "<details><summary>All obligations ({})</summary>", site.proposal.obligations.len());
    obligations(page, site.proposal.obligations.iter());
    let conventions = view.conventions();
    if !conventions.is_empty() {
        let _ = writeln!(page, "<p>Relies on: {}</p>", escaped(&conventions.join(", ")));
    }
    page.push_str("</details>\n</article>\n");
}

fn obligations<'o>(page: &mut String, obligations: impl Iterator<Item = &'o Obligation>) {
    page.push_str("<ul class=\"obligations\">\n");
    for Obligation { kind, claim, state, .. } in obligations {
        let _ = writeln!(
            page,
            "<li class=\"{0}\"><b>{0}</b> <span title=\"{1}\">{2}</span>: {3}</li>",
            state.name(),
            escaped(kind),
            escaped(claim),
            escaped(&one_line(state.reason()))
        );
    }
    page.push_str("</ul>\n");
}

/// A row for each line, or each pair of lines of which one replaced the other.
fn side_by_side(page: &mut String, hunk: &Hunk) {
    let Hunk { mut old_start, mut new_start, lines } = hunk.clone();
    page.push_str(
        "<table class=\"diff\"><colgroup><col class=\"n\"><col><col class=\"n\"><col></colgroup><tbody>\n",
    );
    for run in lines.chunk_by(|a, b| (a.0 == Side::Both) == (b.0 == Side::Both)) {
        let of = |side: Side| run.iter().filter(move |line| line.0 == side).map(|line| line.1.as_str());
        if run[0].0 == Side::Both {
            for line in of(Side::Both) {
                row(page, Some((old_start, "", escaped(line))), Some((new_start, "", escaped(line))));
                old_start += 1;
                new_start += 1;
            }
            continue;
        }
        let (old, new): (Vec<&str>, Vec<&str>) = (of(Side::Old).collect(), of(Side::New).collect());
        for (i, j) in words::pairs(&old, &new) {
            let (left, right) = match (i.map(|i| old[i]), j.map(|j| new[j])) {
                (Some(old), Some(new)) => {
                    let (left, right) = words::compare(old, new);
                    (Some(marked(left, "del")), Some(marked(right, "ins")))
                }
                (old, new) => (old.map(escaped), new.map(escaped)),
            };
            let (has_old, has_new) = (left.is_some(), right.is_some());
            row(page, left.map(|text| (old_start, "del", text)), right.map(|text| (new_start, "ins", text)));
            old_start += usize::from(has_old);
            new_start += usize::from(has_new);
        }
    }
    page.push_str("</tbody></table>\n");
}

fn row(page: &mut String, old: Option<(usize, &str, String)>, new: Option<(usize, &str, String)>) {
    page.push_str("<tr>");
    for cell in [old, new] {
        let _ = match cell {
            Some((number, class, text)) => {
                write!(page, "<td class=\"n\">{number}</td><td class=\"{class}\">{text}</td>")
            }
            None => write!(page, "<td class=\"n\"></td><td class=\"none\"></td>"),
        };
    }
    page.push_str("</tr>\n");
}

fn marked(pieces: words::Pieces, tag: &str) -> String {
    let piece = |(differs, text): (bool, &str)| match differs {
        true => format!("<{tag}>{}</{tag}>", escaped(text)),
        false => escaped(text),
    };
    pieces.into_iter().map(piece).collect()
}

fn problems(page: &mut String, outcome: &Outcome) {
    if outcome.problems.is_empty() {
        return;
    }
    page.push_str("<section><h2>Files with problems</h2><ul>\n");
    for problem in &outcome.problems {
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        let path = super::bare(&problem.path).to_string_lossy();
        let _ =
            writeln!(page, "<li><code>{}{line}</code> {}</li>", escaped(&path), escaped(&problem.message));
    }
    page.push_str("</ul></section>\n");
}

/// Text in HTML. Control characters, which are no text there, and those that turn the direction of writing, become visible.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(char),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                let _ = write!(escaped, "U+{:04X}", u32::from(char));
            }
            char if char.is_control() => escaped.push('\u{fffd}'),
            char => escaped.push(char),
        }
    }
    escaped
}
