//! Capture in a spinning pond: which grains reach the bowl's wall before the water leaves.
//!
//! # Equation
//! ```text
//! dr/dt = v ω² r / g                         a grain thrown outward, in a pond from r₁ to R that moves as a plug
//! held  = min(1, R²/(R² − r₁²) · (1 − exp(−2 ξ v (ω²/g) V/Q)))     V = π L (R² − r₁²)
//! Σ     = ξ (ω²/g) V / ln(R/r₁)                                    every grain with v ≥ Q/Σ is held
//! ```
//!
//! # Symbols
//! v: speed at which the grain sinks under its own weight, hindered, m/s; ω: spin, 1/s; g: weight, m/s²; L: length of the
//! pond, m; Q: flow through one machine, m³/s; ξ: share of the theory that the machine reaches, 1; Σ: area of a settling
//! tank that would do as much, m².
//!
//! # Holds for
//! Stokes' regime in the field of gravity, plug flow, grains spread evenly over the feed; what the conveyor stirs up again
//! is in ξ. Flocs break in the bowl's inlet and are not followed.
//!
//! # Source
//! `ambler1959`; worked example in `seader2011`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::lift::pipe::GRAVITY;
use crate::quantity::{Density, Length, Number, Rate, Viscosity};
use crate::unit::{Case, Kind, Reading};

/// Exponent of hindering for grains in Stokes' regime (`richardson1954`).
const HINDERING: f64 = 4.65;

/// Speed of a fine grain under its own weight among others that fill `crowd` by volume, m/s (Stokes).
pub fn sinks(grain: f64, lighter_by: f64, viscosity: f64, crowd: f64) -> f64 {
    lighter_by * GRAVITY * grain * grain / (18.0 * viscosity) * (1.0 - crowd).powf(HINDERING)
}

/// A bowl with its pond.
#[derive(Debug, Clone, Copy)]
pub struct Pond {
    /// Of the bowl's wall, m.
    pub radius: f64,
    /// Of the water's surface, m.
    pub surface: f64,
    /// m.
    pub length: f64,
    /// ω²/g, 1/m.
    pub spin: f64,
    /// Share of the theory reached, 1.
    pub efficiency: f64,
}

impl Pond {
    /// m³.
    pub fn volume(&self) -> f64 {
        std::f64::consts::PI * self.length * (self.radius.powi(2) - self.surface.powi(2))
    }

    /// m² of settling tank.
    pub fn sigma(&self) -> f64 {
        self.efficiency * self.spin * self.volume() / (self.radius / self.surface).ln()
    }

    /// Share of grains held that sink at `sinks` m/s, where `flow` m³/s passes.
    pub fn held(&self, sinks: f64, flow: f64) -> f64 {
        let outward = 2.0 * self.efficiency * sinks * self.spin * self.volume() / flow;
        let (outer, inner) = (self.radius.powi(2), self.surface.powi(2));
        (outer / (outer - inner) * -(-outward).exp_m1()).min(1.0)
    }

    /// The speed of sinking, m/s, of which so large a share is held (below 1).
    pub fn sinking_of(&self, held: f64, flow: f64) -> f64 {
        let (outer, inner) = (self.radius.powi(2), self.surface.powi(2));
        let outward = -(-held * (outer - inner) / outer).ln_1p();
        outward * flow / (2.0 * self.efficiency * self.spin * self.volume())
    }
}

/// A bowl that holds every grain of one size.
#[derive(Debug)]
struct Bowl {
    pond: Pond,
    grain: f64,
    lighter_by: f64,
    viscosity: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "spinning-pond",
    about: "Flow from which a bowl centrifuge holds every grain of a size",
    sources: &["ambler1959", "seader2011"],
    read,
};

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let radius: Option<Length> = fields.need("radius", "of the bowl's wall", 1e-3..=2.0);
    let surface: Option<Length> = fields.need("surface", "radius of the water's surface", 1e-4..=2.0);
    let length: Option<Length> = fields.need("length", "of the bowl", 1e-3..=10.0);
    let turns: Option<Rate> = fields.need("turns", "of the bowl", 1.0..=1e8);
    let grain: Option<Length> = fields.need("grain", "diameter", 1e-9..=1e-3);
    let solid: Option<Density> = fields.need("solid_density", "density of the grain", 500.0..=20_000.0);
    let liquid: Option<Density> = fields.need("liquid_density", "density of the liquid", 500.0..=2000.0);
    let viscosity: Option<Viscosity> = fields.need("viscosity", "of the liquid", 1e-5..=10.0);
    let efficiency: Option<Number> = fields.need("efficiency", "share of the theory reached", 0.01..=1.5);
    let (radius, surface) = (radius?.0, surface?.0);
    if surface >= radius {
        fields.refuse("surface", "the water's surface lies outside the bowl", "a radius smaller than `radius`");
        return None;
    }
    let omega = turns?.0 / 3600.0 * std::f64::consts::TAU;
    let pond = Pond { radius, surface, length: length?.0, spin: omega * omega / GRAVITY, efficiency: efficiency?.0 };
    let lighter_by = solid?.0 - liquid?.0;
    if lighter_by <= 0.0 {
        fields.refuse(
            "solid_density",
            "the grain is no heavier than the liquid and is not thrown out",
            "a denser grain",
        );
        return None;
    }
    Some(Box::new(Bowl { pond, grain: grain?.0, lighter_by, viscosity: viscosity?.0 }))
}

