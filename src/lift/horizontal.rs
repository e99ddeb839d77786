//! Horizontal lines: what grains cost in a level pipe, and the speed that keeps them from lying down.
//!
//! # Equation
//! ```text
//! iₘ = iₗ + E R C        iₗ = f V²/(2 g D)
//! fines:    E = iₗ                                                the mixture is a heavier liquid
//! sand:     E = v (1 − C/κ)^β/V + (8.5²/f) (v/√(g d))^(10/3) ((ν g)^(1/3)/V)²
//! speed below which a bed forms, the greater of
//!   very fine   V = 1.4 (ν R g)^(1/3) √(8/f)
//!   fine        V = s a [v C (1 − C/κ)^β/(f s)]^(1/3)
//!   coarse      V = s a [(1 − C/κ)^β C √(μ b π/8) √c/f]^(1/3),   c = 0.0065/s²
//!   between     fine e^(−d/d₀) + coarse (1 − e^(−d/d₀)) where fine would be the greater; coarse alone from 2 mm
//!   bed slides  E = μ
//! ```
//! with `s = √(2 g R D)`, `a = 3.4 (1.65/R)^(2/9)`, `κ = 0.175 (1 + β)`, `d₀ = 0.5 mm (1.65/R)^(1/2)`.
//!
//! # Symbols
//! iₘ, iₗ: head lost by mixture and by liquid, m of liquid on a metre; V: velocity, m/s; D: diameter, m; d: grain, m; C:
//! solids by volume in the pipe, 1; R: density of the grains over the liquid's, less one; v, β: settling alone and the
//! exponent of its hindering ([`super::settling`]); f: Darcy factor of the liquid ([`super::pipe`]); ν: its kinematic
//! viscosity, m²/s; μ = 0.415: sliding friction of a bed; b = 0.6: solids by volume in a bed.
//!
//! # Holds for
//! One size of sand or gravel in water, pipes from 0.025 to 1.2 m, flow without a standing bed; grain sizes at the change
//! from fine to coarse are joined by a rule, not by physics. For muds with a yield stress use [`super::herschel_bulkley`].
//!
//! # Source
//! The framework of Delft, `miedema2023`; its reference values are reproduced within 0.03 %, which is what its own rounding of
//! the wall's friction makes (with that rounding, to their seven digits).

use super::crossing::crossing;
use super::pipe::{self, GRAVITY};
use super::settling;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Fraction, Length, Speed, Viscosity};
use crate::unit::{Case, Kind, Reading};

/// Sliding friction of a bed on the pipe, 1.
const SLIDING: f64 = 0.415;

/// Solids by volume in a bed.
const BED: f64 = 0.6;

/// Grain from which the coarse law stands alone, m.
const COARSE: f64 = 2e-3;

/// Grains of one size in a liquid in a level pipe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// m.
    pub diameter: f64,
    /// m.
    pub roughness: f64,
    /// m.
    pub grain: f64,
    /// kg/m³ of the grains.
    pub solid_density: f64,
    /// kg/m³ of the liquid.
    pub liquid_density: f64,
    /// Pa s of the liquid.
    pub viscosity: f64,
    /// Solids by volume in the pipe.
    pub solids: f64,
}

