//! Calciner: a cake of oxalates (carbonates, hydroxides) to trade oxides.
//!
//! # Equation
//! Element balance of [`super::ignition`]; heat of [`super::ignition_heat`]:
//! ```text
//! air = max(0, O2 needed) (1 + excess)        fuel heat = max(0, Q)/η
//! ```
//!
//! # Symbols
//! Q: heat the charge and its air take up to the outlet temperature, kW. η: share of the fuel's
//! heat that reaches them, 1. Excess: air beyond what burns the oxalate, 1.
//!
//! # Holds for
//! Complete decomposition; an indirectly heated kiln, so that the fuel's own flue gas is not in
//! the off-gas. Limits of the heat are those of [`super::ignition_heat`].
//!
//! # Source
//! `prommis2026`, `chase1998`.

use std::sync::Arc;

use super::ignition::{Forms, Ignited, ignite};
use super::ignition_heat::{Enthalpies, liquid_water};
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::formula::Formula;
use crate::ion::Vapour;
use crate::mineral::{Mineral, WATER_KG_PER_MOL};
use crate::quantity::{Fraction, Temperature};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// kg/m³ given to a calcined solid: assumed, no result leans on the volume of a dry powder.
const OXIDE_DENSITY: f64 = 6000.0;

/// The calciner.
#[derive(Debug)]
pub struct Calciner {
    enthalpies: Enthalpies,
    air: Reagent,
    kelvin: f64,
    excess: f64,
    recovery: f64,
    efficiency: f64,
}

/// In the catalogue.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "calciner",
    about: "Ignites a cake of oxalates, carbonates or hydroxides in air to the oxides of the trade.",
    sources: &["prommis2026", "chase1998"],
    read: |fields, library| {
        let kelvin = fields.need::<Temperature>("temperature", "of oxide and off-gas", 700.0..=1500.0);
        let air = Reagent::field(fields, "air", "what burns the oxalate", library);
        let excess = fields.need::<Fraction>("excess_air", "air beyond what the charge needs", 0.0..=50.0);
        let recovery = fields.need::<Fraction>(
            "recovery",
            "oxide that ends in the product; the rest is dust that leaves with the gas",
            0.0..=1.0,
        );
        let efficiency =
            fields.need::<Fraction>("heat_efficiency", "share of the fuel's heat that reaches the charge", 0.05..=1.0);
        let enthalpies = Enthalpies::read(library)
            .map_err(|error| fields.refuse("temperature", error.to_string(), "the data of the program must be whole"))
            .ok();
        let air = air?;
        if air.gas[Vapour::Oxygen] <= 0.0 {
            fields.refuse("air", format!("`{}` holds no oxygen", air.name), "air");
            return None;
        }
        Some(Box::new(Calciner {
            enthalpies: enthalpies?,
            air,
            kelvin: kelvin?.0,
            excess: excess?.0,
            recovery: recovery?.0,
            efficiency: efficiency?.0,
        }))
    },
};

/// What the charge holds of solids and solution, mol/h of each element.
fn charge(cake: &Stream) -> ByElement<f64> {
    let bare = Stream { solid: cake.solid.clone(), aqueous: cake.aqueous.clone(), ..Stream::default() };
    bare.elements()
}

impl Calciner {
    /// J/h the cake brings: oxalates by their own enthalpy, all else as what it will become.
    fn heat_in(&self, cake: &Stream) -> Result<f64, Error> {
        let mut rest = cake.clone();
        let mut joules = self.enthalpies.gas(&cake.gas, cake.temperature);
        rest.solid.lots.retain(|lot| {
            let known = self.enthalpies.oxalate(&lot.mineral.name, cake.temperature);
            let formula = Formula::parse(&lot.mineral.name).ok();
            if let (Some(enthalpy), Some(formula)) = (known, formula) {
                joules += lot.total() * 1000.0 / formula.molar_mass() * enthalpy;
                return false;
            }
            true
        });
        let moisture = rest.aqueous.water / WATER_KG_PER_MOL;
        rest.aqueous.water = 0.0;
        let unreacted =
            ignite(&charge(&rest), Forms::AsIgnited).or_else(|_| ignite(&charge(cake), Forms::AsIgnited))?;
        Ok(joules + moisture * liquid_water(cake.temperature) + self.enthalpies.unreacted(&unreacted, cake.temperature))
    }

