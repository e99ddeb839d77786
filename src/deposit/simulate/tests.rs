use std::sync::Arc;

use proptest::prelude::*;

use super::chance::Chance;
use super::path;
use super::reproduction::Reproduction;
use super::sequential::{Neighbours, Sequential};
use super::tally::{Count, Quantity, Tally};
use super::{Back, Method, Simulation, Variable, nodes_of};
use crate::deposit::anisotropy::Ellipsoid;
use crate::deposit::lattice::Lattice;
use crate::deposit::point::{Point, apart};
use crate::deposit::variogram::exponential::Exponential;
use crate::deposit::variogram::spherical::Spherical;
use crate::deposit::variogram::{Model, Structure};

const SQUARE: Lattice = Lattice { corner: [0.0; 3], block: [1.0; 3], count: [16, 16, 1] };

fn nested() -> Model {
    let long = Ellipsoid { reach_m: [12.0, 5.0, 5.0], azimuth: 30.0, dip: 0.0, plunge: 0.0 };
    Model {
        nugget_share: 0.1,
        sill: 1.0,
        structures: vec![
            Structure::new("spherical", 0.6, Arc::new(Spherical { range_m: 12.0 }), long),
            Structure::new("exponential", 0.3, Arc::new(Exponential { range_m: 6.0 }), Ellipsoid::sphere(6.0)),
        ],
    }
}

fn neighbours(nodes: usize) -> Neighbours {
    Neighbours { within: Ellipsoid::sphere(100.0), samples: 50, octant: None, nodes, known_mean: true }
}

/// The greatest and the mean absolute gap between the covariances that a simulation has and those of the model: no chance in it, since
/// the field is linear in its draws and each column is given one draw alone.
fn gaps(model: &Model, drawn_with: &Model, nodes: usize, points: &[Point]) -> (f64, f64) {
    let count = SQUARE.blocks();
    let sequential = Sequential::new(SQUARE, points, drawn_with.clone(), neighbours(nodes));
    let mut field = vec![0.0; count * count];
    let samples = vec![0.0; points.len() * count];
    let one = |node: usize, row: &mut [f64]| {
        row.fill(0.0);
        row[node] = 1.0;
    };
    sequential.draw(&path::draw(SQUARE.count, Chance::of(5)), count, &samples, one, &mut field).unwrap();
    let (mut most, mut mean) = (0.0f64, 0.0);
    for a in 0..count {
        for b in 0..count {
            let has: f64 = field[a * count..(a + 1) * count]
                .iter()
                .zip(&field[b * count..(b + 1) * count])
                .map(|(a, b)| a * b)
                .sum();
            let wanted = model.covariance(apart(SQUARE.middle(a), SQUARE.middle(b)));
            most = most.max((has - wanted).abs());
            mean += (has - wanted).abs() / (count * count) as f64;
        }
    }
    (most, mean)
}

/// With every earlier node in the search the covariances are the model's to rounding; with the nearest 24 nearly; a wrong range shows.
#[test]
fn a_free_field_has_the_covariances_of_the_model() {
    let model = nested();
    let (most, _) = gaps(&model, &model, 256, &[]);
    assert!(most < 1e-9, "{most}");
    let (most, mean) = gaps(&model, &model, 24, &[]);
    assert!(most < 0.05 && mean < 0.008, "{most} {mean}");
    let (few, _) = gaps(&model, &model, 6, &[]);
    assert!(few > 0.1, "six do not screen the rest: {few}");
    let mut wrong = model.clone();
    wrong.structures[0] =
        Structure::new("spherical", 0.6, Arc::new(Spherical { range_m: 8.0 }), Ellipsoid::sphere(8.0));
    let (off, off_mean) = gaps(&model, &wrong, 256, &[]);
    assert!(off > 0.1 && off_mean > 0.02, "{off} {off_mean}");
}

