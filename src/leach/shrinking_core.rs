//! Shrinking cores in stirred tanks: oxides dissolving in acid by order and rate.
//!
//! # Equation
//! ```text
//! rⱼ = ε Bⱼ [H⁺]^Aⱼ (1 − Xⱼ)^(2/3) ,   nⱼ (Xⱼ − Xⱼ,before) = rⱼ V ,   ε = m/(m/ρ + Q)
//! M2O3 + 6 H⁺ → 2 M³⁺ + 3 H2O ,  CaO + 2 H⁺ ;   HSO4⁻ = H⁺ + SO4²⁻ and the other weak acids
//! ```
//! With u = (1 − X)^(1/3) the second line is the cubic `u³ + s u² = 1 − X_before`, `s = ε B [H⁺]^A V/n`,
//! which has one root above zero. At a trial [H⁺] all X follow; the acid balance then has one root in [H⁺].
//!
//! # Symbols
//! r: mol oxide/(L h); B: mol/(kg h); A: order; X: conversion since the feed; n: mol/h fed;
//! V: L of tank; m: kg/h of solid left; ρ: its density, kg/L; Q: L/h of liquor; ε: kg of solid per L of slurry.
//!
//! # Holds for
//! The refuse it was fitted to, in dilute sulfuric acid; the code for any set of A and B.
//! No complexes of the metals dissolved.
//!
//! # Source
//! `prommis2026`: constants and feed in `data/leach/prommis2026_kinetics.csv`. The case takes water as
//! 1 kg/L and molar masses as rounded there (SO4 96, H 1, H2O 18 g/mol).

use crate::element::Element;
use crate::error::Error;
use crate::fields::Fields;
use crate::formula::Formula;
use crate::ion::Ion;
use crate::library::Library;
use crate::quantity::{Fraction, MassConcentration, MassFlow, Number, Volume, VolumeFlow};
use crate::solution;
use crate::unit::{Case, Kind, Reading};

use super::root::root;

/// kg/L of solid.
const SOLID: f64 = 2.4;

/// One dissolving oxide.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Core {
    pub order: f64,
    /// mol/(kg h).
    pub rate: f64,
    /// mol/h fed to the train.
    pub fed: f64,
}

/// What a tank holds at given conversions, per hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Held {
    /// L of liquor.
    pub liquor: f64,
    /// kg of solid left.
    pub solid: f64,
    /// L of solid left.
    pub solid_litres: f64,
    /// mol of total acidity left.
    pub acid: f64,
}

/// Conversion after a tank at its [H⁺] = h: the root of the cubic, Newton from above.
fn conversion(core: &Core, before: f64, h: f64, solids: f64, litres: f64) -> f64 {
    if core.fed <= 0.0 {
        return before;
    }
    let left = (1.0 - before).max(0.0);
    let speed = solids * core.rate * h.powf(core.order) * litres / core.fed;
    let mut u = left.cbrt().min((left / speed).sqrt());
    for _ in 0..60 {
        let step = (u * u * (u + speed) - left) / (u * (3.0 * u + 2.0 * speed));
        u -= step;
        if step.is_nan() || step.abs() <= 1e-16 * u {
            break;
        }
    }
    if u.is_finite() { (1.0 - u * u * u).clamp(before, 1.0) } else { before }
}

