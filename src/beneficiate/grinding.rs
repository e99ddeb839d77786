//! Breaking rock to a size: the energy it takes and the sizes it gives.
//!
//! # Equation
//! ```text
//! W = 10 Wi (1/√P80 − 1/√F80)
//! F(x) = 1 − exp(−ln 5 · (x/P80)^n)
//! ```
//! Each mineral keeps what is finer already: its product is the finer, size by size, of its feed
//! and F. Minerals break alike.
//!
//! # Symbols
//! W: kWh/t; Wi: work index, kWh/t; F80, P80: µm that 80 % of feed and product pass; F: share
//! finer than x (Rosin–Rammler); n: its slope.
//!
//! # Holds for
//! Crushers and mills from about 100 mm to 0.05 mm; below that W is too small.
//!
//! # Source
//! Bond 1961 (`bond1961`).

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, Number, SpecificEnergy};
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::dilution::Dilution;
use super::partition::passing_size;

/// Bond's energy, kWh/t, from sizes in m; zero where the product is no finer than the feed.
pub fn bond_energy(work_index: f64, feed80: f64, product80: f64) -> f64 {
    let root = |size: f64| 1.0 / (size * 1e6).sqrt();
    (10.0 * work_index * (root(product80) - root(feed80))).max(0.0)
}

/// Share of the product finer than a size.
pub fn finer(size: f64, product80: f64, slope: f64) -> f64 {
    -(-5f64.ln() * (size / product80).powf(slope)).exp_m1()
}

/// Which machine does it.
#[derive(Debug, Clone, Copy)]
enum Machine {
    BallMill,
    Crusher,
}

/// The stage.
#[derive(Debug)]
struct Grinding {
    machine: Machine,
    work_index: f64,
    product: f64,
    slope: f64,
    efficiency: f64,
    dilution: Option<Dilution>,
}

/// The kind.
pub const KIND: Kind<dyn Unit> =
    Kind { name: "grinding", about: "Crusher or mill that brings an ore to a size", sources: &["bond1961"], read };

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let machine = fields.word(
        "machine",
        "what it is done in",
        &[("ball-mill", Machine::BallMill), ("crusher", Machine::Crusher)],
    );
    let work_index: Option<SpecificEnergy> = fields.need("work_index", "Bond's work index of the ore", 0.5..=60.0);
    let product: Option<Length> = fields.need("product_size", "that 80 % of the product passes", 1e-6..=0.5);
    let slope: Option<Number> = fields.need("slope", "Rosin-Rammler slope of the product's sizes", 0.2..=5.0);
    let efficiency: Option<Fraction> = fields.need("drive_efficiency", "of motor and drive", 0.3..=1.0);
    let dilution = Dilution::read(fields, library);
    Some(Box::new(Grinding {
        machine: machine?,
        work_index: work_index?.0,
        product: product?.0,
        slope: slope?.0,
        efficiency: efficiency?.0,
        dilution: dilution.ok()?,
    }))
}

/// The sizes of all solids together, kg/h.
fn all_sizes(stream: &Stream) -> Vec<f64> {
    let mut sizes = vec![0.0; stream.solid.edges.len()];
    for lot in &stream.solid.lots {
        for (slot, kg) in sizes.iter_mut().zip(&lot.kg_per_h) {
            *slot += kg;
        }
    }
    sizes
}

