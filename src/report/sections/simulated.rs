//! What simulation tells, drawn from its tables: the spread of tonnes, of each element, of each block; and whether histogram and
//! variogram came out as they should.

use maud::Markup;

use super::ground::pair_up;
use crate::deposit::ground::curve::OF_MODEL;
use crate::element::Element;
use crate::outcome::Outcome;
use crate::report::columns::{different, texts};
use crate::report::draw::canvas::Canvas;
use crate::report::draw::colour;
use crate::report::draw::ground::{Spot, map_within};
use crate::report::draw::panels::{Held, Layout, Mark, Panel, draw, holdings};
use crate::report::figure::figure;
use crate::table::Table;

const VARIOGRAM: &str = "simulated_variogram_of_";
const HISTOGRAM: &str = "simulated_histogram_of_";
const FACTORS: &str = "simulated_variograms";
const ELEMENTS: &str = "simulated_histograms_of_elements";
const CHANCE: &str = "_chance";
/// Factors whose variograms are drawn; all stand in the table.
const DRAWN: usize = 4;

/// Is a table drawn here?
pub fn draws(name: &str) -> bool {
    name.starts_with(VARIOGRAM) || name.starts_with(HISTOGRAM) || name.starts_with(FACTORS) || name == ELEMENTS
}

/// The narrow pictures that the tables allow.
pub fn narrow(outcome: &Outcome) -> Vec<Markup> {
    let chances = outcome.tables.iter().filter(|table| table.name.starts_with("map_") && table.name.ends_with(CHANCE));
    let histograms = outcome.tables.iter().filter(|table| table.name.starts_with(HISTOGRAM));
    let chances = chances.filter_map(|table| chance(outcome, table));
    chances.chain(histograms.filter_map(|table| histogram(outcome, table))).collect()
}

/// The wide ones, and those that are tall.
pub fn pictures(outcome: &Outcome) -> Vec<Markup> {
    let starting = |with: &'static str| outcome.tables.iter().filter(move |table| table.name.starts_with(with));
    let chances = || starting("map_").filter(|table| table.name.ends_with(CHANCE));
    let mut parts = pair_up(chances().filter_map(|table| spreads(outcome, table)).collect());
    parts.extend(outcome.table("simulated_by_element").and_then(|table| by_element(outcome, table)));
    let reproduced = starting(VARIOGRAM).filter(|table| !table.name.ends_with(OF_MODEL));
    parts.extend(reproduced.filter_map(|table| variograms(outcome, table)));
    parts.extend(outcome.table(ELEMENTS).and_then(|table| histograms(outcome, table)));
    parts.extend(outcome.table(FACTORS).and_then(|table| variograms(outcome, table)));
    parts
}

/// The kriged curve with what simulation leaves open: tonnage over mean grade, one cut-off below the other.
pub fn grade_and_tonnage(outcome: &Outcome) -> Option<Canvas> {
    let (estimated, drawn) = (outcome.table("grade_tonnage")?, outcome.table("simulated")?);
    let cut_off = outcome.table("resource").map(|table| table.numbers("cut-off"))?.into_iter().flatten().next();
    let unit = &drawn.columns[drawn.position("cut-off")?].unit;
    let named = |words: &str| if unit.is_empty() { words.to_owned() } else { format!("{words}, {unit}") };
    // Beyond the last cut-off at which nine in ten grounds hold a block, grades are those of single blocks.
    let last =
        points(drawn, "cut-off", "tonnage, P90").into_iter().filter(|p| p.1 > 0.0).map(|p| p.0).fold(0.0, f64::max);
    let kept = |all: Vec<(f64, f64)>| -> Vec<(f64, f64)> { all.into_iter().filter(|p| p.0 <= last).collect() };
    let panel = |name: &str, column: &str, y: String| Panel {
        y,
        ribbon: band(drawn, "cut-off", [&format!("{column}, P90"), &format!("{column}, P10")], |row| row.0 <= last),
        lines: vec![
            (Mark::Middle, kept(points(drawn, "cut-off", &format!("{column}, P50")))),
            (Mark::Estimate, kept(points(estimated, "cut-off", column))),
        ],
        at: cut_off.filter(|cut_off| *cut_off > 0.0),
        title: name.into(),
        ..Panel::default()
    };
    let panels =
        [panel("Tonnage", "tonnage", "Mt dry".into()), panel("Mean grade", "grade", named("above the cut-off"))];
    let layout = Layout {
        columns: 1,
        wide: 540.0,
        tall: 170.0,
        x: &named("cut-off"),
        one_scale: false,
        key: &[
            (Mark::Estimate, "estimated blocks"),
            (Mark::Middle, "simulated, P50"),
            (Mark::Ribbon, "simulated, P90 to P10"),
        ],
    };
    (panels.iter().all(|panel| panel.ribbon.len() > 1)).then(|| draw(&panels, &layout))
}

