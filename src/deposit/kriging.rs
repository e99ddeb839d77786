//! Ordinary kriging: the unbiased linear estimate of least variance.
//!
//! # Equation
//! `Σ_j w_j C_ij − μ = C_i0`, `Σ w_j = 1`; estimate `z* = Σ w_j z_j`, variance
//! `σ² = C_00 − Σ w_j C_j0 + μ`. Solved by the Cholesky factor of `C`:
//! `μ = (1 − 1ᵀC⁻¹c)/(1ᵀC⁻¹1)`, `w = C⁻¹(c + μ1)`, so that a factor serves every target.
//!
//! # Symbols
//! `w` weights (1); `C_ij` covariance of two samples; `C_i0` of a sample with the target;
//! `C_00` of the target with itself; `μ` Lagrange multiplier. For a block, `C_i0` and `C_00`
//! are means over the points that stand for the block.
//!
//! # Holds for
//! A mean that is constant within the search, and the variogram given. The weights do not
//! depend on the grades: layers sampled at the same places share them.
//!
//! # Source
//! `isaaks1989`, chapters 12 and 13 (block kriging).

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::deposit::variogram::Model;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::Number;
use crate::unit::{Case, Kind, Reading};

/// A place, m.
pub type Point = (f64, f64);

/// The factored system of one set of samples.
#[derive(Debug, Clone)]
struct System {
    factor: Cholesky<f64, Dyn>,
    inverse_ones: DVector<f64>,
    inverse_total: f64,
}

impl System {
    fn new(points: &[Point], model: &Model) -> Result<Self, Error> {
        let covariances = DMatrix::from_fn(points.len(), points.len(), |row, column| {
            if row == column { model.sill } else { model.covariance(distance(points[row], points[column])) }
        });
        let singular = || Error::Infeasible {
            unit: "deposit".into(),
            what: format!("the kriging matrix of {} samples is singular with the {} model", points.len(), model.kind),
            hint: "no two samples in one place; a gaussian model needs a nugget, say 1 %".into(),
        };
        let factor = Cholesky::new(covariances).ok_or_else(singular)?;
        // A pivot at rounding level means two samples that say the same thing.
        if factor.l_dirty().diagonal().iter().any(|pivot| pivot * pivot < 1e-11 * model.sill) {
            return Err(singular());
        }
        let inverse_ones = factor.solve(&DVector::from_element(points.len(), 1.0));
        let inverse_total = inverse_ones.sum();
        if inverse_total > 0.0 && inverse_total.is_finite() {
            Ok(Self { factor, inverse_ones, inverse_total })
        } else {
            Err(singular())
        }
    }

