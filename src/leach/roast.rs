//! Oxidising roast of bastnasite: carbon dioxide off, cerium to its fourth valence.
//!
//! # Equation
//! ```text
//! RECO3F → REOF + CO2 ,   CeCO3F + ¼ O2 → CeO1.5F + CO2
//! ```
//! A share C of the bastnasite reacts, a share D of its cerium is oxidised. The trivalent rest
//! is the solid `roasted bastnasite`, the other `ceric oxyfluoride`: a dilute acid takes the
//! first and leaves the second ([`super::tank`]).
//!
//! # Symbols
//! C: decomposition; D: oxidation of cerium; both the scenario's.
//!
//! # Holds for
//! Air, 500–650 °C. Fluoride stays in the solids (some HF leaves where moisture is high);
//! carbonates other than bastnasite, and hydroxides, pass unchanged (a caveat tells).
//!
//! # Source
//! Practice at Mountain Pass: `bosserman1993`; reactions by element balance.

use std::sync::Arc;

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::Vapour;
use crate::library::Library;
use crate::mineral::{Mineral, WATER_KG_PER_MOL};
use crate::quantity::{Fraction, Number, Temperature};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::{Solid, Stream};
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// The mineral that reacts.
const ORE: &str = "bastnasite";

/// As a scenario places it.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "roast",
    about: "Oxidising roast of bastnasite: CO2 leaves, cerium turns tetravalent and resists the leach that follows.",
    sources: &["bosserman1993"],
    read: |fields, library| Roast::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

#[derive(Debug)]
struct Roast {
    temperature: f64,
    decomposition: f64,
    oxidation: f64,
    air: Reagent,
    excess: f64,
}

impl Roast {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let temperature = fields.need::<Temperature>("temperature", "of the roast", 673.0..=1073.0);
        let decomposition = fields.need::<Fraction>("decomposition", "share of the bastnasite that reacts", 0.0..=1.0);
        let oxidation = fields.need::<Fraction>("cerium_oxidation", "share of its cerium that is oxidised", 0.0..=1.0);
        let air = Reagent::field(fields, "air", "the air, a file in data/reagents", library);
        let excess = fields.need::<Number>("air_excess", "air over the need of cerium, times the need", 0.0..=1000.0);
        let air = air?;
        if air.gas[Vapour::Oxygen] <= 0.0 {
            fields.refuse("air", format!("`{}` holds no oxygen", air.name), "air");
            return None;
        }
        Some(Self {
            temperature: temperature?.0,
            decomposition: decomposition?.0,
            oxidation: oxidation?.0,
            air,
            excess: excess?.0,
        })
    }
}

/// What one kg of bastnasite becomes.
struct Products {
    trivalent: Arc<Mineral>,
    trivalent_kg: f64,
    ceric: Arc<Mineral>,
    ceric_kg: f64,
    carbon_dioxide: f64,
    oxygen: f64,
}

fn mineral(name: &str, moles: &ByElement<f64>, density: f64) -> (Arc<Mineral>, f64) {
    let masses = moles.map(|element, n| n * element.molar_mass() / 1000.0);
    let kg = masses.total();
    let mass_fractions = if kg > 0.0 { masses.scaled(1.0 / kg) } else { masses };
    (Arc::new(Mineral { name: name.into(), density, mass_fractions }), kg)
}

/// Splits by element; oxygen follows the valences.
fn products(ore: &Mineral, oxidation: f64) -> Products {
    let moles = ore.moles_per_kg();
    let carbon = moles[Element::C];
    let rare = moles.rare_earth_total().max(1e-300);
    let cerium = moles[Element::Ce] * oxidation;
    let fluorine = moles[Element::F] * cerium / rare;
    let mut ceric = ByElement::default();
    ceric[Element::Ce] = cerium;
    ceric[Element::F] = fluorine;
    ceric[Element::O] = ((4.0 * cerium - fluorine) / 2.0).max(0.0);
    let mut rest = moles;
    rest[Element::C] = 0.0;
    rest[Element::Ce] -= cerium;
    rest[Element::F] -= fluorine;
    // While trivalent the same cerium and fluorine held half an oxygen less for each cerium.
    rest[Element::O] -= 2.0 * carbon + ceric[Element::O] - 0.5 * cerium;
    let oxygen = 0.25 * cerium;
    let (trivalent, trivalent_kg) = mineral("roasted bastnasite", &rest, 5500.0);
    let (ceric, ceric_kg) = mineral("ceric oxyfluoride", &ceric, 6500.0);
    Products { trivalent, trivalent_kg, ceric, ceric_kg, carbon_dioxide: carbon, oxygen }
}

