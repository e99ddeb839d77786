//! Laws of the network: efficiency and entrainment in their limits, carriers, two loops at once.

use super::flows::{Feed, settle};
use super::network::{Network, Phase, Pipe, Stage};
use super::tests::mass_action;
use super::*;
use crate::separate::isotherm::cation_exchange::CationExchange;

const SOLUTES: [Element; 4] = [Element::Nd, Element::Sm, Element::Dy, Element::Na];

/// Counter-current extraction of three metals, n stages of a given efficiency and entrainment.
pub(super) fn bank(law: &CationExchange, n: usize, efficiency: f64, entrained: [f64; 2]) -> Network<'_> {
    let stage = Stage { efficiency, entrained, ..Stage::default() };
    let line = |from, phase, to| Pipe { from, phase, to, share: 1.0, renews: None };
    let pipes = (1..n).flat_map(|j| [line(j, Phase::Aqueous, j - 1), line(j - 1, Phase::Organic, j)]);
    let mut network = Network {
        laws: vec![law],
        solutes: SOLUTES.to_vec(),
        charge: vec![3.0, 3.0, 3.0, 1.0],
        stages: vec![stage; n],
        pipes: pipes.collect(),
        fresh: vec![0.0; 4 * n],
        fresh_organic: vec![0.0; 4 * n],
        names: (1..=n).rev().map(|j| format!("E{j}")).collect(),
    };
    network.fresh[4 * (n - 1)..].copy_from_slice(&[0.1, 0.02, 0.01, 0.0]);
    network.fresh_organic[3] = 0.1;
    let feeds = [
        Feed { stage: n - 1, aqueous: 1.0, anions: 0.42, ..Feed::default() },
        Feed { stage: 0, organic: 1.2, sites: 0.6, ..Feed::default() },
    ];
    settle(&mut network, &feeds, &[]).unwrap();
    network
}

/// How much richer in samarium, over neodymium, the loaded organic is than the raffinate.
fn parted(profile: &Profile) -> f64 {
    let (n, x) = (profile.organic.len() - 4, &profile.aqueous);
    profile.organic[n + 1] / profile.organic[n] * x[0] / x[1]
}

#[test]
fn full_efficiency_is_the_limit_of_nearly_full() {
    let law = mass_action();
    let whole = bank(&law, 6, 1.0, [0.0; 2]).solve(None).unwrap();
    let nearly = bank(&law, 6, 1.0 - 1e-9, [0.0; 2]).solve(None).unwrap();
    for (a, b) in whole.aqueous.iter().zip(&nearly.aqueous) {
        assert!((a - b).abs() < 1e-6 * (a + 1e-9), "{a} {b}");
    }
}

#[test]
fn what_is_less_efficient_or_carries_drops_parts_less() {
    let law = mass_action();
    let at = |efficiency, entrained| parted(&bank(&law, 6, efficiency, entrained).solve(None).unwrap());
    let best = at(1.0, [0.0; 2]);
    assert!(at(0.9, [0.0; 2]) < best && at(0.7, [0.0; 2]) < at(0.9, [0.0; 2]));
    assert!(at(1.0, [0.01, 0.0]) < best && at(1.0, [0.0, 0.01]) < best);
}

/// Second route: one stage of efficiency η, its phases drawn apart by hand.
#[test]
fn a_stage_of_half_efficiency_is_half_a_stage_of_full() {
    let law = mass_action();
    let half = bank(&law, 1, 0.5, [0.0; 2]).solve(None).unwrap();
    let whole = bank(&law, 1, 1.0, [0.0; 2]).solve(None).unwrap();
    for (i, fed) in [0.1, 0.02, 0.01].into_iter().enumerate() {
        let by_hand = 0.5 * fed + 0.5 * whole.aqueous[i];
        assert!((half.aqueous[i] - by_hand).abs() < 1e-12 * fed, "{} {by_hand}", half.aqueous[i]);
    }
    assert!((half.ph[0] - whole.ph[0]).abs() < 1e-12);
}

