//! Plitt's hydrocyclone: flow, split, cut and sharpness, each with a factor to calibrate it.
//!
//! # Equation
//! ```text
//! d50 = F1 · 50.5 Dc^0.46 Di^0.6 Do^1.21 η^0.5 e^(0.063 φ) / (Du^0.71 h^0.38 Q^0.45 (ρs − ρl)^k)
//! m   = F2 · 1.94 (Dc² h / Q)^0.15 e^(−1.58 S/(1 + S))
//! P   = F3 · 1.88 Q^1.78 e^(0.0055 φ) / (Dc^0.37 Di^0.94 h^0.28 (Du² + Do²)^0.87)
//! S   = F4 · 1.9 (Du/Do)^3.31 h^0.54 (Du² + Do²)^0.36 e^(0.0054 φ) / (H^0.24 Dc^1.11)
//! ```
//! The share of the slurry that leaves by the apex is `S/(1 + S)`; the liquid's follows from it
//! and from the solids that settle ([`super::Split::bypass`]). Lynch and Rao's constant, where their
//! curve is asked for, is `a = 1.54 m − 0.47`.
//!
//! # Symbols
//! d50: reduced cut, µm; Dc, Di, Do, Du: diameters of body, inlet, vortex finder and apex, cm;
//! h: free vortex, from the end of the finder to the apex, cm; Q: slurry, L/min; φ: solids, % by
//! volume; ρs, ρl: solid and liquid, g/cm³; η: liquid over water of 1 mPa s; k: 0.5 for laminar
//! settling; P: pressure drop, kPa; H: the same as head of slurry, m; S: underflow over overflow by
//! volume; m: sharpness of Plitt's curve; F1–F4: 1, or fitted to a survey.
//!
//! # Holds for
//! Cyclones of some 3 to 15 cm and dense slurries they were tested with; others by the factors. The
//! free vortex and the solids of the tests bound the range told as caveats, which is assumed.
//!
//! # Source
//! Plitt 1976 (`plitt1976`), constants read in the source text of a simulator that codes the paper;
//! factors, viscosity and exponent k: Flintoff, Plitt and Turak 1987 (`flintoff1987`), whose revised
//! constant 39.7 with (ρs − 1)/1.6 is the same within 1 %.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Fraction, Length, Number, Pressure, Viscosity};
use crate::unit::{Case, Kind, Reading};

use super::super::partition::Curve;
use super::{Feed, GRAVITY, Law, Shape, Split, beyond};

/// The law with its calibration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plitt {
    /// F1 to F4: cut, sharpness, pressure, split.
    pub factors: [f64; 4],
    /// k, of the difference of densities.
    pub exponent: f64,
    /// Draw the curve by Lynch and Rao instead of by m.
    pub as_lynch_rao: bool,
    /// A sharpness that goes before the law's own.
    pub sharpness: Option<f64>,
}

/// Lengths in cm: Dc, Di, Do, Du, h.
fn centimetres(shape: &Shape) -> [f64; 5] {
    [shape.body, shape.inlet, shape.vortex_finder, shape.apex, shape.below_finder()].map(|m| m * 100.0)
}

impl Plitt {
    /// L/min at the feed's pressure drop.
    fn litres_per_minute(&self, shape: &Shape, feed: &Feed) -> f64 {
        let [dc, di, finder, apex, h] = centimetres(shape);
        let one = self.factors[2] * 1.88 * (0.55 * feed.solids).exp()
            / (dc.powf(0.37) * di.powf(0.94) * h.powf(0.28) * (apex * apex + finder * finder).powf(0.87));
        (feed.pressure_drop / 1000.0 / one).powf(1.0 / 1.78)
    }

    /// S: underflow over overflow, by volume.
    fn underflow_over_overflow(&self, shape: &Shape, feed: &Feed) -> f64 {
        let [dc, _, finder, apex, h] = centimetres(shape);
        let head = feed.pressure_drop / (feed.slurry_density() * GRAVITY);
        self.factors[3]
            * 1.9
            * (apex / finder).powf(3.31)
            * h.powf(0.54)
            * (apex * apex + finder * finder).powf(0.36)
            * (0.54 * feed.solids).exp()
            / (head.powf(0.24) * dc.powf(1.11))
    }

    /// m: sharpness.
    fn sharpness(&self, shape: &Shape, feed: &Feed) -> f64 {
        let [dc, _, _, _, h] = centimetres(shape);
        let s = self.underflow_over_overflow(shape, feed);
        self.factors[1]
            * 1.94
            * (dc * dc * h / self.litres_per_minute(shape, feed)).powf(0.15)
            * (-1.58 * s / (1.0 + s)).exp()
    }
}

impl Law for Plitt {
    fn flow(&self, shape: &Shape, feed: &Feed) -> f64 {
        self.litres_per_minute(shape, feed) / 60_000.0
    }

    fn split(&self, shape: &Shape, feed: &Feed) -> Split {
        let s = self.underflow_over_overflow(shape, feed);
        Split::Slurry(s / (1.0 + s))
    }