impl Unit for Grinding {
    fn ports(&self) -> Ports {
        Ports { inlets: &["feed"], outlets: &["product"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut stream = inlets[0].clone();
        let mut caveats = Vec::new();
        let mut drawn = Vec::new();
        let solids = stream.solid.mass();
        let edges = stream.solid.edges.clone();
        if edges.is_empty() && solids > 0.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the solids have no sizes".into(),
                hint: "feed it from an ore with size classes".into(),
            });
        }
        let before = passing_size(&edges, &all_sizes(&stream), 0.8);
        let worth = before.is_some_and(|size| size > self.product);
        if worth {
            for lot in &mut stream.solid.lots {
                break_lot(&mut lot.kg_per_h, &edges, self.product, self.slope);
            }
        } else if solids > 0.0 {
            caveats.push(Caveat::new("the feed is already finer than the product asked for; nothing is broken"));
        }
        if let Some(dilution) = &self.dilution {
            drawn.extend(dilution.apply(&mut stream, &mut caveats));
        }
        let energy = before.map_or(0.0, |size| bond_energy(self.work_index, size, self.product));
        if worth && self.product < 50e-6 {
            caveats.push(Caveat::new(format!(
                "product of {:.0} um: below 50 um Bond's law asks for too little energy",
                self.product * 1e6
            )));
        }
        let mut readings = vec![
            Reading::new("solids", solids / 1000.0, "t/h"),
            Reading::new("energy", energy / self.efficiency, "kWh/t"),
        ];
        readings.extend(before.map(|size| Reading::new("80 % of the feed passes", size * 1e6, "um")));
        readings.extend(
            passing_size(&edges, &all_sizes(&stream), 0.8)
                .map(|size| Reading::new("80 % of the product passes", size * 1e6, "um")),
        );
        let power_kw = energy * solids / 1000.0 / self.efficiency;
        Ok(Balance { outlets: vec![stream], drawn, power_kw, readings, caveats, ..Balance::default() })
    }

    fn equipment(&self, inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let (name, size, unit) = match self.machine {
            Machine::BallMill => ("ball mill", done.power_kw, "kW"),
            Machine::Crusher => ("crusher", inlets[0].solid.mass() / 1000.0, "t/h"),
        };
        if size <= 0.0 {
            return Vec::new();
        }
        vec![Equipment { name: name.into(), count: 1, size, unit }]
    }
}

/// Moves a lot's mass into finer classes.
fn break_lot(kg: &mut Vec<f64>, edges: &[f64], product: f64, slope: f64) {
    let whole: f64 = kg.iter().sum();
    if whole <= 0.0 {
        return;
    }
    kg.resize(edges.len().max(kg.len()), 0.0);
    let last = kg.len() - 1;
    let (mut fed, mut given) = (0.0, 0.0);
    for (at, slot) in kg.iter_mut().enumerate() {
        fed += *slot;
        let target = if at == last {
            whole
        } else {
            let edge = edges.get(at).copied().unwrap_or(f64::INFINITY);
            fed.max(whole * finer(edge, product, slope)).min(whole)
        };
        *slot = (target - given).max(0.0);
        given = target;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ore, solved};
    use super::*;

    const MILL: &str = "machine = \"ball-mill\"\nwork_index = \"13 kWh/t\"\nproduct_size = \"75 um\"\nslope = 1.0\ndrive_efficiency = \"95 %\"\nfeed_solids = \"60 %\"\ndilution = \"water\"\n";

    #[test]
    fn bond_by_hand() {
        // From 10 mm to 100 um with an index of 10: 10·10·(0.1 − 0.01) = 9 kWh/t.
        assert!((bond_energy(10.0, 0.01, 100e-6) - 9.0).abs() < 1e-12);
        assert!(bond_energy(10.0, 1e-4, 1e-3).abs() < 1e-12);
        assert!((finer(75e-6, 75e-6, 1.3) - 0.8).abs() < 1e-12);
    }

    #[test]
    fn the_mill_reaches_its_size_and_keeps_each_mineral() {
        let feed = ore("mountain-pass-bastnasite", 0.064);
        let before = feed.solid.lot("calcite").unwrap().total();
        let plant = solved("grinding", MILL, feed, &["product"]);
        let read = |name: &str| plant.units[0].balance.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!((read("80 % of the product passes") / 75.0 - 1.0).abs() < 0.05);
        assert!(read("energy") > 5.0 && read("energy") < 20.0);
        let after = plant.pipe("product").unwrap().stream.solid.lot("calcite").unwrap().total();
        assert!((after / before - 1.0).abs() < 1e-12);
    }

    #[test]
    fn mud_is_not_ground() {
        let plant = solved("grinding", MILL, super::super::tests::mud(), &["product"]);
        assert!(plant.units[0].balance.power_kw.abs() < 1e-12);
        assert!(plant.caveats.iter().any(|c| c.text.contains("already finer")));
    }
}
