//! Batch contacts foretold: one equilibrium stage from the feed alone, against what was measured.
//!
//! # Equation
//! The stage of [`crate::separate::cascade`] with no neighbour: the contact's acid, feed and
//! extractant go in, both phases come out at equilibrium; nothing measured after contact is used.
//!
//! # Symbols
//! D: distribution ratio, organic over aqueous.
//!
//! # Holds for
//! Chloride solutions and the extractant's own range.
//!
//! # Source
//! Algebra of the balances.

use super::points::Point;
use crate::element::Element;
use crate::error::Error;
use crate::separate::cascade::{Cascade, Stage, western_name};
use crate::separate::isotherm::Isotherm;
use crate::separate::isotherm::cation_exchange::charge_of;

/// log₁₀ D of each element of a contact that the law knows, from its feed.
pub fn contact(law: &dyn Isotherm, point: &Point) -> Result<Vec<(Element, f64)>, Error> {
    let solutes: Vec<Element> = Element::ALL
        .iter()
        .copied()
        .filter(|&e| {
            let at =
                crate::separate::isotherm::Contact { salt: 1.0, ..crate::separate::isotherm::Contact::new(1.0, 0.1) };
            point.feed[e].is_some_and(|c| c > 0.0) && law.log_d(e, &at).is_some()
        })
        .collect();
    if solutes.is_empty() {
        return Ok(Vec::new());
    }
    let charge: Vec<f64> = solutes.iter().map(|&e| charge_of(e)).collect();
    let fresh: Vec<f64> = solutes.iter().map(|&e| point.feed[e].unwrap_or(0.0)).collect();
    // What the law does not know stays in the solution and needs its chloride, which is inert with it.
    let anions = point.acid + charge.iter().zip(&fresh).map(|(z, c)| z * c).sum::<f64>();
    let sites = point.ratio * point.extractant * law.units_per_monomer();
    let stage = Stage { aqueous: 1.0, organic: point.ratio, anions, sites, weak: [0.0; 3], kept: 0.0 };
    let cascade = Cascade {
        law,
        returned: vec![0.0; solutes.len()],
        charge,
        stages: vec![stage],
        fresh,
        name: western_name,
        sections: [1, 0, 0],
        solutes,
    };
    let profile = cascade.solve(None)?;
    let log_d = |i: usize| (profile.organic[i] / point.ratio / profile.aqueous[i]).log10();
    Ok(cascade.solutes.iter().enumerate().map(|(i, &e)| (e, log_d(i))).collect())
}
