//! Laws of the battery: limits, identities, second routes.

use super::*;
use crate::element::ByElement;
use crate::separate::isotherm::cation_exchange::{CationExchange, charge_of};
use crate::separate::isotherm::constant_separation_factor::ConstantSeparationFactor;

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

pub(crate) fn mass_action() -> CationExchange {
    let mut log_k = ByElement::from_fn(|_| None);
    for (element, value, _) in TEN {
        log_k[element] = Some(value);
    }
    log_k[Element::Na] = Some(-2.268_845_31);
    CationExchange { log_k, charge: ByElement::from_fn(charge_of), reference: 1.0, order: 3.0, alstad: 0.0 }
}

/// The saponified extraction of ten rare earths, N stages, no scrub.
fn saponified(law: &CationExchange, stages: usize) -> Cascade<'_> {
    let mut solutes: Vec<Element> = TEN.iter().map(|row| row.0).collect();
    solutes.push(Element::Na);
    let charge: Vec<f64> = solutes.iter().map(|&e| charge_of(e)).collect();
    let k = solutes.len();
    let mut fresh = vec![0.0; stages * k];
    for (at, row) in TEN.iter().enumerate() {
        fresh[(stages - 1) * k + at] += row.2;
    }
    fresh[k - 1] += 0.196_875;
    let anions = 0.01 + 3.0 * TEN.iter().map(|row| row.2).sum::<f64>();
    let stage = Stage { aqueous: 1.0, organic: 1.5, anions, sites: 0.5625, weak: [0.0; 3], kept: 1.0 };
    let mut all = vec![stage; stages];
    all[0].kept = 0.0;
    Cascade {
        law,
        returned: vec![0.0; k],
        solutes,
        charge,
        stages: all,
        fresh,
        name: western_name,
        sections: [stages, 0, 0],
    }
}

#[test]
fn four_stages_as_an_independent_program_has_them() {
    let law = mass_action();
    let profile = saponified(&law, 4).solve(None).unwrap();
    // Theirs counts from the aqueous feed, ours from the fresh organic.
    for (ours, theirs) in
        profile.ph.iter().rev().zip([1.131_506_501_6, 1.073_712_238_2, 1.078_957_600_4, 1.165_509_874_1])
    {
        assert!((ours - theirs).abs() < 1e-6, "{:?}", profile.ph);
    }
    assert!((profile.aqueous[0] - 0.044_816_333_001_2).abs() < 1e-9);
    // Below their own residual of 7e-16 their traces are rounding.
    assert!((profile.aqueous[7] / 7.115_684_994e-13 - 1.0).abs() < 1e-3, "{}", profile.aqueous[7]);
}

#[test]
fn any_number_of_stages_from_cold() {
    let law = mass_action();
    for stages in [1, 2, 8, 20, 60, 200] {
        let profile = saponified(&law, stages).solve(None).unwrap_or_else(|e| panic!("{stages}: {e}"));
        assert!(profile.closure < 1e-9, "{stages}: {}", profile.closure);
        eprintln!("{stages}: {} steps, closure {:.1e}", profile.iterations, profile.closure);
    }
}

#[test]
fn the_published_binary_battery_meets_its_purities() {
    let mut log_b = ByElement::from_fn(|_| None);
    log_b[Element::Sm] = Some(2f64.log10());
    log_b[Element::Nd] = Some(0.0);
    let law = ConstantSeparationFactor { log_b };
    let (s, w) = (1.708_644_715_223_652_4, 1.208_194_264_773_201_8);
    let n = 45;
    let mut stages = vec![Stage { aqueous: 1.0, organic: 1.0, anions: w, sites: s, weak: [0.0; 3], kept: 1.0 }; n];
    for stage in &mut stages[..24] {
        stage.anions = w + 1.0;
    }
    stages[0].kept = 0.0;
    stages[n - 1].sites = s - w;
    let mut fresh = vec![0.0; n * 2];
    fresh[23 * 2] = 0.5;
    fresh[23 * 2 + 1] = 0.5;
    let cascade = Cascade {
        law: &law,
        solutes: vec![Element::Sm, Element::Nd],
        charge: vec![1.0, 1.0],
        stages,
        fresh,
        returned: vec![0.0; 2],
        name: western_name,
        sections: [24, 21, 0],
    };
    let profile = cascade.solve(None).unwrap();
    eprintln!("{} steps", profile.iterations);
    let raffinate = &profile.aqueous[..2];
    let product = &profile.organic[88..];
    assert!((raffinate[1] / (raffinate[0] + raffinate[1]) - 0.999_892_681_286_172_1).abs() < 1e-9);
    assert!((product[0] / (product[0] + product[1]) - 0.998_992_784_470_315_5).abs() < 1e-9);
}
