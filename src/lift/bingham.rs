//! Bingham: friction of a mud with a yield stress in a smooth pipe, laminar to turbulent.
//!
//! # Equation
//! ```text
//! Re = D V ρ/μp        He = D² ρ τy/μp²        (Fanning factors)
//! laminar:    f_L = 16/Re · [1 + He/(6 Re) − He⁴/(3 f_L³ Re⁷)]           Buckingham and Reiner
//! turbulent:  f_T = 10^a / Re^0.193,  a = −1.47 [1 + 0.146 exp(−2.9·10⁻⁵ He)]    Darby and Melson
//! both:       f = (f_L^m + f_T^m)^(1/m),  m = 1.7 + 40 000/Re
//! ```
//! The laminar one is solved in x = τy/τw, the share of the pipe that moves as a plug:
//! `1 − (4/3 + 8 Re/He) x + x⁴/3 = 0`, which has one root between 0 and 1, found from the left
//! by Newton's method; `f_L = 2 He/(Re² x)`. Restarting the pipe needs τw = τy all along it:
//! `Δp = 4 τy L/D`.
//!
//! # Symbols
//! τy: yield stress, Pa; τw: stress at the wall, Pa; μp: plastic viscosity, Pa s; V: mean
//! velocity, m/s; D: diameter, m; ρ: density of the slurry, kg/m³; L: length, m.
//!
//! # Holds for
//! Smooth pipe, homogeneous mud. The turbulent fit was made on muds of a high Hedstrom number:
//! below He ≈ 10⁵ it falls under the plain liquid's factor, to half of it as He → 0, so
//! results there carry a caveat; with no yield stress at all the plain liquid's law
//! ([`super::pipe`]) is used in its stead. Gel strength after a long rest may exceed τy.
//!
//! # Source
//! `darby2001`, chapter on Bingham plastics.

use super::pipe;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Length, Pressure, Speed, Viscosity};
use crate::unit::{Case, Kind, Reading};

/// Hedstrom number below which the turbulent fit is not trusted.
pub const HEDSTROM_LOW: f64 = 1e5;

/// How a mud rubs on a pipe; friction factors are Darcy's, four times Fanning's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Friction {
    /// Re by the plastic viscosity.
    pub reynolds: f64,
    /// He.
    pub hedstrom: f64,
    /// If it were laminar.
    pub laminar: f64,
    /// If it were turbulent.
    pub turbulent: f64,
    /// As it is.
    pub factor: f64,
}

impl Friction {
    /// Does turbulence carry the larger part of the friction?
    pub fn is_turbulent(&self) -> bool {
        self.turbulent > self.laminar
    }
}

/// Share of the radius that moves as a plug, x, from He/Re.
fn plug(he_over_re: f64) -> f64 {
    let slope = 4.0 / 3.0 + 8.0 / he_over_re;
    let mut x = 1.0 / slope;
    // The polynomial is convex and falls, and starts positive: Newton walks up to the root.
    for _ in 0..200 {
        let step = (1.0 - slope * x + x.powi(4) / 3.0) / (slope - 4.0 / 3.0 * x.powi(3));
        x += step;
        if step.abs() <= 1e-15 * x {
            break;
        }
    }
    x
}

/// Friction of a mud; all factors are zero when nothing flows.
pub fn friction(density: f64, velocity: f64, diameter: f64, yield_stress: f64, plastic_viscosity: f64) -> Friction {
    let re = pipe::reynolds(density, velocity, diameter, plastic_viscosity);
    let he = diameter * diameter * density * yield_stress / (plastic_viscosity * plastic_viscosity);
    if re <= 0.0 {
        return Friction { reynolds: 0.0, hedstrom: he, laminar: 0.0, turbulent: 0.0, factor: 0.0 };
    }
    if he <= 0.0 {
        let factor = pipe::friction_factor(re, 0.0);
        let turbulent = if re < pipe::LAMINAR_BELOW { 0.0 } else { factor };
        return Friction { reynolds: re, hedstrom: 0.0, laminar: 64.0 / re, turbulent, factor };
    }
    let laminar = 2.0 * he / (re * re * plug(he / re));
    let a = -1.47 * (1.0 + 0.146 * (-2.9e-5 * he).exp());
    let turbulent = 10f64.powf(a) / re.powf(0.193);
    let m = 1.7 + 40_000.0 / re;
    // The larger is taken out of the power mean, which would overflow where Re is small.
    let (large, small) = if laminar > turbulent { (laminar, turbulent) } else { (turbulent, laminar) };
    let both = large * (1.0 + (small / large).powf(m)).powf(1.0 / m);
    Friction { reynolds: re, hedstrom: he, laminar: 4.0 * laminar, turbulent: 4.0 * turbulent, factor: 4.0 * both }
}

