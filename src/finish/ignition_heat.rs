//! The heat of ignition: formation enthalpies, exact in what the set covers.
//!
//! # Equation
//! ```text
//! Q = Σ out n h(T_out) − Σ in n h(T_in)
//! solids:  h = h° + a (T − T°) + b/2 (T² − T°²)
//! gases:   h = A t + B t²/2 + C t³/3 + D t⁴/4 − E/t + F,  t = T/1000
//! ```
//!
//! # Symbols
//! Q: heat that must be supplied, J/h. h: J/mol, formation included. T° = 298.15 K.
//! a, b: J/(mol K), J/(mol K²). A … F: the gas's constants, kJ.
//!
//! # Holds for
//! Oxalates of the rare earths, Al, Fe and Ca to sesquioxides (CaO), 298 to 1400 K. Many of the
//! set's numbers are averages of La to Nd. The further oxidation to CeO2, Pr6O11 and Tb4O7 gives
//! heat that is not counted, nor is the heat of decomposing anything but oxalates: there only
//! warming and the evaporation of water are.
//!
//! # Source
//! Solids and liquid water: `prommis2026`. Gases: `chase1998`.

use std::collections::BTreeMap;

use super::ignition::{Forms, Ignited, ignite};
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::formula::Formula;
use crate::ion::{ByVapour, Vapour};
use crate::library::Library;
use crate::quantity::{Fraction, Number, Temperature};
use crate::unit::{Case, Kind, Reading};

const STANDARD: f64 = 298.15;

/// Linear-heat-capacity solid: J/mol, J/(mol K), J/(mol K²).
#[derive(Debug, Clone, Copy, PartialEq)]
struct Solid([f64; 3]);

impl Solid {
    fn at(self, kelvin: f64) -> f64 {
        let Solid([h, a, b]) = self;
        h + a * (kelvin - STANDARD) + 0.5 * b * (kelvin * kelvin - STANDARD * STANDARD)
    }
}

/// The enthalpies known.
#[derive(Debug, Clone)]
pub struct Enthalpies {
    oxalates: BTreeMap<String, Solid>,
    oxides: ByElement<Option<Solid>>,
    gases: Vec<(Vapour, [f64; 6])>,
}

impl Enthalpies {
    /// Reads the tables.
    pub fn read(library: &Library) -> Result<Self, Error> {
        let solids = library.table("finish/prommis2026_oxalate_enthalpies")?;
        let salts = library.table("finish/prommis2026_oxalate_solids")?;
        let shomate = library.table("finish/chase1998_shomate")?;
        let mut this = Self { oxalates: BTreeMap::new(), oxides: ByElement::default(), gases: Vec::new() };
        for row in solids.rows() {
            let Some(symbol) = row.text("element") else { continue };
            let Ok(element) = symbol.parse::<Element>() else { continue };
            let three = |names: [&str; 3]| -> Option<Solid> {
                Some(Solid([row.number(names[0])?, row.number(names[1])?, row.number(names[2])?]))
            };
            this.oxides[element] = three(["oxide_h", "oxide_cp0", "oxide_cp1"]);
            let formula = salts.find("element", symbol).and_then(|salt| salt.text("formula"));
            if let (Some(formula), Some(oxalate)) = (formula, three(["oxalate_h", "oxalate_cp0", "oxalate_cp1"])) {
                this.oxalates.insert(formula.to_owned(), oxalate);
            }
        }
        for row in shomate.rows() {
            let gas = Vapour::ALL.iter().find(|gas| row.text("gas") == Some(gas.symbol()));
            let mut constants = [0.0; 6];
            for (slot, name) in constants.iter_mut().zip(["a", "b", "c", "d", "e", "f"]) {
                *slot = row.number(name).unwrap_or(0.0);
            }
            this.gases.extend(gas.map(|gas| (*gas, constants)));
        }
        Ok(this)
    }

    /// J/mol of an oxalate known by its formula.
    pub fn oxalate(&self, formula: &str, kelvin: f64) -> Option<f64> {
        self.oxalates.get(formula).map(|solid| solid.at(kelvin))
    }

