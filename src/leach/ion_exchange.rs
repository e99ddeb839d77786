//! Ion-exchange leach: a salt takes the place of rare earths sorbed on clay.
//!
//! # Equation
//! ```text
//! RE(OH)3·clay + 3 NH4⁺ → RE³⁺ + 3 NH4OH·clay      (or 3 Mg²⁺ for 2 RE³⁺)
//! ```
//! A share X of the sorbed rare earths goes; aluminium goes along, n_Al per rare earth, out of
//! kaolinite, whose silica stays; n_held of the salt's cation stays on the clay as salt. Of the
//! solution a share R is recovered, the rest stays in the pores.
//!
//! # Symbols
//! X, n_Al, n_held: `data/leach/ion_exchange.csv`; R: the scenario's.
//!
//! # Holds for
//! Weathered-crust ores whose rare earths sit in `adsorbed-rare-earths`; salt well in excess
//! (a caveat tells when it is not). Aluminium is counted at three cations each; 1.8 is reported,
//! part of it leaving as AlOH²⁺.
//!
//! # Source
//! `moldoveanu2012`, `column2016`, `liu2025`, `multistage2024`.

use std::sync::Arc;

use super::equilibrium::{Activity, Chemistry};
use super::extraction;
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::Ion;
use crate::library::Library;
use crate::mineral::Mineral;
use crate::quantity::{Fraction, Molarity, Number, Power};
use crate::reagent::Reagent;
use crate::source::{Caveat, Sourced};
use crate::stream::{Aqueous, Stream};
use crate::unit::{Balance, Kind, Ports, Reading, Unit};

/// The mineral that carries what is exchangeable.
const SORBED: &str = "adsorbed-rare-earths";

/// As a scenario places it.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "ion-exchange-leach",
    about: "In-situ or heap desorption of rare earths from clay by an ammonium or magnesium salt.",
    sources: &["moldoveanu2012", "column2016", "liu2025", "multistage2024"],
    read: |fields, library| Exchange::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

#[derive(Debug)]
struct Exchange {
    salt: Reagent,
    cation: Ion,
    strength: f64,
    ratio: f64,
    water: Reagent,
    share: f64,
    aluminium: f64,
    held: f64,
    recovery: f64,
    power: f64,
    chemistry: Chemistry,
    sites: Arc<Mineral>,
    kept: Arc<Mineral>,
    silica: Arc<Mineral>,
}

fn solid(name: &str, formula: &str, density: f64) -> Option<Arc<Mineral>> {
    let formula = crate::formula::Formula::parse(formula).ok()?;
    Some(Arc::new(Mineral::new(name, &formula, density, &crate::element::ByElement::default())))
}

impl Exchange {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let salt = Reagent::field(fields, "salt", "ammonium or magnesium sulfate, a file in data/reagents", library);
        let strength = fields.need::<Molarity>("strength", "mol of salt per litre of what is irrigated", 1e-3..=3.0);
        let ratio = fields.need::<Number>("liquid_to_solid", "kg of water irrigated per kg of dry ore", 0.05..=50.0);
        let water = Reagent::field(fields, "water", "the water irrigated, a file in data/reagents", library);
        let study = fields
            .text("study", "whose extraction: ammonium-batch, ammonium-column, ammonium-humic, magnesium-acetate");
        let aluminium = fields.flag("aluminium", "does exchangeable aluminium go along, as published?");
        let recovery =
            fields.need::<Fraction>("solution_recovery", "share of the solution that is collected", 0.0..=1.0);
        let power = fields.need::<Power>("power", "of irrigation and collection pumps", 0.0..=1e5);
        let table = match library.table("leach/ion_exchange") {
            Ok(table) => table,
            Err(error) => {
                fields.refuse("study", error.to_string(), "mend the table");
                return None;
            }
        };
        let fact = |name: &str| -> Option<Sourced<f64>> { table.find("quantity", name)?.fact("value") };
        let study = study?;
        let Some(share) = fact(&study).filter(|fact| fact.value <= 1.0) else {
            let known = table
                .rows()
                .filter(|row| row.number("value").is_some_and(|v| v <= 1.0))
                .filter_map(|row| row.text("quantity"));
            fields.refuse(
                "study",
                format!("`{study}` is not a study of the table"),
                crate::fields::nearest(&study, known),
            );
            return None;
        };
        let (along, held) = (fact("aluminium per rare earth")?, fact("salt cation held per rare earth")?);
        fields.check().cite(format!("{}.extraction", fields.path()), &share, "1");
        fields.check().cite(format!("{}.aluminium per rare earth", fields.path()), &along, "1");
        fields.check().cite(format!("{}.salt held", fields.path()), &held, "1");
        let salt = salt?;
        let cation = if salt.ions[Ion::Ammonium] > 0.0 {
            Ion::Ammonium
        } else if salt.ions[Ion::Mg] > 0.0 {
            Ion::Mg
        } else {
            fields.refuse(
                "salt",
                format!("`{}` is neither an ammonium nor a magnesium salt", salt.name),
                "ammonium-sulfate or magnesium-sulfate",
            );
            return None;
        };
        if salt.ions[Ion::Sulfate] <= 0.0 {
            fields.refuse("salt", format!("`{}` is not a sulfate", salt.name), "ammonium-sulfate or magnesium-sulfate");
            return None;
        }
        let (sites, kept) = if cation == Ion::Ammonium {
            (solid("ammonium on clay", "NH4OH", 2600.0)?, solid("ammonium sulfate held by clay", "(NH4)2SO4", 1770.0)?)
        } else {
            (solid("magnesium on clay", "Mg(OH)2", 2600.0)?, solid("magnesium sulfate held by clay", "MgSO4", 2660.0)?)
        };
        Some(Self {
            salt,
            cation,
            strength: strength?.0,
            ratio: ratio?.0,
            water: water?,
            share: share.value,
            aluminium: if aluminium? { along.value } else { 0.0 },
            held: held.value,
            recovery: recovery?.0,
            power: power?.0,
            chemistry: Chemistry::read(library).ok()?,
            sites,
            kept,
            silica: solid("silica of leached clay", "SiO2", 2300.0)?,
        })
    }
}

