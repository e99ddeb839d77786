//! Oxalate precipitation: oxalic acid into a liquor, rare-earth oxalates out.
//!
//! # Equation
//! ```text
//! 2 RE³⁺ + 3 H2C2O4 + 10 H2O → RE2(C2O4)3·10H2O + 6 H⁺
//! c V + Σᵢ νᵢ nᵢ Xᵢ(c) = n_oxalate
//! ```
//! One unknown: c, the oxalate that stays dissolved. Every metal's share X rises with c, so there
//! is exactly one root, and no more can precipitate than there is oxalate for.
//!
//! # Symbols
//! c: dissolved oxalate, mol/L. V: solution, L/h. νᵢ: oxalates bound per metal. nᵢ: metal in the
//! liquor, mol/h. Xᵢ: share precipitated, by the law chosen ([`super::oxalate_isotherm`] or
//! [`super::oxalate_solubility`]).
//!
//! # Holds for
//! Equilibrium, one well-mixed tank, solids as `data/finish/prommis2026_oxalate_solids.csv` names
//! them. The isotherm was fitted on trace metals: where a strong calcium liquor ends above the
//! solubility product of calcium oxalate, a caveat says how far. Magnesium, alkalis, manganese and ferrous iron stay dissolved unless a law is given.
//!
//! # Source
//! Solids: `prommis2026`; thorium oxalate `oktay2001`; calcium oxalate's product `kelter2009`.

use std::sync::Arc;

use super::oxalate_isotherm::{Isotherm, Missing};
use super::oxalate_solubility::{Solubility, dissolved, free_oxalate};
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::{ByIon, Ion};
use crate::library::Library;
use crate::mineral::{Mineral, WATER_KG_PER_MOL};
use crate::quantity::{Duration, MassConcentration, Number, figures};
use crate::reagent::Reagent;
use crate::solution;
use crate::source::{Caveat, Sourced};
use crate::stream::{Aqueous, Stream};
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// Oxalic acid, H2C2O4, g/mol.
const OXALIC_ACID: f64 = 2.0 * 1.008 + 2.0 * 12.011 + 4.0 * 15.999;

/// The solid an ion precipitates as, per mole of solid.
#[derive(Debug, Clone)]
pub(super) struct Salt {
    pub ion: Ion,
    pub mineral: Arc<Mineral>,
    pub kg_per_mol: f64,
    pub metals: f64,
    pub oxalates: f64,
    pub water: f64,
}

#[derive(Debug, Clone)]
enum Law {
    Isotherm(Box<Isotherm>),
    Solubility(Box<Solubility>),
}

#[derive(Debug, Clone, Copy)]
enum Dose {
    GramsPerLitre(f64),
    TimesStoichiometric(f64),
}

/// The precipitation tank.
#[derive(Debug)]
pub struct OxalatePrecipitation {
    law: Law,
    pk: [f64; 2],
    calcium_ksp: f64,
    salts: Vec<Salt>,
    acid: Reagent,
    dose: Dose,
    hours: f64,
}

/// In the catalogue.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "oxalate-precipitation",
    about: "Precipitates rare-earth oxalates from a liquor with oxalic acid, calcium and iron as far as they follow.",
    sources: &["prommis2026", "oktay2001", "shannon1976", "watts2020", "haynes2014", "kelter2009"],
    read: |fields, library| OxalatePrecipitation::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