/// Given samples, the field is the kriged one plus what kriging leaves open: mean and variance at every node, by the kernel's own kriging.
#[test]
fn what_is_left_open_is_the_kriging_variance() {
    use crate::deposit::kriging::drift::Drift;
    use crate::deposit::kriging::{Kriging, Weights};
    let points: Vec<Point> = vec![[3.5, 4.5, 0.5], [9.2, 8.1, 0.5], [12.5, 2.5, 0.5], [5.0, 13.0, 0.7]];
    let scores = [1.5, -0.7, 0.3, 2.0];
    let count = SQUARE.blocks();
    // The last column carries the samples and no chance, the others one draw each.
    let columns = count + 1;
    let mut samples = vec![0.0; points.len() * columns];
    for (sample, score) in scores.iter().enumerate() {
        samples[sample * columns + count] = *score;
    }
    let mut field = vec![0.0; count * columns];
    let one = |node: usize, row: &mut [f64]| {
        row.fill(0.0);
        row[node] = 1.0;
    };
    let sequential = Sequential::new(SQUARE, &points, nested(), neighbours(256));
    sequential.draw(&path::draw(SQUARE.count, Chance::of(8)), columns, &samples, one, &mut field).unwrap();
    let kriging = Kriging::new(points, &[], nested(), Drift::Known(0.0), None).unwrap();
    let mut weights = Weights::default();
    for node in 0..count {
        assert!(kriging.weigh(&[SQUARE.middle(node)], 1.0, &mut weights).unwrap());
        let row = &field[node * columns..(node + 1) * columns];
        assert!((row[count] - weights.estimate(&scores)).abs() < 1e-9, "{node}");
        let variance: f64 = row[..count].iter().map(|part| part * part).sum();
        assert!((variance - weights.variance).abs() < 1e-9, "{node}: {variance} {}", weights.variance);
    }
    for (node, score) in [(4 * 16 + 3, 1.5), (2 * 16 + 12, 0.3)] {
        assert!((field[node * columns + count] - score).abs() <= 0.0, "a node on a sample has its score to the bit");
    }
}

/// Where the mean is not known the weights sum to one: samples alike leave, without chance, a ground like them; a known mean draws it back.
#[test]
fn a_mean_that_is_not_known_is_the_samples_own() {
    let points: Vec<Point> = vec![[3.5, 4.2, 0.5], [9.2, 8.1, 0.5], [12.5, 2.1, 0.5]];
    let drawn = |known_mean: bool| {
        let near = Neighbours { known_mean, ..neighbours(12) };
        let mut field = vec![0.0; SQUARE.blocks()];
        let sequential = Sequential::new(SQUARE, &points, nested(), near);
        let none = |_: usize, row: &mut [f64]| row.fill(0.0);
        sequential.draw(&path::draw(SQUARE.count, Chance::of(2)), 1, &[2.0; 3], none, &mut field).unwrap();
        field
    };
    assert!(drawn(false).iter().all(|score| (score - 2.0).abs() < 1e-9));
    assert!(drawn(true).iter().all(|score| *score < 2.0 - 1e-3));
}

/// On a line, an exponential structure screens: the nearest node to either side says all, so that two neighbours give the model's
/// covariances to rounding. A spherical structure does not.
#[test]
fn the_nearest_screen_the_rest_on_an_exponential_line() {
    let line = Lattice { count: [60, 1, 1], ..SQUARE };
    let gap = |model: &Model| {
        let near =
            Neighbours { within: Ellipsoid::sphere(1000.0), samples: 0, octant: None, nodes: 2, known_mean: true };
        let mut field = vec![0.0; 60 * 60];
        let one = |node: usize, row: &mut [f64]| {
            row.fill(0.0);
            row[node] = 1.0;
        };
        let free = Sequential::new(line, &[], model.clone(), near);
        // From one end to the other, so that each node's nearest stands before it.
        let levels = path::levels(line.count).len();
        let mut order = vec![Vec::new(); levels];
        order[levels - 1] = (0..60).collect();
        free.draw(&order, 60, &[], one, &mut field).unwrap();
        let mut most = 0.0f64;
        for a in 0..60 {
            for b in 0..60 {
                let has: f64 = (0..60).map(|at| field[a * 60 + at] * field[b * 60 + at]).sum();
                most = most.max((has - model.covariance(apart(line.middle(a), line.middle(b)))).abs());
            }
        }
        most
    };
    let exponential = Model::named("exponential", Arc::new(Exponential { range_m: 20.0 }), 0.0, 1.0).unwrap();
    assert!(gap(&exponential) < 1e-10, "{}", gap(&exponential));
    let spherical = Model::named("spherical", Arc::new(Spherical { range_m: 20.0 }), 0.0, 1.0).unwrap();
    assert!(gap(&spherical) > 0.01, "{}", gap(&spherical));
}

/// Scores as they are.
struct Plain(usize);

impl Back for Plain {
    fn grades(&self) -> usize {
        self.0
    }

    fn scores(&self) -> usize {
        self.0
    }

