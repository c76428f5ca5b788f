//! From byte ranges to the lines and columns that people and editors count.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use unspool_engine::driver::FileReport;
use unspool_engine::syntax::{LineIndex, TextRange, TextSize};
use unspool_engine::text::SourceFile;
use unspool_engine::transform::Place;

/// Line and column, both from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// From a position up to, but without, another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Span {
    pub start: Position,
    pub end: Position,
}

/// A text whose lines are numbered.
pub struct Numbered {
    text: Arc<str>,
    index: LineIndex,
}

impl Numbered {
    pub fn new(text: Arc<str>) -> Self {
        let index = LineIndex::from_source_text(&text);
        Numbered { text, index }
    }

    pub fn of(file: &FileReport) -> Self {
        Numbered::new(Arc::clone(&file.text))
    }

    pub fn span(&self, range: TextRange) -> Span {
        Span { start: self.position(range.start()), end: self.position(range.end()) }
    }

    fn position(&self, offset: TextSize) -> Position {
        let at = self.index.line_column(offset.min(TextSize::of(&*self.text)), &self.text);
        Position { line: at.line.get(), column: at.column.get() }
    }
}

/// Finds the lines of places, in the file of a report and in others, which are read once.
pub struct Places {
    /// The working folder.
    here: PathBuf,
    /// `None` where a file cannot be read (any more).
    others: HashMap<PathBuf, Option<Numbered>>,
}

impl Places {
    pub fn new() -> Self {
        Places { here: std::env::current_dir().unwrap_or_default(), others: HashMap::new() }
    }

    /// The repository names its files by absolute paths; people sit in the working folder.
    pub fn name<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.here).unwrap_or(path)
    }

    /// The span of a place; `own` is the text that it is in unless it names another file. None where that file
    /// cannot be read (any more).
    pub fn span(&mut self, place: &Place, own: &Numbered) -> Option<Span> {
        match &place.path {
            None => Some(own.span(place.range)),
            Some(path) => self.other(path).map(|text| text.span(place.range)),
        }
    }

    /// Another file.
    fn other(&mut self, path: &Path) -> Option<&Numbered> {
        let read = || {
            let source = SourceFile::decode(std::fs::read(path).ok()?).ok()?;
            Some(Numbered::new(source.text.into()))
        };
        self.others.entry(path.to_owned()).or_insert_with(read).as_ref()
    }
}