/// Lets so many kg/h of a solid leave (or, negative, dissolve into) the solution.
fn form(solution: &mut Aqueous, mineral: &Mineral, kg: f64) {
    let gone = mineral.dissolve();
    solution.ions += &gone.ions.scaled(-kg);
    solution.water -= gone.water * kg;
}

impl Unit for Exchange {
    fn ports(&self) -> Ports {
        Ports { inlets: &["ore"], outlets: &["liquor", "residue"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let feed = &inlets[0];
        let dry = feed.solid.mass();
        let moles_of_salt = self.strength * self.ratio * dry / (crate::stream::WATER_DENSITY / 1000.0);
        let salt = moles_of_salt / self.salt.ions[Ion::Sulfate];
        let water = ((self.ratio * dry - self.salt.water * salt) / self.water.water.max(1e-9)).max(0.0);
        let mut solution = feed.aqueous.clone();
        for (reagent, kg) in [(&self.salt, salt), (&self.water, water)] {
            solution.ions += &reagent.ions.scaled(kg);
            solution.water += reagent.water * kg;
        }
        let mut residue = Stream { solid: feed.solid.clone(), temperature: feed.temperature, ..Stream::default() };
        let mut caveats =
            vec![Caveat::new("wells, heaps and collection drains are not sized here; their cost is the scenario's")];
        // What could be exchanged, and what the salt can carry.
        let charge = self.cation.charge();
        let sorbed = feed.solid.lot(SORBED).map(|lot| (lot.mineral.clone(), lot.total()));
        let rare = |kg: f64| sorbed.as_ref().map_or(0.0, |(m, _)| m.moles_per_kg().rare_earth_total() * kg);
        let wanted = sorbed.as_ref().map_or(0.0, |(_, kg)| kg * self.share);
        let per_rare = 3.0 * (1.0 + self.aluminium) / charge + self.held / charge;
        let asked = rare(wanted) * per_rare;
        let offered = solution.ions[self.cation];
        let met = if asked > offered { offered / asked } else { 1.0 };
        if met < 1.0 {
            caveats.push(Caveat::new(format!(
                "the salt is {:.0} % of what exchange and sorption take: all is cut in proportion",
                100.0 * met
            )));
        } else if asked > 0.5 * offered {
            caveats.push(Caveat::new(
                "more than half of the salt's cation is taken up: the extraction was measured with an excess",
            ));
        }
        if sorbed.is_none() {
            caveats.push(Caveat::new("the ore holds no `adsorbed-rare-earths`: nothing can be exchanged"));
        }
        let gone = wanted * met;
        let moles = rare(gone);
        if let Some((mineral, kg)) = &sorbed {
            form(&mut solution, mineral, -gone);
            if let Some(lot) = residue.solid.lots.iter_mut().find(|lot| lot.mineral == *mineral) {
                let left = 1.0 - gone / kg.max(1e-300);
                lot.kg_per_h.iter_mut().for_each(|kg| *kg *= left);
            }
        }
        let mut aluminium = 0.0;
        if self.aluminium > 0.0
            && let Some(lot) = residue.solid.lots.iter_mut().find(|lot| &*lot.mineral.name == "kaolinite")
        {
            let per_kg = lot.mineral.moles_per_kg();
            let (al, si) = (per_kg[crate::element::Element::Al], per_kg[crate::element::Element::Si]);
            let total = lot.total();
            let kg = (self.aluminium * moles / al.max(1e-12)).min(0.5 * total);
            aluminium = kg * al;
            let mineral = lot.mineral.clone();
            lot.kg_per_h.iter_mut().for_each(|each| *each *= 1.0 - kg / total);
            form(&mut solution, &mineral, -kg);
            let silica = kg * si / self.silica.dissolve().ions[Ion::Silica];
            form(&mut solution, &self.silica, silica);
            // Whatever rounding leaves of the silica stays dissolved.
            solution.ions[Ion::Silica] = solution.ions[Ion::Silica].max(0.0);
            residue.solid.add(&self.silica, &[silica]);
        }
        let per_mole = |mineral: &Mineral| 1.0 / mineral.dissolve().ions[self.cation];
        let sites = 3.0 * (moles + aluminium) / charge * per_mole(&self.sites);
        let kept = self.held / charge * moles * per_mole(&self.kept);
        for (mineral, kg) in [(&self.sites, sites), (&self.kept, kept)] {
            form(&mut solution, mineral, kg);
            if kg > 0.0 {
                residue.solid.add(mineral, &[kg]);
            }
        }
        // All of the cation may be asked for; rounding must not ask for more.
        solution.ions[self.cation] = solution.ions[self.cation].max(0.0);
        let settled = self.chemistry.settle(&solution, &[], None, Activity::Davies)?;
        let mut liquor = Stream { gas: feed.gas, temperature: feed.temperature, ..Stream::default() };
        liquor.aqueous = Aqueous { ions: solution.ions.scaled(self.recovery), water: solution.water * self.recovery };
        residue.aqueous =
            Aqueous { ions: solution.ions.scaled(1.0 - self.recovery), water: solution.water * (1.0 - self.recovery) };
        let per_tonne = |kg: f64| if dry > 0.0 { kg / (dry / 1000.0) } else { 0.0 };
        let rare_kg: f64 =
            crate::element::Element::RARE_EARTHS.iter().map(|&e| liquor.aqueous.grams_per_litre(e)).sum();
        let mut readings = vec![
            Reading::new("pH", settled.ph, "1"),
            Reading::new("salt drawn", per_tonne(salt), "kg/t dry"),
            Reading::new(
                "cation kept by the clay",
                if offered > 0.0 { 100.0 * asked * met / offered } else { 0.0 },
                "%",
            ),
            Reading::new(
                "aluminium per rare earth in liquor",
                if moles > 0.0 { aluminium / moles } else { 0.0 },
                "mol/mol",
            ),
            Reading::new("rare earths in liquor", rare_kg, "g/L"),
        ];
        let table = extraction::report(
            &feed.solid,
            &Stream { aqueous: liquor.aqueous.clone(), ..residue.clone() },
            &mut readings,
        );
        Ok(Balance {
            outlets: vec![liquor, residue],
            drawn: vec![self.salt.drawn(salt), self.water.drawn(water)],
            power_kw: self.power,
            readings,
            tables: vec![table],
            caveats,
            ..Balance::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::{ByElement, Element};
    use crate::formula::Formula;
    use crate::leach::testing::{read, solve};

    fn clay() -> Stream {
        let mut shares = ByElement::default();
        for element in [Element::La, Element::Nd, Element::Dy, Element::Y] {
            shares[element] = 1.0;
        }
        let formula = Formula::parse("RE(OH)3").unwrap().with_rare_earths(&shares);
        let mut stream = Stream::default();
        let none = ByElement::default();
        stream.solid.add(&Arc::new(Mineral::new(SORBED, &formula, 2600.0, &none)), &[1.0]);
        let kaolinite = Formula::parse("Al2Si2O5(OH)4").unwrap();
        stream.solid.add(&Arc::new(Mineral::new("kaolinite", &kaolinite, 2600.0, &none)), &[400.0]);
        stream.solid.add(&Arc::new(Mineral::compound("SiO2", 2650.0).unwrap()), &[599.0]);
        stream.aqueous.water = 180.0;
        stream
    }

    fn text(salt: &str, strength: f64) -> String {
        format!(
            "salt = \"{salt}\"\nstrength = \"{strength} mol/L\"\nliquid_to_solid = 0.8\nwater = \"water\"\nstudy = \"ammonium-column\"\naluminium = true\nsolution_recovery = \"90 %\"\npower = \"2 kW\"\n"
        )
    }

    #[test]
    fn both_salts_exchange_and_close() {
        for salt in ["ammonium-sulfate", "magnesium-sulfate"] {
            let done = solve(read(&KIND, &text(salt, 0.2)), &[clay()]);
            let got = done.balance.readings.iter().find(|r| r.name.starts_with("extraction of rare")).unwrap().value;
            assert!((got - 99.98).abs() < 1e-6, "{salt}: {got}");
            let ph = done.balance.readings[0].value;
            assert!((2.5..8.0).contains(&ph), "{salt}: {ph}");
        }
    }

    #[test]
    fn little_salt_frees_little() {
        let done = solve(read(&KIND, &text("ammonium-sulfate", 0.001)), &[clay()]);
        let got = done.balance.readings.iter().find(|r| r.name.starts_with("extraction of rare")).unwrap().value;
        assert!(got < 50.0, "{got}");
        assert!(done.balance.caveats.iter().any(|c| c.text.contains("cut in proportion")));
    }
}