#[test]
fn drops_carry_their_phase_and_what_is_in_it() {
    let law = mass_action();
    let network = bank(&law, 3, 0.8, [0.02, 0.05]);
    let profile = network.solve(None).unwrap();
    assert!(profile.closure < 1e-13, "{}", profile.closure);
    // Volumes: what enters leaves.
    let volumes = settle(
        &mut bank(&law, 3, 0.8, [0.02, 0.05]),
        &[
            Feed { stage: 2, aqueous: 1.0, anions: 0.42, ..Feed::default() },
            Feed { stage: 0, organic: 1.2, sites: 0.6, ..Feed::default() },
        ],
        &[],
    )
    .unwrap();
    let (raffinate, loaded) = (volumes[0][0], volumes[2][1]);
    assert!((raffinate[0] + loaded[0] - 1.0).abs() < 1e-14 && (raffinate[1] + loaded[1] - 1.2).abs() < 1e-14);
    assert!(raffinate[1] > 0.0 && loaded[0] > 0.0);
    // Charge and sites of every mixer, from the profile alone.
    for (j, stage) in network.stages.iter().enumerate() {
        let [x, y] = [0, 1].map(|phase| -> f64 {
            let all = &profile.totals[profile.totals.len() / 3 * j..];
            let mixer = &all[8..12];
            let d = |i: usize| {
                let at = crate::separate::isotherm::Contact::new(profile.ph[j], profile.free[j]);
                10f64.powf(crate::separate::isotherm::Isotherm::log_d(&law, SOLUTES[i], &at).unwrap()) * stage.organic
                    / stage.aqueous
            };
            (0..4)
                .map(|i| {
                    network.charge[i] * mixer[i] * if phase == 0 { 1.0 / (1.0 + d(i)) } else { d(i) / (1.0 + d(i)) }
                })
                .sum()
        });
        assert!((stage.organic * profile.free[j] + y - stage.sites).abs() < 1e-11, "sites of stage {j}");
        let acid = 10f64.powf(-profile.ph[j]) - 1e-14 / 10f64.powf(-profile.ph[j]);
        assert!((stage.aqueous * acid + x - stage.anions).abs() < 1e-11, "charge of stage {j}");
    }
}

#[test]
fn an_unbled_loop_of_organic_is_refused_and_a_made_up_one_is_not() {
    let law = mass_action();
    let mut network = bank(&law, 2, 1.0, [0.0; 2]);
    network.pipes.push(Pipe { from: 1, phase: Phase::Organic, to: 0, share: 1.0, renews: Some(3) });
    let feeds = [
        Feed { stage: 1, aqueous: 1.0, anions: 0.42, ..Feed::default() },
        Feed { stage: 0, organic: 1.2, sites: 0.6, ..Feed::default() },
    ];
    let error = settle(&mut network, &feeds, &[]).unwrap_err().to_string();
    assert!(error.contains("no way out for its organic phase"), "{error}");
    let last = network.pipes.len() - 1;
    settle(&mut network, &feeds, &[last]).unwrap();
    assert!((network.stages[0].organic - 1.2).abs() < 1e-14);
}

/// Two batteries in one network with one organic phase between them give what they give apart.
#[test]
fn parts_are_solved_in_the_order_of_the_flow() {
    let law = mass_action();
    let first = bank(&law, 4, 1.0, [0.0; 2]);
    let alone = first.solve(None).unwrap();
    // A second bank takes the raffinate of the first, with organic of its own.
    let mut both = bank(&law, 8, 1.0, [0.0; 2]);
    both.pipes.retain(|pipe| {
        !(pipe.phase == Phase::Organic && pipe.from == 3 || pipe.phase == Phase::Aqueous && pipe.from == 4)
    });
    both.pipes.push(Pipe { from: 4, phase: Phase::Aqueous, to: 3, share: 1.0, renews: None });
    both.fresh_organic[4 * 4 + 3] = 0.1;
    let feeds = [
        Feed { stage: 7, aqueous: 1.0, anions: 0.42, ..Feed::default() },
        Feed { stage: 4, organic: 1.2, sites: 0.6, ..Feed::default() },
        Feed { stage: 0, organic: 1.2, sites: 0.6, ..Feed::default() },
    ];
    settle(&mut both, &feeds, &[]).unwrap();
    let profile = both.solve(None).unwrap();
    for (i, solute) in SOLUTES.iter().enumerate() {
        let (a, b) = (alone.aqueous[i], profile.aqueous[16 + i]);
        assert!((a - b).abs() <= 1e-9 * a, "{solute} {a} {b}");
    }
}
