//! Inverse distance weighting.
//!
//! # Equation
//! `z* = Σ w_i z_i`, `w_i = d_i^−p / Σ d_j^−p`; for a block, the mean of the weights at the
//! points that stand for it.
//!
//! # Symbols
//! `d_i` distance from sample to target, as the search ellipsoid stretches it (m); `p` power (1); `z` grade (ppm).
//!
//! # Holds for
//! Any samples; the estimate lies between the least and the greatest of them. It knows
//! neither clustering nor the nugget and gives no variance.
//!
//! # Source
//! `isaaks1989`, chapter 11.

use crate::deposit::kriging::Weights;
use crate::deposit::point::{Point, apart, middle};
use crate::deposit::search::{Search, Tree, Without};
use crate::deposit::weigher::Weigher;
use crate::error::Error;

/// Nearer than this a target is the sample itself, m².
const SAME_PLACE_M2: f64 = 1e-6;

/// Writes the weights of the samples for a target.
pub fn weigh(samples: &[Point], support: &[Point], power: f64, weights: &mut [f64]) {
    weights.fill(0.0);
    let share = 1.0 / support.len().max(1) as f64;
    for target in support {
        let square = |sample: &Point| apart(*sample, *target).iter().map(|along| along * along).sum::<f64>();
        if let Some(at) = samples.iter().position(|sample| square(sample) < SAME_PLACE_M2) {
            weights[at] += share;
            continue;
        }
        let total: f64 = samples.iter().map(|sample| square(sample).powf(-0.5 * power)).sum();
        for (weight, sample) in weights.iter_mut().zip(samples) {
            *weight += share * square(sample).powf(-0.5 * power) / total;
        }
    }
}

/// Samples round a target, each weighing by its distance.
#[derive(Debug, Clone)]
pub struct InverseDistance {
    points: Vec<Point>,
    /// The same places as the search sees them.
    stretched: Vec<Point>,
    tree: Tree,
    power: f64,
}

impl InverseDistance {
    /// From samples, their holes (empty: each its own), a search and the power.
    pub fn new(points: Vec<Point>, holes: &[u32], search: Search, power: f64) -> Self {
        let tree = Tree::new(&points, holes, search);
        let stretched = points.iter().map(|point| tree.stretched(*point)).collect();
        Self { points, stretched, tree, power }
    }
}

impl Weigher for InverseDistance {
    fn own(&self, _: &[Point]) -> f64 {
        f64::NAN
    }

    fn weigh(&self, support: &[Point], _: f64, without: Without, weights: &mut Weights) -> Result<bool, Error> {
        let Weights { samples, of_samples, room, .. } = weights;
        if !self.tree.find_without(middle(support), without, &mut room.found) {
            return Ok(false);
        }
        samples.clear();
        samples.extend(room.found.near.iter().map(|near| near.sample));
        of_samples.clear();
        of_samples.resize(samples.len(), 0.0);
        let (near, targets) = (&mut room.near, &mut room.targets);
        near.clear();
        near.extend(samples.iter().map(|at| self.stretched[*at as usize]));
        targets.clear();
        targets.extend(support.iter().map(|place| self.tree.stretched(*place)));
        weigh(near, targets, self.power, of_samples);
        weights.without_variance();
        Ok(true)
    }

    fn sample(&self, at: u32) -> (Point, u32) {
        (self.points[at as usize], self.tree.hole(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_finds_all_weighs_as_all_do() {
        let points = vec![[0.0, 0.0, 0.0], [3.0, 0.0, 1.0], [1.0, 5.0, 0.0]];
        let support = [[1.0, 1.0, 0.0], [2.0, 1.0, 0.5]];
        let mut plain = [0.0; 3];
        weigh(&points, &support, 2.5, &mut plain);
        let mut weights = Weights::default();
        let by_distance = InverseDistance::new(points, &[0, 0, 1], Search::ALL, 2.5);
        by_distance.weigh(&support, f64::NAN, Without::Nothing, &mut weights).unwrap();
        for (at, weight) in weights.samples.iter().zip(&weights.of_samples) {
            assert!((plain[*at as usize] - weight).abs() < 1e-14);
        }
        by_distance.weigh(&support, f64::NAN, Without::Hole(0), &mut weights).unwrap();
        assert_eq!((weights.samples.as_slice(), weights.of_samples.as_slice()), (&[2][..], &[1.0][..]));
    }

    #[test]
    fn weights_sum_to_one_and_follow_the_power() {
        let samples = [[0.0, 0.0, 0.0], [3.0, 0.0, 0.0]];
        let mut weights = [0.0; 2];
        weigh(&samples, &[[1.0, 0.0, 0.0]], 2.0, &mut weights);
        assert!((weights[0] - 0.8).abs() < 1e-12 && (weights[1] - 0.2).abs() < 1e-12);
        weigh(&samples, &[[3.0, 0.0, 0.0]], 2.0, &mut weights);
        assert!((weights[1] - 1.0).abs() < 1e-12);
        weigh(&samples, &[[0.5, 1.0, 0.0], [3.0, 0.0, 0.0]], 3.0, &mut weights);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
