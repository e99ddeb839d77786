//! The study of a deposit in space: maps, variograms, swaths, cross-validation, from their tables.

use maud::Markup;

use crate::deposit::ground::curve::OF_MODEL;
use crate::outcome::Outcome;
use crate::report::columns::{different, texts};
use crate::report::draw::ground::{Series, Spot, chart, map};
use crate::report::figure::figure;
use crate::table::{Cell, Table};

/// The parts of a name that say what is drawn.
const MAP: &str = "map_";
const OF_WAYS: &str = "map_variogram";
const SWATH: &str = "swath_";
const VARIOGRAM: &str = "variogram_of_";
/// Directions whose lags go so many times farther than another's have an axis of their own.
const APART: f64 = 3.0;

/// Every picture that the tables allow.
pub fn pictures(outcome: &Outcome) -> Vec<Markup> {
    let mut parts = Vec::new();
    for table in &outcome.tables {
        let posted = ["_samples", "_chance"].iter().any(|end| table.name.ends_with(end));
        if table.name.starts_with(MAP) && !posted && table.name != OF_WAYS {
            parts.extend(a_map(outcome, table));
        }
    }
    parts.extend(outcome.table(OF_WAYS).and_then(|table| a_map(outcome, table)));
    for table in &outcome.tables {
        if table.name.starts_with(VARIOGRAM) && !table.name.ends_with(OF_MODEL) {
            parts.extend(variograms(outcome, table));
        }
    }
    for table in &outcome.tables {
        if table.name.starts_with(SWATH) {
            parts.extend(a_swath(outcome, table));
        }
    }
    if let Some(table) = outcome.table("change_of_support") {
        parts.extend(supports(outcome, table));
    }
    if let Some(table) = outcome.table("cross_validation").filter(|table| table.position("hole").is_some()) {
        parts.push(parity(outcome, table));
    }
    parts
}

/// Is a table drawn here, so that its rows need not be listed?
pub fn draws(name: &str) -> bool {
    name.starts_with(MAP) || name.starts_with(VARIOGRAM) || name.starts_with(SWATH)
}

fn unit_of(table: &Table, column: &str) -> String {
    table.position(column).map_or(String::new(), |at| table.columns[at].unit.clone())
}

fn spots(table: &Table) -> Vec<Spot> {
    let axis = |at: usize| table.numbers(&table.columns[at].name.clone());
    let (x, y, value) = (axis(0), axis(1), axis(2));
    (0..table.rows.len()).filter_map(|at| Some(Spot { x: x[at]?, y: y[at]?, value: value[at]? })).collect()
}

fn a_map(outcome: &Outcome, table: &Table) -> Option<Markup> {
    let cells = spots(table);
    let size = |column: &str| table.numbers(column).into_iter().flatten().next();
    let posted = outcome.table(&format!("{}_samples", table.name)).map(spots).unwrap_or_default();
    let axes = [table.columns[0].name.as_str(), table.columns[1].name.as_str()];
    let unit = table.columns[2].unit.as_str();
    let drawing = map(&cells, (size("wide")?, size("tall")?), &posted, axes, unit);
    (!cells.is_empty()).then(|| figure(outcome, &table.title, "", &table.basis, &drawing))
}

fn line(table: &Table, x: &str, y: &str, name: &str) -> Series {
    let points = table.numbers(x).into_iter().zip(table.numbers(y)).filter_map(|(x, y)| Some((x?, y?, 1.0))).collect();
    Series { name: name.into(), points, line: true, dots: false, tone: 0 }
}

fn a_swath(outcome: &Outcome, table: &Table) -> Option<Markup> {
    let mut samples = line(table, "middle", "samples", "samples (dots by their number)");
    let most = table.numbers("number of samples").into_iter().flatten().fold(1.0, f64::max);
    let counts: Vec<f64> = table
        .numbers("number of samples")
        .into_iter()
        .zip(table.numbers("samples"))
        .filter_map(|(count, grade)| grade.and(count))
        .collect();
    for (point, count) in samples.points.iter_mut().zip(counts) {
        point.2 = 2.0 * (count / most).sqrt();
    }
    (samples.dots, samples.tone) = (true, 1);
    let series = [line(table, "middle", "blocks", "blocks"), samples];
    let along = table.name.strip_prefix(SWATH)?;
    let unit = unit_of(table, "blocks");
    let upward = if unit.is_empty() { "grade".to_owned() } else { format!("grade, {unit}") };
    let drawing = chart(&series, &format!("{along}, m"), &upward, None, false);
    Some(figure(outcome, &table.title, "", &table.basis, &drawing))
}

