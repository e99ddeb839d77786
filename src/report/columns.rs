//! Finding a column by the words of its heading, so that a picture does not hang on one spelling.

use crate::table::{Cell, Table};

/// The first column whose heading is one of the words, or else holds one of them.
pub fn find(table: &Table, words: &[&str]) -> Option<usize> {
    let headings: Vec<String> = table.columns.iter().map(|column| column.name.to_lowercase()).collect();
    words
        .iter()
        .find_map(|word| headings.iter().position(|heading| heading == word))
        .or_else(|| words.iter().find_map(|word| headings.iter().position(|heading| heading.contains(word))))
}

/// The numbers of a column.
pub fn numbers(table: &Table, words: &[&str]) -> Option<Vec<Option<f64>>> {
    let at = find(table, words)?;
    let numbers: Vec<Option<f64>> = table.rows.iter().map(|row| number(row, at)).collect();
    numbers.iter().any(Option::is_some).then_some(numbers)
}

/// The words of a column.
pub fn texts(table: &Table, words: &[&str]) -> Option<Vec<String>> {
    let at = find(table, words)?;
    Some(table.rows.iter().map(|row| text(row, at)).collect())
}

/// The unit of a column.
pub fn unit<'t>(table: &'t Table, words: &[&str]) -> &'t str {
    find(table, words).map_or("", |at| &table.columns[at].unit)
}

/// Rows in which both columns hold a number.
pub fn pairs(table: &Table, x: &[&str], y: &[&str]) -> Option<Vec<(f64, f64)>> {
    let (x, y) = (numbers(table, x)?, numbers(table, y)?);
    let pairs: Vec<(f64, f64)> = x.into_iter().zip(y).filter_map(|(x, y)| Some((x?, y?))).collect();
    (!pairs.is_empty()).then_some(pairs)
}

fn number(row: &[Cell], at: usize) -> Option<f64> {
    match row.get(at) {
        Some(Cell::Number(value)) => Some(*value),
        _ => None,
    }
}

fn text(row: &[Cell], at: usize) -> String {
    match row.get(at) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Number(value)) => super::tables::plain(*value),
        _ => String::new(),
    }
}

/// Different words of a column, as they come.
pub fn different(table: &Table, column: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in texts(table, &[column]).unwrap_or_default() {
        if !found.contains(&word) {
            found.push(word);
        }
    }
    found
}
