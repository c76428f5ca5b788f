//! `unspool list`: what there is.

use std::io::{self, Write};

use unspool_engine::transform::{Meta, Transform};

use crate::cli::args::{By, ListArgs};
use crate::cli::idioms::{CHECKLIST, IDIOMS, Idiom, KEPT_ON_PURPOSE, Question};
use crate::cli::terminal::{BOLD, DIM, GREEN, Paint, Terminal, YELLOW};
use crate::cli::{Error, Status};

pub fn run(args: &ListArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let registry = unspool_transforms::registry();
    match args.by {
        By::Transform => terminal.write(|out, paint| by_transform(out, paint, registry))?,
        By::Idiom => terminal.write(|out, paint| by_idiom(out, paint, registry))?,
    }
    Ok(Status::Done)
}

/// An aligned table.
fn by_transform(out: &mut dyn Write, paint: Paint, registry: &[&dyn Transform]) -> io::Result<()> {
    let metas: Vec<&Meta> = registry.iter().map(|transform| transform.meta()).collect();
    let width = |head: &str, cell: fn(&Meta) -> &str| {
        metas.iter().map(|meta| cell(meta).chars().count()).chain([head.len()]).max().unwrap_or(0)
    };
    let id = width("ID", |meta| meta.id);
    let group = width("GROUP", |meta| meta.group.name());
    let title = width("WHAT IT DOES", |meta| meta.title);
    let head = format!(
        "{:id$}  {:group$}  {:7}  {:title$}  {}",
        "ID", "GROUP", "DEFAULT", "WHAT IT DOES", "ANSWERS"
    );
    writeln!(out, "{}", paint.paint(BOLD, head))?;
    for meta in metas {
        let (style, default) = if meta.default { (GREEN, "on") } else { (DIM, "off") };
        let default = paint.paint(style, format!("{default:7}"));
        let Meta { id: name, title: what, anti_pattern, .. } = meta;
        writeln!(out, "{name:id$}  {:group$}  {default}  {what:title$}  {anti_pattern}", meta.group.name())?;
    }
    Ok(())
}

/// The anti-patterns with what answers them, then the review checklist.
fn by_idiom(out: &mut dyn Write, paint: Paint, registry: &[&dyn Transform]) -> io::Result<()> {
    let transforms = |out: &mut dyn Write, ids: &[&str]| {
        for id in ids {
            let built = registry.iter().map(|transform| transform.meta()).find(|meta| meta.id == *id);
            let state = match built {
                Some(Meta { default: true, .. }) => paint.paint(GREEN, "on"),
                Some(_) => paint.paint(DIM, "off"),
                None => paint.paint(YELLOW, "planned"),
            };
            writeln!(out, "    {id} ({state})")?;
        }
        Ok::<(), io::Error>(())
    };
    let mut last = None;
    for Idiom { group, anti_pattern, idiom, before, after, transforms: ids } in IDIOMS {
        if last.replace(*group) != Some(*group) {
            writeln!(out, "{}", paint.paint(BOLD, group.name()))?;
        }
        writeln!(out, "  {anti_pattern} -> {idiom}")?;
        transforms(out, ids)?;
        writeln!(out, "      {} {before}", paint.paint(DIM, "-"))?;
        writeln!(out, "      {} {after}", paint.paint(DIM, "+"))?;
    }
    writeln!(out, "\n{}", paint.paint(BOLD, "Review checklist"))?;
    for Question { question, transforms: ids } in CHECKLIST {
        writeln!(out, "  {question}")?;
        transforms(out, ids)?;
    }
    writeln!(out, "\n{}\n  {KEPT_ON_PURPOSE}", paint.paint(BOLD, "Kept on purpose"))
}
