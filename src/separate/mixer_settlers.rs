//! A battery of mixer-settlers: extraction, scrub and strip, its organic loop closed.
//!
//! # Equation
//! The stage-by-stage balances of [`crate::separate::cascade`] for every metal present. The
//! stripped organic is saponified with drawn base (NaOH, NH4OH, lime, magnesia: a divalent
//! cation takes the place of two protons) and returns to the raffinate end; scrub and
//! strip liquors are drawn acid in drawn water. Flows are given as ratios, or follow from a cut
//! (`separate = "Nd/Sm"`): metal in the organic phase S after [`crate::separate::theory`], times
//! the margin, and the scrub liquor found such that the two purities are missed by, or met with,
//! the same factor.
//!
//! # Symbols
//! Concentration of extractant: mol/L of monomer. Saponification: share of the monomer's protons.
//! Loading: equivalents of metal held over those a dimer (or monomer) law allows.
//!
//! # Holds for
//! Chloride liquors, equilibrium stages, clear phases. Solvent lost with the two liquors is
//! gathered in `waste`, so that the units downstream see clear solutions. Iron is Fe³⁺; Fe²⁺,
//! silica and alkalis other than the base's cation stay in the solution.
//!
//! # Source
//! `zhang2016` for the flows, the extractant's file for the equilibrium.

mod distribution;
mod constants;
mod report;
mod run;
mod start_up;

pub(super) use report::locked;
pub(super) use run::{ion_of, strength};

use std::sync::Arc;

use crate::element::Element;
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::Ion;
use crate::library::Library;
use crate::quantity::{Duration, Fraction, MassConcentration, Molarity, Number};
use crate::reagent::Reagent;
use crate::separate::extractant::factors::{self, Spread};
use crate::separate::extractant::{self, Form, Resolved};
use crate::separate::isotherm::Isotherm;
use crate::stream::{Solvent, Stream};
use crate::unit::{Balance, Equipment, Kind, Ports, Unit};

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "mixer-settlers",
    about: "A refluxed battery of mixer-settlers: extraction, scrub and strip in one closed organic loop",
    sources: &["zhang2016"],
    read: |fields, library| MixerSettlers::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

/// The unit as the scenario has it.
#[derive(Debug)]
pub struct MixerSettlers {
    resolved: Resolved,
    law: Box<dyn Isotherm>,
    solvent: Arc<Solvent>,
    diluent: String,
    /// mol/L of monomer.
    concentration: f64,
    /// Share of the monomer's protons replaced by base.
    saponified: f64,
    base: Option<(Reagent, Ion)>,
    acid: Reagent,
    water: Reagent,
    /// Extraction, scrub, strip.
    stages: [usize; 3],
    sizing: Sizing,
    /// How far the sources disagree about the keys.
    spread: Option<Spread>,
    /// mol/L of acid.
    scrub_molarity: f64,
    strip_molarity: f64,
    /// g/L of oxide the feed is diluted to.
    feed_oxide: Option<f64>,
    feed_ph: Option<f64>,
    /// g of solvent lost per L of liquor leaving.
    loss: f64,
    /// h in mixer, settler, saponification tank.
    residence: [f64; 3],
    /// kW per m³ of mixer.
    mixer_power: f64,
    /// Followed in time, if asked.
    start_up: Option<start_up::Plan>,
}

/// Where the flows come from.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sizing {
    /// Organic per feed, scrub liquor per feed, organic per strip liquor, by volume.
    Ratios { organic: f64, scrub: f64, strip: f64 },
    /// From the keys.
    Cut {
        light: Element,
        heavy: Element,
        /// Purity of the raffinate in what is lighter, of the product in what is heavier.
        purity: [f64; 2],
        margin: f64,
        /// Strip acid beyond what the metal needs, as a share of that.
        excess: f64,
    },
}

impl MixerSettlers {
    /// Solved beginning from the scrub flow of a battery like it, as the logarithm over the first guess; left there is its own.
    pub(super) fn solve_near(&self, feed: &Stream, scrub: &mut Option<f64>) -> Result<Balance, Error> {
        run::run(self, feed, scrub)
    }

