use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

use super::drift::Dimensions;
use super::*;
use crate::deposit::anisotropy::Ellipsoid;
use crate::deposit::lattice::{Kriged, Lattice, support};
use crate::deposit::variogram::exponential::Exponential;
use crate::deposit::variogram::gaussian::Gaussian;
use crate::deposit::variogram::spherical::Spherical;

fn model(nugget: f64) -> Model {
    Model::named("exponential", Arc::new(Exponential { range_m: 10.0 }), nugget, 10.0).unwrap()
}

const PLACES: [Point; 7] = [
    [61.0, 139.0, 0.0],
    [63.0, 140.0, 0.0],
    [64.0, 129.0, 0.0],
    [68.0, 128.0, 0.0],
    [71.0, 140.0, 0.0],
    [73.0, 141.0, 0.0],
    [75.0, 128.0, 0.0],
];
const GRADES: [f64; 7] = [477.0, 696.0, 227.0, 646.0, 606.0, 791.0, 783.0];

fn near(most: usize) -> Search {
    Search { most, ..Search::ALL }
}

fn krige_with(drift: Drift, support: &[Point], nugget: f64, search: Option<Search>) -> Weights {
    let kriging = Kriging::new(PLACES.to_vec(), &[], model(nugget), drift, search).unwrap();
    let mut weights = Weights::default();
    assert!(kriging.weigh(support, kriging.own_covariance(support), &mut weights).unwrap());
    weights
}

fn krige(support: &[Point], nugget: f64, search: Option<Search>) -> Weights {
    krige_with(Drift::Constant, support, nugget, search)
}

