//! How the ore is sorted: partition curves, fluxes of thickeners, grade against recovery, size by mineral; and what a
//! reconciliation found.

use std::collections::BTreeMap;

use maud::Markup;

use super::ground::pair_up;
use crate::outcome::Outcome;
use crate::quantity::figures;
use crate::report::columns::{find, numbers, pairs, texts, unit};
use crate::report::draw::curve::{Curve, Run};
use crate::report::draw::size_bars::{self, SizeBars};
use crate::report::draw::{canvas::Canvas, curve, residual_bars};
use crate::report::figure::figure;
use crate::report::tables;
use crate::table::Table;

/// Pictures of every unit that sorts.
pub fn selection(outcome: &Outcome) -> Vec<Markup> {
    let mut parts = Vec::new();
    for table in &outcome.tables {
        let drawn = if table.name.ends_with("_partition_curve") {
            partition(table).map(|drawing| (drawing, "_partition_curve"))
        } else if table.name.ends_with("_flux") {
            flux(table).map(|drawing| (drawing, "_flux"))
        } else if table.name.ends_with("_grade_recovery") {
            along_the_bank(table).map(|drawing| (drawing, "_grade_recovery"))
        } else {
            None
        };
        if let Some((drawing, ending)) = drawn {
            let tag = table.name.trim_end_matches(ending);
            parts.push(figure(outcome, &format!("{tag}: {}", table.title), "", &table.basis, &drawing));
        }
    }
    let mut all = Vec::new();
    if let Some(table) = outcome.table("selection_sizes")
        && let Some(bars) = SizeBars::read(table)
    {
        all.push(figure(outcome, &table.title, "", &table.basis, &size_bars::draw(&bars)));
    }
    if let Some(table) = outcome.table("selection_sweep")
        && let Some(drawing) = sweep(table)
    {
        let tell = |name: &str| outcome.reading(name).map(|value| figures(value, 3));
        let reading = tell("selection, best number of stages")
            .zip(tell("selection, best diameter"))
            .map_or(String::new(), |(stages, mm)| format!("The best of these: {stages} stages of {mm} mm."));
        parts.push(figure(outcome, &table.title, &reading, &table.basis, &drawing));
    }
    all.extend(pair_up(parts));
    let whole = ["selection", "selection_sweep", "selection_evidence"];
    all.extend(whole.iter().filter_map(|name| outcome.table(name)).map(|table| tables::table(outcome, table)));
    all
}

/// Residuals and tables of a reconciliation.
pub fn reconciliation(outcome: &Outcome) -> Vec<Markup> {
    let Some(table) = outcome.table("reconciled") else { return Vec::new() };
    let mut all = Vec::new();
    if let Some(bars) = residual_bars::read(table) {
        let reading =
            "How far each redundant measurement was moved, over what its and its neighbours' deviations explain.";
        all.push(figure(outcome, "Residuals", reading, &table.basis, &residual_bars::draw(&bars)));
    }
    let whole = ["reconciled_streams", "recoveries", "reconciled", "balances"];
    all.extend(whole.iter().filter_map(|name| outcome.table(name)).map(|table| tables::table(outcome, table)));
    all
}

/// Enrichment against recovery, a curve a diameter, a point a stage.
fn sweep(table: &Table) -> Option<Canvas> {
    let (diameter, recovery) = (numbers(table, &["diameter"])?, numbers(table, &["recovery"])?);
    let richer = numbers(table, &["enrichment"])?;
    let mut curves: BTreeMap<u64, Curve> = BTreeMap::new();
    for at in 0..diameter.len() {
        let (Some(mm), Some(x), Some(y)) = (diameter[at], recovery[at], richer[at]) else { continue };
        let curve = curves
            .entry((mm * 1e3) as u64)
            .or_insert_with(|| Curve { name: format!("{} mm", figures(mm, 3)), points: Vec::new() });
        curve.points.push((x, y));
    }
    let curves: Vec<Curve> = curves.into_values().collect();
    (!curves.is_empty())
        .then(|| curve::draw(&curves, ("recovery, %", Run::FromZero), ("grade over the feed's", Run::FromZero)))
}

/// Grade against recovery as the cells of a bank add up.
fn along_the_bank(table: &Table) -> Option<Canvas> {
    let points = pairs(table, &["recovery"], &["grade"])?;
    (points.len() > 1).then(|| {
        let curve = Curve { name: "cell by cell".into(), points };
        curve::draw(&[curve], ("recovery, %", Run::FromZero), ("grade, % rare earths", Run::FromZero))
    })
}

/// Share to the underflow (or the concentrate) against size, one curve a mineral; minerals that part alike share one.
fn partition(table: &Table) -> Option<Canvas> {
    let (size, share) = (["size"], ["to underflow", "to concentrate"]);
    pairs(table, &size, &share)?;
    let (sizes, shares) = (numbers(table, &size)?, numbers(table, &share)?);
    let names = if find(table, &["mineral"]).is_some() {
        texts(table, &["mineral"])?
    } else {
        vec![String::new(); sizes.len()]
    };
    let alone = numbers(table, &["without bypass"]).unwrap_or_else(|| shares.clone());
    let mut by_mineral: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    let mut cuts: BTreeMap<&str, f64> = BTreeMap::new();
    for at in 0..sizes.len() {
        if let (Some(size), Some(share)) = (sizes[at].filter(|s| *s > 0.0), shares[at]) {
            by_mineral.entry(&names[at]).or_default().push((size, share));
            if alone[at].is_some_and(|share| share >= 50.0) {
                let cut = cuts.entry(&names[at]).or_insert(size);
                *cut = cut.min(size);
            }
        }
    }
    // The heaviest, which is cut finest, first.
    let mut by_mineral: Vec<(&str, Vec<(f64, f64)>)> = by_mineral.into_iter().collect();
    let cut = |name: &str| cuts.get(name).copied().unwrap_or(f64::INFINITY);
    by_mineral.sort_by(|a, b| cut(a.0).total_cmp(&cut(b.0)));
    let mut curves: Vec<Curve> = Vec::new();
    for (name, points) in by_mineral.into_iter().filter(|(_, points)| points.len() > 1) {
        let alike = |other: &Curve| {
            other.points.len() == points.len() && other.points.iter().zip(&points).all(|(a, b)| (a.1 - b.1).abs() < 0.5)
        };
        match curves.iter_mut().find(|other| alike(other)) {
            Some(other) => {
                other.name += ", ";
                other.name += name;
            }
            None => curves.push(Curve { name: name.to_owned(), points }),
        }
    }
    let across = format!("size, {}", unit(table, &size).replace("um", "µm"));
    let column = find(table, &share).map_or("", |at| table.columns[at].name.as_str());
    let upward = format!("{column}, {}", unit(table, &share));
    (!curves.is_empty()).then(|| curve::draw(&curves, (&across, Run::Log), (&upward, Run::FromZero)))
}

/// Batch flux and the line that limits the tank.
fn flux(table: &Table) -> Option<Canvas> {
    let curves: Vec<Curve> = ["settling", "limit"]
        .into_iter()
        .filter_map(|name| Some(Curve { name: name.to_owned(), points: pairs(table, &["solids"], &[name])? }))
        .collect();
    (curves.len() == 2)
        .then(|| curve::draw(&curves, ("solids, kg/m³", Run::FromZero), ("flux of solids, kg/(m² h)", Run::FromZero)))
}
