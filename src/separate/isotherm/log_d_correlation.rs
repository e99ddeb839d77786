//! Distribution ratio correlated with pH and extractant dosage.
//!
//! # Equation
//! ```text
//! log D = (m0 + m1 d) pH + B0 + B1 log d,     d = 100 e M / ρ
//! ```
//! and D constant for solutes given so. A metal of charge z binds z monomers and frees z protons. A loaded
//! extractant has little left free; below d = 1, where the correlation is anchored, mass action goes on from there:
//! ```text
//! log D = log D(pH, 1) + z log d,     d < 1
//! ```
//! so that metals never bind more than the extractant there is.
//!
//! # Symbols
//! d: free extractant, vol %; e: free monomer, mol/L; M: its molar mass, g/mol; ρ: its density, g/L;
//! m0, m1, B0, B1: fitted.
//!
//! # Holds for
//! The liquors the coefficients were fitted to; dilute, far from loading: below d = 1 it is the answer of
//! another law, and told so. Slopes beyond 3 at high dosage are extrapolation.
//!
//! # Source
//! Form and coefficients: `prommis2026` (University of Kentucky coal-refuse leachates).

use std::f64::consts::LN_10;

use crate::element::{ByElement, Element};
use crate::separate::isotherm::cation_exchange::charge_of;
use crate::separate::isotherm::{Contact, Isotherm, Slopes};

/// Vol % of free extractant below which the correlation goes on as mass action.
pub const ANCHOR: f64 = 1.0;

/// Coefficients of one element.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Line {
    /// Slope by pH at no dosage.
    pub m0: f64,
    /// Its growth by vol % of extractant.
    pub m1: f64,
    /// Intercept at 1 vol %.
    pub b0: f64,
    /// Its growth by the logarithm of the dosage.
    pub b1: f64,
}

/// The law with its coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct LogDCorrelation {
    /// By element.
    pub lines: ByElement<Option<Line>>,
    /// Vol % of extractant per mol/L of it: 100 M/ρ.
    pub percent_per_molar: f64,
}

impl LogDCorrelation {
    /// Vol % of free extractant, and the same no lower than the anchor.
    fn dosage(&self, at: &Contact) -> (f64, f64) {
        let dosage = at.free * self.percent_per_molar;
        (dosage, dosage.max(ANCHOR))
    }
}

impl Isotherm for LogDCorrelation {
    fn log_d(&self, element: Element, at: &Contact) -> Option<f64> {
        let Line { m0, m1, b0, b1 } = self.lines[element]?;
        let (dosage, held) = self.dosage(at);
        let loaded = if dosage < held { charge_of(element) * (dosage / held).log10() } else { 0.0 };
        Some((m0 + m1 * held) * at.ph + b0 + b1 * held.log10() + loaded)
    }

    fn slopes(&self, element: Element, at: &Contact) -> Option<Slopes> {
        let Line { m0, m1, b1, .. } = self.lines[element]?;
        let (dosage, held) = self.dosage(at);
        let by_free = if dosage < held { charge_of(element) } else { m1 * dosage * LN_10 * at.ph + b1 };
        Some(Slopes { by_ph: m0 + m1 * held, by_free, by_salt: 0.0 })
    }

    fn units_per_monomer(&self) -> f64 {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_exact() {
        let mut lines = ByElement::from_fn(|_| None);
        lines[Element::Ce] = Some(Line { m0: 0.309_16, m1: 0.048_16, b0: -1.660_21, b1: -0.385_99 });
        let law = LogDCorrelation { lines, percent_per_molar: 33.04 };
        let contacts = [0.5, 1.5, 3.0].map(|ph| [0.02, 0.15, 0.4].map(|free| Contact::new(ph, free))).concat();
        super::super::tests::slopes_are_differences(&law, &[Element::Ce], &contacts);
        // Below the anchor, and continuous there.
        super::super::tests::slopes_are_differences(&law, &[Element::Ce], &[Contact::new(1.5, 0.003)]);
        let at = |free| law.log_d(Element::Ce, &Contact::new(1.5, free)).unwrap();
        assert!((at(0.999_999_9 / 33.04) - at(1.0 / 33.04)).abs() < 1e-6);
        assert_eq!(law.log_d(Element::Lu, &contacts[0]), None);
    }
}