impl OxalatePrecipitation {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let by_isotherm = fields.word(
            "law",
            "which law gives the share precipitated: the fitted isotherm, or the scenario's own solubility products",
            &[("isotherm", true), ("solubility-products", false)],
        );
        let missing = fields.word(
            "missing",
            "rare earths the isotherm was not fitted for (Eu, Tb, Ho to Lu)",
            &[
                ("between-ionic-radii", Missing::BetweenRadii),
                ("nearest-ionic-radius", Missing::NearestRadius),
                ("stay-dissolved", Missing::StayDissolved),
            ],
        );
        let like = read_like(fields);
        let range = -60.0..=0.0;
        let log_ksp = fields.may_elements::<Number>("log_ksp", "log10 of each oxalate's solubility product", range);
        let log_beta1 = fields.may_elements::<Number>(
            "log_beta1",
            "log10 of the stability of each mono-oxalato complex, L/mol; absent means it is neglected",
            -5.0..=20.0,
        );
        let acid = Reagent::field(fields, "oxalic_acid", "the oxalic acid bought", library);
        let per_litre = fields.may::<MassConcentration>(
            "dose",
            "oxalic acid (as H2C2O4) added per litre of liquor; absent when `times_stoichiometric` is given",
            0.0..=500.0,
        );
        let times = fields.may::<Number>(
            "times_stoichiometric",
            "oxalate in the tank over what rare earths, scandium and thorium can bind; absent when `dose` is given",
            0.0..=100.0,
        );
        let hours = fields.need::<Duration>("residence_time", "mean time in the tank, which sizes it", 0.01..=100.0);

        let dose = match (per_litre, times) {
            (Some(dose), None) => Some(Dose::GramsPerLitre(dose.0)),
            (None, Some(times)) => Some(Dose::TimesStoichiometric(times.0)),
            _ => {
                let key = if per_litre.is_some() { "times_stoichiometric" } else { "dose" };
                fields.refuse(
                    key,
                    "exactly one of `dose` and `times_stoichiometric` must be given",
                    "dose = \"20 g/L\", or times_stoichiometric = 1.2",
                );
                None
            }
        };
        let broken = |fields: &Fields<'_>, error: &Error| {
            fields.refuse("law", error.to_string(), "the data of the program must be whole");
        };
        let salts = salts(library).map_err(|error| broken(fields, &error)).ok();
        let law = if by_isotherm? {
            let read = Isotherm::read(fields, library, missing?, &like);
            Law::Isotherm(Box::new(read.map_err(|error| broken(fields, &error)).ok()?))
        } else {
            let log_ksp = log_ksp.map(|_, value| value.map(|number| number.0));
            if log_ksp.iter().all(|(_, value)| value.is_none()) {
                fields.refuse("law", "no solubility product is given", "log_ksp = { Nd = { value = …, source = … } }");
                return None;
            }
            let log_beta1 = log_beta1.map(|_, value| value.map(|number| number.0));
            Law::Solubility(Box::new(Solubility { log_ksp, log_beta1 }))
        };
        let pk = oxalic_pk(library).map_err(|error| broken(fields, &error)).ok()?;
        let calcium = calcium_ksp(library).map_err(|error| broken(fields, &error)).ok()?;
        fields.check().cite(format!("{}.calcium_oxalate_ksp", fields.path()), &calcium, "1");
        let acid = acid?;
        if acid.ions[Ion::Oxalate] <= 0.0 {
            fields.refuse("oxalic_acid", format!("`{}` holds no oxalate", acid.name), "oxalic-acid");
            return None;
        }
        Some(Self { law, pk, calcium_ksp: calcium.value, salts: salts?, acid, dose: dose?, hours: hours?.0 })
    }

    fn has_law(&self, element: Element) -> bool {
        match &self.law {
            Law::Isotherm(isotherm) => isotherm.constants[element].is_some(),
            Law::Solubility(constants) => constants.log_ksp[element].is_some(),
        }
    }

    /// Share of each salt's metal that precipitates when `c` mol/L of oxalate stays dissolved.
    fn share(&self, salt: &Salt, mixed: &Aqueous, litres: f64, c: f64, h: f64) -> f64 {
        let element = salt.ion.element();
        match &self.law {
            Law::Isotherm(isotherm) => {
                isotherm.constants[element].map_or(0.0, |constants| constants.conversion(c * OXALIC_ACID))
            }
            Law::Solubility(constants) => {
                let Some(log_ksp) = constants.log_ksp[element] else { return 0.0 };
                let free = free_oxalate(c, h, self.pk);
                let left = dissolved(log_ksp, constants.log_beta1[element], salt.metals, salt.oxalates, free);
                let there = mixed.ions[salt.ion] / litres;
                if there > 0.0 { (1.0 - left / there).clamp(0.0, 1.0) } else { 0.0 }
            }
        }
    }

    /// Free hydrogen when `c` mol/L of oxalate is dissolved; the isotherm does not ask for it.
    fn hydrogen(&self, mixed: &Aqueous, litres: f64, c: f64) -> f64 {
        if matches!(self.law, Law::Isotherm(_)) {
            return 0.0;
        }
        let mut trial = mixed.clone();
        trial.ions[Ion::Oxalate] = c * litres;
        solution::free_hydrogen(&trial).unwrap_or(0.0)
    }

    /// Share precipitated of each salt's metal at the root, by bisection.
    fn shares(&self, mixed: &Aqueous, litres: f64) -> Vec<f64> {
        let oxalate = mixed.ions[Ion::Oxalate];
        let at = |c: f64| -> Vec<f64> {
            let h = self.hydrogen(mixed, litres, c);
            self.salts.iter().map(|salt| self.share(salt, mixed, litres, c, h)).collect()
        };
        let bound = |shares: &[f64]| -> f64 {
            self.salts.iter().zip(shares).map(|(s, x)| s.oxalates / s.metals * mixed.ions[s.ion] * x).sum()
        };
        let (mut low, mut high) = (0.0, oxalate / litres);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if middle * litres + bound(&at(middle)) > oxalate {
                high = middle;
            } else {
                low = middle;
            }
        }
        at(low)
    }

    fn drawn(&self, liquor: &Stream) -> f64 {
        let moles = match self.dose {
            Dose::GramsPerLitre(dose) => dose / OXALIC_ACID * liquor.aqueous.volume() * 1000.0,
            Dose::TimesStoichiometric(times) => {
                let need: f64 = self
                    .salts
                    .iter()
                    .filter(|salt| rare(salt.ion.element()) && self.has_law(salt.ion.element()))
                    .map(|salt| salt.oxalates / salt.metals * liquor.aqueous.ions[salt.ion])
                    .sum();
                (times * need - liquor.aqueous.ions[Ion::Oxalate]).max(0.0)
            }
        };
        moles / self.acid.ions[Ion::Oxalate]
    }
}