    fn write(&self, _: usize, scores: &[f64], _: &mut Vec<f64>, grades: &mut [f64]) {
        grades.copy_from_slice(scores);
    }
}

fn around(nodes: usize) -> Method {
    let within = Ellipsoid { reach_m: [40.0, 40.0, 20.0], azimuth: 0.0, dip: 0.0, plunge: 0.0 };
    Method::Sequential(Neighbours { within, samples: 12, octant: None, nodes, known_mean: true })
}

const BANDS: Method = Method::TurningBands { lines: 150, search: None };

fn simulation(method: Method, models: Vec<Model>, seed: u64) -> Simulation {
    let nodes = Lattice { corner: [0.0; 3], block: [1.0; 3], count: [20, 18, 4] };
    let variables = (0..models.len()).map(|model| Variable { scores: Vec::new(), model }).collect();
    Simulation { nodes, points: Vec::new(), variables, models, method, seed, lot: 1 }
}

/// The greatest |off| over the lags beside one model, over the lags beside another, and over the histogram; an allowance is taken off
/// each gap between variograms first.
fn off(method: Method, drawn: &Model, wrong: &Model, seed: u64, allowed: f64) -> [f64; 3] {
    let simulation = Simulation { lot: 10, ..simulation(method, vec![drawn.clone()], seed) };
    let steps = [1, 2, 3, 5, 8];
    let mut right = Reproduction::new(simulation.nodes, vec![drawn.clone()], &steps);
    let mut other = Reproduction::new(simulation.nodes, vec![wrong.clone()], &steps);
    simulation
        .run(200, &|_| (), |round| {
            right.take(round)?;
            other.take(round)
        })
        .unwrap();
    let most = |all: Vec<f64>| all.into_iter().map(f64::abs).fold(0.0, f64::max);
    let beyond = |lag: &super::reproduction::Lag| {
        let gap = (lag.gamma.got.mean - lag.gamma.wanted).abs();
        Some(lag.gamma.off()?.abs() * (1.0 - allowed / gap).max(0.0))
    };
    let lags = |of: &Reproduction| most(of.variogram(0).iter().filter_map(beyond).collect());
    let shares = right.histogram(0);
    let shares = shares.iter().chain(&right.moments(0).unwrap()).filter_map(super::reproduction::Beside::off).collect();
    assert_eq!(right.variogram_table(&["x"]).rows.len(), right.variogram(0).len());
    assert_eq!(right.histogram_table(&["x"]).rows.len(), 9);
    [lags(&right), lags(&other), most(shares)]
}

/// Over two hundred realisations, every lag and every share of the histogram within four of its own standard errors; a range that is wrong by a
/// fifth is found out. Turning bands are exact on average; sequential simulation from forty nodes is allowed a hundredth of the sill.
#[test]
fn free_fields_have_the_variogram_and_the_histogram() {
    use crate::deposit::variogram::Variogram;
    use crate::deposit::variogram::gaussian::Gaussian;
    let of = |kind: &'static str, range_m: f64| {
        let shape: Arc<dyn Variogram> = match kind {
            "spherical" => Arc::new(Spherical { range_m }),
            "exponential" => Arc::new(Exponential { range_m }),
            _ => Arc::new(Gaussian { range_m }),
        };
        let reach_m = [1.0, 0.5, 0.25].map(|reach| reach * range_m);
        let ellipsoid = Ellipsoid { reach_m, azimuth: 30.0, dip: 10.0, plunge: 0.0 };
        Model { nugget_share: 0.1, sill: 1.0, structures: vec![Structure::new(kind, 0.9, shape, ellipsoid)] }
    };
    let mut found = Vec::new();
    for (method, allowed) in [(BANDS, 0.0), (around(40), 0.01)] {
        for (kind, seed) in [("spherical", 11), ("exponential", 12), ("gaussian", 13)] {
            found.push((kind, off(method, &of(kind, 12.0), &of(kind, 14.4), seed, allowed)));
        }
        found.push(("nested", off(method, &nested(), &of("spherical", 12.0), 14, allowed)));
    }
    assert!(
        found.iter().all(|(_, [right, wrong, shares])| *right < 4.0 && *shares < 4.0 && *wrong > 10.0),
        "{found:.2?}"
    );
}

