//! The discrete Gaussian model.
//!
//! # Equation
//! ```text
//! z = Σ φ_n h_n(y),   Σ_{n≥1} φ_n² r^{2n} = f Σ_{n≥1} φ_n²,   z_v = Σ φ_n rⁿ h_n(y)
//! φ_n = Σ_i (z_{i+1} − z_i) h_{n−1}(y_i) g(y_i) / √n
//! ```
//!
//! # Symbols
//! y normal score; `h_n` normalised Hermite polynomials; g normal density; `y_i` score at the share below between samples i and i + 1 in rising
//! order; r coefficient of change of support; f ratio of variances.
//!
//! # Holds for
//! Points and blocks that are jointly Gaussian once transformed: the usual choice where grades are skewed. Some ninety polynomials are
//! taken; of a jump in the distribution (many equal grades) they follow only the gist.
//!
//! # Source
//! `emery2006` describes it; the expansion is Matheron's.

use crate::deposit::simulate::gaussian::{density, quantile};
use crate::deposit::support::{Change, moments};
use crate::unit::Kind;

/// Polynomials.
const ORDER: usize = 90;

/// The law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiscreteGaussian;

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Change> = Kind {
    name: "discrete-gaussian",
    about: "discrete Gaussian: Hermite polynomials of the normal score, each damped by its power",
    sources: &["emery2006"],
    read: |_, _| Some(Box::new(DiscreteGaussian)),
};

/// `h_0 … h_ORDER` at a score.
fn polynomials(score: f64) -> [f64; ORDER + 1] {
    let mut all = [1.0; ORDER + 1];
    all[1] = score;
    for n in 1..ORDER {
        let count = n as f64;
        all[n + 1] = (score * all[n] - count.sqrt() * all[n - 1]) / (count + 1.0).sqrt();
    }
    all
}

impl Change for DiscreteGaussian {
    fn blocks(&self, grades: &[f64], weights: &[f64], ratio: f64) -> Vec<f64> {
        let (mean, variance) = moments(grades, weights);
        let mut order: Vec<usize> = (0..grades.len()).collect();
        order.sort_by(|a, b| grades[*a].total_cmp(&grades[*b]).then(a.cmp(b)));
        let mut factors = [0.0; ORDER + 1];
        let mut scores = vec![0.0; grades.len()];
        let mut below = 0.0;
        for (rank, at) in order.iter().enumerate() {
            scores[*at] = quantile((below + 0.5 * weights[*at]).clamp(1e-12, 1.0 - 1e-12));
            below += weights[*at];
            let Some(next) = order.get(rank + 1) else { continue };
            let score = quantile(below.clamp(1e-12, 1.0 - 1e-12));
            let here = polynomials(score);
            let step = (grades[*next] - grades[*at]) * density(score);
            for n in 1..=ORDER {
                factors[n] += step * here[n - 1] / (n as f64).sqrt();
            }
        }
        let spread = |r: f64| -> f64 {
            let mut power = 1.0;
            let mut sum = 0.0;
            for factor in &factors[1..] {
                power *= r * r;
                sum += factor * factor * power;
            }
            sum
        };
        let wanted = ratio * variance;
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if spread(middle) < wanted { low = middle } else { high = middle }
        }
        let r = if ratio >= 1.0 { 1.0 } else { high };
        if ratio >= 1.0 {
            return grades.to_vec();
        }
        scores
            .iter()
            .map(|score| {
                let here = polynomials(*score);
                let mut power = 1.0;
                let mut grade = mean;
                for (factor, polynomial) in factors[1..].iter().zip(&here[1..]) {
                    power *= r;
                    grade += factor * power * polynomial;
                }
                grade
            })
            .collect()
    }
}
