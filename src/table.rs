//! A table of results: what is written as CSV, drawn in the report and printed.

/// A column and its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Heading.
    pub name: String,
    /// Unit, empty for words and plain numbers.
    pub unit: String,
}

/// A cell. What is not known is absent, never zero.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number, in the column's unit.
    Number(f64),
    /// Not known, or not applicable.
    Absent,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        if value.is_finite() { Cell::Number(value) } else { Cell::Absent }
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Cell::Absent, Cell::from)
    }
}

/// Rows under headings, with a basis.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// File stem: `streams`, `SX-1_stages`.
    pub name: String,
    /// Heading for people.
    pub title: String,
    /// What the numbers are counted in: elements or oxides (which forms), wet or dry, year of money.
    pub basis: String,
    /// The headings.
    pub columns: Vec<Column>,
    /// The rows, each as long as the headings.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table; columns as `("heading", "unit")`.
    pub fn new(
        name: impl Into<String>,
        title: impl Into<String>,
        basis: impl Into<String>,
        columns: &[(&str, &str)],
    ) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            basis: basis.into(),
            columns: columns.iter().map(|(name, unit)| Column { name: (*name).into(), unit: (*unit).into() }).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a column; rows are added after all columns.
    pub fn column(&mut self, name: impl Into<String>, unit: impl Into<String>) {
        self.columns.push(Column { name: name.into(), unit: unit.into() });
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row of `{}` has the wrong length", self.name);
        self.rows.push(cells);
    }

    /// The position of a column by its heading.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == column)
    }

    /// A column's numbers; absent and words are NaN-free `None`.
    pub fn numbers(&self, column: &str) -> Vec<Option<f64>> {
        let Some(at) = self.position(column) else { return Vec::new() };
        self.rows
            .iter()
            .map(|row| match row.get(at) {
                Some(Cell::Number(value)) => Some(*value),
                _ => None,
            })
            .collect()
    }

    /// As CSV: headings carry the unit in brackets; numbers to nine significant digits, which
    /// a rerun repeats to the byte. The basis stands in `tables.toml` beside the files, since a
    /// comment would break other readers.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let heading = self
            .columns
            .iter()
            .map(|c| if c.unit.is_empty() { c.name.clone() } else { format!("{} [{}]", c.name, c.unit) });
        let _ = writer.write_record(heading);
        for row in &self.rows {
            let _ = writer.write_record(row.iter().map(|cell| match cell {
                Cell::Text(text) => text.clone(),
                Cell::Number(value) => nine_digits(*value),
                Cell::Absent => String::new(),
            }));
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// A number to nine significant digits, plain where it is short.
pub fn nine_digits(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let rounded: f64 = format!("{value:.8e}").parse().unwrap_or(value);
    let magnitude = rounded.abs().log10();
    if (-5.0..15.0).contains(&magnitude) { format!("{rounded}") } else { format!("{rounded:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_keeps_absent_absent() {
        let mut table = Table::new("t", "T", "elements", &[("element", ""), ("flow", "kg/h")]);
        table.row(vec!["Nd".into(), 1.0.into()]);
        table.row(vec!["Dy".into(), f64::NAN.into()]);
        assert_eq!(table.to_csv(), "element,flow [kg/h]\nNd,1\nDy,\n");
    }
}
