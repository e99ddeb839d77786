//! Dissolution of oxides, carbonates or hydroxides in acid, to a liquor of wanted strength.
//!
//! # Equation
//! ```text
//! RE2O3 + 6 H⁺ → 2 RE³⁺ + 3 H2O
//! CeO2 + 4 H⁺ + Cl⁻ → Ce³⁺ + 2 H2O + ½ Cl2          (oxidant to chlorine)
//! 2 CeO2 + 6 H⁺ + H2O2 → 2 Ce³⁺ + 4 H2O + O2         (oxidant to peroxide)
//! CO3²⁻ + 2 H⁺ → CO2 + H2O
//! ```
//! Acid is drawn until the free acid (or pH) asked for is reached, water until the rare earths
//! stand at the strength asked for.
//!
//! # Symbols
//! What an oxide above its ordinary state (CeO2, Pr6O11, Tb4O7, MnO2) must be rid of is booked as
//! the oxygen it would set free, mol O2 ([`Mineral::dissolve`](crate::mineral::Mineral::dissolve)).
//!
//! # Holds for
//! Equilibrium, complete but for the share that the scenario says stays undissolved. The residue
//! leaves dry; a filter behind gives it its moisture. pH as in [`crate::solution`].
//!
//! # Source
//! Stoichiometry. Acid constants: `haynes2014`.

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::{Ion, Vapour};
use crate::library::Library;
use crate::mineral::WATER_KG_PER_MOL;
use crate::quantity::{Duration, Fraction, MassConcentration, Molarity, Number};
use crate::reagent::Reagent;
use crate::solution;
use crate::source::Caveat;
use crate::stream::{Aqueous, Lot, Stream};
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

#[derive(Debug, Clone, Copy)]
enum Acidity {
    Free(f64),
    Ph(f64),
}

/// The dissolution tank.
#[derive(Debug)]
pub struct Dissolve {
    acid: Reagent,
    water: Reagent,
    /// `None`: chloride is the reductant and chlorine leaves.
    reductant: Option<Reagent>,
    excess: f64,
    acidity: Acidity,
    strength: f64,
    undissolved: ByElement<f64>,
    hours: f64,
}

/// In the catalogue.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "dissolve",
    about: "Dissolves oxides, carbonates or hydroxides in acid to a liquor of wanted strength and acidity.",
    sources: &["haynes2014"],
    read: |fields, library| Dissolve::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

impl Dissolve {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let acid = Reagent::field(fields, "acid", "the acid bought", library);
        let water = Reagent::field(fields, "water", "the water that sets the strength", library);
        let peroxide = fields.word(
            "oxidant",
            "where the oxidising power of CeO2, Pr6O11, Tb4O7 goes: chlorine gas, or peroxide bought to reduce them",
            &[("to-chlorine", false), ("to-peroxide", true)],
        );
        let named = fields.may_text("reductant", "the peroxide bought; absent when the oxidant goes to chlorine");
        let excess = fields.may::<Fraction>(
            "reductant_excess",
            "peroxide beyond stoichiometry, which decomposes; absent when the oxidant goes to chlorine",
            0.0..=20.0,
        );
        let free =
            fields.may::<Molarity>("free_acid", "total acidity of the liquor; absent when `ph` is given", 0.0..=10.0);
        let ph = fields.may::<Number>("ph", "pH of the liquor; absent when `free_acid` is given", -1.0..=6.0);
        let strength = fields.need::<MassConcentration>("strength", "rare-earth oxide in the liquor", 0.01..=400.0);
        let undissolved = fields.may_elements::<Fraction>(
            "undissolved",
            "share that stays solid of each oxide, by its main element; absent means it dissolves whole",
            0.0..=1.0,
        );
        let hours = fields.need::<Duration>("residence_time", "mean time in the tank, which sizes it", 0.01..=100.0);

