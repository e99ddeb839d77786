//! Herschel and Bulkley: friction of a mud that yields and thins as it is sheared, laminar to turbulent.
//!
//! # Equation
//! ```text
//! τ = τy + K γ̇ⁿ
//! laminar:   V = (D/2) n (τw/K)^(1/n) (1−ξ)^(1+1/n) [(1−ξ)²/(3n+1) + 2ξ(1−ξ)/(2n+1) + ξ²/(n+1)],   ξ = τy/τw
//! turbulent: V/u* = N + 11.6 (α − 1) − 2.5 ln α − Ω,   u* = √(τw/ρ)
//!            α = 2 (1 + ξ n)/(1 + n)          area under the flow curve over that of a plain liquid
//!            Ω = −2.5 ln(1 − ξ) − 2.5 ξ (1 + ξ/2)                       the blunt core
//!            N = −√8 · 2 log₁₀[ε/(3.7 D) + 2.51 ν/(√8 u* D)],   ν = τw/(ρ γ̇w)      Colebrook at the wall's viscosity
//! ```
//! Both give the velocity that a stress at the wall drives; each is turned round for the stress that a velocity asks,
//! and the greater stress is the flow's: `f = 8 τw/(ρ V²)`.
//!
//! # Symbols
//! τy: yield stress, Pa; K: consistency, Pa sⁿ; n: flow index; τw: stress at the wall, Pa; γ̇w = ((τw − τy)/K)^(1/n): rate of
//! shear there, 1/s; V: mean velocity, m/s; D: diameter, m; ρ: density of the mud, kg/m³; ε: roughness, m.
//!
//! # Holds for
//! A homogeneous mud without elasticity in a round pipe, n from 0.1 to 1.5. Laminar flow is exact. The turbulent law was
//! set against muds and slurries with n from 0.3 to 1, to within some 15 %; between the two the greater is taken, without
//! the dip that some muds show. With n = 1 and τy = 0 it is Hagen and Poiseuille below and Colebrook above, to rounding.
//!
//! # Source
//! Laminar: `chhabra2008`; turbulent: `wilson1985`; rough wall: `colebrook1939`.

use super::bingham::Friction;
use super::crossing::crossing;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Length, Number, Pressure, Speed};
use crate::unit::{Case, Kind, Reading};

/// Flow curve of a mud.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fluid {
    /// τy, Pa.
    pub yield_stress: f64,
    /// K, Pa sⁿ; the plastic viscosity where n is 1.
    pub consistency: f64,
    /// n.
    pub index: f64,
}

impl Fluid {
    /// A mud of Bingham's kind.
    pub const fn bingham(yield_stress: f64, viscosity: f64) -> Self {
        Self { yield_stress, consistency: viscosity, index: 1.0 }
    }

    /// Rate of shear under a stress, 1/s.
    pub fn shear_rate(&self, stress: f64) -> f64 {
        ((stress - self.yield_stress).max(0.0) / self.consistency).powf(1.0 / self.index)
    }

    /// Mean velocity that a wall stress drives if the flow is laminar, m/s.
    pub fn laminar(&self, stress: f64, diameter: f64) -> f64 {
        if stress <= self.yield_stress {
            return 0.0;
        }
        let (n, plug) = (self.index, self.yield_stress / stress);
        let free = 1.0 - plug;
        let shape = free * free / (3.0 * n + 1.0) + 2.0 * plug * free / (2.0 * n + 1.0) + plug * plug / (n + 1.0);
        0.5 * diameter * n * self.shear_rate(stress) * free * shape
    }

    /// Mean velocity that a wall stress drives if the flow is turbulent, m/s.
    pub fn turbulent(&self, stress: f64, density: f64, diameter: f64, roughness: f64) -> f64 {
        if stress <= self.yield_stress {
            return 0.0;
        }
        let (n, plug) = (self.index, self.yield_stress / stress);
        let shear = (stress / density).sqrt();
        let kinematic = stress / (density * self.shear_rate(stress));
        let root_eight = 8f64.sqrt();
        let argument = roughness / (3.7 * diameter) + 2.51 * kinematic / (root_eight * shear * diameter);
        let plain = -root_eight * 2.0 * argument.log10();
        let area = 2.0 * (1.0 + plug * n) / (1.0 + n);
        let core = -2.5 * (-plug).ln_1p() - 2.5 * plug * (1.0 + 0.5 * plug);
        (shear * (plain + 11.6 * (area - 1.0) - 2.5 * area.ln() - core)).max(0.0)
    }
}