/// Rows in which both columns hold a number.
fn points(table: &Table, x: &str, y: &str) -> Vec<(f64, f64)> {
    table.numbers(x).into_iter().zip(table.numbers(y)).filter_map(|(x, y)| Some((x?, y?))).collect()
}

/// x, low and high of the rows that have all three.
fn band(table: &Table, x: &str, ends: [&str; 2], keep: impl Fn(&(f64, f64, f64)) -> bool) -> Vec<(f64, f64, f64)> {
    let [one, other] = ends.map(|end| table.numbers(end));
    let rows = table.numbers(x).into_iter().zip(one.into_iter().zip(other));
    rows.filter_map(|(x, (one, other))| Some((x?, one?.min(other?), one?.max(other?)))).filter(keep).collect()
}

/// The rows of a table whose first column says a name, and whose second, where asked, another.
fn part(table: &Table, wanted: &[(usize, &str)]) -> Table {
    let says = |row: &[crate::table::Cell]| {
        wanted.iter().all(|(at, word)| matches!(&row[*at], crate::table::Cell::Text(text) if text == word))
    };
    Table { rows: table.rows.iter().filter(|row| says(row)).cloned().collect(), ..table.clone() }
}

const REPRODUCED: &[(Mark, &str)] = &[
    (Mark::Ribbon, "realisations, P90 to P10"),
    (Mark::Middle, "their P50"),
    (Mark::Model, "the model drawn with"),
    (Mark::Dots, "samples, by their pairs"),
];

fn variograms(outcome: &Outcome, table: &Table) -> Option<Markup> {
    let (variables, directions) = (different(table, "variable"), different(table, "direction"));
    let at = (table.position("variable")?, table.position("direction")?);
    let most = table.numbers("pairs").into_iter().flatten().fold(1.0, f64::max);
    let mut panels = Vec::new();
    for variable in variables.iter().take(DRAWN) {
        for direction in directions.iter().take(4) {
            let of = part(table, &[(at.0, variable), (at.1, direction)]);
            let title = if variables.len() > 1 { format!("{variable}: {direction}") } else { direction.clone() };
            let mut model = points(&of, "distance", "model");
            if let Some(curves) = outcome.table(&format!("{}{OF_MODEL}", table.name)) {
                let curve = points(&part(curves, &[(0, variable), (1, direction)]), "distance", "model");
                model = if curve.is_empty() { model } else { curve };
            }
            model.sort_by(|a, b| a.0.total_cmp(&b.0));
            let pairs = of.numbers("pairs");
            let sampled = of.numbers("distance").into_iter().zip(of.numbers("samples")).zip(pairs);
            let dots = sampled.filter_map(|((x, y), pairs)| Some((x?, y?, 2.0 * (pairs? / most).sqrt())));
            panels.push(Panel {
                title,
                y: "semivariance of scores".into(),
                ribbon: band(&of, "distance", ["P90", "P10"], |_| true),
                lines: vec![(Mark::Model, model), (Mark::Middle, points(&of, "distance", "P50"))],
                dots: dots.collect(),
                level: Some(1.0),
                at: None,
                across: None,
            });
        }
    }
    panels.retain(|panel| panel.ribbon.len() > 1);
    let columns = directions.len().clamp(1, 4);
    let layout = Layout {
        columns,
        wide: if columns == 1 { 540.0 } else { 1130.0 },
        tall: 170.0,
        x: "distance, m",
        one_scale: true,
        key: REPRODUCED,
    };
    let says = if variables.len() > DRAWN {
        format!("The first {DRAWN} of {} factors; the table holds all. The level is the sill.", variables.len())
    } else {
        "Realisations agree with the samples and follow their model elsewhere; the level is the sill.".to_owned()
    };
    (!panels.is_empty()).then(|| figure(outcome, &table.title, &says, &table.basis, &draw(&panels, &layout)))
}

const BESIDE: &[(Mark, &str)] = &[
    (Mark::Ribbon, "simulated nodes, P90 to P10"),
    (Mark::Middle, "their P50"),
    (Mark::Model, "samples, declustered"),
];

/// The cumulative histogram of one variable.
fn cumulative(table: &Table, title: String) -> Panel {
    Panel {
        title,
        y: "at or below, %".into(),
        ribbon: band(table, "grade", ["P90", "P10"], |_| true),
        lines: vec![(Mark::Middle, points(table, "grade", "P50")), (Mark::Model, points(table, "grade", "samples"))],
        ..Panel::default()
    }
}

fn grade_axis(table: &Table) -> String {
    let unit = texts(table, &["unit"]).and_then(|units| units.into_iter().next()).unwrap_or_default();
    if unit.is_empty() || unit == "1" { "grade".into() } else { format!("grade, {unit}") }
}