/// Given samples, mean and spread over many realisations are kriging's at every node, by either method.
#[test]
fn both_methods_agree_with_kriging_and_so_with_each_other() {
    use crate::deposit::kriging::drift::Drift;
    use crate::deposit::kriging::{Kriging, Weights};
    let nodes = Lattice { corner: [0.0; 3], block: [1.0; 3], count: [12, 10, 2] };
    let points: Vec<Point> = vec![[2.5, 3.5, 0.5], [9.1, 6.7, 1.2], [6.0, 1.0, 1.5], [3.2, 8.8, 0.3], [11.5, 9.5, 1.5]];
    let scores = vec![1.8, -1.1, 0.4, -0.2, 2.2];
    let kriging = Kriging::new(points.clone(), &[], nested(), Drift::Known(0.0), None).unwrap();
    let realisations = 600;
    for method in [around(60), Method::TurningBands { lines: 200, search: None }] {
        let variables = vec![Variable { scores: scores.clone(), model: 0 }];
        let simulation =
            Simulation { nodes, points: points.clone(), variables, models: vec![nested()], method, seed: 3, lot: 20 };
        let count = Count {
            blocks: nodes,
            points: [1; 3],
            mass_t: vec![1.0; nodes.blocks()],
            cut_on: vec![1.0],
            cut_offs: vec![-100.0],
            share: 1.0,
            realisations,
            keep: 0,
        };
        let mut tally = Tally::new(count).unwrap();
        simulation.run(realisations, &|_| (), |round| tally.take(round, &Plain(1))).unwrap();
        let (mut squares, mut variances) = (0.0, 0.0);
        for node in 0..nodes.blocks() {
            let held = tally.block(node).unwrap();
            let mut weights = Weights::default();
            kriging.weigh(&[nodes.middle(node)], 1.0, &mut weights).unwrap();
            let error = (weights.variance / realisations as f64).sqrt();
            let miss = held.means[0] - weights.estimate(&scores);
            if weights.variance < 1e-9 {
                assert!(miss.abs() < 1e-12 && held.deviations[0] < 1e-12, "a node on a sample");
                continue;
            }
            assert!(miss.abs() < 4.5 * error, "{method:?} {node}: {miss} against {error}");
            let ratio = held.deviations[0].powi(2) / weights.variance;
            assert!((ratio - 1.0).abs() < 4.5 * (2.0 / realisations as f64).sqrt(), "{method:?} {node}: {ratio}");
            squares += (miss / error).powi(2) / nodes.blocks() as f64;
            variances += ratio / nodes.blocks() as f64;
        }
        assert!((0.6..1.5).contains(&squares) && (variances - 1.0).abs() < 0.04, "{squares} {variances}");
    }
}

/// The variance of block means is the mean covariance within a block, and a mean over all is what one over both is.
#[test]
fn block_means_vary_as_the_model_says() {
    let model = Model::named("spherical", Arc::new(Spherical { range_m: 8.0 }), 0.0, 1.0).unwrap();
    let blocks = Lattice { corner: [0.0; 3], block: [4.0, 4.0, 1.0], count: [8, 8, 1] };
    let nodes = nodes_of(&blocks, [4, 4, 1]);
    let within = blocks.support([4, 4, 1]);
    let wanted: f64 =
        within.iter().flat_map(|a| within.iter().map(|b| model.covariance(apart(*a, *b)))).sum::<f64>() / 256.0;
    let variables = vec![Variable { scores: Vec::new(), model: 0 }];
    let simulation =
        Simulation { nodes, points: Vec::new(), variables, models: vec![model], method: around(30), seed: 21, lot: 1 };
    let realisations = 300;
    let count = Count {
        blocks,
        points: [4, 4, 1],
        mass_t: vec![2.0; 64],
        cut_on: vec![1.0],
        cut_offs: vec![-100.0, 0.0, 0.5],
        share: 0.01,
        realisations,
        keep: 1,
    };
    let mut tally = Tally::new(count).unwrap();
    simulation.run(realisations, &|_| (), |round| tally.take(round, &Plain(1))).unwrap();
    let variance: f64 = (0..64).map(|block| tally.block(block).unwrap().deviations[0].powi(2)).sum::<f64>() / 64.0;
    // Each block's variance has an error of √(2/n); blocks nearby are alike, so that some twenty count as independent.
    assert!((variance / wanted - 1.0).abs() < 4.0 * (2.0 / (300.0 * 20.0f64)).sqrt(), "{variance} {wanted}");
    let point = 1.0;
    assert!((variance / point - 1.0).abs() > 0.3, "and not as points do");
    // Tonnes above a cut-off are those of a normal with that variance.
    let wanted_share = super::gaussian::share_below(-0.5 / wanted.sqrt());
    let tonnes = tally.spread(2, Quantity::Tonnes).unwrap();
    let error = tonnes.deviation / (realisations as f64).sqrt();
    assert!((tonnes.mean - 128.0 * wanted_share).abs() < 4.0 * error, "{tonnes:?} {wanted_share}");
    let whole = tally.spread(0, Quantity::Tonnes).unwrap();
    assert!((whole.exceeded_90 - 128.0).abs() < 1e-9 && whole.deviation < 1e-9);
    // Metal is grade by tonnes, realisation by realisation, and chances by block come to the mean tonnes.
    let [tonnes, grade, metal] =
        [Quantity::Tonnes, Quantity::Grade(0), Quantity::Metal(0)].map(|of| tally.values(1, of));
    for ((tonnes, grade), metal) in tonnes.iter().zip(&grade).zip(&metal) {
        assert!((tonnes * grade * 0.01 - metal).abs() < 1e-10 && *grade >= 0.0);
    }
    let chances: f64 = (0..64).map(|block| 2.0 * tally.block(block).unwrap().above[1]).sum();
    assert!((chances - tonnes.iter().sum::<f64>() / 300.0).abs() < 1e-9);
    let held = tally.block(9).unwrap();
    let spread = held.spread().unwrap();
    assert!((spread.mean - held.means[0]).abs() < 1e-6 && (spread.deviation - held.deviations[0]).abs() < 1e-6);
    assert_eq!(tally.table(&["x"], "%").rows.len(), 3 * 3);
}