/// Friction of a mud in a pipe, ε its roughness; all factors are zero when nothing flows.
pub fn friction(mud: &Fluid, density: f64, velocity: f64, diameter: f64, roughness: f64) -> Friction {
    let hedstrom = if mud.yield_stress > 0.0 {
        density * diameter * diameter / mud.yield_stress * (mud.yield_stress / mud.consistency).powf(2.0 / mud.index)
    } else {
        0.0
    };
    if velocity <= 0.0 {
        return Friction { reynolds: 0.0, hedstrom, laminar: 0.0, turbulent: 0.0, factor: 0.0 };
    }
    // The wall of a plain liquid is sheared at 8 V/D: near enough to start from, whatever the mud.
    let guess = mud.yield_stress + mud.consistency * (8.0 * velocity / diameter).powf(mud.index);
    let head = 0.125 * density * velocity * velocity;
    let laminar = stress_for(velocity, mud.yield_stress, guess, |stress| mud.laminar(stress, diameter)) / head;
    let turbulent =
        stress_for(velocity, mud.yield_stress, guess, |stress| mud.turbulent(stress, density, diameter, roughness))
            / head;
    Friction { reynolds: 64.0 / laminar, hedstrom, laminar, turbulent, factor: laminar.max(turbulent) }
}

/// Stress at which a rising `velocity_at` meets a velocity, no less than `low`, near `guess`.
fn stress_for(velocity: f64, low: f64, guess: f64, velocity_at: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, guess);
    while velocity_at(high) < velocity {
        low = high;
        high *= 4.0;
    }
    crossing(low, high, 1e-14, |stress| velocity_at(stress) - velocity)
}

/// A mud in a pipe.
#[derive(Debug)]
struct Line {
    diameter: f64,
    roughness: f64,
    velocity: f64,
    density: f64,
    mud: Fluid,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "herschel-bulkley-friction",
    about: "Friction of a mud that yields and thins when sheared, laminar to turbulent",
    sources: &["chhabra2008", "wilson1985", "colebrook1939"],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let diameter: Option<Length> = fields.need("diameter", "inner diameter", 1e-3..=10.0);
    let roughness: Option<Length> = fields.need("roughness", "roughness of the wall; 0 is smooth", 0.0..=0.01);
    let velocity: Option<Speed> = fields.need("velocity", "mean velocity", 0.0..=50.0);
    let density: Option<Density> = fields.need("density", "density of the mud", 500.0..=5000.0);
    let stress: Option<Pressure> = fields.need("yield_stress", "stress below which it does not flow", 0.0..=1e4);
    let consistency: Option<Number> = fields.need("consistency", "K of the flow curve, Pa s^n", 1e-5..=1e3);
    let index: Option<Number> = fields.need("flow_index", "n of the flow curve", 0.1..=1.5);
    Some(Box::new(Line {
        diameter: diameter?.0,
        roughness: roughness?.0,
        velocity: velocity?.0,
        density: density?.0,
        mud: Fluid { yield_stress: stress?.0, consistency: consistency?.0, index: index?.0 },
    }))
}

