//! What the page holds, in the order of the chain. A section without content is left out.

mod ground;
pub(super) mod patterns;
mod sea;
mod selection;
mod separation;
mod simulated;
mod study;
mod worth;

use maud::{Markup, html};

use super::draw;
use super::draw::sankey::{Flows, Measure};
use super::figure::{figure, figure_of, svg};
use super::seal::tiny;
use super::{appendix, stream_table, tables};
use crate::outcome::Outcome;
use crate::quantity::figures;
use crate::table::Table;
use crate::unit::Reading;

/// A part of the page.
pub struct Section {
    /// Its anchor.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Its content.
    pub body: Markup,
}

/// Every section that has something to show.
pub fn all(outcome: &Outcome) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut add = |id, title, parts: Vec<Markup>| {
        let body = html! { @for part in &parts { (part) } };
        if !parts.is_empty() {
            sections.push(Section { id, title, body });
        }
    };
    let deposit = [
        ground::pair_up([ground::deposit(outcome), study::pictures(outcome), simulated::narrow(outcome)].concat()),
        simulated::pictures(outcome),
        shown(outcome, &["resource", "resource_by_element"]),
    ]
    .concat();
    add("deposit", "The deposit", deposit);
    add("plant", "The plant", plant(outcome));
    add("metal", "Where the metal goes", metal(outcome));
    add("sea", "The sea", sea::sea(outcome));
    add("lift", "Lift", ground::lift(outcome));
    add("selection", "Selection of the ore", selection::selection(outcome));
    add("reconciliation", "Measured and reconciled", selection::reconciliation(outcome));
    add("separation", "Separation, stage by stage", separation::separation(outcome));
    add("pattern", "The pattern of the rare earths", patterns::pattern(outcome));
    add("money", "Value and cost", worth::money(outcome));
    add("world", "What it changes in the world", worth::world(outcome));
    add("record", "What was claimed", worth::record(outcome));
    add("convergence", "How it converged", convergence(outcome));
    add("caveats", "Caveats", vec![appendix::caveats(outcome)]);
    add("tables", "Tables", all_tables(outcome));
    add("ledger", "The numbers used", vec![appendix::ledger(outcome)]);
    if !outcome.bibliography.is_empty() {
        add("works", "Works cited by those numbers", vec![appendix::bibliography(outcome)]);
    }
    sections
}

fn plant(outcome: &Outcome) -> Vec<Markup> {
    let Some(plant) = outcome.plant.as_ref().filter(|plant| !plant.units.is_empty()) else { return Vec::new() };
    let loops = match plant.recycles.len() {
        0 => "no recycle".to_owned(),
        1 => "one recycle, converged".to_owned(),
        n => format!("{n} recycles, converged"),
    };
    let reading = format!(
        "{}, {} streams, {loops}; drawn from the same list that was calculated.",
        if plant.units.len() == 1 { "One unit".to_owned() } else { format!("{} units", plant.units.len()) },
        plant.pipes.len()
    );
    let drawing = draw::flowsheet::draw(plant, &outcome.products);
    vec![
        figure(
            outcome,
            "Flowsheet",
            &reading,
            "Flows per hour at work. A stream is coloured by what mainly flows in it.",
            &drawing,
        ),
        stream_table::markup(outcome, plant),
    ]
}

/// One Sankey a measure; the choice works without scripts.
fn metal(outcome: &Outcome) -> Vec<Markup> {
    let Some(plant) = &outcome.plant else { return Vec::new() };
    let drawn: Vec<(Measure, String, Markup)> = Measure::all()
        .into_iter()
        .filter_map(|measure| {
            let flows = Flows::of(plant, &outcome.products, &measure, outcome.hours_per_year);
            let drawing = draw::sankey::draw(&flows, &measure)?;
            let reading = draw::sankey::reading(&flows, &measure);
            let picture = svg(&drawing, &reading);
            Some((measure, reading, picture))
        })
        .collect();
    if drawn.is_empty() {
        return Vec::new();
    }
    let body = html! {
        @for (at, _) in drawn.iter().enumerate() {
            @if at == 0 { input.pick type="radio" name="measure" id={ "pick-" (at) } checked; }
            @else { input.pick type="radio" name="measure" id={ "pick-" (at) }; }
        }
        div.choose { @for (at, (measure, ..)) in drawn.iter().enumerate() { label for={ "pick-" (at) } { (measure.name) } } }
        @for (at, (_, reading, picture)) in drawn.iter().enumerate() {
            div.choice id={ "choice-" (at) } { p.reading { (reading) } (picture) }
        }
    };
    vec![figure_of(
        outcome,
        "From ore to products, with every loss",
        "",
        "Width: t/y as reporting oxides (CeO2, Pr6O11, Tb4O7, else RE2O3; ThO2) at the hours at work of the scenario; shares are of what enters the plant. Units with one way in and out are passed over; flows below 0.05 % of what enters are not drawn; recycles run beneath.",
        body,
    )]
    .into_iter()
    .chain(shown(outcome, &["recovery", "products"]))
    .collect()
}

/// Tables shown whole in their section.
fn shown(outcome: &Outcome, names: &[&str]) -> Vec<Markup> {
    let found = names.iter().filter_map(|name| outcome.table(name)).filter(|table| !table.rows.is_empty());
    found.map(|table| tables::table(outcome, table)).collect()
}