    fn cut_size(&self, shape: &Shape, feed: &Feed, solid: f64) -> Option<f64> {
        let heavier = (solid - feed.density) / 1000.0;
        (heavier > 0.0).then(|| {
            let [dc, di, finder, apex, h] = centimetres(shape);
            let um = self.factors[0]
                * 50.5
                * dc.powf(0.46)
                * di.powf(0.6)
                * finder.powf(1.21)
                * (feed.viscosity * 1000.0).sqrt()
                * (6.3 * feed.solids).exp()
                / (apex.powf(0.71)
                    * h.powf(0.38)
                    * self.litres_per_minute(shape, feed).powf(0.45)
                    * heavier.powf(self.exponent));
            um * 1e-6
        })
    }

    fn curve(&self, shape: &Shape, feed: &Feed) -> Curve {
        match (self.as_lynch_rao, self.sharpness) {
            (false, given) => Curve::Plitt(given.unwrap_or_else(|| self.sharpness(shape, feed))),
            (true, given) => {
                Curve::LynchRao(given.unwrap_or_else(|| (1.54 * self.sharpness(shape, feed) - 0.47).max(0.1)))
            }
        }
    }

    fn outside(&self, shape: &Shape, feed: &Feed) -> Vec<String> {
        beyond(
            "the range taken for Plitt's law",
            &[
                ("body, cm,", shape.body * 100.0, 3.0, 70.0),
                ("inlet over body", shape.inlet / shape.body, 0.07, 0.35),
                ("apex over vortex finder", shape.apex / shape.vortex_finder, 0.2, 1.0),
                ("solids by volume", feed.solids, 0.0, 0.35),
            ],
        )
    }
}

/// The law, asked of one cyclone.
#[derive(Debug)]
struct Asked {
    law: Plitt,
    shape: Shape,
    feed: Feed,
}

impl Case for Asked {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let (law, shape, feed) = (&self.law, &self.shape, &self.feed);
        let cut = law.cut_size(shape, feed, feed.solid_density).ok_or_else(|| Error::Infeasible {
            unit: String::new(),
            what: "the solid is not heavier than the liquid".into(),
            hint: "a higher `solid_density`".into(),
        })?;
        Ok(vec![
            Reading::new("flow", law.litres_per_minute(shape, feed), "L/min"),
            Reading::new("cut size", cut * 1e6, "um"),
            Reading::new("underflow over overflow", law.underflow_over_overflow(shape, feed), "1"),
            Reading::new("sharpness", law.sharpness(shape, feed), "1"),
        ])
    }
}

/// The question a validation file can ask.
pub const CASE: Kind<dyn Case> = Kind {
    name: "plitt-cyclone",
    about: "Flow, cut size, split and sharpness of one cyclone by Plitt",
    sources: &["plitt1976", "flintoff1987"],
    read: |fields, _: &Library| read_case(fields),
};

fn read_case(fields: &mut Fields<'_>) -> Option<Box<dyn Case>> {
    let length = |f: &mut Fields<'_>, key, about| f.need::<Length>(key, about, 1e-4..=20.0);
    let body = length(fields, "diameter", "of the body");
    let inlet = length(fields, "inlet", "diameter of the inlet");
    let finder = length(fields, "vortex_finder", "diameter of the vortex finder");
    let apex = length(fields, "apex", "diameter of the apex");
    let free = length(fields, "free_vortex", "from the end of the vortex finder to the apex");
    let drop: Option<Pressure> = fields.need("pressure_drop", "feed to overflow", 1e3..=2e6);
    let solids: Option<Fraction> = fields.need("solids", "volume share of solids", 0.0..=0.5);
    let viscosity: Option<Viscosity> = fields.need("viscosity", "of the liquid", 1e-4..=0.1);
    let density: Option<Density> = fields.need("density", "of the liquid", 500.0..=2000.0);
    let solid: Option<Density> = fields.need("solid_density", "of the solid", 500.0..=8000.0);
    let law = read_calibration(fields);
    let shape = Shape {
        body: body?.0,
        inlet: inlet?.0,
        vortex_finder: finder?.0,
        apex: apex?.0,
        length: free?.0,
        finder_length: 0.0,
    };
    let feed = Feed {
        pressure_drop: drop?.0,
        solids: solids?.0,
        viscosity: viscosity?.0,
        density: density?.0,
        solid_density: solid?.0,
    };
    Some(Box::new(Asked { law, shape, feed }))
}

/// Reads the factors, each of which may be absent.
pub fn read_calibration(fields: &mut Fields<'_>) -> Plitt {
    let mut factor = |key, about: &str| {
        let about = format!("{about}; absent means 1");
        fields.may::<Number>(key, &about, 0.01..=100.0).map_or(1.0, |number| number.0)
    };
    let factors = [
        factor("f1", "Plitt's factor on the cut size"),
        factor("f2", "Plitt's factor on the sharpness"),
        factor("f3", "Plitt's factor on the pressure drop"),
        factor("f4", "Plitt's factor on the split"),
    ];
    let exponent: Option<Number> = fields.may(
        "settling_exponent",
        "Plitt's exponent of the difference of densities; absent means 0.5, laminar settling",
        0.4..=1.1,
    );
    Plitt { factors, exponent: exponent.map_or(0.5, |k| k.0), as_lynch_rao: false, sharpness: None }
}
