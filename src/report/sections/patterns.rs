//! The spider plot's lines, picked from the plant.

use maud::Markup;

use crate::element::ByElement;
use crate::flowsheet::{Pipe, Plant};
use crate::outcome::Outcome;
use crate::report::draw::spider::{Pattern, draw};
use crate::report::figure::figure;

/// kg/h of rare earths in the solids.
fn in_solids(pipe: &Pipe) -> f64 {
    pipe.stream.solid.element_mass().rare_earth_total()
}

/// kg/h of rare earths in solution, where there is no solvent.
fn in_solution(pipe: &Pipe) -> f64 {
    let ions = pipe.stream.aqueous.ions.elements();
    let grams: f64 = ions.rare_earths().map(|(element, moles)| moles * element.molar_mass()).sum();
    if pipe.stream.organic.mass() > 0.0 { 0.0 } else { grams / 1000.0 }
}

/// Mass fractions in the solids.
fn solid(pipe: &Pipe) -> ByElement<f64> {
    pipe.stream.solid.element_mass().scaled(1.0 / pipe.stream.solid.mass())
}

/// Mass fractions in the solution.
fn dissolved(pipe: &Pipe) -> ByElement<f64> {
    let aqueous = &pipe.stream.aqueous;
    let mass = aqueous.ions.elements().map(|element, moles| moles * element.molar_mass() / 1000.0);
    mass.scaled(1.0 / aqueous.mass())
}

/// The pipe with most of something.
fn most<'p>(pipes: impl Iterator<Item = &'p Pipe>, of: impl Fn(&Pipe) -> f64) -> Option<&'p Pipe> {
    pipes.filter(|pipe| of(pipe) > 0.0).max_by(|a, b| of(a).total_cmp(&of(b)))
}

fn ore_pipe(plant: &Plant) -> Option<&Pipe> {
    most(plant.pipes.iter().filter(|pipe| pipe.from.is_none()), in_solids)
}

/// Mass fractions in the ore: the solids given from outside that bring most.
pub fn ore(plant: &Plant) -> Option<ByElement<f64>> {
    ore_pipe(plant).map(solid)
}

/// Ore, the richest solids on the way, the liquor that carries most, products, the residue that keeps most.
fn patterns(outcome: &Outcome, plant: &Plant) -> Vec<Pattern> {
    let sold = |pipe: &Pipe| outcome.products.iter().any(|product| product.stream == pipe.name);
    let inner = || plant.pipes.iter().filter(|pipe| pipe.from.is_some() && pipe.to.is_some());
    let named = |pipe: &Pipe| {
        let product = outcome.products.iter().find(|product| product.stream == pipe.name);
        product.map_or_else(|| pipe.name.clone(), |product| product.name.clone())
    };
    let mut found: Vec<(&str, &Pipe, ByElement<f64>)> = Vec::new();
    let ore = ore_pipe(plant);
    let grade = ore.map_or(0.0, |ore| solid(ore).rare_earth_total());
    found.extend(ore.map(|ore| ("ore", ore, solid(ore))));
    let enriched = inner().filter(|pipe| in_solids(pipe) > 4.0 * in_solution(pipe));
    let enriched = enriched.filter(|pipe| solid(pipe).rare_earth_total() > 1.2 * grade);
    found.extend(most(enriched, in_solids).map(|pipe| ("concentrate", pipe, solid(pipe))));
    found.extend(most(inner(), in_solution).map(|pipe| ("liquor", pipe, dissolved(pipe))));
    for pipe in outcome.products.iter().filter_map(|product| plant.pipe(&product.stream)) {
        if in_solids(pipe) > 1e-6 * ore.map_or(0.0, in_solids) {
            found.push(("product", pipe, solid(pipe)));
        }
    }
    found
        .extend(most(plant.leaving().filter(|pipe| !sold(pipe)), in_solids).map(|pipe| ("residue", pipe, solid(pipe))));
    found
        .into_iter()
        .map(|(what, pipe, fractions)| Pattern { name: format!("{what}: {}", named(pipe)), fractions })
        .collect()
}

/// The figure.
pub fn pattern(outcome: &Outcome) -> Vec<Markup> {
    let Some(plant) = &outcome.plant else { return Vec::new() };
    let Some(drawing) = draw(&patterns(outcome, plant)) else { return Vec::new() };
    vec![figure(
        outcome,
        "Rare earths over chondrite, through the plant",
        "Parallel lines: nothing was favoured. Where lines part, the plant, or nature, told the elements apart.",
        "Mass fraction of each element in the solids, or in the solution, over that of CI chondrite (McDonough and Sun 1995); Y between Dy and Ho, where its radius puts it.",
        &drawing,
    )]
}