fn convergence(outcome: &Outcome) -> Vec<Markup> {
    let Some(plant) = outcome.plant.as_ref().filter(|plant| !plant.recycles.is_empty()) else { return Vec::new() };
    let passes: Vec<String> = plant
        .recycles
        .iter()
        .map(|r| {
            format!(
                "{} in {} passes to {}",
                r.torn.join(", "),
                r.residuals.len(),
                tiny(r.residuals.last().copied().unwrap_or(0.0))
            )
        })
        .collect();
    let drawing = draw::strip::convergence(&plant.recycles);
    vec![figure(
        outcome,
        "Recycles",
        &format!("{}.", passes.join("; ")),
        "Largest change of any amount in the torn streams from pass to pass, relative to itself.",
        &drawing,
    )]
}

/// Tables that stand whole in another section.
const ELSEWHERE: &[&str] = &[
    "ledger",
    "recovery",
    "products",
    "resource",
    "resource_by_element",
    "headline",
    "revenue",
    "maturity",
    "selection",
    "selection_sweep",
    "sea_year",
    "sea_months",
    "fleet",
    "returns",
    "selection_evidence",
    "reconciled_streams",
    "recoveries",
    "reconciled",
    "balances",
];

/// Long tables that are drawn whole: their beginning serves to see the columns.
const DRAWN: &[&str] =
    &["distribution", "start_up", "start_up_outlets", "convergence", "frontier", "partition_curve", "flux"];

fn all_tables(outcome: &Outcome) -> Vec<Markup> {
    let whole = |table: &Table| {
        let drawn = study::draws(&table.name)
            || simulated::draws(&table.name)
            || DRAWN.iter().any(|name| table.name == *name || table.name.ends_with(&format!("_{name}")));
        if drawn { tables::drawn(outcome, table) } else { tables::table(outcome, table) }
    };
    outcome
        .tables
        .iter()
        .filter(|table| !ELSEWHERE.contains(&table.name.as_str()) && !table.rows.is_empty())
        .map(|table| {
            html! { details { summary { (table.title) " " span.small { (table.name) " · " (table.rows.len()) " rows" } } (whole(table)) } }
        })
        .collect()
}

/// What a reader asks first, by the beginning of its name.
const FIRST: &[&str] = &[
    "grade as mined",
    "rare earths sold",
    "recovery, ore to products",
    "cost per kg",
    "paid per kg",
    "NPV",
    "IRR",
    "capital",
    "electricity per kg",
    "acid per kg",
    "base per kg",
    "payback",
];

/// Headline results: a dozen, the rest behind a fold.
pub fn headline(outcome: &Outcome) -> Markup {
    let mut first: Vec<&Reading> = FIRST
        .iter()
        .filter_map(|name| outcome.readings.iter().find(|reading| reading.name.starts_with(name)))
        .collect();
    let room = 12_usize.saturating_sub(first.len());
    let others: Vec<&Reading> =
        outcome.readings.iter().filter(|reading| !first.iter().any(|f| f.name == reading.name)).collect();
    let (more, rest) = others.split_at(if first.len() < 6 { room.min(others.len()) } else { 0 });
    first.extend(more);
    html! {
        @if !first.is_empty() { (readings(&first)) }
        @if !rest.is_empty() {
            details.more { summary { "All " (outcome.readings.len()) " headline results" } (readings(rest)) }
        }
    }
}

fn readings(all: &[&Reading]) -> Markup {
    html! {
        dl.headline {
            @for reading in all {
                div {
                    dt { (reading.name) }
                    dd {
                        (figures(reading.value, 3))
                        @if reading.unit != "1" { " " span.unit { (reading.unit) } }
                    }
                }
            }
        }
    }
}

/// What is not modelled: of this scenario, and of the program at all.
pub fn limits(outcome: &Outcome) -> Markup {
    let has = |name: &str| outcome.table(name).is_some();
    let absent: Vec<&str> = [
        (has("resource") || has("grade_tonnage"), "the deposit (no resource was estimated)"),
        (outcome.plant.is_some(), "the plant"),
        (has("capital") || has("operating"), "cost and revenue"),
        (has("world_shares"), "the world market"),
    ]
    .into_iter()
    .filter_map(|(there, what)| (!there).then_some(what))
    .collect();
    html! {
        aside.limits {
            h2 { "What is not modelled" }
            ul {
                @if !absent.is_empty() { li { "Not part of this scenario: " (absent.join(", ")) "." } }
                @if outcome.plant.is_some() {
                    @if !outcome.tables.iter().any(|table| table.name.ends_with("start_up")) { li { "Time: the plant stands at steady state; start-up, upsets and stock in process are left out." } }
                    li { "Activity coefficients and metal complexes in the pH of streams (ideal solution, 25 °C)." }
                    li { "Heat exchange between streams, and the thermal design of the plant." }
                    li { "Kinetics and entrainment where a unit's own page does not name them." }
                }
                li { "Uncertainty is not propagated into one interval: the evidence mix and the caveats say what the numbers rest on." }
                li { "Permits, environmental effects and social licence." }
            }
        }
    }
}

/// The section of separation alone, for its tests.
#[cfg(test)]
pub fn separation_page(outcome: &Outcome) -> String {
    html! { @for part in &separation::separation(outcome) { (part) } }.into_string()
}
