//! Slurry: density and solids by volume of a mixture of solids and a liquid.
//!
//! # Equation
//! ```text
//! 1/ρm = w/ρs + (1 − w)/ρl        Cv = w ρm / ρs        ρm = Cv ρs + (1 − Cv) ρl
//! ```
//!
//! # Symbols
//! w: solids by mass, 1; Cv: solids by volume, 1; ρs, ρl, ρm: density of solids, liquid and
//! mixture, kg/m³.
//!
//! # Holds for
//! Solids and liquid that do not change volume on mixing; any w from 0 to 1.
//!
//! # Source
//! Additivity of volumes; worked examples in `darby2001`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Fraction};
use crate::unit::{Case, Kind, Reading};

/// Density of the mixture, kg/m³.
///
/// ```
/// use ytterby::lift::slurry;
/// assert!((slurry::density(0.1, 2650.0, 1030.0) - 1097.1).abs() < 0.05);
/// ```
pub fn density(solids_by_mass: f64, solid_density: f64, liquid_density: f64) -> f64 {
    1.0 / (solids_by_mass / solid_density + (1.0 - solids_by_mass) / liquid_density)
}

/// Solids by volume, 1.
pub fn solids_by_volume(solids_by_mass: f64, solid_density: f64, liquid_density: f64) -> f64 {
    solids_by_mass * density(solids_by_mass, solid_density, liquid_density) / solid_density
}

/// A mixture of known parts.
#[derive(Debug)]
struct Mixture {
    solids_by_mass: f64,
    solid_density: f64,
    liquid_density: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> =
    Kind { name: "slurry-density", about: "Density and solids by volume of a slurry", sources: &["darby2001"], read };

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let solids: Option<Fraction> = fields.need("solids", "solids by mass", 0.0..=1.0);
    let solid: Option<Density> = fields.need("solid_density", "density of the grains", 500.0..=20_000.0);
    let liquid: Option<Density> = fields.need("liquid_density", "density of the liquid", 500.0..=2000.0);
    Some(Box::new(Mixture { solids_by_mass: solids?.0, solid_density: solid?.0, liquid_density: liquid?.0 }))
}

impl Case for Mixture {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let Self { solids_by_mass: w, solid_density: s, liquid_density: l } = *self;
        Ok(vec![
            Reading::new("density", density(w, s, l), "kg/m3"),
            Reading::new("solids by volume", solids_by_volume(w, s, l), "1"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_solids_is_the_liquid_and_all_solids_the_grain() {
        assert!((density(0.0, 2650.0, 1030.0) - 1030.0).abs() < 1e-9);
        assert!((density(1.0, 2650.0, 1030.0) - 2650.0).abs() < 1e-9);
        assert!(solids_by_volume(0.0, 2650.0, 1030.0).abs() < 1e-15);
    }

    #[test]
    fn both_ways_of_writing_the_density_agree() {
        for w in [0.01, 0.2, 0.405, 0.8] {
            let cv = solids_by_volume(w, 2650.0, 1030.0);
            assert!((density(w, 2650.0, 1030.0) - (cv * 2650.0 + (1.0 - cv) * 1030.0)).abs() < 1e-9);
        }
    }
}
