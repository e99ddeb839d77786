//! Filter for products: a slurry parted into a washed cake and a filtrate.
//!
//! # Equation
//! ```text
//! cake liquor = solids · m/(1 − m)
//! R = (1 − E)^n
//! ```
//!
//! # Symbols
//! m: share of liquor in the cake, 1. n: wash water over the liquor the cake holds, 1. E: what one
//! such volume displaces, 1. R: share of the cake's solutes that is left after washing, 1.
//!
//! # Holds for
//! Displacement washing of a cake without cracks; E is a test result of the cake, 0.35 to 0.86 in
//! ordinary filters, and n up to about 3. Nothing dissolves from the cake. Where solid and wash are
//! mixed up again in each stage (thickeners, repulping) the `wash` of the leach room is the law.
//!
//! # Source
//! Choudhury and Dahlstrom (`choudhury1957`).

use crate::error::Error;
use crate::quantity::{Fraction, Number, VolumeFlux};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// The filter.
#[derive(Debug)]
pub struct Filter {
    moisture: f64,
    wash_ratio: f64,
    displacement: f64,
    lost: f64,
    flux: f64,
    water: Reagent,
}

/// In the catalogue.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "filter",
    about: "Parts a slurry into a washed cake and a filtrate that carries the mother liquor and the wash.",
    sources: &["choudhury1957"],
    read: |fields, library| {
        let moisture = fields.need::<Fraction>("moisture", "share of liquor in the cake, by mass", 0.0..=0.95);
        let wash_ratio = fields.need::<Number>("wash_ratio", "wash water over liquor in the cake, by mass", 0.0..=50.0);
        let displacement = fields.need::<Fraction>(
            "displacement_efficiency",
            "share of the cake's solutes that one cake volume of wash displaces",
            0.0..=0.999,
        );
        let lost = fields.need::<Fraction>("solids_lost", "share of the solids that passes the cloth", 0.0..=1.0);
        let flux = fields.need::<VolumeFlux>("flux", "filtrate and wash through the cloth", 1e-4..=100.0);
        let water = Reagent::field(fields, "water", "the wash water", library);
        Some(Box::new(Filter {
            moisture: moisture?.0,
            wash_ratio: wash_ratio?.0,
            displacement: displacement?.0,
            lost: lost?.0,
            flux: flux?.0,
            water: water?,
        }))
    },
};

/// Share of a cake's solutes left after `ratio` cake volumes of wash.
pub fn left_after_wash(displacement: f64, ratio: f64) -> f64 {
    (1.0 - displacement).powf(ratio)
}

