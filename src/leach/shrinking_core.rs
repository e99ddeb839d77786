//! Shrinking cores in stirred tanks: oxides dissolving in sulfuric acid by order and rate.
//!
//! # Equation
//! ```text
//! rⱼ = ε Bⱼ [H⁺]^Aⱼ (1 − Xⱼ)^(2/3) ,   nⱼ (Xⱼ − Xⱼ,before) = rⱼ V ,   ε = m/(m/2.4 + Q)
//! HSO4⁻ = H⁺ + SO4²⁻ ,  K = 10^−1.99 ;   M2O3 + 6 H⁺ → 2 M³⁺ + 3 H2O ,  CaO + 2 H⁺
//! ```
//! At a trial [H⁺] each X is the root of its own falling function; the acid balance then has
//! one root in [H⁺].
//!
//! # Symbols
//! r: mol oxide/(L h); B: mol/(kg h); A: order; X: conversion since the feed; n: mol/h fed;
//! V: L of tank; m: kg/h of solid left; Q: L/h of water; ε: kg of solid per L of slurry.
//!
//! # Holds for
//! The refuse it was fitted to, in dilute sulfuric acid; the code for any set of A and B.
//! Water weighs 1 kg/L; no other complexes.
//!
//! # Source
//! `prommis2026`: constants and feed in `data/leach/prommis2026_kinetics.csv`; molar masses as
//! rounded there (SO4 96, HSO4 97, H2O 18 g/mol).

use crate::error::Error;
use crate::fields::Fields;
use crate::formula::Formula;
use crate::library::Library;
use crate::quantity::{MassConcentration, MassFlow, Number, Volume, VolumeFlow};
use crate::unit::{Case, Kind, Reading};

use super::root::root;

/// Second dissociation of sulfuric acid, mol/L.
const K2: f64 = 0.010_232_929_922_807_54;
/// kg/L of solid.
const SOLID: f64 = 2.4;

/// The law, for validation.
pub const CASE: Kind<dyn Case> = Kind {
    name: "shrinking-core-tanks",
    about: "Co-current sulfuric-acid tanks with shrinking-core kinetics of twelve oxides.",
    sources: &["prommis2026"],
    read: |fields, library| Tanks::read(fields, library).map(|case| Box::new(case) as Box<dyn Case>),
};

#[derive(Debug)]
struct Oxide {
    name: String,
    order: f64,
    rate: f64,
    /// mol/h fed.
    fed: f64,
    /// g/mol.
    molar_mass: f64,
    /// H⁺ taken, and H2O given, per mol.
    acid: f64,
}

#[derive(Debug)]
struct Tanks {
    count: usize,
    litres: f64,
    water: f64,
    solid: f64,
    hydrogen: f64,
    sulfate: f64,
    oxides: Vec<Oxide>,
}

