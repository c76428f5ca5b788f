//! `status`: where every unit stands and why, and how much code is left, as text, JSON and a page.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::plan::{Row, RowState};
use crate::store::{State, Unit};
use crate::text::{html, plain, plural};
use crate::time::date;

/// Units by state, in the order of [`State::ALL`], without those that have none.
fn by_state(units: &[Unit]) -> Vec<(State, usize)> {
    let count = |state| units.iter().filter(|unit| unit.state == state).count();
    State::ALL.into_iter().map(|state| (state, count(state))).filter(|(_, count)| *count > 0).collect()
}

pub fn text(out: &mut dyn Write, rows: &[Row], units: &[Unit], samples: &[[i64; 4]]) -> io::Result<()> {
    for (state, count) in by_state(units) {
        writeln!(out, "{:<9} {count}", state.name())?;
    }
    if let (Some(first), Some(last)) = (samples.first(), samples.last()) {
        let [now, left, ..] = last;
        writeln!(out, "rewrites left: {left} ({} on {}), {} UTC", first[1], date(first[0]), date(*now))?;
    }
    for unit in units {
        let checks = unit
            .checks
            .as_deref()
            .filter(|_| unit.state == State::Open)
            .map(|checks| format!(", checks {checks}"));
        writeln!(
            out,
            "{}:{}  {}  {}{}  {}",
            plain(&unit.repository),
            plain(&unit.unit),
            unit.state.name(),
            plain(&unit.reason),
            checks.unwrap_or_default(),
            unit.web.as_deref().map(plain).unwrap_or_default(),
        )?;
    }
    for row in rows.iter().filter(|row| matches!(row.state, RowState::Skipped | RowState::Failed)) {
        let what = if row.state == RowState::Failed { "failed to plan" } else { "skipped" };
        writeln!(out, "{}  {what}  {}", plain(&row.repository), plain(&row.reason))?;
    }
    Ok(())
}

/// For programs: fields are added, never renamed.
pub fn value(campaign: &str, rows: &[Row], units: &[Unit], samples: &[[i64; 4]]) -> Value {
    let states: BTreeMap<&str, usize> =
        by_state(units).into_iter().map(|(state, count)| (state.name(), count)).collect();
    let units: Vec<Value> = units
        .iter()
        .map(|unit| {
            json!({
                "repository": unit.repository,
                "unit": unit.unit,
                "change": unit.change,
                "decision": unit.decision.name(),
                "state": unit.state.name(),
                "reason": unit.reason,
                "rewrites": unit.sites,
                "lines": unit.lines,
                "pull": unit.pull,
                "url": unit.web,
                "checks": unit.checks,
                "wave": unit.wave,
                "updated": unit.updated,
            })
        })
        .collect();
    let progress: Vec<Value> = samples
        .iter()
        .map(|[at, left, open, merged]| json!({ "at": at, "rewrites": left, "open": open, "merged": merged }))
        .collect();
    json!({ "schema": 1, "campaign": campaign, "states": states, "units": units, "repositories": rows, "progress": progress })
}

const STYLE: &str = "<style>
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
svg{width:100%;height:auto;max-width:40rem}.left{stroke:#8a5300}.merged{stroke:#116329}polyline{fill:none;stroke-width:2}
text{font-size:12px;fill:#555}
</style>";

pub fn page(
    out: &mut dyn Write,
    campaign: &str,
    rows: &[Row],
    units: &[Unit],
    samples: &[[i64; 4]],
) -> io::Result<()> {
    let title = html(&format!("Campaign {campaign}"));
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title>{STYLE}</head><body><h1>{title}</h1>"
    )?;
    let states: Vec<String> =
        by_state(units).into_iter().map(|(state, count)| format!("{count} {}", state.name())).collect();
    writeln!(out, "<p>{}: {}</p>", plural(units.len(), "unit"), states.join(", "))?;
    chart(out, samples)?;
    writeln!(
        out,
        "<table><tr><th>Repository</th><th>Unit</th><th>State</th><th>Why</th><th>Checks</th></tr>"
    )?;
    for unit in units {
        let name = html(&unit.unit);
        let link = match &unit.web {
            Some(web) if web.starts_with("http") => format!("<a href=\"{}\">{name}</a>", html(web)),
            _ => name,
        };
        writeln!(
            out,
            "<tr><td>{}</td><td>{link}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            html(&unit.repository),
            unit.state.name(),
            html(&unit.reason),
            html(unit.checks.as_deref().unwrap_or_default()),
        )?;
    }
    for row in rows.iter().filter(|row| matches!(row.state, RowState::Skipped | RowState::Failed)) {
        let what = if row.state == RowState::Failed { "failed to plan" } else { "skipped" };
        writeln!(
            out,
            "<tr><td>{}</td><td></td><td>{what}</td><td>{}</td><td></td></tr>",
            html(&row.repository),
            html(&row.reason)
        )?;
    }
    writeln!(out, "</table></body></html>")
}

/// Rewrites that are left and pull requests that are merged, over time.
fn chart(out: &mut dyn Write, samples: &[[i64; 4]]) -> io::Result<()> {
    const WIDTH: f64 = 600.0;
    const HEIGHT: f64 = 160.0;
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Ok(()) };
    let span = (last[0] - first[0]).max(1) as f64;
    let highest = |field: usize| samples.iter().map(|sample| sample[field]).max().unwrap_or(0).max(1) as f64;
    let line = |field: usize| {
        let top = highest(field);
        let point = |sample: &[i64; 4]| {
            let x = (sample[0] - first[0]) as f64 / span * WIDTH;
            format!("{x:.1},{:.1}", HEIGHT - sample[field] as f64 / top * HEIGHT)
        };
        samples.iter().map(point).collect::<Vec<_>>().join(" ")
    };
    writeln!(
        out,
        "<figure><svg viewBox=\"-4 -4 {} {}\" role=\"img\"><title>Rewrites that are left, and merged pull requests</title>\
         <polyline class=\"left\" points=\"{}\"/><polyline class=\"merged\" points=\"{}\"/>\
         <text x=\"0\" y=\"{}\">{}</text><text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">{}</text></svg>\
         <figcaption>Rewrites left: {} of at most {}; merged: {}</figcaption></figure>",
        WIDTH + 8.0,
        HEIGHT + 28.0,
        line(1),
        line(3),
        HEIGHT + 18.0,
        date(first[0]),
        HEIGHT + 18.0,
        date(last[0]),
        last[1],
        highest(1),
        last[3],
    )
}
