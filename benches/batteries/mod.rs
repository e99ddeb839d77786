//! The batteries that are timed.
//!
//! # Source
//! Constants of `data/extractants/p507.toml`; those it lacks (Ho–Lu, Fe, Al, Ca) are made up here, for timing
//! only: Ho–Lu along the series at 0.42 a step, Fe strong, Al and Ca weak.

use ytterby::element::{ByElement, Element};
use ytterby::separate::cascade::{Cascade, Stage, western_name};
use ytterby::separate::isotherm::cation_exchange::{CationExchange, charge_of};

/// Ten rare earths: log K (1 mol/L dimer) and feed, mol/L, of the published saponified section.
const TEN: [(Element, f64, f64); 10] = [
    (Element::La, -2.498_825_55, 0.05),
    (Element::Ce, -2.157_825_55, 0.08),
    (Element::Pr, -1.827_925_55, 0.01),
    (Element::Nd, -1.496_925_55, 0.035),
    (Element::Sm, -0.783_325_55, 0.005),
    (Element::Eu, -0.376_425_55, 0.001),
    (Element::Gd, 0.080_074_45, 0.004),
    (Element::Tb, 0.598_174_45, 0.0007),
    (Element::Dy, 1.190_174_45, 0.003),
    (Element::Y, 1.686_474_45, 0.011),
];

/// log D at pH 0 and 0.5 mol/L dimer, and feed, mol/L; the two keys first, so that any number of them makes a battery.
const NINETEEN: [(Element, f64, f64); 18] = [
    (Element::Nd, -3.0776, 0.18),
    (Element::Sm, -2.3640, 0.05),
    (Element::Pr, -3.4086, 0.05),
    (Element::Gd, -1.5006, 0.06),
    (Element::La, -4.0795, 0.20),
    (Element::Y, 0.1058, 0.25),
    (Element::Ce, -3.7385, 0.10),
    (Element::Dy, -0.3905, 0.05),
    (Element::Eu, -1.9571, 0.008),
    (Element::Tb, -0.9825, 0.01),
    (Element::Er, 0.45, 0.03),
    (Element::Ho, 0.03, 0.01),
    (Element::Yb, 1.29, 0.02),
    (Element::Tm, 0.87, 0.004),
    (Element::Lu, 1.71, 0.003),
    (Element::Ca, -2.5, 0.02),
    (Element::Al, -2.0, 0.01),
    (Element::Fe, 0.5, 0.002),
];

/// log K of the ten and of sodium.
pub fn ten_log_k() -> Vec<(Element, f64)> {
    TEN.iter().map(|row| (row.0, row.1)).chain([(Element::Na, -2.268_845_31)]).collect()
}

/// The law of the ten.
pub fn ten() -> CationExchange {
    let mut log_k = ByElement::from_fn(|_| None);
    for (element, value) in ten_log_k() {
        log_k[element] = Some(value);
    }
    CationExchange::new(log_k, 1.0, 3.0, 0.0)
}

/// The saponified extraction of ten rare earths, as the peers solve it: 35 % saponified, open, no scrub.
pub fn saponified(law: &CationExchange, stages: usize) -> Cascade<'_> {
    let mut solutes: Vec<Element> = TEN.iter().map(|row| row.0).collect();
    solutes.push(Element::Na);
    let charge: Vec<f64> = solutes.iter().map(|&e| charge_of(e)).collect();
    let k = solutes.len();
    let mut fresh = vec![0.0; stages * k];
    for (slot, row) in fresh[(stages - 1) * k..].iter_mut().zip(TEN) {
        *slot += row.2;
    }
    fresh[k - 1] += 0.196_875;
    let anions = 0.01 + 3.0 * TEN.iter().map(|row| row.2).sum::<f64>();
    let stage = Stage { aqueous: 1.0, organic: 1.5, anions, sites: 0.5625, weak: [0.0; 3], kept: 1.0 };
    let mut all = vec![stage; stages];
    all[0].kept = 0.0;
    let sections = [stages, 0, 0];
    Cascade { law, returned: vec![0.0; k], solutes, charge, stages: all, fresh, name: western_name, sections }
}

/// The law of the nineteen.
pub fn nineteen() -> CationExchange {
    let mut log_k = ByElement::from_fn(|_| None);
    for (element, value, _) in NINETEEN {
        log_k[element] = Some(value);
    }
    log_k[Element::Na] = Some(-2.5699);
    CationExchange::new(log_k, 0.5, 3.0, 0.473)
}

/// Extraction, scrub and strip with the organic loop closed: light rare earths from the others, cut
/// between Nd and Sm. `elements` counts sodium too (2–19); `feed` scales what is fed.
pub fn train(law: &CationExchange, stages: usize, elements: usize, feed: f64) -> Cascade<'_> {
    let metals = &NINETEEN[..elements - 1];
    let mut solutes: Vec<Element> = metals.iter().map(|row| row.0).collect();
    solutes.push(Element::Na);
    let charge: Vec<f64> = solutes.iter().map(|&e| charge_of(e)).collect();
    let k = solutes.len();
    let strip = (stages / 10).max(2);
    let scrub = (stages - strip) * 9 / 20;
    let extract = stages - strip - scrub;
    // Equivalents per litre of feed: all, and what the organic phase is to take.
    let equivalents = |taken: bool| -> f64 {
        let of = metals.iter().zip(&charge).filter(|(row, _)| !taken || row.1 > -2.4);
        of.map(|(row, z)| row.2 * z).sum()
    };
    let (all, taken) = (equivalents(false), equivalents(true));
    let reflux = 0.35 * all;
    let base = taken + reflux;
    let sites = base / 0.38;
    let organic = sites / 0.75;
    let (scrub_flow, strip_acid) = (reflux / 2.75, 1.1 * sites);
    let mut fresh = vec![0.0; stages * k];
    for (slot, row) in fresh[(extract - 1) * k..].iter_mut().zip(metals) {
        *slot += feed * row.2;
    }
    fresh[k - 1] += base;
    let line = (0..stages).map(|j| {
        let (aqueous, anions) = if j >= extract + scrub {
            (strip_acid / 5.0, strip_acid)
        } else if j >= extract {
            (scrub_flow, reflux)
        } else {
            (1.0 + scrub_flow, reflux + feed * (all + 0.05))
        };
        let kept = if j == 0 || j == extract + scrub { 0.0 } else { 1.0 };
        Stage { aqueous, organic, anions, sites, weak: [0.0; 3], kept }
    });
    let stages = line.collect();
    let sections = [extract, scrub, strip];
    Cascade { law, returned: vec![1.0; k], solutes, charge, stages, fresh, name: western_name, sections }
}
