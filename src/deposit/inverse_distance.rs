//! Inverse distance weighting.
//!
//! # Equation
//! `z* = Σ w_i z_i`, `w_i = d_i^−p / Σ d_j^−p`; for a block, the mean of the weights at the
//! points that stand for it.
//!
//! # Symbols
//! `d_i` distance from sample to target (m); `p` power (1); `z` grade (ppm).
//!
//! # Holds for
//! Any samples; the estimate lies between the least and the greatest of them. It knows
//! neither clustering nor the nugget and gives no variance.
//!
//! # Source
//! `isaaks1989`, chapter 11.

use crate::deposit::point::{Point, apart};

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

#[cfg(test)]
mod tests {
    use super::*;

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
