//! What others found of batteries, put to our laws: the cases a validation file can ask.

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::Number;
use crate::separate::cascade::{Cascade, Stage, western_name};
use crate::separate::extractant::Extractant;
use crate::separate::isotherm::Exchange;
use crate::separate::isotherm::cation_exchange::{CationExchange, charge_of};
use crate::separate::isotherm::log_d_correlation::{Line, LogDCorrelation};
use crate::separate::theory::stagewise::{Battery, Side};
use crate::separate::theory::{self, Mixture, Specification};
use crate::unit::{Case, Kind, Reading};

fn one(fields: &mut Fields<'_>, key: &'static str, about: &str) -> Option<f64> {
    fields.need::<Number>(key, about, -1e12..=1e12).map(|number| number.0)
}

fn by_element(fields: &mut Fields<'_>, key: &'static str, about: &str) -> Option<ByElement<Option<f64>>> {
    fields.elements::<Number>(key, about, -1e12..=1e12).map(|all| all.map(|_, value| value.map(|v| v.0)))
}

fn given(all: &ByElement<Option<f64>>) -> Vec<Element> {
    all.iter().filter(|(_, value)| value.is_some()).map(|(e, _)| e).collect()
}

/// The theory's design and limits.
#[derive(Debug)]
struct Theory {
    spec: Specification,
}

/// The closed forms of [`theory`].
pub const THEORY: Kind<dyn Case> = Kind {
    name: "cascade-theory",
    about: "Xu and Zhang's optimum design of a two-component battery, and its limits",
    sources: &["zhang2016"],
    read: |fields, _| {
        let values = [
            one(fields, "separation_factor", "β"),
            one(fields, "share_extracted", "share of the more extractable in the feed"),
            one(fields, "purity_extracted", "of the more extractable in the organic outlet"),
            one(fields, "purity_raffinate", "of the less extractable in the raffinate"),
        ];
        let spec = Specification { beta: values[0]?, feed: values[1]?, extracted: values[2]?, raffinate: values[3]? };
        Some(Box::new(Theory { spec }))
    },
};

impl Case for Theory {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let Specification { beta, feed, extracted, raffinate } = self.spec;
        let design = theory::design(&self.spec).ok_or_else(|| Error::Infeasible {
            unit: String::new(),
            what: "no battery meets this".into(),
            hint: "β above 1, purities above the feed's".into(),
        })?;
        let [s_aq, w_aq] = theory::least_flows(beta, feed, false);
        let [s_org, w_org] = theory::least_flows(beta, feed, true);
        Ok([
            ("extraction stages", design.stages[0]),
            ("scrub stages", design.stages[1]),
            ("whole stages", design.stages[0].ceil() + design.stages[1].ceil()),
            ("organic flow", design.organic),
            ("scrub flow", design.scrub),
            ("extraction ratio", design.ratio[0]),
            ("scrub ratio", design.ratio[1]),
            ("least stages", theory::fenske(beta, extracted, 1.0 - raffinate)),
            ("optimum reflux", theory::optimum_reflux(beta)),
            ("least organic flow, aqueous feed", s_aq),
            ("least scrub flow, aqueous feed", w_aq),
            ("least organic flow, organic feed", s_org),
            ("least scrub flow, organic feed", w_org),
        ]
        .map(|(name, value)| Reading::new(name, value, "1"))
        .to_vec())
    }
}

/// Kremser's count.
#[derive(Debug)]
struct Kremser {
    factor: f64,
    ratio: f64,
}

/// The stages of one solute.
pub const KREMSER: Kind<dyn Case> = Kind {
    name: "kremser-stages",
    about: "Stages that strip one solute of constant distribution ratio",
    sources: &[],
    read: |fields, _| {
        let (factor, ratio) =
            (one(fields, "extraction_factor", "D times O/A"), one(fields, "in_over_out", "concentration in over out"));
        Some(Box::new(Kremser { factor: factor?, ratio: ratio? }))
    },
};

impl Case for Kremser {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        Ok(vec![Reading::new("stages", theory::kremser(self.factor, self.ratio), "1")])
    }
}

/// A battery with constant separation factors and perhaps a side outlet.
#[derive(Debug)]
struct ConstantBeta {
    feed: ByElement<Option<f64>>,
    relative: ByElement<Option<f64>>,
    organic: f64,
    scrub: f64,
    stages: [usize; 2],
    side: Option<Side>,
}