/// Where each third realisation alone is kept, a block's own spread is that of those, and all else that of all.
#[test]
fn a_part_of_the_realisations_may_be_kept() {
    let tally = |keep: usize, method: Method| {
        let simulation = Simulation { lot: 1, ..simulation(method, vec![nested()], 7) };
        let count = Count {
            blocks: simulation.nodes,
            points: [1; 3],
            mass_t: vec![1.0; simulation.nodes.blocks()],
            cut_on: vec![1.0],
            cut_offs: vec![0.0],
            share: 1.0,
            realisations: 10,
            keep,
        };
        let mut tally = Tally::new(count).unwrap();
        let mut each = Vec::new();
        simulation
            .run(10, &|_| (), |round| {
                each.extend((0..round.count).map(|at| round.score(0, 5, at)));
                tally.take(round, &Plain(1))
            })
            .unwrap();
        (tally, each)
    };
    let (all, each) = tally(1, around(8));
    let (some, _) = tally(3, around(8));
    let (none, _) = tally(0, around(8));
    let third = each.iter().step_by(3).copied().fold(f64::NEG_INFINITY, f64::max);
    let [one, other] = [&all, &some].map(|tally| tally.block(5).unwrap());
    assert_eq!((one.spread().unwrap().realisations, other.spread().unwrap().realisations), (10, 4));
    assert!((other.quantile(1.0).unwrap() - third).abs() < 1e-6);
    assert!(none.block(5).unwrap().spread().is_none());
    assert_eq!((one.means, one.above), (other.means, other.above));
}

