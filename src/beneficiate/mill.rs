//! A mill by population balance: sizes from rates of breakage, energy from what it draws, Bond's law beside it.
//!
//! # Equation
//! [`super::population_balance`], with `τ = H / (M N)`; `W = P / M`, compared with Bond's energy for the same sizes.
//!
//! # Symbols
//! H: solids in the mill, t; M: solids fed, t/h; N: mixers in series; P: power drawn.
//!
//! # Holds for
//! As the rates; a mill in closed circuit is one with a hydrocyclone or screen whose coarse comes back.
//!
//! # Source
//! `austin1984`; the check: `bond1961`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, Mass, Number, Power, Rate, SpecificEnergy};
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::dilution::Dilution;
use super::grinding::bond_energy;
use super::partition::passing_size;
use super::population_balance::Breakage;

/// Energy over Bond's outside which a caveat is told.
const NEAR_BOND: std::ops::RangeInclusive<f64> = 0.6..=1.6;

/// The mill.
#[derive(Debug)]
struct Mill {
    breakage: Breakage,
    /// Rate over the ore's, by mineral.
    softness: Vec<(String, f64)>,
    /// kg.
    holdup: f64,
    mixers: usize,
    power: f64,
    work_index: f64,
    dilution: Option<Dilution>,
}

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "mill",
    about: "Mill by population balance, with Bond's energy as the check",
    sources: &["austin1984", "bond1961"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let holdup: Option<Mass> = fields.need("holdup", "solids in the mill", 1.0..=1e7);
    let mixers = fields.count("mixers", "in series that pass the pulp as the mill does", 1..=50);
    let power: Option<Power> = fields.need("power", "electricity the mill draws", 0.1..=1e5);
    let work_index: Option<SpecificEnergy> = fields.need("work_index", "Bond's, of the ore, for the check", 0.5..=60.0);
    let rate: Option<Rate> = fields.need("selection_rate", "S0: rate at which the reference size breaks", 1e-6..=1e6);
    let size: Option<Length> = fields.need("selection_size", "x0: the reference size", 1e-7..=1.0);
    let alpha: Option<Number> = fields.need("selection_exponent", "alpha", 0.0..=3.0);
    let most: Option<Length> =
        fields.may("too_large", "mu: size too large for the balls; absent means none is", 1e-5..=1.0);
    let steep: Option<Number> = fields.may("too_large_exponent", "Lambda; with `too_large`", 0.5..=10.0);
    let phi: Option<Fraction> = fields.need("breakage_share", "phi", 0.0..=1.0);
    let gamma: Option<Number> = fields.need("breakage_fines", "gamma: slope of the fines", 0.1..=5.0);
    let beta: Option<Number> = fields.need("breakage_coarse", "beta", 0.1..=20.0);
    let softness =
        fields.may_named::<Number>("softness", "rate of a mineral over the ore's; absent means 1 each", 1e-3..=1e3);
    let dilution = Dilution::read(fields, library);
    let too_large = match (most, steep) {
        (Some(most), Some(steep)) => Some((most.0, steep.0)),
        (None, None) => None,
        _ => {
            fields.refuse("too_large", "one of `too_large` and `too_large_exponent` alone", "both, or neither");
            return None;
        }
    };
    Some(Box::new(Mill {
        breakage: Breakage {
            rate: rate?.0,
            size: size?.0,
            exponent: alpha?.0,
            too_large,
            spread: [phi?.0, gamma?.0, beta?.0],
        },
        softness: softness.into_iter().map(|(name, value)| (name, value.0)).collect(),
        holdup: holdup?.0,
        mixers: mixers?,
        power: power?.0,
        work_index: work_index?.0,
        dilution: dilution.ok()?,
    }))
}

/// The size that 80 % of all solids pass.
fn eighty(stream: &Stream) -> Option<f64> {
    let mut all = vec![0.0; stream.solid.edges.len()];
    for lot in &stream.solid.lots {
        for (slot, kg) in all.iter_mut().zip(&lot.kg_per_h) {
            *slot += kg;
        }
    }
    passing_size(&stream.solid.edges, &all, 0.8)
}

