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
    CationExchange::new(log_k, 1.0, 3.0, 0.0)
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

/// Second route: from a start Newton goes by amounts, from cold by levels; these need few turns, as exact slopes do.
#[test]
fn levels_lead_where_amounts_lead() {
    let law = mass_action();
    for stages in [2, 5, 10, 12] {
        let cascade = saponified(&law, stages);
        let by_levels = cascade.solve(None).unwrap();
        assert!(by_levels.iterations <= 9, "{stages}: {} turns", by_levels.iterations);
        let mut away = by_levels.clone();
        for (at, total) in away.totals.iter_mut().enumerate() {
            *total *= 1.0 + 0.1 * (at as f64).sin();
        }
        let by_amounts = cascade.solve(Some(&away)).unwrap();
        for (one, two) in by_levels.aqueous.iter().zip(&by_amounts.aqueous) {
            assert!((one - two).abs() <= 1e-10 * two, "{stages}: {one} {two}");
        }
    }
}

#[test]
fn any_number_of_stages_from_cold() {
    let law = mass_action();
    for stages in [1, 2, 8, 20, 60, 200] {
        let profile = saponified(&law, stages).solve(None).unwrap_or_else(|e| panic!("{stages}: {e}"));
        assert!(profile.closure < 1e-9, "{stages}: {}", profile.closure);
        assert!(profile.iterations < 60, "{stages}: {} steps", profile.iterations);
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
    let raffinate = &profile.aqueous[..2];
    let product = &profile.organic[88..];
    assert!((raffinate[1] / (raffinate[0] + raffinate[1]) - 0.999_892_681_286_172_1).abs() < 1e-9);
    assert!((product[0] / (product[0] + product[1]) - 0.998_992_784_470_315_5).abs() < 1e-9);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 48, ..Default::default() })]

    /// Any feed, any number of stages, refluxed or not, its loop closed: it converges and conserves, traces too.
    #[test]
    fn random_batteries_converge_and_conserve(
        feed in proptest::collection::vec(-8.0f64..0.0, 10),
        extract in 1usize..40,
        scrub in 0usize..40,
        strip in 3usize..12,
        scale in 0.02f64..0.5,
        organic in 0.3f64..8.0,
        reflux in 0.05f64..0.5,
        sodium in 0.05f64..0.4,
    ) {
        let law = mass_action();
        let amounts: Vec<f64> = feed.iter().map(|log| 10f64.powf(*log)).collect();
        let whole: f64 = amounts.iter().sum();
        let mut solutes: Vec<Element> = TEN.iter().map(|row| row.0).collect();
        solutes.push(Element::Na);
        let charge: Vec<f64> = solutes.iter().map(|&e| charge_of(e)).collect();
        let (n, k) = (extract + scrub + strip, solutes.len());
        let dimer = 0.5 * organic;
        let mut fresh = vec![0.0; n * k];
        for (i, amount) in amounts.iter().enumerate() {
            fresh[(extract - 1) * k + i] = scale * amount / whole;
        }
        fresh[k - 1] = sodium * dimer;
        let feed_anions = 3.0 * scale + 0.01;
        let scrub_acid = if scrub > 0 { 3.0 * reflux } else { 0.0 };
        let strip_acid = 2.0 * dimer.max(scale);
        let stages = (0..n).map(|j| {
            let (aqueous, anions) = if j >= extract + scrub {
                (strip_acid / 5.0, strip_acid)
            } else if j >= extract {
                (reflux, scrub_acid)
            } else {
                (1.0 + reflux, scrub_acid + feed_anions)
            };
            let kept = if j == 0 || j == extract + scrub { 0.0 } else { 1.0 };
            Stage { aqueous, organic, anions, sites: dimer, weak: [0.0; 3], kept }
        }).collect();
        let mut returned = vec![1.0; k];
        returned[k - 1] = 0.0;
        let cascade = Cascade {
            law: &law, solutes, charge, stages, fresh, returned, name: western_name, sections: [extract, scrub, strip],
        };
        let profile = cascade.solve(None).unwrap_or_else(|e| panic!("{e}"));
        proptest::prop_assert!(profile.closure < 1e-8, "{}", profile.closure);
        for i in 0..k - 1 {
            let out = profile.aqueous[i] + profile.aqueous[(extract + scrub) * k + i];
            let fed = cascade.fresh[(extract - 1) * k + i];
            proptest::prop_assert!((out / fed - 1.0).abs() < 1e-9, "{}: {out} of {fed}", cascade.solutes[i]);
        }
        proptest::prop_assert!(profile.ph.iter().chain(&profile.free).all(|v| v.is_finite()));
    }
}
