//! The nearest sample, or polygons of influence.
//!
//! # Equation
//! `z* = z_i` with i the sample for which |S (x_i − x)| is least; for a block, the mean over the points that stand for it.
//!
//! # Symbols
//! S stretch of the search ellipsoid (1); x target, `x_i` sample (m); z grade.
//!
//! # Holds for
//! A first look, and a check: over the whole area it weighs each sample by the ground nearest to it, so that its mean is
//! declustered. It is too variable block by block: what lies above a cut-off is mostly too little and too rich.
//!
//! # Source
//! `isaaks1989`, chapter 11 (polygons).

use crate::deposit::kriging::Weights;
use crate::deposit::point::{Point, apart, middle};
use crate::deposit::search::{Search, Tree, Without};
use crate::deposit::weigher::Weigher;
use crate::error::Error;

/// Samples, the nearest of which speaks.
#[derive(Debug, Clone)]
pub struct Nearest {
    points: Vec<Point>,
    tree: Tree,
}

impl Nearest {
    /// From samples, their holes (empty: each its own) and a search.
    pub fn new(points: Vec<Point>, holes: &[u32], search: Search) -> Self {
        let tree = Tree::new(&points, holes, search);
        Self { points, tree }
    }
}

impl Weigher for Nearest {
    fn own(&self, _: &[Point]) -> f64 {
        f64::NAN
    }

    fn weigh(&self, support: &[Point], _: f64, without: Without, weights: &mut Weights) -> Result<bool, Error> {
        let Weights { samples, of_samples, room, .. } = weights;
        if !self.tree.find_without(middle(support), without, &mut room.found) {
            return Ok(false);
        }
        samples.clear();
        of_samples.clear();
        for place in support {
            let way = |sample: u32| self.tree.stretched(apart(self.points[sample as usize], *place));
            let square = |sample: u32| way(sample).iter().map(|along| along * along).sum::<f64>();
            let nearest = room.found.near.iter().map(|near| (square(near.sample), near.sample));
            let Some((_, at)) = nearest.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))) else { continue };
            let share = 1.0 / support.len() as f64;
            if let Some(known) = samples.iter().position(|known| *known == at) {
                of_samples[known] += share;
            } else {
                samples.push(at);
                of_samples.push(share);
            }
        }
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
    use crate::deposit::anisotropy::Ellipsoid;

    #[test]
    fn the_nearest_speaks_alone_and_a_block_is_shared_by_its_points() {
        let points = vec![[0.0, 0.0, 0.0], [10.0, 0.0, 0.0], [0.0, 4.0, 0.0]];
        let mut weights = Weights::default();
        let nearest = Nearest::new(points.clone(), &[], Search::ALL);
        assert!(nearest.weigh(&[[4.9, 0.0, 0.0]], f64::NAN, Without::Nothing, &mut weights).unwrap());
        assert_eq!((weights.samples.as_slice(), weights.of_samples.as_slice()), (&[0][..], &[1.0][..]));
        nearest.weigh(&[[4.0, 0.0, 0.0], [6.0, 0.0, 0.0]], f64::NAN, Without::Nothing, &mut weights).unwrap();
        assert!((weights.estimate(&[1.0, 3.0, 9.0]) - 2.0).abs() < 1e-12);
        // Left out, the next one speaks; seen through an ellipsoid, north is nearer than it is.
        nearest.weigh(&[[1.0, 0.0, 0.0]], f64::NAN, Without::Sample(0), &mut weights).unwrap();
        assert_eq!(weights.samples, [2]);
        let within = Some(Ellipsoid { reach_m: [100.0, 20.0, 20.0], azimuth: 0.0, dip: 0.0, plunge: 0.0 });
        let along = Nearest::new(points, &[], Search { within, ..Search::ALL });
        along.weigh(&[[1.5, 4.0, 0.0]], f64::NAN, Without::Sample(2), &mut weights).unwrap();
        assert_eq!(weights.samples, [0]);
        assert!(weights.variance.is_nan() && weights.slope().is_none());
    }
}
