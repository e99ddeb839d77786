use std::sync::Arc;

use super::*;
use crate::deposit::kriging::drift::Drift;
use crate::deposit::kriging::{Kriging, Weights};
use crate::deposit::lattice::Lattice;
use crate::deposit::simulate::chance::Chance;
use crate::deposit::simulate::sequential::Neighbours;
use crate::deposit::simulate::tally::{Count, Quantity, Tally};
use crate::deposit::simulate::{Method, Simulation, Variable};
use crate::deposit::variogram::Model;
use crate::deposit::variogram::spherical::Spherical;

const NODES: Lattice = Lattice { corner: [0.0; 3], block: [1.0; 3], count: [60, 60, 1] };
/// What each of two hidden fields does to the logarithm of five grades, and a speck of each grade's own.
const HIDDEN: [[f64; 2]; 5] = [[0.9, 0.1], [0.7, -0.3], [0.5, 0.6], [0.2, 0.8], [-0.3, 0.5]];
const MEANS: [f64; 5] = [300.0, 150.0, 60.0, 20.0, 90.0];

fn spherical(range_m: f64) -> Model {
    Model::named("spherical", Arc::new(Spherical { range_m }), 0.0, 1.0).unwrap()
}

fn search(nodes: usize) -> Neighbours {
    Neighbours { within: Ellipsoid::sphere(60.0), samples: 16, octant: None, nodes, known_mean: true }
}

/// A ground whose every grade is known at every node: two hidden fields of different reach, and little of each element's own.
fn ground(seed: u64) -> Vec<Vec<f64>> {
    let variables = (0..7).map(|at| Variable { scores: Vec::new(), model: at.min(2) }).collect();
    let models = vec![spherical(50.0), spherical(10.0), spherical(3.0)];
    let simulation = Simulation {
        nodes: NODES,
        points: Vec::new(),
        variables,
        models,
        method: Method::Sequential(search(24)),
        seed,
        lot: 1,
    };
    let mut grades = Vec::new();
    simulation
        .run(1, &|_| (), |round| {
            let score = |of: usize, node: usize| round.score(of, node, 0);
            for node in 0..round.nodes() {
                let part =
                    |e: usize| HIDDEN[e][0] * score(0, node) + HIDDEN[e][1] * score(1, node) + 0.1 * score(2 + e, node);
                grades.push((0..5).map(|e| MEANS[e] * part(e).exp()).collect());
            }
            Ok(())
        })
        .unwrap();
    grades
}

fn sampled(ground: &[Vec<f64>], count: usize) -> (Vec<Point>, Vec<Vec<f64>>) {
    let mut nodes: Vec<usize> = (0..ground.len()).collect();
    Chance::of(4).shuffle(&mut nodes);
    nodes.truncate(count);
    (nodes.iter().map(|node| NODES.middle(*node)).collect(), nodes.iter().map(|node| ground[*node].clone()).collect())
}

fn ask() -> Ask {
    Ask {
        whole: 1e6,
        noughts: Noughts::Refused,
        lag: Some(Ellipsoid::sphere(6.0)),
        beyond: 0.5,
        layers: Layers::default(),
    }
}

fn written(factors: &Factors, scores: &[f64]) -> Vec<f64> {
    let mut grades = vec![0.0; factors.grades()];
    factors.write(0, scores, &mut Vec::new(), &mut grades);
    grades
}

/// At a sample the grades come back; anywhere they are positive and leave a rest; factors have no correlation in a place nor at the lag.
#[test]
fn there_and_back() {
    let (points, grades) = sampled(&ground(1), 300);
    let weights: Vec<f64> = (0..300).map(|at| 1.0 + f64::from(at % 3)).collect();
    let factors = Factors::new(&points, &grades, Some(&weights), &ask()).unwrap();
    assert_eq!(factors.count(), 5);
    for (at, row) in grades.iter().enumerate() {
        let scores: Vec<f64> = (0..5).map(|of| factors.scores(of)[at]).collect();
        for (back, grade) in written(&factors, &scores).iter().zip(row) {
            assert!((back / grade - 1.0).abs() < 1e-11);
        }
    }
    for extreme in [-6.0, 6.0] {
        let grades = written(&factors, &[extreme; 5]);
        assert!(grades.iter().all(|grade| *grade > 0.0) && grades.iter().sum::<f64>() < 1e6);
    }
    assert!(factors.gammas().windows(2).all(|pair| pair[0] <= pair[1]), "{:?}", factors.gammas());
    assert!(factors.gammas()[0] < 0.3 && factors.gammas()[4] > 0.8, "the long field first: {:?}", factors.gammas());
    let value = |of: usize, at: usize| factors.laws[of].grade(0, factors.scores(of)[at]);
    let total: f64 = weights.iter().sum();
    for a in 0..5 {
        for b in 0..5 {
            let product: f64 = (0..300).map(|at| weights[at] / total * value(a, at) * value(b, at)).sum();
            assert!((product - if a == b { 1.0 } else { 0.0 }).abs() < 1e-9, "{a} {b} {product}");
        }
    }
    assert_eq!(factors.table(&["A", "B", "C", "D", "E"]).rows.len(), 5);
}

