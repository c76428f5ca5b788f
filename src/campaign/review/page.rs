//! The plan as one HTML page without scripts, for those who decide.

use std::io::{self, Write};

use crate::change::ChangeSet;
use crate::plan::{Row, RowState};
use crate::store::Unit;
use crate::text::{html, plural};

const HEAD: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>";
const STYLE: &str = "</title><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
pre{background:#f6f6f6;padding:.6rem;overflow-x:auto;font-size:13px}.add{color:#116329}.del{color:#a40e26}
.unsafe{color:#8a5300;font-weight:600}details{margin:.4rem 0 1rem}summary{cursor:pointer}small{color:#555}
</style></head><body>\n";

/// Reads a change set and its patch by the id.
pub type Load<'a> = &'a dyn Fn(&str) -> Option<(ChangeSet, Vec<u8>)>;

/// Writes the page.
pub fn page(out: &mut dyn Write, campaign: &str, rows: &[Row], units: &[Unit], load: Load) -> io::Result<()> {
    let title = format!("Plan of {campaign}");
    writeln!(out, "{HEAD}{}{STYLE}<h1>{}</h1>", html(&title), html(&title))?;
    let sites: usize = rows.iter().map(|row| row.sites).sum();
    writeln!(out, "<p>{}, {}.</p>", plural(rows.len(), "repository"), plural(sites, "rewrite"))?;
    writeln!(out, "<table><tr><th>Repository</th><th>Outcome</th><th>Rewrites</th></tr>")?;
    for row in rows {
        let outcome = match row.state {
            RowState::Changes => plural(row.changes.len(), "change set"),
            RowState::Nothing => "nothing to do".into(),
            RowState::Skipped => format!("skipped: {}", row.reason),
            RowState::Failed => format!("failed: {}", row.reason),
        };
        writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            html(&row.repository),
            html(&outcome),
            row.sites
        )?;
    }
    writeln!(out, "</table>")?;
    for unit in units {
        let Some(id) = &unit.change else { continue };
        let Some((change, patch)) = load(id) else { continue };
        let name = format!("{} {}", change.repository, change.unit);
        writeln!(
            out,
            "<h2 id=\"{id}\">{}</h2><p><code>{}</code> {}, {}, {}{}</p>",
            html(&name),
            &id[..12],
            unit.decision.name(),
            plural(change.sites.len(), "rewrite"),
            plural(change.lines(), "line"),
            if unit.oversize { ", <b>too big: accept it by name</b>" } else { "" },
        )?;
        if let Some(verified) = &change.verified {
            writeln!(out, "<p>{}</p>", html(verified))?;
        }
        writeln!(
            out,
            "<table><tr><th>Place</th><th>Transform</th><th>Verdict and what it rests on</th></tr>"
        )?;
        for site in &change.sites {
            let rests: String =
                site.assumed.iter().map(|text| format!("<br>assumed: {}", html(text))).collect();
            writeln!(
                out,
                "<tr><td>{}:{}</td><td>{}</td><td><span class=\"{}\">{}</span>{rests}</td></tr>",
                html(&site.path),
                site.line,
                html(&site.transform),
                html(&site.verdict),
                html(&site.verdict),
            )?;
        }
        writeln!(out, "</table><details><summary>Patch</summary><pre>")?;
        for line in String::from_utf8_lossy(&patch).lines() {
            let class = match line.as_bytes().first() {
                Some(b'+') => "add",
                Some(b'-') => "del",
                _ => "",
            };
            writeln!(out, "<span class=\"{class}\">{}</span>", html(line))?;
        }
        writeln!(out, "</pre></details>")?;
        if !change.refused.is_empty() {
            writeln!(out, "<details><summary>Not changed: {}</summary><ul>", change.refused.len())?;
            for refused in &change.refused {
                let place = format!("{}:{}: {}", refused.path, refused.line, refused.reason);
                writeln!(out, "<li>{}</li>", html(&place))?;
            }
            writeln!(out, "</ul></details>")?;
        }
    }
    writeln!(out, "</body></html>")
}
