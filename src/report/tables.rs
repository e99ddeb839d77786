//! Tables for people: three figures, units in the heading, the basis beneath, the whole as CSV.

use maud::{Markup, html};

use super::figure::foot;
use crate::outcome::Outcome;
use crate::quantity::figures;
use crate::table::{Cell, Table};

/// More rows than this are left to the CSV.
const SHOWN: usize = 120;

/// A table with its foot.
pub fn table(outcome: &Outcome, table: &Table) -> Markup {
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
                        @for row in table.rows.iter().take(SHOWN) { tr { @for cell in row { (self::cell(cell)) } } }
                    }
                }
            }
            @if table.rows.len() > SHOWN {
                p.small { "The first " (SHOWN) " of " (table.rows.len()) " rows; the CSV holds all." }
            }
            (foot(outcome, &table.basis))
        }
    }
}

/// One cell; what is not known is a dash.
pub fn cell(cell: &Cell) -> Markup {
    match cell {
        Cell::Text(text) => html! { td { (text) } },
        Cell::Number(value) => html! { td.n data-v=(value) { (people(*value)) } },
        Cell::Absent => html! { td.n.none { "–" } },
    }
}

/// A number for people: whole numbers below 10 000 as they are (years, counts), the rest to three figures.
pub fn people(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 10_000.0 {
        return format!("{value:.0}").replace('-', "\u{2212}");
    }
    if value.abs() < 1e-3 {
        return super::seal::tiny(value.abs())
            .chars()
            .fold(String::from(if value < 0.0 { "\u{2212}" } else { "" }), |text, c| text + &c.to_string());
    }
    figures(value, 3)
}

/// The table as a file within the page.
pub fn csv_link(table: &Table) -> Markup {
    html! {
        a.csv download=(format!("{}.csv", table.name)) href=(data_address(&table.to_csv())) { "CSV" }
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
