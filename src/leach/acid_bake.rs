//! Acid bake and water leach: concentrated sulfuric acid cracks the phosphate or fluorocarbonate.
//!
//! # Equation
//! A mineral's share C goes to sulfates: `2 REPO4 + 3 H2SO4 → RE2(SO4)3 + 2 H3PO4`,
//! `2 RECO3F + 3 H2SO4 → RE2(SO4)3 + 2 HF↑ + 2 CO2↑ + 2 H2O↑`, gangue likewise. The acid this
//! takes is the protons of its oxides, of HF, HCl, CO2 and H3PO4; where the dose is less, every
//! C is cut in proportion. All water boils off. The cake then meets water and comes to
//! equilibrium with the solids allowed ([`super::equilibrium`]).
//!
//! # Symbols
//! C: conversion of a mineral.
//!
//! # Holds for
//! Concentrates at 200–300 °C for hours; each row's own conditions. Fluoride leaves as HF
//! (where fine silica is present part of it is SiF4). Iron phosphate and pyrophosphates that
//! lower recovery above 300 °C are not modelled.
//!
//! # Source
//! `data/leach/acid_bake.csv`: `absb2005` (monazite), `vijayalakshmi2001` (xenotime), `ri5474`.

use std::collections::BTreeMap;

use super::equilibrium::{Activity, Chemistry};
use super::extraction;
use super::neutralise::{book, caveats_of, read_solids};
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::{Ion, Vapour};
use crate::library::Library;
use crate::mineral::WATER_KG_PER_MOL;
use crate::quantity::{Duration, Number, Temperature};
use crate::reagent::Reagent;
use crate::source::{Caveat, Evidence, Sourced};
use crate::stream::{Solid, Stream};
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// kJ/kg to boil water from 25 °C.
const BOIL: f64 = 2442.0 + 150.0;

/// As a scenario places it.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "acid-bake",
    about: "Sulfuric acid bake of monazite, xenotime or bastnasite, and the water leach of its cake.",
    sources: &["absb2005", "vijayalakshmi2001", "ri5474", "parkhurst2013"],
    read: |fields, library| AcidBake::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

#[derive(Debug)]
struct AcidBake {
    acid: Reagent,
    dose: f64,
    temperature: f64,
    hours: f64,
    water: Reagent,
    ratio: f64,
    leach_hours: f64,
    kw_per_m3: f64,
    conversions: BTreeMap<String, Sourced<f64>>,
    unlisted: f64,
    activity: Activity,
    chemistry: Chemistry,
    solids: Vec<usize>,
}

impl AcidBake {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let acid = Reagent::field(fields, "acid", "sulfuric acid, a file in data/reagents", library);
        let dose = fields.need::<Number>("acid_dose", "kg of pure H2SO4 per kg of dry feed", 0.0..=10.0);
        let temperature = fields.need::<Temperature>("temperature", "of the bake", 423.0..=673.0);
        let hours = fields.need::<Duration>("residence", "time in the bake", 0.1..=24.0);
        let water = Reagent::field(fields, "water", "water of the leach, a file in data/reagents", library);
        let ratio = fields.need::<Number>("water_to_feed", "kg of leach water per kg of dry feed", 0.5..=100.0);
        let leach = fields.need::<Duration>("leach_residence", "time in the water leach", 1e-2..=48.0);
        let stirring = fields.need::<Number>("stirring", "shaft power of the water leach, kW per m3", 0.0..=10.0);
        let unlisted = fields.word("unlisted", "what a mineral without data does", &[("inert", 0.0), ("reacts", 1.0)]);
        let activity = fields.word("activity", "how activities are counted", Activity::WORDS);
        let solids = read_solids(
            fields,
            library,
            "solids",
            "what may precipitate in the water leach: groups or names; [] for none",
        );
        let conversions = match conversions(library) {
            Ok(all) => all,
            Err(error) => {
                fields.refuse("acid", error.to_string(), "mend the table");
                return None;
            }
        };
        for (name, fact) in &conversions {
            fields.check().cite(format!("{}.conversion.{name}", fields.path()), fact, "1");
        }
        let acid = acid?;
        if acid.ions[Ion::Sulfate] <= 0.0 || acid.acid() <= 0.0 {
            fields.refuse("acid", format!("`{}` is not sulfuric acid", acid.name), "sulfuric-acid-98");
            return None;
        }
        let (chemistry, solids) = solids?;
        Some(Self {
            acid,
            dose: dose?.0,
            temperature: temperature?.0,
            hours: hours?.0,
            water: water?,
            ratio: ratio?.0,
            leach_hours: leach?.0,
            kw_per_m3: stirring?.0,
            conversions,
            unlisted: unlisted?,
            activity: activity?,
            chemistry,
            solids,
        })
    }

    fn conversion(&self, lot: &crate::stream::Lot) -> f64 {
        if lot.mineral.dissolve().oxygen < 0.0 {
            return 0.0;
        }
        self.conversions.get(&*lot.mineral.name).map_or(self.unlisted, |fact| fact.value)
    }
}

