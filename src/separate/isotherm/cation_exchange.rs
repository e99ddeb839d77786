//! Cation exchange with an acidic extractant, by mass action.
//!
//! # Equation
//! ```text
//! M^z+ + z (HA)2 = M(HA2)z + z H+
//! log D = log K + p log(e*/r*) + q pH,     e* = e 10^(−A √e),  r* = r 10^(−A √r)
//! ```
//! The loading limit (a metal of charge z holds z dimers) and the saponified operation
//! (the base's cation M⁺ + (HA)2 = M(HA2) + H⁺ is a solute like the others, z = 1) follow
//! from the count of dimers that the cascade keeps; no other equation is needed.
//!
//! # Symbols
//! D: distribution ratio; K: conditional constant, D at pH 0 and free dimer r; e: free
//! dimer, mol/L; r: the reference free dimer, mol/L; z: charge of the cation; p: extractant
//! order, q: slope by pH (both z by stoichiometry unless the source measured another for
//! trivalent ions, which is then scaled by z/3); A: Alstad's coefficient of the effective concentration, (L/mol)^½,
//! 0 where the source uses none.
//!
//! # Holds for
//! Acidic organophosphorus extractants in aliphatic diluent below the loading limit, in the
//! medium of the constants. Salt strength enters only through the constants.
//!
//! # Source
//! Stoichiometry and constants by extractant file; effective concentration: `tanaka2021`.

use std::f64::consts::LN_10;

use crate::element::{ByElement, Element};
use crate::separate::isotherm::{Contact, Isotherm, Slopes};

/// The law with its constants.
#[derive(Debug, Clone, PartialEq)]
pub struct CationExchange {
    log_k: ByElement<Option<f64>>,
    /// 10^log K, 0 where there is none.
    k: ByElement<f64>,
    charge: ByElement<f64>,
    reference: f64,
    order: f64,
    /// Slope by pH of a trivalent ion.
    slope: f64,
    alstad: f64,
}

impl CationExchange {
    /// From log₁₀ D at pH 0 and the `reference` free dimer (mol/L), the extractant order of a
    /// trivalent ion and Alstad's coefficient, (L/mol)^½.
    #[must_use]
    pub fn new(log_k: ByElement<Option<f64>>, reference: f64, order: f64, alstad: f64) -> Self {
        let k = log_k.map(|_, log| log.map_or(0.0, |log| 10f64.powf(log)));
        Self { log_k, k, charge: ByElement::from_fn(charge_of), reference, order, slope: 3.0, alstad }
    }

    /// With a slope by pH of trivalent ions that is not the stoichiometric 3.
    #[must_use]
    pub fn with_slope(self, slope: f64) -> Self {
        Self { slope, ..self }
    }

    /// Effective extractant: log₁₀ of it over the reference's.
    fn effective(&self, free: f64) -> f64 {
        (free / self.reference).log10() - self.alstad * (free.sqrt() - self.reference.sqrt())
    }

    fn order_of(&self, element: Element) -> f64 {
        self.charge[element] * (self.order / 3.0)
    }
}

impl Isotherm for CationExchange {
    fn log_d(&self, element: Element, at: &Contact) -> Option<f64> {
        let log_k = self.log_k[element]?;
        let by_ph = self.charge[element] * (self.slope / 3.0);
        Some(log_k + self.order_of(element) * self.effective(at.free) + by_ph * at.ph)
    }

    fn slopes(&self, element: Element, at: &Contact) -> Option<Slopes> {
        self.log_k[element]?;
        let by_effective = self.order / 3.0 * (1.0 - 0.5 * LN_10 * self.alstad * at.free.sqrt());
        let z = self.charge[element];
        Some(Slopes { by_ph: z * (self.slope / 3.0), by_free: z * by_effective, by_salt: 0.0 })
    }

    fn units_per_monomer(&self) -> f64 {
        0.5
    }

    fn fill(&self, elements: &[Element], at: &Contact, ratios: &mut [f64], slopes: &mut [Slopes]) {
        let by_effective = self.order / 3.0 * (1.0 - 0.5 * LN_10 * self.alstad * at.free.sqrt());
        // Every ratio is its constant times this to the power of its charge.
        let by_ph = self.slope / 3.0;
        let base = ((self.order / 3.0 * self.effective(at.free) + by_ph * at.ph) * LN_10).exp();
        for ((&element, ratio), slope) in elements.iter().zip(ratios).zip(slopes) {
            let z = self.charge[element];
            *ratio = self.k[element] * base.powi(z as i32);
            *slope = match self.log_k[element] {
                Some(_) => Slopes { by_ph: z * by_ph, by_free: z * by_effective, by_salt: 0.0 },
                None => Slopes::default(),
            };
        }
    }
}

/// Charge of the cation in which an element is extracted.
pub fn charge_of(element: Element) -> f64 {
    crate::ion::Ion::of(element).map_or(1.0, |ion| ion.charge().max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_exact() {
        let mut log_k = ByElement::from_fn(|_| None);
        log_k[Element::Nd] = Some(-3.08);
        log_k[Element::Ca] = Some(-2.0);
        let law = CationExchange::new(log_k, 0.5, 2.38, 0.473).with_slope(2.7);
        let contacts = [0.1, 1.5, 4.0].map(|ph| [0.01, 0.3, 0.9].map(|free| Contact::new(ph, free))).concat();
        super::super::tests::slopes_are_differences(&law, &[Element::Nd, Element::Ca], &contacts);
        assert_eq!(law.log_d(Element::Er, &contacts[0]), None, "what is absent stays absent");
        let at_reference = law.log_d(Element::Nd, &Contact::new(0.0, 0.5)).unwrap();
        assert!((at_reference + 3.08).abs() < 1e-12);
    }
}
