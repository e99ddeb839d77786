//! A table of drill holes as it comes: columns found by their headings, cells read with their units, every fault kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::{Place, Problem};

/// What a column holds, and so which units its heading may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A name.
    Text,
    /// m, km or ft.
    Length,
    /// Degrees; a heading without a unit will do.
    Angle,
    /// A grade: ppm, g/t, mg/kg or %, kept in ppm.
    Grade,
    /// kg/m³ or t/m³, kept in kg/m³.
    Density,
    /// A grade in any of its units, or a plain number.
    Value,
}

/// A unit word in which grades are written, and its factor to ppm.
fn ppm_in(unit: &str) -> Option<f64> {
    match unit {
        "ppm" | "g/t" | "mg/kg" => Some(1.0),
        "ppb" | "mg/t" => Some(1e-3),
        "%" => Some(1e4),
        _ => None,
    }
}

impl Sort {
    fn factor(self, unit: Option<&str>) -> Option<f64> {
        match (self, unit) {
            (Sort::Grade, Some(unit)) => ppm_in(unit),
            (Sort::Value, Some(unit)) => ppm_in(unit).or((unit == "1").then_some(1.0)),
            (Sort::Text, _)
            | (Sort::Angle, None | Some("deg" | "°"))
            | (Sort::Length, Some("m"))
            | (Sort::Value, None)
            | (Sort::Density, Some("kg/m3")) => Some(1.0),
            (Sort::Length, Some("km")) | (Sort::Density, Some("t/m3" | "g/cm3")) => Some(1000.0),
            (Sort::Length, Some("ft")) => Some(0.3048),
            _ => None,
        }
    }

    fn example(self, name: &str) -> String {
        match self {
            Sort::Text | Sort::Angle => name.into(),
            Sort::Length => format!("{name} [m]"),
            Sort::Grade | Sort::Value => format!("{name} [ppm]"),
            Sort::Density => format!("{name} [kg/m3]"),
        }
    }
}

/// Faults found, each with its place.
#[derive(Debug, Default)]
pub struct Faults(Vec<Problem>);

impl Faults {
    /// Keeps one.
    pub fn tell(&mut self, file: &Arc<str>, line: usize, path: &str, what: impl Into<String>, hint: impl Into<String>) {
        let place = Place { file: file.clone(), line };
        self.0.push(Problem { place, path: path.into(), what: what.into(), hint: hint.into() });
    }

    /// All of them, in order of file and line; `None` if there are none.
    pub fn all(mut self) -> Option<Vec<Problem>> {
        self.0.sort();
        (!self.0.is_empty()).then_some(self.0)
    }
}

/// A cell of a grade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Grade {
    /// As measured, ppm.
    Measured(f64),
    /// Below what the laboratory can tell (`<5`), ppm.
    Below(f64),
}

/// A table read.
#[derive(Debug)]
pub struct Sheet {
    /// Its file.
    pub file: Arc<str>,
    columns: BTreeMap<String, (usize, f64)>,
    header: csv::StringRecord,
    /// Columns of plain numbers.
    plain: BTreeSet<String>,
    rows: Vec<(usize, csv::StringRecord)>,
}

/// A row of it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'s> {
    sheet: &'s Sheet,
    cells: &'s csv::StringRecord,
    /// Its line.
    pub line: usize,
}

/// The text with headings of the user's own put into ours: pairs of theirs and ours.
pub fn renamed(text: &str, headings: &[(String, String)]) -> String {
    if headings.is_empty() {
        return text.to_owned();
    }
    let text = text.trim_start_matches('\u{feff}');
    let start: usize = text.split_inclusive('\n').take_while(|line| line.starts_with('#')).map(str::len).sum();
    let (before, rest) = text.split_at(start);
    let (header, body) = rest.split_once('\n').unwrap_or((rest, ""));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(header.as_bytes());
    let cells = reader.records().next().and_then(Result::ok).unwrap_or_default();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let ours = |cell| headings.iter().find(|(theirs, _)| theirs == cell).map_or(cell, |(_, ours)| ours.as_str());
    let _ = writer.write_record(cells.iter().map(ours));
    let header = writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    format!("{before}{header}{body}")
}

/// Whether the table has a column, whatever its unit.
pub fn has_column(text: &str, name: &str) -> bool {
    headings_of(text).iter().any(|heading| {
        let known = split(heading.trim_start_matches('\u{feff}')).0;
        known == name || known.rsplit_once('_').is_some_and(|(known, _)| known == name)
    })
}

/// Whether the table has a heading.
pub fn has_heading(text: &str, heading: &str) -> bool {
    headings_of(text).iter().any(|known| known.trim_start_matches('\u{feff}') == heading)
}

fn headings_of(text: &str) -> csv::StringRecord {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
    reader.headers().cloned().unwrap_or_default()
}

/// `x [km]` or `x` into name and unit; a `core` is a hole.
fn split(heading: &str) -> (&str, Option<&str>) {
    let (name, unit) = match heading.trim().split_once('[') {
        Some((name, unit)) => (name.trim(), Some(unit.trim_end_matches(']').trim())),
        None => (heading.trim(), None),
    };
    (if name == "core" { "hole" } else { name }, unit)
}

