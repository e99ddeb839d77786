//! What a hydrocyclone passes, splits and cuts, from its shape and its pressure drop.
//!
//! # Equation
//! ```text
//! Q   = 0.184 Dc^-0.217 Di^1.231 (Do² + Du²)^0.198 (L − l)^0.462 μ^0.0566 ρ^-0.528 e^(0.241 C) Δp^0.472
//! Re  = 4 ρ Q / (π μ Dc)
//! Eu  = 43.5 Dc^0.57 (Dc/Di)^2.61 (Dc/(Do² + Du²))^0.42 (Dc/(L − l))^0.98 Re^0.12 e^(−0.51 C)
//! Rw  = 1.18 (Dc/Do)^5.97 (Du/Dc)^3.10 Eu^-0.54
//! d50 = 1.173 Dc^0.64 / (Do^0.475 (L − l)^0.665) · sqrt(μ ρ Q / ((ρs − ρ) Δp)) · ln(1/Rw)^0.395 e^(6.0 C)
//! ```
//! and the same cut from the Stokes number, `Stk50 Eu = 0.12 (Dc/Do)^0.95 (Dc/(L − l))^1.33
//! ln(1/Rw)^0.79 e^(12.0 C)` with Eu = Δp/(ρ v²/2), `Stk50 = (ρs − ρ) v d50² / (18 μ Dc)`, `v = 4 Q/(π Dc²)`.
//!
//! # Symbols
//! SI throughout. Dc, Di, Do, Du: diameters of body, inlet, vortex finder and apex; L: length;
//! l: length of the vortex finder; C: volume share of solids; μ, ρ: of the liquid; ρs: of the
//! solid; Δp: pressure drop; Q: slurry flow of one cyclone; Rw: share of the liquid that leaves
//! by the apex; d50: reduced cut size, which half of the particles not carried by Rw pass.
//!
//! # Holds for
//! Di/Dc 0.14–0.28, Do/Dc 0.20–0.34, Du/Dc 0.04–0.28, l/Dc 0.33–0.55, L/Dc 3.3–6.9,
//! cone 9–20°; solids that settle freely but for the factor in C.
//!
//! # Source
//! Coelho and Medronho 2001 (`coelho2001`), read in a public repository that codes it.

use std::f64::consts::PI;

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Fraction, Length, Number, Pressure, Quantity, Viscosity};
use crate::unit::{Case, Kind, Reading};

use super::super::partition::Curve;
use super::{Feed, Law, Shape, Split};

/// The law, with the sharpness of its curve, which it does not tell itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoelhoMedronho {
    /// Of the family, or of the scenario.
    pub curve: Curve,
}

/// Do² + Du².
fn outlets(shape: &Shape) -> f64 {
    shape.vortex_finder.powi(2) + shape.apex.powi(2)
}

/// Slurry one cyclone passes, m³/s.
fn flow(shape: &Shape, feed: &Feed) -> f64 {
    0.184
        * shape.body.powf(-0.217)
        * shape.inlet.powf(1.231)
        * outlets(shape).powf(0.198)
        * shape.below_finder().powf(0.462)
        * feed.viscosity.powf(0.0566)
        * feed.density.powf(-0.528)
        * (0.241 * feed.solids).exp()
        * feed.pressure_drop.powf(0.472)
}

/// Reynolds number of the body.
pub fn reynolds(shape: &Shape, feed: &Feed) -> f64 {
    4.0 * feed.density * flow(shape, feed) / (PI * feed.viscosity * shape.body)
}

/// Euler number by the correlation.
fn euler(shape: &Shape, feed: &Feed) -> f64 {
    43.5 * shape.body.powf(0.57)
        * (shape.body / shape.inlet).powf(2.61)
        * (shape.body / outlets(shape)).powf(0.42)
        * (shape.body / shape.below_finder()).powf(0.98)
        * reynolds(shape, feed).powf(0.12)
        * (-0.51 * feed.solids).exp()
}

/// Mean speed through the body, m/s.
fn speed(shape: &Shape, feed: &Feed) -> f64 {
    4.0 * flow(shape, feed) / (PI * shape.body.powi(2))
}

