//! `compare`: unlike deposits in one table, on one fence.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::{Map, Value, json};
use ytterby::library::Library;
use ytterby::outcome::Outcome;
use ytterby::quantity::figures;
use ytterby::report;
use ytterby::table::{Cell, Table};

use crate::out::say;

/// Told even where only one scenario has it: that the others have none is the news.
const TELLING: [&str; 2] = ["IRR", "payback"];

pub fn compare(scenarios: &[String], out: Option<&Path>, as_json: bool, library: &Library) -> Result<ExitCode> {
    let outcomes: Vec<Outcome> =
        scenarios.iter().map(|named| crate::run::outcome(named, library)).collect::<Result<_>>()?;
    let table = table(scenarios, &outcomes);
    if let Some(folder) = out {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("compare.csv"), table.to_csv())?;
        fs::write(folder.join("compare.html"), report::compare::html(&outcomes))?;
    }
    if as_json {
        let all: Map<String, Value> =
            scenarios.iter().cloned().zip(outcomes.iter().map(crate::run::as_value)).collect();
        say(serde_json::to_string_pretty(&json!(all))?);
    } else {
        say(as_text(&table));
        say(format!("basis: {}", table.basis));
        if let Some(folder) = out {
            say(format!("page   {}", folder.join("compare.html").display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The report's table under short names, without what only one scenario tells; then the products.
fn table(names: &[String], outcomes: &[Outcome]) -> Table {
    let mut table = report::compare::table(outcomes);
    for (column, name) in table.columns.iter_mut().skip(2).zip(names) {
        name.trim_end_matches('/').clone_into(&mut column.name);
    }
    table.rows.retain(|row| {
        let told = row.iter().filter(|cell| matches!(cell, Cell::Number(_))).count();
        let telling = matches!(&row[0], Cell::Text(name) if TELLING.contains(&name.as_str()));
        told >= outcomes.len().min(2) || telling
    });
    let mut purest: Vec<Cell> = vec!["products, relative purity".into(), "%".into()];
    purest.extend(outcomes.iter().map(|outcome| {
        let all: Vec<String> =
            outcome.products.iter().map(|p| format!("{} {}", p.name, crate::run::purity(p.relative_purity))).collect();
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
    let lines: Vec<String> = rows
        .iter()
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
        .collect();
    lines.concat()
}