impl Line {
    /// Reads a line, as every law of level pipes is asked.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let diameter: Option<Length> = fields.need("diameter", "inner diameter", 1e-2..=3.0);
        let roughness: Option<Length> = fields.need("roughness", "roughness of the wall; 0 is smooth", 0.0..=0.01);
        let grain: Option<Length> = fields.need("grain", "diameter of the grains", 1e-7..=0.2);
        let solid: Option<Density> = fields.need("solid_density", "density of the grains", 1100.0..=20_000.0);
        let liquid: Option<Density> = fields.need("liquid_density", "density of the liquid", 500.0..=1090.0);
        let viscosity: Option<Viscosity> = fields.need("viscosity", "viscosity of the liquid", 1e-5..=1.0);
        let solids: Option<Fraction> = fields.need("solids_by_volume", "solids by volume in the pipe", 1e-6..=0.5);
        Some(Self {
            diameter: diameter?.0,
            roughness: roughness?.0,
            grain: grain?.0,
            solid_density: solid?.0,
            liquid_density: liquid?.0,
            viscosity: viscosity?.0,
            solids: solids?.0,
        })
    }

    /// Density of the grains over the liquid's, less one.
    pub fn submerged(&self) -> f64 {
        self.solid_density / self.liquid_density - 1.0
    }

    /// Darcy factor of the liquid alone.
    pub fn factor(&self, velocity: f64) -> f64 {
        let reynolds = pipe::reynolds(self.liquid_density, velocity, self.diameter, self.viscosity);
        pipe::friction_factor(reynolds, self.roughness / self.diameter)
    }

    /// Head lost by the liquid alone, m/m.
    pub fn liquid(&self, velocity: f64) -> f64 {
        self.factor(velocity) * velocity * velocity / (2.0 * GRAVITY * self.diameter)
    }

    /// Settling alone, m/s, its exponent of hindering, and what the crowd leaves of it.
    fn settling(&self) -> (f64, f64) {
        let alone = settling::terminal(self.grain, self.solid_density, self.liquid_density, self.viscosity, GRAVITY);
        let beta = settling::hindering(alone * self.grain * self.liquid_density / self.viscosity);
        (alone, (1.0 - self.solids / (0.175 * (1.0 + beta))).max(0.0).powf(beta))
    }

    /// E of sand carried by turbulence, 1.
    pub fn excess(&self, velocity: f64) -> f64 {
        let (alone, crowd) = self.settling();
        let kinematic = self.viscosity / self.liquid_density;
        alone * crowd / velocity
            + 8.5 * 8.5 / self.factor(velocity)
                * (alone / (GRAVITY * self.grain).sqrt()).powf(10.0 / 3.0)
                * ((kinematic * GRAVITY).cbrt() / velocity).powi(2)
    }

    /// Head lost by the mixture, m of liquid on a metre: sand carried by turbulence, or fines, whichever is more.
    pub fn mixture(&self, velocity: f64) -> f64 {
        let liquid = self.liquid(velocity);
        liquid + self.excess(velocity).max(liquid) * self.submerged() * self.solids
    }

    /// Velocity below which a bed forms, m/s.
    pub fn deposit_limit(&self) -> f64 {
        let (alone, crowd) = self.settling();
        let kinematic = self.viscosity / self.liquid_density;
        let submerged = self.submerged();
        let scale = (2.0 * GRAVITY * submerged * self.diameter).sqrt();
        let a = 3.4 * (1.65 / submerged).powf(2.0 / 9.0);
        // Each is V = g(f(V)): V outgrows the right side, since f falls more slowly than V rises.
        let meets =
            |right: &dyn Fn(f64) -> f64| crossing(1e-6, 1e3, 1e-13, |velocity| velocity - right(self.factor(velocity)));
        let very_fine = meets(&|f| 1.4 * (kinematic * submerged * GRAVITY).cbrt() * (8.0 / f).sqrt());
        let fine = meets(&|f| scale * a * (alone * self.solids * crowd / (f * scale)).cbrt());
        let rolling = (SLIDING * BED * std::f64::consts::PI / 8.0).sqrt() * (0.0065 / (scale * scale)).sqrt();
        let coarse = meets(&|f| scale * a * (crowd * self.solids * rolling / f).cbrt());
        let fine = very_fine.max(fine);
        let blend = (-self.grain / (5e-4 * (1.65 / submerged).sqrt())).exp();
        let turbulent = if fine <= coarse {
            fine
        } else if self.grain >= COARSE {
            coarse
        } else {
            fine * blend + coarse * (1.0 - blend)
        };
        let slides = crossing(1e-6, 1e3, 1e-13, |velocity| SLIDING - self.excess(velocity));
        turbulent.max(slides)
    }
}

/// A line at a speed.
#[derive(Debug)]
struct Question {
    line: Line,
    velocity: Option<f64>,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "horizontal-line",
    about: "Head lost by grains in a level pipe, and the speed below which they form a bed",
    sources: &["miedema2023"],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let line = Line::read(fields);
    let velocity: Option<Speed> =
        fields.may("velocity", "mean velocity; absent: only the limit of deposition is asked", 1e-3..=50.0);
    Some(Box::new(Question { line: line?, velocity: velocity.map(|v| v.0) }))
}

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let mut readings = vec![Reading::new("deposit limit", self.line.deposit_limit(), "m/s")];
        if let Some(velocity) = self.velocity {
            let head = self.line.mixture(velocity);
            readings.extend([
                Reading::new("head lost by the liquid", self.line.liquid(velocity), "1"),
                Reading::new("excess of sand", self.line.excess(velocity), "1"),
                Reading::new("head lost by the mixture", head, "1"),
                Reading::new("pressure gradient", head * GRAVITY * self.line.liquid_density / 1000.0, "kPa/m"),
            ]);
        }
        Ok(readings)
    }
}

#[cfg(test)]
pub(in crate::lift) mod tests {
    use super::*;

    pub(in crate::lift) const SAND: Line = Line {
        diameter: 0.5,
        roughness: 4.5e-5,
        grain: 4e-4,
        solid_density: 2650.0,
        liquid_density: 998.2,
        viscosity: 1.005e-3,
        solids: 0.1,
    };

    #[test]
    fn without_grains_it_is_the_liquid() {
        let clear = Line { solids: 1e-12, ..SAND };
        assert!((clear.mixture(3.0) / clear.liquid(3.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn fast_water_carries_sand_as_a_heavier_liquid_and_slow_water_pays_for_it() {
        assert!(SAND.excess(3.0) < SAND.excess(2.0));
        let fast = 15.0;
        let heavier = SAND.liquid(fast) * (1.0 + SAND.submerged() * SAND.solids);
        assert!((SAND.mixture(fast) / heavier - 1.0).abs() < 1e-12);
    }

    #[test]
    fn no_bed_forms_above_the_limit_and_wider_pipes_need_more_speed() {
        let mut before = 0.0;
        for diameter in [0.05, 0.1, 0.3, 0.5, 1.0] {
            let limit = Line { diameter, ..SAND }.deposit_limit();
            assert!(limit > before, "{diameter}: {limit}");
            before = limit;
        }
        let heavy = Line { solid_density: 4000.0, ..SAND }.deposit_limit();
        assert!(heavy > SAND.deposit_limit());
    }
}
