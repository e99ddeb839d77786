//! Solid and liquor parted, the solid washed against the current.
//!
//! # Equation
//! Every stage leaves the same liquor u with the solid; the first also receives the feed's
//! liquor, the last the wash water w. With r = w/u,
//! ```text
//! lost share = u / [(F + w − u) S + u] ,   S = 1 + r + … + r^(N−1)
//! ```
//! which is the stage-by-stage balance summed (Kremser).
//!
//! # Symbols
//! F: liquor fed; u: liquor left with the solid; w: wash; all as kg of water per hour; N: stages.
//!
//! # Holds for
//! Ideal mixing in each stage, no reaction, no sorption, all dissolved species alike.
//!
//! # Source
//! Counter-current decantation: `wakeman2005`.

use crate::error::Error;
use crate::fields::Fields;
use crate::ion::ByIon;
use crate::library::Library;
use crate::quantity::{Fraction, Number, Power, VolumeFlux};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::{Balance, Case, Equipment, Kind, Ports, Reading, Unit};

/// As a scenario places it.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "wash",
    about: "Thickeners or filters in counter-current: liquor off, residue washed, by the closed form of the stages.",
    sources: &["wakeman2005"],
    read: |fields, library| Wash::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

/// The law, for validation.
pub const CASE: Kind<dyn Case> = Kind {
    name: "counter-current-wash",
    about: "Share of the dissolved that stays with the residue.",
    sources: &["wakeman2005"],
    read: |fields, _| {
        let stages = fields.count("stages", "stages", 1..=50);
        let feed = fields.need::<Number>("feed", "liquor fed", 0.0..=1e9);
        let kept = fields.need::<Number>("kept", "liquor left with the solid", 0.0..=1e9);
        let wash = fields.need::<Number>("wash", "wash water", 0.0..=1e9);
        Some(Box::new(Question { stages: stages?, feed: feed?.0, kept: kept?.0, wash: wash?.0 }))
    },
};

#[derive(Debug)]
struct Question {
    stages: usize,
    feed: f64,
    kept: f64,
    wash: f64,
}

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        Ok(vec![Reading::new("lost share", lost(self.feed, self.kept, self.wash, self.stages), "1")])
    }
}

/// Share of the dissolved that leaves with the residue.
pub fn lost(feed: f64, kept: f64, wash: f64, stages: usize) -> f64 {
    if kept <= 0.0 {
        return 0.0;
    }
    let ratio = wash / kept;
    let sum: f64 = (0..stages as i32).map(|k| ratio.powi(k)).sum();
    (kept / ((feed + wash - kept) * sum + kept)).clamp(0.0, 1.0)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Machine {
    Thickener,
    FilterPress,
}

#[derive(Debug)]
struct Wash {
    machine: Machine,
    stages: usize,
    leaves: Leaves,
    ratio: f64,
    water: Reagent,
    flux: f64,
    power: f64,
}

/// How much liquor stays with the solid.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Leaves {
    /// Water over wet mass of the residue.
    Moisture(f64),
    /// Share of the water fed.
    Share(f64),
}

impl Wash {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let machine = fields.word(
            "machine",
            "what parts them",
            &[("thickener", Machine::Thickener), ("filter press", Machine::FilterPress)],
        );
        let stages = fields.count("stages", "stages in counter-current; 1 parts without a separate wash stage", 1..=20);
        let moisture = fields.may::<Fraction>(
            "moisture",
            "water over wet mass of what leaves as residue; absent when `liquor_recovered` is given",
            0.01..=0.95,
        );
        let recovered = fields.may::<Fraction>(
            "liquor_recovered",
            "share of the liquor fed that comes off before any wash, in place of `moisture`",
            0.0..=1.0,
        );
        let ratio =
            fields.need::<Number>("wash_ratio", "wash water over the water left with the residue, kg/kg", 0.0..=50.0);
        let water = Reagent::field(fields, "water", "the wash water, a file in data/reagents", library);
        let flux = fields.need::<VolumeFlux>(
            "flux",
            "liquor a square metre passes: rise rate of a thickener, filtrate of a press",
            1e-4..=100.0,
        );
        let power = fields.need::<Power>("power", "of all stages together", 0.0..=1e5);
        let leaves = match (moisture, recovered) {
            (Some(moisture), None) => Leaves::Moisture(moisture.0),
            (None, Some(recovered)) => Leaves::Share(1.0 - recovered.0),
            _ => {
                if fields.has("moisture") == fields.has("liquor_recovered") {
                    let hint = "moisture = \"40 %\", or liquor_recovered = \"70 %\"";
                    fields.refuse("moisture", "one of `moisture` and `liquor_recovered` must be given", hint);
                }
                return None;
            }
        };
        Some(Self {
            machine: machine?,
            stages: stages?,
            leaves,
            ratio: ratio?.0,
            water: water?,
            flux: flux?.0,
            power: power?.0,
        })
    }
}

