//! How the ore is sorted: partition curves, fluxes of thickeners.

use std::collections::BTreeMap;

use maud::Markup;

use super::ground::pair_up;
use crate::outcome::Outcome;
use crate::report::columns::{find, numbers, pairs, texts, unit};
use crate::report::draw::curve::{Curve, Run};
use crate::report::draw::{canvas::Canvas, curve};
use crate::report::figure::figure;
use crate::table::Table;

/// Pictures of every unit that sorts.
pub fn selection(outcome: &Outcome) -> Vec<Markup> {
    let mut parts = Vec::new();
    for table in &outcome.tables {
        let drawn = if table.name.ends_with("_partition_curve") {
            partition(table).map(|drawing| (drawing, "_partition_curve"))
        } else if table.name.ends_with("_flux") {
            flux(table).map(|drawing| (drawing, "_flux"))
        } else {
            None
        };
        if let Some((drawing, ending)) = drawn {
            let tag = table.name.trim_end_matches(ending);
            parts.push(figure(outcome, &format!("{tag}: {}", table.title), "", &table.basis, &drawing));
        }
    }
    pair_up(parts)
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
    let mut by_mineral: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for at in 0..sizes.len() {
        if let (Some(size), Some(share)) = (sizes[at].filter(|s| *s > 0.0), shares[at]) {
            by_mineral.entry(&names[at]).or_default().push((size, share));
        }
    }
    let mut curves: Vec<Curve> = Vec::new();
    for (name, points) in by_mineral.into_iter().filter(|(_, points)| points.len() > 1) {
        let alike = |other: &Curve| {
            other.points.len() == points.len() && other.points.iter().zip(&points).all(|(a, b)| (a.1 - b.1).abs() < 0.5)
        };
        match curves.iter_mut().find(|other| alike(other)) {
            Some(other) => other.name += &format!(", {name}"),
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
