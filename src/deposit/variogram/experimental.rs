//! The experimental variogram: what the samples themselves say.
//!
//! # Equation
//! `γ(h) = Σ (z_i − z_j)² / (2 N)` over the `N` pairs whose distance falls in the lag.
//!
//! # Symbols
//! `γ` semivariance (square of the grade's unit); `z` grade; `h` mean distance of the pairs (m).
//!
//! # Holds for
//! All directions together; a lag with fewer than some thirty pairs is only a hint.
//!
//! # Source
//! `matheron1963`; `isaaks1989`.

/// One lag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lag {
    /// Mean distance of its pairs, m.
    pub distance_m: f64,
    /// Pairs in it.
    pub pairs: usize,
    /// Semivariance.
    pub gamma: f64,
}

/// Accumulates pairs, of one set of samples or several that share a structure.
#[derive(Debug, Clone)]
pub struct Experimental {
    width_m: f64,
    sums: Vec<(f64, usize, f64)>,
}

impl Experimental {
    /// `lags` lags of one width.
    pub fn new(width_m: f64, lags: usize) -> Self {
        Self { width_m, sums: vec![(0.0, 0, 0.0); lags] }
    }

    /// Adds every pair of a set of samples, their squared differences divided by `scale` (one, or the set's variance).
    pub fn add(&mut self, x_m: &[f64], y_m: &[f64], values: &[f64], scale: f64) {
        for first in 0..values.len() {
            for second in 0..first {
                let distance = (x_m[first] - x_m[second]).hypot(y_m[first] - y_m[second]);
                let lag = (distance / self.width_m) as usize;
                if let Some((length, pairs, square)) = self.sums.get_mut(lag) {
                    *length += distance;
                    *pairs += 1;
                    *square += (values[first] - values[second]).powi(2) / scale;
                }
            }
        }
    }

    /// The lags that have pairs.
    pub fn lags(&self) -> Vec<Lag> {
        self.sums
            .iter()
            .filter(|(_, pairs, _)| *pairs > 0)
            .map(|&(length, pairs, square)| Lag {
                distance_m: length / pairs as f64,
                pairs,
                gamma: square / (2.0 * pairs as f64),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_samples_by_hand() {
        let mut variogram = Experimental::new(1.5, 2);
        variogram.add(&[0.0, 1.0, 2.0], &[0.0; 3], &[1.0, 3.0, 2.0], 1.0);
        let lags = variogram.lags();
        assert_eq!((lags[0].pairs, lags[1].pairs), (2, 1));
        assert!((lags[0].gamma - (4.0 + 1.0) / 4.0).abs() < 1e-12);
        assert!((lags[1].gamma - 0.5).abs() < 1e-12);
    }
}
