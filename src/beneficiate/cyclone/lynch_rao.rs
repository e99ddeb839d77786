//! Lynch and Rao's hydrocyclone: three regressions whose constants a survey must give.
//!
//! # Equation
//! ```text
//! Q           = q0 Do^q1 Di^q2 P^q3
//! log10 d50   = c0 + c1 Do + c2 Du + c3 Di + c4 W + c5 Q
//! F_w − F_u   = w0 + w1 F_w + w2 Du            (water to the overflow)
//! ```
//!
//! # Symbols
//! Do, Du, Di: vortex finder, apex, inlet, cm; P: pressure drop, kPa; W: solids, % by mass; Q: slurry of one
//! cyclone, L/min; d50: reduced cut, µm, of the solid surveyed; F_w: water fed to one cyclone, t/h; F_u: that to the
//! underflow.
//!
//! # Holds for
//! The circuit that was surveyed, and sizes near it; no constants are offered, since they are those of one ore.
//! A mineral of another density goes by `((ρs − ρl)/(ρ0 − ρl))^-0.5`.
//!
//! # Source
//! Lynch and Rao 1975 (`lynch1975`) for the form; constants are choices of the scenario.

use crate::fields::Fields;
use crate::quantity::{Density, Number};

use super::super::partition::Curve;
use super::{Feed, Law, Shape, Split};

/// The law with the constants of a survey.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LynchRao {
    flow: [f64; 4],
    cut: [f64; 6],
    water: [f64; 3],
    fitted_density: f64,
    curve: Curve,
}

impl LynchRao {
    /// Reads the constants.
    pub fn read(fields: &mut Fields<'_>, curve: Curve) -> Option<Self> {
        let flow = constants::<4>(fields, "flow", "q0, q1, q2, q3: slurry from Do, Di and pressure");
        let cut = constants::<6>(fields, "cut", "c0 to c5: log cut from 1, Do, Du, Di, solids and flow");
        let water = constants::<3>(fields, "water", "w0, w1, w2: water to the overflow from 1, water fed and Du");
        let density: Option<Density> =
            fields.need("fitted_solid_density", "of the solid the constants were fitted with", 1001.0..=9000.0);
        Some(Self { flow: flow?, cut: cut?, water: water?, fitted_density: density?.0, curve })
    }

    fn litres_per_minute(&self, shape: &Shape, feed: &Feed) -> f64 {
        let [q0, q1, q2, q3] = self.flow;
        q0 * (shape.vortex_finder * 100.0).powf(q1)
            * (shape.inlet * 100.0).powf(q2)
            * (feed.pressure_drop / 1000.0).powf(q3)
    }
}

/// A list of so many numbers.
fn constants<const N: usize>(fields: &mut Fields<'_>, key: &'static str, about: &str) -> Option<[f64; N]> {
    let list: Vec<Number> = fields.list(key, about, -1e6..=1e6)?;
    let found = list.len();
    let numbers: Vec<f64> = list.into_iter().map(|number| number.0).collect();
    numbers.try_into().ok().or_else(|| {
        fields.refuse(key, format!("{found} constants where {N} belong"), about);
        None
    })
}

impl Law for LynchRao {
    fn flow(&self, shape: &Shape, feed: &Feed) -> f64 {
        self.litres_per_minute(shape, feed) / 60_000.0
    }

    fn split(&self, shape: &Shape, feed: &Feed) -> Split {
        let water = self.flow(shape, feed) * 3600.0 * (1.0 - feed.solids) * feed.density / 1000.0;
        let [w0, w1, w2] = self.water;
        Split::Liquid(1.0 - (w0 + w1 * water + w2 * shape.apex * 100.0) / water)
    }

    fn cut_size(&self, shape: &Shape, feed: &Feed, solid: f64) -> Option<f64> {
        let heavier = solid - feed.density;
        (heavier > 0.0).then(|| {
            let [c0, c1, c2, c3, c4, c5] = self.cut;
            let by_mass = 100.0 * feed.solids * feed.solid_density / feed.slurry_density();
            let log = c0
                + c1 * shape.vortex_finder * 100.0
                + c2 * shape.apex * 100.0
                + c3 * shape.inlet * 100.0
                + c4 * by_mass
                + c5 * self.litres_per_minute(shape, feed);
            10f64.powf(log) * 1e-6 * ((self.fitted_density - feed.density).max(1.0) / heavier).sqrt()
        })
    }

    fn curve(&self, _: &Shape, _: &Feed) -> Curve {
        self.curve
    }

    fn outside(&self, shape: &Shape, feed: &Feed) -> Vec<String> {
        let Split::Liquid(share) = self.split(shape, feed) else { return Vec::new() };
        if (0.0..1.0).contains(&share) {
            return Vec::new();
        }
        vec![format!(
            "the regression sends {:.0} % of the water to the underflow: the survey did not reach this far",
            share * 100.0
        )]
    }
}
