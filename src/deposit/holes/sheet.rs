//! A table of drill holes as it comes: columns found by their headings, cells read with their units, every fault kept.

use std::collections::BTreeMap;
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
}

impl Sort {
    fn factor(self, unit: Option<&str>) -> Option<f64> {
        match (self, unit) {
            (Sort::Text, _)
            | (Sort::Angle, None | Some("deg" | "°"))
            | (Sort::Length, Some("m"))
            | (Sort::Grade, Some("ppm" | "g/t" | "mg/kg"))
            | (Sort::Density, Some("kg/m3")) => Some(1.0),
            (Sort::Length, Some("km")) | (Sort::Density, Some("t/m3" | "g/cm3")) => Some(1000.0),
            (Sort::Length, Some("ft")) => Some(0.3048),
            (Sort::Grade, Some("%")) => Some(1e4),
            _ => None,
        }
    }

    fn example(self, name: &str) -> String {
        match self {
            Sort::Text | Sort::Angle => name.into(),
            Sort::Length => format!("{name} [m]"),
            Sort::Grade => format!("{name} [ppm]"),
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

/// `x [km]` or `x` into name and unit.
fn split(heading: &str) -> (&str, Option<&str>) {
    match heading.trim().split_once('[') {
        Some((name, unit)) => (name.trim(), Some(unit.trim_end_matches(']').trim())),
        None => (heading.trim(), None),
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
        let mut sheet = Self { file: file.into(), columns: BTreeMap::new(), rows: Vec::new() };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        for (at, heading) in header.iter().enumerate() {
            let (name, unit) = split(heading);
            let Some(sort) = sort_of(name) else { continue };
            match sort.factor(unit) {
                Some(factor) if !sheet.columns.contains_key(name) => {
                    sheet.columns.insert(name.into(), (at, factor));
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
            if !header.iter().any(|heading| split(heading).0 == *name) {
                let example = sort_of(name).map_or((*name).into(), |sort| sort.example(name));
                faults.tell(&sheet.file, 1, name, "the column is missing", format!("add a column `{example}`"));
            }
        }
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

    /// A grade, ppm, or a bound below which it lies.
    pub fn grade(&self, name: &str, most_ppm: f64, faults: &mut Faults) -> Option<Grade> {
        let text = self.text(name)?;
        let Some(bound) = text.strip_prefix('<') else {
            return self.number(name, 0.0, most_ppm, faults).map(Grade::Measured);
        };
        let factor = self.sheet.columns.get(name)?.1;
        let bound = bound.trim().parse::<f64>().ok().filter(|bound| (0.0..=most_ppm / factor).contains(bound));
        if bound.is_none() {
            faults.tell(&self.sheet.file, self.line, name, format!("`{text}` is not a bound"), "such as `<5`");
        }
        bound.map(|bound| Grade::Below(bound * factor))
    }
}
