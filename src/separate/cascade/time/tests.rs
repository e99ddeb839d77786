//! Laws of time: exact exponentials, the steady state as the limit, conservation, order.

use super::held::{Held, Places};
use super::step::Steps;
use super::*;
use crate::element::Element;
use crate::separate::cascade::network::{Network, Phase, Pipe, Stage};
use crate::separate::cascade::network_tests::bank;
use crate::separate::cascade::tests::mass_action;
use crate::separate::isotherm::{Contact, Isotherm, Slopes};

/// A law whose ratio is always 2.
#[derive(Debug)]
struct Two;

impl Isotherm for Two {
    fn log_d(&self, _: Element, _: &Contact) -> Option<f64> {
        Some(2f64.log10())
    }

    fn slopes(&self, _: Element, _: &Contact) -> Option<Slopes> {
        Some(Slopes::default())
    }

    fn units_per_monomer(&self) -> f64 {
        1.0
    }
}

const PACE: Pace = Pace { tolerance: 1e-4, longest: 1e9 };

/// One stage: a solution at 2 L/h and an organic phase at 3 L/h, 1 mol/h of a trace in; three quarters go with the organic.
fn single() -> Network<'static> {
    Network {
        laws: vec![&Two],
        solutes: vec![Element::Nd],
        charge: vec![3.0],
        stages: vec![Stage {
            aqueous: 2.0,
            organic: 3.0,
            anions: 100.0,
            sites: 100.0,
            efficiency: 1.0,
            ..Stage::default()
        }],
        pipes: Vec::new(),
        fresh: vec![1.0],
        fresh_organic: vec![0.0],
        names: vec!["E1".into()],
    }
}

fn barren(network: &Network<'_>, anions: f64) -> Vec<Filling> {
    let k = network.solutes.len();
    vec![Filling { solutes: [vec![0.0; k], vec![0.0; k]], carried: [anions, 0.0, 0.0, 0.0, 0.0] }; network.stages.len()]
}

/// Hold-ups of 0.1 h in the mixer, and so many tanks of so many hours for each phase.
fn vessels(network: &Network<'_>, tanks: usize, hours: f64) -> Vec<Vessels> {
    let of = |stage: &Stage| Vessels {
        mixer: 0.1 * (stage.aqueous + stage.organic),
        tanks: [stage.aqueous, stage.organic].map(|flow| vec![flow / stage.efficiency * hours; tanks]),
    };
    network.stages.iter().map(of).collect()
}

/// Its solution enters at the last stage.
fn fed(network: &Network<'_>, anions: f64) -> Vec<Carried> {
    let mut carried = vec![[0.0; 5]; network.stages.len()];
    if let Some(last) = carried.last_mut() {
        last[0] = anions;
    }
    carried
}

/// Share of a step that has passed so many tanks of one hold-up each.
fn passed(tanks: u32, over: f64) -> f64 {
    let terms = (0..tanks).scan(1.0, |term, at| {
        let now = *term;
        *term *= over / f64::from(at + 1);
        Some(now)
    });
    1.0 - (-over).exp() * terms.sum::<f64>()
}

#[test]
fn one_stage_answers_a_step_as_exponentials_do() {
    let network = single();
    for tanks in [0, 1, 3] {
        let vessels = vessels(&network, tanks, 0.1);
        let regimes = [Regime { until: 1.0, network: &network, carried: fed(&network, 100.0) }];
        let mut worst: f64 = 0.0;
        let walk = follow(&vessels, &barren(&network, 50.0), &regimes, PACE, &mut |moment| {
            // The mixer is a tank like the others: hold-up 0.1 h each.
            let exact = passed(tanks as u32 + 1, moment.time / 0.1);
            worst = worst.max((moment.aqueous[0] - 0.25 * exact).abs()).max((moment.organic[0] - 0.75 * exact).abs());
        })
        .unwrap();
        assert!(worst < 1e-3, "{tanks}: {worst}");
        assert!(walk.closure < 1e-13 && walk.steps < 200, "{walk:?}");
    }
}