impl Tanks {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let tanks = fields.count("tanks", "equal tanks in series", 1..=20);
        let volume = fields.need::<Volume>("volume", "of one tank", 1e-6..=1e6);
        let liquid = fields.need::<VolumeFlow>("liquid", "liquid fed", 1e-9..=1e6);
        let solid = fields.need::<MassFlow>("solid", "dry solid fed", 1e-9..=1e9);
        let hydrogen = fields.need::<MassConcentration>("hydrogen", "H+ in the liquid fed", 0.0..=100.0);
        let sulfate = fields.need::<MassConcentration>("sulfate", "SO4 in the liquid fed", 0.0..=1000.0);
        let scandium = fields.may::<Number>(
            "scandium",
            "atomic weight of scandium used by the source; absent: the true one",
            44.0..=46.0,
        );
        let table = library.table("leach/prommis2026_kinetics");
        let solid = solid?.0;
        let mut oxides = Vec::new();
        for row in table.ok()?.rows() {
            let name = row.text("oxide")?.to_owned();
            let formula = Formula::parse(&name).ok()?;
            let mut molar_mass = formula.molar_mass();
            if let (Some(weight), true) = (scandium, name.starts_with("Sc")) {
                molar_mass += 2.0 * (weight.0 - crate::element::Element::Sc.molar_mass());
            }
            let oxygens = formula.moles(crate::element::Element::O);
            oxides.push(Oxide {
                order: row.number("order")?,
                rate: row.number("rate_mol_per_kg_h")?,
                fed: row.number("mass_fraction")? * solid * 1000.0 / molar_mass,
                molar_mass,
                acid: 2.0 * oxygens,
                name,
            });
        }
        Some(Self {
            count: tanks?,
            litres: volume?.0 * 1000.0,
            water: liquid?.0 * 1000.0,
            solid,
            hydrogen: hydrogen?.0 / 1.0,
            sulfate: sulfate?.0 / 96.0,
            oxides,
        })
    }

    /// Conversions after one tank whose [H⁺] is h, for a slurry of ε.
    fn conversions(&self, before: &[f64], h: f64, solids: f64) -> Vec<f64> {
        self.oxides
            .iter()
            .zip(before)
            .map(|(oxide, &x0)| {
                let speed = solids * oxide.rate * h.powf(oxide.order) * self.litres / oxide.fed;
                let (mut low, mut high) = (x0, 1.0);
                for _ in 0..100 {
                    let x = 0.5 * (low + high);
                    if x - x0 < speed * (1.0 - x).powf(2.0 / 3.0) {
                        low = x;
                    } else {
                        high = x;
                    }
                }
                0.5 * (low + high)
            })
            .collect()
    }

    /// Water in L/h, solid in kg/h and acid taken in mol/h at conversions since the feed.
    fn state(&self, x: &[f64]) -> (f64, f64, f64) {
        let each = |f: &dyn Fn(&Oxide) -> f64| self.oxides.iter().zip(x).map(|(o, x)| f(o) * o.fed * x).sum::<f64>();
        let acid = each(&|o| o.acid);
        (self.water + acid / 2.0 * 0.018, self.solid - each(&|o| o.molar_mass) / 1000.0, acid)
    }

    /// Conversions and [H⁺] of one tank after `before`.
    fn tank(&self, before: &[f64]) -> Result<(Vec<f64>, f64), Error> {
        let fed = self.hydrogen * self.water;
        let (mut x, mut h) = (before.to_vec(), 0.0);
        for _ in 0..200 {
            let (water, solid, _) = self.state(&x);
            let slurry = solid / (solid / SOLID + water);
            let lacking = |ln_h: f64| {
                let h = ln_h.exp();
                let x = self.conversions(before, h, slurry);
                let (water, _, acid) = self.state(&x);
                let total = self.sulfate * self.water / water;
                Ok(fed - acid - (h + total * h / (h + K2)) * water)
            };
            let start = -40.0;
            let ln_h = root("the acidity of a tank", lacking, (start, lacking(start)?), 45.0)?;
            h = ln_h.exp();
            let next = self.conversions(before, h, slurry);
            let moved = next.iter().zip(&x).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            x = next;
            if moved < 1e-13 {
                break;
            }
        }
        Ok((x, h))
    }
}

impl Case for Tanks {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let mut x = vec![0.0; self.oxides.len()];
        let mut readings = Vec::new();
        for at in 1..=self.count {
            let (next, h) = self.tank(&x)?;
            x = next;
            readings.push(Reading::new(format!("pH of tank {at}"), -h.log10(), "1"));
        }
        for (oxide, x) in self.oxides.iter().zip(&x) {
            readings.push(Reading::new(format!("recovery of {}", oxide.name), 100.0 * x, "%"));
        }
        readings.push(Reading::new("water out", self.state(&x).0, "L/h"));
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tanks(hydrogen: f64) -> Tanks {
        let oxide = Oxide { name: "CaO".into(), order: 1.0, rate: 10.0, fed: 10.0, molar_mass: 56.077, acid: 2.0 };
        Tanks {
            count: 1,
            litres: 100.0,
            water: 100.0,
            solid: 10.0,
            hydrogen,
            sulfate: hydrogen / 2.0,
            oxides: vec![oxide],
        }
    }

    #[test]
    fn no_acid_nothing_dissolves_much_acid_all() {
        assert!(tanks(1e-12).tank(&[0.0]).unwrap().0[0] < 1e-9);
        assert!(tanks(50.0).tank(&[0.0]).unwrap().0[0] > 0.99);
    }

    #[test]
    fn the_acid_taken_is_the_acid_missing() {
        let case = tanks(0.1);
        let (x, h) = case.tank(&[0.0]).unwrap();
        let (water, _, acid) = case.state(&x);
        let total = case.sulfate * case.water / water;
        let left = (h + total * h / (h + K2)) * water;
        assert!((case.hydrogen * case.water - acid - left).abs() < 1e-9);
    }
}
