//! Solvation by a neutral extractant: the metal goes over with its anions.
//!
//! # Equation
//! ```text
//! M^z+ + z X⁻ + n S = MX_z·nS
//! log D = log K + (z/3) a log(x/x*) + (z/3) n log(s/s*)
//! ```
//! No proton is freed and none is bound, so acid has no part in the exchange itself; it acts
//! through the anions it brings. As many units of extractant are bound as anions go over: z.
//!
//! # Symbols
//! D: distribution ratio; K: D of the metal at the reference salt x* and the reference free
//! extractant s*; x: the anion in the solution, mol/L; s: free extractant, mol/L of monomer;
//! a: slope by the anion of a trivalent metal (3 by stoichiometry); n: order of the extractant
//! for a trivalent metal (3 for a trisolvate); z: charge.
//!
//! # Holds for
//! Nitrate media and tributyl phosphate in aliphatic diluent, near the salt strength of the
//! constants: activities are inside them. Acid is extracted too (HNO3·S) and takes extractant
//! away; where the acid is above about 1 mol/L, give the extractant it leaves.
//!
//! # Source
//! Stoichiometry; slopes and constants by extractant file (`difflow2026` for tributyl phosphate).

use crate::element::{ByElement, Element};
use crate::separate::isotherm::cation_exchange::charge_of;
use crate::separate::isotherm::{Contact, Exchange, Isotherm, Slopes};

/// The law with its constants.
#[derive(Debug, Clone, PartialEq)]
pub struct Solvating {
    /// log₁₀ D at the reference salt and extractant.
    pub log_k: ByElement<Option<f64>>,
    /// The reference anion, mol/L.
    pub reference_salt: f64,
    /// The reference free extractant, mol/L.
    pub reference: f64,
    /// Slope of log D by log anion, for a trivalent metal.
    pub salt_order: f64,
    /// Slope of log D by log free extractant, for a trivalent metal.
    pub order: f64,
}

impl Isotherm for Solvating {
    fn log_d(&self, element: Element, at: &Contact) -> Option<f64> {
        let of_three = charge_of(element) / 3.0;
        let by_salt = self.salt_order * (at.salt / self.reference_salt).log10();
        let by_free = self.order * (at.free / self.reference).log10();
        Some(self.log_k[element]? + of_three * (by_salt + by_free))
    }

    fn slopes(&self, element: Element, _at: &Contact) -> Option<Slopes> {
        self.log_k[element]?;
        let of_three = charge_of(element) / 3.0;
        Some(Slopes { by_ph: 0.0, by_free: of_three * self.order, by_salt: of_three * self.salt_order })
    }

    fn units_per_monomer(&self) -> f64 {
        1.0
    }

    fn exchange(&self) -> Exchange {
        Exchange::Salt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tbp() -> Solvating {
        let mut log_k = ByElement::from_fn(|_| None);
        log_k[Element::La] = Some(-1.63);
        log_k[Element::Y] = Some(-0.67);
        log_k[Element::U] = Some(1.3);
        log_k[Element::Th] = Some(0.9);
        Solvating { log_k, reference_salt: 3.0, reference: 1.0, salt_order: 3.0, order: 2.9 }
    }

    fn at(salt: f64, free: f64) -> Contact {
        Contact { salt, ..Contact::new(0.5, free) }
    }

    #[test]
    fn slopes_are_exact() {
        let contacts = [0.2, 3.0, 8.0].map(|salt| [0.01, 0.4, 3.0].map(|free| at(salt, free))).concat();
        super::super::tests::slopes_are_differences(
            &tbp(),
            &[Element::La, Element::Y, Element::U, Element::Th],
            &contacts,
        );
        assert_eq!(tbp().log_d(Element::Nd, &contacts[0]), None, "what is absent stays absent");
    }

    /// At the reference the constant is log D; without salt nothing goes over; acid plays no part;
    /// the separation factor does not move with salt or extractant.
    #[test]
    fn limits() {
        let law = tbp();
        let d = |element, contact: Contact| law.log_d(element, &contact).unwrap();
        assert!((d(Element::La, at(3.0, 1.0)) + 1.63).abs() < 1e-12);
        assert!(d(Element::La, at(0.0, 1.0)) < -1e300);
        let mut ratio = [1.0];
        law.fill(&[Element::La], &at(0.0, 1.0), &mut ratio, &mut [Slopes::default()]);
        assert!(ratio[0].abs() < 1e-300);
        let acid = Contact { ph: -0.5, ..at(2.0, 0.3) };
        assert!((d(Element::Y, acid) - d(Element::Y, at(2.0, 0.3))).abs() < 1e-12);
        let beta = |contact| d(Element::Y, contact) - d(Element::La, contact);
        assert!((beta(at(6.0, 0.1)) - beta(at(0.5, 2.0))).abs() < 1e-12);
        assert!((d(Element::La, at(6.0, 1.0)) - d(Element::La, at(3.0, 1.0)) - 3.0 * 2f64.log10()).abs() < 1e-12);
        assert_eq!((law.exchange(), law.units_per_monomer()), (Exchange::Salt, 1.0));
    }

    /// A stage solved: the anions left with what is left, the extractant with what went, agree with the law.
    #[test]
    fn a_stage_takes_the_anions_along() {
        use crate::separate::cascade::{Cascade, Stage, western_name};
        let law = tbp();
        let (salt, whole) = (4.0, 1.5);
        let stage = Stage { aqueous: 1.0, organic: 2.0, anions: salt, sites: 2.0 * whole, weak: [0.0; 3], kept: 0.0 };
        let cascade = Cascade {
            law: &law,
            solutes: vec![Element::La, Element::Y, Element::Th],
            charge: vec![3.0, 3.0, 4.0],
            stages: vec![stage],
            fresh: vec![0.3, 0.2, 0.01],
            returned: vec![0.0; 3],
            name: western_name,
            sections: [1, 0, 0],
        };
        let profile = cascade.solve(None).unwrap();
        let of = |amounts: &[f64]| amounts.iter().zip(&cascade.charge).map(|(n, z)| n * z).sum::<f64>();
        let contact = at(salt + of(&profile.aqueous), whole - of(&profile.organic) / 2.0);
        assert!(contact.salt > salt + 0.5 && contact.free < whole - 0.05, "{contact:?}");
        for (i, &element) in cascade.solutes.iter().enumerate() {
            let d = (profile.organic[i] / 2.0 / profile.aqueous[i]).log10();
            assert!((d - law.log_d(element, &contact).unwrap()).abs() < 1e-9, "{element}: {d}");
            assert!((profile.organic[i] + profile.aqueous[i] - cascade.fresh[i]).abs() < 1e-12);
        }
    }
}