impl Unit for Roast {
    fn ports(&self) -> Ports {
        Ports { inlets: &["concentrate"], outlets: &["calcine", "gas"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let feed = &inlets[0];
        let mut calcine = Stream { temperature: self.temperature, ..Stream::default() };
        calcine.solid = Solid { edges: feed.solid.edges.clone(), ..Solid::default() };
        let mut off = Stream { gas: feed.gas, temperature: self.temperature, ..Stream::default() };
        let (mut oxygen, mut lost) = (0.0, 0.0);
        let mut caveats = Vec::new();
        for lot in &feed.solid.lots {
            let name = &*lot.mineral.name;
            if name != ORE {
                calcine.solid.add(&lot.mineral, &lot.kg_per_h);
                let moles = lot.mineral.moles_per_kg();
                if lot.total() > 0.0 && (moles[Element::C] > 0.0 || moles[Element::H] > 0.0) {
                    caveats.push(Caveat::new(format!(
                        "`{name}` passes the roast unchanged; what it would lose is not counted"
                    )));
                }
                continue;
            }
            let made = products(&lot.mineral, self.oxidation);
            let part = |factor: f64| lot.kg_per_h.iter().map(|kg| kg * factor).collect::<Vec<f64>>();
            calcine.solid.add(&lot.mineral, &part(1.0 - self.decomposition));
            for (solid, kg) in [(&made.trivalent, made.trivalent_kg), (&made.ceric, made.ceric_kg)] {
                if kg > 0.0 {
                    calcine.solid.add(solid, &part(self.decomposition * kg));
                }
            }
            let reacted = lot.total() * self.decomposition;
            off.gas[Vapour::CarbonDioxide] += made.carbon_dioxide * reacted;
            oxygen += made.oxygen * reacted;
            lost += made.carbon_dioxide * reacted * Vapour::CarbonDioxide.molar_mass() / 1000.0;
        }
        let air = oxygen * (1.0 + self.excess) / self.air.gas[Vapour::Oxygen];
        off.gas += &self.air.gas.scaled(air);
        off.gas[Vapour::Oxygen] = (off.gas[Vapour::Oxygen] - oxygen).max(0.0);
        off.gas[Vapour::Water] += feed.aqueous.water / WATER_KG_PER_MOL;
        // The salts of the moisture stay in the calcine's pores, dry.
        calcine.aqueous.ions = feed.aqueous.ions;
        let dry = feed.solid.mass();
        let heat = feed.aqueous.water * 2600.0 + (dry * 0.9 + air) * (self.temperature - feed.temperature).max(0.0);
        caveats.push(Caveat::new("the heat of the roast counts drying and warming, not the reactions"));
        Ok(Balance {
            readings: vec![
                Reading::new("carbon dioxide", lost, "kg/h"),
                Reading::new("calcine", calcine.solid.mass(), "kg/h"),
                Reading::new(
                    "weight lost",
                    if dry > 0.0 { 100.0 * (1.0 - calcine.solid.mass() / dry) } else { 0.0 },
                    "%",
                ),
            ],
            outlets: vec![calcine, off],
            drawn: vec![self.air.drawn(air)],
            heat_kw: heat / 3600.0,
            caveats,
            ..Balance::default()
        })
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        vec![Equipment { name: "roaster".into(), count: 1, size: done.heat_kw, unit: "kW" }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::Formula;
    use crate::leach::testing::{read, solve};

    fn concentrate(cerium: f64) -> Stream {
        let mut shares = ByElement::default();
        shares[Element::La] = 1.0 - cerium;
        shares[Element::Ce] = cerium;
        let formula = Formula::parse("RECO3F").unwrap().with_rare_earths(&shares);
        let mut trace = ByElement::default();
        trace[Element::Th] = 0.001;
        let mut stream = Stream::default();
        stream.solid.add(&Arc::new(Mineral::new(ORE, &formula, 5000.0, &trace)), &[800.0]);
        stream.solid.add(&Arc::new(Mineral::compound("BaSO4", 4480.0).unwrap()), &[200.0]);
        stream.aqueous.water = 50.0;
        stream
    }

    const TEXT: &str = "temperature = \"620 degC\"\ndecomposition = \"100 %\"\ncerium_oxidation = \"100 %\"\nair = \"air\"\nair_excess = 2\n";

    #[test]
    fn it_closes_and_cerium_stays_behind_in_the_leach() {
        let roasted = solve(read(&KIND, TEXT), &[concentrate(0.5)]);
        let calcine = roasted.balance.outlets[0].clone();
        let ceric = &calcine.solid.lot("ceric oxyfluoride").unwrap().mineral;
        let per_cerium = ceric.dissolve().oxygen / ceric.moles_per_kg()[Element::Ce];
        assert!((per_cerium - 0.25).abs() < 1e-9, "{per_cerium}");
        let rest = &calcine.solid.lot("roasted bastnasite").unwrap().mineral;
        assert!(rest.dissolve().oxygen.abs() < 1e-9);
        let leach = "tanks = 3\nresidence = \"4 h\"\ntemperature = \"60 degC\"\nstirring = 0.5\nliquid_to_solid = 4\nwater = \"water\"\nacid = \"hydrochloric-acid-35\"\nph = 0.5\nunlisted = \"inert\"\nactivity = \"ideal\"\nsolids = []\n";
        let done = solve(read(&crate::leach::tank::KIND, leach), &[calcine]);
        let reading = |name: &str| done.balance.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!(reading("extraction of rare earths but cerium") > 85.0);
        assert!(reading("extraction of Ce") < 6.0);
    }

    #[test]
    fn without_cerium_no_air() {
        let done = solve(read(&KIND, TEXT), &[concentrate(0.0)]);
        assert!(done.balance.drawn[0].stream.mass().abs() < 1e-12);
        assert!(
            (done.balance.outlets[1].gas[Vapour::CarbonDioxide] - done.balance.readings[0].value / 0.044_009).abs()
                < 1e-3
        );
    }
}