#[test]
fn weights_sum_to_one_and_a_sample_is_given_back() {
    for search in [None, Some(near(4))] {
        let weights = krige(&[[66.0, 133.0, 0.0]], 0.2, search);
        assert!((weights.of_samples.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let exact = krige(&[PLACES[3]], 0.2, search);
        assert!((exact.estimate(&GRADES) - 646.0).abs() < 1e-9);
        assert!(exact.variance < 1e-9);
    }
}

/// A second route: the bordered system by LU, for every drift.
#[test]
fn the_bordered_system_agrees() {
    let model = model(0.1);
    let target = [65.0, 137.0, 0.0];
    for drift in
        [Drift::Known(600.0), Drift::Constant, Drift::Linear(Dimensions::Two), Drift::Quadratic(Dimensions::Two)]
    {
        let functions = drift.functions();
        let size = 7 + functions;
        let mut matrix = DMatrix::zeros(size, size);
        let mut right = DVector::zeros(size);
        let mut at = vec![0.0; functions];
        for row in 0..7 {
            for column in 0..7 {
                matrix[(row, column)] = model.covariance(apart(PLACES[row], PLACES[column]));
            }
            right[row] = model.covariance(apart(PLACES[row], target));
            // Any basis of the same drift does: here the plain coordinates.
            drift.write(apart(PLACES[row], [60.0, 130.0, 0.0]), &mut at);
            for function in 0..functions {
                matrix[(row, 7 + function)] = at[function];
                matrix[(7 + function, row)] = at[function];
            }
        }
        drift.write(apart(target, [60.0, 130.0, 0.0]), &mut at);
        for function in 0..functions {
            right[7 + function] = at[function];
        }
        let solution = matrix.lu().solve(&right).unwrap();
        for search in [None, Some(near(7))] {
            let weights = krige_with(drift, &[target], 0.1, search);
            for (sample, weight) in weights.samples.iter().zip(&weights.of_samples) {
                assert!((solution[*sample as usize] - weight).abs() < 1e-9, "{drift:?}");
            }
            let explained: f64 = (0..size).map(|row| solution[row] * right[row]).sum();
            assert!((weights.variance - (10.0 - explained)).abs() < 1e-8, "{drift:?}");
        }
    }
}

/// A block estimate is the mean of its points' estimates when there is no nugget.
#[test]
fn a_block_is_the_mean_of_its_points() {
    let support = support([66.0, 134.0, 0.0], 4.0, 3);
    for drift in [Drift::Constant, Drift::Linear(Dimensions::Two), Drift::Quadratic(Dimensions::Two)] {
        let block = krige_with(drift, &support, 0.0, None);
        let mean: f64 =
            support.iter().map(|p| krige_with(drift, &[*p], 0.0, None).estimate(&GRADES)).sum::<f64>() / 9.0;
        assert!((block.estimate(&GRADES) - mean).abs() < 1e-8);
        let point = krige_with(drift, &[[66.0, 134.0, 0.0]], 0.0, None);
        assert!(block.variance < point.variance, "a block is known better than its middle");
    }
}

#[test]
fn all_neighbours_is_the_whole_system() {
    let few = krige(&[[66.0, 133.0, 0.0]], 0.0, Some(near(7)));
    let whole = krige(&[[66.0, 133.0, 0.0]], 0.0, None);
    assert!((few.estimate(&GRADES) - whole.estimate(&GRADES)).abs() < 1e-10);
    assert!((few.slope().unwrap() - whole.slope().unwrap()).abs() < 1e-10);
}

/// What the drift says is given back exactly, however far from the samples.
#[test]
fn a_drift_is_reproduced() {
    let paraboloid = |[x, y, _]: Point| 3.0 + 0.2 * x - y + 0.01 * x * y + 0.02 * y * y;
    let plane = |[x, y, _]: Point| 3.0 + 0.2 * x - y;
    let target = [50.0, 150.0, 0.0];
    let given = |law: fn(Point) -> f64| PLACES.map(law);
    let linear = krige_with(Drift::Linear(Dimensions::Two), &[target], 0.1, None);
    assert!((linear.estimate(&given(plane)) - plane(target)).abs() < 1e-9);
    let quadratic = krige_with(Drift::Quadratic(Dimensions::Two), &[target], 0.1, None);
    assert!((quadratic.estimate(&given(paraboloid)) - paraboloid(target)).abs() < 1e-6);
}

/// Far from all samples simple kriging falls back on the mean, with the whole sill and no slope to mend.
#[test]
fn far_away_the_mean_is_all_that_is_known() {
    let far = krige_with(Drift::Known(600.0), &[[900.0, 900.0, 0.0]], 0.0, None);
    assert!((far.estimate(&GRADES) - 600.0).abs() < 1e-9);
    assert!((far.variance - 10.0).abs() < 1e-9);
    let near = krige_with(Drift::Known(600.0), &[[66.0, 134.0, 0.0]], 0.0, None);
    assert!((near.slope().unwrap() - 1.0).abs() < 1e-12);
    assert!((near.efficiency(10.0) - (1.0 - near.variance / 10.0)).abs() < 1e-12);
}

/// Anisotropy is isotropy in a stretched frame.
#[test]
fn turned_and_stretched_ground_gives_the_same_weights() {
    let shape = || Arc::new(Spherical { range_m: 30.0 });
    let even = Model::named("spherical", shape(), 0.1, 1.0).unwrap();
    let ellipsoid = Ellipsoid { reach_m: [30.0, 15.0, 15.0], azimuth: 0.0, dip: 0.0, plunge: 0.0 };
    let mut long = even.clone();
    long.structures = vec![crate::deposit::variogram::Structure::new("spherical", 0.9, shape(), ellipsoid)];
    // North is the long way: east counts double.
    let squeezed: Vec<Point> = PLACES.iter().map(|[x, y, z]| [0.5 * x, *y, *z]).collect();
    let target = [66.0, 134.0, 0.0];
    let one = {
        let kriging = Kriging::new(PLACES.to_vec(), &[], even, Drift::Constant, None).unwrap();
        let mut weights = Weights::default();
        kriging.weigh(&[target], 1.0, &mut weights).unwrap();
        weights
    };
    let other = {
        let kriging = Kriging::new(squeezed, &[], long, Drift::Constant, None).unwrap();
        let mut weights = Weights::default();
        kriging.weigh(&[[33.0, 134.0, 0.0]], 1.0, &mut weights).unwrap();
        weights
    };
    for (one, other) in one.of_samples.iter().zip(&other.of_samples) {
        assert!((one - other).abs() < 1e-12);
    }
}

#[test]
fn twins_are_an_error_not_a_panic() {
    let twins = vec![[0.0; 3], [0.0; 3], [1.0, 0.0, 0.0]];
    let error = Kriging::new(twins, &[], model(0.0), Drift::Constant, None).unwrap_err();
    assert!(error.to_string().contains("singular"));
}

#[test]
fn a_line_of_samples_cannot_tell_a_plane() {
    let line: Vec<Point> = (0..6).map(|at| [f64::from(at), 2.0 * f64::from(at), 0.0]).collect();
    let drift = Drift::Linear(Dimensions::Two);
    let error = Kriging::new(line.clone(), &[], model(0.0), drift, None).unwrap_err();
    assert!(error.to_string().contains("cannot tell the drift"), "{error}");
    let kriging = Kriging::new(line, &[], model(0.0), drift, Some(near(4))).unwrap();
    assert!(!kriging.weigh(&[[2.0, 1.0, 0.0]], 10.0, &mut Weights::default()).unwrap());
}

/// Out of every sample's reach a known mean is all there is, and no slope, rather than nought by nought.
#[test]
fn beyond_every_reach_there_is_no_slope() {
    let model = Model::named("spherical", Arc::new(Spherical { range_m: 30.0 }), 0.1, 1.0).unwrap();
    let kriging = Kriging::new(PLACES.to_vec(), &[], model, Drift::Known(600.0), None).unwrap();
    let mut weights = Weights::default();
    assert!(kriging.weigh(&[[900.0, 900.0, 0.0]], 1.0, &mut weights).unwrap());
    assert_eq!(weights.slope(), None);
    assert!((weights.estimate(&GRADES) - 600.0).abs() < 1e-12);
}

/// Nested, each structure with its own directions.
fn nested(which: usize, nugget: f64) -> Model {
    use crate::deposit::variogram::{Structure, Variogram};
    let shapes: [(&'static str, Arc<dyn Variogram>); 3] = [
        ("spherical", Arc::new(Spherical { range_m: 9.0 })),
        ("exponential", Arc::new(Exponential { range_m: 14.0 })),
        ("gaussian", Arc::new(Gaussian { range_m: 8.0 })),
    ];
    let structure = |at: usize, share: f64| {
        let (name, shape) = &shapes[at];
        let ellipsoid =
            Ellipsoid { reach_m: [shape.range_m(), 5.0, 3.0], azimuth: 30.0 * at as f64, dip: 15.0, plunge: 0.0 };
        Structure::new(name, share * (1.0 - nugget), shape.clone(), ellipsoid)
    };
    let structures = match which {
        3 => vec![structure(0, 0.4), structure(1, 0.6)],
        at => vec![structure(at, 1.0)],
    };
    Model { nugget_share: nugget, sill: 3.0, structures }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// The law of blocks that are answered together: what each is answered alone, whatever the neighbourhood, the drift,
    /// the model and the support; and the same bits whatever was worked out before on the same desk.
    #[test]
    fn together_is_one_by_one(
        places in prop::collection::btree_set([0i32..24, 0i32..24, 0i32..6], 20..150),
        which in 0usize..4, nugget in 0.01..0.6f64, wide in 1usize..3, whole in any::<bool>(), which_search in 0usize..5, which_drift in 0usize..5,
    ) {
        let points: Vec<Point> = places.iter().map(|p| p.map(f64::from)).collect();
        let holes: Vec<u32> = points.iter().map(|p| (p[0] as u32 + 3 * p[1] as u32) % 19).collect();
        let values = vec![
            points.iter().map(|p| 5.0 + p[0] - p[2]).collect::<Vec<_>>(),
            points.iter().map(|p| 2.0 + p[1] * p[0] / 9.0).collect(),
        ];
        let within = Some(Ellipsoid { reach_m: [9.0, 7.0, 4.0], azimuth: 20.0, dip: 0.0, plunge: 0.0 });
        let search = [
            None,
            Some(Search::ALL),
            Some(near(14)),
            Some(Search { within, least: 3, most: 12, octant: None, hole: None }),
            Some(Search { within, least: 2, most: 16, octant: Some(3), hole: Some(4) }),
        ][which_search];
        let drift = [
            Drift::Known(4.0), Drift::Constant, Drift::Linear(Dimensions::Two), Drift::Linear(Dimensions::Three), Drift::Constant,
        ][which_drift];
        let corner = if whole { [-0.5, -0.5, -0.5] } else { [0.21, -0.37, 0.14] };
        let lattice = Lattice { corner, block: [1.0; 3], count: [13, 11, 3] };
        let stands = [wide, wide, 1];
        let Ok(kriging) = Kriging::new(points, &holes, nested(which, nugget), drift, search) else { return Ok(()) };
        let found = Kriged::of(&kriging, &lattice, stands, &values).unwrap();
        let offsets = lattice.support(stands);
        let own = kriging.own_covariance(&offsets);
        let mut weights = Weights::default();
        for block in 0..lattice.blocks() {
            let here = lattice.middle(block);
            let support: Vec<Point> = offsets.iter().map(|o| [0, 1, 2].map(|axis| here[axis] + o[axis])).collect();
            let told = found.told[block];
            if !kriging.weigh(&support, own, &mut weights).unwrap() {
                prop_assert!(found.grades(block).is_none());
                continue;
            }
            let grades = found.grades(block).unwrap();
            // A drift that is hardly told magnifies what rounding leaves.
            let within = 1e-9 * (1.0 + weights.of_samples.iter().map(|w| w.abs()).sum::<f64>().powi(2));
            for (grade, values) in grades.iter().zip(&values) {
                prop_assert!((grade - weights.estimate(values)).abs() < within * 30.0, "{grade} {}", weights.estimate(values));
            }
            prop_assert!((told.variance.unwrap() - weights.variance).abs() < within, "{:?} {}", told.variance, weights.variance);
            prop_assert_eq!(told.samples as usize, weights.samples.len());
            let mut those: Vec<u32> = weights.samples.iter().map(|at| kriging.sample(*at).1).collect();
            those.sort_unstable();
            those.dedup();
            prop_assert_eq!(told.holes as usize, those.len());
            let nearest = weights.samples.iter().map(|at| distance(kriging.sample(*at).0, here)).fold(f64::MAX, f64::min);
            prop_assert!((told.nearest_m.unwrap() - nearest).abs() < 1e-9);
            if let (Some(one), Some(other)) = (told.slope, weights.slope()) {
                prop_assert!((one - other).abs() < 1e-6 * (1.0 + other.abs()) || weights.explained - weights.drift < 1e-6);
            }
        }
        let together = kriging.together(crate::deposit::weigher::Asked { offsets: &offsets, own, values: &values }).unwrap().unwrap();
        let middles: Vec<Point> = (0..40).map(|block| lattice.middle(block)).collect();
        let mut rows = [vec![0.0; 40 * 8], vec![0.0; 40 * 8]];
        together.answer(&middles, &mut rows[0], &mut Weights::default()).unwrap();
        let elsewhere: Vec<Point> = (90..130).map(|block| lattice.middle(block)).collect();
        together.answer(&elsewhere, &mut rows[1], &mut weights).unwrap();
        together.answer(&middles, &mut rows[1], &mut weights).unwrap();
        for (one, other) in rows[0].chunks_exact(8).zip(rows[1].chunks_exact(8)) {
            let answered = one[3] > 0.0;
            prop_assert_eq!(answered, other[3] > 0.0);
            prop_assert!(!answered || one.iter().zip(other).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
    }
}

#[test]
fn more_samples_than_one_system_may_have_are_refused_with_a_way_out() {
    let points: Vec<Point> = (0..7000u32).map(|at| [f64::from(at), 0.0, 0.0]).collect();
    let error = Kriging::new(points.clone(), &[], model(0.1), Drift::Constant, None).unwrap_err().to_string();
    assert!(error.contains("7000 samples") && error.contains("most = 50"), "{error}");
    let kriging = Kriging::new(points, &[], model(0.1), Drift::Constant, Some(Search::ALL)).unwrap();
    let lattice = Lattice { corner: [0.0; 3], block: [1.0; 3], count: [2, 2, 1] };
    assert!(Kriged::of(&kriging, &lattice, [1; 3], &[vec![0.0; 7000]]).is_err());
}

proptest! {
    /// Whatever the samples and the search: weights sum to one, the variance lies between nought and what the
    /// drift can add, and what is told is a number.
    #[test]
    fn ordinary_kriging_keeps_its_promises(
        places in prop::collection::btree_set([0i32..40, 0i32..40, 0i32..10], 2..60),
        target in [0.0..40.0f64, 0.0..40.0f64, 0.0..10.0f64],
        most in 2usize..30,
        nugget in 0.0..0.9f64,
    ) {
        let points: Vec<Point> = places.iter().map(|p| p.map(f64::from)).collect();
        let values: Vec<f64> = points.iter().map(|p| p[0] - p[1] + p[2]).collect();
        let kriging = Kriging::new(points, &[], model(nugget), Drift::Constant, Some(near(most))).unwrap();
        let mut weights = Weights::default();
        prop_assert!(kriging.weigh(&[target], 10.0, &mut weights).unwrap());
        prop_assert!((weights.of_samples.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!((0.0..=20.0 + 1e-9).contains(&weights.variance));
        prop_assert!(weights.estimate(&values).is_finite());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Second route: one system for all says of each sample, or hole, that is left out what the system of the others says.
    #[test]
    fn leaving_out_by_one_system_is_leaving_out_one_by_one(
        places in prop::collection::btree_set([0i32..30, 0i32..30, 0i32..6], 14..70),
        nugget in 0.0..0.6f64,
        which in 0usize..5,
        by_hole in any::<bool>(),
    ) {
        let drift = [
            Drift::Known(0.0),
            Drift::Constant,
            Drift::Linear(Dimensions::Two),
            Drift::Linear(Dimensions::Three),
            Drift::Quadratic(Dimensions::Two),
        ][which];
        let points: Vec<Point> = places.iter().map(|p| p.map(f64::from)).collect();
        let holes: Vec<u32> = places.iter().map(|p| (p[0] / 6 + 5 * (p[1] / 6)) as u32).collect();
        let values: Vec<Vec<f64>> = vec![
            points.iter().map(|p| p[0] - p[1] + p[2] * p[2]).collect(),
            points.iter().map(|p| (p[0] * 7.3).sin() * 20.0).collect(),
        ];
        let kriging = Kriging::new(points.clone(), &holes, model(nugget), drift, Some(Search::ALL)).unwrap();
        let groups = if by_hole { holes.clone() } else { (0..points.len() as u32).collect() };
        let weigher: &dyn Weigher = &kriging;
        let rows = weigher.each_by_others(&values, &groups).unwrap().unwrap();
        let mut weights = Weights::default();
        for (at, row) in rows.chunks_exact(3).enumerate() {
            let without = if by_hole { Without::Hole(groups[at]) } else { Without::Sample(groups[at]) };
            if !kriging.weigh_without(&[points[at]], 10.0, without, &mut weights).unwrap() {
                prop_assert!(row[0].is_nan() || row[0] > 1e6, "{row:?}");
                continue;
            }
            let within = 1e-9 * (1.0 + weights.of_samples.iter().map(|w| w.abs()).sum::<f64>().powi(2));
            prop_assert!((row[0] - weights.variance).abs() < within * 10.0, "{} {}", row[0], weights.variance);
            for (estimate, values) in row[1..].iter().zip(&values) {
                prop_assert!((estimate - weights.estimate(values)).abs() < within * 100.0, "{estimate} {}", weights.estimate(values));
            }
        }
    }
}