/// Conversions and pH of one tank of `litres` after conversions `before`. `held` says what the tank
/// holds at conversions, `acidity` the mol/L of total acidity at a pH in what it then holds.
pub(super) fn tank(
    cores: &[Core],
    litres: f64,
    before: &[f64],
    held: &dyn Fn(&[f64]) -> Held,
    acidity: &dyn Fn(f64, &Held) -> f64,
) -> Result<(Vec<f64>, f64), Error> {
    let after = |h: f64, solids: f64| -> Vec<f64> {
        cores.iter().zip(before).map(|(core, &x)| conversion(core, x, h, solids, litres)).collect()
    };
    let (mut x, mut ph) = (before.to_vec(), 0.0);
    for _ in 0..200 {
        let Held { liquor, solid, solid_litres, .. } = held(&x);
        let solids = if solid > 0.0 { solid / (solid_litres + liquor) } else { 0.0 };
        let lacking = |ph: f64| {
            let at = held(&after(10f64.powf(-ph), solids));
            Ok(at.acid - acidity(ph, &at) * at.liquor)
        };
        let start = 14.0;
        ph = root("the acidity of a tank", lacking, (start, lacking(start)?), -8.0)?;
        let next = after(10f64.powf(-ph), solids);
        let moved = next.iter().zip(&x).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        x = next;
        if moved < 1e-14 {
            break;
        }
    }
    Ok((x, ph))
}

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
    core: Core,
    /// g/mol.
    molar_mass: f64,
    /// H⁺ taken per mol.
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
        let about = "share of the solid that does not dissolve; absent means what the oxides leave of the whole";
        let inert = fields.may::<Fraction>("inert", about, 0.0..=1.0);
        let table = library.table("leach/prommis2026_kinetics");
        let solid = solid?.0;
        let mut oxides = Vec::new();
        let mut shares = 0.0;
        for row in table.ok()?.rows() {
            let name = row.text("oxide")?.to_owned();
            let formula = Formula::parse(&name).ok()?;
            let mut molar_mass = formula.molar_mass();
            if let (Some(weight), true) = (scandium, name.starts_with("Sc")) {
                molar_mass += 2.0 * (weight.0 - Element::Sc.molar_mass());
            }
            shares += row.number("mass_fraction")?;
            let fed = row.number("mass_fraction")? * solid * 1000.0 / molar_mass;
            let core = Core { order: row.number("order")?, rate: row.number("rate_mol_per_kg_h")?, fed };
            oxides.push(Oxide { core, molar_mass, acid: 2.0 * formula.moles(Element::O), name });
        }
        Some(Self {
            count: tanks?,
            litres: volume?.0 * 1000.0,
            water: liquid?.0 * 1000.0,
            solid: solid * (shares + inert.map_or(1.0 - shares, |inert| inert.0)),
            hydrogen: hydrogen?.0 / 1.0,
            sulfate: sulfate?.0 / 96.0,
            oxides,
        })
    }

    fn held(&self, x: &[f64]) -> Held {
        let each =
            |f: &dyn Fn(&Oxide) -> f64| self.oxides.iter().zip(x).map(|(o, x)| f(o) * o.core.fed * x).sum::<f64>();
        let taken = each(&|o| o.acid);
        let solid = self.solid - each(&|o| o.molar_mass) / 1000.0;
        Held {
            liquor: self.water + taken / 2.0 * 0.018,
            solid,
            solid_litres: solid / SOLID,
            acid: self.hydrogen * self.water - taken,
        }
    }

    /// Conversions and pH of one tank after `before`.
    fn tank(&self, before: &[f64]) -> Result<(Vec<f64>, f64), Error> {
        let cores: Vec<Core> = self.oxides.iter().map(|oxide| oxide.core.clone()).collect();
        let sulfate = self.sulfate * self.water;
        let acidity = |ph: f64, at: &Held| {
            solution::acidity(ph, |ion| if ion == Ion::Sulfate { sulfate / at.liquor } else { 0.0 })
        };
        tank(&cores, self.litres, before, &|x| self.held(x), &acidity)
    }
}

impl Case for Tanks {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let mut x = vec![0.0; self.oxides.len()];
        let mut readings = Vec::new();
        for at in 1..=self.count {
            let (next, ph) = self.tank(&x)?;
            x = next;
            readings.push(Reading::new(format!("pH of tank {at}"), ph, "1"));
        }
        for (oxide, x) in self.oxides.iter().zip(&x) {
            readings.push(Reading::new(format!("recovery of {}", oxide.name), 100.0 * x, "%"));
        }
        readings.push(Reading::new("water out", self.held(&x).liquor, "L/h"));
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tanks(hydrogen: f64) -> Tanks {
        let core = Core { order: 1.0, rate: 10.0, fed: 10.0 };
        let oxide = Oxide { name: "CaO".into(), core, molar_mass: 56.077, acid: 2.0 };
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
        assert!(tanks(1e-12).tank(&[0.0]).unwrap().0[0] < 1e-6);
        assert!(tanks(50.0).tank(&[0.0]).unwrap().0[0] > 0.99);
    }

    #[test]
    fn the_acid_taken_is_the_acid_missing() {
        let case = tanks(0.1);
        let (x, ph) = case.tank(&[0.0]).unwrap();
        let at = case.held(&x);
        let (h, k) = (10f64.powf(-ph), 10f64.powf(-1.99));
        let total = case.sulfate * case.water / at.liquor;
        let left = (h + total * h / (h + k)) * at.liquor;
        assert!((at.acid - left).abs() < 1e-9);
    }

    /// The cubic against its own definition, from slow to fast, fresh and half dissolved.
    #[test]
    fn a_conversion_meets_its_rate() {
        for rate in [1e-9, 1e-3, 1.0, 1e3, 1e9] {
            for before in [0.0, 0.5, 0.999] {
                let core = Core { order: 0.7, rate, fed: 3.0 };
                let (h, solids, litres): (f64, f64, f64) = (0.02, 0.1, 50.0);
                let x = conversion(&core, before, h, solids, litres);
                let rate = solids * core.rate * h.powf(core.order) * (1.0 - x).powf(2.0 / 3.0) * litres / core.fed;
                assert!(x >= before && x <= 1.0);
                let open = 1.0 - before;
                // Beyond 1e6 the last digits of 1 − X are gone; that it is nearly all is then all to be said.
                let gap = (x - before - rate).abs();
                assert!(gap < 1e-9 * open.max(rate.min(1.0)) || 1.0 - x < 1e-6 * open, "{rate} {before}: {x}");
            }
        }
    }
}
