//! The cyclone a grinding circuit needs, by the sizing rules of Krebs.
//!
//! # Equation
//! ```text
//! D50C(required) = multiplier · size        multiplier by % passing that size in the overflow
//! D50C(required) = D50C(base) C1 C2 C3
//! C1 = ((53 − V)/53)^-1.43     C2 = 3.27 Δp^-0.28     C3 = (1.65/(Gs − Gl))^0.5
//! D50C(base) = 2.84 D^0.66
//! ```
//! # Symbols
//! D50C: µm; V: % solids by volume in the feed; Δp: kPa; Gs, Gl: specific gravities of solids
//! and liquid; D: diameter of the cyclone, cm. The feed follows from the overflow, the
//! circulating load and the solids of the underflow.
//!
//! # Holds for
//! Krebs cyclones of 10–120 cm in grinding circuits, V below 53 %.
//!
//! # Source
//! Arterburn (`arterburn1982`); the multiplier at 60 % passing is 2.08.

use crate::error::Error;
use crate::fields::Fields;
use crate::quantity::{Fraction, Length, MassFlow, Number, Pressure};
use crate::unit::{Case, Kind, Reading};

/// C1: crowding by solids; `None` at or above the 53 % where it has no meaning.
pub fn crowding(volume_percent: f64) -> Option<f64> {
    (volume_percent < 53.0).then(|| ((53.0 - volume_percent) / 53.0).powf(-1.43))
}

/// C2: pressure drop, kPa.
pub fn pressure(kilopascal: f64) -> f64 {
    3.27 * kilopascal.powf(-0.28)
}

/// C3: specific gravities.
pub fn gravity(solid: f64, liquid: f64) -> f64 {
    (1.65 / (solid - liquid)).sqrt()
}

/// Diameter, cm, of the cyclone of a base cut, µm.
pub fn diameter(base: f64) -> f64 {
    (base / 2.84).powf(1.0 / 0.66)
}

/// The sizing of one circuit.
#[derive(Debug)]
struct Sizing {
    overflow: f64,
    overflow_solids: f64,
    underflow_solids: f64,
    circulating_load: f64,
    size: f64,
    multiplier: f64,
    solid: f64,
    kilopascal: f64,
}

impl Case for Sizing {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let underflow = self.overflow * self.circulating_load;
        let water =
            self.overflow * (1.0 / self.overflow_solids - 1.0) + underflow * (1.0 / self.underflow_solids - 1.0);
        let solids = self.overflow + underflow;
        let by_mass = solids / (solids + water) * 100.0;
        let by_volume = solids / self.solid / (solids / self.solid + water) * 100.0;
        let required = self.multiplier * self.size;
        let c1 = crowding(by_volume).ok_or_else(|| Error::Infeasible {
            unit: String::new(),
            what: format!("{by_volume:.0} % solids by volume: the rules end at 53"),
            hint: "more water in the overflow or underflow".into(),
        })?;
        let (c2, c3) = (pressure(self.kilopascal), gravity(self.solid, 1.0));
        let base = required / (c1 * c2 * c3);
        Ok(vec![
            Reading::new("solids in feed by mass", by_mass, "%"),
            Reading::new("solids in feed by volume", by_volume, "%"),
            Reading::new("required cut", required, "um"),
            Reading::new("C1", c1, "1"),
            Reading::new("C2", c2, "1"),
            Reading::new("C3", c3, "1"),
            Reading::new("base cut", base, "um"),
            Reading::new("diameter", diameter(base), "cm"),
        ])
    }
}

/// The question a validation file can ask.
pub const CASE: Kind<dyn Case> = Kind {
    name: "krebs-sizing",
    about: "Diameter of the cyclone of a grinding circuit by Arterburn's rules",
    sources: &["arterburn1982"],
    read: |fields, _| read_case(fields),
};

fn read_case(fields: &mut Fields<'_>) -> Option<Box<dyn Case>> {
    let overflow: Option<MassFlow> = fields.need("overflow", "solids in the overflow", 1.0..=1e8);
    let above: Option<Fraction> = fields.need("overflow_solids", "mass share of solids in the overflow", 0.01..=0.9);
    let below: Option<Fraction> = fields.need("underflow_solids", "mass share of solids in the underflow", 0.01..=0.95);
    let load: Option<Number> = fields.need("circulating_load", "underflow over overflow, solids", 0.01..=20.0);
    let size: Option<Length> = fields.need("size", "whose passing is specified", 1e-6..=1e-2);
    let multiplier: Option<Number> = fields.need("multiplier", "required cut over that size", 0.3..=5.0);
    let solid: Option<Number> = fields.need("specific_gravity", "of the solids", 1.1..=8.0);
    let drop: Option<Pressure> = fields.need("pressure_drop", "over the cyclone", 1e3..=1e6);
    Some(Box::new(Sizing {
        overflow: overflow?.0,
        overflow_solids: above?.0,
        underflow_solids: below?.0,
        circulating_load: load?.0,
        size: size?.0 * 1e6,
        multiplier: multiplier?.0,
        solid: solid?.0,
        kilopascal: drop?.0 / 1000.0,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corrections_are_one_where_they_should_be() {
        assert!((crowding(0.0).unwrap() - 1.0).abs() < 1e-12);
        assert!((gravity(2.65, 1.0) - 1.0).abs() < 1e-12);
        assert!((pressure(69.0) - 1.0).abs() < 0.01);
        assert_eq!(crowding(53.0), None);
        assert!((2.84 * diameter(37.0).powf(0.66) - 37.0).abs() < 1e-9);
    }
}
