//! What the page holds, in the order of the chain. A section without content is left out.

use maud::{Markup, html};

use super::draw;
use super::figure::figure;
use super::{appendix, stream_table, tables};
use crate::outcome::Outcome;
use crate::quantity::figures;

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
    add("plant", "The plant", plant(outcome));
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
        "{} units, {} streams, {loops}; drawn from the same list that was calculated.",
        plant.units.len(),
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

fn all_tables(outcome: &Outcome) -> Vec<Markup> {
    outcome
        .tables
        .iter()
        .map(|table| {
            html! { details { summary { (table.title) " " span.small { (table.rows.len()) " rows" } } (tables::table(outcome, table)) } }
        })
        .collect()
}

/// Headline results.
pub fn headline(outcome: &Outcome) -> Markup {
    html! {
        @if !outcome.readings.is_empty() {
            dl.headline {
                @for reading in &outcome.readings {
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
                    li { "Time: the plant stands at steady state; start-up, upsets and stock in process are left out." }
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
