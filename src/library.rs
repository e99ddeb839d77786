//! The facts: typed access to `data/`, embedded in the program, overlaid by a folder if the user has one.
//!
//! Tables are CSV with a sidecar of the same name that says source, place, evidence and
//! unit of each column; documents are TOML. The library knows no stage: each stage reads
//! its own tables from here. A row may carry columns `source`, `place`, `evidence` and
//! `note` of its own, which go before the sidecar's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::document::{Node, Value};
use crate::error::{Error, Problem};
use crate::source::{Citation, Evidence, Sourced};

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/data");

/// Where facts are looked up.
#[derive(Debug, Clone, Default)]
pub struct Library {
    overlay: Option<PathBuf>,
}

/// How a table's numbers are vouched for, from the sidecar.
#[derive(Debug, Clone, PartialEq)]
pub struct Sidecar {
    /// Key in `refs.bib`.
    pub source: Arc<str>,
    /// Table, page, address.
    pub place: Arc<str>,
    /// Class of its numbers.
    pub evidence: Evidence,
    /// typed, digitised or computed.
    pub how: String,
    /// Unit word of each column.
    pub columns: Vec<(String, String)>,
    /// Rows the table must have.
    pub rows: usize,
    /// Sums the columns must have.
    pub sums: Vec<(String, f64)>,
}

/// A table of facts.
#[derive(Debug, Clone, PartialEq)]
pub struct FactTable {
    /// Its path below `data/`, without extension.
    pub name: String,
    /// Who vouches for it.
    pub sidecar: Sidecar,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// One row of a table of facts.
#[derive(Debug, Clone, Copy)]
pub struct Row<'t> {
    table: &'t FactTable,
    cells: &'t [String],
}

impl Library {
    /// The facts that ship with the program.
    pub fn builtin() -> Self {
        Self::default()
    }

    /// The same, with a folder of the same layout laid over it: a file there goes before ours.
    pub fn with_overlay(folder: impl Into<PathBuf>) -> Self {
        Self { overlay: Some(folder.into()) }
    }

    /// The text of a file below `data/`.
    pub fn text(&self, path: &str) -> Option<String> {
        if let Some(folder) = &self.overlay
            && let Ok(bytes) = std::fs::read(folder.join(path))
        {
            // What is not UTF-8 is told where it is read, not passed over for ours.
            return Some(String::from_utf8_lossy(&bytes).into_owned());
        }
        BUILT_IN.get_file(path).and_then(|file| file.contents_utf8()).map(str::to_owned)
    }

    /// Names (without extension) of the files in a folder below `data/`, sorted.
    pub fn names(&self, folder: &str, extension: &str) -> Vec<String> {
        let stem = |path: &Path| {
            (path.extension().is_some_and(|e| e == extension))
                .then(|| path.file_stem().map(|s| s.to_string_lossy().into_owned()))
                .flatten()
        };
        let mut names: Vec<String> = BUILT_IN
            .get_dir(folder)
            .map(|dir| dir.files().filter_map(|file| stem(file.path())).collect())
            .unwrap_or_default();
        if let Some(overlay) = &self.overlay
            && let Ok(entries) = std::fs::read_dir(overlay.join(folder))
        {
            names.extend(entries.flatten().filter_map(|entry| stem(&entry.path())));
        }
        names.sort();
        names.dedup();
        names
    }

    /// A TOML document: `library.document("extractants/p507")`.
    pub fn document(&self, name: &str) -> Result<Node, Error> {
        let file = format!("data/{name}.toml");
        let text = self.text(&format!("{name}.toml")).ok_or_else(|| absent(&file))?;
        Node::parse(&file, &text).map_err(Error::Scenario)
    }

    /// A table of facts: `library.table("economics/prices")`.
    pub fn table(&self, name: &str) -> Result<FactTable, Error> {
        let file = format!("data/{name}.csv");
        let text = self.text(&format!("{name}.csv")).ok_or_else(|| absent(&file))?;
        let sidecar = Sidecar::read(&self.document(name)?)?;
        FactTable::read(name, &text, sidecar)
    }

    /// SHA-256 over every file that is embedded, and over the overlay's, in path order.
    pub fn digest(&self) -> String {
        let mut files = BTreeMap::new();
        collect(&BUILT_IN, &mut files);
        if let Some(folder) = &self.overlay {
            collect_folder(folder, folder, &mut files);
        }
        let mut hash = Sha256::new();
        for (path, contents) in &files {
            hash.update(path.as_bytes());
            hash.update([0]);
            hash.update(contents);
        }
        hex(&hash.finalize())
    }

