//! Stirred-tank leaching: each mineral by its own behaviour, the acid as much as they take.
//!
//! # Equation
//! Every mineral gives the share `X(t, N, pH)` of [`super::dissolution`] to the solution, whole
//! (congruent); solution, carbon dioxide and the precipitates allowed come to equilibrium
//! ([`super::equilibrium`]). Either the strength of the acid is given and the final pH is the
//! root of `pH(X(pH)) = pH`, or the final pH is given and the acid dose is the root of
//! `a(dose) = 0`, a the acid lacking. A mineral that must be reduced (MnO2, CeO2) sets free r
//! of O2 by its formula; hydrogen peroxide meets it as `2 r H2O2 → 2 r H2O + r O2`; without it
//! hydrochloric acid gives chlorine, `r O2 + 4 r HCl → 2 r Cl2 + 2 r H2O`, sulfuric acid oxygen.
//!
//! # Symbols
//! X: share dissolved; t: residence time; N: tanks; a: mol/h; r: mol O2/h.
//!
//! # Holds for
//! What the rows of `data/leach/mineral_dissolution.csv` were found at. A mineral that needs an
//! oxidant does not dissolve. HF stays in solution.
//!
//! # Source
//! There and in [`super::equilibrium`], number by number.

use std::collections::BTreeSet;

use super::dissolution::{Acid, Behaviour, Behaviours};
use super::equilibrium::{Activity, Chemistry, Settled};
use super::extraction;
use super::neutralise::{book, caveats_of, read_solids};
use super::root::root;
use crate::element::Element;
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::{ByVapour, Ion, Vapour};
use crate::library::Library;
use crate::mineral::WATER_KG_PER_MOL;
use crate::quantity::{Duration, Fraction, Molarity, Number, Temperature};
use crate::reagent::Reagent;
use crate::source::{Caveat, Sourced};
use crate::stream::{Solid, Stream};
use crate::unit::{Balance, Drawn, Equipment, Kind, Ports, Reading, Unit};

/// As a scenario places it.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "tank-leach",
    about: "Acid tanks: each mineral dissolves by its own extent and rate, the gangue takes its acid, pH is worked out.",
    sources: &["takaya2015", "hclnd", "parkhurst2013", "haynes2014"],
    read: |fields, library| Tank::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

/// What is held.
#[derive(Debug, Clone, Copy)]
enum Aim {
    /// mol of acid per litre of the liquor before it meets the ore.
    Strength(f64),
    /// pH at the outlet.
    Ph(f64),
}

/// What a mineral does that the table does not know.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Unlisted {
    Inert,
    Dissolves,
}

#[derive(Debug)]
struct Tank {
    tanks: usize,
    minutes: f64,
    temperature: f64,
    kw_per_m3: f64,
    ratio: f64,
    acid: Reagent,
    anion: Ion,
    water: Reagent,
    aim: Aim,
    reductant: Option<(Reagent, f64)>,
    behaviours: Behaviours,
    unlisted: Unlisted,
    activity: Activity,
    chemistry: Chemistry,
    solids: Vec<usize>,
}

/// One trial of dose and pH.
struct Trial {
    slurry: Stream,
    gas: ByVapour,
    peroxide: f64,
    settled: Settled,
}