fn rare(element: Element) -> bool {
    element.is_rare_earth() || matches!(element, Element::Sc | Element::Th)
}

/// `like = { Th = "Ce" }`: an element, and the one whose isotherm it shares.
fn read_like(fields: &mut Fields<'_>) -> Vec<(Element, Element)> {
    let about = "elements without a fit that are taken to share another's isotherm, Th = \"Ce\"; absent means none";
    let Some(mut table) = fields.may_table("like", about) else { return Vec::new() };
    let mut pairs = Vec::new();
    for &element in Element::ALL {
        if !table.has(element.symbol()) {
            continue;
        }
        let Some(text) = table.text(element.symbol(), "the element whose isotherm it shares") else { continue };
        match text.parse::<Element>() {
            Ok(other) => pairs.push((element, other)),
            Err(unknown) => table.refuse(element.symbol(), unknown.to_string(), "a symbol such as Ce"),
        }
    }
    table.finish();
    pairs
}

pub(super) fn salts(library: &Library) -> Result<Vec<Salt>, Error> {
    let table = library.table("finish/prommis2026_oxalate_solids")?;
    let mut salts = Vec::new();
    for row in table.rows() {
        let (Some(element), Some(formula), Some(water), Some(density)) = (
            row.text("element").and_then(|symbol| symbol.parse::<Element>().ok()),
            row.text("formula"),
            row.number("water"),
            row.number("density"),
        ) else {
            continue;
        };
        let bad = |why: String| Error::File { file: format!("data/{}.csv", table.name), doing: "read", why };
        let parsed = crate::formula::Formula::parse(formula).map_err(|error| bad(error.to_string()))?;
        let mineral = Mineral::new(formula, &parsed, density, &ByElement::default());
        let ion = Ion::of(element).ok_or_else(|| bad(format!("{element} has no ion")))?;
        salts.push(Salt {
            ion,
            mineral: Arc::new(mineral),
            kg_per_mol: parsed.molar_mass() / 1000.0,
            metals: parsed.moles(element),
            oxalates: parsed.moles(Element::C) / 2.0,
            water,
        });
    }
    Ok(salts)
}

