//! The sea: what the months are spent on, and how the hours at work fan out over a year.

use maud::Markup;

use crate::outcome::Outcome;
use crate::quantity::figures;
use crate::report::columns::numbers;
use crate::report::draw::calendar;
use crate::report::draw::canvas::Canvas;
use crate::report::draw::panels::{Layout, Mark, Panel, draw};
use crate::report::figure::figure;
use crate::table::Table;

/// Pictures and tables of the sea.
pub fn sea(outcome: &Outcome) -> Vec<Markup> {
    let mut parts = Vec::new();
    if let Some(table) = outcome.table("sea_calendar")
        && let Some(drawing) = calendar::draw(table)
    {
        parts.push(figure(outcome, &table.title, &shares(outcome), &table.basis, &drawing));
    }
    if let Some(table) = outcome.table("sea_fan")
        && let Some(drawing) = fan(outcome, table)
    {
        parts.push(figure(outcome, &table.title, &hours(outcome), &table.basis, &drawing));
    }
    parts.extend(super::shown(outcome, &["sea_year", "sea_months", "fleet", "returns"]));
    parts
}

/// The best month and the worst.
fn shares(outcome: &Outcome) -> String {
    let Some(table) = outcome.table("sea_months") else { return String::new() };
    let work = table.numbers("at work");
    let months = table.rows.iter().filter_map(|row| row.first()).zip(&work);
    let mut named: Vec<(String, f64)> = months
        .filter_map(|(cell, share)| match (cell, share) {
            (crate::table::Cell::Text(month), Some(share)) => Some((month.clone(), *share)),
            _ => None,
        })
        .collect();
    named.sort_by(|a, b| b.1.total_cmp(&a.1));
    match (named.first(), named.last()) {
        (Some(best), Some(worst)) => {
            format!("At work {:.0} % of {}, {:.0} % of {}.", best.1, best.0, worst.1, worst.0)
        }
        _ => String::new(),
    }
}

fn hours(outcome: &Outcome) -> String {
    let of = |name: &str| outcome.reading(&format!("hours at work at sea, {name}")).map(|hours| figures(hours, 3));
    let Some(((low, middle), high)) = of("P90").zip(of("P50")).zip(of("P10")) else { return String::new() };
    format!("A year gives {middle} h at work; nine in ten give more than {low} h, one in ten more than {high} h.")
}

fn fan(outcome: &Outcome, table: &Table) -> Option<Canvas> {
    let month = numbers(table, &["month"])?;
    let column = |name: &str| -> Option<Vec<(f64, f64)>> {
        month.iter().zip(table.numbers(name)).map(|(x, y)| Some(((*x)?, y?))).collect()
    };
    let (low, middle, high) = (column("P90")?, column("P50")?, column("P10")?);
    let planned = vec![(0.0, 0.0), (middle.last()?.0, outcome.hours_per_year)];
    let panel = Panel {
        y: "hours at work since New Year".into(),
        across: Some((0.0, 12.0)),
        ribbon: low.iter().zip(&high).map(|(low, high)| (low.0, low.1, high.1)).collect(),
        lines: vec![(Mark::Middle, middle), (Mark::Model, planned)],
        ..Panel::default()
    };
    let layout = Layout {
        columns: 1,
        wide: 640.0,
        tall: 220.0,
        x: "month of the year that has ended",
        one_scale: false,
        key: &[
            (Mark::Ribbon, "P90 to P10"),
            (Mark::Middle, "P50"),
            (Mark::Model, "the scenario's hours, even over the year"),
        ],
    };
    Some(draw(&[panel], &layout))
}
