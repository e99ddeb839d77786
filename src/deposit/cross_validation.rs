//! Cross-validation: each composite estimated from the others.
//!
//! # Equation
//! `e_i = z*_(i) − z_i`; mean error, root mean square error, and the mean of `e_i²/σ_i²`,
//! which is near one where the kriging variance says the truth.
//!
//! # Symbols
//! `z*_(i)` estimate without sample `i` (ppm); `z_i` its grade (ppm); `σ_i²` kriging variance (ppm²).
//!
//! # Holds for
//! A check of model and search, not of the geology: near twins make it look better than it is.
//!
//! # Source
//! `isaaks1989`, chapter 15.

use crate::deposit::kriging::drift::Drift;
use crate::deposit::kriging::{Kriging, Weights};
use crate::deposit::point::Point;
use crate::deposit::search::Search;
use crate::deposit::variogram::Model;
use crate::error::Error;

/// One composite left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeftOut {
    /// Index of the sample.
    pub sample: usize,
    /// Index of the set of grades.
    pub set: usize,
    /// What was measured, ppm.
    pub measured: f64,
    /// What the others say, ppm.
    pub estimated: f64,
    /// Kriging variance for a sill of one.
    pub relative_variance: f64,
}

/// Leaves out each place in turn and estimates every set of grades there.
pub fn leave_one_out(
    points: &[Point],
    sets: &[&[f64]],
    model: &Model,
    search: Option<Search>,
) -> Result<Vec<LeftOut>, Error> {
    let mut found = Vec::with_capacity(points.len() * sets.len());
    let mut others = Vec::with_capacity(points.len());
    let mut weights = Weights::default();
    for (sample, target) in points.iter().enumerate() {
        others.clear();
        others.extend(points.iter().enumerate().filter(|(at, _)| *at != sample).map(|(_, point)| *point));
        let kriging = Kriging::new(others.clone(), &[], model.with_sill(1.0), Drift::Constant, search)?;
        let support = [*target];
        kriging.weigh(&support, kriging.own_covariance(&support), &mut weights)?;
        for (set, values) in sets.iter().enumerate() {
            let value = |at: usize| values[if at < sample { at } else { at + 1 }];
            let estimated =
                weights.samples.iter().zip(&weights.of_samples).map(|(at, w)| w * value(*at as usize)).sum();
            found.push(LeftOut {
                sample,
                set,
                measured: values[sample],
                estimated,
                relative_variance: weights.variance,
            });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::variogram::spherical::Spherical;
    use std::sync::Arc;

    /// On a plane sampled evenly the middle is found from its neighbours, and an even field everywhere.
    #[test]
    fn an_even_field_has_no_error() {
        let points: Vec<Point> = (0..9).map(|at| [f64::from(at % 3), f64::from(at / 3), 0.0]).collect();
        let model = Model::named("spherical", Arc::new(Spherical { range_m: 3.0 }), 0.0, 1.0).unwrap();
        let even = vec![5.0; 9];
        let sloped: Vec<f64> = points.iter().map(|p| p[0] + 2.0 * p[1]).collect();
        let left = leave_one_out(&points, &[&even, &sloped], &model, None).unwrap();
        assert_eq!(left.len(), 18);
        assert!(left.iter().filter(|l| l.set == 0).all(|l| (l.estimated - 5.0).abs() < 1e-9));
        let middle = left.iter().find(|l| l.set == 1 && l.sample == 4).unwrap();
        assert!((middle.estimated - middle.measured).abs() < 1e-9);
    }
}
