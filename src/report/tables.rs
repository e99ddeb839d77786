//! Tables for people: three figures, units in the heading, the basis beneath, the whole as CSV.

use maud::{Markup, html};

use super::figure::foot;
use crate::outcome::Outcome;
use crate::quantity::figures;
use crate::table::{Cell, Column, Table};

/// More rows than this are left to the CSV.
const SHOWN: usize = 120;

/// What is drawn whole shows no more than this: the picture is the reading.
const DRAWN: usize = 12;

/// A table with its foot.
pub fn table(outcome: &Outcome, table: &Table) -> Markup {
    beginning(outcome, table, SHOWN)
}

/// The beginning of a table that is drawn elsewhere on the page.
pub fn drawn(outcome: &Outcome, table: &Table) -> Markup {
    beginning(outcome, table, DRAWN)
}

fn beginning(outcome: &Outcome, table: &Table, most: usize) -> Markup {
    html! {
        figure.table {
            h4 { (table.title) " " (csv_link(table)) }
            div.scroll {
                table.sortable {
                    thead {
                        tr {
                            @for column in &table.columns {
                                th scope="col" {
                                    (column.name)
                                    @if !column.unit.is_empty() { " " span.unit { (column.unit) } }
                                }
                            }
                        }
                    }
                    tbody {
                        @for row in table.rows.iter().take(most) { tr { @for (column, cell) in table.columns.iter().zip(row) { (self::cell(column, cell)) } } }
                    }
                }
            }
            @if table.rows.len() > most {
                p.small { "The first " (most) " of " (table.rows.len()) " rows; the CSV holds all." }
            }
            (foot(outcome, &table.basis))
        }
    }
}

/// One cell; what is not known is a dash.
fn cell(column: &Column, cell: &Cell) -> Markup {
    match cell {
        // A word among numbers stands where they do.
        Cell::Text(text) if !column.unit.is_empty() => html! { td.n { (text) } },
        Cell::Text(text) => html! { td { (text) } },
        Cell::Number(value) => {
            let pure = column.unit == "%" && column.name.contains("purity");
            let words = if pure {
                nines(*value)
            } else if column.unit.is_empty() {
                plain(*value)
            } else {
                people(*value)
            };
            html! { td.n data-v=(value) { (words) } }
        }
        Cell::Absent => html! { td.n.none { "–" } },
    }
}

/// A number for people: three figures, very small ones as powers of ten.
pub fn people(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-9 {
        return "< 10⁻⁹".to_owned();
    }
    if value != 0.0 && value.abs() < 1e-3 {
        let sign = if value < 0.0 { "\u{2212}" } else { "" };
        return format!("{sign}{}", super::seal::tiny(value.abs()));
    }
    figures(value, 3)
}

/// The same, short, for a label on a drawing.
pub fn people_short(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { "< 0.001".to_owned() } else { figures(value, 3) }
}

/// A purity in %: as many nines as it has, and the digit after them.
pub fn nines(percent: f64) -> String {
    let short = 100.0 - percent;
    if !(0.0..1.0).contains(&short) || short == 0.0 {
        return people(percent);
    }
    if short < 5e-5 {
        return "> 99.999".to_owned();
    }
    let decimals = (-short.log10() - 1e-6).ceil().clamp(1.0, 4.0) as usize;
    format!("{percent:.decimals$}")
}

/// A number without a unit: counts and years stay whole.
pub fn plain(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 10_000.0 {
        return format!("{value:.0}").replace('-', "\u{2212}");
    }
    people(value)
}

/// A table whose CSV is larger than this is not held in the page a second time.
const HELD: usize = 250_000;

/// The table as a file within the page.
pub fn csv_link(table: &Table) -> Markup {
    let csv = table.to_csv();
    html! {
        @if csv.len() > HELD { span.small { "all of it in " (table.name) ".csv of the run" } }
        @else { a.csv download=(format!("{}.csv", table.name)) href=(data_address(&csv)) { "CSV" } }
    }
}

/// Text as an address that holds it.
pub fn data_address(text: &str) -> String {
    use std::fmt::Write;
    let mut address = String::from("data:text/csv;charset=utf-8,");
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b',' | b'/' | b'(' | b')' | b':' | b';' => {
                address.push(char::from(byte));
            }
            other => {
                let _ = write!(address, "%{other:02X}");
            }
        }
    }
    address
}