impl Tank {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let tanks = fields.count("tanks", "equal tanks in series", 1..=50);
        let minutes = fields.need::<Duration>("residence", "residence time of all tanks together", 1e-3..=200.0);
        let temperature = fields.need::<Temperature>("temperature", "of the leach", 273.0..=373.0);
        let stirring = fields.need::<Number>("stirring", "shaft power, kW per m3 of slurry", 0.0..=10.0);
        let ratio = fields.need::<Number>(
            "liquid_to_solid",
            "kg of water per kg of dry ore; what the feed lacks is drawn",
            0.1..=200.0,
        );
        let water = Reagent::field(fields, "water", "the water drawn, a file in data/reagents", library);
        let acid = Reagent::field(fields, "acid", "the acid, a file in data/reagents", library);
        let strength = fields.may::<Molarity>(
            "acid_strength",
            "mol of acid per litre of liquor before it meets the ore; absent: see `ph`",
            0.0..=18.0,
        );
        let ph = fields.may::<Number>(
            "ph",
            "pH at the outlet; the acid it takes is drawn; absent: see `acid_strength`",
            -1.0..=7.0,
        );
        let reductant = fields.has("reductant").then(|| {
            Reagent::field(fields, "reductant", "hydrogen peroxide, a file in data/reagents; absent: none", library)
        });
        let excess =
            fields.may::<Fraction>("reductant_excess", "over the stoichiometric need; absent: none", 0.0..=10.0);
        let unlisted = fields.word(
            "unlisted",
            "what a mineral without data does",
            &[("inert", Unlisted::Inert), ("dissolves", Unlisted::Dissolves)],
        );
        let activity = fields.word("activity", "how activities are counted", Activity::WORDS);
        let solids = read_solids(
            fields,
            library,
            "solids",
            "what may precipitate again: groups (sulfates, phosphates, fluorides) or names; [] for none",
        );
        let acid = acid?;
        let (anion, kind) = if acid.ions[Ion::Chloride] > 0.0 && acid.ions[Ion::H] > 0.0 {
            (Ion::Chloride, Acid::Hydrochloric)
        } else if acid.ions[Ion::Sulfate] > 0.0 && acid.ions[Ion::H] > 0.0 {
            (Ion::Sulfate, Acid::Sulfuric)
        } else {
            fields.refuse(
                "acid",
                format!("`{}` is neither hydrochloric nor sulfuric acid", acid.name),
                "hydrochloric-acid-35 or sulfuric-acid-98",
            );
            return None;
        };
        let behaviours = match Behaviours::read(library, kind) {
            Ok(behaviours) => behaviours,
            Err(error) => {
                fields.refuse("acid", error.to_string(), "mend the table");
                return None;
            }
        };
        behaviours.cite(fields);
        let aim = match (strength, ph) {
            (Some(strength), None) => Aim::Strength(strength.0),
            (None, Some(ph)) => Aim::Ph(ph.0),
            (None, None) if !fields.has("acid_strength") && !fields.has("ph") => {
                fields.refuse("acid_strength", "neither `acid_strength` nor `ph` is given", "one of them");
                return None;
            }
            (Some(_), Some(_)) => {
                fields.refuse("ph", "both `acid_strength` and `ph` are given", "one of them");
                return None;
            }
            (None, None) => return None,
        };
        let reductant = match reductant {
            Some(reagent) => {
                let reagent = reagent?;
                if reagent.ions[Ion::Peroxide] <= 0.0 {
                    fields.refuse(
                        "reductant",
                        format!("`{}` holds no hydrogen peroxide", reagent.name),
                        "hydrogen-peroxide-30",
                    );
                    return None;
                }
                Some((reagent, excess.map_or(0.0, |excess| excess.0)))
            }
            None => None,
        };
        let (chemistry, solids) = solids?;
        Some(Self {
            tanks: tanks?,
            minutes: minutes?.0 * 60.0,
            temperature: temperature?.0,
            kw_per_m3: stirring?.0,
            ratio: ratio?.0,
            acid,
            anion,
            water: water?,
            aim,
            reductant,
            behaviours,
            unlisted: unlisted?,
            activity: activity?,
            chemistry,
            solids,
        })
    }

    /// Share of a mineral that dissolves at a pH.
    fn share(&self, name: &str, ph: f64) -> f64 {
        match (self.behaviours.0.get(name), self.unlisted) {
            (Some(behaviour), _) => behaviour.share(self.minutes, self.tanks, self.reductant.is_some(), ph),
            (None, Unlisted::Inert) => 0.0,
            (None, Unlisted::Dissolves) => {
                let one = Sourced {
                    value: 1.0,
                    citation: crate::source::Citation {
                        key: "".into(),
                        place: "".into(),
                        evidence: crate::source::Evidence::Assumed,
                        file: "".into(),
                    },
                };
                Behaviour { extent: one, reduced: None, minutes: 0.0, stop: 3.0 }.share(
                    self.minutes,
                    self.tanks,
                    true,
                    ph,
                )
            }
        }
    }

    fn water_drawn(&self, feed: &Stream, acid: f64) -> f64 {
        let wanted = self.ratio * feed.solid.mass();
        ((wanted - feed.aqueous.water - self.acid.water * acid) / self.water.water.max(1e-9)).max(0.0)
    }

    /// Dissolves at the gate's pH with so much acid; settles at that pH if `held`, else at its own.
    fn attempt(&self, feed: &Stream, acid: f64, ph: f64, held: bool) -> Result<Trial, Error> {
        let mut slurry = Stream { temperature: self.temperature, ..feed.clone() };
        let mut gas = std::mem::take(&mut slurry.gas);
        let solution = &mut slurry.aqueous;
        let water = self.water_drawn(feed, acid);
        for (reagent, kg) in [(&self.acid, acid), (&self.water, water)] {
            solution.ions += &reagent.ions.scaled(kg);
            solution.water += reagent.water * kg;
        }
        let mut left = Solid { edges: feed.solid.edges.clone(), ..Solid::default() };
        let mut oxygen = 0.0;
        for lot in &feed.solid.lots {
            let gone = lot.mineral.dissolve();
            let share = if gone.oxygen < 0.0 { 0.0 } else { self.share(&lot.mineral.name, ph) };
            let kg = lot.total() * share;
            solution.ions += &gone.ions.scaled(kg);
            solution.water += gone.water * kg;
            oxygen += gone.oxygen * kg;
            let rest: Vec<f64> = lot.kg_per_h.iter().map(|kg| kg * (1.0 - share)).collect();
            left.add(&lot.mineral, &rest);
        }
        slurry.solid = left;
        let mut peroxide = 0.0;
        let solution = &mut slurry.aqueous;
        if let Some((reagent, excess)) = &self.reductant {
            let moles = 2.0 * oxygen * (1.0 + excess);
            peroxide = moles / reagent.ions[Ion::Peroxide];
            solution.ions += &reagent.ions.scaled(peroxide);
            solution.water += reagent.water * peroxide + moles * WATER_KG_PER_MOL;
            solution.ions[Ion::Peroxide] = (solution.ions[Ion::Peroxide] - moles).max(0.0);
            gas[Vapour::Oxygen] += oxygen + 0.5 * moles;
        } else if self.anion == Ion::Chloride {
            solution.ions[Ion::Chloride] -= 4.0 * oxygen;
            solution.ions[Ion::H] -= 4.0 * oxygen;
            solution.water += 2.0 * oxygen * WATER_KG_PER_MOL;
            gas[Vapour::Chlorine] += 2.0 * oxygen;
        } else {
            gas[Vapour::Oxygen] += oxygen;
        }
        let settled = self.chemistry.settle(&slurry.aqueous, &self.solids, held.then_some(ph), self.activity)?;
        Ok(Trial { slurry, gas, peroxide, settled })
    }

    /// kg/h of acid and the pH at which the minerals stop.
    fn balance(&self, feed: &Stream) -> Result<(f64, f64), Error> {
        match self.aim {
            Aim::Strength(strength) => {
                let wanted = strength * self.ratio * feed.solid.mass() / (crate::stream::WATER_DENSITY / 1000.0);
                let acid = wanted / self.acid.ions[self.anion];
                let gap = |ph: f64| Ok(self.attempt(feed, acid, ph, false)?.settled.ph - ph);
                let (low, high) = (-1.5, 12.0);
                let at_low = gap(low)?;
                if at_low <= 0.0 {
                    return Ok((acid, low));
                }
                Ok((acid, root("the pH of the leach", gap, (low, at_low), high - low)?))
            }
            Aim::Ph(ph) => {
                let lacking = |acid: f64| self.attempt(feed, acid, ph, true).map(|trial| trial.settled.acid);
                let at_rest = lacking(0.0)?;
                if at_rest <= 0.0 {
                    return Ok((0.0, ph));
                }
                let guess = 1.2 * at_rest / self.acid.acid();
                Ok((root("the acid dose", lacking, (0.0, at_rest), guess)?, ph))
            }
        }
    }

    fn caveats(&self, feed: &Stream, trial: &Trial) -> Vec<Caveat> {
        let mut caveats = caveats_of(&trial.settled, &trial.slurry.aqueous);
        let mut assumed = BTreeSet::new();
        for lot in feed.solid.lots.iter().filter(|lot| lot.total() > 0.0) {
            let name = &*lot.mineral.name;
            match self.behaviours.0.get(name) {
                None => caveats.push(Caveat::new(format!(
                    "`{name}` is not in the dissolution data: taken as {} by the scenario's rule",
                    if self.unlisted == Unlisted::Inert { "inert" } else { "dissolving" }
                ))),
                Some(row)
                    if row.extent.citation.evidence == crate::source::Evidence::Assumed && row.extent.value > 0.0 =>
                {
                    assumed.insert(name.to_owned());
                }
                Some(_) => {}
            }
            if lot.mineral.dissolve().oxygen < 0.0 {
                caveats.push(Caveat::new(format!(
                    "`{name}` needs an oxidant to dissolve; none is modelled, it stays solid"
                )));
            }
        }
        if !assumed.is_empty() {
            let names = assumed.into_iter().collect::<Vec<_>>().join(", ");
            caveats.push(Caveat::new(format!(
                "the extent of dissolution is assumed for: {names}; acid taken by them is of that standing"
            )));
        }
        let mut over: Vec<(&str, f64)> = self
            .chemistry
            .phases
            .iter()
            .zip(&trial.settled.saturation)
            .filter(|(phase, index)| **index > 0.5 && phase.group != "gas")
            .map(|(phase, index)| (phase.name.as_str(), *index))
            .collect();
        over.sort_by(|a, b| b.1.total_cmp(&a.1));
        if let Some((name, index)) = over.first() {
            caveats.push(Caveat::new(format!(
                "{} solids not allowed to form are supersaturated, {name} most (10^{index:.1}); if the liquor stands they may take rare earths back",
                over.len()
            )));
        }
        caveats
    }
}