fn histogram(outcome: &Outcome, table: &Table) -> Option<Markup> {
    let panels = [cumulative(table, String::new())];
    let x = grade_axis(table);
    let layout = Layout { columns: 1, wide: 540.0, tall: 240.0, x: &x, one_scale: true, key: BESIDE };
    let says = "Where the curves lie on each other, the simulated ground has the samples' histogram.";
    (panels[0].ribbon.len() > 1).then(|| figure(outcome, &table.title, says, &table.basis, &draw(&panels, &layout)))
}

fn histograms(outcome: &Outcome, table: &Table) -> Option<Markup> {
    let at = table.position("variable")?;
    let names = different(table, "variable");
    let mut panels: Vec<Panel> =
        names.iter().map(|name| cumulative(&part(table, &[(at, name)]), name.clone())).collect();
    panels.retain(|panel| panel.ribbon.len() > 1);
    let x = grade_axis(table);
    let layout = Layout { columns: 5, wide: 1130.0, tall: 110.0, x: &x, one_scale: true, key: BESIDE };
    let says = "Each element by itself; all are parts of one sum in every realisation.";
    (!panels.is_empty()).then(|| figure(outcome, &table.title, says, &table.basis, &draw(&panels, &layout)))
}

/// What each element holds above the highest cut-off of the table.
fn by_element(outcome: &Outcome, table: &Table) -> Option<Markup> {
    let cut_offs = table.numbers("cut-off");
    let cut_off = cut_offs.iter().flatten().copied().fold(0.0, f64::max);
    let names = texts(table, &["held"])?;
    let columns = ["P90", "P50", "P10", "estimated"].map(|column| table.numbers(column));
    let mut all = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let here = cut_offs.get(at).copied().flatten().is_some_and(|cut| (cut - cut_off).abs() <= 0.0);
        let Ok(element) = name.parse::<Element>() else { continue };
        let [Some(low), Some(middle), Some(high), estimated] = [0, 1, 2, 3].map(|of: usize| columns[of][at]) else {
            continue;
        };
        if here {
            all.push(Held { name: name.clone(), spread: [low, middle, high], estimated, colour: colour::of(element) });
        }
    }
    let unit = &table.columns[table.position("cut-off")?].unit;
    let above = if cut_off > 0.0 { format!("above {cut_off} {unit}") } else { "in all".to_owned() };
    let says = format!("Tonnes of each element {above}, as elements.");
    (!all.is_empty()).then(|| figure(outcome, &table.title, &says, &table.basis, &holdings(&all, "t")))
}

/// The cells of a map, by the value of one column.
fn cells(table: &Table, column: &str) -> Vec<Spot> {
    let [x, y] = [0, 1].map(|at: usize| table.numbers(&table.columns[at].name));
    let value = table.numbers(column);
    (0..table.rows.len()).filter_map(|at| Some(Spot { x: x[at]?, y: y[at]?, value: value[at]? })).collect()
}

fn size(table: &Table) -> Option<(f64, f64)> {
    let first = |column: &str| table.numbers(column).into_iter().flatten().next();
    Some((first("wide")?, first("tall")?))
}

fn chance(outcome: &Outcome, table: &Table) -> Option<Markup> {
    let axes = [table.columns[0].name.as_str(), table.columns[1].name.as_str()];
    let drawing = map_within(&cells(table, "chance"), size(table)?, &[], axes, "%", Some((0.0, 100.0)));
    Some(figure(outcome, &table.title, "", &table.basis, &drawing))
}

/// P90, P50 and P10 of the same blocks, one below the other in the same shades.
fn spreads(outcome: &Outcome, table: &Table) -> Option<Markup> {
    let axes = [table.columns[0].name.as_str(), table.columns[1].name.as_str()];
    let parts = ["P90", "P50", "P10"].map(|part| (part, cells(table, part)));
    let mut values: Vec<f64> = parts.iter().flat_map(|(_, cells)| cells.iter().map(|cell| cell.value)).collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (*values.first()?, *values.get(values.len() * 98 / 100)?);
    let unit = table.columns[table.position("P50")?].unit.as_str();
    let drawn: Vec<Canvas> = parts
        .iter()
        .map(|(_, cells)| Some(map_within(cells, size(table)?, &[], axes, unit, Some((low, high)))))
        .collect::<Option<_>>()?;
    let gap = 22.0;
    let mut whole = Canvas::new(540.0, drawn.iter().map(|one| one.height + gap).sum());
    let mut top = 0.0;
    for ((part, _), one) in parts.iter().zip(&drawn) {
        whole.text((66.0, top + 16.0), part, "class=\"strong\"");
        whole.place((0.0, top + gap), one);
        top += one.height + gap;
    }
    let title = table.title.replacen("Chance of", "Blocks' own P90, P50 and P10:", 1);
    let title = title.split(" above ").next().unwrap_or(&title).to_owned();
    let place = table.title.split_once(", at ").map_or(String::new(), |(_, place)| format!(", at {place}"));
    let says = "What nine, five and one in ten of the grounds exceed in each block.";
    Some(figure(outcome, &format!("{title}{place}"), says, &table.basis, &whole))
}