/// The same seed gives the same bits whatever the number counted at a time, and other lots or seeds others.
#[test]
fn the_same_seed_gives_the_same_bits() {
    for method in [around(8), Method::TurningBands { lines: 20, search: None }] {
        let scores = |realisations: usize, lot: usize, seed: u64| {
            let mut simulation = simulation(method, vec![nested(), nested()], seed);
            simulation.points = vec![[3.3, 4.4, 2.0], [10.5, 10.5, 3.5]];
            simulation.variables = [0, 1, 1].map(|model| Variable { scores: vec![0.5, -1.5], model }).to_vec();
            simulation.lot = lot;
            let mut all = Vec::new();
            simulation
                .run(realisations, &|_| (), |round| {
                    for at in 0..round.count {
                        assert_eq!(round.first + at, all.len());
                        let field: Vec<u64> = (0..3)
                            .flat_map(|variable| (0..round.nodes()).map(move |node| (variable, node)))
                            .map(|(variable, node)| round.score(variable, node, at).to_bits())
                            .collect();
                        all.push(field);
                    }
                    Ok(())
                })
                .unwrap();
            all
        };
        let seven = scores(7, 2, 1);
        assert_eq!(seven.len(), 7);
        assert!(scores(3, 2, 1) == seven[..3]);
        assert!(scores(7, 2, 2)[0] != seven[0] && seven[0] != seven[1]);
        for field in &seven {
            let nodes = field.len() / 3;
            let on = 10 + 20 * (10 + 18 * 3);
            assert!((0..3).all(|variable| field[variable * nodes + on] == (-1.5f64).to_bits()), "exact on a sample");
            assert!(field[..nodes] != field[nodes..2 * nodes], "variables are drawn each for itself");
        }
    }
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let told = |simulation: Simulation| simulation.run(2, &|_| (), |_| Ok(())).unwrap_err().to_string();
    let sound = simulation(around(8), vec![nested()], 1);
    assert!(told(Simulation { lot: 0, ..sound.clone() }).contains("lots of one"));
    let variables = vec![Variable { scores: vec![1.0], model: 0 }];
    assert!(told(Simulation { variables: variables.clone(), ..sound.clone() }).contains("1 scores"));
    let twins = Simulation {
        points: vec![[3.0; 3]; 2],
        variables: vec![Variable { scores: vec![1.0, 2.0], model: 0 }],
        models: vec![Model {
            nugget_share: 0.0,
            structures: vec![Structure::new(
                "spherical",
                1.0,
                Arc::new(Spherical { range_m: 9.0 }),
                Ellipsoid::sphere(9.0),
            )],
            sill: 1.0,
        }],
        ..sound.clone()
    };
    assert!(told(twins).contains("samples 1 and 2"));
    assert!(told(Simulation { method: Method::TurningBands { lines: 1, search: None }, ..sound }).contains("1 lines"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever the lattice, the samples, the model and the search: every score is a number, and a node on a sample has its score.
    #[test]
    fn every_node_gets_a_number(
        count in [1usize..9, 1usize..7, 1usize..5],
        block in [0.1..30.0f64, 0.1..30.0f64, 0.1..5.0f64],
        places in prop::collection::btree_set([0usize..9, 0usize..7, 0usize..5], 0..12),
        between in 0.0..0.9f64,
        reach in [1.0..200.0f64, 0.5..100.0f64, 0.1..20.0f64],
        angles in [-180.0..180.0f64, -90.0..90.0f64, -180.0..180.0f64],
        nugget in 0.01..0.9f64,
        limits in [0usize..10, 0usize..20, 1usize..4],
        bands in any::<bool>(),
        known_mean in any::<bool>(),
    ) {
        let nodes = Lattice { corner: [5e5, 4e6, -300.0], block, count };
        // Half of the samples stand on nodes, in the lattice or beyond it.
        let points: Vec<Point> = places
            .iter()
            .enumerate()
            .map(|(at, place)| {
                let off = if at % 2 == 0 { 0.5 } else { 0.5 + between };
                [0, 1, 2].map(|axis| nodes.corner[axis] + (place[axis] as f64 + off) * block[axis])
            })
            .collect();
        let [azimuth, dip, plunge] = angles;
        let ellipsoid = Ellipsoid { reach_m: reach, azimuth, dip, plunge };
        let shape = Arc::new(Spherical { range_m: reach[0] });
        let structures = vec![Structure::new("spherical", 1.0 - nugget, shape, ellipsoid)];
        let scores: Vec<f64> = (0..points.len()).map(|at| 0.3 * at as f64 - 1.0).collect();
        let [samples, others, lot] = limits;
        let method = if bands {
            Method::TurningBands { lines: 12, search: None }
        } else {
            Method::Sequential(Neighbours { within: ellipsoid, samples, octant: None, nodes: others, known_mean })
        };
        let simulation = Simulation {
            nodes,
            points: points.clone(),
            variables: vec![Variable { scores: scores.clone(), model: 0 }],
            models: vec![Model { nugget_share: nugget, sill: 1.0, structures }],
            method,
            seed: 5,
            lot,
        };
        let mut told = Ok(());
        simulation
            .run(3, &|_| (), |round| {
                for at in 0..round.count {
                    for node in 0..round.nodes() {
                        let score = round.score(0, node, at);
                        let on = points.iter().position(|point| crate::deposit::point::distance(*point, nodes.middle(node)) < 1e-9);
                        if !score.is_finite() || on.is_some_and(|sample| (score - scores[sample]).abs() > 0.0) {
                            told = Err(format!("{score} at node {node}"));
                        }
                    }
                }
                Ok(())
            })
            .unwrap();
        prop_assert!(told.is_ok(), "{:?}", told);
    }
}