fn conversions(library: &Library) -> Result<BTreeMap<String, Sourced<f64>>, Error> {
    let table = library.table("leach/acid_bake")?;
    Ok(table.rows().filter_map(|row| Some((row.text("mineral")?.to_owned(), row.fact("conversion")?))).collect())
}

impl Unit for AcidBake {
    fn ports(&self) -> Ports {
        Ports { inlets: &["concentrate"], outlets: &["slurry", "gas"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let feed = &inlets[0];
        let dry = feed.solid.mass();
        let pure = self.acid.ions[Ion::Sulfate] * (Ion::Sulfate.molar_mass() + 2.0 * Ion::H.molar_mass()) / 1000.0;
        let acid = self.dose * dry / pure;
        let mut cake = feed.aqueous.clone();
        let mut off = Stream { gas: feed.gas, temperature: self.temperature, ..Stream::default() };
        // What whole conversion of every share would take.
        let mut needed = 0.0;
        for lot in &feed.solid.lots {
            let ions = lot.mineral.dissolve().ions.scaled(lot.total() * self.conversion(lot));
            needed +=
                3.0 * ions[Ion::Phosphate] + ions[Ion::Fluoride] + ions[Ion::Chloride] + 2.0 * ions[Ion::Carbonate]
                    - ions[Ion::H];
        }
        let offered = acid * self.acid.acid();
        let met = if needed > offered { offered / needed } else { 1.0 };
        cake.ions += &self.acid.ions.scaled(acid);
        cake.water += self.acid.water * acid;
        let mut left = Solid { edges: feed.solid.edges.clone(), ..Solid::default() };
        for lot in &feed.solid.lots {
            let share = self.conversion(lot) * met;
            let kg = lot.total() * share;
            let gone = lot.mineral.dissolve();
            let ions = gone.ions.scaled(kg);
            cake.ions += &ions;
            cake.water += gone.water * kg;
            off.gas[Vapour::Oxygen] += gone.oxygen * kg;
            for (ion, gas) in [(Ion::Fluoride, Vapour::HydrogenFluoride), (Ion::Chloride, Vapour::HydrogenChloride)] {
                cake.ions[ion] -= ions[ion];
                cake.ions[Ion::H] -= ions[ion];
                off.gas[gas] += ions[ion];
            }
            cake.ions[Ion::Carbonate] -= ions[Ion::Carbonate];
            cake.ions[Ion::H] -= 2.0 * ions[Ion::Carbonate];
            cake.water += ions[Ion::Carbonate] * WATER_KG_PER_MOL;
            off.gas[Vapour::CarbonDioxide] += ions[Ion::Carbonate];
            let rest: Vec<f64> = lot.kg_per_h.iter().map(|kg| kg * (1.0 - share)).collect();
            left.add(&lot.mineral, &rest);
        }
        let steam = cake.water.max(0.0);
        off.gas[Vapour::Water] += steam / WATER_KG_PER_MOL;
        let water = (self.ratio * dry - (cake.water - steam)) / self.water.water.max(1e-9);
        cake.water -= steam;
        cake.ions += &self.water.ions.scaled(water);
        cake.water += self.water.water * water;
        let settled = self.chemistry.settle(&cake, &self.solids, None, self.activity)?;
        let mut slurry = Stream { solid: left, temperature: 298.15, ..Stream::default() };
        slurry.aqueous = settled.aqueous.clone();
        book(&settled, &self.chemistry, &self.solids, &mut slurry, &mut off);
        let per_tonne = |x: f64| if dry > 0.0 { x / (dry / 1000.0) } else { 0.0 };
        let mut readings = vec![
            Reading::new("pH", settled.ph, "1"),
            Reading::new("acid drawn, as pure", per_tonne(acid * pure), "kg/t dry"),
            Reading::new("acid taken by the minerals", per_tonne(needed * met), "mol H+/t dry"),
            Reading::new("conversion kept up by the acid", 100.0 * met, "%"),
            Reading::new(
                "hydrogen fluoride in the gas",
                off.gas[Vapour::HydrogenFluoride] * Vapour::HydrogenFluoride.molar_mass() / 1000.0,
                "kg/h",
            ),
        ];
        let table = extraction::report(&feed.solid, &slurry, &mut readings);
        let mut caveats = caveats_of(&settled, &cake);
        if met < 1.0 {
            caveats.push(Caveat::new(format!(
                "the acid is {:.0} % of what the minerals take: every conversion is cut in proportion",
                100.0 * met
            )));
        }
        if self.hours < 2.0 || !(473.0..=573.2).contains(&self.temperature) {
            caveats.push(Caveat::new(format!(
                "{:.1} h at {:.0} degC: the conversions were found over some 2.5 h at 200-300 degC and are not corrected",
                self.hours,
                self.temperature - 273.15
            )));
        }
        let mut unlisted: Vec<&str> = Vec::new();
        for lot in feed.solid.lots.iter().filter(|lot| lot.total() > 0.0) {
            let name = &lot.mineral.name;
            match self.conversions.get(&**name) {
                None => unlisted.push(name),
                Some(fact) if fact.citation.evidence == Evidence::Assumed && fact.value > 0.0 => {
                    caveats.push(Caveat::new(format!("the conversion of `{name}` is assumed, not measured")));
                }
                Some(_) => {}
            }
        }
        if !unlisted.is_empty() {
            caveats.push(Caveat::new(format!(
                "not in the acid-bake data, so the scenario's rule is used: {}",
                unlisted.join(", ")
            )));
        }
        let heat = steam * BOIL + (dry + acid) * 1.1 * (self.temperature - feed.temperature).max(0.0);
        let volume = slurry.slurry_volume() * self.leach_hours;
        Ok(Balance {
            outlets: vec![slurry, off],
            drawn: vec![self.acid.drawn(acid), self.water.drawn(water)],
            power_kw: volume * self.kw_per_m3,
            heat_kw: heat / 3600.0,
            readings,
            tables: vec![table],
            caveats,
            ..Balance::default()
        })
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let tank = done.outlets[0].slurry_volume() * self.leach_hours;
        let gas: f64 = done.outlets[1].gas.iter().map(|(_, moles)| moles).sum();
        // An ideal gas at the bake's temperature and 1 atm, m³/h.
        let fumes = gas * 8.314 * self.temperature / 101_325.0;
        vec![
            Equipment { name: "roaster".into(), count: 1, size: done.heat_kw, unit: "kW" },
            Equipment { name: "gas scrubber".into(), count: 1, size: fumes, unit: "m3/h" },
            Equipment { name: "leach tank".into(), count: 1, size: tank, unit: "m3" },
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::element::{ByElement, Element};
    use crate::formula::Formula;
    use crate::leach::testing::{read, solve};
    use crate::mineral::Mineral;

    fn concentrate(name: &str, formula: &str) -> Stream {
        let mut shares = ByElement::default();
        for element in [Element::La, Element::Nd, Element::Dy, Element::Y] {
            shares[element] = 1.0;
        }
        let formula = Formula::parse(formula).unwrap().with_rare_earths(&shares);
        let mut trace = ByElement::default();
        trace[Element::Th] = 0.002;
        trace[Element::U] = 0.001;
        let mut stream = Stream::default();
        stream.solid.add(&Arc::new(Mineral::new(name, &formula, 4700.0, &trace)), &[600.0, 200.0]);
        stream.solid.add(&Arc::new(Mineral::compound("SiO2", 2650.0).unwrap()), &[200.0]);
        stream.aqueous.water = 80.0;
        stream
    }

    fn text(dose: f64) -> String {
        format!(
            "acid = \"sulfuric-acid-98\"\nacid_dose = {dose}\ntemperature = \"250 degC\"\nresidence = \"3 h\"\nwater = \"water\"\nwater_to_feed = 12\nleach_residence = \"2 h\"\nstirring = 0.5\nunlisted = \"inert\"\nactivity = \"davies\"\nsolids = [\"sulfates\"]\n"
        )
    }

    #[test]
    fn it_cracks_each_ore_and_closes() {
        for (name, formula, share) in
            [("xenotime", "REPO4", 98.0), ("monazite", "REPO4", 93.3), ("bastnasite", "RECO3F", 97.0)]
        {
            let done = solve(read(&KIND, &text(1.6)), &[concentrate(name, formula)]);
            let got = done.balance.readings.iter().find(|r| r.name.starts_with("extraction of rare")).unwrap().value;
            assert!((got - share).abs() < 1e-6, "{name}: {got}");
            let gas = &done.balance.outlets[1].gas;
            assert_eq!(gas[Vapour::HydrogenFluoride] > 0.0, name == "bastnasite");
        }
    }

    #[test]
    fn little_acid_cracks_little_and_none_none() {
        let some = solve(read(&KIND, &text(0.1)), &[concentrate("xenotime", "REPO4")]);
        let share = some.balance.readings.iter().find(|r| r.name.starts_with("extraction of rare")).unwrap().value;
        assert!(share > 1.0 && share < 40.0, "{share}");
        let none = solve(read(&KIND, &text(0.0)), &[concentrate("xenotime", "REPO4")]);
        let share = none.balance.readings.iter().find(|r| r.name.starts_with("extraction of rare")).unwrap().value;
        assert!(share.abs() < 1e-9);
    }
}