impl Unit for Tank {
    fn ports(&self) -> Ports {
        Ports { inlets: &["ore"], outlets: &["slurry", "gas"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let feed = &inlets[0];
        let dry = feed.solid.mass();
        let (acid, gate) = if dry > 0.0 { self.balance(feed)? } else { (0.0, 7.0) };
        let trial = self.attempt(feed, acid, gate, false)?;
        let mut slurry = trial.slurry.clone();
        slurry.aqueous = trial.settled.aqueous.clone();
        let mut off = Stream { gas: trial.gas, temperature: self.temperature, ..Stream::default() };
        book(&trial.settled, &self.chemistry, &self.solids, &mut slurry, &mut off);
        let water = self.water_drawn(feed, acid);
        let protons = acid * self.acid.acid();
        let litres = slurry.aqueous.volume() * 1000.0;
        let free = 10f64.powf(-trial.settled.ph);
        let per_tonne = |x: f64| if dry > 0.0 { x / (dry / 1000.0) } else { 0.0 };
        let pure = acid * self.acid.ions[self.anion] * molar_mass(self.anion);
        let mut readings = vec![
            Reading::new("pH", trial.settled.ph, "1"),
            Reading::new("free acid", free, "mol/L"),
            Reading::new("acid drawn, as pure", per_tonne(pure), "kg/t dry"),
            Reading::new("acid drawn", per_tonne(protons), "mol H+/t dry"),
            Reading::new("acid consumed", per_tonne(protons - free * litres), "mol H+/t dry"),
            Reading::new("liquid to solid", if dry > 0.0 { slurry.aqueous.water / dry } else { 0.0 }, "kg/kg"),
            Reading::new(
                "rare earths in liquor",
                Element::RARE_EARTHS.iter().map(|&e| slurry.aqueous.grams_per_litre(e)).sum(),
                "g/L",
            ),
        ];
        let table = extraction::report(&feed.solid, &slurry, &mut readings);
        let mut drawn: Vec<Drawn> = vec![self.acid.drawn(acid), self.water.drawn(water)];
        if let Some((reagent, _)) = &self.reductant {
            drawn.push(reagent.drawn(trial.peroxide));
        }
        let warmed = 4.18 * slurry.aqueous.mass() + 0.9 * slurry.solid.mass();
        let heat_kw = (warmed * (self.temperature - feed.temperature) / 3600.0).max(0.0);
        let volume = slurry.slurry_volume() * self.minutes / 60.0;
        let mut caveats = self.caveats(feed, &trial);
        if feed.aqueous.water > self.ratio * dry * 1.001 {
            caveats.push(Caveat::new(
                "the feed is wetter than `liquid_to_solid` asks; no water is drawn and none is taken away",
            ));
        }
        Ok(Balance {
            outlets: vec![slurry, off],
            drawn,
            power_kw: volume * self.kw_per_m3,
            heat_kw,
            readings,
            tables: vec![table],
            caveats,
            ..Balance::default()
        })
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let size = done.outlets[0].slurry_volume() * self.minutes / 60.0 / self.tanks as f64;
        vec![Equipment { name: "leach tank".into(), count: self.tanks, size, unit: "m3" }]
    }
}

/// kg/mol of the acid of an anion.
fn molar_mass(anion: Ion) -> f64 {
    (anion.molar_mass() - anion.charge() * Ion::H.molar_mass()) / 1000.0
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::flowsheet::Done;
    use crate::leach::testing::{read, solve};
    use crate::mineral::Mineral;

    const HCL: &str = "tanks = 1\nresidence = \"5 min\"\ntemperature = \"25 degC\"\nstirring = 0.5\nliquid_to_solid = 10\nwater = \"water\"\nacid = \"hydrochloric-acid-35\"\nunlisted = \"inert\"\nactivity = \"ideal\"\nsolids = []\n";

    fn ore(minerals: &[(&str, &str, f64)]) -> Stream {
        let mut stream = Stream::default();
        for (name, formula, kg) in minerals {
            let formula = crate::formula::Formula::parse(formula).unwrap();
            let mineral = Mineral::new(name, &formula, 3000.0, &crate::element::ByElement::default());
            stream.solid.add(&Arc::new(mineral), &[*kg]);
        }
        stream
    }

    fn leach(extra: &str, feed: &Stream) -> Done {
        solve(read(&KIND, &format!("{HCL}{extra}")), std::slice::from_ref(feed))
    }

    fn reading(done: &Done, name: &str) -> f64 {
        done.balance.readings.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("{name}")).value
    }

    #[test]
    fn apatite_takes_ten_acids() {
        let feed = ore(&[("apatite", "Ca5(PO4)3F", 1000.0)]);
        let done = solve(
            read(
                &KIND,
                &HCL.replace("5 min", "9999 min")
                    .replace("= 10\n", "= 100\n")
                    .replace("activity", "ph = 0.3\nactivity"),
            ),
            std::slice::from_ref(&feed),
        );
        let dissolved = reading(&done, "extraction of Ca") / 100.0;
        // A little phosphate pairs with calcium instead of its third proton.
        let per_mole = reading(&done, "acid consumed") * 504.3 / 1e6 / dissolved;
        assert!((per_mole - 10.0).abs() < 0.2, "{per_mole}");
    }

    #[test]
    fn no_acid_nothing_dissolves_and_inert_ore_takes_none() {
        let feed = ore(&[("apatite", "Ca5(PO4)3F", 500.0), ("quartz", "SiO2", 500.0)]);
        let done = leach("acid_strength = \"0 mol/L\"\n", &feed);
        assert!(reading(&done, "extraction of P") < 1e-6);
        let done = leach("acid_strength = \"0.5 mol/L\"\n", &ore(&[("quartz", "SiO2", 1000.0)]));
        assert!(reading(&done, "acid consumed").abs() < 1e-3 * reading(&done, "acid drawn"));
    }

    #[test]
    fn too_little_acid_stops_at_the_ph_of_the_mineral() {
        let feed = ore(&[("calcite", "CaCO3", 1000.0)]);
        let done = leach("acid_strength = \"0.5 mol/L\"\n", &feed);
        let ph = reading(&done, "pH");
        assert!((5.0..6.5).contains(&ph), "{ph}");
        assert!(done.balance.outlets[1].gas[Vapour::CarbonDioxide] > 0.0);
    }

    #[test]
    fn a_ph_asked_for_is_a_ph_reached_in_both_acids() {
        let feed =
            ore(&[("bioapatite", "Ca5(PO4)3F", 200.0), ("calcite", "CaCO3", 50.0), ("illite", "KAl3Si3O12H2", 700.0)]);
        for acid in ["hydrochloric-acid-35", "sulfuric-acid-98"] {
            let text = HCL.replace("hydrochloric-acid-35", acid).replace("solids = []", "solids = [\"gypsum\"]");
            let done = solve(read(&KIND, &format!("{text}ph = 1.2\n")), std::slice::from_ref(&feed));
            assert!((reading(&done, "pH") - 1.2).abs() < 1e-6, "{}", reading(&done, "pH"));
            let gypsum = done.balance.outlets[0].solid.lot("gypsum").is_some();
            assert_eq!(gypsum, acid.starts_with("sulf"));
        }
    }

    #[test]
    fn peroxide_opens_manganese_oxide_and_is_drawn_by_stoichiometry() {
        let feed = ore(&[("manganese-micronodule", "MnO2", 100.0), ("quartz", "SiO2", 900.0)]);
        let shut = leach("ph = 0.5\n", &feed);
        assert!(reading(&shut, "extraction of Mn") < 1e-9);
        let open = leach("ph = 0.5\nreductant = \"hydrogen-peroxide-30\"\n", &feed);
        let dissolved = 100.0 * 1000.0 / 86.936 * reading(&open, "extraction of Mn") / 100.0;
        let peroxide = open.balance.drawn[2].stream.aqueous.ions[Ion::Peroxide];
        assert!((peroxide / dissolved - 1.0).abs() < 1e-3, "{peroxide} {dissolved}");
        assert!((open.balance.outlets[1].gas[Vapour::Oxygen] / dissolved - 1.0).abs() < 1e-3);
    }

    #[test]
    fn nothing_in_nothing_out() {
        let done = leach("ph = 1\n", &Stream::default());
        assert!(done.balance.outlets[0].mass().abs() < 1e-15);
    }
}