        let acidity = match (free, ph) {
            (Some(free), None) => Some(Acidity::Free(free.0)),
            (None, Some(ph)) => Some(Acidity::Ph(ph.0)),
            _ => {
                fields.refuse(
                    if free.is_some() { "ph" } else { "free_acid" },
                    "exactly one of `free_acid` and `ph` must be given",
                    "free_acid = \"0.1 mol/L\", or ph = 1.5",
                );
                None
            }
        };
        let reductant = if peroxide? {
            let Some(name) = named else {
                fields.refuse("reductant", "missing", "reductant = \"hydrogen-peroxide-30\"");
                return None;
            };
            if excess.is_none() {
                fields.refuse("reductant_excess", "missing", "reductant_excess = \"20 %\"");
                return None;
            }
            let reagent = Reagent::named(&name, library)
                .map_err(|why| fields.refuse("reductant", why, "the name of a file in data/reagents, without .toml"))
                .ok()?;
            if reagent.ions[Ion::Peroxide] <= 0.0 {
                fields.refuse("reductant", format!("`{name}` holds no peroxide"), "hydrogen-peroxide-30");
                return None;
            }
            Some(reagent)
        } else {
            None
        };
        let acid = acid?;
        if acid.acid() <= 0.0 {
            fields.refuse("acid", format!("`{}` is not an acid", acid.name), "hydrochloric-acid-35");
            return None;
        }
        if reductant.is_none() && acid.ions[Ion::Chloride] <= 0.0 {
            fields.refuse("oxidant", format!("`{}` has no chloride to oxidise", acid.name), "to-peroxide");
            return None;
        }
        let water = water?;
        if water.water <= 0.0 {
            fields.refuse("water", format!("`{}` holds no water", water.name), "water");
            return None;
        }
        Some(Self {
            acid,
            water,
            reductant,
            excess: excess.map_or(0.0, |excess| excess.0),
            acidity: acidity?,
            strength: strength?.0,
            undissolved: undissolved.map(|_, share| share.map_or(0.0, |share| share.0)),
            hours: hours?.0,
        })
    }

    /// Share of a lot that stays solid, by the metal it holds most of.
    fn stays(&self, lot: &Lot) -> f64 {
        let moles = lot.mineral.moles_per_kg();
        let light = [Element::H, Element::C, Element::N, Element::O, Element::S, Element::Cl, Element::F];
        moles
            .iter()
            .filter(|(element, n)| !light.contains(element) && **n > 0.0)
            .max_by(|a, b| a.1.total_cmp(b.1))
            .map_or(0.0, |(element, _)| self.undissolved[element])
    }

    fn acidity_wanted(&self, liquor: &Aqueous) -> f64 {
        match self.acidity {
            Acidity::Free(molar) => molar * liquor.volume() * 1000.0,
            Acidity::Ph(ph) => solution::acidity_for(liquor, ph).unwrap_or(0.0),
        }
    }

    /// Acid and water, kg/h, that bring `start` to the acidity and `litres` asked for.
    fn acid_and_water(&self, start: &Aqueous, litres: f64) -> Result<(f64, f64), Error> {
        const PASSES: usize = 200;
        let (mut acid, mut water) = (0.0_f64, 0.0_f64);
        let mut residual = f64::INFINITY;
        for _ in 0..PASSES {
            let mut liquor = start.clone();
            for (reagent, kg) in [(&self.acid, acid), (&self.water, water)] {
                liquor.ions += &reagent.ions.scaled(kg);
                liquor.water += reagent.water * kg;
            }
            let short_acid = (self.acidity_wanted(&liquor) - liquor.ions[Ion::H]) / self.acid.acid();
            let short_water = (litres / 1000.0 - liquor.volume()) * crate::stream::WATER_DENSITY / self.water.water;
            let next = ((acid + short_acid).max(0.0), (water + short_water).max(0.0));
            let moved = (next.0 - acid).abs() + (next.1 - water).abs();
            residual = moved / (next.0 + next.1).max(f64::MIN_POSITIVE);
            (acid, water) = next;
            if moved == 0.0 || residual < 1e-13 {
                return Ok((acid, water));
            }
        }
        if residual < 1e-9 {
            return Ok((acid, water));
        }
        Err(Error::NotConverged {
            unit: String::new(),
            what: "acid and water of the dissolution".into(),
            residual,
            iterations: PASSES,
            worst: "the acid".into(),
            hint: "ask for a weaker liquor or a lower acidity".into(),
        })
    }
}

