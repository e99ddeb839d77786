//! Dewatering: slurry to a cake that can be shipped, by a machine described by moisture and capture.
//!
//! # Equation
//! `cake solids = capture · solids`; the rest as [`cake`].
//!
//! # Holds for
//! Any machine that is described by moisture and capture, taken alike for all minerals and sizes though the finest are
//! lost first: `decanter-centrifuge` and `filter-press` tell that, and how many machines it takes.
//!
//! # Source
//! Mass balance. Moisture, capture and energy are the scenario's, with their own evidence; the only published figure is a
//! volume cut of about 80 % (`northernminer2025`), printed against the reading.

use super::slurry;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Fraction, SpecificEnergy};
use crate::stream::Stream;
use crate::unit::{Balance, Case, Equipment, Kind, Ports, Reading, Unit};
use cake::Wash;

pub mod cake;
pub mod decanter;
pub mod filter_press;
pub mod filtration;
pub mod spinning_pond;
#[cfg(test)]
mod tests;

/// As the scenario describes it.
#[derive(Debug)]
struct Dewatering {
    machine: Machine,
    machines: usize,
    moisture: f64,
    capture: f64,
    energy: f64,
    wash: Option<Wash>,
}

#[derive(Debug, Clone, Copy)]
enum Machine {
    Decanter,
    BeltFilter,
}

/// In a scenario: `kind = "dewatering"`.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "dewatering",
    about: "Takes the water out of a slurry by centrifuge or filter, and may wash the salt out",
    sources: &["northernminer2025", "choudhury1957"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let machine = fields.word(
        "machine",
        "which machine",
        &[("decanter centrifuge", Machine::Decanter), ("belt filter", Machine::BeltFilter)],
    );
    let machines = fields.count("machines", "how many of them share the slurry", 1..=200);
    let moisture: Option<Fraction> = fields.need("moisture", "liquor in the mass of the wet cake", 0.01..=0.95);
    let capture: Option<Fraction> = fields.need("capture", "solids that reach the cake", 0.01..=1.0);
    let energy: Option<SpecificEnergy> = fields.need("energy", "electric energy by dry solids fed", 0.0..=1000.0);
    let wash = Wash::read(fields, library, |_| Some(()));
    Some(Box::new(Dewatering {
        machine: machine?,
        machines: machines?,
        moisture: moisture?.0,
        capture: capture?.0,
        energy: energy?.0,
        wash: wash.ok()?.map(|(wash, ())| wash),
    }))
}

impl Unit for Dewatering {
    fn ports(&self) -> Ports {
        Ports { inlets: &["slurry"], outlets: &["cake", "water"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let slurry = &inlets[0];
        let solid = slurry.scaled(self.capture).solid;
        let parted = cake::part(slurry, solid, self.moisture, self.wash.as_ref())?;
        Ok(Balance { power_kw: self.energy * slurry.solid.mass() / 1000.0, ..parted.balance(slurry) })
    }

    fn equipment(&self, inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        let (name, whole, unit) = match self.machine {
            Machine::Decanter => ("decanter centrifuge", inlets[0].slurry_volume(), "m3/h"),
            Machine::BeltFilter => ("belt filter", inlets[0].solid.mass() / 1000.0, "t/h"),
        };
        vec![Equipment { name: name.into(), count: self.machines, size: whole / self.machines as f64, unit }]
    }
}

/// A slurry made into a cake, by volumes.
#[derive(Debug)]
struct Cut {
    solids: f64,
    moisture: f64,
    solid_density: f64,
    liquid_density: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "volume-cut",
    about: "Volume that dewatering takes from a slurry or a mud",
    sources: &["northernminer2025"],
    read: read_cut,
};

fn read_cut(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let solids: Option<Fraction> = fields.need("solids", "dry solids in the mass of what is dewatered", 1e-3..=1.0);
    let moisture: Option<Fraction> = fields.need("moisture", "liquor in the mass of the wet cake", 0.0..=0.95);
    let solid: Option<Density> = fields.need("solid_density", "density of the grains", 500.0..=20_000.0);
    let liquid: Option<Density> = fields.need("liquid_density", "density of the liquor", 500.0..=2000.0);
    Some(Box::new(Cut { solids: solids?.0, moisture: moisture?.0, solid_density: solid?.0, liquid_density: liquid?.0 }))
}

impl Case for Cut {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let by_dry = |solids: f64| 1000.0 / solids / slurry::density(solids, self.solid_density, self.liquid_density);
        let (before, after) = (by_dry(self.solids), by_dry(1.0 - self.moisture));
        Ok(vec![
            Reading::new("volume before by dry solids", before, "m3/t"),
            Reading::new("volume after by dry solids", after, "m3/t"),
            Reading::new("volume cut", 100.0 * (1.0 - after / before), "%"),
        ])
    }
}
