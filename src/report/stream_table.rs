//! The stream table: a column a stream, numbered as on the flowsheet.

use maud::{Markup, html};

use super::draw::colour::Carrier;
use super::figure::foot;
use super::seal::tiny;
use super::tables::{csv_link, people};
use crate::element::Element;
use crate::flowsheet::{Pipe, Plant};
use crate::outcome::Outcome;
use crate::solution;

/// Streams side by side in one block of the printed table.
const BLOCK: usize = 12;

const OTHERS: &[Element] = &[
    Element::Sc,
    Element::Fe,
    Element::Al,
    Element::Ca,
    Element::Mg,
    Element::Mn,
    Element::Na,
    Element::K,
    Element::Si,
    Element::P,
    Element::F,
    Element::Cl,
    Element::S,
    Element::Th,
    Element::U,
];

/// Is there solution enough for a pH to mean something?
fn wet(pipe: &Pipe) -> bool {
    let stream = &pipe.stream;
    stream.aqueous.water > 1e-6 * stream.mass() && stream.aqueous.ions.mass_kg() > 0.0
}

/// The table for people, in blocks of a width that prints.
pub fn markup(outcome: &Outcome, plant: &Plant) -> Markup {
    let feed: f64 = plant.pipes.iter().filter(|p| p.from.is_none()).map(|p| p.stream.rare_earth_oxide()).sum();
    let elements: Vec<Element> = Element::RARE_EARTHS
        .iter()
        .chain(OTHERS)
        .copied()
        .filter(|element| plant.pipes.iter().any(|p| p.stream.element_mass()[*element] > 0.0))
        .collect();
    html! {
        figure.table {
            h3.figure { "Stream table" }
            p.reading {
                "Every stream by its number on the flowsheet; the last column says how well each element closes over the plant. "
                @if let Some(streams) = outcome.table("streams") { (csv_link(streams)) }
            }
            div.scroll.screen { (block(plant, &elements, feed, 0, &plant.pipes)) }
            div.paper {
                @for (at, pipes) in plant.pipes.chunks(BLOCK).enumerate() {
                    (block(plant, &elements, feed, at * BLOCK, pipes))
                }
            }
            (foot(outcome, "Per hour at work. Elements as kg of element; TREO as oxides of the fifteen (CeO2, Pr6O11, Tb4O7, else RE2O3). pH from total acidity, ideal solution at 25 °C."))
        }
    }
}

/// Some streams side by side.
fn block(plant: &Plant, elements: &[Element], feed: f64, first: usize, pipes: &[Pipe]) -> Markup {
    let gap_of =
        |element: Element| plant.closure.elements.iter().find(|(e, ..)| *e == element).map(|(.., gap)| tiny(gap * 1e6));
    html! {
        table.stream {
            thead {
                tr {
                    th scope="col" {}
                    @for (at, pipe) in pipes.iter().enumerate() {
                        th scope="col" { span.diamond { (first + at + 1) } br; (pipe.name) }
                    }
                    th scope="col" { "closure" br; span.unit { "ppm" } }
                }
            }
            tbody {
                (words("from", pipes, |p| p.from.clone().unwrap_or_else(|| "outside".into())))
                (words("to", pipes, |p| p.to.clone().unwrap_or_else(|| "outside".into())))
                (words("phase", pipes, |p| Carrier::of(&p.stream).word(&p.stream).to_owned()))
                (numbers("solids, t/h dry", pipes, |p| some(p.stream.solid.mass() / 1000.0)))
                (numbers("solution, m³/h", pipes, |p| some(p.stream.aqueous.volume())))
                (numbers("organic, m³/h", pipes, |p| some(p.stream.organic.volume())))
                (numbers("gas, kg/h", pipes, |p| some(p.stream.gas.mass_kg())))
                (numbers("solids, % w/w", pipes, |p| some(100.0 * p.stream.solids_fraction())))
                (numbers("temperature, °C", pipes, |p| Some(p.stream.temperature - 273.15)))
                (numbers("pH", pipes, |p| solution::ph(&p.stream.aqueous).filter(|_| wet(p))))
                (numbers("TREO in solution, g/L", pipes, |p| some(in_solution(p))))
                (numbers("TREO in solids, %", pipes, |p| some(in_solids(p))))
                (numbers("TREO, kg/h", pipes, |p| some(p.stream.rare_earth_oxide())))
                @if feed > 0.0 {
                    (numbers("TREO, % of feed", pipes, |p| some(100.0 * p.stream.rare_earth_oxide() / feed)))
                }
                @for element in elements {
                    tr {
                        th scope="row" { (element) ", kg/h" }
                        @for pipe in pipes { (number(some(pipe.stream.element_mass()[*element]))) }
                        td.n { (gap_of(*element).unwrap_or_default()) }
                    }
                }
            }
        }
    }
}

fn some(value: f64) -> Option<f64> {
    (value > 0.0).then_some(value)
}

/// g/L of rare-earth oxide dissolved.
fn in_solution(pipe: &Pipe) -> f64 {
    let volume = pipe.stream.aqueous.volume();
    let mass = pipe.stream.aqueous.ions.elements().map(|element, moles| moles * element.molar_mass() / 1000.0);
    if volume > 0.0 { mass.rare_earth_oxide() / volume } else { 0.0 }
}

/// % of rare-earth oxide in the solids.
fn in_solids(pipe: &Pipe) -> f64 {
    let mass = pipe.stream.solid.mass();
    if mass > 0.0 { 100.0 * pipe.stream.solid.element_mass().rare_earth_oxide() / mass } else { 0.0 }
}

fn words(name: &str, pipes: &[Pipe], word: impl Fn(&Pipe) -> String) -> Markup {
    html! { tr { th scope="row" { (name) } @for pipe in pipes { td { (word(pipe)) } } td {} } }
}

fn numbers(name: &str, pipes: &[Pipe], value: impl Fn(&Pipe) -> Option<f64>) -> Markup {
    let values: Vec<Option<f64>> = pipes.iter().map(value).collect();
    if values.iter().all(Option::is_none) {
        return html! {};
    }
    html! { tr { th scope="row" { (name) } @for value in values { (number(value)) } td {} } }
}

fn number(value: Option<f64>) -> Markup {
    html! {
        @if let Some(value) = value { td.n { (people(value)) } } @else { td.n.none { "–" } }
    }
}