/// Pressure that sets a resting pipe of mud in motion, Pa.
pub fn restart_pressure(yield_stress: f64, length: f64, diameter: f64) -> f64 {
    4.0 * yield_stress * length / diameter
}

/// A mud in a pipe.
#[derive(Debug)]
struct Line {
    diameter: f64,
    velocity: f64,
    density: f64,
    yield_stress: f64,
    plastic_viscosity: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "bingham-friction",
    about: "Friction of a Bingham plastic in a smooth pipe, laminar to turbulent",
    sources: &["darby2001"],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let diameter: Option<Length> = fields.need("diameter", "inner diameter", 1e-3..=10.0);
    let velocity: Option<Speed> = fields.need("velocity", "mean velocity", 0.0..=50.0);
    let density: Option<Density> = fields.need("density", "density of the mud", 500.0..=5000.0);
    let stress: Option<Pressure> = fields.need("yield_stress", "stress below which it does not flow", 0.0..=1e4);
    let viscosity: Option<Viscosity> = fields.need("plastic_viscosity", "viscosity beyond the yield", 1e-5..=100.0);
    Some(Box::new(Line {
        diameter: diameter?.0,
        velocity: velocity?.0,
        density: density?.0,
        yield_stress: stress?.0,
        plastic_viscosity: viscosity?.0,
    }))
}

impl Case for Line {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let f = friction(self.density, self.velocity, self.diameter, self.yield_stress, self.plastic_viscosity);
        Ok(vec![
            Reading::new("Reynolds number", f.reynolds, "1"),
            Reading::new("Hedstrom number", f.hedstrom, "1"),
            Reading::new("friction factor", f.factor, "1"),
            Reading::new(
                "pressure gradient",
                pipe::gradient(f.factor, self.density, self.velocity, self.diameter),
                "Pa/m",
            ),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_yield_stress_it_is_a_plain_liquid() {
        for velocity in [0.001, 0.01, 1.0, 3.0] {
            let f = friction(1000.0, velocity, 0.1, 0.0, 1e-3);
            assert!((f.factor - pipe::friction_factor(f.reynolds, 0.0)).abs() < 1e-15);
        }
        // and the laminar branch comes to it by itself as the yield stress vanishes
        let f = friction(1000.0, 0.01, 0.1, 1e-9, 1e-3);
        assert!((f.laminar - 64.0 / f.reynolds).abs() < 1e-5 * f.laminar);
    }

    #[test]
    fn the_laminar_factor_obeys_its_own_equation() {
        for (velocity, stress) in [(0.1, 0.1), (0.5, 5.0), (1.0, 50.0), (0.001, 500.0)] {
            let f = friction(1100.0, velocity, 0.2, stress, 0.01);
            let (re, he, fanning) = (f.reynolds, f.hedstrom, f.laminar / 4.0);
            let again = 16.0 / re * (1.0 + he / (6.0 * re) - he.powi(4) / (3.0 * fanning.powi(3) * re.powi(7)));
            assert!((again / fanning - 1.0).abs() < 1e-6, "{velocity} {stress}: {again} {fanning}");
        }
    }

    #[test]
    fn a_creeping_mud_needs_just_its_restart_pressure() {
        let (stress, length, diameter, velocity) = (2.0, 5600.0, 0.25, 1e-9);
        let f = friction(1100.0, velocity, diameter, stress, 2e-3);
        let lost = pipe::gradient(f.factor, 1100.0, velocity, diameter) * length;
        assert!((lost / restart_pressure(stress, length, diameter) - 1.0).abs() < 1e-3, "{lost}");
    }

    #[test]
    fn faster_thicker_and_narrower_cost_more() {
        let lost = |velocity: f64, stress: f64, diameter: f64| {
            pipe::gradient(friction(1100.0, velocity, diameter, stress, 2e-3).factor, 1100.0, velocity, diameter)
        };
        assert!(lost(1.1, 0.4, 0.25) > lost(1.0, 0.4, 0.25));
        assert!(lost(0.2, 0.5, 0.25) > lost(0.2, 0.4, 0.25));
        assert!(lost(1.0, 0.4, 0.20) > lost(1.0, 0.4, 0.25));
    }
}
