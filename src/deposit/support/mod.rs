//! Change of support: what blocks hold above a cut-off, from samples that are smaller than blocks.
//!
//! Blocks vary less than samples by the ratio `f = C̄(v, v)/sill` of the variogram model. Each law takes the samples' distribution
//! and f, and gives each sample's place in the distribution the grade that a block at that place has.

use std::fmt::Debug;

use crate::deposit::lattice::Lattice;
use crate::deposit::point::apart;
use crate::deposit::variogram::Model;
use crate::unit::Kind;

pub mod affine;
mod case;
pub mod discrete_gaussian;
pub mod indirect_lognormal;

pub use case::CASE;

/// A law of change of support.
pub trait Change: Debug + Send + Sync {
    /// Grades of blocks in place of those of samples, in the samples' order; `weights` come to one, `ratio` is of the variances.
    fn blocks(&self, grades: &[f64], weights: &[f64], ratio: f64) -> Vec<f64>;
}

/// The laws there are.
pub const KINDS: &[Kind<dyn Change>] = &[affine::KIND, indirect_lognormal::KIND, discrete_gaussian::KIND];

/// Ratio of the variance of blocks to that of points: the mean covariance within a block over the sill.
pub fn ratio(model: &Model, lattice: &Lattice, points: [usize; 3]) -> f64 {
    let support = lattice.support(points);
    let sum: f64 = support.iter().flat_map(|a| support.iter().map(|b| model.covariance_apart(apart(*a, *b)))).sum();
    sum / (support.len() * support.len()) as f64 / model.sill
}

/// Mean and variance of weighted grades.
pub fn moments(grades: &[f64], weights: &[f64]) -> (f64, f64) {
    let mean: f64 = grades.iter().zip(weights).map(|(grade, weight)| grade * weight).sum();
    let variance = grades.iter().zip(weights).map(|(grade, weight)| weight * (grade - mean).powi(2)).sum();
    (mean, variance)
}

/// Share above a cut-off, and its mean grade.
pub fn above(grades: &[f64], weights: &[f64], cut_off: f64) -> (f64, Option<f64>) {
    let (mut share, mut content) = (0.0, 0.0);
    for (grade, weight) in grades.iter().zip(weights).filter(|(grade, _)| **grade >= cut_off) {
        share += weight;
        content += weight * grade;
    }
    (share, (share > 0.0).then(|| content / share))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::simulate::chance::Chance;
    use crate::document::Node;
    use crate::fields::{Check, Fields};
    use crate::library::Library;

    fn laws() -> Vec<(&'static str, Box<dyn Change>)> {
        let node = Node::empty("");
        let read = |kind: &Kind<dyn Change>| {
            let check = Check::new();
            (kind.read)(&mut Fields::new(&node, "", &check), &Library::builtin()).map(|law| (kind.name, law))
        };
        KINDS.iter().filter_map(read).collect()
    }

    fn lognormal() -> (Vec<f64>, Vec<f64>) {
        let lot = Chance::of(11);
        let grades: Vec<f64> = (0..2000).map(|at| 300.0 * (0.8 * lot.normal(at)).exp()).collect();
        let weights: Vec<f64> = (0..2000).map(|at| f64::from(1 + at % 3)).collect();
        let total: f64 = weights.iter().sum();
        (grades, weights.iter().map(|weight| weight / total).collect())
    }

    /// The mean is kept, the variance falls to what is asked, the order stays.
    #[test]
    fn the_mean_is_kept_and_the_variance_falls_as_asked() {
        let (grades, weights) = lognormal();
        let (mean, variance) = moments(&grades, &weights);
        for (name, law) in laws() {
            for ratio in [0.3, 0.7] {
                let blocks = law.blocks(&grades, &weights, ratio);
                let (of_blocks, spread) = moments(&blocks, &weights);
                assert!((of_blocks / mean - 1.0).abs() < 0.01, "{name}: {of_blocks} against {mean}");
                // Indirect lognormal is exact of a lognormal distribution only, and this is a sample of one.
                let slack = if name == "indirect-lognormal" { 0.15 } else { 0.02 };
                assert!((spread / variance / ratio - 1.0).abs() < slack, "{name}: {}", spread / variance);
                let mut order: Vec<usize> = (0..grades.len()).collect();
                order.sort_by(|a, b| grades[*a].total_cmp(&grades[*b]));
                assert!(order.windows(2).all(|pair| blocks[pair[1]] >= blocks[pair[0]] - 1e-6 * mean), "{name}");
            }
        }
    }

    /// Without a change nothing changes; above nought lies everything.
    #[test]
    fn a_ratio_of_one_changes_nothing() {
        let (grades, weights) = lognormal();
        for (name, law) in laws() {
            let blocks = law.blocks(&grades, &weights, 1.0);
            for cut in [0.0, 200.0, 600.0] {
                let (one, other) = (above(&grades, &weights, cut), above(&blocks, &weights, cut));
                assert!((one.0 - other.0).abs() < 0.01, "{name} at {cut}: {one:?} {other:?}");
                assert!((one.1.unwrap() / other.1.unwrap() - 1.0).abs() < 0.02, "{name} at {cut}: {one:?} {other:?}");
            }
        }
    }

    /// A lognormal field of points has, by both laws that know it, the blocks of the closed form.
    #[test]
    fn of_a_lognormal_the_curved_laws_agree() {
        let (grades, weights) = lognormal();
        let laws = laws();
        let share = |name: &str, cut: f64| {
            let law = &laws.iter().find(|(known, _)| *known == name).unwrap().1;
            above(&law.blocks(&grades, &weights, 0.5), &weights, cut).0
        };
        for cut in [200.0, 400.0, 800.0] {
            assert!((share("indirect-lognormal", cut) - share("discrete-gaussian", cut)).abs() < 0.02, "{cut}");
        }
    }

    /// Small blocks vary as points do but for the nugget, great ones hardly.
    #[test]
    fn greater_blocks_vary_less() {
        let shape = std::sync::Arc::new(crate::deposit::variogram::spherical::Spherical { range_m: 50.0 });
        let model = Model::named("spherical", shape, 0.2, 7.0).unwrap();
        let of = |side: f64| {
            let lattice = Lattice { corner: [0.0; 3], block: [side; 3], count: [1; 3] };
            ratio(&model, &lattice, [4, 4, 4])
        };
        assert!((of(0.01) - 0.8).abs() < 1e-3);
        assert!(of(10.0) > of(30.0) && of(30.0) > of(120.0) && of(120.0) > 0.0);
    }
}