    /// Its fields.
    pub(super) fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let concentration =
            fields.need::<Molarity>("concentration", "extractant in the organic phase, mol/L of monomer", 0.01..=3.0);
        let diluent = fields.text("diluent", "the name of a diluent in data/separate/diluents.csv");
        let saponified = fields.need::<Fraction>(
            "saponified",
            "share of the monomer's protons replaced by base; an extractant of dimers is full at one half",
            0.0..=0.49,
        );
        let base = match saponified {
            Some(share) if share.0 <= 0.0 && !fields.has("base") => None,
            _ => Reagent::field(
                fields,
                "base",
                "the base that saponifies the organic phase and neutralises the feed: the hydroxide of sodium or ammonium, lime or magnesia",
                library,
            ),
        };
        let acid = Reagent::field(fields, "acid", "the acid of scrub and strip liquor", library);
        let water = Reagent::field(fields, "water", "the water they are made with", library);
        let stages = fields.table("stages", "number of stages of each section").and_then(|mut table| {
            let counts = [
                table.count("extract", "extraction stages", 1..=2000),
                table.count("scrub", "scrub stages", 0..=2000),
                table.count("strip", "strip stages", 1..=500),
            ];
            table.finish();
            Some([counts[0]?, counts[1]?, counts[2]?])
        });
        let scrub_molarity = fields.need::<Molarity>("scrub_acid", "acid in the scrub liquor", 0.01..=11.0);
        let strip_molarity = fields.need::<Molarity>("strip_acid", "acid in the strip liquor", 0.1..=11.0);
        let feed_oxide = fields.may::<MassConcentration>(
            "feed_oxide",
            "rare-earth oxide the feed is diluted to; absent means as it comes",
            0.01..=400.0,
        );
        let feed_ph = fields.may::<Number>(
            "feed_ph",
            "pH the feed is brought to with base or acid; absent means as it comes",
            -1.0..=6.0,
        );
        let loss = fields.need::<MassConcentration>(
            "solvent_loss",
            "solvent that leaves with raffinate and strip liquor, per litre of them",
            0.0..=10.0,
        );
        let residence = fields.table("residence", "time in the vessels").and_then(|mut table| {
            let times = ["mixer", "settler", "saponification"]
                .map(|key| table.need::<Duration>(key, "time of both phases in it", 1e-3..=24.0).map(|time| time.0));
            table.finish();
            Some([times[0]?, times[1]?, times[2]?])
        });
        let mixer_power = fields.need::<Number>("mixer_power", "power of the stirrers, kW per m3 of mixer", 0.0..=20.0);
        let sizing = Self::read_sizing(fields);
        let start_up = start_up::Plan::read(fields);
        if fields.has("start_up") && matches!(sizing, Some(Sizing::Ratios { .. })) {
            fields.refuse(
                "start_up",
                "start-up needs a cut: without one there is no purity to come to",
                "`separate` and `purity` in place of the ratios",
            );
            return None;
        }
        let counter = base.as_ref().and_then(counter_ion);
        if let (Some(base), None) = (&base, counter) {
            fields.refuse(
                "base",
                format!("`{}` is not the hydroxide of one of sodium, ammonium, calcium, magnesium", base.name),
                "sodium-hydroxide-50, lime or magnesia",
            );
        }
        let resolved = extractant::read(fields, counter.map(Ion::element), library);
        let diluent = diluent.and_then(|name| {
            let table = library.table("separate/diluents").ok()?;
            if let Some(density) = table.find("name", &name).and_then(|row| row.fact("density")) {
                fields.check().cite(format!("{}.diluent_density", fields.path()), &density, "kg/m3");
                return Some((name, density.value));
            }
            let names: Vec<&str> = table.rows().filter_map(|row| row.text("name")).collect();
            fields.refuse("diluent", format!("there is no diluent `{name}`"), format!("one of: {}", names.join(", ")));
            None
        });
        for (key, molarity, acid) in [("scrub_acid", scrub_molarity, &acid), ("strip_acid", strip_molarity, &acid)] {
            if let (Some(molarity), Some(acid)) = (molarity, acid)
                && run::strength(acid) < molarity.0
            {
                fields.refuse(
                    key,
                    format!("`{}` is no stronger than {:.1} mol/L", acid.name, run::strength(acid)),
                    "less, or a stronger acid",
                );
                return None;
            }
        }
        let resolved = resolved?;
        let known = &resolved.extractant;
        if known.form == Form::ConstantSeparationFactor {
            fields.refuse(
                "extractant",
                format!("`{}` has only separation factors: no acid, no loading can follow from them", known.name),
                "p507, d2ehpa or cyanex272",
            );
            return None;
        }
        if matches!(known.form, Form::Solvating { .. }) {
            fields.refuse(
                "extractant",
                format!("`{}` is neutral and takes anions along: base and acid strip have no part in it", known.name),
                "the unit `circuit`, which takes it; here p507, d2ehpa or cyanex272",
            );
            return None;
        }
        let sizing = sizing?;
        let mut spread = None;
        if let Sizing::Cut { light, heavy, .. } = sizing {
            spread = factors::spread(&known.family, heavy, light, library);
            if saponified.is_some_and(|share| share.0 <= 0.0) {
                fields.refuse("saponified", "a cut is sized by the base; without base give the ratios", "\"36 %\"");
                return None;
            }
            let law = known.law();
            let of = |element| law.log_d(element, &run::reference_contact());
            match (of(light), of(heavy)) {
                (Some(light), Some(heavy)) if heavy > light => {}
                (Some(_), Some(_)) => {
                    fields.refuse(
                        "separate",
                        format!("{heavy} is not more extractable than {light} with `{}`", known.name),
                        format!("\"{heavy}/{light}\""),
                    );
                    return None;
                }
                _ => {
                    fields.refuse(
                        "separate",
                        format!("`{}` does not extract both {light} and {heavy}", known.name),
                        "two elements with a constant",
                    );
                    return None;
                }
            }
        }
        for (key, fact, unit) in [("molar_mass", &known.molar_mass, "kg/mol"), ("density", &known.density, "kg/m3")] {
            fields.check().cite(format!("{}.{key}", fields.path()), fact, unit);
        }
        let (diluent, diluent_density) = diluent?;
        let concentration = concentration?.0;
        let solvent = Arc::new(Solvent {
            name: known.name.clone(),
            exchange: 1.0,
            molar_mass: known.molar_mass.value,
            density: known.density.value,
            diluent_density,
        });
        if concentration * 1000.0 * solvent.molar_mass >= solvent.density {
            fields.refuse("concentration", "there is no room left for diluent", "less than 3 mol/L");
            return None;
        }
        Some(Self {
            law: known.law(),
            base: match base {
                Some(base) => Some((base, counter?)),
                None if saponified?.0 <= 0.0 => None,
                None => return None,
            },
            resolved,
            solvent,
            diluent,
            concentration,
            saponified: saponified?.0,
            acid: acid?,
            water: water?,
            stages: stages?,
            sizing,
            spread,
            scrub_molarity: scrub_molarity?.0,
            strip_molarity: strip_molarity?.0,
            feed_oxide: feed_oxide.map(|q| q.0),
            feed_ph: feed_ph.map(|q| q.0),
            loss: loss?.0,
            residence: residence?,
            mixer_power: mixer_power?.0,
            start_up: start_up.ok()?,
        })
    }

    /// Is it a metal to separate, and not the base's cation?
    fn is_metal(&self, element: Element) -> bool {
        self.base.as_ref().is_none_or(|(_, ion)| ion.element() != element)
    }

    fn read_sizing(fields: &mut Fields<'_>) -> Option<Sizing> {
        let cut = fields.may_text("separate", "the cut, light before heavy: \"Nd/Sm\" leaves Nd and lighter in the raffinate; absent means flows by ratios");
        if fields.has("separate") {
            let margin =
                fields.need::<Number>("margin", "organic flow over that of the theory's optimum", 0.005..=10.0);
            let excess = fields.need::<Fraction>("strip_excess", "strip acid beyond three per metal", 0.0..=20.0);
            let purity = fields
                .table("purity", "what is asked of the two outlets, of the rare earths in each")
                .and_then(|mut table| {
                    let shares = [
                        table.need::<Fraction>("raffinate", "share of the lighter group", 0.5..=0.999_999_9),
                        table.need::<Fraction>("product", "share of the heavier group", 0.5..=0.999_999_9),
                    ];
                    table.finish();
                    Some([shares[0]?.0, shares[1]?.0])
                });
            let cut = cut?;
            let keys: Vec<Option<Element>> = cut.split('/').map(|word| word.trim().parse().ok()).collect();
            let [Some(light), Some(heavy)] = keys[..] else {
                fields.refuse("separate", format!("`{cut}` is not two elements"), "\"Nd/Sm\"");
                return None;
            };
            Some(Sizing::Cut { light, heavy, purity: purity?, margin: margin?.0, excess: excess?.0 })
        } else {
            let organic = fields.need::<Number>(
                "organic_to_feed",
                "organic phase per feed liquor, by volume (in place of `separate`)",
                1e-3..=1e3,
            );
            let scrub = fields.need::<Number>("scrub_to_feed", "scrub liquor per feed liquor, by volume", 0.0..=1e2);
            let strip =
                fields.need::<Number>("organic_to_strip", "organic phase per strip liquor, by volume", 1e-3..=1e3);
            Some(Sizing::Ratios { organic: organic?.0, scrub: scrub?.0, strip: strip?.0 })
        }
    }
}

/// The cation of a base that is one hydroxide or oxide: as many charges as it takes protons.
pub(super) fn counter_ion(base: &Reagent) -> Option<Ion> {
    [Ion::Na, Ion::Ammonium, Ion::Ca, Ion::Mg].into_iter().find(|&ion| {
        base.ions[ion] > 0.0
            && base.ions.iter().all(|(other, moles)| moles == 0.0 || other == ion || other == Ion::H)
            && (ion.charge() * base.ions[ion] + base.ions[Ion::H]).abs() < 1e-6 * base.ions[ion]
    })
}

impl Unit for MixerSettlers {
    fn ports(&self) -> Ports {
        Ports { inlets: &["feed"], outlets: &["raffinate", "product", "waste"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let Some(feed) = inlets.first() else { return Ok(Balance::default()) };
        run::run(self, feed, &mut None)
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        report::equipment(self, done)
    }
}

#[cfg(test)]
pub(crate) mod tests;
