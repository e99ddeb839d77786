//! The robust variogram of Cressie and Hawkins.
//!
//! # Equation
//! `2 γ(h) = [Σ |z_i − z_j|^½ / N]⁴ / (0.457 + 0.494/N)`.
//!
//! # Symbols
//! z grade; N pairs of the lag.
//!
//! # Holds for
//! Grades normal but for some outliers; the divisor makes it unbiased for a normal field.
//!
//! # Source
//! `cressie1980`.

use crate::deposit::variogram::estimators::Estimator;
use crate::unit::Kind;

/// The estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CressieHawkins;

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Estimator> = Kind {
    name: "cressie-hawkins",
    about: "robust: from the mean fourth root of squared differences",
    sources: &["cressie1980"],
    read: |_, _| Some(Box::new(CressieHawkins)),
};

impl Estimator for CressieHawkins {
    fn pair(&self, tail: [f64; 2], head: [f64; 2]) -> [f64; 5] {
        [(tail[0] - head[0]).abs().sqrt(), 0.0, 0.0, 0.0, 0.0]
    }

    fn lag(&self, sums: [f64; 5], pairs: f64) -> Option<f64> {
        Some((sums[0] / pairs).powi(4) / (0.457 + 0.494 / pairs) / 2.0)
    }

    fn crosses(&self) -> bool {
        false
    }

    fn is_variogram(&self) -> bool {
        true
    }
}
