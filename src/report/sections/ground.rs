//! The deposit, and what brings it up and sorts it.

use maud::{Markup, html};

use crate::outcome::Outcome;
use crate::quantity::figures;
use crate::report::columns::{numbers, texts, unit};
use crate::report::draw::curve::{Curve, Run};
use crate::report::draw::deposit::{Above, grade_tonnage};
use crate::report::draw::{canvas::Canvas, curve, window};
use crate::report::figure::figure;
use crate::table::Table;

/// Grade and tonnage.
pub fn deposit(outcome: &Outcome) -> Vec<Markup> {
    let mut parts = Vec::new();
    if let Some(table) = outcome.table("grade_tonnage")
        && let Some((drawing, reading)) = curve_of(outcome, table)
    {
        // Where the ground was drawn many times, the curve stands in its ribbon.
        let drawing = super::simulated::grade_and_tonnage(outcome).unwrap_or(drawing);
        parts.push(figure(outcome, &table.title, &reading, &table.basis, &drawing));
    }
    parts
}

/// Two narrow figures side by side where there is room; one that is left over stands beside its own words.
pub fn pair_up(parts: Vec<Markup>) -> Vec<Markup> {
    parts.chunks(2).map(|pair| html! { div.pair.alone[pair.len() == 1] { @for part in pair { (part) } } }).collect()
}

fn curve_of(outcome: &Outcome, table: &Table) -> Option<(Canvas, String)> {
    let (cut, tonnage) = (numbers(table, &["cut-off"])?, numbers(table, &["tonnage"])?);
    let grade = numbers(table, &["grade"])?;
    let oxide = numbers(table, &["reo"]).unwrap_or_else(|| vec![None; cut.len()]);
    let mut points: Vec<Above> = (0..cut.len())
        .filter_map(|at| {
            Some(Above {
                cut_off: cut[at]?,
                tonnage: tonnage[at]?,
                grade: grade[at].unwrap_or(f64::NAN),
                oxide: oxide[at],
            })
        })
        .collect();
    points.retain(|point| point.grade.is_finite());
    points.sort_by(|a, b| a.cut_off.total_cmp(&b.cut_off));
    if points.len() < 2 {
        return None;
    }
    // The scenario's own cut-off, else the lowest.
    let own = outcome
        .table("resource")
        .and_then(|t| numbers(t, &["cut-off"]))
        .and_then(|all| all.into_iter().flatten().next());
    let near = |wanted: f64| {
        points.iter().copied().min_by(|a, b| (a.cut_off - wanted).abs().total_cmp(&(b.cut_off - wanted).abs()))
    };
    let chosen = own.and_then(near).or_else(|| points.first().copied())?;
    let unit = self::unit(table, &["cut-off"]);
    let of = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    let reading = format!(
        "Above {}{of} lie {} Mt dry at {}{of}",
        figures(chosen.cut_off, 3),
        figures(chosen.tonnage, 3),
        figures(chosen.grade, 3)
    );
    let held = chosen.oxide.map_or(String::new(), |kt| format!(", {} kt of rare-earth oxide", figures(kt, 3)));
    Some((grade_tonnage(&points, Some(chosen), unit), format!("{reading}{held}.")))
}

/// Profiles along risers.
pub fn lift(outcome: &Outcome) -> Vec<Markup> {
    let mut parts = Vec::new();
    for table in &outcome.tables {
        if table.name.ends_with("_pressure_profile")
            && let Some(drawing) = pressure(table)
        {
            let tag = table.name.trim_end_matches("_pressure_profile");
            parts.push(figure(outcome, &format!("{tag}: {}", table.title), "", &table.basis, &drawing));
        }
        if let Some(tag) = table.name.strip_suffix("_operating_window")
            && let Some(drawing) = operating_window(outcome, tag, table)
        {
            let reading = "A ring marks this scenario; letters name the first limit broken.";
            parts.push(figure(outcome, &format!("{tag}: {}", table.title), reading, &table.basis, &drawing));
        }
    }
    pair_up(parts)
}

/// Where a riser works, with the scenario's own point.
fn operating_window(outcome: &Outcome, tag: &str, table: &Table) -> Option<Canvas> {
    let (mud, solids) = (numbers(table, &["mud, wet"])?, numbers(table, &["solids"])?);
    let energy = numbers(table, &["electric power by dry solids"])?;
    let limits = texts(table, &["limit"])?;
    let cells: Vec<window::Cell> = (0..table.rows.len())
        .filter_map(|at| {
            let stop = Some(limits[at].clone()).filter(|limit| limit != "works");
            Some(window::Cell { mud: mud[at]?, solids: solids[at]?, energy: energy[at], stop })
        })
        .collect();
    let unit = outcome.plant.as_ref().and_then(|plant| plant.units.iter().find(|unit| unit.tag == tag));
    let here = unit.and_then(|unit| {
        let wet = unit.balance.readings.iter().find(|reading| reading.name == "mud mined, wet")?;
        Some((24.0 * wet.value, 100.0 * unit.balance.outlets.first()?.solids_fraction()))
    });
    window::draw(&cells, here)
}

/// Every column in a unit of pressure against depth.
fn pressure(table: &Table) -> Option<Canvas> {
    let depth = numbers(table, &["depth"])?;
    let unit = table.columns.iter().map(|c| c.unit.as_str()).find(|u| ["MPa", "kPa", "bar", "Pa"].contains(u))?;
    let curves: Vec<Curve> = table
        .columns
        .iter()
        .filter(|column| column.unit == unit)
        .map(|column| {
            let values = table.numbers(&column.name);
            let points = depth.iter().zip(values).filter_map(|(d, v)| Some((v?, (*d)?))).collect();
            Curve { name: column.name.clone(), points }
        })
        .filter(|curve: &Curve| curve.points.len() > 1)
        .collect();
    let across = format!("pressure, {unit}");
    let down = format!("depth, {}", self::unit(table, &["depth"]));
    (!curves.is_empty()).then(|| curve::draw(&curves, (&across, Run::FromZero), (&down, Run::Down)))
}
