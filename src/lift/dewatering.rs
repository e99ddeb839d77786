//! Dewatering: slurry to a cake that can be shipped, the sea salt washed out if wished.
//!
//! # Equation
//! ```text
//! cake solids = capture · solids           cake liquor = cake solids · m/(1 − m)
//! salt left   = (1 − E)^N                  wash water  = N · cake liquor
//! ```
//! Without a wash the cake's liquor is the slurry's. Washed, each dissolved species is left in
//! the same share, and water makes up the liquor's mass.
//!
//! # Symbols
//! m: liquor in the mass of the wet cake, 1; N: wash ratio, kg of wash water for one kg of
//! liquor in the cake; E: displacement efficiency of one such volume, 1.
//!
//! # Holds for
//! Any machine that is described by moisture and capture; capture is taken alike for all
//! minerals and sizes, though the finest are lost first. The wash law is the usual one of
//! cake washing for N up to about 3; salt held on clay by exchange does not follow it.
//!
//! # Source
//! Mass balance; washing after `choudhury1957`. Moisture, capture and energy are the scenario's, with their own evidence; the
//! only published figure is a volume cut of about 80 % (`northernminer2025`), printed against
//! the reading.

use super::slurry;
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::Ion;
use crate::library::Library;
use crate::quantity::{Density, Fraction, Number, SpecificEnergy};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::{Aqueous, Stream};
use crate::unit::{Balance, Case, Equipment, Kind, Ports, Reading, Unit};

/// Wash ratio beyond which the wash law is not trusted.
const MOST_WASH: f64 = 3.0;

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

/// Water that displaces the liquor of the cake.
#[derive(Debug)]
struct Wash {
    ratio: f64,
    efficiency: f64,
    water: Reagent,
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
    let washed = fields.has("wash");
    let wash = fields.may_table("wash", "water that displaces the cake's liquor; absent: the cake is not washed");
    let wash = wash.and_then(|mut table| {
        let ratio: Option<Number> = table.need("ratio", "wash water for one mass of liquor in the cake", 0.0..=20.0);
        let efficiency: Option<Fraction> =
            table.need("efficiency", "share of the salt that one such mass displaces", 0.0..=0.999);
        let water = Reagent::field(&mut table, "water", "reagent used as wash water", library);
        table.finish();
        Some(Wash { ratio: ratio?.0, efficiency: efficiency?.0, water: water? })
    });
    if washed && wash.is_none() {
        return None;
    }
    Some(Box::new(Dewatering {
        machine: machine?,
        machines: machines?,
        moisture: moisture?.0,
        capture: capture?.0,
        energy: energy?.0,
        wash,
    }))
}

impl Dewatering {
    /// The cake, and the wash water it took, kg/h.
    fn cake(&self, slurry: &Stream) -> Result<(Stream, f64), Error> {
        let mut cake = Stream { temperature: slurry.temperature, ..Stream::default() };
        cake.solid = slurry.scaled(self.capture).solid;
        let liquor = cake.solid.mass() * self.moisture / (1.0 - self.moisture);
        let available = slurry.aqueous.mass();
        if liquor > available {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: format!(
                    "the cake would hold {liquor:.0} kg/h of liquor and the slurry brings only {available:.0}"
                ),
                hint: "a drier cake: `moisture` is above that of the slurry itself".into(),
            });
        }
        let share = if available > 0.0 { liquor / available } else { 0.0 };
        cake.aqueous = Aqueous { ions: slurry.aqueous.ions.scaled(share), water: slurry.aqueous.water * share };
        let Some(wash) = &self.wash else { return Ok((cake, 0.0)) };
        let left = (1.0 - wash.efficiency).powf(wash.ratio);
        // What the wash water itself holds takes the place of what it displaces.
        let fresh = wash.water.stream(liquor * (1.0 - left)).aqueous;
        let mut ions = cake.aqueous.ions.scaled(left);
        ions += &fresh.ions;
        cake.aqueous = Aqueous { water: liquor - ions.mass_kg(), ions };
        Ok((cake, wash.ratio * liquor))
    }
}

/// What is left of a stream when another has been taken out of it.
fn remainder(whole: &Stream, part: &Stream) -> Stream {
    let mut rest = whole.clone();
    for lot in &part.solid.lots {
        let taken: Vec<f64> = lot.kg_per_h.iter().map(|kg| -kg).collect();
        rest.solid.add(&lot.mineral, &taken);
    }
    for lot in &mut rest.solid.lots {
        for kg in &mut lot.kg_per_h {
            *kg = kg.max(0.0);
        }
    }
    rest.aqueous.ions += &part.aqueous.ions.scaled(-1.0);
    rest.aqueous.water -= part.aqueous.water;
    rest
}

impl Unit for Dewatering {
    fn ports(&self) -> Ports {
        Ports { inlets: &["slurry"], outlets: &["cake", "water"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let slurry = &inlets[0];
        let (cake, wash_kg) = self.cake(slurry)?;
        let drawn: Vec<_> = self.wash.iter().filter(|_| wash_kg > 0.0).map(|wash| wash.water.drawn(wash_kg)).collect();
        let whole = Stream::mixed(std::iter::once(slurry).chain(drawn.iter().map(|d| &d.stream)));
        let water = remainder(&whole, &cake);
        let dry = cake.solid.mass();
        let per_dry = |kg: f64| if dry > 0.0 { kg / (dry / 1000.0) } else { 0.0 };
        let (volume_in, volume_out) = (slurry.slurry_volume(), cake.slurry_volume());
        let cut = if volume_in > 0.0 { 100.0 * (1.0 - volume_out / volume_in) } else { 0.0 };
        let chloride = cake.aqueous.ions[Ion::Chloride] * Ion::Chloride.molar_mass() / 1000.0;
        let mut caveats = Vec::new();
        if let Some(wash) = self.wash.as_ref().filter(|wash| wash.ratio > MOST_WASH) {
            caveats.push(Caveat::new(format!(
                "wash ratio {:.1}; beyond about {MOST_WASH:.0} the last salt leaves slower than the law says",
                wash.ratio
            )));
        }
        let readings = vec![
            Reading::new("cake, wet", (dry + cake.aqueous.mass()) / 1000.0, "t/h"),
            Reading::new("cake, dry", dry / 1000.0, "t/h"),
            Reading::new("volume cut, slurry to cake", cut, "%"),
            Reading::new("chloride in the cake by dry solids", per_dry(chloride), "kg/t"),
            Reading::new("solids lost to the water", (slurry.solid.mass() - dry).max(0.0) / 1000.0, "t/h"),
        ];
        Ok(Balance {
            power_kw: self.energy * slurry.solid.mass() / 1000.0,
            drawn,
            readings,
            caveats,
            outlets: vec![cake, water],
            ..Balance::default()
        })
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