    fn put(&self, done: &Ignited, oxide: &mut Stream, dust: &mut Stream) {
        for (formula, moles) in &done.solids {
            let Ok(parsed) = Formula::parse(formula) else { continue };
            let mineral = Arc::new(Mineral::new(formula, &parsed, OXIDE_DENSITY, &ByElement::default()));
            let kg = moles * parsed.molar_mass() / 1000.0;
            oxide.solid.add(&mineral, &[kg * self.recovery]);
            if self.recovery < 1.0 {
                dust.solid.add(&mineral, &[kg * (1.0 - self.recovery)]);
            }
        }
    }
}

impl Unit for Calciner {
    fn ports(&self) -> Ports {
        Ports { inlets: &["cake"], outlets: &["oxide", "gas"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let cake = &inlets[0];
        let mut oxide = Stream { temperature: self.kelvin, ..Stream::default() };
        oxide.solid.edges = cake.solid.edges.clone();
        let mut gas = Stream { temperature: self.kelvin, gas: cake.gas, ..Stream::default() };
        // Entrained solvent is not followed as elements: it leaves as it came, and says so.
        gas.organic = cake.organic.clone();
        let done = ignite(&charge(cake), Forms::AsIgnited)?;
        self.put(&done, &mut oxide, &mut gas);
        let air = self.air.drawn(done.oxygen.max(0.0) * (1.0 + self.excess) / self.air.gas[Vapour::Oxygen]);
        gas.gas += &done.gas;
        gas.gas += &air.stream.gas;
        gas.aqueous = air.stream.aqueous.clone();
        gas.gas[Vapour::Oxygen] = (gas.gas[Vapour::Oxygen] - done.oxygen).max(0.0);

        let heat_out = self.enthalpies.oxides(&done.solids, self.kelvin) + self.enthalpies.gas(&gas.gas, self.kelvin);
        let heat_in = self.heat_in(cake)? + self.enthalpies.gas(&air.stream.gas, air.stream.temperature);
        let duty_kw = (heat_out - heat_in) / 3.6e6;
        let mut balance = Balance { heat_kw: duty_kw.max(0.0) / self.efficiency, ..Balance::default() };
        balance.readings = vec![
            Reading::new("heat taken up", duty_kw, "kW"),
            Reading::new("oxide", oxide.solid.mass(), "kg/h"),
            Reading::new("off-gas", gas.gas.iter().map(|(_, moles)| moles).sum::<f64>() / 1000.0, "kmol/h"),
        ];
        balance.caveats = caveats(cake, &gas);
        balance.drawn = vec![air];
        balance.outlets = vec![oxide, gas];
        Ok(balance)
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        vec![Equipment { name: "calciner".into(), count: 1, size: done.heat_kw, unit: "kW" }]
    }
}

fn caveats(cake: &Stream, gas: &Stream) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    if cake.organic.extractant > 0.0 || cake.organic.diluent > 0.0 {
        caveats.push(Caveat::new("the cake carries solvent, which is passed on and not burnt"));
    }
    let share = |element: Element| {
        let mass = cake.element_mass();
        mass[element] / (mass.rare_earth_total() + mass[Element::Sc]).max(f64::MIN_POSITIVE)
    };
    if gas.gas[Vapour::SulfurTrioxide] > 0.0 && share(Element::S) > 0.01 {
        caveats.push(Caveat::new("sulphate is counted as driven off; on rare earths it can outlast 1000 °C"));
    }
    if share(Element::F) > 0.01 {
        caveats.push(Caveat::new("fluoride beyond what calcium holds is counted as driven off with steam"));
    }
    caveats
}

#[cfg(test)]
mod tests;