/// Stage by stage at constant β.
pub const CONSTANT_BETA: Kind<dyn Case> = Kind {
    name: "constant-beta-battery",
    about: "A refluxed battery solved stage by stage at constant separation factors, with or without a side outlet",
    sources: &["zhang2016"],
    read: |fields, _| {
        let feed = by_element(fields, "feed", "mol of each metal");
        let relative = by_element(fields, "relative_extractability", "b of each, β = b_i/b_j");
        let (organic, scrub) = (
            one(fields, "organic", "metal in the organic phase, mol per mol fed"),
            one(fields, "scrub", "metal in the scrub liquor, mol per mol fed"),
        );
        let counts =
            [fields.count("extraction_stages", "n", 1..=10_000), fields.count("scrub_stages", "m", 0..=10_000)];
        let at = fields.may::<Number>(
            "side_stage",
            "stage, from the raffinate end, whose solution is drawn; absent means no side outlet",
            1.0..=1e4,
        );
        let drawn =
            fields.may::<Number>("side_draw", "metal drawn there, mol per mol fed; absent means none", 0.0..=1e6);
        Some(Box::new(ConstantBeta {
            feed: feed?,
            relative: relative?,
            organic: organic?,
            scrub: scrub?,
            stages: [counts[0]?, counts[1]?],
            side: at.zip(drawn).map(|(at, drawn)| Side { stage: at.0 as usize, drawn: drawn.0 }),
        }))
    },
};

impl Case for ConstantBeta {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let mut solutes = given(&self.feed);
        let b_of = |e: &Element| self.relative[*e].unwrap_or(0.0);
        solutes.sort_by(|x, y| b_of(y).total_cmp(&b_of(x)));
        let k = solutes.len();
        let mixture = Mixture {
            b: solutes.iter().map(b_of).collect(),
            feed: solutes.iter().map(|&e| self.feed[e].unwrap_or(0.0)).collect(),
            organic_feed: false,
        };
        let side = self.side;
        let out = Battery { stages: self.stages, organic: self.organic, scrub: self.scrub, side }.solve(&mixture)?;
        let profile = &out.profile;
        let mut readings = Vec::new();
        let mut outlet = |name: &str, amounts: &[f64]| {
            let whole: f64 = amounts.iter().sum();
            for (&e, moles) in solutes.iter().zip(amounts) {
                readings.push(Reading::new(format!("{e} in {name}"), 100.0 * moles / whole, "%"));
                let fed = self.feed[e].unwrap_or(0.0);
                readings.push(Reading::new(format!("{e} recovered in {name}"), 100.0 * moles / fed, "%"));
            }
            readings.push(Reading::new(format!("flow of {name}"), whole, "1"));
        };
        outlet("raffinate", &out.raffinate);
        outlet("organic", &out.organic);
        if side.is_some() {
            outlet("side outlet", &out.side);
        }
        for (j, row) in profile.aqueous.chunks_exact(k).enumerate() {
            let whole: f64 = row.iter().sum();
            for (&e, moles) in solutes.iter().zip(row) {
                readings.push(Reading::new(format!("{e} in solution of stage {}", j + 1), 100.0 * moles / whole, "%"));
            }
        }
        Ok(readings)
    }
}

/// A counter-current extraction with acid balance, no scrub: what several programs publish.
#[derive(Debug)]
struct Extraction {
    law: Box<dyn crate::separate::isotherm::Isotherm>,
    feed: ByElement<Option<f64>>,
    organic_feed: ByElement<Option<f64>>,
    acidity: f64,
    sulfate: f64,
    flows: [f64; 2],
    free: f64,
    stages: usize,
}

fn extraction(
    fields: &mut Fields<'_>,
    law: Option<Box<dyn crate::separate::isotherm::Isotherm>>,
) -> Option<Box<dyn Case>> {
    let feed = by_element(fields, "feed", "mol/L in the solution fed");
    let organic_feed =
        fields.may_elements::<Number>("organic_feed", "mol/L in the organic phase fed; absent means none", 0.0..=10.0);
    let values = [
        one(
            fields,
            "acidity",
            "total acidity of the solution fed, mol/L (HSO4⁻ counted); to a neutral extractant the anions that no metal brought",
        ),
        one(fields, "sulfate", "total sulfate, mol/L"),
        one(fields, "aqueous", "flow of the solution, L"),
        one(fields, "organic", "flow of the organic phase, L"),
        one(fields, "free_extractant", "free extractant in the organic phase fed, mol/L in the law's unit"),
    ];
    let stages = fields.count("stages", "equilibrium stages", 1..=10_000);
    Some(Box::new(Extraction {
        law: law?,
        feed: feed?,
        organic_feed: organic_feed.map(|_, value| value.map(|v| v.0)),
        acidity: values[0]?,
        sulfate: values[1]?,
        flows: [values[2]?, values[3]?],
        free: values[4]?,
        stages: stages?,
    }))
}

