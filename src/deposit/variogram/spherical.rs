//! The spherical variogram.
//!
//! # Equation
//! `γ(h)/sill = 1.5 (h/a) − 0.5 (h/a)³` below `a`, one beyond.
//!
//! # Symbols
//! `h` distance (m); `a` range (m), where the sill is reached.
//!
//! # Holds for
//! Grades that change linearly over short distances and have a finite reach; valid in up to three dimensions.
//!
//! # Source
//! `matheron1963`; as written in `isaaks1989`.

use crate::deposit::variogram::{Variogram, range};
use crate::unit::Kind;

/// The structure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spherical {
    /// Range, m.
    pub range_m: f64,
}

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Variogram> = Kind {
    name: "spherical",
    about: "spherical: linear at first, the sill reached at the range",
    sources: &["matheron1963", "isaaks1989"],
    read: |fields, _| Some(Box::new(Spherical { range_m: range(fields)? })),
};

impl Variogram for Spherical {
    fn range_m(&self) -> f64 {
        self.range_m
    }

    fn ends_m(&self) -> Option<f64> {
        Some(self.range_m)
    }

    fn rise(&self, distance_m: f64) -> f64 {
        let ratio = (distance_m / self.range_m).min(1.0);
        ratio * (1.5 - 0.5 * ratio * ratio)
    }
}