/// Euler number by its definition, Δp / (ρ v²/2), with the flow of [`flow`].
fn euler_defined(shape: &Shape, feed: &Feed) -> f64 {
    feed.pressure_drop / (0.5 * feed.density * speed(shape, feed).powi(2))
}

/// Share of the liquid that leaves by the apex.
fn water_split(shape: &Shape, feed: &Feed) -> f64 {
    let share = 1.18
        * (shape.body / shape.vortex_finder).powf(5.97)
        * (shape.apex / shape.body).powf(3.10)
        * euler(shape, feed).powf(-0.54);
    share.min(0.999)
}

/// Reduced cut size, m, for a solid of a density above the liquid's; `None` for one that floats.
fn cut_size(shape: &Shape, feed: &Feed, solid: f64) -> Option<f64> {
    let heavier = solid - feed.density;
    (heavier > 0.0).then(|| {
        1.173 * shape.body.powf(0.64) / (shape.vortex_finder.powf(0.475) * shape.below_finder().powf(0.665))
            * (feed.viscosity * feed.density * flow(shape, feed) / (heavier * feed.pressure_drop)).sqrt()
            * (1.0 / water_split(shape, feed)).ln().powf(0.395)
            * (6.0 * feed.solids).exp()
    })
}

/// The cut size again, m, from the Stokes number.
fn cut_size_by_stokes(shape: &Shape, feed: &Feed, solid: f64) -> Option<f64> {
    let heavier = solid - feed.density;
    (heavier > 0.0).then(|| {
        let product = 0.12
            * (shape.body / shape.vortex_finder).powf(0.95)
            * (shape.body / shape.below_finder()).powf(1.33)
            * (1.0 / water_split(shape, feed)).ln().powf(0.79)
            * (12.0 * feed.solids).exp();
        let stokes = product / euler_defined(shape, feed);
        (stokes * 18.0 * feed.viscosity * shape.body / (heavier * speed(shape, feed))).sqrt()
    })
}

/// Which proportions lie outside what the correlation was fitted to.
fn outside(shape: &Shape) -> Vec<String> {
    let share = |length: f64| length / shape.body;
    [
        ("inlet", share(shape.inlet), 0.14, 0.28),
        ("vortex finder", share(shape.vortex_finder), 0.20, 0.34),
        ("apex", share(shape.apex), 0.04, 0.28),
        ("length of the vortex finder", share(shape.finder_length), 0.33, 0.55),
        ("length", share(shape.length), 3.30, 6.93),
    ]
    .into_iter()
    .filter(|(_, value, low, high)| *value < low - 1e-9 || *value > high + 1e-9)
    .map(|(what, value, low, high)| {
        format!("{what} {value:.3} of the body; the correlation was fitted to {low} to {high} (coelho2001)")
    })
    .collect()
}

impl Law for CoelhoMedronho {
    fn flow(&self, shape: &Shape, feed: &Feed) -> f64 {
        flow(shape, feed)
    }

    fn split(&self, shape: &Shape, feed: &Feed) -> Split {
        Split::Liquid(water_split(shape, feed))
    }

    fn cut_size(&self, shape: &Shape, feed: &Feed, solid: f64) -> Option<f64> {
        cut_size(shape, feed, solid)
    }

    fn curve(&self, _: &Shape, _: &Feed) -> Curve {
        self.curve
    }

    fn outside(&self, shape: &Shape, feed: &Feed) -> Vec<String> {
        let mut told = outside(shape);
        if feed.solids > 0.10 {
            told.push(format!(
                "{:.1} % solids by volume: grains crowd each other more than the cut law's factor knows",
                feed.solids * 100.0
            ));
        }
        told
    }
}

/// The correlation, asked for one cyclone.
#[derive(Debug)]
struct Correlation {
    shape: Shape,
    feed: Feed,
    solid: f64,
}

