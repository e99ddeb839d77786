//! One hydrocyclone: its shape, what is fed to it, and the laws that say what it does.
//!
//! A law answers four questions of one cyclone at a pressure drop: how much slurry it passes, how
//! its liquid (or its slurry) parts, at which size it cuts a solid of a density, and how sharply.
//! The unit [`super::hydrocyclone`] asks whichever law the scenario names.

pub mod coelho_medronho;
pub mod lynch_rao;
pub mod nageswararao;
pub mod parting;
pub mod plitt;
pub mod wishes;
#[cfg(test)]
mod tests;

use std::fmt::Debug;

use super::partition::Curve;

/// Gravity, m/s².
pub const GRAVITY: f64 = 9.80665;

/// The shape of a cyclone, m.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Dc: diameter of the body.
    pub body: f64,
    /// Di: diameter of the inlet.
    pub inlet: f64,
    /// Do: diameter of the vortex finder.
    pub vortex_finder: f64,
    /// Du: diameter of the apex.
    pub apex: f64,
    /// L: whole length.
    pub length: f64,
    /// l: length of the vortex finder inside.
    pub finder_length: f64,
}

impl Shape {
    /// A body diameter and the proportions to it: inlet, vortex finder, apex, length, its finder's.
    pub fn proportioned(body: f64, [inlet, vortex_finder, apex, length, finder_length]: [f64; 5]) -> Self {
        Self {
            body,
            inlet: inlet * body,
            vortex_finder: vortex_finder * body,
            apex: apex * body,
            length: length * body,
            finder_length: finder_length * body,
        }
    }

    /// The same proportions at another diameter.
    pub fn of_body(&self, body: f64) -> Self {
        let share = |length: f64| length / self.body;
        let lengths = [self.inlet, self.vortex_finder, self.apex, self.length, self.finder_length];
        Self::proportioned(body, lengths.map(share))
    }

    /// From the end of the vortex finder to the apex: the free vortex.
    pub fn below_finder(&self) -> f64 {
        self.length - self.finder_length
    }
}

/// What flows through it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feed {
    /// Pressure drop, Pa.
    pub pressure_drop: f64,
    /// Volume share of solids.
    pub solids: f64,
    /// Viscosity of the liquid, Pa s.
    pub viscosity: f64,
    /// Density of the liquid, kg/m³.
    pub density: f64,
    /// Mean density of the solids, kg/m³.
    pub solid_density: f64,
}

impl Feed {
    /// Density of the slurry, kg/m³.
    pub fn slurry_density(&self) -> f64 {
        self.density * (1.0 - self.solids) + self.solid_density * self.solids
    }
}

/// What leaves by the apex, as a law tells it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Split {
    /// Share of the liquid.
    Liquid(f64),
    /// Share of the slurry's volume, solids and liquid together.
    Slurry(f64),
}

impl Split {
    /// Share of the liquid, where `settled` is the share of the solids' volume that goes down for its
    /// own sake and `solids` that of solids in the slurry.
    ///
    /// # Equation
    /// With `Y = y (1 − R) + R` the solids take `s + R (1 − s)`, so `V = C s + R (1 − C s)` and
    /// `R = (V − C s) / (1 − C s)`; negative where the settled solids alone fill more than V.
    pub fn bypass(self, solids: f64, settled: f64) -> f64 {
        match self {
            Split::Liquid(share) => share,
            Split::Slurry(volume) => (volume - solids * settled) / (1.0 - solids * settled),
        }
    }
}

/// A law of the hydrocyclone.
pub trait Law: Debug + Send + Sync {
    /// Slurry one cyclone passes, m³/s.
    fn flow(&self, shape: &Shape, feed: &Feed) -> f64;

    /// What leaves by the apex.
    fn split(&self, shape: &Shape, feed: &Feed) -> Split;

    /// Reduced cut size, m, of a solid of a density; `None` for one that floats.
    fn cut_size(&self, shape: &Shape, feed: &Feed, solid: f64) -> Option<f64>;

    /// The reduced efficiency curve.
    fn curve(&self, shape: &Shape, feed: &Feed) -> Curve;

    /// Where shape or feed lie outside what the law was fitted to, in sentences.
    fn outside(&self, shape: &Shape, feed: &Feed) -> Vec<String>;
}

/// Which of some proportions lie outside their range: `(what, value, low, high)`.
pub fn beyond(law: &str, ranges: &[(&str, f64, f64, f64)]) -> Vec<String> {
    ranges
        .iter()
        .filter(|(_, value, low, high)| *value < low - 1e-9 || *value > high + 1e-9)
        .map(|(what, value, low, high)| format!("{what} {value:.3}; {law} was fitted to {low} to {high}"))
        .collect()
}