/// Experimental points, sized by their pairs, and the model's curve, for every direction of the table: directions of one scale together.
fn variograms(outcome: &Outcome, table: &Table) -> Vec<Markup> {
    let Some(at) = table.position("direction") else { return Vec::new() };
    let names = different(table, "direction");
    let (distance, pairs) = (table.numbers("distance"), table.numbers("pairs"));
    let of = |name: &str| -> Vec<usize> {
        (0..table.rows.len()).filter(|row| matches!(&table.rows[*row][at], Cell::Text(of) if of == name)).collect()
    };
    let far = |name: &str| of(name).into_iter().filter_map(|row| distance[row]).fold(0.0, f64::max);
    let mut order: Vec<(&str, f64)> = names.iter().take(6).map(|name| (name.as_str(), far(name))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let scales: Vec<&[(&str, f64)]> = order.chunk_by(|a, b| a.1 <= APART * b.1).collect();
    let sill = table.numbers("sill").into_iter().flatten().next().filter(|sill| *sill > 0.0);
    let over = |table: &Table, column: &str| -> Vec<Option<f64>> {
        table.numbers(column).into_iter().map(|value| Some(value? / sill.unwrap_or(1.0))).collect()
    };
    let found = over(table, "experimental");
    let most = pairs.iter().flatten().copied().fold(1.0, f64::max);
    let curves = outcome.table(&format!("{}{OF_MODEL}", table.name));
    let curve = |name: &str| -> Vec<(f64, f64, f64)> {
        let Some(curves) = curves else { return Vec::new() };
        let Some(directions) = texts(curves, &["direction"]) else { return Vec::new() };
        let rows = directions.iter().zip(curves.numbers("distance")).zip(over(curves, "model"));
        rows.filter(|((of, _), _)| *of == name).filter_map(|((_, x), y)| Some((x?, y?, 1.0))).collect()
    };
    let upward =
        if sill.is_some() { "semivariance over the variance".to_owned() } else { unit_of(table, "experimental") };
    let says = if sill.is_some() {
        "Dots by the number of their pairs; the dashed line is the variance."
    } else {
        "Dots by the number of their pairs."
    };
    let mut parts = Vec::new();
    for scale in &scales {
        let mut series = Vec::new();
        for (tone, (name, _)) in scale.iter().enumerate() {
            let dots = of(name).into_iter().filter_map(|row| {
                Some((distance[row]?, found[row]?, (2.5 * (pairs[row].unwrap_or(0.0) / most).sqrt()).max(0.4)))
            });
            series.push(Series { name: (*name).into(), points: dots.collect(), line: false, dots: true, tone });
            let points = curve(name);
            if !points.is_empty() {
                series.push(Series { name: format!("model, {name}"), points, line: true, dots: false, tone });
            }
        }
        let title = match (scales.len(), *scale) {
            (1, _) => table.title.clone(),
            (_, [(one, _)]) => format!("{}: {one}", table.title),
            (_, several) => {
                let names: Vec<&str> = several.iter().map(|(name, _)| *name).collect();
                format!("{}: {}", table.title, names.join("; "))
            }
        };
        let drawing = chart(&series, "distance, m", &upward, sill.map(|_| 1.0), false);
        parts.push(figure(outcome, &title, says, &table.basis, &drawing));
    }
    parts
}

fn parity(outcome: &Outcome, table: &Table) -> Markup {
    let mut series = line(table, "estimated", "measured", "");
    (series.line, series.dots) = (false, true);
    if series.points.len() > 400 {
        series.points.iter_mut().for_each(|point| point.2 = 0.5);
    }
    let unit = unit_of(table, "measured");
    let named = |word: &str| if unit.is_empty() { word.to_owned() } else { format!("{word}, {unit}") };
    let drawing = chart(&[series], &named("estimated"), &named("measured"), None, true);
    figure(outcome, &table.title, "On the line the others say what was measured.", &table.basis, &drawing)
}

fn supports(outcome: &Outcome, table: &Table) -> Option<Markup> {
    let kinds: Vec<String> = table
        .columns
        .iter()
        .filter_map(|column| column.name.strip_prefix("share above, ").map(str::to_owned))
        .collect();
    let series: Vec<Series> = kinds
        .iter()
        .enumerate()
        .map(|(tone, kind)| Series { tone, ..line(table, "cut-off", &format!("share above, {kind}"), kind) })
        .collect();
    let unit = unit_of(table, "cut-off");
    let across = if unit.is_empty() { "cut-off".to_owned() } else { format!("cut-off, {unit}") };
    let drawing = chart(&series, &across, "share above, %", None, false);
    (!series.is_empty()).then(|| figure(outcome, &table.title, "", &table.basis, &drawing))
}
