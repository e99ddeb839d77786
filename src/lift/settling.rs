//! Settling: how fast a grain sinks, alone and in a crowd.
//!
//! # Equation
//! ```text
//! alone:      v = 10 ν/d · (√(1 + R g d³/(100 ν²)) − 1),   R = ρs/ρl − 1         Ruby and Zanke
//! in a crowd: v_h = v (1 − C)^β,  β = (4.7 + 0.41 Re_p^0.75)/(1 + 0.175 Re_p^0.75),  Re_p = v d/ν
//! ```
//!
//! # Symbols
//! d: diameter of the grain, m; ν: kinematic viscosity of the liquid, m²/s; C: solids by
//! volume, 1.
//!
//! # Holds for
//! Single quartz-like grains, Stokes to Newton regime; flocs sink otherwise. In a mud with a
//! yield stress grains sink slower, or not at all, so that this is the safe side.
//!
//! # Source
//! Form and constants as used in `miedema2023`; hindering after `richardson1954`.

use super::pipe::GRAVITY;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Fraction, Length, Number, Viscosity};
use crate::unit::{Case, Kind, Reading};

/// m/s of a grain alone.
pub fn terminal(grain: f64, solid_density: f64, liquid_density: f64, viscosity: f64, gravity: f64) -> f64 {
    let nu = viscosity / liquid_density;
    let submerged = (solid_density / liquid_density - 1.0).max(0.0);
    let x = submerged * gravity * grain.powi(3) / (100.0 * nu * nu);
    // √(1+x) − 1 written so that it keeps its digits for the finest grains
    10.0 * nu / grain * (x / ((1.0 + x).sqrt() + 1.0))
}

/// The exponent of hindering.
pub fn hindering(reynolds: f64) -> f64 {
    let r = reynolds.powf(0.75);
    (4.7 + 0.41 * r) / (1.0 + 0.175 * r)
}

/// m/s of a grain among others that fill `solids_by_volume`.
pub fn hindered(grain: f64, solid_density: f64, liquid_density: f64, viscosity: f64, solids_by_volume: f64) -> f64 {
    let alone = terminal(grain, solid_density, liquid_density, viscosity, GRAVITY);
    let reynolds = alone * grain * liquid_density / viscosity;
    alone * (1.0 - solids_by_volume).powf(hindering(reynolds))
}

/// A grain in a liquid.
#[derive(Debug)]
struct Grain {
    diameter: f64,
    solid_density: f64,
    liquid_density: f64,
    viscosity: f64,
    gravity: f64,
    solids_by_volume: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "settling",
    about: "Settling velocity of a grain, alone and hindered",
    sources: &["miedema2023", "richardson1954"],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let grain: Option<Length> = fields.need("grain", "diameter of the grain", 1e-9..=1.0);
    let solid: Option<Density> = fields.need("solid_density", "density of the grain", 500.0..=20_000.0);
    let liquid: Option<Density> = fields.need("liquid_density", "density of the liquid", 500.0..=2000.0);
    let viscosity: Option<Viscosity> = fields.need("viscosity", "viscosity of the liquid", 1e-5..=10.0);
    let gravity: Option<Number> = fields.need("gravity", "acceleration of gravity, m/s2", 9.0..=10.0);
    let solids: Option<Fraction> = fields.need("solids_by_volume", "solids by volume around it", 0.0..=0.6);
    Some(Box::new(Grain {
        diameter: grain?.0,
        solid_density: solid?.0,
        liquid_density: liquid?.0,
        viscosity: viscosity?.0,
        gravity: gravity?.0,
        solids_by_volume: solids?.0,
    }))
}

impl Case for Grain {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let alone = terminal(self.diameter, self.solid_density, self.liquid_density, self.viscosity, self.gravity);
        let reynolds = alone * self.diameter * self.liquid_density / self.viscosity;
        let crowd = alone * (1.0 - self.solids_by_volume).powf(hindering(reynolds));
        Ok(vec![
            Reading::new("settling velocity", alone, "m/s"),
            Reading::new("hindered settling velocity", crowd, "m/s"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fine_grains_sink_by_stokes() {
        // In this form the limit is R g d²/(20 ν), close to Stokes' 1/18 for a sphere.
        let v = terminal(1e-6, 2650.0, 1000.0, 1e-3, 9.81);
        assert!((v / (1.65 * 9.81 * 1e-12 / (20.0 * 1e-6)) - 1.0).abs() < 1e-6, "{v}");
    }

    #[test]
    fn a_crowd_slows_and_size_speeds() {
        let v = |grain, solids| hindered(grain, 2650.0, 1030.0, 1.8e-3, solids);
        assert!(v(1e-4, 0.1) < v(1e-4, 0.0));
        assert!(v(2e-4, 0.1) > v(1e-4, 0.1));
    }
}
