//! Constant separation factor: an organic phase that is always full.
//!
//! # Equation
//! ```text
//! y_i / y_j = β_ij x_i / x_j,    Σ y = S
//! log D_i = log b_i + log λ,      λ such that Σ D_i x_i = S
//! ```
//!
//! # Symbols
//! x, y: metal in the aqueous and in the organic phase; b_i: relative extractability, β_ij = b_i/b_j;
//! S: the organic phase's metal, set by its saponification; λ: the level common to all metals
//! (it stands in the place of free extractant).
//!
//! # Holds for
//! Saponified acidic extractants at full loading, where acid plays no part: the theory of
//! Xu and Zhang that Chinese plants are designed by.
//!
//! # Source
//! `zhang2016`.

use crate::element::{ByElement, Element};
use crate::separate::isotherm::{Contact, Exchange, Isotherm, Slopes};

/// The law with its factors.
#[derive(Debug, Clone, PartialEq)]
pub struct ConstantSeparationFactor {
    /// log₁₀ of the relative extractability.
    pub log_b: ByElement<Option<f64>>,
}

impl Isotherm for ConstantSeparationFactor {
    fn log_d(&self, element: Element, at: &Contact) -> Option<f64> {
        Some(self.log_b[element]? + at.free.log10())
    }

    fn slopes(&self, element: Element, _at: &Contact) -> Option<Slopes> {
        self.log_b[element]?;
        Some(Slopes { by_ph: 0.0, by_free: 1.0, by_salt: 0.0 })
    }

    fn units_per_monomer(&self) -> f64 {
        0.5
    }

    fn exchange(&self) -> Exchange {
        Exchange::Saturated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_exact() {
        let mut log_b = ByElement::from_fn(|_| None);
        log_b[Element::Gd] = Some(0.4);
        let law = ConstantSeparationFactor { log_b };
        super::super::tests::slopes_are_differences(&law, &[Element::Gd], &[Contact::new(1.0, 3.0)]);
    }
}
