//! Pipe: friction of a plain liquid in a round pipe, smooth or rough.
//!
//! # Equation
//! ```text
//! Re = ρ V D/μ
//! laminar, Re < 2320:   f = 64/Re
//! above:                f = 0.25 / [log₁₀(ε/(3.7 D) + 5.74/Re^0.9)]²
//! dp/dz = f ρ V²/(2 D)
//! ```
//!
//! # Symbols
//! f: Darcy friction factor, 1 (four times Fanning's); V: mean velocity, m/s; D: diameter, or
//! hydraulic diameter of an annulus, m; ε: roughness of the wall, m; ρ: kg/m³; μ: Pa s.
//!
//! # Holds for
//! Re from 5·10³ to 10⁸ and ε/D to 10⁻² within about 3 % of Colebrook's equation; between 2320
//! and 5000 the flow is neither and the turbulent value is given. An annulus by its hydraulic
//! diameter is a few per cent low.
//!
//! # Source
//! `swamee1976`; laminar flow is Hagen's and Poiseuille's.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Length, Speed, Viscosity};
use crate::unit::{Case, Kind, Reading};

/// Reynolds number below which the flow is laminar.
pub const LAMINAR_BELOW: f64 = 2320.0;

/// Standard gravity, m/s².
pub const GRAVITY: f64 = 9.806_65;

/// Reynolds number; zero when nothing flows.
pub fn reynolds(density: f64, velocity: f64, diameter: f64, viscosity: f64) -> f64 {
    density * velocity * diameter / viscosity
}

/// Darcy friction factor, smooth where `relative_roughness` is zero; zero when nothing flows.
///
/// ```
/// use ytterby::lift::pipe::friction_factor;
/// assert!((friction_factor(1.0e5, 0.0) - 0.0180).abs() < 2e-4);
/// ```
pub fn friction_factor(reynolds: f64, relative_roughness: f64) -> f64 {
    if reynolds <= 0.0 {
        0.0
    } else if reynolds < LAMINAR_BELOW {
        64.0 / reynolds
    } else {
        0.25 / (relative_roughness / 3.7 + 5.74 / reynolds.powf(0.9)).log10().powi(2)
    }
}

/// Pressure lost on each metre, Pa/m.
pub fn gradient(friction_factor: f64, density: f64, velocity: f64, diameter: f64) -> f64 {
    friction_factor * density * velocity * velocity / (2.0 * diameter)
}

/// A liquid in a pipe, perhaps carrying fines that make it heavier but not thicker.
#[derive(Debug)]
struct Line {
    diameter: f64,
    roughness: f64,
    velocity: f64,
    density: f64,
    mixture_density: f64,
    viscosity: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "pipe-friction",
    about: "Friction of a liquid, or of a liquid made heavier by fines, in a pipe",
    sources: &["swamee1976"],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let diameter: Option<Length> = fields.need("diameter", "inner diameter", 1e-3..=10.0);
    let roughness: Option<Length> = fields.need("roughness", "roughness of the wall; 0 is smooth", 0.0..=0.01);
    let velocity: Option<Speed> = fields.need("velocity", "mean velocity", 0.0..=50.0);
    let density: Option<Density> = fields.need("density", "density of the liquid", 500.0..=2000.0);
    let mixture: Option<Density> =
        fields.may("mixture_density", "density with the fines it carries; absent: it carries none", 500.0..=5000.0);
    let viscosity: Option<Viscosity> = fields.need("viscosity", "viscosity of the liquid", 1e-5..=10.0);
    Some(Box::new(Line {
        diameter: diameter?.0,
        roughness: roughness?.0,
        velocity: velocity?.0,
        density: density?.0,
        mixture_density: mixture.or(density)?.0,
        viscosity: viscosity?.0,
    }))
}

impl Case for Line {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let re = reynolds(self.density, self.velocity, self.diameter, self.viscosity);
        let f = friction_factor(re, self.roughness / self.diameter);
        let lost = gradient(f, self.mixture_density, self.velocity, self.diameter);
        Ok(vec![
            Reading::new("Reynolds number", re, "1"),
            Reading::new("friction factor", f, "1"),
            Reading::new("pressure gradient", lost / 1000.0, "kPa/m"),
            Reading::new("hydraulic gradient", lost / (self.density * GRAVITY), "1"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Colebrook's implicit equation, by fixed point: the second route.
    fn colebrook(re: f64, relative_roughness: f64) -> f64 {
        let mut x = 7.0;
        for _ in 0..100 {
            x = -2.0 * (relative_roughness / 3.7 + 2.51 * x / re).log10();
        }
        1.0 / (x * x)
    }

    #[test]
    fn explicit_and_implicit_agree() {
        for re in [5e3, 1e5, 1e7] {
            for roughness in [1e-6, 1e-4, 1e-2] {
                let (a, b) = (friction_factor(re, roughness), colebrook(re, roughness));
                assert!((a / b - 1.0).abs() < 0.035, "{re} {roughness}: {a} {b}");
            }
        }
    }

    #[test]
    fn still_water_loses_nothing() {
        assert!(gradient(friction_factor(0.0, 0.0), 1000.0, 0.0, 0.1).abs() < 1e-15);
        assert!((friction_factor(1000.0, 0.01) - 0.064).abs() < 1e-12);
    }
}