impl Unit for Filter {
    fn ports(&self) -> Ports {
        Ports { inlets: &["slurry"], outlets: &["cake", "filtrate"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let slurry = &inlets[0];
        let blank = Stream { temperature: slurry.temperature, ..Stream::default() };
        let (mut cake, mut filtrate) = (blank.clone(), blank);
        cake.solid = Stream { solid: slurry.solid.clone(), ..Stream::default() }.scaled(1.0 - self.lost).solid;
        filtrate.solid.edges = slurry.solid.edges.clone();
        if self.lost > 0.0 {
            filtrate.solid = Stream { solid: slurry.solid.clone(), ..Stream::default() }.scaled(self.lost).solid;
        }
        filtrate.organic = slurry.organic.clone();
        filtrate.gas = slurry.gas;
        let liquor = slurry.aqueous.mass();
        let wanted = cake.solid.mass() * self.moisture / (1.0 - self.moisture);
        let held = wanted.min(liquor);
        let share = if liquor > 0.0 { held / liquor } else { 0.0 };
        let left = left_after_wash(self.displacement, self.wash_ratio);
        let wash = self.water.drawn(self.wash_ratio * held);
        cake.aqueous.ions = slurry.aqueous.ions.scaled(share * left);
        filtrate.aqueous.ions = slurry.aqueous.ions.scaled(1.0 - share * left);
        filtrate.aqueous.ions += &wash.stream.aqueous.ions;
        // Solutes displaced are replaced by water, so that the cake keeps its mass of liquor;
        // without wash that is the slurry's own water.
        let there = slurry.aqueous.water + wash.stream.aqueous.water;
        cake.aqueous.water = (held - cake.aqueous.ions.mass_kg()).clamp(0.0, there);
        filtrate.aqueous.water = there - cake.aqueous.water;

        let mut balance = Balance::default();
        balance.readings.push(Reading::new("solutes left in the cake", 100.0 * share * left, "%"));
        balance.readings.push(Reading::new("cake", cake.mass(), "kg/h"));
        if wanted > liquor {
            balance.caveats.push(Caveat::new("the slurry holds less liquor than the cake would: no filtrate runs off"));
        }
        if self.wash_ratio > 3.0 {
            balance.caveats.push(Caveat::new(format!(
                "wash ratio {:.1}: the displacement law was tested to about 3",
                self.wash_ratio
            )));
        }
        balance.drawn = vec![wash];
        balance.outlets = vec![cake, filtrate];
        Ok(balance)
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let filtrate = done.outlets.get(1).map_or(0.0, |stream| stream.aqueous.volume());
        vec![Equipment { name: "filter press".into(), count: 1, size: filtrate / self.flux, unit: "m2" }]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::Node;
    use crate::fields::{Check, Fields};
    use crate::flowsheet::{Flowsheet, Placed};
    use crate::ion::Ion;
    use crate::library::Library;
    use crate::mineral::Mineral;

    fn filter(wash: f64) -> Box<dyn Unit> {
        let text = format!(
            "moisture = \"30 %\"\nwash_ratio = {wash}\ndisplacement_efficiency = \"80 %\"\nsolids_lost = \"1 %\"\n\
             flux = \"0.2 m3/m2/h\"\nwater = \"water\"\n"
        );
        let node = Node::parse("s.toml", &text).unwrap();
        let check = Check::new();
        (KIND.read)(&mut Fields::new(&node, "F-1", &check), &Library::builtin()).unwrap()
    }

    fn slurry(solids: f64) -> Stream {
        let mut stream = Stream::default();
        stream.solid.add(&Arc::new(Mineral::compound("Nd2(C2O4)3·10H2O", 2300.0).unwrap()), &[solids]);
        stream.aqueous.water = 900.0;
        stream.aqueous.ions[Ion::H] = 1000.0;
        stream.aqueous.ions[Ion::Chloride] = 1000.0;
        stream
    }

    fn solved(unit: Box<dyn Unit>, feed: Stream) -> Vec<Stream> {
        let placed = Placed {
            tag: "F-1".into(),
            kind: "filter",
            unit,
            inlets: vec![vec!["slurry".into()]],
            outlets: vec!["cake".into(), "filtrate".into()],
        };
        let plant = Flowsheet { units: vec![placed] }.solve(&[("slurry".into(), feed)], &mut |_| {}).unwrap();
        assert!(plant.closure.gap < 1e-11);
        plant.units[0].balance.outlets.clone()
    }

    #[test]
    fn without_wash_the_cake_holds_mother_liquor() {
        let streams = solved(filter(0.0), slurry(100.0));
        let strength = |stream: &Stream| stream.aqueous.ions[Ion::Chloride] / stream.aqueous.water;
        assert!((strength(&streams[0]) / strength(&streams[1]) - 1.0).abs() < 1e-12);
        let liquor = streams[0].aqueous.mass();
        assert!((liquor / (liquor + streams[0].solid.mass()) - 0.3).abs() < 1e-12);
    }

    #[test]
    fn each_wash_leaves_its_share() {
        let chloride = |wash| solved(filter(wash), slurry(100.0))[0].aqueous.ions[Ion::Chloride];
        assert!((chloride(1.0) / chloride(0.0) - 0.2).abs() < 1e-12);
        assert!((chloride(2.0) / chloride(0.0) - 0.04).abs() < 1e-12);
    }

    #[test]
    fn a_dry_feed_gives_no_filtrate_and_no_panic() {
        let mut feed = slurry(1000.0);
        feed.aqueous = feed.aqueous.clone();
        feed.aqueous.water = 10.0;
        let streams = solved(filter(0.0), feed);
        assert!(streams[1].aqueous.water.abs() < 1e-9);
        let nothing = solved(filter(2.0), Stream::default());
        assert!(nothing.iter().all(|stream| stream.mass() == 0.0));
    }
}