/// The choice of ratios is none: grades in another order, or counted as oxides, have the same factors.
#[test]
fn factors_do_not_depend_on_the_order_of_the_elements() {
    let (points, grades) = sampled(&ground(1), 200);
    let turned: Vec<Vec<f64>> = grades.iter().map(|row| row.iter().rev().copied().collect()).collect();
    let one = Factors::new(&points, &grades, None, &ask()).unwrap();
    let other = Factors::new(&points, &turned, None, &ask()).unwrap();
    for of in 0..5 {
        for element in 0..5 {
            let (a, b) = (one.loading(element, of), other.loading(4 - element, of));
            assert!((a.abs() - b.abs()).abs() < 1e-8, "{of} {element}");
        }
    }
}

#[test]
fn a_fixed_pattern_is_one_factor() {
    let points: Vec<Point> = (0..40).map(|at| [f64::from(at), 0.0, 0.0]).collect();
    let grades: Vec<Vec<f64>> =
        (0..40).map(|at| [3.0, 2.0, 1.0].map(|part| part * f64::from(100 + at * 7 % 30)).to_vec()).collect();
    let ask = Ask { lag: None, ..ask() };
    let factors = Factors::new(&points, &grades, None, &ask).unwrap();
    assert_eq!(factors.count(), 1);
    let back = written(&factors, &[0.3]);
    assert!((back[0] / back[2] - 3.0).abs() < 1e-6 && (back[1] / back[2] - 2.0).abs() < 1e-6);
}

#[test]
fn noughts_are_refused_or_replaced_and_counted() {
    let (points, mut grades) = sampled(&ground(1), 100);
    grades[7][2] = 0.0;
    let told = Factors::new(&points, &grades, None, &ask()).unwrap_err().to_string();
    assert!(told.contains("sample 8") && told.contains("grade 3"), "{told}");
    let rule = Ask { noughts: Noughts::Replaced(vec![0.65; 5]), ..ask() };
    let factors = Factors::new(&points, &grades, None, &rule).unwrap();
    assert_eq!(factors.replaced(), 1);
    let scores: Vec<f64> = (0..5).map(|of| factors.scores(of)[7]).collect();
    let back = written(&factors, &scores);
    assert!((back[2] / 0.65 - 1.0).abs() < 1e-10);
    assert!((back[0] / grades[7][0] - 1.0).abs() < 1e-10, "what was measured stays as measured");
    grades[7][2] = 1e6;
    assert!(Factors::new(&points, &grades, None, &ask()).unwrap_err().to_string().contains("leave"));
}