fn oxalic_pk(library: &Library) -> Result<[f64; 2], Error> {
    let table = library.table("solution/acid_constants")?;
    let mut pk = table.rows().filter(|row| row.text("acid") == Some("H2C2O4")).filter_map(|row| row.number("pk"));
    match (pk.next(), pk.next()) {
        (Some(first), Some(second)) => Ok([first, second]),
        _ => Err(Error::Absent {
            unit: String::new(),
            what: "pair of acid constants of H2C2O4".into(),
            file: format!("data/{}.csv", table.name),
            hint: "two rows of the acid H2C2O4, for its first and second proton".into(),
        }),
    }
}

fn calcium_ksp(library: &Library) -> Result<Sourced<f64>, Error> {
    let table = library.table("finish/kelter2009_calcium_oxalate")?;
    let found = table.find("solid", "calcium oxalate").and_then(|row| row.fact("ksp"));
    found.ok_or_else(|| Error::File {
        file: format!("data/{}.csv", table.name),
        doing: "read",
        why: "no solubility product of calcium oxalate".into(),
    })
}

impl Unit for OxalatePrecipitation {
    fn ports(&self) -> Ports {
        Ports { inlets: &["liquor"], outlets: &["slurry"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let liquor = &inlets[0];
        let drawn = self.acid.drawn(self.drawn(liquor));
        let mut slurry = liquor.clone();
        slurry.add(&drawn.stream);
        slurry.temperature = liquor.temperature;
        let mixed = slurry.aqueous.clone();
        let litres = mixed.volume() * 1000.0;
        let mut balance = Balance { drawn: vec![drawn], ..Balance::default() };
        if litres <= 0.0 {
            balance.outlets = vec![slurry];
            return Ok(balance);
        }
        let shares =
            if mixed.ions[Ion::Oxalate] > 0.0 { self.shares(&mixed, litres) } else { vec![0.0; self.salts.len()] };
        let mut table = Table::new(
            "precipitated",
            "What the oxalic acid precipitated",
            "elements; share of the metal in the liquor",
            &[("element", ""), ("in liquor", "kg/h"), ("precipitated", "kg/h"), ("share", "%")],
        );
        let mut bound = 0.0;
        for (salt, &share) in self.salts.iter().zip(&shares) {
            let metal = mixed.ions[salt.ion] * share;
            let solid = metal / salt.metals;
            if mixed.ions[salt.ion] > 0.0 {
                let kg = |moles: f64| moles * salt.ion.element().molar_mass() / 1000.0;
                table.row(vec![
                    salt.ion.element().symbol().into(),
                    kg(mixed.ions[salt.ion]).into(),
                    kg(metal).into(),
                    (100.0 * share).into(),
                ]);
            }
            if metal <= 0.0 {
                continue;
            }
            slurry.solid.add(&salt.mineral, &[solid * salt.kg_per_mol]);
            slurry.aqueous.ions[salt.ion] -= metal;
            bound += solid * salt.oxalates;
            slurry.aqueous.water -= solid * salt.water * WATER_KG_PER_MOL;
        }
        slurry.aqueous.ions[Ion::Oxalate] = (mixed.ions[Ion::Oxalate] - bound).max(0.0);
        if slurry.aqueous.water < 0.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the hydrates bind more water than the liquor holds".into(),
                hint: "dilute the liquor before precipitation".into(),
            });
        }
        let ph = solution::ph(&slurry.aqueous);
        balance.caveats = self.caveats(&mixed, ph);
        balance.caveats.extend(self.calcium(&slurry.aqueous));
        let reo = |ions: &ByIon| ions.elements().map(|e, n| n * e.molar_mass()).rare_earth_oxide();
        let (before, after) = (reo(&mixed.ions), reo(&slurry.aqueous.ions));
        if let Some(ph) = ph {
            balance.readings.push(Reading::new("pH", ph, "1"));
        }
        if before > 0.0 {
            balance.readings.push(Reading::new("rare earths precipitated", 100.0 * (1.0 - after / before), "%"));
        }
        let there = mixed.ions[Ion::Oxalate];
        if there > 0.0 {
            balance.readings.push(Reading::new("oxalic acid used", 100.0 * bound / there, "%"));
        }
        let free = (there - bound) / litres * OXALIC_ACID;
        balance.readings.push(Reading::new("oxalic acid left", free, "g/L"));
        balance.tables.push(table);
        balance.outlets = vec![slurry];
        Ok(balance)
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        let size = done.outlets.iter().map(Stream::slurry_volume).sum::<f64>() * self.hours;
        vec![Equipment { name: "precipitation tank".into(), count: 1, size, unit: "m3" }]
    }
}

