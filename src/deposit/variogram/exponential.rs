//! The exponential variogram.
//!
//! # Equation
//! `γ(h)/sill = 1 − exp(−3 h/a)`.
//!
//! # Symbols
//! `h` distance (m); `a` practical range (m), where 95 % of the sill is reached.
//!
//! # Holds for
//! Grades that change abruptly over short distances; valid in any dimension.
//!
//! # Source
//! `isaaks1989`.

use crate::deposit::variogram::decay::decay;
use crate::deposit::variogram::{Variogram, range};
use crate::unit::Kind;

/// The structure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exponential {
    /// Range, m.
    pub range_m: f64,
}

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Variogram> = Kind {
    name: "exponential",
    about: "exponential: 95 % of the sill at the practical range, 1 - exp(-3 h/a)",
    sources: &["isaaks1989"],
    read: |fields, _| Some(Box::new(Exponential { range_m: range(fields)? })),
};

impl Variogram for Exponential {
    fn range_m(&self) -> f64 {
        self.range_m
    }

    fn rise(&self, distance_m: f64) -> f64 {
        1.0 - decay(3.0 / self.range_m * distance_m)
    }

    fn rises(&self, distances_m: &mut [f64]) {
        let by = 3.0 / self.range_m;
        for distance_m in distances_m {
            *distance_m = 1.0 - decay(by * *distance_m);
        }
    }
}