impl Unit for Mill {
    fn ports(&self) -> Ports {
        Ports { inlets: &["feed"], outlets: &["product"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut stream = inlets[0].clone();
        let (mut caveats, mut drawn) = (Vec::new(), Vec::new());
        let (solids, edges) = (stream.solid.mass(), stream.solid.edges.clone());
        if edges.is_empty() && solids > 0.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the solids have no sizes".into(),
                hint: "feed it from an ore with size classes".into(),
            });
        }
        if let Some(dilution) = &self.dilution {
            drawn.extend(dilution.apply(&mut stream, &mut caveats));
        }
        let mut readings = Vec::new();
        if solids > 0.0 {
            let before = eighty(&stream);
            let residence = self.holdup / solids;
            for lot in &mut stream.solid.lots {
                let softness = self.softness.iter().find(|(name, _)| **name == *lot.mineral.name).map_or(1.0, |s| s.1);
                lot.kg_per_h =
                    self.breakage.ground(&edges, &lot.kg_per_h, residence / self.mixers as f64, self.mixers, softness);
            }
            let after = eighty(&stream);
            let energy = self.power / (solids / 1000.0);
            readings.push(Reading::new("solids", solids / 1000.0, "t/h"));
            readings.push(Reading::new("residence", residence * 60.0, "min"));
            readings.push(Reading::new("energy", energy, "kWh/t"));
            if let Some((before, after)) = before.zip(after) {
                let bond = bond_energy(self.work_index, before, after);
                readings.push(Reading::new("80 % of the feed passes", before * 1e6, "um"));
                readings.push(Reading::new("80 % of the product passes", after * 1e6, "um"));
                readings.push(Reading::new("energy by Bond", bond, "kWh/t"));
                if bond > 0.0 {
                    readings.push(Reading::new("energy over Bond's", energy / bond, "1"));
                }
                if bond <= 0.0 || !NEAR_BOND.contains(&(energy / bond)) {
                    caveats.push(Caveat::new(format!(
                        "the mill draws {energy:.2} kWh/t where Bond's law asks {bond:.2}: rates, hold-up and power do not belong together, or Bond's law does not reach these sizes"
                    )));
                }
            }
        }
        Ok(Balance { outlets: vec![stream], drawn, power_kw: self.power, readings, caveats, ..Balance::default() })
    }

    fn equipment(&self, _: &[Stream], _: &Balance) -> Vec<Equipment> {
        vec![Equipment { name: "ball mill".into(), count: 1, size: self.power, unit: "kW" }]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ore, unit};
    use crate::flowsheet::{Flowsheet, Placed};

    const MILL: &str = "holdup = \"8 t\"\nmixers = 3\npower = \"170 kW\"\nwork_index = \"13 kWh/t\"\nselection_rate = \"0.8 1/min\"\nselection_size = \"1 mm\"\nselection_exponent = 0.8\nbreakage_share = 0.6\nbreakage_fines = 0.7\nbreakage_coarse = 4\nfeed_solids = \"65 %\"\ndilution = \"water\"\n";
    const CYCLONE: &str = "law = \"plitt\"\nfamily = \"rietema\"\ndiameter = \"150 mm\"\npartition = \"plitt\"\npressure_drop = \"0.8 bar\"\nviscosity = \"1 mPa s\"\npump_efficiency = \"0.65\"\nfeed_solids = \"40 %\"\ndilution = \"water\"\n";

    #[test]
    fn a_mill_closed_with_cyclones_grinds_finer_than_one_that_is_open() {
        let place = |tag: &str, kind: &str, text: &str, inlets: &[&str], outlets: &[&str]| Placed {
            tag: tag.into(),
            kind: "test",
            unit: unit(kind, text),
            inlets: vec![inlets.iter().map(|name| (*name).to_owned()).collect()],
            outlets: outlets.iter().map(|name| (*name).to_owned()).collect(),
        };
        let fed = ore("mountain-pass-bastnasite", 0.064).scaled(20.0);
        let coarse = |stream: &crate::stream::Stream| {
            let edges = &stream.solid.edges;
            let over: f64 = stream
                .solid
                .lots
                .iter()
                .flat_map(|lot| lot.kg_per_h.iter().zip(edges.iter()).filter(|(_, e)| **e > 150e-6).map(|(kg, _)| kg))
                .sum();
            over / stream.solid.mass()
        };
        let open = Flowsheet { units: vec![place("M", "mill", MILL, &["ore"], &["ground"])] };
        let open = open.solve(&[("ore".into(), fed.clone())], &mut |_| {}).unwrap();
        let closed = Flowsheet {
            units: vec![
                place("M", "mill", MILL, &["ore", "sands"], &["ground"]),
                place("C", "hydrocyclone", CYCLONE, &["ground"], &["sands", "fines"]),
            ],
        };
        let closed = closed.solve(&[("ore".into(), fed.clone())], &mut |_| {}).unwrap();
        let fines = &closed.pipe("fines").unwrap().stream;
        assert!(coarse(fines) < coarse(&open.pipe("ground").unwrap().stream), "{}", coarse(fines));
        assert!((fines.solid.mass() / fed.solid.mass() - 1.0).abs() < 1e-6);
        assert!(closed.closure.gap < 1e-9 && closed.recycles.len() == 1);
    }
}
