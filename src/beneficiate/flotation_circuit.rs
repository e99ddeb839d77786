//! The Mountain Pass circuit: rougher, cleaners, scavenger, with the middlings coming back.
//!
//! # Equation
//! Five banks of [`super::flotation`] in a flowsheet:
//! ```text
//! feed + scavenger concentrate          → rougher   → tailings
//! rougher concentrate + cleaner 2 tails → cleaner 1 → tails to the scavenger
//! cleaner 1 tails                       → scavenger → tailings
//! cleaner 1 concentrate + cleaner 3-4 tails → cleaner 2
//! cleaner 2 concentrate                 → cleaners 3-4 → product
//! ```
//!
//! # Symbols
//! Assays are of oxides over dry mass.
//!
//! # Holds for
//! The ore and reagents of the source.
//!
//! # Source
//! `pradip2013`, as set up in `prommis2026`.

use std::sync::Arc;

use crate::document::Node;
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::{Check, Fields};
use crate::flowsheet::{Flowsheet, Placed};
use crate::formula::Formula;
use crate::library::Library;
use crate::mineral::Mineral;
use crate::quantity::MassFlow;
use crate::stream::Stream;
use crate::unit::{Case, Kind, Reading};

use super::cyclone_stages::read_ore;
use super::flotation;

/// Bank, what it takes, what it gives.
const CIRCUIT: [(&str, &[&str], [&str; 2]); 5] = [
    ("rougher", &["feed", "scavenger concentrate"], ["rougher concentrate", "rougher tails"]),
    ("cleaner1", &["rougher concentrate", "cleaner2 tails"], ["cleaner1 concentrate", "cleaner1 tails"]),
    ("scavenger", &["cleaner1 tails"], ["scavenger concentrate", "scavenger tails"]),
    ("cleaner2", &["cleaner1 concentrate", "cleaners34 tails"], ["cleaner2 concentrate", "cleaner2 tails"]),
    ("cleaners34", &["cleaner2 concentrate"], ["product", "cleaners34 tails"]),
];

/// The circuit on a feed.
#[derive(Debug)]
struct Circuit {
    feed: Stream,
    flowsheet: Flowsheet,
}

/// The question a validation file can ask.
pub const CASE: Kind<dyn Case> = Kind {
    name: "flotation-circuit",
    about: "Grade and recovery of the Mountain Pass flotation circuit on its feed or on an ore",
    sources: &["pradip2013", "prommis2026"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let circuit = fields.text("circuit", "whose rates: a `circuit` of data/beneficiate/flotation_rates.csv");
    let oxides: Vec<(String, MassFlow)> = fields.may_named(
        "oxides",
        "feed as in the source, each oxide under the name of the mineral it stands for; absent means an ore",
        0.0..=1e9,
    );
    let feed = if oxides.is_empty() { read_ore(fields, library)? } else { oxide_feed(fields, &oxides)? };
    let circuit = circuit?;
    let table = library.table("beneficiate/flotation_rates").ok()?;
    let mut units = Vec::new();
    for (bank, inlets, outlets) in CIRCUIT {
        let row = table.rows().find(|row| row.text("circuit") == Some(&circuit) && row.text("bank") == Some(bank));
        let Some((cells, minutes)) = row.and_then(|row| Some((row.number("cells")?, row.number("residence")?))) else {
            fields.refuse("circuit", format!("there are no rates for the {bank} of `{circuit}`"), "mountain-pass");
            return None;
        };
        // Dry, as in the source: water plays no part in the split of the solids here.
        let text = format!(
            "circuit = \"{circuit}\"\nbank = \"{bank}\"\ncells = {cells}\nresidence = \"{minutes} min\"\nair = \"10 %\"\nfloatable = 1\nentrainment = 0\nfroth_solids = \"40 %\"\ncollector = \"collector\"\ndosage = 0\nunlisted = \"quartz\"\npower_per_volume = 0\n"
        );
        let node = Node::parse("flotation-circuit", &text).ok()?;
        let check = Check::new();
        let unit = (flotation::KIND.read)(&mut Fields::new(&node, bank, &check), library)?;
        units.push(Placed {
            tag: bank.into(),
            kind: flotation::KIND.name,
            unit,
            inlets: vec![inlets.iter().map(|name| (*name).to_owned()).collect()],
            outlets: outlets.iter().map(|name| (*name).to_owned()).collect(),
        });
    }
    Some(Box::new(Circuit { feed, flowsheet: Flowsheet { units } }))
}

/// The source's feed of oxides, each named for its mineral so that it finds its rate.
fn oxide_feed(fields: &Fields<'_>, oxides: &[(String, MassFlow)]) -> Option<Stream> {
    let mut stream = Stream::default();
    for (name, flow) in oxides {
        // REO is counted as CeO2, the commonest of its oxides; only its mass matters here.
        let formula = match name.as_str() {
            "bastnasite" => "CeO2",
            "calcite" => "CaO",
            "barite" => "BaO",
            "celestine" => "SrO",
            "quartz" => "SiO2",
            other => {
                fields.refuse(
                    "oxides",
                    format!("`{other}` stands for no oxide of the source"),
                    "bastnasite, calcite, barite, celestine, quartz",
                );
                return None;
            }
        };
        let formula = Formula::parse(formula).ok()?;
        let mineral = Arc::new(Mineral::new(name, &formula, 3000.0, &ByElement::default()));
        stream.solid.add(&mineral, &[flow.0]);
    }
    Some(stream)
}

impl Case for Circuit {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let plant = self.flowsheet.solve(&[("feed".into(), self.feed.clone())], &mut |_| {})?;
        let pipe = |name: &str| plant.pipe(name).map(|pipe| pipe.stream.clone()).unwrap_or_default();
        let product = pipe("product");
        let tails = Stream::mixed(&[pipe("rougher tails"), pipe("scavenger tails")]);
        let oxide = |stream: &Stream, element: Element| {
            stream.solid.element_mass()[element] * element.oxide_factor().unwrap_or(1.0) / stream.solid.mass() * 100.0
        };
        let reo = |stream: &Stream| stream.solid.element_mass().rare_earth_oxide();
        let grade = |stream: &Stream| reo(stream) / stream.solid.mass() * 100.0;
        Ok(vec![
            Reading::new("yield of concentrate", product.solid.mass() / self.feed.solid.mass() * 100.0, "%"),
            Reading::new("REO in feed", grade(&self.feed), "%"),
            Reading::new("REO in concentrate", grade(&product), "%"),
            Reading::new("CaO in concentrate", oxide(&product, Element::Ca), "%"),
            Reading::new("BaO in concentrate", oxide(&product, Element::Ba), "%"),
            Reading::new("SrO in concentrate", oxide(&product, Element::Sr), "%"),
            Reading::new("REO in tails", grade(&tails), "%"),
            Reading::new("REO recovery", reo(&product) / reo(&self.feed) * 100.0, "%"),
        ])
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_circuit_is_written_once() {
        let taken: Vec<&str> = super::CIRCUIT.iter().flat_map(|(_, inlets, _)| inlets.iter().copied()).collect();
        for (_, _, outlets) in super::CIRCUIT {
            for outlet in outlets {
                let leaves = ["product", "rougher tails", "scavenger tails"].contains(&outlet);
                assert_eq!(taken.iter().filter(|inlet| **inlet == outlet).count(), usize::from(!leaves), "{outlet}");
            }
        }
    }
}