impl Case for Line {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let f = friction(&self.mud, self.density, self.velocity, self.diameter, self.roughness);
        let lost = super::pipe::gradient(f.factor, self.density, self.velocity, self.diameter);
        Ok(vec![
            Reading::new("Reynolds number", f.reynolds, "1"),
            Reading::new("friction factor", f.factor, "1"),
            Reading::new("wall stress", lost * self.diameter / 4.0, "Pa"),
            Reading::new("pressure gradient", lost, "Pa/m"),
            Reading::new("turbulent over laminar friction", f.turbulent / f.laminar, "1"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{bingham, pipe};
    use super::*;

    fn close(a: f64, b: f64, within: f64) {
        assert!((a / b - 1.0).abs() < within, "{a} {b}");
    }

    #[test]
    fn without_yield_or_thinning_it_is_a_plain_liquid() {
        let plain = Fluid::bingham(0.0, 1.5e-3);
        for velocity in [1e-4, 1e-3, 0.01] {
            let f = friction(&plain, 1030.0, velocity, 0.2, 0.0);
            close(f.laminar, 64.0 / pipe::reynolds(1030.0, velocity, 0.2, 1.5e-3), 1e-12);
        }
        for (velocity, roughness) in [(0.5, 0.0), (2.0, 0.0), (2.0, 4.5e-5), (8.0, 4.5e-4)] {
            let f = friction(&plain, 1030.0, velocity, 0.2, roughness);
            let re = pipe::reynolds(1030.0, velocity, 0.2, 1.5e-3);
            let colebrook = (0..200).fold(0.02, |f: f64, _| {
                let root = -2.0 * (roughness / (3.7 * 0.2) + 2.51 / (re * f.sqrt())).log10();
                1.0 / (root * root)
            });
            close(f.factor, colebrook, 1e-11);
        }
    }

    #[test]
    fn with_index_one_the_laminar_law_is_binghams() {
        for (velocity, stress) in [(0.05, 0.1), (0.5, 5.0), (1.0, 50.0)] {
            let mud = Fluid::bingham(stress, 0.01);
            let ours = friction(&mud, 1100.0, velocity, 0.2, 0.0);
            let theirs = bingham::friction(1100.0, velocity, 0.2, stress, 0.01);
            close(ours.laminar, theirs.laminar, 1e-10);
            close(ours.hedstrom, theirs.hedstrom, 1e-12);
        }
    }

    #[test]
    fn without_a_yield_stress_the_laminar_law_is_the_power_laws() {
        for n in [0.3, 0.6, 1.0, 1.4] {
            let mud = Fluid { yield_stress: 0.0, consistency: 0.5, index: n };
            let (velocity, diameter): (f64, f64) = (0.3, 0.1);
            // Rabinowitsch and Mooney: the wall is sheared at (3n+1)/(4n) of 8V/D.
            let wall = 0.5 * ((3.0 * n + 1.0) / (4.0 * n) * 8.0 * velocity / diameter).powf(n);
            let f = friction(&mud, 1100.0, velocity, diameter, 0.0);
            close(f.laminar, 8.0 * wall / (1100.0 * velocity * velocity), 1e-11);
        }
    }

    /// The flow over the section, summed ring by ring, is what the closed form says.
    #[test]
    fn the_laminar_flow_is_the_sum_of_its_rings() {
        let mud = Fluid { yield_stress: 2.0, consistency: 0.8, index: 0.45 };
        let (stress, diameter, rings) = (7.0, 0.2, 20_000);
        let radius = 0.5 * diameter;
        // Q = π ∫ r² γ̇ dr, by parts from the velocity profile.
        let step = radius / f64::from(rings);
        let flow: f64 = (0..rings)
            .map(|ring| {
                let r = (f64::from(ring) + 0.5) * step;
                std::f64::consts::PI * r * r * mud.shear_rate(stress * r / radius) * step
            })
            .sum();
        close(mud.laminar(stress, diameter), flow / (std::f64::consts::PI * radius * radius), 1e-6);
    }

    /// In the turbulent range the two laws of a Bingham mud agree as well as their sources say.
    #[test]
    fn turbulent_muds_agree_with_the_law_of_binghams_kind() {
        for velocity in [2.0, 3.0, 4.0] {
            let ours = friction(&Fluid::bingham(6.0, 0.02), 1300.0, velocity, 0.254, 0.0);
            let theirs = bingham::friction(1300.0, velocity, 0.254, 6.0, 0.02);
            close(ours.factor, theirs.factor, 0.25);
        }
    }

    proptest::proptest! {
        /// More flow asks more stress; in laminar flow more yield and more consistency do too. (In wild turbulence a yield
        /// stress thickens the layer at the wall, and the law says it rubs less.)
        #[test]
        fn nature_is_monotone(
            stress in 0.0..100.0f64, consistency in 1e-3..10.0f64, index in 0.2..1.2f64,
            velocity in 1e-3..8.0f64, diameter in 0.02..1.5f64,
        ) {
            let of = |stress: f64, consistency: f64, velocity: f64| {
                friction(&Fluid { yield_stress: stress, consistency, index }, 1150.0, velocity, diameter, 0.0)
            };
            let head = 1150.0 * velocity * velocity / 8.0;
            let here = of(stress, consistency, velocity);
            proptest::prop_assert!(here.factor.is_finite() && here.factor * head > stress);
            let faster = of(stress, consistency, 1.1 * velocity);
            proptest::prop_assert!(1.21 * faster.factor > here.factor * (1.0 - 1e-9));
            proptest::prop_assert!(of(stress + 1.0, consistency, velocity).laminar > here.laminar * (1.0 - 1e-9));
            proptest::prop_assert!(of(stress, 1.2 * consistency, velocity).laminar > here.laminar * (1.0 - 1e-9));
        }
    }
}
