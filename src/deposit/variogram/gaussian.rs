//! The gaussian variogram.
//!
//! # Equation
//! `γ(h)/sill = 1 − exp(−3 h²/a²)`.
//!
//! # Symbols
//! `h` distance (m); `a` practical range (m), where 95 % of the sill is reached.
//!
//! # Holds for
//! Very smooth surfaces such as the thickness of a layer; without a nugget the kriging matrix is close to singular.
//!
//! # Source
//! `isaaks1989`.

use crate::deposit::variogram::decay::decay;
use crate::deposit::variogram::{Variogram, range};
use crate::unit::Kind;

/// The structure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gaussian {
    /// Range, m.
    pub range_m: f64,
}

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Variogram> = Kind {
    name: "gaussian",
    about: "gaussian: very smooth, 95 % of the sill at the practical range",
    sources: &["isaaks1989"],
    read: |fields, _| Some(Box::new(Gaussian { range_m: range(fields)? })),
};

impl Variogram for Gaussian {
    fn range_m(&self) -> f64 {
        self.range_m
    }

    fn rise(&self, distance_m: f64) -> f64 {
        let ratio = distance_m / self.range_m;
        1.0 - decay(3.0 * ratio * ratio)
    }

    fn rises(&self, distances_m: &mut [f64]) {
        for distance_m in distances_m {
            let ratio = *distance_m / self.range_m;
            *distance_m = 1.0 - decay(3.0 * ratio * ratio);
        }
    }
}