    /// Every file that ships, by path below `data/`: what the audit walks.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&BUILT_IN, &mut files);
        files
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn collect(dir: &Dir<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    for file in dir.files() {
        files.insert(file.path().to_string_lossy().into_owned(), file.contents().to_vec());
    }
    for inner in dir.dirs() {
        collect(inner, files);
    }
}

fn collect_folder(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect_folder(root, &path, files);
        } else if let (Ok(contents), Ok(name)) = (std::fs::read(&path), path.strip_prefix(root)) {
            files.insert(name.to_string_lossy().into_owned(), contents);
        }
    }
}

fn absent(file: &str) -> Error {
    Error::File { file: file.to_owned(), doing: "read", why: "there is no such file in the data".into() }
}

impl Sidecar {
    /// Reads a sidecar's document.
    pub fn read(node: &Node) -> Result<Self, Error> {
        let text = |key: &str| node.get(key).and_then(Node::text);
        let wrong = |what: &str| {
            Error::Scenario(vec![Problem {
                place: node.place.clone(),
                path: what.into(),
                what: "missing or of the wrong sort in this sidecar".into(),
                hint: "a sidecar has source, place, evidence, how, rows, columns, sums".into(),
            }])
        };
        let evidence = text("evidence").and_then(Evidence::from_word).ok_or_else(|| wrong("evidence"))?;
        let number = |node: &Node| match node.value {
            Value::Number(n) => Some(n),
            _ => None,
        };
        Ok(Self {
            source: text("source").ok_or_else(|| wrong("source"))?.into(),
            place: text("place").ok_or_else(|| wrong("place"))?.into(),
            evidence,
            how: text("how").ok_or_else(|| wrong("how"))?.to_owned(),
            columns: node
                .get("columns")
                .ok_or_else(|| wrong("columns"))?
                .entries()
                .iter()
                .map(|(name, unit)| (name.clone(), unit.text().unwrap_or_default().to_owned()))
                .collect(),
            rows: node.get("rows").and_then(number).ok_or_else(|| wrong("rows"))? as usize,
            sums: node
                .get("sums")
                .map(|sums| {
                    sums.entries().iter().filter_map(|(name, sum)| number(sum).map(|s| (name.clone(), s))).collect()
                })
                .unwrap_or_default(),
        })
    }
}

impl FactTable {
    /// Reads CSV text under a sidecar.
    pub fn read(name: &str, text: &str, sidecar: Sidecar) -> Result<Self, Error> {
        let unreadable =
            |why: csv::Error| Error::File { file: format!("data/{name}.csv"), doing: "read", why: why.to_string() };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let header = reader.headers().map_err(unreadable)?.iter().map(str::to_owned).collect();
        let rows = reader
            .records()
            .map(|record| record.map(|cells| cells.iter().map(str::to_owned).collect()))
            .collect::<Result<_, _>>()
            .map_err(unreadable)?;
        Ok(Self { name: name.to_owned(), sidecar, header, rows })
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { table: self, cells })
    }

    /// The first row whose `column` reads `text`.
    pub fn find(&self, column: &str, text: &str) -> Option<Row<'_>> {
        self.rows().find(|row| row.text(column) == Some(text))
    }

    /// The unit word of a column.
    pub fn unit(&self, column: &str) -> &str {
        self.sidecar.columns.iter().find(|(name, _)| name == column).map_or("1", |(_, unit)| unit)
    }
}

impl<'t> Row<'t> {
    /// A cell's text; an empty cell is `None`.
    pub fn text(self, column: &str) -> Option<&'t str> {
        let at = self.table.header.iter().position(|name| name == column)?;
        self.cells.get(at).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// A cell's number; empty or not a number is `None`.
    pub fn number(self, column: &str) -> Option<f64> {
        self.text(column)?.parse().ok().filter(|value: &f64| value.is_finite())
    }

    /// A cell's number with its source.
    pub fn fact(self, column: &str) -> Option<Sourced<f64>> {
        Some(Sourced { value: self.number(column)?, citation: self.citation() })
    }

    /// Who vouches for this row.
    pub fn citation(self) -> Citation {
        let sidecar = &self.table.sidecar;
        let place = match (self.text("place"), self.text("note")) {
            (Some(place), _) => place.into(),
            (None, Some(note)) => format!("{} ({note})", sidecar.place).into(),
            (None, None) => sidecar.place.clone(),
        };
        Citation {
            key: self.text("source").map_or_else(|| sidecar.source.clone(), Into::into),
            place,
            evidence: self.text("evidence").and_then(Evidence::from_word).unwrap_or(sidecar.evidence),
            file: format!("data/{}.csv", self.table.name).into(),
        }
    }
}
