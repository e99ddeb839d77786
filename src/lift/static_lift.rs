//! Static lift: the least work that raises mud from the sea bed, friction left out.
//!
//! # Equation
//! Only what is heavier than the sea water it displaces costs work. For solids,
//! ```text
//! e = g H (1 − ρw/ρs)      per mass of dry solids, whatever the slurry's concentration
//! Δp = (ρm − ρw) g H       excess of the slurry's column over the sea's
//! P = Δp Q = e · solids    the same, by the flow of slurry Q
//! ```
//!
//! # Symbols
//! H: depth, m; ρs, ρw, ρm: density of solids, sea water and slurry, kg/m³; g: m/s²;
//! e: J/kg, printed as kWh/t.
//!
//! # Holds for
//! Any lift that works against the open sea. Exact for water of one density; the riser
//! integrates the same balance over the water column as it is compressed.
//!
//! # Source
//! Mechanics.

use super::slurry;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Density, Fraction, Length, MassFlow, Number};
use crate::unit::{Case, Kind, Reading};

/// J/kg in one kWh/t.
pub const JOULE_PER_KG_IN_KWH_PER_T: f64 = 3600.0;

/// Least work, kWh per tonne of dry solids.
///
/// ```
/// use ytterby::lift::static_lift::kwh_per_tonne;
/// assert!((kwh_per_tonne(5600.0, 2650.0, 1030.0, 9.81) - 9.329).abs() < 5e-4);
/// ```
pub fn kwh_per_tonne(depth: f64, solid_density: f64, water_density: f64, gravity: f64) -> f64 {
    gravity * depth * (1.0 - water_density / solid_density) / JOULE_PER_KG_IN_KWH_PER_T
}

/// Mud lifted as slurry of one concentration through a pipe.
#[derive(Debug)]
struct Lift {
    depth: f64,
    solid_density: f64,
    water_density: f64,
    gravity: f64,
    solids_by_mass: f64,
    dry_kg_per_h: f64,
    diameter: f64,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> =
    Kind { name: "static-lift", about: "Frictionless lift of a slurry from the sea bed", sources: &[], read };

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let depth: Option<Length> = fields.need("depth", "depth of the sea bed", 0.0..=12_000.0);
    let solid: Option<Density> = fields.need("solid_density", "density of the grains", 500.0..=20_000.0);
    let water: Option<Density> = fields.need("water_density", "density of the sea water", 900.0..=1200.0);
    let gravity: Option<Number> = fields.need("gravity", "acceleration of gravity, m/s2", 9.0..=10.0);
    let solids: Option<Fraction> = fields.need("solids", "solids by mass in the slurry", 1e-6..=1.0);
    let mud: Option<MassFlow> = fields.need("mud", "wet mud mined", 0.0..=1e9);
    let dry: Option<Fraction> = fields.need("dry_share", "dry solids in the wet mud", 0.0..=1.0);
    let diameter: Option<Length> = fields.need("diameter", "inner diameter of the riser", 1e-3..=10.0);
    Some(Box::new(Lift {
        depth: depth?.0,
        solid_density: solid?.0,
        water_density: water?.0,
        gravity: gravity?.0,
        solids_by_mass: solids?.0,
        dry_kg_per_h: mud?.0 * dry?.0,
        diameter: diameter?.0,
    }))
}

impl Case for Lift {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let (s, w) = (self.solid_density, self.water_density);
        let density = slurry::density(self.solids_by_mass, s, w);
        let head = (density - w) * self.gravity * self.depth;
        let flow = self.dry_kg_per_h / self.solids_by_mass / density;
        let power_kw = head * flow / 3600.0 / 1000.0;
        let area = std::f64::consts::FRAC_PI_4 * self.diameter * self.diameter;
        Ok(vec![
            Reading::new("static work", kwh_per_tonne(self.depth, s, w, self.gravity), "kWh/t"),
            Reading::new("hydraulic power by dry solids", power_kw / (self.dry_kg_per_h / 1000.0), "kWh/t"),
            Reading::new("solids by volume", slurry::solids_by_volume(self.solids_by_mass, s, w), "1"),
            Reading::new("density", density, "kg/m3"),
            Reading::new("static head", head / 1e6, "MPa"),
            Reading::new("slurry", flow, "m3/h"),
            Reading::new("hydraulic power", power_kw, "kW"),
            Reading::new("velocity", flow / 3600.0 / area, "m/s"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_does_not_know_the_concentration() {
        for solids in [0.01, 0.05, 0.3] {
            let lift = Lift {
                depth: 5600.0,
                solid_density: 2650.0,
                water_density: 1030.0,
                gravity: 9.81,
                solids_by_mass: solids,
                dry_kg_per_h: 5906.0,
                diameter: 0.25,
            };
            let answer = lift.answer().unwrap();
            assert!((answer[0].value - answer[1].value).abs() < 1e-9, "{answer:?}");
        }
    }
}