impl OxalatePrecipitation {
    /// Ion activity product of calcium oxalate over its solubility product, in what stays dissolved.
    fn calcium_saturation(&self, left: &Aqueous) -> f64 {
        let litres = left.volume() * 1000.0;
        let Some(h) = solution::free_hydrogen(left).filter(|_| litres > 0.0) else { return 0.0 };
        // Davies, with ionic strength kept at 0.5 mol/L where it ends to hold.
        let strength = (0.5 * left.ions.ionic_throughput() / litres).min(0.5);
        let root = strength.sqrt();
        let log_pair = -2.0 * 0.509 * 4.0 * (root / (1.0 + root) - 0.3 * strength);
        let free = free_oxalate(left.ions[Ion::Oxalate] / litres, h, self.pk);
        left.ions[Ion::Ca] / litres * free * 10f64.powf(log_pair) / self.calcium_ksp
    }

    fn calcium(&self, left: &Aqueous) -> Option<Caveat> {
        let times = self.calcium_saturation(left);
        (times > 3.0).then(|| {
            Caveat::new(format!(
                "calcium oxalate is {} times oversaturated in what stays dissolved ({} g/L Ca): the law lets it stay, \
                 a plant would see calcium take the oxalic acid and foul the rare earths",
                figures(times, 1),
                figures(left.grams_per_litre(Element::Ca), 2)
            ))
        })
    }

    fn caveats(&self, mixed: &Aqueous, ph: Option<f64>) -> Vec<Caveat> {
        let mut caveats = Vec::new();
        let present = |element: Element| Ion::of(element).is_some_and(|ion| mixed.ions[ion] > 0.0);
        if let Law::Isotherm(isotherm) = &self.law {
            if let Some(ph) = ph.filter(|ph| !(1.0..=2.0).contains(ph)) {
                caveats.push(Caveat::new(format!(
                    "the oxalate isotherm was fitted at pH 1.5 and the slurry ends at pH {ph:.1}; \
                     below it more stays dissolved than stated"
                )));
            }
            let names: Vec<_> = isotherm.assumed.iter().filter(|e| present(**e)).map(|e| e.symbol()).collect();
            if !names.is_empty() {
                caveats.push(Caveat::new(format!("the oxalate isotherm of {} is assumed", names.join(", "))));
            }
        }
        let lawless: Vec<_> = Element::ALL
            .iter()
            .filter(|&&e| (rare(e) || e == Element::U) && present(e) && !self.has_law(e))
            .map(|e| e.symbol())
            .collect();
        if !lawless.is_empty() {
            caveats.push(Caveat::new(format!(
                "no oxalate law is given for {}: it stays dissolved here, which is not what a plant would see",
                lawless.join(", ")
            )));
        }
        caveats
    }
}

#[cfg(test)]
mod tests;