/// Realisations have the correlations of the samples, and metals by element add up to the metal of their sum. Where fields of different
/// reach are mixed, the mean of the realisations is nearer to the truth than kriging with shared weights.
#[test]
fn simulated_grades_keep_their_correlations_and_add_up() {
    let truth = ground(2);
    let (points, grades) = sampled(&truth, 250);
    let factors = Factors::new(&points, &grades, None, &ask()).unwrap();
    let models = vec![spherical(50.0), spherical(10.0), spherical(3.0)];
    let variables = (0..5).map(|of| Variable { scores: factors.scores(of).to_vec(), model: of.min(2) }).collect();
    let simulation = Simulation {
        nodes: NODES,
        points: points.clone(),
        variables,
        models,
        method: Method::Sequential(search(16)),
        seed: 9,
        lot: 20,
    };
    let realisations = 40;
    let count = Count {
        blocks: NODES,
        points: [1; 3],
        mass_t: vec![1.0; NODES.blocks()],
        cut_on: vec![1.0; 5],
        cut_offs: vec![0.0, 700.0],
        share: 1e-6,
        realisations,
        keep: 0,
    };
    let mut tally = Tally::new(count).unwrap();
    let mut logs: Vec<Vec<f64>> = Vec::new();
    simulation
        .run(realisations, &|_| (), |round| {
            for at in 0..round.count {
                for node in (0..round.nodes()).step_by(3) {
                    let mut scores = [0.0; 5];
                    round.write(node, at, &mut scores);
                    logs.push(written(&factors, &scores).into_iter().map(f64::ln).collect());
                }
            }
            tally.take(round, &factors)
        })
        .unwrap();
    for cut in 0..2 {
        let parts: Vec<Vec<f64>> = (0..5).map(|of| tally.values(cut, Quantity::Metal(of))).collect();
        for (at, sum) in tally.values(cut, Quantity::CutMetal).iter().enumerate() {
            assert!((parts.iter().map(|part| part[at]).sum::<f64>() / sum - 1.0).abs() < 1e-12);
        }
    }
    let of_samples: Vec<Vec<f64>> = grades.iter().map(|row| row.iter().map(|grade| grade.ln()).collect()).collect();
    for a in 0..5 {
        for b in 0..a {
            let (got, wanted) = (correlation(&logs, a, b), correlation(&of_samples, a, b));
            assert!((got - wanted).abs() < 0.12, "{a} {b}: {got} {wanted}");
        }
    }
    // Shared weights by the mean of the elements' variograms.
    let mut shared = spherical(50.0);
    shared.structures[0].share = 0.5;
    let mut short = spherical(10.0).structures.remove(0);
    short.share = 0.5;
    shared.structures.push(short);
    let near = Search { most: 16, ..Search::ALL };
    let kriging = Kriging::new(points, &[], shared, Drift::Constant, Some(near)).unwrap();
    let (mut by_weights, mut by_factors) = ([0.0; 5], [0.0; 5]);
    let mut weights = Weights::default();
    for (node, truth) in truth.iter().enumerate() {
        kriging.weigh(&[NODES.middle(node)], 1.0, &mut weights).unwrap();
        let means = tally.block(node).unwrap().means;
        for of in 0..5 {
            let column: Vec<f64> = grades.iter().map(|row| row[of]).collect();
            by_weights[of] += (weights.estimate(&column) - truth[of]).powi(2);
            by_factors[of] += (means[of] - truth[of]).powi(2);
        }
    }
    let ratios: Vec<f64> = by_factors.iter().zip(by_weights).map(|(a, b)| (a / b).sqrt()).collect();
    assert!(ratios.iter().sum::<f64>() / 5.0 < 1.0, "{ratios:?}");
}

fn correlation(rows: &[Vec<f64>], a: usize, b: usize) -> f64 {
    let mean = |of: usize| rows.iter().map(|row| row[of]).sum::<f64>() / rows.len() as f64;
    let (at_a, at_b) = (mean(a), mean(b));
    let product =
        |x: usize, mx: f64, y: usize, my: f64| rows.iter().map(|row| (row[x] - mx) * (row[y] - my)).sum::<f64>();
    product(a, at_a, b, at_b) / (product(a, at_a, a, at_a) * product(b, at_b, b, at_b)).sqrt()
}

/// By layer each factor is scored by its layer's own samples, and in that layer the grades come back.
#[test]
fn layers_have_laws_of_their_own() {
    let (mut points, mut grades) = sampled(&ground(2), 120);
    for (at, (point, row)) in points.iter_mut().zip(&mut grades).enumerate() {
        if at % 2 == 1 {
            point[2] += 10.0;
            for grade in row.iter_mut() {
                *grade *= 5.0;
            }
        }
    }
    let layers = Layers::between(vec![5.0]);
    let of_layer = |factors: &Factors, layer: usize| -> f64 {
        let mean = |of: usize| factors.scores(of).iter().skip(layer).step_by(2).sum::<f64>() / 60.0;
        (0..5).map(|of| mean(of).abs()).fold(0.0, f64::max)
    };
    let own = Factors::new(&points, &grades, None, &Ask { layers, ..ask() }).unwrap();
    let one = Factors::new(&points, &grades, None, &ask()).unwrap();
    assert!([0, 1].iter().all(|layer| of_layer(&own, *layer) < 1e-9 && of_layer(&one, *layer) > 0.3));
    for (at, (point, row)) in points.iter().zip(&grades).enumerate() {
        let scores: Vec<f64> = (0..5).map(|of| own.scores(of)[at]).collect();
        let mut back = vec![0.0; 5];
        own.write(own.layer(point[2]), &scores, &mut Vec::new(), &mut back);
        assert!(back.iter().zip(row).all(|(back, grade)| (back / grade - 1.0).abs() < 1e-9), "{back:?} {row:?}");
    }
}