#[test]
fn half_the_step_leaves_an_eighth_of_the_error() {
    let network = single();
    let vessels = vessels(&network, 2, 0.1);
    let places = Places::of(&vessels);
    let regime = Regime { until: 1.0, network: &network, carried: fed(&network, 100.0) };
    let error = |steps: usize| {
        let mut held = Held::filled(&network, &vessels, &places, &barren(&network, 100.0));
        let mut walk = Steps::new(&regime, &vessels, &places);
        for _ in 0..steps {
            assert!(walk.advance(&mut held, 0.2 / steps as f64, 1e6) < 1.0);
        }
        let mut moment = Moment::default();
        walk.see(&held, &mut moment);
        (moment.organic[0] - 0.75 * passed(3, 2.0)).abs()
    };
    let (coarse, fine) = (error(8), error(16));
    assert!((6.5..9.5).contains(&(coarse / fine)), "{coarse} {fine}");
}

#[test]
fn a_stiff_tank_is_damped_and_not_overshot() {
    let network = single();
    let mut vessels = vessels(&network, 1, 0.1);
    vessels[0].tanks[0][0] *= 1e-7;
    let places = Places::of(&vessels);
    let regime = Regime { until: 1.0, network: &network, carried: fed(&network, 100.0) };
    let mut held = Held::filled(&network, &vessels, &places, &barren(&network, 100.0));
    let mut walk = Steps::new(&regime, &vessels, &places);
    let mut moment = Moment::default();
    for _ in 0..40 {
        assert!(walk.advance(&mut held, 0.02, 1e6) < 1.0);
        walk.see(&held, &mut moment);
        assert!(moment.aqueous[0] >= 0.0 && moment.aqueous[0] < 0.2501, "{}", moment.aqueous[0]);
    }
    assert!((moment.aqueous[0] / 0.25 - passed(1, 8.0)).abs() < 1e-4);
}

/// From barren vessels to where the steady solve is, with efficiency and drops, and with several tanks.
#[test]
fn time_ends_where_the_steady_solve_is() {
    let law = mass_action();
    for (efficiency, entrained, tanks) in [(1.0, [0.0; 2], 1), (1.0, [0.0; 2], 3), (0.8, [0.01, 0.02], 1)] {
        let network = bank(&law, 6, efficiency, entrained);
        let steady = network.solve(None).unwrap();
        let vessels = vessels(&network, tanks, 0.3);
        let regimes = [Regime { until: 400.0, network: &network, carried: fed(&network, 0.42) }];
        let mut last = Moment::default();
        let walk = follow(&vessels, &barren(&network, 0.42), &regimes, PACE, &mut |moment| {
            assert!(moment.aqueous.iter().chain(&moment.organic).chain(&moment.ph).all(|value| value.is_finite()));
            assert!(moment.aqueous.iter().chain(&moment.organic).all(|moles| *moles >= 0.0));
            last = moment.clone();
        })
        .unwrap();
        assert!(walk.closure < 1e-11, "{walk:?}");
        for (at, (a, b)) in last.aqueous.iter().zip(&steady.aqueous).enumerate() {
            assert!((a - b).abs() < 1e-7 * b.abs() + 1e-15, "{efficiency} {tanks}: {at}: {a} {b} {walk:?}");
        }
        for (a, b) in last.ph.iter().zip(&steady.ph) {
            assert!((a - b).abs() < 1e-7, "{a} {b}");
        }
    }
}

/// A bank whose two phases both return to where they came from keeps what it was filled with.
#[test]
fn total_reflux_keeps_what_it_holds() {
    let law = mass_action();
    let mut network = bank(&law, 6, 1.0, [0.0; 2]);
    network.fresh.fill(0.0);
    network.fresh_organic.fill(0.0);
    for (from, phase, to) in [(0, Phase::Aqueous, 5), (5, Phase::Organic, 0)] {
        network.pipes.push(Pipe { from, phase, to, share: 1.0, renews: None });
    }
    let vessels = vessels(&network, 1, 0.3);
    let mut filling = barren(&network, 0.42);
    for (at, stage) in filling.iter_mut().enumerate() {
        stage.solutes[0] = vec![0.1, 0.002 * at as f64, 0.01, 0.0];
    }
    let regimes = [Regime { until: 50.0, network: &network, carried: vec![[0.0; 5]; 6] }];
    let (mut first, mut last) = (Vec::new(), Vec::new());
    follow(&vessels, &filling, &regimes, PACE, &mut |moment| {
        if first.is_empty() {
            first.clone_from(&moment.held);
        }
        last.clone_from(&moment.held);
    })
    .unwrap();
    for (a, b) in first.iter().zip(&last) {
        // What is below 1e-150 mol/h is nothing.
        assert!((a - b).abs() <= 1e-12 * a + 1e-140, "{a} {b}");
    }
}

