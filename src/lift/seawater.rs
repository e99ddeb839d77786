//! Sea water: how much heavier it is at depth, and how thick.
//!
//! # Equation
//! ```text
//! ρ(p) = ρ(0) / (1 − p/K(p)),    K(p) = K₀ + A p
//! ```
//!
//! # Symbols
//! p: pressure above the atmosphere, Pa; K: secant bulk modulus, Pa; ρ: kg/m³.
//!
//! # Holds for
//! Salinity 35 at 2 °C, to 100 MPa, within 0.01 % of the equation of state it is taken from;
//! used for other temperatures and for the water in a slurry it is within 0.3 %.
//!
//! # Source
//! `data/lift/seawater.toml`: K₀ and A from EOS-80 (`fofonoff1983`), viscosity from
//! `sharqawy2010`.

use crate::document::{Node, Value};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Pressure};
use crate::source::{Citation, Evidence, Sourced};
use crate::unit::{Case, Kind, Reading};

const FILE: &str = "lift/seawater";

/// Sea water of salinity 35 at 2 °C.
#[derive(Debug, Clone, PartialEq)]
pub struct SeaWater {
    /// Secant bulk modulus at the surface, Pa.
    pub modulus: Sourced<f64>,
    /// Its rise with pressure, Pa/Pa.
    pub slope: Sourced<f64>,
    /// Dynamic viscosity, Pa s.
    pub viscosity: Sourced<f64>,
}

impl SeaWater {
    /// Reads `data/lift/seawater.toml`.
    pub fn read(library: &Library) -> Result<Self, Error> {
        let document = library.document(FILE)?;
        let fact = |section: &str, key: &str| sourced(&document, section, key).ok_or_else(|| missing(section, key));
        Ok(Self {
            modulus: fact("secant_modulus", "at_surface")?,
            slope: fact("secant_modulus", "slope")?,
            viscosity: fact("viscosity", "value")?,
        })
    }

    /// Enters its numbers in the ledger under the thing being read.
    pub fn cite(&self, fields: &Fields<'_>) {
        let at = |name: &str| format!("{}.seawater.{name}", fields.path());
        fields.check().cite(at("secant_modulus"), &self.modulus, "Pa");
        fields.check().cite(at("secant_modulus_slope"), &self.slope, "1");
        fields.check().cite(at("viscosity"), &self.viscosity, "Pa s");
    }

    /// Density under pressure over density at the surface.
    pub fn compression(&self, pressure: f64) -> f64 {
        let p = pressure.max(0.0);
        1.0 / (1.0 - p / (self.modulus.value + self.slope.value * p))
    }
}

fn sourced(document: &Node, section: &str, key: &str) -> Option<Sourced<f64>> {
    let section = document.get(section)?;
    let text = |key: &str| section.get(key).and_then(Node::text);
    let Value::Number(value) = section.get(key)?.value else { return None };
    let citation = Citation {
        key: text("source")?.into(),
        place: text("place")?.into(),
        evidence: Evidence::from_word(text("evidence")?)?,
        file: format!("data/{FILE}.toml").into(),
    };
    Some(Sourced { value, citation })
}

fn missing(section: &str, key: &str) -> Error {
    Error::Absent {
        unit: String::new(),
        what: format!("number `{section}.{key}` with its source, place and evidence"),
        file: format!("data/{FILE}.toml"),
        hint: "restore the file that ships".into(),
    }
}

/// Water squeezed.
#[derive(Debug)]
struct Squeezed {
    water: SeaWater,
    surface_density: f64,
    pressure: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "seawater-compression",
    about: "Density of sea water under pressure",
    sources: &["fofonoff1983"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let density: Option<Density> = fields.need("surface_density", "density at the surface", 900.0..=1200.0);
    let pressure: Option<Pressure> = fields.need("pressure", "pressure above the atmosphere", 0.0..=1.2e8);
    let water = SeaWater::read(library).ok()?;
    Some(Box::new(Squeezed { water, surface_density: density?.0, pressure: pressure?.0 }))
}

impl Case for Squeezed {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        Ok(vec![Reading::new("density", self.surface_density * self.water.compression(self.pressure), "kg/m3")])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_abyss_is_a_few_per_cent_heavier() {
        let water = SeaWater::read(&Library::builtin()).unwrap();
        assert!((water.compression(0.0) - 1.0).abs() < 1e-15);
        assert!((water.compression(6.0e7) - 1.025_785).abs() < 2e-5, "{}", water.compression(6.0e7));
    }
}