impl Case for Bowl {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let sinks = sinks(self.grain, self.lighter_by, self.viscosity, 0.0);
        Ok(vec![
            Reading::new("settling velocity", sinks, "m/s"),
            Reading::new("sigma", self.pond.sigma(), "m2"),
            Reading::new("capacity", sinks * self.pond.sigma() * 3600.0, "m3/h"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POND: Pond = Pond { radius: 0.25, surface: 0.19, length: 0.8, spin: 3000.0 / 0.25, efficiency: 1.0 };

    /// The share held by integrating a grain's way through the pond, from many places.
    fn walked(pond: &Pond, sinks: f64, flow: f64) -> f64 {
        let (places, steps) = (4000, 400);
        let dt = pond.volume() / flow / f64::from(steps);
        let caught = (0..places).filter(|place| {
            let share = (f64::from(*place) + 0.5) / f64::from(places);
            let mut r = (pond.surface.powi(2) + share * (pond.radius.powi(2) - pond.surface.powi(2))).sqrt();
            for _ in 0..steps {
                let half = r + 0.5 * dt * pond.efficiency * sinks * pond.spin * r;
                r += dt * pond.efficiency * sinks * pond.spin * half;
            }
            r >= pond.radius
        });
        caught.count() as f64 / f64::from(places)
    }

    #[test]
    fn the_share_held_is_that_of_grains_followed_one_by_one() {
        let flow = 20.0 / 3600.0;
        for grain in [0.2e-6, 0.4e-6, 0.6e-6] {
            let sinks = sinks(grain, 1620.0, 1e-3, 0.0);
            let (law, walk) = (POND.held(sinks, flow), walked(&POND, sinks, flow));
            assert!((law - walk).abs() < 1e-3, "{grain}: {law} {walk}");
        }
    }

    #[test]
    fn every_grain_is_held_from_sigma_on_and_half_of_them_before() {
        let flow = 20.0 / 3600.0;
        let all = flow / POND.sigma();
        assert!((POND.held(all, flow) - 1.0).abs() < 1e-12 && POND.held(0.99 * all, flow) < 1.0);
        let half = POND.sinking_of(0.5, flow);
        assert!((POND.held(half, flow) - 0.5).abs() < 1e-12 && half < all);
    }

    /// A thin pond is a settling tank of the wall's area under the wall's weight.
    #[test]
    fn a_thin_pond_is_a_tank() {
        let thin = Pond { surface: 0.25 * (1.0 - 1e-7), ..POND };
        let tank = std::f64::consts::TAU * 0.25 * 0.8 * 3000.0;
        assert!((thin.sigma() / tank - 1.0).abs() < 1e-6, "{} {tank}", thin.sigma());
        let flow = 1e-3;
        let sinks = 0.3 * flow / tank;
        assert!((thin.held(sinks, flow) - 0.3).abs() < 1e-6);
    }

    #[test]
    fn more_is_held_of_coarser_grains_in_less_flow_by_more_spin() {
        let held = |grain: f64, flow: f64, more: f64| {
            Pond { spin: POND.spin * more, ..POND }.held(sinks(grain, 1620.0, 1e-3, 0.05), flow)
        };
        assert!(held(0.4e-6, 5e-3, 1.0) > held(0.3e-6, 5e-3, 1.0));
        assert!(held(0.3e-6, 4e-3, 1.0) > held(0.3e-6, 5e-3, 1.0));
        assert!(held(0.3e-6, 5e-3, 1.2) > held(0.3e-6, 5e-3, 1.0));
        assert!(sinks(1e-6, 1620.0, 1e-3, 0.2) < sinks(1e-6, 1620.0, 1e-3, 0.0));
    }
}
