use std::sync::Arc;

use super::chance::Chance;
use super::path;
use super::sequential::{Neighbours, Sequential};
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
    let sequential = Sequential::new(SQUARE, points.to_vec(), drawn_with.clone(), neighbours(nodes));
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
    let sequential = Sequential::new(SQUARE, points.clone(), nested(), neighbours(256));
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
