//! `design`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use ytterby::error::Error;
use ytterby::library::Library;
use ytterby::outcome::Verdict;
use ytterby::quantity::figures;
use ytterby::run::design::{Designed, design as designed};
use ytterby::table::{Cell, Table};

use crate::out::say;
use crate::run::{Bar, purity, write};

/// Designs a train from a specification; writes scenario, tables and report, prints what was found.
pub fn design(spec: &Path, out: Option<PathBuf>, library: &Library) -> Result<ExitCode> {
    let mut bar = Bar::new();
    let found = designed(spec, library, option_env!("YTTERBY_COMMIT"), &mut bar);
    bar.clear();
    let found = found?;
    let folder = out.unwrap_or_else(|| {
        let stem = spec.file_stem().map_or_else(|| "design".to_owned(), |stem| stem.to_string_lossy().into_owned());
        Path::new("out").join(stem)
    });
    let report = write(&found.outcome, library, &folder)?;
    let scenario = folder.join("scenario.toml");
    fs::write(&scenario, &found.scenario).map_err(|why| Error::File {
        file: scenario.display().to_string(),
        doing: "written",
        why: why.to_string(),
    })?;
    say(summary(&found));
    say(format!("scenario  {}   (ytterby run {})", scenario.display(), scenario.display()));
    say(format!("tables    {}", folder.join("tables").display()));
    say(format!("report    {}", report.display()));
    Ok(if found.outcome.certificate.verdict == Verdict::Red { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

/// A column's cell as it is printed.
fn cell(table: &Table, row: &[Cell], column: &str) -> String {
    match table.position(column).and_then(|at| row.get(at)) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Number(value)) => figures(*value, 3),
        _ => "-".to_owned(),
    }
}

/// The designed batteries, the products, the orders compared.
fn summary(found: &Designed) -> String {
    let outcome = &found.outcome;
    let mut lines = vec![format!("{}\n{}\n", outcome.title, outcome.summary)];
    if let Some(table) = outcome.table("design") {
        let columns = [
            ("battery", 8),
            ("cut", 8),
            ("extractant", 14),
            ("separation factor", 6),
            ("least S", 8),
            ("S", 8),
            ("fewest stages", 9),
            ("extraction stages", 8),
            ("scrub stages", 6),
            ("strip stages", 6),
            ("O/A extraction", 8),
            ("base", 8),
            ("acid", 8),
        ];
        let heads = [
            "battery",
            "cut",
            "extractant",
            "β",
            "S least",
            "S",
            "N fewest",
            "extract",
            "scrub",
            "strip",
            "O/A",
            "base kg/kg",
            "acid kg/kg",
        ];
        let width = |at: usize| columns[at].1.max(heads[at].chars().count());
        lines.push(
            heads
                .iter()
                .enumerate()
                .fold(String::new(), |line, (at, head)| line + &format!("  {head:<w$}", w = width(at))),
        );
        for row in &table.rows {
            let cells = columns.iter().enumerate();
            lines.push(cells.fold(String::new(), |line, (at, (name, _))| {
                line + &format!("  {:<w$}", cell(table, row, name), w = width(at))
            }));
        }
    }
    if let Some(table) = outcome.table("slate") {
        lines.push(format!(
            "\n  {:16} {:>14} {:>12} {:>12} {:>12}",
            "product", "purity asked", "reached", "recovery", "reached"
        ));
        let (asked, reached) = (table.numbers("purity asked"), table.numbers("purity"));
        for (at, row) in table.rows.iter().enumerate() {
            let percent = |all: &[Option<f64>]| all[at].map_or_else(|| "-".into(), |p| purity(p / 100.0));
            lines.push(format!(
                "  {:16} {:>12} % {:>10} % {:>10} % {:>10} %",
                cell(table, row, "product"),
                percent(&asked),
                percent(&reached),
                cell(table, row, "recovery asked"),
                cell(table, row, "recovery")
            ));
        }
    }
    if let Some(table) = outcome.table("orders") {
        lines.push(format!("\n  orders of cuts by {}", table.basis));
        for row in &table.rows {
            let name = cell(table, row, "order");
            lines.push(format!(
                "  {name:52} {:>12}  {:>6} % over the cheapest  {}",
                cell(table, row, "price"),
                cell(table, row, "over the cheapest"),
                cell(table, row, "standing")
            ));
            let (built, remark) = (cell(table, row, "price as built"), cell(table, row, "remark"));
            if built != "-" || !remark.is_empty() {
                lines.push(format!("  {:52} {built:>12}  as built  {remark}", ""));
            }
        }
    }
    lines.push(String::new());
    lines.extend(found.notes.iter().map(|note| format!("  - {note}")));
    lines.push(format!("  - {} rigorous solutions", found.solves));
    lines.join("\n") + "\n"
}