/// With an extractant's file, or constants of the case's own.
pub const MASS_ACTION: Kind<dyn Case> = Kind {
    name: "mass-action-extraction",
    about: "Counter-current extraction by mass action with an acidic dimer, saponified or not",
    sources: &[],
    read: |fields, _| {
        let log_k = by_element(fields, "log_k", "log10 of the exchange constants, mol/L");
        let law = log_k.map(|log_k| {
            Box::new(CationExchange::new(log_k, 1.0, 3.0, 0.0)) as Box<dyn crate::separate::isotherm::Isotherm>
        });
        extraction(fields, law)
    },
};

/// With the correlation of a file.
pub const FILE_EXTRACTION: Kind<dyn Case> = Kind {
    name: "extractant-extraction",
    about: "Counter-current extraction with the constants of an extractant's file",
    sources: &[],
    read: |fields, library: &Library| {
        let name = fields.text("extractant", "the name of a file in data/extractants");
        let law = name.and_then(|name| match Extractant::named(&name, library) {
            Ok(extractant) => Some(extractant.law()),
            Err(why) => {
                fields.refuse("extractant", why, "the name of a file in data/extractants");
                None
            }
        });
        extraction(fields, law)
    },
};

/// With lines log D = a pH + b of the case's own.
pub const LINE_EXTRACTION: Kind<dyn Case> = Kind {
    name: "log-d-line-extraction",
    about: "Counter-current extraction with log D = a pH + b",
    sources: &[],
    read: |fields, _| {
        let (slope, intercept) = (by_element(fields, "slope", "a"), by_element(fields, "intercept", "b"));
        let law = slope.zip(intercept).map(|(a, b)| {
            let lines = ByElement::from_fn(|e| Some(Line { m0: a[e]?, b0: b[e]?, ..Line::default() }));
            Box::new(LogDCorrelation { lines, percent_per_molar: 100.0 })
                as Box<dyn crate::separate::isotherm::Isotherm>
        });
        extraction(fields, law)
    },
};

impl Case for Extraction {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let solutes: Vec<Element> = Element::ALL
            .iter()
            .copied()
            .filter(|&e| self.feed[e].is_some() || self.organic_feed[e].is_some())
            .collect();
        let charge: Vec<f64> = solutes.iter().map(|&e| charge_of(e)).collect();
        let (n, k) = (self.stages, solutes.len());
        let [aqueous, organic] = self.flows;
        let mut fresh = vec![0.0; n * k];
        let mut anions = self.acidity * aqueous;
        let mut sites = self.free * organic;
        for (i, &e) in solutes.iter().enumerate() {
            let (water, solvent) =
                (self.feed[e].unwrap_or(0.0) * aqueous, self.organic_feed[e].unwrap_or(0.0) * organic);
            fresh[(n - 1) * k + i] += water;
            fresh[i] += solvent;
            // To a neutral extractant the anions that a metal brings are the metal's.
            if self.law.exchange() != Exchange::Salt {
                anions += charge[i] * water;
            }
            sites += charge[i] * solvent;
        }
        let stage = Stage { aqueous, organic, anions, sites, weak: [self.sulfate, 0.0, 0.0], kept: 1.0 };
        let mut stages = vec![stage; n];
        stages[0].kept = 0.0;
        let cascade = Cascade {
            law: &*self.law,
            solutes,
            charge,
            stages,
            fresh,
            returned: vec![0.0; k],
            name: western_name,
            sections: [n, 0, 0],
        };
        let profile = cascade.solve(None)?;
        let mut readings = Vec::new();
        for (j, ph) in profile.ph.iter().rev().enumerate() {
            readings.push(Reading::new(format!("pH of stage {}", j + 1), *ph, "1"));
        }
        let fed: f64 = cascade.fresh[(n - 1) * k..].iter().sum();
        let left: f64 = profile.aqueous[..k].iter().sum();
        for (i, e) in cascade.solutes.iter().enumerate() {
            let raffinate = profile.aqueous[i] / aqueous;
            let loaded = profile.organic[(n - 1) * k + i] / organic;
            readings.push(Reading::new(format!("{e} in raffinate"), raffinate * e.molar_mass(), "g/L"));
            readings.push(Reading::new(format!("{e} in raffinate, molar"), raffinate, "mol/L"));
            readings.push(Reading::new(format!("{e} in loaded organic"), loaded * e.molar_mass(), "g/L"));
            readings.push(Reading::new(format!("{e} share of raffinate"), 100.0 * profile.aqueous[i] / left, "%"));
            let in_feed = self.feed[*e].unwrap_or(0.0) * aqueous;
            if in_feed > 0.0 {
                readings.push(Reading::new(
                    format!("{e} left in raffinate"),
                    100.0 * profile.aqueous[i] / in_feed,
                    "%",
                ));
            }
        }
        readings.push(Reading::new("metal left in raffinate", 100.0 * left / fed, "%"));
        readings.push(Reading::new("free extractant in loaded organic", profile.free[n - 1], "mol/L"));
        readings.push(Reading::new("closure", profile.closure, "1"));
        Ok(readings)
    }
}