/// What is fed is what has left, summed up from the outlets seen, and what is held.
#[test]
fn what_enters_leaves_or_stays() {
    let law = mass_action();
    let network = bank(&law, 6, 1.0, [0.0; 2]);
    let k = network.solutes.len();
    let vessels = vessels(&network, 1, 0.3);
    let regimes = [Regime { until: 8.0, network: &network, carried: fed(&network, 0.42) }];
    let (mut left, mut before): (Vec<f64>, Option<Moment>) = (vec![0.0; k], None);
    let pace = Pace { longest: 0.01, ..PACE };
    follow(&vessels, &barren(&network, 0.42), &regimes, pace, &mut |moment| {
        if let Some(before) = &before {
            let hours = moment.time - before.time;
            for (i, left) in left.iter_mut().enumerate() {
                let leaving = |m: &Moment| m.aqueous[i] + m.organic[5 * k + i];
                *left += hours * 0.5 * (leaving(before) + leaving(moment));
            }
        }
        before = Some(moment.clone());
    })
    .unwrap();
    let held = before.unwrap().held;
    for i in 0..k {
        let fresh: f64 = (0..6).map(|j| network.fresh[j * k + i] + network.fresh_organic[j * k + i]).sum();
        let sum = left[i] + held[i];
        assert!((sum - 8.0 * fresh).abs() <= 1e-4 * 8.0 * fresh, "{i}: {sum} {}", 8.0 * fresh);
        assert!(fresh == 0.0 || (held[i] > 0.0 && left[i] > 0.0), "{i}");
    }
}

/// A step of the feed is felt, and felt again when it is taken back: what was is what returns.
#[test]
fn an_upset_passes() {
    let law = mass_action();
    let network = bank(&law, 6, 1.0, [0.0; 2]);
    let mut more = bank(&law, 6, 1.0, [0.0; 2]);
    more.fresh.iter_mut().for_each(|moles| *moles *= 1.2);
    let vessels = vessels(&network, 1, 0.3);
    let regime = |until, network, anions| Regime { until, network, carried: fed(network, anions) };
    let regimes = [regime(100.0, &network, 0.42), regime(110.0, &more, 0.42 * 1.2), regime(250.0, &network, 0.42)];
    let mut seen = Vec::new();
    follow(&vessels, &barren(&network, 0.42), &regimes, PACE, &mut |moment| {
        seen.push((moment.time, moment.aqueous[0], moment.ph[0]));
    })
    .unwrap();
    let at = |time: f64| *seen.iter().rfind(|seen| seen.0 <= time + 1e-9).unwrap();
    let (before, upset, after) = (at(100.0), at(110.0), at(250.0));
    assert!(upset.1 > 1.2 * before.1 && upset.2 < before.2, "{before:?} {upset:?}");
    assert!((after.1 / before.1 - 1.0).abs() < 1e-6, "{before:?} {after:?}");
}

#[test]
fn steps_do_not_depend_on_who_runs_them() {
    let walk = || {
        let law = mass_action();
        let network = bank(&law, 6, 1.0, [0.0; 2]);
        let regimes = [Regime { until: 20.0, network: &network, carried: fed(&network, 0.42) }];
        let mut seen = Vec::new();
        follow(&vessels(&network, 1, 0.3), &barren(&network, 0.42), &regimes, PACE, &mut |moment| {
            seen.extend(moment.aqueous.iter().chain([&moment.time]).map(|value| value.to_bits()));
        })
        .unwrap();
        seen
    };
    let others: Vec<_> = (0..2).map(|_| std::thread::spawn(walk)).collect();
    let mine = walk();
    for other in others {
        assert_eq!(other.join().unwrap(), mine);
    }
}