    /// Turns covariances with the target into weights in place; answers `(Σ w c, μ)`.
    fn weigh(&self, covariances: &mut DVector<f64>, kept: &mut DVector<f64>) -> (f64, f64) {
        kept.copy_from(covariances);
        self.factor.solve_mut(covariances);
        let multiplier = (1.0 - covariances.sum()) / self.inverse_total;
        covariances.axpy(multiplier, &self.inverse_ones, 1.0);
        (covariances.dot(kept), multiplier)
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// What a target is given: weights of all samples and the variance.
#[derive(Debug, Clone)]
pub struct Weights {
    /// One for each sample, summing to one; nought outside the search.
    pub of_samples: Vec<f64>,
    /// Kriging variance.
    pub variance: f64,
    /// Lagrange multiplier.
    pub multiplier: f64,
    covariances: DVector<f64>,
    kept: DVector<f64>,
}

impl Weights {
    /// Room for the weights of `samples` samples.
    pub fn room(samples: usize) -> Self {
        Self {
            of_samples: vec![0.0; samples],
            variance: 0.0,
            multiplier: 0.0,
            covariances: DVector::zeros(samples),
            kept: DVector::zeros(samples),
        }
    }

    /// The estimate from the samples' grades.
    pub fn estimate(&self, values: &[f64]) -> f64 {
        self.of_samples.iter().zip(values).map(|(weight, value)| weight * value).sum()
    }
}

/// Ordinary kriging from one set of places.
#[derive(Debug, Clone)]
pub struct Kriging {
    points: Vec<Point>,
    model: Model,
    nearest: Option<usize>,
    whole: Option<System>,
}

impl Kriging {
    /// Factors the system once if all samples are used; `nearest` limits a target to its nearest samples.
    pub fn new(points: Vec<Point>, model: Model, nearest: Option<usize>) -> Result<Self, Error> {
        let nearest = nearest.filter(|count| *count < points.len());
        let whole = if nearest.is_none() { Some(System::new(&points, &model)?) } else { None };
        Ok(Self { points, model, nearest, whole })
    }

    /// Covariance of a target with itself: a point's sill, or the mean within a block.
    pub fn own_covariance(&self, support: &[Point]) -> f64 {
        if support.len() < 2 {
            return self.model.sill;
        }
        let sum: f64 =
            support.iter().flat_map(|a| support.iter().map(|b| self.model.covariance_apart(distance(*a, *b)))).sum();
        sum / (support.len() * support.len()) as f64
    }

    fn covariance_with(&self, sample: Point, support: &[Point]) -> f64 {
        if let [target] = support {
            return self.model.covariance(distance(sample, *target));
        }
        let sum: f64 = support.iter().map(|target| self.model.covariance_apart(distance(sample, *target))).sum();
        sum / support.len() as f64
    }

    /// The weights for a target: one point, or the points that stand for a block.
    pub fn weigh(&self, support: &[Point], own: f64, weights: &mut Weights) -> Result<(), Error> {
        if let Some(system) = &self.whole {
            for (covariance, sample) in weights.covariances.iter_mut().zip(&self.points) {
                *covariance = self.covariance_with(*sample, support);
            }
            let (explained, multiplier) = system.weigh(&mut weights.covariances, &mut weights.kept);
            weights.of_samples.copy_from_slice(weights.covariances.as_slice());
            weights.variance = (own - explained + multiplier).max(0.0);
            weights.multiplier = multiplier;
            return Ok(());
        }
        let chosen = self.nearest_to(support);
        let points: Vec<Point> = chosen.iter().map(|&at| self.points[at]).collect();
        let system = System::new(&points, &self.model)?;
        let mut covariances =
            DVector::from_iterator(points.len(), points.iter().map(|sample| self.covariance_with(*sample, support)));
        let mut kept = covariances.clone();
        let (explained, multiplier) = system.weigh(&mut covariances, &mut kept);
        weights.of_samples.fill(0.0);
        for (at, weight) in chosen.iter().zip(covariances.iter()) {
            weights.of_samples[*at] = *weight;
        }
        weights.variance = (own - explained + multiplier).max(0.0);
        weights.multiplier = multiplier;
        Ok(())
    }

    /// The samples nearest to the middle of a target; ties go to the first in the table.
    fn nearest_to(&self, support: &[Point]) -> Vec<usize> {
        let count = self.nearest.unwrap_or(self.points.len());
        let middle = middle(support);
        let mut order: Vec<(f64, usize)> =
            self.points.iter().enumerate().map(|(at, point)| (distance(*point, middle), at)).collect();
        let closer = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if count < order.len() {
            order.select_nth_unstable_by(count, closer);
            order.truncate(count);
        }
        order.sort_by_key(|(_, at)| *at);
        order.into_iter().map(|(_, at)| at).collect()
    }
}

/// The middle of the points that stand for a target.
pub fn middle(support: &[Point]) -> Point {
    let count = support.len().max(1) as f64;
    (support.iter().map(|p| p.0).sum::<f64>() / count, support.iter().map(|p| p.1).sum::<f64>() / count)
}

/// A question to the law: samples, a model, targets.
#[derive(Debug)]
struct Question {
    samples: Vec<Point>,
    values: Vec<f64>,
    targets: Vec<Point>,
    block: Option<(f64, usize)>,
    nearest: Option<usize>,
    model: Model,
}

/// Its entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "ordinary-kriging",
    about: "Estimate, variance and weights of targets kriged from listed samples",
    sources: &["isaaks1989", "karanovic2009"],
    read: |fields, library| Some(Box::new(Question::read(fields, library)?)),
};

/// A list of plain numbers.
pub(crate) fn numbers(fields: &mut Fields<'_>, key: &'static str, about: &str) -> Option<Vec<f64>> {
    Some(fields.list::<Number>(key, about, -1e12..=1e12)?.into_iter().map(|number| number.0).collect())
}

impl Question {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let x = numbers(fields, "x", "east of each sample, m");
        let y = numbers(fields, "y", "north of each sample, m");
        let values = numbers(fields, "value", "what was measured at each sample");
        let at_x = numbers(fields, "at_x", "east of each target, m");
        let at_y = numbers(fields, "at_y", "north of each target, m");
        let sill: Option<Number> = fields.need("sill", "sill, square of the value's unit", 1e-30..=1e30);
        let block: Option<Number> =
            fields.may("block", "side of the block round each target, m; absent: the target is a point", 1e-6..=1e9);
        let points = fields.may::<Number>("discretisation", "points a side that stand for a block", 1.0..=50.0);
        let nearest = fields.may::<Number>("nearest", "samples nearest to a target; absent: all", 1.0..=1e6);
        let model = fields.table("variogram", "structure, range and nugget").and_then(|mut inner| {
            let model = Model::read(&mut inner, library);
            inner.finish();
            model
        });
        let (x, y, values, at_x, at_y) = (x?, y?, values?, at_x?, at_y?);
        if x.len() != y.len() || x.len() != values.len() || at_x.len() != at_y.len() {
            fields.refuse("x", "the lists are not of one length", "one x, y and value for each sample");
            return None;
        }
        Some(Self {
            samples: x.into_iter().zip(y).collect(),
            values,
            targets: at_x.into_iter().zip(at_y).collect(),
            block: block.map(|side| (side.0, points.map_or(4, |n| n.0 as usize))),
            nearest: nearest.map(|n| n.0 as usize),
            model: model?.with_sill(sill?.0),
        })
    }
}

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let kriging = Kriging::new(self.samples.clone(), self.model.clone(), self.nearest)?;
        let mut weights = Weights::room(self.samples.len());
        let mut readings = Vec::new();
        for (number, &(x, y)) in self.targets.iter().enumerate() {
            let support = match self.block {
                Some((side, points)) => crate::deposit::grid::support((x, y), side, points),
                None => vec![(x, y)],
            };
            kriging.weigh(&support, kriging.own_covariance(&support), &mut weights)?;
            let number = number + 1;
            readings.push(Reading::new(format!("estimate {number}"), weights.estimate(&self.values), "1"));
            readings.push(Reading::new(format!("kriging variance {number}"), weights.variance, "1"));
            readings.push(Reading::new(format!("Lagrange multiplier {number}"), weights.multiplier, "1"));
            if number == 1 {
                for (sample, weight) in weights.of_samples.iter().enumerate() {
                    readings.push(Reading::new(format!("weight {}", sample + 1), *weight, "1"));
                }
            }
        }
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::variogram::exponential::Exponential;
    use std::sync::Arc;

    fn model(nugget: f64) -> Model {
        Model::named("exponential", Arc::new(Exponential { range_m: 10.0 }), nugget, 10.0).unwrap()
    }

    const PLACES: [Point; 7] =
        [(61.0, 139.0), (63.0, 140.0), (64.0, 129.0), (68.0, 128.0), (71.0, 140.0), (73.0, 141.0), (75.0, 128.0)];
    const GRADES: [f64; 7] = [477.0, 696.0, 227.0, 646.0, 606.0, 791.0, 783.0];

    fn krige(support: &[Point], nugget: f64, nearest: Option<usize>) -> Weights {
        let kriging = Kriging::new(PLACES.to_vec(), model(nugget), nearest).unwrap();
        let mut weights = Weights::room(7);
        kriging.weigh(support, kriging.own_covariance(support), &mut weights).unwrap();
        weights
    }

    #[test]
    fn weights_sum_to_one_and_a_sample_is_given_back() {
        for nearest in [None, Some(4)] {
            let weights = krige(&[(66.0, 133.0)], 0.2, nearest);
            assert!((weights.of_samples.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let exact = krige(&[PLACES[3]], 0.2, nearest);
            assert!((exact.estimate(&GRADES) - 646.0).abs() < 1e-9);
            assert!(exact.variance < 1e-9);
        }
    }

    /// A second route: the bordered system by LU.
    #[test]
    fn the_bordered_system_agrees() {
        let model = model(0.1);
        let target = (65.0, 137.0);
        let mut matrix = DMatrix::from_element(8, 8, 1.0);
        matrix[(7, 7)] = 0.0;
        let mut right = DVector::from_element(8, 1.0);
        for row in 0..7 {
            for column in 0..7 {
                matrix[(row, column)] = model.covariance(distance(PLACES[row], PLACES[column]));
            }
            right[row] = model.covariance(distance(PLACES[row], target));
        }
        let solution = matrix.lu().solve(&right).unwrap();
        let weights = krige(&[target], 0.1, None);
        for row in 0..7 {
            assert!((solution[row] - weights.of_samples[row]).abs() < 1e-10);
        }
        assert!((solution[7] + weights.multiplier).abs() < 1e-10);
    }

    /// A block estimate is the mean of its points' estimates when there is no nugget.
    #[test]
    fn a_block_is_the_mean_of_its_points() {
        let support = crate::deposit::grid::support((66.0, 134.0), 4.0, 3);
        let block = krige(&support, 0.0, None);
        let mean: f64 = support.iter().map(|p| krige(&[*p], 0.0, None).estimate(&GRADES)).sum::<f64>() / 9.0;
        assert!((block.estimate(&GRADES) - mean).abs() < 1e-9);
        let point = krige(&[(66.0, 134.0)], 0.0, None);
        assert!(block.variance < point.variance, "a block is known better than its middle");
    }

    #[test]
    fn all_neighbours_is_the_whole_system() {
        let few = krige(&[(66.0, 133.0)], 0.0, Some(7));
        let whole = krige(&[(66.0, 133.0)], 0.0, None);
        assert!((few.estimate(&GRADES) - whole.estimate(&GRADES)).abs() < 1e-12);
    }

    #[test]
    fn twins_are_an_error_not_a_panic() {
        let error = Kriging::new(vec![(0.0, 0.0), (0.0, 0.0), (1.0, 0.0)], model(0.0), None).unwrap_err();
        assert!(error.to_string().contains("singular"));
    }
}
