//! Isotherms: how a solute divides between two liquids in contact.
//!
//! A law is one file here; its constants are data (`data/extractants/`). Every law answers
//! for a [`Contact`] the logarithm of the distribution ratio of an element, and its two
//! slopes, by pH and by the logarithm of the free extractant, exactly. Where the source has
//! no constant the answer is `None`, never zero.

pub mod cation_exchange;
pub mod constant_separation_factor;
pub mod log_d_correlation;
pub mod pitzer_chloride;
pub mod solvating;

use std::f64::consts::LN_10;
use std::fmt::Debug;

use crate::element::Element;

/// What a solute meets in a mixer at equilibrium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// −log₁₀ of free hydrogen ion, mol/L.
    pub ph: f64,
    /// Free extractant in the organic phase, mol/L, in the law's own unit (dimer or monomer).
    pub free: f64,
    /// The anion that a solvating extractant takes along (nitrate, chloride), mol/L of solution.
    pub salt: f64,
    /// Ionic strength of the solution, mol/L.
    pub ionic_strength: f64,
}

impl Contact {
    /// A contact at this pH and free extractant, where neither salt nor ionic strength plays a part.
    #[must_use]
    pub fn new(ph: f64, free: f64) -> Self {
        Self { ph, free, salt: 0.0, ionic_strength: 0.0 }
    }
}

/// The slopes of log₁₀ D at a contact. Ionic strength has none here: it is held from one
/// iteration of a solve to the next.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Slopes {
    /// ∂ log₁₀ D / ∂ pH.
    pub by_ph: f64,
    /// ∂ log₁₀ D / ∂ log₁₀ (free extractant).
    pub by_free: f64,
    /// ∂ log₁₀ D / ∂ log₁₀ (salt).
    pub by_salt: f64,
}

/// What the organic phase gives for a metal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Exchange {
    /// One proton for each unit of extractant it binds: acidic extractants.
    #[default]
    Protons,
    /// Nothing: the metal takes its anions along, and as many units of extractant as anions: solvating extractants.
    Salt,
    /// Other metals: the organic phase is always full, `free` is only the level common to all.
    Saturated,
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

    /// What the organic phase gives for a metal.
    fn exchange(&self) -> Exchange {
        Exchange::Protons
    }

    /// Does ionic strength matter to it? Where it does not, the solver need not work it out.
    fn feels_ionic_strength(&self) -> bool {
        false
    }

    /// Is the organic phase always full?
    fn saturated(&self) -> bool {
        self.exchange() == Exchange::Saturated
    }

    /// The distribution ratios and slopes of many solutes at once, for the inner loop of a
    /// cascade; a solute without a constant does not divide, its ratio is 0. A law whose
    /// ratios share a factor does better than this.
    fn fill(&self, elements: &[Element], at: &Contact, ratios: &mut [f64], slopes: &mut [Slopes]) {
        for ((&element, ratio), slope) in elements.iter().zip(ratios).zip(slopes) {
            *ratio = self.log_d(element, at).map_or(0.0, |log_d| (log_d * LN_10).exp());
            *slope = self.slopes(element, at).unwrap_or_default();
        }
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
                let d = |ph: f64, log_free: f64, log_salt: f64| {
                    let moved = Contact {
                        ph: at.ph + ph,
                        free: at.free * 10f64.powf(log_free),
                        salt: at.salt * 10f64.powf(log_salt),
                        ..*at
                    };
                    law.log_d(element, &moved).unwrap()
                };
                let by_ph = (d(step, 0.0, 0.0) - d(-step, 0.0, 0.0)) / (2.0 * step);
                let by_free = (d(0.0, step, 0.0) - d(0.0, -step, 0.0)) / (2.0 * step);
                let by_salt = (d(0.0, 0.0, step) - d(0.0, 0.0, -step)) / (2.0 * step);
                let (mut ratio, mut slope) = ([0.0], [Slopes::default()]);
                law.fill(&[element], at, &mut ratio, &mut slope);
                assert!((ratio[0] / 10f64.powf(law.log_d(element, at).unwrap()) - 1.0).abs() < 1e-12);
                assert_eq!(slope[0], slopes, "{element}: the filled slopes are the slopes");
                assert!((by_salt - slopes.by_salt).abs() < 1e-6, "{element} {at:?}: {by_salt} {slopes:?}");
                assert!((by_ph - slopes.by_ph).abs() < 1e-6, "{element} {at:?}: {by_ph} {slopes:?}");
                assert!((by_free - slopes.by_free).abs() < 1e-6, "{element} {at:?}: {by_free} {slopes:?}");
            }
        }
    }
}
