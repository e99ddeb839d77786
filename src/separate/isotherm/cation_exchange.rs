//! Cation exchange with an acidic extractant, by mass action.
//!
//! # Equation
//! ```text
//! M^z+ + z (HA)2 = M(HA2)z + z H+
//! log D = log K + p log(e*/r*) + z pH,     e* = e 10^(−A √e),  r* = r 10^(−A √r)
//! ```
//! The loading limit (a metal of charge z holds z dimers) and the saponified operation
//! (the base's cation M⁺ + (HA)2 = M(HA2) + H⁺ is a solute like the others, z = 1) follow
//! from the count of dimers that the cascade keeps; no other equation is needed.
//!
//! # Symbols
//! D: distribution ratio; K: conditional constant, D at pH 0 and free dimer r; e: free
//! dimer, mol/L; r: the reference free dimer, mol/L; z: charge of the cation; p: extractant
//! order (z by stoichiometry unless the source measured another for trivalent ions, which
//! is then scaled by z/3); A: Alstad's coefficient of the effective concentration, (L/mol)^½,
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
    /// log₁₀ D at pH 0 and the reference free dimer.
    pub log_k: ByElement<Option<f64>>,
    /// Charge of the cation exchanged: its protons and its dimers.
    pub charge: ByElement<f64>,
    /// Reference free dimer, mol/L.
    pub reference: f64,
    /// Extractant order of a trivalent ion.
    pub order: f64,
    /// Alstad's coefficient, (L/mol)^½.
    pub alstad: f64,
}

impl CationExchange {
    fn order_of(&self, element: Element) -> f64 {
        self.order * self.charge[element] / 3.0
    }
}

impl Isotherm for CationExchange {
    fn log_d(&self, element: Element, at: &Contact) -> Option<f64> {
        let log_k = self.log_k[element]?;
        let effective = (at.free / self.reference).log10() - self.alstad * (at.free.sqrt() - self.reference.sqrt());
        Some(log_k + self.order_of(element) * effective + self.charge[element] * at.ph)
    }

    fn slopes(&self, element: Element, at: &Contact) -> Option<Slopes> {
        self.log_k[element]?;
        let effective = 1.0 - 0.5 * LN_10 * self.alstad * at.free.sqrt();
        Some(Slopes { by_ph: self.charge[element], by_free: self.order_of(element) * effective })
    }

    fn units_per_monomer(&self) -> f64 {
        0.5
    }
}

/// Charge of the cation in which an element is extracted.
pub fn charge_of(element: Element) -> f64 {
    crate::ion::Ion::of(element).map_or(3.0, |ion| ion.charge().max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_exact() {
        let mut log_k = ByElement::from_fn(|_| None);
        log_k[Element::Nd] = Some(-3.08);
        log_k[Element::Ca] = Some(-2.0);
        let law =
            CationExchange { log_k, charge: ByElement::from_fn(charge_of), reference: 0.5, order: 2.38, alstad: 0.473 };
        let contacts = [0.1, 1.5, 4.0].map(|ph| [0.01, 0.3, 0.9].map(|free| Contact { ph, free })).concat();
        super::super::tests::slopes_are_differences(&law, &[Element::Nd, Element::Ca], &contacts);
        assert_eq!(law.log_d(Element::Er, &contacts[0]), None, "what is absent stays absent");
        let at_reference = law.log_d(Element::Nd, &Contact { ph: 0.0, free: 0.5 }).unwrap();
        assert!((at_reference + 3.08).abs() < 1e-12);
    }
}
