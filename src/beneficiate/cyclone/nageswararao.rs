//! Nageswararao's hydrocyclone: dimensionless groups to powers, constants of the material.
//!
//! # Equation
//! ```text
//! G       = (Do/Dc)^a (Du/Dc)^b (Di/Dc)^c (Lc/Dc)^d θ^e (P/(ρp g Dc))^f λ^g
//! Q       = K_Q Dc² (P/ρp)^0.5 · G_Q
//! d50/Dc  = K_D · G_D
//! Rw      = K_W · G_W
//! λ       = 10^(1.82 C) / (8.05 (1 − C)²)
//! ```
//! The constants hold for a material at a diameter D0 they were fitted at; at another diameter they
//! are multiplied by (Dc/D0) to the table's power, for a mineral of another density than that of the
//! fit the cut goes with `((ρs − ρl)/(ρ0 − ρl))^-0.5`.
//!
//! # Symbols
//! SI. Dc, Di, Do, Du: diameters of body, inlet, vortex finder, apex; Lc: length of the cylinder;
//! θ: full angle of the cone, degrees; P: pressure drop; ρp: slurry; g: gravity; C: solids by volume;
//! λ: hindered settling; K_Q, K_D, K_W: constants of the material (K_Q of a program that counts m³/h
//! with kPa and t/m³ is 3600 times this one).
//!
//! # Holds for
//! The material the constants were fitted to; any of the proportions of common cyclones. The exponents
//! differ between printings (that of the inlet in the cut most), so the table calls them assumed.
//!
//! # Source
//! Nageswararao, Wiseman and Napier-Munn 2004 (`nageswararao2004`) for the form; exponents in
//! `data/beneficiate/nageswararao_exponents.csv`, not re-read in the original.

use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Angle, Density, Length, Number};

use super::super::partition::Curve;
use super::{Feed, GRAVITY, Law, Shape, Split, beyond};

/// Powers of one equation, in the order of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Powers {
    vortex_finder: f64,
    apex: f64,
    inlet: f64,
    cylinder: f64,
    cone: f64,
    pressure: f64,
    hindrance: f64,
    body: f64,
}

/// The law with the constants of a material.
#[derive(Debug, Clone, PartialEq)]
pub struct Nageswararao {
    flow: (f64, Powers),
    cut: (f64, Powers),
    water: (f64, Powers),
    cylinder: f64,
    cone: f64,
    fitted_at: f64,
    fitted_density: f64,
    curve: Curve,
}

/// λ: how much slower grains settle for crowding.
pub fn hindrance(solids: f64) -> f64 {
    10f64.powf(1.82 * solids) / (8.05 * (1.0 - solids).powi(2))
}

impl Nageswararao {
    /// Reads the constants; the powers come from the table.
    pub fn read(fields: &mut Fields<'_>, library: &Library, curve: Curve) -> Option<Self> {
        let constant = |f: &mut Fields<'_>, key, about| f.need::<Number>(key, about, 1e-9..=1e9);
        let kq = constant(fields, "k_q", "K_Q of the material, in SI");
        let kd = constant(fields, "k_d", "K_D of the material");
        let kw = constant(fields, "k_w", "K_W of the material");
        let cylinder: Option<Number> =
            fields.need("cylinder", "length of the cylinder over the body's diameter", 0.1..=10.0);
        let cone: Option<Angle> = fields.need("cone_angle", "full angle of the cone", 1.0..=180.0);
        let at: Option<Length> =
            fields.need("fitted_diameter", "of the cyclone the constants were fitted on", 5e-3..=3.0);
        let density: Option<Density> =
            fields.need("fitted_solid_density", "of the solid the constants were fitted with", 1001.0..=9000.0);
        let table = library.table("beneficiate/nageswararao_exponents").ok()?;
        let powers = |equation: &str| {
            let row = table.find("equation", equation)?;
            let power = |column: &str| {
                let fact = row.fact(column)?;
                fields.check().cite(format!("{}.{equation}.{column}", fields.path()), &fact, "1");
                Some(fact.value)
            };
            Some(Powers {
                vortex_finder: power("vortex_finder")?,
                apex: power("apex")?,
                inlet: power("inlet")?,
                cylinder: power("cylinder")?,
                cone: power("cone")?,
                pressure: power("pressure")?,
                hindrance: power("hindrance")?,
                body: power("body")?,
            })
        };
        Some(Self {
            flow: (kq?.0, powers("flow")?),
            cut: (kd?.0, powers("cut")?),
            water: (kw?.0, powers("water")?),
            cylinder: cylinder?.0,
            cone: cone?.0,
            fitted_at: at?.0,
            fitted_density: density?.0,
            curve,
        })
    }

    fn groups(&self, (constant, powers): &(f64, Powers), shape: &Shape, feed: &Feed) -> f64 {
        let share = |length: f64| length / shape.body;
        constant
            * (shape.body / self.fitted_at).powf(powers.body)
            * share(shape.vortex_finder).powf(powers.vortex_finder)
            * share(shape.apex).powf(powers.apex)
            * share(shape.inlet).powf(powers.inlet)
            * self.cylinder.powf(powers.cylinder)
            * self.cone.powf(powers.cone)
            * (feed.pressure_drop / (feed.slurry_density() * GRAVITY * shape.body)).powf(powers.pressure)
            * hindrance(feed.solids).powf(powers.hindrance)
    }
}

impl Law for Nageswararao {
    fn flow(&self, shape: &Shape, feed: &Feed) -> f64 {
        shape.body.powi(2) * (feed.pressure_drop / feed.slurry_density()).sqrt() * self.groups(&self.flow, shape, feed)
    }

    fn split(&self, shape: &Shape, feed: &Feed) -> Split {
        Split::Liquid(self.groups(&self.water, shape, feed).min(0.999))
    }

    fn cut_size(&self, shape: &Shape, feed: &Feed, solid: f64) -> Option<f64> {
        let heavier = solid - feed.density;
        (heavier > 0.0).then(|| {
            let fitted = (self.fitted_density - feed.density).max(1.0);
            shape.body * self.groups(&self.cut, shape, feed) * (fitted / heavier).sqrt()
        })
    }

    fn curve(&self, _: &Shape, _: &Feed) -> Curve {
        self.curve
    }

    fn outside(&self, shape: &Shape, feed: &Feed) -> Vec<String> {
        let mut told = beyond(
            "the range taken for Nageswararao's law",
            &[
                ("body over that of the fit", shape.body / self.fitted_at, 0.5, 2.0),
                ("solids by volume", feed.solids, 0.0, 0.40),
            ],
        );
        if self.groups(&self.water, shape, feed) > 0.999 {
            told.push("the constants send all liquid to the underflow; they do not belong to this shape".into());
        }
        told
    }
}