/// The same, where a unit may also follow the name of a column of ours: `x_km`.
fn known(heading: &str, sort_of: impl Fn(&str) -> Option<Sort>) -> (&str, Option<&str>) {
    let (name, unit) = split(heading);
    let tailed = name.rsplit_once('_').filter(|_| unit.is_none() && sort_of(name).is_none());
    let fits = |sort: Sort, unit| sort != Sort::Text && sort.factor(Some(unit)).is_some();
    match tailed.filter(|(name, unit)| sort_of(name).is_some_and(|sort| fits(sort, unit))) {
        Some((name, unit)) => (name, Some(unit)),
        None => (name, unit),
    }
}

impl Sheet {
    /// Reads a table; `sort_of` says what a column holds, `None` for one that is not ours; `needed` are those it must have.
    pub fn read(
        file: &str,
        text: &str,
        sort_of: impl Fn(&str) -> Option<Sort>,
        needed: &[&str],
        faults: &mut Faults,
    ) -> Self {
        let mut sheet = Self {
            file: file.into(),
            header: csv::StringRecord::new(),
            columns: BTreeMap::new(),
            plain: BTreeSet::new(),
            rows: Vec::new(),
        };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        for (at, heading) in header.iter().enumerate() {
            let (name, unit) = known(heading, &sort_of);
            let Some(sort) = sort_of(name) else { continue };
            match sort.factor(unit) {
                Some(factor) if !sheet.columns.contains_key(name) => {
                    sheet.columns.insert(name.into(), (at, factor));
                    if sort == Sort::Value && unit.is_none_or(|unit| unit == "1") {
                        sheet.plain.insert(name.into());
                    }
                }
                Some(_) => faults.tell(&sheet.file, 1, name, "the column stands twice", "keep one"),
                None => {
                    let what =
                        unit.map_or("the column has no unit".into(), |unit| format!("`{unit}` is no unit of it"));
                    faults.tell(&sheet.file, 1, name, what, format!("`{}`", sort.example(name)));
                }
            }
        }
        for name in needed {
            if !header.iter().any(|heading| known(heading, &sort_of).0 == *name) {
                let example = sort_of(name).map_or((*name).into(), |sort| sort.example(name));
                faults.tell(&sheet.file, 1, name, "the column is missing", format!("add a column `{example}`"));
            }
        }
        sheet.header = header;
        for record in reader.records() {
            match record {
                Ok(record) => sheet.rows.push((record.position().map_or(0, |at| at.line() as usize), record)),
                Err(error) => {
                    let line = error.position().map_or(0, |at| at.line() as usize);
                    faults.tell(&sheet.file, line, "", format!("unreadable row: {error}"), "one cell for each column");
                }
            }
        }
        sheet
    }

    /// Whether it has a column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    /// Whether a column holds plain numbers, not grades.
    pub fn is_plain(&self, name: &str) -> bool {
        self.plain.contains(name)
    }

    /// All its headings, without units, ours and others.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(|heading| split(heading).0)
    }

    /// Its columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// Its rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { sheet: self, cells, line: *line })
    }
}

impl<'s> Row<'s> {
    /// Its table.
    pub fn sheet(&self) -> &'s Sheet {
        self.sheet
    }

    /// A cell as it stands; `None` where it is empty or there is no such column.
    pub fn text(&self, name: &str) -> Option<&'s str> {
        self.cells.get(self.sheet.columns.get(name)?.0).map(str::trim).filter(|cell| !cell.is_empty())
    }

    /// A number within bounds, in the sort's own unit; faults are told.
    pub fn number(&self, name: &str, low: f64, high: f64, faults: &mut Faults) -> Option<f64> {
        let (text, factor) = (self.text(name)?, self.sheet.columns.get(name)?.1);
        let file = &self.sheet.file;
        let Some(value) = text.parse::<f64>().ok().filter(|value| value.is_finite()) else {
            faults.tell(
                file,
                self.line,
                name,
                format!("`{text}` is not a number"),
                "digits and a point; empty if not known",
            );
            return None;
        };
        if !(low..=high).contains(&(value * factor)) {
            let within = format!("{} to {}", low / factor, high / factor);
            faults.tell(file, self.line, name, format!("{text} is impossible"), within);
            return None;
        }
        Some(value * factor)
    }

    /// The same, which must be there.
    pub fn need(&self, name: &str, low: f64, high: f64, faults: &mut Faults) -> Option<f64> {
        if self.text(name).is_none() && self.sheet.has(name) {
            faults.tell(&self.sheet.file, self.line, name, "the cell is empty", "a number");
        }
        self.number(name, low, high, faults)
    }

    /// A grade, ppm, or a bound below which it lies; a plain number may be anything.
    pub fn grade(&self, name: &str, most_ppm: f64, faults: &mut Faults) -> Option<Grade> {
        let text = self.text(name)?;
        let Some(bound) = text.strip_prefix('<') else {
            let (low, high) = if self.sheet.is_plain(name) { (-1e12, 1e12) } else { (0.0, most_ppm) };
            return self.number(name, low, high, faults).map(Grade::Measured);
        };
        let factor = self.sheet.columns.get(name)?.1;
        let bound = bound.trim().parse::<f64>().ok().filter(|bound| (0.0..=most_ppm / factor).contains(bound));
        if bound.is_none() {
            faults.tell(&self.sheet.file, self.line, name, format!("`{text}` is not a bound"), "such as `<5`");
        }
        bound.map(|bound| Grade::Below(bound * factor))
    }
}