    /// J/h of a gas mixture; gases outside the set count nothing.
    pub fn gas(&self, moles: &ByVapour, kelvin: f64) -> f64 {
        let t = kelvin / 1000.0;
        self.gases
            .iter()
            .map(|(gas, [a, b, c, d, e, f])| {
                let kilojoule = a * t + b * t * t / 2.0 + c * t.powi(3) / 3.0 + d * t.powi(4) / 4.0 - e / t + f;
                moles[*gas] * kilojoule * 1000.0
            })
            .sum()
    }

    /// J/h of solids named by formula, each metal as its sesquioxide (CaO for calcium).
    pub fn oxides(&self, solids: &[(&'static str, f64)], kelvin: f64) -> f64 {
        solids
            .iter()
            .filter_map(|(formula, moles)| {
                let formula = Formula::parse(formula).ok()?;
                let (element, known) = self
                    .oxides
                    .iter()
                    .find_map(|(element, solid)| (formula.moles(element) > 0.0).then_some((element, (*solid)?)))?;
                let each = if element == Element::Ca { 1.0 } else { 2.0 };
                Some(moles * formula.moles(element) / each * known.at(kelvin))
            })
            .sum()
    }

    /// J/h of the products of an ignition at one temperature, water as steam.
    pub fn products(&self, ignited: &Ignited, kelvin: f64) -> f64 {
        self.oxides(&ignited.solids, kelvin) + self.gas(&ignited.gas, kelvin)
    }

    /// J/h of the same, its water liquid: matter that is warmed but whose heat of decomposition is not known.
    pub fn unreacted(&self, ignited: &Ignited, kelvin: f64) -> f64 {
        let mut gas = ignited.gas;
        gas[Vapour::Water] = 0.0;
        self.oxides(&ignited.solids, kelvin)
            + self.gas(&gas, kelvin)
            + ignited.gas[Vapour::Water] * liquid_water(kelvin)
    }
}

/// J/mol of liquid water.
pub fn liquid_water(kelvin: f64) -> f64 {
    -68_317.4 * 4.184 + 4182.0 * 0.018_014_6 * (kelvin - STANDARD)
}

/// A roaster of mixed oxalates under hot gas.
#[derive(Debug)]
struct OxalateRoast {
    enthalpies: Enthalpies,
    salts: Vec<(Element, String)>,
    oxalates: ByElement<Option<Number>>,
    forms: Forms,
    recovery: f64,
    gas_in: ByVapour,
    moisture: f64,
    gas_k: f64,
    feed_k: f64,
    outlet_k: f64,
}

/// The roast, questioned.
pub const CASE: Kind<dyn Case> = Kind {
    name: "oxalate-roast",
    about: "Oxide, off-gas and heat duty when mixed hydrated oxalates are roasted under hot gas.",
    sources: &["prommis2026", "chase1998"],
    read: |fields, library| {
        let oxalates = fields.elements::<Number>("oxalates", "each hydrated oxalate fed, mol/h", 0.0..=1e9);
        let forms = fields.word(
            "oxides",
            "in which oxides Ce, Pr and Tb are counted",
            &[("as-ignited", Forms::AsIgnited), ("sesquioxide", Forms::Sesquioxide)],
        );
        let recovery = fields.need::<Fraction>("recovery", "oxide kept, the rest is dust", 0.0..=1.0);
        let flow = fields.need::<Number>("gas_flow", "gas fed, mol/h", 0.0..=1e9);
        let parts = fields.named::<Fraction>("gas", "composition of the gas by mole", 0.0..=1.0);
        let moisture = fields.need::<Number>("moisture", "liquid water with the feed, mol/h", 0.0..=1e9);
        let temperatures = 250.0..=1600.0;
        let gas_k = fields.need::<Temperature>("gas_temperature", "of the gas fed", temperatures.clone());
        let feed_k = fields.need::<Temperature>("feed_temperature", "of the moist oxalates", temperatures.clone());
        let outlet_k = fields.need::<Temperature>("outlet_temperature", "of oxide and off-gas", temperatures);
        let mut gas_in = ByVapour::default();
        for (name, share) in parts? {
            match Vapour::ALL.iter().find(|gas| gas.symbol() == name) {
                Some(gas) => gas_in[*gas] = share.0 * flow?.0,
                None => fields.refuse("gas", format!("`{name}` is not a gas this program counts"), "O2, N2, CO2, H2O"),
            }
        }
        let whole = |error: Error, fields: &crate::fields::Fields<'_>| {
            fields.refuse("oxalates", error.to_string(), "the data of the program must be whole");
        };
        let enthalpies = Enthalpies::read(library).map_err(|error| whole(error, fields)).ok()?;
        let table = library.table("finish/prommis2026_oxalate_solids").map_err(|error| whole(error, fields)).ok()?;
        let salts = table
            .rows()
            .filter_map(|row| Some((row.text("element")?.parse().ok()?, row.text("formula")?.to_owned())))
            .collect();
        Some(Box::new(OxalateRoast {
            enthalpies,
            salts,
            oxalates: oxalates?,
            forms: forms?,
            recovery: recovery?.0,
            gas_in,
            moisture: moisture?.0,
            gas_k: gas_k?.0,
            feed_k: feed_k?.0,
            outlet_k: outlet_k?.0,
        }))
    },
};

impl Case for OxalateRoast {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let mut elements = ByElement::<f64>::default();
        let mut heat_in = self.enthalpies.gas(&self.gas_in, self.gas_k) + self.moisture * liquid_water(self.feed_k);
        for (element, formula) in &self.salts {
            let (Some(moles), Ok(parsed)) = (self.oxalates[*element], Formula::parse(formula)) else { continue };
            elements += &parsed.elements().scaled(moles.0);
            heat_in += moles.0 * self.enthalpies.oxalate(formula, self.feed_k).unwrap_or(0.0);
        }
        elements[Element::H] += 2.0 * self.moisture;
        elements[Element::O] += self.moisture;
        let mut done = ignite(&elements, self.forms)?;
        done.gas += &self.gas_in;
        done.gas[Vapour::Oxygen] -= done.oxygen;
        let duty = self.enthalpies.products(&done, self.outlet_k) - heat_in;
        let mass = |(formula, moles): &(&str, f64)| Formula::parse(formula).map_or(0.0, |f| f.molar_mass()) * moles;
        let product: f64 = done.solids.iter().map(mass).sum::<f64>() / 1000.0 * self.recovery;
        let gas: f64 = done.gas.iter().map(|(_, moles)| moles).sum();
        let mut readings = vec![
            Reading::new("product", product / 3600.0, "kg/s"),
            Reading::new("gas out", gas / 3600.0, "mol/s"),
            Reading::new("heat duty", duty / 3600.0, "W"),
        ];
        for vapour in [Vapour::Water, Vapour::Oxygen, Vapour::CarbonDioxide, Vapour::Nitrogen] {
            readings.push(Reading::new(format!("{vapour} in gas out"), done.gas[vapour] / gas, "1"));
        }
        for solid in &done.solids {
            let share = mass(solid) / 1000.0 * self.recovery / product;
            readings.push(Reading::new(format!("{} in product", solid.0), share, "1"));
        }
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gases_carry_their_heat_of_formation() {
        let enthalpies = Enthalpies::read(&Library::builtin()).unwrap();
        let mut steam = ByVapour::default();
        steam[Vapour::Water] = 1.0;
        // Steam at 25 °C: −241.8 kJ/mol, and 44 kJ/mol above liquid water.
        assert!((enthalpies.gas(&steam, STANDARD) + 241_826.0).abs() < 300.0);
        assert!((enthalpies.gas(&steam, STANDARD) - liquid_water(STANDARD) - 44_000.0).abs() < 400.0);
    }

    #[test]
    fn every_oxalate_but_thorium_s_is_known() {
        let enthalpies = Enthalpies::read(&Library::builtin()).unwrap();
        assert_eq!(enthalpies.oxalates.len(), 19);
        assert!(enthalpies.oxalate("CaC2O4·H2O", STANDARD).is_some());
        assert!(enthalpies.oxalate("Th(C2O4)2·4H2O", STANDARD).is_none());
    }
}
