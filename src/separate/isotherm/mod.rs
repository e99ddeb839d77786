//! Isotherms: how a solute divides between two liquids in contact.
//!
//! A law is one file here; its constants are data (`data/extractants/`). Every law answers
//! for a [`Contact`] the logarithm of the distribution ratio of an element, and its two
//! slopes, by pH and by the logarithm of the free extractant, exactly. Where the source has
//! no constant the answer is `None`, never zero.

pub mod cation_exchange;
pub mod constant_separation_factor;
pub mod log_d_correlation;

use std::fmt::Debug;

use crate::element::Element;

/// What a solute meets in a mixer at equilibrium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// −log₁₀ of free hydrogen ion, mol/L.
    pub ph: f64,
    /// Free extractant in the organic phase, mol/L, in the law's own unit (dimer or monomer).
    pub free: f64,
}

/// The slopes of log₁₀ D at a contact.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Slopes {
    /// ∂ log₁₀ D / ∂ pH.
    pub by_ph: f64,
    /// ∂ log₁₀ D / ∂ log₁₀ (free extractant).
    pub by_free: f64,
}

/// How solutes divide between two liquids.
pub trait Isotherm: Debug + Send + Sync {
    /// log₁₀ of the distribution ratio (organic over aqueous, mol/L each). `None` where the
    /// source has no number: never zero.
    fn log_d(&self, element: Element, at: &Contact) -> Option<f64>;

    /// Its slopes, exact.
    fn slopes(&self, element: Element, at: &Contact) -> Option<Slopes>;

    /// Units of free extractant one mole of monomer makes: ½ where dimers react, 1 where monomers do.
    fn units_per_monomer(&self) -> f64;

    /// Is the organic phase always full, so that `free` is not an amount of extractant but only
    /// the level to which all distribution ratios rise together?
    fn saturated(&self) -> bool {
        false
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Every law's slopes against a central difference.
    pub fn slopes_are_differences(law: &dyn Isotherm, elements: &[Element], contacts: &[Contact]) {
        let step = 1e-5;
        for at in contacts {
            for &element in elements {
                let slopes = law.slopes(element, at).unwrap();
                let d = |ph: f64, log_free: f64| {
                    law.log_d(element, &Contact { ph: at.ph + ph, free: at.free * 10f64.powf(log_free) }).unwrap()
                };
                let by_ph = (d(step, 0.0) - d(-step, 0.0)) / (2.0 * step);
                let by_free = (d(0.0, step) - d(0.0, -step)) / (2.0 * step);
                assert!((by_ph - slopes.by_ph).abs() < 1e-6, "{element} {at:?}: {by_ph} {slopes:?}");
                assert!((by_free - slopes.by_free).abs() < 1e-6, "{element} {at:?}: {by_free} {slopes:?}");
            }
        }
    }
}