impl Unit for Wash {
    fn ports(&self) -> Ports {
        Ports { inlets: &["slurry"], outlets: &["liquor", "residue"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let feed = &inlets[0];
        let dry = feed.solid.mass();
        let wanted = match self.leaves {
            Leaves::Moisture(moisture) => dry * moisture / (1.0 - moisture),
            Leaves::Share(share) => share * feed.aqueous.water,
        };
        let kept = wanted.min(feed.aqueous.water);
        let wash = self.ratio * kept;
        let wash_kg = wash / self.water.water.max(1e-9);
        let share = lost(feed.aqueous.water, kept, wash, self.stages);
        let brought = self.water.ions.scaled(wash_kg);
        let part = |share: f64| {
            let mut ions: ByIon = feed.aqueous.ions.scaled(share);
            ions += &brought.scaled(share);
            ions
        };
        let mut residue = Stream { solid: feed.solid.clone(), temperature: feed.temperature, ..Stream::default() };
        residue.aqueous.water = kept;
        residue.aqueous.ions = part(share);
        let mut liquor = Stream { gas: feed.gas, temperature: feed.temperature, ..Stream::default() };
        liquor.organic = feed.organic.clone();
        liquor.aqueous.water = feed.aqueous.water + wash - kept;
        liquor.aqueous.ions = part(1.0 - share);
        let mut caveats = Vec::new();
        if wanted > feed.aqueous.water {
            caveats
                .push(Caveat::new("the slurry is drier than the residue asked for: no liquor comes off but the wash"));
        }
        Ok(Balance {
            readings: vec![
                Reading::new("dissolved left with the residue", 100.0 * share, "%"),
                Reading::new("residue, dry", dry, "kg/h"),
                Reading::new("wash water", wash, "kg/h"),
            ],
            outlets: vec![liquor, residue],
            drawn: vec![self.water.drawn(wash_kg)],
            power_kw: self.power,
            caveats,
            ..Balance::default()
        })
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let size = done.outlets[0].aqueous.volume() / self.flux;
        let name = match self.machine {
            Machine::Thickener => "thickener",
            Machine::FilterPress => "filter press",
        };
        vec![Equipment { name: name.into(), count: self.stages, size, unit: "m2" }]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ion::Ion;
    use crate::leach::testing::{read, solve};
    use crate::mineral::Mineral;

    /// Stage by stage: iterate the mixing of the train to its rest.
    fn by_stages(feed: f64, kept: f64, wash: f64, stages: usize) -> f64 {
        let mut x = vec![0.0; stages + 2];
        for _ in 0..200_000 {
            for k in 1..=stages {
                let from_above = if k == 1 { feed } else { kept * x[k - 1] };
                let out = if k == 1 { kept + feed + wash - kept } else { kept + wash };
                x[k] = (from_above + wash * x[k + 1]) / out;
            }
        }
        kept * x[stages] / feed
    }

    #[test]
    fn the_closed_form_is_the_stages() {
        for (feed, kept, wash, stages) in
            [(10.0, 1.0, 2.0, 1), (10.0, 1.0, 2.0, 4), (5.0, 2.0, 2.0, 6), (3.0, 2.0, 1.0, 5), (7.0, 1.0, 0.0, 1)]
        {
            let (a, b) = (lost(feed, kept, wash, stages), by_stages(feed, kept, wash, stages));
            assert!((a - b).abs() < 1e-9 * b, "{a} {b}");
        }
    }

    #[test]
    fn a_unit_that_balances() {
        let mut feed = Stream::default();
        feed.solid.add(&Arc::new(Mineral::compound("SiO2", 2650.0).unwrap()), &[100.0]);
        feed.aqueous.water = 400.0;
        feed.aqueous.ions[Ion::Na] = 10.0;
        feed.aqueous.ions[Ion::Chloride] = 10.0;
        let text = "machine = \"thickener\"\nstages = 3\nmoisture = \"50 %\"\nwash_ratio = 2\nwater = \"water\"\nflux = \"1 m/h\"\npower = \"5 kW\"\n";
        let done = solve(read(&KIND, text), &[feed]);
        let residue = &done.balance.outlets[1];
        assert!((residue.aqueous.water - 100.0).abs() < 1e-9);
        assert!((residue.aqueous.ions[Ion::Na] / 10.0 - lost(400.0, 100.0, 200.0, 3)).abs() < 1e-12);
    }

    #[test]
    fn a_share_of_the_liquor_comes_off() {
        let mut feed = Stream::default();
        feed.solid.add(&Arc::new(Mineral::compound("SiO2", 2650.0).unwrap()), &[20.0]);
        feed.aqueous.water = 400.0;
        feed.aqueous.ions[Ion::Na] = 10.0;
        feed.aqueous.ions[Ion::Chloride] = 10.0;
        let text = "machine = \"filter press\"\nstages = 1\nliquor_recovered = \"70 %\"\nwash_ratio = 0\nwater = \"water\"\nflux = \"1 m/h\"\npower = \"5 kW\"\n";
        let done = solve(read(&KIND, text), &[feed]);
        let liquor = &done.balance.outlets[0].aqueous;
        assert!((liquor.water - 280.0).abs() < 1e-9 && (liquor.ions[Ion::Na] - 7.0).abs() < 1e-12);
        assert!(done.balance.caveats.is_empty() && done.balance.drawn[0].stream.mass() == 0.0);
    }
}
