//! The affine correction.
//!
//! # Equation
//! `z_v = m + √f (z − m)`.
//!
//! # Symbols
//! z grade of a sample, z_v of a block at the same place in its distribution; m mean; f ratio of variances.
//!
//! # Holds for
//! A small change (f above some 0.7): the shape of the distribution is kept, so that a least grade appears that is above the
//! samples' and skew does not lessen as it should.
//!
//! # Source
//! `isaaks1989`, chapter 19.

use crate::deposit::support::{Change, moments};
use crate::unit::Kind;

/// The law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Affine;

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Change> = Kind {
    name: "affine",
    about: "affine: the distribution drawn together about its mean",
    sources: &["isaaks1989"],
    read: |_, _| Some(Box::new(Affine)),
};

impl Change for Affine {
    fn blocks(&self, grades: &[f64], weights: &[f64], ratio: f64) -> Vec<f64> {
        let (mean, _) = moments(grades, weights);
        grades.iter().map(|grade| mean + ratio.sqrt() * (grade - mean)).collect()
    }
}