impl Unit for Dissolve {
    fn ports(&self) -> Ports {
        Ports { inlets: &["oxide"], outlets: &["liquor", "residue", "gas"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let feed = &inlets[0];
        let blank = Stream { temperature: 298.15, ..Stream::default() };
        let (mut liquor, mut residue, mut gas) = (blank.clone(), blank.clone(), blank);
        residue.solid.edges = feed.solid.edges.clone();
        liquor.aqueous = feed.aqueous.clone();
        liquor.organic = feed.organic.clone();
        gas.gas = feed.gas;
        let mut oxygen = 0.0;
        for lot in &feed.solid.lots {
            let stays = self.stays(lot);
            if stays > 0.0 {
                let kept: Vec<f64> = lot.kg_per_h.iter().map(|kg| kg * stays).collect();
                residue.solid.add(&lot.mineral, &kept);
            }
            let gone = lot.mineral.dissolve();
            let kg = lot.total() * (1.0 - stays);
            liquor.aqueous.ions += &gone.ions.scaled(kg);
            liquor.aqueous.water += gone.water * kg;
            oxygen += gone.oxygen * kg;
        }
        if oxygen < 0.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the feed holds a solid that dissolves only when oxidised".into(),
                hint: "calcine it before dissolving".into(),
            });
        }
        let aqueous = &mut liquor.aqueous;
        let carbonate = aqueous.ions[Ion::Carbonate];
        aqueous.ions[Ion::Carbonate] = 0.0;
        aqueous.ions[Ion::H] -= 2.0 * carbonate;
        aqueous.water += carbonate * WATER_KG_PER_MOL;
        gas.gas[Vapour::CarbonDioxide] += carbonate;
        let mut drawn = Vec::new();
        if let Some(reagent) = &self.reductant {
            let peroxide = 2.0 * oxygen * (1.0 + self.excess);
            let bought = reagent.drawn(peroxide / reagent.ions[Ion::Peroxide]);
            aqueous.ions += &bought.stream.aqueous.ions;
            aqueous.ions[Ion::Peroxide] -= peroxide;
            aqueous.water += bought.stream.aqueous.water + peroxide * WATER_KG_PER_MOL;
            gas.gas[Vapour::Oxygen] += oxygen + peroxide / 2.0;
            // What is left of the subtraction is rounding.
            aqueous.ions[Ion::Peroxide] = feed.aqueous.ions[Ion::Peroxide];
            drawn.push(bought);
        } else {
            gas.gas[Vapour::Chlorine] += 2.0 * oxygen;
            aqueous.ions[Ion::H] -= 4.0 * oxygen;
            aqueous.ions[Ion::Chloride] -= 4.0 * oxygen;
            aqueous.water += 2.0 * oxygen * WATER_KG_PER_MOL;
        }
        let grams = liquor.rare_earth_oxide() * 1000.0;
        let (acid, water) = self.acid_and_water(&liquor.aqueous, grams / self.strength)?;
        for bought in [self.acid.drawn(acid), self.water.drawn(water)] {
            liquor.aqueous.ions += &bought.stream.aqueous.ions;
            liquor.aqueous.water += bought.stream.aqueous.water;
            drawn.push(bought);
        }
        if liquor.aqueous.ions[Ion::Chloride] < 0.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the acid does not bring the chloride that the oxidant turns to chlorine".into(),
                hint: "oxidant = \"to-peroxide\", or more free acid".into(),
            });
        }
        let mut balance = Balance { drawn, ..Balance::default() };
        let litres = liquor.aqueous.volume() * 1000.0;
        if let Some(ph) = solution::ph(&liquor.aqueous) {
            balance.readings.push(Reading::new("pH", ph, "1"));
        }
        if litres > 0.0 {
            let strength = grams / litres;
            balance.readings.push(Reading::new("rare-earth oxide in the liquor", strength, "g/L"));
            if grams > 0.0 && water <= 0.0 && strength < self.strength * (1.0 - 1e-9) {
                balance.caveats.push(Caveat::new(format!(
                    "the acid alone dilutes the liquor to {strength:.0} g/L of rare-earth oxide, below the {:.0} asked for",
                    self.strength
                )));
            }
        }
        if acid <= 0.0 && litres > 0.0 && liquor.aqueous.ions[Ion::H] > self.acidity_wanted(&liquor.aqueous) * 1.001 {
            balance.caveats.push(Caveat::new("the feed brings more acid than was asked for; none is added"));
        }
        balance.readings.push(Reading::new("undissolved", residue.solid.mass(), "kg/h"));
        balance.outlets = vec![liquor, residue, gas];
        Ok(balance)
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let volume = done.outlets.first().map_or(0.0, Stream::slurry_volume);
        vec![Equipment { name: "dissolution tank".into(), count: 1, size: volume * self.hours, unit: "m3" }]
    }
}

#[cfg(test)]
mod tests;