impl Case for Correlation {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let floats = || Error::Infeasible {
            unit: String::new(),
            what: "the solid is not heavier than the liquid".into(),
            hint: "a higher `solid_density`".into(),
        };
        let cut = cut_size(&self.shape, &self.feed, self.solid).ok_or_else(floats)? * 1e6;
        let stokes = cut_size_by_stokes(&self.shape, &self.feed, self.solid).ok_or_else(floats)? * 1e6;
        let (euler, defined) = (euler(&self.shape, &self.feed), euler_defined(&self.shape, &self.feed));
        Ok(vec![
            Reading::new("flow", flow(&self.shape, &self.feed) * 3600.0, "m3/h"),
            Reading::new("Reynolds number", reynolds(&self.shape, &self.feed), "1"),
            Reading::new("Euler number", euler, "1"),
            Reading::new("Euler number by definition", defined, "1"),
            Reading::new("Euler numbers, one over the other", euler / defined, "1"),
            Reading::new("water to underflow", water_split(&self.shape, &self.feed), "1"),
            Reading::new("cut size", cut, "um"),
            Reading::new("cut size by Stokes number", stokes, "um"),
            Reading::new("cut sizes, one over the other", cut / stokes, "1"),
        ])
    }
}

/// The question a validation file can ask.
pub const CASE: Kind<dyn Case> = Kind {
    name: "hydrocyclone-correlation",
    about: "Flow, water split and cut size of one cyclone by Coelho and Medronho",
    sources: &["coelho2001"],
    read: read_case,
};

fn read_case(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let share = |f: &mut Fields<'_>, key, about| f.need::<Number>(key, about, 1e-3..=20.0);
    let body: Option<Length> = fields.need("diameter", "of the body", 1e-3..=3.0);
    let inlet = share(fields, "inlet", "diameter of the inlet over the body's");
    let finder = share(fields, "vortex_finder", "diameter of the vortex finder over the body's");
    let apex = share(fields, "apex", "diameter of the apex over the body's");
    let length = share(fields, "length", "whole length over the body's diameter");
    let inside = share(fields, "finder_length", "length of the vortex finder over the body's diameter");
    let drop: Option<Pressure> = fields.need("pressure_drop", "feed to overflow", 1e3..=2e6);
    let solids: Option<Fraction> = fields.need("solids", "volume share of solids", 0.0..=0.5);
    let viscosity: Option<Viscosity> = fields.need("viscosity", "of the liquid", 1e-4..=0.1);
    let density: Option<Density> = fields.need("density", "of the liquid", 500.0..=2000.0);
    let solid: Option<Density> = fields.need("solid_density", "of the solid", 500.0..=8000.0);
    let shape = Shape::proportioned(body?.0, [inlet?.0, finder?.0, apex?.0, length?.0, inside?.0]);
    if shape.below_finder() <= 0.0 {
        fields.refuse("length", "shorter than the vortex finder", "a greater `length`");
        return None;
    }
    let feed = Feed {
        pressure_drop: drop?.base(),
        solids: solids?.0,
        viscosity: viscosity?.0,
        density: density?.0,
        solid_density: solid?.0,
    };
    Some(Box::new(Correlation { shape, feed, solid: solid?.0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIETEMA: [f64; 5] = [0.28, 0.34, 0.20, 5.0, 0.4];
    const FEED: Feed =
        Feed { pressure_drop: 2e5, solids: 0.02, viscosity: 1e-3, density: 1000.0, solid_density: 2650.0 };

    #[test]
    fn the_two_forms_agree() {
        for body in [0.01, 0.025, 0.05, 0.075] {
            let shape = Shape::proportioned(body, RIETEMA);
            let (one, two) =
                (cut_size(&shape, &FEED, 2650.0).unwrap(), cut_size_by_stokes(&shape, &FEED, 2650.0).unwrap());
            assert!((one / two - 1.0).abs() < 1e-3, "{body}");
            assert!((euler(&shape, &FEED) / euler_defined(&shape, &FEED) - 1.0).abs() < 0.03, "{body}");
        }
    }

    #[test]
    fn smaller_cyclones_cut_finer_and_heavy_grains_sink_sooner() {
        let cut = |body, solid| cut_size(&Shape::proportioned(body, RIETEMA), &FEED, solid);
        assert!(cut(0.01, 2650.0) < cut(0.05, 2650.0));
        assert!(cut(0.05, 5000.0) < cut(0.05, 2650.0));
        assert_eq!(cut(0.05, 900.0), None);
        assert!(outside(&Shape::proportioned(0.05, RIETEMA)).is_empty());
        assert_eq!(outside(&Shape::proportioned(0.05, [0.4, 0.34, 0.2, 5.0, 0.4])).len(), 1);
    }
}
