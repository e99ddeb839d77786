//! `compare`: unlike deposits in one table, on one fence.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::{Map, Value, json};
use ytterby::library::Library;
use ytterby::outcome::Outcome;
use ytterby::quantity::figures;
use ytterby::table::{Cell, Table};

pub fn compare(scenarios: &[String], out: Option<&Path>, as_json: bool, library: &Library) -> Result<ExitCode> {
    let outcomes: Vec<Outcome> =
        scenarios.iter().map(|named| crate::run::outcome(named, library)).collect::<Result<_>>()?;
    let table = table(scenarios, &outcomes);
    if let Some(path) = out {
        fs::write(path, table.to_csv())?;
    }
    if as_json {
        let all: Map<String, Value> =
            scenarios.iter().cloned().zip(outcomes.iter().map(crate::run::as_value)).collect();
        println!("{}", serde_json::to_string_pretty(&json!(all))?);
    } else {
        print!("{}", as_text(&table));
        println!("\nbasis: {}", table.basis);
    }
    Ok(ExitCode::SUCCESS)
}

/// One row a reading, in the order the scenarios first tell them; one column a scenario.
fn table(names: &[String], outcomes: &[Outcome]) -> Table {
    let basis = outcomes.iter().map(|o| o.money.clone()).collect::<std::collections::BTreeSet<_>>();
    let basis = format!("{}; {}", ytterby::run::OXIDE_BASIS, basis.into_iter().collect::<Vec<_>>().join(" and "));
    let mut table = Table::new("compare", "Scenarios side by side", basis, &[("result", ""), ("unit", "")]);
    for name in names {
        table.column(name.trim_end_matches('/'), "");
    }
    let mut order: Vec<(String, &'static str)> = Vec::new();
    let mut values: BTreeMap<(String, usize), f64> = BTreeMap::new();
    for (at, outcome) in outcomes.iter().enumerate() {
        let mut last = None;
        for reading in &outcome.readings {
            match order.iter().position(|(name, _)| *name == reading.name) {
                Some(position) => last = Some(position),
                None => {
                    let position = last.map_or(order.len(), |position: usize| position + 1);
                    order.insert(position, (reading.name.clone(), reading.unit));
                    last = Some(position);
                }
            }
            values.insert((reading.name.clone(), at), reading.value);
        }
    }
    for (name, unit) in order {
        let unit = if unit == "1" { "" } else { unit };
        let mut row: Vec<Cell> = vec![name.clone().into(), unit.into()];
        row.extend((0..outcomes.len()).map(|at| Cell::from(values.get(&(name.clone(), at)).copied())));
        table.row(row);
    }
    let mut purest: Vec<Cell> = vec!["product, its relative purity".into(), "%".into()];
    purest.extend(outcomes.iter().map(|outcome| {
        let all: Vec<String> =
            outcome.products.iter().map(|p| format!("{} {}", p.name, figures(p.relative_purity * 100.0, 4))).collect();
        Cell::from(all.join("; "))
    }));
    table.row(purest);
    table
}

fn as_text(table: &Table) -> String {
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(value) => figures(*value, 3),
        Cell::Absent => "–".to_owned(),
    };
    let heading: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    let rows: Vec<Vec<String>> =
        std::iter::once(heading).chain(table.rows.iter().map(|row| row.iter().map(text).collect())).collect();
    let short = |row: &Vec<String>| row.iter().skip(2).all(|cell| cell.chars().count() < 28);
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|at| rows.iter().filter(|row| short(row)).map(|row| row[at].chars().count()).max().unwrap_or(0))
        .collect();
    rows.iter()
        .map(|row| {
            if !short(row) {
                // Long words stand below each other instead of beside.
                let under: Vec<String> = row[2..]
                    .iter()
                    .zip(&table.columns[2..])
                    .map(|(cell, column)| format!("    {}: {cell}", column.name))
                    .collect();
                return format!("{}\n{}\n", row[0], under.join("\n"));
            }
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(at, (cell, width))| {
                    let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
                    if at < 2 { format!("{cell}{pad}") } else { format!("{pad}{cell}") }
                })
                .collect();
            format!("{}\n", cells.join("  ").trim_end())
        })
        .collect()
}
